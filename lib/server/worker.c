#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "exchange.h"
#include "log.h"

/* Headers and one piece of the body of each connection; the body itself is not in here. Half of it
 * is read at once, each time with a turn of the loop. */
enum { CONNECTION_MEMORY = 128 * 1024 };

/* --- what libmicrohttpd calls --- */

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

static bool is_tls(const struct worker *worker)
{
    return access_is_tls(worker->http->access) && !worker->door->pages_only;
}

/* Before its first byte is read. Whoever has nothing to ask is a scanner or an attacker, or a
 * client that opened one connection more than it needed. */
static void begin(struct worker *worker, struct client *client, struct MHD_Connection *connection)
{
    const int64_t patience = http_first_request_microseconds(worker->http);
    const int64_t deadline = clock_now() + patience;

    if (!is_tls(worker)) {
        client_expect(client, CLIENT_NEW, deadline);
        return;
    }
    client_handshake_started(client, deadline, patience);
    client->credentials = access_hold(worker->http->access);
    tls_begin(client->credentials->tls, session_of(connection)->tls_session, client);
}

/* When libmicrohttpd has freed the session. */
static void end(struct worker *worker, struct client *client)
{
    struct http *http = worker->http;

    if (client->credentials != NULL)
        access_release(http->access, client->credentials);
    if (client->greeting)
        atomic_fetch_add(&http->handshakes_failed, 1);
    clients_remove(&worker->door->clients, client);
    if (atomic_load(&worker->door->full))
        http_wake(http);
}

static void connection_changed(void *context, struct MHD_Connection *connection, void **client,
    enum MHD_ConnectionNotificationCode what)
{
    struct worker *worker = context;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *client = worker->taken;
        worker->taken = NULL;
        begin(worker, *client, connection);
    } else if (*client != NULL) {
        end(worker, *client);
        *client = NULL;
    }
}

/* --- the thread --- */

/* A daemon a thread, instead of libmicrohttpd's own pool, whose threads take connections from the
 * listener in bursts of ten: two busy connections of Metacontroller would share one core. */
static struct MHD_Daemon *start_daemon(struct worker *worker)
{
    struct access *access = worker->http->access;
    /* The library wants a pair at its start. No connection ever uses it: each has credentials of
     * its own from begin(). */
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)access->tried->at[ACCESS_CERT].text},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)access->tried->at[ACCESS_KEY].text},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)tls_priorities},
        {MHD_OPTION_END, 0, NULL}};

    return MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG |
                                (is_tls(worker) ? MHD_USE_TLS : 0),
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
        (unsigned)worker->door->clients.count * 2,
        MHD_OPTION_CONNECTION_TIMEOUT,
        0U,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY,
        MHD_OPTION_STRICT_FOR_CLIENT,
        1,
        MHD_OPTION_ARRAY,
        is_tls(worker) ? tls : &tls[sizeof(tls) / sizeof(tls[0]) - 1],
        MHD_OPTION_END);
}

static void add_connection(struct worker *worker, struct client *client)
{
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof(address);
    const int fd = atomic_load(&client->fd);

    /* Only for the library's own messages: one that has no address any more is told so soon. */
    (void)getpeername(fd, (struct sockaddr *)&address, &length);
    worker->taken = client;
    /* libmicrohttpd closes what it does not take. It may have said so by connection_changed(). */
    if (MHD_add_connection(worker->daemon, fd, (const struct sockaddr *)&address, length) !=
            MHD_YES &&
        worker->taken != NULL)
        clients_remove(&worker->door->clients, client);
}

static void take_connections(struct worker *worker)
{
    struct door *door = worker->door;
    const size_t self = (size_t)(worker - door->workers);
    const int64_t now = clock_now();

    for (size_t i = 0; i < door->clients.count; i++)
        if (client_take(&door->clients.at[i], self, now))
            add_connection(worker, &door->clients.at[i]);
}

/* Nothing has to come that often: it is only the end of every wait. */
enum { LONGEST_WAIT_MILLISECONDS = 1000 };

/* True where somebody called worker_wake(). Nobody waits while libmicrohttpd has something to do.
 */
static bool wait_for_events(struct worker *worker)
{
    const int events = MHD_get_daemon_info(worker->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    struct pollfd wanted[] = {{.fd = events, .events = POLLIN},
        {.fd = worker->wake, .events = POLLIN}};
    MHD_UNSIGNED_LONG_LONG milliseconds;
    uint64_t times;

    if (MHD_get_timeout(worker->daemon, &milliseconds) != MHD_YES ||
        milliseconds > LONGEST_WAIT_MILLISECONDS)
        milliseconds = LONGEST_WAIT_MILLISECONDS;
    if (milliseconds == 0)
        return atomic_exchange(&worker->woken, false);
    if (poll(wanted, 2, (int)milliseconds) <= 0 || wanted[1].revents == 0)
        return false;
    atomic_store(&worker->woken, false);
    if (read(worker->wake, &times, sizeof(times)) < 0 && errno != EAGAIN)
        log_event(LOG_ERROR, "wake-failed", log_fields(LOG_TEXT_FIELD("message", strerror(errno))));
    return true;
}

/* The waiting is ours, and libmicrohttpd never waits.
 *
 * Its MHD_epoll() calls epoll_wait() again as long as that fills all of MAX_EVENTS (128) places,
 * with the same time-out, and looks at none of the connections before it returns fewer. In a thread
 * of the library (MHD_polling_thread()) and without MHD_OPTION_CONNECTION_TIMEOUT the time-out is
 * infinite. So where 128 connections of one thread have something to say at the same moment, and
 * be it that their clients have gone, it waits on for a 129th: each event is told once (EPOLLET),
 * and once every place of the server is taken nobody is left to cause another. All versions up to
 * 1.0.1 are so. MHD_run() calls it with a time-out of 0, and then no number of connections stops
 * it: --max-connections and --threads need not fit each other. */
static void *work(void *context)
{
    struct worker *worker = context;

    while (!atomic_load(&worker->ending)) {
        /* Every place of the server is looked at, which is too much for each piece of a body. */
        if (wait_for_events(worker))
            take_connections(worker);
        MHD_run(worker->daemon);
    }
    return NULL;
}

bool worker_start(struct worker *worker, const char **problem)
{
    int code;

    worker->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (worker->wake >= 0)
        worker->daemon = start_daemon(worker);
    if (worker->daemon == NULL) {
        *problem = strerror(errno);
        return false;
    }
    code = pthread_create(&worker->thread, NULL, work, worker);
    worker->runs = code == 0;
    if (code != 0)
        *problem = strerror(code);
    return worker->runs;
}

void worker_wake(struct worker *worker)
{
    const uint64_t one = 1;
    ssize_t written;

    atomic_store(&worker->woken, true);
    written = write(worker->wake, &one, sizeof(one));
    /* It only fails where the counter is at its end, and then poll() returns anyway. */
    (void)written;
}

void worker_stop(struct worker *worker)
{
    if (worker->runs) {
        atomic_store(&worker->ending, true);
        worker_wake(worker);
        pthread_join(worker->thread, NULL);
    }
    if (worker->daemon != NULL)
        MHD_stop_daemon(worker->daemon);
    if (worker->wake >= 0)
        close(worker->wake);
}
