#ifndef VITESS_OPERATOR_SERVER_H
#define VITESS_OPERATOR_SERVER_H

#include <stdbool.h>
#include <stdio.h>

/* The hook server. Everything that can be set about it is in this one list: flags, keys of the
 * configuration file, defaults, bounds, help and documentation are made from it.
 *
 * ROW(id, name, kind, argument, default, least, most, when, help) */
/* clang-format off */
#define SERVER_SETTINGS(ROW)                                                                       \
    ROW(LISTEN, "listen", ADDRESS, "ADDRESS:PORT", "[::]:8080", 0, 0, RESTART,                     \
        "Where to listen. [::] is every address of IPv6 and IPv4; where there is no IPv6 it is "   \
        "0.0.0.0. Port 0 takes a free one, which the log names.")                                  \
    ROW(PROBE_LISTEN, "probe-listen", ADDRESS, "ADDRESS:PORT|next|none", "next", 0, 0, RESTART,    \
        "Where to listen for /healthz, /readyz, /metrics and /version alone, over plain HTTP; "    \
        "--listen has them, too. This port has connections and a thread of its own, so that it "   \
        "answers whatever --listen suffers. next is the address of --listen with the port after "  \
        "it, or a free one after port 0; none is no such port.")                                   \
    ROW(TLS_CERT, "tls-cert", PATH, "FILE", "", 0, 0, RESTART,                                     \
        "Certificate of the server and the chain up to its CA, in PEM (tls.crt of a Secret). With "\
        "it --listen is served over TLS, 1.2 or 1.3; without it over plain HTTP.")                 \
    ROW(TLS_KEY, "tls-key", PATH, "FILE", "", 0, 0, RESTART,                                       \
        "The private key of --tls-cert, in PEM, not encrypted (tls.key).")                         \
    ROW(TLS_CLIENT_CA, "tls-client-ca", PATH, "FILE", "", 0, 0, RESTART,                           \
        "CAs, in PEM (ca.crt). A hook is answered only where the client shows a certificate for "  \
        "clients that one of them has signed; see ACCESS.")                                        \
    ROW(BEARER_TOKEN_FILE, "bearer-token-file", PATH, "FILE", "", 0, 0, RESTART,                   \
        "Tokens, one a line. A hook is answered only where the request has one of them as "        \
        "Authorization: Bearer TOKEN; see ACCESS.")                                                \
    ROW(THREADS, "threads", NUMBER, "COUNT", "0", 0, 1024, RESTART,                                \
        "Threads that answer requests; 0 is one for each core, two at least.")                     \
    ROW(MAX_BODY, "max-body", SIZE, "SIZE", "64Mi", 1024, 4LL << 30, RELOAD,                       \
        "Largest body of a request; a larger one is answered 413.")                                \
    ROW(MAX_DEPTH, "max-depth", NUMBER, "COUNT", "256", 16, 2048, RELOAD,                          \
        "How deep the JSON of a body may nest; deeper is answered 400.")                           \
    ROW(MAX_ARENA, "max-arena", SIZE, "SIZE", "1Gi", 65536, 1LL << 40, RELOAD,                     \
        "Memory for working on one request; a request that needs more is answered 503. The "       \
        "default is sixteen times the largest body.")                                              \
    ROW(MAX_CONNECTIONS, "max-connections", NUMBER, "COUNT", "256", 1, 65536, RESTART,             \
        "Connections at one time. Where all are taken, a new one gets the place of the one that "  \
        "has been without a whole request for longest, or else has rested for longest; a hook "    \
        "request that is worked on keeps its place.")                                              \
    ROW(MAX_REQUESTS, "max-requests", NUMBER, "COUNT", "64", 1, 65536, RELOAD,                     \
        "Hook requests that are received, worked on or answered at one time; a further one is "    \
        "answered 429 with Retry-After, which Metacontroller repeats without an Event.")           \
    ROW(CLIENT_TIMEOUT, "client-timeout", SECONDS, "SECONDS", "30", 1, 3600, RELOAD,               \
        "Time for a client to deliver a whole request, and again to take the whole answer; a "     \
        "slower connection is closed. A new connection has a third of it, one second at least, "   \
        "for its TLS handshake, and as much to begin its first request.")                          \
    ROW(IDLE_TIMEOUT, "idle-timeout", SECONDS, "SECONDS", "120", 91, 86400, RELOAD,                \
        "Time after which a connection without a request is closed. More than 90, since "          \
        "Metacontroller keeps its idle connections for 90 seconds.")                               \
    ROW(DRAIN_TIMEOUT, "drain-timeout", SECONDS, "SECONDS", "20", 0, 3600, RELOAD,                 \
        "Time that running requests have to end after SIGTERM. Less than the Pod's "               \
        "terminationGracePeriodSeconds.")                                                          \
    ROW(RECORD, "record", PATH, "DIR", "", 0, 0, RESTART,                                          \
        "Write each hook request and its answer into this folder, one file each, for sync to "     \
        "replay. Specs may hold secrets: the files can be read by their owner alone, and nobody "  \
        "removes them.")                                                                           \
    ROW(LOG_FORMAT, "log-format", CHOICE, "json|text", "json", 0, 0, RELOAD,                       \
        "One JSON object a line, or text for people.")                                             \
    ROW(LOG_LEVEL, "log-level", CHOICE, "debug|info|warning|error", "info", 0, 0, RELOAD,          \
        "The least important events to log. With info each hook request is one line.")
/* clang-format on */

enum setting_id {
#define SETTING_ID(id, ...) SETTING_##id,
    SERVER_SETTINGS(SETTING_ID)
#undef SETTING_ID
        SETTING_COUNT
};

enum setting_kind {
    SETTING_KIND_ADDRESS,
    SETTING_KIND_PATH, /* of a file or folder; "": none */
    SETTING_KIND_NUMBER,
    SETTING_KIND_SIZE,
    SETTING_KIND_SECONDS,
    SETTING_KIND_CHOICE
};

/* When a changed configuration file takes effect: at SIGHUP or only at the next start. */
enum setting_when { SETTING_WHEN_RELOAD, SETTING_WHEN_RESTART };

struct setting {
    const char *name;     /* flag "--max-body" and key "max-body" */
    const char *argument; /* of a CHOICE: every choice, with | between */
    const char *fallback;
    const char *help;
    long long least, most;
    enum setting_kind kind;
    enum setting_when when;
};

/* Indexed by setting_id. */
extern const struct setting server_settings[SETTING_COUNT];

/* What the command line said. */
struct server_arguments {
    const char *config;               /* --config FILE, or NULL */
    const char *flags[SETTING_COUNT]; /* text of each flag that was given, else NULL */
};

/* Serves until SIGTERM or SIGINT; the exit code (0, 2 for wrong settings, 3 for trouble). */
int server_run(const struct server_arguments *arguments);

/* The settings that server_run() would start with, as a configuration file whose comments say
 * where each comes from. The same exit codes. */
int server_print_config(const struct server_arguments *arguments, FILE *out);

#endif
