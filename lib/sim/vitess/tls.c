#include "tls.h"

#include "sim/kubelet/program.h"

static bool given(const struct texts *arguments, const char *flag)
{
    const char *value = program_flag(arguments, flag);

    return value != NULL && *value != '\0';
}

struct tls_server tls_server_of(const struct texts *arguments)
{
    bool tls = given(arguments, "grpc-cert") && given(arguments, "grpc-key");

    return (struct tls_server){.tls = tls,
        .both = tls && text_equal(program_flag(arguments, "grpc-enable-optional-tls"), "true"),
        .asks = tls && given(arguments, "grpc-ca")};
}

struct tls_client tls_client_of(struct arena *arena, const struct texts *arguments,
    const char *prefix)
{
    bool shows = given(arguments, fmt(arena, "%s-cert", prefix)) &&
                 given(arguments, fmt(arena, "%s-key", prefix));

    return (struct tls_client){shows || given(arguments, fmt(arena, "%s-ca", prefix)), shows};
}

/* As google.golang.org/grpc says it. */
const char *tls_refusal(struct tls_server server, struct tls_client client)
{
    if (client.tls && !server.tls)
        return "transport: authentication handshake failed: tls: first record does not look like a "
               "TLS handshake";
    if (client.tls && server.asks && !client.shows)
        return "error reading server preface: remote error: tls: certificate required";
    if (!client.tls && server.tls && !server.both)
        return "error reading server preface: EOF";
    return NULL;
}
