#include "statuses.h"

#include <string.h>

#include "conditions.h"
#include "keys.h"
#include "metadata.h"
#include "template.h"

/* Status of a VitessCell. */

const char *v2_availability(const json_t *workload)
{
    const char *status = condition_status(workload, "Available");

    return status == NULL ? V2_UNKNOWN : status;
}

const char *v2_any_available(const struct objects *deployments)
{
    const char *available = V2_UNKNOWN;

    for (size_t i = 0; i < deployments->count && !text_equal(available, V2_TRUE); i++)
        available = v2_availability(deployments->at[i]);
    return available;
}

/* --- gateway --- */

/* For the scale subresource, whose autoscaler finds the Pods by it: in the order of the keys, since
 * a text that changes each time would be written each time. */
static const char *selector_text(struct arena *a, const json_t *deployment)
{
    struct texts pairs = {.arena = a};
    const json_t *value;
    const char *key;

    json_each_field (json_at(deployment, "spec", "selector", "matchLabels"), key, value)
        texts_add(&pairs, fmt(a, "%s=%s", key, json_string_value(value)));
    texts_sort(&pairs);
    return texts_join(&pairs, ",");
}

static const json_t *gateway(struct arena *a, const struct v2_cell_children *children)
{
    const json_t *deployment = children->deployment;

    return object(a,
        F("available", v2_availability(deployment)),
        OPT("labelSelector", deployment == NULL ? NULL : selector_text(a, deployment)),
        OPT("replicas", json_at(deployment, "spec", "replicas")),
        OPT("serviceName", children->service == NULL ? NULL : object_name(children->service)));
}

/* --- keyspaces --- */

bool v2_pools_are_in(const json_t *template, const char *cell)
{
    const json_t *pool;

    json_each_item (json_at(template, "tabletPools"), i, pool) {
        if (text_equal(json_text_at(pool, "cell"), cell))
            return true;
    }
    return false;
}

static bool partitioning_is_in(const json_t *partitioning, const char *cell)
{
    const json_t *shard;

    json_each_item (json_at(partitioning, "custom", "shards"), i, shard) {
        if (v2_pools_are_in(shard, cell))
            return true;
    }
    return v2_pools_are_in(json_at(partitioning, "equal", "shardTemplate"), cell);
}

bool v2_keyspace_is_in(const json_t *keyspace, const char *cell)
{
    const json_t *partitioning;

    json_each_item (json_at(keyspace, "spec", "partitionings"), i, partitioning) {
        if (partitioning_is_in(partitioning, cell))
            return true;
    }
    return false;
}

static json_t *keyspaces_in(struct arena *a, const struct objects *keyspaces, const char *cell)
{
    json_t *in = json_new_map();

    for (size_t i = 0; i < keyspaces->count; i++) {
        if (v2_keyspace_is_in(keyspaces->at[i], cell))
            json_put(in, object_label(keyspaces->at[i], KEYSPACE_LABEL), json_new_map());
    }
    (void)a;
    return in;
}

/* --- all of it --- */

/* That of an EtcdLockserver, as a part of the status of whoever has it. */
const json_t *v2_etcd_part(struct arena *a, const json_t *etcd)
{
    const json_t *status = json_without(json_at(etcd, "status"), "observedGeneration");

    return json_at(status, "available") != NULL
               ? object(a, SPREAD(json_without(status, "conditions")))
               : object(a, F("available", V2_UNKNOWN));
}

const json_t *v2_cell_status(struct arena *a, const struct cell_spec *spec,
    const struct v2_cell_children *children, const struct objects *keyspaces, const char *idle)
{
    const struct lockserver *lockserver = spec->cell.lockserver;
    bool has_etcd = lockserver != NULL && lockserver->external == NULL && lockserver->etcd != NULL;
    json_t *in = keyspaces_in(a, keyspaces, spec->cell.name);

    return object(a,
        F("gateway", gateway(a, children)),
        F("idle", json_object_size(in) > 0 ? V2_FALSE : idle),
        OPT("keyspaces", in),
        F("lockserver", object(a, OPT("etcd", has_etcd ? v2_etcd_part(a, children->etcd) : NULL))));
}
