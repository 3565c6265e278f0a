#include "workloads.h"

#include <string.h>

#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/core/world.h"
#include "template.h"

void workloads_start(struct sim *sim)
{
    sim->workloads = arena_make(sim->arena, struct workloads);
    sim->workloads->progress.arena = sim->arena;
    queue_start(&sim->workloads->queue, sim->arena);
}

static void enqueue(struct sim *sim, const char *kind, const char *key)
{
    queue_add(&sim->workloads->queue,
        table_name(&sim->names, fmt(sim->objects, "%s %s", kind, key)));
}

static void enqueue_owner(struct sim *sim, const struct version *pod)
{
    const json_t *reference;

    json_each_item (json_at(pod->json, "metadata", "ownerReferences"), i, reference) {
        const char *kind = json_text_at(reference, "kind");

        if (text_equal(kind, "Deployment") || text_equal(kind, "StatefulSet"))
            enqueue(sim,
                kind,
                fmt(sim->objects, "%s/%s", pod->namespace, json_text_at(reference, "name")));
    }
}

static bool selects(const struct version *workload, const struct version *pod)
{
    return workload->namespace == pod->namespace && !workload->terminating &&
           selector_matches(json_at(workload->json, "spec", "selector"),
               json_at(pod->json, "metadata", "labels"));
}

/* A Pod without a controller concerns each workload that could adopt it. */
static void enqueue_adopters(struct sim *sim, const struct version *pod)
{
    static const char *const kinds[] = {"Deployment", "StatefulSet"};

    for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
        struct shelf all = shelf_of_kind(&sim->store->live.all, kind_by_name(sim->kinds, kinds[k]));

        for (size_t i = 0; i < all.count; i++) {
            if (selects(all.at[i], pod))
                enqueue(sim, kinds[k], all.at[i]->key);
        }
    }
}

/* A set that waits for this claim to go tries again and again. */
static void enqueue_sets(struct sim *sim, const struct version *claim)
{
    struct shelf all =
        shelf_of_kind(&sim->store->live.all, kind_by_name(sim->kinds, "StatefulSet"));

    for (size_t i = 0; i < all.count; i++) {
        if (all.at[i]->namespace == claim->namespace)
            enqueue(sim, "StatefulSet", all.at[i]->key);
    }
}

void workloads_see(struct sim *sim, const struct change *change)
{
    const struct version *version = change->after == NULL ? change->before : change->after;

    if (kind_is(version->kind, "PersistentVolumeClaim") && change->after == NULL)
        enqueue_sets(sim, version);
    else if (kind_is(version->kind, "Pod") && version->owner != NULL)
        enqueue_owner(sim, version);
    else if (kind_is(version->kind, "Pod") && change->after != NULL)
        enqueue_adopters(sim, version);
    else if (kind_is(version->kind, "Deployment") || kind_is(version->kind, "StatefulSet"))
        enqueue(sim, version->kind->name, version->key);
}

/* A StatefulSet takes only those that have a name of its own (ClaimPods and isMemberOf). */
static bool may_adopt(const struct version *workload, const struct version *pod)
{
    const char *dash = strrchr(pod->name, '-');
    size_t length = strlen(workload->name);

    if (pod->owner != NULL || pod->terminating || !selects(workload, pod))
        return false;
    return !kind_is(workload->kind, "StatefulSet") ||
           (dash == pod->name + length && strncmp(pod->name, workload->name, length) == 0);
}

static void adopt_pods(struct sim *sim, const struct version *workload)
{
    struct shelf all = shelf_of_kind(&sim->store->live.orphans, kind_by_name(sim->kinds, "Pod"));
    struct version **copy = arena_array(sim->objects, all.count + 1, sizeof(*copy));

    for (size_t i = 0; i < all.count; i++)
        copy[i] = all.at[i];
    for (size_t i = 0; i < all.count; i++) {
        if (may_adopt(workload, copy[i]))
            store_patch(sim,
                "workload",
                copy[i],
                edited(copy[i]->json,
                    json_at(workload_pod(sim, workload, copy[i]->name, NULL),
                        "metadata",
                        "ownerReferences"),
                    "metadata",
                    "ownerReferences"));
    }
}

void workloads_turn(struct sim *sim)
{
    struct queue_keys keys = queue_take(&sim->workloads->queue, sim->objects, sim->now);

    chance_shuffle(&sim->chance, keys.at, keys.count, sizeof(*keys.at));
    for (size_t i = 0; i < keys.count; i++) {
        const char *key = strchr(keys.at[i], ' ') + 1;
        bool deployment = text_starts_with(keys.at[i], "Deployment ");
        struct version *version = store_named(sim, deployment ? "Deployment" : "StatefulSet", key);

        if (version == NULL || version->terminating)
            continue;
        adopt_pods(sim, version);
        if (deployment)
            deployment_step(sim, version);
        else
            statefulset_step(sim, version);
    }
}

long workloads_due(const struct sim *sim)
{
    return queue_due(&sim->workloads->queue, sim->now);
}

/* --- shared --- */

struct owned_pods workload_pods(struct sim *sim, const struct version *workload)
{
    struct shelf some = shelf_of_kind(view_owned(&sim->store->live, workload->uid),
        kind_by_name(sim->kinds, "Pod"));
    struct owned_pods pods = {arena_array(sim->objects, some.count + 1, sizeof(*pods.at)),
        some.count};

    for (size_t i = 0; i < some.count; i++)
        pods.at[i] = some.at[i];
    return pods;
}

const char *workload_hash(struct sim *sim, const struct version *workload)
{
    size_t length;
    const char *text =
        json_write(sim->objects, json_at(workload->json, "spec", "template"), &length);

    return text_copy(sim->objects, digest(sim->objects, text, length), 10);
}

json_t *workload_pod(struct sim *sim, const struct version *workload, const char *name,
    const json_t *extra)
{
    const json_t *template = json_at(workload->json, "spec", "template");

    return json_clone(object(sim->objects,
        F("apiVersion", "v1"),
        F("kind", "Pod"),
        MAP("metadata",
            F("name", name),
            F("namespace", workload->namespace),
            MAP("labels", SPREAD(json_at(template, "metadata", "labels")), SPREAD(extra)),
            OPT("annotations", json_at(template, "metadata", "annotations")),
            LIST("ownerReferences",
                ITEM(F("apiVersion", "apps/v1"),
                    F("kind", workload->kind->name),
                    F("name", workload->name),
                    F("uid", workload->uid),
                    F("controller", BOOL(true)),
                    F("blockOwnerDeletion", BOOL(true))))),
        F("spec", json_at(template, "spec"))));
}
