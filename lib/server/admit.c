#include <string.h>
#include <strings.h>

#include "clock.h"
#include "exchange.h"

/* Who may ask a hook. Pages are open to everybody: kubelet's probes can show neither certificate
 * nor token, and metrics and version say nothing of any object. */

/* A connection's certificate is verified again after this time, since it may have expired, and at
 * once where the CAs have changed. */
enum { VERIFIED_SECONDS = 10 };

static const char *certificate_fault(struct exchange *exchange, struct MHD_Connection *connection,
    const struct credentials *credentials)
{
    struct client *client = exchange->client;
    const union MHD_ConnectionInfo *info;
    const char *fault;

    if (client->verified == credentials->generation && clock_now() < client->verified_until)
        return NULL;
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    if (info == NULL || info->tls_session == NULL)
        return "a client certificate is required (--tls-client-ca)";
    fault = tls_client_fault(exchange->arena, credentials->tls, info->tls_session);
    client->verified = fault == NULL ? credentials->generation : 0;
    client->verified_until = clock_now() + (int64_t)VERIFIED_SECONDS * 1000000;
    return fault;
}

/* Takes as long for a token that is nearly right as for any other of its length. */
static bool same_secret(const char *given, const char *secret)
{
    const size_t length = strlen(given), expected = strlen(secret);
    volatile unsigned char difference = length != expected;

    for (size_t i = 0; i < length; i++)
        difference |= (unsigned char)(given[i] ^ secret[i % (expected + 1)]);
    return difference == 0;
}

static bool is_token(const struct texts *tokens, const char *given)
{
    bool found = false;

    /* All of them are looked at, whichever is right. */
    for (size_t i = 0; i < tokens->count; i++)
        found |= same_secret(given, tokens->at[i]);
    return found;
}

/* The token in "Bearer TOKEN", or NULL. */
static const char *bearer_token(const char *authorization)
{
    static const char scheme[] = "Bearer ";
    const size_t length = sizeof(scheme) - 1;

    if (authorization == NULL || strncasecmp(authorization, scheme, length) != 0)
        return NULL;
    return authorization + length + strspn(authorization + length, " ");
}

static void refuse_caller(struct exchange *exchange, int code, const char *outcome,
    const char *reason)
{
    exchange->reason = reason;
    exchange_reject(exchange, code, outcome, fmt(exchange->arena, "%s\n", reason));
}

static void judge_token(struct exchange *exchange, struct MHD_Connection *connection,
    const struct credentials *credentials)
{
    const char *token = bearer_token(
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION));

    if (token != NULL && is_token(&credentials->tokens, token))
        return;
    exchange->challenge = token == NULL
                              ? "Bearer realm=\"vitess-operator\""
                              : "Bearer realm=\"vitess-operator\", error=\"invalid_token\"";
    refuse_caller(exchange,
        MHD_HTTP_UNAUTHORIZED,
        "unauthorized",
        token == NULL ? "a bearer token is required (--bearer-token-file)"
                      : "the bearer token is wrong");
}

/* 401 would need a challenge, and there is none for certificates: they are 403. */
void judge_caller(struct exchange *exchange, struct MHD_Connection *connection)
{
    struct access *access = exchange->worker->http->access;
    struct credentials *credentials = access_hold(access);
    const char *fault = NULL;

    if (credentials->tls != NULL && tls_asks_for_certificate(credentials->tls))
        fault = certificate_fault(exchange, connection, credentials);
    if (fault != NULL)
        refuse_caller(exchange, MHD_HTTP_FORBIDDEN, "forbidden", fault);
    else if (credentials->tokens.count > 0)
        judge_token(exchange, connection, credentials);
    access_release(access, credentials);
}
