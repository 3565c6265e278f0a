#include "hashes.h"
#include "keys.h"
#include "metadata.h"
#include "names.h"
#include "pod.h"
#include "tablet_parts.h"
#include "template.h"

/* A tablet: one Pod, and its data. A shard may have hundreds, and their Pods differ in a name, a
 * uid and two arguments: so the rest is made once for each pool. */

/* A list with one item that each tablet has of its own. */
struct splice {
    const json_t *list;
    size_t index; /* the number of items: there is none */
};

struct v2_pool_parts {
    const json_t *spec; /* of the Pod, less what follows */
    struct splice volumes;
    const json_t *containers;
    const json_t *vttablet, *mysqld; /* of the containers; NULL: there is none */
    struct splice vttablet_arguments, mysqld_arguments;
    struct v2_state state; /* what the hash is of */
    const char *hash;
};

/* --- lists --- */

static struct splice splice_at(const json_t *list, const json_t *item)
{
    struct splice splice = {list, 0};

    while (splice.index < json_array_size(list) && json_array_get(list, splice.index) != item)
        splice.index++;
    return splice;
}

/* `argument` has no value, as only the tablet's own has none. */
static struct splice splice_argument(struct arena *a, const json_t *flags, const char *argument)
{
    struct splice splice = {v2_argument_list(a, flags), 0};

    while (splice.index < json_array_size(splice.list) &&
           !text_equal(json_string_value(json_array_get(splice.list, splice.index)), argument))
        splice.index++;
    return splice;
}

static const json_t *spliced(const struct splice *splice, const json_t *own)
{
    json_t *list = json_new_list();
    const json_t *item;

    json_each_item (splice->list, i, item)
        json_add(list, i == splice->index ? own : item);
    return list;
}

/* --- what the tablets of a pool share --- */

/* Other keys of these make the Pod anew. That of my.cnf does not count: theirs adds it later. */
static const json_t *hashed_annotations(struct arena *a, const struct v2_pool *pool)
{
    return object(a,
        F(DRAIN_SUPPORTED_ANNOTATION, "ensure that the tablet is not a primary"),
        SPREAD(v2_pool_annotations(a, pool)));
}

static struct v2_state state_of(struct arena *a, const struct v2_pool *pool)
{
    const struct pod_extras *pods = &pool->spec->pods;

    return (struct v2_state){
        .labels = pods->labels,
        .annotations = hashed_annotations(a, pool),
        .claim = pool->spec->claim,
        .init_containers = v2_both(v2_tablet_init_containers(a, pool), pods->init_containers),
        .containers = v2_tablet_containers(a, pool),
        .tolerations = pods->tolerations,
        .topology_spread = pods->topology_spread,
    };
}

enum { HALF_AN_HOUR = 1800 };

/* A user's init container with the name of one of ours is laid over that one. Theirs keeps one
 * securityContext for both of ours, so there it changes the other one as well. */
static const json_t *shared_spec(struct arena *a, const struct v2_pool *pool)
{
    const struct pod_extras *pods = &pool->spec->pods;
    const uint32_t grace = pool->spec->vttablet->grace;
    const json_t *ours = v2_tablet_init_containers(a, pool);

    return object(a,
        F("initContainers", v2_pod_containers(a, ours, as_stored(a, pods->init_containers))),
        OPT("imagePullSecrets", pool->place.pull_secrets),
        OPT("tolerations", v2_tolerations(a, pods->tolerations)),
        OPT("topologySpreadConstraints", v2_topology_spread(a, pods->topology_spread)),
        MAP("securityContext", F("fsGroup", INT(VITESS_USER))),
        F("terminationGracePeriodSeconds", INT(grace == 0 ? HALF_AN_HOUR : grace)),
        SPREAD(v2_tablet_affinity(a, pool)),
        F("priorityClassName", V2_PRIORITY_CLASS));
}

static struct splice volumes_of(struct arena *a, const struct v2_pool *pool)
{
    const json_t *claim = pool->claim == NULL ? NULL : v2_claim_volume(a, "");

    return splice_at(v2_tablet_volumes(a, pool, claim), claim);
}

static void add_containers(struct arena *a, const struct v2_pool *pool, struct v2_pool_parts *parts)
{
    const json_t *sidecars = as_stored(a, pool->spec->pods.sidecars);

    parts->containers = v2_pod_containers(a, sidecars, parts->state.containers);
    parts->vttablet = json_named(parts->containers, "vttablet");
    parts->vttablet_arguments = splice_argument(a, v2_vttablet_flags(a, pool), "--tablet-path=");
    if (pool->spec->mysqld == NULL)
        return;
    parts->mysqld = json_named(parts->containers, "mysqld");
    parts->mysqld_arguments = splice_argument(a, v2_mysqlctld_flags(a, pool), "--tablet_uid=");
}

static const struct v2_pool_parts *parts_of(struct arena *a, struct v2_pool *pool)
{
    struct v2_pool_parts *parts = pool->parts;

    if (parts != NULL)
        return parts;
    parts = arena_make(a, struct v2_pool_parts);
    parts->state = state_of(a, pool);
    parts->hash = v2_state_hash(a, &parts->state);
    parts->spec = shared_spec(a, pool);
    parts->volumes = volumes_of(a, pool);
    add_containers(a, pool, parts);
    pool->parts = parts;
    return parts;
}

/* --- a tablet --- */

static const json_t *metadata(struct arena *a, const struct v2_tablet *tablet)
{
    const json_t *labels = object(a,
        SPREAD(tablet->pool->labels),
        F(TABLET_UID_LABEL, tablet->uid_text),
        F(TABLET_INDEX_LABEL, fmt(a, "%u", tablet->index)));

    return v2_metadata(a, tablet->pool->place.namespace, tablet->name, labels);
}

static const json_t *shared_annotations(struct arena *a, struct v2_pool *pool)
{
    if (pool->annotations == NULL)
        pool->annotations = object(a,
            SPREAD(hashed_annotations(a, pool)),
            OPT(CONFIG_OVERRIDES_ANNOTATION, pool->overrides));
    return pool->annotations;
}

/* A claim that waits to be mounted anew before it grows makes its Pod another one. */
static const char *hash_of(struct arena *a, struct v2_pool *pool, const char *resize)
{
    const struct v2_pool_parts *parts = parts_of(a, pool);
    struct v2_state state = parts->state;

    if (resize == NULL)
        return parts->hash;
    state.annotations =
        object(a, SPREAD(parts->state.annotations), F(CLAIM_RESIZE_ANNOTATION, resize));
    return v2_state_hash(a, &state);
}

static const json_t *annotations(struct arena *a, struct v2_pool *pool, const char *state_hash,
    const struct v2_tablet_notes *notes)
{
    const char *generation =
        notes->generation == 0 ? NULL : fmt(a, "%" JSON_INTEGER_FORMAT, notes->generation);

    return object(a,
        F(STATE_HASH_ANNOTATION, state_hash),
        SPREAD(shared_annotations(a, pool)),
        OPT(CLAIM_RESIZE_ANNOTATION, notes->resize),
        OPT(SHARD_GENERATION_ANNOTATION, generation),
        OPT(SPEC_HASH_ANNOTATION, notes->spec_hash));
}

static const json_t *with_arguments(struct arena *a, const json_t *container,
    const struct splice *arguments, const char *own)
{
    return object(a, SPREAD(container), F("args", spliced(arguments, json_string(own))));
}

static const json_t *containers(struct arena *a, const struct v2_tablet *tablet,
    const struct v2_pool_parts *parts)
{
    const char *path = fmt(a, "--tablet-path=%s", tablet->alias);
    const char *uid = fmt(a, "--tablet_uid=%u", tablet->uid);
    json_t *list = json_new_list();
    const json_t *item;

    json_each_item (parts->containers, i, item) {
        if (item == parts->vttablet)
            item = with_arguments(a, item, &parts->vttablet_arguments, path);
        else if (item == parts->mysqld)
            item = with_arguments(a, item, &parts->mysqld_arguments, uid);
        json_add(list, item);
    }
    return list;
}

static const json_t *pod_with_spec(struct arena *arena, const struct v2_tablet *tablet,
    const struct v2_tablet_notes *notes, const char *state_hash, const json_t *spec)
{
    return object(arena,
        F("apiVersion", "v1"),
        F("kind", "Pod"),
        MAP("metadata",
            SPREAD(metadata(arena, tablet)),
            F("annotations", annotations(arena, tablet->pool, state_hash, notes))),
        F("spec", spec));
}

const json_t *v2_tablet_pod_as_applied(struct arena *arena, const struct v2_tablet *tablet,
    const struct v2_tablet_notes *notes, const json_t *applied)
{
    const char *hash = object_annotation(applied, STATE_HASH_ANNOTATION);

    return pod_with_spec(arena,
        tablet,
        notes,
        hash == NULL ? hash_of(arena, tablet->pool, notes->resize) : hash,
        json_at(applied, "spec"));
}

const json_t *v2_tablet_pod(struct arena *arena, const struct v2_tablet *tablet,
    const struct v2_tablet_notes *notes)
{
    static const struct v2_tablet_notes none = {0};
    const struct v2_pool_parts *parts = parts_of(arena, tablet->pool);

    if (notes == NULL)
        notes = &none;
    return pod_with_spec(arena,
        tablet,
        notes,
        hash_of(arena, tablet->pool, notes->resize),
        object(arena,
            SPREAD(parts->spec),
            F("containers", containers(arena, tablet, parts)),
            F("volumes", spliced(&parts->volumes, v2_claim_volume(arena, tablet->name)))));
}

const json_t *v2_tablet_claim(struct arena *arena, const struct v2_tablet *tablet)
{
    if (tablet->pool->claim == NULL)
        return NULL;
    return object(arena,
        F("apiVersion", "v1"),
        F("kind", "PersistentVolumeClaim"),
        F("metadata", metadata(arena, tablet)),
        F("spec", tablet->pool->claim));
}

/* --- all of them --- */

static struct v2_tablet tablet_of(struct arena *a, struct v2_pool *pool, uint32_t index)
{
    const struct v2_vitess_shard *shard = pool->shard;
    const struct tablet_pool *spec = pool->spec;
    struct v2_tablet tablet = {.pool = pool, .spec = spec, .index = index};

    tablet.uid = v2_tablet_uid(a,
        spec->cell,
        shard->keyspace,
        shard->spec->name,
        spec->type,
        index,
        spec->external_datastore == NULL ? NULL : spec->name);
    tablet.uid_text = v2_uid_text(a, tablet.uid);
    tablet.alias = v2_tablet_alias(a, spec->cell, tablet.uid);
    tablet.name = v2_tablet_name(a, shard->cluster, tablet.alias);
    return tablet;
}

static size_t count_of(const struct shard_template *template)
{
    size_t count = 0;

    for (size_t i = 0; i < template->pools.count; i++)
        count += template->pools.at[i].replicas;
    return count;
}

struct v2_tablets v2_tablets_of(struct arena *arena, const struct v2_vitess_shard *shard)
{
    const struct shard_template *template = &shard->spec->template;
    struct v2_pool *pools = arena_array(arena, template->pools.count, sizeof(*pools));
    struct v2_tablets tablets = {arena_array(arena, count_of(template), sizeof(*tablets.at)), 0};

    for (size_t i = 0; i < template->pools.count; i++) {
        pools[i] = v2_pool_of(arena, shard, &template->pools.at[i]);
        for (uint32_t index = 1; index <= pools[i].spec->replicas; index++)
            tablets.at[tablets.count++] = tablet_of(arena, &pools[i], index);
    }
    return tablets;
}
