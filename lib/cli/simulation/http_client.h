#ifndef VITESS_OPERATOR_CLI_HTTP_CLIENT_H
#define VITESS_OPERATOR_CLI_HTTP_CLIENT_H

#include "text.h"

/* A small HTTP/1.1 client for one server: POST over one connection that is kept alive, answers by
 * Content-Length or chunked. */
struct http_client {
    struct arena *arena;     /* of the four texts below */
    const char *authority;   /* "localhost:8080", "[::1]:8080" */
    const char *host, *port; /* "localhost", "8080" */
    const char *prefix;      /* path in front of every path: "" or "/hooks" */
    int socket;              /* -1: not connected */
};

/* Reads `base` ("http://localhost:8080"). NULL, or why it is none. Connects to nothing yet. */
const char *http_client_open(struct http_client *client, struct arena *arena, const char *base);
void http_client_close(struct http_client *client);

struct http_answer {
    int code; /* 0: no answer, and `body` says why */
    const char *body;
    size_t length;
};

/* POSTs one JSON body. Connects where it has to, and once more where the server has closed a kept
 * connection in the meantime. */
struct http_answer http_post(struct http_client *client, struct arena *arena, const char *path,
    const char *body, size_t length);

#endif
