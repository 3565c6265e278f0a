#include "json.h"

/* Every value keeps the reference that it was made with, as if the arena held it: so replacing it
 * in a mapping never deletes what somebody else still borrows. */

static json_t *borrowed(const json_t *value)
{
    return (json_t *)value;
}

json_t *json_new_map(void)
{
    return json_object();
}

json_t *json_new_list(void)
{
    return json_array();
}

void json_put(json_t *mapping, const char *key, const json_t *value)
{
    if (value != NULL)
        json_object_set_nocheck(mapping, key, borrowed(value));
}

void json_add(json_t *list, const json_t *value)
{
    if (value != NULL)
        json_array_append(list, borrowed(value));
}

void json_put_text(json_t *mapping, const char *key, const char *text)
{
    if (text != NULL)
        json_put(mapping, key, json_string(text));
}

void json_add_text(json_t *list, const char *text)
{
    if (text != NULL)
        json_add(list, json_string(text));
}

json_t *json_overlay(const json_t *mapping, const json_t *over)
{
    json_t *result = json_new_map();
    const char *key;
    const json_t *value;

    json_each_field (mapping, key, value)
        json_put(result, key, value);
    json_each_field (over, key, value)
        json_put(result, key, value);
    return result;
}

json_t *json_without(const json_t *mapping, const char *key)
{
    json_t *result = json_new_map();
    const char *name;
    const json_t *value;

    json_each_field (mapping, name, value)
        if (!text_equal(name, key))
            json_put(result, name, value);
    return result;
}

const json_t *json_texts(const struct texts *texts)
{
    json_t *list = json_new_list();

    for (size_t i = 0; i < texts->count; i++)
        json_add_text(list, texts->at[i]);
    return list;
}
