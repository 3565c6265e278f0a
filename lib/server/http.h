#ifndef VITESS_OPERATOR_HTTP_H
#define VITESS_OPERATOR_HTTP_H

#include "access.h"
#include "door.h"
#include "recording.h"
#include "settings.h"

enum { DOOR_HOOKS, DOOR_PROBES, DOORS };

/* Kubelet, Prometheus and some person: a few. Those of DOOR_HOOKS are --max-connections. */
enum { PROBE_CONNECTIONS = 32 };

/* What the log has told of something that strangers may cause again and again. */
struct told {
    unsigned long long count;
    int64_t next; /* when it may tell more */
};

/* The HTTP server. Threads share what is here without a lock: it is atomic or never changes. */
struct http {
    struct live_settings live;
    struct routes routes;
    struct access *access;
    struct states *states;
    struct recording *recording;
    struct door doors[DOORS];
    size_t doors_count;      /* 1: probes have none of their own */
    struct metrics *metrics; /* one for each worker */
    size_t metrics_count;
    int wake;               /* eventfd: something that a door or a drain waits for */
    uint64_t started;       /* microseconds since the Unix epoch */
    atomic_llong in_flight; /* hook requests */
    atomic_bool draining;
    atomic_ullong handshakes_failed;
    /* Written by the main thread only. */
    counter timeouts_client, timeouts_idle, made_room, reloads_good, reloads_bad;
    atomic_bool last_reload_bad;
    struct told handshakes_told, room_told;
};

/* That answer hooks. */
size_t http_threads(const struct settings *settings);

/* Starts the threads; `listeners` has a socket for each door, -1 where there is to be none. NULL
 * with `problem` set where that fails. All memory is `arena`'s; `access` and `recording` must
 * outlive them. */
struct http *http_start(struct arena *arena, const struct settings *settings, struct access *access,
    struct recording *recording, const int *listeners, const char **problem);

/* Closes the connections that are late. */
void http_tick(struct http *http);

/* From now on hooks are refused and /readyz fails. */
void http_drain(struct http *http);
long long http_in_flight(const struct http *http);

/* Ends the threads; requests that still run are waited for. */
void http_stop(struct http *http);

/* Seconds from now as a deadline. */
int64_t http_deadline(const struct http *http, enum setting_id seconds);
/* How long a new connection may take to begin its first request: a third of --client-timeout, one
 * second at least. Its TLS handshake may take as long before that. */
enum { FIRST_REQUEST_PART = 3, FIRST_REQUEST_LEAST = 1000 * 1000 };
int64_t http_first_request_microseconds(const struct http *http);

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
