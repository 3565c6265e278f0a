#include "validate.h"

/* Where the name of a cell cannot be read, names are not compared with them. */
static bool has_named_cells(const struct validation *v)
{
    for (size_t i = 0; i < v->spec->cells.count; i++)
        if (v->spec->cells.at[i].name == NULL)
            return false;
    return v1_has_cells(v);
}

static const char *cell_names(const struct validation *v)
{
    struct text names = {.arena = v->arena};

    for (size_t i = 0; i < v->spec->cells.count; i++) {
        const struct cell_item *cell = &v->spec->cells.at[i];

        if (cell->name != NULL && !v1_is_control_cell(cell))
            text_addf(&names, "%s\"%s\"", names.length == 0 ? "" : ", ", cell->name);
    }
    return names.length == 0 ? "none" : text_string(&names);
}

static void check_cells_of(const struct validation *v, const struct keyspace_item *keyspace)
{
    const char *path = v1_path(v, keyspace->path, "cells");
    const json_t *item;

    json_each_item (keyspace->cells, i, item) {
        const char *name = json_string_value(item);

        if (name == NULL)
            continue;
        if (text_equal(name, CONTROL_CELL))
            problem_add(v->problems,
                v1_path_of_item(v, path, i),
                "the cell \"" CONTROL_CELL "\" cannot hold tablets, only the cells of zones can");
        else if (v1_find_cell(v->spec, name) == NULL && has_named_cells(v))
            problem_add(v->problems,
                v1_path_of_item(v, path, i),
                "must be a cell of spec.cells (%s), got \"%s\"",
                cell_names(v),
                name);
    }
}

static void check_keyspace(const struct validation *v, const struct keyspace_item *keyspace)
{
    if (keyspace->json == NULL)
        return; /* no mapping, a problem already */
    check_cells_of(v, keyspace);
    v1_validate_shards(v, keyspace);
    if (keyspace->tablets == NULL || keyspace->tablets->json == NULL)
        return;
    v1_validate_tablets(v, keyspace);
    v1_validate_pool_overrides(v, keyspace);
}

void v1_validate_keyspaces(const struct validation *v)
{
    for (size_t i = 0; i < v->spec->keyspaces.count; i++)
        check_keyspace(v, &v->spec->keyspaces.at[i]);
}
