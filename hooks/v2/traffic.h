#ifndef VITESS_OPERATOR_HOOKS_V2_TRAFFIC_H
#define VITESS_OPERATOR_HOOKS_V2_TRAFFIC_H

#include "shard.h"

/* What is served from a shard, as Vitess says. Theirs asks every 15 seconds; here a task waits for
 * a change, and none runs while there is nothing that traffic could be switched to. */

/* spec.traffic of a VitessShard, which its VitessKeyspace writes. */
#define TRAFFIC_SETTLED "Settled"      /* the keyspace has no other shards */
#define TRAFFIC_MAY_SWITCH "MaySwitch" /* it has */
#define TRAFFIC_LEAVING "Leaving"      /* and this one has left the spec */

/* "True", "False", or NULL where it is not known. */
struct v2_traffic {
    const char *serving_writes;
    const char *idle; /* no cell's SrvKeyspace has it, for any type of tablet */
};

/* `primary`: what is known of it since the last sync. Asks by hook->tasks. */
struct v2_traffic v2_follow_traffic(struct shard_hook *hook, const struct shard_memory *memory);

/* All that was of the idle shard is gone, at last what Vitess has of it (pruneShards). `memory`: of
 * the last sync. */
bool v2_shard_is_turned_down(struct shard_hook *hook, const struct shard_memory *memory);

/* The VitessShard has left the spec. */
bool v2_shard_leaves(struct arena *arena, const json_t *shard);

#endif
