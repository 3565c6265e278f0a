#include "exchange.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"

const struct route *exchange_route(const struct exchange *exchange)
{
    return &exchange->worker->http->routes.at[exchange->route];
}

size_t exchange_limit(const struct exchange *exchange, enum setting_id id)
{
    return (size_t)setting_now(&exchange->worker->http->live, id);
}

void exchange_answer(struct exchange *exchange, int code, const char *type, const char *text,
    size_t length)
{
    exchange->code = code;
    exchange->type = type;
    exchange->text = text;
    exchange->text_length = length;
}

/* --- the body --- */

static bool grow(struct exchange *exchange, size_t wanted)
{
    size_t capacity = exchange->capacity == 0 ? (size_t)64 * 1024 : exchange->capacity;
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
    if (exchange->code != 0 || exchange_route(exchange)->page != PAGE_HOOK)
        return;
    if (exchange->received > exchange_limit(exchange, SETTING_MAX_BODY)) {
        refuse_too_large(exchange);
    } else if (!grow(exchange, exchange->received)) {
        refuse_without_memory(exchange);
    } else {
        memcpy(exchange->body + exchange->length, bytes, length);
        exchange->length += length;
    }
}

/* --- the answer --- */

/* What is wrong with a spec is logged when it is new, not at each sync. */
static void note(struct exchange *exchange, const struct route *route)
{
    const struct sync_result *result = &exchange->result;
    const struct object_state state = {.uid = result->uid,
        .route = exchange->route,
        .outcome = result->outcome,
        .rollout = result->rollout,
        .ready = result->ready,
        .problems = result->problems,
        .outline = result->outline,
        .namespace = result->namespace,
        .cluster = result->cluster,
        .is_cluster = !route->hook->derived};

    if (states_note(exchange->worker->http->states, (uint64_t)clock_now() / 1000000, &state))
        log_event(LOG_WARNING,
            "problems",
            log_fields(LOG_TEXT_FIELD("hook", route->label),
                LOG_TEXT_FIELD("namespace", result->namespace),
                LOG_TEXT_FIELD("name", result->name),
                LOG_NUMBER("generation", result->generation),
                LOG_NUMBER("problems", result->problems),
                LOG_TEXT_FIELD("message", result->outline)));
}

/* Of all that the answer was made of only what is sent and logged is left, for a client may take
 * long to read it, and there may be many. */
static void keep_answer(struct exchange *exchange)
{
    struct sync_result *result = &exchange->result;
    const char **texts[] = {&result->namespace,
        &result->name,
        &result->uid,
        &result->outcome,
        &result->outline,
        &result->cluster,
        &result->rollout,
        &result->ready};
    struct arena *kept = arena_new(0);

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (*texts[i] != NULL)
            *texts[i] = text_copy(kept, *texts[i], strlen(*texts[i]));
    }
    exchange->text = text_copy(kept, exchange->text, exchange->text_length);
    result->body = exchange->text;
    arena_free(exchange->arena);
    exchange->arena = kept;
    free(exchange->body);
    exchange->body = NULL;
    exchange->length = exchange->capacity = 0;
}

static void ask_hook(struct exchange *exchange)
{
    struct http *http = exchange->worker->http;
    const struct route *route = exchange_route(exchange);
    const struct sync_limits limits = {.depth = (int)exchange_limit(exchange, SETTING_MAX_DEPTH)};
    struct sync_result *result = &exchange->result;

    *result = sync_run(exchange->arena,
        route->hook,
        route->customize,
        exchange->body == NULL ? "" : exchange->body,
        exchange->length,
        limits);
    metrics_arena(exchange->worker->metrics, exchange->route, arena_used(exchange->arena));
    if (result->uid != NULL && !route->customize)
        note(exchange, route);
    exchange_answer(exchange,
        result->code,
        result->json ? "application/json" : PLAIN_TYPE,
        result->body,
        result->length);
    /* An empty 200 would delete every child. */
    if (result->code < 200 || result->code > 599 || result->body == NULL || result->length == 0) {
        result->outcome = "bug";
        exchange_answer(exchange,
            500,
            PLAIN_TYPE,
            "internal: no answer\n",
            strlen("internal: no answer\n"));
    }
    recording_add(http->recording,
        route->hook->name,
        route->customize,
        exchange->code,
        exchange->body == NULL ? "" : exchange->body,
        exchange->length,
        exchange->text,
        exchange->text_length);
    keep_answer(exchange);
}

static void ask_page(struct exchange *exchange)
{
    const struct page_answer page =
        page_answer(exchange->worker->http, exchange_route(exchange)->page, exchange->arena);

    exchange_answer(exchange, page.code, page.type, page.body, page.length);
}

static void add_headers(const struct exchange *exchange, struct MHD_Response *response)
{
    const int code = exchange->code;

    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, exchange->type);
    if (code == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response,
            MHD_HTTP_HEADER_ALLOW,
            route_methods(exchange_route(exchange)));
    if (exchange->challenge != NULL)
        MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, exchange->challenge);
    if (code == MHD_HTTP_TOO_MANY_REQUESTS || code == MHD_HTTP_SERVICE_UNAVAILABLE)
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "1");
    if (atomic_load(&exchange->worker->http->draining))
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

/* What counts as in flight is never ended to make room. */
static void expect(const struct exchange *exchange, int64_t deadline)
{
    client_expect(exchange->client, exchange->in_flight ? CLIENT_HELD : CLIENT_BUSY, deadline);
}

static enum MHD_Result send_answer(struct exchange *exchange, struct MHD_Connection *connection)
{
    /* The text lives in the arena, which lives until exchange_end(). */
    struct MHD_Response *response = MHD_create_response_from_buffer(exchange->text_length,
        (void *)exchange->text,
        MHD_RESPMEM_PERSISTENT);
    enum MHD_Result queued;

    if (response == NULL)
        return MHD_NO;
    add_headers(exchange, response);
    expect(exchange, http_deadline(exchange->worker->http, SETTING_CLIENT_TIMEOUT));
    queued = MHD_queue_response(connection, (unsigned)exchange->code, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result finish(struct exchange *exchange, struct MHD_Connection *connection)
{
    if (exchange->code == 0) {
        expect(exchange, 0);
        if (exchange_route(exchange)->page == PAGE_HOOK)
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

void *exchange_begin(void *worker, const char *uri, struct MHD_Connection *connection)
{
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
    exchange->arena = arena_new(exchange_limit(exchange, SETTING_MAX_ARENA));
    expect(exchange, http_deadline(exchange->worker->http, SETTING_CLIENT_TIMEOUT));
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
        judge_headers(exchange, connection, path, method);
        /* An answer here closes the connection, so the body is never read: right only where it
         * is too large to be read and dropped. */
        return exchange->code != 0 && judge_length(exchange, connection)
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
    exchange_release_slot(exchange);
    client_expect(exchange->client,
        CLIENT_IDLE,
        http_deadline(exchange->worker->http, SETTING_IDLE_TIMEOUT));
    free(exchange->body);
    arena_free(exchange->arena);
    free(exchange);
}
