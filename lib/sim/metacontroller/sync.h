#ifndef VITESS_OPERATOR_SIM_SYNC_H
#define VITESS_OPERATOR_SIM_SYNC_H

#include "controller.h"

/* One sync of one parent: claim children, find related objects, ask the hook, apply the answer. */
struct sync {
    struct sim *sim;
    struct controller *controller;
    struct parent *memory;
    struct version *parent;
    struct arena *arena; /* of this sync alone */
    const json_t *selector;
    struct shelf observed;
    struct shelf related;
    const json_t *status;  /* what the hook answered */
    const json_t *desired; /* list */
    double resync_after;
    bool frozen;       /* the hook says InvalidSpec: nothing may change */
    const char *error; /* what fails the whole sync, or NULL */
    int retry_after;   /* the hook answered 429: seconds */
    int took;          /* seconds in which nothing else is done for this parent */
};

void sync_parent(struct sync *sync);

/* claim.c: fills observed. */
void sync_claim(struct sync *sync);
/* `object` with the parent as its controller. */
const json_t *sync_owned(struct sync *sync, const json_t *object);
/* related.c: fills related. */
void sync_relate(struct sync *sync);
bool rule_matches(const json_t *rule, const struct version *version);
/* request.c: the body as Metacontroller sends it. */
const char *sync_body(struct sync *sync, bool customize, size_t *length);
/* call.c: asks the hook twice. NULL with sync->error (or retry_after) where it does not answer. */
const json_t *sync_call(struct sync *sync, bool customize);
/* reply.c: takes the answer apart and says what is wrong with it. */
void sync_read(struct sync *sync, const json_t *answer);
/* "" where the hook gave it none: Metacontroller leaves it to the API server to refuse that. */
const char *sync_child_name(const json_t *child);
/* manage.c: deletions first, then creations and updates. */
void sync_manage(struct sync *sync);

#endif
