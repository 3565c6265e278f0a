#ifndef VITESS_OPERATOR_LIB_JSON_MODELS_H
#define VITESS_OPERATOR_LIB_JSON_MODELS_H

#include <stdbool.h>
#include <stddef.h>

#include "json_view.h"

/* Most of a request are objects of a few kinds, of which one is like the next: the Pods of a shard,
 * what was applied to them, the shards of a keyspace. The first of each kind, or the last one that
 * had another size, is the model that the next ones are compared with while they are scanned: a
 * text that was found right once is right, and has the same nodes, wherever it is there again, with
 * other names and uids in its strings. That is ten times as fast as to scan it. */

struct json_model {
    const char *text; /* that it is in; NULL: no model */
    const struct json_node *nodes;
    uint32_t node, end; /* of the object: its index, and the offset behind its last byte */
    int depth;          /* that it is at: what is in it may be too deep for one that is deeper */
};

enum { MOST_MODELS = 8 };

struct json_models {
    struct json_model at[MOST_MODELS];
    size_t count;
};

/* Could an object begin here that has models? Go writes apiVersion first, then kind. */
static inline bool models_may_have(const char *at, const char *end)
{
    static const char head[] = "{\"apiVersion\":\"";

    return (size_t)(end - at) > sizeof(head) && memcmp(at, head, sizeof(head) - 1) == 0;
}

/* The model of the kind of the object that begins at `at`, `depth` deep, or NULL. */
struct json_model *models_find(struct json_models *models, const char *at, const char *end,
    int depth);

static inline struct json_model model_of(const char *text, const struct json_node *nodes,
    uint32_t node, int depth)
{
    return (struct json_model){text, nodes, node, nodes[node].end, depth};
}

/* How far the text at `at` is like the model's from the offset `from` on, `most` bytes at most: it
 * is the same, or has other plain bytes in strings that are no keys. So it is as right as that, and
 * has the same nodes. */
size_t models_alike(const struct json_model *model, uint32_t from, const char *at, size_t most);

/* If it is of a kind, and there is room. */
void models_add(struct json_models *models, struct json_model model);

/* Copies nodes to where their text is `shift` bytes behind theirs, and they are `move` nodes. */
void models_copy_nodes(struct json_node *to, const struct json_node *from, uint32_t count,
    uint32_t shift, int64_t move);

/* The nodes at `from` are at `to` from now on. */
void models_move(struct json_models *models, const struct json_node *from,
    const struct json_node *to);

#endif
