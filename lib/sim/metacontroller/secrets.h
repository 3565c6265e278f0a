#ifndef VITESS_OPERATOR_SIM_SECRETS_H
#define VITESS_OPERATOR_SIM_SECRETS_H

#include "sim/store/store.h"

/* Secrets are seldom in the manifests that are simulated. So each one that a hook asks for by its
 * name is there, with all that Pods may want of it, unless somebody has deleted it. What is in it
 * can be renewed. */

/* Those that the rules of a customize hook name are there. */
void secrets_assume(struct sim *sim, const char *namespace, const json_t *rules);
/* All of that name have other content from now on; false where there is none. */
bool secrets_renew(struct sim *sim, const char *name);
bool secrets_are_assumed(const struct change *change);

#endif
