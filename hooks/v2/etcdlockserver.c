#include "levels.h"

#include "children.h"
#include "conditions.h"
#include "keys.h"
#include "level.h"
#include "metadata.h"
#include "names.h"
#include "objects.h"
#include "release.h"
#include "staging.h"
#include "statuses.h"
#include "template.h"

/* Sync hook for EtcdLockserver: the members of one etcd, a Pod and a claim each, counted from 1.
 *
 * As with theirs a member is made anew only once somebody releases it (annotation
 * rollout.planetscale.com/released), whatever the updateStrategy. Not as with theirs it then waits
 * until all others are Ready, since two have to be; and a Pod or claim of a member that is not
 * wanted is kept: with its data goes what all cells of Vitess are known by. */

enum { MEMBERS };

struct lockserver_hook {
    const struct request *request;
    struct arena *arena;
    struct etcd_template spec;
    struct v2_etcd etcd;
    struct objects pods, claims, services, budgets; /* of ours */
    struct unknown_children unknown;
    struct stage stage;
    const char *immutable; /* which field of a claim cannot be what is wanted, or NULL */
};

/* --- what is ours --- */

static bool is_member(const struct lockserver_hook *hook, const char *name)
{
    for (uint32_t i = 1; i <= ETCD_MEMBERS; i++) {
        if (v2_etcd_is_here(&hook->etcd, i) &&
            text_equal(name, v2_etcd_member_name(hook->arena, hook->etcd.name, i)))
            return true;
    }
    return false;
}

static bool is_ours(void *context, const json_t *child)
{
    const struct lockserver_hook *hook = context;
    const char *name = object_name(child);

    return is_member(hook, name) ||
           text_equal(name, v2_etcd_client_service(hook->arena, hook->etcd.name)) ||
           text_equal(name, v2_etcd_peer_service(hook->arena, hook->etcd.name)) ||
           text_equal(name, v2_etcd_budget(hook->arena, hook->etcd.name));
}

static struct objects ours(struct lockserver_hook *hook, const char *group)
{
    const struct objects all = observed(hook->request, group);

    return known_children(hook->arena, &hook->unknown, &all, is_ours, hook);
}

/* A copy under another name selects the children of its original. */
static bool is_original(const struct lockserver_hook *hook, struct answer *answer)
{
    const char *selected =
        json_text_at(hook->request->parent, "spec", "selector", "matchLabels", LOCKSERVER_LABEL);

    return selected == NULL || v2_named(hook->request, answer, selected);
}

static bool begin(struct lockserver_hook *hook, struct answer *answer)
{
    const json_t *parent = hook->request->parent;

    if (!read_derived(hook->request, answer, v2_etcd_lockserver_fields, &hook->spec) ||
        !is_original(hook, answer))
        return false;
    hook->etcd = (struct v2_etcd){.namespace = object_namespace(parent),
        .name = object_name(parent),
        .cluster = object_label(parent, CLUSTER_LABEL),
        .spec = &hook->spec};
    hook->pods = ours(hook, "Pod.v1");
    hook->claims = ours(hook, "PersistentVolumeClaim.v1");
    hook->services = ours(hook, "Service.v1");
    hook->budgets = ours(hook, "PodDisruptionBudget.policy/v1");
    return true;
}

/* --- members --- */

/* Two of three have to be there at any time. */
static const char *blocked_by(void *context, const struct stage_child *child, bool forced)
{
    const struct lockserver_hook *hook = context;

    (void)forced;
    for (uint32_t i = 1; i <= ETCD_MEMBERS; i++) {
        const char *name = v2_etcd_member_name(hook->arena, hook->etcd.name, i);
        const json_t *pod = objects_find(&hook->pods, name);

        if (v2_etcd_is_here(&hook->etcd, i) && !text_equal(name, child->name) &&
            (pod == NULL || !pod_ready(pod)))
            return fmt(hook->arena, "waits until member %s is Ready", name);
    }
    return NULL;
}

static enum child_health health_of(const json_t *pod)
{
    if (pod == NULL)
        return HEALTH_ABSENT_OR_TERMINATING;
    if (pod_dead(pod))
        return HEALTH_TERMINAL;
    return pod_ready(pod) ? HEALTH_SETTLED : HEALTH_UNREADY_SERVING;
}

/* A Pod that is there hears what waits for it; one that another operator has made so becomes ours.
 */
static const json_t *held_spec(const struct lockserver_hook *hook, const json_t *desired,
    const json_t *pod, bool alike)
{
    if (pod == NULL)
        return NULL;
    return alike ? desired : v2_pod_let_go(hook->arena, desired, object_labels(desired), pod);
}

static void stage_member(struct lockserver_hook *hook, uint32_t index)
{
    struct arena *a = hook->arena;
    const json_t *desired = v2_make_etcd_pod(a, &hook->etcd, index);
    const json_t *pod = objects_find(&hook->pods, object_name(desired));
    /* One that a restore has brought along would talk to the members in another namespace. */
    const bool waits =
        pod != NULL && !v2_is_released(pod) && !pod_dead(pod) && !v2_made_elsewhere(a, pod);
    const bool alike =
        pod != NULL && object_never_applied(a, &v2_keys, pod) && v2_pod_is_alike(a, desired, pod);

    stage_add(&hook->stage,
        (struct stage_child){
            .name = object_name(desired),
            .desired = desired,
            .observed = pod,
            .held_spec = held_spec(hook, desired, pod, alike),
            .alike = alike,
            .method = STAGE_REPLACE,
            .group = MEMBERS,
            .health = health_of(pod),
            .started = pod != NULL && pod_started(pod),
            .pinned = waits ? "it waits to be released" : NULL,
            .trouble = pod == NULL ? NULL : pod_trouble(pod),
        });
}

static void stage_members(struct lockserver_hook *hook)
{
    hook->stage = (struct stage){.arena = hook->arena,
        .keys = &v2_keys,
        .blocked_by = blocked_by,
        .context = hook};
    for (uint32_t i = 1; i <= ETCD_MEMBERS; i++) {
        if (v2_etcd_is_here(&hook->etcd, i))
            stage_member(hook, i);
    }
    stage_plan(&hook->stage);
}

/* --- what serves them --- */

/* Claims grow; everything else of them is as it was made. */
static void want_claim(struct lockserver_hook *hook, struct answer *answer, uint32_t index)
{
    struct arena *a = hook->arena;
    const json_t *claim = v2_make_etcd_claim(a, &hook->etcd, index);
    const json_t *there = objects_find(&hook->claims, object_name(claim));
    const char *field = NULL;

    claim = keep_immutable(a, &v2_keys, claim, there, &field);
    want(answer, keep_claim_size(a, &v2_keys, claim, there, &field));
    if (field != NULL && hook->immutable == NULL)
        hook->immutable = fmt(a,
            "PersistentVolumeClaim %s: %s cannot be changed; what was applied is kept",
            object_name(claim),
            field);
}

/* To want one no more does not take it away (createPDB, createClientService, createPeerService):
 * `wanted` is NULL then. */
static void want_or_keep(struct lockserver_hook *hook, struct answer *answer, const json_t *wanted,
    const struct objects *observed, const char *name)
{
    const json_t *there = objects_find(observed, name);

    if (wanted != NULL)
        want(answer, v2_service_over(hook->arena, wanted, there));
    else if (there != NULL)
        want(answer, as_applied(hook->arena, &v2_keys, there));
}

static void want_services(struct lockserver_hook *hook, struct answer *answer)
{
    struct arena *a = hook->arena;
    const char *name = hook->etcd.name;

    want_or_keep(hook,
        answer,
        v2_make_etcd_client_service(a, &hook->etcd),
        &hook->services,
        v2_etcd_client_service(a, name));
    want_or_keep(hook,
        answer,
        v2_make_etcd_peer_service(a, &hook->etcd),
        &hook->services,
        v2_etcd_peer_service(a, name));
    want_or_keep(hook,
        answer,
        v2_make_etcd_budget(a, &hook->etcd),
        &hook->budgets,
        v2_etcd_budget(a, name));
}

static void emit(struct lockserver_hook *hook, struct answer *answer)
{
    want_services(hook, answer);
    for (uint32_t i = 1; i <= ETCD_MEMBERS; i++) {
        if (v2_etcd_is_here(&hook->etcd, i))
            want_claim(hook, answer, i);
    }
    stage_emit(&hook->stage, answer);
    want_unknown(hook->request, answer, &hook->unknown);
}

/* --- status --- */

static const char *why_not_ready(const struct lockserver_hook *hook)
{
    const struct owner owner = owner_of(hook->request->parent);

    for (size_t i = 0; i < hook->stage.count; i++) {
        const struct stage_child *member = &hook->stage.at[i];
        const char *why = member->observed == NULL
                              ? being_created(hook->arena, owner, "Pod", member->name)
                          : pod_ready(member->observed) ? NULL
                          : member->trouble != NULL     ? member->trouble
                                                        : "its Pod is not Ready";

        if (why != NULL)
            return fmt(hook->arena, "too few members are Ready; %s: %s", member->name, why);
    }
    return NULL;
}

static const json_t *status_of(struct lockserver_hook *hook)
{
    static const char *const labels[] = {LOCKSERVER_LABEL, NULL};
    struct arena *a = hook->arena;
    const json_t *status = v2_etcd_status(a, &hook->spec, &hook->pods);
    const bool available = text_equal(json_text_at(status, "available"), V2_TRUE);
    struct advice advice = advice_begin(a);
    struct level_conditions level = {.ready = available,
        .ready_reason = "MembersNotReady",
        .ready_message = available ? NULL : why_not_ready(hook),
        .stage = &hook->stage};

    if (hook->immutable != NULL)
        advice_add(&advice, "Immutable", hook->immutable);
    advise_unknown(&advice, hook->request->parent, labels, &hook->unknown);
    advice_give(&advice, &level);
    return object(a, SPREAD(status), F("conditions", level_conditions(hook->request, &level)));
}

void v2_sync_etcd_lockserver(const struct request *request, struct answer *answer)
{
    struct lockserver_hook hook = {.request = request, .arena = request->arena};

    if (!begin(&hook, answer))
        return;
    stage_members(&hook);
    emit(&hook, answer);
    answer->status = status_of(&hook);
}
