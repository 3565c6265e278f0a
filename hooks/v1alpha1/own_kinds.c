#include "v1alpha1.h"

#include <string.h>

#include "conditions.h"
#include "template.h"

/* Staging of our own kinds. lib/k8s/staging gives every unsettled one the newest spec at once; but
 * ours look unsettled for a moment for reasons that are no trouble of theirs: a pause is news for
 * all of them, and while one cell moves the primary, the shards of all cells have none. */

/* --- whose turn it is --- */

bool has_heard(const json_t *child)
{
    return json_int_at(child, -1, "status", "observedGeneration") == object_generation(child);
}

const char *own_trouble(const json_t *child)
{
    if (child == NULL)
        return NULL;
    return made_elsewhere(child) ? MADE_ELSEWHERE : resource_trouble(child);
}

enum child_health own_health(const json_t *child)
{
    if (own_trouble(child) != NULL)
        return HEALTH_BROKEN;
    return resource_settled(child) ? HEALTH_SETTLED : HEALTH_UNREADY;
}

static bool is_well(const json_t *child)
{
    return condition_true(child, "Ready") && condition_true(child, "Updated");
}

static bool is_own(const struct stage_child *child)
{
    return text_equal(json_text_at(child->desired, "apiVersion"), API_VERSION);
}

/* A cell without tablets is in nobody's way, and others need its etcd and vtctld. */
static bool holds_no_tablets(const struct stage_child *child)
{
    return text_equal(object_kind(child->desired), "VitessCell") &&
           json_at(child->desired, "spec", "keyspaces") == NULL;
}

static bool is_pending(const struct stage_child *child)
{
    return child->desired != NULL && child->observed != NULL && !child->current;
}

/* It is going, or has the newest spec and has not taken it up. A later one that has heard of it is
 * not in the way of an earlier one: its tablets wait for those of the earlier cell. One that is
 * Updated but not Ready again holds back settled cells only. An unsettled one may be what it needs
 * itself: a replica is not Ready without a primary, and the cell with the VTOrc that is to elect it
 * may be the very one that would wait. */
static bool in_flight(const struct stage *stage, size_t index, size_t other)
{
    const struct stage_child *child = &stage->at[other];

    if (other == index || child->observed == NULL || !is_own(child) || holds_no_tablets(child))
        return false;
    if (is_retiring(child->observed))
        return true;
    if (is_pending(child))
        return other < index && child->verdict == STAGE_EMIT;
    return child->current && !child->updated && !(other > index && has_heard(child->observed));
}

static bool waits(const struct stage *stage, size_t index)
{
    const struct stage_child *child = &stage->at[index];
    size_t others = 0;

    if (stage->paused || (is_well(child->observed) && !has_heard(child->observed)))
        return true;
    for (size_t i = 0; i < stage->count && !holds_no_tablets(child); i++)
        others += in_flight(stage, index, i);
    return others >= stage_most_at_once(stage);
}

static bool changes(const struct stage_child *child, const char *key, const char *inner)
{
    const json_t *wanted = json_at(child->desired, "spec", key);
    const json_t *had = json_at(child->applied, "spec", key);

    return inner == NULL ? !json_same(wanted, had)
                         : !json_same(json_at(wanted, inner), json_at(had, inner));
}

/* Its tasks fail, and the new spec says whom to ask instead, where they run or where their image
 * is. An earlier cell may wait for them. */
static bool mends_its_tasks(const struct stage_child *child)
{
    const char *message = condition_message(child->observed, "Updated");

    if (rollout_reason_of(child->observed) != ROLLOUT_TASK_FAILING)
        return false;
    if (changes(child, "client", "server") || changes(child, "topology", NULL) ||
        changes(child, "securityContext", NULL) || changes(child, "client", "template") ||
        changes(child, "client", "resources"))
        return true;
    return message != NULL && strstr(message, "Image") != NULL &&
           (changes(child, "client", "image") || changes(child, "imagePullSecrets", NULL) ||
               changes(child, "imagePullPolicy", NULL));
}

static bool needs_it_now(const struct stage *stage, const struct stage_child *child)
{
    return json_list_has(stage->force, child->name) ||
           (!stage->paused && (child->health == HEALTH_BROKEN || mends_its_tasks(child)));
}

/* The first one, unless the stage says of another that it stands still. */
static void say_paused(struct stage *stage, const struct stage_child *child)
{
    if (!stage->paused || rollout_is_blocked(stage->reason))
        return;
    stage->reason = ROLLOUT_PAUSED;
    stage->message = fmt(stage->arena,
        "spec.rollout.paused holds %s %s",
        object_kind(child->desired),
        child->name);
}

void plan_own_kinds(struct stage *stage)
{
    stage_plan(stage);
    for (size_t i = 0; i < stage->count; i++) {
        struct stage_child *child = &stage->at[i];

        if (child->verdict == STAGE_EMIT && i != stage->next && is_own(child) &&
            is_pending(child) && !needs_it_now(stage, child) && waits(stage, i)) {
            child->verdict = STAGE_KEEP;
            say_paused(stage, child);
        }
    }
    add_meanwhile(stage);
}

/* --- children that have left the spec --- */

bool told_to_retire(const json_t *child)
{
    return json_true_at(child, "spec", "rollout", "retire");
}

bool is_retiring(const json_t *child)
{
    if (!told_to_retire(child))
        return false;
    return !has_heard(child) ||
           (!condition_true(child, "Updated") && !rollout_is_blocked(rollout_reason_of(child)));
}

/* Nothing is below it. A status may have been edited by anybody, and may be older than the spec:
 * what it says counts only where it was told to retire, has heard, and nothing else says otherwise.
 */
bool has_retired(const json_t *child)
{
    static const char *const below[] = {"keyspaces", "shards", "tablets"};
    const json_t *status = json_at(child, "status");

    for (size_t i = 0; i < sizeof(below) / sizeof(*below); i++) {
        if (json_array_size(json_at(status, below[i])) > 0)
            return false;
    }
    return told_to_retire(child) && has_heard(child) && json_true_at(status, "retired");
}

/* As it was applied last, but its tasks talk to the vtctld of today: that of then may be gone, and
 * nothing would ever go away without one. One that was made elsewhere is told where it is now, or
 * it would do nothing for ever. */
static const json_t *leaving_object(struct arena *arena, const json_t *observed,
    const json_t *today)
{
    const json_t *applied = resource_as_applied(arena, &v1alpha1_keys, observed);
    json_t *spec = json_overlay(json_at(applied, "spec"), NULL);
    json_t *object = json_overlay(applied, NULL);

    if (json_object_size(spec) == 0)
        return applied;
    json_put(spec, "client", json_at(today, "client"));
    if (made_elsewhere(observed)) {
        json_put(spec, "namespace", json_at(today, "namespace"));
        json_put(spec, "topology", json_at(today, "topology"));
    }
    json_put(object, "spec", spec);
    return object;
}

static enum child_health leaving_health(const json_t *observed)
{
    bool settled = told_to_retire(observed) ? !is_retiring(observed) : resource_settled(observed);

    return settled ? HEALTH_SETTLED : HEALTH_UNREADY;
}

static struct stage_child leaving_child(struct arena *arena, const json_t *observed, int group,
    const json_t *control, const json_t *today)
{
    bool done = object_terminating(observed) || has_retired(observed);
    const json_t *desired = done ? NULL : leaving_object(arena, observed, today);

    return (struct stage_child){
        .name = object_name(observed),
        .desired = desired,
        .meanwhile = desired,
        .observed = observed,
        .method = STAGE_IN_PLACE,
        .group = group,
        .health = leaving_health(observed),
        .control = control,
    };
}

void stage_leaving(struct stage *stage, const struct objects *observed, int group,
    const json_t *control, const json_t *today)
{
    json_t *staged = json_new_map();

    for (size_t i = 0; i < stage->count; i++)
        json_put(staged, stage->at[i].name, json_true());
    for (size_t i = 0; i < observed->count; i++) {
        if (json_at(staged, object_name(observed->at[i])) == NULL)
            stage_add(stage, leaving_child(stage->arena, observed->at[i], group, control, today));
    }
}

void say_kept_children(struct stage *stage)
{
    if (!stage_complete(stage))
        return;
    for (size_t i = 0; i < stage->count; i++) {
        const json_t *child = stage->at[i].observed;

        if (rollout_reason_of(child) != ROLLOUT_KEPT_UNTIL_IDLE)
            continue;
        stage->reason = ROLLOUT_KEPT_UNTIL_IDLE;
        stage->message = fmt(stage->arena,
            "%s %s: %s",
            object_kind(child),
            object_name(child),
            condition_message(child, "Updated"));
        return;
    }
}
