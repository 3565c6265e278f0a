#ifndef VITESS_OPERATOR_SIM_FAULTS_H
#define VITESS_OPERATOR_SIM_FAULTS_H

#include <stdbool.h>

#include "sim/store/kinds.h"

/* What goes wrong on purpose, and from which second on. */

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

void faults_start(struct sim *sim);
bool faults_add(struct sim *sim, const char *text, const char **message);
void faults_turn(struct sim *sim);
/* "pod=nope": the first one that has met nothing, or NULL. */
const char *faults_unmet(const struct sim *sim);
long faults_due(const struct sim *sim);

/* Why this image cannot be had ("ErrImagePull", "InvalidImageName"), or NULL. */
const char *faults_image(struct sim *sim, const char *image);
/* A flag among the words ("--name=value") that no program knows, without its dashes, or NULL. */
const char *faults_flag(struct sim *sim, const struct texts *words);
/* How often a new Pod of this name crashes: 0, or -1 for ever. */
int faults_pod_crashes(struct sim *sim, const char *name);
bool faults_task_fails(struct sim *sim, const char *pod, const char *command);
/* Seconds that a Pod's processes take to end once they are told to. */
long faults_stop(const struct sim *sim);
enum hook_outcome faults_hook(struct sim *sim, const struct kind *kind);
/* An admission policy rewrites Pods. */
bool faults_admits(const struct sim *sim);
/* What admission policies of others make of an object that is being created: in place. True where
 * there is one. */
bool faults_admit(struct sim *sim, const struct kind *kind, json_t *object);
/* Why a policy refuses `object`, a new Pod with a text in it that it does not like; or NULL. */
const char *faults_refuse(struct sim *sim, const struct kind *kind, const json_t *object);
/* The admission webhook of a mesh: `object`, where it is a new Pod, with the sidecar that it puts
 * "first" or "last" among the containers. */
const json_t *faults_inject(struct sim *sim, const struct kind *kind, const json_t *object);

#endif
