#ifndef VITESS_OPERATOR_HOOKS_V2_PATCH_H
#define VITESS_OPERATOR_HOOKS_V2_PATCH_H

#include "json.h"

/* What waits to be released, for whoever releases it: a strategic merge patch, as `kubectl patch`
 * takes it (annotation rollout.planetscale.com/scheduled, and pendingChanges in a status). */

/* What makes `to` of `from`: metadata (labels and annotations) and spec. Empty where both
 * say the same. Items of lists that Kubernetes merges by a key are told one by one, other lists
 * whole, and so are all lists of kinds of ours; what is taken away is null, or $patch: delete. Of
 * items $setElementOrder and $retainKeys are told, as theirs does. */
const json_t *v2_patch(struct arena *arena, const json_t *from, const json_t *to);
/* The same as YAML. NULL: nothing. */
const char *v2_patch_text(struct arena *arena, const json_t *from, const json_t *to);

#endif
