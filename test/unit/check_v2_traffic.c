#include "v2_life.h"

/* What a VitessShard of planetscale.com/v2 says of the traffic that it serves, as theirs does, and
 * whom it asks: nothing of it goes by what is not so any more. */

/* "True False": servingWrites and idle. */
static const char *traffic_of(const struct world *world)
{
    return fmt(arena,
        "%s %s",
        json_text_at(world_status(world), "servingWrites"),
        json_text_at(world_status(world), "idle"));
}

/* What each task waits for that does. */
static const char *waits_for(const struct world *world)
{
    struct texts words = {.arena = arena};
    const json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_label(child, "planetscale.com/component"), "task") &&
            !text_starts_with(word_of_task(child, 0), "/"))
            texts_add(&words, word_of_task(child, 0));
    }
    return texts_join(&words, " ");
}

#define UNTIL_NOT "\"is_primary_serving\": *false|node doesn't exist"
#define UNTIL "\"is_primary_serving\": *true"

static struct world settled(void)
{
    struct world world = begin();

    tell(&world, "Settled");
    sync_and_run(&world, 12);
    return world;
}

static struct world left(void)
{
    struct world world = settled();

    tell(&world, "Leaving");
    sync_and_run(&world, 4);
    ck_assert_str_eq(traffic_of(&world), "True False");
    return world;
}

/* Traffic of all types has been switched to others, and nobody has told. */
static struct world switched(void)
{
    struct world world = left();

    serving = "false";
    listing = "unlisted";
    run(&world);
    return world;
}

/* --- writes --- */

START_TEST(at_rest_nobody_asks)
{
    struct world world = settled();

    ck_assert_str_eq(traffic_of(&world), "True False");
    ck_assert_str_eq(waits_for(&world), "");
}
END_TEST

START_TEST(before_there_is_a_primary_nothing_is_known)
{
    struct world world = begin();

    tell(&world, "MaySwitch");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(traffic_of(&world), "Unknown Unknown");
    ck_assert_ptr_null(strstr(world_tasks(&world), "GetShard"));
}
END_TEST

/* Nobody would tell that it serves now. */
START_TEST(one_that_does_not_serve_yet_is_awaited)
{
    struct world world = begin();

    serving = "false";
    tell(&world, "Settled");
    sync_and_run(&world, 12);
    ck_assert_str_eq(traffic_of(&world), "False Unknown");
    ck_assert_str_eq(waits_for(&world), UNTIL);
    serving = "true";
    run(&world);
    sync_and_run(&world, 2);
    ck_assert_str_eq(traffic_of(&world), "True False");
    ck_assert_str_eq(waits_for(&world), "");
}
END_TEST

START_TEST(another_primary_is_asked_anew)
{
    struct world world = settled();

    primary = "zone1-2469782763";
    serving = "false";
    restarts = 1; /* that is asked after */
    sync_and_run(&world, 2);
    ck_assert_str_eq(traffic_of(&world), "True False");
    sync_and_run(&world, 6);
    ck_assert_str_eq(traffic_of(&world), "False Unknown");
}
END_TEST

START_TEST(each_switch_of_traffic_is_followed)
{
    struct world world = settled();

    tell(&world, "MaySwitch");
    sync_and_run(&world, 4);
    for (int i = 0; i < 3; i++) {
        ck_assert_str_eq(traffic_of(&world), "True False");
        ck_assert_str_eq(waits_for(&world), UNTIL_NOT);
        serving = "false";
        run(&world);
        sync_and_run(&world, 2);
        ck_assert_str_eq(traffic_of(&world), "False Unknown");
        ck_assert_str_eq(waits_for(&world), UNTIL);
        serving = "true";
        run(&world);
        sync_and_run(&world, 2);
    }
    tell(&world, "Settled");
    sync_and_run(&world, 2);
    ck_assert_str_eq(traffic_of(&world), "True False");
    ck_assert_str_eq(waits_for(&world), "");
}
END_TEST

/* --- idle --- */

START_TEST(one_that_has_left_is_idle_once_no_cell_lists_it)
{
    struct world world = left();

    ck_assert_str_eq(waits_for(&world), UNTIL_NOT);
    serving = "false";
    run(&world);
    sync_and_run(&world, 4);
    ck_assert_str_eq(traffic_of(&world), "False Unknown");
    ck_assert_str_eq(waits_for(&world), UNTIL " unlisted:-");
    listing = "unlisted";
    run(&world);
    sync_and_run(&world, 5);
    ck_assert_str_eq(traffic_of(&world), "False True");
}
END_TEST

/* The answer is as old as its Pod. Until somebody listens, and has been asked once more, traffic
 * may have come back without anybody seeing it. */
START_TEST(one_is_not_idle_by_an_answer_of_before)
{
    struct world world = switched();
    json_t *child;

    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(world_sync(&world), 200);
        json_each_item (world.children, j, child) {
            const char *waits = word_of_task(child, 0);

            if (text_equal(object_label(child, "planetscale.com/component"), "task") &&
                !text_equal(waits, "listed:-"))
                run_pod(child);
        }
    }
    ck_assert_str_eq(traffic_of(&world), "False Unknown");
    ck_assert_ptr_nonnull(pod_of(&world, FIRST));
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", VTORC));
    /* Now they do, and traffic has come back. */
    listing = "listed";
    sync_and_run(&world, 6);
    ck_assert_str_eq(traffic_of(&world), "False Unknown");
    ck_assert_ptr_nonnull(pod_of(&world, FIRST));
}
END_TEST

/* Reshard's `complete` deletes it. */
START_TEST(one_without_a_record_serves_no_writes)
{
    struct world world = left();

    serving = NULL;
    listing = "unlisted";
    run(&world);
    sync_and_run(&world, 5);
    ck_assert_str_eq(traffic_of(&world), "False True");
}
END_TEST

/* The topology was lost, or is another one. */
START_TEST(one_of_a_topology_that_knows_nobody_stays)
{
    struct world world = left();

    serving = NULL;
    listing = "";
    run(&world);
    sync_and_run(&world, 6);
    ck_assert_str_eq(traffic_of(&world), "False Unknown");
}
END_TEST

START_TEST(one_that_is_wanted_is_never_idle)
{
    struct world world = settled();

    serving = "false";
    listing = "unlisted";
    tell(&world, "MaySwitch");
    sync_and_run(&world, 8);
    ck_assert_str_eq(traffic_of(&world), "False Unknown");
    ck_assert_ptr_null(strstr(world_tasks(&world), "GetSrvKeyspaces"));
}
END_TEST

START_TEST(one_that_somebody_else_told_to_leave_is_not_idle)
{
    struct world world = settled();

    tell(&world, "MaySwitch");
    serving = "false";
    listing = "unlisted";
    edit(&world, "spec.traffic", "'Leaving'");
    sync_and_run(&world, 8);
    ck_assert_str_eq(traffic_of(&world), "False Unknown");
}
END_TEST

START_TEST(what_is_not_heard_is_not_known)
{
    struct world world = left();

    reachable = false;
    serving = "false";
    listing = "unlisted";
    run(&world);
    sync_and_run(&world, 4);
    ck_assert_str_eq(traffic_of(&world), "True False");
}
END_TEST

/* The task whose first word is `waits` goes on asking, and fails. */
static void keeps_failing(const struct world *world, const char *waits, const char *says)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_label(child, "planetscale.com/component"), "task") &&
            text_equal(word_of_task(child, 0), waits))
            put_at(child,
                "status",
                json_of(fmt(arena,
                    "{'phase':'Running','containerStatuses':[{'name':'task','restartCount':3,"
                    "'state':{'waiting':{'reason':'CrashLoopBackOff'}},'lastState':"
                    "{'terminated':{'exitCode':1,'message':'%s'}}}]}",
                    says)));
    }
}

START_TEST(one_that_nobody_can_ask_any_more_is_not_idle)
{
    static const char *const waits[] = {UNTIL, "listed:-"};

    for (size_t i = 0; i < 2; i++) {
        struct world world = switched();

        sync_and_run(&world, 5);
        ck_assert_str_eq(traffic_of(&world), "False True");
        keeps_failing(&world, waits[i], "rpc error: code = Unavailable");
        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert_str_eq(traffic_of(&world), "False Unknown");
    }
}
END_TEST

START_TEST(one_whose_record_stays_away_is_idle)
{
    struct world world = switched();

    serving = NULL;
    sync_and_run(&world, 5);
    keeps_failing(&world, UNTIL, "node doesnt exist");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(traffic_of(&world), "False Unknown");
    keeps_failing(&world, UNTIL, "node doesn\\u0027t exist: keyspaces/commerce/shards/-/Shard");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(traffic_of(&world), "False True");
}
END_TEST

/* What was known of it while it was wanted is of then. */
START_TEST(one_that_leaves_is_asked_anew)
{
    struct world world = settled();

    serving = "false";
    tell(&world, "MaySwitch");
    sync_and_run(&world, 6);
    ck_assert_str_eq(traffic_of(&world), "False Unknown");
    tell(&world, "Leaving");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(waits_for(&world), "\"is_primary_serving\": *(true|false)|node doesn't exist");
}
END_TEST

/* None of its tablets may ever have been there. */
START_TEST(one_that_leaves_without_a_primary_is_asked)
{
    struct world world = begin();

    serving = NULL;
    listing = "unlisted";
    tell(&world, "Leaving");
    for (int i = 0; i < 6; i++) {
        json_t *child;

        ck_assert_int_eq(world_sync(&world), 200);
        json_each_item (world.children, j, child) {
            if (text_equal(object_label(child, "planetscale.com/component"), "task"))
                run_pod(child);
        }
    }
    ck_assert_str_eq(traffic_of(&world), "False True");
}
END_TEST

/* Of replicas alone: the record of the shard does not say so. */
START_TEST(traffic_that_comes_back_is_seen)
{
    struct world world = switched();

    sync_and_run(&world, 5);
    ck_assert_str_eq(waits_for(&world), UNTIL " listed:-");
    listing = "listed";
    run(&world);
    sync_and_run(&world, 1);
    ck_assert_str_eq(traffic_of(&world), "False Unknown");
    listing = "unlisted";
    run(&world);
    sync_and_run(&world, 3);
    ck_assert_str_eq(traffic_of(&world), "False True");
    serving = "true";
    listing = "listed";
    run(&world);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(traffic_of(&world), "True False");
}
END_TEST

/* It was back in the spec meanwhile, though nobody has seen it there. */
START_TEST(what_was_said_before_it_came_back_is_void)
{
    struct world world = switched();

    sync_and_run(&world, 5);
    ck_assert_str_eq(traffic_of(&world), "False True");
    tell(&world, "Leaving");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(traffic_of(&world), "False Unknown");
    tell(&world, "MaySwitch");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(traffic_of(&world), "False Unknown");
}
END_TEST

/* Whatever is in a status that somebody has edited. */
START_TEST(an_edited_status_says_nothing)
{
    struct world world = left();
    json_t *child;

    put_at(world.parent, "status.idle", json_string("True"));
    put_at(world.parent, "status.servingWrites", json_string("False"));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(traffic_of(&world), "True False");
    json_each_item (json_at(world.parent, "status", "tasks"), i, child)
        json_object_set(child, "answer", json_string("unlisted"));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(json_text_at(world_status(&world), "idle"), "False");
}
END_TEST

/* --- turning it down --- */

/* One tablet at a time, then what Vitess has of the shard, then its object may go. */
START_TEST(an_idle_one_takes_itself_down)
{
    struct world world = left();
    bool one = false;

    edit(&world, "spec.updateStrategy", "{'type':'External'}");
    tell(&world, "Leaving");
    sync_and_run(&world, 4);
    ck_assert_ptr_nonnull(pod_of(&world, FIRST));
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", VTORC));
    serving = "false";
    listing = "unlisted";
    for (int i = 0; i < 20; i++) {
        const bool down = json_true_at(world_status(&world), "turnedDown");

        ck_assert(!down || (pod_of(&world, FIRST) == NULL && pod_of(&world, SECOND) == NULL));
        one = one || (pod_of(&world, FIRST) == NULL) != (pod_of(&world, SECOND) == NULL);
        run(&world);
        sync_and_run(&world, 1);
        if (strstr(world_tasks(&world), "DeleteShards --recursive commerce/-") != NULL)
            ck_assert(pod_of(&world, FIRST) == NULL && pod_of(&world, SECOND) == NULL);
    }
    ck_assert(one);
    ck_assert_ptr_null(world_of(&world, "Deployment", VTORC));
    ck_assert_ptr_null(pod_of(&world, VTBACKUP));
    ck_assert(json_true_at(world_status(&world), "turnedDown"));
    ck_assert_str_eq(traffic_of(&world), "False True");
    /* With its data until the object itself goes, which they go with. */
    ck_assert_ptr_nonnull(world_of(&world, "PersistentVolumeClaim", FIRST));
}
END_TEST

START_TEST(one_that_comes_back_gets_its_tablets_again)
{
    struct world world = switched();

    sync_and_run(&world, 20);
    ck_assert_ptr_null(pod_of(&world, FIRST));
    tell(&world, "MaySwitch");
    sync_and_run(&world, 8);
    ck_assert_ptr_nonnull(pod_of(&world, FIRST));
    ck_assert_ptr_nonnull(pod_of(&world, SECOND));
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", VTORC));
    ck_assert_ptr_null(json_at(world_status(&world), "turnedDown"));
}
END_TEST

START_TEST(its_record_stays_where_nothing_is_pruned)
{
    struct world world = left();

    edit(&world, "spec.topologyReconciliation.pruneShards", "false");
    tell(&world, "Leaving");
    serving = "false";
    listing = "unlisted";
    for (int i = 0; i < 20; i++) {
        run(&world);
        sync_and_run(&world, 1);
        ck_assert_ptr_null(strstr(world_tasks(&world), "DeleteShards"));
    }
    ck_assert(json_true_at(world_status(&world), "turnedDown"));
}
END_TEST

/* --- one that comes back --- */

/* Made before, its tablets would lose their records to it. */
START_TEST(one_that_comes_back_is_made_once_nobody_deletes_its_record)
{
    struct world world = left();
    const json_t *pod = NULL;

    tell(&world, "Leaving");
    serving = "false";
    listing = "unlisted";
    for (int i = 0; i < 40 && pod == NULL; i++) {
        run(&world);
        ck_assert_int_eq(world_sync(&world), 200);
        pod = ending_task(&world, "DeleteShards");
    }
    ck_assert_ptr_nonnull(pod);
    tell(&world, "MaySwitch");
    for (int i = 0; i < 4; i++) {
        sync_beside(&world, pod);
        ck_assert_ptr_null(pod_of(&world, FIRST));
        ck_assert_ptr_null(pod_of(&world, SECOND));
    }
    ck_assert_str_eq(world_condition(&world, "Updated"),
        fmt(arena,
            "False RolloutProgressing: Pod " FIRST
            " is made once Pod %s, which deletes what Vitess knew of it, has ended",
            object_name(pod)));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(pod_of(&world, FIRST));
    ck_assert_ptr_nonnull(pod_of(&world, SECOND));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, one_that_comes_back_is_made_once_nobody_deletes_its_record);
    tcase_add_test(tcase, at_rest_nobody_asks);
    tcase_add_test(tcase, before_there_is_a_primary_nothing_is_known);
    tcase_add_test(tcase, one_that_does_not_serve_yet_is_awaited);
    tcase_add_test(tcase, another_primary_is_asked_anew);
    tcase_add_test(tcase, each_switch_of_traffic_is_followed);
    tcase_add_test(tcase, one_that_has_left_is_idle_once_no_cell_lists_it);
    tcase_add_test(tcase, one_is_not_idle_by_an_answer_of_before);
    tcase_add_test(tcase, one_without_a_record_serves_no_writes);
    tcase_add_test(tcase, one_of_a_topology_that_knows_nobody_stays);
    tcase_add_test(tcase, one_that_is_wanted_is_never_idle);
    tcase_add_test(tcase, one_that_somebody_else_told_to_leave_is_not_idle);
    tcase_add_test(tcase, what_is_not_heard_is_not_known);
    tcase_add_test(tcase, one_that_nobody_can_ask_any_more_is_not_idle);
    tcase_add_test(tcase, one_whose_record_stays_away_is_idle);
    tcase_add_test(tcase, one_that_leaves_is_asked_anew);
    tcase_add_test(tcase, one_that_leaves_without_a_primary_is_asked);
    tcase_add_test(tcase, traffic_that_comes_back_is_seen);
    tcase_add_test(tcase, what_was_said_before_it_came_back_is_void);
    tcase_add_test(tcase, an_edited_status_says_nothing);
    tcase_add_test(tcase, an_idle_one_takes_itself_down);
    tcase_add_test(tcase, one_that_comes_back_gets_its_tablets_again);
    tcase_add_test(tcase, its_record_stays_where_nothing_is_pruned);
}

TEST_MAIN(tests)
