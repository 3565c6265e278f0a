#include "stage.h"

#include <string.h>

#include "conditions.h"

/* What a child is: as it is wanted, taken up by the cluster, there. */

enum child_health child_health_of(const struct stage_child *child)
{
    return child->observed == NULL || object_terminating(child->observed)
               ? HEALTH_ABSENT_OR_TERMINATING
               : child->health;
}

bool child_is_present(const struct stage_child *child)
{
    return child_health_of(child) != HEALTH_ABSENT_OR_TERMINATING;
}

bool child_is_wanted(const struct stage_child *child)
{
    return child->desired != NULL || child->unmade != NULL;
}

bool child_is_broken(const struct stage_child *child)
{
    return child->health == HEALTH_BROKEN || child->health == HEALTH_BROKEN_RUNNING ||
           child->health == HEALTH_BROKEN_SERVING;
}

bool child_is_pending(const struct stage_child *child)
{
    return child->method != STAGE_AT_ONCE && child->observed != NULL && !child->current;
}

bool child_is_forced(const struct stage *stage, const struct stage_child *child)
{
    return json_list_has(stage->force, child->name);
}

bool child_is_paused(const struct stage *stage, const struct stage_child *child)
{
    return stage->paused &&
           (!stage->removes || child->method != STAGE_REPLACE || child_is_wanted(child));
}

const char *child_label(const struct stage *stage, const struct stage_child *child)
{
    const json_t *object = child->desired == NULL ? child->observed : child->desired;

    return fmt(stage->arena, "%s %s", object == NULL ? "Pod" : object_kind(object), child->name);
}

const json_t *child_control(const struct stage *stage, const struct stage_child *child)
{
    return child->control == NULL ? stage->control : child->control;
}

const json_t *with_control(const json_t *object, const json_t *control)
{
    json_t *spec, *copy;

    if (json_same(json_at(object, "spec", "rollout"), control))
        return object;
    spec = json_without(json_at(object, "spec"), "rollout");
    copy = json_overlay(object, NULL);
    json_put(spec, "rollout", control);
    json_put(copy, "spec", spec);
    return copy;
}

bool child_has_same_hash(const struct stage *stage, const struct stage_child *child)
{
    const char *key = stage->keys->spec_hash;
    const char *wanted = object_annotation(child->desired, key);

    return wanted != NULL && text_equal(wanted, object_annotation(child->applied, key));
}

/* Of a running Pod people can change only images, labels, annotations and the size of containers
 * (and add tolerations); everything else the API server refuses, or normalises. Nothing of it is
 * put back, so a Pod with another image is replaced in its turn; what was applied last has the
 * edit, too, by then, and what is wanted has not. Labels and annotations are not compared: nothing
 * tells an edit from what an admission policy writes into each new Pod, and a Pod made anew because
 * of that would be made anew for ever. */
static bool edited_by_hand(const struct stage_child *child)
{
    return child->method == STAGE_REPLACE && pod_images_edited(child->desired, child->observed);
}

/* Sends what was applied. */
static bool is_same(struct stage_child *child, const json_t *sent)
{
    if (!json_same(sent, child->applied))
        return false;
    child->same = child->desired;
    return true;
}

static bool is_current(const struct stage *stage, struct stage_child *child)
{
    if (child->desired == NULL || child->observed == NULL || child->waits || edited_by_hand(child))
        return false;
    if (child->applied == NULL)
        return child->alike;
    if (child_has_same_hash(stage, child))
        return true;
    if (child_control(stage, child) == NULL)
        return is_same(child, child->desired);
    /* At rest it has the control of now, and nothing has to be taken off. */
    return is_same(child, with_control(child->desired, child_control(stage, child))) ||
           json_same(with_control(child->desired, NULL), with_control(child->applied, NULL));
}

/* The cluster has taken up what was applied: the controller of a workload, or our own hook a level
 * below, says so for the newest generation. A Pod is what was applied. */
static bool rollout_observed(const json_t *observed)
{
    const char *kind = object_kind(observed);
    const json_t *status = json_at(observed, "status");

    if (text_equal(kind, "Pod"))
        return !object_terminating(observed);
    if (!generation_observed(observed))
        return false;
    if (object_has_template(observed))
        return json_int_at(status, 0, "updatedReplicas") >=
               json_int_at(observed, 1, "spec", "replicas");
    return condition_true(observed, "Updated");
}

/* --- the stage --- */

static void grow(struct stage *stage)
{
    size_t capacity = stage->capacity == 0 ? 16 : stage->capacity * 2;
    struct stage_child *grown = arena_array(stage->arena, capacity, sizeof(*grown));

    if (stage->count > 0)
        memcpy(grown, stage->at, stage->count * sizeof(*grown));
    stage->at = grown;
    stage->capacity = capacity;
}

struct stage_child *stage_add(struct stage *stage, struct stage_child child)
{
    if (stage->count == stage->capacity)
        grow(stage);
    if (child.applied == NULL && child.observed != NULL)
        child.applied = object_last_applied(stage->arena, stage->keys, child.observed);
    child.current = is_current(stage, &child);
    child.updated =
        child.current && child.health != HEALTH_TERMINAL && rollout_observed(child.observed);
    stage->at[stage->count] = child;
    return &stage->at[stage->count++];
}

const json_t *stage_made(const struct stage *stage, const struct stage_child *child)
{
    return child->unmade != NULL ? stage->make(stage->context, child->unmade) : child->desired;
}

const json_t *stage_desired(const struct stage *stage, const char *name)
{
    for (size_t i = 0; i < stage->count; i++) {
        if (text_equal(stage->at[i].name, name))
            return stage->at[i].desired;
    }
    return NULL;
}

bool stage_settled(const struct stage *stage, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!stage->at[i].current || stage->at[i].health != HEALTH_SETTLED)
            return false;
    }
    return true;
}

bool stage_complete(const struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];

        if (child->method == STAGE_AT_ONCE)
            continue;
        if (child_is_wanted(child) ? !child->updated || child_is_broken(child)
                                   : child->observed != NULL)
            return false;
    }
    return true;
}
