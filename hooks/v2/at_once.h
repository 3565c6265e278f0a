#ifndef VITESS_OPERATOR_HOOKS_V2_AT_ONCE_H
#define VITESS_OPERATOR_HOOKS_V2_AT_ONCE_H

#include "derived.h"

/* What of an edit waits for nobody although updateStrategy is External, kind by kind (their
 * Update...InPlace functions): the object as it was applied, with that. */

/* How many vtgates there are; where an autoscaler decides that, as many as `observed` has. */
const json_t *v2_cell_at_once(struct arena *arena, const json_t *applied, const json_t *desired,
    const json_t *observed);
/* updateStrategy, turndownPolicy, annotations, sizes of disks where they may grow, and which
 * partitionings there are; each that was there keeps its content. */
const json_t *v2_keyspace_at_once(struct arena *arena, const json_t *applied, const json_t *desired,
    const json_t *observed);
/* updateStrategy, annotations, sizes of disks where they may grow. */
const json_t *v2_shard_at_once(struct arena *arena, const json_t *applied, const json_t *desired);
/* How many there are, of a Deployment whose replicas are no autoscaler's; labels. */
const json_t *v2_deployment_at_once(struct arena *arena, const json_t *applied,
    const json_t *desired);

#endif
