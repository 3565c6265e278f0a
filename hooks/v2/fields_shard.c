#include "fields.h"
#include "traffic.h"

/* VitessShard, and the templates of shards in VitessCluster. */

/* --- tablet pools --- */

static const char *const pool_types[] = {
    "replica", "rdonly", "externalmaster", "externalreplica", "externalrdonly", NULL};

static const struct spec_field vttablet_fields[] = {SPEC(struct pool_vttablet, resources,
                                                        "resources", "CPU and memory of vttablet.",
                                                        .required = true, RESOURCES),
    SPEC(struct pool_vttablet, flags, "extraFlags",
        "Flags of vttablet, without dashes in front; they replace those of the operator that are "
        "spelled alike.",
        FLAGS),
    SPEC(struct pool_vttablet, vtbackup_flags, "vtbackupExtraFlags",
        "Flags of vtbackup; those of the operator win.", FLAGS),
    SPEC(struct pool_vttablet, lifecycle, "lifecycle", "What is done as vttablet starts and ends.",
        FRAGMENT(fragment_lifecycle, "Lifecycle"), .outline = true),
    SPEC(struct pool_vttablet, grace, "terminationGracePeriodSeconds",
        "How long a tablet may take to end. Default: 1800.", .min = 1, .max = MOST_GRACE),
    SPEC_END};

static const struct spec_field mysqld_fields[] = {SPEC(struct pool_mysqld, resources, "resources",
                                                      "CPU and memory of MySQL.", .required = true,
                                                      RESOURCES),
    SPEC(struct pool_mysqld, config_overrides, "configOverrides",
        "Text of a my.cnf that is read after that of Vitess."),
    SPEC_END};

static const struct spec_field exporter_fields[] = {
    SPEC(struct pool_exporter, flags, "extraFlags",
        "Flags of mysqld_exporter; \"true\" and \"false\" become --flag and --no-flag.", FLAGS),
    SPEC(struct pool_exporter, resources, "resources",
        "CPU and memory. Default: requests {cpu: 10m, memory: 32Mi}, and limits {cpu: 100m, "
        "memory: 128Mi}.",
        RESOURCES),
    SPEC_END};

enum { HIGHEST_PORT = 65535 };

static const struct spec_field datastore_fields[] = {
    SPEC(struct external_datastore, user, "user", "User to connect as.", .required = true),
    SPEC(struct external_datastore, host, "host", "Host of the MySQL.", .required = true),
    SPEC(struct external_datastore, port, "port", "Its port.", .required = true, .min = 1,
        .max = HIGHEST_PORT),
    SPEC(struct external_datastore, database, "database", "Name of the database there.",
        .required = true),
    SPEC_STRUCT(struct external_datastore, credentials, "credentialsSecret",
        "File with the password, in the JSON form of --db-credentials-file.", v2_secret_fields,
        .required = true),
    SPEC_STRUCT(struct external_datastore, server_ca, "serverCACertSecret",
        "Certificates that that of the server must be signed by. Default: no TLS.",
        v2_secret_fields),
    SPEC_END};

static const char *const kinds_of_mysql[] = {"mysqld", "externalDatastore", NULL};

static const struct spec_field pool_fields[] = {
    SPEC(struct tablet_pool, cell, "cell", "Cell that the tablets are in.", .required = true,
        .min = 1, .format = &v2_format_cell),
    SPEC(struct tablet_pool, type, "type",
        "replica: may become primary. rdonly: never does. external...: of a MySQL that somebody "
        "else runs.",
        .required = true, .values = pool_types),
    SPEC(struct tablet_pool, name, "name",
        "Tells pools of the same cell and type apart; for pools with an externalDatastore alone.",
        .fallback = "\"\""),
    SPEC(struct tablet_pool, replicas, "replicas", "Number of tablets.", .required = true,
        .max = MOST_REPLICAS),
    SPEC(struct tablet_pool, claim, "dataVolumeClaimTemplate",
        "PersistentVolumeClaim of each tablet, which may grow. Without one the data goes with the "
        "Pod.",
        CLAIM),
    SPEC(struct tablet_pool, backup_location, "backupLocationName",
        "Name of the backup location. Default: the one without a name.", .fallback = "\"\""),
    SPEC_STRUCT(struct tablet_pool, vttablet, "vttablet", "The vttablet of each tablet.",
        vttablet_fields, .required = true),
    SPEC_STRUCT(struct tablet_pool, mysqld, "mysqld",
        "The MySQL of each tablet. Either this or externalDatastore.", mysqld_fields),
    SPEC_STRUCT(struct tablet_pool, exporter, "mysqldExporter", "Metrics of that MySQL.",
        exporter_fields),
    SPEC_STRUCT(struct tablet_pool, external_datastore, "externalDatastore",
        "A MySQL that somebody else runs.", datastore_fields),
    POD_EXTRAS(struct tablet_pool),
    TOPOLOGY_SPREAD(struct tablet_pool),
    SPEC_ONE_OF(kinds_of_mysql),
    SPEC_SELF(struct tablet_pool, json),
    SPEC_PATH(struct tablet_pool, path),
    SPEC_END};

/* --- templates --- */

static const struct spec_field replication_fields[] = {
    SPEC(struct replication, initialize_master, "initializeMaster",
        "Choose the first primary of a new or restored shard.", .fallback = "true"),
    SPEC(struct replication, initialize_backup, "initializeBackup",
        "Make a first, empty backup, which new tablets start from.", .fallback = "true"),
    SPEC(struct replication, recover_restarted_master, "recoverRestartedMaster",
        "Counts nowhere: VTOrc repairs replication.", .fallback = "true"),
    SPEC_END};

/* clang-format off */
#define TEMPLATE_ROWS(type, in)                                                                    \
    SPEC_EACH(type, in pools, "tabletPools",                                                       \
        "The tablets, in groups of the same cell and type.", pool_fields),                         \
    SPEC_STRUCT(type, in init_script, "databaseInitScriptSecret",                                  \
        "File init_db.sql that sets up a new, empty MySQL.", v2_secret_fields, .required = true),  \
    SPEC_STRUCT(type, in replication, "replication", "How a new shard begins.",                    \
        replication_fields),                                                                       \
    SPEC(type, in annotations, "annotations", "More annotations of the VitessShard.",              \
        ANNOTATIONS),                                                                              \
    SPEC_SELF(type, in json)
/* clang-format on */

const struct spec_field v2_shard_template_fields[] = {TEMPLATE_ROWS(struct shard_template, ),
    SPEC_END};

static const struct spec_field key_range_fields[] = {
    SPEC(struct key_range, start, "start",
        "First keyspace id of the shard in hex such as \"80\"; \"\" is the beginning.",
        .format = &v2_format_bound),
    SPEC(struct key_range, end, "end",
        "First keyspace id after the shard in hex such as \"c0\"; \"\" is the end.",
        .format = &v2_format_bound),
    SPEC_END};

const struct spec_field v2_custom_shard_fields[] = {
    SPEC_STRUCT(struct custom_shard, key_range, "keyRange", "Keyspace ids that are in the shard.",
        key_range_fields, .required = true),
    TEMPLATE_ROWS(struct custom_shard, template.),
    SPEC_PATH(struct custom_shard, path),
    SPEC_END};

/* Beyond theirs: what VitessKeyspace tells its shards (traffic.h). */
static const char *const traffics[] = {TRAFFIC_SETTLED, TRAFFIC_MAY_SWITCH, TRAFFIC_LEAVING, NULL};

const struct spec_field v2_shard_fields[] = {TEMPLATE_ROWS(struct shard_spec, template.),
    SPEC(struct shard_spec, name, "name", "Name of the shard in Vitess such as \"-80\".",
        .required = true),
    SPEC(struct shard_spec, database_name, "databaseName",
        "Name of the database in MySQL. Default: vt_ and the name of the keyspace."),
    SPEC_STRUCT(struct shard_spec, key_range, "keyRange", "Keyspace ids that are in the shard.",
        key_range_fields, .required = true),
    ZONE_MAP(struct shard_spec),
    SPEC_STRUCT(struct shard_spec, images, "images", "Images that are used here.",
        v2_keyspace_image_fields, .required = true),
    CHILDREN_SELECTOR,
    SPEC_PART("traffic", SPEC_TEXT, .values = traffics,
        .doc = "Where what the shard serves may go. Settled: the keyspace has no other shards. "
               "MaySwitch: it has. Leaving: this shard has left the spec, and goes once nothing is "
               "served from it."),
    INHERITED(struct shard_spec),
    SPEC_STRUCT(struct shard_spec, orchestrator, "vitessOrchestrator", "As in the VitessCluster.",
        v2_orchestrator_fields),
    SPEC_EACH(struct shard_spec, backup_locations, "backupLocations", "As in the VitessCluster.",
        v2_backup_location_fields),
    SPEC(struct shard_spec, backup_engine, "backupEngine", "As in the VitessCluster."),
    SPEC_STRUCT(struct shard_spec, update_strategy, "updateStrategy", "As in the VitessCluster.",
        v2_update_strategy_fields),
    SPEC_END};
