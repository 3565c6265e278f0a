#include "spec_reader.h"

#include "template.h"

/* Structural schemas as CustomResourceDefinitions want them. No `default` anywhere: what the API
 * server filled in would differ from what the hook above had applied, and be written for ever. So
 * a description says what an absent field means. */

#define PRESERVE F("x-kubernetes-preserve-unknown-fields", BOOL(true))

/* What ParseQuantity of apimachinery takes, as controller-gen writes it. */
#define QUANTITY                                                                                   \
    "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))"                                                  \
    "(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$"

static const json_t *limit(long long number)
{
    return number > 0 ? json_integer(number) : NULL;
}

const json_t *spec_schema_text(struct arena *arena, const struct spec_field *field)
{
    const struct spec_format *format = field->format;
    json_t *values = json_new_list();

    for (size_t i = 0; field->values != NULL && field->values[i] != NULL; i++)
        json_add_text(values, field->values[i]);
    return object(arena,
        F("type", "string"),
        OPT("enum", values),
        OPT("pattern", format == NULL ? NULL : format->pattern),
        OPT("minLength", limit(field->min)),
        OPT("maxLength", limit(field->max > 0 || format == NULL ? field->max : format->longest)));
}

const json_t *spec_schema_count(struct arena *arena, const struct spec_field *field)
{
    return object(arena,
        F("type", "integer"),
        F("minimum", INT(field->min)),
        F("maximum", INT(field->max > 0 ? field->max : UINT32_MAX)));
}

const json_t *spec_schema_flag(struct arena *arena, const struct spec_field *field)
{
    (void)field;
    return object(arena, F("type", "boolean"));
}

static const json_t *map_of(struct arena *arena, const json_t *values)
{
    return object(arena, F("type", "object"), F("additionalProperties", values));
}

static const json_t *list_of(struct arena *arena, const struct spec_field *field,
    const json_t *items)
{
    return object(arena,
        F("type", "array"),
        F("items", items),
        OPT("minItems", limit(field->min)),
        OPT("maxItems", limit(field->max)));
}

static const json_t *quantity(struct arena *arena)
{
    return object(arena,
        LIST("anyOf", ITEM(F("type", "integer")), ITEM(F("type", "string"))),
        F("pattern", QUANTITY),
        F("x-kubernetes-int-or-string", BOOL(true)));
}

const json_t *spec_schema_json(struct arena *arena, const struct spec_field *field)
{
    switch (field->shape) {
    case SPEC_ANY:
        break;
    case SPEC_OBJECT:
        return object(arena, F("type", "object"), PRESERVE);
    case SPEC_TEXT_MAP:
        return map_of(arena, object(arena, F("type", "string")));
    case SPEC_FLAG_MAP:
        /* A structural schema has no type that takes text, numbers and booleans. */
        return map_of(arena, object(arena, PRESERVE));
    case SPEC_QUANTITY_MAP:
        return map_of(arena, quantity(arena));
    case SPEC_TEXT_LIST:
        return list_of(arena, field, object(arena, F("type", "string")));
    case SPEC_OBJECT_LIST:
        return list_of(arena, field, object(arena, F("type", "object"), PRESERVE));
    case SPEC_RESOURCES:
    case SPEC_CLAIM:
    case SPEC_SELECTOR:
        return spec_schema(arena, spec_shape_fields(field->shape), NULL);
    }
    return object(arena, PRESERVE);
}

const json_t *spec_schema_struct(struct arena *arena, const struct spec_field *field)
{
    return spec_schema(arena, field->fields, NULL);
}

/* The API server takes a key for a list of type map only where every item has it. */
static bool keyed(const struct spec_field *field)
{
    const struct spec_field *row = field->fields;

    if (field->unique == NULL)
        return false;
    while (row->key != NULL && !text_equal(row->key, field->unique))
        row++;
    return row->key != NULL && row->required;
}

const json_t *spec_schema_items(struct arena *arena, const struct spec_field *field)
{
    json_t *keys = json_new_list();

    if (keyed(field))
        json_add_text(keys, field->unique);
    return object(arena,
        SPREAD(list_of(arena, field, spec_schema(arena, field->fields, NULL))),
        OPT("x-kubernetes-list-type", keyed(field) ? "map" : NULL),
        OPT("x-kubernetes-list-map-keys", keys));
}

static const char *description(struct arena *arena, const struct spec_field *field)
{
    if (field->fallback == NULL || field->doc == NULL)
        return field->doc;
    return fmt(arena, "%s Default: %s.", field->doc, field->fallback);
}

static const json_t *validations(struct arena *arena, const struct spec_field *field)
{
    json_t *rules = json_new_list();

    if (field->immutable)
        json_add(rules,
            object(arena,
                F("rule", "self == oldSelf"),
                F("message", fmt(arena, "%s cannot be changed", field->key))));
    return rules;
}

/* Of a key with several rows the last one says most: it is typed, those before give JSON. */
static bool overruled(const struct spec_field *field)
{
    for (const struct spec_field *later = field + 1; later->key != NULL; later++)
        if (text_equal(field->key, later->key))
            return true;
    return false;
}

const json_t *spec_schema(struct arena *arena, const struct spec_field *fields, const char *doc)
{
    json_t *properties = json_new_map(), *required = json_new_list();

    for (const struct spec_field *field = fields; field->key != NULL; field++) {
        if (field->reader->schema == NULL || overruled(field))
            continue;
        json_put(properties,
            field->key,
            object(arena,
                OPT("description", description(arena, field)),
                SPREAD(field->reader->schema(arena, field)),
                OPT("x-kubernetes-validations", validations(arena, field))));
        if (field->required)
            json_add_text(required, field->key);
    }
    return object(arena,
        OPT("description", doc),
        F("type", "object"),
        OPT("properties", properties),
        OPT("required", required));
}
