#include <glob.h>

#include "planetscale.h"
#include "../../hooks/v2/cron.h"
#include "../../hooks/v2/validate.h"

/* What a user's spec of planetscale.com/v2 is refused for, word for word. */

static const char *problems_of(const json_t *value)
{
    struct cluster_spec spec = {0};
    struct problems problems = {.arena = arena};

    spec_read(arena, v2_cluster_fields, value, "spec", SPEC_STRICT, &spec, &problems);
    v2_validate(arena, &spec, &problems);
    return problems_text(&problems);
}

/* --- what runs under theirs --- */

static size_t check_manifests(const char *pattern)
{
    glob_t found;
    size_t count = 0;

    ck_assert_int_eq(glob(fmt(arena, VECTORS "%s", pattern), 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct yaml_documents documents = vector_manifest(found.gl_pathv[i] + strlen(VECTORS));

        for (size_t j = 0; j < documents.count; j++) {
            const json_t *object = documents.at[j].value;
            const char *said;

            if (!text_equal(json_text_at(object, "kind"), "VitessCluster"))
                continue;
            said = problems_of(json_at(object, "spec"));
            if (*said != '\0')
                fprintf(stderr, "%s\n%s\n", found.gl_pathv[i], said);
            ck_assert_str_eq(said, "");
            count++;
        }
    }
    globfree(&found);
    return count;
}

START_TEST(their_manifests_are_valid)
{
    ck_assert_uint_eq(check_manifests("manifests/*.yaml"), 5);
    ck_assert_uint_eq(check_manifests("manifests/*/*.yaml"), 13);
    ck_assert_uint_eq(check_manifests("made/*.yaml"), 3);
}
END_TEST

/* --- rows --- */

struct row {
    const char *text, *problems;
};

typedef const json_t *spec_of(const char *text);

static void check_rows(spec_of *make, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *said = problems_of(make(rows[i].text));

        if (!text_equal(said, rows[i].problems))
            fprintf(stderr, "%s\n   says: %s\n wanted: %s\n", rows[i].text, said, rows[i].problems);
        ck_assert(text_equal(said, rows[i].problems));
    }
}
#define CHECK_ROWS(make, rows) check_rows((make), (rows), sizeof(rows) / sizeof(*(rows)))

#define SECRET "{'name':'s','key':'k'}"
#define STORAGE "'dataVolumeClaimTemplate':{'resources':{'requests':{'storage':'1Gi'}}}"
#define WHERE "'cell':'zone1','type':'replica','replicas':1"
#define TABLET "'vttablet':{'resources':{}},'mysqld':{'resources':{}}," STORAGE
#define EXTERNAL                                                                                   \
    "'vttablet':{'resources':{}},'externalDatastore':{'user':'u','host':'h','port':3306,"          \
    "'database':'d','credentialsSecret':" SECRET "}"
#define CELLS "'cells':[{'name':'zone1'},{'name':'zone2'}]"
#define TEMPLATE(pools) "'databaseInitScriptSecret':" SECRET ",'tabletPools':[" pools "]"
#define ONE_SHARD "{'equal':{'parts':1,'shardTemplate':{" TEMPLATE("{" WHERE "," TABLET "}") "}}}"

/* More fields of a spec that has two cells. */
static const json_t *with_cells(const char *text)
{
    return json_of(fmt(arena, "{" CELLS "%s%s}", *text == '\0' ? "" : ",", text));
}

static const json_t *with_keyspace(const char *text)
{
    return json_of(fmt(arena, "{" CELLS ",'keyspaces':[{'name':'commerce',%s}]}", text));
}

static const json_t *with_partitionings(const char *text)
{
    return with_keyspace(fmt(arena, "'partitionings':[%s]", text));
}

static const json_t *with_pools(const char *text)
{
    return with_partitionings(
        fmt(arena, "{'equal':{'parts':1,'shardTemplate':{" TEMPLATE("%s") "}}}", text));
}

/* One pool with more fields. */
static const json_t *with_pool(const char *text)
{
    return with_pools(fmt(arena, "{" WHERE "," TABLET ",%s}", text));
}

/* --- cells and what runs in them --- */

START_TEST(cells)
{
    static const struct row rows[] = {
        {"", ""},
        {"'vitessDashboard':{'cells':['zone2','zone3']}",
            "spec.vitessDashboard.cells[1]: must be the name of a cell in spec.cells, got "
            "\"zone3\""},
        {"'vitessDashboard':{'cells':['zone2','zone2']}",
            "spec.vitessDashboard.cells[1]: must differ between items, got \"zone2\""},
        {"'vtadmin':{'cells':['a'],'apiAddresses':['x']}",
            "spec.vtadmin.cells[0]: must be the name of a cell in spec.cells, got \"a\""},
        {"'vtadmin':{'apiAddresses':['x','y']}", ""},
        {"'vtadmin':{'apiAddresses':['x','y','z']}",
            "spec.vtadmin.apiAddresses: must have 1 item for all cells, or 2, one for each cell, "
            "got 3"},
        {"'vtadmin':{'cells':['zone1'],'apiAddresses':['x','y']}",
            "spec.vtadmin.apiAddresses: must have 1 item, got 2"},
        {"'vtadmin':{'cells':['zone1'],'apiAddresses':[]}",
            "spec.vtadmin.apiAddresses: must have 1 item, got 0"},
        {"'vtadmin':{}", "spec.vtadmin.apiAddresses: is required"},
        {"'globalLockserver':{'etcd':{'advertisePeerURLs':['a','b']}}",
            "spec.globalLockserver.etcd.advertisePeerURLs: must have at least 3 items, got 2"},
        {"'globalLockserver':{'etcd':{'localMemberIndex':4}}",
            "spec.globalLockserver.etcd.localMemberIndex: must be between 1 and 3, got 4"},
    };
    static const struct row of_specs[] = {
        {"{'cells':[{'name':'a'},{'name':'a'}]}",
            "spec.cells[1].name: must differ between items, \"a\" is also at spec.cells[0]"},
        {"{'cells':[{'name':'us-east'}]}",
            "spec.cells[0].name: must be at most 63 letters, digits, \"_\" and \".\", with a "
            "letter or digit at both ends, such as \"zone1\", got \"us-east\""},
        {"{'cells':[{'name':'a','gateway':{'autoscaler':{'minReplicas':3,'maxReplicas':2}}}]}",
            "spec.cells[0].gateway.autoscaler.maxReplicas: must not be below minReplicas 3, got 2"},
        {"{'cells':[{'name':'a','gateway':{'autoscaler':{'minReplicas':3}}}]}",
            "spec.cells[0].gateway.autoscaler.maxReplicas: must be at least 1"},
        {"{'cells':3,'vitessDashboard':{'cells':['a']}}", "spec.cells: must be a list, got 3"},
        {"{'cells':[]}", ""},
    };

    CHECK_ROWS(with_cells, rows);
    CHECK_ROWS(json_of, of_specs);
}
END_TEST

/* --- keyspaces --- */

#define PARTITIONING "spec.keyspaces[0].partitionings[0]"
#define SHARD(range) "{'keyRange':" range ",'databaseInitScriptSecret':" SECRET "}"
#define EQUAL(parts, width)                                                                        \
    "{'equal':{'parts':" parts ",'hexWidth':" width ",'shardTemplate':{" TEMPLATE("") "}}}"

START_TEST(partitionings)
{
    static const struct row rows[] = {
        {ONE_SHARD, ""},
        {"{}", PARTITIONING ": must have exactly one of equal, custom"},
        {"{'equal':{'parts':1,'shardTemplate':{" TEMPLATE("") "}},'custom':{'shards':[" SHARD(
             "{}") "]}}",
            PARTITIONING ": must have exactly one of equal, custom"},
        {"{'equal':{'parts':1}}", PARTITIONING ".equal.shardTemplate: is required"},
        {EQUAL("3", "4"), ""},
        {EQUAL("300", "2"),
            PARTITIONING ".equal.hexWidth: must be an even number up to 14 that is wide enough for "
                         "300 parts, got 2; leave it out"},
        {EQUAL("3", "3"),
            PARTITIONING ".equal.hexWidth: must be an even number up to 14 that is wide enough for "
                         "3 parts, got 3; leave it out"},
        {EQUAL("3", "16"),
            PARTITIONING ".equal.hexWidth: must be an even number up to 14 that is wide enough for "
                         "3 parts, got 16; leave it out"},
        {"{'custom':{'shards':[" SHARD("{'end':'80'}") "," SHARD("{'start':'80'}") "]}}", ""},
        {"{'custom':{'shards':[]}}",
            PARTITIONING ".custom.shards: must have a shard: all key ranges must be covered"},
        {"{'custom':{'shards':[" SHARD("{'end':'40'}") "," SHARD("{'start':'80'}") "]}}",
            PARTITIONING ".custom.shards[0].keyRange: there is a gap after -40: no shard starts at "
                         "40\n" PARTITIONING ".custom.shards[1].keyRange: there is a gap before "
                         "80-: no shard ends at 80"},
        {"{'custom':{'shards':[" SHARD("{'end':'8'}") "]}}",
            PARTITIONING ".custom.shards[0].keyRange.end: must be pairs of hex digits in small "
                         "letters, such as \"80\", got \"8\""},
    };

    CHECK_ROWS(with_partitionings, rows);
}
END_TEST

START_TEST(keyspaces)
{
    static const struct row rows[] = {
        {"'durabilityPolicy':'semi','partitionings':[" ONE_SHARD "]",
            "spec.keyspaces[0].durabilityPolicy: must be one of \"none\", \"semi_sync\", "
            "\"semi_sync_with_rdonly_ack\", \"cross_cell\", \"cross_cell_with_rdonly_ack\", got "
            "\"semi\""},
        {"'durabilityPolicy':'','partitionings':[" ONE_SHARD "]", ""},
        {"'images':{'mysqld':{'mysql56Compatible':'a'}},'partitionings':[" ONE_SHARD "]", ""},
        {"'images':{'mysqld':{'mysql80Compatible':'a'}},'partitionings':[" ONE_SHARD "]", ""},
        {"'images':{'mysqld':{}},'partitionings':[" ONE_SHARD "]",
            "spec.keyspaces[0].images.mysqld: must have mysql56Compatible or mysql80Compatible; or "
            "leave it out"},
        {"'partitionings':[" ONE_SHARD "," ONE_SHARD "," ONE_SHARD "]",
            "spec.keyspaces[0].partitionings: must have at most 2 items, got 3"},
    };
    static const struct row of_images[] = {
        {"'images':{'mysqld':{'mysql80Compatible':''}}",
            "spec.images.mysqld: must have an image, such as mysql80Compatible; or leave it out"},
        {"'images':{'vtgate':''}", ""},
        {"'images':{'vtgate':'a b'}",
            "spec.images.vtgate: must be an image such as \"vitess/lite:v24.0.0\", got \"a b\""},
        {"'keyspaces':[{'name':'a','partitionings':[" ONE_SHARD
         "]},{'name':'a','partitionings':[" ONE_SHARD "]}]",
            "spec.keyspaces[1].name: must differ between items, \"a\" is also at "
            "spec.keyspaces[0]"},
    };

    CHECK_ROWS(with_keyspace, rows);
    CHECK_ROWS(with_cells, of_images);
}
END_TEST

#define POOLS PARTITIONING ".equal.shardTemplate.tabletPools"
#define SAME_UIDS                                                                                  \
    POOLS "[1]: must differ from " POOLS "[0] in cell or type, or with an externalDatastore in "   \
          "name: their tablets would have the same uids"

START_TEST(pools)
{
    static const struct row rows[] = {
        {"{" WHERE "," TABLET "},{'cell':'zone1','type':'rdonly','replicas':1," TABLET "}", ""},
        {"{" WHERE "," TABLET "},{" WHERE ",'name':'b'," TABLET "}", SAME_UIDS},
        {"{" WHERE "," EXTERNAL "},{" WHERE ",'name':'b'," EXTERNAL "}", ""},
        {"{" WHERE ",'name':'b'," EXTERNAL "},{" WHERE ",'name':'b'," EXTERNAL "}", SAME_UIDS},
        {"{" WHERE ",'mysqld':{'resources':{}}," EXTERNAL "}",
            POOLS "[0]: must have exactly one of mysqld, externalDatastore"},
        {"{" WHERE ",'vttablet':{'resources':{}}}",
            POOLS "[0]: must have exactly one of mysqld, externalDatastore"},
        {"{'cell':'zone3','type':'replica','replicas':1," TABLET "}",
            POOLS "[0].cell: must be the name of a cell in spec.cells, got \"zone3\""},
        {"{'cell':'zone1','type':'master','replicas':1," TABLET "}",
            POOLS "[0].type: must be one of \"replica\", \"rdonly\", \"externalmaster\", "
                  "\"externalreplica\", \"externalrdonly\", got \"master\""},
        {"{" WHERE ",'vttablet':{'resources':{}},'mysqld':{'resources':{}},"
         "'dataVolumeClaimTemplate':{'accessModes':['ReadWriteOnce']}}",
            POOLS "[0].dataVolumeClaimTemplate.resources.requests.storage: is required, such as "
                  "\"10Gi\""},
        {"{" WHERE "," TABLET ",'backupLocationName':'there'}",
            POOLS "[0].backupLocationName: must be the name of a location in "
                  "spec.backup.locations, got \"there\""},
    };

    CHECK_ROWS(with_pools, rows);
}
END_TEST

/* --- labels --- */

#define OF_LABELS "must not be set: the operator knows its Pods by it; take it out"

START_TEST(labels)
{
    static const struct row of_pools[] = {
        {"'extraLabels':{'team':'a','planetscale.com/other':'b'}", ""},
        {"'extraLabels':{'planetscale.com/tablet-uid':'1','planetscale.com/pool-name':'x'}",
            POOLS "[0].extraLabels[planetscale.com/tablet-uid]: " OF_LABELS "\n" POOLS
                  "[0].extraLabels[planetscale.com/pool-name]: " OF_LABELS},
        {"'extraLabels':{'a b':'1'}",
            POOLS "[0].extraLabels: must have keys such as \"team\" or \"example.com/team\", got "
                  "\"a b\""},
    };
    static const struct row rows[] = {
        {"'globalLockserver':{'etcd':{'extraLabels':{'etcd.planetscale.com/index':'1'}}}",
            "spec.globalLockserver.etcd.extraLabels[etcd.planetscale.com/index]: " OF_LABELS},
        {"'vitessDashboard':{'extraLabels':{'planetscale.com/cell':'1'}}",
            "spec.vitessDashboard.extraLabels[planetscale.com/cell]: " OF_LABELS},
        {"'vtadmin':{'apiAddresses':['x'],'extraLabels':{'planetscale.com/cluster':'1'}}",
            "spec.vtadmin.extraLabels[planetscale.com/cluster]: " OF_LABELS},
        {"'keyspaces':[{'name':'a','partitionings':[" ONE_SHARD
         "],'vitessOrchestrator':{'extraLabels':{'planetscale.com/shard':'1'}}}]",
            "spec.keyspaces[0].vitessOrchestrator.extraLabels[planetscale.com/shard]: " OF_LABELS},
    };
    static const struct row of_specs[] = {
        {"{'cells':[{'name':'a','gateway':{'extraLabels':{'planetscale.com/component':'x'}},"
         "'lockserver':{'etcd':{'extraLabels':{'planetscale.com/component':'x'}}}}]}",
            "spec.cells[0].lockserver.etcd.extraLabels[planetscale.com/component]: " OF_LABELS
            "\nspec.cells[0].gateway.extraLabels[planetscale.com/component]: " OF_LABELS},
    };

    CHECK_ROWS(with_pool, of_pools);
    CHECK_ROWS(with_cells, rows);
    CHECK_ROWS(json_of, of_specs);
}
END_TEST

/* --- flags --- */

#define TABLET_FLAGS(flags) "'vttablet':{'resources':{},'extraFlags':" flags "}"

static const json_t *with_tablet_flags(const char *text)
{
    return with_pools(fmt(arena,
        "{" WHERE ",'mysqld':{'resources':{}}," STORAGE "," TABLET_FLAGS("%s") "}",
        text));
}

START_TEST(flags)
{
    static const struct row of_tablets[] = {
        {"{'queryserver_config_pool_size':'96','db-charset':'utf8mb4','--log_dir':'/tmp'}", ""},
        {"{'port':15000}",
            POOLS "[0].vttablet.extraFlags.port: must be text, got 15000: put it in quotes"},
        {"{'hostname':'x'}",
            POOLS "[0].vttablet.extraFlags.hostname: is no flag of vttablet; leave it out"},
        {"{'degraded-threshold':'soon'}",
            POOLS "[0].vttablet.extraFlags.degraded-threshold: must be a duration such as \"30s\" "
                  "or \"5m\", got \"soon\""},
        {"{'log-format':'json','log_format':'text'}",
            POOLS "[0].vttablet.extraFlags.log_format: is the same flag as log-format, give it "
                  "once"},
        {"{'tablet_path':'zone1-1'}",
            POOLS "[0].vttablet.extraFlags.tablet_path: must not be set: it differs between "
                  "tablets; leave it out"},
        {"{'init-shard':'-'}",
            POOLS "[0].vttablet.extraFlags.init-shard: must not be set: it is the name of each "
                  "shard; leave it out"},
        {"{'init_keyspace':'a'}",
            POOLS "[0].vttablet.extraFlags.init_keyspace: must not be set: it is the name of the "
                  "keyspace; leave it out"},
        {"{'help':'true'}",
            POOLS "[0].vttablet.extraFlags.help: must not be set: the process would print it and "
                  "end; leave it out"},
        /* What is its own to the other API may be replaced here, as under theirs. */
        {"{'tablet_hostname':'$(POD_NAME)','topo_global_root':'/x','grpc_port':'16000'}", ""},
    };
    static const struct row rows[] = {
        {"'extraVitessFlags':{'instance-poll-time':'1s'}",
            "spec.extraVitessFlags.instance-poll-time: is a flag of vtorc, not of vtgate; leave it "
            "out\n"
            "spec.extraVitessFlags.instance-poll-time: is a flag of vtorc, not of vtctld; leave it "
            "out\n"
            "spec.extraVitessFlags.instance-poll-time: is a flag of vtorc, not of vttablet; leave "
            "it out"},
        {"'extraVitessFlags':{'topo-etcd-tls-ca':'/ca'}", ""},
        {"'vitessDashboard':{'extraFlags':{'nothing-of-this-name':'1'}}",
            "spec.vitessDashboard.extraFlags.nothing-of-this-name: is no flag of vtctld; leave it "
            "out"},
        {"'vtadmin':{'apiAddresses':['x'],'extraFlags':{'nothing-of-this-name':'1'}}",
            "spec.vtadmin.extraFlags.nothing-of-this-name: is no flag of vtadmin; leave it out"},
        {"'globalLockserver':{'etcd':{'image':'quay.io/coreos/etcd:v3.5.17','extraFlags':{'name':"
         "'a','nothing-of-this-name':'1'}}}",
            "spec.globalLockserver.etcd.extraFlags.nothing-of-this-name: is no flag of etcd 3.5; "
            "leave it out\n"
            "spec.globalLockserver.etcd.extraFlags.name: must not be set: it differs between the "
            "members; leave it out"},
        {"'images':{'vtorc':'vitess/"
         "lite:v24.0.4'},'keyspaces':[{'name':'a','partitionings':[" ONE_SHARD
         "],'vitessOrchestrator':{'extraFlags':{'nothing-of-this-name':'1'}}}]",
            "spec.keyspaces[0].vitessOrchestrator.extraFlags.nothing-of-this-name: is no flag of "
            "vtorc in Vitess 24; leave it out"},
        /* Their flags are not known. */
        {"'images':{'vtorc':'vitess/"
         "lite:v21.0.4'},'keyspaces':[{'name':'a','partitionings':[" ONE_SHARD
         "],'vitessOrchestrator':{'extraFlags':{'nothing-of-this-name':'1'}}}]",
            ""},
    };
    static const struct row of_specs[] = {
        {"{'cells':[{'name':'a','gateway':{'extraFlags':{'cell':'b'}}}]}",
            "spec.cells[0].gateway.extraFlags.cell: must not be set: it is the name of the cell; "
            "leave it out"},
    };

    CHECK_ROWS(with_tablet_flags, of_tablets);
    CHECK_ROWS(with_cells, rows);
    CHECK_ROWS(json_of, of_specs);
}
END_TEST

/* --- backups --- */

static const json_t *with_locations(const char *text)
{
    return with_cells(fmt(arena, "'backup':{'locations':[%s]}", text));
}

/* A keyspace whose tablets use the location without a name. */
static const json_t *with_shell(const char *text)
{
    return with_cells(fmt(arena,
        "'backup':{'engine':'mysqlshell','locations':[{%s}]},'keyspaces':[{'name':'a',"
        "'partitionings':[" ONE_SHARD "]}]",
        text));
}

#define VOLUME "'volume':{'emptyDir':{}}"

START_TEST(locations)
{
    static const struct row rows[] = {
        {"{" VOLUME "},{'name':'a'," VOLUME "}", ""},
        {"{" VOLUME "},{'name':''," VOLUME "}",
            "spec.backup.locations[1].name: must be at most 63 letters, digits, \"-\", \"_\" and "
            "\".\", with a letter or digit at both ends, such as \"my_app\", got \"\"\n"
            "spec.backup.locations[1].name: is required, since spec.backup.locations[0] has none: "
            "only one location may be without"},
        {"{'name':'a'," VOLUME "},{'name':'a'," VOLUME "}",
            "spec.backup.locations[1].name: must differ between items, \"a\" is also at "
            "spec.backup.locations[0]"},
        {"{'name':'a'}",
            "spec.backup.locations[0]: must have exactly one of gcs, s3, azblob, ceph, volume"},
        {"{'volume':{'hostpath':{'path':'/tmp'}}}",
            "spec.backup.locations[0].volume.hostpath: is not a known field (did you mean "
            "\"hostPath\"?)"},
        {"{'volume':{'nfs':{'server':'a'}}}",
            "spec.backup.locations[0].volume.nfs.path: is required"},
        {"", "spec.backup.locations: must have at least 1 item, got 0"},
    };
    static const struct row of_shell[] = {
        {VOLUME, ""},
        {"'gcs':{'bucket':'b'}",
            POOLS "[0].vttablet.extraFlags.mysql-shell-backup-location: is required with the "
                  "engine mysqlshell, since spec.backup.locations[0] has no volume to write to"},
    };

    CHECK_ROWS(with_locations, rows);
    CHECK_ROWS(with_shell, of_shell);
    ck_assert_str_eq(
        problems_of(json_of(
            "{" CELLS ",'backup':{'engine':'mysqlshell','locations':[{'gcs':{'bucket':'b'}}]},"
            "'keyspaces':[{'name':'a','partitionings':[{'equal':{'parts':1,'shardTemplate':"
            "{" TEMPLATE("{" WHERE ",'mysqld':{'resources':{}}," TABLET_FLAGS(
                "{'mysql_shell_backup_location':'/x'}") "}") "}}}]}]}")),
        "");
}
END_TEST

/* --- schedules --- */

#define SCHEDULE "spec.backup.schedules[0]"
#define STRATEGY SCHEDULE ".strategies[0]"
#define NAMED "'name':'s','resources':{}"

static const json_t *with_schedules(const char *text)
{
    return with_cells(fmt(arena,
        "'backup':{'locations':[{" VOLUME "}],'schedules':[%s]},'keyspaces':[{'name':'a',"
        "'partitionings':[{'equal':{'parts':2,'shardTemplate':{" TEMPLATE(
            "{" WHERE "," TABLET "}") "}}}]},{'name':'b','partitionings':[" ONE_SHARD "]}]",
        text));
}

static const json_t *with_when(const char *text)
{
    return with_schedules(
        fmt(arena, "{" NAMED ",'strategies':[{'name':'x','scope':'Cluster'}],%s}", text));
}

static const json_t *with_strategies(const char *text)
{
    return with_schedules(fmt(arena, "{" NAMED ",'schedule':'@daily','strategies':[%s]}", text));
}

START_TEST(schedules)
{
    static const struct row rows[] = {
        {"'schedule':'*/5 3 * * mon'", ""},
        {"'frequency':'6h'", ""},
        {"'frequency':''", SCHEDULE ": must have either schedule or frequency"},
        {"'schedule':'@daily','frequency':'6h'",
            SCHEDULE ": must have either schedule or frequency, not both"},
        {"'schedule':'0 3 * *'",
            SCHEDULE ".schedule: must be five fields of Cron such as \"0 3 * * *\", or a word such "
                     "as \"@daily\", got \"0 3 * *\""},
        {"'frequency':'7h'",
            SCHEDULE ".frequency: must be 24h, or what divides a day into whole hours or an hour "
                     "into whole minutes, such as \"6h\" or \"15m\", got \"7h\""},
    };
    static const struct row of_names[] = {
        {"{" NAMED ",'schedule':'@daily','strategies':[]}",
            SCHEDULE ".strategies: must have at least 1 item, got 0"},
        {"{" NAMED ",'schedule':'@daily','strategies':[{'name':'x','scope':'Cluster'}]},"
         "{" NAMED ",'schedule':'@daily','strategies':[{'name':'x','scope':'Cluster'}]}",
            "spec.backup.schedules[1].name: must differ between items, \"s\" is also at " SCHEDULE},
    };

    CHECK_ROWS(with_when, rows);
    CHECK_ROWS(with_schedules, of_names);
}
END_TEST

START_TEST(strategies)
{
    static const struct row rows[] = {
        {"{'name':'x','keyspace':'a','shard':'-80'}", ""},
        {"{'name':'x'}",
            STRATEGY ".keyspace: is required for the scope Shard\n" STRATEGY
                     ".shard: is required for the scope Shard"},
        {"{'name':'x','scope':'Keyspace','keyspace':'a','shard':'-'}",
            STRATEGY ".shard: must be left out for the scope Keyspace, got \"-\""},
        {"{'name':'x','scope':'Cluster','keyspace':'a'}",
            STRATEGY ".keyspace: must be left out for the scope Cluster, got \"a\""},
        {"{'name':'x','scope':'Cluster'},{'name':'y','scope':'Keyspace','keyspace':'a'}", ""},
        {"{'name':'x','scope':'Cluster'},{'name':'y','keyspace':'b','shard':'-'}",
            SCHEDULE ".strategies[1]: must not make backups of b/-, as strategy \"x\" does "
                     "already"},
        {"{'name':'x','scope':'Keyspace','keyspace':'a'},{'name':'y','keyspace':'a','shard':"
         "'80-'}",
            SCHEDULE ".strategies[1]: must not make backups of a/80-, as strategy \"x\" does "
                     "already"},
        {"{'name':'x','scope':'All'}",
            STRATEGY ".scope: must be one of \"Shard\", \"Keyspace\", \"Cluster\", got \"All\""},
    };

    CHECK_ROWS(with_strategies, rows);
}
END_TEST

/* A keyspace with `pool`, and a schedule of `method` for its shard. */
static const char *problems_of_backups(const char *location, const char *method, const char *pool)
{
    return problems_of(with_cells(fmt(arena,
        "'backup':{'locations':[{%s" VOLUME "}],'schedules':[{" NAMED ",'schedule':'@daily',"
        "'backupMethod':'%s','strategies':[{'name':'x','keyspace':'a','shard':'-'}]}]},"
        "'keyspaces':[{'name':'a','partitionings':[{'equal':{'parts':1,'shardTemplate':{" TEMPLATE(
            "{" WHERE ",'vttablet':{'resources':{}},%s}") "}}}]}]",
        location,
        method,
        pool)));
}

#define MYSQLD "'mysqld':{'resources':{}}"

START_TEST(vtbackup)
{
    ck_assert_str_eq(problems_of_backups("", "vtbackup", MYSQLD "," STORAGE), "");
    ck_assert_str_eq(problems_of_backups("", "vtbackup", MYSQLD),
        POOLS "[0].dataVolumeClaimTemplate: is required, since vtbackup makes backups of the "
              "shard, by " SCHEDULE);
    ck_assert_str_eq(problems_of_backups("", "vtctldclient", MYSQLD), "");
    ck_assert_str_eq(problems_of_backups("'name':'l',", "vtbackup", MYSQLD "," STORAGE),
        POOLS "[0].backupLocationName: is required, since no location is without a name and "
              "vtbackup makes backups of the shard, by " SCHEDULE);
    ck_assert_str_eq(problems_of_backups("",
                         "vtbackup",
                         "'externalDatastore':{'user':'u','host':'h','port':3306,'database':'d',"
                         "'credentialsSecret':" SECRET "}"),
        "");
}
END_TEST

/* --- Cron --- */

START_TEST(cron)
{
    static const char *const good[] = {"0 3 * * *",
        " 0\t3 * * * ",
        "*/5 * * * *",
        "0,30 1-5/2 ? JAN-mar sun",
        "5/10 0 31 12 6",
        "@every 1h30m",
        "@midnight"};
    static const char *const bad[] = {"",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 7",
        "5-1 * * * *",
        "*/0 * * * *",
        "1-2-3 * * * *",
        "1/2/3 * * * *",
        "mon * * * *",
        ", * * * *",
        "-1 * * * *",
        "@often",
        "@every day",
        "TZ=UTC 0 3 * * *"};

    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
        ck_assert_msg(v2_cron_is(arena, good[i]), "%s", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        ck_assert_msg(!v2_cron_is(arena, bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(frequencies)
{
    static const struct {
        const char *text;
        unsigned minutes;
    } rows[] = {
        {"1m", 1},
        {"60s", 1},
        {"0.5h", 30},
        {"1h", 60},
        {"60m", 60},
        {"12h0m0s", 720},
        {"24h", 1440},
        {"7m", 0},
        {"90m", 0},
        {"5h", 0},
        {"25h", 0},
        {"48h", 0},
        {"90s", 0},
        {"1d", 0},
        {"15", 0},
        {"-1h", 0},
        {"h", 0},
        {"", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ck_assert_msg(v2_frequency_minutes(rows[i].text) == rows[i].minutes, "%s", rows[i].text);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, their_manifests_are_valid);
    tcase_add_test(tcase, cells);
    tcase_add_test(tcase, partitionings);
    tcase_add_test(tcase, keyspaces);
    tcase_add_test(tcase, pools);
    tcase_add_test(tcase, labels);
    tcase_add_test(tcase, flags);
    tcase_add_test(tcase, locations);
    tcase_add_test(tcase, schedules);
    tcase_add_test(tcase, strategies);
    tcase_add_test(tcase, vtbackup);
    tcase_add_test(tcase, cron);
    tcase_add_test(tcase, frequencies);
}

TEST_MAIN(tests)
