#ifndef VITESS_OPERATOR_SIM_WORKLOADS_H
#define VITESS_OPERATOR_SIM_WORKLOADS_H

#include "sim/core/queue.h"
#include "sim/store/store.h"

/* The controllers of Deployments and StatefulSets. A Deployment owns its Pods directly: who reads
 * only the Deployment cannot tell. */

/* What the controller remembers of a Deployment. */
struct progress {
    const char *mark; /* another text is progress */
    long since;
    const char *hash; /* of its newest template */
    int revision;     /* how many templates it has had */
};

struct workloads {
    struct queue queue;    /* "Deployment namespace/name" */
    struct table progress; /* Deployment uid -> struct progress */
    size_t names;          /* Pods ever made: part of their names */
};

void workloads_start(struct sim *sim);
void workloads_see(struct sim *sim, const struct change *change);
void workloads_turn(struct sim *sim);
long workloads_due(const struct sim *sim);

void deployment_step(struct sim *sim, struct version *deployment);
void statefulset_step(struct sim *sim, struct version *version);

/* --- shared by both --- */

/* The Pods that a workload owns, in order of name. */
struct owned_pods {
    struct version **at;
    size_t count;
};
struct owned_pods workload_pods(struct sim *sim, const struct version *workload);
/* Identity of the Pod template. */
const char *workload_hash(struct sim *sim, const struct version *workload);
/* A Pod of the template's, owned by the workload. `extra` are labels on top. */
json_t *workload_pod(struct sim *sim, const struct version *workload, const char *name,
    const json_t *extra);

#endif
