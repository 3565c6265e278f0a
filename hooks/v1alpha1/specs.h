#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_SPECS_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_SPECS_H

#include "spec.h"

/* The typed specs of vitess.io/v1alpha1. Tables are in fields_*.c. A level's item goes down to the
 * next level as JSON (`json`), with what the parent adds. */

/* The cell that serves all cells: no tablets, no vtgate. */
#define CONTROL_CELL "global"

/* The API server refuses a CRD whose rules could become too expensive, so lists have bounds. */
enum { MOST_CELLS = 32, MOST_KEYSPACES = 256, MOST_SHARDS = 512, MOST_ADDRESSES = 32 };

/* The one shard of a keyspace that lists none. */
#define UNSHARDED "0"

struct secret_key {
    const char *name, *key;
};

struct etcd_tls_spec { /* "tls": {"secret"} */
    const char *secret;
};

struct etcd_spec {
    const char *version; /* 2018: "3.2.11" */
    uint32_t size;       /* 1, 3 or 5; default 3 */
    const char *image;
    const json_t *resources;
    const json_t *claim; /* "volumeClaim" */
    const json_t *flags;
    struct etcd_tls_spec *tls;
    struct pod_overrides *template;
};

struct vtctld_spec {
    const char *image;
    uint32_t replicas; /* default 1 */
    const json_t *resources, *flags;
    const json_t *service; /* of fragment_service */
    struct pod_overrides *template;
};

struct auth_spec { /* "auth": {"static": {"name", "key"}}; without static: no authentication */
    struct secret_key *static_users;
};

struct mysql_tls_spec { /* "tls": {"secret", "required", "verifyClients"} */
    const char *secret;
    bool required, verify_clients;
};

struct autoscaler_spec {
    uint32_t min_replicas; /* default 2 */
    uint32_t max_replicas;
    uint32_t cpu; /* targetCPUUtilizationPercentage; 0: none */
    const json_t *metrics, *behavior;
};

struct vtgate_spec {
    const char *image;
    uint32_t replicas; /* default 2 */
    struct autoscaler_spec *autoscaler;
    const json_t *resources, *flags;
    struct auth_spec *auth;
    struct mysql_tls_spec *tls;
    const json_t *service; /* of fragment_service */
    struct pod_overrides *template;
};

struct vtorc_spec { /* "vtorc", and the "orchestrator" of 2018 (its image is not used) */
    bool enabled;   /* default true */
    const char *image;
    uint32_t replicas; /* default 1 */
    const json_t *resources, *flags;
    struct pod_overrides *template;
};

struct vtadmin_spec {
    const char *image, *web_image;
    uint32_t replicas; /* default 1 */
    const json_t *resources, *web_resources, *flags;
    struct secret_key *rbac;
    const char *api_address;
    bool read_only;
    const json_t *service; /* of fragment_web_service */
    struct pod_overrides *template;
};

struct cell_item { /* spec.cells[] */
    const json_t *json;
    const char *path;
    const char *name;
    const char *zone, *region; /* where all of it runs; NULL: anywhere */
    struct etcd_spec *etcd;
    struct vtctld_spec *vtctld;
    struct vtgate_spec *vtgate;
    struct vtorc_spec *vtorc, *orchestrator;
    struct vtadmin_spec *vtadmin;
};

struct key_range {
    const char *path;
    const char *start, *end; /* "" is open */
};

struct shard_item { /* spec.keyspaces[].shards[] */
    const json_t *json;
    const char *path;
    const char *name;
    struct key_range *key_range;
    const char *vitess_name; /* its keyRange's, else its name */
};

struct vttablet_spec {
    const json_t *resources, *flags;
};

struct mysql_spec {
    const char *image;
    const json_t *resources, *flags;
    const char *config;             /* my.cnf text */
    struct secret_key *init_script; /* "initScript": init_db.sql in a Secret */
};

struct pool_spec { /* tablets.defaults, .masterEligible, .batch; and a merged pool */
    const json_t *json;
    const char *path;
    const char *image;
    uint32_t replicas; /* default 0 */
    const json_t *claim;
    struct vttablet_spec *vttablet;
    struct mysql_spec *mysql;
    struct pod_overrides *template;
};

struct tablets_spec {
    const json_t *json;
    struct pool_spec *defaults, *master_eligible, *batch;
};

struct pool_override { /* spec.keyspaces[].overrides[] */
    const json_t *json;
    const char *path;
    const json_t *cells, *shards; /* lists of names; NULL: all */
    struct pool_spec *master_eligible, *batch;
};

struct equal_spec { /* spec.keyspaces[].equal */
    const char *path;
    uint32_t parts, hex_width; /* 0: by the number of parts */
};

struct mysqld_services_spec { /* spec.keyspaces[].mysqldServices */
    bool enabled;
};

struct keyspace_item { /* spec.keyspaces[] */
    const json_t *json;
    const char *path;
    const char *name;
    const json_t *cells;       /* list of names */
    const json_t *shards_json; /* NULL: one shard "0" */
    SPEC_ITEMS(struct shard_item) shards;
    struct equal_spec
        *equal; /* the same as shards of the same size, see v1_spread_equal_shards() */
    SPEC_ITEMS(struct pool_override) overrides;
    struct mysqld_services_spec *mysqld_services;
    const char *durability_policy; /* NULL: by number of replica-type tablets */
    const char *turndown_policy;   /* "RequireIdle" (default) or "Immediate" */
    struct tablets_spec *tablets;
};

struct lockserver_spec {        /* "lockserver": an existing etcd */
    const char *implementation; /* default "etcd2" */
    const json_t *addresses;    /* list of host:port */
    const char *root;           /* default "/vitess" */
    const char *tls_secret;     /* "tlsSecret" */
};

struct tls_spec {            /* "tls": between the components */
    const char *secret;      /* with ca.crt, tls.crt and tls.key */
    const char *server_name; /* default: the name of the cluster */
    const char *mode;        /* "Accept", "Prefer" or "Require" (default) */
    const char *hash;        /* of what is in the Secret, or NULL; written by our own hooks */
};

struct rollout_spec {
    const json_t *json;
    bool paused;
    const json_t *force; /* names */
    uint32_t max_shards; /* of a keyspace that roll at a time */
    /* Written by our own hooks only: */
    bool retire;
    const json_t *remaining;        /* cells in which the keyspace lives on */
    const json_t *remaining_shards; /* names of those of its shards that do; NULL: all */
    bool served;                    /* vtgate of this cell goes on serving it from there */
};

struct retention_spec {
    const char *when_scaled, *when_deleted; /* "Retain" (default) or "Delete" */
};

struct network_policy_spec {
    bool enabled;
};

struct tasks_spec { /* "tasks": the Pods that ask Vitess */
    struct pod_overrides *template;
    const json_t *resources;
};

struct cluster_spec {
    const json_t *json;
    const json_t *selector; /* LabelSelector */
    const json_t *template; /* {metadata: {labels, annotations}} */
    const json_t *backup_flags;
    const char *image; /* of every Vitess component without one; default VITESS_IMAGE */
    SPEC_ITEMS(struct cell_item) cells;
    SPEC_ITEMS(struct keyspace_item) keyspaces;
    struct lockserver_spec *lockserver;
    struct tls_spec *tls;
    bool watch_secrets; /* "watchSecrets", default true */
    struct rollout_spec *rollout;
    struct retention_spec *retention; /* "volumeClaimRetention" */
    struct network_policy_spec *network_policy;
    const json_t *pull_secrets; /* imagePullSecrets */
    const char *pull_policy;    /* imagePullPolicy */
    const json_t *security;     /* securityContext */
    struct tasks_spec *tasks;
    uint32_t revision; /* 0: this build's */
};

/* --- derived kinds: what every level below VitessCluster carries --- */

struct topology_spec { /* "topology": where the lock server is, as every component needs it */
    const char *implementation, *addresses, *global_root, *cell_root_prefix, *tls_secret;
    const char *tls_hash; /* of what is in that Secret, or NULL */
};

struct client_tls_spec { /* "tls" of "client": struct dial_tls, and where its files are */
    const char *ca, *cert, *key, *server_name;
    const json_t *volumes, *volume_mounts;
};

struct client_spec { /* "client": who tasks talk to, struct vtctl_client */
    const char *image, *server;
    const json_t *template_json;
    struct pod_overrides *template; /* the same */
    const json_t *resources;
    struct client_tls_spec *tls; /* NULL: in plain text */
};

struct derived_spec {
    const char *cluster;    /* name of the VitessCluster */
    const char *namespace;  /* that it was made for; NULL: that it is in */
    const json_t *selector; /* LabelSelector */
    const json_t *template; /* {metadata: {labels, annotations}} */
    const json_t *backup_flags;
    struct topology_spec *topology;
    struct client_spec *client;
    struct tls_spec *tls;
    struct rollout_spec *rollout;
    struct retention_spec *retention;
    const json_t *pull_secrets;
    const char *pull_policy;
    const json_t *security;
    const json_t *cell_order; /* "cellOrder": names of all cells, in rollout order */
    const char *rollout_id;   /* "rolloutId": hash of the cluster's spec less its control block */
    uint32_t revision;        /* what this tree is rendered as */
};

struct placement { /* where each keyspace of the cluster lives, and in which shards */
    const char *keyspace;
    const json_t *cells, *shards;
};

struct cell_spec { /* VitessCell.spec */
    struct derived_spec derived;
    struct cell_item item;
    const char *image;
    SPEC_ITEMS(struct keyspace_item) keyspaces; /* those of this cell */
    SPEC_ITEMS(struct placement) placement;     /* all of the cluster */
    const json_t *vtorc_defaults; /* "vtorcDefaults": the cluster's orchestrator block, or NULL */
    const char *mysql_version;    /* "mysqlServerVersion": of all tablets, or NULL */
    const char
        *tls_from; /* "tlsFrom": name of v1_tls_step() before the last one; Pods may be there */
    bool watch_secrets;
    struct network_policy_spec *network_policy;
};

struct keyspace_spec { /* VitessKeyspace.spec */
    struct derived_spec derived;
    const char *cell, *zone, *region;
    const char *image;
    struct keyspace_item item;
};

struct shard_spec { /* VitessShard.spec */
    struct derived_spec derived;
    const char *cell, *zone, *region, *keyspace;
    const char *name;            /* Vitess name, "-80" */
    struct key_range *key_range; /* NULL: the shard has a plain name */
    const char *image;
    const json_t *cells; /* of the keyspace, in rollout order */
    const char *turndown_policy;
    uint32_t replica_tablets; /* "replicaTablets": wanted in all cells together */
    uint32_t all_tablets;     /* "allTablets": of any type, in all cells together */
    struct tablets_spec *tablets;
};

/* fields_*.c */
extern const struct spec_field v1_cluster_metadata_fields[];
extern const struct spec_field v1_cluster_fields[], v1_cell_fields[], v1_keyspace_fields[],
    v1_shard_fields[];
extern const struct spec_field v1_cluster_status_fields[], v1_cell_status_fields[],
    v1_keyspace_status_fields[], v1_shard_status_fields[];

/* Blocks by themselves: a merged pool, the VTOrc settings and the template of tasks that are pushed
 * down are read with them. */
extern const struct spec_field v1_pool_fields[], v1_vtorc_fields[], v1_task_template_fields[];

/* Why a keyspace must have a pool of them. */
#define NO_PRIMARY "without a tablet of type replica no shard can have a primary"

#endif
