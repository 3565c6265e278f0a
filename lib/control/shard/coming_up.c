#include "shard.h"

#include "pod.h"

/* A new Pod gets Ready by itself, one event after the other, and each event voids what Vitess has
 * answered for the state before. So Vitess is asked once, when that Pod is Ready, and until then
 * nothing is taken down on purpose. It is asked at once where something ails the Pod, where what is
 * known of the other tablets no longer holds, and where a tablet is to go that need not wait for
 * the new Pod. */

/* No tablet has left the spec, is forced, drained or to hand over: these go on while others are not
 * Ready. */
static bool is_left_alone(const struct shard *shard)
{
    const struct shard_input *in = shard->in;

    return !in->retire && json_array_size(in->force) == 0 && in->drained.count == 0 &&
           in->to_hand_over == NULL && in->appointed == NULL && shard->count == shard->wanted;
}

static bool ails(const struct shard *shard, const json_t *pod)
{
    return object_terminating(pod) || pod_trouble(pod) != NULL || pod_restarts(pod) > 0 ||
           shard_pod_is_stray(shard->in, pod);
}

bool is_coming(const struct shard *shard, const struct tablet *tablet)
{
    const char *hash = object_annotation(tablet->applied, shard->in->place.keys->spec_hash);

    return tablet->wanted != NULL && tablet->pod != NULL && !was_listed(shard, tablet) &&
           text_equal(hash, tablet->wanted->hash) && !ails(shard, tablet->pod);
}

/* --- a new shard --- */

/* Vitess has never been heard. */
static bool is_new(const struct shard_memory *memory)
{
    return memory->serving_count == 0 && memory->data_count == 0 && memory->primary == NULL &&
           memory->awaited.question == NULL && memory->reparent.question == NULL;
}

bool comes_up(const struct shard *shard)
{
    if (!is_new(&shard->in->memory) || !is_left_alone(shard))
        return false;
    for (size_t i = 0; i < shard->count; i++) {
        if (shard->tablets[i].pod != NULL && !is_coming(shard, &shard->tablets[i]))
            return false;
    }
    return shard->wanted > 0;
}

/* One that has not started may be waiting for what never comes, such as a volume, while the others
 * serve. */
static bool gets_ready(const struct shard *shard)
{
    size_t ready = 0, starting = 0;

    for (size_t i = 0; i < shard->wanted; i++) {
        const json_t *pod = shard->tablets[i].pod;

        if (pod != NULL && pod_ready(pod))
            ready++;
        else if (pod == NULL || !pod_started(pod))
            starting++;
    }
    return ready < shard->wanted && (ready == 0 || starting == 0);
}

/* --- a new Pod of a shard that serves --- */

/* It is as it was when Vitess last spoke of it. */
static bool is_as_heard(const struct shard *shard, const struct tablet *tablet, bool *primary)
{
    for (size_t i = 0; i < shard->in->memory.serving_count; i++) {
        const struct shard_served *served = &shard->in->memory.serving[i];

        if (!text_equal(served->alias, tablet->id.alias) ||
            !text_equal(served->state, tablet->state))
            continue;
        *primary = *primary || text_equal(served->type, "primary");
        return tablet->pod != NULL && pod_ready(tablet->pod);
    }
    return false;
}

/* One that is replaced while the primary stays where it is. Another cell may move that. */
static bool replaces_some(const struct shard *shard)
{
    bool primary = false, some = false;

    if (!is_left_alone(shard) || shard->in->peer_count > 0)
        return false;
    for (size_t i = 0; i < shard->count; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (is_as_heard(shard, tablet, &primary))
            continue;
        if (tablet->pod == NULL || pod_ready(tablet->pod) ||
            (!object_terminating(tablet->pod) && !is_coming(shard, tablet)))
            return false;
        some = true;
    }
    return some && primary;
}

bool asks_later(const struct shard *shard)
{
    return (shard->coming_up && gets_ready(shard)) || replaces_some(shard);
}
