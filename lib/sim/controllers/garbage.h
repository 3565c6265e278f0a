#ifndef VITESS_OPERATOR_SIM_GARBAGE_H
#define VITESS_OPERATOR_SIM_GARBAGE_H

#include "sim/core/queue.h"
#include "sim/store/store.h"

/* The garbage collector: an object whose owners are all gone goes too (Background); one that has an
 * owner left, be it itself, only loses the references to those that are gone. An owner that is
 * deleted in the foreground counts as gone while it waits for its dependents; it goes once none
 * blocks it any more. */
struct garbage {
    struct table alive;      /* uid -> struct member, which it is */
    struct table dependents; /* uid -> list of struct member that named it as owner */
    struct queue lost;       /* uids of owners that are gone */
    struct queue waiting;    /* uids of owners deleted in the foreground or orphaning, to look at */
    struct queue suspects;   /* uids of dependents with an owner that is not there */
};

void garbage_start(struct sim *sim);
void garbage_see(struct sim *sim, const struct change *change);
void garbage_turn(struct sim *sim);
long garbage_due(const struct sim *sim);

#endif
