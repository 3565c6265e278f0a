#ifndef VITESS_OPERATOR_COMPONENTS_H
#define VITESS_OPERATOR_COMPONENTS_H

#include "../../hooks/v1alpha1/v1alpha1.h"
#include "objects.h"
#include "pod.h"
#include "shared.h"

/* Where the components under test run. */
static inline struct place zone1(void)
{
    const json_t *labels =
        json_of("{'app':'shop','vitess.io/cluster':'demo','vitess.io/cell':'zone1'}");

    return (struct place){
        .keys = &v1_keys,
        .namespace = "shop",
        .cluster = "demo",
        .cell = "zone1",
        .labels = labels,
        .selector = labels,
        .topology = {"etcd2", "demo-global-etcd-client.shop.svc:2379", "/vitess/global", NULL},
        .hash = "0123456789abcdef",
    };
}

/* The same behind TLS, with a registry of its own. */
static inline struct place zone1_secured(void)
{
    struct place place = zone1();

    place.topology.tls_secret = "topology-certificates";
    place.pull_secrets = json_of("[{'name':'registry'}]");
    place.pull_policy = "Always";
    return place;
}

/* --- looking into objects --- */

/* PodSpec of a Pod, or of a workload's template. */
static inline const json_t *pod_spec_of(const json_t *object)
{
    const json_t *template = json_at(object, "spec", "template", "spec");

    return template == NULL ? json_at(object, "spec") : template;
}

static inline const json_t *container_of(const json_t *object, const char *name)
{
    const json_t *container = json_named(json_at(pod_spec_of(object), "containers"), name);

    return container != NULL ? container
                             : json_named(json_at(pod_spec_of(object), "initContainers"), name);
}

/* The value of a flag of a container, or NULL. */
static inline const char *argument(const json_t *object, const char *container, const char *flag)
{
    const char *start = fmt(arena, "--%s=", flag);
    const json_t *item;

    json_each_item (json_at(container_of(object, container), "args"), i, item) {
        if (text_starts_with(json_string_value(item), start))
            return json_string_value(item) + strlen(start);
    }
    return NULL;
}

/* --- rules that hold for every component --- */

/* Every flag of the container is one that the binary has. The glog flags are not in the lists. */
static inline void check_flags_exist(const json_t *object, const char *container,
    const char *binary)
{
    const char *list = shared_text(fmt(arena, "flags/%s.txt", binary));
    const json_t *item;

    json_each_item (json_at(container_of(object, container), "args"), i, item) {
        const char *flag = json_string_value(item) + strlen("--");
        const char *line = fmt(arena, "\n%.*s\t", (int)strcspn(flag, "="), flag);

        if (list != NULL && !text_starts_with(flag, "logtostderr="))
            ck_assert_msg(strstr(list, line) != NULL, "%s has no --%s", binary, flag);
    }
}

static inline void check_restricted_containers(const json_t *containers)
{
    const json_t *container;

    json_each_item (containers, i, container) {
        const json_t *context = json_at(container, "securityContext");

        ck_assert(json_is_false(json_at(context, "allowPrivilegeEscalation")));
        ck_json(json_at(context, "capabilities"), "{'drop':['ALL']}");
        ck_assert(json_int_at(context, 999, "runAsUser") > 0);
    }
}

/* Kubernetes' Pod Security Standards, level "restricted", and no token to talk to Kubernetes. */
static inline void check_restricted(const json_t *object)
{
    const json_t *spec = pod_spec_of(object);
    const json_t *volume;

    ck_assert(json_true_at(spec, "securityContext", "runAsNonRoot"));
    ck_assert_str_eq(json_text_at(spec, "securityContext", "seccompProfile", "type"),
        "RuntimeDefault");
    check_restricted_containers(json_at(spec, "containers"));
    check_restricted_containers(json_at(spec, "initContainers"));
    ck_assert(json_is_false(json_at(spec, "automountServiceAccountToken")));
    json_each_item (json_at(spec, "volumes"), i, volume)
        ck_assert_ptr_null(json_at(volume, "hostPath"));
}

#endif
