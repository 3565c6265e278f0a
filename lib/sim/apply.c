#include "apply.h"

#include <string.h>

#include "edit.h"
#include "metadata.h"

/* Reference: metacontroller pkg/dynamic/apply/apply.go and controller/common/manage_children.go. */

/* Keys that make a list a map, in order of priority. */
static const char *const merge_keys[] = {
    "containerPort", "port", "mountPath", "name", "uid", "ip", "path", NULL};

static const json_t *merge_maps(struct arena *arena, const json_t *observed, const json_t *last,
    const json_t *desired)
{
    json_t *result = json_new_map();
    const json_t *item;
    const char *key;

    json_each_field (observed, key, item) {
        if (json_at(last, key) == NULL || json_at(desired, key) != NULL)
            json_put(result, key, item);
    }
    json_each_field (desired, key, item)
        json_put(result, key, apply_merge(arena, json_at(result, key), json_at(last, key), item));
    return result;
}

/* --- lists --- */

static bool all_have(const json_t *list, const char *key)
{
    const json_t *item;

    json_each_item (list, i, item) {
        if (!json_is_object(item) || json_at(item, key) == NULL)
            return false;
    }
    return true;
}

/* The key that every item of all three lists has, or NULL: then the list is one value. */
static const char *merge_key(const json_t *observed, const json_t *last, const json_t *desired)
{
    if (json_array_size(observed) + json_array_size(last) + json_array_size(desired) == 0)
        return NULL;
    for (const char *const *key = merge_keys; *key != NULL; key++) {
        if (all_have(observed, *key) && all_have(last, *key) && all_have(desired, *key))
            return *key;
    }
    return NULL;
}

/* As Go's %v prints a key: 80 and "80" collide. */
static const char *key_text(struct arena *arena, const json_t *item, const char *key)
{
    const json_t *value = json_at(item, key);

    return json_is_string(value) ? json_string_value(value) : json_write(arena, value, NULL);
}

static const json_t *as_map(struct arena *arena, const json_t *list, const char *key)
{
    json_t *map = json_new_map();
    const json_t *item;

    json_each_item (list, i, item)
        json_put(map, key_text(arena, item, key), item);
    return map;
}

static const json_t *merge_lists(struct arena *arena, const json_t *observed, const json_t *last,
    const json_t *desired)
{
    const char *key = merge_key(observed, last, desired);
    const json_t *merged, *before, *item;
    json_t *result;

    if (key == NULL)
        return desired;
    before = as_map(arena, observed, key);
    merged = merge_maps(arena, before, as_map(arena, last, key), as_map(arena, desired, key));
    result = json_new_list();
    /* Observed order stays, so an order that differs is never applied. */
    json_each_item (observed, i, item)
        json_add(result, json_at(merged, key_text(arena, item, key)));
    json_each_item (desired, j, item) {
        if (json_at(before, key_text(arena, item, key)) == NULL)
            json_add(result, json_at(merged, key_text(arena, item, key)));
    }
    return result;
}

/* The type of what is observed decides; what is of another type counts as empty. */
const json_t *apply_merge(struct arena *arena, const json_t *observed, const json_t *last,
    const json_t *desired)
{
    if (json_is_object(observed))
        return merge_maps(arena,
            observed,
            json_is_object(last) ? last : NULL,
            json_is_object(desired) ? desired : NULL);
    if (json_is_array(observed)) {
        /* Over a list that is one value, what is no list counts as Go's nil: it becomes null, and
         * only the next sync, which finds that, puts in what is desired. */
        const json_t *wanted = json_is_array(desired) ? desired : NULL;
        const json_t *merged =
            merge_lists(arena, observed, json_is_array(last) ? last : NULL, wanted);

        return merged == NULL ? json_null() : merged;
    }
    return desired;
}

/* --- objects --- */

static bool all_texts(const json_t *map)
{
    const json_t *item;
    const char *key;

    json_each_field (map, key, item) {
        if (!json_is_string(item))
            return false;
    }
    return true;
}

static const json_t *without_annotation(const json_t *object)
{
    if (object_annotation(object, LAST_APPLIED) == NULL)
        return object;
    return edited(object, NULL, "metadata", "annotations", LAST_APPLIED);
}

const char *apply_text(struct arena *arena, const json_t *desired)
{
    return json_write(arena, without_annotation(desired), NULL);
}

const json_t *apply_stamp(const json_t *desired, const char *text)
{
    const json_t *annotations = json_at(desired, "metadata", "annotations");
    json_t *stamped = json_overlay(all_texts(annotations) ? annotations : NULL, NULL);

    json_put_text(stamped, LAST_APPLIED, text);
    return edited(desired, stamped, "metadata", "annotations");
}

/* What only the API server writes is put back, whatever the merge made of it. */
static const json_t *revert_system_fields(const json_t *merged, const json_t *observed)
{
    static const char *const fields[] = {"selfLink",
        "uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "managedFields",
        NULL};
    json_t *metadata = json_overlay(json_at(merged, "metadata"), NULL);

    for (const char *const *field = fields; *field != NULL; field++) {
        json_object_del(metadata, *field);
        json_put(metadata, *field, json_at(observed, "metadata", *field));
    }
    merged = edited(merged, metadata, "metadata");
    return edited(merged, json_at(observed, "status"), "status");
}

const json_t *apply_update(struct arena *arena, const json_t *observed, const json_t *desired,
    const char *text)
{
    const char *annotation = object_annotation(observed, LAST_APPLIED);
    const json_t *last = object_applied_annotation(arena, observed);
    const json_t *merged;

    if (annotation != NULL && last == NULL)
        return NULL;
    merged = apply_merge(arena, observed, last, without_annotation(desired));
    return apply_stamp(revert_system_fields(merged, observed), text);
}
