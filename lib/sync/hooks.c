#include "hook.h"

#include <string.h>

#include "../../hooks/v1alpha1/v1alpha1.h"

/* The one hook table. A new API or layer is a new row here and a folder under hooks/. */

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

#define CONDITION_COLUMN(type) ".status.conditions[?(@.type==\"" type "\")]"

#define COMMON_COLUMNS                                                                             \
    {"Ready", "string", CONDITION_COLUMN("Ready") ".status", 0},                                   \
        {"Tablets", "string", ".status.tabletsReady", 0},                                          \
        {"Updated", "string", CONDITION_COLUMN("Updated") ".status", 0},                           \
        {"Reason", "string", CONDITION_COLUMN("Progressing") ".reason", 0},                        \
        {"Age", "date", ".metadata.creationTimestamp", 0},                                         \
        {"Doing", "string", CONDITION_COLUMN("Updated") ".message", 1},                            \
    {                                                                                              \
        "Problem", "string", CONDITION_COLUMN("Ready") ".message", 1                               \
    }

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

const struct hook hooks[] = {
    {
        .api = API_VERSION,
        .keys = &v1alpha1_keys,
        .kind = "VitessCluster",
        .plural = "vitessclusters",
        .singular = "vitesscluster",
        .short_name = "vt",
        .name = "cluster",
        .old_path = "/sync-cluster",
        .doc = "A Vitess cluster: its cells, its keyspaces and how they change. The only object "
               "that users write; all others are derived from it.",
        .generate_selector = true,
        .metadata = cluster_metadata_fields,
        .spec = cluster_fields,
        .status = cluster_status_fields,
        .sync = sync_cluster,
        .customize = customize_cluster,
        .children = cluster_children,
        .columns = columns,
    },
    {
        .api = API_VERSION,
        .keys = &v1alpha1_keys,
        .kind = "VitessCell",
        .plural = "vitesscells",
        .singular = "vitesscell",
        .short_name = "vtc",
        .name = "cell",
        .old_path = "/sync-cell",
        .doc = "One cell (a failure domain) of a VitessCluster: its lock server, vtctld, vtgate, "
               "VTOrc, and its part of each keyspace. Written by VitessCluster.",
        .derived = true,
        .spec = cell_fields,
        .status = cell_status_fields,
        .sync = sync_cell,
        .customize = customize_cell,
        .children = cell_children,
        .columns = columns,
    },
    {
        .api = API_VERSION,
        .keys = &v1alpha1_keys,
        .kind = "VitessKeyspace",
        .plural = "vitesskeyspaces",
        .singular = "vitesskeyspace",
        .short_name = "vtk",
        .name = "keyspace",
        .old_path = "/sync-keyspace",
        .doc = "The part of one keyspace that lives in one cell. Written by VitessCell.",
        .derived = true,
        .spec = keyspace_fields,
        .status = keyspace_status_fields,
        .sync = sync_keyspace,
        .children = keyspace_children,
        .columns = columns,
    },
    {
        .api = API_VERSION,
        .keys = &v1alpha1_keys,
        .kind = "VitessShard",
        .plural = "vitessshards",
        .singular = "vitessshard",
        .short_name = "vts",
        .name = "shard",
        .old_path = "/sync-shard",
        .doc = "The tablets of one shard in one cell. Written by VitessKeyspace.",
        .derived = true,
        .spec = shard_fields,
        .status = shard_status_fields,
        .sync = sync_shard,
        .customize = customize_shard,
        .children = shard_children,
        .columns = shard_columns,
    },
    {.kind = NULL},
};

/* "v1alpha1" of "vitess.io/v1alpha1". */
static const char *version_of(const struct hook *hook)
{
    return strchr(hook->api, '/') + 1;
}

/* What is left of `text` behind `prefix`, or NULL. */
static const char *behind(const char *text, const char *prefix)
{
    return text != NULL && text_starts_with(text, prefix) ? text + strlen(prefix) : NULL;
}

const struct hook *hook_by_path(const char *path, bool *customize)
{
    *customize = false;
    for (const struct hook *hook = hooks; hook->kind != NULL; hook++) {
        const char *rest =
            behind(behind(behind(behind(behind(path, "/"), version_of(hook)), "/"), hook->name),
                "/");

        if (text_equal(path, hook->old_path) || text_equal(rest, "sync"))
            return hook;
        if (text_equal(rest, "customize") && hook->customize != NULL) {
            *customize = true;
            return hook;
        }
    }
    return NULL;
}

const struct hook *hook_by_kind(const char *api, const char *kind)
{
    for (const struct hook *hook = hooks; hook->kind != NULL; hook++) {
        if (text_equal(hook->api, api) && text_equal(hook->kind, kind))
            return hook;
    }
    return NULL;
}

const struct hook *hook_by_name(const char *name)
{
    for (const struct hook *hook = hooks; hook->kind != NULL; hook++) {
        const char *rest = behind(behind(name, version_of(hook)), "/");

        if (text_equal(hook->name, rest == NULL ? name : rest))
            return hook;
    }
    return NULL;
}

const struct api_keys *object_keys(const json_t *object)
{
    for (const struct hook *hook = hooks; hook->kind != NULL; hook++) {
        if (object_label(object, hook->keys->cluster) != NULL)
            return hook->keys;
    }
    return hooks[0].keys;
}
