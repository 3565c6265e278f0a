#ifndef VITESS_OPERATOR_RETIRE_H
#define VITESS_OPERATOR_RETIRE_H

#include "request.h"
#include "staging.h"

/* Children of kinds of our own that have left the spec. Leaving one out would delete it with all
 * its data, so it stays as it was applied last, told to retire by the control block that staging
 * lays over spec.rollout, until its status says that it has. */

/* spec.rollout.retire */
bool retire_requested(const json_t *child);
/* It takes something down right now, as opposed to waiting until nothing is served from it. */
bool retire_in_progress(const json_t *child);
/* Nothing is below it. A status may have been edited by anybody, and may be older than the spec:
 * what it says counts only where the child was told to retire, has observed that, and none of
 * `below` (fields of its status that list what is below it; ends with NULL) says otherwise. */
bool has_retired(const json_t *child, const char *const *below);

/* How those that have left are staged. */
struct leaving {
    int group;
    const json_t *control;    /* control block of each; NULL: that of the stage */
    const char *const *below; /* as for has_retired() */
    /* What has to be of today in the spec that was applied last to `child`: it is given a copy. */
    void (*refresh)(const void *context, const json_t *child, json_t *spec);
    const void *context;
};
/* Adds each of `observed` that is not staged yet: it counts as settled unless it is retiring, so
 * that an orphan never holds up the others, and is omitted once it has retired. */
void stage_leaving(struct stage *stage, const struct objects *observed,
    const struct leaving *leaving);
/* What is told to one whose turn it is to retire. */
struct retirement {
    const json_t *control;
    const json_t *(*object)(const void *context, const json_t *leaving);
    const void *context;
};
/* After the plan: lets those behind the first `wanted` retire, one at a time and before the others
 * move, since what is below them holds up the same of others. Returns what is said of the one whose
 * turn it is, or NULL. */
const char *retire_in_turn(struct stage *stage, size_t wanted, const struct retirement *told);
/* After that: an earlier one of the first `wanted` goes on although a later one has not taken up
 * its own spec, which it was given early because it was not ready: what is below that one waits for
 * the same of the earlier one. */
void let_earlier_go(struct stage *stage, size_t wanted);

#endif
