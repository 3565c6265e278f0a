#include "shard.h"

#include "pod.h"

#include <stdlib.h>
#include <string.h>

#include "template.h"

enum { UID_DIGITS = 10 };

static const char *incarnation_of(struct arena *a, const json_t *pod)
{
    return fmt(a, "%s/%lld", object_uid(pod), (long long)pod_restarts(pod));
}

static const char *state_of(struct arena *a, const json_t *pod)
{
    return fmt(a,
        "%s/%s%s",
        incarnation_of(a, pod),
        pod_ready(pod) ? "ready" : "unready",
        object_terminating(pod) ? "/terminating" : "");
}

static struct tablet *add_tablet(struct shard *shard, struct tablet_identity id)
{
    struct tablet *tablet = &shard->tablets[shard->count++];

    tablet->id = id;
    tablet->replica_type = text_equal(id.type, "replica");
    return tablet;
}

static struct tablet_identity identity_at(struct shard *shard, const char *type, uint32_t index)
{
    const struct shard_spec *spec = &shard->spec;

    return tablet_identity(shard->arena,
        spec->derived.cluster,
        spec->cell,
        spec->keyspace,
        spec->name,
        type,
        index);
}

static void add_pool(struct shard *shard, const struct pool_spec *pool, const char *type)
{
    for (uint32_t index = 0; pool != NULL && index < pool->replicas; index++)
        add_tablet(shard, identity_at(shard, type, index))->pool = pool;
}

struct tablet *tablet_of_name(struct shard *shard, const char *name)
{
    for (size_t i = 0; i < shard->count; i++) {
        if (text_equal(shard->tablets[i].id.name, name))
            return &shard->tablets[i];
    }
    return NULL;
}

/* The uid in the name of a tablet's Pod or claim. Labels can be edited, a name cannot. */
static bool uid_of_name(const struct shard *shard, const char *name, uint32_t *uid)
{
    const char *prefix =
        fmt(shard->arena, "%s-vttablet-%s-", shard->spec.derived.cluster, shard->spec.cell);
    const char *digits;

    if (!text_starts_with(name, prefix))
        return false;
    digits = name + strlen(prefix);
    if (strlen(digits) != UID_DIGITS || strspn(digits, "0123456789") != UID_DIGITS)
        return false;
    *uid = (uint32_t)strtoul(digits, NULL, 10);
    return true;
}

/* Who a Pod or claim that is not wanted any more belonged to; false where it was no tablet of this
 * shard. A uid is hash * 100 + index, so the first uid of each type tells the type. */
static bool identity_of_name(struct shard *shard, const char *name, struct tablet_identity *id)
{
    static const char *const types[] = {"rdonly", "replica"};
    uint32_t uid;

    if (!uid_of_name(shard, name, &uid))
        return false;
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        uint32_t first = identity_at(shard, types[i], 0).uid;

        if (uid / 100 == first / 100) {
            *id = identity_at(shard, types[i], uid - first);
            return true;
        }
    }
    return false;
}

static int by_uid_descending(const void *a, const void *b)
{
    const struct tablet *left = a;
    const struct tablet *right = b;

    return left->id.uid < right->id.uid ? 1 : left->id.uid > right->id.uid ? -1 : 0;
}

/* How many tablets of each type are wanted, read once for all Pods. */
struct wanted_tablets {
    struct shard *shard;
    uint32_t replica, rdonly;
};

static bool is_wanted(const struct wanted_tablets *wanted, const struct tablet_identity *id)
{
    return id->uid % 100 < (text_equal(id->type, "rdonly") ? wanted->rdonly : wanted->replica);
}

/* A Pod that is wanted is ours by its name alone. One that is not may be a copy of a tablet, which
 * nobody asked us to take down: ours is what was applied as such. */
static bool is_tablet_pod(void *hook, const json_t *pod)
{
    const struct wanted_tablets *wanted = hook;
    struct tablet_identity id;

    return identity_of_name(wanted->shard, object_name(pod), &id) &&
           (is_wanted(wanted, &id) || object_last_applied(wanted->shard->arena, pod) != NULL);
}

static bool is_task_pod(void *hook, const json_t *pod)
{
    const struct shard *shard = hook;

    return task_pod_is_ours(&shard->tasks, pod);
}

/* It has the name of the VitessShard. */
static bool is_our_budget(void *hook, const json_t *budget)
{
    const struct shard *shard = hook;

    return text_equal(object_name(budget), object_name(shard->request->parent));
}

static struct objects objects_in(struct arena *arena, const json_t *list)
{
    struct objects found = {arena_array(arena, json_array_size(list) + 1, sizeof(*found.at)), 0};
    const json_t *object;

    json_each_item (list, i, object)
        found.at[found.count++] = object;
    return found;
}

void find_pods(struct shard *shard)
{
    const struct tablets_spec *pools = shard->spec.tablets;
    struct wanted_tablets wanted = {.shard = shard,
        .replica = replica_tablets(shard->arena, pools)};
    struct objects all = observed(shard->request, "Pod.v1");
    struct objects budgets = observed(shard->request, "PodDisruptionBudget.policy/v1");
    struct unknown_children others = {NULL};

    wanted.rdonly = all_tablets(shard->arena, pools) - wanted.replica;
    shard->pods = known_children(shard->request->arena, &others, &all, is_tablet_pod, &wanted);
    all = objects_in(shard->arena, others.list);
    /* A tablet's Pod is no task's, and to see that of one takes all that was applied. */
    shard->tasks.pods = all;
    known_children(shard->request->arena, &shard->unknown, &all, is_task_pod, shard);
    budgets =
        known_children(shard->request->arena, &shard->unknown, &budgets, is_our_budget, shard);
    shard->budget = budgets.count == 0 ? NULL : budgets.at[0];
}

bool has_every_tablet(struct shard *shard)
{
    size_t there = 0;

    for (size_t i = 0; i < shard->pods.count; i++)
        there += !object_terminating(shard->pods.at[i]);
    return there >= all_tablets(shard->arena, shard->spec.tablets);
}

const char *states_of_pods(struct shard *shard)
{
    struct text text = {.arena = shard->arena};

    for (size_t i = 0; i < shard->pods.count; i++) {
        const json_t *pod = shard->pods.at[i];

        text_addf(&text, "%s=%s\n", object_name(pod), state_of(shard->arena, pod));
    }
    return text_string(&text);
}

static void add_unwanted(struct shard *shard, const struct objects *objects)
{
    for (size_t i = 0; i < objects->count; i++) {
        const char *name = object_name(objects->at[i]);
        struct tablet_identity id;

        if (tablet_of_name(shard, name) == NULL && identity_of_name(shard, name, &id))
            add_tablet(shard, id);
    }
}

void find_tablets(struct shard *shard)
{
    const struct tablets_spec *pools = shard->spec.tablets;
    const struct pool_spec *batch = NULL;
    const struct pool_spec *eligible = NULL;
    size_t room;

    shard->claims = observed(shard->request, "PersistentVolumeClaim.v1");
    room = shard->pods.count + shard->claims.count + 1;
    if (pools != NULL && !shard->retire) {
        batch = merged_pool(shard->arena, pools, pools->batch);
        eligible = merged_pool(shard->arena, pools, pools->master_eligible);
        room += (batch == NULL ? 0 : batch->replicas) + (eligible == NULL ? 0 : eligible->replicas);
    }
    shard->tablets = arena_array(shard->arena, room, sizeof(*shard->tablets));
    add_pool(shard, batch, "rdonly");
    add_pool(shard, eligible, "replica");
    shard->wanted = shard->count;
    add_unwanted(shard, &shard->pods);
    add_unwanted(shard, &shard->claims);
    qsort(shard->tablets + shard->wanted,
        shard->count - shard->wanted,
        sizeof(*shard->tablets),
        by_uid_descending);
    for (size_t i = 0; i < shard->count; i++) {
        struct tablet *tablet = &shard->tablets[i];

        tablet->pod = objects_find(&shard->pods, tablet->id.name);
        tablet->claim = objects_find(&shard->claims, tablet->id.name);
        if (tablet->pod == NULL)
            continue;
        tablet->applied = observed_last_applied(shard->request, tablet->pod);
        tablet->incarnation = incarnation_of(shard->arena, tablet->pod);
        tablet->state = state_of(shard->arena, tablet->pod);
    }
}

/* --- desired objects --- */

/* The default comes down from VitessCluster: were it this build's, a new one would move the tablets
 * of every cell at once. */
static const char *tablet_image(const struct shard *shard, const struct tablet *tablet)
{
    const char *newest = shard->spec.image == NULL ? VITESS_IMAGE : shard->spec.image;
    const char *own = tablet->pool->image;

    return image_or_newer(own == NULL ? newest : own, newest, NULL);
}

/* What a tablet's Pod is made from. The same is the same Pod, whatever build renders it; so
 * everything that shapes the Pod is in here, and nothing that does not: neither the number of
 * replicas nor the size of the claim restarts a tablet. */
static const json_t *made_from(const struct shard *shard, const struct tablet *tablet)
{
    struct arena *a = shard->arena;
    const struct derived_spec *derived = &shard->spec.derived;
    const json_t *pool =
        json_without(json_without(json_without(tablet->pool->json, "replicas"), "volumeClaim"),
            "image");

    return object(a,
        F("revision", derived->revision),
        F("name", tablet->id.name),
        F("keyspace", shard->spec.keyspace),
        F("shard", shard->spec.name),
        F("image", tablet_image(shard, tablet)),
        F("pool", pool),
        OPT("labels", shard->place.labels),
        OPT("backupFlags", derived->backup_flags),
        OPT("annotations", json_at(derived->template, "metadata", "annotations")),
        F("topologyAddresses", shard->place.topology.addresses),
        F("topologyRoot", shard->place.topology.global_root),
        OPT("topologySecret", shard->place.topology.tls_secret),
        OPT("vtctld", shard->place.topology.vtctld),
        OPT("tls", tls_made_from(a, derived)),
        OPT("secrets", shard->place.secrets),
        OPT("imagePullSecrets", derived->pull_secrets),
        OPT("imagePullPolicy", derived->pull_policy),
        OPT("securityContext", derived->security),
        OPT("zone", shard->place.zone),
        OPT("region", shard->place.region));
}

static const char *hash_of(struct arena *a, const json_t *value)
{
    size_t length;
    const char *text = json_write(a, value, &length);

    return text_copy(a, digest(a, text, length), 16);
}

const char *template_hash(const struct shard *shard, const struct tablet *tablet)
{
    struct arena *a = shard->arena;

    return hash_of(a,
        object(a,
            SPREAD(json_without(made_from(shard, tablet), "name")),
            F("type", tablet->id.type)));
}

/* Past the end of the shard. whenDeleted is about the end of the VitessCluster, and whenScaled
 * about tablets that leave a shard: one that leaves the spec itself keeps its claims whatever they
 * say. */
static bool outlives(const struct shard *shard)
{
    const struct retention_spec *retention = shard->spec.derived.retention;

    return shard->retire || retention == NULL || !text_equal(retention->when_deleted, "Delete");
}

bool claims_outlive(const struct shard *shard)
{
    return claims_are_marked(&shard->claims);
}

/* Nothing is written to a volume that would go with the shard although it is to stay. */
bool claim_can_be_used(const struct shard *shard, const struct tablet *tablet)
{
    return tablet->claim != NULL && (!outlives(shard) || owned_by_itself(tablet->claim));
}

static struct vttablet component(struct shard *shard, const struct tablet *tablet)
{
    const struct pool_spec *pool = tablet->pool;
    struct vttablet vttablet = {
        .place = shard->place,
        .id = tablet->id,
        .image = tablet_image(shard, tablet),
        .backup_flags = shard->spec.derived.backup_flags,
        .claim = json_without(pool->claim, "metadata"),
        .claim_metadata = json_at(pool->claim, "metadata"),
        .claim_uid = object_uid(tablet->claim),
        .keep_claim = outlives(shard),
        .had_mark = !outlives(shard) && tablet->claim != NULL &&
                    claim_had_mark(shard->arena, tablet->claim),
    };

    vttablet.place.hash = hash_of(shard->arena, made_from(shard, tablet));
    if (pool->vttablet != NULL) {
        vttablet.vttablet_resources = pool->vttablet->resources;
        vttablet.vttablet_flags = pool->vttablet->flags;
    }
    if (vttablet.place.tls == NULL)
        vttablet.place.topology.dial =
            dial_of_flags(shard->arena, vttablet.vttablet_flags, "tablet-manager-grpc");
    if (pool->mysql != NULL) {
        vttablet.mysql_image = pool->mysql->image;
        vttablet.mysql_resources = pool->mysql->resources;
        vttablet.mysql_flags = pool->mysql->flags;
        vttablet.mysql_config = pool->mysql->config;
    }
    if (pool->mysql != NULL && pool->mysql->init_script != NULL) {
        vttablet.init_script_secret = pool->mysql->init_script->name;
        vttablet.init_script_key = pool->mysql->init_script->key;
    }
    if (pool->template != NULL)
        vttablet.overrides = *pool->template;
    return vttablet;
}

const json_t *tablet_pod(struct shard *shard, const struct tablet *tablet)
{
    struct vttablet vttablet = component(shard, tablet);

    return vttablet_pod(shard->arena, &vttablet);
}

const json_t *unwanted_claim(struct shard *shard, const json_t *claim)
{
    return claim_as_applied(shard->arena, claim, outlives(shard));
}

const json_t *tablet_claim(struct shard *shard, const struct tablet *tablet, const char **refused)
{
    struct arena *a = shard->arena;
    struct vttablet vttablet;
    const json_t *claim;

    if (tablet->pool == NULL)
        return unwanted_claim(shard, tablet->claim);
    vttablet = component(shard, tablet);
    claim = keep_immutable(a, vttablet_claim(a, &vttablet), tablet->claim, refused);
    return keep_claim_size(a, claim, tablet->claim, VITESS_SIZE_ANNOTATION, refused);
}
