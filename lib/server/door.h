#ifndef VITESS_OPERATOR_DOOR_H
#define VITESS_OPERATOR_DOOR_H

#include <pthread.h>

#include "clients.h"
#include "metrics.h"

struct http;
struct door;

/* One thread that answers the requests of its connections: worker.c. */
struct worker {
    struct http *http;
    struct door *door;
    struct metrics *metrics;
    void *daemon;         /* struct MHD_Daemon * */
    struct client *taken; /* whose connection libmicrohttpd is being given */
    int wake;             /* eventfd: connections wait to be taken, or `ending` */
    atomic_bool woken;    /* and so it was written to */
    atomic_bool ending;
    pthread_t thread;
    bool runs;
};

/* False with `problem` set where it does not start. Stop it all the same. */
bool worker_start(struct worker *worker, const char **problem);
void worker_wake(struct worker *worker);
/* A request that still runs is waited for. */
void worker_stop(struct worker *worker);

/* One listener and the connections that came in by it. Each has places and threads of its own, so
 * that what one suffers does not reach the other. */
struct door {
    struct http *http;
    int listener;
    bool pages_only; /* no hooks, and plain HTTP */
    struct clients clients;
    struct worker *workers;
    size_t workers_count;
    atomic_bool full; /* a connection waits for a place */
    /* Of the accepting thread. */
    size_t *loads;
    int64_t rests_until; /* microseconds; the listener is left alone */
};

/* Takes connections where one waits at the listener: a few, since others want the thread too. */
void door_accept(struct door *door);

#endif
