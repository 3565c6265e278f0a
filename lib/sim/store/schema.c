#include <regex.h>
#include <string.h>

#include "admit.h"
#include "sim/core/edit.h"

/* The part of OpenAPI that structural schemas of CRDs use: pruning of unknown fields, defaults, and
 * validation. Of CEL only the rule "self == oldSelf" is known. */

static const char *check(struct arena *arena, const json_t *schema, json_t *value,
    const json_t *old, const char *path);

static const char *below(struct arena *arena, const char *path, const char *key)
{
    return *path == '\0' ? key : fmt(arena, "%s.%s", path, key);
}

static const char *type_of(const json_t *value)
{
    switch (value == NULL ? JSON_NULL : json_typeof(value)) {
    case JSON_OBJECT:
        return "object";
    case JSON_ARRAY:
        return "array";
    case JSON_STRING:
        return "string";
    case JSON_INTEGER:
        return "integer";
    case JSON_REAL:
        return "number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "boolean";
    case JSON_NULL:
        break;
    }
    return "null";
}

static const char *wrong_type(struct arena *arena, const json_t *schema, const json_t *value,
    const char *path)
{
    const char *wanted = json_text_at(schema, "type");
    const char *type = type_of(value);

    if (json_true_at(schema, "x-kubernetes-int-or-string"))
        wanted = json_is_integer(value) ? "integer" : "string";
    if (wanted == NULL || text_equal(wanted, type) ||
        (text_equal(wanted, "number") && text_equal(type, "integer")))
        return NULL;
    return fmt(arena, "%s: Invalid value: \"%s\": must be of type %s", path, type, wanted);
}

/* A pattern that is no POSIX expression is left to the real API server. */
static bool pattern_matches(const char *pattern, const char *text)
{
    regex_t expression;
    bool matches;

    if (regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return true;
    matches = regexec(&expression, text, 0, NULL, 0) == 0;
    regfree(&expression);
    return matches;
}

static bool in_enum(const json_t *values, const json_t *value)
{
    const json_t *item;

    json_each_item (values, i, item) {
        if (json_same(item, value))
            return true;
    }
    return values == NULL;
}

static const char *check_scalar(struct arena *arena, const json_t *schema, const json_t *value,
    const char *path)
{
    const char *text = json_string_value(value);
    const char *shown = json_brief(arena, value);
    json_int_t least = json_int_at(schema, INT64_MIN, "minimum");
    json_int_t most = json_int_at(schema, INT64_MAX, "maximum");

    if (!in_enum(json_at(schema, "enum"), value))
        return fmt(arena, "%s: Unsupported value: %s", path, shown);
    if (json_is_integer(value) &&
        (json_integer_value(value) < least || json_integer_value(value) > most))
        return fmt(arena, "%s: Invalid value: %s: is out of range", path, shown);
    if (text == NULL)
        return NULL;
    if (json_int_at(schema, 0, "minLength") > (json_int_t)strlen(text) ||
        json_int_at(schema, INT64_MAX, "maxLength") < (json_int_t)strlen(text))
        return fmt(arena, "%s: Invalid value: %s: has the wrong length", path, shown);
    if (json_text_at(schema, "pattern") != NULL &&
        !pattern_matches(json_text_at(schema, "pattern"), text))
        return fmt(arena,
            "%s: Invalid value: %s: should match '%s'",
            path,
            shown,
            json_text_at(schema, "pattern"));
    return NULL;
}

/* --- lists --- */

/* The key that tells items of a list of type map apart, or NULL. */
static const char *map_key(const json_t *schema)
{
    return json_string_value(json_array_get(json_at(schema, "x-kubernetes-list-map-keys"), 0));
}

static const json_t *item_like(const json_t *list, const char *key, const json_t *wanted)
{
    const json_t *item;

    if (key == NULL)
        return NULL;
    json_each_item (list, i, item) {
        if (json_at(item, key) != NULL && json_same(json_at(item, key), json_at(wanted, key)))
            return item;
    }
    return NULL;
}

static const char *check_list(struct arena *arena, const json_t *schema, json_t *value,
    const json_t *old, const char *path)
{
    const char *key = map_key(schema);
    const char *message = NULL;
    json_int_t count = (json_int_t)json_array_size(value);

    if (count < json_int_at(schema, 0, "minItems") ||
        count > json_int_at(schema, INT64_MAX, "maxItems"))
        return fmt(arena, "%s: Invalid value: has %lld items", path, (long long)count);
    for (size_t i = 0; message == NULL && i < json_array_size(value); i++) {
        json_t *item = json_array_get(value, i);

        if (key != NULL && item_like(value, key, item) != item)
            return fmt(arena,
                "%s[%zu]: Duplicate value: %s",
                path,
                i,
                json_brief(arena, json_at(item, key)));
        message = check(arena,
            json_at(schema, "items"),
            item,
            item_like(old, key, item),
            fmt(arena, "%s[%zu]", path, i));
    }
    return message;
}

/* --- mappings --- */

static const char *check_required(struct arena *arena, const json_t *schema, const json_t *value,
    const char *path)
{
    const json_t *name;

    json_each_item (json_at(schema, "required"), i, name) {
        if (json_at(value, json_string_value(name)) == NULL)
            return fmt(arena, "%s: Required value", below(arena, path, json_string_value(name)));
    }
    return NULL;
}

/* metadata, apiVersion and kind at the top are the API server's own. */
static bool is_own(const char *path, const char *key)
{
    return *path == '\0' && !text_equal(key, "spec") && !text_equal(key, "status");
}

/* What the schema says of one key; NULL: it is pruned. */
static const json_t *schema_of_key(const json_t *schema, const char *key)
{
    const json_t *property = json_at(schema, "properties", key);

    return property != NULL ? property : json_at(schema, "additionalProperties");
}

/* The API server takes a null where none is allowed for no value. */
static bool is_stray_null(const json_t *property, const json_t *value)
{
    return property != NULL && json_is_null(value) && !json_true_at(property, "nullable");
}

static const char *check_map(struct arena *arena, const json_t *schema, json_t *value,
    const json_t *old, const char *path)
{
    bool keeps = json_true_at(schema, "x-kubernetes-preserve-unknown-fields");
    struct texts pruned = {.arena = arena};
    const char *message = NULL;
    const char *key;
    const json_t *item;

    json_each_field (json_at(schema, "properties"), key, item) {
        if (is_stray_null(item, json_at(value, key)))
            json_object_del(value, key);
        if (json_at(item, "default") != NULL)
            edit_default(value, key, json_clone(json_at(item, "default")));
    }
    json_each_field (value, key, item) {
        const json_t *property = schema_of_key(schema, key);

        if (property == NULL && !keeps && !is_own(path, key))
            texts_add(&pruned, key);
        else if (property != NULL && message == NULL)
            message = check(arena,
                property,
                edit_child(value, key),
                json_at(old, key),
                below(arena, path, key));
    }
    for (size_t i = 0; i < pruned.count; i++)
        json_object_del(value, pruned.at[i]);
    return message != NULL ? message : check_required(arena, schema, value, path);
}

static const char *check_rules(struct arena *arena, const json_t *schema, const json_t *value,
    const json_t *old, const char *path)
{
    const json_t *rule;

    json_each_item (json_at(schema, "x-kubernetes-validations"), i, rule) {
        if (text_equal(json_text_at(rule, "rule"), "self == oldSelf") && old != NULL &&
            !json_same(old, value))
            return fmt(arena,
                "%s: Invalid value: %s: %s",
                path,
                json_brief(arena, value),
                json_text_at(rule, "message"));
    }
    return NULL;
}

static const char *check(struct arena *arena, const json_t *schema, json_t *value,
    const json_t *old, const char *path)
{
    const char *message;

    if (json_is_null(value) && json_true_at(schema, "nullable"))
        return NULL;
    message = wrong_type(arena, schema, value, path);
    if (message == NULL)
        message = check_rules(arena, schema, value, old, path);
    if (message != NULL)
        return message;
    if (json_is_object(value))
        return check_map(arena, schema, value, old, path);
    if (json_is_array(value))
        return check_list(arena, schema, value, old, path);
    return check_scalar(arena, schema, value, path);
}

const char *admit_schema(struct arena *arena, const json_t *schema, json_t *value,
    const json_t *old, const char *path)
{
    return check(arena, schema, value, old, path);
}
