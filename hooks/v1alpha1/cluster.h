#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_CLUSTER_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_CLUSTER_H

#include "v1alpha1.h"

/* The inside of the VitessCluster hook: validate.c and the files named after it judge the user's
 * spec, cluster_tree.c says what each cell is told, cluster_policy.c what Vitess is told
 * of its keyspaces, cluster_advice.c what should be better, cluster.c puts the answer together. */

/* How one keyspace acknowledges transactions. */
struct keyspace_policy {
    const struct keyspace_item *keyspace;
    const char *wanted; /* by the spec, or by the number of replica-type tablets */
    const char *told;   /* what Vitess was last told, or NULL: the keyspace is not created yet */
    bool kept;          /* `told` stays: the VTOrc that runs cannot switch to `wanted` safely */
};

/* cluster_told.c: the observed VitessCells and what each of them was told. */
struct told_cells {
    struct objects cells;
    struct cell_spec *specs; /* one a cell */
};
struct told_cells v1_told_cells_of(const struct request *request);
/* By the name of the VitessCell; NULL where it is not there. */
const struct cell_spec *v1_told_spec(const struct told_cells *told, const char *cell);

struct cluster {
    const struct request *request;
    struct arena *arena;
    struct cluster_spec spec;
    struct derived_spec derived; /* what goes down to every cell */
    struct told_cells told;      /* all observed VitessCells */
    struct objects cells;        /* those of ours */
    struct unknown_children unknown;
    struct keyspace_policy *policies; /* as spec.keyspaces */
    struct tasks tasks;
    const json_t *placement;    /* which cells hold each keyspace */
    const json_t *left_cells;   /* whose topology records are still there */
    const char *untold;         /* what vtgates must still be told, or NULL */
    const char *missing_secret; /* which one, or which key of it, is not there; or NULL */
    const char *mysql_version;  /* --mysql-server-version of its vtgates, or NULL */
    int tls_step;               /* that the spec asks for (tls_steps.c) */
};

/* cluster_tree.c */
bool v1_is_control_cell(const struct cell_item *cell);
const struct cell_item *v1_find_cell(const struct cluster_spec *spec, const char *name);
/* The cell whose etcd is the lock server, NULL where spec.lockserver is or there is none. */
const struct cell_item *v1_lock_server_cell(const struct cluster_spec *spec);
/* The cell whose vtctld runs the operator's tasks, or NULL. */
const struct cell_item *v1_vtctld_cell(const struct cluster_spec *spec);
/* NULL where there is no lock server. */
const struct topology_spec *v1_cluster_topology(const struct request *request,
    const struct cluster_spec *spec);
/* LabelSelector of a VitessCell. */
const json_t *v1_cell_selector(struct arena *arena, const char *cluster, const json_t *selector,
    const char *cell);
/* A cell of the list of names of a keyspace. */
bool v1_keyspace_in_cell(const struct keyspace_item *keyspace, const char *cell);
/* The image that runs where `image` is asked for: spec.image for NULL, ours for one too old. */
const char *v1_running_image(const struct cluster_spec *spec, const char *image);
/* Fills cluster->derived, and what else of the spec goes down to every cell. */
void v1_derive(struct cluster *cluster);
const json_t *v1_desired_cell(const struct cluster *cluster, const struct cell_item *cell);

/* cluster_tls.c */
/* The rest of cluster->derived: what follows from Secrets, and how tasks dial. */
void v1_derive_tls(struct cluster *cluster);
/* "tlsFrom" of a cell, or NULL. */
const char *v1_tls_from(const struct cluster *cluster, const char *cell);

/* cluster_policy.c */
void v1_find_policies(struct cluster *cluster);
/* Creates keyspaces and sets their policies. A stricter one waits until `settled`: with too few
 * replicas up to acknowledge, every write would hang. */
void v1_tell_policies(struct cluster *cluster, bool settled);
/* A keyspace whose laxer policy Vitess must hear of before replicas may go, or NULL. */
const char *v1_policy_to_loosen(const struct cluster *cluster);
/* A keyspace that Vitess does not have yet, or NULL. */
const char *v1_keyspace_to_create(const struct cluster *cluster);
/* What is still to be told, as text for a condition, or NULL. */
const char *v1_policies_pending(const struct cluster *cluster);
const json_t *v1_keyspaces_status(const struct cluster *cluster);

/* cluster_serving.c */
/* Tells the vtgates of each cell of the keyspaces that have no tablets there. Fills
 * cluster->untold. */
void v1_tell_vtgates(struct cluster *cluster);

/* cluster_advice.c: fills the advice of `conditions`. */
void v1_advise(const struct cluster *cluster, struct level_conditions *conditions);

/* validate.c: every problem of a user's VitessCluster that the table of fields cannot see. `spec`
 * was read in SPEC_STRICT mode. What must not change is held against `told`; there is nothing
 * before the first sync. */
void v1_validate_cluster(const struct request *request, const struct cluster_spec *spec,
    const struct told_cells *told, struct problems *problems);

/* cluster_mysql.c */
/* "8.0.40-Vitess": what vtgate and vtctld go by; NULL: Vitess' own default. */
const char *v1_mysql_server_version(struct arena *arena, const struct cluster_spec *spec);
/* Says where tablets differ. */
void v1_advise_mysql(struct advice *advice, const struct cluster_spec *spec);

/* cluster_others.c */
/* Of a customize hook: VitessCells of other clusters of the namespace. */
const json_t *v1_cells_of_others_rule(const struct request *request);
/* Whose VitessCell `name` is and what to do, as text for a condition; NULL where it is not known to
 * be anybody's. */
const char *v1_cell_of_another(const struct request *request, const char *name);
/* Names that another cluster makes as well. */
void v1_advise_others(struct advice *advice, const struct cluster *cluster);

/* cluster_records.c */
/* Deletes the records of cells that left, once `settled`: every cell that stays runs the newest
 * spec. Fills cluster->left_cells; returns what is still to be done, or NULL. */
const char *v1_delete_cell_records(struct cluster *cluster, const struct stage *stage,
    bool settled);
/* What has to be so before a cell is made (again): "Pod x, which .., has ended"; or NULL. */
const char *v1_cell_made_once(const struct cluster *cluster, const char *cell);

#endif
