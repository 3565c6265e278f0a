#include "cli/base/cli.h"
#include "cli/cluster/difference.h"
#include "cli/cluster/shards.h"
#include "cli/cluster/state.h"
#include "metadata.h"
#include "watch.h"

/* More than these many changed fields of one object are counted, not listed. */
enum { LISTED = 3 };

static struct shards shards;
static size_t violations_shown;

static void line(const struct sim *sim, enum mark mark, char sign, const char *text)
{
    static const char *const colours[] = {[MARK_NONE] = "",
        [MARK_GOOD] = "\033[32m",
        [MARK_BUSY] = "\033[33m",
        [MARK_BAD] = "\033[31m"};
    const bool colour = cli_colour(stdout) && mark != MARK_NONE;

    printf("%s%5d  %c %s%s\n",
        colour ? colours[mark] : "",
        sim_steps(sim),
        sign,
        text,
        colour ? "\033[0m" : "");
}

static const char *changed_fields(struct arena *arena, const struct sim_event *event)
{
    struct differences differences = {.arena = arena};
    struct texts paths = {.arena = arena};

    differences_add(&differences,
        object_wanted(arena, event->before),
        object_wanted(arena, event->after));
    if (differences.count == 0)
        return NULL;
    if (differences.count > LISTED)
        return fmt(arena, "%zu fields changed", differences.count);
    for (size_t i = 0; i < differences.count; i++)
        texts_add(&paths, differences.at[i].path);
    return fmt(arena, "%s changed", texts_join(&paths, ", "));
}

/* What users and hooks want; that a Pod got a node, or a claim its volume, shows in its state. */
static void update(struct arena *arena, const struct sim *sim, const struct sim_event *event)
{
    const bool wanted =
        text_equal(event->actor, "user") || text_equal(event->actor, "metacontroller");
    const char *fields = wanted ? changed_fields(arena, event) : NULL;

    if (fields != NULL)
        line(sim,
            MARK_BUSY,
            '~',
            fmt(arena, "%s: %s", object_identity(arena, event->after), fields));
}

/* Only what changes what people would call the object's state. */
static void status(struct arena *arena, const struct sim *sim, const struct sim_event *event)
{
    const struct state before = object_state(arena, sim, event->before);
    const struct state after = object_state(arena, sim, event->after);

    if (!text_equal(before.text, after.text))
        line(sim,
            after.mark == MARK_BUSY ? MARK_NONE : after.mark,
            '.',
            fmt(arena, "%s: %s", object_identity(arena, event->after), after.text));
}

static void print_event(struct arena *arena, const struct sim *sim, const struct sim_event *event)
{
    const json_t *object = event->after != NULL ? event->after : event->before;
    const char *identity = object_identity(arena, object);

    switch (event->verb) {
    case SIM_CREATE:
        line(sim, MARK_GOOD, '+', identity);
        break;
    case SIM_UPDATE:
        update(arena, sim, event);
        break;
    case SIM_STATUS:
        status(arena, sim, event);
        break;
    case SIM_DELETE:
        line(sim, MARK_BUSY, '-', fmt(arena, "%s: deleted by %s", identity, event->actor));
        break;
    case SIM_REMOVED:
        line(sim, MARK_NONE, '-', fmt(arena, "%s: gone", identity));
        break;
    }
}

static void show_event(const struct sim *sim, const struct sim_event *event)
{
    struct arena *scratch = arena_new(0);
    const struct json_scope scope = json_enter(scratch);

    print_event(scratch, sim, event);
    json_leave(scope);
    arena_free(scratch);
}

static void show_primaries(const struct sim *sim)
{
    shards.arena = cli_arena();
    shards_look(&shards, sim);
    for (size_t i = 0; i < shards.count; i++) {
        const struct shard_watch *shard = &shards.at[i];

        if (text_equal(shard->before, shard->primary))
            continue;
        line(sim,
            shard->primary == NULL ? MARK_BAD : MARK_NONE,
            '*',
            fmt(cli_arena(),
                "%s/%s: primary %s",
                shard->keyspace,
                shard->name,
                shard->primary == NULL ? "lost" : shard->primary));
    }
}

static void show_step(const struct sim *sim)
{
    const struct sim_summary summary = sim_summary(sim);

    show_primaries(sim);
    for (; violations_shown < summary.violation_count; violations_shown++)
        line(sim,
            MARK_BAD,
            '!',
            fmt(cli_arena(),
                "%s: %s",
                summary.violations[violations_shown].rule,
                summary.violations[violations_shown].text));
}

static void show_end(const struct sim *sim, const struct sim_summary *summary)
{
    summary_print(sim, summary);
}

const struct watch watch_lines = {.event = show_event, .step = show_step, .end = show_end};
