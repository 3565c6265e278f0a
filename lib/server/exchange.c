#include "exchange.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "log.h"

struct exchange {
    struct worker *worker;
    struct client *client;
    struct arena *arena;
    int64_t started;
    size_t route;
    const char *unknown_path; /* where it is no route of ours */
    bool begun;               /* its headers have been judged */
    bool in_flight;           /* it counts against --max-requests */
    char *body;
    size_t length, capacity, received;
    /* The answer; a code of 0: none yet. */
    int code;
    const char *type, *text;
    size_t text_length;
    struct sync_result result;
};

static const char plain_type[] = "text/plain; charset=utf-8";

static const struct route *route_of(const struct exchange *exchange)
{
    return &exchange->worker->http->routes.at[exchange->route];
}

static size_t limit(const struct exchange *exchange, enum setting_id id)
{
    return (size_t)setting_now(&exchange->worker->http->live, id);
}

static void answer(struct exchange *exchange, int code, const char *type, const char *text,
    size_t length)
{
    exchange->code = code;
    exchange->type = type;
    exchange->text = text;
    exchange->text_length = length;
}

/* Decides the answer before the hook was asked. What is left of the body is read and dropped:
 * closing the connection under a client that still writes would cost it the answer. */
static void turn_away(struct exchange *exchange, int code, const char *outcome, const char *text)
{
    answer(exchange, code, plain_type, text, strlen(text));
    exchange->result.outcome = outcome;
    free(exchange->body);
    exchange->body = NULL;
    exchange->length = exchange->capacity = 0;
}

/* --- the headers --- */

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* Parameters such as charset do not matter: JSON is UTF-8. */
static bool is_json(const char *type)
{
    static const char json[] = "application/json";
    const size_t length = sizeof(json) - 1;

    if (strncasecmp(type, json, length) != 0)
        return false;
    type += length + strspn(type + length, " \t");
    return *type == '\0' || *type == ';';
}

static bool wrong_type(struct MHD_Connection *connection)
{
    const char *type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE);
    const char *encoding = header(connection, MHD_HTTP_HEADER_CONTENT_ENCODING);

    return (type != NULL && !is_json(type)) ||
           (encoding != NULL && strcasecmp(encoding, "identity") != 0);
}

static bool announces_too_much(const struct exchange *exchange, struct MHD_Connection *connection)
{
    const char *length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);

    return length != NULL && strtoull(length, NULL, 10) > limit(exchange, SETTING_MAX_BODY);
}

static void too_large(struct exchange *exchange)
{
    turn_away(exchange,
        MHD_HTTP_CONTENT_TOO_LARGE,
        "too-large",
        fmt(exchange->arena,
            "the body is larger than %zu bytes (--max-body)\n",
            limit(exchange, SETTING_MAX_BODY)));
}

/* False where as many requests are in flight as there may be. */
static bool take_off(struct exchange *exchange)
{
    struct http *http = exchange->worker->http;

    if (atomic_fetch_add(&http->in_flight, 1) < (long long)limit(exchange, SETTING_MAX_REQUESTS)) {
        exchange->in_flight = true;
        return true;
    }
    atomic_fetch_sub(&http->in_flight, 1);
    return false;
}

/* Metacontroller repeats a 429 after Retry-After without an Event and without back-off; any other
 * code becomes a Warning on the user's object. */
static void judge_hook(struct exchange *exchange, struct MHD_Connection *connection)
{
    if (atomic_load(&exchange->worker->http->draining))
        turn_away(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "draining", "shutting down\n");
    else if (wrong_type(connection))
        turn_away(exchange,
            MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
            "wrong-type",
            "the body must be application/json, not encoded\n");
    else if (announces_too_much(exchange, connection))
        too_large(exchange);
    else if (!take_off(exchange))
        turn_away(exchange,
            MHD_HTTP_TOO_MANY_REQUESTS,
            "overload",
            fmt(exchange->arena,
                "more than %zu requests at once (--max-requests)\n",
                limit(exchange, SETTING_MAX_REQUESTS)));
}

static void judge(struct exchange *exchange, struct MHD_Connection *connection, const char *path,
    const char *method)
{
    const struct routes *routes = &exchange->worker->http->routes;
    const struct route *route;

    exchange->begun = true;
    exchange->route = routes_find(routes, path);
    route = route_of(exchange);
    if (route->page == PAGE_NONE) {
        exchange->unknown_path = fmt(exchange->arena, "%.256s", path);
        turn_away(exchange,
            MHD_HTTP_NOT_FOUND,
            "unknown-path",
            fmt(exchange->arena, "nothing is at this path; there are:\n%s", routes->known));
    } else if (!route_takes(route, method)) {
        turn_away(exchange,
            MHD_HTTP_METHOD_NOT_ALLOWED,
            "wrong-method",
            fmt(exchange->arena, "this path takes %s\n", route_methods(route)));
    } else if (route->page == PAGE_HOOK) {
        judge_hook(exchange, connection);
    }
}

/* --- the body --- */

static bool grow(struct exchange *exchange, size_t wanted)
{
    size_t capacity = exchange->capacity == 0 ? 64 * 1024 : exchange->capacity;
    char *body;

    while (capacity < wanted)
        capacity *= 2;
    if (capacity == exchange->capacity)
        return true;
    body = realloc(exchange->body, capacity);
    if (body == NULL)
        return false;
    exchange->body = body;
    exchange->capacity = capacity;
    return true;
}

static void take(struct exchange *exchange, const char *bytes, size_t length)
{
    exchange->received += length;
    if (exchange->code != 0 || route_of(exchange)->page != PAGE_HOOK)
        return;
    if (exchange->received > limit(exchange, SETTING_MAX_BODY)) {
        too_large(exchange);
    } else if (!grow(exchange, exchange->received)) {
        turn_away(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "no-memory", "out of memory\n");
    } else {
        memcpy(exchange->body + exchange->length, bytes, length);
        exchange->length += length;
    }
}

/* --- the answer --- */

static void ask_hook(struct exchange *exchange)
{
    struct http *http = exchange->worker->http;
    const struct route *route = route_of(exchange);
    const struct sync_limits limits = {.depth = (int)limit(exchange, SETTING_MAX_DEPTH)};
    struct sync_result *result = &exchange->result;

    *result = sync_run(exchange->arena,
        route->hook,
        route->customize,
        exchange->body == NULL ? "" : exchange->body,
        exchange->length,
        limits);
    metrics_arena(&exchange->worker->metrics, exchange->route, arena_used(exchange->arena));
    if (result->uid != NULL && !route->customize)
        states_note(http->states,
            result->uid,
            (uint64_t)clock_now() / 1000000,
            exchange->route,
            result->outcome,
            result->rollout,
            result->problems);
    answer(exchange,
        result->code,
        result->json ? "application/json" : plain_type,
        result->body,
        result->length);
    /* An empty 200 would delete every child. */
    if (result->code < 200 || result->code > 599 || result->body == NULL || result->length == 0) {
        result->outcome = "bug";
        answer(exchange, 500, plain_type, "internal: no answer\n", strlen("internal: no answer\n"));
    }
}

static void ask_page(struct exchange *exchange)
{
    const struct page_answer page =
        page_answer(exchange->worker->http, route_of(exchange)->page, exchange->arena);

    answer(exchange, page.code, page.type, page.body, page.length);
}

static void add_headers(const struct exchange *exchange, struct MHD_Response *response)
{
    const int code = exchange->code;

    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, exchange->type);
    if (code == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, route_methods(route_of(exchange)));
    if (code == MHD_HTTP_TOO_MANY_REQUESTS || code == MHD_HTTP_SERVICE_UNAVAILABLE)
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "1");
    if (atomic_load(&exchange->worker->http->draining))
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

static enum MHD_Result send_answer(struct exchange *exchange, struct MHD_Connection *connection)
{
    /* The text lives in the arena, which lives until exchange_end(). */
    struct MHD_Response *response = MHD_create_response_from_buffer(exchange->text_length,
        (void *)(uintptr_t)exchange->text,
        MHD_RESPMEM_PERSISTENT);
    enum MHD_Result queued;

    if (response == NULL)
        return MHD_NO;
    add_headers(exchange, response);
    client_expect(exchange->client,
        CLIENT_BUSY,
        http_deadline(exchange->worker->http, SETTING_CLIENT_TIMEOUT));
    queued = MHD_queue_response(connection, (unsigned)exchange->code, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result finish(struct exchange *exchange, struct MHD_Connection *connection)
{
    if (exchange->code == 0) {
        client_expect(exchange->client, CLIENT_BUSY, 0);
        if (route_of(exchange)->page == PAGE_HOOK)
            ask_hook(exchange);
        else
            ask_page(exchange);
    }
    return send_answer(exchange, connection);
}

/* --- libmicrohttpd --- */

static struct client *client_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info == NULL ? NULL : info->socket_context;
}

void *exchange_begin(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct worker *worker = context;
    struct client *client = client_of(connection);
    struct exchange *exchange = calloc(1, sizeof(*exchange));

    (void)uri;
    /* Without one of them exchange_handle() closes the connection. */
    if (exchange == NULL || client == NULL) {
        free(exchange);
        return NULL;
    }
    exchange->worker = worker;
    exchange->client = client;
    exchange->started = clock_now();
    exchange->arena = arena_new(limit(exchange, SETTING_MAX_ARENA));
    client_expect(client, CLIENT_BUSY, http_deadline(worker->http, SETTING_CLIENT_TIMEOUT));
    return exchange;
}

enum MHD_Result exchange_handle(void *worker, struct MHD_Connection *connection, const char *path,
    const char *method, const char *version, const char *upload, size_t *upload_length,
    void **context)
{
    struct exchange *exchange = *context;

    (void)worker;
    (void)version;
    if (exchange == NULL)
        return MHD_NO;
    if (!exchange->begun) {
        judge(exchange, connection, path, method);
        /* An answer here closes the connection, so the body is never read: right only where it
         * is too large to be read and dropped. */
        return exchange->code != 0 && announces_too_much(exchange, connection)
                   ? send_answer(exchange, connection)
                   : MHD_YES;
    }
    if (*upload_length > 0) {
        take(exchange, upload, *upload_length);
        *upload_length = 0;
        return MHD_YES;
    }
    return finish(exchange, connection);
}

static enum log_level level_of(const struct exchange *exchange, bool finished)
{
    if (exchange->code >= 500 && route_of(exchange)->page == PAGE_HOOK)
        return LOG_ERROR;
    if (exchange->code >= 400 || !finished)
        return LOG_WARNING;
    return route_of(exchange)->page == PAGE_HOOK ? LOG_INFO : LOG_DEBUG;
}

static void log_exchange(const struct exchange *exchange, int64_t microseconds,
    const char *unfinished)
{
    const struct sync_result *result = &exchange->result;
    const bool synced = result->name != NULL;
    const bool hook = route_of(exchange)->page == PAGE_HOOK;

    log_event(level_of(exchange, unfinished == NULL),
        "request",
        log_fields(LOG_TEXT_FIELD(hook ? "hook" : "page",
                       exchange->unknown_path != NULL ? NULL : route_of(exchange)->label),
            LOG_TEXT_FIELD("path", exchange->unknown_path),
            LOG_TEXT_FIELD("namespace", result->namespace),
            LOG_TEXT_FIELD("name", result->name),
            LOG_TEXT_FIELD("uid", result->uid),
            LOG_NUMBER_IF(synced, "generation", result->generation),
            LOG_NUMBER_IF(synced, "observed", result->observed),
            LOG_NUMBER_IF(synced, "children", result->children),
            LOG_NUMBER_IF(synced, "problems", result->problems),
            LOG_NUMBER_IF(exchange->code != 0, "code", exchange->code),
            LOG_TEXT_FIELD("outcome", unfinished != NULL ? unfinished : result->outcome),
            LOG_NUMBER("durationMicroseconds", microseconds),
            LOG_NUMBER("bytesIn", exchange->received),
            LOG_NUMBER("bytesOut", exchange->text_length)));
}

static enum end end_of(const struct exchange *exchange, enum MHD_RequestTerminationCode how)
{
    if (client_ended(exchange->client))
        return END_TIMEOUT;
    if (how == MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN)
        return END_SHUTDOWN;
    return how == MHD_REQUEST_TERMINATED_WITH_ERROR ? END_ERROR : END_CLIENT;
}

static void account(const struct exchange *exchange, enum MHD_RequestTerminationCode how)
{
    const int64_t microseconds = clock_now() - exchange->started;
    struct metrics *metrics = &exchange->worker->metrics;
    const char *unfinished = NULL;

    if (how == MHD_REQUEST_TERMINATED_COMPLETED_OK) {
        metrics_request(metrics,
            exchange->route,
            exchange->code,
            (uint64_t)microseconds,
            exchange->received,
            exchange->text_length);
    } else {
        const enum end end = end_of(exchange, how);

        metrics_unfinished(metrics, end);
        unfinished = end_names[end];
    }
    if (exchange->begun)
        log_exchange(exchange, microseconds, unfinished);
}

static void land(const struct exchange *exchange)
{
    struct http *http = exchange->worker->http;

    if (!exchange->in_flight)
        return;
    if (atomic_fetch_sub(&http->in_flight, 1) == 1 && atomic_load(&http->draining))
        http_wake(http);
}

void exchange_end(void *worker, struct MHD_Connection *connection, void **context,
    enum MHD_RequestTerminationCode how)
{
    struct exchange *exchange = *context;

    (void)worker;
    (void)connection;
    if (exchange == NULL)
        return;
    *context = NULL;
    account(exchange, how);
    land(exchange);
    client_expect(exchange->client,
        CLIENT_IDLE,
        http_deadline(exchange->worker->http, SETTING_IDLE_TIMEOUT));
    free(exchange->body);
    arena_free(exchange->arena);
    free(exchange);
}
