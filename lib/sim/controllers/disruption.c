#include "disruption.h"

#include "conditions.h"
#include "metadata.h"
#include "sim/core/clock.h"
#include "sim/core/world.h"
#include "sim/store/status.h"
#include "template.h"

/* After pkg/controller/disruption/disruption.go of Kubernetes 1.36. */

#define ALLOWED "DisruptionAllowed"

void disruption_start(struct sim *sim)
{
    sim->disruption = arena_make(sim->arena, struct disruption);
    queue_start(&sim->disruption->budgets, sim->arena);
}

static bool selects(const struct version *budget, const struct version *pod)
{
    return budget->namespace == pod->namespace &&
           selector_matches(json_at(budget->json, "spec", "selector"),
               json_at(pod->json, "metadata", "labels"));
}

/* A Pod's status changes often. What its budgets count does not. */
static bool counts_anew(const struct change *change)
{
    const struct version *before = change->before, *after = change->after;

    return before == NULL || after == NULL || status_pod_ready(before) != status_pod_ready(after) ||
           !json_same(json_at(before->json, "metadata", "labels"),
               json_at(after->json, "metadata", "labels"));
}

static void enqueue_budgets(struct sim *sim, const struct version *pod)
{
    struct shelf budgets =
        shelf_of_kind(&sim->store->live.all, kind_by_name(sim->kinds, "PodDisruptionBudget"));

    for (size_t i = 0; i < budgets.count; i++) {
        if (selects(budgets.at[i], pod))
            queue_add(&sim->disruption->budgets, budgets.at[i]->key);
    }
}

void disruption_see(struct sim *sim, const struct change *change)
{
    const struct version *version = change->after == NULL ? change->before : change->after;

    if (kind_is(version->kind, "Pod")) {
        if (counts_anew(change))
            enqueue_budgets(sim, version);
    } else if (kind_is(version->kind, "PodDisruptionBudget") && change->after != NULL &&
               !text_equal(change->actor, "disruption")) {
        queue_add(&sim->disruption->budgets, version->key);
    }
}

static struct budget_counts count(struct sim *sim, const struct version *budget)
{
    struct shelf pods = shelf_of_kind(&sim->store->live.all, kind_by_name(sim->kinds, "Pod"));
    struct budget_counts count = {.wanted = json_int_at(budget->json, 0, "spec", "minAvailable")};

    for (size_t i = 0; i < pods.count; i++) {
        if (!selects(budget, pods.at[i]))
            continue;
        count.expected++;
        count.healthy += status_pod_ready(pods.at[i]);
    }
    if (count.healthy > count.wanted)
        count.allowed = count.healthy - count.wanted;
    return count;
}

/* A metav1.Condition: a message is always there. */
static const json_t *allowed_condition(struct sim *sim, const struct version *budget, bool allowed)
{
    const json_t *old = json_at(budget->json, "status");
    const char *status = allowed ? "True" : "False";
    const char *since = NULL;
    const json_t *condition;

    json_each_item (json_at(old, "conditions"), i, condition) {
        if (text_equal(json_text_at(condition, "status"), status))
            since = json_text_at(condition, "lastTransitionTime");
    }
    return object(sim->objects,
        F("type", ALLOWED),
        F("status", status),
        F("observedGeneration", INT(object_generation(budget->json))),
        F("lastTransitionTime", since == NULL ? clock_text(sim->objects, sim->now) : since),
        F("reason", allowed ? "SufficientPods" : "InsufficientPods"),
        F("message", ""));
}

static const json_t *budget_status(struct sim *sim, const struct version *budget)
{
    struct budget_counts now = count(sim, budget);

    return object(sim->objects,
        SPREAD(status_budget(sim->objects, now)),
        F("observedGeneration", INT(object_generation(budget->json))),
        LIST("conditions", V(allowed_condition(sim, budget, now.allowed > 0))));
}

void disruption_turn(struct sim *sim)
{
    struct queue_keys keys = queue_take(&sim->disruption->budgets, sim->objects, sim->now);

    for (size_t i = 0; i < keys.count; i++) {
        struct version *budget = store_named(sim, "PodDisruptionBudget", keys.at[i]);

        if (budget != NULL && json_is_integer(json_at(budget->json, "spec", "minAvailable")))
            store_status(sim, "disruption", budget, budget_status(sim, budget));
    }
}

long disruption_due(const struct sim *sim)
{
    return queue_due(&sim->disruption->budgets, sim->now);
}
