#include "v2_life.h"

/* Drains by hand in the life of a VitessShard of planetscale.com/v2: what its Pods say of them, and
 * when the primary is moved away. */

#define STARTED "drain.planetscale.com/started"
#define ACKNOWLEDGED "drain.planetscale.com/acknowledged"
#define FINISHED "drain.planetscale.com/finished"

/* What people have written, which the world does not keep. */
static bool first_started, second_started;
static const char *finished_by_hand; /* name of a Pod, or NULL */

static void write_by_hand(struct world *world)
{
    run(world);
    if (first_started && pod_of(world, FIRST) != NULL)
        annotate(world_of(world, "Pod", FIRST), STARTED, "");
    if (second_started && pod_of(world, SECOND) != NULL)
        annotate(world_of(world, "Pod", SECOND), STARTED, "");
    if (finished_by_hand != NULL)
        annotate(world_of(world, "Pod", finished_by_hand), FINISHED, "");
}

static void live(struct world *world, int times)
{
    world_live(world, write_by_hand, times);
}

static struct world at_rest(void)
{
    first_started = second_started = false;
    finished_by_hand = NULL;
    return grown();
}

static bool says(const struct world *world, const char *pod, const char *key)
{
    return annotation_sent(world, pod, key) != NULL;
}

/* --- the tests --- */

START_TEST(the_primary_hands_over_and_is_finished)
{
    struct world world = at_rest();
    const char *when;

    first_started = true;
    write_by_hand(&world);
    live(&world, 1);
    ck_assert(says(&world, FIRST, ACKNOWLEDGED) && !says(&world, FIRST, FINISHED));
    ck_assert_str_eq(primary, "zone1-2548885007");
    when = annotation_sent(&world, FIRST, ACKNOWLEDGED);
    for (int i = 0; i < 12 && !says(&world, FIRST, FINISHED); i++)
        live(&world, 1);
    ck_assert(says(&world, FIRST, FINISHED));
    /* Only once somebody else leads. */
    ck_assert_str_eq(primary, "zone1-2469782763");
    live(&world, 3);
    ck_assert_str_eq(primary, "zone1-2469782763");
    ck_assert_str_eq(annotation_sent(&world, FIRST, ACKNOWLEDGED), when);
    /* It is no edit that waits. */
    ck_assert(!says(&world, FIRST, "rollout.planetscale.com/scheduled"));
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True RolloutComplete: all 2 are up to date");
    ck_assert(!says(&world, SECOND, ACKNOWLEDGED));
}
END_TEST

START_TEST(what_it_waits_for_is_said)
{
    struct world world = at_rest();

    first_started = true;
    write_by_hand(&world);
    live(&world, 2);
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: Pod " FIRST " is drained: moves the primary away first");
}
END_TEST

/* Nobody knows better than Vitess who leads, so it is asked of a replica, too. */
START_TEST(a_replica_is_finished_once_vitess_was_asked)
{
    struct world world = at_rest();

    second_started = true;
    write_by_hand(&world);
    live(&world, 1);
    ck_assert(says(&world, SECOND, ACKNOWLEDGED));
    live(&world, 1);
    ck_assert(!says(&world, SECOND, FINISHED));
    ck_assert_ptr_nonnull(
        strstr(world_tasks(&world), "PlannedReparentShard --avoid-primary zone1-2469782763"));
    live(&world, 6);
    ck_assert(says(&world, SECOND, FINISHED));
    ck_assert_str_eq(primary, "zone1-2548885007");
}
END_TEST

START_TEST(two_are_never_finished)
{
    struct world world = at_rest();

    first_started = second_started = true;
    write_by_hand(&world);
    for (int i = 0; i < 20; i++) {
        live(&world, 1);
        ck_assert(!says(&world, FIRST, FINISHED) || !says(&world, SECOND, FINISHED));
    }
    ck_assert(says(&world, FIRST, ACKNOWLEDGED) && says(&world, SECOND, ACKNOWLEDGED));
    ck_assert(says(&world, FIRST, FINISHED) || says(&world, SECOND, FINISHED));
}
END_TEST

START_TEST(whoever_takes_it_back_finds_nothing_left)
{
    struct world world = at_rest();

    second_started = true;
    write_by_hand(&world);
    live(&world, 9);
    ck_assert(says(&world, SECOND, FINISHED));
    second_started = false;
    live(&world, 1);
    live(&world, 2);
    ck_assert(!says(&world, SECOND, ACKNOWLEDGED) && !says(&world, SECOND, FINISHED));
}
END_TEST

/* Metacontroller takes away what it has put there. */
START_TEST(what_somebody_else_wrote_is_taken_off_too)
{
    struct world world = at_rest();

    finished_by_hand = SECOND;
    write_by_hand(&world);
    live(&world, 1);
    ck_assert(says(&world, SECOND, FINISHED));
    finished_by_hand = NULL;
    live(&world, 2);
    ck_assert(!says(&world, SECOND, FINISHED));
}
END_TEST

/* Nobody finishes anything while a tablet is not well. */
START_TEST(a_shard_that_is_not_well_goes_on_as_it_was)
{
    struct world world = at_rest();

    second_started = true;
    write_by_hand(&world);
    put_at(world_of(&world, "Pod", FIRST), "status.conditions", json_new_list());
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert(!says(&world, SECOND, ACKNOWLEDGED));
    write_by_hand(&world);
    live(&world, 8);
    ck_assert(says(&world, SECOND, FINISHED));
    put_at(world_of(&world, "Pod", FIRST), "status.conditions", json_new_list());
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert(says(&world, SECOND, ACKNOWLEDGED) && says(&world, SECOND, FINISHED));
}
END_TEST

/* A rollout goes on for all that. */
START_TEST(an_edit_moves_drained_ones_too)
{
    struct world world = at_rest();

    second_started = true;
    write_by_hand(&world);
    live(&world, 9);
    edit(&world, "spec.images.vttablet", "'vitess/lite:new'");
    for (int i = 0; i < 40; i++) {
        live(&world, 1);
        if (pod_of(&world, SECOND) == NULL)
            second_started = false;
    }
    ck_assert_str_eq(image_of(&world, FIRST), "vitess/lite:new");
    ck_assert_str_eq(image_of(&world, SECOND), "vitess/lite:new");
    ck_assert(!says(&world, SECOND, FINISHED));
}
END_TEST

/* Somebody may delete it at any time: with another one down nobody would be left, and as the only
 * other one it would be made primary. */
START_TEST(an_edit_waits_for_one_that_is_given_up)
{
    struct world world = at_rest();

    second_started = true;
    write_by_hand(&world);
    edit(&world, "spec.images.vttablet", "'vitess/lite:new'");
    live(&world, 60);
    ck_assert_str_eq(image_of(&world, SECOND), "vitess/lite:new");
    ck_assert(says(&world, SECOND, FINISHED));
    ck_assert_str_ne(image_of(&world, FIRST), "vitess/lite:new");
    ck_assert_str_eq(primary, "zone1-2548885007");
    ck_assert_ptr_nonnull(strstr(world_condition(&world, "Updated"),
        "waits until Pod " SECOND
        ", which is drained for somebody to delete it, has gone or is drained no more"));
    second_started = false;
    live(&world, 40);
    ck_assert_str_eq(image_of(&world, FIRST), "vitess/lite:new");
}
END_TEST

/* By hand it has become primary again, of which no event tells. */
START_TEST(a_second_drain_moves_the_primary_anew)
{
    struct world world = at_rest();

    first_started = true;
    write_by_hand(&world);
    live(&world, 15);
    ck_assert(says(&world, FIRST, FINISHED));
    ck_assert_str_eq(primary, "zone1-2469782763");
    first_started = false;
    live(&world, 5);
    ck_assert(!says(&world, FIRST, FINISHED));
    primary = "zone1-2548885007";
    first_started = true;
    write_by_hand(&world);
    for (int i = 0; i < 15; i++) {
        live(&world, 1);
        ck_assert(!says(&world, FIRST, FINISHED) || text_equal(primary, "zone1-2469782763"));
    }
    ck_assert(says(&world, FIRST, FINISHED));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, an_edit_waits_for_one_that_is_given_up);
    tcase_add_test(tcase, a_second_drain_moves_the_primary_anew);
    tcase_add_test(tcase, the_primary_hands_over_and_is_finished);
    tcase_add_test(tcase, what_it_waits_for_is_said);
    tcase_add_test(tcase, a_replica_is_finished_once_vitess_was_asked);
    tcase_add_test(tcase, two_are_never_finished);
    tcase_add_test(tcase, whoever_takes_it_back_finds_nothing_left);
    tcase_add_test(tcase, what_somebody_else_wrote_is_taken_off_too);
    tcase_add_test(tcase, a_shard_that_is_not_well_goes_on_as_it_was);
    tcase_add_test(tcase, an_edit_moves_drained_ones_too);
}

TEST_MAIN(tests)
