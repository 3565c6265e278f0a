#include "scheduler.h"

#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/core/world.h"
#include "sim/store/status.h"
#include "template.h"

void scheduler_start(struct sim *sim)
{
    struct scheduler *scheduler = arena_make(sim->arena, struct scheduler);

    sim->scheduler = scheduler;
    scheduler->lost.arena = sim->arena;
    scheduler->nodes.arena = scheduler->waiting.arena = scheduler->leaving.arena = sim->arena;
    queue_start(&scheduler->pods, sim->arena);
    queue_start(&scheduler->claims, sim->arena);
    queue_start(&scheduler->deaths, sim->arena);
}

static void count_pod(struct sim *sim, const struct version *pod, int by)
{
    struct node *node =
        table_get(&sim->scheduler->nodes, json_text_at(pod->json, "spec", "nodeName"));
    size_t *count;

    if (node == NULL)
        return;
    node->pods += (size_t)by;
    if (pod->owner == NULL)
        return;
    count = table_get(&node->owners, pod->owner);
    if (count == NULL) {
        count = arena_make(sim->arena, size_t);
        table_put(&node->owners, pod->owner, count);
    }
    *count += (size_t)by;
}

static bool has_node(const struct version *pod)
{
    return pod != NULL && json_text_at(pod->json, "spec", "nodeName") != NULL;
}

/* A new node or a bound claim may be what a Pod waited for. */
static void wake_waiting(struct sim *sim)
{
    struct table_row *row;

    table_each (&sim->scheduler->waiting, row)
        queue_add(&sim->scheduler->pods, row->key);
}

void scheduler_see(struct sim *sim, const struct change *change)
{
    const struct version *version = change->after == NULL ? change->before : change->after;

    nodes_see(sim, change);
    claims_see(sim, change);
    if (!kind_is(version->kind, "Pod")) {
        if (kind_is(version->kind, "Node") || kind_is(version->kind, "PersistentVolumeClaim"))
            wake_waiting(sim);
        return;
    }
    if (change->after == NULL) {
        table_remove(&sim->scheduler->waiting, version->key);
        wake_waiting(sim);
    } else if (!has_node(version))
        queue_add(&sim->scheduler->pods, version->key);
    if (has_node(change->before) && change->after == NULL)
        count_pod(sim, change->before, -1);
    else if (has_node(change->after) && !has_node(change->before))
        count_pod(sim, change->after, 1);
}

static const json_t *scheduled_status(struct sim *sim, const struct version *pod, const char *why)
{
    json_t *conditions = json_new_list();

    status_condition(sim,
        conditions,
        json_at(pod->json, "status", "conditions"),
        (struct status_condition){"PodScheduled",
            why == NULL ? "True" : "False",
            why == NULL ? NULL : "Unschedulable",
            why});
    return edited(json_at(pod->json, "status"), conditions, "conditions");
}

/* The Pod on its node. The API server copies the labels that say where the node is (admission
 * plugin PodTopologyLabels). */
static const json_t *placed(struct sim *sim, const struct version *pod, const char *name)
{
    static const char *const topology[] = {"topology.kubernetes.io/region",
        "topology.kubernetes.io/zone"};
    const struct version *node = store_named(sim, "Node", name);
    const json_t *result = edited(pod->json, json_string(name), "spec", "nodeName");

    for (size_t i = 0; node != NULL && i < sizeof(topology) / sizeof(*topology); i++) {
        const char *label = object_label(node->json, topology[i]);

        if (label != NULL)
            result = edited(result, json_string(label), "metadata", "labels", topology[i]);
    }
    return result;
}

static void schedule(struct sim *sim, struct version *pod)
{
    const char *why = claims_trouble(sim, pod);
    struct node *node = NULL;
    struct write write;

    if (why == NULL)
        node = nodes_choose(sim, pod, &why);
    if (node == NULL) {
        table_put(&sim->scheduler->waiting, pod->key, sim);
        store_status(sim, "scheduler", pod, scheduled_status(sim, pod, why));
        return;
    }
    table_remove(&sim->scheduler->waiting, pod->key);
    write = store_patch(sim, "scheduler", pod, placed(sim, pod, node->name));
    if (write.code == WRITTEN)
        store_status(sim, "scheduler", write.version, scheduled_status(sim, pod, NULL));
}

void scheduler_turn(struct sim *sim)
{
    struct queue_keys keys;

    nodes_turn(sim);
    claims_turn(sim);
    keys = queue_take(&sim->scheduler->pods, sim->objects, sim->now);
    for (size_t i = 0; i < keys.count; i++) {
        struct version *pod = store_named(sim, "Pod", keys.at[i]);

        if (pod != NULL && !has_node(pod) && !pod->terminating)
            schedule(sim, pod);
    }
}

long scheduler_due(const struct sim *sim)
{
    const struct queue *queues[] = {&sim->scheduler->pods,
        &sim->scheduler->claims,
        &sim->scheduler->deaths};
    long due = NEVER;

    for (size_t i = 0; i < sizeof(queues) / sizeof(*queues); i++) {
        long other = queue_due(queues[i], sim->now);

        due = other < due ? other : due;
    }
    return due;
}
