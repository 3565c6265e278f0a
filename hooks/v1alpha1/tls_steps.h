#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_TLS_STEPS_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_TLS_STEPS_H

#include "specs.h"

/* TLS between the components (tls_steps.c): how far the servers and clients of tablets are from
 * plain text: 0 "none", 1 "Accept", 2 "Prefer", 3 "Require". What is next to each other can talk to
 * each other. */

const char *v1_tls_step_name(int step);
int v1_tls_step_of_name(const char *name);
/* By spec.tls, or else by the flags that the user gives by hand. */
int v1_tls_step(struct arena *arena, const struct cluster_spec *spec);
/* The same of what one cell was told. One without tablets has only clients, which fit two steps:
 * that which is next to `wanted`. */
int v1_tls_step_of_cell(struct arena *arena, const struct cell_spec *cell, int wanted);
/* And as it is held against a new spec, whose v1_tls_step() is `step`: by spec.tls cells take each
 * step together. */
int v1_tls_step_before(struct arena *arena, const struct cell_spec *cell,
    const struct cluster_spec *spec, int step);

#endif
