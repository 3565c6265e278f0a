#include "shard.h"

#include "get_tablets.h"
#include "pod.h"

/* What Vitess says of the tablets of this cell. vttablet's /healthz answers 200 also while a tablet
 * restores, takes a backup or is drained, so a Ready Pod is not yet one that serves. The question
 * is asked again whenever a Pod of ours or the primary's place changes, and never at rest. */

/* A termination message holds 4,096 bytes. With the longest names that validate_names.c allows a
 * line of GetTablets has 497: alias 63, keyspace 61, shard 63, type 12, twice a host of 127
 * (alias.Service; an IPv6 address is shorter) with a port of 5, tags "[]", a time of 20, and what
 * is between them. With ordinary names half of the message is left for tags of the user's. */
enum { TABLETS_A_QUESTION = 8 };

/* --- the question --- */

static void add_reparent(struct text *text, const struct shard_memory *memory)
{
    if (memory->reparent.question != NULL)
        text_addf(text, "reparent %s\n", memory->reparent.question);
}

/* What the answer depends on, as far as it can be observed: another text is another question. A
 * reparent that another cell asked for may have made a tablet of ours primary. */
static const char *observed_state(struct shard *shard)
{
    struct text text = {.arena = shard->arena};

    for (size_t i = 0; i < shard->count; i++) {
        if (shard->tablets[i].pod != NULL)
            text_addf(&text, "%s=%s\n", shard->tablets[i].id.uid_text, shard->tablets[i].state);
    }
    for (size_t i = 0; i < shard->in->peer_count; i++) {
        const struct shard_memory *memory = &shard->in->peers[i].memory;

        if (memory->primary != NULL)
            text_addf(&text, "primary %s\n", memory->primary);
        add_reparent(&text, memory);
    }
    add_reparent(&text, &shard->in->memory);
    return digest(shard->arena, text_string(&text), text.length);
}

static void take_answer(struct shard *shard, const char *lines)
{
    struct tablet_line line;

    while (tablet_line_next(shard->arena, &lines, &line)) {
        struct tablet *tablet = tablet_of_alias(shard, line.alias);

        if (tablet == NULL)
            continue;
        tablet->recorded = true;
        tablet->type = line.type;
        tablet->since = line.since;
    }
}

static struct task_reply ask_for(struct shard *shard, const char *verb, const char *strict,
    const struct texts *aliases, const char *invalidation_key)
{
    const struct tablets_asked asked = {shard->in->keyspace, shard->in->name, aliases, NULL};
    const struct task_reading reading = tablets_reading(&asked);
    struct task_reply reply = task_ask(shard->tasks,
        verb,
        (const char *const[]){"GetTablets",
            "--tablet-alias",
            texts_join(aliases, ","),
            strict,
            NULL},
        invalidation_key,
        &reading);

    if (reply.state == TASK_ANSWERED)
        take_answer(shard, reply.text);
    return reply;
}

bool was_listed(const struct shard *shard, const struct tablet *tablet)
{
    const char *incarnation = fmt(shard->arena, "%s/", tablet->incarnation);

    for (size_t i = 0; i < shard->in->memory.serving_count; i++) {
        const struct shard_served *served = &shard->in->memory.serving[i];

        if (text_equal(served->alias, tablet->id.alias) &&
            text_starts_with(served->state, incarnation))
            return true;
    }
    return false;
}

/* A tablet is recorded before its Pod gets Ready, and then for as long as it runs. */
static bool must_be_recorded(const struct shard *shard, const struct tablet *tablet)
{
    return tablet->pod != NULL && (pod_ready(tablet->pod) || was_listed(shard, tablet));
}

/* A tablet whose record cannot be read, since the topology of its cell does not answer, is left out
 * as well, with a success (topo.PartialResult in go/vt/vtctl/grpcvtctldserver/server.go). So where
 * one is missing that must be there Vitess is asked again, and fails then until it knows. */
static bool ask_strictly(struct shard *shard, const struct texts *asked,
    const char *invalidation_key)
{
    struct texts missing = {.arena = shard->arena};

    for (size_t i = 0; i < asked->count; i++) {
        const struct tablet *tablet = tablet_of_alias(shard, asked->at[i]);

        if (!tablet->recorded && must_be_recorded(shard, tablet))
            texts_add(&missing, asked->at[i]);
    }
    return missing.count == 0 ||
           ask_for(shard, "missing", "--strict", &missing, invalidation_key).state == TASK_ANSWERED;
}

/* Asks for up to TABLETS_A_QUESTION tablets from `first` on. */
static bool ask_some(struct shard *shard, size_t first, const char *invalidation_key)
{
    struct texts aliases = {.arena = shard->arena};
    struct task_reply reply;

    for (size_t i = first; i < shard->count && i < first + TABLETS_A_QUESTION; i++)
        texts_add(&aliases, shard->tablets[i].id.alias);
    reply = ask_for(shard, "serving", NULL, &aliases, invalidation_key);
    if (shard->question == NULL)
        shard->question = reply.question;
    return reply.state == TASK_ANSWERED && ask_strictly(shard, &aliases, invalidation_key);
}

/* The last one counts where it may be appointed. */
static const char *const serving_types[] = {"primary", "replica", "rdonly", NULL};
static const char *const appointed_types[] = {"primary", "replica", "rdonly", "spare", NULL};

static bool serving_type(const char *type)
{
    return text_is_one_of(type, serving_types);
}

/* No event tells that a tablet has restored its backup, or is drained no more: its Pod is Ready all
 * the while. So a task waits for it. */
static void await_serving(struct shard *shard, const struct tablet *tablet)
{
    const bool appointed = text_equal(tablet->id.type, shard->in->appointed);
    struct texts alias = {.arena = shard->arena};
    const struct tablets_asked asked = {shard->in->keyspace,
        shard->in->name,
        &alias,
        appointed ? appointed_types : serving_types};
    const struct task_reading reading = tablets_reading(&asked);
    struct task_reply reply;

    if (tablet->pod == NULL || !pod_ready(tablet->pod) || object_terminating(tablet->pod) ||
        serving_type(tablet->type) || stands_by(shard, tablet))
        return;
    texts_add(&alias, tablet->id.alias);
    reply = task_await(shard->tasks,
        "await-serving",
        appointed ? LISTED_AS "(primary|replica|rdonly|spare) "
                  : LISTED_AS "(primary|replica|rdonly) ",
        (const char *const[]){"GetTablets", "--tablet-alias", tablet->id.alias, NULL},
        shard->question,
        &reading);
    if (reply.state == TASK_ANSWERED)
        take_answer(shard, reply.text);
}

static bool was_there(const struct shard *shard, const struct tablet *tablet)
{
    return texts_contain(&shard->in->memory.tablets, tablet->id.uid_text);
}

/* A Pod that has just gone is made again by this very answer, and one that is being deleted while
 * it is Ready is in the hands of its kubelet (on a dead node it is not Ready): another event
 * follows and would void the answer. A Pod that could not be made is not in the status the next
 * time. */
static bool pod_transition_pending(const struct shard *shard)
{
    for (size_t i = 0; i < shard->count; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (tablet->pod == NULL ? tablet->wanted != NULL && was_there(shard, tablet)
                                : object_terminating(tablet->pod) && pod_ready(tablet->pod))
            return true;
    }
    return false;
}

static bool runs(const json_t *pod, const char *container)
{
    const json_t *status = pod_container(pod, container);

    return json_true_at(status, "started") && json_at(status, "state", "running") != NULL;
}

/* The MySQL of a tablet may be somebody else's. */
static bool all_run(const struct shard *shard, const struct tablet *tablet)
{
    const char *const *container = shard->in->component->containers;

    if (tablet->storage == STORAGE_ELSEWHERE)
        return runs(tablet->pod, *container);
    while (*container != NULL && runs(tablet->pod, *container))
        container++;
    return *container == NULL;
}

/* Nobody can be asked before the first tablet runs (whatever its sidecars do), and nobody need be
 * when there is none left. */
static bool worth_asking(const struct shard *shard)
{
    if (pod_transition_pending(shard) || asks_later(shard))
        return false;
    for (size_t i = 0; i < shard->count; i++) {
        const json_t *pod = shard->tablets[i].pod;

        if (pod != NULL && (pod_started(pod) || runs(pod, *shard->in->component->containers)))
            return true;
    }
    return shard->wanted == 0 && shard->count > 0;
}

/* --- what is known until the answer is there --- */

/* What was said of a tablet stays true for the Pod it was said of. */
static void take_remembered(struct shard *shard)
{
    for (size_t i = 0; i < shard->in->memory.serving_count; i++) {
        const struct shard_served *served = &shard->in->memory.serving[i];
        struct tablet *tablet = tablet_of_alias(shard, served->alias);

        if (tablet == NULL || tablet->type != NULL || !text_equal(tablet->state, served->state))
            continue;
        tablet->type = served->type;
        tablet->since = served->since;
    }
}

bool shard_pod_is_stray(const struct shard_input *in, const json_t *pod)
{
    return pod_has_another_lock_server(json_at(pod, "spec"), in->place.topology.addresses) &&
           object_made_elsewhere(in->arena, in->place.keys, pod);
}

/* One that stands by is as it is to be. */
static bool serves(const struct shard *shard, const struct tablet *tablet)
{
    if (tablet->stray || tablet->pod == NULL || object_terminating(tablet->pod) ||
        !pod_ready(tablet->pod))
        return false;
    return serving_type(tablet->type) || stands_by(shard, tablet);
}

/* vtgate does not look at Pods. A sidecar that crashes, or a probe that fails for a moment, makes a
 * Pod not Ready whose tablet may well be the primary. */
static bool works(const struct shard *shard, const struct tablet *tablet)
{
    if (tablet->stray || tablet->pod == NULL || object_terminating(tablet->pod) ||
        pod_dead(tablet->pod))
        return false;
    return all_run(shard, tablet) && (tablet->type == NULL || serving_type(tablet->type));
}

static void classify_tablets(struct shard *shard)
{
    for (size_t i = 0; i < shard->count; i++) {
        struct tablet *tablet = &shard->tablets[i];

        tablet->stray = shard_pod_is_stray(shard->in, tablet->pod);
        tablet->serving = serves(shard, tablet);
        tablet->works = works(shard, tablet);
        if (tablet->pod != NULL && !tablet->stray && text_equal(tablet->type, "primary"))
            shard->primary = tablet;
    }
}

/* --- what is remembered of it --- */

void remember_serving(struct shard *shard)
{
    struct shard_served *serving = arena_array(shard->arena, shard->count + 1, sizeof(*serving));

    shard->next.serving = serving;
    shard->next.serving_count = 0;
    for (size_t i = 0; i < shard->count; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (tablet->pod != NULL && tablet->type != NULL)
            serving[shard->next.serving_count++] =
                (struct shard_served){tablet->id.alias, tablet->type, tablet->state, tablet->since};
    }
}

static bool same_served(const struct shard_served *a, const struct shard_served *b)
{
    return text_equal(a->alias, b->alias) && text_equal(a->type, b->type) &&
           text_equal(a->state, b->state) && text_equal(a->since, b->since);
}

bool serving_is_remembered(const struct shard *shard)
{
    const struct shard_memory *written = &shard->in->memory;

    if (written->serving_edited || written->serving_count != shard->next.serving_count)
        return false;
    for (size_t i = 0; i < written->serving_count; i++) {
        if (!same_served(&written->serving[i], &shard->next.serving[i]))
            return false;
    }
    return true;
}

/* --- all of it --- */

void observe_shard(struct shard *shard)
{
    const char *state = observed_state(shard);
    const char *invalidation_key = state;
    const struct shard_awaited *awaited = &shard->in->memory.awaited;
    bool current = text_equal(awaited->state, state);

    shard->next.reparent = shard->in->memory.reparent;
    shard->next.awaited = *awaited;
    if (current && tablet_of_alias(shard, awaited->primary) != NULL)
        invalidation_key = fmt(shard->arena, "%s\n%s", state, awaited->question);
    shard->fresh = shard->count == 0;
    shard->coming_up = comes_up(shard);
    if (worth_asking(shard)) {
        shard->fresh = true;
        for (size_t first = 0; first < shard->count; first += TABLETS_A_QUESTION)
            shard->fresh = ask_some(shard, first, invalidation_key) && shard->fresh;
    }
    for (size_t i = 0; i < shard->wanted && shard->fresh; i++)
        await_serving(shard, &shard->tablets[i]);
    if (!shard->fresh)
        take_remembered(shard);
    /* What was awaited in another state is known until there is an answer for this one. */
    if (shard->fresh && !current)
        shard->next.awaited = (struct shard_awaited){0};
    classify_tablets(shard);
    find_primary(shard, state);
    remember_serving(shard);
}
