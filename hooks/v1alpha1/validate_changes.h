#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_VALIDATE_CHANGES_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_VALIDATE_CHANGES_H

#include "validate.h"

/* The parts of v1_validate_changes(): what one VitessCell was told is held against the new spec. */

struct change {
    const struct validation *v;
    const struct cell_spec *before;
    bool elsewhere; /* `before` is from another namespace, as is the lock server that it names */
    int tls_step;   /* of the new spec */
};

/* validate_changes.c, for its parts. A step is refused to all but those who know better, and name
 * the VitessCell in spec.rollout.force: one that was told a version which never ran must be able to
 * go back. */
void v1_refuse_step(const struct change *change, const char *path, const char *rule,
    const char *instead);
/* What a claim asks for must not become less. */
void v1_refuse_shrinking(const struct change *change, const char *path, const json_t *old,
    const json_t *new, const char *way_out);
/* A claim without its metadata, each quantity in its canonical form; or NULL. */
const json_t *v1_canonical_claim(struct arena *arena, const json_t *claim);
/* "none" for NULL. */
const char *v1_or_none(const char *text);

/* validate_changes_tls.c: `observed` is the VitessCell. */
void v1_validate_tls_step(const struct change *change, const json_t *observed);
/* validate_changes_etcd.c: its volumes, TLS and version. */
void v1_validate_etcd_change(const struct change *change, const struct cell_item *now);
/* validate_changes_services.c: what the API server refuses of a Service that is there. */
void v1_validate_service_changes(const struct change *change, const struct cell_item *now);
/* validate_changes_tablets.c: their volumes, and versions of MySQL. */
void v1_validate_tablet_changes(const struct change *change);

#endif
