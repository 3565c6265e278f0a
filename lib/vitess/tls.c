#include "pod.h"

#include "template.h"

/* TLS between the components of Vitess, which speak gRPC with each other. Servers ask each client
 * for a certificate, clients check that of the server (vitess go/vt/vttls, go/vt/grpcclient). All
 * have the same one, so that a host name in it would tell nobody from anybody: clients look for one
 * name, and a new cell needs no new certificate. */

#define VOLUME "vitess-tls"
#define FILES "/vt/secrets/tls"

const struct dial_tls *tls_dial(struct arena *a, const struct component_tls *tls)
{
    struct dial_tls *dial;

    if (tls == NULL || !tls->dials)
        return NULL;
    dial = arena_make(a, struct dial_tls);
    *dial =
        (struct dial_tls){FILES "/ca.crt", FILES "/tls.crt", FILES "/tls.key", tls->server_name};
    return dial;
}

static const json_t *named(struct arena *a, const char *prefix, const char *suffix,
    const char *value)
{
    json_t *flag = json_new_map();

    if (value != NULL)
        json_put_text(flag, fmt(a, "%s-%s", prefix, suffix), value);
    return flag;
}

const json_t *dial_flags(struct arena *a, const char *prefix, const struct dial_tls *dial)
{
    if (dial == NULL)
        return NULL;
    return object(a,
        SPREAD(named(a, prefix, "ca", dial->ca)),
        SPREAD(named(a, prefix, "cert", dial->cert)),
        SPREAD(named(a, prefix, "key", dial->key)),
        SPREAD(named(a, prefix, "server-name", dial->server_name)));
}

static const char *file(struct arena *a, const json_t *flags, const char *prefix,
    const char *suffix)
{
    return flag_text(a, flags, fmt(a, "%s-%s", prefix, suffix));
}

/* As go/vt/grpcclient: a certificate with its key, or an authority, or else plain text. */
const struct dial_tls *dial_of_flags(struct arena *a, const json_t *flags, const char *prefix)
{
    struct dial_tls *dial = arena_make(a, struct dial_tls);

    *dial = (struct dial_tls){file(a, flags, prefix, "ca"),
        file(a, flags, prefix, "cert"),
        file(a, flags, prefix, "key"),
        file(a, flags, prefix, "server-name")};
    return dial->ca == NULL && (dial->cert == NULL || dial->key == NULL) ? NULL : dial;
}

static const json_t *server_flags(struct arena *a, const struct component_tls *tls)
{
    return object(a,
        F("grpc-ca", FILES "/ca.crt"),
        F("grpc-cert", FILES "/tls.crt"),
        F("grpc-key", FILES "/tls.key"),
        OPT("grpc-enable-optional-tls", tls->optional ? "true" : NULL));
}

/* VTAdmin dials vtctld, vtgate and vttablet the queries of tablets, vttablet its sources too;
 * whoever manages tablets dials the other service of theirs. */
const json_t *tls_flags(struct arena *a, const struct place *place, const char *binary,
    const char *image)
{
    const struct component_tls *tls = place->tls;
    const struct dial_tls *dial = tls_dial(a, tls);
    const json_t *all;

    if (tls == NULL)
        return NULL;
    all = object(a,
        SPREAD(server_flags(a, tls)),
        SPREAD(dial_flags(a, "binlog-player-grpc", dial)),
        SPREAD(dial_flags(a, "tablet-grpc", dial)),
        SPREAD(dial_flags(a, "tablet-manager-grpc", dial)),
        SPREAD(dial_flags(a, "vtctld-grpc", dial)));
    return flags_known_to(a, binary, image, all);
}

const json_t *tls_volume(struct arena *a, const struct component_tls *tls)
{
    return tls == NULL ? NULL : secret_volume(a, VOLUME, tls->secret, NULL);
}

const json_t *tls_mount(struct arena *a, const struct component_tls *tls)
{
    return tls == NULL ? NULL : read_only_mount(a, VOLUME, FILES);
}
