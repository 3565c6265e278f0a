#include "claims.h"

#include "metadata.h"
#include "staging.h"

/* Where a list was applied last and is left out, Metacontroller takes off all of it, its own
 * reference too (pkg/dynamic/apply: mergeObject), and the claim would be free for whoever adopts it
 * first. So a mark that is taken back leaves an empty list behind. Metacontroller does not ask whom
 * the annotation is about. */
bool claim_had_mark(struct arena *a, const json_t *claim)
{
    return json_at(object_applied_annotation(a, claim), "metadata", "ownerReferences") != NULL;
}

const json_t *claim_marked(struct arena *a, const json_t *wanted, const json_t *claim,
    bool outlives)
{
    json_t *metadata = json_without(json_at(wanted, "metadata"), "ownerReferences");
    json_t *copy = json_overlay(wanted, NULL);

    if (outlives)
        json_put(metadata,
            "ownerReferences",
            owns_itself(a, object_name(claim), object_uid(claim), NULL));
    else if (claim_had_mark(a, claim))
        json_put(metadata, "ownerReferences", json_new_list());
    json_put(copy, "metadata", metadata);
    return copy;
}

const json_t *claim_as_applied(struct arena *a, const struct api_keys *keys, const json_t *claim,
    bool outlives)
{
    return keep_claim_size(a,
        keys,
        claim_marked(a, as_applied(a, keys, claim), claim, outlives),
        claim,
        NULL);
}

bool claims_are_marked(const struct objects *claims)
{
    for (size_t i = 0; i < claims->count; i++) {
        if (!object_terminating(claims->at[i]) && !owned_by_itself(claims->at[i]))
            return false;
    }
    return true;
}

/* --- growing --- */

/* Conditions of a PersistentVolumeClaim (core/v1). All of them go away by themselves where the
 * storage gets on with it, so they are advice and move nothing. */
static const struct growth {
    const char *condition, *reason, *says;
    bool takes_restart;
} growths[] = {
    {CLAIM_RESIZE_PENDING,
        "VolumeResizePending",
        "its file system has not grown yet; if that lasts, its storage grows only while no Pod has "
        "it mounted: ",
        true},
    {"ControllerResizeError",
        "VolumeResizeFailed",
        "its storage refused to grow: see the events of the claim, then mend the storage or set "
        "the size that was",
        false},
    {"NodeResizeError",
        "VolumeResizeFailed",
        "its file system could not be grown on its node: see the events of the claim",
        false},
    {"ModifyVolumeError",
        "VolumeModifyFailed",
        "its storage refused the volumeAttributesClassName: see the events of the claim",
        false},
};

const json_t *claim_condition(const json_t *claim, const char *type)
{
    const json_t *condition;

    json_each_item (json_at(claim, "status", "conditions"), i, condition) {
        if (text_equal(json_text_at(condition, "type"), type) &&
            text_equal(json_text_at(condition, "status"), "True"))
            return condition;
    }
    return NULL;
}

void advise_growth(struct advice *advice, const json_t *claim, const char *restart)
{
    struct arena *a = advice->arena;

    for (size_t i = 0; i < sizeof(growths) / sizeof(*growths); i++) {
        const json_t *condition = claim_condition(claim, growths[i].condition);
        const char *message = json_text_at(condition, "message");

        if (condition == NULL)
            continue;
        advice_add(advice,
            growths[i].reason,
            fmt(a,
                "PersistentVolumeClaim %s: %s: %s%s%s%s",
                object_name(claim),
                growths[i].condition,
                growths[i].says,
                growths[i].takes_restart ? restart : "",
                message == NULL ? "" : "; Kubernetes says: ",
                message == NULL ? "" : message));
    }
}
