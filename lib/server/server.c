#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "exit_codes.h"
#include "http.h"
#include "listen.h"
#include "log.h"

/* How often late clients are looked for. */
enum { TICK_MILLISECONDS = 500 };

/* The running server, as the main thread sees it. */
struct server {
    struct arena *arena;
    const struct server_arguments *arguments;
    struct settings settings; /* those of the start */
    struct access access;
    struct recording recording;
    struct http *http;
    int listeners[DOORS]; /* -1: there is none */
    int signals;
    int64_t tick;            /* when late clients are looked for again */
    bool ending, force_stop; /* the first and the second signal to end */
};

static int complain_of(const struct texts *problems, int code)
{
    for (size_t i = 0; i < problems->count; i++)
        fprintf(stderr, "vitess-operator: serve: %s\n", problems->at[i]);
    return code;
}

int server_print_config(const struct server_arguments *arguments, FILE *out)
{
    struct arena *arena = arena_new(0);
    struct settings settings;
    struct texts problems = {.arena = arena};
    const int code = settings_load(arena, arguments, &settings, &problems);

    if (code != 0)
        complain_of(&problems, code);
    else
        fputs(settings_text(arena, &settings), out);
    arena_free(arena);
    return code;
}

static void set_up_log(const struct settings *settings)
{
    log_setup((enum log_format)settings->at[SETTING_LOG_FORMAT].number,
        (enum log_level)settings->at[SETTING_LOG_LEVEL].number);
}

/* --- SIGHUP --- */

/* A file with a problem changes nothing at all. */
static void reload(struct server *server)
{
    struct arena *arena = arena_new(0);
    struct settings wanted;
    struct texts problems = {.arena = arena}, unchanged = {.arena = arena};
    const bool bad = settings_load(arena, server->arguments, &wanted, &problems) != 0;

    atomic_store(&server->http->last_reload_bad, bad);
    count_up(bad ? &server->http->reloads_bad : &server->http->reloads_good, 1);
    if (bad) {
        log_event(LOG_ERROR,
            "reload-failed",
            log_fields(LOG_TEXT_FIELD("message", texts_join(&problems, "; "))));
    } else {
        settings_apply(&server->http->live, &server->settings, &wanted, &unchanged);
        set_up_log(&wanted);
        log_event(unchanged.count > 0 ? LOG_WARNING : LOG_INFO,
            "reloaded",
            log_fields(LOG_TEXT_FIELD("config", server->arguments->config),
                LOG_TEXT_FIELD("needsRestart",
                    unchanged.count > 0 ? texts_join(&unchanged, ", ") : NULL)));
    }
    arena_free(arena);
}

static void take_signals(struct server *server)
{
    struct signalfd_siginfo info;

    while (read(server->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (info.ssi_signo == SIGHUP) {
            reload(server);
            access_look(&server->access, true);
        } else {
            server->force_stop = server->ending;
            server->ending = true;
        }
    }
}

/* --- the main thread: accepts, watches the clock, takes signals --- */

/* A place is free, or a drain is over. */
static void wake_up(struct http *http)
{
    uint64_t woken;

    if (read(http->wake, &woken, sizeof(woken)) < 0 && errno != EAGAIN)
        log_event(LOG_ERROR, "wake-failed", log_fields(LOG_TEXT_FIELD("message", strerror(errno))));
    for (size_t i = 0; i < http->doors_count; i++)
        http->doors[i].rests_until = 0;
}

/* Of the doors that do not rest; `milliseconds` becomes the time until one of the others does not
 * any more, where that is less. */
static void listen_to_doors(const struct http *http, struct pollfd *wanted, int *milliseconds)
{
    const int64_t now = clock_now();

    for (size_t i = 0; i < http->doors_count; i++) {
        const int64_t left = (http->doors[i].rests_until - now + 999) / 1000;

        wanted[i] =
            (struct pollfd){.fd = left > 0 ? -1 : http->doors[i].listener, .events = POLLIN};
        if (left > 0 && left < *milliseconds)
            *milliseconds = (int)left;
    }
}

static void turn(struct server *server, int milliseconds)
{
    struct http *http = server->http;
    struct pollfd wanted[2 + DOORS] = {{.fd = server->signals, .events = POLLIN},
        {.fd = http->wake, .events = POLLIN}};
    int count;

    listen_to_doors(http, &wanted[2], &milliseconds);
    count = poll(wanted, 2 + http->doors_count, milliseconds);
    if (count > 0 && wanted[0].revents != 0)
        take_signals(server);
    if (count > 0 && wanted[1].revents != 0)
        wake_up(http);
    for (size_t i = 0; i < http->doors_count; i++)
        if (count > 0 && wanted[2 + i].revents != 0)
            door_accept(&http->doors[i]);
    if (clock_now() >= server->tick) {
        server->tick = clock_now() + (int64_t)TICK_MILLISECONDS * 1000;
        http_tick(http);
        access_look(&server->access, false);
    }
}

/* New requests are refused while the running ones end, but still answered: /readyz has to be seen
 * failing, and a refusal says more than a closed port. */
static void drain(struct server *server)
{
    const int64_t end = http_deadline(server->http, SETTING_DRAIN_TIMEOUT);
    int64_t now = clock_now();

    http_drain(server->http);
    log_event(LOG_INFO,
        "draining",
        log_fields(LOG_NUMBER("inFlight", http_in_flight(server->http))));
    while (http_in_flight(server->http) > 0 && !server->force_stop && now < end) {
        const int64_t left = (end - now) / 1000 + 1;

        turn(server, left < TICK_MILLISECONDS ? (int)left : TICK_MILLISECONDS);
        now = clock_now();
    }
}

static void close_listeners(const struct server *server)
{
    for (size_t i = 0; i < DOORS; i++)
        if (server->listeners[i] >= 0)
            close(server->listeners[i]);
}

static int stop(struct server *server)
{
    const long long left = http_in_flight(server->http);

    close_listeners(server);
    log_event(left > 0 ? LOG_WARNING : LOG_INFO,
        "stopped",
        log_fields(LOG_NUMBER("abandoned", left)));
    /* A request that still computes cannot be stopped, only waited for, and the time is up. Hooks
     * are pure: nothing is lost with it. */
    if (left > 0)
        _exit(EXIT_YES);
    http_stop(server->http);
    close(server->signals);
    return EXIT_YES;
}

/* --- the start --- */

/* Where one of them is closed, the next socket would get its number and the log would be written
 * to a client. */
static void open_standard_streams(void)
{
    int fd = open("/dev/null", O_RDWR);

    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = dup(fd);
    if (fd >= 0)
        close(fd);
}

/* Before any thread starts, so that each of them has the signals blocked. */
static int catch_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int trouble(struct server *server, const char *problem)
{
    struct texts problems = {.arena = server->arena};

    texts_add(&problems, problem);
    return complain_of(&problems, EXIT_TROUBLE);
}

/* Beside those of connections: two of each thread, the listeners, and some files. */
enum { OTHER_DESCRIPTORS = 64 };

/* Each connection is a descriptor. With fewer than --max-connections asks for, a crowd at one
 * listener would leave none for the other. NULL, or what is wrong. */
static const char *raise_descriptor_limit(struct arena *arena, const struct settings *settings)
{
    const struct setting_value *connections = &settings->at[SETTING_MAX_CONNECTIONS];
    const long long others =
        OTHER_DESCRIPTORS + PROBE_CONNECTIONS + 2 * (long long)http_threads(settings);
    const rlim_t wanted = (rlim_t)(connections->number + others);
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return NULL;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted)
        return NULL;
    return fmt(arena,
        "max-connections (%s): must be at most %lld where a process may open %lld files, got %s: "
        "lower it, or raise that (ulimit -n %lld)",
        connections->origin,
        (long long)limit.rlim_cur > others ? (long long)limit.rlim_cur - others : 0,
        (long long)limit.rlim_cur,
        connections->text,
        (long long)wanted);
}

/* Where each door is, and in `bound` what it got. NULL, or what is wrong. */
static const char *open_listeners(struct server *server, const char **bound)
{
    struct arena *arena = server->arena;
    const char *listen = server->settings.at[SETTING_LISTEN].text;
    const char *probes = server->settings.at[SETTING_PROBE_LISTEN].text, *problem = NULL;

    server->listeners[DOOR_HOOKS] = listen_at(arena, listen, &bound[DOOR_HOOKS], &problem);
    if (server->listeners[DOOR_HOOKS] < 0)
        return fmt(arena, "cannot listen on %s (--listen): %s", listen, problem);
    if (text_equal(probes, "none"))
        return NULL;
    if (text_equal(probes, "next"))
        probes = listen_next(arena, listen);
    server->listeners[DOOR_PROBES] = listen_at(arena, probes, &bound[DOOR_PROBES], &problem);
    if (server->listeners[DOOR_PROBES] < 0)
        return fmt(arena,
            "cannot listen on %s (--probe-listen): %s: name another port, or none",
            probes,
            problem);
    return NULL;
}

static void warn_of_plain_http(const struct access *access)
{
    if (access_is_tls(access))
        return;
    log_event(LOG_WARNING,
        "without-tls",
        log_fields(LOG_TEXT_FIELD("message",
            access->paths[ACCESS_TOKENS][0] == '\0'
                ? "whoever is on the way can read and change answers; see --tls-cert"
                : "whoever is on the way can read and use the bearer token; see --tls-cert")));
}

static const char *prepare(struct server *server, const char **bound)
{
    const char *problem = raise_descriptor_limit(server->arena, &server->settings);

    if (problem != NULL)
        return problem;
    server->signals = catch_signals();
    if (server->signals < 0)
        return fmt(server->arena, "cannot watch for signals: %s", strerror(errno));
    problem = recording_begin(&server->recording,
        server->arena,
        server->settings.at[SETTING_RECORD].text);
    if (problem == NULL)
        problem = open_listeners(server, bound);
    if (problem != NULL)
        return problem;
    server->http = http_start(server->arena,
        &server->settings,
        &server->access,
        &server->recording,
        server->listeners,
        &problem);
    return problem == NULL ? NULL : fmt(server->arena, "cannot start threads: %s", problem);
}

static int serve(struct server *server)
{
    const char *bound[DOORS] = {NULL}, *problem = prepare(server, bound);

    if (problem != NULL)
        return trouble(server, problem);
    log_event(LOG_INFO,
        "listening",
        log_fields(LOG_TEXT_FIELD("address", bound[DOOR_HOOKS]),
            LOG_TEXT_FIELD("scheme", access_is_tls(&server->access) ? "https" : "http"),
            LOG_TEXT_FIELD("probes", bound[DOOR_PROBES]),
            LOG_NUMBER("threads", http_threads(&server->settings)),
            LOG_TEXT_FIELD("version", OPERATOR_VERSION),
            LOG_NUMBER("revision", OPERATOR_REVISION)));
    warn_of_plain_http(&server->access);
    while (!server->ending)
        turn(server, TICK_MILLISECONDS);
    drain(server);
    return stop(server);
}

static int open_and_serve(struct server *server, struct texts *problems)
{
    int code;

    set_up_log(&server->settings);
    open_standard_streams();
    code = access_open(&server->access, &server->settings, problems);
    code = code != 0 ? complain_of(problems, code) : serve(server);
    access_close(&server->access);
    return code;
}

int server_run(const struct server_arguments *arguments)
{
    struct server server = {.arena = arena_new(0), .arguments = arguments, .listeners = {-1, -1}};
    struct texts problems = {.arena = server.arena};
    int code = settings_load(server.arena, arguments, &server.settings, &problems);

    code = code != 0 ? complain_of(&problems, code) : open_and_serve(&server, &problems);
    arena_free(server.arena);
    return code;
}
