#include "yaml.h"

#include <stdlib.h>
#include <string.h>

#include "yaml_marks.h"

static const struct yaml_marks *item_at(const struct yaml_marks *marks, unsigned long index)
{
    const struct yaml_marks *item = marks->first;

    while (item != NULL && index-- > 0)
        item = item->next;
    return item;
}

/* The last one: what comes with << gives way to what stands below it. */
static const struct yaml_marks *field_at(const struct yaml_marks *marks, const char *key,
    size_t length)
{
    const struct yaml_marks *found = NULL;

    for (const struct yaml_marks *field = marks->first; field != NULL; field = field->next)
        if (field->key != NULL && strlen(field->key) == length &&
            memcmp(field->key, key, length) == 0)
            found = field;
    return found;
}

/* ["app.kubernetes.io/name"]: a key that is no plain word, quoted as in JSON. */
static const struct yaml_marks *quoted_at(const struct yaml_marks *marks, const char **path)
{
    const char *end = *path + 2;
    const struct yaml_marks *field = NULL;
    json_t *key;

    while (*end != '\0' && *end != '"')
        end += *end == '\\' && end[1] != '\0' ? 2 : 1;
    key = json_loadb(*path + 1, (size_t)(end + (*end == '"') - *path - 1), JSON_DECODE_ANY, NULL);
    if (json_is_string(key))
        field = field_at(marks, json_string_value(key), json_string_length(key));
    json_decref(key);
    *path = end + strspn(end, "\"]");
    return field;
}

/* The node of the first step of `path`, which is moved behind it; NULL where there is none. */
static const struct yaml_marks *step(const struct yaml_marks *marks, const char **path)
{
    const char *start = *path;

    if (start[0] == '[' && start[1] == '"')
        return quoted_at(marks, path);
    if (start[0] == '[') {
        char *end;
        unsigned long index = strtoul(start + 1, &end, 10);

        *path = end + (*end == ']');
        return end == start + 1 ? NULL : item_at(marks, index);
    }
    start += start[0] == '.';
    *path = start + strcspn(start, ".[");
    return field_at(marks, start, (size_t)(*path - start));
}

void yaml_place(const struct yaml_document *document, const char *path, int *line, int *column)
{
    const struct yaml_marks *marks = document->marks;

    *line = *column = 1;
    while (marks != NULL) {
        *line = marks->line;
        *column = marks->column;
        marks = *path == '\0' ? NULL : step(marks, &path);
    }
}

/* The node at `path` itself, or NULL. */
static const struct yaml_marks *node_at(const struct yaml_document *document, const char *path)
{
    const struct yaml_marks *marks = document->marks;

    while (marks != NULL && *path != '\0')
        marks = step(marks, &path);
    return marks;
}

const json_t *yaml_value(const struct yaml_document *document, const char *path)
{
    const struct yaml_marks *node = *path == '\0' ? NULL : node_at(document, path);

    return node == NULL ? NULL : node->value;
}

const char *yaml_typed(const struct yaml_document *document, const char *path)
{
    const struct yaml_marks *node = node_at(document, path);

    return node == NULL ? NULL : node->typed;
}

struct yaml_document yaml_item(const struct yaml_document *list, size_t index)
{
    const struct yaml_marks *items = field_at(list->marks, "items", strlen("items"));
    const json_t *values = json_object_get(list->value, "items");

    return (struct yaml_document){json_array_get(values, index), item_at(items, index)};
}
