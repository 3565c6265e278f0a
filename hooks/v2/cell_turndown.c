#include "cell.h"

#include <string.h>

#include "keys.h"
#include "metadata.h"
#include "statuses.h"

/* A cell that has left the spec of its VitessCluster. It goes once no keyspace is served in it;
 * until then its vtgates go on, and what is in it is moved or removed by edits of the keyspaces. */

/* --- whether anybody is in it --- */

/* One that somebody else has told to leave stays. */
static bool leaves(const struct cell_hook *hook)
{
    const json_t *parent = hook->request->parent;

    return json_true_at(parent, "spec", "leaving") &&
           json_true_at(object_last_applied(hook->arena, &v2_keys, parent), "spec", "leaving");
}

/* Also one whose keyspace wants none there any more, while its tablets still are. */
static bool shard_is_in(const json_t *shard, const char *cell)
{
    return v2_pools_are_in(json_at(shard, "spec"), cell) ||
           json_list_has(json_at(shard, "status", "cells"), cell);
}

bool v2_cell_is_empty(const struct cell_hook *hook)
{
    const char *cell = hook->spec.cell.name;

    for (size_t i = 0; i < hook->keyspaces.count; i++) {
        if (v2_keyspace_is_in(hook->keyspaces.at[i], cell))
            return false;
    }
    for (size_t i = 0; i < hook->shards.count; i++) {
        if (shard_is_in(hook->shards.at[i], cell))
            return false;
    }
    return leaves(hook);
}

/* --- what Vitess still has of it --- */

/* What is said of an earlier spec is void: the cell may have been back in it. */
static const char *since(const struct cell_hook *hook)
{
    return fmt(hook->arena, "%lld", (long long)object_generation(hook->request->parent));
}

/* "commerce,customer" */
static const char *read_names(struct arena *a, const void *asked, const char *raw,
    const char **unexpected)
{
    struct texts names = {.arena = a};
    struct json_fault fault = {0};
    const json_t *cell = json_at(json_read(a, raw, strlen(raw), 0, &fault), asked);
    const json_t *name;

    *unexpected = fmt(a, "%s says nothing of the cell", json_brief(a, json_string(raw)));
    json_each_item (json_at(cell, "names"), i, name) {
        if (!json_is_string(name))
            return NULL;
        texts_add(&names, json_string_value(name));
    }
    return json_is_object(cell) ? texts_join(&names, ",") : NULL;
}

static bool are_names(struct arena *a, const void *asked, const char *text)
{
    (void)a;
    (void)asked;
    return text != NULL;
}

/* RemoveKeyspaceCell takes the shards out of the cell one by one, and fails at the first that does
 * not serve in it ("does not have serving cell", removeShardCell() of vtctld): then it would never
 * succeed, since the ones before it do not serve there any more either. */
static bool every_shard_serves(const struct cell_hook *hook, const char *keyspace)
{
    for (size_t i = 0; i < hook->shards.count; i++) {
        const json_t *shard = hook->shards.at[i];

        if (text_equal(object_label(shard, KEYSPACE_LABEL), keyspace) &&
            !text_equal(json_text_at(shard, "status", "servingWrites"), V2_TRUE))
            return false;
    }
    return true;
}

/* What a person can do about it. */
static const char *remedy(const struct cell_hook *hook, const char *keyspace, const char *failure)
{
    const char *cell = hook->spec.cell.name;

    if (strstr(failure, "possible tablets in replication graph") != NULL)
        return fmt(hook->arena,
            "; `vtctldclient GetTablets --cell %s` lists the tablets of which Vitess has records, "
            "and DeleteTablets deletes what nobody needs%s",
            cell,
            hook->spec.topology_reconciliation->prune_tablets
                ? ""
                : " (spec.topologyReconciliation.pruneTablets: false leaves that to you)");
    if (strstr(failure, "does not have serving cell") != NULL)
        return fmt(hook->arena,
            "; it was interrupted before: `vtctldclient RebuildKeyspaceGraph --cells=%s %s` has it "
            "begin anew",
            cell,
            keyspace);
    return "";
}

/* Nothing is served of a keyspace that Vitess has forgotten since it was listed. */
static bool remove_keyspace(struct cell_hook *hook, const char *keyspace)
{
    const char *const arguments[] = {"RemoveKeyspaceCell", keyspace, hook->spec.cell.name, NULL};
    struct task_reply reply;

    if (!every_shard_serves(hook, keyspace)) {
        hook->resharded = keyspace;
        return false;
    }
    reply = task_delete(&hook->tasks,
        "keyspace-cell",
        fmt(hook->arena, "keyspaces/%s/(SrvKeyspace|shards)", keyspace),
        arguments,
        since(hook));
    if (reply.state == TASK_FAILING && hook->refused == NULL)
        hook->refused = fmt(hook->arena,
            "leaves once nothing of keyspace %s is served in it: %s%s",
            keyspace,
            reply.text,
            remedy(hook, keyspace, reply.text));
    return reply.state == TASK_ANSWERED;
}

/* Vitess refuses where a primary or the record of a tablet is in the cell. Theirs does so in all
 * cells, also where a vtgate goes on that serves the keyspace from other cells. */
static bool prune_keyspaces(struct cell_hook *hook)
{
    const char *cell = hook->spec.cell.name;
    const struct task_reading reading = {read_names, are_names, cell};
    const struct task_reply reply = task_ask(&hook->tasks,
        "keyspace-names",
        (const char *const[]){"GetSrvKeyspaceNames", cell, NULL},
        since(hook),
        &reading);
    const bool known = reply.state == TASK_ANSWERED;
    const struct texts keyspaces = texts_listed(hook->arena, known ? reply.text : NULL);
    bool removed = known;

    for (size_t i = 0; i < keyspaces.count; i++)
        removed = remove_keyspace(hook, keyspaces.at[i]) && removed;
    return removed;
}

/* As vtctldclient prints a cell without any (encoding/json leaves an empty list out). */
static bool serves_nobody(struct cell_hook *hook)
{
    const char *cell = hook->spec.cell.name;

    return task_await(&hook->tasks,
               "cell-idle",
               fmt(hook->arena, "\"%s\": *\\{\\}", cell),
               (const char *const[]){"GetSrvKeyspaceNames", cell, NULL},
               since(hook),
               NULL)
               .state == TASK_ANSWERED;
}

/* Before its own etcd goes: DeleteCellInfo looks into it, and refuses where that cannot be done or
 * somebody is served. */
static bool prune_cell(struct cell_hook *hook)
{
    const char *const arguments[] = {"DeleteCellInfo", hook->spec.cell.name, NULL};

    return task_delete(&hook->tasks,
               "delete-cell",
               fmt(hook->arena, "cells/%s/CellInfo", hook->spec.cell.name),
               arguments,
               since(hook))
               .state == TASK_ANSWERED;
}

/* First Vitess is asked, as what it refuses may be mended; then vtgate goes, which without the cell
 * could do nothing any more; and the record of the cell last. */
const char *v2_cell_idle(struct cell_hook *hook)
{
    const struct topology_reconciliation *what = hook->spec.topology_reconciliation;

    if (!hook->empty || (what->prune_srv_keyspaces && !prune_keyspaces(hook)))
        return NULL;
    hook->unserved = serves_nobody(hook);
    if (!hook->unserved || hook->deployments.count > 0)
        return NULL;
    return !what->prune_cells || prune_cell(hook) ? V2_TRUE : NULL;
}

const char *v2_cell_taken_away_by(const struct cell_hook *hook)
{
    const char *const of_keyspace[] = {"RemoveKeyspaceCell", NULL};
    const char *const of_cell[] = {"DeleteCellInfo", hook->spec.cell.name, NULL};
    const char *pod;

    if (hook->empty)
        return NULL;
    pod = task_running(&hook->tasks, of_keyspace);
    return pod != NULL ? pod : task_running(&hook->tasks, of_cell);
}
