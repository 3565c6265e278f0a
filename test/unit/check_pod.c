#include "components.h"

#include "metadata.h"

static const json_t *overridden(const struct pod_overrides *overrides)
{
    const struct place anywhere = {.cell = "zone1"};

    return pod_overridden(arena,
        &anywhere,
        json_of("{'containers':[{'name':'a','env':[{'name':'TZ','value':'UTC'}],"
                "'volumeMounts':[{'name':'data','mountPath':'/data'}]},{'name':'b'}],"
                "'initContainers':[{'name':'first'}],"
                "'volumes':[{'name':'data','emptyDir':{}}],"
                "'topologySpreadConstraints':[{'topologyKey':'zone'}]}"),
        overrides);
}

START_TEST(no_overrides_change_nothing)
{
    struct pod_overrides overrides = {0};

    ck_json(overridden(&overrides),
        "{'containers':[{'name':'a','env':[{'name':'TZ','value':'UTC'}],"
        "'volumeMounts':[{'name':'data','mountPath':'/data'}]},{'name':'b'}],"
        "'initContainers':[{'name':'first'}],"
        "'volumes':[{'name':'data','emptyDir':{}}],"
        "'topologySpreadConstraints':[{'topologyKey':'zone'}]}");
}
END_TEST

START_TEST(lists_are_merged_by_name)
{
    struct pod_overrides overrides = {
        .env = json_of("[{'name':'TZ','value':'CET'},{'name':'X','value':'1'}]"),
        .volumes = json_of("[{'name':'data','hostPath':{}},{'name':'more','emptyDir':{}}]"),
        .volume_mounts = json_of("[{'name':'more','mountPath':'/more'}]"),
    };
    const json_t *pod = overridden(&overrides);

    ck_json(json_at(pod, "containers"),
        "[{'name':'a','env':[{'name':'TZ','value':'CET'},{'name':'X','value':'1'}],"
        "'volumeMounts':[{'name':'data','mountPath':'/data'},"
        "{'name':'more','mountPath':'/more'}]},"
        "{'name':'b','env':[{'name':'TZ','value':'CET'},{'name':'X','value':'1'}],"
        "'volumeMounts':[{'name':'more','mountPath':'/more'}]}]");
    ck_json(json_at(pod, "volumes"),
        "[{'name':'data','hostPath':{}},{'name':'more','emptyDir':{}}]");
}
END_TEST

START_TEST(sidecars_are_left_as_they_are)
{
    struct pod_overrides overrides = {
        .sidecars = json_of("[{'name':'exporter','resources':{'limits':{'cpu':'1000m'}}}]"),
        .init_containers = json_of("[{'name':'before'}]"),
        .env = json_of("[{'name':'X','value':'1'}]"),
    };
    const json_t *pod = overridden(&overrides);

    ck_json(json_array_get(json_at(pod, "containers"), 2),
        "{'name':'exporter','resources':{'limits':{'cpu':'1'}}}");
    ck_json(json_at(pod, "initContainers"),
        "[{'name':'before'},{'name':'first','env':[{'name':'X','value':'1'}]}]");
}
END_TEST

START_TEST(everything_else_replaces)
{
    struct pod_overrides overrides = {
        .node_selector = json_of("{'a':'b'}"),
        .tolerations = json_of("[{'key':'x'}]"),
        .affinity = json_of("{'nodeAffinity':{'a':1}}"),
        .topology_spread = json_of("[{'topologyKey':'rack'}]"),
        .priority_class = "high",
        .service_account = "backup",
    };
    const json_t *pod = overridden(&overrides);

    ck_json(json_at(pod, "nodeSelector"), "{'a':'b'}");
    ck_json(json_at(pod, "tolerations"), "[{'key':'x'}]");
    ck_json(json_at(pod, "affinity"), "{'nodeAffinity':{'a':1}}");
    ck_json(json_at(pod, "topologySpreadConstraints"), "[{'topologyKey':'rack'}]");
    ck_assert_str_eq(json_text_at(pod, "priorityClassName"), "high");
    ck_assert_str_eq(json_text_at(pod, "serviceAccountName"), "backup");
}
END_TEST

#define ZONE "{'key':'topology.kubernetes.io/zone','operator':'In','values':['eu-1a']}"
#define REGION "{'key':'topology.kubernetes.io/region','operator':'In','values':['eu-1']}"
#define NODES(terms)                                                                               \
    "{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms'"       \
    ":" terms "}}}"

/* Terms are alternatives, so the zone is in each of them; one that is empty matches no node. */
START_TEST(the_zone_of_the_cell_holds_beside_every_affinity)
{
    static const struct {
        const char *region, *affinity, *becomes;
    } rows[] = {
        {NULL, "{}", NODES("[{'matchExpressions':[" ZONE "]}]")},
        {"eu-1", "{}", NODES("[{'matchExpressions':[" REGION "," ZONE "]}]")},
        {NULL,
            NODES("[{'matchExpressions':[{'key':'a','operator':'Exists'}]},"
                  "{'matchFields':[{'key':'metadata.name','operator':'In','values':['n']}]},{}]"),
            NODES("[{'matchExpressions':[{'key':'a','operator':'Exists'}," ZONE "]},"
                  "{'matchFields':[{'key':'metadata.name','operator':'In','values':['n']}],"
                  "'matchExpressions':[" ZONE "]},{}]")},
        {NULL,
            "{'podAntiAffinity':{'a':1},'nodeAffinity':{"
            "'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':1}]}}",
            "{'podAntiAffinity':{'a':1},'nodeAffinity':{"
            "'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':1}],"
            "'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':["
            "{'matchExpressions':[" ZONE "]}]}}}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct pod_overrides overrides = {.affinity = json_of(rows[i].affinity)};
        const struct place place = {.zone = "eu-1a", .region = rows[i].region};

        ck_json(json_at(pod_overridden(arena, &place, json_of("{}"), &overrides), "affinity"),
            rows[i].becomes);
    }
}
END_TEST

/* Key by key, that of the component over that of the cluster over ours. */
START_TEST(who_it_runs_as_is_the_users_to_say)
{
#define OURS                                                                                       \
    "'runAsNonRoot':true,'fsGroupChangePolicy':'OnRootMismatch','seccompProfile':{'type':"         \
    "'RuntimeDefault'}"
    static const struct {
        const char *cluster, *component, *becomes;
    } rows[] = {
        {NULL, NULL, "{'runAsUser':999,'runAsGroup':999,'fsGroup':999," OURS "}"},
        {"{'runAsUser':1000660000,'fsGroup':1000660000}",
            NULL,
            "{'runAsUser':1000660000,'runAsGroup':999,'fsGroup':1000660000," OURS "}"},
        {"{'runAsUser':5,'runAsGroup':0}",
            "{'runAsUser':6,'supplementalGroups':[7]}",
            "{'runAsUser':6,'runAsGroup':0,'fsGroup':999,'supplementalGroups':[7]," OURS "}"},
        {"{'runAsUser':-1,'runAsGroup':-1,'fsGroup':-1}", NULL, "{" OURS "}"},
        {"{'runAsUser':-1,'fsGroup':5}",
            "{'runAsUser':6,'runAsGroup':6,'fsGroup':-1}",
            "{'runAsUser':6,'runAsGroup':6," OURS "}"},
        {"{'seLinuxOptions':{'level':'s0:c1'}}",
            "{'seccompProfile':{'type':'Localhost','localhostProfile':'p.json'}}",
            "{'runAsUser':999,'runAsGroup':999,'fsGroup':999,'runAsNonRoot':true,"
            "'fsGroupChangePolicy':'OnRootMismatch','seLinuxOptions':{'level':'s0:c1'},"
            "'seccompProfile':{'type':'Localhost','localhostProfile':'p.json'}}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct vtctld vtctld = {.place = zone1(), .name = "n", .image = VITESS_IMAGE};

        vtctld.place.security = rows[i].cluster == NULL ? NULL : json_of(rows[i].cluster);
        vtctld.overrides.security = rows[i].component == NULL ? NULL : json_of(rows[i].component);
        ck_json(json_at(pod_spec_of(vtctld_deployment(arena, &vtctld)), "securityContext"),
            rows[i].becomes);
    }
}
END_TEST

/* Services, Deployments and budgets select by them. */
START_TEST(labels_that_select_cannot_be_overridden)
{
    struct pod_overrides overrides = {.labels = json_of("{'app':'other','team':'a'}")};

    ck_json(pod_labels(arena, json_of("{'app':'shop','vitess.io/cell':'zone1'}"), &overrides),
        "{'app':'shop','team':'a','vitess.io/cell':'zone1'}");
}
END_TEST

/* What the API server would drop or default away would be written at every sync. */
static void check_stored_form(const json_t *value, const char *path)
{
    const json_t *item;
    const char *key;

    ck_assert_msg(!json_is_null(value), "%s is null", path);
    if (!text_ends_with(path, "emptyDir") && !text_ends_with(path, "podSelector"))
        ck_assert_msg(!(json_is_object(value) && json_object_size(value) == 0), "%s is {}", path);
    ck_assert_msg(!(json_is_array(value) && json_array_size(value) == 0), "%s is []", path);
    json_each_field (value, key, item)
        check_stored_form(item, fmt(arena, "%s.%s", path, key));
    json_each_item (value, i, item)
        check_stored_form(item, fmt(arena, "%s[%zu]", path, i));
}

START_TEST(nothing_empty_is_sent)
{
    struct place place = zone1();
    struct vtgate vtgate = {.place = place,
        .name = "n",
        .image = VITESS_IMAGE,
        .replicas = 1,
        .cells_to_watch = "zone1",
        .resources = json_of("{}")};
    struct vttablet tablet = {.place = place,
        .id = v1_tablet_identity(arena, "demo", "zone1", "main", "0", "replica", 0),
        .image = VITESS_IMAGE,
        .vttablet_resources = json_of("{}"),
        .claim = json_of("{'accessModes':['ReadWriteOnce']}")};
    struct etcd etcd = {.place = place, .name = "n", .image = ETCD_IMAGE, .size = 3};

    check_stored_form(vtgate_deployment(arena, &vtgate), "vtgate");
    check_stored_form(vtgate_service(arena, &vtgate), "vtgate");
    check_stored_form(vttablet_pod(arena, &tablet), "vttablet");
    check_stored_form(vttablet_claim(arena, &tablet), "vttablet");
    check_stored_form(etcd_statefulset(arena, &etcd), "etcd");
    check_stored_form(cell_network_policies(arena, &place, "demo-zone1", json_of("['vtgate']")),
        "policies");
}
END_TEST

/* What the API server (1.36) stores of each; what it would drop or spell anew is a write per sync.
 */
START_TEST(another_lock_server_is_seen_in_any_container_and_spelling)
{
    static const struct {
        const char *containers;
        bool another;
    } rows[] = {{"[]", false},
        {"[{'args':['--topo-global-server-address=here:2379']}]", false},
        {"[{'args':['--topo-global-server-address=there:2379']}]", true},
        {"[{'args':['-topo_global_server_address=there:2379']}]", true},
        {"[{'command':['vtctld','--topo_global-server-address=there:2379']}]", true},
        {"[{'name':'mysql'},{'args':['x','--topo-global-server-address=there:2379']}]", true},
        {"[{'args':['--topo-global-server-address']}]", false},
        {"[{'args':['--topo-global-server-addresses=there:2379']}]", false},
        {"[{'args':['--topo-global-root=/there','',7]}]", false},
        {"[{'args':['--topo-global-server-address=here:23']}]", true},
        {"[{'args':['--topo-global-server-address=here:23790']}]", true},
        {"[{'args':['--topo-global-server-address=']}]", true},
        {"[{'args':['---','-','','--\\u00e4','--topo-global-server-address=there:2379']}]", true},
        {"[{'args':['a<b','--topo-global-server-address=here:2379']}]", false}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const json_t *spec = object(arena, F("containers", json_of(rows[i].containers)));
        const char *text = json_write(arena, spec, NULL);
        struct json_fault fault;
        const json_t *folded = json_read_folded(arena, text, strlen(text), 0, &fault);

        ck_assert_msg(pod_has_another_lock_server(spec, "here:2379") == rows[i].another,
            "%s",
            text);
        /* As it stands in a request. */
        ck_assert_msg(pod_has_another_lock_server(folded, "here:2379") == rows[i].another,
            "%s",
            text);
    }
    ck_assert(!pod_has_another_lock_server(NULL, "here:2379"));
    ck_assert(pod_has_another_lock_server(
        json_of("{'containers':[{'args':['--topo-global-server-address=here:2379']}]}"),
        NULL));
}
END_TEST

START_TEST(fragments_are_as_the_api_server_stores_them)
{
    static const struct {
        const char *written, *stored;
    } rows[] = {
        {"{'name':'a','value':''}", "{'name':'a'}"},
        {"{'name':'m','mountPath':'/m','readOnly':false,'subPath':''}",
            "{'name':'m','mountPath':'/m'}"},
        {"{'name':'m','mountPath':'/m','readOnly':true}",
            "{'name':'m','mountPath':'/m','readOnly':true}"},
        {"{'key':'a','operator':'Exists','value':'','tolerationSeconds':0}",
            "{'key':'a','operator':'Exists','tolerationSeconds':0}"},
        {"{'command':[],'args':[''],'tty':false,'stdin':false,'stdinOnce':false,'env':null}",
            "{'args':['']}"},
        {"{'ports':[{'containerPort':80,'hostPort':0}]}", "{'ports':[{'containerPort':80}]}"},
        {"{'readinessProbe':{'initialDelaySeconds':0,'periodSeconds':5,"
         "'terminationGracePeriodSeconds':0}}",
            "{'readinessProbe':{'periodSeconds':5,'terminationGracePeriodSeconds':0}}"},
        {"{'securityContext':{'privileged':false,'runAsUser':0}}",
            "{'securityContext':{'privileged':false,'runAsUser':0}}"},
        {"{'resources':{'limits':{},'requests':{'cpu':'1000m'}}}",
            "{'resources':{'requests':{'cpu':'1'}}}"},
        /* What is empty selects everything, or is data of the user. */
        {"{'labelSelector':{},'matchLabelKeys':[]}", "{'labelSelector':{}}"},
        {"{'labelSelector':{'matchLabels':{'a':''}}}",
            "{'labelSelector':{'matchLabels':{'a':''}}}"},
        {"{'csi':{'driver':'d','volumeAttributes':{'a':''}}}",
            "{'csi':{'driver':'d','volumeAttributes':{'a':''}}}"},
        {"{'hostPath':{'path':'/a','type':''}}", "{'hostPath':{'path':'/a','type':''}}"},
        {"{'emptyDir':{'medium':'','sizeLimit':'1024Mi'}}", "{'emptyDir':{'sizeLimit':'1Gi'}}"},
        {"{'emptyDir':{'sizeLimit':1024}}", "{'emptyDir':{'sizeLimit':'1024'}}"},
        {"{'emptyDir':{'sizeLimit':'much'}}", "{'emptyDir':{'sizeLimit':'much'}}"},
        {"{'configMap':{'name':'x','optional':false,'items':[]}}",
            "{'configMap':{'name':'x','optional':false}}"},
        /* Metacontroller replaces the list of sources as a whole. */
        {"{'projected':{'sources':[{'serviceAccountToken':{'path':'t'}},{'secret':{'name':'s'}},"
         "{'downwardAPI':{'items':[{'path':'l','fieldRef':{'fieldPath':'metadata.labels'}},"
         "{'path':'c','resourceFieldRef':{'resource':'limits.cpu'}}]}}]}}",
            "{'projected':{'sources':[{'serviceAccountToken':{'expirationSeconds':3600,'path':'t'}}"
            ",{'secret':{'name':'s'}},{'downwardAPI':{'items':[{'path':'l','fieldRef':{"
            "'apiVersion':'v1','fieldPath':'metadata.labels'}},{'path':'c','resourceFieldRef':{"
            "'divisor':'0','resource':'limits.cpu'}}]}}]}}"},
        {"{'projected':{'sources':[{'serviceAccountToken':{'path':'t','expirationSeconds':600}},"
         "{'downwardAPI':{'items':[{'path':'c','resourceFieldRef':{'resource':'r','divisor':"
         "'1000m'}}]}},'none',{'downwardAPI':{'items':[7]}}]}}",
            "{'projected':{'sources':[{'serviceAccountToken':{'path':'t','expirationSeconds':600}},"
            "{'downwardAPI':{'items':[{'path':'c','resourceFieldRef':{'resource':'r','divisor':'1'}"
            "}]}},'none',{'downwardAPI':{'items':[7]}}]}}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const json_t *stored = as_stored(arena, json_of(rows[i].written));

        ck_json(stored, rows[i].stored);
        ck_json(as_stored(arena, stored), rows[i].stored);
    }
    ck_assert_ptr_null(as_stored(arena, NULL));
}
END_TEST

START_TEST(overrides_are_stored_as_they_are_sent)
{
    struct pod_overrides overrides = {
        .sidecars = json_of("[{'name':'s','tty':false}]"),
        .init_containers = json_of("[{'name':'i','command':[]}]"),
        .env = json_of("[{'name':'E','value':''}]"),
        .volumes = json_of("[{'name':'v','emptyDir':{'medium':''}}]"),
        .volume_mounts = json_of("[{'name':'v','mountPath':'/v','readOnly':false}]"),
        .tolerations = json_of("[{'operator':'Exists','value':''}]"),
        .affinity = json_of("{'nodeAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':"
                            "[]}}"),
        .topology_spread = json_of("[{'topologyKey':'t','matchLabelKeys':[]}]"),
    };

    ck_json(overridden(&overrides),
        "{'containers':[{'name':'a','env':[{'name':'TZ','value':'UTC'},{'name':'E'}],"
        "'volumeMounts':[{'name':'data','mountPath':'/data'},{'name':'v','mountPath':'/v'}]},"
        "{'name':'b','env':[{'name':'E'}],'volumeMounts':[{'name':'v','mountPath':'/v'}]},"
        "{'name':'s'}],"
        "'initContainers':[{'name':'i'},{'name':'first','env':[{'name':'E'}],"
        "'volumeMounts':[{'name':'v','mountPath':'/v'}]}],"
        "'volumes':[{'name':'data','emptyDir':{}},{'name':'v','emptyDir':{}}],"
        "'tolerations':[{'operator':'Exists'}],'affinity':{'nodeAffinity':{}},"
        "'topologySpreadConstraints':[{'topologyKey':'t'}]}");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, another_lock_server_is_seen_in_any_container_and_spelling);
    tcase_add_test(tcase, fragments_are_as_the_api_server_stores_them);
    tcase_add_test(tcase, overrides_are_stored_as_they_are_sent);
    tcase_add_test(tcase, no_overrides_change_nothing);
    tcase_add_test(tcase, lists_are_merged_by_name);
    tcase_add_test(tcase, sidecars_are_left_as_they_are);
    tcase_add_test(tcase, everything_else_replaces);
    tcase_add_test(tcase, who_it_runs_as_is_the_users_to_say);
    tcase_add_test(tcase, the_zone_of_the_cell_holds_beside_every_affinity);
    tcase_add_test(tcase, labels_that_select_cannot_be_overridden);
    tcase_add_test(tcase, nothing_empty_is_sent);
}

TEST_MAIN(tests)
