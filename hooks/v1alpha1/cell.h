#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_CELL_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_CELL_H

#include "v1alpha1.h"

/* The inside of the VitessCell hook: cell_components.c says what runs in the cell, cell_keyspaces.c
 * what each keyspace is told and how one leaves, cell_status.c what is seen of it, and cell.c puts
 * the answer together. */

/* Rolling children of one group wait for each other; groups never do. */
enum { WORKLOADS, KEYSPACES };

struct cell {
    const struct request *request;
    struct arena *arena;
    struct cell_spec spec;
    const char *prefix; /* name of the VitessCell: "vitess-zone1" */
    struct place place;
    bool control;  /* the cell that serves all cells: no tablets, no vtgate, no VTOrc */
    bool retiring; /* it has left the spec of the VitessCluster */
    /* Observed: */
    struct objects statefulsets, deployments, services, config_maps, budgets, autoscalers, policies,
        keyspaces;
    struct unknown_children unknown; /* and none of these */
    json_t *mysqld;                  /* names of the Services of shards that are wanted */
    struct stage stage;
    struct tasks tasks;
    bool mistaken;    /* its own vtctld may be asked, but is that of another namespace */
    bool registered;  /* Vitess knows the cell */
    bool has_vschema; /* and its vtgate finds the vschema there, if it has one */
    bool retired;
    const char *leaving;  /* a VitessKeyspace that is about to hear that it has left, or NULL */
    const char *stepping; /* how etcd comes to the version that is wanted, or NULL */
    const char *outdated; /* what the CompositeControllers do not know yet, or NULL */
    bool blind;           /* no autoscaler is shown to this hook, so none is made */
    const char *missing_secret; /* which one, and who needs it; or NULL */
    const char *refused; /* first field that the API server would not change, with its object */
};

/* Name of an object of the cell: "vitess-zone1-vtgate". */
const char *cell_object(const struct cell *cell, const char *suffix);
/* Name of the VitessKeyspace of a keyspace. */
const char *keyspace_object(const struct cell *cell, const char *keyspace);

/* cell_components.c */
void stage_components(struct cell *cell);
/* Those of etcd that are to be kept will be when the cell is gone. */
bool etcd_claims_outlive(const struct cell *cell);
/* The vtctld of this cell is there and what it does it does to this cluster. */
bool vtctld_can_be_asked(const struct cell *cell);
/* A restore has brought it along, from another namespace. */
bool vtctld_came_along(const struct cell *cell);
/* Of components that the cell may have, wanted or not. */
bool is_component(struct cell *cell, const json_t *object);
const char *vttablet_service_name(const struct cell *cell);
/* Lets go what belongs to components that are not wanted any more. */
void release_components(const struct cell *cell, struct answer *answer);
/* The Deployment of vtgate is there, and was sent no number of replicas. */
bool counted_by_others(const struct cell *cell);
/* `child`, a Deployment whose Pods an autoscaler counts, with the number of now; others as they
 * are.
 */
const json_t *as_scaled(const struct cell *cell, const json_t *child);
/* VTOrc runs where there are tablets, unless it is switched off. */
bool wants_vtorc(const struct cell *cell);

/* cell_keyspaces.c */
void stage_keyspaces(struct cell *cell);

/* cell_status.c */
/* It has a quorum. */
bool etcd_available(const struct cell *cell);
const json_t *cell_status(const struct cell *cell);

#endif
