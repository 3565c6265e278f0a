#ifndef VITESS_OPERATOR_SIM_PROCESS_H
#define VITESS_OPERATOR_SIM_PROCESS_H

#include "sim/kubelet/kubelet.h"

/* What etcd, the servers of Vitess and tasks do in their containers. */
extern const struct processes vitess_processes;

#endif
