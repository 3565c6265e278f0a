#include "staging.h"

#include <string.h>

#include "conditions.h"
#include "metadata.h"
#include "template.h"

/* Groups are few: workloads, keyspaces, cells, tablets. */
enum { GROUPS = 8 };

/* What the children of one group allow each other. */
struct gate {
    size_t unsettled; /* children that are absent, terminating or unwell */
    size_t first_unsettled;
    size_t in_flight; /* replaced Pods whose containers have not started yet */
    size_t unproven;  /* replaced Pods that are not settled yet */
    size_t given;     /* how often the turn has been given away in this sync */
};

struct stage_child *stage_add(struct stage *stage, struct stage_child child)
{
    if (stage->count == stage->capacity) {
        size_t capacity = stage->capacity == 0 ? 16 : stage->capacity * 2;
        struct stage_child *grown = arena_array(stage->arena, capacity, sizeof(*grown));

        if (stage->count > 0)
            memcpy(grown, stage->at, stage->count * sizeof(*grown));
        stage->at = grown;
        stage->capacity = capacity;
    }
    stage->at[stage->count] = child;
    return &stage->at[stage->count++];
}

const json_t *stage_desired(const struct stage *stage, const char *name)
{
    for (size_t i = 0; i < stage->count; i++) {
        if (text_equal(stage->at[i].name, name))
            return stage->at[i].desired;
    }
    return NULL;
}

/* --- what a child is --- */

static enum child_health health_of(const struct stage_child *child)
{
    return child->observed == NULL || object_terminating(child->observed)
               ? HEALTH_ABSENT_OR_TERMINATING
               : child->health;
}

static bool is_present(const struct stage_child *child)
{
    return health_of(child) != HEALTH_ABSENT_OR_TERMINATING;
}

static bool is_broken(const struct stage_child *child)
{
    return child->health == HEALTH_BROKEN || child->health == HEALTH_BROKEN_RUNNING ||
           child->health == HEALTH_BROKEN_SERVING;
}

static const json_t *control_of(const struct stage *stage, const struct stage_child *child)
{
    return child->control == NULL ? stage->control : child->control;
}

/* `object` with spec.rollout replaced by the control block (or without it, for comparing). */
static const json_t *with_control(const json_t *object, const json_t *control)
{
    json_t *spec = json_without(json_at(object, "spec"), "rollout");
    json_t *copy = json_overlay(object, NULL);

    json_put(spec, "rollout", control);
    json_put(copy, "spec", spec);
    return copy;
}

static const json_t *with_stage_control(const struct stage *stage, const struct stage_child *child,
    const json_t *object)
{
    const json_t *control = control_of(stage, child);

    return control == NULL || object == NULL ? object : with_control(object, control);
}

static bool same_hash(const struct stage *stage, const struct stage_child *child)
{
    const char *wanted;

    if (stage->hash_annotation == NULL)
        return false;
    wanted = object_annotation(child->desired, stage->hash_annotation);
    return wanted != NULL &&
           text_equal(wanted, object_annotation(child->applied, stage->hash_annotation));
}

static const json_t *container_named(const json_t *pod, const char *name)
{
    const json_t *found = json_named(json_at(pod, "spec", "containers"), name);

    return found != NULL ? found : json_named(json_at(pod, "spec", "initContainers"), name);
}

static bool images_kept(const json_t *made, const json_t *observed, const char *field)
{
    const json_t *container;

    json_each_item (json_at(observed, "spec", field), i, container) {
        const json_t *own = container_named(made, json_text_at(container, "name"));

        if (own != NULL &&
            !text_equal(json_text_at(container, "image"), json_text_at(own, "image")))
            return false;
    }
    return true;
}

/* An admission webhook may have written another image into the Pod that was to be created (of a
 * mirror, or by digest) and will do so again. A Pod's generation begins at 1 and grows with each
 * later change of its spec (Kubernetes 1.33; before that it has none). */
bool pod_images_edited(const json_t *made, const json_t *observed)
{
    return object_generation(observed) > 1 && !(images_kept(made, observed, "containers") &&
                                                  images_kept(made, observed, "initContainers"));
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

const char *changed_text(struct arena *arena, const json_t *applied, const json_t *wanted,
    const json_t *observed)
{
    static const char *const fields[] = {"labels", "annotations"};

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
        const json_t *ours = json_at(applied, "metadata", fields[i]);
        const json_t *value;
        const char *key;

        json_each_field (ours, key, value) {
            const json_t *own = json_at(wanted, "metadata", fields[i], key);
            const json_t *now = json_at(observed, "metadata", fields[i], key);

            if (own != NULL && now != NULL && !json_same(own, now))
                return fmt(arena, "metadata.%s[%s]", fields[i], key);
        }
    }
    return NULL;
}

static bool is_current(const struct stage *stage, const struct stage_child *child)
{
    if (child->desired == NULL || child->observed == NULL || child->applied == NULL)
        return false;
    if (edited_by_hand(child))
        return false;
    if (same_hash(stage, child))
        return true;
    if (control_of(stage, child) == NULL)
        return json_same(child->desired, child->applied);
    return json_same(with_control(child->desired, NULL), with_control(child->applied, NULL));
}

/* The cluster has taken up what was applied: the controller of a workload, or our own hook a level
 * below, says so for the newest generation. A Pod is what was applied. */
static bool taken_up(const json_t *observed)
{
    const char *kind = object_kind(observed);
    const json_t *status = json_at(observed, "status");
    json_int_t replicas = json_int_at(observed, 1, "spec", "replicas");

    if (text_equal(kind, "Pod"))
        return !object_terminating(observed);
    if (json_int_at(status, -1, "observedGeneration") != object_generation(observed))
        return false;
    if (text_equal(kind, "Deployment") || text_equal(kind, "StatefulSet"))
        return json_int_at(status, 0, "updatedReplicas") >= replicas;
    return condition_true(observed, "Updated");
}

/* --- the plan --- */

static bool forced(const struct stage *stage, const struct stage_child *child)
{
    return json_list_has(stage->force, child->name);
}

static void count_in(const struct stage *stage, size_t index, struct gate *gate)
{
    const struct stage_child *child = &stage->at[index];
    bool moved = !is_present(child) || child->current;

    if (health_of(child) != HEALTH_SETTLED) {
        if (gate->unsettled++ == 0)
            gate->first_unsettled = index;
        gate->in_flight += moved && !(is_present(child) && child->started);
        gate->unproven += moved;
    }
    /* It goes whatever its siblings do, so none of them goes beside it. */
    if (is_present(child) && !child->current && child->pinned == NULL && forced(stage, child))
        gate->given++;
}

static void look_at(struct stage *stage, struct gate *gates)
{
    for (size_t i = 0; i < stage->count; i++) {
        struct stage_child *child = &stage->at[i];
        struct gate *gate = &gates[child->group % GROUPS];

        if (child->applied == NULL && child->observed != NULL)
            child->applied = object_last_applied(stage->arena, child->observed);
        child->current = is_current(stage, child);
        child->updated =
            child->current && child->health != HEALTH_TERMINAL && taken_up(child->observed);
        if (child->method != STAGE_AT_ONCE)
            count_in(stage, i, gate);
    }
}

size_t stage_most_at_once(const struct stage *stage)
{
    return stage->at_once == 0 ? 1 : stage->at_once;
}

/* An own CR or workload: an unsettled one takes the newest spec at once, so that an edit in
 * mid-rollout, a mended image or a pause reaches the place where the rollout is (a StatefulSet gets
 * stuck here). All unsettled ones do: were they to queue, one that cannot settle without the new
 * spec of its sibling would wait for ever, and nothing tells it from one that is just slow. */
static enum stage_verdict plan_in_place(const struct stage *stage, const struct stage_child *child,
    struct gate *gate)
{
    if (child->desired == NULL)
        return STAGE_OMIT;
    if (child->observed == NULL || child->current || forced(stage, child))
        return STAGE_EMIT;
    if (stage->paused)
        return STAGE_KEEP;
    if (child->health != HEALTH_SETTLED)
        return STAGE_EMIT;
    if (gate->unsettled + gate->given >= stage_most_at_once(stage))
        return STAGE_KEEP;
    gate->given++;
    return STAGE_EMIT;
}

/* A Pod: one that moves is omitted now and made anew once it is gone. One that is broken and of no
 * use to anybody waits for nobody. Of Pods that never got Ready with the spec they have, the next
 * may move when the one before runs. One that somebody may be served by although it is unwell (a
 * sidecar crashes, a probe fails for a moment) waits until what has moved is settled: taking it
 * down costs something. That does not count what is still to move, or two unwell ones would wait
 * for each other. A settled one waits for all others. */
static bool may_move(const struct stage_child *child, const struct gate *gate)
{
    switch (health_of(child)) {
    case HEALTH_BROKEN:
        return true;
    case HEALTH_BROKEN_RUNNING:
    case HEALTH_UNREADY:
        return gate->given == 0 && gate->in_flight == 0;
    case HEALTH_BROKEN_SERVING:
    case HEALTH_UNREADY_SERVING:
        return gate->given == 0 && gate->unproven == 0;
    case HEALTH_SETTLED:
        return gate->given == 0 && gate->unsettled == 0;
    case HEALTH_ABSENT_OR_TERMINATING:
    case HEALTH_TERMINAL:
        break;
    }
    return false;
}

static enum stage_verdict plan_replace(const struct stage *stage, const struct stage_child *child,
    struct gate *gate)
{
    if (!is_present(child))
        return child->desired == NULL ? STAGE_OMIT : STAGE_EMIT;
    if (child->pinned != NULL)
        return child->current ? STAGE_EMIT : STAGE_KEEP;
    if (child->health == HEALTH_TERMINAL)
        return STAGE_OMIT;
    if (child->current)
        return STAGE_EMIT;
    if (forced(stage, child))
        return STAGE_OMIT;
    if (stage->paused || !may_move(child, gate))
        return STAGE_KEEP;
    gate->given += child->health != HEALTH_BROKEN;
    return STAGE_OMIT;
}

static void decide(struct stage *stage, struct gate *gates)
{
    stage->next = SIZE_MAX;
    for (size_t i = 0; i < stage->count; i++) {
        struct stage_child *child = &stage->at[i];
        struct gate *gate = &gates[child->group % GROUPS];
        size_t given = gate->given;

        if (child->method == STAGE_AT_ONCE)
            child->verdict = child->desired == NULL ? STAGE_OMIT : STAGE_EMIT;
        else if (child->method == STAGE_IN_PLACE)
            child->verdict = plan_in_place(stage, child, gate);
        else
            child->verdict = plan_replace(stage, child, gate);
        if (given == 0 && gate->given > 0 && stage->next == SIZE_MAX)
            stage->next = i;
    }
}

/* --- what is said of it --- */

static const char *label(const struct stage *stage, const struct stage_child *child)
{
    const json_t *object = child->desired == NULL ? child->observed : child->desired;

    return fmt(stage->arena, "%s %s", object_kind(object), child->name);
}

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

static bool is_pending(const struct stage_child *child)
{
    return child->method != STAGE_AT_ONCE && child->observed != NULL && !child->current;
}

static bool say_stalled(struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];

        if (child->current && is_broken(child))
            return say(stage,
                ROLLOUT_STALLED,
                fmt(stage->arena, "%s: %s", label(stage, child), trouble(child)));
        if (is_pending(child) && child->pinned != NULL && is_present(child))
            return say(stage,
                ROLLOUT_STALLED,
                fmt(stage->arena, "%s: %s", label(stage, child), child->pinned));
    }
    return false;
}

/* The first child that is on its way: made, moved, removed, or busy with what it was given. */
static bool say_progressing(struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];
        bool moves = is_pending(child) && child->verdict != STAGE_KEEP;

        if (child->method == STAGE_AT_ONCE)
            continue;
        if (child->desired != NULL && !is_present(child))
            return say(stage,
                ROLLOUT_PROGRESSING,
                fmt(stage->arena,
                    child->observed == NULL ? "creating %s" : "waiting for the old %s to go",
                    label(stage, child)));
        if (moves || (child->current && !child->updated))
            return say(stage,
                ROLLOUT_PROGRESSING,
                fmt(stage->arena,
                    "%s %s",
                    child->desired == NULL             ? "removing"
                    : child->health == HEALTH_TERMINAL ? "replacing"
                                                       : "updating",
                    label(stage, child)));
    }
    return false;
}

static bool say_waiting(struct stage *stage, const struct gate *gates)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];
        const struct gate *gate = &gates[child->group % GROUPS];
        const struct stage_child *other = &stage->at[gate->first_unsettled];

        if (!is_pending(child) || child->verdict != STAGE_KEEP)
            continue;
        if (stage->paused)
            return say(stage,
                ROLLOUT_PAUSED,
                fmt(stage->arena, "spec.rollout.paused holds %s", label(stage, child)));
        if (gate->unsettled == 0)
            return say(stage,
                ROLLOUT_WAITING,
                fmt(stage->arena, "%s waits for its turn", label(stage, child)));
        return say(stage,
            ROLLOUT_WAITING,
            fmt(stage->arena,
                "%s waits until %s is settled%s%s",
                label(stage, child),
                label(stage, other),
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
                    label(stage, child),
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

void stage_plan(struct stage *stage)
{
    struct gate gates[GROUPS] = {{0, 0, 0, 0, 0}};

    look_at(stage, gates);
    decide(stage, gates);
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
            fmt(stage->arena, "%s: %s", label(stage, &stage->at[stage->next]), why));
    stage->next = SIZE_MAX;
}

/* --- the answer --- */

static const json_t *held(const struct stage *stage, const struct stage_child *child)
{
    struct arena *a = stage->arena;
    const json_t *control = control_of(stage, child);
    const json_t *kept = child->meanwhile != NULL ? child->meanwhile
                         : control != NULL        ? resource_as_applied(a, child->observed)
                         : child->applied != NULL && child->method != STAGE_REPLACE
                             ? child->applied
                             : as_applied(a, child->observed);

    return control == NULL ? kept : with_control(kept, control);
}

/* A Pod that is there is never told another spec: to move it is to leave it out. */
static bool is_held(const struct stage *stage, const struct stage_child *child)
{
    return child->verdict == STAGE_KEEP || (child->current && same_hash(stage, child)) ||
           (child->method == STAGE_REPLACE && child->observed != NULL);
}

static const char *why_omitted(const struct stage_child *child)
{
    if (child->desired == NULL)
        return "it has left the spec";
    return child->health == HEALTH_TERMINAL ? "it has ended" : "it is replaced";
}

void stage_emit(const struct stage *stage, struct answer *answer)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];

        if (child->verdict == STAGE_OMIT && child->observed != NULL)
            release_child(stage->arena, answer, child->observed, why_omitted(child));
        if (child->verdict == STAGE_OMIT)
            continue;
        if (is_held(stage, child))
            want(answer, held(stage, child));
        else
            want(answer, with_stage_control(stage, child, child->desired));
    }
}

bool stage_complete(const struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];

        if (child->method == STAGE_AT_ONCE)
            continue;
        if (child->desired == NULL ? child->observed != NULL : !child->updated || is_broken(child))
            return false;
    }
    return true;
}
