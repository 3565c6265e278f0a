#ifndef VITESS_OPERATOR_SIM_AUTOSCALER_H
#define VITESS_OPERATOR_SIM_AUTOSCALER_H

#include "sim/core/queue.h"
#include "sim/store/store.h"

/* The controller of HorizontalPodAutoscalers. There is no load here, so it does what it does
 * without a metric: what it scales, a Deployment or a kind of our own with a subresource for that,
 * gets at least as many Pods as it is to have, and at most. */
struct autoscalers {
    struct queue keys; /* "namespace/name" */
};

void autoscalers_start(struct sim *sim);
void autoscalers_see(struct sim *sim, const struct change *change);
void autoscalers_turn(struct sim *sim);
long autoscalers_due(const struct sim *sim);

#endif
