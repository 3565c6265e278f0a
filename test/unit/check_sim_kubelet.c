#include "sim_testing.h"

#include "metadata.h"
#include "sim/core/faults.h"

/* The life of a Pod: scheduler, kubelet, nodes that die. */

static void begin(void)
{
    sim_begin((struct sim_options){0});
}

static void pod(const char *spec)
{
    apply_text_of(
        fmt(arena, "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{%s}}", spec));
}

#define PLAIN "'containers':[{'name':'c','image':'i:1'}]"

static const char *phase(void)
{
    return json_text_at(get("Pod", "p"), "status", "phase");
}

static const json_t *container(void)
{
    return json_array_get(json_at(get("Pod", "p"), "status", "containerStatuses"), 0);
}

static const char *waits_for(void)
{
    return json_text_at(container(), "state", "waiting", "reason");
}

START_TEST(a_pod_becomes_ready_step_by_step)
{
    struct texts phases = {.arena = arena};

    pod(PLAIN);
    while (sim_step(sim)) {
        const char *now = condition_true(get("Pod", "p"), "Ready") ? "Ready" : phase();

        if (phases.count == 0 || !text_equal(phases.at[phases.count - 1], now))
            texts_add(&phases, now);
    }
    ck_assert_str_eq(texts_join(&phases, " "), "Pending Running Ready");
    ck_assert_ptr_nonnull(json_text_at(get("Pod", "p"), "spec", "nodeName"));
    ck_assert_ptr_nonnull(json_text_at(get("Pod", "p"), "status", "podIP"));
    ck_assert_ptr_nonnull(json_text_at(container(), "state", "running", "startedAt"));
}
END_TEST

START_TEST(init_containers_run_first_and_one_after_the_other)
{
    pod(PLAIN ",'initContainers':[{'name':'a','image':'i:1'},{'name':'b','image':'i:1'}]");
    steps(3);
    ck_assert_str_eq(phase(), "Pending");
    ck_assert_str_eq(waits_for(), "PodInitializing");
    settle();
    ck_assert(condition_true(get("Pod", "p"), "Ready"));
    ck_assert_uint_eq(json_array_size(json_at(get("Pod", "p"), "status", "initContainerStatuses")),
        2);
}
END_TEST

START_TEST(a_deleted_pod_terminates_first)
{
    pod(PLAIN);
    settle();
    sim_delete(sim, "Pod", "default", "p");
    ck_assert(object_terminating(get("Pod", "p")));
    steps(1);
    ck_assert(object_terminating(get("Pod", "p")));
    ck_assert(!condition_true(get("Pod", "p"), "Ready"));
    settle();
    ck_assert_ptr_null(get("Pod", "p"));
}
END_TEST

START_TEST(an_image_that_cannot_be_pulled)
{
    break_by("image=i:1");
    pod(PLAIN);
    steps(4);
    settle();
    ck_assert_str_eq(waits_for(), "ImagePullBackOff");
    ck_assert_str_eq(phase(), "Pending");
}
END_TEST

START_TEST(an_image_that_is_none)
{
    pod("'containers':[{'name':'c','image':'no image'}]");
    settle();
    ck_assert_str_eq(waits_for(), "InvalidImageName");
}
END_TEST

START_TEST(a_crash_at_a_step_is_over_after_three_restarts)
{
    bool looped = false;

    pod(PLAIN);
    settle();
    break_by(fmt(arena, "pod=p@%d", sim_steps(sim) + 2));
    while (sim_step(sim))
        looped = looped || text_equal(waits_for(), "CrashLoopBackOff");
    ck_assert(looped);
    ck_assert(condition_true(get("Pod", "p"), "Ready"));
    ck_assert_int_eq(json_int_at(container(), 0, "restartCount"), 3);
    ck_assert_int_eq(json_int_at(container(), 0, "lastState", "terminated", "exitCode"), 1);
}
END_TEST

START_TEST(a_crash_without_step_never_ends)
{
    break_by("pod=p");
    pod(PLAIN);
    settle();
    ck_assert_str_eq(waits_for(), "CrashLoopBackOff");
    ck_assert_int_ge(json_int_at(container(), 0, "restartCount"), 8);
}
END_TEST

START_TEST(a_claim_that_is_missing_holds_the_pod)
{
    pod(PLAIN ",'volumes':[{'name':'v','persistentVolumeClaim':{'claimName':'d'}}]");
    settle();
    ck_assert_str_eq(condition_reason(get("Pod", "p"), "PodScheduled"), "Unschedulable");
    apply_text_of(
        "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'d'},'spec':"
        "{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}");
    settle();
    ck_assert(condition_true(get("Pod", "p"), "Ready"));
}
END_TEST

START_TEST(nodes_are_made_as_they_are_asked_for_unless_the_user_brought_some)
{
    pod(PLAIN ",'nodeSelector':{'disk':'fast'}");
    settle();
    ck_assert(condition_true(get("Pod", "p"), "Ready"));
    sim_end();
    begin();
    apply_text_of("{'apiVersion':'v1','kind':'Node','metadata':{'name':'mine','labels':{'disk':"
                  "'slow'}}}");
    pod(PLAIN ",'nodeSelector':{'disk':'fast'}");
    settle();
    ck_assert_str_eq(condition_reason(get("Pod", "p"), "PodScheduled"), "Unschedulable");
    apply_text_of("{'apiVersion':'v1','kind':'Node','metadata':{'name':'new','labels':{'disk':"
                  "'fast'}}}");
    settle();
    ck_assert_str_eq(json_text_at(get("Pod", "p"), "spec", "nodeName"), "new");
}
END_TEST

START_TEST(pods_of_one_owner_spread)
{
    struct objects pods;

    apply_text_of("{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'w'},'spec':{"
                  "'replicas':6,'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{"
                  "'labels':{'a':'b'}},'spec':{" PLAIN "}}}}");
    settle();
    pods = sim_objects(sim, arena, "Pod");
    for (size_t i = 0; i < pods.count; i++) {
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(json_text_at(pods.at[i], "spec", "nodeName"),
                json_text_at(pods.at[j], "spec", "nodeName"));
    }
}
END_TEST

START_TEST(a_node_that_dies_takes_its_pods_along)
{
    const char *node;

    pod(PLAIN);
    settle();
    node = text_copy(arena, json_text_at(get("Pod", "p"), "spec", "nodeName"), 6);
    break_by(fmt(arena, "node=%s@%d", node, sim_steps(sim) + 1));
    while (sim_step(sim) && condition_true(get("Pod", "p"), "Ready"))
        ;
    ck_assert_str_eq(condition_reason(get("Pod", "p"), "Ready"), "NodeNotReady");
    steps(1);
    ck_assert(object_terminating(get("Pod", "p")));
    settle();
    ck_assert_ptr_null(get("Pod", "p"));
    ck_assert_ptr_null(sim_object(sim, "Node", NULL, node));
}
END_TEST

/* Kills the node of Pod p, lets `seconds` go by, and brings it back. */
static const char *lose_node_for(int seconds)
{
    const char *node;
    int end;

    pod(PLAIN);
    settle();
    node = text_copy(arena, json_text_at(get("Pod", "p"), "spec", "nodeName"), 6);
    break_by(fmt(arena, "node=%s@%d", node, sim_steps(sim) + 1));
    end = sim_steps(sim) + seconds;
    while (sim_steps(sim) < end && sim_step(sim))
        ;
    ck_assert(sim_return_node(sim, node));
    ck_assert(!sim_return_node(sim, node));
    settle();
    ck_assert(condition_true(sim_object(sim, "Node", NULL, node), "Ready"));
    return node;
}

START_TEST(a_node_that_comes_back_in_time_has_its_pods)
{
    const char *uid;

    lose_node_for(3);
    uid = object_uid(get("Pod", "p"));
    ck_assert_ptr_nonnull(uid);
    ck_assert(condition_true(get("Pod", "p"), "Ready"));
    ck_assert_int_eq(
        json_int_at(json_array_get(json_at(get("Pod", "p"), "status", "containerStatuses"), 0),
            0,
            "restartCount"),
        1);
}
END_TEST

START_TEST(a_node_that_comes_back_late_has_none)
{
    const char *node = lose_node_for(15);

    ck_assert_ptr_null(get("Pod", "p"));
    ck_assert_str_eq(object_label(sim_object(sim, "Node", NULL, node), "kubernetes.io/hostname"),
        node);
}
END_TEST

START_TEST(pods_that_end_slowly)
{
    int begin;

    break_by("stop=40@1");
    pod(PLAIN);
    settle();
    sim_delete(sim, "Pod", "default", "p");
    begin = sim_steps(sim);
    while (get("Pod", "p") != NULL && sim_step(sim))
        ck_assert(get("Pod", "p") == NULL || condition_true(get("Pod", "p"), "Ready") ||
                  sim_steps(sim) >= begin + 40);
    ck_assert_int_ge(sim_steps(sim), begin + 40);
}
END_TEST

START_TEST(an_admission_policy_rewrites_new_pods)
{
    pod(PLAIN);
    settle();
    break_by("admit=label:team=infra@1");
    break_by("admit=annotation:example.com/note=a=b@1");
    steps(1);
    ck_assert_ptr_null(object_label(get("Pod", "p"), "team"));
    sim_delete(sim, "Pod", "default", "p");
    settle();
    pod(PLAIN);
    settle();
    ck_assert_str_eq(object_label(get("Pod", "p"), "team"), "infra");
    ck_assert_str_eq(object_annotation(get("Pod", "p"), "example.com/note"), "a=b");
}
END_TEST

#define ON_DISK                                                                                    \
    "'containers':[{'name':'c','image':'i'}],'volumes':[{'name':'d','persistentVolumeClaim':{"     \
    "'claimName':'d'}}]"
#define POD_ON_DISK(name)                                                                          \
    "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" name "'},'spec':{" ON_DISK "}}"

static void two_on_a_disk(const char *mode)
{
    apply_text_of(fmt(arena,
        "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'d'},'spec':{"
        "'accessModes':['%s'],'resources':{'requests':{'storage':'1Gi'}}}}",
        mode));
    apply_text_of(POD_ON_DISK("one"));
    settle();
    apply_text_of(POD_ON_DISK("two"));
    settle();
}

static const char *node_of(const char *name)
{
    return json_text_at(get("Pod", name), "spec", "nodeName");
}

START_TEST(a_volume_is_on_one_node_at_a_time)
{
    two_on_a_disk("ReadWriteOnce");
    ck_assert_str_eq(node_of("two"), node_of("one"));
}
END_TEST

START_TEST(and_not_where_that_has_died)
{
    two_on_a_disk("ReadWriteOnce");
    break_by(fmt(arena, "node=%s@1", node_of("one")));
    steps(1);
    apply_text_of(POD_ON_DISK("three"));
    steps(3);
    ck_assert_ptr_null(node_of("three"));
    ck_assert_ptr_nonnull(strstr(json_write(arena, json_at(get("Pod", "three"), "status"), NULL),
        "Multi-Attach error: volume \\\"d\\\" is attached to node"));
}
END_TEST

START_TEST(one_that_is_shared_is_on_many)
{
    two_on_a_disk("ReadWriteMany");
    ck_assert_str_ne(node_of("two"), node_of("one"));
}
END_TEST

/* pvc_protection_controller.go: a Pod without a node keeps no claim. */
START_TEST(a_claim_that_is_deleted_goes_with_the_pod_that_runs)
{
    two_on_a_disk("ReadWriteOncePod");
    ck_assert_ptr_null(json_text_at(get("Pod", "two"), "spec", "nodeName"));
    sim_delete(sim, "PersistentVolumeClaim", "default", "d");
    settle();
    ck_assert(object_terminating(get("PersistentVolumeClaim", "d")));
    sim_delete(sim, "Pod", "default", "one");
    settle();
    ck_assert_ptr_null(get("PersistentVolumeClaim", "d"));
    ck_assert_ptr_null(json_text_at(get("Pod", "two"), "spec", "nodeName"));
}
END_TEST

static const char *names_of(const json_t *containers)
{
    struct texts names = {.arena = arena};
    const json_t *container;

    json_each_item (containers, i, container)
        texts_add(&names, json_text_at(container, "name"));
    return texts_join(&names, " ");
}

START_TEST(a_mesh_puts_side_cars_into_new_pods)
{
    break_by("sidecar=first");
    break_by("sidecar=last");
    pod(PLAIN);
    settle();
    ck_assert_str_eq(names_of(json_at(get("Pod", "p"), "spec", "containers")),
        "mesh-first c mesh-last");
    ck_assert_str_eq(names_of(json_at(get("Pod", "p"), "status", "containerStatuses")),
        "mesh-first c mesh-last");
    ck_assert_str_eq(json_text_at(get("Pod", "p"), "status", "phase"), "Running");
}
END_TEST

START_TEST(faults_are_read)
{
    static const char *const wrong[] = {"", "pod", "pod=", "disk=x@3", "=x", "sidecar=middle"};
    const char *message = NULL;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        ck_assert(!sim_fail(sim, wrong[i], &message));
    ck_assert_ptr_nonnull(strstr(message, "must be pod=NAME"));
    ck_assert(!sim_fail(sim, "admit=team=infra", &message));
    ck_assert_str_eq(message,
        "admit must be label:KEY=VALUE or annotation:KEY=VALUE, got \"team=infra\"");
    break_by("image=i@sha256:0123");
    ck_assert_int_eq(sim->faults->first->second, 0);
    ck_assert_str_eq(sim->faults->first->what, "i@sha256:0123");
    break_by("image=i@sha256:0123@5");
    ck_assert_int_eq(sim->faults->first->next->second, 5);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, begin, sim_end);
    tcase_add_test(tcase, a_pod_becomes_ready_step_by_step);
    tcase_add_test(tcase, init_containers_run_first_and_one_after_the_other);
    tcase_add_test(tcase, a_deleted_pod_terminates_first);
    tcase_add_test(tcase, an_image_that_cannot_be_pulled);
    tcase_add_test(tcase, an_image_that_is_none);
    tcase_add_test(tcase, a_crash_at_a_step_is_over_after_three_restarts);
    tcase_add_test(tcase, a_crash_without_step_never_ends);
    tcase_add_test(tcase, a_claim_that_is_missing_holds_the_pod);
    tcase_add_test(tcase, nodes_are_made_as_they_are_asked_for_unless_the_user_brought_some);
    tcase_add_test(tcase, pods_of_one_owner_spread);
    tcase_add_test(tcase, a_node_that_dies_takes_its_pods_along);
    tcase_add_test(tcase, a_node_that_comes_back_in_time_has_its_pods);
    tcase_add_test(tcase, a_node_that_comes_back_late_has_none);
    tcase_add_test(tcase, pods_that_end_slowly);
    tcase_add_test(tcase, an_admission_policy_rewrites_new_pods);
    tcase_add_test(tcase, a_volume_is_on_one_node_at_a_time);
    tcase_add_test(tcase, and_not_where_that_has_died);
    tcase_add_test(tcase, one_that_is_shared_is_on_many);
    tcase_add_test(tcase, a_claim_that_is_deleted_goes_with_the_pod_that_runs);
    tcase_add_test(tcase, a_mesh_puts_side_cars_into_new_pods);
    tcase_add_test(tcase, faults_are_read);
}

TEST_MAIN(tests)
