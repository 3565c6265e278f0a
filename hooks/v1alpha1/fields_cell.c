#include "fields.h"

/* spec.cells[] of the VitessCluster, and the VitessCell that each becomes. */

enum { LEAST_SCALED = 2 }; /* of an autoscaler */

static const struct spec_field etcd_tls_fields[] = {
    SPEC(struct etcd_tls_spec, secret, "secret",
        "Secret with ca.crt, tls.crt and tls.key, for the members of etcd and for all that dial "
        "them. The certificate must be for the Service NAME-etcd-client.NAMESPACE.svc, and for "
        "each member by its name, NAME-etcd-0.NAME-etcd-peer.NAMESPACE.svc and so on: etcd lets a "
        "peer in that comes from the address of such a name, and cannot look one up for \"*.\".",
        .required = true, .format = &spec_object_name),
    SPEC_NAMES(v1_etcd_tls_other_names),
    SPEC_END};

static const struct spec_field etcd_fields[] = {
    SPEC(struct etcd_spec, version, "version",
        "Version of etcd such as \"3.6.16\"; \"3.6\" is the newest fix of it that the operator "
        "knows. "
        "It goes up by minor versions, and over the fixes that those take, one after the other. "
        "Below 3.5 it is replaced by the operator's default, which the Advice condition tells. "
        "Another tag belongs in image.",
        .format = &spec_version),
    SPEC(struct etcd_spec, size, "size",
        "Number of etcd members: 1, 3 or 5. Three members survive the loss of one. Members come "
        "and go one by one, each a learner until it has all data.",
        .min = 1, .max = 5, .fallback = "3"),
    SPEC(struct etcd_spec, image, "image", "Container image of etcd; wins over version.",
        .format = &spec_image),
    SPEC(struct etcd_spec, resources, "resources", "CPU and memory of each etcd member.",
        RESOURCES),
    VOLUME_CLAIM(struct etcd_spec,
        "PersistentVolumeClaim of each etcd member. Default: a small volume of the default storage "
        "class. It may grow, where the storage class lets volumes do so; nothing else of it can "
        "change.",
        false),
    SPEC(struct etcd_spec, flags, "flags",
        "More flags of etcd; they win over those of the operator, except for its identity.",
        .shape = SPEC_FLAG_MAP),
    SPEC_STRUCT(struct etcd_spec, tls, "tls",
        "TLS between the members of etcd and with its clients, with certificates on all sides. It "
        "needs a vtctld in some cell.",
        etcd_tls_fields),
    POD_TEMPLATE(struct etcd_spec),
    SPEC_RULE(".tls", "has(self.tls) == has(oldSelf.tls)",
        "tls cannot be added or taken out; " PUT_BACK_OR NEW_CLUSTER),
    SPEC_RULE(".size", "!has(self.size) || self.size % 2 == 1",
        "size must be 1, 3 or 5: half of an even number of members is no majority"),
    SPEC_NAMES(v1_etcd_other_names),
    SPEC_END};

/* On most nodes there is no vtctld. */
static const char *check_vtctld_traffic(struct arena *arena, const char *key, const json_t *vtctld,
    const json_t *around)
{
    (void)arena, (void)key, (void)around;
    return text_equal(json_text_at(vtctld, "service", "internalTrafficPolicy"), "Local")
               ? "must not have internalTrafficPolicy Local: the operator's tasks come from every "
                 "node"
               : NULL;
}

static const struct spec_field vtctld_fields[] = {
    SPEC(struct vtctld_spec, image, "image", "Vitess image of vtctld. Default: spec.image.",
        .format = &spec_image),
    SPEC(struct vtctld_spec, replicas, "replicas",
        "Number of vtctld Pods. With none the operator's tasks reach the topology themselves.",
        .max = 100, .fallback = "1"),
    SPEC(struct vtctld_spec, resources, "resources", "CPU and memory of each vtctld.", RESOURCES),
    SPEC(struct vtctld_spec, flags, "flags",
        "Flags of vtctld; they win over backupFlags and over those of the operator, "
        "except for its identity.",
        .shape = SPEC_FLAG_MAP),
    SPEC(struct vtctld_spec, service, "service",
        "The Service in front of vtctld. One that is no ClusterIP lets vtctldclient in from "
        "outside: whoever reaches it may do everything, unless flags ask for more.",
        SERVICE),
    POD_TEMPLATE(struct vtctld_spec),
    SPEC_CHECK("service", check_vtctld_traffic),
    SPEC_NAMES(v1_vtctld_other_names),
    SPEC_END};

static const struct spec_field auth_fields[] = {
    SPEC_STRUCT(struct auth_spec, static_users, "static",
        "Secret with the users and passwords in the JSON form of vtgate's "
        "--mysql-auth-server-static-file. A changed Secret is read again without a restart.",
        v1_secret_key_fields),
    SPEC_END};

static const struct spec_field mysql_tls_fields[] = {
    SPEC(struct mysql_tls_spec, secret, "secret",
        "Secret of type kubernetes.io/tls with the certificate of the MySQL port.",
        .required = true, .format = &spec_object_name),
    SPEC(struct mysql_tls_spec, required, "required", "Refuse clients that do not use TLS.",
        .fallback = "false"),
    SPEC(struct mysql_tls_spec, verify_clients, "verifyClients",
        "Ask each client for a certificate that is signed by ca.crt of the Secret.",
        .fallback = "false"),
    SPEC_NAMES(v1_mysql_tls_other_names),
    SPEC_END};

static const char *check_scale(struct arena *arena, const char *key, const json_t *autoscaler,
    const json_t *around)
{
    const json_t *most = json_at(autoscaler, key), *least = json_at(autoscaler, "minReplicas");
    const json_int_t from = least == NULL ? LEAST_SCALED : json_integer_value(least);

    (void)around;
    return json_is_integer(most) && json_integer_value(most) < from
               ? fmt(arena, "must not be below minReplicas %lld", (long long)from)
               : NULL;
}

static const struct spec_field autoscaler_fields[] = {
    SPEC(struct autoscaler_spec, min_replicas, "minReplicas", "Number of vtgate Pods at least.",
        .min = 1, .max = 1000, .fallback = "2"),
    SPEC(struct autoscaler_spec, max_replicas, "maxReplicas", "Number of vtgate Pods at most.",
        .required = true, .min = 1, .max = 1000),
    SPEC(struct autoscaler_spec, cpu, "targetCPUUtilizationPercentage",
        "Percent of the CPU that vtgate requests (resources.requests.cpu) to aim at. Default: 80, "
        "without metrics.",
        .min = 1, .max = 1000),
    SPEC(struct autoscaler_spec, metrics, "metrics",
        "What else to go by; the metric that asks for most Pods wins.",
        FRAGMENTS(fragment_metric, "MetricSpec"), .max = 32, .outline = true),
    SPEC(struct autoscaler_spec, behavior, "behavior", "How fast Pods are added and taken away.",
        FRAGMENT(fragment_behavior, "HorizontalPodAutoscalerBehavior")),
    SPEC_CHECK("maxReplicas", check_scale),
    SPEC_RULE(".maxReplicas", "self.maxReplicas >= (has(self.minReplicas) ? self.minReplicas : 2)",
        "maxReplicas must not be below minReplicas"),
    SPEC_NAMES(v1_autoscaler_other_names),
    SPEC_END};

static const struct spec_field vtgate_fields[] = {
    SPEC(struct vtgate_spec, image, "image", "Vitess image of vtgate. Default: spec.image.",
        .format = &spec_image),
    SPEC(struct vtgate_spec, replicas, "replicas",
        "Number of vtgate Pods. Two or more keep the cell reachable while one restarts.",
        .max = 1000, .fallback = "2"),
    SPEC_STRUCT(struct vtgate_spec, autoscaler, "autoscaler",
        "A HorizontalPodAutoscaler decides how many vtgate Pods there are, instead of replicas.",
        autoscaler_fields),
    SPEC(struct vtgate_spec, resources, "resources", "CPU and memory of each vtgate.", RESOURCES),
    SPEC(struct vtgate_spec, flags, "flags",
        "Flags of vtgate; they win over those of the operator, except for its identity.",
        .shape = SPEC_FLAG_MAP),
    SPEC_STRUCT(struct vtgate_spec, auth, "auth",
        "Who may connect to the MySQL port. Without it every client may, with any user name.",
        auth_fields),
    SPEC_STRUCT(struct vtgate_spec, tls, "tls", "TLS on the MySQL port.", mysql_tls_fields),
    SPEC(struct vtgate_spec, service, "service",
        "The Service in front of the vtgates, for the MySQL protocol. Default: a ClusterIP, which "
        "has the gRPC and web ports, too.",
        SERVICE),
    POD_TEMPLATE(struct vtgate_spec),
    SPEC_NAMES(v1_vtgate_other_names),
    SPEC_END};

const struct spec_field v1_vtorc_fields[] = {
    SPEC(struct vtorc_spec, enabled, "enabled",
        "Run VTOrc in this cell. Without any VTOrc nobody elects the first primary and nobody "
        "replaces a lost one.",
        .fallback = "true"),
    SPEC(struct vtorc_spec, image, "image", "Vitess image of VTOrc. Default: spec.image.",
        .format = &spec_image),
    SPEC(struct vtorc_spec, replicas, "replicas", "Number of VTOrc Pods in the cell.", .max = 100,
        .fallback = "1"),
    SPEC(struct vtorc_spec, resources, "resources", "CPU and memory of each VTOrc.", RESOURCES),
    SPEC(struct vtorc_spec, flags, "flags",
        "Flags of VTOrc; they win over those of the operator, except for its identity.",
        .shape = SPEC_FLAG_MAP),
    POD_TEMPLATE(struct vtorc_spec),
    SPEC_NAMES(v1_vtorc_other_names),
    SPEC_END};

static const struct spec_field vtadmin_fields[] = {
    SPEC(struct vtadmin_spec, image, "image",
        "Vitess image of the VTAdmin API. Default: spec.image.", .format = &spec_image),
    SPEC(struct vtadmin_spec, web_image, "webImage",
        "Image of the VTAdmin web pages. Default: " VTADMIN_IMAGE ".", .format = &spec_image),
    SPEC(struct vtadmin_spec, replicas, "replicas", "Number of VTAdmin Pods.", .max = 100,
        .fallback = "1"),
    SPEC(struct vtadmin_spec, resources, "resources", "CPU and memory of the API container.",
        RESOURCES),
    SPEC(struct vtadmin_spec, web_resources, "webResources", "CPU and memory of the web container.",
        RESOURCES),
    SPEC(struct vtadmin_spec, flags, "flags",
        "Flags of the VTAdmin API; they win over those of the operator, except for its identity.",
        .shape = SPEC_FLAG_MAP),
    SPEC_STRUCT(struct vtadmin_spec, rbac, "rbac",
        "Secret with VTAdmin's rbac.yaml. Without it everybody who reaches VTAdmin may do "
        "everything.",
        v1_secret_key_fields),
    SPEC(struct vtadmin_spec, api_address, "apiAddress",
        "Address under which browsers reach the API. Default: http://localhost:14001, which "
        "kubectl port-forward provides."),
    SPEC(struct vtadmin_spec, read_only, "readOnly",
        "Hide everything in the web pages that changes the cluster.", .fallback = "false"),
    SPEC(struct vtadmin_spec, service, "service",
        "The Service in front of VTAdmin, for its web pages and its API.", WEB_SERVICE),
    POD_TEMPLATE(struct vtadmin_spec),
    SPEC_NAMES(v1_vtadmin_other_names),
    SPEC_END};

/* clang-format off */
#define LOCATION_ROWS(type, in)                                                                    \
    SPEC(type, in zone, "zone",                                                                    \
        "Zone in which all Pods of the cell must run: value of the nodes' label "                  \
        "topology.kubernetes.io/zone. It holds beside every nodeSelector and affinity. Default: "  \
        "any zone.", .min = 1, .format = &fragment_label_value),                                   \
    SPEC(type, in region, "region",                                                                \
        "The same for topology.kubernetes.io/region.", .min = 1, .format = &fragment_label_value)
/* clang-format on */

/* The rows of an item are needed twice: in the user's list and, with the struct embedded as `in`,
 * in the derived kind that the item becomes. */
/* clang-format off */
#define CELL_ITEM(type, in)                                                                        \
    SPEC(type, in name, "name",                                                                    \
        "Name of the cell in Vitess and in the names of its objects. The cell \"global\" is the "  \
        "control cell: it may have etcd, vtctld and VTAdmin, but no tablets and no vtgate.",       \
        .required = true, .format = &spec_dns_label),                                              \
    LOCATION_ROWS(type, in),                                                                       \
    SPEC_STRUCT(type, in etcd, "etcd",                                                             \
        "An etcd of this cell's own. The lock server of the whole cluster is spec.lockserver, "    \
        "else the etcd of cell \"global\", else that of the first cell that has one.",             \
        etcd_fields),                                                                              \
    SPEC_STRUCT(type, in vtctld, "vtctld",                                                         \
        "vtctld, the server for administration. The operator's own tasks use that of cell "        \
        "\"global\", else that of the first cell that has one.",                                   \
        vtctld_fields),                                                                            \
    SPEC_STRUCT(type, in vtgate, "vtgate",                                                         \
        "vtgate, where applications connect with the MySQL protocol on port 3306.", vtgate_fields),\
    SPEC_STRUCT(type, in vtorc, "vtorc",                                                           \
        "VTOrc, which elects the first primary of each shard and replaces a lost one. It runs in " \
        "every cell that holds a keyspace, with or without this block.",                           \
        v1_vtorc_fields),                                                                             \
    SPEC_STRUCT(type, in orchestrator, "orchestrator",                                             \
        "The block of 2018. Its replicas and resources go to VTOrc where there is no vtorc block; "\
        "its image is not used.",                                                                  \
        v1_vtorc_fields),                                                                             \
    SPEC_STRUCT(type, in vtadmin, "vtadmin",                                                       \
        "VTAdmin, the web dashboard of Vitess.", vtadmin_fields)
/* clang-format on */

const struct spec_field v1_cell_item_fields[] = {CELL_ITEM(struct cell_item, ),
    SPEC_RULE(".vtgate", "self.name != '" CONTROL_CELL "' || !has(self.vtgate)",
        "the cell \"" CONTROL_CELL "\" cannot hold a vtgate, move it to a cell with tablets"),
    SPEC_SELF(struct cell_item, json),
    SPEC_PATH(struct cell_item, path),
    SPEC_NAMES(v1_cell_other_names),
    SPEC_END};

/* --- VitessCell --- */

static const struct spec_field placement_fields[] = {SPEC(struct placement, keyspace, "keyspace",
                                                         "Name of a keyspace of the cluster.",
                                                         .required = true, .internal = true),
    SPEC(struct placement, cells, "cells", "Names of the cells that hold it.", .required = true,
        .shape = SPEC_TEXT_LIST, .internal = true),
    SPEC(struct placement, shards, "shards", "Names of its shards in Vitess.",
        .shape = SPEC_TEXT_LIST, .internal = true),
    SPEC_END};

const struct spec_field v1_cell_fields[] = {DERIVED_ROWS(struct cell_spec),
    IMAGE_ROW(struct cell_spec),
    CELL_ITEM(struct cell_spec, item.),
    SPEC_SELF(struct cell_spec, item.json),
    SPEC_PATH(struct cell_spec, item.path),
    SPEC_EACH(struct cell_spec, keyspaces, "keyspaces", "Keyspaces that this cell holds.",
        v1_keyspace_item_fields, .unique = "name", .internal = true),
    SPEC_EACH(struct cell_spec, placement, "placement",
        "Which cells hold each keyspace of the cluster.", placement_fields, .unique = "keyspace",
        .internal = true),
    SPEC(struct cell_spec, vtorc_defaults, "vtorcDefaults",
        "The first orchestrator block of the cluster, for cells without one.", .shape = SPEC_OBJECT,
        .internal = true),
    SPEC(struct cell_spec, mysql_version, "mysqlServerVersion",
        "MySQL that vtgate and vtctld go by: that of the tablets of the cluster, the lowest where "
        "they differ.",
        .internal = true),
    SPEC(struct cell_spec, tls_from, "tlsFrom",
        "Step of TLS between the components before this one, where Pods may still be.",
        .internal = true),
    SPEC(struct cell_spec, watch_secrets, "watchSecrets",
        "Restart what reads a certificate only as it starts when its Secret changes.",
        .internal = true, .fallback = "true"),
    NETWORK_POLICY_ROW(struct cell_spec),
    SPEC_END};
