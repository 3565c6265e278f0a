#include "merge_text.h"

#include "json_view.h"

/* Whether what was applied stands, told by the texts alone: nearly always it does, and then the
 * specs of Pods, most of a request, need not be read. What is true here merge_surely_stands() finds
 * as well; what is false it has to look at. */

static bool stands(struct json_view observed, struct json_view applied);

static bool same_key(struct json_view a, struct json_view b)
{
    return a.node->marks == 0 && b.node->marks == 0 && json_view_same(a, b);
}

/* Both are sorted where Go wrote them, so the next key is looked for behind the last one. */
static bool mapping_stands(struct json_view observed, struct json_view applied)
{
    const struct json_node *there = observed.node + 1, *last = json_view_end(observed);
    const struct json_node *end = json_view_end(applied);

    for (const struct json_node *key = applied.node + 1; key < end;
         key = applied.nodes + key[1].next) {
        while (there < last && !same_key(json_view_at(observed, there), json_view_at(applied, key)))
            there = observed.nodes + there[1].next;
        if (there == last ||
            !stands(json_view_at(observed, there + 1), json_view_at(applied, key + 1)))
            return false;
        there = observed.nodes + there[1].next;
    }
    return true;
}

/* --- lists --- */

/* The field `name` of a mapping, or NULL. */
static const struct json_node *field(struct json_view mapping, const char *name, size_t length)
{
    const struct json_node *end = json_view_end(mapping);

    for (const struct json_node *key = mapping.node + 1; key < end;
         key = mapping.nodes + key[1].next) {
        if (key->end - key->start == length + 2 &&
            memcmp(mapping.text + key->start + 1, name, length) == 0)
            return key + 1;
    }
    return NULL;
}

/* Each item of the list is a mapping that has the field. */
static bool all_have(struct json_view list, const char *name, size_t length)
{
    const struct json_node *end = json_view_end(list);

    for (const struct json_node *item = list.node + 1; item < end; item = list.nodes + item->next) {
        struct json_view view = json_view_at(list, item);

        if (json_view_type(view) != '{' || field(view, name, length) == NULL)
            return false;
    }
    return true;
}

static bool begins_with_mapping(struct json_view list)
{
    return list.node + 1 < json_view_end(list) &&
           json_view_type(json_view_at(list, list.node + 1)) == '{';
}

/* The field that makes maps of both lists, or NULL: then a list is one value. */
static const char *merge_key_of(struct json_view observed, struct json_view applied)
{
    if (!begins_with_mapping(observed) || !begins_with_mapping(applied))
        return NULL;
    for (const char *const *key = merge_keys; *key != NULL; key++) {
        size_t length = strlen(*key);

        if (all_have(applied, *key, length) &&
            (observed.node == applied.node || all_have(observed, *key, length)))
            return *key;
    }
    return NULL;
}

/* Longer lists are left to the merge: here each key is compared with each before it. */
enum { SHORT_LIST = 32 };

/* Their keys, each another one and all of one type. */
struct keys {
    struct json_view at[SHORT_LIST];
    size_t count;
};

static bool add_key(struct keys *keys, struct json_view key)
{
    if (keys->count == SHORT_LIST || key.node->marks != 0 ||
        (json_view_type(key) == '"') !=
            (json_view_type(keys->count == 0 ? key : keys->at[0]) == '"'))
        return false;
    if (json_view_type(key) != '"' && json_view_type(key) != '-' &&
        !(json_view_type(key) >= '0' && json_view_type(key) <= '9'))
        return false;
    for (size_t i = 0; i < keys->count; i++) {
        if (json_view_same(keys->at[i], key))
            return false;
    }
    keys->at[keys->count++] = key;
    return true;
}

/* field() does not find a key that is written with escapes, and the merge may go by it. */
static bool has_escaped_key(struct json_view mapping)
{
    const struct json_node *end = json_view_end(mapping);

    for (const struct json_node *key = mapping.node + 1; key < end;
         key = mapping.nodes + key[1].next) {
        if ((key->marks & JSON_ESCAPES) != 0)
            return true;
    }
    return false;
}

/* In the order of what is observed, which may have others between and behind: a Pod has the volume
 * of its service account. Another order is left to the merge. */
static bool items_stand(struct json_view observed, struct json_view applied, const char *name)
{
    const size_t length = strlen(name);
    const struct json_node *last = json_view_end(observed), *end = json_view_end(applied);
    const struct json_node *wanted = applied.node + 1;
    const struct json_node *wanted_key = field(json_view_at(applied, wanted), name, length);
    struct keys keys = {.count = 0};

    for (const struct json_node *item = observed.node + 1; item < last;
         item = observed.nodes + item->next) {
        struct json_view there = json_view_at(observed, item);
        const struct json_node *key = field(there, name, length);
        bool more;

        if (key == NULL || !add_key(&keys, json_view_at(observed, key)))
            return false;
        more = wanted_key == NULL ||
               !same_key(json_view_at(observed, key), json_view_at(applied, wanted_key));
        if (more ? has_escaped_key(there) : !stands(there, json_view_at(applied, wanted)))
            return false;
        if (more)
            continue;
        wanted = applied.nodes + wanted->next;
        wanted_key = wanted == end ? NULL : field(json_view_at(applied, wanted), name, length);
    }
    return wanted == end;
}

/* --- what is the same to the byte --- */

static bool has_own_keys(struct json_view list, const char *name)
{
    const struct json_node *end = json_view_end(list);
    struct keys keys = {.count = 0};

    for (const struct json_node *item = list.node + 1; item < end; item = list.nodes + item->next) {
        const struct json_node *key = field(json_view_at(list, item), name, strlen(name));

        if (key == NULL || !add_key(&keys, json_view_at(list, key)))
            return false;
    }
    return true;
}

/* It stands, unless there is a list in which a key is there twice, or a null. */
static bool same_stands(struct json_view value)
{
    const struct json_node *end = json_view_end(value);

    for (const struct json_node *node = value.node; node < end; node++) {
        struct json_view view = json_view_at(value, node);
        const char type = json_view_type(view);
        const char *key = type == '[' ? merge_key_of(view, view) : NULL;

        if (type == 'n' || json_view_passed(view) || (key != NULL && !has_own_keys(view, key)))
            return false;
    }
    return true;
}

/* Longer texts are looked into before they are compared, or what is deep inside would be compared
 * once for each level around it. */
enum { SHORT_TEXT = 4096 };

static bool is_same_text(struct json_view observed, struct json_view applied)
{
    return (applied.node->marks & JSON_ODD) == 0 &&
           applied.node->end - applied.node->start <= SHORT_TEXT &&
           json_view_same(observed, applied);
}

static bool list_stands(struct json_view observed, struct json_view applied)
{
    const char *key = merge_key_of(observed, applied);

    if (key != NULL)
        return items_stand(observed, applied, key);
    /* A key that is written with an escape may have been missed; a canonical text has none. */
    return (applied.node->marks & JSON_ODD) == 0 && json_view_same(observed, applied);
}

static bool stands(struct json_view observed, struct json_view applied)
{
    const char type = json_view_type(applied);

    if (json_view_type(observed) != type || json_view_passed(observed) || json_view_passed(applied))
        return false;
    if ((type == '{' || type == '[') && is_same_text(observed, applied))
        return same_stands(applied);
    if (type == '{')
        return mapping_stands(observed, applied);
    if (type == '[')
        return list_stands(observed, applied);
    return type != 'n' && json_view_same(observed, applied);
}

bool merge_text_stands(const json_t *observed, const json_t *applied)
{
    struct json_view now, before;

    if (json_noted_part(applied, observed))
        return true;
    if (!json_view_of(observed, &now) || !json_view_of(applied, &before) || !stands(now, before))
        return false;
    json_note_part(applied, observed);
    return true;
}
