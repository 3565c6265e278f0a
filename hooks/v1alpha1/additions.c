#include "v1alpha1.h"

#include "template.h"

/* What an edit adds is made in every cell at once, as new children are, although the rest of it
 * goes cell by cell. Were it to wait for its turn, there would be no end: a new shard is Ready once
 * its first primary is elected, which may need replicas of several cells; and a keyspace that moves
 * leaves its old cell once the new one holds its data. And tasks talk to a new vtctld from now on,
 * in every cell and for the cluster, so that of a later cell must not wait for an earlier one. */

static const struct keyspace_item *find_keyspace(const struct cell_spec *cell, const char *name)
{
    for (size_t i = 0; i < cell->keyspaces.count; i++) {
        if (text_equal(cell->keyspaces.at[i].name, name))
            return &cell->keyspaces.at[i];
    }
    return NULL;
}

static bool has_shard(const struct keyspace_item *keyspace, const char *name)
{
    for (size_t i = 0; i < keyspace->shards.count; i++) {
        if (text_equal(keyspace->shards.at[i].vitess_name, name))
            return true;
    }
    return false;
}

/* An override of today, as far as it is for shards that are new; NULL: it is for none of them. */
static const json_t *for_new_shards(const struct pool_override *override, const json_t *added)
{
    json_t *copy = json_overlay(override->json, NULL);
    json_t *shards = json_new_list();
    const json_t *name;

    json_each_item (added, i, name) {
        if (override->shards == NULL || json_list_has(override->shards, json_string_value(name)))
            json_add(shards, name);
    }
    json_put(copy, "shards", shards);
    return json_array_size(shards) == 0 ? NULL : copy;
}

/* Shards that are new begin as they are to be: the others keep the overrides of before. */
static const json_t *overrides_beside(const struct keyspace_item *before,
    const struct keyspace_item *now, const json_t *added)
{
    json_t *overrides = json_new_list();

    for (size_t i = 0; i < before->overrides.count; i++)
        json_add(overrides, before->overrides.at[i].json);
    for (size_t i = 0; i < now->overrides.count; i++)
        json_add(overrides, for_new_shards(&now->overrides.at[i], added));
    return overrides;
}

/* `before` with the shards that only `now` has, or NULL where there are none. */
static const json_t *with_new_shards(const struct keyspace_item *before,
    const struct keyspace_item *now)
{
    json_t *shards = json_new_list(), *added = json_new_list();
    json_t *item;
    const json_t *shard;

    if (before->shards_json == NULL)
        return NULL;
    json_each_item (before->shards_json, i, shard)
        json_add(shards, shard);
    for (size_t i = 0; i < now->shards.count; i++) {
        const char *name = now->shards.at[i].vitess_name;

        if (has_shard(before, name))
            continue;
        json_add(shards, now->shards.at[i].json);
        json_add_text(added, name);
    }
    if (json_array_size(shards) == json_array_size(before->shards_json))
        return NULL;
    item = json_overlay(before->json, NULL);
    json_put(item, "shards", shards);
    if (before->overrides.count + now->overrides.count > 0)
        json_put(item, "overrides", overrides_beside(before, now, added));
    return item;
}

/* The keyspaces of a cell as they were, with what is new; NULL where nothing is. */
static const json_t *with_new_keyspaces(const struct cell_spec *before, const struct cell_spec *now)
{
    json_t *keyspaces = json_new_list();
    bool any = false;

    for (size_t i = 0; i < before->keyspaces.count; i++) {
        const struct keyspace_item *old = &before->keyspaces.at[i];
        const struct keyspace_item *new = find_keyspace(now, old->name);
        const json_t *grown = new == NULL ? NULL : with_new_shards(old, new);

        any = any || grown != NULL;
        json_add(keyspaces, grown == NULL ? old->json : grown);
    }
    for (size_t i = 0; i < now->keyspaces.count; i++) {
        if (find_keyspace(before, now->keyspaces.at[i].name) != NULL)
            continue;
        any = true;
        json_add(keyspaces, now->keyspaces.at[i].json);
    }
    return any ? keyspaces : NULL;
}

static const json_t *with_spec(const json_t *object, const json_t *spec)
{
    json_t *copy = json_overlay(object, NULL);

    json_put(copy, "spec", spec);
    return copy;
}

static const json_t *added_to_cell(struct arena *arena, const struct stage_child *child)
{
    struct cell_spec *before = arena_make(arena, struct cell_spec);
    struct cell_spec *now = arena_make(arena, struct cell_spec);
    const json_t *keyspaces;
    json_t *spec;
    bool vtctld;

    v1_read_unjudged(arena, v1_cell_fields, json_at(child->applied, "spec"), "spec", before);
    v1_read_unjudged(arena, v1_cell_fields, json_at(child->desired, "spec"), "spec", now);
    keyspaces = with_new_keyspaces(before, now);
    vtctld = before->item.vtctld == NULL && now->item.vtctld != NULL;
    if (keyspaces == NULL && !vtctld)
        return NULL;
    spec = json_overlay(json_at(child->applied, "spec"), NULL);
    if (keyspaces != NULL)
        json_put(spec, "keyspaces", keyspaces);
    if (vtctld)
        json_put(spec, "vtctld", json_at(child->desired, "spec", "vtctld"));
    return with_spec(resource_as_applied(arena, &v1_keys, child->observed), spec);
}

static const json_t *added_to_keyspace(struct arena *arena, const struct stage_child *child)
{
    struct keyspace_spec *before = arena_make(arena, struct keyspace_spec);
    struct keyspace_spec *now = arena_make(arena, struct keyspace_spec);
    const json_t *spec;

    v1_read_unjudged(arena, v1_keyspace_fields, json_at(child->applied, "spec"), "spec", before);
    v1_read_unjudged(arena, v1_keyspace_fields, json_at(child->desired, "spec"), "spec", now);
    spec = with_new_shards(&before->item, &now->item);
    return spec == NULL ? NULL
                        : with_spec(resource_as_applied(arena, &v1_keys, child->observed), spec);
}

/* What was applied, with each claim kept that is to be kept from now on; NULL where all of them are
 * kept already. A rollout may take hours to come by, a scale-down that is under way deletes a claim
 * in seconds, and to keep one restarts nothing: so it waits neither for its turn nor for the end of
 * a pause. To let claims go is an edit like any other. */
static const json_t *retention_of_now(const struct stage_child *child)
{
    static const char *const when[] = {"whenScaled", "whenDeleted"};
    const json_t *had = json_at(child->applied, "spec", "volumeClaimRetention");
    const json_t *now = json_at(child->desired, "spec", "volumeClaimRetention");
    json_t *kept = json_overlay(had, NULL);
    bool any = false;

    for (size_t i = 0; i < sizeof(when) / sizeof(when[0]); i++) {
        if (!text_equal(json_text_at(had, when[i]), "Delete") ||
            text_equal(json_text_at(now, when[i]), "Delete"))
            continue;
        json_put_text(kept, when[i], "Retain");
        any = true;
    }
    return any ? kept : NULL;
}

static const json_t *with_retention(struct arena *arena, const struct stage_child *child)
{
    const json_t *base = child->held_spec != NULL
                             ? child->held_spec
                             : resource_as_applied(arena, &v1_keys, child->observed);
    const json_t *retention = retention_of_now(child);
    json_t *spec;

    if (retention == NULL)
        return child->held_spec;
    spec = json_overlay(json_at(base, "spec"), NULL);
    json_put(spec, "volumeClaimRetention", retention);
    return with_spec(base, spec);
}

void v1_apply_additions_early(struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        struct stage_child *child = &stage->at[i];

        if (child->desired == NULL || child->applied == NULL || child->current ||
            child->held_spec != NULL)
            continue;
        if (!stage->paused && text_equal(object_kind(child->desired), "VitessCell"))
            child->held_spec = added_to_cell(stage->arena, child);
        else if (!stage->paused && text_equal(object_kind(child->desired), "VitessKeyspace"))
            child->held_spec = added_to_keyspace(stage->arena, child);
        child->held_spec = with_retention(stage->arena, child);
    }
}
