#ifndef VITESS_OPERATOR_SIM_WORLD_H
#define VITESS_OPERATOR_SIM_WORLD_H

#include "chance.h"
#include "sim.h"
#include "table.h"

/* What no hook may do and one has done, each once. */
struct violations {
    struct sim_violation *at;
    size_t count, capacity;
    struct table known; /* their texts */
};

/* The whole embedded cluster. Each part makes its own as it starts, and its header says what it is;
 * here they only have their place, so that a part knows no other but those that it uses. */
struct sim {
    struct sim_options options;
    const struct api *const *apis;
    struct arena *arena;   /* for the whole run: names, tables */
    struct arena *objects; /* what is stored; replaced when the store is compacted */
    struct table names;
    struct chance chance;
    long now;   /* seconds of virtual time: one a step */
    size_t era; /* edits and faults so far */
    struct violations violations;
    struct kinds *kinds;
    struct store *store;
    struct metacontroller *metacontroller;
    struct cache *cache; /* of its informers */
    struct record *record;
    struct garbage *garbage;
    struct workloads *workloads;
    struct disruption *disruption;
    struct autoscalers *autoscalers;
    struct scheduler *scheduler;
    struct kubelet *kubelet;
    struct vitess *vitess;
    struct faults *faults;
    struct auditor *auditor;
    const json_t *backup; /* list of the objects of a namespace, or NULL */
};

/* A line for people: what happened in Vitess or went wrong in a hook. */
__attribute__((format(printf, 2, 3))) void world_note(struct sim *sim, const char *format, ...);
/* A hook has broken `rule`, as `sim_violation` has it. */
__attribute__((format(printf, 3, 4))) void world_violation(struct sim *sim, const char *rule,
    const char *format, ...);
/* An edit or a fault: what follows is a reaction to it. */
void world_disturbed(struct sim *sim);

#endif
