#include "pools.h"
#include "template.h"
#include "validate.h"

/* More than these are counted. */
enum { NAMES_SAID = 5 };

static const char *quoted_names(const struct texts *names)
{
    struct text text = {.arena = names->arena};

    for (size_t i = 0; i < names->count && i < NAMES_SAID; i++)
        text_addf(&text, "%s\"%s\"", i == 0 ? "" : ", ", names->at[i]);
    if (names->count > NAMES_SAID)
        text_addf(&text, " and %zu more", names->count - NAMES_SAID);
    return names->count == 0 ? "none" : text_string(&text);
}

/* More letters wrong make another name. */
enum { FURTHEST = 2 };

static const char *did_you_mean(const struct texts *names, const char *name)
{
    const char *found = texts_nearest(names, name, FURTHEST);

    return found == NULL ? "" : fmt(names->arena, " (did you mean \"%s\"?)", found);
}

static void check_names_in(const struct validation *v, const json_t *list, const char *path,
    const char *what, const struct texts *known)
{
    const json_t *item;

    json_each_item (list, i, item) {
        const char *name = json_string_value(item);

        if (name != NULL && !texts_contain(known, name))
            problem_add(v->problems,
                v1_path_of_item(v, path, i),
                "must be a %s of the keyspace (%s), got \"%s\"%s",
                what,
                quoted_names(known),
                name,
                did_you_mean(known, name));
    }
}

/* Shards that cannot be read have their own problem. */
static void check_override(const struct validation *v, const struct pool_override *override,
    const struct texts *cells, const struct texts *shards)
{
    if (override->json == NULL)
        return;
    check_names_in(v, override->cells, v1_path(v, override->path, "cells"), "cell", cells);
    if (shards != NULL)
        check_names_in(v, override->shards, v1_path(v, override->path, "shards"), "shard", shards);
    if (json_at(override->json, "masterEligible") == NULL &&
        json_at(override->json, "batch") == NULL)
        problem_add(v->problems,
            override->path,
            "must have masterEligible or batch: what is other there");
    v1_validate_pool(v, override->master_eligible);
    v1_validate_pool(v, override->batch);
}

static void check_claim_at(const struct validation *v, const struct keyspace_item *keyspace,
    struct pool_place place, enum pool pool)
{
    const struct tablets_spec *tablets = v1_tablets_in(v->arena, keyspace, place.cell, place.shard);
    const struct pool_spec *merged = v1_merged_pool(v->arena,
        tablets,
        pool == POOL_BATCH ? tablets->batch : tablets->master_eligible);

    if (merged != NULL && merged->replicas > 0 && merged->claim == NULL)
        problem_add(v->problems,
            v1_path(v,
                v1_pool_written_in(keyspace, place.cell, place.shard, pool, "replicas"),
                "volumeClaim"),
            "is required, here or in tablets.defaults");
}

/* A keyspace that has no primary anyway has its own problem. */
static void check_primaries_left(const struct validation *v, const struct keyspace_item *keyspace)
{
    for (size_t i = 0; i < v1_keyspace_shards(keyspace); i++) {
        const char *shard = v1_keyspace_shard(keyspace, i);

        if (shard == NULL || v1_pool_in_all_cells(keyspace, shard, POOL_ELIGIBLE) > 0 ||
            json_count_at(keyspace->tablets->json, "masterEligible", "replicas") +
                    json_count_at(keyspace->tablets->json, "defaults", "replicas") ==
                0)
            continue;
        problem_add(v->problems,
            v1_path(v, keyspace->path, "overrides"),
            "leave shard \"%s\" no tablet of masterEligible in any cell: " NO_PRIMARY,
            shard);
        return;
    }
}

void v1_validate_pool_overrides(const struct validation *v, const struct keyspace_item *keyspace)
{
    struct texts cells = {.arena = v->arena}, shards = {.arena = v->arena};
    struct pool_places places = {0};
    struct pool_place place;
    const json_t *cell;

    if (keyspace->overrides.count == 0)
        return;
    json_each_item (keyspace->cells, i, cell) {
        if (json_is_string(cell))
            texts_add(&cells, json_string_value(cell));
    }
    for (size_t i = 0; i < v1_keyspace_shards(keyspace); i++) {
        if (v1_keyspace_shard(keyspace, i) != NULL)
            texts_add(&shards, v1_keyspace_shard(keyspace, i));
    }
    for (size_t i = 0; i < keyspace->overrides.count; i++)
        check_override(v,
            &keyspace->overrides.at[i],
            &cells,
            json_at(keyspace->json, "equal") != NULL ? NULL : &shards);
    place = v1_next_pool_place(v->arena, keyspace, &places);
    for (; place.cell != NULL; place = v1_next_pool_place(v->arena, keyspace, &places)) {
        check_claim_at(v, keyspace, place, POOL_ELIGIBLE);
        check_claim_at(v, keyspace, place, POOL_BATCH);
    }
    check_primaries_left(v, keyspace);
}
