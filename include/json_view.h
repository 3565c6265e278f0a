#ifndef VITESS_OPERATOR_JSON_VIEW_H
#define VITESS_OPERATOR_JSON_VIEW_H

#include <string.h>

#include "json.h"

/* A look at a part of a JSON text without making values of it, for what is done with much of each
 * request: comparing what is there with what was applied. Texts are compared as they stand, so two
 * views that differ may still be the same value. */

/* Where each value and each key of a text begins and ends. Nodes are in the order of the text:
 * behind a mapping come its keys, each before its value; behind a list its items. */
struct json_node {
    uint32_t start, end; /* offsets of the first byte and of the one behind the last */
    uint32_t next : 30;  /* index of the first node that is not inside of this one */
    uint32_t marks : 2;  /* JSON_ESCAPES or JSON_PASSED, JSON_ODD */
};

enum {
    JSON_ESCAPES = 1, /* a string that has any */
    JSON_PASSED = 1,  /* a mapping or list without nodes of what is inside: see json_pass() */
    JSON_ODD = 2      /* json_write() would write the value otherwise, as far as is known */
};

struct json_view {
    const char *text;
    const struct json_node *nodes, *node;
};

/* False where `value` is not a mapping or list that came out of json_read_folded(). */
bool json_view_of(const json_t *value, struct json_view *view);

/* Keeps that `part` was found to be in `whole`, so that it is found out once. Both came out of
 * json_read_folded(); of `part` only the last note is kept. */
void json_note_part(const json_t *part, const json_t *whole);
bool json_noted_part(const json_t *part, const json_t *whole);

static inline struct json_view json_view_at(struct json_view near, const struct json_node *node)
{
    return (struct json_view){near.text, near.nodes, node};
}

/* The node behind the one of the view and all that is inside. */
static inline const struct json_node *json_view_end(struct json_view view)
{
    return view.nodes + view.node->next;
}

/* '{', '[', '"', 't', 'f', 'n', '-' or a digit. */
static inline char json_view_type(struct json_view view)
{
    return view.text[view.node->start];
}

static inline bool json_view_passed(struct json_view view)
{
    return (view.node->marks & JSON_PASSED) != 0 && json_view_type(view) != '"';
}

static inline bool json_view_same(struct json_view a, struct json_view b)
{
    size_t length = a.node->end - a.node->start;

    return b.node->end - b.node->start == length &&
           memcmp(a.text + a.node->start, b.text + b.node->start, length) == 0;
}

#endif
