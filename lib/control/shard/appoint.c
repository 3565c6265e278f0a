#include "shard.h"

#include <string.h>

#include "get_tablets.h"
#include "pod.h"

/* A shard whose MySQL is somebody else's. Vitess promotes nobody there: it is told which of the
 * tablets that lead to the writable MySQL is the primary (TabletExternallyReparented), and the
 * others stand by as "spare", which serves nobody. The one before becomes spare by itself, as soon
 * as it sees the shard's record (go/vt/vttablet/tabletmanager/shard_sync.go). */

#define NOBODY "nobody"

bool stands_by(const struct shard *shard, const struct tablet *tablet)
{
    return text_equal(tablet->id.type, shard->in->appointed) && text_equal(tablet->type, "spare");
}

/* --- who is it, by the shard's record --- */

/* vtctldclient prints fields that are not set, too: "primary_alias": null. A record without the
 * field is none, such as what is left of one that is longer than a termination message (of a shard
 * with many denied tables). */
static const char *leader_in(struct arena *a, const json_t *shard)
{
    const json_t *alias = json_at(shard, "primary_alias");
    const char *cell = json_text_at(alias, "cell");
    const char *text;

    if (json_is_null(alias) || (text_equal(cell, "") && json_int_at(alias, -1, "uid") == 0))
        return NOBODY;
    text = cell == NULL ? NULL : fmt(a, "%s-%010lld", cell, json_int_at(alias, -1, "uid"));
    return tablet_alias_is(text) ? text : NULL;
}

static const char *read_leader(struct arena *a, const void *asked, const char *raw,
    const char **unexpected)
{
    struct json_fault fault = {0};
    const json_t *record = json_read(a, raw, strlen(raw), 0, &fault);

    (void)asked;
    *unexpected = fmt(a, "%s is no record of a shard", json_brief(a, json_string(raw)));
    return leader_in(a, json_at(record, "shard"));
}

static bool is_leader(struct arena *a, const void *asked, const char *text)
{
    (void)a;
    (void)asked;
    return text_equal(text, NOBODY) || tablet_alias_is(text);
}

/* Its text is the alias, or NOBODY. */
static struct task_reply ask_leader(struct shard *shard, const char *invalidation_key)
{
    const struct task_reading reading = {read_leader, is_leader, NULL};
    const char *target = fmt(shard->arena, "%s/%s", shard->in->keyspace, shard->in->name);

    return task_ask(shard->tasks,
        "leader",
        (const char *const[]){"GetShard", target, NULL},
        invalidation_key,
        &reading);
}

/* --- who is to be it --- */

/* The first that stands by, in the order of the spec; not `leaving`. */
static const struct tablet *stand_in(const struct shard *shard, const struct tablet *leaving)
{
    for (size_t i = 0; i < shard->wanted; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (tablet != leaving && tablet->serving && stands_by(shard, tablet) &&
            !texts_contain(&shard->in->drained, tablet->id.name))
            return tablet;
    }
    return NULL;
}

static struct task_reply appoint(struct shard *shard, const struct tablet *tablet,
    const char *invalidation_key)
{
    return task_ask(shard->tasks,
        "appoint",
        (const char *const[]){"TabletExternallyReparented", tablet->id.alias, NULL},
        invalidation_key,
        NULL);
}

/* --- the first one, and the next --- */

/* One that the record names is primary again once it runs, so nobody else is appointed instead: its
 * MySQL may well be the one that takes writes. */
bool appoint_first(struct shard *shard)
{
    const struct tablet *chosen = stand_in(shard, NULL);
    struct task_reply reply;

    if (shard->in->appointed == NULL || !shard->in->appoint_first || chosen == NULL)
        return true;
    reply = ask_leader(shard, shard->question);
    if (reply.state != TASK_ANSWERED || !text_equal(reply.text, NOBODY))
        return reply.state == TASK_ANSWERED;
    return appoint(shard, chosen, reply.question).state == TASK_ANSWERED;
}

const char *appoint_another(struct shard *shard, const struct tablet *tablet,
    const char *invalidation_key)
{
    const struct tablet *chosen = stand_in(shard, tablet);
    struct task_reply reply = ask_leader(shard, invalidation_key);

    if (reply.state == TASK_FAILING)
        return fmt(shard->arena, "cannot learn who is the primary: %s", reply.text);
    if (reply.state == TASK_ANSWERED && text_equal(reply.text, tablet->id.alias)) {
        if (chosen == NULL)
            return "is the primary, and no other tablet of an external primary stands by";
        reply = appoint(shard, chosen, invalidation_key);
    }
    if (reply.state == TASK_FAILING)
        return fmt(shard->arena, "cannot move the primary away: %s", reply.text);
    if (reply.state == TASK_ANSWERED)
        shard->next.reparent = (struct shard_reparent){tablet->incarnation, reply.question};
    return "moves the primary away first";
}
