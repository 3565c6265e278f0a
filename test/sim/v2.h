#ifndef VITESS_OPERATOR_TEST_V2_H
#define VITESS_OPERATOR_TEST_V2_H

#include "history.h"

/* Histories of planetscale.com/v2. */

static const char *pool_of(int cell, const char *type, int replicas)
{
    return fmt(arena,
        "{'cell':'zone%d','type':'%s','replicas':%d,'dataVolumeClaimTemplate':{'accessModes':"
        "['ReadWriteOnce'],'resources':{'requests':{'storage':'4Gi'}}},'vttablet':{'resources':{"
        "'limits':{'memory':'512Mi'}}},'mysqld':{'resources':{'limits':{'memory':'512Mi'}}}}",
        cell,
        type,
        replicas);
}

/* Pools of replicas first, then those of rdonly tablets. */
static const char *pools_of(const struct history *history)
{
    struct text pools = {.arena = arena};

    for (int i = 1; i <= history->cells; i++)
        text_addf(&pools, ",%s", pool_of(i, "replica", history->replicas));
    for (int i = 1; history->rdonly > 0 && i <= history->cells; i++)
        text_addf(&pools, ",%s", pool_of(i, "rdonly", history->rdonly));
    return text_string(&pools) + 1;
}

static const char *cells_of(const struct history *history)
{
    struct text cells = {.arena = arena};

    for (int i = 1; i <= history->cells; i++)
        text_addf(&cells, ",{'name':'zone%d','gateway':{'replicas':2}}", i);
    return text_string(&cells) + 1;
}

static const json_t *cluster_of(const struct history *history)
{
    static const char image[] = "vitess/lite:v24.0.4";

    return json_of(fmt(arena,
        "{'apiVersion':'planetscale.com/v2','kind':'VitessCluster','metadata':{'name':'vitess',"
        "'namespace':'default'},'spec':{'images':{'vtctld':'%s','vtgate':'%s','vttablet':'%s',"
        "'vtbackup':'%s','vtorc':'%s','mysqld':{'mysql80Compatible':'%s'}},'cells':[%s],"
        "'updateStrategy':{'type':'Immediate'},'keyspaces':[{'name':'main','partitionings':[{"
        "'equal':{'parts':%d,'shardTemplate':{'databaseInitScriptSecret':{'name':'init','key':"
        "'init_db.sql'},'tabletPools':[%s]}}}]}]}}",
        image,
        image,
        image,
        image,
        image,
        image,
        cells_of(history),
        history->shards,
        pools_of(history)));
}

static void add_equal(struct texts *names, const json_t *equal)
{
    const long long parts = json_int_at(equal, 0, "parts");

    for (long long i = 0; i < parts; i++) {
        const char *start = fmt(arena, "%02llx", 256 * i / parts);
        const char *end = fmt(arena, "%02llx", 256 * (i + 1) / parts);

        texts_add(names, fmt(arena, "%s-%s", i == 0 ? "" : start, i == parts - 1 ? "" : end));
    }
}

static struct texts shards_of_keyspace(const json_t *keyspace)
{
    struct texts names = {.arena = arena};
    const json_t *cut, *shard;

    json_each_item (json_at(keyspace, "partitionings"), i, cut) {
        add_equal(&names, json_at(cut, "equal"));
        json_each_item (json_at(cut, "custom", "shards"), k, shard)
            texts_add(&names,
                fmt(arena,
                    "%s-%s",
                    json_text_at(shard, "keyRange", "start"),
                    json_text_at(shard, "keyRange", "end")));
    }
    return names;
}

static struct texts shards_of_main(const json_t *cluster)
{
    return shards_of_keyspace(json_array_get(json_at(cluster, "spec", "keyspaces"), 0));
}

/* Pods of tablets of shard "-", in zone1 where nothing else is said, and "#" in front: their
 * aliases. */
static const struct short_name v2_short_names[] = {
    {"@replica1", "vitess-vttablet-zone1-3221216713-5a280871"},
    {"@replica2", "vitess-vttablet-zone1-1916146858-d3732663"},
    {"@replica3", "vitess-vttablet-zone1-2091153955-33c4c488"},
    {"@rdonly1", "vitess-vttablet-zone1-4228516911-61ad8b70"},
    {"@zone2replica1", "vitess-vttablet-zone2-1838872804-1519fdbc"},
    {"@zone2replica2", "vitess-vttablet-zone2-1404650483-cd190345"},
    {"#replica1", "zone1-3221216713"},
    {"#replica2", "zone1-1916146858"},
    {"#replica3", "zone1-2091153955"},
    {"#rdonly1", "zone1-4228516911"},
    {"#zone2replica1", "zone2-1838872804"}};

static const struct shape v2_shape = {.cluster = cluster_of,
    .shards = shards_of_main,
    .names = v2_short_names,
    .name_count = sizeof(v2_short_names) / sizeof(v2_short_names[0])};

#endif
