#include "fields.h"

/* What each layer has: the rows of SHARED_ROWS and DERIVED_ROWS. */

const char *const v1_image_pull_policies[] = {"Always", "IfNotPresent", "Never", NULL};
static const char *const tls_modes[] = {"Accept", "Prefer", "Require", NULL};
const char *const v1_turndown_policies[] = {"RequireIdle", "Immediate", NULL};
static const char *const retention_policies[] = {"Retain", "Delete", NULL};

static const struct spec_field template_metadata_fields[] = {
    SPEC_PART("labels", SPEC_TEXT_MAP, .keys = &fragment_label_key, .format = &fragment_label_value,
        .doc = "More labels for every object of the cluster."),
    SPEC_END};

const struct spec_field v1_template_fields[] = {SPEC_PART("metadata", SPEC_OBJECT,
                                                    .fields = template_metadata_fields,
                                                    .doc = "What the objects carry."),
    SPEC_END};

/* clang-format off */
#define TLS_ROWS                                                                                   \
    SPEC(struct tls_spec, secret, "secret",                                                        \
        "Secret with ca.crt, tls.crt and tls.key, in the namespace of the VitessCluster. All "     \
        "components have this certificate, as servers and as clients. One that is renewed "        \
        "restarts them one at a time.",                                                            \
        .required = true, .format = &spec_object_name),                                            \
    SPEC(struct tls_spec, server_name, "serverName",                                               \
        "DNS name in the certificate, which clients look for whatever host they dial. Default: "   \
        "the name of the VitessCluster.", .format = &spec_object_name),                            \
    SPEC(struct tls_spec, mode, "mode",                                                            \
        "Require: nothing but TLS, with certificates on both sides. A cluster that runs without "  \
        "TLS gets there in steps, each once Updated is True: Accept (servers take both, clients "  \
        "still send plain text), Prefer (clients use TLS), Require; and back the same way.",       \
        .values = tls_modes, .fallback = QUOTED("Require"))
/* clang-format on */

const struct spec_field v1_user_tls_fields[] = {TLS_ROWS, SPEC_NAMES(v1_tls_other_names), SPEC_END};

const struct spec_field v1_derived_tls_fields[] = {TLS_ROWS,
    SPEC(struct tls_spec, hash, "hash", "Hash of what is in the Secret.", .internal = true),
    SPEC_END};

/* clang-format off */
#define ROLLOUT_ROWS                                                                               \
    SPEC(struct rollout_spec, paused, "paused",                                                    \
        "Stop a rollout where it is, at once. Lost Pods are still replaced.",                      \
        .fallback = "false"),                                                                      \
    SPEC(struct rollout_spec, force, "force",                                                      \
        "Names of objects, such as a tablet's Pod, that are updated although something else is "   \
        "not well. Empty it again afterwards.", .shape = SPEC_TEXT_LIST),                          \
    SPEC(struct rollout_spec, max_shards, "maxUnavailableShards",                                  \
        "How many shards of a keyspace may roll side by side, one tablet of each. More is faster " \
        "and costs more spare capacity.", .min = 1, .max = 1000, .fallback = "1")
/* clang-format on */

const struct spec_field v1_user_rollout_fields[] = {
    ROLLOUT_ROWS, SPEC_SELF(struct rollout_spec, json), SPEC_END};

const struct spec_field v1_derived_rollout_fields[] = {ROLLOUT_ROWS,
    SPEC(struct rollout_spec, retire, "retire",
        "The object has left the spec of its parent and takes itself down.", .internal = true,
        .fallback = "false"),
    SPEC(struct rollout_spec, remaining, "remaining",
        "Cells in which the keyspace lives on while this one retires.", .internal = true,
        .shape = SPEC_TEXT_LIST),
    SPEC(struct rollout_spec, remaining_shards, "remainingShards",
        "Shards of the keyspace that live on in those cells.", .internal = true,
        .shape = SPEC_TEXT_LIST),
    SPEC(struct rollout_spec, served, "served",
        "vtgate of this cell goes on serving the keyspace from those cells.", .internal = true,
        .fallback = "false"),
    SPEC_SELF(struct rollout_spec, json),
    SPEC_END};

const struct spec_field v1_retention_fields[] = {
    SPEC(struct retention_spec, when_scaled, "whenScaled",
        "What becomes of the volume of a tablet that is scaled away: Retain keeps it with its "
        "data, "
        "Delete deletes it once the tablet's record is gone. Those of a shard, keyspace or cell "
        "that leaves the spec are kept.",
        .values = retention_policies, .fallback = QUOTED("Retain")),
    SPEC(struct retention_spec, when_deleted, "whenDeleted",
        "What becomes of all volumes when the VitessCluster itself is deleted: a new VitessCluster "
        "of the same name finds retained ones again.",
        .values = retention_policies, .fallback = QUOTED("Retain")),
    SPEC_END};

const struct spec_field v1_network_policy_fields[] = {
    SPEC(struct network_policy_spec, enabled, "enabled",
        "Make NetworkPolicies that let only the Pods of this cluster talk to each other, and "
        "the Pods of the namespace to the MySQL port of vtgate (everybody where its Service is no "
        "ClusterIP).",
        .fallback = "false"),
    SPEC_END};

const struct spec_field v1_topology_fields[] = {SPEC(struct topology_spec, implementation,
                                                    "implementation", "Kind of topology server.",
                                                    .required = true, .internal = true),
    SPEC(struct topology_spec, addresses, "addresses",
        "Addresses of the global topology server, host:port with commas between.", .required = true,
        .internal = true),
    SPEC(struct topology_spec, global_root, "globalRoot", "Path of the global topology.",
        .required = true, .internal = true),
    SPEC(struct topology_spec, cell_root_prefix, "cellRootPrefix",
        "Path below which each cell has its own topology.", .required = true, .internal = true),
    SPEC(struct topology_spec, tls_secret, "tlsSecret",
        "Secret with the certificates for the topology server.", .internal = true),
    SPEC(struct topology_spec, tls_hash, "tlsHash", "Hash of what is in that Secret.",
        .internal = true),
    SPEC_END};

static const struct spec_field client_tls_fields[] = {SPEC(struct client_tls_spec, ca, "ca",
                                                          "File with the authority of the server.",
                                                          .internal = true),
    SPEC(struct client_tls_spec, cert, "cert", "File with the certificate of the client.",
        .internal = true),
    SPEC(struct client_tls_spec, key, "key", "File with its key.", .internal = true),
    SPEC(struct client_tls_spec, server_name, "serverName", "Name in the server's certificate.",
        .internal = true),
    SPEC(struct client_tls_spec, volumes, "volumes", "Volumes with these files.",
        .shape = SPEC_OBJECT_LIST, .internal = true),
    SPEC(struct client_tls_spec, volume_mounts, "volumeMounts", "Where they are mounted.",
        .shape = SPEC_OBJECT_LIST, .internal = true),
    SPEC_END};

const struct spec_field v1_client_fields[] = {SPEC(struct client_spec, image, "image",
                                                  "Vitess image of the task Pods.",
                                                  .required = true, .internal = true),
    SPEC(struct client_spec, server, "server",
        "Address of the vtctld that tasks talk to, or \"internal\".", .required = true,
        .internal = true),
    SPEC(struct client_spec, template_json, "template", "The same as JSON.", .shape = SPEC_OBJECT,
        .internal = true),
    SPEC_STRUCT(struct client_spec, template, "template", "Where the task Pods run.",
        v1_task_template_fields, .internal = true),
    SPEC(struct client_spec, resources, "resources", "CPU and memory of the tasks.", RESOURCES,
        .internal = true),
    SPEC_STRUCT(struct client_spec, tls, "tls", "What they dial it with. Default: plain text.",
        client_tls_fields, .internal = true),
    SPEC_END};
