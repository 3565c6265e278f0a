#ifndef VITESS_OPERATOR_TASK_H
#define VITESS_OPERATOR_TASK_H

#include "request.h"
#include "vitess.h"

/* Talking to Vitess without calls: a task is a child Pod that runs vtctldclient and leaves its
 * answer as termination message. Its name hashes its question, so a question is asked once; what
 * makes an answer void is part of the question. Answers are copied to status.tasks of the parent;
 * the Pod goes once the copy has been observed, so a lost Pod is not a lost answer. */

/* Who the tasks of one parent talk to. */
struct vtctl_client {
    const char *image;
    const char *server; /* "vitess-global-vtctld:15999"; "internal" where there is no vtctld */
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
};

/* All tasks of one sync. */
struct tasks {
    const struct request *request;
    struct place place;
    struct vtctl_client client;
    const char *prefix;  /* of Pod names: the parent's name */
    struct objects pods; /* observed task Pods */
    json_t *emitted;     /* Pods to want */
    json_t *remembered;  /* the new status.tasks */
    const char *trouble; /* first failing task, as text for a condition, or NULL */
    const char *stuck;   /* the same of one whose failing is a state (back-off), or NULL */
};

struct tasks tasks_begin(const struct request *request, const struct place *place,
    struct vtctl_client client);

/* Asks `arguments` (NULL-terminated, without the --server part). `verb` is a short DNS label for
 * the Pod's name. `voids` is text that makes a new question of the same arguments (NULL: none).
 * `digest_answer` turns the raw answer into the text that is remembered (NULL: remembers "",
 * success is all there is to know). */
struct task_reply task_ask(struct tasks *tasks, const char *verb, const char *const *arguments,
    const char *voids, const char *(*digest_answer)(struct arena *arena, const char *raw));

/* The same for what becomes true some day: the Pod itself runs the command until its output matches
 * `pattern` (grep -E), so that nothing polls through the API server and no hook needs a clock. */
struct task_reply task_await(struct tasks *tasks, const char *verb, const char *pattern,
    const char *const *arguments, const char *voids,
    const char *(*digest_answer)(struct arena *arena, const char *raw));

/* The same for what deletes: where it is gone already ("node doesn't exist") that is success too.
 * Vitess calls it an error, but a task whose answer was lost with its Pod is asked again. */
struct task_reply task_delete(struct tasks *tasks, const char *verb, const char *const *arguments,
    const char *voids);

/* A Pod that a task of this parent runs or ran in. */
bool task_pod_is_ours(const struct tasks *tasks, const json_t *pod);

/* Adds the Pods to the answer, and releases those of tasks that are over; status.tasks is
 * tasks->remembered. */
void tasks_emit(const struct tasks *tasks, struct answer *answer);

#endif
