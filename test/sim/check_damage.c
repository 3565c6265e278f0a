#include "play.h"
#include "v1alpha1.h"

/* Damage that others do: copies, restores, deletions that somebody began, drift of derived objects,
 * names that collide. Each expectation is what is right. DAMAGE=12 runs that row alone. */

#define T1 "spec.keyspaces[0].tablets"
#define IMAGE "set " T1 ".masterEligible.image \"vitess/lite:v24.0.5\"\napply\n"
#define SHARD "vitess-zone1-main-x-x"
#define KEYSPACE "vitess-zone1-main"
#define CELL "vitess-zone1"
#define TABLET "vitess-vttablet-zone1-@replica"
#define CLAIM "PersistentVolumeClaim"
#define RETENTION(scaled, deleted)                                                                 \
    "set spec.volumeClaimRetention {'whenScaled':'" scaled "','whenDeleted':'" deleted "'}\n"
/* Somebody else writes to disk what was applied last to another object, or to none. */
#define LAST_APPLIED "metacontroller.k8s.io/last-applied-configuration"
#define FORGED(kind, name)                                                                         \
    LAST_APPLIED " {\"apiVersion\":\"v1\",\"kind\":\"" kind "\",\"metadata\":{\"name\":\"" name    \
                 "\",\"namespace\":\"default\",\"labels\":{\"vitess.io/cell\":\"zone1\","          \
                 "\"vitess.io/cluster\":\"vitess\",\"vitess.io/keyspace\":\"main\","               \
                 "\"vitess.io/shard\":\"x-x\"}},\"spec\":{\"containers\":[{\"name\":\"c\","        \
                 "\"image\":\"evil\",\"securityContext\":{\"privileged\":true}}]}}\n"

#define LOSE_ETCD(member)                                                                          \
    "delete " CLAIM " data-vitess-global-etcd-" member "\ndelete Pod vitess-global-etcd-" member   \
    "\nsteps 2\n"
#define ETCD_READY(size) "field StatefulSet vitess-global-etcd status.readyReplicas " size "\n"

/* clang-format off */
static const struct history damages[] = {
    /* --- members of etcd --- */
    {"a member of etcd loses its volume and is made a new one", 1, 1, 2, 0,
        "ready\nmark\n" LOSE_ETCD("1") "ready\n" ETCD_READY("3") "kept Pod vitess-global-etcd-0\nkept Pod vitess-global-etcd-2\n"
        "kept " CLAIM " data-vitess-global-etcd-0\n" LOSE_ETCD("0") "ready\n" ETCD_READY("3") LOSE_ETCD("2") "ready\n" ETCD_READY("3")
        "restarts 0"},
    {"two of five do", 1, 1, 2, 0,
        "set spec.cells[0].etcd.size 5\nready\nmark\n" LOSE_ETCD("4") LOSE_ETCD("1") "ready\n" ETCD_READY("5")
        "kept Pod vitess-global-etcd-0\nkept Pod vitess-global-etcd-2\nkept Pod vitess-global-etcd-3"},
    {"one does, and the status of the cell is lost, too", 1, 1, 2, 0,
        "ready\n" LOSE_ETCD("1") "steps 10\nstatus VitessCell vitess-global etcd null\nsettle\n"
        "ready\n" ETCD_READY("3") "kept " CLAIM " " TABLET "0"},
    {"one does while its cell is paused", 1, 1, 2, 0,
        "set spec.rollout {'paused':true}\nready\n" LOSE_ETCD("2") "settle\n" ETCD_READY("3")},
    {"all members of etcd are deleted, and no volume is lost", 1, 1, 2, 0,
        "ready\nmark\ndelete Pod vitess-global-etcd-0\ndelete Pod vitess-global-etcd-1\ndelete Pod vitess-global-etcd-2\n"
        "steps 5\nready\n" ETCD_READY("3") "kept " CLAIM " *"},
    {"a cluster is made anew on the volumes of etcd that were kept", 1, 1, 2, 0,
        "ready\nmark\ndelete-cluster foreground\nsettle\nkept " CLAIM " *\napply\nready\nkept " CLAIM " *\n" ETCD_READY("3")},
    {"and goes with them where they are to", 1, 1, 2, 0,
        RETENTION("Retain", "Delete") "ready\ndelete-cluster background\nsettle\ngone " CLAIM " data-vitess-global-etcd-0"},
    /* --- copies --- */
    {"a copied claim stays, costs no original and is named", 1, 1, 3, 0,
        "ready\nmark\ncopy " CLAIM " " TABLET "0 copy\nready\nkept " CLAIM " *\nhas " CLAIM " copy\nwarns copy\n"
        IMAGE "ready\nkept " CLAIM " *\nhas " CLAIM " copy\nrestarts 3\nserving 2"},
    {"and so under the policies that delete", 1, 1, 3, 0,
        RETENTION("Delete", "Delete") "ready\nmark\ncopy " CLAIM " " TABLET "2 copy\nready\nkept " CLAIM " *\n"
        "set " T1 ".masterEligible.replicas 2\napply\nready\nhas " CLAIM " copy\ngone " CLAIM " " TABLET "2\nwarns copy"},
    {"a copied claim blocks no healing", 1, 1, 3, 0,
        "ready\ncopy " CLAIM " " TABLET "0 copy\nready\nmark\ndelete Pod " TABLET "1\nsteps 3\nready\nkept " CLAIM " *\n"
        "restarts 1\nserving 2\nhas " CLAIM " copy"},
    {"a copied Pod stays and is named", 1, 1, 3, 0,
        "ready\nmark\ncopy Pod " TABLET "1 copy\nready\nkept Pod " TABLET "0\nkept Pod " TABLET "1\nhas Pod copy\n"
        "warns copy\ndelete Pod copy\nsteps 3\nready\nrestarts 0\nserving 3"},
    {"a copied VitessShard stays and is named", 1, 1, 3, 0,
        "ready\nmark\ncopy VitessShard " SHARD " copy\nready\nhas VitessShard copy\nwarns copy\nrestarts 0\n"
        IMAGE "ready\nhas VitessShard copy\nrestarts 3\nserving 2\nkept " CLAIM " *"},
    {"a copied VitessKeyspace", 1, 1, 3, 0,
        "ready\nmark\ncopy VitessKeyspace " KEYSPACE " copy\nready\nhas VitessKeyspace copy\nwarns copy\n"
        IMAGE "ready\nhas VitessKeyspace copy\nrestarts 3\nserving 2"},
    {"a copied VitessCell", 1, 1, 3, 0,
        "ready\nmark\ncopy VitessCell " CELL " copy\nready\nhas VitessCell copy\nwarns copy\n"
        IMAGE "ready\nhas VitessCell copy\nrestarts 3\nserving 2"},
    {"a copied VitessKeyspace that has adopted a shard is deleted without it, as the condition says", 1, 1, 3, 0,
        RETENTION("Retain", "Delete") "ready\nmark\nlabel VitessShard " SHARD " vitess.io/keyspace elsewhere\nsettle\n"
        "copy VitessKeyspace " KEYSPACE " copy\nsettle\nlabel VitessShard " SHARD " vitess.io/keyspace main\nsteps 60\n"
        "warns kubectl delete --cascade=orphan --namespace default vitesskeyspace copy\n"
        "orphan VitessKeyspace copy\nready\nkept VitessShard *\nkept Pod *\nkept " CLAIM " *\nserving 3"},
    {"a copied StatefulSet", 1, 1, 3, 0,
        "ready\nmark\ncopy StatefulSet vitess-global-etcd copy\nready\nhas StatefulSet copy\nwarns copy\n"
        "kept StatefulSet vitess-global-etcd"},
    {"a copied Deployment", 1, 1, 2, 0,
        "ready\nmark\ncopy Deployment vitess-zone1-vtgate copy\nready\nkept Deployment *\nrestarts 0"},
    {"a claim that says it was applied as a Pod", 1, 1, 3, 0,
        "ready\nmark\nannotate " CLAIM " " TABLET "0 " FORGED("Pod", "evil") "ready\ngone Pod evil\nkept " CLAIM " *\n"
        "set " T1 ".masterEligible.replicas 2\napply\nready\nannotate " CLAIM " " TABLET "2 " FORGED("Pod", "evil")
        "ready\ngone Pod evil\nkept " CLAIM " *"},
    {"a claim that says it was applied as another one", 1, 1, 3, 0,
        "ready\nset " T1 ".masterEligible.replicas 2\napply\nready\nmark\n"
        "annotate " CLAIM " " TABLET "2 " FORGED("PersistentVolumeClaim", "vitess-vttablet-zone1-1421667800")
        "ready\nkept " CLAIM " *\n" IMAGE "ready\nkept " CLAIM " *"},
    {"a keyspace that leaves and says that it was applied as another one", 2, 1, 2, 0,
        "set spec.keyspaces[1] {'name':'lookup','cells':['zone1'],'tablets':{'masterEligible':{"
        "'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}\n"
        "ready\nunset spec.keyspaces[1]\napply\nready\ncondition Updated True KeptUntilIdle\nmark\n"
        "annotate VitessKeyspace vitess-zone1-lookup " FORGED("VitessKeyspace", "vitess-zone1-main")
        "settle\nkept VitessKeyspace *\nkept VitessShard *\nkept " CLAIM " *"},

    /* --- deletions that others began --- */
    {"a rollout completes no deletion of data", 1, 1, 3, 0,
        "ready\nmark\ndelete " CLAIM " " TABLET "0\ndelete " CLAIM " " TABLET "1\ndelete " CLAIM " " TABLET "2\nsteps 10\n"
        IMAGE "settle\nkept " CLAIM " *\nrestarts 0\nserving 3\nwarns PersistentVolumeClaim is being deleted"},
    {"and goes on once somebody has let them go, one after the other", 1, 1, 3, 0,
        "ready\nmark\ndelete " CLAIM " " TABLET "0\ndelete " CLAIM " " TABLET "1\ndelete " CLAIM " " TABLET "2\nsteps 10\n"
        IMAGE "settle\ndelete Pod " TABLET "1\nsettle\ndelete Pod " TABLET "2\nsettle\n"
        "vtctl PlannedReparentShard main/- --new-primary zone1-1421667801\ndelete Pod " TABLET "0\nready\nserving 2\n"
        "has " CLAIM " " TABLET "0"},
    {"one claim that is being deleted holds its own tablet only", 1, 1, 3, 0,
        "ready\nmark\ndelete " CLAIM " " TABLET "2\nsteps 10\nwarns " TABLET "2\n"
        IMAGE "settle\nkept " CLAIM " " TABLET "2\nkept Pod " TABLET "2\nserving 2\nwarns " TABLET "2\n"
        "delete Pod " TABLET "2\nready\nserving 2"},
    {"a claim whose volume is lost", 1, 1, 3, 0,
        "ready\nmark\nstatus " CLAIM " " TABLET "2 phase \"Lost\"\nsteps 10\n"
        IMAGE "settle\nkept Pod " TABLET "2\nkept " CLAIM " *\nwarns " TABLET "2"},
    {"in two cells", 2, 1, 2, 0,
        "ready\nmark\ndelete " CLAIM " " TABLET "0\ndelete " CLAIM " " TABLET "1\nsteps 10\n" IMAGE "settle\n"
        "kept " CLAIM " *\nwarns vitess-vttablet-zone1"},
    {"a claim and then its Pod are deleted by hand", 1, 1, 3, 0,
        "ready\nmark\ndelete " CLAIM " " TABLET "2\ndelete Pod " TABLET "2\nsteps 5\nready\nrestarts 1\nserving 2\n"
        "has " CLAIM " " TABLET "2"},
    {"a replaced tablet is restored before the next one goes", 1, 1, 3, 0,
        "set spec.backupFlags {'backup_storage_implementation':'file','file_backup_storage_root':'/backups'}\n"
        "ready\nmark\ndelete " CLAIM " " TABLET "2\ndelete Pod " TABLET "2\nsteps 8\n" IMAGE "ready\nserving 2"},

    /* --- labels of running Pods --- */
    {"somebody labels a replica as the primary, and the primary as a replica", 2, 1, 2, 0,
        "ready\nmark\nlabel Pod " TABLET "1 vitess.io/tablet-type primary\nready\n"
        "label Pod " TABLET "0 vitess.io/tablet-type replica\nready\nkept Pod *\nrestarts 0\nended 0"},
    {"Pods of a build before the label", 2, 1, 2, 1,
        "ready\nmark\nlabel Pod " TABLET "0 vitess.io/tablet-type -\nlabel Pod " TABLET "1 vitess.io/tablet-type -\nready\n"
        "kept Pod *\nrestarts 0\nended 0"},
    {"a copy of the primary's Pod is nobody's primary", 1, 1, 3, 0,
        "ready\nmark\ncopy Pod " TABLET "0 vitess-vttablet-zone1-1421667807\nsettle\nkept Pod *\n"
        "restart-metacontroller\nsettle\nrestarts 0\nhas Pod vitess-vttablet-zone1-1421667807"},
    {"tolerations that the API server adds to, and that somebody adds", 1, 1, 2, 0,
        "set " T1 ".masterEligible.template {'tolerations':[{'key':'mysql','operator':'Exists'}]}\nready\nmark\n"
        "edit Pod " TABLET "0 spec.tolerations[3] {'key':'more','operator':'Exists'}\nready\nkept Pod *\n" IMAGE "ready\nrestarts 2"},
    {"another image by hand is not put back in place", 1, 1, 3, 0,
        "ready\nmark\nset spec.rollout {'paused':true}\napply\nready\n"
        "edit Pod " TABLET "1 spec.containers[0].image \"vitess/lite:v24.0.3\"\nsettle\nkept Pod *\nended 0\n"
        "set spec.rollout {'paused':false}\napply\nready\nrestarts 1"},

    /* --- admission of others --- */
    {"a policy that rewrites a label that the spec sets", 1, 1, 3, 0,
        "admit label team infra\nset spec.template {'metadata':{'labels':{'team':'db'}}}\nready\nwarns team\nmark\n"
        "steps 60\nrestarts 0"},
    {"a policy that begins to", 1, 1, 3, 0,
        "set spec.template {'metadata':{'labels':{'team':'db'}}}\nready\nadmit label team infra\nmark\n"
        "delete Pod " TABLET "1\nsteps 3\nready\nserving 2\nwarns team\n" IMAGE "ready\nserving 2\nwarns team"},
    {"a policy that rewrites an annotation", 2, 1, 2, 0,
        "admit annotation note theirs\nset " T1 ".masterEligible.template {'annotations':{'note':'ours'}}\n"
        "ready\nwarns note\nmark\n" IMAGE "ready\nrestarts 4\nserving 3"},
    {"a policy that adds what nobody has set", 1, 1, 3, 0,
        "admit label team infra\nadmit annotation note theirs\nready\nmark\n" IMAGE "ready\nrestarts 3\nserving 2"},
    {"an annotation of a Pod edited by hand takes no two tablets down", 1, 1, 3, 0,
        "set " T1 ".masterEligible.template {'annotations':{'note':'ours'}}\nready\nmark\n"
        "annotate Pod " TABLET "1 note theirs\nsteps 3\nready\nserving 2"},

    /* --- drift of derived objects --- */
    {"a shard that is told to retire by hand", 1, 1, 3, 0,
        "ready\nmark\nedit VitessShard " SHARD " spec.rollout.retire true\nsteps 5\nready\nkept Pod *\nserving 3"},
    {"a keyspace", 1, 1, 3, 0,
        "ready\nmark\nedit VitessKeyspace " KEYSPACE " spec.rollout.retire true\nsteps 5\nready\nkept Pod *\nserving 3"},
    {"a cell", 2, 1, 3, 0,
        "ready\nmark\nedit VitessCell " CELL " spec.rollout.retire true\nsteps 5\nready\nkept VitessCell *\nserving 6\n"
        "restarts 0"},
    {"and so where nothing is asked before", 1, 1, 3, 0,
        "set spec.keyspaces[0].turndownPolicy \"Immediate\"\nready\nmark\n"
        "edit VitessShard " SHARD " spec.rollout.retire true\nsteps 5\nready\nkept VitessShard *\nkept " CLAIM " *\nserving 3"},
    {"a flag that somebody adds to a shard moves nothing", 1, 1, 3, 0,
        "ready\nmark\nedit VitessShard " SHARD " spec.tablets.masterEligible.vttablet.flags "
        "{'queryserver-config-pool-size':99}\nsteps 5\nready\nrestarts 0\nserving 3"},
    {"one that somebody adds to a keyspace", 1, 2, 2, 0,
        "ready\nmark\nedit VitessKeyspace " KEYSPACE " spec.tablets.masterEligible.vttablet.flags "
        "{'queryserver-config-pool-size':99}\nsteps 5\nready\nrestarts 0"},
    {"a pause that somebody adds to a cell", 1, 1, 3, 0,
        "ready\nmark\nedit VitessCell " CELL " spec.rollout.paused true\nsteps 5\n" IMAGE "ready\nrestarts 3\nserving 2"},
    {"and to a shard", 1, 1, 3, 0,
        "ready\nmark\nedit VitessShard " SHARD " spec.rollout.paused true\nsteps 5\n" IMAGE "ready\nrestarts 3\nserving 2"},
    {"force that somebody adds to a shard in mid-rollout", 1, 1, 3, 0,
        "ready\nmark\n" IMAGE "steps 3\nedit VitessShard " SHARD " spec.rollout.force "
        "[\"vitess-vttablet-zone1-1421667800\",\"vitess-vttablet-zone1-1421667801\",\"vitess-vttablet-zone1-1421667802\"]\n"
        "ready\nserving 2"},
    {"a shard that somebody says has retired", 1, 1, 3, 0,
        "ready\nmark\nstatus VitessShard " SHARD " retired true\nsteps 5\nready\nkept VitessShard *\nkept Pod *\nserving 3"},
    {"a cell that somebody says has retired", 2, 1, 2, 0,
        "ready\nmark\nstatus VitessCell " CELL " retired true\nsteps 5\nready\nkept VitessCell *\nserving 4"},
    {"a keyspace kept until it is idle that somebody says has retired", 1, 1, 3, 0,
        RETENTION("Retain", "Delete") "set spec.keyspaces[1] {'name':'more','cells':['zone1'],'tablets':{'masterEligible':"
        "{'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}\napply\nready\n"
        "unset spec.keyspaces[1]\napply\nready\nmark\nstatus VitessKeyspace vitess-zone1-more retired true\nsettle\n"
        "kept VitessKeyspace *\nkept " CLAIM " *"},
    {"its shard", 1, 1, 3, 0,
        RETENTION("Retain", "Delete") "set spec.keyspaces[1] {'name':'more','cells':['zone1'],'tablets':{'masterEligible':"
        "{'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}\napply\nready\n"
        "unset spec.keyspaces[1]\napply\nready\nmark\nstatus VitessShard vitess-zone1-more-0 retired true\nsettle\n"
        "kept VitessShard *\nkept " CLAIM " *"},
    {"and a cell that is kept with it", 2, 1, 2, 0,
        RETENTION("Retain", "Delete") "set spec.keyspaces[1] {'name':'more','cells':['zone2'],'tablets':{'masterEligible':"
        "{'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}\napply\nready\n"
        "unset spec.keyspaces[1]\nset spec.keyspaces[0].cells [\"zone1\"]\nunset spec.cells[2]\napply\nsettle\nmark\n"
        "status VitessCell vitess-zone2 retired true\nsettle\nkept VitessCell *\nkept " CLAIM " *"},
    {"replicas of a shard edited by hand", 1, 1, 3, 0,
        "ready\nmark\nedit VitessShard " SHARD " spec.tablets.masterEligible.replicas 2\nsteps 3\nready\nserving 2\n"
        "has Pod " TABLET "2"},
    {"an image of a shard edited by hand", 1, 1, 3, 0,
        "ready\nmark\nedit VitessShard " SHARD " spec.image \"vitess/lite:v24.0.9\"\nsteps 3\nready\nserving 2"},
    {"a Deployment scaled by hand", 1, 1, 2, 0,
        "ready\nmark\nedit Deployment vitess-zone1-vtgate spec.replicas 5\nsteps 3\nready\n"
        "field Deployment vitess-zone1-vtgate spec.replicas 2"},

    /* --- derived objects deleted by hand --- */
    {"a VitessShard deleted by hand comes back", 1, 1, 3, 0,
        "ready\nmark\ndelete VitessShard " SHARD "\nsteps 3\nready\nkept " CLAIM " *"},
    {"also where Pods end slowly", 1, 1, 3, 0,
        "fail stop=45\nready\nmark\ndelete VitessShard " SHARD "\nsteps 3\nready\nkept " CLAIM " *"},
    {"a VitessKeyspace", 2, 2, 2, 0,
        "ready\nmark\ndelete VitessKeyspace " KEYSPACE "\nsteps 3\nready\nkept " CLAIM " *"},
    {"also where Pods end slowly", 2, 2, 2, 0,
        "fail stop=45\nready\nmark\ndelete VitessKeyspace " KEYSPACE "\nsteps 3\nready\nkept " CLAIM " *"},
    {"a VitessCell", 2, 1, 2, 0,
        "ready\nmark\ndelete VitessCell " CELL "\nsteps 3\nready\nkept " CLAIM " *"},
    {"also where Pods end slowly", 2, 1, 2, 0,
        "fail stop=45\nready\nmark\ndelete VitessCell " CELL "\nsteps 3\nready\nkept " CLAIM " *"},

    /* --- quiet stalls --- */
    {"deleted and applied in the same second", 1, 1, 3, 0,
        "ready\nmark\ndelete-cluster background\napply\nready\nkept " CLAIM " *"},
    {"and where Pods end slowly", 2, 1, 2, 0,
        "fail stop=45\nready\nmark\ndelete-cluster background\napply\nready\nkept " CLAIM " *"},
    {"an orphaning deletion, then apply", 1, 1, 3, 0,
        "ready\nmark\ndelete-cluster orphan\nsettle\napply\nsettle\nkept " CLAIM " *\nkept Pod " TABLET "0\nserving 3\n"
        "warns if there is one already"},
    {"a Pod that lost the labels of its shard, and has them back", 1, 1, 3, 0,
        "ready\nmark\nlabel Pod " TABLET "1 vitess.io/shard elsewhere\nsettle\nwarns " TABLET "1\nwarns if there is one already\nkept Pod *\n"
        "label Pod " TABLET "1 vitess.io/shard x-x\nready\nkept " CLAIM " *"},
    {"a claim that lost the labels of its shard, and has them back", 1, 1, 3, 0,
        "ready\nmark\nlabel " CLAIM " " TABLET "1 vitess.io/shard elsewhere\nsettle\nwarns " TABLET "1\nkept " CLAIM " *\n"
        "label " CLAIM " " TABLET "1 vitess.io/shard x-x\nready\nkept " CLAIM " *\nrestarts 0"},
    {"a cell is left by its keyspace while a Pod of it lacks its labels", 2, 1, 2, 0,
        "set spec.keyspaces[0].turndownPolicy \"Immediate\"\nready\nvtctl PlannedReparentShard main/- --new-primary zone2-0071922500\nready\nmark\n"
        "label Pod " TABLET "1 vitess.io/keyspace elsewhere\nsettle\n"
        "set spec.keyspaces[0].cells [\"zone2\"]\napply\nsettle\nkept " CLAIM " *\nkept Pod " TABLET "1"},
    {"a VitessShard that lost its labels, and has them back", 1, 1, 3, 0,
        "ready\nmark\nlabel VitessShard " SHARD " vitess.io/keyspace elsewhere\nsettle\nwarns " SHARD "\nwarns if there is one already\n"
        "label VitessShard " SHARD " vitess.io/keyspace main\nready\nkept " CLAIM " *\nkept Pod *\nserving 3"},
    {"two clusters whose names collide", 1, 1, 2, 0,
        "set spec.cells[1].name \"b-c\"\nset spec.keyspaces[0].cells [\"b-c\"]\ncluster a\n"
        "set spec.cells[1].name \"b-c\"\nset spec.keyspaces[0].cells [\"b-c\"]\nready\nmark\ncluster a-b\n"
        "set spec.cells[1].name \"c\"\nset spec.keyspaces[0].cells [\"c\"]\napply\nsettle\n"
        "warns VitessCell a-b-c belongs to VitessCluster a\nwarns makes VitessCell \"a-b-c\"\nkept VitessCell a-b-c\nkept " CLAIM " *\nkept Pod a-b-c-vtgate"},
    {"two clusters side by side", 1, 1, 2, 0,
        "ready\ncluster other\nready\nmark\n" IMAGE "ready\nserving 1\ncluster vitess\n" IMAGE "ready"},

    /* --- made again with claims that were kept --- */
    {"made again after Retain", 1, 1, 3, 0,
        "ready\nmark\ndelete-cluster background\nsettle\napply\nready\nkept " CLAIM " *"},
    {"made again with more tablets than claims", 1, 1, 2, 0,
        "ready\nmark\ndelete-cluster background\nsettle\nset " T1 ".masterEligible.replicas 3\napply\nready\nkept " CLAIM " *"},
    {"made again with fewer tablets than claims", 1, 1, 3, 0,
        "ready\nmark\ndelete-cluster background\nsettle\nset " T1 ".masterEligible.replicas 2\napply\nready\nkept " CLAIM " *"},
    {"and under whenScaled Delete: what it never scaled down stays", 1, 1, 3, 0,
        RETENTION("Delete", "Retain")
        "ready\nmark\ndelete-cluster background\nsettle\nset " T1 ".masterEligible.replicas 2\napply\nready\nkept " CLAIM " *"},
    {"in the foreground too", 2, 1, 3, 0,
        RETENTION("Delete", "Retain")
        "ready\nmark\ndelete-cluster foreground\nsettle\nset " T1 ".masterEligible.replicas 1\napply\nready\nkept " CLAIM " *"},
    {"what it scaled down itself goes", 1, 1, 3, 0,
        RETENTION("Delete", "Retain") "ready\ndelete-cluster background\nsettle\napply\nready\n"
        "set " T1 ".masterEligible.replicas 2\napply\nready\ngone " CLAIM " " TABLET "2\nhas " CLAIM " " TABLET "1"},
    {"a keyspace that leaves keeps its claims, whatever whenDeleted says", 1, 1, 3, 0,
        RETENTION("Retain", "Delete") "set spec.keyspaces[1] {'name':'more','cells':['zone1'],'turndownPolicy':'Immediate','tablets':{'masterEligible':"
        "{'replicas':1,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}\napply\nready\nmark\n"
        "unset spec.keyspaces[1]\napply\nready\ngone VitessKeyspace vitess-zone1-more\nkept " CLAIM " *"},
    {"a cell with an etcd leaves although its vtgate is broken for good", 2, 1, 2, 0,
        RETENTION("Retain", "Delete") "set spec.cells[2].etcd {'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}\n"
        "set spec.keyspaces[0].turndownPolicy \"Immediate\"\nready\nset spec.cells[2].vtgate.image \"vitess/bad:v24.0.1\"\n"
        "fail image=vitess/bad:v24.0.1\napply\nsteps 60\nset spec.keyspaces[0].cells [\"zone1\"]\nunset spec.cells[2]\napply\nready\n"
        "gone VitessCell vitess-zone2"},
    {"claims keep their owner whatever becomes of whenDeleted", 1, 1, 3, 0,
        "ready\nmark\n" RETENTION("Retain", "Delete") "apply\nready\nkept " CLAIM " *\n" RETENTION("Retain", "Retain") "apply\nready\n"
        RETENTION("Delete", "Delete") "apply\nready\nkept " CLAIM " *\nrestarts 0"},
    {"applied again under whenDeleted Delete, before the collector has taken the claims of before", 1, 1, 3, 0,
        RETENTION("Retain", "Delete") "ready\ndelete-cluster background\napply\nready\nserving 0"},
    {"a VitessKeyspace deleted by hand under whenDeleted Delete takes its claims along, as the policy says", 2, 1, 2, 0,
        RETENTION("Retain", "Delete") "ready\nmark\ndelete VitessKeyspace " KEYSPACE "\nsteps 3\nready\n"
        "kept " CLAIM " vitess-vttablet-zone2-@zone2replica0\nserving 2"},
    {"left behind in the middle of scaling down, and adopted by the next one", 1, 1, 3, 0,
        RETENTION("Delete", "Retain") "ready\nset " T1 ".masterEligible.replicas 1\napply\nsteps 15\ndelete-cluster orphan\n"
        "steps 16\napply\nsteps 1\nadopt\nready\ngone " CLAIM " " TABLET "2\nhas " CLAIM " " TABLET "0"},
    {"made again after whenDeleted Delete", 1, 1, 3, 0,
        RETENTION("Retain", "Delete") "ready\ndelete-cluster background\nsettle\ngone " CLAIM " " TABLET "0\napply\nready"},

    /* --- restores --- */
    {"a whole namespace restored into another one", 1, 1, 3, 0,
        "ready\nmark\nbackup\nrestore other\nsteps 60\nkept " CLAIM " *\nnamespace other\nmark\nadopt\nready\n"
        "kept " CLAIM " *\nhas Pod " TABLET "0\nmark\n" IMAGE "ready\nrestarts 3\nkept " CLAIM " *"},
    {"and of two cells with two shards", 2, 2, 2, 1,
        "ready\nmark\nbackup\nrestore other\nsteps 60\nkept " CLAIM " *\nnamespace other\nmark\nadopt\nready\nkept " CLAIM " *"},
    {"one without a vtctld", 1, 1, 3, 0,
        "unset spec.cells[0].vtctld\nready\nmark\nbackup\nrestore other\nsteps 20\nnamespace other\nmark\nadopt\nready\n"
        "kept " CLAIM " *"},
    {"one with its vtctld in another cell than etcd, which has stayed behind", 1, 1, 3, 0,
        "unset spec.cells[0].vtctld\nset spec.cells[1].vtctld {}\nready\nmark\nbackup\nrestore other\nsteps 1\nnamespace other\nmark\n"
        "delete StatefulSet vitess-global-etcd\ndelete Service vitess-global-etcd-client\nsteps 5\nadopt\nready\nkept " CLAIM " *"},
    {"one without a cell that it had", 2, 1, 2, 0,
        "ready\nmark\nbackup\nrestore other\nsteps 20\nkept " CLAIM " *\nnamespace other\nmark\nset spec.keyspaces[0].cells [\"zone1\"]\n"
        "unset spec.cells[2]\napply\nadopt\nready\nkept " CLAIM " *"},
    {"one without a keyspace that it had", 1, 1, 3, 0,
        "set spec.keyspaces[1] {'name':'more','cells':['zone1'],'tablets':{'masterEligible':"
        "{'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}\n"
        "ready\nmark\nbackup\nrestore other\nsteps 20\nkept " CLAIM " *\nnamespace other\nmark\nunset spec.keyspaces[1]\napply\nadopt\nready\n"
        "kept " CLAIM " *"},
    {"in mid-rollout", 2, 1, 2, 0,
        "ready\nmark\n" IMAGE "steps 9\nbackup\nrestore other\nsteps 20\nnamespace other\nmark\nadopt\nready\nkept " CLAIM " *"},
    {"one that was paused does nothing until it goes on", 1, 1, 3, 0,
        "ready\nset spec.rollout {'paused':true}\napply\nready\nmark\nbackup\nrestore other\nsteps 20\nnamespace other\nmark\nadopt\n"
        "steps 60\nsays Ready made for namespace default\nset spec.rollout {'paused':false}\napply\nready\nkept " CLAIM " *"},
    {"one with an error changes nothing until it is mended", 1, 1, 3, 0,
        "ready\nmark\nbackup\nrestore other\nnamespace other\nmark\nset " T1 ".masterEligible.volumeClaim.resources.requests.storage \"1Gi\"\napply\nadopt\nsteps 60\n"
        "condition Ready False InvalidSpec\nset " T1 ".masterEligible.volumeClaim.resources.requests.storage \"4Gi\"\napply\nready\nkept " CLAIM " *"},
    {"restored as Velero does after the namespace was lost", 1, 1, 3, 0,
        "ready\nbackup\nwipe\nsettle\nrestore default\nmark\nsteps 5\nadopt\nready\nkept " CLAIM " *"},
    {"and in two cells with two shards", 2, 2, 2, 0,
        "ready\nbackup\nwipe\nsettle\nrestore default\nmark\nsteps 5\nadopt\nready\nkept " CLAIM " *"},
    {"restored as Velero does after the cluster was deleted", 1, 1, 3, 0,
        "ready\nbackup\nmark\ndelete-cluster background\nsettle\nrestore default\nsteps 5\nadopt\nready\nkept " CLAIM " *"},
    {"plain objects after the namespace was lost", 1, 1, 3, 0,
        "ready\nbackup\nwipe\nsettle\nreapply default\nmark\nsettle\nkept " CLAIM " *\ndisown " CLAIM "\nready\nkept " CLAIM " *"},
    {"plain objects in another namespace", 1, 1, 3, 0,
        "ready\nmark\nbackup\nreapply other\nsettle\nkept " CLAIM " *\nserving 3\nnamespace other\ndisown " CLAIM "\napply\nready\n"
        "has " CLAIM " " TABLET "0"},
    {"restored while the hooks are restarted", 1, 1, 2, 0,
        "ready\nbackup\nwipe\nsettle\nrestore default\nmark\nrestart-metacontroller\nsteps 5\nadopt\nready\nkept " CLAIM " *"},

    /* --- administrators --- */
    {"an rdonly tablet that somebody has made primary goes after a reparent", 1, 1, 2, 1,
        "ready\nvtctl PlannedReparentShard main/- --new-primary zone1-1403505400\nready\nmark\n"
        "set spec.image \"vitess/lite:v24.0.5\"\napply\nready\nrestarts 3\nserving 2"},

    /* --- Metacontroller and the hooks themselves --- */
    {"Metacontroller is restarted in mid-rollout", 2, 1, 2, 0,
        "ready\nmark\n" IMAGE "steps 9\nrestart-metacontroller\nsteps 20\nrestart-metacontroller\nready\nrestarts 4\nserving 3"},
    {"hooks that say not now", 1, 1, 3, 0,
        "hook 429 cluster\nhook 429 cell\nready\nmark\nhook 429 shard\nhook 429 shard\n" IMAGE "hook 429 keyspace\nready\n"
        "restarts 3\nserving 2"},
    {"hooks that hang", 1, 1, 3, 0,
        "hook timeout cluster\nready\nmark\nhook timeout shard\n" IMAGE "steps 8\nhook timeout keyspace\nready\n"
        "restarts 3\nserving 2"},
    {"a node that comes back in time", 1, 1, 3, 0,
        "ready\nmark\nfail-node-of " TABLET "1\nsteps 4\nnode-back last\nready\nkept " CLAIM " *\nkept Pod *"},
    {"and one that comes back late", 1, 1, 3, 0,
        "ready\nmark\nfail-node-of " TABLET "1\nsteps 20\nnode-back last\nready\nkept " CLAIM " *"},
    {"a newer revision is asked for, and no longer", 1, 1, 3, 0,
        "ready\nmark\nrevision 2\napply\nsettle\nrestarts 0\nserving 3\nrevision 1\napply\nready\nrestarts 0"},
    {"force of a tablet whose rollout waits", 1, 1, 3, 0,
        "ready\nmark\nfail pod=" TABLET "2\nsteps 3\n" IMAGE "force " TABLET "2\napply\nready\nserving 2"},
    {"a Pod that lost the labels of its shard becomes primary while its cell is left", 2, 1, 2, 0,
        "set spec.keyspaces[0].turndownPolicy \"Immediate\"\nready\nvtctl PlannedReparentShard main/- --new-primary zone1-1421667800\nready\nmark\n"
        "label Pod " TABLET "1 vitess.io/keyspace elsewhere\nsettle\n"
        "set spec.keyspaces[0].cells [\"zone2\"]\napply\nsettle\nkept " CLAIM " *\nkept Pod " TABLET "1\n"
        "label Pod " TABLET "1 vitess.io/keyspace main\nready\nserving 2"},
    {"and where it is primary while nothing else changes", 1, 1, 3, 0,
        "ready\nmark\nlabel Pod " TABLET "1 vitess.io/keyspace elsewhere\nsettle\n"
        "vtctl PlannedReparentShard main/- --new-primary zone1-1421667801\ndelete Pod " TABLET "2\nsettle\nkept Pod " TABLET "1\n"
        "vtctl PlannedReparentShard main/- --new-primary zone1-1421667800\nsettle\nwarns if there is one already\n"
        "label Pod " TABLET "1 vitess.io/keyspace main\nready\nserving 2\nkept Pod " TABLET "1"},
    {"records of tablets that went with their cluster hold up who has to catch up, and that is said", 2, 1, 2, 0,
        "unset spec.cells[0].etcd\nset spec.lockserver {'addresses':['etcd.db.svc:2379']}\n" RETENTION("Retain", "Delete")
        "ready\ndelete-cluster background\nsteps 30\nset " T1 ".masterEligible.replicas 1\napply\nready\n"
        "delete Pod " TABLET "0\ndelete " CLAIM " " TABLET "0\nsettle\nwarns vtctldclient DeleteTablets\n"
        "warns Vitess cannot say: rpc error: code = Unknown desc = ReplicationStatus(zone\nvtctl DeleteTablets --allow-primary zone1-1421667801\n"
        "vtctl DeleteTablets --allow-primary zone2-0071922501\nready"},
    {"a member of etcd loses its volume while all are to be updated", 1, 1, 2, 0,
        "ready\nmark\ndelete " CLAIM " data-vitess-global-etcd-2\n"
        "set spec.template {'metadata':{'labels':{'team':'db'}}}\napply\nready\nsettle\n" ETCD_READY("3")
        LOSE_ETCD("1") "set spec.template {'metadata':{'labels':{'team':'web'}}}\napply\nready\nsettle\n" ETCD_READY("3")
        "kept " CLAIM " data-vitess-global-etcd-0"},
};
/* clang-format on */

static void tests(TCase *tcase)
{
    play_all(tcase,
        (struct played){.shape = &v1alpha1_shape,
            .histories = damages,
            .count = sizeof(damages) / sizeof(damages[0]),
            .sample = 8},
        "DAMAGE");
}

TEST_MAIN(tests)
