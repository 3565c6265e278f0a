#include "clusters.h"
#include "shared.h"

static struct world begin(const json_t *cluster)
{
    return (struct world){.sync = v1_sync_cluster,
        .parent = json_clone(cluster),
        .children = json_new_list()};
}

#define SERVES "{'vtctld':{'deployments':1,'availableDeployments':1}}"

static void settle_all(struct world *world)
{
    world_settle(world, "demo-global", SERVES);
    world_settle(world,
        "demo-zone1",
        "{'readyKeyspaces':['lookup','main'],'cellInfoRegistered':true}");
    if (world_child(world, "demo-zone2") != NULL)
        world_settle(world, "demo-zone2", "{'readyKeyspaces':['main'],'cellInfoRegistered':true}");
}

/* All cells of two_zones() are there, Vitess has been told everything and nothing moves. */
static struct world settled(const json_t *cluster)
{
    struct world world = begin(cluster);

    world_sync(&world);
    for (int i = 0; i < 4; i++) {
        settle_all(&world);
        world_answer_tasks(&world);
        world_sync(&world);
    }
    world_rest(&world);
    ck_assert_str_eq(world_tasks(&world), "");
    return world;
}

static void edit(struct world *world, const char *path, const char *value)
{
    json_int_t generation = object_generation(world->parent);

    world->parent = json_clone(changed(world->parent, path, value));
    put_at(world->parent, "metadata.generation", json_integer(generation + 1));
}

static const json_t *spec_of(const struct world *world, const char *name)
{
    return json_at(world_child(world, name), "spec");
}

static bool has_spec(const struct world *world, const char *name)
{
    return text_equal(json_text_at(spec_of(world, name), "image"),
        json_text_at(world->parent, "spec", "image"));
}

/* --- what the cells are told --- */

START_TEST(a_cell_is_told_everything_that_it_needs)
{
    struct world world =
        begin(changed(two_zones(), "spec.template", "{'metadata':{'labels':{'team':'a'}}}"));
    json_t *spec;

    world_sync(&world);
    ck_assert_str_eq(world_names(&world, "VitessCell"), "demo-global demo-zone1 demo-zone2");
    ck_json(json_at(world_child(&world, "demo-zone1"), "metadata", "labels"),
        "{'team':'a','vitess.io/cluster':'demo','vitess.io/cell':'zone1','controller-uid':'u-1'}");
    spec = json_clone(spec_of(&world, "demo-zone1"));
    ck_assert_uint_eq(strlen(json_text_at(spec, "rolloutId")), 16);
    put_at(spec, "rolloutId", NULL);
    ck_objects("told-zone1", spec);
}
END_TEST

START_TEST(what_is_optional_goes_down)
{
    struct world world;
    const json_t *cluster = changed(two_zones(),
        "spec.lockserver",
        "{'addresses':['a:2379','b:2379'],'root':'/demo','tlsSecret':'tls'}");

    cluster = changed(cluster, "spec.cells[0].etcd", NULL);
    cluster = changed(cluster, "spec.backupFlags", "{'backup-storage-implementation':'gcs'}");
    cluster = changed(cluster, "spec.volumeClaimRetention", "{'whenScaled':'Delete'}");
    cluster = changed(cluster, "spec.imagePullSecrets", "[{'name':'pull'}]");
    cluster = changed(cluster, "spec.imagePullPolicy", "'Always'");
    cluster = changed(cluster, "spec.networkPolicy", "{'enabled':true}");
    cluster = changed(cluster, "spec.cells[1].orchestrator", "{'image':'o','replicas':2}");
    world = begin(cluster);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_json(json_at(spec_of(&world, "demo-zone2"), "topology"),
        "{'implementation':'etcd2','addresses':'a:2379,b:2379','globalRoot':'/demo/global',"
        "'cellRootPrefix':'/demo','tlsSecret':'tls'}");
    ck_json(json_at(spec_of(&world, "demo-zone2"), "backupFlags"),
        "{'backup-storage-implementation':'gcs'}");
    ck_json(json_at(spec_of(&world, "demo-zone2"), "volumeClaimRetention"),
        "{'whenScaled':'Delete','whenDeleted':'Retain'}");
    ck_json(json_at(spec_of(&world, "demo-zone2"), "imagePullSecrets"), "[{'name':'pull'}]");
    ck_assert_str_eq(json_text_at(spec_of(&world, "demo-zone2"), "imagePullPolicy"), "Always");
    ck_json(json_at(spec_of(&world, "demo-zone2"), "networkPolicy"), "{'enabled':true}");
    ck_json(json_at(spec_of(&world, "demo-zone2"), "vtorcDefaults"), "{'replicas':2}");
}
END_TEST

START_TEST(tasks_go_to_the_first_vtctld_or_to_none)
{
    struct world world = begin(changed(two_zones(), "spec.cells[0].vtctld", NULL));

    world_sync(&world);
    ck_json(json_at(spec_of(&world, "demo-zone1"), "client"),
        "{'image':'" VITESS_IMAGE "','server':'internal'}");
    world = begin(changed(world.parent, "spec.cells[2].vtctld", "{'image':'vitess/lite:v23.0.1'}"));
    world_sync(&world);
    ck_json(json_at(spec_of(&world, "demo-zone2"), "client"),
        "{'image':'vitess/lite:v23.0.1','server':'demo-zone2-vtctld:15999'}");
}
END_TEST

#define DEDICATED                                                                                  \
    "{'nodeSelector':{'pool':'db'},'tolerations':[{'key':'dedicated','operator':'Exists'}],"       \
    "'priorityClassName':'high','serviceAccountName':'vitess','labels':{'a':'b'},"                 \
    "'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{"               \
    "'nodeSelectorTerms':[{}]}},'podAntiAffinity':{}}}"
#define ITS_NODES                                                                                  \
    "'tolerations':[{'key':'dedicated','operator':'Exists'}],'serviceAccountName':'vitess',"       \
    "'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{"               \
    "'nodeSelectorTerms':[{}]}}}"

/* Nodes that are tainted are so for all. */
START_TEST(tasks_run_on_the_nodes_of_whom_they_ask)
{
    const json_t *cluster = changed(two_zones(), "spec.cells[0].vtctld.template", DEDICATED);
    struct world world = begin(cluster);

    world_sync(&world);
    ck_json(json_at(spec_of(&world, "demo-zone1"), "client", "template"),
        "{'nodeSelector':{'pool':'db'},'priorityClassName':'high'," ITS_NODES "}");
    /* What is said of tasks wins, key by key. */
    world = begin(changed(cluster,
        "spec.tasks",
        "{'template':{'nodeSelector':{'any':'node'},'priorityClassName':'low',"
        "'annotations':{'c':'d'}},'resources':{'limits':{'memory':'1Gi'}}}"));
    world_sync(&world);
    ck_json(json_at(spec_of(&world, "demo-zone1"), "client"),
        "{'image':'" VITESS_IMAGE "','server':'demo-global-vtctld:15999','template':{"
        "'nodeSelector':{'any':'node'},'priorityClassName':'low','annotations':{'c':'d'}," ITS_NODES
        "},'resources':{'limits':{'memory':'1Gi'}}}");
    /* Without a vtctld it is etcd that is asked. */
    cluster = changed(changed(two_zones(), "spec.cells[0].vtctld", NULL),
        "spec.cells[0].etcd.template",
        "{'nodeSelector':{'pool':'etcd'}}");
    world = begin(cluster);
    world_sync(&world);
    ck_json(json_at(spec_of(&world, "demo-zone1"), "client", "template"),
        "{'nodeSelector':{'pool':'etcd'}}");
}
END_TEST

/* Every vtgate knows all keyspaces. */
START_TEST(vtgate_goes_by_the_lowest_mysql)
{
#define DIFFER(versions)                                                                           \
    "True MySQLVersionsDiffer: spec.keyspaces: tablets have MySQL " versions ", and vtgate goes "  \
    "by the lowest for all of them; let all have one"
    static const struct {
        const char *first, *second, *version, *advice;
    } rows[] = {
        {NULL, NULL, NULL, "none"},
        {"mysql:8.0.40", "mysql:8.0.40", "8.0.40-Vitess", "none"},
        {"percona/percona-server:8.4.3-3", "r:5000/mysql:8.4.3", "8.4.3-Vitess", "none"},
        {"mysql:8.0", "mysql:8.0", "8.0-Vitess", "none"},
        {"mysql:8.4.3", "mysql:8.0.40", "8.0.40-Vitess", DIFFER("8.0.40, 8.4.3")},
        {"mysql:8.0.40", "mysql:8.0.36", "8.0.36-Vitess", DIFFER("8.0.36, 8.0.40")},
        /* Vitess' own images have 8.4. */
        {"mysql:8.0.40", NULL, "8.0.40-Vitess", DIFFER("8.0.40, 8.4")},
        {"mysql:8.4.3", NULL, "8.4.3-Vitess", "none"},
        {"mysql:9.7.0", NULL, NULL, DIFFER("8.4, 9.7.0")},
        {"registry/db:stable", "mysql:8.0.40", "8.0.40-Vitess", "none"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *const images[] = {rows[i].first, rows[i].second};
        const json_t *cluster =
            changed(two_zones(), "spec.keyspaces[1].tablets.masterEligible.replicas", "3");
        struct world world;

        for (size_t keyspace = 0; keyspace < 2; keyspace++)
            cluster = changed(cluster,
                keyspace == 0 ? "spec.keyspaces[0].tablets.defaults.mysql"
                              : "spec.keyspaces[1].tablets.masterEligible.mysql",
                images[keyspace] == NULL ? NULL : fmt(arena, "{'image':'%s'}", images[keyspace]));
        world = begin(cluster);
        world_sync(&world);
        ck_assert_pstr_eq(json_text_at(spec_of(&world, "demo-zone1"), "mysqlServerVersion"),
            rows[i].version);
        ck_assert_str_eq(world_condition(&world, "Advice"), rows[i].advice);
    }
}
END_TEST

START_TEST(nulls_are_absent)
{
    struct world world = begin(
        changed(changed(two_zones(), "spec.cells[1].vtorc", "null"), "spec.backupFlags", "null"));

    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_eq(json_at(spec_of(&world, "demo-zone1"), "vtorc"), NULL);
    ck_assert_ptr_eq(json_at(spec_of(&world, "demo-zone1"), "backupFlags"), NULL);
}
END_TEST

START_TEST(a_pause_is_no_other_edit)
{
    struct world world = begin(two_zones());
    const char *before;

    world_sync(&world);
    before = json_text_at(spec_of(&world, "demo-zone1"), "rolloutId");
    edit(&world, "spec.rollout", "{'paused':true,'force':['demo-zone1']}");
    world_sync(&world);
    ck_assert_str_eq(json_text_at(spec_of(&world, "demo-zone1"), "rolloutId"), before);
    ck_json(json_at(spec_of(&world, "demo-zone1"), "rollout"),
        "{'paused':true,'force':['demo-zone1']}");
    edit(&world, "spec.rollout", NULL);
    edit(&world, "spec.cells[0].vtctld", "{'replicas':2}");
    world_sync(&world);
    ck_assert_str_ne(json_text_at(spec_of(&world, "demo-global"), "rolloutId"), before);
}
END_TEST

/* --- Vitess is told --- */

START_TEST(vitess_is_asked_once_it_can_answer)
{
    struct world world = begin(two_zones());

    world_sync(&world);
    ck_assert_str_eq(world_tasks(&world), "");
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False CellsNotReady: VitessCell demo-global is being created; if that lasts, see "
        "who refuses it (event SyncError), or whose it is if there is one already: kubectl "
        "describe --namespace shop vitesscluster/demo vitesscell/demo-global");
    settle_all(&world);
    world_sync(&world);
    ck_assert_str_eq(world_tasks(&world),
        "UpdateCellsAlias --cells=zone1,zone2 demo\n"
        "CreateKeyspace --force --durability-policy=semi_sync main\n"
        "CreateKeyspace --force --durability-policy=none lookup");
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False KeyspaceMissing: creating keyspace main with durability policy semi_sync");
    world_answer_tasks(&world);
    world_sync(&world);
    world_sync(&world);
    ck_assert_str_eq(world_tasks(&world),
        "SetKeyspaceDurabilityPolicy --durability-policy=semi_sync main\n"
        "SetKeyspaceDurabilityPolicy --durability-policy=none lookup");
    world_answer_tasks(&world);
    world_sync(&world);
    world_sync(&world);
    ck_assert_str_eq(world_tasks(&world), "RebuildKeyspaceGraph --cells=zone2 lookup");
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False VtgatesNotTold: telling vtgate of cells without tablets of keyspace lookup where "
        "it is");
    world_answer_tasks(&world);
    world_rest(&world);
    ck_assert_str_eq(world_tasks(&world), "");
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True RolloutComplete: all 3 are up to date");
    ck_json(json_at(world_status(&world), "keyspaces"),
        "[{'name':'main','durabilityPolicy':'semi_sync'},"
        "{'name':'lookup','durabilityPolicy':'none'}]");
    /* The alias, and where lookup is. */
    ck_assert_uint_eq(json_array_size(json_at(world_status(&world), "tasks")), 2);
}
END_TEST

START_TEST(a_failing_task_is_said)
{
    struct world world = begin(two_zones());
    json_t *child;

    world_sync(&world);
    settle_all(&world);
    world_sync(&world);
    json_each_item (world.children, i, child) {
        if (text_equal(object_kind(child), "Pod"))
            put_at(child,
                "status",
                json_of("{'phase':'Running','containerStatuses':[{'name':'task','state':"
                        "{'waiting':{'reason':'CrashLoopBackOff'}},'lastState':{'terminated':"
                        "{'exitCode':1,'message':'no route to topology'}}}]}"));
    }
    world_sync(&world);
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False KeyspaceMissing: creating keyspace main with durability policy semi_sync: "
        "task alias: no route to topology");
}
END_TEST

START_TEST(a_stricter_policy_waits_for_its_replicas)
{
    struct world world = settled(two_zones());

    edit(&world, "spec.keyspaces[1].tablets.masterEligible.replicas", "3");
    world_sync(&world);
    ck_assert_str_eq(world_tasks(&world), "");
    ck_assert_str_eq(json_text_at(json_array_get(json_at(world_status(&world), "keyspaces"), 1),
                         "durabilityPolicy"),
        "none");
    for (int i = 0; i < 3; i++) {
        settle_all(&world);
        world_sync(&world);
    }
    world_settle(&world, "demo-zone2", NULL);
    world_sync(&world);
    ck_assert_str_eq(world_tasks(&world),
        "SetKeyspaceDurabilityPolicy --durability-policy=semi_sync lookup");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: setting keyspace lookup with durability policy semi_sync");
    world_answer_tasks(&world);
    world_rest(&world);
    ck_assert_str_eq(json_text_at(json_array_get(json_at(world_status(&world), "keyspaces"), 1),
                         "durabilityPolicy"),
        "semi_sync");
}
END_TEST

START_TEST(a_laxer_policy_comes_before_replicas_go)
{
    struct world world = settled(two_zones());

    edit(&world, "spec.keyspaces[0].tablets.masterEligible.replicas", "1");
    world_sync(&world);
    ck_assert_str_eq(world_tasks(&world),
        "SetKeyspaceDurabilityPolicy --durability-policy=none main");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutWaiting: VitessCell demo-global: keyspace main needs its laxer durability "
        "policy first");
    ck_assert_str_eq(
        json_text_at(json_array_get(json_at(spec_of(&world, "demo-zone1"), "keyspaces"), 0),
            "durabilityPolicy"),
        "semi_sync");
    world_answer_tasks(&world);
    world_sync(&world);
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: updating VitessCell demo-global");
}
END_TEST

static const char *script_of_first_task(const struct world *world)
{
    const json_t *child;

    json_each_item (world->children, i, child) {
        const json_t *container = json_array_get(json_at(child, "spec", "containers"), 0);

        if (text_equal(object_kind(child), "Pod"))
            return json_string_value(json_array_get(json_at(container, "command"), 2));
    }
    return "";
}

/* Whether the primaries of keyspace main, whose policy was `from`, are told with the policy `to`.
 */
static bool tells_primaries(const char *from, const char *to)
{
    struct world world = settled(
        changed(two_zones(), "spec.keyspaces[0].durabilityPolicy", fmt(arena, "'%s'", from)));

    edit(&world, "spec.keyspaces[0].durabilityPolicy", fmt(arena, "'%s'", to));
    world_sync(&world);
    /* A stricter one waits until all is settled. */
    for (int i = 0; i < 4 && *world_tasks(&world) == '\0'; i++) {
        settle_all(&world);
        world_settle(&world, "demo-zone2", NULL);
        world_sync(&world);
    }
    ck_assert_str_eq(world_tasks(&world),
        fmt(arena, "SetKeyspaceDurabilityPolicy --durability-policy=%s main", to));
    return strstr(script_of_first_task(&world), "StartReplication") != NULL;
}

START_TEST(primaries_are_told_where_they_know_what_to_do)
{
    ck_assert(tells_primaries("none", "semi_sync"));
    ck_assert(tells_primaries("none", "semi_sync_with_rdonly_ack"));
    ck_assert(tells_primaries("semi_sync", "none"));
    ck_assert(tells_primaries("cross_cell", "none"));
    /* These would switch it off, since they are in their own cell. */
    ck_assert(!tells_primaries("none", "cross_cell"));
    ck_assert(!tells_primaries("semi_sync", "cross_cell"));
    /* On it is already. */
    ck_assert(!tells_primaries("cross_cell", "semi_sync"));
}
END_TEST

START_TEST(an_old_vtorc_keeps_the_policy)
{
    struct world world = settled(changed(two_zones(), "spec.image", "'vitess/lite:v23.0.1'"));

    edit(&world, "spec.keyspaces[1].tablets.masterEligible.replicas", "3");
    for (int i = 0; i < 4; i++) {
        world_sync(&world);
        settle_all(&world);
    }
    world_rest(&world);
    ck_assert_str_eq(world_tasks(&world), "");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True RolloutComplete: all 3 are up to date");
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True DurabilityPolicyKept: spec.keyspaces[1].durabilityPolicy: stays none, since "
        "switching to semi_sync in a running keyspace needs VTOrc 24 or newer");
}
END_TEST

/* --- staging --- */

START_TEST(cells_get_a_new_spec_one_at_a_time)
{
    struct world world = settled(two_zones());

    edit(&world, "spec.image", "'vitess/lite:v24.0.5'");
    world_rest(&world);
    ck_assert(has_spec(&world, "demo-global"));
    ck_assert(!has_spec(&world, "demo-zone1"));
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: updating VitessCell demo-global");
    ck_assert_str_eq(world_condition(&world, "Progressing"),
        "True RolloutProgressing: updating VitessCell demo-global");
    world_settle(&world, "demo-global", SERVES);
    world_rest(&world);
    ck_assert(has_spec(&world, "demo-zone1"));
    ck_assert(!has_spec(&world, "demo-zone2"));
    world_report(&world, "demo-zone1", true, false, "RolloutStalled", NULL);
    world_rest(&world);
    ck_assert(!has_spec(&world, "demo-zone2"));
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutStalled: VitessCell demo-zone1: what it said");
    ck_assert_str_eq(world_condition(&world, "Progressing"),
        "False RolloutStalled: VitessCell demo-zone1: what it said");
    world_settle(&world, "demo-zone1", NULL);
    world_rest(&world);
    ck_assert(has_spec(&world, "demo-zone2"));
}
END_TEST

/* A first primary may need replicas of every cell. */
START_TEST(what_is_new_goes_to_every_cell_at_once)
{
    struct world world = settled(two_zones());

    edit(&world, "spec.image", "'vitess/lite:v24.0.5'");
    edit(&world,
        "spec.keyspaces[0].shards",
        "[{'keyRange':{'start':'','end':'80'}},{'keyRange':{'start':'80','end':''}},"
        "{'keyRange':{'start':'','end':''}}]");
    edit(&world, "spec.keyspaces[1].cells", "['zone1','zone2']");
    world_sync(&world);
    ck_assert(!has_spec(&world, "demo-zone2"));
    ck_json(
        json_at(json_array_get(json_at(spec_of(&world, "demo-zone2"), "keyspaces"), 0), "shards"),
        "[{'keyRange':{'start':'','end':'80'}},{'keyRange':{'start':'80','end':''}},"
        "{'keyRange':{'start':'','end':''}}]");
    ck_assert_str_eq(
        json_text_at(json_array_get(json_at(spec_of(&world, "demo-zone2"), "keyspaces"), 1),
            "name"),
        "lookup");
    ck_json(
        json_at(json_array_get(json_at(spec_of(&world, "demo-zone1"), "keyspaces"), 1), "cells"),
        "['zone1']");
}
END_TEST

START_TEST(a_pause_holds_also_what_is_new)
{
    struct world world = settled(two_zones());

    edit(&world, "spec.rollout", "{'paused':true}");
    edit(&world, "spec.keyspaces[1].cells", "['zone1','zone2']");
    world_rest(&world);
    ck_assert_uint_eq(json_array_size(json_at(spec_of(&world, "demo-zone2"), "keyspaces")), 1);
}
END_TEST

/* A keyspace that moves leaves its old cell once the new one holds its data. */
START_TEST(a_cell_waits_with_going_for_what_takes_over)
{
    struct world world = settled(two_zones());

    edit(&world, "spec.cells[1]", NULL);
    edit(&world, "spec.keyspaces[0].cells", "['zone2']");
    edit(&world, "spec.keyspaces[1].cells", "['zone2']");
    world_sync(&world);
    ck_assert_uint_eq(json_array_size(json_at(spec_of(&world, "demo-zone2"), "keyspaces")), 2);
    ck_json(json_at(spec_of(&world, "demo-zone1"), "rollout"), "{'paused':false}");
    world_settle(&world, "demo-zone2", SERVES);
    world_sync(&world);
    ck_json(json_at(spec_of(&world, "demo-zone1"), "rollout"), "{'paused':false,'retire':true}");
}
END_TEST

START_TEST(a_pause_reaches_every_cell_at_once)
{
    struct world world = settled(two_zones());

    edit(&world, "spec.image", "'vitess/lite:v24.0.5'");
    world_rest(&world);
    edit(&world, "spec.rollout", "{'paused':true}");
    world_settle(&world, "demo-global", SERVES);
    world_rest(&world);
    ck_assert(json_true_at(spec_of(&world, "demo-global"), "rollout", "paused"));
    ck_assert(json_true_at(spec_of(&world, "demo-zone2"), "rollout", "paused"));
    settle_all(&world);
    world_rest(&world);
    ck_assert(!has_spec(&world, "demo-zone1"));
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutPaused: spec.rollout.paused holds VitessCell demo-zone1");
    ck_assert_str_eq(world_condition(&world, "Progressing"),
        "False RolloutPaused: spec.rollout.paused holds VitessCell demo-zone1");
    /* Its end is news for all cells, but still only one of them gets the new spec. */
    edit(&world, "spec.rollout", NULL);
    world_sync(&world);
    world_sync(&world);
    ck_json(json_at(spec_of(&world, "demo-zone2"), "rollout"), "{'paused':false}");
    ck_assert(has_spec(&world, "demo-zone1"));
    ck_assert(!has_spec(&world, "demo-zone2"));
}
END_TEST

START_TEST(what_is_unwell_gets_the_newest_spec_at_once)
{
    struct world world = settled(two_zones());

    world_report(&world, "demo-zone2", false, true, "RolloutComplete", NULL);
    edit(&world, "spec.image", "'vitess/lite:v24.0.5'");
    world_rest(&world);
    ck_assert(!has_spec(&world, "demo-global"));
    ck_assert(has_spec(&world, "demo-zone2"));
}
END_TEST

/* While one cell moves a primary, no shard in the other cells has one for a moment. */
START_TEST(what_is_unwell_waits_for_the_cell_that_moves)
{
    struct world world = settled(two_zones());

    edit(&world, "spec.image", "'vitess/lite:v24.0.5'");
    world_rest(&world);
    world_settle(&world, "demo-global", SERVES);
    world_rest(&world);
    world_report(&world, "demo-zone1", false, false, "RolloutProgressing", NULL);
    world_report(&world, "demo-zone2", false, true, "RolloutComplete", NULL);
    world_rest(&world);
    ck_assert(has_spec(&world, "demo-zone1"));
    ck_assert(!has_spec(&world, "demo-zone2"));
    /* It is the other's turn once this one has taken the spec up, well or not. */
    world_report(&world, "demo-zone1", false, true, "RolloutComplete", NULL);
    world_rest(&world);
    ck_assert(has_spec(&world, "demo-zone2"));
}
END_TEST

static bool changed_client(const struct world *world, const char *cell)
{
    return text_equal(json_text_at(spec_of(world, cell), "client", "server"),
        "demo-zone2-vtctld:15999");
}

START_TEST(what_is_broken_waits_for_nobody)
{
    struct world world = settled(two_zones());

    edit(&world, "spec.image", "'vitess/lite:v24.0.5'");
    world_rest(&world);
    world_settle(&world, "demo-global", SERVES);
    world_rest(&world);
    world_report(&world, "demo-zone2", false, false, "RolloutStalled", NULL);
    world_rest(&world);
    ck_assert(has_spec(&world, "demo-zone2"));
}
END_TEST

START_TEST(but_for_a_pause)
{
    struct world world = settled(two_zones());

    world_report(&world, "demo-zone2", false, false, "RolloutStalled", NULL);
    edit(&world, "spec.image", "'vitess/lite:v24.0.5'");
    edit(&world, "spec.rollout", "{'paused':true}");
    world_rest(&world);
    ck_assert(!has_spec(&world, "demo-zone2"));
}
END_TEST

/* Whoever it asks is away; the spec is not what it wants. */
START_TEST(a_failing_task_is_no_reason_to_hurry)
{
    struct world world = settled(two_zones());

    world_report(&world, "demo-zone1", false, false, "TaskFailing", NULL);
    world_report(&world, "demo-zone2", false, false, "TaskFailing", NULL);
    edit(&world, "spec.image", "'vitess/lite:v24.0.5'");
    world_sync(&world);
    ck_assert(has_spec(&world, "demo-zone1"));
    ck_assert(!has_spec(&world, "demo-zone2"));
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False TaskFailing: VitessCell demo-zone1: what it said");
}
END_TEST

START_TEST(unless_the_edit_says_whom_to_ask)
{
    struct world world = settled(two_zones());

    world_report(&world, "demo-zone1", false, false, "TaskFailing", NULL);
    world_report(&world, "demo-zone2", false, false, "TaskFailing", NULL);
    edit(&world, "spec.cells[0].vtctld", "null");
    edit(&world, "spec.cells[2].vtctld", "{}");
    world_sync(&world);
    ck_assert(changed_client(&world, "demo-zone1"));
    ck_assert(changed_client(&world, "demo-zone2"));
}
END_TEST

START_TEST(or_where_its_tasks_run)
{
    static const char *const edits[] = {"{'template':{'nodeSelector':{'pool':'db'}}}",
        "{'resources':{'limits':{'memory':'1Gi'}}}"};

    for (size_t i = 0; i < sizeof(edits) / sizeof(*edits); i++) {
        struct world world = settled(two_zones());

        world_report(&world, "demo-zone1", false, false, "TaskFailing", NULL);
        world_report(&world, "demo-zone2", false, false, "TaskFailing", NULL);
        edit(&world, "spec.tasks", edits[i]);
        world_sync(&world);
        ck_assert_ptr_nonnull(
            json_at(spec_of(&world, "demo-zone2"), "client", i == 0 ? "template" : "resources"));
    }
}
END_TEST

/* The tablets of a later cell wait for those of the earlier one, so that one must not wait too. */
START_TEST(an_edit_in_mid_rollout_starts_again_with_the_first_cell)
{
    struct world world = settled(two_zones());

    edit(&world, "spec.image", "'vitess/lite:v24.0.5'");
    for (int i = 0; i < 2; i++) {
        world_rest(&world);
        world_settle(&world, i == 0 ? "demo-global" : "demo-zone1", SERVES);
    }
    world_rest(&world);
    ck_assert(has_spec(&world, "demo-zone2"));
    world_report(&world, "demo-zone2", true, false, "RolloutProgressing", NULL);
    edit(&world, "spec.image", "'vitess/lite:v24.0.6'");
    world_sync(&world);
    ck_assert(has_spec(&world, "demo-zone2"));
    ck_assert(!has_spec(&world, "demo-global"));
    world_report(&world, "demo-zone2", true, false, "RolloutProgressing", NULL);
    world_rest(&world);
    ck_assert(has_spec(&world, "demo-global"));
    ck_assert(!has_spec(&world, "demo-zone1"));
    world_settle(&world, "demo-global", SERVES);
    world_rest(&world);
    ck_assert(has_spec(&world, "demo-zone1"));
}
END_TEST

START_TEST(an_unwell_cell_does_not_wait_for_a_later_one)
{
    struct world world = settled(two_zones());

    world_report(&world, "demo-zone2", false, false, "RolloutStalled", NULL);
    edit(&world, "spec.image", "'vitess/lite:v24.0.5'");
    world_sync(&world);
    ck_assert(has_spec(&world, "demo-zone2"));
    world_report(&world, "demo-zone1", false, true, "RolloutComplete", NULL);
    world_sync(&world);
    ck_assert(!has_spec(&world, "demo-zone1"));
    /* Now it has heard. */
    world_report(&world, "demo-zone2", false, false, "RolloutProgressing", NULL);
    world_sync(&world);
    ck_assert(has_spec(&world, "demo-zone1"));
}
END_TEST

START_TEST(a_pause_and_its_end_are_no_reason_to_hurry)
{
    struct world world = settled(two_zones());

    edit(&world, "spec.image", "'vitess/lite:v24.0.5'");
    edit(&world, "spec.rollout", "{'paused':true}");
    world_sync(&world);
    /* Cells report that those below have not heard yet. */
    for (int i = 0; i < 2; i++) {
        world_report(&world, "demo-zone1", true, false, "RolloutProgressing", NULL);
        world_report(&world, "demo-zone2", true, false, "RolloutProgressing", NULL);
        world_rest(&world);
        ck_assert(!has_spec(&world, "demo-zone2"));
        ck_assert(i == 1 || !has_spec(&world, "demo-zone1"));
        edit(&world, "spec.rollout", NULL);
        world_sync(&world);
    }
}
END_TEST

START_TEST(a_pause_that_holds_an_unwell_cell_is_said)
{
    struct world world = settled(two_zones());

    edit(&world, "spec.image", "'vitess/lite:v24.0.5'");
    world_rest(&world);
    world_settle(&world, "demo-global", SERVES);
    world_rest(&world);
    world_settle(&world, "demo-zone1", SERVES);
    world_report(&world, "demo-zone2", false, true, "RolloutComplete", NULL);
    edit(&world, "spec.rollout", "{'paused':true}");
    world_sync(&world);
    ck_assert(!has_spec(&world, "demo-zone2"));
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutPaused: spec.rollout.paused holds VitessCell demo-zone2");
}
END_TEST

START_TEST(what_is_forced_does_not_wait)
{
    struct world world = settled(two_zones());

    edit(&world, "spec.image", "'vitess/lite:v24.0.5'");
    edit(&world, "spec.rollout", "{'force':['demo-zone2']}");
    world_sync(&world);
    ck_assert(has_spec(&world, "demo-zone2"));
}
END_TEST

/* Two_zones() without zone2. */
static void take_zone2_away(struct world *world)
{
    edit(world, "spec.cells[2]", NULL);
    edit(world, "spec.keyspaces[0].cells", "['zone1']");
}

START_TEST(a_cell_that_left_takes_itself_down_first)
{
    /* Three replicas in zone1 alone: the durability policy stays. */
    struct world world =
        settled(changed(two_zones(), "spec.keyspaces[0].tablets.masterEligible.replicas", "3"));

    take_zone2_away(&world);
    world_sync(&world);
    ck_json(json_at(spec_of(&world, "demo-zone2"), "rollout"), "{'paused':false,'retire':true}");
    ck_json(json_at(spec_of(&world, "demo-zone2"), "placement"),
        "[{'keyspace':'main','cells':['zone1'],'shards':['-80','80-']},"
        "{'keyspace':'lookup','cells':['zone1'],'shards':['0']}]");
    ck_json(json_at(spec_of(&world, "demo-zone2"), "cellOrder"), "['global','zone1','zone2']");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: removing VitessCell demo-zone2");
    /* Nobody else moves: not before it has heard, and not while it goes. */
    world_sync(&world);
    ck_assert_uint_eq(json_array_size(json_at(spec_of(&world, "demo-zone1"), "cellOrder")), 3);
    world_report(&world, "demo-zone2", false, false, "RolloutProgressing", NULL);
    world_rest(&world);
    ck_assert_uint_eq(json_array_size(json_at(spec_of(&world, "demo-global"), "cellOrder")), 3);
    ck_assert_str_eq(world_names(&world, "VitessCell"), "demo-global demo-zone1 demo-zone2");
    world_settle(&world, "demo-zone2", "{'retired':true}");
    world_sync(&world);
    ck_assert_str_eq(world_names(&world, "VitessCell"), "demo-global demo-zone1");
    world_answer_tasks(&world);
    world_rest(&world);
    ck_assert_uint_eq(json_array_size(json_at(spec_of(&world, "demo-global"), "cellOrder")), 2);
}
END_TEST

/* A Pod goes on while it is being deleted, and takes the records of new tablets as well. */
static const char *const takes_away[] = {"RemoveKeyspaceCell --force --recursive main zone2",
    "RemoveKeyspaceCell --force --recursive lookup zone2",
    "DeleteCellInfo --force zone2"};

static json_t *task_that_runs(const struct world *world, const char *command)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        const struct world alone = {.children = json_new_list()};

        json_add(alone.children, child);
        if (text_equal(object_kind(child), "Pod") && text_equal(world_tasks(&alone), command))
            return child;
    }
    return NULL;
}

START_TEST(a_cell_that_comes_back_waits_for_what_deletes_its_records)
{
    const json_t *both =
        changed(two_zones(), "spec.keyspaces[0].tablets.masterEligible.replicas", "3");
    struct world world = settled(both);
    const json_t *pod;

    take_zone2_away(&world);
    world_sync(&world);
    world_settle(&world, "demo-zone2", "{'retired':true}");
    world_rest(&world);
    world_settle(&world, "demo-global", SERVES);
    world_rest(&world);
    world_settle(&world, "demo-zone1", NULL);
    world_rest(&world);
    if (_i == 2)
        world_answer_tasks(&world);
    world_rest(&world);
    pod = task_that_runs(&world, takes_away[_i]);
    ck_assert_msg(pod != NULL, "%s", world_tasks(&world));
    edit(&world, "spec", json_write(arena, json_at(both, "spec"), NULL));
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert_str_eq(world_names(&world, "VitessCell"), "demo-global demo-zone1");
        ck_assert_ptr_nonnull(
            strstr(world_condition(&world, "Updated"), "VitessCell demo-zone2 is made once Pod "));
        json_add(world.children, pod);
    }
    json_array_remove(world.children, json_array_size(world.children) - 1);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_names(&world, "VitessCell"), "demo-global demo-zone1 demo-zone2");
}
END_TEST

START_TEST(an_orphan_holds_nobody_up)
{
    struct world world = settled(two_zones());

    take_zone2_away(&world);
    world_sync(&world);
    world_report(&world, "demo-zone2", true, true, "KeptUntilIdle", NULL);
    world_answer_tasks(&world);
    world_rest(&world);
    ck_assert_uint_eq(json_array_size(json_at(spec_of(&world, "demo-global"), "cellOrder")), 2);
    world_settle(&world, "demo-global", SERVES);
    world_rest(&world);
    world_settle(&world, "demo-zone1", NULL);
    world_answer_tasks(&world);
    world_rest(&world);
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True KeptUntilIdle: VitessCell demo-zone2: what it said");
    ck_json(json_at(world_status(&world), "cells"), "['global','zone1','zone2']");
}
END_TEST

START_TEST(a_cell_waits_with_going_until_the_others_are_settled)
{
    struct world world = settled(two_zones());

    take_zone2_away(&world);
    world_report(&world, "demo-zone1", false, true, "RolloutComplete", NULL);
    world_rest(&world);
    ck_assert(!retire_requested(world_child(&world, "demo-zone2")));
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: VitessCell demo-zone2 is removed once all others are settled");
    /* Unless it is itself what is broken. */
    world_report(&world, "demo-zone2", false, true, "RolloutComplete", NULL);
    world_sync(&world);
    ck_assert(retire_requested(world_child(&world, "demo-zone2")));
}
END_TEST

START_TEST(what_is_unwell_waits_for_the_cell_that_goes)
{
    struct world world = settled(two_zones());

    take_zone2_away(&world);
    world_sync(&world);
    world_report(&world, "demo-zone2", false, false, "RolloutProgressing", NULL);
    world_report(&world, "demo-zone1", false, true, "RolloutComplete", NULL);
    world_rest(&world);
    ck_assert_uint_eq(json_array_size(json_at(spec_of(&world, "demo-zone1"), "cellOrder")), 3);
}
END_TEST

START_TEST(cells_leave_one_at_a_time)
{
    struct world world = settled(changed(two_zones(), "spec.keyspaces", "[]"));

    edit(&world, "spec.cells", "[{'name':'global','etcd':{'size':3},'vtctld':{}}]");
    world_sync(&world);
    ck_assert(retire_requested(world_child(&world, "demo-zone1")));
    ck_assert(!retire_requested(world_child(&world, "demo-zone2")));
    world_report(&world, "demo-zone1", true, false, "RolloutProgressing", NULL);
    world_rest(&world);
    ck_assert(!retire_requested(world_child(&world, "demo-zone2")));
    world_settle(&world, "demo-zone1", "{'retired':true}");
    world_rest(&world);
    ck_assert(retire_requested(world_child(&world, "demo-zone2")));
    world_settle(&world, "demo-zone2", "{'retired':true}");
    world_rest(&world);
    ck_assert_str_eq(world_names(&world, "VitessCell"), "demo-global");
}
END_TEST

START_TEST(a_pause_keeps_what_left)
{
    struct world world = settled(two_zones());

    take_zone2_away(&world);
    edit(&world, "spec.rollout", "{'paused':true}");
    world_rest(&world);
    ck_assert(!retire_requested(world_child(&world, "demo-zone2")));
}
END_TEST

START_TEST(a_cell_that_comes_back_stays)
{
    struct world world = settled(two_zones());
    const json_t *before = world.parent;

    take_zone2_away(&world);
    world_sync(&world);
    edit(&world, "spec", json_write(arena, json_at(before, "spec"), NULL));
    world_sync(&world);
    ck_json(json_at(spec_of(&world, "demo-zone2"), "rollout"), "{'paused':false}");
}
END_TEST

/* --- status --- */

START_TEST(status_says_what_there_is)
{
    struct world world = settled(two_zones());

    world_settle(&world,
        "demo-zone1",
        "{'tablets':7,'readyTablets':6,'updatedTablets':5,'tabletsReady':'6/7'}");
    world_settle(&world,
        "demo-zone2",
        "{'tablets':6,'readyTablets':6,'updatedTablets':6,'tabletsReady':'6/6'}");
    world_rest(&world);
    edit(&world, "status.conditions", NULL);
    edit(&world, "status.tasks", NULL);
    ck_objects("status-of-cluster", world_status(&world));
}
END_TEST

START_TEST(a_cell_that_is_not_ready_says_why)
{
    struct world world = settled(two_zones());

    put_at(world_child(&world, "demo-zone1"),
        "status.conditions",
        json_of("[{'type':'Ready','status':'False','reason':'x','message':'no quorum'}]"));
    world_rest(&world);
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False CellsNotReady: VitessCell demo-zone1: no quorum");
    ck_json(json_at(world_status(&world), "readyCells"), "['global','zone2']");
}
END_TEST

START_TEST(advice_is_given)
{
    const json_t *cluster =
        changed(two_zones(), "spec.cells[0].vtctld", "{'image':'vitess/lite:v2.1.1'}");
    struct world world;

    cluster = changed(cluster, "spec.cells[0].etcd.version", "'3.2.11'");
    cluster = changed(cluster, "spec.keyspaces[1].durabilityPolicy", "'semi_sync'");
    cluster = changed(cluster, "spec.keyspaces[1].tablets.masterEligible.replicas", "2");
    cluster = changed(cluster, "spec.cells[1].vtorc", "{'enabled':false}");
    world = begin(cluster);
    world_sync(&world);
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True MultipleReasons: spec.cells[0].etcd: 3.2.11 is older than etcd 3.5, " ETCD_IMAGE
        " runs instead; spec.cells[0].vtctld.image: vitess/lite:v2.1.1 is older than Vitess "
        "23, " VITESS_IMAGE " runs instead; spec.keyspaces[1]: with semi_sync and two replica-type "
        "tablets a shard, writes stop when either is down; three keep them going; "
        "spec.keyspaces[1]: no cell of it runs VTOrc, so nobody elects a primary or replaces a "
        "lost one");
}
END_TEST

/* One change to a good cluster a row, and the advice on it. */
START_TEST(what_works_but_should_be_better_is_said)
{
#define LOOKUP "spec.keyspaces[1].tablets.masterEligible"
#define FLOATS                                                                                     \
    " names no version, so what runs differs from node to node and changes without a rollout; "    \
    "say one, such as "
    static const struct {
        const char *path, *value, *advice;
    } rows[] = {
        {"spec.image", "'vitess/lite:v24.0.3'", "none"},
        {"spec.image", "'vitess/lite@sha256:abc'", "none"},
        {"spec.image",
            "'vitess/lite'",
            "True ImageWithoutVersion: spec.image: vitess/lite" FLOATS VITESS_IMAGE},
        {"spec.cells[1].vtgate.image",
            "'r:5000/lite:latest'",
            "True ImageWithoutVersion: spec.cells[1].vtgate.image: r:5000/lite:latest" FLOATS
                VITESS_IMAGE},
        {"spec.cells[0].etcd.image",
            "'mirror/etcd'",
            "True ImageWithoutVersion: spec.cells[0].etcd.image: mirror/etcd" FLOATS ETCD_IMAGE},
        {"spec.cells[0].vtadmin",
            "{'webImage':'web:latest'}",
            "True ImageWithoutVersion: spec.cells[0].vtadmin.webImage: web:latest" FLOATS
                VTADMIN_IMAGE},
        {LOOKUP ".mysql",
            "{'image':'mysql'}",
            "True ImageWithoutVersion: " LOOKUP ".mysql.image: mysql" FLOATS "mysql:8.4.6"},
        {LOOKUP ".replicas",
            "1",
            "True FewReplicas: spec.keyspaces[1]: one replica-type tablet a shard: writes stop "
            "while it restarts, and nobody else has its data; three survive the loss of one"},
        {LOOKUP ".replicas",
            "2",
            "True FewReplicas: spec.keyspaces[1]: with two replica-type tablets a shard "
            "durabilityPolicy is none, so a lost primary takes its last writes along; three make "
            "it semi_sync"},
        {"spec.cells[1].vtgate", NULL, "none"},
        {"spec.cells",
            "[{'name':'global','etcd':{},'vtctld':{}},{'name':'zone1','vtgate':{'replicas':0}},"
            "{'name':'zone2'}]",
            "True NoVTGate: spec.cells: no cell runs a vtgate, so no application can connect"},
        {"spec.keyspaces",
            "[]",
            "True NoKeyspace: spec.keyspaces: there is none, so no tablet runs"},
        {"spec.keyspaces[1].shards",
            "[]",
            "True NoShard: spec.keyspaces[1].shards: lists none, so the keyspace has no tablet; "
            "leave it out for one shard \"0\""},
        {"spec.cells[1].vtorc",
            "{'replicas':0}",
            "True NoVTOrc: spec.keyspaces[1]: no cell of it runs VTOrc, so nobody elects a primary "
            "or replaces a lost one"},
        {"spec.cells[2].orchestrator", "{'replicas':1}", "none"},
        {"spec.cells[0].orchestrator",
            "{'replicas':0}",
            "True NoVTOrc: spec.keyspaces[0]: no cell of it runs VTOrc, so nobody elects a primary "
            "or replaces a lost one; spec.keyspaces[1]: no cell of it runs VTOrc, so nobody elects "
            "a primary or replaces a lost one"},
        {LOOKUP ".vttablet",
            "{'resources':{'requests':{'memory':'128m','cpu':'100m'}}}",
            "True FractionOfBytes: " LOOKUP ".vttablet.resources.requests.memory: 128m is a "
            "thousandth of 128 bytes, say 128Mi"},
        {"spec.cells",
            "[{'name':'global','etcd':{},'vtctld':{}},{'name':'zone1','zone':'a','vtgate':{}},"
            "{'name':'zone2','zone':'b'}]",
            "none"},
        {LOOKUP ".mysql",
            "{'resources':{'limits':{'memory':'512Mi'}}}",
            "True LittleMemory: " LOOKUP ".mysql.resources.limits.memory: 512Mi is less than MySQL "
            "8.4 or 9 may take before it holds a row (about 640Mi with performance_schema), so it "
            "may be killed while it starts; say 1Gi, or performance_schema=OFF in config"},
        {LOOKUP ".mysql", "{'resources':{'limits':{'memory':'640Mi'}}}", "none"},
        {LOOKUP ".mysql", "{'resources':{'requests':{'memory':'64Mi'}}}", "none"},
        {LOOKUP ".mysql",
            "{'resources':{'limits':{'memory':'256Mi'}},"
            "'config':'[mysqld]\\nperformance_schema=OFF'}",
            "True LittleMemory: " LOOKUP ".mysql.resources.limits.memory: 256Mi is less than MySQL "
            "8.4 or 9 may take before it holds a row (about 384Mi), so it may be killed while it "
            "starts; say 1Gi"},
        {LOOKUP ".mysql",
            "{'resources':{'limits':{'memory':'512Mi'}},"
            "'config':'[mysqld]\\nperformance_schema=OFF'}",
            "none"},
        {LOOKUP ".mysql",
            "{'config':'# mine\\nmax_connections=9'}",
            "True MyCnfWithoutSection: " LOOKUP ".mysql.config: line 2 is in no section and counts "
            "as [mysqld], write that above it"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const json_t *cluster = changed(two_zones(), LOOKUP ".replicas", "3");
        struct world world = begin(changed(cluster, rows[i].path, rows[i].value));

        world_sync(&world);
        ck_assert_str_eq(world_condition(&world, "Advice"), rows[i].advice);
    }
}
END_TEST

/* With the zone goes who acknowledged. */
START_TEST(cells_of_one_zone_are_no_cells_apart)
{
    const json_t *cluster = changed(changed(two_zones(), LOOKUP ".replicas", "3"),
        "spec.keyspaces[0].durabilityPolicy",
        "'cross_cell'");
    struct world world;

    cluster = changed(changed(cluster, "spec.cells[1].zone", "'a'"), "spec.cells[2].zone", "'a'");
    world = begin(cluster);
    world_sync(&world);
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True SameZone: spec.keyspaces[0]: cells \"zone1\" and \"zone2\" are both in zone a, so a "
        "write that one has acknowledged to the other is lost with that zone; give each cell a "
        "zone of its own");
    world = begin(changed(cluster, "spec.cells[2].zone", "'b'"));
    world_sync(&world);
    ck_assert_str_eq(world_condition(&world, "Advice"), "none");
}
END_TEST

START_TEST(the_advice_of_cells_is_passed_on)
{
    struct world world =
        settled(changed(two_zones(), "spec.keyspaces[1].tablets.masterEligible.replicas", "3"));

    ck_assert_str_eq(world_condition(&world, "Advice"), "none");
    put_at(world_child(&world, "demo-zone1"),
        "status.conditions",
        json_of("[{'type':'Advice','status':'True','reason':'Immutable','message':'kept'}]"));
    world_rest(&world);
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True Immutable: VitessCell demo-zone1: kept");
}
END_TEST

START_TEST(transition_times_move_only_on_change)
{
    struct world world = settled(two_zones());
    const char *before =
        json_text_at(json_array_get(json_at(world_status(&world), "conditions"), 0),
            "lastTransitionTime");

    ck_assert_str_eq(before, "2026-01-01T00:00:00Z");
    put_at(world.parent, "metadata.managedFields", json_of("[{'time':'2026-02-02T00:00:00Z'}]"));
    world_rest(&world);
    ck_assert_str_eq(json_text_at(json_array_get(json_at(world_status(&world), "conditions"), 0),
                         "lastTransitionTime"),
        before);
    world_report(&world, "demo-zone1", false, true, "RolloutComplete", NULL);
    world_rest(&world);
    ck_assert_str_eq(json_text_at(json_array_get(json_at(world_status(&world), "conditions"), 0),
                         "lastTransitionTime"),
        "2026-02-02T00:00:00Z");
}
END_TEST

/* --- refusals --- */

START_TEST(a_spec_that_cannot_work_freezes_the_tree)
{
    struct world world = settled(two_zones());
    const char *before = json_write(arena, world.children, NULL);
    const json_t *cells = json_at(world_status(&world), "cells");

    edit(&world, "spec.cells[0].etcd.size", "4");
    edit(&world, "spec.keyspaces[0].cells", "['zone9']");
    edit(&world, "spec.image", "'vitess/lite:v24.0.5'");
    world_rest(&world);
    ck_assert_str_eq(json_write(arena, world.children, NULL), before);
    ck_assert_str_eq(world.answer.outcome, "frozen");
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False InvalidSpec: spec.cells[0].etcd.size: must be 1, 3 or 5, got 4\n"
        "spec.keyspaces[0].cells[0]: must be a cell of spec.cells (\"zone1\", \"zone2\"), got "
        "\"zone9\"");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False InvalidSpec: nothing is rolled out until the spec is right");
    ck_assert_str_eq(world_condition(&world, "Progressing"),
        "False InvalidSpec: nothing is rolled out until the spec is right");
    ck_assert(json_same(cells, json_at(world_status(&world), "cells")));
}
END_TEST

START_TEST(a_spec_that_never_worked_makes_nothing)
{
    struct world world = begin(changed(two_zones(), "spec.cells", NULL));

    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_uint_eq(json_array_size(world.children), 0);
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False InvalidSpec: spec.cells: is required");
}
END_TEST

/* As if another build had answered: what was applied last has one more change. */
static void apply_by_another(json_t *child, const char *path, const char *value)
{
    const json_t *applied = changed(object_last_applied(arena, &v1_keys, child), path, value);

    put_at(child, path, json_array_get(json_of(fmt(arena, "[%s]", value)), 0));
    put_at(child,
        "metadata.annotations",
        object(arena,
            F("metacontroller.k8s.io/last-applied-configuration",
                json_write(arena, applied, NULL))));
}

START_TEST(an_older_build_moves_nothing)
{
    struct world world = settled(two_zones());

    apply_by_another(world_child(&world, "demo-zone1"), "spec.revision", "2");
    ck_assert_int_eq(world_sync(&world), 503);
    ck_assert_str_eq(world.answer.message,
        "this build renders revision 1, but VitessCell demo-zone1 is at revision 2; to go back on "
        "purpose set spec.revision: 1 on the VitessCluster");
    edit(&world, "spec.revision", "1");
    ck_assert_int_eq(world_sync(&world), 200);
    edit(&world, "spec.revision", "2");
    edit(&world, "spec.fieldOfTomorrow", "1");
    ck_assert_int_eq(world_sync(&world), 503);
    ck_assert_str_eq(world.answer.message,
        "this build renders revision 1, but VitessCluster demo is at revision 2; to go back on "
        "purpose set spec.revision: 1 on the VitessCluster");
}
END_TEST

/* What is no revision is older than any: nobody is told to go back to 1 from 4294967295. */
START_TEST(a_revision_below_none_is_none)
{
    struct world world = settled(two_zones());

    apply_by_another(world_child(&world, "demo-zone1"), "spec.revision", "-1");
    ck_assert_int_eq(world_sync(&world), 200);
    apply_by_another(world_child(&world, "demo-zone1"), "spec.revision", "-9223372036854775808");
    ck_assert_int_eq(world_sync(&world), 200);
    apply_by_another(world_child(&world, "demo-zone1"), "spec.revision", "4294967296");
    ck_assert_int_eq(world_sync(&world), 503);
    apply_by_another(world_child(&world, "demo-zone1"), "spec.revision", "1");
    edit(&world, "spec.revision", "4294967296");
    ck_assert_int_eq(world_sync(&world), 503);
}
END_TEST

/* --- 2018 --- */

START_TEST(status_of_2018_holds)
{
    const json_t *vectors = shared_json("vectors/vitess.io-v1alpha1.json");
    const json_t *row;

    json_each_item (json_at(vectors, "status"), i, row) {
        struct world world = begin(two_zones());
        const json_t *cell;

        if (!text_equal(json_text_at(row, "level"), "cluster"))
            continue;
        json_each_item (json_at(row, "observed"), j, cell)
            json_add(world.children,
                object(arena,
                    F("apiVersion", API_VERSION),
                    F("kind", "VitessCell"),
                    MAP("metadata",
                        F("name",
                            fmt(arena, "demo-%s", json_text_at(cell, "name") + strlen("vitess-"))),
                        F("namespace", "shop")),
                    MAP("spec", F("name", json_text_at(cell, "name") + strlen("vitess-"))),
                    MAP("status", LIST("conditions", V(json_at(cell, "condition"))))));
        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert(
            json_same(json_at(world_status(&world), "cells"), json_at(row, "status", "cells")));
        ck_assert(json_same(json_at(world_status(&world), "readyCells"),
            json_at(row, "status", "readyCells")));
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_cell_is_told_everything_that_it_needs);
    tcase_add_test(tcase, what_is_optional_goes_down);
    tcase_add_test(tcase, tasks_go_to_the_first_vtctld_or_to_none);
    tcase_add_test(tcase, tasks_run_on_the_nodes_of_whom_they_ask);
    tcase_add_test(tcase, vtgate_goes_by_the_lowest_mysql);
    tcase_add_test(tcase, nulls_are_absent);
    tcase_add_test(tcase, a_pause_is_no_other_edit);
    tcase_add_test(tcase, vitess_is_asked_once_it_can_answer);
    tcase_add_test(tcase, a_failing_task_is_said);
    tcase_add_test(tcase, a_stricter_policy_waits_for_its_replicas);
    tcase_add_test(tcase, a_laxer_policy_comes_before_replicas_go);
    tcase_add_test(tcase, primaries_are_told_where_they_know_what_to_do);
    tcase_add_test(tcase, an_old_vtorc_keeps_the_policy);
    tcase_add_test(tcase, cells_get_a_new_spec_one_at_a_time);
    tcase_add_test(tcase, what_is_new_goes_to_every_cell_at_once);
    tcase_add_test(tcase, a_pause_holds_also_what_is_new);
    tcase_add_test(tcase, a_cell_waits_with_going_for_what_takes_over);
    tcase_add_test(tcase, a_pause_reaches_every_cell_at_once);
    tcase_add_test(tcase, what_is_unwell_gets_the_newest_spec_at_once);
    tcase_add_test(tcase, what_is_unwell_waits_for_the_cell_that_moves);
    tcase_add_test(tcase, what_is_broken_waits_for_nobody);
    tcase_add_test(tcase, but_for_a_pause);
    tcase_add_test(tcase, a_failing_task_is_no_reason_to_hurry);
    tcase_add_test(tcase, unless_the_edit_says_whom_to_ask);
    tcase_add_test(tcase, or_where_its_tasks_run);
    tcase_add_test(tcase, an_edit_in_mid_rollout_starts_again_with_the_first_cell);
    tcase_add_test(tcase, an_unwell_cell_does_not_wait_for_a_later_one);
    tcase_add_test(tcase, a_pause_and_its_end_are_no_reason_to_hurry);
    tcase_add_test(tcase, a_pause_that_holds_an_unwell_cell_is_said);
    tcase_add_test(tcase, what_is_forced_does_not_wait);
    tcase_add_test(tcase, a_cell_that_left_takes_itself_down_first);
    tcase_add_loop_test(tcase, a_cell_that_comes_back_waits_for_what_deletes_its_records, 0, 3);
    tcase_add_test(tcase, an_orphan_holds_nobody_up);
    tcase_add_test(tcase, a_cell_waits_with_going_until_the_others_are_settled);
    tcase_add_test(tcase, what_is_unwell_waits_for_the_cell_that_goes);
    tcase_add_test(tcase, cells_leave_one_at_a_time);
    tcase_add_test(tcase, a_pause_keeps_what_left);
    tcase_add_test(tcase, a_cell_that_comes_back_stays);
    tcase_add_test(tcase, status_says_what_there_is);
    tcase_add_test(tcase, a_cell_that_is_not_ready_says_why);
    tcase_add_test(tcase, advice_is_given);
    tcase_add_test(tcase, what_works_but_should_be_better_is_said);
    tcase_add_test(tcase, cells_of_one_zone_are_no_cells_apart);
    tcase_add_test(tcase, the_advice_of_cells_is_passed_on);
    tcase_add_test(tcase, transition_times_move_only_on_change);
    tcase_add_test(tcase, a_spec_that_cannot_work_freezes_the_tree);
    tcase_add_test(tcase, a_spec_that_never_worked_makes_nothing);
    tcase_add_test(tcase, an_older_build_moves_nothing);
    tcase_add_test(tcase, a_revision_below_none_is_none);
    tcase_add_test(tcase, status_of_2018_holds);
}

TEST_MAIN(tests)
