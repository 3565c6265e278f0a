#ifndef VITESS_OPERATOR_SPEC_H
#define VITESS_OPERATOR_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json.h"
#include "problem.h"

/* Typed specs as tables: one row a field. From a table come the reader (JSON to struct, all
 * problems at once), the OpenAPI schema of the CRD and the API reference, so that they cannot
 * disagree. The reader of a row is chosen from the struct member's own C type. */

struct spec_field;
struct spec_reader; /* how one C type is read and what it is in OpenAPI; see spec.c */

/* Texts with a syntax: the check that the reader makes and the pattern that the CRD gets. */
struct spec_format {
    const char *rule;    /* "must be a DNS label such as \"zone1\"" */
    const char *says;    /* examples, of the keys of a map: "\"team\" or \"example.com/team\"" */
    const char *pattern; /* RE2 for the schema; NULL: none that RE2 can say */
    long long longest;   /* bytes; 0: no limit but that of the pattern */
    bool (*accepts)(const char *text);
};
extern const struct spec_format spec_dns_label;    /* RFC 1123 label: a-z 0-9 -, at most 63 */
extern const struct spec_format spec_service_name; /* RFC 1035 label: begins with a letter */
extern const struct spec_format spec_keyspace;     /* of Vitess: letters, digits, - and _ */
extern const struct spec_format spec_object_name;  /* DNS subdomain, at most 253 */
extern const struct spec_format spec_image;        /* container image reference */
extern const struct spec_format spec_version;      /* "3.6.16", "v3.6.0-rc.3" or "3.6" */
extern const struct spec_format spec_key_range;    /* hex of even length, or "" */
extern const struct spec_format spec_address;      /* host:port */
extern const struct spec_format spec_root;         /* path that begins with a slash: "/vitess" */
extern const struct spec_format spec_key;          /* key of a Secret or ConfigMap */

/* No newline and no other control character of ASCII; and the same for the schema. */
bool spec_printable(const char *text);
extern const char spec_printable_pattern[];

/* IANA_SVC_NAME: what a port of a container is called. */
bool spec_is_port_name(const char *text);

/* What passes through as JSON, and what is checked of it. */
enum spec_shape {
    SPEC_ANY = 0,      /* x-kubernetes-preserve-unknown-fields */
    SPEC_TEXT,         /* .format, .values, .min and .max as of a member that is text */
    SPEC_NUMBER,       /* whole; .min and .max, 0: no upper bound */
    SPEC_SWITCH,       /* true or false */
    SPEC_PORT,         /* number or name of a port */
    SPEC_QUANTITY,     /* "500m", "2Gi", or a number */
    SPEC_TEXT_MAP,     /* map of strings; .keys is the format of each key, .format of each value */
    SPEC_FLAG_MAP,     /* flag name to string (of one line), number or boolean */
    SPEC_QUANTITY_MAP, /* map of quantities: limits, requests; .check judges each of them */
    SPEC_OBJECT,       /* any mapping, or one with .fields */
    SPEC_OBJECT_LIST,  /* list of mappings, each any or one with .fields */
    SPEC_OBJECT_MAP,   /* map of mappings, each with .fields */
    SPEC_TEXT_LIST,    /* list of strings; .format of each */
    SPEC_NUMBER_LIST   /* list of whole numbers */
};

/* A rule in C: what is broken ("must be ..."), or NULL. `key` is that of the value in its map,
 * whose type is right, and `around` the mapping that holds the map. For SPEC_CHECK `key` is the
 * place, `around` NULL, and the value the mapping, whose fields may have any type. */
typedef const char *spec_check(struct arena *arena, const char *key, const json_t *value,
    const json_t *around);

/* Completes the struct `out` that has been read. */
typedef void spec_done(struct arena *arena, void *out);

/* What somebody who knows another operator calls a field that is not in a table. */
struct spec_name {
    const char *key;  /* NULL ends a list of them */
    const char *ours; /* key of the same table that it is here; NULL: it is elsewhere, or nothing */
    const char *rule; /* "is shards here: ..."; NULL: "is called OURS here" */
};

struct spec_field {
    const char *key; /* NULL ends a table; "" is SPEC_SELF, _PATH, _RULE, _CHECK or _NAMES */
    size_t offset;
    const struct spec_reader *reader;
    const char *doc; /* a sentence or two for the schema and the reference */
    bool required;
    const char *immutable;     /* refused by the CRD once the object exists; what to do instead */
    bool internal;             /* written by a parent of ours: left out of the user's reference */
    long long min, max;        /* of a number, or of the length of a list; max 0: no upper bound */
    const char *because;       /* why min and max are so, for messages; or NULL */
    const char *fallback;      /* value when absent, as JSON text: "3", "true", "\"Retain\"" */
    const char *const *values; /* NULL-terminated enum */
    const struct spec_format *format; /* of a text, or of each item of a list or map of text */
    const struct spec_format *keys;   /* of each key of a map */
    enum spec_shape shape;
    const struct spec_field *fields; /* of a struct or of each item of a list */
    size_t size;                     /* of the struct */
    const char *unique;              /* key that must differ between items: "name"; "": the items of
                                        a list of text themselves */
    const char *cel;                 /* of SPEC_RULE */
    const char *type_name;           /* for the reference: "LabelSelector" */
    bool outline;                    /* of a fragment: the CRD says no more than mapping or list */
    spec_check *check;               /* of SPEC_CHECK, and of each value of a map */
    const struct spec_name *names;   /* of SPEC_NAMES */
    spec_done *done;                 /* of SPEC_DONE */
};

/* A list of structs as a member: SPEC_ITEMS(struct cell) cells; -> .at[i], .count */
#define SPEC_ITEMS(type)                                                                           \
    struct {                                                                                       \
        type *at;                                                                                  \
        size_t count;                                                                              \
    }

extern const struct spec_reader spec_read_text, spec_read_count, spec_read_flag, spec_read_json,
    spec_read_struct, spec_read_items, spec_read_self, spec_read_path, spec_read_rule,
    spec_read_part, spec_read_check, spec_read_one_of, spec_read_done;

/* clang-format off */
/* The arguments end with designators of struct spec_field such as `.required = true`, if any: that
 * is why the sentence, or the table, is part of the `...`. */
#define SPEC(type, member, name, ... /* sentence, designators */)                                  \
    {.key = (name), .offset = offsetof(type, member),                                              \
     .reader = _Generic(((type *)0)->member, const char *: &spec_read_text,                        \
                        uint32_t: &spec_read_count, bool: &spec_read_flag,                         \
                        const json_t *: &spec_read_json),                                          \
     .doc = __VA_ARGS__}
/* `member` is a pointer to the struct that `table` describes; NULL when absent (or null). */
#define SPEC_STRUCT(type, member, name, sentence, ... /* table, designators */)                    \
    {.key = (name), .offset = offsetof(type, member), .doc = (sentence),                           \
     .reader = &spec_read_struct, .size = sizeof(*((type *)0)->member), .fields = __VA_ARGS__}
/* `member` is SPEC_ITEMS(struct ...). */
#define SPEC_EACH(type, member, name, sentence, ... /* table, designators */)                      \
    {.key = (name), .offset = offsetof(type, member), .doc = (sentence),                           \
     .reader = &spec_read_items, .size = sizeof(*((type *)0)->member.at), .fields = __VA_ARGS__}
/* The mapping itself as JSON, to hand down; and its path ("spec.cells[1]"), for messages. */
#define SPEC_SELF(type, member) {.key = "", .offset = offsetof(type, member), .reader = &spec_read_self}
#define SPEC_PATH(type, member) {.key = "", .offset = offsetof(type, member), .reader = &spec_read_path}
/* A rule about several fields of this mapping, for the API server: `expression` is CEL over `self`
 * (and `oldSelf`), `place` is ".cells", the field that it is about, or NULL. What it refuses the
 * hook refuses as well, whose C can say more than CEL can within its cost budget. */
#define SPEC_RULE(place, expression, message)                                                      \
    {.key = "", .reader = &spec_read_rule, .doc = (message), .cel = (expression), .fallback = (place)}
/* A rule that only C knows about several fields of this mapping; `place` is the key that it is
 * about, or NULL. Only a user's spec is judged. */
#define SPEC_CHECK(place, function)                                                                \
    {.key = "", .reader = &spec_read_check, .fallback = (place), .check = (function)}
/* What follows from the members of the struct, made once those above have been read. */
#define SPEC_DONE(function) {.key = "", .reader = &spec_read_done, .done = (function)}
/* One of the keys must be there, and no second one; `list` is NULL-terminated. */
#define SPEC_ONE_OF(list) {.key = "", .reader = &spec_read_one_of, .values = (list)}
/* A row of a fragment that is checked and passed through: no member holds it. */
#define SPEC_PART(name, ... /* shape, designators */)                                              \
    {.key = (name), .reader = &spec_read_part, .shape = __VA_ARGS__}
/* Other names of fields, for messages alone. */
#define SPEC_NAMES(list) {.key = "", .reader = &spec_read_rule, .names = (list)}
#define SPEC_END {.key = NULL}
/* clang-format on */

/* Behind a problem about a number, true or false where text belongs. */
#define SPEC_UNQUOTED ": put it in quotes"

enum spec_mode {
    SPEC_STRICT, /* a user's spec: types, rules, required and unknown fields */
    SPEC_DERIVED /* a spec (or status) our own hooks wrote: only what cannot be parsed is a problem
                  */
};

/* Reads `value` (a mapping) into the zeroed struct `out` and adds every problem, in document
 * order; where `problems` is NULL nobody asks, and nothing that no member holds is looked at.
 * Absent fields get their fallback, or stay zero. */
void spec_read(struct arena *arena, const struct spec_field *fields, const json_t *value,
    const char *path, enum spec_mode mode, void *out, struct problems *problems);

/* The OpenAPI v3 schema of the table (structural, as CRDs want it), with `doc` as description. It
 * refuses what the reader refuses in the same mode, as far as a schema can. */
const json_t *spec_schema(struct arena *arena, const struct spec_field *fields, const char *doc,
    enum spec_mode mode);

/* What a key that is not known shows of how it came to be, from ": " on: "replicas:3" lacks a
 * space.
 * "" where it shows nothing. */
const char *spec_slip_of_key(const char *key);

/* Appends Markdown tables, one a struct, of every field that is not internal. */
void spec_reference(struct text *out, const struct spec_field *fields, const char *path);

#endif
