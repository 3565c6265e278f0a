#include "drains.h"

#include <string.h>

#include "keys.h"
#include "metadata.h"

static bool has(const json_t *pod, const char *key)
{
    return json_at(object_annotations(pod), key) != NULL;
}

static enum v2_drain_state state_of(const json_t *pod)
{
    if (!has(pod, DRAIN_STARTED_ANNOTATION))
        return V2_NOT_DRAINING;
    if (has(pod, DRAIN_FINISHED_ANNOTATION))
        return V2_DRAIN_FINISHED;
    return has(pod, DRAIN_ACKNOWLEDGED_ANNOTATION) ? V2_DRAIN_ACKNOWLEDGED : V2_DRAINING;
}

struct v2_drain v2_drain_of(const char *alias, const json_t *pod)
{
    enum v2_drain_state state = state_of(pod);
    bool left = has(pod, DRAIN_ACKNOWLEDGED_ANNOTATION) || has(pod, DRAIN_FINISHED_ANNOTATION);

    return (struct v2_drain){.alias = alias,
        .state = state,
        .given_up = state == V2_NOT_DRAINING && left,
        .next = state};
}

/* False where nobody may be finished: somebody is, or has just been acknowledged. */
static bool acknowledge(struct v2_drain *drains, size_t count)
{
    bool settled = true;

    for (size_t i = 0; i < count; i++) {
        struct v2_drain *drain = &drains[i];

        drain->next = drain->state == V2_DRAINING ? V2_DRAIN_ACKNOWLEDGED : drain->state;
        if (drain->state == V2_DRAINING || drain->state == V2_DRAIN_FINISHED)
            settled = false;
    }
    return settled;
}

/* Of those that are acknowledged, by alias. */
static struct v2_drain *next_to_finish(struct v2_drain *drains, size_t count)
{
    struct v2_drain *first = NULL;

    for (size_t i = 0; i < count; i++) {
        struct v2_drain *drain = &drains[i];

        if (drain->state == V2_DRAIN_ACKNOWLEDGED &&
            (first == NULL || strcmp(drain->alias, first->alias) < 0))
            first = drain;
    }
    return first;
}

void v2_drain_transitions(struct v2_drain *drains, size_t count)
{
    struct v2_drain *finished = acknowledge(drains, count) ? next_to_finish(drains, count) : NULL;

    if (finished != NULL)
        finished->next = V2_DRAIN_FINISHED;
}

/* Somebody has thought better of it. That is no time for anything else, as nobody knows what the
 * ones that were finished have been taken for. */
static bool give_up(struct v2_drain *drains, size_t count)
{
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        drains[i].next = drains[i].state;
        any = any || drains[i].given_up;
    }
    return any;
}

static struct v2_drain *find(struct v2_drain *drains, size_t count, const char *alias)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(drains[i].alias, alias))
            return &drains[i];
    }
    return NULL;
}

bool v2_drain_pass(struct v2_drain *drains, size_t count, const char *primary)
{
    struct v2_drain *drain = find(drains, count, primary);

    if (give_up(drains, count))
        return false;
    v2_drain_transitions(drains, count);
    if (drain == NULL || drain->next != V2_DRAIN_FINISHED)
        return false;
    drain->next = drain->state;
    return true;
}
