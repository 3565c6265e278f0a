#include "shards.h"

#include <stdlib.h>
#include <string.h>

#include "metadata.h"
#include "room.h"

static struct shard_watch *find(struct shards *shards, const char *keyspace, const char *name)
{
    for (size_t i = 0; i < shards->count; i++)
        if (strcmp(shards->at[i].keyspace, keyspace) == 0 && strcmp(shards->at[i].name, name) == 0)
            return &shards->at[i];
    return NULL;
}

static int by_name(const void *a, const void *b)
{
    const struct shard_watch *left = a, *right = b;
    const int keyspaces = strcmp(left->keyspace, right->keyspace);

    return keyspaces != 0 ? keyspaces : strcmp(left->name, right->name);
}

static void add(struct shards *shards, const char *keyspace, const char *name)
{
    shards->at =
        with_room(shards->arena, shards->at, shards->count, &shards->capacity, sizeof(*shards->at));
    shards->at[shards->count++] =
        (struct shard_watch){.keyspace = fmt(shards->arena, "%s", keyspace),
            .name = fmt(shards->arena, "%s", name)};
    qsort(shards->at, shards->count, sizeof(*shards->at), by_name);
}

static void look(struct shards *shards, const struct sim *sim, struct shard_watch *shard)
{
    const char *primary = sim_primary(sim, shard->keyspace, shard->name);

    shard->before = shard->primary;
    if (shard->primary != NULL && !text_equal(shard->primary, primary))
        shard->last = shard->primary;
    if (!text_equal(shard->primary, primary))
        shard->primary = primary == NULL ? NULL : fmt(shards->arena, "%s", primary);
    shard->serving = sim_serving(sim, shard->keyspace, shard->name);
    if (shard->serving < shard->lowest)
        shard->lowest = shard->serving;
}

void shards_look(struct shards *shards, const struct sim *sim)
{
    struct arena *scratch = arena_new(0);
    const struct objects objects = sim_objects(sim, scratch, "VitessShard");

    for (size_t i = 0; i < objects.count; i++) {
        const char *keyspace = json_text_at(objects.at[i], "spec", "keyspace");
        const char *name = json_text_at(objects.at[i], "spec", "name");

        /* Of a Vitess shard there is one object a cell. */
        if (keyspace != NULL && name != NULL && find(shards, keyspace, name) == NULL)
            add(shards, keyspace, name);
    }
    for (size_t i = 0; i < shards->count; i++)
        look(shards, sim, &shards->at[i]);
    arena_free(scratch);
}

void shards_mark(struct shards *shards)
{
    for (size_t i = 0; i < shards->count; i++)
        shards->at[i].marked = shards->at[i].lowest = shards->at[i].serving;
}
