#ifndef VITESS_OPERATOR_SHARD_ENGINE_H
#define VITESS_OPERATOR_SHARD_ENGINE_H

#include "advice.h"
#include "children.h"
#include "level.h"
#include "staging.h"
#include "task.h"
#include "vitess.h"

/* The engine of one shard of Vitess in one cell: its tablets, one Pod and one claim each. They roll
 * rdonly first, then replicas, the primary last, one at a time over all cells. It knows no API: a
 * hook reads its spec, the children and the shards in other cells into a struct shard_input, calls
 * shard_decide() once, and turns the report into a status. What it wants to be told at the next
 * sync is in report.memory.
 *
 * Nothing is copied: all texts and JSON that go in must live as long as the arena, and what comes
 * out is of the arena or of the input. */

/* --- what is remembered from one sync to the next --- */

/* What Vitess has said last of a tablet, and of which state of its Pod. */
struct shard_served {
    const char *alias; /* "zone1-0214747900" */
    const char *type;  /* "primary", "rdonly", "restore" ... */
    const char *state; /* the Pod's uid, restarts and readiness: "3f2a/0/ready" */
    const char *since; /* start of a primary's term, or "<null>" */
};

/* A claim, or where there is none a Pod, that is known to hold the data of the shard. */
struct shard_data {
    const char *alias; /* of its tablet */
    const char *claim; /* its uid, or the Pod's */
};

/* The last planned reparent away from a tablet; all NULL: there was none. */
struct shard_reparent {
    const char *pod;      /* uid and restarts of the tablet's Pod */
    const char *question; /* hash of what Vitess was asked */
};

/* The last time that a primary was awaited; all NULL: there was none. */
struct shard_awaited {
    const char *state;    /* hash of the state in which it was */
    const char *question; /* hash of what Vitess was asked */
    const char *primary;  /* alias of the one that came */
};

/* The only state that there is. The hook keeps it from one sync to the next, where somebody may
 * edit it; so what it gives back is checked: reparent, awaited, primary and each entry of `serving`
 * are of the right shape or not there at all. */
struct shard_memory {
    struct texts tablets;     /* uids of the tablets that were there */
    struct texts ready;       /* of those that served */
    struct texts updated;     /* of those that were as the spec says */
    struct texts scaled_down; /* of those that went since fewer are wanted, and whose claims are
                                 there */
    struct texts untried;     /* names of Pods that were asked for, to try a template, and were not
                                 there */
    const struct shard_served *serving;
    size_t serving_count;
    bool serving_edited; /* there is more in it than `serving` */
    /* Also entries of another shape, as NULLs: they still say that some claim holds data. */
    const struct shard_data *data;
    size_t data_count;
    struct shard_reparent reparent;
    struct shard_awaited awaited;
    const char *primary; /* alias of the primary in this cell, or NULL */
    const char *follows; /* alias of the primary in another cell, where no Pod of this one is
                            labelled as one; or NULL */
    const char *moving;  /* name of the tablet that is on its way down, or up again; or NULL */
    bool beginning;      /* the tablets ran before the shard held data in any cell */
    bool leaving;        /* nothing is served from it: all of its tablets are taken down */
    bool retired;        /* and all of them are gone */
};

/* From a mapping, and as one: what a hook keeps it as, in its status or in a part of it. Tablets
 * move by it and anybody may have edited it, so an entry that is not of the shape that is written
 * is as if it were absent. */
struct shard_memory shard_memory_read(struct arena *arena, const json_t *status);
const json_t *shard_memory_written(struct arena *arena, const struct shard_memory *memory);

/* --- what goes in --- */

/* The same Vitess shard in another cell, as far as it is seen from here. */
struct shard_peer {
    const char *name; /* of its object */
    const char *cell;
    struct shard_memory memory;
    bool generation_observed; /* what it remembers, and the rest here, is of its newest spec */
    bool ready, updated;      /* its conditions */
    bool same_rollout;        /* it has been given the edit that this shard has */
    bool same_client;         /* its tasks talk to whom those of this shard do */
    bool leaves_cell;         /* it retires in its cell, and goes on in others */
    bool retired;             /* nothing of it is left there */
    bool terminating;         /* it is being deleted */
};

/* Where a tablet has its data. */
enum shard_storage {
    STORAGE_CLAIM,    /* in a PersistentVolumeClaim of its name */
    STORAGE_POD,      /* in its Pod, with which it goes */
    STORAGE_ELSEWHERE /* in a MySQL that is not ours */
};

/* A tablet that is wanted. */
struct shard_wanted {
    struct tablet_identity id;
    const char *hash;          /* keys->spec_hash: of all that its Pod is made from */
    const char *template_hash; /* of what the Pods of its pool are made from: the same for all */
    enum shard_storage storage;
    const void *component; /* what the API's struct shard_component makes it from */
};

/* A Pod that is there, whose spec stays as it is, while it is to be `desired`. */
struct shard_running {
    const json_t *desired, *observed;
    bool alike;       /* nothing waits: it becomes ours as it is */
    bool handed_over; /* Vitess has said that it is not the primary */
};

/* How the MySQL of a Pod is to end before another one takes its files. */
struct shard_shutdown {
    bool slow;           /* with innodb_fast_shutdown = 0: it leaves nothing to recover */
    const char *refused; /* why the other one could not read them, or NULL */
};

/* How its objects are made. Each API has a component of its own, with names, labels, containers and
 * flags that its users know. */
struct shard_component {
    /* `applied` is a Pod of the tablet whose spec is the one that is wanted, which is most of the
     * work; or NULL. */
    const json_t *(
        *pod)(struct arena *arena, const struct shard_wanted *wanted, const json_t *applied);
    /* Asked only for tablets of STORAGE_CLAIM. */
    const json_t *(*claim)(struct arena *arena, const struct shard_wanted *wanted,
        const struct claim_marks *marks);
    /* The containers without which it is no tablet; NULL ends them. The first is vttablet's, the
     * second MySQL's, which one of STORAGE_ELSEWHERE does not have. */
    const char *const *containers;
    /* The Pod `observed`, to which nobody has applied anything, is as `desired` is: another
     * operator has made it so. NULL: none is. */
    bool (*alike)(struct arena *arena, const json_t *desired, const json_t *observed);
    /* What such a Pod is given. NULL: what was applied to it last. */
    const json_t *(*running)(struct arena *arena, const struct shard_wanted *wanted,
        const struct shard_running *running);
    /* An edit that could change the Pod in place is held back. NULL: none ever is. */
    bool (*waits)(const struct shard_wanted *wanted, const json_t *desired, const json_t *observed);
    /* Of a Pod that makes way for the one that is wanted. NULL: it ends as it always does. */
    struct shard_shutdown (
        *shutdown)(struct arena *arena, const struct shard_wanted *wanted, const json_t *observed);
};
/* Of the vttablet of lib/vitess: `component` is a struct vttablet, whose marks are not read. */
extern const struct shard_component shard_vttablet;

/* A Pod that is there. */
struct shard_pod {
    const json_t *object;
    const json_t *applied; /* last-applied configuration of this very Pod, or NULL */
};

/* What messages call the fields that people are told to set. */
struct shard_wording {
    const char *force;         /* "spec.rollout.force" */
    const char *annotations;   /* of Pods: "template.annotations of the pool" */
    const char *until_idle;    /* "turndownPolicy RequireIdle" */
    const char *at_once;       /* "turndownPolicy: Immediate" */
    const char *delete_scaled; /* "volumeClaimRetention.whenScaled: Delete" */
    const char *paused;        /* what holds an edit: "spec.rollout.paused" */
    const char *grows; /* what becomes of a claim that grows only without a Pod; NULL: a change in
                          `annotations` restarts the tablets */
};

struct shard_input {
    struct arena *arena;
    struct owner owner;          /* the object whose children all are */
    const char *keyspace, *name; /* in Vitess: "main", "-80" */
    struct place place;  /* of the shard; place.cell is its cell, NULL where all of it, in whatever
                            cells, is the owner's */
    struct tasks *tasks; /* begun; the engine says which of its Pods are tablets */

    /* rdonly first, each type by its index. */
    const struct shard_wanted *wanted;
    size_t wanted_count;
    const struct shard_component *component;
    uint32_t replica_tablets; /* wanted in all cells together */
    struct texts cells;       /* that the shard is to be in; empty: not known */
    struct texts cell_order;  /* all cells, in the order of rollouts */
    const char *budget_name;
    const json_t *budget; /* the PodDisruptionBudget, where this cell has it; or NULL */

    const struct shard_pod *pods; /* all that are children, tasks included, by name */
    size_t pod_count;
    struct objects claims, budgets; /* all that are children */
    const struct shard_peer *peers;
    size_t peer_count;
    struct shard_memory memory;
    /* Whose Pod or claim that is, whose name is not among those wanted (any more); false where it
     * is no tablet's of this shard and cell. Labels can be edited, so the name has to agree. `api`
     * is the hook's own. */
    bool (*identify)(const struct shard_input *input, const json_t *object,
        struct tablet_identity *id);
    const void *api;

    /* The MySQL is somebody else's, and Vitess is told which tablet of this type is the primary:
     * nobody is elected. NULL: it is ours. */
    const char *appointed;
    bool appoint_first;       /* also where there has been no primary yet */
    struct texts drained;     /* names of Pods whose tablets are not to become primary */
    struct texts given_up;    /* of them those that somebody may delete at any time */
    const char *to_hand_over; /* name of a Pod that stays, whose tablet is not to be primary; NULL:
                                 there is none */

    bool paused;
    bool removes;           /* what is paused are edits alone: what has left the spec goes */
    const json_t *force;    /* list of names of tablets that move whatever the gates say, or NULL */
    bool retire;            /* it has left the spec */
    struct texts remaining; /* of what retires: the cells that it stays in; empty: it leaves all */
    bool turndown_at_once;  /* it retires although something may be served from it */
    bool keep_records;      /* what Vitess knows of tablets that have gone is not deleted */
    bool delete_scaled;     /* the claims of tablets that are wanted no more are deleted */
    bool delete_with_owner; /* claims go with their owner */
    bool delete_retired;    /* also those of a shard that has left the spec itself */
    struct shard_wording wording;
};

/* --- what comes out --- */

struct shard_tablet {
    struct tablet_identity id;
    const char *type; /* as Vitess has it: "primary", "restore" ...; NULL: not known */
    bool wanted, there, serving;
    bool updated;        /* as it is wanted */
    const char *trouble; /* why it is not serving or broken, in a few words; or NULL */
};

struct shard_report {
    const struct shard_tablet *tablets; /* wanted ones first, then others by uid */
    size_t tablet_count;
    struct shard_memory memory; /* input.memory of the next sync */
    struct stage stage;
    bool ready; /* its wanted tablets serve and it has a primary, here or elsewhere */
    const char *ready_reason, *ready_message; /* why not */
    const char *pending;       /* what is still to be done besides the stage, or NULL */
    struct task_failure stuck; /* a task without which nothing goes on, and that does not */
    struct advice advice;
    struct unknown_children unknown; /* children that are kept although they are none of a shard */
};

/* The Pod was made for another namespace and talks to the lock server there. There it is what it
 * is; here it has never been anything. */
bool shard_pod_is_stray(const struct shard_input *input, const json_t *pod);

/* Decides on all tablets, puts the children that are wanted and those that may go into `answer`,
 * and reports. Asks Vitess by input->tasks, whose Pods are in the answer then. */
void shard_decide(const struct shard_input *input, struct answer *answer,
    struct shard_report *report);

/* What the conditions of the shard's object say, all but Advice. Borrows `report`. */
struct level_conditions shard_level(const struct shard_report *report);

#endif
