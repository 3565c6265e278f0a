#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "metadata.h"
#include "state.h"

static bool belongs(struct arena *arena, const json_t *object)
{
    const bool claim = text_equal(object_kind(object), "PersistentVolumeClaim");
    const bool of_user = json_array_size(json_at(object, "metadata", "ownerReferences")) == 0;
    const bool of_hook = object_last_applied(arena, object_keys(object), object) != NULL;
    /* The simulator makes nodes where the user applies none, and Secrets that are asked for. */
    const bool made_up =
        text_equal(object_kind(object), "Node") || object_annotation(object, SIM_ASSUMED) != NULL;

    return claim || (of_user && !made_up) || (of_hook && !object_is_task(object));
}

static int by_identity(const void *a, const void *b)
{
    return strcmp(((const struct kept_object *)a)->identity,
        ((const struct kept_object *)b)->identity);
}

struct snapshot snapshot_take(struct arena *arena, const struct sim *sim)
{
    const struct objects objects = sim_objects(sim, arena, NULL);
    struct snapshot snapshot = {.at = arena_array(arena, objects.count + 1, sizeof(*snapshot.at))};

    for (size_t i = 0; i < objects.count; i++) {
        const json_t *object = objects.at[i];

        if (!belongs(arena, object))
            continue;
        snapshot.at[snapshot.count++] =
            (struct kept_object){.identity = object_identity(arena, object),
                .wanted = json_clone(object_wanted(arena, object))};
    }
    qsort(snapshot.at, snapshot.count, sizeof(*snapshot.at), by_identity);
    return snapshot;
}

const struct kept_object *snapshot_find(const struct snapshot *snapshot, const char *identity)
{
    const struct kept_object wanted = {.identity = identity};

    return bsearch(&wanted, snapshot->at, snapshot->count, sizeof(*snapshot->at), by_identity);
}

static void add(struct changes *changes, enum change_kind kind, const struct kept_object *object,
    struct differences fields)
{
    changes->at[changes->count++] = (struct change){kind, object->identity, object->wanted, fields};
}

/* Adds what became of an object that was there before. */
static void compare(struct arena *arena, struct changes *changes, const struct kept_object *before,
    const struct kept_object *after)
{
    struct differences fields = {.arena = arena};

    if (after == NULL) {
        add(changes, CHANGE_REMOVED, before, fields);
        return;
    }
    differences_add(&fields, before->wanted, after->wanted);
    if (fields.count > 0)
        add(changes, CHANGE_CHANGED, after, fields);
}

static int by_change(const void *a, const void *b)
{
    return strcmp(((const struct change *)a)->identity, ((const struct change *)b)->identity);
}

struct changes snapshot_compare(struct arena *arena, const struct snapshot *before,
    const struct snapshot *after)
{
    struct changes changes = {
        .at = arena_array(arena, before->count + after->count + 1, sizeof(*changes.at))};

    for (size_t i = 0; i < before->count; i++)
        compare(arena, &changes, &before->at[i], snapshot_find(after, before->at[i].identity));
    for (size_t i = 0; i < after->count; i++)
        if (snapshot_find(before, after->at[i].identity) == NULL)
            add(&changes, CHANGE_ADDED, &after->at[i], (struct differences){.arena = arena});
    qsort(changes.at, changes.count, sizeof(*changes.at), by_change);
    return changes;
}
