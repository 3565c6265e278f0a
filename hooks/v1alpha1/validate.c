#include "validate.h"

#include "template.h"

/* What the table of fields cannot see of a user's spec: where one part must fit another. Rules are
 * kept to what cannot work, so that an upgrade of ours never turns an accepted spec invalid. */

const char *v1_path(const struct validation *v, const char *path, const char *field)
{
    return fmt(v->arena, "%s.%s", path, field);
}

const char *v1_path_of_item(const struct validation *v, const char *path, size_t index)
{
    return fmt(v->arena, "%s[%zu]", path, index);
}

bool v1_has_cells(const struct validation *v)
{
    return json_is_array(json_at(v->spec->json, "cells"));
}

static void check_labels(const struct validation *v, const char *path, const json_t *labels)
{
    const json_t *value;
    const char *key;

    json_each_field (labels, key, value) {
        if (text_is_one_of(key, v1_excluded_labels) || text_equal(key, TABLET_TYPE_LABEL))
            problem_add(v->problems,
                fmt(v->arena, "%s[%s]", path, key),
                "must not be set: only some objects have this label, and it tells them from the "
                "others; take it out");
    }
}

/* Without a size the API server refuses it. One without the labels of its tablet is nobody's to
 * keep. */
void v1_validate_claim(const struct validation *v, const char *path, const json_t *claim)
{
    if (claim != NULL && json_at(claim, "resources", "requests", "storage") == NULL)
        problem_add(v->problems,
            v1_path(v, path, "resources.requests.storage"),
            "is required, such as \"10Gi\"");
    check_labels(v, v1_path(v, path, "metadata.labels"), json_at(claim, "metadata", "labels"));
}

/* Metacontroller refuses children whose labels do not satisfy their parent's selector. */
static void check_metadata(const struct validation *v)
{
    const json_t *selector = v->spec->selector;
    const json_t *template = json_at(v->spec->template, "metadata", "labels");
    const json_t *matches = json_at(selector, "matchLabels");

    check_labels(v, "spec.template.metadata.labels", template);
    check_labels(v, "spec.selector.matchLabels", matches);
    if (selector != NULL && !selector_matches(selector, json_overlay(template, matches)))
        problem_add(v->problems,
            "spec.selector",
            "must match the labels in spec.template.metadata.labels, got %s",
            json_brief(v->arena, selector));
}

void v1_validate_cluster(const struct request *request, const struct cluster_spec *spec,
    const struct told_cells *told, struct problems *problems)
{
    struct validation v = {request, request->arena, spec, told, problems};

    check_metadata(&v);
    v1_validate_cells(&v);
    v1_validate_keyspaces(&v);
    v1_validate_flags(&v);
    v1_validate_tls(&v);
    v1_validate_overrides(&v);
    v1_validate_grace(&v);
    v1_validate_zone(&v);
    v1_validate_names(&v);
    v1_validate_force(&v);
    v1_validate_changes(&v);
}
