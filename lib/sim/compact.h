#ifndef VITESS_OPERATOR_SIM_COMPACT_H
#define VITESS_OPERATOR_SIM_COMPACT_H

struct sim;

/* Versions are never freed one by one: when most of what is held is history, what is live moves to
 * a fresh arena. Only the views and pending events point to versions between steps. */
void compact(struct sim *sim);

#endif
