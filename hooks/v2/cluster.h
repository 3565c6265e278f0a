#ifndef VITESS_OPERATOR_HOOKS_V2_CLUSTER_H
#define VITESS_OPERATOR_HOOKS_V2_CLUSTER_H

#include "advice.h"
#include "children.h"
#include "levels.h"
#include "objects.h"
#include "staging.h"
#include "statuses.h"

/* The inside of the VitessCluster hook: cluster.c is the hook, cluster_tree.c the levels below,
 * cluster_components.c what serves all cells. */

/* Why a keyspace that has left the spec is kept: it goes once that is noted. */
#define V2_TURNING_DOWN "TurningDown"

struct cluster_hook {
    const struct request *request;
    struct arena *arena;
    struct cluster_spec spec;
    struct v2_cluster cluster;
    struct lockserver_params topology;
    bool immediate; /* updateStrategy */
    /* Children of ours: */
    struct objects lockservers, cells, keyspaces, storages, schedules;
    struct objects services, deployments, secrets;
    struct objects gateways;             /* related: the Services of the cells' vtgates */
    json_t *kept_cells, *kept_keyspaces; /* name -> {reason, message} */
    json_t *pruning;                     /* names of keyspaces whose records are to be deleted */
    json_t *unforgotten;                 /* name of such a keyspace -> why that fails */
    const char *unmade;                  /* which keyspace is not made yet, and why; or NULL */
    struct unknown_children unknown;
    struct tasks tasks;
};

/* `child` with the label that a generated selector asks for. Metacontroller would add it, and then
 * what was applied were never what is desired. */
const json_t *v2_own_child(const struct cluster_hook *hook, const json_t *child);

/* Of one cell (NULL: of none), with what all components share. */
struct v2_place v2_cluster_place(const struct cluster_hook *hook, const struct cell *cell);

/* cluster_lockserver.c */
/* False, with an answer that changes nothing, where the topology would be another one. */
bool v2_lockserver_stays(const struct cluster_hook *hook, struct answer *answer);

/* cluster_tree.c */
/* Wants EtcdLockserver, VitessBackupStorages, VitessBackupSchedules, VitessCells and
 * VitessKeyspaces, and keeps or releases what has left the spec. */
void v2_want_tree(struct cluster_hook *hook, struct answer *answer);

/* cluster_prune.c */
/* Has the records of keyspaces deleted that have gone; hook->pruning are those that are left.
 * Before the tree. */
void v2_prune_keyspaces(struct cluster_hook *hook);
/* Notes that the record goes with the VitessKeyspace; true once that is noted in the status. */
bool v2_keyspace_may_be_pruned(struct cluster_hook *hook, const char *keyspace);
/* Says so where nothing can be noted in the status. */
void v2_advise_pruning(struct advice *advice, const struct cluster_hook *hook);
/* Nobody deletes what Vitess knows of it, or would do so later: that would be of the new one. */
bool v2_keyspace_may_be_made(struct cluster_hook *hook, const char *keyspace);

/* cluster_components.c */
/* The same of Services, and of vtctld and VTAdmin in each of their cells. */
void v2_want_components(struct cluster_hook *hook, struct answer *answer);
bool v2_is_component(const struct cluster_hook *hook, const json_t *child);
/* A restore has brought a vtctld along that still has the lock server of the cluster that it is
 * from: what it is asked is done there. */
bool v2_vtctld_came_along(const struct cluster_hook *hook);
/* Of vtctld or VTAdmin: those of cells of today. */
struct objects v2_deployments_of(const struct cluster_hook *hook, const char *component);

#endif
