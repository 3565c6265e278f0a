#ifndef VITESS_OPERATOR_HOOKS_V2_NAMES_H
#define VITESS_OPERATOR_HOOKS_V2_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* Who everything of planetscale.com/v2 is: names of objects, uids and aliases of tablets, as the
 * operator of PlanetScale makes them. They must never change: every object, disk and topology
 * record would be made anew.
 *
 * A name is its parts and a hash of them: "example-zone1-vtgate-bc6cde92". A shard is given by its
 * Vitess name, "-80", and stands in names as "x-80". Nothing here may be NULL that is not said to
 * be. */

/* --- the join --- */

/* What a name has to look like. */
struct v2_name_rules {
    size_t most;       /* characters */
    bool letter_first; /* and not a digit */
};
extern const struct v2_name_rules v2_object_rules, v2_service_rules, v2_lockserver_rules;

/* The parts (NULL ends them) in lower case, what no name may hold as dashes, with "x" in
 * front where the first character may not be first, and the hash of the original parts. Too long a
 * name is cut, which three dashes before the hash tell. `salt` goes into the hash alone, in front
 * of the parts; NULL: none. */
const char *v2_join(struct arena *arena, const struct v2_name_rules *rules, const char *const *salt,
    const char *const *parts);

/* --- levels --- */

const char *v2_cell_name(struct arena *arena, const char *cluster, const char *cell);
const char *v2_keyspace_name(struct arena *arena, const char *cluster, const char *keyspace);
const char *v2_shard_name(struct arena *arena, const char *cluster, const char *keyspace,
    const char *shard);

/* --- etcd --- */

/* The EtcdLockserver of a cell, or with NULL the global one. */
const char *v2_etcd_name(struct arena *arena, const char *cluster, const char *cell);
/* What belongs to an EtcdLockserver is named after it. Members are counted from 1, and a member's
 * claim has its Pod's name. */
const char *v2_etcd_member_name(struct arena *arena, const char *lockserver, uint32_t index);
const char *v2_etcd_client_service(struct arena *arena, const char *lockserver);
const char *v2_etcd_peer_service(struct arena *arena, const char *lockserver);
const char *v2_etcd_budget(struct arena *arena, const char *lockserver);

/* --- components of a cluster --- */

const char *v2_vtctld_service(struct arena *arena, const char *cluster);
const char *v2_vtctld_deployment(struct arena *arena, const char *cluster, const char *cell);
/* Of a cell, or with NULL of all cells. */
const char *v2_vtgate_service(struct arena *arena, const char *cluster, const char *cell);
const char *v2_vtgate_deployment(struct arena *arena, const char *cluster, const char *cell);
const char *v2_vtgate_autoscaler(struct arena *arena, const char *cluster, const char *cell);
const char *v2_vtadmin_service(struct arena *arena, const char *cluster);
const char *v2_vtadmin_deployment(struct arena *arena, const char *cluster, const char *cell);
/* `what`: "discovery", "clusterConfig" or "webConfig". */
const char *v2_vtadmin_secret(struct arena *arena, const char *cluster, const char *cell,
    const char *what);

/* --- of a shard --- */

const char *v2_vttablet_service(struct arena *arena, const char *cluster);
/* A tablet's Pod and its claim. */
const char *v2_tablet_name(struct arena *arena, const char *cluster, const char *alias);
const char *v2_vtorc_deployment(struct arena *arena, const char *cluster, const char *keyspace,
    const char *shard, const char *cell);
/* The Pod that makes a shard's first backup, and its claim. */
const char *v2_vtbackup_init_name(struct arena *arena, const char *cluster, const char *keyspace,
    const char *shard);

/* --- backups --- */

/* `location` is "" where it has no name. */
const char *v2_backup_storage_name(struct arena *arena, const char *cluster, const char *location);
/* `time` is "20240102-030405", `uid` that of the tablet that the backup is of. */
const char *v2_backup_name(struct arena *arena, const char *cluster, const char *location,
    const char *keyspace, const char *shard, const char *time, uint32_t uid);
const char *v2_backup_schedule_name(struct arena *arena, const char *cluster, const char *schedule);
/* `schedule` is the name of the VitessBackupSchedule, `time` in seconds since 1970. */
const char *v2_backup_job_name(struct arena *arena, const char *schedule, const char *keyspace,
    const char *shard, int64_t time);

/* --- tablets --- */

/* 32 bits of MD5 over where the tablet is; `type` is that of its pool, `index` counts from 1.
 * `pool` is the pool's name, and counts only with an external datastore: elsewhere give NULL. */
uint32_t v2_tablet_uid(struct arena *arena, const char *cell, const char *keyspace,
    const char *shard, const char *type, uint32_t index, const char *pool);
/* "0006333720" */
const char *v2_uid_text(struct arena *arena, uint32_t uid);
/* "zone1-0006333720" */
const char *v2_tablet_alias(struct arena *arena, const char *cell, uint32_t uid);

#endif
