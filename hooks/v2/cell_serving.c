#include "cell.h"

#include "keys.h"
#include "metadata.h"
#include "statuses.h"

/* A vtgate serves every keyspace of the cluster, also those whose tablets are all in other cells.
 * It routes by the vschema in the topology of its own cell, and finds a keyspace by the SrvKeyspace
 * there. Tablets make both in theirs alone; in a cell without them each query fails ("node doesn't
 * exist: .../SrvKeyspace"). */

static bool has_tablets(const struct cell_hook *hook)
{
    for (size_t i = 0; i < hook->keyspaces.count; i++) {
        if (v2_keyspace_is_in(hook->keyspaces.at[i], hook->spec.cell.name))
            return true;
    }
    return false;
}

/* It has tablets, and none of them is here. */
static bool is_elsewhere(const struct cell_hook *hook, const json_t *keyspace)
{
    const json_t *cell;

    if (v2_keyspace_is_in(keyspace, hook->spec.cell.name))
        return false;
    json_each_item (hook->spec.all_cells, i, cell) {
        if (v2_keyspace_is_in(keyspace, json_string_value(cell)))
            return true;
    }
    return false;
}

/* The SrvKeyspace is made of the records of all shards, and these of their tablets. */
static bool can_be_told(const struct cell_hook *hook, const char *keyspace)
{
    bool any = false;

    for (size_t i = 0; i < hook->shards.count; i++) {
        const json_t *shard = hook->shards.at[i];

        if (!text_equal(object_label(shard, KEYSPACE_LABEL), keyspace))
            continue;
        any = true;
        if (!text_equal(json_text_at(shard, "status", "hasMaster"), V2_TRUE))
            return false;
    }
    return any;
}

static const char *in_this_cell(const struct cell_hook *hook)
{
    return fmt(hook->arena, "--cells=%s", hook->spec.cell.name);
}

static bool has_vschema(struct cell_hook *hook)
{
    const char *const arguments[] = {"RebuildVSchemaGraph", in_this_cell(hook), NULL};

    return has_tablets(hook) ||
           task_ask(&hook->tasks, "vschema", arguments, NULL, NULL).state == TASK_ANSWERED;
}

/* Once: from then on Vitess itself writes to all cells which shards serve. */
static bool is_told(struct cell_hook *hook, const char *keyspace)
{
    const char *const arguments[] = {"RebuildKeyspaceGraph", in_this_cell(hook), keyspace, NULL};

    if (!task_is_answered(&hook->tasks, arguments, NULL) && !can_be_told(hook, keyspace))
        return false;
    return task_ask(&hook->tasks, "srv-keyspace", arguments, NULL, NULL).state == TASK_ANSWERED;
}

const char *v2_untold(struct cell_hook *hook)
{
    const char *untold = NULL;

    if (!hook->registered || json_true_at(hook->request->parent, "spec", "leaving"))
        return NULL;
    if (!has_vschema(hook))
        return "the vschema is being copied to the cell";
    for (size_t i = 0; i < hook->keyspaces.count; i++) {
        const char *keyspace = object_label(hook->keyspaces.at[i], KEYSPACE_LABEL);

        if (keyspace != NULL && is_elsewhere(hook, hook->keyspaces.at[i]) &&
            !is_told(hook, keyspace) && untold == NULL)
            untold = fmt(hook->arena,
                "vtgate is told where keyspace %s is, which has no tablets in the cell, once all "
                "of its shards have a primary",
                keyspace);
    }
    return untold;
}
