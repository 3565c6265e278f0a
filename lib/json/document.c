#include <string.h>

#include "fold.h"

json_t *json_clone(const json_t *value)
{
    const json_t *item;
    const char *key;
    json_t *copy;

    value = json_unfolded(value);
    switch (value == NULL ? JSON_NULL : json_typeof(value)) {
    case JSON_OBJECT:
        copy = json_new_map();
        json_each_field (value, key, item)
            json_object_set_nocheck(copy, key, json_clone(item));
        return copy;
    case JSON_ARRAY:
        copy = json_new_list();
        json_each_item (value, i, item)
            json_array_append(copy, json_clone(item));
        return copy;
    case JSON_STRING:
        return json_stringn_nocheck(json_string_value(value), json_string_length(value));
    case JSON_INTEGER:
        return json_integer(json_integer_value(value));
    case JSON_REAL:
        return json_real(json_real_value(value));
    case JSON_TRUE:
        return json_true();
    case JSON_FALSE:
        return json_false();
    case JSON_NULL:
        break;
    }
    return value == NULL ? NULL : json_null();
}

static bool same_mapping(const json_t *a, const json_t *b)
{
    const json_t *item;
    const char *key;

    if (json_object_size(a) != json_object_size(b))
        return false;
    json_each_field (a, key, item) {
        if (!json_same(item, json_at(b, key)))
            return false;
    }
    return true;
}

static bool same_list(const json_t *a, const json_t *b)
{
    if (json_array_size(a) != json_array_size(b))
        return false;
    for (size_t i = 0; i < json_array_size(a); i++) {
        if (!json_same(json_array_get(a, i), json_array_get(b, i)))
            return false;
    }
    return true;
}

/* Equal values have equal canonical texts. */
bool json_same(const json_t *a, const json_t *b)
{
    size_t length_a, length_b;
    const char *text_a, *text_b;

    if (a == b || a == NULL || b == NULL)
        return a == b;
    text_a = json_folded_text(a, &length_a);
    text_b = text_a == NULL ? NULL : json_folded_text(b, &length_b);
    if (text_b != NULL)
        return length_a == length_b && memcmp(text_a, text_b, length_a) == 0;
    if (json_is_folded(a) != json_is_folded(b))
        return json_is_folded(a) ? json_same_as_folded(a, b) : json_same_as_folded(b, a);
    if (json_is_object(a) && json_is_object(b))
        return same_mapping(a, b);
    return json_is_array(a) && json_is_array(b) ? same_list(a, b) : json_equal(a, b);
}

const json_t *json_named(const json_t *list, const char *name)
{
    const json_t *item;

    json_each_item (list, i, item) {
        if (text_equal(json_text_at(item, "name"), name))
            return item;
    }
    return NULL;
}

bool json_list_has(const json_t *list, const char *text)
{
    const json_t *item;

    json_each_item (list, i, item) {
        if (text_equal(json_string_value(item), text))
            return true;
    }
    return false;
}

json_int_t json_int_or(const json_t *value, json_int_t fallback)
{
    return json_is_integer(value) ? json_integer_value(value) : fallback;
}

json_int_t json_int_sum(json_int_t a, json_int_t b)
{
    json_int_t sum;

    if (__builtin_add_overflow(a, b, &sum))
        return a < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

json_int_t json_int_product(json_int_t a, json_int_t b)
{
    json_int_t product;

    if (__builtin_mul_overflow(a, b, &product))
        return (a < 0) != (b < 0) ? INT64_MIN : INT64_MAX;
    return product;
}

uint32_t json_count_of(const json_t *value)
{
    json_int_t number = json_int_or(value, 0);

    if (number < 0)
        return 0;
    return number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
}
