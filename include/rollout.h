#ifndef VITESS_OPERATOR_ROLLOUT_H
#define VITESS_OPERATOR_ROLLOUT_H

#include "json.h"

/* How far the rollout of a resource of ours is: the reason of its condition Updated. */
enum rollout_reason {
    ROLLOUT_UNKNOWN, /* no reason of these: no hook has answered yet, or the spec is refused */
    ROLLOUT_COMPLETE,
    ROLLOUT_PROGRESSING,
    ROLLOUT_WAITING,
    ROLLOUT_PAUSED,
    ROLLOUT_STALLED,
    /* A task fails again and again. It is no trouble of the spec's, so the newest spec is not what
     * the resource needs at once. */
    ROLLOUT_TASK_FAILING,
    /* What the spec asks for was tried, and cannot run: nothing has been taken down for it. */
    ROLLOUT_PREFLIGHT_FAILED,
    /* It has left the spec, and is kept until nothing is served from it. */
    ROLLOUT_KEPT_UNTIL_IDLE
};

/* "RolloutComplete"; NULL of ROLLOUT_UNKNOWN. */
const char *rollout_reason_text(enum rollout_reason reason);
/* The message of ROLLOUT_COMPLETE, of so many objects. */
const char *rollout_complete_text(struct arena *arena, size_t count);
/* As the condition Updated of `resource` (or NULL) says. */
enum rollout_reason rollout_reason_of(const json_t *resource);
/* It will not go on by itself: stalled, paused, or something fails again and again. */
bool rollout_is_blocked(enum rollout_reason reason);

#endif
