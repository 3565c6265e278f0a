#include "policies.h"

#include <string.h>

#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/core/faults.h"
#include "sim/core/world.h"
#include "template.h"

static void rewrite(struct sim *sim, const char *what, json_t *object)
{
    const char *colon = strchr(what, ':');
    const char *equals = strchr(what, '=');
    const char *field = text_starts_with(what, "label:") ? "labels" : "annotations";
    json_t *metadata = edit_map(object, "metadata");
    json_t *texts = json_overlay(json_at(metadata, field), NULL);

    json_put_text(texts,
        text_copy(sim->objects, colon + 1, (size_t)(equals - colon) - 1),
        equals + 1);
    json_put(metadata, field, texts);
}

bool policies_rewrite(const struct sim *sim)
{
    for (const struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (fault->kind == FAULT_ADMIT && fault->second <= sim->now)
            return true;
    }
    return false;
}

/* True where there is a policy that does. */
static bool rewrite_all(struct sim *sim, const struct kind *kind, json_t *object)
{
    bool any = false;

    for (struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (fault->kind != FAULT_ADMIT || fault->second > sim->now || !kind_is(kind, "Pod"))
            continue;
        rewrite(sim, fault->what, object);
        fault->met = any = true;
    }
    return any;
}

static const json_t *rewritten(struct sim *sim, const struct kind *kind, const json_t *object)
{
    json_t *copy;

    if (sim->faults->first == NULL)
        return object;
    copy = json_overlay(object, NULL);
    json_put(copy, "metadata", json_overlay(json_at(object, "metadata"), NULL));
    return rewrite_all(sim, kind, copy) ? copy : object;
}

const char *policies_refuse(struct sim *sim, const struct kind *kind, const json_t *object)
{
    const char *text = NULL;

    for (struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (fault->kind != FAULT_REFUSE || fault->second > sim->now || !kind_is(kind, "Pod"))
            continue;
        text = text == NULL ? json_write(sim->objects, object, NULL) : text;
        if (strstr(text, fault->what) == NULL)
            continue;
        fault->met = true;
        return fmt(sim->objects,
            "pods \"%s\" is forbidden: a policy refuses %s",
            object_name(object),
            fault->what);
    }
    return NULL;
}

/* --- a mesh --- */

static const json_t *side_car(struct sim *sim, const char *place)
{
    return object(sim->objects,
        F("name", fmt(sim->objects, "mesh-%s", place)),
        F("image", "mesh/proxy:1"));
}

static const json_t *inject(struct sim *sim, const struct kind *kind, const json_t *object)
{
    bool first = faults_active(sim, FAULT_SIDECAR, "first") != NULL;
    bool last = faults_active(sim, FAULT_SIDECAR, "last") != NULL;
    json_t *containers;
    const json_t *container;

    if (!kind_is(kind, "Pod") || (!first && !last))
        return object;
    containers = json_new_list();
    if (first)
        json_add(containers, side_car(sim, "first"));
    json_each_item (json_at(object, "spec", "containers"), i, container)
        json_add(containers, container);
    if (last)
        json_add(containers, side_car(sim, "last"));
    return edited(object, containers, "spec", "containers");
}

const json_t *policies_mutate(struct sim *sim, const struct kind *kind, const json_t *object)
{
    return inject(sim, kind, rewritten(sim, kind, object));
}
