#ifndef VITESS_OPERATOR_CLAIMS_H
#define VITESS_OPERATOR_CLAIMS_H

#include "advice.h"
#include "api_keys.h"
#include "request.h"

/* What claims of tablets and of etcd have in common: they outlive their owner, keep their size, and
 * grow as far as their storage does. */

/* The reference of the claim to itself, owns_itself(), was applied last. */
bool claim_had_mark(struct arena *arena, const json_t *claim);
/* `wanted`, of the observed `claim`, with that reference where the claim outlives its owner, and
 * without it where not. */
const json_t *claim_marked(struct arena *arena, const json_t *wanted, const json_t *claim,
    bool outlives);
/* The same of what was applied last, or of what is there: a claim that is not wanted (any more) but
 * stays. */
const json_t *claim_as_applied(struct arena *arena, const struct api_keys *keys,
    const json_t *claim, bool outlives);
/* The garbage collector will leave all of them when their owner is gone: they have been told to. */
bool claims_are_marked(const struct objects *claims);

#define CLAIM_RESIZE_PENDING "FileSystemResizePending"

/* The condition of that type of the claim, where it is True; or NULL. */
const json_t *claim_condition(const json_t *claim, const char *type);
/* What Kubernetes says of the growth of a claim (NULL: nothing); `restart` says how its Pod is
 * restarted in its turn. */
void advise_growth(struct advice *advice, const json_t *claim, const char *restart);

#endif
