#include "cluster.h"

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

static void check_pool(const struct validation *v, const struct tablets_spec *tablets,
    const struct pool_spec *pool, const char *type, const char *path)
{
    const struct pool_spec *merged = merged_pool(v->arena, tablets, pool);
    struct vttablet tablet = {.place = any_place, .image = VITESS_IMAGE};

    if (merged == NULL || merged->template == NULL)
        return;
    tablet.id = tablet_identity(v->arena, ANY, ANY, ANY, UNSHARDED, type, 0);
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
        path);
}

static const char *written_in(const struct tablets_spec *tablets, const struct pool_spec *pool)
{
    if (pool == NULL || json_at(pool->json, "template") != NULL || tablets->defaults == NULL)
        return pool == NULL ? NULL : pool->path;
    return tablets->defaults->path;
}

/* With overrides laid over it: the template and the flags may come from different blocks. */
static void check_pool_at(const struct validation *v, const struct keyspace_item *keyspace,
    struct pool_place place, enum pool pool)
{
    const struct tablets_spec *tablets = tablets_in(v->arena, keyspace, place.cell, place.shard);
    const bool batch = pool == POOL_BATCH;

    check_pool(v,
        tablets,
        batch ? tablets->batch : tablets->master_eligible,
        batch ? "rdonly" : "replica",
        pool_written_in(keyspace, place.cell, place.shard, pool, "template"));
}

static void check_tablets(const struct validation *v, const struct keyspace_item *keyspace)
{
    const struct tablets_spec *tablets = keyspace->tablets;
    struct pool_places places = {0};
    struct pool_place place = next_pool_place(v->arena, keyspace, &places);

    check_pool(v,
        tablets,
        tablets->master_eligible,
        "replica",
        written_in(tablets, tablets->master_eligible));
    check_pool(v, tablets, tablets->batch, "rdonly", written_in(tablets, tablets->batch));
    for (; place.cell != NULL; place = next_pool_place(v->arena, keyspace, &places)) {
        check_pool_at(v, keyspace, place, POOL_ELIGIBLE);
        check_pool_at(v, keyspace, place, POOL_BATCH);
    }
}

void validate_grace(const struct validation *v)
{
    for (size_t i = 0; i < v->spec->cells.count; i++) {
        if (v->spec->cells.at[i].json != NULL)
            check_cell(v, &v->spec->cells.at[i]);
    }
    for (size_t i = 0; i < v->spec->keyspaces.count; i++) {
        const struct tablets_spec *tablets = v->spec->keyspaces.at[i].tablets;

        if (v->spec->keyspaces.at[i].json == NULL || tablets == NULL || tablets->json == NULL)
            continue;
        check_tablets(v, &v->spec->keyspaces.at[i]);
    }
}
