#include "install_files.h"

#include "template.h"

/* What Prometheus (with the Prometheus operator) and Grafana take. */

static const json_t *service_monitor(struct arena *a)
{
    return object(a,
        F("apiVersion", "monitoring.coreos.com/v1"),
        F("kind", "ServiceMonitor"),
        MAP("metadata", F("name", OPERATOR_NAME), F("labels", install_labels(a))),
        MAP("spec",
            MAP("selector", F("matchLabels", install_selector(a))),
            LIST("endpoints",
                ITEM(F("port", "probes"), F("path", "/metrics"), F("interval", "30s")))));
}

/* --- the dashboard --- */

#define MONITORING "monitoring" /* namespace of Prometheus */
#define M(name) "vitess_operator_" name

enum { COLUMNS = 24, PANEL_WIDTH = 8, PANEL_HEIGHT = 8 };

struct query {
    const char *expression, *legend;
};

struct panel {
    const char *title, *about, *unit;
    struct query queries[3];
};

static const struct panel panels[] = {
    {"Objects by outcome",
        "Objects by what came of their last sync. Anything but \"ok\" wants a look at its "
        "conditions.",
        "short",
        {{"sum by (hook, outcome) (" M("objects") ")", "{{hook}} {{outcome}}"}}},
    {"Rollouts",
        "Objects by the reason of their Updated condition. RolloutStalled, PreflightFailed and "
        "TaskFailing need somebody.",
        "short",
        {{"sum by (reason) (" M("rollouts") ")", "{{reason}}"}}},
    {"Problems in specs",
        "Problems that the last syncs have found in specs; their trees are frozen.",
        "short",
        {{"sum by (hook) (" M("problems") ")", "{{hook}}"}}},
    {"Requests",
        "Requests by hook. At rest there are none but the re-sync of each half hour.",
        "reqps",
        {{"sum by (hook) (rate(" M("requests_total") "[$__rate_interval]))", "{{hook}}"}}},
    {"Answers that are errors",
        "Answers other than 200. 422 is a spec, 429 and 503 are load, 500 is a bug.",
        "reqps",
        {{"sum by (hook, code) (rate(" M("requests_total") "{code!=\"200\"}[$__rate_interval]))",
             "{{hook}} {{code}}"},
            {"sum by (reason) (rate(" M("requests_unfinished_total") "[$__rate_interval]))",
                "no answer: {{reason}}"}}},
    {"Time of an answer",
        "Metacontroller gives up after 30 seconds.",
        "s",
        {{"histogram_quantile(0.5, sum by (le) (rate(" M(
              "request_duration_seconds_bucket") "[$__rate_interval])))",
             "half below"},
            {"histogram_quantile(0.99, sum by (le) (rate(" M(
                 "request_duration_seconds_bucket") "[$__rate_interval])))",
                "99 % below"}}},
    {"Size of requests and answers",
        "Larger requests than max-body are refused with 413.",
        "bytes",
        {{"histogram_quantile(0.99, sum by (le) (rate(" M(
              "request_size_bytes_bucket") "[$__rate_interval])))",
             "requests, 99 % below"},
            {"histogram_quantile(0.99, sum by (le) (rate(" M(
                 "response_size_bytes_bucket") "[$__rate_interval])))",
                "answers, 99 % below"}}},
    {"Memory",
        "Of the process, and the most that one request took; max-arena bounds it.",
        "bytes",
        {{"process_resident_memory_bytes{job=~\".*vitess-operator.*\"}", "process"},
            {"max by (hook) (" M("arena_peak_bytes") ")", "one {{hook}}"}}},
    {"CPU",
        "Cores that are in use.",
        "short",
        {{"rate(process_cpu_seconds_total{job=~\".*vitess-operator.*\"}[$__rate_interval])",
            "cores"}}},
};

enum { PANELS = sizeof(panels) / sizeof(panels[0]) };

static const json_t *targets(struct arena *a, const struct panel *panel)
{
    json_t *list = json_new_list();

    for (int i = 0; i < 3 && panel->queries[i].expression != NULL; i++)
        json_add(list,
            object(a,
                F("refId", fmt(a, "%c", 'A' + i)),
                F("expr", panel->queries[i].expression),
                F("legendFormat", panel->queries[i].legend)));
    return list;
}

static const json_t *panel_object(struct arena *a, int i)
{
    const struct panel *panel = &panels[i];
    const int row = COLUMNS / PANEL_WIDTH;

    return object(a,
        F("id", INT(i + 1)),
        F("type", "timeseries"),
        F("title", panel->title),
        F("description", panel->about),
        MAP("datasource", F("type", "prometheus"), F("uid", "${datasource}")),
        MAP("gridPos",
            F("x", INT(i % row * PANEL_WIDTH)),
            F("y", INT(i / row * PANEL_HEIGHT)),
            F("w", INT(PANEL_WIDTH)),
            F("h", INT(PANEL_HEIGHT))),
        MAP("fieldConfig", MAP("defaults", F("unit", panel->unit), F("min", INT(0)))),
        F("targets", targets(a, panel)));
}

static const json_t *dashboard(struct arena *a)
{
    json_t *list = json_new_list();

    for (int i = 0; i < PANELS; i++)
        json_add(list, panel_object(a, i));
    return object(a,
        F("uid", OPERATOR_NAME),
        F("title", "Vitess operator"),
        F("description", "Made by `make manifests`; do not edit."),
        F("schemaVersion", INT(39)),
        LIST("tags", V("vitess")),
        MAP("time", F("from", "now-6h"), F("to", "now")),
        F("refresh", "30s"),
        MAP("templating",
            LIST("list",
                ITEM(F("name", "datasource"),
                    F("label", "Data source"),
                    F("type", "datasource"),
                    F("query", "prometheus")))),
        F("panels", list));
}

/* --- the overlay --- */

/* Prometheus comes in beside Metacontroller, to metrics alone. */
static const json_t *prometheus_may_enter(struct arena *a)
{
    json_t *patch = json_new_list();

    add_operation(a,
        patch,
        "add",
        "/spec/ingress/-",
        install_ingress_from(a, MONITORING, "probes"));
    return patch_of(a, "NetworkPolicy", OPERATOR_NAME, patch);
}

bool write_monitoring_overlay(const struct install *install, const char *folder)
{
    struct arena *a = install->arena;
    const json_t *all = object(a,
        LIST("resources", V("../../base"), V("servicemonitor.yaml")),
        LIST("configMapGenerator",
            ITEM(F("name", OPERATOR_NAME "-dashboard"),
                F("namespace", install->namespace),
                LIST("files", V("dashboard.json")),
                MAP("options",
                    F("disableNameSuffixHash", BOOL(true)),
                    MAP("labels", F("grafana_dashboard", "1"))))),
        LIST("patches", V(prometheus_may_enter(a))));

    return write_kustomization(install,
               folder,
               "#\n"
               "# For the Prometheus operator and Grafana, with Prometheus in namespace "
               "\"" MONITORING "\".\n"
               "# Grafana's sidecar finds the dashboard by its label; dashboard.json can be "
               "imported by hand, too.\n"
               "# Metrics are served over plain HTTP, together with overlays/tls as well.\n",
               all) &&
           write_object(install, folder, "servicemonitor.yaml", "", service_monitor(a)) &&
           write_file(install, folder, "dashboard.json", json_write_pretty(a, dashboard(a)));
}
