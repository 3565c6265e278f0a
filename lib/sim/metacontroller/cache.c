#include "cache.h"

#include "sim/core/world.h"

/* Events are late by this much at most, and every now and then there are none under way: real ones
 * do not keep in step with the writes that they lead to. */
enum { SECONDS_BEHIND = 2, SECONDS_TO_CATCH_UP = 5 };

/* Each kind has a lag of its own, up to the one that was asked for. */
void cache_start(struct sim *sim, void (*arrive)(struct sim *sim, const struct change *change))
{
    struct cache *cache = arena_make(sim->arena, struct cache);
    size_t most = (size_t)sim->options.lag;

    sim->cache = cache;
    cache->arrive = arrive;
    view_start(&cache->seen, sim->arena);
    cache->kinds = sim->kinds->count;
    cache->streams = arena_array(sim->arena, cache->kinds, sizeof(*cache->streams));
    for (size_t i = 0; i < cache->kinds; i++)
        cache->streams[i].lag = most - chance_below(&sim->chance, most + 1);
}

static void append(struct sim *sim, struct stream *stream, const struct change *change)
{
    if (stream->count == stream->capacity) {
        size_t capacity = stream->capacity == 0 ? 8 : stream->capacity * 2;
        struct change *bigger = arena_array(sim->arena, capacity, sizeof(*bigger));

        for (size_t i = 0; i < stream->count; i++)
            bigger[i] = stream->pending[(stream->first + i) % stream->capacity];
        stream->pending = bigger;
        stream->capacity = capacity;
        stream->first = 0;
    }
    stream->pending[(stream->first + stream->count++) % stream->capacity] = *change;
    sim->cache->pending++;
}

static struct change take(struct sim *sim, struct stream *stream)
{
    struct cache *cache = sim->cache;
    struct change change = stream->pending[stream->first];

    stream->first = (stream->first + 1) % stream->capacity;
    stream->count--;
    cache->pending--;
    view_change(&cache->seen, change.before, change.after);
    return change;
}

static void arrive(struct sim *sim, struct stream *stream)
{
    struct change change = take(sim, stream);

    sim->cache->arrive(sim, &change);
}

void cache_add(struct sim *sim, const struct change *change)
{
    const struct version *version = change->after == NULL ? change->before : change->after;
    struct stream *stream = &sim->cache->streams[version->kind->index];

    append(sim, stream, change);
    while (stream->count > stream->lag)
        arrive(sim, stream);
}

void cache_turn(struct sim *sim)
{
    struct cache *cache = sim->cache;
    long arrived = sim->now - (sim->now % SECONDS_TO_CATCH_UP == 0 ? 0 : SECONDS_BEHIND);

    for (size_t i = 0; i < cache->kinds; i++) {
        struct stream *stream = &cache->streams[i];

        while (stream->count > 0 && stream->pending[stream->first].second <= arrived)
            arrive(sim, stream);
    }
}

void cache_list(struct sim *sim)
{
    struct cache *cache = sim->cache;

    for (size_t i = 0; i < cache->kinds; i++) {
        while (cache->streams[i].count > 0)
            take(sim, &cache->streams[i]);
    }
}

static void move_stream(struct arena *arena, struct stream *stream)
{
    for (size_t i = 0; i < stream->count; i++) {
        struct change *change = &stream->pending[(stream->first + i) % stream->capacity];

        change->before = version_move(arena, change->before);
        change->after = version_move(arena, change->after);
    }
}

void cache_move(struct arena *arena, struct cache *cache)
{
    view_move(arena, &cache->seen);
    for (size_t i = 0; i < cache->kinds; i++)
        move_stream(arena, &cache->streams[i]);
}
