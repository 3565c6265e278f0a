#ifndef VITESS_OPERATOR_HOOKS_V2_CELL_H
#define VITESS_OPERATOR_HOOKS_V2_CELL_H

#include "children.h"
#include "derived.h"
#include "level.h"
#include "levels.h"
#include "staging.h"

/* The inside of the hook of VitessCell. */

struct cell_hook {
    const struct request *request;
    struct arena *arena;
    struct cell_spec spec;
    const char *cluster;
    struct v2_cell cell;
    struct v2_place place;
    struct objects lockservers, services, deployments, autoscalers; /* of ours */
    struct objects keyspaces, shards, secrets;                      /* related */
    const json_t *etcd; /* what the lock server of its own is to be, or NULL */
    struct unknown_children unknown;
    struct tasks tasks;
    bool registered;
    bool empty;    /* it has left the spec, and no tablet is or is to be in it */
    bool unserved; /* and Vitess serves no keyspace in it any more */
    /* The Pod for which a cell that is back waits before it is registered anew, or NULL. */
    const char *unregistered_by;
    const char *resharded;      /* the keyspace that this waits for, or NULL */
    const char *refused;        /* why Vitess goes on serving a keyspace in it, or NULL */
    const char *missing_secret; /* name, or NULL */
    const char *untold;         /* what vtgate cannot serve yet, or NULL */
};

/* cell_serving.c: sees to it that vtgate knows all keyspaces. What is missing yet, or NULL. */
const char *v2_untold(struct cell_hook *hook);

/* cell_turndown.c */
/* It has left the spec, and neither a keyspace nor a shard of the cluster has tablets in it. */
bool v2_cell_is_empty(const struct cell_hook *hook);
/* No keyspace is served in the empty cell any more, and it has no vtgate: "True", or NULL where
 * that is not known. Takes what Vitess still has of it out of the topology, as far as
 * spec.topologyReconciliation says, and fills hook->unserved. */
const char *v2_cell_idle(struct cell_hook *hook);
/* It is not empty (any more), and that is the name of a Pod which may still take it, or what is
 * served in it, out of the topology. NULL: there is none. */
const char *v2_cell_taken_away_by(const struct cell_hook *hook);
#endif
