#include "install.h"

#include "template.h"

/* The dashboard for Grafana: a row of panels about the clusters that are chosen at its top, and one
 * about the operator itself. */

#define M(name) "vitess_operator_" name

/* What is chosen. */
#define CHOSEN "namespace=~\"$namespace\",vitess_cluster=~\"$cluster\""
#define BY "namespace, vitess_cluster"
#define OF "{{namespace}}/{{vitess_cluster}} "

enum { COLUMNS = 24, PANEL_WIDTH = 8, PANEL_HEIGHT = 8 };

struct query {
    const char *expression, *legend;
};

struct panel {
    const char *title, *about, *unit;
    struct query queries[3];
};

static const struct panel panels[] = {
    {"Ready",
        "1 where a VitessCluster is Ready. `kubectl get vt` says why not.",
        "short",
        {{M("cluster_ready") "{" CHOSEN "}", OF}}},
    {"Not Ready, by reason",
        "Objects of the clusters that are not Ready.",
        "short",
        {{"sum by (" BY ", reason) (" M("cluster_unready") "{" CHOSEN "})", OF "{{reason}}"}}},
    {"Not Updated, by reason",
        "Objects of the clusters that a rollout has not reached, or cannot. RolloutStalled, "
        "PreflightFailed and TaskFailing need somebody.",
        "short",
        {{"sum by (" BY ", reason) (" M("cluster_rollouts") "{" CHOSEN "})", OF "{{reason}}"}}},
    {"Queries",
        "What vtgates are asked, and what they answer with an error.",
        "reqps",
        {{"sum by (" BY ") (rate(vtgate_api_count{" CHOSEN "}[$__rate_interval]))", OF},
            {"sum by (" BY ", code) (rate(vtgate_api_error_counts{" CHOSEN "}[$__rate_interval]))",
                OF "{{code}}"}}},
    {"Time of a query",
        "As vtgate sees it.",
        "s",
        {{"histogram_quantile(0.5, sum by (" BY ", le) (rate(vtgate_api_bucket{" CHOSEN
          "}[$__rate_interval])))",
             OF "half below"},
            {"histogram_quantile(0.99, sum by (" BY ", le) (rate(vtgate_api_bucket{" CHOSEN
             "}[$__rate_interval])))",
                OF "99 % below"}}},
    {"Replication lag",
        "Of the tablet of each shard that is furthest behind.",
        "s",
        {{"max by (" BY ", vitess_keyspace, vitess_shard) (vttablet_replication_lag_sec{" CHOSEN
          "})",
            OF "{{vitess_keyspace}}/{{vitess_shard}}"}}},
    {"Data of etcd, part of its quota",
        "At 1 it takes no more writes until it is compacted and defragmented.",
        "percentunit",
        {{"max by (" BY ", pod) (etcd_mvcc_db_total_size_in_bytes{" CHOSEN
          "} / etcd_server_quota_backend_bytes{" CHOSEN "})",
            OF "{{pod}}"}}},
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

/* One that Prometheus lists the values of, several or all to be chosen. */
static const json_t *variable(struct arena *a, const char *name, const char *label,
    const char *query)
{
    return object(a,
        F("name", name),
        F("label", label),
        F("type", "query"),
        MAP("datasource", F("type", "prometheus"), F("uid", "${datasource}")),
        F("query", query),
        F("refresh", INT(2)),
        F("multi", BOOL(true)),
        F("includeAll", BOOL(true)),
        F("allValue", ".*"),
        MAP("current", F("text", "All"), F("value", "$__all")));
}

const json_t *install_dashboard(struct arena *a)
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
                    F("query", "prometheus")),
                V(variable(a,
                    "namespace",
                    "Namespace",
                    "label_values(" M("cluster_objects") ", namespace)")),
                V(variable(a,
                    "cluster",
                    "VitessCluster",
                    "label_values(" M("cluster_objects") "{namespace=~\"$namespace\"}, "
                                                         "vitess_cluster)")))),
        F("panels", list));
}
