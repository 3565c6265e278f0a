#include "pod.h"

#include "metadata.h"
#include "template.h"

/* vtgate: where applications connect, with the MySQL protocol. */

#define COMPONENT "vtgate"
#define AUTH_SECRETS "/vt/secrets/mysql-auth"
#define TLS_SECRETS "/vt/secrets/mysql-tls"

static const json_t *own_flags(struct arena *a, const struct vtgate *vtgate)
{
    return object(a,
        F("port", "15000"),
        F("grpc-port", "15999"),
        F("service-map", "grpc-vtgateservice"),
        F("mysql-server-port", "3306"),
        F("cell", vtgate->place.cell),
        F("cells-to-watch", vtgate->cells_to_watch),
        /* What clients are told, and which version comments are read. */
        OPT("mysql-server-version", vtgate->mysql_version),
        /* Once a minute by default: nobody could write to a new shard for so long. Until a
         * new tablet counts as Ready it is elected, probed twice and asked for. */
        F("tablet-refresh-interval", "3s"),
        F("tablet-types-to-wait", "PRIMARY,REPLICA"),
        /* A tablet sends its health every 5 s. One that could not be reached for minutes, as its
         * node was cut off, is tried again after so long at the latest: a minute by default. */
        F("healthcheck-timeout", "20s"),
        /* As the tablets send: rows of 64 MiB are no error. */
        F("grpc-max-message-size", "67108864"),
        /* Queries wait while a primary is replaced on purpose, which takes seconds, instead of
         * failing. The next one may follow soon: a rollout moves one primary after the other. */
        F("enable-buffer", "true"),
        F("buffer-size", "1000"),
        F("buffer-window", "10s"),
        F("buffer-max-failover-duration", "10s"),
        F("buffer-min-time-between-failovers", "20s"),
        /* Connected clients may finish before the process ends. */
        F("mysql-server-drain-onterm", "true"),
        F("onterm-timeout", "30s"));
}

static const json_t *auth_flags(struct arena *a, const struct vtgate *vtgate)
{
    if (vtgate->auth_secret == NULL)
        return object(a, F("mysql-auth-server-impl", "none"));
    /* The file is read again, so that a changed Secret needs no restart. */
    return object(a,
        F("mysql-auth-server-impl", "static"),
        F("mysql-auth-server-static-file", fmt(a, AUTH_SECRETS "/%s", vtgate->auth_key)),
        F("mysql-auth-static-reload-interval", "30s"));
}

static const json_t *mysql_tls_flags(struct arena *a, const struct vtgate *vtgate)
{
    if (vtgate->tls_secret == NULL)
        return NULL;
    return object(a,
        F("mysql-server-ssl-cert", TLS_SECRETS "/tls.crt"),
        F("mysql-server-ssl-key", TLS_SECRETS "/tls.key"),
        OPT("mysql-server-ssl-ca", vtgate->tls_client_ca ? TLS_SECRETS "/ca.crt" : NULL),
        OPT("mysql-server-require-secure-transport", vtgate->tls_required ? "true" : NULL));
}

static const json_t *arguments(struct arena *a, const struct vtgate *vtgate)
{
    return flag_list(a,
        own_flags(a, vtgate),
        topology_flags(a, &vtgate->place.topology),
        auth_flags(a, vtgate),
        mysql_tls_flags(a, vtgate),
        tls_flags(a, &vtgate->place, "vtgate", vtgate->image),
        log_flags(a, vtgate->image),
        vtgate->flags);
}

static const json_t *volumes(struct arena *a, const struct vtgate *vtgate)
{
    json_t *list = json_new_list();

    json_add(list, topology_volume(a, &vtgate->place.topology));
    json_add(list, secret_volume(a, "mysql-auth", vtgate->auth_secret, vtgate->auth_key));
    json_add(list, secret_volume(a, "mysql-tls", vtgate->tls_secret, NULL));
    json_add(list, tls_volume(a, vtgate->place.tls));
    return list;
}

static const json_t *mounts(struct arena *a, const struct vtgate *vtgate)
{
    json_t *list = json_new_list();

    json_add(list, topology_mount(a, &vtgate->place.topology));
    if (vtgate->auth_secret != NULL)
        json_add(list, read_only_mount(a, "mysql-auth", AUTH_SECRETS));
    if (vtgate->tls_secret != NULL)
        json_add(list, read_only_mount(a, "mysql-tls", TLS_SECRETS));
    json_add(list, tls_mount(a, vtgate->place.tls));
    return list;
}

static const json_t *init_containers(struct arena *a, const struct vtgate *vtgate)
{
    json_t *list = json_new_list();

    json_add(list, wait_for_cells(a, &vtgate->place, vtgate->image, vtgate->cells_to_watch));
    return list;
}

/* Until every node knows that this Pod is going, clients still connect to it. */
enum { PRE_STOP = 5, USUAL_GRACE = 60 };

static unsigned grace(const json_t *args)
{
    return PRE_STOP + seconds_to_end(args, 0) + GRACE_MARGIN;
}

unsigned vtgate_grace(struct arena *a, const struct vtgate *vtgate)
{
    return grace(arguments(a, vtgate));
}

static const json_t *pod(struct arena *a, const struct vtgate *vtgate)
{
    const struct place *place = &vtgate->place;
    const json_t *args = arguments(a, vtgate);

    return object(a,
        SPREAD(pod_defaults(a, place, component_selector(a, place, COMPONENT))),
        F("terminationGracePeriodSeconds", grace_period(USUAL_GRACE, grace(args))),
        OPT("initContainers", init_containers(a, vtgate)),
        LIST("containers",
            ITEM(F("name", "vtgate"),
                F("image", vtgate->image),
                SPREAD(container_defaults(a, place)),
                LIST("command", V("/vt/bin/vtgate")),
                F("args", args),
                LIST("ports",
                    V(container_port(a, "web", args, "port")),
                    V(container_port(a, "grpc", args, "grpc-port")),
                    V(container_port(a, "mysql", args, "mysql-server-port"))),
                /* /debug/health is always 200; the MySQL port opens when vtgate is able to serve.
                 */
                MAP("readinessProbe",
                    MAP("tcpSocket", F("port", "mysql")),
                    F("periodSeconds", INT(5))),
                F("livenessProbe", lenient_liveness_probe(a, "/debug/status", "web")),
                MAP("lifecycle",
                    MAP("preStop",
                        MAP("exec", LIST("command", V("sleep"), V(fmt(a, "%d", PRE_STOP)))))),
                OPT("resources", as_stored(a, vtgate->resources)),
                OPT("volumeMounts", mounts(a, vtgate)))),
        OPT("volumes", volumes(a, vtgate)));
}

const json_t *vtgate_deployment(struct arena *a, const struct vtgate *vtgate)
{
    struct deployment deployment = {
        .place = &vtgate->place,
        .component = COMPONENT,
        .name = vtgate->name,
        .replicas = vtgate->replicas,
        .scaled = vtgate->max_replicas > 0,
        .pod = pod(a, vtgate),
        .overrides = &vtgate->overrides,
    };

    return component_deployment(a, &deployment);
}

static struct service service_of(const struct vtgate *vtgate)
{
    static const struct service_port ports[] = {{"web", 15000, NULL},
        {"grpc", 15999, NULL},
        {"mysql", 3306, "nodePort"},
        {NULL, 0, NULL}};

    return (struct service){&vtgate->place, COMPONENT, vtgate->name, ports, vtgate->service};
}

const json_t *vtgate_service(struct arena *a, const struct vtgate *vtgate)
{
    const struct service service = service_of(vtgate);

    return component_service(a, &service);
}

const json_t *vtgate_internal_service(struct arena *a, const struct vtgate *vtgate)
{
    const struct service service = service_of(vtgate);

    return internal_service(a, &service, vtgate->internal_name);
}

const json_t *vtgate_disruption_budget(struct arena *a, const struct vtgate *vtgate)
{
    return deployment_budget(a,
        &vtgate->place,
        COMPONENT,
        vtgate->name,
        vtgate->max_replicas > 0 ? vtgate->min_replicas : vtgate->replicas);
}

const json_t *vtgate_autoscaler(struct arena *a, const struct vtgate *vtgate)
{
    const struct autoscaler autoscaler = {
        .place = &vtgate->place,
        .component = COMPONENT,
        .name = vtgate->name,
        .min_replicas = vtgate->min_replicas,
        .max_replicas = vtgate->max_replicas,
        .cpu_percent = vtgate->cpu_percent,
        .metrics = vtgate->metrics,
        .behavior = vtgate->behavior,
    };

    return vtgate->max_replicas == 0 ? NULL : horizontal_autoscaler(a, &autoscaler);
}
