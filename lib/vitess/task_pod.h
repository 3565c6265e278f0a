#ifndef VITESS_OPERATOR_LIB_VITESS_TASK_POD_H
#define VITESS_OPERATOR_LIB_VITESS_TASK_POD_H

#include "task.h"

/* The Pods of tasks: task_pod.c makes them and tells whose an observed one is, task.c asks and
 * listens. */

enum { QUESTION_DIGITS = 16 };

/* Its container that runs the command, and whose end is the answer. */
#define TASK_CONTAINER "task"

/* What is asked: a command, and the script that runs it. */
struct question {
    const char *verb;
    const char *script;
    const char *pattern; /* that the output must match, or an error may; how often to try; NULL */
    const char *const *arguments;
    const char *hash;
    const json_t *preflight; /* the Pod itself, where no command is asked; else NULL */
    /* Of whom it is asked in the place of Vitess, and with what files; NULL: of Vitess. */
    const struct etcd_client *etcd;
};

/* The Pod of that name which asks `question`. */
const json_t *task_pod(const struct tasks *tasks, const char *name,
    const struct question *question);

/* The Pod that is asked: one that is there, or a new one. The question may come back before the Pod
 * of the last time is gone, what that one says is old, and on a dead node it may never go; or its
 * name may be that of a Pod which asks something else. So the next Pod has another name. */
struct task_pod_ref {
    const char *name;
    const json_t *pod; /* observed and not going, or NULL */
};

struct task_pod_ref select_task_pod(const struct tasks *tasks, const struct question *question);

/* An observed Pod that select_task_pod() has chosen: the parent controls it. One that has just been
 * adopted is shown without its owner reference; the next time it has one. */
bool task_pod_is_controlled(const struct tasks *tasks, const json_t *pod);
/* And it runs the command that it was made with. */
bool task_pod_runs_command(const json_t *pod, const json_t *wanted);
/* What it was made to run, or runs, has `arguments` in it, one behind the other. */
bool task_pod_was_made_for(const struct tasks *tasks, const json_t *pod,
    const char *const *arguments);

#endif
