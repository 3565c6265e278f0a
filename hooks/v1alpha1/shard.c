#include "shard.h"

#include <string.h>

#include "conditions.h"
#include "template.h"

/* Sync hook for VitessShard: the tablets of one shard in one cell, one Pod and one claim each.
 * Tablets roll rdonly first, then replicas, the primary last, one at a time over all cells. */

enum { TABLETS };

/* --- the rollout --- */

static const char *trouble_of(const struct tablet *tablet)
{
    if (tablet->pod == NULL)
        return NULL;
    return tablet->stray ? "runs with the lock server of another namespace"
                         : pod_trouble(tablet->pod);
}

static bool is_broken(const struct tablet *tablet)
{
    return tablet->pod != NULL && (tablet->stray || pod_broken(tablet->pod));
}

/* Its type is no part of what a tablet is made from. */
static const json_t *desired_pod(struct shard *shard, const struct tablet *tablet)
{
    const json_t *pod = tablet->pool == NULL ? NULL : tablet_pod(shard, tablet);

    return pod == NULL || tablet->pod != NULL ? pod : labelled_pod(shard, tablet, pod);
}

/* A Pod that is there keeps its spec, and hears what type it is by now. */
static const json_t *running_pod(const struct shard *shard, const struct tablet *tablet)
{
    if (tablet->pod == NULL)
        return NULL;
    return labelled_pod(shard,
        tablet,
        tablet->applied == NULL ? as_applied(shard->arena, tablet->pod)
                                : pod_as_applied(shard->arena, tablet->pod, tablet->applied));
}

static void stage_tablet(struct stage *stage, struct shard *shard, struct tablet *tablet)
{
    const char *trouble = trouble_of(tablet);

    if (tablet->pool == NULL && tablet->pod == NULL)
        return;
    stage_add(stage,
        (struct stage_child){
            .name = tablet->id.name,
            .desired = desired_pod(shard, tablet),
            .observed = tablet->pod,
            .applied = tablet->applied,
            .meanwhile = running_pod(shard, tablet),
            .method = STAGE_REPLACE,
            .group = TABLETS,
            .settled = tablet->serving && !tablet->unproven,
            .broken = is_broken(tablet),
            .started = tablet->pod != NULL && pod_started(tablet->pod) && trouble == NULL,
            .works = tablet->works,
            .needed = is_needed(shard, tablet),
            .dead = tablet->pod != NULL && pod_dead(tablet->pod),
            .pinned = claim_holds(shard, tablet),
            .trouble = trouble != NULL    ? trouble
                       : !tablet->serving ? "does not serve yet"
                       : tablet->unproven ? "is not known to have the shard's data yet"
                                          : NULL,
        });
}

/* What leaves goes first, the highest index first; then rdonly, then replicas, the primary last. */
static struct stage stage_tablets(struct shard *shard)
{
    const struct rollout_spec *rollout = shard->spec.derived.rollout;
    struct stage stage = {
        .arena = shard->arena,
        .paused = rollout != NULL && rollout->paused,
        .force = rollout == NULL ? NULL : rollout->force,
        .hash_annotation = VITESS_HASH_ANNOTATION,
    };

    for (int primary = 0; primary <= 1; primary++) {
        for (size_t i = shard->wanted; i < shard->count; i++) {
            if ((&shard->tablets[i] == shard->primary) == (primary == 1))
                stage_tablet(&stage, shard, &shard->tablets[i]);
        }
    }
    for (int primary = 0; primary <= 1; primary++) {
        for (size_t i = 0; i < shard->wanted; i++) {
            if ((&shard->tablets[i] == shard->primary) == (primary == 1))
                stage_tablet(&stage, shard, &shard->tablets[i]);
        }
    }
    stage_plan(&stage);
    return stage;
}

/* Their claims come first. */
static void hold_new_tablets(struct shard *shard, struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        struct stage_child *child = &stage->at[i];

        if (child->observed == NULL &&
            !claim_can_be_used(shard, tablet_of_name(shard, child->name)))
            child->verdict = STAGE_OMIT;
    }
}

/* The turn that staging gave needs Vitess and the other cells to agree. */
static void take_turn(struct shard *shard, struct stage *stage)
{
    const char *denied;

    if (stage->next == SIZE_MAX)
        return;
    denied = turn_denied(shard, tablet_of_name(shard, stage->at[stage->next].name));
    if (denied != NULL)
        stage_hold(stage, "RolloutWaiting", denied);
}

static bool goes_by_force(const struct stage *stage, size_t index)
{
    const struct stage_child *child = &stage->at[index];

    return index != stage->next && child->verdict == STAGE_OMIT && !child->dead &&
           (!child->broken || child->works) && !object_terminating(child->observed);
}

/* Force opens every gate but one: no primary goes before another tablet has taken over. */
static void hand_over_forced(struct shard *shard, struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        size_t turn = stage->next;
        const char *denied;

        if (!goes_by_force(stage, i))
            continue;
        denied = handover_denied(shard, tablet_of_name(shard, stage->at[i].name));
        if (denied == NULL)
            continue;
        stage->next = i;
        stage_hold(stage, "RolloutWaiting", denied);
        stage->next = turn;
    }
}

/* --- children --- */

/* A claim that was ours once stays in every answer until its policy says Delete, its tablet's
 * record is gone and others have the data: leaving it out would delete it. */
static bool claim_stays(const struct shard *shard, const struct tablet *tablet, bool records_gone)
{
    const struct retention_spec *retention = shard->spec.derived.retention;

    if (tablet->pool != NULL || shard->retire)
        return true;
    if (retention == NULL || !text_equal(retention->when_scaled, "Delete") ||
        !was_scaled_down(shard, tablet))
        return true;
    return tablet->pod != NULL || !records_gone || !others_have_data(shard);
}

static bool is_of_tablet(void *hook, const json_t *claim)
{
    return tablet_of_name(hook, object_name(claim)) != NULL;
}

/* A claim among them is kept beyond the shard too, for the data that somebody has put into it. */
static void keep_unknown(struct shard *shard, struct answer *answer)
{
    const json_t *child;

    json_each_item (shard->unknown.list, i, child) {
        bool claim = text_equal(object_kind(child), "PersistentVolumeClaim");

        want(answer,
            claim ? unwanted_claim(shard, child)
                  : unlabelled_pod(shard, child, as_applied(shard->arena, child)));
    }
}

static void want_claims(struct shard *shard, struct answer *answer, bool records_gone,
    const char **refused)
{
    for (size_t i = 0; i < shard->count; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (tablet->pool == NULL && tablet->claim == NULL)
            continue;
        if (!claim_stays(shard, tablet, records_gone)) {
            release_child(shard->arena,
                answer,
                tablet->claim,
                "volumeClaimRetention.whenScaled: Delete");
        } else {
            const char *field = NULL;

            want(answer, tablet_claim(shard, tablet, &field));
            if (field != NULL && *refused == NULL)
                *refused = fmt(shard->arena,
                    "PersistentVolumeClaim %s: %s cannot be changed; what was applied is kept",
                    tablet->id.name,
                    field);
        }
    }
}

/* One budget for the shard over all cells, since two on one Pod make every eviction an error. The
 * keyspace's first cell has it. NULL: none is wanted here. */
static const json_t *desired_budget(struct shard *shard)
{
    const struct shard_spec *spec = &shard->spec;
    const char *first = json_string_value(json_array_get(spec->cells, 0));
    const json_t *selector =
        json_without(json_at(spec->derived.selector, "matchLabels"), "vitess.io/cell");

    if (shard->retire || !text_equal(first, spec->cell))
        return NULL;
    return vttablet_disruption_budget(shard->arena,
        &shard->place,
        object_name(shard->request->parent),
        selector,
        spec->all_tablets == 0 ? 0 : spec->all_tablets - 1);
}

static void want_budget(struct shard *shard, struct answer *answer)
{
    const json_t *budget = desired_budget(shard);

    if (budget != NULL)
        want(answer, budget);
    else if (shard->budget != NULL)
        release_child(shard->arena, answer, shard->budget, "no disruption budget is wanted");
}

/* --- status --- */

enum which { EXISTING, SERVING, UPDATED };

static bool counts_as(const struct stage *stage, const struct tablet *tablet, enum which which)
{
    if (tablet->pod == NULL || which == EXISTING)
        return tablet->pod != NULL;
    if (which == SERVING)
        return tablet->serving;
    for (size_t i = 0; i < stage->count; i++) {
        if (text_equal(stage->at[i].name, tablet->id.name))
            return stage->at[i].updated;
    }
    return false;
}

static struct texts uids(const struct shard *shard, const struct stage *stage, enum which which)
{
    struct texts found = {.arena = shard->arena};

    for (size_t i = 0; i < shard->count; i++) {
        if (counts_as(stage, &shard->tablets[i], which))
            texts_add(&found, shard->tablets[i].id.uid_text);
    }
    texts_sort(&found);
    return found;
}

static size_t wanted_serving(const struct shard *shard)
{
    size_t count = 0;

    for (size_t i = 0; i < shard->wanted; i++)
        count += shard->tablets[i].serving;
    return count;
}

static const char *why_not_serving(const struct shard *shard, const struct tablet *tablet)
{
    const char *trouble = trouble_of(tablet);

    /* Without it the Pod cannot start, and its own trouble (Unschedulable) says less. */
    if (tablet->claim == NULL && !pod_started(tablet->pod))
        return being_created(shard->request->arena,
            owner_of(shard->request->parent),
            "PersistentVolumeClaim",
            tablet->id.name);
    if (text_equal(trouble, "Unschedulable"))
        return why_unscheduled(shard, tablet);
    if (trouble != NULL)
        return trouble;
    if (object_terminating(tablet->pod))
        return "its Pod is being deleted";
    if (!pod_ready(tablet->pod))
        return "its Pod is not Ready";
    if (shard->tasks.trouble != NULL)
        return shard->tasks.trouble;
    return tablet->type == NULL ? "Vitess has not been heard yet"
                                : fmt(shard->arena, "Vitess lists it as %s", tablet->type);
}

/* More than these are counted. */
enum { CLAIMS_NAMED = 5 };

/* All at once: where a restore has made them without this shard, each wants something done. */
static const char *claims_being_created(const struct shard *shard)
{
    struct texts names = {.arena = shard->arena};
    struct texts first = {.arena = shard->arena};
    size_t more;

    for (size_t i = 0; i < shard->wanted; i++) {
        if (shard->tablets[i].claim == NULL && shard->tablets[i].pod == NULL)
            texts_add(&names, shard->tablets[i].id.name);
    }
    if (names.count == 1)
        return being_created(shard->request->arena,
            owner_of(shard->request->parent),
            "PersistentVolumeClaim",
            names.at[0]);
    for (size_t i = 0; i < names.count && i < CLAIMS_NAMED; i++)
        texts_add(&first, names.at[i]);
    more = names.count - first.count;
    return fmt(shard->arena,
        "PersistentVolumeClaims %s%s are being created; if that lasts, see who refuses them (event "
        "SyncError: kubectl describe --namespace %s vitessshard/%s), or whether there are some "
        "already, and whose: kubectl describe persistentvolumeclaim --namespace %s %s",
        texts_join(&first, ", "),
        more == 0 ? "" : fmt(shard->arena, " and %zu more", more),
        object_namespace(shard->request->parent),
        object_name(shard->request->parent),
        object_namespace(shard->request->parent),
        texts_join(&first, " "));
}

static const char *why_not_there(const struct shard *shard, const struct tablet *tablet)
{
    const char *name = tablet->id.name;

    if (tablet->claim == NULL)
        return claims_being_created(shard);
    if (!claim_can_be_used(shard, tablet))
        return fmt(shard->arena,
            "PersistentVolumeClaim %s is being marked to outlive the shard (an ownerReference to "
            "itself)",
            name);
    return being_created(shard->request->arena, owner_of(shard->request->parent), "Pod", name);
}

/* The first wanted tablet that does not serve, and why. */
static const char *who_does_not_serve(const struct shard *shard)
{
    for (size_t i = 0; i < shard->wanted; i++) {
        const struct tablet *tablet = &shard->tablets[i];
        const char *name = tablet->id.name;

        if (tablet->serving)
            continue;
        return fmt(shard->arena,
            "%zu of %zu tablets serve; %s",
            wanted_serving(shard),
            shard->wanted,
            tablet->pod == NULL
                ? why_not_there(shard, tablet)
                : fmt(shard->arena, "%s: %s", name, why_not_serving(shard, tablet)));
    }
    return NULL;
}

/* It takes effect when the Pod is made anew for some other reason, unless a policy writes it. */
static void advise_texts(struct advice *advice, const struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];
        const char *text =
            !child->current || object_terminating(child->observed)
                ? NULL
                : changed_text(advice->arena, child->applied, child->desired, child->observed);

        if (text != NULL)
            advice_add(advice,
                "PodChanged",
                fmt(advice->arena,
                    "Pod %s: %s is not what the spec says: it was edited, or an admission policy "
                    "rewrites it; the Pod is left as it is; put it right with kubectl, or mend the "
                    "policy and delete the Pod",
                    child->name,
                    text));
    }
}

static const char *waits_for_data(struct arena *a, const struct tablet *tablet)
{
    const char *waits =
        fmt(a, "waits until tablet %s has caught up with the data of the shard", tablet->id.name);

    if (tablet->unasked == NULL)
        return waits;
    return fmt(a,
        "%s, and Vitess cannot say: %s; if it names a tablet that does not exist any more, delete "
        "its record: vtctldclient DeleteTablets",
        waits,
        tablet->unasked);
}

static const json_t *conditions_of(const struct shard *shard, const struct stage *stage,
    const char *refused)
{
    const char *missing = who_does_not_serve(shard);
    struct level_conditions level = {.ready = missing == NULL && has_primary(shard),
        .stage = stage,
        .stuck = shard->tasks.stuck};
    struct advice advice = advice_begin(shard->arena);

    if (shard->undeleted != NULL)
        level.pending = shard->undeleted;
    else if (shard->retire && !shard->next.retired)
        level.pending = "deleting the topology records of its tablets";
    else if (unproven_tablet(shard) != NULL)
        level.pending = waits_for_data(shard->arena, unproven_tablet(shard));
    if (missing != NULL) {
        level.ready_reason = "TabletsNotServing";
        level.ready_message = missing;
    } else if (!level.ready) {
        level.ready_reason = "NoPrimary";
        level.ready_message = shard->tasks.trouble != NULL
                                  ? shard->tasks.trouble
                                  : "no tablet of this shard is primary in any cell";
    }
    if (refused != NULL)
        advice_add(&advice, "Immutable", refused);
    advise_claims(&advice, shard);
    advise_volumes(&advice, shard);
    advise_texts(&advice, stage);
    advise_edit(&advice, shard->request);
    advise_unknown(&advice, shard->request->parent, &shard->unknown);
    advice_give(&advice, &level);
    return level_conditions(shard->request, &level);
}

/* A tablet that is on its way out counts as moving until it is back, so that the other cells wait.
 */
static const char *moving(const struct shard *shard)
{
    for (size_t i = 0; i < shard->count; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (tablet->pod == NULL ? tablet->pool != NULL : object_terminating(tablet->pod))
            return tablet->id.name;
    }
    if (shard->moving == NULL && unproven_tablet(shard) != NULL)
        return unproven_tablet(shard)->id.name;
    return shard->moving;
}

/* What is not remembered already: the view, the trials and the turn do that themselves. */
static void remember(struct shard *shard, const struct stage *stage)
{
    struct shard_memory *next = &shard->next;

    next->tablets = uids(shard, stage, EXISTING);
    next->ready = uids(shard, stage, SERVING);
    next->updated = uids(shard, stage, UPDATED);
    next->primary = shard->primary == NULL ? NULL : shard->primary->id.alias;
    next->follows = followed_primary(shard);
    next->moving = moving(shard);
    remember_data(shard);
    remember_scaled_down(shard);
}

static const json_t *status_of(const struct shard *shard, const struct stage *stage,
    const char *refused)
{
    return object(shard->arena,
        SPREAD(memory_status(shard->arena, &shard->next)),
        F("tabletsReady", fmt(shard->arena, "%zu/%zu", wanted_serving(shard), shard->wanted)),
        OPT("tasks", shard->tasks.remembered),
        F("conditions", conditions_of(shard, stage, refused)));
}

/* --- the hook --- */

/* Without them each of several cells would think that it is the only one. */
static bool has_peers_or_refuse(const struct shard *shard, const struct request *request,
    struct answer *answer)
{
    if (json_array_size(shard->spec.cells) < 2 ||
        json_is_object(json_at(request->related, SHARDS_GROUP)))
        return true;
    refuse(request,
        answer,
        422,
        "related: must have the group " SHARDS_GROUP ", which the customize hook asks for");
    return false;
}

static bool fits_name_or_refuse(const struct shard *shard, const struct request *request,
    struct answer *answer)
{
    const struct shard_spec *spec = &shard->spec;
    const char *keyspace =
        keyspace_name(request->arena, spec->derived.cluster, spec->cell, spec->keyspace);

    return named_after(request, answer, shard_name(request->arena, keyspace, spec->name));
}

static bool has_claim_or_refuse(const struct shard *shard, const struct request *request,
    struct answer *answer, const struct pool_spec *pool)
{
    const struct pool_spec *merged = merged_pool(request->arena, shard->spec.tablets, pool);

    if (merged == NULL || merged->replicas == 0 || merged->claim != NULL)
        return true;
    refuse(request, answer, 422, "%s.volumeClaim: is required", pool->path);
    return false;
}

static bool has_claims_or_refuse(const struct shard *shard, const struct request *request,
    struct answer *answer)
{
    const struct tablets_spec *tablets = shard->spec.tablets;

    return has_claim_or_refuse(shard, request, answer, tablets->batch) &&
           has_claim_or_refuse(shard, request, answer, tablets->master_eligible);
}

static void begin(struct shard *shard, const struct request *request)
{
    const struct derived_spec *derived = &shard->spec.derived;
    const struct rollout_spec *rollout = derived->rollout;
    struct vtctl_client client = client_of(request->arena, derived);

    shard->request = request;
    shard->arena = request->arena;
    shard->place = place_of(request, request->arena, derived, shard->spec.cell);
    shard->place.zone = shard->spec.zone;
    shard->place.region = shard->spec.region;
    shard->tasks = tasks_begin(request, &shard->place, client);
    find_pods(shard);
    shard->memory = read_memory(request->arena, json_at(request->parent, "status"));
    shard->leaves_cell = leaves_its_cell(request->parent);
    read_peers(shard);
    if (rollout != NULL && rollout->retire) {
        bool everywhere = json_array_size(rollout->remaining) == 0;

        /* Until its turndown policy allows it, the shard goes on as it was. */
        shard->retire = !everywhere || turndown_allowed(shard);
        shard->kept = !shard->retire;
        shard->whole = shard->retire && everywhere;
    }
}

/* It holds up no others, also when it is broken: no edit can reach it any more. */
static void say_kept(const struct shard *shard, struct stage *stage)
{
    bool stalled = text_equal(stage->reason, "RolloutStalled") ||
                   text_equal(stage->reason, PREFLIGHT_FAILED_REASON);
    const char *trouble = stalled ? stage->message : shard->tasks.stuck;

    if (!shard->kept || (!stalled && !stage_complete(stage)))
        return;
    stage->reason = KEPT_UNTIL_IDLE;
    stage->message = fmt(shard->arena,
        "it has left the spec and is kept until nothing is served from it "
        "(turndownPolicy RequireIdle); put it back with turndownPolicy: Immediate "
        "to have it removed in any case%s%s",
        trouble == NULL ? "" : "; ",
        trouble == NULL ? "" : trouble);
}

void sync_shard(const struct request *request, struct answer *answer)
{
    struct shard shard = {0};
    struct stage stage;
    const char *refused = NULL;
    bool records_gone;

    if (!read_derived(request, answer, shard_fields, &shard.spec))
        return;
    if (newer_revision(request, answer, &shard.spec.derived) ||
        waits_to_be_told(request, answer, &shard.spec.derived))
        return;
    if (!has_peers_or_refuse(&shard, request, answer) ||
        !fits_name_or_refuse(&shard, request, answer) ||
        !has_claims_or_refuse(&shard, request, answer))
        return;
    begin(&shard, request);
    find_tablets(&shard);
    known_children(request->arena, &shard.unknown, &shard.claims, is_of_tablet, &shard);
    find_fates(&shard);
    look_at_vitess(&shard);
    prove_data(&shard);
    stage = stage_tablets(&shard);
    try_templates(&shard, &stage);
    take_turn(&shard, &stage);
    hand_over_forced(&shard, &stage);
    hold_new_tablets(&shard, &stage);
    say_kept(&shard, &stage);
    records_gone = delete_records(&shard);
    shard.next.retired = shard.retire && stage.count == 0 && records_gone && claims_outlive(&shard);

    want_claims(&shard, answer, records_gone, &refused);
    keep_unknown(&shard, answer);
    want_budget(&shard, answer);
    stage_emit(&stage, answer);
    tasks_emit(&shard.tasks, answer);
    remember(&shard, &stage);
    answer->status = status_of(&shard, &stage, refused);
}

/* Those of other cells only: its own status would come back to it as a related object's, and cause
 * a second sync each time. */
static const json_t *other_cells(const struct request *request, const json_t *spec)
{
    struct arena *a = request->arena;
    const json_t *matches = json_at(spec, "selector", "matchLabels");

    return object(a,
        F("matchLabels", json_without(matches, "vitess.io/cell")),
        LIST("matchExpressions",
            ITEM(F("key", "vitess.io/cell"),
                F("operator", "NotIn"),
                LIST("values", V(json_text_at(spec, "cell"))))));
}

/* Customize hook: which objects a sync of this shard sees beside its own children. It is cached per
 * generation, so it depends on the spec alone. */
void customize_shard(const struct request *request, struct answer *answer)
{
    struct arena *a = request->arena;
    json_t *rules = json_new_list();

    json_add(rules,
        object(a,
            F("apiVersion", API_VERSION),
            F("resource", "vitessshards"),
            F("namespace", object_namespace(request->parent)),
            F("labelSelector", other_cells(request, json_at(request->parent, "spec")))));
    answer->related_resources = rules;
}
