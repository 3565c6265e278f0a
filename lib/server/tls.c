#include "tls.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

/* What every Go program of the last ten years speaks, and nothing that has no forward secrecy or
 * authenticates after decrypting. */
const char tls_priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:"
                              "-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:"
                              "-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:"
                              "-MAC-ALL:+AEAD:%SERVER_PRECEDENCE";

struct tls {
    gnutls_certificate_credentials_t credentials;
    gnutls_x509_trust_list_t clients; /* NULL: no certificate is asked for */
    long long expiry;
};

/* A chain of certificates. */
struct chain {
    gnutls_x509_crt_t *at;
    unsigned count;
};

/* --- one set of files --- */

static gnutls_datum_t datum_of(const struct pem *pem)
{
    return (gnutls_datum_t){(unsigned char *)pem->text, (unsigned)pem->length};
}

static void free_chain(struct chain *chain)
{
    for (unsigned i = 0; i < chain->count; i++)
        gnutls_x509_crt_deinit(chain->at[i]);
    gnutls_free(chain->at);
}

static const char *load_pair(struct arena *arena, struct tls *tls, const struct pem *certificate,
    const struct pem *key, struct chain *chain, gnutls_x509_privkey_t private_key)
{
    const gnutls_datum_t certificates = datum_of(certificate), secret = datum_of(key);
    int code = gnutls_x509_crt_list_import2(&chain->at,
        &chain->count,
        &certificates,
        GNUTLS_X509_FMT_PEM,
        GNUTLS_X509_CRT_LIST_SORT);

    if (code < 0)
        return fmt(arena,
            "%s: no certificate in PEM: %s",
            certificate->path,
            gnutls_strerror(code));
    code = gnutls_x509_privkey_import2(private_key, &secret, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (code < 0)
        return fmt(arena, "%s: no private key in PEM: %s", key->path, gnutls_strerror(code));
    code = gnutls_certificate_set_x509_key(tls->credentials,
        chain->at,
        (int)chain->count,
        private_key);
    if (code == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
        return fmt(arena,
            "%s: is not the key of the certificate in %s",
            key->path,
            certificate->path);
    if (code < 0)
        return fmt(arena, "%s: %s", certificate->path, gnutls_strerror(code));
    tls->expiry = (long long)gnutls_x509_crt_get_expiration_time(chain->at[0]);
    return NULL;
}

static const char *load_client_ca(struct arena *arena, struct tls *tls, const struct pem *client_ca)
{
    const gnutls_datum_t certificates = datum_of(client_ca);
    int count;

    if (gnutls_x509_trust_list_init(&tls->clients, 0) < 0)
        return "out of memory";
    count = gnutls_x509_trust_list_add_trust_mem(tls->clients,
        &certificates,
        NULL,
        GNUTLS_X509_FMT_PEM,
        0,
        0);
    if (count > 0)
        return NULL;
    return fmt(arena,
        "%s: no certificate in PEM: %s",
        client_ca->path,
        gnutls_strerror(count < 0 ? count : GNUTLS_E_NO_CERTIFICATE_FOUND));
}

static const char *load(struct arena *arena, struct tls *tls, const struct pem *certificate,
    const struct pem *key, const struct pem *client_ca)
{
    struct chain chain = {NULL, 0};
    gnutls_x509_privkey_t private_key = NULL;
    const char *problem = "out of memory";

    if (gnutls_certificate_allocate_credentials(&tls->credentials) >= 0 &&
        gnutls_x509_privkey_init(&private_key) >= 0)
        problem = load_pair(arena, tls, certificate, key, &chain, private_key);
    if (problem == NULL && client_ca != NULL)
        problem = load_client_ca(arena, tls, client_ca);
    /* The credentials hold copies. */
    free_chain(&chain);
    if (private_key != NULL)
        gnutls_x509_privkey_deinit(private_key);
    return problem;
}

struct tls *tls_make(struct arena *arena, const struct pem *certificate, const struct pem *key,
    const struct pem *client_ca, const char **problem)
{
    struct tls *tls = arena_make(arena, struct tls);

    *problem = load(arena, tls, certificate, key, client_ca);
    if (*problem == NULL)
        return tls;
    tls_free(tls);
    return NULL;
}

void tls_free(struct tls *tls)
{
    if (tls->clients != NULL)
        gnutls_x509_trust_list_deinit(tls->clients, 1);
    if (tls->credentials != NULL)
        gnutls_certificate_free_credentials(tls->credentials);
}

long long tls_expiry(const struct tls *tls)
{
    return tls->expiry;
}

bool tls_asks_for_certificate(const struct tls *tls)
{
    return tls->clients != NULL;
}

/* --- one connection --- */

/* Both sides send this message: what the client sends is the last of a handshake but for what does
 * not depend on it. */
static int finished(gnutls_session_t session, unsigned type, unsigned when, unsigned incoming,
    const gnutls_datum_t *message)
{
    (void)type;
    (void)when;
    (void)message;
    if (incoming)
        client_greeted(gnutls_session_get_ptr(session));
    return 0;
}

void tls_begin(const struct tls *tls, void *session, struct client *client)
{
    gnutls_session_set_ptr(session, client);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, tls->credentials);
    gnutls_handshake_set_hook_function(session,
        GNUTLS_HANDSHAKE_FINISHED,
        GNUTLS_HOOK_POST,
        finished);
    /* Asked for, not required: probes have none, and a refusal by HTTP can say what is wrong. No
     * names of CAs go with it, since a client that knows only the next CA would show nothing. */
    if (tls->clients != NULL)
        gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUEST);
}

static const char *fault_of(struct arena *arena, unsigned status)
{
    static const struct {
        unsigned bit;
        const char *text;
    } rows[] = {
        {GNUTLS_CERT_SIGNER_NOT_FOUND, "is signed by no CA of --tls-client-ca"},
        {GNUTLS_CERT_EXPIRED, "or its CA has expired"},
        {GNUTLS_CERT_NOT_ACTIVATED, "or its CA is not valid yet"},
        {GNUTLS_CERT_PURPOSE_MISMATCH,
            "is not for clients: its extended key usage has no clientAuth"},
    };
    gnutls_datum_t text = {NULL, 0};
    const char *fault = "is not trusted";

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if ((status & rows[i].bit) != 0)
            return fmt(arena, "the client certificate %s", rows[i].text);
    if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0) >= 0)
        fault = fmt(arena, "is not trusted: %s", (const char *)text.data);
    gnutls_free(text.data);
    return fmt(arena, "the client certificate %s", fault);
}

/* Longer ones are somebody's mistake or attempt. */
enum { LONGEST_CHAIN = 8 };

static const char *verify(struct arena *arena, const struct tls *tls, const gnutls_datum_t *shown,
    unsigned count, gnutls_x509_crt_t *chain)
{
    gnutls_typed_vdata_st purpose = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
        .data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT};
    unsigned status = 0;
    int code = 0;

    for (unsigned i = 0; i < count && code >= 0; i++) {
        code = gnutls_x509_crt_init(&chain[i]);
        if (code >= 0)
            code = gnutls_x509_crt_import(chain[i], &shown[i], GNUTLS_X509_FMT_DER);
    }
    if (code >= 0)
        code = gnutls_x509_trust_list_verify_crt2(tls->clients,
            chain,
            count,
            &purpose,
            1,
            0,
            &status,
            NULL);
    if (code < 0)
        return fmt(arena, "the client certificate cannot be verified: %s", gnutls_strerror(code));
    return status == 0 ? NULL : fault_of(arena, status);
}

const char *tls_client_fault(struct arena *arena, const struct tls *tls, void *session)
{
    gnutls_x509_crt_t chain[LONGEST_CHAIN] = {NULL};
    unsigned count = 0;
    const gnutls_datum_t *shown = gnutls_certificate_get_peers(session, &count);
    const char *fault;

    if (shown == NULL || count == 0)
        return "a client certificate is required (--tls-client-ca)";
    if (count > LONGEST_CHAIN)
        return "the client shows too many certificates";
    fault = verify(arena, tls, shown, count, chain);
    for (unsigned i = 0; i < count; i++)
        if (chain[i] != NULL)
            gnutls_x509_crt_deinit(chain[i]);
    return fault;
}
