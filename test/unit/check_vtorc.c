#include "components.h"

static const json_t *vtorc_of(const char *image)
{
    struct vtorc vtorc = {
        .place = zone1(),
        .name = "demo-zone1-vtorc",
        .image = image,
        .replicas = 2,
        .flags = json_of("{'instance-poll-time':'1s'}"),
    };

    return vtorc_deployment(arena, &vtorc);
}

START_TEST(reads_like_yaml)
{
    ck_objects("vtorc", vtorc_of(VITESS_IMAGE));
}
END_TEST

START_TEST(its_flags_exist)
{
    check_flags_exist(vtorc_of(VITESS_IMAGE), "vtorc", "vtorc");
    check_restricted(vtorc_of(VITESS_IMAGE));
}
END_TEST

/* Vitess 23 does not know the flag, 25 does not start without it. */
START_TEST(the_cell_is_told_from_vitess_24_on)
{
    ck_assert_ptr_null(argument(vtorc_of("vitess/lite:v23.0.7"), "vtorc", "cell"));
    ck_assert_str_eq(argument(vtorc_of("vitess/lite:v24.0.0"), "vtorc", "cell"), "zone1");
    ck_assert_str_eq(argument(vtorc_of("vitess/lite:latest"), "vtorc", "cell"), "zone1");
}
END_TEST

START_TEST(several_of_them_go_one_at_a_time)
{
    struct vtorc vtorc = {.place = zone1(), .name = "demo-zone1-vtorc", .replicas = 1};

    ck_assert_ptr_null(vtorc_disruption_budget(arena, &vtorc));
    vtorc.replicas = 3;
    ck_json(json_at(vtorc_disruption_budget(arena, &vtorc), "spec"),
        "{'minAvailable':2,'unhealthyPodEvictionPolicy':'AlwaysAllow','selector':{'matchLabels':{"
        "'app':'shop','vitess.io/cell':'zone1','vitess.io/cluster':'demo','vitess.io/"
        "component':'vtorc'}"
        "}}");
}
END_TEST

static const json_t *tolerations_of(const char *users)
{
    struct vtorc vtorc = {.place = zone1(), .name = "demo-zone1-vtorc", .replicas = 1};

    vtorc.overrides.tolerations = json_of(users);
    return json_at(vtorc_deployment(arena, &vtorc), "spec", "template", "spec", "tolerations");
}

#define LEAVES(taint)                                                                              \
    "{'effect':'NoExecute','key':'node.kubernetes.io/" taint                                       \
    "','operator':'Exists','tolerationSeconds':10}"

START_TEST(it_leaves_a_lost_node_soon_unless_the_user_says_otherwise)
{
    ck_json(tolerations_of("[]"), "[" LEAVES("not-ready") "," LEAVES("unreachable") "]");
    ck_json(tolerations_of("[{'key':'dedicated','operator':'Exists'}]"),
        "[{'key':'dedicated','operator':'Exists'}," LEAVES("not-ready") "," LEAVES(
            "unreachable") "]");
    ck_json(tolerations_of("[{'key':'node.kubernetes.io/unreachable','operator':'Exists',"
                           "'effect':'NoExecute','tolerationSeconds':60}]"),
        "[{'key':'node.kubernetes.io/unreachable','operator':'Exists','effect':'NoExecute',"
        "'tolerationSeconds':60}," LEAVES("not-ready") "]");
    ck_json(tolerations_of("[{'operator':'Exists'}]"), "[{'operator':'Exists'}]");
    ck_json(tolerations_of("[{'operator':'Exists','effect':'NoSchedule'}]"),
        "[{'operator':'Exists','effect':'NoSchedule'}," LEAVES("not-ready") "," LEAVES(
            "unreachable") "]");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, it_leaves_a_lost_node_soon_unless_the_user_says_otherwise);
    tcase_add_test(tcase, reads_like_yaml);
    tcase_add_test(tcase, several_of_them_go_one_at_a_time);
    tcase_add_test(tcase, its_flags_exist);
    tcase_add_test(tcase, the_cell_is_told_from_vitess_24_on);
}

TEST_MAIN(tests)
