#include "sim_testing.h"

#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/store/store.h"

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

/* --- in the foreground --- */

static void delete_in_foreground(const char *kind, const char *name)
{
    struct version *version = store_named(sim, kind, fmt(arena, "default/%s", name));

    ck_assert_int_eq(
        store_delete_foreground(sim, "user", version->kind, version->key, version->uid).code,
        WRITTEN);
}

/* A reference that holds its owner back. */
static const char *blocking(const char *name)
{
    return fmt(arena,
        "{'apiVersion':'v1','kind':'ConfigMap','name':'%s','uid':'%s','blockOwnerDeletion':true}",
        name,
        uid_of("ConfigMap", name));
}

static void hold(const char *name, bool held)
{
    struct version *version = store_named(sim, "ConfigMap", fmt(arena, "default/%s", name));

    store_patch(sim,
        "user",
        version,
        edited(version->json,
            held ? json_clone(json_of("['f/x']")) : NULL,
            "metadata",
            "finalizers"));
}

START_TEST(an_owner_waits_for_its_dependents)
{
    const json_t *root;

    make("root", "");
    make("branch", blocking("root"));
    make("leaf", blocking("branch"));
    hold("leaf", true);
    delete_in_foreground("ConfigMap", "root");
    root = get("ConfigMap", "root");
    ck_json(json_at(root, "metadata", "finalizers"), "['foregroundDeletion']");
    ck_assert(object_terminating(root));
    settle();
    /* The branch has dependents itself, so it waits as well. */
    ck_json(json_at(get("ConfigMap", "branch"), "metadata", "finalizers"),
        "['foregroundDeletion']");
    ck_json(json_at(get("ConfigMap", "leaf"), "metadata", "finalizers"), "['f/x']");
    ck_assert(object_terminating(get("ConfigMap", "leaf")));
    hold("leaf", false);
    ck_assert_ptr_null(get("ConfigMap", "leaf"));
    ck_assert_ptr_nonnull(get("ConfigMap", "root"));
    settle();
    ck_assert_ptr_null(get("ConfigMap", "branch"));
    ck_assert_ptr_null(get("ConfigMap", "root"));
}
END_TEST

START_TEST(only_what_blocks_holds_an_owner_back)
{
    make("root", "");
    make("child", reference_to("root"));
    hold("child", true);
    delete_in_foreground("ConfigMap", "root");
    settle();
    ck_assert_ptr_null(get("ConfigMap", "root"));
    ck_assert(object_terminating(get("ConfigMap", "child")));
}
END_TEST

START_TEST(an_owner_without_dependents_goes_at_once)
{
    make("root", "");
    delete_in_foreground("ConfigMap", "root");
    settle();
    ck_assert_ptr_null(get("ConfigMap", "root"));
}
END_TEST

START_TEST(other_finalizers_hold_on)
{
    make("root", "");
    hold("root", true);
    delete_in_foreground("ConfigMap", "root");
    settle();
    ck_json(json_at(get("ConfigMap", "root"), "metadata", "finalizers"), "['f/x']");
    hold("root", false);
    ck_assert_ptr_null(get("ConfigMap", "root"));
}
END_TEST

START_TEST(a_dependent_with_another_owner_only_loses_the_reference)
{
    make("a", "");
    make("b", "");
    make("child", fmt(arena, "%s,%s", blocking("a"), blocking("b")));
    delete_in_foreground("ConfigMap", "a");
    settle();
    ck_assert_ptr_null(get("ConfigMap", "a"));
    ck_assert_str_eq(
        json_text_at(
            json_array_get(json_at(get("ConfigMap", "child"), "metadata", "ownerReferences"), 0),
            "name"),
        "b");
    /* A release by hand unblocks just so. */
    hold("child", true);
    delete_in_foreground("ConfigMap", "b");
    settle();
    ck_assert(object_terminating(get("ConfigMap", "b")));
    store_patch(sim,
        "user",
        store_named(sim, "ConfigMap", "default/child"),
        edited(get("ConfigMap", "child"), NULL, "metadata", "ownerReferences"));
    settle();
    ck_assert_ptr_null(get("ConfigMap", "b"));
}
END_TEST

START_TEST(a_claim_that_owns_itself_survives_the_foreground_too)
{
    apply_text_of(box(fmt(arena, "[" CLAIM("") ",%s]", config("m", "1"))));
    settle();
    apply_text_of(box(fmt(arena,
        "[" CLAIM(",'ownerReferences':[" REFERENCE("PersistentVolumeClaim", "d", "%s") "]") ",%s]",
        uid_of("PersistentVolumeClaim", "d"),
        config("m", "1"))));
    settle();
    delete_in_foreground("Box", "b");
    settle();
    ck_assert_ptr_null(get("Box", "b"));
    ck_assert_ptr_null(get("ConfigMap", "m"));
    ck_assert_uint_eq(
        json_array_size(json_at(get("PersistentVolumeClaim", "d"), "metadata", "ownerReferences")),
        1);
    ck_assert(!object_terminating(get("PersistentVolumeClaim", "d")));
    assert_no_violation();
}
END_TEST

/* kubectl delete --cascade=orphan: dependents stay, and know it no more. */
START_TEST(an_owner_that_orphans)
{
    make("root", "");
    make("branch", reference_to("root"));
    make("leaf", reference_to("branch"));
    settle();
    ck_assert(sim_delete_by(sim, "ConfigMap", "default", "root", SIM_ORPHAN));
    ck_assert(object_terminating(get("ConfigMap", "root")));
    settle();
    ck_assert_ptr_null(get("ConfigMap", "root"));
    ck_assert_ptr_null(json_at(get("ConfigMap", "branch"), "metadata", "ownerReferences"));
    ck_assert_ptr_nonnull(get("ConfigMap", "leaf"));
}
END_TEST

/* An owner of that name that was made anew, or is in another namespace, is none. */
START_TEST(an_owner_is_told_by_kind_name_namespace_and_uid)
{
    const char *uid;

    make("root", "");
    uid = uid_of("ConfigMap", "root");
    make("a", REFERENCE("ConfigMap", "root", "an old uid"));
    make("b", fmt(arena, REFERENCE("ConfigMap", "toor", "%s"), uid));
    make("c", fmt(arena, REFERENCE("Secret", "root", "%s"), uid));
    settle();
    ck_assert_ptr_null(get("ConfigMap", "a"));
    ck_assert_ptr_null(get("ConfigMap", "b"));
    ck_assert_ptr_null(get("ConfigMap", "c"));
    apply_text_of(fmt(arena,
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'child','namespace':'far',"
        "'ownerReferences':[%s]}}",
        reference_to("root")));
    settle();
    ck_assert_ptr_null(sim_object(sim, "ConfigMap", "far", "child"));
    make("child", reference_to("root"));
    settle();
    ck_assert_ptr_nonnull(get("ConfigMap", "child"));
}
END_TEST

static void claim_that_owns_itself(void)
{
    apply_text_of(box("[" CLAIM("") "]"));
    settle();
    apply_text_of(box(self_owned()));
    settle();
    sim_delete(sim, "Box", "default", "b");
    settle();
    sim_backup(sim, "default");
    sim_delete(sim, "PersistentVolumeClaim", "default", "d");
    settle();
    ck_assert_ptr_null(get("PersistentVolumeClaim", "d"));
}

/* The uid in its reference to itself is that of then. */
START_TEST(a_claim_that_owned_itself_is_restored_with_its_owners)
{
    claim_that_owns_itself();
    ck_assert(sim_restore(sim, "default", SIM_PLAIN));
    ck_assert_ptr_nonnull(get("PersistentVolumeClaim", "d"));
    settle();
    ck_assert_ptr_null(get("PersistentVolumeClaim", "d"));
}
END_TEST

START_TEST(a_claim_that_owned_itself_is_restored_without_owners)
{
    claim_that_owns_itself();
    ck_assert(sim_restore(sim, "far", SIM_STRIPPED));
    settle();
    ck_assert_ptr_null(get("PersistentVolumeClaim", "d"));
    ck_assert_ptr_nonnull(sim_object(sim, "PersistentVolumeClaim", "far", "d"));
    ck_assert_ptr_nonnull(object_annotation(sim_object(sim, "PersistentVolumeClaim", "far", "d"),
        "metacontroller.k8s.io/last-applied-configuration"));
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
    tcase_add_test(tcase, an_owner_waits_for_its_dependents);
    tcase_add_test(tcase, only_what_blocks_holds_an_owner_back);
    tcase_add_test(tcase, an_owner_without_dependents_goes_at_once);
    tcase_add_test(tcase, other_finalizers_hold_on);
    tcase_add_test(tcase, a_dependent_with_another_owner_only_loses_the_reference);
    tcase_add_test(tcase, a_claim_that_owns_itself_survives_the_foreground_too);
    tcase_add_test(tcase, an_owner_that_orphans);
    tcase_add_test(tcase, an_owner_is_told_by_kind_name_namespace_and_uid);
    tcase_add_test(tcase, a_claim_that_owned_itself_is_restored_with_its_owners);
    tcase_add_test(tcase, a_claim_that_owned_itself_is_restored_without_owners);
}

TEST_MAIN(tests)
