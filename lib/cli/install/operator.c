#include "install.h"

#include "pod.h"
#include "server.h"
#include "template.h"

/* The operator itself: a Deployment with what is around it. */

const json_t *install_selector(struct arena *a)
{
    return object(a, F("app.kubernetes.io/name", OPERATOR_NAME));
}

const json_t *install_labels(struct arena *a)
{
    return object(a, SPREAD(install_selector(a)), F("app.kubernetes.io/version", OPERATOR_VERSION));
}

const json_t *install_metadata(const struct install *install, const char *name)
{
    return object(install->arena,
        F("name", name),
        F("namespace", install->namespace),
        F("labels", install_labels(install->arena)));
}

/* Pods that are not allowed to do anything get along with the strictest Pod Security. */
const json_t *install_namespace(const struct install *install)
{
    struct arena *a = install->arena;

    return object(a,
        F("apiVersion", "v1"),
        F("kind", "Namespace"),
        MAP("metadata",
            F("name", install->namespace),
            MAP("labels",
                SPREAD(install_labels(a)),
                F("pod-security.kubernetes.io/enforce", "restricted"))));
}

/* --- settings and memory --- */

/* Bounds of a request, and with them of the Pod: each of the requests at one time holds its body
 * and an arena, so the Pod cannot need more than the sum. What it does need is a few megabytes. */
enum {
    THREADS = 2,
    REQUESTS = 16,
    BODY_MEBIBYTES = 16,
    ARENA_MEBIBYTES = 128,
    BASE_MEBIBYTES = 64
};

const char *install_settings(struct arena *a)
{
    struct text out = {.arena = a};

    text_add(&out, "# Settings of `vitess-operator serve`; its --help says what there is.\n");
    text_addf(&out, "%s: \"[::]:%d\"\n", server_settings[SETTING_LISTEN].name, OPERATOR_PORT);
    text_add(&out,
        "# Probes and metrics, over plain HTTP: they are answered whatever befalls the hooks.\n");
    text_addf(&out, "%s: \"[::]:%d\"\n", server_settings[SETTING_PROBE_LISTEN].name, PROBE_PORT);
    text_addf(&out, "%s: %d\n", server_settings[SETTING_THREADS].name, THREADS);
    text_add(&out,
        "# The memory limit of the Deployment is 64Mi and, for each request, these two:\n");
    text_addf(&out, "%s: %d\n", server_settings[SETTING_MAX_REQUESTS].name, REQUESTS);
    text_addf(&out, "%s: %dMi\n", server_settings[SETTING_MAX_BODY].name, BODY_MEBIBYTES);
    text_addf(&out, "%s: %dMi\n", server_settings[SETTING_MAX_ARENA].name, ARENA_MEBIBYTES);
    return text_string(&out);
}

const json_t *install_config(const struct install *install)
{
    return object(install->arena,
        F("apiVersion", "v1"),
        F("kind", "ConfigMap"),
        F("metadata", install_metadata(install, CONFIG_NAME)),
        MAP("data", F(CONFIG_FILE, install_settings(install->arena))));
}

/* Two threads never use more than two cores, so the limit throttles nothing. */
static const json_t *resources(struct arena *a)
{
    return object(a,
        MAP("requests", F("cpu", "50m"), F("memory", "64Mi")),
        MAP("limits",
            F("cpu", fmt(a, "%d", THREADS)),
            F("memory",
                fmt(a, "%dMi", BASE_MEBIBYTES + REQUESTS * (BODY_MEBIBYTES + ARENA_MEBIBYTES)))));
}

/* --- Deployment --- */

/* The uid is that of the image, as a number: runAsNonRoot cannot see through a name. */
static const json_t *operator_pod_security(struct arena *a)
{
    return object(a,
        F("runAsNonRoot", BOOL(true)),
        F("runAsUser", INT(65532)),
        F("runAsGroup", INT(65532)),
        F("fsGroup", INT(65532)),
        MAP("seccompProfile", F("type", "RuntimeDefault")));
}

static const json_t *operator_container_security(struct arena *a)
{
    return object(a,
        F("allowPrivilegeEscalation", BOOL(false)),
        F("readOnlyRootFilesystem", BOOL(true)),
        MAP("capabilities", LIST("drop", V("ALL"))));
}

static const json_t *probe(struct arena *a, const char *path, long long period, long long failures)
{
    return object(a,
        MAP("httpGet", F("path", path), F("port", "probes")),
        F("periodSeconds", INT(period)),
        F("failureThreshold", INT(failures)));
}

/* No preStop hook: there is no second Pod for which a wait would gain time, and SIGTERM lets the
 * running requests end. Metacontroller repeats what comes in between. */
static const json_t *container(const struct install *install)
{
    struct arena *a = install->arena;

    return object(a,
        F("name", OPERATOR_NAME),
        F("image", install->image),
        LIST("args", V("serve"), V("--config"), V(CONFIG_FOLDER "/" CONFIG_FILE)),
        LIST("ports",
            ITEM(F("name", "http"), F("containerPort", INT(OPERATOR_PORT)), F("protocol", "TCP")),
            ITEM(F("name", "probes"), F("containerPort", INT(PROBE_PORT)), F("protocol", "TCP"))),
        F("startupProbe", probe(a, "/readyz", 1, 30)),
        F("readinessProbe", probe(a, "/readyz", 5, 2)),
        F("livenessProbe", probe(a, "/healthz", 10, 3)),
        F("resources", resources(a)),
        F("securityContext", operator_container_security(a)),
        LIST("volumeMounts",
            ITEM(F("name", "config"), F("mountPath", CONFIG_FOLDER), F("readOnly", BOOL(true)))));
}

static const json_t *pod(const struct install *install)
{
    struct arena *a = install->arena;

    return object(a,
        F("automountServiceAccountToken", BOOL(false)),
        F("enableServiceLinks", BOOL(false)),
        OPT("priorityClassName", install->priority_class),
        F("terminationGracePeriodSeconds", INT(30)),
        /* While it is on a node that is lost nothing is repaired, and every status is old. */
        F("tolerations", lost_node_tolerations(a, NULL)),
        F("securityContext", operator_pod_security(a)),
        LIST("containers", V(container(install))),
        LIST("volumes", ITEM(F("name", "config"), MAP("configMap", F("name", CONFIG_NAME)))));
}

/* One Pod, and never two of different builds: they would take turns in undoing each other. */
const json_t *install_deployment(const struct install *install)
{
    struct arena *a = install->arena;

    return object(a,
        F("apiVersion", "apps/v1"),
        F("kind", "Deployment"),
        F("metadata", install_metadata(install, OPERATOR_NAME)),
        MAP("spec",
            F("replicas", INT(1)),
            MAP("strategy", F("type", "Recreate")),
            MAP("selector", F("matchLabels", install_selector(a))),
            MAP("template",
                MAP("metadata", F("labels", install_labels(a))),
                F("spec", pod(install)))));
}

static const json_t *service_port(struct arena *a, const char *name, long long port)
{
    return object(a,
        F("name", name),
        F("port", INT(port)),
        F("targetPort", name),
        F("protocol", "TCP"));
}

const json_t *install_service(const struct install *install)
{
    struct arena *a = install->arena;

    return object(a,
        F("apiVersion", "v1"),
        F("kind", "Service"),
        F("metadata", install_metadata(install, OPERATOR_NAME)),
        MAP("spec",
            F("selector", install_selector(a)),
            LIST("ports",
                V(service_port(a, "http", OPERATOR_PORT)),
                V(service_port(a, "probes", PROBE_PORT)))));
}

/* A drain never waits for the operator: clusters go on without it, only their rollouts rest. Where
 * somebody runs more Pods they go one at a time. */
const json_t *install_disruption_budget(const struct install *install)
{
    struct arena *a = install->arena;

    return object(a,
        F("apiVersion", "policy/v1"),
        F("kind", "PodDisruptionBudget"),
        F("metadata", install_metadata(install, OPERATOR_NAME)),
        MAP("spec",
            F("maxUnavailable", INT(1)),
            F("unhealthyPodEvictionPolicy", "AlwaysAllow"),
            MAP("selector", F("matchLabels", install_selector(a)))));
}

const json_t *install_ingress_from(struct arena *a, const char *namespace, const char *port)
{
    const json_t *selector =
        object(a, MAP("matchLabels", F("kubernetes.io/metadata.name", namespace)));

    return object(a,
        LIST("from", ITEM(F("namespaceSelector", selector))),
        LIST("ports", ITEM(F("port", port), F("protocol", "TCP"))));
}

static const json_t *network_policy(const struct install *install, const char *name,
    const json_t *ingress)
{
    struct arena *a = install->arena;

    return object(a,
        F("apiVersion", "networking.k8s.io/v1"),
        F("kind", "NetworkPolicy"),
        F("metadata", install_metadata(install, name)),
        MAP("spec",
            MAP("podSelector", F("matchLabels", install_selector(a))),
            LIST("policyTypes", V("Ingress"), V("Egress")),
            F("ingress", ingress)));
}

/* Metacontroller comes in to the hooks, nothing goes out: the operator makes no calls. A kubelet's
 * probes always get through; Prometheus comes in where there is to be monitoring. */
const json_t *install_network_policy(const struct install *install)
{
    struct arena *a = install->arena;
    json_t *ingress = json_new_list();

    json_add(ingress, install_ingress_from(a, install->metacontroller, "http"));
    if (install->monitoring)
        json_add(ingress, install_ingress_from(a, install->prometheus, "probes"));
    return network_policy(install, OPERATOR_NAME, ingress);
}

const json_t *install_metrics_policy(const struct install *install)
{
    json_t *ingress = json_new_list();

    json_add(ingress, install_ingress_from(install->arena, install->prometheus, "probes"));
    return network_policy(install, OPERATOR_NAME "-metrics", ingress);
}
