#include "shard.h"

#include "keys.h"
#include "metadata.h"
#include "pod.h"
#include "release.h"

/* Drains of the tablets of a VitessShard (drains.h), which a person or a program asks for by
 * annotating a Pod. Nobody is said to be finished before Vitess has moved the primary away from it,
 * whether it was known to be the primary or not. */

/* --- who is drained --- */

static void add_drain(struct v2_drains *drains, const struct v2_tablet *tablet, const json_t *pod)
{
    drains->at[drains->count] = v2_drain_of(tablet->alias, pod);
    drains->pods[drains->count++] = tablet->name;
}

static void find_drains(struct shard_hook *hook)
{
    struct v2_drains *drains = &hook->drains;
    const size_t most = hook->tablets.count + 1;

    *drains = (struct v2_drains){.at = arena_array(hook->arena, most, sizeof(*drains->at)),
        .pods = arena_array(hook->arena, most, sizeof(*drains->pods))};
    for (size_t i = 0; i < hook->tablets.count; i++) {
        const struct v2_tablet *tablet = &hook->tablets.at[i];
        const json_t *pod = objects_find(&hook->pods, tablet->name);

        if (pod != NULL)
            add_drain(drains, tablet, pod);
        if (pod == NULL || object_terminating(pod) || !pod_ready(pod))
            drains->held = true;
    }
}

/* The one that is next, or that leads although it was finished. */
static const char *due(const struct v2_drains *drains, const char *primary, bool primary_moves)
{
    for (size_t i = 0; i < drains->count; i++) {
        const struct v2_drain *drain = &drains->at[i];

        if (primary_moves ? text_equal(drain->alias, primary)
                          : drain->next == V2_DRAIN_FINISHED && drain->state != drain->next)
            return drains->pods[i];
    }
    return NULL;
}

void v2_read_drains(struct shard_input *in, struct shard_hook *hook)
{
    struct v2_drains *drains = &hook->drains;
    const char *primary = in->memory.primary;

    find_drains(hook);
    in->drained = in->given_up = (struct texts){.arena = in->arena};
    for (size_t i = 0; i < drains->count; i++) {
        if (drains->at[i].state != V2_NOT_DRAINING)
            texts_add(&in->drained, drains->pods[i]);
        if (drains->at[i].state == V2_DRAIN_FINISHED)
            texts_add(&in->given_up, drains->pods[i]);
    }
    if (in->drained.count > 0)
        drains->time = request_time(hook->request);
    drains->held = drains->held || primary == NULL;
    if (!drains->held)
        in->to_hand_over = due(drains, primary, v2_drain_pass(drains->at, drains->count, primary));
}

/* --- what its Pod says --- */

/* The first value stays. */
static const json_t *noted(struct arena *a, const json_t *sent, const json_t *observed,
    const char *key, const char *time)
{
    const char *there = object_annotation(observed, key);

    return v2_annotated(a, sent, key, there != NULL ? there : time != NULL ? time : "");
}

static const json_t *as_noted(struct arena *a, const json_t *sent, const json_t *observed,
    const char *key)
{
    return object_annotation(observed, key) == NULL ? sent : noted(a, sent, observed, key, NULL);
}

static const struct v2_drain *drain_of(const struct v2_drains *drains, const json_t *pod)
{
    for (size_t i = 0; i < drains->count; i++) {
        if (text_equal(drains->pods[i], object_name(pod)))
            return &drains->at[i];
    }
    return NULL;
}

static bool is_finished(const struct v2_drain *drain, const struct shard_running *pod)
{
    return drain->state == V2_DRAIN_FINISHED ||
           (drain->next == V2_DRAIN_FINISHED && pod->handed_over);
}

const json_t *v2_drain_noted(struct arena *a, const struct v2_drains *drains, const json_t *sent,
    const struct shard_running *pod)
{
    static const char *const keys[] = {DRAIN_ACKNOWLEDGED_ANNOTATION, DRAIN_FINISHED_ANNOTATION};
    const struct v2_drain *drain = drain_of(drains, pod->observed);
    bool said[2];

    if (drain == NULL)
        return sent;
    said[0] = drain->next == V2_DRAIN_ACKNOWLEDGED || drain->next == V2_DRAIN_FINISHED;
    said[1] = is_finished(drain, pod);
    for (size_t i = 0; i < 2; i++) {
        if (drains->held)
            sent = as_noted(a, sent, pod->observed, keys[i]);
        else
            sent = said[i] ? noted(a, sent, pod->observed, keys[i], drains->time)
                           : v2_taken_off(a, sent, pod->observed, keys[i]);
    }
    return sent;
}
