#ifndef VITESS_OPERATOR_EXCHANGE_H
#define VITESS_OPERATOR_EXCHANGE_H

#include <microhttpd.h>

#include "http.h"

/* One request and its answer. */
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
    const char *challenge; /* of a 401 */
    const char *reason;    /* why the caller is refused, for the log */
    struct sync_result result;
};

/* --- exchange.c: as libmicrohttpd calls for it ---
 *
 * exchange_begin() at the first line of a request, exchange_handle() once its headers are there,
 * for each piece of the body and at its end, and exchange_end() when the answer has been sent or
 * the connection has broken. `worker` is that of the calling thread; `context` is the exchange;
 * the socket context of a connection is its struct client. */

void *exchange_begin(void *worker, const char *uri, struct MHD_Connection *connection);

enum MHD_Result exchange_handle(void *worker, struct MHD_Connection *connection, const char *path,
    const char *method, const char *version, const char *upload, size_t *upload_length,
    void **context);

void exchange_end(void *worker, struct MHD_Connection *connection, void **context,
    enum MHD_RequestTerminationCode how);

const struct route *exchange_route(const struct exchange *exchange);
size_t exchange_limit(const struct exchange *exchange, enum setting_id id);

/* Decides the answer. `text` is borrowed until exchange_end(). */
void exchange_answer(struct exchange *exchange, int code, const char *type, const char *text,
    size_t length);

/* --- judge.c: requests that no hook is asked about --- */

/* Decides by the headers. Where the exchange has a code afterwards, that is the answer. */
void judge_headers(struct exchange *exchange, struct MHD_Connection *connection, const char *path,
    const char *method);
/* The body is announced to be larger than it may be. */
bool judge_length(const struct exchange *exchange, struct MHD_Connection *connection);
void refuse_too_large(struct exchange *exchange);
void refuse_without_memory(struct exchange *exchange);
/* It does not count as in flight any more. */
void exchange_release_slot(struct exchange *exchange);
/* Decides the answer before any hook was asked. */
void exchange_reject(struct exchange *exchange, int code, const char *outcome, const char *text);

/* --- admit.c --- */

/* Decides where whoever asks the hook may not. */
void judge_caller(struct exchange *exchange, struct MHD_Connection *connection);

/* --- account.c: what is written down of it --- */

void account(const struct exchange *exchange, enum MHD_RequestTerminationCode how);

#endif
