#include "known_flags.h"

#include <string.h>

/* Flags that Vitess no longer has: a process that is given one does not start. Deprecated flags,
 * which are still accepted, are not in here. Sources: Vitess changelogs and program pages. */

struct removed_flag {
    const char *binary; /* NULL: all of them */
    const char *name;
    unsigned version; /* the first Vitess without it; 0: some version before the oldest we run */
    const char *advice;
};

#define LEAVE_OUT "leave it out"
#define DURABILITY "set durabilityPolicy of the keyspace instead"
#define THROTTLER "configure the throttler with vtctldclient UpdateThrottlerConfig instead"
#define DIRECT_DDL "use ddl_strategy vitess instead"
#define BINLOG_SERVER "use incremental backups for a restore to a point in time instead"
#define NO_ETCD "topologies are in etcd here, " LEAVE_OUT
#define USER(name) "say --db-" name "-user instead"
#define CHARSET "say --db-charset instead"
#define DATABASE "the database is vt_<keyspace>, or say --init-db-name-override"

static const struct removed_flag removed[] = {
    /* The Kubernetes topology went: only etcd2, consul and zk2 remain. */
    {NULL, "topo-k8s-context", 0, NO_ETCD},
    {NULL, "topo-k8s-kubeconfig", 0, NO_ETCD},
    {NULL, "topo-k8s-namespace", 0, NO_ETCD},

    {"vtctld", "web-dir", 16, "use VTAdmin, " LEAVE_OUT},
    {"vtctld", "web-dir2", 16, "use VTAdmin, " LEAVE_OUT},
    {"vtctld", "workflow-manager-init", 16, LEAVE_OUT},
    {"vtctld", "workflow-manager-use-election", 16, LEAVE_OUT},
    {"vtctld", "durability-policy", 18, DURABILITY},
    {"vtctld", "healthcheck-dial-concurrency", 22, LEAVE_OUT},

    {"vtgate", "gateway-implementation", 14, LEAVE_OUT},
    {"vtgate", "healthcheck-dial-concurrency", 22, LEAVE_OUT},
    {"vtgate", "grpc-send-session-in-streaming", 24, LEAVE_OUT},

    {"vtorc", "lock-shard-timeout", 18, "say --lock-timeout instead"},
    {"vtorc", "durability-policy", 18, DURABILITY},
    {"vtorc", "config", 22, "say --config-file instead"},
    {"vtorc", "recovery-period-block-duration", 0, LEAVE_OUT},
    {"vtorc", "snapshot-topology-interval", 25, LEAVE_OUT},

    {"vttablet", "enable-semi-sync", 16, DURABILITY},
    {"vttablet", "orc-api-url", 16, "VTOrc finds tablets itself, " LEAVE_OUT},
    {"vttablet", "orc-discover-interval", 16, "VTOrc finds tablets itself, " LEAVE_OUT},
    {"vttablet", "disable-replication-manager", 18, LEAVE_OUT},
    {"vttablet", "use-super-read-only", 18, LEAVE_OUT},
    {"vttablet", "init-populate-metadata", 18, LEAVE_OUT},
    {"vttablet", "disable-active-reparents", 22, LEAVE_OUT},
    {"vttablet", "queryserver-enable-settings-pool", 22, LEAVE_OUT},
    {"vttablet", "remove-sharded-auto-increment", 22, LEAVE_OUT},
    {"vttablet", "gh-ost-path", 22, DIRECT_DDL},
    {"vttablet", "pt-osc-path", 22, DIRECT_DDL},
    {"vttablet", "watch-replication-stream", 25, LEAVE_OUT},
    {"vttablet", "enable-lag-throttler", 0, THROTTLER},
    {"vttablet", "throttle-threshold", 0, THROTTLER},
    {"vttablet", "throttle-metrics-query", 0, THROTTLER},
    {"vttablet", "throttle-metrics-threshold", 0, THROTTLER},
    {"vttablet", "vreplication-tablet-type", 0, LEAVE_OUT},
    {"vttablet",
        "queryserver-config-query-cache-size",
        0,
        "say --queryserver-config-query-cache-memory instead"},
    {"vttablet", "binlog-host", 0, BINLOG_SERVER},
    {"vttablet", "binlog-port", 0, BINLOG_SERVER},
    {"vttablet", "binlog-user", 0, BINLOG_SERVER},
    {"vttablet", "binlog-password", 0, BINLOG_SERVER},
    {"vttablet", "db-config-app-uname", 0, USER("app")},
    {"vttablet", "db-config-app-charset", 0, CHARSET},
    {"vttablet", "db-config-app-dbname", 0, DATABASE},
    {"vttablet", "db-config-dba-uname", 0, USER("dba")},
    {"vttablet", "db-config-dba-charset", 0, CHARSET},
    {"vttablet", "db-config-dba-dbname", 0, DATABASE},
    {"vttablet", "db-config-repl-uname", 0, USER("repl")},
    {"vttablet", "db-config-repl-charset", 0, CHARSET},
    {"vttablet", "db-config-repl-dbname", 0, DATABASE},
    {"vttablet", "db-config-filtered-uname", 0, USER("filtered")},
    {"vttablet", "db-config-filtered-charset", 0, CHARSET},
    {"vttablet", "db-config-filtered-dbname", 0, DATABASE},

    {"mysqlctld", "db-config-dba-uname", 0, USER("dba")},
    {"mysqlctld", "db-config-dba-charset", 0, CHARSET},
    {"mysqlctld", "db-config-dba-dbname", 0, LEAVE_OUT},
};

/* Processes of Vitess; etcd and VTAdmin's nginx have flags of their own. */
static bool is_vitess(const char *binary)
{
    return !text_equal(binary, "etcd");
}

static const struct removed_flag *find(const char *binary, const char *name)
{
    for (size_t i = 0; i < sizeof(removed) / sizeof(*removed); i++) {
        const struct removed_flag *row = &removed[i];

        if (text_equal(row->name, name) &&
            (row->binary == NULL ? is_vitess(binary) : text_equal(row->binary, binary)))
            return row;
    }
    return NULL;
}

static bool is_name(const char *name)
{
    size_t length =
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

    return length > 0 && name[length] == '\0';
}

/* True where it was, and was said to be. */
static bool check_removed(const char *binary, unsigned version, const char *name, const char *path,
    struct problems *problems)
{
    const struct removed_flag *row = find(binary, name);

    if (row == NULL || row->version > (version == 0 ? image_major(VITESS_IMAGE) : version))
        return false;
    if (row->version == 0)
        problem_add(problems, path, "is no flag of %s any more, %s", binary, row->advice);
    else
        problem_add(problems,
            path,
            "was removed from %s in Vitess %u, %s",
            binary,
            row->version,
            row->advice);
    return true;
}

void flags_check(const char *binary, unsigned version, const json_t *own, const json_t *flags,
    const char *path, struct problems *problems)
{
    struct arena *arena = problems->arena;
    json_t *spellings = json_new_map();
    const json_t *value;
    const char *key;

    json_each_field (flags, key, value) {
        const char *name = flag_name(arena, key);
        const char *before = json_text_at(spellings, name);
        const char *here = fmt(arena, "%s.%s", path, key);

        if (!is_name(name)) {
            const char *shown = json_brief(arena, json_string(key));

            problem_add(problems,
                fmt(arena, "%s[%s]", path, shown),
                "must be the name of a flag such as \"port\", got %s",
                shown);
            continue;
        }
        /* etcd was never asked for this, and takes the one that wins. */
        if (before != NULL && is_vitess(binary))
            problem_add(problems, here, "is the same flag as %s, give it once", before);
        json_put_text(spellings, name, key);
        if (!check_removed(binary, version, name, here, problems))
            flag_check_known(binary, version, name, value, here, problems);
        flag_check_owned(binary, own, name, value, here, problems);
    }
}
