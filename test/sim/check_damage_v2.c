#include "play.h"
#include "v2.h"
#include "words_v2.h"

/* Damage that others do to a cluster of planetscale.com/v2: copies, restores, deletions that
 * somebody began, drift of derived objects. Each expectation is what is right. DAMAGE=12 runs that
 * row alone. */

#define FORGED(kind, name)                                                                         \
    "metacontroller.k8s.io/last-applied-configuration "                                            \
    "{\"apiVersion\":\"v1\",\"kind\":\"" kind "\",\"metadata\":{\"name\":\"" name                  \
    "\",\"namespace\":\"default\",\"labels\":{\"planetscale.com/cluster\":\"vitess\","             \
    "\"planetscale.com/keyspace\":\"main\",\"planetscale.com/shard\":\"x-x\"}},\"spec\":{"         \
    "\"containers\":[{\"name\":\"c\",\"image\":\"evil\",\"securityContext\":{"                     \
    "\"privileged\":true}}]}}\n"
#define LOSE_ETCD(member)                                                                          \
    "delete " CLAIM " " ETCD "-" member "\ndelete Pod " ETCD "-" member "\nsteps 2\n"
#define MORE "set spec.keyspaces[1] " LOOKUP("") "\n"

/* clang-format off */
static const struct history damages[] = {
    /* --- copies --- */
    {"a copied claim stays, costs no original and is named", 1, 1, 3, 0,
        "ready\nmark\ncopy " CLAIM " @replica1 copy\nsettle\nkept " CLAIM " *\nhas " CLAIM " copy\ntold VitessShard " SHARD " copy\n"
        IMAGE "apply\nready\nkept " CLAIM " *\nhas " CLAIM " copy\nrestarts 3\nserving 2"},
    {"a copied claim of etcd", 1, 1, 2, 0,
        "ready\nmark\ncopy " CLAIM " " ETCD "-1 copy\nready\nkept " CLAIM " *\nhas " CLAIM " copy\ntold EtcdLockserver " ETCD " copy"},
    {"a copied Pod stays and is named", 1, 1, 3, 0,
        "ready\nmark\ncopy Pod @replica2 copy\nsettle\nkept Pod *\nhas Pod copy\ntold VitessShard " SHARD " copy\ndelete Pod copy\nsteps 3\nready\nrestarts 0\nserving 3"},
    {"a copied VitessShard stays and is named", 1, 1, 3, 0,
        "ready\nmark\ncopy VitessShard " SHARD " copy\nsettle\nhas VitessShard copy\ntold VitessKeyspace " KEYSPACE " copy\nrestarts 0\n"
        IMAGE "apply\nsettle\nhas VitessShard copy\nrestarts 3\nserving 2\nkept " CLAIM " *"},
    {"a copied VitessKeyspace", 1, 1, 3, 0,
        "ready\nmark\ncopy VitessKeyspace " KEYSPACE " copy\nsettle\nhas VitessKeyspace copy\nwarns copy\n"
        IMAGE "apply\nsettle\nhas VitessKeyspace copy\nrestarts 3\nserving 2"},
    {"a copied VitessCell", 1, 1, 3, 0,
        "ready\nmark\ncopy VitessCell " CELL1 " copy\nsettle\nhas VitessCell copy\nwarns copy\nrestarts 0"},
    {"a copied EtcdLockserver", 1, 1, 2, 0,
        "ready\nmark\ncopy EtcdLockserver " ETCD " copy\nsettle\nhas EtcdLockserver copy\nwarns copy\nkept Pod " ETCD "-1\nkept Pod " ETCD "-2"},
    {"a copied Deployment", 1, 1, 2, 0,
        "ready\nmark\ncopy Deployment " VTGATE " copy\nsettle\nkept Deployment *\nrestarts 0"},
    {"a claim that says it was applied as a Pod", 1, 1, 3, 0,
        "ready\nmark\nannotate " CLAIM " @replica1 " FORGED("Pod", "evil") "ready\ngone Pod evil\nkept " CLAIM " *"},
    {"a claim that says it was applied as another one", 1, 1, 3, 0,
        "ready\nmark\nannotate " CLAIM " @replica3 " FORGED("PersistentVolumeClaim", "vitess-vttablet-zone1-3221216713-5a280871")
        "ready\nkept " CLAIM " *\n" IMAGE "apply\nready\nkept " CLAIM " *"},
    {"a keyspace that leaves and says that it was applied as another one", 1, 1, 2, 0,
        MORE "ready\nunset spec.keyspaces[1]\napply\nsettle\nmark\n"
        "annotate VitessKeyspace vitess-lookup-41675a41 " FORGED("VitessKeyspace", KEYSPACE) "settle\nkept VitessKeyspace *\nkept VitessShard *\nkept " CLAIM " *"},

    /* --- deletions that others began --- */
    {"a rollout completes no deletion of data", 1, 1, 3, 0,
        "ready\nmark\ndelete " CLAIM " @replica1\ndelete " CLAIM " @replica2\ndelete " CLAIM " @replica3\nsteps 10\n"
        IMAGE "apply\nsettle\nkept " CLAIM " *\nrestarts 0\nserving 3"},
    {"one claim that is being deleted holds its own tablet only", 1, 1, 3, 0,
        "ready\nmark\ndelete " CLAIM " @replica3\nsteps 10\n" IMAGE "apply\nsettle\nkept " CLAIM " @replica3\nkept Pod @replica3\nserving 2\n"
        "delete Pod @replica3\nready\nserving 2"},
    {"a claim whose volume is lost", 1, 1, 3, 0,
        "ready\nmark\nstatus " CLAIM " @replica3 phase \"Lost\"\nsteps 10\n" IMAGE "apply\nsettle\nkept Pod @replica3\nkept " CLAIM " *"},
    {"a claim and then its Pod are deleted by hand", 1, 1, 3, 0,
        "ready\nmark\ndelete " CLAIM " @replica3\ndelete Pod @replica3\nsteps 5\nready\nrestarts 1\nserving 2\nhas " CLAIM " @replica3"},

    /* --- members of etcd --- */
    {"all members of etcd are deleted, and no volume is lost", 1, 1, 2, 0,
        "ready\nmark\ndelete Pod " ETCD "-1\ndelete Pod " ETCD "-2\ndelete Pod " ETCD "-3\nsteps 5\nready\nkept " CLAIM " *"},
    {"a member of etcd loses its volume: two go on", 1, 1, 2, 0,
        "ready\nmark\n" LOSE_ETCD("2") "settle\nkept Pod " ETCD "-1\nkept Pod " ETCD "-3\nkept " CLAIM " " ETCD "-1\nkept " CLAIM " " ETCD "-3\nserving 2"},
    {"and none of them is taken down for a release", 1, 1, 2, 0,
        "set spec.globalLockserver {'etcd':{'image':'quay.io/coreos/etcd:v3.5.17'}}\nready\nmark\n" LOSE_ETCD("2")
        "settle\nset spec.globalLockserver {'etcd':{'image':'quay.io/coreos/etcd:v3.5.21'}}\napply\n"
        RELEASE("Pod", ETCD "-1") RELEASE("Pod", ETCD "-3") "settle\nkept Pod " ETCD "-1\nkept Pod " ETCD "-3"},

    /* --- labels and admission --- */
    {"somebody labels a replica as the primary, and the primary as a replica", 1, 1, 3, 0,
        "ready\nmark\nlabel Pod @replica1 planetscale.com/serving-type primary\nready\nlabel Pod @replica2 planetscale.com/serving-type replica\n"
        "ready\nkept Pod *\nrestarts 0"},
    {"somebody relabels a tablet as of another type", 1, 1, 3, 0,
        "ready\nmark\nlabel Pod @replica1 planetscale.com/tablet-type rdonly\nsettle\nkept Pod *\nkept " CLAIM " *\nserving 3"},
    {"tolerations that the API server adds to, and that somebody adds", 1, 1, 2, 0,
        "set " POOL ".tolerations [{'key':'mysql','operator':'Exists'}]\nready\nmark\n"
        "edit Pod @replica1 spec.tolerations[3] {'key':'more','operator':'Exists'}\nready\nkept Pod *\n" IMAGE "apply\nready\nrestarts 2"},
    {"another image by hand is not put back in place", 1, 1, 3, 0,
        EXTERNAL "ready\nmark\nedit Pod @replica2 spec.containers[0].image \"vitess/lite:v24.0.3\"\nsettle\nkept Pod *\nrestarts 0"},
    {"a policy that rewrites a label that the spec sets", 1, 1, 3, 0,
        "admit label team infra\nset " POOL ".extraLabels {'team':'db'}\nready\nmark\nsteps 60\nrestarts 0"},
    {"a policy that rewrites an annotation", 2, 1, 2, 0,
        "admit annotation note theirs\nset " POOL ".annotations {'note':'ours'}\nready\nmark\n" IMAGE "apply\nready\nrestarts 4\nserving 3"},
    {"a policy that adds what nobody has set", 1, 1, 3, 0,
        "admit label team infra\nadmit annotation note theirs\nready\nmark\n" IMAGE "apply\nready\nrestarts 3\nserving 2"},
    {"a Pod that lost the labels of its shard, and has them back", 1, 1, 3, 0,
        "ready\nmark\nlabel Pod @replica2 planetscale.com/shard elsewhere\nsettle\nkept Pod *\nlabel Pod @replica2 planetscale.com/shard x-x\nready\nkept " CLAIM " *"},
    {"a claim that lost the labels of its shard, and has them back", 1, 1, 3, 0,
        "ready\nmark\nlabel " CLAIM " @replica2 planetscale.com/shard elsewhere\nsettle\nkept " CLAIM " *\n"
        "label " CLAIM " @replica2 planetscale.com/shard x-x\nready\nkept " CLAIM " *\nrestarts 0"},
    {"a VitessShard that lost its labels, and has them back", 1, 1, 3, 0,
        "ready\nmark\nlabel VitessShard " SHARD " planetscale.com/keyspace elsewhere\nsettle\n"
        "label VitessShard " SHARD " planetscale.com/keyspace main\nready\nkept " CLAIM " *\nkept Pod *\nserving 3"},

    /* --- drift of derived objects --- */
    {"a shard that is told by hand that it leaves", 1, 1, 3, 0,
        "ready\nmark\nedit VitessShard " SHARD " spec.traffic \"Leaving\"\nsteps 5\nready\nkept Pod *\nserving 3"},
    {"a shard that somebody says is idle", 1, 1, 3, 0,
        "ready\nmark\nstatus VitessShard " SHARD " idle \"True\"\nstatus VitessShard " SHARD " turnedDown true\nsteps 5\nready\nkept VitessShard *\nkept Pod *\nserving 3"},
    {"one that has left the spec, and serves", 1, 1, 2, 0,
        "ready\nset " CUTS "[1] " EQUAL("2") "\napply\nready\nset " CUTS " [" EQUAL("2") "]\napply\nsettle\nmark\n"
        "status VitessShard " SHARD " idle \"True\"\nstatus VitessShard " SHARD " turnedDown true\nsettle\nkept Pod @replica1\nkept Pod @replica2"},
    {"a keyspace that somebody says is idle", 1, 1, 2, 0,
        MORE "ready\nmark\nstatus VitessKeyspace vitess-lookup-41675a41 idle \"True\"\nsettle\nkept VitessKeyspace *\nserving 2"},
    {"and after it has left the spec", 1, 1, 2, 0,
        MORE "ready\nunset spec.keyspaces[1]\napply\nsettle\nmark\nstatus VitessKeyspace vitess-lookup-41675a41 idle \"True\"\nsettle\n"
        "kept VitessKeyspace *\nkept " CLAIM " *"},
    {"one that somebody lets go at once by hand, after it has left the spec", 1, 1, 2, 0,
        MORE "ready\nunset spec.keyspaces[1]\napply\nsettle\nmark\nedit VitessKeyspace vitess-lookup-41675a41 spec.turndownPolicy \"Immediate\"\nsettle\n"
        "kept VitessKeyspace *\nkept " CLAIM " *"},
    {"a cell that somebody says is idle and leaves", 2, 1, 2, 0,
        "ready\nmark\nstatus VitessCell " CELL1 " idle \"True\"\nedit VitessCell " CELL1 " spec.leaving true\nsteps 5\nready\nkept VitessCell *\nserving 4"},
    {"pools of a shard taken away by hand", 1, 1, 3, 0,
        "ready\nmark\nedit VitessShard " SHARD " spec.tabletPools []\nsteps 5\nready\nkept Pod *\nkept " CLAIM " *\nserving 3"},
    {"and of a keyspace", 1, 1, 3, 0,
        "ready\nmark\nedit VitessKeyspace " KEYSPACE " spec.partitionings[0].equal.shardTemplate.tabletPools []\nsteps 5\nready\nkept Pod *\nkept " CLAIM " *"},
    {"shards of a keyspace taken away by hand", 1, 2, 2, 0,
        "ready\nmark\nedit VitessKeyspace " KEYSPACE " spec.partitionings []\nsteps 5\nsettle\nkept Pod *\nkept " CLAIM " *\nserving 2"},
    {"replicas of a shard edited by hand", 1, 1, 3, 0,
        "ready\nmark\nedit VitessShard " SHARD " spec.tabletPools[0].replicas 2\nsteps 3\nready\nserving 2\nhas Pod @replica3"},
    {"an image of a shard edited by hand", 1, 1, 3, 0,
        "ready\nmark\nedit VitessShard " SHARD " spec.images.vttablet \"vitess/lite:v24.0.9\"\nsteps 3\nready\nserving 2"},
    {"memory of a shard that somebody wipes", 1, 1, 3, 0,
        "ready\nmark\nstatus VitessShard " SHARD " memory null\nsettle\nready\nkept Pod *\nkept " CLAIM " *"},

    /* --- derived objects deleted by hand --- */
    {"a VitessShard deleted by hand comes back", 1, 1, 3, 0, "ready\nmark\ndelete VitessShard " SHARD "\nsteps 3\nready"},
    {"left behind, it is taken up again", 1, 1, 3, 0,
        "ready\nmark\norphan VitessShard " SHARD "\nsteps 3\nready\nkept " CLAIM " *\nkept Pod *\nserving 3"},
    {"and so a VitessKeyspace", 1, 2, 2, 0,
        "ready\nmark\norphan VitessKeyspace " KEYSPACE "\nsteps 3\nready\nkept " CLAIM " *\nkept Pod *\nserving 2"},
    {"a VitessCell", 2, 1, 2, 0, "ready\nmark\ndelete VitessCell " CELL1 "\nsteps 3\nready\nkept " CLAIM " *\nrestarts 0"},
    {"an EtcdLockserver that is left behind", 1, 1, 2, 0,
        "ready\nmark\norphan EtcdLockserver " ETCD "\nsteps 3\nready\nkept " CLAIM " *\nkept Pod *"},

    /* --- made again, restored --- */
    {"an orphaning deletion, then apply", 1, 1, 3, 0,
        "ready\nmark\ndelete-cluster orphan\nsettle\napply\nsettle\nkept " CLAIM " *\nkept Pod @replica1\nserving 3\nadopt\nready\nkept " CLAIM " *\nkept Pod @replica1\nserving 3"},
    {"deleted and applied again: its data went with it", 1, 1, 3, 0, "ready\ndelete-cluster background\nsettle\ngone " CLAIM " @replica1\napply\nready"},
    {"in the foreground too, in the same second", 2, 1, 2, 0, "ready\ndelete-cluster foreground\napply\nsteps 60\napply\nready"},
    {"restored as Velero does after the namespace was lost", 1, 1, 3, 0,
        "ready\nbackup\nwipe\nsettle\nrestore default\nmark\nsteps 5\nadopt\nready\nkept " CLAIM " *"},
    {"and in two cells with two shards", 2, 2, 2, 0,
        "ready\nbackup\nwipe\nsettle\nrestore default\nmark\nsteps 5\nadopt\nready\nkept " CLAIM " *"},
    {"a whole namespace restored into another one", 1, 1, 3, 0,
        "ready\nmark\nbackup\nrestore other\nsteps 60\nkept " CLAIM " *\nnamespace other\nmark\nadopt\nready\nkept " CLAIM " *\nhas Pod @replica1"},

    /* --- Metacontroller and the hooks --- */
    {"hooks that say not now", 1, 1, 3, 0,
        "hook 429 cluster\nhook 429 cell\nready\nmark\nhook 429 shard\nhook 429 shard\n" IMAGE "apply\nhook 429 keyspace\nready\nrestarts 3\nserving 2"},
    {"hooks that hang", 1, 1, 3, 0,
        "hook timeout cluster\nready\nmark\nhook timeout shard\n" IMAGE "apply\nsteps 8\nhook timeout keyspace\nready\nrestarts 3\nserving 2"},
    {"two clusters side by side", 1, 1, 2, 0,
        "ready\ncluster other\nready\nmark\n" IMAGE "apply\nready\nserving 1\ncluster vitess\n" IMAGE "apply\nready"},
};
/* clang-format on */

static void tests(TCase *tcase)
{
    play_all(tcase,
        (struct played){.shape = &v2_shape,
            .histories = damages,
            .count = sizeof(damages) / sizeof(damages[0]),
            .sample = 8},
        "DAMAGE");
}

TEST_MAIN(tests)
