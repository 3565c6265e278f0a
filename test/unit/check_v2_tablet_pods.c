#include "v2_shard.h"

/* What of a tablet's Pod the vectors do not show, as pkg/operator/vttablet of
 * planetscale/vitess-operator has it. */

static const json_t *pod_with(const char *pool, const char *spec)
{
    const struct v2_vitess_shard shard = shard_with(pool, spec);

    return v2_tablet_pod(arena, v2_tablets_of(arena, &shard).at, NULL);
}

static const char *variable(const json_t *pod, const char *container, const char *name)
{
    return json_text_at(json_named(json_at(container_of(pod, container), "env"), name), "value");
}

static const char *hash_with(const char *pool, const char *spec)
{
    return object_annotation(pod_with(pool, spec), STATE_HASH_ANNOTATION);
}

#define ck_argument(pod, container, name, value)                                                   \
    ck_assert_str_eq(argument_of((pod), (container), (name)), (value))
#define ck_no_argument(pod, container, name)                                                       \
    ck_assert_ptr_null(argument_of((pod), (container), (name)))

/* --- MySQL --- */

START_TEST(flavors)
{
    static const struct {
        const char *images, *flavor, *image, *charset, *version;
    } cases[] = {
        {"'mysql56Compatible':'mysql:5.7.44'", "MySQL56", "mysql:5.7.44", "utf8", "5.7.44-Vitess"},
        {"'mysql80Compatible':'lite:v24'", "MySQL80", "lite:v24", "utf8mb4", NULL},
        {"'mysql80Compatible':'mysql:8.4.1-x'",
            "MySQL80",
            "mysql:8.4.1-x",
            "utf8mb4",
            "8.4.1-x-Vitess"},
        {"'mariadbCompatible':'mariadb:10.2'", "MariaDB", "mariadb:10.2", "utf8", "10.2-Vitess"},
        {"'mariadb103Compatible':'mariadb'", "MariaDB103", "mariadb", "utf8", NULL},
        {"'mariadbCompatible':'','mariadb103Compatible':'m:1'",
            "MariaDB103",
            "m:1",
            "utf8",
            "1-Vitess"},
        /* The first one is what runs; the characters are those of 8.0 wherever it is named. */
        {"'mysql56Compatible':'a:5.7','mysql80Compatible':'b:8.0','mariadbCompatible':'c:10'",
            "MySQL56",
            "a:5.7",
            "utf8mb4",
            "5.7-Vitess"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const json_t *pod = pod_with("{}",
            fmt(arena, "{'images':{'vttablet':'lite:1','mysqld':{%s}}}", cases[i].images));

        ck_assert_str_eq(json_text_at(container_of(pod, "mysqld"), "image"), cases[i].image);
        ck_assert_str_eq(variable(pod, "vttablet", "MYSQL_FLAVOR"), cases[i].flavor);
        ck_argument(pod, "vttablet", "db_charset", cases[i].charset);
        ck_argument(pod, "mysqld", "db_charset", cases[i].charset);
        ck_assert_pstr_eq(argument_of(pod, "vttablet", "mysql_server_version"), cases[i].version);
        ck_assert_pstr_eq(argument_of(pod, "mysqld", "mysql_server_version"), cases[i].version);
        ck_assert_ptr_null(container_of(pod, "mysqld-exporter"));
    }
}
END_TEST

START_TEST(database_names)
{
    ck_argument(pod_with("{}", "{}"), "vttablet", "init_db_name_override", "vt_commerce");
    ck_argument(pod_with("{}", "{'databaseName':''}"),
        "vttablet",
        "init_db_name_override",
        "vt_commerce");
    ck_argument(pod_with("{}", "{'databaseName':'shop'}"),
        "vttablet",
        "init_db_name_override",
        "shop");
}
END_TEST

START_TEST(my_cnf)
{
    const json_t *pod = pod_with("{'mysqld':{'resources':{},'configOverrides':'max_connections=9'},"
                                 "'annotations':{'planetscale.com/mysqld-config-overrides':'x'}}",
        "{}");
    const char *files = "/vt/config/mycnf/rbr.cnf:/vt/config/mycnf/log-error.cnf:"
                        "/vt/config/mycnf/socket.cnf:/pod-config/mysqld-config-overrides:"
                        "/vt/config/mycnf/vtbackup.cnf";

    ck_assert_str_eq(object_annotation(pod, CONFIG_OVERRIDES_ANNOTATION), "max_connections=9");
    ck_assert_str_eq(variable(pod, "vttablet", "EXTRA_MY_CNF"), files);
    ck_assert_str_eq(variable(pod, "mysqld", "EXTRA_MY_CNF"), files);
    ck_assert_str_eq(names_of(json_at(pod, "spec", "volumes")),
        "vt-root pod-config persistent-volume-claim db-init-script-secret");
    ck_assert_str_eq(
        json_write(arena, json_named(json_at(pod, "spec", "volumes"), "pod-config"), NULL),
        "{\"downwardAPI\":{\"items\":[{\"fieldRef\":{\"fieldPath\":"
        "\"metadata.annotations['planetscale.com/mysqld-config-overrides']\"},"
        "\"path\":\"mysqld-config-overrides\"}]},\"name\":\"pod-config\"}");
}
END_TEST

/* --- somebody else's MySQL --- */

#define EXTERNAL                                                                                   \
    "'type':'externalreplica','name':'far','mysqld':null,'dataVolumeClaimTemplate':null,"          \
    "'externalDatastore':{'user':'u','host':'db.example','port':3307,'database':'shop',"           \
    "'credentialsSecret':{'name':'login','key':'c.json'},"                                         \
    "'serverCACertSecret':{'name':'ca','key':'ca.pem'}}"

START_TEST(external_datastore)
{
    const json_t *pod = pod_with("{" EXTERNAL "}", "{'backupLocations':[{'volume':{}}]}");

    ck_json(json_at(container_of(pod, "vttablet"), "args"),
        "['--builtinbackup-incremental-restore-path=/vt/vtdataroot',"
        "'--db-credentials-file=/vt/secrets/external-datastore-credentials/c.json',"
        "'--db_allprivs_user=u','--db_app_user=u','--db_appdebug_user=u','--db_dba_user=u',"
        "'--db_filtered_user=u','--db_flags=2048','--db_host=db.example','--db_port=3307',"
        "'--db_repl_user=u','--db_ssl_ca=/vt/secrets/external-datastore-ca-cert/ca.pem',"
        "'--enable_replication_reporter=false','--enforce_strict_trans_tables=false',"
        "'--grpc_max_message_size=67108864','--grpc_port=15999','--health_check_interval=5s',"
        "'--init_db_name_override=shop','--init_keyspace=commerce','--init_shard=-80',"
        "'--init_tablet_type=replica','--logtostderr=true',"
        "'--mysql_server_version=8.0.40-Vitess','--port=15000',"
        "'--queryserver-config-max-result-size=100000','--queryserver-config-pool-size=96',"
        "'--queryserver-config-query-timeout=900s','--queryserver-config-stream-pool-size=96',"
        "'--queryserver-config-transaction-cap=300','--restore_from_backup=false',"
        "'--service_map=grpc-queryservice,grpc-tabletmanager,grpc-updatestream',"
        "'--tablet-path=zone1-1179454457','--tablet_hostname=$(POD_IP)',"
        "'--topo_global_root=/vitess/example/global','--topo_global_server_address=etcd:2379',"
        "'--topo_implementation=etcd2','--unmanaged=true']");
    ck_assert_str_eq(names_of(json_at(pod, "spec", "volumes")),
        "external-datastore-credentials-secret external-datastore-ca-cert-secret vt-root "
        "db-init-script-secret");
    ck_assert_str_eq(each_of(json_at(container_of(pod, "vttablet"), "volumeMounts"), "mountPath"),
        "/vt/secrets/external-datastore-credentials /vt/secrets/external-datastore-ca-cert "
        "/vt/config /vt/socket /vt/vtdataroot /vt/secrets/db-init-script");
    ck_assert_str_eq(names_of(json_at(pod, "spec", "containers")), "vttablet");
    ck_assert_str_eq(object_label(pod, POOL_NAME_LABEL), "far");
    ck_assert_str_eq(object_label(pod, TABLET_TYPE_LABEL), "externalreplica");
}
END_TEST

/* Theirs has the label with "", too, and no label in a pool with a MySQL of its own. */
START_TEST(pool_names)
{
    static const char unnamed[] =
        "{'mysqld':null,'externalDatastore':{'user':'u','host':'h','port':1,'database':'d',"
        "'credentialsSecret':{'volumeName':'login','key':'c.json'}}}";
    const json_t *pod = pod_with(unnamed, "{}");

    ck_assert_str_eq(object_label(pod, POOL_NAME_LABEL), "");
    ck_assert_ptr_null(object_label(pod_with("{'name':'near'}", "{}"), POOL_NAME_LABEL));
    /* Nor is there a volume where somebody else mounts the Secret, or TLS without a CA. */
    ck_assert_str_eq(names_of(json_at(container_of(pod, "vttablet"), "volumeMounts")),
        "login vt-root vt-root persistent-volume-claim db-init-script-secret");
    ck_assert_str_eq(names_of(json_at(pod, "spec", "volumes")),
        "vt-root persistent-volume-claim db-init-script-secret");
    ck_no_argument(pod, "vttablet", "db_ssl_ca");
    ck_no_argument(pod, "vttablet", "db_flags");
}
END_TEST

START_TEST(tablet_types)
{
    static const char *const types[][2] = {{"replica", "replica"},
        {"rdonly", "rdonly"},
        {"externalmaster", "spare"},
        {"externalreplica", "replica"},
        {"externalrdonly", "rdonly"}};

    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        const json_t *pod = pod_with(fmt(arena, "{'type':'%s'}", types[i][0]), "{}");

        ck_argument(pod, "vttablet", "init_tablet_type", types[i][1]);
        ck_assert_str_eq(object_label(pod, TABLET_TYPE_LABEL), types[i][0]);
    }
}
END_TEST

/* --- backups --- */

#define VOLUME "'backupLocations':[{'volume':{'emptyDir':{}}}]"

START_TEST(engines)
{
    const json_t *builtin = pod_with("{}", "{" VOLUME ",'backupEngine':'builtin'}");
    const json_t *xtrabackup = pod_with("{}", "{" VOLUME ",'backupEngine':'xtrabackup'}");
    const json_t *shell = pod_with("{}", "{" VOLUME ",'backupEngine':'mysqlshell'}");
    const json_t *idle = pod_with("{'mysqld':{'resources':{}},'vttablet':{'resources':{}}}",
        "{" VOLUME ",'backupEngine':'xtrabackup'}");
    const json_t *numbers = pod_with("{'mysqld':{'resources':{'requests':{'cpu':2}}},"
                                     "'vttablet':{'resources':{'requests':{'cpu':3}}}}",
        "{" VOLUME ",'backupEngine':'xtrabackup'}");

    ck_argument(builtin, "vttablet", "backup_engine_implementation", "builtin");
    ck_argument(builtin, "vttablet", "restore_from_backup", "true");
    ck_argument(builtin, "vttablet", "restore_concurrency", "10");
    ck_argument(builtin, "vttablet", "wait_for_backup_interval", "10s");
    ck_no_argument(builtin, "vttablet", "backup_storage_compress");
    ck_argument(xtrabackup, "vttablet", "backup_storage_compress", "true");
    ck_argument(xtrabackup, "vttablet", "xtrabackup_backup_flags", "--parallel=1");
    ck_argument(xtrabackup, "vttablet", "xbstream_restore_flags", "--parallel=3");
    ck_argument(idle, "vttablet", "xbstream_restore_flags", "--parallel=1");
    ck_argument(numbers, "vttablet", "xbstream_restore_flags", "--parallel=5");
    ck_argument(shell, "vttablet", "mysql-shell-backup-location", "/vt/backups");
    ck_argument(shell,
        "vttablet",
        "mysql-shell-flags",
        "--defaults-file=/dev/null --no-password --js -u vt_dba -S /vt/socket/mysql.sock");
    ck_no_argument(pod_with("{}", "{'backupEngine':'xtrabackup'}"), "vttablet", "xtrabackup_user");
    ck_no_argument(pod_with("{}", "{}"), "vttablet", "restore_from_backup");
}
END_TEST

/* Theirs takes whatever is mounted first, and panics where that is nothing. */
START_TEST(mysql_shell_without_a_volume)
{
    const json_t *login = pod_with("{}",
        "{'backupEngine':'mysqlshell','backupLocations':[{'gcs':{'bucket':'b','authSecret':"
        "{'name':'s','key':'k'}}}]}");
    const json_t *open =
        pod_with("{}", "{'backupEngine':'mysqlshell','backupLocations':[{'gcs':{'bucket':'b'}}]}");

    ck_argument(login, "vttablet", "mysql-shell-backup-location", "/vt/secrets/gcs-backup-auth");
    ck_no_argument(open, "vttablet", "mysql-shell-backup-location");
}
END_TEST

/* Credentials are of vttablet alone; the location's annotations win over those of the pool. */
START_TEST(backup_locations)
{
    const char *spec =
        "{'backupLocations':[{'volume':{'emptyDir':{}}},{'name':'far','annotations':{'a':'far',"
        "'b':'far'},'azblob':{'account':'a','container':'c','authSecret':{'name':'s','key':'k'}}},"
        "{'name':'c','ceph':{'authSecret':{'name':'s','key':'k'}}}]}";
    const json_t *far =
        pod_with("{'backupLocationName':'far','annotations':{'a':'pool','c':'pool'}}", spec);
    const json_t *none = pod_with("{'backupLocationName':'nowhere'}", spec);
    const json_t *ceph = pod_with("{'backupLocationName':'c'}", spec);

    ck_argument(far, "vttablet", "backup_storage_implementation", "azblob");
    ck_assert_str_eq(object_annotation(far, "a"), "far");
    ck_assert_str_eq(object_annotation(far, "b"), "far");
    ck_assert_str_eq(object_annotation(far, "c"), "pool");
    ck_assert_str_eq(names_of(json_at(container_of(far, "vttablet"), "volumeMounts")),
        "azblob-backup-auth-secret vt-root vt-root persistent-volume-claim db-init-script-secret");
    ck_assert_str_eq(names_of(json_at(container_of(far, "mysqld"), "volumeMounts")),
        "vt-root vt-root vt-root persistent-volume-claim db-init-script-secret");
    ck_assert_str_eq(variable(ceph, "vttablet", "CEPH_CREDENTIALS_FILE"),
        "/vt/secrets/ceph-backup-auth/k");
    ck_assert_ptr_null(variable(ceph, "mysqld", "CEPH_CREDENTIALS_FILE"));
    ck_no_argument(none, "vttablet", "backup_engine_implementation");
    ck_assert_str_eq(names_of(json_at(none, "spec", "volumes")),
        "vt-root persistent-volume-claim db-init-script-secret");
}
END_TEST

/* --- flags --- */

/* A flag in another spelling is another flag: theirs has both. */
START_TEST(extra_flags)
{
    const json_t *pod = pod_with(
        "{'vttablet':{'resources':{},'extraFlags':{'--grpc_port':'1','health-check-interval':'1s',"
        "'v':'2','builtinbackup-incremental-restore-path':'/mine','mysql_server_version':'5.5',"
        "'tablet-path':'zone9-1','tablet_hostname':'$(NODE_NAME)'}}}",
        "{'extraVitessFlags':{'v':'1','-all':'x','grpc_max_message_size':'7'}}");

    ck_argument(pod, "vttablet", "grpc_port", "1");
    ck_argument(pod, "vttablet", "health_check_interval", "5s");
    ck_argument(pod, "vttablet", "health-check-interval", "1s");
    ck_argument(pod, "vttablet", "v", "2");
    ck_argument(pod, "vttablet", "all", "x");
    ck_argument(pod, "vttablet", "grpc_max_message_size", "7");
    ck_argument(pod, "vttablet", "builtinbackup-incremental-restore-path", "/mine");
    ck_argument(pod, "vttablet", "mysql_server_version", "8.0.40-Vitess");
    ck_argument(pod, "vttablet", "tablet-path", "zone9-1");
    ck_argument(pod, "vttablet", "tablet_hostname", "$(NODE_NAME)");
    ck_json(json_at(container_of(pod, "mysqld"), "args"),
        "['--db_charset=utf8mb4','--db_dba_user=vt_dba',"
        "'--init_db_sql_file=/vt/secrets/db-init-script/init_db.sql','--logtostderr=true',"
        "'--mysql_server_version=8.0.40-Vitess','--mysql_socket=/vt/socket/mysql.sock',"
        "'--socket_file=/vt/socket/mysqlctl.sock','--tablet_uid=3689769539',"
        "'--wait_time=2h0m0s']");
}
END_TEST

START_TEST(exporter)
{
    const json_t *pod = pod_with(
        "{'mysqldExporter':{'extraFlags':{'--collect.heartbeat':'TRUE','collect.slow':'false',"
        "'collect.info_schema.tables.databases':'Sys,_VT','web.path':'/Metrics','empty':''}}}",
        "{}");

    ck_json(json_at(container_of(pod, "mysqld-exporter"), "args"),
        "['--collect.heartbeat','--collect.info_schema.tables.databases=sys,_vt',"
        "'--no-collect.slow','--config.my-cnf=/vt/config/mycnf/client.cnf','--empty=',"
        "'--web.path=/metrics']");
    ck_json(json_at(container_of(pod, "mysqld-exporter"), "resources"),
        "{'limits':{'cpu':'100m','memory':'128Mi'},'requests':{'cpu':'10m','memory':'32Mi'}}");
    pod = pod_with("{'mysqldExporter':{'resources':{'requests':{'cpu':'1'},'limits':{}}}}", "{}");
    ck_json(json_at(container_of(pod, "mysqld-exporter"), "resources"), "{'requests':{'cpu':'1'}}");
}
END_TEST

/* --- containers --- */

START_TEST(resources)
{
    const json_t *pod = pod_with("{'vttablet':{'resources':{'limits':{'cpu':'1200m'},'requests':"
                                 "{'memory':'1Gi','example.com/gpu':1},'claims':[{'name':'c'}]}}}",
        "{}");

    ck_json(json_at(container_of(pod, "vttablet"), "resources"),
        "{'limits':{'cpu':'1200m'},'requests':{'example.com/gpu':'1','memory':'1Gi'}}");
    ck_json(json_at(container_of(pod, "init-vt-root"), "resources"),
        "{'limits':{'cpu':'1200m'},'requests':{'cpu':'100m','example.com/gpu':'1',"
        "'memory':'1Gi'}}");
    ck_assert_str_eq(variable(pod, "vttablet", "GOMAXPROCS"), "2");
    ck_assert_ptr_null(variable(pod, "mysqld", "GOMAXPROCS"));
    pod = pod_with("{'vttablet':{'resources':{'limits':{'cpu':2}}},"
                   "'extraEnv':[{'name':'GOMAXPROCS','value':'7'},{'name':'A','value':'b'}]}",
        "{}");
    ck_assert_str_eq(variable(pod, "vttablet", "GOMAXPROCS"), "7");
    ck_assert_str_eq(names_of(json_at(container_of(pod, "vttablet"), "env")),
        "VTROOT VTDATAROOT VT_MYSQL_ROOT MYSQL_FLAVOR EXTRA_MY_CNF POD_IP GOMAXPROCS A");
    ck_assert_str_eq(names_of(json_at(container_of(pod, "mysqld-exporter"), "env")),
        "DATA_SOURCE_NAME GOMAXPROCS A");
}
END_TEST

START_TEST(lifecycle_and_grace)
{
    const json_t *plain = pod_with("{}", "{}");
    const json_t *pod = pod_with("{'vttablet':{'resources':{},'terminationGracePeriodSeconds':60,"
                                 "'lifecycle':{'preStop':{'exec':{'command':['sleep','5']}}}}}",
        "{}");

    ck_json(json_at(container_of(plain, "vttablet"), "lifecycle"), "{}");
    ck_assert_int_eq(json_int_at(plain, 0, "spec", "terminationGracePeriodSeconds"), 1800);
    ck_json(json_at(container_of(pod, "vttablet"), "lifecycle"),
        "{'preStop':{'exec':{'command':['sleep','5']}}}");
    ck_assert_int_eq(json_int_at(pod, 0, "spec", "terminationGracePeriodSeconds"), 60);
}
END_TEST

START_TEST(data_that_goes_with_the_pod)
{
    const struct v2_vitess_shard shard = shard_with("{'dataVolumeClaimTemplate':null}", "{}");
    const struct v2_tablet *tablet = v2_tablets_of(arena, &shard).at;
    const json_t *pod = v2_tablet_pod(arena, tablet, NULL);

    ck_assert_ptr_null(v2_tablet_claim(arena, tablet));
    ck_assert_str_eq(names_of(json_at(pod, "spec", "volumes")), "vt-root db-init-script-secret");
    ck_assert_str_eq(names_of(json_at(pod, "spec", "initContainers")), "init-vt-root");
    ck_json(json_array_get(json_at(container_of(pod, "mysqld"), "volumeMounts"), 3),
        "{'name':'vt-root','mountPath':'/vt/vtdataroot','subPath':'vtdataroot'}");
}
END_TEST

/* What a user adds is in front (containers), behind (init containers), or in the place of ours. */
START_TEST(extras)
{
    const json_t *pod = pod_with(
        "{'sidecarContainers':[{'name':'side','image':'i'},{'name':'mysqld','image':'theirs',"
        "'resources':{'limits':{'memory':'1Gi'}},'volumeMounts':[{'name':'x','mountPath':'/x'}]}],"
        "'initContainers':[{'name':'before','image':'i'},{'name':'init-vt-root','image':'mine'}],"
        "'extraVolumes':[{'name':'x','emptyDir':{}},{'name':'vt-root','hostPath':{'path':'/r'}}],"
        "'extraVolumeMounts':[{'name':'x','mountPath':'/vt/config'},"
        "{'name':'x','mountPath':'/more'}]}",
        "{}");
    const json_t *mysqld = container_of(pod, "mysqld");

    ck_assert_str_eq(names_of(json_at(pod, "spec", "containers")),
        "side mysqld vttablet mysqld-exporter");
    ck_assert_str_eq(json_text_at(mysqld, "image"), "mysql:8.0.40");
    ck_json(json_at(mysqld, "resources"), "{'limits':{'memory':'1Gi'},'requests':{'cpu':'1500m'}}");
    ck_argument(pod, "mysqld", "tablet_uid", "3689769539");
    ck_assert_str_eq(each_of(json_at(mysqld, "volumeMounts"), "mountPath"),
        "/x /vt/bin /vt/config /vt/socket /vt/vtdataroot /vt/secrets/db-init-script /more");
    ck_assert_str_eq(each_of(json_at(container_of(pod, "vttablet"), "volumeMounts"), "mountPath"),
        "/vt/config /vt/socket /vt/vtdataroot /vt/secrets/db-init-script /more");
    ck_assert_str_eq(names_of(json_at(container_of(pod, "mysqld-exporter"), "volumeMounts")),
        "vt-root x vt-root persistent-volume-claim db-init-script-secret x");
    ck_assert_str_eq(names_of(json_at(pod, "spec", "initContainers")),
        "init-vt-root init-mysql-socket before");
    ck_assert_str_eq(json_text_at(container_of(pod, "init-vt-root"), "image"), "mine");
    ck_assert_str_eq(names_of(json_at(pod, "spec", "volumes")),
        "vt-root persistent-volume-claim db-init-script-secret x");
    ck_json(json_at(pod, "spec", "volumes"),
        "[{'name':'vt-root','hostPath':{'path':'/r'}},"
        "{'name':'persistent-volume-claim','persistentVolumeClaim':"
        "{'claimName':'example-vttablet-zone1-3689769539-0c4400cf'}},"
        "{'name':'db-init-script-secret','secret':{'secretName':'config','defaultMode':292,"
        "'items':[{'key':'init_db.sql','path':'init_db.sql'}]}},{'name':'x','emptyDir':{}}]");
}
END_TEST

START_TEST(pulling_images)
{
    const json_t *pod = pod_with("{}",
        "{'imagePullSecrets':[{'name':'pull'}],'imagePullPolicies':{'vttablet':'Always',"
        "'mysqld':'Never','mysqldExporter':'IfNotPresent','vtbackup':''}}");

    ck_json(json_at(pod, "spec", "imagePullSecrets"), "[{'name':'pull'}]");
    ck_assert_str_eq(each_of(json_at(pod, "spec", "containers"), "imagePullPolicy"),
        "Always Never IfNotPresent");
    ck_assert_str_eq(each_of(json_at(pod, "spec", "initContainers"), "imagePullPolicy"),
        "Always Always");
    ck_assert_str_eq(
        each_of(json_at(pod_with("{}", "{}"), "spec", "containers"), "imagePullPolicy"),
        "- - -");
}
END_TEST

/* --- where Pods go --- */

START_TEST(affinity)
{
    const json_t *zone = pod_with("{}", "{'zoneMap':{'zone1':'us-east-1a','zone2':'b'}}");

    ck_json(json_at(zone, "spec", "affinity", "nodeAffinity"),
        "{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':"
        "[{'matchExpressions':[{'key':'failure-domain.beta.kubernetes.io/zone','operator':'In',"
        "'values':['us-east-1a']}]}]}}");
    ck_assert_ptr_nonnull(json_at(zone, "spec", "affinity", "podAntiAffinity"));
    ck_assert_ptr_null(json_at(pod_with("{}", "{}"), "spec", "affinity", "nodeAffinity"));
    ck_json(json_at(pod_with("{'affinity':{}}", "{'zoneMap':{'zone1':'a'}}"), "spec", "affinity"),
        "{}");
}
END_TEST

#define SPREAD_OVER(key, selector)                                                                 \
    "{'maxSkew':1,'topologyKey':'" key "','whenUnsatisfiable':'ScheduleAnyway'" selector "}"

static const char *kept(const char *first, const char *second)
{
    const json_t *pod = pod_with(fmt(arena,
                                     "{'topologySpreadConstraints':[" SPREAD_OVER("zone",
                                         "%s") "," SPREAD_OVER("host", "%s") "]}",
                                     first,
                                     second),
        "{}");

    return each_of(json_at(pod, "spec", "topologySpreadConstraints"), "topologyKey");
}

#define LABELS(text) ",'labelSelector':{'matchLabels':{" text "}}"
#define EXPRESSION(text) ",'labelSelector':{'matchExpressions':[{" text "}]}"

/* Of what selects the same Pods the last one stays; what is no map of labels is an empty one. */
START_TEST(topology_spread)
{
    static const struct {
        const char *first, *second, *kept;
    } cases[] = {
        {"", "", "host"},
        {"", LABELS(""), "zone host"},
        {LABELS("'a':'b'"), LABELS("'a':'b'"), "host"},
        {LABELS("'a':'b'"), LABELS("'a':'c'"), "zone host"},
        {LABELS("'a':'b'"), EXPRESSION("'key':'a','operator':'In','values':['b']"), "host"},
        {LABELS("'a':'b'"),
            EXPRESSION("'key':'a','operator':'In','values':['b','c']"),
            "zone host"},
        {LABELS(""), EXPRESSION("'key':'a','operator':'In','values':['b','c']"), "host"},
        {LABELS(""), EXPRESSION("'key':'a','operator':'Exists'"), "host"},
        {LABELS(""),
            ",'labelSelector':{'matchLabels':{'a':'b'},'matchExpressions':[{'key':'c',"
            "'operator':'Exists'}]}",
            "host"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        ck_assert_msg(text_equal(kept(cases[i].first, cases[i].second), cases[i].kept),
            "%s and %s: %s",
            cases[i].first,
            cases[i].second,
            kept(cases[i].first, cases[i].second));
}
END_TEST

/* It is where the first one was. */
START_TEST(order_of_topology_spread)
{
    const json_t *pod = pod_with(
        "{'topologySpreadConstraints':[" SPREAD_OVER("zone", "") "," SPREAD_OVER("rack",
            LABELS("'a':'b'")) "," SPREAD_OVER("host", "") "," SPREAD_OVER("room", "") "]}",
        "{}");

    ck_assert_str_eq(each_of(json_at(pod, "spec", "topologySpreadConstraints"), "topologyKey"),
        "room rack");
}
END_TEST

START_TEST(tolerations)
{
    const json_t *pod = pod_with("{'tolerations':[{'key':'a','operator':'Exists',"
                                 "'tolerationSeconds':1},{'key':'b','operator':'Exists'},"
                                 "{'key':'a','operator':'Exists','tolerationSeconds':2}]}",
        "{}");

    ck_json(json_at(pod, "spec", "tolerations"),
        "[{'key':'a','operator':'Exists','tolerationSeconds':2},{'key':'b','operator':'Exists'}]");
}
END_TEST

/* --- metadata --- */

START_TEST(labels)
{
    const struct v2_vitess_shard shard =
        shard_with("{'extraLabels':{'team':'a','planetscale.com/cell':'theirs'}}", "{}");
    const struct v2_tablet *tablet = v2_tablets_of(arena, &shard).at;
    const char *wanted =
        "{'planetscale.com/cell':'zone1','planetscale.com/cluster':'example',"
        "'planetscale.com/component':'vttablet','planetscale.com/keyspace':'commerce',"
        "'planetscale.com/shard':'x-80','planetscale.com/tablet-index':'1',"
        "'planetscale.com/tablet-type':'replica','planetscale.com/tablet-uid':'3689769539',"
        "'team':'a'}";

    ck_json(json_at(v2_tablet_pod(arena, tablet, NULL), "metadata", "labels"), wanted);
    ck_json(json_at(v2_tablet_claim(arena, tablet), "metadata", "labels"), wanted);
}
END_TEST

START_TEST(notes)
{
    const struct v2_vitess_shard shard = shard_with("{}", "{}");
    const struct v2_tablet *tablet = v2_tablets_of(arena, &shard).at;
    const json_t *plain = v2_tablet_pod(arena, tablet, NULL);
    const json_t *growing =
        v2_tablet_pod(arena, tablet, &(struct v2_tablet_notes){.generation = 7, .resize = "20Gi"});

    ck_assert_ptr_null(object_annotation(plain, SHARD_GENERATION_ANNOTATION));
    ck_assert_ptr_null(object_annotation(plain, CLAIM_RESIZE_ANNOTATION));
    ck_assert_str_eq(object_annotation(growing, SHARD_GENERATION_ANNOTATION), "7");
    ck_assert_str_eq(object_annotation(growing, CLAIM_RESIZE_ANNOTATION), "20Gi");
    ck_assert_str_ne(object_annotation(growing, STATE_HASH_ANNOTATION),
        object_annotation(plain, STATE_HASH_ANNOTATION));
}
END_TEST

/* Keys count, and how much disk there is; values that Kubernetes can tell by itself do not. */
START_TEST(state_hash)
{
    static const struct {
        const char *pool;
        bool same;
    } cases[] = {
        {"{'replicas':5}", true},
        {"{'vttablet':{'resources':{'requests':{'cpu':'2'}},'extraFlags':{'v':'1'}}}", true},
        {"{'vttablet':{'resources':{'requests':{'memory':'2Gi'}}}}", false},
        {"{'dataVolumeClaimTemplate':{'resources':{'requests':{'storage':'10240Mi'}}}}", true},
        {"{'dataVolumeClaimTemplate':{'resources':{'requests':{'storage':'11Gi'}}}}", false},
        {"{'dataVolumeClaimTemplate':null}", false},
        {"{'sidecarContainers':[{'name':'s','image':'i'}]}", true},
        {"{'initContainers':[{'name':'s','image':'i'}]}", false},
        {"{'extraLabels':{'a':'b'}}", false},
        {"{'annotations':{'a':'b'}}", false},
        {"{'annotations':{'drain.planetscale.com/supported':'mine'}}", true},
        {"{'mysqld':{'resources':{'requests':{'cpu':'1'}},'configOverrides':'a=b'}}", false},
        {"{'tolerations':[{'operator':'Exists'}]}", false},
        {"{'topologySpreadConstraints':[" SPREAD_OVER("zone", "") "]}", false},
        {"{'affinity':{}}", true},
    };
    const char *hash = hash_with("{}", "{}");

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        ck_assert_msg(text_equal(hash_with(cases[i].pool, "{}"), hash) == cases[i].same,
            "%s",
            cases[i].pool);
    ck_assert_str_ne(hash_with("{}",
                         "{'backupLocations':[{'gcs':{'bucket':'b'},'annotations':"
                         "{'a':'b'}}]}"),
        hash);
}
END_TEST

/* What another build has made from the same is left as it is, the hash too: nothing waits. */
START_TEST(made_by_another_build)
{
    const struct v2_vitess_shard shard = shard_with("{'annotations':{'a':'b'}}", "{}");
    const struct v2_tablet *tablet = v2_tablets_of(arena, &shard).at;
    const struct v2_tablet_notes noted = {.generation = 2, .spec_hash = "new"};
    const json_t *applied = json_of(
        "{'metadata':{'annotations':{'" STATE_HASH_ANNOTATION "':'old','c':'d'}},'spec':{'x':1}}");
    const json_t *pod = v2_tablet_pod_as_applied(arena, tablet, &noted, applied);
    const json_t *made = v2_tablet_pod(arena, tablet, &noted);

    ck_json(json_at(pod, "spec"), "{'x':1}");
    ck_assert_str_eq(object_annotation(pod, STATE_HASH_ANNOTATION), "old");
    ck_assert(json_same(json_without(object_annotations(pod), STATE_HASH_ANNOTATION),
        json_without(object_annotations(made), STATE_HASH_ANNOTATION)));
    ck_assert(json_same(object_labels(pod), object_labels(made)));
    ck_assert_str_eq(
        object_annotation(
            v2_tablet_pod_as_applied(arena, tablet, &noted, json_of("{'metadata':{},'spec':{}}")),
            STATE_HASH_ANNOTATION),
        object_annotation(made, STATE_HASH_ANNOTATION));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, flavors);
    tcase_add_test(tcase, database_names);
    tcase_add_test(tcase, my_cnf);
    tcase_add_test(tcase, external_datastore);
    tcase_add_test(tcase, pool_names);
    tcase_add_test(tcase, tablet_types);
    tcase_add_test(tcase, engines);
    tcase_add_test(tcase, mysql_shell_without_a_volume);
    tcase_add_test(tcase, backup_locations);
    tcase_add_test(tcase, extra_flags);
    tcase_add_test(tcase, exporter);
    tcase_add_test(tcase, resources);
    tcase_add_test(tcase, lifecycle_and_grace);
    tcase_add_test(tcase, data_that_goes_with_the_pod);
    tcase_add_test(tcase, extras);
    tcase_add_test(tcase, pulling_images);
    tcase_add_test(tcase, affinity);
    tcase_add_test(tcase, topology_spread);
    tcase_add_test(tcase, order_of_topology_spread);
    tcase_add_test(tcase, tolerations);
    tcase_add_test(tcase, labels);
    tcase_add_test(tcase, notes);
    tcase_add_test(tcase, state_hash);
    tcase_add_test(tcase, made_by_another_build);
}

TEST_MAIN(tests)
