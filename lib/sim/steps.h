#ifndef VITESS_OPERATOR_SIM_STEPS_H
#define VITESS_OPERATOR_SIM_STEPS_H

struct sim;

/* The second at which some part of the cluster has something to do, or NEVER. */
long steps_due(const struct sim *sim);

#endif
