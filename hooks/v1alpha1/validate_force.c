#include "validate.h"
#include "pools.h"

#include <stdint.h>
#include <string.h>

/* spec.rollout.force: names of objects. One that is none's would be waited for in vain. */

struct known {
    const struct validation *v;
    const char *cluster;
    struct texts names;
};

static void know_cell(struct known *known, const struct cell_item *cell)
{
    static const char *const components[] = {"etcd", "vtctld", "vtgate", "vtorc", "vtadmin"};
    struct arena *a = known->v->arena;
    const char *name = v1_cell_name(a, known->cluster, cell->name);

    texts_add(&known->names, name);
    for (size_t i = 0; i < sizeof(components) / sizeof(*components); i++)
        texts_add(&known->names, fmt(a, "%s-%s", name, components[i]));
}

static void know_tablets(struct known *known, const struct keyspace_item *keyspace,
    const char *cell, const char *shard)
{
    static const char *const types[] = {"replica", "rdonly"};
    struct arena *a = known->v->arena;
    const uint32_t counts[] = {v1_pool_replicas(keyspace, cell, shard, POOL_ELIGIBLE),
        v1_pool_replicas(keyspace, cell, shard, POOL_BATCH)};

    for (size_t type = 0; type < 2; type++) {
        for (uint32_t i = 0; i < counts[type] && i < 100; i++)
            texts_add(&known->names,
                v1_tablet_identity(a, known->cluster, cell, keyspace->name, shard, types[type], i)
                    .name);
    }
}

static void know_shard(struct known *known, const struct keyspace_item *keyspace, const char *cell,
    const char *shard)
{
    struct arena *a = known->v->arena;

    texts_add(&known->names,
        v1_shard_name(a, v1_keyspace_name(a, known->cluster, cell, keyspace->name), shard));
    know_tablets(known, keyspace, cell, shard);
}

static void know_keyspace(struct known *known, const struct keyspace_item *keyspace,
    const char *cell)
{
    struct arena *a = known->v->arena;

    texts_add(&known->names, v1_keyspace_name(a, known->cluster, cell, keyspace->name));
    for (size_t i = 0; i < v1_keyspace_shards(keyspace); i++) {
        const char *shard = v1_keyspace_shard(keyspace, i);

        if (shard != NULL)
            know_shard(known, keyspace, cell, shard);
    }
}

static struct known all_names(const struct validation *v)
{
    struct known known = {v, object_name(v->request->parent), {.arena = v->arena}};
    const json_t *cell;

    for (size_t i = 0; i < v->spec->cells.count; i++) {
        if (v->spec->cells.at[i].name != NULL)
            know_cell(&known, &v->spec->cells.at[i]);
    }
    for (size_t i = 0; i < v->spec->keyspaces.count; i++) {
        const struct keyspace_item *keyspace = &v->spec->keyspaces.at[i];

        json_each_item (keyspace->cells, j, cell) {
            if (keyspace->name != NULL && json_is_string(cell))
                know_keyspace(&known, keyspace, json_string_value(cell));
        }
    }
    return known;
}

/* More letters wrong make another name. */
enum { FURTHEST = 3 };

/* What has left the spec of a cluster that exists may still be named, and what has been named may
 * leave: then it is no problem, only useless. */
static bool may_have_been(const struct validation *v, const char *name)
{
    struct objects cells = observed(v->request, "VitessCell." API_VERSION);
    const char *prefix = fmt(v->arena, "%s-", object_name(v->request->parent));

    return cells.count > 0 && text_starts_with(name, prefix);
}

static void check_name(const struct known *known, const char *name, size_t index)
{
    const struct validation *v = known->v;
    const char *near;

    if (texts_contain(&known->names, name) || may_have_been(v, name))
        return;
    near = texts_nearest(&known->names, name, FURTHEST);
    problem_add(v->problems,
        fmt(v->arena, "spec.rollout.force[%zu]", index),
        "must be the name of an object of this cluster, such as VitessCell \"%s\" or the Pod of a "
        "tablet, got \"%s\"%s",
        known->names.count > 0 ? known->names.at[0] : known->cluster,
        name,
        near == NULL ? "" : fmt(v->arena, " (did you mean \"%s\"?)", near));
}

void v1_validate_force(const struct validation *v)
{
    const json_t *force = v->spec->rollout == NULL ? NULL : v->spec->rollout->force;
    const json_t *item;
    struct known known;

    if (json_array_size(force) == 0 || object_name(v->request->parent) == NULL)
        return;
    known = all_names(v);
    json_each_item (force, i, item) {
        if (json_is_string(item))
            check_name(&known, json_string_value(item), i);
    }
}
