#ifndef VITESS_OPERATOR_CONDITIONS_H
#define VITESS_OPERATOR_CONDITIONS_H

#include "json.h"

/* Conditions as KEP-1623 describes them. */

/* status of the first condition of `type`: "True", "False", "Unknown", or NULL. */
const char *condition_status(const json_t *object, const char *type);
const char *condition_reason(const json_t *object, const char *type);
const char *condition_message(const json_t *object, const char *type);
bool condition_true(const json_t *object, const char *type);

/* The conditions of a status that is being made. `time` gives the time of `of` (request_time();
 * NULL gives the epoch). It has to look at all of a request, so it is asked once at the most, and
 * only where a status has changed. */
typedef const char *condition_time(const void *of);
struct condition_list {
    struct arena *arena;
    const json_t *old; /* status.conditions of the parent, may be NULL */
    condition_time *time;
    const void *of;
    json_t *list; /* what has been added; NULL: nothing yet */
    const char *now;
};

/* Appends one condition. lastTransitionTime is taken over from the condition of that type in `old`
 * unless its status changed. observedGeneration is left to Metacontroller's
 * status.observedGeneration. An empty message is left out. */
void condition_add(struct condition_list *conditions, const char *type, bool status,
    const char *reason, const char *message);

#endif
