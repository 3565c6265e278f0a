#include "json.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "fold.h"

/* The values of a text, made all at once or one by one as somebody looks at them. */

/* --- strings and numbers --- */

static json_t *make_string(const struct json_source *source, const struct json_node *node)
{
    size_t length;
    const char *text = json_node_text(source->arena, source->text, node, &length);

    return json_stringn_nocheck(text, length);
}

/* An integer beyond 64 bits is a real number, as in the API server. */
static json_t *make_number(const char *text, const char *end)
{
    long long integer;

    if (memchr(text, '.', (size_t)(end - text)) != NULL ||
        memchr(text, 'e', (size_t)(end - text)) != NULL ||
        memchr(text, 'E', (size_t)(end - text)) != NULL)
        return json_real(strtod(text, NULL));
    errno = 0;
    integer = strtoll(text, NULL, 10);
    return errno == 0 ? json_integer(integer) : json_real(strtod(text, NULL));
}

static json_t *make_scalar(const struct json_source *source, const struct json_node *node)
{
    const char *text = source->text + node->start;

    switch (*text) {
    case '"':
        return make_string(source, node);
    case 't':
        return json_true();
    case 'f':
        return json_false();
    case 'n':
        return json_null();
    default:
        return make_number(text, source->text + node->end);
    }
}

static bool is_collection(const struct json_source *source, const struct json_node *node)
{
    return source->text[node->start] == '{' || source->text[node->start] == '[';
}

/* --- mappings and lists --- */

/* The value of a node inside of a collection. */
typedef json_t *make_value(const struct json_source *source, const struct json_node *node);

static const struct json_node *next_node(const struct json_source *source,
    const struct json_node *node)
{
    return source->nodes + node->next;
}

static json_t *make_mapping(const struct json_source *source, const struct json_node *node,
    make_value *make)
{
    json_t *mapping = json_object();
    const struct json_node *end = next_node(source, node);

    for (const struct json_node *key = node + 1; key < end; key = next_node(source, key + 1)) {
        size_t length;
        const char *text = json_node_text(source->arena, source->text, key, &length);

        json_object_setn_new_nocheck(mapping, text, length, make(source, key + 1));
    }
    return mapping;
}

static json_t *make_list(const struct json_source *source, const struct json_node *node,
    make_value *make)
{
    json_t *list = json_array();
    const struct json_node *end = next_node(source, node);

    for (const struct json_node *item = node + 1; item < end; item = next_node(source, item))
        json_array_append_new(list, make(source, item));
    return list;
}

static json_t *make_collection(const struct json_source *source, const struct json_node *node,
    make_value *make)
{
    return source->text[node->start] == '{' ? make_mapping(source, node, make)
                                            : make_list(source, node, make);
}

/* --- all at once --- */

static json_t *make_all(const struct json_source *source, const struct json_node *node)
{
    return is_collection(source, node) ? make_collection(source, node, make_all)
                                       : make_scalar(source, node);
}

static json_t *read_all(struct arena *arena, const char *text, size_t length, int depth,
    struct json_fault *fault)
{
    const struct json_node *nodes = json_scan(arena, text, length, depth, NULL, fault);
    struct json_source source = {arena, text, nodes, NULL, NULL};

    return nodes == NULL ? NULL : make_all(&source, nodes);
}

const json_t *json_read(struct arena *arena, const char *text, size_t length, int depth,
    struct json_fault *fault)
{
    return read_all(arena, text, length, depth, fault);
}

/* --- one by one --- */

static json_t *make_folded(const struct json_source *source, const struct json_node *node)
{
    struct json_folded *folded = arena_raw(source->arena, sizeof(*folded));

    *folded = (struct json_folded){.json = {.type = (json_type)JSON_FOLDED, .refcount = 1},
        .source = source,
        .node = node};
    return &folded->json;
}

/* Always the same one for the same node. */
static json_t *value_of(const struct json_source *source, const struct json_node *node)
{
    json_t **made = &source->made[node - source->nodes];

    if (*made == NULL)
        *made = is_collection(source, node) ? make_folded(source, node) : make_scalar(source, node);
    return *made;
}

static bool is_passed(const struct json_folded *folded)
{
    return (folded->node->marks & JSON_PASSED) != 0;
}

/* What was passed over, but is of interest after all. */
static json_t *make_passed(const struct json_folded *folded)
{
    const struct json_source *source = folded->source;
    struct json_fault fault;
    const char *text = source->text + folded->node->start;
    json_t *value =
        read_all(source->arena, text, folded->node->end - folded->node->start, INT_MAX, &fault);

    /* It is right, so there was no room for it, and this request will not be answered. */
    if (value == NULL)
        return *text == '{' ? json_object() : json_array();
    return value;
}

/* What is found out about a value is kept in it, which changes nothing that anybody sees. */
static struct json_folded *own_folded(const json_t *value)
{
    union {
        const json_t *borrowed;
        struct json_folded *own;
    } as = {value};

    return json_is_folded(value) ? as.own : NULL;
}

const json_t *json_unfold(const json_t *value)
{
    struct json_folded *folded = own_folded(value);

    if (folded->value == NULL)
        folded->value = is_passed(folded) ? make_passed(folded)
                                          : make_collection(folded->source, folded->node, value_of);
    return folded->value;
}

static const json_t *read_folded(struct arena *arena, const char *text, size_t length, int depth,
    struct json_models *models, struct json_fault *fault)
{
    struct json_source *source = arena_alloc(arena, sizeof(*source));

    source->arena = arena;
    source->text = text;
    source->nodes = json_scan(arena, text, length, depth, models, fault);
    if (source->nodes == NULL)
        return NULL;
    source->made = arena_array(arena, source->nodes->next, sizeof(*source->made));
    source->embedded = arena_make(arena, struct json_models);
    return value_of(source, source->nodes);
}

const json_t *json_read_folded(struct arena *arena, const char *text, size_t length, int depth,
    struct json_fault *fault)
{
    struct json_models models = {.count = 0};

    return read_folded(arena, text, length, depth, &models, fault);
}

/* More fields are looked for by their hash. */
enum { FEW_FIELDS = 32 };

/* Is a mapping that has all its nodes, and no values yet. */
static bool is_untouched(const struct json_folded *folded)
{
    return folded->value == NULL && !is_passed(folded) &&
           folded->source->text[folded->node->start] == '{';
}

/* The value of the field `name` of a mapping that is untouched, or NULL; `sure` becomes false where
 * there may be one all the same. */
static const struct json_node *field_node(const struct json_folded *folded, const char *name,
    bool *sure)
{
    const char *text = folded->source->text;
    const struct json_node *nodes = folded->source->nodes, *key = folded->node + 1;
    const struct json_node *end = nodes + folded->node->next;
    const size_t length = strlen(name);
    uint32_t marks = 0, left = FEW_FIELDS;

    for (; key < end && left > 0; left--, key = nodes + key[1].next) {
        marks |= key->marks;
        /* Most keys have another length, or begin with another letter. */
        if (key->end - key->start == length + 2 && text[key->start + 1] == *name &&
            memcmp(text + key->start + 1, name, length) == 0 && (key->marks & JSON_ESCAPES) == 0)
            return key + 1;
    }
    *sure = key >= end && (marks & JSON_ESCAPES) == 0;
    return NULL;
}

/* The field `name` of a mapping that is folded, or NULL. */
static const json_t *folded_field(const struct json_folded *folded, const char *name)
{
    const struct json_node *node;
    bool sure = true;

    if (!is_untouched(folded))
        return json_object_get(json_unfold(&folded->json), name);
    node = field_node(folded, name, &sure);
    if (node != NULL)
        return value_of(folded->source, node);
    return sure ? NULL : json_object_get(json_unfold(&folded->json), name);
}

const json_t *json_at_path(const json_t *value, const char *const *keys)
{
    for (; value != NULL && *keys != NULL; keys++) {
        const struct json_folded *folded = json_folded(value);

        value = folded == NULL ? json_object_get(value, *keys) : folded_field(folded, *keys);
    }
    return value;
}

size_t json_folded_size(const json_t *mapping)
{
    const struct json_folded *folded = json_folded(mapping);
    const struct json_node *end;
    size_t size = 0;

    if (folded == NULL || folded->value != NULL || is_passed(folded))
        return (json_object_size)(json_unfolded(mapping));
    if (folded->source->text[folded->node->start] != '{')
        return 0;
    end = next_node(folded->source, folded->node);
    for (const struct json_node *key = folded->node + 1; key < end;
         key = next_node(folded->source, key + 1))
        size++;
    return size;
}

/* The text at `key`, or NULL. It has no terminator. */
static const char *embedded_text(const json_t *mapping, const char *key, size_t *length)
{
    const struct json_folded *folded = json_folded(mapping);
    const struct json_node *node = NULL;
    const json_t *value;
    bool sure;

    if (folded != NULL && is_untouched(folded))
        node = field_node(folded, key, &sure);
    if (node != NULL && folded->source->text[node->start] == '"')
        return json_node_text(folded->source->arena, folded->source->text, node, length);
    value = json_at(mapping, key);
    *length = json_string_length(value);
    return json_string_value(value);
}

static const json_t *read_embedded(struct arena *arena, const json_t *mapping, const char *key,
    struct json_models *models)
{
    size_t length;
    const char *text = embedded_text(mapping, key, &length);
    struct json_fault fault;

    return text == NULL ? NULL : read_folded(arena, text, length, 0, models, &fault);
}

const json_t *json_embedded(struct arena *arena, const json_t *mapping, const char *key)
{
    struct json_folded *folded = own_folded(mapping);
    struct json_models none = {.count = 0};

    if (folded == NULL)
        return read_embedded(arena, mapping, key, &none);
    if (folded->embedded_key == NULL || strcmp(folded->embedded_key, key) != 0) {
        folded->embedded =
            read_embedded(folded->source->arena, mapping, key, folded->source->embedded);
        folded->embedded_key = key;
    }
    return folded->embedded;
}

json_type json_folded_type(const json_t *value)
{
    const struct json_folded *folded = json_folded(value);

    return folded->source->text[folded->node->start] == '{' ? JSON_OBJECT : JSON_ARRAY;
}

bool json_view_of(const json_t *value, struct json_view *view)
{
    const struct json_folded *folded = json_folded(value);

    if (folded == NULL)
        return false;
    *view = (struct json_view){folded->source->text, folded->source->nodes, folded->node};
    return true;
}

void *json_notes(const json_t *value, size_t size)
{
    struct json_folded *folded = own_folded(value);

    if (folded != NULL && folded->notes == NULL) {
        folded->notes = arena_alloc(folded->source->arena, size);
        folded->notes_size = size;
    }
    return folded == NULL || folded->notes_size != size ? NULL : folded->notes;
}

void json_note_part(const json_t *part, const json_t *whole)
{
    struct json_folded *folded = own_folded(part);

    if (folded != NULL)
        folded->whole = whole;
}

bool json_noted_part(const json_t *part, const json_t *whole)
{
    const struct json_folded *folded = json_folded(part);

    return folded != NULL && whole != NULL && folded->whole == whole;
}

/* --- without making values --- */

static bool same_as_node(const struct json_source *source, const struct json_node *node,
    const json_t *value);

static bool same_string(const struct json_source *source, const struct json_node *node,
    const json_t *value)
{
    size_t length;
    const char *text = json_node_text(source->arena, source->text, node, &length);

    return length == json_string_length(value) &&
           memcmp(text, json_string_value(value), length) == 0;
}

static bool same_scalar(const struct json_source *source, const struct json_node *node,
    const json_t *value)
{
    const char first = source->text[node->start];

    if (json_is_string(value))
        return first == '"' && same_string(source, node, value);
    return first != '"' && json_equal(make_scalar(source, node), value);
}

static bool same_fields(const struct json_source *source, const struct json_node *node,
    const json_t *mapping)
{
    const struct json_node *end = next_node(source, node);
    size_t fields = 0;

    for (const struct json_node *key = node + 1; key < end; key = next_node(source, key + 1)) {
        size_t length;
        const char *text = json_node_text(source->arena, source->text, key, &length);
        const json_t *value = json_object_getn(mapping, text, length);

        if (value == NULL || !same_as_node(source, key + 1, value))
            return false;
        fields++;
    }
    return fields == json_object_size(mapping);
}

static bool same_items(const struct json_source *source, const struct json_node *node,
    const json_t *list)
{
    const struct json_node *end = next_node(source, node);
    size_t items = 0;

    for (const struct json_node *item = node + 1; item < end; item = next_node(source, item)) {
        const json_t *value = json_array_get(list, items++);

        if (value == NULL || !same_as_node(source, item, value))
            return false;
    }
    return items == json_array_size(list);
}

static bool same_as_node(const struct json_source *source, const struct json_node *node,
    const json_t *value)
{
    const char first = source->text[node->start];

    if (json_is_folded(value))
        return json_same(value_of(source, node), value);
    if (first != '{' && first != '[')
        return same_scalar(source, node, value);
    if ((node->marks & JSON_PASSED) != 0)
        return json_same(json_unfold(value_of(source, node)), value);
    if (first == '{')
        return json_is_object(value) && same_fields(source, node, value);
    return json_is_array(value) && same_items(source, node, value);
}

bool json_same_as_folded(const json_t *folded, const json_t *made)
{
    const struct json_folded *own = json_folded(folded);

    return same_as_node(own->source, own->node, made);
}

const char *json_folded_text(const json_t *value, size_t *length)
{
    const struct json_folded *folded = json_folded(value);

    if (folded == NULL || (folded->node->marks & JSON_ODD) != 0)
        return NULL;
    *length = folded->node->end - folded->node->start;
    return folded->source->text + folded->node->start;
}
