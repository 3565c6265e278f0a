#ifndef VITESS_OPERATOR_PREFLIGHT_H
#define VITESS_OPERATOR_PREFLIGHT_H

#include "vitess.h"

/* A Pod of a tablet cannot be tried before its predecessor goes, since both have one name and one
 * disk. Its template can: a preflight Pod is made from it that ends at once. What it finds out
 * before any tablet stops: what the API server, quotas and admission policies refuse, images and
 * their pull secrets, Secrets and ConfigMaps that are missing, nodes that no selector, affinity or
 * toleration matches, more memory or cpu than any node has left, flags that this Vitess does not
 * know. Not what needs the disk: the claim is left out. */

/* What a container runs that is not of Vitess. */
#define PREFLIGHT_NOTHING "true"

/* The Pod without its name. `pod` is the tablet's, `before` what was applied of the one that runs
 * now (its image, flags and resources need no proof), or NULL. */
const json_t *preflight_pod(struct arena *arena, const struct place *place, const json_t *pod,
    const json_t *before);

enum preflight_state {
    PREFLIGHT_RUNS,
    PREFLIGHT_PASSED,
    PREFLIGHT_REFUSED, /* by whom and why is the text */
    PREFLIGHT_VOID     /* it was evicted, or its node went: another one is needed */
};

struct preflight_outcome {
    enum preflight_state state;
    const char *text;
};

/* How the observed Pod, which was made from `wanted`, has fared. All that refuse are named. */
struct preflight_outcome preflight_outcome(struct arena *arena, const json_t *observed,
    const json_t *wanted);

#endif
