#include "stage.h"

/* What a hook decides beside the plan: who waits for something outside, and who goes instead. */

void stage_hold(struct stage *stage, const char *why)
{
    if (stage->next == SIZE_MAX)
        return;
    stage->at[stage->next].verdict = STAGE_KEEP;
    if (stage->reason != ROLLOUT_STALLED)
        stage_say(stage,
            ROLLOUT_WAITING,
            fmt(stage->arena, "%s: %s", child_label(stage, &stage->at[stage->next]), why));
    stage->next = SIZE_MAX;
}

void stage_move(struct stage *stage, size_t index)
{
    struct stage_child *child = &stage->at[index];

    child->verdict = STAGE_EMIT;
    stage->next = index;
    stage_say(stage,
        ROLLOUT_PROGRESSING,
        fmt(stage->arena, "updating %s", child_label(stage, child)));
}

void stage_tell(struct stage *stage, size_t index, const json_t *desired, const json_t *control)
{
    struct stage_child *child = &stage->at[index];

    child->desired = desired;
    child->unmade = NULL;
    child->control = control;
    child->verdict = STAGE_EMIT;
}

void stage_freeze(struct stage *stage, size_t index)
{
    stage->at[index].verdict = STAGE_KEEP;
    stage->at[index].held_spec = NULL;
}

void stage_begin_nothing(struct stage *stage, const char *why)
{
    stage_hold(stage, why);
    for (size_t i = 0; i < stage->count; i++) {
        struct stage_child *child = &stage->at[i];

        if (child->observed != NULL || !child_is_wanted(child))
            continue;
        child->verdict = STAGE_OMIT;
        stage_say(stage,
            ROLLOUT_WAITING,
            fmt(stage->arena, "%s is made once it can start: %s", child_label(stage, child), why));
    }
}

void stage_put_first(struct stage *stage, const char *what)
{
    stage_hold(stage, what);
    if (!rollout_is_blocked(stage->reason) && !stage->paused)
        stage_say(stage, ROLLOUT_PROGRESSING, what);
}
