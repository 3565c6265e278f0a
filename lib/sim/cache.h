#ifndef VITESS_OPERATOR_SIM_CACHE_H
#define VITESS_OPERATOR_SIM_CACHE_H

#include "store.h"

/* Metacontroller's informers: a view of the cluster that is some events behind (option lag). */
struct cache {
    struct view seen;
    struct change *pending; /* a ring of events that have not arrived yet */
    size_t first, count, capacity;
    bool quiet; /* nothing was written in this step */
};

void cache_start(struct cache *cache, struct arena *arena);
void cache_add(struct sim *sim, const struct change *change);
/* At the end of a step: what lags behind in a quiet cluster arrives one by one. */
void cache_turn(struct sim *sim);

#endif
