#ifndef VITESS_OPERATOR_HOOKS_V2_VALIDATE_H
#define VITESS_OPERATOR_HOOKS_V2_VALIDATE_H

#include "specs.h"

/* Adds what the tables cannot see of a user's spec, where one part must fit another. Theirs takes
 * most of it, and then panics, makes two of the same name, or waits for ever. Rules are kept to
 * what cannot work, so that what runs today under theirs is valid here. `spec` is as it was read,
 * normalised or not. */
void v2_validate(struct arena *arena, const struct cluster_spec *spec, struct problems *problems);

/* --- its parts, a file each --- */

struct validation {
    struct arena *arena;
    const struct cluster_spec *spec;
    struct problems *problems;
};

void v2_validate_keyspaces(const struct validation *v);
void v2_validate_backups(const struct validation *v);
void v2_validate_schedules(const struct validation *v);
void v2_validate_labels(const struct validation *v);
void v2_validate_flags(const struct validation *v);

/* True as well where spec.cells is not a list, which is reported already. */
bool v2_is_cell(const struct validation *v, const char *name);

/* All tablet pools of a keyspace, those of shards of equal parts once. */
typedef void v2_pool_function(const struct validation *v, const struct keyspace *keyspace,
    const struct tablet_pool *pool);
void v2_each_pool(const struct validation *v, v2_pool_function *use);

#endif
