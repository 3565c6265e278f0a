#include "v1alpha1.h"

#include "fragments.h"

/* The spec and status tables of vitess.io/v1alpha1: what each field is called, what it takes and
 * what it means. The sentences become the descriptions of the CRDs and the API reference. */

static const char *const image_pull_policies[] = {"Always", "IfNotPresent", "Never", NULL};
static const char *const topology_implementations[] = {"etcd2", NULL};
static const char *const tls_modes[] = {"Accept", "Prefer", "Require", NULL};
static const char *const turndown_policies[] = {"RequireIdle", "Immediate", NULL};
static const char *const retention_policies[] = {"Retain", "Delete", NULL};
static const char *const durability_policies[] = {"none",
    "semi_sync",
    "semi_sync_with_rdonly_ack",
    "cross_cell",
    "cross_cell_with_rdonly_ack",
    NULL};

#define QUOTED(text) "\"" text "\""

/* What to do instead of a change that cannot be made (as validate_changes.c says it). */
#define ELSEWHERE                                                                                  \
    "put it back, or make a new VitessCluster and move the data (backup and restore, or "          \
    "MoveTables)"
#define NEW_KEYSPACE "put it back, or make a new keyspace with it and move the tables (MoveTables)"

enum { LEAST_SCALED = 2 }; /* of an autoscaler */
enum { MOST_OVERRIDES = 64 };
enum { LONGEST_SHARD = 129 }; /* two bounds of a key range and "-" */

/* --- pieces that several blocks share --- */

/* What Kubernetes itself describes (designators of a row). */
#define FRAGMENT(fields_, type_) .shape = SPEC_OBJECT, .fields = (fields_), .type_name = (type_)
#define FRAGMENTS(fields_, type_)                                                                  \
    .shape = SPEC_OBJECT_LIST, .fields = (fields_), .type_name = "list of " type_
#define RESOURCES FRAGMENT(fragment_resources, "ResourceRequirements")
#define SERVICE FRAGMENT(fragment_service, "ServiceSpec")
#define WEB_SERVICE FRAGMENT(fragment_web_service, "ServiceSpec")
#define SELECTOR FRAGMENT(fragment_selector, "LabelSelector")
#define LABELS .shape = SPEC_TEXT_MAP, .keys = &fragment_label_key, .format = &fragment_label_value
#define ANNOTATIONS .shape = SPEC_TEXT_MAP, .keys = &fragment_label_key

/* Ours tell our own build of another day what has become of a claim. */
static const char *check_claim(struct arena *arena, const char *key, const json_t *value,
    const json_t *around)
{
    const json_t *annotation;
    const char *name;

    (void)around;
    json_each_field (json_at(value, key, "metadata", "annotations"), name, annotation) {
        if (text_starts_with(name, v1alpha1_keys.reserved))
            return fmt(arena,
                "must not have the annotation %s, which is the operator's own; take it out",
                name);
    }
    return NULL;
}

/* clang-format off */
#define VOLUME_CLAIM(type, sentence, outlined)                                                     \
    SPEC(type, claim, "volumeClaim", sentence,                                                     \
        FRAGMENT(fragment_claim_template, "PersistentVolumeClaimSpec"), .outline = (outlined)),    \
    SPEC_CHECK("volumeClaim", check_claim)
/* clang-format on */

static const struct spec_field secret_key_fields[] = {
    SPEC(struct secret_key, name, "name",
        "Name of the Secret, in the namespace of the VitessCluster.", .required = true,
        .format = &spec_object_name),
    SPEC(struct secret_key, key, "key", "Key in the Secret that holds the file.", .required = true,
        .format = &spec_key),
    SPEC_NAMES(secret_key_other_names),
    SPEC_END};

static const struct spec_field template_metadata_fields[] = {
    SPEC_PART("labels", SPEC_TEXT_MAP, .keys = &fragment_label_key, .format = &fragment_label_value,
        .doc = "More labels for every object of the cluster."),
    SPEC_END};

static const struct spec_field template_fields[] = {SPEC_PART("metadata", SPEC_OBJECT,
                                                        .fields = template_metadata_fields,
                                                        .doc = "What the objects carry."),
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

const struct spec_field task_template_fields[] = {
    PLACEMENT_ROWS, SPEC_NAMES(task_template_other_names), SPEC_END};

static const struct spec_field pod_template_fields[] = {PLACEMENT_ROWS,
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
    SPEC_NAMES(template_other_names),
    SPEC_END};

#define POD_TEMPLATE(type)                                                                         \
    SPEC_STRUCT(type,                                                                              \
        template,                                                                                  \
        "template",                                                                                \
        "Overrides of the Pods: labels, placement, sidecars, environment and volumes. A change "   \
        "restarts them one at a time.",                                                            \
        pod_template_fields)

/* --- spec.cells[] --- */

static const struct spec_field etcd_tls_fields[] = {
    SPEC(struct etcd_tls_spec, secret, "secret",
        "Secret with ca.crt, tls.crt and tls.key, for the members of etcd and for all that dial "
        "them. The certificate must be for the Service NAME-etcd-client.NAMESPACE.svc, and for "
        "each member by its name, NAME-etcd-0.NAME-etcd-peer.NAMESPACE.svc and so on: etcd lets a "
        "peer in that comes from the address of such a name, and cannot look one up for \"*.\".",
        .required = true, .format = &spec_object_name),
    SPEC_NAMES(etcd_tls_other_names),
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
        "tls cannot be added or taken out; " ELSEWHERE),
    SPEC_RULE(".size", "!has(self.size) || self.size % 2 == 1",
        "size must be 1, 3 or 5: half of an even number of members is no majority"),
    SPEC_NAMES(etcd_other_names),
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
    SPEC_NAMES(vtctld_other_names),
    SPEC_END};

static const struct spec_field auth_fields[] = {
    SPEC_STRUCT(struct auth_spec, static_users, "static",
        "Secret with the users and passwords in the JSON form of vtgate's "
        "--mysql-auth-server-static-file. A changed Secret is read again without a restart.",
        secret_key_fields),
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
    SPEC_NAMES(mysql_tls_other_names),
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
    SPEC_NAMES(autoscaler_other_names),
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
    SPEC_NAMES(vtgate_other_names),
    SPEC_END};

const struct spec_field vtorc_fields[] = {
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
    SPEC_NAMES(vtorc_other_names),
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
        secret_key_fields),
    SPEC(struct vtadmin_spec, api_address, "apiAddress",
        "Address under which browsers reach the API. Default: http://localhost:14001, which "
        "kubectl port-forward provides."),
    SPEC(struct vtadmin_spec, read_only, "readOnly",
        "Hide everything in the web pages that changes the cluster.", .fallback = "false"),
    SPEC(struct vtadmin_spec, service, "service",
        "The Service in front of VTAdmin, for its web pages and its API.", WEB_SERVICE),
    POD_TEMPLATE(struct vtadmin_spec),
    SPEC_NAMES(vtadmin_other_names),
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
        vtorc_fields),                                                                             \
    SPEC_STRUCT(type, in orchestrator, "orchestrator",                                             \
        "The block of 2018. Its replicas and resources go to VTOrc where there is no vtorc block; "\
        "its image is not used.",                                                                  \
        vtorc_fields),                                                                             \
    SPEC_STRUCT(type, in vtadmin, "vtadmin",                                                       \
        "VTAdmin, the web dashboard of Vitess.", vtadmin_fields)
/* clang-format on */

static const struct spec_field cell_item_fields[] = {CELL_ITEM(struct cell_item, ),
    SPEC_RULE(".vtgate", "self.name != '" CONTROL_CELL "' || !has(self.vtgate)",
        "the cell \"" CONTROL_CELL "\" cannot hold a vtgate, move it to a cell with tablets"),
    SPEC_SELF(struct cell_item, json),
    SPEC_PATH(struct cell_item, path),
    SPEC_NAMES(cell_other_names),
    SPEC_END};

/* --- spec.keyspaces[] --- */

static const struct spec_field key_range_fields[] = {SPEC_PATH(struct key_range, path),
    SPEC(struct key_range, start, "start",
        "First keyspace id of the shard in hex such as \"80\"; \"\" is the beginning.",
        .required = true, .format = &spec_key_range),
    SPEC(struct key_range, end, "end",
        "First keyspace id after the shard in hex such as \"c0\"; \"\" is the end.",
        .required = true, .format = &spec_key_range),
    SPEC_NAMES(key_range_other_names),
    SPEC_END};

/* A bound without its other one is a problem; then the shard has the name that it was given. */
static void name_shard_item(struct arena *arena, void *out)
{
    struct shard_item *shard = out;
    const struct key_range *range = shard->key_range;

    shard->vitess_name = range == NULL || range->start == NULL || range->end == NULL
                             ? shard->name
                             : keyrange_name(arena, range->start, range->end);
}

static const struct spec_field shard_item_fields[] = {
    SPEC(struct shard_item, name, "name",
        "Name of a shard without keyRange: \"0\" for a keyspace that is not sharded.",
        .max = LONGEST_SHARD),
    SPEC_STRUCT(struct shard_item, key_range, "keyRange",
        "Range of keyspace ids in the shard. The ranges of a keyspace must cover it without gap "
        "or overlap.",
        key_range_fields),
    SPEC_SELF(struct shard_item, json),
    SPEC_PATH(struct shard_item, path),
    SPEC_DONE(name_shard_item),
    SPEC_RULE(NULL, "has(self.keyRange) || has(self.name)",
        "a shard must have a keyRange, or the name \"0\""),
    SPEC_NAMES(shard_other_names),
    SPEC_END};

static const struct spec_field vttablet_fields[] = {
    SPEC(struct vttablet_spec, resources, "resources", "CPU and memory of the vttablet container.",
        RESOURCES),
    SPEC(struct vttablet_spec, flags, "flags",
        "Flags of vttablet; they win over backupFlags and over those of the operator, "
        "except for its identity.",
        .shape = SPEC_FLAG_MAP),
    SPEC_NAMES(vttablet_other_names),
    SPEC_END};

static const struct spec_field mysql_fields[] = {
    SPEC(struct mysql_spec, image, "image",
        "Image of the container with mysqlctld and mysqld. Default: the image of the pool.",
        .format = &spec_image),
    SPEC(struct mysql_spec, resources, "resources",
        "CPU and memory of the container with mysqlctld and mysqld.", RESOURCES),
    SPEC(struct mysql_spec, flags, "flags",
        "Flags of mysqlctld; they win over those of the operator, except for its identity.",
        .shape = SPEC_FLAG_MAP),
    SPEC(struct mysql_spec, config, "config",
        "Text of a my.cnf that is read after the one of Vitess. It cannot set what tells one MySQL "
        "from another, where its files are, or how it replicates. A change restarts the tablets "
        "one at a time."),
    SPEC_STRUCT(struct mysql_spec, init_script, "initScript",
        "Secret with an init_db.sql that sets up a new, empty MySQL. Default: the one of the "
        "image. Tablets that exist are not changed by it.",
        secret_key_fields),
    SPEC_NAMES(mysql_other_names),
    SPEC_END};

/* Beginning of a rule about claims that both exist, of tablets that both exist. */
#define CLAIMS_OF_TABLETS                                                                          \
    "!has(self.volumeClaim) || !has(oldSelf.volumeClaim) || !has(self.replicas) || "               \
    "self.replicas == 0 || !has(oldSelf.replicas) || oldSelf.replicas == 0"

/* A tablet's uid is a hash times 100 plus its index, so there are 100 of them. Sizes of volumes may
 * be numbers or texts of any length, which is too much for CEL to compare. */
/* clang-format off */
#define POOL_ROWS(least, why)                                                                      \
    SPEC(struct pool_spec, image, "image",                                                         \
        "Vitess image of the tablets. Default: spec.image.", .format = &spec_image),               \
    SPEC(struct pool_spec, replicas, "replicas",                                                   \
        "Number of tablets in each shard, in each cell of the keyspace.", .min = (least),          \
        .max = 100, .because = (why), .fallback = "0"),                                            \
    VOLUME_CLAIM(struct pool_spec,                                                                 \
        "PersistentVolumeClaim of each tablet. The size may grow; anything else is for new tablets "\
        "only and is refused while there are tablets.",                                            \
        false),                                                                                    \
    SPEC_STRUCT(struct pool_spec, vttablet, "vttablet",                                            \
        "The vttablet container. It replaces the block of the same name in defaults as a whole.",  \
        vttablet_fields),                                                                          \
    SPEC_STRUCT(struct pool_spec, mysql, "mysql",                                                  \
        "The MySQL container. It replaces the block of the same name in defaults as a whole.",     \
        mysql_fields),                                                                             \
    POD_TEMPLATE(struct pool_spec),                                                                \
    SPEC_SELF(struct pool_spec, json),                                                             \
    SPEC_PATH(struct pool_spec, path),                                                             \
    SPEC_RULE(".volumeClaim",                                                                      \
        CLAIMS_OF_TABLETS " || (has(self.volumeClaim.storageClassName) ? "                         \
                          "self.volumeClaim.storageClassName : '') == "                            \
                          "(has(oldSelf.volumeClaim.storageClassName) ? "                          \
                          "oldSelf.volumeClaim.storageClassName : '')",                            \
        "storageClassName cannot be changed while there are tablets; " NEW_KEYSPACE),              \
    SPEC_NAMES(pool_other_names)
/* clang-format on */

const struct spec_field pool_fields[] = {POOL_ROWS(0, NULL), SPEC_END};
static const struct spec_field primary_pool_fields[] = {POOL_ROWS(1, NO_PRIMARY), SPEC_END};

/* In a list the API server knows no item from before, and only outlines what is described above. */
static const struct spec_field override_pool_fields[] = {SPEC(struct pool_spec, image, "image",
                                                             "Vitess image of the tablets there.",
                                                             .format = &spec_image),
    SPEC(struct pool_spec, replicas, "replicas",
        "Number of tablets in each shard and cell that the entry is for. None is possible where "
        "the shard has a tablet of type replica in another cell.",
        .max = 100),
    VOLUME_CLAIM(struct pool_spec, "PersistentVolumeClaim of each tablet there.", true),
    SPEC_STRUCT(struct pool_spec, vttablet, "vttablet", "The vttablet container there.",
        vttablet_fields),
    SPEC_STRUCT(struct pool_spec, mysql, "mysql", "The MySQL container there.", mysql_fields),
    SPEC_STRUCT(struct pool_spec, template, "template",
        "Overrides of the Pods there, as in the pool itself.", pod_template_fields,
        .outline = true),
    SPEC_SELF(struct pool_spec, json),
    SPEC_PATH(struct pool_spec, path),
    SPEC_NAMES(pool_other_names),
    SPEC_END};

#define CLAIM_OF_POOL(pool)                                                                        \
    "!has(self." pool ") || has(self." pool ".volumeClaim) || "                                    \
    "(has(self.defaults) && has(self.defaults.volumeClaim)) || "                                   \
    "(has(self." pool ".replicas) ? self." pool ".replicas : "                                     \
    "has(self.defaults) && has(self.defaults.replicas) ? self.defaults.replicas : 0) == 0"
#define NEEDS_CLAIM " needs a volumeClaim, its own or in defaults"

static const struct spec_field tablets_fields[] = {
    SPEC_STRUCT(struct tablets_spec, defaults, "defaults",
        "What both pools start from. A key in a pool replaces the same key in here as a whole.",
        pool_fields),
    SPEC_STRUCT(struct tablets_spec, master_eligible, "masterEligible",
        "Tablets of type replica; one of them is the primary. Three or more over all cells let a "
        "shard survive the loss of a tablet with semi-synchronous replication.",
        primary_pool_fields),
    SPEC_STRUCT(struct tablets_spec, batch, "batch",
        "Tablets of type rdonly, for batch jobs and analytic queries. They never become primary.",
        pool_fields),
    SPEC_SELF(struct tablets_spec, json),
    SPEC_RULE(".masterEligible",
        "has(self.masterEligible) && (has(self.masterEligible.replicas) ? "
        "self.masterEligible.replicas : "
        "has(self.defaults) && has(self.defaults.replicas) ? self.defaults.replicas : 0) > 0",
        "masterEligible must have replicas, 1 at least: without a tablet of type replica no shard "
        "can have a primary"),
    SPEC_RULE(".masterEligible", CLAIM_OF_POOL("masterEligible"), "masterEligible" NEEDS_CLAIM),
    SPEC_RULE(".batch", CLAIM_OF_POOL("batch"), "batch" NEEDS_CLAIM),
    SPEC_NAMES(tablets_other_names),
    SPEC_END};

static const struct spec_field override_fields[] = {
    SPEC(struct pool_override, cells, "cells",
        "Names of cells of the keyspace that the entry is for. Default: all of them.",
        .shape = SPEC_TEXT_LIST, .min = 1, .max = MOST_CELLS, .unique = ""),
    SPEC(struct pool_override, shards, "shards",
        "Names of shards that the entry is for, as Vitess has them: \"-80\". Default: all of them.",
        .shape = SPEC_TEXT_LIST, .min = 1, .max = MOST_SHARDS, .unique = ""),
    SPEC_STRUCT(struct pool_override, master_eligible, "masterEligible",
        "What replaces keys of tablets.masterEligible there, each as a whole.",
        override_pool_fields),
    SPEC_STRUCT(struct pool_override, batch, "batch",
        "What replaces keys of tablets.batch there, each as a whole; or the pool itself where the "
        "keyspace has none.",
        override_pool_fields),
    SPEC_SELF(struct pool_override, json),
    SPEC_PATH(struct pool_override, path),
    SPEC_NAMES(override_other_names),
    SPEC_END};

static const struct spec_field equal_fields[] = {SPEC(struct equal_spec, parts, "parts",
                                                     "Number of shards.", .required = true,
                                                     .min = 1, .max = MOST_SHARDS),
    SPEC(struct equal_spec, hex_width, "hexWidth",
        "Hex digits of each bound: 2, 4, 6 or 8. Default: 2 for up to 256 parts, else 4. It is "
        "part "
        "of the shards' names: another one makes other shards.",
        .max = 8),
    SPEC_PATH(struct equal_spec, path),
    SPEC_NAMES(equal_other_names),
    SPEC_END};

static const struct spec_field mysqld_services_fields[] = {
    SPEC(struct mysqld_services_spec, enabled, "enabled", "Make the Services.",
        .fallback = "false"),
    SPEC_END};

/* clang-format off */
#define KEYSPACE_ITEM(type, in)                                                                    \
    SPEC(type, in name, "name",                                                                    \
        "Name of the keyspace; its database is vt_<name>. Where it is no name of Kubernetes, as "  \
        "with \"_\" or capitals, a hash is added to the names of its objects.",                    \
        .required = true, .format = &spec_keyspace),                                               \
    SPEC(type, in cells, "cells",                                                                  \
        "Names of the cells that hold the keyspace; each of them gets all shards with all their "  \
        "tablets, but for overrides.",                                                                                \
        .required = true, .shape = SPEC_TEXT_LIST, .min = 1, .max = MOST_CELLS, .unique = ""),     \
    SPEC_EACH(type, in shards, "shards",                                                           \
        "Shards of the keyspace. Default: one shard \"0\", not sharded. To reshard, list the new " \
        "shards beside the old ones until the traffic has moved, then leave the old ones out.",    \
        shard_item_fields, .max = MOST_SHARDS),                                                    \
    SPEC_EACH(type, in overrides, "overrides",                                                     \
        "Other tablets in some cells or shards: each entry replaces keys of the pools where its "  \
        "cells and shards meet, the later entry those of an earlier one.",                         \
        override_fields, .max = MOST_OVERRIDES),                                                   \
    SPEC_STRUCT(type, in mysqld_services, "mysqldServices",                                        \
        "Services for each shard that lead to MySQL past vtgate, for tools that back up or debug: " \
        "NAME-mysqld-rw to the primary, in whatever cell, and NAME-mysqld-ro to the replicas of "  \
        "the cell, where NAME is that of the VitessShard. Default: none.",                         \
        mysqld_services_fields),                                                                   \
    SPEC(type, in durability_policy, "durabilityPolicy",                                           \
        "Who must have a transaction before it is acknowledged: only the primary (none), one more "\
        "tablet (semi_sync), or one in another cell (cross_cell); with_rdonly_ack lets tablets of "\
        "type rdonly count. Default: semi_sync from three tablets of type replica a shard over "   \
        "all cells, else none.",                                                                   \
        .values = durability_policies),                                                            \
    SPEC(type, in turndown_policy, "turndownPolicy",                                               \
        "When a shard or keyspace that has left the spec goes: RequireIdle once nothing is served "\
        "from it any more, Immediate at once. Its volumes are kept.",                              \
        .values = turndown_policies, .fallback = QUOTED("RequireIdle")),                           \
    SPEC_STRUCT(type, in tablets, "tablets",                                                       \
        "The tablets of each shard in each cell, but for overrides.",                              \
        tablets_fields, .required = true)
/* clang-format on */

/* The list is read twice: typed, and as JSON, since an empty list is not an absent one. */
/* clang-format off */
#define SHARDS_JSON(type, in)                                                                      \
    SPEC(type, in shards_json, "shards", "The same list as JSON.", .shape = SPEC_OBJECT_LIST,      \
        .internal = true)
/* clang-format on */

static const struct spec_field keyspace_item_fields[] = {SHARDS_JSON(struct keyspace_item, ),
    KEYSPACE_ITEM(struct keyspace_item, ),
    SPEC_STRUCT(struct keyspace_item, equal, "equal",
        "Another way to write shards: so many of the same size. To reshard, change parts: the old "
        "shards stay until nothing is served from them.",
        equal_fields),
    SPEC_SELF(struct keyspace_item, json),
    SPEC_PATH(struct keyspace_item, path),
    SPEC_RULE(".cells", "!('" CONTROL_CELL "' in self.cells)",
        "the cell \"" CONTROL_CELL "\" cannot hold tablets, only the cells of zones can"),
    SPEC_RULE(".durabilityPolicy",
        "!has(self.durabilityPolicy) || !self.durabilityPolicy.startsWith('cross_cell') || "
        "size(self.cells) > 1",
        "durabilityPolicy needs a second tablet in another cell to acknowledge each write"),
    SPEC_RULE(".shards",
        "!has(self.shards) || !self.shards.exists(s, has(s.keyRange)) || "
        "self.shards.all(s, has(s.keyRange) || s.name.contains('-'))",
        "shards must be all key ranges or all plain names; to reshard list the new shards only, "
        "the old ones stay until nothing is served from them"),
    /* Gaps in the middle are the hook's to find: each shard against each other is too much for the
     * API server. */
    SPEC_RULE(".shards",
        "!has(self.shards) || !self.shards.exists(s, has(s.keyRange)) || self.shards.exists(s, "
        "has(s.keyRange) ? s.keyRange.start == '' : s.name.startsWith('-'))",
        "a shard must begin where the keyspace does: start \"\""),
    SPEC_RULE(".shards",
        "!has(self.shards) || !self.shards.exists(s, has(s.keyRange)) || self.shards.exists(s, "
        "has(s.keyRange) ? s.keyRange.end == '' : s.name.endsWith('-'))",
        "a shard must end where the keyspace does: end \"\""),
    SPEC_RULE(".equal", "!has(self.equal) || !has(self.shards)",
        "equal is another way to write shards: leave one of them out"),
    SPEC_NAMES(keyspace_other_names),
    SPEC_END};

/* --- VitessCluster --- */

static const struct spec_field tasks_fields[] = {
    SPEC_STRUCT(struct tasks_spec, template, "template",
        "Labels, annotations and placement of the Pods. Default: the nodes of the vtctld (without "
        "one, of the etcd) that they ask, by its nodeSelector, tolerations, nodeAffinity, "
        "priorityClassName and serviceAccountName, and kept out of service meshes.",
        task_template_fields),
    SPEC(struct tasks_spec, resources, "resources",
        "CPU and memory of the container. What is left out of it is as by default: nothing is "
        "asked for, and half a CPU and 256Mi are the limits.",
        RESOURCES),
    SPEC_NAMES(tasks_other_names),
    SPEC_END};

static const struct spec_field lockserver_fields[] = {
    SPEC(struct lockserver_spec, implementation, "implementation",
        "Kind of topology server; etcd2 is the v3 API of etcd.", .values = topology_implementations,
        .fallback = QUOTED("etcd2"), .immutable = ELSEWHERE),
    SPEC(struct lockserver_spec, addresses, "addresses",
        "Addresses of the etcd members, each host:port without a scheme.", .required = true,
        .min = 1, .max = MOST_ADDRESSES, .format = &spec_address, .shape = SPEC_TEXT_LIST,
        .immutable = ELSEWHERE),
    SPEC(struct lockserver_spec, root, "root",
        "Path under which everything of this cluster is kept. Clusters that share an etcd need "
        "different ones.",
        .format = &spec_root, .fallback = QUOTED("/vitess"), .immutable = ELSEWHERE),
    SPEC(struct lockserver_spec, tls_secret, "tlsSecret",
        "Secret with ca.crt, tls.crt and tls.key: the authority of etcd and the client "
        "certificate. It needs a vtctld in some cell, since tasks then cannot reach etcd "
        "themselves.",
        .format = &spec_object_name),
    SPEC_NAMES(lockserver_other_names),
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

static const struct spec_field tls_fields[] = {TLS_ROWS, SPEC_NAMES(tls_other_names), SPEC_END};

static const struct spec_field derived_tls_fields[] = {TLS_ROWS,
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

static const struct spec_field rollout_fields[] = {
    ROLLOUT_ROWS, SPEC_SELF(struct rollout_spec, json), SPEC_END};

static const struct spec_field derived_rollout_fields[] = {ROLLOUT_ROWS,
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

static const struct spec_field retention_fields[] = {
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

static const struct spec_field network_policy_fields[] = {
    SPEC(struct network_policy_spec, enabled, "enabled",
        "Make NetworkPolicies that let only the Pods of this cluster talk to each other, and "
        "the Pods of the namespace to the MySQL port of vtgate (everybody where its Service is no "
        "ClusterIP).",
        .fallback = "false"),
    SPEC_END};

/* Rows that every level has. */
/* clang-format off */
#define SHARED_ROWS(type, in, rollout_table)                                                       \
    SPEC(type, in selector, "selector",                                                            \
        "Labels that every object of the cluster carries, for selectors of your own. Default: "    \
        "only the labels of the operator.",                                                        \
        SELECTOR, .immutable = ELSEWHERE),                                           \
    SPEC(type, in template, "template",                                                            \
        "More labels for every object of the cluster: {metadata: {labels: {team: a}}}. A change "  \
        "restarts everything, one Pod at a time.", FRAGMENT(template_fields, NULL)),               \
    SPEC(type, in backup_flags, "backupFlags",                                                     \
        "Flags that say where backups are, for vtctld and vttablet. With "                         \
        "backup-storage-implementation among them, new tablets restore from the latest backup.",   \
        .shape = SPEC_FLAG_MAP),                                                                   \
    SPEC_STRUCT(type, in rollout, "rollout",                                                       \
        "Control of rollouts. A change in here is effective at once and restarts nothing.",        \
        rollout_table),                                                                            \
    SPEC_STRUCT(type, in retention, "volumeClaimRetention",                                        \
        "What becomes of volumes whose tablet is no longer wanted. Default: they are kept.",       \
        retention_fields),                                                                         \
    SPEC(type, in pull_secrets, "imagePullSecrets",                                                \
        "Secrets to pull images with, each {name: ...}.",                                       \
        FRAGMENTS(fragment_reference, "LocalObjectReference")),                                    \
    SPEC(type, in pull_policy, "imagePullPolicy",                                                  \
        "When nodes pull images. Default: that of Kubernetes.", .values = image_pull_policies),    \
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
        "NetworkPolicies around the cluster. Default: none.", network_policy_fields)
/* clang-format on */

struct metadata {
    const char *name;
};

const struct spec_field cluster_metadata_fields[] = {
    SPEC(struct metadata, name, "name", "Name of the cluster; every object of it begins with it.",
        .format = &spec_service_name),
    SPEC_END};

const struct spec_field cluster_fields[] = {SHARED_ROWS(struct cluster_spec, , rollout_fields),
    IMAGE_ROW(struct cluster_spec),
    SPEC_EACH(struct cluster_spec, cells, "cells",
        "Cells of the cluster: one for each zone in which it runs, and \"global\" for what serves "
        "all of them. Rollouts go through them in this order.",
        cell_item_fields, .required = true, .max = MOST_CELLS, .unique = "name"),
    SPEC_EACH(struct cluster_spec, keyspaces, "keyspaces",
        "Keyspaces of the cluster: the databases that applications see, each sharded or not.",
        keyspace_item_fields, .max = MOST_KEYSPACES, .unique = "name"),
    SPEC_STRUCT(struct cluster_spec, lockserver, "lockserver",
        "An etcd that exists already and is to be the lock server of the cluster.",
        lockserver_fields),
    SPEC_STRUCT(struct cluster_spec, tasks, "tasks",
        "The Pods by which the operator talks to Vitess. A change restarts nothing.", tasks_fields),
    SPEC_STRUCT(struct cluster_spec, tls, "tls",
        "TLS between the components: vttablet, vtgate, vtctld, VTOrc, VTAdmin and the operator's "
        "own tasks. Default: plain text. Not the MySQL port (vtgate.tls), nor etcd (etcd.tls).",
        tls_fields),
    SPEC(struct cluster_spec, watch_secrets, "watchSecrets",
        "Restart what reads a certificate only as it starts when its Secret changes. "
        "Metacontroller "
        "must be allowed to read Secrets.",
        .fallback = "true"),
    NETWORK_POLICY_ROW(struct cluster_spec),
    SPEC_SELF(struct cluster_spec, json),
    SPEC_RULE(".cells", "has(self.lockserver) || self.cells.exists(c, has(c.etcd))",
        "one cell must have etcd, or spec.lockserver must name an etcd that exists"),
    SPEC_RULE(".lockserver",
        "!has(self.lockserver) || !has(self.lockserver.tlsSecret) || "
        "self.cells.exists(c, has(c.vtctld))",
        "tlsSecret needs a vtctld in some cell, since tasks reach a topology with TLS only through "
        "one"),
    SPEC_RULE(".cells",
        "self.cells.all(c, !has(c.etcd) || !has(c.etcd.tls)) || "
        "self.cells.exists(c, has(c.vtctld))",
        "tls of etcd needs a vtctld in some cell, since tasks reach a topology with TLS only "
        "through one"),
    SPEC_RULE(".keyspaces",
        "!has(self.keyspaces) || self.keyspaces.all(k, k.cells.all(n, "
        "n == '" CONTROL_CELL "' || self.cells.exists(c, c.name == n)))",
        "cells of a keyspace must be cells of spec.cells"),
    SPEC_NAMES(cluster_other_names),
    SPEC_END};

/* --- derived kinds: all of it is written by the hook of the level above --- */

static const struct spec_field topology_fields[] = {
    SPEC(struct topology_spec, implementation, "implementation", "Kind of topology server.",
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

static const struct spec_field client_fields[] = {SPEC(struct client_spec, image, "image",
                                                      "Vitess image of the task Pods.",
                                                      .required = true, .internal = true),
    SPEC(struct client_spec, server, "server",
        "Address of the vtctld that tasks talk to, or \"internal\".", .required = true,
        .internal = true),
    SPEC(struct client_spec, template_json, "template", "The same as JSON.", .shape = SPEC_OBJECT,
        .internal = true),
    SPEC_STRUCT(struct client_spec, template, "template", "Where the task Pods run.",
        task_template_fields, .internal = true),
    SPEC(struct client_spec, resources, "resources", "CPU and memory of the tasks.", RESOURCES,
        .internal = true),
    SPEC_STRUCT(struct client_spec, tls, "tls", "What they dial it with. Default: plain text.",
        client_tls_fields, .internal = true),
    SPEC_END};

/* clang-format off */
#define DERIVED_ROWS(type)                                                                         \
    SPEC(type, derived.cluster, "cluster", "Name of the VitessCluster.",                           \
        .required = true, .internal = true),                                                       \
    SPEC(type, derived.namespace, "namespace",                                                     \
        "Namespace that this was made for. What a restore has brought into another one leaves "    \
        "all as it is until it gets its spec again.", .internal = true),                           \
    SHARED_ROWS(type, derived., derived_rollout_fields),                                           \
    SPEC_STRUCT(type, derived.topology, "topology", "Where the topology server is.",               \
        topology_fields, .required = true, .internal = true),                                      \
    SPEC_STRUCT(type, derived.client, "client", "Who the operator's tasks talk to.",               \
        client_fields, .required = true, .internal = true),                                        \
    SPEC_STRUCT(type, derived.tls, "tls", "TLS between the components.", derived_tls_fields,       \
        .internal = true),                                                                         \
    SPEC(type, derived.cell_order, "cellOrder", "Names of all cells, in the order of rollouts.",   \
        .shape = SPEC_TEXT_LIST, .internal = true),                                                \
    SPEC(type, derived.rollout_id, "rolloutId",                                                    \
        "Hash of what the VitessCluster wants; cells that agree on it are at the same edit.",      \
        .internal = true)
/* clang-format on */

static const struct spec_field placement_fields[] = {SPEC(struct placement, keyspace, "keyspace",
                                                         "Name of a keyspace of the cluster.",
                                                         .required = true, .internal = true),
    SPEC(struct placement, cells, "cells", "Names of the cells that hold it.", .required = true,
        .shape = SPEC_TEXT_LIST, .internal = true),
    SPEC(struct placement, shards, "shards", "Names of its shards in Vitess.",
        .shape = SPEC_TEXT_LIST, .internal = true),
    SPEC_END};

const struct spec_field cell_fields[] = {DERIVED_ROWS(struct cell_spec),
    IMAGE_ROW(struct cell_spec),
    CELL_ITEM(struct cell_spec, item.),
    SPEC_SELF(struct cell_spec, item.json),
    SPEC_PATH(struct cell_spec, item.path),
    SPEC_EACH(struct cell_spec, keyspaces, "keyspaces", "Keyspaces that this cell holds.",
        keyspace_item_fields, .unique = "name", .internal = true),
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

/* clang-format off */
#define CELL_ROW(type)                                                                             \
    SPEC(type, cell, "cell", "Name of the cell.", .required = true, .internal = true),             \
    SPEC(type, zone, "zone", "Zone of the cell.", .internal = true),                               \
    SPEC(type, region, "region", "Region of the cell.", .internal = true)
/* clang-format on */

const struct spec_field keyspace_fields[] = {DERIVED_ROWS(struct keyspace_spec),
    CELL_ROW(struct keyspace_spec),
    IMAGE_ROW(struct keyspace_spec),
    SHARDS_JSON(struct keyspace_spec, item.),
    KEYSPACE_ITEM(struct keyspace_spec, item.),
    SPEC_SELF(struct keyspace_spec, item.json),
    SPEC_PATH(struct keyspace_spec, item.path),
    SPEC_END};

const struct spec_field shard_fields[] = {DERIVED_ROWS(struct shard_spec),
    CELL_ROW(struct shard_spec),
    SPEC(struct shard_spec, keyspace, "keyspace", "Name of the keyspace.", .required = true,
        .internal = true),
    SPEC(struct shard_spec, name, "name", "Name of the shard in Vitess such as \"-80\".",
        .required = true, .internal = true),
    SPEC_STRUCT(struct shard_spec, key_range, "keyRange", "Range of keyspace ids in the shard.",
        key_range_fields, .internal = true),
    IMAGE_ROW(struct shard_spec),
    SPEC(struct shard_spec, cells, "cells", "Cells of the keyspace, in the order of rollouts.",
        .required = true, .shape = SPEC_TEXT_LIST, .internal = true),
    SPEC(struct shard_spec, turndown_policy, "turndownPolicy",
        "When the shard may go after it left the spec.", .values = turndown_policies,
        .fallback = QUOTED("RequireIdle"), .internal = true),
    SPEC(struct shard_spec, replica_tablets, "replicaTablets",
        "Tablets of type replica that the Vitess shard has in all cells together.", .fallback = "0",
        .internal = true),
    SPEC(struct shard_spec, all_tablets, "allTablets",
        "Tablets of any type that the Vitess shard has in all cells together.", .fallback = "0",
        .internal = true),
    SPEC_STRUCT(struct shard_spec, tablets, "tablets", "The tablets of the shard.", tablets_fields,
        .required = true),
    SPEC_END};

/* --- status: written by the hooks, read by people; the structs only give the rows their types ---
 */

struct condition_status {
    const char *type, *status, *reason, *message, *last_transition_time;
};

static const char *const condition_values[] = {"True", "False", "Unknown", NULL};

static const struct spec_field condition_fields[] = {
    SPEC(struct condition_status, type, "type",
        "What is judged: Ready, Updated, Progressing or Advice.", .required = true),
    SPEC(struct condition_status, status, "status", "True, False or Unknown.", .required = true,
        .values = condition_values),
    SPEC(struct condition_status, reason, "reason", "Why, in one word."),
    SPEC(struct condition_status, message, "message", "Why, for people."),
    SPEC(struct condition_status, last_transition_time, "lastTransitionTime",
        "When the status last changed."),
    SPEC_END};

struct task_status {
    const char *question, *answer;
};

static const struct spec_field task_fields[] = {
    SPEC(struct task_status, question, "question", "Hash of what was asked of Vitess."),
    SPEC(struct task_status, answer, "answer", "What Vitess answered."),
    SPEC_END};

struct level_status {
    uint32_t observed_generation;
    uint32_t tablets, ready_tablets, updated_tablets;
    const char *tablets_ready;
    bool retired;
    SPEC_ITEMS(struct condition_status) conditions;
    SPEC_ITEMS(struct task_status) tasks;
};

/* clang-format off */
#define LEVEL_ROWS(type, in)                                                                       \
    SPEC(type, in observed_generation, "observedGeneration",                                       \
        "Generation of the spec that this status is about."),                                      \
    SPEC(type, in tablets_ready, "tabletsReady", "Serving and wanted tablets, such as \"5/6\"."),  \
    SPEC_EACH(type, in conditions, "conditions",                                                   \
        "Ready: it serves. Updated: everything is as the spec says. Progressing: a rollout or "    \
        "bring-up runs. Advice: something works but should be changed.", condition_fields,         \
        .unique = "type"),                                                                         \
    SPEC_EACH(type, in tasks, "tasks",                                                             \
        "Answers of Vitess that are kept, so that nobody asks again.", task_fields)
#define RETIRED_ROW(type, in)                                                                      \
    SPEC(type, in retired, "retired", "It has left the spec and has taken itself down.")
#define COUNT_ROWS(type, in)                                                                       \
    SPEC(type, in tablets, "tablets", "Number of tablets that exist."),                            \
    SPEC(type, in ready_tablets, "readyTablets", "Number of tablets that serve."),                 \
    SPEC(type, in updated_tablets, "updatedTablets",                                               \
        "Number of tablets that are as the spec says.")
/* clang-format on */

struct addresses_status {
    const json_t *mysql;
    const char *vtctld, *vtadmin;
};

static const struct spec_field addresses_fields[] = {
    SPEC(struct addresses_status, mysql, "mysql",
        "Where applications connect with the MySQL protocol, one address for each cell.",
        .shape = SPEC_TEXT_LIST),
    SPEC(struct addresses_status, vtctld, "vtctld", "For vtctldclient --server."),
    SPEC(struct addresses_status, vtadmin, "vtadmin", "Web pages of VTAdmin."),
    SPEC_END};

struct keyspace_summary {
    const char *name, *durability_policy;
};

static const struct spec_field keyspace_summary_fields[] = {
    SPEC(struct keyspace_summary, name, "name", "Name of the keyspace.", .required = true),
    SPEC(struct keyspace_summary, durability_policy, "durabilityPolicy",
        "The durability policy that Vitess was last told."),
    SPEC_END};

struct cluster_status {
    struct level_status level;
    const json_t *cells, *ready_cells, *left_cells;
    SPEC_ITEMS(struct keyspace_summary) keyspaces;
    struct addresses_status *addresses;
    uint32_t revision;
};

const struct spec_field cluster_status_fields[] = {LEVEL_ROWS(struct cluster_status, level.),
    COUNT_ROWS(struct cluster_status, level.),
    SPEC(struct cluster_status, cells, "cells", "Cells that exist, sorted.",
        .shape = SPEC_TEXT_LIST),
    SPEC(struct cluster_status, ready_cells, "readyCells", "Cells that are Ready, sorted.",
        .shape = SPEC_TEXT_LIST),
    SPEC(struct cluster_status, left_cells, "leftCells",
        "Cells that have left and whose topology records are still to be deleted.",
        .shape = SPEC_TEXT_LIST),
    SPEC_EACH(struct cluster_status, keyspaces, "keyspaces", "Keyspaces of the cluster.",
        keyspace_summary_fields, .unique = "name"),
    SPEC_STRUCT(struct cluster_status, addresses, "addresses",
        "Where to connect, from inside Kubernetes.", addresses_fields),
    SPEC(struct cluster_status, revision, "revision",
        "Revision of the operator's rendering that the cluster is rolled out to."),
    SPEC_END};

struct member_status {
    const char *member, *claim;
};

static const struct spec_field member_fields[] = {
    SPEC(struct member_status, member, "member", "Name of the member, which is that of its Pod."),
    SPEC(struct member_status, claim, "claim",
        "Uid of the PersistentVolumeClaim that it has been there with."),
    SPEC_END};

struct component_status {
    SPEC_ITEMS(struct member_status) members;
    uint32_t clusters, available_clusters, services, config_maps, deployments,
        available_deployments;
};

/* clang-format off */
#define DEPLOYMENT_ROWS                                                                            \
    SPEC(struct component_status, deployments, "deployments", "Deployments that exist."),          \
    SPEC(struct component_status, available_deployments, "availableDeployments",                   \
        "Deployments that are available.")
#define SERVICE_ROW SPEC(struct component_status, services, "services", "Services that exist.")
/* clang-format on */

static const struct spec_field etcd_status_fields[] = {
    SPEC(struct component_status, clusters, "clusters", "etcd clusters that exist."),
    SPEC(struct component_status, available_clusters, "availableClusters",
        "etcd clusters that have a quorum."),
    SPEC_EACH(struct component_status, members, "members",
        "Members that have been there. One whose claim is another one by now is made anew.",
        member_fields),
    SPEC_END};
static const struct spec_field vtctld_status_fields[] = {SERVICE_ROW,
    SPEC(struct component_status, config_maps, "configMaps",
        "ConfigMaps that exist: none since vtctld has no web pages any more."),
    DEPLOYMENT_ROWS,
    SPEC_END};
static const struct spec_field vtgate_status_fields[] = {SERVICE_ROW, DEPLOYMENT_ROWS, SPEC_END};
static const struct spec_field vttablet_status_fields[] = {SERVICE_ROW, SPEC_END};
static const struct spec_field vtorc_status_fields[] = {DEPLOYMENT_ROWS, SPEC_END};

struct cell_status {
    struct level_status level;
    const json_t *keyspaces, *ready_keyspaces;
    struct component_status *etcd, *vtctld, *vtgate, *vttablet, *vtorc, *vtadmin;
    bool cell_info_registered;
};

const struct spec_field cell_status_fields[] = {LEVEL_ROWS(struct cell_status, level.),
    RETIRED_ROW(struct cell_status, level.),
    COUNT_ROWS(struct cell_status, level.),
    SPEC(struct cell_status, keyspaces, "keyspaces", "Keyspaces that exist in this cell, sorted.",
        .shape = SPEC_TEXT_LIST),
    SPEC(struct cell_status, ready_keyspaces, "readyKeyspaces", "Keyspaces that are Ready, sorted.",
        .shape = SPEC_TEXT_LIST),
    SPEC_STRUCT(struct cell_status, etcd, "etcd", "etcd of this cell.", etcd_status_fields),
    SPEC_STRUCT(struct cell_status, vtctld, "vtctld", "vtctld of this cell.", vtctld_status_fields),
    SPEC_STRUCT(struct cell_status, vtgate, "vtgate", "vtgate of this cell.", vtgate_status_fields),
    SPEC_STRUCT(struct cell_status, vttablet, "vttablet",
        "The Service that gives the tablets of this cell their names.", vttablet_status_fields),
    SPEC_STRUCT(struct cell_status, vtorc, "vtorc", "VTOrc of this cell.", vtorc_status_fields),
    SPEC_STRUCT(struct cell_status, vtadmin, "vtadmin", "VTAdmin of this cell.",
        vtorc_status_fields),
    SPEC(struct cell_status, cell_info_registered, "cellInfoRegistered",
        "The cell is registered in the global topology."),
    SPEC_END};

struct keyspace_status {
    struct level_status level;
    const json_t *shards, *ready_shards;
};

const struct spec_field keyspace_status_fields[] = {LEVEL_ROWS(struct keyspace_status, level.),
    RETIRED_ROW(struct keyspace_status, level.),
    COUNT_ROWS(struct keyspace_status, level.),
    SPEC(struct keyspace_status, shards, "shards", "Shards that exist in this cell, sorted.",
        .shape = SPEC_TEXT_LIST),
    SPEC(struct keyspace_status, ready_shards, "readyShards", "Shards that are Ready, sorted.",
        .shape = SPEC_TEXT_LIST),
    SPEC_END};

struct serving_status {
    const char *tablet, *type, *pod, *since;
};

static const struct spec_field serving_fields[] = {
    SPEC(struct serving_status, tablet, "tablet", "Alias of the tablet."),
    SPEC(struct serving_status, type, "type",
        "What Vitess lists it as: primary, replica, rdonly, restore, backup, drained ..."),
    SPEC(struct serving_status, pod, "pod",
        "State of the Pod that this was said of: uid, restarts, readiness."),
    SPEC(struct serving_status, since, "since", "Start of a primary's term."),
    SPEC_END};

struct reparent_status {
    const char *pod, *question;
};

static const struct spec_field reparent_fields[] = {
    SPEC(struct reparent_status, pod, "pod", "Uid and restarts of the Pod that was avoided."),
    SPEC(struct reparent_status, question, "question", "Hash of what was asked of Vitess."),
    SPEC_END};

struct awaited_status {
    const char *state, *question, *primary;
};

static const struct spec_field awaited_fields[] = {
    SPEC(struct awaited_status, state, "state", "Hash of the state in which it was awaited."),
    SPEC(struct awaited_status, question, "question", "Hash of what was asked of Vitess."),
    SPEC(struct awaited_status, primary, "primary", "Alias of the primary that came."),
    SPEC_END};

struct holds_data_status {
    const char *tablet, *claim;
};

static const struct spec_field holds_data_fields[] = {
    SPEC(struct holds_data_status, tablet, "tablet", "Alias of the tablet."),
    SPEC(struct holds_data_status, claim, "claim", "Uid of its PersistentVolumeClaim."),
    SPEC_END};

struct shard_status {
    struct level_status level;
    const json_t *tablets, *ready_tablets, *updated_tablets, *scaled_down, *untried;
    SPEC_ITEMS(struct holds_data_status) holds_data;
    const char *primary, *follows, *moving;
    SPEC_ITEMS(struct serving_status) serving;
    struct reparent_status *reparent;
    struct awaited_status *awaited;
    bool leaving, beginning;
};

const struct spec_field shard_status_fields[] = {LEVEL_ROWS(struct shard_status, level.),
    RETIRED_ROW(struct shard_status, level.),
    SPEC(struct shard_status, tablets, "tablets",
        "Uids of the tablets that exist in this cell, sorted.", .shape = SPEC_TEXT_LIST),
    SPEC(struct shard_status, ready_tablets, "readyTablets",
        "Uids of the tablets that serve, sorted.", .shape = SPEC_TEXT_LIST),
    SPEC(struct shard_status, updated_tablets, "updatedTablets",
        "Uids of the tablets that are as the spec says, sorted.", .shape = SPEC_TEXT_LIST),
    SPEC(struct shard_status, primary, "primary", "Alias of the primary, where this cell has it."),
    SPEC(struct shard_status, follows, "follows",
        "Alias of the primary in another cell, where no Pod of this cell is labelled as one."),
    SPEC(struct shard_status, moving, "moving",
        "Name of the tablet that is being taken down or reparented away from."),
    SPEC(struct shard_status, leaving, "leaving",
        "Nothing is served from it: its tablets are taken down, all of them."),
    SPEC_EACH(struct shard_status, serving, "serving", "What Vitess said last of each tablet.",
        serving_fields),
    SPEC_EACH(struct shard_status, holds_data, "holdsData",
        "Claims that are known to hold the data of the shard.", holds_data_fields),
    SPEC(struct shard_status, beginning, "beginning",
        "The tablets of this cell run, and did so before the shard held data in any cell."),
    SPEC(struct shard_status, scaled_down, "scaledDown",
        "Uids of tablets that were taken down since fewer are wanted, and whose claims are there.",
        .shape = SPEC_TEXT_LIST),
    SPEC_STRUCT(struct shard_status, reparent, "reparent",
        "The last planned reparent away from a tablet.", reparent_fields),
    SPEC_STRUCT(struct shard_status, awaited, "awaited",
        "The last time that a primary was awaited.", awaited_fields),
    SPEC(struct shard_status, untried, "untried",
        "Names of Pods that were asked for, to try a new template, and are not there.",
        .shape = SPEC_TEXT_LIST),
    SPEC_END};
