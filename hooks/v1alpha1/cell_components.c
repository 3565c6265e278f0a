#include "cell.h"

#include <string.h>

#include "conditions.h"
#include "fragments.h"
#include "pod.h"
#include "pools.h"
#include "secrets.h"
#include "template.h"

/* What runs in a cell: etcd, vtctld, vtgate, VTOrc, VTAdmin, and what belongs to them. */

static const struct pod_overrides no_overrides;

static struct pod_overrides overrides_of(const struct pod_overrides *template)
{
    return template == NULL ? no_overrides : *template;
}

/* The image that the spec asks for, which may be one that is too old to run. */
static const char *asked_image(const struct cell *cell, const char *image)
{
    if (image != NULL)
        return image;
    return cell->spec.image == NULL ? VITESS_IMAGE : cell->spec.image;
}

static const char *running_image(const struct cell *cell, const char *image)
{
    return image_or_newer(asked_image(cell, image), VITESS_IMAGE, NULL);
}

/* --- staging --- */

static const struct objects *observed_of(const struct cell *cell, const char *kind)
{
    if (text_equal(kind, "StatefulSet"))
        return &cell->statefulsets;
    if (text_equal(kind, "Deployment"))
        return &cell->deployments;
    if (text_equal(kind, "Service"))
        return &cell->services;
    if (text_equal(kind, "ConfigMap"))
        return &cell->config_maps;
    if (text_equal(kind, "NetworkPolicy"))
        return &cell->policies;
    if (text_equal(kind, "HorizontalPodAutoscaler"))
        return &cell->autoscalers;
    return &cell->budgets;
}

/* What the API server takes of `desired`; the rest is reported. */
static const json_t *changeable(struct cell *cell, const json_t *desired, const json_t *observed)
{
    const char *field = NULL;
    const json_t *kept = keep_immutable(cell->arena, &v1alpha1_keys, desired, observed, &field);

    if (field != NULL && cell->refused == NULL)
        cell->refused = fmt(cell->arena,
            "%s %s: %s cannot be changed; what was applied is kept",
            object_kind(desired),
            object_name(desired),
            field);
    return kept;
}

/* Applied at once; NULL is not wanted. */
static void stage_at_once(struct cell *cell, const json_t *desired)
{
    const json_t *observed;

    if (desired == NULL)
        return;
    observed = objects_find(observed_of(cell, object_kind(desired)), object_name(desired));
    stage_add(&cell->stage,
        (struct stage_child){
            .name = object_name(desired),
            .desired = changeable(cell, desired, observed),
            .observed = observed,
            .method = STAGE_AT_ONCE,
        });
}

static const char *missing_replicas(const struct cell *cell, const json_t *workload)
{
    return fmt(cell->arena,
        "%lld of %lld Pods are Ready",
        (long long)json_int_at(workload, 0, "status", "readyReplicas"),
        (long long)json_int_at(workload, 1, "spec", "replicas"));
}

static void stage_workload(struct cell *cell, const json_t *desired)
{
    bool stateful = text_equal(object_kind(desired), "StatefulSet");
    const char *name = object_name(desired);
    const json_t *workload = objects_find(observed_of(cell, object_kind(desired)), name);
    struct stage_child child = {
        .name = name,
        .desired = changeable(cell, desired, workload),
        .observed = workload,
        .method = STAGE_IN_PLACE,
        .group = WORKLOADS,
        .health = stateful ? statefulset_health(workload) : deployment_health(workload),
        .trouble = stateful ? NULL : deployment_trouble(workload),
    };

    if (workload != NULL && child.health == HEALTH_UNREADY)
        child.trouble = missing_replicas(cell, workload);
    stage_add(&cell->stage, child);
}

/* --- hashes --- */

static const json_t *block_of(const struct cell *cell, const char *name)
{
    return json_at(cell->request->parent, "spec", name);
}

/* What the Pods of a workload have read as they started: what all in the cell read, and a Secret of
 * its own (NULL: none). While that one cannot be read it stays as it was applied. */
static const char *secrets_of(struct cell *cell, const char *kind, const char *suffix,
    const char *secret, const char *const *keys)
{
    struct arena *a = cell->arena;
    struct secret_seen seen = look_at_secret(cell->request, secret, keys);
    const json_t *workload = objects_find(observed_of(cell, kind), cell_object(cell, suffix));
    const char *applied = workload == NULL
                              ? NULL
                              : json_text_at(object_last_applied(a, &v1alpha1_keys, workload),
                                    "spec",
                                    "template",
                                    "metadata",
                                    "annotations",
                                    v1alpha1_keys.secrets_hash);

    if (seen.missing != NULL && cell->missing_secret == NULL)
        cell->missing_secret = fmt(a, "%s, which %s needs", seen.missing, suffix);
    if (secret != NULL && seen.hash == NULL && applied != NULL)
        return applied;
    return secrets_together(a, text_equal(suffix, "etcd") ? NULL : cell->place.secrets, seen.hash);
}

/* The place of one workload, with the hash of all that shapes it: the same hash is the same
 * workload, whatever build renders it. What it is made from is compared as the spec has it, before
 * a build puts a default of its own into it. */
static struct place place_with(const struct cell *cell, const char *component, const char *image,
    const json_t *block, const json_t *more, const char *secrets)
{
    struct arena *a = cell->arena;
    const struct derived_spec *derived = &cell->spec.derived;
    struct place place = cell->place;
    const json_t *made_of = object(a,
        F("revision", derived->revision),
        F("component", component),
        F("image", image),
        OPT("block", block),
        OPT("more", more),
        F("topology", json_without(block_of(cell, "topology"), "tlsHash")),
        OPT("vtctld", place.topology.vtctld),
        OPT("tls", tls_made_from(a, derived)),
        OPT("secrets", secrets),
        OPT("labels", place.labels),
        OPT("imagePullSecrets", place.pull_secrets),
        OPT("imagePullPolicy", place.pull_policy),
        OPT("securityContext", place.security),
        OPT("zone", place.zone),
        OPT("region", place.region));

    place.hash = spec_hash_of(a, made_of);
    place.secrets = secrets;
    return place;
}

static struct place place_for(const struct cell *cell, const char *component, const char *image,
    const json_t *block, const json_t *more)
{
    return place_with(cell, component, image, block, more, cell->place.secrets);
}

/* --- etcd --- */

bool keeps(const char *policy)
{
    return !text_equal(policy, "Delete");
}

static void keep_as_applied(struct cell *cell, const struct objects *observed, const char *suffix)
{
    const json_t *object = objects_find(observed, cell_object(cell, suffix));

    if (object != NULL)
        stage_at_once(cell, as_applied(cell->arena, &v1alpha1_keys, object));
}

bool is_lock_server(const struct cell *cell)
{
    const char *own =
        fmt(cell->arena, "%s.%s.svc:2379", cell_object(cell, "etcd-client"), cell->place.namespace);

    return text_equal(cell->spec.derived.topology->addresses, own);
}

/* The lock server of the cluster stays whatever the spec says: without it nothing of Vitess starts,
 * and its volumes know who is primary. */
static void keep_lock_server(struct cell *cell)
{
    if (!is_lock_server(cell) ||
        (objects_find(&cell->statefulsets, cell_object(cell, "etcd")) == NULL &&
            etcd_volumes(cell) == 0))
        return;
    cell->refused = fmt(cell->arena,
        "StatefulSet %s: the lock server of the cluster cannot be removed; it is kept",
        cell_object(cell, "etcd"));
    keep_as_applied(cell, &cell->config_maps, "etcd-members");
    keep_as_applied(cell, &cell->statefulsets, "etcd");
    keep_as_applied(cell, &cell->services, "etcd-client");
    keep_as_applied(cell, &cell->services, "etcd-peer");
    keep_as_applied(cell, &cell->budgets, "etcd");
}

static const json_t *etcd_applied(const struct cell *cell)
{
    const json_t *etcd = objects_find(&cell->statefulsets, cell_object(cell, "etcd"));

    return etcd == NULL ? NULL : object_last_applied(cell->arena, &v1alpha1_keys, etcd);
}

/* Where no StatefulSet is there: members with volumes are the etcd that was, and the others join it
 * one by one. Started all at once, those without a volume would become an etcd of their own, for
 * they are more than the one that has data. Volumes beyond the size are what members that left have
 * left.
 */
static uint32_t size_to_begin_with(const struct cell *cell, const struct etcd_spec *spec)
{
    const uint32_t known = etcd_members_known(cell);
    const uint32_t volumes = etcd_volumes(cell);

    if (known > 0)
        return known;
    return volumes > 0 && volumes < spec->size ? volumes : spec->size;
}

/* How many members there are. Others come and go one by one; but an etcd that never formed, since
 * it was begun with fewer of its volumes than it needs, may get the others. */
static uint32_t etcd_size(const struct cell *cell, const struct etcd_spec *spec)
{
    const json_t *etcd = objects_find(&cell->statefulsets, cell_object(cell, "etcd"));
    const json_t *applied = etcd_applied(cell);
    uint32_t size = json_count_at(applied == NULL ? etcd : applied, "spec", "replicas");

    if (size < 1 || size > ETCD_MOST_MEMBERS)
        return size_to_begin_with(cell, spec);
    return spec->size > size && etcd_volumes(cell) >= spec->size && !etcd_has_formed(cell) &&
                   !etcd_available(cell)
               ? spec->size
               : size;
}

/* What shapes the StatefulSet of now. It is told apart on the way to another size, and while its
 * volumes grow. */
static const json_t *etcd_block(const struct cell *cell, uint32_t size, bool grows)
{
    const json_t *block = block_of(cell, "etcd");

    if (size == cell->spec.item.etcd->size && !grows)
        return block;
    return object(cell->arena,
        SPREAD(block),
        F("members", INT(size)),
        OPT("volumesGrow", grows ? json_true() : NULL));
}

/* whenDeleted is about the end of the VitessCluster, not about that of a cell that leaves the spec.
 */
const json_t *etcd_retention(const struct cell *cell)
{
    const json_t *block = block_of(cell, "volumeClaimRetention");

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

    return keeps(json_text_at(policy, "whenDeleted")) &&
           (!cell->sees_claims || keeps(json_text_at(policy, "whenScaled")));
}

/* It takes the controller of StatefulSets to take its mark off the claims. */
bool etcd_claims_outlive(const struct cell *cell)
{
    const json_t *etcd = objects_find(&cell->statefulsets, cell_object(cell, "etcd"));

    if (!etcd_claims_kept(cell))
        return false;
    return etcd == NULL || !keeps(json_text_at(etcd_retention(cell), "whenDeleted")) ||
           (leaves_claims(cell, etcd) && generation_observed(etcd));
}

/* What it is told at once, whether it is its turn or not: it restarts nothing. Of a cell that
 * retires the workload that it waits for may be broken for good: no edit of the spec reaches that
 * one any more. */
static const json_t *keeping_claims(const struct cell *cell, const json_t *etcd)
{
    const json_t *applied = resource_as_applied(cell->arena, &v1alpha1_keys, etcd);
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

/* --- its version --- */

static const char *etcd_container_image(const json_t *statefulset)
{
    return json_text_at(
        json_named(json_at(statefulset, "spec", "template", "spec", "containers"), "etcd"),
        "image");
}

/* Whoever knows better has named the VitessCell. */
static bool any_step_goes(const struct cell *cell)
{
    return json_list_has(cell->stage.force, cell->prefix);
}

static const char *why_kept(struct arena *a, const char *running, const char *wanted)
{
    const char *fix = etcd_fix_needed(running);

    if (etcd_step(running, wanted) == ETCD_DOWN)
        return fmt(a,
            "must not go from %s down to %s, which cannot read what the newer one has written",
            running,
            wanted);
    return fmt(a,
        "must not go from %s to %s at once, since it takes %s or a newer fix to go on",
        running,
        wanted,
        fix == NULL ? "the next minor version" : fix);
}

static const char *keep_version(struct cell *cell, const char *running, const char *wanted)
{
    if (cell->refused == NULL)
        cell->refused = fmt(cell->arena,
            "StatefulSet %s: %s; what runs is kept",
            cell_object(cell, "etcd"),
            why_kept(cell->arena, running, wanted));
    return running;
}

/* Also where one of them says none. */
static bool same_minor(const char *running, const char *next)
{
    struct image_version was, will;

    return !image_version(running, &was) || !image_version(next, &will) ||
           image_series_compare(&was, &will) == 0;
}

/* What runs next, on the way from `running` to `wanted`. Each version of etcd has to be up in all
 * members before the next one comes. */
static const char *next_etcd(struct cell *cell, const json_t *statefulset, const char *running,
    const char *wanted)
{
    const bool own_image = cell->spec.item.etcd->image != NULL;
    const char *next = wanted;

    if (running == NULL || any_step_goes(cell))
        return wanted;
    switch (etcd_step(running, wanted)) {
    case ETCD_DOWN:
        return keep_version(cell, running, wanted);
    case ETCD_BY_WAY:
        /* Where else there are images of it only the user knows. */
        if (own_image)
            return keep_version(cell, running, wanted);
        next = etcd_way(cell->arena, running, wanted);
        break;
    case ETCD_AT_ONCE:
        break;
    }
    return same_minor(running, next) || statefulset_settled(statefulset) ? next : running;
}

/* The image of today, and a place whose hash tells it from the one that is wanted in the end. What
 * is there as it is wanted stays, whatever the default of this build. */
static const char *lead_etcd(struct cell *cell, struct etcd *etcd, const struct etcd_spec *spec,
    const json_t *block, const json_t *retention, const char *secrets)
{
    const json_t *statefulset = objects_find(&cell->statefulsets, cell_object(cell, "etcd"));
    const json_t *applied =
        statefulset == NULL ? NULL : object_last_applied(cell->arena, &v1alpha1_keys, statefulset);
    const char *running = etcd_container_image(applied != NULL ? applied : statefulset);
    const char *next;

    etcd->place =
        place_with(cell, "etcd", spec->image == NULL ? "" : spec->image, block, retention, secrets);
    if (text_equal(object_annotation(applied, v1alpha1_keys.spec_hash), etcd->place.hash))
        return etcd->image;
    next = next_etcd(cell, statefulset, running, etcd->image);
    if (text_equal(next, etcd->image))
        return next;
    if (cell->refused == NULL)
        cell->stepping = fmt(cell->arena, "etcd goes to %s by way of %s", etcd->image, next);
    etcd->place = place_with(cell, "etcd", next, block, retention, secrets);
    return next;
}

static struct etcd etcd_of(const struct cell *cell, const struct etcd_spec *spec)
{
    const json_t *retention = etcd_retention(cell);

    return (struct etcd){
        .place = cell->place,
        .tls_secret = spec->tls == NULL ? NULL : spec->tls->secret,
        .name = cell_object(cell, "etcd"),
        .image = etcd_image_or_newer(cell->arena, spec->image, spec->version, NULL),
        .size = etcd_size(cell, spec),
        .resources = spec->resources,
        .claim = spec->claim == NULL ? NULL : json_without(spec->claim, "metadata"),
        .claim_metadata = json_at(spec->claim, "metadata"),
        .flags = spec->flags,
        .keep_claims_scaled = keeps(json_text_at(retention, "whenScaled")),
        .keep_claims_deleted = keeps(json_text_at(retention, "whenDeleted")),
        .overrides = overrides_of(spec->template),
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
    grows = cell->sees_claims && etcd_claims_grow(cell, etcd);
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
    etcd->image = lead_etcd(cell,
        etcd,
        spec,
        etcd_block(cell, etcd->size, grows),
        etcd_retention(cell),
        secrets_of(cell, "StatefulSet", "etcd", etcd->tls_secret, ca));
}

static void stage_statefulset(struct cell *cell, const struct etcd *etcd)
{
    struct etcd made = *etcd;
    struct stage_child *staged;

    if (cell->sees_claims)
        made.keep_claims_scaled = made.keep_claims_deleted = true;
    stage_workload(cell, etcd_statefulset(cell->arena, &made));
    staged = &cell->stage.at[cell->stage.count - 1];
    if (staged->observed != NULL && !leaves_claims(cell, staged->observed) &&
        (cell->sees_claims || !etcd_claims_outlive(cell)))
        staged->meanwhile = keeping_claims(cell, staged->observed);
}

static void stage_etcd(struct cell *cell)
{
    struct arena *a = cell->arena;
    const struct etcd_spec *spec = cell->spec.item.etcd;
    struct etcd etcd;
    bool grows, current;

    if (spec == NULL) {
        keep_lock_server(cell);
        stage_etcd_claims(cell, NULL);
        return;
    }
    etcd = etcd_of(cell, spec);
    grows = fit_etcd(cell, &etcd);
    lead_at_size(cell, &etcd, grows);
    current =
        cell->stepping == NULL &&
        text_equal(object_annotation(etcd_applied(cell), v1alpha1_keys.spec_hash), etcd.place.hash);
    plan_members(cell, &etcd, spec->size, current);
    stage_at_once(cell, etcd_members_config(a, &etcd, &cell->members.gate));
    if (etcd.size != cell->members.size) {
        etcd.size = cell->members.size;
        lead_at_size(cell, &etcd, grows);
    }
    stage_statefulset(cell, &etcd);
    stage_etcd_claims(cell, &etcd);
    stage_at_once(cell, etcd_client_service(a, &etcd));
    stage_at_once(cell, etcd_peer_service(a, &etcd));
    stage_at_once(cell, etcd_disruption_budget(a, &etcd));
}

/* --- vtctld --- */

static bool uses_another_lock_server(const struct cell *cell, const json_t *deployment)
{
    return pod_has_another_lock_server(json_at(deployment, "spec", "template", "spec"),
        cell->spec.derived.topology->addresses);
}

/* Brought along by a restore: no edit of a spec changes the lock server. */
static bool came_along(const struct cell *cell, const json_t *observed, const json_t *desired)
{
    return uses_another_lock_server(cell, observed) && !uses_another_lock_server(cell, desired);
}

static const json_t *more_of_vtctld(const struct cell *cell)
{
    const json_t *flags = cell->spec.derived.backup_flags;
    const char *mysql = cell->spec.mysql_version;

    return mysql == NULL ? flags
                         : object(cell->arena, OPT("backupFlags", flags), F("mysql", mysql));
}

static void stage_vtctld(struct cell *cell)
{
    struct arena *a = cell->arena;
    const struct vtctld_spec *spec = cell->spec.item.vtctld;
    const json_t *backup_flags = cell->spec.derived.backup_flags;
    struct stage_child *staged;
    struct vtctld vtctld;

    if (spec == NULL)
        return;
    vtctld = (struct vtctld){
        .place = place_for(cell,
            "vtctld",
            asked_image(cell, spec->image),
            json_without(block_of(cell, "vtctld"), "service"),
            more_of_vtctld(cell)),
        .name = cell_object(cell, "vtctld"),
        .image = running_image(cell, spec->image),
        .replicas = spec->replicas,
        .resources = spec->resources,
        .mysql_version = cell->spec.mysql_version,
        .backup_flags = backup_flags,
        .flags = spec->flags,
        .service = spec->service,
        .overrides = overrides_of(spec->template),
    };
    stage_workload(cell, vtctld_deployment(a, &vtctld));
    staged = &cell->stage.at[cell->stage.count - 1];
    /* The others wait for the registration of the cell, and that waits for this one. */
    if (came_along(cell, staged->observed, staged->desired)) {
        staged->health = HEALTH_BROKEN;
        staged->trouble = "runs with the lock server of another namespace";
    }
    stage_at_once(cell, vtctld_service(a, &vtctld));
    stage_at_once(cell, vtctld_internal_service(a, &vtctld));
    stage_at_once(cell, vtctld_disruption_budget(a, &vtctld));
}

/* Its Service may still lead to a Pod of an older template. */
static bool has_older_pods(const json_t *deployment)
{
    const json_t *status = json_at(deployment, "status");
    json_int_t generation = object_generation(deployment);

    return json_int_at(status, generation, "observedGeneration") < generation ||
           json_int_at(status, 0, "updatedReplicas") < json_int_at(status, 0, "replicas");
}

/* Not while another one may still get the question: a restore brings a vtctld along that talks to
 * the lock server of the namespace it was in, and would do there what it is asked for here. (A user
 * may have set the flag, too.) */
bool vtctld_can_be_asked(const struct cell *cell)
{
    const char *name = cell_object(cell, "vtctld");
    const json_t *vtctld = objects_find(&cell->deployments, name);
    const json_t *wanted = stage_desired(&cell->stage, name);

    return condition_true(vtctld, "Available") && !has_older_pods(vtctld) &&
           (!uses_another_lock_server(cell, vtctld) || uses_another_lock_server(cell, wanted));
}

/* Without its VitessCell, say. Once its Deployment has been told anew only Pods of before tell, so
 * a cell that is not registered yet waits for them. */
bool vtctld_came_along(const struct cell *cell)
{
    const char *name = cell_object(cell, "vtctld");
    const json_t *vtctld = objects_find(&cell->deployments, name);
    const json_t *status = json_at(cell->request->parent, "status");

    if (vtctld == NULL)
        return false;
    return came_along(cell, vtctld, stage_desired(&cell->stage, name)) ||
           (has_older_pods(vtctld) && !json_true_at(status, "cellInfoRegistered"));
}

/* --- vtgate --- */

/* Every cell that may come to hold a primary, not only those of today: a vtgate that stops watching
 * a cell before the last primary has left it loses that shard. */
static const char *cells_to_watch(const struct cell *cell)
{
    struct texts cells = {.arena = cell->arena};
    const json_t *name;

    json_each_item (cell->spec.derived.cell_order, i, name) {
        if (!text_equal(json_string_value(name), CONTROL_CELL))
            texts_add(&cells, json_string_value(name));
    }
    if (!texts_contain(&cells, cell->spec.item.name))
        texts_add(&cells, cell->spec.item.name);
    return texts_join(&cells, ",");
}

static void fill_security(struct vtgate *vtgate, const struct vtgate_spec *spec)
{
    if (spec->auth != NULL && spec->auth->static_users != NULL) {
        vtgate->auth_secret = spec->auth->static_users->name;
        vtgate->auth_key = spec->auth->static_users->key;
    }
    if (spec->tls != NULL) {
        vtgate->tls_secret = spec->tls->secret;
        vtgate->tls_required = spec->tls->required;
        vtgate->tls_client_ca = spec->tls->verify_clients;
    }
}

/* Of the CPU that is requested, as Kubernetes has it where nothing is said. */
enum { CPU_PERCENT = 80 };

static void fill_scale(struct vtgate *vtgate, const struct autoscaler_spec *spec)
{
    if (spec == NULL)
        return;
    vtgate->min_replicas = spec->min_replicas;
    vtgate->max_replicas = spec->max_replicas;
    vtgate->cpu_percent = spec->cpu;
    vtgate->metrics = spec->metrics;
    vtgate->behavior = spec->behavior;
    if (spec->cpu == 0 && json_array_size(spec->metrics) == 0)
        vtgate->cpu_percent = CPU_PERCENT;
}

/* What shapes the Deployment: not its Service, and not how many there are while that is up to an
 * autoscaler, but that it is. */
static const json_t *vtgate_block(const struct cell *cell)
{
    const json_t *block = json_without(block_of(cell, "vtgate"), "service");

    if (cell->spec.item.vtgate->autoscaler == NULL)
        return block;
    return object(cell->arena,
        SPREAD(json_without(json_without(block, "replicas"), "autoscaler")),
        F("autoscaler", BOOL(true)));
}

static const json_t *with_replicas(const json_t *deployment, json_int_t replicas)
{
    json_t *copy = json_overlay(deployment, NULL);
    json_t *spec = json_overlay(json_at(deployment, "spec"), NULL);

    json_put(spec, "replicas", json_integer(replicas));
    json_put(copy, "spec", spec);
    return copy;
}

bool counted_by_others(const struct cell *cell)
{
    const json_t *vtgate = objects_find(&cell->deployments, cell_object(cell, "vtgate"));
    const json_t *applied =
        vtgate == NULL ? NULL : object_last_applied(cell->arena, &v1alpha1_keys, vtgate);

    return applied != NULL && json_at(applied, "spec", "replicas") == NULL;
}

/* What was sent once and is left out, Metacontroller takes away, and the API server puts a 1 there:
 * all vtgates but one would go at that moment. So a number that was sent goes on to be, as the one
 * that is there now, whoever set it, and never below the least that is wanted. One that never was
 * sent stays the autoscaler's alone. */
const json_t *as_scaled(const struct cell *cell, const json_t *child)
{
    const struct vtgate_spec *vtgate = cell->spec.item.vtgate;
    const json_t *deployment = objects_find(&cell->deployments, object_name(child));
    json_int_t now = json_int_at(deployment, 1, "spec", "replicas");

    if (vtgate == NULL || vtgate->autoscaler == NULL || deployment == NULL ||
        !text_equal(object_kind(child), "Deployment") ||
        !text_equal(object_name(child), cell_object(cell, "vtgate")) || counted_by_others(cell))
        return child;
    if (now < vtgate->autoscaler->min_replicas)
        now = vtgate->autoscaler->min_replicas;
    return with_replicas(child, now);
}

/* Short, as all names that could be made before there was such a Service have room for it: every
 * cell with a vtgate has the longer "...-vttablet-CELL", too. */
#define VTGATE_INSIDE "internal"

static void stage_vtgate(struct cell *cell)
{
    struct arena *a = cell->arena;
    const struct vtgate_spec *spec = cell->spec.item.vtgate;
    const char *watched = cells_to_watch(cell);
    struct vtgate vtgate;

    if (spec == NULL || cell->control)
        return;
    vtgate = (struct vtgate){
        .place = place_with(cell,
            "vtgate",
            asked_image(cell, spec->image),
            vtgate_block(cell),
            object(a, F("cellsToWatch", watched), OPT("mysql", cell->spec.mysql_version)),
            secrets_of(cell,
                "Deployment",
                "vtgate",
                spec->tls == NULL ? NULL : spec->tls->secret,
                spec->tls != NULL && spec->tls->verify_clients ? authority_keys
                                                               : certificate_keys)),
        .name = cell_object(cell, "vtgate"),
        .image = running_image(cell, spec->image),
        .replicas = spec->replicas,
        .resources = spec->resources,
        .cells_to_watch = watched,
        .service = spec->service,
        .internal_name = cell_object(cell, VTGATE_INSIDE),
        .mysql_version = cell->spec.mysql_version,
        .flags = spec->flags,
        .overrides = overrides_of(spec->template),
    };
    if (vtgate.place.tls == NULL)
        vtgate.place.topology.dial = dial_of_flags(a, spec->flags, "tablet-grpc");
    fill_security(&vtgate, spec);
    fill_scale(&vtgate, spec->autoscaler);
    stage_workload(cell, vtgate_deployment(a, &vtgate));
    stage_at_once(cell, vtgate_service(a, &vtgate));
    stage_at_once(cell, vtgate_internal_service(a, &vtgate));
    stage_at_once(cell, vtgate_disruption_budget(a, &vtgate));
    if (!cell->blind)
        stage_at_once(cell, vtgate_autoscaler(a, &vtgate));
}

/* --- VTOrc --- */

/* The cell's own settings, else those of its 2018 block, else those of the cluster's first 2018
 * block. The image of an orchestrator is never VTOrc's. */
static struct vtorc_spec vtorc_settings(const struct cell *cell, const json_t **block)
{
    const struct cell_item *item = &cell->spec.item;
    struct vtorc_spec settings = {.enabled = true, .replicas = 1};

    *block = block_of(cell, "vtorc");
    if (item->vtorc != NULL)
        return *item->vtorc;
    *block = json_without(item->orchestrator != NULL ? block_of(cell, "orchestrator")
                                                     : cell->spec.vtorc_defaults,
        "image");
    read_unjudged(cell->arena, vtorc_fields, *block, "vtorc", &settings);
    return settings;
}

/* Also while the last keyspace is on its way out: it moves primaries. */
bool wants_vtorc(const struct cell *cell)
{
    const json_t *block;

    if (cell->control || (cell->spec.keyspaces.count == 0 && cell->keyspaces.count == 0))
        return false;
    return vtorc_settings(cell, &block).enabled;
}

static void stage_vtorc(struct cell *cell)
{
    const json_t *block;
    struct vtorc_spec settings = vtorc_settings(cell, &block);
    struct vtorc vtorc;

    if (!wants_vtorc(cell))
        return;
    vtorc = (struct vtorc){
        .place = place_for(cell, "vtorc", asked_image(cell, settings.image), block, NULL),
        .name = cell_object(cell, "vtorc"),
        .image = running_image(cell, settings.image),
        .replicas = settings.replicas,
        .resources = settings.resources,
        .flags = settings.flags,
        .overrides = overrides_of(settings.template),
    };
    stage_workload(cell, vtorc_deployment(cell->arena, &vtorc));
    stage_at_once(cell, vtorc_disruption_budget(cell->arena, &vtorc));
}

/* --- VTAdmin --- */

/* That of the cell whose vtctld tasks talk to. */
static const char *asked_vtctld(const struct cell *cell)
{
    const struct derived_spec *derived = &cell->spec.derived;
    const json_t *name;

    json_each_item (derived->cell_order, i, name) {
        const char *other = json_string_value(name);

        if (text_equal(derived->client->server,
                vtctld_address(cell->arena, derived->cluster, other)))
            return vtctld_service_name(cell->arena, derived->cluster, other);
    }
    return NULL;
}

/* Those have the gRPC port, whatever type of Service clients of the cell connect to. */
static const json_t *vtgate_service_names(const struct cell *cell)
{
    json_t *names = json_new_list();
    const json_t *name;

    json_each_item (cell->spec.derived.cell_order, i, name) {
        if (!text_equal(json_string_value(name), CONTROL_CELL))
            json_add_text(names,
                fmt(cell->arena,
                    "%s-%s-" VTGATE_INSIDE,
                    cell->place.cluster,
                    json_string_value(name)));
    }
    return names;
}

static void stage_vtadmin(struct cell *cell)
{
    struct arena *a = cell->arena;
    const struct vtadmin_spec *spec = cell->spec.item.vtadmin;
    struct vtadmin vtadmin;

    if (spec == NULL)
        return;
    vtadmin = (struct vtadmin){
        .name = cell_object(cell, "vtadmin"),
        .api_image = running_image(cell, spec->image),
        .web_image = image_or_newer(spec->web_image, VTADMIN_IMAGE, NULL),
        .replicas = spec->replicas,
        .api_resources = spec->resources,
        .web_resources = spec->web_resources,
        .vtctld = asked_vtctld(cell),
        .vtgates = vtgate_service_names(cell),
        .rbac_secret = spec->rbac == NULL ? NULL : spec->rbac->name,
        .rbac_key = spec->rbac == NULL ? NULL : spec->rbac->key,
        .api_address = spec->api_address,
        .read_only = spec->read_only,
        .flags = spec->flags,
        .service = spec->service,
        .overrides = overrides_of(spec->template),
    };
    vtadmin.place = place_with(cell,
        "vtadmin",
        asked_image(cell, spec->image),
        json_without(block_of(cell, "vtadmin"), "service"),
        object(a, OPT("vtctld", vtadmin.vtctld), OPT("vtgates", vtadmin.vtgates)),
        secrets_of(cell,
            "Deployment",
            "vtadmin",
            vtadmin.rbac_secret,
            (const char *const[]){vtadmin.rbac_key, NULL}));
    stage_workload(cell, vtadmin_deployment(a, &vtadmin));
    stage_at_once(cell, vtadmin_service(a, &vtadmin));
    stage_at_once(cell, vtadmin_disruption_budget(a, &vtadmin));
    stage_at_once(cell, vtadmin_config(a, &vtadmin));
}

/* --- the MySQL of shards --- */

#define MYSQLD "-mysqld"

static bool has_policies(const struct cell *cell)
{
    return cell->spec.network_policy != NULL && cell->spec.network_policy->enabled;
}

static const char *policy_name(const struct cell *cell, const struct keyspace_item *keyspace)
{
    return fmt(cell->arena, "%s" MYSQLD, keyspace_object(cell, keyspace->name));
}

static void stage_mysqld_services(struct cell *cell, const struct keyspace_item *keyspace)
{
    struct arena *a = cell->arena;
    const char *object = keyspace_object(cell, keyspace->name);

    for (size_t i = 0; i < keyspace_shards(keyspace); i++) {
        const char *shard = keyspace_shard(keyspace, i);

        for (int primary = 0; primary <= 1; primary++)
            stage_at_once(cell,
                vttablet_mysqld_service(a,
                    &cell->place,
                    mysqld_service_name(a, shard_name(a, object, shard), primary == 1),
                    keyspace->name,
                    shard_suffix(a, shard),
                    primary == 1));
    }
    if (has_policies(cell))
        stage_at_once(cell,
            mysqld_network_policy(a, &cell->place, policy_name(cell, keyspace), keyspace->name));
}

static void stage_mysqld(struct cell *cell)
{
    for (size_t i = 0; !cell->retiring && i < cell->spec.keyspaces.count; i++) {
        if (wants_mysqld_services(&cell->spec.keyspaces.at[i]))
            stage_mysqld_services(cell, &cell->spec.keyspaces.at[i]);
    }
}

/* The names of what is wanted, each looked up for each Service that is there. */
static json_t *mysqld_names(const struct cell *cell)
{
    struct arena *a = cell->arena;
    json_t *names = json_new_map();

    for (size_t i = 0; i < cell->spec.keyspaces.count; i++) {
        const struct keyspace_item *keyspace = &cell->spec.keyspaces.at[i];
        const char *object = keyspace_object(cell, keyspace->name);

        json_put(names, policy_name(cell, keyspace), json_true());
        for (size_t j = 0; j < keyspace_shards(keyspace); j++) {
            const char *shard = shard_name(a, object, keyspace_shard(keyspace, j));

            json_put(names, mysqld_service_name(a, shard, true), json_true());
            json_put(names, mysqld_service_name(a, shard, false), json_true());
        }
    }
    return names;
}

/* Of a shard that has left the spec it is ours if we have made it: its name alone says little. */
static bool is_of_mysqld(struct cell *cell, const json_t *object)
{
    const char *name = object_name(object);

    if (!text_ends_with(name, MYSQLD_RW) && !text_ends_with(name, MYSQLD_RO) &&
        !text_ends_with(name, MYSQLD))
        return false;
    if (cell->mysqld == NULL)
        cell->mysqld = mysqld_names(cell);
    return json_at(cell->mysqld, name) != NULL ||
           (text_starts_with(name, fmt(cell->arena, "%s-", cell->prefix)) &&
               object_last_applied(cell->arena, &v1alpha1_keys, object) != NULL);
}

/* --- all of them --- */

static void add_public(json_t *list, const char *component, const json_t *service)
{
    if (!service_is_inside(service))
        json_add_text(list, component);
}

static const json_t *public_components(const struct cell_item *item)
{
    json_t *list = json_new_list();

    if (item->vtctld != NULL)
        add_public(list, "vtctld", item->vtctld->service);
    if (item->vtgate != NULL)
        add_public(list, "vtgate", item->vtgate->service);
    if (item->vtadmin != NULL)
        add_public(list, "vtadmin", item->vtadmin->service);
    return list;
}

static void stage_policies(struct cell *cell)
{
    const json_t *policies;
    const json_t *policy;

    if (!has_policies(cell))
        return;
    policies = cell_network_policies(cell->arena,
        &cell->place,
        cell->prefix,
        public_components(&cell->spec.item));
    json_each_item (policies, i, policy)
        stage_at_once(cell, policy);
}

void stage_components(struct cell *cell)
{
    stage_etcd(cell);
    stage_vtctld(cell);
    stage_vtgate(cell);
    stage_vtorc(cell);
    stage_vtadmin(cell);
    if (!cell->control)
        stage_at_once(cell,
            vttablet_service(cell->arena, &cell->place, vttablet_service_name(cell)));
    stage_mysqld(cell);
    stage_policies(cell);
}

/* --- what is not wanted any more --- */

/* Names that this build or an older one gives to objects of a cell: a new component is a new row,
 * and a row stays when the component goes, or its objects would be taken for somebody else's. */
static const char *const suffixes[] = {"etcd",
    "etcd-members",
    "etcd-client",
    "etcd-peer",
    "vtctld",
    "vtctld-internal",
    "vtgate",
    "internal",
    "vtorc",
    "vtadmin",
    "vttablet",
    "task",
    NULL};

const char *vttablet_service_name(const struct cell *cell)
{
    return tablets_service_name(cell->arena, cell->place.cluster, cell->spec.item.name);
}

bool is_component(struct cell *cell, const json_t *object)
{
    const char *name = object_name(object);

    for (const char *const *suffix = suffixes; *suffix != NULL; suffix++) {
        if (text_equal(name, cell_object(cell, *suffix)))
            return true;
    }
    return text_equal(name, vttablet_service_name(cell)) || is_etcd_claim(cell, object) ||
           is_of_mysqld(cell, object);
}

static bool is_staged(const struct cell *cell, const json_t *object)
{
    for (size_t i = 0; i < cell->stage.count; i++) {
        const struct stage_child *child = &cell->stage.at[i];

        if (child->observed == object)
            return true;
    }
    return false;
}

void release_components(const struct cell *cell, struct answer *answer)
{
    const struct objects *all[] = {&cell->statefulsets,
        &cell->deployments,
        &cell->services,
        &cell->config_maps,
        &cell->budgets,
        &cell->autoscalers,
        &cell->policies};

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        for (size_t j = 0; j < all[i]->count; j++) {
            if (!is_staged(cell, all[i]->at[j]))
                release_child(cell->arena,
                    answer,
                    all[i]->at[j],
                    "its component has left the spec");
        }
    }
}
