#include "patch.h"

#include <string.h>

#include "template.h"
#include "yaml.h"

/* The lists of Pods that Kubernetes merges, and by which key (the patchMergeKey of k8s.io/api). The
 * lists of our own kinds are atomic: there is no Go type behind them. */
static const struct merged_list {
    const char *field, *key;
} merged_lists[] = {
    {"containers", "name"},
    {"env", "name"},
    {"imagePullSecrets", "name"},
    {"initContainers", "name"},
    {"ports", "containerPort"},
    {"topologySpreadConstraints", "topologyKey"},
    {"volumeMounts", "mountPath"},
    {"volumes", "name"},
};

static const char *merge_key(const char *field)
{
    for (size_t i = 0; i < sizeof(merged_lists) / sizeof(*merged_lists); i++) {
        if (strcmp(merged_lists[i].field, field) == 0)
            return merged_lists[i].key;
    }
    return NULL;
}

static const json_t *patch_of(struct arena *a, const char *field, const json_t *from,
    const json_t *to);

static const json_t *patch_of_map(struct arena *a, const json_t *from, const json_t *to)
{
    json_t *patch = json_new_map();
    const json_t *value;
    const char *key;

    json_each_field (to, key, value)
        json_put(patch, key, patch_of(a, key, json_at(from, key), value));
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

/* Each item of the patch says which one it is of. */
static void add_changed(struct arena *a, json_t *patch, const char *key, const json_t *from,
    const json_t *to)
{
    const json_t *changed = from == NULL ? to : patch_of_map(a, from, to);

    if (changed != NULL)
        json_add(patch, json_overlay(keyed(key, json_at(to, key)), changed));
}

static void add_removed(json_t *patch, const char *key, const json_t *item)
{
    json_t *removed = keyed(key, json_at(item, key));

    json_put_text(removed, "$patch", "delete");
    json_add(patch, removed);
}

static const json_t *patch_of_list(struct arena *a, const char *key, const json_t *from,
    const json_t *to)
{
    json_t *patch = json_new_list();
    const json_t *item;

    json_each_item (to, i, item)
        add_changed(a, patch, key, item_with(from, key, json_at(item, key)), item);
    json_each_item (from, j, item) {
        if (item_with(to, key, json_at(item, key)) == NULL)
            add_removed(patch, key, item);
    }
    return json_array_size(patch) == 0 ? NULL : patch;
}

/* --- values --- */

static const json_t *patch_of(struct arena *a, const char *field, const json_t *from,
    const json_t *to)
{
    const char *key = merge_key(field);

    if (json_same(from, to))
        return NULL;
    if (json_is_object(from) && json_is_object(to))
        return patch_of_map(a, from, to);
    if (key != NULL && json_is_array(from) && json_is_array(to))
        return patch_of_list(a, key, from, to);
    return to;
}

const json_t *v2_patch(struct arena *a, const json_t *from, const json_t *to)
{
    static const char *const texts[] = {"labels", "annotations"};
    json_t *metadata = json_new_map();

    for (size_t i = 0; i < 2; i++)
        json_put(metadata,
            texts[i],
            patch_of_map(a,
                json_at(from, "metadata", texts[i]),
                json_at(to, "metadata", texts[i])));
    return object(a,
        OPT("metadata", metadata),
        OPT("spec", patch_of_map(a, json_at(from, "spec"), json_at(to, "spec"))));
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
