#ifndef VITESS_OPERATOR_TEST_PLAY_H
#define VITESS_OPERATOR_TEST_PLAY_H

#include "history.h"

/* Plays a table of histories, each in one order of events and again in another one with caches that
 * lag. With sanitizers each takes twenty times as long, so one in `sample` of them is played; which
 * ones differs between the two. */

struct played {
    const struct shape *shape;
    const struct history *histories;
    int count, sample;
};

static struct played played;

static bool is_in_sample(int index)
{
#ifdef __SANITIZE_ADDRESS__
    return index % played.sample == 0;
#else
    (void)index;
    return true;
#endif
}

static void play_one(int index, struct sim_options options)
{
    const struct history *history = &played.histories[index];
    struct run run = history_begin(played.shape, history, options);

    history_script(&run, history->script);
    history_end(&run);
}

START_TEST(each_history)
{
    if (is_in_sample(_i))
        play_one(_i, (struct sim_options){.seed = 1});
}
END_TEST

START_TEST(each_history_with_another_order_and_stale_caches)
{
    if (is_in_sample(_i + played.sample / 2))
        play_one(_i, (struct sim_options){.seed = (unsigned)_i + 2, .lag = 3});
}
END_TEST

/* HISTORIES="etcd" plays those that show something with "etcd" in it, DAMAGE=12 that row alone. */
static bool is_wanted(const char *wanted, int index)
{
    char *end;
    long row;

    if (wanted == NULL)
        return true;
    row = strtol(wanted, &end, 10);
    return *end == '\0' ? row == index : strstr(played.histories[index].shows, wanted) != NULL;
}

static void play_all(TCase *tcase, const struct played table, const char *filter)
{
    const char *wanted = getenv(filter);

    played = table;
    for (int i = 0; i < played.count; i++) {
        if (!is_wanted(wanted, i))
            continue;
        tcase_add_loop_test(tcase, each_history, i, i + 1);
        tcase_add_loop_test(tcase, each_history_with_another_order_and_stale_caches, i, i + 1);
    }
}

#endif
