#ifndef VITESS_OPERATOR_SIM_QUEUE_H
#define VITESS_OPERATOR_SIM_QUEUE_H

#include <limits.h>
#include <stdbool.h>

#include "table.h"

/* A work queue as controllers have them: a key is in it once, however often it was added, now or at
 * some second to come (the earliest wins). */

#define NEVER LONG_MAX

struct queue_item {
    const char *key;
    bool ready;
    long due; /* NEVER: not delayed */
    bool
        idle; /* delayed, but nothing is expected of it: it alone does not keep the cluster going */
};

struct queue {
    struct arena *arena;
    struct table items;
    struct queue_item **waiting; /* ready or delayed, in the order of arrival */
    size_t count, capacity;
};

void queue_start(struct queue *queue, struct arena *arena);
void queue_add(struct queue *queue, const char *key);
void queue_add_at(struct queue *queue, const char *key, long second);
/* A retry that is not expected to change anything. */
void queue_add_idle(struct queue *queue, const char *key, long second);

/* From now on something is expected of the idle retries after all. */
void queue_wake(struct queue *queue);
/* No longer of interest at the second it was delayed to. */
void queue_cancel(struct queue *queue, const char *key);

struct queue_keys {
    const char **at;
    size_t count;
};
/* Takes out what is ready or due, in the order of arrival. */
struct queue_keys queue_take(struct queue *queue, struct arena *arena, long now);
/* The second at which there is something to do: `now` + 1 when something is ready. */
long queue_due(const struct queue *queue, long now);
/* The same, idle retries included. */
long queue_next(const struct queue *queue, long now);

#endif
