#ifndef VITESS_OPERATOR_SIM_APPLY_H
#define VITESS_OPERATOR_SIM_APPLY_H

#include "json.h"

/* Metacontroller's dynamic apply: a 3-way merge of what is observed, what was applied last (kept in
 * an annotation) and what is desired. Everything is made in the current scope. */

#define LAST_APPLIED "metacontroller.k8s.io/last-applied-configuration"

/* The text of the annotation for `desired`: Go JSON without that annotation itself. */
const char *apply_text(struct arena *arena, const json_t *desired);

/* `desired` with the annotation, as it is created. */
const json_t *apply_stamp(const json_t *desired, const char *text);

/* The object that Metacontroller would PUT. NULL where the annotation of `observed` is not JSON. */
const json_t *apply_update(struct arena *arena, const json_t *observed, const json_t *desired,
    const char *text);

#endif
