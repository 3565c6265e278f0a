#ifndef VITESS_OPERATOR_CLI_PLAN_H
#define VITESS_OPERATOR_CLI_PLAN_H

#include "cli/cluster/shards.h"
#include "cli/cluster/snapshot.h"
#include "cli/cluster/trouble.h"
#include "cli/view/screen.h"

/* What an edit does to a cluster that was at rest. */

enum action { ACTION_RESTART, ACTION_REMOVE, ACTION_ROLL, ACTION_REPARENT };

/* Something that users may notice, in the order in which it happens. */
struct happening {
    enum action action;
    int step;
    const char *subject; /* a Pod's or workload's identity; of a reparent the new primary */
    const char *shard;   /* "main/-80", or NULL */
    const char *detail;  /* type of the tablet, or the old primary; may be NULL */
};

/* What the conditions of a VitessCluster say after the edit, and did not say before: what is kept
 * until it is idle, what works but should be changed, what cannot run. */
struct remark {
    const char *cluster; /* "default/vitess" */
    const char *reason, *message;
};

struct remarks {
    struct arena *arena;
    struct remark *at;
    size_t count, capacity;
};

/* `before` has the conditions of then: cluster -> type -> message. */
const json_t *remarks_take(struct arena *arena, const struct sim *sim);
struct remarks remarks_since(struct arena *arena, const json_t *before, const struct sim *sim);

struct plan {
    const struct troubles *troubles; /* of the cluster that is to be edited */
    const struct changes *changes;
    const struct happening *happenings;
    size_t happening_count;
    const struct shards *shards;
    const struct remarks *remarks;
    size_t claims_kept;
    const struct texts *claims_lost;
    const struct sim_summary *summary; /* of the whole simulation */
};

void plan_text(struct screen *screen, const struct plan *plan);
const json_t *plan_json(struct arena *arena, const struct plan *plan);

/* A kind of ours that the hooks write: it only carries the edit down. */
bool change_carries(const struct change *change);
const char *action_name(enum action action);

#endif
