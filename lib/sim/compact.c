#include "compact.h"

#include "sim/core/world.h"
#include "sim/metacontroller/cache.h"

/* Bytes, and times as many as after the last time. */
enum { LEAST = 64 * 1024 * 1024, GROWTH = 4 };

void compact(struct sim *sim)
{
    struct arena *fresh;
    struct json_scope scope;

    if (arena_used(sim->objects) < LEAST ||
        arena_used(sim->objects) < GROWTH * sim->store->compacted)
        return;
    fresh = arena_new(0);
    scope = json_enter(fresh);
    view_move(fresh, &sim->store->live);
    cache_move(fresh, sim->cache);
    json_leave(scope);
    arena_free(sim->objects);
    sim->objects = fresh;
    sim->store->compacted = arena_used(fresh);
}
