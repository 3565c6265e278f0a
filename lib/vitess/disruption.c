#include "pod.h"

#include "template.h"

/* By default a Pod that is not Ready counts for nothing, and yet stays while too few others are
 * Ready: a node with vtgates that crash could never be drained. They serve nobody, and have nothing
 * that another one has not. */
static const char *eviction_policy(const struct budget *budget)
{
    return budget->stateless ? "AlwaysAllow" : "IfHealthyBudget";
}

const json_t *disruption_budget(struct arena *a, const struct budget *budget)
{
    if (budget->min_available == 0)
        return NULL;
    return object(a,
        F("apiVersion", "policy/v1"),
        F("kind", "PodDisruptionBudget"),
        F("metadata", component_metadata(a, budget->place, budget->component, budget->name, NULL)),
        MAP("spec",
            F("minAvailable", budget->min_available),
            F("unhealthyPodEvictionPolicy", eviction_policy(budget)),
            MAP("selector", F("matchLabels", budget->selector))));
}

const json_t *deployment_budget(struct arena *a, const struct place *place, const char *component,
    const char *name, uint32_t replicas)
{
    const struct budget budget = {
        .place = place,
        .component = component,
        .name = name,
        .selector = component_selector(a, place, component),
        .min_available = replicas < 2 ? 0 : replicas - 1,
        .stateless = true,
    };

    return disruption_budget(a, &budget);
}
