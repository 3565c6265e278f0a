#include "objects.h"

#include "keys.h"
#include "metadata.h"
#include "names.h"
#include "pod.h"
#include "template.h"
#include "vtadmin_secrets.h"

/* VTAdmin: its API and its web pages are two containers of one image. */

static const json_t *rbac_flags(struct arena *a, const struct secret_source *rbac)
{
    if (rbac == NULL)
        return object(a, F("no-rbac", BOOL(true)));
    return object(a, F("rbac", BOOL(true)), F("rbac-config", v2_secret_file(a, rbac, RBAC)));
}

static const json_t *arguments(struct arena *a, const struct v2_vtadmin *vtadmin,
    const struct v2_vtadmin_files *files)
{
    return v2_arguments(a,
        object(a,
            F("addr", ":15001"),
            F("http-origin", "*"),
            F("tracer", "opentracing-jaeger"),
            F("grpc-tracing", BOOL(true)),
            F("http-tracing", BOOL(true)),
            F("logtostderr", BOOL(true)),
            F("alsologtostderr", BOOL(true))),
        vtadmin->spec->pods.flags,
        rbac_flags(a, vtadmin->spec->rbac),
        object(a, F("cluster-config", v2_secret_file(a, &files->config, CONFIG))));
}

/* As of vtctld, what the user mounts or sets as well is there once, as it is here. */
static const json_t *mounts_of(struct arena *a, const struct vtadmin_spec *spec, const json_t *ours)
{
    return v2_by_path(a, as_stored(a, spec->pods.volume_mounts), ours);
}

static const json_t *api_mounts(struct arena *a, const struct vtadmin_spec *spec,
    const struct v2_vtadmin_files *files)
{
    json_t *ours = json_new_list();

    json_add(ours, v2_secret_mount(a, spec->rbac, RBAC));
    json_add(ours, v2_secret_mount(a, &files->discovery, DISCOVERY));
    json_add(ours, v2_secret_mount(a, &files->config, CONFIG));
    return mounts_of(a, spec, ours);
}

static const json_t *api_container(struct arena *a, const struct v2_vtadmin *vtadmin,
    const struct v2_vtadmin_files *files)
{
    const struct vtadmin_spec *spec = vtadmin->spec;

    return object(a,
        F("name", "vtadmin-api"),
        F("image", vtadmin->image),
        OPT("imagePullPolicy", v2_given(vtadmin->pull_policy)),
        LIST("command", V("/vt/bin/vtadmin")),
        F("args", arguments(a, vtadmin, files)),
        LIST("ports", V(v2_port(a, "api", API_PORT))),
        F("resources", v2_resources(a, spec->api_resources, "100m", "128Mi")),
        F("securityContext", v2_security(a)),
        F("readinessProbe", http_get(a, "/health", "api")),
        F("livenessProbe", v2_liveness(a, "/health", "api")),
        OPT("env", as_stored(a, spec->pods.env)),
        OPT("volumeMounts", api_mounts(a, spec, files)));
}

static const json_t *web_env(struct arena *a)
{
    return v2_list(object(a, F("name", "VTADMIN_WEB_PORT"), F("value", WEB_PORT_TEXT)));
}

static const json_t *web_container(struct arena *a, const struct v2_vtadmin *vtadmin,
    const struct v2_vtadmin_files *files)
{
    const struct vtadmin_spec *spec = vtadmin->spec;
    const json_t *pages = v2_secret_mount_at(a, &files->web, WEB, "/var/www/config");

    return object(a,
        F("name", "vtadmin-web"),
        F("image", vtadmin->image),
        OPT("imagePullPolicy", v2_given(vtadmin->pull_policy)),
        LIST("command", V("/docker-entrypoint.sh")),
        LIST("args", V("nginx"), V("-g"), V("daemon off;")),
        LIST("ports", V(v2_port(a, "web", WEB_PORT))),
        F("resources", v2_resources(a, spec->web_resources, "100m", "128Mi")),
        F("securityContext", v2_security(a)),
        F("readinessProbe", http_get(a, "/", "web")),
        F("livenessProbe", v2_liveness(a, "/", "web")),
        F("env", v2_by_name(a, as_stored(a, spec->pods.env), web_env(a))),
        F("volumeMounts", mounts_of(a, spec, v2_list(pages))));
}

static const json_t *volumes_of(struct arena *a, const struct vtadmin_spec *spec,
    const struct v2_vtadmin_files *files)
{
    json_t *ours = json_new_list();

    json_add(ours, v2_secret_volume(a, spec->rbac, RBAC));
    json_add(ours, v2_secret_volume(a, &files->discovery, DISCOVERY));
    json_add(ours, v2_secret_volume(a, &files->config, CONFIG));
    json_add(ours, v2_secret_volume(a, &files->web, WEB));
    return v2_by_name(a, as_stored(a, spec->pods.volumes), ours);
}

const json_t *v2_make_vtadmin_deployment(struct arena *a, const struct v2_vtadmin *vtadmin)
{
    const struct v2_place *place = &vtadmin->place;
    const struct vtadmin_spec *spec = vtadmin->spec;
    const struct v2_vtadmin_files files = v2_vtadmin_files(a, place);
    json_t *containers = json_new_list();
    const struct v2_deployment deployment = {.place = place,
        .name = v2_vtadmin_deployment(a, place->cluster, place->cell),
        .labels = v2_labels(a, place, VTADMIN_COMPONENT),
        .replicas = json_integer(spec->replicas),
        .pods = &spec->pods,
        .volumes = volumes_of(a, spec, &files),
        .containers = containers};

    json_add(containers, api_container(a, vtadmin, &files));
    json_add(containers, web_container(a, vtadmin, &files));
    return v2_make_deployment(a, &deployment);
}

static const struct v2_service_port ports[] = {{"web", WEB_PORT}, {"api", API_PORT}, {NULL, 0}};

const json_t *v2_make_vtadmin_service(struct arena *a, const struct v2_place *place,
    const struct service_overrides *overrides)
{
    const struct v2_service service = {.namespace = place->namespace,
        .name = v2_vtadmin_service(a, place->cluster),
        .labels = v2_cluster_labels(a, place->cluster, VTADMIN_COMPONENT),
        .ports = ports,
        .overrides = overrides};

    return v2_make_service(a, &service);
}
