#include "sim_testing.h"

#include "metadata.h"

/* Owners and what befalls their dependents. */

static void begin(void)
{
    sim_begin((struct sim_options){0});
}

#define REFERENCE(kind, name, uid)                                                                 \
    "{'apiVersion':'v1','kind':'" kind "','name':'" name "','uid':'" uid "'}"

static void make(const char *name, const char *references)
{
    apply_text_of(fmt(arena,
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'%s','ownerReferences':[%s]}}",
        name,
        references));
}

static const char *uid_of(const char *kind, const char *name)
{
    return text_copy(arena, object_uid(get(kind, name)), 36);
}

static const char *reference_to(const char *name)
{
    return fmt(arena, REFERENCE("ConfigMap", "%s", "%s"), name, uid_of("ConfigMap", name));
}

START_TEST(a_tree_goes_with_its_root)
{
    make("root", "");
    make("branch", reference_to("root"));
    make("leaf", reference_to("branch"));
    settle();
    ck_assert_ptr_nonnull(get("ConfigMap", "leaf"));
    sim_delete(sim, "ConfigMap", "default", "root");
    settle();
    ck_assert_ptr_null(get("ConfigMap", "branch"));
    ck_assert_ptr_null(get("ConfigMap", "leaf"));
}
END_TEST

START_TEST(one_owner_that_lives_is_enough)
{
    make("a", "");
    make("b", "");
    make("child", fmt(arena, "%s,%s", reference_to("a"), reference_to("b")));
    sim_delete(sim, "ConfigMap", "default", "a");
    settle();
    ck_assert_uint_eq(
        json_array_size(json_at(get("ConfigMap", "child"), "metadata", "ownerReferences")),
        1);
    sim_delete(sim, "ConfigMap", "default", "b");
    settle();
    ck_assert_ptr_null(get("ConfigMap", "child"));
}
END_TEST

START_TEST(an_object_made_for_an_owner_that_is_gone_goes)
{
    make("child", REFERENCE("ConfigMap", "gone", "no such uid"));
    settle();
    ck_assert_ptr_null(get("ConfigMap", "child"));
}
END_TEST

#define CLAIM(references)                                                                          \
    "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'d','namespace':"        \
    "'default','labels':{'app':'b'}" references "},'spec':{'accessModes':['ReadWriteOnce'],"       \
    "'resources':{'requests':{'storage':'1Gi'}}}}"

static const char *self_owned(void)
{
    return fmt(arena,
        "[" CLAIM(",'ownerReferences':[" REFERENCE("PersistentVolumeClaim", "d", "%s") "]") "]",
        uid_of("PersistentVolumeClaim", "d"));
}

START_TEST(a_claim_that_owns_itself_survives_and_is_adopted_again)
{
    const char *uid;

    apply_text_of(box("[" CLAIM("") "]"));
    settle();
    apply_text_of(box(self_owned()));
    settle();
    uid = uid_of("PersistentVolumeClaim", "d");
    ck_assert_uint_eq(
        json_array_size(json_at(get("PersistentVolumeClaim", "d"), "metadata", "ownerReferences")),
        2);
    sim_delete(sim, "Box", "default", "b");
    settle();
    ck_assert_str_eq(object_uid(get("PersistentVolumeClaim", "d")), uid);
    ck_assert_uint_eq(
        json_array_size(json_at(get("PersistentVolumeClaim", "d"), "metadata", "ownerReferences")),
        1);
    apply_text_of(box(self_owned()));
    settle();
    ck_assert_uint_eq(
        json_array_size(json_at(get("PersistentVolumeClaim", "d"), "metadata", "ownerReferences")),
        2);
    ck_assert_uint_eq(sim_rest(sim, 3), 0);
    assert_no_violation();
}
END_TEST

START_TEST(a_claim_that_no_longer_owns_itself_goes)
{
    apply_text_of(box("[" CLAIM("") "]"));
    settle();
    apply_text_of(box(self_owned()));
    settle();
    /* Leaving out the key that was sent before takes all references off: it is adopted anew. */
    apply_text_of(box("[" CLAIM("") "]"));
    settle();
    ck_assert_uint_eq(
        json_array_size(json_at(get("PersistentVolumeClaim", "d"), "metadata", "ownerReferences")),
        1);
    sim_delete(sim, "Box", "default", "b");
    settle();
    ck_assert_ptr_null(get("PersistentVolumeClaim", "d"));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, begin, sim_end);
    tcase_add_test(tcase, a_tree_goes_with_its_root);
    tcase_add_test(tcase, one_owner_that_lives_is_enough);
    tcase_add_test(tcase, an_object_made_for_an_owner_that_is_gone_goes);
    tcase_add_test(tcase, a_claim_that_owns_itself_survives_and_is_adopted_again);
    tcase_add_test(tcase, a_claim_that_no_longer_owns_itself_goes);
}

TEST_MAIN(tests)
