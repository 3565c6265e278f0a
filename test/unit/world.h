#ifndef VITESS_OPERATOR_WORLD_H
#define VITESS_OPERATOR_WORLD_H

#include <stdio.h>

#include "../../hooks/v1alpha1/v1alpha1.h"
#include "conditions.h"
#include "hook.h"
#include "template.h"
#include "testing.h"

/* A parent with its children, as Metacontroller would keep them for a hook: what a sync wants is
 * made, updated or deleted at once. The statuses of children are the test's to say. */
struct world {
    hook_function *sync;
    const struct api_keys *keys; /* NULL: those of v1alpha1 */
    json_t *parent;
    json_t *children;      /* list */
    const json_t *related; /* NULL: none was asked for */
    struct answer answer;
};

/* --- editing documents: paths such as "spec.cells[0].etcd.size" --- */

/* Puts `value` there; NULL takes away what is there. */
static inline void put_at(json_t *root, const char *path, const json_t *value)
{
    json_t *here = root;

    for (;;) {
        size_t length = strcspn(path, ".[");
        char *key = (char *)(uintptr_t)text_copy(arena, path, length);
        bool item = path[length] == ']' || (length > 0 && key[length - 1] == ']');
        size_t index = item ? strtoul(key, NULL, 10) : 0;
        json_t *next;

        if (path[length] == '\0') {
            if (item && value != NULL)
                json_array_set(here, index, (json_t *)(uintptr_t)value);
            else if (item)
                json_array_remove(here, index);
            else if (value != NULL)
                json_object_set(here, key, (json_t *)(uintptr_t)value);
            else
                json_object_del(here, key);
            return;
        }
        next = item ? json_array_get(here, index) : json_object_get(here, key);
        if (next == NULL) {
            next = json_object();
            json_object_set(here, key, next);
        }
        here = next;
        path += length + 1;
    }
}

/* A copy of `root` with one change; `value` is written as for json_of(), NULL removes. */
static inline const json_t *changed(const json_t *root, const char *path, const char *value)
{
    json_t *copy = json_clone(root);

    put_at(copy,
        path,
        value == NULL ? NULL : json_array_get(json_of(fmt(arena, "[%s]", value)), 0));
    return copy;
}

/* --- children --- */

static inline size_t world_index(const struct world *world, const char *name)
{
    const json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_name(child), name))
            return i;
    }
    return SIZE_MAX;
}

static inline json_t *world_child(const struct world *world, const char *name)
{
    size_t index = world_index(world, name);

    return index == SIZE_MAX ? NULL : json_array_get(world->children, index);
}

/* The one of that kind, where several kinds share a name. */
static inline json_t *world_of(const struct world *world, const char *kind, const char *name)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), kind) && text_equal(object_name(child), name))
            return child;
    }
    return NULL;
}

/* The object that `desired` becomes as a child of `parent`: with a generation that tells whether
 * its spec changed. */
static inline json_t *world_applied(const json_t *parent, const json_t *desired,
    const json_t *before)
{
    const char *text = json_write(arena, desired, NULL);
    bool same = json_same(json_at(before, "spec"), json_at(desired, "spec"));
    json_int_t generation = object_generation(before) + (same ? 0 : 1);
    json_t *object = json_clone(desired);

    put_at(object,
        "metadata.uid",
        json_string(object_uid(before) != NULL ? object_uid(before)
                                               : fmt(arena, "uid-%s", object_name(desired))));
    put_at(object, "metadata.generation", json_integer(generation));
    if (json_at(desired, "metadata", "ownerReferences") == NULL)
        put_at(object,
            "metadata.ownerReferences",
            json_of(fmt(arena, "[{'uid':'%s','controller':true}]", object_uid(parent))));
    json_object_set(json_object_get(object, "metadata"), "annotations", json_object());
    json_object_set(json_object_get(json_object_get(object, "metadata"), "annotations"),
        "metacontroller.k8s.io/last-applied-configuration",
        json_string(text));
    if (json_at(before, "status") != NULL)
        put_at(object, "status", json_at(before, "status"));
    return object;
}

/* The groups that Metacontroller would send, also those that are empty. */
static inline const json_t *world_groups(const struct world *world)
{
    json_t *groups = json_new_map();
    const json_t *child;

    json_put(groups, "HorizontalPodAutoscaler.autoscaling/v2", json_new_map());
    json_put(groups, "PersistentVolumeClaim.v1", json_new_map());
    json_each_item (world->children, i, child) {
        const char *group = object_group(arena, child);

        if (json_at(groups, group) == NULL)
            json_put(groups, group, json_new_map());
        json_object_set(json_object_get(groups, group),
            object_name(child),
            (json_t *)(uintptr_t)child);
    }
    return groups;
}

/* One sync. Its answer is applied unless it is no 200. */
static inline int world_sync(struct world *world)
{
    struct request request = {.arena = arena,
        .keys = world->keys == NULL ? &v1_keys : world->keys,
        .parent = world->parent,
        .spec = json_at(world->parent, "spec"),
        .children = world_groups(world),
        .related = world->related == NULL ? json_object() : world->related};
    json_t *children = json_new_list();
    const json_t *desired;

    world->answer =
        (struct answer){.code = 200, .children = json_new_list(), .released = json_new_map()};
    world->sync(&request, &world->answer);
    if (world->answer.code != 200)
        return world->answer.code;
    ck_assert_msg(template_bug(world->answer.status) == NULL,
        "%s",
        template_bug(world->answer.status));
    json_each_item (world->answer.children, i, desired) {
        ck_assert_ptr_eq(template_bug(desired), NULL);
        json_add(children,
            world_applied(world->parent,
                desired,
                world_of(world, object_kind(desired), object_name(desired))));
    }
    world->children = children;
    put_at(world->parent, "status", json_clone(world->answer.status));
    return 200;
}

/* Syncs until nothing changes any more; the test fails where that takes long. */
static inline void world_rest(struct world *world)
{
    const char *before = "";

    for (int i = 0; i < 10; i++) {
        const char *after;

        ck_assert_int_eq(world_sync(world), 200);
        after = fmt(arena,
            "%s%s",
            json_write(arena, world->children, NULL),
            json_write(arena, world->answer.status, NULL));
        if (text_equal(before, after))
            return;
        before = after;
    }
    ck_abort_msg("it never comes to rest");
}

/* A child of our own kinds reports: conditions Ready and Updated, and `more` of its status. */
static inline void world_report(struct world *world, const char *name, bool ready, bool updated,
    const char *reason, const char *more)
{
    json_t *child = world_child(world, name);
    json_t *status;

    ck_assert_ptr_ne(child, NULL);
    status = json_overlay(json_at(child, "status"), more == NULL ? NULL : json_of(more));
    json_put(status, "observedGeneration", json_integer(object_generation(child)));
    json_put(status,
        "conditions",
        json_of(fmt(arena,
            "[{'type':'Ready','status':'%s'},{'type':'Updated','status':'%s','reason':'%s',"
            "'message':'what it said'}]",
            ready ? "True" : "False",
            updated ? "True" : "False",
            reason)));
    put_at(child, "status", status);
}

static inline void world_settle(struct world *world, const char *name, const char *more)
{
    world_report(world, name, true, true, "RolloutComplete", more);
}

/* Gives every Pod this status. */
static inline void world_report_pods(struct world *world, const char *status)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), "Pod"))
            put_at(child, "status", json_of(status));
    }
}

/* Every task Pod has done what it was asked. */
static inline void world_answer_tasks(struct world *world)
{
    world_report_pods(world,
        "{'phase':'Succeeded','containerStatuses':[{'name':'task','state':"
        "{'terminated':{'exitCode':0,'message':'done'}}}]}");
}

/* Status of a Pod of which every container has ended well and left `message`. */
static inline const json_t *world_ended(const json_t *pod, const char *message)
{
    static const char *const lists[] = {"initContainers", "containers"};
    json_t *statuses = json_new_list();
    const json_t *container;

    for (size_t i = 0; i < 2; i++) {
        json_each_item (json_at(pod, "spec", lists[i]), j, container)
            json_add(statuses,
                object(arena,
                    F("name", json_text_at(container, "name")),
                    MAP("state", MAP("terminated", F("exitCode", INT(0)), F("message", message)))));
    }
    return object(arena, F("phase", "Succeeded"), F("containerStatuses", statuses));
}

/* Syncs so many times; `run` says what the cluster does after each. */
static inline void world_live(struct world *world, void (*run)(struct world *world), int times)
{
    for (int i = 0; i < times; i++) {
        ck_assert_int_eq(world_sync(world), 200);
        run(world);
    }
}

/* Behind "vtctldclient --server SERVER". */
static inline size_t first_argument(const json_t *command)
{
    size_t i = 0;

    while (i < json_array_size(command) &&
           !text_equal(json_string_value(json_array_get(command, i)), "--server"))
        i++;
    return i + 2;
}

/* "a b c": what each task Pod runs, without program and server. */
static inline const char *world_tasks(const struct world *world)
{
    struct text tasks = {.arena = arena};
    const json_t *child;

    json_each_item (world->children, i, child) {
        const json_t *container = json_array_get(json_at(child, "spec", "containers"), 0);
        const json_t *command = json_at(container, "command");

        if (!text_equal(object_kind(child), "Pod"))
            continue;
        if (tasks.length > 0)
            text_add(&tasks, "\n");
        for (size_t j = first_argument(command); j < json_array_size(command); j++)
            text_addf(&tasks,
                "%s%s",
                j > first_argument(command) ? " " : "",
                json_string_value(json_array_get(command, j)));
    }
    return text_string(&tasks);
}

static inline const json_t *world_status(const struct world *world)
{
    return json_at(world->parent, "status");
}

/* "True RolloutComplete: all 2 are up to date" */
static inline const char *world_condition(const struct world *world, const char *type)
{
    const char *status = condition_status(world->parent, type);
    const char *message = condition_message(world->parent, type);

    if (status == NULL)
        return "none";
    return fmt(arena,
        "%s %s%s%s",
        status,
        condition_reason(world->parent, type),
        message == NULL ? "" : ": ",
        message == NULL ? "" : message);
}

/* Names of the children of `kind`, in order, with spaces between. */
static inline const char *world_names(const struct world *world, const char *kind)
{
    struct texts names = {.arena = arena};
    const json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), kind))
            texts_add(&names, object_name(child));
    }
    return texts_join(&names, " ");
}

#endif
