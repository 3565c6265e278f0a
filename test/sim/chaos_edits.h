#ifndef VITESS_OPERATOR_TEST_CHAOS_EDITS_H
#define VITESS_OPERATOR_TEST_CHAOS_EDITS_H

#include "history.h"
#include "hook.h"

/* What happens to a cluster in a random history. Each row of `happenings` writes commands of
 * history.h, so that the script of a failure can be replayed from check_histories.c. */

/* Steps: of a cluster that is away, and until what follows from one step has happened. */
enum { LONGEST_ABSENCE = 60, SETTLING = 150 };

/* Of one history: what happens, and the time that passes after it. */
enum { MOST_EVENTS = 64 };

struct chaos {
    struct run run;
    unsigned long long state; /* of the random numbers */
    const char *mend;         /* the command that takes a bad edit back, or NULL */
    const char *etcd_cell;    /* that must stay, or NULL */
    int nodes_lost;
    const char *dead;   /* the node that died last and has not come back, or NULL */
    struct texts lines; /* what has been said so far */
    struct texts undo;  /* what takes back what was done by hand */
    struct texts left; /* Pods of tablets whose VitessShard somebody deleted, or what is above it */
    size_t head;       /* so many of the lines made the cluster */
    size_t events[MOST_EVENTS], event_count; /* where the lines of each thing that happened begin */
    size_t body; /* and so many are before all that is broken is mended; SIZE_MAX: not yet */
    int images, labels, zones; /* numbers that have been given away */
};

/* xorshift64*: the same history everywhere. */
static unsigned chance(struct chaos *chaos, unsigned below)
{
    chaos->state ^= chaos->state >> 12;
    chaos->state ^= chaos->state << 25;
    chaos->state ^= chaos->state >> 27;
    return (unsigned)((chaos->state * 2685821657736338717ULL) >> 33) % below;
}

__attribute__((format(printf, 2, 3))) static void say(struct chaos *chaos, const char *format, ...)
{
    va_list arguments;
    const char *line;

    va_start(arguments, format);
    line = vfmt(arena, format, arguments);
    va_end(arguments);
    texts_add(&chaos->lines, line);
    history_command(&chaos->run, line);
    expect_no_violation(&chaos->run);
}

/* --- the spec as it is --- */

static const json_t *keyspaces(const struct chaos *chaos)
{
    return json_at(chaos->run.cluster, "spec", "keyspaces");
}

static const json_t *cells(const struct chaos *chaos)
{
    return json_at(chaos->run.cluster, "spec", "cells");
}

static size_t some_keyspace(struct chaos *chaos)
{
    return chance(chaos, (unsigned)json_array_size(keyspaces(chaos)));
}

static const json_t *pool(const struct chaos *chaos, size_t keyspace, const char *name)
{
    return json_at(json_array_get(keyspaces(chaos), keyspace), "tablets", name);
}

/* Of the cells with tablets. */
static size_t some_cell(struct chaos *chaos)
{
    return 1 + chance(chaos, (unsigned)json_array_size(cells(chaos)) - 1);
}

static const char *cell_name(const struct chaos *chaos, size_t index)
{
    return json_text_at(json_array_get(cells(chaos), index), "name");
}

static bool has_keyspace(const struct chaos *chaos, const char *name)
{
    const json_t *keyspace;

    json_each_item (keyspaces(chaos), i, keyspace) {
        if (text_equal(json_text_at(keyspace, "name"), name))
            return true;
    }
    return false;
}

/* A list of cells in JSON, each with an even chance and at least one. */
static const char *some_cells(struct chaos *chaos)
{
    struct text list = {.arena = arena};
    size_t always = some_cell(chaos);

    for (size_t i = 1; i < json_array_size(cells(chaos)); i++) {
        if (i == always || chance(chaos, 2) == 0)
            text_addf(&list, "%s\"%s\"", list.length == 0 ? "" : ",", cell_name(chaos, i));
    }
    return fmt(arena, "[%s]", text_string(&list));
}

static const char *some_shards(struct chaos *chaos)
{
    static const int counts[] = {1, 2, 3, 4};

    return json_write(arena, shards_of(counts[chance(chaos, 4)]), NULL);
}

static const char *some_image(struct chaos *chaos)
{
    return fmt(arena, "vitess/lite:v24.0.%d", 10 + chaos->images++);
}

static const char *small_pool(unsigned replicas)
{
    return fmt(arena,
        "{'replicas':%u,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{"
        "'storage':'4Gi'}}}}",
        replicas);
}

/* --- edits --- */

static void edit_images(struct chaos *chaos)
{
    say(chaos, "set spec.image \"%s\"", some_image(chaos));
}

static void edit_image(struct chaos *chaos)
{
    static const char *const pools[] = {"masterEligible", "batch"};
    const char *name = pools[chance(chaos, 2)];
    size_t keyspace = some_keyspace(chaos);

    if (pool(chaos, keyspace, name) == NULL)
        return;
    if (json_at(pool(chaos, keyspace, name), "image") != NULL && chance(chaos, 2) == 0)
        say(chaos, "unset spec.keyspaces[%zu].tablets.%s.image", keyspace, name);
    else
        say(chaos,
            "set spec.keyspaces[%zu].tablets.%s.image \"%s\"",
            keyspace,
            name,
            some_image(chaos));
}

static void edit_bad_image(struct chaos *chaos)
{
    size_t keyspace = some_keyspace(chaos);

    say(chaos, "fail image=vitess/lite:v24.9.9");
    say(chaos,
        "set spec.keyspaces[%zu].tablets.masterEligible.image \"vitess/lite:v24.9.9\"",
        keyspace);
}

static void edit_flags(struct chaos *chaos)
{
    say(chaos,
        "set spec.keyspaces[%zu].tablets.masterEligible.vttablet.flags "
        "{'queryserver-config-pool-size':%u}",
        some_keyspace(chaos),
        10 + chance(chaos, 90));
}

/* Tablets that look for a topology elsewhere run, but never serve. */
static void edit_bad_flag(struct chaos *chaos)
{
    say(chaos,
        "set spec.keyspaces[%zu].tablets.masterEligible.vttablet.flags "
        "{'topo-global-server-address':'zzz:2379'}",
        some_keyspace(chaos));
}

static void edit_backups(struct chaos *chaos)
{
    say(chaos,
        "set spec.backupFlags {'backup_storage_implementation':'file','file_backup_storage_root':"
        "'/backups/%u'}",
        chance(chaos, 3));
}

static void edit_replicas(struct chaos *chaos)
{
    say(chaos,
        "set spec.keyspaces[%zu].tablets.masterEligible.replicas %u",
        some_keyspace(chaos),
        1 + chance(chaos, 3));
}

static void edit_rdonly(struct chaos *chaos)
{
    size_t keyspace = some_keyspace(chaos);

    if (pool(chaos, keyspace, "batch") == NULL)
        say(chaos,
            "set spec.keyspaces[%zu].tablets.batch %s",
            keyspace,
            small_pool(1 + chance(chaos, 2)));
    else if (chance(chaos, 4) == 0)
        say(chaos, "unset spec.keyspaces[%zu].tablets.batch", keyspace);
    else
        say(chaos, "set spec.keyspaces[%zu].tablets.batch.replicas %u", keyspace, chance(chaos, 3));
}

/* One that leaves a shard no primary, or names a cell that has left, is no valid spec. */
static void edit_overrides(struct chaos *chaos)
{
    size_t keyspace = some_keyspace(chaos);
    const char *pools[] = {
        fmt(arena, "'masterEligible':{'replicas':%u}", chance(chaos, 3)),
        fmt(arena, "'batch':%s", small_pool(chance(chaos, 3))),
        fmt(arena, "'masterEligible':{'template':{'annotations':{'note':'o%d'}}}", ++chaos->labels),
    };

    if (chance(chaos, 4) == 0)
        say(chaos, "unset spec.keyspaces[%zu].overrides", keyspace);
    else
        say(chaos,
            "set spec.keyspaces[%zu].overrides [{'cells':['%s'],%s}]",
            keyspace,
            cell_name(chaos, some_cell(chaos)),
            pools[chance(chaos, 3)]);
}

static void edit_volumes(struct chaos *chaos)
{
    size_t keyspace = some_keyspace(chaos);
    const char *size = json_text_at(pool(chaos, keyspace, "masterEligible"),
        "volumeClaim",
        "resources",
        "requests",
        "storage");

    say(chaos,
        "set spec.keyspaces[%zu].tablets.masterEligible.volumeClaim.resources.requests.storage "
        "\"%ldGi\"",
        keyspace,
        strtol(size, NULL, 10) + 4);
}

static void edit_vtgate(struct chaos *chaos)
{
    size_t cell = some_cell(chaos);

    if (chance(chaos, 2) == 0)
        say(chaos, "set spec.cells[%zu].vtgate.replicas %u", cell, 1 + chance(chaos, 4));
    else
        say(chaos, "set spec.cells[%zu].vtgate.image \"%s\"", cell, some_image(chaos));
}

static void edit_vtctld(struct chaos *chaos)
{
    size_t cell = chance(chaos, 3) > 0 ? 0 : some_cell(chaos);

    if (json_at(json_array_get(cells(chaos), cell), "vtctld") == NULL)
        say(chaos, "set spec.cells[%zu].vtctld {}", cell);
    else if (chance(chaos, 2) == 0)
        say(chaos, "unset spec.cells[%zu].vtctld", cell);
    else
        say(chaos, "set spec.cells[%zu].vtctld.image \"%s\"", cell, some_image(chaos));
    if (cell > 0 && chance(chaos, 2) == 0)
        say(chaos, "unset spec.cells[0].vtctld");
}

static void edit_template(struct chaos *chaos)
{
    if (chance(chaos, 2) == 0)
        say(chaos, "set spec.template {'metadata':{'labels':{'team':'t%d'}}}", ++chaos->labels);
    else
        say(chaos,
            "set spec.keyspaces[%zu].tablets.masterEligible.template.annotations.note \"n%d\"",
            some_keyspace(chaos),
            ++chaos->labels);
}

static void edit_pause(struct chaos *chaos)
{
    say(chaos,
        "set spec.rollout.paused %s",
        json_true_at(chaos->run.cluster, "spec", "rollout", "paused") ? "false" : "true");
}

static void edit_policies(struct chaos *chaos)
{
    if (chance(chaos, 2) == 0)
        say(chaos,
            "set spec.keyspaces[%zu].turndownPolicy \"%s\"",
            some_keyspace(chaos),
            chance(chaos, 2) == 0 ? "Immediate" : "RequireIdle");
    else
        say(chaos,
            "set spec.volumeClaimRetention.whenScaled \"%s\"",
            chance(chaos, 2) == 0 ? "Retain" : "Delete");
}

static void edit_durability(struct chaos *chaos)
{
    static const char *const policies[] = {"none", "semi_sync", "cross_cell"};

    say(chaos,
        "set spec.keyspaces[%zu].durabilityPolicy \"%s\"",
        some_keyspace(chaos),
        policies[chance(chaos, 3)]);
}

static void edit_network_policy(struct chaos *chaos)
{
    say(chaos, "set spec.networkPolicy {'enabled':%s}", chance(chaos, 2) == 0 ? "true" : "false");
}

static void edit_vtorc(struct chaos *chaos)
{
    size_t cell = some_cell(chaos);

    switch (chance(chaos, 3)) {
    case 0:
        say(chaos, "set spec.cells[%zu].vtorc {'enabled':false}", cell);
        break;
    case 1:
        say(chaos, "set spec.cells[%zu].vtorc {'image':'%s'}", cell, some_image(chaos));
        break;
    default:
        say(chaos, "unset spec.cells[%zu].vtorc", cell);
    }
}

static void edit_vtadmin(struct chaos *chaos)
{
    if (json_at(json_array_get(cells(chaos), 0), "vtadmin") == NULL)
        say(chaos, "set spec.cells[0].vtadmin {}");
    else
        say(chaos, "unset spec.cells[0].vtadmin");
}

/* Everything answers 503 until it is taken back. */
static void edit_revision(struct chaos *chaos)
{
    say(chaos, "revision %d", OPERATOR_REVISION + 1);
    say(chaos, "apply");
    say(chaos, "steps %u", 1 + chance(chaos, 20));
    if (chance(chaos, 2) == 0)
        say(chaos, "revision %d", OPERATOR_REVISION);
    else
        say(chaos, "unset spec.revision");
}

static const char *some_object(struct chaos *chaos, const char *kind);

static void edit_force(struct chaos *chaos)
{
    static const char *const kinds[] = {"Pod", "VitessCell", "VitessKeyspace", "VitessShard"};
    const char *name = some_object(chaos, kinds[chance(chaos, 4)]);

    if (json_at(chaos->run.cluster, "spec", "rollout", "force") != NULL)
        say(chaos, "unset spec.rollout.force");
    else if (name != NULL)
        say(chaos, "force %s", name);
}

/* --- adding and removing --- */

static void add_cell(struct chaos *chaos)
{
    size_t index = json_array_size(cells(chaos));
    const char *name;

    if (index > 4)
        return;
    name = fmt(arena, "zone%d", ++chaos->zones);
    say(chaos, "set spec.cells[%zu] {'name':'%s','vtgate':{'replicas':1}}", index, name);
    if (chance(chaos, 3) > 0)
        say(chaos, "set spec.keyspaces[%zu].cells %s", some_keyspace(chaos), some_cells(chaos));
}

/* The keyspaces of the cell go to all others. */
static void remove_cell(struct chaos *chaos)
{
    size_t leaving = some_cell(chaos);
    struct text others = {.arena = arena};
    const json_t *keyspace;

    if (json_array_size(cells(chaos)) < 3 || chaos->mend != NULL ||
        text_equal(cell_name(chaos, leaving), chaos->etcd_cell))
        return;
    for (size_t i = 1; i < json_array_size(cells(chaos)); i++) {
        if (i != leaving)
            text_addf(&others, "%s\"%s\"", others.length == 0 ? "" : ",", cell_name(chaos, i));
    }
    json_each_item (keyspaces(chaos), k, keyspace)
        say(chaos, "set spec.keyspaces[%zu].cells [%s]", k, text_string(&others));
    say(chaos, "unset spec.cells[%zu]", leaving);
}

static void move_keyspace(struct chaos *chaos)
{
    say(chaos, "set spec.keyspaces[%zu].cells %s", some_keyspace(chaos), some_cells(chaos));
}

static void add_keyspace(struct chaos *chaos)
{
    const char *name = fmt(arena, "ks%u", 1 + chance(chaos, 3));
    struct text more = {.arena = arena};

    if (has_keyspace(chaos, name) || json_array_size(keyspaces(chaos)) > 2)
        return;
    if (chance(chaos, 2) == 0)
        text_add(&more, ",'turndownPolicy':'Immediate'");
    if (chance(chaos, 2) == 0)
        text_addf(&more, ",'shards':%s", some_shards(chaos));
    if (chance(chaos, 2) == 0)
        text_add(&more, ",'durabilityPolicy':'none'");
    say(chaos,
        "set spec.keyspaces[%zu] {'name':'%s','cells':%s,'tablets':{'masterEligible':%s}%s}",
        json_array_size(keyspaces(chaos)),
        name,
        some_cells(chaos),
        small_pool(1 + chance(chaos, 3)),
        text_string(&more));
}

static void remove_keyspace(struct chaos *chaos)
{
    if (json_array_size(keyspaces(chaos)) > 1 && chaos->mend == NULL)
        say(chaos, "unset spec.keyspaces[%zu]", some_keyspace(chaos));
}

static void reshard(struct chaos *chaos)
{
    size_t keyspace = some_keyspace(chaos);

    if (json_at(json_array_get(keyspaces(chaos), keyspace), "shards") != NULL)
        say(chaos, "set spec.keyspaces[%zu].shards %s", keyspace, some_shards(chaos));
}

/* An administrator switches traffic away from a shard that has left the spec. */
static void switch_traffic(struct chaos *chaos)
{
    struct objects shards = sim_objects(chaos->run.sim, arena, "VitessShard");
    size_t first = shards.count == 0 ? 0 : chance(chaos, (unsigned)shards.count);

    for (size_t i = 0; i < shards.count; i++) {
        const json_t *shard = shards.at[(first + i) % shards.count];
        const char *keyspace = json_text_at(shard, "spec", "keyspace");
        const char *name = json_text_at(shard, "spec", "name");

        if (!json_true_at(shard, "spec", "rollout", "retire") ||
            sim_primary(chaos->run.sim, NULL, keyspace, name) == NULL)
            continue;
        say(chaos, "vtctl SetShardIsPrimaryServing %s/%s false", keyspace, name);
        return;
    }
}

/* --- mistakes --- */

static const json_t *live_cluster(const struct chaos *chaos)
{
    return sim_object(chaos->run.sim, "VitessCluster", chaos->run.namespace, chaos->run.name);
}

static void bad_edit(struct chaos *chaos)
{
    size_t keyspace = some_keyspace(chaos);
    const json_t *item = json_array_get(keyspaces(chaos), keyspace);

    if (chaos->mend != NULL)
        return;
    switch (chance(chaos, 3)) {
    case 0:
        chaos->mend = fmt(arena,
            "set spec.keyspaces[%zu].cells %s",
            keyspace,
            json_write(arena, json_at(item, "cells"), NULL));
        say(chaos, "set spec.keyspaces[%zu].cells [\"nowhere\"]", keyspace);
        break;
    case 1:
        /* A new cluster without cells may still have it. */
        if (json_array_size(json_at(live_cluster(chaos), "status", "cells")) == 0)
            return;
        chaos->mend = "unset spec.selector";
        say(chaos, "set spec.selector {'matchLabels':{'other':'one'}}");
        break;
    default:
        chaos->mend =
            json_at(item, "tablets", "masterEligible", "mysql") == NULL
                ? fmt(arena, "unset spec.keyspaces[%zu].tablets.masterEligible.mysql", keyspace)
                : fmt(arena,
                      "set spec.keyspaces[%zu].tablets.masterEligible.mysql %s",
                      keyspace,
                      json_write(arena, json_at(item, "tablets", "masterEligible", "mysql"), NULL));
        say(chaos,
            "set spec.keyspaces[%zu].tablets.masterEligible.mysql {'flags':{'no-such-flag':'1'}}",
            keyspace);
    }
}

static void mend_edit(struct chaos *chaos)
{
    if (chaos->mend != NULL)
        say(chaos, "%s", chaos->mend);
    chaos->mend = NULL;
}

/* --- faults --- */

/* The name of some object of this kind, or NULL. */
static const char *some_object(struct chaos *chaos, const char *kind)
{
    struct objects all = sim_objects(chaos->run.sim, arena, kind);

    return all.count == 0 ? NULL : object_name(all.at[chance(chaos, (unsigned)all.count)]);
}

/* Nobody deletes their records where the shard does not come back. */
static void remember_tablets(struct chaos *chaos)
{
    struct objects pods = sim_objects(chaos->run.sim, arena, "Pod");

    for (size_t i = 0; i < pods.count; i++) {
        if (object_label(pods.at[i], "vitess.io/tablet-uid") != NULL)
            texts_add(&chaos->left,
                fmt(arena,
                    "%s %s-%s",
                    object_name(pods.at[i]),
                    object_label(pods.at[i], "vitess.io/cell"),
                    object_label(pods.at[i], "vitess.io/tablet-uid")));
    }
}

/* Whoever did that finds them in GetTablets. */
static void forget_dead_tablets(struct chaos *chaos)
{
    for (size_t i = 0; i < chaos->left.count; i++) {
        const char *space = strchr(chaos->left.at[i], ' ');
        const char *pod = text_copy(arena, chaos->left.at[i], (size_t)(space - chaos->left.at[i]));

        if (sim_object(chaos->run.sim, "Pod", "default", pod) == NULL)
            say(chaos, "try vtctl DeleteTablets --allow-primary %s", space + 1);
    }
}

static void delete_some(struct chaos *chaos)
{
    static const char *const kinds[] = {"Pod",
        "Pod",
        "Pod",
        "Deployment",
        "Service",
        "StatefulSet",
        "PodDisruptionBudget",
        "VitessShard",
        "VitessKeyspace",
        "VitessCell"};
    const char *kind = kinds[chance(chaos, 10)];
    const char *name = some_object(chaos, kind);

    if (name == NULL)
        return;
    if (text_starts_with(kind, "Vitess"))
        remember_tablets(chaos);
    say(chaos, "try delete %s %s", kind, name);
}

static void crash_pod(struct chaos *chaos)
{
    const char *name = some_object(chaos, "Pod");

    if (name != NULL)
        say(chaos, "fail pod=%s", name);
}

static void lose_node(struct chaos *chaos)
{
    if (chaos->nodes_lost >= 2)
        return;
    chaos->dead = fmt(arena, "node-%d", 1 + 3 * chaos->nodes_lost++);
    say(chaos, "fail node=%s", chaos->dead);
    say(chaos, "steps %u", 1 + chance(chaos, 20));
}

static void return_node(struct chaos *chaos)
{
    if (chaos->dead != NULL)
        say(chaos, "node-back %s", chaos->dead);
    chaos->dead = NULL;
}

static void fail_task(struct chaos *chaos)
{
    static const char *const verbs[] = {"reparent",
        "serving",
        "await-primary",
        "delete-tablet",
        "keyspace",
        "durability",
        "cell-info",
        "alias",
        "idle",
        "remove-cell",
        "delete-cell"};

    say(chaos, "fail task=%s", verbs[chance(chaos, 11)]);
}

static void fail_hook(struct chaos *chaos)
{
    static const char *const kinds[] = {"VitessCluster",
        "VitessCell",
        "VitessKeyspace",
        "VitessShard"};

    switch (chance(chaos, 4)) {
    case 0:
        say(chaos, "hook 429 %s", kinds[chance(chaos, 4)]);
        break;
    case 1:
        say(chaos, "hook timeout %s", kinds[chance(chaos, 4)]);
        break;
    default:
        say(chaos, "fail hook=%s", kinds[chance(chaos, 4)]);
    }
}

static void restart_metacontroller(struct chaos *chaos)
{
    say(chaos, "restart-metacontroller");
}

/* An administrator moves a primary, whatever the operator is about. */
static void reparent(struct chaos *chaos)
{
    struct objects shards = sim_objects(chaos->run.sim, arena, "VitessShard");
    const json_t *shard =
        shards.count == 0 ? NULL : shards.at[chance(chaos, (unsigned)shards.count)];
    const json_t *ready = json_at(shard, "status", "readyTablets");
    const char *uid = json_array_size(ready) == 0
                          ? NULL
                          : json_string_value(json_array_get(ready,
                                chance(chaos, (unsigned)json_array_size(ready))));

    if (uid != NULL)
        say(chaos,
            "try vtctl PlannedReparentShard %s/%s --new-primary %s-%s",
            json_text_at(shard, "spec", "keyspace"),
            json_text_at(shard, "spec", "name"),
            json_text_at(shard, "spec", "cell"),
            uid);
}

/* --- by hand, on what is not the user's --- */

static void annotate_some(struct chaos *chaos)
{
    static const char *const kinds[] = {"VitessCell",
        "VitessKeyspace",
        "VitessShard",
        "Service",
        "Deployment",
        "StatefulSet",
        "PersistentVolumeClaim"};
    const char *kind = kinds[chance(chaos, 7)];
    const char *name = some_object(chaos, kind);

    if (name == NULL)
        return;
    if (chance(chaos, 2) == 0)
        say(chaos, "try label %s %s example.com/mine l%d", kind, name, ++chaos->labels);
    else
        say(chaos, "try annotate %s %s example.com/note n%d", kind, name, ++chaos->labels);
}

/* What selectors look at: it is given up, until somebody puts it right. */
static void relabel_some(struct chaos *chaos)
{
    static const char *const kinds[] = {"VitessKeyspace",
        "VitessShard",
        "Pod",
        "PersistentVolumeClaim"};
    const char *kind = kinds[chance(chaos, 4)];
    const char *name = some_object(chaos, kind);
    const char *key = text_equal(kind, "VitessKeyspace") ? "vitess.io/cell" : "vitess.io/keyspace";
    const char *before =
        name == NULL ? NULL : object_label(sim_object(chaos->run.sim, kind, "default", name), key);

    if (before == NULL)
        return;
    texts_add(&chaos->undo, fmt(arena, "try label %s %s %s %s", kind, name, key, before));
    say(chaos, "try label %s %s %s elsewhere", kind, name, key);
}

static void drift(struct chaos *chaos)
{
    static const char *const edits[] = {"rollout.retire true",
        "rollout.paused true",
        "tablets.masterEligible.vttablet.flags {'queryserver-config-pool-size':7}",
        "tablets.masterEligible.replicas 1",
        "image \"vitess/lite:v24.0.9\"",
        "template {'metadata':{'labels':{'theirs':'yes'}}}"};
    static const char *const kinds[] = {"VitessShard",
        "VitessShard",
        "VitessKeyspace",
        "VitessCell"};
    const char *kind = kinds[chance(chaos, 4)];
    const char *name = some_object(chaos, kind);
    const char *edit = edits[chance(chaos, text_equal(kind, "VitessCell") ? 2 : 6)];

    if (name != NULL)
        say(chaos, "try edit %s %s spec.%s", kind, name, edit);
}

static void edit_status_of_some(struct chaos *chaos)
{
    static const char *const edits[] = {"retired true",
        "conditions []",
        "tabletsReady \"9/9\"",
        "observedGeneration 99",
        "leaving true",
        "readyTablets []",
        "updatedTablets []"};
    static const char *const kinds[] = {"VitessShard",
        "VitessShard",
        "VitessKeyspace",
        "VitessCell"};
    unsigned which = chance(chaos, 4);
    const char *name = some_object(chaos, kinds[which]);
    const char *edit = edits[chance(chaos, which < 2 ? 7 : 4)];

    if (name != NULL)
        say(chaos, "try status %s %s %s", kinds[which], name, edit);
}

/* What it may have adopted by the time it is deleted, as the condition says, is not its own. */
static void copy_some(struct chaos *chaos)
{
    static const char *const kinds[] = {"PersistentVolumeClaim",
        "VitessShard",
        "VitessKeyspace",
        "VitessCell",
        "Deployment"};
    const char *kind = kinds[chance(chaos, 5)];
    const char *name = some_object(chaos, kind);

    if (name == NULL)
        return;
    say(chaos, "try copy %s %s copy%d", kind, name, ++chaos->labels);
    if (text_starts_with(kind, "Vitess"))
        texts_add(&chaos->undo, fmt(arena, "try orphan %s copy%d", kind, chaos->labels));
}

/* It stays as long as its Pod does. */
static void delete_claim(struct chaos *chaos)
{
    const char *name = some_object(chaos, "PersistentVolumeClaim");

    if (name != NULL)
        say(chaos, "try delete PersistentVolumeClaim %s", name);
}

/* Not while it has a bad edit: what must not change could not be taken back in a new one. */
static void delete_cluster_and_apply(struct chaos *chaos)
{
    if (chaos->mend != NULL)
        return;
    remember_tablets(chaos);
    say(chaos, "delete-cluster %s", chance(chaos, 2) == 0 ? "background" : "foreground");
    if (chance(chaos, 3) > 0)
        say(chaos, "steps %u", 1 + chance(chaos, LONGEST_ABSENCE));
    if (chance(chaos, 2) == 0)
        edit_replicas(chaos);
    say(chaos, "apply");
}

/* Whoever deletes the VitessCluster before it has taken them leaves them to nobody, so it is told
 * once more in the end. */
static void adopt(struct chaos *chaos)
{
    say(chaos, "adopt");
    texts_add(&chaos->undo, "adopt");
}

/* The namespace is lost, and restored as Velero does: without owners. */
static void lose_and_restore(struct chaos *chaos)
{
    if (chaos->mend != NULL)
        return;
    say(chaos, "backup");
    say(chaos, "wipe");
    say(chaos, "steps %d", SETTLING);
    say(chaos, "restore default");
    if (chance(chaos, 2) == 0)
        say(chaos, "steps %u", 1 + chance(chaos, LONGEST_ABSENCE));
    adopt(chaos);
}

/* The VitessCluster goes and leaves all that it had. */
static void orphan_and_apply(struct chaos *chaos)
{
    if (chaos->mend != NULL)
        return;
    say(chaos, "delete-cluster orphan");
    say(chaos, "steps %u", 1 + chance(chaos, LONGEST_ABSENCE));
    say(chaos, "apply");
    say(chaos, "steps 1");
    adopt(chaos);
}

static void edit_when_deleted(struct chaos *chaos)
{
    say(chaos,
        "set spec.volumeClaimRetention.whenDeleted \"%s\"",
        chance(chaos, 2) == 0 ? "Retain" : "Delete");
}

static void begin_admission(struct chaos *chaos)
{
    say(chaos, "admit label team infra");
    say(chaos, "set spec.template {'metadata':{'labels':{'team':'t%d'}}}", ++chaos->labels);
}

/* --- all --- */

struct happening {
    unsigned weight;
    bool edit; /* what it writes has to be applied */
    void (*happen)(struct chaos *chaos);
};

/* clang-format off */
static const struct happening happenings[] = {
    {6, true, edit_images},   {6, true, edit_image},       {3, true, edit_bad_image},
    {6, true, edit_flags},    {8, true, edit_replicas},    {5, true, edit_rdonly},
    {3, true, edit_volumes},  {3, true, edit_vtgate},      {3, true, edit_vtctld},
    {3, true, edit_template}, {4, true, edit_pause},       {4, true, edit_policies},
    {4, true, add_cell},      {4, true, remove_cell},      {5, true, move_keyspace},
    {4, true, add_keyspace},  {4, true, remove_keyspace},  {4, true, reshard},
    {4, true, bad_edit},      {6, true, mend_edit},        {4, false, switch_traffic},
    {2, true, edit_bad_flag}, {3, true, edit_backups},
    {6, false, delete_some},  {5, false, crash_pod},       {3, false, lose_node},
    {5, false, fail_task},    {4, false, fail_hook},
    {3, true, edit_durability},         {2, true, edit_network_policy},
    {3, true, edit_vtorc},              {2, true, edit_vtadmin},
    {2, true, edit_revision},           {4, true, edit_force},
    {3, false, return_node},            {3, false, restart_metacontroller},
    {4, false, reparent},               {3, false, annotate_some},
    {3, false, relabel_some},           {6, false, drift},
    {4, false, edit_status_of_some},    {4, false, copy_some},
    {5, false, delete_claim},           {4, false, delete_cluster_and_apply},
    {2, true, edit_when_deleted},       {1, true, begin_admission},
    {3, false, lose_and_restore},       {3, false, orphan_and_apply},
    {4, true, edit_overrides},
};
/* clang-format on */

static const struct happening *some_happening(struct chaos *chaos)
{
    size_t count = sizeof(happenings) / sizeof(happenings[0]);
    unsigned sum = 0;
    unsigned at;

    for (size_t i = 0; i < count; i++)
        sum += happenings[i].weight;
    at = chance(chaos, sum);
    for (size_t i = 0; i < count; i++) {
        if (at < happenings[i].weight)
            return &happenings[i];
        at -= happenings[i].weight;
    }
    return &happenings[0];
}

/* That of a tablet has the name of its Pod, that of a member of etcd "data-" before it. */
static const char *pod_of_claim(const char *claim)
{
    return text_starts_with(claim, "data-") ? claim + strlen("data-") : claim;
}

/* Claims that somebody has deleted: whoever did lets them go, one Pod after the other. */
static void let_claims_go(struct chaos *chaos)
{
    struct objects claims = sim_objects(chaos->run.sim, arena, "PersistentVolumeClaim");
    struct texts going = {.arena = arena};

    for (size_t i = 0; i < claims.count; i++) {
        if (object_terminating(claims.at[i]))
            texts_add(&going, fmt(arena, "%s", object_name(claims.at[i])));
    }
    for (size_t i = 0; i < going.count; i++) {
        if (i == 0)
            say(chaos, "steps %u", SETTLING);
        say(chaos, "try delete Pod %s", pod_of_claim(going.at[i]));
        say(chaos, "steps %u", SETTLING);
    }
}

/* Everything that is broken is put right: an image or flag, a pause, a bad edit, what was done by
 * hand. */
static void mend_all(struct chaos *chaos)
{
    const char *good = some_image(chaos);
    const json_t *keyspace, *cell;

    chaos->body = chaos->lines.count;
    /* What is applied to a cluster on its way out goes with it. */
    if (live_cluster(chaos) != NULL && object_terminating(live_cluster(chaos)))
        say(chaos, "steps %d", SETTLING);
    mend_edit(chaos);
    json_each_item (keyspaces(chaos), k, keyspace) {
        say(chaos, "set spec.keyspaces[%zu].tablets.masterEligible.image \"%s\"", k, good);
        say(chaos, "unset spec.keyspaces[%zu].tablets.masterEligible.vttablet.flags", k);
        say(chaos, "unset spec.keyspaces[%zu].durabilityPolicy", k);
        say(chaos, "unset spec.keyspaces[%zu].overrides", k);
    }
    json_each_item (cells(chaos), c, cell)
        say(chaos, "unset spec.cells[%zu].vtorc", c);
    say(chaos, "set spec.rollout {'paused':false}");
    say(chaos, "unset spec.revision");
    say(chaos, "apply");
    /* The last first: what it was before a second edit is what the first one made of it. */
    for (size_t i = chaos->undo.count; i > 0; i--)
        say(chaos, "%s", chaos->undo.at[i - 1]);
    let_claims_go(chaos);
    if (chaos->left.count > 0)
        say(chaos, "steps %u", SETTLING);
    forget_dead_tablets(chaos);
    say(chaos, "ready");
}

#endif
