#include "hook.h"
#include "metadata.h"
#include "sim/core/world.h"
#include "wants.h"

/* Pods that are there: Metacontroller may only write their labels and annotations, and no two
 * tablets of a Vitess shard are ever labelled as its primary. */

static bool says_primary(const json_t *pod)
{
    return text_equal(object_label(pod, object_keys(pod)->tablet_type), "primary");
}

/* One that somebody has relabelled, so that no VitessShard has it, nobody else can change. */
static bool is_labelled(const struct version *pod)
{
    return pod != NULL && !pod->terminating && pod->owner != NULL && says_primary(pod->json);
}

static void check_spec(struct sim *sim, const struct change *change)
{
    if (!json_same(json_at(change->before->json, "spec"), json_at(change->after->json, "spec")))
        world_violation(sim,
            "pod-spec",
            "Pod %s is given another spec while it is there",
            change->after->name);
}

/* In all cells. */
static void check_others(struct sim *sim, const struct audited *labelled)
{
    for (const struct audited *other = labelled->group->first; other != NULL; other = other->next) {
        if (other != labelled && is_labelled(store_named(sim, "Pod", other->key)))
            world_violation(sim,
                "label",
                "Pod %s is labelled as the primary while %s is",
                labelled->key,
                other->key);
    }
}

void labels_see(struct sim *sim, const struct change *change)
{
    const struct version *pod = change->after;
    const struct audited *tablet;

    if (pod == NULL || !kind_is(pod->kind, "Pod") || !text_equal(change->actor, "metacontroller"))
        return;
    if (change->before != NULL)
        check_spec(sim, change);
    tablet = serving_tablet(sim, pod->key);
    /* One that is adopted with the label has it from before. */
    if (tablet != NULL && is_labelled(pod) &&
        (change->before == NULL || !says_primary(change->before->json)))
        check_others(sim, tablet);
}

/* Its VitessShard has heard from Vitess that it is the primary. */
static bool is_said_primary(struct sim *sim, const struct audited *tablet)
{
    const struct version *pod = tablet->uid == NULL ? NULL : store_named(sim, "Pod", tablet->key);
    const struct version *shard = pod == NULL ? NULL : audit_controller(sim, pod);
    const char *primary =
        shard == NULL ? NULL : json_text_at(shard->json, "status", tablet->wants->primary);

    return primary != NULL && !pod->terminating && text_equal(primary, tablet->alias);
}

/* One that cannot tell Vitess that it is primary no more is said to be in another cell. */
static size_t said_in(struct sim *sim, const struct group *group)
{
    size_t count = 0;

    for (const struct audited *tablet = group->first; tablet != NULL; tablet = tablet->next)
        count += is_said_primary(sim, tablet);
    return count;
}

void labels_at_rest(struct sim *sim)
{
    struct table_row *row;

    table_each (&sim->auditor->tablets, row) {
        const struct audited *tablet = row->value;
        const struct version *pod =
            tablet->uid == NULL ? NULL : store_named(sim, "Pod", tablet->key);
        const bool primary = is_said_primary(sim, tablet);

        if (pod == NULL || pod->terminating || !ready_says(sim, tablet->cluster))
            continue;
        if (is_labelled(pod) != primary && (!primary || said_in(sim, tablet->group) == 1))
            world_violation(sim,
                "label",
                "Pod %s is %slabelled as the primary at rest",
                pod->name,
                primary ? "not " : "");
    }
}
