#ifndef VITESS_OPERATOR_SIM_H
#define VITESS_OPERATOR_SIM_H

#include "hook.h"

/* An embedded cluster: object store, Metacontroller's loop, workload controllers, kubelet,
 * scheduler and a small model of Vitess. Deterministic for a given seed. It calls the real hooks,
 * in process or through `call`. */

struct sim;

/* One hook call as the simulator makes it; the default runs sync_run(). Returns the HTTP code and
 * sets the body (in `arena`). */
typedef int sim_call(void *context, const struct hook *hook, bool customize, const char *body,
    size_t length, struct arena *arena, const char **answer, size_t *answer_length);

enum sim_verb { SIM_CREATE, SIM_UPDATE, SIM_STATUS, SIM_DELETE, SIM_REMOVED };

/* One write to the store, with the object before and after (either may be NULL). */
struct sim_event {
    int step;
    enum sim_verb verb;
    const char *actor; /* "metacontroller", "user", "kubelet", "gc" ... */
    const json_t *before, *after;
};

struct sim_violation {
    int step;
    const char *rule; /* "serving", "two-cells", "reparent", "claim", "left-out", "data", "churn",
                         "rest", "refused", "determinism", "answer", "frozen", "lock", "etcd" */
    const char *text;
};

struct sim_options {
    unsigned seed;
    int lag;            /* how many events the caches of Metacontroller may be behind; 0: none */
    const char *record; /* folder for every request and answer, or NULL */
    sim_call *call;     /* NULL: in process */
    void *call_context;
    void (*on_event)(void *context, const struct sim *sim, const struct sim_event *event);
    void (*on_step)(void *context, const struct sim *sim);
    /* A line for people that no write shows: "VTOrc elects ...", a sync error, a violation. */
    void (*on_note)(void *context, const struct sim *sim, const char *text);
    void *observer;
    const struct api *const *apis; /* NULL: the real ones; the first hook of each is that of its
                                      root kind */
};

/* Annotation of what nobody has applied: Secrets that the hooks ask for. */
#define SIM_ASSUMED "simulator/assumed"

struct sim *sim_new(const struct sim_options *options);
void sim_free(struct sim *sim);

/* What `kubectl apply` of one object does: create, or replace spec and metadata. False with the
 * API server's message where it is refused. */
bool sim_apply(struct sim *sim, const json_t *object, const char **message);
/* What `kubectl delete` does. Here and below a kind that several APIs have is looked for in each of
 * them, in their order; "VitessCluster.planetscale.com" is that of one, as kubectl has it. */
bool sim_delete(struct sim *sim, const char *kind, const char *namespace, const char *name);

/* The same with another propagationPolicy. */
enum sim_propagation { SIM_BACKGROUND, SIM_FOREGROUND, SIM_ORPHAN };
bool sim_delete_by(struct sim *sim, const char *kind, const char *namespace, const char *name,
    enum sim_propagation propagation);
/* What `kubectl edit --subresource=status` does: `object` is there already, only its status is
 * taken. */
bool sim_edit_status(struct sim *sim, const json_t *object, const char **message);

/* What `kubectl delete namespace` does. It can be used again once all in it has gone. */
void sim_delete_namespace(struct sim *sim, const char *namespace);

/* Remembers all objects of a namespace and the data on its volumes. */
void sim_backup(struct sim *sim, const char *namespace);
/* What a restore makes of the last backup: objects that are not there are created, with uids of
 * their own; labels and annotations (what Metacontroller applied last among them) are kept.
 * False where there is no backup. */
enum sim_restore {
    SIM_STRIPPED, /* without ownerReferences, as Velero does */
    SIM_PLAIN     /* with them, as `kubectl apply` of a saved list does: they name uids of then */
};
bool sim_restore(struct sim *sim, const char *namespace, enum sim_restore how);
/* Takes metadata.ownerReferences off all objects of a core kind: kubectl patch. */
void sim_disown(struct sim *sim, const char *kind, const char *namespace);

/* Metacontroller ends and starts again. */
void sim_restart_metacontroller(struct sim *sim);
/* A node that died is there again. False where it did not die. */
bool sim_return_node(struct sim *sim, const char *node);

/* Faults: "pod=NAME@STEP" (its containers crash three times; without @STEP they do so for ever),
 * "node=NAME@STEP" (dies for good; nodes are node-1 to node-6, unless you apply some),
 * "image=IMAGE@STEP" (cannot be pulled), "task=VERB@STEP" (fails three times, then works; VERB as
 * in the name of a task's Pod, or a command of vtctldclient), "hook=KIND@STEP" (answers 500 once;
 * KIND/429: with Retry-After; KIND/timeout: not at all; 429 or timeout: whichever hook is called
 * next), "admit=label:KEY=VALUE@STEP" and "admit=annotation:KEY=VALUE@STEP" (an admission policy
 * that writes it into each new Pod), "sidecar=first@STEP" and "sidecar=last@STEP" (an admission
 * webhook puts a container that never ends into each new Pod), "refuse=TEXT@STEP" (a policy refuses
 * new Pods with that text in them), "flag=NAME@STEP" (no program knows that flag),
 * "secret=NAME@STEP" (what is in it is renewed, as a certificate is),
 * "stop=SECONDS@STEP" (Pods take so long to end). False with a message where the text is none of
 * these. */
bool sim_fail(struct sim *sim, const char *fault, const char **message);
/* A fault ("pod=nope") whose second never came, or that named nothing that there was; NULL: none.
 */
const char *sim_unmet_fault(const struct sim *sim);

/* What an administrator does with vtctldclient ("SetShardIsPrimaryServing", "main/0", "false",
 * NULL) in the (first) cluster. False with the error as answer where it fails. */
bool sim_vtctl(struct sim *sim, const char *const *words, const char **answer);

/* One step: every actor has its turn once. A step is a second of virtual time; seconds in which
 * nothing is due are skipped. False, and nothing done, when nothing is due any more. */
bool sim_step(struct sim *sim);
/* Virtual time: the number of the last step. */
int sim_steps(const struct sim *sim);

/* The cluster is Ready, Updated and observed, and nothing more is due. */
bool sim_ready(const struct sim *sim);

/* Objects in the store, sorted by kind, namespace, name; kind NULL: all. Borrowed until the next
 * sim_step(). */
struct objects sim_objects(const struct sim *sim, struct arena *arena, const char *kind);
const json_t *sim_object(const struct sim *sim, const char *kind, const char *namespace,
    const char *name);

/* Vitess as the model has it: tablets that serve now, and the alias of a shard's primary. Two
 * clusters may have shards of one name: `topology` is "ADDRESSES ROOT" of the global topology;
 * NULL: the first one that has such a shard. */
size_t sim_serving(const struct sim *sim, const char *topology, const char *keyspace,
    const char *shard);
const char *sim_primary(const struct sim *sim, const char *topology, const char *keyspace,
    const char *shard);
/* The durability policy of a keyspace; "" or NULL: none that is known. */
const char *sim_durability(const struct sim *sim, const char *topology, const char *keyspace);

struct sim_summary {
    bool ready;
    int steps;
    size_t pods_restarted;      /* tablet Pods that were replaced */
    size_t reparents;           /* planned, that changed the primary */
    size_t emergency_reparents; /* by VTOrc, of a dead primary */
    size_t min_serving;         /* lowest number of serving tablets in any shard once it was up */
    size_t writes_at_rest;
    size_t hook_calls, writes;
    const struct sim_violation *violations;
    size_t violation_count;
};
struct sim_summary sim_summary(const struct sim *sim);

/* Syncs every parent again `rounds` times without any change outside and counts the writes. */
size_t sim_rest(struct sim *sim, int rounds);

#endif
