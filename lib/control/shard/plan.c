#include "shard.h"

#include "claims.h"

/* What becomes of each tablet now: the one call of the engine. */

enum { TABLETS };

/* --- the tablets in rollout order --- */

const char *trouble_of(const struct tablet *tablet)
{
    if (tablet->pod == NULL)
        return NULL;
    return tablet->stray ? "runs with the lock server of another namespace"
                         : pod_trouble(tablet->pod);
}

/* A tablet that runs may be served from, unless nobody can be (is_needed()). */
static enum child_health health_of(const struct shard *shard, const struct tablet *tablet)
{
    const bool needed = is_needed(shard, tablet);

    if (tablet->pod == NULL)
        return HEALTH_ABSENT_OR_TERMINATING;
    if (pod_dead(tablet->pod))
        return HEALTH_TERMINAL;
    if (tablet->stray || pod_broken(tablet->pod))
        return needed          ? HEALTH_BROKEN_SERVING
               : tablet->works ? HEALTH_BROKEN_RUNNING
                               : HEALTH_BROKEN;
    if (tablet->serving && !tablet->unproven)
        return HEALTH_SETTLED;
    return needed ? HEALTH_UNREADY_SERVING : HEALTH_UNREADY;
}

/* What was applied carries the hash of all that the Pod is made from, so its spec is the one that
 * is wanted, whatever this build would render; unless somebody has edited the Pod since (a
 * generation beyond 1), which what was applied follows. Before Kubernetes 1.33 Pods have none, and
 * nothing tells an edit from the image that an admission webhook has given to the new Pod, and
 * would give to the next one: there none counts as edited, here as in pod_images_edited(). */
static bool has_wanted_spec(const struct shard *shard, const struct tablet *tablet)
{
    const char *hash = object_annotation(tablet->applied, shard->in->place.keys->spec_hash);

    return tablet->pod != NULL && object_generation(tablet->pod) <= 1 &&
           text_equal(hash, tablet->wanted->hash);
}

/* Its Pod need not be rendered before it goes out: there is none yet, or it was made from something
 * else, as its hash tells, and the API does not write on a Pod what waits for it. */
static bool is_unmade(const struct shard *shard, const struct tablet *tablet)
{
    const char *hash;

    if (tablet->wanted == NULL || tablet->pod == NULL)
        return tablet->wanted != NULL;
    hash = object_annotation(tablet->applied, shard->in->place.keys->spec_hash);
    return shard->in->component->running == NULL && !text_equal(hash, tablet->wanted->hash);
}

/* Its type is no part of what a tablet is made from. */
static const json_t *desired_pod(const struct shard *shard, const struct tablet *tablet)
{
    const json_t *pod;

    if (tablet->wanted == NULL)
        return NULL;
    pod = shard->in->component->pod(shard->arena,
        tablet->wanted,
        has_wanted_spec(shard, tablet) ? tablet->applied : NULL);
    return tablet->pod != NULL ? pod : labelled_pod(shard, tablet, pod);
}

static const json_t *make_pod(void *context, const void *unmade)
{
    return desired_pod(context, unmade);
}

/* Of another operator's, which becomes ours: what is sent for it then counts as applied. */
static bool is_alike(const struct shard *shard, const struct tablet *tablet, const json_t *desired)
{
    const struct shard_component *component = shard->in->component;

    return desired != NULL && tablet->pod != NULL && tablet->applied == NULL &&
           component->alike != NULL &&
           object_never_applied(shard->arena, shard->in->place.keys, tablet->pod) &&
           component->alike(shard->arena, desired, tablet->pod);
}

static const json_t *kept_pod(const struct shard *shard, const struct tablet *tablet,
    const json_t *desired, bool alike)
{
    const struct api_keys *keys = shard->in->place.keys;
    const struct shard_running running = {.desired = desired,
        .observed = tablet->pod,
        .alike = alike,
        .handed_over = shard->fresh && has_handed_over(shard, tablet)};

    if (desired != NULL && shard->in->component->running != NULL)
        return shard->in->component->running(shard->arena, tablet->wanted, &running);
    if (alike)
        return desired;
    return tablet->applied == NULL
               ? as_applied(shard->arena, keys, tablet->pod)
               : pod_as_applied(shard->arena, keys, tablet->pod, tablet->applied);
}

static bool edit_waits(const struct shard *shard, const struct tablet *tablet,
    const json_t *desired)
{
    const struct shard_component *component = shard->in->component;

    return desired != NULL && tablet->pod != NULL && component->waits != NULL &&
           component->waits(tablet->wanted, desired, tablet->pod);
}

/* A Pod that is there keeps its spec, and hears what type it is by now. */
static const json_t *running_pod(const struct shard *shard, const struct tablet *tablet,
    const json_t *desired, bool alike)
{
    return tablet->pod == NULL
               ? NULL
               : labelled_pod(shard, tablet, kept_pod(shard, tablet, desired, alike));
}

/* One without a record would serve nobody, and VTOrc would not see it. */
static const char *made_once(const struct shard *shard, const struct tablet *tablet)
{
    const char *pod =
        tablet->wanted == NULL || tablet->pod != NULL ? NULL : record_deleted_by(shard, tablet);

    return pod == NULL
               ? NULL
               : fmt(shard->arena, "Pod %s, which deletes what Vitess knew of it, has ended", pod);
}

static void stage_tablet(struct stage *stage, const struct shard *shard,
    const struct tablet *tablet)
{
    const char *trouble = trouble_of(tablet);
    const bool unmade = is_unmade(shard, tablet);
    const json_t *desired;
    bool alike;

    if (tablet->wanted == NULL && tablet->pod == NULL)
        return;
    desired = unmade ? NULL : desired_pod(shard, tablet);
    alike = is_alike(shard, tablet, desired);
    stage_add(stage,
        (struct stage_child){
            .name = tablet->id.name,
            .desired = desired,
            .observed = tablet->pod,
            .applied = tablet->applied,
            .held_spec = running_pod(shard, tablet, desired, alike),
            .alike = alike,
            .waits = edit_waits(shard, tablet, desired),
            .unmade = unmade ? tablet : NULL,
            .method = STAGE_REPLACE,
            .group = TABLETS,
            .health = health_of(shard, tablet),
            .started = tablet->pod != NULL && pod_started(tablet->pod) && trouble == NULL,
            .pinned = claim_holds(shard, tablet),
            .deferred = !claim_can_be_used(shard, tablet),
            .made_once = made_once(shard, tablet),
            .trouble = trouble != NULL    ? trouble
                       : !tablet->serving ? "does not serve yet"
                       : tablet->unproven ? "is not known to have the shard's data yet"
                                          : NULL,
        });
}

enum turn { TURN_GIVEN_UP, TURN_DRAINED, TURN_USUAL, TURN_PRIMARY, TURNS };

/* The others wait for one that is drained, so it goes before them: somebody has made room for that
 * already. Of several the one that may be deleted at any time, for which those wait, too. The
 * primary goes last. */
static enum turn turn_of(const struct shard *shard, const struct tablet *tablet)
{
    if (tablet == shard->primary)
        return TURN_PRIMARY;
    if (texts_contain(&shard->in->given_up, tablet->id.name))
        return TURN_GIVEN_UP;
    return texts_contain(&shard->in->drained, tablet->id.name) ? TURN_DRAINED : TURN_USUAL;
}

static void stage_some(struct stage *stage, const struct shard *shard, size_t first, size_t end)
{
    for (enum turn turn = TURN_GIVEN_UP; turn < TURNS; turn++) {
        for (size_t i = first; i < end; i++) {
            if (turn_of(shard, &shard->tablets[i]) == turn)
                stage_tablet(stage, shard, &shard->tablets[i]);
        }
    }
}

/* Vitess and the other cells have to agree. Force opens every gate but one: no primary goes before
 * another tablet has taken over. */
static const char *blocked_by(void *context, const struct stage_child *child, bool forced)
{
    struct shard *shard = context;
    struct tablet *tablet = tablet_of_name(shard, child->name);

    return forced ? reparent_blocked_by(shard, tablet) : disruption_blocked_by(shard, tablet);
}

static const char *kept_until_idle(const struct shard *shard)
{
    if (!shard->awaiting_idle)
        return NULL;
    return fmt(shard->arena,
        "it has left the spec and is kept until nothing is served from it "
        "(%s); put it back with %s to have it removed in any case",
        shard->in->wording.until_idle,
        shard->in->wording.at_once);
}

/* What leaves goes first, the highest index first; then rdonly, then replicas. */
static struct stage plan_tablets(struct shard *shard)
{
    struct stage stage = {
        .arena = shard->arena,
        .keys = shard->in->place.keys,
        .paused = shard->in->paused,
        .removes = shard->in->removes,
        .pause = shard->in->wording.paused,
        .force = shard->in->force,
        .blocked_by = blocked_by,
        .make = make_pod,
        .context = shard,
        .kept_until_idle = kept_until_idle(shard),
        .kept_trouble = shard->tasks->stuck.text,
    };

    stage_some(&stage, shard, shard->wanted, shard->count);
    stage_some(&stage, shard, 0, shard->wanted);
    try_templates(shard, &stage);
    stage_plan(&stage);
    return stage;
}

/* --- the answer --- */

/* A claim among them is kept beyond the shard too, for the data that somebody has put into it. */
static void want_unknown_children(const struct shard *shard, struct answer *answer)
{
    const json_t *child;

    json_each_item (shard->unknown.list, i, child) {
        bool claim = text_equal(object_kind(child), "PersistentVolumeClaim");

        want(answer,
            claim ? unwanted_claim(shard, child)
                  : unlabelled_pod(shard,
                        child,
                        as_applied(shard->arena, shard->in->place.keys, child)));
    }
}

static void want_budget(const struct shard *shard, struct answer *answer)
{
    if (shard->in->budget != NULL && !shard->retire)
        want(answer, shard->in->budget);
    else if (shard->budget != NULL)
        release_child(shard->arena, answer, shard->budget, "no disruption budget is wanted");
}

static struct shard begin(const struct shard_input *in)
{
    struct shard shard = {.in = in, .arena = in->arena, .tasks = in->tasks};
    bool everywhere = in->remaining.count == 0;

    find_pods(&shard);
    if (!in->retire)
        return shard;
    /* Until its turndown policy allows it, the shard goes on as it was. */
    shard.retire = !everywhere || turndown_allowed(&shard);
    shard.awaiting_idle = !shard.retire;
    shard.removed_everywhere = shard.retire && everywhere;
    return shard;
}

/* A tablet that stays after all may become primary again, which no event tells: whoever wants it
 * gone the next time asks anew. */
static void forget_hand_over(struct shard *shard, const struct stage *stage)
{
    const char *handed_over = shard->next.reparent.pod;

    for (size_t i = 0; handed_over != NULL && i < shard->count; i++) {
        const struct tablet *tablet = &shard->tablets[i];
        const struct stage_child *child =
            text_equal(tablet->incarnation, handed_over) ? staged_child(stage, tablet) : NULL;

        if (child != NULL && child->current && tablet->wanted != NULL &&
            !text_equal(shard->moving, tablet->id.name) &&
            !texts_contain(&shard->in->drained, tablet->id.name))
            shard->next.reparent = (struct shard_reparent){NULL, NULL};
    }
}

void shard_decide(const struct shard_input *in, struct answer *answer, struct shard_report *report)
{
    struct shard shard = begin(in);
    struct stage stage;
    bool records_gone;

    find_tablets(&shard);
    find_storage(&shard);
    find_fates(&shard);
    observe_shard(&shard);
    prove_data(&shard);
    stage = plan_tablets(&shard);
    hand_over(&shard);
    forget_hand_over(&shard, &stage);
    records_gone = delete_records(&shard);
    shard.next.retired = shard.retire && stage.count == 0 && records_gone &&
                         (in->delete_retired || claims_are_marked(&in->claims));

    want_claims(&shard, answer, records_gone);
    want_unknown_children(&shard, answer);
    want_budget(&shard, answer);
    stage_emit(&stage, answer);
    tasks_emit(shard.tasks, answer);
    report_shard(&shard, &stage, report);
}
