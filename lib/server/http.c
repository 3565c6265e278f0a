#include "http.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "exchange.h"
#include "log.h"

/* Headers and one piece of the body of each connection; the body itself is not in here. */
enum { CONNECTION_MEMORY = 64 * 1024 };

static void log_library(void *context, const char *format, va_list arguments)
{
    char text[512];

    (void)context;
    vsnprintf(text, sizeof(text), format, arguments);
    text[strcspn(text, "\n")] = '\0';
    log_event(LOG_DEBUG, "libmicrohttpd", log_fields(LOG_TEXT_FIELD("message", text)));
}

/* No path of ours has anything to unescape, so an escaped path is another path. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static const union MHD_ConnectionInfo *session_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
}

/* In the thread of the connection, before its first byte is read. */
static void begin(struct http *http, struct client *client, struct MHD_Connection *connection)
{
    if (!access_is_tls(http->access))
        return;
    client->credentials = access_hold(http->access);
    tls_begin(client->credentials->tls, session_of(connection)->tls_session, client);
}

/* When libmicrohttpd has freed the session. */
static void end(struct http *http, struct client *client)
{
    if (client->credentials != NULL)
        access_release(http->access, client->credentials);
    if (client->greeting)
        atomic_fetch_add(&http->handshakes_failed, 1);
    clients_remove(&http->clients, client);
    if (atomic_load(&http->full))
        http_wake(http);
}

static void connection_changed(void *context, struct MHD_Connection *connection, void **client,
    enum MHD_ConnectionNotificationCode what)
{
    struct http *http = ((struct worker *)context)->http;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

        *client = info == NULL ? NULL : clients_find(&http->clients, info->connect_fd);
        if (*client != NULL)
            begin(http, *client, connection);
    } else if (*client != NULL) {
        end(http, *client);
        *client = NULL;
    }
}

/* One daemon a thread, instead of libmicrohttpd's own pool, whose threads take connections from
 * the listener in bursts of ten: two busy connections of Metacontroller would share one core. */
static struct MHD_Daemon *start_daemon(struct worker *worker, unsigned connections)
{
    struct access *access = worker->http->access;
    /* The library wants a pair at its start. No connection ever uses it: each has credentials of
     * its own from begin(). */
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)access->tried->at[ACCESS_CERT].text},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)access->tried->at[ACCESS_KEY].text},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)tls_priorities},
        {MHD_OPTION_END, 0, NULL}};
    const bool is_tls = access_is_tls(access);

    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC |
                                MHD_USE_ERROR_LOG | (is_tls ? MHD_USE_TLS : 0),
        0,
        NULL,
        NULL,
        exchange_handle,
        worker,
        MHD_OPTION_EXTERNAL_LOGGER,
        log_library,
        NULL,
        MHD_OPTION_NOTIFY_COMPLETED,
        exchange_end,
        worker,
        MHD_OPTION_NOTIFY_CONNECTION,
        connection_changed,
        worker,
        MHD_OPTION_URI_LOG_CALLBACK,
        exchange_begin,
        worker,
        MHD_OPTION_UNESCAPE_CALLBACK,
        leave_escaped,
        NULL,
        /* The real limit is that of struct clients; a connection leaves that one first. */
        MHD_OPTION_CONNECTION_LIMIT,
        connections * 2,
        MHD_OPTION_CONNECTION_TIMEOUT,
        0U,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY,
        MHD_OPTION_STRICT_FOR_CLIENT,
        1,
        MHD_OPTION_ARRAY,
        is_tls ? tls : &tls[sizeof(tls) / sizeof(tls[0]) - 1],
        MHD_OPTION_END);
}

static size_t count_threads(const struct settings *settings)
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

struct http *http_start(struct arena *arena, const struct settings *settings, struct access *access,
    const char **problem)
{
    struct http *http = arena_make(arena, struct http);
    const size_t connections = (size_t)settings->at[SETTING_MAX_CONNECTIONS].number;

    http->started = epoch_microseconds();
    for (size_t i = 0; i < SETTING_COUNT; i++)
        atomic_init(&http->live.at[i], settings->at[i].number);
    http->routes = routes_make(arena);
    http->clients = clients_make(arena, connections);
    http->states = states_make(arena);
    http->access = access;
    http->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    http->workers_count = count_threads(settings);
    http->workers = arena_array(arena, http->workers_count, sizeof(*http->workers));
    http->metrics = arena_array(arena, http->workers_count, sizeof(*http->metrics));
    http->loads = arena_array(arena, http->workers_count, sizeof(*http->loads));
    *problem = http->wake < 0 ? strerror(errno) : NULL;
    if (access_is_tls(access) && MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES)
        *problem = "this libmicrohttpd has no TLS";
    for (size_t i = 0; i < http->workers_count && *problem == NULL; i++) {
        struct worker *worker = &http->workers[i];

        worker->http = http;
        worker->metrics = &http->metrics[i];
        *worker->metrics = metrics_make(arena, http->routes.count);
        worker->daemon = start_daemon(worker, (unsigned)connections);
        if (worker->daemon == NULL)
            *problem = strerror(errno);
    }
    if (*problem == NULL)
        return http;
    http_stop(http);
    return NULL;
}

/* The one with the fewest connections. */
static size_t choose_worker(struct http *http)
{
    size_t best = 0;

    memset(http->loads, 0, http->workers_count * sizeof(*http->loads));
    clients_count(&http->clients, http->loads);
    for (size_t i = 1; i < http->workers_count; i++)
        if (http->loads[i] < http->loads[best])
            best = i;
    return best;
}

static void add_connection(struct http *http, int fd, const struct sockaddr_storage *address,
    socklen_t length)
{
    const size_t worker = choose_worker(http);
    struct client *client =
        clients_add(&http->clients, fd, worker, http_deadline(http, SETTING_IDLE_TIMEOUT));

    /* A slow handshake is a slow client; only after it the connection is idle. */
    if (access_is_tls(http->access))
        client_greets(client,
            http_deadline(http, SETTING_CLIENT_TIMEOUT),
            setting_now(&http->live, SETTING_IDLE_TIMEOUT) * 1000000);
    /* libmicrohttpd closes what it does not take. */
    if (MHD_add_connection(http->workers[worker].daemon,
            fd,
            (const struct sockaddr *)address,
            length) != MHD_YES)
        clients_remove(&http->clients, client);
}

static bool has_room(struct http *http)
{
    if (atomic_load(&http->clients.open) < http->clients.count)
        return true;
    /* Asked again after `full` is set, since a connection may have ended in between. */
    atomic_store(&http->full, true);
    return atomic_load(&http->clients.open) < http->clients.count;
}

bool http_accept(struct http *http, int listener)
{
    while (has_room(http)) {
        struct sockaddr_storage address = {0};
        socklen_t length = sizeof(address);
        const int fd =
            accept4(listener, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);

        atomic_store(&http->full, false);
        if (fd >= 0) {
            add_connection(http, fd, &address, length);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return true;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            log_event(LOG_ERROR,
                "accept-failed",
                log_fields(LOG_TEXT_FIELD("message", strerror(errno))));
            return false;
        }
    }
    return false;
}

/* Port scanners and probes of load balancers end in the middle of it, again and again: the log has
 * one line a minute at most. What the library says of each one is at the debug level. */
static void tell_of_handshakes(struct http *http)
{
    const unsigned long long failed = atomic_load(&http->handshakes_failed);
    const int64_t now = clock_now();

    if (failed == http->handshakes_told || now < http->handshakes_next)
        return;
    log_event(LOG_INFO,
        "tls-handshakes-failed",
        log_fields(LOG_NUMBER("connections", failed - http->handshakes_told)));
    http->handshakes_told = failed;
    http->handshakes_next = now + (int64_t)60 * 1000000;
}

void http_tick(struct http *http)
{
    const struct late late = clients_end_late(&http->clients, clock_now());

    count_up(&http->timeouts_client, late.busy);
    count_up(&http->timeouts_idle, late.idle);
    if (late.busy > 0)
        log_event(LOG_WARNING, "client-timeout", log_fields(LOG_NUMBER("connections", late.busy)));
    if (late.idle > 0)
        log_event(LOG_DEBUG, "idle-timeout", log_fields(LOG_NUMBER("connections", late.idle)));
    tell_of_handshakes(http);
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
    for (size_t i = 0; i < http->workers_count; i++)
        if (http->workers[i].daemon != NULL)
            MHD_stop_daemon(http->workers[i].daemon);
    if (http->wake >= 0)
        close(http->wake);
}

int64_t http_deadline(const struct http *http, enum setting_id seconds)
{
    return clock_now() + setting_now(&http->live, seconds) * 1000000;
}

void http_wake(const struct http *http)
{
    const uint64_t one = 1;
    const ssize_t written = write(http->wake, &one, sizeof(one));

    /* It only fails where the counter is at its end, and then poll() returns anyway. */
    (void)written;
}
