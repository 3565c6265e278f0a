#include "stage.h"

#include "conditions.h"

/* What is said of it: the reason and the message of the condition Updated. */

static const char *trouble(const struct stage_child *child)
{
    return child->trouble == NULL ? "" : child->trouble;
}

static bool say(struct stage *stage, enum rollout_reason reason, const char *message)
{
    stage->reason = reason;
    stage->message = message;
    return true;
}

static bool say_stalled(struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];

        if (child->current && child_is_broken(child))
            return say(stage,
                ROLLOUT_STALLED,
                fmt(stage->arena, "%s: %s", child_label(stage, child), trouble(child)));
        if (child_is_pending(child) && child->pinned != NULL && child_is_present(child))
            return say(stage,
                ROLLOUT_STALLED,
                fmt(stage->arena, "%s: %s", child_label(stage, child), child->pinned));
    }
    return false;
}

/* The first child that is on its way: made, moved, removed, or busy with what it was given. */
static bool say_progressing(struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];
        bool moves = child_is_pending(child) && child->verdict != STAGE_KEEP;

        if (child->method == STAGE_AT_ONCE)
            continue;
        if (child->desired != NULL && !child_is_present(child))
            return say(stage,
                ROLLOUT_PROGRESSING,
                fmt(stage->arena,
                    child->observed == NULL ? "creating %s" : "waiting for the old %s to go",
                    child_label(stage, child)));
        if (moves || (child->current && !child->updated))
            return say(stage,
                ROLLOUT_PROGRESSING,
                fmt(stage->arena,
                    "%s %s",
                    child->desired == NULL             ? "removing"
                    : child->health == HEALTH_TERMINAL ? "replacing"
                                                       : "updating",
                    child_label(stage, child)));
    }
    return false;
}

static bool say_waiting(struct stage *stage, const struct gate *gates)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];
        const struct gate *gate = &gates[child->group % STAGE_GROUPS];
        const struct stage_child *other = &stage->at[gate->first_unsettled];

        if (!child_is_pending(child) || child->verdict != STAGE_KEEP)
            continue;
        if (stage->paused)
            return say(stage,
                ROLLOUT_PAUSED,
                fmt(stage->arena, "spec.rollout.paused holds %s", child_label(stage, child)));
        if (gate->unsettled == 0)
            return say(stage,
                ROLLOUT_WAITING,
                fmt(stage->arena, "%s waits for its turn", child_label(stage, child)));
        return say(stage,
            ROLLOUT_WAITING,
            fmt(stage->arena,
                "%s waits until %s is settled%s%s",
                child_label(stage, child),
                child_label(stage, other),
                other->trouble == NULL ? "" : ": ",
                trouble(other)));
    }
    return false;
}

/* What one further down the tree stands still for: a pause, a task or a preflight that fails. */
static bool say_below(struct stage *stage, enum rollout_reason reason)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];

        if (child->observed != NULL && !child->updated &&
            rollout_reason_of(child->observed) == reason)
            return say(stage,
                reason,
                fmt(stage->arena,
                    "%s: %s",
                    child_label(stage, child),
                    condition_message(child->observed, "Updated")));
    }
    return false;
}

static void count(struct stage *stage)
{
    stage->total = 0;
    stage->updated = 0;
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];

        if (child->method == STAGE_AT_ONCE || child->desired == NULL)
            continue;
        stage->total++;
        if (child->updated)
            stage->updated++;
    }
}

void stage_report(struct stage *stage, const struct gate *gates)
{
    count(stage);
    if (say_stalled(stage))
        return;
    if (stage->paused && (say_waiting(stage, gates) || say_below(stage, ROLLOUT_PAUSED)))
        return;
    if (say_below(stage, ROLLOUT_PREFLIGHT_FAILED) || say_below(stage, ROLLOUT_TASK_FAILING))
        return;
    if (say_progressing(stage) || say_waiting(stage, gates))
        return;
    say(stage, ROLLOUT_COMPLETE, fmt(stage->arena, "all %zu are up to date", stage->total));
}

void stage_hold(struct stage *stage, const char *why)
{
    if (stage->next == SIZE_MAX)
        return;
    stage->at[stage->next].verdict = STAGE_KEEP;
    if (stage->reason != ROLLOUT_STALLED)
        say(stage,
            ROLLOUT_WAITING,
            fmt(stage->arena, "%s: %s", child_label(stage, &stage->at[stage->next]), why));
    stage->next = SIZE_MAX;
}
