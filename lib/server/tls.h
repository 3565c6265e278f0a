#ifndef VITESS_OPERATOR_TLS_H
#define VITESS_OPERATOR_TLS_H

#include "clients.h"
#include "text.h"

/* TLS: what libmicrohttpd leaves to GnuTLS. One struct tls is made of one set of files, never
 * changes, and is shared by the connections that began with it. */
struct tls;

/* The content of a file in PEM. */
struct pem {
    const char *path, *text;
    size_t length;
};

/* `client_ca` may be NULL: no client certificate is asked for. NULL with `problem` set, which names
 * the file, where they cannot be used. Both texts are `arena`'s; free the rest with tls_free(). */
struct tls *tls_make(struct arena *arena, const struct pem *certificate, const struct pem *key,
    const struct pem *client_ca, const char **problem);
void tls_free(struct tls *tls);

/* When the server's own certificate ends, in seconds since the Unix epoch. */
long long tls_expiry(const struct tls *tls);
bool tls_asks_for_certificate(const struct tls *tls);

/* Versions and ciphers, for libmicrohttpd. */
extern const char tls_priorities[];

/* Before the handshake of a connection: `session` is libmicrohttpd's. It must not outlive `tls`.
 * client_greeted() is called once the handshake is done. */
void tls_begin(const struct tls *tls, void *session, struct client *client);

/* NULL where the client has shown a certificate that the CAs of `tls` vouch for, else why not, for
 * people. `tls` may be a later one than that of tls_begin(). */
const char *tls_client_fault(struct arena *arena, const struct tls *tls, void *session);

#endif
