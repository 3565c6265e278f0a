#ifndef VITESS_OPERATOR_TEST_HISTORY_H
#define VITESS_OPERATOR_TEST_HISTORY_H

#include "../unit/testing.h"

#include <stdio.h>

#include "conditions.h"
#include "metadata.h"
#include "sim.h"

/* Edit histories: a cluster is brought up, edited, hurt and mended, and the simulator's auditor
 * looks on. Each history is a script, one command a line:
 *
 *     ready                     step until Ready and Updated; fails where that never comes
 *     settle                    step until nothing more happens
 *     steps N                   just N steps
 *     set PATH JSON             edits the VitessCluster: spec.cells[1].vtgate.replicas 3
 *     unset PATH                removes a field or an item
 *     apply                     kubectl apply of what was edited
 *     delete KIND NAME          kubectl delete
 *     edit KIND NAME PATH JSON  kubectl edit of another object
 *     fail FAULT                as `simulate --fail`, from the next step on
 *     fail-node-of POD          the node that POD runs on dies
 *     vtctl COMMAND ARGUMENT ARGUMENT         what an administrator does with vtctldclient
 *     mark                      restarts and reparents are counted from here
 *     restarts N | reparents N | serving N    since the mark; at least N serving all the time
 *     has KIND NAME | gone KIND NAME
 *     condition TYPE STATUS REASON            of the VitessCluster
 *     field KIND NAME PATH JSON               of an object
 *
 * Whatever the script says, no history may end with a violation or a write at rest. The caller ends
 * each history with history_end(). */

struct history {
    const char *shows;
    int cells, shards, replicas, rdonly;
    const char *script;
};

/* --- the cluster --- */

static const json_t *shards_of(int count)
{
    json_t *shards = json_new_list();

    for (int i = 0; i < count; i++) {
        int width = 256 / count;
        const char *start = i == 0 ? "" : fmt(arena, "%02x", (unsigned)(i * width));
        const char *end = i == count - 1 ? "" : fmt(arena, "%02x", (unsigned)((i + 1) * width));

        json_add(shards, json_of(fmt(arena, "{'keyRange':{'start':'%s','end':'%s'}}", start, end)));
    }
    return shards;
}

static const char *pool_of(int replicas)
{
    return fmt(arena,
        "{'replicas':%d,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{"
        "'storage':'4Gi'}}},'vttablet':{'resources':{'limits':{'memory':'512Mi'}}},"
        "'mysql':{'resources':{'limits':{'memory':'512Mi'}}}}",
        replicas);
}

static const json_t *cluster_of(const struct history *history)
{
    struct text cells = {.arena = arena};
    struct text names = {.arena = arena};

    for (int i = 1; i <= history->cells; i++) {
        text_addf(&cells, ",{'name':'zone%d','vtgate':{'replicas':2}}", i);
        text_addf(&names, "%s'zone%d'", i == 1 ? "" : ",", i);
    }
    return json_of(fmt(arena,
        "{'apiVersion':'vitess.io/v1alpha1','kind':'VitessCluster','metadata':{'name':'vitess',"
        "'namespace':'default'},'spec':{'cells':[{'name':'global','etcd':{'size':3},'vtctld':{}}"
        "%s],'keyspaces':[{'name':'main','cells':[%s],'shards':%s,'tablets':{'masterEligible':%s"
        "%s%s}}]}}",
        text_string(&cells),
        text_string(&names),
        json_write(arena, shards_of(history->shards), NULL),
        pool_of(history->replicas),
        history->rdonly > 0 ? ",'batch':" : "",
        history->rdonly > 0 ? pool_of(history->rdonly) : ""));
}

/* `value` with what is at `path` ("spec.cells[1].name") replaced by `item`, or removed. */
static const json_t *edited(const json_t *value, const char *path, const json_t *item)
{
    size_t length = strcspn(path, ".[");
    const char *key;

    if (*path == '\0')
        return item;
    if (*path == '.')
        return edited(value, path + 1, item);
    if (*path == '[') {
        size_t index = strtoul(path + 1, NULL, 10);
        const char *rest = strchr(path, ']') + 1;
        json_t *list = json_new_list();

        for (size_t i = 0; i < json_array_size(value) || (item != NULL && i <= index); i++) {
            const json_t *old = json_array_get(value, i);

            json_add(list, i == index ? edited(old, rest, item) : old);
        }
        return list;
    }
    key = text_copy(arena, path, length);
    {
        const json_t *changed = edited(json_at(value, key), path + length, item);
        json_t *map = changed == NULL ? json_without(value, key) : json_overlay(value, NULL);

        if (changed != NULL)
            json_put(map, key, changed);
        return map;
    }
}

/* --- the script --- */

struct run {
    const struct history *history;
    struct sim *sim;
    const json_t *cluster;
    const char *line;
    size_t restarts, reparents; /* at the mark */
    size_t lowest;              /* serving tablets in any shard of `main` since the mark */
    bool up;
    bool applied;
    int lag;
    struct text log;                         /* the script so far */
    const char *(*explain)(struct run *run); /* what else to say of a failure, or NULL */
};

/* Check refuses long messages, so what explains it goes to stderr. */
static void explain(struct run *run)
{
    if (run->explain != NULL)
        fprintf(stderr, "%s", run->explain(run));
}

#define FAIL(run, ...)                                                                             \
    do {                                                                                           \
        explain(run);                                                                              \
        ck_abort_msg("%s: \"%s\" (step %d): %s",                                                   \
            (run)->history->shows,                                                                 \
            (run)->line,                                                                           \
            sim_steps((run)->sim),                                                                 \
            fmt(arena, __VA_ARGS__));                                                              \
    } while (0)

enum { STEPS_MAX = 3000 };

static void watch(struct run *run)
{
    const json_t *shard;

    json_each_item (
        json_at(json_array_get(json_at(run->cluster, "spec", "keyspaces"), 0), "shards"),
        i,
        shard) {
        const char *start = json_text_at(shard, "keyRange", "start");
        const char *end = json_text_at(shard, "keyRange", "end");
        size_t serving = sim_serving(run->sim, "main", fmt(arena, "%s-%s", start, end));

        if (run->up && serving < run->lowest)
            run->lowest = serving;
    }
}

static bool step(struct run *run)
{
    bool more = sim_step(run->sim);

    watch(run);
    return more;
}

/* What does not say that it is Ready and Updated, from the top down. */
static const char *state_of(struct run *run)
{
    static const char *const kinds[] = {"VitessCluster",
        "VitessCell",
        "VitessKeyspace",
        "VitessShard"};
    struct text text = {.arena = arena};

    for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
        struct objects all = sim_objects(run->sim, arena, kinds[k]);

        for (size_t i = 0; i < all.count; i++) {
            const json_t *one = all.at[i];

            if (!condition_true(one, "Ready") || !condition_true(one, "Updated"))
                text_addf(&text,
                    "\n  %s %s: Ready: %s %s; Updated: %s %s",
                    kinds[k],
                    object_name(one),
                    condition_reason(one, "Ready"),
                    condition_message(one, "Ready"),
                    condition_reason(one, "Updated"),
                    condition_message(one, "Updated"));
        }
    }
    return text_string(&text);
}

static void until_ready(struct run *run)
{
    for (int i = 0; i < STEPS_MAX; i++) {
        bool more = step(run);

        if (sim_ready(run->sim)) {
            run->up = true;
            return;
        }
        if (!more)
            break;
    }
    FAIL(run, "never comes; %s", state_of(run));
}

static void until_quiet(struct run *run)
{
    for (int i = 0; i < STEPS_MAX; i++) {
        if (!step(run))
            return;
    }
    FAIL(run, "never comes; %s", state_of(run));
}

static void mark(struct run *run)
{
    struct sim_summary summary = sim_summary(run->sim);

    run->restarts = summary.pods_restarted;
    run->reparents = summary.reparents;
    run->lowest = SIZE_MAX;
    watch(run);
}

/* "@replica0" in a name stands for the uid of that tablet of shard "-" in zone1. */
static const char *resolved(const char *text)
{
    static const struct {
        const char *mark, *uid;
    } uids[] = {{"@zone2replica0", "0071922500"},
        {"@replica0", "1421667800"},
        {"@replica1", "1421667801"},
        {"@replica2", "1421667802"}};

    for (size_t i = 0; i < sizeof(uids) / sizeof(uids[0]); i++) {
        const char *at = strstr(text, uids[i].mark);

        if (at != NULL)
            return fmt(arena,
                "%.*s%s%s",
                (int)(at - text),
                text,
                uids[i].uid,
                at + strlen(uids[i].mark));
    }
    return text;
}

static void fail_with(struct run *run, const char *fault)
{
    const char *message = NULL;

    if (!sim_fail(run->sim, fmt(arena, "%s@%d", fault, sim_steps(run->sim) + 1), &message))
        FAIL(run, "%s", message);
}

static void fail_node_of(struct run *run, const char *pod)
{
    const char *node =
        json_text_at(sim_object(run->sim, "Pod", "default", pod), "spec", "nodeName");

    if (node == NULL)
        FAIL(run, "there is no Pod %s on a node", pod);
    fail_with(run, fmt(arena, "node=%s", node));
}

static void apply(struct run *run)
{
    const char *message = NULL;

    if (!sim_apply(run->sim, run->cluster, &message))
        FAIL(run, "%s", message);
    run->applied = true;
}

/* The first command that steps applies the cluster as it was edited until then. */
static void applied(struct run *run)
{
    if (!run->applied)
        apply(run);
}

static void vtctl(struct run *run, const char *words[5])
{
    const char *message = NULL;

    if (!sim_vtctl(run->sim, &words[1], &message))
        FAIL(run, "%s", message);
}

static void expect_number(struct run *run, size_t got, size_t wanted)
{
    if (got != wanted)
        FAIL(run, "got %zu", got);
}

static void expect_condition(struct run *run, const char *type, const char *status,
    const char *reason)
{
    const json_t *cluster = sim_object(run->sim, "VitessCluster", "default", "vitess");

    if (!text_equal(condition_status(cluster, type), status) ||
        !text_equal(condition_reason(cluster, type), reason))
        FAIL(run,
            "it is %s %s: %s",
            condition_status(cluster, type),
            condition_reason(cluster, type),
            condition_message(cluster, type));
}

static const json_t *value_of(const char *text)
{
    return json_array_get(json_of(fmt(arena, "[%s]", text)), 0);
}

static void expect_field(struct run *run, const char *kind, const char *name, const char *path,
    const char *wanted)
{
    const json_t *value = sim_object(run->sim, kind, "default", name);
    char *copy = strdup(path);

    for (char *key = strtok(copy, "."); key != NULL; key = strtok(NULL, "."))
        value = json_at(value, key);
    free(copy);
    if (value == NULL ||
        !text_equal(json_write(arena, value, NULL), json_write(arena, value_of(wanted), NULL)))
        FAIL(run, "it is %s", json_brief(arena, value));
}

static void edit_object(struct run *run, const char *words[5])
{
    const json_t *object = sim_object(run->sim, words[1], "default", resolved(words[2]));
    const char *message = NULL;

    if (object == NULL ||
        !sim_apply(run->sim, edited(object, words[3], value_of(words[4])), &message))
        FAIL(run, "%s", message == NULL ? "it is not there" : message);
}

/* One command with its words. True where it was one that looks at the outcome. */
static bool check(struct run *run, const char *words[5], int count)
{
    struct sim_summary now = sim_summary(run->sim);
    const char *command = words[0];

    if (text_equal(command, "restarts"))
        expect_number(run, now.pods_restarted - run->restarts, strtoul(words[1], NULL, 10));
    else if (text_equal(command, "reparents"))
        expect_number(run, now.reparents - run->reparents, strtoul(words[1], NULL, 10));
    else if (text_equal(command, "serving") && run->lowest < strtoul(words[1], NULL, 10))
        FAIL(run, "only %zu", run->lowest);
    else if (text_equal(command, "serving"))
        return true;
    else if (text_equal(command, "has") || text_equal(command, "gone")) {
        bool there = sim_object(run->sim, words[1], "default", words[2]) != NULL;

        if (there != text_equal(command, "has"))
            FAIL(run, "it is %s", there ? "there" : "not there");
    } else if (text_equal(command, "condition"))
        expect_condition(run, words[1], words[2], words[3]);
    else if (text_equal(command, "field") && count == 5)
        expect_field(run, words[1], resolved(words[2]), words[3], words[4]);
    else
        return false;
    return true;
}

static bool act(struct run *run, const char *words[5])
{
    const char *command = words[0];

    if (text_equal(command, "ready") || text_equal(command, "settle") ||
        text_equal(command, "steps"))
        applied(run);
    if (text_equal(command, "ready"))
        until_ready(run);
    else if (text_equal(command, "settle"))
        until_quiet(run);
    else if (text_equal(command, "steps"))
        for (long i = strtol(words[1], NULL, 10); i > 0; i--)
            step(run);
    else if (text_equal(command, "unset"))
        run->cluster = edited(run->cluster, words[1], NULL);
    else if (text_equal(command, "apply"))
        apply(run);
    else if (text_equal(command, "delete"))
        sim_delete(run->sim, words[1], "default", resolved(words[2]));
    else if (text_equal(command, "edit"))
        edit_object(run, words);
    else if (text_equal(command, "fail"))
        fail_with(run, resolved(words[1]));
    else if (text_equal(command, "fail-node-of"))
        fail_node_of(run, resolved(words[1]));
    else if (text_equal(command, "vtctl"))
        vtctl(run, words);
    else if (text_equal(command, "mark"))
        mark(run);
    else
        return false;
    return true;
}

static void history_command(struct run *run, const char *line)
{
    const char *words[5] = {NULL};
    int count = 0;

    run->line = line;
    text_addf(&run->log, "%s\n", line);
    /* The last word of a line takes all the rest: a value may have spaces. */
    while (*line != '\0' && count < 5) {
        size_t length = count == 4 || (count == 2 && text_equal(words[0], "set"))
                            ? strlen(line)
                            : strcspn(line, " ");

        words[count++] = text_copy(arena, line, length);
        line += length + (line[length] == ' ');
    }
    if (text_equal(words[0], "set"))
        run->cluster = edited(run->cluster, words[1], value_of(words[2]));
    else if (!act(run, words) && !check(run, words, count))
        FAIL(run, "is no command");
}

static inline void history_script(struct run *run, const char *script)
{
    while (*script != '\0') {
        size_t length = strcspn(script, "\n");

        history_command(run, text_copy(arena, script, length));
        script += length + (script[length] == '\n');
    }
}

static struct run history_begin(const struct history *history, struct sim_options options)
{
    return (struct run){.history = history,
        .sim = sim_new(&options),
        .cluster = cluster_of(history),
        .line = "the beginning",
        .lowest = SIZE_MAX,
        .lag = options.lag,
        .log = {.arena = arena}};
}

static void history_end(struct run *run)
{
    struct sim_summary summary;
    size_t writes;

    run->line = "the end";
    until_quiet(run);
    writes = sim_rest(run->sim, 3);
    summary = sim_summary(run->sim);
    for (size_t i = 0; i < summary.violation_count; i++)
        FAIL(run,
            "step %d, rule %s: %s",
            summary.violations[i].step,
            summary.violations[i].rule,
            summary.violations[i].text);
    if (writes > 0)
        FAIL(run, "%zu writes at rest", writes);
    sim_free(run->sim);
}

#endif
