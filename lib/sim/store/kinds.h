#ifndef VITESS_OPERATOR_SIM_KINDS_H
#define VITESS_OPERATOR_SIM_KINDS_H

#include "hook.h"

/* The resource types that the API server of the simulator serves: the built-in ones that a Vitess
 * cluster is made of, and one for each hook, as its CRD would make it. */
struct kind {
    const char *api_version, *name, *plural;
    bool namespaced;
    bool status;             /* has the status subresource */
    bool generation;         /* the API server counts changes of spec */
    const struct hook *hook; /* NULL: built in */
    const json_t *schema;    /* of the CRD; NULL: everything is kept */
    int index;
};

struct kinds {
    struct kind *at; /* sorted by name */
    size_t count;
};

/* `all` ends with NULL. Lives in `arena`. */
struct kinds *kinds_new(struct arena *arena, const struct api *const *all);

const struct kind *kind_find(const struct kinds *kinds, const char *api_version, const char *name);
/* The kinds of this name behind `before` (NULL: from the first one on): each API may have one, and
 * "VitessCluster.planetscale.com" is that of one. */
const struct kind *kind_next(const struct kinds *kinds, const char *name,
    const struct kind *before);
#define each_kind_named(kinds, called, one)                                                        \
    for (const struct kind *one = kind_next((kinds), (called), NULL); (one) != NULL;               \
         (one) = kind_next((kinds), (called), (one)))
/* The first of them. */
const struct kind *kind_by_name(const struct kinds *kinds, const char *name);
const struct kind *kind_by_plural(const struct kinds *kinds, const char *api_version,
    const char *plural);
const struct kind *kind_of(const struct kinds *kinds, const json_t *object);
bool kind_is(const struct kind *kind, const char *name);

#endif
