#ifndef VITESS_OPERATOR_TEMPLATE_H
#define VITESS_OPERATOR_TEMPLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "json.h"

/* Objects that read like the YAML they become.
 *
 *     object(a,
 *         F("apiVersion", "v1"),
 *         F("kind", "Service"),
 *         MAP("spec",
 *             F("clusterIP", "None"),
 *             LIST("ports", ITEM(F("name", "web"), F("port", INT(15000))))))
 *
 * Inside MAP, ITEM and object():
 *     F(key, scalar or json)     required: NULL is a bug of ours and is reported with its path
 *     OPT(key, scalar or json)   left out when NULL, and so is an empty mapping or list
 *     KEY(key, scalar or json)   F with a key that is known at run time: KEY(keys->cluster, name)
 *     OPT_KEY(key, ...)          OPT with such a key
 *     SPREAD(json mapping)       all its keys; NULL adds none. Later keys win over spread ones
 *     MAP(key, ...)              a mapping
 *     LIST(key, ...)             a sequence of V(scalar or json), ITEM(...) and EACH(json list)
 *
 * In C11 `true` and `a == b` are ints, so int is refused: say INT(n) or BOOL(b). Conditionals go
 * through OPT with a NULL; dynamic lists are built with json_add() and passed to F or EACH. */

enum template_type {
    TEMPLATE_END,
    TEMPLATE_STRING,
    TEMPLATE_INTEGER,
    TEMPLATE_BOOLEAN,
    TEMPLATE_JSON,
    TEMPLATE_MAPPING,
    TEMPLATE_SEQUENCE,
    TEMPLATE_EACH
};
enum template_rule { TEMPLATE_LAST, TEMPLATE_REQUIRED, TEMPLATE_OPTIONAL, TEMPLATE_SPREAD };

struct template_value {
    enum template_type type; /* first, so that a stray string or pointer does not compile */
    union {
        const char *string;
        json_int_t integer;
        bool boolean;
        const json_t *json;
        const struct template_field *fields;
        const struct template_value *items;
    };
};

struct template_field {
    enum template_rule rule;
    const char *key;
    struct template_value value;
};

static inline struct template_value template_string(const char *text)
{
    return (struct template_value){TEMPLATE_STRING, .string = text};
}

static inline struct template_value template_integer(json_int_t number)
{
    return (struct template_value){TEMPLATE_INTEGER, .integer = number};
}

static inline struct template_value template_boolean(bool boolean)
{
    return (struct template_value){TEMPLATE_BOOLEAN, .boolean = boolean};
}

static inline struct template_value template_json(const json_t *json)
{
    return (struct template_value){TEMPLATE_JSON, .json = json};
}

/* No key of ours is "", so that one tells of a NULL. */
static inline const char *template_key(const char *key)
{
    return key == NULL ? "" : key;
}

/* clang-format off */
#define TEMPLATE_SCALAR(x)                                                                         \
    _Generic((x),                                                                                  \
        char *: template_string, const char *: template_string, bool: template_boolean,            \
        long: template_integer, long long: template_integer, uint32_t: template_integer,           \
        json_t *: template_json, const json_t *: template_json)(x)
#define TEMPLATE_FIELDS(...) (const struct template_field[]){__VA_ARGS__, {.rule = TEMPLATE_LAST}}
#define TEMPLATE_ITEMS(...) (const struct template_value[]){__VA_ARGS__, {.type = TEMPLATE_END}}

#define F(key, x) {TEMPLATE_REQUIRED, "" key, TEMPLATE_SCALAR(x)}
#define OPT(key, x) {TEMPLATE_OPTIONAL, "" key, TEMPLATE_SCALAR(x)}
#define KEY(key, x) {TEMPLATE_REQUIRED, template_key(key), TEMPLATE_SCALAR(x)}
#define OPT_KEY(key, x) {TEMPLATE_OPTIONAL, template_key(key), TEMPLATE_SCALAR(x)}
#define SPREAD(x) {TEMPLATE_SPREAD, "...", {TEMPLATE_JSON, .json = (x)}}
#define MAP(key, ...) {TEMPLATE_REQUIRED, "" key, {TEMPLATE_MAPPING, .fields = TEMPLATE_FIELDS(__VA_ARGS__)}}
#define LIST(key, ...) {TEMPLATE_REQUIRED, "" key, {TEMPLATE_SEQUENCE, .items = TEMPLATE_ITEMS(__VA_ARGS__)}}
#define V(x) TEMPLATE_SCALAR(x)
#define ITEM(...) {TEMPLATE_MAPPING, .fields = TEMPLATE_FIELDS(__VA_ARGS__)}
#define EACH(x) {TEMPLATE_EACH, .json = (x)}
#define INT(n) ((long long)(n))
#define BOOL(b) ((bool)(b))

#define object(arena, ...) template_object((arena), TEMPLATE_FIELDS(__VA_ARGS__))
#define object_like(arena, known, ...) template_object_like((arena), (known), TEMPLATE_FIELDS(__VA_ARGS__))
/* clang-format on */

/* Renders a template in the current JSON scope. A NULL where F needs a value or KEY a key, or a key
 * given twice by F/MAP/LIST in one mapping, puts {"internal error": "Service.metadata.name is
 * null"} at the top level of the result, which the answer encoder turns into a 500 (nothing is
 * applied). */
const json_t *template_object(struct arena *arena, const struct template_field *fields);

/* The same, but `known` (NULL: nothing is) itself where that is what would be rendered: to find
 * that out takes a part of the work, and what is done with it next most often nothing. */
const json_t *template_object_like(struct arena *arena, const json_t *known,
    const struct template_field *fields);

/* The text of such a bug anywhere at the top of `value`, or NULL. */
const char *template_bug(const json_t *value);

#endif
