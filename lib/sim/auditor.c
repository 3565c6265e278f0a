#include "auditor.h"

#include <stdarg.h>
#include <string.h>

#include "metadata.h"
#include "world.h"

/* More of it within one era is churn. A question to Vitess comes back with the state that it is
 * asked in: while a primary moves from cell to cell, once for each tablet. */
enum { RECREATIONS = 3, RECREATIONS_OF_A_TASK = 12, NO_OPS = 3 };

struct churn {
    size_t era;
    int created, no_ops;
};

void auditor_start(struct sim *sim)
{
    struct auditor *auditor = &sim->auditor;

    auditor->tablets.arena = auditor->clusters.arena = auditor->groups.arena = sim->arena;
    auditor->churn.arena = auditor->known.arena = sim->arena;
    auditor->lowest = SIZE_MAX;
}

void audit_violation(struct sim *sim, const char *rule, const char *format, ...)
{
    struct auditor *auditor = &sim->auditor;
    const char *text, *known;
    va_list arguments;

    va_start(arguments, format);
    text = table_name(&sim->names, vfmt(sim->objects, format, arguments));
    va_end(arguments);
    known = table_name(&sim->names, fmt(sim->objects, "%s: %s", rule, text));
    if (table_get(&auditor->known, known) != NULL)
        return;
    table_put(&auditor->known, known, sim);
    if (auditor->count == auditor->capacity) {
        size_t capacity = auditor->capacity == 0 ? 16 : auditor->capacity * 2;
        struct sim_violation *bigger = arena_array(sim->arena, capacity, sizeof(*bigger));

        if (auditor->count > 0)
            memcpy(bigger, auditor->violations, auditor->count * sizeof(*bigger));
        auditor->violations = bigger;
        auditor->capacity = capacity;
    }
    auditor->violations[auditor->count++] = (struct sim_violation){(int)sim->now, rule, text};
    world_note(sim, "VIOLATION %s", known);
}

void audit_disturbed(struct sim *sim)
{
    sim->auditor.era++;
}

/* --- churn --- */

static struct churn *churn_of(struct sim *sim, const struct version *child)
{
    const char *key =
        table_name(&sim->names, fmt(sim->objects, "%s %s", child->kind->name, child->key));
    struct churn *churn = table_get(&sim->auditor.churn, key);

    if (churn == NULL) {
        churn = arena_make(sim->arena, struct churn);
        table_put(&sim->auditor.churn, key, churn);
    }
    if (churn->era != sim->auditor.era)
        *churn = (struct churn){.era = sim->auditor.era};
    return churn;
}

void audit_create(struct sim *sim, const struct version *child)
{
    struct churn *churn = churn_of(sim, child);
    bool task = text_equal(object_label(child->json, "vitess.io/component"), "task");

    if (++churn->created > (task ? RECREATIONS_OF_A_TASK : RECREATIONS))
        audit_violation(sim,
            "churn",
            "%s %s is deleted and created again and again",
            child->kind->name,
            child->name);
}

void audit_no_op(struct sim *sim, const struct version *version, const char *what)
{
    struct churn *churn = churn_of(sim, version);

    if (++churn->no_ops > NO_OPS)
        audit_violation(sim,
            "churn",
            "the %s of %s %s is written again and again and never changes: the API server drops or "
            "normalises part of it",
            text_equal(what, "status") ? "status" : "rest",
            version->kind->name,
            version->name);
}

/* --- claims --- */

static void check_claim(struct sim *sim, const struct version *claim, const char *actor)
{
    const struct audited *tablet = serving_tablet(sim, claim->key);
    const char *cluster = table_name(&sim->names,
        fmt(sim->objects,
            "%s/%s",
            claim->namespace,
            object_label(claim->json, "vitess.io/cluster") == NULL
                ? ""
                : object_label(claim->json, "vitess.io/cluster")));

    if (text_equal(actor, "user"))
        return;
    if (tablet != NULL && wanted_tablet(sim, tablet))
        audit_violation(sim,
            "claim",
            "PersistentVolumeClaim %s is deleted while its tablet is wanted",
            claim->name);
    else if (wanted_retains(sim, tablet == NULL ? cluster : tablet->cluster))
        audit_violation(sim,
            "claim",
            "PersistentVolumeClaim %s is deleted though volumeClaimRetention is Retain",
            claim->name);
}

/* A claim that is asked to go, or gone without being asked. */
static void see_claim(struct sim *sim, const struct change *change)
{
    const struct version *claim = change->before;

    if (claim == NULL || claim->terminating || !kind_is(claim->kind, "PersistentVolumeClaim"))
        return;
    if (change->after == NULL || change->after->terminating)
        check_claim(sim, claim, change->actor);
}

void audit_see(struct sim *sim, const struct change *change)
{
    wanted_see(sim, change);
    serving_see(sim, change);
    see_claim(sim, change);
}

void audit_delete(struct sim *sim, const struct version *child)
{
    if (kind_is(child->kind, "Pod"))
        serving_delete(sim, child);
}

void audit_step(struct sim *sim)
{
    serving_step(sim);
}
