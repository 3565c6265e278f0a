#include "keys.h"
#include "metadata.h"
#include "tablet_parts.h"
#include "template.h"
#include "vitess.h"

/* A pool of tablets: where they are, where their backups are, and what they are called. */

static const char *zone_of(const struct shard_spec *spec, const char *cell)
{
    return json_string_value(json_object_get(spec->zone_map, cell));
}

static struct v2_place place_of(const struct v2_vitess_shard *shard, const struct tablet_pool *pool)
{
    const struct shard_spec *spec = shard->spec;
    struct v2_place place = {.namespace = shard->namespace,
        .cluster = shard->cluster,
        .cell = pool->cell,
        .zone = zone_of(spec, pool->cell),
        .vitess_flags = spec->vitess_flags,
        .pull_secrets = spec->pull_secrets};

    if (spec->global_lockserver != NULL)
        place.topology = *spec->global_lockserver;
    return place;
}

const json_t *v2_shard_labels(struct arena *a, const struct v2_vitess_shard *shard,
    const char *component)
{
    return object(a,
        F(COMPONENT_LABEL, component),
        F(CLUSTER_LABEL, shard->cluster),
        F(KEYSPACE_LABEL, shard->keyspace),
        F(SHARD_LABEL, shard_suffix(a, shard->spec->name)));
}

/* Theirs lets a user's labels replace its own as a Pod is made, and puts them right afterwards. */
static const json_t *labels_of(struct arena *a, const struct v2_pool *pool)
{
    const struct tablet_pool *spec = pool->spec;
    const char *name = spec->name == NULL ? "" : spec->name;

    return object(a,
        SPREAD(spec->pods.labels),
        SPREAD(v2_shard_labels(a, pool->shard, VTTABLET_COMPONENT)),
        F(CELL_LABEL, spec->cell),
        F(TABLET_TYPE_LABEL, spec->type),
        OPT(POOL_NAME_LABEL, spec->external_datastore == NULL ? NULL : name));
}

struct v2_pool v2_pool_of(struct arena *a, const struct v2_vitess_shard *shard,
    const struct tablet_pool *spec)
{
    struct v2_pool pool = {.shard = shard, .spec = spec, .place = place_of(shard, spec)};

    pool.location = v2_backup_location(shard->spec->backup_locations.at,
        shard->spec->backup_locations.count,
        spec->backup_location);
    pool.backed_up = pool.location != NULL && spec->mysqld != NULL;
    if (pool.backed_up)
        pool.storage = v2_backup_storage(a, pool.location, shard->cluster);
    pool.labels = labels_of(a, &pool);
    pool.claim = as_stored(a, spec->claim);
    pool.overrides = spec->mysqld == NULL ? NULL : v2_given(spec->mysqld->config_overrides);
    return pool;
}

const json_t *v2_pool_annotations(struct arena *a, const struct v2_pool *pool)
{
    return object(a,
        SPREAD(pool->spec->pods.annotations),
        SPREAD(pool->location == NULL ? NULL : pool->location->annotations));
}

struct pull_policies v2_policies_of(const struct v2_pool *pool)
{
    const struct pull_policies *policies = pool->shard->spec->pull_policies;

    return policies == NULL ? (struct pull_policies){.vttablet = NULL} : *policies;
}
