#ifndef VITESS_OPERATOR_LIB_JSON_FOLD_H
#define VITESS_OPERATOR_LIB_JSON_FOLD_H

#include "json.h"
#include "scan.h"

/* A mapping or list of a text that nobody has looked into yet: a jansson value in the eyes of
 * whoever only passes it on. Most of a request is managedFields, what was applied last, and specs
 * that have not changed, of which nothing but the text is needed. */
struct json_folded {
    json_t json; /* of the type JSON_FOLDED */
    const struct json_source *source;
    const struct json_node *node;
    json_t *value; /* once somebody has looked */
    /* Once json_embedded() has been asked for the text at this key: what it is as JSON. */
    const char *embedded_key;
    const json_t *embedded;
    const json_t *whole; /* that json_note_part() was told of */
    void *notes;         /* see json_notes() */
    size_t notes_size;
};

struct json_source {
    struct arena *arena;
    const char *text;
    const struct json_node *nodes;
    json_t **made;                /* the value of each node that there is one of */
    struct json_models *embedded; /* of what json_embedded() has read */
};

static inline const struct json_folded *json_folded(const json_t *value)
{
    return json_is_folded(value) ? (const struct json_folded *)(const void *)value : NULL;
}

/* Whether one that is folded is the same as one that is not, and nothing more is made for it. */
bool json_same_as_folded(const json_t *folded, const json_t *made);

/* The text of `value`, where it is one that json_write() would write to the byte, or NULL. */
const char *json_folded_text(const json_t *value, size_t *length);

#endif
