#include "components.h"

static struct vtgate plain(void)
{
    return (struct vtgate){
        .place = zone1(),
        .name = "demo-zone1-vtgate",
        .image = VITESS_IMAGE,
        .replicas = 3,
        .cells_to_watch = "zone1,zone2",
        .internal_name = "demo-zone1-internal",
    };
}

static struct vtgate secured(void)
{
    struct vtgate vtgate = plain();

    vtgate.place = zone1_secured();
    vtgate.auth_secret = "users";
    vtgate.auth_key = "users.json";
    vtgate.tls_secret = "certificates";
    vtgate.tls_required = true;
    vtgate.tls_client_ca = true;
    vtgate.service = json_of("{'type':'LoadBalancer','annotations':{'cloud/internal':'true'},"
                             "'labels':{'team':'db','vitess.io/cell':'mine'},"
                             "'externalTrafficPolicy':'Local','nodePort':30306,"
                             "'loadBalancerSourceRanges':['10.0.0.0/8'],"
                             "'allocateLoadBalancerNodePorts':false}");
    return vtgate;
}

START_TEST(reads_like_yaml)
{
    struct vtgate vtgate = plain();

    ck_objects("vtgate",
        vtgate_deployment(arena, &vtgate),
        vtgate_service(arena, &vtgate),
        vtgate_disruption_budget(arena, &vtgate));
}
END_TEST

START_TEST(reads_like_yaml_with_users_and_certificates)
{
    struct vtgate vtgate = secured();

    ck_objects("vtgate-secured",
        vtgate_deployment(arena, &vtgate),
        vtgate_service(arena, &vtgate),
        vtgate_internal_service(arena, &vtgate));
}
END_TEST

static const char *port_names(const json_t *service)
{
    struct texts names = {.arena = arena};
    const json_t *port;

    json_each_item (json_at(service, "spec", "ports"), i, port)
        texts_add(&names, json_text_at(port, "name"));
    return texts_join(&names, " ");
}

/* The others ask nobody who they are. */
START_TEST(only_the_mysql_port_leaves_kubernetes)
{
    struct vtgate vtgate = plain();

    ck_assert_str_eq(port_names(vtgate_service(arena, &vtgate)), "web grpc mysql");
    vtgate.service = json_of("{'type':'ClusterIP','labels':{'a':'b'}}");
    ck_assert_str_eq(port_names(vtgate_service(arena, &vtgate)), "web grpc mysql");
    vtgate.service = json_of("{'type':'NodePort'}");
    ck_assert_str_eq(port_names(vtgate_service(arena, &vtgate)), "mysql");
    vtgate.service = json_of("{'type':'LoadBalancer'}");
    ck_assert_str_eq(port_names(vtgate_service(arena, &vtgate)), "mysql");
    ck_assert_str_eq(port_names(vtgate_internal_service(arena, &vtgate)), "web grpc mysql");
    ck_assert_ptr_null(json_at(vtgate_internal_service(arena, &vtgate), "spec", "type"));
}
END_TEST

START_TEST(an_autoscaler_counts_its_pods)
{
    struct vtgate vtgate = plain();

    ck_assert_ptr_null(vtgate_autoscaler(arena, &vtgate));
    vtgate.min_replicas = 2;
    vtgate.max_replicas = 9;
    vtgate.cpu_percent = 70;
    vtgate.metrics =
        json_of("[{'type':'Pods','pods':{'metric':{'name':'queries','selector':{'matchLabels':{'a':"
                "''}}},'target':{'type':'AverageValue','averageValue':'1000m'}}},"
                "{'type':'External','external':{'metric':{'name':'lag'},'target':{'type':'Value',"
                "'value':30}}}]");
    vtgate.behavior = json_of("{'scaleDown':{'stabilizationWindowSeconds':0,'policies':[]}}");
    ck_objects("vtgate-autoscaler",
        vtgate_autoscaler(arena, &vtgate),
        vtgate_disruption_budget(arena, &vtgate));
    ck_assert_ptr_null(json_at(vtgate_deployment(arena, &vtgate), "spec", "replicas"));
}
END_TEST

START_TEST(its_ports_follow_its_flags)
{
    struct vtgate vtgate = plain();

    vtgate.flags = json_of("{'port':16000,'grpc_port':'16999','mysql-server-port':3307}");
    ck_json(json_at(json_array_get(json_at(vtgate_deployment(arena, &vtgate),
                                       "spec",
                                       "template",
                                       "spec",
                                       "containers"),
                        0),
                "ports"),
        "[{'name':'web','containerPort':16000},{'name':'grpc','containerPort':16999},"
        "{'name':'mysql','containerPort':3307}]");
}
END_TEST

START_TEST(its_flags_exist)
{
    struct vtgate vtgate = secured();

    check_flags_exist(vtgate_deployment(arena, &vtgate), "vtgate", "vtgate");
    check_restricted(vtgate_deployment(arena, &vtgate));
}
END_TEST

START_TEST(without_users_nobody_is_asked)
{
    struct vtgate vtgate = plain();
    const json_t *deployment = vtgate_deployment(arena, &vtgate);

    ck_assert_str_eq(argument(deployment, "vtgate", "mysql-auth-server-impl"), "none");
    ck_assert_ptr_null(argument(deployment, "vtgate", "mysql-auth-server-static-file"));
}
END_TEST

START_TEST(tls_without_client_certificates)
{
    struct vtgate vtgate = secured();
    const json_t *deployment;

    vtgate.tls_client_ca = false;
    vtgate.tls_required = false;
    deployment = vtgate_deployment(arena, &vtgate);
    ck_assert_ptr_nonnull(argument(deployment, "vtgate", "mysql-server-ssl-cert"));
    ck_assert_ptr_null(argument(deployment, "vtgate", "mysql-server-ssl-ca"));
    ck_assert_ptr_null(argument(deployment, "vtgate", "mysql-server-require-secure-transport"));
}
END_TEST

/* Else a client may still be sent to a Pod that is on its way out, or be cut off. */
START_TEST(its_end_fits_into_the_grace_period)
{
    struct vtgate vtgate = plain();
    const json_t *spec = pod_spec_of(vtgate_deployment(arena, &vtgate));

    ck_assert_int_ge(json_int_at(spec, 0, "terminationGracePeriodSeconds"), 5 + 30 + 10);
}
END_TEST

START_TEST(it_tells_clients_the_mysql_of_the_tablets)
{
    struct vtgate vtgate = plain();

    ck_assert_ptr_null(
        argument(vtgate_deployment(arena, &vtgate), "vtgate", "mysql-server-version"));
    vtgate.mysql_version = "8.0.40-Vitess";
    ck_assert_str_eq(argument(vtgate_deployment(arena, &vtgate), "vtgate", "mysql-server-version"),
        "8.0.40-Vitess");
    vtgate.flags = json_of("{'mysql_server_version':'8.0.30-Mine'}");
    ck_assert_str_eq(argument(vtgate_deployment(arena, &vtgate), "vtgate", "mysql-server-version"),
        "8.0.30-Mine");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, it_tells_clients_the_mysql_of_the_tablets);
    tcase_add_test(tcase, reads_like_yaml);
    tcase_add_test(tcase, reads_like_yaml_with_users_and_certificates);
    tcase_add_test(tcase, only_the_mysql_port_leaves_kubernetes);
    tcase_add_test(tcase, an_autoscaler_counts_its_pods);
    tcase_add_test(tcase, its_ports_follow_its_flags);
    tcase_add_test(tcase, its_flags_exist);
    tcase_add_test(tcase, without_users_nobody_is_asked);
    tcase_add_test(tcase, tls_without_client_certificates);
    tcase_add_test(tcase, its_end_fits_into_the_grace_period);
}

TEST_MAIN(tests)
