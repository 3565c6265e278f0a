#ifndef VITESS_OPERATOR_METRICS_H
#define VITESS_OPERATOR_METRICS_H

#include <stdatomic.h>
#include <stdint.h>

#include "states.h"
#include "routes.h"

/* What each thread counts, and the Prometheus text of it.
 *
 * Each thread writes only its own counters and a scrape adds them up, so counting needs no lock
 * and no atomic read-modify-write. Of objects only VitessClusters are named in labels, and no more
 * than STATE_CLUSTERS of them. */

typedef _Atomic uint64_t counter;

static inline uint64_t count_of(const counter *at)
{
    return atomic_load_explicit(at, memory_order_relaxed);
}

static inline void count_up(counter *at, uint64_t by)
{
    atomic_store_explicit(at, count_of(at) + by, memory_order_relaxed);
}

enum { HISTOGRAM_BUCKETS = 16, METRIC_CODES = 13 };

/* Bounds of the buckets; fewer than HISTOGRAM_BUCKETS end with a 0. */
extern const uint64_t microseconds_bounds[HISTOGRAM_BUCKETS], bytes_bounds[HISTOGRAM_BUCKETS];

/* The codes that have counters of their own; 0 stands for every other one. */
extern const int metric_codes[METRIC_CODES];

struct histogram {
    counter buckets[HISTOGRAM_BUCKETS]; /* not cumulative; what is over the last bound is none's */
    counter count, sum;
};

/* Requests to one route that got one code. */
struct series {
    struct histogram microseconds, bytes_in, bytes_out;
};

/* Why a request got no answer: see end_names. */
enum end { END_CLIENT, END_ERROR, END_TIMEOUT, END_ROOM, END_SHUTDOWN, ENDS };
extern const char *const end_names[ENDS];

/* The counters of one thread. */
struct metrics {
    size_t routes;
    struct series *at;   /* [route * METRIC_CODES + code] */
    counter *arena_peak; /* [route]: most bytes that one request took */
    counter unfinished[ENDS];
};

struct metrics metrics_make(struct arena *arena, size_t routes);

void metrics_request(struct metrics *metrics, size_t route, int code, uint64_t microseconds,
    size_t bytes_in, size_t bytes_out);
void metrics_arena(struct metrics *metrics, size_t route, size_t bytes);
/* A request that got no answer. */
void metrics_unfinished(struct metrics *metrics, enum end end);

/* What is not counted by the threads. */
struct gauges {
    long long in_flight, connections;
    long long timeouts_client, timeouts_idle, made_room;
    long long reloads_good, reloads_bad;
    long long log_dropped;
    long long handshakes_failed;
    long long credentials_good, credentials_bad;
    long long certificate_expiry; /* seconds since the epoch; 0: no certificate */
    bool credentials_last_good;
    bool last_reload_good, draining;
    uint64_t started; /* microseconds since the Unix epoch */
};

/* The whole page. `threads` is a list of `count` sets of counters; `counts` has a row for each
 * route. */
const char *metrics_text(struct arena *arena, const struct routes *routes,
    const struct metrics *threads, size_t count, const struct state_counts *counts,
    const struct cluster_states *clusters, const struct gauges *gauges, size_t *length);

#endif
