#include "apply.h"

#include "metadata.h"
#include "sim/core/edit.h"

/* Reference: metacontroller pkg/dynamic/apply/apply.go and controller/common/manage_children.go. */

static bool all_texts(const json_t *map)
{
    const json_t *item;
    const char *key;

    json_each_field (map, key, item) {
        if (!json_is_string(item))
            return false;
    }
    return true;
}

static const json_t *without_annotation(const json_t *object)
{
    if (object_annotation(object, LAST_APPLIED) == NULL)
        return object;
    return edited(object, NULL, "metadata", "annotations", LAST_APPLIED);
}

const char *apply_text(struct arena *arena, const json_t *desired)
{
    return json_write(arena, without_annotation(desired), NULL);
}

const json_t *apply_stamp(const json_t *desired, const char *text)
{
    const json_t *annotations = json_at(desired, "metadata", "annotations");
    json_t *stamped = json_overlay(all_texts(annotations) ? annotations : NULL, NULL);

    json_put_text(stamped, LAST_APPLIED, text);
    return edited(desired, stamped, "metadata", "annotations");
}

/* What only the API server writes is put back, whatever the merge made of it. */
static const json_t *revert_system_fields(const json_t *merged, const json_t *observed)
{
    static const char *const fields[] = {"selfLink",
        "uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "managedFields",
        NULL};
    json_t *metadata = json_overlay(json_at(merged, "metadata"), NULL);

    for (const char *const *field = fields; *field != NULL; field++) {
        json_object_del(metadata, *field);
        json_put(metadata, *field, json_at(observed, "metadata", *field));
    }
    merged = edited(merged, metadata, "metadata");
    return edited(merged, json_at(observed, "status"), "status");
}

const json_t *apply_update(struct arena *arena, const json_t *observed, const json_t *desired,
    const char *text)
{
    const char *annotation = object_annotation(observed, LAST_APPLIED);
    const json_t *last = object_applied_annotation(arena, observed);
    const json_t *merged;

    if (annotation != NULL && last == NULL)
        return NULL;
    merged = merge_applied(arena, observed, last, without_annotation(desired));
    return apply_stamp(revert_system_fields(merged, observed), text);
}
