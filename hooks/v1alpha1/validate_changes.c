#include "tls_steps.h"
#include "validate_changes.h"

/* What must not change once it has been created: the new spec is held against what each observed
 * VitessCell was told. */

void v1_refuse_step(const struct change *change, const char *path, const char *rule,
    const char *instead)
{
    const struct rollout_spec *rollout = change->v->spec->rollout;
    const char *name = v1_cell_name(change->v->arena,
        object_name(change->v->request->parent),
        change->before->item.name);

    if (rollout == NULL || !json_list_has(rollout->force, name))
        problem_add(change->v->problems,
            path,
            "%s; %s; to do it all the same name VitessCell %s in spec.rollout.force",
            rule,
            instead,
            name);
}

const char *v1_or_none(const char *text)
{
    return text == NULL ? "none" : text;
}

const json_t *v1_canonical_claim(struct arena *arena, const json_t *claim)
{
    return claim == NULL ? NULL : quantities_canonical(arena, json_without(claim, "metadata"));
}

static const char *storage(const struct validation *v, const json_t *claim)
{
    const json_t *value =
        json_at(v1_canonical_claim(v->arena, claim), "resources", "requests", "storage");
    const char *text =
        json_is_integer(value) ? json_write(v->arena, value, NULL) : json_string_value(value);

    return text != NULL && quantity_is(text) ? text : NULL;
}

void v1_refuse_shrinking(const struct change *change, const char *path, const json_t *old,
    const json_t *new, const char *way_out)
{
    const struct validation *v = change->v;
    const char *before = storage(v, old);
    const char *now = storage(v, new);

    if (before != NULL && now != NULL && quantity_compare(now, before) < 0)
        problem_add(v->problems,
            fmt(v->arena, "%s.resources.requests.storage", path),
            "must not shrink from %s, got %s; put it back, or %s",
            before,
            now,
            way_out);
}

/* --- the cluster as a whole --- */

static void check_topology(const struct change *change)
{
    const struct validation *v = change->v;
    const struct topology_spec *old = change->before->derived.topology;
    const struct topology_spec *new = v1_cluster_topology(v->request, v->spec);

    if (old == NULL || new == NULL || change->elsewhere)
        return;
    if (!text_equal(old->addresses, new->addresses) ||
        !text_equal(old->global_root, new->global_root) ||
        !text_equal(old->implementation, new->implementation))
        problem_add(v->problems,
            v->spec->lockserver == NULL ? "spec.cells" : "spec.lockserver",
            "must leave the lock server at %s (%s), got %s (%s); put it back, or " NEW_CLUSTER,
            old->addresses,
            old->global_root,
            new->addresses,
            new->global_root);
}

/* Which labels the operator excludes is its own affair, and may change with it. */
static void check_selector(const struct change *change)
{
    const struct validation *v = change->v;
    const json_t *old = change->before->derived.selector;
    const json_t *new = v1_cell_selector(v->arena,
        object_name(v->request->parent),
        v->spec->selector,
        change->before->item.name);

    if (old != NULL && !json_same(v1_selector_excluding(v->arena, old, NULL),
                           v1_selector_excluding(v->arena, new, NULL)))
        problem_add(v->problems,
            "spec.selector",
            "must not change once the cluster exists, since what it has would be lost from sight; "
            "put it back, or " NEW_CLUSTER);
}

/* --- where a cell runs --- */

/* Volumes are in the zone that they were made in. Of those of tablets the first zone may be right,
 * which the shard looks at; those of etcd its StatefulSet would begin to move at once. */
static void check_location(const struct change *change, const struct cell_item *now,
    const char *field, const char *was, const char *is)
{
    struct arena *a = change->v->arena;
    bool tablets = was != NULL && change->before->keyspaces.count > 0;
    bool etcd = change->before->item.etcd != NULL && now->etcd != NULL;

    if (is == NULL || text_equal(was, is) || !(etcd || tablets))
        return;
    v1_refuse_step(change,
        fmt(a, "%s.%s", now->path, field),
        fmt(a,
            "must not go from %s to %s, where the volumes of its %s cannot follow",
            was == NULL ? "any" : was,
            is,
            etcd ? "etcd" : "tablets"),
        "put it back");
}

/* --- all --- */

static void check_cell(const struct validation *v, const json_t *observed,
    const struct cell_spec *before, int tls_step)
{
    struct change change = {v, before, v1_made_elsewhere(observed), tls_step};
    const struct cell_item *now;

    check_topology(&change);
    v1_validate_tls_step(&change, observed);
    now = v1_find_cell(v->spec, before->item.name);
    if (now == NULL || before->item.name == NULL)
        return;
    check_selector(&change);
    check_location(&change, now, "zone", before->item.zone, now->zone);
    check_location(&change, now, "region", before->item.region, now->region);
    v1_validate_etcd_change(&change, now);
    v1_validate_service_changes(&change, now);
    v1_validate_tablet_changes(&change);
}

void v1_validate_changes(const struct validation *v)
{
    const struct objects *cells = &v->told->cells;
    const int step = v1_tls_step(v->arena, v->spec);

    for (size_t i = 0; i < cells->count; i++) {
        if (!object_terminating(cells->at[i]))
            check_cell(v, cells->at[i], &v->told->specs[i], step);
    }
}
