#include "cli/base/cli.h"
#include "cli/cluster/difference.h"
#include "cli/cluster/state.h"
#include "metadata.h"
#include "template.h"
#include "watch.h"

/* Events of the step that runs, in its own arena. */
static struct arena *arena;
static json_t *events;

static const char *const verbs[] = {[SIM_CREATE] = "create",
    [SIM_UPDATE] = "update",
    [SIM_STATUS] = "status",
    [SIM_DELETE] = "delete",
    [SIM_REMOVED] = "removed"};

static const json_t *changed_fields(const struct sim_event *event)
{
    struct differences differences = {.arena = arena};
    json_t *paths = json_new_list();

    if (event->verb != SIM_UPDATE)
        return NULL;
    differences_add(&differences,
        object_wanted(arena, event->before),
        object_wanted(arena, event->after));
    for (size_t i = 0; i < differences.count; i++)
        json_add_text(paths, differences.at[i].path);
    return paths;
}

static const char *state_of(const struct sim *sim, const struct sim_event *event)
{
    return event->verb == SIM_STATUS ? object_state(arena, sim, event->after).text : NULL;
}

static struct json_scope begin(void)
{
    if (arena == NULL)
        arena = arena_new(0);

    const struct json_scope scope = json_enter(arena);
    if (events == NULL)
        events = json_new_list();
    return scope;
}

static void add_event(const struct sim *sim, const struct sim_event *event)
{
    const json_t *subject = event->after != NULL ? event->after : event->before;

    json_add(events,
        object(arena,
            F("verb", verbs[event->verb]),
            F("actor", event->actor),
            F("kind", object_kind(subject)),
            OPT("namespace", object_namespace(subject)),
            F("name", object_name(subject)),
            OPT("state", state_of(sim, event)),
            OPT("changed", changed_fields(event))));
}

static void show_event(const struct sim *sim, const struct sim_event *event)
{
    const struct json_scope scope = begin();

    add_event(sim, event);
    json_leave(scope);
}

static void show_step(const struct sim *sim)
{
    const struct json_scope scope = begin();

    puts(json_write(arena,
        object(arena, F("step", INT(sim_steps(sim))), F("events", events)),
        NULL));
    json_leave(scope);
    arena_free(arena);
    arena = NULL;
    events = NULL;
}

static void show_end(const struct sim *sim, const struct sim_summary *summary)
{
    /* What came after the last step, such as a write at rest. */
    if (events != NULL)
        show_step(sim);
    puts(json_write(cli_arena(), summary_json(cli_arena(), summary), NULL));
}

const struct watch watch_json = {.event = show_event, .step = show_step, .end = show_end};
