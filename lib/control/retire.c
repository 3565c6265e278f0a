#include "retire.h"

#include "conditions.h"

/* --- what is seen of one --- */

bool retire_requested(const json_t *child)
{
    return json_true_at(child, "spec", "rollout", "retire");
}

bool retire_in_progress(const json_t *child)
{
    if (!retire_requested(child))
        return false;
    return !generation_observed(child) ||
           (!condition_true(child, "Updated") && !rollout_is_blocked(rollout_reason_of(child)));
}

bool has_retired(const json_t *child, const char *const *below)
{
    const json_t *status = json_at(child, "status");

    for (; *below != NULL; below++) {
        if (json_array_size(json_at(status, *below)) + json_object_size(json_at(status, *below)) >
            0)
            return false;
    }
    return retire_requested(child) && generation_observed(child) && json_true_at(status, "retired");
}

/* --- staging --- */

static const json_t *leaving_object(struct arena *arena, const struct api_keys *keys,
    const struct leaving *leaving, const json_t *observed)
{
    const json_t *applied = resource_as_applied(arena, keys, observed);
    json_t *spec = json_overlay(json_at(applied, "spec"), NULL);
    json_t *object = json_overlay(applied, NULL);

    if (json_object_size(spec) == 0)
        return applied;
    leaving->refresh(leaving->context, observed, spec);
    json_put(object, "spec", spec);
    return object;
}

static enum child_health leaving_health(const json_t *observed)
{
    bool settled =
        retire_requested(observed) ? !retire_in_progress(observed) : resource_settled(observed);

    return settled ? HEALTH_SETTLED : HEALTH_UNREADY;
}

static struct stage_child leaving_child(const struct stage *stage, const struct leaving *leaving,
    const json_t *observed)
{
    bool done = object_terminating(observed) || has_retired(observed, leaving->below);
    const json_t *desired =
        done ? NULL : leaving_object(stage->arena, stage->keys, leaving, observed);

    return (struct stage_child){
        .name = object_name(observed),
        .desired = desired,
        .held_spec = desired,
        .observed = observed,
        .method = STAGE_IN_PLACE,
        .group = leaving->group,
        .health = leaving_health(observed),
        .control = leaving->control,
        .own = true,
        .retires = retire_in_progress(observed),
    };
}

void stage_leaving(struct stage *stage, const struct objects *observed,
    const struct leaving *leaving)
{
    json_t *staged = json_new_map();

    for (size_t i = 0; i < stage->count; i++)
        json_put(staged, stage->at[i].name, json_true());
    for (size_t i = 0; i < observed->count; i++) {
        if (json_at(staged, object_name(observed->at[i])) == NULL)
            stage_add(stage, leaving_child(stage, leaving, observed->at[i]));
    }
}

/* --- whose turn it is to retire --- */

/* Something new is given to it in this sync. */
static bool is_given(const struct stage_child *child)
{
    return !child->current && (child->verdict == STAGE_EMIT || child->held_spec != NULL);
}

/* Unsettled, but all of it serves and nothing new is given to it: what it still has to do waits for
 * its siblings, or they for it. */
static bool only_waits(const struct stage_child *child)
{
    return !is_given(child) && generation_observed(child->observed) &&
           condition_true(child->observed, "Ready");
}

/* One that goes waits for none that only waits, since what is below it goes before theirs, but for
 * those that may take over from it. */
static size_t count_in_the_way(const struct stage *stage, size_t wanted)
{
    size_t count = 0;

    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];
        bool unsettled = child->health != HEALTH_SETTLED;

        if (i >= wanted)
            count += unsettled;
        else
            count += child->observed == NULL || child->held_spec != NULL ||
                     (unsettled && !only_waits(child));
    }
    return count;
}

static const char *say_removal(const struct stage *stage, const struct stage_child *child,
    bool goes)
{
    const char *kind = object_kind(child->observed);

    if (goes)
        return fmt(stage->arena, "removing %s %s", kind, child->name);
    if (stage->paused)
        return fmt(stage->arena, "spec.rollout.paused keeps %s %s", kind, child->name);
    return fmt(stage->arena, "%s %s is removed once all others are settled", kind, child->name);
}

const char *retire_in_turn(struct stage *stage, size_t wanted, const struct retirement *told)
{
    size_t in_the_way = count_in_the_way(stage, wanted);
    const char *said = NULL;

    for (size_t i = wanted; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];
        bool knows = retire_requested(child->observed);
        bool turn =
            said == NULL && !stage->paused && (in_the_way == 0 || child->health != HEALTH_SETTLED);

        if (!child_is_wanted(child))
            continue;
        if (knows || turn)
            stage_tell(stage, i, told->object(told->context, child->desired), told->control);
        if (said == NULL && (!knows || retire_in_progress(child->observed)))
            said = say_removal(stage, child, knows || turn);
    }
    return said;
}

static bool only_later_ones_wait(const struct stage *stage, size_t index)
{
    for (size_t i = 0; i < stage->count; i++) {
        if (stage->at[i].health != HEALTH_SETTLED && (i < index || !only_waits(&stage->at[i])))
            return false;
    }
    return true;
}

void let_earlier_go(struct stage *stage, size_t wanted)
{
    for (size_t i = 0; i < wanted && stage->next == SIZE_MAX && !stage->paused; i++) {
        const struct stage_child *child = &stage->at[i];

        if (child->health == HEALTH_SETTLED && !child->current && only_later_ones_wait(stage, i))
            stage_move(stage, i);
    }
}
