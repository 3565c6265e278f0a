#include "traffic.h"

#include <string.h>

#include "keys.h"
#include "metadata.h"
#include "statuses.h"

/* Each answer is part of the question after it: the next task waits until that is no longer so. So
 * what was answered once is never taken for what is so now, while somebody may switch traffic. */

/* Switches of one primary that are followed. */
enum { MOST_SWITCHES = 32 };

/* --- what may become of it --- */

static const char *traffic_of(const json_t *shard)
{
    return json_text_at(shard, "spec", "traffic");
}

/* One that somebody else has told to leave stays: it may well be what traffic is to be switched to.
 */
bool v2_shard_leaves(struct arena *a, const json_t *shard)
{
    return text_equal(traffic_of(shard), TRAFFIC_LEAVING) &&
           text_equal(traffic_of(object_last_applied(a, &v2_keys, shard)), TRAFFIC_LEAVING);
}

static bool may_switch(const struct shard_hook *hook)
{
    const char *traffic = traffic_of(hook->request->parent);

    return text_equal(traffic, TRAFFIC_MAY_SWITCH) || text_equal(traffic, TRAFFIC_LEAVING);
}

/* --- writes --- */

#define SERVING "\"is_primary_serving\": *"
/* Reshard's `complete` deletes the record of a shard; nothing is served from one without. */
#define GONE "node doesn't exist"

/* The record may be longer than what is left of it as an answer, but this is its last field. */
static const char *serving_in(const char *record)
{
    static const char key[] = "\"is_primary_serving\":";
    const char *value = NULL;

    for (const char *at = strstr(record, key); at != NULL; at = strstr(at, key))
        value = at += sizeof(key) - 1;
    if (value == NULL)
        return strstr(record, GONE) != NULL ? V2_FALSE : NULL;
    value += strspn(value, " ");
    if (text_starts_with(value, "true"))
        return V2_TRUE;
    return text_starts_with(value, "false") ? V2_FALSE : NULL;
}

/* `asked` is what was waited for, or NULL. */
static const char *read_serving(struct arena *a, const void *asked, const char *raw,
    const char **unexpected)
{
    const char *serving = serving_in(raw);

    *unexpected = fmt(a, "is_primary_serving is not in %s", json_brief(a, json_string(raw)));
    return asked == NULL || text_equal(serving, asked) ? serving : NULL;
}

static bool is_serving(struct arena *a, const void *asked, const char *text)
{
    (void)a;
    if (asked != NULL)
        return text_equal(text, asked);
    return text_equal(text, V2_TRUE) || text_equal(text, V2_FALSE);
}

static const char *pattern_of(const char *awaited, bool leaves)
{
    if (text_equal(awaited, V2_TRUE))
        return SERVING "true";
    if (text_equal(awaited, V2_FALSE))
        return SERVING "false|" GONE;
    return leaves ? SERVING "(true|false)|" GONE : SERVING "(true|false)";
}

/* `awaited` NULL: whatever it is. */
static struct task_reply await_serving(struct shard_hook *hook, const char *awaited,
    const char *key)
{
    const struct task_reading reading = {read_serving, is_serving, awaited};

    return task_await(&hook->tasks,
        "traffic",
        pattern_of(awaited, v2_shard_leaves(hook->arena, hook->request->parent)),
        (const char *const[]){"GetShard",
            fmt(hook->arena, "%s/%s", hook->shard.keyspace, hook->spec.name),
            NULL},
        key,
        &reading);
}

/* Who is primary, and since when; NULL: nobody knows. Another one may come with another record. */
static const char *term_of(struct arena *a, const struct shard_memory *memory)
{
    for (size_t i = 0; memory->primary != NULL && i < memory->serving_count; i++) {
        const struct shard_served *served = &memory->serving[i];

        if (text_equal(served->alias, memory->primary))
            return fmt(a, "%s %s", served->alias, served->since == NULL ? "" : served->since);
    }
    return memory->primary;
}

/* Its tablets go as it leaves. But what was said of an earlier spec is void: the shard may have
 * been back in it. */
static const char *generation_of(const struct shard_hook *hook)
{
    return fmt(hook->arena, "%lld", (long long)object_generation(hook->request->parent));
}

/* What Vitess has said, and the hash of what it was asked. */
struct said {
    const char *serving; /* NULL: nothing yet */
    const char *question;
    bool deaf; /* it cannot be told whether that has changed since */
};

/* Nobody listens whether it changes: the Pod that does is not there, does not run yet, or fails. */
static bool is_deaf(const struct task_reply *reply)
{
    if (reply->state == TASK_ASKED)
        return reply->listener == NULL;
    return reply->state == TASK_FAILING && strstr(reply->text, GONE) == NULL;
}

static struct said follow_writes(struct shard_hook *hook, const char *term)
{
    struct task_reply reply = await_serving(hook, NULL, term);
    struct said said = {NULL, NULL, true};

    for (int i = 0; i < MOST_SWITCHES && reply.state == TASK_ANSWERED; i++) {
        said = (struct said){reply.text, reply.question, false};
        if (!may_switch(hook) && text_equal(reply.text, V2_TRUE))
            return said;
        reply = await_serving(hook,
            text_equal(reply.text, V2_TRUE) ? V2_FALSE : V2_TRUE,
            reply.question);
    }
    said.deaf = reply.state == TASK_ANSWERED || is_deaf(&reply);
    return said;
}

/* --- whether anything is served at all --- */

static struct task_reply await_listing(struct shard_hook *hook, bool listed, const char *key)
{
    return task_await_listing(&hook->tasks,
        "listing",
        listed,
        hook->shard.keyspace,
        hook->spec.name,
        key);
}

/* Traffic may have been switched back between the answer and the moment from which somebody
 * listens. So it is asked once more, once for each Pod that listens. */
static bool is_confirmed(struct shard_hook *hook, const struct task_reply *listens)
{
    const char *key = fmt(hook->arena,
        "%s %s",
        listens->question,
        listens->listener == NULL ? GONE : listens->listener);

    return await_listing(hook, false, key).state == TASK_ANSWERED;
}

/* Traffic of replicas is switched by itself, so both count. */
static bool is_idle(struct shard_hook *hook, const struct said *writes)
{
    const char *key = writes->question;

    for (int i = 0; i < MOST_SWITCHES; i++) {
        const struct task_reply unlisted = await_listing(hook, false, key);
        struct task_reply again;

        if (unlisted.state != TASK_ANSWERED)
            return false;
        again = await_listing(hook, true, unlisted.question);
        if (again.state != TASK_ANSWERED)
            return !is_deaf(&again) && is_confirmed(hook, &again);
        key = again.question;
    }
    return false;
}

/* --- all of it --- */

/* What was last known, while a new primary's record is asked for. */
static const char *last_known(const struct shard_hook *hook)
{
    const char *known = json_text_at(hook->request->parent, "status", "servingWrites");

    return is_serving(hook->arena, NULL, known) ? known : NULL;
}

struct v2_traffic v2_follow_traffic(struct shard_hook *hook, const struct shard_memory *memory)
{
    const bool leaves = v2_shard_leaves(hook->arena, hook->request->parent);
    const char *term = term_of(hook->arena, memory);
    struct v2_traffic traffic = {last_known(hook), NULL};
    struct said writes;

    /* There is no record yet, or none of a primary. */
    if (term == NULL && !leaves)
        return traffic;
    writes = follow_writes(hook, leaves ? generation_of(hook) : term);
    if (writes.serving != NULL)
        traffic.serving_writes = writes.serving;
    if (text_equal(traffic.serving_writes, V2_TRUE))
        traffic.idle = V2_FALSE;
    else if (leaves && text_equal(writes.serving, V2_FALSE) && is_idle(hook, &writes) &&
             !writes.deaf)
        traffic.idle = V2_TRUE;
    return traffic;
}

/* --- turning it down --- */

/* Vitess refuses where a SrvKeyspace lists it. Without a record it takes away what is left. */
static bool delete_record(struct shard_hook *hook)
{
    const char *const arguments[] = {"DeleteShards",
        "--recursive",
        fmt(hook->arena, "%s/%s", hook->shard.keyspace, hook->spec.name),
        NULL};

    return task_delete(&hook->tasks,
               "delete-shard",
               fmt(hook->arena,
                   "keyspaces/%s/shards/%s(/Shard)?",
                   hook->shard.keyspace,
                   hook->spec.name),
               arguments,
               generation_of(hook))
               .state == TASK_ANSWERED;
}

bool v2_shard_is_turned_down(struct shard_hook *hook, const struct shard_memory *memory)
{
    const struct topology_reconciliation *what = hook->spec.topology_reconciliation;

    if (!memory->retired || hook->vtbackup != NULL || hook->deployments.count > 0)
        return false;
    return what == NULL || !what->prune_shards || delete_record(hook);
}
