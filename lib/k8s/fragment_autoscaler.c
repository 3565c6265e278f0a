#include "fragment.h"

#include "text.h"

/* What a HorizontalPodAutoscaler (autoscaling/v2) goes by, and how fast
 * (validateHorizontalPodAutoscalerSpec() of Kubernetes). */

enum { LONGEST_WINDOW = 3600, LONGEST_PERIOD = 1800, MOST_METRICS = 32, MOST_POLICIES = 16 };

/* --- what is measured --- */

static const char *const source_types[] = {
    "Resource", "ContainerResource", "Pods", "Object", "External", NULL};
/* The key that each of them has its settings under. */
static const char *const sources[] = {
    "resource", "containerResource", "pods", "object", "external", NULL};

static const char *const target_types[] = {"Utilization", "Value", "AverageValue", NULL};
static const char *const targets[] = {"averageUtilization", "value", "averageValue", NULL};

/* Of `keys` only the one that stands where `type` stands in `types` may be there, and must be. */
static const char *check_kind(struct arena *arena, const json_t *value, const char *const *types,
    const char *const *keys)
{
    const char *type = json_text_at(value, "type");

    if (!text_is_one_of(type, types))
        return NULL;
    for (size_t i = 0; types[i] != NULL; i++) {
        const bool there = json_at(value, keys[i]) != NULL;

        if (there != text_equal(type, types[i]))
            return fmt(arena,
                there ? "must not have %s, for type %s" : "must have %s, for type %s",
                keys[i],
                type);
    }
    return NULL;
}

static const char *check_metric(struct arena *arena, const char *key, const json_t *metric,
    const json_t *around)
{
    (void)key, (void)around;
    return check_kind(arena, metric, source_types, sources);
}

static const char *check_target(struct arena *arena, const char *key, const json_t *target,
    const json_t *around)
{
    (void)key, (void)around;
    return check_kind(arena, target, target_types, targets);
}

static const char *unless(struct arena *arena, const json_t *source, const char *one,
    const char *other)
{
    const char *type = json_text_at(source, "target", "type");

    if (!text_is_one_of(type, target_types) || text_equal(type, one) || text_equal(type, other))
        return NULL;
    return other == NULL ? fmt(arena, "must have the type %s here", one)
                         : fmt(arena, "must have the type %s or %s here", one, other);
}

static const char *check_share(struct arena *arena, const char *key, const json_t *source,
    const json_t *around)
{
    (void)key, (void)around;
    return unless(arena, source, "Utilization", "AverageValue");
}

static const char *check_average(struct arena *arena, const char *key, const json_t *source,
    const json_t *around)
{
    (void)key, (void)around;
    return unless(arena, source, "AverageValue", NULL);
}

static const char *check_value(struct arena *arena, const char *key, const json_t *source,
    const json_t *around)
{
    (void)key, (void)around;
    return unless(arena, source, "Value", "AverageValue");
}

static const struct spec_field target_fields[] = {SPEC_PART("type", SPEC_TEXT, .required = true,
                                                      .values = target_types,
                                                      .doc = "How the target is given."),
    SPEC_PART("averageUtilization", SPEC_NUMBER, .min = 1,
        .doc = "Of type Utilization: percent of what the Pods request."),
    SPEC_PART("value", SPEC_QUANTITY, .doc = "Of type Value."),
    SPEC_PART("averageValue", SPEC_QUANTITY, .doc = "Of type AverageValue: for each Pod."),
    SPEC_CHECK(NULL, check_target),
    SPEC_END};

#define TARGET                                                                                     \
    SPEC_PART("target",                                                                            \
        SPEC_OBJECT,                                                                               \
        .required = true,                                                                          \
        .fields = target_fields,                                                                   \
        .doc = "What the autoscaler aims at.")
#define RESOURCE_NAME                                                                              \
    SPEC_PART("name",                                                                              \
        SPEC_TEXT,                                                                                 \
        .required = true,                                                                          \
        .format = &fragment_label_key,                                                             \
        .doc = "Name of the resource: cpu or memory.")

static const struct spec_field resource_fields[] = {
    RESOURCE_NAME, TARGET, SPEC_CHECK("target", check_share), SPEC_END};

static const struct spec_field container_fields[] = {RESOURCE_NAME,
    SPEC_PART("container", SPEC_TEXT, .required = true, .format = &spec_dns_label,
        .doc = "Name of the container, such as vtgate."),
    TARGET,
    SPEC_CHECK("target", check_share),
    SPEC_END};

static const struct spec_field metric_fields[] = {
    SPEC_PART("name", SPEC_TEXT, .required = true, .min = 1, .doc = "Name of the metric."),
    SPEC_PART("selector", SPEC_OBJECT, .fields = fragment_selector, .type_name = "LabelSelector",
        .doc = "Labels of the metric."),
    SPEC_END};

#define METRIC                                                                                     \
    SPEC_PART("metric",                                                                            \
        SPEC_OBJECT,                                                                               \
        .required = true,                                                                          \
        .fields = metric_fields,                                                                   \
        .doc = "The metric and its labels.")

static const struct spec_field pods_fields[] = {
    METRIC, TARGET, SPEC_CHECK("target", check_average), SPEC_END};
static const struct spec_field external_fields[] = {
    METRIC, TARGET, SPEC_CHECK("target", check_value), SPEC_END};

static const struct spec_field described_fields[] = {SPEC_PART("apiVersion", SPEC_TEXT),
    SPEC_PART("kind", SPEC_TEXT, .required = true, .min = 1),
    SPEC_PART("name", SPEC_TEXT, .required = true, .min = 1, .doc = "Name of that object."),
    SPEC_END};

static const struct spec_field object_fields[] = {SPEC_PART("describedObject", SPEC_OBJECT,
                                                      .required = true, .fields = described_fields,
                                                      .doc = "The object that the metric is of."),
    METRIC,
    TARGET,
    SPEC_CHECK("target", check_value),
    SPEC_END};

const struct spec_field fragment_metric[] = {SPEC_PART("type", SPEC_TEXT, .required = true,
                                                 .values = source_types,
                                                 .doc = "Where the metric comes from."),
    SPEC_PART("resource", SPEC_OBJECT, .fields = resource_fields, .doc = "Of type Resource."),
    SPEC_PART("containerResource", SPEC_OBJECT, .fields = container_fields,
        .doc = "Of type ContainerResource."),
    SPEC_PART("pods", SPEC_OBJECT, .fields = pods_fields, .doc = "Of type Pods."),
    SPEC_PART("object", SPEC_OBJECT, .fields = object_fields, .doc = "Of type Object."),
    SPEC_PART("external", SPEC_OBJECT, .fields = external_fields, .doc = "Of type External."),
    SPEC_CHECK(NULL, check_metric),
    SPEC_END};

/* --- how fast --- */

static const char *const policy_types[] = {"Pods", "Percent", NULL};
static const char *const select_policies[] = {"Max", "Min", "Disabled", NULL};

static const struct spec_field policy_fields[] = {
    SPEC_PART("type", SPEC_TEXT, .required = true, .values = policy_types,
        .doc = "What value counts: Pods, or percent of them."),
    SPEC_PART("value", SPEC_NUMBER, .required = true, .min = 1, .doc = "How many at most."),
    SPEC_PART("periodSeconds", SPEC_NUMBER, .required = true, .min = 1, .max = LONGEST_PERIOD,
        .doc = "In how many seconds."),
    SPEC_END};

static const char *check_tolerance(struct arena *arena, const char *key, const json_t *rules,
    const json_t *around)
{
    const json_t *tolerance = json_at(rules, key);
    const char *text = json_string_value(tolerance);

    (void)arena, (void)around;
    return json_integer_value(tolerance) < 0 || (text != NULL && *text == '-')
               ? "must not be negative"
               : NULL;
}

static const struct spec_field rules_fields[] = {
    SPEC_PART("stabilizationWindowSeconds", SPEC_NUMBER, .min = 0, .max = LONGEST_WINDOW,
        .doc = "For how long earlier recommendations count."),
    SPEC_PART("selectPolicy", SPEC_TEXT, .values = select_policies,
        .doc = "Which of several policies holds. Default: Max."),
    SPEC_PART("policies", SPEC_OBJECT_LIST, .fields = policy_fields, .max = MOST_POLICIES,
        .doc = "The most that may change at a time."),
    SPEC_PART("tolerance", SPEC_QUANTITY,
        .doc = "Share that a metric may be off its target by without a change, such as \"0.05\"."),
    SPEC_CHECK("tolerance", check_tolerance),
    SPEC_END};

const struct spec_field fragment_behavior[] = {
    SPEC_PART("scaleUp", SPEC_OBJECT, .fields = rules_fields, .doc = "How Pods are added."),
    SPEC_PART("scaleDown", SPEC_OBJECT, .fields = rules_fields, .doc = "How Pods are taken away."),
    SPEC_END};
