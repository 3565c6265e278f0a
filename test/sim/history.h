#ifndef VITESS_OPERATOR_TEST_HISTORY_H
#define VITESS_OPERATOR_TEST_HISTORY_H

#include "twin.h"

#include "../unit/testing.h"

#include <setjmp.h>
#include <stdio.h>

#include "conditions.h"
#include "metadata.h"
#include "sim.h"
#include "staging.h"

/* Edit histories: a cluster is brought up, edited, hurt and mended, and the simulator's auditor
 * looks on. Each history is a script, one command a line:
 *
 *     ready                     step until Ready and Updated; fails where that never comes
 *     settle                    step until nothing more happens
 *     steps N                   just N steps
 *     set PATH JSON             edits the VitessCluster: spec.cells[1].vtgate.replicas 3
 *     unset PATH                removes a field or an item
 *     apply                     kubectl apply of what was edited
 *     spec JSON                 the whole spec of the VitessCluster
 *     revision N                spec.revision
 *     force NAME..              spec.rollout.force; without a NAME: none
 *     delete KIND NAME          kubectl delete
 *     orphan KIND NAME          kubectl delete --cascade=orphan
 *     delete-cluster HOW        kubectl delete --cascade=HOW: background, foreground, orphan
 *     edit KIND NAME PATH JSON  kubectl edit of another object
 *     status KIND NAME PATH JSON              and of its status
 *     label KIND NAME KEY VALUE               kubectl label; the VALUE - takes it off
 *     annotate KIND NAME KEY VALUE            kubectl annotate
 *     copy KIND NAME NEWNAME    what `kubectl get -o yaml | sed | kubectl apply` makes of an object
 *     adopt                     what a VitessCluster selects gets the label of the one that is
 * there disown KIND               objects of a core kind lose their ownerReferences backup all
 * objects of the namespace are saved, and the data on its volumes restore NAMESPACE         what is
 * missing is made again as Velero does reapply NAMESPACE         and as `kubectl apply` of the
 * saved objects does: owners are kept wipe                      the namespace is deleted with all
 * that is in it, and made again restart-metacontroller fail FAULT                as `simulate
 * --fail`, from the next step on met | unmet FAULT         each fault so far has met what it names
 * | that one has not hook 429|timeout KIND     the next call of that hook admit label|annotation
 * KEY VALUE        a policy writes it into each new Pod fail-node-of POD          the node that POD
 * runs on dies node-back NODE            and is there again; the NODE last: the one that died last
 *     cluster NAME              what follows is about another VitessCluster, of the same shape
 *     namespace NAME            and in another namespace
 *     vtctl COMMAND ARGUMENT ARGUMENT         what an administrator does with vtctldclient
 *     try COMMAND               the same, but no failure where the object is not there or Vitess
 *                               says no
 *     mark                      restarts and reparents are counted from here
 *     restarts N | reparents N | serving N    since the mark; at least N serving all the time
 *     ended N                   containers that had to be started again, but for tasks
 *     has KIND NAME | gone KIND NAME
 *     kept KIND NAME            it is the one that was there at the mark; the NAME *: all of a kind
 *     condition TYPE STATUS REASON            of the VitessCluster
 *     warns TEXT                some condition has TEXT in its message
 *     says TYPE TEXT            that condition of the VitessCluster has
 *     told KIND NAME TEXT       and one of another object
 *     field KIND NAME PATH JSON               of an object
 *
 * Whatever the script says, no history may end with a violation or a write at rest. The caller ends
 * each history with history_end(). */

struct history {
    const char *shows;
    int cells, shards, replicas, rdonly;
    const char *script;
};

/* How an API says what a history is about. */
struct shape {
    /* A VitessCluster "vitess" in the namespace "default" with one keyspace "main". */
    const json_t *(*cluster)(const struct history *history);
    /* The names of the shards of its first keyspace. */
    struct texts (*shards)(const json_t *cluster);
    /* What stands for a name in a script: "@replica0" for the uid of a tablet. */
    const struct short_name {
        const char *mark, *name;
    } * names;
    size_t name_count;
};

/* `value` with what is at `path` ("spec.cells[1].name") replaced by `item`, or removed. */
static const json_t *edited(const json_t *value, const char *path, const json_t *item)
{
    size_t length;
    const char *key;

    ck_assert_msg(path != NULL, "an edit without a path");
    length = strcspn(path, ".[");
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

/* How a history failed: for who shortens it. */
struct failure {
    jmp_buf back;
    char kind[128]; /* the rule that was violated, or the command that failed, and how */
    char text[1024];
};

struct run {
    const struct shape *shape;
    struct twin *twin; /* another build that is asked the same, or NULL */
    const struct history *history;
    struct sim *sim;
    const json_t *cluster;
    json_t *clusters;             /* those that were edited before, by name */
    const char *name, *namespace; /* of the cluster */
    const char *line;
    const char *node;           /* that died last */
    json_t *marked;             /* "kind name" -> uid at the mark */
    size_t restarts, reparents; /* at the mark */
    size_t lowest;              /* serving tablets in any shard of `main` since the mark */
    bool up;
    bool applied;
    int lag;
    struct failure *failure; /* where a failure goes to; NULL: the test fails */
};

/* Check refuses long messages. */
__attribute__((noreturn)) static void fail_history(struct run *run, const char *kind,
    const char *text)
{
    if (run->failure != NULL) {
        snprintf(run->failure->kind, sizeof(run->failure->kind), "%s", kind);
        snprintf(run->failure->text,
            sizeof(run->failure->text),
            "\"%s\" (step %d): %s",
            run->line,
            sim_steps(run->sim),
            text);
        longjmp(run->failure->back, 1);
    }
    ck_abort_msg("%s: \"%s\" (step %d): %.1500s",
        run->history->shows,
        run->line,
        sim_steps(run->sim),
        text);
    abort();
}

#define FAIL(run, ...)                                                                             \
    fail_history((run),                                                                            \
        text_copy(arena, (run)->line, strcspn((run)->line, " ")),                                  \
        fmt(arena, __VA_ARGS__))

enum { STEPS_MAX = 3000 };

static void watch(struct run *run)
{
    struct texts shards = run->shape->shards(run->cluster);

    for (size_t i = 0; i < shards.count; i++) {
        size_t serving = sim_serving(run->sim, NULL, "main", shards.at[i]);

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
                    "\n  %s %s/%s: Ready: %s %s; Updated: %s %s",
                    kinds[k],
                    object_namespace(one),
                    object_name(one),
                    condition_reason(one, "Ready"),
                    condition_message(one, "Ready"),
                    condition_reason(one, "Updated"),
                    condition_message(one, "Updated"));
        }
    }
    return text_string(&text);
}

/* What stands in the way: the reason of the lowest one that is not Ready, or not Updated. */
static const char *why_never(struct run *run)
{
    static const char *const kinds[] = {"VitessShard",
        "VitessKeyspace",
        "VitessCell",
        "VitessCluster"};
    static const char *const types[] = {"Ready", "Updated"};

    for (size_t t = 0; t < 2; t++) {
        for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
            struct objects all = sim_objects(run->sim, arena, kinds[k]);

            for (size_t i = 0; i < all.count; i++) {
                const char *reason = condition_reason(all.at[i], types[t]);

                if (reason != NULL && !condition_true(all.at[i], types[t]))
                    return fmt(arena, "%s: %s %s", run->line, kinds[k], reason);
            }
        }
    }
    return run->line;
}

__attribute__((noreturn)) static void fail_unready(struct run *run)
{
    fail_history(run, why_never(run), fmt(arena, "never comes; %s", state_of(run)));
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
    fail_unready(run);
}

static void until_quiet(struct run *run)
{
    for (int i = 0; i < STEPS_MAX; i++) {
        if (!step(run))
            return;
    }
    fail_unready(run);
}

static const char *identity_of(const json_t *object)
{
    return fmt(arena, "%s %s", object_kind(object), object_name(object));
}

static void mark(struct run *run)
{
    struct sim_summary summary = sim_summary(run->sim);
    struct objects all = sim_objects(run->sim, arena, NULL);

    run->marked = json_new_map();
    for (size_t i = 0; i < all.count; i++) {
        if (text_equal(object_namespace(all.at[i]), run->namespace))
            json_put_text(run->marked, identity_of(all.at[i]), object_uid(all.at[i]));
    }

    run->restarts = summary.pods_restarted;
    run->reparents = summary.reparents;
    run->lowest = SIZE_MAX;
    watch(run);
}

static const char *resolved(const struct run *run, const char *text)
{
    for (size_t i = 0; i < run->shape->name_count; i++) {
        const struct short_name *name = &run->shape->names[i];
        const char *at = strstr(text, name->mark);

        if (at != NULL)
            return fmt(arena,
                "%.*s%s%s",
                (int)(at - text),
                text,
                name->name,
                at + strlen(name->mark));
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
        json_text_at(sim_object(run->sim, "Pod", run->namespace, pod), "spec", "nodeName");

    if (node == NULL)
        FAIL(run, "there is no Pod %s on a node", pod);
    run->node = text_copy(arena, node, strlen(node));
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

static void vtctl(struct run *run, const char *words[6])
{
    const char *command[6] = {NULL}; /* ends with NULL; missing words of a line are "" */
    const char *message = NULL;

    for (int i = 1; i < 6 && *words[i] != '\0'; i++)
        command[i - 1] = resolved(run, words[i]);
    if (!sim_vtctl(run->sim, command, &message))
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
    const json_t *cluster = sim_object(run->sim, "VitessCluster", run->namespace, run->name);

    if (!text_equal(condition_status(cluster, type), status) ||
        !text_equal(condition_reason(cluster, type), reason))
        FAIL(run,
            "it is %s %s: %s",
            condition_status(cluster, type),
            condition_reason(cluster, type),
            condition_message(cluster, type));
}

static void expect_message(struct run *run, const char *type, const char *text)
{
    const json_t *cluster = sim_object(run->sim, "VitessCluster", run->namespace, run->name);
    const char *message = condition_message(cluster, type);

    if (message == NULL || strstr(message, text) == NULL)
        FAIL(run, "it says %s", message);
}

/* A list, or a mapping by type. */
static bool any_says(const json_t *conditions, const char *text)
{
    const json_t *condition;
    const char *type;

    json_each_item (conditions, i, condition) {
        const char *message = json_text_at(condition, "message");

        if (message != NULL && strstr(message, text) != NULL)
            return true;
    }
    json_each_field (conditions, type, condition) {
        const char *message = json_text_at(condition, "message");

        if (message != NULL && strstr(message, text) != NULL)
            return true;
    }
    return false;
}

static void expect_told(struct run *run, const char *kind, const char *name, const char *text)
{
    const json_t *object = sim_object(run->sim, kind, run->namespace, name);

    if (!any_says(json_at(object, "status", "conditions"), text))
        FAIL(run, "nothing says so; %s", state_of(run));
}

static void expect_warning(struct run *run, const char *text)
{
    expect_told(run, "VitessCluster", run->name, text);
}

static const json_t *value_of(const char *text)
{
    return json_array_get(json_of(fmt(arena, "[%s]", text)), 0);
}

static void expect_field(struct run *run, const char *kind, const char *name, const char *path,
    const char *wanted)
{
    const json_t *value = sim_object(run->sim, kind, run->namespace, name);
    char *copy = strdup(path);

    for (char *key = strtok(copy, "."); key != NULL; key = strtok(NULL, "."))
        value = json_is_array(value) ? json_array_get(value, strtoul(key, NULL, 10))
                                     : json_at(value, key);
    free(copy);
    if (value == NULL ||
        !text_equal(json_write(arena, value, NULL), json_write(arena, value_of(wanted), NULL)))
        FAIL(run, "it is %s", json_brief(arena, value));
}

/* --- objects by hand --- */

static const json_t *object_of(struct run *run, const char *kind, const char *name)
{
    const json_t *object = sim_object(run->sim, kind, run->namespace, resolved(run, name));

    if (object == NULL)
        FAIL(run, "it is not there");
    return object;
}

static void apply_object(struct run *run, const json_t *object)
{
    const char *message = NULL;

    if (!sim_apply(run->sim, object, &message))
        FAIL(run, "%s", message);
}

static void edit_object(struct run *run, const char *words[6])
{
    const json_t *object = object_of(run, words[1], words[2]);

    apply_object(run, edited(object, words[3], value_of(words[4])));
}

static void edit_status(struct run *run, const char *words[6])
{
    const json_t *object = object_of(run, words[1], words[2]);
    const char *message = NULL;

    if (!sim_edit_status(run->sim,
            edited(object, fmt(arena, "status.%s", words[3]), value_of(words[4])),
            &message))
        FAIL(run, "%s", message);
}

/* Keys of labels have dots in them, so they are no path. */
static void edit_text(struct run *run, const char *words[6], const char *field)
{
    const json_t *object = object_of(run, words[1], words[2]);
    json_t *texts = json_without(json_at(object, "metadata", field), words[3]);

    if (!text_equal(words[4], "-"))
        json_put_text(texts, words[3], words[4]);
    apply_object(run, edited(object, fmt(arena, "metadata.%s", field), texts));
}

/* What a VitessCluster selects its own by; Pods of tasks are made anew. */
static bool is_selected(const struct run *run, const json_t *object)
{
    return text_equal(object_namespace(object), run->namespace) &&
           object_label(object, "controller-uid") != NULL &&
           !text_equal(object_kind(object), "Pod");
}

/* The command of the handbook that gives what was restored to the new VitessCluster. */
static void adopt_restored(struct run *run)
{
    struct objects all = sim_objects(run->sim, arena, NULL);
    const char *cluster = json_text_at(run->cluster, "metadata", "name");
    const char *uid = object_uid(sim_object(run->sim, "VitessCluster", run->namespace, cluster));

    for (size_t i = 0; uid != NULL && i < all.count; i++) {
        if (is_selected(run, all.at[i]))
            apply_object(run,
                edited(all.at[i],
                    "metadata.labels",
                    json_overlay(json_at(all.at[i], "metadata", "labels"),
                        json_of(fmt(arena, "{'controller-uid':'%s'}", uid)))));
    }
}

/* What was bound or scheduled is not copied, or the copy could not live. */
static void copy_object(struct run *run, const char *words[6])
{
    static const char *const paths[] = {"status",
        "metadata.uid",
        "metadata.resourceVersion",
        "metadata.creationTimestamp",
        "metadata.deletionTimestamp",
        "metadata.generation",
        "spec.nodeName",
        "spec.volumeName"};
    const json_t *object = object_of(run, words[1], words[2]);

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        object = edited(object, paths[i], NULL);
    apply_object(run, edited(object, "metadata.name", json_string(words[3])));
}

static void delete_cluster(struct run *run, const char *how)
{
    static const struct {
        const char *name;
        enum sim_propagation propagation;
    } ways[] = {{"background", SIM_BACKGROUND},
        {"foreground", SIM_FOREGROUND},
        {"orphan", SIM_ORPHAN}};

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (text_equal(ways[i].name, how))
            sim_delete_by(run->sim,
                "VitessCluster",
                run->namespace,
                run->name,
                ways[i].propagation);
    }
}

static void restore(struct run *run, const char *namespace, enum sim_restore how)
{
    if (!sim_restore(run->sim, namespace, how))
        FAIL(run, "there is no backup");
}

static void node_back(struct run *run, const char *node)
{
    if (text_equal(node, "last"))
        node = run->node;
    if (node == NULL || !sim_return_node(run->sim, node))
        FAIL(run, "no such node has died");
}

static void force(struct run *run, const char *const words[6])
{
    json_t *names = json_new_list();

    for (int i = 1; i < 5 && *words[i] != '\0'; i++)
        json_add_text(names, resolved(run, words[i]));
    run->cluster =
        edited(run->cluster, "spec.rollout.force", json_array_size(names) == 0 ? NULL : names);
}

/* What follows is about the cluster of that name in that namespace. */
static void turn_to(struct run *run, const char *name, const char *namespace)
{
    const char *before = fmt(arena, "%s/%s", run->namespace, run->name);
    const char *after = fmt(arena, "%s/%s", namespace, name);
    const json_t *cluster;

    json_put(run->clusters, before, run->cluster);
    cluster = json_at(run->clusters, after);
    if (cluster == NULL)
        cluster =
            edited(edited(run->shape->cluster(run->history), "metadata.name", json_string(name)),
                "metadata.namespace",
                json_string(namespace));
    run->cluster = cluster;
    run->name = name;
    run->namespace = namespace;
    run->applied = sim_object(run->sim, "VitessCluster", namespace, name) != NULL;
}

/* --- what has become of it --- */

static void expect_kept(struct run *run, const char *kind, const char *name)
{
    const char *identity;
    const json_t *uid;

    json_each_field (run->marked, identity, uid) {
        size_t length = strlen(kind);
        const json_t *now;

        if (!text_starts_with(identity, kind) || identity[length] != ' ' ||
            (!text_equal(name, "*") && !text_equal(identity + length + 1, name)))
            continue;
        now = sim_object(run->sim, kind, run->namespace, identity + length + 1);
        if (!text_equal(object_uid(now), json_string_value(uid)))
            FAIL(run, "%s is %s", identity, now == NULL ? "gone" : "another one");
    }
}

static size_t containers_ended(const struct run *run)
{
    struct objects pods = sim_objects(run->sim, arena, "Pod");
    size_t ended = 0;

    for (size_t i = 0; i < pods.count; i++) {
        if (!text_equal(object_label(pods.at[i], object_keys(pods.at[i])->component), "task"))
            ended += (size_t)pod_restarts(pods.at[i]);
    }
    return ended;
}

/* NULL: none. */
static void expect_unmet(struct run *run, const char *fault)
{
    const char *unmet = sim_unmet_fault(run->sim);

    if (!text_equal(unmet, fault))
        FAIL(run, "%s has met nothing", unmet == NULL ? "no fault" : unmet);
}

/* One command with its words. True where it was one that looks at the outcome. */
static bool check(struct run *run, const char *words[6], int count)
{
    struct sim_summary now = sim_summary(run->sim);
    const char *command = words[0];

    if (text_equal(command, "ended"))
        expect_number(run, containers_ended(run), strtoul(words[1], NULL, 10));
    else if (text_equal(command, "restarts"))
        expect_number(run, now.pods_restarted - run->restarts, strtoul(words[1], NULL, 10));
    else if (text_equal(command, "reparents"))
        expect_number(run, now.reparents - run->reparents, strtoul(words[1], NULL, 10));
    else if (text_equal(command, "serving") && run->lowest < strtoul(words[1], NULL, 10))
        FAIL(run, "only %zu", run->lowest);
    else if (text_equal(command, "serving"))
        return true;
    else if (text_equal(command, "has") || text_equal(command, "gone")) {
        bool there =
            sim_object(run->sim, words[1], run->namespace, resolved(run, words[2])) != NULL;

        if (there != text_equal(command, "has"))
            FAIL(run, "it is %s", there ? "there" : "not there");
    } else if (text_equal(command, "condition"))
        expect_condition(run, words[1], words[2], words[3]);
    else if (text_equal(command, "says"))
        expect_message(run, words[1], words[2]);
    else if (text_equal(command, "told"))
        expect_told(run, words[1], words[2], words[3]);
    else if (text_equal(command, "warns"))
        expect_warning(run, resolved(run, words[1]));
    else if (text_equal(command, "met") || text_equal(command, "unmet"))
        expect_unmet(run, text_equal(command, "met") ? NULL : words[1]);
    else if (text_equal(command, "kept"))
        expect_kept(run, words[1], resolved(run, words[2]));
    else if (text_equal(command, "field") && count == 5)
        expect_field(run, words[1], resolved(run, words[2]), words[3], words[4]);
    else
        return false;
    return true;
}

static bool act(struct run *run, const char *words[6])
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
    else if (text_equal(command, "spec"))
        run->cluster = edited(run->cluster, "spec", value_of(words[1]));
    else if (text_equal(command, "revision"))
        run->cluster = edited(run->cluster, "spec.revision", value_of(words[1]));
    else if (text_equal(command, "force"))
        force(run, words);
    else if (text_equal(command, "fail"))
        fail_with(run, resolved(run, words[1]));
    else if (text_equal(command, "fail-node-of"))
        fail_node_of(run, resolved(run, words[1]));
    else if (text_equal(command, "vtctl"))
        vtctl(run, words);
    else if (text_equal(command, "mark"))
        mark(run);
    else if (text_equal(command, "cluster"))
        turn_to(run, words[1], run->namespace);
    else if (text_equal(command, "namespace"))
        turn_to(run, run->name, words[1]);
    else
        return false;
    return true;
}

/* What is done to others than the VitessCluster. */
static bool act_by_hand(struct run *run, const char *words[6])
{
    const char *command = words[0];

    if (text_equal(command, "delete"))
        sim_delete(run->sim, words[1], run->namespace, resolved(run, words[2]));
    else if (text_equal(command, "orphan"))
        sim_delete_by(run->sim, words[1], run->namespace, resolved(run, words[2]), SIM_ORPHAN);
    else if (text_equal(command, "delete-cluster"))
        delete_cluster(run, words[1]);
    else if (text_equal(command, "edit"))
        edit_object(run, words);
    else if (text_equal(command, "status"))
        edit_status(run, words);
    else if (text_equal(command, "label"))
        edit_text(run, words, "labels");
    else if (text_equal(command, "annotate"))
        edit_text(run, words, "annotations");
    else if (text_equal(command, "copy"))
        copy_object(run, words);
    else if (text_equal(command, "backup"))
        sim_backup(run->sim, run->namespace);
    else if (text_equal(command, "restore"))
        restore(run, words[1], SIM_STRIPPED);
    else if (text_equal(command, "disown"))
        sim_disown(run->sim, words[1], run->namespace);
    else if (text_equal(command, "adopt"))
        adopt_restored(run);
    else if (text_equal(command, "reapply"))
        restore(run, words[1], SIM_PLAIN);
    else if (text_equal(command, "wipe"))
        sim_delete_namespace(run->sim, run->namespace);
    else if (text_equal(command, "restart-metacontroller"))
        sim_restart_metacontroller(run->sim);
    else if (text_equal(command, "hook"))
        fail_with(run, fmt(arena, "hook=%s/%s", words[2], words[1]));
    else if (text_equal(command, "admit"))
        fail_with(run, fmt(arena, "admit=%s:%s=%s", words[1], words[2], words[3]));
    else if (text_equal(command, "node-back"))
        node_back(run, words[1]);
    else
        return false;
    return true;
}

/* The last word of a line takes all the rest: a value may have spaces. */
static bool takes_the_rest(const char *command, int count)
{
    return count == 4 || (count == 2 && text_equal(command, "set")) ||
           (count == 2 && text_equal(command, "says")) ||
           (count == 1 && (text_equal(command, "spec") || text_equal(command, "warns")));
}

static void history_command(struct run *run, const char *line);

/* Of "KIND NAME ..." the object, of "vtctl ..." whatever it says. */
static void try_command(struct run *run, const char *line)
{
    const char *words[6] = {NULL};
    int count = 0;

    for (const char *at = line; *at != '\0' && count < 5;) {
        size_t length = strcspn(at, " ");

        words[count++] = text_copy(arena, at, length);
        at += length + (at[length] == ' ');
    }
    if (text_equal(words[0], "vtctl"))
        sim_vtctl(run->sim, &words[1], NULL);
    else if (count > 2 && words[2] != NULL &&
             sim_object(run->sim, words[1], run->namespace, resolved(run, words[2])) != NULL)
        history_command(run, line);
}

static void history_command(struct run *run, const char *line)
{
    const char *words[6] = {NULL};
    int count = 0;

    run->line = line;
    if (text_starts_with(line, "try ")) {
        try_command(run, line + strlen("try "));
        return;
    }
    while (*line != '\0' && count < 5) {
        size_t length = takes_the_rest(words[0], count) ? strlen(line) : strcspn(line, " ");

        words[count++] = text_copy(arena, line, length);
        line += length + (line[length] == ' ');
    }
    for (int i = count; i < 6; i++)
        words[i] = "";
    if (text_equal(words[0], "set"))
        run->cluster = edited(run->cluster, words[1], value_of(words[2]));
    else if (!act(run, words) && !act_by_hand(run, words) && !check(run, words, count))
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

static struct run history_begin(const struct shape *shape, const struct history *history,
    struct sim_options options)
{
    struct twin *twin = twin_begin(arena);

    if (twin != NULL) {
        options.call = twin_call;
        options.call_context = twin;
    }
    return (struct run){.shape = shape,
        .history = history,
        .twin = twin,
        .sim = sim_new(&options),
        .cluster = shape->cluster(history),
        .clusters = json_new_map(),
        .name = "vitess",
        .namespace = "default",
        .line = "the beginning",
        .lowest = SIZE_MAX,
        .lag = options.lag};
}

/* A violation without the names in it. */
static const char *kind_of(const struct sim_violation *violation)
{
    struct text kind = {.arena = arena};

    text_add(&kind, violation->rule);
    for (const char *at = violation->text; *at != '\0';) {
        size_t length = strcspn(at, " ");

        if (strcspn(at, "-/0123456789") >= length)
            text_addf(&kind, " %.*s", (int)length, at);
        at += length + (at[length] == ' ');
    }
    return text_string(&kind);
}

/* Nothing that the auditor forbids has happened so far. */
static void expect_no_violation(struct run *run)
{
    struct sim_summary summary = sim_summary(run->sim);

    if (summary.violation_count > 0)
        fail_history(run,
            kind_of(&summary.violations[0]),
            fmt(arena,
                "step %d, rule %s: %s",
                summary.violations[0].step,
                summary.violations[0].rule,
                summary.violations[0].text));
}

static void history_end(struct run *run)
{
    size_t writes;

    run->line = "the end";
    until_quiet(run);
    writes = sim_rest(run->sim, 3);
    expect_no_violation(run);
    if (writes > 0)
        FAIL(run, "%zu writes at rest", writes);
    sim_free(run->sim);
    twin_end(run->twin, arena);
}

#endif
