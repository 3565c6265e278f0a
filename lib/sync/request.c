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
    struct objects found = {NULL, 0};
    const json_t *item;
    const char *key;

    found.at = arena_array(request->arena, json_object_size(members) + 1, sizeof(*found.at));
    json_each_field (members, key, item) {
        if (object_name(item) != NULL && text_equal(object_namespace(item), namespace))
            found.at[found.count++] = item;
    }
    qsort(found.at, found.count, sizeof(*found.at), by_name);
    return found;
}

struct objects observed(const struct request *request, const char *group)
{
    return objects_of(request, request->children, group);
}

struct objects related(const struct request *request, const char *group)
{
    return objects_of(request, request->related, group);
}

const json_t *objects_find(const struct objects *objects, const char *name)
{
    size_t low = 0;
    size_t high = objects->count;

    if (name == NULL)
        return NULL;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(object_name(objects->at[middle]), name);

        if (order == 0)
            return objects->at[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
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

bool freeze(const struct request *request, struct answer *answer, const struct problems *problems)
{
    json_t *children = json_new_list();
    const json_t *members;
    const json_t *child;
    const char *group;
    const char *key;

    answer->problems = problems->count;
    json_each_field (request->children, group, members) {
        json_each_field (members, key, child) {
            const json_t *applied = object_last_applied(request->arena, child);

            /* A terminating child goes whatever we answer; there is nothing to hold. */
            if (applied == NULL && object_terminating(child))
                continue;
            if (applied == NULL) {
                refuse(request, answer, 422, "%s", problems_text(problems));
                return false;
            }
            json_add(children, applied);
        }
    }
    answer->children = children;
    answer->outcome = "frozen";
    return true;
}
