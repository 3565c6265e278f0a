#include "auditor.h"
#include "conditions.h"
#include "metadata.h"
#include "sim/core/world.h"
#include "vitess.h"

/* What a VitessCluster of vitess.io/v1alpha1 wants, read from the user's own spec. A spec counts
 * once its hook has taken it (observedGeneration) and did not call it invalid: until then the one
 * before holds. */

static bool is_cluster(const struct version *version)
{
    return text_equal(version->kind->api_version, "vitess.io/v1alpha1") &&
           kind_is(version->kind, "VitessCluster");
}

static void accept(struct sim *sim, struct wanted *wanted, const struct version *cluster)
{
    struct json_scope scope = json_enter(sim->arena);

    wanted->spec = json_clone(json_at(cluster->json, "spec"));
    wanted->generation = object_generation(cluster->json);
    wanted->uid = cluster->uid;
    json_leave(scope);
    serving_want(sim, cluster->key);
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

    if (!is_cluster(cluster))
        return;
    wanted = table_get(&sim->auditor->clusters, cluster->key);
    if (wanted == NULL) {
        wanted = arena_make(sim->arena, struct wanted);
        table_put(&sim->auditor->clusters, cluster->key, wanted);
    }
    if (wanted->deleted != is_going(change)) {
        wanted->deleted = is_going(change);
        serving_want(sim, cluster->key);
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

static bool has_equal_shard(struct arena *arena, const json_t *equal, const char *shard)
{
    const long long parts = json_int_at(equal, 1, "parts");
    const long long width = json_int_at(equal, parts <= 256 ? 2 : 4, "hexWidth");
    const double size = (double)(1ULL << (4 * width)) / (double)parts;

    for (long long i = 0; i < parts; i++) {
        const char *start = fmt(arena, "%0*llx", (int)width, (long long)((double)i * size));
        const char *end = fmt(arena, "%0*llx", (int)width, (long long)((double)(i + 1) * size));

        if (text_equal(fmt(arena, "%s-%s", i == 0 ? "" : start, i == parts - 1 ? "" : end), shard))
            return true;
    }
    return false;
}

/* A keyspace without shards has the one shard "0". */
static bool has_shard(struct arena *arena, const json_t *keyspace, const char *shard)
{
    const json_t *shards = json_at(keyspace, "shards");
    const json_t *item;

    if (json_at(keyspace, "equal") != NULL)
        return has_equal_shard(arena, json_at(keyspace, "equal"), shard);
    if (shards == NULL)
        return text_equal(shard, "0");
    json_each_item (shards, i, item) {
        const json_t *range = json_at(item, "keyRange");
        const char *start = json_text_at(range, "start"), *end = json_text_at(range, "end");
        const char *name =
            range == NULL
                ? json_text_at(item, "name")
                : keyrange_name(arena, start == NULL ? "" : start, end == NULL ? "" : end);

        if (text_equal(name, shard))
            return true;
    }
    return false;
}

static bool is_for(const json_t *override, const char *cell, const char *shard)
{
    const json_t *cells = json_at(override, "cells"), *shards = json_at(override, "shards");

    return (cells == NULL || json_list_has(cells, cell)) &&
           (shards == NULL || json_list_has(shards, shard));
}

/* A pool's own number replaces that of `defaults`, an override both; a pool that is not there has
 * none. */
static long replicas_of(const json_t *keyspace, const char *cell, const char *shard,
    const char *pool)
{
    const json_t *own = json_at(keyspace, "tablets", pool);
    const json_t *number = json_at(own, "replicas");
    const json_t *override;

    json_each_item (json_at(keyspace, "overrides"), i, override) {
        const json_t *other = json_at(override, pool);

        if (other == NULL || !is_for(override, cell, shard))
            continue;
        own = other;
        number = json_at(other, "replicas") == NULL ? number : json_at(other, "replicas");
    }
    if (own == NULL)
        return 0;
    return (long)json_int_or(number, json_int_at(keyspace, 0, "tablets", "defaults", "replicas"));
}

long wanted_tablets(const struct sim *sim, const char *cluster, const char *cell,
    const char *keyspace, const char *shard, bool replica_type)
{
    const json_t *item = keyspace_of(wanted_spec(sim, cluster), keyspace);

    if (item == NULL || !json_list_has(json_at(item, "cells"), cell) ||
        !has_shard(sim->objects, item, shard))
        return -1;
    return replicas_of(item, cell, shard, replica_type ? "masterEligible" : "batch");
}

long wanted_in_all(const struct sim *sim, const char *cluster, const char *keyspace,
    const char *shard, bool replica_type)
{
    const json_t *item = keyspace_of(wanted_spec(sim, cluster), keyspace);
    const json_t *cell;
    long sum = 0;

    if (item == NULL || !has_shard(sim->objects, item, shard))
        return -1;
    json_each_item (json_at(item, "cells"), i, cell)
        sum += replicas_of(item,
            json_string_value(cell),
            shard,
            replica_type ? "masterEligible" : "batch");
    return sum;
}

bool wanted_tablet(const struct sim *sim, const struct audited *tablet)
{
    return tablet->index < wanted_tablets(sim,
                               tablet->cluster,
                               tablet->cell,
                               tablet->keyspace,
                               tablet->shard,
                               tablet->replica_type);
}

bool wanted_retains(const struct sim *sim, const char *cluster)
{
    const struct wanted *wanted = table_get(&sim->auditor->clusters, cluster);
    const json_t *policy = wanted == NULL ? NULL : json_at(wanted->spec, "volumeClaimRetention");

    /* What belongs to no cluster that the auditor knows is none of its business. */
    if (wanted == NULL)
        return false;
    return !text_equal(json_text_at(policy, wanted->deleted ? "whenDeleted" : "whenScaled"),
        "Delete");
}

bool wanted_deletes(const struct sim *sim, const char *cluster)
{
    const struct wanted *wanted = table_get(&sim->auditor->clusters, cluster);

    return wanted != NULL &&
           text_equal(json_text_at(wanted->spec, "volumeClaimRetention", "whenDeleted"), "Delete");
}
