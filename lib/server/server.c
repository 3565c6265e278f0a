#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli.h"
#include "clock.h"
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
    struct http *http;
    int listener, signals;
    int64_t tick;       /* when late clients are looked for again */
    bool accepting;     /* the listener is asked for connections */
    bool ending, hurry; /* the first and the second signal to end */
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
            server->hurry = server->ending;
            server->ending = true;
        }
    }
}

/* --- the main thread: accepts, watches the clock, takes signals --- */

static void turn(struct server *server, int milliseconds)
{
    struct pollfd wanted[] = {{.fd = server->signals, .events = POLLIN},
        {.fd = server->http->wake, .events = POLLIN},
        {.fd = server->accepting ? server->listener : -1, .events = POLLIN}};
    uint64_t woken;
    const int count = poll(wanted, sizeof(wanted) / sizeof(wanted[0]), milliseconds);

    if (count > 0 && wanted[0].revents != 0)
        take_signals(server);
    if (count > 0 && wanted[1].revents != 0 &&
        read(server->http->wake, &woken, sizeof(woken)) < 0 && errno != EAGAIN)
        log_event(LOG_ERROR, "wake-failed", log_fields(LOG_TEXT_FIELD("message", strerror(errno))));
    /* After an error or at the limit the listener is left alone until something changes. */
    server->accepting = true;
    if (count > 0 && wanted[2].revents != 0)
        server->accepting = http_accept(server->http, server->listener);
    if (clock_now() >= server->tick) {
        server->tick = clock_now() + (int64_t)TICK_MILLISECONDS * 1000;
        http_tick(server->http);
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
    while (http_in_flight(server->http) > 0 && !server->hurry && now < end) {
        const int64_t left = (end - now) / 1000 + 1;

        turn(server, left < TICK_MILLISECONDS ? (int)left : TICK_MILLISECONDS);
        now = clock_now();
    }
}

static int stop(struct server *server)
{
    const long long left = http_in_flight(server->http);

    close(server->listener);
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

/* Each connection is a descriptor. */
static void raise_descriptor_limit(long long connections)
{
    const rlim_t wanted = (rlim_t)connections + 64;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < wanted)
        log_event(LOG_WARNING,
            "few-descriptors",
            log_fields(LOG_NUMBER("wanted", wanted), LOG_NUMBER("limit", limit.rlim_cur)));
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

static int trouble(struct server *server, const char *what, const char *problem)
{
    struct texts problems = {.arena = server->arena};

    texts_add(&problems, fmt(server->arena, "%s: %s", what, problem));
    return complain_of(&problems, EXIT_TROUBLE);
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

static int serve(struct server *server)
{
    const char *address = server->settings.at[SETTING_LISTEN].text, *bound = NULL, *problem = NULL;

    raise_descriptor_limit(server->settings.at[SETTING_MAX_CONNECTIONS].number);
    server->signals = catch_signals();
    if (server->signals < 0)
        return trouble(server, "cannot watch for signals", strerror(errno));
    server->listener = listen_at(server->arena, address, &bound, &problem);
    if (server->listener < 0)
        return trouble(server,
            fmt(server->arena, "cannot listen on %s (--listen)", address),
            problem);
    server->http = http_start(server->arena, &server->settings, &server->access, &problem);
    if (server->http == NULL)
        return trouble(server, "cannot start threads", problem);
    log_event(LOG_INFO,
        "listening",
        log_fields(LOG_TEXT_FIELD("address", bound),
            LOG_TEXT_FIELD("scheme", access_is_tls(&server->access) ? "https" : "http"),
            LOG_NUMBER("threads", server->http->workers_count),
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
    struct server server = {.arena = arena_new(0), .arguments = arguments, .accepting = true};
    struct texts problems = {.arena = server.arena};
    int code = settings_load(server.arena, arguments, &server.settings, &problems);

    code = code != 0 ? complain_of(&problems, code) : open_and_serve(&server, &problems);
    arena_free(server.arena);
    return code;
}
