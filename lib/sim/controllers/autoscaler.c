#include "autoscaler.h"

#include <string.h>

#include "hook.h"
#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/core/world.h"
#include "template.h"

/* After reconcileAutoscaler() of pkg/controller/podautoscaler/horizontal.go of Kubernetes 1.36. */

#define KIND "HorizontalPodAutoscaler"

void autoscalers_start(struct sim *sim)
{
    sim->autoscalers = arena_make(sim->arena, struct autoscalers);
    queue_start(&sim->autoscalers->keys, sim->arena);
}

/* --- what it scales: a Deployment, or a kind of our own with a subresource for that --- */

enum { DEEPEST = 8 };

/* ".spec.gateway.replicas" as keys, with NULL behind the last. */
static void split_path(struct sim *sim, const char *path, const char *keys[DEEPEST])
{
    size_t count = 0;

    while (*path == '.' && count < DEEPEST - 1) {
        const size_t length = strcspn(path + 1, ".");

        keys[count++] = text_copy(sim->objects, path + 1, length);
        path += 1 + length;
    }
    keys[count] = NULL;
}

static void number_at(struct sim *sim, const struct version *target, const char *keys[DEEPEST])
{
    const struct hook *hook = target->kind->hook;

    split_path(sim, hook == NULL ? ".spec.replicas" : hook->scale->spec, keys);
}

static bool can_be_scaled(const struct kind *kind)
{
    return kind_is(kind, "Deployment") || (kind->hook != NULL && kind->hook->scale != NULL);
}

static bool scales(const struct version *autoscaler, const struct version *target)
{
    const json_t *reference = json_at(autoscaler->json, "spec", "scaleTargetRef");

    return autoscaler->namespace == target->namespace &&
           text_equal(json_text_at(reference, "kind"), target->kind->name) &&
           text_equal(json_text_at(reference, "name"), target->name);
}

static void enqueue_those_of(struct sim *sim, const struct version *target)
{
    struct shelf all = shelf_of_kind(&sim->store->live.all, kind_by_name(sim->kinds, KIND));

    for (size_t i = 0; i < all.count; i++) {
        if (scales(all.at[i], target))
            queue_add(&sim->autoscalers->keys, all.at[i]->key);
    }
}

void autoscalers_see(struct sim *sim, const struct change *change)
{
    const struct version *version = change->after;

    if (version == NULL)
        return;
    if (can_be_scaled(version->kind))
        enqueue_those_of(sim, version);
    else if (kind_is(version->kind, KIND) && !text_equal(change->actor, "autoscaler"))
        queue_add(&sim->autoscalers->keys, version->key);
}

/* What has no replicas is switched off. */
static json_int_t wanted(const struct version *autoscaler, json_int_t now)
{
    json_int_t least = json_int_at(autoscaler->json, 1, "spec", "minReplicas");
    json_int_t most = json_int_at(autoscaler->json, 1, "spec", "maxReplicas");

    if (now == 0)
        return 0;
    return now > most ? most : now < least ? least : now;
}

static struct version *target_of(struct sim *sim, const struct version *autoscaler)
{
    const json_t *reference = json_at(autoscaler->json, "spec", "scaleTargetRef");
    const char *name = json_text_at(reference, "name");
    const struct kind *kind = kind_find(sim->kinds,
        json_text_at(reference, "apiVersion"),
        json_text_at(reference, "kind"));

    if (kind == NULL || name == NULL || !can_be_scaled(kind))
        return NULL;
    return store_get(sim,
        kind,
        table_name(&sim->names, fmt(sim->objects, "%s/%s", autoscaler->namespace, name)));
}

/* Of one of our kinds without a number the subresource cannot be read (apiextensions-apiserver,
 * ScaleREST.Get: "the spec replicas field does not exist"). */
static void reconcile(struct sim *sim, struct version *autoscaler)
{
    struct version *target = target_of(sim, autoscaler);
    const char *keys[DEEPEST];
    const json_t *there;
    json_int_t now, number;

    if (target == NULL || target->terminating || autoscaler->terminating)
        return;
    number_at(sim, target, keys);
    there = target->json;
    for (size_t i = 0; keys[i] != NULL; i++)
        there = json_at(there, keys[i]);
    if (there == NULL && target->kind->hook != NULL)
        return;
    now = there == NULL ? 1 : json_integer_value(there);
    number = wanted(autoscaler, now);
    if (number != now)
        store_update(sim, "autoscaler", edit_path(target->json, json_integer(number), keys));
    store_status(sim,
        "autoscaler",
        autoscaler,
        object(sim->objects, F("currentReplicas", INT(now)), F("desiredReplicas", INT(number))));
}

void autoscalers_turn(struct sim *sim)
{
    struct queue_keys keys = queue_take(&sim->autoscalers->keys, sim->objects, sim->now);

    for (size_t i = 0; i < keys.count; i++) {
        struct version *autoscaler = store_named(sim, KIND, keys.at[i]);

        if (autoscaler != NULL)
            reconcile(sim, autoscaler);
    }
}

long autoscalers_due(const struct sim *sim)
{
    return queue_due(&sim->autoscalers->keys, sim->now);
}
