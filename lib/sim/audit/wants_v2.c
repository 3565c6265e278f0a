#include <stdlib.h>
#include <string.h>

#include "metadata.h"
#include "wants.h"

/* planetscale.com/v2: a keyspace is cut in one or two ways, and each shard has pools in cells. */

/* Of two cuts that share a shard the later one says what it is. */
static const json_t *template_of(struct arena *arena, const json_t *keyspace, const char *shard)
{
    const json_t *found = NULL;
    const json_t *cut, *item;

    json_each_item (json_at(keyspace, "partitionings"), i, cut) {
        const json_t *equal = json_at(cut, "equal");

        if (equal != NULL && wants_equal_shard(arena,
                                 json_int_at(equal, 1, "parts"),
                                 json_int_at(equal, 0, "hexWidth"),
                                 shard))
            found = json_at(equal, "shardTemplate");
        json_each_item (json_at(cut, "custom", "shards"), k, item) {
            if (text_equal(wants_range_name(arena, json_at(item, "keyRange")), shard))
                found = item;
        }
    }
    return found;
}

static bool has_shard(struct arena *arena, const json_t *keyspace, const char *shard)
{
    return template_of(arena, keyspace, shard) != NULL;
}

/* Pools with a datastore of somebody else's are told apart by their names as well. */
static const char *pool_name(struct arena *arena, const char *type, const char *name)
{
    return name == NULL ? type : fmt(arena, "%s/%s", type, name);
}

static const char *name_of_pool(struct arena *arena, const json_t *pool)
{
    const char *name = json_text_at(pool, "name");

    if (json_at(pool, "externalDatastore") == NULL)
        return json_text_at(pool, "type");
    return pool_name(arena, json_text_at(pool, "type"), name == NULL ? "" : name);
}

static long in_pool(struct arena *arena, const json_t *keyspace, const struct audited *tablet)
{
    const json_t *template = template_of(arena, keyspace, tablet->shard);
    const json_t *pool;
    long sum = 0;

    json_each_item (json_at(template, "tabletPools"), i, pool) {
        if (text_equal(json_text_at(pool, "cell"), tablet->cell) &&
            text_equal(name_of_pool(arena, pool), tablet->pool))
            sum += (long)json_int_at(pool, 0, "replicas");
    }
    return sum;
}

static bool may_lead(const char *type)
{
    static const char *const types[] = {"replica", "externalmaster", NULL};

    return text_is_one_of(type, types);
}

static long in_all(struct arena *arena, const json_t *keyspace, const char *shard,
    bool replica_type)
{
    const json_t *template = template_of(arena, keyspace, shard);
    const json_t *pool;
    long sum = 0;

    json_each_item (json_at(template, "tabletPools"), i, pool) {
        if (may_lead(json_text_at(pool, "type")) == replica_type)
            sum += (long)json_int_at(pool, 0, "replicas");
    }
    return sum;
}

/* "...-2469782763-bfadd780"; of a long one the end is cut off. */
static bool is_name_of(struct arena *arena, const char *name, unsigned long uid)
{
    const char *hash = strrchr(name, '-');

    return hash != NULL && strlen(hash + 1) == 8 &&
           (strstr(name, "---") != NULL ||
               text_ends_with(text_copy(arena, name, (size_t)(hash - name)),
                   fmt(arena, "-%010lu", uid)));
}

static bool identify(struct arena *arena, const json_t *pod, unsigned long uid,
    struct audited *tablet)
{
    const char *index = object_label(pod, "planetscale.com/tablet-index");
    const char *type = object_label(pod, "planetscale.com/tablet-type");

    if (index == NULL || type == NULL)
        return false;
    tablet->pool = pool_name(arena, type, object_label(pod, "planetscale.com/pool-name"));
    tablet->index = strtol(index, NULL, 10) - 1;
    return is_name_of(arena, object_name(pod), uid);
}

static bool forced(const json_t *spec, const json_t *pod)
{
    (void)spec;
    return object_annotation(pod, "rollout.planetscale.com/released") != NULL;
}

/* A keyspace that goes at once takes all below it along. */
static bool may_leave(const json_t *object)
{
    static const char *const free_to_go[] = {"VitessBackupStorage", "VitessBackupSchedule", NULL};
    const char *kind = object_kind(object);

    if (text_is_one_of(kind, free_to_go) ||
        (text_equal(kind, "VitessKeyspace") &&
            text_equal(json_text_at(object, "spec", "turndownPolicy"), "Immediate")))
        return true;
    return text_equal(json_text_at(object, "status", "idle"), "True");
}

const struct wants wants_v2 = {
    "planetscale.com/v2", has_shard, in_pool, in_all, identify, forced, may_leave, "masterAlias"};
