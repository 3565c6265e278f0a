#include <string.h>

#include "kubelet.h"
#include "sim/core/world.h"

/* Command and arguments of a container, as its process gets them. */

static const char *field_value(const struct version *pod, const struct pod_run *run,
    const char *path)
{
    if (text_equal(path, "metadata.name"))
        return pod->name;
    if (text_equal(path, "metadata.namespace"))
        return pod->namespace;
    if (text_equal(path, "metadata.uid"))
        return pod->uid;
    if (text_equal(path, "status.podIP"))
        return run->address;
    if (text_equal(path, "spec.nodeName"))
        return run->node;
    return NULL;
}

/* As it is at this moment: each start of a container reads it anew. */
static const char *configured(struct sim *sim, const struct version *pod, const json_t *reference)
{
    const struct version *config = store_named(sim,
        "ConfigMap",
        fmt(sim->objects, "%s/%s", pod->namespace, json_text_at(reference, "name")));

    return config == NULL ? NULL
                          : json_text_at(config->json, "data", json_text_at(reference, "key"));
}

static const char *variable(struct sim *sim, const struct version *pod, const struct pod_run *run,
    const json_t *container, const char *name, size_t length)
{
    const json_t *item;

    json_each_item (json_at(container, "env"), i, item) {
        const char *known = json_text_at(item, "name");
        const char *path = json_text_at(item, "valueFrom", "fieldRef", "fieldPath");
        const json_t *reference = json_at(item, "valueFrom", "configMapKeyRef");

        if (known == NULL || strlen(known) != length || strncmp(known, name, length) != 0)
            continue;
        if (path != NULL)
            return field_value(pod, run, path);
        if (reference != NULL)
            return configured(sim, pod, reference);
        return json_text_at(item, "value") == NULL ? "" : json_text_at(item, "value");
    }
    return NULL;
}

/* $(NAME) and $$ as Kubernetes expands them; an unknown one stays as it is. */
static const char *expand(struct sim *sim, const struct version *pod, const struct pod_run *run,
    const json_t *container, const char *text)
{
    struct text out = {.arena = sim->objects};

    while (*text != '\0') {
        const char *end = strncmp(text, "$(", 2) == 0 ? strchr(text, ')') : NULL;
        const char *value =
            end == NULL ? NULL
                        : variable(sim, pod, run, container, text + 2, (size_t)(end - text) - 2);

        if (value == NULL) {
            text_add_bytes(&out, text, 1);
            text += strncmp(text, "$$", 2) == 0 ? 2 : 1;
            continue;
        }
        text_add(&out, value);
        text = end + 1;
    }
    return text_string(&out);
}

struct texts pod_arguments(struct sim *sim, const struct version *pod, const struct pod_run *run,
    const json_t *spec)
{
    static const char *const lists[] = {"command", "args"};
    struct texts arguments = {.arena = sim->objects};
    const json_t *word;

    for (size_t list = 0; list < 2; list++) {
        json_each_item (json_at(spec, lists[list]), i, word)
            texts_add(&arguments, expand(sim, pod, run, spec, json_string_value(word)));
    }
    return arguments;
}
