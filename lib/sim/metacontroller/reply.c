#include <stdarg.h>

#include "conditions.h"
#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/core/world.h"
#include "sync.h"

/* The envelope and the children of an answer. What Metacontroller itself refuses is an error of the
 * sync; what it would take, but no hook of ours may say, is a violation. */

__attribute__((format(printf, 2, 3))) static void complain(struct sync *sync, const char *format,
    ...)
{
    va_list arguments;
    const char *text;

    va_start(arguments, format);
    text = vfmt(sync->arena, format, arguments);
    va_end(arguments);
    world_violation(sync->sim,
        "answer",
        "%s %s: %s",
        sync->parent->kind->name,
        sync->parent->key,
        text);
}

__attribute__((format(printf, 2, 3))) static void reject(struct sync *sync, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (sync->error == NULL)
        sync->error = vfmt(sync->arena, format, arguments);
    va_end(arguments);
    complain(sync, "%s", sync->error);
}

/* To Go's decoder null is as good as nothing. */
static bool is_given(const json_t *value)
{
    return value != NULL && !json_is_null(value);
}

static void check_envelope(struct sync *sync, const json_t *answer)
{
    static const char *const known[] = {"status", "children", "resyncAfterSeconds", "finalized"};
    const json_t *status = json_at(answer, "status");
    const json_t *children = json_at(answer, "children");
    const json_t *item;
    const char *key;

    json_each_field (answer, key, item) {
        bool found = false;

        for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
            found = found || text_equal(known[i], key);
        if (!found)
            reject(sync, "unknown field \"%s\" (version v2 decodes strictly)", key);
    }
    if (is_given(status) && !json_is_object(status))
        reject(sync, "the status is no mapping");
    else if (!is_given(status))
        complain(sync, "there is no status");
    if (is_given(children) && !json_is_array(children))
        reject(sync, "the children are no list");
    else if (!is_given(children))
        complain(sync, "there is no list of children: all would be deleted");
    if (json_true_at(answer, "finalized"))
        complain(sync, "finalized, though nothing is finalizing");
}

/* Where a null is in `value`, or NULL: it would be written for ever. */
static const char *null_in(struct arena *arena, const json_t *value, const char *path)
{
    const char *found = NULL;
    const json_t *item;
    const char *key;

    if (json_is_null(value))
        return path;
    if (json_is_object(value)) {
        json_each_field (value, key, item) {
            if (found == NULL &&
                (json_is_null(item) || json_is_object(item) || json_is_array(item)))
                found = null_in(arena, item, fmt(arena, "%s.%s", path, key));
        }
    }
    json_each_item (value, i, item) {
        if (found == NULL && !json_is_string(item))
            found = null_in(arena, item, fmt(arena, "%s[%zu]", path, i));
    }
    return found;
}

const char *sync_child_name(const json_t *child)
{
    const char *name = object_name(child);

    return name == NULL ? "" : name;
}

static const json_t *with_namespace(struct sync *sync, const json_t *child)
{
    if (object_namespace(child) != NULL)
        return child;
    return edited(child, json_string(sync->parent->namespace), "metadata", "namespace");
}

static bool texts_only(const json_t *labels)
{
    const json_t *value;
    const char *key;

    json_each_field (labels, key, value) {
        if (!json_is_string(value))
            return false;
    }
    return true;
}

/* Metacontroller injects the generated label where the hook left it out. */
static const json_t *with_generated_label(struct sync *sync, const json_t *child)
{
    if (!sync->controller->hook->generate_selector || object_label(child, "controller-uid") != NULL)
        return child;
    return edited(child, json_string(sync->parent->uid), "metadata", "labels", "controller-uid");
}

static const json_t *check_child(struct sync *sync, const json_t *child)
{
    const char *kind = object_kind(child);
    const char *name = sync_child_name(child);
    const char *null = null_in(sync->arena, child, "");

    if (kind == NULL) {
        reject(sync, "a child has no kind");
        return NULL;
    }
    if (*name == '\0')
        complain(sync, "a %s has no name", kind);
    if (!controller_has_child(sync->controller, kind_of(sync->sim->kinds, child)))
        complain(sync,
            "%s %s is of a kind (%s) that the controller does not watch",
            kind,
            name,
            json_text_at(child, "apiVersion") == NULL ? "" : json_text_at(child, "apiVersion"));
    if (null != NULL)
        complain(sync, "%s %s has a null at %s", kind, name, null);
    if (json_at(child, "status") != NULL)
        complain(sync, "%s %s is sent with a status", kind, name);
    child = with_generated_label(sync, with_namespace(sync, child));
    if (!text_equal(object_namespace(child), sync->parent->namespace))
        complain(sync, "%s %s is not in its parent's namespace", kind, name);
    if (!texts_only(json_at(child, "metadata", "labels")))
        reject(sync, "%s %s has a label that is no string", kind, name);
    else if (!selector_matches(sync->selector, json_at(child, "metadata", "labels")))
        reject(sync, "%s %s: labels do not match the parent's selector", kind, name);
    return child;
}

/* Of two children with one name the last one wins. */
static const json_t *check_children(struct sync *sync, const json_t *children)
{
    struct table seen = {.arena = sync->arena};
    json_t *list = json_new_list();
    const json_t *child;

    json_each_item (children, i, child) {
        const char *identity;

        child = check_child(sync, child);
        if (child == NULL)
            continue;
        identity =
            fmt(sync->arena, "%s %s", object_group(sync->arena, child), sync_child_name(child));
        if (table_get(&seen, identity) != NULL)
            complain(sync, "%s is there twice", identity);
        table_put(&seen, identity, list);
        json_add(list, child);
    }
    return list;
}

static bool says_invalid(const json_t *status)
{
    const json_t *answer = edited(json_new_map(), status, "status");

    return text_equal(condition_reason(answer, "Ready"), "InvalidSpec");
}

void sync_read(struct sync *sync, const json_t *answer)
{
    const json_t *status = json_at(answer, "status");

    check_envelope(sync, answer);
    sync->status = json_is_object(status) ? status : NULL;
    if (null_in(sync->arena, sync->status, "") != NULL)
        complain(sync, "the status has a null at %s", null_in(sync->arena, sync->status, ""));
    sync->resync_after = json_number_value(json_at(answer, "resyncAfterSeconds"));
    sync->frozen = says_invalid(sync->status);
    sync->desired = check_children(sync, json_at(answer, "children"));
}
