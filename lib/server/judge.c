#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "exchange.h"

/* What is left of the body is read and dropped:
 * closing the connection under a client that still writes would cost it the answer. */
void exchange_reject(struct exchange *exchange, int code, const char *outcome, const char *text)
{
    exchange_answer(exchange, code, PLAIN_TYPE, text, strlen(text));
    exchange->result.outcome = outcome;
    free(exchange->body);
    exchange->body = NULL;
    exchange->length = exchange->capacity = 0;
}

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

bool judge_length(const struct exchange *exchange, struct MHD_Connection *connection)
{
    const char *length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);

    return length != NULL &&
           strtoull(length, NULL, 10) > exchange_limit(exchange, SETTING_MAX_BODY);
}

void refuse_too_large(struct exchange *exchange)
{
    exchange_reject(exchange,
        MHD_HTTP_CONTENT_TOO_LARGE,
        "too-large",
        fmt(exchange->arena,
            "the body is larger than %zu bytes (--max-body)\n",
            exchange_limit(exchange, SETTING_MAX_BODY)));
}

/* False where as many requests are in flight as there may be. */
static bool acquire_slot(struct exchange *exchange)
{
    struct http *http = exchange->worker->http;

    if (atomic_fetch_add(&http->in_flight, 1) <
        (long long)exchange_limit(exchange, SETTING_MAX_REQUESTS)) {
        exchange->in_flight = true;
        client_hold(exchange->client, true);
        return true;
    }
    atomic_fetch_sub(&http->in_flight, 1);
    return false;
}

void exchange_release_slot(struct exchange *exchange)
{
    struct http *http = exchange->worker->http;

    if (!exchange->in_flight)
        return;
    exchange->in_flight = false;
    client_hold(exchange->client, false);
    if (atomic_fetch_sub(&http->in_flight, 1) == 1 && atomic_load(&http->draining))
        http_wake(http);
}

static bool draining(const struct exchange *exchange)
{
    return atomic_load(&exchange->worker->http->draining);
}

static void refuse_at_the_end(struct exchange *exchange)
{
    exchange_reject(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "draining", "shutting down\n");
}

/* Metacontroller repeats a 429 after Retry-After without an Event and without back-off; any other
 * code becomes a Warning on the user's object. */
static void judge_hook(struct exchange *exchange, struct MHD_Connection *connection)
{
    judge_caller(exchange, connection);
    if (exchange->code != 0)
        return;
    if (draining(exchange))
        refuse_at_the_end(exchange);
    else if (wrong_type(connection))
        exchange_reject(exchange,
            MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
            "wrong-type",
            "the body must be application/json, not encoded\n");
    else if (judge_length(exchange, connection))
        refuse_too_large(exchange);
    else if (!acquire_slot(exchange))
        exchange_reject(exchange,
            MHD_HTTP_TOO_MANY_REQUESTS,
            "overload",
            fmt(exchange->arena,
                "more than %zu requests at once (--max-requests)\n",
                exchange_limit(exchange, SETTING_MAX_REQUESTS)));
    /* Asked again, since the end may have come between the two: who waits for the requests in
     * flight has either counted this one or been seen here. */
    if (exchange->in_flight && draining(exchange)) {
        exchange_release_slot(exchange);
        refuse_at_the_end(exchange);
    }
}

void judge_headers(struct exchange *exchange, struct MHD_Connection *connection, const char *path,
    const char *method)
{
    const struct routes *routes = &exchange->worker->http->routes;
    const bool pages_only = exchange->worker->door->pages_only;
    const struct route *route;

    exchange->begun = true;
    exchange->route = pages_only ? routes_find_page(routes, path) : routes_find(routes, path);
    route = exchange_route(exchange);
    if (route->page == PAGE_NONE) {
        exchange->unknown_path = fmt(exchange->arena, "%.256s", path);
        exchange_reject(exchange,
            MHD_HTTP_NOT_FOUND,
            "unknown-path",
            pages_only
                ? fmt(exchange->arena,
                      "nothing is at this path of this port (--probe-listen), and the "
                      "hooks are at that of --listen; there are:\n%s",
                      routes->known_pages)
                : fmt(exchange->arena, "nothing is at this path; there are:\n%s", routes->known));
    } else if (!route_takes(route, method)) {
        exchange_reject(exchange,
            MHD_HTTP_METHOD_NOT_ALLOWED,
            "wrong-method",
            fmt(exchange->arena, "this path takes %s\n", route_methods(route)));
    } else if (route->page == PAGE_HOOK) {
        judge_hook(exchange, connection);
    }
}

void refuse_without_memory(struct exchange *exchange)
{
    exchange_reject(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "no-memory", "out of memory\n");
}
