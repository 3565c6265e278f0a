#include "v1alpha1.h"

/* What fields are called in planetscale.com/v2, in vitess.io/v1alpha2, or by habit, and what is
 * there instead here. */

#define NOTHING_ALIKE "has nothing alike here"
#define TAKE_OUT NOTHING_ALIKE ": take it out"

/* Where Pods are described, these stand beside each other there and in `template` here. */
/* clang-format off */
#define ANY_POD_NAMES(place)                                                                           \
    {"affinity", NULL, "belongs in " place "template here"},                                       \
    {"annotations", NULL, "belongs in " place "template here"},                                    \
    {"labels", NULL, "belongs in " place "template here"},                                         \
    {"extraLabels", NULL, "is called " place "template.labels here"},                              \
    {"env", NULL, "belongs in " place "template here"},                                            \
    {"extraEnv", NULL, "is called " place "template.env here"},                                    \
    {"volumes", NULL, "belongs in " place "template here"},                                        \
    {"extraVolumes", NULL, "is called " place "template.volumes here"},                            \
    {"volumeMounts", NULL, "belongs in " place "template here"},                                   \
    {"extraVolumeMounts", NULL, "is called " place "template.volumeMounts here"},                  \
    {"initContainers", NULL, "belongs in " place "template here"},                                 \
    {"sidecars", NULL, "belongs in " place "template here"},                                       \
    {"sidecarContainers", NULL, "is called " place "template.sidecars here"},                      \
    {"nodeSelector", NULL, "belongs in " place "template here"},                                   \
    {"priorityClassName", NULL, "belongs in " place "template here"},                              \
    {"serviceAccountName", NULL, "belongs in " place "template here"},                             \
    {"tolerations", NULL, "belongs in " place "template here"},                                    \
    {"topologySpreadConstraints", NULL, "belongs in " place "template here"},                      \
    {"lifecycle", NULL, TAKE_OUT},                                                                 \
    {"strategy", NULL, TAKE_OUT},                                                                  \
    {"podAnnotations", NULL, "is called " place "template.annotations here"},                      \
    {"podLabels", NULL, "is called " place "template.labels here"},                                \
    {"terminationGracePeriodSeconds", NULL, "belongs in " place "template here"}
/* Of a component: spec itself has fields of these names. */
#define POD_NAMES(place)                                                                           \
    ANY_POD_NAMES(place),                                                                          \
    {"securityContext", NULL, "belongs in " place "template here"},                                \
    {"podSecurityContext", NULL, "is called " place "template.securityContext here"},              \
    {"imagePullPolicy", NULL, "is spec.imagePullPolicy here, one for all"},                        \
    {"imagePullSecrets", NULL, "is spec.imagePullSecrets here, the same for all"}
/* clang-format on */

/* A PodTemplateSpec is {metadata, spec}, a template of ours the fields themselves. */
/* clang-format off */
#define TEMPLATE_NAMES                                                                             \
    {"metadata", NULL,                                                                             \
        "is nothing of its own here: write labels and annotations straight below template"},       \
    {"spec", NULL, "is nothing of its own here: write its fields straight below template"},        \
    {"containers", NULL, "is called sidecars here"},                                               \
    {"podAnnotations", "annotations", NULL},                                                       \
    {"podLabels", "labels", NULL},                                                                 \
    {"podSecurityContext", "securityContext", NULL},                                               \
    {"imagePullPolicy", NULL, "is spec.imagePullPolicy here, one for all"},                        \
    {"imagePullSecrets", NULL, "is spec.imagePullSecrets here, the same for all"}
/* clang-format on */

const struct spec_name v1_template_other_names[] = {TEMPLATE_NAMES,
    {"image", NULL, "belongs beside template here"},
    {"resources", NULL, "belongs to the component itself here, not to its template"},
    {"flags", NULL, "belongs to the component itself here, not to its template"},
    {"args", NULL, "is flags of the component here, not of its template"},
    {NULL, NULL, NULL}};

/* tasks.template */
#define BY_OPERATOR NOTHING_ALIKE ": what a task runs is the operator's own; take it out"
const struct spec_name v1_task_template_other_names[] = {TEMPLATE_NAMES,
    {"image", NULL, BY_OPERATOR},
    {"env", NULL, BY_OPERATOR},
    {"sidecars", NULL, BY_OPERATOR},
    {"initContainers", NULL, BY_OPERATOR},
    {"volumes", NULL, BY_OPERATOR},
    {"volumeMounts", NULL, BY_OPERATOR},
    {"resources", NULL, "belongs beside template here"},
    {NULL, NULL, NULL}};

/* spec.tasks */
const struct spec_name v1_tasks_other_names[] = {{"image", NULL, BY_OPERATOR},
    {"enabled", NULL, NOTHING_ALIKE ": without tasks nothing is known of Vitess; take it out"},
    {"limits", "resources", "belongs in resources here"},
    {"requests", "resources", "belongs in resources here"},
    POD_NAMES(""),
    {NULL, NULL, NULL}};

/* spec */
const struct spec_name v1_cluster_other_names[] = {
    {"images",
        "image",
        "is called image here, one for all of Vitess; each component may have its own"},
    {"imagePullPolicies", "imagePullPolicy", "is called imagePullPolicy here, one for all"},
    {"backup",
        "backupFlags",
        "is called backupFlags here: flags of Vitess such as backup-storage-implementation"},
    {"globalLockserver",
        "lockserver",
        "is called lockserver here, for an etcd that exists; one of its own is etcd in a cell"},
    {"lockserverRef",
        "lockserver",
        "is called lockserver here: {addresses: [\"etcd.example.com:2379\"]}"},
    {"vitessDashboard", NULL, "is vtctld in a cell here: cells: [{name: global, vtctld: {}}]"},
    {"vtctld", NULL, "belongs to a cell here: cells: [{name: global, vtctld: {}}]"},
    {"vtadmin", NULL, "belongs to a cell here: cells: [{name: global, vtadmin: {}}]"},
    {"etcd", NULL, "belongs to a cell here: cells: [{name: global, etcd: {}}]"},
    {"vtgate", NULL, "belongs to a cell here: cells: [{name: zone1, vtgate: {}}]"},
    {"gateway", NULL, "is vtgate in a cell here: cells: [{name: zone1, vtgate: {}}]"},
    {"vtorc", NULL, "belongs to a cell here: cells: [{name: zone1, vtorc: {}}]"},
    {"vitessOrchestrator", NULL, "is vtorc in a cell here: cells: [{name: zone1, vtorc: {}}]"},
    {"orchestrator", NULL, "is vtorc in a cell here: cells: [{name: zone1, vtorc: {}}]"},
    {"shards", NULL, "belongs to a keyspace here: keyspaces: [{name: main, shards: []}]"},
    {"tablets", NULL, "belongs to a keyspace here: keyspaces: [{name: main, tablets: {}}]"},
    {"extraVitessFlags", NULL, "is flags of each component here"},
    {"tlsSecret", "tls", "is secret below tls here: tls: {secret: components}"},
    {"mtls", "tls", "is tls here: tls: {secret: components}"},
    {"topologyReconciliation",
        NULL,
        NOTHING_ALIKE ": records of what leaves the spec are always removed; take it out"},
    {"updateStrategy",
        "rollout",
        "is called rollout here: an edit rolls out at once, and rollout.paused: true holds it"},
    {"gatewayService", NULL, "is vtgate.service of each cell here"},
    {"tabletService", NULL, TAKE_OUT},
    {"podSecurityContext", "securityContext", NULL},
    {"runAsUser", "securityContext", "is securityContext.runAsUser here"},
    {"fsGroup", "securityContext", "is securityContext.fsGroup here"},
    {"zone", NULL, "belongs to a cell here: cells: [{name: zone1, zone: eu-central-1a}]"},
    {"cellSelector", "cells", NOTHING_ALIKE ": list the cells themselves in cells"},
    {"keyspaceSelector", "keyspaces", NOTHING_ALIKE ": list the keyspaces themselves in keyspaces"},
    {"replicas", NULL, "belongs to a component here, such as cells[].vtgate.replicas"},
    {"flags", NULL, "belongs to a component here, such as cells[].vtgate.flags"},
    {"resources", NULL, "belongs to a component here, such as cells[].vtgate.resources"},
    {"labels", "template", "is template.metadata.labels here"},
    {"annotations", NULL, "belongs in the template of a component here"},
    ANY_POD_NAMES("a component's "),
    {NULL, NULL, NULL}};

/* spec.tls */
const struct spec_name v1_tls_other_names[] = {{"secretName", "secret", NULL},
    {"name", "secret", NULL},
    {"tlsSecret", "secret", NULL},
    {"components", "secret", "is nothing of its own here: write secret straight below tls"},
    {"required", "mode", "is mode: Require here"},
    {"enabled", NULL, NOTHING_ALIKE ": with the block tls there is TLS, without it there is none"},
    {NULL, NULL, NULL}};

/* etcd.tls of a cell */
const struct spec_name v1_etcd_tls_other_names[] = {{"secretName", "secret", NULL},
    {"name", "secret", NULL},
    {"clientSecret", "secret", "is secret here: one for the members and all that dial them"},
    {"peerSecret", "secret", "is secret here: one for the members and all that dial them"},
    {NULL, NULL, NULL}};

/* spec.lockserver */
const struct spec_name v1_lockserver_other_names[] = {
    {"external",
        "addresses",
        "is nothing of its own here: write implementation, addresses and root straight below "
        "lockserver"},
    {"etcd", NULL, "is etcd of a cell here: cells: [{name: global, etcd: {}}]"},
    {"etcd2",
        "addresses",
        "is nothing of its own here: write addresses and root straight below lockserver"},
    {"address", "addresses", "is called addresses here, and is a list"},
    {"cellInfoAddress", NULL, TAKE_OUT},
    {"tls", "tlsSecret", "is tlsSecret here: the name of the Secret"},
    {"rootPath", "root", NULL},
    {"path", "root", NULL},
    {"pathPrefix", "root", NULL},
    {"type", "implementation", NULL},
    {NULL, NULL, NULL}};

/* spec.cells[] */
const struct spec_name v1_cell_other_names[] = {{"gateway", "vtgate", NULL},
    {"gateways", "vtgate", NULL},
    {"lockserver", "etcd", "is called etcd here; one that exists is spec.lockserver"},
    {"globalLockserver", NULL, "is spec.lockserver here"},
    {"vitessDashboard", "vtctld", NULL},
    {"vitessOrchestrator", "vtorc", NULL},
    {"mysqlProtocol", "vtgate", "is vtgate.auth here"},
    {"vtworker", NULL, "is no part of Vitess any more: take it out"},
    {"availabilityZone", "zone", NULL},
    {"metadata", "name", "is nothing of its own here: write name straight into the item"},
    {"spec", NULL, "is nothing of its own here: write its fields straight into the item"},
    {"keyspaces", NULL, "is spec.keyspaces here, and each keyspace names its cells"},
    {"vttablet", NULL, "belongs to a keyspace here: keyspaces: [{name: main, tablets: {}}]"},
    {"tablets", NULL, "belongs to a keyspace here: keyspaces: [{name: main, tablets: {}}]"},
    {"replicas", NULL, "belongs to a component here, such as vtgate.replicas"},
    {"flags", NULL, "belongs to a component here, such as vtgate.flags"},
    {"resources", NULL, "belongs to a component here, such as vtgate.resources"},
    {"image", NULL, "belongs to a component here, such as vtgate.image"},
    {"defaults", NULL, TAKE_OUT},
    ANY_POD_NAMES("a component's "),
    {NULL, NULL, NULL}};

const struct spec_name v1_etcd_other_names[] = {{"dataVolumeClaimTemplate", "volumeClaim", NULL},
    {"volumeClaimTemplate", "volumeClaim", NULL},
    {"storage", "volumeClaim", "is volumeClaim.resources.requests.storage here"},
    {"volumeClaimAnnotations", "volumeClaim", "is volumeClaim.metadata.annotations here"},
    {"volumeClaimLabels", "volumeClaim", "is volumeClaim.metadata.labels here"},
    {"replicas", "size", NULL},
    {"extraFlags", "flags", NULL},
    {"tlsSecret", "tls", "is secret below tls here: tls: {secret: etcd}"},
    {"service", NULL, TAKE_OUT},
    {"createPDB", NULL, TAKE_OUT},
    {"createClientService", NULL, TAKE_OUT},
    {"createPeerService", NULL, TAKE_OUT},
    {"advertisePeerURLs", NULL, TAKE_OUT},
    {"localMemberIndex", NULL, TAKE_OUT},
    {"clientService", NULL, TAKE_OUT},
    {"peerService", NULL, TAKE_OUT},
    POD_NAMES(""),
    {NULL, NULL, NULL}};

const struct spec_name v1_vtctld_other_names[] = {{"extraFlags", "flags", NULL},
    {"cells", NULL, NOTHING_ALIKE ": vtctld runs in the cell that it stands in"},
    POD_NAMES(""),
    {NULL, NULL, NULL}};

const struct spec_name v1_vtgate_other_names[] = {{"extraFlags", "flags", NULL},
    {"authentication", "auth", NULL},
    {"secureTransport", "tls", NULL},
    {"autoscaling", "autoscaler", NULL},
    {"hpa", "autoscaler", NULL},
    {"horizontalPodAutoscaler", "autoscaler", NULL},
    {"serviceType", "service", "is service.type here"},
    {"serviceAnnotations", "service", "is service.annotations here"},
    {"serviceOverrides", "service", NULL},
    {"loadBalancer", "service", "is service here: service: {type: LoadBalancer}"},
    {"minReplicas", "autoscaler", "belongs to autoscaler here"},
    {"maxReplicas", "autoscaler", "belongs to autoscaler here"},
    {"size", "replicas", NULL},
    POD_NAMES(""),
    {NULL, NULL, NULL}};

/* vtgate.autoscaler */
const struct spec_name v1_autoscaler_other_names[] = {{"min", "minReplicas", NULL},
    {"max", "maxReplicas", NULL},
    {"enabled", NULL, "is nothing of its own here: leave autoscaler out"},
    {"targetCPU", "targetCPUUtilizationPercentage", NULL},
    {"targetCPUUtilization", "targetCPUUtilizationPercentage", NULL},
    {"targetCpuUtilization", "targetCPUUtilizationPercentage", NULL},
    {"targetCpuUtilizationPercentage", "targetCPUUtilizationPercentage", NULL},
    {"averageUtilization", "targetCPUUtilizationPercentage", NULL},
    {"targetMemoryUtilizationPercentage",
        "metrics",
        "is one of metrics here: {type: Resource, resource: {name: memory, target: {type: "
        "Utilization, averageUtilization: 80}}}"},
    {"scaleTargetRef", NULL, "is the operator's own here: take it out"},
    {NULL, NULL, NULL}};

const struct spec_name v1_vtorc_other_names[] = {
    {"extraFlags", "flags", NULL}, {"service", NULL, TAKE_OUT}, POD_NAMES(""), {NULL, NULL, NULL}};

const struct spec_name v1_vtadmin_other_names[] = {{"extraFlags", "flags", NULL},
    {"apiAddresses", "apiAddress", "is called apiAddress here, and is one address"},
    {"apiResources", "resources", NULL},
    {"cells", NULL, NOTHING_ALIKE ": VTAdmin runs in the cell that it stands in"},
    {"fetchCredentials", NULL, TAKE_OUT},
    POD_NAMES(""),
    {NULL, NULL, NULL}};

/* vtgate.auth.static, and other files in Secrets. */
const struct spec_name v1_secret_key_other_names[] = {
    {"secret", "name", "is nothing of its own here: write its name and key straight in here"},
    {"secretRef", "name", "is nothing of its own here: write its name and key straight in here"},
    {"volumeName", NULL, NOTHING_ALIKE ": the file comes from a Secret, by its name and key"},
    {NULL, NULL, NULL}};

const struct spec_name v1_mysql_tls_other_names[] = {
    {"tls", "secret", "is nothing of its own here: write secret straight below tls"},
#define ONE_SECRET                                                                                 \
    "is secret here: one Secret of type kubernetes.io/tls has the certificate, its key and ca.crt"
    {"certSecret", "secret", ONE_SECRET},
    {"keySecret", "secret", ONE_SECRET},
    {"clientCACertSecret",
        "verifyClients",
        "is verifyClients: true here, and ca.crt in the same Secret"},
    {"secretName", "secret", NULL},
    {NULL, NULL, NULL}};

/* spec.keyspaces[] */
const struct spec_name v1_keyspace_other_names[] = {
    {"partitionings",
        "shards",
        "is called shards here, each with its keyRange: shards: [{keyRange: {start: \"\", end: "
        "\"80\"}}, {keyRange: {start: \"80\", end: \"\"}}]"},
    {"partitioning", "shards", "is called shards here, each with its keyRange"},
    {"tabletPools",
        "tablets",
        "is called tablets here: masterEligible is the pool of type replica, batch that of type "
        "rdonly"},
    {"shardTemplate",
        "tablets",
        "is called tablets here, the same for every shard; overrides make exceptions"},
    {"tabletOverrides", "overrides", NULL},
    {"mysqldService", "mysqldServices", NULL},
    {"services", "mysqldServices", NULL},
    {"poolOverrides", "overrides", NULL},
    {"databaseName", NULL, NOTHING_ALIKE ": the database is vt_ and the name of the keyspace"},
    {"databaseInitScriptSecret", NULL, "is mysql.initScript of tablets.defaults here"},
    {"sidecarDbName", NULL, TAKE_OUT},
    {"vitessOrchestrator", NULL, "is vtorc of a cell here"},
    {"images", NULL, "is image of tablets.defaults here"},
    {"image", NULL, "belongs to tablets.defaults here"},
    {"annotations", NULL, TAKE_OUT},
    {"replication", NULL, TAKE_OUT},
    {"replicas", "tablets", "belongs to tablets.masterEligible here"},
    {"masterEligible", "tablets", "belongs to tablets here"},
    {"batch", "tablets", "belongs to tablets here"},
    {"cell", "cells", "is called cells here, and is a list"},
    {"metadata", "name", "is nothing of its own here: write name straight into the item"},
    {"spec", NULL, "is nothing of its own here: write its fields straight into the item"},
    {"defaults", "tablets", "belongs to tablets here"},
    POD_NAMES("tablets.defaults."),
    {"shardSelector", "shards", NOTHING_ALIKE ": list the shards themselves in shards"},
    {NULL, NULL, NULL}};

/* spec.keyspaces[].shards[] */
const struct spec_name v1_shard_other_names[] = {
#define OF_KEYSPACE                                                                                \
    "belongs to the keyspace here, the same for every shard; overrides of the keyspace make "      \
    "exceptions"
    {"equal", "keyRange", "stands beside shards here: equal: {parts: 4}"},
    {"custom", "keyRange", "is nothing of its own here: write its shards straight below shards"},
    {"tablets", NULL, OF_KEYSPACE},
    {"tabletPools", NULL, "is tablets of the keyspace here, the same for every shard"},
    {"databaseInitScriptSecret",
        NULL,
        "is mysql.initScript of the keyspace's tablets.defaults here"},
    {"replication", NULL, TAKE_OUT},
    {"annotations", NULL, TAKE_OUT},
    {"start", "keyRange", "belongs to keyRange here"},
    {"end", "keyRange", "belongs to keyRange here"},
    {"replicas", NULL, "belongs to tablets.masterEligible of the keyspace here"},
    {"metadata", NULL, "is nothing of its own here: take it out, keyRange names the shard"},
    {"spec", "keyRange", "is nothing of its own here: write keyRange straight into the item"},
    {NULL, NULL, NULL}};

/* spec.keyspaces[].equal */
const struct spec_name v1_equal_other_names[] = {{"shards", "parts", NULL},
    {"count", "parts", NULL},
    {"width", "hexWidth", NULL},
    {"shardTemplate", NULL, "is tablets of the keyspace here; its overrides make exceptions"},
    {NULL, NULL, NULL}};

/* spec.keyspaces[].overrides[] */
const struct spec_name v1_override_other_names[] = {
    {"cell", "cells", "is called cells here, and is a list"},
    {"shard", "shards", "is called shards here, and is a list"},
    {"replica", "masterEligible", NULL},
    {"rdonly", "batch", NULL},
    {"tablets", NULL, "is nothing of its own here: write masterEligible and batch into the entry"},
    {"defaults",
        NULL,
        "is of all pools: write what is other there into masterEligible and batch of the entry"},
    {"replicas", NULL, "belongs to masterEligible or batch of the entry here"},
    {NULL, NULL, NULL}};

const struct spec_name v1_key_range_other_names[] = {
    {"from", "start", NULL}, {"to", "end", NULL}, {NULL, NULL, NULL}};

/* spec.keyspaces[].tablets */
const struct spec_name v1_tablets_other_names[] = {{"replica", "masterEligible", NULL},
    {"replicas", "masterEligible", "belongs to masterEligible here"},
    {"primary", "masterEligible", NULL},
    {"master", "masterEligible", NULL},
    {"primaryEligible", "masterEligible", NULL},
    {"rdonly", "batch", NULL},
    {"readOnly", "batch", NULL},
    {"readonly", "batch", NULL},
    {"tabletPools",
        "masterEligible",
        "is nothing of its own here: masterEligible is the pool of type replica, batch that of "
        "type rdonly"},
    {"volumeClaim", NULL, "belongs to masterEligible, batch or defaults here"},
    {"vttablet", NULL, "belongs to masterEligible, batch or defaults here"},
    {"mysql", NULL, "belongs to masterEligible, batch or defaults here"},
    {"image", NULL, "belongs to masterEligible, batch or defaults here"},
    {"template", NULL, "belongs to masterEligible, batch or defaults here"},
    POD_NAMES("defaults."),
    {NULL, NULL, NULL}};

/* ... .masterEligible, .batch, .defaults */
const struct spec_name v1_pool_other_names[] = {{"dataVolumeClaimTemplate", "volumeClaim", NULL},
    {"volumeClaimTemplate", "volumeClaim", NULL},
    {"storage", "volumeClaim", "is volumeClaim.resources.requests.storage here"},
    {"volumeClaimAnnotations", "volumeClaim", "is volumeClaim.metadata.annotations here"},
    {"volumeClaimLabels", "volumeClaim", "is volumeClaim.metadata.labels here"},
    {"mysqld", "mysql", NULL},
    {"type", NULL, "is the name of the pool here: masterEligible for replica, batch for rdonly"},
    {"cell", NULL, "is cells of the keyspace here"},
    {"cellID", NULL, "is cells of the keyspace here"},
    {"name", NULL, NOTHING_ALIKE ": each shard has one pool of each type"},
    {"resources", NULL, "belongs to vttablet or mysql here"},
    {"flags", NULL, "belongs to vttablet or mysql here"},
    {"extraFlags", NULL, "is flags of vttablet or mysql here"},
    {"containers", NULL, "is vttablet and mysql here"},
    {"mysqldExporter", NULL, NOTHING_ALIKE ": an exporter can be one of template.sidecars"},
    {"backupLocationName", NULL, "is spec.backupFlags here, the same for all"},
    {"externalDatastore", NULL, NOTHING_ALIKE ": each tablet has a MySQL of its own"},
    POD_NAMES(""),
    {NULL, NULL, NULL}};

const struct spec_name v1_vttablet_other_names[] = {{"extraFlags", "flags", NULL},
    {"vtbackupExtraFlags", NULL, TAKE_OUT},
    {"image", NULL, "belongs one level up here, for vttablet and MySQL"},
    POD_NAMES("the pool's "),
    {NULL, NULL, NULL}};

const struct spec_name v1_mysql_other_names[] = {{"configOverrides", "config", NULL},
    {"extraFlags", "flags", NULL},
    {"databaseInitScriptSecret", "initScript", NULL},
    POD_NAMES("the pool's "),
    {NULL, NULL, NULL}};
