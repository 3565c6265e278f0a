#ifndef VITESS_OPERATOR_HOOKS_V2_PARTITIONS_H
#define VITESS_OPERATOR_HOOKS_V2_PARTITIONS_H

#include "specs.h"

/* Which shards a keyspace has. A shard is known by the two ends of its key range as they are
 * written: "-80" and "-8000" are two shards. */

struct v2_shard {
    const char *name, *start, *end; /* "-80", "", "80"; an end that is "" is open */
    const struct partitioning *partitioning;
    const struct shard_template *template;
};
struct v2_shards {
    struct v2_shard *at;
    size_t count;
};

/* Whether there are such key ranges: one to 65,536 parts, no more of them than the digits can
 * tell apart, and an even number of digits, as a key range has whole bytes. Whoever reads a spec
 * has to ask; theirs ends in a panic for some that do not fit. */
bool v2_equal_fits(uint32_t parts, uint32_t hex_width);

/* In the order of the key ranges, or as they are written where they are custom. None for what can
 * have none: neither equal nor custom, or more parts than the digits can tell apart. */
struct v2_shards v2_partitioning_shards(struct arena *arena,
    const struct partitioning *partitioning);

/* Of all partitionings, in the order of their key ranges. A shard that is in several is as the last
 * of them has it. */
struct v2_shards v2_keyspace_shards(struct arena *arena, const struct keyspace *keyspace);

/* The same, in the order of the spec, some of them twice. */
struct v2_shards v2_shards_as_written(struct arena *arena, const struct keyspace *keyspace);

/* Names of its shards, each once, bytewise ascending. */
struct texts v2_partitioning_names(struct arena *arena, const struct partitioning *partitioning);

/* What tells a partitioning from others of the keyspace: its set of shards. "-80,80-" */
const char *v2_partitioning_key(struct arena *arena, const struct partitioning *partitioning);

#endif
