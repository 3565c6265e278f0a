#ifndef VITESS_OPERATOR_TEST_CHAOS_V2_H
#define VITESS_OPERATOR_TEST_CHAOS_V2_H

#include "chaos.h"
#include "v2.h"

/* What happens to a cluster of planetscale.com/v2. Of a keyspace that is cut in two ways the shards
 * of the first are on their way out. */

#define CUT "spec.keyspaces[%zu].partitionings[%zu].equal"
#define POOL CUT ".shardTemplate.tabletPools[%zu]"

/* --- the spec as it is --- */

static size_t some_cell(struct chaos *chaos)
{
    return chance(chaos, (unsigned)json_array_size(cells(chaos)));
}

static const json_t *cuts_of(const json_t *keyspace)
{
    return json_at(keyspace, "partitionings");
}

static const json_t *pools_of_cut(const json_t *cut)
{
    return json_at(cut, "equal", "shardTemplate", "tabletPools");
}

/* A pool of some keyspace. */
struct place_of_pool {
    size_t keyspace, cut, pool;
    const json_t *cuts, *pools, *json;
};

static struct place_of_pool some_pool(struct chaos *chaos)
{
    struct place_of_pool at = {.keyspace = some_keyspace(chaos)};

    at.cuts = cuts_of(json_array_get(keyspaces(chaos), at.keyspace));
    at.cut = chance(chaos, (unsigned)json_array_size(at.cuts));
    at.pools = pools_of_cut(json_array_get(at.cuts, at.cut));
    at.pool = chance(chaos, (unsigned)json_array_size(at.pools));
    at.json = json_array_get(at.pools, at.pool);
    return at;
}

static bool is_replica(const json_t *pool)
{
    return text_equal(json_text_at(pool, "type"), "replica");
}

static size_t replica_pools(const json_t *pools)
{
    const json_t *pool;
    size_t count = 0;

    json_each_item (pools, i, pool)
        count += is_replica(pool) && json_int_at(pool, 0, "replicas") > 0;
    return count;
}

static bool has_pool(const json_t *pools, const char *cell, const char *type)
{
    const json_t *pool;

    json_each_item (pools, i, pool) {
        if (text_equal(json_text_at(pool, "cell"), cell) &&
            text_equal(json_text_at(pool, "type"), type))
            return true;
    }
    return false;
}

static const char *pool_in(const char *cell, const char *type, unsigned replicas)
{
    return fmt(arena,
        "{'cell':'%s','type':'%s','replicas':%u,'dataVolumeClaimTemplate':{'accessModes':["
        "'ReadWriteOnce'],'resources':{'requests':{'storage':'4Gi'}}},'vttablet':{'resources':{}},"
        "'mysqld':{'resources':{}}}",
        cell,
        type,
        replicas);
}

static const char *new_cut(struct chaos *chaos, unsigned parts)
{
    return fmt(arena,
        "{'equal':{'parts':%u,'shardTemplate':{'databaseInitScriptSecret':{'name':'init','key':"
        "'init_db.sql'},'tabletPools':[%s]}}}",
        parts,
        pool_in(cell_name(chaos, some_cell(chaos)), "replica", 1 + chance(chaos, 2)));
}

/* --- edits --- */

static void edit_images(struct chaos *chaos)
{
    static const char *const images[] = {"vttablet",
        "vttablet",
        "vttablet",
        "vtgate",
        "vtctld",
        "vtorc",
        "mysqld.mysql80Compatible",
        NULL};

    say(chaos, "set spec.images.%s \"%s\"", pick(chaos, images), some_image(chaos));
}

static void edit_images_of_keyspace(struct chaos *chaos)
{
    say(chaos,
        "set spec.keyspaces[%zu].images {'vttablet':'%s'}",
        some_keyspace(chaos),
        some_image(chaos));
}

static void edit_bad_image(struct chaos *chaos)
{
    say(chaos, "fail image=vitess/lite:v24.9.9");
    say(chaos, "set spec.images.vttablet \"vitess/lite:v24.9.9\"");
}

static void edit_flags(struct chaos *chaos)
{
    const struct place_of_pool at = some_pool(chaos);

    say(chaos,
        "set " POOL ".vttablet.extraFlags {'queryserver-config-pool-size':'%u'}",
        at.keyspace,
        at.cut,
        at.pool,
        10 + chance(chaos, 90));
}

static void edit_my_cnf(struct chaos *chaos)
{
    const struct place_of_pool at = some_pool(chaos);

    say(chaos,
        "set " POOL ".mysqld.configOverrides \"max_connections=%u\"",
        at.keyspace,
        at.cut,
        at.pool,
        100 + chance(chaos, 90));
}

/* Never none of those that may lead. */
static void edit_replicas(struct chaos *chaos)
{
    const struct place_of_pool at = some_pool(chaos);
    const bool last = is_replica(at.json) && replica_pools(at.pools) < 2;

    say(chaos,
        "set " POOL ".replicas %u",
        at.keyspace,
        at.cut,
        at.pool,
        last ? 1 + chance(chaos, 3) : chance(chaos, 4));
}

static void add_pool(struct chaos *chaos)
{
    static const char *const types[] = {"replica", "rdonly", NULL};
    const struct place_of_pool at = some_pool(chaos);
    const char *cell = cell_name(chaos, some_cell(chaos)), *type = pick(chaos, types);

    if (!has_pool(at.pools, cell, type))
        say(chaos,
            "set " POOL " %s",
            at.keyspace,
            at.cut,
            json_array_size(at.pools),
            pool_in(cell, type, 1 + chance(chaos, 2)));
}

static void remove_pool(struct chaos *chaos)
{
    const struct place_of_pool at = some_pool(chaos);

    if (!is_replica(at.json) || json_int_at(at.json, 0, "replicas") == 0 ||
        replica_pools(at.pools) > 1)
        say(chaos, "unset " POOL, at.keyspace, at.cut, at.pool);
}

static void move_pool(struct chaos *chaos)
{
    const struct place_of_pool at = some_pool(chaos);
    const char *cell = cell_name(chaos, some_cell(chaos));

    if (!has_pool(at.pools, cell, json_text_at(at.json, "type")))
        say(chaos, "set " POOL ".cell \"%s\"", at.keyspace, at.cut, at.pool, cell);
}

static void edit_volumes(struct chaos *chaos)
{
    const struct place_of_pool at = some_pool(chaos);
    const char *size =
        json_text_at(at.json, "dataVolumeClaimTemplate", "resources", "requests", "storage");

    say(chaos,
        "set " POOL ".dataVolumeClaimTemplate.resources.requests.storage \"%ldGi\"",
        at.keyspace,
        at.cut,
        at.pool,
        strtol(size, NULL, 10) + 4);
}

static void edit_extras(struct chaos *chaos)
{
    static const char *const what[] = {"extraLabels", "annotations", NULL};
    const struct place_of_pool at = some_pool(chaos);

    say(chaos,
        "set " POOL ".%s {'note':'n%d'}",
        at.keyspace,
        at.cut,
        at.pool,
        pick(chaos, what),
        ++chaos->labels);
}

static void edit_gateway(struct chaos *chaos)
{
    size_t cell = some_cell(chaos);

    switch (chance(chaos, 3)) {
    case 0:
        say(chaos,
            "set spec.cells[%zu].gateway {'autoscaler':{'minReplicas':2,'maxReplicas':%u}}",
            cell,
            3 + chance(chaos, 3));
        break;
    case 1:
        say(chaos, "set spec.cells[%zu].gateway {'extraFlags':{'log-format':'text'}}", cell);
        break;
    default:
        say(chaos, "set spec.cells[%zu].gateway {'replicas':%u}", cell, 1 + chance(chaos, 4));
    }
}

static void edit_dashboard(struct chaos *chaos)
{
    if (json_at(chaos->run.cluster, "spec", "vitessDashboard") != NULL)
        say(chaos, "unset spec.vitessDashboard");
    else
        say(chaos,
            "set spec.vitessDashboard {'cells':['%s'],'replicas':%u}",
            cell_name(chaos, 0),
            1 + chance(chaos, 2));
}

static void edit_vtadmin(struct chaos *chaos)
{
    if (json_at(chaos->run.cluster, "spec", "vtadmin") != NULL) {
        say(chaos, "unset spec.vtadmin");
        return;
    }
    say(chaos, "set spec.images.vtadmin \"vitess/vtadmin:v24.0.4\"");
    say(chaos,
        "set spec.vtadmin {'cells':['%s'],'apiAddresses':['http://a'],'rbac':{'name':'rbac','key':"
        "'rbac.yaml'}}",
        cell_name(chaos, 0));
}

static void edit_vtorc(struct chaos *chaos)
{
    say(chaos,
        "set spec.keyspaces[%zu].vitessOrchestrator {'extraFlags':{'instance-poll-time':'%us'}}",
        some_keyspace(chaos),
        1 + chance(chaos, 5));
}

/* Its members move once they are released, at last in the end. */
static void edit_etcd(struct chaos *chaos)
{
    if (json_at(chaos->run.cluster, "spec", "globalLockserver", "external") != NULL)
        return;
    for (int i = 1; i <= 3; i++)
        texts_add(&chaos->undo,
            fmt(arena,
                "try annotate Pod vitess-etcd-10d9aea7-%d rollout.planetscale.com/released yes",
                i));
    say(chaos,
        "set spec.globalLockserver {'etcd':{'image':'quay.io/coreos/etcd:v3.5.%u'}}",
        17 + chance(chaos, 5));
}

/* From the start: a shard without a backup gets no more tablets before somebody makes one. */
static void make_backups(struct chaos *chaos)
{
    say(chaos,
        "set spec.backup {'engine':'builtin','locations':[{'volume':{'hostPath':{'path':"
        "'/backups','type':'Directory'}}}]}");
}

static void edit_strategy(struct chaos *chaos)
{
    say(chaos,
        "set spec.updateStrategy {'type':'%s'}",
        chance(chaos, 2) == 0 ? "External" : "Immediate");
}

/* --- cells and keyspaces --- */

static void add_cell(struct chaos *chaos)
{
    size_t count = json_array_size(cells(chaos));

    if (count < 4)
        say(chaos, "set spec.cells[%zu] {'name':'zone%d'}", count, ++chaos->zones);
}

/* Who lists cells lists the first one alone. */
static void remove_cell(struct chaos *chaos)
{
    const json_t *keyspace, *cut, *pool;
    size_t leaving = some_cell(chaos);

    if (leaving == 0 || chaos->mend != NULL)
        return;
    json_each_item (keyspaces(chaos), k, keyspace) {
        json_each_item (cuts_of(keyspace), c, cut) {
            json_each_item (pools_of_cut(cut), p, pool) {
                if (text_equal(json_text_at(pool, "cell"), cell_name(chaos, leaving)))
                    return;
            }
        }
    }
    say(chaos, "unset spec.cells[%zu]", leaving);
}

static void add_keyspace(struct chaos *chaos)
{
    const char *name = fmt(arena, "ks%u", 1 + chance(chaos, 3));

    if (has_keyspace(chaos, name) || json_array_size(keyspaces(chaos)) > 2)
        return;
    say(chaos,
        "set spec.keyspaces[%zu] {'name':'%s','turndownPolicy':'%s','partitionings':[%s]}",
        json_array_size(keyspaces(chaos)),
        name,
        chance(chaos, 2) == 0 ? "Immediate" : "RequireIdle",
        new_cut(chaos, 1 + chance(chaos, 2)));
}

/* A second cut; where there is one, one of the two goes. */
static void reshard(struct chaos *chaos)
{
    size_t keyspace = some_keyspace(chaos);
    const json_t *cuts = cuts_of(json_array_get(keyspaces(chaos), keyspace));

    if (chaos->mend != NULL)
        return;
    if (json_array_size(cuts) > 1)
        say(chaos, "unset spec.keyspaces[%zu].partitionings[%u]", keyspace, chance(chaos, 2));
    else
        say(chaos,
            "set spec.keyspaces[%zu].partitionings[1] %s",
            keyspace,
            new_cut(chaos, 1 + chance(chaos, 4)));
}

/* An administrator takes the traffic off a shard, or gives it some. */
static void switch_traffic(struct chaos *chaos)
{
    struct objects shards = sim_objects(chaos->run.sim, arena, "VitessShard");
    const json_t *shard =
        shards.count == 0 ? NULL : shards.at[chance(chaos, (unsigned)shards.count)];

    if (shard != NULL && !text_equal(json_text_at(shard, "spec", "traffic"), "Settled"))
        say(chaos,
            "try vtctl SetShardIsPrimaryServing %s/%s %s",
            object_label(shard, object_keys(shard)->keyspace),
            json_text_at(shard, "spec", "name"),
            text_equal(json_text_at(shard, "spec", "traffic"), "Leaving") ? "false" : "true");
}

/* --- releases --- */

static void release(struct chaos *chaos)
{
    static const char *const kinds[] = {"VitessCell",
        "VitessKeyspace",
        "VitessKeyspace",
        "VitessShard",
        "VitessShard",
        "Pod",
        NULL};
    const char *kind = pick(chaos, kinds), *name = some_object(chaos, kind);
    const bool cascade = text_equal(kind, "VitessShard") && chance(chaos, 2) == 0;

    if (name != NULL)
        say(chaos,
            "try annotate %s %s rollout.planetscale.com/%s yes",
            kind,
            name,
            cascade ? "cascade" : "released");
}

/* --- mistakes --- */

static void remember_to_mend(struct chaos *chaos, const char *path, const json_t *value)
{
    chaos->mend = value == NULL ? fmt(arena, "unset %s", path)
                                : fmt(arena, "set %s %s", path, json_write(arena, value, NULL));
}

static void bad_edit(struct chaos *chaos)
{
    const struct place_of_pool at = some_pool(chaos);
    const char *cut = fmt(arena, CUT, at.keyspace, at.cut);
    const char *pool = fmt(arena, POOL, at.keyspace, at.cut, at.pool);

    if (chaos->mend != NULL)
        return;
    switch (chance(chaos, 3)) {
    case 0:
        remember_to_mend(chaos, fmt(arena, "%s.cell", pool), json_at(at.json, "cell"));
        say(chaos, "set %s.cell \"nowhere\"", pool);
        break;
    case 1:
        remember_to_mend(chaos, fmt(arena, "%s.hexWidth", cut), NULL);
        say(chaos, "set %s.hexWidth 3", cut);
        break;
    default:
        remember_to_mend(chaos,
            fmt(arena, "spec.keyspaces[%zu].durabilityPolicy", at.keyspace),
            json_at(json_array_get(keyspaces(chaos), at.keyspace), "durabilityPolicy"));
        say(chaos, "set spec.keyspaces[%zu].durabilityPolicy \"sometimes\"", at.keyspace);
    }
}

/* An administrator moves a primary, whatever the operator is about. */
static void reparent(struct chaos *chaos)
{
    struct objects shards = sim_objects(chaos->run.sim, arena, "VitessShard");
    const json_t *shard =
        shards.count == 0 ? NULL : shards.at[chance(chaos, (unsigned)shards.count)];
    unsigned left = chance(chaos, 4);
    const json_t *tablet;
    const char *alias;

    json_each_field (json_at(shard, "status", "tablets"), alias, tablet) {
        if (left-- == 0)
            say(chaos,
                "try vtctl PlannedReparentShard %s/%s --new-primary %s",
                object_label(shard, object_keys(shard)->keyspace),
                json_text_at(shard, "spec", "name"),
                alias);
    }
}

/* clang-format off */
static const struct happening happenings[] = {
    {8, true, edit_images},         {3, true, edit_images_of_keyspace}, {3, true, edit_bad_image},
    {5, true, edit_flags},          {2, true, edit_my_cnf},             {8, true, edit_replicas},
    {5, true, add_pool},            {5, true, remove_pool},             {4, true, move_pool},
    {3, true, edit_volumes},        {3, true, edit_extras},             {3, true, edit_gateway},
    {3, true, edit_dashboard},      {2, true, edit_vtadmin},            {2, true, edit_vtorc},
    {2, true, edit_etcd},           {5, true, edit_strategy},
    {4, true, edit_turndown},       {3, true, edit_durability},         {4, true, add_cell},
    {5, true, remove_cell},         {4, true, add_keyspace},            {4, true, remove_keyspace},
    {6, true, reshard},             {6, false, switch_traffic},         {8, false, release},
    {4, true, bad_edit},            {6, true, mend_edit},               {4, false, reparent},
    {6, false, delete_some},        {5, false, crash_pod},              {3, false, lose_node},
    {3, false, return_node},        {5, false, fail_task},              {4, false, fail_hook},
    {3, false, restart_metacontroller},     {3, false, annotate_some},
    {3, false, relabel_some},               {6, false, drift},
    {4, false, edit_status_of_some},        {4, false, copy_some},
    {5, false, delete_claim},               {4, false, delete_cluster_and_apply},
    {3, false, lose_and_restore},           {3, false, orphan_and_apply},
};
/* clang-format on */

/* --- putting it right --- */

static void mend_spec(struct chaos *chaos)
{
    const json_t *keyspace;

    say(chaos, "set spec.images.vttablet \"%s\"", some_image(chaos));
    json_each_item (keyspaces(chaos), k, keyspace) {
        say(chaos, "unset spec.keyspaces[%zu].images", k);
        say(chaos, "set spec.keyspaces[%zu].durabilityPolicy \"none\"", k);
    }
    say(chaos, "set spec.updateStrategy {'type':'Immediate'}");
}

/* All traffic goes to the last cut. */
static void switch_keyspace(struct chaos *chaos, const char *name, const json_t *cuts)
{
    struct texts serving = {.arena = arena};
    const json_t *last = json_array_get(cuts, json_array_size(cuts) - 1);
    struct objects shards = sim_objects(chaos->run.sim, arena, "VitessShard");
    struct texts commands = {.arena = arena};

    add_equal(&serving, json_at(last, "equal"));
    for (size_t i = 0; i < shards.count; i++) {
        const char *shard = json_text_at(shards.at[i], "spec", "name");
        const char *keyspace = object_label(shards.at[i], object_keys(shards.at[i])->keyspace);

        if (text_equal(keyspace, name))
            texts_add(&commands,
                fmt(arena,
                    "try vtctl SetShardIsPrimaryServing %s/%s %s",
                    name,
                    shard,
                    texts_contain(&serving, shard) ? "true" : "false"));
    }
    for (size_t i = 0; i < commands.count; i++)
        say(chaos, "%s", commands.at[i]);
}

static void finish(struct chaos *chaos)
{
    const json_t *keyspace;

    say(chaos, "steps %d", SETTLING);
    json_each_item (keyspaces(chaos), k, keyspace)
        switch_keyspace(chaos, json_text_at(keyspace, "name"), cuts_of(keyspace));
}

/* --- the cluster --- */

static void make_cluster(struct chaos *chaos)
{
    if (chance(chaos, 5) == 0)
        say(chaos,
            "set spec.globalLockserver {'external':{'implementation':'etcd2','address':"
            "'etcd.db.svc:2379','rootPath':'/vitess/global'}}");
    else if (chance(chaos, 5) == 0)
        say(chaos, "set spec.cells[0].lockserver {'etcd':{}}");
    if (chance(chaos, 3) == 0)
        say(chaos, "set spec.keyspaces[0].turndownPolicy \"Immediate\"");
    if (chance(chaos, 4) == 0)
        edit_strategy(chaos);
    if (chance(chaos, 4) == 0)
        make_backups(chaos);
    for (unsigned more = chance(chaos, 3); more > 0; more--)
        add_keyspace(chaos);
}

/* Of two cuts with the same shard the later one counts. */
static void expect_all_serving(struct chaos *chaos)
{
    const json_t *keyspace, *cut, *pool;

    json_each_item (keyspaces(chaos), k, keyspace) {
        json_t *wanted = json_new_map();
        const json_t *count;
        const char *shard;

        json_each_item (cuts_of(keyspace), c, cut) {
            struct texts names = {.arena = arena};
            json_int_t sum = 0;

            json_each_item (pools_of_cut(cut), p, pool)
                sum += json_int_at(pool, 0, "replicas");
            add_equal(&names, json_at(cut, "equal"));
            for (size_t i = 0; i < names.count; i++)
                json_put(wanted, names.at[i], json_integer(sum));
        }
        json_each_field (wanted, shard, count)
            expect_serving(chaos,
                json_text_at(keyspace, "name"),
                shard,
                (size_t)json_integer_value(count));
    }
}

static const char *const deleted_kinds[] = {"Pod",
    "Pod",
    "Pod",
    "Deployment",
    "Service",
    "Secret",
    "PodDisruptionBudget",
    "VitessShard",
    "VitessKeyspace",
    "VitessCell",
    NULL};
static const char *const annotated_kinds[] = {"VitessCell",
    "VitessKeyspace",
    "VitessShard",
    "EtcdLockserver",
    "Service",
    "Deployment",
    "Pod",
    "PersistentVolumeClaim",
    NULL};
static const char *const relabelled_kinds[] = {
    "VitessKeyspace", "VitessShard", "Pod", "PersistentVolumeClaim", NULL};
static const char *const copied_kinds[] = {
    "PersistentVolumeClaim", "VitessShard", "VitessKeyspace", "VitessCell", "Deployment", NULL};
static const char *const hooked_kinds[] = {
    "VitessCluster", "VitessCell", "VitessKeyspace", "VitessShard", "EtcdLockserver", NULL};
static const char *const task_verbs[] = {"reparent",
    "serving",
    "await-primary",
    "traffic",
    "listing",
    "delete-tablet",
    "delete-shard",
    "keyspace",
    "policy",
    "durability",
    "cell-info",
    "alias",
    "keyspace-names",
    "keyspace-cell",
    "cell-idle",
    "srv-keyspace",
    "delete-cell",
    NULL};
static const char *const drifting_kinds[] = {
    "VitessShard", "VitessShard", "VitessKeyspace", "VitessCell", NULL};
static const char *const drifts[] = {"traffic \"Leaving\"",
    "turndownPolicy \"Immediate\"",
    "images {'vttablet':'vitess/lite:v24.0.9'}",
    "tabletPools []",
    "partitionings []",
    "updateStrategy {'type':'External'}",
    NULL};
static const char *const cell_drifts[] = {"leaving true", "gateway {'replicas':1}", NULL};
static const char *const status_edits[] = {"idle \"True\"",
    "turnedDown true",
    "conditions {}",
    "observedGeneration 99",
    "memory {}",
    "tasks []",
    "tablets {}",
    "hasMaster \"False\"",
    "servingWrites \"False\"",
    NULL};
static const char *const cell_status_edits[] = {
    "idle \"True\"", "conditions []", "tasks []", "observedGeneration 99", NULL};

static const struct chaos_api v2_chaos = {
    .shape = &v2_shape,
    .seeds = 12,
    .make = make_cluster,
    .happenings = happenings,
    .happening_count = sizeof(happenings) / sizeof(happenings[0]),
    .edit_replicas = edit_replicas,
    .mend = mend_spec,
    .finish = finish,
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
    .keyspace_label = "controller-uid",
};

#endif
