#ifndef VITESS_OPERATOR_CLI_TROUBLE_H
#define VITESS_OPERATOR_CLI_TROUBLE_H

#include "live.h"

/* What is not well in a real cluster, which a simulation that begins with a cluster at rest cannot
 * know. */

struct trouble {
    const char *identity; /* "VitessShard default/vitess-zone1-main-x-80" */
    const char *text;     /* "Ready is False, NoPrimary: ...", "CrashLoopBackOff" */
};

struct troubles {
    struct trouble *at; /* the VitessCluster's first, then from level to level */
    size_t count, capacity;
};

/* Of the tree below `cluster`, one of the objects of `manifests`. Nothing where it has no uid. */
struct troubles troubles_of(struct arena *arena, const struct manifests *manifests,
    const json_t *cluster);

#endif
