#ifndef VITESS_OPERATOR_SIM_CACHE_H
#define VITESS_OPERATOR_SIM_CACHE_H

#include "sim/store/store.h"

/* Metacontroller's informers: a view of the cluster that is up to some events behind (option lag),
 * but never more than a few seconds: else it could stay behind its own writes for ever. There is
 * one informer for each kind, and none waits for another: a Pod may be seen before the claim that
 * was made before it. */

/* The events of one kind, in order. */
struct stream {
    struct change *pending; /* a ring of events that have not arrived yet */
    size_t first, count, capacity;
    size_t lag; /* it may be this many events behind */
};

struct cache {
    void (*arrive)(struct sim *sim, const struct change *change);
    struct view seen;
    struct stream *streams; /* by index of the kind */
    size_t kinds;
    size_t pending; /* events of all kinds that have not arrived yet */
};

/* `arrive` is called for every event that is seen. */
void cache_start(struct sim *sim, void (*arrive)(struct sim *sim, const struct change *change));
void cache_add(struct sim *sim, const struct change *change);
/* At the end of a step: what is older arrives. */
void cache_turn(struct sim *sim);
/* The process starts anew and lists everything: nothing is pending, and no event tells of it. */
void cache_list(struct sim *sim);

/* Moves all versions to a fresh arena. */
void cache_move(struct arena *arena, struct cache *cache);

#endif
