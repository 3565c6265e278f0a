#ifndef VITESS_OPERATOR_CLI_SHARDS_H
#define VITESS_OPERATOR_CLI_SHARDS_H

#include "sim.h"

/* The Vitess shards of simulated clusters, watched from step to step. */

struct shard_watch {
    const char *cluster;         /* "default/vitess" */
    const char *topology;        /* as sim_primary() takes it */
    const char *keyspace, *name; /* "main", "-80" */
    const char *primary;         /* alias, or NULL */
    const char *before;          /* the primary at the look before */
    const char *last;            /* who was primary before this one, or NULL */
    size_t serving;              /* tablets that serve */
    size_t lowest;               /* fewest since shards_mark(); only of shards that stood then */
    size_t marked;               /* serving at shards_mark() */
    const char *durability;      /* policy of the keyspace, or "" */
    const char *had;             /* at shards_mark() */
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

/* "main/-80", or, where there are several clusters, "default/vitess main/-80". */
const char *shard_shown(const struct shards *shards, const char *cluster, const char *keyspace,
    const char *name);

#endif
