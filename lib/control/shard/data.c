#include "shard.h"

/* Which claims hold the data of the shard. Remembered are those that were known to. One that is not
 * among them was made since: its tablet restores a backup or replicates from the beginning, and is
 * proven to have caught up before another tablet goes. The claims of a new shard, all empty, are
 * its beginning: they are taken as they are once every tablet serves. A cell that comes later, or
 * gets its first tablets later, is no beginning: another one holds data already. Where all cells
 * start together one is the first to be complete, so the others remember that their tablets ran
 * before. */

static bool was_proven(const struct shard *shard, const struct tablet *tablet)
{
    const char *uid = tablet->disk;

    for (size_t i = 0; i < shard->in->memory.data_count; i++) {
        const struct shard_data *data = &shard->in->memory.data[i];

        if (uid != NULL && text_equal(data->alias, tablet->id.alias) &&
            text_equal(data->claim, uid))
            return true;
    }
    return false;
}

static bool is_complete(const struct shard *shard)
{
    for (size_t i = 0; i < shard->wanted; i++) {
        if (!shard->tablets[i].serving)
            return false;
    }
    return shard->fresh && has_primary(shard);
}

/* A replica is Ready while it lags by up to two hours (vttablet --unhealthy-threshold), so its
 * position is asked for: `vtctldclient ShardReplicationPositions` prints the line of GetTablets
 * with position and lag in seconds behind it, or <err>. It fails as a whole for a tablet that does
 * not answer, which may be one that nobody has any more. */
static bool has_caught_up(struct shard *shard, struct tablet *tablet)
{
    struct arena *a = shard->arena;
    struct task_reply reply = task_await(shard->tasks,
        "await-data",
        fmt(a, "^%s [^ ]+ [^ ]+ (primary|replica|rdonly) .* [^ ]+/[^ ]+ [0-9]$", tablet->id.alias),
        (const char *const[]){"ShardReplicationPositions",
            fmt(a, "%s/%s", shard->in->keyspace, shard->in->name),
            NULL},
        tablet->disk,
        NULL);

    if (reply.state == TASK_FAILING)
        tablet->unasked = reply.text;
    return reply.state == TASK_ANSWERED;
}

static bool another_cell_held_data(const struct shard *shard)
{
    for (size_t i = 0; i < shard->in->peer_count; i++) {
        if (shard->in->peers[i].memory.data_count > 0)
            return true;
    }
    return false;
}

/* Of a cell that is not seen nobody knows that it holds no data. */
static bool is_beginning(const struct shard *shard)
{
    if (shard->in->memory.data_count > 0)
        return false;
    return shard->in->memory.beginning ||
           (cell_without_peer(shard) == NULL && !another_cell_held_data(shard));
}

/* One that starts later starts on whatever the others have written by then. */
static bool every_tablet_runs(const struct shard *shard)
{
    for (size_t i = 0; i < shard->wanted; i++) {
        const json_t *pod = shard->tablets[i].pod;

        if (pod == NULL || object_terminating(pod) || !pod_started(pod))
            return false;
    }
    return shard->wanted > 0;
}

void prove_data(struct shard *shard)
{
    bool beginning = is_beginning(shard);
    bool complete = is_complete(shard);
    bool proven = false;

    for (size_t i = 0; i < shard->count; i++) {
        struct tablet *tablet = &shard->tablets[i];
        bool sure = tablet->disk != NULL && tablet->fate == CLAIM_SAFE;

        tablet->proven = tablet->disk != NULL && was_proven(shard, tablet);
        if (!tablet->proven && sure && tablet->serving)
            tablet->proven = beginning ? complete : has_caught_up(shard, tablet);
        tablet->unproven = !beginning && sure && tablet->serving && !tablet->proven;
        proven = proven || tablet->proven;
    }
    shard->next.beginning =
        beginning && !proven && shard->in->peer_count > 0 && every_tablet_runs(shard);
}

void remember_data(struct shard *shard)
{
    struct shard_data *data = arena_array(shard->arena, shard->count + 1, sizeof(*data));

    shard->next.data = data;
    for (size_t i = 0; i < shard->count; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (tablet->proven && tablet->disk != NULL)
            data[shard->next.data_count++] = (struct shard_data){tablet->id.alias, tablet->disk};
    }
}

const struct tablet *unproven_tablet(const struct shard *shard)
{
    for (size_t i = 0; i < shard->wanted; i++) {
        if (shard->tablets[i].unproven)
            return &shard->tablets[i];
    }
    return NULL;
}

static bool primary_holds_data(const struct shard_memory *memory)
{
    for (size_t i = 0; i < memory->data_count; i++) {
        if (memory->primary != NULL && text_equal(memory->data[i].alias, memory->primary))
            return true;
    }
    return false;
}

/* Where no tablet of this cell stays, the primary of another one has it. */
static bool another_cell_has_data(const struct shard *shard)
{
    for (size_t i = 0; i < shard->in->peer_count; i++) {
        if (primary_holds_data(&shard->in->peers[i].memory))
            return shard->in->peers[i].ready;
    }
    return false;
}

/* Broken tablets leave without waiting for anybody, so those that stay may be broken as well, or
 * still be restoring: then a claim that goes may be the last with the data. What is in a MySQL of
 * somebody else's nobody knows. */
bool others_have_data(const struct shard *shard)
{
    size_t holders = 0;

    if (shard->wanted == 0)
        return another_cell_has_data(shard);
    for (size_t i = 0; i < shard->wanted; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (!tablet->serving || (!tablet->proven && tablet->storage != STORAGE_ELSEWHERE))
            return false;
        holders += tablet->proven;
    }
    return holders > 0;
}

bool another_has_data(const struct shard *shard, const struct tablet *tablet)
{
    for (size_t i = 0; i < shard->count; i++) {
        const struct tablet *other = &shard->tablets[i];

        if (other != tablet && other->serving && other->proven)
            return true;
    }
    return another_cell_has_data(shard);
}
