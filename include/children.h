#ifndef VITESS_OPERATOR_CHILDREN_H
#define VITESS_OPERATOR_CHILDREN_H

#include "request.h"

/* Children of whatever parent: those that are not there yet, and those that no hook has made. */

/* The parent, as messages name it. */
struct owner {
    const char *kind, *namespace, *name;
};
struct owner owner_of(const json_t *parent);

/* A kind as kubectl takes it for a resource: in small letters. */
const char *resource_of(struct arena *arena, const char *kind);

/* Of a child that is wanted and not there, for conditions. Metacontroller does not tell a hook why:
 * where an object of that name has another owner, it takes AlreadyExists for success. */
const char *being_created(struct arena *arena, struct owner owner, const char *kind,
    const char *name);

/* Children that carry our labels although no hook of ours makes objects of their names: a manifest
 * that somebody copied, a volume's clone, what a restore brought back. Metacontroller has adopted
 * them, so leaving them out would delete them. */
struct unknown_children {
    json_t *list; /* NULL: none yet */
};
/* Those of `all` that `is_ours`; the others are added to `unknown`. */
struct objects known_children(struct arena *arena, struct unknown_children *unknown,
    const struct objects *all, bool (*is_ours)(void *context, const json_t *child), void *context);

#endif
