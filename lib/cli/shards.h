#ifndef VITESS_OPERATOR_CLI_SHARDS_H
#define VITESS_OPERATOR_CLI_SHARDS_H

#include "sim.h"

/* The Vitess shards of a simulated cluster, watched from step to step. */

struct shard_watch {
    const char *keyspace, *name; /* "main", "-80" */
    const char *primary;         /* alias, or NULL */
    const char *before;          /* the primary at the look before */
    const char *last;            /* who was primary before this one, or NULL */
    size_t serving;              /* tablets that serve */
    size_t lowest;               /* fewest since shards_mark(); only of shards that stood then */
    size_t marked;               /* serving at shards_mark() */
};

struct shards {
    struct arena *arena;
    struct shard_watch *at; /* sorted */
    size_t count, capacity;
};

/* Looks at every shard that there is; shards that have gone keep what was seen last. */
void shards_look(struct shards *shards, const struct sim *sim);

/* Counts `lowest` from here. */
void shards_mark(struct shards *shards);

#endif
