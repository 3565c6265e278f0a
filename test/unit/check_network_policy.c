#include "components.h"

static const json_t *policy(bool public, const char *name)
{
    struct place place = zone1();
    const json_t *policies = cell_network_policies(arena,
        &place,
        "demo-zone1",
        json_of(public ? "['vtctld','vtgate','vtadmin']" : "[]"));
    const json_t *item;

    json_each_item (policies, i, item) {
        if (text_equal(json_text_at(item, "metadata", "name"), name))
            return item;
    }
    return NULL;
}

START_TEST(reads_like_yaml)
{
    ck_objects("network-policies",
        policy(false, "demo-zone1-etcd"),
        policy(false, "demo-zone1-vtctld"),
        policy(false, "demo-zone1-vtgate"),
        policy(false, "demo-zone1-vtorc"),
        policy(false, "demo-zone1-vtadmin"),
        policy(false, "demo-zone1-vttablet"),
        policy(false, "demo-zone1-task"));
}
END_TEST

START_TEST(a_public_service_lets_everybody_in)
{
    const json_t *rule =
        json_array_get(json_at(policy(true, "demo-zone1-vtgate"), "spec", "ingress"), 0);

    ck_assert_ptr_null(json_at(rule, "from"));
    ck_json(json_at(rule, "ports"), "[{'port':3306,'protocol':'TCP'}]");
    ck_assert_ptr_nonnull(
        json_at(json_array_get(json_at(policy(true, "demo-zone1-vtgate"), "spec", "ingress"), 1),
            "from"));
    rule = json_array_get(json_at(policy(true, "demo-zone1-vtctld"), "spec", "ingress"), 0);
    ck_json(rule, "{'ports':[{'port':15999,'protocol':'TCP'}]}");
    rule = json_array_get(json_at(policy(true, "demo-zone1-vtadmin"), "spec", "ingress"), 0);
    ck_json(rule, "{'ports':[{'port':14000,'protocol':'TCP'},{'port':14001,'protocol':'TCP'}]}");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, reads_like_yaml);
    tcase_add_test(tcase, a_public_service_lets_everybody_in);
}

TEST_MAIN(tests)
