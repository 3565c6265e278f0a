#ifndef VITESS_OPERATOR_CLI_STATE_H
#define VITESS_OPERATOR_CLI_STATE_H

#include "sim.h"

/* How an object is, in a word or two, for people. */

enum mark { MARK_NONE, MARK_GOOD, MARK_BUSY, MARK_BAD };

struct state {
    enum mark mark;   /* NONE: its kind is never well or unwell */
    bool primary;     /* a tablet that is its shard's primary */
    const char *text; /* "Ready", "2/3", "ImagePullBackOff"; "" where there is nothing to say */
};

/* Of an object whose place in its shard is known: `primary` is asked of Pods only. */
struct state object_state_where(struct arena *arena, const json_t *object, bool primary);
/* Of one in a simulated cluster. */
struct state object_state(struct arena *arena, const struct sim *sim, const json_t *object);

/* What the Pod of a tablet says of itself. */
struct tablet {
    const char *keyspace, *shard; /* Vitess names: "main", "-80" */
    const char *type;             /* "replica", "rdonly" */
    const char *alias;            /* "zone1-0214747900" */
    const char *cluster;          /* "default/vitess" */
    const char *topology;         /* as sim_primary() takes it */
};

/* False where the Pod is none of a tablet. */
bool object_tablet(struct arena *arena, const json_t *pod, struct tablet *tablet);

/* A task Pod: it comes and goes while the operator works. */
bool object_is_task(const json_t *object);

/* Image of the first container of a Pod or of a workload's template; NULL: none. */
const char *object_image(const json_t *object);

/* "Pod default/vitess-vttablet-zone1-0214747900": what tells it from every other object. */
const char *object_identity(struct arena *arena, const json_t *object);

/* As the hooks want it: what Metacontroller applied last (for an object that a user applied, what
 * is there), without uids and what else differs between two clusters. */
const json_t *object_wanted(struct arena *arena, const json_t *object);

#endif
