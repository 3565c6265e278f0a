#include "statuses.h"

#include <stdlib.h>
#include <string.h>

#include "keys.h"
#include "metadata.h"
#include "partitions.h"
#include "staging.h"
#include "template.h"

/* Status of a VitessKeyspace: its shards, once one by one and once by partitioning. */

/* What is said of one shard. */
struct shard_summary {
    const char *name; /* "-80" */
    uint32_t desired, tablets, ready, updated;
    const char *has_master, *serving_writes, *pending;
    const json_t *cells;
};

struct keyspace_summary {
    struct shard_summary *shards;
    size_t count;
};

const json_t *v2_count(uint32_t number)
{
    return number == 0 ? NULL : json_integer(number);
}

uint32_t v2_desired_tablets(const struct shard_template *template)
{
    uint32_t desired = 0;

    for (size_t i = 0; i < template->pools.count; i++)
        desired += template->pools.at[i].replicas;
    return desired;
}

static const json_t *shard_of_name(const struct objects *shards, const char *name)
{
    for (size_t i = 0; i < shards->count; i++) {
        if (text_equal(json_text_at(shards->at[i], "spec", "name"), name))
            return shards->at[i];
    }
    return NULL;
}

static const char *text_or_unknown(const json_t *status, const char *key)
{
    const char *text = json_text_at(status, key);

    return text == NULL || *text == '\0' ? V2_UNKNOWN : text;
}

static void count_tablets(struct shard_summary *summary, const json_t *tablets)
{
    const json_t *tablet;
    const char *alias;

    json_each_field (tablets, alias, tablet) {
        const char *pending = json_text_at(tablet, "pendingChanges");

        summary->tablets++;
        summary->ready += text_equal(json_text_at(tablet, "ready"), V2_TRUE);
        summary->updated += pending == NULL || *pending == '\0';
    }
}

static struct shard_summary summary_of(const struct v2_shard *shard, const struct objects *shards)
{
    const json_t *object = shard_of_name(shards, shard->name);
    const json_t *status = json_at(object, "status");
    struct shard_summary summary = {
        .name = shard->name,
        .desired = v2_desired_tablets(shard->template),
        .has_master = text_or_unknown(status, "hasMaster"),
        .serving_writes = text_or_unknown(status, "servingWrites"),
        .pending = object == NULL ? NULL : object_annotation(object, ROLLOUT_SCHEDULED_ANNOTATION),
        .cells = json_at(status, "cells"),
    };

    count_tablets(&summary, json_at(status, "tablets"));
    return summary;
}

static const json_t *shard_part(struct arena *a, const struct shard_summary *shard)
{
    return object(a,
        OPT("cells", shard->cells),
        OPT("desiredTablets", v2_count(shard->desired)),
        F("hasMaster", shard->has_master),
        OPT("pendingChanges", shard->pending),
        OPT("readyTablets", v2_count(shard->ready)),
        F("servingWrites", shard->serving_writes),
        OPT("tablets", v2_count(shard->tablets)),
        OPT("updatedTablets", v2_count(shard->updated)));
}

/* --- by partitioning --- */

/* What is said of all shards of one partitioning. */
struct partitioning_summary {
    struct texts names;
    uint32_t desired_shards, ready_shards, desired, tablets, ready, updated;
    const char *serving_writes;
};

static const struct shard_summary *summary_of_name(const struct keyspace_summary *keyspace,
    const char *name)
{
    for (size_t i = 0; i < keyspace->count; i++) {
        if (text_equal(keyspace->shards[i].name, name))
            return &keyspace->shards[i];
    }
    return NULL;
}

/* Where one certainly does not serve, not all do, whatever is not known of others. */
static const char *all_of(const char *so_far, const char *one)
{
    if (text_equal(so_far, V2_FALSE) || text_equal(one, V2_FALSE))
        return V2_FALSE;
    return text_equal(one, V2_TRUE) ? so_far : V2_UNKNOWN;
}

static struct partitioning_summary add_up(struct arena *a, const struct keyspace_summary *keyspace,
    const struct v2_shards *shards)
{
    struct partitioning_summary sum = {.names = {.arena = a},
        .serving_writes = shards->count == 0 ? V2_FALSE : V2_TRUE};

    for (size_t i = 0; i < shards->count; i++) {
        const struct shard_summary *shard = summary_of_name(keyspace, shards->at[i].name);

        texts_add(&sum.names, shards->at[i].name);
        sum.desired_shards++;
        sum.desired += v2_desired_tablets(shards->at[i].template);
        sum.ready_shards += shard->ready == shard->desired;
        sum.tablets += shard->tablets;
        sum.ready += shard->ready;
        sum.updated += shard->updated;
        sum.serving_writes = all_of(sum.serving_writes, shard->serving_writes);
    }
    texts_sort(&sum.names);
    return sum;
}

static const json_t *partitioning_part(struct arena *a, const struct partitioning_summary *sum)
{
    return object(a,
        OPT("desiredShards", v2_count(sum->desired_shards)),
        OPT("desiredTablets", v2_count(sum->desired)),
        OPT("readyShards", v2_count(sum->ready_shards)),
        OPT("readyTablets", v2_count(sum->ready)),
        F("servingWrites", sum->serving_writes),
        OPT("shardNames", json_texts(&sum->names)),
        OPT("tablets", v2_count(sum->tablets)),
        OPT("updatedTablets", v2_count(sum->updated)));
}

/* --- all of it --- */

static struct keyspace_summary summarise(struct arena *a, const struct v2_shards *wanted,
    const struct objects *shards)
{
    struct keyspace_summary keyspace = {arena_array(a, wanted->count + 1, sizeof(*keyspace.shards)),
        wanted->count};

    for (size_t i = 0; i < wanted->count; i++)
        keyspace.shards[i] = summary_of(&wanted->at[i], shards);
    return keyspace;
}

static json_t *shards_part(struct arena *a, const struct keyspace_summary *keyspace)
{
    json_t *part = json_new_map();

    for (size_t i = 0; i < keyspace->count; i++)
        json_put(part, keyspace->shards[i].name, shard_part(a, &keyspace->shards[i]));
    return part;
}

/* One that is left has nobody to hand the primary over to, so it goes with the keyspace or not at
 * all. */
static bool has_tablets(const json_t *shard)
{
    return !generation_observed(shard) ||
           json_object_size(json_at(shard, "status", "tablets")) > 0 ||
           json_object_size(json_at(shard, "status", "orphanedTablets")) > 1;
}

/* The keyspace is nowhere when no pool of it names a cell. Unlike theirs, it is not idle while
 * tablets of an earlier spec are on their way: all of its shards go with it. */
static const char *idle(const struct v2_shards *wanted, const struct objects *shards,
    const json_t *kept)
{
    for (size_t i = 0; i < wanted->count; i++) {
        if (wanted->at[i].template->pools.count > 0)
            return V2_FALSE;
    }
    for (size_t i = 0; i < shards->count; i++) {
        if (has_tablets(shards->at[i]))
            return V2_FALSE;
    }
    return json_object_size(kept) > 0 ? V2_FALSE : V2_TRUE;
}

/* Of several partitionings that serve, the last one is told of; while there is a switch between two
 * there is none. */
static struct v2_ready ready_of(const struct partitioning_summary *sum, struct v2_ready so_far)
{
    if (!text_equal(sum->serving_writes, V2_TRUE))
        return so_far;
    if (sum->ready != sum->desired)
        return (struct v2_ready){false,
            "TabletsNotReady",
            "Some tablet Pods for the serving partitioning are not Ready."};
    return (struct v2_ready){true,
        "TabletsReady",
        "All tablet Pods for the serving partitioning are Ready."};
}

const json_t *v2_keyspace_status(struct arena *a, const struct keyspace_spec *spec,
    const struct objects *shards, const json_t *kept, struct v2_ready *ready)
{
    const struct v2_shards wanted = v2_keyspace_shards(a, &spec->keyspace);
    const struct keyspace_summary keyspace = summarise(a, &wanted, shards);
    json_t *partitionings = json_new_list();

    *ready = (struct v2_ready){false,
        "NoServingPartitioning",
        "No partitioning in this keyspace is serving write traffic."};
    for (size_t i = 0; i < spec->keyspace.partitionings.count; i++) {
        const struct v2_shards own = v2_partitioning_shards(a, &spec->keyspace.partitionings.at[i]);
        const struct partitioning_summary sum = add_up(a, &keyspace, &own);

        *ready = ready_of(&sum, *ready);
        json_add(partitionings, partitioning_part(a, &sum));
    }
    return object(a,
        F("idle", idle(&wanted, shards, kept)),
        OPT("orphanedShards", kept),
        OPT("partitionings", partitionings),
        OPT("shards", shards_part(a, &keyspace)));
}
