#include "stage.h"

#include "conditions.h"

/* The order of children whose kind a hook of ours has. An unsettled workload takes the newest spec
 * at once; but ours look unsettled for a moment for reasons that are no trouble of theirs: a pause
 * is news for all of them, and while one cell moves the primary, the shards of all cells have none.
 */

static bool is_own(const struct stage_child *child)
{
    return child->own && child_is_wanted(child);
}

static bool is_well(const json_t *child)
{
    return condition_true(child, "Ready") && condition_true(child, "Updated");
}

/* It is going, or has the newest spec and has not taken it up. A later one that has observed it is
 * not in the way of an earlier one: its tablets wait for those of the earlier cell. One that is
 * Updated but not Ready again holds back settled cells only. An unsettled one may be what it needs
 * itself: a replica is not Ready without a primary, and the cell with the VTOrc that is to elect it
 * may be the very one that would wait. */
static bool in_flight(const struct stage *stage, size_t index, size_t other)
{
    const struct stage_child *child = &stage->at[other];

    if (other == index || child->observed == NULL || !is_own(child) || child->blocks_nobody)
        return false;
    if (child->retires)
        return true;
    if (!child->current)
        return other < index && child->verdict == STAGE_EMIT;
    return !child->updated && !(other > index && generation_observed(child->observed));
}

static bool waits(const struct stage *stage, size_t index)
{
    const struct stage_child *child = &stage->at[index];
    size_t others = 0;

    if (is_well(child->observed) && !generation_observed(child->observed))
        return true;
    for (size_t i = 0; i < stage->count && !child->blocks_nobody; i++)
        others += in_flight(stage, index, i);
    return others >= stage_most_at_once(stage);
}

static bool needs_it_now(const struct stage *stage, const struct stage_child *child)
{
    return child_is_forced(stage, child) || child->health == HEALTH_BROKEN || child->needs_newest;
}

void stage_queue_own(struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        struct stage_child *child = &stage->at[i];

        if (!is_own(child) || !child_is_pending(child) || child->verdict != STAGE_EMIT ||
            i == stage->next || needs_it_now(stage, child) || !waits(stage, i))
            continue;
        child->verdict = STAGE_KEEP;
        child->queued = true;
    }
}
