#ifndef VITESS_OPERATOR_CLUSTER_NAMES_H
#define VITESS_OPERATOR_CLUSTER_NAMES_H

#include <pthread.h>

#include "states.h"

/* The VitessClusters that have series of their own. Names are what a request says, so what could
 * be no name of Kubernetes is none here; and there are never more than STATE_CLUSTERS: what would
 * be one more has no number until one of the others has not been seen for STATE_SECONDS. */

enum { NAMESPACE_LENGTH = 63, NAME_LENGTH = 253 };

struct cluster_name {
    uint64_t seconds; /* when it was seen last; 0: free */
    char namespace[NAMESPACE_LENGTH + 1], name[NAME_LENGTH + 1];
};

/* A lock, since a name is more than an atomic value: held for a look at each name, once a sync. */
struct cluster_names {
    pthread_mutex_t lock;
    uint64_t refused; /* when there was last no place for one */
    struct cluster_name at[STATE_CLUSTERS];
};

void cluster_names_begin(struct cluster_names *names);

/* The number of that cluster, from 1; 0 where it has none. */
uint32_t cluster_names_note(struct cluster_names *names, const char *namespace, const char *name,
    uint64_t seconds);

/* Gives each of STATE_CLUSTERS rows its names, in the order of the numbers. True where one had no
 * place lately. */
bool cluster_names_read(struct cluster_names *names, struct arena *arena,
    struct cluster_counts *counts);

#endif
