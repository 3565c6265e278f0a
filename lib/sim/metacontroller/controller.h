#ifndef VITESS_OPERATOR_SIM_CONTROLLER_H
#define VITESS_OPERATOR_SIM_CONTROLLER_H

#include "sim/core/queue.h"
#include "sim/store/store.h"

/* A CompositeController, one for each hook. */

/* What the controller remembers of one parent. */
struct parent {
    const char *key;
    int failures;      /* in a row */
    const char *error; /* of the last sync, or NULL */
    int repeats;       /* how often in a row it was this error */
    int idle_resyncs;  /* how often in a row it asked for another sync and changed nothing */
    long busy;         /* second at which a hook call that hangs is given up */
    /* The customize hook's answer, kept for one uid and generation: */
    const char *customized_uid;
    json_int_t customized_generation;
    const json_t *rules;
};

struct controller {
    const struct hook *hook;
    const struct kind *kind;
    const struct kind **children; /* sorted by group, version, kind; NULL-terminated */
    const char *text;             /* the CompositeController, as requests carry it */
    struct queue queue;
    struct table parents; /* key -> struct parent */
    long starts;          /* second at which its workers start; 0: they run */
};

/* Who is told what Metacontroller does, beside the writes themselves. */
struct metacontroller_watch {
    void (*deletes)(struct sim *sim, const struct version *child); /* is about to */
    void (*created)(struct sim *sim, const struct version *child);
    /* Has written what was there: `what` is "status" or "child". */
    void (*unchanged)(struct sim *sim, const struct version *version, const char *what);
};

struct metacontroller {
    const struct metacontroller_watch *watch;
    struct controller *controllers;
    size_t count;
    size_t calls, writes;
    struct table secrets; /* "namespace/name" of each that a hook has asked for */
};

void controller_start(struct sim *sim, struct controller *controller, const struct hook *hook);
struct controller *controller_of_kind(struct sim *sim, const struct kind *kind);
struct parent *controller_parent(struct sim *sim, struct controller *controller, const char *key);
bool controller_has_child(const struct controller *controller, const struct kind *kind);
/* The label selector of a parent's children, or NULL where it has none. */
const json_t *controller_selector(struct arena *arena, const struct controller *controller,
    const struct version *parent);

#endif
