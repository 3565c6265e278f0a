#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_NAMES_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_NAMES_H

#include "vitess.h"

/* What objects of vitess.io/v1alpha1 are called, and who its tablets are. None of it may change:
 * all that bears the name would be made anew. */

/* Names of derived objects: "vitess-zone1", "vitess-zone1-main" ("vitess-zone1-my-app-1c5d7a02" of
 * the keyspace "my_app", which is no name of Kubernetes), and, from the name of its
 * VitessKeyspace, "vitess-zone1-main-x-80" of the shard "-80". */
const char *v1_cell_name(struct arena *arena, const char *cluster, const char *cell);
const char *v1_keyspace_name(struct arena *arena, const char *cluster, const char *cell,
    const char *keyspace);
const char *v1_shard_name(struct arena *arena, const char *keyspace, const char *shard);

/* The Services of a shard past vtgate, by the name of its VitessShard:
 * "vitess-zone1-main-x-80-mysqld-rw". */
const char *v1_mysqld_service_name(struct arena *arena, const char *shard, bool primary);
#define MYSQLD_RW "-mysqld-rw"
#define MYSQLD_RO "-mysqld-ro"

/* The Service of the vtctld of a cell, "vitess-global-vtctld", and where tasks ask it. */
const char *v1_vtctld_service_name(struct arena *arena, const char *cluster, const char *cell);
const char *v1_vtctld_address(struct arena *arena, const char *cluster, const char *cell);

/* The Service of all tablets of a cell: "vitess-vttablet-zone1". */
const char *v1_tablets_service_name(struct arena *arena, const char *cluster, const char *cell);

/* A tablet (identity.c). Its uid is 24 bits of md5("cell/keyspace/shard/type") * 100 + index, in 10
 * digits. */
struct tablet_uid {
    uint32_t number;
    const char *text;
};
struct tablet_uid v1_tablet_uid(struct arena *arena, const char *cell, const char *keyspace,
    const char *shard, const char *type, uint32_t index);
struct tablet_identity v1_tablet_identity(struct arena *arena, const char *cluster,
    const char *cell, const char *keyspace, const char *shard, const char *type, uint32_t index);

#endif
