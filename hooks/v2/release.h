#ifndef VITESS_OPERATOR_HOOKS_V2_RELEASE_H
#define VITESS_OPERATOR_HOOKS_V2_RELEASE_H

#include "specs.h"

/* updateStrategy External: an edit that could disturb somebody waits on each object that it changes
 * until a person or a program releases it there. The object says what waits (annotation
 * rollout.planetscale.com/scheduled); annotation released lets it go, and is taken off with it. */

/* updateStrategy Immediate. NULL is External. */
bool v2_is_immediate(const struct update_strategy *strategy);

struct v2_edit {
    const json_t *desired;  /* the object with all of the edit */
    const json_t *observed; /* NULL: it is made now, and nothing waits */
    const json_t *at_once;  /* as it was applied last, with what of the edit waits for nobody */
    bool immediate;         /* nothing waits */
};

/* What to send now. */
const json_t *v2_let_go(struct arena *arena, const struct v2_edit *edit);
/* The same for a Pod, whose spec cannot change: `observed` as it is, with those `labels` of
 * `desired` that wait for nobody, and with what waits until it is made anew. */
const json_t *v2_pod_let_go(struct arena *arena, const json_t *desired, const json_t *labels,
    const json_t *observed);
/* alike.c: the Pod `observed`, of another operator, is what `desired` makes, to the last container
 * and variable; only labels, which can change in place, may be others. */
bool v2_pod_is_alike(struct arena *arena, const json_t *desired, const json_t *observed);
/* `object` with the annotation `key`. */
const json_t *v2_annotated(struct arena *arena, const json_t *object, const char *key,
    const char *value);
/* `object`, which is sent for `observed`, without the annotation `key`. Metacontroller takes away
 * only what it has put there, so one of somebody else's is sent once, and left out the next time.
 */
const json_t *v2_taken_off(struct arena *arena, const json_t *object, const json_t *observed,
    const char *key);
/* It has been released: annotation rollout.planetscale.com/released, of whatever value. */
bool v2_is_released(const json_t *object);

#endif
