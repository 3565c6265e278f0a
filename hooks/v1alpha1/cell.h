#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_CELL_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_CELL_H

#include "etcd_members.h"
#include "v1alpha1.h"

/* The inside of the VitessCell hook: cell_components.c says what runs in the cell, with a file for
 * each component, cell_keyspaces.c what each keyspace is told and how one leaves, cell_members.c
 * and cell_claims.c who is a member of etcd and with which volume, cell_status.c what is seen of
 * it, and cell.c puts the answer together. */

/* Rolling children of one group wait for each other; groups never do. */
enum { WORKLOADS, KEYSPACES };

/* The members of etcd (cell_members.c). */
struct members {
    uint32_t size; /* of the StatefulSet from now on */
    bool formed;   /* all have been there */
    struct etcd_gate gate;
    json_t *known;    /* status.etcd.members: who has been there, and with which claim */
    const char *step; /* what is being changed, or why not; NULL: nothing */
    bool blocked;     /* by a claim that somebody has to delete */
    bool lost;        /* a member with an empty volume is made a new one */
    bool gone;        /* the one that leaves is none any more, and neither is its Pod */
};

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
    struct objects claims;           /* of etcd, the StatefulSet's of today or of before */
    bool sees_claims;                /* this hook is shown them */
    struct unknown_children unknown; /* and none of these */
    json_t *mysqld;                  /* names of the Services of shards that are wanted */
    struct stage stage;
    struct tasks tasks;
    bool mistaken;    /* its own vtctld may be asked, but is that of another namespace */
    bool registered;  /* Vitess knows the cell */
    bool has_vschema; /* and its vtgate finds the vschema there, if it has one */
    bool retired;
    struct members members;
    const char *leaving;   /* a VitessKeyspace that is about to hear that it has left, or NULL */
    const char *stepping;  /* how etcd comes to the version that is wanted, or NULL */
    const char *outdated;  /* what the CompositeControllers do not know yet, or NULL */
    bool blind;            /* no autoscaler is shown to this hook, so none is made */
    json_t *claims_wanted; /* of etcd, as they are to be */
    const char *missing_secret; /* which one, and who needs it; or NULL */
    const char *refused; /* first field that the API server would not change, with its object */
};

/* Name of an object of the cell: "vitess-zone1-vtgate". */
const char *v1_cell_object(const struct cell *cell, const char *suffix);
/* Name of the VitessKeyspace of a keyspace. */
const char *v1_keyspace_object(const struct cell *cell, const char *keyspace);

/* cell_components.c */
void v1_stage_components(struct cell *cell);
/* Of components that the cell may have, wanted or not. */
bool v1_is_component(struct cell *cell, const json_t *object);
const char *v1_vttablet_service_name(const struct cell *cell);
/* Lets go what belongs to components that are not wanted any more. */
void v1_release_components(const struct cell *cell, struct answer *answer);

/* cell_etcd.c */
/* The etcd of this cell is the lock server of the cluster. */
bool v1_is_lock_server(const struct cell *cell);
/* whenScaled and whenDeleted for the claims of etcd. */
const json_t *v1_etcd_retention(const struct cell *cell);
bool v1_keeps(const char *policy);
/* Those of etcd that are to be kept will be when the cell is gone. */
bool v1_etcd_claims_outlive(const struct cell *cell);

/* cell_vtctld.c */
/* The vtctld of this cell is there and what it does it does to this cluster. */
bool v1_vtctld_can_be_asked(const struct cell *cell);
/* A restore has brought it along, from another namespace. */
bool v1_vtctld_came_along(const struct cell *cell);

/* cell_vtgate.c */
/* The Deployment of vtgate is there, and was sent no number of replicas. */
bool v1_counted_by_others(const struct cell *cell);
/* `child`, a Deployment whose Pods an autoscaler counts, with the number of now; others as they
 * are. */
const json_t *v1_as_scaled(const struct cell *cell, const json_t *child);

/* cell_vtorc.c */
/* VTOrc runs where there are tablets, unless it is switched off. */
bool v1_wants_vtorc(const struct cell *cell);

/* cell_members.c */
/* Its members have all been there at once. */
bool v1_etcd_has_formed(const struct cell *cell);
/* How many members there are up to the last one that the status knows; 0: it knows none. */
uint32_t v1_etcd_members_known(const struct cell *cell);
/* Fills cell->members: `etcd` is as the StatefulSet has it now, which is `current` if it is as the
 * spec says. */
void v1_plan_members(struct cell *cell, const struct etcd *etcd, uint32_t wanted, bool current);

/* cell_claims.c */
bool v1_is_etcd_claim(const struct cell *cell, const json_t *claim);
/* That of a member, or NULL. */
const json_t *v1_etcd_claim(const struct cell *cell, uint32_t ordinal);
/* How many members there are up to the last one that has one. */
uint32_t v1_etcd_volumes(const struct cell *cell);
/* Some have not grown to the size that is wanted yet. */
bool v1_etcd_claims_grow(const struct cell *cell, const struct etcd *etcd);
/* They will be there when the cell is gone, where they are to. */
bool v1_etcd_claims_kept(const struct cell *cell);
/* `etcd`: NULL where the spec has none. */
void v1_stage_etcd_claims(struct cell *cell, const struct etcd *etcd);
void v1_emit_etcd_claims(const struct cell *cell, struct answer *answer);
void v1_advise_etcd_claims(const struct cell *cell, struct advice *advice);

/* cell_keyspaces.c */
void v1_stage_keyspaces(struct cell *cell);

/* cell_status.c */
/* It has a quorum. */
bool v1_etcd_available(const struct cell *cell);
const json_t *v1_cell_status(const struct cell *cell);

#endif
