#ifndef VITESS_OPERATOR_SIM_STATUS_H
#define VITESS_OPERATOR_SIM_STATUS_H

#include "json.h"

/* Conditions as the controllers of Kubernetes write them. */
struct status_condition {
    const char *type, *status, *reason, *message;
};

struct sim;

/* Adds the condition to `conditions`; lastTransitionTime is that of `old` unless the status
 * changed. */
void status_condition(struct sim *sim, json_t *conditions, const json_t *old,
    struct status_condition condition);

/* A count: omitempty leaves out 0. */
const json_t *status_number(long value);

#endif
