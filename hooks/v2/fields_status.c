#include "fields.h"

/* The statuses of planetscale.com/v2: what its operator writes, field by field, and the conditions
 * that each kind has here. Nobody reads them by these tables, so the rows have no members of their
 * own. "available" and its like are "True", "False" or "Unknown", as the status of a condition. */

struct status {
    struct status *part;
    SPEC_ITEMS(struct status) parts;
};

#define TEXT(name, sentence) SPEC_PART(name, SPEC_TEXT, .doc = sentence)
#define NUMBER(name, sentence) SPEC_PART(name, SPEC_NUMBER, .doc = sentence)
#define TEXTS(name, sentence) SPEC_PART(name, SPEC_TEXT_LIST, .doc = sentence)
#define TEXTS_BY_KEY(name, sentence) SPEC_PART(name, SPEC_TEXT_MAP, .doc = sentence)
#define PART(name, sentence, fields) SPEC_STRUCT(struct status, part, name, sentence, fields)
#define EACH(name, sentence, ... /* fields, designators */)                                        \
    SPEC_EACH(struct status, parts, name, sentence, __VA_ARGS__)
#define BY_KEY(name, sentence, fields_)                                                            \
    SPEC_PART(name, SPEC_OBJECT_MAP, .doc = sentence, .fields = (fields_))

#define OBSERVED_GENERATION                                                                        \
    NUMBER("observedGeneration", "Generation of the spec that this status is about.")

/* clang-format off */
#define CONDITION_ROWS                                                                             \
    SPEC_PART("status", SPEC_TEXT, .required = true, .doc = "True, False or Unknown."),            \
    TEXT("reason", "Why, in one word."),                                                           \
    TEXT("message", "Why, for people."),                                                           \
    TEXT("lastTransitionTime", "When the status last changed.")
/* clang-format on */

/* Beyond theirs: what the operator keeps in mind from one sync to the next. */
static const struct spec_field task_fields[] = {
    TEXT("question", "Hash of what was asked of Vitess."),
    TEXT("answer", "What Vitess answered."),
    SPEC_END};
#define TASKS                                                                                      \
    EACH("tasks", "Answers of Vitess that are kept, so that nobody asks again.", task_fields)

static const struct spec_field condition_fields[] = {
    SPEC_PART("type", SPEC_TEXT, .required = true, .doc = "What is judged."),
    CONDITION_ROWS,
    SPEC_END};

#define CONDITIONS(more)                                                                           \
    EACH("conditions",                                                                             \
        "Ready: it serves. Updated: everything is as the spec says. Progressing: a rollout or "    \
        "bring-up runs." more,                                                                     \
        condition_fields,                                                                          \
        .unique = "type")

/* --- etcd --- */

/* clang-format off */
#define ETCD_ROWS                                                                                  \
    OBSERVED_GENERATION,                                                                           \
    TEXT("available", "Whether enough members are ready to serve."),                               \
    TEXT("clientServiceName", "Name of the Service for clients; never there.")
/* clang-format on */

static const struct spec_field etcd_fields[] = {ETCD_ROWS, SPEC_END};

const struct spec_field v2_etcd_lockserver_status_fields[] = {ETCD_ROWS, CONDITIONS(""), SPEC_END};

static const struct spec_field lockserver_fields[] = {
    PART("etcd", "The EtcdLockserver, where the operator makes one.", etcd_fields), SPEC_END};

/* --- backups --- */

const struct spec_field v2_backup_status_fields[] = {TEXT("startTime", "When the backup began."),
    TEXT("finishedTime", "When the backup was done."),
    SPEC_PART("complete", SPEC_SWITCH, .doc = "Whether the backup was ever done."),
    TEXT("position", "Position of replication that the backup has."),
    TEXT("engine", "What made the backup."),
    TEXT("storageDirectory", "Folder in the storage that the backup is in."),
    TEXT("storageName", "Name of the backup there."),
    CONDITIONS(""),
    SPEC_END};

const struct spec_field v2_backup_storage_status_fields[] = {OBSERVED_GENERATION,
    NUMBER("totalBackupCount", "Number of backups, of all keyspaces and shards."),
    CONDITIONS(""),
    SPEC_END};

static const struct spec_field job_fields[] = {TEXT("apiVersion", "API version of the object."),
    TEXT("kind", "Kind of the object."),
    TEXT("namespace", "Namespace of the object."),
    TEXT("name", "Name of the object."),
    TEXT("uid", "Uid of the object."),
    TEXT("resourceVersion", "Version of the object."),
    TEXT("fieldPath", "Part of the object."),
    SPEC_END};

const struct spec_field v2_backup_schedule_status_fields[] = {OBSERVED_GENERATION,
    EACH("active", "Jobs that run; never there.", job_fields),
    TEXT("lastScheduledTime", "When a Job was last due; never there."),
    TEXTS_BY_KEY("lastScheduledTimes", "When a Job was last due, of each strategy."),
    TEXTS_BY_KEY("generatedSchedules", "What a frequency became in Cron format, of each strategy."),
    TEXTS_BY_KEY("nextScheduledTimes", "When a Job is due next, of each strategy."),
    CONDITIONS(""),
    SPEC_END};

/* --- cells --- */

static const struct spec_field gateway_status_fields[] = {
    TEXT("available", "Whether the Deployment is available."),
    TEXT("serviceName", "Name of the Service of the cell's vtgates."),
    TEXT("labelSelector", "Labels of the vtgates, for an autoscaler."),
    NUMBER("replicas", "Number of vtgates that are wanted, for an autoscaler."),
    SPEC_END};

static const struct spec_field nothing[] = {SPEC_END};

const struct spec_field v2_cell_status_fields[] = {OBSERVED_GENERATION,
    PART("lockserver", "The cell's own topology.", lockserver_fields),
    PART("gateway", "vtgate in this cell.", gateway_status_fields),
    BY_KEY("keyspaces", "Keyspaces that have tablet pools in this cell.", nothing),
    TEXT("idle", "Whether no keyspace is in the cell, so that it may go."),
    TASKS,
    CONDITIONS(""),
    SPEC_END};

/* --- shards --- */

static const struct spec_field orphan_fields[] = {
    SPEC_PART("reason", SPEC_TEXT, .required = true, .doc = "Why it stays, in one word."),
    SPEC_PART("message", SPEC_TEXT, .required = true, .doc = "Why it stays, for people."),
    SPEC_END};

static const struct spec_field tablet_fields[] = {TEXT("poolType", "Type of the tablet's pool."),
    NUMBER("index", "Number of the tablet in its pool, from 1."),
    TEXT("running", "Whether the containers run."),
    TEXT("ready", "Whether the Pod is ready."),
    TEXT("available", "Whether the Pod has been ready for a while."),
    TEXT("dataVolumeBound", "Whether the claim has a volume."),
    TEXT("type", "What Vitess lists the tablet as, such as primary or replica."),
    TEXT("pendingChanges", "What changes once the tablet may restart."),
    SPEC_END};

static const struct spec_field orchestrator_fields[] = {
    TEXT("available", "Whether a VTOrc is available."),
    TEXT("serviceName", "Name of the Service of VTOrc; never there."),
    SPEC_END};

static const struct spec_field location_fields[] = {TEXT("name", "Name of the backup location."),
    SPEC_PART("completeBackups", SPEC_NUMBER, .required = true, .doc = "Backups that are done."),
    SPEC_PART("incompleteBackups", SPEC_NUMBER, .required = true,
        .doc = "Backups that run, or have failed."),
    TEXT("latestCompleteBackupTime", "When the last backup that is done began."),
    SPEC_END};

/* Their programs read a mapping here, by type: a list would be no VitessShard to them. */
static const struct spec_field shard_condition_fields[] = {CONDITION_ROWS, SPEC_END};

const struct spec_field v2_shard_status_fields[] = {OBSERVED_GENERATION,
    BY_KEY("tablets", "Tablets that are wanted, by alias.", tablet_fields),
    BY_KEY("orphanedTablets", "Tablets that are not wanted and cannot go, by alias.",
        orphan_fields),
    TEXTS("cells", "Cells that the tablets are in, sorted."),
    PART("vitessOrchestrator", "VTOrc of this shard.", orchestrator_fields),
    TEXT("hasMaster", "Whether the shard has a primary, by its record in Vitess."),
    TEXT("masterAlias", "Alias of the primary."),
    TEXT("hasInitialBackup", "Whether there is a backup that new tablets can start from."),
    TEXT("servingWrites", "Whether writes for its key range go to this shard."),
    TEXT("idle", "Whether no cell is told to use the shard, so that it may go."),
    EACH("backupLocations", "Backups of this shard, of each location.", location_fields),
    NUMBER("lowestPodGeneration", "Oldest generation of the spec that a Pod knows of."),
    SPEC_PART("memory", SPEC_OBJECT, .doc = "What the operator keeps in mind of the tablets."),
    SPEC_PART("turnedDown", SPEC_SWITCH,
        .doc = "Whether nothing is left of a shard that has left the spec."),
    TASKS,
    BY_KEY("conditions",
        "Ready: it serves. Updated: everything is as the spec says. Progressing: a rollout or "
        "bring-up runs.",
        shard_condition_fields),
    SPEC_END};

/* --- keyspaces --- */

/* clang-format off */
#define TABLET_COUNTS                                                                              \
    NUMBER("desiredTablets", "Number of tablets that are wanted."),                                \
    NUMBER("tablets", "Number of tablets that are there."),                                        \
    NUMBER("readyTablets", "Number of wanted tablets that are ready."),                            \
    NUMBER("updatedTablets", "Number of wanted tablets that have no pending changes.")
/* clang-format on */

static const struct spec_field shard_fields[] = {
    TEXT("hasMaster", "Whether the shard has a primary."),
    TEXT("servingWrites", "Whether writes for its key range go to this shard."),
    TABLET_COUNTS,
    TEXT("pendingChanges", "What changes once the shard may."),
    TEXTS("cells", "Cells that the tablets are in, sorted."),
    SPEC_END};

static const struct spec_field partitioning_fields[] = {
    TEXTS("shardNames", "Names of the shards, sorted."),
    TEXT("servingWrites", "Whether writes go to all these shards."),
    TABLET_COUNTS,
    NUMBER("desiredShards", "Number of shards that are wanted."),
    NUMBER("readyShards", "Number of wanted shards whose tablets are all ready."),
    SPEC_END};

static const struct spec_field resharding_fields[] = {
    SPEC_PART("workflow", SPEC_TEXT, .required = true, .doc = "Name of the workflow."),
    SPEC_PART("state", SPEC_TEXT, .required = true, .doc = "Error, Copying, Running or Unknown."),
    TEXTS("sourceShards", "Shards that are read."),
    TEXTS("targetShards", "Shards that are written."),
    SPEC_PART("copyProgress", SPEC_NUMBER, .min = -1,
        .doc = "Percent that is copied; -1 is not known."),
    SPEC_END};

const struct spec_field v2_keyspace_status_fields[] = {OBSERVED_GENERATION,
    BY_KEY("shards", "Shards that are wanted, by name.", shard_fields),
    EACH("partitionings", "The partitionings, in the order of the spec.", partitioning_fields),
    BY_KEY("orphanedShards", "Shards that are not wanted and cannot go, by name.", orphan_fields),
    TEXT("idle",
        "Whether no tablet pool is wanted and no tablet is there, so that the keyspace may go."),
    PART("resharding", "The workflow that reshards the keyspace.", resharding_fields),
    TASKS,
    CONDITIONS(" ReshardingActive: a workflow reshards the keyspace. ReshardingInSync: its target "
               "shards have all data."),
    SPEC_END};

/* --- the cluster --- */

static const struct spec_field service_fields[] = {
    TEXT("available", "Whether a Deployment of it is available."),
    TEXT("serviceName", "Name of its Service."),
    SPEC_END};

static const struct spec_field cell_fields[] = {
    TEXT("pendingChanges", "What changes once the cell may."),
    TEXT("gatewayAvailable", "Whether vtgate of the cell is available."),
    SPEC_END};

static const struct spec_field keyspace_fields[] = {
    TEXT("pendingChanges", "What changes once the keyspace may."),
    NUMBER("desiredShards", "Number of shards that are wanted."),
    NUMBER("shards", "Number of shards that are there."),
    NUMBER("readyShards", "Number of wanted shards whose tablets are all ready."),
    NUMBER("updatedShards", "Number of wanted shards without pending changes."),
    TABLET_COUNTS,
    TEXTS("cells", "Cells that the tablets are in, sorted."),
    SPEC_END};

const struct spec_field v2_cluster_status_fields[] = {OBSERVED_GENERATION,
    PART("globalLockserver", "The global topology.", lockserver_fields),
    TEXT("gatewayServiceName", "Name of the Service of the vtgates of all cells."),
    PART("vitessDashboard", "vtctld.", service_fields),
    PART("vtadmin", "VTAdmin.", service_fields),
    BY_KEY("cells", "Cells that are wanted, by name.", cell_fields),
    BY_KEY("keyspaces", "Keyspaces that are wanted, by name.", keyspace_fields),
    BY_KEY("orphanedCells", "Cells that are not wanted and cannot go, by name.", orphan_fields),
    BY_KEY("orphanedKeyspaces", "Keyspaces that are not wanted and cannot go, by name.",
        orphan_fields),
    TEXTS("pruning", "Keyspaces that have left the spec and of which Vitess is to forget all."),
    TASKS,
    CONDITIONS(""),
    SPEC_END};
