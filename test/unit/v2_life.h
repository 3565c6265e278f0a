#ifndef VITESS_OPERATOR_TEST_V2_LIFE_H
#define VITESS_OPERATOR_TEST_V2_LIFE_H

#include <regex.h>

#include "v2_cluster.h"

/* A VitessShard of planetscale.com/v2 for tests: two replicas in one cell, with a Vitess that
 * answers. */

hook_function v2_sync_shard;

#define FIRST "example-vttablet-zone1-2548885007-46a852d0"
#define SECOND "example-vttablet-zone1-2469782763-bfadd780"
#define VTORC "example-commerce-x-x-zone1-vtorc-c13ef6ff"
#define VTBACKUP "example-commerce-x-x-vtbackup-init-c6db73c9"

/* --- the cluster and Vitess --- */

static int restarts; /* of each container */

static inline const json_t *running(void)
{
    const char *runs =
        fmt(arena, "'started':true,'restartCount':%d,'state':{'running':{}}", restarts);

    return json_of(fmt(arena,
        "{'phase':'Running','conditions':[{'type':'Ready','status':'True'}],"
        "'containerStatuses':[{'name':'vttablet',%s},{'name':'mysqld',%s}]}",
        runs,
        runs));
}

static const char *primary; /* alias of who is it */
static const char *serving; /* is_primary_serving of the shard; NULL: it has no record */
static const char *listing; /* how SrvKeyspaces have it: "listed", "unlisted"; "": they have none */
static bool reachable;      /* vtctld */

static inline const char *line_of(const char *alias)
{
    const bool leads = text_equal(alias, primary);

    return fmt(arena,
        "%s commerce - %s h:15999 h:3306 [] %s\n",
        alias,
        leads ? "primary" : "replica",
        leads ? "2026-01-01T00:00:00Z" : "<null>");
}

/* A word behind "sh -c SCRIPT task" of the task. */
static inline const char *word_of_task(const json_t *pod, size_t index)
{
    const json_t *container = json_array_get(json_at(pod, "spec", "containers"), 0);

    return json_string_value(json_array_get(json_at(container, "command"), 4 + index));
}

static inline bool has_word(const json_t *pod, const char *word)
{
    for (size_t i = 0; word_of_task(pod, i) != NULL; i++) {
        if (text_equal(word_of_task(pod, i), word))
            return true;
    }
    return false;
}

/* As grep -E does: some line. */
static inline bool matches(const char *pattern, const char *text)
{
    regex_t expression;
    bool found;

    ck_assert_int_eq(regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB | REG_NEWLINE), 0);
    found = regexec(&expression, text, 0, NULL, 0) == 0;
    regfree(&expression);
    return found;
}

/* NULL: the task goes on asking. */
static inline const char *answer_of_traffic(const json_t *pod)
{
    const char *said;

    if (!reachable)
        return NULL;
    if (has_word(pod, "GetSrvKeyspaces"))
        return text_equal(word_of_task(pod, 0), fmt(arena, "%s:-", listing)) ? listing : NULL;
    said = serving == NULL ? "node doesn't exist: keyspaces/commerce/shards/-/Shard"
                           : fmt(arena,
                                 "{\n  \"name\":  \"-\",\n  \"shard\": {\n    "
                                 "\"is_primary_serving\":  %s\n  }\n}\n",
                                 serving);
    return matches(word_of_task(pod, 0), said) ? said : NULL;
}

/* What Vitess says of those whom the task asks about. A reparent makes the other one primary. */
static inline const char *answer_of(const json_t *pod)
{
    const char *text = json_write(arena, json_at(pod, "spec"), NULL);

    if (strstr(text, "PlannedReparentShard") != NULL) {
        if (strstr(text, primary) != NULL)
            primary =
                text_equal(primary, "zone1-2548885007") ? "zone1-2469782763" : "zone1-2548885007";
        return "";
    }
    if (has_word(pod, "GetSrvKeyspaces") || has_word(pod, "GetShard"))
        return answer_of_traffic(pod);
    if (strstr(text, "ShardReplicationPositions") != NULL)
        return "";
    if (strstr(text, "GetTablets") == NULL)
        return "";
    return fmt(arena,
        "%s%s",
        strstr(text, "2548885007") == NULL ? "" : line_of("zone1-2548885007"),
        strstr(text, "2469782763") == NULL ? "" : line_of("zone1-2469782763"));
}

static inline void annotate(json_t *pod, const char *key, const char *value)
{
    json_object_set(json_object_get(json_object_get(pod, "metadata"), "annotations"),
        key,
        json_string(value));
}

/* The world keeps none but what was applied. */
static inline void keep_annotations(json_t *pod)
{
    const json_t *applied = object_last_applied(arena, &v2_keys, pod);
    const json_t *value;
    const char *key;

    json_each_field (json_at(applied, "metadata", "annotations"), key, value)
        annotate(pod, key, json_string_value(value));
}

static inline void run_pod(json_t *pod)
{
    const char *answer;

    keep_annotations(pod);
    if (text_starts_with(object_name(pod), "example-vttablet-")) {
        put_at(pod, "status", running());
        return;
    }
    answer = answer_of(pod);
    put_at(pod,
        "status",
        answer != NULL ? world_ended(pod, answer)
                       : json_of("{'phase':'Running','containerStatuses':[{'name':'task',"
                                 "'started':true,'state':{'running':{}}}]}"));
}

static inline void run(struct world *world)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), "Pod"))
            run_pod(child);
    }
}

static inline void sync_and_run(struct world *world, int times)
{
    world_live(world, run, times);
}

static inline struct world begin(void)
{
    primary = "zone1-2548885007";
    serving = "true";
    listing = "listed";
    reachable = true;
    restarts = 0;
    return world_of_stage("docs_101_created.json", v2_sync_shard, "VitessShard", NULL);
}

static inline struct world grown(void)
{
    struct world world = begin();

    sync_and_run(&world, 8);
    return world;
}

static inline void edit(struct world *world, const char *path, const char *value)
{
    world->parent = json_clone(changed(world->parent, path, value));
    put_at(world->parent,
        "metadata.generation",
        json_integer(object_generation(world->parent) + 1));
}

/* The task that runs `command`, as it is while it is being deleted: its container goes on until it
 * has ended. NULL: there is no such task. */
static inline const json_t *ending_task(const struct world *world, const char *command)
{
    const json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), "Pod") && has_word(child, command)) {
            json_t *copy = json_clone(child);

            put_at(copy, "metadata.deletionTimestamp", json_string("2026-11-29T00:00:00Z"));
            put_at(copy,
                "status",
                json_of("{'phase':'Running','containerStatuses':[{'name':'task',"
                        "'state':{'running':{}}}]}"));
            return copy;
        }
    }
    return NULL;
}

/* A sync that sees `object` beside all else. */
static inline void sync_beside(struct world *world, const json_t *object)
{
    json_add(world->children, object);
    ck_assert_int_eq(world_sync(world), 200);
}

/* The VitessKeyspace writes spec.traffic. */
static inline void tell(struct world *world, const char *traffic)
{
    json_t *applied;

    edit(world, "spec.traffic", fmt(arena, "'%s'", traffic));
    applied = json_clone(world->parent);
    put_at(applied, "status", NULL);
    put_at(applied, "metadata.annotations", NULL);
    put_at(world->parent, "metadata.annotations", json_new_map());
    annotate(world->parent,
        "metacontroller.k8s.io/last-applied-configuration",
        json_write(arena, applied, NULL));
}

static inline const json_t *pod_of(const struct world *world, const char *name)
{
    return world_of(world, "Pod", name);
}

static inline const char *image_of(const struct world *world, const char *name)
{
    return json_text_at(json_named(json_at(pod_of(world, name), "spec", "containers"), "vttablet"),
        "image");
}

static inline const char *annotation_sent(const struct world *world, const char *name,
    const char *key)
{
    return object_annotation(object_last_applied(arena, &v2_keys, pod_of(world, name)), key);
}

#endif
