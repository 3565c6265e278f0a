#include "pod.h"

#include "template.h"

const json_t *component_deployment(struct arena *a, const struct deployment *deployment)
{
    const struct place *place = deployment->place;
    const char *component = deployment->component;
    const json_t *metadata = component_metadata(a, place, component, deployment->name, place->hash);

    return object(a,
        F("apiVersion", "apps/v1"),
        F("kind", "Deployment"),
        F("metadata", metadata),
        MAP("spec",
            F("replicas", deployment->replicas),
            MAP("selector", F("matchLabels", component_selector(a, place, component))),
            MAP("strategy",
                F("type", "RollingUpdate"),
                MAP("rollingUpdate", F("maxUnavailable", INT(0)), F("maxSurge", INT(1)))),
            MAP("template",
                MAP("metadata",
                    F("labels", pod_labels(a, json_at(metadata, "labels"), deployment->overrides)),
                    OPT("annotations",
                        object(a,
                            SPREAD(deployment->overrides->annotations),
                            SPREAD(deployment->annotations)))),
                F("spec", pod_overridden(a, place, deployment->pod, deployment->overrides)))));
}
