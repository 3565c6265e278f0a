#include "shard.h"

/* When a tablet may be taken down on purpose. Healing needs no permission; this is for what an edit
 * wants to replace or remove. */

/* Another tablet of its cell could take over. */
static bool other_candidate(const struct shard *shard, const struct tablet *tablet)
{
    for (size_t i = 0; i < shard->wanted; i++) {
        const struct tablet *other = &shard->tablets[i];

        if (other != tablet && other->replica_type && other->serving &&
            text_equal(other->id.cell, tablet->id.cell))
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
    if (shard->removed_everywhere)
        return true;
    if (tablet->replica_type && tablet->wanted != NULL && shard->in->replica_tablets == 1 &&
        wanted_replicas(shard) == 1)
        return true;
    return shard->fresh && !pod_ready(tablet->pod) && !has_primary(shard);
}

bool has_handed_over(const struct shard *shard, const struct tablet *tablet)
{
    return text_equal(shard->in->memory.reparent.pod, tablet->incarnation) &&
           shard->primary != tablet && has_primary(shard);
}

/* PlannedReparentShard --avoid-primary is a no-op where `tablet` is not primary, and the answer
 * holds for this incarnation of its Pod only, so a second rollout asks again. So does one whose new
 * primary is lost before the tablet has gone: it may be needed. */
static const char *ask_reparent(struct shard *shard, struct tablet *tablet)
{
    const char *target = fmt(shard->arena, "%s/%s", shard->in->keyspace, shard->in->name);
    const char *cross = other_candidate(shard, tablet) ? NULL : "--allow-cross-cell-promotion";
    const char *arguments[] =
        {"PlannedReparentShard", "--avoid-primary", tablet->id.alias, target, cross, NULL};
    const char *term = fmt(shard->arena,
        "%s %s",
        tablet->incarnation,
        shard->primary == tablet && tablet->since != NULL ? tablet->since : "");
    struct task_reply reply;

    if (has_handed_over(shard, tablet))
        return label_to_take_off(shard, tablet);
    if (shard->in->appointed != NULL)
        return appoint_another(shard, tablet, term);
    reply = task_ask(shard->tasks, "reparent", arguments, term, NULL);
    if (reply.state == TASK_FAILING)
        return fmt(shard->arena, "cannot move the primary away: %s", reply.text);
    if (reply.state == TASK_ANSWERED)
        shard->next.reparent = (struct shard_reparent){tablet->incarnation, reply.question};
    return "moves the primary away first";
}

/* Another series of MySQL reads the files of a clean shutdown alone (upgrading InnoDB, in the
 * manual of MySQL). One that does not run has none. */
static const char *ask_slow_shutdown(struct shard *shard, const struct tablet *tablet)
{
    struct task_reply reply = task_ask(shard->tasks,
        "shutdown",
        (const char *const[]){"ExecuteFetchAsDBA",
            tablet->id.alias,
            "SET GLOBAL innodb_fast_shutdown = 0",
            NULL},
        tablet->incarnation,
        NULL);

    /* One that does not answer may be why it is made to go. */
    if (reply.state == TASK_FAILING && json_list_has(shard->in->force, tablet->id.name))
        return NULL;
    if (reply.state == TASK_FAILING)
        return fmt(shard->arena, "its mysqld cannot be told to shut down slowly: %s", reply.text);
    return reply.state == TASK_ANSWERED ? NULL
                                        : "has its mysqld shut down slowly for the new version";
}

static const char *shutdown_blocked_by(struct shard *shard, const struct tablet *tablet)
{
    const struct shard_component *component = shard->in->component;
    struct shard_shutdown shutdown;

    if (component->shutdown == NULL || tablet->wanted == NULL || !tablet->works)
        return NULL;
    shutdown = component->shutdown(shard->arena, tablet->wanted, tablet->pod);
    if (shutdown.refused != NULL)
        return fmt(shard->arena, "it is not taken down for a MySQL that %s", shutdown.refused);
    return shutdown.slow ? ask_slow_shutdown(shard, tablet) : NULL;
}

const char *reparent_blocked_by(struct shard *shard, struct tablet *tablet)
{
    const char *blocked;

    shard->moving = tablet->id.name;
    blocked = reparent_exempt(shard, tablet) ? NULL : ask_reparent(shard, tablet);
    return blocked == NULL ? shutdown_blocked_by(shard, tablet) : blocked;
}

bool is_needed(const struct shard *shard, const struct tablet *tablet)
{
    return tablet->works && !(shard->fresh && !has_primary(shard));
}

/* One that is given up would be the second that is down; and one that is to be, which is not to
 * become primary, may be the only other one. */
static const char *drained_beside(const struct shard *shard, const struct tablet *tablet)
{
    const struct texts *drained = texts_contain(&shard->in->drained, tablet->id.name)
                                      ? &shard->in->given_up
                                      : &shard->in->drained;

    for (size_t i = 0; i < drained->count; i++) {
        if (!text_equal(drained->at[i], tablet->id.name))
            return fmt(shard->arena,
                "waits until Pod %s, which is drained for somebody to delete it, has gone or is "
                "drained no more",
                drained->at[i]);
    }
    return NULL;
}

const char *disruption_blocked_by(struct shard *shard, struct tablet *tablet)
{
    const char *blocked = NULL;

    if (!shard->fresh)
        return shard->tasks->trouble == NULL ? "waiting for tablet state from Vitess"
                                             : shard->tasks->trouble;
    /* One that serves nobody costs nothing, and its mended spec may be all that it needs. */
    if (!shard->removed_everywhere && pod_ready(tablet->pod))
        blocked = peers_block(shard, true);
    else if (!shard->removed_everywhere && is_needed(shard, tablet))
        blocked = peers_block(shard, false);
    if (blocked == NULL && !shard->removed_everywhere && is_needed(shard, tablet))
        blocked = drained_beside(shard, tablet);
    if (blocked == NULL)
        blocked = reparent_blocked_by(shard, tablet);
    /* The next sync may see the Pod gone and the status as it is: it would know no primary. */
    if (blocked == NULL && !serving_is_remembered(shard))
        blocked = "waits until its status says which tablets serve";
    return blocked;
}

void hand_over(struct shard *shard)
{
    struct tablet *tablet = tablet_of_name(shard, shard->in->to_hand_over);

    if (tablet == NULL || tablet->pod == NULL || !shard->fresh || shard->moving != NULL ||
        !has_primary(shard))
        return;
    shard->handover = ask_reparent(shard, tablet);
}
