#include "validate.h"

static void check_etcd(const struct validation *v, const struct cell_item *cell)
{
    const struct etcd_spec *etcd = cell->etcd;
    const char *path = v1_path(v, cell->path, "etcd");

    if (etcd == NULL)
        return;
    /* Half of an even number of members is no majority. */
    if (etcd->size != 0 && etcd->size % 2 == 0)
        problem_add(v->problems, v1_path(v, path, "size"), "must be 1, 3 or 5, got %u", etcd->size);
    if (etcd->image == NULL && etcd->version != NULL && spec_version.accepts(etcd->version) &&
        etcd_whole_version(v->arena, etcd->version) == NULL)
        problem_add(v->problems,
            v1_path(v, path, "version"),
            "must be a whole version such as \"%s.0\", got \"%s\": this build does not know its "
            "newest fix",
            etcd->version,
            etcd->version);
    v1_validate_claim(v, v1_path(v, path, "volumeClaim"), etcd->claim);
}

static void check_cell(const struct validation *v, const struct cell_item *cell)
{
    if (cell->json == NULL)
        return; /* no mapping, a problem already */
    if (v1_is_control_cell(cell) && cell->vtgate != NULL)
        problem_add(v->problems,
            v1_path(v, cell->path, "vtgate"),
            "the cell \"" CONTROL_CELL "\" cannot hold a vtgate, move it to a cell with tablets");
    check_etcd(v, cell);
}

/* --- lock server --- */

#define NEEDS_VTCTLD                                                                               \
    "needs a vtctld in some cell, since tasks reach a topology with TLS only through one"

static void check_external(const struct validation *v, const struct lockserver_spec *lockserver)
{
    /* vtctldclient --server internal has no flags for TLS to the topology. */
    if (lockserver->tls_secret != NULL && v1_vtctld_cell(v->spec) == NULL)
        problem_add(v->problems, "spec.lockserver.tlsSecret", NEEDS_VTCTLD);
}

/* A misspelt etcd is one that is meant. */
static bool means_etcd(const struct validation *v)
{
    for (size_t i = 0; i < v->spec->cells.count; i++) {
        const struct cell_item *cell = &v->spec->cells.at[i];

        if (cell->path != NULL && problem_is_explained(v->problems, v1_path(v, cell->path, "etcd")))
            return true;
    }
    return problem_is_explained(v->problems, "spec.lockserver");
}

static void check_lock_server(const struct validation *v)
{
    const struct cell_item *cell = v1_lock_server_cell(v->spec);

    if (v->spec->lockserver != NULL)
        check_external(v, v->spec->lockserver);
    else if (cell != NULL && cell->etcd->tls != NULL && v1_vtctld_cell(v->spec) == NULL)
        problem_add(v->problems, v1_path(v, cell->path, "etcd.tls"), NEEDS_VTCTLD);
    else if (cell == NULL && v1_has_cells(v) && !means_etcd(v))
        problem_add(v->problems,
            "spec.cells",
            "one cell must have etcd, or spec.lockserver must name an etcd that exists");
}

void v1_validate_cells(const struct validation *v)
{
    for (size_t i = 0; i < v->spec->cells.count; i++)
        check_cell(v, &v->spec->cells.at[i]);
    check_lock_server(v);
}
