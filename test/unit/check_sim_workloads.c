#include "sim_testing.h"

#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/store/store.h"

/* Deployments and StatefulSets. */

static void begin(void)
{
    sim_begin((struct sim_options){0});
}

#define TEMPLATE                                                                                   \
    "'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},'spec':{"    \
    "'containers':[{'name':'c','image':'%s'}]}}"

static void deploy(const char *image, int replicas)
{
    apply_text_of(fmt(arena,
        "{'apiVersion':'apps/"
        "v1','kind':'Deployment','metadata':{'name':'w'},'spec':{'replicas':%d," TEMPLATE "}}",
        replicas,
        image));
}

static void set(const char *image, int replicas, const char *more)
{
    apply_text_of(fmt(arena,
        "{'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'name':'w'},'spec':{'replicas':%d"
        ",'serviceName':'w'%s," TEMPLATE "}}",
        replicas,
        more,
        image));
}

static json_int_t count_of(const char *kind, const char *field)
{
    return json_int_at(get(kind, "w"), 0, "status", field);
}

static const char *reason_of(const char *type)
{
    return condition_reason(get("Deployment", "w"), type);
}

/* The lowest number of available replicas while nothing else happens. */
static json_int_t lowest_while_settling(void)
{
    json_int_t lowest = 1000;

    while (sim_step(sim)) {
        if (count_of("Deployment", "availableReplicas") < lowest)
            lowest = count_of("Deployment", "availableReplicas");
    }
    return lowest;
}

START_TEST(a_deployment_comes_up)
{
    deploy("i:1", 3);
    settle();
    ck_assert_int_eq(count_of("Deployment", "availableReplicas"), 3);
    ck_assert_int_eq(count_of("Deployment", "observedGeneration"), 1);
    ck_assert_str_eq(reason_of("Progressing"), "NewReplicaSetAvailable");
    ck_assert_str_eq(object_annotation(get("Deployment", "w"), "deployment.kubernetes.io/revision"),
        "1");
    ck_assert_int_lt(sim_steps(sim), 20);
}
END_TEST

START_TEST(a_deployment_rolls_without_loss)
{
    deploy("i:1", 4);
    settle();
    deploy("i:2", 4);
    /* maxUnavailable 25% of four is one. */
    ck_assert_int_ge(lowest_while_settling(), 3);
    ck_assert_int_eq(count_of("Deployment", "updatedReplicas"), 4);
    ck_assert_int_eq(count_of("Deployment", "replicas"), 4);
    ck_assert_uint_eq(sim_objects(sim, arena, "Pod").count, 4);
}
END_TEST

START_TEST(a_deployment_of_one_never_has_none)
{
    deploy("i:1", 1);
    settle();
    deploy("i:2", 1);
    ck_assert_int_eq(lowest_while_settling(), 1);
    deploy("i:2", 0);
    settle();
    ck_assert_uint_eq(sim_objects(sim, arena, "Pod").count, 0);
}
END_TEST

START_TEST(a_broken_image_exceeds_the_deadline_and_is_mended)
{
    const char *message;

    deploy("i:1", 2);
    settle();
    ck_assert(sim_fail(sim, "image=i:2", &message));
    deploy("i:2", 2);
    settle();
    ck_assert_str_eq(reason_of("Progressing"), "ProgressDeadlineExceeded");
    ck_assert_int_eq(count_of("Deployment", "availableReplicas"), 2);
    ck_assert_int_ge(sim_steps(sim), 600);
    deploy("i:3", 2);
    settle();
    ck_assert_str_eq(reason_of("Progressing"), "NewReplicaSetAvailable");
    ck_assert_uint_eq(sim_objects(sim, arena, "Pod").count, 2);
}
END_TEST

START_TEST(a_pod_that_is_deleted_comes_back)
{
    deploy("i:1", 1);
    settle();
    sim_delete(sim, "Pod", "default", object_name(sim_objects(sim, arena, "Pod").at[0]));
    settle();
    ck_assert_int_eq(count_of("Deployment", "availableReplicas"), 1);
}
END_TEST

/* --- StatefulSets --- */

START_TEST(ordered_pods_come_one_after_the_other)
{
    size_t most = 0;

    set("i:1", 3, "");
    while (sim_step(sim)) {
        size_t starting = 0;

        for (int i = 0; i < 3; i++) {
            const json_t *pod = get("Pod", fmt(arena, "w-%d", i));

            starting += pod != NULL && !condition_true(pod, "Ready");
        }
        most = starting > most ? starting : most;
    }
    ck_assert_uint_eq(most, 1);
    ck_assert_int_eq(count_of("StatefulSet", "readyReplicas"), 3);
    ck_assert_str_eq(json_text_at(get("Pod", "w-2"), "spec", "hostname"), "w-2");
    ck_assert_str_eq(json_text_at(get("Pod", "w-2"), "spec", "subdomain"), "w");
}
END_TEST

START_TEST(parallel_pods_come_at_once_and_roll_one_by_one)
{
    json_int_t lowest = 3;

    set("i:1", 3, ",'podManagementPolicy':'Parallel'");
    steps(1);
    ck_assert_uint_eq(sim_objects(sim, arena, "Pod").count, 3);
    settle();
    set("i:2", 3, ",'podManagementPolicy':'Parallel'");
    while (sim_step(sim)) {
        json_int_t ready = count_of("StatefulSet", "readyReplicas");

        lowest = ready < lowest ? ready : lowest;
    }
    ck_assert_int_eq(lowest, 2);
    ck_assert_int_eq(count_of("StatefulSet", "updatedReplicas"), 3);
    ck_assert_str_eq(json_text_at(get("StatefulSet", "w"), "status", "currentRevision"),
        json_text_at(get("StatefulSet", "w"), "status", "updateRevision"));
}
END_TEST

START_TEST(a_broken_update_stops_at_the_first_pod)
{
    const char *message;

    set("i:1", 3, ",'podManagementPolicy':'Parallel'");
    settle();
    ck_assert(sim_fail(sim, "image=i:2", &message));
    set("i:2", 3, ",'podManagementPolicy':'Parallel'");
    settle();
    ck_assert_int_eq(count_of("StatefulSet", "readyReplicas"), 2);
    ck_assert_int_eq(count_of("StatefulSet", "updatedReplicas"), 1);
}
END_TEST

#define CLAIMS                                                                                     \
    ",'podManagementPolicy':'Parallel','volumeClaimTemplates':[{'metadata':{'name':'data'},'spec'" \
    ":"                                                                                            \
    "{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}]"

START_TEST(claims_are_kept_when_it_shrinks)
{
    set("i:1", 3, CLAIMS);
    settle();
    ck_assert_uint_eq(sim_objects(sim, arena, "PersistentVolumeClaim").count, 3);
    set("i:1", 1, CLAIMS);
    settle();
    ck_assert_uint_eq(sim_objects(sim, arena, "Pod").count, 1);
    ck_assert_uint_eq(sim_objects(sim, arena, "PersistentVolumeClaim").count, 3);
    sim_delete(sim, "StatefulSet", "default", "w");
    settle();
    ck_assert_uint_eq(sim_objects(sim, arena, "Pod").count, 0);
    ck_assert_uint_eq(sim_objects(sim, arena, "PersistentVolumeClaim").count, 3);
}
END_TEST

START_TEST(claims_go_where_the_policy_says_so)
{
    set("i:1",
        3,
        CLAIMS ",'persistentVolumeClaimRetentionPolicy':{'whenScaled':'Delete','whenDeleted':"
               "'Delete'}");
    settle();
    set("i:1",
        1,
        CLAIMS ",'persistentVolumeClaimRetentionPolicy':{'whenScaled':'Delete','whenDeleted':"
               "'Delete'}");
    settle();
    ck_assert_uint_eq(sim_objects(sim, arena, "PersistentVolumeClaim").count, 1);
    sim_delete(sim, "StatefulSet", "default", "w");
    settle();
    ck_assert_uint_eq(sim_objects(sim, arena, "PersistentVolumeClaim").count, 0);
}
END_TEST

/* Metacontroller adopts claims: the set takes off no reference but its own. */
START_TEST(a_claim_keeps_its_other_owners)
{
    const json_t *owners;

    apply_text_of("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'o'}}");
    set("i:1", 1, CLAIMS);
    settle();
    owners = json_of(fmt(arena,
        "[{'apiVersion':'v1','kind':'ConfigMap','name':'o','uid':'%s'}]",
        object_uid(get("ConfigMap", "o"))));
    store_patch(sim,
        "test",
        store_named(sim, "PersistentVolumeClaim", "default/data-w-0"),
        edited(get("PersistentVolumeClaim", "data-w-0"), owners, "metadata", "ownerReferences"));
    set("i:2", 1, CLAIMS);
    settle();
    ck_assert_int_eq(count_of("StatefulSet", "updatedReplicas"), 1);
    ck_assert(
        json_same(json_at(get("PersistentVolumeClaim", "data-w-0"), "metadata", "ownerReferences"),
            owners));
}
END_TEST

/* Not by a Pod that holds on to a claim on its way out, nor by one that is left without. */
START_TEST(a_claim_deleted_with_its_pod_is_made_anew)
{
    const char *before;

    set("i:1", 1, CLAIMS);
    settle();
    before = fmt(arena, "%s", object_uid(get("PersistentVolumeClaim", "data-w-0")));
    sim_delete(sim, "PersistentVolumeClaim", "default", "data-w-0");
    sim_step(sim);
    sim_delete(sim, _i == 0 ? "Pod" : "StatefulSet", "default", _i == 0 ? "w-0" : "w");
    set("i:1", 1, CLAIMS);
    settle();
    ck_assert_int_eq(count_of("StatefulSet", "readyReplicas"), 1);
    ck_assert_str_ne(object_uid(get("PersistentVolumeClaim", "data-w-0")), before);
}
END_TEST

static const char *owner_of(const char *pod)
{
    return json_text_at(json_array_get(json_at(get("Pod", pod), "metadata", "ownerReferences"), 0),
        "uid");
}

/* As after a restore that has taken the owners off. */
START_TEST(pods_without_an_owner_are_adopted)
{
    set("i:1", 2, "");
    settle();
    sim_backup(sim, "default");
    sim_delete(sim, "StatefulSet", "default", "w");
    settle();
    ck_assert_ptr_null(get("Pod", "w-0"));
    ck_assert(sim_restore(sim, "default", SIM_STRIPPED));
    apply_text_of(
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'other-0','labels':{'a':'b'}},"
        "'spec':{'containers':[{'name':'c','image':'i'}]}}");
    settle();
    ck_assert_str_eq(owner_of("w-0"), object_uid(get("StatefulSet", "w")));
    ck_assert_str_eq(owner_of("w-1"), object_uid(get("StatefulSet", "w")));
    ck_assert_ptr_null(owner_of("other-0"));
    ck_assert_int_eq(count_of("StatefulSet", "readyReplicas"), 2);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, begin, sim_end);
    tcase_add_test(tcase, a_deployment_comes_up);
    tcase_add_test(tcase, a_deployment_rolls_without_loss);
    tcase_add_test(tcase, a_deployment_of_one_never_has_none);
    tcase_add_test(tcase, a_broken_image_exceeds_the_deadline_and_is_mended);
    tcase_add_test(tcase, a_pod_that_is_deleted_comes_back);
    tcase_add_test(tcase, ordered_pods_come_one_after_the_other);
    tcase_add_test(tcase, parallel_pods_come_at_once_and_roll_one_by_one);
    tcase_add_test(tcase, a_broken_update_stops_at_the_first_pod);
    tcase_add_test(tcase, claims_are_kept_when_it_shrinks);
    tcase_add_test(tcase, claims_go_where_the_policy_says_so);
    tcase_add_test(tcase, a_claim_keeps_its_other_owners);
    tcase_add_loop_test(tcase, a_claim_deleted_with_its_pod_is_made_anew, 0, 2);
    tcase_add_test(tcase, pods_without_an_owner_are_adopted);
}

TEST_MAIN(tests)
