#include "spec_reader.h"

#include <string.h>

#include "template.h"

/* The API reference as Markdown: each table once, where it is met first; what has the same fields
 * points there. */

struct section {
    const struct spec_field *fields;
    const char *path;
};

struct sections {
    struct arena *arena;
    struct section *at;
    size_t count, capacity;
};

static const struct section *find(const struct sections *sections, const struct spec_field *fields)
{
    for (size_t i = 0; i < sections->count; i++)
        if (sections->at[i].fields == fields)
            return &sections->at[i];
    return NULL;
}

/* Where the fields are described: here, from now on, when nowhere before. */
static const char *place_of(struct sections *sections, const struct spec_field *fields,
    const char *path)
{
    const struct section *before = find(sections, fields);

    if (before != NULL)
        return before->path;
    if (sections->count == sections->capacity) {
        size_t capacity = sections->capacity == 0 ? 16 : sections->capacity * 2;
        struct section *at = arena_array(sections->arena, capacity, sizeof(*at));

        if (sections->count > 0)
            memcpy(at, sections->at, sections->count * sizeof(*at));
        sections->at = at;
        sections->capacity = capacity;
    }
    sections->at[sections->count++] = (struct section){fields, path};
    return path;
}

/* Fragments whose rows have no sentence are Kubernetes' own, which describes them. */
static const struct spec_field *fields_of(const struct spec_field *field)
{
    bool fragment = field->reader == &spec_read_json || field->reader == &spec_read_part;

    return !fragment || (field->fields != NULL && field->fields->doc != NULL) ? field->fields
                                                                              : NULL;
}

static const char *const shape_names[] = {
    [SPEC_ANY] = "anything",
    [SPEC_TEXT] = "text",
    [SPEC_NUMBER] = "whole number",
    [SPEC_SWITCH] = "true or false",
    [SPEC_PORT] = "port",
    [SPEC_QUANTITY] = "quantity",
    [SPEC_TEXT_MAP] = "map of text",
    [SPEC_FLAG_MAP] = "map of flags",
    [SPEC_QUANTITY_MAP] = "map of quantities",
    [SPEC_OBJECT] = "mapping",
    [SPEC_OBJECT_LIST] = "list of mappings",
    [SPEC_OBJECT_MAP] = "map of mappings",
    [SPEC_TEXT_LIST] = "list of text",
    [SPEC_NUMBER_LIST] = "list of whole numbers",
};

static const char *shape_name(const struct spec_field *field)
{
    return field->type_name != NULL ? field->type_name : shape_names[field->shape];
}

static const char *type_of(const struct spec_field *field)
{
    if (field->reader == &spec_read_text)
        return "text";
    if (field->reader == &spec_read_count)
        return "whole number";
    if (field->reader == &spec_read_flag)
        return "true or false";
    if (field->reader == &spec_read_items)
        return "list of mappings";
    return field->reader == &spec_read_struct ? "mapping" : shape_name(field);
}

static void write_rules(struct text *out, const struct spec_field *field)
{
    for (size_t i = 0; field->values != NULL && field->values[i] != NULL; i++)
        text_addf(out, "%s`%s`", i == 0 ? " One of " : ", ", field->values[i]);
    if (field->values != NULL)
        text_add(out, ".");
    if (field->format != NULL)
        text_addf(out, " It %s.", field->format->rule);
    if (field->reader == &spec_read_count && field->max > 0)
        text_addf(out, " From %lld to %lld.", field->min, field->max);
    else if (field->reader == &spec_read_count && field->min > 0)
        text_addf(out, " At least %lld.", field->min);
    if (field->immutable != NULL)
        text_add(out, " Cannot be changed.");
}

/* A bar would end the cell of a Markdown table. */
static void write_cell(struct text *out, const char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        text_add_bytes(out, *text == '|' ? "\\|" : text, *text == '|' ? 2 : 1);
}

static void write_row(struct text *out, struct sections *sections, const struct spec_field *field,
    const char *path)
{
    struct text about = {.arena = out->arena};

    write_cell(&about, field->doc);
    write_rules(&about, field);
    if (fields_of(field) != NULL)
        text_addf(&about,
            " See `%s`.",
            place_of(sections,
                fields_of(field),
                fmt(out->arena,
                    "%s.%s%s",
                    path,
                    field->key,
                    field->reader == &spec_read_items ? "[]" : "")));
    text_addf(out, "| `%s` | %s | ", field->key, type_of(field));
    if (field->required)
        text_add(out, "required");
    else if (field->fallback != NULL)
        text_addf(out, "`%s`", field->fallback);
    text_addf(out, " | %s |\n", text_string(&about));
}

/* What the API server holds fields against each other with. */
static void write_rules_between(struct text *out, const struct spec_field *fields)
{
    bool first = true;

    for (const struct spec_field *field = fields; field->key != NULL; field++) {
        if (field->cel == NULL)
            continue;
        text_addf(out, "%s- %s\n", first ? "\nRules:\n\n" : "", field->doc);
        first = false;
    }
}

static void write_section(struct text *out, struct sections *sections, struct section section)
{
    text_addf(out, "#### `%s`\n\n", section.path);
    text_add(out, "| field | type | default | meaning |\n| --- | --- | --- | --- |\n");
    for (const struct spec_field *field = section.fields; field->key != NULL; field++)
        if (field->key[0] != '\0' && !field->internal)
            write_row(out, sections, field, section.path);
    write_rules_between(out, section.fields);
}

void spec_reference(struct text *out, const struct spec_field *fields, const char *path)
{
    struct sections sections = {.arena = out->arena};

    place_of(&sections, fields, path);
    /* Each one may add more at the end. */
    for (size_t i = 0; i < sections.count; i++) {
        text_add(out, i > 0 ? "\n" : "");
        write_section(out, &sections, sections.at[i]);
    }
}
