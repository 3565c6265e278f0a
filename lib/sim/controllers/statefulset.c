#include <stdlib.h>
#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/core/world.h"
#include "sim/store/status.h"
#include "template.h"
#include "workloads.h"

/* The StatefulSet controller: ordinals, claims, Parallel and OrderedReady, rolling update from the
 * highest ordinal down, one Pod at a time. */

struct set {
    struct sim *sim;
    struct version *version;
    const char *hash;
    long replicas;
    bool parallel;
};

static struct version *pod_at(const struct set *set, long ordinal)
{
    return store_named(set->sim,
        "Pod",
        fmt(set->sim->objects, "%s/%s-%ld", set->version->namespace, set->version->name, ordinal));
}

static bool is_updated(const struct set *set, const struct version *pod)
{
    return text_equal(object_label(pod->json, "controller-revision-hash"), set->hash);
}

/* --- claims --- */

static const char *claim_name(const struct set *set, const json_t *claim, long ordinal)
{
    return fmt(set->sim->objects, "%s-%s-%ld", object_name(claim), set->version->name, ordinal);
}

static void create_claim(const struct set *set, const json_t *template, long ordinal)
{
    struct sim *sim = set->sim;
    const char *name = claim_name(set, template, ordinal);

    if (store_named(sim,
            "PersistentVolumeClaim",
            fmt(sim->objects, "%s/%s", set->version->namespace, name)) != NULL)
        return;
    store_create(sim,
        "statefulset",
        object(sim->objects,
            F("apiVersion", "v1"),
            F("kind", "PersistentVolumeClaim"),
            MAP("metadata",
                F("name", name),
                F("namespace", set->version->namespace),
                MAP("labels",
                    SPREAD(json_at(template, "metadata", "labels")),
                    SPREAD(json_at(set->version->json, "spec", "selector", "matchLabels")))),
            F("spec", json_at(template, "spec"))));
}

static void create_claims(const struct set *set, long ordinal)
{
    const json_t *item;

    json_each_item (json_at(set->version->json, "spec", "volumeClaimTemplates"), i, item)
        create_claim(set, item, ordinal);
}

/* No Pod is made while one of its claims is being deleted ("pvc ... is being deleted",
 * stateful_pod_control.go): it would be left without one. */
static bool has_leaving_claim(const struct set *set, long ordinal)
{
    const json_t *item;

    json_each_item (json_at(set->version->json, "spec", "volumeClaimTemplates"), i, item) {
        const struct version *claim = store_named(set->sim,
            "PersistentVolumeClaim",
            fmt(set->sim->objects,
                "%s/%s",
                set->version->namespace,
                claim_name(set, item, ordinal)));

        if (claim != NULL && claim->terminating)
            return true;
    }
    return false;
}

/* The Pod's volumes of the claims' names are the claims. */
static void mount_claims(const struct set *set, json_t *pod, long ordinal)
{
    json_t *volumes = json_new_list();
    const json_t *item;

    create_claims(set, ordinal);
    json_each_item (json_at(set->version->json, "spec", "volumeClaimTemplates"), i, item)
        json_add(volumes,
            object(set->sim->objects,
                F("name", object_name(item)),
                MAP("persistentVolumeClaim", F("claimName", claim_name(set, item, ordinal)))));
    json_each_item (json_at(pod, "spec", "volumes"), j, item)
        json_add(volumes, item);
    if (json_array_size(volumes) > 0)
        json_put(edit_map(pod, "spec"), "volumes", volumes);
}

/* persistentVolumeClaimRetentionPolicy: Delete. */
static void drop_claims(const struct set *set, long ordinal)
{
    const json_t *item;

    if (!text_equal(json_text_at(set->version->json,
                        "spec",
                        "persistentVolumeClaimRetentionPolicy",
                        "whenScaled"),
            "Delete"))
        return;
    json_each_item (json_at(set->version->json, "spec", "volumeClaimTemplates"), i, item) {
        const char *name = claim_name(set, item, ordinal);

        store_delete(set->sim,
            "statefulset",
            kind_by_name(set->sim->kinds, "PersistentVolumeClaim"),
            fmt(set->sim->objects, "%s/%s", set->version->namespace, name),
            NULL);
    }
}

/* Its references to other owners. */
static json_t *other_owners(const struct version *claim, const struct version *set,
    bool *controlled)
{
    json_t *others = json_new_list();
    const json_t *reference;

    json_each_item (json_at(claim->json, "metadata", "ownerReferences"), i, reference) {
        if (text_equal(json_text_at(reference, "uid"), set->uid))
            continue;
        json_add(others, reference);
        *controlled = *controlled || json_true_at(reference, "controller");
    }
    return others;
}

static void own_claim(const struct set *set, struct version *claim, bool owned)
{
    struct sim *sim = set->sim;
    bool controlled = false;
    json_t *references = other_owners(claim, set->version, &controlled);

    if (owned && !controlled)
        json_add(references,
            object(sim->objects,
                F("apiVersion", "apps/v1"),
                F("kind", "StatefulSet"),
                F("name", set->version->name),
                F("uid", set->version->uid)));
    store_patch(sim,
        "statefulset",
        claim,
        edited(claim->json,
            json_array_size(references) == 0 ? NULL : references,
            "metadata",
            "ownerReferences"));
}

/* whenDeleted: Delete makes the set an owner of its claims, so that they are collected with it. A
 * claim that somebody else controls has its own reference scrubbed, and no other one
 * (updateClaimOwnerRefForSetAndPod, stateful_set_utils.go). */
static void own_claims(const struct set *set, long ordinal)
{
    struct sim *sim = set->sim;
    bool owned = text_equal(json_text_at(set->version->json,
                                "spec",
                                "persistentVolumeClaimRetentionPolicy",
                                "whenDeleted"),
        "Delete");
    const json_t *item;

    json_each_item (json_at(set->version->json, "spec", "volumeClaimTemplates"), i, item) {
        struct version *claim = store_named(sim,
            "PersistentVolumeClaim",
            fmt(sim->objects, "%s/%s", set->version->namespace, claim_name(set, item, ordinal)));

        if (claim != NULL)
            own_claim(set, claim, owned);
    }
}

/* --- Pods --- */

static void create_pod(const struct set *set, long ordinal)
{
    struct sim *sim = set->sim;
    const char *name = fmt(sim->objects, "%s-%ld", set->version->name, ordinal);
    json_t *pod = workload_pod(sim,
        set->version,
        name,
        object(sim->objects,
            F("apps.kubernetes.io/pod-index", fmt(sim->objects, "%ld", ordinal)),
            F("controller-revision-hash", set->hash),
            F("statefulset.kubernetes.io/pod-name", name)));
    json_t *spec;

    json_put(pod, "spec", json_overlay(json_at(pod, "spec"), NULL));
    spec = edit_map(pod, "spec");
    edit_default(spec, "hostname", json_string(name));
    if (json_text_at(set->version->json, "spec", "serviceName") != NULL)
        edit_default(spec,
            "subdomain",
            json_string(json_text_at(set->version->json, "spec", "serviceName")));
    mount_claims(set, pod, ordinal);
    store_create(sim, "statefulset", pod);
}

/* Only for such a one is a claim made anew that has gone. */
static bool is_pending(const struct version *pod)
{
    return text_equal(json_text_at(pod->json, "status", "phase"), "Pending");
}

/* True where every Pod that is wanted exists, and (one after the other) is Ready. */
static bool fill(const struct set *set)
{
    bool all = true;

    for (long ordinal = 0; ordinal < set->replicas; ordinal++) {
        struct version *pod = pod_at(set, ordinal);

        own_claims(set, ordinal);
        if (pod != NULL && status_pod_ready(pod))
            continue;
        all = false;
        if (pod != NULL && is_pending(pod))
            create_claims(set, ordinal);
        else if (pod == NULL && !has_leaving_claim(set, ordinal))
            create_pod(set, ordinal);
        if (!set->parallel)
            return false;
    }
    return all;
}

static void delete_pod(const struct set *set, const struct version *pod)
{
    store_delete(set->sim, "statefulset", pod->kind, pod->key, pod->uid);
}

static bool shrink(const struct set *set, const struct owned_pods *pods)
{
    bool shrinking = false;

    for (size_t i = pods->count; i > 0; i--) {
        const char *index = object_label(pods->at[i - 1]->json, "apps.kubernetes.io/pod-index");
        long ordinal = index == NULL ? 0 : atol(index);

        if (ordinal < set->replicas || (shrinking && !set->parallel))
            continue;
        shrinking = true;
        if (!pods->at[i - 1]->terminating)
            delete_pod(set, pods->at[i - 1]);
        drop_claims(set, ordinal);
    }
    return shrinking;
}

/* From the highest ordinal down; the next one only when all above are updated and Ready. A Pod that
 * is not Ready stops it, also one that only an update could mend: so StatefulSets get stuck. */
static void update(const struct set *set)
{
    const json_t *spec = json_at(set->version->json, "spec");
    json_int_t partition = json_int_at(spec, 0, "updateStrategy", "rollingUpdate", "partition");

    if (!text_equal(json_text_at(spec, "updateStrategy", "type"), "RollingUpdate"))
        return;
    for (long ordinal = set->replicas - 1; ordinal >= partition; ordinal--) {
        struct version *pod = pod_at(set, ordinal);

        if (pod == NULL)
            return;
        if (!is_updated(set, pod) && !pod->terminating) {
            delete_pod(set, pod);
            return;
        }
        if (!status_pod_ready(pod))
            return;
    }
}

/* --- status --- */

static void write_status(const struct set *set)
{
    struct sim *sim = set->sim;
    struct owned_pods pods = workload_pods(sim, set->version);
    const char *name = fmt(sim->objects, "%s-%s", set->version->name, set->hash);
    const char *before = json_text_at(set->version->json, "status", "currentRevision");
    long ready = 0, updated = 0;
    bool done;

    for (size_t i = 0; i < pods.count; i++) {
        ready += status_pod_ready(pods.at[i]);
        updated += !pods.at[i]->terminating && is_updated(set, pods.at[i]);
    }
    done = before == NULL || (updated == set->replicas && ready == set->replicas);
    store_status(sim,
        "statefulset",
        set->version,
        object(sim->objects,
            F("observedGeneration", INT(object_generation(set->version->json))),
            F("replicas", INT(pods.count)),
            OPT("readyReplicas", status_number(ready)),
            F("availableReplicas", INT(ready)),
            OPT("currentReplicas", status_number(done ? updated : (long)pods.count - updated)),
            OPT("updatedReplicas", status_number(updated)),
            F("currentRevision", done ? name : before),
            F("updateRevision", name),
            F("collisionCount", INT(0))));
}

void statefulset_step(struct sim *sim, struct version *version)
{
    const json_t *spec = json_at(version->json, "spec");
    struct set set = {.sim = sim,
        .version = version,
        .hash = workload_hash(sim, version),
        .replicas = (long)json_int_at(spec, 1, "replicas"),
        .parallel = text_equal(json_text_at(spec, "podManagementPolicy"), "Parallel")};
    struct owned_pods pods = workload_pods(sim, version);
    bool filled = fill(&set);
    bool shrinking = shrink(&set, &pods);

    if (!shrinking && (filled || set.parallel))
        update(&set);
    write_status(&set);
}
