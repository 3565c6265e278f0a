#include "v1alpha1.h"

/* The API as everybody else sees it: its hooks, in the order of the tree. */

static const struct child_kind cluster_children[] = {
    {"v1", "Pod", "pods", "OnDelete", false},
    {API_VERSION, "VitessCell", "vitesscells", "InPlace", false},
    {NULL, NULL, NULL, NULL, false},
};

static const struct child_kind cell_children[] = {
    {"v1", "ConfigMap", "configmaps", "InPlace", false},
    {"v1", "PersistentVolumeClaim", "persistentvolumeclaims", "InPlace", true},
    {"v1", "Pod", "pods", "OnDelete", false},
    {"v1", "Service", "services", "InPlace", false},
    {"apps/v1", "Deployment", "deployments", "InPlace", false},
    {"apps/v1", "StatefulSet", "statefulsets", "InPlace", false},
    {"autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "InPlace", true},
    {"networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", "InPlace", false},
    {"policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", "InPlace", false},
    {API_VERSION, "VitessKeyspace", "vitesskeyspaces", "InPlace", false},
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
    {"policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", "InPlace", false},
    {NULL, NULL, NULL, NULL, false},
};

#define COMMON_COLUMNS                                                                             \
    READY_COLUMN(CONDITION_IN_LIST), {"Tablets", "string", ".status.tabletsReady", 0},             \
        LEVEL_COLUMNS(CONDITION_IN_LIST)

static const struct printer_column columns[] = {
    COMMON_COLUMNS,
    {NULL, NULL, NULL, 0},
};

static const struct printer_column shard_columns[] = {
    {"Shard", "string", ".spec.name", 0},
    {"Primary", "string", ".status.primary", 0},
    COMMON_COLUMNS,
    {NULL, NULL, NULL, 0},
};

static const struct shard_paths shard_paths = {
    {"status", "primary"},
    {"spec", "topology", "addresses"},
    {"spec", "topology", "globalRoot"},
};

static const struct hook hooks[] = {
    {
        .api = &v1alpha1_api,
        .kind = "VitessCluster",
        .plural = "vitessclusters",
        .singular = "vitesscluster",
        .short_name = "vt",
        .name = "cluster",
        .old_path = "/sync-cluster",
        .doc = "A Vitess cluster: its cells, its keyspaces and how they change. The only object "
               "that users write; all others are derived from it.",
        .generate_selector = true,
        .metadata = v1_cluster_metadata_fields,
        .spec = v1_cluster_fields,
        .status = v1_cluster_status_fields,
        .sync = v1_sync_cluster,
        .customize = v1_customize_cluster,
        .children = cluster_children,
        .columns = columns,
    },
    {
        .api = &v1alpha1_api,
        .kind = "VitessCell",
        .plural = "vitesscells",
        .singular = "vitesscell",
        .short_name = "vtc",
        .name = "cell",
        .old_path = "/sync-cell",
        .doc = "One cell (a failure domain) of a VitessCluster: its lock server, vtctld, vtgate, "
               "VTOrc, and its part of each keyspace. Written by VitessCluster.",
        .derived = true,
        .spec = v1_cell_fields,
        .status = v1_cell_status_fields,
        .sync = v1_sync_cell,
        .customize = v1_customize_cell,
        .children = cell_children,
        .columns = columns,
    },
    {
        .api = &v1alpha1_api,
        .kind = "VitessKeyspace",
        .plural = "vitesskeyspaces",
        .singular = "vitesskeyspace",
        .short_name = "vtk",
        .name = "keyspace",
        .old_path = "/sync-keyspace",
        .doc = "The part of one keyspace that lives in one cell. Written by VitessCell.",
        .derived = true,
        .spec = v1_keyspace_fields,
        .status = v1_keyspace_status_fields,
        .sync = v1_sync_keyspace,
        .children = keyspace_children,
        .columns = columns,
    },
    {
        .api = &v1alpha1_api,
        .kind = "VitessShard",
        .plural = "vitessshards",
        .singular = "vitessshard",
        .short_name = "vts",
        .name = "shard",
        .old_path = "/sync-shard",
        .doc = "The tablets of one shard in one cell. Written by VitessKeyspace.",
        .derived = true,
        .shard = &shard_paths,
        .spec = v1_shard_fields,
        .status = v1_shard_status_fields,
        .sync = v1_sync_shard,
        .customize = v1_customize_shard,
        .children = shard_children,
        .columns = shard_columns,
    },
    {.kind = NULL},
};

const struct api v1alpha1_api = {.name = API_VERSION, .keys = &v1_keys, .hooks = hooks};
