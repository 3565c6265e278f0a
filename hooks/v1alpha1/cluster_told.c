#include "cluster.h"

/* The specs that the VitessCells have, read once: validation holds the new spec against them, and
 * TLS goes on from where they are. */

struct told_cells v1_told_cells_of(const struct request *request)
{
    struct told_cells told = {.cells = observed_resources(request, "VitessCell." API_VERSION)};

    told.specs = arena_array(request->arena, told.cells.count, sizeof(*told.specs));
    for (size_t i = 0; i < told.cells.count; i++)
        v1_read_unjudged(request->arena,
            v1_cell_fields,
            json_at(told.cells.at[i], "spec"),
            "spec",
            &told.specs[i]);
    return told;
}

const struct cell_spec *v1_told_spec(const struct told_cells *told, const char *cell)
{
    for (size_t i = 0; i < told->cells.count; i++) {
        if (text_equal(object_name(told->cells.at[i]), cell))
            return &told->specs[i];
    }
    return NULL;
}
