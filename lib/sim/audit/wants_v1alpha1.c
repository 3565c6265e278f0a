#include "wants.h"

#include "metadata.h"

/* vitess.io/v1alpha1: a keyspace has a list of cells, shards of its own or equal ones, and two
 * pools with defaults and overrides. */

/* A keyspace without shards has the one shard "0". */
static bool has_shard(struct arena *arena, const json_t *keyspace, const char *shard)
{
    const json_t *shards = json_at(keyspace, "shards"), *equal = json_at(keyspace, "equal");
    const json_t *item;

    if (equal != NULL)
        return wants_equal_shard(arena,
            json_int_at(equal, 1, "parts"),
            json_int_at(equal, 0, "hexWidth"),
            shard);
    if (shards == NULL)
        return text_equal(shard, "0");
    json_each_item (shards, i, item) {
        const json_t *range = json_at(item, "keyRange");
        const char *name =
            range == NULL ? json_text_at(item, "name") : wants_range_name(arena, range);

        if (text_equal(name, shard))
            return true;
    }
    return false;
}

static bool is_for(const json_t *override, const char *cell, const char *shard)
{
    const json_t *cells = json_at(override, "cells"), *shards = json_at(override, "shards");

    return (cells == NULL || json_list_has(cells, cell)) &&
           (shards == NULL || json_list_has(shards, shard));
}

/* A pool's own number replaces that of `defaults`, an override both; a pool that is not there has
 * none. */
static long replicas_of(const json_t *keyspace, const char *cell, const char *shard,
    const char *pool)
{
    const json_t *own = json_at(keyspace, "tablets", pool);
    const json_t *number = json_at(own, "replicas");
    const json_t *override;

    json_each_item (json_at(keyspace, "overrides"), i, override) {
        const json_t *other = json_at(override, pool);

        if (other == NULL || !is_for(override, cell, shard))
            continue;
        own = other;
        number = json_at(other, "replicas") == NULL ? number : json_at(other, "replicas");
    }
    if (own == NULL)
        return 0;
    return (long)json_int_or(number, json_int_at(keyspace, 0, "tablets", "defaults", "replicas"));
}

static const char *pool_of(bool replica_type)
{
    return replica_type ? "masterEligible" : "batch";
}

static long in_pool(struct arena *arena, const json_t *keyspace, const struct audited *tablet)
{
    (void)arena;
    if (!json_list_has(json_at(keyspace, "cells"), tablet->cell))
        return 0;
    return replicas_of(keyspace, tablet->cell, tablet->shard, tablet->pool);
}

static long in_all(struct arena *arena, const json_t *keyspace, const char *shard,
    bool replica_type)
{
    const json_t *cell;
    long sum = 0;

    (void)arena;
    json_each_item (json_at(keyspace, "cells"), i, cell)
        sum += replicas_of(keyspace, json_string_value(cell), shard, pool_of(replica_type));
    return sum;
}

static bool identify(struct arena *arena, const json_t *pod, unsigned long uid,
    struct audited *tablet)
{
    tablet->pool = pool_of(tablet->replica_type);
    tablet->index = (long)(uid % 100);
    return text_ends_with(object_name(pod), fmt(arena, "-%010lu", uid));
}

static bool forced(const json_t *spec, const json_t *pod)
{
    return json_list_has(json_at(spec, "rollout", "force"), object_name(pod));
}

const struct wants wants_v1alpha1 = {
    "vitess.io/v1alpha1", has_shard, in_pool, in_all, identify, forced, NULL, "primary"};
