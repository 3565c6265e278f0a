#include "shard.h"

#include <string.h>

#include "conditions.h"
#include "template.h"

/* The volume claims of tablets: which of them hold the shard's data, and which lose it when the Pod
 * that uses them goes. */

/* --- claims that go with their Pod --- */

/* Kubernetes starts a Pod only where its claim was there first. When it was made is told by the
 * clock that made the claim, when it was started by that of its node, which may be slow. */
static bool is_younger(const json_t *claim, const json_t *pod)
{
    const char *made = json_text_at(claim, "metadata", "creationTimestamp");
    const char *pod_made = json_text_at(pod, "metadata", "creationTimestamp");
    const char *started = json_text_at(pod, "status", "startTime");

    return made != NULL && started != NULL && strcmp(made, started) > 0 &&
           (pod_made == NULL || strcmp(made, pod_made) > 0);
}

static bool has_started(const json_t *pod)
{
    return json_text_at(pod, "status", "startTime") != NULL && !pod_dead(pod);
}

/* A claim that is being deleted stays while a Pod uses it, ended or not (Kubernetes: storage object
 * in use protection). Were the Pod taken down, somebody's deletion would be completed, and the next
 * Pod would start on an empty volume. */
static enum claim_fate fate_of(const struct tablet *tablet)
{
    const json_t *claim = tablet->claim;
    bool started = has_started(tablet->pod);

    if (claim == NULL)
        return started ? CLAIM_UNSEEN : CLAIM_SAFE;
    if (object_terminating(claim))
        return CLAIM_TERMINATING;
    if (text_equal(json_text_at(claim, "status", "phase"), "Lost"))
        return CLAIM_LOST;
    return started && is_younger(claim, tablet->pod) ? CLAIM_REPLACED : CLAIM_SAFE;
}

void find_fates(struct shard *shard)
{
    for (size_t i = 0; i < shard->count; i++) {
        struct tablet *tablet = &shard->tablets[i];

        tablet->fate = tablet->pod == NULL ? CLAIM_SAFE : fate_of(tablet);
    }
}

struct fate_words {
    const char *reason, *is, *remedy, *kubectl;
};

#define MAKE_ANEW                                                                                  \
    "nothing takes that Pod down on purpose; once a backup or other tablets have the data, "       \
    "delete "                                                                                      \
    "it, and both are made anew"

static const struct fate_words words_of[] = {
    [CLAIM_TERMINATING] = {"ClaimTerminating",
        "is being deleted, and only its Pod still keeps the data",
        MAKE_ANEW,
        "delete pod"},
    [CLAIM_LOST] = {"ClaimLost",
        "is Lost, its volume does not exist any more",
        "once a backup or other tablets have the data, have both made anew",
        "delete pvc,pod"},
    [CLAIM_UNSEEN] = {"ClaimNotSeen",
        "is not seen although its Pod runs",
        "nothing takes that Pod down on purpose; it was deleted, or is no longer labelled as part "
        "of this shard",
        "get pvc --show-labels"},
    [CLAIM_REPLACED] = {"ClaimReplaced",
        "was deleted and made anew while its Pod ran on the old volume",
        MAKE_ANEW,
        "delete pod"},
};

const char *claim_holds(const struct shard *shard, const struct tablet *tablet)
{
    if (tablet->fate == CLAIM_SAFE)
        return NULL;
    return fmt(shard->arena,
        "it is not taken down, since its PersistentVolumeClaim %s",
        words_of[tablet->fate].is);
}

void advise_claims(struct advice *advice, const struct shard *shard)
{
    for (size_t i = 0; i < shard->count; i++) {
        const struct tablet *tablet = &shard->tablets[i];
        const struct fate_words *words = &words_of[tablet->fate];

        if (tablet->fate != CLAIM_SAFE)
            advice_add(advice,
                words->reason,
                fmt(shard->arena,
                    "PersistentVolumeClaim %s %s: %s: kubectl %s --namespace %s %s",
                    tablet->id.name,
                    words->is,
                    words->remedy,
                    words->kubectl,
                    shard->place.namespace,
                    tablet->id.name));
    }
}

/* --- claims that hold the data --- */

/* status.holdsData has the claims that were known to. One that is not in it was made since: its
 * tablet restores a backup or replicates from the beginning, and is proven to have caught up before
 * another tablet goes. The claims of a new shard, all empty, are its beginning: they are taken as
 * they are once every tablet serves. A cell that comes later, or gets its first tablets later, is
 * no beginning: another one holds data already. Where all cells start together one is the first to
 * be complete, so the others remember that their tablets ran before (status.beginning). */

static bool was_proven(const struct shard *shard, const struct tablet *tablet)
{
    const char *uid = object_uid(tablet->claim);

    for (size_t i = 0; i < shard->memory.data_count; i++) {
        const struct shard_data *data = &shard->memory.data[i];

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
    struct task_reply reply = task_await(&shard->tasks,
        "await-data",
        fmt(a, "^%s [^ ]+ [^ ]+ (primary|replica|rdonly) .* [^ ]+/[^ ]+ [0-9]$", tablet->id.alias),
        (const char *const[]){"ShardReplicationPositions",
            fmt(a, "%s/%s", shard->spec.keyspace, shard->spec.name),
            NULL},
        object_uid(tablet->claim),
        NULL);

    if (reply.state == TASK_FAILING)
        tablet->unasked = reply.text;
    return reply.state == TASK_ANSWERED;
}

static bool another_cell_held_data(const struct shard *shard)
{
    for (size_t i = 0; i < shard->peer_count; i++) {
        if (shard->peers[i].memory.data_count > 0)
            return true;
    }
    return false;
}

/* Of a cell that is not seen nobody knows that it holds no data. */
static bool is_beginning(const struct shard *shard)
{
    if (shard->memory.data_count > 0)
        return false;
    return shard->memory.beginning ||
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
        bool sure = tablet->claim != NULL && tablet->fate == CLAIM_SAFE;

        tablet->proven = tablet->claim != NULL && was_proven(shard, tablet);
        if (!tablet->proven && sure && tablet->serving)
            tablet->proven = beginning ? complete : has_caught_up(shard, tablet);
        tablet->unproven = !beginning && sure && tablet->serving && !tablet->proven;
        proven = proven || tablet->proven;
    }
    shard->next.beginning =
        beginning && !proven && shard->peer_count > 0 && every_tablet_runs(shard);
}

void remember_data(struct shard *shard)
{
    struct shard_data *data = arena_array(shard->arena, shard->count + 1, sizeof(*data));

    shard->next.data = data;
    for (size_t i = 0; i < shard->count; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (tablet->proven && object_uid(tablet->claim) != NULL)
            data[shard->next.data_count++] =
                (struct shard_data){tablet->id.alias, object_uid(tablet->claim)};
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
    for (size_t i = 0; i < shard->peer_count; i++) {
        if (primary_holds_data(&shard->peers[i].memory))
            return shard->peers[i].ready;
    }
    return false;
}

/* Broken tablets leave without waiting for anybody, so those that stay may be broken as well, or
 * still be restoring: then a claim that goes may be the last with the data. */
bool others_have_data(const struct shard *shard)
{
    if (shard->wanted == 0)
        return another_cell_has_data(shard);
    for (size_t i = 0; i < shard->wanted; i++) {
        if (!shard->tablets[i].serving || !shard->tablets[i].proven)
            return false;
    }
    return true;
}

/* --- claims that this shard has scaled down --- */

/* whenScaled: Delete is about what this VitessShard took down. A claim that was there before it,
 * kept from a cluster of the same name, was never scaled down by anybody and stays. */
bool was_scaled_down(const struct shard *shard, const struct tablet *tablet)
{
    return tablet->pool == NULL && tablet->claim != NULL &&
           (tablet->pod != NULL || texts_contain(&shard->memory.tablets, tablet->id.uid_text) ||
               texts_contain(&shard->memory.scaled_down, tablet->id.uid_text));
}

void remember_scaled_down(struct shard *shard)
{
    struct texts *uids = &shard->next.scaled_down;

    uids->arena = shard->arena;
    for (size_t i = 0; i < shard->count; i++) {
        if (was_scaled_down(shard, &shard->tablets[i]))
            texts_add(uids, shard->tablets[i].id.uid_text);
    }
    texts_sort(uids);
}
