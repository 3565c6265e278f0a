#ifndef VITESS_OPERATOR_HOOKS_V2_INHERITED_H
#define VITESS_OPERATOR_HOOKS_V2_INHERITED_H

#include "derived.h"

/* What a VitessCluster hands down to each VitessCell and VitessKeyspace: globalLockserver,
 * imagePullPolicies, imagePullSecrets, extraVitessFlags and topologyReconciliation. */
const json_t *v2_inherited(struct arena *arena, const struct v2_cluster *cluster);

#endif
