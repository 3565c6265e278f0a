#include "garbage.h"

#include "hook.h"
#include "sim/core/edit.h"
#include "sim/core/world.h"

/* After pkg/controller/garbagecollector of Kubernetes 1.36. */

struct member {
    const struct kind *kind;
    const char *key;
    struct member *next;
};

void garbage_start(struct sim *sim)
{
    struct garbage *garbage = arena_make(sim->arena, struct garbage);

    sim->garbage = garbage;
    garbage->alive.arena = garbage->dependents.arena = sim->arena;
    queue_start(&garbage->lost, sim->arena);
    queue_start(&garbage->waiting, sim->arena);
    queue_start(&garbage->suspects, sim->arena);
}

static struct member *member_of(struct sim *sim, const struct version *version, struct member *next)
{
    struct member *member = arena_make(sim->arena, struct member);

    *member = (struct member){version->kind, version->key, next};
    return member;
}

static const json_t *references_of(const struct version *version)
{
    return version == NULL ? NULL : json_at(version->json, "metadata", "ownerReferences");
}

/* How `version` names this owner, or NULL. */
static const json_t *reference_to(const struct version *version, const char *uid)
{
    const json_t *reference;

    json_each_item (references_of(version), i, reference) {
        if (text_equal(json_text_at(reference, "uid"), uid))
            return reference;
    }
    return NULL;
}

static bool is_held(const struct version *version, const char *finalizer)
{
    return version != NULL && version->terminating &&
           json_list_has(json_at(version->json, "metadata", "finalizers"), finalizer);
}

static bool waits(const struct version *version)
{
    return is_held(version, FOREGROUND);
}

static struct version *of_uid(const struct sim *sim, const char *uid)
{
    const struct member *member = table_get(&sim->garbage->alive, uid);

    return member == NULL ? NULL : store_get(sim, member->kind, member->key);
}

/* The owner is looked up by kind and name in the dependent's own namespace, and then its uid must
 * be that of the reference (isDangling): what is elsewhere or was made anew is no owner. */
static struct version *owner_of(const struct sim *sim, const struct version *dependent,
    const json_t *reference)
{
    struct version *owner = of_uid(sim, json_text_at(reference, "uid"));

    if (owner == NULL || !text_equal(owner->kind->name, json_text_at(reference, "kind")) ||
        !text_equal(owner->name, json_text_at(reference, "name")) ||
        (owner->kind->namespaced && !text_equal(owner->namespace, dependent->namespace)))
        return NULL;
    return owner;
}

/* --- what happens --- */

static void note_owner(struct sim *sim, const struct version *version, const json_t *reference)
{
    struct garbage *garbage = sim->garbage;
    const char *uid = table_name(&sim->names, json_text_at(reference, "uid"));

    table_put(&garbage->dependents,
        uid,
        member_of(sim, version, table_get(&garbage->dependents, uid)));
    if (owner_of(sim, version, reference) == NULL)
        queue_add(&garbage->suspects, version->uid);
}

/* Owners that may have waited for what `change` takes from them. */
static void see_unblocked(struct sim *sim, const struct change *change)
{
    const json_t *before = references_of(change->before);
    const json_t *reference;

    if (before == references_of(change->after))
        return;
    json_each_item (before, i, reference) {
        const struct version *owner = of_uid(sim, json_text_at(reference, "uid"));

        if (waits(owner))
            queue_add(&sim->garbage->waiting, owner->uid);
    }
}

void garbage_see(struct sim *sim, const struct change *change)
{
    struct garbage *garbage = sim->garbage;
    const json_t *reference;

    see_unblocked(sim, change);
    if (change->after == NULL) {
        table_remove(&garbage->alive, change->before->uid);
        if (table_get(&garbage->dependents, change->before->uid) != NULL)
            queue_add(&garbage->lost, change->before->uid);
        return;
    }
    if (change->before == NULL)
        table_put(&garbage->alive, change->after->uid, member_of(sim, change->after, NULL));
    if ((waits(change->after) && !waits(change->before)) ||
        (is_held(change->after, ORPHAN) && !is_held(change->before, ORPHAN)))
        queue_add(&garbage->waiting, change->after->uid);
    json_each_item (references_of(change->after), i, reference) {
        if (reference_to(change->before, json_text_at(reference, "uid")) == NULL)
            note_owner(sim, change->after, reference);
    }
}

/* --- what becomes of a dependent --- */

/* References to owners that are and stay. */
static json_t *solid_references(const struct sim *sim, const struct version *version)
{
    json_t *list = json_new_list();
    const json_t *reference;

    json_each_item (references_of(version), i, reference) {
        const struct version *owner = owner_of(sim, version, reference);

        if (owner != NULL && !waits(owner))
            json_add(list, reference);
    }
    return list;
}

static bool has_waiting_owner(const struct sim *sim, const struct version *version)
{
    const json_t *reference;

    json_each_item (references_of(version), i, reference) {
        if (waits(owner_of(sim, version, reference)))
            return true;
    }
    return false;
}

/* The live dependents of `uid`, one after the other: NULL when there is none left in `*member`. */
static struct version *next_dependent(const struct sim *sim, const char *uid,
    const struct member **member)
{
    while (*member != NULL) {
        struct version *version = store_get(sim, (*member)->kind, (*member)->key);

        *member = (*member)->next;
        if (reference_to(version, uid) != NULL)
            return version;
    }
    return NULL;
}

static bool has_dependents(const struct sim *sim, const struct version *version)
{
    const struct member *member = table_get(&sim->garbage->dependents, version->uid);

    return next_dependent(sim, version->uid, &member) != NULL;
}

/* The policy vitess-operator-restored-claims of our manifests (lib/cli/install/admission.c): a
 * claim that owns itself under another uid was restored from plain YAML, and the collector may not
 * delete it for that. */
static bool may_not_be_collected(const struct version *version)
{
    const json_t *reference;

    if (!kind_is(version->kind, "PersistentVolumeClaim") ||
        object_label(version->json, object_keys(version->json)->component) == NULL)
        return false;
    json_each_item (json_at(version->json, "metadata", "ownerReferences"), i, reference) {
        if (text_equal(json_text_at(reference, "kind"), "PersistentVolumeClaim") &&
            text_equal(json_text_at(reference, "name"), version->name) &&
            !text_equal(json_text_at(reference, "uid"), version->uid))
            return true;
    }
    return false;
}

/* attemptToDeleteItem; cycles of owners that wait for each other are not made here. */
static void collect(struct sim *sim, struct version *version)
{
    json_t *solid;

    if (version->terminating)
        return;
    solid = solid_references(sim, version);
    if (json_array_size(solid) > 0)
        store_patch(sim,
            "gc",
            version,
            edited(version->json, solid, "metadata", "ownerReferences"));
    else if (may_not_be_collected(version))
        return;
    else if (has_waiting_owner(sim, version) && has_dependents(sim, version))
        store_delete_foreground(sim, "gc", version->kind, version->key, version->uid);
    else
        store_delete(sim, "gc", version->kind, version->key, version->uid);
}

static void collect_all(struct sim *sim, const char *owner)
{
    const struct member *member = table_get(&sim->garbage->dependents, owner);
    struct version *version;

    while ((version = next_dependent(sim, owner, &member)) != NULL)
        collect(sim, version);
}

/* --- owners that wait --- */

static bool is_blocked(const struct sim *sim, const char *owner)
{
    const struct member *member = table_get(&sim->garbage->dependents, owner);
    const struct version *version;

    while ((version = next_dependent(sim, owner, &member)) != NULL) {
        if (json_true_at(reference_to(version, owner), "blockOwnerDeletion"))
            return true;
    }
    return false;
}

static void release(struct sim *sim, const struct version *owner, const char *holder)
{
    json_t *rest = json_new_list();
    const json_t *finalizer;

    json_each_item (json_at(owner->json, "metadata", "finalizers"), i, finalizer) {
        if (!text_equal(json_string_value(finalizer), holder))
            json_add(rest, finalizer);
    }
    store_patch(sim,
        "gc",
        owner,
        edited(owner->json, json_array_size(rest) == 0 ? NULL : rest, "metadata", "finalizers"));
}

/* Takes the references to `owner` off its dependents (attemptToOrphan). */
static void orphan_all(struct sim *sim, const struct version *owner)
{
    const struct member *member = table_get(&sim->garbage->dependents, owner->uid);
    struct version *version;

    while ((version = next_dependent(sim, owner->uid, &member)) != NULL) {
        json_t *rest = json_new_list();
        const json_t *reference;

        json_each_item (references_of(version), i, reference) {
            if (!text_equal(json_text_at(reference, "uid"), owner->uid))
                json_add(rest, reference);
        }
        store_patch(sim,
            "gc",
            version,
            edited(version->json,
                json_array_size(rest) == 0 ? NULL : rest,
                "metadata",
                "ownerReferences"));
    }
    release(sim, owner, ORPHAN);
}

static void look_at_waiting(struct sim *sim, const char *uid)
{
    const struct version *owner = of_uid(sim, uid);

    if (is_held(owner, ORPHAN)) {
        orphan_all(sim, owner);
    } else if (waits(owner)) {
        collect_all(sim, uid);
        if (!is_blocked(sim, uid))
            release(sim, owner, FOREGROUND);
    }
}

void garbage_turn(struct sim *sim)
{
    struct garbage *garbage = sim->garbage;
    struct queue_keys lost = queue_take(&garbage->lost, sim->objects, sim->now);
    struct queue_keys waiting = queue_take(&garbage->waiting, sim->objects, sim->now);
    struct queue_keys suspects = queue_take(&garbage->suspects, sim->objects, sim->now);

    for (size_t i = 0; i < suspects.count; i++) {
        struct version *version = of_uid(sim, suspects.at[i]);

        if (version != NULL && json_array_size(references_of(version)) > 0)
            collect(sim, version);
    }
    for (size_t i = 0; i < lost.count; i++) {
        if (table_get(&garbage->alive, lost.at[i]) != NULL)
            continue;
        collect_all(sim, lost.at[i]);
        table_remove(&garbage->dependents, lost.at[i]);
    }
    for (size_t i = 0; i < waiting.count; i++)
        look_at_waiting(sim, waiting.at[i]);
}

long garbage_due(const struct sim *sim)
{
    long lost = queue_due(&sim->garbage->lost, sim->now);
    long waiting = queue_due(&sim->garbage->waiting, sim->now);
    long suspects = queue_due(&sim->garbage->suspects, sim->now);
    long due = lost < waiting ? lost : waiting;

    return suspects < due ? suspects : due;
}
