#ifndef VITESS_OPERATOR_LIB_CONTROL_SHARD_SHARD_H
#define VITESS_OPERATOR_LIB_CONTROL_SHARD_SHARD_H

#include "shard_engine.h"

/* The inside of the engine (include/shard_engine.h): tablets.c knows the tablets, coming_up.c
 * which of them are new, view.c what Vitess says of them, primary.c where the primary is, appoint.c
 * who is told to be it, labels.c which label says so, storage.c where their data is, claims.c and
 * volumes.c what becomes of their claims, data.c which of these hold the data, trials.c and zone.c
 * whether a new one could run, peers.c and turn.c when one may be taken down, records.c what is
 * left of those that are gone; plan.c decides, report.c says what it came to. */

/* What becomes of a tablet's claim when its Pod goes. */
enum claim_fate {
    CLAIM_SAFE,
    CLAIM_TERMINATING, /* somebody deletes it, and only the Pod holds that up */
    CLAIM_LOST,        /* phase Lost: the volume is gone */
    CLAIM_UNSEEN,      /* the Pod runs, but there is no such claim among our children */
    CLAIM_REPLACED     /* the claim is younger than the Pod that runs on the one before */
};

/* One tablet of this cell: wanted, or still known by its Pod, its claim or both. */
struct tablet {
    struct tablet_identity id;
    const struct shard_wanted *wanted; /* NULL: not wanted (any more) */
    bool replica_type;                 /* may become primary */
    const json_t *pod;                 /* observed, or NULL */
    const json_t *applied;             /* to the Pod, or NULL */
    const json_t *claim;               /* observed, or NULL */
    const char *incarnation; /* the Pod's uid and restarts: another one is another tablet process */
    const char *state;       /* incarnation and readiness */
    /* As Vitess has it (view.c): */
    const char *type;  /* "primary", "rdonly", "restore" ...; NULL: not known for this state */
    const char *since; /* start of a primary's term */
    bool recorded;     /* the newest answer lists it */
    bool serving;
    bool works; /* its processes run, although its Pod may not be Ready */
    bool stray; /* it is a tablet of another cluster: a restore has brought its Pod along */
    /* Its data (storage.c, claims.c, data.c): */
    enum shard_storage storage; /* of the Pod that is there, or else of the one that is wanted */
    const char *disk;           /* uid of what it is on: the claim or the Pod; or NULL */
    enum claim_fate fate;
    bool proven;         /* the claim holds the shard's data */
    bool unproven;       /* it serves, and that is still to be seen */
    const char *unasked; /* why Vitess does not say so, or NULL */
};

struct shard {
    const struct shard_input *in;
    struct arena *arena;
    struct tasks *tasks;
    struct shard_memory next; /* input->memory of the next sync */
    struct tablet *tablets;   /* wanted rdonly, wanted replica, then the others by uid */
    size_t count;
    size_t wanted;
    struct shard_pod *pods; /* of tablets */
    size_t pod_count;
    const json_t *budget; /* observed, or NULL */
    struct unknown_children unknown;
    bool retire;             /* it goes, from this cell or altogether */
    bool removed_everywhere; /* altogether */
    bool awaiting_idle;      /* it has left the spec, and goes on until nothing is served from it */
    /* The view: */
    bool coming_up;             /* it is new (comes_up()) */
    bool fresh;                 /* Vitess has answered for exactly the Pods that are observed */
    const char *question;       /* what was asked, as a hash */
    struct tablet *primary;     /* in this cell, or NULL */
    const char *remote_primary; /* alias of the primary in another cell, or NULL */
    /* The turn: */
    const char *moving;    /* name of the tablet that is being taken down, or NULL */
    const char *handover;  /* what the tablet of in->to_hand_over waits for, or NULL */
    const char *undeleted; /* which record is still there, and why; or NULL */
    const char *immutable; /* which field of a claim cannot be what is wanted, or NULL */
};

/* tablets.c */
/* Tells the Pods of tablets from those of tasks and from what is none of ours. */
void find_pods(struct shard *shard);
/* After what retires is known. */
void find_tablets(struct shard *shard);
struct tablet *tablet_of_name(const struct shard *shard, const char *name);
struct tablet *tablet_of_alias(const struct shard *shard, const char *alias);
/* As many tablets as are wanted are there, and none of them is going. */
bool has_every_tablet(const struct shard *shard);
/* Every tablet's Pod that is there, with its incarnation and readiness, as a text. */
const char *states_of_pods(const struct shard *shard);

/* Matches a line of GetTablets up to its type. A keyspace may be called "primary", too. */
#define LISTED_AS "^[^ ]+ [^ ]+ [^ ]+ "

/* coming_up.c */
/* Its Pod is new, and nothing ails it: it gets Ready, or is and has not been heard of. */
bool is_coming(const struct shard *shard, const struct tablet *tablet);
/* The shard is: Vitess has never been heard, and nobody wants a Pod to go. */
bool comes_up(const struct shard *shard);
/* The next event would void what Vitess could say now, and nothing waits for that. */
bool asks_later(const struct shard *shard);

/* view.c */
/* What Vitess says of the tablets, and where the primary is. */
void observe_shard(struct shard *shard);
/* The last memory has what Vitess says of the tablets now. */
bool serving_is_remembered(const struct shard *shard);
/* Vitess has listed the tablet process that runs now. */
bool was_listed(const struct shard *shard, const struct tablet *tablet);
/* The part of observe_shard() that fills next.serving. */
void remember_serving(struct shard *shard);

/* primary.c */
/* Asks for the primary where none is known. `state` is what the view was asked for. */
void find_primary(struct shard *shard, const char *state);
/* A primary is known, here or in another cell. */
bool has_primary(const struct shard *shard);

/* appoint.c */
/* Of a shard whose primary is appointed: it could be appointed, and serves nobody meanwhile. */
bool stands_by(const struct shard *shard, const struct tablet *tablet);
/* Where no primary is known: false while one is being appointed, or that is being looked into. */
bool appoint_first(struct shard *shard);
/* Has another one appointed where `tablet` is the primary. Gives what it waits for, and remembers a
 * reparent once that has been done. */
const char *appoint_another(struct shard *shard, const struct tablet *tablet,
    const char *invalidation_key);

/* labels.c, after the view */
/* `pod` of the tablet, as it is sent, with the label that says what Vitess takes the tablet for. */
const json_t *labelled_pod(const struct shard *shard, const struct tablet *tablet,
    const json_t *pod);
/* `pod` of what is no tablet of this cluster: nobody is to take it for one. */
const json_t *unlabelled_pod(const struct shard *shard, const json_t *observed, const json_t *pod);
/* Why `tablet`, which is primary no more, is not taken down yet, or NULL: of a Pod that is being
 * deleted no label can be taken off. */
const char *label_to_take_off(const struct shard *shard, const struct tablet *tablet);
/* Alias of the primary in another cell, where no Pod of this one is labelled so. */
const char *followed_primary(const struct shard *shard);

/* storage.c */
/* Fills tablet->storage and ->disk. */
void find_storage(struct shard *shard);
/* It waits for a claim that is not there. */
bool lacks_claim(const struct tablet *tablet);

/* claims.c */
/* Fills tablet->fate. After the storage. */
void find_fates(struct shard *shard);
/* It was made while the Pod was there already, which so runs on another one. */
bool claim_is_younger(const json_t *claim, const json_t *pod);
/* Why the Pod of `tablet` is not taken down on purpose, whatever the spec says, or NULL. */
const char *claim_holds(const struct shard *shard, const struct tablet *tablet);
/* Names each such claim, and says what to do. */
void advise_claims(struct advice *advice, const struct shard *shard);
/* Nothing is written to a volume that would go with the shard although it is to stay. */
bool claim_can_be_used(const struct shard *shard, const struct tablet *tablet);
/* A claim that is not wanted (any more), as it was applied last; its owner reference to itself
 * follows the policy of today, its size what somebody else has made of it. */
const json_t *unwanted_claim(const struct shard *shard, const json_t *claim);
/* Wants each claim, or releases it. `records_gone`: Vitess has no tablet that is not wanted. */
void want_claims(struct shard *shard, struct answer *answer, bool records_gone);
/* Which tablets were taken down by this shard because fewer are wanted goes into the next memory.
 */
void remember_scaled_down(struct shard *shard);

/* volumes.c: claims whose volume does not become what was asked for. */
void advise_volumes(struct advice *advice, const struct shard *shard);
/* Of a tablet whose Pod no node takes: what the scheduler says, and what to do about its volume. */
const char *why_unscheduled(const struct shard *shard, const struct tablet *tablet);

/* data.c */
/* Fills tablet->proven and ->unproven; asks Vitess where that is not known yet. After the view. */
void prove_data(struct shard *shard);
/* Which claims hold data goes into the next memory. */
void remember_data(struct shard *shard);
/* The first wanted tablet that serves from a claim which is not known to hold the data, or NULL. */
const struct tablet *unproven_tablet(const struct shard *shard);
/* All tablets that stay serve from claims that are known to hold the data. */
bool others_have_data(const struct shard *shard);
/* Another tablet serves, of this cell or another one, that is known to hold the data. */
bool another_has_data(const struct shard *shard, const struct tablet *tablet);

/* trials.c */
/* Tries each template that a tablet waits for, before the first one moves to it. One whose template
 * has not passed keeps its Pods. Before stage_plan(). */
void try_templates(struct shard *shard, struct stage *stage);
/* It runs, and waits to be made anew. */
bool is_due(const struct stage_child *child);

/* zone.c: why no tablet may move to where the cell is to run, or NULL. */
const char *zone_blocks(const struct shard *shard, const struct stage *stage);

/* peers.c */
/* A cell of the Vitess shard in which it is not there, or NULL. */
const char *cell_without_peer(const struct shard *shard);
/* Why another cell holds up that a tablet is taken down which is settled or, unwell as it is,
 * needed; or NULL. */
const char *peers_block(const struct shard *shard, bool settled);

/* turn.c */
/* Somebody may be served by it although its Pod is not Ready. Where no tablet is primary nobody is,
 * and none may become so before the next one has moved. */
bool is_needed(const struct shard *shard, const struct tablet *tablet);
/* Why `tablet` may not be taken down on purpose now, or NULL when it may. Asks for a reparent where
 * one is due. */
const char *disruption_blocked_by(struct shard *shard, struct tablet *tablet);
/* The same for one that the user forces: nothing but the primary, and what becomes of the files of
 * its MySQL, must agree. */
const char *reparent_blocked_by(struct shard *shard, struct tablet *tablet);
/* Vitess has moved the primary away from `tablet`, or it was none; and another one is known. */
bool has_handed_over(const struct shard *shard, const struct tablet *tablet);
/* Has another tablet lead instead of in->to_hand_over, whose Pod stays. After the plan, whose own
 * moves come first. */
void hand_over(struct shard *shard);

/* records.c */
/* Deletes the topology records of tablets that are gone; true when none is left. */
bool delete_records(struct shard *shard);
/* The name of a Pod that may still delete the record of a tablet which is to be made, or NULL. */
const char *record_deleted_by(const struct shard *shard, const struct tablet *tablet);
/* Nothing is served from the shard any more, or its policy does not ask. Once the first tablet has
 * gone it is not asked any more. */
bool turndown_allowed(struct shard *shard);

/* plan.c */
/* What keeps the tablet from running, or NULL. */
const char *trouble_of(const struct tablet *tablet);

/* report.c */
/* NULL where the tablet is none of the stage. */
const struct stage_child *staged_child(const struct stage *stage, const struct tablet *tablet);
/* After everything else. */
void report_shard(struct shard *shard, const struct stage *stage, struct shard_report *report);

#endif
