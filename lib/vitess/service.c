#include "pod.h"

#include "fragments.h"
#include "metadata.h"
#include "template.h"

/* Services of what people and applications connect to.
 *
 * One that is no ClusterIP leads outside whatever is in it, so only the port that is for clients
 * there is in it: pages for debugging show queries and command lines to everybody, and vtgate's
 * gRPC port runs any SQL for whomever, without the users and the TLS of its MySQL port. Those stay
 * at a Service of their own that is always inside. The one with the component's name keeps that,
 * and so its address and its load balancer, whatever type it is given. */

/* Fields that go to the ServiceSpec as they are. */
static const char *const fields[] = {"type",
    "externalTrafficPolicy",
    "internalTrafficPolicy",
    "loadBalancerSourceRanges",
    "loadBalancerClass",
    "loadBalancerIP",
    "allocateLoadBalancerNodePorts",
    "clusterIP",
    "ipFamilies",
    "ipFamilyPolicy",
    "sessionAffinity",
    "sessionAffinityConfig",
    NULL};

static const json_t *settings(struct arena *a, const json_t *user)
{
    const json_t *stored = as_stored(a, user);
    json_t *spec = json_new_map();

    for (const char *const *field = fields; *field != NULL; field++) {
        if (json_at(stored, *field) != NULL)
            json_put(spec, *field, json_at(stored, *field));
    }
    return spec;
}

static const json_t *port_of(struct arena *a, const struct service_port *port, const json_t *user)
{
    return object(a,
        F("name", port->name),
        F("port", INT(port->port)),
        F("targetPort", port->name),
        OPT("nodePort", port->node_port == NULL ? NULL : json_at(user, port->node_port)));
}

static const json_t *ports_of(struct arena *a, const struct service *service)
{
    const bool inside = service_is_inside(service->user);
    json_t *list = json_new_list();

    for (const struct service_port *port = service->ports; port->name != NULL; port++) {
        if (inside || port->node_port != NULL)
            json_add(list, port_of(a, port, service->user));
    }
    return list;
}

const json_t *component_service(struct arena *a, const struct service *service)
{
    const struct place *place = service->place;
    const json_t *metadata = component_metadata(a, place, service->component, service->name, NULL);
    const json_t *user = service->user;

    return object(a,
        F("apiVersion", "v1"),
        F("kind", "Service"),
        MAP("metadata",
            SPREAD(metadata),
            MAP("labels", SPREAD(json_at(user, "labels")), SPREAD(json_at(metadata, "labels"))),
            OPT("annotations", json_at(user, "annotations"))),
        MAP("spec",
            SPREAD(settings(a, user)),
            F("selector", component_selector(a, place, service->component)),
            F("ports", ports_of(a, service))));
}

const json_t *internal_service(struct arena *a, const struct service *service, const char *name)
{
    struct service inside = *service;

    inside.name = name;
    inside.user = NULL;
    return component_service(a, &inside);
}
