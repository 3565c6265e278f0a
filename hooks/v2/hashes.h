#ifndef VITESS_OPERATOR_HOOKS_V2_HASHES_H
#define VITESS_OPERATOR_HOOKS_V2_HASHES_H

#include "json.h"

/* Hashes of parts of objects, as the operator of PlanetScale makes them (MD5 over MD5s, in hex):
 * two annotations hold them, and another value makes Pods anew. Arguments are JSON as Kubernetes
 * has it; NULL is an empty one. */

/* Of texts, in their order. */
const char *v2_hash_list(struct arena *arena, const struct texts *list);
/* Of a mapping to texts; of its keys alone. The order does not matter. */
const char *v2_hash_map(struct arena *arena, const json_t *map);
const char *v2_hash_keys(struct arena *arena, const json_t *map);
/* Of a mapping to Base64: of the bytes, not of the text. */
const char *v2_hash_data(struct arena *arena, const json_t *data);

/* Of what may be taken out of a container without Kubernetes telling it from what others have put
 * in: paths of mounts, and names of resources. */
const char *v2_hash_containers(struct arena *arena, const json_t *containers);
const char *v2_hash_tolerations(struct arena *arena, const json_t *tolerations);
const char *v2_hash_spread(struct arena *arena, const json_t *constraints);

/* What a Pod is made from, for its STATE_HASH_ANNOTATION: what is empty does not count. */
struct v2_state {
    const json_t *labels, *annotations; /* of the user and, of a vttablet, of its backup location,
                                           with DRAIN_SUPPORTED_ANNOTATION */
    const json_t *claim;                /* PersistentVolumeClaimSpec; of a vttablet */
    const json_t *init_containers;
    const json_t *containers; /* without sidecars of the user */
    const json_t *tolerations;
    const json_t *topology_spread; /* of a vttablet */
    const json_t *volumes;         /* of a subcontroller */
};
const char *v2_state_hash(struct arena *arena, const struct v2_state *state);

/* Of Secrets that vtgate reads as it starts, for its SECRET_HASH_ANNOTATION. */
const char *v2_hash_secrets(struct arena *arena, const json_t *secrets);

#endif
