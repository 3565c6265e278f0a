#ifndef VITESS_OPERATOR_CLI_HANDOVER_H
#define VITESS_OPERATOR_CLI_HANDOVER_H

#include "cli/manifest/manifest.h"
#include "hook.h"

/* What happens to the objects of a cluster that another operator has made, once our hooks run: they
 * are asked, level by level, about the objects as kubectl prints them. */

enum fate {
    FATE_KEPT,    /* as it is */
    FATE_CHANGED, /* something of its spec becomes another at once */
    FATE_WAITS,   /* it is kept as it is until somebody releases what waits */
    FATE_GOES,    /* it differs as well, and is made anew in its turn without anybody */
    FATE_DELETED,
    FATE_REFUSED, /* its hook gives no answer, or its spec is wrong: nothing below it goes on */
    FATE_TOLD,    /* besides its own: what its hook says of it */
};

struct handed {
    const json_t *object;
    enum fate fate;
    const char *detail; /* "spec.replicas: 1 -> 2", or why; may be NULL */
    /* The uid that it needs as its label controller-uid; NULL: it needs none, or has it. */
    const char *label;
};

struct handover {
    struct handed *at;
    size_t count, capacity;
    /* Kinds of which the hooks want objects and the list has none. */
    struct texts missing;
};

/* Of the VitessCluster `cluster`, one of `list`. */
struct handover handover_of(const struct manifests *list, const json_t *cluster);

#endif
