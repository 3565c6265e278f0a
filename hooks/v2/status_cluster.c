#include "statuses.h"

#include "keys.h"
#include "metadata.h"
#include "partitions.h"
#include "template.h"

/* Status of a VitessCluster: what its children say, added up. */

/* --- components --- */

static const json_t *component(struct arena *a, const struct objects *deployments,
    const json_t *service)
{
    return object(a,
        F("available", v2_any_available(deployments)),
        OPT("serviceName", service == NULL ? NULL : object_name(service)));
}

/* --- cells and keyspaces --- */

/* What an object waits to be released for. */
static const char *pending_changes(const json_t *object)
{
    return object == NULL ? NULL : object_annotation(object, ROLLOUT_SCHEDULED_ANNOTATION);
}

static const json_t *of_label(const struct objects *objects, const char *key, const char *value)
{
    for (size_t i = 0; i < objects->count; i++) {
        if (text_equal(object_label(objects->at[i], key), value))
            return objects->at[i];
    }
    return NULL;
}

static const json_t *cells_part(struct arena *a, const struct cluster_spec *spec,
    const struct objects *cells)
{
    json_t *part = json_new_map();

    for (size_t i = 0; i < spec->cells.count; i++) {
        const char *name = spec->cells.at[i].name;
        const json_t *cell = of_label(cells, CELL_LABEL, name);
        const char *available = json_text_at(cell, "status", "gateway", "available");

        json_put(part,
            name,
            object(a,
                F("gatewayAvailable", available == NULL ? V2_UNKNOWN : available),
                OPT("pendingChanges", pending_changes(cell))));
    }
    return part;
}

/* Counters of a keyspace. */
struct sum {
    uint32_t shards, ready_shards, updated_shards, tablets, ready, updated;
    struct texts cells;
};

static void add_shard(struct sum *sum, const json_t *shard)
{
    const uint32_t tablets = json_count_at(shard, "tablets");
    const uint32_t ready = json_count_at(shard, "readyTablets");
    const uint32_t updated = json_count_at(shard, "updatedTablets");
    const json_t *cell;

    sum->shards++;
    sum->ready_shards += ready == json_count_at(shard, "desiredTablets");
    sum->updated_shards += updated == tablets;
    sum->tablets += tablets;
    sum->ready += ready;
    sum->updated += updated;
    json_each_item (json_at(shard, "cells"), i, cell) {
        if (json_is_string(cell) && !texts_contain(&sum->cells, json_string_value(cell)))
            texts_add(&sum->cells, json_string_value(cell));
    }
}

/* What is wanted is counted here, so that nobody who reads it has to know what partitionings are.
 */
static uint32_t desired_tablets(const struct v2_shards *shards)
{
    uint32_t desired = 0;

    for (size_t i = 0; i < shards->count; i++)
        desired += v2_desired_tablets(shards->at[i].template);
    return desired;
}

static const json_t *keyspace_part(struct arena *a, const struct keyspace *spec,
    const json_t *keyspace)
{
    const struct v2_shards wanted = v2_keyspace_shards(a, spec);
    struct sum sum = {.cells = {.arena = a}};
    const json_t *shard;
    const char *name;

    json_each_field (json_at(keyspace, "status", "shards"), name, shard)
        add_shard(&sum, shard);
    texts_sort(&sum.cells);
    return object(a,
        OPT("cells", json_texts(&sum.cells)),
        OPT("desiredShards", v2_count((uint32_t)wanted.count)),
        OPT("desiredTablets", v2_count(desired_tablets(&wanted))),
        OPT("pendingChanges", pending_changes(keyspace)),
        OPT("readyShards", v2_count(sum.ready_shards)),
        OPT("readyTablets", v2_count(sum.ready)),
        OPT("shards", v2_count(sum.shards)),
        OPT("tablets", v2_count(sum.tablets)),
        OPT("updatedShards", v2_count(sum.updated_shards)),
        OPT("updatedTablets", v2_count(sum.updated)));
}

static const json_t *keyspaces_part(struct arena *a, const struct cluster_spec *spec,
    const struct objects *keyspaces)
{
    json_t *part = json_new_map();

    for (size_t i = 0; i < spec->keyspaces.count; i++) {
        const struct keyspace *keyspace = &spec->keyspaces.at[i];

        json_put(part,
            keyspace->name,
            keyspace_part(a, keyspace, of_label(keyspaces, KEYSPACE_LABEL, keyspace->name)));
    }
    return part;
}

/* --- all of it --- */

const json_t *v2_cluster_status(struct arena *a, const struct v2_cluster *cluster,
    const struct v2_cluster_children *children, const struct v2_kept *kept)
{
    const struct cluster_spec *spec = cluster->spec;
    const bool external = spec->global_lockserver->external != NULL;

    return object(a,
        OPT("cells", cells_part(a, spec, &children->cells)),
        OPT("gatewayServiceName",
            children->gateway_service == NULL ? NULL : object_name(children->gateway_service)),
        F("globalLockserver",
            object(a, OPT("etcd", external ? NULL : v2_etcd_part(a, children->etcd)))),
        OPT("keyspaces", keyspaces_part(a, spec, &children->keyspaces)),
        OPT("orphanedCells", kept->cells),
        OPT("orphanedKeyspaces", kept->keyspaces),
        F("vitessDashboard", component(a, &children->vtctlds, children->vtctld_service)),
        F("vtadmin", component(a, &children->vtadmins, children->vtadmin_service)));
}
