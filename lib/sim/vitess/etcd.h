#ifndef VITESS_OPERATOR_SIM_ETCD_H
#define VITESS_OPERATOR_SIM_ETCD_H

#include "vtctl.h"

/* The members of the etcds that StatefulSets run. */

/* Why the process of this Pod ends as it starts, or NULL: it is a member. */
const char *etcd_start(struct sim *sim, const struct version *pod, const struct texts *arguments);
/* Why it ends although it was one. */
const char *etcd_trouble(struct sim *sim, const struct version *pod);
/* Enough voters are up. */
bool etcd_quorum(struct sim *sim, const struct version *pod);
/* The JSON gateway of the member that this Pod runs. */
struct vtctl_result etcd_call(struct sim *sim, const struct version *pod, const char *url,
    const char *data);
/* The volume of `claim` has what that of the claim of this uid had. */
void etcd_restored(struct sim *sim, const char *uid, const struct version *claim);

#endif
