#include "template.h"

#include <string.h>

#define BUG "internal error"

/* Some template of this thread had a bug. */
static _Thread_local bool any_bug;

/* The way from the object down to what is being rendered; only a bug makes it a text. */
struct step {
    const struct step *above;
    const char *key; /* NULL: an item of a list */
    size_t index;
};

struct renderer {
    struct arena *arena;
    const char *kind;
    const char *bug; /* the first one */
};

static json_t *render_fields(struct renderer *renderer, const struct template_field *fields,
    const struct step *above);
static json_t *render_items(struct renderer *renderer, const struct template_value *items,
    const struct step *above);

static const char *path_text(struct renderer *renderer, const struct step *step)
{
    if (step == NULL)
        return renderer->kind;
    if (step->key == NULL)
        return fmt(renderer->arena, "%s[%zu]", path_text(renderer, step->above), step->index);
    return fmt(renderer->arena, "%s.%s", path_text(renderer, step->above), step->key);
}

static void bug(struct renderer *renderer, const struct step *step, const char *what)
{
    any_bug = true;
    if (renderer->bug == NULL)
        renderer->bug = fmt(renderer->arena, "%s %s", path_text(renderer, step), what);
}

/* An object that went wrong by itself makes the one that it is put into wrong too. Where none did,
 * which is always, nothing is looked up in anything. */
static void inherit_bug(struct renderer *renderer, const json_t *value)
{
    const json_t *item;

    if (!any_bug)
        return;
    if (renderer->bug == NULL)
        renderer->bug = template_bug(value);
    json_each_item (value, i, item) {
        if (renderer->bug != NULL)
            break;
        renderer->bug = template_bug(item);
    }
}

/* NULL where the value is a NULL pointer. */
static const json_t *render_value(struct renderer *renderer, const struct template_value *value,
    const struct step *step)
{
    const json_t *text;

    switch (value->type) {
    case TEMPLATE_STRING:
        if (value->string == NULL)
            return NULL;
        text = json_string(value->string);
        if (text == NULL) {
            bug(renderer, step, "is not UTF-8");
            return json_null();
        }
        return text;
    case TEMPLATE_INTEGER:
        return json_integer(value->integer);
    case TEMPLATE_BOOLEAN:
        return json_boolean(value->boolean);
    case TEMPLATE_JSON:
        inherit_bug(renderer, value->json);
        return value->json;
    case TEMPLATE_MAPPING:
        return render_fields(renderer, value->fields, step);
    case TEMPLATE_SEQUENCE:
        return render_items(renderer, value->items, step);
    case TEMPLATE_EACH:
    case TEMPLATE_END:
        break;
    }
    return NULL;
}

static json_t *render_items(struct renderer *renderer, const struct template_value *items,
    const struct step *above)
{
    json_t *list = json_new_list();
    const json_t *value;

    for (; items->type != TEMPLATE_END; items++) {
        struct step step = {.above = above, .index = json_array_size(list)};

        if (items->type == TEMPLATE_EACH) {
            inherit_bug(renderer, items->json);
            json_each_item (items->json, i, value)
                json_add(list, value);
            continue;
        }
        value = render_value(renderer, items, &step);
        if (value == NULL)
            bug(renderer, &step, "is null");
        json_add(list, value);
    }
    return list;
}

static bool empty(const json_t *value)
{
    return (json_is_object(value) && json_object_size(value) == 0) ||
           (json_is_array(value) && json_array_size(value) == 0);
}

/* F, MAP and LIST may overrule what was spread before them, but never each other. */
static bool given_before(const struct template_field *first, const struct template_field *field)
{
    for (; first < field; first++)
        if (first->rule == TEMPLATE_REQUIRED && strcmp(first->key, field->key) == 0)
            return true;
    return false;
}

static void spread(struct renderer *renderer, json_t *mapping, const json_t *source)
{
    const char *key;
    const json_t *value;

    inherit_bug(renderer, source);
    json_each_field (source, key, value)
        json_put(mapping, key, value);
}

static json_t *render_fields(struct renderer *renderer, const struct template_field *fields,
    const struct step *above)
{
    json_t *mapping = json_new_map();

    for (const struct template_field *field = fields; field->rule != TEMPLATE_LAST; field++) {
        struct step step = {.above = above, .key = field->key};
        const json_t *value;
        size_t size;

        if (field->rule == TEMPLATE_SPREAD) {
            spread(renderer, mapping, field->value.json);
            continue;
        }
        value = render_value(renderer, &field->value, &step);
        if (field->rule == TEMPLATE_OPTIONAL && (value == NULL || empty(value)))
            continue;
        if (value == NULL)
            bug(renderer, &step, "is null");
        if (*field->key == '\0')
            bug(renderer, above, "has a key that is null");
        size = json_object_size(mapping);
        json_put(mapping, field->key, value);
        /* The key was there already. */
        if (value != NULL && json_object_size(mapping) == size &&
            field->rule == TEMPLATE_REQUIRED && given_before(fields, field))
            bug(renderer, &step, "is given twice");
    }
    return mapping;
}

const json_t *template_object(struct arena *arena, const struct template_field *fields)
{
    struct renderer renderer = {.arena = arena, .kind = "object"};
    json_t *object;

    for (const struct template_field *field = fields; field->rule != TEMPLATE_LAST; field++)
        if (strcmp(field->key, "kind") == 0 && field->value.type == TEMPLATE_STRING &&
            field->value.string != NULL)
            renderer.kind = field->value.string;
    object = render_fields(&renderer, fields, NULL);
    if (renderer.bug != NULL)
        json_put_text(object, BUG, renderer.bug);
    return object;
}

/* --- what is there already --- */

static bool fields_like(const struct template_field *fields, const json_t *known);
static bool items_like(const struct template_value *items, const json_t *known);

static bool value_like(const struct template_value *value, const json_t *known)
{
    switch (value->type) {
    case TEMPLATE_STRING:
        return value->string != NULL && text_equal(json_string_value(known), value->string);
    case TEMPLATE_INTEGER:
        return json_is_integer(known) && json_integer_value(known) == value->integer;
    case TEMPLATE_BOOLEAN:
        return json_is_boolean(known) && json_is_true(known) == value->boolean;
    case TEMPLATE_JSON:
        return value->json != NULL && json_same(known, value->json);
    case TEMPLATE_MAPPING:
        return fields_like(value->fields, known);
    case TEMPLATE_SEQUENCE:
        return items_like(value->items, known);
    case TEMPLATE_EACH:
    case TEMPLATE_END:
        break;
    }
    return false;
}

static bool is_left_out(const struct template_field *field)
{
    const struct template_value *value = &field->value;

    if (field->rule != TEMPLATE_OPTIONAL)
        return false;
    return value->type == TEMPLATE_JSON ? value->json == NULL || empty(value->json)
                                        : value->type == TEMPLATE_STRING && value->string == NULL;
}

static bool gives(const struct template_field *field, const char *key)
{
    if (field->rule == TEMPLATE_SPREAD)
        return json_at(field->value.json, key) != NULL;
    return !is_left_out(field) && strcmp(field->key, key) == 0;
}

/* Such a key is counted once for each that gives it, and then there may be another one too many. */
static bool is_given_again(const struct template_field *field, const char *key)
{
    while ((++field)->rule != TEMPLATE_LAST) {
        if (gives(field, key))
            return true;
    }
    return false;
}

static bool gives_any_again(const struct template_field *fields)
{
    const json_t *value;
    const char *key;

    for (; fields->rule != TEMPLATE_LAST; fields++) {
        if (fields->rule != TEMPLATE_SPREAD) {
            if (!is_left_out(fields) && is_given_again(fields, fields->key))
                return true;
            continue;
        }
        json_each_field (fields->value.json, key, value) {
            if (is_given_again(fields, key))
                return true;
        }
    }
    return false;
}

/* What gives a key twice is rendered. */
static bool fields_like(const struct template_field *fields, const json_t *known)
{
    const json_t *value;
    const char *key;
    size_t count = 0;

    if (!json_is_object(known))
        return false;
    for (const struct template_field *field = fields; field->rule != TEMPLATE_LAST; field++) {
        if (field->rule == TEMPLATE_SPREAD) {
            json_each_field (field->value.json, key, value) {
                if (!json_same(json_at(known, key), value))
                    return false;
                count++;
            }
        } else if (!is_left_out(field)) {
            if (!value_like(&field->value, json_at(known, field->key)))
                return false;
            count++;
        }
    }
    return count == json_object_size(known) && !gives_any_again(fields);
}

static bool items_like(const struct template_value *items, const json_t *known)
{
    const json_t *value;
    size_t count = 0;

    if (!json_is_array(known))
        return false;
    for (; items->type != TEMPLATE_END; items++) {
        if (items->type == TEMPLATE_EACH) {
            json_each_item (items->json, i, value) {
                if (!json_same(json_array_get(known, count++), value))
                    return false;
            }
        } else if (!value_like(items, json_array_get(known, count++))) {
            return false;
        }
    }
    return count == json_array_size(known);
}

const json_t *template_object_like(struct arena *arena, const json_t *known,
    const struct template_field *fields)
{
    return !any_bug && fields_like(fields, known) ? known : template_object(arena, fields);
}

const char *template_bug(const json_t *value)
{
    return json_text_at(value, BUG);
}
