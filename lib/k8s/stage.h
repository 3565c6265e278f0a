#ifndef VITESS_OPERATOR_K8S_STAGE_H
#define VITESS_OPERATOR_K8S_STAGE_H

#include "metadata.h"
#include "staging.h"
#include "template.h"

/* The inside of staging: staging.c knows what a child is, staging_plan.c decides who moves,
 * staging_own.c in which order of those that a hook of ours has, staging_turn.c what comes first,
 * staging_report.c says why, staging_emit.c puts the answer together. */

/* Groups are few: workloads, keyspaces, cells, tablets. */
enum { STAGE_GROUPS = 8 };

/* What the children of one group allow each other. */
struct gate {
    size_t unsettled; /* children that are absent, terminating or unwell */
    size_t first_unsettled;
    size_t in_flight; /* replaced Pods whose containers have not started yet */
    size_t unproven;  /* replaced Pods that are not settled yet */
    size_t given;     /* how often the turn has been given away in this sync */
};

/* What is found out while a stage is planned. */
struct plan {
    struct gate gates[STAGE_GROUPS];
    const struct stage_child *untried; /* it would be its turn, had its new template passed */
    const struct stage_child *blocked; /* the last one that may not go yet, and why; or NULL */
    const char *blocked_by;
};

/* child->health, or HEALTH_ABSENT_OR_TERMINATING. */
enum child_health child_health_of(const struct stage_child *child);
/* It exists, and nobody is deleting it. */
bool child_is_present(const struct stage_child *child);
bool child_is_broken(const struct stage_child *child);
/* It exists, and is not as it is wanted. */
bool child_is_pending(const struct stage_child *child);
bool child_is_forced(const struct stage *stage, const struct stage_child *child);
/* The pause of the stage is what keeps it. */
bool child_is_paused(const struct stage *stage, const struct stage_child *child);
/* What it is made from is the same, whatever this build renders. */
bool child_has_same_hash(const struct stage *stage, const struct stage_child *child);
/* "VitessCell vitess-zone1" */
const char *child_label(const struct stage *stage, const struct stage_child *child);
/* The control block that is laid over it, or NULL. */
const json_t *child_control(const struct stage *stage, const struct stage_child *child);
/* `object` with spec.rollout replaced by the control block (or without it, for comparing). */
const json_t *with_control(const json_t *object, const json_t *control);

/* Queues those of `own` that wait for others, of what has been decided for each by itself. */
void stage_queue_own(struct stage *stage);

void stage_say(struct stage *stage, enum rollout_reason reason, const char *message);
/* Fills reason and message. */
void stage_report(struct stage *stage, const struct plan *plan);

#endif
