#ifndef VITESS_OPERATOR_SIM_AUDITOR_H
#define VITESS_OPERATOR_SIM_AUDITOR_H

#include "store.h"

/* Watches every step for what no hook may do. It judges by what it sees itself (the users' specs,
 * writes, the model of Vitess), never by what the hooks say of themselves. */

/* A Vitess shard, over all cells. */
struct group {
    const char *name; /* "cluster keyspace/shard" */
    struct audited *first;
    long wanted;  /* tablets, by the spec; 0: the shard is not wanted */
    bool up;      /* all of them have served at some moment */
    bool changed; /* in this step */
    struct group *next_changed;
};

/* A tablet that exists or existed, as its Pod says what it is. */
struct audited {
    const char *key;     /* of its Pod and claim: "namespace/name" */
    const char *cluster; /* key of its VitessCluster */
    const char *cell, *keyspace, *shard;
    struct group *group;
    struct audited *next; /* of its group */
    bool replica_type;
    long index;
    const char *uid; /* of its Pod; NULL: it has none */
    bool wanted;     /* by the spec */
    bool serving;    /* at the end of the last step in which anything changed */
    bool down;       /* taken down on purpose and not back yet */
    bool released;   /* an edit did not want it at some moment since its Pod was made */
    long unserving;  /* since when it does not serve */
    size_t made;     /* Pods so far */
};

/* What a VitessCluster wants, by its last spec that was not called invalid. */
struct wanted {
    const json_t *spec; /* NULL: none has been accepted yet */
    json_int_t generation;
    bool deleted;
};

struct auditor {
    struct table tablets;  /* Pod key -> struct audited */
    struct table clusters; /* key -> struct wanted */
    struct table groups;   /* name -> struct group */
    struct group *changed; /* groups to look at when the step ends */
    struct table churn;    /* "kind key" -> struct churn */
    size_t era;            /* edits and faults so far */
    size_t quiet_era;      /* the last one that an edit of a cluster at rest began */
    struct sim_violation *violations;
    size_t count, capacity;
    struct table known; /* texts of violations */
    size_t restarted;   /* tablet Pods that replaced another one */
    size_t lowest;      /* serving tablets in any shard once it was up; SIZE_MAX: none was */
    size_t rest_writes;
};

void auditor_start(struct sim *sim);
void audit_see(struct sim *sim, const struct change *change);
/* The end of a step. */
void audit_step(struct sim *sim);

__attribute__((format(printf, 3, 4))) void audit_violation(struct sim *sim, const char *rule,
    const char *format, ...);
/* An edit or a fault: what follows is a reaction to it. */
void audit_disturbed(struct sim *sim);
/* Metacontroller is about to delete a child; has created one; has written what was there. */
void audit_delete(struct sim *sim, const struct version *child);
void audit_create(struct sim *sim, const struct version *child);
void audit_no_op(struct sim *sim, const struct version *version, const char *what);

/* wanted.c: what the users' specs want. */
void wanted_see(struct sim *sim, const struct change *change);
/* Tablets of a type that `cell` shall have of a shard; -1: the shard is not wanted there. */
long wanted_tablets(const struct sim *sim, const char *cluster, const char *cell,
    const char *keyspace, const char *shard, bool replica_type);
/* In all cells together; -1: the shard is wanted in none. */
long wanted_in_all(const struct sim *sim, const char *cluster, const char *keyspace,
    const char *shard, bool replica_type);
bool wanted_tablet(const struct sim *sim, const struct audited *tablet);
bool wanted_retains(const struct sim *sim, const char *cluster);

/* serving.c: tablets that are taken down. */
void serving_see(struct sim *sim, const struct change *change);
/* What is wanted of this cluster has changed. */
void serving_want(struct sim *sim, const char *cluster);
void serving_delete(struct sim *sim, const struct version *pod);
void serving_step(struct sim *sim);
/* Vitess says that the tablet of this Pod serves, or no longer does. */
void serving_changed(struct sim *sim, const char *pod_uid);
struct audited *serving_tablet(const struct sim *sim, const char *key);

#endif
