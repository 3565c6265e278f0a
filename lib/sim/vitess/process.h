#ifndef VITESS_OPERATOR_SIM_PROCESS_H
#define VITESS_OPERATOR_SIM_PROCESS_H

#include "sim/kubelet/kubelet.h"
#include "tls.h"

/* The Vitess process of a Pod, as it was started last. */
struct process {
    struct global_topology *topology;
    struct tablet *tablet;
    struct tls_server listens;
    struct tls_client dials; /* tablets */
};

/* What etcd, the servers of Vitess and tasks do in their containers. */
extern const struct processes vitess_processes;

#endif
