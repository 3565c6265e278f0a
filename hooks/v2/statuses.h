#ifndef VITESS_OPERATOR_HOOKS_V2_STATUSES_H
#define VITESS_OPERATOR_HOOKS_V2_STATUSES_H

#include "derived.h"
#include "parts.h"
#include "request.h"
#include "tablets.h"

/* What each level says of itself, field by field as the operator of PlanetScale does, whose users
 * have scripts that read it. What it takes from Kubernetes is here; what Vitess has to be asked for
 * comes in, and is Unknown until there is an answer. Counters of 0 are left out. Conditions and
 * observedGeneration are not here: conditions are the same on all levels and are added by the
 * hooks, the generation by Metacontroller. */

/* "True", "False" or "Unknown". */
#define V2_TRUE "True"
#define V2_FALSE "False"
#define V2_UNKNOWN "Unknown"

/* NULL for 0: a counter of 0 is not written. */
const json_t *v2_count(uint32_t number);
/* Condition "Available" of a Deployment, which may be NULL. */
const char *v2_availability(const json_t *workload);
/* Of Deployments in several cells, each of which serves all: any of them will do. */
const char *v2_any_available(const struct objects *deployments);
/* In all pools of a shard. */
uint32_t v2_desired_tablets(const struct shard_template *template);
/* What is said of an EtcdLockserver, NULL where it is not there yet, by whoever has it. */
const json_t *v2_etcd_part(struct arena *arena, const json_t *etcd);

/* The condition Ready. */
struct v2_ready {
    bool is;
    const char *reason, *message;
};

/* Why what has left the spec is kept: name -> {reason, message}; NULL: nothing is. */
struct v2_kept {
    const json_t *cells, *keyspaces;
};

/* --- VitessCluster --- */

struct v2_cluster_children {
    const json_t *etcd;                                               /* or NULL */
    const json_t *gateway_service, *vtctld_service, *vtadmin_service; /* or NULL */
    struct objects cells, keyspaces;
    struct objects vtctlds, vtadmins; /* Deployments */
};
const json_t *v2_cluster_status(struct arena *arena, const struct v2_cluster *cluster,
    const struct v2_cluster_children *children, const struct v2_kept *kept);

/* --- VitessCell --- */

struct v2_cell_children {
    const json_t *etcd, *service, *deployment; /* or NULL */
};
/* `keyspaces`: all VitessKeyspaces of the cluster. `idle`: whether Vitess serves no keyspace in the
 * cell; asked only where none of `keyspaces` is to be in it. */
const json_t *v2_cell_status(struct arena *arena, const struct cell_spec *spec,
    const struct v2_cell_children *children, const struct objects *keyspaces, const char *idle);
/* A shard, or a template of one, has tablets in the cell, by its spec. */
bool v2_pools_are_in(const json_t *template, const char *cell);
/* The same of a VitessKeyspace. */
bool v2_keyspace_is_in(const json_t *keyspace, const char *cell);

/* --- EtcdLockserver --- */

/* Two of three members, or the one that is here, are Ready. */
const json_t *v2_etcd_status(struct arena *arena, const struct etcd_template *spec,
    const struct objects *pods);

/* --- VitessKeyspace --- */

/* `shards` are the VitessShards that are there, `kept` the reasons of those that have left the
 * spec, or NULL. */
const json_t *v2_keyspace_status(struct arena *arena, const struct keyspace_spec *spec,
    const struct objects *shards, const json_t *kept, struct v2_ready *ready);

/* --- VitessShard --- */

/* What there is of a shard. What Vitess has to be asked for is NULL where it has not answered. */
struct v2_shard_seen {
    struct objects pods, claims; /* of tablets, and maybe others */
    struct objects vtorcs;       /* Deployments */
    struct objects backups;      /* VitessBackups of the shard */
    const json_t *vtbackup;      /* the Pod that makes the first backup, or NULL */
    const json_t *orphans;       /* alias of a tablet that is kept -> {reason, message}; or NULL */
    const json_t *types;         /* alias -> type of a tablet in Vitess, in lower case; or NULL */
    const char *has_master, *serving_writes, *idle; /* "True", "False" */
    const char *master_alias;
    bool had_backup; /* its status said so before */
};
const json_t *v2_shard_status(struct arena *arena, const struct shard_spec *spec,
    const struct v2_tablets *tablets, const struct v2_shard_seen *seen);
/* One of them is complete. */
bool v2_has_backup(const struct objects *backups);

#endif
