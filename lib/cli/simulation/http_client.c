#include "http_client.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { SECONDS = 60, HEAD_LIMIT = 65536 };

const char *http_client_open(struct http_client *client, struct arena *arena, const char *base)
{
    static const char scheme[] = "http://";

    if (text_starts_with(base, "https://"))
        return "must be http://HOST[:PORT], of a server without --tls-cert: there is no TLS here";
    if (!text_starts_with(base, scheme))
        return "must be http://HOST[:PORT]";

    const char *host = base + strlen(scheme);
    const size_t authority = strcspn(host, "/");
    const char *path = host + authority;
    /* [::1]:8080 */
    const char *closing = host[0] == '[' ? memchr(host, ']', authority) : NULL;
    const char *behind = closing != NULL ? closing + 1 : host;
    const char *colon = memchr(behind, ':', authority - (size_t)(behind - host));
    const char *end = colon != NULL ? colon : host + authority;

    if (closing != NULL) {
        host++;
        end = closing;
    }
    if (end == host || (colon != NULL && colon + 1 == path))
        return "must be http://HOST[:PORT]";
    size_t prefix = strlen(path);
    while (prefix > 0 && path[prefix - 1] == '/')
        prefix--;
    *client = (struct http_client){.arena = arena,
        .authority = text_copy(arena, base + strlen(scheme), authority),
        .host = text_copy(arena, host, (size_t)(end - host)),
        .port = colon == NULL ? "80" : text_copy(arena, colon + 1, (size_t)(path - colon - 1)),
        .prefix = text_copy(arena, path, prefix),
        .socket = -1};
    return NULL;
}

void http_client_close(struct http_client *client)
{
    if (client->socket >= 0)
        close(client->socket);
    client->socket = -1;
}

/* NULL, or why there is no connection. */
static const char *connect_to(struct http_client *client, struct arena *arena)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    const struct timeval patience = {.tv_sec = SECONDS};
    struct addrinfo *addresses;
    const int on = 1;
    int fault = getaddrinfo(client->host, client->port, &hints, &addresses);

    if (fault != 0)
        return fmt(arena, "%s:%s: %s", client->host, client->port, gai_strerror(fault));
    for (const struct addrinfo *at = addresses; at != NULL && client->socket < 0;
         at = at->ai_next) {
        const int made = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);

        if (made < 0)
            continue;
        setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
        setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
        setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        if (connect(made, at->ai_addr, at->ai_addrlen) == 0)
            client->socket = made;
        else {
            fault = errno;
            close(made);
        }
    }
    freeaddrinfo(addresses);
    if (client->socket < 0)
        return fmt(arena, "%s:%s: %s", client->host, client->port, strerror(fault));
    return NULL;
}

static bool send_all(int socket, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t sent = send(socket, bytes, length, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

/* The answer while it arrives. */
struct arrival {
    int socket;
    struct text bytes;
    size_t at; /* how much of it has been taken */
};

/* Waits for more. False at the end of the connection or after a fault. */
static bool more(struct arrival *arrival)
{
    char bytes[16384];
    ssize_t count;

    do
        count = recv(arrival->socket, bytes, sizeof(bytes), 0);
    while (count < 0 && errno == EINTR);
    if (count <= 0)
        return false;
    text_add_bytes(&arrival->bytes, bytes, (size_t)count);
    return true;
}

static const char *rest_of(const struct arrival *arrival)
{
    return text_string(&arrival->bytes) + arrival->at;
}

/* The next line without its CRLF, or NULL. */
static const char *take_line(struct arrival *arrival)
{
    const char *end;

    while ((end = strstr(rest_of(arrival), "\r\n")) == NULL)
        if (arrival->bytes.length - arrival->at > HEAD_LIMIT || !more(arrival))
            return NULL;

    const size_t length = (size_t)(end - rest_of(arrival));
    const char *line = text_copy(arrival->bytes.arena, rest_of(arrival), length);
    arrival->at += length + 2;
    return line;
}

/* Adds the next `length` bytes to `out`. */
static bool take_bytes(struct arrival *arrival, size_t length, struct text *out)
{
    while (arrival->bytes.length - arrival->at < length)
        if (!more(arrival))
            return false;
    text_add_bytes(out, rest_of(arrival), length);
    arrival->at += length;
    return true;
}

static bool take_chunks(struct arrival *arrival, struct text *out)
{
    const char *line;
    unsigned long length;

    do {
        line = take_line(arrival);
        if (line == NULL)
            return false;
        length = strtoul(line, NULL, 16);
        if (length > 0 && (!take_bytes(arrival, length, out) || take_line(arrival) == NULL))
            return false;
    } while (length > 0);
    /* Trailers up to the empty line. */
    do
        line = take_line(arrival);
    while (line != NULL && line[0] != '\0');
    return line != NULL;
}

static const char *value_of(const char *line, const char *name)
{
    const size_t length = strlen(name);

    if (strncasecmp(line, name, length) != 0 || line[length] != ':')
        return NULL;
    return line + length + 1 + strspn(line + length + 1, " ");
}

/* What the head of an answer says of its body. */
struct head {
    int code;
    bool chunked, sized, close;
    size_t length;
};

static bool take_head(struct arrival *arrival, struct head *head)
{
    const char *line = take_line(arrival), *value;

    *head = (struct head){.code = 0};
    if (line == NULL || !text_starts_with(line, "HTTP/1.") || strlen(line) < 12)
        return false;
    head->code = atoi(line + 9);
    while ((line = take_line(arrival)) != NULL && line[0] != '\0') {
        if ((value = value_of(line, "Content-Length")) != NULL) {
            head->sized = true;
            head->length = strtoul(value, NULL, 10);
        } else if ((value = value_of(line, "Transfer-Encoding")) != NULL)
            head->chunked = strcasecmp(value, "chunked") == 0;
        else if ((value = value_of(line, "Connection")) != NULL)
            head->close = strcasecmp(value, "close") == 0;
    }
    return line != NULL;
}

static struct http_answer no_answer(const char *why)
{
    return (struct http_answer){.code = 0, .body = why, .length = strlen(why)};
}

static struct http_answer receive(struct http_client *client, struct arena *arena)
{
    struct arrival arrival = {.socket = client->socket, .bytes = {.arena = arena}};
    struct text body = {.arena = arena};
    struct head head;
    bool whole;

    do
        whole = take_head(&arrival, &head);
    while (whole && head.code == 100);
    if (whole && head.chunked)
        whole = take_chunks(&arrival, &body);
    else if (whole && head.sized)
        whole = take_bytes(&arrival, head.length, &body);
    else if (whole) {
        /* The end of the connection is the end of the body. */
        while (more(&arrival))
            continue;
        take_bytes(&arrival, arrival.bytes.length - arrival.at, &body);
        head.close = true;
    }
    if (!whole || head.close)
        http_client_close(client);
    if (!whole)
        return no_answer(arrival.bytes.length == 0 ? "the server closed the connection"
                                                   : "the answer is cut short or no HTTP");
    return (struct http_answer){head.code, text_string(&body), body.length};
}

static struct http_answer exchange(struct http_client *client, struct arena *arena,
    const char *head, const char *body, size_t length)
{
    if (!send_all(client->socket, head, strlen(head)) || !send_all(client->socket, body, length)) {
        http_client_close(client);
        return no_answer("the server closed the connection");
    }
    return receive(client, arena);
}

struct http_answer http_post(struct http_client *client, struct arena *arena, const char *path,
    const char *body, size_t length)
{
    const bool kept = client->socket >= 0;
    const char *head = fmt(arena,
        "POST %s%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: vitess-operator\r\n"
        "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
        client->prefix,
        path,
        client->authority,
        length);

    if (kept) {
        const struct http_answer answer = exchange(client, arena, head, body, length);

        if (answer.code != 0)
            return answer;
    }
    http_client_close(client);
    const char *fault = connect_to(client, arena);
    return fault != NULL ? no_answer(fault) : exchange(client, arena, head, body, length);
}
