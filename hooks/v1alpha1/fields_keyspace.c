#include "fields.h"

/* spec.keyspaces[] of the VitessCluster, and the VitessKeyspace that each becomes in a cell. */

enum { MOST_OVERRIDES = 64 };
enum { LONGEST_SHARD = 129 }; /* two bounds of a key range and "-" */

static const char *const durability_policies[] = {"none",
    "semi_sync",
    "semi_sync_with_rdonly_ack",
    "cross_cell",
    "cross_cell_with_rdonly_ack",
    NULL};

/* A bound without its other one is a problem; then the shard has the name that it was given. */
static void name_shard_item(struct arena *arena, void *out)
{
    struct shard_item *shard = out;
    const struct key_range *range = shard->key_range;

    shard->vitess_name = range == NULL || range->start == NULL || range->end == NULL
                             ? shard->name
                             : keyrange_name(arena, range->start, range->end);
}

static const struct spec_field shard_item_fields[] = {
    SPEC(struct shard_item, name, "name",
        "Name of a shard without keyRange: \"0\" for a keyspace that is not sharded.",
        .max = LONGEST_SHARD),
    SPEC_STRUCT(struct shard_item, key_range, "keyRange",
        "Range of keyspace ids in the shard. The ranges of a keyspace must cover it without gap "
        "or overlap.",
        v1_key_range_fields),
    SPEC_SELF(struct shard_item, json),
    SPEC_PATH(struct shard_item, path),
    SPEC_DONE(name_shard_item),
    SPEC_RULE(NULL, "has(self.keyRange) || has(self.name)",
        "a shard must have a keyRange, or the name \"0\""),
    SPEC_NAMES(v1_shard_other_names),
    SPEC_END};

static const struct spec_field override_fields[] = {
    SPEC(struct pool_override, cells, "cells",
        "Names of cells of the keyspace that the entry is for. Default: all of them.",
        .shape = SPEC_TEXT_LIST, .min = 1, .max = MOST_CELLS, .unique = ""),
    SPEC(struct pool_override, shards, "shards",
        "Names of shards that the entry is for, as Vitess has them: \"-80\". Default: all of them.",
        .shape = SPEC_TEXT_LIST, .min = 1, .max = MOST_SHARDS, .unique = ""),
    SPEC_STRUCT(struct pool_override, master_eligible, "masterEligible",
        "What replaces keys of tablets.masterEligible there, each as a whole.",
        v1_override_pool_fields),
    SPEC_STRUCT(struct pool_override, batch, "batch",
        "What replaces keys of tablets.batch there, each as a whole; or the pool itself where the "
        "keyspace has none.",
        v1_override_pool_fields),
    SPEC_SELF(struct pool_override, json),
    SPEC_PATH(struct pool_override, path),
    SPEC_NAMES(v1_override_other_names),
    SPEC_END};

static const struct spec_field equal_fields[] = {SPEC(struct equal_spec, parts, "parts",
                                                     "Number of shards.", .required = true,
                                                     .min = 1, .max = MOST_SHARDS),
    SPEC(struct equal_spec, hex_width, "hexWidth",
        "Hex digits of each bound: 2, 4, 6 or 8. Default: 2 for up to 256 parts, else 4. It is "
        "part "
        "of the shards' names: another one makes other shards.",
        .max = 8),
    SPEC_PATH(struct equal_spec, path),
    SPEC_NAMES(v1_equal_other_names),
    SPEC_END};

static const struct spec_field mysqld_services_fields[] = {
    SPEC(struct mysqld_services_spec, enabled, "enabled", "Make the Services.",
        .fallback = "false"),
    SPEC_END};

/* clang-format off */
#define KEYSPACE_ITEM(type, in)                                                                    \
    SPEC(type, in name, "name",                                                                    \
        "Name of the keyspace; its database is vt_<name>. Where it is no name of Kubernetes, as "  \
        "with \"_\" or capitals, a hash is added to the names of its objects.",                    \
        .required = true, .format = &spec_keyspace),                                               \
    SPEC(type, in cells, "cells",                                                                  \
        "Names of the cells that hold the keyspace; each of them gets all shards with all their "  \
        "tablets, but for overrides.",                                                                                \
        .required = true, .shape = SPEC_TEXT_LIST, .min = 1, .max = MOST_CELLS, .unique = ""),     \
    SPEC_EACH(type, in shards, "shards",                                                           \
        "Shards of the keyspace. Default: one shard \"0\", not sharded. To reshard, list the new " \
        "shards beside the old ones until the traffic has moved, then leave the old ones out.",    \
        shard_item_fields, .max = MOST_SHARDS),                                                    \
    SPEC_EACH(type, in overrides, "overrides",                                                     \
        "Other tablets in some cells or shards: each entry replaces keys of the pools where its "  \
        "cells and shards meet, the later entry those of an earlier one.",                         \
        override_fields, .max = MOST_OVERRIDES),                                                   \
    SPEC_STRUCT(type, in mysqld_services, "mysqldServices",                                        \
        "Services for each shard that lead to MySQL past vtgate, for tools that back up or debug: " \
        "NAME-mysqld-rw to the primary, in whatever cell, and NAME-mysqld-ro to the replicas of "  \
        "the cell, where NAME is that of the VitessShard. Default: none.",                         \
        mysqld_services_fields),                                                                   \
    SPEC(type, in durability_policy, "durabilityPolicy",                                           \
        "Who must have a transaction before it is acknowledged: only the primary (none), one more "\
        "tablet (semi_sync), or one in another cell (cross_cell); with_rdonly_ack lets tablets of "\
        "type rdonly count. Default: semi_sync from three tablets of type replica a shard over "   \
        "all cells, else none.",                                                                   \
        .values = durability_policies),                                                            \
    SPEC(type, in turndown_policy, "turndownPolicy",                                               \
        "When a shard or keyspace that has left the spec goes: RequireIdle once nothing is served "\
        "from it any more, Immediate at once. Its volumes are kept.",                              \
        .values = v1_turndown_policies, .fallback = QUOTED("RequireIdle")),                           \
    SPEC_STRUCT(type, in tablets, "tablets",                                                       \
        "The tablets of each shard in each cell, but for overrides.",                              \
        v1_tablets_fields, .required = true)
/* clang-format on */

/* The list is read twice: typed, and as JSON, since an empty list is not an absent one. */
/* clang-format off */
#define SHARDS_JSON(type, in)                                                                      \
    SPEC(type, in shards_json, "shards", "The same list as JSON.", .shape = SPEC_OBJECT_LIST,      \
        .internal = true)
/* clang-format on */

const struct spec_field v1_keyspace_item_fields[] = {SHARDS_JSON(struct keyspace_item, ),
    KEYSPACE_ITEM(struct keyspace_item, ),
    SPEC_STRUCT(struct keyspace_item, equal, "equal",
        "Another way to write shards: so many of the same size. To reshard, change parts: the old "
        "shards stay until nothing is served from them.",
        equal_fields),
    SPEC_SELF(struct keyspace_item, json),
    SPEC_PATH(struct keyspace_item, path),
    SPEC_RULE(".cells", "!('" CONTROL_CELL "' in self.cells)",
        "the cell \"" CONTROL_CELL "\" cannot hold tablets, only the cells of zones can"),
    SPEC_RULE(".durabilityPolicy",
        "!has(self.durabilityPolicy) || !self.durabilityPolicy.startsWith('cross_cell') || "
        "size(self.cells) > 1",
        "durabilityPolicy needs a second tablet in another cell to acknowledge each write"),
    SPEC_RULE(".shards",
        "!has(self.shards) || !self.shards.exists(s, has(s.keyRange)) || "
        "self.shards.all(s, has(s.keyRange) || s.name.contains('-'))",
        "shards must be all key ranges or all plain names; to reshard list the new shards only, "
        "the old ones stay until nothing is served from them"),
    /* Gaps in the middle are the hook's to find: each shard against each other is too much for the
     * API server. */
    SPEC_RULE(".shards",
        "!has(self.shards) || !self.shards.exists(s, has(s.keyRange)) || self.shards.exists(s, "
        "has(s.keyRange) ? s.keyRange.start == '' : s.name.startsWith('-'))",
        "a shard must begin where the keyspace does: start \"\""),
    SPEC_RULE(".shards",
        "!has(self.shards) || !self.shards.exists(s, has(s.keyRange)) || self.shards.exists(s, "
        "has(s.keyRange) ? s.keyRange.end == '' : s.name.endsWith('-'))",
        "a shard must end where the keyspace does: end \"\""),
    SPEC_RULE(".equal", "!has(self.equal) || !has(self.shards)",
        "equal is another way to write shards: leave one of them out"),
    SPEC_NAMES(v1_keyspace_other_names),
    SPEC_END};

/* --- VitessKeyspace --- */

const struct spec_field v1_keyspace_fields[] = {DERIVED_ROWS(struct keyspace_spec),
    CELL_ROW(struct keyspace_spec),
    IMAGE_ROW(struct keyspace_spec),
    SHARDS_JSON(struct keyspace_spec, item.),
    KEYSPACE_ITEM(struct keyspace_spec, item.),
    SPEC_SELF(struct keyspace_spec, item.json),
    SPEC_PATH(struct keyspace_spec, item.path),
    SPEC_END};
