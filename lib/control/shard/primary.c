#include "shard.h"

#include <string.h>

#include "get_tablets.h"

/* Where the primary of the shard is, in this cell or in another one. */

/* An alias is "cell-uid", and a cell may be called "zone1-a" beside one called "zone1". */
static bool is_here(const struct shard *shard, const char *alias)
{
    const char *cell = shard->in->place.cell, *dash = strrchr(alias, '-');

    return cell == NULL || (dash != NULL && strlen(cell) == (size_t)(dash - alias) &&
                               text_starts_with(alias, cell));
}

static const char *primary_of_peers(const struct shard *shard)
{
    for (size_t i = 0; i < shard->in->peer_count; i++) {
        if (shard->in->peers[i].memory.primary != NULL)
            return shard->in->peers[i].memory.primary;
    }
    return NULL;
}

/* What another cell has heard from Vitess, until the cell that has the primary says so itself. That
 * it should be here is believed until Vitess has answered to us. */
static const char *primary_reported_by_peers(const struct shard *shard)
{
    for (size_t i = 0; i < shard->in->peer_count; i++) {
        const char *primary = shard->in->peers[i].memory.awaited.primary;

        if (primary != NULL && (!shard->fresh || !is_here(shard, primary)))
            return primary;
    }
    return NULL;
}

static const char *find_remote_primary(const struct shard *shard)
{
    const char *primary = primary_of_peers(shard);
    const char *awaited = shard->next.awaited.primary;

    if (primary == NULL && awaited != NULL && !is_here(shard, awaited))
        primary = awaited;
    return primary == NULL ? primary_reported_by_peers(shard) : primary;
}

static void take_awaited(struct shard *shard, const char *state, const struct task_reply *reply)
{
    shard->next.awaited = (struct shard_awaited){state, reply->question, reply->text};
    shard->remote_primary = find_remote_primary(shard);
}

/* Vitess says that it is primary, and it has no Pod among our children: somebody has changed the
 * labels of the Pod, or another owner has it. */
static bool has_unseen_primary(const struct shard *shard)
{
    for (size_t i = 0; i < shard->count; i++) {
        if (shard->tablets[i].pod == NULL && text_equal(shard->tablets[i].type, "primary"))
            return true;
    }
    return false;
}

/* Matches a primary that is seen, or may be by the same shard in another cell. */
static const char *seen_primary(const struct shard *shard)
{
    struct texts aliases = {.arena = shard->arena};

    for (size_t i = 0; i < shard->count; i++) {
        if (shard->tablets[i].pod != NULL)
            texts_add(&aliases, shard->tablets[i].id.alias);
    }
    for (size_t i = 0; i < shard->in->peer_count; i++)
        texts_add(&aliases, fmt(shard->arena, "%s-[0-9]+", shard->in->peers[i].cell));
    return fmt(shard->arena, "^(%s) [^ ]+ [^ ]+ primary ", texts_join(&aliases, "|"));
}

/* With no primary in sight a task waits for one (VTOrc elects it). Where it is ours, its answer
 * makes the serving question a new one. One that Vitess has named already, and that is not seen, is
 * not waited for: the answer would be there at once, each time. */
static void await_primary(struct shard *shard, const char *state)
{
    static const char *const types[] = {"primary", NULL};
    const struct tablets_asked asked = {shard->in->keyspace, shard->in->name, NULL, types};
    const struct task_reading reading = primary_reading(&asked);
    struct task_reply reply = task_await(shard->tasks,
        "await-primary",
        has_unseen_primary(shard) ? seen_primary(shard) : LISTED_AS "primary ",
        (const char *const[]){"GetTablets",
            "--keyspace",
            shard->in->keyspace,
            "--shard",
            shard->in->name,
            NULL},
        shard->question,
        &reading);

    if (reply.state == TASK_ANSWERED)
        take_awaited(shard, state, &reply);
}

/* What was said of the tablet that was primary by the answer before, where it is our own reparent
 * that has moved the primary away from it since. */
static const struct shard_served *handed_over(const struct shard *shard)
{
    for (size_t i = 0; i < shard->in->memory.serving_count; i++) {
        const struct shard_served *served = &shard->in->memory.serving[i];
        const struct tablet *tablet = tablet_of_alias(shard, served->alias);

        if (tablet != NULL && tablet->pod != NULL && text_equal(served->type, "primary") &&
            text_equal(served->state, tablet->state) &&
            text_equal(tablet->incarnation, shard->in->memory.reparent.pod))
            return served;
    }
    return NULL;
}

/* As if Vitess had not answered yet. */
static void hold_on(struct shard *shard, const struct shard_served *before)
{
    shard->primary = tablet_of_alias(shard, before->alias);
    shard->primary->type = "primary";
    shard->primary->since = before->since;
    shard->fresh = false;
}

/* A reparent that has succeeded leaves a primary behind. Until Vitess has said where, the answer is
 * not whole and what was known before it holds: were this cell to give the primary up first, those
 * of the others that have not heard yet would all have none, and look as if they had lost it.
 * Vitess is asked once, so that one that is lost is not taken for one on its way. */
static void follow_primary(struct shard *shard, const char *state)
{
    const struct tablets_asked asked = {shard->in->keyspace, shard->in->name, NULL, NULL};
    const struct task_reading reading = primary_reading(&asked);
    const struct shard_served *before = handed_over(shard);
    struct task_reply reply;

    if (before == NULL)
        return;
    reply = task_ask(shard->tasks,
        "primary",
        (const char *const[]){"GetTablets",
            "--keyspace",
            shard->in->keyspace,
            "--shard",
            shard->in->name,
            "--tablet-type",
            "primary",
            NULL},
        shard->question,
        &reading);
    if (reply.state == TASK_ANSWERED && *reply.text != '\0')
        take_awaited(shard, state, &reply);
    if (reply.state == TASK_ASKED)
        hold_on(shard, before);
}

/* A shard that leaves this cell alone has one to the end; one without tablets need not know. */
static bool needs_primary(const struct shard *shard)
{
    bool any = shard->wanted > 0;

    for (size_t i = 0; i < shard->count; i++)
        any = any || shard->tablets[i].pod != NULL;
    return any && !shard->removed_everywhere;
}

void find_primary(struct shard *shard, const char *state)
{
    shard->remote_primary = find_remote_primary(shard);
    if (shard->fresh && !has_primary(shard) && needs_primary(shard))
        follow_primary(shard, state);
    if (shard->fresh && !has_primary(shard) && needs_primary(shard) && appoint_first(shard))
        await_primary(shard, state);
}

bool has_primary(const struct shard *shard)
{
    return shard->primary != NULL || shard->remote_primary != NULL;
}
