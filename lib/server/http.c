#include "http.h"

#include <errno.h>
#include <microhttpd.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

enum { PROBE_THREADS = 1 };

size_t http_threads(const struct settings *settings)
{
    const long long wanted = settings->at[SETTING_THREADS].number;
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (wanted > 0)
        return (size_t)wanted;
    return cores < 2 ? 2 : (size_t)cores;
}

static uint64_t epoch_microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void build_door(struct arena *arena, struct door *door, size_t places, size_t threads)
{
    struct http *http = door->http;

    door->clients = clients_make(arena, places);
    door->workers_count = threads;
    door->workers = arena_array(arena, threads, sizeof(*door->workers));
    door->loads = arena_array(arena, threads, sizeof(*door->loads));
    for (size_t i = 0; i < threads; i++) {
        struct metrics *metrics = &http->metrics[http->metrics_count++];

        *metrics = metrics_make(arena, http->routes.count);
        door->workers[i] =
            (struct worker){.http = http, .door = door, .metrics = metrics, .wake = -1};
    }
}

static void build_doors(struct arena *arena, struct http *http, const struct settings *settings,
    const int *listeners)
{
    const size_t threads = http_threads(settings);

    http->metrics = arena_array(arena, threads + PROBE_THREADS, sizeof(*http->metrics));
    for (size_t i = 0; i < DOORS && listeners[i] >= 0; i++) {
        http->doors[i] =
            (struct door){.http = http, .listener = listeners[i], .pages_only = i == DOOR_PROBES};
        http->doors_count++;
    }
    build_door(arena,
        &http->doors[DOOR_HOOKS],
        (size_t)settings->at[SETTING_MAX_CONNECTIONS].number,
        threads);
    if (http->doors_count > DOOR_PROBES)
        build_door(arena, &http->doors[DOOR_PROBES], PROBE_CONNECTIONS, PROBE_THREADS);
}

static void start_workers(struct http *http, const char **problem)
{
    for (size_t i = 0; i < http->doors_count; i++)
        for (size_t j = 0; j < http->doors[i].workers_count && *problem == NULL; j++)
            worker_start(&http->doors[i].workers[j], problem);
}

struct http *http_start(struct arena *arena, const struct settings *settings, struct access *access,
    struct recording *recording, const int *listeners, const char **problem)
{
    struct http *http = arena_make(arena, struct http);

    http->started = epoch_microseconds();
    for (size_t i = 0; i < SETTING_COUNT; i++)
        atomic_init(&http->live.at[i], settings->at[i].number);
    http->routes = routes_make(arena);
    http->states = states_make(arena);
    http->access = access;
    http->recording = recording;
    http->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    build_doors(arena, http, settings, listeners);
    *problem = http->wake < 0 ? strerror(errno) : NULL;
    if (access_is_tls(access) && MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES)
        *problem = "this libmicrohttpd has no TLS";
    start_workers(http, problem);
    if (*problem == NULL)
        return http;
    http_stop(http);
    return NULL;
}

/* How many more there are to tell of, which is done once a minute at most. */
static unsigned long long untold(struct told *told, unsigned long long count)
{
    const int64_t now = clock_now();
    const unsigned long long more = count - told->count;

    if (more == 0 || now < told->next)
        return 0;
    told->count = count;
    told->next = now + (int64_t)60 * 1000000;
    return more;
}

/* Port scanners and probes of load balancers end in the middle of it, again and again. What the
 * library says of each one is at the debug level. */
static void tell_of_handshakes(struct http *http)
{
    const unsigned long long more =
        untold(&http->handshakes_told, atomic_load(&http->handshakes_failed));

    if (more > 0)
        log_event(LOG_INFO, "tls-handshakes-failed", log_fields(LOG_NUMBER("connections", more)));
}

static void tell_of_room(struct http *http)
{
    const unsigned long long more = untold(&http->room_told, count_of(&http->made_room));

    if (more > 0)
        log_event(LOG_WARNING,
            "closed-for-others",
            log_fields(LOG_NUMBER("connections", more),
                LOG_TEXT_FIELD("message", "every connection is taken (--max-connections)")));
}

static struct late end_late(struct http *http)
{
    struct late all = {0, 0};

    for (size_t i = 0; i < http->doors_count; i++) {
        const struct late late = clients_end_late(&http->doors[i].clients, clock_now());

        all.busy += late.busy;
        all.idle += late.idle;
    }
    return all;
}

void http_tick(struct http *http)
{
    const struct late late = end_late(http);

    count_up(&http->timeouts_client, late.busy);
    count_up(&http->timeouts_idle, late.idle);
    if (late.busy > 0)
        log_event(LOG_WARNING, "client-timeout", log_fields(LOG_NUMBER("connections", late.busy)));
    if (late.idle > 0)
        log_event(LOG_DEBUG, "idle-timeout", log_fields(LOG_NUMBER("connections", late.idle)));
    tell_of_handshakes(http);
    tell_of_room(http);
}

void http_drain(struct http *http)
{
    atomic_store(&http->draining, true);
}

long long http_in_flight(const struct http *http)
{
    return atomic_load(&http->in_flight);
}

void http_stop(struct http *http)
{
    for (size_t i = 0; i < http->doors_count; i++)
        for (size_t j = 0; j < http->doors[i].workers_count; j++)
            worker_stop(&http->doors[i].workers[j]);
    if (http->wake >= 0)
        close(http->wake);
}

int64_t http_deadline(const struct http *http, enum setting_id seconds)
{
    return clock_now() + setting_now(&http->live, seconds) * 1000000;
}

int64_t http_first_request_microseconds(const struct http *http)
{
    const int64_t part =
        setting_now(&http->live, SETTING_CLIENT_TIMEOUT) * 1000000 / FIRST_REQUEST_PART;

    return part < FIRST_REQUEST_LEAST ? FIRST_REQUEST_LEAST : part;
}

void http_wake(const struct http *http)
{
    const uint64_t one = 1;
    const ssize_t written = write(http->wake, &one, sizeof(one));

    /* It only fails where the counter is at its end, and then poll() returns anyway. */
    (void)written;
}
