#include "v1alpha1.h"

/* Work grows with the number of shards, and with nothing else: whoever makes each shard look at
 * each other one is found here. The simulator's counts are exact, which those of a real control
 * plane are not (how many events one sync answers is a matter of speed there). */

struct work {
    size_t calls, writes;
};

/* With sanitizers everything takes twenty times as long. */
#ifdef __SANITIZE_ADDRESS__
enum { FEW = 2, MANY = 4 };
#else
enum { FEW = 4, MANY = 16 };
#endif

static struct history cluster_with(int shards, int cells)
{
    return (struct history){"growth", cells, shards, 2, 0, NULL};
}

static struct work work_since(const struct run *run, struct work before)
{
    struct sim_summary now = sim_summary(run->sim);

    return (struct work){now.hook_calls - before.calls, now.writes - before.writes};
}

static struct work work_of_coming_up(int shards, int cells)
{
    const struct history history = cluster_with(shards, cells);
    struct run run = history_begin(&v1alpha1_shape, &history, (struct sim_options){.seed = 1});
    struct work work;

    history_script(&run, "settle");
    work = work_since(&run, (struct work){0, 0});
    history_end(&run);
    return work;
}

static const char *some_tablet(const struct run *run)
{
    struct objects pods = sim_objects(run->sim, arena, "Pod");

    for (size_t i = 0; i < pods.count; i++) {
        if (strstr(object_name(pods.at[i]), "vttablet") != NULL)
            return object_name(pods.at[i]);
    }
    ck_abort_msg("there is no tablet");
}

static struct work work_of_a_lost_tablet(int shards, int cells)
{
    const struct history history = cluster_with(shards, cells);
    struct run run = history_begin(&v1alpha1_shape, &history, (struct sim_options){.seed = 1});
    struct work work;

    history_script(&run, "settle");
    work = work_since(&run, (struct work){0, 0});
    history_command(&run, fmt(arena, "delete Pod %s", some_tablet(&run)));
    history_script(&run, "settle");
    work = work_since(&run, work);
    history_end(&run);
    return work;
}

/* A third more is allowed: several that change at the same time share some of the work by chance.
 */
static void at_most(const char *what, size_t times, size_t few, size_t many)
{
    ck_assert_uint_gt(few, 2);
    if (3 * many > 4 * times * few)
        ck_abort_msg("%s: %zu with %d shards, %zu with %d", what, few, FEW, many, MANY);
}

/* Each shard costs the same, however many there are. */
START_TEST(coming_up_costs_each_shard_the_same)
{
    const struct work few = work_of_coming_up(FEW, _i), many = work_of_coming_up(MANY, _i);

    at_most("hook calls", MANY / FEW, few.calls, many.calls);
    at_most("writes", MANY / FEW, few.writes, many.writes);
}
END_TEST

/* What happens in one shard is no other one's business. */
START_TEST(a_lost_tablet_costs_the_same_among_many_shards)
{
    const struct work few = work_of_a_lost_tablet(FEW, _i), many = work_of_a_lost_tablet(MANY, _i);

    at_most("hook calls", 1, few.calls, many.calls);
    at_most("writes", 1, few.writes, many.writes);
}
END_TEST

static void tests(TCase *tcase)
{
    /* In one cell, and in two. */
    tcase_add_loop_test(tcase, coming_up_costs_each_shard_the_same, 1, 3);
    tcase_add_loop_test(tcase, a_lost_tablet_costs_the_same_among_many_shards, 1, 3);
}

TEST_MAIN(tests)
