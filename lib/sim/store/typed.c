#include "admit.h"

/* Go decodes a built-in object into a struct and encodes it again: null is as good as absent, and
 * omitempty drops "", false, 0, [] and {} of fields that are no pointers. */

/* Maps of the user's own keys: their values are data and stay, whatever they are. */
static const char *const maps[] = {"labels",
    "annotations",
    "matchLabels",
    "nodeSelector",
    "data",
    "binaryData",
    "limits",
    "requests",
    NULL};
/* Pointers to strings: "" says something. */
static const char *const text_pointers[] = {"storageClassName", "type", NULL};
static const char *const plain_flags[] = {"readOnly",
    "publishNotReadyAddresses",
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "stdin",
    "stdinOnce",
    "tty",
    "paused",
    NULL};
static const char *const plain_numbers[] = {"initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
    "minReadySeconds",
    "hostPort",
    "nodePort",
    NULL};

static bool dropped(const char *key, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
        return true;
    case JSON_FALSE:
        return text_is_one_of(key, plain_flags);
    case JSON_INTEGER:
        return json_integer_value(value) == 0 && text_is_one_of(key, plain_numbers);
    case JSON_STRING:
        return json_string_length(value) == 0 && !text_is_one_of(key, text_pointers);
    case JSON_ARRAY:
        return json_array_size(value) == 0;
    case JSON_OBJECT:
        return json_object_size(value) == 0 && text_is_one_of(key, maps);
    case JSON_REAL:
    case JSON_TRUE:
        break;
    }
    return false;
}

static json_t *copy_of(const json_t *value, bool typed);

static json_t *copy_of_map(const json_t *value, bool typed)
{
    json_t *copy = json_new_map();
    const json_t *item;
    const char *key;

    json_each_field (value, key, item) {
        if (!typed || !dropped(key, item))
            json_put(copy, key, copy_of(item, typed && !text_is_one_of(key, maps)));
    }
    return copy;
}

/* What is stored is text: a number without a fraction comes back as an integer. */
static json_t *copy_of_number(const json_t *value)
{
    double number = json_real_value(value);

    if (number > -1e18 && number < 1e18 && number == (double)(json_int_t)number)
        return json_integer((json_int_t)number);
    return json_real(number);
}

static json_t *copy_of(const json_t *value, bool typed)
{
    json_t *copy;
    const json_t *item;

    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return copy_of_map(value, typed);
    case JSON_ARRAY:
        copy = json_new_list();
        json_each_item (value, i, item)
            json_add(copy, copy_of(item, typed));
        return copy;
    case JSON_REAL:
        return copy_of_number(value);
    default:
        return json_clone(value);
    }
}

json_t *admit_copy(const json_t *object, bool typed)
{
    return copy_of(object, typed);
}
