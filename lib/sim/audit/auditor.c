#include "auditor.h"

#include <stdlib.h>
#include <string.h>

#include "conditions.h"
#include "hook.h"
#include "metadata.h"
#include "sim/core/world.h"
#include "sim/metacontroller/controller.h"
#include "sim/store/policies.h"
#include "sim/vitess/model.h"

/* More of it within one era is churn. A question to Vitess comes back with the state that it is
 * asked in: while a primary moves from cell to cell, once for each tablet. */
enum { RECREATIONS = 3, RECREATIONS_OF_A_TASK = 12, RECREATIONS_UNDER_ADMISSION = 2, NO_OPS = 3 };

/* What happens by itself (a node dies) reaches the hook by status, sibling and answer: only then
 * must it wait. */
enum { NOTICE = 6 };

struct churn {
    size_t era;
    int created, no_ops;
};

void auditor_start(struct sim *sim)
{
    struct auditor *auditor = arena_make(sim->arena, struct auditor);

    sim->auditor = auditor;
    auditor->tablets.arena = auditor->clusters.arena = auditor->groups.arena = sim->arena;
    auditor->churn.arena = sim->arena;
    auditor->made.arena = auditor->copies.arena = auditor->claims.arena = sim->arena;
    auditor->given_up.arena = auditor->relapsed.arena = auditor->members.arena = sim->arena;
    auditor->lowest = SIZE_MAX;
}

/* --- churn --- */

static struct churn *churn_of(struct sim *sim, const struct version *child)
{
    const char *key =
        table_name(&sim->names, fmt(sim->objects, "%s %s", child->kind->name, child->key));
    struct churn *churn = table_get(&sim->auditor->churn, key);

    if (churn == NULL) {
        churn = arena_make(sim->arena, struct churn);
        table_put(&sim->auditor->churn, key, churn);
    }
    if (churn->era != sim->era)
        *churn = (struct churn){.era = sim->era};
    return churn;
}

static void created(struct sim *sim, const struct version *child)
{
    struct churn *churn = churn_of(sim, child);
    bool task = text_equal(object_label(child->json, object_keys(child->json)->component), "task");
    int most = task ? RECREATIONS_OF_A_TASK : RECREATIONS;

    /* A policy writes the same texts again: to replace the Pod for them helps nobody. */
    if (!task && kind_is(child->kind, "Pod") && policies_rewrite(sim))
        most = RECREATIONS_UNDER_ADMISSION;
    /* While the tree goes from the top, whoever has not heard yet makes what has just gone. */
    most += (int)sim->options.lag;
    if (++churn->created > most)
        world_violation(sim,
            "churn",
            "%s %s is deleted and created again and again",
            child->kind->name,
            child->name);
}

static void unchanged(struct sim *sim, const struct version *version, const char *what)
{
    struct churn *churn = churn_of(sim, version);

    if (++churn->no_ops > NO_OPS)
        world_violation(sim,
            "churn",
            "the %s of %s %s is written again and again and never changes: the API server drops or "
            "normalises part of it",
            text_equal(what, "status") ? "status" : "rest",
            version->kind->name,
            version->name);
}

/* --- claims --- */

/* In the time of this very VitessCluster the claim was made, or its tablet was wanted, or ran until
 * it was scaled away: not of one of that name before it. Or this very VitessShard has run the
 * tablet and was told to have fewer, and another VitessCluster has adopted it in the middle of
 * that. */
static bool was_wanted(struct sim *sim, const struct version *claim, const struct audited *tablet)
{
    const struct version *cluster = wanted_live(sim, wanted_cluster(sim, claim->json));

    if (cluster == NULL)
        return false;
    return table_get(&sim->auditor->claims, claim->uid) == cluster->uid ||
           (tablet != NULL && (tablet->wanted_by == cluster->uid ||
                                  (claim->owner != NULL && tablet->run_by == claim->owner)));
}

static void see_new_claim(struct sim *sim, const struct version *claim)
{
    const struct version *cluster = wanted_live(sim, wanted_cluster(sim, claim->json));

    if (cluster != NULL)
        table_put(&sim->auditor->claims, claim->uid, cluster->uid);
}

const struct version *audit_controller(struct sim *sim, const struct version *version)
{
    const struct version *controller = NULL;
    const json_t *owner;

    json_each_item (json_at(version->json, "metadata", "ownerReferences"), i, owner) {
        if (json_true_at(owner, "controller"))
            controller = store_get(sim,
                kind_of(sim->kinds, owner),
                table_name(&sim->names,
                    fmt(sim->objects, "%s/%s", version->namespace, json_text_at(owner, "name"))));
    }
    return controller != NULL && text_equal(controller->uid, version->owner) ? controller : NULL;
}

/* The live VitessShard that controls `claim`, or NULL. */
static const struct version *shard_of(struct sim *sim, const struct version *claim)
{
    const struct version *shard = audit_controller(sim, claim);

    return shard != NULL && kind_is(shard->kind, "VitessShard") ? shard : NULL;
}

/* Its VitessCluster has been deleted and has left all below it behind: that goes on by what it was
 * told last, claims of tablets that were scaled away included, until another one adopts it. */
static bool goes_on_alone(struct sim *sim, const struct version *claim, const char *actor)
{
    const struct version *top = NULL;

    for (const struct version *up = shard_of(sim, claim); up != NULL;
         up = audit_controller(sim, up))
        top = up;
    return text_equal(actor, "metacontroller") && top != NULL && !wanted_is_root(top);
}

/* Of a new claim: no tablet may use it before it is marked to outlive its shard. */
static bool is_empty_volume(const struct sim *sim, const struct version *claim)
{
    return table_get(&sim->vitess->filled, claim->uid) == NULL;
}

/* A user has deleted what it belonged to, under whenDeleted Delete. */
static bool belongs_to_given_up(const struct sim *sim, const struct version *version)
{
    return version->owner != NULL && table_get(&sim->auditor->given_up, version->owner) != NULL;
}

/* "data-vitess-global-etcd-2" of a StatefulSet with three replicas; and a lock server that is an
 * object of its own never gives one up. */
static bool is_wanted_member(struct sim *sim, const struct version *claim)
{
    static const char start[] = "data-";
    const char *dash = strrchr(claim->name, '-');
    const struct version *set = audit_controller(sim, claim);

    if (set != NULL && kind_is(set->kind, "EtcdLockserver"))
        return !set->terminating;
    if (!text_equal(object_label(claim->json, object_keys(claim->json)->component), "etcd") ||
        !text_starts_with(claim->name, start) || dash <= claim->name + sizeof(start))
        return false;
    set = store_named(sim,
        "StatefulSet",
        fmt(sim->objects,
            "%s/%.*s",
            claim->namespace,
            (int)(dash - claim->name) - (int)strlen(start),
            claim->name + strlen(start)));
    return set != NULL && json_int_at(set->json, 1, "spec", "replicas") > atoi(dash + 1);
}

static void check_claim(struct sim *sim, const struct version *claim, const char *actor)
{
    const struct audited *tablet = serving_tablet(sim, claim->key);
    const char *cluster = wanted_cluster(sim, claim->json);

    if (text_equal(actor, "user") || (text_equal(actor, "gc") && belongs_to_given_up(sim, claim)))
        return;
    if (tablet != NULL && wanted_tablet(sim, tablet))
        world_violation(sim,
            "claim",
            "PersistentVolumeClaim %s is deleted while its tablet is wanted",
            claim->name);
    if (text_equal(actor, "metacontroller") && is_wanted_member(sim, claim))
        world_violation(sim,
            "claim",
            "PersistentVolumeClaim %s is deleted while its member of etcd is wanted",
            claim->name);
    if (goes_on_alone(sim, claim, actor))
        return;
    if (text_equal(actor, "metacontroller") && !was_wanted(sim, claim, tablet))
        world_violation(sim,
            "claim",
            "PersistentVolumeClaim %s is deleted though this VitessCluster has never wanted it",
            claim->name);
    if (!(text_equal(actor, "gc") && is_empty_volume(sim, claim)) &&
        !(tablet != NULL && wanted_tablet(sim, tablet)) &&
        wanted_retains(sim, tablet == NULL ? cluster : tablet->cluster))
        world_violation(sim,
            "claim",
            "PersistentVolumeClaim %s is deleted though volumeClaimRetention is Retain",
            claim->name);
}

/* Between two writes whoever matches it could adopt it. One that was relabelled is let go on
 * purpose. */
static void check_owner(struct sim *sim, const struct version *before, const struct version *after)
{
    const struct version *shard = after->owner == NULL ? shard_of(sim, before) : NULL;

    if (shard != NULL && !shard->terminating &&
        selector_matches(json_at(shard->json, "spec", "selector"),
            json_at(after->json, "metadata", "labels")))
        world_violation(sim,
            "claim",
            "PersistentVolumeClaim %s is left without an owner",
            after->name);
}

/* --- what users delete --- */

/* Whoever deletes a VitessCluster, or what is derived from it, under whenDeleted Delete has been
 * told by the admission policy that the data below goes with it: by the collector, from owner to
 * owner, and also where it has been made anew before the collector comes by. */
static void see_given_up(struct sim *sim, const struct change *change)
{
    const struct version *before = change->before;
    const char *cluster;

    if (before == NULL || before->terminating || before->kind->hook == NULL ||
        (change->after != NULL && !change->after->terminating))
        return;
    cluster =
        before->kind->hook->derived ? wanted_cluster(sim, before->json) : wanted_root(sim, before);
    if (text_equal(change->actor, "user")
            ? wanted_deletes(sim, cluster)
            : text_equal(change->actor, "gc") && belongs_to_given_up(sim, before))
        table_put(&sim->auditor->given_up, before->uid, sim);
}

/* A claim that is asked to go, or gone without being asked. */
static void see_claim(struct sim *sim, const struct change *change)
{
    const struct version *claim = change->before;

    if (claim == NULL && kind_is(change->after->kind, "PersistentVolumeClaim") &&
        (text_equal(change->actor, "metacontroller") || text_equal(change->actor, "statefulset")))
        see_new_claim(sim, change->after);
    if (claim == NULL || claim->terminating || !kind_is(claim->kind, "PersistentVolumeClaim"))
        return;
    if (change->after == NULL || change->after->terminating)
        check_claim(sim, claim, change->actor);
    else if (text_equal(change->actor, "metacontroller"))
        check_owner(sim, claim, change->after);
}

/* --- the lock --- */

/* An edit of a cluster that is well, with nothing else going on: until the next edit or fault all
 * that happens is its rollout, so whoever looks unwell in it is so on purpose. */
static void see_edit(struct sim *sim, const struct change *change, bool quiet)
{
    const json_t *before = change->before->json;

    if (quiet && condition_true(before, "Ready") && condition_true(before, "Updated"))
        sim->auditor->quiet_era = sim->era + 1;
}

static bool comes_before(const json_t *order, const char *cell, const char *other)
{
    const json_t *item;

    json_each_item (order, i, item) {
        if (text_equal(json_string_value(item), other))
            return false;
        if (text_equal(json_string_value(item), cell))
            return true;
    }
    return false;
}

/* A cell is given a new spec once the cells before it have done with theirs. */
static void see_cell(struct sim *sim, const struct change *change)
{
    const json_t *spec = json_at(change->after->json, "spec");
    const char *id = json_text_at(spec, "rolloutId");
    const char *cluster = wanted_cluster(sim, change->after->json);
    struct table_row *row;

    if (sim->era != sim->auditor->quiet_era ||
        text_equal(id, json_text_at(change->before->json, "spec", "rolloutId")) ||
        json_list_has(json_at(spec, "rollout", "force"), change->after->name))
        return;
    table_each (&sim->auditor->tablets, row) {
        const struct audited *tablet = row->value;

        if (tablet->down && tablet->wanted && text_equal(tablet->cluster, cluster) &&
            comes_before(json_at(spec, "cellOrder"), tablet->cell, json_text_at(spec, "name")))
            world_violation(sim,
                "lock",
                "VitessCell %s is given a new spec while Pod %s, which was taken down in an "
                "earlier cell, is not back",
                change->after->name,
                tablet->key);
    }
}

static void see_lock(struct sim *sim, const struct change *change, bool quiet)
{
    if (change->before == NULL || change->after == NULL ||
        object_generation(change->before->json) == object_generation(change->after->json))
        return;
    if (wanted_is_root(change->after))
        see_edit(sim, change, quiet);
    else if (kind_is(change->after->kind, "VitessCell"))
        see_cell(sim, change);
}

void audit_see(struct sim *sim, const struct change *change, bool quiet)
{
    see_lock(sim, change, quiet);
    wanted_see(sim, change);
    serving_see(sim, change);
    see_given_up(sim, change);
    see_claim(sim, change);
    data_see(sim, change);
    left_out_see(sim, change);
    ready_see(sim, change);
    members_see(sim, change);
    labels_see(sim, change);
}

static void deletes(struct sim *sim, const struct version *child)
{
    left_out_delete(sim, child);
    if (!kind_is(child->kind, "Pod"))
        return;
    serving_delete(sim, child);
    members_delete(sim, child);
}

const struct metacontroller_watch audit_watch = {deletes, created, unchanged};

void audit_restored(struct sim *sim, const json_t *before, const struct version *version)
{
    left_out_restored(sim, before, version);
    if (kind_is(version->kind, "PersistentVolumeClaim"))
        data_restored(sim, object_uid(before), version);
}

bool audit_knows(const struct sim *sim, long since)
{
    return since < sim->auditor->rested || sim->now - since > NOTICE + sim->options.lag;
}

void audit_step(struct sim *sim)
{
    serving_step(sim);
}
