#include <stdlib.h>
#include <string.h>

#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/core/world.h"
#include "sim/store/status.h"
#include "template.h"
#include "workloads.h"

/* The Deployment controller: rolling update within maxSurge and maxUnavailable, conditions
 * Available and Progressing with the progress deadline. */

struct counts {
    long wanted, surge, unavailable;
    long total; /* Pods that are not terminating */
    long updated, ready, ready_updated;
};

/* "25%" of `of`, rounded up or down; or a plain number. */
static long share(const json_t *value, long of, bool up)
{
    const char *text = json_string_value(value);
    long percent;

    if (text == NULL)
        return (long)json_integer_value(value);
    percent = strtol(text, NULL, 10);
    return (percent * of + (up ? 99 : 0)) / 100;
}

static bool is_updated(const struct version *pod, const char *hash)
{
    return text_equal(object_label(pod->json, "pod-template-hash"), hash);
}

static struct counts count(const struct version *deployment, const struct owned_pods *pods,
    const char *hash)
{
    const json_t *spec = json_at(deployment->json, "spec");
    const json_t *rolling = json_at(spec, "strategy", "rollingUpdate");
    struct counts counts = {.wanted = (long)json_int_at(spec, 1, "replicas")};

    counts.surge = share(json_at(rolling, "maxSurge"), counts.wanted, true);
    counts.unavailable = share(json_at(rolling, "maxUnavailable"), counts.wanted, false);
    if (counts.surge == 0 && counts.unavailable == 0)
        counts.unavailable = 1;
    for (size_t i = 0; i < pods->count; i++) {
        bool ready = status_pod_ready(pods->at[i]);
        bool updated = is_updated(pods->at[i], hash);

        if (pods->at[i]->terminating)
            continue;
        counts.total++;
        counts.updated += updated;
        counts.ready += ready;
        counts.ready_updated += ready && updated;
    }
    return counts;
}

/* --- Pods --- */

static const char *suffix(struct sim *sim)
{
    size_t number = ++sim->workloads->names;
    const char *text = fmt(sim->objects, "%zu", number);

    return text_copy(sim->objects, digest(sim->objects, text, strlen(text)), 5);
}

static void create(struct sim *sim, const struct version *deployment, const char *hash, long more)
{
    const json_t *label = object(sim->objects, F("pod-template-hash", hash));

    for (; more > 0; more--) {
        const char *name = fmt(sim->objects, "%s-%s-%s", deployment->name, hash, suffix(sim));

        store_create(sim, "deployment", workload_pod(sim, deployment, name, label));
    }
}

/* Deletes up to `most` Pods that are (not) of the newest template, those that are not Ready
 * first. */
static long delete (struct sim *sim, const struct owned_pods *pods, const char *hash, bool updated,
    bool ready, long most)
{
    long deleted = 0;

    for (size_t i = 0; i < pods->count && deleted < most; i++) {
        struct version *pod = pods->at[i];

        if (pod->terminating || is_updated(pod, hash) != updated || status_pod_ready(pod) != ready)
            continue;
        store_delete(sim, "deployment", pod->kind, pod->key, pod->uid);
        deleted++;
    }
    return deleted;
}

static long least(long a, long b)
{
    return a < b ? a : b;
}

static void roll(struct sim *sim, const struct version *deployment, const struct owned_pods *pods,
    const char *hash, const struct counts *counts)
{
    long spare = counts->ready - (counts->wanted - counts->unavailable);
    long too_many = counts->updated - counts->wanted;

    if (too_many > 0) {
        too_many -= delete (sim, pods, hash, true, false, too_many);
        delete (sim, pods, hash, true, true, too_many);
    }
    create(sim,
        deployment,
        hash,
        least(counts->wanted - counts->updated, counts->wanted + counts->surge - counts->total));
    if (counts->total == counts->updated)
        return;
    delete (sim, pods, hash, false, false, counts->total);
    delete (sim, pods, hash, false, true, spare);
}

static void recreate(struct sim *sim, const struct version *deployment,
    const struct owned_pods *pods, const char *hash, const struct counts *counts)
{
    long old = counts->total - counts->updated;

    delete (sim, pods, hash, false, false, old);
    delete (sim, pods, hash, false, true, old);
    if ((long)pods->count == counts->updated)
        create(sim, deployment, hash, counts->wanted - counts->updated);
    delete (sim, pods, hash, true, true, counts->updated - counts->wanted);
}

/* --- status --- */

static bool complete(const struct counts *counts)
{
    return counts->updated == counts->wanted && counts->total == counts->wanted &&
           counts->ready == counts->wanted;
}

static struct progress *progress_of(struct sim *sim, const struct version *deployment)
{
    struct progress *progress = table_get(&sim->workloads->progress, deployment->uid);

    if (progress == NULL) {
        progress = arena_make(sim->arena, struct progress);
        table_put(&sim->workloads->progress, deployment->uid, progress);
    }
    return progress;
}

/* Seconds of progressDeadlineSeconds that are left; the clock starts again with each progress. */
static long time_left(struct sim *sim, const struct version *deployment, const char *hash,
    const struct counts *counts)
{
    struct progress *progress = progress_of(sim, deployment);
    const char *mark = fmt(sim->objects,
        "%s %ld %ld %ld",
        hash,
        counts->updated,
        counts->ready_updated,
        counts->total - counts->updated);

    if (!text_equal(progress->mark, mark)) {
        progress->mark = table_name(&sim->names, mark);
        progress->since = sim->now;
    }
    return progress->since +
           (long)json_int_at(deployment->json, 600, "spec", "progressDeadlineSeconds") - sim->now;
}

static struct status_condition progressing(const struct counts *counts, long left)
{
    if (complete(counts))
        return (struct status_condition){"Progressing",
            "True",
            "NewReplicaSetAvailable",
            "ReplicaSet has successfully progressed."};
    if (left <= 0)
        return (struct status_condition){"Progressing",
            "False",
            "ProgressDeadlineExceeded",
            "ReplicaSet has timed out progressing."};
    return (struct status_condition){"Progressing",
        "True",
        "ReplicaSetUpdated",
        "ReplicaSet is progressing."};
}

static const json_t *conditions_of(struct sim *sim, const struct version *deployment,
    const struct counts *counts, long left)
{
    const json_t *old = json_at(deployment->json, "status", "conditions");
    bool available = counts->ready >= counts->wanted - counts->unavailable;
    json_t *conditions = json_new_list();

    status_condition(sim,
        conditions,
        old,
        (struct status_condition){"Available",
            available ? "True" : "False",
            available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            available ? "Deployment has minimum availability."
                      : "Deployment does not have minimum availability."});
    status_condition(sim, conditions, old, progressing(counts, left));
    return conditions;
}

static void write_status(struct sim *sim, const struct version *deployment, const char *hash)
{
    struct owned_pods pods = workload_pods(sim, deployment);
    struct counts counts = count(deployment, &pods, hash);
    long left = time_left(sim, deployment, hash, &counts);
    const char *name = table_name(&sim->names, fmt(sim->objects, "Deployment %s", deployment->key));

    if (complete(&counts))
        queue_cancel(&sim->workloads->queue, name);
    else if (left > 0)
        queue_add_at(&sim->workloads->queue, name, sim->now + left);
    store_status(sim,
        "deployment",
        deployment,
        object(sim->objects,
            F("observedGeneration", INT(object_generation(deployment->json))),
            OPT("replicas", status_number(counts.total)),
            OPT("updatedReplicas", status_number(counts.updated)),
            OPT("readyReplicas", status_number(counts.ready)),
            OPT("availableReplicas", status_number(counts.ready)),
            OPT("unavailableReplicas",
                status_number(counts.wanted > counts.ready ? counts.wanted - counts.ready : 0)),
            F("conditions", conditions_of(sim, deployment, &counts, left))));
}

/* deployment.kubernetes.io/revision counts the templates: a field of somebody else's in an object
 * of the hook's. */
static struct version *count_revision(struct sim *sim, struct version *deployment, const char *hash)
{
    struct progress *progress = progress_of(sim, deployment);
    struct write write;

    if (text_equal(progress->hash, hash))
        return deployment;
    progress->hash = table_name(&sim->names, hash);
    progress->revision++;
    write = store_patch(sim,
        "deployment",
        deployment,
        edited(deployment->json,
            json_string(fmt(sim->objects, "%d", progress->revision)),
            "metadata",
            "annotations",
            "deployment.kubernetes.io/revision"));
    return write.version == NULL ? deployment : write.version;
}

void deployment_step(struct sim *sim, struct version *deployment)
{
    const char *hash = workload_hash(sim, deployment);
    struct owned_pods pods = workload_pods(sim, deployment);
    struct counts counts = count(deployment, &pods, hash);

    deployment = count_revision(sim, deployment, hash);
    if (text_equal(json_text_at(deployment->json, "spec", "strategy", "type"), "Recreate"))
        recreate(sim, deployment, &pods, hash, &counts);
    else
        roll(sim, deployment, &pods, hash, &counts);
    write_status(sim, deployment, hash);
}
