#include "fields.h"
#include "pools.h"

/* The tablets of a shard, and VitessShard. */

/* --- its range --- */

const struct spec_field v1_key_range_fields[] = {SPEC_PATH(struct key_range, path),
    SPEC(struct key_range, start, "start",
        "First keyspace id of the shard in hex such as \"80\"; \"\" is the beginning.",
        .required = true, .format = &spec_key_range),
    SPEC(struct key_range, end, "end",
        "First keyspace id after the shard in hex such as \"c0\"; \"\" is the end.",
        .required = true, .format = &spec_key_range),
    SPEC_NAMES(v1_key_range_other_names),
    SPEC_END};

/* --- its tablets --- */

static const struct spec_field vttablet_fields[] = {
    SPEC(struct vttablet_spec, resources, "resources", "CPU and memory of the vttablet container.",
        RESOURCES),
    SPEC(struct vttablet_spec, flags, "flags",
        "Flags of vttablet; they win over backupFlags and over those of the operator, "
        "except for its identity.",
        .shape = SPEC_FLAG_MAP),
    SPEC_NAMES(v1_vttablet_other_names),
    SPEC_END};

static const struct spec_field mysql_fields[] = {
    SPEC(struct mysql_spec, image, "image",
        "Image of the container with mysqlctld and mysqld. Default: the image of the pool.",
        .format = &spec_image),
    SPEC(struct mysql_spec, resources, "resources",
        "CPU and memory of the container with mysqlctld and mysqld.", RESOURCES),
    SPEC(struct mysql_spec, flags, "flags",
        "Flags of mysqlctld; they win over those of the operator, except for its identity.",
        .shape = SPEC_FLAG_MAP),
    SPEC(struct mysql_spec, config, "config",
        "Text of a my.cnf that is read after the one of Vitess. It cannot set what tells one MySQL "
        "from another, where its files are, or how it replicates. A change restarts the tablets "
        "one at a time."),
    SPEC_STRUCT(struct mysql_spec, init_script, "initScript",
        "Secret with an init_db.sql that sets up a new, empty MySQL. Default: the one of the "
        "image. Tablets that exist are not changed by it.",
        v1_secret_key_fields),
    SPEC_NAMES(v1_mysql_other_names),
    SPEC_END};

/* Beginning of a rule about claims that both exist, of tablets that both exist. */
#define CLAIMS_OF_TABLETS                                                                          \
    "!has(self.volumeClaim) || !has(oldSelf.volumeClaim) || !has(self.replicas) || "               \
    "self.replicas == 0 || !has(oldSelf.replicas) || oldSelf.replicas == 0"

/* A tablet's uid is a hash times 100 plus its index, so there are 100 of them. Sizes of volumes may
 * be numbers or texts of any length, which is too much for CEL to compare. */
/* clang-format off */
#define POOL_ROWS(least, why)                                                                      \
    SPEC(struct pool_spec, image, "image",                                                         \
        "Vitess image of the tablets. Default: spec.image.", .format = &spec_image),               \
    SPEC(struct pool_spec, replicas, "replicas",                                                   \
        "Number of tablets in each shard, in each cell of the keyspace.", .min = (least),          \
        .max = 100, .because = (why), .fallback = "0"),                                            \
    VOLUME_CLAIM(struct pool_spec,                                                                 \
        "PersistentVolumeClaim of each tablet. The size may grow; anything else is for new tablets "\
        "only and is refused while there are tablets.",                                            \
        false),                                                                                    \
    SPEC_STRUCT(struct pool_spec, vttablet, "vttablet",                                            \
        "The vttablet container. It replaces the block of the same name in defaults as a whole.",  \
        vttablet_fields),                                                                          \
    SPEC_STRUCT(struct pool_spec, mysql, "mysql",                                                  \
        "The MySQL container. It replaces the block of the same name in defaults as a whole.",     \
        mysql_fields),                                                                             \
    POD_TEMPLATE(struct pool_spec),                                                                \
    SPEC_SELF(struct pool_spec, json),                                                             \
    SPEC_PATH(struct pool_spec, path),                                                             \
    SPEC_RULE(".volumeClaim",                                                                      \
        CLAIMS_OF_TABLETS " || (has(self.volumeClaim.storageClassName) ? "                         \
                          "self.volumeClaim.storageClassName : '') == "                            \
                          "(has(oldSelf.volumeClaim.storageClassName) ? "                          \
                          "oldSelf.volumeClaim.storageClassName : '')",                            \
        "storageClassName cannot be changed while there are tablets; " PUT_BACK_OR NEW_KEYSPACE),              \
    SPEC_NAMES(v1_pool_other_names)
/* clang-format on */

const struct spec_field v1_pool_fields[] = {POOL_ROWS(0, NULL), SPEC_END};
static const struct spec_field primary_pool_fields[] = {POOL_ROWS(1, NO_PRIMARY), SPEC_END};

/* In a list the API server knows no item from before, and only outlines what is described above. */
const struct spec_field v1_override_pool_fields[] = {SPEC(struct pool_spec, image, "image",
                                                         "Vitess image of the tablets there.",
                                                         .format = &spec_image),
    SPEC(struct pool_spec, replicas, "replicas",
        "Number of tablets in each shard and cell that the entry is for. None is possible where "
        "the shard has a tablet of type replica in another cell.",
        .max = 100),
    VOLUME_CLAIM(struct pool_spec, "PersistentVolumeClaim of each tablet there.", true),
    SPEC_STRUCT(struct pool_spec, vttablet, "vttablet", "The vttablet container there.",
        vttablet_fields),
    SPEC_STRUCT(struct pool_spec, mysql, "mysql", "The MySQL container there.", mysql_fields),
    SPEC_STRUCT(struct pool_spec, template, "template",
        "Overrides of the Pods there, as in the pool itself.", v1_pod_template_fields,
        .outline = true),
    SPEC_SELF(struct pool_spec, json),
    SPEC_PATH(struct pool_spec, path),
    SPEC_NAMES(v1_pool_other_names),
    SPEC_END};

#define CLAIM_OF_POOL(pool)                                                                        \
    "!has(self." pool ") || has(self." pool ".volumeClaim) || "                                    \
    "(has(self.defaults) && has(self.defaults.volumeClaim)) || "                                   \
    "(has(self." pool ".replicas) ? self." pool ".replicas : "                                     \
    "has(self.defaults) && has(self.defaults.replicas) ? self.defaults.replicas : 0) == 0"
#define NEEDS_CLAIM " needs a volumeClaim, its own or in defaults"

const struct spec_field v1_tablets_fields[] = {
    SPEC_STRUCT(struct tablets_spec, defaults, "defaults",
        "What both pools start from. A key in a pool replaces the same key in here as a whole.",
        v1_pool_fields),
    SPEC_STRUCT(struct tablets_spec, master_eligible, "masterEligible",
        "Tablets of type replica; one of them is the primary. Three or more over all cells let a "
        "shard survive the loss of a tablet with semi-synchronous replication.",
        primary_pool_fields),
    SPEC_STRUCT(struct tablets_spec, batch, "batch",
        "Tablets of type rdonly, for batch jobs and analytic queries. They never become primary.",
        v1_pool_fields),
    SPEC_SELF(struct tablets_spec, json),
    SPEC_RULE(".masterEligible",
        "has(self.masterEligible) && (has(self.masterEligible.replicas) ? "
        "self.masterEligible.replicas : "
        "has(self.defaults) && has(self.defaults.replicas) ? self.defaults.replicas : 0) > 0",
        "masterEligible must have replicas, 1 at least: without a tablet of type replica no shard "
        "can have a primary"),
    SPEC_RULE(".masterEligible", CLAIM_OF_POOL("masterEligible"), "masterEligible" NEEDS_CLAIM),
    SPEC_RULE(".batch", CLAIM_OF_POOL("batch"), "batch" NEEDS_CLAIM),
    SPEC_NAMES(v1_tablets_other_names),
    SPEC_END};

/* --- VitessShard --- */

const struct spec_field v1_shard_fields[] = {DERIVED_ROWS(struct shard_spec),
    CELL_ROW(struct shard_spec),
    SPEC(struct shard_spec, keyspace, "keyspace", "Name of the keyspace.", .required = true,
        .internal = true),
    SPEC(struct shard_spec, name, "name", "Name of the shard in Vitess such as \"-80\".",
        .required = true, .internal = true),
    SPEC_STRUCT(struct shard_spec, key_range, "keyRange", "Range of keyspace ids in the shard.",
        v1_key_range_fields, .internal = true),
    IMAGE_ROW(struct shard_spec),
    SPEC(struct shard_spec, cells, "cells", "Cells of the keyspace, in the order of rollouts.",
        .required = true, .shape = SPEC_TEXT_LIST, .internal = true),
    SPEC(struct shard_spec, turndown_policy, "turndownPolicy",
        "When the shard may go after it left the spec.", .values = v1_turndown_policies,
        .fallback = QUOTED("RequireIdle"), .internal = true),
    SPEC(struct shard_spec, replica_tablets, "replicaTablets",
        "Tablets of type replica that the Vitess shard has in all cells together.", .fallback = "0",
        .internal = true),
    SPEC(struct shard_spec, all_tablets, "allTablets",
        "Tablets of any type that the Vitess shard has in all cells together.", .fallback = "0",
        .internal = true),
    SPEC_STRUCT(struct shard_spec, tablets, "tablets", "The tablets of the shard.",
        v1_tablets_fields, .required = true),
    SPEC_END};
