#include "spec_reader.h"

#include "template.h"

/* Structural schemas as CustomResourceDefinitions want them.
 *
 * Those of what our hooks write (SPEC_DERIVED) only type it, so that nothing is pruned: a rule
 * there could one day refuse what a hook pushes down, and a tree would stop healing.
 *
 * No `default` anywhere: what the API
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

static const json_t *text_of_format(struct arena *arena, const struct spec_format *format)
{
    return object(arena,
        F("type", "string"),
        OPT("pattern", format == NULL ? NULL : format->pattern),
        OPT("maxLength", format == NULL ? NULL : limit(format->longest)));
}

static const json_t *enum_of(const struct spec_field *field)
{
    json_t *values = json_new_list();

    for (size_t i = 0; field->values != NULL && field->values[i] != NULL; i++)
        json_add_text(values, field->values[i]);
    return values;
}

const json_t *spec_schema_text(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode)
{
    if (mode == SPEC_DERIVED)
        return object(arena, F("type", "string"));
    return object(arena,
        SPREAD(text_of_format(arena, field->format)),
        OPT("enum", enum_of(field)),
        OPT("minLength", limit(field->min)),
        OPT("maxLength", limit(field->max)));
}

const json_t *spec_schema_count(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode)
{
    return object(arena,
        F("type", "integer"),
        F("minimum", INT(mode == SPEC_DERIVED ? 0 : field->min)),
        F("maximum", INT(spec_most(field, mode))));
}

const json_t *spec_schema_flag(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode)
{
    (void)field, (void)mode;
    return object(arena, F("type", "boolean"));
}

static const json_t *map_of(struct arena *arena, const json_t *values)
{
    return object(arena, F("type", "object"), F("additionalProperties", values));
}

static const json_t *list_of(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode, const json_t *items)
{
    return object(arena,
        F("type", "array"),
        F("items", items),
        OPT("minItems", mode == SPEC_DERIVED ? NULL : limit(field->min)),
        OPT("maxItems", mode == SPEC_DERIVED ? NULL : limit(field->max)));
}

/* The API server takes a key for a list of type map only where every item has it. */
static bool is_keyed(const struct spec_field *field)
{
    const struct spec_field *row = field->fields;

    if (field->unique == NULL || row == NULL)
        return false;
    while (row->key != NULL && !text_equal(row->key, field->unique))
        row++;
    return row->key != NULL && row->required;
}

static const json_t *told_apart(struct arena *arena, const struct spec_field *field,
    const json_t *list)
{
    json_t *keys = json_new_list();

    if (!is_keyed(field))
        return list;
    json_add_text(keys, field->unique);
    return object(arena,
        SPREAD(list),
        F("x-kubernetes-list-type", "map"),
        F("x-kubernetes-list-map-keys", keys));
}

static const json_t *texts_of(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode)
{
    if (mode == SPEC_DERIVED)
        return list_of(arena, field, mode, object(arena, F("type", "string")));
    return object(arena,
        SPREAD(list_of(arena,
            field,
            mode,
            object(arena,
                SPREAD(text_of_format(arena, field->format)),
                OPT("enum", enum_of(field))))),
        OPT("x-kubernetes-list-type", field->unique == NULL ? NULL : "set"));
}

static const json_t *quantity(struct arena *arena, enum spec_mode mode)
{
    return object(arena,
        LIST("anyOf", ITEM(F("type", "integer")), ITEM(F("type", "string"))),
        OPT("pattern", mode == SPEC_DERIVED ? NULL : QUANTITY),
        F("x-kubernetes-int-or-string", BOOL(true)));
}

/* Of a fragment with a table. What our hooks write is only typed. */
static const json_t *mapping_of(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode)
{
    if (field->fields == NULL || field->outline || mode == SPEC_DERIVED)
        return object(arena, F("type", "object"), PRESERVE);
    return spec_schema(arena, field->fields, NULL, mode);
}

static const json_t *texts_by_key(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode)
{
    return map_of(arena, text_of_format(arena, mode == SPEC_DERIVED ? NULL : field->format));
}

static const json_t *number_of(struct arena *arena, const struct spec_field *field)
{
    return object(arena,
        F("type", "integer"),
        F("minimum", INT(field->min)),
        OPT("maximum", limit(field->max)));
}

const json_t *spec_schema_json(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode)
{
    switch (field->shape) {
    case SPEC_ANY:
        break;
    case SPEC_TEXT:
        return spec_schema_text(arena, field, mode);
    case SPEC_NUMBER:
        return number_of(arena, field);
    case SPEC_SWITCH:
        return spec_schema_flag(arena, field, mode);
    case SPEC_PORT:
        return object(arena,
            LIST("anyOf", ITEM(F("type", "integer")), ITEM(F("type", "string"))),
            F("x-kubernetes-int-or-string", BOOL(true)));
    case SPEC_QUANTITY:
        return quantity(arena, mode);
    case SPEC_OBJECT:
        return mapping_of(arena, field, mode);
    case SPEC_TEXT_MAP:
        return texts_by_key(arena, field, mode);
    case SPEC_FLAG_MAP:
        /* A structural schema has no type that takes text, numbers and booleans; a pattern is for
         * text only. */
        return map_of(arena,
            object(arena,
                PRESERVE,
                OPT("pattern", mode == SPEC_DERIVED ? NULL : spec_printable_pattern)));
    case SPEC_QUANTITY_MAP:
        return map_of(arena, quantity(arena, mode));
    case SPEC_OBJECT_MAP:
        return map_of(arena, spec_schema(arena, field->fields, NULL, mode));
    case SPEC_TEXT_LIST:
        return texts_of(arena, field, mode);
    case SPEC_NUMBER_LIST:
        return list_of(arena, field, mode, object(arena, F("type", "integer")));
    case SPEC_OBJECT_LIST:
        return field->outline || mode == SPEC_DERIVED
                   ? list_of(arena, field, mode, mapping_of(arena, field, mode))
                   : told_apart(arena,
                         field,
                         list_of(arena, field, mode, mapping_of(arena, field, mode)));
    }
    return object(arena, PRESERVE);
}

/* Parts of fragments are many, in each Pod template, and a CRD must stay below 256 KiB: that much
 * fits into the annotation of kubectl apply. So the hook alone knows their formats, what lists
 * of them may not have twice, and all of what is only outlined. */
const json_t *spec_schema_part(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode)
{
    struct spec_field part = *field;

    if (field->shape == SPEC_TEXT && mode == SPEC_STRICT)
        return object(arena,
            F("type", "string"),
            OPT("enum", enum_of(field)),
            OPT("maxLength", limit(field->max)));
    part.format = NULL;
    if (field->shape == SPEC_OBJECT_LIST)
        part.unique = NULL;
    return spec_schema_json(arena, &part, mode);
}

const json_t *spec_schema_struct(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode)
{
    return field->outline ? mapping_of(arena, field, mode)
                          : spec_schema(arena, field->fields, NULL, mode);
}

const json_t *spec_schema_items(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode)
{
    return told_apart(arena,
        field,
        list_of(arena, field, mode, spec_schema(arena, field->fields, NULL, mode)));
}

static const char *description(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode)
{
    struct text text = {.arena = arena};

    if (field->doc == NULL)
        return NULL;
    text_add(&text, field->doc);
    if (field->fallback != NULL)
        text_addf(&text, " Default: %s.", field->fallback);
    if (field->immutable != NULL && mode == SPEC_STRICT)
        text_add(&text, " Cannot be changed.");
    return text_string(&text);
}

/* --- rules in CEL --- */

static const json_t *rule_of(struct arena *arena, const char *cel, const char *message,
    const char *place)
{
    return object(arena, F("rule", cel), F("message", message), OPT("fieldPath", place));
}

static const char *fixed(struct arena *arena, const struct spec_field *field)
{
    return fmt(arena, "%s cannot be changed; %s", field->key, field->immutable);
}

/* A rule of a field is not asked where the field comes or goes; that one is on the mapping. */
static const json_t *rules_of_field(struct arena *arena, const struct spec_field *field,
    const json_t *of_value)
{
    json_t *rules = json_new_list();
    const json_t *rule;

    json_each_item (of_value, i, rule)
        json_add(rules, rule);
    if (field->immutable != NULL && field->fallback == NULL)
        json_add(rules, rule_of(arena, "self == oldSelf", fixed(arena, field), NULL));
    return rules;
}

/* An absent field with a default is the default. */
static const char *presence_rule(struct arena *arena, const struct spec_field *field)
{
    const char *key = field->key, *fallback = field->fallback;

    if (fallback == NULL)
        return fmt(arena, "has(self.%s) == has(oldSelf.%s)", key, key);
    return fmt(arena,
        "(has(self.%s) ? self.%s : %s) == (has(oldSelf.%s) ? oldSelf.%s : %s)",
        key,
        key,
        fallback,
        key,
        key,
        fallback);
}

static const json_t *rules_of_mapping(struct arena *arena, const struct spec_field *fields)
{
    json_t *rules = json_new_list();

    for (const struct spec_field *field = fields; field->key != NULL; field++) {
        if (field->cel != NULL)
            json_add(rules, rule_of(arena, field->cel, field->doc, field->fallback));
        else if (field->immutable != NULL && !field->required)
            json_add(rules,
                rule_of(arena,
                    presence_rule(arena, field),
                    fixed(arena, field),
                    fmt(arena, ".%s", field->key)));
    }
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

#define RULES "x-kubernetes-validations"

static const json_t *property(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode)
{
    const json_t *schema = field->reader->schema(arena, field, mode);
    const json_t *rules =
        mode == SPEC_STRICT ? rules_of_field(arena, field, json_at(schema, RULES)) : NULL;

    return object(arena,
        OPT("description", description(arena, field, mode)),
        SPREAD(schema),
        OPT(RULES, rules));
}

const json_t *spec_schema(struct arena *arena, const struct spec_field *fields, const char *doc,
    enum spec_mode mode)
{
    json_t *properties = json_new_map(), *required = json_new_list();
    const json_t *rules = mode == SPEC_STRICT ? rules_of_mapping(arena, fields) : NULL;

    for (const struct spec_field *field = fields; field->key != NULL; field++) {
        if (field->reader->schema == NULL || overruled(field))
            continue;
        json_put(properties, field->key, property(arena, field, mode));
        if (field->required)
            json_add_text(required, field->key);
    }
    return object(arena,
        OPT("description", doc),
        F("type", "object"),
        OPT("properties", properties),
        OPT("required", required),
        OPT(RULES, rules));
}
