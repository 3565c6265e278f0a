#include <string.h>

#include "files.h"
#include "template.h"

/* What Prometheus (with the Prometheus operator) and Grafana take. */

#define MONITOR "monitoring.coreos.com/v1"

/* The metrics say of which namespace a cluster is, which is not the one that they are read in. */
static const json_t *service_monitor(const struct install *install)
{
    struct arena *a = install->arena;

    return object(a,
        F("apiVersion", MONITOR),
        F("kind", "ServiceMonitor"),
        F("metadata", install_metadata(install, OPERATOR_NAME)),
        MAP("spec",
            MAP("namespaceSelector", LIST("matchNames", V(install->namespace))),
            MAP("selector", F("matchLabels", install_selector(a))),
            LIST("endpoints",
                ITEM(F("port", "probes"),
                    F("path", "/metrics"),
                    F("interval", "30s"),
                    F("honorLabels", BOOL(true))))));
}

/* --- Vitess and etcd --- */

/* "cluster", which many give to all of a Kubernetes, and "keyspace" and "shard", which Vitess gives
 * to some of its metrics, stay free. */
static const json_t *relabeling(struct arena *a, const char *key, const char *label)
{
    struct text source = {.arena = a};

    text_add(&source, "__meta_kubernetes_pod_label_");
    /* As Prometheus writes the key of a label. */
    for (const char *at = key; *at != '\0'; at++)
        text_add_bytes(&source, strchr("./-", *at) == NULL ? at : "_", 1);
    return object(a, LIST("sourceLabels", V(text_string(&source))), F("targetLabel", label));
}

static const json_t *relabelings(struct arena *a, const struct api_keys *keys)
{
    json_t *list = json_new_list();

    json_add(list, relabeling(a, keys->cluster, "vitess_cluster"));
    json_add(list, relabeling(a, keys->cell, "vitess_cell"));
    json_add(list, relabeling(a, keys->component, "vitess_component"));
    json_add(list, relabeling(a, keys->keyspace, "vitess_keyspace"));
    json_add(list, relabeling(a, keys->shard, "vitess_shard"));
    return list;
}

/* The Pods of some components of every VitessCluster, wherever it is. */
static const json_t *pod_monitor(const struct install *install, const struct api *api,
    const char *name, const char *port, const json_t *components)
{
    const struct api_keys *keys = api->keys;
    struct arena *a = install->arena;

    return object(a,
        F("apiVersion", MONITOR),
        F("kind", "PodMonitor"),
        F("metadata", install_metadata(install, name_for_api(a, name, api))),
        MAP("spec",
            F("jobLabel", keys->component),
            MAP("namespaceSelector", F("any", BOOL(true))),
            MAP("selector",
                LIST("matchExpressions",
                    ITEM(F("key", keys->cluster), F("operator", "Exists")),
                    ITEM(F("key", keys->component), F("operator", "In"), F("values", components)))),
            LIST("podMetricsEndpoints",
                ITEM(F("port", port),
                    F("path", "/metrics"),
                    F("interval", "30s"),
                    F("relabelings", relabelings(a, keys))))));
}

static const json_t *pod_monitors(const struct install *install)
{
    static const char *const components[] = {"vtgate", "vttablet", "vtctld", "vtorc", NULL};
    json_t *vitess = json_new_list(), *etcd = json_new_list(), *list = json_new_list();

    for (const char *const *component = components; *component != NULL; component++)
        json_add_text(vitess, *component);
    json_add_text(etcd, "etcd");
    for (const struct api *const *api = install->apis; *api != NULL; api++) {
        json_add(list, pod_monitor(install, *api, "vitess", "web", vitess));
        json_add(list, pod_monitor(install, *api, "vitess-etcd", "metrics", etcd));
    }
    return list;
}

static const json_t *prometheus_rule(const struct install *install)
{
    struct arena *a = install->arena;

    return object(a,
        F("apiVersion", MONITOR),
        F("kind", "PrometheusRule"),
        F("metadata", install_metadata(install, OPERATOR_NAME)),
        MAP("spec",
            LIST("groups",
                ITEM(F("name", OPERATOR_NAME), F("rules", install_alerts(a, install->apis))))));
}

/* --- all --- */

#define DASHBOARD OPERATOR_NAME "-dashboard"
#define DASHBOARD_FILE "dashboard.json"

static const json_t *dashboard_labels(struct arena *a)
{
    return object(a, F("grafana_dashboard", "1"));
}

static const json_t *dashboard_map(const struct install *install)
{
    struct arena *a = install->arena;

    return object(a,
        F("apiVersion", "v1"),
        F("kind", "ConfigMap"),
        MAP("metadata",
            F("name", DASHBOARD),
            F("namespace", install->namespace),
            MAP("labels", SPREAD(install_labels(a)), SPREAD(dashboard_labels(a)))),
        MAP("data", F(DASHBOARD_FILE, json_write_pretty(a, install_dashboard(a)))));
}

const json_t *install_monitoring(const struct install *install)
{
    const json_t *each;
    json_t *list = json_new_list();

    json_add(list, service_monitor(install));
    json_each_item (pod_monitors(install), i, each)
        json_add(list, each);
    json_add(list, prometheus_rule(install));
    json_add(list, dashboard_map(install));
    return list;
}

/* --- the overlay --- */

/* Prometheus comes in beside Metacontroller, to metrics alone. */
static const json_t *prometheus_may_enter(const struct install *install)
{
    struct arena *a = install->arena;
    json_t *patch = json_new_list();

    add_operation(a,
        patch,
        "add",
        "/spec/ingress/-",
        install_ingress_from(a, install->prometheus, "probes"));
    return patch_of(a, "NetworkPolicy", OPERATOR_NAME, patch);
}

bool write_monitoring_overlay(const struct install *install, const char *folder)
{
    struct arena *a = install->arena;
    const json_t *all = object(a,
        LIST("resources",
            V("../../base"),
            V("servicemonitor.yaml"),
            V("podmonitors.yaml"),
            V("alerts.yaml")),
        LIST("configMapGenerator",
            ITEM(F("name", DASHBOARD),
                F("namespace", install->namespace),
                LIST("files", V(DASHBOARD_FILE)),
                MAP("options",
                    F("disableNameSuffixHash", BOOL(true)),
                    F("labels", dashboard_labels(a))))),
        LIST("patches", V(prometheus_may_enter(install))));

    return write_kustomization(install,
               folder,
               fmt(a,
                   "#\n"
                   "# For the Prometheus operator and Grafana, with Prometheus in namespace "
                   "\"%s\".\n"
                   "# Grafana's sidecar finds the dashboard by its label; dashboard.json can be "
                   "imported by hand, too.\n"
                   "# Metrics are served over plain HTTP, together with overlays/tls as well.\n",
                   install->prometheus),
               all) &&
           write_object(install, folder, "servicemonitor.yaml", "", service_monitor(install)) &&
           write_list(install, folder, "podmonitors.yaml", "", pod_monitors(install)) &&
           write_object(install, folder, "alerts.yaml", "", prometheus_rule(install)) &&
           write_file(install, folder, DASHBOARD_FILE, json_write_pretty(a, install_dashboard(a)));
}
