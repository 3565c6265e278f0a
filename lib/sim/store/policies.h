#ifndef VITESS_OPERATOR_SIM_POLICIES_H
#define VITESS_OPERATOR_SIM_POLICIES_H

#include "kinds.h"

/* What admission policies and webhooks of other people do to new Pods: faults that were asked for.
 */

struct sim;

/* A policy writes labels or annotations into new Pods. */
bool policies_rewrite(const struct sim *sim);
/* `object`, which is being created, as those make it that write into it: a policy, and the webhook
 * of a mesh that puts its sidecar "first" or "last" among the containers. */
const json_t *policies_mutate(struct sim *sim, const struct kind *kind, const json_t *object);
/* Why a policy refuses `object`, a new Pod with a text in it that it does not like; or NULL. */
const char *policies_refuse(struct sim *sim, const struct kind *kind, const json_t *object);

#endif
