#include "shards.h"

#include <stdlib.h>
#include <string.h>

#include "cli/base/room.h"
#include "hook.h"
#include "metadata.h"

static bool is_known(const struct shards *shards, const struct shard_watch *shard)
{
    for (size_t i = 0; i < shards->count; i++)
        if (strcmp(shards->at[i].cluster, shard->cluster) == 0 &&
            strcmp(shards->at[i].keyspace, shard->keyspace) == 0 &&
            strcmp(shards->at[i].name, shard->name) == 0)
            return true;
    return false;
}

static int by_name(const void *a, const void *b)
{
    const struct shard_watch *left = a, *right = b;
    const int clusters = strcmp(left->cluster, right->cluster);
    const int keyspaces = strcmp(left->keyspace, right->keyspace);

    if (clusters != 0)
        return clusters;
    return keyspaces != 0 ? keyspaces : strcmp(left->name, right->name);
}

static void add(struct shards *shards, const struct shard_watch *shard)
{
    shards->at =
        with_room(shards->arena, shards->at, shards->count, &shards->capacity, sizeof(*shards->at));
    shards->at[shards->count++] =
        (struct shard_watch){.cluster = fmt(shards->arena, "%s", shard->cluster),
            .topology = fmt(shards->arena, "%s", shard->topology),
            .keyspace = fmt(shards->arena, "%s", shard->keyspace),
            .name = fmt(shards->arena, "%s", shard->name),
            .durability = "",
            .had = ""};
    qsort(shards->at, shards->count, sizeof(*shards->at), by_name);
}

static void look(struct shards *shards, const struct sim *sim, struct shard_watch *shard)
{
    const char *primary = sim_primary(sim, shard->topology, shard->keyspace, shard->name);
    const char *durability = sim_durability(sim, shard->topology, shard->keyspace);

    shard->before = shard->primary;
    if (shard->primary != NULL && !text_equal(shard->primary, primary))
        shard->last = shard->primary;
    if (!text_equal(shard->primary, primary))
        shard->primary = primary == NULL ? NULL : fmt(shards->arena, "%s", primary);
    if (durability != NULL && !text_equal(shard->durability, durability))
        shard->durability = fmt(shards->arena, "%s", durability);
    shard->serving = sim_serving(sim, shard->topology, shard->keyspace, shard->name);
    if (shard->serving < shard->lowest)
        shard->lowest = shard->serving;
}

static struct shard_watch shard_of(struct arena *arena, const struct hook *hook,
    const json_t *object)
{
    const struct api_keys *keys = hook->api->keys;

    return (struct shard_watch){
        .cluster =
            fmt(arena, "%s/%s", object_namespace(object), object_label(object, keys->cluster)),
        .topology = fmt(arena,
            "%s %s",
            json_string_value(json_at_path(object, hook->shard->address)),
            json_string_value(json_at_path(object, hook->shard->root))),
        .keyspace = object_label(object, keys->keyspace),
        .name = json_text_at(object, "spec", "name")};
}

void shards_look(struct shards *shards, const struct sim *sim)
{
    struct arena *scratch = arena_new(0);
    const struct objects objects = sim_objects(sim, scratch, "VitessShard");

    for (size_t i = 0; i < objects.count; i++) {
        const struct hook *hook = hook_of(objects.at[i]);

        if (hook == NULL || hook->shard == NULL)
            continue;
        const struct shard_watch shard = shard_of(scratch, hook, objects.at[i]);

        /* Of a Vitess shard there may be one object a cell. */
        if (shard.keyspace != NULL && shard.name != NULL && !is_known(shards, &shard))
            add(shards, &shard);
    }
    for (size_t i = 0; i < shards->count; i++)
        look(shards, sim, &shards->at[i]);
    arena_free(scratch);
}

void shards_mark(struct shards *shards)
{
    for (size_t i = 0; i < shards->count; i++) {
        struct shard_watch *shard = &shards->at[i];

        shard->marked = shard->lowest = shard->serving;
        shard->had = shard->durability;
    }
}

const char *shard_shown(const struct shards *shards, const char *cluster, const char *keyspace,
    const char *name)
{
    bool several = false;

    for (size_t i = 0; i < shards->count; i++)
        several = several || strcmp(shards->at[i].cluster, cluster) != 0;
    return fmt(shards->arena,
        "%s%s%s/%s",
        several ? cluster : "",
        several ? " " : "",
        keyspace,
        name);
}
