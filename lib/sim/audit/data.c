#include <string.h>

#include "auditor.h"
#include "sim/core/world.h"
#include "sim/vitess/model.h"

/* Where the data of a shard is, told by volume claims: the first tablet of a shard that serves has
 * it, and whoever replicates from a primary that has it. A shard never loses its last copy to our
 * own doing: not to a claim that we delete, and not to a Pod that we take down while somebody
 * else's deletion of its claim waits for just that. */

/* A claim with the data of its shard. */
struct copy {
    struct group *group;
    bool gone;
};

static struct copy *copy_on(const struct sim *sim, const char *claim_uid)
{
    return claim_uid == NULL ? NULL : table_get(&sim->auditor->copies, claim_uid);
}

static bool has_data(const struct sim *sim, const char *claim_uid)
{
    const struct copy *copy = copy_on(sim, claim_uid);

    return copy != NULL && !copy->gone;
}

static void add_copy(struct sim *sim, struct group *group, const char *claim_uid)
{
    struct copy *copy = copy_on(sim, claim_uid);

    if (copy != NULL)
        return;
    copy = arena_make(sim->arena, struct copy);
    copy->group = group;
    table_put(&sim->auditor->copies, claim_uid, copy);
    group->copies++;
    group->filled = true;
}

/* The primary comes first: what it has is what the others get. */
static void prove(struct sim *sim, struct audited *tablet, bool primaries)
{
    const struct tablet *record = vitess_tablet_of_pod(sim, tablet->uid);
    const struct tablet *primary = record == NULL ? NULL : record->shard->primary;

    if (!tablet->serving || record == NULL || record->claim == NULL ||
        (record == primary) != primaries)
        return;
    if (!tablet->group->filled || tablet->group->copies == 0 ||
        (primary != NULL && has_data(sim, primary->claim)))
        add_copy(sim, tablet->group, record->claim);
}

void data_step(struct sim *sim, struct group *group)
{
    for (int primaries = 1; primaries >= 0; primaries--) {
        for (struct audited *tablet = group->first; tablet != NULL; tablet = tablet->next)
            prove(sim, tablet, primaries == 1);
    }
}

/* --- claims that go --- */

static bool is_lost(const struct version *claim)
{
    return text_equal(json_text_at(claim->json, "status", "phase"), "Lost");
}

static void lose(struct sim *sim, struct copy *copy, const struct version *claim,
    const struct audited *tablet)
{
    struct group *group = copy->group;

    copy->gone = true;
    group->copies--;
    if (tablet != NULL && tablet->wanted && (tablet->claim_by_us || tablet->claim_ended_by_us))
        group->lost_by_us = claim->name;
    if (group->copies > 0)
        return;
    if (group->wanted > 0 && group->lost_by_us != NULL)
        world_violation(sim,
            "data",
            "the last copy of the data of %s is gone; PersistentVolumeClaim %s went by our own "
            "doing",
            group->name,
            group->lost_by_us);
    group->filled = false;
    group->lost_by_us = NULL;
}

void data_see(struct sim *sim, const struct change *change)
{
    const struct version *claim = change->after == NULL ? change->before : change->after;
    struct audited *tablet;
    struct copy *copy;

    if (!kind_is(claim->kind, "PersistentVolumeClaim"))
        return;
    tablet = serving_tablet(sim, claim->key);
    if (tablet != NULL && change->before == NULL) {
        tablet->claim_going = 0;
        tablet->claim_by_us = tablet->claim_ended_by_us = false;
    } else if (tablet != NULL && change->after != NULL && tablet->claim_going == 0 &&
               (claim->terminating || is_lost(claim))) {
        tablet->claim_going = sim->now;
        tablet->claim_by_us = text_equal(change->actor, "metacontroller");
    }
    copy = copy_on(sim, claim->uid);
    if (change->after == NULL && copy != NULL && !copy->gone)
        lose(sim, copy, claim, tablet);
}

/* --- Pods that are taken down --- */

static bool has_ended(const struct version *pod)
{
    const char *phase = json_text_at(pod->json, "status", "phase");

    return text_equal(phase, "Failed") || text_equal(phase, "Succeeded");
}

static void check_own_claim(struct sim *sim, struct audited *tablet, const struct version *pod)
{
    const struct version *claim = store_named(sim, "PersistentVolumeClaim", tablet->key);

    if (claim == NULL || !(claim->terminating || is_lost(claim)) || has_ended(pod))
        return;
    if (!audit_knows(sim, tablet->claim_going) || !tablet->wanted || serving_forced(sim, tablet))
        return;
    tablet->claim_ended_by_us = true;
    world_violation(sim,
        "data",
        "Pod %s is taken down while its PersistentVolumeClaim is %s: the Pod is all that keeps its "
        "data",
        tablet->key,
        claim->terminating ? "being deleted" : "Lost");
}

/* One that was made on an empty volume, and of which nobody has seen yet that it has the data. */
static bool is_unproven(const struct sim *sim, const struct audited *tablet)
{
    const struct version *claim = store_named(sim, "PersistentVolumeClaim", tablet->key);

    return tablet->wanted && tablet->uid != NULL && claim != NULL &&
           copy_on(sim, claim->uid) == NULL && !serving_now(sim, tablet) &&
           audit_knows(sim, tablet->unserving);
}

static void check_others(struct sim *sim, const struct audited *leaving)
{
    const struct version *claim = store_named(sim, "PersistentVolumeClaim", leaving->key);

    if (claim == NULL || !has_data(sim, claim->uid) || !leaving->serving)
        return;
    for (const struct audited *other = leaving->group->first; other != NULL; other = other->next) {
        if (other != leaving && is_unproven(sim, other))
            world_violation(sim,
                "data",
                "Pod %s is taken down while %s, which was made on an empty volume, has not been "
                "seen to have the shard's data",
                leaving->key,
                other->key);
    }
}

void data_delete(struct sim *sim, struct audited *tablet, const struct version *pod)
{
    check_own_claim(sim, tablet, pod);
    check_others(sim, tablet);
}

/* --- restores --- */

/* "default/vitess main/-80" of another namespace. */
static struct group *group_in(struct sim *sim, const struct group *group, const char *namespace)
{
    return serving_group(sim,
        table_name(&sim->names, fmt(sim->objects, "%s%s", namespace, strchr(group->name, '/'))));
}

void data_restored(struct sim *sim, const char *uid, const struct version *claim)
{
    const struct copy *copy = copy_on(sim, uid);

    if (copy != NULL)
        add_copy(sim, group_in(sim, copy->group, claim->namespace), claim->uid);
}
