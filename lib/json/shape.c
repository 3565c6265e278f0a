#include "spec_reader.h"

#include "metadata.h"

/* The fragments of Kubernetes that a spec hands through: typed as far as a mistake in them would
 * otherwise show up only when the API server refuses an object of ours. */

struct fragment {
    const char *text;
    const json_t *json;
    struct fragment *part;
    SPEC_ITEMS(struct fragment) items;
};

static const struct spec_field resources_fields[] = {
    SPEC(struct fragment, json, "limits",
        "The most that the container may use, such as {memory: 2Gi}.", .shape = SPEC_QUANTITY_MAP),
    SPEC(struct fragment, json, "requests",
        "What the container is sure to have; it decides on which node the Pod fits.",
        .shape = SPEC_QUANTITY_MAP),
    SPEC(struct fragment, json, "claims", "Names of ResourceClaims of the Pod.",
        .shape = SPEC_OBJECT_LIST),
    SPEC_END};

static const struct spec_field claim_resources_fields[] = {SPEC(struct fragment, json, "limits",
                                                               "Largest size of the volume.",
                                                               .shape = SPEC_QUANTITY_MAP),
    SPEC(struct fragment, json, "requests", "Size of the volume: {storage: 100Gi}.",
        .shape = SPEC_QUANTITY_MAP),
    SPEC_END};

static const char *const operators[] = {"In", "NotIn", "Exists", "DoesNotExist", NULL};

static const struct spec_field expression_fields[] = {
    SPEC(struct fragment, text, "key", "Key of the label.", .required = true),
    SPEC(struct fragment, text, "operator", "How the label relates to the values.",
        .required = true, .values = operators),
    SPEC(struct fragment, json, "values", "Values, for In and NotIn.", .shape = SPEC_TEXT_LIST),
    SPEC_END};

static const struct spec_field selector_fields[] = {
    SPEC(struct fragment, json, "matchLabels", "Labels that must have exactly these values.",
        .shape = SPEC_TEXT_MAP),
    SPEC_EACH(struct fragment, items, "matchExpressions", "More rules that labels must follow.",
        expression_fields),
    SPEC_END};

static const char *const volume_modes[] = {"Filesystem", "Block", NULL};

static const struct spec_field claim_fields[] = {
    SPEC(struct fragment, json, "accessModes",
        "How nodes may mount the volume, such as ReadWriteOnce.", .shape = SPEC_TEXT_LIST),
    SPEC_STRUCT(struct fragment, part, "resources", "Size of the volume.", claim_resources_fields),
    SPEC(struct fragment, text, "storageClassName", "StorageClass of the volume.", .max = 253),
    SPEC(struct fragment, text, "volumeAttributesClassName",
        "VolumeAttributesClass of the volume."),
    SPEC(struct fragment, text, "volumeMode",
        "Filesystem or Block; databases here need Filesystem.", .values = volume_modes),
    SPEC(struct fragment, text, "volumeName", "Name of the PersistentVolume to bind."),
    SPEC(struct fragment, json, "selector", "Labels of the PersistentVolumes to choose from.",
        .shape = SPEC_SELECTOR),
    SPEC(struct fragment, json, "dataSource", "Snapshot or claim that the volume starts from.",
        .shape = SPEC_OBJECT),
    SPEC(struct fragment, json, "dataSourceRef", "Object of any kind that the volume starts from.",
        .shape = SPEC_OBJECT),
    SPEC_RULE(NULL,
        "has(self.resources) && has(self.resources.requests) && 'storage' in "
        "self.resources.requests",
        "resources.requests.storage must say how large the volume is, such as \"10Gi\""),
    SPEC_END};

const struct spec_field *spec_shape_fields(enum spec_shape shape)
{
    switch (shape) {
    case SPEC_RESOURCES:
        return resources_fields;
    case SPEC_CLAIM:
        return claim_fields;
    case SPEC_SELECTOR:
        return selector_fields;
    default:
        return NULL;
    }
}

static const char *text_rule(const json_t *value, enum spec_mode mode)
{
    (void)mode;
    return json_is_string(value) ? NULL : "must be text";
}

/* No program wants two lines of a flag; scripts, logs and hashes of ours rely on one. */
static const char *flag_rule(const json_t *value, enum spec_mode mode)
{
    if (json_is_string(value) && mode == SPEC_STRICT && !spec_printable(json_string_value(value)))
        return "must have no newline or other control character";
    if (json_is_string(value) || json_is_number(value) || json_is_boolean(value))
        return NULL;
    return "must be text, a number, true or false";
}

static const char *mapping_rule(const json_t *value, enum spec_mode mode)
{
    (void)mode;
    return json_is_object(value) ? NULL : "must be a mapping";
}

static const char *quantity_rule(const json_t *value, enum spec_mode mode)
{
    if (json_is_integer(value) || (json_is_string(value) && mode == SPEC_DERIVED) ||
        quantity_is(json_string_value(value)))
        return NULL;
    return "must be a quantity such as \"500m\" or \"2Gi\"";
}

/* The rule that a value breaks, or NULL. */
typedef const char *value_rule(const json_t *value, enum spec_mode mode);

static void check_value(struct spec_reading *reading, value_rule *rule, const json_t *value,
    const struct spec_path *path)
{
    const char *broken = rule(value, reading->mode);

    if (broken != NULL)
        spec_problem(reading, path, "%s, got %s", broken, json_brief(reading->arena, value));
}

static void check_map(struct spec_reading *reading, value_rule *rule, const json_t *value,
    const struct spec_path *path)
{
    const char *key;
    const json_t *item;

    check_value(reading, mapping_rule, value, path);
    json_each_field (value, key, item) {
        struct spec_path place = {.above = path, .key = key};

        check_value(reading, rule, item, &place);
    }
}

static void check_list(struct spec_reading *reading, const struct spec_field *field,
    value_rule *rule, const json_t *value, const struct spec_path *path)
{
    const json_t *item;

    if (!spec_check_list(reading, field, value, path))
        return;
    json_each_item (value, i, item) {
        struct spec_path place = {.above = path, .index = i};

        check_value(reading, rule, item, &place);
    }
}

/* The same text twice in a list of texts that must differ. */
static void check_twice(struct spec_reading *reading, const json_t *item,
    const struct spec_path *path, json_t *seen)
{
    const char *text = json_string_value(item);

    if (text == NULL)
        return;
    if (json_at(seen, text) != NULL)
        spec_problem(reading,
            path,
            "must differ between items, got %s",
            json_brief(reading->arena, item));
    json_put(seen, text, json_true());
}

static void check_texts(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path)
{
    json_t *seen = json_new_map();
    const json_t *item;

    check_list(reading, field, text_rule, value, path);
    if (reading->mode == SPEC_DERIVED)
        return;
    json_each_item (value, i, item) {
        struct spec_path place = {.above = path, .index = i};

        if (field->format != NULL && json_is_string(item) &&
            !field->format->accepts(json_string_value(item)))
            spec_problem(reading,
                &place,
                "%s, got %s",
                field->format->rule,
                json_brief(reading->arena, item));
        if (field->unique != NULL)
            check_twice(reading, item, &place, seen);
    }
}

void spec_check_shape(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path)
{
    struct fragment fragment = {0};

    switch (field->shape) {
    case SPEC_ANY:
        break;
    case SPEC_OBJECT:
        check_value(reading, mapping_rule, value, path);
        break;
    case SPEC_TEXT_MAP:
        check_map(reading, text_rule, value, path);
        break;
    case SPEC_FLAG_MAP:
        check_map(reading, flag_rule, value, path);
        break;
    case SPEC_QUANTITY_MAP:
        check_map(reading, quantity_rule, value, path);
        break;
    case SPEC_TEXT_LIST:
        check_texts(reading, field, value, path);
        break;
    case SPEC_OBJECT_LIST:
        check_list(reading, field, mapping_rule, value, path);
        break;
    case SPEC_RESOURCES:
    case SPEC_CLAIM:
    case SPEC_SELECTOR:
        spec_read_fields(reading, spec_shape_fields(field->shape), value, path, &fragment);
        break;
    }
}
