#include "cell_parts.h"

#include <string.h>

#include "conditions.h"
#include "pod.h"
#include "template.h"

/* etcd: how many members, which claims they keep, and when its StatefulSet changes. */

bool v1_keeps(const char *policy)
{
    return !text_equal(policy, "Delete");
}

static void keep_as_applied(struct cell *cell, const struct objects *observed, const char *suffix)
{
    const json_t *object = objects_find(observed, v1_cell_object(cell, suffix));

    if (object != NULL)
        v1_stage_at_once(cell, as_applied(cell->arena, &v1_keys, object));
}

bool v1_is_lock_server(const struct cell *cell)
{
    const char *own = fmt(cell->arena,
        "%s.%s.svc:2379",
        v1_cell_object(cell, "etcd-client"),
        cell->place.namespace);

    return text_equal(cell->spec.derived.topology->addresses, own);
}

/* The lock server of the cluster stays whatever the spec says: without it nothing of Vitess starts,
 * and its volumes know who is primary. */
static void keep_lock_server(struct cell *cell)
{
    if (!v1_is_lock_server(cell) ||
        (objects_find(&cell->statefulsets, v1_cell_object(cell, "etcd")) == NULL &&
            v1_etcd_volumes(cell) == 0))
        return;
    cell->refused = fmt(cell->arena,
        "StatefulSet %s: the lock server of the cluster cannot be removed; it is kept",
        v1_cell_object(cell, "etcd"));
    keep_as_applied(cell, &cell->config_maps, "etcd-members");
    keep_as_applied(cell, &cell->statefulsets, "etcd");
    keep_as_applied(cell, &cell->services, "etcd-client");
    keep_as_applied(cell, &cell->services, "etcd-peer");
    keep_as_applied(cell, &cell->budgets, "etcd");
}

static const json_t *etcd_applied(const struct cell *cell)
{
    const json_t *etcd = objects_find(&cell->statefulsets, v1_cell_object(cell, "etcd"));

    return etcd == NULL ? NULL : object_last_applied(cell->arena, &v1_keys, etcd);
}

/* Where no StatefulSet is there: members with volumes are the etcd that was, and the others join it
 * one by one. Started all at once, those without a volume would become an etcd of their own, for
 * they are more than the one that has data. Volumes beyond the size are what members that left have
 * left.
 */
static uint32_t size_to_begin_with(const struct cell *cell, const struct etcd_spec *spec)
{
    const uint32_t known = v1_etcd_members_known(cell);
    const uint32_t volumes = v1_etcd_volumes(cell);

    if (known > 0)
        return known;
    return volumes > 0 && volumes < spec->size ? volumes : spec->size;
}

/* How many members there are. Others come and go one by one; but an etcd that never formed, since
 * it was begun with fewer of its volumes than it needs, may get the others. */
static uint32_t etcd_size(const struct cell *cell, const struct etcd_spec *spec)
{
    const json_t *etcd = objects_find(&cell->statefulsets, v1_cell_object(cell, "etcd"));
    const json_t *applied = etcd_applied(cell);
    uint32_t size = json_count_at(applied == NULL ? etcd : applied, "spec", "replicas");

    if (size < 1 || size > ETCD_MOST_MEMBERS)
        return size_to_begin_with(cell, spec);
    return spec->size > size && v1_etcd_volumes(cell) >= spec->size && !v1_etcd_has_formed(cell) &&
                   !v1_etcd_available(cell)
               ? spec->size
               : size;
}

/* What shapes the StatefulSet of now. It is told apart on the way to another size, and while its
 * volumes grow. */
static const json_t *etcd_block(const struct cell *cell, uint32_t size, bool grows)
{
    const json_t *block = v1_cell_block(cell, "etcd");

    if (size == cell->spec.item.etcd->size && !grows)
        return block;
    return object(cell->arena,
        SPREAD(block),
        F("members", INT(size)),
        OPT("volumesGrow", grows ? json_true() : NULL));
}

/* whenDeleted is about the end of the VitessCluster, not about that of a cell that leaves the spec.
 */
const json_t *v1_etcd_retention(const struct cell *cell)
{
    const json_t *block = v1_cell_block(cell, "volumeClaimRetention");

    return cell->retiring && block != NULL
               ? object(cell->arena, SPREAD(block), F("whenDeleted", "Retain"))
               : block;
}

#define POLICY "persistentVolumeClaimRetentionPolicy"

#define CLAIM_TEMPLATES "volumeClaimTemplates"

static const json_t *without_size(const json_t *claim)
{
    json_t *spec = json_overlay(json_at(claim, "spec"), NULL);
    json_t *resources = json_overlay(json_at(spec, "resources"), NULL);
    json_t *copy = json_overlay(claim, NULL);

    json_put(resources, "requests", json_without(json_at(resources, "requests"), "storage"));
    json_put(spec, "resources", resources);
    json_put(copy, "spec", spec);
    return copy;
}

static const json_t *policy_of(const json_t *etcd)
{
    return json_at(etcd, "spec", POLICY);
}

/* The StatefulSet leaves its claims alone, as far as they are looked after here. */
static bool leaves_claims(const struct cell *cell, const json_t *etcd)
{
    const json_t *policy = policy_of(etcd);

    return v1_keeps(json_text_at(policy, "whenDeleted")) &&
           (!cell->sees_claims || v1_keeps(json_text_at(policy, "whenScaled")));
}

/* It takes the controller of StatefulSets to take its mark off the claims. */
bool v1_etcd_claims_outlive(const struct cell *cell)
{
    const json_t *etcd = objects_find(&cell->statefulsets, v1_cell_object(cell, "etcd"));

    if (!v1_etcd_claims_kept(cell))
        return false;
    return etcd == NULL || !v1_keeps(json_text_at(v1_etcd_retention(cell), "whenDeleted")) ||
           (leaves_claims(cell, etcd) && generation_observed(etcd));
}

/* What it is told at once, whether it is its turn or not: it restarts nothing. Of a cell that
 * retires the workload that it waits for may be broken for good: no edit of the spec reaches that
 * one any more. */
static const json_t *keeping_claims(const struct cell *cell, const json_t *etcd)
{
    const json_t *applied = resource_as_applied(cell->arena, &v1_keys, etcd);
    json_t *policy = json_overlay(policy_of(applied), NULL);
    json_t *spec = json_overlay(json_at(applied, "spec"), NULL);
    json_t *object = json_overlay(applied, NULL);

    json_put_text(policy, "whenDeleted", "Retain");
    if (cell->sees_claims)
        json_put_text(policy, "whenScaled", "Retain");
    json_put(spec, POLICY, policy);
    json_put(object, "spec", spec);
    return object;
}

/* A StatefulSet keeps the template that it was made with. Where only the size is another one, the
 * claims follow themselves. */
static const json_t *kept_template(const struct cell *cell, const struct etcd *etcd)
{
    const json_t *wanted = json_at(etcd_statefulset(cell->arena, etcd), "spec", CLAIM_TEMPLATES);
    const json_t *template =
        json_array_get(json_at(etcd_applied(cell), "spec", CLAIM_TEMPLATES), 0);
    const json_t *now = json_array_get(wanted, 0);

    return cell->sees_claims && template != NULL &&
                   json_same(without_size(template), without_size(now))
               ? template
               : NULL;
}

static struct etcd etcd_of(const struct cell *cell, const struct etcd_spec *spec)
{
    const json_t *retention = v1_etcd_retention(cell);

    return (struct etcd){
        .place = cell->place,
        .tls_secret = spec->tls == NULL ? NULL : spec->tls->secret,
        .name = v1_cell_object(cell, "etcd"),
        .image = etcd_image_or_newer(cell->arena, spec->image, spec->version, NULL),
        .size = etcd_size(cell, spec),
        .resources = spec->resources,
        .claim = spec->claim == NULL ? NULL : json_without(spec->claim, "metadata"),
        .claim_metadata = json_at(spec->claim, "metadata"),
        .flags = spec->flags,
        .keep_claims_scaled = v1_keeps(json_text_at(retention, "whenScaled")),
        .keep_claims_deleted = v1_keeps(json_text_at(retention, "whenDeleted")),
        .overrides = v1_cell_overrides(spec->template),
    };
}

/* Fills what depends on what is there: a volume that has not grown yet has no room for more data.
 */
static bool fit_etcd(const struct cell *cell, struct etcd *etcd)
{
    const json_t *containers =
        json_at(etcd_applied(cell), "spec", "template", "spec", "containers");
    bool grows;

    etcd->claim_template = kept_template(cell, etcd);
    grows = cell->sees_claims && v1_etcd_claims_grow(cell, etcd);
    if (grows)
        etcd->quota =
            flag_argument(json_at(json_named(containers, "etcd"), "args"), "quota-backend-bytes");
    return grows;
}

/* Its image and its hash, at the size that it has. */
static void lead_at_size(struct cell *cell, struct etcd *etcd, bool grows)
{
    /* A certificate is read at each handshake. */
    static const char *const ca[] = {"ca.crt", NULL};
    const struct etcd_spec *spec = cell->spec.item.etcd;

    etcd->image = etcd_image_or_newer(cell->arena, spec->image, spec->version, NULL);
    etcd->image = v1_lead_etcd(cell,
        etcd,
        spec,
        etcd_block(cell, etcd->size, grows),
        v1_etcd_retention(cell),
        v1_cell_secrets(cell, "StatefulSet", "etcd", etcd->tls_secret, ca));
}

static void stage_statefulset(struct cell *cell, const struct etcd *etcd)
{
    struct etcd made = *etcd;
    struct stage_child *staged;

    if (cell->sees_claims)
        made.keep_claims_scaled = made.keep_claims_deleted = true;
    v1_stage_workload(cell, etcd_statefulset(cell->arena, &made));
    staged = &cell->stage.at[cell->stage.count - 1];
    if (staged->observed != NULL && !leaves_claims(cell, staged->observed) &&
        (cell->sees_claims || !v1_etcd_claims_outlive(cell)))
        staged->held_spec = keeping_claims(cell, staged->observed);
}

void v1_stage_etcd(struct cell *cell)
{
    struct arena *a = cell->arena;
    const struct etcd_spec *spec = cell->spec.item.etcd;
    struct etcd etcd;
    bool grows, current;

    if (spec == NULL) {
        keep_lock_server(cell);
        v1_stage_etcd_claims(cell, NULL);
        return;
    }
    etcd = etcd_of(cell, spec);
    grows = fit_etcd(cell, &etcd);
    lead_at_size(cell, &etcd, grows);
    current = cell->stepping == NULL &&
              text_equal(object_annotation(etcd_applied(cell), v1_keys.spec_hash), etcd.place.hash);
    v1_plan_members(cell, &etcd, spec->size, current);
    v1_stage_at_once(cell, etcd_members_config(a, &etcd, &cell->members.gate));
    if (etcd.size != cell->members.size) {
        etcd.size = cell->members.size;
        lead_at_size(cell, &etcd, grows);
    }
    stage_statefulset(cell, &etcd);
    v1_stage_etcd_claims(cell, &etcd);
    v1_stage_at_once(cell, etcd_client_service(a, &etcd));
    v1_stage_at_once(cell, etcd_peer_service(a, &etcd));
    v1_stage_at_once(cell, etcd_disruption_budget(a, &etcd));
}
