#include "cluster.h"

#include "pools.h"
#include "template.h"

/* A vtgate serves every keyspace of the cluster, also those whose tablets are all in other cells.
 * It finds them by the SrvKeyspace in the topology of its own cell, which tablets make in theirs
 * alone: without it each query fails ("node doesn't exist: .../SrvKeyspace"). */

/* An override may leave a cell of the keyspace without tablets. */
static bool has_tablets(const struct keyspace_item *keyspace, const char *cell)
{
    return v1_keyspace_in_cell(keyspace, cell) && v1_tablets_in_cell(keyspace, cell) > 0;
}

/* Cells with a vtgate and without tablets of the keyspace. */
static struct texts cells_beside(const struct cluster *cluster,
    const struct keyspace_item *keyspace)
{
    struct texts cells = {.arena = cluster->arena};

    for (size_t i = 0; i < cluster->spec.cells.count; i++) {
        const struct cell_item *cell = &cluster->spec.cells.at[i];

        if (cell->vtgate != NULL && !v1_is_control_cell(cell) && !has_tablets(keyspace, cell->name))
            texts_add(&cells, cell->name);
    }
    return cells;
}

static const json_t *status_of_cell(const struct cluster *cluster, const char *cell)
{
    const char *name = v1_cell_name(cluster->arena, cluster->derived.cluster, cell);

    return json_at(objects_find(&cluster->cells, name), "status");
}

/* The SrvKeyspace is made of the records of shards, which their tablets make. */
static bool can_be_told(const struct cluster *cluster, const struct keyspace_item *keyspace,
    const struct texts *beside)
{
    const json_t *cell;

    json_each_item (keyspace->cells, i, cell) {
        const json_t *status = status_of_cell(cluster, json_string_value(cell));

        if (!json_list_has(json_at(status, "readyKeyspaces"), keyspace->name))
            return false;
    }
    for (size_t i = 0; i < beside->count; i++) {
        if (!json_true_at(status_of_cell(cluster, beside->at[i]), "cellInfoRegistered"))
            return false;
    }
    return true;
}

/* Anew with other shards. */
static bool is_told(struct cluster *cluster, const struct keyspace_item *keyspace)
{
    struct texts beside = cells_beside(cluster, keyspace);
    const char *const arguments[] = {"RebuildKeyspaceGraph",
        fmt(cluster->arena, "--cells=%s", texts_join(&beside, ",")),
        keyspace->name,
        NULL};
    const char *shards = json_write(cluster->arena, keyspace->shards_json, NULL);

    if (beside.count == 0)
        return true;
    if (!task_is_answered(&cluster->tasks, arguments, shards) &&
        !can_be_told(cluster, keyspace, &beside))
        return false;
    return task_ask(&cluster->tasks, "srv-keyspace", arguments, shards, NULL).state ==
           TASK_ANSWERED;
}

void v1_tell_vtgates(struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->spec.keyspaces.count; i++) {
        const struct keyspace_item *keyspace = &cluster->spec.keyspaces.at[i];

        if (cluster->policies[i].told != NULL && !is_told(cluster, keyspace) &&
            cluster->untold == NULL)
            cluster->untold = fmt(cluster->arena,
                "telling vtgate of cells without tablets of keyspace %s where it is",
                keyspace->name);
    }
}
