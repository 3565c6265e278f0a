#include "fields.h"

/* VitessBackupStorage, VitessBackup and VitessBackupSchedule, and what VitessCluster and the kinds
 * below it say of them. */

enum { LONGEST_PREFIX = 256 };

static bool accepts_prefix(const char *text)
{
    for (; *text != '\0' && *text != '\r' && *text != '\n'; text++)
        ;
    return *text == '\0';
}

static const struct spec_format key_prefix = {
    .rule = "must be one line",
    .pattern = "^[^\\r\\n]*$",
    .accepts = accepts_prefix,
};

#define KEY_PREFIX(type)                                                                           \
    SPEC(type,                                                                                     \
        key_prefix,                                                                                \
        "keyPrefix",                                                                               \
        "In front of the names of all backups, where other things are stored there, too.",         \
        .format = &key_prefix,                                                                     \
        .max = LONGEST_PREFIX)

static const struct spec_field gcs_fields[] = {
    SPEC(struct gcs_location, bucket, "bucket", "Name of the bucket.", .required = true, .min = 1),
    KEY_PREFIX(struct gcs_location),
    SPEC_STRUCT(struct gcs_location, auth_secret, "authSecret",
        "File for GOOGLE_APPLICATION_CREDENTIALS. Default: what the node may do.",
        v2_secret_fields),
    SPEC_END};

static const struct spec_field s3_fields[] = {
    SPEC(struct s3_location, region, "region", "Region of the bucket.", .required = true, .min = 1),
    SPEC(struct s3_location, bucket, "bucket", "Name of the bucket.", .required = true, .min = 1),
    SPEC(struct s3_location, endpoint, "endpoint",
        "host:port of a server that speaks S3. Default: Amazon's for the region."),
    SPEC(struct s3_location, force_path_style, "forcePathStyle",
        "The bucket is in the path and not in the name of the server.", .fallback = "false"),
    KEY_PREFIX(struct s3_location),
    SPEC_STRUCT(struct s3_location, auth_secret, "authSecret",
        "File like ~/.aws/credentials. Default: what the node may do.", v2_secret_fields),
    SPEC(struct s3_location, min_part_size, "minPartSize",
        "Least bytes of a part of an upload. Default: what Vitess does.", .shape = SPEC_NUMBER),
    SPEC_END};

static const struct spec_field azblob_fields[] = {SPEC(struct azblob_location, account, "account",
                                                      "Name of the storage account.",
                                                      .required = true, .min = 1),
    SPEC(struct azblob_location, container, "container", "Name of the container.", .required = true,
        .min = 1),
    KEY_PREFIX(struct azblob_location),
    SPEC_STRUCT(struct azblob_location, auth_secret, "authSecret", "File with the account's key.",
        v2_secret_fields, .required = true),
    SPEC_END};

static const struct spec_field ceph_fields[] = {
    SPEC_STRUCT(struct ceph_location, auth_secret, "authSecret",
        "File like ceph_backup_config.json of the examples of Vitess.", v2_secret_fields,
        .required = true),
    SPEC_END};

static const char *const kinds_of_storage[] = {"gcs", "s3", "azblob", "ceph", "volume", NULL};

const struct spec_field v2_backup_location_fields[] = {
    SPEC(struct backup_location, name, "name",
        "What backupLocationName of tablet pools calls it. One location may have no name: it is "
        "that of pools that name none.",
        .format = &v2_format_name),
    SPEC_STRUCT(struct backup_location, gcs, "gcs", "Google Cloud Storage.", gcs_fields),
    SPEC_STRUCT(struct backup_location, s3, "s3", "Amazon S3, or what speaks it.", s3_fields),
    SPEC_STRUCT(struct backup_location, azblob, "azblob", "Azure Blob Storage.", azblob_fields),
    SPEC_STRUCT(struct backup_location, ceph, "ceph", "Ceph.", ceph_fields),
    SPEC(struct backup_location, volume, "volume",
        "A volume, as in a Pod but without a name: NFS, a claim that many nodes can mount, or a "
        "folder of the node for trying things out.",
        .shape = SPEC_OBJECT, .type_name = "VolumeSource"),
    SPEC(struct backup_location, volume_sub_path, "volumeSubPath",
        "Folder of the volume that the backups are in."),
    SPEC(struct backup_location, annotations, "annotations",
        "More annotations of the Pods that use the location.", ANNOTATIONS),
    SPEC_ONE_OF(kinds_of_storage),
    SPEC_SELF(struct backup_location, json),
    SPEC_PATH(struct backup_location, path),
    SPEC_END};

const struct spec_field v2_subcontroller_fields[] = {
    SPEC(struct backup_subcontroller, service_account, "serviceAccountName",
        "ServiceAccount of the Pods that list backups.", .format = &v2_format_object),
    SPEC_END};

const struct spec_field v2_backup_storage_fields[] = {CHILDREN_SELECTOR,
    SPEC_STRUCT(struct backup_storage_spec, location, "location", "Where the backups are.",
        v2_backup_location_fields, .required = true),
    SPEC_STRUCT(struct backup_storage_spec, subcontroller, "subcontroller",
        "How the backups are listed.", v2_subcontroller_fields),
    SPEC_END};

const struct spec_field v2_backup_fields[] = {SPEC_END};

/* --- schedules --- */

static const char *const methods[] = {"vtbackup", "vtctldclient", NULL};
static const char *const scopes[] = {"Shard", "Keyspace", "Cluster", NULL};
static const char *const concurrency_policies[] = {"Allow", "Forbid", NULL};

static const struct spec_field strategy_fields[] = {
    SPEC(struct schedule_strategy, name, "name", "Name of the strategy.", .required = true),
    SPEC(struct schedule_strategy, scope, "scope",
        "Shard: that shard. Keyspace: all its shards. Cluster: all shards, but those of keyspaces "
        "that have a strategy of scope Keyspace.",
        .values = scopes, .fallback = "\"Shard\""),
    SPEC(struct schedule_strategy, keyspace, "keyspace",
        "Name of the keyspace, for the scopes Shard and Keyspace."),
    SPEC(struct schedule_strategy, shard, "shard",
        "Name of the shard such as \"-80\", for the scope Shard."),
    SPEC(struct schedule_strategy, flags, "extraFlags",
        "Flags of BackupShard, for the method vtctldclient.", FLAGS),
    SPEC_END};

/* clang-format off */
#define SCHEDULE_ROWS                                                                              \
    SPEC(struct backup_schedule, name, "name", "Name of the schedule.", .required = true,          \
        .min = 1, .format = &v2_format_schedule),                                                    \
    SPEC(struct backup_schedule, schedule, "schedule",                                             \
        "When to make backups, in Cron format: \"0 3 * * *\". Either this or frequency."),         \
    SPEC(struct backup_schedule, frequency, "frequency",                                           \
        "How often to make backups: 24h, or what divides a day or an hour evenly, such as 6h or "  \
        "15m. Shards take turns."),                                                                \
    SPEC(struct backup_schedule, method, "backupMethod",                                           \
        "vtbackup: a Pod of its own restores the last backup, catches up and makes a new one. "    \
        "vtctldclient: a tablet is told to make one.",                                             \
        .values = methods, .fallback = "\"vtbackup\""),                                            \
    SPEC_EACH(struct backup_schedule, strategies, "strategies", "Of what to make backups.",        \
        strategy_fields, .required = true, .min = 1),                                              \
    SPEC(struct backup_schedule, resources, "resources",                                           \
        "CPU and memory of a Job of method vtctldclient. vtbackup has those of mysqld.",           \
        .required = true, RESOURCES),                                                              \
    SPEC(struct backup_schedule, successful_history, "successfulJobsHistoryLimit",                 \
        "Number of Jobs to keep that succeeded. Default: all.", .shape = SPEC_NUMBER,              \
        .max = MOST_INT32),                                                                        \
    SPEC(struct backup_schedule, failed_history, "failedJobsHistoryLimit",                         \
        "Number of Jobs to keep that failed. Default: all.", .shape = SPEC_NUMBER,                 \
        .max = MOST_INT32),                                                                        \
    SPEC(struct backup_schedule, suspend, "suspend", "Make no backups for now.",                   \
        .fallback = "false"),                                                                      \
    SPEC(struct backup_schedule, starting_deadline_seconds, "startingDeadlineSeconds",             \
        "How late a Job may still be started.", .shape = SPEC_NUMBER),                             \
    SPEC(struct backup_schedule, concurrency_policy, "concurrencyPolicy",                          \
        "Whether a backup of a shard begins while the last one runs.",                             \
        .values = concurrency_policies, .fallback = "\"Forbid\""),                                 \
    SPEC(struct backup_schedule, allowed_missed_runs, "allowedMissedRun",                          \
        "Number of runs that may have been missed. Default: 100.", .shape = SPEC_NUMBER),          \
    SPEC(struct backup_schedule, job_timeout_minutes, "jobTimeoutMinute",                          \
        "Minutes after which a Job that has not ended is ended.", .shape = SPEC_NUMBER,            \
        .max = MOST_INT32, .fallback = "10"),                                                      \
    SPEC(struct backup_schedule, annotations, "annotations", "More annotations of the Pods.",      \
        ANNOTATIONS),                                                                              \
    SPEC(struct backup_schedule, affinity, "affinity",                                             \
        "Affinity of the Pods. It replaces all of the operator's own.",                            \
        FRAGMENT(fragment_affinity, "Affinity"), .outline = true),                                 \
    SPEC(struct backup_schedule, tolerations, "tolerations",                                       \
        "Taints of nodes that the Pods tolerate. Default: those of the tablet pool, or of "        \
        "vitessDashboard for the method vtctldclient; [] is none.",                                \
        FRAGMENTS(fragment_toleration, "Toleration"), .outline = true),                            \
    SPEC_SELF(struct backup_schedule, json),                                                       \
    SPEC_PATH(struct backup_schedule, path)
/* clang-format on */

const struct spec_field v2_schedule_item_fields[] = {SCHEDULE_ROWS, SPEC_END};

const struct spec_field v2_backup_schedule_fields[] = {SCHEDULE_ROWS,
    CHILDREN_SELECTOR,
    SPEC(struct backup_schedule, cluster, "cluster", "Name of the VitessCluster.",
        .required = true),
    SPEC(struct backup_schedule, image, "image", "Image for the method vtctldclient."),
    SPEC(struct backup_schedule, pull_policy, "imagePullPolicy", "When the image is pulled."),
    SPEC_END};
