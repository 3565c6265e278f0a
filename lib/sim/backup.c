#include "metadata.h"
#include "sim/audit/auditor.h"
#include "sim/core/edit.h"
#include "sim/core/world.h"
#include "sim/vitess/etcd.h"

/* Kinds in the order in which Velero restores them: volumes first, custom resources last. */
static const char *const order[] = {"PersistentVolumeClaim",
    "Secret",
    "ConfigMap",
    "ServiceAccount",
    "Pod",
    "Service",
    "Deployment",
    "StatefulSet",
    "PodDisruptionBudget",
    "NetworkPolicy",
    "HorizontalPodAutoscaler",
    NULL};

void sim_backup(struct sim *sim, const char *namespace)
{
    struct json_scope scope = json_enter(sim->arena);
    const struct shelf *all = &sim->store->live.all;
    json_t *objects = json_new_list();

    for (size_t i = 0; i < all->count; i++) {
        if (text_equal(all->at[i]->namespace, namespace))
            json_add(objects, json_clone(all->at[i]->json));
    }
    sim->backup = objects;
    json_leave(scope);
}

/* A task that has ended is not restored. */
static bool is_complete(const json_t *object)
{
    const char *phase = json_text_at(object, "status", "phase");

    return text_equal(object_kind(object), "Pod") &&
           (text_equal(phase, "Succeeded") || text_equal(phase, "Failed"));
}

/* Metadata that the server gives: a create with it would be refused or ignore it. Velero takes the
 * owners off as well (resetMetadata in pkg/restore/restore.go). */
static const json_t *metadata_of(const json_t *object, const char *namespace, enum sim_restore how)
{
    static const char *const fields[] = {"uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "managedFields",
        "finalizers",
        NULL};
    json_t *metadata = json_overlay(json_at(object, "metadata"), NULL);

    for (const char *const *field = fields; *field != NULL; field++)
        json_object_del(metadata, *field);
    if (how == SIM_STRIPPED)
        json_object_del(metadata, "ownerReferences");
    json_put_text(metadata, "namespace", namespace);
    return metadata;
}

/* Where it was bound or scheduled to is not asked for again. */
static const json_t *restored(const json_t *object, const char *namespace, enum sim_restore how)
{
    json_t *copy = json_without(object, "status");
    const json_t *spec = json_at(object, "spec");

    json_put(copy, "metadata", metadata_of(object, namespace, how));
    if (text_equal(object_kind(object), "PersistentVolumeClaim"))
        json_put(copy, "spec", json_without(spec, "volumeName"));
    if (text_equal(object_kind(object), "Pod"))
        json_put(copy, "spec", json_without(spec, "nodeName"));
    return copy;
}

/* The volume of the restored claim has the data that the old one had. */
static void restore_data(struct sim *sim, const json_t *old, const struct version *claim)
{
    const void *filled = table_get(&sim->vitess->filled, object_uid(old));

    if (filled != NULL)
        table_put(&sim->vitess->filled, claim->uid, filled);
    etcd_restored(sim, object_uid(old), claim);
}

static void restore_object(struct sim *sim, const json_t *object, const char *namespace,
    enum sim_restore how)
{
    struct write write;

    if (is_complete(object))
        return;
    write = store_create(sim, "user", restored(object, namespace, how));
    if (write.code == WRITTEN)
        audit_restored(sim, object, write.version);
    if (write.code == WRITTEN && kind_is(write.version->kind, "PersistentVolumeClaim"))
        restore_data(sim, object, write.version);
    if (write.code == WRITE_REFUSED || write.code == WRITE_ENDING)
        world_note(sim, "restore: %s", write.message);
}

static size_t place_of(const json_t *object)
{
    size_t place = 0;

    while (order[place] != NULL && !text_equal(order[place], object_kind(object)))
        place++;
    return place;
}

static void restore_all(struct sim *sim, const char *namespace, enum sim_restore how)
{
    const json_t *object;

    for (size_t place = 0; place < sizeof(order) / sizeof(*order); place++) {
        json_each_item (sim->backup, i, object) {
            if (place_of(object) == place)
                restore_object(sim, object, namespace, how);
        }
    }
}

void sim_disown(struct sim *sim, const char *kind, const char *namespace)
{
    struct json_scope scope = json_enter(sim->objects);
    struct shelf all = shelf_of_kind(&sim->store->live.all, kind_by_name(sim->kinds, kind));

    for (size_t i = 0; i < all.count; i++) {
        const struct version *version = all.at[i];

        if (text_equal(version->namespace, namespace))
            store_patch(sim,
                "user",
                version,
                edited(version->json, NULL, "metadata", "ownerReferences"));
    }
    json_leave(scope);
}

bool sim_restore(struct sim *sim, const char *namespace, enum sim_restore how)
{
    struct json_scope scope;

    if (sim->backup == NULL)
        return false;
    scope = json_enter(sim->objects);
    restore_all(sim, namespace, how);
    world_disturbed(sim);
    json_leave(scope);
    return true;
}
