#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_H

#include "advice.h"
#include "api_keys.h"
#include "children.h"
#include "claims.h"
#include "conditions.h"
#include "hook.h"
#include "level.h"
#include "names.h"
#include "retire.h"
#include "spec.h"
#include "staging.h"
#include "tally.h"
#include "task.h"
#include "vitess.h"

/* The typed specs of vitess.io/v1alpha1. Tables are in fields.c. A level's item goes down to the
 * next level as JSON (`json`), with what the parent adds. */

#define API_VERSION "vitess.io/v1alpha1"

#define CLUSTER_LABEL "vitess.io/cluster"
#define CELL_LABEL "vitess.io/cell"
#define KEYSPACE_LABEL "vitess.io/keyspace"
#define SHARD_LABEL "vitess.io/shard"
#define TABLET_UID_LABEL "vitess.io/tablet-uid"
#define TABLET_TYPE_LABEL "vitess.io/tablet-type"
/* These and all others, as whoever makes objects for this API gets them (keys.c). */
extern const struct api_keys v1alpha1_keys;
/* hooks.c: all that is known of it elsewhere. */
extern const struct api v1alpha1_api;

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
    struct equal_spec *equal; /* the same as shards of the same size, see spread_equal_shards() */
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
    const char *tls_from; /* "tlsFrom": name of tls_step() before the last one; Pods may be there */
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

/* fields.c */
extern const struct spec_field cluster_metadata_fields[];
extern const struct spec_field cluster_fields[], cell_fields[], keyspace_fields[], shard_fields[];
extern const struct spec_field cluster_status_fields[], cell_status_fields[],
    keyspace_status_fields[], shard_status_fields[];

/* Blocks by themselves: a merged pool, the VTOrc settings and the template of tasks that are pushed
 * down are read with them. */
extern const struct spec_field pool_fields[], vtorc_fields[], task_template_fields[];

/* Why a keyspace must have a pool of them. */
#define NO_PRIMARY "without a tablet of type replica no shard can have a primary"

/* What their fields are called elsewhere (other_names.c). */
extern const struct spec_name cluster_other_names[], lockserver_other_names[], cell_other_names[],
    etcd_other_names[], vtctld_other_names[], vtgate_other_names[], vtorc_other_names[],
    vtadmin_other_names[], secret_key_other_names[], mysql_tls_other_names[],
    autoscaler_other_names[], keyspace_other_names[], shard_other_names[], key_range_other_names[],
    equal_other_names[], override_other_names[], tablets_other_names[], pool_other_names[],
    vttablet_other_names[], mysql_other_names[], tls_other_names[], etcd_tls_other_names[],
    template_other_names[], task_template_other_names[], tasks_other_names[];

/* cluster.c, cell.c, keyspace.c, shard.c */
hook_function sync_cluster, sync_cell, sync_keyspace, sync_shard, customize_shard;

/* --- what is in Secrets (secrets.c) --- */

/* Of a Secret that Pods need. `hash` and `missing` are both NULL where nobody looks. */
struct secret_seen {
    const char *hash;    /* of what is in it */
    const char *missing; /* "Secret x is not there", "Secret x has no tls.key" */
};
/* `keys` is NULL-terminated. */
struct secret_seen look_at_secret(const struct request *request, const char *name,
    const char *const *keys);
/* Of a Secret with an authority, a certificate and its key; of one with these two. */
extern const char *const authority_keys[], *const certificate_keys[];
/* One hash of two, each of which may be NULL. */
const char *secrets_together(struct arena *a, const char *first, const char *second);
hook_function customize_cluster, customize_cell;

/* --- TLS between the components (tls_steps.c) ---
 *
 * How far the servers and clients of tablets are from plain text: 0 "none", 1 "Accept", 2 "Prefer",
 * 3 "Require". What is next to each other can talk to each other. */

const char *tls_step_name(int step);
int tls_step_of_name(const char *name);
/* By spec.tls, or else by the flags that the user gives by hand. */
int tls_step(struct arena *arena, const struct cluster_spec *spec);
/* The same of what one cell was told. One without tablets has only clients, which fit two steps:
 * that which is next to `wanted`. */
int tls_step_of_cell(struct arena *arena, const struct cell_spec *cell, int wanted);
/* And as it is held against a new spec, whose tls_step() is `step`: by spec.tls cells take each
 * step together. */
int tls_step_before(struct arena *arena, const struct cell_spec *cell,
    const struct cluster_spec *spec, int step);

/* shared by the levels (common.c) */

/* The pool as the 2018 hooks merged it: its keys replace those of defaults at the top level. NULL
 * when the pool is absent. The result is read in SPEC_DERIVED mode. */
const struct pool_spec *merged_pool(struct arena *arena, const struct tablets_spec *tablets,
    const struct pool_spec *pool);

/* Labels that a level puts on its children: the template's plus vitess.io/cluster. */
const json_t *child_labels(struct arena *arena, const struct derived_spec *derived);

/* struct place of a derived object (hash is left NULL). `cell` may be NULL. */
struct place place_of(const struct request *request, struct arena *arena,
    const struct derived_spec *derived, const char *cell);

/* NULL for NULL. */
const struct component_tls *component_tls_of(struct arena *arena, const struct tls_spec *spec);
/* What of it shapes Pods; NULL: nothing. */
const json_t *tls_made_from(struct arena *arena, const struct derived_spec *derived);
/* Who the tasks of a derived object talk to. */
struct vtctl_client client_of(struct arena *arena, const struct derived_spec *derived);

/* What goes down unchanged from a derived spec to its child's: topology, client, retention, pull
 * secrets, cellOrder, rolloutId, revision, backupFlags, cluster, namespace. */
const json_t *derived_down(struct arena *arena, const struct derived_spec *derived);

/* selector and template of a child, with one more label. */
const json_t *selector_with(struct arena *arena, const json_t *selector, const char *key,
    const char *value);
/* What StatefulSets and ReplicaSets put on their Pods. */
#define WORKLOAD_LABELS "controller-revision-hash", "pod-template-hash"
/* Which selectors of ours may exclude; ends with NULL. */
extern const char *const excluded_labels[];
/* Metacontroller adopts what matches and has no owner, as after a restore without owners or
 * `kubectl delete --cascade=orphan`. A tablet, a budget of a shard and a Pod of etcd all carry the
 * labels of their cell: its controller would take them from the shard and the StatefulSet that know
 * what to do with them. So a selector excludes what has `labels` (NULL: none; a list that ends with
 * NULL), in the place of what the selector of the level above excludes, and after the expressions
 * of the user. */
const json_t *selector_excluding(struct arena *arena, const json_t *selector,
    const char *const *labels);
const json_t *template_with(struct arena *arena, const json_t *template, const char *key,
    const char *value);

/* What every level but VitessCluster knows its children by, for advise_unknown(). */
extern const char *const known_by[];

/* --- what a restore has brought into another namespace (elsewhere.c) --- */

#define MADE_ELSEWHERE "MadeElsewhere"
/* A derived object, by its spec. */
bool made_elsewhere(const json_t *own);
bool any_made_elsewhere(const struct objects *own);
/* True, with an answer that changes nothing, where the parent itself was made elsewhere. */
bool waits_to_be_told(const struct request *request, struct answer *answer,
    const struct derived_spec *derived);
/* After the plan, while the vtctld that they ask may still be that of the other namespace: keeps
 * the children that were made elsewhere as they are, but for those of the names `told_first` (NULL:
 * none), which have this vtctld and its lock server. */
void hold_made_elsewhere(struct stage *stage, const json_t *told_first);
/* True, with the answer a 503, when the parent asks for a newer revision than this build has. */
bool newer_revision(const struct request *request, struct answer *answer,
    const struct derived_spec *derived);

/* The names of derived objects follow from their specs. False, with the answer a 422, where `name`
 * is not that of the parent: somebody edited the spec, and everything below would be made anew. */
bool named_after(const struct request *request, struct answer *answer, const char *name);

bool wants_mysqld_services(const struct keyspace_item *keyspace);

/* Reads what is not judged here: a derived spec, a merged pool, another's spec. Its problems are
 * said where the user has written it. */
void read_unjudged(struct arena *arena, const struct spec_field *fields, const json_t *json,
    const char *path, void *out);

/* The control block that goes down to a child: paused and force as here, retire and remaining as
 * given (NULL remaining: none). */
const json_t *control_block(struct arena *arena, const struct rollout_spec *rollout, bool retire,
    const json_t *remaining);
/* The one of a keyspace that retires, while these cells and shards of it live on. `served`: a
 * vtgate of the cell still needs to know of them. */
const json_t *retire_block(struct arena *arena, const struct rollout_spec *rollout,
    const json_t *remaining, const json_t *remaining_shards, bool served);

/* Deletes what the topology of a cell has of a keyspace (its SrvKeyspace, records of tablets); true
 * once it is gone. */
bool keyspace_left_cell(struct tasks *tasks, const char *keyspace, const char *cell);

/* --- staging of our own kinds (own_kinds.c) --- */

/* resource_trouble() of a child, which may be NULL. One that was made elsewhere does nothing until
 * it is told anew, so it waits for no other. */
const char *own_trouble(const json_t *child);
/* Adds a child of a kind of ours; `observed` and `control` may be NULL. */
struct stage_child *stage_own(struct stage *stage, int group, const json_t *desired,
    const json_t *observed, const json_t *control);
/* Lets cells and keyspaces that are held have what an edit adds: keyspaces and shards that are not
 * there yet (additions.c). Once all are staged. */
void add_meanwhile(struct stage *stage);

/* Fields of a status that list what is below, for has_retired(). */
extern const char *const listed_below[];
/* stage_leaving() of children whose control block is `control`; who their tasks talk to is of
 * `today`: derived_down(). */
void stage_left(struct stage *stage, const struct objects *observed, int group,
    const json_t *control, const json_t *today);

/* --- advice: what works but should be changed --- */

/* Says how a VitessCell that has no owner comes to its VitessCluster. It was restored without, or
 * orphaned; `controller-uid`, by which Metacontroller knows the cells of a VitessCluster, is that
 * of the former one. */
void advise_ownerless(struct advice *advice, const struct request *request,
    const struct derived_spec *derived);

/* `value` without the keys and items that are null, which Kubernetes treats as absent. */
const json_t *without_nulls(const json_t *value);

/* Names (spec.name) of those of `objects` that exist, sorted; with `ready`, of those that are
 * Ready. */
const json_t *names_of(struct arena *arena, const struct objects *objects, bool ready);

/* Wanted tablets that serve: the first number of status.tabletsReady ("2/3") of all `objects` that
 * have not left the spec. */
json_int_t serving_sum(const struct objects *objects);

/* Tablets of replica type of one shard in one cell, by its resolved pools. */
uint32_t replica_tablets(struct arena *arena, const struct tablets_spec *tablets);

/* --- the pools of a keyspace in each cell and shard (pools.c) --- */

enum pool { POOL_ELIGIBLE, POOL_BATCH };

/* The pools of the shard in the cell, overrides laid over: those of the keyspace themselves where
 * there are none for them. */
const struct tablets_spec *tablets_in(struct arena *arena, const struct keyspace_item *keyspace,
    const char *cell, const char *shard);
/* How many tablets of a pool the shard has in the cell; of a pool in all cells. */
uint32_t pool_replicas(const struct keyspace_item *keyspace, const char *cell, const char *shard,
    enum pool pool);
json_int_t pool_in_all_cells(const struct keyspace_item *keyspace, const char *shard,
    enum pool pool);
/* Path of the block that says `key` of the pool there ("spec.keyspaces[0].overrides[1].batch"): an
 * override, the pool or the defaults. NULL where there is none. */
const char *pool_written_in(const struct keyspace_item *keyspace, const char *cell,
    const char *shard, enum pool pool, const char *key);
/* Shards of the keyspace: how many, and the name of each. */
size_t keyspace_shards(const struct keyspace_item *keyspace);
const char *keyspace_shard(const struct keyspace_item *keyspace, size_t index);
/* Tablets of all shards of the keyspace in one cell. */
json_int_t tablets_in_cell(const struct keyspace_item *keyspace, const char *cell);
/* Replica-type tablets in all cells together, of the shard that has the fewest. */
uint32_t fewest_replicas(const struct keyspace_item *keyspace);

/* Which overrides are for the shard in the cell, as a text: "0,2,". */
const char *pool_combination(struct arena *arena, const struct keyspace_item *keyspace,
    const char *cell, const char *shard);
/* One place for each combination of overrides that is somewhere, from a zeroed `places` on; cell
 * NULL: there is no more. */
struct pool_place {
    const char *cell, *shard;
};
struct pool_places {
    size_t next;
    json_t *seen;
};
struct pool_place next_pool_place(struct arena *arena, const struct keyspace_item *keyspace,
    struct pool_places *places);

/* A pool as it is somewhere: with some overrides laid over it, or with none. */
struct pool_there {
    const struct keyspace_item *keyspace;
    struct pool_place
        place; /* one of those where it is so; cell NULL: where nothing overrides it */
    enum pool pool;
    const struct pool_spec *merged;
};
typedef void pool_visit(void *context, const struct pool_there *there);
/* Every pool of the keyspace as it is anywhere: what is judged of tablets is judged of all these.
 */
void visit_pools(struct arena *arena, const struct keyspace_item *keyspace, pool_visit *visit,
    void *context);
/* As pool_written_in(). */
const char *pool_there_written_in(const struct pool_there *there, const char *key);

/* --- shards of the same size (equal.c) --- */

/* Hex digits of a boundary. */
uint32_t equal_width(const struct equal_spec *equal);
/* So many parts can be told apart in so many digits, and be written as key ranges. */
bool equal_is_possible(const struct equal_spec *equal);
/* Writes `equal` of each keyspace as the shards that it means: nobody else sees it. */
void spread_equal_shards(struct arena *arena, struct cluster_spec *spec);

/* cluster_told.c: the observed VitessCells and what each of them was told. */
struct told_cells {
    struct objects cells;
    struct cell_spec *specs; /* one a cell */
};
struct told_cells told_cells_of(const struct request *request);
/* By the name of the VitessCell; NULL where it is not there. */
const struct cell_spec *told_spec(const struct told_cells *told, const char *cell);

/* validate.c: every problem of a user's VitessCluster that the table of fields cannot see. `spec`
 * was read in SPEC_STRICT mode. What must not change is held against `told`; there is nothing
 * before the first sync. */
void validate_cluster(const struct request *request, const struct cluster_spec *spec,
    const struct told_cells *told, struct problems *problems);

#endif
