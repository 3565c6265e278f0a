#include "pools.h"
#include "template.h"
#include "validate.h"

void v1_validate_pool(const struct validation *v, const struct pool_spec *pool)
{
    if (pool == NULL || pool->json == NULL)
        return;
    if (pool->mysql != NULL && pool->mysql->config != NULL)
        my_cnf_check(pool->mysql->config, v1_path(v, pool->path, "mysql.config"), v->problems);
    v1_validate_claim(v, v1_path(v, pool->path, "volumeClaim"), pool->claim);
}

static void check_pool(const struct validation *v, const struct tablets_spec *tablets,
    const struct pool_spec *pool)
{
    const struct pool_spec *merged = v1_merged_pool(v->arena, tablets, pool);

    if (merged == NULL)
        return;
    if (merged->replicas > 0 && merged->claim == NULL)
        problem_add(v->problems,
            v1_path(v, pool->path, "volumeClaim"),
            "is required, here or in tablets.defaults");
    v1_validate_pool(v, pool);
}

/* A pool or number that cannot be read, or is out of range, has its own problem already. */
static bool wants_none(const struct validation *v, const struct tablets_spec *tablets)
{
    const struct pool_spec *pool = v1_merged_pool(v->arena, tablets, tablets->master_eligible);
    const json_t *given = pool == NULL ? NULL : json_at(pool->json, "replicas");

    if (pool == NULL || json_at(tablets->master_eligible->json, "replicas") != NULL)
        return false;
    return given == NULL || (json_is_integer(given) && json_integer_value(given) == 0);
}

static void check_primaries(const struct validation *v, const struct keyspace_item *keyspace)
{
    const char *path = v1_path(v, keyspace->path, "tablets.masterEligible");
    const struct tablets_spec *tablets = keyspace->tablets;

    if (tablets->master_eligible == NULL)
        problem_add(v->problems, path, "is required: " NO_PRIMARY);
    else if (wants_none(v, tablets))
        problem_add(v->problems,
            v1_path(v, path, "replicas"),
            "is required, at least 1, here or in tablets.defaults: " NO_PRIMARY);
}

/* Tablets that can acknowledge what a primary of the shard writes, wherever it is. */
static json_int_t acknowledgers_of(const struct keyspace_item *keyspace, const char *shard,
    const char *policy)
{
    bool rdonly = text_ends_with(policy, "_with_rdonly_ack");
    json_int_t all = json_int_sum(v1_pool_in_all_cells(keyspace, shard, POOL_ELIGIBLE),
        rdonly ? v1_pool_in_all_cells(keyspace, shard, POOL_BATCH) : 0);
    json_int_t fewest = all - 1;
    const json_t *cell;

    json_each_item (keyspace->cells, i, cell) {
        const char *name = json_string_value(cell);
        uint32_t own = name == NULL ? 0 : v1_pool_replicas(keyspace, name, shard, POOL_ELIGIBLE);

        if (own == 0 || !text_starts_with(policy, "cross_cell"))
            continue;
        if (rdonly)
            own += v1_pool_replicas(keyspace, name, shard, POOL_BATCH);
        fewest = all - own < fewest ? all - own : fewest;
    }
    return fewest < 0 ? 0 : fewest;
}

/* The shard that has the fewest. */
static json_int_t acknowledgers(const struct keyspace_item *keyspace, const char *policy)
{
    json_int_t fewest = acknowledgers_of(keyspace, NULL, policy);

    for (size_t i = 0; keyspace->overrides.count > 0 && i < v1_keyspace_shards(keyspace); i++) {
        json_int_t count = acknowledgers_of(keyspace, v1_keyspace_shard(keyspace, i), policy);

        fewest = i == 0 || count < fewest ? count : fewest;
    }
    return fewest;
}

/* A shard without any has its own problem. */
static bool any_eligible(const struct validation *v, const struct keyspace_item *keyspace)
{
    return keyspace->overrides.count == 0 ? v1_replica_tablets(v->arena, keyspace->tablets) > 0
                                          : v1_fewest_replicas(keyspace) > 0;
}

/* With nobody to acknowledge it the first write would hang for ever. */
static void check_durability(const struct validation *v, const struct keyspace_item *keyspace)
{
    const char *policy = keyspace->durability_policy;

    if (policy == NULL || text_equal(policy, "none") || !any_eligible(v, keyspace))
        return;
    if (acknowledgers(keyspace, policy) == 0)
        problem_add(v->problems,
            v1_path(v, keyspace->path, "durabilityPolicy"),
            "needs a second tablet %s to acknowledge each write, got \"%s\"",
            text_starts_with(policy, "cross_cell") ? "in another cell" : "in each shard",
            policy);
}

void v1_validate_tablets(const struct validation *v, const struct keyspace_item *keyspace)
{
    const struct tablets_spec *tablets = keyspace->tablets;

    check_primaries(v, keyspace);
    check_durability(v, keyspace);
    v1_validate_pool(v, tablets->defaults);
    check_pool(v, tablets, tablets->master_eligible);
    check_pool(v, tablets, tablets->batch);
}
