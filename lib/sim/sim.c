#include "sim.h"

#include <string.h>

#include "breakage.h"
#include "conditions.h"
#include "metadata.h"
#include "sim/audit/auditor.h"
#include "sim/controllers/autoscaler.h"
#include "sim/controllers/disruption.h"
#include "sim/controllers/garbage.h"
#include "sim/controllers/workloads.h"
#include "sim/core/faults.h"
#include "sim/core/world.h"
#include "sim/kubelet/scheduler.h"
#include "sim/metacontroller/metacontroller.h"
#include "sim/metacontroller/secrets.h"
#include "sim/vitess/vtctl.h"

struct sim *sim_new(const struct sim_options *options)
{
    struct arena *arena = arena_new(0);
    struct sim *sim = arena_make(arena, struct sim);

    if (options != NULL)
        sim->options = *options;
    sim->arena = arena;
    sim->objects = arena_new(0);
    sim->names.arena = sim->violations.known.arena = arena;
    sim->chance = chance_of(sim->options.seed);
    sim->hooks = sim->options.hooks == NULL ? hooks : sim->options.hooks;
    sim->kinds = kinds_new(arena, sim->hooks);
    store_start(sim);
    faults_start(sim);
    metacontroller_start(sim);
    garbage_start(sim);
    workloads_start(sim);
    disruption_start(sim);
    autoscalers_start(sim);
    scheduler_start(sim);
    kubelet_start(sim);
    vitess_start(sim);
    auditor_start(sim);
    return sim;
}

void sim_free(struct sim *sim)
{
    struct arena *arena;

    if (sim == NULL)
        return;
    arena = sim->arena;
    arena_free(sim->objects);
    arena_free(arena);
}

/* --- what happens --- */

void world_changed(struct sim *sim, const struct change *change)
{
    if (sim->options.on_event != NULL && !secrets_are_assumed(change)) {
        struct sim_event event = {(int)sim->now,
            change->verb,
            change->actor,
            change->before == NULL ? NULL : change->before->json,
            change->after == NULL ? NULL : change->after->json};

        sim->options.on_event(sim->options.observer, sim, &event);
    }
    audit_see(sim, change);
    garbage_see(sim, change);
    scheduler_see(sim, change);
    workloads_see(sim, change);
    disruption_see(sim, change);
    autoscalers_see(sim, change);
    kubelet_see(sim, change);
    vitess_see(sim, change);
    cache_add(sim, change);
}

/* --- what users do --- */

/* kubectl apply, as if it had been this user's alone: labels, annotations and everything outside
 * metadata and status are what the file says. */
static const json_t *applied(const struct version *live, const json_t *object)
{
    static const char *const fields[] = {"labels", "annotations"};
    json_t *metadata = json_overlay(json_at(live->json, "metadata"), NULL);
    json_t *result = json_overlay(object, NULL);

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
        json_object_del(metadata, fields[i]);
        json_put(metadata, fields[i], json_at(object, "metadata", fields[i]));
    }
    json_object_del(result, "status");
    json_put(result, "status", json_at(live->json, "status"));
    json_put(result, "metadata", metadata);
    return result;
}

/* The stored object of that kind, namespace and name, or NULL. */
static struct version *live_of(struct sim *sim, const struct kind *kind, const json_t *object)
{
    const char *namespace = object_namespace(object);

    if (object_name(object) == NULL)
        return NULL;
    return store_get(sim,
        kind,
        kind->namespaced ? fmt(sim->objects,
                               "%s/%s",
                               namespace == NULL ? "default" : namespace,
                               object_name(object))
                         : object_name(object));
}

static struct write apply(struct sim *sim, const json_t *object)
{
    const struct kind *kind = kind_of(sim->kinds, object);
    struct version *live = kind == NULL ? NULL : live_of(sim, kind, object);

    if (live == NULL)
        return store_create(sim, "user", object);
    return store_update(sim, "user", applied(live, object));
}

bool sim_apply(struct sim *sim, const json_t *object, const char **message)
{
    struct json_scope scope = json_enter(sim->objects);
    struct write write = apply(sim, object);

    if (write.code == WRITTEN)
        world_disturbed(sim);
    if (message != NULL)
        *message = table_name(&sim->names, write.message);
    json_leave(scope);
    return write.code == WRITTEN || write.code == WRITE_SAME;
}

bool sim_delete_by(struct sim *sim, const char *kind, const char *namespace, const char *name,
    enum sim_propagation propagation)
{
    static struct write (*const ways[])(struct sim * sim,
        const char *actor,
        const struct kind *kind,
        const char *key,
        const char *uid) = {store_delete, store_delete_foreground, store_delete_orphaning};
    const struct kind *found = kind_by_name(sim->kinds, kind);
    struct json_scope scope = json_enter(sim->objects);
    struct write write = {.code = WRITE_NOT_FOUND};

    if (found != NULL)
        write = ways[propagation](sim,
            "user",
            found,
            table_name(&sim->names,
                found->namespaced ? fmt(sim->objects, "%s/%s", namespace, name) : name),
            NULL);
    world_disturbed(sim);
    json_leave(scope);
    return write.code == WRITTEN || write.code == WRITE_SAME;
}

bool sim_delete(struct sim *sim, const char *kind, const char *namespace, const char *name)
{
    return sim_delete_by(sim, kind, namespace, name, SIM_BACKGROUND);
}

bool sim_edit_status(struct sim *sim, const json_t *object, const char **message)
{
    const struct kind *kind = kind_of(sim->kinds, object);
    struct json_scope scope = json_enter(sim->objects);
    struct version *live = kind == NULL ? NULL : live_of(sim, kind, object);
    struct write write = {.code = WRITE_NOT_FOUND, .message = "it is not there"};

    if (live != NULL)
        write = store_status(sim, "user", live, json_clone(json_at(object, "status")));
    world_disturbed(sim);
    if (message != NULL)
        *message = table_name(&sim->names, write.message);
    json_leave(scope);
    return write.code == WRITTEN || write.code == WRITE_SAME;
}

void sim_restart_metacontroller(struct sim *sim)
{
    struct json_scope scope = json_enter(sim->objects);

    metacontroller_restart(sim);
    world_disturbed(sim);
    json_leave(scope);
}

bool sim_return_node(struct sim *sim, const char *node)
{
    struct json_scope scope = json_enter(sim->objects);
    bool there = nodes_return(sim, table_name(&sim->names, node));

    world_disturbed(sim);
    json_leave(scope);
    return there;
}

bool sim_fail(struct sim *sim, const char *fault, const char **message)
{
    return faults_add(sim, fault, message);
}

const char *sim_unmet_fault(const struct sim *sim)
{
    return faults_unmet(sim);
}

bool sim_vtctl(struct sim *sim, const char *const *words, const char **answer)
{
    struct json_scope scope = json_enter(sim->objects);
    struct table_row *row = table_next(&sim->vitess->topologies, NULL);
    struct vtctl_result result = {false, "there is no topology yet"};

    if (row != NULL)
        result = vtctl_run(sim, row->value, NULL, words);
    world_disturbed(sim);
    if (answer != NULL)
        *answer = table_name(&sim->names, result.text);
    json_leave(scope);
    return result.well;
}

/* --- steps --- */

struct actor {
    void (*turn)(struct sim *sim);
    long (*due)(const struct sim *sim);
};

/* kube-controller-manager: workloads, disruption budgets and autoscalers; garbage collection has a
 * pace of its own. */
static void controllers_turn(struct sim *sim)
{
    workloads_turn(sim);
    disruption_turn(sim);
    autoscalers_turn(sim);
}

static long controllers_due(const struct sim *sim)
{
    long due = disruption_due(sim), other = workloads_due(sim), third = autoscalers_due(sim);

    due = due < other ? due : other;
    return due < third ? due : third;
}

static const struct actor actors[] = {
    {metacontroller_turn, metacontroller_due},
    {controllers_turn, controllers_due},
    {scheduler_turn, scheduler_due},
    {kubelet_turn, kubelet_due},
    {vitess_turn, vitess_due},
    {garbage_turn, garbage_due},
};

enum { ACTORS = sizeof(actors) / sizeof(*actors) };

long world_due(const struct sim *sim)
{
    long due = faults_due(sim);

    for (size_t i = 0; i < ACTORS; i++) {
        long other = actors[i].due(sim);

        due = other < due ? other : due;
    }
    return due;
}

bool sim_step(struct sim *sim)
{
    long due = world_due(sim);
    struct actor order[ACTORS];
    struct json_scope scope;

    if (due > sim->now + 1)
        sim->auditor->rested = sim->now;
    if (due == NEVER)
        return false;
    store_compact(sim);
    scope = json_enter(sim->objects);
    /* Seconds in which nothing is due are skipped. */
    sim->now = due > sim->now ? due : sim->now + 1;
    breakage_turn(sim);
    memcpy(order, actors, sizeof(order));
    chance_shuffle(&sim->chance, order, ACTORS, sizeof(*order));
    for (size_t i = 0; i < ACTORS; i++)
        order[i].turn(sim);
    cache_turn(sim);
    audit_step(sim);
    if (sim->options.on_step != NULL)
        sim->options.on_step(sim->options.observer, sim);
    json_leave(scope);
    return true;
}

int sim_steps(const struct sim *sim)
{
    return (int)sim->now;
}

size_t sim_rest(struct sim *sim, int rounds)
{
    size_t before = sim->metacontroller->writes;
    size_t written;

    for (int i = 0; i < rounds; i++) {
        metacontroller_enqueue_all(sim);
        sim_step(sim);
    }
    written = sim->metacontroller->writes - before;
    sim->auditor->rest_writes += written;
    labels_at_rest(sim);
    if (written > 0)
        world_violation(sim,
            "rest",
            "%zu writes in %d rounds at rest, in which nothing has changed",
            written,
            rounds);
    return written;
}

/* --- what is --- */

static bool is_settled(const struct version *root)
{
    return json_int_at(root->json, -1, "status", "observedGeneration") ==
               object_generation(root->json) &&
           condition_true(root->json, "Ready") && condition_true(root->json, "Updated");
}

bool sim_ready(const struct sim *sim)
{
    const struct kind *kind = kind_find(sim->kinds, sim->hooks[0].api, sim->hooks[0].kind);
    struct shelf roots = shelf_of_kind(&sim->store->live.all, kind);

    for (size_t i = 0; i < roots.count; i++) {
        if (!is_settled(roots.at[i]))
            return false;
    }
    return roots.count > 0 && world_due(sim) == NEVER;
}

struct objects sim_objects(const struct sim *sim, struct arena *arena, const char *kind)
{
    const struct kind *found = kind == NULL ? NULL : kind_by_name(sim->kinds, kind);
    struct shelf some = sim->store->live.all;
    struct objects objects = {0};

    if (kind != NULL)
        some = found == NULL ? (struct shelf){0} : shelf_of_kind(&sim->store->live.all, found);
    objects.at = arena_array(arena, some.count + 1, sizeof(*objects.at));
    for (; objects.count < some.count; objects.count++)
        objects.at[objects.count] = some.at[objects.count]->json;
    return objects;
}

const json_t *sim_object(const struct sim *sim, const char *kind, const char *namespace,
    const char *name)
{
    const struct kind *found = kind_by_name(sim->kinds, kind);
    struct version *version;

    if (found == NULL)
        return NULL;
    version = store_get(sim,
        found,
        found->namespaced ? fmt(sim->objects, "%s/%s", namespace, name) : name);
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
