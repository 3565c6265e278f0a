#include "clusters.h"

/* One change to a good cluster a row, and word for word what is said of it. */
struct row {
    const char *path;
    const char *value; /* NULL: taken away */
    const char *problems;
};

static void expect(const json_t *cluster, const struct row *row)
{
    const char *problems = problems_of(changed(cluster, row->path, row->value), NULL);

    if (!text_equal(problems, row->problems))
        ck_abort_msg("%s = %s\n   says: %s\n  wanted: %s",
            row->path,
            row->value == NULL ? "(absent)" : row->value,
            problems,
            row->problems);
}

#define EXPECT(rows)                                                                               \
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)                                      \
    expect(two_zones(), &rows[i])

START_TEST(a_good_cluster_has_no_problem)
{
    ck_assert_str_eq(problems_of(two_zones(), NULL), "");
}
END_TEST

#define CELLS "spec.keyspaces[0].cells"
#define SHARDS "spec.keyspaces[0].shards"
#define TABLETS "spec.keyspaces[0].tablets"
#define OVERRIDES "spec.keyspaces[0].overrides"

START_TEST(cells_must_fit_together)
{
    static const struct row rows[] = {
        {"spec.cells[0].vtgate",
            "{}",
            "spec.cells[0].vtgate: the cell \"global\" cannot hold a vtgate, move it to a cell "
            "with tablets"},
        {"spec.cells[0].etcd.size", "4", "spec.cells[0].etcd.size: must be 1, 3 or 5, got 4"},
        {"spec.cells[0].etcd.size", "7", "spec.cells[0].etcd.size: must be between 1 and 5, got 7"},
        {"spec.cells[0].etcd.version",
            "'latest'",
            "spec.cells[0].etcd.version: must be a version such as \"3.6.16\", or \"3.6\" for the "
            "newest fix of it, got \"latest\""},
        {"spec.cells[0].etcd.version",
            "'v3.7'",
            "spec.cells[0].etcd.version: must be a whole version such as \"v3.7.0\", got \"v3.7\": "
            "this build does not know its newest fix"},
        {"spec.cells[0].etcd.version", "'3.7.1'", ""},
        {"spec.cells[0].etcd.version", "'3.6'", ""},
        {"spec.cells[0].etcd.version", "'3.4'", ""},
        {"spec.cells[0].etcd", "{'version':'3.7','image':'mirror/etcd:v3.7'}", ""},
        {"spec.cells[0].etcd.volumeClaim",
            "{'storageClassName':'fast'}",
            "spec.cells[0].etcd.volumeClaim.resources.requests.storage: is required, such as "
            "\"10Gi\""},
        {"spec.cells[2].name",
            "'zone1'",
            "spec.cells[2].name: must differ between items, \"zone1\" is also at spec.cells[1]\n"
            "spec.keyspaces[0].cells[1]: must be a cell of spec.cells (\"zone1\", \"zone1\"), got "
            "\"zone2\""},
        {"spec.cells[0].etcd",
            NULL,
            "spec.cells: one cell must have etcd, or spec.lockserver must name an etcd that "
            "exists"},
        {CELLS, "[]", CELLS ": must have at least 1 item, got 0"},
        {CELLS,
            "['zone1','zone9']",
            CELLS "[1]: must be a cell of spec.cells (\"zone1\", \"zone2\"), got \"zone9\""},
        {CELLS,
            "['global','zone1']",
            CELLS "[0]: the cell \"global\" cannot hold tablets, only the cells of zones can"},
        {CELLS, "['zone1','zone1']", CELLS "[1]: must differ between items, got \"zone1\""},
    };

    EXPECT(rows);
}
END_TEST

START_TEST(a_lock_server_of_their_own_must_be_reachable)
{
    static const struct row rows[] = {
        {"spec.lockserver", "{'addresses':['etcd-0.example.com:2379','10.0.0.1:2379']}", ""},
        {"spec.lockserver",
            "{'addresses':[]}",
            "spec.lockserver.addresses: must have at least 1 item, got 0"},
        {"spec.lockserver",
            "{'addresses':['http://etcd:2379']}",
            "spec.lockserver.addresses[0]: must be host:port without a scheme, such as "
            "\"etcd:2379\", got \"http://etcd:2379\""},
        {"spec.lockserver",
            "{'addresses':['etcd','etcd:']}",
            "spec.lockserver.addresses[0]: must be host:port without a scheme, such as "
            "\"etcd:2379\", got \"etcd\"\n"
            "spec.lockserver.addresses[1]: must be host:port without a scheme, such as "
            "\"etcd:2379\", got \"etcd:\""},
        {"spec.lockserver",
            "{'addresses':['etcd:2379'],'root':'vitess/'}",
            "spec.lockserver.root: must begin with \"/\", not end with it, and have no control "
            "character, got \"vitess/\""},
        {"spec.lockserver",
            "{'addresses':['etcd\\n:2379'],'root':'/vitess\\n'}",
            "spec.lockserver.addresses[0]: must be host:port without a scheme, such as "
            "\"etcd:2379\", got \"etcd\\n:2379\"\n"
            "spec.lockserver.root: must begin with \"/\", not end with it, and have no control "
            "character, got \"/vitess\\n\": it begins or ends with white space"},
        {"spec.lockserver", "{'addresses':['etcd:2379'],'tlsSecret':'etcd-tls'}", ""},
    };
    static const struct row no_vtctld = {"spec.lockserver",
        "{'addresses':['etcd:2379'],'tlsSecret':'etcd-tls'}",
        "spec.lockserver.tlsSecret: needs a vtctld in some cell, since tasks reach a topology with "
        "TLS only through one"};

    EXPECT(rows);
    expect(changed(two_zones(), "spec.cells[0].vtctld", NULL), &no_vtctld);
    expect(changed(two_zones(), "spec.cells[0].vtctld.replicas", "0"), &no_vtctld);
}
END_TEST

START_TEST(shards_must_cover_the_keyspace)
{
    static const struct row rows[] = {
        {SHARDS, NULL, ""},
        {SHARDS, "[]", ""},
        {SHARDS, "[{'name':'0'}]", ""},
        {SHARDS, "[{'name':'-80'},{'name':'80-'}]", ""},
        {SHARDS, "[{}]", SHARDS "[0]: must have a keyRange, or the name \"0\""},
        {SHARDS,
            "[{'name':'-8A'}]",
            SHARDS "[0].name: must be \"0\", a key range such as \"-80\", or another DNS label, "
                   "got \"-8A\""},
        {SHARDS,
            "[{'name':'a'},{'name':'a'}]",
            SHARDS "[1].name: must differ between items, got \"a\""},
        {SHARDS,
            "[{'name':'0'},{'keyRange':{'start':'','end':''}}]",
            SHARDS ": must be all key ranges or all plain names, got \"0\" beside \"-\"; to "
                   "reshard list the new shards only, the old ones stay until nothing is served "
                   "from them"},
        {SHARDS "[0].keyRange.end",
            "'8'",
            SHARDS "[0].keyRange.end: must be hex such as \"80\", got \"8\""},
        {SHARDS "[0].keyRange.end", NULL, SHARDS "[0].keyRange.end: is required"},
        {SHARDS "[0].keyRange.end",
            "'40'",
            SHARDS "[0].keyRange: there is a gap after -40: no shard starts at 40\n" SHARDS
                   "[1].keyRange: there is a gap before 80-: no shard ends at 80"},
        {SHARDS "[0].keyRange.end", "'8000'", ""},
        {SHARDS "[1].keyRange",
            "{'start':'40','end':''}",
            SHARDS "[0].keyRange: -80 overlaps 40-: no shard starts at 80\n" SHARDS
                   "[1].keyRange: 40- overlaps -80: no shard ends at 40"},
    };

    EXPECT(rows);
}
END_TEST

/* What follows from a slip is no problem of its own. */
START_TEST(one_problem_for_one_cause)
{
    static const struct row rows[] = {
        {TABLETS ".masterEligible",
            "{'replica':3}",
            TABLETS ".masterEligible.replica: is not a known field (did you mean \"replicas\"?)"},
        {TABLETS,
            "{'masterElegible':{'replicas':3}}",
            TABLETS ".masterElegible: is not a known field (did you mean \"masterEligible\"?)"},
        {TABLETS,
            "{'masterEligible':{'replicas':3,'dataVolumeClaimTemplate':{}}}",
            TABLETS ".masterEligible.dataVolumeClaimTemplate: is called volumeClaim here"},
        {"spec.cells[0]",
            "{'name':'global','etdc':{},'vtctld':{}}",
            "spec.cells[0].etdc: is not a known field (did you mean \"etcd\"?)"},
        {"spec.cells[2]",
            "{'nam':'zone2','vtgate':{}}",
            "spec.cells[2].nam: is not a known field (did you mean \"name\"?)"},
        {"spec.cells[2].name",
            "false",
            "spec.cells[2].name: must be text, got false: put it in quotes"},
        {SHARDS "[0]",
            "{'keyrange':{'start':'','end':'80'}}",
            SHARDS "[0].keyrange: is not a known field (did you mean \"keyRange\"?)"},
    };

    EXPECT(rows);
}
END_TEST

/* Word for word what who comes from planetscale.com/v2 or v1alpha2 meets first; the rest is in
 * other_names.c. */
START_TEST(fields_of_other_operators)
{
    static const struct row rows[] = {
        {"spec.images",
            "{}",
            "spec.images: is called image here, one for all of Vitess; each component may have "
            "its own"},
        {"spec.imagePullPolicies",
            "{}",
            "spec.imagePullPolicies: is called imagePullPolicy here, one for all"},
        {"spec.backup",
            "{'locations':[]}",
            "spec.backup: is called backupFlags here: flags of Vitess such as "
            "backup-storage-implementation"},
        {"spec.globalLockserver",
            "{'etcd':{}}",
            "spec.globalLockserver: is called lockserver here, for an etcd that exists; one of its "
            "own is etcd in a cell"},
        {"spec.vitessDashboard",
            "{}",
            "spec.vitessDashboard: is vtctld in a cell here: cells: [{name: global, vtctld: {}}]"},
        {"spec.vtadmin",
            "{}",
            "spec.vtadmin: belongs to a cell here: cells: [{name: global, vtadmin: {}}]"},
        {"spec.updateStrategy",
            "{}",
            "spec.updateStrategy: is called rollout here: an edit rolls out at once, and "
            "rollout.paused: true holds it"},
        {"spec.extraVitessFlags", "{}", "spec.extraVitessFlags: is flags of each component here"},
        {"spec.topologyReconciliation",
            "{}",
            "spec.topologyReconciliation: has nothing alike here: records of what leaves the spec "
            "are always removed; take it out"},
        {"spec.cellSelector",
            "[]",
            "spec.cellSelector: has nothing alike here: list the cells themselves in cells"},
        {"spec.lockserver",
            "{'external':{'address':'a:2379'}}",
            "spec.lockserver.external: is nothing of its own here: write implementation, addresses "
            "and root straight below lockserver"},
        {"spec.lockserver",
            "{'addresses':['a:2379'],'rootPath':'/v'}",
            "spec.lockserver.rootPath: is called root here"},
        {"spec.cells[1].gateway", "{}", "spec.cells[1].gateway: is called vtgate here"},
        {"spec.runAsUser", "-1", "spec.runAsUser: is securityContext.runAsUser here"},
        {"spec.zone",
            "'a'",
            "spec.zone: belongs to a cell here: cells: [{name: zone1, zone: eu-central-1a}]"},
        {"spec.cells[0].etcd.volumeClaimAnnotations",
            "{}",
            "spec.cells[0].etcd.volumeClaimAnnotations: is volumeClaim.metadata.annotations here"},
        {"spec.cells[1].availabilityZone",
            "'a'",
            "spec.cells[1].availabilityZone: is called zone here"},
        {"spec.cells[1].metadata",
            "{}",
            "spec.cells[1].metadata: is nothing of its own here: write name straight into the "
            "item"},
        {"spec.cells[1].vtgate.authentication",
            "{}",
            "spec.cells[1].vtgate.authentication: is called auth here"},
        {"spec.cells[1].vtgate.secureTransport",
            "{}",
            "spec.cells[1].vtgate.secureTransport: is called tls here"},
        {"spec.cells[1].vtgate.extraFlags",
            "{}",
            "spec.cells[1].vtgate.extraFlags: is called flags here"},
        {"spec.cells[1].vtgate.extraEnv",
            "[]",
            "spec.cells[1].vtgate.extraEnv: is called template.env here"},
        {"spec.cells[1].vtgate.affinity",
            "{}",
            "spec.cells[1].vtgate.affinity: belongs in template here"},
        {"spec.cells[1].vtgate.lifecycle",
            "{}",
            "spec.cells[1].vtgate.lifecycle: has nothing alike here: take it out"},
        {"spec.cells[0].etcd.dataVolumeClaimTemplate",
            "{}",
            "spec.cells[0].etcd.dataVolumeClaimTemplate: is called volumeClaim here"},
        {"spec.keyspaces[0].partitionings",
            "[]",
            "spec.keyspaces[0].partitionings: is called shards here, each with its keyRange: "
            "shards: [{keyRange: {start: \"\", end: \"80\"}}, {keyRange: {start: \"80\", end: "
            "\"\"}}]"},
        {"spec.keyspaces[0].tabletPools",
            "[]",
            "spec.keyspaces[0].tabletPools: is called tablets here: masterEligible is the pool of "
            "type replica, batch that of type rdonly"},
        {"spec.keyspaces[0].vitessOrchestrator",
            "{}",
            "spec.keyspaces[0].vitessOrchestrator: is vtorc of a cell here"},
        {SHARDS "[0].keyRange",
            "{'from':'','to':'80'}",
            SHARDS "[0].keyRange.from: is called start here\n" SHARDS
                   "[0].keyRange.to: is called end here"},
        {TABLETS ".rdonly", "{}", TABLETS ".rdonly: is called batch here"},
        {TABLETS ".masterEligible.mysqld",
            "{}",
            TABLETS ".masterEligible.mysqld: is called mysql here"},
        {TABLETS ".masterEligible.type",
            "'replica'",
            TABLETS ".masterEligible.type: is the name of the pool here: masterEligible for "
                    "replica, batch for rdonly"},
        {TABLETS ".masterEligible.backupLocationName",
            "'a'",
            TABLETS ".masterEligible.backupLocationName: is spec.backupFlags here, the same for "
                    "all"},
        {TABLETS ".masterEligible.mysql.configOverrides",
            "'a'",
            TABLETS ".masterEligible.mysql.configOverrides: is called config here"},
        {TABLETS ".masterEligible.vttablet.tolerations",
            "[]",
            TABLETS ".masterEligible.vttablet.tolerations: belongs in the pool's template here"},
    };

    EXPECT(rows);
}
END_TEST

START_TEST(tablets_must_be_able_to_serve)
{
    static const struct row rows[] = {
        {TABLETS,
            "{}",
            TABLETS ".masterEligible: is required: without a tablet of type replica no shard can "
                    "have a primary"},
        {TABLETS ".masterEligible.replicas",
            "0",
            TABLETS ".masterEligible.replicas: must be between 1 and 100: without a tablet of type "
                    "replica no shard can have a primary, got 0"},
        {TABLETS ".masterEligible.replicas",
            "-1",
            TABLETS ".masterEligible.replicas: must be between 1 and 100: without a tablet of type "
                    "replica no shard can have a primary, got -1"},
        {TABLETS,
            "{'masterEligible':{'volumeClaim':{'resources':{'requests':{'storage':'1Gi'}}}}}",
            TABLETS ".masterEligible.replicas: is required, at least 1, here or in "
                    "tablets.defaults: without a tablet of type replica no shard can have a "
                    "primary"},
        {TABLETS ".batch.replicas",
            "101",
            TABLETS ".batch.replicas: must be between 0 and 100, got 101"},
        {TABLETS ".defaults.volumeClaim",
            NULL,
            TABLETS
            ".masterEligible.volumeClaim: is required, here or in tablets.defaults\n" TABLETS
            ".batch.volumeClaim: is required, here or in tablets.defaults"},
        {TABLETS ".defaults.volumeClaim",
            "{'accessModes':['ReadWriteOnce']}",
            TABLETS ".defaults.volumeClaim.resources.requests.storage: is required, such as "
                    "\"10Gi\""},
        {TABLETS ".batch.mysql",
            "{'resources':{'limits':{'cpu':'500m'},'requests':{'cpu':1}}}",
            TABLETS ".batch.mysql.resources.requests.cpu: must not be above its limit 500m, got "
                    "1"},
        {TABLETS ".batch.mysql",
            "{'config':'[mysqld]\\nserver-id=1'}",
            TABLETS ".batch.mysql.config: must not set server-id (line 2): it differs between "
                    "tablets; leave it out"},
        {TABLETS ".batch.vttablet",
            "{'resources':{'limits':{'cpu':'much'}}}",
            TABLETS ".batch.vttablet.resources.limits.cpu: must be a quantity such as \"500m\" or "
                    "\"2Gi\", got \"much\""},
    };

    EXPECT(rows);
}
END_TEST

#define EQUAL "spec.keyspaces[1].equal"

START_TEST(equal_parts_have_bounds_that_tell_them_apart)
{
    static const struct row rows[] = {
        {EQUAL, "{'parts':4}", ""},
        {EQUAL, "{'parts':512}", ""},
        {EQUAL, "{}", EQUAL ".parts: is required"},
        {EQUAL, "{'parts':0}", EQUAL ".parts: must be between 1 and 512, got 0"},
        {EQUAL, "{'parts':513}", EQUAL ".parts: must be between 1 and 512, got 513"},
        {EQUAL, "{'parts':2,'hexWidth':9}", EQUAL ".hexWidth: must be between 0 and 8, got 9"},
        {EQUAL,
            "{'parts':2,'hexWidth':3}",
            EQUAL ".hexWidth: must be 2, 4, 6 or 8, since a bound of a key range has an even "
                  "number of hex digits, got 3"},
        {EQUAL,
            "{'parts':257,'hexWidth':2}",
            EQUAL ".hexWidth: must be 4 or more for 257 parts: there are only 256 bounds of 2 hex "
                  "digits, got 2"},
        {"spec.keyspaces[0].equal",
            "{'parts':2}",
            "spec.keyspaces[0].equal: is another way to write shards: leave one of them out"},
        {EQUAL, "{'count':2}", EQUAL ".count: is called parts here"},
        /* A Service has at most 63 characters, what it is named after more. */
        {"spec.keyspaces[1]",
            "{'name':'a-keyspace-with-a-name-that-is-rather-long','cells':['zone1'],"
            "'mysqldServices':{'enabled':true},'tablets':{'masterEligible':{'replicas':1,"
            "'volumeClaim':" CLAIM("1Gi") "}}}",
            "spec.keyspaces[1].name: makes the name of Service "
            "\"demo-zone1-a-keyspace-with-a-name-that-is-rather-long-0-mysqld-rw\" 2 characters "
            "too "
            "long, at most 63 are possible; shorten it or metadata.name"},
    };

    EXPECT(rows);
}
END_TEST

START_TEST(overrides_are_for_cells_and_shards_that_exist)
{
    static const struct row rows[] = {
        {OVERRIDES, "[{'cells':['zone2'],'shards':['-80'],'batch':{'replicas':0}}]", ""},
        {OVERRIDES, "[{'batch':{'replicas':0}},{'masterEligible':{'image':'a/b:v24.0.4'}}]", ""},
        {OVERRIDES,
            "[{'cells':['zone3'],'batch':{'replicas':0}}]",
            OVERRIDES "[0].cells[0]: must be a cell of the keyspace (\"zone1\", \"zone2\"), got "
                      "\"zone3\" (did you mean \"zone1\"?)"},
        {OVERRIDES,
            "[{'shards':['80-','80'],'batch':{'replicas':0}}]",
            OVERRIDES "[0].shards[1]: must be a shard of the keyspace (\"-80\", \"80-\"), got "
                      "\"80\" (did you mean \"-80\"?)"},
        {"spec.keyspaces[1].overrides",
            "[{'shards':['elsewhere'],'masterEligible':{'replicas':2}}]",
            "spec.keyspaces[1].overrides[0].shards[0]: must be a shard of the keyspace (\"0\"), "
            "got \"elsewhere\""},
        {OVERRIDES,
            "[{'cells':['zone2']}]",
            OVERRIDES "[0]: must have masterEligible or batch: what is other there"},
        {OVERRIDES,
            "[{'cells':[],'batch':{'replicas':0}}]",
            OVERRIDES "[0].cells: must have at least 1 item, got 0"},
        {OVERRIDES,
            "[{'cell':'zone2','batch':{'replicas':0}}]",
            OVERRIDES "[0].cell: is called cells here, and is a list"},
        {OVERRIDES,
            "[{'batch':{'replicas':101}}]",
            OVERRIDES "[0].batch.replicas: must be between 0 and 100, got 101"},
        {OVERRIDES, "[{'cells':['zone2'],'masterEligible':{'replicas':0}}]", ""},
        {OVERRIDES,
            "[{'shards':['80-'],'masterEligible':{'replicas':0}}]",
            OVERRIDES ": leave shard \"80-\" no tablet of masterEligible in any cell: without a "
                      "tablet of type replica no shard can have a primary"},
        {"spec.keyspaces[1].overrides",
            "[{'batch':{'replicas':1}}]",
            "spec.keyspaces[1].overrides[0].batch.volumeClaim: is required, here or in "
            "tablets.defaults"},
        {OVERRIDES,
            "[{'batch':{'volumeClaim':{'storageClassName':'fast'}}}]",
            OVERRIDES "[0].batch.volumeClaim.resources.requests.storage: is required, such as "
                      "\"10Gi\""},
        {OVERRIDES,
            "[{'batch':{'template':{'sidecars':[{'name':'mysql','image':'a:1'}]}}}]",
            OVERRIDES "[0].batch.template.sidecars[0].name: must not be the name of a container "
                      "that the operator makes in this Pod, got \"mysql\"; give yours another "
                      "name"},
    };

    EXPECT(rows);
}
END_TEST

/* The shard that has the fewest counts. */
START_TEST(somebody_must_acknowledge_writes_of_each_shard)
{
    const json_t *cross =
        changed(two_zones(), "spec.keyspaces[0].durabilityPolicy", "'cross_cell'");
    const json_t *semi = changed(two_zones(), "spec.keyspaces[0].durabilityPolicy", "'semi_sync'");
    static const char *const one_cell =
        "[{'cells':['zone2'],'shards':['80-'],'masterEligible':{'replicas':0}}]";
    static const char *const one =
        "[{'cells':['zone2'],'masterEligible':{'replicas':0}},"
        "{'cells':['zone1'],'shards':['80-'],'masterEligible':{'replicas':1}}]";

    ck_assert_str_eq(problems_of(changed(cross, OVERRIDES, one_cell), NULL),
        "spec.keyspaces[0].durabilityPolicy: needs a second tablet in another cell to acknowledge "
        "each write, got \"cross_cell\"");
    ck_assert_str_eq(problems_of(changed(semi, OVERRIDES, one_cell), NULL), "");
    ck_assert_str_eq(problems_of(changed(semi, OVERRIDES, one), NULL),
        "spec.keyspaces[0].durabilityPolicy: needs a second tablet in each shard to acknowledge "
        "each write, got \"semi_sync\"");
}
END_TEST

START_TEST(the_label_of_tablets_is_not_for_all_objects)
{
    ck_assert_str_eq(problems_of(changed(two_zones(),
                                     "spec.template",
                                     "{'metadata':{'labels':{'vitess.io/tablet-type':'primary'}}}"),
                         NULL),
        "spec.template.metadata.labels[vitess.io/tablet-type]: must not be set: only some objects "
        "have this label, and it tells them from the others; take it out");
}
END_TEST

START_TEST(somebody_must_acknowledge_writes)
{
    static const struct row rows[] = {
        {"spec.keyspaces[1].durabilityPolicy",
            "'semi_sync'",
            "spec.keyspaces[1].durabilityPolicy: needs a second tablet in each shard to "
            "acknowledge each write, got \"semi_sync\""},
        {"spec.keyspaces[1].durabilityPolicy",
            "'cross_cell'",
            "spec.keyspaces[1].durabilityPolicy: needs a second tablet in another cell to "
            "acknowledge each write, got \"cross_cell\""},
        {"spec.keyspaces[0].durabilityPolicy", "'cross_cell'", ""},
        {"spec.keyspaces[1]",
            "{'name':'lookup','cells':['zone1'],'durabilityPolicy':'semi_sync_with_rdonly_ack',"
            "'tablets':{'defaults':{'volumeClaim':" CLAIM(
                "1Gi") "},'masterEligible':"
                       "{'replicas':1},'batch':{'replicas':1}}}",
            ""},
    };

    EXPECT(rows);
}
END_TEST

START_TEST(flags_that_vitess_no_longer_has_are_named)
{
    static const struct {
        const char *path, *flags, *beginning;
    } rows[] = {
        {"spec.cells[0].vtctld.flags", "{'web_dir':'/x'}", "spec.cells[0].vtctld.flags.web_dir: "},
        {"spec.cells[1].vtgate.flags",
            "{'gateway_implementation':'x'}",
            "spec.cells[1].vtgate.flags.gateway_implementation: "},
        {"spec.cells[1].vtorc", "{'flags':{'config':'x'}}", "spec.cells[1].vtorc.flags.config: "},
        {TABLETS ".batch.vttablet",
            "{'flags':{'enable_semi_sync':true}}",
            TABLETS ".batch.vttablet.flags.enable_semi_sync: "},
        {TABLETS ".defaults.vttablet",
            "{'flags':{'enable_semi_sync':true}}",
            TABLETS ".defaults.vttablet.flags.enable_semi_sync: "},
        {"spec.backupFlags", "{'topo-k8s-context':'x'}", "spec.backupFlags.topo-k8s-context: "},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *problems = problems_of(changed(two_zones(), rows[i].path, rows[i].flags), NULL);

        ck_assert_msg(text_starts_with(problems, rows[i].beginning), "%s", problems);
    }
}
END_TEST

#define FLAGS TABLETS ".masterEligible.vttablet.flags"
#define MYSQL_FLAGS TABLETS ".masterEligible.mysql.flags"
#define WITH_FLAGS(program, flags) "{'replicas':2,'" program "':{'flags':" flags "}}"

START_TEST(flags_that_vitess_does_not_have_are_named)
{
    static const struct row rows[] = {
        {"spec.cells[1].vtgate.flags",
            "{'querry-timeout':30}",
            "spec.cells[1].vtgate.flags.querry-timeout: is no flag of vtgate in Vitess 24 (did you "
            "mean \"query-timeout\"?)"},
        /* Each block is judged by the image that runs it. */
        {"spec.cells[1].vtgate",
            "{'image':'vitess/lite:v23.0.3','flags':{'reuse-port':true}}",
            "spec.cells[1].vtgate.flags.reuse-port: is no flag of vtgate in Vitess 23, only in "
            "Vitess 24; leave it out"},
        {"spec.cells[1].vtgate", "{'image':'vitess/lite:v25.0.0','flags':{'brand-new':1}}", ""},
        {"spec.cells[1].vtgate",
            "{'image':'example.com/vitess:prod','flags':{'reuse-port':true,'brand-new':1}}",
            "spec.cells[1].vtgate.flags.brand-new: is no flag of vtgate; leave it out"},
        {"spec.cells[1].vtorc",
            "{'flags':{'instance-poll-tme':'1s'}}",
            "spec.cells[1].vtorc.flags.instance-poll-tme: is no flag of vtorc in Vitess 24 (did "
            "you mean \"instance-poll-time\"?)"},
        {"spec.cells[1].orchestrator",
            "{'flags':{'service-map':'x'}}",
            "spec.cells[1].orchestrator.flags.service-map: is a flag of vtgate, vttablet, vtctld "
            "and mysqlctld, not of vtorc; leave it out"},
        {"spec.cells[0].vtadmin",
            "{'flags':{'http-orign':'x'}}",
            "spec.cells[0].vtadmin.flags.http-orign: is no flag of vtadmin in Vitess 24 (did you "
            "mean \"http-origin\"?)"},
        {TABLETS ".masterEligible",
            WITH_FLAGS("vttablet", "{'mysql_server_port':3307}"),
            FLAGS ".mysql_server_port: is a flag of vtgate, not of vttablet; leave it out"},
        {TABLETS ".masterEligible",
            WITH_FLAGS("mysql", "{'wait-time':'5x'}"),
            MYSQL_FLAGS ".wait-time: must be a duration such as \"30s\" or \"5m\", got \"5x\""},
        {"spec.backupFlags",
            "{'backup-storage-implementaton':'s3'}",
            "spec.backupFlags.backup-storage-implementaton: is no flag of vttablet in Vitess 24 "
            "(did you mean \"backup-storage-implementation\"?)"},
        /* One of the two programs that get them is enough. */
        {"spec.backupFlags", "{'xtrabackup-root-path':'/usr/bin','restore_concurrency':4}", ""},
        {"spec.backupFlags", "{'schema-change-dir':'/x'}", ""},
    };

    EXPECT(rows);
}
END_TEST

#define NOT_SET ": must not be set: "

START_TEST(flags_that_are_the_operators_are_refused)
{
    static const struct row rows[] = {
        {"spec.cells[1].vtgate.flags",
            "{'cell':'zone9'}",
            "spec.cells[1].vtgate.flags.cell" NOT_SET "it is the name of the cell in spec.cells; "
            "leave it out"},
        {"spec.cells[1].vtgate.flags",
            "{'topo_global_root':'/other'}",
            "spec.cells[1].vtgate.flags.topo_global_root" NOT_SET "the lock server is that of "
            "spec.lockserver, or of the cell with etcd; leave it out"},
        /* What says the same as the operator is none. */
        {"spec.cells[1].vtgate.flags",
            "{'cell':'zone1','topo-global-root':'/vitess/global','port':15000,'service_map':"
            "'grpc-throttler,grpc-vtgateservice'}",
            ""},
        {"spec.cells[1].vtgate.flags",
            "{'service_map':'grpc-throttler'}",
            "spec.cells[1].vtgate.flags.service_map: must hold grpc-vtgateservice, got "
            "\"grpc-throttler\""},
        {"spec.cells[1].vtgate.flags", "{'port':16000,'mysql-server-port':3307}", ""},
        {"spec.cells[1].vtgate.flags",
            "{'bind-address':'127.0.0.1','port':70000}",
            "spec.cells[1].vtgate.flags.bind-address: must be an address that other Pods and "
            "probes reach, got \"127.0.0.1\"; leave it out\n"
            "spec.cells[1].vtgate.flags.port: must be a port from 1 to 65535, got \"70000\""},
        {"spec.cells[1].vtgate.flags", "{'cells_to_watch':'zone1,zone2'}", ""},
        {"spec.cells[1].vtgate.flags",
            "{'cells_to_watch':'zone1,zone9'}",
            "spec.cells[1].vtgate.flags.cells-to-watch: must name cells of spec.cells, got "
            "\"zone9\""},
        {"spec.cells[1].vtgate.flags",
            "{'help':true,'version':false}",
            "spec.cells[1].vtgate.flags.help" NOT_SET "the process would print it and end; leave "
            "it out"},
        {"spec.cells[0].etcd.flags",
            "{'data-dir':'/x','name':'a','quota-backend-bytes':1}",
            "spec.cells[0].etcd.flags.data-dir" NOT_SET "the volume is mounted there; leave it "
            "out\n"
            "spec.cells[0].etcd.flags.name" NOT_SET "it differs between the members of etcd; leave "
            "it out"},
        {"spec.cells[0].etcd.flags",
            "{'initial-cluster-state':'existing'}",
            "spec.cells[0].etcd.flags.initial-cluster-state" NOT_SET
            "the operator lets new members in; leave it out"},
        {"spec.cells[0].vtadmin",
            "{'flags':{'rbac-config':'/x','addr':':15001'}}",
            "spec.cells[0].vtadmin.flags.rbac-config" NOT_SET "say rbac of vtadmin instead"},
        {TABLETS ".masterEligible",
            WITH_FLAGS("vttablet", "{'init_shard':'80-','tablet-path':'zone1-1'}"),
            FLAGS ".init_shard" NOT_SET "it is the name of each shard in spec.keyspaces; leave it "
                  "out\n" FLAGS ".tablet-path" NOT_SET "it differs between tablets; leave it out"},
        {TABLETS ".masterEligible",
            WITH_FLAGS("vttablet", "{'init-keyspace':'main','init-tablet-type':'replica'}"),
            ""},
        {TABLETS ".masterEligible",
            WITH_FLAGS("vttablet", "{'init-tablet-type':'rdonly','unmanaged':false}"),
            FLAGS
            ".init-tablet-type" NOT_SET "tablets of type replica are those of "
            "tablets.masterEligible, those of type rdonly are in tablets.batch; leave it out"},
        {TABLETS ".masterEligible",
            WITH_FLAGS("vttablet", "{'db_host':'rds.example.com','mycnf_server_id':1}"),
            FLAGS ".db_host" NOT_SET "the MySQL of a tablet is the one in its own Pod; leave it "
                  "out\n" FLAGS ".mycnf_server_id" NOT_SET
                  "my.cnf is made for each tablet; say what is "
                  "to be different in mysql.config"},
        {TABLETS ".masterEligible",
            WITH_FLAGS("mysql", "{'init_db_sql_file':'/x','tablet-dir':'x'}"),
            MYSQL_FLAGS ".init_db_sql_file" NOT_SET "say mysql.initScript instead\n" MYSQL_FLAGS
                        ".tablet-dir" NOT_SET
                        "the data of a tablet is in the folder that is named after its "
                        "uid; leave it out"},
    };
    const json_t *cluster = changed(two_zones(), "spec.networkPolicy", "{'enabled':true}");

    EXPECT(rows);
    ck_assert_str_eq(
        problems_of(changed(cluster, "spec.cells[1].vtgate.flags", "{'port':'15000'}"), NULL),
        "");
    ck_assert_str_eq(
        problems_of(changed(cluster, "spec.cells[1].vtgate.flags", "{'port':16000}"), NULL),
        "spec.cells[1].vtgate.flags.port: must stay 15000, which spec.networkPolicy lets in, got "
        "\"16000\"");
    /* A lock server that exists may have cells of others. */
    cluster = changed(two_zones(), "spec.lockserver", "{'addresses':['etcd:2379']}");
    ck_assert_str_eq(
        problems_of(
            changed(cluster, "spec.cells[1].vtgate.flags", "{'cells_to_watch':'zone1,zone9'}"),
            NULL),
        "");
}
END_TEST

/* A flag of two lines is none, wherever flags are taken. */
START_TEST(flags_have_one_line)
{
    static const struct {
        const char *block, *flags;
        bool missing; /* the block, in two_zones() */
    } places[] = {
        {"spec", "spec.backupFlags", false},
        {"spec.cells[0].etcd", "spec.cells[0].etcd.flags", false},
        {"spec.cells[0].vtctld", "spec.cells[0].vtctld.flags", false},
        {"spec.cells[1].vtgate", "spec.cells[1].vtgate.flags", false},
        {"spec.cells[1].vtorc", "spec.cells[1].vtorc.flags", true},
        {"spec.cells[1].orchestrator", "spec.cells[1].orchestrator.flags", true},
        {"spec.cells[1].vtadmin", "spec.cells[1].vtadmin.flags", true},
        {TABLETS ".defaults.vttablet", TABLETS ".defaults.vttablet.flags", true},
        {TABLETS ".masterEligible.vttablet", TABLETS ".masterEligible.vttablet.flags", true},
        {TABLETS ".batch.mysql", TABLETS ".batch.mysql.flags", true},
    };

    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        const char *flags = places[i].flags;
        const char *flag = strstr(flags, "etcd") != NULL ? "cors" : "log_dir";
        const json_t *cluster =
            places[i].missing ? changed(two_zones(), places[i].block, "{}") : two_zones();

        ck_assert_str_eq(
            problems_of(changed(cluster, flags, fmt(arena, "{'%s':'a$(b)$$'}", flag)), NULL),
            "");
        ck_assert_str_eq(
            problems_of(changed(cluster, flags, fmt(arena, "{'%s':'a\\nb'}", flag)), NULL),
            fmt(arena,
                "%s.%s: must have no newline or other control character, got \"a\\nb\"",
                flags,
                flag));
        ck_assert_str_eq(problems_of(changed(cluster, flags, "{'a\\nb':'x'}"), NULL),
            fmt(arena,
                "%s[\"a\\nb\"]: must be the name of a flag such as \"port\", got \"a\\nb\"",
                flags));
    }
}
END_TEST

START_TEST(keys_of_secrets_are_keys)
{
    static const struct row rows[] = {
        {"spec.cells[1].vtgate.auth", "{'static':{'name':'users','key':'users.json'}}", ""},
        {"spec.cells[1].vtgate.auth",
            "{'static':{'name':'users','key':'a\\nb'}}",
            "spec.cells[1].vtgate.auth.static.key: must be a key of a Secret such as "
            "\"users.json\", got \"a\\nb\""},
    };

    EXPECT(rows);
}
END_TEST

/* --- overrides of Pods --- */

#define POOL TABLETS ".masterEligible.template"
#define VOLUME ": must not be the name of a volume that the operator makes in this Pod, got \""
#define CONTAINER                                                                                  \
    ": must not be the name of a container that the operator makes in this Pod, got \""
#define VARIABLE ": must not be a variable that the operator sets in this Pod, got \""
#define MOUNT ": must not be where the operator mounts a volume in this Pod, got \""
#define RENAME "\"; give yours another name"
#define OMIT "\"; leave it out"
#define ELSEWHERE_IN_POD "\"; mount yours elsewhere"

START_TEST(what_the_operator_makes_is_not_replaced)
{
    static const struct row rows[] = {
        {POOL,
            "{'volumes':[{'name':'mine','emptyDir':{}},{'name':'vtdataroot','emptyDir':{}}]}",
            POOL ".volumes[1].name" VOLUME "vtdataroot" RENAME},
        {POOL,
            "{'sidecars':[{'name':'mysql','image':'i'}],'initContainers':[{'name':'init-vtdataroot'"
            ",'image':'i'}]}",
            POOL ".sidecars[0].name" CONTAINER "mysql" RENAME "\n" POOL
                 ".initContainers[0].name" CONTAINER "init-vtdataroot" RENAME},
        {POOL,
            "{'env':[{'name':'TZ','value':'Europe/Paris'},{'name':'VT_MYSQL_ROOT','value':'/opt'},"
            "{'name':'EXTRA_MY_CNF','value':'/x'},{'name':'VTDATAROOT','value':'/x'}]}",
            POOL ".env[2].name" VARIABLE "EXTRA_MY_CNF" OMIT "\n" POOL ".env[3].name" VARIABLE
                 "VTDATAROOT" OMIT},
        {POOL,
            "{'volumes':[{'name':'mine'}],'volumeMounts':[{'name':'mine','mountPath':"
            "'/vt/vtdataroot'},{'name':'mine','mountPath':'/vt//x/../shared/'}]}",
            POOL ".volumeMounts[0].mountPath" MOUNT "/vt/vtdataroot" ELSEWHERE_IN_POD "\n" POOL
                 ".volumeMounts[1].mountPath" MOUNT "/vt//x/../shared/" ELSEWHERE_IN_POD},
        /* What only other Pods have is free, and so is what is there only with another block. */
        {POOL,
            "{'volumes':[{'name':'data'},{'name':'topology-tls'},{'name':'init-db'}],"
            "'sidecars':[{'name':'vtgate','image':'i'}],'env':[{'name':'POD_NAME'}],"
            "'volumeMounts':[{'name':'data','mountPath':'/vt/vtdataroot/backups'}]}",
            ""},
        {TABLETS ".masterEligible",
            "{'replicas':2,'mysql':{'initScript':{'name':'init','key':'a.sql'}},"
            "'template':{'volumes':[{'name':'init-db'}]}}",
            POOL ".volumes[0].name" VOLUME "init-db" RENAME},
        /* The block of both pools is named once, and only where it is used. */
        {TABLETS ".defaults.template",
            "{'volumes':[{'name':'shared'}]}",
            TABLETS ".defaults.template.volumes[0].name" VOLUME "shared" RENAME},
        {"spec.cells[0].etcd.template",
            "{'volumes':[{'name':'data'}],'sidecars':[{'name':'etcd','image':'i'}],'env':[{'name':'"
            "POD_NAME'}],"
            "'volumeMounts':[{'name':'data','mountPath':'/var/etcd'}]}",
            "spec.cells[0].etcd.template.sidecars[0].name" CONTAINER "etcd" RENAME "\n"
            "spec.cells[0].etcd.template.env[0].name" VARIABLE "POD_NAME" OMIT "\n"
            "spec.cells[0].etcd.template.volumes[0].name" VOLUME "data" RENAME "\n"
            "spec.cells[0].etcd.template.volumeMounts[0].mountPath" MOUNT
            "/var/etcd" ELSEWHERE_IN_POD},
        {"spec.cells[0].vtctld.template",
            "{'sidecars':[{'name':'vtctld','image':'i'}]}",
            "spec.cells[0].vtctld.template.sidecars[0].name" CONTAINER "vtctld" RENAME},
        {"spec.cells[1].vtgate",
            "{'auth':{'static':{'name':'u','key':'k'}},'tls':{'secret':'t'},'template':{'sidecars':"
            "[{'name':'vtgate','image':'i'}],'volumes':[{'name':'mysql-auth'},{'name':'mysql-tls'}]"
            "}}",
            "spec.cells[1].vtgate.template.sidecars[0].name" CONTAINER "vtgate" RENAME "\n"
            "spec.cells[1].vtgate.template.volumes[0].name" VOLUME "mysql-auth" RENAME "\n"
            "spec.cells[1].vtgate.template.volumes[1].name" VOLUME "mysql-tls" RENAME},
        {"spec.cells[1].vtgate.template", "{'volumes':[{'name':'mysql-auth'}]}", ""},
        {"spec.cells[1].vtorc",
            "{'template':{'sidecars':[{'name':'vtorc','image':'i'}]}}",
            "spec.cells[1].vtorc.template.sidecars[0].name" CONTAINER "vtorc" RENAME},
        {"spec.cells[1].orchestrator",
            "{'template':{'sidecars':[{'name':'vtorc','image':'i'}]}}",
            "spec.cells[1].orchestrator.template.sidecars[0].name" CONTAINER "vtorc" RENAME},
        {"spec.cells[0].vtadmin",
            "{'rbac':{'name':'r','key':'k'},'template':{'env':[{'name':'VTADMIN_WEB_PORT'}],"
            "'volumes':[{'name':'rbac'},{'name':'web-config'}]}}",
            "spec.cells[0].vtadmin.template.env[0].name" VARIABLE "VTADMIN_WEB_PORT" OMIT "\n"
            "spec.cells[0].vtadmin.template.volumes[0].name" VOLUME "rbac" RENAME "\n"
            "spec.cells[0].vtadmin.template.volumes[1].name" VOLUME "web-config" RENAME},
    };

    EXPECT(rows);
}
END_TEST

START_TEST(what_tells_pods_of_others_is_no_annotation_of_a_user)
{
    static const struct row rows[] = {
        {POOL,
            "{'annotations':{'vitess.io/not-made-here':''}}",
            POOL ".annotations[vitess.io/not-made-here]: must not be set: it tells Pods that the "
                 "operator keeps but has not made; take it out"},
        {POOL, "{'annotations':{'vitess.io/mine':'1'}}", ""},
    };

    EXPECT(rows);
}
END_TEST

#define NOTED(key)                                                                                 \
    "{'metadata':{'annotations':{'" key "':'1Gi'}},'resources':{'requests':{'storage':'1Gi'}}}"
#define OURS                                                                                       \
    "volumeClaim: must not have the annotation vitess.io/spec-size, which is the operator's"

START_TEST(annotations_of_the_operator_are_none_of_a_claim)
{
    static const struct row rows[] = {
        {"spec.cells[0].etcd.volumeClaim", NOTED("velero.io/x"), ""},
        {"spec.cells[0].etcd.volumeClaim",
            NOTED("vitess.io/spec-size"),
            "spec.cells[0].etcd." OURS},
        {TABLETS ".defaults.volumeClaim", NOTED("vitess.io/spec-size"), TABLETS ".defaults." OURS},
        {TABLETS ".masterEligible.volumeClaim",
            NOTED("vitess.io/spec-size"),
            TABLETS ".masterEligible." OURS},
        {"spec.keyspaces[0].overrides",
            "[{'cells':['zone1'],'masterEligible':{'volumeClaim':" NOTED(
                "vitess.io/spec-size") "}}]",
            "spec.keyspaces[0].overrides[0].masterEligible." OURS},
        {"spec.keyspaces[0].overrides",
            "[{'cells':['zone1'],'masterEligible':{'volumeClaim':" NOTED("velero.io/x") "}}]",
            ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *said = problems_of(changed(two_zones(), rows[i].path, rows[i].value), NULL);

        ck_assert_msg(text_starts_with(said, rows[i].problems), "%s", said);
        ck_assert_msg(*rows[i].problems != '\0' || *said == '\0', "%s", said);
    }
}
END_TEST

START_TEST(an_etcd_behind_tls_brings_a_volume_of_its_own)
{
    const json_t *cluster =
        changed(two_zones(), "spec.lockserver", "{'addresses':['etcd:2379'],'tlsSecret':'t'}");

    ck_assert_str_eq(
        problems_of(changed(cluster, POOL, "{'volumes':[{'name':'topology-tls'}]}"), NULL),
        POOL ".volumes[0].name" VOLUME "topology-tls" RENAME);
}
END_TEST

/* The API server refuses such a Pod, after its predecessor has gone. */
START_TEST(what_a_pod_may_not_have_twice)
{
    static const struct row rows[] = {
        {POOL,
            "{'sidecars':[{'name':'a','image':'i'},{'name':'b','image':'i'},{'name':'a','image':'i'"
            "}],'initContainers':[{'name':'b','image':'i'}]}",
            POOL ".sidecars[2].name: must differ between items, \"a\" is also at " POOL
                 ".sidecars[0]\n" POOL
                 ".initContainers[0].name: must differ between items, \"b\" is also at " POOL
                 ".sidecars[1]"},
        {POOL,
            "{'volumes':[{'name':'a'},{'name':'a'}]}",
            POOL ".volumes[1].name: must differ between items, \"a\" is also at " POOL
                 ".volumes[0]"},
        {POOL,
            "{'volumes':[{'name':'a'},{'name':'b'}],"
            "'volumeMounts':[{'name':'a','mountPath':'/a'},{'name':'b','mountPath':'/a'}]}",
            POOL ".volumeMounts[1].mountPath: must differ between items, \"/a\" is also at " POOL
                 ".volumeMounts[0]"},
        /* Kubernetes takes these, but Metacontroller could not put such a list together again. */
        {POOL,
            "{'env':[{'name':'A','value':'1'},{'name':'B'},{'name':'A','value':'2'}]}",
            POOL ".env[2].name: must differ between items, \"A\" is also at " POOL ".env[0]"},
        {POOL,
            "{'env':[{'name':'TZ','value':'1'},{'name':'TZ','value':'1'}]}",
            POOL ".env[1].name: must differ between items, \"TZ\" is also at " POOL ".env[0]"},
        {POOL,
            "{'sidecars':[{'name':'s','image':'i','env':[{'name':'A'},{'name':'A'}]}]}",
            POOL ".sidecars[0].env[1].name: must differ between items, \"A\" is also at " POOL
                 ".sidecars[0].env[0]"},
        /* A mount is of a volume: the user's, or the operator's. */
        {POOL,
            "{'volumeMounts':[{'name':'a','mountPath':'/a'},{'name':'shared','mountPath':'/s'}],"
            "'sidecars':[{'name':'s','image':'i','volumeMounts':[{'name':'b','mountPath':'/b'},"
            "{'name':'shared','mountPath':'/d'}]}],'initContainers':[{'name':'t','image':'i',"
            "'volumeMounts':[{'name':'c','mountPath':'/c'}]}]}",
            POOL ".volumeMounts[0].name: must be a volume of this Pod, such as one in " POOL
                 ".volumes, got \"a\"\n" POOL
                 ".sidecars[0].volumeMounts[0].name: must be a volume of this Pod, such as one "
                 "in " POOL ".volumes, got \"b\"\n" POOL
                 ".initContainers[0].volumeMounts[0].name: must be a volume of this Pod, such as "
                 "one in " POOL ".volumes, got \"c\""},
    };

    EXPECT(rows);
}
END_TEST

/* The containers of a Pod have one address, and ports are asked for by name. */
#define PORT_NAME                                                                                  \
    ": must not be the name of a port that the operator's containers have in this Pod, got \""
#define PORT_OF(container, port)                                                                   \
    ": must not be a port of the operator's container " container                                  \
    ", since the containers of a Pod have one address, got " port                                  \
    "; let yours listen to another one"
#define SIDECAR(ports) "{'sidecars':[{'name':'s','image':'i','ports':" ports "}]}"

START_TEST(ports_of_the_operator_are_not_taken)
{
    static const struct row rows[] = {
        {POOL,
            SIDECAR("[{'containerPort':15000},{'containerPort':9104,'name':'metrics'}]"),
            POOL ".sidecars[0].ports[0].containerPort" PORT_OF("vttablet", "15000")},
        {POOL,
            SIDECAR("[{'containerPort':3306},{'containerPort':15001,'protocol':'TCP'}]"),
            POOL ".sidecars[0].ports[0].containerPort" PORT_OF("mysql",
                "3306") "\n" POOL ".sidecars[0].ports[1].containerPort" PORT_OF("mysql", "15001")},
        {POOL,
            SIDECAR("[{'containerPort':8080,'name':'web'}]"),
            POOL ".sidecars[0].ports[0].name" PORT_NAME "web" RENAME},
        {POOL, SIDECAR("[{'containerPort':15000,'protocol':'UDP'}]"), ""},
        /* As flags say. */
        {TABLETS ".masterEligible",
            "{'replicas':2,'vttablet':{'flags':{'port':15100}},'template':" SIDECAR(
                "[{'containerPort':15100},{'containerPort':15000}]") "}",
            POOL ".sidecars[0].ports[0].containerPort" PORT_OF("vttablet", "15100")},
        {TABLETS ".masterEligible",
            "{'replicas':2,'mysql':{'flags':{'mysql-port':3307}},'template':" SIDECAR(
                "[{'containerPort':3306},{'containerPort':3307}]") "}",
            POOL ".sidecars[0].ports[1].containerPort" PORT_OF("mysql", "3307")},
        /* One that has ended by then, and one that stays. */
        {POOL,
            "{'initContainers':[{'name':'s','image':'i','ports':[{'containerPort':15000,'name':"
            "'web'}]}]}",
            ""},
        {POOL,
            "{'initContainers':[{'name':'s','image':'i','restartPolicy':'Always','ports':["
            "{'containerPort':15000}]}]}",
            POOL ".initContainers[0].ports[0].containerPort" PORT_OF("vttablet", "15000")},
        {"spec.cells[0].etcd.template",
            SIDECAR("[{'containerPort':2379},{'containerPort':1,'name':'peer'}]"),
            "spec.cells[0].etcd.template.sidecars[0].ports[1].name" PORT_NAME "peer" RENAME "\n"
            "spec.cells[0].etcd.template.sidecars[0].ports[0].containerPort" PORT_OF("etcd",
                "2379")},
        {"spec.cells[0].vtctld",
            "{'flags':{'grpc-port':16999},'template':" SIDECAR("[{'containerPort':16999}]") "}",
            "spec.cells[0].vtctld.template.sidecars[0].ports[0].containerPort" PORT_OF("vtctld",
                "16999")},
        {"spec.cells[1].vtgate",
            "{'flags':{'mysql-server-port':3307},'template':" SIDECAR(
                "[{'containerPort':3307}]") "}",
            "spec.cells[1].vtgate.template.sidecars[0].ports[0].containerPort" PORT_OF("vtgate",
                "3307")},
        {"spec.cells[1].vtorc.template",
            SIDECAR("[{'containerPort':15000}]"),
            "spec.cells[1].vtorc.template.sidecars[0].ports[0].containerPort" PORT_OF("vtorc",
                "15000")},
        {"spec.cells[0].vtadmin.template",
            SIDECAR("[{'containerPort':14000},{'containerPort':15000}]"),
            "spec.cells[0].vtadmin.template.sidecars[0].ports[0].containerPort" PORT_OF(
                "vtadmin-web",
                "14000")},
        /* Said at its own place, and nothing more. */
        {POOL,
            SIDECAR("[{'containerPort':'15000'},{'name':'a'},7]"),
            POOL ".sidecars[0].ports[0].containerPort: must be a whole number, got \"15000\": take "
                 "its quotes off\n" POOL ".sidecars[0].ports[1].containerPort: is required\n" POOL
                 ".sidecars[0].ports[2]: must be a mapping, got 7"},
    };

    EXPECT(rows);
}
END_TEST

#define LABELS "spec.template.metadata.labels"
#define KEYS ": must have keys such as \"team\" or \"example.com/team\", got "

START_TEST(labels_must_be_labels_and_match)
{
    static const struct row rows[] = {
        {"spec.template",
            "{'metadata':{'labels':{'app':'my shop'}}}",
            "spec.template.metadata.labels.app: must be a label value (at most 63 letters, "
            "digits, '-', '_' and '.'), got \"my shop\""},
        {"spec.template",
            "{'metadata':{'labels':{'app':1}}}",
            "spec.template.metadata.labels.app: must be text, got 1: put it in quotes"},
        {"spec.selector",
            "{'matchLabels':{'app':'-x'}}",
            "spec.selector.matchLabels.app: must be a label value (at most 63 letters, digits, "
            "'-', '_' and '.'), got \"-x\""},
        {"spec.selector",
            "{'matchExpressions':[{'key':'app','operator':'Exists'}]}",
            "spec.selector: must match the labels in spec.template.metadata.labels, got "
            "{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"Exists\"}]}"},
        {"spec.selector", "{'matchLabels':{'app':'shop'}}", ""},
        {"spec.template",
            "{'metadata':{'labels':{'my app':'shop','/app':'','a/b/c':'','-app':'','Shop.com/a':'',"
            "'':''}}}",
            LABELS KEYS "\"my app\"\n" LABELS KEYS "\"/app\"\n" LABELS KEYS
                        "\"a/b/c\"\n" LABELS KEYS "\"-app\"\n" LABELS KEYS
                        "\"Shop.com/a\"\n" LABELS KEYS "\"\""},
        {"spec.template", "{'metadata':{'labels':{'Shop_1.x':'','shop.com/App':'A.b'}}}", ""},
        {POOL,
            "{'labels':{'my app':'shop','app':'my shop'}}",
            POOL ".labels" KEYS "\"my app\"\n" POOL
                 ".labels.app: must be a label value (at most 63 letters, digits, '-', '_' and "
                 "'.'), got \"my shop\""},
        {POOL,
            "{'annotations':{'a b':'any text: /*','ok':'','example.com/note':''}}",
            POOL ".annotations" KEYS "\"a b\""},
        {"spec.cells[1].vtgate",
            "{'template':{'labels':{'app':'x y'}}}",
            "spec.cells[1].vtgate.template.labels.app: must be a label value (at most 63 letters, "
            "digits, '-', '_' and '.'), got \"x y\""},
    };

    EXPECT(rows);
}
END_TEST

/* What holds for a pool holds for it with overrides laid over it, wherever each part is written. */
START_TEST(overrides_keep_to_what_pools_do)
{
#define FIRST OVERRIDES "[0].masterEligible"
#define BY_FLAGS                                                                                   \
    " by a handover, and the flags shutdown-grace-period, shutdown-wait-time, onterm-timeout, "    \
    "lameduck-period and onclose-timeout of vttablet and mysqlctld, got "
    static const struct row rows[] = {
        {OVERRIDES,
            "[{'masterEligible':{'template':{'terminationGracePeriodSeconds':30}}}]",
            FIRST ".template.terminationGracePeriodSeconds: must be at least 423" BY_FLAGS
                  "30; raise it, or lower those"},
        {OVERRIDES,
            "[{'masterEligible':{'vttablet':{'flags':{'onterm-timeout':'2h'}}}},"
            "{'cells':['zone1'],'masterEligible':{'template':{'terminationGracePeriodSeconds':"
            "3000}}}]",
            OVERRIDES "[1].masterEligible.template.terminationGracePeriodSeconds: must be at least "
                      "7613" BY_FLAGS "3000; raise it, or lower those"},
        {OVERRIDES,
            "[{'masterEligible':{'vttablet':{'flags':{'port':3306}}}}]",
            FIRST ".vttablet.flags.port: must differ from mysql-port of mysqlctld in the same Pod, "
                  "got 3306"},
        {OVERRIDES,
            "[{'masterEligible':{'vttablet':{'flags':{'port':15200}}}},"
            "{'masterEligible':{'mysql':{'flags':{'port':15200}}}}]",
            OVERRIDES "[1].masterEligible.mysql.flags.port: must differ from port of vttablet in "
                      "the same Pod, got 15200"},
        {OVERRIDES,
            "[{'masterEligible':{'vttablet':{'flags':{'grpc-ca':'/a'}}}}]",
            FIRST ".vttablet.flags.grpc-cert: is required beside grpc-ca: without it the server "
                  "speaks plain text; spec.tls says all of it at once"},
        {OVERRIDES,
            "[{'masterEligible':{'replicas':0,'vttablet':{'flags':{'grpc-ca':'/a'}}},"
            "'cells':['zone1']}]",
            ""},
    };

    EXPECT(rows);
}
END_TEST

START_TEST(nodes_must_be_able_to_be_in_the_zone_of_the_cell)
{
#define ZONE_B "{'template':{'nodeSelector':{'topology.kubernetes.io/zone':'b'}}}"
    static const struct row rows[] = {
        {"spec.cells[1].vtgate", ZONE_B, ""},
        {"spec.cells[1].zone", "'a'", ""},
        {"spec.cells[1]", "{'name':'zone1','zone':'b','vtgate':" ZONE_B "}", ""},
        {"spec.cells[1]",
            "{'name':'zone1','zone':'a','vtgate':" ZONE_B "}",
            "spec.cells[1].vtgate.template.nodeSelector[\"topology.kubernetes.io/zone\"]: must be "
            "\"a\" by spec.cells[1].zone, or no node fits: leave it out, got \"b\""},
        {"spec.cells[1]",
            "{'name':'zone1','region':'a','vtorc':{'template':{'nodeSelector':{"
            "'topology.kubernetes.io/region':'b'}}}}",
            "spec.cells[1].vtorc.template.nodeSelector[\"topology.kubernetes.io/region\"]: must be "
            "\"a\" by spec.cells[1].region, or no node fits: leave it out, got \"b\""},
    };
    const json_t *zoned = changed(two_zones(), "spec.cells[1].zone", "'a'");
    /* Another cell than that with a zone may have them elsewhere. */
    static const struct row pools[] = {
        {OVERRIDES, "[{'cells':['zone2'],'masterEligible':" ZONE_B "}]", ""},
        {OVERRIDES,
            "[{'cells':['zone1'],'masterEligible':" ZONE_B "}]",
            OVERRIDES "[0].masterEligible.template.nodeSelector[\"topology.kubernetes.io/zone\"]: "
                      "must be \"a\" by spec.cells[1].zone, or no node fits: leave it out, got "
                      "\"b\""},
    };

    EXPECT(rows);
    for (size_t i = 0; i < sizeof(pools) / sizeof(*pools); i++)
        expect(zoned, &pools[i]);
}
END_TEST

START_TEST(what_stands_in_the_wrong_place_hears_of_the_right_one)
{
    static const struct row rows[] = {
        {"spec.nodeSelector", "{}", "spec.nodeSelector: belongs in a component's template here"},
        {"spec.labels", "{}", "spec.labels: is template.metadata.labels here"},
        {"spec.equal", "{}", "spec.equal: belongs in keyspaces[] here"},
        {"spec.cells[1].tolerations",
            "[]",
            "spec.cells[1].tolerations: belongs in a component's template here"},
        {"spec.cells[1].tls", "{}", "spec.cells[1].tls: belongs in etcd or vtgate here"},
        {"spec.cells[1].overrides",
            "[]",
            "spec.cells[1].overrides: is not a known field here, only in spec.keyspaces[]"},
        {"spec.keyspaces[0].affinity",
            "{}",
            "spec.keyspaces[0].affinity: belongs in tablets.defaults.template here"},
        {"spec.keyspaces[0].tablets.env",
            "[]",
            "spec.keyspaces[0].tablets.env: belongs in defaults.template here"},
        {"spec.keyspaces[0].tablets.masterEligible.zone",
            "'a'",
            "spec.keyspaces[0].tablets.masterEligible.zone: is not a known field here, only in "
            "spec.cells[]"},
        {"spec.keyspaces[0].tablets.masterEligible.vttablet.tls",
            "{}",
            "spec.keyspaces[0].tablets.masterEligible.vttablet.tls: is not a known field here, "
            "only in spec, spec.cells[].etcd and spec.cells[].vtgate"},
        {"spec.cells[0].etcd.tlsSecret",
            "'a'",
            "spec.cells[0].etcd.tlsSecret: is secret below tls here: tls: {secret: etcd}"},
        {"spec.cells[0].vtctld.autoscaler",
            "{}",
            "spec.cells[0].vtctld.autoscaler: is not a known field here, only in "
            "spec.cells[].vtgate"},
        {"spec.tasks", "{'nodeSelector':{}}", "spec.tasks.nodeSelector: belongs in template here"},
        {"spec.tasks",
            "{'template':{'metadata':{}}}",
            "spec.tasks.template.metadata: is nothing of its own here: write labels and "
            "annotations straight below template"},
        {"spec.tasks",
            "{'template':{'env':[]}}",
            "spec.tasks.template.env: has nothing alike here: what a task runs is the operator's "
            "own; take it out"},
        {"spec.cells[1].vtgate.template",
            "{'spec':{}}",
            "spec.cells[1].vtgate.template.spec: is nothing of its own here: write its fields "
            "straight below template"},
        {"spec.cells[1].vtgate.template",
            "{'containers':[]}",
            "spec.cells[1].vtgate.template.containers: is called sidecars here"},
        {"spec.cells[1].vtgate.template",
            "{'image':'a'}",
            "spec.cells[1].vtgate.template.image: belongs beside template here"},
        {"spec.cells[1].vtgate.resources",
            "{'cpu':1}",
            "spec.cells[1].vtgate.resources.cpu: belongs in limits or requests here"},
        {"spec.cells[1].vtgate.service",
            "{'spec':{}}",
            "spec.cells[1].vtgate.service.spec: is nothing of its own here: write its fields "
            "straight below service"},
        {"spec.cells[1].vtgate",
            "{'service':'LoadBalancer'}",
            "spec.cells[1].vtgate.service: must be a mapping, got \"LoadBalancer\""},
        {"spec.cells[1].vtgate",
            "{'service':{'sessionAffinity':true}}",
            "spec.cells[1].vtgate.service.sessionAffinity: must be one of \"None\", \"ClientIP\", "
            "got true"},
        {"spec.keyspaces[0].tablets.masterEligible.volumeClaim",
            "{'resources':{'requests':{'storage':'1Gi'}},'size':'1Gi'}",
            "spec.keyspaces[0].tablets.masterEligible.volumeClaim.size: is "
            "resources.requests.storage here"},
        {"spec.keyspaces[0].tablets.masterEligible.volumeClaim",
            "{'resources':{'requests':{'storage':'1Gi'}},'annotations':{}}",
            "spec.keyspaces[0].tablets.masterEligible.volumeClaim.annotations: belongs in metadata "
            "here"},
        {"spec.securityContext",
            "{'capabilities':{}}",
            "spec.securityContext.capabilities: is of containers, whose own context the operator "
            "writes (no capability, no privilege): take it out"},
        {"spec.lockserver",
            "{'addresses':['etcd:2379'],'tls':{}}",
            "spec.lockserver.tls: is tlsSecret here: the name of the Secret"},
    };

    EXPECT(rows);
}
END_TEST

START_TEST(what_only_hooks_write_is_refused)
{
    static const struct row rows[] = {
        {"spec.rollout", "{'paused':true,'force':['demo-zone1']}", ""},
        {"spec.rollout",
            "{'force':['demo-zone2-vtgate','demo-global-etcd','demo-zone1-main','demo-zone1-main-"
            "x-80','demo-zone1-lookup-0']}",
            ""},
        {"spec.rollout",
            "{'force':['demo-zone1','nope','demo-zone1-mian']}",
            "spec.rollout.force[1]: must be the name of an object of this cluster, such as "
            "VitessCell \"demo-global\" or the Pod of a tablet, got \"nope\"\n"
            "spec.rollout.force[2]: must be the name of an object of this cluster, such as "
            "VitessCell \"demo-global\" or the Pod of a tablet, got \"demo-zone1-mian\" (did you "
            "mean \"demo-zone1-main\"?)"},
        {"spec.rollout", "{'retire':true}", "spec.rollout.retire: is not a known field"},
        {"spec.rollout", "{'remaining':['zone1']}", "spec.rollout.remaining: is not a known field"},
    };

    EXPECT(rows);
}
END_TEST

START_TEST(a_tablet_may_be_forced)
{
    const char *name = v1_tablet_identity(arena, "demo", "zone1", "main", "-80", "replica", 1).name;

    ck_assert_str_eq(
        problems_of(changed(two_zones(), "spec.rollout", fmt(arena, "{'force':['%s']}", name)),
            NULL),
        "");
}
END_TEST

/* --- names --- */

#define LONG46 "abcdefghijabcdefghijabcdefghijabcdefghijabcdef"

START_TEST(every_name_must_fit)
{
    static const struct row rows[] = {
        {"metadata.name",
            "'1shop'",
            "metadata.name: must be a DNS label that begins with a letter, since Services are "
            "named after it, got \"1shop\""},
        {"metadata.name",
            "'shop.eu'",
            "metadata.name: must be a DNS label that begins with a letter, since Services are "
            "named after it, got \"shop.eu\""},
        /* demo-<46>-vttablet is not, but demo-vttablet-<51> is the longest of zone1. */
        {"spec.cells[2].name",
            "'" LONG46 "abcde'",
            "spec.keyspaces[0].cells[1]: must be a cell of spec.cells (\"zone1\", \"" LONG46
            "abcde\"), got \"zone2\"\n"
            "spec.cells[2].name: makes the name of Service \"demo-vttablet-" LONG46
            "abcde\" 2 characters too long, at most 63 are possible; shorten it or "
            "metadata.name"},
        {"spec.keyspaces[1].name", "'nova_API'", ""},
        {"spec.keyspaces[1].name",
            "'a.b'",
            "spec.keyspaces[1].name: must be letters, digits, \"-\" and \"_\", with a letter or "
            "digit at both ends, such as \"my_app\", got \"a.b\""},
        {"spec.keyspaces[1].name",
            "'" LONG46 "abcdefghijabcdef'",
            "spec.keyspaces[1].name: makes the name of database \"vt_" LONG46
            "abcdefghijabcdef\" 1 characters too long, at most 64 are possible"},
    };

    EXPECT(rows);
}
END_TEST

START_TEST(etcd_labels_its_pods_with_its_name_and_a_hash)
{
    const json_t *cluster = changed(two_zones(), "spec.cells[1].name", "'" LONG46 "'");

    cluster = changed(cluster, "spec.keyspaces", "[]");
    ck_assert_str_eq(problems_of(cluster, NULL), "");
    cluster = changed(cluster, "spec.cells[1].etcd", "{}");
    ck_assert_str_eq(problems_of(cluster, NULL),
        "spec.cells[1].name: makes the name of StatefulSet \"demo-" LONG46
        "-etcd\" 4 characters too long, at most 52 are possible; shorten it or metadata.name");
}
END_TEST

START_TEST(no_two_objects_have_one_name)
{
    const json_t *cluster = changed(two_zones(), "spec.cells[2].name", "'zone1-a'");

    cluster = changed(cluster,
        "spec.keyspaces[0]",
        "{'name':'a-b','cells':['zone1'],'tablets':{'masterEligible':{'replicas':1,"
        "'volumeClaim':" CLAIM("1Gi") "}}}");
    cluster = changed(cluster, "spec.keyspaces[1].name", "'b'");
    cluster = changed(cluster, "spec.keyspaces[1].cells", "['zone1-a']");
    ck_assert_str_eq(problems_of(cluster, NULL),
        "spec.keyspaces[1].name: makes VitessKeyspace \"demo-zone1-a-b\", as "
        "spec.keyspaces[0].name does; rename one of them\n"
        "spec.keyspaces[1].name: makes VitessShard \"demo-zone1-a-b-0\", as "
        "spec.keyspaces[0].name does; rename one of them");
}
END_TEST

/* A uid has 24 bits of a hash: zone1/ks1619/0/replica and zone1/ks6619/0/replica have the same. */
static const json_t *with_one_uid(const char *cells)
{
    const json_t *cluster = two_zones();

    for (int i = 0; i < 2; i++)
        cluster = changed(cluster,
            fmt(arena, "spec.keyspaces[%d]", i),
            fmt(arena,
                "{'name':'%s','cells':%s,'tablets':{'masterEligible':{'replicas':1,"
                "'volumeClaim':" CLAIM("1Gi") "}}}",
                i == 0 ? "ks1619" : "ks6619",
                i == 0 ? "['zone1','zone2']" : cells));
    return cluster;
}

START_TEST(no_two_tablets_of_a_cell_have_one_uid)
{
    const json_t *cluster = with_one_uid("['zone1','zone2']");

    ck_assert_str_eq(problems_of(cluster, NULL),
        "spec.keyspaces[1].name: gives its replica tablets in cell zone1 the uids from 0224911300 "
        "on, "
        "which "
        "the replica tablets of spec.keyspaces[0].name have; a uid is a hash of cell, keyspace, "
        "shard and type: rename the keyspace or shard that is new, or choose another key range for "
        "it");
    /* Elsewhere it is another hash; tablets of another type, or none, have other uids. */
    ck_assert_str_eq(problems_of(with_one_uid("['zone2']"), NULL), "");
    cluster = changed(cluster, "spec.keyspaces[1].tablets.masterEligible.replicas", "0");
    ck_assert_ptr_null(strstr(problems_of(cluster, NULL), "uids"));
}
END_TEST

/* An ordinary keyspace that it happens to, with pools of two types. */
START_TEST(no_two_shards_have_tablets_with_one_uid)
{
    json_t *shards = json_new_list();
    const json_t *cluster = changed(two_zones(), "spec.cells[1].name", "'us-east-1a'");

    for (unsigned i = 0; i < 256; i++)
        json_add(shards,
            json_of(fmt(arena,
                "{'keyRange':{'start':'%s','end':'%s'}}",
                i == 0 ? "" : fmt(arena, "%02x", i),
                i == 255 ? "" : fmt(arena, "%02x", i + 1))));

    cluster = changed(cluster,
        "spec.keyspaces",
        fmt(arena,
            "[{'name':'orders','cells':['us-east-1a'],'shards':%s,'tablets':{'defaults':{"
            "'volumeClaim':" CLAIM("1Gi") "},'masterEligible':{'replicas':2},"
                                          "'batch':{'replicas':1}}}]",
            json_write(arena, shards, NULL)));
    ck_assert_str_eq(problems_of(cluster, NULL),
        "spec.keyspaces[0].shards[169]: gives its replica tablets in cell us-east-1a the uids from "
        "0834375000 on, which the rdonly tablets of spec.keyspaces[0].shards[160] have; a uid is a "
        "hash of cell, keyspace, shard and type: rename the keyspace or shard that is new, or "
        "choose "
        "another key range for it");
}
END_TEST

/* --- what must not change --- */

/* What is said of a change to a cluster whose cells exist. */
static const char *problems_of_change(const json_t *cluster, const char *path, const char *value)
{
    struct world world = {.sync = v1_sync_cluster,
        .parent = json_clone(cluster),
        .children = json_new_list()};

    ck_assert_int_eq(world_sync(&world), 200);
    return problems_of(changed(cluster, path, value), world_groups(&world));
}

/* Word for word, and not as the hooks write them down. */
#define ELSEWHERE                                                                                  \
    "put it back, or make a new VitessCluster and move the data (backup and restore, or "          \
    "MoveTables)"
#define ANOTHER_KEYSPACE                                                                           \
    "put it back, or make a new keyspace with it and move the tables (MoveTables)"

START_TEST(what_exists_must_not_change)
{
    static const struct row rows[] = {
        {"spec.cells[0].vtctld.replicas", "2", ""},
        {"spec.cells[0].etcd.size", "5", ""},
        {"spec.cells[0].etcd.size", "1", ""},
        {"spec.cells[0].etcd.volumeClaim", CLAIM("2Gi"), ""},
        {"spec.cells[0].etcd.volumeClaim", CLAIM("1024Mi"), ""},
        {"spec.cells[0].etcd.volumeClaim",
            CLAIM("500Mi"),
            "spec.cells[0].etcd.volumeClaim.resources.requests.storage: must not shrink from 1Gi, "
            "got 500Mi; " ELSEWHERE},
        {"spec.cells[0].etcd.volumeClaim",
            "{'storageClassName':'fast','accessModes':['ReadWriteOnce'],"
            "'resources':{'requests':{'storage':'2Gi'}}}",
            "spec.cells[0].etcd.volumeClaim: must not change once etcd exists but for its size, "
            "got {\"accessModes\":[\"ReadWriteOnce\"],\"storageClassName\":\"fast\"}; " ELSEWHERE},
        {"spec.selector",
            "{'matchLabels':{'app':'shop'}}",
            "spec.selector: must not change once the cluster exists, since what it has would be "
            "lost from sight; " ELSEWHERE},
        {"spec.lockserver",
            "{'addresses':['etcd:2379']}",
            "spec.lockserver: must leave the lock server at demo-global-etcd-client.shop.svc:2379 "
            "(/vitess/global), got etcd:2379 (/vitess/global); " ELSEWHERE},
        {"spec.cells[0].name",
            "'zone0'",
            "spec.cells: must leave the lock server at demo-global-etcd-client.shop.svc:2379 "
            "(/vitess/global), got demo-zone0-etcd-client.shop.svc:2379 "
            "(/vitess/global); " ELSEWHERE},
        {TABLETS ".defaults.volumeClaim.resources.requests.storage", "'20Gi'", ""},
        {TABLETS ".defaults.volumeClaim.resources.requests.storage", "'10240Mi'", ""},
        {TABLETS ".defaults.volumeClaim.resources.requests.storage",
            "'5Gi'",
            TABLETS ".defaults.volumeClaim.resources.requests.storage: must not shrink from 10Gi, "
                    "got 5Gi; " ANOTHER_KEYSPACE},
        {TABLETS ".defaults.volumeClaim.storageClassName",
            "'fast'",
            TABLETS ".defaults.volumeClaim.storageClassName: must not change from none while there "
                    "are tablets, got fast; " ANOTHER_KEYSPACE},
        {TABLETS ".defaults.volumeClaim.metadata", "{'annotations':{'a':'b'}}", ""},
        {TABLETS ".defaults.volumeClaim.metadata",
            "{'labels':{'vitess.io/shard':'b'}}",
            TABLETS ".defaults.volumeClaim.metadata.labels[vitess.io/shard]: must not be set: only "
                    "some objects have this label, and it tells them from the others; take it out"},
        {OVERRIDES,
            "[{'cells':['zone2'],'shards':['80-'],'batch':{'volumeClaim':" CLAIM("5Gi") "}}]",
            OVERRIDES "[0].batch.volumeClaim.resources.requests.storage: must not shrink from "
                      "10Gi, got 5Gi; " ANOTHER_KEYSPACE},
        {OVERRIDES,
            "[{'batch':{'volumeClaim':" CLAIM("5Gi") "}},{'batch':{'volumeClaim':" CLAIM(
                "20Gi") "}}]",
            ""},
        /* There is none any more. */
        {OVERRIDES,
            "[{'cells':['zone2'],'batch':{'replicas':0,'volumeClaim':" CLAIM("5Gi") "}}]",
            ""},
        {TABLETS ".batch.volumeClaim",
            "{'accessModes':['ReadWriteMany'],'resources':{'requests':{'storage':'10Gi'}}}",
            TABLETS ".batch.volumeClaim: must not change but for its size while there are tablets, "
                    "got {\"accessModes\":[\"ReadWriteMany\"]}; " ANOTHER_KEYSPACE},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ck_assert_str_eq(problems_of_change(two_zones(), rows[i].path, rows[i].value),
            rows[i].problems);
}
END_TEST

START_TEST(claims_of_etcd_are_made_once)
{
    const json_t *cluster = changed(two_zones(), "spec.cells[0].etcd.volumeClaim", CLAIM("1Gi"));

    ck_assert_str_eq(problems_of_change(cluster,
                         "spec.cells[0].etcd.volumeClaim.metadata",
                         "{'annotations':{'a':'b'}}"),
        "spec.cells[0].etcd.volumeClaim.metadata: must not change once etcd exists, since a "
        "StatefulSet has its claims made once; put it back, and change those that are there: "
        "kubectl annotate pvc --namespace shop --selector "
        "vitess.io/cluster=demo,vitess.io/cell=global,vitess.io/component=etcd KEY=VALUE");
}
END_TEST

#define FORCE(cell) "; to do it all the same name VitessCell demo-" cell " in spec.rollout.force"

START_TEST(volumes_do_not_follow_to_another_zone)
{
#define FOLLOW(cell) "cannot follow; put it back" FORCE(cell)
    static const struct {
        const char *path, *old, *value, *problems;
    } rows[] = {
        {"spec.cells[1].zone", NULL, "'eu-1a'", ""},
        {"spec.cells[1].zone", "'eu-1a'", NULL, ""},
        {"spec.cells[1].zone", "'eu-1a'", "'eu-1a'", ""},
        {"spec.cells[1].zone",
            "'eu-1a'",
            "'eu-1b'",
            "spec.cells[1].zone: must not go from eu-1a to eu-1b, where the volumes of its "
            "tablets " FOLLOW("zone1")},
        {"spec.cells[0].region",
            NULL,
            "'eu-1'",
            "spec.cells[0].region: must not go from any to eu-1, where the volumes of its "
            "etcd " FOLLOW("global")},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ck_assert_str_eq(problems_of_change(changed(two_zones(), rows[i].path, rows[i].old),
                             rows[i].path,
                             rows[i].value),
            rows[i].problems);
}
END_TEST

START_TEST(nothing_runs_as_root)
{
#define VTGATE "spec.cells[1].vtgate.template"
    static const struct row rows[] = {
        {"spec.securityContext", "{'runAsUser':-1,'runAsGroup':0,'fsGroup':-1}", ""},
        {"spec.securityContext", "{'runAsUser':1000660000,'runAsNonRoot':true}", ""},
        {"spec.securityContext",
            "{'runAsUser':0}",
            "spec.securityContext.runAsUser: must not be 0, which is root; -1 leaves it out, got "
            "0"},
        {"spec.securityContext",
            "{'runAsNonRoot':false}",
            "spec.securityContext.runAsNonRoot: must stay true; leave it out, got false"},
        {"spec.tasks",
            "{'template':{'securityContext':{'fsGroup':-2}}}",
            "spec.tasks.template.securityContext.fsGroup: must be between -1 and 2147483647, got "
            "-2"},
        {VTGATE,
            "{'securityContext':{'supplementalGroups':[1,-1]}}",
            VTGATE ".securityContext.supplementalGroups: must be numbers of groups, from 0 on, got "
                   "[1,-1]"},
        {VTGATE,
            "{'securityContext':{'privileged':true}}",
            VTGATE ".securityContext.privileged: is of containers, whose own context the operator "
                   "writes (no capability, no privilege): take it out"},
        {"spec.cells[1].vtgate.securityContext",
            "{}",
            "spec.cells[1].vtgate.securityContext: belongs in template here"},
    };

    EXPECT(rows);
}
END_TEST

#define TIMEOUTS "onterm-timeout, lameduck-period and onclose-timeout"

START_TEST(no_pod_is_killed_before_its_flags_allow)
{
#define GRACE "template.terminationGracePeriodSeconds"
#define LOWER "; raise it, or lower those"
    static const struct row rows[] = {
        {"spec.cells[0].etcd.template", "{'terminationGracePeriodSeconds':1}", ""},
        {"spec.cells[0].vtctld",
            "{'template':{'terminationGracePeriodSeconds':29}}",
            "spec.cells[0].vtctld." GRACE ": must be at least 30 by its flags " TIMEOUTS
            ", got 29" LOWER},
        {"spec.cells[1].vtgate",
            "{'flags':{'onterm_timeout':'1.5h'},'template':{'terminationGracePeriodSeconds':600}}",
            "spec.cells[1].vtgate." GRACE ": must be at least 5425 by its flags " TIMEOUTS
            ", got 600" LOWER},
        {"spec.cells[1].vtgate",
            "{'flags':{'onterm-timeout':'1h30m'},'template':{'terminationGracePeriodSeconds':"
            "5425}}",
            ""},
        {"spec.cells[1].vtorc",
            "{'template':{'terminationGracePeriodSeconds':20}}",
            "spec.cells[1].vtorc." GRACE
            ": must be at least 30 by its flags shutdown-wait-time, " TIMEOUTS ", got 20" LOWER},
        {"spec.cells[0].vtadmin",
            "{'flags':{'lame-duck-duration':'1m'},'template':{'terminationGracePeriodSeconds':9}}",
            "spec.cells[0].vtadmin." GRACE ": must be at least 70 by its flag lame-duck-duration, "
            "got 9" LOWER},
        {TABLETS ".masterEligible.template",
            "{'terminationGracePeriodSeconds':60}",
            TABLETS ".masterEligible." GRACE ": must be at least 423 by a handover, and the flags "
                    "shutdown-grace-period, shutdown-wait-time, " TIMEOUTS
                    " of vttablet and mysqlctld, "
                    "got 60" LOWER},
        {TABLETS ".masterEligible.template",
            "{'terminationGracePeriodSeconds':0}",
            TABLETS ".masterEligible." GRACE ": must be between 1 and 1000000000, got 0"},
    };

    EXPECT(rows);
}
END_TEST

START_TEST(two_of_a_pod_have_two_ports)
{
    static const struct row rows[] = {
        {"spec.cells[1].vtgate.flags", "{'port':15100,'grpc-port':15000}", ""},
        {"spec.cells[1].vtgate.flags",
            "{'mysql_server_port':15999}",
            "spec.cells[1].vtgate.flags.mysql_server_port: must differ from grpc-port of vtgate in "
            "the same Pod, got 15999"},
        {"spec.cells[1].vtgate.flags",
            "{'port':3306}",
            "spec.cells[1].vtgate.flags.port: must differ from mysql-server-port of vtgate in the "
            "same Pod, got 3306"},
        {"spec.cells[0].vtadmin", "{'flags':{'addr':'0.0.0.0:15001'}}", ""},
        {"spec.cells[0].vtadmin",
            "{'flags':{'addr':':14000'}}",
            "spec.cells[0].vtadmin.flags.addr: must differ from the port of the web pages in the "
            "same Pod, got 14000"},
        {"spec.cells[0].vtadmin",
            "{'flags':{'addr':'localhost:14001'}}",
            "spec.cells[0].vtadmin.flags.addr: must be a port that other Pods and probes reach, "
            "such as \":14001\", got \"localhost:14001\""},
        {"spec.cells[0].vtctld.flags",
            "{'port':7000,'grpc-port':7000}",
            "spec.cells[0].vtctld.flags.grpc-port: must differ from port of vtctld in the same "
            "Pod, got 7000"},
        {TABLETS ".masterEligible.vttablet",
            "{'flags':{'port':15001}}",
            TABLETS ".masterEligible.vttablet.flags.port: must differ from port of mysqlctld in "
                    "the same Pod, got 15001"},
        {TABLETS ".masterEligible.mysql",
            "{'flags':{'mysql_port':15999}}",
            TABLETS ".masterEligible.mysql.flags.mysql_port: must differ from grpc-port of "
                    "vttablet in the same Pod, got 15999"},
        {TABLETS ".masterEligible",
            "{'replicas':2,'vttablet':{'flags':{'port':15001}},'mysql':{'flags':{'port':15000}}}",
            ""},
    };

    EXPECT(rows);
}
END_TEST

START_TEST(a_zone_is_the_value_of_a_label)
{
    static const struct row rows[] = {
        {"spec.cells[1].zone", "'eu-central-1a'", ""},
        {"spec.cells[1].zone", "''", "spec.cells[1].zone: must not be empty"},
        {"spec.cells[1].zone",
            "'eu central'",
            "spec.cells[1].zone: must be a label value (at most 63 letters, digits, '-', '_' and "
            "'.'), got \"eu central\""},
        {"spec.cells[1].region",
            "7",
            "spec.cells[1].region: must be text, got 7: put it in quotes"},
    };

    EXPECT(rows);
}
END_TEST

/* What was forced may have left the spec since, which must not make it invalid. */
START_TEST(a_forced_name_of_a_running_cluster_may_be_gone)
{
    ck_assert_str_eq(
        problems_of_change(two_zones(), "spec.rollout", "{'force':['demo-zone1-gone']}"),
        "");
    ck_assert_str_eq(problems_of_change(two_zones(), "spec.rollout", "{'force':['nope']}"),
        "spec.rollout.force[0]: must be the name of an object of this cluster, such as VitessCell "
        "\"demo-global\" or the Pod of a tablet, got \"nope\"");
}
END_TEST

#define DOWN                                                                                       \
    ", which cannot open the files of a newer one; put it back, or make a new keyspace "           \
    "and move the tables (MoveTables)" FORCE("zone1")

/* The images of the pools of lookup, before and after. */
static const char *problems_of_step(const char *path, const char *old, const char *new)
{
    return problems_of_change(changed(two_zones(), path, old), path, new);
}

START_TEST(mysql_goes_forth_by_series)
{
#define IMAGE "spec.keyspaces[1].tablets.masterEligible.mysql"
    static const struct {
        const char *old, *new, *problems;
    } rows[] = {
        {"mysql:8.0.40", "mysql:8.4.6", ""},
        {"mysql:8.4.6", "mysql:8.4.3", ""},
        {"mysql:8.4.6", "mysql:lts", ""},
        {"mysql:8.0.40", "mysql:8.0.35", ""},
        {"mysql:8.4.6", "mysql:9.7.0", ""},
        {"mysql:8.4.6",
            "mysql:8.0.40",
            IMAGE ".image: must not go from MySQL 8.4.6 down to 8.0.40" DOWN},
        {"mysql:8.0.36",
            "mysql:8.0.34",
            IMAGE ".image: must not go from MySQL 8.0.36 down to 8.0.34" DOWN},
        {"percona/percona-server:8.4.3-3",
            "vitess/lite:v24.0.4-percona80",
            IMAGE ".image: must not go from MySQL 8.4.3 down to 8.0" DOWN},
        {"mysql:8.0.40",
            "mysql:9.0.1",
            IMAGE ".image: must not go from MySQL 8.0.40 to 9.0.1 at once, go to 8.4 first; put it "
                  "back, or make a new keyspace and move the tables (MoveTables)" FORCE("zone1")},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ck_assert_str_eq(problems_of_step(IMAGE,
                             fmt(arena, "{'image':'%s'}", rows[i].old),
                             fmt(arena, "{'image':'%s'}", rows[i].new)),
            rows[i].problems);
    /* The images of Vitess have a MySQL, too. */
    ck_assert_str_eq(problems_of_step("spec.image",
                         "'vitess/lite:v24.0.4-mysql84'",
                         "'vitess/lite:v24.0.4-mysql80'"),
        "spec.image: must not go from MySQL 8.4 down to 8.0" DOWN "\n"
        "spec.image: must not go from MySQL 8.4 down to 8.0, which cannot open the files of a "
        "newer "
        "one; put it back, or make a new keyspace and move the tables (MoveTables)" FORCE("zone2"));
}
END_TEST

START_TEST(etcd_goes_forth_by_minor_versions)
{
#define VERSION "spec.cells[0].etcd.version"
    ck_assert_str_eq(problems_of_step(VERSION, "'3.5.17'", "'3.6.1'"), "");
    ck_assert_str_eq(problems_of_step(VERSION, "'3.5.17'", "'3.5.9'"), "");
    ck_assert_str_eq(problems_of_step(VERSION, "'3.2.11'", "'3.5.21'"), "");
    ck_assert_str_eq(problems_of_step(VERSION, "'3.5.17'", "'3.7.2'"),
        VERSION ": must not go from etcd 3.5.17 to 3.7.2 at once, since etcd takes one minor "
                "version at a time; go to 3.6 first" FORCE("global"));
    ck_assert_str_eq(problems_of_step(VERSION, "'3.6.1'", NULL), "");
    ck_assert_str_eq(problems_of_step(VERSION, "'3.7.0'", NULL),
        "spec.cells[0].etcd: must not go from etcd 3.7.0 down to 3.6.16, which cannot read what "
        "the newer one has written; put it back" FORCE("global"));
    /* Without a version an older default may still run. */
    ck_assert_str_eq(problems_of_step(VERSION, NULL, "'3.6.1'"), "");
    ck_assert_str_eq(problems_of_step(VERSION, NULL, "'3.5.21'"), "");
    ck_assert_str_eq(problems_of_step(VERSION, NULL, "'3.7.2'"),
        VERSION ": must not go from etcd 3.5.17 to 3.7.2 at once, since etcd takes one minor "
                "version at a time; go to 3.6 first" FORCE("global"));
    ck_assert_str_eq(problems_of_step("spec.cells[0].etcd.image", "'m/e:v3.5.21'", "'m/e:v3.6.1'"),
        "spec.cells[0].etcd.image: must not go from etcd 3.5.21 to 3.6.1 at once, since it takes "
        "3.5.32 or a newer fix to go on; put that one in between, or say version instead, which "
        "the operator leads there" FORCE("global"));
    ck_assert_str_eq(problems_of_step("spec.cells[0].etcd.image", "'m/e:v3.5.32'", "'m/e:v3.6.1'"),
        "");
}
END_TEST

static const char *problems_of_service(const char *old, const char *new)
{
    return problems_of_step("spec.cells[1].vtgate.service", old, new);
}

START_TEST(what_is_fixed_of_a_service_stays)
{
#define SERVICE "spec.cells[1].vtgate.service"
#define BALANCED "'type':'LoadBalancer'"
    ck_assert_str_eq(problems_of_service("{" BALANCED "}", "{'type':'NodePort'}"), "");
    ck_assert_str_eq(
        problems_of_service("{'type':'NodePort'}", "{" BALANCED ",'loadBalancerClass':'a'}"),
        "");
    ck_assert_str_eq(
        problems_of_service("{" BALANCED "}", "{" BALANCED ",'loadBalancerClass':'a'}"),
        SERVICE
        ".loadBalancerClass: must stay none while type is LoadBalancer, got a; put it back, "
        "or make it a ClusterIP first, which gives the load balancer up");
    ck_assert_str_eq(
        problems_of_service("{" BALANCED ",'loadBalancerClass':'a'}", "{" BALANCED "}"),
        SERVICE
        ".loadBalancerClass: must stay a while type is LoadBalancer, got none; put it back, "
        "or make it a ClusterIP first, which gives the load balancer up");
    ck_assert_str_eq(problems_of_service("{}", "{'clusterIP':'10.0.0.1'}"), "");
    ck_assert_str_eq(problems_of_service("{'clusterIP':'None'}", NULL),
        SERVICE ".clusterIP: must stay None once the Service has it, got none; put it back");
    ck_assert_str_eq(problems_of_service("{'ipFamilies':['IPv4']}", "{'ipFamilies':['IPv6']}"),
        SERVICE ".ipFamilies[0]: must stay IPv4 once the Service has it, got IPv6; put it back");
    ck_assert_str_eq(
        problems_of_service("{'ipFamilies':['IPv4','IPv6'],'ipFamilyPolicy':'PreferDualStack'}",
            "{'ipFamilies':['IPv4'],'ipFamilyPolicy':'PreferDualStack'}"),
        SERVICE ".ipFamilyPolicy: must be SingleStack where the second of ipFamilies goes, got "
                "PreferDualStack");
}
END_TEST

START_TEST(who_knows_better_names_the_cell)
{
    struct world world = {.sync = v1_sync_cluster,
        .parent = json_clone(changed(two_zones(), VERSION, "'3.6.1'")),
        .children = json_new_list()};
    const json_t *cluster = changed(two_zones(), VERSION, "'3.5.17'");

    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_ne(problems_of(cluster, world_groups(&world)), "");
    cluster = changed(cluster, "spec.rollout", "{'force':['demo-global']}");
    ck_assert_str_eq(problems_of(cluster, world_groups(&world)), "");
}
END_TEST

START_TEST(the_claim_of_a_pool_without_tablets_may_change)
{
    const json_t *cluster = changed(two_zones(), TABLETS ".batch.replicas", "0");

    ck_assert_str_eq(problems_of_change(cluster,
                         TABLETS ".batch.volumeClaim",
                         "{'storageClassName':'x','resources':{'requests':{'storage':'1Gi'}}}"),
        "");
}
END_TEST

/* --- anything else --- */

START_TEST(wrong_types_do_no_harm)
{
    static const char *const paths[] = {"spec.cells",
        "spec.cells[0]",
        "spec.cells[0].name",
        "spec.cells[0].etcd",
        "spec.cells[0].etcd.volumeClaim",
        "spec.cells[1].vtgate",
        "spec.keyspaces",
        "spec.keyspaces[0]",
        "spec.keyspaces[0].name",
        CELLS,
        CELLS "[0]",
        SHARDS,
        SHARDS "[0]",
        SHARDS "[0].keyRange",
        SHARDS "[0].keyRange.start",
        TABLETS,
        TABLETS ".defaults",
        TABLETS ".defaults.volumeClaim",
        TABLETS ".masterEligible",
        "spec.selector",
        "spec.template",
        "spec.rollout",
        "spec.lockserver"};
    static const char *const values[] = {"1", "'x'", "[]", "[1]", "{}", "{'a':1}", "true"};

    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
        for (size_t j = 0; j < sizeof(values) / sizeof(*values); j++)
            problems_of(changed(two_zones(), paths[i], values[j]), NULL);
}
END_TEST

/* --- rules of the API server --- */

/* For each rule in CEL an edit that breaks it: the hook must not take what the API server refuses,
 * since an object may be older than the rule. Without a path: a row of another test. */
struct broken {
    const char *message; /* its beginning */
    const char *path, *value;
};

static const struct broken broken_rules[] = {
    {"one cell must have etcd", "spec.cells[0].etcd", NULL},
    {"tlsSecret needs a vtctld", NULL, NULL},   /* see lockserver above */
    {"tls of etcd needs a vtctld", NULL, NULL}, /* see check_tls.c, as the next one */
    {"tls cannot be added or taken out", NULL, NULL},
    {"cells of a keyspace must be cells", CELLS, "['zone9']"},
    {"the cell \"global\" cannot hold a vtgate", "spec.cells[0].vtgate", "{}"},
    {"the cell \"global\" cannot hold tablets", CELLS, "['global']"},
    {"size must be 1, 3 or 5", "spec.cells[0].etcd.size", "2"},
    {"durabilityPolicy needs a second tablet", NULL, NULL}, /* see durability above */
    {"shards must be all key ranges",
        SHARDS,
        "[{'keyRange':{'start':'','end':''}},{'name':'other'}]"},
    {"a shard must begin where", SHARDS, "[{'keyRange':{'start':'80','end':''}}]"},
    {"a shard must end where", SHARDS, "[{'keyRange':{'start':'','end':'80'}}]"},
    {"a shard must have a keyRange", SHARDS, "[{}]"},
    {"masterEligible must have replicas", TABLETS ".masterEligible.replicas", "0"},
    {"masterEligible needs a volumeClaim", TABLETS ".defaults.volumeClaim", NULL},
    {"batch needs a volumeClaim",
        TABLETS,
        "{'masterEligible':{'replicas':1,'volumeClaim':{'resources':{'requests':{'storage':'1Gi'}}}"
        "},"
        "'batch':{'replicas':1}}"},
    {"storageClassName cannot be changed", NULL, NULL}, /* see changes above */
    {"equal is another way to write shards", "spec.keyspaces[0].equal", "{'parts':2}"},
    {"resources.requests.storage must say",
        TABLETS ".masterEligible.volumeClaim",
        "{'resources':{}}"},
    {"externalTrafficPolicy is of types",
        "spec.cells[1].vtgate.service",
        "{'externalTrafficPolicy':'Local'}"},
    {"nodePort is of types", "spec.cells[1].vtgate.service", "{'nodePort':30306}"},
    {"loadBalancerSourceRanges is of type",
        "spec.cells[1].vtgate.service",
        "{'loadBalancerSourceRanges':['10.0.0.0/8']}"},
    {"loadBalancerClass is of type", "spec.cells[1].vtgate.service", "{'loadBalancerClass':'a'}"},
    {"loadBalancerIP is of type", "spec.cells[1].vtgate.service", "{'loadBalancerIP':'10.0.0.1'}"},
    {"allocateLoadBalancerNodePorts is of type",
        "spec.cells[1].vtgate.service",
        "{'allocateLoadBalancerNodePorts':true}"},
    {"maxReplicas must not be below",
        "spec.cells[1].vtgate.autoscaler",
        "{'minReplicas':3,'maxReplicas':2}"},
    {"loadBalancerClass cannot be changed", NULL, NULL}, /* see Services above */
    {"apiNodePort is of types", "spec.cells[0].vtadmin", "{'service':{'apiNodePort':30307}}"},
};

enum { BROKEN_RULES = sizeof(broken_rules) / sizeof(broken_rules[0]) };

static void expect_twins(const struct spec_field *fields)
{
    for (const struct spec_field *field = fields; field->key != NULL; field++) {
        size_t i = 0;

        if (field->fields != NULL)
            expect_twins(field->fields);
        if (field->cel == NULL)
            continue;
        while (i < BROKEN_RULES && !text_starts_with(field->doc, broken_rules[i].message))
            i++;
        ck_assert_msg(i < BROKEN_RULES, "no edit breaks the rule: %s", field->doc);
    }
}

START_TEST(hooks_refuse_what_rules_refuse)
{
    expect_twins(v1_cluster_fields);
    for (size_t i = 0; i < BROKEN_RULES; i++) {
        const struct broken *broken = &broken_rules[i];

        if (broken->path != NULL)
            ck_assert_msg(*problems_of(changed(two_zones(), broken->path, broken->value), NULL),
                "the hook takes what breaks: %s",
                broken->message);
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, hooks_refuse_what_rules_refuse);
    tcase_add_test(tcase, a_good_cluster_has_no_problem);
    tcase_add_test(tcase, cells_must_fit_together);
    tcase_add_test(tcase, a_lock_server_of_their_own_must_be_reachable);
    tcase_add_test(tcase, shards_must_cover_the_keyspace);
    tcase_add_test(tcase, one_problem_for_one_cause);
    tcase_add_test(tcase, fields_of_other_operators);
    tcase_add_test(tcase, tablets_must_be_able_to_serve);
    tcase_add_test(tcase, somebody_must_acknowledge_writes);
    tcase_add_test(tcase, equal_parts_have_bounds_that_tell_them_apart);
    tcase_add_test(tcase, overrides_are_for_cells_and_shards_that_exist);
    tcase_add_test(tcase, somebody_must_acknowledge_writes_of_each_shard);
    tcase_add_test(tcase, the_label_of_tablets_is_not_for_all_objects);
    tcase_add_test(tcase, flags_that_vitess_no_longer_has_are_named);
    tcase_add_test(tcase, flags_that_vitess_does_not_have_are_named);
    tcase_add_test(tcase, flags_that_are_the_operators_are_refused);
    tcase_add_test(tcase, flags_have_one_line);
    tcase_add_test(tcase, keys_of_secrets_are_keys);
    tcase_add_test(tcase, what_the_operator_makes_is_not_replaced);
    tcase_add_test(tcase, what_tells_pods_of_others_is_no_annotation_of_a_user);
    tcase_add_test(tcase, annotations_of_the_operator_are_none_of_a_claim);
    tcase_add_test(tcase, an_etcd_behind_tls_brings_a_volume_of_its_own);
    tcase_add_test(tcase, what_a_pod_may_not_have_twice);
    tcase_add_test(tcase, ports_of_the_operator_are_not_taken);
    tcase_add_test(tcase, labels_must_be_labels_and_match);
    tcase_add_test(tcase, overrides_keep_to_what_pools_do);
    tcase_add_test(tcase, nodes_must_be_able_to_be_in_the_zone_of_the_cell);
    tcase_add_test(tcase, what_stands_in_the_wrong_place_hears_of_the_right_one);
    tcase_add_test(tcase, what_only_hooks_write_is_refused);
    tcase_add_test(tcase, a_tablet_may_be_forced);
    tcase_add_test(tcase, every_name_must_fit);
    tcase_add_test(tcase, etcd_labels_its_pods_with_its_name_and_a_hash);
    tcase_add_test(tcase, no_two_objects_have_one_name);
    tcase_add_test(tcase, no_two_tablets_of_a_cell_have_one_uid);
    tcase_add_test(tcase, no_two_shards_have_tablets_with_one_uid);
    tcase_add_test(tcase, what_exists_must_not_change);
    tcase_add_test(tcase, claims_of_etcd_are_made_once);
    tcase_add_test(tcase, volumes_do_not_follow_to_another_zone);
    tcase_add_test(tcase, a_zone_is_the_value_of_a_label);
    tcase_add_test(tcase, two_of_a_pod_have_two_ports);
    tcase_add_test(tcase, nothing_runs_as_root);
    tcase_add_test(tcase, no_pod_is_killed_before_its_flags_allow);
    tcase_add_test(tcase, a_forced_name_of_a_running_cluster_may_be_gone);
    tcase_add_test(tcase, mysql_goes_forth_by_series);
    tcase_add_test(tcase, etcd_goes_forth_by_minor_versions);
    tcase_add_test(tcase, what_is_fixed_of_a_service_stays);
    tcase_add_test(tcase, who_knows_better_names_the_cell);
    tcase_add_test(tcase, the_claim_of_a_pool_without_tablets_may_change);
    tcase_add_test(tcase, wrong_types_do_no_harm);
}

TEST_MAIN(tests)
