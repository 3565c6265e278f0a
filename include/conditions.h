#ifndef VITESS_OPERATOR_CONDITIONS_H
#define VITESS_OPERATOR_CONDITIONS_H

#include "json.h"

/* Conditions as KEP-1623 describes them. */

/* status of the first condition of `type`: "True", "False", "Unknown", or NULL. */
const char *condition_status(const json_t *object, const char *type);
const char *condition_reason(const json_t *object, const char *type);
const char *condition_message(const json_t *object, const char *type);
bool condition_true(const json_t *object, const char *type);

/* Appends one condition to `conditions`. lastTransitionTime is taken over from the condition of
 * that type in `old` (status.conditions of the parent, may be NULL) unless its status changed,
 * else it is `now` (newest_timestamp(); NULL gives the epoch). observedGeneration is left to
 * Metacontroller's status.observedGeneration. An empty message is left out. */
void condition_add(struct arena *arena, json_t *conditions, const json_t *old, const char *now,
    const char *type, bool status, const char *reason, const char *message);

#endif
