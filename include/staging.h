#ifndef VITESS_OPERATOR_STAGING_H
#define VITESS_OPERATOR_STAGING_H

#include "json.h"
#include "request.h"
#include "rollout.h"
#include "text.h"

/* Rollouts staged inside a hook: which desired children go out now, which are held at what was
 * applied last, and which are left out (and so deleted). Generic Kubernetes, nothing of Vitess.
 *
 * Use: fill a struct stage with every child in rollout order and call stage_plan(); what a hook
 * decides beside the plan (stage_hold() and those after it) comes next, then stage_emit().
 * Verdicts, the turn, the reason and its message are written here and nowhere else. */

enum stage_method {
    STAGE_AT_ONCE,  /* Services, ConfigMaps, PDBs, PVCs: always the newest */
    STAGE_IN_PLACE, /* own CRs, Deployments, StatefulSets: updated, one at a time */
    STAGE_REPLACE   /* Pods: to move one is to omit it and emit the new one once it is gone; one
                       that is there is given `held_spec`, or what was applied last */
};

enum stage_verdict {
    STAGE_EMIT, /* goes out as desired */
    STAGE_KEEP, /* held: re-emitted from its last-applied configuration, or `held_spec` */
    STAGE_OMIT  /* left out: is deleted */
};

/* How well a child is, from worst to best, as far as it makes a difference:
 *
 *                      pending: a Pod is moved           current
 *   TERMINAL           at once, even while paused        is made anew
 *   BROKEN             at once: it is of no use          the rollout is stalled
 *   BROKEN_RUNNING     once those moved have started     the rollout is stalled
 *   BROKEN_SERVING     once those moved are settled      the rollout is stalled
 *   UNREADY            once those moved have started     others wait
 *   UNREADY_SERVING    once those moved are settled      others wait
 *   SETTLED            once all others are settled
 *
 * Of what is updated in place all but a settled one get the newest spec at once. */
enum child_health {
    HEALTH_ABSENT_OR_TERMINATING, /* staging sees this by itself */
    HEALTH_TERMINAL, /* a Pod of phase Failed or Succeeded (evicted, say): it never runs again */
    HEALTH_BROKEN,   /* a state, not a duration: CrashLoopBackOff, Unschedulable, RolloutStalled */
    HEALTH_BROKEN_RUNNING,  /* a side container of a Pod is; its main processes run */
    HEALTH_BROKEN_SERVING,  /* and clients may be served by them */
    HEALTH_UNREADY,         /* not Ready, or the newest spec is not taken up yet */
    HEALTH_UNREADY_SERVING, /* a Pod: not Ready, though clients may be served by it */
    HEALTH_SETTLED          /* observed, up to date with its own generation, and well */
};

struct stage_child {
    const char *name;
    const json_t *desired;  /* NULL: it has left the spec, or is `unmade` */
    const json_t *observed; /* NULL: it does not exist */
    enum stage_method method;
    int group; /* children of one group roll one at a time; groups do not wait for each other */
    enum child_health health;
    bool started;        /* STAGE_REPLACE, of one that is unready: its containers have started */
    const char *pinned;  /* STAGE_REPLACE: why it is not left out whatever else is true, or NULL */
    const char *trouble; /* why it is not settled: "ImagePullBackOff"; may be NULL */
    const json_t *control; /* NULL: that of the stage */
    /* What it is given while it is held, for what cannot wait (of a Pod only metadata); NULL: what
     * was applied last. */
    const json_t *held_spec;
    const json_t *applied; /* last-applied configuration; NULL: there is none, or it is looked up */
    bool alike; /* STAGE_REPLACE, where nothing was applied: another operator has made it as it is
                   desired, so it is current; `held_spec` is all of it then */
    /* STAGE_REPLACE, or NULL: it is wanted, and is not what was applied; stage_made() makes it of
     * this where it goes out or is tried. Of many Pods in a rollout most only wait. */
    const void *unmade;
    bool waits;    /* STAGE_REPLACE: an edit that could change it in place is held back */
    bool deferred; /* where it does not exist: it is not made yet, since what it needs is not there
                    */
    const char *made_once; /* the same, and what has to be so first: "Pod x has ended"; or NULL */
    /* STAGE_IN_PLACE: a hook of ours has its kind. While it is unsettled it does not get the newest
     * spec at once, but once those before it have taken theirs up, so many at a time as roll; and
     * not while it was well until the pause, or the end of one, that it has yet to observe. */
    bool own;
    bool blocks_nobody; /* and the others and it wait for each other in no case */
    bool retires;       /* and takes something down right now, since it has left the spec */
    bool needs_newest;  /* and does not go on without the newest spec: it waits for none */
    /* Filled by stage_add(): */
    bool current;       /* what was applied last equals what is wanted */
    const json_t *same; /* `desired`, if that with the control of then is what was applied */
    bool updated;       /* and the cluster has taken it up */
    /* Filled by stage_plan(): */
    enum stage_verdict verdict;
    bool queued; /* one of `own` that is held until others have taken up theirs */
};

/* What a child is to be that is `unmade`. */
typedef const json_t *stage_make(void *context, const void *unmade);
/* Why `child` is not taken down now, or NULL. */
typedef const char *stage_permission(void *context, const struct stage_child *child, bool forced);

struct stage {
    struct arena *arena;
    /* Where what was applied last to a child has the same keys->spec_hash as what is desired, the
     * child is current and what was applied last is emitted, whatever this build would render. */
    const struct api_keys *keys;
    struct stage_child *at;
    size_t count;
    size_t capacity;
    bool paused;
    bool removes;        /* STAGE_REPLACE: while paused what has left the spec goes all the same */
    const char *pause;   /* what people know it as; NULL: "spec.rollout.paused" */
    size_t at_once;      /* STAGE_IN_PLACE: so many settled ones of a group may roll; 0 is 1 */
    const json_t *force; /* list of names that move whatever the gates say, or NULL */
    /* Laid over spec.rollout of own CRs, held and new alike, and left out of current/pending. May
     * be NULL: nothing is laid over. */
    const json_t *control;
    /* STAGE_REPLACE: why no Pod makes way for one of a new template: that was not tried yet, or has
     * failed. NULL: it has passed. */
    const char *untried;
    const char *preflight_failed; /* the latter, as the condition says it; or NULL */
    /* STAGE_REPLACE: asked before the Pod whose turn it is goes, and each one that is forced. NULL:
     * nobody need agree. */
    stage_permission *blocked_by;
    stage_make *make; /* NULL: no child is `unmade` */
    void *context;    /* of both */
    /* What all children belong to has left the spec, and is kept until nothing is served from it:
     * what is said of that, and what goes wrong meanwhile. It holds up nobody, also when it is
     * stalled: no edit can reach it any more. Both may be NULL. */
    const char *kept_until_idle, *kept_trouble;
    /* Filled by stage_plan(): index of the child (not a broken one) whose turn it is to be moved or
     * removed, or SIZE_MAX; its verdict is already EMIT or OMIT. */
    size_t next;
    /* Of the whole stage, for the Updated condition. */
    enum rollout_reason reason;
    const char *message; /* names the child */
};

struct stage_child *stage_add(struct stage *stage, struct stage_child child);
void stage_plan(struct stage *stage);
/* --- after the plan --- */

/* Takes the turn away from `stage->next`: it is held (or, to be removed, kept) and the rollout
 * waits for `why`. */
void stage_hold(struct stage *stage, const char *why);
/* The same for `what` is being done first, which is progress. */
void stage_put_first(struct stage *stage, const char *what);
/* The same where nothing could start: what is not there yet is not made either. */
void stage_begin_nothing(struct stage *stage, const char *why);
/* Gives the turn, which nobody has, to a settled child although others of its group are not. */
void stage_move(struct stage *stage, size_t index);
/* The child gets this at once, with its control block. */
void stage_tell(struct stage *stage, size_t index, const json_t *desired, const json_t *control);
/* The child stays exactly as it was applied last. */
void stage_freeze(struct stage *stage, size_t index);

/* How many children of a group may roll, one at least. */
size_t stage_most_at_once(const struct stage *stage);
/* It is in the spec. */
bool child_is_wanted(const struct stage_child *child);
/* What it is to be, which is made now if it is `unmade`; NULL: it has left the spec. */
const json_t *stage_made(const struct stage *stage, const struct stage_child *child);
/* What the child of that name, which is not `unmade`, is to be, or NULL. */
const json_t *stage_desired(const struct stage *stage, const char *name);
/* Wants what the verdicts say, and releases what they leave out. */
void stage_emit(const struct stage *stage, struct answer *answer);
/* The first `count` children are current and settled. */
bool stage_settled(const struct stage *stage, size_t count);
/* Everything wanted exists, is current and was taken up, and nothing is left to remove. A child
 * that is unwell (its node died) is not a rollout. */
bool stage_complete(const struct stage *stage);

/* The first label or annotation of a Pod, of those that it was made with, that is not as it is
 * wanted ("metadata.labels[team]"): somebody has changed it since, or an admission policy did when
 * the Pod was made. Or NULL. The type of a tablet and annotations of ours are written anew at each
 * sync. */
const char *changed_text(struct arena *arena, const json_t *applied, const json_t *wanted,
    const json_t *observed, const struct api_keys *keys);

/* `wanted` with each field that the API server refuses to change on `observed` put back to what
 * was applied last (StatefulSet claim templates and serviceName, Deployment and StatefulSet
 * selectors, claim class and access modes, what is fixed of a Service). `refused`, when set, names
 * the first such field. Returns `wanted` itself where nothing had to be put back. */
const json_t *keep_immutable(struct arena *arena, const struct api_keys *keys, const json_t *wanted,
    const json_t *observed, const char **refused);

/* The PersistentVolumeClaim `wanted` with the size that the API server accepts: never less than
 * that of `observed`, which somebody else may have grown (kubectl, an autoscaler of volumes), and
 * no other one until it is bound. What the spec asks for is then kept in keys->spec_size, so that a
 * spec that asks for less than before (`refused`, when set, names the field) can be told from one
 * that has not changed. `wanted` may be what was applied last. */
const json_t *keep_claim_size(struct arena *arena, const struct api_keys *keys,
    const json_t *wanted, const json_t *observed, const char **refused);

/* metadata.ownerReferences of a claim that is to outlive its owner: a reference to itself. The
 * garbage collector deletes a dependent only when none of its owners is left, so the claim survives
 * background and foreground deletion without any finalizer; leaving the reference out makes it
 * deletable again. `uid` is that of the observed claim. `known` (or NULL) is given back where that
 * is the same. */
const json_t *owns_itself(struct arena *arena, const char *name, const char *uid,
    const json_t *known);
/* It has been told so. */
bool owned_by_itself(const json_t *claim);

/* Well-being of workloads, as `kubectl rollout status` judges it. */
bool deployment_settled(const json_t *deployment);
bool statefulset_settled(const json_t *statefulset);
/* Ready and Updated are True, and status.observedGeneration is metadata.generation. */
bool resource_settled(const json_t *resource);
/* status.observedGeneration is metadata.generation: its controller has seen the newest spec. */
bool generation_observed(const json_t *object);
/* BROKEN, UNREADY or SETTLED. */
enum child_health deployment_health(const json_t *deployment);
enum child_health statefulset_health(const json_t *statefulset);
/* A state that waiting does not mend, or NULL: "ProgressDeadlineExceeded", "RolloutStalled",
 * "CrashLoopBackOff", "ImagePullBackOff", "Unschedulable" ... */
const char *deployment_trouble(const json_t *deployment);
const char *resource_trouble(const json_t *resource);
const char *pod_trouble(const json_t *pod);
/* A reason for which a container waits that the kubelet does not leave by itself, or only to come
 * back to. */
bool waiting_is_stuck(const char *reason);
/* One of these is for want of its image. */
bool waiting_for_image(const char *reason);
/* It has trouble that will not mend itself: a container that has ended once or twice may only have
 * been too early. */
bool pod_broken(const json_t *pod);
/* Phase Failed or Succeeded: a bare Pod never runs again. */
bool pod_dead(const json_t *pod);
/* All containers have been started (phase Running). */
bool pod_started(const json_t *pod);
bool pod_ready(const json_t *pod);
/* Somebody has given a container of it another image since it was made as `made`. */
bool pod_images_edited(const json_t *made, const json_t *observed);
/* Sum of restartCount over containers and init containers. */
json_int_t pod_restarts(const json_t *pod);
/* The status of the container of that name, which may be a native sidecar (an init container that
 * is restarted always), or NULL. An admission webhook may have put containers of its own before and
 * behind it. */
const json_t *pod_container(const json_t *pod, const char *name);
/* It has been started at least once: the init containers are done and do not hold it up any more.
 */
bool container_has_started(const json_t *pod, const char *name);
/* pod_trouble() and restarts of the container `name` alone, and of what it needs to start: a node,
 * its image, the init containers. What the others do is not its trouble. */
const char *container_trouble(const json_t *pod, const char *name);
json_int_t container_restarts(const json_t *pod, const char *name);

#endif
