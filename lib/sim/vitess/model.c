#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "backups.h"
#include "metadata.h"
#include "sim/core/world.h"

/* Longer than a Pod takes to get Ready: vttablet's /healthz answers well all the while. */
enum { RESTORE_TIME = 25 };

void vitess_start(struct sim *sim, void (*tell)(struct sim *sim, const char *pod_uid))
{
    struct vitess *vitess = arena_make(sim->arena, struct vitess);

    sim->vitess = vitess;
    vitess->tell = tell;
    vitess->topologies.arena = vitess->filled.arena = vitess->by_key.arena = sim->arena;
    vitess->backups.arena = sim->arena;
    vitess->etcds.arena = vitess->etcd_volumes.arena = sim->arena;
    vitess->network = 1;
    queue_start(&vitess->shards, sim->arena);
}

/* --- records --- */

static struct global_topology *new_topology(struct sim *sim, const char *key, const char *namespace,
    const char *addresses, const char *root)
{
    struct global_topology *topology = arena_make(sim->arena, struct global_topology);

    *topology = (struct global_topology){.key = key,
        .namespace = namespace,
        .addresses = table_name(&sim->names, addresses),
        .root = table_name(&sim->names, root),
        .cells.arena = sim->arena,
        .aliases.arena = sim->arena,
        .keyspaces.arena = sim->arena,
        .shards.arena = sim->arena,
        .tablets.arena = sim->arena,
        .served.arena = sim->arena,
        .vschemas.arena = sim->arena};
    table_put(&sim->vitess->topologies, key, topology);
    return topology;
}

struct global_topology *vitess_topology(struct sim *sim, const char *namespace,
    const struct texts *arguments)
{
    const char *addresses = program_flag(arguments, "topo-global-server-address");
    const char *root = program_flag(arguments, "topo-global-root");
    const char *key;
    struct global_topology *topology;

    addresses = addresses == NULL ? "" : addresses;
    root = root == NULL ? "" : root;
    key = table_name(&sim->names, fmt(sim->objects, "%s %s", addresses, root));
    topology = table_get(&sim->vitess->topologies, key);
    return topology != NULL ? topology : new_topology(sim, key, namespace, addresses, root);
}

struct keyspace_record *vitess_keyspace(struct sim *sim, struct global_topology *topology,
    const char *name)
{
    struct keyspace_record *keyspace = table_get(&topology->keyspaces, name);

    if (keyspace == NULL) {
        keyspace = arena_make(sim->arena, struct keyspace_record);
        *keyspace = (struct keyspace_record){table_name(&sim->names, name), ""};
        table_put(&topology->keyspaces, keyspace->name, keyspace);
        kubelet_wake(sim);
    }
    return keyspace;
}

/* A bound as 16 digits, so that "80" and "8000" are the same; the open end comes last. */
static const char *bound(struct arena *arena, const char *text, size_t length, bool end)
{
    return fmt(arena,
        "%.*s%.*s",
        (int)length,
        text,
        16 - (int)length,
        end && length == 0 ? "gggggggggggggggg" : "0000000000000000");
}

static bool overlap(struct arena *arena, const char *a, const char *b)
{
    const char *dash_a = strchr(a, '-'), *dash_b = strchr(b, '-');

    /* Custom names and bounds of more than 64 bits are only compared as a whole. */
    if (dash_a == NULL || dash_b == NULL || strlen(a) > 17 || strlen(b) > 17)
        return strcmp(a, b) == 0;
    return strcmp(bound(arena, a, (size_t)(dash_a - a), false),
               bound(arena, dash_b + 1, strlen(dash_b + 1), true)) < 0 &&
           strcmp(bound(arena, b, (size_t)(dash_b - b), false),
               bound(arena, dash_a + 1, strlen(dash_a + 1), true)) < 0;
}

/* A shard that overlaps one that serves (resharding) does not serve until traffic is switched. */
static bool serves_from_the_start(struct sim *sim, const struct shard_record *shard)
{
    struct table_row *row;

    table_each (&shard->topology->shards, row) {
        const struct shard_record *other = row->value;

        if (other != shard && other->serving && strcmp(other->keyspace, shard->keyspace) == 0 &&
            overlap(sim->objects, other->name, shard->name))
            return false;
    }
    return true;
}

struct shard_record *vitess_shard(struct sim *sim, struct global_topology *topology,
    const char *keyspace, const char *name)
{
    const char *key = table_name(&sim->names, fmt(sim->objects, "%s/%s", keyspace, name));
    struct shard_record *shard = table_get(&topology->shards, key);

    if (shard != NULL && shard->listed)
        return shard;
    if (shard == NULL) {
        shard = arena_make(sim->arena, struct shard_record);
        *shard = (struct shard_record){.topology = topology,
            .key = table_name(&sim->names, fmt(sim->objects, "%s %s", topology->key, key)),
            .keyspace = table_name(&sim->names, keyspace),
            .name = table_name(&sim->names, name)};
        table_put(&topology->shards, key, shard);
        table_put(&sim->vitess->by_key, shard->key, shard);
    }
    vitess_keyspace(sim, topology, keyspace);
    shard->listed = true;
    shard->serving = serves_from_the_start(sim, shard);
    vitess_touch(sim, shard);
    return shard;
}

void vitess_touch(struct sim *sim, struct shard_record *shard)
{
    kubelet_wake(sim);
    queue_add(&sim->vitess->shards, shard->key);
}

const char *tablet_type_name(enum tablet_type type)
{
    static const char *const names[] =
        {"unknown", "primary", "replica", "rdonly", "spare", "restore", "drained"};

    return names[type];
}

/* One of somebody else's MySQL is never promoted. */
bool tablet_is_candidate(const struct tablet *tablet)
{
    return tablet->listed && tablet->alive && !tablet->unmanaged &&
           tablet->base == TABLET_REPLICA &&
           (tablet->type == TABLET_REPLICA || tablet->type == TABLET_PRIMARY);
}

bool tablet_stands_by(const struct tablet *tablet)
{
    return tablet->listed && tablet->alive && tablet->unmanaged && tablet->base == TABLET_SPARE &&
           tablet->type == TABLET_SPARE;
}

size_t durability_needs(const char *policy)
{
    return strcmp(policy, "none") == 0 ? 1 : 2;
}

struct tablet *vitess_tablet_of_pod(const struct sim *sim, const char *pod_uid)
{
    const struct pod_run *run = kubelet_run(sim, pod_uid);

    return run == NULL || run->process == NULL ? NULL : run->process->tablet;
}

/* --- processes --- */

const char *vitess_claim_of(struct sim *sim, const struct version *pod)
{
    const json_t *volume;

    json_each_item (json_at(pod->json, "spec", "volumes"), i, volume) {
        const char *name = json_text_at(volume, "persistentVolumeClaim", "claimName");
        const struct version *claim = name == NULL
                                          ? NULL
                                          : store_named(sim,
                                                "PersistentVolumeClaim",
                                                fmt(sim->objects, "%s/%s", pod->namespace, name));

        if (claim != NULL)
            return claim->uid;
    }
    return NULL;
}

/* "zone1-100" -> "zone1-0000000100", as topoproto.TabletAliasString writes it. */
static const char *full_alias(struct sim *sim, const char *alias)
{
    const char *dash = strrchr(alias, '-');

    if (dash == NULL)
        return table_name(&sim->names, alias);
    return table_name(&sim->names,
        fmt(sim->objects, "%.*s-%010lu", (int)(dash - alias), alias, strtoul(dash + 1, NULL, 10)));
}

static enum tablet_type type_of(const char *text)
{
    if (text_equal(text, "rdonly"))
        return TABLET_RDONLY;
    return text_equal(text, "spare") ? TABLET_SPARE : TABLET_REPLICA;
}

static struct tablet *record_of(struct sim *sim, struct global_topology *topology,
    const char *alias)
{
    struct tablet *tablet = table_get(&topology->tablets, alias);

    if (tablet == NULL) {
        tablet = arena_make(sim->arena, struct tablet);
        tablet->alias = alias;
        tablet->cell = table_name(&sim->names,
            text_copy(sim->objects, alias, (size_t)(strrchr(alias, '-') - alias)));
        table_put(&topology->tablets, alias, tablet);
    }
    return tablet;
}

static void join(struct tablet *tablet, struct shard_record *shard)
{
    if (tablet->shard == shard)
        return;
    tablet->shard = shard;
    tablet->next = shard->tablets;
    shard->tablets = tablet;
}

/* It does not start empty, but waits for a backup for as long as that takes. */
static bool waits_for_backup(const struct texts *arguments)
{
    const char *interval = program_flag(arguments, "wait-for-backup-interval");

    return interval != NULL && interval[strspn(interval, "0")] >= '1' &&
           interval[strspn(interval, "0")] <= '9';
}

/* A fresh volume is filled from a backup first; a tablet that is primary by the shard's record
 * goes on as primary. */
static void choose_type(struct sim *sim, struct tablet *tablet, const struct texts *arguments)
{
    bool fresh = tablet->claim != NULL && table_get(&sim->vitess->filled, tablet->claim) == NULL;

    if (tablet->shard->primary == tablet) {
        tablet->type = TABLET_PRIMARY;
    } else if (fresh && text_equal(program_flag(arguments, "restore-from-backup"), "true")) {
        tablet->type = TABLET_RESTORE;
        tablet->restored = sim->now + RESTORE_TIME;
        tablet->awaits = waits_for_backup(arguments) ? backups_place(sim, arguments) : NULL;
    } else {
        tablet->type = tablet->base;
    }
}

struct tablet *vitess_tablet_up(struct sim *sim, struct pod_run *run, const struct version *pod,
    const struct texts *arguments)
{
    struct global_topology *topology = run->process->topology;
    const char *alias = full_alias(sim, program_flag(arguments, "tablet-path"));
    const char *keyspace = program_flag(arguments, "init-keyspace");
    const char *shard = program_flag(arguments, "init-shard");
    struct tablet *tablet = record_of(sim, topology, alias);

    join(tablet,
        vitess_shard(sim, topology, keyspace == NULL ? "" : keyspace, shard == NULL ? "" : shard));
    table_put(&topology->served,
        table_name(&sim->names, fmt(sim->objects, "%s/%s", tablet->shard->keyspace, tablet->cell)),
        tablet);
    table_put(&topology->vschemas, tablet->cell, topology);
    tablet->base = type_of(program_flag(arguments, "init-tablet-type"));
    tablet->unmanaged = text_equal(program_flag(arguments, "unmanaged"), "true");
    tablet->hostname = table_name(&sim->names, program_flag(arguments, "tablet-hostname"));
    tablet->pod_key = run->key;
    tablet->pod_uid = run->uid;
    tablet->claim = vitess_claim_of(sim, pod);
    tablet->listens = run->process->listens;
    tablet->listed = tablet->alive = true;
    tablet->replicating = tablet->serving = false;
    choose_type(sim, tablet, arguments);
    /* Nothing about it changes from now on. */
    if (tablet_stands_by(tablet))
        sim->vitess->tell(sim, tablet->pod_uid);
    vitess_touch(sim, tablet->shard);
    return tablet;
}

/* A Pod that a restore has brought along registers the tablet of the original, under the same
 * hostname. Once it has ended, that name is the original's again, which has run all the while. */
static bool falls_back(struct sim *sim, struct tablet *tablet, const char *pod_uid)
{
    struct table_row *row;

    table_each (&sim->kubelet->runs, row) {
        const struct pod_run *run = row->value;
        const struct version *pod = store_named(sim, "Pod", run->key);

        if (run->process == NULL || run->process->tablet != tablet ||
            text_equal(run->uid, pod_uid) || run->lost || run->stopped || pod == NULL ||
            pod->uid != run->uid)
            continue;
        tablet->pod_key = run->key;
        tablet->pod_uid = run->uid;
        tablet->claim = vitess_claim_of(sim, pod);
        tablet->listens = run->process->listens;
        return true;
    }
    return false;
}

void vitess_tablet_down(struct sim *sim, struct tablet *tablet, const char *pod_uid)
{
    if (!tablet->alive || !text_equal(tablet->pod_uid, pod_uid))
        return;
    if (falls_back(sim, tablet, pod_uid)) {
        vitess_touch(sim, tablet->shard);
        return;
    }
    tablet->alive = tablet->serving = tablet->replicating = false;
    vitess_touch(sim, tablet->shard);
    sim->vitess->tell(sim, pod_uid);
}

bool vitess_tablet_healthy(const struct tablet *tablet)
{
    if (tablet == NULL || !tablet->alive)
        return false;
    return tablet->serving || tablet->type == TABLET_RESTORE || tablet->type == TABLET_DRAINED ||
           tablet->type == TABLET_SPARE;
}

void vitess_server_up(struct sim *sim, struct process *process, enum program program)
{
    struct table_row *row;

    kubelet_wake(sim);
    if (program != PROGRAM_VTORC)
        return;
    process->next = process->topology->vtorcs;
    process->topology->vtorcs = process;
    process->topology->vtorc = process->dials;
    table_each (&process->topology->shards, row)
        vitess_touch(sim, row->value);
}

void vitess_server_down(struct sim *sim, struct process *process, enum program program)
{
    struct process **at = &process->topology->vtorcs;

    kubelet_wake(sim);
    if (program != PROGRAM_VTORC)
        return;
    while (*at != process)
        at = &(*at)->next;
    *at = process->next;
}

/* --- the turn --- */

static void set_serving(struct sim *sim, struct tablet *tablet, bool serving, bool was_healthy)
{
    if (tablet->serving == serving && vitess_tablet_healthy(tablet) == was_healthy)
        return;
    tablet->serving = serving;
    kubelet_wake(sim);
    kubelet_poke(sim, tablet->pod_uid);
    sim->vitess->tell(sim, tablet->pod_uid);
}

/* False while there is no backup yet. */
static bool begins_restore(struct sim *sim, struct tablet *tablet)
{
    if (tablet->awaits == NULL)
        return true;
    if (!backups_have(sim, tablet->awaits))
        return false;
    tablet->awaits = NULL;
    tablet->restored = sim->now + RESTORE_TIME;
    return true;
}

/* A tablet that restores, or one that has nothing to restore any more. */
static void restore(struct sim *sim, struct shard_record *shard, struct tablet *tablet)
{
    if (tablet->type == TABLET_RESTORE && !begins_restore(sim, tablet))
        return;
    if (tablet->type == TABLET_RESTORE && sim->now >= tablet->restored) {
        tablet->type = tablet->base;
        vitess_touch(sim, shard);
    }
    if (tablet->type == TABLET_RESTORE)
        queue_add_at(&sim->vitess->shards, shard->key, tablet->restored);
    else if (tablet->claim != NULL)
        table_put(&sim->vitess->filled, tablet->claim, tablet);
}

static void look_at_tablet(struct sim *sim, struct shard_record *shard, struct tablet *tablet)
{
    bool healthy = vitess_tablet_healthy(tablet);
    bool primary = shard->primary != NULL && shard->primary->alive && shard->primary->listed;
    bool serving = false;

    if (tablet->alive)
        restore(sim, shard, tablet);
    if (tablet->alive && tablet->listed && tablet->type == TABLET_PRIMARY) {
        serving = true;
    } else if (tablet->alive && tablet->listed &&
               (tablet->type == TABLET_REPLICA || tablet->type == TABLET_RDONLY)) {
        /* Once it replicates it goes on serving what it has, also without a primary. */
        tablet->replicating = tablet->replicating || primary || tablet->unmanaged;
        serving = tablet->replicating;
    }
    set_serving(sim, tablet, serving, healthy);
}

void vitess_turn(struct sim *sim)
{
    struct queue_keys keys = queue_take(&sim->vitess->shards, sim->objects, sim->now);

    chance_shuffle(&sim->chance, keys.at, keys.count, sizeof(*keys.at));
    for (size_t i = 0; i < keys.count; i++) {
        struct shard_record *shard = table_get(&sim->vitess->by_key, keys.at[i]);

        vtorc_look(sim, shard);
        for (struct tablet *tablet = shard->tablets; tablet != NULL; tablet = tablet->next)
            look_at_tablet(sim, shard, tablet);
    }
}

long vitess_due(const struct sim *sim)
{
    return queue_due(&sim->vitess->shards, sim->now);
}

void vitess_promote(struct sim *sim, struct tablet *tablet)
{
    struct shard_record *shard = tablet->shard;
    struct tablet *old = shard->primary;

    if (old != NULL && old != tablet) {
        old->type = old->base;
        old->term = 0;
        old->replicating = false;
    }
    tablet->type = TABLET_PRIMARY;
    tablet->term = shard->term = sim->now;
    tablet->avoided = NULL;
    shard->primary = tablet;
    shard->lost = shard->electable = 0;
    vitess_touch(sim, shard);
}
