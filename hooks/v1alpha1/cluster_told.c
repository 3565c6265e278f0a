#include "cluster.h"

/* The specs that the VitessCells have, read once: validation holds the new spec against them, and
 * TLS goes on from where they are. */

struct told_cells told_cells_of(const struct request *request)
{
    struct told_cells told = {.cells = observed_resources(request, "VitessCell." API_VERSION)};

    told.specs = arena_array(request->arena, told.cells.count, sizeof(*told.specs));
    for (size_t i = 0; i < told.cells.count; i++)
        read_unjudged(request->arena,
            cell_fields,
            json_at(told.cells.at[i], "spec"),
            "spec",
            &told.specs[i]);
    return told;
}

const struct cell_spec *told_spec(const struct told_cells *told, const char *cell)
{
    for (size_t i = 0; i < told->cells.count; i++) {
        if (text_equal(object_name(told->cells.at[i]), cell))
            return &told->specs[i];
    }
    return NULL;
}
