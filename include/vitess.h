#ifndef VITESS_OPERATOR_VITESS_H
#define VITESS_OPERATOR_VITESS_H

#include <stdint.h>

#include "api_keys.h"
#include "json.h"
#include "problem.h"

/* What every Vitess component needs to know of where it runs. An API's hook fills it, names and
 * labels included; the components turn it into Kubernetes objects. */

/* What a client of a gRPC server dials with. */
struct dial_tls {
    const char *ca, *cert, *key; /* files; NULL: none */
    const char *server_name;     /* that the server's certificate must have; NULL: the host's own */
};

/* TLS between the components: one Secret, with ca.crt, tls.crt and tls.key, for all of them. */
struct component_tls {
    const char *secret;
    const char *server_name; /* that all clients look for, whatever host they dial */
    bool optional;           /* servers take plain text as well */
    bool dials;              /* clients use it */
};

/* Where the topology is. */
struct topology {
    const char *implementation; /* "etcd2" */
    const char *addresses;      /* "vitess-global-etcd-client.default.svc:2379,..." */
    const char *global_root;    /* "/vitess/global" */
    const char *tls_secret;     /* Secret with ca.crt, tls.crt, tls.key; NULL: no TLS */
    const char *vtctld; /* "host:port" that a vtctldclient inside of a Pod asks; NULL: it asks the
                           topology itself, which cannot be done over TLS */
    const struct dial_tls *dial; /* how it dials that, or the tablets; NULL: in plain text */
};

/* A user's overrides of a Pod, laid over ours last. */
struct pod_overrides {
    const json_t *labels;
    const json_t *annotations;
    const json_t *node_selector;
    const json_t *tolerations;
    const json_t *affinity;
    const json_t *topology_spread; /* topologySpreadConstraints */
    const char *priority_class;
    const char *service_account;
    const json_t *security;        /* PodSecurityContext; an id of -1 leaves ours out */
    uint32_t grace;                /* terminationGracePeriodSeconds; 0: ours */
    const json_t *sidecars;        /* more containers */
    const json_t *init_containers; /* more, before ours */
    const json_t *env;             /* for every container of ours */
    const json_t *volumes;
    const json_t *volume_mounts; /* for every container of ours */
};

struct place {
    const struct api_keys *keys; /* of the API whose objects these are */
    const char *namespace;
    const char *cluster; /* name of the VitessCluster */
    const char *cell;
    const json_t *labels;   /* of everything here */
    const json_t *selector; /* matchLabels: what Services, Deployments and PDBs select by */
    struct topology topology;
    const json_t *pull_secrets;      /* imagePullSecrets, or NULL */
    const char *pull_policy;         /* or NULL */
    const json_t *security;          /* laid over ours, below that of pod_overrides; or NULL */
    const char *zone, *region;       /* of the nodes; NULL: any */
    const char *hash;                /* keys->spec_hash of what is rendered; NULL: none */
    const struct component_tls *tls; /* NULL: plain text between the components */
    const char *secrets; /* hash of the Secrets that Pods read only as they start; NULL: none */
};

/* --- who a tablet is: an API's hook says it, names included --- */

struct tablet_identity {
    const char *cell, *keyspace, *shard; /* shard is the Vitess name: "-80" */
    const char *type;                    /* "replica" or "rdonly" */
    uint32_t index;
    uint32_t uid;            /* of the whole topology */
    const char *uid_text;    /* "0214747900" */
    const char *alias;       /* "zone1-0214747900" */
    const char *name;        /* of Pod and PVC: "vitess-vttablet-zone1-0214747900" */
    const char *subdomain;   /* the Service of all tablets of the cell: "vitess-vttablet-zone1" */
    const char *shard_label; /* of its shard: "x-80" */
};

/* --- key ranges (lib/vitess/keyrange.c) --- */

/* "<start>-<end>" in Vitess's own form: lower case; "" is open. */
const char *keyrange_name(struct arena *arena, const char *start, const char *end);
/* A shard name that is a key range ("-80", "40-c0", "-"). */
bool keyrange_is(const char *shard);
/* As a name of Kubernetes: "-80" -> "x-80", "80-" -> "80-x", "-" -> "x-x"; others as they are. */
const char *shard_suffix(struct arena *arena, const char *shard);
/* One spelling for all that mean the same place: "C000" -> "c0". */
const char *keyrange_bound(struct arena *arena, const char *bound);
struct keyrange {
    const char *start, *end; /* hex, "" is open */
    const char *path;        /* for messages */
};
/* Adds a problem for each range that is not hex, empty or reversed or given twice, and for gaps and
 * overlaps: each range must be part of a full cover of the keyspace. Old and new shards of a
 * reshard may stand side by side, since each set is one. Knows that "80" and "8000" are the same
 * bound. */
void keyranges_check(const struct keyrange *ranges, size_t count, struct problems *problems);

/* --- the order in which Vitess gets to know shards (lib/vitess/keyrange_turn.c) --- */

struct planned_shard {
    const char *name; /* "-80", "0" */
    bool known;       /* to Vitess, which keeps a record of it */
};
/* For each shard, in the order of the spec, what has to be so before it is made: "shard -, which
 * ..., has a Ready tablet"; or NULL. Of shards that overlap Vitess lets the one serve that it knows
 * first, so those of one full cover of the keyspace wait for none, and the others for those. One
 * that is there twice is one. */
const char **shards_wait_for(struct arena *arena, const struct planned_shard *shards, size_t count);

/* --- flags (lib/vitess/flags.c) --- */

/* Version of an image by its tag: 24 for "vitess/lite:v24.0.4-mysql84", 0 when it says none. */
unsigned image_major(const char *image);
/* Image below Vitess 23 is replaced by `fallback`; `replaced` (may be NULL) is set then. No image
 * gives the fallback too, which is no replacement. */
const char *image_or_newer(const char *image, const char *fallback, bool *replaced);
/* The same for etcd below 3.5, whose image may be given by its version alone ("3.5.17", or "3.5"
 * for the newest fix). */
const char *etcd_image_or_newer(struct arena *arena, const char *image, const char *version,
    bool *replaced);
/* "3.6.16" for "3.6": the newest fix that is known; others as they are. NULL where none is known.
 */
const char *etcd_whole_version(struct arena *arena, const char *version);
/* 36 of etcd 3.6, 0 where the image does not say it. */
unsigned etcd_release(const char *image);
/* etcd is upgraded one minor version at a time, from a fix that is new enough, and never goes back
 * ("Upgrading etcd clusters and applications" of etcd, and its guide of each version). */
enum etcd_step {
    ETCD_AT_ONCE, /* also where one of them says no version */
    ETCD_BY_WAY,  /* only over others */
    ETCD_DOWN     /* a lower minor version cannot read what a higher one has written */
};
enum etcd_step etcd_step(const char *from, const char *to);
/* Of ETCD_BY_WAY: the image to run next. */
const char *etcd_way(struct arena *arena, const char *from, const char *to);
/* The oldest fix of the minor version of `from` from which the next one is reached, such as
 * "3.5.32"; NULL where that is not known. */
const char *etcd_fix_needed(const char *from);
/* Neither a digest nor a tag that stays what it is: none, or "latest". */
bool image_floats(const char *image);

/* What a tag says. */
struct image_version {
    unsigned major, minor, patch;
    bool whole; /* with a patch */
};
/* "quay.io/coreos/etcd:v3.5.17"; false where there is no minor version. */
bool image_version(const char *image, struct image_version *version);
/* The MySQL in an image: of a stock one ("mysql:8.0.40", "percona/percona-server:8.4.3-3"), or of
 * one of Vitess ("vitess/lite:v24.0.4-mysql80"). False where that is not known. */
bool image_mysql(const char *image, struct image_version *version);
/* Below 0, 0 or above 0, as strcmp(), by major and minor. */
int image_series_compare(const struct image_version *a, const struct image_version *b);
const char *image_version_text(struct arena *arena, const struct image_version *version);
/* What MySQL, which changes its files with each series, cannot do from `old` to `new`: a rule with
 * both of them, or NULL where it can. */
const char *mysql_step_refused(struct arena *arena, const struct image_version *old,
    const struct image_version *new);

/* "8.0.40-Vitess" for a stock "mysql:8.0.40", as --mysql-server-version wants it; NULL where the
 * tag is no version of MySQL. */
const char *image_mysql_version(struct arena *arena, const char *image);

/* One flag name as Vitess 23 and newer spell it: without leading dashes, '_' as '-' (the glog
 * names log_dir, log_link and log_backtrace_at stay as they are). */
const char *flag_name(struct arena *arena, const char *name);
/* Sorted argument list, "--name=value" each, of maps of flags laid over each other, lowest
 * precedence first; a NULL map adds nothing. Names are normalised before they override. The process
 * gets each value as it is in its map; only in `references`, which everything else is laid over
 * (NULL: none), Kubernetes replaces "$(NAME)". */
const json_t *flag_arguments(struct arena *arena, const json_t *references,
    const json_t *const *maps, size_t count);
/* The same for maps that are written out: flag_list(arena, lowest, ..., highest). */
#define flag_list(arena, ...) flag_list_over((arena), NULL, __VA_ARGS__)
#define flag_list_over(arena, references, ...)                                                     \
    flag_arguments((arena),                                                                        \
        (references),                                                                              \
        (const json_t *const[]){__VA_ARGS__},                                                      \
        sizeof((const void *[]){__VA_ARGS__}) / sizeof(const void *))
/* A problem for each flag of a user that this binary ("vttablet") of an image of this version
 * (image_major(), or etcd_release() of etcd) does not have or no longer has, with the replacement
 * in the text, that is no flag name at all, that is given in two spellings or a value that it
 * cannot read, or that is the operator's own to set. A version of 0 is unknown, and only what no
 * version has is refused. `own` is the list of arguments that the operator gives this process by
 * itself, or NULL. `path` is that of the flags mapping. */
void flags_check(const char *binary, unsigned version, const json_t *own, const json_t *flags,
    const char *path, struct problems *problems);
/* `flags`, which are for several programs, less those that only others of them have. */
const json_t *flags_known_to(struct arena *arena, const char *binary, const char *image,
    const json_t *flags);
/* The port that a flag in a list of arguments says, maybe behind an address (":14001"); 1 where it
 * says none, which was refused. */
unsigned flag_port(const json_t *arguments, const char *name);
/* What is behind "=" in an argument that is the flag `name`; NULL where it is another one. It need
 * not end there: whatever follows is part of the value. Programs take one dash or two, and Vitess
 * until 23 wrote flags with underscores. */
const char *flag_value_in(const char *argument, const char *name);
/* The same of the first argument in a list that is the flag. */
const char *flag_argument(const json_t *arguments, const char *name);
/* Whole seconds of a duration of Go such as "1h30m" or "1.5s", rounded up; 0 of a negative one. */
unsigned duration_seconds(const char *text);
/* The value of a flag in whatever spelling, or NULL. */
const json_t *flag_value(struct arena *arena, const json_t *flags, const char *name);
/* The same as text; NULL where it is "", too. */
const char *flag_text(struct arena *arena, const json_t *flags, const char *name);
bool flag_is_true(struct arena *arena, const json_t *flags, const char *name);

/* A problem for each line of a user's my.cnf that sets what Vitess or the operator has to, or that
 * mysqld cannot read (lib/vitess/my_cnf.c). */
void my_cnf_check(const char *text, const char *path, struct problems *problems);
/* The first line with a setting before any section, which counts as [mysqld]; 0: there is none. */
size_t my_cnf_without_section(struct arena *arena, const char *text);
/* The server's setting `name`, with dashes, is off in it; the last line counts. */
bool my_cnf_switches_off(struct arena *arena, const char *text, const char *name);

#define VITESS_IMAGE "vitess/lite:v24.0.4"
/* Where the web pages of VTAdmin are in its Pod. */
enum { VTADMIN_WEB_PORT = 14000 };

#define VTADMIN_IMAGE "vitess/vtadmin:v24.0.4"
#define ETCD_IMAGE "quay.io/coreos/etcd:v3.6.16"
/* What ETCD_IMAGE was in older builds, the oldest first: a cluster that never said a version may
 * still run it. */
#define OLDEST_ETCD_IMAGE "quay.io/coreos/etcd:v3.5.17"

/* `text` as an item of a container's command or args, or as a value of its environment, so that the
 * process gets just that: Kubernetes replaces "$(NAME)" there, and "$$" by "$". Not for hooks of a
 * lifecycle, where it does not (lib/vitess/verbatim.c). Unchanged where there is nothing to
 * replace. */
const char *verbatim(struct arena *arena, const char *text);
/* A list of texts, each of them so. */
const json_t *verbatim_list(struct arena *arena, const json_t *list);

/* A problem for each of the user's containers, variables, volumes and mounts that has the name (a
 * mount: the path) of one that is in `pod`, the PodSpec as the operator makes it without overrides,
 * and for what the user gives twice and the API server does not take twice. `path` is that of the
 * overrides (lib/vitess/reserved.c). */
void overrides_check(const struct api_keys *keys, const json_t *pod,
    const struct pod_overrides *overrides, const char *path, struct problems *problems);

/* --- components, one file each: lib/vitess/<name>.c ---
 *
 * place.hash goes onto Deployments, StatefulSets and tablet Pods; everything else is always
 * applied at once. A disruption budget is NULL where there is nothing to protect: with a single
 * Pod it could only block every drain of its node. ..._grace() is the least grace period, in
 * seconds, in which a Pod can end as its flags ask for. */

struct etcd {
    struct place place;
    const char *name; /* "vitess-global-etcd" */
    const char *image;
    uint32_t size; /* of now: on the way from 1 to 3 it is 2, too */
    const json_t *resources;
    const json_t *claim; /* PersistentVolumeClaimSpec; NULL: 1Gi of the default storage class */
    const json_t *claim_metadata; /* {labels, annotations}, or NULL */
    const json_t *flags;
    const char *tls_secret;                       /* with ca.crt, tls.crt, tls.key; NULL: no TLS */
    bool keep_claims_scaled, keep_claims_deleted; /* persistentVolumeClaimRetentionPolicy */
    const char *quota;            /* --quota-backend-bytes; NULL: what fits `claim` */
    const json_t *claim_template; /* what the StatefulSet has already, which cannot change; or NULL
                                   */
    struct pod_overrides overrides;
};
/* As the API server stores it, but for volumeMode. */
const json_t *etcd_claim_spec(struct arena *arena, const struct etcd *etcd);
/* Where the other members reach one: "http://vitess-global-etcd-0.vitess-global-etcd-peer...". */
const char *etcd_peer_url(struct arena *arena, const struct etcd *etcd, uint32_t ordinal);
const json_t *etcd_statefulset(struct arena *arena, const struct etcd *etcd);
const json_t *etcd_client_service(struct arena *arena, const struct etcd *etcd);
const json_t *etcd_peer_service(struct arena *arena, const struct etcd *etcd);
const json_t *etcd_disruption_budget(struct arena *arena, const struct etcd *etcd);

struct vtctld {
    struct place place;
    const char *name; /* "vitess-global-vtctld" */
    const char *image;
    uint32_t replicas;
    const json_t *resources;
    const char *mysql_version; /* as that of vtgate */
    const json_t *backup_flags;
    const json_t *flags;
    const json_t *service; /* of fragment_service, or NULL */
    struct pod_overrides overrides;
};
const json_t *vtctld_deployment(struct arena *arena, const struct vtctld *vtctld);
unsigned vtctld_grace(struct arena *arena, const struct vtctld *vtctld);
const json_t *vtctld_service(struct arena *arena, const struct vtctld *vtctld);
/* NULL: the other one has all of its ports. */
const json_t *vtctld_internal_service(struct arena *arena, const struct vtctld *vtctld);
const json_t *vtctld_disruption_budget(struct arena *arena, const struct vtctld *vtctld);

struct vtgate {
    struct place place;
    const char *name;
    const char *image;
    uint32_t replicas;
    const json_t *resources;
    const char *cells_to_watch;         /* "zone1,zone2" */
    const char *mysql_version;          /* "8.0.40-Vitess", of the tablets; NULL: Vitess' own */
    const char *auth_secret, *auth_key; /* static users; NULL: no authentication */
    const char *tls_secret; /* kubernetes.io/tls Secret for the MySQL port; NULL: no TLS */
    bool tls_required;
    bool tls_client_ca;    /* verify clients with the Secret's ca.crt */
    const json_t *service; /* of fragment_service; NULL: a ClusterIP */
    /* How many there are is between these and up to an autoscaler; most of 0: `replicas`. */
    uint32_t min_replicas, max_replicas, cpu_percent;
    const json_t *metrics, *behavior;
    const char *internal_name; /* of the Service that always is one: "vitess-zone1-internal" */
    const json_t *flags;
    struct pod_overrides overrides;
};
const json_t *vtgate_deployment(struct arena *arena, const struct vtgate *vtgate);
unsigned vtgate_grace(struct arena *arena, const struct vtgate *vtgate);
const json_t *vtgate_service(struct arena *arena, const struct vtgate *vtgate);
const json_t *vtgate_internal_service(struct arena *arena, const struct vtgate *vtgate);
const json_t *vtgate_disruption_budget(struct arena *arena, const struct vtgate *vtgate);
const json_t *vtgate_autoscaler(struct arena *arena, const struct vtgate *vtgate); /* or NULL */

struct vtorc {
    struct place place;
    const char *name; /* "vitess-zone1-vtorc" */
    const char *image;
    uint32_t replicas;
    const json_t *resources;
    const json_t *flags;
    struct pod_overrides overrides;
};
const json_t *vtorc_deployment(struct arena *arena, const struct vtorc *vtorc);
const json_t *vtorc_disruption_budget(struct arena *arena, const struct vtorc *vtorc);
unsigned vtorc_grace(struct arena *arena, const struct vtorc *vtorc);

struct vtadmin {
    struct place place;
    const char *name;
    const char *api_image, *web_image;
    uint32_t replicas;
    const json_t *api_resources, *web_resources;
    const char *vtctld;                 /* "vitess-global-vtctld" */
    const json_t *vtgates;              /* list of Service names */
    const char *rbac_secret, *rbac_key; /* NULL: --no-rbac */
    const char *api_address; /* where browsers find the API; NULL: http://localhost:14001 */
    bool read_only;
    const json_t *flags;
    const json_t *service; /* of fragment_web_service, or NULL */
    struct pod_overrides overrides;
};
const json_t *vtadmin_deployment(struct arena *arena, const struct vtadmin *vtadmin);
const json_t *vtadmin_disruption_budget(struct arena *arena, const struct vtadmin *vtadmin);
unsigned vtadmin_grace(struct arena *arena, const struct vtadmin *vtadmin);
const json_t *vtadmin_service(struct arena *arena, const struct vtadmin *vtadmin);
const json_t *vtadmin_config(struct arena *arena, const struct vtadmin *vtadmin); /* ConfigMap */

/* What a claim says of its own end. */
struct claim_marks {
    const char *uid;       /* of the observed claim, or NULL */
    bool keep;             /* carries an ownerReference to itself, see design */
    bool had;              /* and did so when it was applied last: without it the list is empty */
    const json_t *applied; /* last to that claim, or NULL */
};

/* The ownerReferences of the claim `name`, or NULL. */
const json_t *claim_owners(struct arena *arena, const char *name, const struct claim_marks *marks);

struct vttablet {
    struct place place; /* labels with keyspace and shard */
    struct tablet_identity id;
    const char *image;       /* vttablet, mysqlctld and the init container */
    const char *mysql_image; /* NULL: image */
    const json_t *vttablet_resources, *mysql_resources;
    const json_t *vttablet_flags, *mysql_flags, *backup_flags;
    const char *mysql_config;                         /* my.cnf text, or NULL */
    const char *init_script_secret, *init_script_key; /* init_db.sql; NULL: the image's own */
    const json_t *claim;                              /* PersistentVolumeClaimSpec */
    const json_t *stored_claim;   /* as_stored() of it, where many tablets share it; or NULL */
    const json_t *claim_metadata; /* {labels, annotations}, or NULL */
    struct claim_marks marks;
    struct pod_overrides overrides;
};
const json_t *vttablet_pod(struct arena *arena, const struct vttablet *tablet);
/* The same with the spec of one that was applied before, which is most of the work, and with the
 * type that it was labelled with. */
const json_t *vttablet_pod_as_applied(struct arena *arena, const struct vttablet *tablet,
    const json_t *applied);
unsigned vttablet_grace(struct arena *arena, const struct vttablet *tablet);
const json_t *vttablet_claim(struct arena *arena, const struct vttablet *tablet);
/* Headless Service that gives each tablet of a cell a DNS name: `subdomain` of their identities. */
const json_t *vttablet_service(struct arena *arena, const struct place *place, const char *name);
/* The MySQL of a shard past vtgate: of its primary, in whatever cell, or of the replicas of this
 * cell. `shard_label` is that of the tablets' identities. */
const json_t *vttablet_mysqld_service(struct arena *arena, const struct place *place,
    const char *name, const char *keyspace, const char *shard_label, bool primary);
/* Lets the namespace come to the MySQL of the keyspace's tablets in the cell. */
const json_t *mysqld_network_policy(struct arena *arena, const struct place *place,
    const char *name, const char *keyspace);

/* One PDB per Vitess shard over all cells; `selector` has no cell in it. */
const json_t *vttablet_disruption_budget(struct arena *arena, const struct place *place,
    const char *name, const json_t *selector, uint32_t min_available);

/* NetworkPolicies of a cell: list of objects. `prefix` is the name of the cell's object, and
 * `public` lists the components whose Services lead to them from outside of Kubernetes. */
const json_t *cell_network_policies(struct arena *arena, const struct place *place,
    const char *prefix, const json_t *public);

#endif
