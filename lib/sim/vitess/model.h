#ifndef VITESS_OPERATOR_SIM_MODEL_H
#define VITESS_OPERATOR_SIM_MODEL_H

#include <stdint.h>

#include "sim/core/queue.h"
#include "sim/kubelet/kubelet.h"
#include "tls.h"

/* A small model of Vitess: the records of its topology, which tablets serve, and VTOrc, which
 * elects the first primary of a shard and replaces a lost one. */

enum tablet_type {
    TABLET_UNKNOWN,
    TABLET_PRIMARY,
    TABLET_REPLICA,
    TABLET_RDONLY,
    TABLET_SPARE,
    TABLET_RESTORE,
    TABLET_DRAINED
};

struct tablet {
    const char *alias, *cell;
    enum tablet_type type;
    enum tablet_type base; /* --init-tablet-type */
    struct shard_record *shard;
    const char *pod_key, *pod_uid, *hostname;
    const char *claim; /* uid of its volume claim, or NULL */
    struct tls_server listens;
    bool listed;    /* has a record in the topology */
    bool alive;     /* its process runs */
    bool unmanaged; /* its MySQL is somebody else's, whose replication is none of Vitess' */
    bool replicating;
    bool serving;
    const char *awaits;  /* place of a backup that it waits for before it restores, or NULL */
    long restored;       /* second at which its restore ends */
    long term;           /* start of its term as primary; 0: it is none */
    const char *avoided; /* Pod uid for which a PlannedReparentShard has moved the primary away */
    struct tablet *next; /* of its shard */
};

struct shard_record {
    struct global_topology *topology;
    const char *key; /* "keyspace/shard" */
    const char *keyspace, *name;
    struct tablet *tablets, *primary;
    bool listed;
    bool serving; /* is_primary_serving */
    long term;
    long lost;      /* since when the primary is dead; 0: it is not */
    long electable; /* since when a first primary could be elected; 0: it cannot */
};

struct keyspace_record {
    const char *name;
    const char *durability; /* "" */
};

struct global_topology {
    const char *key;
    const char *namespace, *addresses, *root;
    struct table cells;     /* name -> server address */
    struct table aliases;   /* name -> cells, "zone1,zone2" */
    struct table keyspaces; /* name -> struct keyspace_record */
    struct table shards;    /* "keyspace/shard" -> struct shard_record */
    struct table tablets;   /* alias -> struct tablet */
    struct table served; /* "keyspace/cell" with a SrvKeyspace, which tablets make as they start */
    struct table vschemas;   /* cells with a SrvVSchema, which tablets make as well */
    struct process *vtorcs;  /* that run */
    struct tls_client vtorc; /* how the last one that started dials tablets */
    bool reachable;
    size_t checked; /* state of the network for which `reachable` holds */
};

/* The Vitess process of a Pod, as it was started last. */
struct process {
    struct global_topology *topology;
    struct tablet *tablet;
    struct tls_server listens;
    struct tls_client dials; /* tablets */
    const char *watches;     /* "main/-80,other", of a VTOrc; NULL: all */
    struct process *next;    /* of the VTOrcs of the topology */
};

struct vitess {
    void (*tell)(struct sim *sim, const char *pod_uid);
    struct table topologies;
    struct table filled;  /* uids of claims with data */
    struct table backups; /* places, as backups_place() names them, with a backup */
    struct table etcds;   /* "namespace/name" of a StatefulSet -> struct etcd_cluster (etcd.c) */
    struct table etcd_volumes; /* uid of a claim -> struct etcd_volume */
    struct queue shards;       /* struct shard_record by "topology keyspace/shard" */
    struct table by_key;
    size_t network; /* changes of lock servers and Services */
    size_t planned, emergency;
};

/* `tell` is called where the tablet of a Pod begins to serve or no longer does. */
void vitess_start(struct sim *sim, void (*tell)(struct sim *sim, const char *pod_uid));
void vitess_see(struct sim *sim, const struct change *change);
void vitess_turn(struct sim *sim);
long vitess_due(const struct sim *sim);

/* The topology that a process's flags name; made when it is first named. */
struct global_topology *vitess_topology(struct sim *sim, const char *namespace,
    const struct texts *arguments);
/* Its lock server answers. */
bool vitess_reachable(struct sim *sim, struct global_topology *topology);

/* A Pod of etcd behind that address which answers; NULL: none does. */
const struct version *vitess_etcd_behind(struct sim *sim, const char *namespace,
    const char *address);

/* What the kubelet reports of processes. */
void vitess_etcd_changed(struct sim *sim, const struct version *pod);
void vitess_server_up(struct sim *sim, struct process *process, enum program program);
void vitess_server_down(struct sim *sim, struct process *process, enum program program);
struct tablet *vitess_tablet_up(struct sim *sim, struct pod_run *run, const struct version *pod,
    const struct texts *arguments);
void vitess_tablet_down(struct sim *sim, struct tablet *tablet, const char *pod_uid);
/* vttablet's /healthz: 500 only where it should serve and does not. */
bool vitess_tablet_healthy(const struct tablet *tablet);

/* --- records --- */
struct shard_record *vitess_shard(struct sim *sim, struct global_topology *topology,
    const char *keyspace, const char *name);
struct keyspace_record *vitess_keyspace(struct sim *sim, struct global_topology *topology,
    const char *name);
/* Makes `tablet` primary; the one before becomes what it was started as. */
void vitess_promote(struct sim *sim, struct tablet *tablet);
/* Something changed: the shard gets a turn, and who tried in vain tries again. */
void vitess_touch(struct sim *sim, struct shard_record *shard);
bool tablet_is_candidate(const struct tablet *tablet);
/* It leads to a writable MySQL of somebody else's, and waits to be told that it is the primary. */
bool tablet_stands_by(const struct tablet *tablet);
/* How many replica-type tablets a primary needs, itself included. */
size_t durability_needs(const char *policy);
const char *tablet_type_name(enum tablet_type type);

/* Uid of the first claim that the Pod has, or NULL. */
const char *vitess_claim_of(struct sim *sim, const struct version *pod);
/* The tablet whose Pod this is, or NULL. */
struct tablet *vitess_tablet_of_pod(const struct sim *sim, const char *pod_uid);

/* vtorc.c */
void vtorc_look(struct sim *sim, struct shard_record *shard);

#endif
