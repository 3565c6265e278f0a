#include "pod.h"

#include "template.h"

/* NetworkPolicies of a cell, on request.
 *
 * Only what comes in is limited: backups go out to storage anywhere. A port is open to the Pods of
 * the same cluster (any cell, tasks included) unless it is for people and applications: vtgate's
 * MySQL and gRPC ports and VTAdmin's are open to the namespace, and what a Service leads to from
 * outside of Kubernetes to everybody. Probes always get through, and so
 * does kubectl port-forward. Whoever else is to come in (Prometheus, an ingress controller) is let
 * in by a policy of the user's own, since policies add up. */

enum from { CLUSTER, NAMESPACE, EVERYBODY, THEMSELVES };

/* Ports that share a rule; a component's rows follow each other. */
struct rule {
    const char *component;
    enum from from;
    int ports[4]; /* ends with 0 */
    bool clients; /* its Service may lead here from outside */
};

static const struct rule rules[] = {
    {"etcd", CLUSTER, {2379, 2381}, false},
    {"etcd", THEMSELVES, {2380}, false},
    {"vtctld", CLUSTER, {15999}, true},
    {"vtctld", CLUSTER, {15000}, false},
    {"vtgate", NAMESPACE, {3306}, true},
    {"vtgate", NAMESPACE, {15999}, false},
    {"vtgate", CLUSTER, {15000}, false},
    {"vtorc", CLUSTER, {15000}, false},
    {"vtadmin", NAMESPACE, {14000, 14001}, true},
    {"vttablet", CLUSTER, {3306, 15000, 15999}, false},
    {"task", CLUSTER, {0}, false},
};

enum { RULES = sizeof(rules) / sizeof(*rules) };

static const json_t *peer(struct arena *a, const struct place *place, const struct rule *rule)
{
    switch (rule->from) {
    case CLUSTER:
        return object(a,
            MAP("podSelector", MAP("matchLabels", KEY(place->keys->cluster, place->cluster))));
    case THEMSELVES:
        return object(a,
            MAP("podSelector", F("matchLabels", component_selector(a, place, rule->component))));
    case NAMESPACE:
        return object(a, F("podSelector", json_new_map()));
    case EVERYBODY:
        break;
    }
    return NULL;
}

static const json_t *ports(struct arena *a, const struct rule *rule)
{
    json_t *list = json_new_list();

    for (const int *port = rule->ports; *port != 0; port++)
        json_add(list, object(a, F("port", INT(*port)), F("protocol", "TCP")));
    return list;
}

static const json_t *ingress(struct arena *a, const struct place *place, const struct rule *rule,
    const json_t *public)
{
    struct rule opened = *rule;
    json_t *from = json_new_list();

    if (rule->clients && json_list_has(public, rule->component))
        opened.from = EVERYBODY;
    json_add(from, peer(a, place, &opened));
    return object(a, OPT("from", from), F("ports", ports(a, rule)));
}

/* The policy of the component of rules[first]; `next` is where the next component begins. */
static const json_t *policy(struct arena *a, const struct place *place, const char *prefix,
    const json_t *public, size_t first, size_t *next)
{
    const struct rule *rule = &rules[first];
    json_t *list = json_new_list();
    size_t i = first;

    for (; i < RULES && text_equal(rules[i].component, rule->component); i++) {
        if (rules[i].ports[0] != 0)
            json_add(list, ingress(a, place, &rules[i], public));
    }
    *next = i;
    return object(a,
        F("apiVersion", "networking.k8s.io/v1"),
        F("kind", "NetworkPolicy"),
        F("metadata",
            component_metadata(a,
                place,
                rule->component,
                fmt(a, "%s-%s", prefix, rule->component),
                NULL)),
        MAP("spec",
            MAP("podSelector", F("matchLabels", component_selector(a, place, rule->component))),
            LIST("policyTypes", V("Ingress")),
            OPT("ingress", list)));
}

const json_t *mysqld_network_policy(struct arena *a, const struct place *place, const char *name,
    const char *keyspace)
{
    static const struct rule mysqld = {"vttablet", NAMESPACE, {3306}, false};
    const json_t *pods = object(a,
        SPREAD(component_selector(a, place, mysqld.component)),
        KEY(place->keys->keyspace, keyspace));

    return object(a,
        F("apiVersion", "networking.k8s.io/v1"),
        F("kind", "NetworkPolicy"),
        F("metadata", component_metadata(a, place, mysqld.component, name, NULL)),
        MAP("spec",
            MAP("podSelector", F("matchLabels", pods)),
            LIST("policyTypes", V("Ingress")),
            LIST("ingress", V(ingress(a, place, &mysqld, false)))));
}

const json_t *cell_network_policies(struct arena *a, const struct place *place, const char *prefix,
    const json_t *public)
{
    json_t *list = json_new_list();

    for (size_t i = 0; i < RULES;)
        json_add(list, policy(a, place, prefix, public, i, &i));
    return list;
}
