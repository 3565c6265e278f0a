#include "v2_shard.h"

/* The Pod that makes a shard's first backup, its claim, and when they are wanted. */

/* --- the vectors --- */

static const json_t *object_called(const json_t *stage, const char *kind, const char *name)
{
    const json_t *object;

    json_each_item (json_at(stage, "objects"), i, object) {
        if (text_equal(object_kind(object), kind) && text_equal(object_name(object), name))
            return object;
    }
    return NULL;
}

static bool has_backup(const json_t *stage, const json_t *shard)
{
    static const char *const keys[] = {CLUSTER_LABEL, KEYSPACE_LABEL, SHARD_LABEL};
    const json_t *object;

    json_each_item (json_at(stage, "objects"), i, object) {
        bool same = text_equal(object_kind(object), "VitessBackup") &&
                    json_true_at(object, "status", "complete");

        for (size_t key = 0; same && key < 3; key++)
            same = text_equal(object_label(object, keys[key]), object_label(shard, keys[key]));
        if (same)
            return true;
    }
    return false;
}

/* Gives how many Pods there are. */
static size_t ck_shard(const char *name, const json_t *stage, const json_t *object)
{
    const struct v2_vitess_shard shard = shard_of(object);
    const bool primary = text_equal(json_text_at(object, "status", "hasMaster"), "True");
    const bool wanted = v2_vtbackup_wanted(&shard, has_backup(stage, object), primary);
    const json_t *pod = wanted ? v2_vtbackup_pod(arena, &shard) : NULL;
    const json_t *claim = wanted ? v2_vtbackup_claim(arena, &shard) : NULL;

    if (pod == NULL)
        return 0;
    ck_assert_msg(object_called(stage, "Pod", object_name(pod)) != NULL,
        "%s: there is no %s",
        name,
        object_name(pod));
    ck_as_theirs(pod, object_called(stage, "Pod", object_name(pod)));
    if (claim == NULL)
        ck_assert_ptr_null(object_called(stage, "PersistentVolumeClaim", object_name(pod)));
    else
        ck_as_theirs(claim, object_called(stage, "PersistentVolumeClaim", object_name(claim)));
    return 1;
}

START_TEST(first_backups_of_the_vectors)
{
    struct texts names = stages();
    size_t all = 0;

    for (size_t i = 0; i < names.count; i++) {
        const json_t *stage = stage_of(names.at[i]), *object;
        size_t ours = 0, theirs = 0;

        json_each_item (json_at(stage, "objects"), at, object) {
            if (text_equal(object_kind(object), "VitessShard"))
                ours += ck_shard(names.at[i], stage, object);
            theirs += is_of(object, VTBACKUP_COMPONENT) && text_equal(object_kind(object), "Pod");
        }
        ck_assert_msg(ours == theirs, "%s: %zu and not %zu", names.at[i], ours, theirs);
        all += ours;
    }
    ck_assert_uint_ge(all, 11);
}
END_TEST

/* --- when it is wanted --- */

#define LOCATION "'backupLocations':[{'name':'far','volume':{'emptyDir':{}}}]"
#define EXTERNAL                                                                                   \
    "'externalDatastore':{'user':'u','host':'h','port':1,'database':'d',"                          \
    "'credentialsSecret':{'name':'s','key':'k'}}"
#define FAR_POOL                                                                                   \
    "{'cell':'z','type':'replica','replicas':1,'backupLocationName':'far',"                        \
    "'vttablet':{'resources':{}},'mysqld':{'resources':{}}}"
#define BARE_POOL "{'cell':'z','type':'rdonly','replicas':1,'vttablet':{'resources':{}}}"
#define NEAR_POOL                                                                                  \
    "{'cell':'z','type':'rdonly','replicas':1,'vttablet':{'resources':{}},"                        \
    "'mysqld':{'resources':{}}}"

START_TEST(when_it_is_wanted)
{
    static const struct {
        const char *spec;
        bool backup, primary, wanted;
    } cases[] = {
        {"{" LOCATION ",'tabletPools':[" FAR_POOL "]}", false, false, true},
        {"{" LOCATION ",'tabletPools':[" FAR_POOL "]}", true, false, false},
        {"{" LOCATION ",'tabletPools':[" FAR_POOL "]}", false, true, false},
        {"{" LOCATION ",'tabletPools':[" FAR_POOL "," NEAR_POOL "]}", false, false, true},
        {"{" LOCATION ",'tabletPools':[" NEAR_POOL "," FAR_POOL "]}", false, false, false},
        {"{" LOCATION ",'tabletPools':[" FAR_POOL "," BARE_POOL "]}", false, false, false},
        {"{" LOCATION ",'tabletPools':[]}", false, false, false},
        {"{'tabletPools':[" FAR_POOL "]}", false, false, false},
        {"{" LOCATION ",'tabletPools':[" FAR_POOL "],'replication':{'initializeMaster':false}}",
            false,
            false,
            true},
        {"{" LOCATION ",'tabletPools':[" FAR_POOL "],'replication':{'initializeBackup':false}}",
            false,
            false,
            false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct v2_vitess_shard shard = shard_with("{}", cases[i].spec);

        ck_assert_msg(v2_vtbackup_wanted(&shard, cases[i].backup, cases[i].primary) ==
                          cases[i].wanted,
            "%s",
            cases[i].spec);
    }
}
END_TEST

/* Theirs looks for either: a pool that says both has no backups. */
START_TEST(not_of_a_foreign_mysql)
{
    const struct v2_vitess_shard ours =
        shard_with("{'backupLocationName':'far'}", "{" LOCATION "}");
    const struct v2_vitess_shard both =
        shard_with("{'backupLocationName':'far'," EXTERNAL "}", "{" LOCATION "}");

    ck_assert(v2_vtbackup_wanted(&ours, false, false));
    ck_assert(!v2_vtbackup_wanted(&both, false, false));
}
END_TEST

/* --- what it is like --- */

#define S3                                                                                         \
    "'backupLocations':[{'s3':{'region':'r','bucket':'b','authSecret':"                            \
    "{'name':'aws','key':'file'}},'annotations':{'team':'storage'}}]"

static const json_t *pod_with(const char *pool, const char *spec)
{
    const struct v2_vitess_shard shard = shard_with(pool, spec);

    return v2_vtbackup_pod(arena, &shard);
}

START_TEST(flags)
{
    const json_t *pod = pod_with(
        "{'vttablet':{'resources':{},'extraFlags':{'v':'1'},'vtbackupExtraFlags':"
        "{'--concurrency':'1','min-backup-interval':'1h','s3_backup_storage_bucket':'mine',"
        "'xtrabackup_stripes':'2','mysql_server_version':'5.7'}}}",
        "{" S3 ",'backupEngine':'xtrabackup','extraVitessFlags':{'all':'1'}}");

    ck_json(json_at(container_of(pod, "vtbackup"), "args"),
        "['--backup_engine_implementation=xtrabackup','--backup_storage_compress=true',"
        "'--backup_storage_implementation=s3',"
        "'--builtinbackup-incremental-restore-path=/vt/vtdataroot','--concurrency=10',"
        "'--db_charset=utf8mb4','--db_dba_user=vt_dba','--init_db_name_override=vt_commerce',"
        "'--init_db_sql_file=/vt/secrets/db-init-script/init_db.sql','--init_keyspace=commerce',"
        "'--init_shard=-80','--initial_backup=true','--logtostderr=true','--min-backup-interval=1h'"
        ","
        "'--min_backup_interval=0s','--min_retention_count=1','--min_retention_time=0s',"
        "'--mysql_server_version=8.0.40-Vitess','--mysql_socket=/vt/socket/mysql.sock',"
        "'--s3_backup_aws_region=r','--s3_backup_force_path_style=false',"
        "'--s3_backup_storage_bucket=b','--s3_backup_storage_root=example',"
        "'--topo_global_root=/vitess/example/global','--topo_global_server_address=etcd:2379',"
        "'--topo_implementation=etcd2','--xbstream_restore_flags=--parallel=2',"
        "'--xtrabackup_backup_flags=--parallel=2','--xtrabackup_stream_mode=xbstream',"
        "'--xtrabackup_stripes=2','--xtrabackup_user=vt_dba']");
    ck_assert_ptr_null(argument_of(pod_with("{}", "{" S3 ",'backupEngine':'mysqlshell'}"),
        "vtbackup",
        "mysql-shell-flags"));
}
END_TEST

START_TEST(files)
{
    const json_t *pod =
        pod_with("{'dataVolumeClaimTemplate':null,'extraVolumes':[{'name':'extra','emptyDir':{}}],"
                 "'extraVolumeMounts':[{'name':'extra','mountPath':'/etc/ssl/certs'}],"
                 "'extraEnv':[{'name':'HOME','value':'/'},{'name':'A','value':'b'}],"
                 "'mysqld':{'resources':{},'configOverrides':'max_connections=9'}}",
            "{" S3 "}");
    const json_t *container = container_of(pod, "vtbackup");

    ck_assert_str_eq(names_of(json_at(pod, "spec", "volumes")),
        "s3-backup-auth-secret vt-root pod-config db-init-script-secret extra");
    ck_assert_str_eq(each_of(json_at(container, "volumeMounts"), "mountPath"),
        "/etc/ssl/certs /vt/bin /vt/config /vt/socket /pod-config /vt/vtdataroot "
        "/vt/secrets/db-init-script /vt/secrets/s3-backup-auth");
    ck_assert_str_eq(names_of(json_at(container, "volumeMounts")),
        "extra vt-root vt-root vt-root pod-config vt-root db-init-script-secret "
        "s3-backup-auth-secret");
    ck_assert_str_eq(names_of(json_at(container, "env")),
        "AWS_SHARED_CREDENTIALS_FILE VTROOT VTDATAROOT VT_MYSQL_ROOT MYSQL_FLAVOR EXTRA_MY_CNF "
        "POD_IP HOME A");
    ck_assert_str_eq(json_text_at(json_named(json_at(container, "env"), "HOME"), "value"), "/");
    ck_json(json_at(pod, "metadata", "annotations"),
        "{'team':'storage','planetscale.com/mysqld-config-overrides':'max_connections=9'}");
}
END_TEST

/* What of the pool counts here, and what does not. */
START_TEST(rest_of_the_pool)
{
    const json_t *pod = pod_with("{'extraLabels':{'a':'b'},'annotations':{'c':'d','team':'mine'},"
                                 "'tolerations':[{'key':'k','operator':'Exists'}],"
                                 "'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'zone',"
                                 "'whenUnsatisfiable':'ScheduleAnyway'}],"
                                 "'sidecarContainers':[{'name':'side','image':'i'}],"
                                 "'initContainers':[{'name':'before','image':'i'}],"
                                 "'mysqld':{'resources':{'limits':{'memory':'1Gi'}}}}",
        "{" S3 ",'imagePullSecrets':[{'name':'pull'}],"
        "'imagePullPolicies':{'vtbackup':'Always','mysqld':'Always'}}");

    ck_json(json_at(pod, "metadata", "labels"),
        "{'backup.planetscale.com/location':'','backup.planetscale.com/type':'init',"
        "'planetscale.com/cluster':'example','planetscale.com/component':'vtbackup',"
        "'planetscale.com/keyspace':'commerce','planetscale.com/shard':'x-80'}");
    ck_json(json_at(pod, "metadata", "annotations"), "{'c':'d','team':'storage'}");
    ck_json(json_at(pod, "spec", "tolerations"), "[{'key':'k','operator':'Exists'}]");
    ck_json(json_at(pod, "spec", "imagePullSecrets"), "[{'name':'pull'}]");
    ck_assert_str_eq(names_of(json_at(pod, "spec", "containers")), "vtbackup side");
    ck_assert_str_eq(names_of(json_at(pod, "spec", "initContainers")), "init-vt-root before");
    ck_json(json_at(container_of(pod, "vtbackup"), "resources"), "{'limits':{'memory':'1Gi'}}");
    ck_assert_str_eq(json_text_at(container_of(pod, "vtbackup"), "image"), "mysql:8.0.40");
    ck_assert_str_eq(json_text_at(container_of(pod, "init-vt-root"), "image"), "lite:2");
    ck_assert_ptr_null(json_at(container_of(pod, "vtbackup"), "imagePullPolicy"));
    ck_assert_ptr_null(json_at(container_of(pod, "init-vt-root"), "imagePullPolicy"));
    ck_assert_ptr_null(json_at(container_of(pod, "init-vt-root"), "resources"));
    ck_assert_ptr_null(json_at(pod, "spec", "affinity"));
    ck_assert_ptr_null(json_at(pod, "spec", "priorityClassName"));
    ck_assert_ptr_null(json_at(pod, "spec", "topologySpreadConstraints"));
    ck_json(json_at(pod_with("{'affinity':{}}", "{" S3 "}"), "spec", "affinity"), "{}");
}
END_TEST

START_TEST(claims)
{
    const struct v2_vitess_shard with = shard_with("{'extraLabels':{'a':'b'}}", "{" S3 "}");
    const struct v2_vitess_shard without =
        shard_with("{'dataVolumeClaimTemplate':null}", "{" S3 "}");
    const json_t *claim = v2_vtbackup_claim(arena, &with);

    ck_assert_str_eq(object_name(claim), object_name(v2_vtbackup_pod(arena, &with)));
    ck_assert(json_same(json_at(claim, "metadata", "labels"),
        json_at(v2_vtbackup_pod(arena, &with), "metadata", "labels")));
    ck_assert_ptr_null(v2_vtbackup_claim(arena, &without));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, first_backups_of_the_vectors);
    tcase_add_test(tcase, when_it_is_wanted);
    tcase_add_test(tcase, not_of_a_foreign_mysql);
    tcase_add_test(tcase, flags);
    tcase_add_test(tcase, files);
    tcase_add_test(tcase, rest_of_the_pool);
    tcase_add_test(tcase, claims);
}

TEST_MAIN(tests)
