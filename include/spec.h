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
    const char *pattern; /* RE2 for the schema; NULL: none that RE2 can say */
    long long longest;   /* bytes; 0: no limit but that of the pattern */
    bool (*accepts)(const char *text);
};
extern const struct spec_format spec_dns_label;    /* RFC 1123 label: a-z 0-9 -, at most 63 */
extern const struct spec_format spec_service_name; /* RFC 1035 label: begins with a letter */
extern const struct spec_format spec_object_name;  /* DNS subdomain, at most 253 */
extern const struct spec_format spec_image;        /* container image reference */
extern const struct spec_format spec_key_range;    /* hex of even length, or "" */
extern const struct spec_format spec_address;      /* host:port */
extern const struct spec_format spec_root;         /* path that begins with a slash: "/vitess" */
extern const struct spec_format spec_key;          /* key of a Secret or ConfigMap */

/* No newline and no other control character of ASCII; and the same for the schema. */
bool spec_printable(const char *text);
extern const char spec_printable_pattern[];

/* Fragments that pass through as JSON, and how far the schema types them. */
enum spec_shape {
    SPEC_ANY = 0,     /* x-kubernetes-preserve-unknown-fields */
    SPEC_TEXT_MAP,    /* map of strings: labels, annotations, node selector */
    SPEC_FLAG_MAP,    /* flag name to string (of one line), number or boolean */
    SPEC_RESOURCES,   /* ResourceRequirements: limits and requests of quantities */
    SPEC_CLAIM,       /* PersistentVolumeClaimSpec */
    SPEC_SELECTOR,    /* LabelSelector */
    SPEC_OBJECT,      /* any mapping */
    SPEC_OBJECT_LIST, /* list of mappings: tolerations, volumes, containers, env */
    SPEC_TEXT_LIST,   /* list of strings */
    SPEC_QUANTITY_MAP /* map of quantities: limits, requests */
};

struct spec_field {
    const char *key; /* NULL ends a table; "" is SPEC_SELF, SPEC_PATH or SPEC_RULE */
    size_t offset;
    const struct spec_reader *reader;
    const char *doc; /* a sentence or two for the schema and the reference */
    bool required;
    const char *immutable;     /* refused by the CRD once the object exists; what to do instead */
    bool internal;             /* written by a parent of ours: left out of the user's reference */
    long long min, max;        /* of a number, or of the length of a list; max 0: no upper bound */
    const char *fallback;      /* value when absent, as JSON text: "3", "true", "\"Retain\"" */
    const char *const *values; /* NULL-terminated enum */
    const struct spec_format *format; /* of a text, or of each item of a list of text */
    enum spec_shape shape;
    const struct spec_field *fields; /* of a struct or of each item of a list */
    size_t size;                     /* of the struct */
    const char *unique;              /* key that must differ between items: "name"; "": the items of
                                        a list of text themselves */
    const char *cel;                 /* of SPEC_RULE */
};

/* A list of structs as a member: SPEC_ITEMS(struct cell) cells; -> .at[i], .count */
#define SPEC_ITEMS(type)                                                                           \
    struct {                                                                                       \
        type *at;                                                                                  \
        size_t count;                                                                              \
    }

extern const struct spec_reader spec_read_text, spec_read_count, spec_read_flag, spec_read_json,
    spec_read_struct, spec_read_items, spec_read_self, spec_read_path, spec_read_rule;

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
#define SPEC_END {.key = NULL}
/* clang-format on */

enum spec_mode {
    SPEC_STRICT, /* a user's spec: types, rules, required and unknown fields */
    SPEC_DERIVED /* a spec (or status) our own hooks wrote: only what cannot be parsed is a problem
                  */
};

/* Reads `value` (a mapping) into the zeroed struct `out` and adds every problem, in document
 * order. Absent fields get their fallback, or stay zero. */
void spec_read(struct arena *arena, const struct spec_field *fields, const json_t *value,
    const char *path, enum spec_mode mode, void *out, struct problems *problems);

/* The OpenAPI v3 schema of the table (structural, as CRDs want it), with `doc` as description. It
 * refuses what the reader refuses in the same mode, as far as a schema can. */
const json_t *spec_schema(struct arena *arena, const struct spec_field *fields, const char *doc,
    enum spec_mode mode);

/* Appends Markdown tables, one a struct, of every field that is not internal. */
void spec_reference(struct text *out, const struct spec_field *fields, const char *path);

#endif
