#include "spec_reader.h"

#include <stdlib.h>
#include <string.h>

/* --- where we are --- */

static bool plain_key(const char *key)
{
    size_t length = strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    return length > 0 && length <= 63 && key[length] == '\0';
}

static const char *make_path_text(struct arena *arena, const struct spec_path *path)
{
    const char *above = spec_path_text(arena, path->above);

    if (path->key == NULL)
        return fmt(arena, "%s[%zu]", above, path->index);
    if (!plain_key(path->key))
        return fmt(arena, "%s[%s]", above, json_brief(arena, json_string(path->key)));
    return fmt(arena, "%s%s%s", above, above[0] == '\0' ? "" : ".", path->key);
}

const char *spec_path_text(struct arena *arena, const struct spec_path *path)
{
    const char *text;

    if (path->above == NULL)
        return path->key;
    if (path->text != NULL && *path->text != NULL)
        return *path->text;
    text = make_path_text(arena, path);
    if (path->text != NULL)
        *path->text = text;
    return text;
}

void spec_problem(struct spec_reading *reading, const struct spec_path *path, const char *format,
    ...)
{
    va_list arguments;
    const char *rule;

    if (reading->problems == NULL)
        return;
    va_start(arguments, format);
    rule = vfmt(reading->arena, format, arguments);
    va_end(arguments);
    problem_add(reading->problems, spec_path_text(reading->arena, path), "%s", rule);
}

void spec_wrong_value(struct spec_reading *reading, const struct spec_path *path, const char *rule,
    const json_t *value, json_type wanted)
{
    spec_problem(reading,
        path,
        "%s, got %s%s",
        rule,
        json_brief(reading->arena, value),
        spec_slip(value, wanted));
}

void spec_broken(struct spec_reading *reading, const struct spec_path *path, const char *rule,
    const json_t *value)
{
    if (rule != NULL)
        spec_wrong_value(reading, path, rule, value, JSON_NULL);
}

static bool absent(const json_t *value)
{
    return value == NULL || json_is_null(value);
}

/* --- one reader for each C type --- */

static const char *enum_rule(struct arena *arena, const char *const *values)
{
    struct text rule = {.arena = arena};

    text_add(&rule, "must be one of ");
    for (size_t i = 0; values[i] != NULL; i++)
        text_addf(&rule, "%s\"%s\"", i > 0 ? ", " : "", values[i]);
    return text_string(&rule);
}

static void wrong_choice(struct spec_reading *reading, const struct spec_path *path,
    const char *const *values, const json_t *value)
{
    const char *rule = enum_rule(reading->arena, values);
    const char *near = spec_nearest(values, json_string_value(value));

    if (near == NULL)
        spec_broken(reading, path, rule, value);
    else
        spec_problem(reading,
            path,
            "%s, got %s (did you mean \"%s\"?)",
            rule,
            json_brief(reading->arena, value),
            near);
}

void spec_no_text(struct spec_reading *reading, const struct spec_field *field, const json_t *value,
    const struct spec_path *path)
{
    if (field->values != NULL && reading->mode == SPEC_STRICT)
        spec_broken(reading, path, enum_rule(reading->arena, field->values), value);
    else
        spec_wrong_value(reading, path, "must be text", value, JSON_STRING);
}

void spec_check_text(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path)
{
    const char *text = json_string_value(value);
    long long length = (long long)json_string_length(value);

    if (field->values != NULL && !text_is_one_of(text, field->values))
        wrong_choice(reading, path, field->values, value);
    else if (field->format != NULL && !field->format->accepts(text))
        spec_broken(reading, path, field->format->rule, value);
    else if (length < field->min)
        spec_problem(reading, path, "must not be empty");
    else if (field->max > 0 && length > field->max)
        spec_problem(reading, path, "must have at most %lld bytes, got %lld", field->max, length);
}

static void read_text(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path, void *member)
{
    const char *text = json_string_value(value);

    if (text == NULL) {
        spec_no_text(reading, field, value, path);
        return;
    }
    if (reading->mode == SPEC_STRICT)
        spec_check_text(reading, field, value, path);
    memcpy(member, &text, sizeof(text));
}

/* Of a row without an upper bound only who passes what the member holds hears of one. */
const char *spec_range_rule(struct arena *arena, const struct spec_field *field, long long number)
{
    const char *why = field->because == NULL ? "" : fmt(arena, ": %s", field->because);

    if (field->max == 0 && number < field->min)
        return fmt(arena, "must be at least %lld%s", field->min, why);
    return fmt(arena,
        "must be between %lld and %lld%s",
        field->min,
        field->max > 0 ? field->max : (long long)UINT32_MAX,
        why);
}

bool spec_is_whole(const json_t *value)
{
    double real = json_real_value(value);

    return json_is_integer(value) || (json_is_real(value) && real >= INT32_MIN &&
                                         real <= UINT32_MAX && real == (double)(long long)real);
}

long long spec_whole(const json_t *value)
{
    return json_is_real(value) ? (long long)json_real_value(value) : json_integer_value(value);
}

/* A spec that an older build accepted may be out of the range of today, so a derived one is only
 * bounded: hooks make arrays of that many things. */
enum { DERIVED_MOST = 1000 };

long long spec_most(const struct spec_field *field, enum spec_mode mode)
{
    if (field->max == 0)
        return UINT32_MAX;
    return mode == SPEC_DERIVED && field->max < DERIVED_MOST ? DERIVED_MOST : field->max;
}

static void read_count(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path, void *member)
{
    long long min = reading->mode == SPEC_DERIVED ? 0 : field->min, number = spec_whole(value);

    if (!spec_is_whole(value))
        spec_wrong_value(reading, path, "must be a whole number", value, JSON_INTEGER);
    else if (number < min || number > spec_most(field, reading->mode))
        spec_broken(reading, path, spec_range_rule(reading->arena, field, number), value);
    else
        *(uint32_t *)member = (uint32_t)number;
}

static void read_flag(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path, void *member)
{
    (void)field;
    if (!json_is_boolean(value))
        spec_wrong_value(reading, path, "must be true or false", value, JSON_TRUE);
    else
        *(bool *)member = json_is_true(value);
}

static void read_json(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path, void *member)
{
    if (reading->problems != NULL)
        spec_check_shape(reading, field, value, path);
    *(const json_t **)member = value;
}

/* Of a fragment, whose mapping as a whole is what a member holds. */
static void read_part(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path, void *member)
{
    (void)member;
    if (reading->problems != NULL)
        spec_check_shape(reading, field, value, path);
}

static void read_struct(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path, void *member)
{
    void *out = arena_alloc(reading->arena, field->size);

    spec_read_fields(reading, field->fields, value, path, out);
    memcpy(member, &out, sizeof(out));
}

bool spec_check_list(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path)
{
    long long count = (long long)json_array_size(value);

    if (!json_is_array(value)) {
        spec_wrong_value(reading, path, "must be a list", value, JSON_ARRAY);
        return false;
    }
    if (reading->mode == SPEC_DERIVED)
        return true;
    if (count < field->min)
        spec_problem(reading,
            path,
            "must have at least %lld item%s, got %lld",
            field->min,
            field->min == 1 ? "" : "s",
            count);
    else if (field->max > 0 && count > field->max)
        spec_problem(reading,
            path,
            "must have at most %lld item%s, got %lld",
            field->max,
            field->max == 1 ? "" : "s",
            count);
    return true;
}

void spec_check_unique(struct spec_reading *reading, const struct spec_field *field,
    const json_t *item, const struct spec_path *path, json_t *seen)
{
    struct spec_path place = {.above = path, .key = field->unique}, first = {.above = path->above};
    const json_t *value = json_at(item, field->unique);
    const char *text =
        json_is_integer(value) ? json_write(reading->arena, value, NULL) : json_string_value(value);

    if (text == NULL)
        return;
    if (json_at(seen, text) == NULL) {
        json_put(seen, text, json_integer((json_int_t)path->index));
        return;
    }
    first.index = (size_t)json_int_at(seen, 0, text);
    spec_problem(reading,
        &place,
        "must differ between items, %s is also at %s",
        json_brief(reading->arena, value),
        spec_path_text(reading->arena, &first));
}

static void read_items(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path, void *member)
{
    SPEC_ITEMS(char) items = {NULL, json_array_size(value)};
    json_t *seen = json_new_map();
    const json_t *item;

    if (!spec_check_list(reading, field, value, path))
        return;
    items.at = arena_array(reading->arena, items.count, field->size);
    json_each_item (value, i, item) {
        const char *text = NULL;
        struct spec_path place = {.above = path, .index = i, .text = &text};

        spec_read_fields(reading, field->fields, item, &place, items.at + i * field->size);
        if (field->unique != NULL && reading->mode == SPEC_STRICT)
            spec_check_unique(reading, field, item, &place, seen);
    }
    memcpy(member, &items, sizeof(items));
}

static void read_self(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path, void *member)
{
    (void)reading, (void)field, (void)path;
    *(const json_t **)member = value;
}

static void read_path(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path, void *member)
{
    const char *text = spec_path_text(reading->arena, path);

    (void)field, (void)value;
    memcpy(member, &text, sizeof(text));
}

/* Rules are the API server's; what a hook can check is checked by the hook. */
static void read_rule(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path, void *member)
{
    (void)reading, (void)field, (void)value, (void)path, (void)member;
}

static size_t count_of(const json_t *mapping, const char *const *keys)
{
    size_t count = 0;

    for (; *keys != NULL; keys++)
        count += !absent(json_at(mapping, *keys));
    return count;
}

static void read_one_of(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path, void *member)
{
    struct text keys = {.arena = reading->arena};

    (void)member;
    if (reading->mode != SPEC_STRICT || count_of(value, field->values) == 1)
        return;
    for (size_t i = 0; field->values[i] != NULL; i++)
        text_addf(&keys, "%s%s", i > 0 ? ", " : "", field->values[i]);
    spec_problem(reading, path, "must have exactly one of %s", text_string(&keys));
}

static void read_check(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path, void *member)
{
    const char *broken = reading->mode == SPEC_STRICT
                             ? field->check(reading->arena, field->fallback, value, NULL)
                             : NULL;
    struct spec_path place = {.above = path, .key = field->fallback};
    const json_t *about = field->fallback == NULL ? NULL : json_at(value, field->fallback);

    (void)member;
    if (broken == NULL)
        return;
    if (absent(about))
        spec_problem(reading, field->fallback == NULL ? path : &place, "%s", broken);
    else
        spec_broken(reading, &place, broken, about);
}

static void read_done(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path, void *member)
{
    (void)value, (void)path;
    field->done(reading->arena, member);
}

const struct spec_reader spec_read_text = {read_text, spec_schema_text};
const struct spec_reader spec_read_count = {read_count, spec_schema_count};
const struct spec_reader spec_read_flag = {read_flag, spec_schema_flag};
const struct spec_reader spec_read_json = {read_json, spec_schema_json};
const struct spec_reader spec_read_struct = {read_struct, spec_schema_struct};
const struct spec_reader spec_read_items = {read_items, spec_schema_items};
const struct spec_reader spec_read_self = {read_self, NULL};
const struct spec_reader spec_read_path = {read_path, NULL};
const struct spec_reader spec_read_rule = {read_rule, NULL};
const struct spec_reader spec_read_check = {read_check, NULL};
const struct spec_reader spec_read_one_of = {read_one_of, NULL};
const struct spec_reader spec_read_done = {read_done, NULL};
const struct spec_reader spec_read_part = {read_part, spec_schema_part};

/* --- a mapping --- */

static bool about_whole(const struct spec_field *field)
{
    return field->key[0] == '\0';
}

/* Most keys differ in their first letter already. */
static inline bool is_key_of(const struct spec_field *field, const char *key)
{
    return !about_whole(field) && field->key[0] == key[0] && strcmp(field->key, key) == 0;
}

static bool known(const struct spec_reading *reading, const struct spec_field *fields,
    const char *key)
{
    for (const struct spec_field *field = fields; field->key != NULL; field++)
        if (is_key_of(field, key) && (!field->internal || reading->mode == SPEC_DERIVED))
            return true;
    return false;
}

static const struct spec_name *other_name(const struct spec_field *fields, const char *key)
{
    for (const struct spec_field *field = fields; field->key != NULL; field++)
        for (const struct spec_name *name = field->names; name != NULL && name->key != NULL; name++)
            if (strcmp(name->key, key) == 0)
                return name;
    return NULL;
}

/* That the field itself is absent is no problem of its own then. */
static void is_meant(struct spec_reading *reading, const json_t *mapping,
    const struct spec_path *unknown, const char *key)
{
    struct spec_path meant = {.above = unknown->above, .key = key};

    if (key != NULL && absent(json_at(mapping, key)))
        problem_explain(reading->problems, spec_path_text(reading->arena, &meant));
}

static const char *place_of(struct spec_reading *reading, const struct spec_field *fields,
    const struct spec_path *path)
{
    const struct spec_path *root = path;

    while (root->above != NULL)
        root = root->above;
    return spec_place_of_key(reading->arena, reading->root, root->key, fields, path->key);
}

static void unknown_field(struct spec_reading *reading, const struct spec_field *fields,
    const json_t *mapping, const struct spec_path *path)
{
    const struct spec_name *name = other_name(fields, path->key);
    const char *near = spec_suggestion(fields, path->key);
    const char *meant = name != NULL ? name->ours : near, *place;

    if (name != NULL && name->rule != NULL)
        spec_problem(reading, path, "%s", name->rule);
    else if (name != NULL)
        spec_problem(reading, path, "is called %s here", name->ours);
    else if (near != NULL)
        spec_problem(reading, path, "is not a known field (did you mean \"%s\"?)", near);
    else if ((place = place_of(reading, fields, path)) != NULL)
        spec_problem(reading, path, "%s", place);
    else
        spec_problem(reading, path, "is not a known field%s", spec_slip_of_key(path->key));
    if (meant == NULL)
        meant = spec_key_before_colon(reading->arena, path->key);
    is_meant(reading, mapping, path, meant);
}

static void read_fallback(struct spec_reading *reading, const struct spec_field *field,
    const struct spec_path *path, void *member)
{
    const char *text = field->fallback;

    if (field->reader == &spec_read_count)
        *(uint32_t *)member = (uint32_t)strtoul(text, NULL, 10);
    else if (field->reader == &spec_read_flag)
        *(bool *)member = strcmp(text, "true") == 0;
    else
        field->reader->read(reading, field, json_loads(text, JSON_DECODE_ANY, NULL), path, member);
}

/* A key may have several rows: one typed, one as JSON. */
static void read_key(struct spec_reading *reading, const struct spec_field *fields,
    const json_t *value, const struct spec_path *path, char *out)
{
    for (const struct spec_field *field = fields; field->key != NULL; field++)
        if (is_key_of(field, path->key))
            field->reader->read(reading, field, value, path, out + field->offset);
}

static void read_absent(struct spec_reading *reading, const struct spec_field *field,
    const struct spec_path *above, char *out)
{
    struct spec_path path = {.above = above, .key = field->key};

    if (field->required)
        spec_problem(reading, &path, "is required");
    else
        read_fallback(reading, field, &path, out + field->offset);
}

void spec_read_fields(struct spec_reading *reading, const struct spec_field *fields,
    const json_t *value, const struct spec_path *path, void *out)
{
    const char *key;
    const json_t *item;

    if (!json_is_object(value)) {
        spec_wrong_value(reading, path, "must be a mapping", value, JSON_OBJECT);
        return;
    }
    json_each_field (value, key, item) {
        const char *text = NULL;
        struct spec_path place = {.above = path, .key = key, .around = value, .text = &text};

        if (reading->mode == SPEC_STRICT && !known(reading, fields, key))
            unknown_field(reading, fields, value, &place);
        else if (!absent(item))
            read_key(reading, fields, item, &place, out);
    }
    for (const struct spec_field *field = fields; field->key != NULL; field++) {
        if (about_whole(field))
            field->reader->read(reading, field, value, path, (char *)out + field->offset);
        else if ((field->required || field->fallback != NULL) && absent(json_at(value, field->key)))
            read_absent(reading, field, path, out);
    }
}

void spec_read(struct arena *arena, const struct spec_field *fields, const json_t *value,
    const char *path, enum spec_mode mode, void *out, struct problems *problems)
{
    struct spec_reading reading = {arena, mode, problems, fields};
    struct spec_path root = {.key = path};

    spec_read_fields(&reading, fields, absent(value) ? json_new_map() : value, &root, out);
}
