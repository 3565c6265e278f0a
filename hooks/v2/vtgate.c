#include "objects.h"

#include "keys.h"
#include "metadata.h"
#include "names.h"
#include "pod.h"
#include "template.h"

/* vtgate: where applications connect. */

static const struct gateway usual;

/* --- files --- */

static const struct secret_source *users_of(const struct gateway *spec)
{
    bool asks = spec->authentication != NULL && spec->authentication->static_users != NULL;

    return asks ? spec->authentication->static_users->secret : NULL;
}

/* Without a certificate and its key there is no TLS. */
static const struct gateway_tls *tls_of(const struct gateway *spec)
{
    static const struct gateway_tls none;
    const struct gateway_tls *tls =
        spec->secure_transport == NULL ? NULL : spec->secure_transport->tls;

    return tls == NULL || tls->cert == NULL || tls->key == NULL ? &none : tls;
}

#define USERS "vtgate-static-auth"
#define CERT "vtgate-tls-cert"
#define KEY_OF_CERT "vtgate-tls-key"
#define CLIENT_CA "vtgate-tls-ca-cert"

/* In the order of mounts and volumes. */
struct file {
    const struct secret_source *secret; /* NULL: none */
    const char *folder;
};
enum { FILES = 4 };

static void add_files(const struct gateway *spec, struct file *files)
{
    const struct gateway_tls *tls = tls_of(spec);

    files[0] = (struct file){users_of(spec), USERS};
    files[1] = (struct file){tls->cert, CERT};
    files[2] = (struct file){tls->key, KEY_OF_CERT};
    files[3] = (struct file){tls->cert == NULL ? NULL : tls->client_ca, CLIENT_CA};
}

static const json_t *mounts_of(struct arena *a, const struct gateway *spec)
{
    struct file files[FILES];
    json_t *mounts = json_new_list();

    add_files(spec, files);
    for (size_t i = 0; i < FILES; i++)
        json_add(mounts, v2_secret_mount(a, files[i].secret, files[i].folder));
    return v2_by_path(a, as_stored(a, spec->pods.volume_mounts), mounts);
}

static const json_t *volumes_of(struct arena *a, const struct gateway *spec)
{
    struct file files[FILES];
    json_t *volumes = json_new_list();

    add_files(spec, files);
    for (size_t i = 0; i < FILES; i++)
        json_add(volumes, v2_secret_volume(a, files[i].secret, files[i].folder));
    return v2_by_name(a, volumes, spec->pods.volumes);
}

static void add_name(struct texts *names, const char *name)
{
    if (v2_given(name) != NULL && !texts_contain(names, name))
        texts_add(names, name);
}

static void add_source(struct texts *names, const struct secret_source *secret)
{
    if (secret != NULL)
        add_name(names, secret->name);
}

struct texts v2_vtgate_secrets(struct arena *a, const struct gateway *spec)
{
    const struct gateway_transport *transport = spec == NULL ? NULL : spec->secure_transport;
    struct texts names = {.arena = a};
    const json_t *volume;

    /* Also where one of them is missing, and so there is no TLS. */
    if (transport != NULL && transport->tls != NULL) {
        add_source(&names, transport->tls->client_ca);
        add_source(&names, transport->tls->cert);
        add_source(&names, transport->tls->key);
    }
    json_each_item (spec == NULL ? NULL : spec->pods.volumes, i, volume)
        add_name(&names, json_text_at(volume, "secret", "secretName"));
    texts_sort(&names);
    return names;
}

/* --- arguments --- */

static const json_t *authentication_flags(struct arena *a, const struct gateway *spec)
{
    const char *file = v2_secret_file(a, users_of(spec), USERS);

    if (file == NULL)
        return NULL;
    return object(a,
        F("mysql_auth_server_impl", "static"),
        F("mysql_auth_server_static_file", file),
        F("mysql_auth_static_reload_interval", "30s"));
}

/* gRPC takes nothing but TLS once it has a certificate. */
static const json_t *transport_flags(struct arena *a, const struct gateway *spec)
{
    const struct gateway_tls *tls = tls_of(spec);
    const char *cert = v2_secret_file(a, tls->cert, CERT);
    const char *key = v2_secret_file(a, tls->key, KEY_OF_CERT);
    const char *ca = v2_secret_file(a, tls->client_ca, CLIENT_CA);

    if (cert == NULL)
        return NULL;
    return object(a,
        F("mysql_server_require_secure_transport", spec->secure_transport->required),
        F("mysql_server_ssl_cert", cert),
        F("mysql_server_ssl_key", key),
        OPT("mysql_server_ssl_ca", ca),
        F("grpc_cert", cert),
        F("grpc_key", key),
        OPT("grpc_ca", ca));
}

static const char *joined(struct arena *a, const json_t *names)
{
    struct texts list = {.arena = a};
    const json_t *name;

    json_each_item (names, i, name)
        texts_add(&list, json_string_value(name));
    return texts_join(&list, ",");
}

static const json_t *arguments(struct arena *a, const struct v2_vtgate *vtgate,
    const struct gateway *spec)
{
    return v2_arguments(a,
        object(a,
            F("cell", vtgate->place.cell),
            F("cells_to_watch", joined(a, vtgate->all_cells)),
            F("tablet_types_to_wait", "MASTER,REPLICA"),
            F("enable_buffer", BOOL(true)),
            F("buffer_min_time_between_failovers", "20s"),
            F("buffer_max_failover_duration", "10s"),
            F("buffer_size", INT(1000)),
            F("grpc_max_message_size", INT(64 * 1024 * 1024)),
            F("mysql_server_port", INT(MYSQL_PORT)),
            F("logtostderr", BOOL(true)),
            F("service_map", "grpc-vtgateservice"),
            F("port", WEB_PORT_TEXT),
            F("grpc_port", GRPC_PORT_TEXT)),
        v2_topology_flags(a, &vtgate->place.topology),
        v2_mysql_version_flag(a, vtgate->mysqld_image),
        authentication_flags(a, spec),
        transport_flags(a, spec),
        vtgate->place.vitess_flags,
        spec->pods.flags);
}

/* --- objects --- */

static const json_t *container(struct arena *a, const struct v2_vtgate *vtgate,
    const struct gateway *spec)
{
    const json_t *resources = v2_resources(a, spec->resources, "500m", "1Gi");

    return object(a,
        F("name", "vtgate"),
        F("image", vtgate->image),
        OPT("imagePullPolicy", v2_given(vtgate->pull_policy)),
        LIST("command", V("/vt/bin/vtgate")),
        F("args", arguments(a, vtgate, spec)),
        LIST("ports",
            V(v2_port(a, "web", WEB_PORT)),
            V(v2_port(a, "grpc", GRPC_PORT)),
            V(v2_port(a, "mysql", MYSQL_PORT))),
        F("resources", resources),
        F("securityContext", v2_security(a)),
        F("readinessProbe", http_get(a, "/debug/health", "web")),
        F("livenessProbe", v2_liveness(a, "/debug/status", "web")),
        OPT("lifecycle", as_stored(a, spec->lifecycle)),
        OPT("env", v2_by_name(a, v2_max_procs(a, resources), spec->pods.env)),
        OPT("volumeMounts", mounts_of(a, spec)));
}

const json_t *v2_make_vtgate_deployment(struct arena *a, const struct v2_vtgate *vtgate)
{
    const struct v2_place *place = &vtgate->place;
    const struct gateway *spec = vtgate->spec == NULL ? &usual : vtgate->spec;
    const struct v2_deployment deployment = {.place = place,
        .name = v2_vtgate_deployment(a, place->cluster, place->cell),
        .labels = v2_labels(a, place, VTGATE_COMPONENT),
        .replicas = spec->replicas == NULL ? json_integer(2) : spec->replicas,
        .pods = &spec->pods,
        .annotations = object(a, F(SECRET_HASH_ANNOTATION, vtgate->secret_hash)),
        .volumes = volumes_of(a, spec),
        .containers = v2_list(container(a, vtgate, spec)),
        .strategy = spec->strategy,
        .grace = spec->grace};

    return v2_make_deployment(a, &deployment);
}

static const struct v2_service_port ports[] = {
    {"web", WEB_PORT}, {"grpc", GRPC_PORT}, {"mysql", MYSQL_PORT}, {NULL, 0}};

const json_t *v2_make_vtgate_service(struct arena *a, const struct v2_place *place,
    const struct service_overrides *overrides)
{
    const struct v2_service service = {.namespace = place->namespace,
        .name = v2_vtgate_service(a, place->cluster, place->cell),
        .labels = v2_labels(a, place, VTGATE_COMPONENT),
        .ports = ports,
        .overrides = overrides};

    return v2_make_service(a, &service);
}

/* Of one that says nothing the API server makes what is usual, and keeps it. */
static const json_t *behavior_of(struct arena *a, const json_t *behavior)
{
    return behavior == NULL ? NULL : object(a, F("behavior", as_stored(a, behavior)));
}

const json_t *v2_make_vtgate_autoscaler(struct arena *a, const struct v2_place *place,
    const struct gateway_autoscaler *autoscaler)
{
    const char *name = v2_vtgate_autoscaler(a, place->cluster, place->cell);

    return object(a,
        F("apiVersion", "autoscaling/v2"),
        F("kind", "HorizontalPodAutoscaler"),
        F("metadata",
            v2_metadata(a, place->namespace, name, v2_labels(a, place, VTGATE_COMPONENT))),
        MAP("spec",
            MAP("scaleTargetRef",
                F("apiVersion", API_VERSION),
                F("kind", "VitessCell"),
                F("name", v2_cell_name(a, place->cluster, place->cell))),
            OPT("minReplicas", autoscaler->min_replicas),
            F("maxReplicas", autoscaler->max_replicas),
            OPT("metrics", metrics_as_stored(a, autoscaler->metrics)),
            SPREAD(behavior_of(a, autoscaler->behavior))));
}
