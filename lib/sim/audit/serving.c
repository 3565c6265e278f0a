#include <stdlib.h>
#include <string.h>

#include "hook.h"
#include "metadata.h"
#include "sim/core/world.h"
#include "sim/kubelet/kubelet.h"
#include "sim/vitess/model.h"
#include "wants.h"

/* Tablets that Metacontroller takes down: never while another one of the same Vitess shard is not
 * serving, never in two cells at once, and never the primary without a planned reparent. */

struct audited *serving_tablet(const struct sim *sim, const char *key)
{
    return table_get(&sim->auditor->tablets, key);
}

static const json_t *tablet_container(const struct version *pod)
{
    const json_t *container;

    json_each_item (json_at(pod->json, "spec", "containers"), i, container) {
        if (program_of(container) == PROGRAM_VTTABLET)
            return container;
    }
    return NULL;
}

struct group *serving_group(struct sim *sim, const char *name)
{
    struct group *group = table_get(&sim->auditor->groups, name);

    if (group == NULL) {
        group = arena_make(sim->arena, struct group);
        group->name = name;
        table_put(&sim->auditor->groups, name, group);
    }
    return group;
}

static void touch(struct sim *sim, struct group *group)
{
    if (group->changed)
        return;
    group->changed = true;
    group->next_changed = sim->auditor->changed;
    sim->auditor->changed = group;
}

/* A type of tablet that the spec has none of counts as none, not as -1. */
static long at_least_none(long number)
{
    return number < 0 ? 0 : number;
}

static void ask_wanted(struct sim *sim, struct audited *tablet)
{
    struct group *group = tablet->group;

    tablet->wanted = wanted_tablet(sim, tablet);
    tablet->released = tablet->released || !tablet->wanted;
    if (tablet->wanted)
        tablet->wanted_by = wanted_uid(sim, tablet->cluster);
    group->wanted = at_least_none(wanted_in_all(sim, tablet, true)) +
                    at_least_none(wanted_in_all(sim, tablet, false));
    touch(sim, group);
}

void serving_want(struct sim *sim, const char *cluster)
{
    struct table_row *row;

    table_each (&sim->auditor->tablets, row) {
        struct audited *tablet = row->value;

        if (text_equal(tablet->cluster, cluster))
            ask_wanted(sim, tablet);
    }
}

/* "zone1-0214747900" */
static const char *alias_of(struct sim *sim, const char *cell, unsigned long uid)
{
    return table_name(&sim->names, fmt(sim->objects, "%s-%010lu", cell, uid));
}

static struct audited *new_tablet(struct sim *sim, const struct version *pod,
    const json_t *container)
{
    struct pod_run none = {0};
    struct texts arguments = pod_arguments(sim, pod, &none, container);
    const char *alias = program_flag(&arguments, "tablet-path");
    const char *dash = alias == NULL ? NULL : strrchr(alias, '-');
    const unsigned long uid = dash == NULL ? 0 : strtoul(dash + 1, NULL, 10);
    struct audited read = {.key = pod->key, .wants = wants_of(pod->json)};
    struct audited *tablet;

    read.replica_type = !text_equal(program_flag(&arguments, "init-tablet-type"), "rdonly");
    /* A copy under another name is no tablet of ours. */
    if (dash == NULL || !read.wants->identify(sim->objects, pod->json, uid, &read))
        return NULL;
    tablet = arena_make(sim->arena, struct audited);
    *tablet = read;
    tablet->pool = table_name(&sim->names, read.pool);
    tablet->cluster = wanted_cluster(sim, pod->json);
    tablet->cell = table_name(&sim->names, text_copy(sim->objects, alias, (size_t)(dash - alias)));
    tablet->alias = alias_of(sim, tablet->cell, uid);
    tablet->keyspace = table_name(&sim->names, program_flag(&arguments, "init-keyspace"));
    tablet->shard = table_name(&sim->names, program_flag(&arguments, "init-shard"));
    tablet->group = serving_group(sim,
        table_name(&sim->names,
            fmt(sim->objects, "%s %s/%s", tablet->cluster, tablet->keyspace, tablet->shard)));
    tablet->next = tablet->group->first;
    tablet->group->first = tablet;
    table_put(&sim->auditor->tablets, tablet->key, tablet);
    return tablet;
}

void serving_see(struct sim *sim, const struct change *change)
{
    const struct version *pod = change->after == NULL ? change->before : change->after;
    const json_t *container;
    struct audited *tablet;

    if (!kind_is(pod->kind, "Pod"))
        return;
    tablet = serving_tablet(sim, pod->key);
    if (tablet == NULL && change->before == NULL) {
        container = tablet_container(pod);
        tablet = container == NULL ? NULL : new_tablet(sim, pod, container);
    }
    if (tablet == NULL)
        return;
    if (change->after == NULL) {
        tablet->uid = NULL;
    } else if (change->before == NULL) {
        sim->auditor->restarted += tablet->made++ > 0;
        tablet->uid = pod->uid;
        tablet->released = false;
        tablet->unserving = sim->now;
        ask_wanted(sim, tablet);
    }
    if (tablet->wanted && pod->owner != NULL)
        tablet->run_by = pod->owner;
    if (change->before == NULL || change->after == NULL || change->after->terminating)
        touch(sim, tablet->group);
}

void serving_changed(struct sim *sim, const char *pod_uid)
{
    const struct pod_run *run = kubelet_run(sim, pod_uid);
    struct audited *tablet = run == NULL ? NULL : serving_tablet(sim, run->key);

    if (tablet != NULL)
        touch(sim, tablet->group);
}

/* --- how it is --- */

bool serving_now(const struct sim *sim, const struct audited *tablet)
{
    const struct tablet *record = vitess_tablet_of_pod(sim, tablet->uid);
    const struct version *pod = tablet->uid == NULL ? NULL : store_named(sim, "Pod", tablet->key);

    return record != NULL && (record->serving || tablet_stands_by(record)) && pod != NULL &&
           !pod->terminating;
}

/* It went since an edit did not want it: until it is made anew it is as if it had never been made.
 * An edit goes from cell to cell, so that it may be wanted again long before. */
static bool has_left(const struct audited *tablet)
{
    return tablet->released && tablet->uid == NULL;
}

/* Whether the hook must have known that it does not serve. One that served when the last step ended
 * has gone in this one. */
static bool is_known_down(const struct sim *sim, const struct audited *tablet)
{
    if (serving_now(sim, tablet) || has_left(tablet))
        return false;
    return tablet->down || (!tablet->serving && audit_knows(sim, tablet->unserving));
}

/* --- the rules --- */

static void check_others(struct sim *sim, const struct audited *leaving)
{
    for (const struct audited *other = leaving->group->first; other != NULL; other = other->next) {
        if (other == leaving)
            continue;
        if (other->wanted && is_known_down(sim, other))
            world_violation(sim,
                "serving",
                "Pod %s is taken down while %s of the same shard does not serve",
                leaving->key,
                other->key);
        if (other->down && other->cell != leaving->cell)
            world_violation(sim,
                "two-cells",
                "Pod %s is taken down in %s while %s is down in %s",
                leaving->key,
                leaving->cell,
                other->key,
                other->cell);
    }
}

/* A restore has brought the Pod into another namespace than that of the cluster it serves in. */
static bool is_stray(struct sim *sim, const struct version *pod)
{
    const struct tablet *record = vitess_tablet_of_pod(sim, pod->uid);

    return record != NULL && !text_equal(pod->namespace, record->shard->topology->namespace);
}

/* Who was made primary a moment ago, by an administrator or VTOrc, may be thought none yet. */
static void check_reparent(struct sim *sim, const struct audited *leaving)
{
    const struct tablet *record = vitess_tablet_of_pod(sim, leaving->uid);

    if (record == NULL || record->shard->primary != record || !record->alive ||
        text_equal(record->avoided, leaving->uid) || !audit_knows(sim, record->term))
        return;
    if (wanted_in_all(sim, leaving, true) == 1)
        return;
    world_violation(sim,
        "reparent",
        "Pod %s of the primary %s is deleted without a PlannedReparentShard",
        leaving->key,
        record->alias);
}

bool serving_forced(const struct sim *sim, const struct audited *tablet)
{
    const struct version *pod = store_named(sim, "Pod", tablet->key);

    return pod != NULL && tablet->wants->forced(wanted_spec(sim, tablet->cluster), pod->json);
}

void serving_delete(struct sim *sim, const struct version *pod)
{
    struct audited *tablet = serving_tablet(sim, pod->key);
    struct version *live = store_named(sim, "Pod", pod->key);
    bool whole;

    if (tablet == NULL || live == NULL || live->uid != pod->uid || live->terminating)
        return;
    whole = wanted_in_all(sim, tablet, true) < 0;
    /* Of one that began to serve in this very step, or was elected in it, nobody can have heard;
     * nor, through stale caches, of one that has not served for longer than they are behind.
     * One that serves is no less needed because another container of its Pod crashes. */
    if (tablet->serving && sim->now - tablet->served >= sim->options.lag &&
        serving_now(sim, tablet) && !whole && !is_stray(sim, live)) {
        if (!serving_forced(sim, tablet))
            check_others(sim, tablet);
        check_reparent(sim, tablet);
    }
    if (!whole)
        data_delete(sim, tablet, live);
    tablet->down = true;
    tablet->wanted_by = wanted_uid(sim, tablet->cluster);
    touch(sim, tablet->group);
}

/* --- the end of a step --- */

/* How many of the group's wanted tablets serve. */
static long look_at_group(struct sim *sim, struct group *group)
{
    long serving = 0;

    for (struct audited *tablet = group->first; tablet != NULL; tablet = tablet->next) {
        bool now = serving_now(sim, tablet);

        if (now && !tablet->serving)
            tablet->served = sim->now;
        if (tablet->serving && !now)
            tablet->unserving = sim->now;
        tablet->serving = now;
        if (now || has_left(tablet))
            tablet->down = false;
        serving += now && tablet->wanted;
    }
    return serving;
}

void serving_step(struct sim *sim)
{
    struct auditor *auditor = sim->auditor;
    struct group *group = auditor->changed;

    auditor->changed = NULL;
    for (; group != NULL; group = group->next_changed) {
        long serving = look_at_group(sim, group);

        data_step(sim, group);
        group->changed = false;
        if (group->wanted > 0 && serving == group->wanted)
            group->up = true;
        if (group->up && group->wanted > 0 && (size_t)serving < auditor->lowest)
            auditor->lowest = (size_t)serving;
    }
}
