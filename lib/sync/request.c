#include "request.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
    const json_t *const *left = a;
    const json_t *const *right = b;

    return strcmp(object_name(*left), object_name(*right));
}

/* The objects of one group in `groups`. Metacontroller keys them by name (v1) or namespace/name
 * (v2), so the keys are not looked at. A namespaced parent owns nothing in other namespaces. */
static struct objects objects_of(const struct request *request, const json_t *groups,
    const char *group)
{
    const json_t *members = json_at(groups, group);
    const char *namespace = object_namespace(request->parent);
    const char *last = "";
    struct objects found = {NULL, 0};
    bool sorted = true;
    const json_t *item;
    const char *key;

    found.at = arena_array(request->arena, json_object_size(members) + 1, sizeof(*found.at));
    json_each_field (members, key, item) {
        const char *name = object_name(item);

        if (name == NULL || !text_equal(object_namespace(item), namespace))
            continue;
        found.at[found.count++] = item;
        sorted = sorted && strcmp(last, name) <= 0;
        last = name;
    }
    /* As the keys of what Go writes are, so nearly always the names. */
    if (!sorted)
        qsort(found.at, found.count, sizeof(*found.at), by_name);
    return found;
}

/* --- what was written, and what was added by hand --- */

const json_t *as_written(struct arena *arena, const struct api_keys *keys, const json_t *object)
{
    const json_t *written = json_at(object_last_applied(arena, keys, object), "spec");
    json_t *copy;

    if (!json_is_object(written))
        return object;
    copy = json_overlay(object, NULL);
    json_put(copy, "spec", written);
    return copy;
}

/* The path of the first field of `now` that `written` has not, with the dot before it; or NULL.
 * Nearly always both are the same. */
static const char *first_added(struct arena *arena, const json_t *written, const json_t *now)
{
    const json_t *value;
    const char *key;

    if (json_same(written, now))
        return NULL;
    json_each_field (now, key, value) {
        const json_t *before = json_at(written, key);
        const char *below = before == NULL ? "" : first_added(arena, before, value);

        if (below != NULL)
            return fmt(arena, ".%s%s", key, below);
    }
    return NULL;
}

const char *added_by_hand(const struct request *request)
{
    const char *added =
        first_added(request->arena, json_at(request->parent, "spec"), request->spec);

    return added == NULL ? NULL : fmt(request->arena, "spec%s", added);
}

/* --- objects --- */

struct objects observed(const struct request *request, const char *group)
{
    return objects_of(request, request->children, group);
}

bool observes(const struct request *request, const char *group)
{
    return json_at(request->children, group) != NULL;
}

struct objects related(const struct request *request, const char *group)
{
    return objects_of(request, request->related, group);
}

static struct objects all_as_written(const struct request *request, struct objects objects)
{
    for (size_t i = 0; i < objects.count; i++)
        objects.at[i] = as_written(request->arena, request->keys, objects.at[i]);
    return objects;
}

struct objects observed_resources(const struct request *request, const char *group)
{
    return all_as_written(request, observed(request, group));
}

struct objects related_resources(const struct request *request, const char *group)
{
    return all_as_written(request, related(request, group));
}

size_t objects_place(const struct objects *objects, const char *name)
{
    size_t low = 0;
    size_t high = objects->count;

    while (name != NULL && low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(object_name(objects->at[middle]), name);

        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return objects->count;
}

const json_t *objects_find(const struct objects *objects, const char *name)
{
    size_t place = objects_place(objects, name);

    return place < objects->count ? objects->at[place] : NULL;
}

struct objects objects_labelled(struct arena *arena, const struct objects *objects, const char *key,
    const char *value)
{
    struct objects found = {NULL, 0};

    found.at = arena_array(arena, objects->count + 1, sizeof(*found.at));
    for (size_t i = 0; i < objects->count; i++) {
        if (text_equal(object_label(objects->at[i], key), value))
            found.at[found.count++] = objects->at[i];
    }
    return found;
}

void want(struct answer *answer, const json_t *child)
{
    json_add(answer->children, child);
}

const char *child_identity(struct arena *arena, const json_t *child)
{
    return fmt(arena, "%s %s", object_group(arena, child), object_name(child));
}

void release_child(struct arena *arena, struct answer *answer, const json_t *child, const char *why)
{
    json_put_text(answer->released, child_identity(arena, child), why);
}

void refuse(const struct request *request, struct answer *answer, int code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    answer->message = vfmt(request->arena, format, arguments);
    va_end(arguments);
    answer->code = code;
    if (answer->outcome == NULL)
        answer->outcome = code == 422 ? "invalid" : code == 503 ? "later" : "bug";
}

void freeze(const struct request *request, struct answer *answer, const struct problems *problems)
{
    json_t *children = json_new_list();
    const json_t *members;
    const json_t *child;
    const char *group;
    const char *key;

    answer->problems = problems->count;
    answer->outline = problems_outline(problems);
    json_each_field (request->children, group, members) {
        json_each_field (members, key, child)
            json_add(children, as_applied(request->arena, request->keys, child));
    }
    answer->children = children;
    answer->outcome = "frozen";
}

/* --- the time --- */

static const char *newer(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == NULL ? b : a;
    return strcmp(a, b) < 0 ? b : a;
}

const char *request_time(const void *of)
{
    const struct request *request = of;

    return newer(newest_timestamp(request->parent),
        newer(newest_timestamp(request->children), newest_timestamp(request->related)));
}
