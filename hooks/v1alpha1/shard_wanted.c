#include "shard.h"

#include <stdlib.h>
#include <string.h>

#include "pod.h"
#include "pools.h"
#include "template.h"

/* The tablets of a shard, by its pools: who they are, and what they are made from. */

enum { UID_DIGITS = 10 };

static struct tablet_identity identity_at(struct arena *arena, const struct shard_spec *spec,
    const char *type, uint32_t index)
{
    return v1_tablet_identity(arena,
        spec->derived.cluster,
        spec->cell,
        spec->keyspace,
        spec->name,
        type,
        index);
}

/* --- who has a name --- */

/* The uid in the name of a tablet's Pod or claim. */
static bool uid_of_name(struct arena *arena, const struct shard_spec *spec, const char *name,
    uint32_t *uid)
{
    const char *prefix =
        fmt(arena, "%s-", v1_tablets_service_name(arena, spec->derived.cluster, spec->cell));
    const char *digits;

    if (!text_starts_with(name, prefix))
        return false;
    digits = name + strlen(prefix);
    if (strlen(digits) != UID_DIGITS || strspn(digits, "0123456789") != UID_DIGITS)
        return false;
    *uid = (uint32_t)strtoul(digits, NULL, 10);
    return true;
}

/* A uid is hash * 100 + index, so the first uid of each type tells the type. */
bool v1_identify_tablet(const struct shard_input *input, const json_t *object,
    struct tablet_identity *id)
{
    static const char *const types[] = {"rdonly", "replica"};
    const struct shard_spec *spec = input->api;
    uint32_t uid;

    if (!uid_of_name(input->arena, spec, object_name(object), &uid))
        return false;
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        uint32_t first = identity_at(input->arena, spec, types[i], 0).uid;

        if (uid / 100 == first / 100) {
            *id = identity_at(input->arena, spec, types[i], uid - first);
            return true;
        }
    }
    return false;
}

/* --- what they are made from --- */

/* One pool, and what all of its tablets have in common. */
struct tablet_pool {
    const struct shard_input *input;
    const struct shard_spec *spec;
    const struct pool_spec *pool; /* merged */
    const char *type;
    const char *image;
    struct spec_hashes hashes; /* but for the name */
    const char *template_hash;
    struct vttablet common; /* but for its identity and hash */
};

/* The default comes down from VitessCluster: were it this build's, a new one would move the tablets
 * of every cell at once. */
static const char *tablet_image(const struct shard_spec *spec, const struct pool_spec *pool)
{
    const char *newest = spec->image == NULL ? VITESS_IMAGE : spec->image;

    return image_or_newer(pool->image == NULL ? newest : pool->image, newest, NULL);
}

/* What a tablet's Pod is made from, but for its name. The same is the same Pod, whatever build
 * renders it; so everything that shapes the Pod is in here, and nothing that does not: neither the
 * number of replicas nor the size of the claim restarts a tablet. */
static const json_t *made_from(const struct tablet_pool *pool)
{
    struct arena *a = pool->input->arena;
    const struct derived_spec *derived = &pool->spec->derived;
    const struct place *place = &pool->input->place;
    const json_t *own =
        json_without(json_without(json_without(pool->pool->json, "replicas"), "volumeClaim"),
            "image");

    return object(a,
        F("revision", derived->revision),
        F("keyspace", pool->spec->keyspace),
        F("shard", pool->spec->name),
        F("image", pool->image),
        F("pool", own),
        OPT("labels", place->labels),
        OPT("backupFlags", derived->backup_flags),
        OPT("annotations", json_at(derived->template, "metadata", "annotations")),
        F("topologyAddresses", place->topology.addresses),
        F("topologyRoot", place->topology.global_root),
        OPT("topologySecret", place->topology.tls_secret),
        OPT("vtctld", place->topology.vtctld),
        OPT("tls", v1_tls_made_from(a, derived)),
        OPT("secrets", place->secrets),
        OPT("imagePullSecrets", derived->pull_secrets),
        OPT("imagePullPolicy", derived->pull_policy),
        OPT("securityContext", derived->security),
        OPT("zone", place->zone),
        OPT("region", place->region));
}

/* --- the tablets --- */

static void fill_mysql(struct vttablet *vttablet, const struct mysql_spec *mysql)
{
    vttablet->mysql_image = mysql->image;
    vttablet->mysql_resources = mysql->resources;
    vttablet->mysql_flags = mysql->flags;
    vttablet->mysql_config = mysql->config;
    if (mysql->init_script == NULL)
        return;
    vttablet->init_script_secret = mysql->init_script->name;
    vttablet->init_script_key = mysql->init_script->key;
}

static struct vttablet common_of(const struct tablet_pool *pool)
{
    struct arena *a = pool->input->arena;
    const struct pool_spec *own = pool->pool;
    const json_t *claim = json_without(own->claim, "metadata");
    struct vttablet common = {
        .place = pool->input->place,
        .image = pool->image,
        .backup_flags = pool->spec->derived.backup_flags,
        .claim = claim,
        .stored_claim = as_stored(a, claim),
        .claim_metadata = json_at(own->claim, "metadata"),
    };

    if (own->vttablet != NULL) {
        common.vttablet_resources = own->vttablet->resources;
        common.vttablet_flags = own->vttablet->flags;
    }
    if (common.place.tls == NULL)
        common.place.topology.dial = dial_of_flags(a, common.vttablet_flags, "tablet-manager-grpc");
    if (own->mysql != NULL)
        fill_mysql(&common, own->mysql);
    if (own->template != NULL)
        common.overrides = *own->template;
    return common;
}

static struct tablet_pool pool_of(const struct shard_input *input, const struct shard_spec *spec,
    const struct pool_spec *merged, const char *type)
{
    struct tablet_pool pool = {.input = input,
        .spec = spec,
        .pool = merged,
        .type = type,
        .image = tablet_image(spec, merged)};
    const json_t *from = made_from(&pool);

    pool.hashes = spec_hashes_of(input->arena, from, "name");
    pool.template_hash =
        spec_hash_of(input->arena, object(input->arena, SPREAD(from), F("type", type)));
    pool.common = common_of(&pool);
    return pool;
}

static struct vttablet tablet_of(const struct tablet_pool *pool, uint32_t index)
{
    struct arena *a = pool->input->arena;
    struct vttablet tablet = pool->common;

    tablet.id = identity_at(a, pool->spec, pool->type, index);
    tablet.place.hash = spec_hash_with(a, &pool->hashes, tablet.id.name);
    return tablet;
}

static size_t add_pool(const struct shard_input *input, const struct shard_spec *spec,
    const struct pool_spec *merged, const char *type, struct shard_wanted *wanted)
{
    struct tablet_pool pool;
    struct vttablet *tablets;

    if (merged == NULL || merged->replicas == 0)
        return 0;
    pool = pool_of(input, spec, merged, type);
    tablets = arena_array(input->arena, merged->replicas, sizeof(*tablets));
    for (uint32_t index = 0; index < merged->replicas; index++) {
        tablets[index] = tablet_of(&pool, index);
        wanted[index] = (struct shard_wanted){.id = tablets[index].id,
            .hash = tablets[index].place.hash,
            .template_hash = pool.template_hash,
            .component = &tablets[index]};
    }
    return merged->replicas;
}

void v1_read_wanted(struct shard_input *input, const struct shard_spec *spec)
{
    const struct tablets_spec *pools = spec->tablets;
    const struct pool_spec *batch = v1_merged_pool(input->arena, pools, pools->batch);
    const struct pool_spec *eligible = v1_merged_pool(input->arena, pools, pools->master_eligible);
    size_t most =
        1 + (batch == NULL ? 0 : batch->replicas) + (eligible == NULL ? 0 : eligible->replicas);
    struct shard_wanted *wanted = arena_array(input->arena, most, sizeof(*wanted));
    size_t count = add_pool(input, spec, batch, "rdonly", wanted);

    count += add_pool(input, spec, eligible, "replica", wanted + count);
    input->component = &shard_vttablet;
    input->wanted = wanted;
    input->wanted_count = count;
}
