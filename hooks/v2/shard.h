#ifndef VITESS_OPERATOR_HOOKS_V2_SHARD_H
#define VITESS_OPERATOR_HOOKS_V2_SHARD_H

#include "drains.h"
#include "levels.h"
#include "shard_engine.h"
#include "tablets.h"

/* The inside of the hook of VitessShard: what it is asked with (shard_input.c), and how its tablets
 * are made (shard_tablets.c). */

struct shard_hook {
    const struct request *request;
    struct arena *arena;
    struct shard_spec spec;
    struct v2_vitess_shard shard;
    struct v2_place place; /* of no cell: a shard is in several */
    struct v2_tablets tablets;
    struct objects pods, claims; /* of tablets, of tasks, and unknown ones */
    struct objects deployments;  /* VTOrcs of ours */
    const json_t *vtbackup;      /* the Pod that makes the first backup, or NULL */
    const json_t *vtbackup_claim;
    struct objects backups; /* VitessBackups of the shard */
    struct unknown_children unknown;
    struct tasks tasks;
    struct v2_drains drains; /* of the Pods of wanted tablets */
    bool idle; /* it has left the spec, and nothing is served from it: all of it goes */
};

/* shard_input.c */
struct shard_input v2_shard_input(struct shard_hook *hook);
/* All tablets go, where it is idle. */
void v2_turn_down(struct shard_input *in, bool idle);

/* shard_tablets.c: fills in->wanted, component and identify. */
void v2_read_wanted(struct shard_input *in, const struct shard_hook *hook);

/* shard_growth.c */
/* The size to which the file system of its claim grows once its Pod is made anew, or NULL. */
const char *v2_resize_of(const struct shard_hook *hook, const struct v2_tablet *tablet);
/* One of the tablets is so. */
bool v2_grows_by_restart(const struct shard_hook *hook);

/* shard_drains.c */
/* Fills hook->drains, and what the engine is to know of them. */
void v2_read_drains(struct shard_input *in, struct shard_hook *hook);
/* `sent` for a Pod that is there, with how far its drain is. */
const json_t *v2_drain_noted(struct arena *arena, const struct v2_drains *drains,
    const json_t *sent, const struct shard_running *pod);

#endif
