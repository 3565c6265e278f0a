#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_POOLS_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_POOLS_H

#include "specs.h"

/* The pools of a keyspace in each cell and shard (pools.c), and its shards (equal.c). */

/* The pool as the 2018 hooks merged it: its keys replace those of defaults at the top level. NULL
 * when the pool is absent. The result is read in SPEC_DERIVED mode. */
const struct pool_spec *v1_merged_pool(struct arena *arena, const struct tablets_spec *tablets,
    const struct pool_spec *pool);

/* Tablets of replica type of one shard in one cell, by its resolved pools. */
uint32_t v1_replica_tablets(struct arena *arena, const struct tablets_spec *tablets);

enum pool { POOL_ELIGIBLE, POOL_BATCH };

/* The pools of the shard in the cell, overrides laid over: those of the keyspace themselves where
 * there are none for them. */
const struct tablets_spec *v1_tablets_in(struct arena *arena, const struct keyspace_item *keyspace,
    const char *cell, const char *shard);
/* How many tablets of a pool the shard has in the cell; of a pool in all cells. */
uint32_t v1_pool_replicas(const struct keyspace_item *keyspace, const char *cell, const char *shard,
    enum pool pool);
json_int_t v1_pool_in_all_cells(const struct keyspace_item *keyspace, const char *shard,
    enum pool pool);
/* Path of the block that says `key` of the pool there ("spec.keyspaces[0].overrides[1].batch"): an
 * override, the pool or the defaults. NULL where there is none. */
const char *v1_pool_written_in(const struct keyspace_item *keyspace, const char *cell,
    const char *shard, enum pool pool, const char *key);
/* Shards of the keyspace: how many, and the name of each. */
size_t v1_keyspace_shards(const struct keyspace_item *keyspace);
const char *v1_keyspace_shard(const struct keyspace_item *keyspace, size_t index);
/* Tablets of all shards of the keyspace in one cell. */
json_int_t v1_tablets_in_cell(const struct keyspace_item *keyspace, const char *cell);
/* Replica-type tablets in all cells together, of the shard that has the fewest. */
uint32_t v1_fewest_replicas(const struct keyspace_item *keyspace);

/* Which overrides are for the shard in the cell, as a text: "0,2,". */
const char *v1_pool_combination(struct arena *arena, const struct keyspace_item *keyspace,
    const char *cell, const char *shard);
/* One place for each combination of overrides that is somewhere, from a zeroed `places` on; cell
 * NULL: there is no more. */
struct pool_place {
    const char *cell, *shard;
};
struct pool_places {
    size_t next;
    json_t *seen;
};
struct pool_place v1_next_pool_place(struct arena *arena, const struct keyspace_item *keyspace,
    struct pool_places *places);

/* A pool as it is somewhere: with some overrides laid over it, or with none. */
struct pool_there {
    const struct keyspace_item *keyspace;
    struct pool_place
        place; /* one of those where it is so; cell NULL: where nothing overrides it */
    enum pool pool;
    const struct pool_spec *merged;
};
typedef void pool_visit(void *context, const struct pool_there *there);
/* Every pool of the keyspace as it is anywhere: what is judged of tablets is judged of all these.
 */
void v1_visit_pools(struct arena *arena, const struct keyspace_item *keyspace, pool_visit *visit,
    void *context);
/* As v1_pool_written_in(). */
const char *v1_pool_there_written_in(const struct pool_there *there, const char *key);

/* --- shards of the same size (equal.c) --- */

/* Hex digits of a boundary. */
uint32_t v1_equal_width(const struct equal_spec *equal);
/* So many parts can be told apart in so many digits, and be written as key ranges. */
bool v1_equal_is_possible(const struct equal_spec *equal);
/* Writes `equal` of each keyspace as the shards that it means: nobody else sees it. */
void v1_spread_equal_shards(struct arena *arena, struct cluster_spec *spec);

#endif
