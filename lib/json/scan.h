#ifndef VITESS_OPERATOR_LIB_JSON_SCAN_H
#define VITESS_OPERATOR_LIB_JSON_SCAN_H

#include "json_view.h"
#include "models.h"

/* Each node takes a byte of the text at least. */
enum { JSON_LONGEST_TEXT = 1 << 29, JSON_MOST_NODES = (1 << 30) - 1 };

/* All nodes of a text, the first one is the mapping or list that it is. What is no JSON that we
 * take is refused here, wherever it is, so that everything else may rely on it. With `models`, of
 * which it may take and leave some, there are no nodes of what hardly anybody reads. NULL with
 * `fault` filled as json_read() says. */
const struct json_node *json_scan(struct arena *arena, const char *text, size_t length, int depth,
    struct json_models *models, struct json_fault *fault);

/* Passes over the value at `at`, where it is one that Go has written, of mappings, lists, texts and
 * words alone, that nests at most `depth` deep: then it is right as a whole. The byte behind it;
 * NULL where it is not known to be such, which json_scan() finds out. */
const char *json_pass(const char *at, const char *end, int depth);

/* The text of the string at `node`, its escapes decoded: in `text` where it has none, else in new
 * memory. It has no terminator. */
const char *json_node_text(struct arena *arena, const char *text, const struct json_node *node,
    size_t *length);

#endif
