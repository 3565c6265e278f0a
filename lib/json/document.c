#include "json.h"

#include "fault.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_DEPTH 256

/* Where this thread's jansson gets its memory; NULL: malloc. */
static _Thread_local struct arena *current;
/* While a body is parsed an exhausted arena makes jansson fail, or 64 MiB of "[],[],..." would
 * first become gigabytes of values. Builders do not look at NULL, so elsewhere it never does. */
static _Thread_local bool parsing;

static void *scoped_malloc(size_t size)
{
    void *bytes;

    if (current == NULL)
        return malloc(size);
    bytes = arena_alloc(current, size);
    return parsing && arena_exhausted(current) ? NULL : bytes;
}

static void scoped_free(void *bytes)
{
    if (current == NULL)
        free(bytes);
}

static void set_functions(void)
{
    json_set_alloc_funcs(scoped_malloc, scoped_free);
}

struct json_scope json_enter(struct arena *arena)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct json_scope scope = {current};

    pthread_once(&once, set_functions);
    current = arena;
    return scope;
}

void json_leave(struct json_scope scope)
{
    current = scope.previous;
}

/* The first byte that opens one level too many, or NULL. Strings are skipped; text that is not
 * JSON gives some answer, and jansson says what is wrong with it. */
static const char *too_deep(const char *text, size_t length, int depth)
{
    const char *end = text + length;
    int level = 0;

    for (const char *at = text; at < end; at++) {
        switch (*at) {
        case '"':
            for (at++; at < end && *at != '"'; at++)
                if (*at == '\\')
                    at++;
            break;
        case '[':
        case '{':
            if (++level > depth)
                return at;
            break;
        case ']':
        case '}':
            level--;
            break;
        default:
            break;
        }
    }
    return NULL;
}

void fault_at(struct json_fault *fault, const char *text, size_t position, const char *why)
{
    size_t start = 0;

    fault->line = 1;
    for (size_t i = 0; i + 1 < position; i++) {
        if (text[i] == '\n') {
            fault->line++;
            start = i + 1;
        }
    }
    fault->column = position > start ? (int)(position - start) : 1;
    fault->text = why;
}

const json_t *json_read(struct arena *arena, const char *text, size_t length, int depth,
    struct json_fault *fault)
{
    const char *deep = too_deep(text, length, depth > 0 ? depth : DEFAULT_DEPTH);
    bool outer = parsing;
    json_error_t error;
    json_t *value;

    if (deep != NULL) {
        fault_at(fault,
            text,
            (size_t)(deep - text) + 1,
            fmt(arena, "nests deeper than %d", depth > 0 ? depth : DEFAULT_DEPTH));
        return NULL;
    }
    parsing = true;
    value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    parsing = outer;
    if (value != NULL)
        return value;
    fault_at(fault,
        text,
        error.position > 0 ? (size_t)error.position : 0,
        arena_exhausted(arena) ? "needs more memory than one request may use"
                               : text_copy(arena, error.text, strlen(error.text)));
    return NULL;
}

json_t *json_clone(const json_t *value)
{
    const json_t *item;
    const char *key;
    json_t *copy;

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

bool json_same(const json_t *a, const json_t *b)
{
    return a == b || json_equal(a, b);
}

const json_t *json_at_path(const json_t *value, const char *const *keys)
{
    for (; value != NULL && *keys != NULL; keys++)
        value = json_object_get(value, *keys);
    return value;
}

json_int_t json_int_or(const json_t *value, json_int_t fallback)
{
    return json_is_integer(value) ? json_integer_value(value) : fallback;
}
