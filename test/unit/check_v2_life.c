#include "v2_cluster.h"

/* What the hooks of planetscale.com/v2 do once their objects are there: what has left a spec is
 * kept while it may be in use, and nothing is taken down for what cannot be. */

hook_function v2_sync_cell, v2_sync_keyspace, v2_sync_shard;
hook_function v2_sync_etcd_lockserver;
hook_function v2_customize_cell;
hook_function v2_sync_backup_storage, v2_sync_backup, v2_sync_backup_schedule;

/* --- worlds --- */

static struct world world_of_kind(hook_function *sync, const char *kind)
{
    return world_of_stage("docs_302_ready.json",
        sync,
        kind,
        text_equal(kind, "VitessKeyspace") ? "example-customer-085639aa" : NULL);
}

static struct world at_rest(hook_function *sync, const char *kind)
{
    struct world world = world_of_kind(sync, kind);

    world_rest(&world);
    world_report_pods(&world,
        "{'phase':'Succeeded','containerStatuses':[{'name':'task','state':"
        "{'terminated':{'exitCode':0,'message':''}}}]}");
    world_rest(&world);
    return world;
}

static void edit(struct world *world, const char *path, const char *value)
{
    world->parent = json_clone(changed(world->parent, path, value));
}

static const json_t *sent(const struct world *world, const char *name)
{
    return object_last_applied(arena, &v2_keys, world_child(world, name));
}

/* --- a spec that cannot work --- */

START_TEST(a_bad_spec_changes_nothing)
{
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");
    const char *before = json_write(arena, world.children, NULL);

    edit(&world, "spec.cells[0].name", "'zone-1'");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(json_write(arena, world.children, NULL), before);
    ck_assert(
        text_starts_with(world_condition(&world, "Ready"), "False InvalidSpec: spec.cells[0]"));
}
END_TEST

/* --- Ready --- */

#define CUSTOMER "example-customer-085639aa"
#define ZONE1 "example-zone1-5abb61ae"
#define WHOLE "example-customer-x-x-dc880356"

#define SHARDS(ready, primary)                                                                     \
    "{'shards':{'-':{'desiredTablets':2,'readyTablets':2,'hasMaster':'True'},"                     \
    "'-80':{'desiredTablets':2,'readyTablets':" ready ",'hasMaster':'" primary "'}}}"

/* Its condition Ready is of the shards that serve. */
static const struct {
    const char *status, *said;
} keyspaces[] = {
    {SHARDS("2", "True"), "True Ready"},
    {SHARDS("1", "True"),
        "False LevelsNotReady: VitessKeyspace " CUSTOMER ": 1 of 2 tablets of shard -80 are Ready"},
    {SHARDS("2", "Unknown"),
        "False LevelsNotReady: VitessKeyspace " CUSTOMER
        ": nobody is known to be primary of shard -80"},
};

START_TEST(a_cluster_is_ready_once_shards_are_that_do_not_serve_yet)
{
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");

    world_settle(&world, "example-etcd-faf13de3", "{}");
    world_settle(&world, ZONE1, "{}");
    world_settle(&world, "example-commerce-fb9b866a", "{}");
    world_settle(&world, CUSTOMER, keyspaces[_i].status);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert(text_starts_with(world_condition(&world, "Ready"), keyspaces[_i].said));
    put_at(world_child(&world, CUSTOMER), "metadata.generation", json_integer(99));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False LevelsNotReady: VitessKeyspace " CUSTOMER " has a new spec");
}
END_TEST

/* --- what has left the spec --- */

#define NO_POOLS                                                                                   \
    "[{'equal':{'parts':1,'shardTemplate':{'databaseInitScriptSecret':{'name':'i','key':'k'},"     \
    "'tabletPools':[]}}}]"

START_TEST(a_keyspace_that_has_left_is_kept_until_it_is_nowhere)
{
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");

    put_at(world_child(&world, CUSTOMER), "spec.turndownPolicy", json_string("RequireIdle"));
    edit(&world, "spec.keyspaces[1].turndownPolicy", "'RequireIdle'");
    edit(&world, "spec.keyspaces[1].partitionings", NO_POOLS);
    world_rest(&world);
    edit(&world, "spec.keyspaces[1]", NULL);
    world_rest(&world);
    ck_assert_ptr_nonnull(world_child(&world, CUSTOMER));
    ck_assert_str_eq(json_text_at(world_status(&world), "orphanedKeyspaces", "customer", "reason"),
        "NotIdle");
    world_settle(&world, CUSTOMER, "{'idle':'True','turnedDown':true}");
    world_rest(&world);
    ck_assert_ptr_null(world_child(&world, CUSTOMER));
    ck_assert_ptr_null(json_at(world_status(&world), "orphanedKeyspaces"));
}
END_TEST

#define DELETED "DeleteKeyspace --recursive customer"

static bool asks(const struct world *world)
{
    return strstr(world_tasks(world), DELETED) != NULL;
}

/* With its policy Immediate it goes at once, but for a sync that notes it. */
static struct world without_customer(void)
{
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");

    edit(&world, "spec.keyspaces[1]", NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    return world;
}

static void settle_levels(struct world *world)
{
    static const char *const kinds[] = {"EtcdLockserver", "VitessCell", "VitessKeyspace", NULL};
    const json_t *child;

    json_each_item (world->children, i, child) {
        if (text_is_one_of(object_kind(child), kinds))
            world_settle(world, object_name(child), NULL);
    }
}

START_TEST(vitess_forgets_a_keyspace_that_has_gone)
{
    struct world world = without_customer();

    ck_json(json_at(world_status(&world), "pruning"), "['customer']");
    ck_assert_ptr_nonnull(world_child(&world, CUSTOMER));
    ck_assert_str_eq(json_text_at(world_status(&world), "orphanedKeyspaces", "customer", "reason"),
        "TurningDown");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(world_child(&world, CUSTOMER));
    ck_assert(!asks(&world));
    ck_assert_int_eq(world_sync(&world), 200);
    settle_levels(&world);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert(asks(&world));
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: deleting what Vitess knows of keyspace customer");
    world_answer_tasks(&world);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(json_at(world_status(&world), "pruning"));
    world_rest(&world);
    ck_assert(!asks(&world));
}
END_TEST

/* What is deleted late would be what Vitess knows of the new one. */
START_TEST(one_that_comes_back_waits_until_it_is_forgotten)
{
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");
    const json_t *before = json_at(world.parent, "spec", "keyspaces");

    edit(&world, "spec.keyspaces[1]", NULL);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(world_sync(&world), 200);
    ck_assert(asks(&world));
    edit(&world, "spec.keyspaces", json_write(arena, before, NULL));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert(asks(&world));
    ck_assert_ptr_null(world_child(&world, CUSTOMER));
    world_answer_tasks(&world);
    world_rest(&world);
    ck_assert_ptr_nonnull(world_child(&world, CUSTOMER));
    ck_assert(!asks(&world));
}
END_TEST

START_TEST(one_that_comes_back_in_time_is_not_forgotten)
{
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");
    const json_t *before = json_at(world.parent, "spec", "keyspaces");

    edit(&world, "spec.keyspaces[1]", NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    edit(&world, "spec.keyspaces", json_write(arena, before, NULL));
    world_rest(&world);
    ck_assert_ptr_nonnull(world_child(&world, CUSTOMER));
    ck_assert_ptr_null(json_at(world_status(&world), "pruning"));
    ck_assert(!asks(&world));
}
END_TEST

START_TEST(nothing_is_forgotten_that_is_not_to_be)
{
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");

    edit(&world, "spec.topologyReconciliation", "{'pruneKeyspaces':false}");
    world_rest(&world);
    edit(&world, "spec.keyspaces[1]", NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(world_child(&world, CUSTOMER));
    world_rest(&world);
    ck_assert(!asks(&world));
    ck_assert_ptr_null(json_at(world_status(&world), "pruning"));
}
END_TEST

/* Whoever writes into the status has nothing deleted that is there. */
START_TEST(a_keyspace_that_is_there_is_never_forgotten)
{
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");

    put_at(world.parent, "status.pruning", json_of("['customer',7,null,{}]"));
    world_rest(&world);
    ck_assert(!asks(&world));
    ck_assert_ptr_nonnull(world_child(&world, CUSTOMER));
    ck_assert_ptr_null(json_at(world_status(&world), "pruning"));
}
END_TEST

/* By hand: the VitessCluster never had it so. */
START_TEST(an_edited_policy_lets_no_keyspace_go)
{
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");

    edit(&world, "spec.keyspaces[1].turndownPolicy", "'RequireIdle'");
    world_rest(&world);
    edit(&world, "spec.keyspaces[1]", NULL);
    put_at(world_child(&world, CUSTOMER), "spec.turndownPolicy", json_string("Immediate"));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(world_child(&world, CUSTOMER));
}
END_TEST

#define POOL_OF_ZONE1                                                                              \
    "{'cell':'zone1','type':'replica','replicas':2,'dataVolumeClaimTemplate':{'accessModes':["     \
    "'ReadWriteOnce'],'resources':{'requests':{'storage':'4Gi'}}},'vttablet':{'resources':{}},"    \
    "'mysqld':{'resources':{}}}"

/* It says so of a spec that it has not heard of yet. */
START_TEST(an_old_status_lets_nothing_go)
{
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");

    world_settle(&world, ZONE1, "{'idle':'True','turnedDown':true}");
    put_at(world_child(&world, ZONE1), "status.observedGeneration", json_integer(0));
    edit(&world, "spec.cells", "[]");
    edit(&world, "spec.keyspaces", "[]");
    edit(&world, "spec.vitessDashboard", NULL);
    edit(&world, "spec.vtadmin", NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(world_child(&world, ZONE1));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_names(&world, "VitessKeyspace"), "");
    world_settle(&world, ZONE1, "{'idle':'True','turnedDown':true}");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(world_child(&world, ZONE1));
}
END_TEST

/* A status that somebody has edited, while its spec, as the VitessCluster wrote it, has pools. */
START_TEST(what_is_to_have_tablets_is_not_idle_whatever_its_status_says)
{
    static const char *const pools[] = {
        "[{'equal':{'parts':1,'shardTemplate':{'databaseInitScriptSecret':{'name':'i','key':'k'},"
        "'tabletPools':[" POOL_OF_ZONE1 "]}}}]",
        "[{'custom':{'shards':[{'keyRange':{},'databaseInitScriptSecret':{'name':'i','key':'k'},"
        "'tabletPools':[" POOL_OF_ZONE1 "]}]}}]"};
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");

    edit(&world, "spec.keyspaces[1].turndownPolicy", "'RequireIdle'");
    edit(&world, "spec.keyspaces[1].partitionings", pools[_i]);
    world_rest(&world);
    ck_assert(!text_starts_with(world_condition(&world, "Ready"), "False InvalidSpec"));
    edit(&world, "spec.keyspaces", "[]");
    edit(&world, "spec.cells", "[]");
    edit(&world, "spec.vitessDashboard", NULL);
    edit(&world, "spec.vtadmin", NULL);
    for (int i = 0; i < 4; i++) {
        put_at(world_child(&world, CUSTOMER), "spec.partitionings", json_of(NO_POOLS));
        world_settle(&world, CUSTOMER, "{'idle':'True'}");
        put_at(world_child(&world, CUSTOMER),
            "spec.partitionings",
            i % 2 == 0 ? json_of(NO_POOLS) : json_of(pools[_i]));
        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert_ptr_nonnull(world_child(&world, CUSTOMER));
    }
    world_settle(&world, ZONE1, "{'idle':'True'}");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(world_child(&world, ZONE1));
}
END_TEST

/* As the VitessCluster does. */
static void tell_to_leave(json_t *cell)
{
    json_t *applied;

    put_at(cell, "spec.leaving", json_true());
    applied = json_clone(cell);
    put_at(applied, "status", NULL);
    put_at(applied, "metadata.annotations", NULL);
    json_object_set(json_object_get(json_object_get(cell, "metadata"), "annotations"),
        "metacontroller.k8s.io/last-applied-configuration",
        json_string(json_write(arena, applied, NULL)));
}

/* What it says of itself is of a cell that goes. */
START_TEST(a_cell_that_comes_back_is_not_ready_before_it_has_been_told)
{
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");

    settle_levels(&world);
    world_settle(&world,
        CUSTOMER,
        "{'shards':{'-':{'desiredTablets':2,'readyTablets':2,'hasMaster':'True'}}}");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
    put_at(world_child(&world, ZONE1), "spec.leaving", json_true());
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
    tell_to_leave(world_child(&world, ZONE1));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False LevelsNotReady: VitessCell " ZONE1 " has a new spec");
}
END_TEST

/* Somebody has edited the status: what its hook says of itself beside that gainsays it. */
START_TEST(a_status_that_gainsays_itself_lets_nothing_go)
{
    static const char *const idle[] = {"{'idle':'True','shards':{'-':{'tablets':2}}}",
        "{'idle':'True','shards':{'-':{'desiredTablets':2}}}",
        "{'idle':'True','orphanedShards':{'-80':{'reason':'Serving'}}}"};
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");

    edit(&world, "spec.keyspaces[1].turndownPolicy", "'RequireIdle'");
    world_rest(&world);
    edit(&world, "spec.keyspaces", "[]");
    edit(&world, "spec.cells", "[]");
    edit(&world, "spec.vitessDashboard", NULL);
    edit(&world, "spec.vtadmin", NULL);
    world_settle(&world, CUSTOMER, idle[_i]);
    world_settle(&world, ZONE1, "{'idle':'True','keyspaces':{'customer':{}}}");
    world_rest(&world);
    ck_assert_ptr_nonnull(world_child(&world, CUSTOMER));
    ck_assert_ptr_nonnull(world_child(&world, ZONE1));
}
END_TEST

/* --- where the topology is --- */

#define ROOT "/vitess/example/global"
#define EXTERNAL(address)                                                                          \
    "{'external':{'implementation':'etcd2','address':'" address "','rootPath':'" ROOT "'}}"
#define NOWHERE(told, wanted)                                                                      \
    "False InvalidSpec: spec.globalLockserver: must leave the topology at " told " (" ROOT         \
    "), got " wanted " (" ROOT                                                                     \
    "), where nothing is known of the tablets of this cluster; put it back, or make a new "        \
    "VitessCluster and move the data (backup and restore, or MoveTables)"

static const struct {
    const char *before, *after;
    const char *refused; /* NULL: it is the same one */
} lockservers[] = {
    {NULL,
        EXTERNAL("etcd:2379"),
        NOWHERE("example-etcd-faf13de3-client.example.svc:2379", "etcd:2379")},
    {EXTERNAL("a:2379,b:2379"), EXTERNAL("b:2379,c:2379"), NULL},
    {EXTERNAL("a:2379,b:2379"),
        EXTERNAL("ab:2379,c:2379"),
        NOWHERE("a:2379,b:2379", "ab:2379,c:2379")},
    {EXTERNAL("a:2379"),
        "{'etcd':{}}",
        NOWHERE("a:2379", "example-etcd-faf13de3-client.example.svc:2379")},
    {NULL, "{'cellInfoAddress':'etcd.example.com:2379','etcd':{}}", NULL},
};

START_TEST(a_topology_stays_where_it_is)
{
    struct world world = world_of_kind(v2_sync_cluster, "VitessCluster");
    const char *before;

    if (lockservers[_i].before != NULL)
        edit(&world, "spec.globalLockserver", lockservers[_i].before);
    world_rest(&world);
    before = json_write(arena, world.children, NULL);
    edit(&world, "spec.globalLockserver", lockservers[_i].after);
    ck_assert_int_eq(world_sync(&world), 200);
    if (lockservers[_i].refused == NULL) {
        ck_assert(!text_starts_with(world_condition(&world, "Ready"), "False InvalidSpec"));
        return;
    }
    ck_assert_str_eq(world_condition(&world, "Ready"), lockservers[_i].refused);
    ck_assert_str_eq(json_write(arena, world.children, NULL), before);
}
END_TEST

/* Vitess knows the shard that comes first, so that the others are made. */
static void know_the_whole(struct world *world)
{
    world_settle(world, WHOLE, "{'tablets':{'zone1-1':{'ready':'True'}}}");
    world_rest(world);
}

static struct world keyspace_at_rest(void)
{
    struct world world = at_rest(v2_sync_keyspace, "VitessKeyspace");

    know_the_whole(&world);
    return world;
}

/* All of its shards go with it, whatever its spec says by now. */
START_TEST(a_keyspace_with_tablets_is_not_idle)
{
    static const char *const statuses[][2] = {
        {"{'tablets':{'zone1-1':{}}}", "False"},
        {"{'orphanedTablets':{'zone1-1':{},'zone1-2':{}}}", "False"},
        /* Nobody is left to hand the primary over to. */
        {"{'orphanedTablets':{'zone1-1':{}}}", "True"},
        {"{}", "True"},
    };
    struct world world = keyspace_at_rest();
    const json_t *child;

    edit(&world, "spec.partitionings[1]", NULL);
    edit(&world, "spec.partitionings[0].equal.shardTemplate.tabletPools", "[]");
    world_rest(&world);
    /* Those that have left the spec are there, too. */
    ck_assert_str_eq(json_text_at(world_status(&world), "idle"), "False");
    json_each_item (json_clone(world.children), i, child) {
        if (text_equal(object_kind(child), "VitessShard"))
            world_settle(&world, object_name(child), "{'idle':'True','turnedDown':true}");
    }
    world_rest(&world);
    json_each_item (json_clone(world.children), i, child) {
        if (text_equal(object_kind(child), "VitessShard"))
            ck_assert_str_eq(object_name(child), WHOLE);
    }
    for (size_t i = 0; i < 4; i++) {
        put_at(world_child(&world, WHOLE), "status", NULL);
        world_settle(&world, WHOLE, statuses[i][0]);
        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert_str_eq(json_text_at(world_status(&world), "idle"), statuses[i][1]);
    }
}
END_TEST

START_TEST(a_shard_that_has_left_is_kept_while_it_may_serve)
{
    struct world world = keyspace_at_rest();

    ck_assert_ptr_nonnull(world_child(&world, WHOLE));
    edit(&world, "spec.partitionings[0]", NULL);
    world_rest(&world);
    ck_assert_ptr_nonnull(world_child(&world, WHOLE));
    ck_assert_str_eq(json_text_at(world_status(&world), "orphanedShards", "-", "reason"),
        "Serving");
    world_settle(&world, WHOLE, "{'idle':'False'}");
    world_rest(&world);
    ck_assert_ptr_nonnull(world_child(&world, WHOLE));
    world_settle(&world, WHOLE, "{'idle':'True'}");
    world_rest(&world);
    ck_assert_ptr_nonnull(world_child(&world, WHOLE));
    ck_assert_str_eq(json_text_at(world_status(&world), "orphanedShards", "-", "reason"),
        "TurningDown");
    world_settle(&world, WHOLE, "{'idle':'False','turnedDown':true}");
    world_rest(&world);
    ck_assert_ptr_nonnull(world_child(&world, WHOLE));
    world_settle(&world, WHOLE, "{'idle':'True','turnedDown':true,'memory':{'tablets':['1']}}");
    world_rest(&world);
    ck_assert_ptr_nonnull(world_child(&world, WHOLE));
    world_settle(&world, WHOLE, "{'memory':{}}");
    world_settle(&world, WHOLE, "{'idle':'True','turnedDown':true}");
    world_rest(&world);
    ck_assert_ptr_null(world_child(&world, WHOLE));
}
END_TEST

#define HALF "example-customer-x-80-edd0c22a"
#define OTHER_HALF "example-customer-80-x-56884054"

static const char *traffic_sent(const struct world *world, const char *shard)
{
    return json_text_at(sent(world, shard), "spec", "traffic");
}

START_TEST(a_shard_is_told_where_its_traffic_may_go)
{
    struct world world = world_of_kind(v2_sync_keyspace, "VitessKeyspace");
    const json_t *whole = json_array_get(json_at(world.parent, "spec", "partitionings"), 0);
    const json_t *halves = json_array_get(json_at(world.parent, "spec", "partitionings"), 1);

    put_at(world.parent, "spec.partitionings", json_new_list());
    json_array_append(json_object_get(json_object_get(world.parent, "spec"), "partitionings"),
        (json_t *)(uintptr_t)whole);
    world_rest(&world);
    ck_assert_str_eq(traffic_sent(&world, WHOLE), "Settled");
    know_the_whole(&world);
    world.parent = json_clone(world.parent);
    json_array_append(json_object_get(json_object_get(world.parent, "spec"), "partitionings"),
        (json_t *)(uintptr_t)halves);
    world_rest(&world);
    ck_assert_str_eq(traffic_sent(&world, WHOLE), "MaySwitch");
    ck_assert_str_eq(traffic_sent(&world, HALF), "MaySwitch");
    edit(&world, "spec.partitionings[0]", NULL);
    world_rest(&world);
    ck_assert_str_eq(traffic_sent(&world, WHOLE), "Leaving");
    ck_assert_str_eq(traffic_sent(&world, HALF), "MaySwitch");
    world_settle(&world, WHOLE, "{'idle':'True','turnedDown':true}");
    world_rest(&world);
    ck_assert_ptr_null(world_child(&world, WHOLE));
    ck_assert_str_eq(traffic_sent(&world, HALF), "Settled");
}
END_TEST

/* What it was said to be before it was told that it has left. */
START_TEST(a_shard_that_was_never_told_to_leave_stays)
{
    struct world world = keyspace_at_rest();
    json_t *child;

    world_settle(&world, WHOLE, "{'idle':'True','turnedDown':true}");
    edit(&world, "spec.partitionings[0]", NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(world_child(&world, WHOLE));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(world_child(&world, WHOLE));
    /* Somebody else tells it so. */
    world = keyspace_at_rest();
    child = world_child(&world, WHOLE);
    put_at(child, "spec.traffic", json_string("Leaving"));
    world_settle(&world, WHOLE, "{'idle':'True','turnedDown':true}");
    edit(&world, "spec.partitionings[0]", NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(world_child(&world, WHOLE));
}
END_TEST

/* updateStrategy External: it cannot wait. */
START_TEST(a_held_shard_is_told_as_well)
{
    struct world world = keyspace_at_rest();

    edit(&world, "spec.updateStrategy", "{'type':'External'}");
    world_rest(&world);
    edit(&world, "spec.images.vttablet", "'vitess/lite:new'");
    edit(&world, "spec.partitionings[1]", NULL);
    world_rest(&world);
    ck_assert_str_eq(traffic_sent(&world, WHOLE), "MaySwitch");
    ck_assert_str_eq(traffic_sent(&world, HALF), "Leaving");
    world_settle(&world, HALF, "{'idle':'True','turnedDown':true}");
    world_settle(&world, OTHER_HALF, "{'idle':'True','turnedDown':true}");
    world_rest(&world);
    ck_assert_str_eq(traffic_sent(&world, WHOLE), "Settled");
    ck_assert_str_ne(json_text_at(sent(&world, WHOLE), "spec", "images", "vttablet"),
        "vitess/lite:new");
}
END_TEST

/* --- cells --- */

#define VTGATE "example-zone1-vtgate-bc6cde92"

START_TEST(vtgate_waits_until_its_cell_is_registered)
{
    struct world world = world_of_kind(v2_sync_cell, "VitessCell");

    world_rest(&world);
    ck_assert_ptr_null(world_of(&world, "Deployment", VTGATE));
    ck_assert_str_eq(world_tasks(&world),
        "UpdateCellInfo --root /vitess/example/local/zone1 --server-address "
        "example-etcd-faf13de3-client.example.svc:2379 zone1");
    world = at_rest(v2_sync_cell, "VitessCell");
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", VTGATE));
    /* One that is there already may be of a cell that was not registered meanwhile. */
    put_at(world.parent, "status.tasks", NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", VTGATE));
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False GatewayNotReady: the cell is being registered, and its vtgate may know no keyspace "
        "yet");
}
END_TEST

#define CELL_ETCD "example-zone1-etcd-43880480"

static void roll_out(json_t *deployment)
{
    const json_int_t replicas = json_int_at(deployment, 1, "spec", "replicas");

    put_at(deployment,
        "status",
        object(arena,
            F("observedGeneration", INT(object_generation(deployment))),
            F("replicas", INT(replicas)),
            F("updatedReplicas", INT(replicas)),
            F("availableReplicas", INT(replicas)),
            LIST("conditions", ITEM(F("type", "Available"), F("status", "True")))));
}

START_TEST(a_cell_is_as_its_etcd_is)
{
    struct world world = world_of_kind(v2_sync_cell, "VitessCell");

    edit(&world, "spec.lockserver", "{'etcd':{}}");
    come_up(&world);
    come_up(&world);
    roll_out(world_of(&world, "Deployment", VTGATE));
    world_rest(&world);
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False LevelsNotReady: EtcdLockserver " CELL_ETCD " is not Ready");
    world_report(&world, CELL_ETCD, false, false, "x", "{}");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: updating EtcdLockserver " CELL_ETCD);
    world_settle(&world, CELL_ETCD, "{}");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True RolloutComplete: all 2 are up to date");
    json_array_remove(world.children, world_index(&world, CELL_ETCD));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert(text_starts_with(world_condition(&world, "Updated"),
        "False RolloutProgressing: EtcdLockserver " CELL_ETCD " is being created"));
    /* One that has left the spec is kept, and gets no edit any more. */
    world_rest(&world);
    edit(&world, "spec.lockserver", NULL);
    world_rest(&world);
    ck_assert_ptr_nonnull(world_child(&world, CELL_ETCD));
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True RolloutComplete: all 1 are up to date");
}
END_TEST

#define TLS                                                                                        \
    "{'required':true,'tls':{'certSecret':{'name':'tls','key':'c'},"                               \
    "'keySecret':{'name':'tls','key':'k'}}}"

START_TEST(vtgate_stays_as_it_is_without_its_secret)
{
    struct world world = at_rest(v2_sync_cell, "VitessCell");
    const char *before = json_write(arena, world_of(&world, "Deployment", VTGATE), NULL);

    edit(&world, "spec.gateway.secureTransport", TLS);
    world_rest(&world);
    ck_assert_str_eq(json_write(arena, world_of(&world, "Deployment", VTGATE), NULL), before);
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False GatewayNotReady: vtgate waits for Secret tls, which is not there");
    world.related = json_of("{'Secret.v1':{'tls':{'apiVersion':'v1','kind':'Secret','metadata':"
                            "{'name':'tls','namespace':'example'},'data':{'c':'YQ=='}}}}");
    world_rest(&world);
    ck_assert_ptr_nonnull(strstr(json_write(arena, world_of(&world, "Deployment", VTGATE), NULL),
        "--mysql_server_ssl_cert="));
}
END_TEST

START_TEST(a_cell_asks_for_what_it_looks_at)
{
    struct world world = world_of_kind(v2_customize_cell, "VitessCell");
    struct request request = {.arena = arena, .keys = &v2_keys};
    struct answer answer = {.code = 200};

    edit(&world, "spec.gateway.secureTransport", TLS);
    request.parent = world.parent;
    v2_customize_cell(&request, &answer);
    ck_json(answer.related_resources,
        "[{'apiVersion':'planetscale.com/v2','resource':'vitesskeyspaces','namespace':'example',"
        "'labelSelector':{'matchLabels':{'planetscale.com/cluster':'example'}}},"
        "{'apiVersion':'planetscale.com/v2','resource':'vitessshards','namespace':'example',"
        "'labelSelector':{'matchLabels':{'planetscale.com/cluster':'example'}}},"
        "{'apiVersion':'v1','resource':'secrets','namespace':'example','names':['tls']}]");
}
END_TEST

/* --- etcd --- */

#define MEMBER(index) "example-etcd-faf13de3-" #index

#define READY "{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}"

static struct world lock_server(void)
{
    struct world world = world_of_kind(v2_sync_etcd_lockserver, "EtcdLockserver");

    world_rest(&world);
    world_report_pods(&world, READY);
    world_rest(&world);
    ck_assert_str_eq(json_text_at(world_status(&world), "available"), "True");
    edit(&world, "spec.image", "'quay.io/coreos/etcd:v3.5.18'");
    world_rest(&world);
    return world;
}

static const char *image_of(const struct world *world, const char *name)
{
    const json_t *pod = world_of(world, "Pod", name);

    return json_text_at(json_array_get(json_at(pod, "spec", "containers"), 0), "image");
}

START_TEST(a_member_waits_to_be_released)
{
    struct world world = lock_server();
    const json_t *pod = world_of(&world, "Pod", MEMBER(1));

    ck_assert_str_eq(image_of(&world, MEMBER(1)), "quay.io/coreos/etcd:v3.5.17");
    ck_assert_str_eq(object_annotation(object_last_applied(arena, &v2_keys, pod),
                         "rollout.planetscale.com/scheduled"),
        "spec:\n  containers:\n  - image: quay.io/coreos/etcd:v3.5.18\n    name: etcd\n");
}
END_TEST

static void release_member(struct world *world, const char *name)
{
    json_t *pod = world_of(world, "Pod", name);

    json_object_set(json_object_get(json_object_get(pod, "metadata"), "annotations"),
        "rollout.planetscale.com/released",
        json_string(""));
}

START_TEST(a_released_member_is_made_anew)
{
    struct world world = lock_server();

    release_member(&world, MEMBER(2));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(world_of(&world, "Pod", MEMBER(2)));
    ck_assert_ptr_nonnull(world_of(&world, "PersistentVolumeClaim", MEMBER(2)));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(image_of(&world, MEMBER(2)), "quay.io/coreos/etcd:v3.5.18");
    ck_assert_str_eq(image_of(&world, MEMBER(1)), "quay.io/coreos/etcd:v3.5.17");
}
END_TEST

START_TEST(two_members_are_never_down_at_a_time)
{
    struct world world = lock_server();

    release_member(&world, MEMBER(1));
    release_member(&world, MEMBER(2));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(world_of(&world, "Pod", MEMBER(1)));
    ck_assert_ptr_nonnull(world_of(&world, "Pod", MEMBER(2)));
    ck_assert_int_eq(world_sync(&world), 200); /* made anew, and not Ready yet */
    ck_assert_ptr_nonnull(world_of(&world, "Pod", MEMBER(1)));
    ck_assert_ptr_nonnull(world_of(&world, "Pod", MEMBER(2)));
    put_at(world_of(&world, "Pod", MEMBER(1)), "status", json_of(READY));
    release_member(&world, MEMBER(2)); /* a world keeps no annotations */
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(world_of(&world, "Pod", MEMBER(2)));
}
END_TEST

/* The volumes of etcd are never given up. */
START_TEST(the_claim_of_a_member_that_has_left_is_kept)
{
    struct world world = lock_server();

    edit(&world, "spec.localMemberIndex", "1");
    edit(&world, "spec.createPDB", "false");
    edit(&world, "spec.createClientService", "false");
    world_rest(&world);
    ck_assert_ptr_nonnull(world_of(&world, "PersistentVolumeClaim", MEMBER(3)));
    ck_assert_ptr_nonnull(world_of(&world, "Pod", MEMBER(3)));
    ck_assert_ptr_nonnull(world_of(&world, "Service", "example-etcd-faf13de3-client"));
    ck_assert_ptr_nonnull(
        world_of(&world, "PodDisruptionBudget", "etcd-lockserver-example-etcd-faf13de3"));
    ck_assert_ptr_nonnull(sent(&world, "example-etcd-faf13de3-client"));
}
END_TEST

/* --- names --- */

START_TEST(a_copy_does_nothing)
{
    struct world world = world_of_kind(v2_sync_keyspace, "VitessKeyspace");

    edit(&world, "metadata.name", "'copy'");
    ck_assert_int_eq(world_sync(&world), 422);
    ck_assert_str_eq(world.answer.message,
        "metadata.name: must be \"example-customer-085639aa\", got \"copy\"; a copy does nothing: "
        "delete it with kubectl delete --cascade=orphan");
    edit(&world, "metadata.labels", "{}");
    ck_assert_int_eq(world_sync(&world), 422);
    ck_assert_str_eq(world.answer.message,
        "metadata.labels[planetscale.com/cluster]: is required; it is the name of the "
        "VitessCluster");
}
END_TEST

static const struct {
    hook_function *sync;
    const char *kind, *path;
} parts[] = {{v2_sync_cell, "VitessCell", "spec.images"},
    {v2_sync_cell, "VitessCell", "spec.images.vtgate"},
    {v2_sync_cell, "VitessCell", "spec.topologyReconciliation"},
    {v2_sync_cell, "VitessCell", "spec.globalLockserver"},
    {v2_sync_keyspace, "VitessKeyspace", "spec.images"},
    {v2_sync_keyspace, "VitessKeyspace", "spec.globalLockserver"},
    {v2_sync_shard, "VitessShard", "spec.images"},
    {v2_sync_shard, "VitessShard", "spec.globalLockserver"}};

/* Somebody has taken it away from an object that is written by the level above. */
START_TEST(a_part_that_is_gone_is_asked_for)
{
    struct world world = world_of_kind(parts[_i].sync, parts[_i].kind);

    ck_assert_int_eq(world_sync(&world), 200);
    edit(&world, parts[_i].path, NULL);
    ck_assert_int_eq(world_sync(&world), 422);
    ck_assert_str_eq(world.answer.message, fmt(arena, "%s: is required", parts[_i].path));
}
END_TEST

/* --- what a restore has brought into another namespace --- */

#define VTCTLD "example-zone1-vtctld-1d4dcad0"

/* `object` as one that was applied in another namespace. */
static void bring_along(json_t *object)
{
    json_t *applied = json_clone(object);

    put_at(applied, "status", NULL);
    put_at(applied, "metadata.annotations", NULL);
    put_at(applied, "metadata.namespace", json_string("elsewhere"));
    put_at(object, "metadata.annotations", json_new_map());
    json_object_set(json_object_get(json_object_get(object, "metadata"), "annotations"),
        "metacontroller.k8s.io/last-applied-configuration",
        json_string(json_write(arena, applied, NULL)));
}

static const struct {
    hook_function *sync;
    const char *kind;
} brought_along[] = {{v2_sync_cell, "VitessCell"},
    {v2_sync_keyspace, "VitessKeyspace"},
    {v2_sync_shard, "VitessShard"}};

START_TEST(what_was_brought_along_does_nothing_until_it_is_told)
{
    struct world world = world_of_kind(brought_along[_i].sync, brought_along[_i].kind);

    ck_assert_int_eq(world_sync(&world), 200);
    bring_along(world.parent);
    ck_assert_int_eq(world_sync(&world), 422);
    ck_assert_str_eq(world.answer.message,
        "made for namespace elsewhere and restored here: leaves all as it is until it gets its "
        "spec again from its VitessCluster; apply that, if it is not there, and give it each "
        "VitessCell, VitessKeyspace and EtcdLockserver: kubectl label --overwrite --namespace "
        "example KIND NAME controller-uid=UID, with the UID of the VitessCluster");
}
END_TEST

/* Its members talk to those in the other namespace. */
START_TEST(members_that_were_brought_along_are_made_anew_one_at_a_time)
{
    struct world world = lock_server();

    for (uint32_t i = 1; i <= 3; i++)
        bring_along(world_of(&world, "Pod", fmt(arena, "example-etcd-faf13de3-%u", i)));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(world_of(&world, "Pod", MEMBER(1)));
    ck_assert_ptr_nonnull(world_of(&world, "Pod", MEMBER(2)));
    ck_assert_ptr_nonnull(world_of(&world, "Pod", MEMBER(3)));
}
END_TEST

static const char *namespace_applied(const struct world *world, const char *name)
{
    return object_made_for(arena, &v2_keys, world_child(world, name));
}

/* As well under updateStrategy External: it cannot do anything before. */
START_TEST(it_is_told_once_vtctld_is_of_this_cluster)
{
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");

    edit(&world, "spec.updateStrategy", _i == 0 ? "{'type':'External'}" : "{'type':'Immediate'}");
    world_rest(&world);
    bring_along(world_child(&world, CUSTOMER));
    bring_along(world_child(&world, VTCTLD));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(namespace_applied(&world, CUSTOMER), "elsewhere");
    ck_assert_str_eq(namespace_applied(&world, VTCTLD), "example");
    /* It has been told, and its Pods have not been made anew yet. */
    world_rest(&world);
    ck_assert_str_eq(namespace_applied(&world, CUSTOMER), "elsewhere");
    put_at(world_child(&world, VTCTLD),
        "status",
        json_of("{'observedGeneration':1,'replicas':1,'updatedReplicas':1,'availableReplicas':1,"
                "'readyReplicas':1,'conditions':[{'type':'Available','status':'True'}]}"));
    world_rest(&world);
    ck_assert_str_eq(namespace_applied(&world, CUSTOMER), "example");
    ck_assert_ptr_null(object_annotation(sent(&world, CUSTOMER), "planetscale.com/not-made-here"));
}
END_TEST

/* It would have the cells of the original told where the etcd of this one is. The user's own flags
 * may be spelt as Vitess spells them today. */
START_TEST(a_vtctld_that_came_along_is_asked_nothing_and_waits_for_nobody)
{
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");
    const json_t *child;

    edit(&world, "spec.updateStrategy", "{'type':'External'}");
    world_rest(&world);
    bring_along(world_child(&world, VTCTLD));
    put_at(world_child(&world, VTCTLD),
        "spec.template.spec.containers[0].args",
        json_of(fmt(arena,
            "['%s=example-etcd-faf13de3-client.elsewhere.svc:2379']",
            _i == 0 ? "--topo_global_server_address" : "--topo-global-server-address")));
    edit(&world, "spec.cells[1]", "{'name':'zone2'}");
    ck_assert_int_eq(world_sync(&world), 200);
    json_each_item (world.children, i, child)
        ck_assert_ptr_null(
            strstr(json_write(arena, child, NULL), "UpdateCellsAlias --cells zone1,z"));
    ck_assert_ptr_nonnull(strstr(json_write(arena, json_at(sent(&world, VTCTLD), "spec"), NULL),
        "--topo_global_server_address=example-etcd-faf13de3-client.example.svc:2379"));
    ck_assert_ptr_null(
        object_annotation(sent(&world, VTCTLD), "rollout.planetscale.com/scheduled"));
}
END_TEST

/* Kept as it is, it must not look as if it had been made here. */
START_TEST(what_was_brought_along_and_is_kept_stays_noted)
{
    struct world world = at_rest(v2_sync_cluster, "VitessCluster");

    bring_along(world_child(&world, CUSTOMER));
    bring_along(world_child(&world, ZONE1));
    bring_along(world_child(&world, VTCTLD));
    edit(&world, _i == 0 ? "spec.keyspaces[1]" : "spec.cells[0].name", _i == 0 ? NULL : "'a-b'");
    for (int syncs = 0; syncs < 3; syncs++) {
        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert_str_eq(namespace_applied(&world, CUSTOMER), "elsewhere");
        ck_assert_str_eq(namespace_applied(&world, ZONE1), "elsewhere");
        ck_assert(_i == 0 || text_equal(namespace_applied(&world, VTCTLD), "elsewhere"));
    }
}
END_TEST

static const char *gateways(const char *gateway)
{
    struct world world = world_of_kind(v2_sync_cluster, "VitessCluster");

    edit(&world, "spec.cells[0].gateway", gateway);
    world_rest(&world);
    put_at(world_child(&world, ZONE1), "spec.gateway.replicas", json_integer(5));
    world_rest(&world);
    return json_write(arena, json_at(sent(&world, ZONE1), "spec", "gateway", "replicas"), NULL);
}

/* Without one the scale subresource cannot be read; once it has scaled, its own number counts. */
START_TEST(an_autoscaler_has_a_number_to_begin_with)
{
    struct world world = world_of_kind(v2_sync_cluster, "VitessCluster");

    edit(&world, "spec.cells[0].gateway", "{'autoscaler':{'maxReplicas':9}}");
    world_rest(&world);
    ck_assert_int_eq(json_int_at(sent(&world, ZONE1), 0, "spec", "gateway", "replicas"), 2);
    ck_assert_str_eq(gateways("{'autoscaler':{'maxReplicas':9}}"), "5");
    ck_assert_str_eq(gateways("{'replicas':3,'autoscaler':{'maxReplicas':9}}"), "5");
    ck_assert_str_eq(gateways("{'replicas':3}"), "3");
}
END_TEST

START_TEST(a_copy_of_an_etcd_does_nothing)
{
    struct world world = world_of_kind(v2_sync_etcd_lockserver, "EtcdLockserver");

    edit(&world,
        "spec.selector",
        "{'matchLabels':{'etcd.planetscale.com/lockserver':'example-etcd-faf13de3'}}");
    ck_assert_int_eq(world_sync(&world), 200);
    edit(&world, "metadata.name", "'copy'");
    ck_assert_int_eq(world_sync(&world), 422);
    ck_assert_str_eq(world.answer.message,
        "metadata.name: must be \"example-etcd-faf13de3\", got \"copy\"; a copy does nothing: "
        "delete it with kubectl delete --cascade=orphan");
}
END_TEST

/* --- kinds that do nothing yet --- */

static void ck_not_served(hook_function *sync, const char *status, const char *message)
{
    struct world world = {.sync = sync,
        .keys = &v2_keys,
        .parent = json_clone(json_of(fmt(arena, "{'metadata':{'name':'it'},'status':%s}", status))),
        .children = json_new_list()};

    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_uint_eq(json_array_size(world.children), 0);
    ck_assert_str_eq(world_condition(&world, "Ready"),
        fmt(arena, "False NotServedYet: %s", message));
    ck_assert_str_eq(world_condition(&world, "Progressing"),
        fmt(arena, "False NotServedYet: %s", message));
    ck_assert(text_starts_with(world_condition(&world, "Updated"), "True RolloutComplete"));
    ck_json(json_without(world_status(&world), "conditions"), status);
}

START_TEST(what_is_not_served_says_so)
{
    ck_not_served(v2_sync_backup_storage,
        "{}",
        "this operator does not list the backups of a location yet; tablets and vtctld use it");
    ck_not_served(v2_sync_backup,
        "{'complete':true,'engine':'builtin'}",
        "this operator does not look after backups yet; what is said of this one is as it was");
    ck_not_served(v2_sync_backup_schedule,
        "{}",
        "this operator makes no scheduled backups yet: `vtctldclient BackupShard` makes one, from "
        "a CronJob of your own for instance");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, a_part_that_is_gone_is_asked_for, 0, 8);
    tcase_add_loop_test(tcase, what_was_brought_along_does_nothing_until_it_is_told, 0, 3);
    tcase_add_test(tcase, members_that_were_brought_along_are_made_anew_one_at_a_time);
    tcase_add_loop_test(tcase, it_is_told_once_vtctld_is_of_this_cluster, 0, 2);
    tcase_add_loop_test(tcase,
        a_vtctld_that_came_along_is_asked_nothing_and_waits_for_nobody,
        0,
        2);
    tcase_add_loop_test(tcase, what_was_brought_along_and_is_kept_stays_noted, 0, 2);
    tcase_add_test(tcase, an_autoscaler_has_a_number_to_begin_with);
    tcase_add_test(tcase, a_copy_of_an_etcd_does_nothing);
    tcase_add_loop_test(tcase, a_status_that_gainsays_itself_lets_nothing_go, 0, 3);
    tcase_add_test(tcase, a_bad_spec_changes_nothing);
    tcase_add_loop_test(tcase,
        a_cluster_is_ready_once_shards_are_that_do_not_serve_yet,
        0,
        sizeof(keyspaces) / sizeof(*keyspaces));
    tcase_add_test(tcase, a_keyspace_that_has_left_is_kept_until_it_is_nowhere);
    tcase_add_test(tcase, vitess_forgets_a_keyspace_that_has_gone);
    tcase_add_test(tcase, one_that_comes_back_waits_until_it_is_forgotten);
    tcase_add_test(tcase, one_that_comes_back_in_time_is_not_forgotten);
    tcase_add_test(tcase, nothing_is_forgotten_that_is_not_to_be);
    tcase_add_test(tcase, a_keyspace_that_is_there_is_never_forgotten);
    tcase_add_test(tcase, an_edited_policy_lets_no_keyspace_go);
    tcase_add_test(tcase, a_keyspace_with_tablets_is_not_idle);
    tcase_add_test(tcase, an_old_status_lets_nothing_go);
    tcase_add_loop_test(tcase, what_is_to_have_tablets_is_not_idle_whatever_its_status_says, 0, 2);
    tcase_add_test(tcase, a_cell_that_comes_back_is_not_ready_before_it_has_been_told);
    tcase_add_loop_test(tcase,
        a_topology_stays_where_it_is,
        0,
        sizeof(lockservers) / sizeof(*lockservers));
    tcase_add_test(tcase, a_shard_that_has_left_is_kept_while_it_may_serve);
    tcase_add_test(tcase, a_shard_is_told_where_its_traffic_may_go);
    tcase_add_test(tcase, a_shard_that_was_never_told_to_leave_stays);
    tcase_add_test(tcase, a_held_shard_is_told_as_well);
    tcase_add_test(tcase, vtgate_waits_until_its_cell_is_registered);
    tcase_add_test(tcase, a_cell_is_as_its_etcd_is);
    tcase_add_test(tcase, vtgate_stays_as_it_is_without_its_secret);
    tcase_add_test(tcase, a_cell_asks_for_what_it_looks_at);
    tcase_add_test(tcase, a_member_waits_to_be_released);
    tcase_add_test(tcase, a_released_member_is_made_anew);
    tcase_add_test(tcase, two_members_are_never_down_at_a_time);
    tcase_add_test(tcase, the_claim_of_a_member_that_has_left_is_kept);
    tcase_add_test(tcase, a_copy_does_nothing);
    tcase_add_test(tcase, what_is_not_served_says_so);
}

TEST_MAIN(tests)
