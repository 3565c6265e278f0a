#ifndef VITESS_OPERATOR_SIM_WORLD_H
#define VITESS_OPERATOR_SIM_WORLD_H

#include "chance.h"
#include "queue.h"
#include "sim/audit/auditor.h"
#include "sim/controllers/autoscaler.h"
#include "sim/controllers/disruption.h"
#include "sim/controllers/garbage.h"
#include "sim/controllers/workloads.h"
#include "sim/faults.h"
#include "sim/kubelet/kubelet.h"
#include "sim/kubelet/scheduler.h"
#include "sim/metacontroller/metacontroller.h"
#include "sim/metacontroller/record.h"
#include "sim/store/store.h"
#include "sim/vitess/model.h"

/* The whole embedded cluster. */
struct sim {
    struct sim_options options;
    const struct hook *hooks;
    struct arena *arena;   /* for the whole run: names, tables */
    struct arena *objects; /* what is stored; replaced when the store is compacted */
    struct table names;
    struct chance chance;
    long now; /* seconds of virtual time: one a step */
    struct kinds kinds;
    struct store store;
    struct metacontroller metacontroller;
    struct garbage garbage;
    struct workloads workloads;
    struct disruption disruption;
    struct autoscalers autoscalers;
    struct scheduler scheduler;
    struct kubelet kubelet;
    struct vitess vitess;
    struct faults faults;
    struct auditor auditor;
    struct record record;
    const json_t *backup; /* list of the objects of a namespace, or NULL */
    struct table secrets; /* "namespace/name" of each that a hook has asked for */
};

/* secrets.c */
/* Those that the rules of a customize hook name are there. */
void secrets_assume(struct sim *sim, const char *namespace, const json_t *rules);
/* All of that name have other content from now on; false where there is none. */
bool secrets_renew(struct sim *sim, const char *name);
bool secrets_are_assumed(const struct change *change);

/* Tells every part of the cluster of a write. */
void world_changed(struct sim *sim, const struct change *change);

/* A line for people: what happened in Vitess or went wrong in a hook. */
__attribute__((format(printf, 2, 3))) void world_note(struct sim *sim, const char *format, ...);

/* The second at which some part of the cluster has something to do, or NEVER. */
long world_due(const struct sim *sim);

#endif
