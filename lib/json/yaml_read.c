#include "yaml.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h> /* NOLINT(readability-duplicate-include): that of libyaml */

#include "fault.h"
#include "yaml_cause.h"
#include "yaml_marks.h"
#include "yaml_scalar.h"

enum {
    DEEPEST = 256,
    /* Nodes that aliases may add to a document: enough for people, too few for a "billion laughs".
     */
    MOST_EXPANDED = 100000
};

struct anchor {
    const char *name;
    const json_t *value;
    const struct yaml_marks *marks;
    size_t nodes;
    struct anchor *next;
};

struct reader {
    struct arena *arena;
    const char *text;
    size_t length;
    yaml_parser_t parser;
    struct json_fault *fault;
    bool failed;
    struct anchor *anchors; /* of this document, the newest first */
    size_t nodes;           /* read so far, aliases counted in full */
    size_t expanded;        /* of them, those that came through aliases */
};

static const json_t *read_node(struct reader *reader, const yaml_event_t *event,
    struct yaml_marks *marks, int depth);

static void fail(struct reader *reader, yaml_mark_t mark, const char *why)
{
    if (reader->failed)
        return;
    reader->failed = true;
    *reader->fault = (struct json_fault){(int)mark.line + 1, (int)mark.column + 1, why};
}

/* The same, in the words of whoever wrote the file and at the place of the cause, where there is
 * one that we know. */
static void fail_at_cause(struct reader *reader, yaml_mark_t from, const char *context,
    yaml_mark_t mark, const char *problem)
{
    struct yaml_trouble trouble = {.arena = reader->arena,
        .text = reader->text,
        .length = reader->length,
        .context = context,
        .problem = problem,
        .fault = reader->fault};

    if (reader->failed)
        return;
    fail(reader,
        mark,
        fmt(reader->arena, "%s%s%s", context, *context == '\0' ? "" : ", ", problem));
    trouble.at = yaml_offset(&trouble, mark.line, mark.column);
    trouble.from = *context == '\0' ? trouble.at : yaml_offset(&trouble, from.line, from.column);
    yaml_blame_cause(&trouble);
}

/* Of bytes that are no UTF-8 libyaml knows the offset only. */
static void fail_in_bytes(struct reader *reader, size_t offset, const char *problem)
{
    fail(reader,
        (yaml_mark_t){0},
        yaml_bytes_rule(reader->arena, reader->text, reader->length, offset, problem));
    fault_at(reader->fault, reader->text, offset + 1, reader->fault->text);
}

/* False where the text ends or is no YAML; the event must be deleted otherwise. */
static bool next_event(struct reader *reader, yaml_event_t *event)
{
    yaml_parser_t *parser = &reader->parser;
    const char *problem, *context;

    if (reader->failed)
        return false;
    if (yaml_parser_parse(parser, event))
        return true;
    problem = parser->problem != NULL ? parser->problem : "needs more memory than there is";
    context = parser->context != NULL ? parser->context : "";
    if (parser->error == YAML_READER_ERROR)
        fail_in_bytes(reader, parser->problem_offset, problem);
    else
        fail_at_cause(reader, parser->context_mark, context, parser->problem_mark, problem);
    return false;
}

static void add_mark(struct yaml_marks *parent, struct yaml_marks *marks)
{
    marks->next = NULL;
    if (parent->last == NULL)
        parent->first = marks;
    else
        parent->last->next = marks;
    parent->last = marks;
}

static struct yaml_marks *add_marks(struct reader *reader, struct yaml_marks *parent,
    const char *key, yaml_mark_t mark)
{
    struct yaml_marks *marks = arena_make(reader->arena, struct yaml_marks);

    marks->key = key;
    marks->line = (int)mark.line + 1;
    marks->column = (int)mark.column + 1;
    add_mark(parent, marks);
    return marks;
}

/* --- scalars --- */

static const char *short_tag(const yaml_char_t *tag)
{
    static const char prefix[] = "tag:yaml.org,2002:";
    const char *text = (const char *)tag;

    return text_starts_with(text, prefix) ? text + sizeof(prefix) - 1 : text;
}

static const json_t *scalar_json(struct reader *reader, const yaml_event_t *event)
{
    struct yaml_scalar scalar = yaml_resolve((const char *)event->data.scalar.value);

    switch (scalar.kind) {
    case YAML_NULL:
        return json_null();
    case YAML_FLAG:
        return json_boolean(scalar.flag);
    case YAML_INTEGER:
        return json_integer(scalar.integer);
    case YAML_REAL:
        if (isfinite(scalar.real))
            return json_real(scalar.real);
        fail(reader, event->start_mark, "is a number that JSON does not have");
        return NULL;
    case YAML_TEXT:
        break;
    }
    return json_string((const char *)event->data.scalar.value);
}

/* Whether a tag such as !!int says what the value is. */
static bool tag_agrees(const char *tag, const json_t **value)
{
    if (strcmp(tag, "float") == 0 && json_is_integer(*value))
        *value = json_real((double)json_integer_value(*value));
    return (strcmp(tag, "int") == 0 && json_is_integer(*value)) ||
           (strcmp(tag, "float") == 0 && json_is_real(*value)) ||
           (strcmp(tag, "bool") == 0 && json_is_boolean(*value)) ||
           (strcmp(tag, "null") == 0 && json_is_null(*value));
}

static const json_t *read_scalar(struct reader *reader, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    const char *tag = short_tag(event->data.scalar.tag);
    const json_t *value;

    if (strlen(text) != event->data.scalar.length) {
        fail(reader, event->start_mark, "has a NUL character");
        return NULL;
    }
    if (tag == NULL && event->data.scalar.plain_implicit)
        return scalar_json(reader, event);
    if (tag == NULL || strcmp(tag, "str") == 0 || strcmp(tag, "!") == 0)
        return json_string(text);
    value = scalar_json(reader, event);
    if (value == NULL || tag_agrees(tag, &value))
        return value;
    fail(reader, event->start_mark, fmt(reader->arena, "cannot be read as %s", tag));
    return NULL;
}

/* --- anchors and aliases --- */

static void remember(struct reader *reader, const yaml_char_t *name, const json_t *value,
    const struct yaml_marks *marks, size_t nodes)
{
    struct anchor *anchor;

    if (name == NULL || value == NULL)
        return;
    anchor = arena_make(reader->arena, struct anchor);
    *anchor =
        (struct anchor){text_copy(reader->arena, (const char *)name, strlen((const char *)name)),
            value,
            marks,
            nodes,
            reader->anchors};
    reader->anchors = anchor;
}

/* What is in it is where it was written, below the anchor. */
static const json_t *read_alias(struct reader *reader, const yaml_event_t *event,
    struct yaml_marks *marks)
{
    const char *name = (const char *)event->data.alias.anchor;
    const struct anchor *anchor = reader->anchors;

    while (anchor != NULL && strcmp(anchor->name, name) != 0)
        anchor = anchor->next;
    if (anchor == NULL) {
        fail(reader,
            event->start_mark,
            fmt(reader->arena, "there is no anchor \"%s\" above", name));
        return NULL;
    }
    reader->nodes += anchor->nodes;
    reader->expanded += anchor->nodes;
    if (reader->expanded > MOST_EXPANDED) {
        fail(reader, event->start_mark, "aliases make the document too large");
        return NULL;
    }
    marks->first = anchor->marks->first;
    marks->last = anchor->marks->last;
    marks->value = anchor->value;
    marks->typed = anchor->marks->typed;
    return anchor->value;
}

/* --- mappings and lists --- */

static bool check_tag(struct reader *reader, const yaml_event_t *event, const yaml_char_t *tag,
    const char *expected)
{
    if (tag == NULL || strcmp(short_tag(tag), expected) == 0 || strcmp((const char *)tag, "!") == 0)
        return true;
    fail(reader, event->start_mark, fmt(reader->arena, "cannot be read as %s", short_tag(tag)));
    return false;
}

/* Keys that are numbers or booleans become text, as sigs.k8s.io/yaml has it: `on: x` is
 * {"true": "x"}. */
static const char *read_key(struct reader *reader, const yaml_event_t *event)
{
    const json_t *value;

    if (event->type != YAML_SCALAR_EVENT && event->type != YAML_ALIAS_EVENT) {
        fail_at_cause(reader, event->start_mark, "", event->start_mark, "a key must be text");
        return NULL;
    }
    value = read_node(reader, event, &(struct yaml_marks){0}, DEEPEST);
    if (value == NULL)
        return NULL;
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_number(value) || json_is_boolean(value))
        return json_write(reader->arena, value, NULL);
    fail(reader, event->start_mark, "a key must be text");
    return NULL;
}

static void fail_twice(struct reader *reader, const yaml_event_t *event,
    const struct yaml_marks *mapping, const char *key)
{
    const struct yaml_marks *first = mapping->first;

    while (first->key == NULL || strcmp(first->key, key) != 0)
        first = first->next;
    fail(reader,
        event->start_mark,
        fmt(reader->arena,
            "duplicate key \"%s\", which is in line %d already%s",
            key,
            first->line,
            strcmp(key, "apiVersion") == 0 ? "; between two objects a line with --- is missing"
                                           : ""));
}

/* A mapping that is being read. */
struct mapping {
    json_t *json;
    json_t *merged; /* the keys that came with << and were not written themselves; NULL: none */
    struct yaml_marks *marks;
};

static bool is_merge_key(const yaml_event_t *event)
{
    const char *tag;

    if (event->type != YAML_SCALAR_EVENT)
        return false;
    tag = short_tag(event->data.scalar.tag);
    return strcmp((const char *)event->data.scalar.value, "<<") == 0 &&
           (tag == NULL ? event->data.scalar.plain_implicit : strcmp(tag, "merge") == 0);
}

static void merge_mapping(struct reader *reader, struct mapping *mapping, const json_t *value,
    const struct yaml_marks *from)
{
    const json_t *item;
    const char *key;

    if (mapping->merged == NULL)
        mapping->merged = json_new_map();
    json_each_field (value, key, item) {
        if (json_object_get(mapping->json, key) == NULL)
            json_put(mapping->merged, key, json_null());
        json_put(mapping->json, key, item);
    }
    for (const struct yaml_marks *field = from->first; field != NULL; field = field->next) {
        struct yaml_marks *copy = arena_make(reader->arena, struct yaml_marks);

        *copy = *field;
        add_mark(mapping->marks, copy);
    }
}

/* The first mapping of a list wins, so it comes last. */
static bool merge_list(struct reader *reader, struct mapping *mapping, const json_t *list,
    const struct yaml_marks *from)
{
    const struct yaml_marks **marks =
        arena_array(reader->arena, json_array_size(list) + 1, sizeof(*marks));
    const struct yaml_marks *item = from->first;

    for (size_t i = 0; i < json_array_size(list); i++, item = item->next) {
        if (!json_is_object(json_array_get(list, i)))
            return false;
        marks[i] = item;
    }
    for (size_t i = json_array_size(list); i-- > 0;)
        merge_mapping(reader, mapping, json_array_get(list, i), marks[i]);
    return true;
}

/* <<: *defaults. As sigs.k8s.io/yaml has it, a key that stands below << wins over what comes with
 * it, which wins over a key that stands above. */
static void read_merge(struct reader *reader, const yaml_event_t *event, struct mapping *mapping,
    int depth)
{
    struct yaml_marks from = {0};
    yaml_event_t value_event;
    const json_t *value;

    if (!next_event(reader, &value_event))
        return;
    value = read_node(reader, &value_event, &from, depth);
    yaml_event_delete(&value_event);
    if (json_is_object(value))
        merge_mapping(reader, mapping, value, &from);
    else if (!json_is_array(value) || !merge_list(reader, mapping, value, &from))
        fail(reader, event->start_mark, "<< must have a mapping, or a list of mappings");
}

static void read_entry(struct reader *reader, const yaml_event_t *event, struct mapping *mapping,
    int depth)
{
    const char *key = read_key(reader, event);
    const json_t *value;
    yaml_event_t value_event;

    if (key == NULL || !next_event(reader, &value_event))
        return;
    if (json_object_get(mapping->json, key) != NULL && json_object_del(mapping->merged, key) != 0)
        fail_twice(reader, event, mapping->marks, key);
    value = read_node(reader,
        &value_event,
        add_marks(reader, mapping->marks, key, event->start_mark),
        depth);
    yaml_event_delete(&value_event);
    json_put(mapping->json, key, value);
}

static const json_t *read_mapping(struct reader *reader, const yaml_event_t *start,
    struct yaml_marks *marks, int depth)
{
    struct mapping mapping = {json_new_map(), NULL, marks};
    bool more = check_tag(reader, start, start->data.mapping_start.tag, "map");
    yaml_event_t event;

    while (more && next_event(reader, &event)) {
        more = event.type != YAML_MAPPING_END_EVENT;
        if (more && is_merge_key(&event))
            read_merge(reader, &event, &mapping, depth);
        else if (more)
            read_entry(reader, &event, &mapping, depth);
        yaml_event_delete(&event);
    }
    return mapping.json;
}

static const json_t *read_sequence(struct reader *reader, const yaml_event_t *start,
    struct yaml_marks *marks, int depth)
{
    json_t *list = json_new_list();
    bool more = check_tag(reader, start, start->data.sequence_start.tag, "seq");
    yaml_event_t event;

    while (more && next_event(reader, &event)) {
        more = event.type != YAML_SEQUENCE_END_EVENT;
        if (more)
            json_add(list,
                read_node(reader, &event, add_marks(reader, marks, NULL, event.start_mark), depth));
        yaml_event_delete(&event);
    }
    return list;
}

/* NULL once anything has failed. */
static const json_t *read_node(struct reader *reader, const yaml_event_t *event,
    struct yaml_marks *marks, int depth)
{
    size_t before = reader->nodes++;
    const yaml_char_t *anchor = NULL;
    const json_t *value = NULL;

    if (arena_exhausted(reader->arena))
        fail(reader, event->start_mark, "needs more memory than is allowed");
    else if (event->type == YAML_ALIAS_EVENT)
        return read_alias(reader, event, marks);
    else if (event->type == YAML_SCALAR_EVENT) {
        value = read_scalar(reader, event);
        anchor = event->data.scalar.anchor;
        if (value != NULL && !json_is_string(value))
            marks->typed = text_copy(reader->arena,
                (const char *)event->data.scalar.value,
                event->data.scalar.length);
    } else if (depth == DEEPEST)
        fail(reader, event->start_mark, fmt(reader->arena, "nests deeper than %d", DEEPEST));
    else if (event->type == YAML_MAPPING_START_EVENT) {
        value = read_mapping(reader, event, marks, depth + 1);
        anchor = event->data.mapping_start.anchor;
    } else {
        value = read_sequence(reader, event, marks, depth + 1);
        anchor = event->data.sequence_start.anchor;
    }
    marks->value = value;
    remember(reader, anchor, value, marks, reader->nodes - before);
    return reader->failed ? NULL : value;
}

/* --- documents --- */

static void add_document(struct reader *reader, struct yaml_documents *documents,
    struct yaml_document document)
{
    /* Powers of two are when the room is used up. */
    if ((documents->count & (documents->count - 1)) == 0) {
        size_t room = documents->count == 0 ? 1 : documents->count * 2;
        struct yaml_document *at = arena_array(reader->arena, room, sizeof(*at));

        if (documents->count > 0)
            memcpy(at, documents->at, documents->count * sizeof(*at));
        documents->at = at;
    }
    documents->at[documents->count++] = document;
}

static void read_documents(struct reader *reader, struct yaml_documents *documents)
{
    yaml_event_t event;
    bool more = true;

    while (more && next_event(reader, &event)) {
        struct yaml_marks *marks = arena_make(reader->arena, struct yaml_marks);
        const json_t *value;

        switch (event.type) {
        case YAML_STREAM_END_EVENT:
            more = false;
            break;
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
            reader->anchors = NULL;
            break;
        default:
            marks->line = (int)event.start_mark.line + 1;
            marks->column = (int)event.start_mark.column + 1;
            value = read_node(reader, &event, marks, 0);
            if (value != NULL && !json_is_null(value))
                add_document(reader, documents, (struct yaml_document){value, marks});
        }
        yaml_event_delete(&event);
    }
}

/* libyaml does not take all of JSON: no surrogate pairs in escapes. */
static bool read_as_json(struct reader *reader, const char *text, size_t length,
    struct yaml_documents *documents)
{
    static const struct yaml_marks nowhere = {.line = 1, .column = 1};
    struct json_fault fault; /* that of YAML says more about what is neither */
    size_t start = 0;
    const json_t *value;

    while (start < length && strchr(" \t\r\n", text[start]) != NULL && text[start] != '\0')
        start++;
    if (start == length || text[start] != '{')
        return false;
    value = json_read(reader->arena, text, length, DEEPEST, &fault);
    *documents = (struct yaml_documents){0};
    if (value != NULL)
        add_document(reader, documents, (struct yaml_document){value, &nowhere});
    return value != NULL;
}

/* YAML takes it, and so do we where nobody else would take the text for JSON. */
static void refuse_trailing_comma(struct reader *reader)
{
    const char *comma = yaml_trailing_comma(reader->text, reader->length);

    if (comma == NULL)
        return;
    reader->failed = true;
    fault_at(reader->fault,
        reader->text,
        (size_t)(comma - reader->text) + 1,
        "JSON has no comma in front of a closing bracket: take it out");
}

bool yaml_read(struct arena *arena, const char *text, size_t length,
    struct yaml_documents *documents, struct json_fault *fault)
{
    static const char mark[] = "\xef\xbb\xbf";
    struct reader reader = {.arena = arena, .fault = fault};

    /* Some editors put one at the start; libyaml takes it for a column. */
    if (length >= 3 && memcmp(text, mark, 3) == 0) {
        text += 3;
        length -= 3;
    }
    reader.text = text;
    reader.length = length;
    *documents = (struct yaml_documents){0};
    if (!yaml_parser_initialize(&reader.parser)) {
        *fault = (struct json_fault){1, 1, "needs more memory than there is"};
        return false;
    }
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, length);
    read_documents(&reader, documents);
    yaml_parser_delete(&reader.parser);
    if (!reader.failed)
        refuse_trailing_comma(&reader);
    return !reader.failed || read_as_json(&reader, text, length, documents);
}
