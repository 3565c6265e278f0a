#ifndef VITESS_OPERATOR_CLI_FOREST_H
#define VITESS_OPERATOR_CLI_FOREST_H

#include "state.h"

/* The objects of a cluster as trees: who made whom. */

struct node {
    const json_t *object;
    struct state state;
    const char *owner; /* uid of its parent, or NULL */
    bool own;          /* a kind of ours */
    size_t depth;      /* 0: a root */
    struct node **children;
    size_t count;
};

struct forest {
    struct node **roots; /* the VitessClusters */
    size_t count;
};

enum forest_detail {
    FOREST_ALL, /* every object */
    FOREST_LIVE /* only what is well or unwell: our kinds, workloads, tablets and tasks */
};

/* uid of the controller, or NULL: an owner that only keeps a claim alive is no parent. */
const char *object_controller(const json_t *object);

/* A node by itself, whose parent is its controller. */
struct node *node_new(struct arena *arena, const json_t *object, struct state state);

/* A VitessCluster. */
bool node_is_root(const struct node *node);

/* The trees of nodes with a uid, no two with the same; those that hang on no root are left out. */
struct forest forest_plant(struct arena *arena, struct node *const *nodes, size_t count);

/* Of a simulated cluster. */
struct forest forest_of(struct arena *arena, const struct sim *sim, enum forest_detail detail);

/* Calls `visit` for each node, parents first. */
void forest_walk(const struct forest *forest, void (*visit)(void *context, const struct node *node),
    void *context);

#endif
