#include "v2_life.h"

/* A cell that has left the spec of a VitessCluster of planetscale.com/v2: it goes once nobody is in
 * it and no keyspace is served in it. */

hook_function v2_sync_cell;

#define VTGATE "example-zone1-vtgate-bc6cde92"
#define ZONE1 "example-zone1-5abb61ae"

/* --- the cluster and Vitess --- */

static struct texts served; /* keyspaces in the SrvKeyspaces of the cell */
static bool registered;
static struct texts commands; /* that changed something, in their order */

static const char *names_said(void)
{
    struct texts quoted = {.arena = arena};

    for (size_t i = 0; i < served.count; i++)
        texts_add(&quoted, fmt(arena, "      \"%s\"", served.at[i]));
    return served.count == 0 ? "{\n  \"zone1\": {}\n}\n"
                             : fmt(arena,
                                   "{\n  \"zone1\": {\n    \"names\": [\n%s\n    ]\n  }\n}\n",
                                   texts_join(&quoted, ",\n"));
}

static const char *remove_served(const char *keyspace)
{
    struct texts rest = {.arena = arena};

    for (size_t i = 0; i < served.count; i++) {
        if (!text_equal(served.at[i], keyspace))
            texts_add(&rest, served.at[i]);
    }
    served = rest;
    texts_add(&commands, fmt(arena, "RemoveKeyspaceCell %s", keyspace));
    return "";
}

static const char *cell_answer(const json_t *pod)
{
    if (has_word(pod, "GetSrvKeyspaceNames")) {
        const char *said = names_said();

        if (text_starts_with(word_of_task(pod, 0), "/"))
            return said;
        return matches(word_of_task(pod, 0), said) ? said : NULL;
    }
    if (has_word(pod, "RemoveKeyspaceCell"))
        return remove_served(word_of_task(pod, 5));
    if (has_word(pod, "DeleteCellInfo")) {
        registered = false;
        texts_add(&commands, "DeleteCellInfo");
    }
    if (has_word(pod, "UpdateCellInfo"))
        registered = true;
    return "";
}

static void run_cell(struct world *world)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        const char *answer;

        if (!text_equal(object_kind(child), "Pod") || json_at(child, "status") != NULL)
            continue;
        answer = cell_answer(child);
        if (answer != NULL)
            put_at(child, "status", world_ended(child, answer));
    }
}

static void live(struct world *world, int times)
{
    world_live(world, run_cell, times);
}

static struct world cell(void)
{
    json_t *parent =
        json_clone(vector_object(vector_json("docs_302_ready.json"), "VitessCell", NULL));
    struct world world = {.sync = v2_sync_cell,
        .keys = &v2_keys,
        .parent = parent,
        .children = json_new_list(),
        .related = json_new_map()};

    served = commands = (struct texts){.arena = arena};
    texts_add(&served, "commerce");
    texts_add(&served, "customer");
    put_at(parent, "metadata.uid", json_string("uid-of-parent"));
    put_at(parent, "status", NULL);
    live(&world, 6);
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", VTGATE));
    ck_assert(registered);
    return world;
}

/* The VitessCluster writes spec.leaving. */
static void tell_cell(struct world *world, const char *leaving)
{
    json_t *applied;

    edit(world, "spec.leaving", leaving);
    applied = json_clone(world->parent);
    put_at(applied, "status", NULL);
    put_at(applied, "metadata.annotations", NULL);
    put_at(world->parent, "metadata.annotations", json_new_map());
    annotate(world->parent,
        "metacontroller.k8s.io/last-applied-configuration",
        json_write(arena, applied, NULL));
}

static const char *idle_of(const struct world *world)
{
    return json_text_at(world_status(world), "idle");
}

static const char *commands_run(void)
{
    return texts_join(&commands, ", ");
}

#define POOLS "'tabletPools':[{'cell':'zone1'}]"
#define KEYSPACE                                                                                   \
    "{'metadata':{'name':'k','namespace':'example','labels':{'planetscale.com/"                    \
    "keyspace':'commerce'}},"                                                                      \
    "'spec':{'partitionings':[{'equal':{'parts':1,'shardTemplate':{" POOLS "}}}]}}"

static void relate(struct world *world, const char *group, const char *object)
{
    world->related = json_of(fmt(arena, "{'%s.planetscale.com/v2':{'k':%s}}", group, object));
}

/* --- the tests --- */

START_TEST(one_that_is_wanted_is_asked_nothing)
{
    struct world world = cell();

    live(&world, 4);
    ck_assert_str_eq(idle_of(&world), "Unknown");
    ck_assert_str_eq(world_tasks(&world), "");
    ck_assert_str_eq(commands_run(), "");
}
END_TEST

/* First what Vitess serves in it, then vtgate, then what Vitess knows of it; then it is idle. */
START_TEST(an_empty_one_is_taken_out_of_the_topology)
{
    struct world world = cell();

    tell_cell(&world, "true");
    for (int i = 0; i < 9 && world_of(&world, "Deployment", VTGATE) != NULL; i++) {
        ck_assert_str_eq(idle_of(&world), "Unknown");
        live(&world, 1);
    }
    ck_assert_ptr_null(world_of(&world, "Deployment", VTGATE));
    ck_assert_str_eq(commands_run(), "RemoveKeyspaceCell commerce, RemoveKeyspaceCell customer");
    ck_assert(registered);
    live(&world, 4);
    ck_assert_str_eq(commands_run(),
        "RemoveKeyspaceCell commerce, RemoveKeyspaceCell customer, DeleteCellInfo");
    ck_assert_str_eq(idle_of(&world), "True");
    ck_assert(!registered);
}
END_TEST

static const char *const inhabitants[][2] = {
    {"VitessKeyspace", KEYSPACE},
    {"VitessShard", "{'metadata':{'name':'k','namespace':'example'},'spec':{" POOLS "}}"},
    {"VitessShard",
        "{'metadata':{'name':'k','namespace':'example'},'spec':{},'status':{'cells':['zone1']}}"},
};

START_TEST(one_with_tablets_stays_as_it_is)
{
    struct world world = cell();

    relate(&world, inhabitants[_i][0], inhabitants[_i][1]);
    tell_cell(&world, "true");
    live(&world, 6);
    ck_assert_str_ne(idle_of(&world), "True");
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", VTGATE));
    ck_assert_str_eq(commands_run(), "");
    ck_assert(registered);
}
END_TEST

START_TEST(one_that_somebody_gets_into_is_not_idle)
{
    struct world world = cell();

    tell_cell(&world, "true");
    live(&world, 10);
    ck_assert_str_eq(idle_of(&world), "True");
    relate(&world, "VitessKeyspace", KEYSPACE);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(idle_of(&world), "False");
}
END_TEST

START_TEST(one_that_somebody_else_told_to_leave_stays_as_it_is)
{
    struct world world = cell();

    tell_cell(&world, NULL);
    edit(&world, "spec.leaving", "true");
    live(&world, 6);
    ck_assert_str_eq(idle_of(&world), "Unknown");
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", VTGATE));
    ck_assert_str_eq(commands_run(), "");
}
END_TEST

static void relate_shards(struct world *world, const char *second_serves)
{
    world->related = json_of(fmt(arena,
        "{'VitessShard.planetscale.com/v2':{"
        "'a':{'metadata':{'name':'a','namespace':'example','labels':{'planetscale.com/keyspace':"
        "'customer'}},'spec':{},'status':{'servingWrites':'True'}},"
        "'b':{'metadata':{'name':'b','namespace':'example','labels':{'planetscale.com/keyspace':"
        "'customer'}},'spec':{},'status':{'servingWrites':'%s'}}}}",
        second_serves));
}

/* Vitess would take the one that serves out of the cell, and then fail for good. */
START_TEST(one_waits_until_a_keyspace_is_cut)
{
    struct world world = cell();

    relate_shards(&world, "False");
    tell_cell(&world, "true");
    live(&world, 8);
    ck_assert_str_eq(commands_run(), "RemoveKeyspaceCell commerce");
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", VTGATE));
    ck_assert_str_eq(idle_of(&world), "Unknown");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: leaves once keyspace customer is not being resharded: "
        "RemoveKeyspaceCell takes all shards to serve");
    relate_shards(&world, "True");
    live(&world, 8);
    ck_assert_str_eq(commands_run(),
        "RemoveKeyspaceCell commerce, RemoveKeyspaceCell customer, DeleteCellInfo");
    ck_assert_str_eq(idle_of(&world), "True");
}
END_TEST

#define HAS_TABLETS                                                                                \
    "cannot remove cell zone1 from shard commerce/-: cell zone1 has 2 possible tablets in "        \
    "replication graph"
#define LISTS_THEM                                                                                 \
    "; `vtctldclient GetTablets --cell zone1` lists the tablets of which Vitess has records, and " \
    "DeleteTablets deletes what nobody needs"
#define INTERRUPTED                                                                                \
    "cannot remove cell zone1 from shard commerce/-: shard commerce/- does not have serving cell " \
    "zone1"

static const struct {
    const char *prunes_tablets, *error, *remedy;
} refusals[] = {
    {"true", HAS_TABLETS, LISTS_THEM},
    {"false",
        HAS_TABLETS,
        LISTS_THEM " (spec.topologyReconciliation.pruneTablets: false leaves that to you)"},
    {"true",
        INTERRUPTED,
        "; it was interrupted before: `vtctldclient RebuildKeyspaceGraph --cells=zone1 commerce` "
        "has it begin anew"},
    {"true", "vtctld does not answer", ""},
};

START_TEST(what_vitess_refuses_is_said)
{
    struct world world = cell();
    json_t *child;

    edit(&world, "spec.topologyReconciliation.pruneTablets", refusals[_i].prunes_tablets);
    tell_cell(&world, "true");
    ck_assert_int_eq(world_sync(&world), 200);
    run_cell(&world);
    ck_assert_int_eq(world_sync(&world), 200);
    json_each_item (world.children, i, child) {
        if (text_equal(object_kind(child), "Pod") && has_word(child, "RemoveKeyspaceCell") &&
            has_word(child, "commerce"))
            put_at(child,
                "status",
                json_of(fmt(arena,
                    "{'phase':'Running','containerStatuses':[{'name':'task','restartCount':2,"
                    "'state':{'terminated':{'exitCode':1,'message':'%s'}}}]}",
                    refusals[_i].error)));
    }
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_condition(&world, "Updated"),
        fmt(arena,
            "False TaskFailing: leaves once nothing of keyspace commerce is served in it: %s%s",
            refusals[_i].error,
            refusals[_i].remedy));
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", VTGATE));
}
END_TEST

/* Whoever switches that off takes it out himself. */
START_TEST(nothing_is_pruned_that_is_not_to_be)
{
    struct world world = cell();

    edit(&world, "spec.topologyReconciliation.pruneSrvKeyspaces", "false");
    edit(&world, "spec.topologyReconciliation.pruneCells", "false");
    tell_cell(&world, "true");
    live(&world, 6);
    ck_assert_str_eq(idle_of(&world), "Unknown");
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", VTGATE));
    served.count = 0;
    run_cell(&world);
    live(&world, 3);
    ck_assert_ptr_null(world_of(&world, "Deployment", VTGATE));
    ck_assert_str_eq(idle_of(&world), "True");
    ck_assert_str_eq(commands_run(), "");
}
END_TEST

START_TEST(one_that_comes_back_is_registered_anew)
{
    struct world world = cell();

    tell_cell(&world, "true");
    live(&world, 10);
    ck_assert(!registered);
    tell_cell(&world, NULL);
    live(&world, 4);
    ck_assert(registered);
    ck_assert_str_eq(idle_of(&world), "Unknown");
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", VTGATE));
    /* What was said then is void. */
    texts_add(&served, "commerce");
    tell_cell(&world, "true");
    live(&world, 2);
    ck_assert_str_eq(idle_of(&world), "Unknown");
}
END_TEST

/* Nobody has seen that it was back. */
START_TEST(what_was_said_before_it_came_back_is_void)
{
    struct world world = cell();

    tell_cell(&world, "true");
    live(&world, 10);
    ck_assert_str_eq(idle_of(&world), "True");
    texts_add(&served, "commerce");
    tell_cell(&world, NULL);
    tell_cell(&world, "true");
    live(&world, 1);
    ck_assert_str_eq(idle_of(&world), "Unknown");
}
END_TEST

/* --- the cluster tells it --- */

static struct world cluster(void)
{
    struct world world = cluster_of_302();

    put_at(world.parent, "spec.vtadmin", NULL);
    put_at(world.parent, "spec.vitessDashboard", NULL);
    put_at(world.parent, "spec.keyspaces", json_new_list());
    come_up(&world);
    return world;
}

static bool is_told(const struct world *world)
{
    return json_true_at(object_last_applied(arena, &v2_keys, world_child(world, ZONE1)),
        "spec",
        "leaving");
}

START_TEST(a_cluster_tells_its_cells_that_they_have_left)
{
    static const char *const strategies[] = {"Immediate", "External"};

    for (size_t i = 0; i < 2; i++) {
        struct world world = cluster();
        const json_t *cells = json_at(world.parent, "spec", "cells");

        edit(&world, "spec.updateStrategy", fmt(arena, "{'type':'%s'}", strategies[i]));
        world_rest(&world);
        world_settle(&world, ZONE1, "{'idle':'True'}");
        edit(&world, "spec.cells", "[]");
        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert(is_told(&world));
        world_rest(&world);
        ck_assert_ptr_nonnull(world_child(&world, ZONE1));
        edit(&world, "spec.cells", json_write(arena, cells, NULL));
        world_rest(&world);
        ck_assert(!is_told(&world));
        edit(&world, "spec.cells", "[]");
        world_rest(&world);
        world_settle(&world, ZONE1, "{'idle':'True'}");
        world_rest(&world);
        ck_assert_ptr_null(world_child(&world, ZONE1));
    }
}
END_TEST

/* Of a keyspace that Vitess has forgotten meanwhile there is no record, either. */
START_TEST(a_keyspace_that_is_forgotten_holds_up_no_cell)
{
    struct world world = cell();
    const json_t *pod = NULL;

    tell_cell(&world, "true");
    for (int i = 0; i < 6 && pod == NULL; i++) {
        ck_assert_int_eq(world_sync(&world), 200);
        pod = ending_task(&world, "RemoveKeyspaceCell");
        if (pod == NULL)
            run_cell(&world);
    }
    ck_assert(matches(word_of_task(pod, 0),
        "rpc error: code = NotFound desc = node doesn't exist: "
        "/vitess/example/global/keyspaces/commerce/shards/"));
    ck_assert(matches(word_of_task(pod, 0),
        "cannot delete SrvKeyspace from cell zone1 for keyspace commerce: node doesn't exist: "
        "/vitess/zone1/keyspaces/commerce/SrvKeyspace"));
    ck_assert(!matches(word_of_task(pod, 0),
        "cannot remove cell zone1 from shard commerce/-: node doesn't exist: "
        "/vitess/example/global/keyspaces/commerce/shards/-/Shard"));
}
END_TEST

/* --- one that comes back --- */

static const char *const takes_away[] = {"RemoveKeyspaceCell", "DeleteCellInfo"};

/* Registered before, it would be taken out of the topology after that. */
START_TEST(one_that_comes_back_is_registered_once_nobody_takes_it_away)
{
    struct world world = cell();
    const json_t *pod = NULL;

    tell_cell(&world, "true");
    for (int i = 0; i < 12 && pod == NULL; i++) {
        ck_assert_int_eq(world_sync(&world), 200);
        pod = ending_task(&world, takes_away[_i]);
        if (pod == NULL)
            run_cell(&world);
    }
    ck_assert_ptr_nonnull(pod);
    tell_cell(&world, NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(strstr(world_tasks(&world), "UpdateCellInfo"));
    sync_beside(&world, pod);
    ck_assert_ptr_null(strstr(world_tasks(&world), "UpdateCellInfo"));
    ck_assert_str_eq(world_condition(&world, "Ready"),
        fmt(arena,
            "False GatewayNotReady: the cell is registered once Pod %s, which takes away what "
            "Vitess knew of it, has ended",
            object_name(pod)));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(strstr(world_tasks(&world), "UpdateCellInfo"));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_loop_test(tcase,
        what_vitess_refuses_is_said,
        0,
        sizeof(refusals) / sizeof(*refusals));
    tcase_add_test(tcase, a_keyspace_that_is_forgotten_holds_up_no_cell);
    tcase_add_loop_test(tcase, one_that_comes_back_is_registered_once_nobody_takes_it_away, 0, 2);
    tcase_add_test(tcase, one_that_is_wanted_is_asked_nothing);
    tcase_add_test(tcase, an_empty_one_is_taken_out_of_the_topology);
    tcase_add_loop_test(tcase, one_with_tablets_stays_as_it_is, 0, 3);
    tcase_add_test(tcase, one_that_somebody_gets_into_is_not_idle);
    tcase_add_test(tcase, one_that_somebody_else_told_to_leave_stays_as_it_is);
    tcase_add_test(tcase, one_waits_until_a_keyspace_is_cut);
    tcase_add_test(tcase, nothing_is_pruned_that_is_not_to_be);
    tcase_add_test(tcase, one_that_comes_back_is_registered_anew);
    tcase_add_test(tcase, what_was_said_before_it_came_back_is_void);
    tcase_add_test(tcase, a_cluster_tells_its_cells_that_they_have_left);
}

TEST_MAIN(tests)
