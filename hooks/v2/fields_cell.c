#include "fields.h"

/* VitessCell, and the items of spec.cells of VitessCluster. */

static const struct spec_field autoscaler_fields[] = {
    SPEC(struct gateway_autoscaler, min_replicas, "minReplicas", "Number of vtgates at least.",
        .shape = SPEC_NUMBER, .max = MOST_INT32),
    SPEC(struct gateway_autoscaler, max_replicas, "maxReplicas", "Number of vtgates at most.",
        .max = MOST_INT32),
    SPEC(struct gateway_autoscaler, metrics, "metrics",
        "What to go by; the metric that asks for most vtgates wins.",
        FRAGMENTS(fragment_metric, "MetricSpec")),
    SPEC(struct gateway_autoscaler, behavior, "behavior", "How fast vtgates come and go.",
        FRAGMENT(fragment_behavior, "HorizontalPodAutoscalerBehavior")),
    SPEC_END};

static const struct spec_field static_fields[] = {
    SPEC_STRUCT(struct static_authentication, secret, "secret",
        "File with the users and their passwords. A changed one is read without a restart.",
        v2_secret_fields),
    SPEC_END};

static const struct spec_field authentication_fields[] = {SPEC_STRUCT(struct gateway_authentication,
                                                              static_users, "static",
                                                              "Users in a file.", static_fields),
    SPEC_END};

static const struct spec_field tls_fields[] = {
    SPEC_STRUCT(struct gateway_tls, client_ca, "clientCACertSecret",
        "Certificates that those of clients must be signed by. Default: clients need none.",
        v2_secret_fields),
    SPEC_STRUCT(struct gateway_tls, cert, "certSecret", "Certificate of vtgate.", v2_secret_fields),
    SPEC_STRUCT(struct gateway_tls, key, "keySecret", "Its key.", v2_secret_fields),
    SPEC_END};

static const struct spec_field transport_fields[] = {
    SPEC(struct gateway_transport, required, "required",
        "Refuse clients of the MySQL protocol that do not use TLS.", .fallback = "false"),
    SPEC_STRUCT(struct gateway_transport, tls, "tls",
        "Certificates for the MySQL protocol and for gRPC. Without a certificate and its key "
        "there is no TLS.",
        tls_fields),
    SPEC_END};

static const char *const strategy_types[] = {"", "RollingUpdate", "Recreate", NULL};

static const struct spec_field rolling_fields[] = {
    SPEC_PART("maxUnavailable", SPEC_ANY, .doc = "Number or percent of Pods that may be away."),
    SPEC_PART("maxSurge", SPEC_ANY, .doc = "Number or percent of Pods that may be too many."),
    SPEC_END};

static const struct spec_field strategy_fields[] = {
    SPEC_PART("type", SPEC_TEXT, .values = strategy_types, .doc = "RollingUpdate or Recreate."),
    SPEC_PART("rollingUpdate", SPEC_OBJECT, .fields = rolling_fields,
        .doc = "Settings of RollingUpdate."),
    SPEC_END};

const struct spec_field v2_gateway_fields[] = {
    SPEC(struct gateway, replicas, "replicas",
        "Number of vtgates. Default: 2, or what the autoscaler says.", .shape = SPEC_NUMBER,
        .max = MOST_INT32),
    SPEC_STRUCT(struct gateway, autoscaler, "autoscaler",
        "A HorizontalPodAutoscaler says how many vtgates there are, instead of replicas.",
        autoscaler_fields),
    SPEC(struct gateway, resources, "resources",
        "CPU and memory of each vtgate. Default: requests {cpu: 500m, memory: 1Gi}, and limits "
        "{memory: 1Gi}.",
        RESOURCES),
    SPEC_STRUCT(struct gateway, authentication, "authentication",
        "Who may connect with the MySQL protocol. Default: nobody is asked for a name.",
        authentication_fields),
    SPEC_STRUCT(struct gateway, secure_transport, "secureTransport", "TLS of clients.",
        transport_fields),
    EXTRA_FLAGS(struct gateway, "vtgate"),
    POD_EXTRAS(struct gateway),
    TOPOLOGY_SPREAD(struct gateway),
    SERVICE(struct gateway, service, "service", "The Service of the cell's vtgates."),
    SPEC(struct gateway, lifecycle, "lifecycle", "What is done as a vtgate starts and ends.",
        FRAGMENT(fragment_lifecycle, "Lifecycle")),
    SPEC(struct gateway, grace, "terminationGracePeriodSeconds",
        "How long a vtgate may take to end. Default: that of Kubernetes, 30.", .min = 1,
        .max = MOST_GRACE),
    SPEC(struct gateway, strategy, "strategy", "How the Deployment replaces its Pods.",
        FRAGMENT(strategy_fields, "DeploymentStrategy")),
    SPEC_SELF(struct gateway, json),
    SPEC_END};

/* The rows of an item are needed twice: in the user's list and, with the struct embedded as `in`,
 * in the kind that the item becomes. */
/* clang-format off */
#define CELL_ROWS(type, in)                                                                        \
    SPEC(type, in name, "name", "Name of the cell in Vitess.", .required = true, .min = 1,         \
        .format = &v2_format_cell),                                                                  \
    SPEC(type, in zone, "zone",                                                                    \
        "Zone that the Pods of the cell run in: the nodes' label "                                 \
        "failure-domain.beta.kubernetes.io/zone. Default: any."),                                  \
    SPEC_STRUCT(type, in lockserver, "lockserver",                                                 \
        "Where the cell's own topology is. Default: in the global one.", v2_lockserver_fields),    \
    SPEC_STRUCT(type, in gateway, "gateway",                                                       \
        "vtgate, where applications connect.", v2_gateway_fields),                                 \
    SPEC_SELF(type, in json),                                                                      \
    SPEC_PATH(type, in path)
/* clang-format on */

const struct spec_field v2_cell_item_fields[] = {CELL_ROWS(struct cell, ), SPEC_END};

static const struct spec_field image_fields[] = {
    SPEC(struct component_images, vtgate, "vtgate", "Image of vtgate."), SPEC_END};

const struct spec_field v2_cell_fields[] = {CELL_ROWS(struct cell_spec, cell.),
    CHILDREN_SELECTOR,
    /* Beyond theirs as well. */
    SPEC_PART("leaving", SPEC_SWITCH,
        .doc = "The cell has left the spec of the VitessCluster, and goes once no keyspace is in "
               "it."),
    INHERITED(struct cell_spec),
    SPEC(struct cell_spec, all_cells, "allCells", "Names of all cells of the VitessCluster.",
        .required = true, .shape = SPEC_TEXT_LIST),
    SPEC_STRUCT(struct cell_spec, images, "images", "Images that are used here.", image_fields),
    SPEC_END};
