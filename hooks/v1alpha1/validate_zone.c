#include "validate.h"
#include "pools.h"

/* A nodeSelector that no node in the zone or region of the cell can have: its Pods would stay
 * Pending for ever. What an affinity says is not judged, since it may say it in many ways. */

static void check_label(const struct validation *v, const struct pod_overrides *template,
    const char *label, const char *wanted, const char *field, const char *block)
{
    const char *said = json_text_at(template->node_selector, label);

    if (said != NULL && wanted != NULL && !text_equal(said, wanted))
        problem_add(v->problems,
            fmt(v->arena, "%s.template.nodeSelector[\"%s\"]", block, label),
            "must be \"%s\" by %s, or no node fits: leave it out, got \"%s\"",
            wanted,
            field,
            said);
}

static void check(const struct validation *v, const struct cell_item *cell,
    const struct pod_overrides *template, const char *block)
{
    struct arena *a = v->arena;

    if (template == NULL || block == NULL)
        return;
    check_label(v,
        template,
        "topology.kubernetes.io/zone",
        cell->zone,
        fmt(a, "%s.zone", cell->path),
        block);
    check_label(v,
        template,
        "topology.kubernetes.io/region",
        cell->region,
        fmt(a, "%s.region", cell->path),
        block);
}

static void check_cell(const struct validation *v, const struct cell_item *cell)
{
    struct arena *a = v->arena;

    if (cell->etcd != NULL)
        check(v, cell, cell->etcd->template, fmt(a, "%s.etcd", cell->path));
    if (cell->vtctld != NULL)
        check(v, cell, cell->vtctld->template, fmt(a, "%s.vtctld", cell->path));
    if (cell->vtgate != NULL)
        check(v, cell, cell->vtgate->template, fmt(a, "%s.vtgate", cell->path));
    if (cell->vtorc != NULL)
        check(v, cell, cell->vtorc->template, fmt(a, "%s.vtorc", cell->path));
    if (cell->vtadmin != NULL)
        check(v, cell, cell->vtadmin->template, fmt(a, "%s.vtadmin", cell->path));
}

/* --- tablets --- */

static void check_pool(const struct validation *v, const struct keyspace_item *keyspace,
    const struct cell_item *cell, const char *shard, enum pool pool)
{
    const struct tablets_spec *tablets = v1_tablets_in(v->arena, keyspace, cell->name, shard);
    const struct pool_spec *own = pool == POOL_BATCH ? tablets->batch : tablets->master_eligible;
    const struct pool_spec *merged = v1_merged_pool(v->arena, tablets, own);

    if (merged != NULL && merged->replicas > 0)
        check(v,
            cell,
            merged->template,
            v1_pool_written_in(keyspace, cell->name, shard, pool, "template"));
}

/* Without overrides all shards are alike. */
static void check_keyspace(const struct validation *v, const struct keyspace_item *keyspace,
    const struct cell_item *cell)
{
    const size_t shards = keyspace->overrides.count == 0 ? 1 : v1_keyspace_shards(keyspace);

    for (size_t i = 0; i < shards; i++) {
        const char *shard = v1_keyspace_shard(keyspace, i);

        if (shard == NULL)
            continue;
        check_pool(v, keyspace, cell, shard, POOL_ELIGIBLE);
        check_pool(v, keyspace, cell, shard, POOL_BATCH);
    }
}

void v1_validate_zone(const struct validation *v)
{
    for (size_t i = 0; i < v->spec->cells.count; i++) {
        const struct cell_item *cell = &v->spec->cells.at[i];

        if (cell->json == NULL || cell->name == NULL ||
            (cell->zone == NULL && cell->region == NULL))
            continue;
        check_cell(v, cell);
        for (size_t k = 0; k < v->spec->keyspaces.count; k++) {
            const struct keyspace_item *keyspace = &v->spec->keyspaces.at[k];

            if (keyspace->json != NULL && keyspace->tablets != NULL &&
                keyspace->tablets->json != NULL && v1_keyspace_in_cell(keyspace, cell->name))
                check_keyspace(v, keyspace, cell);
        }
    }
}
