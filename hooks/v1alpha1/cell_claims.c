#include "cell.h"

#include <string.h>

#include "pod.h"
#include "template.h"

/* The volume claims of etcd. The StatefulSet makes them, with the labels of its Pods, and so they
 * become children of the VitessCell: from then on each is in every answer, grows with the spec, and
 * outlives whom it is to outlive. Its own persistentVolumeClaimRetentionPolicy says Retain for all,
 * since with Delete the controller of StatefulSets makes itself the owner of the claims. */

#define DATA "data"

static const char *claim_name(const struct cell *cell, uint32_t ordinal)
{
    return fmt(cell->arena, DATA "-%s-%u", v1_cell_object(cell, "etcd"), ordinal);
}

const json_t *v1_etcd_claim(const struct cell *cell, uint32_t ordinal)
{
    return objects_find(&cell->claims, claim_name(cell, ordinal));
}

/* Of which member; false where it is of none. */
static bool ordinal_of(const struct cell *cell, const json_t *claim, uint32_t *ordinal)
{
    const char *stem = fmt(cell->arena, DATA "-%s-", v1_cell_object(cell, "etcd"));
    const char *name = object_name(claim);

    return name != NULL && text_starts_with(name, stem) &&
           etcd_ordinal(name + strlen(stem), ordinal);
}

uint32_t v1_etcd_volumes(const struct cell *cell)
{
    uint32_t count = 0;

    for (size_t i = 0; i < cell->claims.count; i++) {
        uint32_t ordinal;

        if (ordinal_of(cell, cell->claims.at[i], &ordinal) && ordinal >= count &&
            !object_terminating(cell->claims.at[i]))
            count = ordinal + 1;
    }
    return count;
}

bool v1_is_etcd_claim(const struct cell *cell, const json_t *claim)
{
    uint32_t ordinal;

    return text_equal(object_kind(claim), "PersistentVolumeClaim") &&
           ordinal_of(cell, claim, &ordinal);
}

/* --- growing --- */

static bool has_less(const char *size, const char *wanted)
{
    return size != NULL && wanted != NULL && quantity_is(size) && quantity_is(wanted) &&
           quantity_compare(size, wanted) < 0;
}

/* One that is not bound yet has no capacity, and comes with the size that it was made with. */
bool v1_etcd_claims_grow(const struct cell *cell, const struct etcd *etcd)
{
    const char *wanted =
        json_text_at(etcd_claim_spec(cell->arena, etcd), "resources", "requests", "storage");

    for (uint32_t i = 0; i < etcd->size; i++) {
        const json_t *claim = v1_etcd_claim(cell, i);
        const char *size =
            claim == NULL
                ? json_text_at(etcd->claim_template, "spec", "resources", "requests", "storage")
                : json_text_at(claim, "status", "capacity", "storage");

        if (has_less(size, wanted))
            return true;
    }
    return false;
}

/* --- outliving --- */

static bool outlive(const struct cell *cell)
{
    return cell->retiring || v1_keeps(json_text_at(v1_etcd_retention(cell), "whenDeleted"));
}

/* One that is none of our children is nobody's, since the StatefulSet says Retain. */
bool v1_etcd_claims_kept(const struct cell *cell)
{
    return !outlive(cell) || claims_are_marked(&cell->claims);
}

/* --- as they are to be --- */

static const json_t *wanted_claim(struct cell *cell, const struct etcd *etcd, const json_t *claim)
{
    struct arena *a = cell->arena;
    const json_t *wanted = object(a,
        F("apiVersion", "v1"),
        F("kind", "PersistentVolumeClaim"),
        MAP("metadata",
            F("name", object_name(claim)),
            F("namespace", cell->place.namespace),
            F("labels", component_selector(a, &cell->place, "etcd"))),
        F("spec", etcd_claim_spec(a, etcd)));
    const char *field = NULL;

    wanted = keep_immutable(a, &v1_keys, wanted, claim, &field);
    wanted = claim_marked(a, wanted, claim, outlive(cell));
    wanted = keep_claim_size(a, &v1_keys, wanted, claim, &field);
    if (field != NULL && cell->refused == NULL)
        cell->refused = fmt(a,
            "PersistentVolumeClaim %s: %s cannot be changed; what was applied is kept",
            object_name(claim),
            field);
    return wanted;
}

/* One that is not of a member (any more) stays as it is. */
void v1_stage_etcd_claims(struct cell *cell, const struct etcd *etcd)
{
    cell->claims_wanted = json_new_list();
    for (size_t i = 0; i < cell->claims.count; i++) {
        const json_t *claim = cell->claims.at[i];
        uint32_t ordinal = 0;
        const bool member =
            etcd != NULL && ordinal_of(cell, claim, &ordinal) && ordinal < etcd->size;

        json_add(cell->claims_wanted,
            member ? wanted_claim(cell, etcd, claim)
                   : claim_as_applied(cell->arena, &v1_keys, claim, outlive(cell)));
    }
}

/* A member that has left etcd has left nothing of use; and an etcd that left the spec is gone once
 * its StatefulSet is. A claim that was there before its member is nobody's to delete. */
static const char *why_released(const struct cell *cell, const json_t *claim)
{
    const json_t *retention = v1_etcd_retention(cell);
    uint32_t ordinal;

    if (cell->members.gone && cell->members.gate.change != NULL &&
        ordinal_of(cell, claim, &ordinal) && ordinal == cell->members.gate.member &&
        !v1_keeps(json_text_at(retention, "whenScaled")))
        return "volumeClaimRetention.whenScaled: Delete";
    if (cell->spec.item.etcd == NULL && !outlive(cell) && !v1_is_lock_server(cell) &&
        objects_find(&cell->statefulsets, v1_cell_object(cell, "etcd")) == NULL)
        return "volumeClaimRetention.whenDeleted: Delete";
    return NULL;
}

void v1_emit_etcd_claims(const struct cell *cell, struct answer *answer)
{
    const json_t *claim;

    json_each_item (cell->claims_wanted, i, claim) {
        const json_t *observed = cell->claims.at[i];
        const char *why = why_released(cell, observed);

        if (why != NULL)
            release_child(cell->arena, answer, observed, why);
        else
            want(answer, claim);
    }
}

/* --- what to do about one --- */

static void advise_claim(const struct cell *cell, struct advice *advice, const json_t *claim,
    uint32_t ordinal)
{
    struct arena *a = cell->arena;
    const bool lost = text_equal(json_text_at(claim, "status", "phase"), "Lost");
    const char *pod = fmt(a, "%s-%u", v1_cell_object(cell, "etcd"), ordinal);

    advise_growth(advice,
        claim,
        "a change in etcd.template.annotations restarts the members in order");
    if (!lost && !object_terminating(claim))
        return;
    advice_add(advice,
        lost ? "ClaimLost" : "ClaimTerminating",
        fmt(a,
            "PersistentVolumeClaim %s %s: %s: kubectl delete --namespace %s %spod/%s",
            object_name(claim),
            lost ? "is Lost, its volume does not exist any more"
                 : "is being deleted, and only its Pod still keeps the data of the member",
            cell->members.size > 1
                ? "once all other members are Ready, delete it, and a new member takes its place"
                : "there is no other member, and what is on it is all that Vitess knows of the "
                  "cluster; once it is saved, delete it",
            cell->place.namespace,
            lost ? fmt(a, "pvc/%s ", object_name(claim)) : "",
            pod));
}

void v1_advise_etcd_claims(const struct cell *cell, struct advice *advice)
{
    for (uint32_t i = 0; i < cell->members.size; i++) {
        if (v1_etcd_claim(cell, i) != NULL)
            advise_claim(cell, advice, v1_etcd_claim(cell, i), i);
    }
}
