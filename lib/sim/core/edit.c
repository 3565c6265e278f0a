#include "edit.h"

json_t *edit_path(const json_t *object, const json_t *value, const char *const *path)
{
    json_t *copy;

    if (path[1] == NULL && value == NULL)
        return json_without(object, path[0]);
    copy = json_overlay(object, NULL);
    json_put(copy,
        path[0],
        path[1] == NULL ? value : edit_path(json_at(object, path[0]), value, path + 1));
    return copy;
}

json_t *edit_child(json_t *mapping, const char *key)
{
    return json_object_get(mapping, key);
}

json_t *edit_map(json_t *mapping, const char *key)
{
    json_t *child = json_object_get(mapping, key);

    if (!json_is_object(child)) {
        child = json_new_map();
        json_put(mapping, key, child);
    }
    return child;
}

void edit_default(json_t *mapping, const char *key, json_t *value)
{
    if (json_object_get(mapping, key) == NULL)
        json_put(mapping, key, value);
}
