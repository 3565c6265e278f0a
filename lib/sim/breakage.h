#ifndef VITESS_OPERATOR_SIM_BREAKAGE_H
#define VITESS_OPERATOR_SIM_BREAKAGE_H

/* Faults that are done to the cluster when their second comes. What others do differently while a
 * fault lasts they ask core/faults.h. */

struct sim;

void breakage_turn(struct sim *sim);

#endif
