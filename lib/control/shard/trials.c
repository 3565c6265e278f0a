#include "shard.h"

#include "preflight.h"

/* Nothing is taken down for a template that cannot run. A tablet that is broken or has gone is made
 * from the new one without a trial: that costs nothing, and may be all that it needs. So is one
 * that the user forces. */

bool is_due(const struct stage_child *child)
{
    return child_is_wanted(child) && child->observed != NULL && !child->current &&
           !object_terminating(child->observed);
}

/* What the trials of all templates say. */
struct trials {
    struct shard *shard;
    struct texts refused; /* by whom, and why */
    const char *untried;  /* what the first one that has not ended waits for, or NULL */
};

static const char *why_untried(const struct shard *shard, const struct task_reply *reply)
{
    struct arena *a = shard->arena;

    if (reply->pod == NULL)
        return "its new template has not been tried";
    if (!reply->there)
        return fmt(a,
            "waits until its new template has been tried; %s",
            being_created(a, shard->in->owner, "Pod", reply->pod));
    return fmt(a,
        "waits until its new template has been tried; if that lasts, see what the trial waits for: "
        "kubectl describe pod --namespace %s %s",
        shard->in->owner.namespace,
        reply->pod);
}

/* Of what Metacontroller could not create there is nothing to observe; the error is an event of the
 * parent. So what was asked for and is not there at the next sync counts as refused. (Where only
 * the cache was late, the sync after that knows better.) */
static struct task_reply not_created(struct shard *shard, struct task_reply reply)
{
    texts_add(&shard->next.untried, reply.pod);
    if (!texts_contain(&shard->in->memory.untried, reply.pod))
        return reply;
    reply.state = TASK_FAILING;
    reply.text = fmt(shard->arena,
        "could not be created: see who refuses it (event SyncError), or whose it is if there is "
        "one already: kubectl describe --namespace %s %s/%s pod/%s",
        shard->in->owner.namespace,
        resource_of(shard->arena, shard->in->owner.kind),
        shard->in->owner.name,
        reply.pod);
    return reply;
}

/* Under a pause nothing new is begun. */
static struct task_reply try_template(struct shard *shard, const struct stage *stage,
    const struct stage_child *child, const struct tablet *tablet)
{
    const char *hash = tablet->wanted->template_hash;
    struct task_reply reply = {.state = TASK_ASKED};

    if (stage->paused && !task_has_passed(shard->tasks, hash))
        return reply;
    reply = task_try(shard->tasks,
        preflight_pod(shard->arena,
            &shard->in->place,
            stage_made(stage, child),
            child->applied == NULL ? child->observed : child->applied),
        hash);
    return reply.pod == NULL || reply.there ? reply : not_created(shard, reply);
}

/* The tablets of a pool have one template, so its first one is tried for all. */
static void try_pool(struct trials *trials, const struct stage *stage, bool replica_type)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct tablet *tablet;
        struct task_reply reply;

        if (!is_due(&stage->at[i]))
            continue;
        tablet = tablet_of_name(trials->shard, stage->at[i].name);
        if (tablet->replica_type != replica_type)
            continue;
        reply = try_template(trials->shard, stage, &stage->at[i], tablet);
        if (reply.state == TASK_FAILING)
            texts_add(&trials->refused,
                fmt(trials->shard->arena, "Pod %s: %s", reply.pod, reply.text));
        else if (reply.state == TASK_ASKED && trials->untried == NULL)
            trials->untried = why_untried(trials->shard, &reply);
        return;
    }
}

static const char *cannot_run(const struct trials *trials)
{
    if (trials->refused.count == 0)
        return NULL;
    return fmt(trials->shard->arena,
        "what the spec asks for cannot run, and nothing is taken down for it: %s; mend the spec, "
        "or, if the fault was elsewhere, delete the Pod named here to have it tried again "
        "(namespace %s)",
        texts_join(&trials->refused, "; "),
        trials->shard->in->owner.namespace);
}

void try_templates(struct shard *shard, struct stage *stage)
{
    struct trials trials = {.shard = shard, .refused.arena = shard->arena};
    const char *elsewhere = zone_blocks(shard, stage);

    shard->next.untried = (struct texts){.arena = shard->arena};
    if (elsewhere != NULL) {
        stage->untried = elsewhere;
        stage->preflight_failed = elsewhere;
        return;
    }
    try_pool(&trials, stage, false);
    try_pool(&trials, stage, true);
    stage->preflight_failed = cannot_run(&trials);
    stage->untried =
        stage->preflight_failed != NULL ? "its new template cannot run" : trials.untried;
}
