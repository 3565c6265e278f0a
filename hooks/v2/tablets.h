#ifndef VITESS_OPERATOR_HOOKS_V2_TABLETS_H
#define VITESS_OPERATOR_HOOKS_V2_TABLETS_H

#include "specs.h"

/* The tablets of a VitessShard and the Pod that makes its first backup, field by field as the
 * operator of PlanetScale makes them (pkg/operator/vttablet). */

struct v2_vitess_shard {
    const char *namespace, *cluster, *keyspace;
    const struct shard_spec *spec;
};

/* A tablet pool, with what its tablets have in common: that is made once. */
struct v2_pool;

struct v2_tablet {
    struct v2_pool *pool;
    const struct tablet_pool *spec; /* of the pool */
    uint32_t index;                 /* in its pool, from 1 */
    uint32_t uid;
    const char *uid_text, *alias; /* "0790125915", "zone1-0790125915" */
    const char *name;             /* of its Pod and its claim */
};

/* In the order of the pools. */
struct v2_tablets {
    struct v2_tablet *at;
    size_t count;
};
struct v2_tablets v2_tablets_of(struct arena *arena, const struct v2_vitess_shard *shard);

/* What is noted on a Pod beside what it is made of. */
struct v2_tablet_notes {
    json_int_t generation; /* of the VitessShard; 0: not noted */
    const char *spec_hash; /* of all that it is made from; NULL: not noted */
    const char *resize;    /* size to which the file system of the claim grows once the Pod is made
                              anew; NULL: it does not wait for that */
};
/* `notes` of NULL are none. */
const json_t *v2_tablet_pod(struct arena *arena, const struct v2_tablet *tablet,
    const struct v2_tablet_notes *notes);
/* The same with the spec of `applied`, and the hash of it: what was made from the same is the same
 * Pod, whatever this build would render, and to render it is most of the work. */
const json_t *v2_tablet_pod_as_applied(struct arena *arena, const struct v2_tablet *tablet,
    const struct v2_tablet_notes *notes, const json_t *applied);
/* NULL where the data goes with the Pod. */
const json_t *v2_tablet_claim(struct arena *arena, const struct v2_tablet *tablet);

/* --- the first backup --- */

/* Theirs makes an empty backup that all tablets restore from: of a shard that has neither a
 * complete backup nor a primary, whose pools all have a MySQL of the operator, where the first one
 * has a backup location. */
bool v2_vtbackup_wanted(const struct v2_vitess_shard *shard, bool has_backup, bool has_primary);
/* Of a shard with a pool that has a backup location: the first one is what they are like. The claim
 * is NULL where that pool has none. */
const json_t *v2_vtbackup_pod(struct arena *arena, const struct v2_vitess_shard *shard);
const json_t *v2_vtbackup_claim(struct arena *arena, const struct v2_vitess_shard *shard);

#endif
