#include "cluster.h"

/* What works but should be changed: said in a condition, never a reason to refuse. */

/* --- images --- */

static void check_image(struct advice *advice, const char *path, const char *image)
{
    bool replaced = false;
    const char *running = image_or_newer(image, VITESS_IMAGE, &replaced);

    if (replaced)
        advice_add(advice,
            "ImageReplaced",
            fmt(advice->arena,
                "%s.image: %s is older than Vitess 23, %s runs instead",
                path,
                image,
                running));
}

static void check_component(struct advice *advice, const struct cell_item *cell, const char *name,
    const void *block, const char *image)
{
    if (block != NULL)
        check_image(advice, fmt(advice->arena, "%s.%s", cell->path, name), image);
}

static void check_etcd(struct advice *advice, const struct cell_item *cell)
{
    const struct etcd_spec *etcd = cell->etcd;
    struct arena *a = advice->arena;
    bool replaced = false;
    const char *running;

    if (etcd == NULL)
        return;
    running = etcd_image_or_newer(a, etcd->image, etcd->version, &replaced);
    if (replaced)
        advice_add(advice,
            "ImageReplaced",
            fmt(a,
                "%s.etcd: %s is older than etcd 3.5, %s runs instead",
                cell->path,
                etcd->image == NULL ? etcd->version : etcd->image,
                running));
}

static void check_cell(struct advice *advice, const struct cell_item *cell)
{
    check_etcd(advice, cell);
    check_component(advice,
        cell,
        "vtctld",
        cell->vtctld,
        cell->vtctld == NULL ? NULL : cell->vtctld->image);
    check_component(advice,
        cell,
        "vtgate",
        cell->vtgate,
        cell->vtgate == NULL ? NULL : cell->vtgate->image);
    check_component(advice,
        cell,
        "vtorc",
        cell->vtorc,
        cell->vtorc == NULL ? NULL : cell->vtorc->image);
    check_component(advice,
        cell,
        "vtadmin",
        cell->vtadmin,
        cell->vtadmin == NULL ? NULL : cell->vtadmin->image);
}

static void check_pool(struct advice *advice, const struct pool_spec *pool)
{
    if (pool != NULL)
        check_image(advice, pool->path, pool->image);
}

/* --- keyspaces --- */

static bool has_vtorc(const struct cluster *cluster, const struct keyspace_item *keyspace)
{
    for (size_t i = 0; i < cluster->spec.cells.count; i++) {
        const struct cell_item *cell = &cluster->spec.cells.at[i];

        if (keyspace_in_cell(keyspace, cell->name) && (cell->vtorc == NULL || cell->vtorc->enabled))
            return true;
    }
    return false;
}

static void check_policy(struct advice *advice, const struct cluster *cluster,
    const struct keyspace_policy *policy)
{
    struct arena *a = advice->arena;
    const struct keyspace_item *keyspace = policy->keyspace;

    if (policy->kept)
        advice_add(advice,
            "DurabilityPolicyKept",
            fmt(a,
                "%s.durabilityPolicy: stays %s, since switching to %s in a running keyspace needs "
                "VTOrc 24 or newer",
                keyspace->path,
                policy->told,
                policy->wanted));
    else if (text_equal(policy->wanted, "semi_sync") && replicas_in_all_cells(a, keyspace) == 2)
        advice_add(advice,
            "FewReplicas",
            fmt(a,
                "%s: with semi_sync and two replica-type tablets a shard, writes stop when either "
                "is down; three keep them going",
                keyspace->path));
    if (!has_vtorc(cluster, keyspace))
        advice_add(advice,
            "NoVTOrc",
            fmt(a,
                "%s: no cell of it runs VTOrc, so nobody elects a primary or replaces a lost one",
                keyspace->path));
}

static void check_keyspace(struct advice *advice, const struct cluster *cluster,
    const struct keyspace_policy *policy)
{
    const struct tablets_spec *tablets = policy->keyspace->tablets;

    check_pool(advice, tablets->defaults);
    check_pool(advice, tablets->master_eligible);
    check_pool(advice, tablets->batch);
    check_policy(advice, cluster, policy);
}

/* --- all --- */

void advise(const struct cluster *cluster, struct level_conditions *conditions)
{
    struct advice advice = advice_begin(cluster->arena);

    check_image(&advice, "spec", cluster->spec.image);
    for (size_t i = 0; i < cluster->spec.cells.count; i++)
        check_cell(&advice, &cluster->spec.cells.at[i]);
    for (size_t i = 0; i < cluster->spec.keyspaces.count; i++)
        check_keyspace(&advice, cluster, &cluster->policies[i]);
    advise_unknown(&advice, cluster->request->parent, &cluster->unknown);
    advice_of(&advice, &cluster->cells);
    advice_give(&advice, conditions);
}
