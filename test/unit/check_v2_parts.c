#include "../../hooks/v2/parts.h"

#include "planetscale.h"
#include "template.h"

static const char *const topology[] = {
    "etcd2", "example-etcd-client.example.svc:2379", "/vitess/example/global"};

static struct v2_place place_in(const char *cell, const char *zone)
{
    return (struct v2_place){.namespace = "example",
        .cluster = "main",
        .cell = cell,
        .zone = zone,
        .topology = {topology[0], topology[1], topology[2]}};
}

START_TEST(labels)
{
    struct v2_place place = place_in("zone1", NULL);

    ck_json(v2_labels(arena, &place, "vtgate"),
        "{'planetscale.com/cell':'zone1','planetscale.com/cluster':'main',"
        "'planetscale.com/component':'vtgate'}");
    place.cell = NULL;
    ck_json(v2_labels(arena, &place, "vtgate"),
        "{'planetscale.com/cluster':'main','planetscale.com/component':'vtgate'}");
}
END_TEST

/* In byte order '-' is before '_', and the two spellings are two flags. */
START_TEST(arguments)
{
    ck_json(v2_arguments(arena,
                json_of("{'port':'15000','logtostderr':true,'topo_root':'/a','tablet_x':'1'}"),
                NULL,
                json_of("{'--topo_root':'/b','-tablet-x':'2','a':'$(POD_IP)'}"),
                json_of("{'logtostderr':false,'port':null,'buffer_size':1000}")),
        "['--a=$(POD_IP)','--buffer_size=1000','--logtostderr=false','--port=15000',"
        "'--tablet-x=2','--tablet_x=1','--topo_root=/b']");
    ck_json(v2_arguments(arena, NULL), "[]");
}
END_TEST

START_TEST(flags_of_the_topology)
{
    const struct v2_place place = place_in(NULL, NULL);

    ck_json(v2_arguments(arena, v2_topology_flags(arena, &place.topology)),
        "['--topo_global_root=/vitess/example/global',"
        "'--topo_global_server_address=example-etcd-client.example.svc:2379',"
        "'--topo_implementation=etcd2']");
}
END_TEST

START_TEST(version_of_mysql)
{
    ck_json(v2_mysql_version_flag(arena, "mysql:8.0.40"),
        "{'mysql_server_version':'8.0.40-Vitess'}");
    ck_assert_ptr_null(v2_mysql_version_flag(arena, "mysql:latest"));
    ck_assert_ptr_null(v2_mysql_version_flag(arena, NULL));
}
END_TEST

START_TEST(image_of_mysqld)
{
    const struct mysqld_images images = {.mysql80 = "", .mariadb = "m", .mariadb103 = "n"};

    ck_assert_str_eq(v2_mysqld_image(&images), "m");
    ck_assert_ptr_null(v2_mysqld_image(&(struct mysqld_images){.mysql80 = ""}));
    ck_assert_ptr_null(v2_mysqld_image(NULL));
}
END_TEST

START_TEST(secrets)
{
    const struct secret_source own = {.name = "s", .key = "users.json"};
    const struct secret_source mounted = {.key = "k", .volume_name = "v"};

    ck_assert_str_eq(v2_secret_file(arena, &own, "auth"), "/vt/secrets/auth/users.json");
    ck_json(v2_secret_volume(arena, &own, "auth"),
        "{'name':'auth-secret','secret':{'defaultMode':292,"
        "'items':[{'key':'users.json','path':'users.json'}],'secretName':'s'}}");
    ck_json(v2_secret_mount(arena, &own, "auth"),
        "{'mountPath':'/vt/secrets/auth','name':'auth-secret','readOnly':true}");
    ck_assert_ptr_null(v2_secret_volume(arena, &mounted, "auth"));
    ck_json(v2_secret_mount_at(arena, &mounted, "auth", "/var"),
        "{'mountPath':'/var','name':'v','readOnly':true}");
    ck_assert_ptr_null(v2_secret_file(arena, NULL, "auth"));
    ck_assert_ptr_null(v2_secret_volume(arena, NULL, "auth"));
    ck_assert_ptr_null(v2_secret_mount(arena, NULL, "auth"));
}
END_TEST

START_TEST(lists)
{
    ck_json(v2_by_name(arena,
                json_of("[{'name':'a','value':'1'},{'name':'b','value':'2'}]"),
                json_of("[{'name':'c'},{'name':'a','value':''},{'name':'c','value':'3'}]")),
        "[{'name':'a'},{'name':'b','value':'2'},{'name':'c','value':'3'}]");
    ck_json(v2_by_path(arena,
                json_of("[{'name':'a','mountPath':'/x'}]"),
                json_of("[{'name':'a','mountPath':'/y'},{'name':'b','mountPath':'/x'},{}]")),
        "[{'name':'b','mountPath':'/x'},{'name':'a','mountPath':'/y'},{}]");
    ck_json(v2_list(json_of("{'name':'a'}")), "[{'name':'a'}]");
    ck_json(v2_by_name(arena, NULL, NULL), "[]");
}
END_TEST

START_TEST(tolerations)
{
    ck_json(v2_tolerations(arena,
                json_of("[{'key':'a','tolerationSeconds':1},{'key':'a','value':'x'},"
                        "{'key':'a','tolerationSeconds':2}]")),
        "[{'key':'a','tolerationSeconds':2},{'key':'a','value':'x'}]");
}
END_TEST

static const char sidecars[] =
    "[{'name':'log','image':'l'},{'name':'vtgate','image':'old','imagePullPolicy':'Always',"
    "'resources':{'requests':{'cpu':'1','memory':'1Gi'}},"
    "'securityContext':{'runAsUser':1,'runAsGroup':2},"
    "'volumeMounts':[{'name':'a','mountPath':'/a'}],'tty':true}]";
static const char ours[] =
    "[{'name':'vtgate','image':'new','resources':{'requests':{'cpu':'2'}},"
    "'securityContext':{'runAsUser':999},'volumeMounts':[{'name':'b','mountPath':'/b'}]}]";

START_TEST(containers)
{
    ck_json(v2_template_containers(arena, json_of(sidecars), json_of(ours)),
        "[{'name':'log','image':'l'},{'name':'vtgate','image':'new',"
        "'resources':{'requests':{'cpu':'2','memory':'1Gi'}},"
        "'securityContext':{'runAsUser':999,'runAsGroup':2},"
        "'volumeMounts':[{'name':'b','mountPath':'/b'}]}]");
    ck_json(v2_pod_containers(arena, json_of(sidecars), json_of(ours)),
        "[{'name':'log','image':'l'},{'name':'vtgate','image':'new','imagePullPolicy':'Always',"
        "'resources':{'requests':{'cpu':'2','memory':'1Gi'}},"
        "'securityContext':{'runAsUser':999,'runAsGroup':2},"
        "'volumeMounts':[{'name':'a','mountPath':'/a'},{'name':'b','mountPath':'/b'}]}]");
}
END_TEST

START_TEST(resources)
{
    ck_json(v2_resources(arena, NULL, "100m", "128Mi"),
        "{'limits':{'memory':'128Mi'},'requests':{'cpu':'100m','memory':'128Mi'}}");
    ck_json(v2_resources(arena, json_of("{'requests':{'cpu':0.5},'claims':[]}"), "1", "2Gi"),
        "{'limits':{'memory':'2Gi'},'requests':{'cpu':'500m'}}");
    ck_json(v2_resources(arena, json_of("{'limits':{'cpu':2},'requests':{}}"), "1", "1024Mi"),
        "{'limits':{'cpu':'2'},'requests':{'cpu':'1','memory':'1024Mi'}}");
    ck_json(v2_resources(arena, json_of("{'limits':{'cpu':2}}"), NULL, NULL),
        "{'limits':{'cpu':'2'}}");
}
END_TEST

START_TEST(processors)
{
    static const struct {
        const char *limit, *wanted;
    } cases[] = {{"2", "2"}, {"1500m", "2"}, {"100m", "1"}, {"0", "0"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const json_t *variables =
            v2_max_procs(arena, json_of(fmt(arena, "{'limits':{'cpu':'%s'}}", cases[i].limit)));

        ck_json(variables, fmt(arena, "[{'name':'GOMAXPROCS','value':'%s'}]", cases[i].wanted));
    }
    ck_assert_ptr_null(v2_max_procs(arena, json_of("{'requests':{'cpu':'2'}}")));
    ck_assert_int_eq(v2_cpus(arena, json_of("{'cpu':'2100m'}")), 3);
    ck_assert_int_eq(v2_cpus(arena, json_of("{'memory':'1Gi'}")), 0);
    ck_assert_int_eq(v2_cpus(arena, NULL), 0);
}
END_TEST

START_TEST(affinity)
{
    const json_t *zone = v2_zone_affinity(arena, "us-east-1a");

    ck_json(v2_affinity(arena, NULL, zone),
        "{'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':"
        "{'nodeSelectorTerms':[{'matchExpressions':[{'operator':'In',"
        "'key':'failure-domain.beta.kubernetes.io/zone','values':['us-east-1a']}]}]}}}}");
    ck_json(v2_affinity(arena, json_of("{}"), zone), "{'affinity':{}}");
    ck_assert_ptr_null(v2_affinity(arena, NULL, v2_zone_affinity(arena, "")));
    ck_assert_ptr_null(v2_affinity(arena, NULL, v2_zone_affinity(arena, NULL)));
}
END_TEST

static const struct v2_service_port ports[] = {{"web", 15000}, {NULL, 0}};

START_TEST(services)
{
    struct service_overrides overrides = {.annotations = json_of("{'a':'b'}"),
        .cluster_ip = "10.0.0.9"};
    struct v2_service service = {.namespace = "example",
        .name = "web",
        .labels = json_of("{'l':'m'}"),
        .ports = ports,
        .headless = true,
        .also_unready = true};

    ck_json(json_at(v2_make_service(arena, &service), "spec"),
        "{'clusterIP':'None','ports':[{'name':'web','port':15000,'protocol':'TCP',"
        "'targetPort':'web'}],'publishNotReadyAddresses':true,'selector':{'l':'m'},"
        "'type':'ClusterIP'}");
    service.headless = service.also_unready = false;
    service.overrides = &overrides;
    ck_json(v2_make_service(arena, &service),
        "{'apiVersion':'v1','kind':'Service','metadata':{'name':'web','namespace':'example',"
        "'labels':{'l':'m'},'annotations':{'a':'b'}},'spec':{'clusterIP':'10.0.0.9',"
        "'ports':[{'name':'web','port':15000,'protocol':'TCP','targetPort':'web'}],"
        "'selector':{'l':'m'}}}");
}
END_TEST

START_TEST(address_of_a_service)
{
    const json_t *service = json_of("{'spec':{'clusterIP':'10.0.0.9','ports':[]}}");

    ck_assert_ptr_eq(v2_service_over(arena, service, NULL), service);
    ck_assert_ptr_eq(v2_service_over(arena, service, json_of("{'spec':{'clusterIP':'10.0.0.9'}}")),
        service);
    ck_json(v2_service_over(arena, service, json_of("{'spec':{'clusterIP':'10.0.0.8'}}")),
        "{'spec':{'ports':[]}}");
}
END_TEST

/* What was applied stays, as it is by now; what nobody applied is none of ours. */
START_TEST(annotations_of_a_service)
{
    const json_t *applied = json_of("{'apiVersion':'v1','kind':'Service','metadata':{'name':'web',"
                                    "'annotations':{'a':'1','b':'1','c':'1'}}}");
    const json_t *there = object(arena,
        SPREAD(applied),
        MAP("metadata",
            F("name", "web"),
            MAP("annotations",
                F("a", "1"),
                F("b", "2"),
                F("d", "1"),
                F("metacontroller.k8s.io/last-applied-configuration",
                    json_write(arena, applied, NULL)))));
    const json_t *bare = json_of("{'metadata':{'name':'web'}}");
    const json_t *less = json_of("{'metadata':{'name':'web','annotations':{'a':'5'}}}");
    const json_t *all =
        json_of("{'metadata':{'name':'web','annotations':{'a':'5','b':'5','c':'5'}}}");

    ck_json(v2_service_over(arena, bare, there),
        "{'metadata':{'name':'web','annotations':{'a':'1','b':'2'}}}");
    ck_json(v2_service_over(arena, less, there),
        "{'metadata':{'name':'web','annotations':{'a':'5','b':'2'}}}");
    ck_assert_ptr_eq(v2_service_over(arena, all, there), all);
    ck_assert_ptr_eq(v2_service_over(arena, bare, bare), bare);
}
END_TEST

START_TEST(deployments)
{
    const struct v2_place place = place_in("zone1", "z");
    const struct pod_extras pods = {.sidecars = json_of("[{'name':'first'}]"),
        .init_containers = json_of("[{'name':'before'}]"),
        .labels = json_of("{'l':'theirs','x':'y'}"),
        .annotations = json_of("{'a':'theirs'}"),
        .tolerations = json_of("[{'key':'k'},{'key':'k','tolerationSeconds':1}]")};
    const struct v2_deployment deployment = {.place = &place,
        .name = "d",
        .labels = json_of("{'l':'m'}"),
        .replicas = json_of("[3]"),
        .pods = &pods,
        .annotations = json_of("{'a':'ours','b':'c'}"),
        .containers = json_of("[{'name':'main'}]"),
        .strategy = json_of("{'type':'Recreate'}"),
        .grace = 7};
    const json_t *spec = json_at(v2_make_deployment(arena, &deployment), "spec");

    ck_json(json_at(spec, "template", "metadata"),
        "{'labels':{'l':'m','x':'y'},'annotations':{'a':'theirs','b':'c'}}");
    ck_json(json_without(json_at(spec, "template", "spec"), "affinity"),
        "{'containers':[{'name':'first'},{'name':'main'}],'initContainers':[{'name':'before'}],"
        "'priorityClassName':'vitess','terminationGracePeriodSeconds':7,"
        "'tolerations':[{'key':'k'},{'key':'k','tolerationSeconds':1}]}");
    ck_assert(json_at(spec, "template", "spec", "affinity", "nodeAffinity") != NULL);
    ck_json(json_without(spec, "template"),
        "{'replicas':[3],'revisionHistoryLimit':0,'selector':{'matchLabels':{'l':'m'}},"
        "'strategy':{'type':'Recreate'}}");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, labels);
    tcase_add_test(tcase, arguments);
    tcase_add_test(tcase, flags_of_the_topology);
    tcase_add_test(tcase, version_of_mysql);
    tcase_add_test(tcase, image_of_mysqld);
    tcase_add_test(tcase, secrets);
    tcase_add_test(tcase, lists);
    tcase_add_test(tcase, tolerations);
    tcase_add_test(tcase, containers);
    tcase_add_test(tcase, resources);
    tcase_add_test(tcase, processors);
    tcase_add_test(tcase, affinity);
    tcase_add_test(tcase, services);
    tcase_add_test(tcase, address_of_a_service);
    tcase_add_test(tcase, annotations_of_a_service);
    tcase_add_test(tcase, deployments);
}

TEST_MAIN(tests)
