#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_KEYS_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_KEYS_H

#include "api_keys.h"

/* What vitess.io/v1alpha1 is called, and what it writes on objects. */

#define API_VERSION "vitess.io/v1alpha1"

#define CLUSTER_LABEL "vitess.io/cluster"
#define CELL_LABEL "vitess.io/cell"
#define KEYSPACE_LABEL "vitess.io/keyspace"
#define SHARD_LABEL "vitess.io/shard"
#define TABLET_UID_LABEL "vitess.io/tablet-uid"
#define TABLET_TYPE_LABEL "vitess.io/tablet-type"
/* These and all others, as whoever makes objects for this API gets them (keys.c). */
extern const struct api_keys v1_keys;
/* hooks.c: all that is known of it elsewhere. */
extern const struct api v1alpha1_api;

#endif
