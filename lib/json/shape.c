#include "spec_reader.h"

#include <string.h>

#include "metadata.h"

/* What passes through as JSON: typed as far as a mistake in it would otherwise show up only when
 * the API server refuses an object of ours. */

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

static const char *switch_rule(const json_t *value, enum spec_mode mode)
{
    (void)mode;
    return json_is_boolean(value) ? NULL : "must be true or false";
}

static const char *whole_rule(const json_t *value, enum spec_mode mode)
{
    (void)mode;
    return spec_is_whole(value) ? NULL : "must be a whole number";
}

enum { HIGHEST_PORT = 65535, LONGEST_PORT_NAME = 15 };

bool spec_is_port_name(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return text[length] == '\0' && length >= 1 && length <= LONGEST_PORT_NAME &&
           strpbrk(text, "abcdefghijklmnopqrstuvwxyz") != NULL && text[0] != '-' &&
           text[length - 1] != '-' && strstr(text, "--") == NULL;
}

static const char *port_rule(const json_t *value, enum spec_mode mode)
{
    const char *name = json_string_value(value);
    json_int_t number = json_integer_value(value);

    (void)mode;
    if (name != NULL ? spec_is_port_name(name) : number >= 1 && number <= HIGHEST_PORT)
        return NULL;
    return "must be a port from 1 to 65535, or the name of one";
}

/* The rule that a value breaks, or NULL. */
typedef const char *value_rule(const json_t *value, enum spec_mode mode);

static void check_value(struct spec_reading *reading, value_rule *rule, const json_t *value,
    const struct spec_path *path)
{
    const char *broken = rule(value, reading->mode);
    const json_type wanted = rule == text_rule      ? JSON_STRING
                             : rule == mapping_rule ? JSON_OBJECT
                             : rule == whole_rule   ? JSON_INTEGER
                             : rule == switch_rule  ? JSON_TRUE
                                                    : JSON_NULL;

    if (broken != NULL)
        spec_wrong_value(reading, path, broken, value, wanted);
}

static void check_number(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path)
{
    long long number = spec_whole(value);

    if (!spec_is_whole(value))
        check_value(reading, whole_rule, value, path);
    else if (number < field->min || (field->max != 0 && number > field->max))
        spec_broken(reading, path, spec_range_rule(reading->arena, field, number), value);
}

static void check_text(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path)
{
    /* To the API server an optional "" is nothing. */
    bool absent = !field->required && text_equal(json_string_value(value), "");

    if (!json_is_string(value))
        spec_no_text(reading, field, value, path);
    else if (!absent && reading->mode == SPEC_STRICT)
        spec_check_text(reading, field, value, path);
}

/* What the row itself says of an entry whose type is right. */
static const char *entry_rule(const struct spec_reading *reading, const struct spec_field *field,
    const char *key, const json_t *item, const json_t *around)
{
    const char *text = json_string_value(item);

    if (field->format != NULL && text != NULL && !field->format->accepts(text))
        return field->format->rule;
    return field->check == NULL ? NULL : field->check(reading->arena, key, item, around);
}

static void check_key(struct spec_reading *reading, const struct spec_field *field, const char *key,
    const struct spec_path *path)
{
    if (field->keys != NULL && !field->keys->accepts(key))
        spec_problem(reading,
            path,
            "must have keys such as %s, got %s",
            field->keys->says,
            json_brief(reading->arena, json_string(key)));
}

static void check_map(struct spec_reading *reading, const struct spec_field *field,
    value_rule *rule, const json_t *value, const struct spec_path *path)
{
    const char *key;
    const json_t *item;

    check_value(reading, mapping_rule, value, path);
    json_each_field (value, key, item) {
        struct spec_path place = {.above = path, .key = key};
        const bool typed = rule(item, reading->mode) == NULL;

        check_value(reading, rule, item, &place);
        if (reading->mode == SPEC_DERIVED)
            continue;
        check_key(reading, field, key, path);
        if (typed)
            spec_broken(reading, &place, entry_rule(reading, field, key, item, path->around), item);
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

/* The bounds of the row are those of the list. */
static void check_listed_text(struct spec_reading *reading, const struct spec_field *field,
    const json_t *item, const struct spec_path *path)
{
    struct spec_field each = {.values = field->values, .format = field->format};

    spec_check_text(reading, &each, item, path);
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

        if (json_is_string(item))
            check_listed_text(reading, field, item, &place);
        if (field->unique != NULL)
            check_twice(reading, item, &place, seen);
    }
}

/* The hooks obey a derived fragment as it is: an older build may have taken more. */
static void check_object(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path)
{
    if (field->fields != NULL && reading->mode == SPEC_STRICT)
        spec_read_fields(reading, field->fields, value, path, NULL);
    else
        check_value(reading, mapping_rule, value, path);
}

static void check_objects(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path)
{
    json_t *seen = json_new_map();
    const json_t *item;

    if (!spec_check_list(reading, field, value, path))
        return;
    json_each_item (value, i, item) {
        struct spec_path place = {.above = path, .index = i};

        check_object(reading, field, item, &place);
        if (field->unique != NULL && reading->mode == SPEC_STRICT)
            spec_check_unique(reading, field, item, &place, seen);
    }
}

static void check_objects_by_key(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path)
{
    const json_t *item;
    const char *key;

    check_value(reading, mapping_rule, value, path);
    json_each_field (value, key, item) {
        struct spec_path place = {.above = path, .key = key};

        check_object(reading, field, item, &place);
    }
}

void spec_check_shape(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path)
{
    switch (field->shape) {
    case SPEC_ANY:
        break;
    case SPEC_TEXT:
        check_text(reading, field, value, path);
        break;
    case SPEC_NUMBER:
        check_number(reading, field, value, path);
        break;
    case SPEC_SWITCH:
        check_value(reading, switch_rule, value, path);
        break;
    case SPEC_PORT:
        check_value(reading, port_rule, value, path);
        break;
    case SPEC_QUANTITY:
        check_value(reading, quantity_rule, value, path);
        break;
    case SPEC_OBJECT:
        check_object(reading, field, value, path);
        break;
    case SPEC_TEXT_MAP:
        check_map(reading, field, text_rule, value, path);
        break;
    case SPEC_FLAG_MAP:
        check_map(reading, field, flag_rule, value, path);
        break;
    case SPEC_QUANTITY_MAP:
        check_map(reading, field, quantity_rule, value, path);
        break;
    case SPEC_OBJECT_MAP:
        check_objects_by_key(reading, field, value, path);
        break;
    case SPEC_TEXT_LIST:
        check_texts(reading, field, value, path);
        break;
    case SPEC_NUMBER_LIST:
        check_list(reading, field, whole_rule, value, path);
        break;
    case SPEC_OBJECT_LIST:
        check_objects(reading, field, value, path);
        break;
    }
}
