#include "vttablet.h"

#include "template.h"

/* The command lines of vttablet and mysqlctld. */

#define CHARSET "utf8mb4"

const char *vttablet_hostname(struct arena *a, const struct vttablet *tablet)
{
    return fmt(a, "%s.%s", tablet->id.alias, tablet->id.subdomain);
}

bool vttablet_foreign_mysql(const struct vttablet *tablet)
{
    return tablet->mysql_image != NULL && !text_equal(tablet->mysql_image, tablet->image);
}

static const json_t *own_flags(struct arena *a, const struct vttablet *tablet)
{
    const struct tablet_identity *id = &tablet->id;

    return object(a,
        F("port", "15000"),
        F("grpc-port", "15999"),
        F("service-map", "grpc-queryservice,grpc-tabletmanager,grpc-updatestream"),
        F("grpc-max-message-size", "67108864"),
        F("tablet-path", id->alias),
        F("tablet-hostname", vttablet_hostname(a, tablet)),
        F("init-keyspace", id->keyspace),
        F("init-shard", id->shard),
        F("init-tablet-type", id->type),
        F("init-db-name-override", fmt(a, "vt_%s", id->keyspace)),
        F("mysqlctl-socket", MYSQLCTL_SOCKET),
        F("db-app-user", "vt_app"),
        F("db-dba-user", "vt_dba"),
        F("db-repl-user", "vt_repl"),
        F("db-filtered-user", "vt_filtered"),
        F("db-charset", CHARSET),
        F("health-check-interval", "5s"),
        F("enable-replication-reporter", "true"));
}

/* A new tablet of a shard without any backup starts empty at once instead of waiting for one. */
static const json_t *restore_flags(struct arena *a, const struct vttablet *tablet)
{
    if (flag_value(a, tablet->backup_flags, "backup-storage-implementation") == NULL)
        return object(a, F("restore-from-backup", "false"));
    return object(a,
        F("restore-from-backup", "true"),
        F("wait-for-backup-interval", "0"),
        /* A place that vttablet and mysqld both see. */
        F("builtinbackup-incremental-restore-path", DATA_ROOT));
}

/* A stock MySQL image may hold another version than the Vitess image knows of. */
static const json_t *version_flags(struct arena *a, const struct vttablet *tablet)
{
    const char *version =
        vttablet_foreign_mysql(tablet) ? image_mysql_version(a, tablet->mysql_image) : NULL;

    return object(a, OPT("mysql-server-version", version));
}

const json_t *vttablet_arguments(struct arena *a, const struct vttablet *tablet)
{
    return flag_list(a,
        own_flags(a, tablet),
        topology_flags(a, &tablet->place.topology),
        restore_flags(a, tablet),
        version_flags(a, tablet),
        timeout_for(a, tablet->vttablet_flags, "shutdown-grace-period", "onclose-timeout"),
        tls_flags(a, &tablet->place, "vttablet", tablet->image),
        log_flags(a, tablet->image),
        flags_known_to(a, "vttablet", tablet->image, tablet->backup_flags),
        tablet->vttablet_flags);
}

static const char *init_script(struct arena *a, const struct vttablet *tablet)
{
    if (tablet->init_script_secret != NULL)
        return fmt(a, INIT_SECRETS "/%s", tablet->init_script_key);
    return vttablet_foreign_mysql(tablet) ? SHARED "/init_db.sql" : "/vt/config/init_db.sql";
}

const json_t *mysqlctld_arguments(struct arena *a, const struct vttablet *tablet)
{
    const json_t *own = object(a,
        F("port", "15001"),
        F("tablet-uid", fmt(a, "%u", tablet->id.uid)),
        F("socket-file", MYSQLCTL_SOCKET),
        F("mysql-socket", MYSQL_SOCKET),
        F("mysql-port", "3306"),
        F("db-dba-user", "vt_dba"),
        F("db-charset", CHARSET),
        F("init-db-sql-file", init_script(a, tablet)),
        /* InnoDB recovers from a crash for as long as it takes. */
        F("wait-time", fmt(a, "%dh0m0s", MYSQL_WAIT_HOURS)));
    return flag_list(a,
        own,
        version_flags(a, tablet),
        timeout_for(a, tablet->mysql_flags, "shutdown-wait-time", "onterm-timeout"),
        log_flags(a, tablet->image),
        tablet->mysql_flags);
}
