#ifndef VITESS_OPERATOR_HOOKS_V2_LEVELS_H
#define VITESS_OPERATOR_HOOKS_V2_LEVELS_H

#include "parts.h"
#include "request.h"
#include "specs.h"
#include "task.h"

/* What the hooks of planetscale.com/v2 have in common. */

/* One hook a kind. */
void v2_sync_etcd_lockserver(const struct request *request, struct answer *answer);
void v2_sync_cluster(const struct request *request, struct answer *answer);
void v2_customize_cluster(const struct request *request, struct answer *answer);
void v2_sync_cell(const struct request *request, struct answer *answer);
void v2_customize_cell(const struct request *request, struct answer *answer);
void v2_sync_keyspace(const struct request *request, struct answer *answer);
void v2_sync_shard(const struct request *request, struct answer *answer);
void v2_customize_shard(const struct request *request, struct answer *answer);
void v2_sync_backup_storage(const struct request *request, struct answer *answer);
void v2_sync_backup(const struct request *request, struct answer *answer);
void v2_sync_backup_schedule(const struct request *request, struct answer *answer);

/* The VitessCluster that a derived object says it is of, by its label. The answer is a 422 and this
 * NULL where it says none. */
const char *v2_cluster_of(const struct request *request, struct answer *answer);
/* The same for the keyspace that a VitessShard says it is of. */
const char *v2_keyspace_of(const struct request *request, struct answer *answer);
/* The parent has this part of its spec, which our hook above always writes; the answer is a 422
 * where somebody has taken it away. */
bool v2_has_part(const struct request *request, struct answer *answer, const char *path,
    const void *part);
/* A restore has brought it into another namespace than it was made for. */
bool v2_made_elsewhere(struct arena *arena, const json_t *object);
/* The parent was made for its namespace, or has been told anew since: the lock server in its spec
 * is its own. Otherwise the answer is a 422: its tasks would be about the cluster that it is from.
 */
bool v2_is_at_home(const struct request *request, struct answer *answer);
/* The parent has the name that our own hook gives it. A copy under another name would take over
 * what its original owns; the answer is a 422 then. */
bool v2_named(const struct request *request, struct answer *answer, const char *name);

/* Tasks of a level talk to the vtctld of the cluster, with the vtctldclient of `image`. `labels` is
 * what all objects of the level have, and are selected by. */
struct tasks v2_tasks(const struct request *request, const struct v2_place *place,
    const json_t *labels, const char *image);
/* The labels of a derived object, which its children have as well. */
const json_t *v2_labels_of(const struct request *request);

/* `object`, of our own kinds, with a field of its spec beyond theirs: what its parent tells it. */
const json_t *v2_told(struct arena *arena, const json_t *object, const char *key,
    const json_t *value);

/* What an object of our own kinds waits for before it is as its spec says, or NULL. */
const char *v2_why_it_rolls(struct arena *arena, const json_t *object);

/* Nothing is served in it, as Vitess has said of its newest spec. */
bool v2_is_idle(const json_t *object);

#endif
