#include "shard.h"

/* What is to be said of the shard, and remembered. */

/* --- what does not serve --- */

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
    if (lacks_claim(tablet) && !pod_started(tablet->pod))
        return being_created(shard->arena,
            shard->in->owner,
            "PersistentVolumeClaim",
            tablet->id.name);
    if (text_equal(trouble, "Unschedulable"))
        return why_unscheduled(shard, tablet);
    if (trouble != NULL)
        return trouble;
    if (object_terminating(tablet->pod))
        return "its Pod is being deleted";
    if (shard->tasks->trouble != NULL && pod_ready(tablet->pod))
        return shard->tasks->trouble;
    /* In the same words until it is heard of: each other text would be one more write, of this
     * level and of those above. */
    if (tablet->type == NULL && is_coming(shard, tablet))
        return "waits until its Pod is Ready, and Vitess has said that it serves";
    if (!pod_ready(tablet->pod))
        return "its Pod is not Ready";
    return tablet->type == NULL ? "Vitess has not been heard yet"
                                : fmt(shard->arena, "Vitess lists it as %s", tablet->type);
}

/* More than these are counted. */
enum { TABLETS_NAMED = 5 };

/* Of a new shard until its Pods are there. */
static bool is_being_made(const struct shard *shard, const struct tablet *tablet)
{
    return tablet->pod == NULL &&
           (lacks_claim(tablet) || (shard->coming_up && tablet->storage == STORAGE_CLAIM));
}

/* All at once, and in the same words from the claims to the Pods, which have their names: each
 * other text would be one more write. Where a restore has made claims without this shard, each
 * wants something done. */
static const char *tablets_being_made(const struct shard *shard)
{
    struct texts first = {.arena = shard->arena};
    size_t count = 0;

    for (size_t i = 0; i < shard->wanted; i++) {
        if (is_being_made(shard, &shard->tablets[i]) && count++ < TABLETS_NAMED)
            texts_add(&first, shard->tablets[i].id.name);
    }
    return fmt(shard->arena,
        "PersistentVolumeClaims and Pods %s%s are being created; if that lasts, see who refuses "
        "them (event SyncError: kubectl describe --namespace %s %s/%s), or whether there are some "
        "already, and whose: kubectl describe persistentvolumeclaim,pod --namespace %s %s",
        texts_join(&first, ", "),
        count == first.count ? "" : fmt(shard->arena, " and %zu more", count - first.count),
        shard->in->owner.namespace,
        resource_of(shard->arena, shard->in->owner.kind),
        shard->in->owner.name,
        shard->in->owner.namespace,
        texts_join(&first, " "));
}

static const char *why_not_there(const struct shard *shard, const struct tablet *tablet)
{
    const char *name = tablet->id.name;

    if (is_being_made(shard, tablet))
        return tablets_being_made(shard);
    if (!claim_can_be_used(shard, tablet))
        return fmt(shard->arena,
            "PersistentVolumeClaim %s is being marked to outlive the shard (an ownerReference to "
            "itself)",
            name);
    return being_created(shard->arena, shard->in->owner, "Pod", name);
}

/* The same words from the first Pod to the answer of Vitess: in between each Pod gets Ready by
 * itself. */
static bool waits_for_all(const struct shard *shard)
{
    for (size_t i = 0; i < shard->wanted; i++) {
        if (shard->tablets[i].pod == NULL || shard->tablets[i].type != NULL)
            return false;
    }
    return shard->coming_up && shard->tasks->trouble == NULL;
}

/* The first wanted tablet that does not serve, and why. */
static const char *who_does_not_serve(const struct shard *shard)
{
    if (waits_for_all(shard))
        return fmt(shard->arena,
            "0 of %zu tablets serve; waits until the Pod of each is Ready, and Vitess has said "
            "that it serves",
            shard->wanted);
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

/* --- what people should know --- */

/* It takes effect when the Pod is made anew for some other reason, unless a policy writes it. */
static void advise_texts(struct advice *advice, const struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];
        const char *text = !child->current || object_terminating(child->observed)
                               ? NULL
                               : changed_text(advice->arena,
                                     child->applied,
                                     child->desired,
                                     child->observed,
                                     stage->keys);

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

static struct advice give_advice(const struct shard *shard, const struct stage *stage)
{
    struct advice advice = advice_begin(shard->arena);

    if (shard->immutable != NULL)
        advice_add(&advice, "Immutable", shard->immutable);
    advise_claims(&advice, shard);
    advise_volumes(&advice, shard);
    advise_texts(&advice, stage);
    return advice;
}

/* --- what is still to be done --- */

static const char *why_pending(const struct shard *shard)
{
    if (shard->undeleted != NULL)
        return shard->undeleted;
    if (shard->handover != NULL)
        return fmt(shard->arena, "Pod %s is drained: %s", shard->in->to_hand_over, shard->handover);
    if (shard->retire && !shard->next.retired)
        return "deleting the topology records of its tablets";
    return unproven_tablet(shard) == NULL ? NULL
                                          : waits_for_data(shard->arena, unproven_tablet(shard));
}

/* A tablet that is on its way out counts as moving until it is back, so that the other cells wait.
 */
static const char *moving(const struct shard *shard)
{
    for (size_t i = 0; i < shard->count; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (tablet->pod == NULL ? tablet->wanted != NULL : object_terminating(tablet->pod))
            return tablet->id.name;
    }
    if (shard->moving == NULL && unproven_tablet(shard) != NULL)
        return unproven_tablet(shard)->id.name;
    return shard->moving;
}

/* --- each tablet --- */

const struct stage_child *staged_child(const struct stage *stage, const struct tablet *tablet)
{
    for (size_t i = 0; i < stage->count; i++) {
        if (text_equal(stage->at[i].name, tablet->id.name))
            return &stage->at[i];
    }
    return NULL;
}

static struct shard_tablet report_tablet(const struct stage *stage, const struct tablet *tablet)
{
    const struct stage_child *child = staged_child(stage, tablet);

    return (struct shard_tablet){
        .id = tablet->id,
        .type = tablet->type,
        .wanted = tablet->wanted != NULL,
        .there = tablet->pod != NULL,
        .serving = tablet->serving,
        .updated = tablet->pod != NULL && child != NULL && child->updated,
        .trouble = child == NULL ? NULL : child->trouble,
    };
}

static void report_tablets(const struct shard *shard, const struct stage *stage,
    struct shard_report *report)
{
    struct shard_tablet *tablets = arena_array(shard->arena, shard->count + 1, sizeof(*tablets));

    for (size_t i = 0; i < shard->count; i++)
        tablets[i] = report_tablet(stage, &shard->tablets[i]);
    report->tablets = tablets;
    report->tablet_count = shard->count;
}

static void remember_tablets(struct shard *shard, const struct shard_report *report)
{
    struct shard_memory *next = &shard->next;

    next->tablets.arena = next->ready.arena = next->updated.arena = shard->arena;
    for (size_t i = 0; i < report->tablet_count; i++) {
        const struct shard_tablet *tablet = &report->tablets[i];

        if (tablet->there)
            texts_add(&next->tablets, tablet->id.uid_text);
        if (tablet->there && tablet->serving)
            texts_add(&next->ready, tablet->id.uid_text);
        if (tablet->there && tablet->updated)
            texts_add(&next->updated, tablet->id.uid_text);
    }
    texts_sort(&next->tablets);
    texts_sort(&next->ready);
    texts_sort(&next->updated);
}

/* --- all of it --- */

static void report_ready(const struct shard *shard, struct shard_report *report)
{
    const char *missing = who_does_not_serve(shard);

    if (missing != NULL) {
        report->ready_reason = "TabletsNotServing";
        report->ready_message = missing;
    } else if (!has_primary(shard)) {
        report->ready_reason = "NoPrimary";
        report->ready_message = shard->tasks->trouble != NULL
                                    ? shard->tasks->trouble
                                    : "no tablet of this shard is primary in any cell";
    }
    report->ready = report->ready_reason == NULL;
}

/* The view, the trials and the turn remember what is theirs by themselves. */
static void remember(struct shard *shard, const struct shard_report *report)
{
    remember_tablets(shard, report);
    shard->next.primary = shard->primary == NULL ? NULL : shard->primary->id.alias;
    shard->next.follows = followed_primary(shard);
    shard->next.moving = moving(shard);
    remember_data(shard);
    remember_scaled_down(shard);
}

void report_shard(struct shard *shard, const struct stage *stage, struct shard_report *report)
{
    *report = (struct shard_report){
        .stage = *stage,
        .pending = why_pending(shard),
        .stuck = shard->tasks->stuck,
        .advice = give_advice(shard, stage),
        .unknown = shard->unknown,
    };
    /* Whom it asks is gone with this sync of the shard. */
    report->stage.blocked_by = NULL;
    report->stage.make = NULL;
    report->stage.context = NULL;
    report_tablets(shard, stage, report);
    report_ready(shard, report);
    remember(shard, report);
    report->memory = shard->next;
}

struct level_conditions shard_level(const struct shard_report *report)
{
    return (struct level_conditions){.ready = report->ready,
        .ready_reason = report->ready_reason,
        .ready_message = report->ready_message,
        .stage = &report->stage,
        .pending = report->pending,
        .stuck = report->stuck};
}
