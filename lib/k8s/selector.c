#include "metadata.h"

#include <string.h>

/* LabelSelectorRequirement. An operator that Kubernetes does not know matches nothing. */
static bool expression_matches(const json_t *expression, const json_t *labels)
{
    const char *operator= json_text_at(expression, "operator");
    const char *key = json_text_at(expression, "key");
    const char *label = key == NULL ? NULL : json_text_at(labels, key);
    const json_t *value;
    bool listed = false;

    json_each_item (json_at(expression, "values"), i, value)
        listed = listed || (label != NULL && text_equal(json_string_value(value), label));
    if (text_equal(operator, "In"))
        return listed;
    /* A label that is not there is not in the list either. */
    if (text_equal(operator, "NotIn"))
        return !listed;
    if (text_equal(operator, "Exists"))
        return label != NULL;
    return text_equal(operator, "DoesNotExist") && label == NULL;
}

bool selector_matches(const json_t *selector, const json_t *labels)
{
    const json_t *item;
    const char *key;

    json_each_field (json_at(selector, "matchLabels"), key, item) {
        const char *label = json_text_at(labels, key);

        if (label == NULL || !text_equal(label, json_string_value(item)))
            return false;
    }
    json_each_item (json_at(selector, "matchExpressions"), i, item)
        if (!expression_matches(item, labels))
            return false;
    return true;
}
