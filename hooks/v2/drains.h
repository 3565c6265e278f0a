#ifndef VITESS_OPERATOR_HOOKS_V2_DRAINS_H
#define VITESS_OPERATOR_HOOKS_V2_DRAINS_H

#include "json.h"

/* How tablets are drained before their Pods may be taken down, by the annotations that the operator
 * of PlanetScale and its users know: somebody sets DRAIN_STARTED, whoever looks after the shard
 * acknowledges that, and then finishes one at a time, never the primary. Acknowledging is a step of
 * its own so that two can never be finished: nobody is, while there is anyone whose start was not
 * seen before. Nothing of it happens unless all tablets of the shard are available and the shard
 * has a primary: that is for the caller to see to. */

enum v2_drain_state {
    V2_NOT_DRAINING,
    V2_DRAINING,
    V2_DRAIN_ACKNOWLEDGED,
    V2_DRAIN_FINISHED /* may be taken down */
};

struct v2_drain {
    const char *alias;
    enum v2_drain_state state;
    bool given_up;            /* DRAIN_STARTED went after it had been acknowledged: what is left of
                                 the annotations is to go */
    enum v2_drain_state next; /* filled below */
};

/* All of a shard. */
struct v2_drains {
    struct v2_drain *at;
    const char **pods; /* the name of each one's Pod */
    size_t count;
    const char *time; /* what is noted of a step that is made now */
    bool held;        /* the shard is not well: nothing changes */
};

/* As the annotations of a tablet's Pod say; `next` is the same. */
struct v2_drain v2_drain_of(const char *alias, const json_t *pod);

/* Fills each `next` where nobody is the primary and nobody has given up. */
void v2_drain_transitions(struct v2_drain *drains, size_t count);

/* Fills each `next` where `primary` (its alias) is one of them, or none is: it is not finished.
 * Where somebody has given up nothing else changes. True where the primary is to hand over to
 * another tablet now: it is next, or was made the primary after it had been finished. */
bool v2_drain_pass(struct v2_drain *drains, size_t count, const char *primary);

#endif
