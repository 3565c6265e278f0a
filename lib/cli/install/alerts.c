#include "install.h"

#include "template.h"

/* What somebody has to look at, as rules of Prometheus. Metrics of Vitess and etcd have the labels
 * vitess_cluster, vitess_keyspace .. from the PodMonitors beside this. */

#define M(name) "vitess_operator_" name
#define CLUSTER "{{ $labels.namespace }}/{{ $labels.vitess_cluster }}"
#define SHARD "{{ $labels.vitess_keyspace }}/{{ $labels.vitess_shard }}"

struct alert {
    const char *name, *expression, *lasts, *severity, *summary, *description;
    bool shown; /* by the objects of the cluster */
};

static const struct alert alerts[] = {
    {"VitessOperatorDown",
        "absent(" M("build_info") ")",
        "10m",
        "warning",
        "No vitess-operator answers",
        "Clusters run on, but nothing heals or rolls out. Nor are there metrics for the alerts "
        "beside this one.",
        false},
    {"VitessClusterNotReady",
        M("cluster_ready") " == 0",
        "10m",
        "critical",
        "VitessCluster " CLUSTER " is not Ready",
        "It has not been Ready for 10 minutes",
        true},
    {"VitessNoPrimary",
        "sum by (namespace, vitess_cluster) (" M("cluster_unready") "{reason=\"NoPrimary\"}) > 0",
        "1m",
        "critical",
        "A shard of VitessCluster " CLUSTER " has no primary",
        "It takes no writes, and VTOrc has not elected one within a minute",
        true},
    /* Also where the operator or Metacontroller is down. */
    {"VitessPrimaryLost",
        "max by (namespace, vitess_cluster, keyspace, shard) (vtorc_detected_problems{analysis=~\""
        "ClusterHasNoPrimary|PrimaryTabletDeleted|DeadPrimary.*|UnreachablePrimary.*\"}) > 0",
        "2m",
        "critical",
        "VTOrc sees no primary in {{ $labels.keyspace }}/{{ $labels.shard }} of " CLUSTER,
        "It has seen that for two minutes, and its recovery has not mended it; its log says why.",
        false},
    {"VitessRolloutStalled",
        "sum by (namespace, vitess_cluster, reason) (" M(
            "cluster_rollouts") "{reason=~\"RolloutStalled|PreflightFailed|Immutable\"}) > 0",
        "10m",
        "warning",
        "A rollout of VitessCluster " CLUSTER " does not go on: {{ $labels.reason }}",
        "What runs is not what its spec says, and will not be by itself",
        true},
    {"VitessTaskFailing",
        "sum by (namespace, vitess_cluster) (" M("cluster_rollouts") "{reason=\"TaskFailing\"}) > "
                                                                     "0",
        "10m",
        "warning",
        "A task of VitessCluster " CLUSTER " fails",
        "Vitess refuses what the operator asks, so a rollout or removal waits",
        true},
    {"VitessSpecInvalid",
        M("cluster_problems") " > 0",
        "10m",
        "warning",
        "The spec of VitessCluster " CLUSTER " is frozen",
        "It has {{ $value }} problems; nothing is rolled out until they are mended",
        true},
    {"VitessBackupOld",
        "max by (namespace, vitess_cluster, vitess_keyspace, vitess_shard) "
        "(max_over_time(vttablet_backup_is_running[14d])) > 0 unless "
        "max by (namespace, vitess_cluster, vitess_keyspace, vitess_shard) "
        "(max_over_time(vttablet_backup_is_running[26h])) > 0",
        "10m",
        "warning",
        "No backup of " SHARD " of " CLUSTER " for 26 hours",
        "Backups of this shard have been taken within the last two weeks, and none has run within "
        "26 hours. Where they are meant to be rarer, silence or change this rule.",
        false},
    {"VitessEtcdQuotaNear",
        "max by (namespace, vitess_cluster, pod) (etcd_mvcc_db_total_size_in_bytes{vitess_cluster!="
        "\"\"} / etcd_server_quota_backend_bytes{vitess_cluster!=\"\"}) > 0.8",
        "10m",
        "warning",
        "etcd {{ $labels.pod }} of " CLUSTER " is filled to {{ $value | humanizePercentage }}",
        "At its quota it takes no more writes, and no tablet can become primary. Compact and "
        "defragment it, or raise quota-backend-bytes.",
        false},
    {"VitessOperatorBug",
        "sum by (hook) (increase(" M("requests_total") "{code=\"500\"}[15m])) > 0",
        "0m",
        "warning",
        "The hook {{ $labels.hook }} of vitess-operator answers 500",
        "Nothing is applied and nothing is lost. Its log has the text; please report it, with the "
        "output of kubectl vitess report.",
        false},
    {"VitessOperatorCertificateExpires",
        M("tls_certificate_expiry_timestamp_seconds") " - time() < 7 * 86400",
        "1h",
        "warning",
        "The certificate of vitess-operator expires within a week",
        "When it has expired Metacontroller calls no hook any more.",
        false},
    {"VitessOperatorCredentialsRejected",
        M("credentials_last_reload_successful") " == 0 or " M(
            "config_last_reload_successful") " == 0",
        "10m",
        "warning",
        "vitess-operator cannot use its new certificates, tokens or settings",
        "It goes on with the ones before; its log says what is wrong with the new ones.",
        false},
};

/* Of several APIs the kinds have the same names, so only the full ones say which. */
static const char *objects_of(struct arena *a, const struct api *const *installed)
{
    struct texts names = {.arena = a};

    if (installed[1] == NULL)
        return api_kinds(a, installed[0]);
    for (; *installed != NULL; installed++)
        texts_add(&names, hook_full_name(a, (*installed)->hooks));
    return texts_join(&names, ",");
}

static const json_t *rule(struct arena *a, const struct alert *alert, const char *objects)
{
    const char *where = fmt(a, "; see kubectl -n {{ $labels.namespace }} get %s -o wide", objects);

    return object(a,
        F("alert", alert->name),
        F("expr", alert->expression),
        F("for", alert->lasts),
        MAP("labels", F("severity", alert->severity)),
        MAP("annotations",
            F("summary", alert->summary),
            F("description", fmt(a, "%s%s", alert->description, alert->shown ? where : ""))));
}

const json_t *install_alerts(struct arena *a, const struct api *const *installed)
{
    const char *objects = objects_of(a, installed);
    json_t *list = json_new_list();

    for (size_t i = 0; i < sizeof(alerts) / sizeof(alerts[0]); i++)
        json_add(list, rule(a, &alerts[i], objects));
    return list;
}
