#include "conditions.h"
#include "metadata.h"
#include "sim/audit/auditor.h"
#include "sim/core/world.h"
#include "sim/metacontroller/controller.h"
#include "sim/vitess/model.h"
#include "steps.h"

/* What is seen of the cluster from outside. */

static bool is_settled(const struct version *root)
{
    return json_int_at(root->json, -1, "status", "observedGeneration") ==
               object_generation(root->json) &&
           condition_true(root->json, "Ready") && condition_true(root->json, "Updated");
}

bool sim_ready(const struct sim *sim)
{
    size_t count = 0;

    for (const struct api *const *api = sim->apis; *api != NULL; api++) {
        const struct kind *kind = kind_find(sim->kinds, (*api)->name, (*api)->hooks->kind);
        struct shelf roots = shelf_of_kind(&sim->store->live.all, kind);

        for (size_t i = 0; i < roots.count; i++) {
            if (!is_settled(roots.at[i]))
                return false;
        }
        count += roots.count;
    }
    return count > 0 && steps_due(sim) == NEVER;
}

static void add_shelf(struct objects *objects, struct shelf shelf)
{
    for (size_t i = 0; i < shelf.count; i++)
        objects->at[objects->count++] = shelf.at[i]->json;
}

struct objects sim_objects(const struct sim *sim, struct arena *arena, const char *kind)
{
    const struct shelf all = sim->store->live.all;
    struct objects objects = {arena_array(arena, all.count + 1, sizeof(*objects.at)), 0};

    if (kind == NULL)
        add_shelf(&objects, all);
    else
        each_kind_named (sim->kinds, kind, named)
            add_shelf(&objects, shelf_of_kind(&sim->store->live.all, named));
    return objects;
}

const json_t *sim_object(const struct sim *sim, const char *kind, const char *namespace,
    const char *name)
{
    const struct kind *any = kind_by_name(sim->kinds, kind);
    struct version *version;

    if (any == NULL)
        return NULL;
    version = store_named(sim,
        kind,
        any->namespaced ? fmt(sim->objects, "%s/%s", namespace, name) : name);
    return version == NULL ? NULL : version->json;
}

static bool is_meant(const struct table_row *row, const char *topology)
{
    return topology == NULL || text_equal(row->key, topology);
}

static const struct shard_record *find_shard(const struct sim *sim, const char *where,
    const char *keyspace, const char *shard)
{
    const char *key = fmt(sim->objects, "%s/%s", keyspace, shard);
    struct table_row *row;

    table_each (&sim->vitess->topologies, row) {
        const struct global_topology *topology = row->value;
        const struct shard_record *found = table_get(&topology->shards, key);

        if (found != NULL && is_meant(row, where))
            return found;
    }
    return NULL;
}

size_t sim_serving(const struct sim *sim, const char *topology, const char *keyspace,
    const char *shard)
{
    const struct shard_record *found = find_shard(sim, topology, keyspace, shard);
    size_t count = 0;

    for (const struct tablet *tablet = found == NULL ? NULL : found->tablets; tablet != NULL;
         tablet = tablet->next)
        count += tablet->serving;
    return count;
}

const char *sim_primary(const struct sim *sim, const char *topology, const char *keyspace,
    const char *shard)
{
    const struct shard_record *found = find_shard(sim, topology, keyspace, shard);

    return found == NULL || found->primary == NULL ? NULL : found->primary->alias;
}

const char *sim_durability(const struct sim *sim, const char *topology, const char *keyspace)
{
    struct table_row *row;

    table_each (&sim->vitess->topologies, row) {
        const struct global_topology *there = row->value;
        const struct keyspace_record *found = table_get(&there->keyspaces, keyspace);

        if (found != NULL && is_meant(row, topology))
            return found->durability;
    }
    return NULL;
}

struct sim_summary sim_summary(const struct sim *sim)
{
    const struct auditor *auditor = sim->auditor;

    return (struct sim_summary){.ready = sim_ready(sim),
        .steps = sim_steps(sim),
        .pods_restarted = auditor->restarted,
        .reparents = sim->vitess->planned,
        .emergency_reparents = sim->vitess->emergency,
        .min_serving = auditor->lowest == SIZE_MAX ? 0 : auditor->lowest,
        .writes_at_rest = auditor->rest_writes,
        .hook_calls = sim->metacontroller->calls,
        .writes = sim->metacontroller->writes,
        .violations = sim->violations.at,
        .violation_count = sim->violations.count};
}
