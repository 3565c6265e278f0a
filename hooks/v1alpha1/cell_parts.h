#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_CELL_PARTS_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_CELL_PARTS_H

#include "cell.h"

/* What the components of a cell share, and how each of them is staged. */

/* --- of any (cell_parts.c) --- */

/* NULL: none. */
struct pod_overrides v1_cell_overrides(const struct pod_overrides *template);
/* The image that the spec asks for, which may be one that is too old to run; and what runs then. */
const char *v1_cell_asked_image(const struct cell *cell, const char *image);
const char *v1_cell_running_image(const struct cell *cell, const char *image);
/* A block of the spec as JSON. */
const json_t *v1_cell_block(const struct cell *cell, const char *name);

/* Adds what nobody has to wait for, such as a Service; and a workload, whose turn has to come. */
void v1_stage_at_once(struct cell *cell, const json_t *desired);
void v1_stage_workload(struct cell *cell, const json_t *desired);

/* Hash of what the Pods of a workload have read as they started: what all in the cell read, and a
 * Secret of its own (NULL: none). */
const char *v1_cell_secrets(struct cell *cell, const char *kind, const char *suffix,
    const char *secret, const char *const *keys);
/* The place of one workload, with the hash of all that shapes it; the second with what all in the
 * cell read of Secrets. */
struct place v1_cell_place_with(const struct cell *cell, const char *component, const char *image,
    const json_t *block, const json_t *more, const char *secrets);
struct place v1_cell_place(const struct cell *cell, const char *component, const char *image,
    const json_t *block, const json_t *more);

/* --- one file each --- */

void v1_stage_etcd(struct cell *cell);
void v1_stage_vtctld(struct cell *cell);
void v1_stage_vtgate(struct cell *cell);
void v1_stage_vtorc(struct cell *cell);
void v1_stage_vtadmin(struct cell *cell);
void v1_stage_mysqld(struct cell *cell);

/* The Service of vtgate inside of the cluster: "vitess-zone1-internal". Short, as all names that
 * could be made before there was such a Service have room for it: every cell with a vtgate has the
 * longer "...-vttablet-CELL", too. */
#define VTGATE_INSIDE "internal"

/* cell_etcd_version.c */
const char *v1_lead_etcd(struct cell *cell, struct etcd *etcd, const struct etcd_spec *spec,
    const json_t *block, const json_t *retention, const char *secrets);

/* cell_mysqld.c */
/* NetworkPolicies are asked for. */
bool v1_has_policies(const struct cell *cell);
/* A Service or NetworkPolicy of the MySQL of a shard, in the spec or not. */
bool v1_is_of_mysqld(struct cell *cell, const json_t *object);

#endif
