#ifndef VITESS_OPERATOR_SIM_WANTS_H
#define VITESS_OPERATOR_SIM_WANTS_H

#include "auditor.h"

/* How an API says what it wants: all that the auditor knows of one. */
struct wants {
    const char *api; /* "vitess.io/v1alpha1" */
    /* A keyspace of the spec has this shard. */
    bool (*has_shard)(struct arena *arena, const json_t *keyspace, const char *shard);
    /* How many tablets it wants in the cell and pool of this one. */
    long (*in_pool)(struct arena *arena, const json_t *keyspace, const struct audited *tablet);
    /* And in all cells together of a type. */
    long (
        *in_all)(struct arena *arena, const json_t *keyspace, const char *shard, bool replica_type);
    /* Sets pool and index of the tablet that a Pod says it is; false where its name is another's.
     */
    bool (*identify)(struct arena *arena, const json_t *pod, unsigned long uid,
        struct audited *tablet);
    /* Its user wants it replaced at once, whatever that costs. */
    bool (*forced)(const json_t *spec, const json_t *pod);
    /* An object of its own that may be left out of an answer with all below it; NULL: once it says
     * that it has retired. */
    bool (*may_leave)(const json_t *object);
    const char *primary; /* where the status of a VitessShard has it */
};

extern const struct wants wants_v1alpha1, wants_v2;

/* Those of an object, told by its labels. */
const struct wants *wants_of(const json_t *object);
/* One of `parts` equal key ranges has this name. `width`: digits of a bound; 0: as few as do. */
bool wants_equal_shard(struct arena *arena, long long parts, long long width, const char *shard);
/* The name of a shard with the bounds of `range`. */
const char *wants_range_name(struct arena *arena, const json_t *range);

#endif
