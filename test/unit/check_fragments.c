#include "fragments.h"

#include "hook.h"
#include "testing.h"

/* Parts of Kubernetes objects, each with what the API server, kubelet or common sense refuses. */

struct row {
    const char *text;
    const char *problems;
};

static const char *problems_of(const struct spec_field *fields, const char *text)
{
    struct problems problems = {.arena = arena};

    spec_read(arena, fields, json_of(text), "it", SPEC_STRICT, NULL, &problems);
    return problems_text(&problems);
}

static void check_rows(const struct spec_field *fields, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(text_equal(problems_of(fields, rows[i].text), rows[i].problems),
            "%s\n   says: %s\n wanted: %s",
            rows[i].text,
            problems_of(fields, rows[i].text),
            rows[i].problems);
}

#define CHECK_ROWS(fields, rows) check_rows(fields, rows, sizeof(rows) / sizeof((rows)[0]))

START_TEST(resources)
{
    static const struct row rows[] = {
        {"{'requests':{'cpu':'500m','memory':'1Gi','hugepages-2Mi':'4Mi','nvidia.com/gpu':1},"
         "'limits':{'memory':1073741824,'ephemeral-storage':'10Gi','cpu':2},"
         "'claims':[{'name':'gpu','request':'one'}]}",
            ""},
        {"{'requests':{'cpus':1,'mem':'1Gi','gpu':1,'storage':'1Gi'}}",
            "it.requests.cpus: is not a resource of a container (did you mean \"cpu\"?), got 1\n"
            "it.requests.mem: is not a resource of a container (did you mean \"memory\"?), got "
            "\"1Gi\"\n"
            "it.requests.gpu: is not a resource of a container (cpu, memory, ephemeral-storage, "
            "hugepages-..., or one with a domain), got 1\n"
            "it.requests.storage: is not a resource of a container (did you mean "
            "\"ephemeral-storage\"?), got \"1Gi\""},
        {"{'limits':{'memory':512}}",
            "it.limits.memory: is in bytes; write \"Mi\" or \"Gi\" behind it, got 512"},
        {"{'limits':{'memory':'0'}}", ""},
        /* Advised against (cluster_advice.c). */
        {"{'limits':{'memory':'128m'}}", ""},
        {"{'limits':{'ephemeral-storage':'100m'}}",
            "it.limits.ephemeral-storage: is in thousandths of a byte; write \"Mi\" or \"Gi\" "
            "behind it, got \"100m\""},
        {"{'requests':{'cpu':'1Gi'}}",
            "it.requests.cpu: must be a number of CPUs such as \"500m\" or \"2\"; Mi and Gi are of "
            "memory, got \"1Gi\""},
        {"{'requests':{'cpu':'-1'}}", "it.requests.cpu: must not be negative, got \"-1\""},
        {"{'requests':{'cpu':'2'},'limits':{'cpu':'1500m'}}",
            "it.requests.cpu: must not be above its limit 1500m, got \"2\""},
        {"{'requests':{'cpu':'lots'},'limits':{'cpu':true}}",
            "it.requests.cpu: must be a quantity such as \"500m\" or \"2Gi\", got \"lots\"\n"
            "it.limits.cpu: must be a quantity such as \"500m\" or \"2Gi\", got true"},
        {"{'claims':[{'name':'a'},{'name':'a'},{}]}",
            "it.claims[1].name: must differ between items, \"a\" is also at it.claims[0]\n"
            "it.claims[2].name: is required"},
        {"{'limit':{}}", "it.limit: is not a known field (did you mean \"limits\"?)"},
    };

    CHECK_ROWS(fragment_resources, rows);
}
END_TEST

START_TEST(claims)
{
    static const struct row rows[] = {
        {"{'accessModes':['ReadWriteOncePod'],'resources':{'requests':{'storage':'1Ti'},"
         "'limits':{'storage':'2Ti'}},'storageClassName':'fast-ssd','volumeMode':'Filesystem',"
         "'volumeName':'disk','selector':{'matchLabels':{'a':'b'}},"
         "'dataSource':{'kind':'VolumeSnapshot','name':'s','apiGroup':'snapshot.storage.k8s.io'}}",
            ""},
        {"{'storageClassName':''}", ""},
        {"{'accessModes':['RWO']}",
            "it.accessModes[0]: must be one of \"ReadWriteOnce\", \"ReadWriteOncePod\", "
            "\"ReadWriteMany\", \"ReadOnlyMany\", got \"RWO\" (did you mean \"ReadWriteOnce\"?)"},
        {"{'accessModes':['ROX','RWOP','RWC']}",
            "it.accessModes[0]: must be one of \"ReadWriteOnce\", \"ReadWriteOncePod\", "
            "\"ReadWriteMany\", \"ReadOnlyMany\", got \"ROX\" (did you mean \"ReadOnlyMany\"?)\n"
            "it.accessModes[1]: must be one of \"ReadWriteOnce\", \"ReadWriteOncePod\", "
            "\"ReadWriteMany\", \"ReadOnlyMany\", got \"RWOP\" (did you mean "
            "\"ReadWriteOncePod\"?)\n"
            "it.accessModes[2]: must be one of \"ReadWriteOnce\", \"ReadWriteOncePod\", "
            "\"ReadWriteMany\", \"ReadOnlyMany\", got \"RWC\""},
        {"{'accessModes':['ReadOnlyMany']}",
            "it.accessModes: must have a mode that writes, such as \"ReadWriteOnce\": a database "
            "does, got [\"ReadOnlyMany\"]"},
        {"{'volumeMode':'Block'}", "it.volumeMode: must be one of \"Filesystem\", got \"Block\""},
        {"{'storageClassName':'Fast_SSD'}",
            "it.storageClassName: must be the name of a StorageClass: small letters, digits, '-' "
            "and '.', got \"Fast_SSD\""},
        {"{'resources':{'requests':{'storage':4}}}",
            "it.resources.requests.storage: is in bytes; write \"Mi\" or \"Gi\" behind it, got 4"},
        {"{'resources':{'requests':{'storage':'500m'}}}",
            "it.resources.requests.storage: is in thousandths of a byte; write \"Mi\" or \"Gi\" "
            "behind it, got \"500m\""},
        {"{'resources':{'requests':{'storage':'0'}}}",
            "it.resources.requests.storage: must be more than 0, got \"0\""},
        {"{'resources':{'requests':{'memory':'1Gi'}}}",
            "it.resources.requests.memory: is not a resource of a volume (did you mean "
            "\"storage\"?), got \"1Gi\""},
        {"{'resources':{'requests':{'storage':'2Gi'},'limits':{'storage':'1Gi'}}}",
            "it.resources.requests.storage: must not be above its limit 1Gi, got \"2Gi\""},
    };

    CHECK_ROWS(fragment_claim, rows);
}
END_TEST

#define OF_OTHERS ", which those write who look after the claim; take it out, got "

START_TEST(claims_with_metadata)
{
    static const struct row rows[] = {
        {"{'metadata':{'labels':{'team':'a'},'annotations':{'resize.topolvm.io/storage_limit':"
         "'100Gi','velero.io/x':''}}}",
            ""},
        {"{'metadata':{'annotations':{'volume.kubernetes.io/selected-node':'n'}}}",
            "it.metadata.annotations: must not have volume.kubernetes.io/selected-node" OF_OTHERS
            "{\"volume.kubernetes.io/selected-node\":\"n\"}"},
        {"{'metadata':{'annotations':{'a':1},'labels':{'a b':'c'},'name':'x'}}",
            "it.metadata.annotations.a: must be text, got 1: put it in quotes\n"
            "it.metadata.labels: must have keys such as \"team\" or \"example.com/team\", got \"a "
            "b\"\n"
            "it.metadata.name: is the operator's own here: take it out"},
    };

    CHECK_ROWS(fragment_claim_template, rows);
}
END_TEST

START_TEST(selectors)
{
    static const struct row rows[] = {
        {"{'matchExpressions':[{'key':'a','operator':'In','values':['b','']},"
         "{'key':'example.com/a','operator':'Exists'}]}",
            ""},
        {"{'matchLabels':{'a b':'c d'}}",
            "it.matchLabels: must have keys such as \"team\" or \"example.com/team\", got \"a b\"\n"
            "it.matchLabels[\"a b\"]: must be a label value (at most 63 letters, digits, '-', '_' "
            "and '.'), got \"c d\""},
        {"{'matchExpressions':[{'key':'a','operator':'In'},{'key':'a','operator':'Exists',"
         "'values':['b']},{'key':'a','operator':'Gt','values':['1']}]}",
            "it.matchExpressions[0].values: must have a value at least, for In\n"
            "it.matchExpressions[1].values: must be left out, for Exists, got [\"b\"]\n"
            "it.matchExpressions[2].operator: must be one of \"In\", \"NotIn\", \"Exists\", "
            "\"DoesNotExist\", got \"Gt\""},
    };

    CHECK_ROWS(fragment_selector, rows);
}
END_TEST

START_TEST(environments)
{
    static const struct row rows[] = {
        {"{'name':'A.b-c','value':''}", ""},
        {"{'name':'A','valueFrom':{'secretKeyRef':{'name':'s','key':'k','optional':true}}}", ""},
        {"{'name':'A','value':1}", "it.value: must be text, got 1: put it in quotes"},
        {"{'value':'1'}", "it.name: is required"},
        {"{'name':'A=B'}", "it.name: must be a name such as \"TZ\", got \"A=B\""},
        {"{'name':'A','value':'1','valueFrom':{'fieldRef':{'fieldPath':'status.podIP'}}}",
            "it.valueFrom: must be left out where there is a value, got "
            "{\"fieldRef\":{\"fieldPath\":\"status.podIP\"}}"},
        {"{'name':'A','valueFrom':{}}",
            "it.valueFrom: must have exactly one of fieldRef, resourceFieldRef, configMapKeyRef, "
            "secretKeyRef, fileKeyRef"},
        {"{'name':'A','valueFrom':{'secretkeyRef':{}}}",
            "it.valueFrom.secretkeyRef: is not a known field (did you mean \"secretKeyRef\"?)\n"
            "it.valueFrom: must have exactly one of fieldRef, resourceFieldRef, configMapKeyRef, "
            "secretKeyRef, fileKeyRef"},
        {"{'name':'A','valueFrom':{'configMapKeyRef':{'name':'C','key':'a/b'}}}",
            "it.valueFrom.configMapKeyRef.name: must be a DNS name such as \"my-secret\", got "
            "\"C\"\n"
            "it.valueFrom.configMapKeyRef.key: must be a key of a Secret such as \"users.json\", "
            "got \"a/b\""},
    };

    CHECK_ROWS(fragment_env, rows);
}
END_TEST

START_TEST(containers)
{
    static const struct row rows[] = {
        {"{'name':'a','image':'a:1','command':['sh'],'args':['-c'],'ports':[{'name':'web',"
         "'containerPort':80}],'readinessProbe':{'httpGet':{'port':'web','path':'/'}},"
         "'livenessProbe':{'tcpSocket':{'port':80}},'lifecycle':{'preStop':{'sleep':{'seconds':5}}}"
         ","
         "'securityContext':{'runAsNonRoot':true,'capabilities':{'drop':['ALL']},"
         "'seccompProfile':{'type':'RuntimeDefault'}},'envFrom':[{'secretRef':{'name':'s'}}],"
         "'resources':{'limits':{'memory':'64Mi'}},'volumeMounts':[{'name':'v','mountPath':'/v',"
         "'subPath':'a/b'}],'tty':false,'imagePullPolicy':'Always','workingDir':'/'}",
            ""},
        {"{'name':'a'}", "it.image: is required"},
        {"{'image':'a'}", "it.name: is required"},
        {"{'name':'A_b','image':'a b'}",
            "it.name: must be a DNS label such as \"zone1\", got \"A_b\"\n"
            "it.image: must be a container image such as \"vitess/lite:v24.0.4\", got \"a b\""},
        {"{'name':'a','image':'a','args':'-c'}",
            "it.args: must be a list, got \"-c\": a space is missing behind the dash"},
        {"{'name':'a','image':'a','args':[1]}",
            "it.args[0]: must be text, got 1: put it in quotes"},
        {"{'name':'a','image':'a','ports':[{'containerPort':53},{'containerPort':53,'protocol':"
         "'UDP'}]}",
            "it.ports[1].containerPort: must differ between items, 53 is also at it.ports[0]"},
        {"{'name':'a','image':'a','ports':[{'containerPort':1,'name':'x'},{'containerPort':2},"
         "{'containerPort':3,'name':'x'}]}",
            "it.ports: must differ in name, \"x\" is that of [0] and [2], got "
            "[{\"containerPort\":1,"
            "\"name\":\"x\"},{\"containerPort\":2},{\"con..."},
        {"{'name':'a','image':'a','env':[{'name':'A'},{'name':'B'},{'name':'A'}],'envFrom':["
         "{'configMapRef':{'name':'c'}},{'configMapRef':{'name':'c'}}]}",
            "it.env[2].name: must differ between items, \"A\" is also at it.env[0]"},
        {"{'name':'a','image':'a','readinessProbe':{'httpGet':{'port':80,'httpHeaders':["
         "{'name':'H','value':'1'},{'name':'H','value':'2'}]}}}",
            "it.readinessProbe.httpGet.httpHeaders[1].name: must differ between items, \"H\" is "
            "also at it.readinessProbe.httpGet.httpHeaders[0]"},
        {"{'name':'a','image':'a','ports':[{'containerPort':70000},{'name':'much-too-long-name',"
         "'containerPort':'80'}]}",
            "it.ports[0].containerPort: must be between 1 and 65535, got 70000\n"
            "it.ports[1].name: must be at most 15 small letters, digits and single '-', with a "
            "letter, got \"much-too-long-name\"\n"
            "it.ports[1].containerPort: must be a whole number, got \"80\": take its quotes off"},
        {"{'name':'a','image':'a','readinessProbe':{'httpGet':{'path':'/'}}}",
            "it.readinessProbe.httpGet.port: is required"},
        {"{'name':'a','image':'a','readinessProbe':{'httpGet':{'port':'web'}}}",
            "it.readinessProbe: must ask a port of this container, which has none named \"web\", "
            "got {\"httpGet\":{\"port\":\"web\"}}"},
        {"{'name':'a','image':'a','startupProbe':{'tcpSocket':{'port':0}}}",
            "it.startupProbe.tcpSocket.port: must be a port from 1 to 65535, or the name of one, "
            "got 0"},
        {"{'name':'a','image':'a','livenessProbe':{'exec':{'command':['true']},'grpc':{'port':1},"
         "'successThreshold':2}}",
            "it.livenessProbe.successThreshold: must be between 0 and 1, got 2\n"
            "it.livenessProbe: must have exactly one of exec, httpGet, tcpSocket, grpc"},
        {"{'name':'a','image':'a','lifecycle':{'preStop':{'command':['true']}}}",
            "it.lifecycle.preStop.command: belongs in exec here\n"
            "it.lifecycle.preStop: must have exactly one of exec, httpGet, tcpSocket, sleep"},
        {"{'name':'a','image':'a','securityContext':{'runAsUser':-1,'privileged':true,"
         "'allowPrivilegeEscalation':false,'seccompProfile':{'type':'Localhost'}}}",
            "it.securityContext.runAsUser: must be between 0 and 2147483647, got -1\n"
            "it.securityContext.seccompProfile.localhostProfile: is required for type Localhost\n"
            "it.securityContext.allowPrivilegeEscalation: must not be false in a privileged "
            "container, got false"},
        {"{'name':'a','image':'a','securityContext':{'runAsUser':0,'runAsNonRoot':true,"
         "'seccompProfile':{'type':'RuntimeDefault','localhostProfile':'x'}}}",
            "it.securityContext.seccompProfile.localhostProfile: must be left out unless type is "
            "Localhost, got \"x\"\n"
            "it.securityContext.runAsUser: must not be 0 where runAsNonRoot is true, got 0"},
        {"{'name':'a','image':'a','securityContext':{'fsGroup':1}}",
            "it.securityContext.fsGroup: is not a known field"},
        {"{'name':'a','image':'a','envFrom':[{}]}",
            "it.envFrom[0]: must have exactly one of configMapRef, secretRef"},
        {"{'name':'a','image':'a','imagePullPolicy':'always'}",
            "it.imagePullPolicy: must be one of \"Always\", \"IfNotPresent\", \"Never\", got "
            "\"always\" (did you mean \"Always\"?)"},
        {"{'name':'a','image':'a','restartPolicyRules':[{'action':'Restart',"
         "'exitCodes':{'operator':'In','values':[42]}}]}",
            ""},
    };

    CHECK_ROWS(fragment_container, rows);
}
END_TEST

START_TEST(init_containers)
{
    static const struct row rows[] = {
        {"{'name':'a','image':'a','restartPolicy':'Always','startupProbe':{'tcpSocket':"
         "{'port':1}}}",
            ""},
        {"{'name':'a','image':'a','startupProbe':{'tcpSocket':{'port':1}}}",
            "it: must have no startupProbe unless its restartPolicy is Always"},
        {"{'name':'a'}", "it.image: is required"},
    };

    CHECK_ROWS(fragment_init_container, rows);
}
END_TEST

START_TEST(mounts)
{
    static const struct row rows[] = {
        {"{'name':'v','mountPath':'/v','readOnly':true,'subPathExpr':'$(POD_NAME)'}", ""},
        {"{'name':'v'}", "it.mountPath: is required"},
        {"{'mountPath':'/v'}", "it.name: is required"},
        {"{'name':'v','mountPath':''}", "it.mountPath: must not be empty"},
        {"{'name':'v','mountPath':'/a:b'}",
            "it.mountPath: must be the path of a folder or file, without \":\", got \"/a:b\""},
        {"{'name':'v','mountPath':'/v','subPath':'/a'}",
            "it.subPath: must be a path inside of the volume, without \"/\" at its beginning and "
            "without \"..\", got \"/a\""},
        {"{'name':'v','mountPath':'/v','subPath':'a/../../b','subPathExpr':'c'}",
            "it.subPath: must be a path inside of the volume, without \"/\" at its beginning and "
            "without \"..\", got \"a/../../b\"\n"
            "it.subPathExpr: must be left out where there is a subPath, got \"c\""},
        {"{'name':'v','mountPath':'/v','subPath':'a..b/c'}", ""},
    };

    CHECK_ROWS(fragment_mount, rows);
}
END_TEST

START_TEST(volumes)
{
    static const struct row rows[] = {
        {"{'name':'v','configMap':{'name':'c','items':[{'key':'k','path':'p','mode':292}]}}", ""},
        {"{'name':'v','emptyDir':{'medium':'Memory','sizeLimit':'64Mi'}}", ""},
        {"{'name':'v','projected':{'sources':[{'serviceAccountToken':{'path':'t',"
         "'expirationSeconds':3600}},{'secret':{'name':'s'}}]}}",
            ""},
        {"{'name':'v','ephemeral':{'volumeClaimTemplate':{'spec':{'accessModes':['ReadWriteOnce'],"
         "'resources':{'requests':{'storage':'1Gi'}}}}}}",
            ""},
        {"{'name':'v','cephfs':{'monitors':['m']}}", ""},
        {"{'name':'v'}", ""},
        {"{'name':'v','hostpath':'/a'}",
            "it.hostpath: is not a known field (did you mean \"hostPath\"?)"},
        {"{'name':'v','hostPath':'/a'}", "it.hostPath: must be a mapping, got \"/a\""},
        {"{'name':'v','hostPath':{'path':'/a','type':'Dir'}}",
            "it.hostPath.type: must be one of \"\", \"DirectoryOrCreate\", \"Directory\", "
            "\"FileOrCreate\", \"File\", \"Socket\", \"CharDevice\", \"BlockDevice\", got \"Dir\""},
        {"{'name':'v','secret':{'name':'s'}}",
            "it.secret.name: is not a known field\nit.secret.secretName: is required"},
        {"{'name':'v','configMap':{'name':'c'},'emptyDir':{}}",
            "it: must have one source, such as configMap or secret, and no second one"},
        {"{'name':'v','emptyDir':{'medium':'memory'}}",
            "it.emptyDir.medium: must be \"\", \"Memory\" or \"HugePages\", got \"memory\""},
        {"{'name':'v','secret':{'secretName':'s','defaultMode':600}}",
            "it.secret.defaultMode: must be between 0 and 511, got 600"},
        {"{'name':'v','secret':{'secretName':'c','items':[{'key':'k','path':'p'},"
         "{'key':'l','path':'p'}]}}",
            "it.secret.items[1].path: must differ between items, \"p\" is also at "
            "it.secret.items[0]"},
        {"{'name':'v','downwardAPI':{'items':[{'path':'../a'}]}}",
            "it.downwardAPI.items[0].path: must be a path inside of the volume, without \"/\" at "
            "its beginning and without \"..\", got \"../a\"\n"
            "it.downwardAPI.items[0]: must have exactly one of fieldRef, resourceFieldRef"},
        {"{'name':'v','projected':{'sources':[{}]}}",
            "it.projected.sources[0]: must have exactly one of secret, configMap, downwardAPI, "
            "serviceAccountToken, clusterTrustBundle, podCertificate"},
        {"{'name':'v','persistentVolumeClaim':{}}",
            "it.persistentVolumeClaim.claimName: is required"},
        {"{'name':'v','csi':{'driver':''}}", "it.csi.driver: must not be empty"},
    };

    CHECK_ROWS(fragment_volume, rows);
}
END_TEST

START_TEST(tolerations)
{
    static const struct row rows[] = {
        {"{'operator':'Exists'}", ""},
        {"{'key':'a','value':'b','effect':'NoExecute','tolerationSeconds':-1}", ""},
        {"{'key':'','operator':'Exists','value':'','effect':''}", ""},
        {"{'key':'a','operater':'Exists'}",
            "it.operater: is not a known field (did you mean \"operator\"?)"},
        {"{'key':'a','operator':'exists'}",
            "it.operator: must be one of \"Equal\", \"Exists\", \"Lt\", \"Gt\", got \"exists\" "
            "(did you mean \"Exists\"?)"},
        {"{'value':'b'}", "it.operator: must be \"Exists\" where there is no key"},
        {"{'key':'a','operator':'Exists','value':'b'}",
            "it.value: must be left out for the operator \"Exists\", got \"b\""},
        {"{'key':'a','tolerationSeconds':60}",
            "it.tolerationSeconds: must be left out unless effect is \"NoExecute\", got 60"},
        {"{'key':'a','effect':'NoRun','value':true}",
            "it.effect: must be one of \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\", got "
            "\"NoRun\"\nit.value: must be text, got true: put it in quotes"},
    };

    CHECK_ROWS(fragment_toleration, rows);
}
END_TEST

#define REQUIRED "requiredDuringSchedulingIgnoredDuringExecution"
#define PREFERRED "preferredDuringSchedulingIgnoredDuringExecution"

START_TEST(affinities)
{
    static const struct row rows[] = {
        {"{'nodeAffinity':{'" REQUIRED "':{'nodeSelectorTerms':[{'matchExpressions':["
         "{'key':'a','operator':'In','values':['b']}]}]}},'podAntiAffinity':{'" PREFERRED
         "':[{'weight':1,'podAffinityTerm':{'topologyKey':'kubernetes.io/hostname',"
         "'labelSelector':{'matchLabels':{'a':'b'}}}}]}}",
            ""},
        {"{'podAntiAfinity':{}}",
            "it.podAntiAfinity: is not a known field (did you mean \"podAntiAffinity\"?)"},
        {"{'nodeAffinity':{'" REQUIRED "':[]}}",
            "it.nodeAffinity." REQUIRED ": must be a mapping, got []"},
        {"{'nodeAffinity':{'" REQUIRED "':{'nodeSelectorTerms':[{'matchExpressions':["
         "{'key':'a','operator':'Gt','values':['1','2']},{'key':'a','operator':'Exists',"
         "'values':['1']},{'key':'a','operator':'NotIn'},{'key':'a','operator':'Equals'}]}]}}}",
            "it.nodeAffinity." REQUIRED
            ".nodeSelectorTerms[0].matchExpressions[0].values: must have one value, for Gt, got "
            "[\"1\",\"2\"]\n"
            "it.nodeAffinity." REQUIRED
            ".nodeSelectorTerms[0].matchExpressions[1].values: must be left out, for Exists, got "
            "[\"1\"]\n"
            "it.nodeAffinity." REQUIRED
            ".nodeSelectorTerms[0].matchExpressions[2].values: must have a value at least, for "
            "NotIn\n"
            "it.nodeAffinity." REQUIRED
            ".nodeSelectorTerms[0].matchExpressions[3].operator: must be one of \"In\", \"NotIn\", "
            "\"Exists\", \"DoesNotExist\", \"Gt\", \"Lt\", got \"Equals\""},
        {"{'podAffinity':{'" PREFERRED "':[{'weight':101,'podAffinityTerm':{}}]}}",
            "it.podAffinity." PREFERRED "[0].weight: must be between 1 and 100, got 101\n"
            "it.podAffinity." PREFERRED "[0].podAffinityTerm.topologyKey: is required"},
    };

    CHECK_ROWS(fragment_affinity, rows);
}
END_TEST

START_TEST(spreads)
{
    static const struct row rows[] = {
        {"{'maxSkew':1,'topologyKey':'topology.kubernetes.io/zone','whenUnsatisfiable':"
         "'DoNotSchedule','minDomains':3,'labelSelector':{}}",
            ""},
        {"{'maxSkew':0,'topologyKey':'a b','whenUnsatisfiable':'Never'}",
            "it.maxSkew: must be at least 1, got 0\n"
            "it.topologyKey: must be a key such as \"team\" or \"example.com/team\", got \"a b\"\n"
            "it.whenUnsatisfiable: must be one of \"DoNotSchedule\", \"ScheduleAnyway\", got "
            "\"Never\""},
        {"{'maxSkew':1,'topologyKey':'a','whenUnsatisfiable':'ScheduleAnyway','minDomains':2}",
            "it.minDomains: must be left out unless whenUnsatisfiable is \"DoNotSchedule\", got "
            "2"},
        {"{}",
            "it.maxSkew: is required\nit.topologyKey: is required\n"
            "it.whenUnsatisfiable: is required"},
    };

    CHECK_ROWS(fragment_spread, rows);
}
END_TEST

START_TEST(services)
{
    static const struct row rows[] = {
        {"{}", ""},
        {"{'type':'LoadBalancer','annotations':{'a/b':''},'labels':{'a':'b'},"
         "'externalTrafficPolicy':'Local','internalTrafficPolicy':'Cluster',"
         "'loadBalancerSourceRanges':['10.0.0.0/8','fd00::/8','::/0','1.2.3.4/32'],"
         "'loadBalancerClass':'service.k8s.aws/nlb','loadBalancerIP':'fd00::1:1.2.3.4',"
         "'allocateLoadBalancerNodePorts':false,'clusterIP':'10.0.0.1','ipFamilies':['IPv4','IPv6']"
         ","
         "'ipFamilyPolicy':'PreferDualStack','sessionAffinity':'ClientIP',"
         "'sessionAffinityConfig':{'clientIP':{'timeoutSeconds':60}},'nodePort':30306}",
            ""},
        {"{'clusterIP':'None'}", ""},
        {"{'type':'ExternalName','externalName':'a.b'}",
            "it.type: must be one of \"ClusterIP\", \"NodePort\", \"LoadBalancer\", got "
            "\"ExternalName\"\n"
            "it.externalName: has nothing alike here: take it out"},
        {"{'externalTrafficPolicy':'Local','nodePort':1}",
            "it.externalTrafficPolicy: is of types LoadBalancer and NodePort, not of ClusterIP, "
            "got "
            "\"Local\"\n"
            "it.nodePort: is of types LoadBalancer and NodePort, not of ClusterIP, got 1"},
        {"{'type':'NodePort','loadBalancerSourceRanges':['10.0.0.0/33'],'loadBalancerClass':'a',"
         "'loadBalancerIP':'1.2.3.04','allocateLoadBalancerNodePorts':true}",
            "it.loadBalancerSourceRanges[0]: must be a network such as \"10.0.0.0/8\", got "
            "\"10.0.0.0/33\"\n"
            "it.loadBalancerIP: must be an IP address such as \"10.0.0.1\", got \"1.2.3.04\"\n"
            "it.loadBalancerSourceRanges: is of type LoadBalancer alone, not of NodePort, got "
            "[\"10.0.0.0/33\"]\n"
            "it.loadBalancerClass: is of type LoadBalancer alone, not of NodePort, got \"a\"\n"
            "it.loadBalancerIP: is of type LoadBalancer alone, not of NodePort, got \"1.2.3.04\"\n"
            "it.allocateLoadBalancerNodePorts: is of type LoadBalancer alone, not of NodePort, got "
            "true"},
        {"{'type':'NodePort','clusterIP':'None'}",
            "it.clusterIP: must be an address, for type NodePort, got \"None\""},
        {"{'clusterIP':'fd00::1','ipFamilies':['IPv4']}",
            "it.clusterIP: is an address of IPv6, and the first of ipFamilies is IPv4, got "
            "\"fd00::1\""},
        {"{'ipFamilies':['IPv4','IPv6']}",
            "it.ipFamilies: must be one for ipFamilyPolicy SingleStack; two are of PreferDualStack "
            "and RequireDualStack, got [\"IPv4\",\"IPv6\"]"},
        {"{'ipFamilies':['IPv4','IPv4'],'ipFamilyPolicy':'RequireDualStack'}",
            "it.ipFamilies[1]: must differ between items, got \"IPv4\""},
        {"{'sessionAffinityConfig':{'clientIP':{'timeoutSeconds':0}}}",
            "it.sessionAffinityConfig.clientIP.timeoutSeconds: must be between 1 and 86400, got 0\n"
            "it.sessionAffinityConfig: is of sessionAffinity ClientIP alone, got "
            "{\"clientIP\":{\"timeoutSeconds\":0}}"},
        {"{'ports':[],'externalIPs':[]}",
            "it.ports: are the operator's own here: take it out; nodePort fixes the one outside\n"
            "it.externalIPs: has nothing alike here, since whoever may set one takes over the "
            "address of somebody else: use type LoadBalancer"},
    };
    static const struct row web[] = {
        {"{'type':'NodePort','nodePort':30001,'apiNodePort':30002}", ""},
        {"{'type':'NodePort','nodePort':30001,'apiNodePort':30001}",
            "it.apiNodePort: must be another one than nodePort, got 30001"},
    };

    CHECK_ROWS(fragment_service, rows);
    CHECK_ROWS(fragment_web_service, web);
}
END_TEST

START_TEST(metrics)
{
    static const struct row rows[] = {
        {"{'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization',"
         "'averageUtilization':70}}}",
            ""},
        {"{'type':'ContainerResource','containerResource':{'name':'memory','container':'vtgate',"
         "'target':{'type':'AverageValue','averageValue':'1Gi'}}}",
            ""},
        {"{'type':'Object','object':{'describedObject':{'kind':'Service','name':'s'},'metric':{"
         "'name':'m'},'target':{'type':'Value','value':3}}}",
            ""},
        {"{'type':'Load'}",
            "it.type: must be one of \"Resource\", \"ContainerResource\", \"Pods\", \"Object\", "
            "\"External\", got \"Load\""},
        {"{'type':'Resource'}", "it: must have resource, for type Resource"},
        {"{'type':'Pods','pods':{'metric':{'name':'m'},'target':{'type':'AverageValue',"
         "'averageValue':1}},'external':{'metric':{'name':'m'},'target':{'type':'Value','value':1}}"
         "}",
            "it: must not have external, for type Pods"},
        {"{'type':'Pods','pods':{'metric':{'name':'m'},'target':{'type':'Value','value':1}}}",
            "it.pods.target: must have the type AverageValue here, got "
            "{\"type\":\"Value\",\"value\":1}"},
        {"{'type':'Resource','resource':{'name':'cpu','target':{'type':'Value','value':1}}}",
            "it.resource.target: must have the type Utilization or AverageValue here, got "
            "{\"type\":\"Value\",\"value\":1}"},
        {"{'type':'External','external':{'metric':{'name':'m'},'target':{'type':'AverageValue',"
         "'value':1,'averageValue':1}}}",
            "it.external.target: must not have value, for type AverageValue"},
        {"{'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization'}}}",
            "it.resource.target: must have averageUtilization, for type Utilization"},
    };
    static const struct row behaviors[] = {
        {"{'scaleUp':{'stabilizationWindowSeconds':0,'selectPolicy':'Max','policies':[{'type':"
         "'Percent','value':100,'periodSeconds':15}]},'scaleDown':{'selectPolicy':'Disabled'}}",
            ""},
        {"{'scaleDown':{'stabilizationWindowSeconds':3601,'policies':[{'type':'Pods','value':0,"
         "'periodSeconds':1801}]}}",
            "it.scaleDown.stabilizationWindowSeconds: must be between 0 and 3600, got 3601\n"
            "it.scaleDown.policies[0].value: must be at least 1, got 0\n"
            "it.scaleDown.policies[0].periodSeconds: must be between 1 and 1800, got 1801"},
        {"{'scaleUp':{'tolerance':'0.05'},'scaleDown':{'tolerance':'50m'}}", ""},
        {"{'scaleUp':{'tolerance':'-1m'},'scaleDown':{'tolerance':-1}}",
            "it.scaleUp.tolerance: must not be negative, got \"-1m\"\n"
            "it.scaleDown.tolerance: must not be negative, got -1"},
    };

    CHECK_ROWS(fragment_metric, rows);
    CHECK_ROWS(fragment_behavior, behaviors);
}
END_TEST

START_TEST(networks)
{
    static const char *const right[] = {"0.0.0.0/0",
        "1.2.3.4/32",
        "::/0",
        "fd00::/8",
        "1:2:3:4:5:6:7:8/128",
        "::ffff:1.2.3.4/96",
        "2001:db8::1/64",
        "1::8/0"};
    static const char *const wrong[] = {"",
        "/",
        "1.2.3.4",
        "1.2.3/8",
        "1.2.3.4.5/8",
        "256.0.0.0/8",
        "01.2.3.4/8",
        "1.2.3.4/",
        "1.2.3.4/08",
        "1.2.3.4/33",
        "1.2.3.4/8 ",
        " 1.2.3.4/8",
        "1:2:3:4:5:6:7/64",
        "1:2:3:4:5:6:7:8:9/64",
        "1::2::3/64",
        ":::/0",
        "12345::/8",
        "fd00::/129",
        "1:2:3:4:5:6:7:8::/64",
        "g::/8",
        "fd00:/8",
        ":1/8",
        "1.2.3.4:1/8"};

    for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++)
        ck_assert_msg(fragment_cidr.accepts(right[i]), "%s", right[i]);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        ck_assert_msg(!fragment_cidr.accepts(wrong[i]), "%s", wrong[i]);
}
END_TEST

START_TEST(label_keys)
{
    static const struct {
        const char *key;
        bool accepted;
    } rows[] = {
        {"a", true},
        {"A.b_c-d", true},
        {"example.com/a", true},
        {"", false},
        {"/a", false},
        {"example.com/", false},
        {"Example.com/a", false},
        {"a/b/c", false},
        {"-a", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_msg(fragment_label_key.accepts(rows[i].key) == rows[i].accepted,
            "%s",
            rows[i].key);
}
END_TEST

/* What an older build took is obeyed. */
START_TEST(derived_ones_are_not_judged)
{
    static const struct spec_field fields[] = {
        SPEC_PART("volumes", SPEC_OBJECT_LIST, .fields = fragment_volume),
        SPEC_END};
    struct problems problems = {.arena = arena};

    spec_read(arena,
        fields,
        json_of("{'volumes':[{'name':'V','hostpath':1},{'name':'V'}]}"),
        "it",
        SPEC_DERIVED,
        NULL,
        &problems);
    ck_assert_str_eq(problems_text(&problems), "");
}
END_TEST

/* --- in the tables of all APIs --- */

/* What passes through has no struct that a row of it could be read into. */
static size_t check_below(const struct spec_field *fields, bool passes, const char *path)
{
    size_t passing = 0;

    for (const struct spec_field *field = fields; field->key != NULL; field++) {
        const bool fragment = field->reader == &spec_read_json || field->reader == &spec_read_part;
        const char *place = fmt(arena, "%s.%s", path, field->key);

        ck_assert_msg(!passes || field->key[0] == '\0' || field->reader == &spec_read_part,
            "%s would be read into nothing",
            place);
        passing += fragment && field->fields != NULL;
        if (field->fields != NULL)
            passing += check_below(field->fields, passes || fragment, place);
    }
    return passing;
}

START_TEST(what_passes_through_is_read_into_nothing)
{
    size_t passing = 0;

    each_hook (hook) {
        passing += check_below(hook->spec, false, hook->kind);
        passing += check_below(hook->status, false, hook->kind);
    }
    ck_assert_uint_gt(passing, 100);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, what_passes_through_is_read_into_nothing);
    tcase_add_test(tcase, resources);
    tcase_add_test(tcase, claims);
    tcase_add_test(tcase, claims_with_metadata);
    tcase_add_test(tcase, selectors);
    tcase_add_test(tcase, environments);
    tcase_add_test(tcase, containers);
    tcase_add_test(tcase, init_containers);
    tcase_add_test(tcase, mounts);
    tcase_add_test(tcase, volumes);
    tcase_add_test(tcase, tolerations);
    tcase_add_test(tcase, affinities);
    tcase_add_test(tcase, spreads);
    tcase_add_test(tcase, services);
    tcase_add_test(tcase, metrics);
    tcase_add_test(tcase, networks);
    tcase_add_test(tcase, label_keys);
    tcase_add_test(tcase, derived_ones_are_not_judged);
}

TEST_MAIN(tests)
