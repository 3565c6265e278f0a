#ifndef VITESS_OPERATOR_CHILDREN_H
#define VITESS_OPERATOR_CHILDREN_H

#include "advice.h"
#include "request.h"

struct tasks;

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

/* Why a child that is wanted is not Ready: it is being created, or what it says itself. NULL: it is
 * Ready. `child` is NULL where it is not there. */
const char *why_child_is_not_ready(struct arena *arena, struct owner owner, const char *kind,
    const char *name, const json_t *child);

/* Sum of an integer of the status of all `children`. */
json_int_t status_sum(const struct objects *children, const char *field);

/* --- those that no hook has made --- */

/* Children that carry our labels although no hook of ours makes objects of their names: a manifest
 * that somebody copied, a volume's clone, what a restore brought back. Metacontroller has adopted
 * them, so leaving them out would delete them. */
struct unknown_children {
    json_t *list; /* NULL: none yet */
};
/* Those of `all` that `is_ours`; the others are added to `unknown`. */
struct objects known_children(struct arena *arena, struct unknown_children *unknown,
    const struct objects *all, bool (*is_ours)(void *context, const json_t *child), void *context);
/* The same of the Pods of a parent that makes none but those of its tasks. */
void find_unknown_pods(const struct request *request, struct unknown_children *unknown,
    struct tasks *tasks);
/* Keeps them as they are. A claim is kept beyond its parent, too, for the data that somebody has
 * put into it. */
void want_unknown(const struct request *request, struct answer *answer,
    const struct unknown_children *unknown);
/* Names them, and says what to do with the first one: to take off the first of `labels` that it
 * has, or else the last. These are what the parent knows its children by; the list ends with NULL.
 */
void advise_unknown(struct advice *advice, const json_t *parent, const char *const *labels,
    const struct unknown_children *unknown);

#endif
