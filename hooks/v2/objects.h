#ifndef VITESS_OPERATOR_HOOKS_V2_OBJECTS_H
#define VITESS_OPERATOR_HOOKS_V2_OBJECTS_H

#include "parts.h"

/* The components of planetscale.com/v2 except tablets, one file each: what a level says of one, in,
 * Kubernetes objects out. They are equal to those of the operator of PlanetScale to the last field;
 * where they are not, a comment says why. Specs need no defaults; images have to be there. */

/* --- etcd.c: of an EtcdLockserver --- */

struct v2_etcd {
    const char *namespace, *name; /* of the EtcdLockserver */
    const char *cluster;          /* its label; NULL: it has none */
    const struct etcd_template *spec;
};
enum { ETCD_MEMBERS = 3, ETCD_QUORUM = 2 };
/* Member `index`, from 1, is in this Kubernetes cluster. */
bool v2_etcd_is_here(const struct v2_etcd *etcd, uint32_t index);
const json_t *v2_make_etcd_pod(struct arena *arena, const struct v2_etcd *etcd, uint32_t index);
const json_t *v2_make_etcd_claim(struct arena *arena, const struct v2_etcd *etcd, uint32_t index);
/* NULL where the spec wants none; it does not want one that is there to go, either. */
const json_t *v2_make_etcd_client_service(struct arena *arena, const struct v2_etcd *etcd);
const json_t *v2_make_etcd_peer_service(struct arena *arena, const struct v2_etcd *etcd);
const json_t *v2_make_etcd_budget(struct arena *arena, const struct v2_etcd *etcd);

/* --- vtctld.c: of a VitessCluster, a Deployment a cell --- */

struct v2_vtctld {
    struct v2_place place;
    const char *image, *pull_policy;
    const char *mysqld_image;
    const struct dashboard *spec;                  /* or NULL */
    const struct backup_location *backup_location; /* or NULL */
    const char *backup_engine;
};
const json_t *v2_make_vtctld_deployment(struct arena *arena, const struct v2_vtctld *vtctld);
/* Of all cells, as are all Services of which nothing else is said: place.cell is not looked at. */
const json_t *v2_make_vtctld_service(struct arena *arena, const struct v2_place *place,
    const struct service_overrides *overrides);

/* --- vtgate.c: of a VitessCell --- */

struct v2_vtgate {
    struct v2_place place;
    const char *image, *pull_policy;
    const char *mysqld_image;   /* of a shard of the cluster; NULL: there is none yet */
    const json_t *all_cells;    /* list of names */
    const struct gateway *spec; /* or NULL */
    const char *secret_hash;    /* v2_hash_secrets() of v2_vtgate_secrets() */
};
const json_t *v2_make_vtgate_deployment(struct arena *arena, const struct v2_vtgate *vtgate);
/* Of place.cell, or where that is NULL of all cells. */
const json_t *v2_make_vtgate_service(struct arena *arena, const struct v2_place *place,
    const struct service_overrides *overrides);
/* Names of the Secrets that the hash is of, in their order and each once. The users' is not one of
 * them: vtgate reads that again by itself. */
struct texts v2_vtgate_secrets(struct arena *arena, const struct gateway *spec);
/* Of place.cell. It scales the VitessCell, which scales the Deployment. */
const json_t *v2_make_vtgate_autoscaler(struct arena *arena, const struct v2_place *place,
    const struct gateway_autoscaler *autoscaler);

/* --- vtadmin.c, vtadmin_secrets.c: of a VitessCluster, a Deployment and three Secrets a cell ---
 */

struct v2_vtadmin {
    struct v2_place place;
    const char *image, *pull_policy;
    const struct vtadmin_spec *spec;
    const char *api_address; /* where browsers find the API */
    /* Of the Service of vtctld and of that of the cell's vtgates: "10.96.0.2". */
    const char *vtctld_address, *vtgate_address;
};
const json_t *v2_make_vtadmin_deployment(struct arena *arena, const struct v2_vtadmin *vtadmin);
const json_t *v2_make_vtadmin_discovery(struct arena *arena, const struct v2_vtadmin *vtadmin);
const json_t *v2_make_vtadmin_config(struct arena *arena, const struct v2_vtadmin *vtadmin);
const json_t *v2_make_vtadmin_web_config(struct arena *arena, const struct v2_vtadmin *vtadmin);
const json_t *v2_make_vtadmin_service(struct arena *arena, const struct v2_place *place,
    const struct service_overrides *overrides);

/* --- vtorc.c: of a VitessShard, a Deployment a cell --- */

struct v2_vtorc {
    struct v2_place place;
    const char *keyspace, *shard; /* "-80" */
    const char *image, *pull_policy;
    const struct orchestrator *spec; /* or NULL */
};
const json_t *v2_make_vtorc_deployment(struct arena *arena, const struct v2_vtorc *vtorc);

/* --- tablet_service.c: of a VitessCluster --- */

/* A name for each tablet, for monitoring: queries go through vtgate. */
const json_t *v2_make_vttablet_service(struct arena *arena, const struct v2_place *place,
    const struct service_overrides *overrides);

#endif
