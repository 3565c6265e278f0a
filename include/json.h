#ifndef VITESS_OPERATOR_JSON_H
#define VITESS_OPERATOR_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "text.h"

/* JSON documents that live in an arena.
 *
 * jansson has one allocator for the whole process. json_enter() directs it, for the calling
 * thread, to an arena: from then on until json_leave() each json_t comes out of that arena, counts
 * against its limit, and is freed with it, never alone. Outside these two jansson uses malloc.
 * No json_t may be used beyond the arena it came from: what crosses is text, or json_clone(). */
struct json_scope {
    struct arena *previous;
};
struct json_scope json_enter(struct arena *arena);
void json_leave(struct json_scope scope);

/* Where a text is no JSON that we take. */
struct json_fault {
    int line;   /* from 1 */
    int column; /* from 1, in bytes */
    const char *text;
};

/* Parses a whole text, a mapping or a list, inside the current scope. Integers beyond 64 bits are
 * real numbers, as in the API server. NULL with `fault` filled where it is not JSON, has a
 * duplicate key, a NUL in a string, invalid UTF-8, or nests deeper than `depth` (0: 256). */
const json_t *json_read(struct arena *arena, const char *text, size_t length, int depth,
    struct json_fault *fault);

/* The same, but a mapping or list is made only once somebody looks into it, which is a multiple of
 * the speed where most of a text is not of interest. The text has to stay as long as the values.
 * What is no JSON that we take is refused all the same, wherever it is. */
const json_t *json_read_folded(struct arena *arena, const char *text, size_t length, int depth,
    struct json_fault *fault);

/* What the text at `key` of `mapping` is as JSON, such as an annotation that holds an object, read
 * as json_read_folded() does; NULL where there is no text or it is no JSON. Of a mapping that came
 * out of json_read_folded() it is read once, however often it is asked for. `key` has to stay. */
const json_t *json_embedded(struct arena *arena, const json_t *mapping, const char *key);

/* --- values that nobody has looked into yet --- */

/* Type of a mapping or list of which there is only the text. jansson knows no such type, so those
 * of its functions that look into a value are told of it here; lib/json alone uses others. */
enum { JSON_FOLDED = 64 };
const json_t *json_unfold(const json_t *value);
json_type json_folded_type(const json_t *value);
/* `size` bytes, zero at first, in which whoever knows what kind of mapping `value` is keeps what
 * was found out about it, as long as it lives. NULL for one that is not folded, and where somebody
 * keeps something else of another size. */
void *json_notes(const json_t *value, size_t size);
size_t json_folded_size(const json_t *mapping); /* json_object_size() of any value */

static inline bool json_is_folded(const json_t *value)
{
    return value != NULL && (int)value->type == JSON_FOLDED;
}

static inline const json_t *json_unfolded(const json_t *value)
{
    return json_is_folded(value) ? json_unfold(value) : value;
}

static inline json_type json_type_of(const json_t *value)
{
    return (int)value->type == JSON_FOLDED ? json_folded_type(value) : value->type;
}

/* jansson's iterators want a json_t that is not const, though they only read it. */
static inline json_t *json_iterated(const json_t *mapping)
{
    union {
        const json_t *borrowed;
        json_t *iterated;
    } as = {json_unfolded(mapping)};

    return as.iterated;
}

#undef json_typeof
#define json_typeof(value) json_type_of(value)
#define json_object_get(value, key) json_object_get(json_unfolded(value), key)
#define json_object_size(value) json_folded_size(value)
#define json_array_size(value) json_array_size(json_unfolded(value))
#define json_array_get(value, index) json_array_get(json_unfolded(value), index)

/* Compact text as Go's encoding/json writes it: keys sorted bytewise, <, > and & and U+2028/9
 * escaped. It is the text of Metacontroller's last-applied annotation, and equal documents have
 * equal texts. `length` may be NULL. */
const char *json_write(struct arena *arena, const json_t *value, size_t *length);

/* The same with two-space indentation, for people: <, > and & are not escaped. Ends with a
 * newline. */
const char *json_write_pretty(struct arena *arena, const json_t *value);

/* A deep copy in the current scope. */
json_t *json_clone(const json_t *value);

/* Go reflect.DeepEqual on decoded JSON: key order does not matter; 1 and 1.0 differ; {} and a
 * missing key differ. NULL equals only NULL. */
bool json_same(const json_t *a, const json_t *b);

/* --- reading: a path of keys, NULL where any step is missing or not a mapping --- */

const json_t *json_at_path(const json_t *value, const char *const *keys);
#define json_at(value, ...) json_at_path((value), (const char *const[]){__VA_ARGS__, NULL})

/* A string there, or NULL. */
#define json_text_at(value, ...) json_string_value(json_at((value), __VA_ARGS__))
/* A whole number there, or `fallback`. */
#define json_int_at(value, fallback, ...) json_int_or(json_at((value), __VA_ARGS__), (fallback))
#define json_true_at(value, ...) json_is_true(json_at((value), __VA_ARGS__))
json_int_t json_int_or(const json_t *value, json_int_t fallback);

/* Who computes with numbers of a request does it with these: they end at the smallest and largest
 * number instead of overflowing. */
json_int_t json_int_sum(json_int_t a, json_int_t b);
json_int_t json_int_product(json_int_t a, json_int_t b);
/* A whole number there that counts something: 0 where it is negative or none. */
#define json_count_at(value, ...) json_count_of(json_at((value), __VA_ARGS__))
uint32_t json_count_of(const json_t *value);

/* The first mapping of `list` whose "name" is `name` (of containers, their statuses, volumes), or
 * NULL. */
const json_t *json_named(const json_t *list, const char *name);

/* `list` is a list that has the string `text`; NULL and any other type have none. */
bool json_list_has(const json_t *list, const char *text);

/* Both evaluate what they go over once, and take NULL and any other type for empty. */
#define json_each_item(list, index, item)                                                          \
    for (const json_t *index##_list = json_unfolded(list); index##_list != NULL;                   \
         index##_list = NULL)                                                                      \
        for (size_t index = 0; index < json_array_size(index##_list) &&                            \
                               ((item) = json_array_get(index##_list, index)) != NULL;             \
             index++)

/* In insertion order. */
#define json_each_field(mapping, key, item)                                                        \
    for (void *key##_map = json_iterated(mapping), *key##_iter = json_object_iter(key##_map);      \
         key##_iter != NULL && ((key) = json_object_iter_key(key##_iter)) != NULL &&               \
         ((item) = json_object_iter_value(key##_iter)) != NULL;                                    \
         key##_iter = json_object_iter_next(key##_map, key##_iter))

/* --- building what is not known before run time; fixed shapes are written with template.h --- */

json_t *json_new_map(void);
json_t *json_new_list(void);
/* Share `value`; a NULL value adds nothing. */
void json_put(json_t *mapping, const char *key, const json_t *value);
void json_add(json_t *list, const json_t *value);
void json_put_text(json_t *mapping, const char *key, const char *text);
void json_add_text(json_t *list, const char *text);

/* A shallow copy of `mapping` ({} for NULL) with the keys of `over` laid on top, without `without`
 * (either may be NULL). */
json_t *json_overlay(const json_t *mapping, const json_t *over);
json_t *json_without(const json_t *mapping, const char *key);

const json_t *json_texts(const struct texts *texts);

/* A short rendering for messages: at most 60 bytes, cut with "...". */
const char *json_brief(struct arena *arena, const json_t *value);

#endif
