#ifndef VITESS_OPERATOR_STATES_H
#define VITESS_OPERATOR_STATES_H

#include <stdint.h>

#include "arena.h"

/* How each object stood at its last sync, for gauges over all of them. No thread waits for
 * another. Nobody tells us that an object is gone, so one that has not been synced for a while is
 * forgotten. */

/* Metacontroller syncs each parent every 30 minutes (its --cache-flush-interval): twice that and
 * some slack. */
enum { STATE_SECONDS = 65 * 60 };

enum { STATE_OUTCOMES = 8, STATE_REASONS = 10 };

/* What the values mean; the last one stands for every text that is not in the list. */
extern const char *const state_outcomes[STATE_OUTCOMES];
/* Reasons of the Updated condition. The first one stands for none. */
extern const char *const state_reasons[STATE_REASONS];

struct states;

struct states *states_make(struct arena *arena);

/* `seconds` is a clock that only goes forward. Where the table is full the object is not counted.
 */
void states_note(struct states *states, const char *uid, uint64_t seconds, size_t route,
    const char *outcome, const char *reason, size_t problems);

/* Of the objects of one route. */
struct state_counts {
    uint64_t outcomes[STATE_OUTCOMES], reasons[STATE_REASONS], problems;
};

/* Adds up into `counts`, which has a zeroed row for each of `routes` routes. */
void states_count(const struct states *states, uint64_t seconds, struct state_counts *counts,
    size_t routes);

#endif
