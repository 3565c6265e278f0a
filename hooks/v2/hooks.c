#include "hook.h"
#include "keys.h"
#include "levels.h"
#include "parts.h"

/* The API as everybody else sees it: its hooks, in the order of the tree. */

/* All that is known of it elsewhere (lib/sync/hooks.c). */
extern const struct api v2_api;

/* --- children --- */

static const struct child_kind cluster_children[] = {
    {"v1", "Pod", "pods", "OnDelete", false},
    {"v1", "Secret", "secrets", "InPlace", false},
    {"v1", "Service", "services", "InPlace", false},
    {"apps/v1", "Deployment", "deployments", "InPlace", false},
    {API_VERSION, "EtcdLockserver", "etcdlockservers", "InPlace", false},
    {API_VERSION, "VitessBackupSchedule", "vitessbackupschedules", "InPlace", false},
    {API_VERSION, "VitessBackupStorage", "vitessbackupstorages", "InPlace", false},
    {API_VERSION, "VitessCell", "vitesscells", "InPlace", false},
    {API_VERSION, "VitessKeyspace", "vitesskeyspaces", "InPlace", false},
    {NULL, NULL, NULL, NULL, false},
};

static const struct child_kind cell_children[] = {
    {"v1", "Pod", "pods", "OnDelete", false},
    {"v1", "Service", "services", "InPlace", false},
    {"apps/v1", "Deployment", "deployments", "InPlace", false},
    {"autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "InPlace", false},
    {API_VERSION, "EtcdLockserver", "etcdlockservers", "InPlace", false},
    {NULL, NULL, NULL, NULL, false},
};

static const struct child_kind keyspace_children[] = {
    {"v1", "Pod", "pods", "OnDelete", false},
    {API_VERSION, "VitessShard", "vitessshards", "InPlace", false},
    {NULL, NULL, NULL, NULL, false},
};

static const struct child_kind shard_children[] = {
    {"v1", "PersistentVolumeClaim", "persistentvolumeclaims", "InPlace", false},
    {"v1", "Pod", "pods", "InPlace", false},
    {"apps/v1", "Deployment", "deployments", "InPlace", false},
    {NULL, NULL, NULL, NULL, false},
};

static const struct child_kind etcd_children[] = {
    {"v1", "PersistentVolumeClaim", "persistentvolumeclaims", "InPlace", false},
    {"v1", "Pod", "pods", "InPlace", false},
    {"v1", "Service", "services", "InPlace", false},
    {"policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", "InPlace", false},
    {NULL, NULL, NULL, NULL, false},
};

static const struct child_kind no_children[] = {{NULL, NULL, NULL, NULL, false}};

/* --- columns: theirs have none --- */

static const struct printer_column columns[] = {
    READY_COLUMN(CONDITION_IN_LIST),
    LEVEL_COLUMNS(CONDITION_IN_LIST),
    {NULL, NULL, NULL, 0},
};

static const struct printer_column shard_columns[] = {
    {"Shard", "string", ".spec.name", 0},
    {"Primary", "string", ".status.masterAlias", 0},
    READY_COLUMN(CONDITION_IN_MAP),
    LEVEL_COLUMNS(CONDITION_IN_MAP),
    {NULL, NULL, NULL, 0},
};

static const struct printer_column backup_columns[] = {
    {"Complete", "boolean", ".status.complete", 0},
    {"Engine", "string", ".status.engine", 0},
    {"Started", "date", ".status.startTime", 0},
    {"Age", "date", ".metadata.creationTimestamp", 0},
    {"Storage", "string", ".status.storageName", 1},
    {NULL, NULL, NULL, 0},
};

/* --- hooks --- */

/* What an autoscaler of a cell's vtgates changes. */
static const struct scale_paths gateway_scale = {
    ".spec.gateway.replicas",
    ".status.gateway.replicas",
    ".status.gateway.labelSelector",
};

static const struct shard_paths shard_paths = {
    {"status", "masterAlias"},
    {"spec", "globalLockserver", "address"},
    {"spec", "globalLockserver", "rootPath"},
};

static const struct hook hooks[] = {
    {
        .api = &v2_api,
        .kind = "VitessCluster",
        .plural = "vitessclusters",
        .singular = "vitesscluster",
        .short_name = "vt",
        .name = "cluster",
        .doc = "A Vitess cluster: its cells, its keyspaces and how they change. The only object "
               "that users write; all others are derived from it.",
        .generate_selector = true,
        .spec = v2_cluster_fields,
        .status = v2_cluster_status_fields,
        .sync = v2_sync_cluster,
        .customize = v2_customize_cluster,
        .children = cluster_children,
        .columns = columns,
    },
    {
        .api = &v2_api,
        .kind = "EtcdLockserver",
        .plural = "etcdlockservers",
        .singular = "etcdlockserver",
        .short_name = "etcdls",
        .name = "etcdlockserver",
        .doc = "An etcd that holds the topology of a VitessCluster or of a cell. Written by "
               "VitessCluster and VitessCell.",
        .derived = true,
        .spec = v2_etcd_lockserver_fields,
        .status = v2_etcd_lockserver_status_fields,
        .sync = v2_sync_etcd_lockserver,
        .children = etcd_children,
        .columns = columns,
    },
    {
        .api = &v2_api,
        .kind = "VitessBackupStorage",
        .plural = "vitessbackupstorages",
        .singular = "vitessbackupstorage",
        .short_name = "vtbs",
        .name = "backupstorage",
        .doc = "A place where backups are. Written by VitessCluster; it lists no backups yet.",
        .derived = true,
        .spec = v2_backup_storage_fields,
        .status = v2_backup_storage_status_fields,
        .sync = v2_sync_backup_storage,
        .children = no_children,
        .columns = columns,
    },
    {
        .api = &v2_api,
        .kind = "VitessBackup",
        .plural = "vitessbackups",
        .singular = "vitessbackup",
        .short_name = "vtb",
        .name = "backup",
        .doc = "A backup of a shard, as the operator of PlanetScale has found it in the storage. "
               "Nobody writes one here yet.",
        .generate_selector = true,
        .derived = true,
        .plain_status = true,
        .spec = v2_backup_fields,
        .status = v2_backup_status_fields,
        .sync = v2_sync_backup,
        .children = no_children,
        .columns = backup_columns,
    },
    {
        .api = &v2_api,
        .kind = "VitessBackupSchedule",
        .plural = "vitessbackupschedules",
        .singular = "vitessbackupschedule",
        .name = "backupschedule",
        .doc = "When backups are made. Written by VitessCluster; it makes none yet.",
        .derived = true,
        .spec = v2_backup_schedule_fields,
        .status = v2_backup_schedule_status_fields,
        .sync = v2_sync_backup_schedule,
        .children = no_children,
        .columns = columns,
    },
    {
        .api = &v2_api,
        .kind = "VitessCell",
        .plural = "vitesscells",
        .singular = "vitesscell",
        .short_name = "vtc",
        .name = "cell",
        .doc = "One cell (a failure domain) of a VitessCluster: its vtgates, and an etcd of its "
               "own where it wants one. Written by VitessCluster.",
        .derived = true,
        .scale = &gateway_scale,
        .spec = v2_cell_fields,
        .status = v2_cell_status_fields,
        .sync = v2_sync_cell,
        .customize = v2_customize_cell,
        .children = cell_children,
        .columns = columns,
    },
    {
        .api = &v2_api,
        .kind = "VitessKeyspace",
        .plural = "vitesskeyspaces",
        .singular = "vitesskeyspace",
        .short_name = "vtk",
        .name = "keyspace",
        .doc = "One keyspace (a database, as applications see it) of a VitessCluster. Written by "
               "VitessCluster.",
        .derived = true,
        .spec = v2_keyspace_fields,
        .status = v2_keyspace_status_fields,
        .sync = v2_sync_keyspace,
        .children = keyspace_children,
        .columns = columns,
    },
    {
        .api = &v2_api,
        .kind = "VitessShard",
        .plural = "vitessshards",
        .singular = "vitessshard",
        .short_name = "vts",
        .name = "shard",
        .doc = "The tablets of one shard, in all cells, and its VTOrcs. Written by VitessKeyspace.",
        .derived = true,
        .shard = &shard_paths,
        .spec = v2_shard_fields,
        .status = v2_shard_status_fields,
        .sync = v2_sync_shard,
        .customize = v2_customize_shard,
        .children = shard_children,
        .columns = shard_columns,
    },
    {.kind = NULL},
};

const struct api v2_api = {.name = API_VERSION,
    .keys = &v2_keys,
    .claims_go = true,
    .priority_class = V2_PRIORITY_CLASS,
    .hooks = hooks};
