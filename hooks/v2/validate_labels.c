#include "validate.h"

#include "keys.h"

/* Labels that Pods are known by. Theirs puts its own back when it sees the Pod again, and then
 * waits for ever to roll out the user's; a Deployment would not select its Pods. */

static const char *const of_cells[] = {COMPONENT_LABEL, CLUSTER_LABEL, CELL_LABEL, NULL};
static const char *const of_shards[] = {
    COMPONENT_LABEL, CLUSTER_LABEL, CELL_LABEL, KEYSPACE_LABEL, SHARD_LABEL, NULL};
static const char *const of_etcd[] = {
    COMPONENT_LABEL, CLUSTER_LABEL, LOCKSERVER_LABEL, ETCD_INDEX_LABEL, NULL};
static const char *const of_tablets[] = {COMPONENT_LABEL,
    CLUSTER_LABEL,
    CELL_LABEL,
    KEYSPACE_LABEL,
    SHARD_LABEL,
    TABLET_UID_LABEL,
    TABLET_TYPE_LABEL,
    TABLET_INDEX_LABEL,
    POOL_NAME_LABEL,
    SERVING_TYPE_LABEL,
    NULL};

static void check(const struct validation *v, const struct pod_extras *pods, const char *const *own,
    const char *path)
{
    const json_t *value;
    const char *key;

    json_each_field (pods->labels, key, value) {
        if (text_is_one_of(key, own))
            problem_add(v->problems,
                fmt(v->arena, "%s.extraLabels[%s]", path, key),
                "must not be set: the operator knows its Pods by it; take it out");
    }
}

static void check_etcd(const struct validation *v, const struct lockserver *lockserver,
    const char *path)
{
    if (lockserver != NULL && lockserver->etcd != NULL)
        check(v, &lockserver->etcd->pods, of_etcd, fmt(v->arena, "%s.etcd", path));
}

static void check_cell(const struct validation *v, const struct cell *cell)
{
    check_etcd(v, cell->lockserver, fmt(v->arena, "%s.lockserver", cell->path));
    if (cell->gateway != NULL)
        check(v, &cell->gateway->pods, of_cells, fmt(v->arena, "%s.gateway", cell->path));
}

static void check_pool(const struct validation *v, const struct keyspace *keyspace,
    const struct tablet_pool *pool)
{
    (void)keyspace;
    check(v, &pool->pods, of_tablets, pool->path);
}

void v2_validate_labels(const struct validation *v)
{
    const struct cluster_spec *spec = v->spec;

    check_etcd(v, spec->global_lockserver, "spec.globalLockserver");
    if (spec->dashboard != NULL)
        check(v, &spec->dashboard->pods, of_cells, "spec.vitessDashboard");
    if (spec->vtadmin != NULL)
        check(v, &spec->vtadmin->pods, of_cells, "spec.vtadmin");
    for (size_t i = 0; i < spec->cells.count; i++)
        check_cell(v, &spec->cells.at[i]);
    for (size_t i = 0; i < spec->keyspaces.count; i++)
        if (spec->keyspaces.at[i].orchestrator != NULL)
            check(v,
                &spec->keyspaces.at[i].orchestrator->pods,
                of_shards,
                fmt(v->arena, "%s.vitessOrchestrator", spec->keyspaces.at[i].path));
    v2_each_pool(v, check_pool);
}
