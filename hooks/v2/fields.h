#ifndef VITESS_OPERATOR_HOOKS_V2_FIELDS_H
#define VITESS_OPERATOR_HOOKS_V2_FIELDS_H

#include "fragments.h"
#include "specs.h"

/* What the tables of several kinds share. */

/* --- texts --- */

extern const struct spec_format v2_format_cell;     /* "zone1", "us_east_1a": no dashes */
extern const struct spec_format v2_format_name;     /* keyspaces, backup locations: "my-app_1.2" */
extern const struct spec_format v2_format_schedule; /* "every-day" */
extern const struct spec_format v2_format_image;    /* or "", which is as if it were not there */
extern const struct spec_format v2_format_object;   /* of an object of Kubernetes, or "" */
extern const struct spec_format v2_format_bound;    /* bound of a key range: pairs of hex digits */

extern const char *const v2_pull_policies[];     /* "" is Kubernetes' own default */
extern const char *const v2_turndown_policies[]; /* "RequireIdle", "Immediate" */

/* --- numbers --- */

enum {
    MOST_INT32 = 2147483647, /* where their schemas have an int32 */
    MOST_REPLICAS = 1000,    /* of what our hooks make one object each for */
    MOST_GRACE = 1000000000  /* seconds */
};

/* --- designators of a row --- */

#define CLAIM FRAGMENT(fragment_any_claim, "PersistentVolumeClaimSpec")
#define FLAGS .shape = SPEC_TEXT_MAP

/* --- rows --- */

/* clang-format off */
/* `struct pod_extras` as member `pods` of `type`, less the flags. */
#define POD_EXTRAS(type)                                                                           \
    SPEC(type, pods.env, "extraEnv",                                                               \
        "More environment variables; one of the operator's own is replaced.",                      \
        FRAGMENTS(fragment_env, "EnvVar"), .unique = "name"),                     \
    SPEC(type, pods.volumes, "extraVolumes",                                                       \
        "More volumes of the Pods. extraVolumeMounts says where they are.",                        \
        FRAGMENTS(fragment_volume, "Volume"), .unique = "name", .outline = true),                  \
    SPEC(type, pods.volume_mounts, "extraVolumeMounts",                                            \
        "Where the containers of the operator mount volumes.",                                     \
        FRAGMENTS(fragment_mount, "VolumeMount"), .unique = "mountPath"),         \
    SPEC(type, pods.init_containers, "initContainers",                                             \
        "More init containers.",                                                                   \
        FRAGMENTS(fragment_init_container, "Container"), .unique = "name", .outline = true),       \
    SPEC(type, pods.sidecars, "sidecarContainers",                                                 \
        "More containers that run beside those of the operator.",                                  \
        FRAGMENTS(fragment_container, "Container"), .unique = "name", .outline = true),            \
    SPEC(type, pods.affinity, "affinity",                                                          \
        "Affinity of the Pods. It replaces all of the operator's own.",                            \
        FRAGMENT(fragment_affinity, "Affinity"), .outline = true),                                 \
    SPEC(type, pods.annotations, "annotations", "More annotations of the Pods.", ANNOTATIONS),     \
    SPEC(type, pods.labels, "extraLabels",                                                         \
        "More labels of the Pods. Those of the operator cannot be replaced.", LABELS),             \
    SPEC(type, pods.tolerations, "tolerations", "Taints of nodes that the Pods tolerate.",         \
        FRAGMENTS(fragment_toleration, "Toleration"), .outline = true)

#define EXTRA_FLAGS(type, of)                                                                      \
    SPEC(type, pods.flags, "extraFlags",                                                           \
        "Flags of " of ", without dashes in front; they replace those of the operator that are "   \
        "spelled alike.", FLAGS)

#define TOPOLOGY_SPREAD(type)                                                                      \
    SPEC(type, pods.topology_spread, "topologySpreadConstraints",                                  \
        "How the Pods spread over nodes and zones.",                                               \
        FRAGMENTS(fragment_spread, "TopologySpreadConstraint"), .outline = true)

#define SERVICE(type, member, name, sentence)                                                      \
    SPEC_STRUCT(type, member, name, sentence, v2_service_fields)

#define PULL_SECRETS(type, in)                                                                     \
    SPEC(type, in pull_secrets, "imagePullSecrets",                                                \
        "Secrets to pull the images with, in the namespace of the VitessCluster.",                 \
        FRAGMENTS(fragment_reference, "LocalObjectReference"))

/* What a parent hands down to each of its kind. */
#define INHERITED(type)                                                                            \
    SPEC_STRUCT(type, pull_policies, "imagePullPolicies", "As in the VitessCluster.",              \
        v2_pull_policy_fields),                                                                    \
    PULL_SECRETS(type, ),                                                                          \
    SPEC(type, vitess_flags, "extraVitessFlags", "As in the VitessCluster.", FLAGS),               \
    SPEC_STRUCT(type, topology_reconciliation, "topologyReconciliation",                           \
        "As in the VitessCluster.", v2_topology_reconciliation_fields),                            \
    SPEC_STRUCT(type, global_lockserver, "globalLockserver", "Where the global topology is.",      \
        v2_lockserver_params_fields, .required = true)

/* Beyond theirs, for Metacontroller: without it the API server would drop what the hooks write. */
#define CHILDREN_SELECTOR                                                                          \
    SPEC_PART("selector", SPEC_OBJECT, .fields = fragment_selector, .type_name = "LabelSelector",  \
        .doc = "Labels of what belongs to this object.")

#define ZONE_MAP(type)                                                                             \
    SPEC(type, zone_map, "zoneMap", "Zone of each cell of the VitessCluster; \"\" is any.",        \
        .required = true, .shape = SPEC_TEXT_MAP)
/* clang-format on */

/* --- tables --- */

extern const struct spec_field v2_secret_fields[], v2_service_fields[], v2_pull_policy_fields[],
    v2_mysqld_image_fields[], v2_lockserver_params_fields[], v2_topology_reconciliation_fields[],
    v2_update_strategy_fields[], v2_lockserver_fields[], v2_gateway_fields[],
    v2_orchestrator_fields[], v2_shard_template_fields[], v2_custom_shard_fields[],
    v2_backup_location_fields[], v2_subcontroller_fields[], v2_schedule_item_fields[],
    v2_cell_item_fields[], v2_keyspace_item_fields[], v2_keyspace_image_fields[];

#endif
