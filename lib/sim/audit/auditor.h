#ifndef VITESS_OPERATOR_SIM_AUDITOR_H
#define VITESS_OPERATOR_SIM_AUDITOR_H

#include "sim/store/store.h"

/* Watches every step for what no hook may do. It judges by what it sees itself (the users' specs,
 * writes, the model of Vitess), never by what the hooks say of themselves. */

/* A Vitess shard, over all cells. */
struct group {
    const char *name; /* "cluster keyspace/shard" */
    struct audited *first;
    long wanted;            /* tablets, by the spec; 0: the shard is not wanted */
    bool up;                /* all of them have served at some moment */
    bool changed;           /* in this step */
    bool filled;            /* it has had data, and has not lost the last copy of it since */
    size_t copies;          /* claims with its data */
    const char *lost_by_us; /* one of them that went by our own doing, or NULL */
    struct group *next_changed;
};

/* A tablet that exists or existed, as its Pod says what it is. */
struct audited {
    const char *key;     /* of its Pod and claim: "namespace/name" */
    const char *cluster; /* its VitessCluster, by wanted_cluster() */
    const char *cell, *keyspace, *shard;
    struct group *group;
    struct audited *next;      /* of its group */
    const struct wants *wants; /* how its API says what it wants (wants.h) */
    const char *alias;
    bool replica_type;
    const char *pool;       /* as its API tells pools of a cell apart */
    long index;             /* in it, from 0 */
    const char *uid;        /* of its Pod; NULL: it has none */
    bool wanted;            /* by the spec */
    bool serving;           /* at the end of the last step in which anything changed */
    bool down;              /* taken down on purpose and not back yet */
    bool released;          /* an edit did not want it at some moment since its Pod was made */
    long served;            /* since when it serves */
    long unserving;         /* since when it does not serve */
    size_t made;            /* Pods so far */
    const char *wanted_by;  /* uid of the last VitessCluster that had it, or NULL */
    const char *run_by;     /* uid of the last VitessShard that had its Pod while it was wanted */
    long claim_going;       /* since when its claim is being deleted or Lost; 0: it is not */
    bool claim_by_us;       /* Metacontroller deleted it */
    bool claim_ended_by_us; /* Metacontroller took down the Pod that kept it */
};

/* What a VitessCluster wants, by its last spec that was not called invalid. */
struct wanted {
    const json_t *spec; /* NULL: none has been accepted yet */
    const char *uid;    /* of the object whose spec that is */
    json_int_t generation;
    bool deleted;
    const struct kind *kind;
    const char *key; /* "namespace/name" */
};

struct auditor {
    struct table tablets;  /* Pod key -> struct audited */
    struct table clusters; /* by wanted_cluster() -> struct wanted */
    struct table groups;   /* name -> struct group */
    struct group *changed; /* groups to look at when the step ends */
    struct table churn;    /* "kind key" -> struct churn */
    struct table made;     /* "kind key" of guarded objects that some controller has made */
    struct table claims;   /* uid of claim -> uid of the VitessCluster that it was made for */
    struct table given_up; /* uids of own kinds that users gave up under whenDeleted Delete */
    struct table copies;   /* uid of claim -> struct copy of its shard's data */
    struct table relapsed; /* uid of own kind -> when it last ceased to say that it has retired */
    struct table members;  /* Pod key -> struct member of a lock server */
    size_t quiet_era;      /* the last era that an edit of a cluster at rest began */
    long rested;           /* the last second after which nothing was due at once: all is known */
    size_t restarted;      /* tablet Pods that replaced another one */
    size_t lowest;         /* serving tablets in any shard once it was up; SIZE_MAX: none was */
    size_t rest_writes;
};

void auditor_start(struct sim *sim);
/* `quiet`: a user has made the change, and nothing else is going on. */
void audit_see(struct sim *sim, const struct change *change, bool quiet);
/* The end of a step. */
void audit_step(struct sim *sim);

/* The live object that controls `version`, or NULL. */
const struct version *audit_controller(struct sim *sim, const struct version *version);
/* What Metacontroller does. */
extern const struct metacontroller_watch audit_watch;
/* A restore has made `version` from what was saved as `before`, with the data that it had. */
void audit_restored(struct sim *sim, const json_t *before, const struct version *version);
/* Something that began at this second must be known to the hooks by now. */
bool audit_knows(const struct sim *sim, long since);

/* wanted.c: what the users' specs want. */
void wanted_see(struct sim *sim, const struct change *change);
/* The VitessCluster that the labels of an object name: what the functions below know it by. */
const char *wanted_cluster(struct sim *sim, const json_t *object);
const char *wanted_root(struct sim *sim, const struct version *cluster);
/* It is a VitessCluster of an API that the auditor knows. */
bool wanted_is_root(const struct version *version);
/* The object itself, or NULL. */
const struct version *wanted_live(const struct sim *sim, const char *cluster);
/* How many tablets of a type the shard of this one shall have in all cells together; -1: the shard
 * is not wanted. */
long wanted_in_all(const struct sim *sim, const struct audited *tablet, bool replica_type);
bool wanted_tablet(const struct sim *sim, const struct audited *tablet);
bool wanted_retains(const struct sim *sim, const char *cluster);
/* Its claims go with it. */
bool wanted_deletes(const struct sim *sim, const char *cluster);
/* The spec that counts; NULL where there is none or the cluster is being deleted. */
const json_t *wanted_spec(const struct sim *sim, const char *cluster);
/* The uid of the object that it is of. */
const char *wanted_uid(const struct sim *sim, const char *cluster);
/* The item of its spec, or NULL: the cell is not there or leaves. */
const json_t *wanted_cell(const struct sim *sim, const char *cluster, const char *cell);
/* Its spec has a lock server in this cell. */
bool wanted_etcd(const struct sim *sim, const char *cluster, const char *cell);

/* serving.c: tablets that are taken down. */
void serving_see(struct sim *sim, const struct change *change);
/* What is wanted of this cluster has changed. */
void serving_want(struct sim *sim, const char *cluster);
void serving_delete(struct sim *sim, const struct version *pod);
void serving_step(struct sim *sim);
/* Vitess says that the tablet of this Pod serves, or no longer does. */
void serving_changed(struct sim *sim, const char *pod_uid);
struct audited *serving_tablet(const struct sim *sim, const char *key);
/* It serves at this moment, and its Pod is not being deleted. */
bool serving_now(const struct sim *sim, const struct audited *tablet);
/* The user's spec.rollout.force names its Pod: who does that has been told what it costs. */
bool serving_forced(const struct sim *sim, const struct audited *tablet);
/* "cluster keyspace/shard"; made when it is first named. */
struct group *serving_group(struct sim *sim, const char *name);

/* ready.c: what Ready promises. */
void ready_see(struct sim *sim, const struct change *change);
/* The VitessCluster says that it is Ready with its newest spec. */
bool ready_says(struct sim *sim, const char *cluster);

/* members.c: members of lock servers that are taken down. */
void members_see(struct sim *sim, const struct change *change);
void members_delete(struct sim *sim, const struct version *pod);

/* labels.c: what is written to Pods that are there. */
void labels_see(struct sim *sim, const struct change *change);
void labels_at_rest(struct sim *sim);

/* data.c: copies of a shard's data. */
void data_see(struct sim *sim, const struct change *change);
void data_delete(struct sim *sim, struct audited *tablet, const struct version *pod);
void data_step(struct sim *sim, struct group *group);
void data_restored(struct sim *sim, const char *uid, const struct version *claim);

/* left_out.c: children that an answer must not leave out. */
void left_out_see(struct sim *sim, const struct change *change);
void left_out_delete(struct sim *sim, const struct version *child);
void left_out_made(struct sim *sim, const struct version *version);
void left_out_restored(struct sim *sim, const json_t *before, const struct version *version);

#endif
