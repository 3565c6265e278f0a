#include "garbage.h"

#include "edit.h"
#include "world.h"

struct dependent {
    const struct kind *kind;
    const char *key;
    struct dependent *next;
};

void garbage_start(struct sim *sim)
{
    struct garbage *garbage = &sim->garbage;

    garbage->alive.arena = garbage->dependents.arena = sim->arena;
    queue_start(&garbage->lost, sim->arena);
}

static bool refers(const struct version *version, const char *uid)
{
    const json_t *reference;

    if (version == NULL)
        return false;
    json_each_item (json_at(version->json, "metadata", "ownerReferences"), i, reference) {
        if (text_equal(json_text_at(reference, "uid"), uid))
            return true;
    }
    return false;
}

static void note_owner(struct sim *sim, const struct version *version, const char *uid)
{
    struct garbage *garbage = &sim->garbage;
    struct dependent *dependent = arena_make(sim->arena, struct dependent);

    *dependent =
        (struct dependent){version->kind, version->key, table_get(&garbage->dependents, uid)};
    table_put(&garbage->dependents, uid, dependent);
    if (table_get(&garbage->alive, uid) == NULL)
        queue_add(&garbage->lost, uid);
}

void garbage_see(struct sim *sim, const struct change *change)
{
    struct garbage *garbage = &sim->garbage;
    const json_t *reference;

    if (change->after == NULL) {
        table_remove(&garbage->alive, change->before->uid);
        if (table_get(&garbage->dependents, change->before->uid) != NULL)
            queue_add(&garbage->lost, change->before->uid);
        return;
    }
    if (change->before == NULL)
        table_put(&garbage->alive, change->after->uid, sim);
    json_each_item (json_at(change->after->json, "metadata", "ownerReferences"), i, reference) {
        const char *uid = json_text_at(reference, "uid");

        if (!refers(change->before, uid))
            note_owner(sim, change->after, table_name(&sim->names, uid));
    }
}

/* References to owners that still are. */
static json_t *solid_references(struct sim *sim, const struct version *version)
{
    json_t *list = json_new_list();
    const json_t *reference;

    json_each_item (json_at(version->json, "metadata", "ownerReferences"), i, reference) {
        if (table_get(&sim->garbage.alive, json_text_at(reference, "uid")) != NULL)
            json_add(list, reference);
    }
    return list;
}

static void collect(struct sim *sim, const struct dependent *dependent, const char *lost)
{
    struct version *version = store_get(sim, dependent->kind, dependent->key);
    json_t *solid;

    if (!refers(version, lost) || version->terminating)
        return;
    solid = solid_references(sim, version);
    if (json_array_size(solid) == 0)
        store_delete(sim, "gc", version->kind, version->key, version->uid);
    else
        store_patch(sim,
            "gc",
            version,
            edited(version->json, solid, "metadata", "ownerReferences"));
}

void garbage_turn(struct sim *sim)
{
    struct garbage *garbage = &sim->garbage;
    struct queue_keys lost = queue_take(&garbage->lost, sim->objects, sim->now);

    for (size_t i = 0; i < lost.count; i++) {
        const struct dependent *dependent = table_get(&garbage->dependents, lost.at[i]);

        if (table_get(&garbage->alive, lost.at[i]) != NULL)
            continue;
        for (; dependent != NULL; dependent = dependent->next)
            collect(sim, dependent, lost.at[i]);
        table_remove(&garbage->dependents, lost.at[i]);
    }
}

long garbage_due(const struct sim *sim)
{
    return queue_due(&sim->garbage.lost, sim->now);
}
