#include "validate.h"

#include "pools.h"
#include "template.h"

/* Overrides of Pods may add to what the operator makes, but not give its names to something else.
 * What the operator makes is asked of the builders themselves, with a stand-in for each value but
 * for what decides whether there is a volume, and for flags, which say to which ports it listens.
 * Only a user's spec is judged: a level below obeys
 * what an older build took. */

#define ANY "x"

static struct place any_place(const struct validation *v)
{
    const struct lockserver_spec *lockserver = v->spec->lockserver;
    const struct cell_item *cell = v1_lock_server_cell(v->spec);
    bool tls = (lockserver != NULL && lockserver->tls_secret != NULL) ||
               (cell != NULL && cell->etcd->tls != NULL);

    return (struct place){
        .keys = &v1_keys,
        .namespace = ANY,
        .cluster = ANY,
        .cell = ANY,
        .labels = json_new_map(),
        .selector = json_new_map(),
        .topology = {"etcd2", ANY, "/", tls ? ANY : NULL, tls ? ANY : NULL, NULL},
        .tls = v1_component_tls_of(v->arena, v->spec->tls),
    };
}

static void check(const struct validation *v, const json_t *workload,
    const struct pod_overrides *overrides, const char *path)
{
    const json_t *pod = json_at(workload, "spec", "template", "spec");

    overrides_check(&v1_keys,
        pod == NULL ? json_at(workload, "spec") : pod,
        overrides,
        fmt(v->arena, "%s.template", path),
        v->problems);
}

/* --- what a cell has --- */

static void check_etcd(const struct validation *v, const struct etcd_spec *spec, const char *path)
{
    struct etcd etcd = {.place = any_place(v), .name = ANY, .image = ANY, .size = 1};

    if (spec == NULL || spec->template == NULL)
        return;
    etcd.flags = spec->flags;
    if (spec->tls != NULL)
        etcd.tls_secret = ANY;
    check(v, etcd_statefulset(v->arena, &etcd), spec->template, path);
}

static void check_vtctld(const struct validation *v, const struct vtctld_spec *spec,
    const char *path)
{
    struct vtctld vtctld = {.place = any_place(v), .name = ANY, .image = ANY};

    if (spec == NULL || spec->template == NULL)
        return;
    vtctld.flags = spec->flags;
    check(v, vtctld_deployment(v->arena, &vtctld), spec->template, path);
}

static void check_vtgate(const struct validation *v, const struct vtgate_spec *spec,
    const char *path)
{
    struct vtgate vtgate = {.place = any_place(v),
        .name = ANY,
        .image = ANY,
        .cells_to_watch = ANY};

    if (spec == NULL || spec->template == NULL)
        return;
    if (spec->auth != NULL && spec->auth->static_users != NULL)
        vtgate.auth_secret = vtgate.auth_key = ANY;
    if (spec->tls != NULL)
        vtgate.tls_secret = ANY;
    vtgate.flags = spec->flags;
    check(v, vtgate_deployment(v->arena, &vtgate), spec->template, path);
}

static void check_vtorc(const struct validation *v, const struct vtorc_spec *spec, const char *path)
{
    struct vtorc vtorc = {.place = any_place(v), .name = ANY, .image = ANY};

    if (spec == NULL || spec->template == NULL)
        return;
    vtorc.flags = spec->flags;
    check(v, vtorc_deployment(v->arena, &vtorc), spec->template, path);
}

static void check_vtadmin(const struct validation *v, const struct vtadmin_spec *spec,
    const char *path)
{
    struct vtadmin vtadmin = {.place = any_place(v),
        .name = ANY,
        .api_image = ANY,
        .web_image = ANY,
        .vtgates = json_new_list()};

    if (spec == NULL || spec->template == NULL)
        return;
    if (spec->rbac != NULL)
        vtadmin.rbac_secret = vtadmin.rbac_key = ANY;
    vtadmin.flags = spec->flags;
    check(v, vtadmin_deployment(v->arena, &vtadmin), spec->template, path);
}

static void check_cell(const struct validation *v, const struct cell_item *cell)
{
    struct arena *a = v->arena;
    const char *path = cell->path;

    check_etcd(v, cell->etcd, fmt(a, "%s.etcd", path));
    check_vtctld(v, cell->vtctld, fmt(a, "%s.vtctld", path));
    check_vtgate(v, cell->vtgate, fmt(a, "%s.vtgate", path));
    check_vtorc(v, cell->vtorc, fmt(a, "%s.vtorc", path));
    if (cell->vtorc == NULL)
        check_vtorc(v, cell->orchestrator, fmt(a, "%s.orchestrator", path));
    check_vtadmin(v, cell->vtadmin, fmt(a, "%s.vtadmin", path));
}

/* --- tablets --- */

static void check_pool(const struct validation *v, const struct tablets_spec *tablets,
    const struct pool_spec *pool, const char *path)
{
    struct arena *a = v->arena;
    const struct pool_spec *merged = v1_merged_pool(a, tablets, pool);
    struct vttablet tablet = {.place = any_place(v),
        .id = v1_tablet_identity(a, ANY, ANY, ANY, UNSHARDED, "replica", 0),
        .image = ANY};

    if (merged == NULL || merged->template == NULL)
        return;
    if (merged->mysql != NULL && merged->mysql->init_script != NULL)
        tablet.init_script_secret = tablet.init_script_key = ANY;
    if (merged->mysql != NULL) {
        tablet.mysql_config = merged->mysql->config;
        tablet.mysql_flags = merged->mysql->flags;
    }
    if (merged->vttablet != NULL)
        tablet.vttablet_flags = merged->vttablet->flags;
    check(v, vttablet_pod(a, &tablet), merged->template, path);
}

static const char *written_in(const struct tablets_spec *tablets, const struct pool_spec *pool)
{
    if (pool == NULL || tablets->defaults == NULL || json_at(pool->json, "template") != NULL)
        return pool == NULL ? NULL : pool->path;
    return tablets->defaults->path;
}

static void check_pool_at(const struct validation *v, const struct keyspace_item *keyspace,
    struct pool_place place, enum pool pool)
{
    const struct tablets_spec *tablets = v1_tablets_in(v->arena, keyspace, place.cell, place.shard);

    check_pool(v,
        tablets,
        pool == POOL_BATCH ? tablets->batch : tablets->master_eligible,
        v1_pool_written_in(keyspace, place.cell, place.shard, pool, "template"));
}

static void check_tablets(const struct validation *v, const struct keyspace_item *keyspace)
{
    const struct tablets_spec *tablets = keyspace->tablets;
    struct pool_places places = {0};
    struct pool_place place = v1_next_pool_place(v->arena, keyspace, &places);

    check_pool(v, tablets, tablets->master_eligible, written_in(tablets, tablets->master_eligible));
    check_pool(v, tablets, tablets->batch, written_in(tablets, tablets->batch));
    for (; place.cell != NULL; place = v1_next_pool_place(v->arena, keyspace, &places)) {
        check_pool_at(v, keyspace, place, POOL_ELIGIBLE);
        check_pool_at(v, keyspace, place, POOL_BATCH);
    }
}

void v1_validate_overrides(const struct validation *v)
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
