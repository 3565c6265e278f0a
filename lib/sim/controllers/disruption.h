#ifndef VITESS_OPERATOR_SIM_DISRUPTION_H
#define VITESS_OPERATOR_SIM_DISRUPTION_H

#include "sim/core/queue.h"
#include "sim/store/store.h"

/* The disruption controller of kube-controller-manager: how many Pods of a PodDisruptionBudget are
 * healthy, and how many may be evicted. Only an integer minAvailable is computed: no hook of ours
 * says anything else, because over Pods of a custom resource nothing else works. */
struct disruption {
    struct queue budgets; /* "namespace/name" */
};

void disruption_start(struct sim *sim);
void disruption_see(struct sim *sim, const struct change *change);
void disruption_turn(struct sim *sim);
long disruption_due(const struct sim *sim);

#endif
