#include "validate.h"

#include <string.h>

#include "fragments.h"
#include "pools.h"

/* Names of every object that would be made: short enough, and no two alike. */

enum {
    LABEL_LIMIT = 63, /* Service names, hostnames and label values */
    /* A StatefulSet labels its Pods with its name and a hash of up to 10 characters. */
    STATEFULSET_LIMIT = LABEL_LIMIT - 11,
    DATABASE_LIMIT = 64 /* of MySQL */
};

/* What the user named, in parts; NULL behind the last. */
struct named_by {
    const char *name;         /* "zone1", "zone1/commerce" */
    const char *shard, *type; /* "80-", "replica" */
};

struct made {
    const char *object; /* "VitessShard a-b-c" */
    const char *path;   /* of its owner, the last one that makes it */
    struct named_by owner;
};

/* Thousands of names, most of which meet no other: texts for messages are made when there is one.
 */
struct names {
    const struct validation *v;
    const char *cluster;
    struct made *made;
    size_t count, capacity;
    struct text_index index; /* of the objects: place in `made`, from 1 */
};

static struct names no_names(const struct validation *v, const char *cluster)
{
    return (struct names){.v = v, .cluster = cluster, .index = {.arena = v->arena}};
}

/* The name that exceeds its limit most. */
struct excess {
    const char *kind, *name;
    size_t limit, over;
};

static void measure(struct excess *most, const char *kind, const char *name, size_t limit)
{
    size_t length = strlen(name);

    if (length > limit + most->over)
        *most = (struct excess){kind, name, limit, length - limit};
}

static void report(const struct names *names, const char *path, const struct excess *most)
{
    if (most->over > 0)
        problem_add(names->v->problems,
            path,
            "makes the name of %s \"%s\" %zu characters too long, at most %zu are possible; "
            "shorten it or metadata.name",
            most->kind,
            most->name,
            most->over,
            most->limit);
}

static bool is_same(const struct named_by *a, const struct named_by *b)
{
    return text_equal(a->name, b->name) && text_equal(a->shard, b->shard) &&
           text_equal(a->type, b->type);
}

static struct made *add_made(struct names *names)
{
    const struct made *old = names->made;

    if (names->count == names->capacity) {
        names->capacity = names->capacity == 0 ? 64 : names->capacity * 2;
        names->made = arena_array(names->v->arena, names->capacity, sizeof(*names->made));
        if (old != NULL)
            memcpy(names->made, old, names->count * sizeof(*old));
    }
    return &names->made[names->count++];
}

/* Where an owner is there twice, that is said elsewhere. What another owner has made of the same
 * name before, or one without an object. */
static struct made taken_by(struct names *names, const char *kind, const char *name,
    const char *path, struct named_by owner)
{
    const char *object = fmt(names->v->arena, "%s %s", kind, name);
    size_t *number = text_number(&names->index, object);
    struct made before = {NULL, NULL, {NULL, NULL, NULL}};

    if (*number == 0) {
        add_made(names);
        *number = names->count;
    } else if (!is_same(&names->made[*number - 1].owner, &owner)) {
        before = names->made[*number - 1];
    }
    names->made[*number - 1] = (struct made){object, path, owner};
    return before;
}

/* Objects with different parents may not share a name: the second could never be made. */
static void take(struct names *names, const char *kind, const char *name, const char *path,
    struct named_by owner)
{
    const struct made other = taken_by(names, kind, name, path, owner);

    if (other.object != NULL)
        problem_add(names->v->problems,
            path,
            "makes %s \"%s\", as %s does; rename one of them",
            kind,
            name,
            other.path);
}

static void name_service(struct names *names, struct excess *most, const char *name,
    const struct cell_item *cell)
{
    measure(most, "Service", name, LABEL_LIMIT);
    take(names,
        "Service",
        name,
        fmt(names->v->arena, "%s.name", cell->path),
        (struct named_by){.name = cell->name});
}

static void name_servers(struct names *names, struct excess *most, const struct cell_item *cell)
{
    const struct {
        const void *block;
        const char *component;
    } servers[] = {
        {cell->etcd, "etcd-client"},
        {cell->etcd, "etcd-peer"},
        {cell->vtctld, "vtctld"},
        {cell->vtctld == NULL || service_is_inside(cell->vtctld->service) ? NULL : cell->vtctld,
            "vtctld-internal"},
        {cell->vtgate, "vtgate"},
        {cell->vtadmin, "vtadmin"},
    };
    struct arena *a = names->v->arena;

    for (size_t i = 0; i < sizeof(servers) / sizeof(*servers); i++) {
        if (servers[i].block != NULL)
            name_service(names,
                most,
                fmt(a, "%s-%s-%s", names->cluster, cell->name, servers[i].component),
                cell);
    }
    if (cell->etcd != NULL)
        measure(most,
            "StatefulSet",
            fmt(a, "%s-%s-etcd", names->cluster, cell->name),
            STATEFULSET_LIMIT);
}

static void name_cell(struct names *names, const struct cell_item *cell)
{
    struct arena *a = names->v->arena;
    const char *path = fmt(a, "%s.name", cell->path);
    struct excess most = {NULL, NULL, 0, 0};

    take(names,
        "VitessCell",
        v1_cell_name(a, names->cluster, cell->name),
        path,
        (struct named_by){.name = cell->name});
    name_servers(names, &most, cell);
    if (!v1_is_control_cell(cell)) {
        name_service(names, &most, fmt(a, "%s-vttablet-%s", names->cluster, cell->name), cell);
        if (cell->vtgate != NULL)
            name_service(names, &most, fmt(a, "%s-%s-internal", names->cluster, cell->name), cell);
        /* The hostname of a tablet is its alias. */
        measure(&most, "host", fmt(a, "%s-0123456789", cell->name), LABEL_LIMIT);
    }
    report(names, path, &most);
}

/* The shards of one keyspace in one cell. */
struct place_of_shards {
    const char *cell, *keyspace;
    const char *name;  /* of the VitessKeyspace */
    const char *owner; /* "zone1/commerce" */
    const struct keyspace_item *item;
    uint32_t tablets[2]; /* of the types below, in each shard that no override changes */
};

static const char *const tablet_types[] = {"replica", "rdonly"};
static const enum pool pools[] = {POOL_ELIGIBLE, POOL_BATCH};

/* No kind of Kubernetes. */
#define TABLET "tablet"

static uint32_t tablets_of(const struct place_of_shards *place, const char *shard, size_t type)
{
    if (place->item->overrides.count == 0)
        return place->tablets[type];
    return v1_pool_replicas(place->item, place->cell, shard, pools[type]);
}

/* Uids hold 24 bits of a hash, so two pools of a cell may have the same ones. Each pool has an
 * index 0, so its first tablet stands for all. */
static void name_tablets(struct names *names, const struct place_of_shards *place,
    const char *shard, const char *path)
{
    struct arena *a = names->v->arena;

    for (size_t i = 0; i < sizeof(tablet_types) / sizeof(*tablet_types); i++) {
        const char *type = tablet_types[i];
        const char *uid;
        struct made other;

        if (tablets_of(place, shard, i) == 0)
            continue;
        uid = v1_tablet_uid(a, place->cell, place->keyspace, shard, type, 0).text;
        other = taken_by(names,
            TABLET,
            fmt(a, "%s-%s", place->cell, uid),
            path,
            (struct named_by){place->owner, shard, type});
        if (other.object != NULL)
            problem_add(names->v->problems,
                path,
                "gives its %s tablets in cell %s the uids from %s on, which the %s tablets of %s "
                "have; a uid is a hash of cell, keyspace, shard and type: rename the keyspace or "
                "shard that is new, or choose another key range for it",
                type,
                place->cell,
                uid,
                other.owner.type,
                other.path);
    }
}

/* The longer of the names is as long as the other one. */
static void name_mysqld_services(struct names *names, const struct place_of_shards *place,
    const char *shard, const char *path)
{
    struct arena *a = names->v->arena;
    const char *name = v1_mysqld_service_name(a, v1_shard_name(a, place->name, shard), true);
    struct excess most = {NULL, NULL, 0, 0};

    measure(&most, "Service", name, LABEL_LIMIT);
    take(names, "Service", name, path, (struct named_by){place->owner, shard, NULL});
    report(names, path, &most);
}

static void name_shard(struct names *names, const struct place_of_shards *place, const char *name,
    const char *path)
{
    const char *suffix = shard_suffix(names->v->arena, name);
    size_t length = strlen(suffix);

    if (length > LABEL_LIMIT)
        problem_add(names->v->problems,
            path,
            "makes the label vitess.io/shard \"%s\" %zu characters too long, at most %d are "
            "possible",
            suffix,
            length - LABEL_LIMIT,
            LABEL_LIMIT);
    take(names,
        "VitessShard",
        fmt(names->v->arena, "%s-%s", place->name, suffix),
        path,
        (struct named_by){place->owner, suffix, NULL});
    name_tablets(names, place, name, path);
    if (v1_wants_mysqld_services(place->item))
        name_mysqld_services(names, place, name, path);
}

static void name_keyspace_in(struct names *names, const struct keyspace_item *keyspace,
    const char *cell)
{
    struct arena *a = names->v->arena;
    const char *path = fmt(a, "%s.name", keyspace->path);
    struct place_of_shards place = {
        .cell = cell,
        .keyspace = keyspace->name,
        .name = v1_keyspace_name(a, names->cluster, cell, keyspace->name),
        .owner = fmt(a, "%s/%s", cell, keyspace->name),
        .item = keyspace,
        .tablets = {v1_pool_replicas(keyspace, cell, NULL, POOL_ELIGIBLE),
            v1_pool_replicas(keyspace, cell, NULL, POOL_BATCH)},
    };

    take(names, "VitessKeyspace", place.name, path, (struct named_by){.name = place.owner});
    if (keyspace->shards_json == NULL)
        name_shard(names, &place, "0", path);
    for (size_t i = 0; i < keyspace->shards.count; i++) {
        const struct shard_item *shard = &keyspace->shards.at[i];
        const char *name = shard->vitess_name;

        if (name != NULL)
            name_shard(names, &place, name, shard->path);
    }
}

static void name_keyspace(struct names *names, const struct keyspace_item *keyspace)
{
    struct arena *a = names->v->arena;
    const char *database = fmt(a, "vt_%s", keyspace->name);
    const json_t *cell;

    if (strlen(database) > DATABASE_LIMIT)
        problem_add(names->v->problems,
            fmt(a, "%s.name", keyspace->path),
            "makes the name of database \"%s\" %zu characters too long, at most %d are possible",
            database,
            strlen(database) - DATABASE_LIMIT,
            DATABASE_LIMIT);
    json_each_item (keyspace->cells, i, cell) {
        if (json_is_string(cell))
            name_keyspace_in(names, keyspace, json_string_value(cell));
    }
}

static void name_all(struct names *names)
{
    const struct cluster_spec *spec = names->v->spec;

    for (size_t i = 0; i < spec->cells.count; i++) {
        if (spec->cells.at[i].name != NULL)
            name_cell(names, &spec->cells.at[i]);
    }
    for (size_t i = 0; i < spec->keyspaces.count; i++) {
        if (spec->keyspaces.at[i].name != NULL)
            name_keyspace(names, &spec->keyspaces.at[i]);
    }
}

/* --- other clusters of the namespace --- */

/* What `other` makes. Its own problems are said at itself. */
static struct names names_of_another(const struct validation *v, const json_t *other)
{
    struct arena *a = v->arena;
    struct cluster_spec *spec = arena_make(a, struct cluster_spec);
    struct problems ignored = {.arena = a};
    struct request request = {.arena = a, .parent = other};
    struct validation theirs = {&request, a, spec, NULL, &ignored};
    struct names names = no_names(&theirs, object_name(other));

    v1_read_unjudged(a, v1_cluster_fields, json_at(other, "spec"), "spec", spec);
    v1_spread_equal_shards(a, spec);
    if (names.cluster != NULL)
        name_all(&names);
    names.v = v;
    return names;
}

/* `place` in the spec of the other cluster, where that is known. */
static void refuse_shared(const struct names *names, const struct made *mine, const char *place,
    const json_t *other)
{
    problem_add(names->v->problems,
        mine->path,
        "makes %.*s \"%s\", as %s%sVitessCluster %s in this namespace does; rename one of them",
        (int)strcspn(mine->object, " "),
        mine->object,
        strchr(mine->object, ' ') + 1,
        place == NULL ? "" : place,
        place == NULL ? "" : " of ",
        object_name(other));
}

/* Where a cell is shared, all that is below it is, and of a keyspace, too. Uids of tablets need
 * only differ within one topology, and are in names of Kubernetes behind that of the cluster. */
static void check_against(const struct names *names, const json_t *other, bool places_known)
{
    static const char *const kinds[] = {"VitessCell ",
        "VitessKeyspace ",
        "VitessShard ",
        "Service "};
    struct names theirs = names_of_another(names->v, other);
    bool said = false;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && !said; i++) {
        for (size_t j = 0; j < names->count; j++) {
            const struct made *mine = &names->made[j];
            const size_t number = text_starts_with(mine->object, kinds[i])
                                      ? *text_number(&theirs.index, mine->object)
                                      : 0;

            if (number == 0)
                continue;
            refuse_shared(names, mine, places_known ? theirs.made[number - 1].path : NULL, other);
            said = true;
        }
    }
}

/* `validate` knows the other files. */
static void check_others(const struct names *names)
{
    struct objects others = related(names->v->request, "VitessCluster." API_VERSION);

    for (size_t i = 0; i < others.count; i++) {
        if (!text_equal(object_name(others.at[i]), names->cluster))
            check_against(names, others.at[i], true);
    }
}

/* --- all --- */

void v1_validate_names(const struct validation *v)
{
    struct names names = no_names(v, object_name(v->request->parent));

    if (names.cluster == NULL)
        return;
    if (!spec_service_name.accepts(names.cluster))
        problem_add(v->problems,
            "metadata.name",
            "%s, got \"%s\"",
            spec_service_name.rule,
            names.cluster);
    name_all(&names);
    check_others(&names);
}

void v1_validate_names_against(const struct validation *v, const json_t *other)
{
    struct problems ignored = {.arena = v->arena};
    const struct validation own = {v->request, v->arena, v->spec, NULL, &ignored};
    struct names names = no_names(&own, object_name(v->request->parent));

    name_all(&names);
    names.v = v;
    check_against(&names, other, false);
}
