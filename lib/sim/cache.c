#include "cache.h"

#include "world.h"

/* Events are late by this much at most, and every now and then there are none under way: real ones
 * do not keep in step with the writes that they lead to. */
enum { SECONDS_BEHIND = 2, SECONDS_TO_CATCH_UP = 5 };

void cache_start(struct cache *cache, struct arena *arena)
{
    view_start(&cache->seen, arena);
}

static void append(struct sim *sim, const struct change *change)
{
    struct cache *cache = &sim->metacontroller.cache;

    if (cache->count == cache->capacity) {
        size_t capacity = cache->capacity == 0 ? 64 : cache->capacity * 2;
        struct change *bigger = arena_array(sim->arena, capacity, sizeof(*bigger));

        for (size_t i = 0; i < cache->count; i++)
            bigger[i] = cache->pending[(cache->first + i) % cache->capacity];
        cache->pending = bigger;
        cache->capacity = capacity;
        cache->first = 0;
    }
    cache->pending[(cache->first + cache->count++) % cache->capacity] = *change;
}

static void arrive(struct sim *sim)
{
    struct cache *cache = &sim->metacontroller.cache;
    struct change change = cache->pending[cache->first];

    cache->first = (cache->first + 1) % cache->capacity;
    cache->count--;
    view_change(&cache->seen, change.before, change.after);
    metacontroller_see(sim, &change);
}

void cache_add(struct sim *sim, const struct change *change)
{
    struct cache *cache = &sim->metacontroller.cache;

    append(sim, change);
    while (cache->count > (size_t)sim->options.lag)
        arrive(sim);
}

void cache_turn(struct sim *sim)
{
    struct cache *cache = &sim->metacontroller.cache;
    long arrived = sim->now - (sim->now % SECONDS_TO_CATCH_UP == 0 ? 0 : SECONDS_BEHIND);

    while (cache->count > 0 && cache->pending[cache->first].second <= arrived)
        arrive(sim);
}
