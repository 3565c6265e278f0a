#include "stage.h"

/* What goes out: the newest, what was applied last, or nothing. */

static const json_t *with_stage_control(const struct stage *stage, const struct stage_child *child,
    const json_t *object)
{
    const json_t *control = child_control(stage, child);

    return control == NULL || object == NULL ? object : with_control(object, control);
}

static const json_t *held(const struct stage *stage, const struct stage_child *child)
{
    struct arena *a = stage->arena;
    const json_t *control = child_control(stage, child);
    const json_t *kept = child->held_spec != NULL ? child->held_spec
                         : control != NULL ? resource_as_applied(a, stage->keys, child->observed)
                         : child->applied != NULL && child->method != STAGE_REPLACE
                             ? child->applied
                             : as_applied(a, stage->keys, child->observed);

    return control == NULL ? kept : with_control(kept, control);
}

/* A Pod that is there is never told another spec: to move it is to leave it out. */
static bool is_held(const struct stage *stage, const struct stage_child *child)
{
    return child->verdict == STAGE_KEEP || (child->current && child_has_same_hash(stage, child)) ||
           (child->method == STAGE_REPLACE && child->observed != NULL);
}

/* What was applied is written as it came, which takes a tenth of what it takes to write the same.
 */
static const json_t *newest(const struct stage *stage, const struct stage_child *child)
{
    const json_t *control = child_control(stage, child);

    if (child->same != NULL && child->same == child->desired &&
        (control == NULL || json_same(json_at(child->applied, "spec", "rollout"), control)))
        return child->applied;
    return with_stage_control(stage, child, stage_made(stage, child));
}

static const char *why_omitted(const struct stage_child *child)
{
    if (!child_is_wanted(child))
        return "it has left the spec";
    return child->health == HEALTH_TERMINAL ? "it has ended" : "it is replaced";
}

void stage_emit(const struct stage *stage, struct answer *answer)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];

        if (child->verdict == STAGE_OMIT && child->observed != NULL)
            release_child(stage->arena, answer, child->observed, why_omitted(child));
        if (child->verdict == STAGE_OMIT)
            continue;
        if (is_held(stage, child))
            want(answer, held(stage, child));
        else
            want(answer, newest(stage, child));
    }
}
