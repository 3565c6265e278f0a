#ifndef VITESS_OPERATOR_SIM_SHELF_H
#define VITESS_OPERATOR_SIM_SHELF_H

#include "kinds.h"
#include "sim/core/table.h"

/* Objects at one moment, and where they are kept. */

/* One state of one object. Never changes; shares what it has in common with the one before. */
struct version {
    const json_t *json;
    const struct kind *kind;
    const char *key; /* "namespace/name", or "name" of a cluster-wide kind */
    const char *namespace, *name, *uid;
    const char *owner;  /* uid of the controller ownerReference, or NULL */
    long long revision; /* resourceVersion */
    bool terminating;
    bool matched;     /* nothing to merge when what is desired equals what was applied last */
    const char *text; /* Go JSON, made when it is first asked for */
    size_t length;
    struct version *moved; /* where it went when the store was compacted */
};

/* Versions sorted by kind and key. */
struct shelf {
    struct arena *arena;
    struct version **at;
    size_t count, capacity;
};
struct version *shelf_find(const struct shelf *shelf, const struct kind *kind, const char *key);
void shelf_put(struct shelf *shelf, struct version *version);
void shelf_remove(struct shelf *shelf, const struct version *version);
/* The part of `shelf` that is of one kind. */
struct shelf shelf_of_kind(const struct shelf *shelf, const struct kind *kind);

/* All objects at one moment, also by controller. */
struct view {
    struct arena *arena;
    struct shelf all;
    struct table owned;   /* owner uid -> struct shelf */
    struct shelf orphans; /* without a controller */
};
void view_start(struct view *view, struct arena *arena);
/* `before` gives way to `after`; either may be NULL. */
void view_change(struct view *view, struct version *before, struct version *after);
const struct shelf *view_owned(const struct view *view, const char *uid);

/* A copy in a fresh arena, one for each version however often it is asked for; all of a view. */
struct version *version_move(struct arena *arena, struct version *version);
void view_move(struct arena *arena, struct view *view);

#endif
