#include "clusters.h"
#include "shared.h"

/* A VitessCell as its VitessCluster writes it. */
static struct world cell_of(const json_t *cluster, const char *name)
{
    struct world above = {.sync = v1_sync_cluster,
        .parent = json_clone(cluster),
        .children = json_new_list()};

    ck_assert_int_eq(world_sync(&above), 200);
    return (struct world){
        .sync = v1_sync_cell,
        .parent = world_of(&above, "VitessCell", name),
        .children = json_new_list(),
    };
}

static struct world zone1(void)
{
    struct world world = cell_of(two_zones(), "demo-zone1");

    ck_assert_int_eq(world_sync(&world), 200);
    return world;
}

static void edit(struct world *world, const char *path, const char *value)
{
    json_int_t generation = object_generation(world->parent) + 1;

    world->parent = (json_t *)(uintptr_t)changed(world->parent, path, value);
    put_at(world->parent, "metadata.generation", json_integer(generation));
}

/* "Kind name" of everything in the answer, one a line; of a task without the hash. */
static const char *answer_of(const struct world *world)
{
    struct texts lines = {.arena = arena};
    const json_t *child;

    json_each_item (world->answer.children, i, child) {
        const char *name = object_name(child);
        size_t hash = text_equal(object_kind(child), "Pod") ? strlen("-12345678") : 0;

        texts_add(&lines,
            fmt(arena, "%s %.*s", object_kind(child), (int)(strlen(name) - hash), name));
    }
    return texts_join(&lines, "\n");
}

static void run_workload(json_t *workload)
{
    json_int_t replicas = json_int_at(workload, 1, "spec", "replicas");

    put_at(workload,
        "status",
        json_of(fmt(arena,
            "{'observedGeneration':%lld,'replicas':%lld,'updatedReplicas':%lld,'readyReplicas':"
            "%lld,'availableReplicas':%lld,'conditions':[{'type':'Available','status':'True'}]}",
            (long long)object_generation(workload),
            (long long)replicas,
            (long long)replicas,
            (long long)replicas,
            (long long)replicas)));
}

/* What there is has come up, and Vitess has done what it was asked. */
static void come_on(struct world *world)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), "VitessKeyspace"))
            world_settle(world,
                object_name(child),
                "{'tablets':6,'readyTablets':6,'updatedTablets':6,'tabletsReady':'6/6'}");
        else if (text_equal(object_kind(child), "Deployment") ||
                 text_equal(object_kind(child), "StatefulSet"))
            run_workload(child);
    }
    world_answer_tasks(world);
    ck_assert_int_eq(world_sync(world), 200);
}

/* vtctld comes after etcd, vtgate after the registration of the cell. */
static void come_up(struct world *world)
{
    for (int i = 0; i < 3; i++)
        come_on(world);
}

static struct world zone1_up(void)
{
    struct world world = zone1();

    come_up(&world);
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True RolloutComplete: all 4 are up to date");
    return world;
}

/* Arguments of the only container of a workload. */
static const char *arguments_of(const struct world *world, const char *kind, const char *name)
{
    const json_t *workload = world_of(world, kind, name);
    const json_t *container =
        json_array_get(json_at(workload, "spec", "template", "spec", "containers"), 0);
    struct texts arguments = {.arena = arena};
    const json_t *argument;

    json_each_item (json_at(container, "args"), i, argument)
        texts_add(&arguments, json_string_value(argument));
    return texts_join(&arguments, " ");
}

static const char *image_of(const struct world *world, const char *name)
{
    const json_t *workload = world_of(world, "Deployment", name);

    return json_text_at(
        json_array_get(json_at(workload, "spec", "template", "spec", "containers"), 0),
        "image");
}

/* --- what there is --- */

START_TEST(a_zone_has_vtgate_vtorc_and_its_keyspaces)
{
    struct world world = zone1();

    ck_assert_str_eq(answer_of(&world),
        "Service demo-zone1-vtgate\n"
        "Service demo-zone1-internal\n"
        "PodDisruptionBudget demo-zone1-vtgate\n"
        "Service demo-vttablet-zone1\n"
        "Pod demo-zone1-cell-info\n"
        "VitessKeyspace demo-zone1-main\n"
        "VitessKeyspace demo-zone1-lookup");
    ck_assert_str_eq(world_tasks(&world),
        "UpdateCellInfo --root /vitess/zone1 --server-address "
        "demo-global-etcd-client.shop.svc:2379 zone1");
    /* They would end at once in a cell that Vitess does not know. */
    come_on(&world);
    ck_assert_str_eq(answer_of(&world),
        "Deployment demo-zone1-vtgate\n"
        "Service demo-zone1-vtgate\n"
        "Service demo-zone1-internal\n"
        "PodDisruptionBudget demo-zone1-vtgate\n"
        "Deployment demo-zone1-vtorc\n"
        "Service demo-vttablet-zone1\n"
        "Pod demo-zone1-cell-info\n"
        "Pod demo-zone1-vschema\n"
        "VitessKeyspace demo-zone1-main\n"
        "VitessKeyspace demo-zone1-lookup");
    ck_assert(!json_true_at(world_status(&world), "cellInfoRegistered"));
    ck_assert_ptr_nonnull(strstr(world_tasks(&world), "RebuildVSchemaGraph --cells=zone1"));
    come_on(&world);
    ck_assert(json_true_at(world_status(&world), "cellInfoRegistered"));
}
END_TEST

START_TEST(the_control_cell_has_etcd_and_vtctld)
{
    struct world world = cell_of(two_zones(), "demo-global");

    world_sync(&world);
    ck_assert_str_eq(answer_of(&world),
        "ConfigMap demo-global-etcd-members\n"
        "StatefulSet demo-global-etcd\n"
        "Service demo-global-etcd-client\n"
        "Service demo-global-etcd-peer\n"
        "PodDisruptionBudget demo-global-etcd\n"
        "Service demo-global-vtctld");
    ck_assert(json_true_at(world_status(&world), "cellInfoRegistered"));
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False EtcdNotReady: StatefulSet demo-global-etcd is being created; if that lasts, see "
        "who refuses it (event SyncError), or whose it is if there is one already: kubectl "
        "describe --namespace shop vitesscell/demo-global statefulset/demo-global-etcd");
    /* It would end at once without its lock server. */
    come_on(&world);
    ck_assert_ptr_nonnull(strstr(answer_of(&world), "Deployment demo-global-vtctld\n"));
    come_up(&world);
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
}
END_TEST

/* What a restore from the namespace "old" brings along. */
static void bring_vtctld_from(struct world *world, const char *namespace)
{
    json_t *deployment = world_child(world, "demo-global-vtctld");
    const json_t *container =
        json_array_get(json_at(deployment, "spec", "template", "spec", "containers"), 0);

    put_at((json_t *)(uintptr_t)container,
        "args",
        json_of(fmt(arena,
            "['--topo_global_server_address=demo-global-etcd-client.%s.svc:2379']",
            namespace)));
}

static json_int_t vtctlds(struct world *world)
{
    world_sync(world);
    return json_int_at(world_status(world), -1, "vtctld", "availableDeployments");
}

START_TEST(a_vtctld_of_another_lock_server_is_not_asked)
{
    struct world world = cell_of(two_zones(), "demo-global");
    json_t *deployment;

    world_sync(&world);
    come_up(&world);
    ck_assert_int_eq(vtctlds(&world), 1);
    bring_vtctld_from(&world, "old");
    ck_assert_int_eq(vtctlds(&world), 0);
    /* It has been put right, but Pods as it was may still answer. */
    ck_assert_int_eq(vtctlds(&world), 0);
    deployment = world_child(&world, "demo-global-vtctld");
    run_workload(deployment);
    put_at(deployment, "status.replicas", json_integer(2));
    ck_assert_int_eq(vtctlds(&world), 0);
    run_workload(world_child(&world, "demo-global-vtctld"));
    ck_assert_int_eq(vtctlds(&world), 1);
}
END_TEST

/* Its keyspaces and its registration wait for a vtctld of its own. */
START_TEST(a_cell_with_its_own_vtctld_waits_for_it_after_a_restore)
{
    struct world world = cell_of(changed(two_zones(), "spec.cells[1].vtctld", "{}"), "demo-zone1");
    json_t *keyspace;

    world_sync(&world);
    keyspace = world_child(&world, "demo-zone1-main");
    put_at(keyspace, "spec.namespace", json_string("old"));
    put_at(keyspace, "metadata.annotations", NULL);
    world_sync(&world);
    ck_assert_ptr_null(strstr(answer_of(&world), "Pod demo-zone1-cell-info"));
    ck_assert_str_eq(
        json_text_at(world_of(&world, "VitessKeyspace", "demo-zone1-main"), "spec", "namespace"),
        "old");
    run_workload(world_child(&world, "demo-zone1-vtctld"));
    world_sync(&world);
    ck_assert_ptr_nonnull(strstr(answer_of(&world), "Pod demo-zone1-cell-info"));
    ck_assert_str_eq(
        json_text_at(world_of(&world, "VitessKeyspace", "demo-zone1-main"), "spec", "namespace"),
        "shop");
}
END_TEST

START_TEST(vtadmin_and_policies_come_on_request)
{
    const json_t *cluster = changed(two_zones(), "spec.cells[0].vtadmin", "{}");
    struct world world =
        cell_of(changed(cluster, "spec.networkPolicy", "{'enabled':true}"), "demo-global");

    world_sync(&world);
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", "demo-global-vtadmin"));
    ck_assert_ptr_nonnull(world_of(&world, "ConfigMap", "demo-global-vtadmin"));
    ck_assert_str_eq(world_names(&world, "NetworkPolicy"),
        "demo-global-etcd demo-global-vtctld demo-global-vtgate demo-global-vtorc "
        "demo-global-vtadmin demo-global-vttablet demo-global-task");
    ck_assert_ptr_nonnull(strstr(json_text_at(world_of(&world, "ConfigMap", "demo-global-vtadmin"),
                                     "data",
                                     "discovery.json"),
        "\"hostname\": \"demo-zone2-internal:15999\""));
}
END_TEST

/* They lead to MySQL itself, so a policy of their own opens its port to the namespace. */
START_TEST(services_of_mysqld_come_on_request_and_go_with_it)
{
    const json_t *cluster =
        changed(two_zones(), "spec.keyspaces[0].mysqldServices", "{'enabled':true}");
    struct world world =
        cell_of(changed(cluster, "spec.networkPolicy", "{'enabled':true}"), "demo-zone1");

    world_sync(&world);
    ck_assert_str_eq(world_names(&world, "Service"),
        "demo-zone1-vtgate demo-zone1-internal demo-vttablet-zone1 demo-zone1-main-x-80-mysqld-ro "
        "demo-zone1-main-x-80-mysqld-rw demo-zone1-main-80-x-mysqld-ro "
        "demo-zone1-main-80-x-mysqld-rw");
    ck_json(
        json_at(world_of(&world, "Service", "demo-zone1-main-x-80-mysqld-rw"), "spec", "selector"),
        "{'vitess.io/cluster':'demo','vitess.io/keyspace':'main','vitess.io/shard':'x-80',"
        "'vitess.io/component':'vttablet','vitess.io/tablet-type':'primary'}");
    ck_json(
        json_at(world_of(&world, "Service", "demo-zone1-main-x-80-mysqld-ro"), "spec", "selector"),
        "{'vitess.io/cluster':'demo','vitess.io/cell':'zone1','vitess.io/keyspace':'main',"
        "'vitess.io/shard':'x-80','vitess.io/component':'vttablet','vitess.io/tablet-type':"
        "'replica'}");
    ck_json(json_at(world_of(&world, "NetworkPolicy", "demo-zone1-main-mysqld"), "spec", "ingress"),
        "[{'from':[{'podSelector':{}}],'ports':[{'port':3306,'protocol':'TCP'}]}]");
    edit(&world, "spec.keyspaces[0].mysqldServices", NULL);
    world_sync(&world);
    ck_assert_str_eq(world_names(&world, "Service"),
        "demo-zone1-vtgate demo-zone1-internal demo-vttablet-zone1");
    ck_assert_ptr_null(world_of(&world, "NetworkPolicy", "demo-zone1-main-mysqld"));
}
END_TEST

START_TEST(every_child_has_the_labels_that_select_it)
{
    struct world world = zone1();
    const json_t *selector = json_at(world.parent, "spec", "selector");
    const json_t *child;

    json_each_item (world.answer.children, i, child) {
        ck_assert(selector_matches(selector, json_at(child, "metadata", "labels")));
        ck_assert_str_eq(object_namespace(child), "shop");
    }
}
END_TEST

START_TEST(a_keyspace_is_told_what_it_needs)
{
    struct world world = zone1();
    const json_t *keyspace = world_of(&world, "VitessKeyspace", "demo-zone1-main");
    struct keyspace_spec spec = {0};
    struct problems problems = {.arena = arena};

    spec_read(arena,
        v1_keyspace_fields,
        json_at(keyspace, "spec"),
        "spec",
        SPEC_DERIVED,
        &spec,
        &problems);
    ck_assert_str_eq(problems_text(&problems), "");
    ck_assert_str_eq(spec.cell, "zone1");
    ck_assert_str_eq(spec.item.name, "main");
    ck_assert_uint_eq(spec.item.shards.count, 2);
    ck_assert_str_eq(spec.derived.client->server, "demo-global-vtctld:15999");
    ck_assert_str_eq(json_text_at(spec.derived.selector, "matchLabels", "vitess.io/keyspace"),
        "main");
    ck_assert_str_eq(object_label(keyspace, "vitess.io/keyspace"), "main");
    ck_assert(!spec.derived.rollout->retire);
}
END_TEST

START_TEST(vtgate_watches_every_cell_with_tablets)
{
    struct world world = zone1_up();

    ck_assert_ptr_nonnull(strstr(arguments_of(&world, "Deployment", "demo-zone1-vtgate"),
        " --cells-to-watch=zone1,zone2 "));
}
END_TEST

START_TEST(images_of_2018_are_not_run)
{
    const json_t *cluster = changed(two_zones(), "spec.cells[1].vtgate.image", "'vitess/lite:v2'");
    struct world world = cell_of(cluster, "demo-zone1");

    world_sync(&world);
    come_up(&world);
    ck_assert_str_eq(image_of(&world, "demo-zone1-vtgate"), VITESS_IMAGE);
}
END_TEST

/* --- VTOrc --- */

START_TEST(vtorc_takes_the_settings_of_the_orchestrator_block)
{
    const json_t *cluster = changed(two_zones(),
        "spec.cells[0].orchestrator",
        "{'image':'vitess/orchestrator:latest','replicas':3,"
        "'resources':{'limits':{'cpu':'0.5'}}}");
    struct world world = cell_of(cluster, "demo-zone1");
    const json_t *vtorc;

    world_sync(&world);
    come_up(&world);
    vtorc = world_of(&world, "Deployment", "demo-zone1-vtorc");
    ck_assert_int_eq(json_int_at(vtorc, 0, "spec", "replicas"), 3);
    ck_assert_str_eq(image_of(&world, "demo-zone1-vtorc"), VITESS_IMAGE);
    ck_assert_ptr_nonnull(strstr(json_write(arena, vtorc, NULL), "\"cpu\":\"500m\""));
}
END_TEST

START_TEST(vtorc_can_be_switched_off)
{
    const json_t *cluster = changed(two_zones(), "spec.cells[1].vtorc", "{'enabled':false}");
    struct world world = cell_of(cluster, "demo-zone1");

    world_sync(&world);
    ck_assert_ptr_null(world_of(&world, "Deployment", "demo-zone1-vtorc"));
    come_up(&world);
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
}
END_TEST

START_TEST(a_cell_without_keyspaces_has_no_vtorc)
{
    struct world world =
        cell_of(changed(two_zones(), "spec.keyspaces[0].cells", "['zone1']"), "demo-zone2");

    world_sync(&world);
    ck_assert_ptr_null(world_of(&world, "Deployment", "demo-zone2-vtorc"));
    ck_assert_ptr_nonnull(world_of(&world, "Service", "demo-vttablet-zone2"));
}
END_TEST

/* --- Ready --- */

START_TEST(ready_says_what_is_missing)
{
    struct world world = zone1_up();

    world_report(&world, "demo-zone1-main", false, true, "RolloutComplete", NULL);
    world_sync(&world);
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False KeyspacesNotReady: VitessKeyspace demo-zone1-main is not Ready");
    world_settle(&world, "demo-zone1-main", NULL);
    put_at(world_of(&world, "Deployment", "demo-zone1-vtgate"), "status.conditions", NULL);
    world_sync(&world);
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False VtgateNotReady: Deployment demo-zone1-vtgate is not available");
}
END_TEST

START_TEST(an_unregistered_cell_is_not_ready)
{
    struct world world = zone1();

    ck_assert(!json_true_at(world_status(&world), "cellInfoRegistered"));
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False CellNotRegistered: the cell is being registered in the global topology");
    come_up(&world);
    ck_assert(json_true_at(world_status(&world), "cellInfoRegistered"));
    world_rest(&world);
    ck_assert_str_eq(world_tasks(&world), "");
    ck_assert(json_true_at(world_status(&world), "cellInfoRegistered"));
}
END_TEST

START_TEST(counts_are_sums)
{
    struct world world = zone1_up();

    ck_assert_int_eq(json_int_at(world_status(&world), 0, "tablets"), 12);
    ck_assert_str_eq(json_text_at(world_status(&world), "tabletsReady"), "12/7");
}
END_TEST

/* --- rollouts --- */

START_TEST(at_rest_nothing_changes)
{
    struct world world = zone1_up();

    world_rest(&world);
}
END_TEST

START_TEST(workloads_move_one_at_a_time)
{
    struct world world = zone1_up();

    edit(&world, "spec.image", "'vitess/lite:v24.0.9'");
    world_sync(&world);
    ck_assert_str_eq(image_of(&world, "demo-zone1-vtgate"), "vitess/lite:v24.0.9");
    ck_assert_str_eq(image_of(&world, "demo-zone1-vtorc"), VITESS_IMAGE);
    world_sync(&world);
    ck_assert_str_eq(image_of(&world, "demo-zone1-vtorc"), VITESS_IMAGE);
    run_workload(world_of(&world, "Deployment", "demo-zone1-vtgate"));
    world_sync(&world);
    ck_assert_str_eq(image_of(&world, "demo-zone1-vtorc"), "vitess/lite:v24.0.9");
}
END_TEST

START_TEST(keyspaces_move_one_at_a_time_and_do_not_wait_for_workloads)
{
    struct world world = zone1_up();
    const json_t *keyspace;

    edit(&world, "spec.image", "'vitess/lite:v24.0.9'");
    world_sync(&world);
    keyspace = world_of(&world, "VitessKeyspace", "demo-zone1-main");
    ck_assert_str_eq(json_text_at(keyspace, "spec", "image"), "vitess/lite:v24.0.9");
    keyspace = world_of(&world, "VitessKeyspace", "demo-zone1-lookup");
    ck_assert_str_eq(json_text_at(keyspace, "spec", "image"), VITESS_IMAGE);
    world_settle(&world, "demo-zone1-main", NULL);
    world_sync(&world);
    keyspace = world_of(&world, "VitessKeyspace", "demo-zone1-lookup");
    ck_assert_str_eq(json_text_at(keyspace, "spec", "image"), "vitess/lite:v24.0.9");
}
END_TEST

START_TEST(a_pause_holds_everything_and_goes_down_at_once)
{
    struct world world = zone1_up();

    edit(&world, "spec.rollout", "{'paused':true}");
    edit(&world, "spec.image", "'vitess/lite:v24.0.9'");
    world_sync(&world);
    come_up(&world);
    ck_assert_str_eq(image_of(&world, "demo-zone1-vtgate"), VITESS_IMAGE);
    ck_assert(json_true_at(world_of(&world, "VitessKeyspace", "demo-zone1-lookup"),
        "spec",
        "rollout",
        "paused"));
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutPaused: spec.rollout.paused holds Deployment demo-zone1-vtgate");
}
END_TEST

START_TEST(services_and_budgets_are_applied_at_once)
{
    struct world world = zone1_up();

    edit(&world, "spec.rollout", "{'paused':true}");
    edit(&world, "spec.vtgate.service", "{'type':'LoadBalancer'}");
    world_sync(&world);
    ck_assert_str_eq(json_text_at(world_of(&world, "Service", "demo-zone1-vtgate"), "spec", "type"),
        "LoadBalancer");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True RolloutComplete: all 4 are up to date");
}
END_TEST

static const json_t *vtgate_service_of(struct world *world, const char *settings)
{
    edit(world, "spec.vtgate.service", settings);
    ck_assert_int_eq(world_sync(world), 200);
    return world_of(world, "Service", "demo-zone1-vtgate");
}

static const char *budget_of(struct world *world, const char *name)
{
    const json_t *spec = json_at(world_of(world, "PodDisruptionBudget", name), "spec");

    return spec == NULL ? "none"
                        : fmt(arena,
                              "%lld %s",
                              (long long)json_int_at(spec, -1, "minAvailable"),
                              json_text_at(spec, "unhealthyPodEvictionPolicy"));
}

/* What is broken and holds nothing never stands in the way of a drain. */
START_TEST(budgets_are_for_two_or_more)
{
    struct world world = zone1_up();

    ck_assert_str_eq(budget_of(&world, "demo-zone1-vtgate"), "1 AlwaysAllow");
    ck_assert_str_eq(budget_of(&world, "demo-zone1-vtorc"), "none");
    edit(&world, "spec.vtorc", "{'replicas':3}");
    edit(&world, "spec.vtadmin", "{'replicas':2}");
    edit(&world, "spec.vtctld", "{'replicas':2}");
    edit(&world, "spec.etcd", "{'size':5}");
    world_sync(&world);
    ck_assert_str_eq(budget_of(&world, "demo-zone1-vtorc"), "2 AlwaysAllow");
    ck_assert_str_eq(budget_of(&world, "demo-zone1-vtadmin"), "1 AlwaysAllow");
    ck_assert_str_eq(budget_of(&world, "demo-zone1-vtctld"), "1 AlwaysAllow");
    ck_assert_str_eq(budget_of(&world, "demo-zone1-etcd"), "3 IfHealthyBudget");
}
END_TEST

static json_int_t vtgates(struct world *world)
{
    ck_assert_int_eq(world_sync(world), 200);
    return json_int_at(world_of(world, "Deployment", "demo-zone1-vtgate"), -1, "spec", "replicas");
}

static void scale(struct world *world, int replicas)
{
    json_t *deployment = world_of(world, "Deployment", "demo-zone1-vtgate");

    json_put(json_object_get(deployment, "spec"), "replicas", json_integer(replicas));
}

#define SCALED "{'minReplicas':3,'maxReplicas':9}"

/* Left out at once, the number would be 1 until the autoscaler looks. */
START_TEST(a_number_that_was_sent_goes_on_to_be_sent)
{
    struct world world = zone1_up();

    ck_assert_int_eq(vtgates(&world), 2);
    edit(&world, "spec.vtgate.autoscaler", SCALED);
    ck_assert_int_eq(vtgates(&world), 3);
    ck_assert_ptr_nonnull(world_of(&world, "HorizontalPodAutoscaler", "demo-zone1-vtgate"));
    scale(&world, 7);
    ck_assert_int_eq(vtgates(&world), 7);
    edit(&world, "spec.rollout", "{'paused':true}");
    edit(&world, "spec.vtgate.flags", "{'query-timeout':1}");
    scale(&world, 6);
    ck_assert_int_eq(vtgates(&world), 6);
}
END_TEST

START_TEST(a_number_that_was_never_sent_is_the_autoscalers)
{
    struct world world = zone1();

    edit(&world, "spec.vtgate.autoscaler", SCALED);
    come_up(&world);
    ck_assert_int_eq(vtgates(&world), -1);
    edit(&world, "spec.vtgate.autoscaler", NULL);
    ck_assert_int_eq(vtgates(&world), 2);
    ck_assert_ptr_null(world_of(&world, "HorizontalPodAutoscaler", "demo-zone1-vtgate"));
}
END_TEST

/* Switched, it keeps its name, and with that its address and its load balancer. */
START_TEST(a_service_is_never_sent_what_is_refused)
{
    struct world world = zone1_up();

    vtgate_service_of(&world, "{'type':'LoadBalancer'}");
    ck_assert_ptr_null(
        json_at(vtgate_service_of(&world, "{'type':'LoadBalancer','loadBalancerClass':'a'}"),
            "spec",
            "loadBalancerClass"));
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True Immutable: Service demo-zone1-vtgate: spec.loadBalancerClass cannot be changed; what "
        "was applied is kept");
    ck_assert_ptr_nonnull(world_of(&world, "Service", "demo-zone1-internal"));
}
END_TEST

static const char *image_of_etcd(struct world *world)
{
    const json_t *etcd;

    ck_assert_int_eq(world_sync(world), 200);
    etcd = world_of(world, "StatefulSet", "demo-global-etcd");
    return strrchr(json_text_at(
                       json_array_get(json_at(etcd, "spec", "template", "spec", "containers"), 0),
                       "image"),
               ':') +
           1;
}

static void run_etcd(struct world *world)
{
    run_workload(world_of(world, "StatefulSet", "demo-global-etcd"));
}

/* Each version is up in all members before the next one comes, and an edit is what begins. */
START_TEST(etcd_goes_by_way_of_its_fixes)
{
    struct world world =
        cell_of(changed(two_zones(), "spec.cells[0].etcd.version", "'3.5.17'"), "demo-global");

    world_sync(&world);
    come_up(&world);
    ck_assert_str_eq(image_of_etcd(&world), "v3.5.17");
    edit(&world, "spec.etcd.version", NULL);
    ck_assert_str_eq(image_of_etcd(&world), "v3.5.35");
    ck_assert_str_eq(image_of_etcd(&world), "v3.5.35");
    run_etcd(&world);
    ck_assert_str_eq(image_of_etcd(&world), "v3.6.16");
    run_etcd(&world);
    ck_assert_str_eq(image_of_etcd(&world), "v3.6.16");
    edit(&world, "spec.etcd.version", "'3.5.21'");
    ck_assert_str_eq(image_of_etcd(&world), "v3.6.16");
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True Immutable: StatefulSet demo-global-etcd: must not go from "
        "quay.io/coreos/etcd:v3.6.16 "
        "down to quay.io/coreos/etcd:v3.5.21, which cannot read what the newer one has written; "
        "what "
        "runs is kept");
    edit(&world, "spec.rollout", "{'force':['demo-global']}");
    ck_assert_str_eq(image_of_etcd(&world), "v3.5.21");
    edit(&world, "spec.rollout", NULL);
    run_etcd(&world);
    edit(&world, "spec.etcd", "{'image':'mirror/etcd:v3.6.1'}");
    ck_assert_str_eq(image_of_etcd(&world), "v3.5.21");
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True Immutable: StatefulSet demo-global-etcd: must not go from "
        "quay.io/coreos/etcd:v3.5.21 "
        "to mirror/etcd:v3.6.1 at once, since it takes 3.5.32 or a newer fix to go on; what runs "
        "is "
        "kept");
}
END_TEST

START_TEST(a_member_that_is_down_is_said)
{
    struct world world = cell_of(two_zones(), "demo-global");

    world_sync(&world);
    come_up(&world);
    ck_assert_str_eq(world_condition(&world, "Advice"), "none");
    put_at(world_of(&world, "StatefulSet", "demo-global-etcd"),
        "status.readyReplicas",
        json_integer(2));
    world_sync(&world);
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True EtcdMemberDown: StatefulSet demo-global-etcd: 2 of 3 members of etcd are Ready; look "
        "at "
        "the other, since without a quorum no primary can be replaced");
}
END_TEST

START_TEST(what_shapes_a_workload_is_in_its_hash_and_nothing_else)
{
    static const char *const edits[][3] = {
        {"spec.rolloutId", "'other'", "same"},
        {"spec.placement[0].cells", "['zone1']", "same"},
        {"spec.vtgate.service", "{'type':'NodePort'}", "same"},
        {"spec.vtorc", "{'replicas':2}", "same"},
        {"spec.backupFlags", "{'backup-storage-implementation':'gcs'}", "same"},
        {"spec.revision", "0", "other"},
        {"spec.image", "'vitess/lite:v24.0.9'", "other"},
        {"spec.vtgate.flags", "{'query-timeout':1}", "other"},
        {"spec.cellOrder", "['zone1','zone2','zone3']", "other"},
        {"spec.topology.addresses", "'elsewhere:2379'", "other"},
        {"spec.imagePullPolicy", "'Always'", "other"},
        {"spec.template.metadata.labels.team", "'a'", "other"},
    };

    for (size_t i = 0; i < sizeof(edits) / sizeof(*edits); i++) {
        struct world world = zone1_up();
        const char *before =
            object_annotation(object_last_applied(arena,
                                  &v1_keys,
                                  world_of(&world, "Deployment", "demo-zone1-vtgate")),
                v1_keys.spec_hash);
        const char *after;

        edit(&world, edits[i][0], edits[i][1]);
        world_sync(&world);
        after = object_annotation(object_last_applied(arena,
                                      &v1_keys,
                                      world_of(&world, "Deployment", "demo-zone1-vtgate")),
            v1_keys.spec_hash);
        ck_assert_msg(text_equal(before, after) == text_equal(edits[i][2], "same"),
            "%s",
            edits[i][0]);
    }
}
END_TEST

START_TEST(what_cannot_change_is_kept_and_said)
{
    struct world world = cell_of(two_zones(), "demo-global");
    const json_t *etcd;

    world_sync(&world);
    come_up(&world);
    edit(&world,
        "spec.etcd.volumeClaim",
        "{'storageClassName':'fast','accessModes':['ReadWriteOnce'],"
        "'resources':{'requests':{'storage':'1Gi'}}}");
    world_sync(&world);
    etcd = world_of(&world, "StatefulSet", "demo-global-etcd");
    ck_assert_ptr_null(strstr(json_write(arena, json_at(etcd, "spec"), NULL), "fast"));
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True Immutable: StatefulSet demo-global-etcd: spec.volumeClaimTemplates cannot be "
        "changed; what was applied is kept");
}
END_TEST

/* Each member is part of the command line of all, so a number that somebody wrote into the
 * annotation must not be believed to the end of all memory. */
START_TEST(no_etcd_has_more_than_a_hundred_members)
{
    static const struct {
        const char *applied;
        int kept;
    } rows[] = {{"100", 100}, {"101", 3}, {"4294967299", 3}, {"-1", 3}}; /* three are known */

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct world world = cell_of(two_zones(), "demo-global");
        json_t *etcd;
        const json_t *applied;

        world_sync(&world);
        come_up(&world);
        etcd = world_of(&world, "StatefulSet", "demo-global-etcd");
        applied =
            changed(object_last_applied(arena, &v1_keys, etcd), "spec.replicas", rows[i].applied);
        json_object_set(json_object_get(json_object_get(etcd, "metadata"), "annotations"),
            "metacontroller.k8s.io/last-applied-configuration",
            json_string(json_write(arena, applied, NULL)));
        edit(&world, "spec.etcd.size", "1");
        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert_int_eq(
            json_int_at(world_of(&world, "StatefulSet", "demo-global-etcd"), 0, "spec", "replicas"),
            rows[i].kept);
    }
}
END_TEST

START_TEST(the_lock_server_is_never_left_out)
{
    struct world world = cell_of(two_zones(), "demo-global");
    const char *before;

    world_sync(&world);
    come_up(&world);
    before = json_write(arena, world_of(&world, "StatefulSet", "demo-global-etcd"), NULL);
    edit(&world, "spec.etcd", NULL);
    world_sync(&world);
    ck_assert_str_eq(json_write(arena, world_of(&world, "StatefulSet", "demo-global-etcd"), NULL),
        before);
    ck_assert_ptr_nonnull(world_of(&world, "Service", "demo-global-etcd-client"));
    ck_assert_ptr_nonnull(world_of(&world, "Service", "demo-global-etcd-peer"));
    ck_assert_ptr_nonnull(world_of(&world, "PodDisruptionBudget", "demo-global-etcd"));
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True Immutable: StatefulSet demo-global-etcd: the lock server of the cluster cannot be "
        "removed; it is kept");
    /* An etcd that serves nobody goes. */
    edit(&world, "spec.topology.addresses", "'demo-zone1-etcd-client.shop.svc:2379'");
    world_sync(&world);
    ck_assert_ptr_null(world_of(&world, "StatefulSet", "demo-global-etcd"));
}
END_TEST

START_TEST(a_newer_revision_is_left_alone)
{
    struct world world = zone1_up();

    edit(&world, "spec.revision", "7");
    ck_assert_int_eq(world_sync(&world), 503);
    ck_assert_str_eq(world.answer.message,
        "this build renders revision 1, but VitessCell demo-zone1 is at revision 7; to go back on "
        "purpose set spec.revision: 1 on the VitessCluster");
}
END_TEST

/* --- leaving --- */

START_TEST(a_keyspace_that_left_stays_until_it_has_retired)
{
    struct world world = zone1_up();
    const json_t *keyspace;

    edit(&world, "spec.keyspaces[1]", NULL);
    edit(&world, "spec.placement[1]", NULL);
    world_sync(&world);
    keyspace = world_of(&world, "VitessKeyspace", "demo-zone1-lookup");
    ck_json(json_at(keyspace, "spec", "rollout"), "{'paused':false,'retire':true}");
    ck_assert_ptr_nonnull(json_at(keyspace, "spec", "tablets", "masterEligible", "volumeClaim"));
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: removing VitessKeyspace demo-zone1-lookup");
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");

    world_report(&world, "demo-zone1-lookup", false, false, "RolloutProgressing", NULL);
    world_sync(&world);
    ck_assert_ptr_nonnull(world_of(&world, "VitessKeyspace", "demo-zone1-lookup"));
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");

    world_settle(&world, "demo-zone1-lookup", "{'retired':true}");
    world_sync(&world);
    ck_assert_ptr_null(world_of(&world, "VitessKeyspace", "demo-zone1-lookup"));
}
END_TEST

START_TEST(a_keyspace_that_lives_on_elsewhere_hears_where)
{
    struct world world = zone1_up();

    edit(&world, "spec.keyspaces[0]", NULL);
    edit(&world, "spec.placement[0].cells", "['zone2']");
    world_sync(&world);
    ck_json(json_at(world_of(&world, "VitessKeyspace", "demo-zone1-main"), "spec", "rollout"),
        "{'paused':false,'remaining':['zone2'],'remainingShards':['-80','80-'],'retire':true,"
        "'served':true}");
}
END_TEST

START_TEST(one_that_is_kept_until_idle_holds_up_nobody)
{
    struct world world = zone1_up();

    edit(&world, "spec.keyspaces[1]", NULL);
    world_sync(&world);
    world_report(&world, "demo-zone1-lookup", true, true, "KeptUntilIdle", NULL);
    world_sync(&world);
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True KeptUntilIdle: VitessKeyspace demo-zone1-lookup: what it said");
    edit(&world, "spec.image", "'vitess/lite:v24.0.9'");
    world_sync(&world);
    ck_assert_str_eq(
        json_text_at(world_of(&world, "VitessKeyspace", "demo-zone1-main"), "spec", "image"),
        "vitess/lite:v24.0.9");
}
END_TEST

START_TEST(a_keyspace_that_comes_back_goes_on)
{
    struct world world = zone1_up();
    const json_t *before = world.parent;

    edit(&world, "spec.keyspaces[1]", NULL);
    world_sync(&world);
    edit(&world, "spec.keyspaces", json_write(arena, json_at(before, "spec", "keyspaces"), NULL));
    world_sync(&world);
    ck_json(json_at(world_of(&world, "VitessKeyspace", "demo-zone1-lookup"), "spec", "rollout"),
        "{'paused':false}");
}
END_TEST

START_TEST(a_cell_retires_its_keyspaces_and_leaves_its_record)
{
    struct world world = zone1_up();

    edit(&world, "spec.rollout", "{'retire':true}");
    world_sync(&world);
    ck_json(json_at(world_of(&world, "VitessKeyspace", "demo-zone1-main"), "spec", "rollout"),
        "{'paused':false,'remaining':['zone2'],'remainingShards':['-80','80-'],'retire':true,"
        "'served':true}");
    ck_json(json_at(world_of(&world, "VitessKeyspace", "demo-zone1-lookup"), "spec", "rollout"),
        "{'paused':false,'retire':true}");
    ck_assert_str_eq(world_tasks(&world), "");
    ck_assert(!json_true_at(world_status(&world), "retired"));

    world_settle(&world, "demo-zone1-main", "{'retired':true}");
    world_settle(&world, "demo-zone1-lookup", "{'retired':true}");
    world_sync(&world);
    ck_assert_str_eq(world_names(&world, "VitessKeyspace"), "");
    world_sync(&world);
    ck_assert(json_true_at(world_status(&world), "retired"));
    ck_assert_str_eq(world_tasks(&world), "");
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", "demo-zone1-vtgate"));
    world_rest(&world);
}
END_TEST

START_TEST(the_control_cell_retires_without_a_record)
{
    struct world world = cell_of(two_zones(), "demo-global");

    world_sync(&world);
    come_up(&world);
    edit(&world, "spec.rollout", "{'retire':true}");
    world_sync(&world);
    ck_assert(json_true_at(world_status(&world), "retired"));
    ck_assert_str_eq(world_tasks(&world), "");
    ck_assert_ptr_nonnull(world_of(&world, "StatefulSet", "demo-global-etcd"));
}
END_TEST

/* --- 2018 --- */

/* The observed object of a vector, with today's kinds for those that are gone. */
static const json_t *observed_object(const json_t *vector)
{
    const char *kind = json_text_at(vector, "kind");
    const char *name = json_text_at(vector, "name");
    const char *status = json_text_at(vector, "condition", "status");
    const char *well = text_equal(status, "True") ? "3" : "0";

    if (text_equal(kind, "EtcdCluster"))
        return json_of(fmt(arena,
            "{'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'name':'%s','namespace':"
            "'default'},'spec':{'replicas':3},'status':{'readyReplicas':%s}}",
            name,
            well));
    return json_of(fmt(arena,
        "{'apiVersion':'%s','kind':'%s','metadata':{'name':'%s','namespace':'default'},"
        "'spec':{'name':'%s'},'status':{'conditions':[{'type':'%s','status':'%s'}]}}",
        text_equal(kind, "Deployment")       ? "apps/v1"
        : text_equal(kind, "VitessKeyspace") ? API_VERSION
                                             : "v1",
        kind,
        name,
        text_equal(kind, "VitessKeyspace") ? strrchr(name, '-') + 1 : name,
        json_text_at(vector, "condition", "type") == NULL
            ? "None"
            : json_text_at(vector, "condition", "type"),
        status == NULL ? "Unknown" : status));
}

static const json_t *cluster_of_2018(void)
{
    return json_of(
        "{'apiVersion':'vitess.io/v1alpha1','kind':'VitessCluster',"
        "'metadata':{'name':'vitess','namespace':'default','uid':'u','generation':1},"
        "'spec':{'selector':{'matchLabels':{'app':'vitess'}},"
        "'template':{'metadata':{'labels':{'app':'vitess'}}},"
        "'cells':[{'name':'global','etcd':{'version':'3.2.11','size':3},"
        "'vtctld':{'image':'vitess/lite:v2.1.1'}},"
        "{'name':'zone1','vtgate':{'image':'vitess/lite:v2.1.1','replicas':3}}],"
        "'keyspaces':[{'name':'main','cells':['zone1'],'shards':"
        "[{'keyRange':{'start':'','end':'80'}},{'keyRange':{'start':'80','end':''}}],"
        "'tablets':{'masterEligible':{'replicas':2,'volumeClaim':" CLAIM("4Gi") "}}}]}}");
}

static void check_status_vector(const json_t *vector)
{
    struct world world = cell_of(cluster_of_2018(), json_text_at(vector, "parent"));
    const json_t *expected = json_at(vector, "status");
    const json_t *observed_vector;
    const json_t *value;
    const char *key;
    bool registered = false;

    json_each_item (json_at(vector, "observed"), i, observed_vector) {
        if (text_equal(json_text_at(observed_vector, "kind"), "Job"))
            registered = json_at(observed_vector, "condition") != NULL;
        else
            json_add(world.children, observed_object(observed_vector));
    }
    if (registered) {
        struct world asked = cell_of(cluster_of_2018(), json_text_at(vector, "parent"));

        world_sync(&asked);
        come_up(&asked);
        put_at(world.parent, "status", json_clone(world_status(&asked)));
    }
    world_sync(&world);
    json_each_field (expected, key, value) {
        if (!text_equal(key, "conditions"))
            ck_assert_msg(json_same(value, json_at(world_status(&world), key)),
                "%s: %s is %s",
                json_text_at(vector, "case"),
                key,
                json_write(arena, json_at(world_status(&world), key), NULL));
    }
}

START_TEST(status_is_that_of_2018)
{
    const json_t *vectors = shared_json("vectors/vitess.io-v1alpha1.json");
    const json_t *vector;

    json_each_item (json_at(vectors, "status"), i, vector) {
        if (text_equal(json_text_at(vector, "level"), "cell"))
            check_status_vector(vector);
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_zone_has_vtgate_vtorc_and_its_keyspaces);
    tcase_add_test(tcase, the_control_cell_has_etcd_and_vtctld);
    tcase_add_test(tcase, a_vtctld_of_another_lock_server_is_not_asked);
    tcase_add_test(tcase, a_cell_with_its_own_vtctld_waits_for_it_after_a_restore);
    tcase_add_test(tcase, vtadmin_and_policies_come_on_request);
    tcase_add_test(tcase, services_of_mysqld_come_on_request_and_go_with_it);
    tcase_add_test(tcase, every_child_has_the_labels_that_select_it);
    tcase_add_test(tcase, a_keyspace_is_told_what_it_needs);
    tcase_add_test(tcase, vtgate_watches_every_cell_with_tablets);
    tcase_add_test(tcase, images_of_2018_are_not_run);
    tcase_add_test(tcase, vtorc_takes_the_settings_of_the_orchestrator_block);
    tcase_add_test(tcase, vtorc_can_be_switched_off);
    tcase_add_test(tcase, a_cell_without_keyspaces_has_no_vtorc);
    tcase_add_test(tcase, ready_says_what_is_missing);
    tcase_add_test(tcase, an_unregistered_cell_is_not_ready);
    tcase_add_test(tcase, counts_are_sums);
    tcase_add_test(tcase, at_rest_nothing_changes);
    tcase_add_test(tcase, workloads_move_one_at_a_time);
    tcase_add_test(tcase, keyspaces_move_one_at_a_time_and_do_not_wait_for_workloads);
    tcase_add_test(tcase, a_pause_holds_everything_and_goes_down_at_once);
    tcase_add_test(tcase, services_and_budgets_are_applied_at_once);
    tcase_add_test(tcase, a_service_is_never_sent_what_is_refused);
    tcase_add_test(tcase, budgets_are_for_two_or_more);
    tcase_add_test(tcase, etcd_goes_by_way_of_its_fixes);
    tcase_add_test(tcase, a_member_that_is_down_is_said);
    tcase_add_test(tcase, a_number_that_was_sent_goes_on_to_be_sent);
    tcase_add_test(tcase, a_number_that_was_never_sent_is_the_autoscalers);
    tcase_add_test(tcase, what_shapes_a_workload_is_in_its_hash_and_nothing_else);
    tcase_add_test(tcase, what_cannot_change_is_kept_and_said);
    tcase_add_test(tcase, no_etcd_has_more_than_a_hundred_members);
    tcase_add_test(tcase, the_lock_server_is_never_left_out);
    tcase_add_test(tcase, a_newer_revision_is_left_alone);
    tcase_add_test(tcase, a_keyspace_that_left_stays_until_it_has_retired);
    tcase_add_test(tcase, a_keyspace_that_lives_on_elsewhere_hears_where);
    tcase_add_test(tcase, one_that_is_kept_until_idle_holds_up_nobody);
    tcase_add_test(tcase, a_keyspace_that_comes_back_goes_on);
    tcase_add_test(tcase, a_cell_retires_its_keyspaces_and_leaves_its_record);
    tcase_add_test(tcase, the_control_cell_retires_without_a_record);
    tcase_add_test(tcase, status_is_that_of_2018);
}

TEST_MAIN(tests)
