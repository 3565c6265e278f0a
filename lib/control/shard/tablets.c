#include "shard.h"

#include <stdlib.h>

/* Which tablets there are: those that are wanted, and those that are known by a Pod or a claim. */

/* --- what Pods are --- */

static const char *incarnation_of(struct arena *a, const json_t *pod)
{
    return fmt(a, "%s/%lld", object_uid(pod), (long long)pod_restarts(pod));
}

static const char *state_of(struct arena *a, const json_t *pod)
{
    return fmt(a,
        "%s/%s%s",
        incarnation_of(a, pod),
        pod_ready(pod) ? "ready" : "unready",
        object_terminating(pod) ? "/terminating" : "");
}

/* Whether it retires or not. */
static const struct shard_wanted *wanted_of_name(const struct shard *shard, const char *name)
{
    for (size_t i = 0; i < shard->in->wanted_count; i++) {
        if (text_equal(shard->in->wanted[i].id.name, name))
            return &shard->in->wanted[i];
    }
    return NULL;
}

/* Labels can be edited, a name cannot. */
static bool identify(const struct shard *shard, const json_t *object, struct tablet_identity *id)
{
    const struct shard_wanted *wanted = wanted_of_name(shard, object_name(object));

    if (wanted == NULL)
        return shard->in->identify(shard->in, object, id);
    *id = wanted->id;
    return true;
}

/* A Pod that is wanted is ours by its name alone. One that is not may be a copy of a tablet, which
 * nobody asked us to take down: ours is what was applied as such. */
static bool is_tablet_pod(const struct shard *shard, const struct shard_pod *pod)
{
    struct tablet_identity id;

    return wanted_of_name(shard, object_name(pod->object)) != NULL ||
           (pod->applied != NULL && identify(shard, pod->object, &id));
}

static bool is_task_pod(void *context, const json_t *pod)
{
    const struct shard *shard = context;

    return task_pod_is_ours(shard->tasks, pod);
}

static bool is_our_budget(void *context, const json_t *budget)
{
    const struct shard *shard = context;

    return text_equal(object_name(budget), shard->in->budget_name);
}

void find_pods(struct shard *shard)
{
    const struct shard_input *in = shard->in;
    struct objects others = {arena_array(in->arena, in->pod_count + 1, sizeof(*others.at)), 0};
    struct objects budgets;

    shard->pods = arena_array(in->arena, in->pod_count + 1, sizeof(*shard->pods));
    for (size_t i = 0; i < in->pod_count; i++) {
        if (is_tablet_pod(shard, &in->pods[i]))
            shard->pods[shard->pod_count++] = in->pods[i];
        else
            others.at[others.count++] = in->pods[i].object;
    }
    /* A tablet's Pod is no task's, and to see that of one takes all that was applied. */
    shard->tasks->pods = others;
    known_children(in->arena, &shard->unknown, &others, is_task_pod, shard);
    budgets = known_children(in->arena, &shard->unknown, &in->budgets, is_our_budget, shard);
    shard->budget = budgets.count == 0 ? NULL : budgets.at[0];
}

bool has_every_tablet(const struct shard *shard)
{
    size_t there = 0;

    for (size_t i = 0; i < shard->pod_count; i++)
        there += !object_terminating(shard->pods[i].object);
    return there >= shard->in->wanted_count;
}

const char *states_of_pods(const struct shard *shard)
{
    struct text text = {.arena = shard->arena};

    for (size_t i = 0; i < shard->pod_count; i++) {
        const json_t *pod = shard->pods[i].object;

        text_addf(&text, "%s=%s\n", object_name(pod), state_of(shard->arena, pod));
    }
    return text_string(&text);
}

/* --- the tablets --- */

struct tablet *tablet_of_name(const struct shard *shard, const char *name)
{
    for (size_t i = 0; i < shard->count; i++) {
        if (text_equal(shard->tablets[i].id.name, name))
            return &shard->tablets[i];
    }
    return NULL;
}

struct tablet *tablet_of_alias(const struct shard *shard, const char *alias)
{
    for (size_t i = 0; i < shard->count; i++) {
        if (text_equal(shard->tablets[i].id.alias, alias))
            return &shard->tablets[i];
    }
    return NULL;
}

static struct tablet *add_tablet(struct shard *shard, const struct tablet_identity *id)
{
    struct tablet *tablet = &shard->tablets[shard->count++];

    tablet->id = *id;
    tablet->replica_type =
        text_equal(id->type, "replica") || text_equal(id->type, shard->in->appointed);
    return tablet;
}

/* What retires wants none. */
static void add_wanted(struct shard *shard)
{
    const struct shard_input *in = shard->in;

    for (size_t i = 0; i < in->wanted_count && !shard->retire; i++)
        add_tablet(shard, &in->wanted[i].id)->wanted = &in->wanted[i];
    shard->wanted = shard->count;
}

/* The tablet whose Pod or claim that is, which is added where it is not wanted; NULL where it is
 * none of this shard. */
static struct tablet *known_tablet(struct shard *shard, const json_t *object)
{
    struct tablet *tablet = tablet_of_name(shard, object_name(object));
    struct tablet_identity id;

    if (tablet == NULL && identify(shard, object, &id))
        return add_tablet(shard, &id);
    return tablet;
}

static void add_pod(struct shard *shard, const struct shard_pod *pod)
{
    struct tablet *tablet = known_tablet(shard, pod->object);

    tablet->pod = pod->object;
    tablet->applied = pod->applied;
    tablet->incarnation = incarnation_of(shard->arena, pod->object);
    tablet->state = state_of(shard->arena, pod->object);
}

static void add_claim(struct shard *shard, const json_t *claim)
{
    struct tablet *tablet = known_tablet(shard, claim);

    if (tablet != NULL)
        tablet->claim = claim;
}

static bool is_of_tablet(void *context, const json_t *claim)
{
    return tablet_of_name(context, object_name(claim)) != NULL;
}

static int by_uid_descending(const void *a, const void *b)
{
    const struct tablet *left = a;
    const struct tablet *right = b;

    return left->id.uid < right->id.uid ? 1 : left->id.uid > right->id.uid ? -1 : 0;
}

void find_tablets(struct shard *shard)
{
    size_t most = shard->in->wanted_count + shard->pod_count + shard->in->claims.count;

    shard->tablets = arena_array(shard->arena, most + 1, sizeof(*shard->tablets));
    add_wanted(shard);
    for (size_t i = 0; i < shard->pod_count; i++)
        add_pod(shard, &shard->pods[i]);
    for (size_t i = 0; i < shard->in->claims.count; i++)
        add_claim(shard, shard->in->claims.at[i]);
    known_children(shard->arena, &shard->unknown, &shard->in->claims, is_of_tablet, shard);
    qsort(shard->tablets + shard->wanted,
        shard->count - shard->wanted,
        sizeof(*shard->tablets),
        by_uid_descending);
}
