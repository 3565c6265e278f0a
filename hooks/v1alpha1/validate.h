#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_VALIDATE_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_VALIDATE_H

#include "cluster.h"

/* The parts of v1_validate_cluster(), one idea a file. */

struct validation {
    const struct request *request;
    struct arena *arena;
    const struct cluster_spec *spec;
    const struct told_cells *told; /* NULL where nothing is held against it */
    struct problems *problems;
};

/* validate.c, for its parts: the path of a field and of an item. */
const char *v1_path(const struct validation *v, const char *path, const char *field);
const char *v1_path_of_item(const struct validation *v, const char *path, size_t index);
/* spec.cells is a list. Where it is not, which is reported already, names are not compared with it.
 */
bool v1_has_cells(const struct validation *v);
/* A PersistentVolumeClaim as a user writes it. */
void v1_validate_claim(const struct validation *v, const char *path, const json_t *claim);

/* validate_cells.c: each cell, and that there is one lock server. */
void v1_validate_cells(const struct validation *v);
/* validate_keyspaces.c: each keyspace, by the three below. */
void v1_validate_keyspaces(const struct validation *v);
/* validate_shards.c: key ranges of its shards, and that they cover all. */
void v1_validate_shards(const struct validation *v, const struct keyspace_item *keyspace);
/* validate_tablets.c: its pools as they are where nothing overrides them. */
void v1_validate_tablets(const struct validation *v, const struct keyspace_item *keyspace);
/* What is written in one block of a pool, whether it is merged into another or not. */
void v1_validate_pool(const struct validation *v, const struct pool_spec *pool);
/* validate_pool_overrides.c: what its overrides make of them. */
void v1_validate_pool_overrides(const struct validation *v, const struct keyspace_item *keyspace);

/* validate_overrides.c: names in overrides of Pods that the operator itself gives. */
void v1_validate_overrides(const struct validation *v);
/* validate_grace.c */
void v1_validate_grace(const struct validation *v);
/* validate_zone.c: nodes that cannot be in the zone of their cell. */
void v1_validate_zone(const struct validation *v);
/* validate_flags.c: flags that Vitess does not have, or that are the operator's to set. */
void v1_validate_flags(const struct validation *v);
/* validate_tls.c: TLS between the components that could not work, as far as flags say. */
void v1_validate_tls(const struct validation *v);
/* validate_force.c: names in spec.rollout.force that nothing has. */
void v1_validate_force(const struct validation *v);
/* validate_names.c: names of every object that would be made. */
void v1_validate_names(const struct validation *v);
/* Those alone that `other` makes too: a VitessCluster, as far as it is known. */
void v1_validate_names_against(const struct validation *v, const json_t *other);
/* validate_changes.c: what must not change once it has been created. */
void v1_validate_changes(const struct validation *v);

#endif
