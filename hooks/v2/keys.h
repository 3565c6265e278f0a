#ifndef VITESS_OPERATOR_HOOKS_V2_KEYS_H
#define VITESS_OPERATOR_HOOKS_V2_KEYS_H

#include "api_keys.h"

/* The labels and annotations of planetscale.com/v2. Except for the last group they are those of the
 * operator of PlanetScale, whose objects and tools know them. */

/* --- labels --- */

#define COMPONENT_LABEL "planetscale.com/component" /* "vttablet" */
#define CLUSTER_LABEL "planetscale.com/cluster"     /* name of the VitessCluster */
#define CELL_LABEL "planetscale.com/cell"
#define KEYSPACE_LABEL "planetscale.com/keyspace"
#define SHARD_LABEL "planetscale.com/shard"               /* "x-80" */
#define TABLET_UID_LABEL "planetscale.com/tablet-uid"     /* ten digits */
#define TABLET_TYPE_LABEL "planetscale.com/tablet-type"   /* of its pool: "externalmaster" */
#define TABLET_INDEX_LABEL "planetscale.com/tablet-index" /* from 1 */
#define POOL_NAME_LABEL "planetscale.com/pool-name"       /* only with an externalDatastore */

#define BACKUP_SCHEDULE_LABEL "planetscale.com/backup-schedule" /* name of the object */
#define BACKUP_METHOD_LABEL "planetscale.com/backup-method"     /* "vtbackup", "vtctldclient" */
#define BACKUP_LOCATION_LABEL "backup.planetscale.com/location" /* may be "" */
#define BACKUP_TYPE_LABEL "backup.planetscale.com/type"         /* "init" or "update" */

#define LOCKSERVER_LABEL "etcd.planetscale.com/lockserver" /* name of the EtcdLockserver */
#define ETCD_INDEX_LABEL "etcd.planetscale.com/index"      /* from 1 */

/* Values of COMPONENT_LABEL. */
#define VTCTLD_COMPONENT "vtctld"
#define VTADMIN_COMPONENT "vtadmin"
#define VTORC_COMPONENT "vtorc"
#define VTGATE_COMPONENT "vtgate"
#define VTTABLET_COMPONENT "vttablet"
#define VTBACKUP_COMPONENT "vtbackup"
#define ETCD_COMPONENT "etcd"
#define SUBCONTROLLER_COMPONENT "vbs-subcontroller"

/* --- annotations --- */

/* Of a Pod: each counts by its presence, and the value is for people. */
#define DRAIN_SUPPORTED_ANNOTATION "drain.planetscale.com/supported"
#define DRAIN_STARTED_ANNOTATION "drain.planetscale.com/started" /* somebody wants it drained */
#define DRAIN_ACKNOWLEDGED_ANNOTATION "drain.planetscale.com/acknowledged"
#define DRAIN_FINISHED_ANNOTATION "drain.planetscale.com/finished"

/* Of whatever has changes that wait: what they are, that they may be applied, and (of a
 * VitessShard) that its tablets are to be released one by one. */
#define ROLLOUT_SCHEDULED_ANNOTATION "rollout.planetscale.com/scheduled"
#define ROLLOUT_RELEASED_ANNOTATION "rollout.planetscale.com/released"
#define ROLLOUT_CASCADE_ANNOTATION "rollout.planetscale.com/cascade"

#define STATE_HASH_ANNOTATION "planetscale.com/desired-state-hash" /* hashes.h */
#define SECRET_HASH_ANNOTATION "planetscale.com/secret-hash"       /* hashes.h; of vtgate's Pods */
#define SHARD_GENERATION_ANNOTATION "planetscale.com/observed-shard-generation"
#define CLAIM_RESIZE_ANNOTATION "planetscale.com/pvc-filesystem-resize" /* size, such as "20Gi" */
#define CONFIG_OVERRIDES_ANNOTATION "planetscale.com/mysqld-config-overrides" /* of my.cnf */
#define BACKUP_SCHEDULED_ANNOTATION "planetscale.com/backup-scheduled-at"     /* RFC 3339 */

/* --- what theirs does not have (struct api_keys says what each is) --- */

/* Their tablet-type stays the type of the pool, and Pods are selected by it. This one is "primary"
 * on the Pod that is it now. */
#define SERVING_TYPE_LABEL "planetscale.com/serving-type"

#define SPEC_HASH_ANNOTATION "planetscale.com/spec-hash"
/* Not their secret-hash, which is of other Secrets, by another rule. */
#define SECRETS_READ_ANNOTATION "planetscale.com/secrets-read"
#define CONFIG_HASH_ANNOTATION "planetscale.com/config-hash"
#define SPEC_SIZE_ANNOTATION "planetscale.com/spec-size"
#define NOT_MADE_HERE_ANNOTATION "planetscale.com/not-made-here"

#define NEVER_READY_CONDITION "planetscale.com/serves"

/* All of them as whoever makes objects for this API gets them. */
extern const struct api_keys v2_keys;

#endif
