#include <stdio.h>
#include <string.h>

#include "admit.h"
#include "metadata.h"
#include "sim/core/edit.h"
#include "template.h"

/* Defaulting as kube-apiserver does it (pkg/apis/{core,apps,networking}/v1/defaults.go), for the
 * kinds that a Vitess cluster is made of. A 3-way merge sees these as fields of somebody else. */

static void put_text(json_t *mapping, const char *key, const char *text)
{
    edit_default(mapping, key, json_string(text));
}

static void put_number(json_t *mapping, const char *key, json_int_t number)
{
    edit_default(mapping, key, json_integer(number));
}

/* --- containers --- */

static void default_probe(json_t *container, const char *name)
{
    json_t *probe = edit_child(container, name);

    if (probe == NULL)
        return;
    put_number(probe, "timeoutSeconds", 1);
    put_number(probe, "periodSeconds", 10);
    put_number(probe, "successThreshold", 1);
    put_number(probe, "failureThreshold", 3);
    if (edit_child(probe, "httpGet") != NULL) {
        put_text(edit_child(probe, "httpGet"), "path", "/");
        put_text(edit_child(probe, "httpGet"), "scheme", "HTTP");
    }
}

/* Only a tag other than "latest" (or a digest) says that an image does not change. */
static const char *pull_policy(const char *image)
{
    const char *slash = image == NULL ? NULL : strrchr(image, '/');
    const char *tag = strchr(slash == NULL ? (image == NULL ? "" : image) : slash, ':');

    if (image != NULL && strchr(image, '@') != NULL)
        return "IfNotPresent";
    return tag == NULL || strcmp(tag, ":latest") == 0 ? "Always" : "IfNotPresent";
}

static void default_environment(json_t *container)
{
    json_t *list = edit_child(container, "env");

    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *source = edit_child(json_array_get(list, i), "valueFrom");

        if (source != NULL && edit_child(source, "fieldRef") != NULL)
            put_text(edit_child(source, "fieldRef"), "apiVersion", "v1");
    }
}

/* A limit without a request is the request. */
static void default_requests(json_t *resources)
{
    const json_t *limit;
    const char *key;

    json_each_field (json_at(resources, "limits"), key, limit)
        edit_default(edit_map(resources, "requests"), key, json_clone(limit));
}

static void default_container(json_t *container)
{
    json_t *ports = edit_child(container, "ports");

    put_text(container, "imagePullPolicy", pull_policy(json_text_at(container, "image")));
    put_text(container, "terminationMessagePath", "/dev/termination-log");
    put_text(container, "terminationMessagePolicy", "File");
    default_requests(edit_map(container, "resources"));
    for (size_t i = 0; i < json_array_size(ports); i++)
        put_text(json_array_get(ports, i), "protocol", "TCP");
    default_probe(container, "readinessProbe");
    default_probe(container, "livenessProbe");
    default_probe(container, "startupProbe");
    default_environment(container);
}

/* --- Pods --- */

static void default_volume(json_t *volume)
{
    static const char *const with_mode[] = {"secret", "configMap", "projected", "downwardAPI"};

    for (size_t i = 0; i < sizeof(with_mode) / sizeof(*with_mode); i++) {
        if (edit_child(volume, with_mode[i]) != NULL)
            put_number(edit_child(volume, with_mode[i]), "defaultMode", 420);
    }
    if (edit_child(volume, "hostPath") != NULL)
        put_text(edit_child(volume, "hostPath"), "type", "");
}

static void default_pod_spec(json_t *spec)
{
    static const char *const lists[] = {"containers", "initContainers"};

    put_text(spec, "restartPolicy", "Always");
    put_text(spec, "dnsPolicy", "ClusterFirst");
    put_number(spec, "terminationGracePeriodSeconds", 30);
    put_text(spec, "schedulerName", "default-scheduler");
    edit_default(spec, "securityContext", json_new_map());
    if (json_at(spec, "serviceAccountName") != NULL)
        put_text(spec, "serviceAccount", json_text_at(spec, "serviceAccountName"));
    for (size_t list = 0; list < 2; list++) {
        json_t *containers = edit_child(spec, lists[list]);

        for (size_t i = 0; i < json_array_size(containers); i++)
            default_container(json_array_get(containers, i));
    }
    for (size_t i = 0; i < json_array_size(json_at(spec, "volumes")); i++)
        default_volume(json_array_get(edit_child(spec, "volumes"), i));
}

static void tolerate(struct arena *arena, json_t *spec, const char *taint)
{
    json_t *list = edit_child(spec, "tolerations");
    const json_t *toleration;

    if (list == NULL) {
        list = json_new_list();
        json_put(spec, "tolerations", list);
    }
    json_each_item (list, i, toleration) {
        if (text_equal(json_text_at(toleration, "key"), taint))
            return;
    }
    json_add(list,
        json_clone(object(arena,
            F("key", taint),
            F("operator", "Exists"),
            F("effect", "NoExecute"),
            F("tolerationSeconds", INT(300)))));
}

/* What a token volume is made of. */
static const json_t *token_source(struct arena *arena)
{
    return object(arena,
        MAP("serviceAccountToken", F("expirationSeconds", INT(3607)), F("path", "token")));
}

static const json_t *authority_source(struct arena *arena)
{
    return object(arena,
        MAP("configMap",
            F("name", "kube-root-ca.crt"),
            LIST("items", ITEM(F("key", "ca.crt"), F("path", "ca.crt")))));
}

static const json_t *namespace_source(struct arena *arena)
{
    const json_t *reference =
        object(arena, F("apiVersion", "v1"), F("fieldPath", "metadata.namespace"));

    return object(arena,
        MAP("downwardAPI", LIST("items", ITEM(F("path", "namespace"), F("fieldRef", reference)))));
}

/* The service account token, as the admission plugin mounts it into each container. */
static void mount_token(struct arena *arena, json_t *spec)
{
    static const char *const lists[] = {"containers", "initContainers"};
    const char *name = "kube-api-access-x7k2p";

    /* A copy brings it along. */
    if (json_named(json_at(spec, "volumes"), name) != NULL)
        return;
    if (edit_child(spec, "volumes") == NULL)
        json_put(spec, "volumes", json_new_list());
    json_add(edit_child(spec, "volumes"),
        json_clone(object(arena,
            F("name", name),
            MAP("projected",
                F("defaultMode", INT(420)),
                LIST("sources",
                    V(token_source(arena)),
                    V(authority_source(arena)),
                    V(namespace_source(arena)))))));
    for (size_t list = 0; list < 2; list++) {
        json_t *containers = edit_child(spec, lists[list]);

        for (size_t i = 0; i < json_array_size(containers); i++) {
            json_t *container = json_array_get(containers, i);

            if (edit_child(container, "volumeMounts") == NULL)
                json_put(container, "volumeMounts", json_new_list());
            json_add(edit_child(container, "volumeMounts"),
                json_clone(object(arena,
                    F("mountPath", "/var/run/secrets/kubernetes.io/serviceaccount"),
                    F("name", name),
                    F("readOnly", BOOL(true)))));
        }
    }
}

/* What admission plugins add to a Pod (not to the template of a workload). */
static void admit_pod(struct arena *arena, json_t *spec)
{
    put_text(spec, "serviceAccountName", "default");
    put_text(spec, "serviceAccount", json_text_at(spec, "serviceAccountName"));
    put_number(spec, "priority", 0);
    put_text(spec, "preemptionPolicy", "PreemptLowerPriority");
    edit_default(spec, "enableServiceLinks", json_true());
    tolerate(arena, spec, "node.kubernetes.io/not-ready");
    tolerate(arena, spec, "node.kubernetes.io/unreachable");
    if (json_at(spec, "automountServiceAccountToken") == NULL ||
        json_true_at(spec, "automountServiceAccountToken"))
        mount_token(arena, spec);
}

/* --- workloads --- */

static void default_deployment(json_t *spec)
{
    json_t *strategy = edit_map(spec, "strategy");

    put_number(spec, "replicas", 1);
    put_number(spec, "revisionHistoryLimit", 10);
    put_number(spec, "progressDeadlineSeconds", 600);
    put_text(strategy, "type", "RollingUpdate");
    if (text_equal(json_text_at(strategy, "type"), "RollingUpdate")) {
        put_text(edit_map(strategy, "rollingUpdate"), "maxSurge", "25%");
        put_text(edit_map(strategy, "rollingUpdate"), "maxUnavailable", "25%");
    }
    default_pod_spec(edit_map(edit_map(spec, "template"), "spec"));
}

static void default_claim(json_t *spec)
{
    put_text(spec, "volumeMode", "Filesystem");
}

static void default_statefulset(json_t *spec)
{
    json_t *strategy = edit_map(spec, "updateStrategy");
    json_t *retention = edit_map(spec, "persistentVolumeClaimRetentionPolicy");
    json_t *claims = edit_child(spec, "volumeClaimTemplates");

    put_number(spec, "replicas", 1);
    put_number(spec, "revisionHistoryLimit", 10);
    put_text(spec, "podManagementPolicy", "OrderedReady");
    /* Who names the type and nothing else gets no partition either. */
    if (json_at(strategy, "type") == NULL) {
        put_text(strategy, "type", "RollingUpdate");
        edit_map(strategy, "rollingUpdate");
    }
    if (edit_child(strategy, "rollingUpdate") != NULL)
        put_number(edit_child(strategy, "rollingUpdate"), "partition", 0);
    put_text(retention, "whenDeleted", "Retain");
    put_text(retention, "whenScaled", "Retain");
    default_pod_spec(edit_map(edit_map(spec, "template"), "spec"));
    for (size_t i = 0; i < json_array_size(claims); i++) {
        json_t *claim = json_array_get(claims, i);

        put_text(claim, "apiVersion", "v1");
        put_text(claim, "kind", "PersistentVolumeClaim");
        put_text(edit_map(claim, "status"), "phase", "Pending");
        default_claim(edit_map(claim, "spec"));
    }
}

/* --- networking --- */

static void take_over(json_t *spec, const json_t *old, const char *field)
{
    if (json_at(old, "spec", field) != NULL)
        edit_default(spec, field, json_clone(json_at(old, "spec", field)));
}

static json_t *list_of(const char *text)
{
    json_t *list = json_new_list();

    json_add_text(list, text);
    return list;
}

/* A cluster IP from the Service's own name, so that it is the same in each run. */
static json_t *cluster_ip(const json_t *object)
{
    unsigned hash = 7;
    char text[sizeof("10.255.255.255")];

    for (const char *at = object_name(object); at != NULL && *at != '\0'; at++)
        hash = hash * 31 + (unsigned char)*at;
    snprintf(text, sizeof(text), "10.%u.%u.%u", 96 + hash % 16, hash / 16 % 256, hash / 4096 % 256);
    return json_string(text);
}

static bool is_of(const json_t *service, const char *type)
{
    return text_equal(json_text_at(service, "spec", "type"), type);
}

static bool is_outside(const json_t *service)
{
    return is_of(service, "LoadBalancer") || is_of(service, "NodePort");
}

static void drop_unchanged(json_t *object, const json_t *old, const char *field)
{
    if (json_same(json_at(object, "spec", field), json_at(old, "spec", field)))
        json_object_del(edit_child(object, "spec"), field);
}

/* What a type had and another does not goes with it, unless somebody has changed it at the same
 * time (dropTypeDependentFields()). */
static void drop_of_type(json_t *object, const json_t *old)
{
    if (is_of(old, "LoadBalancer") && !is_of(object, "LoadBalancer")) {
        drop_unchanged(object, old, "allocateLoadBalancerNodePorts");
        drop_unchanged(object, old, "loadBalancerClass");
    }
    if (is_outside(old) && !is_outside(object))
        drop_unchanged(object, old, "externalTrafficPolicy");
}

/* Goes and comes with what else is said of the affinity. */
static void default_affinity(json_t *spec)
{
    json_t *config = edit_map(spec, "sessionAffinityConfig");

    put_text(spec, "sessionAffinity", "None");
    if (text_equal(json_text_at(spec, "sessionAffinity"), "None"))
        json_object_del(spec, "sessionAffinityConfig");
    else
        put_number(edit_map(config, "clientIP"), "timeoutSeconds", 10800);
}

static void default_service(json_t *object, const json_t *old)
{
    json_t *spec = edit_map(object, "spec");
    json_t *ports = edit_child(spec, "ports");

    put_text(spec, "type", "ClusterIP");
    if (old != NULL)
        drop_of_type(object, old);
    default_affinity(spec);
    put_text(spec, "internalTrafficPolicy", "Cluster");
    take_over(spec, old, "ipFamilyPolicy");
    put_text(spec, "ipFamilyPolicy", "SingleStack");
    take_over(spec, old, "ipFamilies");
    edit_default(spec, "ipFamilies", list_of("IPv4"));
    take_over(spec, old, "clusterIP");
    edit_default(spec, "clusterIP", cluster_ip(object));
    edit_default(spec, "clusterIPs", list_of(json_text_at(spec, "clusterIP")));
    if (is_of(object, "LoadBalancer"))
        edit_default(spec, "allocateLoadBalancerNodePorts", json_true());
    if (is_outside(object))
        put_text(spec, "externalTrafficPolicy", "Cluster");
    for (size_t i = 0; i < json_array_size(ports); i++) {
        json_t *port = json_array_get(ports, i);

        put_text(port, "protocol", "TCP");
        edit_default(port, "targetPort", json_clone(json_at(port, "port")));
    }
}

static void default_network_rules(json_t *rules)
{
    for (size_t i = 0; i < json_array_size(rules); i++) {
        json_t *ports = edit_child(json_array_get(rules, i), "ports");

        for (size_t j = 0; j < json_array_size(ports); j++)
            put_text(json_array_get(ports, j), "protocol", "TCP");
    }
}

static void default_network_policy(json_t *spec)
{
    json_t *types = list_of("Ingress");

    if (json_at(spec, "egress") != NULL)
        json_add_text(types, "Egress");
    edit_default(spec, "policyTypes", types);
    edit_default(spec, "podSelector", json_new_map());
    default_network_rules(edit_child(spec, "ingress"));
    default_network_rules(edit_child(spec, "egress"));
}

/* --- autoscalers (pkg/apis/autoscaling/v2/defaults.go) --- */

static json_t *policy_of(const char *type, json_int_t value)
{
    json_t *policy = json_new_map();

    json_put_text(policy, "type", type);
    json_put(policy, "value", json_integer(value));
    json_put(policy, "periodSeconds", json_integer(15));
    return policy;
}

static void default_behavior(json_t *behavior)
{
    json_t *up = edit_map(behavior, "scaleUp"), *down = edit_map(behavior, "scaleDown");
    json_t *list = json_new_list();

    put_number(up, "stabilizationWindowSeconds", 0);
    put_text(up, "selectPolicy", "Max");
    put_text(down, "selectPolicy", "Max");
    json_add(list, policy_of("Pods", 4));
    json_add(list, policy_of("Percent", 100));
    edit_default(up, "policies", list);
    list = json_new_list();
    json_add(list, policy_of("Percent", 100));
    edit_default(down, "policies", list);
}

static void default_autoscaler(json_t *spec)
{
    put_number(spec, "minReplicas", 1);
    if (edit_child(spec, "behavior") != NULL)
        default_behavior(edit_child(spec, "behavior"));
}

void admit_defaults(struct arena *arena, const struct kind *kind, json_t *object, const json_t *old)
{
    json_t *spec = edit_child(object, "spec");

    if (kind_is(kind, "Secret"))
        put_text(object, "type", "Opaque");
    if (spec == NULL)
        return;
    if (kind_is(kind, "Pod")) {
        default_pod_spec(spec);
        if (old == NULL)
            admit_pod(arena, spec);
    } else if (kind_is(kind, "Deployment")) {
        default_deployment(spec);
    } else if (kind_is(kind, "StatefulSet")) {
        default_statefulset(spec);
    } else if (kind_is(kind, "Service")) {
        default_service(object, old);
    } else if (kind_is(kind, "HorizontalPodAutoscaler")) {
        default_autoscaler(spec);
    } else if (kind_is(kind, "NetworkPolicy")) {
        default_network_policy(spec);
    } else if (kind_is(kind, "PersistentVolumeClaim")) {
        default_claim(spec);
        put_text(spec, "storageClassName", "standard");
    }
}
