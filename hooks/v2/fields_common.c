#include "fields.h"

#include <string.h>

/* --- texts --- */

#define LETTERS_AND_DIGITS                                                                         \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"                                         \
    "0123456789"

enum { LONGEST_NAME = 63, LONGEST_OBJECT_NAME = 253 };

/* Letters and digits, and those of `between` that are not at an end. */
static bool is_name(const char *text, const char *between)
{
    const size_t length = strlen(text);

    return length > 0 && strspn(text, between) == length &&
           strchr(LETTERS_AND_DIGITS, text[0]) != NULL &&
           strchr(LETTERS_AND_DIGITS, text[length - 1]) != NULL;
}

static bool accepts_cell(const char *text)
{
    return strlen(text) <= LONGEST_NAME && is_name(text, LETTERS_AND_DIGITS "_.");
}

const struct spec_format v2_format_cell = {
    .rule = "must be at most 63 letters, digits, \"_\" and \".\", with a letter or digit at both "
            "ends, such as \"zone1\"",
    .pattern = "^[A-Za-z0-9]([_.A-Za-z0-9]*[A-Za-z0-9])?$",
    .longest = LONGEST_NAME,
    .accepts = accepts_cell,
};

static bool accepts_vitess_name(const char *text)
{
    return strlen(text) <= LONGEST_NAME && is_name(text, LETTERS_AND_DIGITS "-_.");
}

const struct spec_format v2_format_name = {
    .rule = "must be at most 63 letters, digits, \"-\", \"_\" and \".\", with a letter or digit at "
            "both ends, such as \"my_app\"",
    .pattern = "^[A-Za-z0-9]([A-Za-z0-9-_.]*[A-Za-z0-9])?$",
    .longest = LONGEST_NAME,
    .accepts = accepts_vitess_name,
};

static bool accepts_schedule_name(const char *text)
{
    return is_name(text, LETTERS_AND_DIGITS "-");
}

const struct spec_format v2_format_schedule = {
    .rule = "must be letters, digits and \"-\", with a letter or digit at both ends, such as "
            "\"every-day\"",
    .pattern = "^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$",
    .accepts = accepts_schedule_name,
};

static bool accepts_image(const char *text)
{
    return *text == '\0' || spec_image.accepts(text);
}

/* What is no image never starts, and stops a rollout: theirs takes any text. */
const struct spec_format v2_format_image = {
    .rule = "must be an image such as \"vitess/lite:v24.0.0\"",
    .accepts = accepts_image,
};

static bool accepts_optional_name(const char *text)
{
    return *text == '\0' || spec_object_name.accepts(text);
}

const struct spec_format v2_format_object = {
    .rule = "must be a DNS name such as \"my-secret\"",
    .accepts = accepts_optional_name,
};

static bool accepts_half_key(const char *text)
{
    const size_t length = strspn(text, "0123456789abcdef");

    return text[length] == '\0' && length % 2 == 0;
}

const struct spec_format v2_format_bound = {
    .rule = "must be pairs of hex digits in small letters, such as \"80\"",
    .pattern = "^([0-9a-f][0-9a-f])*$",
    .accepts = accepts_half_key,
};

const char *const v2_pull_policies[] = {"", "Always", "IfNotPresent", "Never", NULL};
const char *const v2_turndown_policies[] = {"RequireIdle", "Immediate", NULL};

/* --- pieces --- */

const struct spec_field v2_secret_fields[] = {
    SPEC(struct secret_source, name, "name",
        "Name of the Secret, in the namespace of the VitessCluster. Without one the file comes "
        "from the volume volumeName.",
        .format = &v2_format_object),
    SPEC(struct secret_source, key, "key", "Key in the Secret, or file of the volume.",
        .required = true),
    SPEC(struct secret_source, volume_name, "volumeName",
        "Name of the volume that the file is in. Without a name of a Secret it is one of "
        "extraVolumes. Default: the operator's own name."),
    SPEC_END};

const struct spec_field v2_service_fields[] = {
    SPEC(struct service_overrides, annotations, "annotations",
        "More annotations of the Service. What is taken out here stays there.", ANNOTATIONS),
    SPEC(struct service_overrides, cluster_ip, "clusterIP",
        "Address of the Service inside of Kubernetes. It counts only where the Service is made."),
    SPEC_END};

const struct spec_field v2_lockserver_params_fields[] = {
    SPEC(struct lockserver_params, implementation, "implementation",
        "How Vitess talks to it: etcd2, consul or zk2.", .required = true),
    SPEC(struct lockserver_params, address, "address", "host:port of it, or several with commas.",
        .required = true),
    SPEC(struct lockserver_params, root_path, "rootPath",
        "Where in it the data of this Vitess cluster is.", .required = true),
    SPEC_END};

#define TAKES_PART(member, name, what)                                                             \
    SPEC(struct topology_reconciliation,                                                           \
        member,                                                                                    \
        name,                                                                                      \
        "Whether the operator " what ".",                                                          \
        .fallback = "true")

const struct spec_field v2_topology_reconciliation_fields[] = {
    TAKES_PART(register_cells_aliases, "registerCellsAliases",
        "keeps the alias planetscale_operator_default of all cells"),
    TAKES_PART(register_cells, "registerCells", "registers cells"),
    TAKES_PART(prune_cells, "pruneCells", "deletes records of cells that are not wanted"),
    TAKES_PART(prune_keyspaces, "pruneKeyspaces",
        "deletes records of keyspaces that are not wanted"),
    TAKES_PART(prune_srv_keyspaces, "pruneSrvKeyspaces",
        "deletes what cells are told of keyspaces that have no tablets there"),
    TAKES_PART(prune_shards, "pruneShards", "deletes records of shards that are not wanted"),
    TAKES_PART(prune_shard_cells, "pruneShardCells",
        "takes cells without tablets out of the records of shards"),
    TAKES_PART(prune_tablets, "pruneTablets", "deletes records of tablets that are not wanted"),
    SPEC_END};

static const char *const update_strategies[] = {"External", "Immediate", NULL};

static const struct spec_field external_strategy_fields[] = {
    SPEC(struct external_strategy, allow_resource_changes, "allowResourceChanges",
        "Changes of resources that wait for nobody. Only storage is known: volumes then grow at "
        "once.",
        .shape = SPEC_TEXT_LIST),
    SPEC_END};

const struct spec_field v2_update_strategy_fields[] = {
    SPEC(struct update_strategy, type, "type",
        "External: changes wait until somebody puts the annotation "
        "rollout.planetscale.com/released on what shall change. Immediate: they are rolled out, "
        "one tablet of a shard at a time.",
        .values = update_strategies, .fallback = "\"External\""),
    SPEC_STRUCT(struct update_strategy, external, "external", "Settings of External.",
        external_strategy_fields),
    SPEC_END};

#define PULL_POLICY(member, name)                                                                  \
    SPEC(struct pull_policies,                                                                     \
        member,                                                                                    \
        name,                                                                                      \
        "Of the image of " name ".",                                                               \
        .values = v2_pull_policies)

const struct spec_field v2_pull_policy_fields[] = {PULL_POLICY(vtctld, "vtctld"),
    PULL_POLICY(vtadmin, "vtadmin"),
    PULL_POLICY(vtorc, "vtorc"),
    PULL_POLICY(vtgate, "vtgate"),
    PULL_POLICY(vttablet, "vttablet"),
    PULL_POLICY(vtbackup, "vtbackup"),
    PULL_POLICY(mysqld, "mysqld"),
    PULL_POLICY(mysqld_exporter, "mysqldExporter"),
    SPEC_END};

#define MYSQLD(member, name, flavor)                                                               \
    SPEC(struct mysqld_images,                                                                     \
        member,                                                                                    \
        name,                                                                                      \
        "Image with a MySQL of flavor " flavor ".",                                                \
        .format = &v2_format_image)

const struct spec_field v2_mysqld_image_fields[] = {MYSQLD(mysql56, "mysql56Compatible", "MySQL56"),
    MYSQLD(mysql80, "mysql80Compatible", "MySQL80"),
    MYSQLD(mariadb, "mariadbCompatible", "MariaDB"),
    MYSQLD(mariadb103, "mariadb103Compatible", "MariaDB103"),
    SPEC_END};
