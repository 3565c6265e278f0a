#ifndef VITESS_OPERATOR_HTTP_H
#define VITESS_OPERATOR_HTTP_H

#include "access.h"
#include "clients.h"
#include "metrics.h"
#include "settings.h"

struct http;

/* One thread that answers the requests of its connections. */
struct worker {
    struct http *http;
    struct metrics *metrics;
    void *daemon; /* struct MHD_Daemon * */
};

/* The HTTP server. Threads share what is here without a lock: it is atomic or never changes. */
struct http {
    struct live_settings live;
    struct routes routes;
    struct access *access;
    struct clients clients;
    struct states *states;
    struct worker *workers;
    struct metrics *metrics; /* one for each worker */
    size_t *loads;           /* scratch of the accepting thread */
    size_t workers_count;
    int wake;               /* eventfd: something that http_accept() or a drain waits for */
    uint64_t started;       /* microseconds since the Unix epoch */
    atomic_llong in_flight; /* hook requests */
    atomic_bool draining;
    atomic_bool full; /* a connection waits for a place */
    atomic_ullong handshakes_failed;
    /* Written by the main thread only. */
    counter timeouts_client, timeouts_idle, reloads_good, reloads_bad;
    atomic_bool last_reload_bad;
    /* What the log has told of failed handshakes, and when it may tell more. */
    unsigned long long handshakes_told;
    int64_t handshakes_next;
};

/* Starts the threads. NULL with `problem` set where that fails. All memory is `arena`'s; `access`
 * must outlive them. */
struct http *http_start(struct arena *arena, const struct settings *settings, struct access *access,
    const char **problem);

/* Takes the connections that wait at `listener`. False where it must not be asked again before
 * `wake` or the next tick. */
bool http_accept(struct http *http, int listener);

/* Closes the connections that are late. */
void http_tick(struct http *http);

/* From now on hooks are refused and /readyz fails. */
void http_drain(struct http *http);
long long http_in_flight(const struct http *http);

/* Ends the threads; requests that still run are waited for. */
void http_stop(struct http *http);

/* Seconds from now as a deadline. */
int64_t http_deadline(const struct http *http, enum setting_id seconds);

/* Lets poll() on `wake` return. */
void http_wake(const struct http *http);

/* --- pages.c: what there is beside the hooks --- */

#define PLAIN_TYPE "text/plain; charset=utf-8"

struct page_answer {
    int code;
    const char *type, *body;
    size_t length;
};
struct page_answer page_answer(const struct http *http, enum page page, struct arena *arena);

#endif
