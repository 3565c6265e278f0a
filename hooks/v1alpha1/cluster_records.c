#include "cluster.h"

/* Topology records of cells that have left. A vtgate does not start when --cells-to-watch names a
 * cell that the topology does not know (vitessio/vitess go/vt/vtgate: CheckCellFlags), so the
 * record outlives the VitessCell until every other cell runs without its name. */

static void add_once(struct texts *cells, const struct cluster *cluster, const char *cell)
{
    if (cell != NULL && !text_equal(cell, CONTROL_CELL) &&
        v1_find_cell(&cluster->spec, cell) == NULL && !texts_contain(cells, cell))
        texts_add(cells, cell);
}

/* Those remembered from earlier syncs and those whose VitessCell goes in this one. */
static struct texts left_cells(const struct cluster *cluster, const struct stage *stage)
{
    struct texts cells = {.arena = cluster->arena};
    const json_t *cell;

    json_each_item (json_at(cluster->request->parent, "status", "leftCells"), i, cell)
        add_once(&cells, cluster, json_string_value(cell));
    for (size_t i = cluster->spec.cells.count; i < stage->count; i++) {
        if (stage->at[i].desired == NULL)
            add_once(&cells, cluster, json_text_at(stage->at[i].observed, "spec", "name"));
    }
    return cells;
}

/* Its vtgate needed them to the end; and they would be old ones if the cell came back. */
static bool srv_keyspaces_deleted(struct cluster *cluster, const char *cell)
{
    bool gone = true;

    for (size_t i = 0; i < cluster->spec.keyspaces.count; i++) {
        const char *keyspace = cluster->spec.keyspaces.at[i].name;

        gone = v1_keyspace_left_cell(&cluster->tasks, keyspace, cell) && gone;
    }
    return gone;
}

static bool record_deleted(struct cluster *cluster, const char *cell)
{
    const char *const arguments[] = {"DeleteCellInfo", "--force", cell, NULL};

    return srv_keyspaces_deleted(cluster, cell) &&
           task_delete(&cluster->tasks, "delete-cell", NULL, arguments, NULL).state ==
               TASK_ANSWERED;
}

const char *v1_delete_cell_records(struct cluster *cluster, const struct stage *stage, bool settled)
{
    struct texts left = left_cells(cluster, stage);
    json_t *remaining = json_new_list();
    const char *first = NULL;

    for (size_t i = 0; i < left.count; i++) {
        if (settled && record_deleted(cluster, left.at[i]))
            continue;
        json_add_text(remaining, left.at[i]);
        if (first == NULL)
            first = left.at[i];
    }
    cluster->left_cells = remaining;
    return first == NULL ? NULL
                         : fmt(cluster->arena, "deleting the topology record of cell %s", first);
}

/* The Pod goes on until it has ended, whatever the spec says by then, and would take the records of
 * the new cell, and of its tablets. */
const char *v1_cell_made_once(const struct cluster *cluster, const char *cell)
{
    const char *const arguments[] = {"DeleteCellInfo", "--force", cell, NULL};
    const char *pod = task_running(&cluster->tasks, arguments);
    const char *once = NULL;

    for (size_t i = 0; i < cluster->spec.keyspaces.count && once == NULL; i++)
        once = v1_keyspace_made_once(&cluster->tasks, cluster->spec.keyspaces.at[i].name, cell);
    if (once != NULL || pod == NULL)
        return once;
    return fmt(cluster->arena,
        "Pod %s, which deletes what Vitess knew of cell %s, has ended",
        pod,
        cell);
}
