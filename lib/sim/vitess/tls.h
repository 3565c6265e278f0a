#ifndef VITESS_OPERATOR_SIM_TLS_H
#define VITESS_OPERATOR_SIM_TLS_H

#include "text.h"

/* TLS of gRPC: who can talk to whom, as far as flags tell. What is in the files is not simulated.
 */

struct tls_server {
    bool tls, both; /* without `both` it takes no plain text */
    bool asks;      /* each client for a certificate */
};

struct tls_client {
    bool tls, shows; /* a certificate */
};

struct tls_server tls_server_of(const struct texts *arguments);
/* `prefix`: "tablet-manager-grpc". */
struct tls_client tls_client_of(struct arena *arena, const struct texts *arguments,
    const char *prefix);
/* What the client is told where it cannot talk to the server, or NULL. */
const char *tls_refusal(struct tls_server server, struct tls_client client);

#endif
