#ifndef VITESS_OPERATOR_SIM_SCHEDULER_H
#define VITESS_OPERATOR_SIM_SCHEDULER_H

#include "sim/core/queue.h"
#include "sim/store/store.h"

/* Where Pods go: nodes and their deaths (nodes.c), the scheduler, and the binding, growth and
 * protection of volume claims (claims.c). */

struct node {
    const char *name;
    long died; /* 0: it lives */
    size_t pods;
    const json_t *labels;
    struct table owners; /* owner uid -> size_t *: how many of its Pods are here */
};

struct scheduler {
    struct table nodes;   /* name -> struct node */
    struct table lost;    /* those that are gone */
    bool fixed;           /* the user brought nodes: no others are made */
    struct queue pods;    /* keys of Pods without a node */
    struct table waiting; /* keys of those that found none */
    struct queue claims;  /* keys of claims that changed */
    struct table leaving; /* keys of claims that wait for their last Pod */
    struct queue deaths;  /* names of nodes */
};

void scheduler_start(struct sim *sim);
void scheduler_see(struct sim *sim, const struct change *change);
void scheduler_turn(struct sim *sim);
long scheduler_due(const struct sim *sim);

void claims_see(struct sim *sim, const struct change *change);
void claims_turn(struct sim *sim);
/* What keeps `pod` from its volumes on any node: a claim that is missing, going or not bound yet;
 * or NULL. */
const char *claims_trouble(struct sim *sim, const struct version *pod);
/* And what does on this node (NULL: on one that has none of them): another Pod uses one elsewhere,
 * and its access mode gives it to one node at a time; or NULL. */
const char *claims_block(struct sim *sim, const struct version *pod, const char *node);

void nodes_see(struct sim *sim, const struct change *change);
void nodes_turn(struct sim *sim);
/* Some nodes to begin with, in three zones. */
void nodes_make(struct sim *sim);
/* The node dies for good. False where there is none of that name. */
bool nodes_kill(struct sim *sim, const char *name);
/* One that died comes back: with the Pods that were not taken off it yet, or empty. False where
 * none of that name has died. */
bool nodes_return(struct sim *sim, const char *name);
bool nodes_alive(const struct sim *sim, const char *name);
/* The node that suits a Pod best, or NULL with the reason why there is none. */
struct node *nodes_choose(struct sim *sim, const struct version *pod, const char **why);

#endif
