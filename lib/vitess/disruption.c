#include "pod.h"

#include "template.h"

const json_t *disruption_budget(struct arena *a, const struct place *place, const char *component,
    const char *name, const json_t *selector, uint32_t min_available)
{
    if (min_available == 0)
        return NULL;
    return object(a,
        F("apiVersion", "policy/v1"),
        F("kind", "PodDisruptionBudget"),
        F("metadata", component_metadata(a, place, component, name, NULL)),
        MAP("spec", F("minAvailable", min_available), MAP("selector", F("matchLabels", selector))));
}
