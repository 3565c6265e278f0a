#ifndef VITESS_OPERATOR_TASK_H
#define VITESS_OPERATOR_TASK_H

#include "request.h"
#include "vitess.h"

/* Talking to Vitess without calls: a task is a child Pod that runs vtctldclient and leaves its
 * answer as termination message. Its name hashes its question, so a question is asked once; what
 * makes an answer void is part of the question. Answers are copied to status.tasks of the parent;
 * the Pod goes once the copy has been observed, so a lost Pod is not a lost answer. One that cannot
 * run (no node takes it, its image is not there, it ends again and again) is made anew where it
 * would be made differently today.
 *
 * Tablets move by what these Pods say, so an answer is taken only of a Pod
 * - that the parent controls: a Pod with our labels, made by somebody else, is no child of ours;
 * - whose last-applied configuration is about the Pod itself and has the hash of the image and the
 *   command that we ask this question with (of an older build: has these two). Labels, pull policy
 * and the like may differ: an upgrade of ours or an edit does not make a running question void;
 * - whose container "task" runs that command and, since it was made, that image. What an admission
 *   webhook adds beside it is its own business, as is the image that it takes from a mirror.
 * The answer is what the container "task" leaves when it ends with exit code 0, whatever the other
 * containers and the phase of the Pod say. This keeps out who may create Pods or edit their
 * metadata. Who may write the status of Pods is a kubelet, and can say anything. */

/* Who the tasks of one parent talk to. */
struct vtctl_client {
    const char *image;
    const char *server; /* "vitess-global-vtctld:15999"; "internal" where there is no vtctld */
    const struct pod_overrides *template; /* labels, annotations and placement; or NULL */
    const json_t *resources;              /* laid over ours; or NULL */
    const struct dial_tls *dial;          /* NULL: in plain text */
    const json_t *volumes, *mounts;       /* where its files are; lists, or NULL */
};

enum task_state {
    TASK_ASKED,   /* no answer yet */
    TASK_FAILING, /* tried and failed, is tried again; text is the end of its log */
    TASK_ANSWERED /* text is the answer */
};

struct task_reply {
    enum task_state state;
    const char *text;
    const char *question; /* its hash: part of a further question that depends on this answer */
    const char *listener; /* TASK_ASKED: uid of the Pod that asks at this moment; NULL: none runs */
    /* Of task_try() alone: */
    const char *pod; /* the Pod that tries, or NULL where the answer is remembered */
    bool there;      /* and that Pod is observed */
};

/* How the answer of a question is read. */
struct task_reading {
    /* What the output is remembered as. NULL where it is not what was asked for: then `unexpected`
     * says what is wrong with it, and it is a failure. */
    const char *(
        *digest)(struct arena *arena, const void *asked, const char *raw, const char **unexpected);
    /* `text` can be what digest() made: a status may have been edited by anybody. */
    bool (*valid)(struct arena *arena, const void *asked, const char *text);
    const void *asked; /* handed to both */
};

/* A task that does not go on. */
struct task_failure {
    const char *text;  /* for a condition: "task reparent: no primary"; NULL: there is none */
    const char *cause; /* the end of it, as other texts of the same sync quote it: "no primary" */
};
/* A condition's message that ends with the cause of a failing task says that its image is not to be
 * had. */
bool task_lacks_image(const char *message);

/* All tasks of one sync. */
struct tasks {
    const struct request *request;
    struct place place;
    struct vtctl_client client;
    const char *prefix;        /* of Pod names: the parent's name */
    struct objects pods;       /* observed Pods of any kind: a task's is known by its name */
    json_t *emitted;           /* Pods to want */
    json_t *remembered;        /* the new status.tasks */
    const char *trouble;       /* first failing task, as text for a condition, or NULL */
    struct task_failure stuck; /* the first whose failing is a state (back-off), if any */
};

struct tasks tasks_begin(const struct request *request, const struct place *place,
    struct vtctl_client client);

/* Asks `arguments` (NULL-terminated, without the --server part). `verb` is a short DNS label for
 * the Pod's name. `invalidation_key` is text that makes a new question of the same arguments (NULL:
 * none). `reading` NULL: success is all there is to know, and is remembered as "". */
struct task_reply task_ask(struct tasks *tasks, const char *verb, const char *const *arguments,
    const char *invalidation_key, const struct task_reading *reading);

/* The same where nobody may be there yet who could answer: the Pod tries for a minute before it
 * fails. Success is all there is to know. */
struct task_reply task_ask_early(struct tasks *tasks, const char *verb,
    const char *const *arguments, const char *invalidation_key);

/* The same for what is eventually true: the Pod itself runs the command until its output matches
 * `pattern` (grep -E), so that nothing polls through the API server and no hook needs a clock. The
 * output has standard error in it. */
struct task_reply task_await(struct tasks *tasks, const char *verb, const char *pattern,
    const char *const *arguments, const char *invalidation_key, const struct task_reading *reading);

/* The same for who serves a keyspace, as vtgates see it: until some cell's SrvKeyspace lists the
 * shard for some type of tablet (`listed`), or until those of all cells list others alone. One that
 * lists nobody, as of a topology that was lost, says neither. */
struct task_reply task_await_listing(struct tasks *tasks, const char *verb, bool listed,
    const char *keyspace, const char *shard, const char *invalidation_key);

/* The same for `SetKeyspaceDurabilityPolicy --durability-policy=NAME KEYSPACE` of shards that run:
 * then the Pod has each primary switch semi-synchronous replication as well. VTOrc, which does that
 * some seconds later, closes the primary's transactions for a moment (UndoDemotePrimary), but looks
 * whether there is anything left to do first. StartReplication, sent to a primary, sets what the
 * policy wants of it and only then complains that it replicates from nobody. On is for a primary
 * with a replica that acknowledges, which ReparentTablet makes them: otherwise its writes would
 * hang. What fails there is left to VTOrc, and is no failure. */
struct task_reply task_switch_semi_sync(struct tasks *tasks, const char *verb, bool on,
    const char *const *arguments, const char *invalidation_key);

/* The same for what deletes: where it is gone already ("node doesn't exist") that is success too.
 * Vitess calls it an error, but a task whose answer was lost with its Pod is asked again. `record`
 * is what has to be gone, as a pattern of its path ("cells/zone1/CellInfo"): where another node
 * does not exist, it may well be there still. NULL: nobody would mind. */
struct task_reply task_delete(struct tasks *tasks, const char *verb, const char *record,
    const char *const *arguments, const char *invalidation_key);

/* Who is asked where it is about etcd itself. */
struct etcd_client {
    const char *tls_secret; /* with ca.crt, tls.crt and tls.key; NULL: in plain text */
};

/* Not a question to Vitess: sends `arguments` to curl, for the JSON gateway of etcd
 * (lib/vitess/etcd_members.c). An answer that does not match `pattern` (grep -E) is a failure; the
 * Pod asks for a minute before it fails. */
struct task_reply task_ask_etcd(struct tasks *tasks, const struct etcd_client *etcd,
    const char *verb, const char *pattern, const char *const *arguments,
    const char *invalidation_key, const struct task_reading *reading);

/* Not a question to Vitess: tries the Pod of preflight.h, with `hash` of what it is made from. Its
 * failure is none of the tasks' (trouble, stuck); nothing is tried again until its Pod is deleted.
 */
struct task_reply task_try(struct tasks *tasks, const json_t *pod, const char *hash);
/* It has passed, as far as is remembered: nobody is asked. */
bool task_has_passed(struct tasks *tasks, const char *hash);

/* The name of a Pod that was made to run `arguments`, whatever flags come behind them, and may do
 * so yet: also of one that is being deleted, or that nobody wants any more. NULL: there is none.
 * What it deletes must not be made anew before. */
const char *task_running(const struct tasks *tasks, const char *const *arguments);

/* The answer is remembered: task_ask() asks nobody. */
bool task_is_answered(const struct tasks *tasks, const char *const *arguments,
    const char *invalidation_key);

/* `text` has the shape of a reply's question. */
bool task_question_is(const char *text);

/* `pod` is a task's of this parent: it is labelled so, and was either applied by us or has the name
 * of a task. Only these are ever left out of an answer by tasks_emit(). */
bool task_pod_is_ours(const struct tasks *tasks, const json_t *pod);

/* Adds the Pods to the answer, and releases those of tasks that are over; status.tasks is
 * tasks->remembered. */
void tasks_emit(const struct tasks *tasks, struct answer *answer);

#endif
