#include "components.h"

#include "metadata.h"

static struct vtctld two_of_them(void)
{
    return (struct vtctld){
        .place = zone1_secured(),
        .name = "demo-zone1-vtctld",
        .image = VITESS_IMAGE,
        .replicas = 2,
        .resources = json_of("{'limits':{'cpu':'100m','memory':'128Mi'}}"),
        .backup_flags = json_of("{'backup_storage_implementation':'gcs',"
                                "'gcs_backup_storage_bucket':'bucket'}"),
        .flags = json_of("{'security_policy':'read-only'}"),
    };
}

START_TEST(reads_like_yaml)
{
    struct vtctld vtctld = two_of_them();

    ck_objects("vtctld",
        vtctld_deployment(arena, &vtctld),
        vtctld_service(arena, &vtctld),
        vtctld_disruption_budget(arena, &vtctld));
}
END_TEST

START_TEST(only_its_grpc_port_leaves_kubernetes)
{
    struct vtctld vtctld = two_of_them();

    ck_assert_ptr_null(vtctld_internal_service(arena, &vtctld));
    vtctld.service = json_of("{'type':'NodePort','nodePort':30999}");
    ck_json(json_at(vtctld_service(arena, &vtctld), "spec", "ports"),
        "[{'name':'grpc','port':15999,'targetPort':'grpc','nodePort':30999}]");
    ck_json(json_at(vtctld_internal_service(arena, &vtctld), "spec", "ports"),
        "[{'name':'web','port':15000,'targetPort':'web'},"
        "{'name':'grpc','port':15999,'targetPort':'grpc'}]");
    ck_assert_str_eq(object_name(vtctld_internal_service(arena, &vtctld)),
        "demo-zone1-vtctld-internal");
}
END_TEST

START_TEST(its_flags_exist)
{
    struct vtctld vtctld = two_of_them();

    check_flags_exist(vtctld_deployment(arena, &vtctld), "vtctld", "vtctld");
    check_restricted(vtctld_deployment(arena, &vtctld));
}
END_TEST

START_TEST(vitess_23_is_told_to_log_to_stderr)
{
    struct vtctld vtctld = two_of_them();

    vtctld.image = "vitess/lite:v23.0.4";
    ck_assert_str_eq(argument(vtctld_deployment(arena, &vtctld), "vtctld", "logtostderr"), "true");
    vtctld.image = "vitess/lite:latest";
    ck_assert_ptr_null(argument(vtctld_deployment(arena, &vtctld), "vtctld", "logtostderr"));
}
END_TEST

START_TEST(the_users_flags_win_in_any_spelling)
{
    struct vtctld vtctld = two_of_them();
    const json_t *deployment;

    vtctld.flags = json_of("{'grpc_port':1,'gcs_backup_storage_bucket':'other'}");
    deployment = vtctld_deployment(arena, &vtctld);
    ck_assert_str_eq(argument(deployment, "vtctld", "grpc-port"), "1");
    ck_assert_str_eq(argument(deployment, "vtctld", "gcs-backup-storage-bucket"), "other");
}
END_TEST

START_TEST(a_single_one_is_not_protected_from_drains)
{
    struct vtctld vtctld = two_of_them();

    vtctld.replicas = 1;
    ck_assert_ptr_null(vtctld_disruption_budget(arena, &vtctld));
    vtctld.replicas = 0;
    ck_assert_ptr_null(vtctld_disruption_budget(arena, &vtctld));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, reads_like_yaml);
    tcase_add_test(tcase, only_its_grpc_port_leaves_kubernetes);
    tcase_add_test(tcase, its_flags_exist);
    tcase_add_test(tcase, vitess_23_is_told_to_log_to_stderr);
    tcase_add_test(tcase, the_users_flags_win_in_any_spelling);
    tcase_add_test(tcase, a_single_one_is_not_protected_from_drains);
}

TEST_MAIN(tests)
