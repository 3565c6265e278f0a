#include "shelf.h"

#include <string.h>

static int compare(const struct version *version, const struct kind *kind, const char *key)
{
    if (version->kind != kind)
        return version->kind->index < kind->index ? -1 : 1;
    return strcmp(version->key, key);
}

/* Where `kind` and `key` are or belong. */
static size_t place_of(const struct shelf *shelf, const struct kind *kind, const char *key)
{
    size_t low = 0, high = shelf->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare(shelf->at[middle], kind, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct shelf *shelf, size_t place, const struct kind *kind, const char *key)
{
    return place < shelf->count && compare(shelf->at[place], kind, key) == 0;
}

struct version *shelf_find(const struct shelf *shelf, const struct kind *kind, const char *key)
{
    size_t place = place_of(shelf, kind, key);

    return is_at(shelf, place, kind, key) ? shelf->at[place] : NULL;
}

void shelf_put(struct shelf *shelf, struct version *version)
{
    size_t place = place_of(shelf, version->kind, version->key);

    if (is_at(shelf, place, version->kind, version->key)) {
        shelf->at[place] = version;
        return;
    }
    if (shelf->count == shelf->capacity) {
        size_t capacity = shelf->capacity == 0 ? 8 : shelf->capacity * 2;
        struct version **bigger = arena_array(shelf->arena, capacity, sizeof(*bigger));

        if (shelf->count > 0)
            memcpy(bigger, shelf->at, shelf->count * sizeof(*bigger));
        shelf->at = bigger;
        shelf->capacity = capacity;
    }
    memmove(shelf->at + place + 1, shelf->at + place, (shelf->count - place) * sizeof(*shelf->at));
    shelf->at[place] = version;
    shelf->count++;
}

void shelf_remove(struct shelf *shelf, const struct version *version)
{
    size_t place = place_of(shelf, version->kind, version->key);

    if (!is_at(shelf, place, version->kind, version->key))
        return;
    shelf->count--;
    memmove(shelf->at + place, shelf->at + place + 1, (shelf->count - place) * sizeof(*shelf->at));
}

struct shelf shelf_of_kind(const struct shelf *shelf, const struct kind *kind)
{
    size_t first = place_of(shelf, kind, "");
    size_t low = first, high = shelf->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (shelf->at[middle]->kind->index <= kind->index)
            low = middle + 1;
        else
            high = middle;
    }
    return (struct shelf){.at = shelf->at == NULL ? NULL : shelf->at + first, .count = low - first};
}

void view_start(struct view *view, struct arena *arena)
{
    *view = (struct view){.arena = arena,
        .all = {.arena = arena},
        .owned = {.arena = arena},
        .orphans = {.arena = arena}};
}

/* Where objects with the controller of `version` are. */
static struct shelf *home_of(struct view *view, const struct version *version)
{
    struct shelf *home;

    if (version->owner == NULL)
        return &view->orphans;
    home = table_get(&view->owned, version->owner);
    if (home == NULL) {
        home = arena_make(view->arena, struct shelf);
        home->arena = view->arena;
        table_put(&view->owned, version->owner, home);
    }
    return home;
}

void view_change(struct view *view, struct version *before, struct version *after)
{
    if (before != NULL && (after == NULL || after->owner != before->owner))
        shelf_remove(home_of(view, before), before);
    if (before != NULL && after == NULL)
        shelf_remove(&view->all, before);
    if (after != NULL) {
        shelf_put(&view->all, after);
        shelf_put(home_of(view, after), after);
    }
}

const struct shelf *view_owned(const struct view *view, const char *uid)
{
    static const struct shelf none;
    const struct shelf *home = table_get(&view->owned, uid);

    return home == NULL ? &none : home;
}

/* --- moving to another arena --- */

struct version *version_move(struct arena *arena, struct version *version)
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
        shelf->at[i] = version_move(arena, shelf->at[i]);
}

void view_move(struct arena *arena, struct view *view)
{
    struct table_row *row;

    move_shelf(arena, &view->all);
    move_shelf(arena, &view->orphans);
    table_each (&view->owned, row)
        move_shelf(arena, row->value);
}
