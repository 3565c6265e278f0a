#ifndef VITESS_OPERATOR_SIM_METACONTROLLER_H
#define VITESS_OPERATOR_SIM_METACONTROLLER_H

#include "controller.h"

/* Metacontroller 4.17 with one CompositeController for each hook, hook version v2, dynamic apply.
 * Written after its source; the reference in words is section 8 of its notes. */

void metacontroller_start(struct sim *sim, const struct metacontroller_watch *watch);
/* Each parent that was queued when the turn began is synced once. */
void metacontroller_turn(struct sim *sim);
long metacontroller_due(const struct sim *sim);
/* An event of the informers. */
void metacontroller_see(struct sim *sim, const struct change *change);
/* The process ends and starts again. */
void metacontroller_restart(struct sim *sim);
/* As the periodic resync does. */
void metacontroller_enqueue_all(struct sim *sim);

#endif
