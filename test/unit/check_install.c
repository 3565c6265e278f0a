#include "testing.h"

#include "cli/install/install.h"
#include "metadata.h"

/* What is installed beside CRDs and controllers, of which there is one for each API. */

static const struct api_keys garden_keys = {.component = "garden.example.org/tool"};
static const struct api garden = {.name = "garden.example.org/v7", .keys = &garden_keys};

START_TEST(objects_of_later_apis_have_names_of_their_own)
{
    ck_assert_str_eq(name_for_api(arena, "vitess", apis[0]), "vitess");
    ck_assert_str_eq(name_for_api(arena, "vitess", &garden), "vitess-v7");
}
END_TEST

/* A policy selects claims by a label of one API, so there is one for each. */
START_TEST(each_api_has_a_policy_for_its_claims)
{
    const struct install all = {.arena = arena, .apis = apis, .metacontroller = "metacontroller"};
    const json_t *policies = install_deletion_policies(&all);
    const json_t *policy;
    size_t apis_there = 0;
    size_t found = 0;

    for (const struct api *const *api = apis; *api != NULL; api++)
        apis_there++;
    json_each_item (policies, i, policy) {
        const char *key = json_text_at(
            json_array_get(
                json_at(policy, "spec", "matchConstraints", "objectSelector", "matchExpressions"),
                0),
            "key");

        if (key != NULL)
            ck_assert_str_eq(key, apis[found++]->keys->component);
    }
    ck_assert_uint_eq(found, apis_there);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, objects_of_later_apis_have_names_of_their_own);
    tcase_add_test(tcase, each_api_has_a_policy_for_its_claims);
}

TEST_MAIN(tests)
