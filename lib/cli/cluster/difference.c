#include "difference.h"

#include <string.h>

#include "cli/base/room.h"

static void add(struct differences *out, const char *path, const json_t *before,
    const json_t *after)
{
    out->at = with_room(out->arena, out->at, out->count, &out->capacity, sizeof(*out->at));
    out->at[out->count++] = (struct difference){path, before, after};
}

static void compare(struct differences *out, const char *path, const json_t *a, const json_t *b);

/* A key such as "vitess.io/spec-hash" is no plain step of a path. */
static const char *step(struct arena *arena, const char *path, const char *key)
{
    if (strpbrk(key, "./") != NULL)
        return fmt(arena, "%s[%s]", path, key);
    return fmt(arena, "%s%s%s", path, path[0] == '\0' ? "" : ".", key);
}

static void compare_maps(struct differences *out, const char *path, const json_t *a,
    const json_t *b)
{
    struct texts keys = {.arena = out->arena};
    const json_t *value;
    const char *key;

    json_each_field (a, key, value)
        texts_add(&keys, key);
    json_each_field (b, key, value)
        if (json_object_get(a, key) == NULL)
            texts_add(&keys, key);
    texts_sort(&keys);
    for (size_t i = 0; i < keys.count; i++)
        compare(out,
            step(out->arena, path, keys.at[i]),
            json_object_get(a, keys.at[i]),
            json_object_get(b, keys.at[i]));
}

static bool all_named(const json_t *list)
{
    const json_t *item;

    json_each_item (list, i, item)
        if (json_text_at(item, "name") == NULL)
            return false;
    return true;
}

static bool all_scalar(const json_t *list)
{
    const json_t *item;

    json_each_item (list, i, item)
        if (json_is_object(item) || json_is_array(item))
            return false;
    return true;
}

static const json_t *named(const json_t *list, const char *name)
{
    const json_t *item;

    json_each_item (list, i, item)
        if (text_equal(json_text_at(item, "name"), name))
            return item;
    return NULL;
}

static bool holds(const json_t *list, const json_t *wanted)
{
    const json_t *item;

    json_each_item (list, i, item)
        if (json_same(item, wanted))
            return true;
    return false;
}

static void compare_named(struct differences *out, const char *path, const json_t *a,
    const json_t *b)
{
    const json_t *item;

    json_each_item (a, i, item) {
        const char *name = json_text_at(item, "name");

        compare(out, fmt(out->arena, "%s[%s]", path, name), item, named(b, name));
    }
    json_each_item (b, j, item) {
        const char *name = json_text_at(item, "name");

        if (named(a, name) == NULL)
            add(out, fmt(out->arena, "%s[%s]", path, name), NULL, item);
    }
}

/* `--flag` of `--flag=value`, so that a changed flag is one difference and not two. */
static const char *flag_part(struct arena *arena, const json_t *word)
{
    const char *text = json_string_value(word);

    if (text == NULL || !text_starts_with(text, "--") || strchr(text, '=') == NULL)
        return NULL;
    return text_copy(arena, text, strcspn(text, "="));
}

static const json_t *with_flag(struct arena *arena, const json_t *list, const char *flag)
{
    const json_t *item;

    json_each_item (list, i, item)
        if (flag != NULL && text_equal(flag_part(arena, item), flag))
            return item;
    return NULL;
}

static void compare_scalars(struct differences *out, const char *path, const json_t *a,
    const json_t *b)
{
    const json_t *item;

    json_each_item (a, i, item)
        if (!holds(b, item))
            add(out, path, item, with_flag(out->arena, b, flag_part(out->arena, item)));
    json_each_item (b, j, item)
        if (!holds(a, item) && with_flag(out->arena, a, flag_part(out->arena, item)) == NULL)
            add(out, path, NULL, item);
}

static void compare_places(struct differences *out, const char *path, const json_t *a,
    const json_t *b)
{
    for (size_t i = 0; i < json_array_size(a) || i < json_array_size(b); i++)
        compare(out,
            fmt(out->arena, "%s[%zu]", path, i),
            json_array_get(a, i),
            json_array_get(b, i));
}

static void compare_lists(struct differences *out, const char *path, const json_t *a,
    const json_t *b)
{
    const size_t before = out->count;

    if (all_named(a) && all_named(b))
        compare_named(out, path, a, b);
    else if (all_scalar(a) && all_scalar(b))
        compare_scalars(out, path, a, b);
    else
        compare_places(out, path, a, b);
    /* The same items in another order. */
    if (out->count == before)
        add(out, path, a, b);
}

static void compare(struct differences *out, const char *path, const json_t *a, const json_t *b)
{
    if (a == b || json_same(a, b))
        return;
    if (json_is_object(a) && json_is_object(b))
        compare_maps(out, path, a, b);
    else if (json_is_array(a) && json_is_array(b))
        compare_lists(out, path, a, b);
    else
        add(out, path, a, b);
}

void differences_add(struct differences *differences, const json_t *before, const json_t *after)
{
    compare(differences, "", before, after);
}
