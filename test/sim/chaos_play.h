#ifndef VITESS_OPERATOR_TEST_CHAOS_PLAY_H
#define VITESS_OPERATOR_TEST_CHAOS_PLAY_H

#include <assert.h>

#include "chaos.h"

/* Random histories: a seed makes a cluster, edits it at rest and in mid-rollout, and hurts it.
 * Then all that is broken is mended, and the cluster must become Ready and Updated, with every
 * tablet that it wants serving, no violation of the auditor's and no write at rest. CHAOS_SEEDS=7
 * or CHAOS_SEEDS=1-300 runs other seeds than the default ones. A history that fails is shortened
 * for as long as it fails for the same reason, and printed as a script for check_histories.c. */

/* With sanitizers a history is not shortened. */
#ifdef __SANITIZE_ADDRESS__
enum { RETRIES = 0 };
#else
enum { RETRIES = 80 };
#endif

enum { LEAST_HAPPENINGS = 4, MORE_HAPPENINGS = 14, LONGEST_PAUSE = 40, LONG_PAUSE = 400 };

static const struct chaos_api *chaos_api;

/* --- a cluster --- */

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

static void begin_event(struct chaos *chaos)
{
    if (chaos->event_count > 0 && chaos->events[chaos->event_count - 1] == chaos->lines.count)
        return;
    chaos->events[chaos->event_count++] = chaos->lines.count;
    assert(chaos->event_count < MOST_EVENTS);
}

static void happen(struct chaos *chaos)
{
    const struct happening *happening = some_happening(chaos);
    size_t before = chaos->lines.count;

    begin_event(chaos);
    happening->happen(chaos);
    if (chaos->lines.count == before)
        return;
    if (happening->edit)
        say(chaos, "apply");
    begin_event(chaos);
    let_time_pass(chaos);
}

/* --- one history --- */

/* What a failure is played again from: the lines are copies that outlive the run. */
struct tale {
    struct history history;
    struct sim_options options;
    struct texts lines; /* those of the head, the body and the mending */
    size_t head, body;
    const size_t *events; /* where each begins; the last one ends with the body */
    size_t event_count;
    const char *spec; /* the cluster's at the end */
    char kind[128];
    char text[1024];
};

static void begin(struct chaos *chaos, int seed)
{
    *chaos = (struct chaos){.api = chaos_api,
        .state = (unsigned long long)seed * 0x9E3779B97F4A7C15ULL,
        .lines = {.arena = arena},
        .undo = {.arena = arena},
        .left = {.arena = arena},
        .body = SIZE_MAX};
    for (int i = 0; i < 8; i++)
        chance(chaos, 2);
}

static void live(struct chaos *chaos)
{
    chaos->api->make(chaos);
    if (chance(chaos, 4) > 0)
        say(chaos, "ready");
    else
        say(chaos, "steps %u", 1 + chance(chaos, LONGEST_PAUSE));
    chaos->head = chaos->lines.count;
    for (unsigned left = LEAST_HAPPENINGS + chance(chaos, MORE_HAPPENINGS); left > 0; left--)
        happen(chaos);
    mend_all(chaos);
    chaos->api->expect_serving(chaos);
    history_end(&chaos->run);
}

/* --- the same again, shorter --- */

static bool is_edit(const char *line)
{
    return text_starts_with(line, "set ") || text_starts_with(line, "unset ");
}

/* The lines that are kept; the mending as it was, but its edits as the spec that they came to,
 * since they fit only the spec that they were made for. */
static struct texts script_of(const struct tale *tale, const bool *kept)
{
    struct texts script = {.arena = arena};

    for (size_t i = 0; i < tale->lines.count; i++) {
        bool mends = i >= tale->body;

        if (i == tale->body)
            texts_add(&script, tale->spec);
        if (kept[i] && !(mends && is_edit(tale->lines.at[i])))
            texts_add(&script, tale->lines.at[i]);
    }
    return script;
}

static void play(struct chaos *chaos, const struct texts *script, bool whole)
{
    for (size_t i = 0; i < script->count; i++)
        say(chaos, "%s", script->at[i]);
    if (!whole)
        return;
    chaos->api->expect_serving(chaos);
    history_end(&chaos->run);
}

/* True where it fails; then `failure` says how. */
static bool fails(const struct tale *tale, const struct texts *script, struct failure *failure)
{
    static struct chaos chaos;

    chaos = (struct chaos){.api = chaos_api,
        .lines = {.arena = arena},
        .undo = {.arena = arena},
        .left = {.arena = arena}};
    chaos.run = history_begin(chaos_api->shape, &tale->history, tale->options);
    chaos.run.failure = failure;
    if (setjmp(failure->back) == 0) {
        play(&chaos, script, tale->body < tale->lines.count);
        return false;
    }
    sim_free(chaos.run.sim);
    return true;
}

/* Whether it fails as before with these lines alone. */
static bool fails_alike(const struct tale *tale, const bool *kept)
{
    static struct failure failure;
    struct arena *outer = arena;
    struct json_scope scope;
    struct texts script;
    bool alike;

    arena = arena_new(0);
    scope = json_enter(arena);
    script = script_of(tale, kept);
    alike = fails(tale, &script, &failure) && text_equal(failure.kind, tale->kind);
    json_leave(scope);
    arena_free(arena);
    arena = outer;
    return alike;
}

/* Drops ever smaller parts of what happened (delta debugging), each thing as a whole: a namespace
 * that is wiped and not restored would be another history. */
static void shorten(const struct tale *tale, bool *kept)
{
    size_t end = tale->body < tale->lines.count ? tale->body : tale->lines.count;
    int left = RETRIES;

    for (size_t part = (tale->event_count + 1) / 2; part > 0;
         part = part == 1 ? 0 : (part + 1) / 2) {
        for (size_t first = 0; first < tale->event_count && left > 0; first += part, left--) {
            bool *before = arena_array(arena, tale->lines.count + 1, sizeof(*before));
            size_t after = first + part < tale->event_count ? tale->events[first + part] : end;

            memcpy(before, kept, tale->lines.count * sizeof(*before));
            for (size_t i = tale->events[first]; i < after; i++)
                kept[i] = false;
            if (memcmp(before, kept, tale->lines.count * sizeof(*before)) != 0 &&
                !fails_alike(tale, kept))
                memcpy(kept, before, tale->lines.count * sizeof(*before));
        }
    }
}

__attribute__((noreturn)) static void tell(const struct tale *tale)
{
    bool *kept = arena_array(arena, tale->lines.count + 1, sizeof(*kept));
    struct texts script;

    for (size_t i = 0; i < tale->lines.count; i++)
        kept[i] = true;
    if (fails_alike(tale, kept))
        shorten(tale, kept);
    script = script_of(tale, kept);
    fprintf(stderr,
        "--- %s: %d cells, %d shards, %d replicas, %d rdonly, lag %d\n%s\n--- %s\n",
        tale->history.shows,
        tale->history.cells,
        tale->history.shards,
        tale->history.replicas,
        tale->history.rdonly,
        tale->options.lag,
        texts_join(&script, "\n"),
        tale->text);
    ck_abort_msg("%s: %.1500s", tale->history.shows, tale->text);
    abort();
}

static void run_seed(int seed, struct sim_options options)
{
    static struct failure failure;
    static struct chaos chaos;
    static struct history history;
    struct tale tale;

    begin(&chaos, seed);
    history = some_history(&chaos, seed);
    options.seed = (unsigned)seed;
    options.lag = chance(&chaos, 2) == 0 ? 0 : (int)chance(&chaos, LONGEST_LAG);
    chaos.run = history_begin(chaos_api->shape, &history, options);
    chaos.run.failure = &failure;
    chaos.zones = history.cells;
    if (setjmp(failure.back) == 0) {
        live(&chaos);
        return;
    }
    tale = (struct tale){.history = history,
        .options = {.seed = (unsigned)seed, .lag = chaos.run.lag},
        .lines = chaos.lines,
        .head = chaos.head == 0 ? chaos.lines.count : chaos.head,
        .body = chaos.body,
        .events = chaos.events,
        .event_count = chaos.event_count,
        .spec = fmt(arena, "spec %s", json_write(arena, json_at(chaos.run.cluster, "spec"), NULL))};
    memcpy(tale.kind, failure.kind, sizeof(tale.kind));
    memcpy(tale.text, failure.text, sizeof(tale.text));
    sim_free(chaos.run.sim);
    tell(&tale);
}

START_TEST(each_seed)
{
    run_seed(_i, (struct sim_options){0});
}
END_TEST

static void play_chaos(TCase *tcase, const struct chaos_api *api)
{
    const char *wanted = getenv("CHAOS_SEEDS");
    int first = 1, last = api->seeds;

    chaos_api = api;
#ifdef __SANITIZE_ADDRESS__
    last = 2;
#endif
    if (wanted != NULL) {
        const char *dash = strchr(wanted, '-');

        first = atoi(wanted);
        last = dash == NULL ? first : atoi(dash + 1);
    }
    tcase_add_loop_test(tcase, each_seed, first, last + 1);
}

#endif
