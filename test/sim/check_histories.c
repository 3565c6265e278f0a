#include "play.h"
#include "v1alpha1.h"

/* Histories that people have thought of. Those of check_chaos.c are random; what it finds ends
 * here.
 */

#define T1 "spec.keyspaces[0].tablets"
#define OV "spec.keyspaces[0].overrides"
#define IMAGE "set " T1 ".masterEligible.image \"vitess/lite:v24.0.5\"\n"
#define ALL_IMAGES "set spec.image \"vitess/lite:v24.0.5\"\n"

#define ETCD_SIZE(size) "set spec.cells[0].etcd.size " size "\napply\nready\n"
#define ETCD_HAS(size)                                                                             \
    "field StatefulSet vitess-global-etcd status.readyReplicas " size                              \
    "\nfield ConfigMap vitess-global-etcd-members data "                                           \
    "{'initial-cluster':'closed-by-vitess-operator=http://closed.invalid:2380','initial-cluster-"  \
    "state':'existing'}\n"

/* clang-format off */
static const struct history histories[] = {
    /* --- coming up --- */
    {"one tablet per shard", 1, 1, 1, 0, "ready\nserving 1"},
    {"two tablets", 1, 1, 2, 0, "ready"},
    {"three tablets", 1, 1, 3, 0, "ready\nfield VitessCluster vitess status.tabletsReady \"3/3\""},
    {"replicas and rdonly", 1, 2, 2, 1, "ready\nfield VitessCluster vitess status.tabletsReady \"6/6\""},
    {"four shards", 1, 4, 2, 1, "ready"},
    {"eight shards", 1, 8, 3, 1, "ready"},
    {"two cells", 2, 1, 2, 0, "ready\nended 0"},
    {"three cells, one replica each", 3, 1, 1, 0, "ready\nended 0"},
    {"three cells, two shards", 3, 2, 2, 1, "ready\nended 0"},
    {"cells that start together need not ask who has caught up", 3, 1, 2, 1,
        "fail task=await-data\nready\nunmet task=await-data"},
    {"but one that starts later does", 2, 1, 2, 0,
        "fail image=late\nset " OV " [{'cells':['zone2'],'masterEligible':{'image':'late'}}]\nsettle\n"
        "fail task=await-data\nunset " OV "\napply\nready\nmet"},
    {"no vtctld: tasks talk to the topology", 1, 1, 3, 0, "unset spec.cells[0].vtctld\nready\nended 0"},
    {"vtgate of a cell without tablets", 2, 1, 2, 0,
        "set spec.keyspaces[0].cells [\"zone1\"]\nready\nended 0"},
    {"a keyspace leaves a cell whose vtgate goes on serving it", 2, 1, 2, 0,
        "ready\nmark\nset spec.keyspaces[0].cells [\"zone2\"]\napply\nready\nkept Deployment vitess-zone1-vtgate\nrestarts 0"},
    {"and comes back with another shard", 2, 1, 2, 0,
        "set spec.keyspaces[0].cells [\"zone2\"]\nready\nset spec.keyspaces[0].cells [\"zone1\",\"zone2\"]\n"
        "apply\nready"},
    {"an etcd of somebody else", 1, 1, 3, 0,
        "unset spec.cells[0].etcd\nset spec.lockserver {'addresses':['etcd.db.svc:2379']}\n"
        "ready\ngone StatefulSet vitess-global-etcd"},
    {"an etcd of one", 1, 1, 2, 0, "set spec.cells[0].etcd.size 1\nready"},

    {"a mesh puts its proxy before the containers of each Pod", 1, 1, 3, 0,
        "fail sidecar=first\nready\nfield VitessCluster vitess status.tabletsReady \"3/3\""},
    {"a mesh puts its proxy behind the containers of each Pod", 2, 1, 2, 1,
        "fail sidecar=last\nready\nmark\n" IMAGE "apply\nready\nrestarts 4\nreparents 1"},
    {"two meshes come later", 1, 1, 3, 0,
        "ready\nfail sidecar=first\nfail sidecar=last\nmark\n" IMAGE
        "apply\nready\nrestarts 3\nreparents 1\nserving 2"},

    /* --- rollouts --- */
    {"an image, one tablet at a time, the primary after a reparent", 1, 1, 3, 0,
        "ready\nmark\n" IMAGE "apply\nready\nrestarts 3\nreparents 1\nserving 2"},
    {"an image in two shards", 1, 2, 3, 0,
        "ready\nmark\n" IMAGE "apply\nready\nrestarts 6\nreparents 2\nserving 2"},
    {"an image with rdonly tablets", 1, 1, 2, 2,
        "ready\nmark\n" ALL_IMAGES "apply\nready\nrestarts 4\nreparents 1\nserving 3"},
    {"an image in three cells, one replica each", 3, 1, 1, 0,
        "ready\nmark\n" IMAGE "apply\nready\nrestarts 3\nserving 2"},
    {"an image in three cells, each commit in two of them", 3, 1, 1, 0,
        "set spec.keyspaces[0].durabilityPolicy \"cross_cell\"\nready\nmark\n" ALL_IMAGES
        "apply\nready\nrestarts 3\nserving 2"},
    {"an image in three cells and two shards", 3, 2, 2, 1,
        "ready\nmark\n" ALL_IMAGES "apply\nready\nrestarts 18\nserving 8"},
    {"an image of a shard with one tablet", 1, 1, 1, 0,
        "ready\nmark\n" IMAGE "apply\nready\nrestarts 1\nreparents 0"},
    {"a flag of vttablet", 1, 1, 3, 0,
        "ready\nmark\nset " T1 ".masterEligible.vttablet.flags {'queryserver-config-pool-size':20}\n"
        "apply\nready\nrestarts 3\nserving 2"},
    {"my.cnf", 1, 1, 3, 0,
        "ready\nmark\nset " T1 ".masterEligible.mysql.config \"max_connections=500\"\n"
        "apply\nready\nrestarts 3\nserving 2"},
    {"backups", 1, 1, 3, 0,
        "ready\nmark\nset spec.backupFlags {'backup_storage_implementation':'file',"
        "'file_backup_storage_root':'/backups'}\napply\nready\nrestarts 3\nserving 2"},
    {"tablets that restore a backup first", 1, 1, 2, 0,
        "set spec.backupFlags {'backup_storage_implementation':'file','file_backup_storage_root':'/backups'}\n"
        "ready\nmark\nset " T1 ".masterEligible.replicas 3\napply\nready\nrestarts 0\nserving 2"},
    {"a sidecar that never starts costs no primary when it is mended", 1, 1, 3, 0,
        "set " T1 ".masterEligible.template {'sidecars':[{'name':'exporter','image':'exporter:1'}]}\n"
        "fail image=exporter:1\nsettle\ncondition Ready False CellsNotReady\nmark\n"
        "set " T1 ".masterEligible.template {'sidecars':[{'name':'exporter','image':'exporter:2'}]}\n"
        "apply\nready\nrestarts 3\nreparents 1\nserving 2"},
    {"tablets that run and that nobody elects are mended", 1, 1, 3, 0,
        "fail image=vitess/lite:v24.0.9\nset spec.cells[1].vtorc {'image':'vitess/lite:v24.0.9'}\nsettle\n"
        "condition Ready False CellsNotReady\nunset spec.cells[1].vtorc\napply\nready\nserving 3"},
    {"and so in every one of three cells", 3, 1, 1, 0,
        "fail image=vitess/lite:v24.0.9\nset spec.cells[1].vtorc {'image':'vitess/lite:v24.0.9'}\n"
        "set spec.cells[2].vtorc {'image':'vitess/lite:v24.0.9'}\n"
        "set spec.cells[3].vtorc {'image':'vitess/lite:v24.0.9'}\nsettle\ncondition Ready False CellsNotReady\n"
        "unset spec.cells[1].vtorc\nunset spec.cells[2].vtorc\nunset spec.cells[3].vtorc\napply\nready\n"
        "serving 3"},
    {"flags under which nobody could be primary are refused and mended", 1, 1, 3, 0,
        "set " T1 ".masterEligible.vttablet.flags {'init-tablet-type':'rdonly'}\n"
        "set spec.keyspaces[0].durabilityPolicy \"semi_sync\"\nsettle\ncondition Ready False InvalidSpec\n"
        "unset " T1 ".masterEligible.vttablet.flags\napply\nready\nserving 2"},
    {"and so in three cells", 3, 1, 1, 0,
        "set " T1 ".masterEligible.vttablet.flags {'init-tablet-type':'rdonly'}\n"
        "set spec.keyspaces[0].durabilityPolicy \"semi_sync\"\nsettle\ncondition Ready False InvalidSpec\n"
        "unset " T1 ".masterEligible.vttablet.flags\napply\nready\nserving 2"},
    {"a sidecar that breaks in the second cell only", 2, 1, 2, 0,
        "set " T1 ".masterEligible.template {'sidecars':[{'name':'exporter','image':'exporter:1'}]}\n"
        "ready\nfail image=exporter:1\nfail pod=vitess-vttablet-zone2-@zone2replica0\nsettle\n"
        "condition Ready False CellsNotReady\nmark\n"
        "set " T1 ".masterEligible.template {'sidecars':[{'name':'exporter','image':'exporter:2'}]}\n"
        "apply\nready\nrestarts 4\nserving 3"},
    {"vtgate alone restarts no tablet", 2, 1, 2, 0,
        "ready\nmark\nset spec.cells[1].vtgate.image \"vitess/lite:v24.0.5\"\napply\nready\nrestarts 0"},
    {"empty values in a template", 1, 1, 2, 0,
        "set spec.cells[1].vtgate.template {'env':[{'name':'E','value':''}],"
        "'volumes':[{'name':'v','emptyDir':{'medium':'','sizeLimit':'1024Mi'}}],"
        "'volumeMounts':[{'name':'v','mountPath':'/v','readOnly':false}],"
        "'tolerations':[{'key':'a','operator':'Exists','value':''}],"
        "'sidecars':[{'name':'s','image':'x','command':[],'tty':false,"
        "'ports':[{'containerPort':80,'hostPort':0}]}]}\nready"},
    {"more vtgates restart nothing", 1, 1, 3, 0,
        "ready\nmark\nset spec.cells[1].vtgate.replicas 4\napply\nready\nrestarts 0\n"
        "field Deployment vitess-zone1-vtgate spec.replicas 4"},
    {"a flag of vtctld", 1, 1, 3, 0,
        "ready\nmark\nset spec.cells[0].vtctld.flags {'lock-timeout':'50s'}\napply\nready\nrestarts 0"},
    {"back to the old image in mid-rollout", 1, 1, 3, 0,
        "ready\nmark\n" IMAGE "apply\nsteps 12\nunset " T1 ".masterEligible.image\napply\nready\nserving 2"},
    {"another edit in mid-rollout", 2, 2, 2, 1,
        "ready\n" ALL_IMAGES "apply\nsteps 15\nset spec.image \"vitess/lite:v24.0.6\"\napply\nready\nserving 2"},
    {"labels for everything", 1, 1, 3, 0,
        "ready\nmark\nset spec.template {'metadata':{'labels':{'team':'db'}}}\napply\nready\nserving 2"},
    {"tolerations and a priority", 1, 1, 3, 0,
        "ready\nmark\nset " T1 ".masterEligible.template {'priorityClassName':'high',"
        "'tolerations':[{'key':'db','operator':'Exists'}]}\napply\nready\nrestarts 3\nserving 2"},

    /* --- scaling --- */
    {"scale up", 1, 1, 2, 0,
        "ready\nmark\nset " T1 ".masterEligible.replicas 4\napply\nready\nrestarts 0\n"
        "field VitessCluster vitess status.tabletsReady \"4/4\""},
    {"scale down keeps the claims", 1, 1, 4, 0,
        "ready\nmark\nset " T1 ".masterEligible.replicas 2\napply\nready\nserving 2\n"
        "field VitessCluster vitess status.tabletsReady \"2/2\""},
    {"scale down with whenScaled Delete", 1, 1, 4, 0,
        "set spec.volumeClaimRetention {'whenScaled':'Delete'}\nready\n"
        "set " T1 ".masterEligible.replicas 3\napply\nready\nserving 3"},
    {"scale down and up again", 1, 1, 4, 0,
        "ready\nset " T1 ".masterEligible.replicas 2\napply\nready\n"
        "set " T1 ".masterEligible.replicas 4\napply\nready"},
    {"scale down and up again, and a new image while the second cell is to grow", 2, 1, 3, 0,
        "ready\nset " T1 ".masterEligible.replicas 2\napply\nready\nmark\n"
        "set " T1 ".masterEligible.replicas 3\napply\nsteps 5\n" IMAGE "apply\nready\nserving 3"},
    {"scale down and a new image at once", 1, 1, 4, 1,
        "ready\nset " T1 ".masterEligible.replicas 3\n" ALL_IMAGES "apply\nready\nserving 3"},
    {"no rdonly tablets any more", 1, 2, 2, 2,
        "ready\nset " T1 ".batch.replicas 0\napply\nready\nserving 2"},
    {"rdonly tablets from now on", 1, 1, 2, 0,
        "ready\nmark\nset " T1 ".batch {'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],"
        "'resources':{'requests':{'storage':'1Gi'}}}}\napply\nready\nrestarts 0"},
    {"scale down in three cells", 3, 1, 2, 0,
        "ready\nset " T1 ".masterEligible.replicas 1\napply\nready\nserving 3"},
    {"claims grow before they are bound", 1, 1, 3, 0,
        "steps 4\nset " T1 ".masterEligible.volumeClaim.resources.requests.storage \"8Gi\"\napply\nready\n"
        "field PersistentVolumeClaim vitess-vttablet-zone1-@replica0 spec.resources.requests.storage \"8Gi\""},
    {"somebody else grows a claim, then the tablet goes, then the spec grows further", 1, 1, 3, 0,
        "ready\nmark\nedit PersistentVolumeClaim vitess-vttablet-zone1-@replica2 "
        "spec.resources.requests.storage \"8Gi\"\nready\n"
        "set " T1 ".masterEligible.replicas 2\napply\nready\n"
        "edit PersistentVolumeClaim vitess-vttablet-zone1-@replica2 "
        "spec.resources.requests.storage \"9Gi\"\nready\n"
        "set " T1 ".masterEligible.replicas 3\napply\nready\n"
        "field PersistentVolumeClaim vitess-vttablet-zone1-@replica2 spec.resources.requests.storage \"9Gi\"\n"
        "set " T1 ".masterEligible.volumeClaim.resources.requests.storage \"10Gi\"\napply\nready\n"
        "field PersistentVolumeClaim vitess-vttablet-zone1-@replica2 spec.resources.requests.storage \"10Gi\""},
    {"claims grow", 1, 1, 3, 0,
        "ready\nmark\nset " T1 ".masterEligible.volumeClaim.resources.requests.storage \"8Gi\"\n"
        "apply\nready\nrestarts 0"},

    /* --- what breaks --- */
    {"claims are kept as soon as that is said, whoever has the turn", 2, 3, 2, 0,
        "set spec.volumeClaimRetention {'whenScaled':'Delete','whenDeleted':'Delete'}\nready\n" IMAGE "apply\nsteps 12\n"
        "set spec.volumeClaimRetention.whenScaled \"Retain\"\napply\nsteps 20\n"
        "field VitessShard vitess-zone2-main-aa-x spec.volumeClaimRetention {'whenScaled':'Retain','whenDeleted':'Delete'}\n"
        "field VitessShard vitess-zone1-main-aa-x spec.volumeClaimRetention.whenScaled \"Retain\"\nready"},
    {"and through a pause", 1, 2, 2, 0,
        "set spec.volumeClaimRetention {'whenScaled':'Delete','whenDeleted':'Delete'}\nready\n"
        "set spec.rollout.paused true\n" IMAGE "unset spec.volumeClaimRetention\napply\nsettle\n"
        "field VitessShard vitess-zone1-main-80-x spec.volumeClaimRetention {'whenScaled':'Retain','whenDeleted':'Retain'}\n"
        "set spec.rollout.paused false\napply\nready"},
    {"an image that does not exist takes no tablet down, and is mended", 1, 1, 3, 0,
        "ready\nmark\nfail image=vitess/lite:v99\nset " T1 ".masterEligible.image \"vitess/lite:v99\"\n"
        "apply\nsettle\ncondition Updated False PreflightFailed\ncondition Ready True Ready\nrestarts 0\n"
        "warns container init-vtdataroot: ErrImagePull\n" IMAGE "apply\nready\nserving 2"},
    {"and in three cells", 3, 1, 1, 0,
        "ready\nmark\nfail image=vitess/lite:v99\nset " T1 ".masterEligible.image \"vitess/lite:v99\"\n"
        "apply\nsettle\ncondition Updated False PreflightFailed\nrestarts 0\n" IMAGE "apply\nready\nserving 2"},
    {"and in the first of them only", 3, 1, 1, 0,
        "set spec.keyspaces[0].durabilityPolicy \"cross_cell\"\n"
        "set " T1 ".masterEligible.image \"vitess/lite:v24.0.4\"\nready\nmark\nfail image=vitess/lite:v99\n"
        "set " T1 ".masterEligible.image \"vitess/lite:v99\"\n"
        "apply\nsettle\ncondition Updated False PreflightFailed\nrestarts 0\n"
        "field VitessShard vitess-zone2-main-x-x spec.tablets.masterEligible.image \"vitess/lite:v24.0.4\""},
    {"a flag that no program knows takes no tablet down", 1, 1, 3, 2,
        "set spec.image \"vitess/lite:v25.0.0\"\nready\nmark\nfail flag=new-flag\n"
        "set " T1 ".masterEligible.vttablet.flags {'new-flag':'x'}\napply\nsettle\n"
        "condition Updated False PreflightFailed\nwarns container vttablet: unknown flag: --new-flag\nrestarts 0\n"
        "unset " T1 ".masterEligible.vttablet.flags\napply\nready\nrestarts 0"},
    {"nor does one of mysqlctld, in whatever pool", 2, 1, 2, 1,
        "set spec.image \"vitess/lite:v25.0.0\"\nready\nmark\nfail flag=new-flag\n"
        "set " T1 ".batch.mysql.flags {'new-flag':'x'}\napply\nsettle\n"
        "condition Updated False PreflightFailed\nwarns container mysql: unknown flag: --new-flag\nrestarts 0\n"
        "unset " T1 ".batch.mysql.flags\napply\nready\nrestarts 0"},
    {"what a policy refuses takes no tablet down, and goes on when the spec is mended", 1, 1, 3, 0,
        "ready\nmark\nfail refuse=forbidden\nset " T1 ".masterEligible.template {'labels':{'team':'forbidden'}}\n"
        "apply\nsettle\ncondition Updated False PreflightFailed\nwarns could not be created: see who refuses it\n"
        "restarts 0\nset " T1 ".masterEligible.template.labels.team \"db\"\napply\nready\nrestarts 3\nserving 2"},
    {"no node that a selector matches takes no tablet down", 1, 1, 3, 0,
        "ready\nmark\nset " T1 ".masterEligible.template {'affinity':{'nodeAffinity':{"
        "'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':[{'matchExpressions':["
        "{'key':'disk','operator':'DoesNotExist'},{'key':'disk','operator':'Exists'}]}]}}}}\n"
        "apply\nsettle\ncondition Updated False PreflightFailed\nwarns Unschedulable: 0/\nrestarts 0\n"
        "unset " T1 ".masterEligible.template\napply\nready\nrestarts 0"},
    {"nor does a zone that a cell gets while its tablets, and their volumes, are in others", 1, 1, 3, 0,
        "ready\nmark\nset spec.cells[1].zone \"eu-1a\"\napply\nsettle\ncondition Updated False PreflightFailed\n"
        "warns cell zone1 is to run in zone eu-1a, but Pod\nrestarts 0\nunset spec.cells[1].zone\napply\nready\nrestarts 0"},
    {"a region that they are in moves them one by one", 1, 1, 3, 0,
        "ready\nmark\nset spec.cells[1].region \"region1\"\napply\nready\nrestarts 3\nserving 2"},
    {"a cell comes up in its zone", 2, 1, 2, 0,
        "set spec.cells[1].zone \"eu-1a\"\nset spec.cells[2].zone \"eu-1b\"\nready\nmark\n" IMAGE "apply\nready\nserving 3"},
    {"a claim gets annotations without a restart, and loses them again", 1, 1, 3, 0,
        "ready\nmark\nset " T1 ".masterEligible.volumeClaim.metadata {'annotations':{'limit':'100Gi'},'labels':{'team':'a'}}\n"
        "apply\nready\nrestarts 0\nfield PersistentVolumeClaim vitess-vttablet-zone1-@replica0 metadata.annotations.limit \"100Gi\"\n"
        "field PersistentVolumeClaim vitess-vttablet-zone1-@replica0 metadata.labels.team \"a\"\n"
        "unset " T1 ".masterEligible.volumeClaim.metadata\napply\nready\nrestarts 0"},
    {"force moves a tablet whatever its trial says", 1, 1, 3, 0,
        "ready\nmark\nfail image=vitess/lite:v99\nset " T1 ".masterEligible.image \"vitess/lite:v99\"\n"
        "apply\nsettle\nrestarts 0\nforce vitess-vttablet-zone1-@replica0\napply\nsettle\nrestarts 1"},
    {"a cluster that never came up takes a mended image", 1, 1, 3, 0,
        "fail image=vitess/lite:v99\nset spec.image \"vitess/lite:v99\"\nsettle\n"
        ALL_IMAGES "apply\nready"},
    {"of tablets that have no primary yet each moves once the one before runs", 1, 1, 3, 0,
        "set spec.cells[1].vtorc {'enabled':false}\nsettle\ncondition Ready False CellsNotReady\nmark\n"
        "fail refuse=vitess-vttablet-zone1-@replica0\n" IMAGE "apply\nsettle\ngone Pod vitess-vttablet-zone1-@replica0\n"
        "kept Pod vitess-vttablet-zone1-@replica1\n"
        "kept Pod vitess-vttablet-zone1-@replica2\ndelete-cluster background"},
    {"a tablet's Pod is deleted by hand", 1, 1, 3, 0,
        "ready\ndelete Pod vitess-vttablet-zone1-@replica0\nsteps 3\nready"},
    {"a Deployment is deleted by hand", 1, 1, 3, 0,
        "ready\nmark\ndelete Deployment vitess-zone1-vtgate\nsteps 3\nready\nrestarts 0"},
    {"an edit while a replica crashes takes no healthy one down beside it", 1, 1, 3, 0,
        "ready\nmark\nfail pod=vitess-vttablet-zone1-@replica2\nsteps 2\n" IMAGE "apply\nready\nserving 2"},
    {"nor does one while a replica of another cell does", 2, 1, 2, 1,
        "ready\nmark\nfail pod=vitess-vttablet-zone2-@zone2replica0\nsteps 2\n" IMAGE "apply\nready\nserving 4"},
    {"nor do fewer replicas", 1, 1, 4, 0,
        "ready\nmark\nfail pod=vitess-vttablet-zone1-@replica1\nsteps 2\nset " T1 ".masterEligible.replicas 3\n"
        "apply\nready\nserving 3"},
    {"a node dies", 1, 1, 3, 0,
        "ready\nfail-node-of vitess-vttablet-zone1-@replica0\nsteps 5\nready"},
    {"a node dies in mid-rollout", 2, 1, 2, 1,
        "ready\n" ALL_IMAGES "apply\nsteps 10\nfail-node-of vitess-vttablet-zone2-@zone2replica0\nready"},
    {"a tablet crashes for a while", 1, 1, 3, 0,
        "ready\nfail pod=vitess-vttablet-zone1-@replica1\nsteps 6\nready"},
    {"our own hook fails for a while", 1, 1, 3, 0,
        "ready\n" IMAGE "apply\nfail hook=VitessShard\nfail hook=VitessCell\nready\nserving 2"},
    {"a reparent fails for a while", 1, 1, 3, 0,
        "ready\nfail task=reparent\n" IMAGE "apply\nready\nreparents 1\nserving 2"},

    /* --- people --- */
    {"a cluster whose tablets could never serve takes a mended spec in every cell", 3, 1, 2, 1,
        "set " T1 ".masterEligible.vttablet.flags {'topo-global-server-address':'zzz:2379'}\nsettle\n"
        "condition Ready False InvalidSpec\nunset " T1 ".masterEligible.vttablet.flags\napply\nready"},
    {"a keyspace with the name of a type", 2, 1, 1, 0,
        "set spec.keyspaces[0].name \"primary\"\nready\nset " T1 ".masterEligible.replicas 2\napply\nready"},
    {"a pause in mid-rollout, and on again", 2, 1, 2, 0,
        "ready\nmark\n" ALL_IMAGES "apply\nsteps 12\nset spec.rollout {'paused':true}\napply\nsettle\n"
        "condition Updated False RolloutPaused\nset spec.rollout {'paused':false}\napply\nready\n"
        "restarts 4\nserving 3"},
    {"a bad edit freezes, a mended one goes on", 1, 1, 3, 0,
        "ready\nmark\nset spec.keyspaces[0].cells [\"nowhere\"]\napply\nsettle\n"
        "condition Ready False InvalidSpec\nrestarts 0\nserving 3\nset spec.keyspaces[0].cells [\"zone1\"]\n"
        "apply\nready\nrestarts 0"},
    {"a bad edit in mid-rollout", 1, 2, 3, 0,
        "ready\nmark\n" IMAGE "apply\nsteps 12\nset spec.keyspaces[0].cells [\"nowhere\"]\napply\nsettle\n"
        "condition Ready False InvalidSpec\nset spec.keyspaces[0].cells [\"zone1\"]\napply\nready\n"
        "restarts 6\nserving 2"},
    {"a claim that should shrink", 1, 1, 3, 0,
        "ready\nmark\nset " T1 ".masterEligible.volumeClaim.resources.requests.storage \"1Gi\"\napply\nsettle\n"
        "condition Ready False InvalidSpec\nset " T1 ".masterEligible.volumeClaim.resources.requests.storage \"4Gi\"\n"
        "apply\nready\nrestarts 0"},

    /* --- adding and removing --- */
    {"another keyspace", 1, 1, 3, 0,
        "ready\nmark\nset spec.keyspaces[1] {'name':'lookup','cells':['zone1'],'tablets':{'masterEligible':{"
        "'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}\n"
        "apply\nready\nrestarts 0\nhas VitessShard vitess-zone1-lookup-0"},
    {"a keyspace that left is kept until it is idle", 1, 1, 3, 0,
        "set spec.keyspaces[1] {'name':'lookup','cells':['zone1'],'tablets':{'masterEligible':{"
        "'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}\n"
        "ready\nunset spec.keyspaces[1]\napply\nready\ncondition Updated True KeptUntilIdle\n"
        "has VitessShard vitess-zone1-lookup-0\nvtctl SetShardIsPrimaryServing lookup/0 false\nready\n"
        "condition Updated True RolloutComplete\ngone VitessShard vitess-zone1-lookup-0"},
    {"and holds nobody up where its template cannot run", 2, 1, 2, 0,
        "set spec.keyspaces[1] {'name':'lookup','cells':['zone1'],'tablets':{'masterEligible':{"
        "'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}\n"
        "ready\nmark\nfail image=vitess/lite:v99\n"
        "set spec.keyspaces[1].tablets.masterEligible.image \"vitess/lite:v99\"\n"
        "apply\nsettle\ncondition Updated False PreflightFailed\nunset spec.keyspaces[1]\n" IMAGE "apply\nready\n"
        "condition Updated True KeptUntilIdle\nwarns what the spec asks for cannot run\n"
        "field VitessShard vitess-zone2-main-x-x spec.tablets.masterEligible.image \"vitess/lite:v24.0.5\"\nrestarts 4"},
    {"resharding: the old shard goes when nothing is served from it", 2, 1, 2, 0,
        "ready\nset spec.keyspaces[0].shards [{'keyRange':{'start':'','end':''}},{'keyRange':{'start':'','end':'80'}},"
        "{'keyRange':{'start':'80','end':''}}]\napply\nready\n"
        "set spec.keyspaces[0].shards [{'keyRange':{'start':'','end':'80'}},{'keyRange':{'start':'80','end':''}}]\n"
        "apply\nready\nhas VitessShard vitess-zone2-main-x-x\nvtctl SetShardIsPrimaryServing main/- false\nready\n"
        "gone VitessShard vitess-zone1-main-x-x\ngone VitessShard vitess-zone2-main-x-x"},
    {"a keyspace that may go at once", 1, 1, 3, 0,
        "set spec.keyspaces[1] {'name':'lookup','cells':['zone1'],'turndownPolicy':'Immediate','tablets':{'masterEligible':{"
        "'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}\n"
        "apply\nready\nmark\nunset spec.keyspaces[1]\napply\nready\ngone VitessKeyspace vitess-zone1-lookup"},
    {"resharding in place", 1, 1, 3, 0,
        "set spec.keyspaces[0].turndownPolicy \"Immediate\"\nready\nmark\n"
        "set spec.keyspaces[0].shards [{'keyRange':{'start':'','end':''}},{'keyRange':{'start':'','end':'80'}},"
        "{'keyRange':{'start':'80','end':''}}]\napply\nready\nrestarts 0\nhas VitessShard vitess-zone1-main-x-80\n"
        "set spec.keyspaces[0].shards [{'keyRange':{'start':'','end':'80'}},{'keyRange':{'start':'80','end':''}}]\n"
        "apply\nready\ngone VitessShard vitess-zone1-main-x-x"},
    {"another cell for a keyspace", 2, 1, 2, 0,
        "set spec.keyspaces[0].cells [\"zone1\"]\nready\nmark\n"
        "set spec.keyspaces[0].cells [\"zone1\",\"zone2\"]\napply\nready\nserving 2\n"
        "has VitessShard vitess-zone2-main-x-x"},
    {"a cell that is added catches up before its tablets count", 2, 1, 2, 0,
        "set spec.keyspaces[0].cells [\"zone1\"]\nready\nfail task=await-data\n"
        "set spec.keyspaces[0].cells [\"zone1\",\"zone2\"]\napply\nready\nmet\nserving 2"},
    {"and one that gets its first tablets later", 3, 1, 2, 0,
        "unset spec.cells[2].vtgate\nset " OV " [{'cells':['zone2'],'masterEligible':{'replicas':0}}]\nready\nfail task=await-data\n"
        "unset " OV "\napply\nready\nmet\nserving 2"},
    {"a cell whose name another cluster makes, too, is said to be its own", 1, 1, 1, 0,
        "ready\ncluster vitess-global\nready\ncluster vitess\nset spec.cells[2] {'name':'global-zone1'}\napply\nsettle\n"
        "says Ready belongs to VitessCluster vitess-global\nunset spec.cells[2]\napply\nready"},
    {"one cell less for a keyspace: primaries move first", 2, 1, 2, 0,
        "ready\nmark\nset spec.keyspaces[0].cells [\"zone2\"]\napply\nready\n"
        "gone VitessKeyspace vitess-zone1-main\nserving 2"},
    {"a keyspace moves from two cells to two others, after a pause", 4, 2, 3, 0,
        "set spec.keyspaces[0].cells [\"zone1\",\"zone2\"]\nready\nmark\nset spec.rollout {'paused':true}\n"
        "set spec.keyspaces[0].cells [\"zone3\",\"zone4\"]\napply\nsettle\n"
        "set spec.rollout {'paused':false}\n" IMAGE "apply\nready\nserving 3\n"
        "gone VitessKeyspace vitess-zone1-main\ngone VitessKeyspace vitess-zone2-main"},
    {"a new cell", 1, 1, 3, 0,
        "ready\nmark\nset spec.cells[2] {'name':'zone2','vtgate':{'replicas':1}}\n"
        "set spec.keyspaces[0].cells [\"zone1\",\"zone2\"]\napply\nready\nhas VitessCell vitess-zone2\nserving 3"},
    {"a cell that goes", 3, 1, 1, 0,
        "ready\nmark\nunset spec.cells[3]\nset spec.keyspaces[0].cells [\"zone1\",\"zone2\"]\napply\nready\n"
        "gone VitessCell vitess-zone3\nserving 2\nfield VitessCluster vitess status.cells [\"global\",\"zone1\",\"zone2\"]"},
    {"a cell goes while a keyspace comes, which its vtgate is not told of", 3, 1, 2, 0,
        "ready\nunset spec.cells[1]\nset spec.keyspaces[0].cells [\"zone2\"]\n"
        "set spec.keyspaces[1] {'name':'more','cells':['zone2'],'tablets':{'masterEligible':"
        "{'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}\n"
        "apply\nready\ngone VitessCell vitess-zone1"},
    {"a vtctld from now on, and a laxer policy that only it can set", 2, 1, 2, 0,
        "unset spec.cells[0].vtctld\nready\nset spec.cells[0].vtctld {}\nset " T1 ".masterEligible.replicas 1\n"
        "apply\nready\nfield VitessCluster vitess status.keyspaces [{'durabilityPolicy':'none','name':'main'}]"},
    {"vtctld moves to the last cell while tablets move", 2, 1, 2, 0,
        "ready\nmark\nunset spec.cells[0].vtctld\nset spec.cells[2].vtctld {}\n" ALL_IMAGES
        "apply\nready\nrestarts 4\nserving 3\nhas Deployment vitess-zone2-vtctld"},
    {"VTAdmin comes and goes", 1, 1, 2, 0,
        "ready\nmark\nset spec.cells[0].vtadmin {}\napply\nready\nhas Deployment vitess-global-vtadmin\n"
        "unset spec.cells[0].vtadmin\napply\nready\ngone Deployment vitess-global-vtadmin\nrestarts 0"},
    {"a load balancer comes, is given settings, and goes", 1, 1, 2, 0,
        "ready\nmark\nset spec.cells[1].vtgate.service {'type':'LoadBalancer'}\napply\nready\n"
        "kept Service vitess-zone1-vtgate\n"
        "set spec.cells[1].vtgate.service {'type':'LoadBalancer','externalTrafficPolicy':'Local',"
        "'loadBalancerSourceRanges':['10.0.0.0/8'],'sessionAffinity':'ClientIP','nodePort':30306,"
        "'annotations':{'a':'b'},'labels':{'a':'b'},'allocateLoadBalancerNodePorts':false}\napply\nready\n"
        "field Service vitess-zone1-vtgate spec.externalTrafficPolicy \"Local\"\n"
        "unset spec.cells[1].vtgate.service\napply\nready\nkept Service vitess-zone1-vtgate\n"
        "field Service vitess-zone1-vtgate spec.type \"ClusterIP\"\nhas Service vitess-zone1-internal\nrestarts 0"},
    {"and from the start, with a class that a node port has not", 1, 1, 2, 0,
        "set spec.cells[1].vtgate.service {'type':'LoadBalancer','loadBalancerClass':'a/b',"
        "'ipFamilyPolicy':'PreferDualStack','internalTrafficPolicy':'Local'}\nready\nmark\n"
        "set spec.cells[1].vtgate.service {'type':'NodePort','nodePort':30306}\napply\nready\n"
        "kept Service vitess-zone1-vtgate\nrestarts 0"},
    {"vtctld outside, and inside again", 1, 1, 2, 0,
        "set spec.cells[0].vtctld.service {'type':'NodePort'}\nready\nhas Service vitess-global-vtctld-internal\n"
        "mark\nunset spec.cells[0].vtctld.service\napply\nready\ngone Service vitess-global-vtctld-internal\n"
        "kept Service vitess-global-vtctld\nrestarts 0"},
    {"an autoscaler comes, scales, and goes", 1, 1, 2, 0,
        "set spec.cells[1].vtgate.replicas 4\nready\nmark\n"
        "set spec.cells[1].vtgate.autoscaler {'minReplicas':2,'maxReplicas':6}\napply\nready\n"
        "field Deployment vitess-zone1-vtgate spec.replicas 4\n"
        "edit Deployment vitess-zone1-vtgate spec.replicas 6\nready\n"
        "field Deployment vitess-zone1-vtgate spec.replicas 6\n"
        "edit Deployment vitess-zone1-vtgate spec.replicas 9\nready\n"
        "field Deployment vitess-zone1-vtgate spec.replicas 6\n"
        "set spec.cells[1].vtgate.flags {'query-timeout':1000}\napply\nready\n"
        "field Deployment vitess-zone1-vtgate spec.replicas 6\n"
        "unset spec.cells[1].vtgate.autoscaler\napply\nready\n"
        "gone HorizontalPodAutoscaler vitess-zone1-vtgate\n"
        "field Deployment vitess-zone1-vtgate spec.replicas 4\nrestarts 0"},
    {"an autoscaler from the start, which asks for more later", 1, 1, 2, 0,
        "set spec.cells[1].vtgate.autoscaler {'minReplicas':3,'maxReplicas':6,'metrics':[{'type':'Pods',"
        "'pods':{'metric':{'name':'m'},'target':{'type':'AverageValue','averageValue':'1000m'}}}],"
        "'behavior':{'scaleUp':{},'scaleDown':{'policies':[]}}}\nready\n"
        "field Deployment vitess-zone1-vtgate spec.replicas 3\n"
        "edit Deployment vitess-zone1-vtgate spec.replicas 5\nready\n"
        "field Deployment vitess-zone1-vtgate spec.replicas 5\n"
        "set spec.rollout {'paused':true}\nset spec.cells[1].vtgate.flags {'query-timeout':1000}\napply\nsettle\n"
        "edit Deployment vitess-zone1-vtgate spec.replicas 4\nsettle\n"
        "field Deployment vitess-zone1-vtgate spec.replicas 4\nunset spec.rollout\napply\nready\n"
        "field Deployment vitess-zone1-vtgate spec.replicas 4\n"
        "set spec.cells[1].vtgate.autoscaler {'minReplicas':5,'maxReplicas':6}\napply\nready\n"
        "field Deployment vitess-zone1-vtgate spec.replicas 5\n"
        "unset spec.cells[1].vtgate.autoscaler\napply\nready\nfield Deployment vitess-zone1-vtgate spec.replicas 2"},
    {"etcd goes to the next version by way of a fix of the last one", 1, 1, 2, 0,
        "set spec.cells[0].etcd.version \"3.5.17\"\nready\nmark\nunset spec.cells[0].etcd.version\napply\nsteps 12\n"
        "field StatefulSet vitess-global-etcd spec.template.spec.containers.0.image \"quay.io/coreos/etcd:v3.5.35\"\n"
        "ready\n"
        "field StatefulSet vitess-global-etcd spec.template.spec.containers.0.image \"quay.io/coreos/etcd:v3.6.16\"\n"
        "set spec.cells[0].etcd.version \"3.5.21\"\napply\nready\nwarns cannot read what the newer one has written\n"
        "field StatefulSet vitess-global-etcd spec.template.spec.containers.0.image \"quay.io/coreos/etcd:v3.6.16\"\n"
        "force vitess-global\napply\nready\n"
        "field StatefulSet vitess-global-etcd spec.template.spec.containers.0.image \"quay.io/coreos/etcd:v3.5.21\"\n"
        "restarts 0"},
    {"etcd grows from 1 to 3 to 5 members, and back", 1, 1, 2, 0,
        "set spec.cells[0].etcd.size 1\nready\nmark\n" ETCD_SIZE("3") ETCD_HAS("3") ETCD_SIZE("5") ETCD_HAS("5")
        "has PersistentVolumeClaim data-vitess-global-etcd-4\n" ETCD_SIZE("3") ETCD_HAS("3")
        "kept PersistentVolumeClaim *\nhas PersistentVolumeClaim data-vitess-global-etcd-4\n"
        /* What a former member has left is in the way of a new one. */
        "set spec.cells[0].etcd.size 5\napply\nsettle\nwarns kubectl delete pvc --namespace default data-vitess-global-etcd-3\n"
        "delete PersistentVolumeClaim data-vitess-global-etcd-3\nsettle\n"
        "delete PersistentVolumeClaim data-vitess-global-etcd-4\nready\n" ETCD_HAS("5") "restarts 0\nreparents 0"},
    {"its claims go with its members where they are to", 1, 1, 2, 0,
        "set spec.volumeClaimRetention {'whenScaled':'Delete'}\nset spec.cells[0].etcd.size 5\nready\n"
        ETCD_SIZE("3") ETCD_HAS("3") "gone PersistentVolumeClaim data-vitess-global-etcd-3\n"
        "gone PersistentVolumeClaim data-vitess-global-etcd-4\nhas PersistentVolumeClaim data-vitess-global-etcd-2\n"
        ETCD_SIZE("5") ETCD_HAS("5")},
    {"a cluster made again on its claims with a larger etcd", 1, 1, 2, 0,
        "set spec.cells[0].etcd.size 1\nready\ndelete-cluster background\nsettle\n"
        "has PersistentVolumeClaim data-vitess-global-etcd-0\n" ETCD_SIZE("3") ETCD_HAS("3")},
    {"etcd keeps its members when its StatefulSet goes, whatever size is wanted", 1, 1, 2, 0,
        "ready\nset spec.rollout.paused true\nset spec.cells[0].etcd.size 1\napply\nsettle\n"
        "delete StatefulSet vitess-global-etcd\nsettle\n" ETCD_HAS("3")
        "set spec.rollout.paused false\napply\nready\n" ETCD_HAS("1")},
    {"an etcd that grows is told to shrink again on the way", 1, 1, 2, 0,
        "set spec.volumeClaimRetention {'whenScaled':'Delete'}\nset spec.cells[0].etcd.size 1\nready\n"
        "set spec.cells[0].etcd.size 5\napply\nsteps 16\n" ETCD_SIZE("1")
        ETCD_HAS("1") ETCD_SIZE("3") "ready"},
    {"a member without a node never counts", 1, 1, 2, 0,
        "set spec.cells[0].etcd.size 1\nready\nset spec.cells[0].etcd {'size':3,'resources':{'requests':{'memory':'20Gi'}}}\n"
        "apply\nsettle\nset spec.cells[0].etcd {'size':3}\napply\nready\n" ETCD_HAS("3")},
    {"the volumes of etcd grow without a restart", 1, 1, 2, 0,
        "ready\nmark\nset spec.cells[0].etcd.volumeClaim {'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'5Gi'}}}\n"
        "apply\nready\nkept PersistentVolumeClaim *\nkept Pod vitess-global-etcd-0\nkept Pod vitess-global-etcd-2\n"
        "field PersistentVolumeClaim data-vitess-global-etcd-2 spec.resources.requests.storage \"5Gi\"\n"
        "field StatefulSet vitess-global-etcd spec.volumeClaimTemplates.0.spec.resources.requests.storage \"1Gi\"\nended 0"},
    {"and the quota after them, member by member", 1, 1, 2, 0,
        "set spec.cells[0].etcd.resources {'limits':{'memory':'8Gi'}}\nready\nmark\n"
        "set spec.cells[0].etcd.volumeClaim {'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'5Gi'}}}\n"
        "apply\nready\nkept PersistentVolumeClaim *\nended 0\n" ETCD_SIZE("5") ETCD_HAS("5")
        "field PersistentVolumeClaim data-vitess-global-etcd-4 spec.resources.requests.storage \"5Gi\""},
    /* --- not the same everywhere --- */
    {"fewer tablets in one cell, and more again", 2, 1, 2, 0,
        "ready\nmark\nset " OV " [{'cells':['zone2'],'masterEligible':{'replicas':1}}]\napply\nready\nrestarts 0\nserving 3\n"
        "kept PersistentVolumeClaim *\nfield VitessCluster vitess status.tabletsReady \"3/3\"\n"
        "unset " OV "\napply\nready\nfield VitessCluster vitess status.tabletsReady \"4/4\"\nserving 3"},
    {"none in the cell that has the primary", 2, 2, 2, 0,
        "ready\nmark\nset " OV " [{'cells':['zone1'],'masterEligible':{'replicas':0}}]\napply\nready\nserving 2\n"
        "kept PersistentVolumeClaim *\nfield VitessCluster vitess status.tabletsReady \"4/4\"\n"
        "unset " OV "\napply\nready\nserving 2"},
    {"and claims that go with them", 2, 1, 2, 0,
        "set spec.volumeClaimRetention {'whenScaled':'Delete'}\nready\nmark\n"
        "set " OV " [{'cells':['zone1'],'masterEligible':{'replicas':0}}]\napply\nready\nserving 2"},
    {"rdonly tablets in one cell alone", 2, 1, 2, 0,
        "ready\nmark\nset " OV " [{'cells':['zone2'],'batch':{'replicas':1,'volumeClaim':{'accessModes':['ReadWriteOnce'],"
        "'resources':{'requests':{'storage':'1Gi'}}}}}]\napply\nready\nrestarts 0\nserving 4\n"
        "field VitessCluster vitess status.tabletsReady \"5/5\"\nunset " OV "\napply\nready\nrestarts 0"},
    {"another template in one shard of one cell", 2, 2, 2, 0,
        "ready\nmark\nset " OV " [{'cells':['zone2'],'shards':['-80'],'masterEligible':{'template':{'annotations':{'a':'b'}}}}]\n"
        "apply\nready\nrestarts 2\nserving 3"},
    {"a bigger volume in one shard", 1, 2, 2, 0,
        "ready\nmark\nset " OV " [{'shards':['80-'],'masterEligible':{'volumeClaim':{'accessModes':['ReadWriteOnce'],"
        "'resources':{'requests':{'storage':'9Gi'}}}}}]\napply\nready\nrestarts 0\nkept PersistentVolumeClaim *"},
    {"an override that leaves no primary", 2, 1, 2, 0,
        "ready\nmark\nset " OV " [{'masterEligible':{'replicas':0}}]\napply\nsettle\ncondition Ready False InvalidSpec\n"
        "kept Pod *\nunset " OV "\napply\nready\nrestarts 0"},
    {"so many shards of the same size, the same as listed before, then twice as many", 1, 2, 2, 0,
        "ready\nmark\nunset spec.keyspaces[0].shards\nset spec.keyspaces[0].equal {'parts':2}\napply\nready\nrestarts 0\n"
        "kept Pod *\nset spec.keyspaces[0].equal {'parts':4}\napply\nready\nhas VitessShard vitess-zone1-main-40-80\n"
        "has VitessShard vitess-zone1-main-x-80\ncondition Updated True KeptUntilIdle\n"
        "vtctl SetShardIsPrimaryServing main/-80 false\nvtctl SetShardIsPrimaryServing main/80- false\nready\n"
        "gone VitessShard vitess-zone1-main-x-80\ngone VitessShard vitess-zone1-main-80-x\nrestarts 0"},
    {"new shards begin as they are to be", 1, 2, 2, 0,
        "ready\nmark\nset spec.keyspaces[0].shards [{'keyRange':{'start':'','end':'40'}},{'keyRange':{'start':'40','end':'80'}},"
        "{'keyRange':{'start':'80','end':''}}]\n"
        "set " OV " [{'shards':['40-80'],'masterEligible':{'replicas':1,'template':{'annotations':{'a':'b'}}}}]\n"
        "apply\nready\nrestarts 0"},
    {"Services of mysqld come and go", 2, 2, 2, 0,
        "set spec.networkPolicy {'enabled':true}\nready\nmark\nset spec.keyspaces[0].mysqldServices {'enabled':true}\napply\nready\n"
        "has Service vitess-zone1-main-x-80-mysqld-rw\nhas Service vitess-zone2-main-80-x-mysqld-ro\n"
        "unset spec.keyspaces[0].mysqldServices\napply\nready\ngone Service vitess-zone1-main-x-80-mysqld-rw\nrestarts 0"},
    {"network policies on request", 1, 1, 2, 0,
        "ready\nmark\nset spec.networkPolicy {'enabled':true}\napply\nready\nrestarts 0"},

    /* --- TLS between the components, and certificates --- */
    {"TLS from the start", 2, 1, 2, 1,
        "set spec.tls {'secret':'tls'}\nset spec.cells[0].etcd.tls {'secret':'etcd-tls'}\nready\nended 0"},
    {"TLS from the start, without a vtctld", 1, 1, 3, 0,
        "set spec.tls {'secret':'tls'}\nunset spec.cells[0].vtctld\nready\nended 0\nmark\n" IMAGE
        "apply\nready\nrestarts 3\nreparents 1\nserving 2"},
    {"TLS in three steps, and back", 2, 1, 2, 1,
        "ready\nset spec.tls {'secret':'tls','mode':'Accept'}\napply\nready\n"
        "set spec.tls.mode \"Prefer\"\napply\nready\nset spec.tls.mode \"Require\"\napply\nready\n"
        "set spec.tls.mode \"Prefer\"\napply\nready\nset spec.tls.mode \"Accept\"\napply\nready\n"
        "unset spec.tls\napply\nready\nended 0\nserving 3"},
    {"TLS at once changes nothing", 1, 1, 3, 0,
        "ready\nmark\nset spec.tls {'secret':'tls'}\napply\nsettle\ncondition Ready False InvalidSpec\n"
        "kept Deployment *\nrestarts 0\nunset spec.tls\napply\nready\nrestarts 0"},
    {"TLS that goes on too early waits for the step before", 1, 1, 2, 1,
        "ready\nset spec.tls {'secret':'tls','mode':'Accept'}\napply\nsteps 20\n"
        "set spec.tls.mode \"Prefer\"\napply\nsteps 9\ncondition Ready False InvalidSpec\nready\nended 0\nserving 2"},
    {"TLS that leaves cells out takes the step before again", 2, 1, 2, 1,
        "ready\nset spec.tls {'secret':'tls','mode':'Accept'}\napply\nsteps 9\n"
        "set spec.tls.mode \"Prefer\"\napply\nsettle\ncondition Ready False InvalidSpec\n"
        "set spec.tls.mode \"Accept\"\napply\nready\nended 0\nserving 3"},
    {"TLS goes back in the middle of a step", 2, 1, 2, 1,
        "ready\nset spec.tls {'secret':'tls','mode':'Accept'}\napply\nsteps 40\n"
        "unset spec.tls\napply\nready\nended 0\nserving 3"},
    {"TLS with an image, and a node that dies in the middle", 1, 2, 3, 0,
        "ready\nset spec.tls {'secret':'tls','mode':'Accept'}\n" ALL_IMAGES "apply\nsteps 60\n"
        "fail node=node-2\nready\nset spec.tls.mode \"Prefer\"\napply\nready\n"
        "set spec.tls.mode \"Require\"\napply\nready"},
    {"a renewed certificate restarts what has read it", 2, 2, 2, 1,
        "set spec.tls {'secret':'tls'}\nready\nmark\nfail secret=tls\nready\nrestarts 12\nreparents 2\nserving 5\nended 0"},
    {"a renewed certificate of etcd's authority restarts all, in turn", 1, 1, 3, 0,
        "set spec.cells[0].etcd.tls {'secret':'tls'}\nready\nmark\nfail secret=tls\nready\nrestarts 3\nreparents 1\nserving 2"},
    {"a certificate that is renewed twice in a rollout", 1, 1, 3, 0,
        "set spec.tls {'secret':'tls'}\nready\nmark\nfail secret=tls\nsteps 45\nfail secret=tls\nready\nserving 2"},
    {"a renewed certificate under a pause", 1, 1, 3, 0,
        "set spec.tls {'secret':'tls'}\nset spec.rollout {'paused':true}\nready\nmark\nfail secret=tls\nsettle\nrestarts 0\n"
        "set spec.rollout {'paused':false}\napply\nready\nrestarts 3\nreparents 1"},
    {"a renewed certificate of the MySQL port restarts no tablet", 2, 1, 2, 0,
        "set spec.cells[1].vtgate.tls {'secret':'cert'}\nready\nmark\nfail secret=cert\nready\n"
        "restarts 0\nkept Deployment *"},
    {"a Secret that goes restarts nobody", 1, 1, 3, 0,
        "set spec.tls {'secret':'tls'}\nset spec.cells[1].vtgate.tls {'secret':'cert'}\nready\nmark\n"
        "delete Secret tls\ndelete Secret cert\nsettle\nready\nrestarts 0\nkept Pod *\nwarns tls is not there"},
    {"and holds an edit", 1, 1, 3, 0,
        "set spec.tls {'secret':'tls'}\nready\nmark\ndelete Secret tls\nsettle\n" ALL_IMAGES
        "apply\nsettle\ncondition Updated False RolloutWaiting\nrestarts 0\nkept Pod *"},
    {"TLS by hand", 1, 1, 3, 0,
        "set spec.cells[0].vtctld {'flags':{'grpc-ca':'/t/ca','grpc-cert':'/t/crt','grpc-key':'/t/key','tablet-manager-grpc-ca':'/t/ca','tablet-manager-grpc-cert':'/t/crt','tablet-manager-grpc-key':'/t/key'}}\n"
        "set spec.cells[1].vtgate.flags {'tablet-grpc-ca':'/t/ca','tablet-grpc-cert':'/t/crt','tablet-grpc-key':'/t/key'}\n"
        "set spec.cells[1].vtorc {'flags':{'tablet-manager-grpc-ca':'/t/ca','tablet-manager-grpc-cert':'/t/crt','tablet-manager-grpc-key':'/t/key'}}\n"
        "set " T1 ".masterEligible.vttablet {'flags':{'grpc-ca':'/t/ca','grpc-cert':'/t/crt','grpc-key':'/t/key','tablet-manager-grpc-ca':'/t/ca','tablet-manager-grpc-cert':'/t/crt','tablet-manager-grpc-key':'/t/key'}}\n"
        "ready\nended 0\nmark\n" IMAGE "apply\nready\nrestarts 3\nreparents 1\nserving 2"},
    {"a cell with a vtgate that an override leaves without tablets", 2, 1, 2, 0,
        "set " OV " [{'cells':['zone2'],'masterEligible':{'replicas':0}}]\nready\nmark\n"
        "set spec.cells[3] {'name':'zone3','vtgate':{'replicas':1}}\nset spec.keyspaces[0].cells ['zone1','zone2','zone3']\n"
        "set " OV " [{'cells':['zone2','zone3'],'masterEligible':{'replicas':0}}]\napply\nready\nserving 2\nrestarts 0"},
};
/* clang-format on */

static void tests(TCase *tcase)
{
    play_all(tcase,
        (struct played){.shape = &v1alpha1_shape,
            .histories = histories,
            .count = sizeof(histories) / sizeof(histories[0]),
            .sample = 12},
        "HISTORIES");
}

TEST_MAIN(tests)
