#include "metrics.h"

/* clang-format off */
const uint64_t microseconds_bounds[HISTOGRAM_BUCKETS] = {
    100, 250, 500, 1000, 2500, 5000, 10000, 25000,
    50000, 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000};

const uint64_t bytes_bounds[HISTOGRAM_BUCKETS] = {
    256, 1 << 10, 4 << 10, 16 << 10, 64 << 10,
    256 << 10, 1 << 20, 4 << 20, 16 << 20, 64 << 20};
/* clang-format on */

const int metric_codes[METRIC_CODES] = {
    200, 400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503, 0};

const char *const end_names[ENDS] = {
    "client-gone", "error", "client-timeout", "closed-for-others", "shutdown"};

struct metrics metrics_make(struct arena *arena, size_t routes)
{
    return (struct metrics){.routes = routes,
        .at = arena_array(arena, routes * METRIC_CODES, sizeof(struct series)),
        .arena_peak = arena_array(arena, routes, sizeof(counter))};
}

static void observe(struct histogram *histogram, const uint64_t *bounds, uint64_t value)
{
    size_t i = 0;

    while (i < HISTOGRAM_BUCKETS && bounds[i] != 0 && value > bounds[i])
        i++;
    if (i < HISTOGRAM_BUCKETS && bounds[i] != 0)
        count_up(&histogram->buckets[i], 1);
    count_up(&histogram->count, 1);
    count_up(&histogram->sum, value);
}

void metrics_request(struct metrics *metrics, size_t route, int code, uint64_t microseconds,
    size_t bytes_in, size_t bytes_out)
{
    size_t i = 0;
    struct series *series;

    while (i < METRIC_CODES - 1 && metric_codes[i] != code)
        i++;
    series = &metrics->at[route * METRIC_CODES + i];
    observe(&series->microseconds, microseconds_bounds, microseconds);
    observe(&series->bytes_in, bytes_bounds, bytes_in);
    observe(&series->bytes_out, bytes_bounds, bytes_out);
}

void metrics_arena(struct metrics *metrics, size_t route, size_t bytes)
{
    if (bytes > count_of(&metrics->arena_peak[route]))
        atomic_store_explicit(&metrics->arena_peak[route], bytes, memory_order_relaxed);
}

void metrics_unfinished(struct metrics *metrics, enum end end)
{
    count_up(&metrics->unfinished[end], 1);
}
