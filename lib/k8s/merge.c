#include "metadata.h"

#include "merge_text.h"

/* Metacontroller's dynamic apply (pkg/dynamic/apply/apply.go): a 3-way merge of what is observed,
 * what was applied last and what is desired; and what to desire so that it changes nothing. */

const char *const merge_keys[] = {
    "containerPort", "port", "mountPath", "name", "uid", "ip", "path", NULL};

struct merging {
    struct arena *arena;
    bool shares; /* what nothing changes is the value that is observed, no copy of it */
};

static const json_t *merge(const struct merging *merging, const json_t *observed,
    const json_t *last, const json_t *desired);

static const json_t *merge_maps(const struct merging *merging, const json_t *observed,
    const json_t *last, const json_t *desired)
{
    json_t *result = json_new_map();
    const json_t *item;
    const char *key;

    json_each_field (observed, key, item) {
        if (json_at(last, key) == NULL || json_at(desired, key) != NULL)
            json_put(result, key, item);
    }
    json_each_field (desired, key, item)
        json_put(result, key, merge(merging, json_at(result, key), json_at(last, key), item));
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

static const json_t *merge_lists(const struct merging *merging, const json_t *observed,
    const json_t *last, const json_t *desired)
{
    struct arena *arena = merging->arena;
    const char *key = merge_key(observed, last, desired);
    const json_t *merged, *before, *item;
    json_t *result;

    if (key == NULL)
        return desired;
    before = as_map(arena, observed, key);
    merged = merge_maps(merging, before, as_map(arena, last, key), as_map(arena, desired, key));
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
static const json_t *merge(const struct merging *merging, const json_t *observed,
    const json_t *last, const json_t *desired)
{
    if (merging->shares && json_same(last, desired) && merge_surely_stands(observed, last))
        return observed;
    if (json_is_object(observed))
        return merge_maps(merging,
            observed,
            json_is_object(last) ? last : NULL,
            json_is_object(desired) ? desired : NULL);
    if (json_is_array(observed)) {
        /* Over a list that is one value, what is no list counts as Go's nil: it becomes null, and
         * only the next sync, which finds that, puts in what is desired. */
        const json_t *wanted = json_is_array(desired) ? desired : NULL;
        const json_t *merged =
            merge_lists(merging, observed, json_is_array(last) ? last : NULL, wanted);

        return merged == NULL ? json_null() : merged;
    }
    return desired;
}

const json_t *merge_applied(struct arena *arena, const json_t *observed, const json_t *last,
    const json_t *desired)
{
    return merge(&(struct merging){arena, false}, observed, last, desired);
}

const json_t *merge_outcome(struct arena *arena, const json_t *observed, const json_t *last,
    const json_t *desired)
{
    return merge(&(struct merging){arena, true}, observed, last, desired);
}

/* --- what changes nothing --- */

static bool surely_stands_map(const json_t *observed, const json_t *applied)
{
    const json_t *item;
    const char *key;

    json_each_field (applied, key, item) {
        if (!merge_surely_stands(json_at(observed, key), item))
            return false;
    }
    return true;
}

/* Whatever else a key may be is left to the merge. */
static bool is_plain_key(const json_t *value)
{
    return json_is_string(value) || json_is_integer(value);
}

/* The item of `list` whose `key` is `value`, looked for from the item at `first` on; or NULL. */
static const json_t *item_of_key(const json_t *list, size_t first, const char *key,
    const json_t *value)
{
    for (size_t i = first; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);

        if (json_same(json_at(item, key), value))
            return item;
    }
    return NULL;
}

/* Every item of `list` has a key of its own. 80 and "80" are one key, so all are of one type. */
static bool has_own_keys(const json_t *list, const char *key)
{
    const json_t *first = json_at(json_array_get(list, 0), key);
    const json_t *item;

    json_each_item (list, i, item) {
        const json_t *value = json_at(item, key);

        if (!is_plain_key(value) || json_typeof(value) != json_typeof(first) ||
            item_of_key(list, i + 1, key, value) != NULL)
            return false;
    }
    return true;
}

/* Longer lists are left to the merge: here each item is compared with each. */
enum { SHORT_LIST = 32 };

static bool surely_stands_list(const json_t *observed, const json_t *applied)
{
    const char *key = merge_key(observed, applied, NULL);
    const json_t *item;

    if (key == NULL)
        return json_same(observed, applied);
    if (json_array_size(observed) > SHORT_LIST || json_array_size(applied) > SHORT_LIST ||
        !has_own_keys(observed, key) || !has_own_keys(applied, key))
        return false;
    json_each_item (applied, i, item) {
        if (!merge_surely_stands(item_of_key(observed, 0, key, json_at(item, key)), item))
            return false;
    }
    return true;
}

bool merge_surely_stands(const json_t *observed, const json_t *applied)
{
    if (merge_text_stands(observed, applied))
        return true;
    if (json_is_object(observed) && json_is_object(applied))
        return surely_stands_map(observed, applied);
    if (json_is_array(observed) && json_is_array(applied))
        return surely_stands_list(observed, applied);
    return !json_is_null(observed) && json_same(observed, applied);
}

/* `applied` itself as long as all of it is still so. */
static const json_t *standing_map(struct arena *arena, const json_t *observed,
    const json_t *applied)
{
    json_t *copy = json_new_map();
    bool same = true;
    const json_t *item;
    const char *key;

    json_each_field (applied, key, item) {
        const json_t *now = json_at(observed, key);
        const json_t *kept =
            now == NULL || json_is_null(now) ? NULL : merge_neutral(arena, now, item);

        same = same && kept == item;
        json_put(copy, key, kept);
    }
    return same ? applied : copy;
}

static const json_t *standing_list(struct arena *arena, const json_t *observed,
    const json_t *applied)
{
    const char *key = merge_key(observed, applied, NULL);
    const json_t *now;
    json_t *copy;
    bool same = true;
    const json_t *item;

    if (key == NULL)
        return observed;
    now = as_map(arena, observed, key);
    copy = json_new_list();
    json_each_item (applied, i, item) {
        const json_t *other = json_at(now, key_text(arena, item, key));
        const json_t *kept = other == NULL ? NULL : merge_neutral(arena, other, item);

        same = same && kept == item;
        json_add(copy, kept);
    }
    return same ? applied : copy;
}

const json_t *merge_neutral(struct arena *arena, const json_t *observed, const json_t *applied)
{
    /* Also where a key is there twice, of which a map has one only. */
    if (json_same(observed, applied))
        return applied;
    if (json_is_object(observed) && json_is_object(applied))
        return standing_map(arena, observed, applied);
    if (json_is_array(observed) && json_is_array(applied))
        return standing_list(arena, observed, applied);
    return observed;
}
