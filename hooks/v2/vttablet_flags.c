#include <ctype.h>
#include <string.h>

#include "metadata.h"
#include "tablet_parts.h"
#include "template.h"

/* The command lines of vttablet, mysqlctld, mysqld_exporter and vtbackup, in their spelling. */

/* --- what several of them are told --- */

static const char *charset(const struct v2_pool *pool)
{
    const struct mysqld_images *images = pool->shard->spec->images->mysqld;

    return images != NULL && v2_given(images->mysql80) != NULL ? "utf8mb4" : "utf8";
}

static const char *database(struct arena *a, const struct v2_pool *pool)
{
    const char *given = v2_given(pool->shard->spec->database_name);

    return given == NULL ? fmt(a, "vt_%s", pool->shard->keyspace) : given;
}

static const char *init_script(struct arena *a, const struct v2_pool *pool)
{
    return v2_secret_file(a, pool->shard->spec->template.init_script, INIT_SCRIPT_FOLDER);
}

/* What theirs calls the version of MySQL wins over what the user does. */
static const json_t *version(struct arena *a, const struct v2_pool *pool)
{
    return v2_mysql_version_flag(a, v2_mysqld_image(pool->shard->spec->images->mysqld));
}

/* --- backups --- */

static const char *engine(const struct v2_pool *pool)
{
    const char *given = v2_given(pool->shard->spec->backup_engine);

    return given == NULL ? "builtin" : given;
}

static long long cpus(struct arena *a, const json_t *resources)
{
    return v2_cpus(a, json_at(as_stored(a, resources), "requests"));
}

static const json_t *xtrabackup(struct arena *a, long long backup, long long restore)
{
    return object(a,
        F("xtrabackup_user", "vt_dba"),
        F("xtrabackup_stream_mode", "xbstream"),
        F("xtrabackup_stripes", "8"),
        F("xtrabackup_backup_flags", fmt(a, "--parallel=%lld", backup)),
        F("xbstream_restore_flags", fmt(a, "--parallel=%lld", restore)));
}

/* A backup does not disturb those who read; a restore may take all that the Pod has. */
static const json_t *vttablet_xtrabackup(struct arena *a, const struct v2_pool *pool)
{
    const long long all =
        cpus(a, pool->spec->mysqld->resources) + cpus(a, pool->spec->vttablet->resources);

    return xtrabackup(a, 1, all < 1 ? 1 : all);
}

static const json_t *vtbackup_xtrabackup(struct arena *a, const struct v2_pool *pool)
{
    const long long all = cpus(a, pool->spec->mysqld->resources);

    return xtrabackup(a, all < 1 ? 1 : all, all < 1 ? 1 : all);
}

/* Theirs panics where the location mounts nothing. */
static const json_t *mysqlshell(struct arena *a, const struct v2_pool *pool)
{
    const json_t *first = json_array_get(pool->storage.mounts, 0);

    return object(a,
        OPT("mysql-shell-backup-location", json_text_at(first, "mountPath")),
        F("mysql-shell-flags",
            "--defaults-file=/dev/null --no-password --js -u vt_dba -S " MYSQL_SOCKET));
}

static const json_t *vttablet_engine(struct arena *a, const struct v2_pool *pool)
{
    if (text_equal(engine(pool), "xtrabackup"))
        return vttablet_xtrabackup(a, pool);
    return text_equal(engine(pool), "mysqlshell") ? mysqlshell(a, pool) : NULL;
}

/* A new tablet waits for a backup that it can restore. */
static const json_t *backup_flags(struct arena *a, const struct v2_pool *pool)
{
    if (!pool->backed_up)
        return NULL;
    return object(a,
        F("restore_from_backup", "true"),
        F("restore_concurrency", "10"),
        F("wait_for_backup_interval", "10s"),
        SPREAD(v2_backup_engine_flags(a, engine(pool))),
        SPREAD(vttablet_engine(a, pool)),
        SPREAD(pool->storage.flags));
}

/* --- vttablet --- */

static const json_t *own_mysql(struct arena *a, const struct v2_pool *pool)
{
    return object(a,
        F("db_charset", charset(pool)),
        F("db_app_user", "vt_app"),
        F("db_dba_user", "vt_dba"),
        F("db_repl_user", "vt_repl"),
        F("db_filtered_user", "vt_filtered"),
        F("init_db_name_override", database(a, pool)),
        F("enforce_strict_trans_tables", "true"),
        F("enable_replication_reporter", "true"),
        F("mysqlctl_socket", MYSQLCTL_SOCKET),
        F("mycnf_socket_file", MYSQL_SOCKET));
}

/* CLIENT_SSL, without which the certificate is not looked at. */
static const json_t *server_ca(struct arena *a, const struct external_datastore *datastore)
{
    if (datastore->server_ca == NULL)
        return NULL;
    return object(a,
        F("db_ssl_ca", v2_secret_file(a, datastore->server_ca, SERVER_CA_FOLDER)),
        F("db_flags", "2048"));
}

static const json_t *external_mysql(struct arena *a, const struct external_datastore *datastore)
{
    return object(a,
        F("unmanaged", "true"),
        F("restore_from_backup", "false"),
        F("db_app_user", datastore->user),
        F("db_appdebug_user", datastore->user),
        F("db_allprivs_user", datastore->user),
        F("db_dba_user", datastore->user),
        F("db_filtered_user", datastore->user),
        F("db_repl_user", datastore->user),
        F("db-credentials-file", v2_secret_file(a, datastore->credentials, CREDENTIALS_FOLDER)),
        F("db_host", datastore->host),
        F("db_port", fmt(a, "%u", datastore->port)),
        F("init_db_name_override", datastore->database),
        F("enable_replication_reporter", "false"),
        F("enforce_strict_trans_tables", "false"),
        SPREAD(server_ca(a, datastore)));
}

static const json_t *mysql_flags(struct arena *a, const struct v2_pool *pool)
{
    const struct external_datastore *datastore = pool->spec->external_datastore;

    return datastore == NULL ? own_mysql(a, pool) : external_mysql(a, datastore);
}

/* An external primary serves nobody until it is said to be one; otherwise a pool is external only
 * for us. */
static const char *tablet_type(const char *pool_type)
{
    if (text_equal(pool_type, "externalmaster"))
        return "spare";
    if (text_equal(pool_type, "externalreplica"))
        return "replica";
    return text_equal(pool_type, "externalrdonly") ? "rdonly" : pool_type;
}

static const json_t *tablet_flags(struct arena *a, const struct v2_pool *pool)
{
    return object(a,
        F("logtostderr", "true"),
        F("grpc_max_message_size", "67108864"),
        F("service_map", "grpc-queryservice,grpc-tabletmanager,grpc-updatestream"),
        F("port", WEB_PORT_TEXT),
        F("grpc_port", GRPC_PORT_TEXT),
        F("tablet-path", ""),
        F("tablet_hostname", "$(POD_IP)"),
        F("init_keyspace", pool->shard->keyspace),
        F("init_shard", pool->shard->spec->name),
        F("init_tablet_type", tablet_type(pool->spec->type)),
        F("health_check_interval", "5s"),
        F("queryserver-config-max-result-size", "100000"),
        F("queryserver-config-query-timeout", "900s"),
        F("queryserver-config-pool-size", "96"),
        F("queryserver-config-stream-pool-size", "96"),
        F("queryserver-config-transaction-cap", "300"),
        /* A place that vttablet and mysqld both see. */
        F("builtinbackup-incremental-restore-path", DATA_FOLDER));
}

const json_t *v2_vttablet_flags(struct arena *a, const struct v2_pool *pool)
{
    return v2_flags(a,
        backup_flags(a, pool),
        mysql_flags(a, pool),
        tablet_flags(a, pool),
        v2_topology_flags(a, &pool->place.topology),
        pool->place.vitess_flags,
        pool->spec->vttablet->flags,
        version(a, pool));
}

/* --- mysqlctld --- */

const json_t *v2_mysqlctld_flags(struct arena *a, const struct v2_pool *pool)
{
    const json_t *own = object(a,
        F("logtostderr", "true"),
        F("tablet_uid", ""),
        F("socket_file", MYSQLCTL_SOCKET),
        F("mysql_socket", MYSQL_SOCKET),
        F("db_dba_user", "vt_dba"),
        F("db_charset", charset(pool)),
        F("init_db_sql_file", init_script(a, pool)),
        /* InnoDB recovers from a crash for as long as it takes. */
        F("wait_time", "2h0m0s"));

    return v2_flags(a, own, version(a, pool));
}

/* --- vtbackup --- */

static const json_t *vtbackup_storage(struct arena *a, const struct v2_pool *pool)
{
    if (!pool->backed_up)
        return NULL;
    return v2_flags(a,
        v2_backup_engine_flags(a, engine(pool)),
        text_equal(engine(pool), "xtrabackup") ? vtbackup_xtrabackup(a, pool) : NULL,
        pool->spec->vttablet->vtbackup_flags,
        pool->storage.flags);
}

static const json_t *vtbackup_own(struct arena *a, const struct v2_pool *pool)
{
    return object(a,
        F("concurrency", "10"),
        F("initial_backup", "true"),
        F("min_backup_interval", "0s"),
        F("min_retention_time", "0s"),
        F("min_retention_count", "1"),
        F("logtostderr", "true"),
        F("init_keyspace", pool->shard->keyspace),
        F("init_shard", pool->shard->spec->name),
        F("init_db_name_override", database(a, pool)),
        F("db_dba_user", "vt_dba"),
        F("db_charset", charset(pool)),
        F("init_db_sql_file", init_script(a, pool)),
        F("mysql_socket", MYSQL_SOCKET));
}

const json_t *v2_vtbackup_flags(struct arena *a, const struct v2_pool *pool)
{
    return v2_flags(a,
        object(a, F("builtinbackup-incremental-restore-path", DATA_FOLDER)),
        vtbackup_storage(a, pool),
        vtbackup_own(a, pool),
        v2_topology_flags(a, &pool->place.topology),
        version(a, pool));
}

/* --- mysqld_exporter --- */

static const char *in_lower_case(struct arena *a, const char *text)
{
    size_t length = strlen(text);
    char *lower = arena_alloc(a, length + 1);

    for (size_t i = 0; i < length; i++)
        lower[i] = (char)tolower((unsigned char)text[i]);
    return lower;
}

/* It knows no "--flag=true". Whatever else a value is, theirs gives it in lower case. */
static const char *exporter_argument(struct arena *a, const char *name, const char *value)
{
    const char *lower = in_lower_case(a, value);

    if (text_equal(lower, "true"))
        return fmt(a, "--%s", name);
    if (text_equal(lower, "false"))
        return fmt(a, "--no-%s", name);
    return fmt(a, "--%s=%s", name, lower);
}

const json_t *v2_exporter_arguments(struct arena *a, const struct v2_pool *pool)
{
    const struct pool_exporter *exporter = pool->spec->exporter;
    const json_t *own = object(a,
        F("config.my-cnf", "/vt/config/mycnf/client.cnf"),
        /* Each table of the user would be a time series. */
        F("collect.info_schema.tables.databases", "sys,_vt"));
    const json_t *flags = v2_flags(a, own, exporter == NULL ? NULL : exporter->flags);
    json_t *list = json_new_list();
    const json_t *value;
    const char *name;

    json_each_field (flags, name, value)
        json_add_text(list, exporter_argument(a, name, json_string_value(value)));
    return list;
}
