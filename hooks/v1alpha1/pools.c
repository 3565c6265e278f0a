#include "pools.h"

#include "template.h"
#include "v1alpha1.h"

/* Which tablets a shard has in a cell: the pools of its keyspace, and what its overrides replace of
 * them there. The other way round from where they are written, a key of a pool is looked for in the
 * overrides that are for the cell and the shard, the last one first, then in the pool, then in the
 * defaults. */

static bool is_for(const struct pool_override *override, const char *cell, const char *shard)
{
    return override->json != NULL &&
           (override->cells == NULL || json_list_has(override->cells, cell)) &&
           (override->shards == NULL || json_list_has(override->shards, shard));
}

static const struct pool_spec *pool_in(const struct pool_override *override, enum pool pool)
{
    const struct pool_spec *own = pool == POOL_BATCH ? override->batch : override->master_eligible;

    return own == NULL || own->json == NULL ? NULL : own;
}

static const struct pool_spec *pool_of(const struct tablets_spec *tablets, enum pool pool)
{
    const struct pool_spec *own = pool == POOL_BATCH ? tablets->batch : tablets->master_eligible;

    return own == NULL || own->json == NULL ? NULL : own;
}

/* The last of the overrides that has the pool there, and in it `key` (NULL: whatever is in it). */
static const struct pool_spec *overriding(const struct keyspace_item *keyspace, const char *cell,
    const char *shard, enum pool pool, const char *key)
{
    for (size_t i = keyspace->overrides.count; i > 0; i--) {
        const struct pool_override *override = &keyspace->overrides.at[i - 1];
        const struct pool_spec *own = pool_in(override, pool);

        if (own != NULL && is_for(override, cell, shard) &&
            (key == NULL || json_at(own->json, key) != NULL))
            return own;
    }
    return NULL;
}

const char *v1_pool_written_in(const struct keyspace_item *keyspace, const char *cell,
    const char *shard, enum pool pool, const char *key)
{
    const struct tablets_spec *tablets = keyspace->tablets;
    const struct pool_spec *own = overriding(keyspace, cell, shard, pool, key);

    if (own == NULL)
        own = pool_of(tablets, pool);
    if (own == NULL || (json_at(own->json, key) == NULL && tablets->defaults != NULL &&
                           json_at(tablets->defaults->json, key) != NULL))
        own = tablets->defaults;
    return own == NULL ? NULL : own->path;
}

uint32_t v1_pool_replicas(const struct keyspace_item *keyspace, const char *cell, const char *shard,
    enum pool pool)
{
    const struct tablets_spec *tablets = keyspace->tablets;
    const struct pool_spec *base = tablets == NULL ? NULL : pool_of(tablets, pool);
    const struct pool_spec *own = overriding(keyspace, cell, shard, pool, "replicas");

    if (tablets == NULL)
        return 0;
    if (own == NULL)
        own = base;
    if (own == NULL && overriding(keyspace, cell, shard, pool, NULL) == NULL)
        return 0;
    if (own != NULL && json_at(own->json, "replicas") != NULL)
        return json_count_at(own->json, "replicas");
    return tablets->defaults == NULL ? 0 : json_count_at(tablets->defaults->json, "replicas");
}

/* Of both pools. */
static uint32_t pools_replicas(const struct keyspace_item *keyspace, const char *cell,
    const char *shard)
{
    return v1_pool_replicas(keyspace, cell, shard, POOL_ELIGIBLE) +
           v1_pool_replicas(keyspace, cell, shard, POOL_BATCH);
}

json_int_t v1_pool_in_all_cells(const struct keyspace_item *keyspace, const char *shard,
    enum pool pool)
{
    json_int_t sum = 0;
    const json_t *cell;

    json_each_item (keyspace->cells, i, cell) {
        if (json_is_string(cell))
            sum =
                json_int_sum(sum, v1_pool_replicas(keyspace, json_string_value(cell), shard, pool));
    }
    return sum;
}

/* --- shards --- */

size_t v1_keyspace_shards(const struct keyspace_item *keyspace)
{
    return keyspace->shards_json == NULL ? 1 : keyspace->shards.count;
}

const char *v1_keyspace_shard(const struct keyspace_item *keyspace, size_t index)
{
    return keyspace->shards_json == NULL ? UNSHARDED : keyspace->shards.at[index].vitess_name;
}

json_int_t v1_tablets_in_cell(const struct keyspace_item *keyspace, const char *cell)
{
    json_int_t sum = 0;

    if (keyspace->overrides.count == 0)
        return json_int_product((json_int_t)v1_keyspace_shards(keyspace),
            pools_replicas(keyspace, cell, NULL));
    for (size_t i = 0; i < v1_keyspace_shards(keyspace); i++)
        sum = json_int_sum(sum, pools_replicas(keyspace, cell, v1_keyspace_shard(keyspace, i)));
    return sum;
}

uint32_t v1_fewest_replicas(const struct keyspace_item *keyspace)
{
    json_int_t fewest = -1;

    for (size_t i = 0; i < v1_keyspace_shards(keyspace); i++) {
        json_int_t count =
            v1_pool_in_all_cells(keyspace, v1_keyspace_shard(keyspace, i), POOL_ELIGIBLE);

        fewest = fewest < 0 || count < fewest ? count : fewest;
        if (keyspace->overrides.count == 0)
            break;
    }
    return fewest < 0 ? (uint32_t)v1_pool_in_all_cells(keyspace, NULL, POOL_ELIGIBLE)
                      : (uint32_t)fewest;
}

/* --- the pools themselves --- */

static struct pool_spec *resolved_pool(struct arena *arena, const struct keyspace_item *keyspace,
    const char *cell, const char *shard, enum pool pool)
{
    const struct pool_spec *base = pool_of(keyspace->tablets, pool);
    const json_t *json = base == NULL ? NULL : base->json;
    const char *path = base == NULL ? NULL : base->path;
    struct pool_spec *resolved = arena_make(arena, struct pool_spec);

    for (size_t i = 0; i < keyspace->overrides.count; i++) {
        const struct pool_override *override = &keyspace->overrides.at[i];
        const struct pool_spec *own = pool_in(override, pool);

        if (own == NULL || !is_for(override, cell, shard))
            continue;
        json = json_overlay(json, own->json);
        path = own->path;
    }
    if (json == NULL)
        return NULL;
    v1_read_unjudged(arena, v1_pool_fields, json, path, resolved);
    return resolved;
}

const struct tablets_spec *v1_tablets_in(struct arena *arena, const struct keyspace_item *keyspace,
    const char *cell, const char *shard)
{
    const struct tablets_spec *tablets = keyspace->tablets;
    struct tablets_spec *resolved;
    json_t *json;

    if (tablets == NULL || (overriding(keyspace, cell, shard, POOL_ELIGIBLE, NULL) == NULL &&
                               overriding(keyspace, cell, shard, POOL_BATCH, NULL) == NULL))
        return tablets;
    resolved = arena_make(arena, struct tablets_spec);
    resolved->defaults = tablets->defaults;
    resolved->master_eligible = resolved_pool(arena, keyspace, cell, shard, POOL_ELIGIBLE);
    resolved->batch = resolved_pool(arena, keyspace, cell, shard, POOL_BATCH);
    json = json_overlay(tablets->json, NULL);
    if (resolved->master_eligible != NULL)
        json_put(json, "masterEligible", resolved->master_eligible->json);
    if (resolved->batch != NULL)
        json_put(json, "batch", resolved->batch->json);
    resolved->json = json;
    return resolved;
}

const char *v1_pool_combination(struct arena *arena, const struct keyspace_item *keyspace,
    const char *cell, const char *shard)
{
    struct text text = {.arena = arena};

    for (size_t i = 0; i < keyspace->overrides.count; i++) {
        if (is_for(&keyspace->overrides.at[i], cell, shard))
            text_addf(&text, "%zu,", i);
    }
    return text_string(&text);
}

struct pool_place v1_next_pool_place(struct arena *arena, const struct keyspace_item *keyspace,
    struct pool_places *places)
{
    const size_t cells = json_array_size(keyspace->cells);

    if (places->seen == NULL)
        places->seen = json_new_map();
    for (; places->next < cells * v1_keyspace_shards(keyspace) && keyspace->overrides.count > 0;) {
        const json_t *cell = json_array_get(keyspace->cells, places->next % cells);
        const char *shard = v1_keyspace_shard(keyspace, places->next / cells);
        const char *which = NULL;

        places->next++;
        if (!json_is_string(cell) || shard == NULL)
            continue;
        which = v1_pool_combination(arena, keyspace, json_string_value(cell), shard);
        if (*which == '\0' || json_at(places->seen, which) != NULL)
            continue;
        json_put(places->seen, which, json_true());
        return (struct pool_place){json_string_value(cell), shard};
    }
    return (struct pool_place){NULL, NULL};
}

/* --- each pool as it is anywhere --- */

static bool any_without_overrides(struct arena *arena, const struct keyspace_item *keyspace)
{
    const json_t *cell;

    for (size_t i = 0; keyspace->overrides.count > 0 && i < v1_keyspace_shards(keyspace); i++) {
        json_each_item (keyspace->cells, j, cell) {
            if (*v1_pool_combination(arena,
                    keyspace,
                    json_string_value(cell),
                    v1_keyspace_shard(keyspace, i)) == '\0')
                return true;
        }
    }
    return keyspace->overrides.count == 0;
}

static void visit_both(struct arena *arena, const struct tablets_spec *tablets,
    struct pool_there there, pool_visit *visit, void *context)
{
    for (there.pool = POOL_ELIGIBLE; there.pool <= POOL_BATCH; there.pool++) {
        there.merged = v1_merged_pool(arena, tablets, pool_of(tablets, there.pool));
        if (there.merged != NULL)
            visit(context, &there);
    }
}

void v1_visit_pools(struct arena *arena, const struct keyspace_item *keyspace, pool_visit *visit,
    void *context)
{
    struct pool_places places = {0};
    struct pool_there there = {.keyspace = keyspace};

    if (keyspace->json == NULL || keyspace->tablets == NULL || keyspace->tablets->json == NULL)
        return;
    if (any_without_overrides(arena, keyspace))
        visit_both(arena, keyspace->tablets, there, visit, context);
    for (;;) {
        there.place = v1_next_pool_place(arena, keyspace, &places);
        if (there.place.cell == NULL)
            return;
        visit_both(arena,
            v1_tablets_in(arena, keyspace, there.place.cell, there.place.shard),
            there,
            visit,
            context);
    }
}

const char *v1_pool_there_written_in(const struct pool_there *there, const char *key)
{
    return v1_pool_written_in(there->keyspace,
        there->place.cell,
        there->place.shard,
        there->pool,
        key);
}
