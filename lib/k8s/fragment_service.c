#include "fragment.h"

#include <string.h>

#include "text.h"

/* A Service, as far as a user has a say in it: who reaches it, from where, at which address. What
 * it selects and its ports are the operator's (ValidateService() and initIPFamilyFields() of
 * Kubernetes). */

enum { MOST_RANGES = 256, LARGEST_PORT = 65535, LONGEST_AFFINITY = 86400 };

static const char *const types[] = {"ClusterIP", "NodePort", "LoadBalancer", NULL};
static const char *const traffic_policies[] = {"Cluster", "Local", NULL};
static const char *const affinities[] = {"None", "ClientIP", NULL};
static const char *const families[] = {"IPv4", "IPv6", NULL};
static const char *const family_policies[] = {
    "SingleStack", "PreferDualStack", "RequireDualStack", NULL};

static const char *type_of(const json_t *service)
{
    const char *type = json_text_at(service, "type");

    return type == NULL ? "ClusterIP" : type;
}

bool service_is_inside(const json_t *service)
{
    return text_equal(type_of(service), "ClusterIP");
}

/* --- what belongs to a type --- */

static const char *check_balanced(struct arena *arena, const char *key, const json_t *service,
    const json_t *around)
{
    (void)around;
    return json_at(service, key) == NULL || text_equal(type_of(service), "LoadBalancer")
               ? NULL
               : fmt(arena, "is of type LoadBalancer alone, not of %s", type_of(service));
}

static const char *check_outside(struct arena *arena, const char *key, const json_t *service,
    const json_t *around)
{
    (void)around;
    return json_at(service, key) == NULL || !service_is_inside(service)
               ? NULL
               : fmt(arena, "is of types LoadBalancer and NodePort, not of %s", type_of(service));
}

/* --- addresses --- */

static const char *check_cluster_ip(struct arena *arena, const char *key, const json_t *service,
    const json_t *around)
{
    const char *address = json_text_at(service, key);
    const char *family = json_string_value(json_array_get(json_at(service, "ipFamilies"), 0));
    const char *own = address != NULL && strchr(address, ':') != NULL ? "IPv6" : "IPv4";

    (void)around;
    if (address == NULL)
        return NULL;
    if (text_equal(address, "None"))
        return service_is_inside(service)
                   ? NULL
                   : fmt(arena, "must be an address, for type %s", type_of(service));
    return family == NULL || text_equal(family, own)
               ? NULL
               : fmt(arena, "is an address of %s, and the first of ipFamilies is %s", own, family);
}

static const char *check_families(struct arena *arena, const char *key, const json_t *service,
    const json_t *around)
{
    const char *policy = json_text_at(service, "ipFamilyPolicy");

    (void)around;
    if (json_array_size(json_at(service, key)) < 2 || text_equal(policy, "PreferDualStack") ||
        text_equal(policy, "RequireDualStack"))
        return NULL;
    return fmt(arena,
        "must be one for ipFamilyPolicy %s; two are of PreferDualStack and RequireDualStack",
        policy == NULL ? "SingleStack" : policy);
}

static const char *check_affinity(struct arena *arena, const char *key, const json_t *service,
    const json_t *around)
{
    (void)arena, (void)around;
    return json_at(service, key) == NULL ||
                   text_equal(json_text_at(service, "sessionAffinity"), "ClientIP")
               ? NULL
               : "is of sessionAffinity ClientIP alone";
}

/* The API server compares the ports of one protocol. */
static const char *check_two_ports(struct arena *arena, const char *key, const json_t *service,
    const json_t *around)
{
    const json_t *port = json_at(service, key);

    (void)arena, (void)around;
    return port != NULL && json_same(port, json_at(service, "nodePort"))
               ? "must be another one than nodePort"
               : NULL;
}

/* --- the tables --- */

static const struct spec_field client_ip_fields[] = {
    SPEC_PART("timeoutSeconds", SPEC_NUMBER, .required = true, .min = 1, .max = LONGEST_AFFINITY,
        .doc = "How long a client stays with its Pod."),
    SPEC_END};

static const struct spec_field affinity_fields[] = {
    SPEC_PART("clientIP", SPEC_OBJECT, .required = true, .fields = client_ip_fields,
        .doc = "Of sessionAffinity ClientIP."),
    SPEC_END};

/* What somebody looks for who knows a Service of Kubernetes. */
static const struct spec_name other_names[] = {
    {"ports", NULL, "are the operator's own here: take it out; nodePort fixes the one outside"},
    {"selector", NULL, "is the operator's own here: take it out"},
    {"clusterIPs", "clusterIP", NULL},
    {"externalIPs",
        NULL,
        "has nothing alike here, since whoever may set one takes over the address of somebody "
        "else: use type LoadBalancer"},
    {"externalName", NULL, "has nothing alike here: take it out"},
    {"healthCheckNodePort", NULL, "is chosen by Kubernetes here: take it out"},
    {"publishNotReadyAddresses", NULL, "has nothing alike here: take it out"},
    {"metadata",
        "annotations",
        "is nothing of its own here: write annotations and labels straight "
        "below"},
    {"spec", NULL, "is nothing of its own here: write its fields straight below service"},
    {"name", NULL, "is the operator's own here: take it out"},
    {"port", NULL, "is the operator's own here: take it out; nodePort fixes the one outside"},
    {"sourceRanges", "loadBalancerSourceRanges", NULL},
    {"extraLabels", "labels", NULL},
    {NULL, NULL, NULL}};

/* clang-format off */
#define BALANCED "(has(self.type) && self.type == 'LoadBalancer')"
#define OUTSIDE "(has(self.type) && self.type != 'ClusterIP')"
#define ONLY_OF_LOAD_BALANCER(name)                                                                \
    SPEC_CHECK(name, check_balanced),                                                              \
    SPEC_RULE("." name, "!has(self." name ") || " BALANCED, name " is of type LoadBalancer alone")
#define ONLY_OUTSIDE(name)                                                                         \
    SPEC_CHECK(name, check_outside),                                                               \
    SPEC_RULE("." name, "!has(self." name ") || " OUTSIDE,                                         \
        name " is of types LoadBalancer and NodePort")

#define SERVICE_ROWS                                                                               \
    SPEC_PART("type", SPEC_TEXT, .values = types,                                                  \
        .doc = "Type of the Service. LoadBalancer and NodePort let clients outside of "            \
               "Kubernetes in, to the ports that are for them alone."),                            \
    SPEC_PART("annotations", SPEC_TEXT_MAP, .keys = &fragment_label_key,                           \
        .doc = "Annotations of the Service, for example for a cloud's load balancer."),            \
    SPEC_PART("labels", SPEC_TEXT_MAP, .keys = &fragment_label_key,                                \
        .format = &fragment_label_value, .doc = "More labels of the Service."),                    \
    SPEC_PART("externalTrafficPolicy", SPEC_TEXT, .values = traffic_policies,                      \
        .doc = "Local keeps the addresses of clients, and leads to Pods of the same node only."),  \
    SPEC_PART("internalTrafficPolicy", SPEC_TEXT, .values = traffic_policies,                      \
        .doc = "Local leads clients inside of Kubernetes to Pods of their own node only."),        \
    SPEC_PART("loadBalancerSourceRanges", SPEC_TEXT_LIST, .format = &fragment_cidr,                \
        .max = MOST_RANGES, .doc = "The only networks whose clients the load balancer lets in."),  \
    SPEC_PART("loadBalancerClass", SPEC_TEXT, .format = &fragment_label_key, .max = 317,           \
        .doc = "Which load balancer it is. Cannot be changed while type is LoadBalancer."),        \
    SPEC_PART("loadBalancerIP", SPEC_TEXT, .format = &fragment_ip,                                 \
        .doc = "Address that the load balancer is asked to have, where it can be asked."),         \
    SPEC_PART("allocateLoadBalancerNodePorts", SPEC_SWITCH,                                        \
        .doc = "Whether a load balancer comes in through a port of each node. Default: true."),    \
    SPEC_PART("clusterIP", SPEC_TEXT, .format = &cluster_ip, .max = 45,                            \
        .doc = "Address inside of Kubernetes, or None for the addresses of the Pods. Cannot be "   \
               "changed."),                                                                        \
    SPEC_PART("ipFamilies", SPEC_TEXT_LIST, .values = families, .unique = "", .max = 2,            \
        .doc = "IPv4, IPv6, or both. The first cannot be changed."),                               \
    SPEC_PART("ipFamilyPolicy", SPEC_TEXT, .values = family_policies,                              \
        .doc = "Whether the Service has addresses of both families."),                             \
    SPEC_PART("sessionAffinity", SPEC_TEXT, .values = affinities,                                  \
        .doc = "ClientIP keeps each client address with one Pod."),                                \
    SPEC_PART("sessionAffinityConfig", SPEC_OBJECT, .fields = affinity_fields,                     \
        .doc = "How long, for sessionAffinity ClientIP."),                                         \
    SPEC_PART("nodePort", SPEC_NUMBER, .min = 1, .max = LARGEST_PORT,                              \
        .doc = "Port of each node that leads here, from the range of the API server. Default: "    \
               "any."),                                                                            \
    ONLY_OUTSIDE("externalTrafficPolicy"),                                                         \
    ONLY_OUTSIDE("nodePort"),                                                                      \
    ONLY_OF_LOAD_BALANCER("loadBalancerSourceRanges"),                                             \
    ONLY_OF_LOAD_BALANCER("loadBalancerClass"),                                                    \
    ONLY_OF_LOAD_BALANCER("loadBalancerIP"),                                                       \
    ONLY_OF_LOAD_BALANCER("allocateLoadBalancerNodePorts"),                                        \
    SPEC_CHECK("clusterIP", check_cluster_ip),                                                     \
    SPEC_CHECK("ipFamilies", check_families),                                                      \
    SPEC_CHECK("sessionAffinityConfig", check_affinity),                                           \
    SPEC_RULE(".loadBalancerClass",                                                                \
        "!" BALANCED " || !has(oldSelf.type) || oldSelf.type != 'LoadBalancer' || "                \
        "(has(self.loadBalancerClass) ? self.loadBalancerClass : '') == "                          \
        "(has(oldSelf.loadBalancerClass) ? oldSelf.loadBalancerClass : '')",                       \
        "loadBalancerClass cannot be changed while type is LoadBalancer"),                         \
    SPEC_NAMES(other_names)
/* clang-format on */

static bool accepts_cluster_ip(const char *text)
{
    return text_equal(text, "None") || fragment_ip.accepts(text);
}

static const struct spec_format cluster_ip = {
    .rule = "must be an IP address such as \"10.96.0.10\", or \"None\"",
    .pattern = "^(None|[0-9a-fA-F.:]+)$",
    .longest = 45,
    .accepts = accepts_cluster_ip,
};

const struct spec_field fragment_service[] = {SERVICE_ROWS, SPEC_END};

const struct spec_field fragment_web_service[] = {SERVICE_ROWS,
    SPEC_PART("apiNodePort", SPEC_NUMBER, .min = 1, .max = LARGEST_PORT,
        .doc = "The same for the API, as nodePort is for the web pages."),
    ONLY_OUTSIDE("apiNodePort"),
    SPEC_CHECK("apiNodePort", check_two_ports),
    SPEC_END};
