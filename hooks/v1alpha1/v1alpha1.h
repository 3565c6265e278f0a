#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_H

#include "advice.h"
#include "api_keys.h"
#include "children.h"
#include "claims.h"
#include "conditions.h"
#include "hook.h"
#include "keys.h"
#include "level.h"
#include "names.h"
#include "retire.h"
#include "specs.h"
#include "staging.h"
#include "tally.h"
#include "task.h"
#include "vitess.h"

/* cluster.c, cell.c, keyspace.c, shard.c; secrets.c */
hook_function v1_sync_cluster, v1_sync_cell, v1_sync_keyspace, v1_sync_shard, v1_customize_shard;
hook_function v1_customize_cluster, v1_customize_cell;

/* --- shared by the levels (common.c) --- */

/* Labels that a level puts on its children: the template's plus vitess.io/cluster. */
const json_t *v1_child_labels(struct arena *arena, const struct derived_spec *derived);

/* struct place of a derived object (hash is left NULL). `cell` may be NULL. */
struct place v1_place_of(const struct request *request, struct arena *arena,
    const struct derived_spec *derived, const char *cell);

/* NULL for NULL. */
const struct component_tls *v1_component_tls_of(struct arena *arena, const struct tls_spec *spec);
/* What of it shapes Pods; NULL: nothing. */
const json_t *v1_tls_made_from(struct arena *arena, const struct derived_spec *derived);
/* Who the tasks of a derived object talk to. */
struct vtctl_client v1_client_of(struct arena *arena, const struct derived_spec *derived);

/* What goes down unchanged from a derived spec to its child's: topology, client, retention, pull
 * secrets, cellOrder, rolloutId, revision, backupFlags, cluster, namespace. */
const json_t *v1_derived_down(struct arena *arena, const struct derived_spec *derived);

/* selector and template of a child, with one more label. */
const json_t *v1_selector_with(struct arena *arena, const json_t *selector, const char *key,
    const char *value);
/* What StatefulSets and ReplicaSets put on their Pods. */
#define WORKLOAD_LABELS "controller-revision-hash", "pod-template-hash"
/* Which selectors of ours may exclude; ends with NULL. */
extern const char *const v1_excluded_labels[];
/* Metacontroller adopts what matches and has no owner, as after a restore without owners or
 * `kubectl delete --cascade=orphan`. A tablet, a budget of a shard and a Pod of etcd all carry the
 * labels of their cell: its controller would take them from the shard and the StatefulSet that know
 * what to do with them. So a selector excludes what has `labels` (NULL: none; a list that ends with
 * NULL), in the place of what the selector of the level above excludes, and after the expressions
 * of the user. */
const json_t *v1_selector_excluding(struct arena *arena, const json_t *selector,
    const char *const *labels);
const json_t *v1_template_with(struct arena *arena, const json_t *template, const char *key,
    const char *value);

/* What every level but VitessCluster knows its children by, for advise_unknown(). */
extern const char *const v1_known_by[];

/* --- ways out of a change that cannot be made, as ends of sentences --- */

#define PUT_BACK_OR "put it back, or "
#define NEW_CLUSTER "make a new VitessCluster and move the data (backup and restore, or MoveTables)"
#define NEW_KEYSPACE "make a new keyspace with it and move the tables (MoveTables)"

/* --- what a restore has brought into another namespace (elsewhere.c) --- */

#define MADE_ELSEWHERE "MadeElsewhere"
/* A derived object, by its spec. */
bool v1_made_elsewhere(const json_t *own);
bool v1_any_made_elsewhere(const struct objects *own);
/* True, with an answer that changes nothing, where the parent itself was made elsewhere. */
bool v1_waits_to_be_told(const struct request *request, struct answer *answer,
    const struct derived_spec *derived);
/* After the plan, while the vtctld that they ask may still be that of the other namespace: keeps
 * the children that were made elsewhere as they are, but for those of the names `told_first` (NULL:
 * none), which have this vtctld and its lock server. */
void v1_hold_made_elsewhere(struct stage *stage, const json_t *told_first);
/* True, with the answer a 503, when the parent asks for a newer revision than this build has. */
bool v1_newer_revision(const struct request *request, struct answer *answer,
    const struct derived_spec *derived);

/* The names of derived objects follow from their specs. False, with the answer a 422, where `name`
 * is not that of the parent: somebody edited the spec, and everything below would be made anew. */
bool v1_named_after(const struct request *request, struct answer *answer, const char *name);

bool v1_wants_mysqld_services(const struct keyspace_item *keyspace);

/* Reads what is not judged here: a derived spec, a merged pool, another's spec. Its problems are
 * said where the user has written it. */
void v1_read_unjudged(struct arena *arena, const struct spec_field *fields, const json_t *json,
    const char *path, void *out);

/* The control block that goes down to a child: paused and force as here, retire and remaining as
 * given (NULL remaining: none). */
const json_t *v1_control_block(struct arena *arena, const struct rollout_spec *rollout, bool retire,
    const json_t *remaining);
/* The one of a keyspace that retires, while these cells and shards of it live on. `served`: a
 * vtgate of the cell still needs to know of them. */
const json_t *v1_retire_block(struct arena *arena, const struct rollout_spec *rollout,
    const json_t *remaining, const json_t *remaining_shards, bool served);

/* Deletes what the topology of a cell has of a keyspace (its SrvKeyspace, records of tablets); true
 * once it is gone. */
bool v1_keyspace_left_cell(struct tasks *tasks, const char *keyspace, const char *cell);
/* What has to be so before it is made there (again): "Pod x, which .., has ended"; or NULL. The Pod
 * deletes the records of tablets as well, whatever the spec says by then. */
const char *v1_keyspace_made_once(const struct tasks *tasks, const char *keyspace,
    const char *cell);

/* --- staging of our own kinds (own_kinds.c) --- */

/* Adds a child of a kind of ours; `observed` and `control` may be NULL. */
struct stage_child *v1_stage_own(struct stage *stage, int group, const json_t *desired,
    const json_t *observed, const json_t *control);
/* Lets cells and keyspaces that are held have what an edit adds: keyspaces and shards that are not
 * there yet (additions.c). Once all are staged. */
void v1_apply_additions_early(struct stage *stage);

/* Fields of a status that list what is below, for has_retired(). */
extern const char *const v1_listed_below[];
/* stage_leaving() of children whose control block is `control`; who their tasks talk to is of
 * `today`: v1_derived_down(). */
void v1_stage_left(struct stage *stage, const struct objects *observed, int group,
    const json_t *control, const json_t *today);

/* --- advice: what works but should be changed --- */

/* Says how a VitessCell that has no owner comes to its VitessCluster. It was restored without, or
 * orphaned; `controller-uid`, by which Metacontroller knows the cells of a VitessCluster, is that
 * of the former one. */
void v1_advise_ownerless(struct advice *advice, const struct request *request,
    const struct derived_spec *derived);

/* `value` without the keys and items that are null, which Kubernetes treats as absent. */
const json_t *v1_without_nulls(const json_t *value);

/* Names (spec.name) of those of `objects` that exist, sorted; with `ready`, of those that are
 * Ready. */
const json_t *v1_names_of(struct arena *arena, const struct objects *objects, bool ready);

/* Wanted tablets that serve: the first number of status.tabletsReady ("2/3") of all `objects` that
 * have not left the spec. */
json_int_t v1_serving_sum(const struct objects *objects);

#endif
