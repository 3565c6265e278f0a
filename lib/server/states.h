#ifndef VITESS_OPERATOR_STATES_H
#define VITESS_OPERATOR_STATES_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"

/* How each object stood at its last sync, for gauges over all of them. No thread waits for
 * another. Nobody tells us that an object is gone, so one that has not been synced for a while is
 * forgotten. */

/* Metacontroller syncs each parent every 30 minutes (its --cache-flush-interval): twice that and
 * some slack. */
enum { STATE_SECONDS = 65 * 60 };

enum { STATE_OUTCOMES = 8, STATE_REASONS = 10, STATE_READIES = 8 };

/* So many VitessClusters have series of their own; of further ones only the totals tell. */
enum { STATE_CLUSTERS = 1000 };

/* What the values mean; the last one stands for every text that is not in the list. */
extern const char *const state_outcomes[STATE_OUTCOMES];
/* Reasons of the Updated condition. The first one stands for none. */
extern const char *const state_reasons[STATE_REASONS];
/* Reasons of the Ready condition. The first one is that it is True. */
extern const char *const state_readies[STATE_READIES];

struct states;

struct states *states_make(struct arena *arena);

/* What the last sync of an object came to. */
struct object_state {
    const char *uid;
    size_t route;
    const char *outcome;
    const char *rollout, *ready; /* reasons of the conditions; NULL: there is none */
    size_t problems;
    const char *outline; /* of the problems, or NULL */
    const char *namespace;
    const char *cluster; /* the VitessCluster that it belongs to; NULL: none is known */
    bool is_cluster;     /* it is that one itself */
};

/* `seconds` is a clock that only goes forward. Where the table is full the object is not counted.
 * True where the outline is not the one of the sync before. */
bool states_note(struct states *states, uint64_t seconds, const struct object_state *state);

/* Most memory that all of it may take. */
size_t states_size(void);

/* Of the objects of one route. */
struct state_counts {
    uint64_t outcomes[STATE_OUTCOMES], reasons[STATE_REASONS], problems;
};

/* Adds up into `counts`, which has a zeroed row for each of `routes` routes. */
void states_count(const struct states *states, uint64_t seconds, struct state_counts *counts,
    size_t routes);

/* Of the objects of one VitessCluster. */
struct cluster_counts {
    const char *namespace, *name;
    bool known, ready; /* the VitessCluster itself */
    uint64_t objects, reasons[STATE_REASONS], readies[STATE_READIES], problems;
};

struct cluster_states {
    struct cluster_counts *at; /* sorted by namespace and name */
    size_t count;
    bool full; /* there are more than STATE_CLUSTERS */
};

struct cluster_states states_clusters(struct states *states, struct arena *arena, uint64_t seconds);

#endif
