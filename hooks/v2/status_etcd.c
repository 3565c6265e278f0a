#include "statuses.h"

#include "staging.h"
#include "template.h"

/* Status of an EtcdLockserver: whether it can be written to. */

enum { QUORUM = 2 };

const json_t *v2_etcd_status(struct arena *a, const struct etcd_template *spec,
    const struct objects *pods)
{
    /* The others are in other Kubernetes clusters, and not seen from here. */
    const size_t needed = spec->local_member_index > 0 ? 1 : QUORUM;
    size_t ready = 0;

    for (size_t i = 0; i < pods->count; i++)
        ready += pod_ready(pods->at[i]);
    return object(a, F("available", ready >= needed ? V2_TRUE : V2_FALSE));
}
