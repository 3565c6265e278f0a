#include "metadata.h"

#include "template.h"

/* Go decodes an object into structs and encodes it again: null is as good as absent, and omitempty
 * drops "", 0, false, [] and {} of fields that are no pointers (k8s.io/api core/v1/types.go). What
 * is dropped compares as missing at every sync, and is written each time. Only fields of which
 * absent means the same are listed here; of pointers it does not (terminationGracePeriodSeconds:
 * 0). */

/* Maps with keys of the user's own: what is in them is data, whatever it is. */
static const char *const maps[] = {"annotations",
    "labels",
    "limits",
    "matchLabels",
    "nodeSelector",
    "options",
    "requests",
    "volumeAttributes",
    NULL};
/* Pointers to strings: "" says something. */
static const char *const text_pointers[] = {
    "storageClassName", "type", "volumeAttributesClassName", NULL};
static const char *const flags[] = {"readOnly", "stdin", "stdinOnce", "tty", NULL};
static const char *const numbers[] = {"failureThreshold",
    "hostPort",
    "initialDelaySeconds",
    "periodSeconds",
    "successThreshold",
    "timeoutSeconds",
    NULL};
/* Quantities outside of lists of resources. */
static const char *const quantities[] = {"divisor", "sizeLimit", NULL};

static bool dropped(const char *key, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
        return true;
    case JSON_FALSE:
        return text_is_one_of(key, flags);
    case JSON_INTEGER:
        return json_integer_value(value) == 0 && text_is_one_of(key, numbers);
    case JSON_STRING:
        return *json_string_value(value) == '\0' && !text_is_one_of(key, text_pointers);
    case JSON_ARRAY:
        return json_array_size(value) == 0;
    case JSON_OBJECT:
        return json_object_size(value) == 0 && text_is_one_of(key, maps);
    default:
        return false;
    }
}

static const json_t *canonical_quantity(struct arena *arena, const json_t *value)
{
    const char *text =
        json_is_number(value) ? json_write(arena, value, NULL) : json_string_value(value);
    const char *canonical = text == NULL ? NULL : quantity_canonical(arena, text);

    return canonical == NULL ? value : json_string(canonical);
}

/* --- projected volumes --- */

/* Metacontroller merges a list by the key that all of its items have. The sources of a projected
 * volume have none, so the list is one value, which must have in it what the API server adds
 * (SetDefaults_ServiceAccountTokenProjection, SetDefaults_ObjectFieldSelector). */
static const json_t *source_item(struct arena *arena, const json_t *item)
{
    const json_t *field = json_at(item, "fieldRef");
    const json_t *resource = json_at(item, "resourceFieldRef");

    if (json_is_object(field))
        field = object(arena, F("apiVersion", "v1"), SPREAD(field));
    if (json_is_object(resource))
        resource = object(arena, F("divisor", "0"), SPREAD(resource));
    return object(arena, SPREAD(item), OPT("fieldRef", field), OPT("resourceFieldRef", resource));
}

static const json_t *source(struct arena *arena, const json_t *value)
{
    const json_t *token = json_at(value, "serviceAccountToken");
    const json_t *fields = json_at(value, "downwardAPI");
    const json_t *item;
    json_t *items = json_new_list();

    json_each_item (json_at(fields, "items"), i, item)
        json_add(items, json_is_object(item) ? source_item(arena, item) : item);
    if (json_is_object(token))
        token = object(arena, F("expirationSeconds", INT(3600)), SPREAD(token));
    if (json_array_size(items) > 0)
        fields = object(arena, SPREAD(fields), F("items", items));
    return object(arena,
        SPREAD(value),
        OPT("serviceAccountToken", token),
        OPT("downwardAPI", fields));
}

static const json_t *sources(struct arena *arena, const json_t *list)
{
    json_t *copy = json_new_list();
    const json_t *item;

    json_each_item (list, i, item)
        json_add(copy, json_is_object(item) ? source(arena, item) : item);
    return copy;
}

/* --- all --- */

static const json_t *stored(struct arena *arena, const json_t *value);

static const json_t *stored_field(struct arena *arena, const char *key, const json_t *value)
{
    if (text_is_one_of(key, maps))
        return value;
    if (text_is_one_of(key, quantities))
        return canonical_quantity(arena, value);
    value = stored(arena, value);
    return text_equal(key, "sources") && json_is_array(value) ? sources(arena, value) : value;
}

static const json_t *stored(struct arena *arena, const json_t *value)
{
    json_t *copy = json_is_array(value) ? json_new_list() : json_new_map();
    const json_t *item;
    const char *key;

    if (!json_is_object(value) && !json_is_array(value))
        return value;
    json_each_item (value, i, item)
        json_add(copy, stored(arena, item));
    json_each_field (value, key, item) {
        if (!dropped(key, item))
            json_put(copy, key, stored_field(arena, key, item));
    }
    return copy;
}

const json_t *as_stored(struct arena *arena, const json_t *value)
{
    return value == NULL ? NULL : stored(arena, quantities_canonical(arena, value));
}
