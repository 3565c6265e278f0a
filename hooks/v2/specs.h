#ifndef VITESS_OPERATOR_HOOKS_V2_SPECS_H
#define VITESS_OPERATOR_HOOKS_V2_SPECS_H

#include <stdint.h>

#include "json.h"
#include "spec.h"

/* The typed specs of planetscale.com/v2, as the operator of PlanetScale reads them
 * (pkg/apis/planetscale/v2 of planetscale/vitess-operator). Tables are in fields_*.c, one file a
 * kind. A level's item goes down to the next level as JSON (`json`), with what the parent adds.
 *
 * Members are named after their fields; JSON members are NULL and texts are NULL where a field is
 * absent, counts 0 unless a default is said here. */

#define API_VERSION "planetscale.com/v2"

/* A key of a Secret, as a file of a container; where `name` is NULL, somebody else mounts it: then
 * it is in the volume `volume_name`. */
struct secret_source {
    const char *name, *key, *volume_name;
};

struct service_overrides {
    const json_t *annotations;
    const char *cluster_ip; /* counts only where the Service is made */
};

/* What a user adds to the Pods of a component. */
struct pod_extras {
    const json_t *flags; /* extraFlags: of the component's own process */
    const json_t *env, *volumes, *volume_mounts, *init_containers, *sidecars;
    const json_t *affinity, *annotations, *labels, *tolerations;
    const json_t *topology_spread; /* topologySpreadConstraints; not everywhere */
};

struct mysqld_images {
    const char *mysql56, *mysql80, *mariadb, *mariadb103; /* ...Compatible: the first set counts */
};

/* `images`, of whatever level: each has the ones that it uses. */
struct component_images {
    const char *vtctld, *vtadmin, *vtorc, *vtgate, *vttablet, *vtbackup, *mysqld_exporter;
    struct mysqld_images *mysqld;
};

struct pull_policies {
    const char *vtctld, *vtadmin, *vtorc, *vtgate, *vttablet, *vtbackup, *mysqld, *mysqld_exporter;
};

/* --- where the topology is --- */

struct external_lockserver {
    const char *implementation, *address, *root_path;
};

struct etcd_template { /* also the spec of an EtcdLockserver, which has `zone` as well */
    const json_t *json;
    const char *image, *pull_policy;
    const json_t *pull_secrets, *resources, *claim;              /* dataVolumeClaimTemplate */
    bool create_pdb, create_client_service, create_peer_service; /* default true */
    const json_t *advertise_peer_urls;                           /* three, or NULL */
    uint32_t local_member_index;                                 /* 1..3; 0: all members are here */
    struct service_overrides *client_service, *peer_service;
    struct pod_extras pods;
    const char *zone;
};

struct lockserver {
    struct external_lockserver *external; /* goes before `etcd` */
    struct etcd_template *etcd;
    const char *cell_info_address; /* "host:port" that other Kubernetes clusters reach it at */
};

/* As a parent hands it down. */
struct lockserver_params {
    const char *implementation, *address, *root_path;
};

struct topology_reconciliation { /* each by default true */
    bool register_cells_aliases, register_cells;
    bool prune_cells, prune_keyspaces, prune_srv_keyspaces, prune_shards, prune_shard_cells,
        prune_tablets;
};

struct update_strategy {
    const char *type; /* "External" or "Immediate" */
    struct external_strategy {
        const json_t *allow_resource_changes; /* list of texts: "storage" */
    } * external;
};

/* --- backups --- */

struct gcs_location {
    const char *bucket, *key_prefix;
    struct secret_source *auth_secret;
};
struct s3_location {
    const char *region, *bucket, *endpoint, *key_prefix;
    bool force_path_style;
    const json_t *min_part_size; /* bytes, 64 bits; NULL: what Vitess does by default */
    struct secret_source *auth_secret;
};
struct azblob_location {
    const char *account, *container, *key_prefix;
    struct secret_source *auth_secret;
};
struct ceph_location {
    struct secret_source *auth_secret;
};
struct backup_location {
    const json_t *json;
    const char *path;         /* "spec.backup.locations[0]" */
    const char *name;         /* NULL or "": the one of pools that name none */
    struct gcs_location *gcs; /* if several are set, the first of this order counts */
    struct s3_location *s3;
    struct azblob_location *azblob;
    struct ceph_location *ceph;
    const json_t *volume;
    const char *volume_sub_path;
    const json_t *annotations; /* of the Pods that use it */
};

struct backup_subcontroller {
    const char *service_account;
};

struct schedule_strategy {
    const char *name, *scope, *keyspace, *shard;
    const json_t *flags;
};
struct backup_schedule { /* also the spec of a VitessBackupSchedule */
    const json_t *json;
    const char *path;
    const char *name, *schedule, *frequency, *method;
    SPEC_ITEMS(struct schedule_strategy) strategies;
    const json_t *resources;
    const json_t *successful_history, *failed_history, *allowed_missed_runs; /* NULL: not set */
    const json_t *job_timeout_minutes, *starting_deadline_seconds;
    bool suspend;
    const char *concurrency_policy;
    const json_t *annotations, *affinity, *tolerations;
    /* of a VitessBackupSchedule alone */
    const char *cluster, *image, *pull_policy;
};

struct cluster_backup {
    SPEC_ITEMS(struct backup_location) locations;
    const char *engine; /* "builtin", "xtrabackup" or "mysqlshell" */
    struct backup_subcontroller *subcontroller;
    const json_t *subcontroller_json;
    SPEC_ITEMS(struct backup_schedule) schedules;
};

struct backup_storage_spec { /* of a VitessBackupStorage */
    struct backup_location *location;
    struct backup_subcontroller *subcontroller;
};

/* --- cells --- */

struct gateway_autoscaler {
    const json_t *min_replicas; /* NULL: as Kubernetes has it */
    uint32_t max_replicas;
    const json_t *metrics, *behavior;
};
struct gateway_authentication {
    struct static_authentication {
        struct secret_source *secret;
    } * static_users;
};
struct gateway_tls {
    struct secret_source *client_ca, *cert, *key;
};
struct gateway_transport {
    bool required;
    struct gateway_tls *tls;
};
struct gateway {
    const json_t *json;
    const json_t *replicas; /* number; NULL: an autoscaler's, or 2 */
    struct gateway_autoscaler *autoscaler;
    const json_t *resources;
    struct gateway_authentication *authentication;
    struct gateway_transport *secure_transport;
    struct service_overrides *service;
    const json_t *lifecycle, *strategy;
    uint32_t grace; /* terminationGracePeriodSeconds; 0: not set */
    struct pod_extras pods;
};

struct cell { /* spec.cells[] */
    const json_t *json;
    const char *path;
    const char *name, *zone;
    struct lockserver *lockserver;
    struct gateway *gateway;
};

struct cell_spec { /* of a VitessCell */
    struct cell cell;
    struct lockserver_params *global_lockserver;
    const json_t *all_cells; /* list of texts, in the order of the VitessCluster */
    struct component_images *images;
    struct pull_policies *pull_policies;
    const json_t *pull_secrets, *vitess_flags;
    struct topology_reconciliation *topology_reconciliation;
};

/* --- keyspaces and shards --- */

struct orchestrator { /* vitessOrchestrator */
    const json_t *json;
    const json_t *resources;
    struct service_overrides *service; /* counts nowhere */
    struct pod_extras pods;
};

struct external_datastore {
    const char *user, *host, *database;
    uint32_t port;
    struct secret_source *credentials, *server_ca;
};
struct pool_vttablet {
    const json_t *resources, *flags, *vtbackup_flags, *lifecycle;
    uint32_t grace; /* terminationGracePeriodSeconds; 0: half an hour */
};
struct pool_mysqld {
    const json_t *resources;
    const char *config_overrides; /* text of my.cnf, or NULL */
};
struct pool_exporter {
    const json_t *flags, *resources;
};
struct tablet_pool { /* tabletPools[] */
    const json_t *json;
    const char *path;
    const char *cell, *type; /* "replica", "rdonly", "externalmaster" ... */
    const char *name;        /* default "" */
    uint32_t replicas;
    const json_t *claim;         /* dataVolumeClaimTemplate; NULL: the data goes with the Pod */
    const char *backup_location; /* backupLocationName; default "" */
    struct pool_vttablet *vttablet;
    struct pool_mysqld *mysqld; /* or external_datastore */
    struct pool_exporter *exporter;
    struct external_datastore *external_datastore;
    struct pod_extras pods; /* flags: not here */
};

struct replication { /* each by default true */
    bool initialize_master, initialize_backup, recover_restarted_master;
};

struct shard_template {
    const json_t *json;
    SPEC_ITEMS(struct tablet_pool) pools;
    struct secret_source *init_script; /* databaseInitScriptSecret */
    struct replication *replication;
    const json_t *annotations; /* of the VitessShard */
};

struct key_range {
    const char *start, *end; /* "" or NULL: open */
};

struct equal_partitioning {
    uint32_t parts, hex_width; /* 0: by the number of parts */
    struct shard_template *template;
};
struct custom_shard {
    const char *path;
    struct key_range *key_range;
    struct shard_template template;
};
struct custom_partitioning {
    SPEC_ITEMS(struct custom_shard) shards;
};
struct partitioning { /* one of them is there */
    const json_t *json;
    const char *path;
    struct equal_partitioning *equal;
    struct custom_partitioning *custom;
};

struct keyspace { /* spec.keyspaces[] */
    const json_t *json;
    const char *path;
    const char *name, *database_name, *durability_policy, *sidecar_db_name;
    struct orchestrator *orchestrator;
    SPEC_ITEMS(struct partitioning) partitionings;
    const char *turndown_policy; /* "RequireIdle" (default) or "Immediate" */
    const json_t *annotations;   /* of the VitessKeyspace */
    struct component_images *images;
};

struct keyspace_spec {        /* of a VitessKeyspace */
    struct keyspace keyspace; /* images: all that are used below */
    struct lockserver_params *global_lockserver;
    struct pull_policies *pull_policies;
    const json_t *images_json, *pull_policies_json, *global_lockserver_json,
        *topology_reconciliation_json, *update_strategy_json, *backup_locations_json;
    const json_t *pull_secrets, *vitess_flags;
    const json_t *zone_map; /* cell to zone, "" for any */
    const char *backup_engine;
    SPEC_ITEMS(struct backup_location) backup_locations;
    struct topology_reconciliation *topology_reconciliation;
    struct update_strategy *update_strategy;
};

struct shard_spec { /* of a VitessShard */
    struct shard_template template;
    const char *name, *database_name; /* "-80"; database: NULL is vt_KEYSPACE */
    struct key_range *key_range;
    struct component_images *images;
    struct pull_policies *pull_policies;
    struct lockserver_params *global_lockserver;
    struct orchestrator *orchestrator;
    SPEC_ITEMS(struct backup_location) backup_locations;
    const char *backup_engine;
    const json_t *pull_secrets, *vitess_flags, *zone_map;
    struct topology_reconciliation *topology_reconciliation;
    struct update_strategy *update_strategy;
};

/* --- the cluster --- */

struct dashboard {       /* vitessDashboard: vtctld */
    const json_t *cells; /* list of names; NULL or empty: all */
    uint32_t replicas;   /* default 1 */
    const json_t *resources;
    struct service_overrides *service;
    struct pod_extras pods;
};

struct vtadmin_spec {
    struct secret_source *rbac;
    const json_t *cells;         /* as of the dashboard */
    const json_t *api_addresses; /* list of texts: one, or one a cell */
    uint32_t replicas;           /* default 1 */
    const json_t *web_resources, *api_resources;
    const char *fetch_credentials; /* default "omit" */
    bool read_only;
    struct service_overrides *service;
    struct pod_extras pods;
};

struct cluster_spec { /* of a VitessCluster */
    const json_t *json;
    struct component_images *images;
    struct pull_policies *pull_policies;
    const json_t *pull_policies_json, *pull_secrets, *vitess_flags;
    struct cluster_backup *backup;
    struct lockserver *global_lockserver;
    struct dashboard *dashboard;
    struct vtadmin_spec *vtadmin;
    SPEC_ITEMS(struct cell) cells;
    SPEC_ITEMS(struct keyspace) keyspaces;
    struct topology_reconciliation *topology_reconciliation;
    struct update_strategy *update_strategy;
    struct service_overrides *gateway_service, *tablet_service;
};

/* One table a kind, of its spec. */
extern const struct spec_field v2_cluster_fields[], v2_cell_fields[], v2_keyspace_fields[],
    v2_shard_fields[], v2_etcd_lockserver_fields[], v2_backup_fields[], v2_backup_storage_fields[],
    v2_backup_schedule_fields[];
/* Of what a hook writes into its status. */
extern const struct spec_field v2_cluster_status_fields[], v2_cell_status_fields[],
    v2_keyspace_status_fields[], v2_shard_status_fields[], v2_etcd_lockserver_status_fields[],
    v2_backup_status_fields[], v2_backup_storage_status_fields[],
    v2_backup_schedule_status_fields[];

#endif
