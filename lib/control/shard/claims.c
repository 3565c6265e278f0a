#include "shard.h"

#include <string.h>

#include "claims.h"

/* The volume claims of tablets: which of them lose their data when the Pod that uses them goes, and
 * which are kept. */

/* --- claims that go with their Pod --- */

/* Kubernetes starts a Pod only where its claim was there first. When it was made is told by the
 * clock that made the claim, when it was started by that of its node, which may be slow. */
bool claim_is_younger(const json_t *claim, const json_t *pod)
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

    if (tablet->storage != STORAGE_CLAIM)
        return CLAIM_SAFE;
    if (claim == NULL)
        return started ? CLAIM_UNSEEN : CLAIM_SAFE;
    if (object_terminating(claim))
        return CLAIM_TERMINATING;
    if (text_equal(json_text_at(claim, "status", "phase"), "Lost"))
        return CLAIM_LOST;
    return started && claim_is_younger(claim, tablet->pod) ? CLAIM_REPLACED : CLAIM_SAFE;
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

/* Data that goes with a Pod is nowhere when that was the last one that had it. A shard that goes
 * altogether was asked to, and of a Pod that has ended (evicted, say) the kubelet has removed the
 * volumes. */
static bool is_last_with_data(const struct shard *shard, const struct tablet *tablet)
{
    if (tablet->storage != STORAGE_POD || tablet->pod == NULL || pod_dead(tablet->pod))
        return false;
    return !shard->removed_everywhere && (tablet->proven || tablet->works) &&
           !another_has_data(shard, tablet);
}

const char *claim_holds(const struct shard *shard, const struct tablet *tablet)
{
    if (is_last_with_data(shard, tablet))
        return "it is not taken down, since its data goes with its Pod, and no other tablet is "
               "known to have it";
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
                    shard->in->place.namespace,
                    tablet->id.name));
    }
}

/* --- claims that are kept --- */

/* Past the end of the shard. To delete them with their owner is about the end of all of it, and to
 * delete what is scaled down about tablets that leave a shard: one that leaves the spec itself
 * keeps its claims unless that is said of it. */
static bool outlives(const struct shard *shard)
{
    return shard->retire ? !shard->in->delete_retired : !shard->in->delete_with_owner;
}

bool claim_can_be_used(const struct shard *shard, const struct tablet *tablet)
{
    if (tablet->storage != STORAGE_CLAIM)
        return true;
    return tablet->claim != NULL && (!outlives(shard) || owned_by_itself(tablet->claim));
}

const json_t *unwanted_claim(const struct shard *shard, const json_t *claim)
{
    return claim_as_applied(shard->arena, shard->in->place.keys, claim, outlives(shard));
}

static const json_t *wanted_claim(const struct shard *shard, const struct tablet *tablet)
{
    const struct claim_marks marks = {
        .uid = object_uid(tablet->claim),
        .keep = outlives(shard),
        .had = !outlives(shard) && tablet->claim != NULL &&
               claim_had_mark(shard->arena, tablet->claim),
        .applied = tablet->claim == NULL
                       ? NULL
                       : object_last_applied(shard->arena, shard->in->place.keys, tablet->claim),
    };

    return shard->in->component->claim(shard->arena, tablet->wanted, &marks);
}

/* One of which the spec says that its data is elsewhere keeps the claim that it had. */
static bool wants_claim(const struct tablet *tablet)
{
    return tablet->wanted != NULL && tablet->wanted->storage == STORAGE_CLAIM;
}

/* `immutable`, when set, names a field that cannot be what is wanted. */
static const json_t *tablet_claim(const struct shard *shard, const struct tablet *tablet,
    const char **immutable)
{
    const struct api_keys *keys = shard->in->place.keys;
    struct arena *a = shard->arena;
    const json_t *claim;

    if (!wants_claim(tablet))
        return unwanted_claim(shard, tablet->claim);
    claim = keep_immutable(a, keys, wanted_claim(shard, tablet), tablet->claim, immutable);
    return keep_claim_size(a, keys, claim, tablet->claim, immutable);
}

/* To delete what is scaled down is about what this shard took down. A claim that was there before
 * it, kept from a cluster of the same name, was never scaled down by anybody and stays. */
static bool was_scaled_down(const struct shard *shard, const struct tablet *tablet)
{
    return tablet->wanted == NULL && tablet->claim != NULL &&
           (tablet->pod != NULL || texts_contain(&shard->in->memory.tablets, tablet->id.uid_text) ||
               texts_contain(&shard->in->memory.scaled_down, tablet->id.uid_text));
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

/* A claim that was ours once stays in every answer until its policy says that it is deleted, its
 * tablet's record is gone and others have the data: leaving it out would delete it. */
static bool claim_stays(const struct shard *shard, const struct tablet *tablet, bool records_gone)
{
    if (tablet->wanted != NULL || shard->retire)
        return true;
    if (!shard->in->delete_scaled || !was_scaled_down(shard, tablet))
        return true;
    return tablet->pod != NULL || !records_gone || !others_have_data(shard);
}

static void want_claim(struct shard *shard, struct answer *answer, const struct tablet *tablet)
{
    const char *field = NULL;

    want(answer, tablet_claim(shard, tablet, &field));
    if (field != NULL && shard->immutable == NULL)
        shard->immutable = fmt(shard->arena,
            "PersistentVolumeClaim %s: %s cannot be changed; what was applied is kept",
            tablet->id.name,
            field);
}

void want_claims(struct shard *shard, struct answer *answer, bool records_gone)
{
    for (size_t i = 0; i < shard->count; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (!wants_claim(tablet) && tablet->claim == NULL)
            continue;
        if (claim_stays(shard, tablet, records_gone))
            want_claim(shard, answer, tablet);
        else
            release_child(shard->arena, answer, tablet->claim, shard->in->wording.delete_scaled);
    }
}
