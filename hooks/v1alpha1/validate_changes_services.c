#include "validate_changes.h"

static const char *family_of(const json_t *service)
{
    return json_string_value(json_array_get(json_at(service, "ipFamilies"), 0));
}

static void refuse_address(const struct change *change, const char *path, const char *old,
    const char *new)
{
    problem_add(change->v->problems,
        path,
        "must stay %s once the Service has it, got %s; put it back",
        old,
        v1_or_none(new));
}

/* One that never had an address of the user's may pin the one it got. */
static void check_addresses(const struct change *change, const char *path, const json_t *old,
    const json_t *new)
{
    struct arena *a = change->v->arena;
    const char *address = json_text_at(old, "clusterIP");

    if (address != NULL && !text_equal(address, json_text_at(new, "clusterIP")))
        refuse_address(change,
            fmt(a, "%s.clusterIP", path),
            address,
            json_text_at(new, "clusterIP"));
    if (family_of(old) != NULL && family_of(new) != NULL &&
        !text_equal(family_of(old), family_of(new)))
        refuse_address(change, fmt(a, "%s.ipFamilies[0]", path), family_of(old), family_of(new));
    else if (json_array_size(json_at(new, "ipFamilies")) == 1 &&
             json_array_size(json_at(old, "ipFamilies")) == 2 &&
             !text_equal(json_text_at(new, "ipFamilyPolicy"), "SingleStack"))
        problem_add(change->v->problems,
            fmt(a, "%s.ipFamilyPolicy", path),
            "must be SingleStack where the second of ipFamilies goes, got %s",
            v1_or_none(json_text_at(new, "ipFamilyPolicy")));
}

static void check_service(const struct change *change, const char *path, const json_t *old,
    const json_t *new)
{
    const char *before = json_text_at(old, "loadBalancerClass");
    const char *now = json_text_at(new, "loadBalancerClass");

    if (text_equal(json_text_at(old, "type"), "LoadBalancer") &&
        text_equal(json_text_at(new, "type"), "LoadBalancer") && !text_equal(before, now))
        problem_add(change->v->problems,
            fmt(change->v->arena, "%s.loadBalancerClass", path),
            "must stay %s while type is LoadBalancer, got %s; put it back, or make it a ClusterIP "
            "first, which gives the load balancer up",
            v1_or_none(before),
            v1_or_none(now));
    check_addresses(change, path, old, new);
}

#define CHECK_SERVICE(change, now, component)                                                      \
    do {                                                                                           \
        if ((change)->before->item.component != NULL && (now)->component != NULL)                  \
            check_service((change),                                                                \
                fmt((change)->v->arena, "%s." #component ".service", (now)->path),                 \
                (change)->before->item.component->service,                                         \
                (now)->component->service);                                                        \
    } while (0)

void v1_validate_service_changes(const struct change *change, const struct cell_item *now)
{
    CHECK_SERVICE(change, now, vtctld);
    CHECK_SERVICE(change, now, vtgate);
    CHECK_SERVICE(change, now, vtadmin);
}
