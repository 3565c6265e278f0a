#include "pod.h"

#include "metadata.h"
#include "template.h"

/* A HorizontalPodAutoscaler: how many Pods a Deployment has is its affair then. */

/* Kubernetes keeps no other form of a quantity, and compares a list of metrics as a whole. */
static const json_t *stored_target(struct arena *a, const json_t *target)
{
    static const char *const quantities[] = {"value", "averageValue"};
    json_t *copy = json_overlay(target, NULL);

    for (size_t i = 0; i < sizeof(quantities) / sizeof(*quantities); i++) {
        const json_t *value = json_at(target, quantities[i]);
        const char *text =
            json_is_number(value) ? json_write(a, value, NULL) : json_string_value(value);
        const char *canonical = text == NULL ? NULL : quantity_canonical(a, text);

        if (canonical != NULL)
            json_put_text(copy, quantities[i], canonical);
    }
    return copy;
}

static const json_t *stored_metric(struct arena *a, const json_t *metric)
{
    json_t *copy = json_overlay(as_stored(a, metric), NULL);
    const json_t *source;
    const char *key;

    json_each_field (metric, key, source) {
        if (json_is_object(json_at(source, "target")))
            json_put(copy,
                key,
                object(a,
                    SPREAD(json_at(copy, key)),
                    F("target", stored_target(a, json_at(source, "target")))));
    }
    return copy;
}

/* Of the container alone: a sidecar that requests nothing would stop a metric of the whole Pod. */
static const json_t *cpu_metric(struct arena *a, const struct autoscaler *autoscaler)
{
    return object(a,
        F("type", "ContainerResource"),
        MAP("containerResource",
            F("name", "cpu"),
            F("container", autoscaler->component),
            MAP("target",
                F("type", "Utilization"),
                F("averageUtilization", autoscaler->cpu_percent))));
}

const json_t *metrics_as_stored(struct arena *a, const json_t *metrics)
{
    json_t *list = json_new_list();
    const json_t *metric;

    json_each_item (metrics, i, metric)
        json_add(list, stored_metric(a, metric));
    return list;
}

static const json_t *metrics_of(struct arena *a, const struct autoscaler *autoscaler)
{
    json_t *list = json_new_list();
    const json_t *metric;

    if (autoscaler->cpu_percent > 0)
        json_add(list, cpu_metric(a, autoscaler));
    json_each_item (metrics_as_stored(a, autoscaler->metrics), i, metric)
        json_add(list, metric);
    return list;
}

const json_t *horizontal_autoscaler(struct arena *a, const struct autoscaler *autoscaler)
{
    return object(a,
        F("apiVersion", "autoscaling/v2"),
        F("kind", "HorizontalPodAutoscaler"),
        F("metadata",
            component_metadata(a,
                autoscaler->place,
                autoscaler->component,
                autoscaler->name,
                NULL)),
        MAP("spec",
            MAP("scaleTargetRef",
                F("apiVersion", "apps/v1"),
                F("kind", "Deployment"),
                F("name", autoscaler->name)),
            F("minReplicas", autoscaler->min_replicas),
            F("maxReplicas", autoscaler->max_replicas),
            F("metrics", metrics_of(a, autoscaler)),
            OPT("behavior", as_stored(a, autoscaler->behavior))));
}
