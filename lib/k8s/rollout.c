#include "rollout.h"

#include "conditions.h"

static const char *const texts[] = {
    [ROLLOUT_COMPLETE] = "RolloutComplete",
    [ROLLOUT_PROGRESSING] = "RolloutProgressing",
    [ROLLOUT_WAITING] = "RolloutWaiting",
    [ROLLOUT_PAUSED] = "RolloutPaused",
    [ROLLOUT_STALLED] = "RolloutStalled",
    [ROLLOUT_TASK_FAILING] = "TaskFailing",
    [ROLLOUT_PREFLIGHT_FAILED] = "PreflightFailed",
    [ROLLOUT_KEPT_UNTIL_IDLE] = "KeptUntilIdle",
};

const char *rollout_reason_text(enum rollout_reason reason)
{
    return texts[reason];
}

const char *rollout_complete_text(struct arena *arena, size_t count)
{
    return fmt(arena, "all %zu are up to date", count);
}

enum rollout_reason rollout_reason_of(const json_t *resource)
{
    const char *text = condition_reason(resource, "Updated");

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        if (text != NULL && text_equal(texts[i], text))
            return (enum rollout_reason)i;
    }
    return ROLLOUT_UNKNOWN;
}

bool rollout_is_blocked(enum rollout_reason reason)
{
    switch (reason) {
    case ROLLOUT_PAUSED:
    case ROLLOUT_STALLED:
    case ROLLOUT_TASK_FAILING:
    case ROLLOUT_PREFLIGHT_FAILED:
        return true;
    case ROLLOUT_UNKNOWN:
    case ROLLOUT_COMPLETE:
    case ROLLOUT_PROGRESSING:
    case ROLLOUT_WAITING:
    case ROLLOUT_KEPT_UNTIL_IDLE:
        break;
    }
    return false;
}
