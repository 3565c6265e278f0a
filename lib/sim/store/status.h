#ifndef VITESS_OPERATOR_SIM_STATUS_H
#define VITESS_OPERATOR_SIM_STATUS_H

#include "json.h"

/* Parts of a status as Kubernetes writes and reads them. */

struct sim;
struct version;

struct status_condition {
    const char *type, *status, *reason, *message;
};

/* Adds the condition to `conditions`; lastTransitionTime is that of `old` unless the status
 * changed. */
void status_condition(struct sim *sim, json_t *conditions, const json_t *old,
    struct status_condition condition);

/* A count: omitempty leaves out 0. */
const json_t *status_number(long value);

/* Of a PodDisruptionBudget, zeros included. */
struct budget_counts {
    json_int_t expected, healthy, wanted, allowed;
};
const json_t *status_budget(struct arena *arena, struct budget_counts counts);

/* The Pod is Ready and is not being deleted. */
bool status_pod_ready(const struct version *pod);

#endif
