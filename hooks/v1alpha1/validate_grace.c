#include "validate.h"
#include "pools.h"

/* Grace periods of a user: what is not through by then is killed, so none is shorter than the flags
 * of the same Pod ask for. Where the user says none, it follows them. */

#define ANY "x"

static const struct place any_place = {.cluster = ANY, .cell = ANY};

static void check(const struct validation *v, const struct pod_overrides *template, unsigned needed,
    const char *flags, const char *block)
{
    if (template == NULL || template->grace == 0 || template->grace >= needed)
        return;
    problem_add(v->problems,
        fmt(v->arena, "%s.template.terminationGracePeriodSeconds", block),
        "must be at least %u by %s, got %u; raise it, or lower those",
        needed,
        flags,
        template->grace);
}

#define FLAGS "onterm-timeout, lameduck-period and onclose-timeout"

/* --- what a cell has --- */

static void check_vtctld(const struct validation *v, const struct vtctld_spec *spec,
    const char *path)
{
    struct vtctld vtctld = {.place = any_place, .name = ANY, .image = VITESS_IMAGE};

    if (spec == NULL)
        return;
    vtctld.flags = spec->flags;
    check(v, spec->template, vtctld_grace(v->arena, &vtctld), "its flags " FLAGS, path);
}

static void check_vtgate(const struct validation *v, const struct vtgate_spec *spec,
    const char *path)
{
    struct vtgate vtgate = {.place = any_place,
        .name = ANY,
        .image = VITESS_IMAGE,
        .cells_to_watch = ANY};

    if (spec == NULL)
        return;
    vtgate.flags = spec->flags;
    check(v, spec->template, vtgate_grace(v->arena, &vtgate), "its flags " FLAGS, path);
}

static void check_vtorc(const struct validation *v, const struct vtorc_spec *spec, const char *path)
{
    struct vtorc vtorc = {.place = any_place, .name = ANY, .image = VITESS_IMAGE};

    if (spec == NULL)
        return;
    vtorc.flags = spec->flags;
    check(v,
        spec->template,
        vtorc_grace(v->arena, &vtorc),
        "its flags shutdown-wait-time, " FLAGS,
        path);
}

static void check_vtadmin(const struct validation *v, const struct vtadmin_spec *spec,
    const char *path)
{
    struct vtadmin vtadmin = {.place = any_place, .name = ANY, .api_image = VITESS_IMAGE};

    if (spec == NULL)
        return;
    vtadmin.flags = spec->flags;
    check(v,
        spec->template,
        vtadmin_grace(v->arena, &vtadmin),
        "its flag lame-duck-duration",
        path);
}

static void check_cell(const struct validation *v, const struct cell_item *cell)
{
    struct arena *a = v->arena;
    const char *path = cell->path;

    check_vtctld(v, cell->vtctld, fmt(a, "%s.vtctld", path));
    check_vtgate(v, cell->vtgate, fmt(a, "%s.vtgate", path));
    check_vtorc(v, cell->vtorc, fmt(a, "%s.vtorc", path));
    if (cell->vtorc == NULL)
        check_vtorc(v, cell->orchestrator, fmt(a, "%s.orchestrator", path));
    check_vtadmin(v, cell->vtadmin, fmt(a, "%s.vtadmin", path));
}

/* --- tablets --- */

static void check_pool(void *context, const struct pool_there *there)
{
    const struct validation *v = context;
    const struct pool_spec *merged = there->merged;
    const char *type = there->pool == POOL_BATCH ? "rdonly" : "replica";
    struct vttablet tablet = {.place = any_place, .image = VITESS_IMAGE};

    if (merged->template == NULL)
        return;
    tablet.id = v1_tablet_identity(v->arena, ANY, ANY, ANY, UNSHARDED, type, 0);
    tablet.backup_flags = v->spec->backup_flags;
    if (merged->vttablet != NULL)
        tablet.vttablet_flags = merged->vttablet->flags;
    if (merged->mysql != NULL)
        tablet.mysql_flags = merged->mysql->flags;
    check(v,
        merged->template,
        vttablet_grace(v->arena, &tablet),
        "a handover, and the flags shutdown-grace-period, shutdown-wait-time, " FLAGS
        " of vttablet and mysqlctld",
        v1_pool_there_written_in(there, "template"));
}

void v1_validate_grace(const struct validation *v)
{
    struct validation copy = *v;

    for (size_t i = 0; i < v->spec->cells.count; i++) {
        if (v->spec->cells.at[i].json != NULL)
            check_cell(v, &v->spec->cells.at[i]);
    }
    for (size_t i = 0; i < v->spec->keyspaces.count; i++)
        v1_visit_pools(v->arena, &v->spec->keyspaces.at[i], check_pool, &copy);
}
