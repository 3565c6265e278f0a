#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_FIELDS_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_FIELDS_H

#include "fragments.h"
#include "v1alpha1.h"

/* The spec and status tables of vitess.io/v1alpha1: what each field is called, what it takes and
 * what it means. The sentences become the descriptions of the CRDs and the API reference. One file
 * a layer; here is what several of them share. */

/* --- texts --- */

#define QUOTED(text) "\"" text "\""

extern const char *const v1_turndown_policies[]; /* "RequireIdle", "Immediate" */

/* What their fields are called elsewhere (other_names.c). */
extern const struct spec_name v1_cluster_other_names[], v1_lockserver_other_names[],
    v1_cell_other_names[], v1_etcd_other_names[], v1_vtctld_other_names[], v1_vtgate_other_names[],
    v1_vtorc_other_names[], v1_vtadmin_other_names[], v1_secret_key_other_names[],
    v1_mysql_tls_other_names[], v1_autoscaler_other_names[], v1_keyspace_other_names[],
    v1_shard_other_names[], v1_key_range_other_names[], v1_equal_other_names[],
    v1_override_other_names[], v1_tablets_other_names[], v1_pool_other_names[],
    v1_vttablet_other_names[], v1_mysql_other_names[], v1_tls_other_names[],
    v1_etcd_tls_other_names[], v1_template_other_names[], v1_task_template_other_names[],
    v1_tasks_other_names[];

/* --- designators of a row: what Kubernetes itself describes --- */

#define SERVICE FRAGMENT(fragment_service, "ServiceSpec")
#define WEB_SERVICE FRAGMENT(fragment_web_service, "ServiceSpec")
#define SELECTOR FRAGMENT(fragment_selector, "LabelSelector")

/* --- Pods (fields_pods.c) --- */

extern const struct spec_field v1_secret_key_fields[], v1_pod_template_fields[];

#define POD_TEMPLATE(type)                                                                         \
    SPEC_STRUCT(type,                                                                              \
        template,                                                                                  \
        "template",                                                                                \
        "Overrides of the Pods: labels, placement, sidecars, environment and volumes. A change "   \
        "restarts them one at a time.",                                                            \
        v1_pod_template_fields)

/* Ours tell our own build of another day what has become of a claim. */
spec_check v1_check_claim_metadata;

/* clang-format off */
#define VOLUME_CLAIM(type, sentence, outlined)                                                     \
    SPEC(type, claim, "volumeClaim", sentence,                                                     \
        FRAGMENT(fragment_claim_template, "PersistentVolumeClaimSpec"), .outline = (outlined)),    \
    SPEC_CHECK("volumeClaim", v1_check_claim_metadata)
/* clang-format on */

/* --- what every level has (fields_shared.c) --- */

extern const struct spec_field v1_template_fields[], v1_retention_fields[],
    v1_network_policy_fields[], v1_user_tls_fields[], v1_derived_tls_fields[],
    v1_user_rollout_fields[], v1_derived_rollout_fields[], v1_topology_fields[], v1_client_fields[];
extern const char *const v1_image_pull_policies[];

/* clang-format off */
#define SHARED_ROWS(type, in, rollout_table)                                                       \
    SPEC(type, in selector, "selector",                                                            \
        "Labels that every object of the cluster carries, for selectors of your own. Default: "    \
        "only the labels of the operator.",                                                        \
        SELECTOR, .immutable = PUT_BACK_OR NEW_CLUSTER),                                           \
    SPEC(type, in template, "template",                                                            \
        "More labels for every object of the cluster: {metadata: {labels: {team: a}}}. A change "  \
        "restarts everything, one Pod at a time.", FRAGMENT(v1_template_fields, NULL)),               \
    SPEC(type, in backup_flags, "backupFlags",                                                     \
        "Flags that say where backups are, for vtctld and vttablet. With "                         \
        "backup-storage-implementation among them, new tablets restore from the latest backup.",   \
        .shape = SPEC_FLAG_MAP),                                                                   \
    SPEC_STRUCT(type, in rollout, "rollout",                                                       \
        "Control of rollouts. A change in here is effective at once and restarts nothing.",        \
        rollout_table),                                                                            \
    SPEC_STRUCT(type, in retention, "volumeClaimRetention",                                        \
        "What becomes of volumes whose tablet is no longer wanted. Default: they are kept.",       \
        v1_retention_fields),                                                                         \
    SPEC(type, in pull_secrets, "imagePullSecrets",                                                \
        "Secrets to pull images with, each {name: ...}.",                                       \
        FRAGMENTS(fragment_reference, "LocalObjectReference")),                                    \
    SPEC(type, in pull_policy, "imagePullPolicy",                                                  \
        "When nodes pull images. Default: that of Kubernetes.", .values = v1_image_pull_policies),    \
    SPEC(type, in security, "securityContext",                                                     \
        "Security context of all Pods: of components, tasks and preflights. Key by key it wins "   \
        "over that of the operator, which runs all as user and group 999, never as root. -1 as "   \
        "runAsUser, runAsGroup or fsGroup leaves it out, for OpenShift to choose.",                \
        FRAGMENT(fragment_pod_security, "PodSecurityContext")),                                    \
    SPEC(type, in revision, "revision",                                                            \
        "Which revision of what the operator makes of a spec to use. Default: the newest that the "\
        "operator knows, so its upgrade rolls out by itself, tablet by tablet; a lower number "    \
        "holds that back, or goes back the same way.",                                             \
        .max = 1000000)
#define IMAGE_ROW(type)                                                                            \
    SPEC(type, image, "image",                                                                     \
        "Vitess image of every component that has no image of its own.",                           \
        .format = &spec_image, .fallback = QUOTED(VITESS_IMAGE))
#define NETWORK_POLICY_ROW(type)                                                                   \
    SPEC_STRUCT(type, network_policy, "networkPolicy",                                             \
        "NetworkPolicies around the cluster. Default: none.", v1_network_policy_fields)
/* clang-format on */

/* --- what the derived kinds have besides: all of it is written by the hook of the level above ---
 */

/* clang-format off */
#define DERIVED_ROWS(type)                                                                         \
    SPEC(type, derived.cluster, "cluster", "Name of the VitessCluster.",                           \
        .required = true, .internal = true),                                                       \
    SPEC(type, derived.namespace, "namespace",                                                     \
        "Namespace that this was made for. What a restore has brought into another one leaves "    \
        "all as it is until it gets its spec again.", .internal = true),                           \
    SHARED_ROWS(type, derived., v1_derived_rollout_fields),                                           \
    SPEC_STRUCT(type, derived.topology, "topology", "Where the topology server is.",               \
        v1_topology_fields, .required = true, .internal = true),                                      \
    SPEC_STRUCT(type, derived.client, "client", "Who the operator's tasks talk to.",               \
        v1_client_fields, .required = true, .internal = true),                                        \
    SPEC_STRUCT(type, derived.tls, "tls", "TLS between the components.", v1_derived_tls_fields,       \
        .internal = true),                                                                         \
    SPEC(type, derived.cell_order, "cellOrder", "Names of all cells, in the order of rollouts.",   \
        .shape = SPEC_TEXT_LIST, .internal = true),                                                \
    SPEC(type, derived.rollout_id, "rolloutId",                                                    \
        "Hash of what the VitessCluster wants; cells that agree on it are at the same edit.",      \
        .internal = true)
/* clang-format on */
/* clang-format off */
#define CELL_ROW(type)                                                                             \
    SPEC(type, cell, "cell", "Name of the cell.", .required = true, .internal = true),             \
    SPEC(type, zone, "zone", "Zone of the cell.", .internal = true),                               \
    SPEC(type, region, "region", "Region of the cell.", .internal = true)
/* clang-format on */

/* --- parts of one layer that another has --- */

extern const struct spec_field v1_cell_item_fields[];     /* fields_cell.c */
extern const struct spec_field v1_keyspace_item_fields[]; /* fields_keyspace.c */
extern const struct spec_field v1_key_range_fields[], v1_tablets_fields[],
    v1_override_pool_fields[]; /* fields_shard.c */

#endif
