#ifndef VITESS_OPERATOR_API_KEYS_H
#define VITESS_OPERATOR_API_KEYS_H

#include <stdbool.h>

/* By which labels and annotations an API tells its objects: "vitess.io/cluster" of one is
 * "planetscale.com/cluster" of another. An API has one such table, and whatever is made for it gets
 * it (struct place, struct stage, struct request): nothing that APIs share has a key of its own
 * (test/lint/apis.sh). */
struct api_keys {
    const char *reserved; /* "vitess.io/": what begins so is not the user's to write */

    /* Labels. */
    const char *component;   /* "vttablet" */
    const char *cluster;     /* name of the VitessCluster */
    const char *cell;        /* "zone1" */
    const char *keyspace;    /* "main" */
    const char *shard;       /* "x-80" */
    const char *tablet_uid;  /* "0214747900" */
    const char *tablet_type; /* "primary": the one that changes while its Pod runs */

    /* Annotations. */
    const char *spec_hash;     /* of what an object is made from (place.hash; of a task's Pod: of
                                  what it asks) */
    const char *secrets_hash;  /* of the Secrets that a Pod reads as it starts (place.secrets):
                                  another one is another Pod, so that renewed ones are read */
    const char *config_hash;   /* of the files that a Pod reads as it starts */
    const char *spec_size;     /* of a claim that somebody else has grown: what the spec asks for */
    const char *not_made_here; /* of a Pod that is kept although no hook of ours has made it: whom
                                  the annotation of Metacontroller was about when it came,
                                  "namespace/name", or "" where there was none. Else what is sent to
                                  keep it would look as if it had been made by us */

    bool notes_namespace; /* the same is noted on whatever a restore has brought from another
                             namespace, since no spec of the API says which that was */

    const char *scheduled; /* of whatever has changes that wait until somebody lets them go: what
                            * they are; or NULL, where an API has no such thing */

    /* A condition of Pods that nobody ever sets. */
    const char *never_ready;
};

#endif
