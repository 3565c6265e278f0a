#include "shard.h"

#include "template.h"

/* When a tablet may be taken down on purpose. Healing needs no permission; this is for what an edit
 * wants to replace or remove. */

/* --- the primary --- */

/* Another tablet of this cell could take over. */
static bool other_candidate(const struct shard *shard, const struct tablet *tablet)
{
    for (size_t i = 0; i < shard->wanted; i++) {
        const struct tablet *other = &shard->tablets[i];

        if (other != tablet && other->replica_type && other->serving)
            return true;
    }
    return false;
}

static size_t wanted_replicas(const struct shard *shard)
{
    size_t count = 0;

    for (size_t i = 0; i < shard->wanted; i++)
        count += shard->tablets[i].replica_type;
    return count;
}

/* Exempt are: the only replica-type tablet that the whole shard wants, and a shard that goes
 * altogether. (A broken tablet never asks.) And where Vitess knows no primary, there is nothing to
 * move away from a tablet that does not work: a reparent could only fail. An rdonly tablet is not
 * exempt, since an administrator may have made it primary, which no event tells. */
static bool reparent_exempt(const struct shard *shard, const struct tablet *tablet)
{
    if (shard->whole)
        return true;
    if (tablet->replica_type && tablet->pool != NULL && shard->spec.replica_tablets == 1 &&
        wanted_replicas(shard) == 1)
        return true;
    return shard->fresh && !pod_ready(tablet->pod) && !has_primary(shard);
}

/* PlannedReparentShard --avoid-primary is a no-op where `tablet` is not primary, and the answer
 * holds for this incarnation of its Pod only, so a second rollout asks again. So does one whose new
 * primary is lost before the tablet has gone: it may be needed. */
static const char *reparent_denies(struct shard *shard, struct tablet *tablet)
{
    const char *target = fmt(shard->arena, "%s/%s", shard->spec.keyspace, shard->spec.name);
    const char *cross = other_candidate(shard, tablet) ? NULL : "--allow-cross-cell-promotion";
    const char *arguments[] =
        {"PlannedReparentShard", "--avoid-primary", tablet->id.alias, target, cross, NULL};
    struct task_reply reply;

    if (text_equal(shard->memory.reparent.pod, tablet->incarnation) && shard->primary != tablet &&
        has_primary(shard))
        return label_to_take_off(shard, tablet);
    reply = task_ask(&shard->tasks,
        "reparent",
        arguments,
        fmt(shard->arena,
            "%s %s",
            tablet->incarnation,
            shard->primary == tablet && tablet->since != NULL ? tablet->since : ""),
        NULL);
    if (reply.state == TASK_FAILING)
        return fmt(shard->arena, "cannot move the primary away: %s", reply.text);
    if (reply.state == TASK_ANSWERED)
        shard->next.reparent = (struct shard_reparent){tablet->incarnation, reply.question};
    return "moves the primary away first";
}

const char *handover_denied(struct shard *shard, struct tablet *tablet)
{
    shard->moving = tablet->id.name;
    return reparent_exempt(shard, tablet) ? NULL : reparent_denies(shard, tablet);
}

bool is_needed(const struct shard *shard, const struct tablet *tablet)
{
    return tablet->works && !(shard->fresh && !has_primary(shard));
}

const char *turn_denied(struct shard *shard, struct tablet *tablet)
{
    const char *denied = NULL;

    if (!shard->fresh)
        return shard->tasks.trouble == NULL ? "waits to hear from Vitess which tablets serve"
                                            : shard->tasks.trouble;
    /* One that serves nobody costs nothing, and its mended spec may be all that it needs. */
    if (!shard->whole && pod_ready(tablet->pod))
        denied = peers_block(shard, true);
    else if (!shard->whole && is_needed(shard, tablet))
        denied = peers_block(shard, false);
    if (denied == NULL)
        denied = handover_denied(shard, tablet);
    /* The next sync may see the Pod gone and the status as it is: it would know no primary. */
    if (denied == NULL && !serving_is_remembered(shard))
        denied = "waits until its status says which tablets serve";
    return denied;
}

/* --- after the last tablet --- */

/* First the Pod, then the record: VTOrc would take a running primary without a record for a dead
 * one. And Vitess deletes the record of a primary only when told to; only a shard that goes
 * altogether has one here. */
static bool delete_record(struct shard *shard, const struct tablet *tablet)
{
    const char *arguments[] = {"DeleteTablets",
        tablet->id.alias,
        shard->whole ? "--allow-primary" : NULL,
        NULL};
    struct task_reply reply;

    if (tablet->pod != NULL)
        return false;
    reply = task_delete(&shard->tasks, "delete-tablet", arguments, shard->question);
    if (reply.state == TASK_FAILING)
        shard->undeleted = fmt(shard->arena,
            "cannot delete the record of tablet %s: %s",
            tablet->id.alias,
            reply.text);
    else if (reply.state != TASK_ANSWERED && shard->undeleted == NULL)
        shard->undeleted = fmt(shard->arena, "deleting the record of tablet %s", tablet->id.alias);
    return reply.state == TASK_ANSWERED;
}

bool delete_records(struct shard *shard)
{
    bool gone = shard->fresh;

    for (size_t i = 0; i < shard->count && shard->fresh; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (tablet->pool == NULL && tablet->recorded && !delete_record(shard, tablet))
            gone = false;
    }
    return gone;
}

/* Traffic may be switched back at any time, so the answer must be of now: it is void with each
 * event of a Pod, and nothing is asked while a pause holds the tablets anyway. The first tablet
 * goes once it was remembered beside the answer that the shard leaves; from then on what Vitess
 * says changes nothing, and a sync that sees the Pod go has seen that too. */
bool turndown_allowed(struct shard *shard)
{
    const char *target = fmt(shard->arena, "%s/%s", shard->spec.keyspace, shard->spec.name);
    const bool marked = shard->memory.leaving;

    if (text_equal(shard->spec.turndown_policy, "Immediate"))
        return true;
    shard->next.leaving = marked && !has_every_tablet(shard);
    if (shard->next.leaving || shard->spec.derived.rollout->paused)
        return shard->next.leaving;
    /* A shard record that is gone (Reshard complete deletes it) serves nothing either. */
    shard->next.leaving = task_await(&shard->tasks,
                              "idle",
                              "\"is_primary_serving\": *false|node doesn't exist",
                              (const char *const[]){"GetShard", target, NULL},
                              states_of_pods(shard),
                              NULL)
                              .state == TASK_ANSWERED;
    return marked && shard->next.leaving;
}
