#ifndef VITESS_OPERATOR_SIM_PROCESS_H
#define VITESS_OPERATOR_SIM_PROCESS_H

#include "sim/kubelet/kubelet.h"

/* What etcd, the servers of Vitess and tasks do in their containers. */
extern const struct processes vitess_processes;

/* MySQL has run in another Pod with the same volume since before this container was started. */
bool lock_is_held(struct sim *sim, const struct pod_run *run,
    const struct container_run *container);

#endif
