#ifndef VITESS_OPERATOR_HOOKS_V2_TABLET_PARTS_H
#define VITESS_OPERATOR_HOOKS_V2_TABLET_PARTS_H

#include "backup_storage.h"
#include "parts.h"
#include "tablets.h"

/* What Pods of vttablet and of vtbackup are made of. */

struct v2_pool_parts; /* of vttablet.c */

struct v2_pool {
    const struct v2_vitess_shard *shard;
    const struct tablet_pool *spec;
    struct v2_place place;                  /* of its cell */
    const struct backup_location *location; /* NULL: none of that name */
    bool backed_up;                         /* at that location: MySQL is ours */
    struct backup_storage storage;          /* of that location; nothing without */
    const char *overrides;                  /* of my.cnf; or NULL */
    const json_t *labels;                   /* that all tablets have */
    const json_t *claim;                    /* spec of their claims; or NULL */
    const json_t *annotations;   /* of the Pods, less their own; once one is made or kept */
    struct v2_pool_parts *parts; /* once a Pod is made */
};
struct v2_pool v2_pool_of(struct arena *arena, const struct v2_vitess_shard *shard,
    const struct tablet_pool *spec);

/* {component, cluster, keyspace, shard} */
const json_t *v2_shard_labels(struct arena *arena, const struct v2_vitess_shard *shard,
    const char *component);
/* The annotations of the user and of the backup location. */
const json_t *v2_pool_annotations(struct arena *arena, const struct v2_pool *pool);
struct pull_policies v2_policies_of(const struct v2_pool *pool);

#define CLAIM_VOLUME "persistent-volume-claim"
#define ROOT_VOLUME "vt-root"
#define DATA_FOLDER "/vt/vtdataroot"
#define MYSQL_SOCKET "/vt/socket/mysql.sock"
#define MYSQLCTL_SOCKET "/vt/socket/mysqlctl.sock"
#define INIT_SCRIPT_FOLDER "db-init-script"
#define CREDENTIALS_FOLDER "external-datastore-credentials"
#define SERVER_CA_FOLDER "external-datastore-ca-cert"

/* --- files and environment (vttablet_files.c) --- */

/* Those of the user included; `claim` (may be NULL) is the volume of the claim. */
const json_t *v2_tablet_volumes(struct arena *arena, const struct v2_pool *pool,
    const json_t *claim);
const json_t *v2_claim_volume(struct arena *arena, const char *name);
/* What each container of ours sees, and what mysqlctld and vtbackup see beside it. */
const json_t *v2_tablet_mounts(struct arena *arena, const struct v2_pool *pool);
const json_t *v2_mysql_mounts(struct arena *arena);
const json_t *v2_data_mount(struct arena *arena, const struct v2_pool *pool);
const json_t *v2_root_mount(struct arena *arena, const char *path, const char *part,
    bool read_only);
const json_t *v2_tablet_env(struct arena *arena, const struct v2_pool *pool);
const json_t *v2_variable(struct arena *arena, const char *name, const char *value);

/* --- arguments (vttablet_flags.c) --- */

/* As maps, for all tablets of the pool: the flag that tells them apart is "". */
const json_t *v2_vttablet_flags(struct arena *arena, const struct v2_pool *pool);
const json_t *v2_mysqlctld_flags(struct arena *arena, const struct v2_pool *pool);
const json_t *v2_vtbackup_flags(struct arena *arena, const struct v2_pool *pool);
const json_t *v2_exporter_arguments(struct arena *arena, const struct v2_pool *pool);

/* --- containers (vttablet_containers.c, vttablet_init.c) --- */

/* The arguments of vttablet and mysqlctld are left out: each tablet has its own. */
const json_t *v2_tablet_containers(struct arena *arena, const struct v2_pool *pool);
/* Both lists, one after the other. */
const json_t *v2_both(const json_t *first, const json_t *second);

const json_t *v2_tablet_init_containers(struct arena *arena, const struct v2_pool *pool);
const json_t *v2_vtbackup_init_container(struct arena *arena, const struct v2_pool *pool);

/* --- where Pods go (vttablet_spread.c) --- */

const json_t *v2_tablet_affinity(struct arena *arena, const struct v2_pool *pool);
const json_t *v2_topology_spread(struct arena *arena, const json_t *theirs);

#endif
