#include "stage.h"

/* Who moves, who waits, who goes. */

static void count_in(const struct stage *stage, size_t index, struct gate *gate)
{
    const struct stage_child *child = &stage->at[index];
    bool moved = !child_is_present(child) || child->current;

    if (child_health_of(child) != HEALTH_SETTLED) {
        if (gate->unsettled++ == 0)
            gate->first_unsettled = index;
        gate->in_flight += moved && !(child_is_present(child) && child->started);
        gate->unproven += moved;
    }
    /* It goes whatever its siblings do, so none of them goes beside it. */
    if (child_is_present(child) && !child->current && child->pinned == NULL &&
        child_is_forced(stage, child))
        gate->given++;
}

static struct gate *gate_of(struct gate *gates, const struct stage_child *child)
{
    return &gates[child->group % STAGE_GROUPS];
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
    if (!child_is_wanted(child))
        return STAGE_OMIT;
    if (child->observed == NULL || child->current || child_is_forced(stage, child))
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
    switch (child_health_of(child)) {
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
    if (!child_is_present(child))
        return child_is_wanted(child) ? STAGE_EMIT : STAGE_OMIT;
    if (child->pinned != NULL)
        return child->current ? STAGE_EMIT : STAGE_KEEP;
    if (child->health == HEALTH_TERMINAL)
        return STAGE_OMIT;
    if (child->current)
        return STAGE_EMIT;
    if (child_is_forced(stage, child))
        return STAGE_OMIT;
    if (child_is_paused(stage, child) || !may_move(child, gate))
        return STAGE_KEEP;
    gate->given += child->health != HEALTH_BROKEN;
    return STAGE_OMIT;
}

static void decide(struct stage *stage, struct gate *gates)
{
    stage->next = SIZE_MAX;
    for (size_t i = 0; i < stage->count; i++) {
        struct stage_child *child = &stage->at[i];
        struct gate *gate = gate_of(gates, child);
        size_t given = gate->given;

        if (child->method == STAGE_AT_ONCE)
            child->verdict = child_is_wanted(child) ? STAGE_EMIT : STAGE_OMIT;
        else if (child->method == STAGE_IN_PLACE)
            child->verdict = plan_in_place(stage, child, gate);
        else
            child->verdict = plan_replace(stage, child, gate);
        if (given == 0 && gate->given > 0 && stage->next == SIZE_MAX)
            stage->next = i;
    }
}

/* --- who must agree --- */

/* It is put off. */
static void hold(struct plan *plan, struct stage_child *child, const char *why)
{
    child->verdict = STAGE_KEEP;
    plan->blocked = child;
    plan->blocked_by = why;
}

static void ask(const struct stage *stage, struct plan *plan, struct stage_child *child,
    bool is_forced)
{
    const char *why =
        stage->blocked_by == NULL ? NULL : stage->blocked_by(stage->context, child, is_forced);

    if (why != NULL)
        hold(plan, child, why);
}

/* Nobody moves before all templates have passed: to begin with one pool, only to find out at the
 * other that the edit cannot be finished, would leave two specs behind. */
static void take_turn(struct stage *stage, struct plan *plan)
{
    struct stage_child *child = stage->next == SIZE_MAX ? NULL : &stage->at[stage->next];

    if (child == NULL || child->method != STAGE_REPLACE)
        return;
    if (stage->untried != NULL && child_is_wanted(child)) {
        child->verdict = STAGE_KEEP;
        plan->untried = child;
    } else {
        ask(stage, plan, child, false);
    }
}

/* Force opens every gate but this one. What has ended, or is of no use, is healed. */
static void ask_for_forced(struct stage *stage, struct plan *plan)
{
    for (size_t i = 0; i < stage->count; i++) {
        struct stage_child *child = &stage->at[i];

        if (i != stage->next && child->method == STAGE_REPLACE && child->verdict == STAGE_OMIT &&
            child_is_present(child) && child->health != HEALTH_TERMINAL &&
            child->health != HEALTH_BROKEN)
            ask(stage, plan, child, true);
    }
}

static void defer(struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        struct stage_child *child = &stage->at[i];

        if ((child->deferred || child->made_once != NULL) && child->observed == NULL)
            child->verdict = STAGE_OMIT;
    }
}

void stage_plan(struct stage *stage)
{
    struct plan plan = {0};

    for (size_t i = 0; i < stage->count; i++) {
        if (stage->at[i].method != STAGE_AT_ONCE)
            count_in(stage, i, gate_of(plan.gates, &stage->at[i]));
    }
    decide(stage, plan.gates);
    stage_queue_own(stage);
    take_turn(stage, &plan);
    ask_for_forced(stage, &plan);
    defer(stage);
    stage_report(stage, &plan);
}
