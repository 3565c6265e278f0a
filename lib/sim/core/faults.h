#ifndef VITESS_OPERATOR_SIM_FAULTS_H
#define VITESS_OPERATOR_SIM_FAULTS_H

#include <stdbool.h>

#include "text.h"

/* What goes wrong on purpose, and from which second on. Each part asks here whether it concerns it;
 * what has to be done to the cluster breakage.c does. */

enum fault_kind {
    FAULT_POD,
    FAULT_NODE,
    FAULT_IMAGE,
    FAULT_TASK,
    FAULT_HOOK,
    FAULT_ADMIT,
    FAULT_STOP,
    FAULT_SIDECAR,
    FAULT_FLAG,
    FAULT_REFUSE,
    FAULT_SECRET
};

enum hook_outcome { HOOK_ANSWERS, HOOK_ANSWERS_500, HOOK_ANSWERS_429, HOOK_HANGS };

struct fault {
    enum fault_kind kind;
    const char *what;
    long second; /* 0: from the start, for ever */
    bool begun;
    bool met; /* what it names was there */
    int left; /* how often a task or hook still fails */
    struct fault *next;
};

struct faults {
    struct fault *first;
};

struct sim;
struct hook;

void faults_start(struct sim *sim);
bool faults_add(struct sim *sim, const char *text, const char **message);
/* "pod=nope" */
const char *fault_text(struct arena *arena, const struct fault *fault);
/* The text of the first one that has met nothing, or NULL. */
const char *faults_unmet(const struct sim *sim);
long faults_due(const struct sim *sim);
/* One of this kind that lasts and names `what`, which it has met with that; or NULL. */
struct fault *faults_active(struct sim *sim, enum fault_kind kind, const char *what);

/* Why this image cannot be had ("ErrImagePull", "InvalidImageName"), or NULL. */
const char *faults_image(struct sim *sim, const char *image);
/* A flag among the words ("--name=value") that no program knows, without its dashes, or NULL. */
const char *faults_flag(struct sim *sim, const struct texts *words);
/* How often a new Pod of this name crashes: 0, or -1 for ever. */
int faults_pod_crashes(struct sim *sim, const char *name);
bool faults_task_fails(struct sim *sim, const char *pod, const char *command);
/* Seconds that a Pod's processes take to end once they are told to. */
long faults_stop(const struct sim *sim);
enum hook_outcome faults_hook(struct sim *sim, const struct hook *hook);

#endif
