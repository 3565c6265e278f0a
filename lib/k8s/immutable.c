#include "staging.h"

#include "metadata.h"

/* Fields that the API server refuses to change (its validation of updates: apps/v1 StatefulSet and
 * Deployment, v1 PersistentVolumeClaim). Sending one would fail at every sync, for ever. */

struct immutable_field {
    const char *kind;
    const char *field; /* of spec */
};

static const struct immutable_field fields[] = {
    {"StatefulSet", "selector"},
    {"StatefulSet", "serviceName"},
    {"StatefulSet", "podManagementPolicy"},
    {"StatefulSet", "volumeClaimTemplates"},
    {"Deployment", "selector"},
    {"PersistentVolumeClaim", "accessModes"},
    {"PersistentVolumeClaim", "storageClassName"},
    {"PersistentVolumeClaim", "volumeMode"},
    {"PersistentVolumeClaim", "volumeName"},
    {"PersistentVolumeClaim", "selector"},
    {"PersistentVolumeClaim", "dataSource"},
    {"PersistentVolumeClaim", "dataSourceRef"},
    {NULL, NULL},
};

/* A claim may grow but never shrink. */
static bool shrinks(const json_t *wanted, const json_t *observed)
{
    const char *before = json_text_at(observed, "spec", "resources", "requests", "storage");
    const char *after = json_text_at(wanted, "spec", "resources", "requests", "storage");

    return before != NULL && after != NULL && quantity_compare(after, before) < 0;
}

/* The API server expands only claims that are bound; this one grows once it is. */
static bool unbound(const json_t *observed)
{
    return text_equal(json_text_at(observed, "status", "phase"), "Pending");
}

static json_t *with_size_applied(const json_t *spec, const json_t *wanted, const json_t *applied)
{
    json_t *copy = json_overlay(spec == NULL ? json_at(wanted, "spec") : spec, NULL);

    json_put(copy, "resources", json_at(applied, "spec", "resources"));
    return copy;
}

const json_t *keep_immutable(struct arena *arena, const json_t *wanted, const json_t *observed,
    const char **refused)
{
    const json_t *applied = observed == NULL ? NULL : object_last_applied(arena, observed);
    const char *kind = object_kind(wanted);
    json_t *copy;
    json_t *spec = NULL;

    if (applied == NULL)
        return wanted;
    for (const struct immutable_field *row = fields; row->kind != NULL; row++) {
        const json_t *before = json_at(applied, "spec", row->field);

        if (!text_equal(row->kind, kind) || json_same(before, json_at(wanted, "spec", row->field)))
            continue;
        if (spec == NULL)
            spec = json_overlay(json_at(wanted, "spec"), NULL);
        if (before == NULL)
            spec = json_without(spec, row->field);
        else
            json_put(spec, row->field, before);
        if (refused != NULL && *refused == NULL)
            *refused = fmt(arena, "spec.%s", row->field);
    }
    if (text_equal(kind, "PersistentVolumeClaim") && unbound(observed)) {
        spec = with_size_applied(spec, wanted, applied);
    } else if (text_equal(kind, "PersistentVolumeClaim") && shrinks(wanted, observed)) {
        spec = with_size_applied(spec, wanted, applied);
        if (refused != NULL && *refused == NULL)
            *refused = "spec.resources.requests.storage";
    }
    if (spec == NULL)
        return wanted;
    copy = json_overlay(wanted, NULL);
    json_put(copy, "spec", spec);
    return copy;
}
