#include "fields.h"

/* VitessKeyspace, and the items of spec.keyspaces of VitessCluster. */

const struct spec_field v2_orchestrator_fields[] = {
    SPEC(struct orchestrator, resources, "resources",
        "CPU and memory of each VTOrc. Default: requests {cpu: 100m, memory: 128Mi}, and limits "
        "{memory: 128Mi}.",
        RESOURCES),
    EXTRA_FLAGS(struct orchestrator, "VTOrc"),
    POD_EXTRAS(struct orchestrator),
    SERVICE(struct orchestrator, service, "service", "Counts nowhere: VTOrc has no Service."),
    SPEC_SELF(struct orchestrator, json),
    SPEC_END};

/* --- partitionings --- */

enum { MOST_PARTS = 65536, MOST_PARTITIONINGS = 2 };

static const struct spec_field equal_fields[] = {
    SPEC(struct equal_partitioning, parts, "parts",
        "Number of shards: 1 for a keyspace that is not sharded. Never change it: put another "
        "partitioning behind this one, reshard, and take this one out.",
        .required = true, .min = 1, .max = MOST_PARTS),
    SPEC(struct equal_partitioning, hex_width, "hexWidth",
        "Number of hex digits in the names of shards. Default: 2, or 4 for more than 256 shards. "
        "Never change it.",
        .max = MOST_PARTS, .fallback = "0"),
    SPEC_STRUCT(struct equal_partitioning, template, "shardTemplate", "What each shard is like.",
        v2_shard_template_fields, .required = true),
    SPEC_END};

static const struct spec_field custom_fields[] = {
    SPEC_EACH(struct custom_partitioning, shards, "shards",
        "The shards. Their key ranges must cover everything, without gap or overlap.",
        v2_custom_shard_fields, .required = true),
    SPEC_END};

static const char *const kinds_of_partitioning[] = {"equal", "custom", NULL};

static const struct spec_field partitioning_fields[] = {
    SPEC_STRUCT(struct partitioning, equal, "equal", "Shards of equal size and kind.",
        equal_fields),
    SPEC_STRUCT(struct partitioning, custom, "custom", "Shards that are listed one by one.",
        custom_fields),
    SPEC_ONE_OF(kinds_of_partitioning),
    SPEC_SELF(struct partitioning, json),
    SPEC_PATH(struct partitioning, path),
    SPEC_END};

/* --- images --- */

#define IMAGE(member, name)                                                                        \
    SPEC(struct component_images, member, name, "Image of " name ".", .format = &v2_format_image)
/* clang-format off */
#define KEYSPACE_IMAGES                                                                            \
    IMAGE(vttablet, "vttablet"),                                                                   \
    IMAGE(vtorc, "vtorc"),                                                                         \
    IMAGE(vtbackup, "vtbackup"),                                                                   \
    IMAGE(mysqld_exporter, "mysqldExporter")
/* clang-format on */

const struct spec_field v2_keyspace_image_fields[] = {KEYSPACE_IMAGES,
    SPEC_STRUCT(struct component_images, mysqld, "mysqld", "Image of MySQL, by its flavor.",
        v2_mysqld_image_fields),
    SPEC_END};

static const struct spec_field own_mysqld_fields[] = {
    SPEC(struct mysqld_images, mysql56, "mysql56Compatible",
        "Image with a MySQL of flavor MySQL56.", .format = &v2_format_image),
    SPEC(struct mysqld_images, mysql80, "mysql80Compatible",
        "Image with a MySQL of flavor MySQL80.", .format = &v2_format_image),
    SPEC_END};

static const struct spec_field own_image_fields[] = {KEYSPACE_IMAGES,
    SPEC_STRUCT(struct component_images, mysqld, "mysqld", "Image of MySQL, by its flavor.",
        own_mysqld_fields),
    SPEC_END};

/* --- the keyspace --- */

/* clang-format off */
#define KEYSPACE_ROWS(type, in, images_)                                                           \
    SPEC(type, in name, "name", "Name of the keyspace in Vitess.", .required = true, .min = 1,     \
        .format = &v2_format_name),                                                                \
    SPEC(type, in database_name, "databaseName",                                                   \
        "Name of the database in MySQL. Default: vt_ and the name of the keyspace."),              \
    SPEC(type, in durability_policy, "durabilityPolicy",                                           \
        "Which tablets may become primary, and who acknowledges what is written: none, semi_sync " \
        "or cross_cell. Default: what Vitess was told by others, or none."),                                \
    SPEC(type, in sidecar_db_name, "sidecarDbName",                                                \
        "Name of the database of Vitess' own tables; counts only where the keyspace is made. "     \
        "Default: _vt."),                                                                          \
    SPEC_STRUCT(type, in orchestrator, "vitessOrchestrator",                                       \
        "VTOrc, which replaces a primary that is lost. It runs with or without this block.",       \
        v2_orchestrator_fields),                                                                   \
    SPEC_EACH(type, in partitionings, "partitionings",                                             \
        "How the keyspace is divided into shards. While it is resharded there are two; of a "      \
        "shard that is in both the later one counts.",                                             \
        partitioning_fields, .required = true, .min = 1, .max = MOST_PARTITIONINGS),               \
    SPEC(type, in turndown_policy, "turndownPolicy",                                               \
        "What happens to a keyspace that is taken out of the spec. RequireIdle: it stays, unless " \
        "it has no tablet pools. Immediate: it is deleted, with all data.",                        \
        .values = v2_turndown_policies, .fallback = "\"RequireIdle\""),                            \
    SPEC(type, in annotations, "annotations", "More annotations of the VitessKeyspace.",           \
        ANNOTATIONS),                                                                              \
    SPEC_STRUCT(type, in images, "images", "Images of this keyspace alone.", images_),             \
    SPEC_SELF(type, in json),                                                                      \
    SPEC_PATH(type, in path)
/* clang-format on */

const struct spec_field v2_keyspace_item_fields[] = {
    KEYSPACE_ROWS(struct keyspace, , own_image_fields), SPEC_END};

#define HANDED_DOWN(member, name, shape_)                                                          \
    SPEC(struct keyspace_spec, member, name, "As in the VitessCluster.", .shape = (shape_))

/* The JSON rows are what VitessShards get. */
const struct spec_field v2_keyspace_fields[] = {HANDED_DOWN(images_json, "images", SPEC_OBJECT),
    HANDED_DOWN(pull_policies_json, "imagePullPolicies", SPEC_OBJECT),
    HANDED_DOWN(global_lockserver_json, "globalLockserver", SPEC_OBJECT),
    HANDED_DOWN(topology_reconciliation_json, "topologyReconciliation", SPEC_OBJECT),
    HANDED_DOWN(update_strategy_json, "updateStrategy", SPEC_OBJECT),
    HANDED_DOWN(backup_locations_json, "backupLocations", SPEC_OBJECT_LIST),
    KEYSPACE_ROWS(struct keyspace_spec, keyspace., v2_keyspace_image_fields),
    CHILDREN_SELECTOR,
    INHERITED(struct keyspace_spec),
    ZONE_MAP(struct keyspace_spec),
    SPEC_EACH(struct keyspace_spec, backup_locations, "backupLocations", "As in the VitessCluster.",
        v2_backup_location_fields),
    SPEC(struct keyspace_spec, backup_engine, "backupEngine", "As in the VitessCluster."),
    SPEC_STRUCT(struct keyspace_spec, update_strategy, "updateStrategy", "As in the VitessCluster.",
        v2_update_strategy_fields),
    SPEC_END};
