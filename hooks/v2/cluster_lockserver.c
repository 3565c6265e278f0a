#include "cluster.h"

#include <string.h>

#include "fields.h"
#include "keys.h"
#include "level.h"
#include "levels.h"
#include "metadata.h"
#include "names.h"

/* Where the topology of Vitess is must not change once there is a cluster: in another one nothing
 * is known of its tablets, and each that starts anew would be lost to those that have not yet. The
 * same holds for that of a cell, in which the records of its tablets are. Theirs takes it. */

/* Members of one that goes on may come and go. */
static bool share_an_address(struct arena *a, const char *told, const char *wanted)
{
    const struct texts before = texts_listed(a, told), now = texts_listed(a, wanted);

    for (size_t i = 0; i < now.count; i++) {
        if (texts_contain(&before, now.at[i]))
            return true;
    }
    return false;
}

/* An etcd of the cluster's own may be called otherwise (cellInfoAddress). */
static bool stays(const struct cluster_hook *hook, const json_t *told)
{
    const struct lockserver_params *wanted = &hook->topology;
    const bool own = hook->spec.global_lockserver->external == NULL && hook->lockservers.count > 0;

    return text_equal(json_text_at(told, "implementation"), wanted->implementation) &&
           text_equal(json_text_at(told, "rootPath"), wanted->root_path) &&
           (own || share_an_address(hook->arena, json_text_at(told, "address"), wanted->address));
}

static const json_t *told_otherwise(const struct cluster_hook *hook, const struct objects *children)
{
    for (size_t i = 0; i < children->count; i++) {
        const json_t *told = json_at(children->at[i], "spec", "globalLockserver");

        if (told != NULL && !v2_made_elsewhere(hook->arena, children->at[i]) && !stays(hook, told))
            return told;
    }
    return NULL;
}

/* --- the lock server of a cell --- */

/* Of a spec, or of a VitessCell. */
static struct lockserver_params local_of(const struct cluster_hook *hook, const struct cell *cell,
    const struct lockserver_params *global)
{
    const struct v2_cell all = {hook->cluster.namespace, hook->cluster.name, cell, global};

    return v2_local_lockserver(hook->arena, &all);
}

static bool is_own(const struct cell *cell)
{
    return cell->lockserver != NULL && cell->lockserver->external == NULL &&
           cell->lockserver->etcd != NULL;
}

static bool has_own_place(const struct cell *cell)
{
    return cell->lockserver != NULL &&
           (cell->lockserver->external != NULL || cell->lockserver->etcd != NULL);
}

/* As the global one may. */
static bool local_stays(const struct cluster_hook *hook, const struct cell_spec *told,
    const struct cell *cell)
{
    const struct lockserver_params before = local_of(hook, &told->cell, told->global_lockserver);
    const struct lockserver_params now = local_of(hook, cell, &hook->topology);

    if (!has_own_place(&told->cell) && !has_own_place(cell))
        return true;
    return text_equal(before.implementation, now.implementation) &&
           text_equal(before.root_path, now.root_path) &&
           ((is_own(&told->cell) && is_own(cell)) ||
               share_an_address(hook->arena, before.address, now.address));
}

/* Tablets are in it, or are to be. */
static bool is_in_use(const struct cluster_hook *hook, const char *cell)
{
    for (size_t i = 0; i < hook->keyspaces.count; i++) {
        const json_t *keyspace = hook->keyspaces.at[i];
        const json_t *shard;
        const char *name;

        if (v2_keyspace_is_in(keyspace, cell))
            return true;
        json_each_field (json_at(keyspace, "status", "shards"), name, shard) {
            if (json_list_has(json_at(shard, "cells"), cell))
                return true;
        }
    }
    return false;
}

static void check_cell(const struct cluster_hook *hook, const struct cell *cell,
    struct problems *problems)
{
    struct arena *a = hook->arena;
    const json_t *there =
        objects_find(&hook->cells, v2_cell_name(a, hook->cluster.name, cell->name));
    struct problems unread = {.arena = a};
    struct cell_spec told = {0};

    if (there == NULL || v2_made_elsewhere(a, there) ||
        json_same(json_at(there, "spec", "lockserver"), json_at(cell->json, "lockserver")))
        return;
    spec_read(a, v2_cell_fields, json_at(there, "spec"), "spec", SPEC_DERIVED, &told, &unread);
    if (unread.count == 0 && !local_stays(hook, &told, cell) && is_in_use(hook, cell->name))
        problem_add(problems,
            fmt(a, "%s.lockserver", cell->path),
            "must leave the topology of the cell at %s, where the records of its tablets are; put "
            "it back, or move all tablets to another cell first",
            local_of(hook, &told.cell, told.global_lockserver).address);
}

/* --- all of them --- */

static bool check_global(const struct cluster_hook *hook, struct problems *problems)
{
    const json_t *told = told_otherwise(hook, &hook->cells);

    if (told == NULL)
        told = told_otherwise(hook, &hook->keyspaces);
    if (told != NULL)
        problem_add(problems,
            "spec.globalLockserver",
            "must leave the topology at %s (%s), got %s (%s), where nothing is known of the "
            "tablets of this cluster; put it back, or make a new VitessCluster and move the data "
            "(backup and restore, or MoveTables)",
            json_text_at(told, "address"),
            json_text_at(told, "rootPath"),
            hook->topology.address,
            hook->topology.root_path);
    return told == NULL;
}

bool v2_lockserver_stays(const struct cluster_hook *hook, struct answer *answer)
{
    struct problems problems = {.arena = hook->arena};

    if (check_global(hook, &problems)) {
        for (size_t i = 0; i < hook->spec.cells.count; i++)
            check_cell(hook, &hook->spec.cells.at[i], &problems);
    }
    if (problems.count > 0)
        stay_as_it_is(hook->request, answer, &problems);
    return problems.count == 0;
}
