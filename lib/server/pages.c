#include <string.h>

#include "clock.h"
#include "http.h"
#include "log.h"

static struct page_answer plain(int code, const char *body)
{
    return (struct page_answer){code, PLAIN_TYPE, body, strlen(body)};
}

static struct page_answer version_page(struct arena *arena)
{
    struct page_answer answer = {.code = 200, .type = "application/json"};

    answer.body =
        fmt(arena, "{\"revision\":%d,\"version\":\"%s\"}\n", OPERATOR_REVISION, OPERATOR_VERSION);
    answer.length = strlen(answer.body);
    return answer;
}

static struct gauges gauges_of(const struct http *http)
{
    return (struct gauges){.in_flight = http_in_flight(http),
        .connections = (long long)atomic_load(&http->doors[DOOR_HOOKS].clients.open),
        .timeouts_client = (long long)count_of(&http->timeouts_client),
        .timeouts_idle = (long long)count_of(&http->timeouts_idle),
        .made_room = (long long)count_of(&http->made_room),
        .reloads_good = (long long)count_of(&http->reloads_good),
        .reloads_bad = (long long)count_of(&http->reloads_bad),
        .last_reload_good = !atomic_load(&http->last_reload_bad),
        .log_dropped = (long long)log_dropped(),
        .handshakes_failed = (long long)atomic_load(&http->handshakes_failed),
        .credentials_good = (long long)atomic_load(&http->access->reloads_good),
        .credentials_bad = (long long)atomic_load(&http->access->reloads_bad),
        .credentials_last_good = !atomic_load(&http->access->last_bad),
        .certificate_expiry = atomic_load(&http->access->expiry),
        .draining = atomic_load(&http->draining),
        .started = http->started};
}

static struct page_answer metrics_page(const struct http *http, struct arena *arena)
{
    struct page_answer answer = {.code = 200, .type = "text/plain; version=0.0.4; charset=utf-8"};
    const size_t routes = http->routes.count;
    struct state_counts *counts = arena_array(arena, routes, sizeof(*counts));
    const uint64_t seconds = (uint64_t)clock_now() / 1000000;
    const struct cluster_states clusters = states_clusters(http->states, arena, seconds);
    const struct gauges gauges = gauges_of(http);

    states_count(http->states, seconds, counts, routes);
    answer.body = metrics_text(arena,
        &http->routes,
        http->metrics,
        http->metrics_count,
        counts,
        &clusters,
        &gauges,
        &answer.length);
    return answer;
}

struct page_answer page_answer(const struct http *http, enum page page, struct arena *arena)
{
    switch (page) {
    case PAGE_READY:
        return atomic_load(&http->draining) ? plain(503, "shutting down\n") : plain(200, "ok\n");
    case PAGE_METRICS:
        return metrics_page(http, arena);
    case PAGE_VERSION:
        return version_page(arena);
    case PAGE_HEALTH:
    case PAGE_HOOK:
    case PAGE_NONE:
        break;
    }
    return plain(200, "ok\n");
}
