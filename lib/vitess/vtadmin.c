#include "pod.h"

#include "metadata.h"
#include "template.h"

#include <string.h>

/* VTAdmin: the dashboard, a Pod of API server and web pages (nginx). Browsers fetch the pages from
 * one port and talk to the API on the other. */

#define COMPONENT "vtadmin"
#define CONFIG "/vt/config/vtadmin"
#define RBAC_SECRETS "/vt/secrets/rbac"
/* The web port that a tablet has told the topology. */
#define TABLET "{{ .Tablet.Hostname }}:{{ .Tablet.PortMap.vt }}"

/* As its Service has them; 15000 and 15001 are Envoy's where a mesh of Istio's is. */
#define API_PORT "14001"

/* What `kubectl port-forward service/... 14000 14001` provides. */
#define FORWARDED_WEB "http://localhost:14000"
#define FORWARDED_API "http://localhost:14001"

/* nginx in the VTAdmin image may write its configuration as this user only. */
enum { NGINX_USER = 101 };

static const json_t *host(struct arena *a, const char *service)
{
    return object(a,
        MAP("host",
            F("fqdn", fmt(a, "%s:15000", service)),
            F("hostname", fmt(a, "%s:15999", service))));
}

static const json_t *discovery(struct arena *a, const struct vtadmin *vtadmin)
{
    json_t *vtctlds = json_new_list();
    json_t *vtgates = json_new_list();
    const json_t *name;

    if (vtadmin->vtctld != NULL)
        json_add(vtctlds, host(a, vtadmin->vtctld));
    json_each_item (vtadmin->vtgates, i, name)
        json_add(vtgates, host(a, json_string_value(name)));
    return object(a, F("vtctlds", vtctlds), F("vtgates", vtgates));
}

static const json_t *cluster_config(struct arena *a, const struct vtadmin *vtadmin)
{
    json_t *clusters = json_new_map();

    json_put(clusters,
        vtadmin->place.cluster,
        object(a,
            F("name", vtadmin->place.cluster),
            F("discovery", "staticfile"),
            F("discovery-staticfile-path", CONFIG "/discovery.json"),
            F("tablet-fqdn-tmpl", TABLET)));
    return object(a, F("clusters", clusters));
}

static const json_t *web_config(struct arena *a, const struct vtadmin *vtadmin)
{
    const char *address = vtadmin->api_address;

    return object(a,
        F("VITE_VTADMIN_API_ADDRESS", address == NULL ? FORWARDED_API : address),
        F("VITE_FETCH_CREDENTIALS", "omit"),
        F("VITE_ENABLE_EXPERIMENTAL_TABLET_DEBUG_VARS", BOOL(false)),
        F("VITE_BUGSNAG_API_KEY", ""),
        F("VITE_DOCUMENT_TITLE", vtadmin->place.cluster),
        F("VITE_READONLY_MODE", BOOL(vtadmin->read_only)));
}

/* JSON is YAML too, and the one notation in which every value is escaped. */
static const json_t *config_files(struct arena *a, const struct vtadmin *vtadmin)
{
    const char *web = json_write(a, web_config(a, vtadmin), NULL);

    return object(a,
        F("cluster-config.yaml", json_write_pretty(a, cluster_config(a, vtadmin))),
        F("config.js", fmt(a, "window.env = %s;\n", web)),
        F("discovery.json", json_write_pretty(a, discovery(a, vtadmin))));
}

const json_t *vtadmin_config(struct arena *a, const struct vtadmin *vtadmin)
{
    return object(a,
        F("apiVersion", "v1"),
        F("kind", "ConfigMap"),
        F("metadata", component_metadata(a, &vtadmin->place, COMPONENT, vtadmin->name, NULL)),
        F("data", config_files(a, vtadmin)));
}

static const json_t *rbac_flags(struct arena *a, const struct vtadmin *vtadmin)
{
    if (vtadmin->rbac_secret == NULL)
        return object(a, F("no-rbac", "true"));
    return object(a,
        F("rbac", "true"),
        F("rbac-config", fmt(a, RBAC_SECRETS "/%s", vtadmin->rbac_key)));
}

static const json_t *arguments(struct arena *a, const struct vtadmin *vtadmin)
{
    return flag_list(a,
        object(a,
            F("addr", ":" API_PORT),
            F("cluster-config", CONFIG "/cluster-config.yaml"),
            /* "*" lets pages of any origin read, but only those of a named one change things. */
            F("http-origin", vtadmin->api_address == NULL ? FORWARDED_WEB : "*"),
            F("http-tablet-url-tmpl", "http://" TABLET)),
        rbac_flags(a, vtadmin),
        tls_flags(a, &vtadmin->place, "vtadmin", vtadmin->api_image),
        log_flags(a, vtadmin->api_image),
        vtadmin->flags);
}

static const json_t *api_container(struct arena *a, const struct vtadmin *vtadmin)
{
    json_t *mounts = json_new_list();
    const json_t *args = arguments(a, vtadmin);

    json_add(mounts, read_only_mount(a, "config", CONFIG));
    if (vtadmin->rbac_secret != NULL)
        json_add(mounts, read_only_mount(a, "rbac", RBAC_SECRETS));
    json_add(mounts, tls_mount(a, vtadmin->place.tls));
    return object(a,
        F("name", "vtadmin-api"),
        F("image", vtadmin->api_image),
        SPREAD(container_defaults(a, &vtadmin->place)),
        LIST("command", V("/vt/bin/vtadmin")),
        F("args", args),
        LIST("ports", V(container_port(a, "api", args, "addr"))),
        F("readinessProbe", http_get(a, "/health", "api")),
        F("livenessProbe", lenient_liveness_probe(a, "/health", "api")),
        OPT("resources", as_stored(a, vtadmin->api_resources)),
        F("volumeMounts", mounts));
}

/* Where the user says who the Pod runs as, or leaves that to others, so does nginx: its image must
 * be made for it. */
static const json_t *nginx_id(const struct vtadmin *vtadmin, const char *id)
{
    return json_at(vtadmin->overrides.security, id) != NULL ||
                   json_at(vtadmin->place.security, id) != NULL
               ? NULL
               : json_integer(NGINX_USER);
}

static const json_t *web_container(struct arena *a, const struct vtadmin *vtadmin)
{
    const json_t *defaults = container_defaults(a, &vtadmin->place);

    return object(a,
        F("name", "vtadmin-web"),
        F("image", vtadmin->web_image),
        SPREAD(defaults),
        LIST("command", V("/docker-entrypoint.sh")),
        LIST("args", V("nginx"), V("-g"), V("daemon off;")),
        LIST("env",
            ITEM(F("name", "VTADMIN_WEB_PORT"), F("value", fmt(a, "%d", VTADMIN_WEB_PORT)))),
        MAP("securityContext",
            SPREAD(json_at(defaults, "securityContext")),
            OPT("runAsUser", nginx_id(vtadmin, "runAsUser")),
            OPT("runAsGroup", nginx_id(vtadmin, "runAsGroup"))),
        LIST("ports", ITEM(F("name", "web"), F("containerPort", INT(VTADMIN_WEB_PORT)))),
        F("readinessProbe", http_get(a, "/", "web")),
        F("livenessProbe", lenient_liveness_probe(a, "/", "web")),
        OPT("resources", as_stored(a, vtadmin->web_resources)),
        LIST("volumeMounts", V(read_only_mount(a, "web-config", "/var/www/config"))));
}

/* It goes on answering for so long (vitess go/vt/vtadmin/grpcserver/server.go). */
enum { LAME_DUCK = 5 };

unsigned vtadmin_grace(struct arena *a, const struct vtadmin *vtadmin)
{
    const char *lame_duck = flag_argument(arguments(a, vtadmin), "lame-duck-duration");

    return (lame_duck == NULL ? LAME_DUCK : duration_seconds(lame_duck)) + GRACE_MARGIN;
}

static const json_t *pod(struct arena *a, const struct vtadmin *vtadmin)
{
    const struct place *place = &vtadmin->place;
    json_t *volumes = json_new_list();

    json_add(volumes, config_volume(a, "config", vtadmin->name, NULL));
    json_add(volumes, config_volume(a, "web-config", vtadmin->name, "config.js"));
    json_add(volumes, secret_volume(a, "rbac", vtadmin->rbac_secret, vtadmin->rbac_key));
    json_add(volumes, tls_volume(a, vtadmin->place.tls));
    return object(a,
        SPREAD(pod_defaults(a, place, component_selector(a, place, COMPONENT))),
        OPT("terminationGracePeriodSeconds",
            grace_period(KUBERNETES_GRACE, vtadmin_grace(a, vtadmin))),
        LIST("containers", V(api_container(a, vtadmin)), V(web_container(a, vtadmin))),
        F("volumes", volumes));
}

/* The files are read at start only, so other files are another Pod. */
static const json_t *config_hash(struct arena *a, const struct vtadmin *vtadmin)
{
    const char *files = json_write(a, config_files(a, vtadmin), NULL);

    return object(a, KEY(vtadmin->place.keys->config_hash, digest(a, files, strlen(files))));
}

const json_t *vtadmin_deployment(struct arena *a, const struct vtadmin *vtadmin)
{
    struct deployment deployment = {
        .place = &vtadmin->place,
        .component = COMPONENT,
        .name = vtadmin->name,
        .replicas = vtadmin->replicas,
        .pod = pod(a, vtadmin),
        .annotations = config_hash(a, vtadmin),
        .overrides = &vtadmin->overrides,
    };

    return component_deployment(a, &deployment);
}

/* A browser needs both: the pages, and the API that they talk to. */
const json_t *vtadmin_service(struct arena *a, const struct vtadmin *vtadmin)
{
    static const struct service_port ports[] = {{"web", 14000, "nodePort"},
        {"api", 14001, "apiNodePort"},
        {NULL, 0, NULL}};
    const struct service service = {&vtadmin->place,
        COMPONENT,
        vtadmin->name,
        ports,
        vtadmin->service};

    return component_service(a, &service);
}

const json_t *vtadmin_disruption_budget(struct arena *a, const struct vtadmin *vtadmin)
{
    return deployment_budget(a, &vtadmin->place, COMPONENT, vtadmin->name, vtadmin->replicas);
}
