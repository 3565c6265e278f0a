#include "conditions.h"
#include "hook.h"
#include "metadata.h"
#include "sim/core/world.h"
#include "vitess.h"
#include "wants.h"

/* What a VitessCluster wants, read from the user's own spec. A spec counts once its hook has taken
 * it (observedGeneration) and did not call it invalid: until then the one before holds. */

static const struct wants *const all_wants[] = {&wants_v1alpha1, &wants_v2, NULL};

static const struct wants *wants_of_api(const char *api)
{
    const struct wants *const *wants = all_wants;

    while (*wants != NULL && !text_equal((*wants)->api, api))
        wants++;
    return *wants;
}

static const struct api *api_of(const json_t *object)
{
    const struct api_keys *keys = object_keys(object);
    const struct api *const *api = apis;

    while ((*api)->keys != keys)
        api++;
    return *api;
}

const struct wants *wants_of(const json_t *object)
{
    return wants_of_api(api_of(object)->name);
}

/* --- clusters --- */

/* Two APIs may have clusters of one name. */
static const char *key_of(struct sim *sim, const char *api, const char *key)
{
    return table_name(&sim->names,
        text_equal(api, apis[0]->name) ? key : fmt(sim->objects, "%s %s", key, api));
}

const char *wanted_cluster(struct sim *sim, const json_t *object)
{
    const struct api *api = api_of(object);
    const char *name = object_label(object, api->keys->cluster);

    return key_of(sim,
        api->name,
        fmt(sim->objects, "%s/%s", object_namespace(object), name == NULL ? "" : name));
}

const char *wanted_root(struct sim *sim, const struct version *cluster)
{
    return key_of(sim, cluster->kind->api_version, cluster->key);
}

bool wanted_is_root(const struct version *version)
{
    const struct hook *hook = version->kind->hook;

    return hook != NULL && hook == hook->api->hooks && wants_of_api(hook->api->name) != NULL;
}

static void accept(struct sim *sim, struct wanted *wanted, const struct version *cluster)
{
    struct json_scope scope = json_enter(sim->arena);

    wanted->spec = json_clone(json_at(cluster->json, "spec"));
    wanted->generation = object_generation(cluster->json);
    wanted->uid = cluster->uid;
    json_leave(scope);
    serving_want(sim, wanted_root(sim, cluster));
}

/* In the foreground a cluster outlives its Pods. */
static bool is_going(const struct change *change)
{
    return change->after == NULL || change->after->terminating;
}

void wanted_see(struct sim *sim, const struct change *change)
{
    const struct version *cluster = change->after == NULL ? change->before : change->after;
    struct wanted *wanted;
    const char *key;

    if (!wanted_is_root(cluster))
        return;
    key = wanted_root(sim, cluster);
    wanted = table_get(&sim->auditor->clusters, key);
    if (wanted == NULL) {
        wanted = arena_make(sim->arena, struct wanted);
        wanted->kind = cluster->kind;
        wanted->key = cluster->key;
        table_put(&sim->auditor->clusters, key, wanted);
    }
    if (wanted->deleted != is_going(change)) {
        wanted->deleted = is_going(change);
        serving_want(sim, key);
    }
    if ((wanted->generation != object_generation(cluster->json) || wanted->uid != cluster->uid) &&
        json_int_at(cluster->json, 0, "status", "observedGeneration") ==
            object_generation(cluster->json) &&
        !text_equal(condition_reason(cluster->json, "Ready"), "InvalidSpec"))
        accept(sim, wanted, cluster);
}

const json_t *wanted_spec(const struct sim *sim, const char *cluster)
{
    const struct wanted *wanted = table_get(&sim->auditor->clusters, cluster);

    return wanted == NULL || wanted->deleted ? NULL : wanted->spec;
}

const char *wanted_uid(const struct sim *sim, const char *cluster)
{
    const struct wanted *wanted = table_get(&sim->auditor->clusters, cluster);

    return wanted == NULL ? NULL : wanted->uid;
}

const struct version *wanted_live(const struct sim *sim, const char *cluster)
{
    const struct wanted *wanted = table_get(&sim->auditor->clusters, cluster);

    return wanted == NULL ? NULL : store_get(sim, wanted->kind, wanted->key);
}

const json_t *wanted_cell(const struct sim *sim, const char *cluster, const char *cell)
{
    const json_t *item;

    json_each_item (json_at(wanted_spec(sim, cluster), "cells"), i, item) {
        if (text_equal(json_text_at(item, "name"), cell))
            return item;
    }
    return NULL;
}

bool wanted_etcd(const struct sim *sim, const char *cluster, const char *cell)
{
    return json_at(wanted_cell(sim, cluster, cell), "etcd") != NULL;
}

static const json_t *keyspace_of(const json_t *spec, const char *keyspace)
{
    const json_t *item;

    json_each_item (json_at(spec, "keyspaces"), i, item) {
        if (text_equal(json_text_at(item, "name"), keyspace))
            return item;
    }
    return NULL;
}

bool wants_equal_shard(struct arena *arena, long long parts, long long width, const char *shard)
{
    const long long digits = width > 0 ? width : parts <= 256 ? 2 : 4;
    const double size = (double)(1ULL << (4 * digits)) / (double)parts;

    for (long long i = 0; i < parts; i++) {
        const char *start = fmt(arena, "%0*llx", (int)digits, (long long)((double)i * size));
        const char *end = fmt(arena, "%0*llx", (int)digits, (long long)((double)(i + 1) * size));

        if (text_equal(fmt(arena, "%s-%s", i == 0 ? "" : start, i == parts - 1 ? "" : end), shard))
            return true;
    }
    return false;
}

const char *wants_range_name(struct arena *arena, const json_t *range)
{
    const char *start = json_text_at(range, "start"), *end = json_text_at(range, "end");

    return keyrange_name(arena, start == NULL ? "" : start, end == NULL ? "" : end);
}

long wanted_in_all(const struct sim *sim, const struct audited *tablet, bool replica_type)
{
    const json_t *item = keyspace_of(wanted_spec(sim, tablet->cluster), tablet->keyspace);

    if (item == NULL || !tablet->wants->has_shard(sim->objects, item, tablet->shard))
        return -1;
    return tablet->wants->in_all(sim->objects, item, tablet->shard, replica_type);
}

bool wanted_tablet(const struct sim *sim, const struct audited *tablet)
{
    const json_t *item = keyspace_of(wanted_spec(sim, tablet->cluster), tablet->keyspace);

    return item != NULL && tablet->wants->has_shard(sim->objects, item, tablet->shard) &&
           tablet->index < tablet->wants->in_pool(sim->objects, item, tablet);
}

bool wanted_retains(const struct sim *sim, const char *cluster)
{
    const struct wanted *wanted = table_get(&sim->auditor->clusters, cluster);
    const json_t *policy = wanted == NULL ? NULL : json_at(wanted->spec, "volumeClaimRetention");

    /* What belongs to no cluster that the auditor knows is none of its business. */
    if (wanted == NULL || wanted->kind->hook->api->claims_go)
        return false;
    return !text_equal(json_text_at(policy, wanted->deleted ? "whenDeleted" : "whenScaled"),
        "Delete");
}

bool wanted_deletes(const struct sim *sim, const char *cluster)
{
    const struct wanted *wanted = table_get(&sim->auditor->clusters, cluster);

    return wanted != NULL &&
           (wanted->kind->hook->api->claims_go ||
               text_equal(json_text_at(wanted->spec, "volumeClaimRetention", "whenDeleted"),
                   "Delete"));
}
