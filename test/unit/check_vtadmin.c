#include "components.h"

static struct vtadmin open_to_all(void)
{
    return (struct vtadmin){
        .place = zone1(),
        .name = "demo-zone1-vtadmin",
        .api_image = VITESS_IMAGE,
        .web_image = VTADMIN_IMAGE,
        .replicas = 1,
        .vtctld = "demo-global-vtctld",
        .vtgates = json_of("['demo-zone1-vtgate','demo-zone2-vtgate']"),
    };
}

START_TEST(reads_like_yaml)
{
    struct vtadmin vtadmin = open_to_all();

    ck_objects("vtadmin",
        vtadmin_deployment(arena, &vtadmin),
        vtadmin_service(arena, &vtadmin),
        vtadmin_config(arena, &vtadmin));
}
END_TEST

/* nginx has a user of its own until somebody says who runs. */
START_TEST(nginx_runs_as_the_user_says)
{
    struct vtadmin vtadmin = open_to_all();

    vtadmin.place.security = json_of("{'runAsUser':-1,'runAsGroup':-1}");
    ck_json(json_at(container_of(vtadmin_deployment(arena, &vtadmin), "vtadmin-web"),
                "securityContext"),
        "{'allowPrivilegeEscalation':false,'capabilities':{'drop':['ALL']}}");
    vtadmin.place.security = NULL;
    vtadmin.overrides.security = json_of("{'runAsUser':5}");
    ck_json(json_at(container_of(vtadmin_deployment(arena, &vtadmin), "vtadmin-web"),
                "securityContext"),
        "{'allowPrivilegeEscalation':false,'capabilities':{'drop':['ALL']},'runAsGroup':101}");
}
END_TEST

START_TEST(its_api_listens_where_the_user_says)
{
    struct vtadmin vtadmin = open_to_all();

    vtadmin.flags = json_of("{'addr':':15100'}");
    ck_json(json_at(container_of(vtadmin_deployment(arena, &vtadmin), "vtadmin-api"), "ports"),
        "[{'name':'api','containerPort':15100}]");
}
END_TEST

START_TEST(its_flags_exist)
{
    struct vtadmin vtadmin = open_to_all();

    vtadmin.rbac_secret = "rules";
    vtadmin.rbac_key = "rbac.yaml";
    check_flags_exist(vtadmin_deployment(arena, &vtadmin), "vtadmin-api", "vtadmin");
    check_restricted(vtadmin_deployment(arena, &vtadmin));
}
END_TEST

START_TEST(rules_are_mounted)
{
    struct vtadmin vtadmin = open_to_all();
    const json_t *deployment;

    vtadmin.rbac_secret = "rules";
    vtadmin.rbac_key = "rbac.yaml";
    deployment = vtadmin_deployment(arena, &vtadmin);
    ck_assert_str_eq(argument(deployment, "vtadmin-api", "rbac-config"),
        "/vt/secrets/rbac/rbac.yaml");
    ck_assert_ptr_null(argument(deployment, "vtadmin-api", "no-rbac"));
    ck_json(json_named(json_at(pod_spec_of(deployment), "volumes"), "rbac"),
        "{'name':'rbac','secret':{'secretName':'rules',"
        "'items':[{'key':'rbac.yaml','path':'rbac.yaml'}]}}");
}
END_TEST

/* The files are read at start only. */
START_TEST(other_files_are_other_pods)
{
    struct vtadmin vtadmin = open_to_all();
    const json_t *before = vtadmin_deployment(arena, &vtadmin);

    ck_assert(json_same(before, vtadmin_deployment(arena, &vtadmin)));
    vtadmin.vtgates = json_of("['demo-zone1-vtgate']");
    ck_assert(!json_same(before, vtadmin_deployment(arena, &vtadmin)));
}
END_TEST

START_TEST(no_value_becomes_part_of_a_script)
{
    struct vtadmin vtadmin = open_to_all();

    vtadmin.api_address = "</script>\";alert(1)//";
    ck_assert_ptr_nonnull(strstr(json_text_at(vtadmin_config(arena, &vtadmin), "data", "config.js"),
        "\"\\u003c/script\\u003e\\\";alert(1)//\""));
}
END_TEST

START_TEST(it_starts_without_any_vtctld)
{
    struct vtadmin vtadmin = open_to_all();

    vtadmin.vtctld = NULL;
    ck_assert_ptr_null(template_bug(vtadmin_config(arena, &vtadmin)));
}
END_TEST

/* Of its two ports a browser needs both. */
START_TEST(both_of_its_ports_leave_kubernetes)
{
    struct vtadmin vtadmin = {.place = zone1(),
        .name = "demo-zone1-vtadmin",
        .service = json_of("{'type':'NodePort','nodePort':30998,'apiNodePort':30997}")};

    ck_json(json_at(vtadmin_service(arena, &vtadmin), "spec", "ports"),
        "[{'name':'web','port':14000,'targetPort':'web','nodePort':30998},"
        "{'name':'api','port':14001,'targetPort':'api','nodePort':30997}]");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, reads_like_yaml);
    tcase_add_test(tcase, nginx_runs_as_the_user_says);
    tcase_add_test(tcase, both_of_its_ports_leave_kubernetes);
    tcase_add_test(tcase, its_api_listens_where_the_user_says);
    tcase_add_test(tcase, its_flags_exist);
    tcase_add_test(tcase, rules_are_mounted);
    tcase_add_test(tcase, other_files_are_other_pods);
    tcase_add_test(tcase, no_value_becomes_part_of_a_script);
    tcase_add_test(tcase, it_starts_without_any_vtctld);
}

TEST_MAIN(tests)
