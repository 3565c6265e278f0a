#include "chaos_edits.h"

/* Random histories: a seed makes a cluster, edits it at rest and in mid-rollout, and hurts it.
 * Then all that is broken is mended, and the cluster must become Ready and Updated, with every
 * tablet that it wants serving, no violation of the auditor's and no write at rest. CHAOS_SEEDS=7
 * or CHAOS_SEEDS=1-300 runs other seeds than the default ones. A failure prints the cluster and
 * what was done to it as a script for check_histories.c. */

#ifdef __SANITIZE_ADDRESS__
enum { FIRST_SEED = 1, LAST_SEED = 2 };
#else
enum { FIRST_SEED = 1, LAST_SEED = 30 };
#endif

enum { LEAST_HAPPENINGS = 4, MORE_HAPPENINGS = 14, LONGEST_PAUSE = 40, LONG_PAUSE = 400 };

/* --- a cluster --- */

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

static struct history some_history(struct chaos *chaos, int seed)
{
    return (struct history){
        .shows = fmt(arena, "seed %d", seed),
        .cells = 1 + (int)chance(chaos, 3),
        .shards = 1 + (int)chance(chaos, 4),
        .replicas = 1 + (int)chance(chaos, 3),
        .rdonly = (int)chance(chaos, 3),
    };
}

/* --- what happens --- */

static void let_time_pass(struct chaos *chaos)
{
    unsigned how = chance(chaos, 10);

    /* Not "settle": what cannot be answered while the rollout is paused is asked for ever. */
    if (how == 0)
        say(chaos, "steps %u", LONG_PAUSE);
    else if (how < 8)
        say(chaos, "steps %u", 1 + chance(chaos, LONGEST_PAUSE));
}

static void happen(struct chaos *chaos)
{
    const struct happening *happening = some_happening(chaos);
    size_t before = chaos->run.log.length;

    happening->happen(chaos);
    if (chaos->run.log.length == before)
        return;
    if (happening->edit)
        say(chaos, "apply");
    let_time_pass(chaos);
}

static void expect_serving(struct chaos *chaos, const char *keyspace, const char *shard,
    size_t wanted)
{
    size_t serving = sim_serving(chaos->run.sim, keyspace, shard);

    if (serving < wanted || sim_primary(chaos->run.sim, keyspace, shard) == NULL)
        FAIL(&chaos->run, "%zu of %zu tablets of %s/%s serve", serving, wanted, keyspace, shard);
}

/* Not only the conditions say so. */
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

static const char *explain_seed(struct run *run)
{
    const struct history *history = run->history;

    return fmt(arena,
        "--- %s: %d cells, %d shards, %d replicas, %d rdonly, lag %d\n%s---\n",
        history->shows,
        history->cells,
        history->shards,
        history->replicas,
        history->rdonly,
        run->lag,
        text_string(&run->log));
}

static void run_seed(int seed, struct sim_options options)
{
    struct chaos chaos = {.state = (unsigned long long)seed * 0x9E3779B97F4A7C15ULL};
    struct history history;

    for (int i = 0; i < 8; i++)
        chance(&chaos, 2);
    history = some_history(&chaos, seed);
    options.seed = (unsigned)seed;
    options.lag = chance(&chaos, 2) == 0 ? 0 : (int)chance(&chaos, 5);
    chaos.run = history_begin(&history, options);
    chaos.run.explain = explain_seed;
    chaos.zones = history.cells;
    make_cluster(&chaos);
    if (chance(&chaos, 4) > 0)
        say(&chaos, "ready");
    else
        say(&chaos, "steps %u", 1 + chance(&chaos, LONGEST_PAUSE));
    for (unsigned left = LEAST_HAPPENINGS + chance(&chaos, MORE_HAPPENINGS); left > 0; left--)
        happen(&chaos);
    mend_all(&chaos);
    say(&chaos, "ready");
    expect_all_serving(&chaos);
    history_end(&chaos.run);
}

START_TEST(each_seed)
{
    run_seed(_i, (struct sim_options){0});
}
END_TEST

static void tests(TCase *tcase)
{
    const char *wanted = getenv("CHAOS_SEEDS");
    int first = FIRST_SEED;
    int last = LAST_SEED;

    if (wanted != NULL) {
        const char *dash = strchr(wanted, '-');

        first = atoi(wanted);
        last = dash == NULL ? first : atoi(dash + 1);
    }
    tcase_add_loop_test(tcase, each_seed, first, last + 1);
}

TEST_MAIN(tests)
