#ifndef VITESS_OPERATOR_SHARD_ENGINE_H
#define VITESS_OPERATOR_SHARD_ENGINE_H

#include "text.h"

/* The engine of one shard of Vitess in one cell. It knows no API: a hook fills what it takes and
 * turns what it gives into a status. */

/* --- what is remembered from one sync to the next --- */

/* What Vitess has said last of a tablet, and of which state of its Pod. */
struct shard_served {
    const char *alias; /* "zone1-0214747900" */
    const char *type;  /* "primary", "rdonly", "restore" ... */
    const char *state; /* the Pod's uid, restarts and readiness: "3f2a/0/ready" */
    const char *since; /* start of a primary's term, or "<null>" */
};

/* A claim that is known to hold the data of the shard. */
struct shard_data {
    const char *alias; /* of its tablet */
    const char *claim; /* its uid */
};

/* The last planned reparent away from a tablet; all NULL: there was none. */
struct shard_reparent {
    const char *pod;      /* uid and restarts of the tablet's Pod */
    const char *question; /* hash of what Vitess was asked */
};

/* The last time that a primary was awaited; all NULL: there was none. */
struct shard_awaited {
    const char *state;    /* hash of the state in which it was */
    const char *question; /* hash of what Vitess was asked */
    const char *primary;  /* alias of the one that came */
};

/* Kept by the hook between two syncs, word for word: the only state that there is. A hook must not
 * believe what it has kept where somebody could have edited it: reparent, awaited, primary and each
 * of `serving` are valid or not there at all. */
struct shard_memory {
    struct texts tablets;     /* uids of the tablets that were there */
    struct texts ready;       /* of those that served */
    struct texts updated;     /* of those that were as the spec says */
    struct texts scaled_down; /* of those that went since fewer are wanted, and whose claims are
                                 there */
    struct texts untried;     /* names of Pods that were asked for, to try a template, and were not
                                 there */
    const struct shard_served *serving;
    size_t serving_count;
    bool serving_edited; /* there is more in it than `serving` */
    /* Also entries of another shape, as NULLs: they still say that some claim holds data. */
    const struct shard_data *data;
    size_t data_count;
    struct shard_reparent reparent;
    struct shard_awaited awaited;
    const char *primary; /* alias of the primary in this cell, or NULL */
    const char *follows; /* alias of the primary in another cell, where no Pod of this one is
                            labelled as one; or NULL */
    const char *moving;  /* name of the tablet that is on its way down, or up again; or NULL */
    bool beginning;      /* the tablets ran before the shard held data in any cell */
    bool leaving;        /* nothing is served from it: all of its tablets are taken down */
    bool retired;        /* and all of them are gone */
};

/* The same Vitess shard in another cell, as far as it is seen from here. */
struct shard_peer {
    const char *name; /* of its object */
    const char *cell;
    struct shard_memory memory;
    bool generation_observed; /* what it remembers, and the rest here, is of its newest spec */
    bool ready, updated;      /* its conditions */
    bool same_rollout;        /* it has been given the edit that this shard has */
    bool same_client;         /* its tasks talk to whom those of this shard do */
    bool leaves_cell;         /* it retires in its cell, and goes on in others */
    bool retired;             /* nothing of it is left there */
    bool terminating;         /* it is being deleted */
};

#endif
