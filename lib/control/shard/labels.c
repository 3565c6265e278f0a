#include "shard.h"

#include <string.h>

#include "get_tablets.h"
#include "pod.h"
#include "template.h"

/* The label that says what a tablet is: what Vitess has said of it last, and until it has said
 * anything the type of its pool. Pods get it in place. No two of one Vitess shard carry "primary":
 * it is taken off one Pod before another one gets it, over all cells. (Metacontroller writes
 * nothing to a Pod that is being deleted. One that is not Ready any more counts no longer: no
 * Service leads to it.) */

#define PRIMARY "primary"

static const char *type_label(const struct shard *shard)
{
    return shard->in->place.keys->tablet_type;
}

static bool carries_primary(const struct shard *shard, const json_t *pod)
{
    return text_equal(object_label(pod, type_label(shard)), PRIMARY) &&
           (!object_terminating(pod) || pod_ready(pod));
}

/* Copies of a tablet's Pod included, which are none of ours. */
static bool another_carries(const struct shard *shard, const struct tablet *tablet)
{
    const json_t *child;

    for (size_t i = 0; i < shard->count; i++) {
        if (&shard->tablets[i] != tablet && carries_primary(shard, shard->tablets[i].pod))
            return true;
    }
    json_each_item (shard->unknown.list, i, child) {
        if (text_equal(object_kind(child), "Pod") && carries_primary(shard, child))
            return true;
    }
    return false;
}

/* --- which of several cells has the primary --- */

/* What one cell says of the primary that it has. */
struct term {
    const char *alias, *since;
};

static bool is_later(const char *since, const char *other)
{
    if (since == NULL || !timestamp_is(since))
        return false;
    return other == NULL || !timestamp_is(other) || strcmp(since, other) > 0;
}

static struct term term_in(const struct shard_memory *memory)
{
    struct term term = {memory->primary, NULL};

    for (size_t i = 0; i < memory->serving_count; i++) {
        if (text_equal(memory->serving[i].alias, term.alias))
            term.since = memory->serving[i].since;
    }
    return term;
}

/* One that has lost its node cannot tell Vitess that it is primary no more, and its cell has nobody
 * who knows better: of several the one that was elected last is it. */
static const char *leader(const struct shard *shard)
{
    struct term latest = {NULL, NULL};

    if (shard->primary != NULL)
        latest = (struct term){shard->primary->id.alias, shard->primary->since};
    for (size_t i = 0; i < shard->in->peer_count; i++) {
        struct term term = term_in(&shard->in->peers[i].memory);

        if (term.alias != NULL && (latest.alias == NULL || is_later(term.since, latest.since)))
            latest = term;
    }
    return latest.alias == NULL ? shard->remote_primary : latest.alias;
}

static bool leads(const struct shard *shard, const struct tablet *tablet)
{
    return tablet == shard->primary && text_equal(leader(shard), tablet->id.alias);
}

/* None of the other cells has a Pod with the label, and each knows that it is not to give it to
 * one. */
static bool others_follow(const struct shard *shard, const struct tablet *tablet)
{
    if (cell_without_peer(shard) != NULL)
        return false;
    for (size_t i = 0; i < shard->in->peer_count; i++) {
        const struct shard_peer *peer = &shard->in->peers[i];

        if (!peer->retired && !peer->terminating &&
            !text_equal(peer->memory.follows, tablet->id.alias))
            return false;
    }
    return true;
}

const char *followed_primary(const struct shard *shard)
{
    const char *alias = leader(shard);

    if (another_carries(shard, NULL) || tablet_of_alias(shard, alias) != NULL)
        return NULL;
    return alias;
}

/* --- the label --- */

static bool may_still_lead(const struct shard *shard, const struct tablet *tablet)
{
    const char *alias = leader(shard);

    return alias == NULL || text_equal(alias, tablet->id.alias);
}

static const char *type_of(const struct shard *shard, const struct tablet *tablet)
{
    const char *carried = object_label(tablet->pod, type_label(shard));
    const bool primary = text_equal(tablet->type, PRIMARY);

    if (leads(shard, tablet) &&
        (carries_primary(shard, tablet->pod) ||
            (!another_carries(shard, tablet) && others_follow(shard, tablet))))
        return PRIMARY;
    if (tablet->type != NULL)
        return primary ? tablet->id.type : tablet->type;
    /* Until Vitess has answered again, what it has said last holds. */
    if (!shard->fresh && tablet_type_is(carried) &&
        (!text_equal(carried, PRIMARY) || may_still_lead(shard, tablet)))
        return carried;
    return tablet->id.type;
}

static const json_t *labelled(const struct shard *shard, const json_t *pod, const char *type)
{
    const json_t *metadata = json_at(pod, "metadata");

    if (text_equal(json_text_at(metadata, "labels", type_label(shard)), type))
        return pod;
    return object(shard->arena,
        SPREAD(pod),
        MAP("metadata",
            SPREAD(metadata),
            MAP("labels", SPREAD(json_at(metadata, "labels")), KEY(type_label(shard), type))));
}

const json_t *labelled_pod(const struct shard *shard, const struct tablet *tablet,
    const json_t *pod)
{
    if (tablet->stray)
        return unlabelled_pod(shard, tablet->pod, pod);
    return labelled(shard, pod, type_of(shard, tablet));
}

/* Where Metacontroller has not put the label on itself it would not take it off. */
const json_t *unlabelled_pod(const struct shard *shard, const json_t *observed, const json_t *pod)
{
    return object_label(observed, type_label(shard)) == NULL ? pod : labelled(shard, pod, "");
}

const char *label_to_take_off(const struct shard *shard, const struct tablet *tablet)
{
    return carries_primary(shard, tablet->pod) && !leads(shard, tablet)
               ? fmt(shard->arena,
                     "waits until its label %s says that it is no primary",
                     type_label(shard))
               : NULL;
}
