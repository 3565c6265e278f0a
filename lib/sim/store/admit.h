#ifndef VITESS_OPERATOR_SIM_ADMIT_H
#define VITESS_OPERATOR_SIM_ADMIT_H

#include "kinds.h"

/* What the API server makes of an object before it stores it: the fields that Go's omitempty or a
 * CRD's pruning drops are dropped, defaults are filled in, quantities become canonical; and then
 * it says no to what is invalid. A hook whose objects differ from what comes out of here writes for
 * ever, so this is where hot loops show. */

/* `object` as it would be stored (a copy in the current scope), without what the server keeps of
 * its own in metadata. `old` is the stored object on updates, else NULL. NULL, with a message,
 * where it is refused. */
json_t *admit(struct arena *arena, const struct kind *kind, const json_t *object, const json_t *old,
    const char **message);

/* The parts: */

/* A deep copy as Go's JSON decoding and encoding leaves it: 2.0 is 2; in a built-in type (`typed`)
 * what omitempty drops is dropped. */
json_t *admit_copy(const json_t *object, bool typed);
/* Defaulting of the built-in kinds. */
void admit_defaults(struct arena *arena, const struct kind *kind, json_t *object,
    const json_t *old);
/* Pruning, defaulting and validation by the schema of a CRD; NULL or what is wrong. `value` is
 * changed in place. */
const char *admit_schema(struct arena *arena, const json_t *schema, json_t *value,
    const json_t *old, const char *path);
/* NULL, or why the API server refuses to store `object` (over `old`, when that is not NULL). */
const char *invalid_metadata(struct arena *arena, const struct kind *kind, const json_t *object);
const char *invalid_object(struct arena *arena, const struct kind *kind, const json_t *object);
const char *invalid_change(struct arena *arena, const struct kind *kind, const json_t *object,
    const json_t *old);
const char *invalid_pod_spec(struct arena *arena, const json_t *spec, const char *path);
/* status.qosClass of a Pod that is about to be stored. */
const char *pod_qos(const json_t *spec);
/* Syntax of names and labels. */
bool dns_label(const char *text, size_t limit);
bool dns_subdomain(const char *text);
const char *invalid_labels(struct arena *arena, const json_t *labels, const char *path);

#endif
