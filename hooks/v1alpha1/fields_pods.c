#include "fields.h"

/* What Pods have, in each layer. */

const char *v1_check_claim_metadata(struct arena *arena, const char *key, const json_t *value,
    const json_t *around)
{
    const json_t *annotation;
    const char *name;

    (void)around;
    json_each_field (json_at(value, key, "metadata", "annotations"), name, annotation) {
        if (text_starts_with(name, v1_keys.reserved))
            return fmt(arena,
                "must not have the annotation %s, which is the operator's own; take it out",
                name);
    }
    return NULL;
}

const struct spec_field v1_secret_key_fields[] = {
    SPEC(struct secret_key, name, "name",
        "Name of the Secret, in the namespace of the VitessCluster.", .required = true,
        .format = &spec_object_name),
    SPEC(struct secret_key, key, "key", "Key in the Secret that holds the file.", .required = true,
        .format = &spec_key),
    SPEC_NAMES(v1_secret_key_other_names),
    SPEC_END};

/* What every Pod has. */
/* clang-format off */
#define PLACEMENT_ROWS                                                                             \
    SPEC(struct pod_overrides, labels, "labels",                                                   \
        "More labels for the Pods. The labels that the operator selects by cannot be changed.",    \
        LABELS),                                                                                   \
    SPEC(struct pod_overrides, annotations, "annotations", "More annotations for the Pods.",       \
        ANNOTATIONS),                                                                              \
    SPEC(struct pod_overrides, node_selector, "nodeSelector",                                      \
        "Labels that a node must have to run the Pods.", LABELS),                                  \
    SPEC(struct pod_overrides, tolerations, "tolerations",                                         \
        "Taints of nodes that the Pods tolerate.", FRAGMENTS(fragment_toleration, "Toleration")),  \
    SPEC(struct pod_overrides, affinity, "affinity",                                               \
        "Affinity of the Pods to nodes and to other Pods, as in a Kubernetes Pod.",                \
        FRAGMENT(fragment_affinity, "Affinity")),                                                  \
    SPEC(struct pod_overrides, priority_class, "priorityClassName",                                \
        "PriorityClass of the Pods: who is evicted first when a node runs short.",                 \
        .format = &spec_object_name),                                                              \
    SPEC(struct pod_overrides, service_account, "serviceAccountName",                              \
        "ServiceAccount of the Pods, for example one that may write to the backup storage.",       \
        .format = &spec_object_name),                                                    \
    SPEC(struct pod_overrides, security, "securityContext",                                        \
        "Security context of the Pods, key by key over spec.securityContext.",                     \
        FRAGMENT(fragment_pod_security, "PodSecurityContext"), .outline = true)
/* clang-format on */

const struct spec_field v1_task_template_fields[] = {
    PLACEMENT_ROWS, SPEC_NAMES(v1_task_template_other_names), SPEC_END};

const struct spec_field v1_pod_template_fields[] = {PLACEMENT_ROWS,
    SPEC(struct pod_overrides, grace, "terminationGracePeriodSeconds",
        "How long the Pods may take to end before they are killed, at least as long as their flags "
        "ask for. Default: half an hour for tablets, a minute for vtgate, or what flags such as "
        "onterm-timeout ask for.",
        .min = 1, .max = 1000000000),
    SPEC(struct pod_overrides, topology_spread, "topologySpreadConstraints",
        "How the Pods spread over nodes and zones; replaces the operator's own constraints.",
        FRAGMENTS(fragment_spread, "TopologySpreadConstraint")),
    SPEC(struct pod_overrides, sidecars, "sidecars",
        "More containers that run beside those of the operator, with names of their own.",
        FRAGMENTS(fragment_container, "Container"), .unique = "name"),
    SPEC(struct pod_overrides, init_containers, "initContainers",
        "More init containers; they run before those of the operator.",
        FRAGMENTS(fragment_init_container, "Container"), .unique = "name", .outline = true),
    SPEC(struct pod_overrides, env, "env",
        "More environment variables for every container of the operator. Of those that it sets "
        "itself only the settings TZ and VT_MYSQL_ROOT can be replaced.",
        FRAGMENTS(fragment_env, "EnvVar"), .unique = "name"),
    SPEC(struct pod_overrides, volumes, "volumes",
        "More volumes for the Pods, with names of their own.", FRAGMENTS(fragment_volume, "Volume"),
        .unique = "name"),
    SPEC(struct pod_overrides, volume_mounts, "volumeMounts",
        "Where the containers of the operator mount the volumes: where it mounts none itself.",
        FRAGMENTS(fragment_mount, "VolumeMount"), .unique = "mountPath"),
    SPEC_NAMES(v1_template_other_names),
    SPEC_END};
