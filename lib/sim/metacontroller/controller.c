#include "controller.h"

#include <string.h>

#include "metadata.h"
#include "sim/core/world.h"
#include "template.h"

static const json_t *child_resources(struct arena *arena, const struct hook *hook)
{
    json_t *list = json_new_list();

    for (const struct child_kind *child = hook->children; child->kind != NULL; child++)
        json_add(list,
            object(arena,
                F("apiVersion", child->api_version),
                F("resource", child->resource),
                /* Metacontroller fills in the second one. */
                MAP("updateStrategy",
                    F("method", child->update),
                    F("statusChecks", json_new_map()))));
    return list;
}

static const json_t *webhook(struct arena *arena, const struct hook *hook, bool customize)
{
    return object(arena,
        F("version", "v2"),
        MAP("webhook",
            F("url", hook_url(arena, "http://vitess-operator.vitess-operator", hook, customize)),
            F("timeout", "30s"),
            F("responseUnMarshallMode", "strict")));
}

static const char *digest_of(struct arena *arena, const struct hook *hook)
{
    return digest(arena, hook->plural, strlen(hook->plural));
}

static const char *controller_text(struct arena *arena, const struct hook *hook)
{
    const json_t *customize = hook->customize == NULL ? NULL : webhook(arena, hook, true);

    return json_write(arena,
        object(arena,
            F("apiVersion", "metacontroller.k8s.io/v1alpha1"),
            F("kind", "CompositeController"),
            MAP("metadata",
                F("name", hook_controller_name(arena, hook)),
                F("uid", fmt(arena, "00000000-0000-4000-8000-%.12s", digest_of(arena, hook))),
                F("generation", INT(1)),
                F("resourceVersion", "1"),
                F("creationTimestamp", "2026-01-01T00:00:00Z")),
            MAP("spec",
                MAP("parentResource",
                    F("apiVersion", hook->api->name),
                    F("resource", hook->plural)),
                F("childResources", child_resources(arena, hook)),
                OPT("generateSelector",
                    hook->generate_selector ? json_true() : (const json_t *)NULL),
                MAP("hooks", F("sync", webhook(arena, hook, false)), OPT("customize", customize))),
            MAP("status", SPREAD(NULL))),
        NULL);
}

/* Go sorts a GroupVersionKind by group, version, kind; the core group is "". */
static const char *group_order(struct arena *arena, const struct kind *kind)
{
    const char *slash = strchr(kind->api_version, '/');

    if (slash == NULL)
        return fmt(arena, " %s %s", kind->api_version, kind->name);
    return fmt(arena,
        "%.*s %s %s",
        (int)(slash - kind->api_version),
        kind->api_version,
        slash + 1,
        kind->name);
}

static const struct kind **child_kinds(struct sim *sim, const struct hook *hook)
{
    const struct kind **kinds = arena_array(sim->arena, sim->kinds->count + 1, sizeof(*kinds));
    size_t count = 0;

    for (const struct child_kind *child = hook->children; child->kind != NULL; child++) {
        const struct kind *kind = kind_find(sim->kinds, child->api_version, child->kind);
        size_t at = count++;

        if (kind == NULL) {
            count--;
            continue;
        }
        for (; at > 0 &&
               strcmp(group_order(sim->arena, kinds[at - 1]), group_order(sim->arena, kind)) > 0;
             at--)
            kinds[at] = kinds[at - 1];
        kinds[at] = kind;
    }
    return kinds;
}

void controller_start(struct sim *sim, struct controller *controller, const struct hook *hook)
{
    *controller = (struct controller){.hook = hook,
        .kind = kind_find(sim->kinds, hook->api->name, hook->kind),
        .children = child_kinds(sim, hook),
        .text = controller_text(sim->arena, hook),
        .parents = {.arena = sim->arena}};
    queue_start(&controller->queue, sim->arena);
}

struct controller *controller_of_kind(struct sim *sim, const struct kind *kind)
{
    for (size_t i = 0; i < sim->metacontroller->count; i++) {
        if (sim->metacontroller->controllers[i].kind == kind)
            return &sim->metacontroller->controllers[i];
    }
    return NULL;
}

struct parent *controller_parent(struct sim *sim, struct controller *controller, const char *key)
{
    struct parent *parent = table_get(&controller->parents, key);

    if (parent == NULL) {
        parent = arena_make(sim->arena, struct parent);
        parent->key = key;
        table_put(&controller->parents, key, parent);
    }
    return parent;
}

bool controller_has_child(const struct controller *controller, const struct kind *kind)
{
    for (const struct kind **child = controller->children; *child != NULL; child++) {
        if (*child == kind)
            return true;
    }
    return false;
}

const json_t *controller_selector(struct arena *arena, const struct controller *controller,
    const struct version *parent)
{
    const json_t *selector = json_at(parent->json, "spec", "selector");

    if (controller->hook->generate_selector)
        return object(arena, MAP("matchLabels", F("controller-uid", parent->uid)));
    return json_object_size(selector) == 0 ? NULL : selector;
}
