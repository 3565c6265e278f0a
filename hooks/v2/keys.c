#include "keys.h"

const struct api_keys v2_keys = {
    .reserved = "planetscale.com/",

    .component = COMPONENT_LABEL,
    .cluster = CLUSTER_LABEL,
    .cell = CELL_LABEL,
    .keyspace = KEYSPACE_LABEL,
    .shard = SHARD_LABEL,
    .tablet_uid = TABLET_UID_LABEL,
    .tablet_type = SERVING_TYPE_LABEL,

    .spec_hash = SPEC_HASH_ANNOTATION,
    .secrets_hash = SECRETS_READ_ANNOTATION,
    .config_hash = CONFIG_HASH_ANNOTATION,
    .spec_size = SPEC_SIZE_ANNOTATION,
    .not_made_here = NOT_MADE_HERE_ANNOTATION,
    .notes_namespace = true,
    .scheduled = ROLLOUT_SCHEDULED_ANNOTATION,

    .never_ready = NEVER_READY_CONDITION,
};
