#include "v1alpha1.h"

const struct api_keys v1_keys = {
    .reserved = "vitess.io/",

    .component = "vitess.io/component",
    .cluster = CLUSTER_LABEL,
    .cell = CELL_LABEL,
    .keyspace = KEYSPACE_LABEL,
    .shard = SHARD_LABEL,
    .tablet_uid = TABLET_UID_LABEL,
    .tablet_type = TABLET_TYPE_LABEL,

    .spec_hash = "vitess.io/spec-hash",
    .secrets_hash = "vitess.io/secrets-hash",
    .config_hash = "vitess.io/config-hash",
    .spec_size = "vitess.io/spec-size",
    .not_made_here = "vitess.io/not-made-here",

    .never_ready = "vitess.io/serves",
};
