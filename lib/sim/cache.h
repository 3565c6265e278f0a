#ifndef VITESS_OPERATOR_SIM_CACHE_H
#define VITESS_OPERATOR_SIM_CACHE_H

#include "store.h"

/* Metacontroller's informers: a view of the cluster that is up to some events behind (option lag),
 * but never more than a few seconds: else it could stay behind its own writes for ever. */
struct cache {
    struct view seen;
    struct change *pending; /* a ring of events that have not arrived yet */
    size_t first, count, capacity;
};

void cache_start(struct cache *cache, struct arena *arena);
void cache_add(struct sim *sim, const struct change *change);
/* At the end of a step: what is older arrives. */
void cache_turn(struct sim *sim);

#endif
