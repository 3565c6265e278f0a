#include "cluster.h"

#include "at_once.h"
#include "keys.h"
#include "metadata.h"
#include "names.h"
#include "release.h"
#include "template.h"

/* The levels below a VitessCluster, and who of them may go. */

/* --- what a restore has brought into another namespace --- */

/* A vtctld that still runs as it was made there would have what a level asks be done to the cluster
 * that it is from. */
static bool vtctld_is_at_home(const struct cluster_hook *hook)
{
    const struct objects vtctlds = v2_deployments_of(hook, VTCTLD_COMPONENT);

    for (size_t i = 0; i < vtctlds.count; i++) {
        if (!deployment_settled(vtctlds.at[i]))
            return false;
    }
    return vtctlds.count > 0 && !v2_vtctld_came_along(hook);
}

/* --- edits --- */

static void want_edited(struct cluster_hook *hook, struct answer *answer, const json_t *wanted,
    const struct objects *there,
    const json_t *(*at_once)(struct arena *, const json_t *applied, const json_t *desired,
        const json_t *observed))
{
    struct arena *a = hook->arena;
    const json_t *desired = v2_own_child(hook, wanted);
    const json_t *observed = objects_find(there, object_name(desired));
    const bool elsewhere = observed != NULL && v2_made_elsewhere(a, observed);
    const struct v2_edit edit = {
        .desired = desired,
        .observed = observed,
        .at_once = observed == NULL
                       ? NULL
                       : at_once(a, resource_as_applied(a, &v2_keys, observed), desired, observed),
        /* One that was made elsewhere is told where it is, or it would do nothing for ever. */
        .immediate = hook->immediate || elsewhere,
    };

    want(answer,
        elsewhere && !vtctld_is_at_home(hook) ? resource_as_applied(a, &v2_keys, observed)
                                              : v2_let_go(a, &edit));
}

static json_t *reason(struct arena *a, const char *reason, const char *message)
{
    return json_overlay(object(a, F("reason", reason), F("message", message)), NULL);
}

static bool is_among(const json_t *list, const char *name)
{
    return json_list_has(list, name);
}

/* --- etcd --- */

/* One that is wanted no more is kept: all that Vitess knows is in it. */
static void want_lockserver(struct cluster_hook *hook, struct answer *answer)
{
    const json_t *wanted = v2_global_etcd(hook->arena, &hook->cluster);

    if (wanted != NULL)
        want(answer, v2_own_child(hook, wanted));
    for (size_t i = 0; wanted == NULL && i < hook->lockservers.count; i++)
        want(answer, resource_as_applied(hook->arena, &v2_keys, hook->lockservers.at[i]));
}

/* --- cells --- */

/* Here and below: a status may have been edited by anybody, so that neither what else it says nor
 * the specs may gainsay that nothing is there. */
static bool cell_is_empty(const struct cluster_hook *hook, const json_t *cell)
{
    for (size_t i = 0; i < hook->keyspaces.count; i++) {
        if (v2_keyspace_is_in(hook->keyspaces.at[i], json_text_at(cell, "spec", "name")))
            return false;
    }
    return v2_is_idle(cell) && json_object_size(json_at(cell, "status", "keyspaces")) == 0;
}

static void leave_cell(struct cluster_hook *hook, struct answer *answer, const json_t *cell)
{
    if (json_true_at(cell, "spec", "leaving") && cell_is_empty(hook, cell)) {
        release_child(hook->arena, answer, cell, "it has left the spec, and nothing is in it");
        return;
    }
    want(answer,
        v2_told(hook->arena,
            resource_as_applied(hook->arena, &v2_keys, cell),
            "leaving",
            json_true()));
    json_put(hook->kept_cells,
        object_label(cell, CELL_LABEL),
        reason(hook->arena,
            "NotIdle",
            "The cell can't be turned down because it's not idle. You must remove all keyspaces "
            "from the cell first before removing the cell."));
}

static void want_cells(struct cluster_hook *hook, struct answer *answer)
{
    struct arena *a = hook->arena;
    json_t *names = json_new_list();

    for (size_t i = 0; i < hook->spec.cells.count; i++) {
        const struct cell *cell = &hook->spec.cells.at[i];
        const char *name = v2_cell_name(a, hook->cluster.name, cell->name);
        const json_t *desired =
            v2_derived_cell(a, &hook->cluster, cell, objects_find(&hook->cells, name));

        json_add_text(names, name);
        want_edited(hook, answer, desired, &hook->cells, v2_cell_at_once);
    }
    for (size_t i = 0; i < hook->cells.count; i++) {
        if (!is_among(names, object_name(hook->cells.at[i])))
            leave_cell(hook, answer, hook->cells.at[i]);
    }
}

/* --- keyspaces --- */

static bool has_pools(const json_t *template)
{
    return json_array_size(json_at(template, "tabletPools")) > 0;
}

static bool wants_tablets(const json_t *keyspace)
{
    const json_t *partitioning, *shard;

    json_each_item (json_at(keyspace, "spec", "partitionings"), i, partitioning) {
        if (has_pools(json_at(partitioning, "equal", "shardTemplate")))
            return true;
        json_each_item (json_at(partitioning, "custom", "shards"), j, shard) {
            if (has_pools(shard))
                return true;
        }
    }
    return false;
}

static bool keyspace_is_empty(const struct cluster_hook *hook, const json_t *keyspace)
{
    const json_t *shard;
    const char *name;

    if (wants_tablets(resource_as_applied(hook->arena, &v2_keys, keyspace)))
        return false;
    json_each_field (json_at(keyspace, "status", "shards"), name, shard) {
        if (json_at(shard, "desiredTablets") != NULL || json_at(shard, "tablets") != NULL)
            return false;
    }
    return v2_is_idle(keyspace) &&
           json_object_size(json_at(keyspace, "status", "orphanedShards")) == 0;
}

static void leave_keyspace(struct cluster_hook *hook, struct answer *answer, const json_t *keyspace)
{
    /* As the VitessCluster had it: somebody may have edited this one since. */
    const char *policy = json_text_at(object_last_applied(hook->arena, &v2_keys, keyspace),
        "spec",
        "turndownPolicy");
    const bool goes = text_equal(policy, "Immediate") || keyspace_is_empty(hook, keyspace);

    if (goes && v2_keyspace_may_be_pruned(hook, json_text_at(keyspace, "spec", "name"))) {
        release_child(hook->arena, answer, keyspace, "it has left the spec");
        return;
    }
    want(answer, resource_as_applied(hook->arena, &v2_keys, keyspace));
    json_put(hook->kept_keyspaces,
        object_label(keyspace, KEYSPACE_LABEL),
        goes ? reason(hook->arena,
                   V2_TURNING_DOWN,
                   "The keyspace and what Vitess knows of it are being deleted.")
             : reason(hook->arena,
                   "NotIdle",
                   "The keyspace can't be turned down because it's not idle. You must remove all "
                   "tablet pools before removing the keyspace."));
}

static void want_keyspaces(struct cluster_hook *hook, struct answer *answer)
{
    struct arena *a = hook->arena;
    json_t *names = json_new_list();

    for (size_t i = 0; i < hook->spec.keyspaces.count; i++) {
        const struct keyspace *keyspace = &hook->spec.keyspaces.at[i];
        const json_t *desired = v2_derived_keyspace(a, &hook->cluster, keyspace);

        json_add_text(names, object_name(desired));
        if (objects_find(&hook->keyspaces, object_name(desired)) != NULL ||
            v2_keyspace_may_be_made(hook, keyspace->name))
            want_edited(hook, answer, desired, &hook->keyspaces, v2_keyspace_at_once);
    }
    for (size_t i = 0; i < hook->keyspaces.count; i++) {
        if (!is_among(names, object_name(hook->keyspaces.at[i])))
            leave_keyspace(hook, answer, hook->keyspaces.at[i]);
    }
}

/* --- backups --- */

/* The backups themselves are where they are, whatever becomes of these objects. */
static void want_all(struct cluster_hook *hook, struct answer *answer, json_t *wanted,
    const struct objects *there)
{
    json_t *names = json_new_list();
    const json_t *object;

    json_each_item (wanted, i, object) {
        json_add_text(names, object_name(object));
        want(answer, v2_own_child(hook, object));
    }
    for (size_t i = 0; i < there->count; i++) {
        if (!is_among(names, object_name(there->at[i])))
            release_child(hook->arena, answer, there->at[i], "it has left the spec");
    }
}

static void want_backups(struct cluster_hook *hook, struct answer *answer)
{
    struct arena *a = hook->arena;
    const struct cluster_backup *backup = hook->spec.backup;
    json_t *storages = json_new_list(), *schedules = json_new_list();

    for (size_t i = 0; backup != NULL && i < backup->locations.count; i++)
        json_add(storages, v2_derived_backup_storage(a, &hook->cluster, &backup->locations.at[i]));
    for (size_t i = 0; backup != NULL && i < backup->schedules.count; i++)
        json_add(schedules,
            v2_derived_backup_schedule(a, &hook->cluster, &backup->schedules.at[i]));
    want_all(hook, answer, storages, &hook->storages);
    want_all(hook, answer, schedules, &hook->schedules);
}

void v2_want_tree(struct cluster_hook *hook, struct answer *answer)
{
    v2_prune_keyspaces(hook);
    want_lockserver(hook, answer);
    want_backups(hook, answer);
    want_cells(hook, answer);
    want_keyspaces(hook, answer);
}
