#include "metadata.h"
#include "scheduler.h"
#include "sim/core/edit.h"
#include "sim/core/world.h"
#include "template.h"

/* Volume claims: the binder and provisioner, growth, and the controller that keeps a deleted claim
 * until no Pod uses it. */

static bool uses(const struct version *pod, const char *claim)
{
    const json_t *volume;

    json_each_item (json_at(pod->json, "spec", "volumes"), i, volume) {
        if (text_equal(json_text_at(volume, "persistentVolumeClaim", "claimName"), claim))
            return true;
    }
    return false;
}

/* A Pod that no node has taken yet does not count (pvc_protection_controller.go, podUsesPVC): no
 * kubelet starts one whose claim is being deleted. Nor does `but`. */
static const struct version *user_of(struct sim *sim, const struct version *claim,
    const struct version *but)
{
    struct shelf pods = shelf_of_kind(&sim->store->live.all, kind_by_name(sim->kinds, "Pod"));

    for (size_t i = 0; i < pods.count; i++) {
        const struct version *pod = pods.at[i];
        const char *phase = json_text_at(pod->json, "status", "phase");

        if (pod != but && pod->namespace == claim->namespace && !text_equal(phase, "Succeeded") &&
            !text_equal(phase, "Failed") && json_text_at(pod->json, "spec", "nodeName") != NULL &&
            uses(pod, claim->name))
            return pod;
    }
    return NULL;
}

void claims_see(struct sim *sim, const struct change *change)
{
    const struct version *version = change->after == NULL ? change->before : change->after;
    struct table_row *row;

    if (kind_is(version->kind, "PersistentVolumeClaim") && change->after != NULL)
        queue_add(&sim->scheduler->claims, version->key);
    if (!kind_is(version->kind, "Pod") || change->after != NULL)
        return;
    table_each (&sim->scheduler->leaving, row)
        queue_add(&sim->scheduler->claims, row->key);
}

static const json_t *bound_status(struct sim *sim, const struct version *claim)
{
    const json_t *spec = json_at(claim->json, "spec");

    return object(sim->objects,
        F("phase", "Bound"),
        OPT("accessModes", json_at(spec, "accessModes")),
        MAP("capacity", OPT("storage", json_at(spec, "resources", "requests", "storage"))));
}

static void bind(struct sim *sim, struct version *claim)
{
    static const char *const annotations[][2] = {{"pv.kubernetes.io/bind-completed", "yes"},
        {"pv.kubernetes.io/bound-by-controller", "yes"},
        {"volume.beta.kubernetes.io/storage-provisioner", "simulated"},
        {"volume.kubernetes.io/storage-provisioner", "simulated"}};
    const json_t *bound = claim->json;
    const char *volume = fmt(sim->objects, "pvc-%s", claim->uid);
    struct write write;

    for (size_t i = 0; i < sizeof(annotations) / sizeof(*annotations); i++)
        bound = edited(bound,
            json_string(annotations[i][1]),
            "metadata",
            "annotations",
            annotations[i][0]);
    write = store_patch(sim,
        "volume-binder",
        claim,
        edited(bound, json_string(volume), "spec", "volumeName"));

    if (write.code == WRITTEN)
        store_status(sim, "volume-binder", write.version, bound_status(sim, claim));
}

static void unprotect(struct sim *sim, struct version *claim)
{
    if (user_of(sim, claim, NULL) != NULL) {
        table_put(&sim->scheduler->leaving, claim->key, sim);
        return;
    }
    table_remove(&sim->scheduler->leaving, claim->key);
    store_patch(sim, "volume-binder", claim, edited(claim->json, NULL, "metadata", "finalizers"));
}

/* Told so by hand: such storage grows as it is mounted. */
static bool grows_by_mounting(const struct version *claim)
{
    const json_t *condition;

    json_each_item (json_at(claim->json, "status", "conditions"), i, condition) {
        if (text_equal(json_text_at(condition, "type"), "FileSystemResizePending"))
            return true;
    }
    return false;
}

static void grow(struct sim *sim, struct version *claim)
{
    if (grows_by_mounting(claim) && user_of(sim, claim, NULL) != NULL) {
        table_put(&sim->scheduler->leaving, claim->key, sim);
        return;
    }
    table_remove(&sim->scheduler->leaving, claim->key);
    store_status(sim, "volume-binder", claim, bound_status(sim, claim));
}

void claims_turn(struct sim *sim)
{
    struct queue_keys keys = queue_take(&sim->scheduler->claims, sim->objects, sim->now);

    for (size_t i = 0; i < keys.count; i++) {
        struct version *claim = store_named(sim, "PersistentVolumeClaim", keys.at[i]);

        if (claim == NULL)
            continue;
        if (claim->terminating)
            unprotect(sim, claim);
        else if (json_text_at(claim->json, "spec", "volumeName") == NULL)
            bind(sim, claim);
        else if (!json_same(json_at(claim->json, "status", "capacity", "storage"),
                     json_at(claim->json, "spec", "resources", "requests", "storage")))
            grow(sim, claim);
    }
}

/* --- what keeps a Pod from its volumes --- */

static bool has_mode(const struct version *claim, const char *mode)
{
    return json_list_has(json_at(claim->json, "spec", "accessModes"), mode);
}

static const struct version *claim_of(struct sim *sim, const struct version *pod,
    const json_t *volume)
{
    const char *name = json_text_at(volume, "persistentVolumeClaim", "claimName");

    return name == NULL ? NULL
                        : store_named(sim,
                              "PersistentVolumeClaim",
                              fmt(sim->objects, "%s/%s", pod->namespace, name));
}

static bool is_bound(const struct version *claim)
{
    return claim != NULL && !claim->terminating &&
           text_equal(json_text_at(claim->json, "status", "phase"), "Bound");
}

const char *claims_trouble(struct sim *sim, const struct version *pod)
{
    const json_t *volume;

    json_each_item (json_at(pod->json, "spec", "volumes"), i, volume) {
        const char *name = json_text_at(volume, "persistentVolumeClaim", "claimName");

        if (name != NULL && !is_bound(claim_of(sim, pod, volume)))
            return fmt(sim->objects, "persistentvolumeclaim \"%s\" is not bound", name);
    }
    return NULL;
}

const char *claims_block(struct sim *sim, const struct version *pod, const char *node)
{
    const json_t *volume;

    json_each_item (json_at(pod->json, "spec", "volumes"), i, volume) {
        const struct version *claim = claim_of(sim, pod, volume);
        const struct version *user = claim == NULL ? NULL : user_of(sim, claim, pod);
        const char *has = user == NULL ? NULL : json_text_at(user->json, "spec", "nodeName");

        if (has == NULL || has_mode(claim, "ReadWriteMany"))
            continue;
        if (has_mode(claim, "ReadWriteOncePod"))
            return fmt(sim->objects, "PersistentVolumeClaim \"%s\" is in use", claim->name);
        if (!text_equal(has, node))
            return fmt(sim->objects,
                "Multi-Attach error: volume \"%s\" is attached to node %s",
                claim->name,
                has);
    }
    return NULL;
}
