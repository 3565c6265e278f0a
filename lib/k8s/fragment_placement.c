#include "fragment.h"

/* Where Pods run: tolerations, affinity, and how they spread. */

enum { HIGHEST_WEIGHT = 100 };

/* --- tolerations (ValidateTolerations() of Kubernetes) --- */

static const char *const toleration_operators[] = {"Equal", "Exists", "Lt", "Gt", NULL};
static const char *const effects[] = {"NoSchedule", "PreferNoSchedule", "NoExecute", NULL};

static const char *check_operator(struct arena *arena, const char *key, const json_t *toleration,
    const json_t *around)
{
    const char *name = json_text_at(toleration, "key");

    (void)arena, (void)key, (void)around;
    return (name == NULL || *name == '\0') &&
                   !text_equal(json_text_at(toleration, "operator"), "Exists")
               ? "must be \"Exists\" where there is no key"
               : NULL;
}

static const char *check_value(struct arena *arena, const char *key, const json_t *toleration,
    const json_t *around)
{
    const char *value = json_text_at(toleration, "value");

    (void)arena, (void)key, (void)around;
    return value != NULL && *value != '\0' &&
                   text_equal(json_text_at(toleration, "operator"), "Exists")
               ? "must be left out for the operator \"Exists\""
               : NULL;
}

static const char *check_seconds(struct arena *arena, const char *key, const json_t *toleration,
    const json_t *around)
{
    (void)arena, (void)key, (void)around;
    return json_at(toleration, "tolerationSeconds") != NULL &&
                   !text_equal(json_text_at(toleration, "effect"), "NoExecute")
               ? "must be left out unless effect is \"NoExecute\""
               : NULL;
}

const struct spec_field fragment_toleration[] = {
    SPEC_PART("key", SPEC_TEXT, .format = &fragment_label_key),
    SPEC_PART("operator", SPEC_TEXT, .values = toleration_operators),
    SPEC_PART("value", SPEC_TEXT, .format = &fragment_label_value),
    SPEC_PART("effect", SPEC_TEXT, .values = effects),
    SPEC_PART("tolerationSeconds", SPEC_NUMBER, .min = INT32_MIN, .max = INT32_MAX),
    SPEC_CHECK("operator", check_operator),
    SPEC_CHECK("value", check_value),
    SPEC_CHECK("tolerationSeconds", check_seconds),
    SPEC_END};

/* --- affinity to nodes --- */

static const char *const node_operators[] = {
    "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", NULL};

static const struct spec_field node_expression_fields[] = {
    SPEC_PART("key", SPEC_TEXT, .required = true, .format = &fragment_label_key),
    SPEC_PART("operator", SPEC_TEXT, .required = true, .values = node_operators),
    SPEC_PART("values", SPEC_TEXT_LIST),
    SPEC_CHECK("values", fragment_check_values),
    SPEC_END};

static const struct spec_field node_term_fields[] = {
    SPEC_PART("matchExpressions", SPEC_OBJECT_LIST, .fields = node_expression_fields),
    SPEC_PART("matchFields", SPEC_OBJECT_LIST, .fields = node_expression_fields),
    SPEC_END};

static const struct spec_field node_selector_fields[] = {SPEC_PART("nodeSelectorTerms",
                                                             SPEC_OBJECT_LIST, .required = true,
                                                             .min = 1, .fields = node_term_fields),
    SPEC_END};

#define WEIGHT SPEC_PART("weight", SPEC_NUMBER, .required = true, .min = 1, .max = HIGHEST_WEIGHT)

static const struct spec_field preferred_node_fields[] = {WEIGHT,
    SPEC_PART("preference", SPEC_OBJECT, .required = true, .fields = node_term_fields),
    SPEC_END};

static const struct spec_field node_affinity_fields[] = {
    SPEC_PART("requiredDuringSchedulingIgnoredDuringExecution", SPEC_OBJECT,
        .fields = node_selector_fields),
    SPEC_PART("preferredDuringSchedulingIgnoredDuringExecution", SPEC_OBJECT_LIST,
        .fields = preferred_node_fields),
    SPEC_END};

/* --- affinity to Pods --- */

static const struct spec_field pod_term_fields[] = {
    SPEC_PART("topologyKey", SPEC_TEXT, .required = true, .format = &fragment_label_key),
    SPEC_PART("labelSelector", SPEC_OBJECT, .fields = fragment_selector,
        .type_name = "LabelSelector", .outline = true),
    SPEC_PART("namespaces", SPEC_TEXT_LIST, .format = &spec_dns_label),
    SPEC_PART("namespaceSelector", SPEC_OBJECT, .fields = fragment_selector,
        .type_name = "LabelSelector", .outline = true),
    SPEC_PART("matchLabelKeys", SPEC_TEXT_LIST, .format = &fragment_label_key),
    SPEC_PART("mismatchLabelKeys", SPEC_TEXT_LIST, .format = &fragment_label_key),
    SPEC_END};

static const struct spec_field preferred_pod_fields[] = {WEIGHT,
    SPEC_PART("podAffinityTerm", SPEC_OBJECT, .required = true, .fields = pod_term_fields),
    SPEC_END};

static const struct spec_field pod_affinity_fields[] = {
    SPEC_PART("requiredDuringSchedulingIgnoredDuringExecution", SPEC_OBJECT_LIST,
        .fields = pod_term_fields, .outline = true),
    SPEC_PART("preferredDuringSchedulingIgnoredDuringExecution", SPEC_OBJECT_LIST,
        .fields = preferred_pod_fields, .outline = true),
    SPEC_END};

const struct spec_field fragment_affinity[] = {
    SPEC_PART("nodeAffinity", SPEC_OBJECT, .fields = node_affinity_fields),
    SPEC_PART("podAffinity", SPEC_OBJECT, .fields = pod_affinity_fields),
    SPEC_PART("podAntiAffinity", SPEC_OBJECT, .fields = pod_affinity_fields),
    SPEC_END};

/* --- spreading (validateTopologySpreadConstraints()) --- */

static const char *const unsatisfiable[] = {"DoNotSchedule", "ScheduleAnyway", NULL};
static const char *const inclusion_policies[] = {"Honor", "Ignore", NULL};

static const char *check_domains(struct arena *arena, const char *key, const json_t *spread,
    const json_t *around)
{
    (void)arena, (void)key, (void)around;
    return json_at(spread, "minDomains") != NULL &&
                   text_equal(json_text_at(spread, "whenUnsatisfiable"), "ScheduleAnyway")
               ? "must be left out unless whenUnsatisfiable is \"DoNotSchedule\""
               : NULL;
}

const struct spec_field fragment_spread[] = {
    SPEC_PART("maxSkew", SPEC_NUMBER, .required = true, .min = 1),
    SPEC_PART("topologyKey", SPEC_TEXT, .required = true, .format = &fragment_label_key),
    SPEC_PART("whenUnsatisfiable", SPEC_TEXT, .required = true, .values = unsatisfiable),
    SPEC_PART("labelSelector", SPEC_OBJECT, .fields = fragment_selector,
        .type_name = "LabelSelector", .outline = true),
    SPEC_PART("minDomains", SPEC_NUMBER, .min = 1),
    SPEC_PART("nodeAffinityPolicy", SPEC_TEXT, .values = inclusion_policies),
    SPEC_PART("nodeTaintsPolicy", SPEC_TEXT, .values = inclusion_policies),
    SPEC_PART("matchLabelKeys", SPEC_TEXT_LIST, .format = &fragment_label_key),
    SPEC_CHECK("minDomains", check_domains),
    SPEC_END};
