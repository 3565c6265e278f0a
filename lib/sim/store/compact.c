#include "sim/core/world.h"
#include "sim/metacontroller/metacontroller.h"

/* Versions are never freed one by one: when most of what is held is history, what is live moves to
 * a fresh arena. Only the views and pending events point to versions between steps. */

enum { LEAST = 64 * 1024 * 1024, GROWTH = 4 };

static struct version *move(struct arena *arena, struct version *version)
{
    if (version == NULL)
        return NULL;
    if (version->moved == NULL) {
        struct version *copy = arena_make(arena, struct version);

        *copy = *version;
        copy->json = json_clone(version->json);
        copy->text = NULL;
        version->moved = copy;
    }
    return version->moved;
}

static void move_shelf(struct arena *arena, struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->count; i++)
        shelf->at[i] = move(arena, shelf->at[i]);
}

static void move_view(struct arena *arena, struct view *view)
{
    struct table_row *row;

    move_shelf(arena, &view->all);
    move_shelf(arena, &view->orphans);
    table_each (&view->owned, row)
        move_shelf(arena, row->value);
}

static void move_stream(struct arena *arena, struct stream *stream)
{
    for (size_t i = 0; i < stream->count; i++) {
        struct change *change = &stream->pending[(stream->first + i) % stream->capacity];

        change->before = move(arena, change->before);
        change->after = move(arena, change->after);
    }
}

void store_compact(struct sim *sim)
{
    struct arena *fresh;
    struct json_scope scope;

    if (arena_used(sim->objects) < LEAST ||
        arena_used(sim->objects) < GROWTH * sim->store->compacted)
        return;
    fresh = arena_new(0);
    scope = json_enter(fresh);
    move_view(fresh, &sim->store->live);
    move_view(fresh, &sim->metacontroller->cache.seen);
    for (size_t i = 0; i < sim->metacontroller->cache.kinds; i++)
        move_stream(fresh, &sim->metacontroller->cache.streams[i]);
    json_leave(scope);
    arena_free(sim->objects);
    sim->objects = fresh;
    sim->store->compacted = arena_used(fresh);
}
