#ifndef VITESS_OPERATOR_TEST_V1ALPHA1_H
#define VITESS_OPERATOR_TEST_V1ALPHA1_H

#include "history.h"

/* Histories of vitess.io/v1alpha1. */

static const json_t *shards_of(int count)
{
    json_t *shards = json_new_list();

    const int digits = count > 64 ? 4 : 2;
    const int width = (1 << (4 * digits)) / count;

    for (int i = 0; i < count; i++) {
        const char *start = i == 0 ? "" : fmt(arena, "%0*x", digits, (unsigned)(i * width));
        const char *end =
            i == count - 1 ? "" : fmt(arena, "%0*x", digits, (unsigned)((i + 1) * width));

        json_add(shards, json_of(fmt(arena, "{'keyRange':{'start':'%s','end':'%s'}}", start, end)));
    }
    return shards;
}

static const char *pool_of(int replicas)
{
    return fmt(arena,
        "{'replicas':%d,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{"
        "'storage':'4Gi'}}},'vttablet':{'resources':{'limits':{'memory':'512Mi'}}},"
        "'mysql':{'resources':{'limits':{'memory':'512Mi'}}}}",
        replicas);
}

static const json_t *cluster_of(const struct history *history)
{
    struct text cells = {.arena = arena};
    struct text names = {.arena = arena};

    for (int i = 1; i <= history->cells; i++) {
        text_addf(&cells, ",{'name':'zone%d','vtgate':{'replicas':2}}", i);
        text_addf(&names, "%s'zone%d'", i == 1 ? "" : ",", i);
    }
    return json_of(fmt(arena,
        "{'apiVersion':'vitess.io/v1alpha1','kind':'VitessCluster','metadata':{'name':'vitess',"
        "'namespace':'default'},'spec':{'cells':[{'name':'global','etcd':{'size':3},'vtctld':{}}"
        "%s],'keyspaces':[{'name':'main','cells':[%s],'shards':%s,'tablets':{'masterEligible':%s"
        "%s%s}}]}}",
        text_string(&cells),
        text_string(&names),
        json_write(arena, shards_of(history->shards), NULL),
        pool_of(history->replicas),
        history->rdonly > 0 ? ",'batch':" : "",
        history->rdonly > 0 ? pool_of(history->rdonly) : ""));
}

static struct texts shards_of_main(const json_t *cluster)
{
    struct texts names = {.arena = arena};
    const json_t *shard;

    json_each_item (json_at(json_array_get(json_at(cluster, "spec", "keyspaces"), 0), "shards"),
        i,
        shard)
        texts_add(&names,
            fmt(arena,
                "%s-%s",
                json_text_at(shard, "keyRange", "start"),
                json_text_at(shard, "keyRange", "end")));
    return names;
}

/* Uids of tablets of shard "-", in zone1 where nothing else is said. */
static const struct short_name v1alpha1_names[] = {{"@zone2replica0", "0071922500"},
    {"@rdonly0", "1403505400"},
    {"@replica0", "1421667800"},
    {"@replica1", "1421667801"},
    {"@replica2", "1421667802"}};

static const struct shape v1alpha1_shape = {.cluster = cluster_of,
    .shards = shards_of_main,
    .names = v1alpha1_names,
    .name_count = sizeof(v1alpha1_names) / sizeof(v1alpha1_names[0])};

#endif
