#ifndef VITESS_OPERATOR_HOOKS_V2_DERIVED_H
#define VITESS_OPERATOR_HOOKS_V2_DERIVED_H

#include "partitions.h"
#include "specs.h"

/* What users never write: the objects that a VitessCluster and a VitessKeyspace make of their
 * specs, as the operator of PlanetScale makes them, so that either can go on with what the other
 * has left. Beyond theirs is spec.selector, by which Metacontroller knows whose children are whose.
 * All are whole objects, of the arena or of the spec. */

/* The defaults of a VitessCluster (their vitesscluster_defaults.go): after this, images, pull
 * policies, updateStrategy and topologyReconciliation are there, whole. */
void v2_normalise(struct arena *arena, struct cluster_spec *spec);

struct v2_cluster {
    const char *namespace, *name;
    const struct cluster_spec *spec; /* normalised */
};

/* Where the topology of the whole cluster is. */
struct lockserver_params v2_global_lockserver(struct arena *arena,
    const struct v2_cluster *cluster);

/* A cell, and the cluster whose it is. */
struct v2_cell {
    const char *namespace, *cluster;
    const struct cell *cell;
    const struct lockserver_params *global;
};
/* Where the topology of one cell is, which the record of the cell says. */
struct lockserver_params v2_local_lockserver(struct arena *arena, const struct v2_cell *cell);

/* The etcd of the cluster; NULL where the topology is somewhere else. */
const json_t *v2_global_etcd(struct arena *arena, const struct v2_cluster *cluster);
/* The etcd of a cell's own, a child of its VitessCell; NULL where it has none. */
const json_t *v2_local_etcd(struct arena *arena, const struct v2_cell *cell);

/* `observed` is the one that is there, or NULL: where a HorizontalPodAutoscaler decides how many
 * vtgates there are, their number is what it has made of it. */
const json_t *v2_derived_cell(struct arena *arena, const struct v2_cluster *cluster,
    const struct cell *cell, const json_t *observed);
const json_t *v2_derived_keyspace(struct arena *arena, const struct v2_cluster *cluster,
    const struct keyspace *keyspace);
const json_t *v2_derived_backup_storage(struct arena *arena, const struct v2_cluster *cluster,
    const struct backup_location *location);
/* NULL where it says neither when nor how often: theirs makes one that can only fail. */
const json_t *v2_derived_backup_schedule(struct arena *arena, const struct v2_cluster *cluster,
    const struct backup_schedule *schedule);

struct v2_keyspace {
    const char *namespace, *cluster;
    const struct keyspace_spec *spec;
};
const json_t *v2_derived_shard(struct arena *arena, const struct v2_keyspace *keyspace,
    const struct v2_shard *shard);

#endif
