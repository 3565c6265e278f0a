#include "at_once.h"

#include "keys.h"
#include "partitions.h"
#include "template.h"

/* --- metadata --- */

/* Labels are always ours. Annotations that the spec has lost go. */
static const json_t *metadata(struct arena *a, const json_t *applied, const json_t *desired,
    bool annotations)
{
    const json_t *old = json_at(applied, "metadata");
    const json_t *now = json_at(desired, "metadata");

    return object(a,
        SPREAD(json_without(old, "annotations")),
        OPT("labels", json_overlay(json_at(old, "labels"), json_at(now, "labels"))),
        OPT("annotations",
            annotations ? json_at(now, "annotations") : json_at(old, "annotations")));
}

/* `applied` with `spec` in place of its own. Its selector is no part of any edit: one that another
 * operator has made has none, and Metacontroller does nothing for it before. Nor is where the
 * traffic of a shard may go. */
static const json_t *with_spec(struct arena *a, const json_t *applied, const json_t *metadata,
    const json_t *spec, const json_t *desired)
{
    return object(a,
        SPREAD(applied),
        F("metadata", metadata),
        MAP("spec",
            SPREAD(spec),
            F("selector", json_at(desired, "spec", "selector")),
            OPT("traffic", json_at(desired, "spec", "traffic"))));
}

/* Of `desired`, where it is there at all. */
static const json_t *taking(const json_t *spec, const json_t *desired, const char *const *keys)
{
    json_t *taken = json_overlay(spec, NULL);

    for (; *keys != NULL; keys++) {
        if (json_at(desired, *keys) == NULL)
            taken = json_without(taken, *keys);
        else
            json_put(taken, *keys, json_at(desired, *keys));
    }
    return taken;
}

/* --- sizes of disks --- */

static bool may_grow(const json_t *desired)
{
    return json_list_has(
        json_at(desired, "spec", "updateStrategy", "external", "allowResourceChanges"),
        "storage");
}

/* A pool is who it is by its type, its cell and its name. */
static bool same_pool(const json_t *a, const json_t *b)
{
    static const char *const keys[] = {"type", "cell", "name"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        const char *left = json_text_at(a, keys[i]), *right = json_text_at(b, keys[i]);

        if (!text_equal(left == NULL ? "" : left, right == NULL ? "" : right))
            return false;
    }
    return true;
}

static const json_t *size_of_pool(const json_t *pools, const json_t *pool)
{
    const json_t *other;

    json_each_item (pools, i, other) {
        if (same_pool(other, pool))
            return json_at(other, "dataVolumeClaimTemplate", "resources", "requests", "storage");
    }
    return NULL;
}

static const json_t *pool_of_size(struct arena *a, const json_t *pool, const json_t *size)
{
    const json_t *claim = json_at(pool, "dataVolumeClaimTemplate");
    const json_t *resources = json_at(claim, "resources");

    if (claim == NULL || size == NULL)
        return pool;
    return object(a,
        SPREAD(pool),
        MAP("dataVolumeClaimTemplate",
            SPREAD(claim),
            MAP("resources",
                SPREAD(resources),
                MAP("requests", SPREAD(json_at(resources, "requests")), F("storage", size)))));
}

/* The template of a shard with the sizes that `desired`, the same template of today, has. */
static const json_t *template_of_sizes(struct arena *a, const json_t *template,
    const json_t *desired)
{
    json_t *pools = json_new_list();
    const json_t *pool;

    if (json_at(template, "tabletPools") == NULL)
        return template;
    json_each_item (json_at(template, "tabletPools"), i, pool)
        json_add(pools, pool_of_size(a, pool, size_of_pool(json_at(desired, "tabletPools"), pool)));
    return object(a, SPREAD(template), F("tabletPools", pools));
}

/* --- partitionings --- */

/* A keyspace, as an object of ours says it. */
static struct keyspace_spec keyspace_of(struct arena *a, const json_t *object)
{
    struct keyspace_spec spec = {0};
    struct problems problems = {.arena = a};

    spec_read(a,
        v2_keyspace_fields,
        json_at(object, "spec"),
        "spec",
        SPEC_DERIVED,
        &spec,
        &problems);
    return spec;
}

/* The last one of the same shards, as of several only the last one counts. */
static const struct partitioning *same_partitioning(struct arena *a,
    const struct keyspace *keyspace, const char *key)
{
    const struct partitioning *found = NULL;

    for (size_t i = 0; i < keyspace->partitionings.count; i++) {
        const struct partitioning *one = &keyspace->partitionings.at[i];

        if (text_equal(v2_partitioning_key(a, one), key))
            found = one;
    }
    return found;
}

static const json_t *equal_of_sizes(struct arena *a, const json_t *was, const json_t *now)
{
    static const char *const same[] = {"parts", "hexWidth"};

    for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
        if (!json_same(json_at(was, same[i]), json_at(now, same[i])))
            return was;
    }
    return object(a,
        SPREAD(was),
        F("shardTemplate",
            template_of_sizes(a, json_at(was, "shardTemplate"), json_at(now, "shardTemplate"))));
}

static const json_t *shard_of_range(const json_t *shards, const json_t *range)
{
    const json_t *shard;

    json_each_item (shards, i, shard) {
        if (json_same(json_at(shard, "keyRange"), range))
            return shard;
    }
    return NULL;
}

static const json_t *custom_of_sizes(struct arena *a, const json_t *was, const json_t *now)
{
    json_t *shards = json_new_list();
    const json_t *shard;

    json_each_item (json_at(was, "shards"), i, shard)
        json_add(shards,
            template_of_sizes(a,
                shard,
                shard_of_range(json_at(now, "shards"), json_at(shard, "keyRange"))));
    return object(a, F("shards", shards));
}

static const json_t *partitioning_of_sizes(struct arena *a, const json_t *was, const json_t *now)
{
    if (json_at(was, "equal") != NULL && json_at(now, "equal") != NULL)
        return object(a,
            F("equal", equal_of_sizes(a, json_at(was, "equal"), json_at(now, "equal"))));
    if (json_at(was, "custom") != NULL && json_at(now, "custom") != NULL)
        return object(a,
            F("custom", custom_of_sizes(a, json_at(was, "custom"), json_at(now, "custom"))));
    return was;
}

/* Those of today, in their order; of one that was there before, what it was. */
static const json_t *partitionings(struct arena *a, const json_t *applied, const json_t *desired)
{
    const struct keyspace_spec was = keyspace_of(a, applied), now = keyspace_of(a, desired);
    json_t *list = json_new_list();

    for (size_t i = 0; i < now.keyspace.partitionings.count; i++) {
        const struct partitioning *today = &now.keyspace.partitionings.at[i];
        const struct partitioning *before =
            same_partitioning(a, &was.keyspace, v2_partitioning_key(a, today));

        json_add(list,
            before == NULL      ? today->json
            : may_grow(desired) ? partitioning_of_sizes(a, before->json, today->json)
                                : before->json);
    }
    return list;
}

const json_t *v2_keyspace_at_once(struct arena *a, const json_t *applied, const json_t *desired,
    const json_t *observed)
{
    static const char *const keys[] = {"updateStrategy", "turndownPolicy", "annotations", NULL};

    (void)observed;
    return with_spec(a,
        applied,
        metadata(a, applied, desired, true),
        object(a,
            SPREAD(taking(json_at(applied, "spec"), json_at(desired, "spec"), keys)),
            F("partitionings", partitionings(a, applied, desired))),
        desired);
}

/* --- cells --- */

/* An autoscaler cannot begin without a number. After that the number is the autoscaler's, and only
 * what is observed has the one of now. */
static const json_t *gateway_at_once(const json_t *gateway, const json_t *desired,
    const json_t *observed)
{
    static const char *const replicas[] = {"replicas", NULL};
    const bool scaled =
        json_at(gateway, "autoscaler") != NULL && json_at(observed, "replicas") != NULL;

    return taking(gateway, scaled ? observed : desired, replicas);
}

const json_t *v2_cell_at_once(struct arena *a, const json_t *applied, const json_t *desired,
    const json_t *observed)
{
    const json_t *was = json_at(applied, "spec");
    const json_t *wanted = json_at(desired, "spec", "gateway");
    const json_t *gateway =
        gateway_at_once(json_at(was, "gateway"), wanted, json_at(observed, "spec", "gateway"));
    json_t *spec = json_overlay(json_without(json_without(was, "leaving"), "gateway"), NULL);

    /* No gateway and an empty one mean the same. */
    if (wanted != NULL || json_object_size(gateway) > 0)
        json_put(spec, "gateway", gateway);
    return with_spec(a, applied, metadata(a, applied, desired, false), spec, desired);
}

/* --- shards --- */

const json_t *v2_shard_at_once(struct arena *a, const json_t *applied, const json_t *desired)
{
    static const char *const keys[] = {"updateStrategy", "annotations", NULL};
    const json_t *now = json_at(desired, "spec");
    const json_t *spec = taking(json_at(applied, "spec"), now, keys);

    if (may_grow(desired))
        spec = template_of_sizes(a, spec, now);
    return with_spec(a, applied, metadata(a, applied, desired, true), spec, desired);
}

/* --- Deployments --- */

const json_t *v2_deployment_at_once(struct arena *a, const json_t *applied, const json_t *desired)
{
    static const char *const replicas[] = {"replicas", NULL};

    return object(a,
        SPREAD(applied),
        F("metadata", metadata(a, applied, desired, false)),
        F("spec", taking(json_at(applied, "spec"), json_at(desired, "spec"), replicas)));
}
