#include "patch.h"

#include <string.h>

#include "specs.h"
#include "template.h"
#include "yaml.h"

/* The lists of Pods that Kubernetes merges, and by which key (the patchMergeKey of k8s.io/api). The
 * lists of our own kinds are atomic: there is no Go type of Kubernetes behind them. */
static const struct merged_list {
    const char *field, *key;
    bool retains; /* the item says which fields it keeps, since only one of them may be there */
} merged_lists[] = {
    {"containers", "name", false},
    {"env", "name", false},
    {"imagePullSecrets", "name", false},
    {"initContainers", "name", false},
    {"ports", "containerPort", false},
    {"topologySpreadConstraints", "topologyKey", false},
    {"volumeMounts", "mountPath", false},
    {"volumes", "name", true},
};

struct patching {
    struct arena *arena;
    bool merges; /* lists: not those of our own kinds */
    bool inside; /* of an item of a list that is merged */
};

static const struct merged_list *merged_list(const struct patching *p, const char *field)
{
    for (size_t i = 0; p->merges && i < sizeof(merged_lists) / sizeof(*merged_lists); i++) {
        if (strcmp(merged_lists[i].field, field) == 0)
            return &merged_lists[i];
    }
    return NULL;
}

static const json_t *patch_of(const struct patching *p, const char *field, const json_t *from,
    const json_t *to);
static void add_order(const struct patching *p, json_t *patch, const char *field,
    const json_t *from, const json_t *to);

static json_t *patch_of_map(const struct patching *p, const json_t *from, const json_t *to)
{
    json_t *patch = json_new_map();
    const json_t *value;
    const char *key;

    json_each_field (to, key, value) {
        json_put(patch, key, patch_of(p, key, json_at(from, key), value));
        add_order(p, patch, key, json_at(from, key), value);
    }
    json_each_field (from, key, value) {
        if (json_at(to, key) == NULL)
            json_put(patch, key, json_null());
    }
    return json_object_size(patch) == 0 ? NULL : patch;
}

/* --- lists that are merged --- */

static const json_t *item_with(const json_t *list, const char *key, const json_t *value)
{
    const json_t *item;

    json_each_item (list, i, item) {
        if (json_same(json_at(item, key), value))
            return item;
    }
    return NULL;
}

static json_t *keyed(const char *key, const json_t *value)
{
    json_t *item = json_new_map();

    json_put(item, key, value);
    return item;
}

/* Theirs tells the order of a list within an item of another, and of no list above. */
static void add_order(const struct patching *p, json_t *patch, const char *field,
    const json_t *from, const json_t *to)
{
    const struct merged_list *list = merged_list(p, field);
    json_t *order = json_new_list();
    const json_t *item;

    if (!p->inside || list == NULL || json_array_size(from) == 0 || !json_is_array(to) ||
        json_at(patch, field) == NULL)
        return;
    json_each_item (to, i, item)
        json_add(order, keyed(list->key, json_at(item, list->key)));
    json_put(patch, fmt(p->arena, "$setElementOrder/%s", field), order);
}

/* Sorted, as it is written. */
static const json_t *names_of_fields(struct arena *a, const json_t *map)
{
    struct texts names = {.arena = a};
    const json_t *value;
    const char *key;

    json_each_field (map, key, value)
        texts_add(&names, key);
    texts_sort(&names);
    return json_texts(&names);
}

/* Each item of the patch says which one it is of. */
static void add_changed(const struct patching *p, json_t *patch, const struct merged_list *list,
    const json_t *from, const json_t *to)
{
    const struct patching within = {p->arena, p->merges, true};
    json_t *changed;

    if (from == NULL) {
        json_add(patch, to);
        return;
    }
    changed = patch_of_map(&within, from, to);
    if (changed == NULL)
        return;
    if (list->retains)
        json_put(changed, "$retainKeys", names_of_fields(p->arena, to));
    json_add(patch, json_overlay(keyed(list->key, json_at(to, list->key)), changed));
}

static void add_removed(json_t *patch, const char *key, const json_t *item)
{
    json_t *removed = keyed(key, json_at(item, key));

    json_put_text(removed, "$patch", "delete");
    json_add(patch, removed);
}

static const json_t *patch_of_list(const struct patching *p, const struct merged_list *list,
    const json_t *from, const json_t *to)
{
    json_t *patch = json_new_list();
    const char *key = list->key;
    const json_t *item;

    json_each_item (to, i, item)
        add_changed(p, patch, list, item_with(from, key, json_at(item, key)), item);
    json_each_item (from, j, item) {
        if (item_with(to, key, json_at(item, key)) == NULL)
            add_removed(patch, key, item);
    }
    return json_array_size(patch) == 0 ? NULL : patch;
}

/* --- values --- */

static const json_t *patch_of(const struct patching *p, const char *field, const json_t *from,
    const json_t *to)
{
    const struct merged_list *list = merged_list(p, field);

    if (json_same(from, to))
        return NULL;
    if (json_is_object(from) && json_is_object(to))
        return patch_of_map(p, from, to);
    if (list != NULL && json_is_array(from) && json_is_array(to))
        return patch_of_list(p, list, from, to);
    return to;
}

const json_t *v2_patch(struct arena *a, const json_t *from, const json_t *to)
{
    static const char *const texts[] = {"labels", "annotations"};
    const struct patching p = {
        .arena = a,
        .merges = !text_equal(json_text_at(to, "apiVersion"), API_VERSION),
    };
    json_t *metadata = json_new_map();

    for (size_t i = 0; i < 2; i++)
        json_put(metadata,
            texts[i],
            patch_of_map(&p,
                json_at(from, "metadata", texts[i]),
                json_at(to, "metadata", texts[i])));
    return object(a,
        OPT("metadata", metadata),
        OPT("spec", patch_of_map(&p, json_at(from, "spec"), json_at(to, "spec"))));
}

/* Keys in one order, whatever the order of those that the text was made of: a text that changes
 * although nothing does would be written each time. */
static const json_t *sorted(struct arena *a, const json_t *value)
{
    struct json_fault fault = {0};
    size_t length;
    const char *text = json_write(a, value, &length);

    return json_read(a, text, length, 0, &fault);
}

const char *v2_patch_text(struct arena *a, const json_t *from, const json_t *to)
{
    const json_t *patch = v2_patch(a, from, to);

    return json_object_size(patch) == 0 ? NULL : yaml_write(a, sorted(a, patch));
}
