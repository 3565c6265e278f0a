#include "level.h"

#include <string.h>

#include "template.h"

static struct condition_list begin(const struct request *request)
{
    return (struct condition_list){.arena = request->arena,
        .old = json_at(request->parent, "status", "conditions"),
        .time = request_time,
        .of = request};
}

/* --- Updated --- */

/* How far the rollout is, here and in what is left to do beside it. */
struct progress {
    bool updated;
    enum rollout_reason reason;
    const char *message;
};

static struct progress without_stage(const struct request *request,
    const struct level_conditions *level)
{
    if (level->pending != NULL)
        return (struct progress){.reason = ROLLOUT_PROGRESSING, .message = level->pending};
    return (struct progress){.updated = true,
        .reason = ROLLOUT_COMPLETE,
        .message = rollout_complete_text(request->arena, level->rolling)};
}

static struct progress progress_of(const struct request *request,
    const struct level_conditions *level)
{
    const struct stage *stage = level->stage;
    bool staged;

    if (stage == NULL)
        return without_stage(request, level);
    staged = stage_complete(stage) || stage->reason == ROLLOUT_KEPT_UNTIL_IDLE;
    if (!staged || level->pending == NULL)
        return (struct progress){staged, stage->reason, stage->message};
    return (struct progress){.reason = stage->paused ? ROLLOUT_PAUSED : ROLLOUT_PROGRESSING,
        .message = level->pending};
}

/* The message says what waits for the task as well. */
static bool quotes(const char *message, const struct task_failure *stuck)
{
    return message != NULL && strstr(message, stuck->cause) != NULL;
}

/* What stands still already is not waiting for the task. */
static struct progress or_stuck(const struct level_conditions *level, struct progress progress)
{
    if (level->stuck.text == NULL || (progress.updated && level->ready) ||
        rollout_is_blocked(progress.reason) || progress.reason == ROLLOUT_KEPT_UNTIL_IDLE)
        return progress;
    return (struct progress){.reason = ROLLOUT_TASK_FAILING,
        .message = quotes(progress.message, &level->stuck) ? progress.message : level->stuck.text};
}

/* --- all of them --- */

static const char *why_not_ready(const struct level_conditions *level)
{
    return level->ready_reason == NULL ? "NotReady" : level->ready_reason;
}

static const char *why_ready(const struct level_conditions *level)
{
    return level->well_reason == NULL ? "Ready" : level->well_reason;
}

/* Coming up, or healing: where nothing is left to roll out, it is on its way to Ready. People look
 * at Ready first, so why it is False comes before what a rollout does. */
static void add_progressing(struct condition_list *list, const struct level_conditions *level,
    const struct progress *progress)
{
    bool done = progress->updated && level->ready;
    bool goes_on = progress->updated || !rollout_is_blocked(progress->reason);

    if (!level->ready && (progress->updated || level->ready_reason != NULL))
        condition_add(list,
            "Progressing",
            !done && goes_on,
            why_not_ready(level),
            level->ready_message);
    else
        condition_add(list,
            "Progressing",
            !done && goes_on,
            rollout_reason_text(progress->reason),
            progress->message);
}

const json_t *level_conditions(const struct request *request, const struct level_conditions *level)
{
    const struct progress progress = or_stuck(level, progress_of(request, level));
    struct condition_list list = begin(request);

    condition_add(&list,
        "Ready",
        level->ready,
        level->ready ? why_ready(level) : why_not_ready(level),
        level->ready ? level->well_message : level->ready_message);
    condition_add(&list,
        "Updated",
        progress.updated,
        rollout_reason_text(progress.reason),
        progress.message);
    add_progressing(&list, level, &progress);
    if (level->advice_message != NULL)
        condition_add(&list, "Advice", true, level->advice_reason, level->advice_message);
    return list.list;
}

void advice_give(const struct advice *advice, struct level_conditions *level)
{
    level->advice_reason = advice->reason;
    level->advice_message =
        advice->messages.count == 0 ? NULL : texts_join(&advice->messages, "; ");
}

/* --- where nothing moves --- */

const json_t *standstill(const struct request *request, const char *reason, const char *why,
    const char *until)
{
    json_t *status = json_without(json_at(request->parent, "status"), "observedGeneration");
    struct condition_list list = begin(request);
    const json_t *condition;

    condition_add(&list, "Ready", false, reason, why);
    condition_add(&list, "Updated", false, reason, until);
    condition_add(&list, "Progressing", false, reason, until);
    json_each_item (list.old, i, condition) {
        if (text_equal(json_text_at(condition, "type"), "Advice"))
            json_add(list.list, condition);
    }
    json_put(status, "conditions", list.list);
    return status;
}

/* --- specs --- */

bool read_derived(const struct request *request, struct answer *answer,
    const struct spec_field *fields, void *out)
{
    struct problems problems = {.arena = request->arena};

    spec_read(request->arena,
        fields,
        json_at(request->parent, "spec"),
        "spec",
        SPEC_DERIVED,
        out,
        &problems);
    if (problems.count == 0)
        return true;
    answer->problems = problems.count;
    answer->outline = problems_outline(&problems);
    refuse(request, answer, 422, "%s", problems_text(&problems));
    return false;
}

void stay_as_it_is(const struct request *request, struct answer *answer,
    const struct problems *problems)
{
    freeze(request, answer, problems);
    answer->status = standstill(request,
        "InvalidSpec",
        problems_text(problems),
        "nothing is rolled out until the spec is right");
}
