#include "autoscaler.h"

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

static bool scales(const struct version *autoscaler, const struct version *deployment)
{
    return autoscaler->namespace == deployment->namespace &&
           text_equal(json_text_at(autoscaler->json, "spec", "scaleTargetRef", "name"),
               object_name(deployment->json));
}

static void enqueue_those_of(struct sim *sim, const struct version *deployment)
{
    struct shelf all = shelf_of_kind(&sim->store->live.all, kind_by_name(sim->kinds, KIND));

    for (size_t i = 0; i < all.count; i++) {
        if (scales(all.at[i], deployment))
            queue_add(&sim->autoscalers->keys, all.at[i]->key);
    }
}

void autoscalers_see(struct sim *sim, const struct change *change)
{
    const struct version *version = change->after;

    if (version == NULL)
        return;
    if (kind_is(version->kind, "Deployment"))
        enqueue_those_of(sim, version);
    else if (kind_is(version->kind, KIND) && !text_equal(change->actor, "autoscaler"))
        queue_add(&sim->autoscalers->keys, version->key);
}

/* A Deployment of no replicas is switched off. */
static json_int_t wanted(const struct version *autoscaler, json_int_t now)
{
    json_int_t least = json_int_at(autoscaler->json, 1, "spec", "minReplicas");
    json_int_t most = json_int_at(autoscaler->json, 1, "spec", "maxReplicas");

    if (now == 0)
        return 0;
    return now > most ? most : now < least ? least : now;
}

static void reconcile(struct sim *sim, struct version *autoscaler)
{
    const char *name = json_text_at(autoscaler->json, "spec", "scaleTargetRef", "name");
    struct version *deployment = store_named(sim,
        "Deployment",
        fmt(sim->objects, "%s/%s", autoscaler->namespace, name == NULL ? "" : name));
    json_int_t now, number;

    if (deployment == NULL || deployment->terminating || autoscaler->terminating)
        return;
    now = json_int_at(deployment->json, 1, "spec", "replicas");
    number = wanted(autoscaler, now);
    if (number != now)
        store_update(sim,
            "autoscaler",
            edited(deployment->json, json_integer(number), "spec", "replicas"));
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
