#ifndef VITESS_OPERATOR_TEST_V2_SHARD_H
#define VITESS_OPERATOR_TEST_V2_SHARD_H

#include <dirent.h>

#include "../../hooks/v2/keys.h"
#include "../../hooks/v2/tablets.h"
#include "metadata.h"
#include "planetscale.h"
#include "template.h"

/* VitessShards for tests: those of the vectors, and one that a test adds to. */

/* --- the vectors --- */

static inline int is_stage(const struct dirent *entry)
{
    return text_ends_with(entry->d_name, ".json") && !text_equal(entry->d_name, "names.json") &&
           !text_equal(entry->d_name, "tables.json");
}

/* "docs_101_ready" and all the others. */
static inline struct texts stages(void)
{
    struct texts names = {.arena = arena};
    struct dirent **entries;
    int count = scandir(VECTORS, &entries, is_stage, alphasort);

    ck_assert_msg(count > 20, "%s has %d stages", VECTORS, count);
    for (int i = 0; i < count; i++) {
        texts_add(&names,
            text_copy(arena, entries[i]->d_name, strlen(entries[i]->d_name) - strlen(".json")));
        free(entries[i]);
    }
    free(entries);
    return names;
}

static inline const json_t *stage_of(const char *name)
{
    return vector_json(fmt(arena, "%s.json", name));
}

static inline bool is_of(const json_t *object, const char *component)
{
    return text_equal(object_label(object, COMPONENT_LABEL), component) &&
           (text_equal(object_kind(object), "Pod") ||
               text_equal(object_kind(object), "PersistentVolumeClaim"));
}

/* --- any VitessShard --- */

static inline struct v2_vitess_shard shard_of(const json_t *object)
{
    struct shard_spec *spec = arena_make(arena, struct shard_spec);
    struct problems problems = {.arena = arena};

    spec_read(arena,
        v2_shard_fields,
        json_at(object, "spec"),
        "spec",
        SPEC_DERIVED,
        spec,
        &problems);
    ck_assert_str_eq(problems_text(&problems), "");
    return (struct v2_vitess_shard){object_namespace(object),
        object_label(object, CLUSTER_LABEL),
        object_label(object, KEYSPACE_LABEL),
        spec};
}

/* A shard of one pool: `pool` and `spec` are laid over the pool and the spec below, key by key. */
static inline struct v2_vitess_shard shard_with(const char *pool, const char *spec)
{
    const json_t *least = json_of("{'cell':'zone1','type':'replica','replicas':1,"
                                  "'dataVolumeClaimTemplate':{'accessModes':['ReadWriteOnce'],"
                                  "'resources':{'requests':{'storage':'10Gi'}}},"
                                  "'vttablet':{'resources':{'requests':{'cpu':'700m'}}},"
                                  "'mysqld':{'resources':{'requests':{'cpu':'1500m'}}}}");
    json_t *all = json_overlay(
        json_of("{'name':'-80','keyRange':{'end':'80'},'zoneMap':{'zone1':''},"
                "'databaseInitScriptSecret':{'name':'config','key':'init_db.sql'},"
                "'globalLockserver':{'implementation':'etcd2','address':'etcd:2379',"
                "'rootPath':'/vitess/example/global'},"
                "'images':{'vttablet':'lite:1','vtbackup':'lite:2','mysqldExporter':'exporter:1',"
                "'mysqld':{'mysql80Compatible':'mysql:8.0.40'}}}"),
        json_of(spec));
    json_t *pools = json_new_list();

    json_add(pools, json_overlay(least, json_of(pool)));
    if (json_at(all, "tabletPools") == NULL)
        json_put(all, "tabletPools", pools);
    return shard_of(object(arena,
        MAP("metadata",
            F("namespace", "default"),
            MAP("labels", F(CLUSTER_LABEL, "example"), F(KEYSPACE_LABEL, "commerce"))),
        F("spec", all)));
}

/* --- looking at a Pod --- */

static inline const json_t *container_of(const json_t *pod, const char *name)
{
    const json_t *found = json_named(json_at(pod, "spec", "containers"), name);

    return found == NULL ? json_named(json_at(pod, "spec", "initContainers"), name) : found;
}

/* The values of "--name=..." among the arguments of a container, with commas between; NULL: none.
 */
static inline const char *argument_of(const json_t *pod, const char *container, const char *name)
{
    const char *start = fmt(arena, "--%s=", name);
    struct texts values = {.arena = arena};
    const json_t *argument;

    json_each_item (json_at(container_of(pod, container), "args"), i, argument) {
        if (text_starts_with(json_string_value(argument), start))
            texts_add(&values, json_string_value(argument) + strlen(start));
    }
    return values.count == 0 ? NULL : texts_join(&values, ",");
}

/* What `key` says of each item of a list: "vttablet mysqld". */
static inline const char *each_of(const json_t *list, const char *key)
{
    struct texts values = {.arena = arena};
    const json_t *item;

    json_each_item (list, i, item)
        texts_add(&values, json_text_at(item, key) == NULL ? "-" : json_text_at(item, key));
    return texts_join(&values, " ");
}

#define names_of(list) each_of((list), "name")

#endif
