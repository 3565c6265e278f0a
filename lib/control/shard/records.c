#include "shard.h"

/* What Vitess still knows of tablets that have gone, and whether a shard may go at all. */

/* Its Pod is there and was not made here: another operator has left it behind in mid-drain. */
static bool pod_is_unknown(const struct shard *shard, const struct tablet *tablet)
{
    const json_t *child;

    json_each_item (shard->unknown.list, i, child) {
        if (text_equal(object_kind(child), "Pod") &&
            text_equal(object_name(child), tablet->id.name))
            return true;
    }
    return false;
}

/* First the Pod, then the record: VTOrc would take a running primary without a record for a dead
 * one. And Vitess deletes the record of a primary only when told to; only a shard that goes
 * altogether has one here. */
static bool delete_record(struct shard *shard, const struct tablet *tablet)
{
    const char *arguments[] = {"DeleteTablets",
        tablet->id.alias,
        shard->removed_everywhere ? "--allow-primary" : NULL,
        NULL};
    struct task_reply reply;

    if (tablet->pod != NULL)
        return false;
    if (pod_is_unknown(shard, tablet)) {
        shard->undeleted = fmt(shard->arena,
            "the record of tablet %s is kept while Pod %s, which this operator has not made, is "
            "there",
            tablet->id.alias,
            tablet->id.name);
        return false;
    }
    reply = task_delete(shard->tasks, "delete-tablet", NULL, arguments, shard->question);
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

    for (size_t i = 0; i < shard->count && shard->fresh && !shard->in->keep_records; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (tablet->wanted == NULL && tablet->recorded && !delete_record(shard, tablet))
            gone = false;
    }
    return gone;
}

/* Asked before the tablet was wanted (again): of the tablet, or of the whole shard. */
const char *record_deleted_by(const struct shard *shard, const struct tablet *tablet)
{
    const char *target = fmt(shard->arena, "%s/%s", shard->in->keyspace, shard->in->name);
    const char *const of_tablet[] = {"DeleteTablets", tablet->id.alias, NULL};
    const char *const of_shard[] = {"DeleteShards", "--recursive", target, NULL};
    const char *pod = task_running(shard->tasks, of_tablet);

    return pod != NULL ? pod : task_running(shard->tasks, of_shard);
}

/* Traffic may be switched back at any time, so the answer must be of now: it is void with each
 * event of a Pod, and nothing is asked while a pause holds the tablets anyway. The first tablet
 * goes once it was remembered beside the answer that the shard leaves; from then on what Vitess
 * says changes nothing, and a sync that sees the Pod go has seen that too. */
bool turndown_allowed(struct shard *shard)
{
    const char *target = fmt(shard->arena, "%s/%s", shard->in->keyspace, shard->in->name);
    const bool marked = shard->in->memory.leaving;

    if (shard->in->turndown_at_once)
        return true;
    shard->next.leaving = marked && !has_every_tablet(shard);
    if (shard->next.leaving || shard->in->paused)
        return shard->next.leaving;
    /* A shard record that is gone (Reshard complete deletes it) serves nothing either. */
    shard->next.leaving = task_await(shard->tasks,
                              "idle",
                              "\"is_primary_serving\": *false|node doesn't exist",
                              (const char *const[]){"GetShard", target, NULL},
                              states_of_pods(shard),
                              NULL)
                              .state == TASK_ANSWERED;
    return marked && shard->next.leaving;
}
