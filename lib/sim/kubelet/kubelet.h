#ifndef VITESS_OPERATOR_SIM_KUBELET_H
#define VITESS_OPERATOR_SIM_KUBELET_H

#include "program.h"
#include "sim/core/queue.h"
#include "sim/store/store.h"

/* The kubelets of all nodes: the life of a Pod's containers, seen from outside by its status. */

enum container_state { CONTAINER_WAITING, CONTAINER_RUNNING, CONTAINER_ENDED };

struct container_end {
    int code;
    const char *message;
    long started, finished;
};

struct container_run {
    const char *name, *image;
    enum program program;
    bool sidecar; /* an init container that goes on beside the others */
    enum container_state state;
    const char *reason; /* why it waits */
    long since;         /* start of the process that runs */
    long retry;         /* a container that waits is not started before */
    int restarts;
    bool ready;
    bool well;                /* the process has found all that it needs at its start */
    bool ended;               /* there is an end */
    struct container_end end; /* the last one */
};

struct pod_run {
    const char *key, *uid, *node;
    const char *address;
    size_t init, count; /* init containers come first */
    struct container_run *containers;
    bool lost;               /* its node died */
    bool initialized;        /* all init containers are done; sidecars have started */
    bool stopped;            /* its processes have ended for good */
    long stops;              /* second at which they end, once they were told to */
    int crashes;             /* how often its containers still crash; -1: for ever */
    struct process *process; /* of Vitess, in vitess/model.h; NULL: none has started */
};

/* How a running process is at this moment. */
struct outcome {
    bool ends;
    int code;
    const char *message; /* of its end, as termination message */
    bool ready;
    long next; /* second at which to look again; NEVER: when it is poked */
    bool idle; /* that look is not expected to find anything new */
};

/* What the processes in containers do. */
struct processes {
    struct outcome (*look)(struct sim *sim, struct pod_run *run, struct container_run *container,
        const struct version *pod, const json_t *spec);
    /* It has ended, whatever the reason. */
    void (*ended)(struct sim *sim, struct pod_run *run, struct container_run *container);
};

struct kubelet {
    const struct processes *processes;
    struct table runs;  /* Pod uid -> struct pod_run */
    struct queue queue; /* Pod uids */
    size_t addresses;
    size_t changes; /* that may help a process which tries in vain */
    size_t seen;    /* of them at the last turn */
};

void kubelet_start(struct sim *sim, const struct processes *processes);
void kubelet_see(struct sim *sim, const struct change *change);
void kubelet_turn(struct sim *sim);
long kubelet_due(const struct sim *sim);
/* Something that processes may wait for has changed: who tries in vain tries again. */
void kubelet_wake(struct sim *sim);
/* Something that the Pod's readiness depends on has changed. */
void kubelet_poke(struct sim *sim, const char *uid);
/* All that ran there has ended. */
void kubelet_lose_node(struct sim *sim, const char *node);
/* It is back. */
void kubelet_regain_node(struct sim *sim, const char *node);
struct pod_run *kubelet_run(const struct sim *sim, const char *uid);
/* The Pod's containers crash, `times` in a row (-1: for ever). */
void kubelet_crash(struct sim *sim, struct pod_run *run, int times);

/* arguments.c: command and arguments of a container with $(VARIABLES) expanded. */
struct texts pod_arguments(struct sim *sim, const struct version *pod, const struct pod_run *run,
    const json_t *spec);

/* pod_status.c: status as the kubelet reports it. */
const json_t *pod_status(struct sim *sim, const struct pod_run *run, const struct version *pod);

#endif
