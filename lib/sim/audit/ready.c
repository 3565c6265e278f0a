#include "auditor.h"
#include "conditions.h"
#include "metadata.h"
#include "sim/core/world.h"
#include "sim/vitess/model.h"

/* What "Ready" promises: whatever vtgate is asked, a write works now. Of cells that leave it
 * promises nothing: their vtgates are no longer among status.addresses, and are told of no new
 * keyspace. */

static const struct container_run *vtgate_of(const struct pod_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        if (run->containers[i].program == PROGRAM_VTGATE && run->containers[i].well)
            return &run->containers[i];
    }
    return NULL;
}

static const json_t *spec_of(const struct version *pod, const struct container_run *container)
{
    const json_t *spec;

    json_each_item (json_at(pod->json, "spec", "containers"), i, spec) {
        if (text_equal(json_text_at(spec, "name"), container->name))
            return spec;
    }
    return NULL;
}

/* A pause may hold a new one back, and Ready is of what is there. */
static bool is_there(const struct global_topology *topology, const char *keyspace)
{
    struct table_row *row;

    table_each (&topology->shards, row) {
        const struct shard_record *shard = row->value;

        if (shard->listed && shard->primary != NULL && text_equal(shard->keyspace, keyspace))
            return true;
    }
    return false;
}

static void check_keyspaces(struct sim *sim, const char *cluster,
    const struct global_topology *topology, const char *cell)
{
    const json_t *keyspace;

    if (table_get(&topology->vschemas, cell) == NULL)
        world_violation(sim, "ready", "vtgate of cell %s has no vschema", cell);
    json_each_item (json_at(wanted_spec(sim, cluster), "keyspaces"), i, keyspace) {
        const char *name = json_text_at(keyspace, "name");

        if (is_there(topology, name) &&
            table_get(&topology->served, fmt(sim->objects, "%s/%s", name, cell)) == NULL)
            world_violation(sim,
                "ready",
                "vtgate of cell %s does not know keyspace %s: node doesn't exist: "
                "/%s/keyspaces/%s/SrvKeyspace",
                cell,
                name,
                cell,
                name);
    }
}

static void check_vtgates(struct sim *sim, const struct version *cluster)
{
    const char *key = wanted_root(sim, cluster);
    struct table_row *row;

    table_each (&sim->kubelet->runs, row) {
        const struct pod_run *run = row->value;
        const struct version *pod = store_named(sim, "Pod", run->key);
        const struct container_run *vtgate = vtgate_of(run);
        struct texts arguments;
        const char *cell;

        if (vtgate == NULL || pod == NULL || pod->terminating || run->lost ||
            !text_equal(wanted_cluster(sim, pod->json), key))
            continue;
        arguments = pod_arguments(sim, pod, run, spec_of(pod, vtgate));
        cell = program_flag(&arguments, "cell");
        if (wanted_cell(sim, key, cell) != NULL)
            check_keyspaces(sim, key, run->process->topology, cell);
    }
}

static bool says_ready(const struct version *cluster)
{
    return cluster != NULL && condition_true(cluster->json, "Ready") &&
           json_int_at(cluster->json, -1, "status", "observedGeneration") ==
               object_generation(cluster->json);
}

bool ready_says(struct sim *sim, const char *cluster)
{
    return says_ready(wanted_live(sim, cluster));
}

void ready_see(struct sim *sim, const struct change *change)
{
    if (change->after != NULL && wanted_is_root(change->after) && !change->after->terminating &&
        says_ready(change->after))
        check_vtgates(sim, change->after);
}
