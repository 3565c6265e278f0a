#include "testing.h"

#include "metadata.h"
#include "staging.h"

static const struct api_keys keys = {.spec_size = "size", .not_made_here = "ours/note"};

static const json_t *deployment(const char *status)
{
    return json_of(fmt(arena,
        "{'kind':'Deployment','metadata':{'generation':2},'spec':{'replicas':2},'status':%s}",
        status));
}

START_TEST(deployments_settle_as_kubectl_rollout_status_says)
{
    static const char *const unsettled[] = {
        "{}",
        "{'observedGeneration':1,'replicas':2,'updatedReplicas':2,'availableReplicas':2}",
        "{'observedGeneration':2,'replicas':2,'updatedReplicas':1,'availableReplicas':2}",
        "{'observedGeneration':2,'replicas':3,'updatedReplicas':2,'availableReplicas':2}",
        "{'observedGeneration':2,'replicas':2,'updatedReplicas':2,'availableReplicas':1}",
    };

    for (size_t i = 0; i < sizeof(unsettled) / sizeof(unsettled[0]); i++)
        ck_assert_msg(!deployment_settled(deployment(unsettled[i])), "%s", unsettled[i]);
    ck_assert(deployment_settled(deployment(
        "{'observedGeneration':2,'replicas':2,'updatedReplicas':2,'availableReplicas':2}")));
}
END_TEST

START_TEST(statefulsets_settle_when_all_are_ready_and_new)
{
    const char *object = "{'metadata':{'generation':1},'spec':{'replicas':3},'status':{"
                         "'observedGeneration':1,'readyReplicas':%d,'updatedReplicas':%d}}";

    ck_assert(statefulset_settled(json_of(fmt(arena, object, 3, 3))));
    ck_assert(!statefulset_settled(json_of(fmt(arena, object, 2, 3))));
    ck_assert(!statefulset_settled(json_of(fmt(arena, object, 3, 2))));
}
END_TEST

START_TEST(own_kinds_settle_at_their_own_generation)
{
    const char *object = "{'metadata':{'generation':2},'status':{'observedGeneration':%d,"
                         "'conditions':[{'type':'Ready','status':'%s'},{'type':'Updated','status':"
                         "'%s','reason':'RolloutStalled','message':'Pod x: CrashLoopBackOff'}]}}";
    const json_t *stalled = json_of(fmt(arena, object, 2, "False", "False"));

    ck_assert(resource_settled(json_of(fmt(arena, object, 2, "True", "True"))));
    ck_assert(!resource_settled(json_of(fmt(arena, object, 1, "True", "True"))));
    ck_assert(!resource_settled(json_of(fmt(arena, object, 2, "True", "False"))));
    ck_assert_str_eq(resource_trouble(stalled), "Pod x: CrashLoopBackOff");
    /* What it said of an older spec says nothing of this one. */
    ck_assert_ptr_null(resource_trouble(json_of(fmt(arena, object, 1, "False", "False"))));
    ck_assert_ptr_null(resource_trouble(json_of(fmt(arena, object, 2, "True", "True"))));
}
END_TEST

START_TEST(deployment_trouble_is_a_state)
{
    ck_assert_str_eq(deployment_trouble(deployment(
                         "{'conditions':[{'type':'Progressing','status':'False','reason':"
                         "'ProgressDeadlineExceeded'}]}")),
        "ProgressDeadlineExceeded");
    ck_assert_str_eq(deployment_trouble(deployment("{'conditions':[{'type':'ReplicaFailure',"
                                                   "'status':'True','reason':'FailedCreate'}]}")),
        "FailedCreate");
    ck_assert_ptr_null(
        deployment_trouble(deployment("{'conditions':[{'type':'Progressing','status':'True'}]}")));
}
END_TEST

static const struct {
    const char *status;
    const char *trouble;
} pods[] = {
    {"{'phase':'Running'}", NULL},
    {"{'phase':'Pending','containerStatuses':[{'state':{'waiting':{'reason':'ContainerCreating'}}}"
     "]}",
        NULL},
    {"{'phase':'Pending','containerStatuses':[{'state':{'waiting':{'reason':'ErrImagePull'}}}]}",
        "ErrImagePull"},
    {"{'phase':'Pending','initContainerStatuses':[{'state':{'waiting':{'reason':"
     "'InvalidImageName'}}}],'containerStatuses':[{'state':{'waiting':{'reason':"
     "'PodInitializing'}}}]}",
        "InvalidImageName"},
    {"{'phase':'Running','containerStatuses':[{'state':{'running':{}}},{'state':{'waiting':{"
     "'reason':'CrashLoopBackOff'}}}]}",
        "CrashLoopBackOff"},
    {"{'phase':'Pending','conditions':[{'type':'PodScheduled','status':'False','reason':"
     "'Unschedulable'}]}",
        "Unschedulable"},
    {"{'phase':'Failed','reason':'Evicted'}", "Evicted"},
    {"{'phase':'Failed'}", "Failed"},
};

START_TEST(pod_trouble_is_a_state)
{
    const json_t *pod = json_of(fmt(arena, "{'status':%s}", pods[_i].status));

    if (pods[_i].trouble == NULL)
        ck_assert_ptr_null(pod_trouble(pod));
    else
        ck_assert_str_eq(pod_trouble(pod), pods[_i].trouble);
}
END_TEST

START_TEST(restarts_are_summed_over_containers)
{
    ck_assert_int_eq(pod_restarts(json_of("{'status':{'initContainerStatuses':[{'restartCount':1}],"
                                          "'containerStatuses':[{'restartCount':2},{}]}}")),
        3);
}
END_TEST

#define MOST "9223372036854775807"
#define LEAST "-9223372036854775808"

START_TEST(restarts_end_at_the_largest_number)
{
    ck_assert_int_eq(pod_restarts(json_of(
                         "{'status':{'initContainerStatuses':[{'restartCount':" MOST "}],"
                         "'containerStatuses':[{'restartCount':" MOST "},{'restartCount':1}]}}")),
        INT64_MAX);
    ck_assert_int_eq(
        pod_restarts(json_of("{'status':{'initContainerStatuses':[{'restartCount':" LEAST "}],"
                             "'containerStatuses':[{'restartCount':" LEAST "},{'restartCount':-1}]"
                             "}}")),
        INT64_MIN);
}
END_TEST

static const json_t *pod_of(const char *inits, const char *containers)
{
    return json_of(fmt(arena,
        "{'status':{'phase':'Running','initContainerStatuses':[%s],'containerStatuses':[%s]}}",
        inits,
        containers));
}

#define LOOPS(name)                                                                                \
    "{'name':'" name "','restartCount':3,'state':{'waiting':{'reason':'CrashLoopBackOff'}}}"

/* Others may be before and behind it. */
START_TEST(one_container_of_a_pod)
{
    const json_t *runs = pod_of(LOOPS("init"),
        LOOPS("a") ",{'name':'b','restartCount':1,'state':{'running':{}}}," LOOPS("c"));
    const json_t *waits = pod_of(LOOPS("init"),
        "{'name':'b','restartCount':0,'state':{'waiting':{'reason':'PodInitializing'}}}");
    const json_t *ended = pod_of(LOOPS("init"), "{'name':'b','state':{'terminated':{}}}");
    const json_t *again = pod_of(LOOPS("init"),
        "{'name':'b','restartCount':7,'lastState':{'terminated':{}},'state':{'waiting':{'reason':"
        "'ErrImagePull'}}}");

    ck_assert_int_eq(json_int_at(pod_container(runs, "b"), 0, "restartCount"), 1);
    ck_assert_int_eq(json_int_at(pod_container(runs, "init"), 0, "restartCount"), 3);
    ck_assert_ptr_null(pod_container(runs, "d"));
    ck_assert_ptr_null(pod_container(NULL, "b"));
    ck_assert(container_has_started(runs, "b"));
    ck_assert_ptr_null(container_trouble(runs, "b"));
    ck_assert_int_eq(container_restarts(runs, "b"), 1);
    ck_assert(!container_has_started(waits, "b"));
    ck_assert_str_eq(container_trouble(waits, "b"), "CrashLoopBackOff");
    ck_assert_int_eq(container_restarts(waits, "b"), 3);
    ck_assert(container_has_started(ended, "b"));
    ck_assert_ptr_null(container_trouble(ended, "b"));
    ck_assert_str_eq(container_trouble(again, "b"), "ErrImagePull");
    ck_assert_int_eq(container_restarts(again, "b"), 7);
    ck_assert_str_eq(
        container_trouble(json_of("{'status':{'phase':'Failed','reason':'Evicted'}}"), "b"),
        "Evicted");
}
END_TEST

#define WAITS(name, restarts, reason)                                                              \
    "{'name':'" name "','restartCount':" restarts ",'state':{'waiting':{'reason':'" reason "'}}}"

START_TEST(what_has_ended_once_is_not_broken)
{
    ck_assert(!pod_broken(pod_of("", WAITS("a", "1", "CrashLoopBackOff"))));
    ck_assert(!pod_broken(pod_of(WAITS("mysql", "2", "CrashLoopBackOff"), "")));
    ck_assert(pod_broken(pod_of("", WAITS("a", "3", "CrashLoopBackOff"))));
    ck_assert(pod_broken(pod_of(WAITS("mysql", "3", "CrashLoopBackOff"), "")));
    ck_assert(pod_broken(pod_of("", WAITS("a", "0", "ImagePullBackOff"))));
    ck_assert(!pod_broken(pod_of("", WAITS("a", "0", "ContainerCreating"))));
    ck_assert(pod_broken(json_of("{'status':{'phase':'Failed','reason':'Evicted'}}")));
    ck_assert(!pod_broken(NULL));
}
END_TEST

/* --- what the API server refuses to change --- */

static const json_t *applied_as(const char *object)
{
    json_t *copy = json_overlay(json_of(object), NULL);
    json_t *metadata = json_overlay(json_at(copy, "metadata"), NULL);
    json_t *annotations = json_new_map();

    json_put_text(annotations,
        "metacontroller.k8s.io/last-applied-configuration",
        json_write(arena, json_of(object), NULL));
    json_put(metadata, "annotations", annotations);
    json_put(copy, "metadata", metadata);
    return copy;
}

START_TEST(immutable_fields_are_put_back)
{
    static const char *const before =
        "{'kind':'StatefulSet','metadata':{'name':'x'},'spec':{'replicas':1,'serviceName':'old',"
        "'selector':{'a':'1'}}}";
    const char *refused = NULL;
    const json_t *kept = keep_immutable(arena,
        &keys,
        json_of("{'kind':'StatefulSet','metadata':{'name':'x'},'spec':{'replicas':3,"
                "'serviceName':'new','volumeClaimTemplates':[]}}"),
        applied_as(before),
        &refused);

    ck_json(kept,
        "{'kind':'StatefulSet','metadata':{'name':'x'},'spec':{'replicas':3,"
        "'serviceName':'old','selector':{'a':'1'}}}");
    ck_assert_str_eq(refused, "spec.selector");
}
END_TEST

START_TEST(what_may_change_is_left_alone)
{
    const json_t *wanted = json_of("{'kind':'Deployment','spec':{'replicas':2,'selector':{}}}");
    const char *refused = NULL;

    ck_assert_ptr_eq(keep_immutable(arena,
                         &keys,
                         wanted,
                         applied_as("{'kind':'Deployment','spec':{'replicas':1,'selector':{}}}"),
                         &refused),
        wanted);
    ck_assert_ptr_eq(keep_immutable(arena, &keys, wanted, NULL, &refused), wanted);
    ck_assert_ptr_null(refused);
}
END_TEST

START_TEST(a_claim_keeps_its_class)
{
    static const char *const claim = "{'kind':'PersistentVolumeClaim','spec':{'storageClassName':"
                                     "'%s','resources':{'requests':{'storage':'%s'}}}}";
    const json_t *observed = applied_as(fmt(arena, claim, "fast", "4Gi"));
    const char *refused = NULL;

    ck_json(
        keep_immutable(arena, &keys, json_of(fmt(arena, claim, "slow", "8Gi")), observed, &refused),
        fmt(arena, claim, "fast", "8Gi"));
    ck_assert_str_eq(refused, "spec.storageClassName");
}
END_TEST

#define CLAIM_NAMED(name, spec)                                                                    \
    "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'" name                  \
    "'},'spec':" spec "}"

/* A restored claim carries the annotation of another one, and Metacontroller takes away what that
 * has and we do not send. */
START_TEST(what_a_foreign_annotation_would_take_away_is_kept)
{
    static const struct {
        const char *annotated, *there;
        bool kept;
    } rows[] = {
        {"{'storageClassName':'fast'}", "{'storageClassName':'fast'}", true},
        {"{}", "{'storageClassName':'fast'}", false},
        {"{'storageClassName':'fast'}", "{}", false},
        {"{}", "{}", false},
    };
    const json_t *wanted = json_of(CLAIM_NAMED("x", "{}"));

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *other = fmt(arena, CLAIM_NAMED("y", "%s"), rows[i].annotated);
        json_t *observed = json_overlay(applied_as(other), NULL);
        json_t *metadata = json_overlay(json_at(observed, "metadata"), NULL);
        const char *refused = NULL;

        json_put_text(metadata, "name", "x");
        json_put(observed, "metadata", metadata);
        json_put(observed, "spec", json_of(rows[i].there));
        ck_json(keep_immutable(arena, &keys, wanted, observed, &refused),
            rows[i].kept ? CLAIM_NAMED("x", "{'storageClassName':'fast'}")
                         : CLAIM_NAMED("x", "{}"));
        ck_assert_pstr_eq(refused, rows[i].kept ? "spec.storageClassName" : NULL);
    }
}
END_TEST

/* --- the size of a claim --- */

#define CLAIM_OF(size)                                                                             \
    "{'kind':'PersistentVolumeClaim','metadata':{'name':'x'},"                                     \
    "'spec':{'accessModes':['A'],'resources':{'requests':{'storage':'" size "'}}}}"
#define CLAIM_ASKED(size, asked)                                                                   \
    "{'kind':'PersistentVolumeClaim','metadata':{'name':'x','annotations':{'size':'" asked "'}},"  \
    "'spec':{'accessModes':['A'],'resources':{'requests':{'storage':'" size "'}}}}"
#define REFUSED "spec.resources.requests.storage"

/* A claim that was applied as `applied` and has `size` by now. */
static const json_t *claim_of_size(const char *applied, const char *size, const char *phase)
{
    const json_t *observed =
        applied == NULL ? json_of("{'kind':'PersistentVolumeClaim'}") : applied_as(applied);
    json_t *copy = json_overlay(observed, NULL);

    json_put(copy,
        "spec",
        json_of(
            fmt(arena, "{'accessModes':['A'],'resources':{'requests':{'storage':'%s'}}}", size)));
    json_put(copy, "status", json_of(fmt(arena, "{'phase':'%s'}", phase)));
    return copy;
}

START_TEST(a_claim_is_sent_only_sizes_that_it_can_take)
{
    static const struct {
        const char *wanted, *applied, *has, *phase, *sent, *refused;
    } rows[] = {
        /* It grows, once it is bound. */
        {CLAIM_OF("8Gi"), CLAIM_OF("4Gi"), "4Gi", "Bound", CLAIM_OF("8Gi"), NULL},
        {CLAIM_OF("8Gi"), CLAIM_OF("4Gi"), "4Gi", "Pending", CLAIM_OF("4Gi"), NULL},
        {CLAIM_OF("8Gi"), CLAIM_OF("4Gi"), "4Gi", "Lost", CLAIM_OF("4Gi"), NULL},
        /* It never shrinks. */
        {CLAIM_OF("2Gi"), CLAIM_OF("4Gi"), "4Gi", "Bound", CLAIM_OF("4Gi"), REFUSED},
        {CLAIM_OF("2Gi"), CLAIM_OF("4Gi"), "4Gi", "Pending", CLAIM_OF("4Gi"), REFUSED},
        {CLAIM_OF("2Gi"), CLAIM_OF("4Gi"), "9Gi", "Bound", CLAIM_ASKED("9Gi", "4Gi"), REFUSED},
        /* Somebody else has grown it; then that has been sent, and they grow it again. */
        {CLAIM_OF("4Gi"), CLAIM_OF("4Gi"), "9Gi", "Bound", CLAIM_ASKED("9Gi", "4Gi"), NULL},
        {CLAIM_OF("4Gi"),
            CLAIM_ASKED("9Gi", "4Gi"),
            "9Gi",
            "Bound",
            CLAIM_ASKED("9Gi", "4Gi"),
            NULL},
        {CLAIM_OF("4Gi"),
            CLAIM_ASKED("9Gi", "4Gi"),
            "20Gi",
            "Bound",
            CLAIM_ASKED("20Gi", "4Gi"),
            NULL},
        /* The spec asks for more, but not for all of it; for all; for more than there is. */
        {CLAIM_OF("6Gi"),
            CLAIM_ASKED("9Gi", "4Gi"),
            "9Gi",
            "Bound",
            CLAIM_ASKED("9Gi", "6Gi"),
            NULL},
        {CLAIM_OF("9Gi"), CLAIM_ASKED("9Gi", "4Gi"), "9Gi", "Bound", CLAIM_OF("9Gi"), NULL},
        {CLAIM_OF("12Gi"), CLAIM_ASKED("9Gi", "4Gi"), "9Gi", "Bound", CLAIM_OF("12Gi"), NULL},
        /* The spec asks for less than before. */
        {CLAIM_OF("2Gi"),
            CLAIM_ASKED("9Gi", "4Gi"),
            "9Gi",
            "Bound",
            CLAIM_ASKED("9Gi", "4Gi"),
            REFUSED},
        {CLAIM_OF("4Gi"), CLAIM_OF("9Gi"), "9Gi", "Bound", CLAIM_OF("9Gi"), REFUSED},
        /* What was applied last, sent again. */
        {CLAIM_ASKED("9Gi", "4Gi"),
            CLAIM_ASKED("9Gi", "4Gi"),
            "9Gi",
            "Bound",
            CLAIM_ASKED("9Gi", "4Gi"),
            NULL},
        {CLAIM_ASKED("9Gi", "4Gi"),
            CLAIM_ASKED("9Gi", "4Gi"),
            "20Gi",
            "Bound",
            CLAIM_ASKED("20Gi", "4Gi"),
            NULL},
        /* Edited by hand: an annotation that is no size, none that tells what was applied. */
        {CLAIM_OF("4Gi"), CLAIM_ASKED("9Gi", "much"), "9Gi", "Bound", CLAIM_OF("9Gi"), REFUSED},
        {CLAIM_OF("4Gi"), NULL, "9Gi", "Bound", CLAIM_ASKED("9Gi", "4Gi"), NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *refused = NULL;
        const json_t *sent = keep_claim_size(arena,
            &keys,
            json_of(rows[i].wanted),
            claim_of_size(rows[i].applied, rows[i].has, rows[i].phase),
            &refused);

        ck_json(sent, rows[i].sent);
        ck_assert_pstr_eq(refused, rows[i].refused);
    }
}
END_TEST

START_TEST(a_claim_that_nobody_has_grown_is_left_alone)
{
    const json_t *wanted = json_of(CLAIM_OF("4Gi"));
    const json_t *bare = json_of("{'kind':'PersistentVolumeClaim','metadata':{'name':'x'}}");
    const json_t *observed = claim_of_size(CLAIM_OF("4Gi"), "4Gi", "Bound");

    ck_assert_ptr_eq(keep_claim_size(arena, &keys, wanted, observed, NULL), wanted);
    ck_assert_ptr_eq(keep_claim_size(arena, &keys, wanted, NULL, NULL), wanted);
    ck_assert_ptr_eq(keep_claim_size(arena, &keys, bare, observed, NULL), bare);
}
END_TEST

START_TEST(a_kept_claim_owns_itself)
{
    ck_json(owns_itself(arena, "c", "u", NULL),
        "[{'apiVersion':'v1','kind':'PersistentVolumeClaim','name':'c','uid':'u',"
        "'controller':false,'blockOwnerDeletion':false}]");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, deployments_settle_as_kubectl_rollout_status_says);
    tcase_add_test(tcase, statefulsets_settle_when_all_are_ready_and_new);
    tcase_add_test(tcase, own_kinds_settle_at_their_own_generation);
    tcase_add_test(tcase, deployment_trouble_is_a_state);
    tcase_add_loop_test(tcase, pod_trouble_is_a_state, 0, sizeof(pods) / sizeof(pods[0]));
    tcase_add_test(tcase, restarts_are_summed_over_containers);
    tcase_add_test(tcase, restarts_end_at_the_largest_number);
    tcase_add_test(tcase, one_container_of_a_pod);
    tcase_add_test(tcase, what_has_ended_once_is_not_broken);
    tcase_add_test(tcase, immutable_fields_are_put_back);
    tcase_add_test(tcase, what_may_change_is_left_alone);
    tcase_add_test(tcase, a_claim_keeps_its_class);
    tcase_add_test(tcase, what_a_foreign_annotation_would_take_away_is_kept);
    tcase_add_test(tcase, a_claim_is_sent_only_sizes_that_it_can_take);
    tcase_add_test(tcase, a_claim_that_nobody_has_grown_is_left_alone);
    tcase_add_test(tcase, a_kept_claim_owns_itself);
}

TEST_MAIN(tests)
