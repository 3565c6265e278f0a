#include "play.h"
#include "v2.h"
#include "words_v2.h"

/* Histories of planetscale.com/v2 that people have thought of. Those of check_chaos_v2.c are
 * random; what it finds ends here. */

/* clang-format off */
static const struct history histories[] = {
    /* --- coming up --- */
    {"one tablet", 1, 1, 1, 0, "ready\nserving 1"},
    {"two tablets", 1, 1, 2, 0, "ready\nmark\nrestarts 0"},
    {"three tablets and an rdonly one", 1, 1, 3, 1, "ready"},
    {"four shards", 1, 4, 2, 1, "ready"},
    {"three cells, two shards", 3, 2, 1, 1, "ready"},
    {"an etcd of somebody else", 1, 1, 2, 0,
        "set spec.globalLockserver {'external':{'implementation':'etcd2','address':'etcd.db.svc:2379','rootPath':'/vitess/global'}}\n"
        "ready\ngone EtcdLockserver " ETCD},
    {"an etcd for a cell", 2, 1, 1, 0,
        "set spec.cells[0].lockserver {'etcd':{}}\nready\nhas EtcdLockserver vitess-zone1-etcd-e051e420"},
    {"backups from the start", 1, 2, 2, 0, BACKUPS "steps 13\nhas Pod vitess-main-x-80-vtbackup-init-2102592a\nready\ngone Pod vitess-main-x-80-vtbackup-init-2102592a"},
    {"backups from now on", 1, 1, 2, 0, "ready\nmark\n" BACKUPS "apply\nready\nrestarts 2\nreparents 1\nserving 1"},
    {"a mesh puts its proxy before the containers of each Pod", 1, 1, 3, 0, "fail sidecar=first\nready"},
    {"a mesh puts its proxy behind the containers of each Pod", 2, 1, 2, 1,
        "fail sidecar=last\nready\nmark\n" IMAGE "apply\nready\nrestarts 6\nreparents 1"},
    {"VTAdmin and its Secrets", 1, 1, 2, 0,
        "set spec.images.vtadmin \"vitess/vtadmin:v24.0.4\"\nset spec.vtadmin {'rbac':{'name':'rbac','key':'rbac.yaml'},'apiAddresses':['http://localhost:14001']}\n"
        "ready\nmark\nunset spec.vtadmin\napply\nready\nrestarts 0"},

    /* --- rollouts --- */
    {"an image, one tablet at a time, the primary after a reparent", 1, 1, 3, 0,
        "ready\nmark\n" IMAGE "apply\nready\nrestarts 3\nreparents 1\nserving 2\nkept " CLAIM " *"},
    {"an image in two shards", 1, 2, 3, 0, "ready\nmark\n" IMAGE "apply\nready\nrestarts 6\nreparents 2\nserving 2"},
    {"an image with rdonly tablets", 1, 1, 2, 2, "ready\nmark\n" IMAGE "apply\nready\nrestarts 4\nreparents 1\nserving 3"},
    {"an image in three cells, one replica each", 3, 1, 1, 0, "ready\nmark\n" IMAGE "apply\nready\nrestarts 3\nserving 2"},
    {"an image of a shard with one tablet", 1, 1, 1, 0, "ready\nmark\n" IMAGE "apply\nready\nrestarts 1\nreparents 0"},
    {"an image under a policy that wants two to know of each commit", 1, 1, 3, 0,
        "set spec.keyspaces[0].durabilityPolicy \"semi_sync\"\nready\nmark\n" IMAGE "apply\nready\nrestarts 3\nserving 2"},
    {"an image under a policy of two cells", 3, 1, 1, 0,
        "set spec.keyspaces[0].durabilityPolicy \"cross_cell\"\nready\nmark\n" IMAGE "apply\nready\nrestarts 3\nserving 2"},
    {"another image of MySQL", 1, 1, 2, 1,
        "ready\nmark\nset spec.images.mysqld.mysql80Compatible \"mysql:8.4.0\"\napply\nready\nrestarts 3\nreparents 1\nserving 2"},
    {"images of one keyspace", 1, 1, 2, 0,
        "set spec.keyspaces[1] " LOOKUP("") "\nready\nmark\nset spec.keyspaces[1].images {'vttablet':'vitess/lite:v24.0.5'}\n"
        "apply\nready\nrestarts 2\nkept Pod @replica1\nkept Pod @replica2"},
    {"a flag of vttablet", 1, 1, 3, 0,
        "ready\nmark\nset " POOL ".vttablet.extraFlags {'queryserver-config-pool-size':'50'}\napply\nready\nrestarts 3\nserving 2"},
    {"my.cnf", 1, 1, 2, 0, "ready\nmark\nset " POOL ".mysqld.configOverrides \"innodb_fast_shutdown=0\"\napply\nready\nrestarts 2\nserving 1"},
    {"a sidecar that never starts costs no primary when it is mended", 1, 1, 3, 0,
        "ready\nmark\nset " POOL ".sidecarContainers [{'name':'side','image':'side:1'}]\nfail image=side:1\napply\nsettle\nserving 2\n"
        "unset " POOL ".sidecarContainers\napply\nready\nserving 2"},
    {"labels and annotations of others", 1, 1, 2, 0,
        "ready\nmark\nset " POOL ".extraLabels {'team':'db'}\napply\nready\nset " POOL ".extraLabels {'team':'web'}\napply\nready\n"
        "set " POOL ".annotations {'note':'mine'}\napply\nready\nserving 1"},
    {"tolerations and a spread", 1, 1, 2, 0,
        "ready\nmark\nset " POOL ".tolerations [{'key':'mysql','operator':'Exists'}]\napply\nready\nrestarts 2\nserving 1"},
    {"vtgate alone restarts no tablet", 1, 1, 3, 0,
        "ready\nmark\nset spec.images.vtgate \"vitess/lite:v24.0.5\"\napply\nready\nrestarts 0\n"
        "field Deployment " VTGATE " spec.template.spec.containers.0.image \"vitess/lite:v24.0.5\""},
    {"more vtgates restart nothing", 1, 1, 2, 0,
        "ready\nmark\nset spec.cells[0].gateway.replicas 4\napply\nready\nrestarts 0\nfield Deployment " VTGATE " spec.replicas 4"},
    {"a flag of vtctld", 2, 1, 2, 0,
        "ready\nmark\nset spec.vitessDashboard {'cells':['zone1'],'extraFlags':{'security-policy':'read-only'}}\napply\nready\nrestarts 0"},
    {"back to the old image in mid-rollout", 1, 1, 3, 0,
        "ready\nmark\n" IMAGE "apply\nsteps 14\n" VTTABLET("v24.0.4") "apply\nready\nserving 2"},
    {"another edit in mid-rollout", 2, 1, 2, 0,
        "ready\nmark\n" IMAGE "apply\nsteps 14\n" VTTABLET("v24.0.6") "apply\nready\nserving 3"},

    /* --- sizes --- */
    {"scale up", 1, 1, 2, 0, "ready\nmark\nset " POOL ".replicas 4\napply\nready\nrestarts 0\nserving 2"},
    {"scale down", 1, 1, 3, 0,
        "ready\nvtctl PlannedReparentShard main/- --new-primary #replica3\nready\nmark\nset " POOL ".replicas 1\napply\nready\n"
        "restarts 0\nserving 1\ngone " CLAIM " @replica3\nkept Pod @replica1"},
    {"scale down and up again", 1, 1, 3, 0,
        "ready\nmark\nset " POOL ".replicas 1\napply\nsteps 9\nset " POOL ".replicas 3\napply\nready\nserving 1"},
    {"scale down and up again while Pods are slow to end", 1, 1, 3, 0,
        "ready\nmark\nfail stop=45\nfail task=delete-tablet\nset " POOL ".replicas 1\napply\nsteps 14\nset " POOL ".replicas 3\napply\nready\nserving 1"},
    {"scale down and a new image at once", 1, 1, 4, 1,
        "ready\nmark\nset " POOL ".replicas 2\n" IMAGE "apply\nready\nserving 2"},
    {"no rdonly tablets any more", 1, 1, 2, 2, "ready\nmark\nunset " TEMPLATE ".tabletPools[1]\napply\nready\nrestarts 0\nserving 2"},
    {"rdonly tablets from now on", 1, 1, 2, 0,
        "ready\nmark\nset " TEMPLATE ".tabletPools[1] " RDONLY("zone1", "2") "\napply\nready\nrestarts 0\nserving 2"},
    {"claims grow", 1, 1, 2, 0,
        "ready\nmark\nset " POOL ".dataVolumeClaimTemplate.resources.requests.storage \"9Gi\"\napply\nready\nkept " CLAIM " *\nserving 1\n"
        "field " CLAIM " @replica1 spec.resources.requests.storage \"9Gi\""},
    {"a claim that should shrink", 1, 1, 2, 0,
        "ready\nmark\nset " POOL ".dataVolumeClaimTemplate.resources.requests.storage \"1Gi\"\napply\nsettle\nkept " CLAIM " *\nserving 1\n"
        "set " POOL ".dataVolumeClaimTemplate.resources.requests.storage \"4Gi\"\napply\nready"},

    /* --- what cannot run --- */
    {"an image that does not exist takes no tablet down, and is mended", 1, 1, 3, 0,
        "ready\nmark\nfail image=vitess/lite:none\n" VTTABLET("none") "apply\nsettle\nrestarts 0\nserving 3\n" IMAGE "apply\nready\nrestarts 3\nserving 2"},
    {"and in three cells", 3, 2, 1, 0,
        "ready\nmark\nfail image=vitess/lite:none\n" VTTABLET("none") "apply\nsettle\nrestarts 0\nserving 3\n" IMAGE "apply\nready\nserving 2"},
    {"a flag that no program knows takes no tablet down", 1, 1, 3, 0,
        "ready\nmark\nfail flag=no-such-flag\nset " POOL ".vttablet.extraFlags {'no-such-flag':'1'}\napply\nsettle\nrestarts 0\nserving 3\n"
        "unset " POOL ".vttablet.extraFlags\napply\nready\nrestarts 0"},
    {"what a policy refuses takes no tablet down, and goes on when the spec is mended", 1, 1, 3, 0,
        "ready\nmark\nfail refuse=v24.0.5\n" IMAGE "apply\nsettle\nrestarts 0\nserving 3\n" VTTABLET("v24.0.6") "apply\nready\nrestarts 3\nserving 2"},
    {"a cluster that never came up takes a mended image", 2, 1, 2, 0,
        "fail image=vitess/lite:none\n" VTTABLET("none") "settle\n" IMAGE "apply\nready"},
    {"a bad edit freezes, a mended one goes on", 1, 1, 3, 0,
        "ready\nmark\nset " POOL ".cell \"nowhere\"\n" IMAGE "apply\nsettle\ncondition Ready False InvalidSpec\nkept Pod *\n"
        "delete Pod @replica2\nsettle\nserving 2\nset " POOL ".cell \"zone1\"\napply\nready\nserving 2"},

    /* --- what is lost --- */
    {"a tablet's Pod is deleted by hand", 1, 1, 3, 0, "ready\nmark\ndelete Pod @replica1\nsteps 3\nready\nrestarts 1\nkept " CLAIM " *\nserving 2"},
    {"a Deployment is deleted by hand", 1, 1, 2, 0, "ready\nmark\ndelete Deployment " VTGATE "\nready\nhas Deployment " VTGATE "\nrestarts 0"},
    {"an edit while a replica crashes takes no healthy one down beside it", 1, 1, 3, 0,
        "ready\nmark\nfail pod=@replica2\nsteps 3\n" IMAGE "apply\nready\nserving 2"},
    {"nor do fewer replicas", 2, 1, 2, 0,
        "ready\nmark\nfail pod=@zone2replica1\nsteps 3\nset " POOL ".replicas 1\napply\nsettle\nready\nserving 2"},
    {"a node dies", 1, 1, 3, 0, "ready\nmark\nfail-node-of @replica2\nready\nkept " CLAIM " *\nserving 2"},
    {"a node dies in mid-rollout", 2, 1, 2, 0, "ready\nmark\n" IMAGE "apply\nsteps 12\nfail-node-of @replica2\nready\nkept " CLAIM " *"},
    {"a node that comes back", 1, 1, 3, 0, "ready\nmark\nfail-node-of @replica1\nsteps 4\nnode-back last\nready\nkept Pod *"},
    {"our own hook fails for a while", 1, 1, 3, 0, "ready\nmark\n" IMAGE "hook 429 shard\nfail hook=VitessShard\napply\nready\nrestarts 3\nserving 2"},
    {"a reparent fails for a while", 1, 1, 3, 0, "ready\nmark\nfail task=reparent\n" IMAGE "apply\nready\nmet\nrestarts 3\nreparents 1\nserving 2"},
    {"Metacontroller is restarted in mid-rollout", 2, 1, 2, 0,
        "ready\nmark\n" IMAGE "apply\nsteps 9\nrestart-metacontroller\nsteps 20\nrestart-metacontroller\nready\nrestarts 4\nserving 3"},

    /* --- External --- */
    {"an edit waits for its release, level by level", 1, 1, 2, 0,
        EXTERNAL "ready\nmark\n" IMAGE "apply\nsettle\nrestarts 0\n" RELEASE("VitessKeyspace", KEYSPACE) "settle\nrestarts 0\n"
        RELEASE("VitessShard", SHARD) "settle\nrestarts 0\n" RELEASE("Pod", "@replica2") "settle\nrestarts 1\nserving 1\n"
        RELEASE("Pod", "@replica1") "ready\nrestarts 2\nserving 1"},
    {"a shard that cascades", 2, 2, 2, 0,
        EXTERNAL "ready\nmark\n" IMAGE "apply\nsettle\n" RELEASE("VitessKeyspace", KEYSPACE) "settle\nrestarts 0\n"
        "try annotate VitessShard vitess-main-x-80-66d75a5f rollout.planetscale.com/released x\nsettle\n"
        "try annotate VitessShard vitess-main-x-80-66d75a5f rollout.planetscale.com/cascade x\nsettle\nrestarts 4\nserving 3"},
    {"External becomes Immediate, and what waits goes", 1, 1, 2, 0,
        EXTERNAL "ready\nmark\n" IMAGE "apply\nsettle\nrestarts 0\nset spec.updateStrategy.type \"Immediate\"\napply\nready\nrestarts 2\nserving 1"},
    {"Immediate becomes External in mid-rollout", 1, 1, 3, 0,
        "ready\nmark\n" IMAGE "apply\nsteps 12\n" EXTERNAL "apply\nsettle\nserving 2\nset spec.updateStrategy.type \"Immediate\"\napply\nready\nrestarts 3"},
    {"a volume that may grow without a release", 1, 1, 2, 0,
        "set spec.updateStrategy {'type':'External','external':{'allowResourceChanges':['storage']}}\nready\nmark\n"
        "set " POOL ".dataVolumeClaimTemplate.resources.requests.storage \"9Gi\"\napply\nsettle\nkept " CLAIM " *\nrestarts 0\n"
        "field " CLAIM " @replica1 spec.resources.requests.storage \"9Gi\""},

    /* --- keyspaces and shards --- */
    {"another keyspace, which is kept until it is idle", 1, 1, 2, 0,
        "ready\nmark\nset spec.keyspaces[1] " LOOKUP("") "\napply\nready\nrestarts 0\nmark\nunset spec.keyspaces[1]\napply\nsettle\n"
        "kept Pod *\nkept VitessKeyspace *\nserving 2"},
    {"one that may go at once", 1, 1, 2, 0,
        "set spec.keyspaces[1] " LOOKUP("'turndownPolicy':'Immediate',") "\nready\nmark\nunset spec.keyspaces[1]\napply\nready\n"
        "gone VitessKeyspace vitess-lookup-41675a41\nkept Pod @replica1\nserving 2"},
    {"one that comes back while Vitess forgets it", 1, 1, 2, 0,
        "set spec.keyspaces[1] " LOOKUP("'turndownPolicy':'Immediate',") "\nready\nfail task=delete-keyspace\nunset spec.keyspaces[1]\napply\nsteps 12\n"
        "set spec.keyspaces[1] " LOOKUP("") "\napply\nready\nmet\nhas VitessKeyspace vitess-lookup-41675a41"},
    {"one that comes back while Pods are slow to end, and is not to be forgotten any more", 1, 1, 2, 0,
        "set spec.keyspaces[1] " LOOKUP("'turndownPolicy':'Immediate',") "\nready\nfail task=delete-keyspace\nfail stop=45\nunset spec.keyspaces[1]\napply\n"
        "steps 12\nset spec.topologyReconciliation {'pruneKeyspaces':false}\nset spec.keyspaces[1] " LOOKUP("") "\napply\nready\n"
        "has VitessKeyspace vitess-lookup-41675a41\nserving 2"},
    {"its pools go first, then the keyspace", 1, 1, 2, 0,
        "set spec.keyspaces[1] " LOOKUP("") "\nready\nset spec.keyspaces[1].partitionings[0].equal.shardTemplate.tabletPools []\napply\nsettle\n"
        "unset spec.keyspaces[1]\napply\nsettle\nserving 2"},
    {"resharding: the old shard goes when nothing is served from it", 1, 1, 2, 0,
        "ready\nset " CUTS "[1] " EQUAL("2") "\napply\nready\nhas VitessShard vitess-main-x-80-66d75a5f\n" SERVES("-", "false") SERVES("-80", "true")
        SERVES("80-", "true") "settle\nset " CUTS " [" EQUAL("2") "]\napply\nready\ngone VitessShard " SHARD "\ngone " CLAIM " @replica1"},
    {"and stays while it serves, and when traffic is switched back", 1, 1, 2, 0,
        "ready\nset " CUTS "[1] " EQUAL("2") "\napply\nready\nmark\nset " CUTS " [" EQUAL("2") "]\napply\nsettle\nkept VitessShard *\nkept Pod @replica1\n"
        SERVES("-", "false") SERVES("-80", "true") SERVES("80-", "true") "ready\ngone VitessShard " SHARD},
    {"a cut that is taken back before the traffic is switched", 1, 1, 2, 0,
        "ready\nset " CUTS "[1] " EQUAL("2") "\napply\nready\nmark\nunset " CUTS "[1]\napply\nsettle\nkept Pod @replica1\nserving 2"},

    /* --- cells --- */
    {"another cell", 1, 1, 2, 0,
        "ready\nmark\nset spec.cells[1] {'name':'zone2'}\napply\nready\nset " TEMPLATE ".tabletPools[1] " REPLICA("zone2", "2") "\napply\nready\n"
        "restarts 0\nserving 2"},
    {"a cell goes, its tablets first", 2, 1, 2, 0,
        "ready\nvtctl PlannedReparentShard main/- --new-primary #zone2replica1\nready\nmark\nunset " TEMPLATE ".tabletPools[1]\napply\nready\nserving 2\n"
        "unset spec.cells[1]\napply\nready\ngone VitessCell " CELL2 "\nkept Pod @replica1\nrestarts 0"},
    {"both in one edit", 2, 1, 2, 0,
        "ready\nmark\nunset " TEMPLATE ".tabletPools[1]\nunset spec.cells[1]\napply\nready\ngone VitessCell " CELL2 "\nserving 2\nrestarts 0"},
    {"a keyspace moves from one cell to another", 2, 1, 2, 0,
        "unset " TEMPLATE ".tabletPools[1]\nready\nmark\nset " POOL ".cell \"zone2\"\napply\nready\nserving 2"},
    {"a cell comes back while it leaves", 2, 1, 1, 0,
        "ready\nmark\nunset " TEMPLATE ".tabletPools[1]\nunset spec.cells[1]\napply\nsteps 8\n"
        "set spec.cells[1] {'name':'zone2'}\napply\nready\nhas VitessCell " CELL2 "\nserving 1"},
    {"a cell comes back while its records go, and Pods are slow to end", 2, 1, 1, 0,
        "ready\nmark\nfail stop=45\nfail task=delete-cell\nunset " TEMPLATE ".tabletPools[1]\nunset spec.cells[1]\napply\nsteps 40\n"
        "set spec.cells[1] {'name':'zone2'}\napply\nready\nhas VitessCell " CELL2 "\nserving 1\n"
        "set " TEMPLATE ".tabletPools[1] " REPLICA("zone2", "1") "\napply\nready"},
    {"a cell whose tablets have records stays until somebody deletes them", 2, 1, 1, 0,
        "set spec.topologyReconciliation {'pruneTablets':false}\nready\nvtctl PlannedReparentShard main/- --new-primary #replica1\nready\nmark\n"
        "unset " TEMPLATE ".tabletPools[1]\nunset spec.cells[1]\napply\nsettle\nhas VitessCell " CELL2 "\n"
        "vtctl DeleteTablets #zone2replica1\nready\ngone VitessCell " CELL2 "\nkept Pod @replica1\nserving 1"},
    {"an autoscaler comes and goes", 1, 1, 2, 0,
        "ready\nmark\n" AUTOSCALER("3") "apply\nready\nrestarts 0\nfield VitessCell " CELL1 " spec.gateway.replicas 3\n"
        "field Deployment " VTGATE " spec.replicas 3\n" AUTOSCALER("4") "apply\nready\nfield Deployment " VTGATE " spec.replicas 4\n"
        "set spec.cells[0].gateway {'replicas':2}\napply\nready\nrestarts 0\nfield Deployment " VTGATE " spec.replicas 2"},
    {"an autoscaler from the start", 1, 1, 2, 0,
        AUTOSCALER("3") "ready\nfield Deployment " VTGATE " spec.replicas 3"},

    /* --- etcd --- */
    {"members of etcd move once they are released, one at a time", 1, 1, 2, 0,
        "set spec.globalLockserver {'etcd':{'image':'quay.io/coreos/etcd:v3.5.17'}}\nready\nmark\n"
        "set spec.globalLockserver {'etcd':{'image':'quay.io/coreos/etcd:v3.5.21'}}\napply\nsettle\nkept Pod *\n"
        RELEASE("Pod", ETCD "-1") RELEASE("Pod", ETCD "-2") RELEASE("Pod", ETCD "-3") "ready\nkept " CLAIM " *\nrestarts 0\n"
        "field Pod " ETCD "-3 spec.containers.0.image \"quay.io/coreos/etcd:v3.5.21\""},
    {"a member of etcd is deleted by hand", 1, 1, 2, 0, "ready\nmark\ndelete Pod " ETCD "-2\nsteps 3\nready\nkept " CLAIM " *\nrestarts 0"},
    {"a member is on a node that dies", 1, 1, 2, 0, "ready\nmark\nfail-node-of " ETCD "-2\nready\nkept " CLAIM " *"},
};
/* clang-format on */

static void tests(TCase *tcase)
{
    play_all(tcase,
        (struct played){.shape = &v2_shape,
            .histories = histories,
            .count = sizeof(histories) / sizeof(histories[0]),
            .sample = 12},
        "HISTORIES");
}

TEST_MAIN(tests)
