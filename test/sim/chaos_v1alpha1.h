#ifndef VITESS_OPERATOR_TEST_CHAOS_V1ALPHA1_H
#define VITESS_OPERATOR_TEST_CHAOS_V1ALPHA1_H

#include "chaos.h"
#include "v1alpha1.h"

/* What happens to a cluster of vitess.io/v1alpha1. */

/* --- the spec as it is --- */

static const json_t *pool(const struct chaos *chaos, size_t keyspace, const char *name)
{
    return json_at(json_array_get(keyspaces(chaos), keyspace), "tablets", name);
}

/* Of the cells with tablets. */
static size_t some_cell(struct chaos *chaos)
{
    return 1 + chance(chaos, (unsigned)json_array_size(cells(chaos)) - 1);
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
        edit_turndown(chaos);
    else
        say(chaos,
            "set spec.volumeClaimRetention.whenScaled \"%s\"",
            chance(chaos, 2) == 0 ? "Retain" : "Delete");
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

/* --- putting it right --- */

static void mend_spec(struct chaos *chaos)
{
    const char *good = some_image(chaos);
    const json_t *keyspace, *cell;

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
}

/* --- the cluster --- */

static void make_cluster(struct chaos *chaos)
{
    static const char *const shapes[] = {
        "",
        "unset spec.cells[0].vtctld",
        "set spec.cells[0].etcd.size 1",
    };
    const char *shape = shapes[chance(chaos, 3)];

    if (*shape != '\0')
        say(chaos, "%s", shape);
    if (chance(chaos, 5) == 0) {
        say(chaos, "unset spec.cells[0].etcd");
        say(chaos, "set spec.lockserver {'addresses':['etcd.db.svc:2379']}");
    } else if (chance(chaos, 5) == 0) {
        say(chaos, "unset spec.cells[0].etcd");
        say(chaos, "set spec.cells[1].etcd {'size':3}");
        chaos->etcd_cell = "zone1";
    }
    if (chance(chaos, 3) == 0)
        say(chaos, "set spec.keyspaces[0].turndownPolicy \"Immediate\"");
    if (chance(chaos, 3) == 0)
        say(chaos, "set spec.volumeClaimRetention {'whenScaled':'Delete'}");
    if (chance(chaos, 4) == 0)
        edit_backups(chaos);
    for (unsigned more = chance(chaos, 3); more > 0; more--)
        add_keyspace(chaos);
}

static void expect_all_serving(struct chaos *chaos)
{
    const json_t *keyspace;

    json_each_item (keyspaces(chaos), k, keyspace) {
        const char *name = json_text_at(keyspace, "name");
        size_t wanted = (size_t)(json_int_at(keyspace, 0, "tablets", "masterEligible", "replicas") +
                                 json_int_at(keyspace, 0, "tablets", "batch", "replicas")) *
                        json_array_size(json_at(keyspace, "cells"));
        const json_t *shards = json_at(keyspace, "shards");
        const json_t *shard;

        if (shards == NULL)
            expect_serving(chaos, name, "0", wanted);
        json_each_item (shards, i, shard)
            expect_serving(chaos,
                name,
                fmt(arena,
                    "%s-%s",
                    json_text_at(shard, "keyRange", "start"),
                    json_text_at(shard, "keyRange", "end")),
                wanted);
    }
}

static const char *const deleted_kinds[] = {"Pod",
    "Pod",
    "Pod",
    "Deployment",
    "Service",
    "StatefulSet",
    "PodDisruptionBudget",
    "VitessShard",
    "VitessKeyspace",
    "VitessCell",
    NULL};
static const char *const annotated_kinds[] = {"VitessCell",
    "VitessKeyspace",
    "VitessShard",
    "Service",
    "Deployment",
    "StatefulSet",
    "PersistentVolumeClaim",
    NULL};
static const char *const relabelled_kinds[] = {
    "VitessKeyspace", "VitessShard", "Pod", "PersistentVolumeClaim", NULL};
static const char *const copied_kinds[] = {
    "PersistentVolumeClaim", "VitessShard", "VitessKeyspace", "VitessCell", "Deployment", NULL};
static const char *const hooked_kinds[] = {
    "VitessCluster", "VitessCell", "VitessKeyspace", "VitessShard", NULL};
static const char *const task_verbs[] = {"reparent",
    "serving",
    "await-primary",
    "delete-tablet",
    "keyspace",
    "durability",
    "cell-info",
    "alias",
    "idle",
    "remove-cell",
    "delete-cell",
    NULL};
static const char *const drifting_kinds[] = {
    "VitessShard", "VitessShard", "VitessKeyspace", "VitessCell", NULL};
static const char *const drifts[] = {"rollout.retire true",
    "rollout.paused true",
    "tablets.masterEligible.vttablet.flags {'queryserver-config-pool-size':7}",
    "tablets.masterEligible.replicas 1",
    "image \"vitess/lite:v24.0.9\"",
    "template {'metadata':{'labels':{'theirs':'yes'}}}",
    NULL};
static const char *const cell_drifts[] = {"rollout.retire true", "rollout.paused true", NULL};
static const char *const status_edits[] = {"retired true",
    "conditions []",
    "tabletsReady \"9/9\"",
    "observedGeneration 99",
    "leaving true",
    "readyTablets []",
    "updatedTablets []",
    NULL};
static const char *const cell_status_edits[] = {
    "retired true", "conditions []", "tabletsReady \"9/9\"", "observedGeneration 99", NULL};

static const struct chaos_api v1alpha1_chaos = {
    .shape = &v1alpha1_shape,
    .seeds = 30,
    .make = make_cluster,
    .happenings = happenings,
    .happening_count = sizeof(happenings) / sizeof(happenings[0]),
    .edit_replicas = edit_replicas,
    .mend = mend_spec,
    .expect_serving = expect_all_serving,
    .deleted = deleted_kinds,
    .annotated = annotated_kinds,
    .relabelled = relabelled_kinds,
    .copied = copied_kinds,
    .hooked = hooked_kinds,
    .tasks = task_verbs,
    .drifting = drifting_kinds,
    .drifts = drifts,
    .cell_drifts = cell_drifts,
    .statuses = status_edits,
    .cell_statuses = cell_status_edits,
    .keyspace_label = "vitess.io/cell",
};

#endif
