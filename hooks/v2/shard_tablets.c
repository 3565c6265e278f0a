#include "shard.h"

#include <stdlib.h>

#include "hashes.h"
#include "hook.h"
#include "keys.h"
#include "metadata.h"
#include "mysql.h"
#include "names.h"
#include "release.h"
#include "tablet_parts.h"
#include "template.h"

/* The tablets of a VitessShard as the engine takes them: who they are, how their objects are made,
 * and what a Pod that runs is told. */

/* Type of the pools that lead to the writable MySQL of somebody else. */
#define EXTERNAL_PRIMARY "externalmaster"

/* What the engine hands back to make a tablet from. */
struct tablet_source {
    const struct v2_tablet *tablet;
    json_int_t generation; /* of the VitessShard */
    const struct v2_drains *drains;
    const char *mysqld; /* image */
    const char *resize; /* of its claim, as long as the Pod is there that holds it up; or NULL */
    bool held;          /* no edit reaches its Pod before that is released */
};

/* --- who has a name --- */

/* Labels can be edited, so the name has to be the one that they make. */
static bool identify(const struct shard_input *in, const json_t *object, struct tablet_identity *id)
{
    const struct shard_hook *hook = in->api;
    struct arena *a = in->arena;
    const char *cell = object_label(object, CELL_LABEL);
    const char *type = object_label(object, TABLET_TYPE_LABEL);
    const char *index = object_label(object, TABLET_INDEX_LABEL);

    if (cell == NULL || type == NULL || index == NULL)
        return false;
    *id = (struct tablet_identity){.cell = cell,
        .keyspace = in->keyspace,
        .shard = in->name,
        .type = type,
        .index = (uint32_t)strtoul(index, NULL, 10)};
    id->uid = v2_tablet_uid(a,
        cell,
        in->keyspace,
        in->name,
        type,
        id->index,
        object_label(object, POOL_NAME_LABEL));
    id->uid_text = v2_uid_text(a, id->uid);
    id->alias = v2_tablet_alias(a, cell, id->uid);
    id->name = v2_tablet_name(a, hook->shard.cluster, id->alias);
    id->subdomain = v2_vttablet_service(a, hook->shard.cluster);
    id->shard_label = shard_suffix(a, in->name);
    return text_equal(object_name(object), id->name);
}

static struct tablet_identity identity_of(struct arena *a, const struct shard_hook *hook,
    const struct v2_tablet *tablet)
{
    return (struct tablet_identity){.cell = tablet->spec->cell,
        .keyspace = hook->shard.keyspace,
        .shard = hook->spec.name,
        .type = tablet->spec->type,
        .index = tablet->index,
        .uid = tablet->uid,
        .uid_text = tablet->uid_text,
        .alias = tablet->alias,
        .name = tablet->name,
        .subdomain = v2_vttablet_service(a, hook->shard.cluster),
        .shard_label = shard_suffix(a, hook->spec.name)};
}

/* --- the component --- */

static const json_t *pod(struct arena *a, const struct shard_wanted *wanted, const json_t *applied)
{
    const struct tablet_source *from = wanted->component;
    const struct v2_tablet_notes notes = {.generation = from->generation,
        .spec_hash = wanted->hash,
        .resize = from->resize};

    return applied == NULL ? v2_tablet_pod(a, from->tablet, &notes)
                           : v2_tablet_pod_as_applied(a, from->tablet, &notes, applied);
}

static const json_t *claim(struct arena *a, const struct shard_wanted *wanted,
    const struct claim_marks *marks)
{
    const struct tablet_source *from = wanted->component;
    const json_t *made = v2_tablet_claim(a, from->tablet);
    json_t *metadata = json_overlay(json_at(made, "metadata"), NULL);

    json_put(metadata, "ownerReferences", claim_owners(a, object_name(made), marks));
    return object(a, SPREAD(made), F("metadata", metadata));
}

/* What we alone note on a Pod is no edit that waits. */
static const json_t *with_own_notes(struct arena *a, const json_t *desired, const json_t *applied)
{
    const json_t *metadata = json_at(desired, "metadata");
    const json_t *others = json_without(json_at(metadata, "annotations"), SPEC_HASH_ANNOTATION);

    return object(a,
        SPREAD(desired),
        MAP("metadata",
            SPREAD(metadata),
            MAP("labels",
                SPREAD(json_at(metadata, "labels")),
                OPT(SERVING_TYPE_LABEL, object_label(applied, SERVING_TYPE_LABEL))),
            MAP("annotations",
                SPREAD(json_without(others, SHARD_GENERATION_ANNOTATION)),
                OPT(SPEC_HASH_ANNOTATION, object_annotation(applied, SPEC_HASH_ANNOTATION)),
                OPT(SHARD_GENERATION_ANNOTATION,
                    object_annotation(applied, SHARD_GENERATION_ANNOTATION)))));
}

/* Labels can change in place; with updateStrategy External those of the user wait all the same, as
 * with theirs. */
static bool labels_wait(const struct tablet_source *from, const json_t *observed)
{
    return from->held && !v2_is_released(observed);
}

static bool any_label_waits(const struct shard_wanted *wanted, const json_t *desired,
    const json_t *observed)
{
    const struct tablet_source *from = wanted->component;
    const json_t *value;
    const char *key;

    if (!labels_wait(from, observed))
        return false;
    json_each_field (from->tablet->spec->pods.labels, key, value) {
        if (!text_equal(object_label(desired, key), object_label(observed, key)))
            return true;
    }
    return false;
}

static const json_t *labels_at_once(const struct tablet_source *from,
    const struct shard_running *pod)
{
    const json_t *labels = object_labels(pod->desired);
    const json_t *value;
    const char *key;

    if (!labels_wait(from, pod->observed))
        return labels;
    json_each_field (from->tablet->spec->pods.labels, key, value)
        labels = json_without(labels, key);
    return labels;
}

/* What of the spec waits until the Pod is made anew, and which spec it has been told. */
static const json_t *waiting(struct arena *a, const struct tablet_source *from,
    const struct shard_running *pod)
{
    const json_t *applied = object_last_applied(a, &v2_keys, pod->observed);

    return v2_annotated(a,
        v2_pod_let_go(a,
            with_own_notes(a, pod->desired, applied),
            labels_at_once(from, pod),
            pod->observed),
        SHARD_GENERATION_ANNOTATION,
        fmt(a, "%" JSON_INTEGER_FORMAT, from->generation));
}

static const json_t *running(struct arena *a, const struct shard_wanted *wanted,
    const struct shard_running *pod)
{
    const struct tablet_source *from = wanted->component;
    const json_t *sent =
        pod->alike ? v2_taken_off(a, pod->desired, pod->observed, ROLLOUT_RELEASED_ANNOTATION)
                   : waiting(a, from, pod);

    return v2_drain_noted(a, from->drains, sent, pod);
}

static bool alike(struct arena *a, const json_t *desired, const json_t *observed)
{
    return v2_pod_is_alike(a, with_own_notes(a, desired, NULL), observed);
}

static struct shard_shutdown shutdown(struct arena *a, const struct shard_wanted *wanted,
    const json_t *observed)
{
    const struct tablet_source *from = wanted->component;
    const json_t *mysqld = json_named(json_at(observed, "spec", "containers"), "mysqld");
    const struct v2_mysql_upgrade upgrade =
        v2_mysql_upgrade(a, json_text_at(mysqld, "image"), from->mysqld);

    return (struct shard_shutdown){upgrade.slow_shutdown, upgrade.refused};
}

static const char *const containers[] = {"vttablet", "mysqld", NULL};
static const struct shard_component component = {.pod = pod,
    .claim = claim,
    .containers = containers,
    .alike = alike,
    .running = running,
    .waits = any_label_waits,
    .shutdown = shutdown};

/* --- what a Pod is made from --- */

static const json_t *picked(const json_t *map, const char *const *keys)
{
    json_t *some = json_new_map();

    for (const char *const *key = keys; *key != NULL; key++)
        json_put(some, *key, json_at(map, *key));
    return some;
}

/* All that shapes the Pods of a pool, and nothing that does not: the same is the same Pod, whatever
 * build renders it. Neither the number of replicas, nor the value of a label, which changes in
 * place, nor the images of others restart a tablet. */
static const json_t *made_from(const struct shard_hook *hook, const struct v2_pool *pool)
{
    static const char *const fields[] = {"backupEngine",
        "databaseInitScriptSecret",
        "databaseName",
        "extraVitessFlags",
        "globalLockserver",
        "imagePullSecrets",
        "keyRange",
        "name",
        NULL};
    static const char *const images[] = {"vttablet", "mysqld", "mysqldExporter", NULL};
    struct arena *a = hook->arena;
    const json_t *spec = json_at(hook->request->parent, "spec");

    return object(a,
        F("revision", INT(OPERATOR_REVISION)),
        F("cluster", hook->shard.cluster),
        F("keyspace", hook->shard.keyspace),
        F("shard", picked(spec, fields)),
        F("images", picked(json_at(spec, "images"), images)),
        F("pullPolicies", picked(json_at(spec, "imagePullPolicies"), images)),
        OPT("zone", pool->place.zone),
        OPT("backupLocation", pool->location == NULL ? NULL : pool->location->json),
        F("labelKeys", v2_hash_keys(a, pool->spec->pods.labels)),
        F("pool", json_without(json_without(pool->spec->json, "replicas"), "extraLabels")));
}

/* --- the tablets --- */

static enum shard_storage storage_of(const struct tablet_pool *pool)
{
    if (pool->external_datastore != NULL || pool->mysqld == NULL)
        return STORAGE_ELSEWHERE;
    return pool->claim == NULL ? STORAGE_POD : STORAGE_CLAIM;
}

/* What the tablets of a pool are made from, and its hash; those of each tablet have its name, too.
 */
struct pool_source {
    const json_t *from;
    const char *hash;
    struct spec_hashes hashes;
};

static struct pool_source source_of(const struct shard_hook *hook, const struct v2_pool *pool)
{
    const json_t *from = made_from(hook, pool);

    return (struct pool_source){from,
        spec_hash_of(hook->arena, from),
        spec_hashes_of(hook->arena, object(hook->arena, F("of", from)), "name")};
}

static const char *tablet_hash(struct arena *a, const struct pool_source *pool, const char *name,
    const char *resize)
{
    if (resize == NULL)
        return spec_hash_with(a, &pool->hashes, name);
    return spec_hash_of(a, object(a, F("of", pool->from), F("name", name), F("resize", resize)));
}

static struct shard_wanted wanted_of(const struct shard_hook *hook, const struct v2_tablet *tablet,
    const struct pool_source *pool, bool held)
{
    struct arena *a = hook->arena;
    struct tablet_source *made = arena_make(a, struct tablet_source);

    *made = (struct tablet_source){tablet,
        object_generation(hook->request->parent),
        &hook->drains,
        tablet->spec->mysqld == NULL ? NULL : v2_mysqld_image(hook->spec.images->mysqld),
        v2_resize_of(hook, tablet),
        held};
    return (struct shard_wanted){.id = identity_of(a, hook, tablet),
        .hash = tablet_hash(a, pool, tablet->name, made->resize),
        .template_hash = pool->hash,
        .storage = storage_of(tablet->spec),
        .component = made};
}

static bool may_lead(const struct tablet_pool *pool)
{
    return text_equal(pool->type, "replica") || text_equal(pool->type, EXTERNAL_PRIMARY);
}

/* Those that may become primary come last. */
static void add_some(struct shard_input *in, const struct shard_hook *hook,
    struct shard_wanted *wanted, bool leaders)
{
    const struct v2_pool *pool = NULL;
    struct pool_source source = {.from = NULL};

    for (size_t i = 0; i < hook->tablets.count; i++) {
        const struct v2_tablet *tablet = &hook->tablets.at[i];

        if (may_lead(tablet->spec) != leaders)
            continue;
        if (tablet->pool != pool) {
            pool = tablet->pool;
            source = source_of(hook, pool);
        }
        wanted[in->wanted_count++] = wanted_of(hook, tablet, &source, in->paused);
        in->replica_tablets += leaders;
    }
}

/* Any pool of that kind makes it one, as with theirs. */
static bool has_external_datastore(const struct shard_hook *hook)
{
    for (size_t i = 0; i < hook->spec.template.pools.count; i++) {
        if (hook->spec.template.pools.at[i].external_datastore != NULL)
            return true;
    }
    return false;
}

void v2_read_wanted(struct shard_input *in, const struct shard_hook *hook)
{
    struct shard_wanted *wanted =
        arena_array(hook->arena, hook->tablets.count + 1, sizeof(*wanted));

    add_some(in, hook, wanted, false);
    add_some(in, hook, wanted, true);
    in->wanted = wanted;
    in->component = &component;
    in->identify = identify;
    in->appointed = has_external_datastore(hook) ? EXTERNAL_PRIMARY : NULL;
    in->appoint_first = hook->spec.template.replication == NULL ||
                        hook->spec.template.replication->initialize_master;
}
