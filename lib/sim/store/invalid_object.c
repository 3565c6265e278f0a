#include <string.h>

#include "admit.h"
#include "metadata.h"
#include "sim/core/edit.h"

/* What kube-apiserver refuses in the built-in kinds other than Pod, and which of their fields it
 * does not let anybody change. */

enum { CONFIG_MAP_LIMIT = 1024 * 1024 };

/* The Pod that a template gives: a StatefulSet adds a volume for each of its claims. */
static const json_t *pod_of_template(const json_t *spec)
{
    const json_t *pod = json_at(spec, "template", "spec");
    json_t *volumes = json_new_list();
    const json_t *item;

    json_each_item (json_at(pod, "volumes"), i, item)
        json_add(volumes, item);
    json_each_item (json_at(spec, "volumeClaimTemplates"), j, item) {
        json_t *volume = json_new_map();

        json_put(volume, "name", json_at(item, "metadata", "name"));
        json_add(volumes, volume);
    }
    return edited(pod, volumes, "volumes");
}

static const char *invalid_workload(struct arena *arena, const json_t *object)
{
    const json_t *spec = json_at(object, "spec");
    const json_t *labels = json_at(spec, "template", "metadata", "labels");
    const char *message;

    if (json_int_at(spec, 0, "replicas") < 0)
        return "spec.replicas: Invalid value: must be greater than or equal to 0";
    if (json_object_size(json_at(spec, "selector", "matchLabels")) == 0 &&
        json_array_size(json_at(spec, "selector", "matchExpressions")) == 0)
        return "spec.selector: Required value";
    if (!selector_matches(json_at(spec, "selector"), labels))
        return "spec.template.metadata.labels: Invalid value: `selector` does not match template "
               "`labels`";
    message = invalid_labels(arena, labels, "spec.template.metadata.labels");
    if (message == NULL)
        message = invalid_pod_spec(arena, pod_of_template(spec), "spec.template.spec");
    if (message == NULL &&
        !text_equal(json_text_at(spec, "template", "spec", "restartPolicy"), "Always"))
        message = "spec.template.spec.restartPolicy: Unsupported value: must be Always";
    return message;
}

/* Fields that are of a type alone (ValidateService(), ValidateServiceExternalTrafficFields...). */
static const char *invalid_service_type(struct arena *arena, const json_t *spec)
{
    static const char *const balanced[] = {"allocateLoadBalancerNodePorts",
        "loadBalancerClass",
        "loadBalancerSourceRanges",
        NULL};
    const char *type = json_text_at(spec, "type");

    for (size_t i = 0; balanced[i] != NULL && !text_equal(type, "LoadBalancer"); i++) {
        if (json_at(spec, balanced[i]) != NULL)
            return fmt(arena,
                "spec.%s: Forbidden: may only be used when `type` is 'LoadBalancer'",
                balanced[i]);
    }
    if (text_equal(type, "ClusterIP") && json_at(spec, "externalTrafficPolicy") != NULL)
        return "spec.externalTrafficPolicy: Invalid value: may only be set for "
               "externally-accessible services";
    if (!text_equal(type, "ClusterIP") && text_equal(json_text_at(spec, "clusterIP"), "None"))
        return fmt(arena,
            "spec.clusterIPs[0]: Invalid value: may not be set to 'None' for %s services",
            type);
    return NULL;
}

static const char *invalid_service(struct arena *arena, const json_t *spec)
{
    const char *of_type = invalid_service_type(arena, spec);
    const json_t *ports = json_at(spec, "ports");
    const json_t *port;

    if (json_array_size(ports) == 0 && !text_equal(json_text_at(spec, "clusterIP"), "None") &&
        !text_equal(json_text_at(spec, "type"), "ExternalName"))
        return "spec.ports: Required value";
    if (of_type != NULL)
        return of_type;
    json_each_item (ports, i, port) {
        const char *name = json_text_at(port, "name");
        json_int_t number = json_int_at(port, 0, "port");

        if (number < 1 || number > 65535)
            return fmt(arena, "spec.ports[%zu].port: Invalid value", i);
        if (name == NULL && json_array_size(ports) > 1)
            return fmt(arena, "spec.ports[%zu].name: Required value", i);
        if (text_equal(json_text_at(spec, "type"), "ClusterIP") &&
            json_at(port, "nodePort") != NULL)
            return fmt(arena,
                "spec.ports[%zu].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
                i);
        for (size_t j = 0; j < i; j++) {
            if (name != NULL && text_equal(json_text_at(json_array_get(ports, j), "name"), name))
                return fmt(arena, "spec.ports[%zu].name: Duplicate value: \"%s\"", i, name);
        }
    }
    return NULL;
}

static const char *invalid_claim(struct arena *arena, const json_t *spec)
{
    const char *size = json_text_at(spec, "resources", "requests", "storage");

    if (json_array_size(json_at(spec, "accessModes")) == 0)
        return "spec.accessModes: Required value: at least 1 access mode is required";
    if (size == NULL || quantity_canonical(arena, size) == NULL)
        return "spec.resources[storage]: Required value";
    return NULL;
}

static const char *invalid_config_map(const json_t *object)
{
    const json_t *value;
    const char *key;
    size_t total = 0;

    json_each_field (json_at(object, "data"), key, value) {
        if (!json_is_string(value))
            return "data: Invalid value: must be strings";
        total += strlen(key) + json_string_length(value);
    }
    return total > CONFIG_MAP_LIMIT ? "data: Too long: may not be more than 1048576 bytes" : NULL;
}

const char *invalid_object(struct arena *arena, const struct kind *kind, const json_t *object)
{
    const json_t *spec = json_at(object, "spec");

    if (kind->hook != NULL)
        return NULL;
    if (kind_is(kind, "Pod"))
        return invalid_pod_spec(arena, spec, "spec");
    if (kind_is(kind, "Deployment") || kind_is(kind, "StatefulSet"))
        return invalid_workload(arena, object);
    if (kind_is(kind, "Service"))
        return invalid_service(arena, spec);
    if (kind_is(kind, "PersistentVolumeClaim"))
        return invalid_claim(arena, spec);
    if (kind_is(kind, "ConfigMap") || kind_is(kind, "Secret"))
        return invalid_config_map(object);
    if (kind_is(kind, "HorizontalPodAutoscaler") &&
        json_int_at(spec, 0, "maxReplicas") < json_int_at(spec, 1, "minReplicas"))
        return "spec.maxReplicas: Invalid value: must be greater than or equal to `minReplicas`";
    if (kind_is(kind, "PodDisruptionBudget") && json_at(spec, "minAvailable") != NULL &&
        json_at(spec, "maxUnavailable") != NULL)
        return "spec: Invalid value: minAvailable and maxUnavailable cannot be both set";
    return NULL;
}

/* --- changes --- */

static const char *immutable(struct arena *arena, const json_t *object, const json_t *old,
    const char *const *fields)
{
    for (; *fields != NULL; fields++) {
        if (!json_same(json_at(object, "spec", *fields), json_at(old, "spec", *fields)))
            return fmt(arena, "spec.%s: Forbidden: field is immutable", *fields);
    }
    return NULL;
}

/* All of a Pod's spec but the images of its containers, tolerations (may only be added) and the
 * deadline. */
static const json_t *fixed_pod_spec(const json_t *spec)
{
    json_t *copy = json_clone(spec);

    json_object_del(copy, "tolerations");
    json_object_del(copy, "activeDeadlineSeconds");
    for (size_t i = 0; i < json_array_size(json_at(copy, "containers")); i++)
        json_object_del(json_array_get(json_object_get(copy, "containers"), i), "image");
    for (size_t i = 0; i < json_array_size(json_at(copy, "initContainers")); i++)
        json_object_del(json_array_get(json_object_get(copy, "initContainers"), i), "image");
    return copy;
}

static const char *tolerations_lost(const json_t *object, const json_t *old)
{
    const json_t *before = json_at(old, "spec", "tolerations");
    const json_t *after = json_at(object, "spec", "tolerations");
    const json_t *item, *other;

    json_each_item (before, i, item) {
        bool found = false;

        json_each_item (after, j, other)
            found = found || json_same(item, other);
        if (!found)
            return "spec.tolerations: Forbidden: existing toleration can not be modified except "
                   "its tolerationSeconds";
    }
    return NULL;
}

static const char *invalid_pod_change(const json_t *object, const json_t *old)
{
    if (!json_same(fixed_pod_spec(json_at(object, "spec")), fixed_pod_spec(json_at(old, "spec"))))
        return "spec: Forbidden: pod updates may not change fields other than image, "
               "activeDeadlineSeconds and tolerations";
    return tolerations_lost(object, old);
}

/* Without the size: everything that may not change. */
static const json_t *fixed_claim_spec(const json_t *spec)
{
    json_t *copy = json_clone(spec);

    json_object_del(copy, "resources");
    json_object_del(copy, "volumeAttributesClassName");
    return copy;
}

static const char *invalid_claim_change(const json_t *object, const json_t *old)
{
    const char *before = json_text_at(old, "spec", "resources", "requests", "storage");
    const char *after = json_text_at(object, "spec", "resources", "requests", "storage");

    if (!json_same(fixed_claim_spec(json_at(object, "spec")),
            fixed_claim_spec(json_at(old, "spec"))))
        return "spec: Forbidden: spec is immutable after creation except "
               "resources.requests and volumeAttributesClassName for bound claims";
    if (quantity_compare(after, before) < 0)
        return "spec.resources.requests.storage: Forbidden: field can not be less than "
               "status.capacity";
    if (quantity_compare(after, before) > 0 &&
        !text_equal(json_text_at(old, "status", "phase"), "Bound"))
        return "spec: Forbidden: only bound claims can be expanded";
    return NULL;
}

static const char *invalid_statefulset_change(struct arena *arena, const json_t *object,
    const json_t *old)
{
    static const char *const fixed[] = {"serviceName",
        "selector",
        "podManagementPolicy",
        "volumeClaimTemplates",
        NULL};

    return immutable(arena, object, old, fixed);
}

static const char *invalid_service_change(struct arena *arena, const json_t *object,
    const json_t *old)
{
    static const char *const address[] = {"clusterIP", NULL};
    const json_t *class = json_at(object, "spec", "loadBalancerClass");

    if (text_equal(json_text_at(object, "spec", "type"), "LoadBalancer") &&
        text_equal(json_text_at(old, "spec", "type"), "LoadBalancer") &&
        !json_same(class, json_at(old, "spec", "loadBalancerClass")))
        return "spec.loadBalancerClass: Invalid value: may not change once set";
    if (!json_same(json_array_get(json_at(object, "spec", "ipFamilies"), 0),
            json_array_get(json_at(old, "spec", "ipFamilies"), 0)))
        return "spec.ipFamilies[0]: Invalid value: may not change once set";
    return immutable(arena, object, old, address);
}

const char *invalid_change(struct arena *arena, const struct kind *kind, const json_t *object,
    const json_t *old)
{
    static const char *const selector[] = {"selector", NULL};

    if (kind->hook != NULL)
        return NULL;
    if (kind_is(kind, "Pod"))
        return invalid_pod_change(object, old);
    if (kind_is(kind, "PersistentVolumeClaim"))
        return invalid_claim_change(object, old);
    if (kind_is(kind, "StatefulSet"))
        return invalid_statefulset_change(arena, object, old);
    if (kind_is(kind, "Deployment"))
        return immutable(arena, object, old, selector);
    if (kind_is(kind, "Service"))
        return invalid_service_change(arena, object, old);
    return NULL;
}
