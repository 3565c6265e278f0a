#include "testing.h"

#include "task.h"

static struct request request;
static struct answer answer;

static const json_t *no_children(void)
{
    return json_of("{'Pod.v1':{}}");
}

static struct tasks begin(const char *status, const json_t *children, const char *server)
{
    static struct place place;

    request = (struct request){.arena = arena,
        .parent = json_of(fmt(arena,
            "{'kind':'VitessShard','metadata':{'name':'vitess-zone1-main-x-80','namespace':'n'},"
            "'spec':{},'status':%s}",
            status)),
        .children = children};
    answer = (struct answer){.code = 200, .children = json_new_list(), .released = json_new_map()};
    place = (struct place){.namespace = "n",
        .labels = json_of("{'vitess.io/cluster':'vitess'}"),
        .topology = {"etcd2", "etcd:2379", "/vitess/global", NULL}};
    return tasks_begin(&request,
        &place,
        (struct vtctl_client){.image = "vitess/lite:v24.0.4", .server = server});
}

static struct task_reply ask(struct tasks *tasks)
{
    return task_ask(tasks, "idle", (const char *const[]){"GetShard", "main/-80", NULL}, NULL, NULL);
}

static const char *pod_name_of(const struct tasks *tasks)
{
    return object_name(json_array_get(tasks->emitted, 0));
}

/* The Pod that the first ask() makes, with a status. */
static const json_t *children_with(const char *metadata, const char *status)
{
    struct tasks tasks = begin("{}", no_children(), "vitess-global-vtctld:15999");
    json_t *pod;
    json_t *group = json_new_map();
    json_t *children = json_new_map();

    ask(&tasks);
    pod = json_overlay(json_array_get(tasks.emitted, 0), NULL);
    json_put(pod, "metadata", json_overlay(json_at(pod, "metadata"), json_of(metadata)));
    json_put(pod, "status", json_of(status));
    json_put(group, fmt(arena, "n/%s", object_name(pod)), pod);
    json_put(children, "Pod.v1", group);
    return children;
}

static const json_t *children_with_pod(const char *status)
{
    return children_with("{}", status);
}

START_TEST(a_question_is_asked_once)
{
    struct tasks tasks = begin("{}", no_children(), "vitess-global-vtctld:15999");
    struct task_reply reply = ask(&tasks);
    const json_t *container;

    ask(&tasks);
    tasks_emit(&tasks, &answer);
    ck_assert_int_eq(reply.state, TASK_ASKED);
    ck_assert_uint_eq(json_array_size(answer.children), 1);
    ck_assert_uint_eq(json_array_size(tasks.remembered), 0);
    container =
        json_array_get(json_at(json_array_get(answer.children, 0), "spec", "containers"), 0);
    ck_json(json_at(container, "command"),
        "['sh','-c','exec \\'$@\\' >/dev/termination-log','task','/vt/bin/vtctldclient','--server',"
        "'vitess-global-vtctld:15999','GetShard','main/-80']");
    ck_assert_str_eq(json_text_at(container, "terminationMessagePolicy"), "FallbackToLogsOnError");
}
END_TEST

START_TEST(without_vtctld_the_client_is_told_the_topology)
{
    struct tasks tasks = begin("{}", no_children(), "internal");

    ask(&tasks);
    ck_json(
        json_at(json_array_get(json_at(json_array_get(tasks.emitted, 0), "spec", "containers"), 0),
            "command"),
        "['sh','-c','exec \\'$@\\' >/dev/termination-log','task','/vt/bin/vtctldclient','--server',"
        "'internal','--topo-implementation=etcd2','--topo-global-server-address=etcd:2379',"
        "'--topo-global-root=/vitess/global','GetShard','main/-80']");
}
END_TEST

START_TEST(a_task_can_wait_for_its_answer)
{
    struct tasks tasks = begin("{}", no_children(), "v:15999");
    struct task_reply once = ask(&tasks);
    struct task_reply waits = task_await(&tasks,
        "idle",
        "\"x\": *false",
        (const char *const[]){"GetShard", "main/-80", NULL},
        NULL,
        NULL);

    ck_assert_str_ne(once.question, waits.question);
    ck_json(
        json_at(json_array_get(json_at(json_array_get(tasks.emitted, 1), "spec", "containers"), 0),
            "command"),
        "['sh','-c','pattern=$1; shift; until \\'$@\\' 2>&1 | tee /dev/termination-log | grep -Eq "
        "\\'$pattern\\'; do sleep 5; done','task','\\'x\\': *false','/vt/bin/vtctldclient',"
        "'--server','v:15999','GetShard','main/-80']");
}
END_TEST

START_TEST(what_is_gone_already_is_deleted)
{
    struct tasks tasks = begin("{}", no_children(), "v:15999");

    task_delete(&tasks, "delete-cell", (const char *const[]){"DeleteCellInfo", "a", NULL}, NULL);
    ck_assert_str_eq(
        json_write(arena,
            json_at(
                json_array_get(json_at(json_array_get(tasks.emitted, 0), "spec", "containers"), 0),
                "command"),
            NULL),
        "[\"sh\",\"-c\",\"pattern=$1; shift; \\\"$@\\\" \\u003e/dev/termination-log "
        "2\\u003e\\u00261 || "
        "grep -Eq \\\"$pattern\\\" /dev/termination-log\",\"task\",\"node doesn't exist\","
        "\"/vt/bin/vtctldclient\",\"--server\",\"v:15999\",\"DeleteCellInfo\",\"a\"]");
}
END_TEST

START_TEST(an_answer_is_remembered_before_its_pod_goes)
{
    const json_t *children = children_with_pod(
        "{'phase':'Succeeded','containerStatuses':[{'state':{'terminated':{'message':'yes'}}}]}");
    struct tasks tasks = begin("{}", children, "vitess-global-vtctld:15999");
    struct task_reply reply = ask(&tasks);

    ck_assert_int_eq(reply.state, TASK_ANSWERED);
    ck_assert_str_eq(reply.text, "");
    ck_assert_uint_eq(json_array_size(tasks.emitted), 1);
    ck_json(tasks.remembered, fmt(arena, "[{'answer':'','question':'%s'}]", reply.question));

    tasks = begin(fmt(arena, "{'tasks':[{'question':'%s','answer':''}]}", reply.question),
        children,
        "vitess-global-vtctld:15999");
    ck_assert_int_eq(ask(&tasks).state, TASK_ANSWERED);
    ck_assert_uint_eq(json_array_size(tasks.emitted), 0);
    ck_assert_uint_eq(json_array_size(tasks.remembered), 1);
}
END_TEST

#define GOING "{'uid':'u1','deletionTimestamp':'2026-11-21T08:00:00Z'}"
#define SAYS_YES                                                                                   \
    "{'phase':'Succeeded','containerStatuses':[{'state':{'terminated':{'message':'yes'}}}]}"

/* The same question comes back while the Pod of the last time still goes, which on a dead node
 * takes for ever: another one is asked. */
START_TEST(what_a_pod_said_that_is_going_is_old)
{
    const json_t *children = children_with(GOING, SAYS_YES);
    struct tasks tasks = begin("{}", children, "vitess-global-vtctld:15999");
    const json_t *pod;

    ck_assert_int_eq(ask(&tasks).state, TASK_ASKED);
    ck_assert_uint_eq(json_array_size(tasks.remembered), 0);
    ck_assert_uint_eq(json_array_size(tasks.emitted), 1);
    pod = json_array_get(tasks.emitted, 0);
    ck_assert_ptr_null(json_at(children, "Pod.v1", fmt(arena, "n/%s", object_name(pod))));
    ck_assert_uint_le(strlen(object_name(pod)), 63);
}
END_TEST

/* And once the old one is gone it is still the one that was asked. */
START_TEST(who_was_asked_instead_is_heard)
{
    struct tasks tasks = begin("{}", children_with(GOING, SAYS_YES), "vitess-global-vtctld:15999");
    const char *name;

    ask(&tasks);
    name = object_name(json_array_get(tasks.emitted, 0));
    tasks = begin("{}",
        children_with(fmt(arena, "{'uid':'u2','name':'%s'}", name), SAYS_YES),
        "vitess-global-vtctld:15999");
    ck_assert_int_eq(ask(&tasks).state, TASK_ANSWERED);
    ck_assert_str_eq(object_name(json_array_get(tasks.emitted, 0)), name);
}
END_TEST

/* Nobody could read what it said: that is not to have said nothing, so it is asked anew. */
START_TEST(an_end_without_its_container_is_no_answer)
{
    struct tasks tasks =
        begin("{}", children_with_pod("{'phase':'Succeeded'}"), "vitess-global-vtctld:15999");

    ck_assert_int_ne(ask(&tasks).state, TASK_ANSWERED);
    ck_assert_uint_eq(json_array_size(tasks.remembered), 0);
    ck_assert_uint_eq(json_array_size(tasks.emitted), 0);
}
END_TEST

static const char *loudly(struct arena *a, const char *raw)
{
    return fmt(a, "%s!", raw);
}

START_TEST(what_is_remembered_is_digested)
{
    struct tasks tasks = begin("{}",
        children_with_pod("{'phase':'Succeeded','containerStatuses':[{'state':{'terminated':{"
                          "'message':'yes'}}}]}"),
        "vitess-global-vtctld:15999");
    struct task_reply reply =
        task_ask(&tasks, "idle", (const char *const[]){"GetShard", "main/-80", NULL}, NULL, loudly);

    ck_assert_str_eq(reply.text, "yes!");
}
END_TEST

START_TEST(a_failure_is_told_and_tried_again)
{
    struct tasks tasks = begin("{}",
        children_with_pod("{'phase':'Running','containerStatuses':[{'restartCount':3,'state':{"
                          "'waiting':{'reason':'CrashLoopBackOff'}},'lastState':{'terminated':{"
                          "'exitCode':1,'message':'no primary'}}}]}"),
        "vitess-global-vtctld:15999");
    struct task_reply reply = ask(&tasks);

    ck_assert_int_eq(reply.state, TASK_FAILING);
    ck_assert_str_eq(reply.text, "no primary");
    ck_assert_str_eq(tasks.trouble, "task idle: no primary");
    ck_assert_str_eq(tasks.stuck, "task idle: no primary");
    ck_assert_uint_eq(json_array_size(tasks.emitted), 1);
    ck_assert_uint_eq(json_array_size(tasks.remembered), 0);
}
END_TEST

START_TEST(a_first_failure_is_no_state_yet)
{
    struct tasks tasks = begin("{}",
        children_with_pod("{'phase':'Running','containerStatuses':[{'restartCount':1,'state':{"
                          "'running':{}},'lastState':{'terminated':{'exitCode':1,'message':"
                          "'no primary'}}}]}"),
        "vitess-global-vtctld:15999");

    ask(&tasks);
    ck_assert_str_eq(tasks.trouble, "task idle: no primary");
    ck_assert_ptr_null(tasks.stuck);
}
END_TEST

/* A condition that changed with each try would be a write each time. */
START_TEST(between_two_tries_it_still_fails)
{
    static const char *const states[] = {"'waiting':{'reason':'CrashLoopBackOff'}",
        "'running':{}",
        "'terminated':{'exitCode':1,'message':'no primary'}"};

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        struct tasks tasks = begin("{}",
            children_with_pod(fmt(arena,
                "{'phase':'Running','containerStatuses':[{'restartCount':2,'state':{%s},'lastState'"
                ":"
                "{'terminated':{'exitCode':1,'message':'no primary'}}}]}",
                states[i])),
            "vitess-global-vtctld:15999");

        ck_assert_int_eq(ask(&tasks).state, TASK_FAILING);
        ck_assert_str_eq(tasks.stuck, "task idle: no primary");
    }
}
END_TEST

START_TEST(an_image_that_cannot_be_pulled_is_told)
{
    struct tasks tasks = begin("{}",
        children_with_pod("{'phase':'Pending','containerStatuses':[{'state':{'waiting':{'reason':"
                          "'ImagePullBackOff'}}}]}"),
        "vitess-global-vtctld:15999");

    ck_assert_str_eq(ask(&tasks).text, "ImagePullBackOff");
}
END_TEST

START_TEST(an_evicted_task_is_made_anew)
{
    struct tasks tasks = begin("{}",
        children_with_pod("{'phase':'Failed','reason':'Evicted'}"),
        "vitess-global-vtctld:15999");

    ask(&tasks);
    ck_assert_uint_eq(json_array_size(tasks.emitted), 0);
}
END_TEST

START_TEST(names_hash_the_question)
{
    struct tasks tasks = begin("{}", no_children(), "v:15999");
    const char *const arguments[] = {"GetShard", "main/-80", NULL};
    struct task_reply first = task_ask(&tasks, "idle", arguments, "1", NULL);
    struct task_reply second = task_ask(&tasks, "idle", arguments, "2", NULL);
    const char *name = pod_name_of(&tasks);

    ck_assert_str_ne(first.question, second.question);
    ck_assert_str_ne(name, object_name(json_array_get(tasks.emitted, 1)));

    /* A mended image is tried at once and is no new question. */
    tasks = begin("{}", no_children(), "v:15999");
    tasks.client.image = "vitess/lite:v24.0.5";
    ck_assert_str_eq(task_ask(&tasks, "idle", arguments, "1", NULL).question, first.question);
    ck_assert_str_ne(pod_name_of(&tasks), name);
}
END_TEST

START_TEST(names_are_host_names)
{
    struct tasks tasks = begin("{}", no_children(), "v:15999");

    tasks.prefix = "a-cluster-with-a-long-name-zone1-and-a-keyspace-that-is-long-too-x-80";
    ask(&tasks);
    ck_assert_uint_eq(strlen(pod_name_of(&tasks)), 58);
    ck_assert(text_starts_with(pod_name_of(&tasks), "a-cluster-with-a-long-name-zone1-"));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_question_is_asked_once);
    tcase_add_test(tcase, without_vtctld_the_client_is_told_the_topology);
    tcase_add_test(tcase, a_task_can_wait_for_its_answer);
    tcase_add_test(tcase, what_is_gone_already_is_deleted);
    tcase_add_test(tcase, an_answer_is_remembered_before_its_pod_goes);
    tcase_add_test(tcase, what_a_pod_said_that_is_going_is_old);
    tcase_add_test(tcase, who_was_asked_instead_is_heard);
    tcase_add_test(tcase, an_end_without_its_container_is_no_answer);
    tcase_add_test(tcase, what_is_remembered_is_digested);
    tcase_add_test(tcase, a_failure_is_told_and_tried_again);
    tcase_add_test(tcase, a_first_failure_is_no_state_yet);
    tcase_add_test(tcase, between_two_tries_it_still_fails);
    tcase_add_test(tcase, an_image_that_cannot_be_pulled_is_told);
    tcase_add_test(tcase, an_evicted_task_is_made_anew);
    tcase_add_test(tcase, names_hash_the_question);
    tcase_add_test(tcase, names_are_host_names);
}

TEST_MAIN(tests)
