#include "stage.h"

#include "conditions.h"

/* What is said of it: the reason and the message of the condition Updated. */

static const char *trouble(const struct stage_child *child)
{
    return child->trouble == NULL ? "" : child->trouble;
}

void stage_say(struct stage *stage, enum rollout_reason reason, const char *message)
{
    stage->reason = reason;
    stage->message = message;
}

static bool say(struct stage *stage, enum rollout_reason reason, const char *message)
{
    stage_say(stage, reason, message);
    return true;
}

static bool report_stalled(struct stage *stage)
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
static bool report_progressing(struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];
        bool moves = child_is_pending(child) && (child->verdict != STAGE_KEEP || child->queued);

        if (child->method == STAGE_AT_ONCE)
            continue;
        if (child_is_wanted(child) && child->observed == NULL && child->made_once != NULL)
            return say(stage,
                ROLLOUT_PROGRESSING,
                fmt(stage->arena,
                    "%s is made once %s",
                    child_label(stage, child),
                    child->made_once));
        if (child_is_wanted(child) && !child_is_present(child))
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
                    !child_is_wanted(child)            ? "removing"
                    : child->health == HEALTH_TERMINAL ? "replacing"
                                                       : "updating",
                    child_label(stage, child)));
    }
    return false;
}

static bool report_waiting(struct stage *stage, const struct gate *gates)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];
        const struct gate *gate = &gates[child->group % STAGE_GROUPS];
        const struct stage_child *other = &stage->at[gate->first_unsettled];

        if (!child_is_pending(child) || child->verdict != STAGE_KEEP || child->queued)
            continue;
        if (child_is_paused(stage, child))
            return say(stage,
                ROLLOUT_PAUSED,
                fmt(stage->arena,
                    "%s holds %s",
                    stage->pause == NULL ? "spec.rollout.paused" : stage->pause,
                    child_label(stage, child)));
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

static bool says(const struct stage_child *child, enum rollout_reason reason)
{
    return child->observed != NULL && rollout_reason_of(child->observed) == reason;
}

static bool repeat(struct stage *stage, const struct stage_child *child, enum rollout_reason reason)
{
    const char *message = condition_message(child->observed, "Updated");

    return say(stage, reason, fmt(stage->arena, "%s: %s", child_label(stage, child), message));
}

/* What one further down the tree stands still for: a pause, a task or a preflight that fails. */
static bool report_below(struct stage *stage, enum rollout_reason reason)
{
    for (size_t i = 0; i < stage->count; i++) {
        if (!stage->at[i].updated && says(&stage->at[i], reason))
            return repeat(stage, &stage->at[i], reason);
    }
    return false;
}

static size_t count_rolling(const struct stage *stage)
{
    size_t count = 0;

    for (size_t i = 0; i < stage->count; i++)
        count += stage->at[i].method != STAGE_AT_ONCE && child_is_wanted(&stage->at[i]);
    return count;
}

static void report_rollout(struct stage *stage, const struct gate *gates)
{
    if (report_stalled(stage))
        return;
    if (stage->paused && (report_waiting(stage, gates) || report_below(stage, ROLLOUT_PAUSED)))
        return;
    if (report_below(stage, ROLLOUT_PREFLIGHT_FAILED) || report_below(stage, ROLLOUT_TASK_FAILING))
        return;
    if (report_progressing(stage) || report_waiting(stage, gates))
        return;
    say(stage, ROLLOUT_COMPLETE, rollout_complete_text(stage->arena, count_rolling(stage)));
}

static void report_child(struct stage *stage, const struct stage_child *child, const char *why)
{
    say(stage, ROLLOUT_WAITING, fmt(stage->arena, "%s: %s", child_label(stage, child), why));
}

static void report_blocked(struct stage *stage, const struct plan *plan)
{
    if (stage->reason == ROLLOUT_STALLED)
        return;
    if (plan->untried != NULL)
        report_child(stage, plan->untried, stage->untried);
    if (stage->preflight_failed != NULL)
        say(stage, ROLLOUT_PREFLIGHT_FAILED, stage->preflight_failed);
    if (plan->blocked != NULL)
        report_child(stage, plan->blocked, plan->blocked_by);
}

/* Nothing is left to do, but one further down is kept. */
static void report_kept_below(struct stage *stage)
{
    for (size_t i = 0; stage_complete(stage) && i < stage->count; i++) {
        if (says(&stage->at[i], ROLLOUT_KEPT_UNTIL_IDLE)) {
            repeat(stage, &stage->at[i], ROLLOUT_KEPT_UNTIL_IDLE);
            return;
        }
    }
}

static void report_kept(struct stage *stage)
{
    bool stalled = stage->reason == ROLLOUT_STALLED || stage->reason == ROLLOUT_PREFLIGHT_FAILED;
    const char *trouble = stalled ? stage->message : stage->kept_trouble;

    if (stage->kept_until_idle != NULL && (stalled || stage_complete(stage)))
        say(stage,
            ROLLOUT_KEPT_UNTIL_IDLE,
            fmt(stage->arena,
                "%s%s%s",
                stage->kept_until_idle,
                trouble == NULL ? "" : "; ",
                trouble == NULL ? "" : trouble));
}

/* What comes later is said rather than what comes first. */
void stage_report(struct stage *stage, const struct plan *plan)
{
    report_rollout(stage, plan->gates);
    report_blocked(stage, plan);
    report_kept_below(stage);
    report_kept(stage);
}
