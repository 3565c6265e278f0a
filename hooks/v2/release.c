#include "release.h"

#include "keys.h"
#include "metadata.h"
#include "patch.h"
#include "template.h"

bool v2_is_immediate(const struct update_strategy *strategy)
{
    return strategy != NULL && text_equal(strategy->type, "Immediate");
}

bool v2_is_released(const json_t *object)
{
    return object_annotation(object, ROLLOUT_RELEASED_ANNOTATION) != NULL;
}

const json_t *v2_annotated(struct arena *a, const json_t *object, const char *key,
    const char *value)
{
    const json_t *metadata = json_at(object, "metadata");

    if (text_equal(object_annotation(object, key), value))
        return object;
    return object(a,
        SPREAD(object),
        MAP("metadata",
            SPREAD(metadata),
            MAP("annotations", SPREAD(json_at(metadata, "annotations")), KEY(key, value))));
}

/* What is there once Metacontroller has merged `sent` into it: fields that others have filled in,
 * or that an operator before this one has written, are no part of an edit. */
static const json_t *outcome(struct arena *a, const struct v2_edit *edit, const json_t *sent)
{
    return merge_outcome(a,
        edit->observed,
        object_last_applied(a, &v2_keys, edit->observed),
        object_keeping_others(a, edit->observed, sent));
}

/* Metacontroller takes away only what it has put there. So the annotation that somebody else has
 * written is sent once, and left out the next time. */
static bool is_to_be_taken_over(struct arena *a, const json_t *observed)
{
    return v2_is_released(observed) && !v2_is_released(object_last_applied(a, &v2_keys, observed));
}

static const json_t *released(struct arena *a, const struct v2_edit *edit)
{
    return is_to_be_taken_over(a, edit->observed)
               ? v2_annotated(a, edit->desired, ROLLOUT_RELEASED_ANNOTATION, "")
               : edit->desired;
}

static const json_t *without_annotation(struct arena *a, const json_t *object, const char *key)
{
    const json_t *metadata = json_at(object, "metadata");

    if (object_annotation(object, key) == NULL)
        return object;
    return object(a,
        SPREAD(object),
        MAP("metadata",
            SPREAD(json_without(metadata, "annotations")),
            OPT("annotations", json_without(json_at(metadata, "annotations"), key))));
}

const json_t *v2_taken_off(struct arena *a, const json_t *object, const json_t *observed,
    const char *key)
{
    const char *there = object_annotation(observed, key);

    if (there != NULL && object_annotation(object_last_applied(a, &v2_keys, observed), key) == NULL)
        return v2_annotated(a, object, key, there);
    return without_annotation(a, object, key);
}

/* Less what an earlier answer has said of an edit. */
static const json_t *unannotated(struct arena *a, const json_t *object)
{
    return without_annotation(a,
        without_annotation(a, object, ROLLOUT_SCHEDULED_ANNOTATION),
        ROLLOUT_RELEASED_ANNOTATION);
}

/* Less what it has said of a drain, which is no edit. */
static const json_t *undrained(struct arena *a, const json_t *pod)
{
    return without_annotation(a,
        without_annotation(a, pod, DRAIN_ACKNOWLEDGED_ANNOTATION),
        DRAIN_FINISHED_ANNOTATION);
}

const json_t *v2_let_go(struct arena *a, const struct v2_edit *edit)
{
    const json_t *at_once;
    const char *waits;

    if (edit->observed == NULL)
        return edit->desired;
    if (edit->immediate || v2_is_released(edit->observed))
        return released(a, edit);
    at_once = unannotated(a, edit->at_once);
    waits = v2_patch_text(a, outcome(a, edit, at_once), outcome(a, edit, edit->desired));
    return waits == NULL ? edit->desired
                         : v2_annotated(a, at_once, ROLLOUT_SCHEDULED_ANNOTATION, waits);
}

const json_t *v2_pod_let_go(struct arena *a, const json_t *desired, const json_t *labels,
    const json_t *observed)
{
    const json_t *kept =
        undrained(a, unannotated(a, object_labelled(a, as_applied(a, &v2_keys, observed), labels)));
    const json_t *plain = without_annotation(a, kept, NOT_MADE_HERE_ANNOTATION);
    const struct v2_edit edit = {desired, observed, kept, false};
    const char *waits;

    /* At rest; to merge both takes ten times as long. */
    waits = json_same(plain, desired)
                ? NULL
                : v2_patch_text(a, outcome(a, &edit, plain), outcome(a, &edit, desired));
    /* Were it left on, the next edit would be released as well, before anybody has seen it. */
    return waits == NULL ? v2_taken_off(a, kept, observed, ROLLOUT_RELEASED_ANNOTATION)
                         : v2_annotated(a, kept, ROLLOUT_SCHEDULED_ANNOTATION, waits);
}
