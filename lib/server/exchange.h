#ifndef VITESS_OPERATOR_EXCHANGE_H
#define VITESS_OPERATOR_EXCHANGE_H

#include <microhttpd.h>

#include "http.h"

/* One request and its answer, as libmicrohttpd calls for it: exchange_begin() at its first line,
 * exchange_handle() once its headers are there, for each piece of the body and at its end, and
 * exchange_end() when the answer has been sent or the connection has broken. `worker` is the
 * struct worker of the calling thread; the socket context of a connection is its struct client. */

void *exchange_begin(void *worker, const char *uri, struct MHD_Connection *connection);

enum MHD_Result exchange_handle(void *worker, struct MHD_Connection *connection, const char *path,
    const char *method, const char *version, const char *upload, size_t *upload_length,
    void **exchange);

void exchange_end(void *worker, struct MHD_Connection *connection, void **exchange,
    enum MHD_RequestTerminationCode how);

#endif
