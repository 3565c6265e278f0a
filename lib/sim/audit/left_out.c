#include "hook.h"
#include "metadata.h"
#include "sim/core/world.h"
#include "sim/vitess/model.h"
#include "wants.h"

/* Children that Metacontroller deletes because an answer leaves them out, and with which data or
 * its guardians would go. What nobody of ours has made (a copy under another name, what a user
 * made) is never left out, nor told to retire. */

static const char *name_of(struct sim *sim, const struct version *version)
{
    return table_name(&sim->names, fmt(sim->objects, "%s %s", version->kind->name, version->key));
}

static bool is_strange(struct sim *sim, const struct version *version)
{
    return table_get(&sim->auditor->made, name_of(sim, version)) == NULL;
}

static bool is_own(const struct version *version)
{
    return version->kind->hook != NULL && version->kind->hook->derived;
}

static bool is_tablet_pod(const struct version *version)
{
    return kind_is(version->kind, "Pod") &&
           text_equal(object_label(version->json, object_keys(version->json)->component),
               "vttablet");
}

static bool is_guarded(const struct version *version)
{
    return is_own(version) || is_tablet_pod(version) || kind_is(version->kind, "StatefulSet") ||
           kind_is(version->kind, "PersistentVolumeClaim");
}

/* --- own kinds --- */

/* By its owners: what was relabelled, or what a copy has adopted, does not go with it. */
static bool is_below(struct sim *sim, const struct version *pod, const struct version *version)
{
    for (const struct version *up = pod; up != NULL; up = audit_controller(sim, up)) {
        if (up->uid == version->uid)
            return true;
    }
    return false;
}

/* A tablet below it that has a Pod; NULL: there is none. */
static const struct audited *tablet_within(struct sim *sim, const struct version *version)
{
    struct table_row *row;

    table_each (&sim->auditor->tablets, row) {
        const struct audited *tablet = row->value;

        if (tablet->uid != NULL && is_below(sim, store_named(sim, "Pod", tablet->key), version))
            return tablet;
    }
    return NULL;
}

static bool has_retired(const struct version *version)
{
    return json_true_at(version->json, "status", "retired");
}

/* It asks Vitess once more when a sibling changes, and says so. Whoever has read that it had
 * retired may leave it out until the news is there. */
static bool has_just_retired(const struct sim *sim, const struct version *version)
{
    const long *since = table_get(&sim->auditor->relapsed, version->uid);

    return since != NULL && !audit_knows(sim, *since);
}

static void see_retired(struct sim *sim, const struct change *change)
{
    long *since;

    if (change->before == NULL || !has_retired(change->before) || has_retired(change->after))
        return;
    since = arena_make(sim->arena, long);
    *since = sim->now;
    table_put(&sim->auditor->relapsed, change->after->uid, since);
}

/* What Vitess says of the shard that a VitessShard is of. */
static bool serves_writes(struct sim *sim, const struct version *version)
{
    const struct audited *tablet = tablet_within(sim, version);
    const struct tablet *record = tablet == NULL ? NULL : vitess_tablet_of_pod(sim, tablet->uid);

    return kind_is(version->kind, "VitessShard") && record != NULL && record->shard->serving;
}

/* It goes with all that is below it. */
static void check_leaving(struct sim *sim, const struct version *version, const struct wants *wants)
{
    if (!wants->may_leave(version->json) || serves_writes(sim, version))
        world_violation(sim,
            "left-out",
            "%s %s is left out of an answer while it is in use",
            version->kind->name,
            version->name);
}

static void check_own(struct sim *sim, const struct version *version)
{
    const struct wants *wants = wants_of(version->json);
    const struct audited *tablet = tablet_within(sim, version);

    if (wants->may_leave != NULL) {
        check_leaving(sim, version, wants);
        return;
    }

    if (!has_retired(version) && !has_just_retired(sim, version))
        world_violation(sim,
            "left-out",
            "%s %s is left out of an answer before it has retired",
            version->kind->name,
            version->name);
    else if (tablet != NULL)
        world_violation(sim,
            "left-out",
            "%s %s is left out of an answer while it has Pod %s",
            version->kind->name,
            version->name,
            tablet->key);
}

/* --- lock servers --- */

static void check_set(struct sim *sim, const struct version *version)
{
    const char *cell = object_label(version->json, object_keys(version->json)->cell);

    if (wanted_etcd(sim, wanted_cluster(sim, version->json), cell))
        world_violation(sim,
            "left-out",
            "StatefulSet %s is left out of an answer while its cell has a lock server",
            version->name);
}

/* --- all --- */

void left_out_delete(struct sim *sim, const struct version *child)
{
    const struct version *live = store_get(sim, child->kind, child->key);

    if (live == NULL || live->uid != child->uid || live->terminating || !is_guarded(live))
        return;
    if (is_strange(sim, live))
        world_violation(sim,
            "left-out",
            "%s %s is left out of an answer, though it was none of ours",
            live->kind->name,
            live->name);
    else if (is_own(live))
        check_own(sim, live);
    else if (kind_is(live->kind, "StatefulSet"))
        check_set(sim, live);
}

static bool retires(const struct version *version)
{
    return json_true_at(version->json, "spec", "rollout", "retire");
}

void left_out_see(struct sim *sim, const struct change *change)
{
    if (change->after == NULL || !is_guarded(change->after))
        return;
    see_retired(sim, change);
    if (change->before == NULL && !text_equal(change->actor, "user"))
        left_out_made(sim, change->after);
    else if (change->before != NULL && is_own(change->after) &&
             text_equal(change->actor, "metacontroller") && retires(change->after) &&
             !retires(change->before) && is_strange(sim, change->after))
        world_violation(sim,
            "left-out",
            "%s %s is told to retire, though it was none of ours",
            change->after->kind->name,
            change->after->name);
}

void left_out_made(struct sim *sim, const struct version *version)
{
    table_put(&sim->auditor->made, name_of(sim, version), sim);
}

void left_out_restored(struct sim *sim, const json_t *before, const struct version *version)
{
    const char *name = table_name(&sim->names,
        fmt(sim->objects,
            "%s %s/%s",
            version->kind->name,
            object_namespace(before),
            version->name));

    if (table_get(&sim->auditor->made, name) != NULL)
        left_out_made(sim, version);
}
