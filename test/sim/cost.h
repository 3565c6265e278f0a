#ifndef VITESS_OPERATOR_TEST_COST_H
#define VITESS_OPERATOR_TEST_COST_H

#include "history.h"

/* What a history costs the control plane: hook calls by hook and by what caused them, writes of
 * Metacontroller by verb and kind. Exact, which counts of a real control plane are not: how many
 * events one sync answers is a matter of speed there. Here it is one of the order in which all have
 * their turns, so another seed moves calls by one or two a shard. COST=1 prints them. */

/* --- counts by name --- */

struct tally {
    struct tally_row {
        const char *name;
        size_t count;
    } rows[96];
    size_t count;
};

static void tally_add(struct tally *tally, const char *name)
{
    size_t i = 0;

    while (i < tally->count && !text_equal(tally->rows[i].name, name))
        i++;
    if (i == tally->count) {
        ck_assert_uint_lt(tally->count, sizeof(tally->rows) / sizeof(*tally->rows));
        tally->rows[tally->count++].name = text_copy(arena, name, strlen(name));
    }
    tally->rows[i].count++;
}

/* Of all whose names begin so. */
static size_t tally_sum(const struct tally *tally, const char *prefix)
{
    size_t sum = 0;

    for (size_t i = 0; i < tally->count; i++) {
        if (text_starts_with(tally->rows[i].name, prefix))
            sum += tally->rows[i].count;
    }
    return sum;
}

/* --- what is counted --- */

/* Why a parent is synced, the first one of several that came together. */
enum cause { CAUSE_SPEC, CAUSE_TABLET, CAUSE_TASK, CAUSE_OTHER, CAUSE_STATUS, CAUSES };

static const char *const cause_names[] = {[CAUSE_SPEC] = "its spec was written",
    [CAUSE_TABLET] = "Pod of a tablet",
    [CAUSE_TASK] = "Pod of a task",
    [CAUSE_OTHER] = "another child",
    [CAUSE_STATUS] = "its own status alone",
    [CAUSES] = "a related object or a re-sync"};

struct waiting {
    const char *parent; /* "KIND name" */
    enum cause cause;
    bool due;
};

struct cost {
    struct tally calls, writes;
    struct waiting waiting[1024];
    size_t waiting_count;
    bool again; /* the simulator asks everything twice */
};

static struct waiting *waiting_of(struct cost *cost, const char *parent)
{
    for (size_t i = 0; i < cost->waiting_count; i++) {
        if (text_equal(cost->waiting[i].parent, parent))
            return &cost->waiting[i];
    }
    ck_assert_uint_lt(cost->waiting_count, sizeof(cost->waiting) / sizeof(*cost->waiting));
    cost->waiting[cost->waiting_count] =
        (struct waiting){text_copy(arena, parent, strlen(parent)), CAUSES, false};
    return &cost->waiting[cost->waiting_count++];
}

static bool has_hook(const char *kind)
{
    return text_starts_with(kind, "Vitess") || text_equal(kind, "EtcdLockserver");
}

static void wake(struct cost *cost, const char *kind, const char *name, enum cause cause)
{
    struct waiting *waiting;

    if (!has_hook(kind))
        return;
    waiting = waiting_of(cost, fmt(arena, "%s %s", kind, name));
    if (!waiting->due || cause < waiting->cause)
        waiting->cause = cause;
    waiting->due = true;
}

static const char *verb_of_task(const char *pod)
{
    static const char *const verbs[] = {"await-primary",
        "await-serving",
        "await-data",
        "serving",
        "missing",
        "traffic",
        "reparent",
        "preflight",
        "primary",
        "cell-info",
        "keyspace",
        "durability",
        "vschema",
        "alias"};

    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
        if (strstr(pod, fmt(arena, "-%s-", verbs[i])) != NULL)
            return verbs[i];
    }
    return NULL;
}

static bool is_tablet(const json_t *object)
{
    return strstr(object_name(object), "-vttablet-") != NULL;
}

static const char *what_is(const json_t *object)
{
    const char *kind = object_kind(object);
    const char *verb;

    if (!text_equal(kind, "Pod"))
        return kind;
    if (is_tablet(object))
        return "Pod of a tablet";
    verb = verb_of_task(object_name(object));
    return verb == NULL ? "Pod" : fmt(arena, "Pod of task %s", verb);
}

static enum cause cause_of(const json_t *child)
{
    if (!text_equal(object_kind(child), "Pod"))
        return CAUSE_OTHER;
    return is_tablet(child) ? CAUSE_TABLET : CAUSE_TASK;
}

static void see_write(void *context, const struct sim *sim, const struct sim_event *event)
{
    static const char *const verbs[] = {[SIM_CREATE] = "create",
        [SIM_UPDATE] = "update",
        [SIM_STATUS] = "status",
        [SIM_DELETE] = "delete",
        [SIM_REMOVED] = "delete"};
    struct cost *cost = context;
    const json_t *object = event->after == NULL ? event->before : event->after;
    const json_t *owner;

    (void)sim;
    wake(cost,
        object_kind(object),
        object_name(object),
        event->verb == SIM_STATUS ? CAUSE_STATUS : CAUSE_SPEC);
    json_each_item (json_at(object, "metadata", "ownerReferences"), i, owner)
        wake(cost, json_text_at(owner, "kind"), json_text_at(owner, "name"), cause_of(object));
    if (text_equal(event->actor, "metacontroller"))
        tally_add(&cost->writes, fmt(arena, "%s %s", verbs[event->verb], what_is(object)));
}

/* A request's parent, from its text: to parse it takes as long as all the rest. */
static const char *parent_of(const char *body)
{
    const char *name = strstr(strstr(body, "\"parent\":{"), "\"name\":\"") + strlen("\"name\":\"");

    return text_copy(arena, name, strcspn(name, "\""));
}

static void count_call(struct cost *cost, const struct hook *hook, bool customize, const char *body)
{
    struct waiting *waiting = waiting_of(cost, fmt(arena, "%s %s", hook->kind, parent_of(body)));

    tally_add(&cost->calls,
        fmt(arena,
            "%s: %s",
            hook->kind,
            customize ? "what else to show it"
                      : cause_names[waiting->due ? waiting->cause : CAUSES]));
    if (!customize)
        waiting->due = false;
}

static int counted_call(void *context, const struct hook *hook, bool customize, const char *body,
    size_t length, struct arena *memory, const char **answer, size_t *answer_length)
{
    const struct sync_result own =
        sync_run(memory, hook, customize, body, length, (struct sync_limits){0});
    struct cost *cost = context;

    if (!cost->again)
        count_call(cost, hook, customize, body);
    cost->again = !cost->again;
    *answer = own.body;
    *answer_length = own.length;
    return own.code;
}

/* --- what a shard costs --- */

static void print_tally(const struct tally *tally, int shards)
{
    for (size_t i = 0; i < tally->count; i++)
        printf("  %8.2f  %s\n", (double)tally->rows[i].count / shards, tally->rows[i].name);
}

static void cost_print(const struct cost *cost, const char *what, int shards, int steps)
{
    if (getenv("COST") == NULL)
        return;
    printf("%s, %d shards, %d steps; a shard: %.2f calls, %.2f writes\n",
        what,
        shards,
        steps,
        (double)tally_sum(&cost->calls, "") / shards,
        (double)tally_sum(&cost->writes, "") / shards);
    print_tally(&cost->calls, shards);
    print_tally(&cost->writes, shards);
}

static struct run cost_begin(const struct shape *shape, const struct history *history,
    struct cost *cost)
{
    return history_begin(shape,
        history,
        (struct sim_options){.seed = 2,
            .call = counted_call,
            .call_context = cost,
            .on_event = see_write,
            .observer = cost});
}

/* --- what it may cost --- */

/* With sanitizers everything takes twenty times as long. */
#ifdef __SANITIZE_ADDRESS__
static const int sizes[] = {4, 8, 12};
enum { UPDATED = 2 };
#else
static const int sizes[] = {30, 100, 300};
enum { UPDATED = 8 };
#endif

/* What a cluster costs besides its shards: its cells and keyspaces, etcd, vtctld, vtgate, and the
 * statuses that count all. */
enum { OF_THE_CLUSTER = 100 };

static void at_most(const char *what, size_t count, size_t a_shard, int shards)
{
    if (count > a_shard * (size_t)shards + OF_THE_CLUSTER)
        ck_abort_msg("%s: %zu with %d shards, more than %zu for each and %d for the cluster",
            what,
            count,
            shards,
            a_shard,
            OF_THE_CLUSTER);
}

/* A part of what is counted, and how much of it a shard may cost; a NULL name ends a list. */
struct part {
    const char *name;
    size_t a_shard;
};

static void parts_at_most(const struct tally *tally, const struct part *parts, int shards)
{
    for (; parts->name != NULL; parts++)
        at_most(parts->name, tally_sum(tally, parts->name), parts->a_shard, shards);
}

/* Shards of two replicas and an rdonly tablet come up. */
static struct cost *cost_of_coming_up(const struct shape *shape, int shards)
{
    const struct history history = {"what coming up costs", 1, shards, 2, 1, NULL};
    struct cost *cost = arena_make(arena, struct cost);
    struct run run = cost_begin(shape, &history, cost);

    history_script(&run, "settle");
    cost_print(cost, "coming up", shards, sim_steps(run.sim));
    expect_no_violation(&run);
    sim_free(run.sim);
    return cost;
}

/* And all of their Pods are made anew. */
static struct cost *cost_of_an_update(const struct shape *shape, const char *edit)
{
    const struct history history = {"what an update costs", 1, UPDATED, 2, 1, NULL};
    struct cost *cost = arena_make(arena, struct cost);
    struct run run = cost_begin(shape, &history, cost);
    int steps;

    history_script(&run, "settle");
    steps = sim_steps(run.sim);
    cost->calls = cost->writes = (struct tally){.count = 0};
    history_command(&run, edit);
    history_command(&run, "apply");
    history_command(&run, "settle");
    cost_print(cost, "an image update", UPDATED, sim_steps(run.sim) - steps);
    ck_assert_uint_eq(tally_sum(&cost->writes, "delete Pod of a tablet"), 3 * UPDATED);
    history_end(&run);
    return cost;
}

#endif
