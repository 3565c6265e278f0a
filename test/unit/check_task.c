#include "world.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../hooks/v1alpha1/v1alpha1.h"
#include "task.h"

#define SERVER "vitess-global-vtctld:15999"

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
        .keys = &v1_keys,
        .parent = json_of(fmt(arena,
            "{'kind':'VitessShard','metadata':{'name':'vitess-zone1-main-x-80','namespace':'n','"
            "uid':'p1'},"
            "'spec':{},'status':%s}",
            status)),
        .children = children};
    answer = (struct answer){.code = 200, .children = json_new_list(), .released = json_new_map()};
    place = (struct place){.keys = &v1_keys,
        .namespace = "n",
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

static const char *louder(struct arena *a, const void *asked, const char *raw,
    const char **unexpected)
{
    *unexpected = fmt(a, "%s is not %s", json_brief(a, json_string(raw)), (const char *)asked);
    return text_equal(raw, asked) ? fmt(a, "%s!", raw) : NULL;
}

static bool is_loud(struct arena *a, const void *asked, const char *text)
{
    return text_equal(text, fmt(a, "%s!", (const char *)asked));
}

static struct task_reply ask_loudly(struct tasks *tasks)
{
    static const struct task_reading reading = {louder, is_loud, "yes"};

    return task_ask(tasks,
        "idle",
        (const char *const[]){"GetShard", "main/-80", NULL},
        NULL,
        &reading);
}

static const char *pod_name_of(const struct tasks *tasks)
{
    return object_name(json_array_get(tasks->emitted, 0));
}

#define LAST_APPLIED "metacontroller.k8s.io/last-applied-configuration"

/* `desired` as the cluster has it: a child of the parent, with what was applied. */
static json_t *applied(const json_t *desired)
{
    json_t *pod = json_clone(desired);

    put_at(pod, "metadata.uid", json_string("u1"));
    put_at(pod, "metadata.generation", json_integer(1));
    put_at(pod, "metadata.ownerReferences", json_of("[{'uid':'p1','controller':true}]"));
    put_at(pod, "metadata.annotations", json_new_map());
    json_put(json_object_get(json_object_get(pod, "metadata"), "annotations"),
        LAST_APPLIED,
        json_string(json_write(arena, desired, NULL)));
    return pod;
}

/* The Pod that the first ask() makes. */
static json_t *asked_pod(void)
{
    struct tasks tasks = begin("{}", no_children(), SERVER);

    ask(&tasks);
    return applied(json_array_get(tasks.emitted, 0));
}

static const json_t *children_of(const json_t *pod)
{
    json_t *group = json_new_map();
    json_t *children = json_new_map();

    json_put(group, fmt(arena, "n/%s", object_name(pod)), pod);
    json_put(children, "Pod.v1", group);
    return children;
}

/* The Pod that the first ask() makes, with a status. */
static const json_t *children_with_pod(const char *status)
{
    json_t *pod = asked_pod();

    put_at(pod, "status", json_of(status));
    return children_of(pod);
}

/* "'waiting':{...}" -> the status of a Pod whose only container is in that state. */
static const char *in_state(const char *phase, const char *state)
{
    return fmt(arena,
        "{'phase':'%s','containerStatuses':[{'name':'task','restartCount':0,'state':{%s}}]}",
        phase,
        state);
}

#define ENDED_WELL "'terminated':{'exitCode':0,'reason':'Completed','message':'yes'}"
#define SAYS_YES in_state("Succeeded", ENDED_WELL)

/* What ask() hears of a Pod, and what it makes of it. */
static struct task_reply hears(const json_t *pod, struct tasks *tasks)
{
    *tasks = begin("{}", children_of(pod), SERVER);
    return ask(tasks);
}

/* It says yes, but nobody listens: the Pod stays as it is. */
static void is_not_heard(const json_t *pod)
{
    struct tasks tasks;

    ck_assert_int_ne(hears(pod, &tasks).state, TASK_ANSWERED);
    ck_assert_uint_eq(json_array_size(tasks.remembered), 0);
    ck_assert_uint_eq(json_array_size(tasks.emitted), 1);
    ck_assert_str_eq(pod_name_of(&tasks), object_name(pod));
}

/* Another one is asked in its place, and it goes. */
static void is_replaced(const json_t *pod)
{
    struct tasks tasks;

    ck_assert_int_eq(hears(pod, &tasks).state, TASK_ASKED);
    ck_assert_ptr_null(tasks.trouble);
    ck_assert_uint_eq(json_array_size(tasks.remembered), 0);
    ck_assert_uint_eq(json_array_size(tasks.emitted), 1);
    ck_assert_str_ne(pod_name_of(&tasks), object_name(pod));
    ck_assert(task_pod_is_ours(&tasks, pod));
}

static void is_heard(const json_t *pod)
{
    struct tasks tasks;

    ck_assert_int_eq(hears(pod, &tasks).state, TASK_ANSWERED);
    ck_assert_ptr_null(tasks.trouble);
    ck_assert_uint_eq(json_array_size(tasks.remembered), 1);
    ck_assert_uint_eq(json_array_size(tasks.emitted), 1);
    ck_assert_str_eq(pod_name_of(&tasks), object_name(pod));
}

/* The Pod that was asked, which says yes, with one change. */
static const json_t *pod_with(const char *path, const char *value)
{
    json_t *pod = asked_pod();

    put_at(pod, "status", json_of(SAYS_YES));
    return changed(pod, path, value);
}

START_TEST(a_question_is_asked_once)
{
    struct tasks tasks = begin("{}", no_children(), SERVER);
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

/* --- where it runs --- */

static struct pod_overrides dedicated(void)
{
    return (struct pod_overrides){
        .labels = json_of("{'team':'a','kuma.io/sidecar-injection':'enabled',"
                          "'vitess.io/component':'vttablet','vitess.io/cluster':'other'}"),
        .annotations = json_of("{'linkerd.io/inject':'ingress','a':'b'}"),
        .node_selector = json_of("{'pool':'db'}"),
        .tolerations = json_of("[{'operator':'Exists'}]"),
        .affinity = json_of("{'nodeAffinity':{'a':1}}"),
        .priority_class = "high",
        .service_account = "tasks",
    };
}

static const json_t *pod_of(const struct pod_overrides *template, const char *resources)
{
    struct tasks tasks = begin("{}", no_children(), SERVER);

    tasks.client.template = template;
    tasks.client.resources = resources == NULL ? NULL : json_of(resources);
    ask(&tasks);
    return json_array_get(tasks.emitted, 0);
}

START_TEST(no_mesh_puts_a_proxy_beside_it)
{
    const json_t *metadata = json_at(pod_of(NULL, NULL), "metadata");

    ck_json(json_at(metadata, "labels"),
        "{'sidecar.istio.io/inject':'false','kuma.io/sidecar-injection':'disabled',"
        "'vitess.io/cluster':'vitess','vitess.io/component':'task'}");
    ck_json(json_without(json_at(metadata, "annotations"), v1_keys.spec_hash),
        "{'linkerd.io/inject':'disabled'}");
}
END_TEST

START_TEST(it_runs_where_the_user_says)
{
    const struct pod_overrides template = dedicated();
    const json_t *pod = pod_of(&template, NULL);

    ck_json(json_at(pod, "metadata", "labels"),
        "{'sidecar.istio.io/inject':'false','kuma.io/sidecar-injection':'enabled','team':'a',"
        "'vitess.io/cluster':'vitess','vitess.io/component':'task'}");
    ck_json(json_without(json_at(pod, "metadata", "annotations"), v1_keys.spec_hash),
        "{'linkerd.io/inject':'ingress','a':'b'}");
    ck_json(json_without(json_without(json_at(pod, "spec"), "containers"), "securityContext"),
        "{'restartPolicy':'OnFailure','automountServiceAccountToken':false,"
        "'enableServiceLinks':false,'nodeSelector':{'pool':'db'},"
        "'tolerations':[{'operator':'Exists'}],'affinity':{'nodeAffinity':{'a':1}},"
        "'priorityClassName':'high','serviceAccountName':'tasks'}");
}
END_TEST

START_TEST(it_runs_as_whom_the_user_says)
{
    struct pod_overrides template = {.security = json_of("{'runAsUser':6}")};
    struct tasks tasks = begin("{}", no_children(), SERVER);

    tasks.place.security = json_of("{'runAsUser':5,'runAsGroup':-1}");
    ask(&tasks);
    ck_json(json_at(json_array_get(tasks.emitted, 0), "spec", "securityContext"),
        "{'runAsNonRoot':true,'runAsUser':5,'seccompProfile':{'type':'RuntimeDefault'}}");
    ck_json(json_at(pod_of(&template, NULL), "spec", "securityContext"),
        "{'runAsNonRoot':true,'runAsUser':6,'runAsGroup':999,'seccompProfile':{'type':"
        "'RuntimeDefault'}}");
}
END_TEST

START_TEST(it_has_limits_and_asks_for_nothing)
{
    static const struct {
        const char *given, *becomes;
    } rows[] = {
        {NULL, "{'requests':{'cpu':'0','memory':'0'},'limits':{'cpu':'500m','memory':'256Mi'}}"},
        {"{'limits':{'memory':'512Mi'}}",
            "{'requests':{'cpu':'0','memory':'0'},'limits':{'cpu':'500m','memory':'512Mi'}}"},
        {"{'requests':{'cpu':'10m','memory':'32Mi'},'limits':{'cpu':'50m'}}",
            "{'requests':{'cpu':'10m','memory':'32Mi'},'limits':{'cpu':'50m','memory':'256Mi'}}"},
        /* A request above a limit is refused, so the limit follows. */
        {"{'requests':{'cpu':1,'memory':'1Gi','ephemeral-storage':'1Gi'}}",
            "{'requests':{'cpu':'1','memory':'1Gi','ephemeral-storage':'1Gi'},"
            "'limits':{'cpu':'1','memory':'1Gi'}}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ck_json(
            json_at(json_array_get(json_at(pod_of(NULL, rows[i].given), "spec", "containers"), 0),
                "resources"),
            rows[i].becomes);
}
END_TEST

#define NO_NODE                                                                                    \
    "{'phase':'Pending','conditions':[{'type':'PodScheduled','status':'False',"                    \
    "'reason':'Unschedulable'}]}"

/* It waits for nodes, or runs out of memory, for ever: nobody makes such a Pod anew but we. */
START_TEST(what_cannot_run_is_made_anew_as_the_user_says_now)
{
    const struct pod_overrides template = dedicated();
    const char *const stuck[] = {NO_NODE,
        in_state("Running",
            "'waiting':{'reason':"
            "'CrashLoopBackOff'}")};

    for (size_t i = 0; i < sizeof(stuck) / sizeof(*stuck); i++) {
        const json_t *pod = json_object_iter_value(
            json_object_iter(json_object_get(children_with_pod(stuck[i]), "Pod.v1")));
        struct tasks tasks;

        ck_assert_int_eq(hears(pod, &tasks).state, TASK_FAILING);
        ck_assert_str_eq(pod_name_of(&tasks), object_name(pod));
        tasks = begin("{}", children_of(pod), SERVER);
        tasks.client.template = &template;
        ck_assert_int_eq(ask(&tasks).state, TASK_ASKED);
        ck_assert_str_ne(pod_name_of(&tasks), object_name(pod));
        ck_assert_str_eq(
            json_text_at(json_array_get(tasks.emitted, 0), "spec", "priorityClassName"),
            "high");
    }
}
END_TEST

START_TEST(what_runs_or_has_run_answers_wherever_it_is)
{
    const struct pod_overrides template = dedicated();
    const char *const states[] = {SAYS_YES, in_state("Running", "'running':{}"), "{}"};

    for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
        const json_t *children = children_with_pod(states[i]);
        struct tasks tasks = begin("{}", children, SERVER);

        tasks.client.template = &template;
        tasks.client.resources = json_of("{'limits':{'memory':'1Gi'}}");
        ck_assert_int_eq(ask(&tasks).state, i == 0 ? TASK_ANSWERED : TASK_ASKED);
        ck_assert_str_eq(pod_name_of(&tasks), object_name(asked_pod()));
    }
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
        "['sh','-c','pattern=$1; shift; tries=60; until \\'$@\\' >/dev/termination-log 2>&1; "
        "well=$?; grep -Eq \\'$pattern\\' /dev/termination-log; do [ $well != 0 ] || tries=61; "
        "[ $$((tries -= 1)) -gt 0 ] || exit 1; sleep 5; done','task','\\'x\\': *false',"
        "'/vt/bin/vtctldclient',"
        "'--server','v:15999','GetShard','main/-80']");
}
END_TEST

START_TEST(what_is_gone_already_is_deleted)
{
    struct tasks tasks = begin("{}", no_children(), "v:15999");

    task_delete(&tasks,
        "delete-cell",
        NULL,
        (const char *const[]){"DeleteCellInfo", "a", NULL},
        NULL);
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

/* Errors of vtctldclient, with roots as etcd, ZooKeeper and Consul have them. */
#define KEYSPACE "keyspaces/main(/Keyspace|/shards)?"
#define SHARD "keyspaces/main/shards/-80(/Shard)?"
#define NO "rpc error: code = NotFound desc = "
static const struct {
    const char *record, *error;
    bool gone;
} errors[] = {
    {KEYSPACE, NO "node doesn't exist: /vitess/global/keyspaces/main/Keyspace", true},
    {KEYSPACE, NO "node doesn't exist: vitess/global/keyspaces/main/Keyspace", true},
    {KEYSPACE, NO "node doesn't exist: keyspaces/main/Keyspace", true},
    {KEYSPACE,
        NO "failed to lock main; if you really want to delete this keyspace, re-run with "
           "Force=true: node doesn't exist: /vitess/global/keyspaces/main/\n",
        true},
    {KEYSPACE, NO "node doesn't exist: /vitess/global/keyspaces/main/shards/", true},
    {KEYSPACE, NO "node doesn't exist: /vitess/global/keyspaces/main2/Keyspace", false},
    {KEYSPACE, NO "node doesn't exist: /vitess/global/keyspaces/my-main/Keyspace", false},
    {KEYSPACE, NO "node doesn't exist: /vitess/global/keyspaces/main/shards/-/Shard", false},
    {KEYSPACE,
        NO "cannot delete shard main/-: GetTabletAliasesByCell(zone2) failed: node doesn't exist: "
           "/vitess/global/cells/zone2/CellInfo",
        false},
    {SHARD, NO "node doesn't exist: /vitess/global/keyspaces/main/shards/-80/Shard", true},
    {SHARD,
        NO "failed to lock main/-80; if you really want to delete this shard, re-run with "
           "Force=true: node doesn't exist: /vitess/global/keyspaces/main/shards/-80/",
        true},
    {SHARD, NO "node doesn't exist: /vitess/global/keyspaces/main/shards/-8000/Shard", false},
    {SHARD, NO "node doesn't exist: /vitess/global/keyspaces/main/Keyspace", false},
    {"cells/zone1/CellInfo", NO "node doesn't exist: /vitess/global/cells/zone1/CellInfo", true},
    {"cells/zone1/CellInfo", NO "node doesn't exist: /vitess/global/cells/zone12/CellInfo", false},
    {"cells/zone1/CellInfo", "cell zone1 has serving keyspaces", false},
    {NULL, NO "node doesn't exist: /vitess/zone1/tablets/zone1-0000000101/Tablet", true},
};

/* Of another node it says nothing of what is to go. */
START_TEST(only_what_was_to_go_is_gone)
{
    struct tasks tasks = begin("{}", no_children(), "v:15999");
    regex_t expression;
    const json_t *container;

    task_delete(&tasks,
        "delete",
        errors[_i].record,
        (const char *const[]){"Delete", "a", NULL},
        NULL);
    container = json_array_get(json_at(json_array_get(tasks.emitted, 0), "spec", "containers"), 0);
    ck_assert_int_eq(regcomp(&expression,
                         json_string_value(json_array_get(json_at(container, "command"), 4)),
                         REG_EXTENDED | REG_NOSUB | REG_NEWLINE),
        0);
    ck_assert_int_eq(regexec(&expression, errors[_i].error, 0, NULL, 0) == 0, errors[_i].gone);
    regfree(&expression);
}
END_TEST

/* --- what may still be done --- */

static const char *const deletes[] = {"DeleteKeyspace", "--recursive", "main", NULL};

#define DELETES(words, status)                                                                     \
    "{'Pod.v1':{'x':{'metadata':{'name':'x','namespace':'n'},'spec':{'containers':[{'name':'task'" \
    ",'command':["                                                                                 \
    "'sh','-c','s','task','p','vtctldclient','--server','v'," words "]}]},'status':" status "}}}"
#define OURS "'DeleteKeyspace','--recursive','main'"
#define ENDED(code)                                                                                \
    "{'phase':'Running','containerStatuses':[{'name':'task','state':{'terminated':{'exitCode':"    \
    "" code "}}}]}"

static const struct {
    const char *children, *pod;
} running[] = {
    {"{'Pod.v1':{}}", NULL},
    {DELETES(OURS, "{}"), "x"},
    {DELETES(OURS, "{'phase':'Pending'}"), "x"},
    {DELETES(OURS ",'--flag'", "{'phase':'Running'}"), "x"},
    {DELETES(OURS, ENDED("1")), "x"},
    {DELETES(OURS, ENDED("0")), NULL},
    {DELETES(OURS, "{'phase':'Succeeded'}"), NULL},
    {DELETES(OURS, "{'phase':'Failed'}"), NULL},
    {DELETES("'DeleteKeyspace','--recursive','main2'", "{}"), NULL},
    {DELETES("'DeleteKeyspace','main'", "{}"), NULL},
    {DELETES("'GetKeyspace','main'", "{}"), NULL},
};

START_TEST(a_pod_may_do_what_it_was_asked_until_it_has_ended)
{
    struct tasks tasks = begin("{}", json_of(running[_i].children), SERVER);

    ck_assert_pstr_eq(task_running(&tasks, deletes), running[_i].pod);
}
END_TEST

/* An admission webhook has put a program of its own before it. */
START_TEST(what_it_was_made_for_counts_as_well)
{
    struct tasks tasks = begin("{}", no_children(), SERVER);
    json_t *pod, *command;

    task_delete(&tasks, "delete-keyspace", NULL, deletes, NULL);
    pod = applied(json_array_get(tasks.emitted, 0));
    command = json_object_get(
        json_array_get(json_object_get(json_object_get(pod, "spec"), "containers"), 0),
        "command");
    json_array_clear(command);
    json_add_text(command, "wrapped");
    tasks = begin("{}", object(arena, MAP("Pod.v1", F("x", pod))), SERVER);
    ck_assert_pstr_eq(task_running(&tasks, deletes), object_name(pod));
}
END_TEST

/* --- semi-synchronous replication is switched by the task itself --- */

static const char *word_of(const json_t *pod, size_t index)
{
    const json_t *container = json_array_get(json_at(pod, "spec", "containers"), 0);

    return json_string_value(json_array_get(json_at(container, "command"), index));
}

/* Kubernetes makes one dollar of two. Here nobody reads the answer, which is not written anywhere.
 */
static const char *as_run(const char *script)
{
    struct text text = {.arena = arena};

    for (; *script != '\0'; script++) {
        if (script[0] == '$' && script[1] == '$')
            script++;
        if (text_starts_with(script, "/dev/termination-log")) {
            text_addf(&text, "/dev/null");
            script += strlen("/dev/termination-log") - 1;
        } else {
            text_addf(&text, "%c", *script);
        }
    }
    return text_string(&text);
}

/* The script that switches, in a real shell, with a client that writes down what it is asked: shard
 * -80 has two replicas, of which `well` matches those that can be reached, 80- has none. */
static const char *asked_by(bool on, const char *well)
{
    struct tasks tasks = begin("{}", no_children(), SERVER);
    const char *file = fmt(arena, "/tmp/switch-%d", (int)getpid());
    static char text[2048];
    FILE *script = fopen(file, "w");
    size_t length;

    task_switch_semi_sync(&tasks,
        "durability",
        on,
        (const char *const[]){"SetKeyspaceDurabilityPolicy", "--durability-policy=x", "ks", NULL},
        NULL);
    ck_assert_ptr_nonnull(script);
    fprintf(script,
        "client() { echo \"$*\" >&3; case $* in\n"
        "*Get*) printf 'a-%%s h:1\\n' '1 ks -80 primary' '9 ks 80- primary' '2 ks -80 replica' "
        "'3 ks -80 replica' '4 ks -80 rdonly';;\n"
        "*ReparentTablet*%s) ;;\n*Reparent*|*Start*) false;; esac; }\n%s",
        well,
        as_run(word_of(json_array_get(tasks.emitted, 0), 2)));
    fclose(script);
    script = popen(fmt(arena,
                       "sh %s client --server v SetKeyspaceDurabilityPolicy "
                       "--durability-policy=x ks 3>&1 >/dev/null | LC_ALL=C sort; rm %s",
                       file,
                       file),
        "r");
    ck_assert_ptr_nonnull(script);
    length = fread(text, 1, sizeof(text) - 1, script);
    text[length] = '\0';
    pclose(script);
    return text;
}

#define CLIENT "--server v --action-timeout 5s "
#define FIRST "--server v GetTablets --keyspace ks\n"
#define REPLICAS CLIENT "ReparentTablet a-2\n" CLIENT "ReparentTablet a-3\n"
#define SET "--server v SetKeyspaceDurabilityPolicy --durability-policy=x ks\n"

START_TEST(a_laxer_policy_is_that_of_each_primary_at_once)
{
    ck_assert_str_eq(asked_by(false, "a-*"),
        CLIENT "StartReplication a-1\n" CLIENT "StartReplication a-9\n" FIRST SET);
}
END_TEST

/* Nobody acknowledges what a-9 writes: it would wait for ever. */
START_TEST(a_stricter_policy_is_that_of_a_primary_once_a_replica_acknowledges)
{
    ck_assert_str_eq(asked_by(true, "a-*"), REPLICAS CLIENT "StartReplication a-1\n" FIRST SET);
    ck_assert_str_eq(asked_by(true, "a-3"), REPLICAS CLIENT "StartReplication a-1\n" FIRST SET);
    ck_assert_str_eq(asked_by(true, "nobody"), REPLICAS FIRST SET);
}
END_TEST

/* --- who serves a keyspace is told by the task itself --- */

/* As vtctldclient prints it: by encoding/json, as it is a map (go/cmd/vtctldclient/cli/json.go). */
#define REFERENCE(name)                                                                            \
    "          {\n            \"name\": \"" name "\",\n            \"key_range\": {}\n          }"
#define LISTED(type, key, names)                                                                   \
    "      {\n        \"served_type\": " type ",\n        \"" key "\": [\n" names "\n        ]"
#define CELL(name, partitions)                                                                     \
    "  \"" name "\": {\n    \"partitions\": [\n" partitions "\n    ]\n  }"
#define BOTH REFERENCE("-80") ",\n" REFERENCE("80-")
#define SPLIT LISTED("1", "shard_references", BOTH) "\n      }"
#define WHOLE LISTED("2", "shard_references", REFERENCE("-")) "\n      }"
/* Traffic was switched away from "-", which stays among the tablet controls. */
#define SWITCHED                                                                                   \
    LISTED("2", "shard_references", BOTH)                                                          \
    ",\n        \"shard_tablet_controls\": [\n" REFERENCE("-") "\n        ]\n      }"
#define MAP_OF(cells) "{\n" cells "\n}\n"
#define NOBODY MAP_OF("  \"zone1\": {},\n  \"zone2\": null")

/* What the script that waits for it makes of `said`, in a real shell: 0 it ends well, 3 it goes on.
 */
static int listing(bool listed, const char *shard, const char *said, bool well)
{
    struct tasks tasks = begin("{}", no_children(), SERVER);
    const char *file = fmt(arena, "/tmp/listing-%d", (int)getpid());
    FILE *script = fopen(file, "w");
    const json_t *pod;
    int code;

    task_await_listing(&tasks, "listing", listed, "ks", shard, NULL);
    pod = json_array_get(tasks.emitted, 0);
    ck_assert_ptr_nonnull(script);
    fprintf(script,
        "client() { cat <<'E'\n%s\nE\n%s; }\nsleep() { exit 3; }\n%s",
        said,
        well ? "true" : "false",
        as_run(word_of(pod, 2)));
    fclose(script);
    code = system(fmt(arena, "sh %s %s client", file, word_of(pod, 4)));
    remove(file);
    return code / 256;
}

START_TEST(a_shard_is_unlisted_once_no_cell_lists_it)
{
    ck_assert_int_eq(listing(false, "-", MAP_OF(CELL("a", SPLIT)), true), 0);
    ck_assert_int_eq(listing(false, "-", MAP_OF(CELL("a", SWITCHED)), true), 0);
    ck_assert_int_eq(listing(false, "-", MAP_OF(CELL("a", SWITCHED) ",\n" CELL("b", SPLIT)), true),
        0);
    /* Of replicas alone, in another cell alone. */
    ck_assert_int_eq(listing(false, "-", MAP_OF(CELL("a", SPLIT ",\n" WHOLE)), true), 3);
    ck_assert_int_eq(listing(false, "-", MAP_OF(CELL("a", SPLIT) ",\n" CELL("b", WHOLE)), true), 3);
    /* Another name that has its name in it. */
    ck_assert_int_eq(listing(false, "80-", MAP_OF(CELL("a", SPLIT)), true), 3);
    ck_assert_int_eq(listing(false, "0-", MAP_OF(CELL("a", SPLIT)), true), 0);
}
END_TEST

/* A topology that was lost, or is another one, lists nobody: that lets nothing go. */
START_TEST(nobody_is_unlisted_where_nobody_is_listed)
{
    ck_assert_int_eq(listing(false, "-", NOBODY, true), 3);
    ck_assert_int_eq(listing(false, "-", "{}", true), 3);
    ck_assert_int_eq(listing(false, "-", "", true), 3);
    ck_assert_int_eq(listing(false, "-", "rpc error: code = Unavailable", false), 3);
    ck_assert_int_eq(listing(false, "-", MAP_OF(CELL("a", SPLIT)), false), 3);
}
END_TEST

START_TEST(a_shard_is_listed_once_a_cell_lists_it)
{
    ck_assert_int_eq(listing(true, "-", MAP_OF(CELL("a", SPLIT) ",\n" CELL("b", WHOLE)), true), 0);
    ck_assert_int_eq(listing(true, "-", MAP_OF(CELL("a", SWITCHED)), true), 3);
    ck_assert_int_eq(listing(true, "-", NOBODY, true), 3);
    ck_assert_int_eq(listing(true, "-", MAP_OF(CELL("a", WHOLE)), false), 3);
}
END_TEST

/* What another program would leave is no answer. */
START_TEST(only_the_word_that_was_waited_for_is_an_answer)
{
    const char *const said[] = {"unlisted", "listed", "", "unlisted\n", "done"};

    for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
        struct tasks tasks = begin("{}", no_children(), SERVER);
        json_t *pod;

        task_await_listing(&tasks, "listing", false, "ks", "-", NULL);
        pod = applied(json_array_get(tasks.emitted, 0));
        put_at(pod,
            "status",
            object(arena,
                F("phase", "Succeeded"),
                LIST("containerStatuses",
                    ITEM(F("name", "task"),
                        MAP("state",
                            MAP("terminated", F("exitCode", INT(0)), F("message", said[i])))))));
        tasks = begin("{}", children_of(pod), SERVER);
        ck_assert_int_eq(task_await_listing(&tasks, "listing", false, "ks", "-", NULL).state,
            i == 0 ? TASK_ANSWERED : TASK_FAILING);
    }
}
END_TEST

START_TEST(an_answer_is_remembered_before_its_pod_goes)
{
    const json_t *children = children_with_pod(SAYS_YES);
    struct tasks tasks = begin("{}", children, SERVER);
    struct task_reply reply = ask(&tasks);

    ck_assert_int_eq(reply.state, TASK_ANSWERED);
    ck_assert_str_eq(reply.text, "");
    ck_assert_uint_eq(json_array_size(tasks.emitted), 1);
    ck_json(tasks.remembered, fmt(arena, "[{'answer':'','question':'%s'}]", reply.question));

    tasks = begin(fmt(arena, "{'tasks':[{'question':'%s','answer':''}]}", reply.question),
        children,
        SERVER);
    ck_assert_int_eq(ask(&tasks).state, TASK_ANSWERED);
    ck_assert_uint_eq(json_array_size(tasks.emitted), 0);
    ck_assert_uint_eq(json_array_size(tasks.remembered), 1);
}
END_TEST

/* Anybody may have edited the status. */
START_TEST(what_is_remembered_in_another_shape_is_asked_anew)
{
    static const char *const entries[] = {"{'question':'%s','answer':'done'}",
        "{'question':'%s','answer':5}",
        "{'question':'%s','answer':null}",
        "{'question':'%s'}",
        "{'question':['%s'],'answer':''}",
        "'%s'"};
    struct tasks tasks = begin("{}", no_children(), SERVER);
    const char *question = ask(&tasks).question;

    for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++) {
        struct text entry = {.arena = arena};

        text_add(&entry, "{'tasks':[");
        for (const char *at = entries[i]; *at != '\0'; at++) {
            if (*at == '%')
                text_add(&entry, question), at++;
            else
                text_add_bytes(&entry, at, 1);
        }
        text_add(&entry, "]}");
        tasks = begin(text_string(&entry), no_children(), SERVER);
        ck_assert_int_eq(ask(&tasks).state, TASK_ASKED);
        ck_assert_uint_eq(json_array_size(tasks.emitted), 1);
        ck_assert_uint_eq(json_array_size(tasks.remembered), 0);
    }
}
END_TEST

#define GOING "metadata.deletionTimestamp", "'2026-11-21T08:00:00Z'"

/* The same question comes back while the Pod of the last time still goes, which on a dead node
 * takes for ever: another one is asked. */
START_TEST(what_a_pod_said_that_is_going_is_old)
{
    const json_t *pod = pod_with(GOING);
    struct tasks tasks;

    is_replaced(pod);
    hears(pod, &tasks);
    ck_assert_uint_le(strlen(pod_name_of(&tasks)), 63);
}
END_TEST

/* And once the old one is gone it is still the one that was asked. */
START_TEST(who_was_asked_instead_is_heard)
{
    struct tasks tasks;
    json_t *pod;

    hears(pod_with(GOING), &tasks);
    pod = applied(json_array_get(tasks.emitted, 0));
    put_at(pod, "status", json_of(SAYS_YES));
    is_heard(pod);
}
END_TEST

/* --- the container --- */

#define SIDE_CAR(state) "{'name':'istio-proxy','restartCount':9,'state':{" state "}}"
#define TASK_THAT(state) "{'name':'task','restartCount':0,'state':{" state "}}"

/* A sidecar that an admission webhook has put before or behind it runs on for ever, or says
 * something of its own. */
START_TEST(an_answer_is_that_of_the_container_of_the_task)
{
    static const char *const statuses[] = {
        "{'phase':'Running','containerStatuses':[" TASK_THAT(ENDED_WELL) "," SIDE_CAR(
            "'running':{}") "]}",
        "{'phase':'Running','containerStatuses':[" SIDE_CAR("'running':{}") "," TASK_THAT(
            ENDED_WELL) "]}",
        "{'phase':'Running','containerStatuses':[" SIDE_CAR(
            "'waiting':{'reason':'CrashLoopBackOff'}") "," TASK_THAT(ENDED_WELL) "]}",
        "{'phase':'Succeeded','containerStatuses':[" SIDE_CAR(
            "'terminated':{'exitCode':0}") "," TASK_THAT(ENDED_WELL) "]}",
        /* The kubelet says Running until all that belongs to the Pod is gone. */
        "{'phase':'Running','containerStatuses':[" TASK_THAT(ENDED_WELL) "]}",
        /* Evicted after it had answered. */
        "{'phase':'Failed','reason':'Evicted','containerStatuses':[" TASK_THAT(ENDED_WELL) "]}",
    };

    for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
        struct tasks tasks = begin("{}", children_with_pod(statuses[i]), SERVER);

        ck_assert_str_eq(ask_loudly(&tasks).text, "yes!");
        ck_assert_ptr_null(tasks.trouble);
        ck_assert_uint_eq(json_array_size(tasks.emitted), 1);
    }
}
END_TEST

START_TEST(what_another_container_says_is_no_answer)
{
    static const char *const statuses[] = {
        "{'phase':'Running','containerStatuses':[" SIDE_CAR(ENDED_WELL) "," TASK_THAT(
            "'running':{}") "]}",
        "{'phase':'Running','containerStatuses':[" SIDE_CAR(ENDED_WELL) "]}",
        "{'phase':'Running','containerStatuses':[" SIDE_CAR(
            "'waiting':{'reason':'CrashLoopBackOff'}") "," TASK_THAT("'running':{}") "]}",
        "{'phase':'Running','containerStatuses':[" SIDE_CAR(
            "'terminated':{'exitCode':1,'message':'no'}") "," TASK_THAT("'running':{}") "]}",
        /* Not even its own, of the time before. */
        "{'phase':'Running','containerStatuses':[{'name':'task','restartCount':1,"
        "'state':{'running':{}},'lastState':{" ENDED_WELL "}}]}",
        /* And no exit code is no success. */
        "{'phase':'Running','containerStatuses':[" TASK_THAT("'terminated':{'message':'yes'}") "]}",
        "{'phase':'Running','containerStatuses':[" TASK_THAT(
            "'terminated':{'exitCode':'0','message':'yes'}") "]}",
    };

    for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
        struct tasks tasks = begin("{}", children_with_pod(statuses[i]), SERVER);

        ck_assert_int_eq(ask_loudly(&tasks).state, TASK_ASKED);
        ck_assert_ptr_null(tasks.trouble);
        ck_assert_uint_eq(json_array_size(tasks.emitted), 1);
    }
}
END_TEST

/* Nobody could read what it said: that is not to have said nothing, so it is asked anew. */
START_TEST(an_end_without_its_container_is_no_answer)
{
    struct tasks tasks = begin("{}", children_with_pod("{'phase':'Succeeded'}"), SERVER);

    ck_assert_int_ne(ask(&tasks).state, TASK_ANSWERED);
    ck_assert_uint_eq(json_array_size(tasks.remembered), 0);
    ck_assert_uint_eq(json_array_size(tasks.emitted), 0);
}
END_TEST

/* --- the Pod --- */

START_TEST(only_a_pod_of_the_parent_is_heard)
{
    is_heard(pod_with("metadata.uid", "'u2'"));
    is_not_heard(pod_with("metadata.ownerReferences", NULL));
    is_not_heard(pod_with("metadata.ownerReferences", "[{'uid':'p1'}]"));
    is_not_heard(pod_with("metadata.ownerReferences", "[{'uid':'p1','controller':false}]"));
    is_not_heard(pod_with("metadata.ownerReferences", "[{'uid':'p2','controller':true}]"));
    is_not_heard(pod_with("metadata.ownerReferences", "[{'controller':true}]"));
}
END_TEST

/* The Pod that was asked, with one change in what was applied. */
static const json_t *applied_with(const char *path, const char *value)
{
    json_t *pod = json_clone(pod_with("metadata.uid", "'u1'"));
    const char *text = object_annotation(pod, LAST_APPLIED);
    struct json_fault fault;
    const json_t *last = json_read(arena, text, strlen(text), 0, &fault);

    json_put(json_object_get(json_object_get(pod, "metadata"), "annotations"),
        LAST_APPLIED,
        json_string(json_write(arena, changed(last, path, value), NULL)));
    return pod;
}

/* The same of a Pod of a build before tasks had a hash of their question. */
static const json_t *old_with(const char *path, const char *value)
{
    json_t *pod = json_clone(applied_with("metadata.annotations", NULL));
    const char *text = object_annotation(pod, LAST_APPLIED);
    struct json_fault fault;
    const json_t *last = json_read(arena, text, strlen(text), 0, &fault);

    json_put(json_object_get(json_object_get(pod, "metadata"), "annotations"),
        LAST_APPLIED,
        json_string(json_write(arena, changed(last, path, value), NULL)));
    return pod;
}

START_TEST(only_a_pod_that_was_applied_for_this_question_is_heard)
{
    is_heard(applied_with("metadata.labels", "{'vitess.io/component':'task'}"));
    is_heard(applied_with("spec.containers[0].imagePullPolicy", "'Always'"));
    is_heard(applied_with("spec.tolerations", "[{'operator':'Exists'}]"));
    is_replaced(pod_with("metadata.annotations", NULL));
    is_replaced(pod_with("metadata.annotations", "{'" LAST_APPLIED "':'no JSON'}"));
    is_replaced(applied_with("apiVersion", "'v2'"));
    is_replaced(applied_with("kind", "'Job'"));
    is_replaced(applied_with("metadata.namespace", "'other'"));
    is_replaced(applied_with("metadata.name", "'other'"));
    is_replaced(applied_with("metadata.annotations", "{'vitess.io/spec-hash':'0123456789abcdef'}"));
    /* What admission has made of it is what was applied by now. */
    is_heard(applied_with("spec.containers[0].image", "'mirror/lite'"));
    is_heard(old_with("spec.tolerations", "[{'operator':'Exists'}]"));
    is_replaced(old_with("spec.containers", "[]"));
    is_replaced(old_with("spec.containers[0].name", "'other'"));
    is_replaced(old_with("spec.containers[0].image", "'other'"));
    is_replaced(old_with("spec.containers[0].command[8]", "'main/80-'"));
    is_replaced(old_with("spec.containers[0].args", "['x']"));
}
END_TEST

START_TEST(only_a_pod_that_runs_what_was_applied_is_heard)
{
    json_t *edited = json_clone(pod_with("spec.containers[0].image", "'mirror/lite'"));

    is_heard(pod_with("spec.containers[0].env", "[{'name':'A','value':'b'}]"));
    is_heard(pod_with("spec.containers[0].volumeMounts", "[{'name':'a','mountPath':'/b'}]"));
    is_heard(pod_with("spec.volumes", "[{'name':'a','emptyDir':{}}]"));
    is_heard(pod_with("spec.ephemeralContainers", "[{'name':'task','image':'busybox'}]"));
    is_heard(pod_with("spec.containers[0].args", "[]"));
    is_not_heard(pod_with("spec.containers[0].command[8]", "'main/80-'"));
    is_not_heard(pod_with("spec.containers[0].command", NULL));
    is_not_heard(pod_with("spec.containers[0].args", "['x']"));
    is_not_heard(pod_with("spec.containers[0].name", "'other'"));
    is_not_heard(pod_with("spec.containers", "[]"));
    /* An image that admission has taken from a mirror, and one that somebody put there later. */
    is_heard(edited);
    put_at(edited, "metadata.generation", json_integer(2));
    is_replaced(edited);
}
END_TEST

/* Else "kubectl set image" would let a template pass whose own image was never pulled. */
START_TEST(a_preflight_with_another_image_tries_nothing)
{
    const json_t *template = json_of(
        "{'apiVersion':'v1','kind':'Pod','metadata':{'namespace':'n','labels':{"
        "'vitess.io/component':'task'}},'spec':{'containers':[{'name':'vttablet','image':'v:2'},"
        "{'name':'task','image':'side'}]}}");
    struct tasks tasks = begin("{}", no_children(), SERVER);
    json_t *pod;

    task_try(&tasks, template, "h");
    pod = applied(json_array_get(tasks.emitted, 0));
    put_at(pod,
        "status",
        json_of("{'phase':'Succeeded','containerStatuses':[{'name':'vttablet','state':{'terminated'"
                ":{'exitCode':0}}},{'name':'task','state':{'terminated':{'exitCode':0}}}]}"));
    tasks = begin("{}", children_of(pod), SERVER);
    ck_assert_int_eq(task_try(&tasks, template, "h").state, TASK_ANSWERED);

    /* Of a mirror, and by somebody. */
    put_at(pod, "spec.containers[0].image", json_string("mirror/v:2"));
    tasks = begin("{}", children_of(pod), SERVER);
    ck_assert_int_eq(task_try(&tasks, template, "h").state, TASK_ANSWERED);
    put_at(pod, "metadata.generation", json_integer(2));
    tasks = begin("{}", children_of(pod), SERVER);
    ck_assert_int_eq(task_try(&tasks, template, "h").state, TASK_ASKED);
    ck_assert_str_ne(pod_name_of(&tasks), object_name(pod));
}
END_TEST

START_TEST(a_command_that_admission_has_changed_is_told)
{
    const json_t *pod = pod_with("spec.containers[0].args", "['x']");
    struct tasks tasks;

    ck_assert_int_eq(hears(pod, &tasks).state, TASK_FAILING);
    ck_assert_str_eq(tasks.stuck.text,
        fmt(arena,
            "task idle: Pod %s does not run the command that it was made with, so its answer is "
            "not taken: an admission webhook must leave its container \"task\" as it is",
            object_name(pod)));
}
END_TEST

/* Ours is asked beside it, and it is for others to say what becomes of it. */
START_TEST(a_name_that_only_starts_alike_is_nobody_of_ours)
{
    static const char *const suffixes[] = {"-evil", "-123", "-12345", "-ABCD", "x", "-", "-abcg"};
    const char *ours = object_name(asked_pod());

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
        const char *name = fmt(arena, "'%s%s'", ours, suffixes[i]);
        struct tasks tasks = begin("{}", no_children(), SERVER);
        json_t *evil;

        ask(&tasks);
        evil = applied(changed(json_array_get(tasks.emitted, 0), "metadata.name", name));
        put_at(evil, "status", json_of(SAYS_YES));
        ck_assert_int_eq(hears(evil, &tasks).state, TASK_ASKED);
        ck_assert_str_eq(pod_name_of(&tasks), ours);
        put_at(evil, "metadata.annotations", NULL);
        ck_assert_int_eq(hears(evil, &tasks).state, TASK_ASKED);
        ck_assert_str_eq(pod_name_of(&tasks), ours);
        ck_assert(!task_pod_is_ours(&tasks, evil));
    }
}
END_TEST

/* A right name is enough to be replaced, never to be heard. */
START_TEST(a_forged_pod_of_the_right_name_is_replaced)
{
    const char *name = fmt(arena, "%s-00ff", object_name(asked_pod()));
    json_t *forged = json_clone(pod_with("metadata.annotations", NULL));
    struct tasks tasks;

    is_replaced(forged);
    put_at(forged, "metadata.name", json_string(name));
    ck_assert_int_eq(hears(forged, &tasks).state, TASK_ASKED);
    ck_assert_str_eq(pod_name_of(&tasks), object_name(asked_pod()));
    ck_assert(task_pod_is_ours(&tasks, forged));
}
END_TEST

START_TEST(a_pod_is_ours_by_what_was_applied_or_by_its_name)
{
    static const struct {
        const char *name;
        bool ours;
    } rows[] = {{"vitess-zone1-main-x-80-serving-947be4a2", true},
        {"vitess-zone1-main-x-80-await-serving-947be4a2", true},
        {"vitess-zone1-main-x-80-await-serving-947be4a2-0a1b", true},
        {"vitess-zone1-main-x-80-947be4a2", false},
        {"vitess-zone1-main-x-80--947be4a2", false},
        {"vitess-zone1-main-x-80-serving", false},
        {"vitess-zone1-main-x-80-serving-947be4a", false},
        {"vitess-zone1-main-x-80-serving-947be4a2-evil", false},
        {"vitess-zone1-main-x-80-serving-947BE4A2", false},
        {"vitess-zone1-main-x-serving-947be4a2", false},
        {"vitess-vttablet-zone1-0214747900", false},
        {"", false}};
    struct tasks tasks = begin("{}", no_children(), SERVER);
    const char *labels = "{'metadata':{'name':'%s','labels':{'vitess.io/component':'%s'}}}";

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ck_assert_msg(task_pod_is_ours(&tasks, json_of(fmt(arena, labels, rows[i].name, "task"))) ==
                          rows[i].ours,
            "%s",
            rows[i].name);
        ck_assert(!task_pod_is_ours(&tasks, json_of(fmt(arena, labels, rows[i].name, "vttablet"))));
    }
    ck_assert(!task_pod_is_ours(&tasks, json_of("{}")));
    ck_assert(!task_pod_is_ours(&tasks, NULL));
    /* What was applied is of itself, whatever has become of its labels. */
    ck_assert(task_pod_is_ours(&tasks, pod_with("metadata.labels", NULL)));
}
END_TEST

/* Long names of parents are cut, by as much as the verb needs. */
START_TEST(cut_names_are_ours_too)
{
    struct tasks tasks = begin("{}", no_children(), SERVER);

    tasks.prefix = "a-cluster-with-a-long-name-zone1-and-a-keyspace-that-is-long-too-x-80";
    ask(&tasks);
    task_ask(&tasks, "await-serving", (const char *const[]){"GetTablets", NULL}, NULL, NULL);
    for (size_t i = 0; i < 2; i++) {
        json_t *pod = json_clone(json_array_get(tasks.emitted, i));

        put_at(pod, "metadata.labels", json_of("{'vitess.io/component':'task'}"));
        ck_assert(task_pod_is_ours(&tasks, pod));
        put_at(pod, "metadata.name", json_string(fmt(arena, "b%s", object_name(pod) + 1)));
        ck_assert(!task_pod_is_ours(&tasks, pod));
    }
}
END_TEST

/* --- what it says --- */

START_TEST(what_is_remembered_is_digested)
{
    struct tasks tasks = begin("{}", children_with_pod(SAYS_YES), SERVER);
    struct task_reply reply = ask_loudly(&tasks);

    ck_assert_str_eq(reply.text, "yes!");
    tasks = begin(fmt(arena, "{'tasks':[{'question':'%s','answer':'yes!'}]}", reply.question),
        no_children(),
        SERVER);
    ck_assert_str_eq(ask_loudly(&tasks).text, "yes!");
    tasks = begin(fmt(arena, "{'tasks':[{'question':'%s','answer':'yes'}]}", reply.question),
        no_children(),
        SERVER);
    ck_assert_int_eq(ask_loudly(&tasks).state, TASK_ASKED);
}
END_TEST

/* It would say so again, and again. */
START_TEST(an_unexpected_answer_is_told_and_stays)
{
    const json_t *children =
        children_with_pod(in_state("Succeeded", "'terminated':{'exitCode':0,'message':'perhaps'}"));
    struct tasks tasks = begin("{}", children, SERVER);
    struct task_reply reply = ask_loudly(&tasks);

    ck_assert_int_eq(reply.state, TASK_FAILING);
    ck_assert_str_eq(tasks.stuck.text,
        fmt(arena,
            "task idle: unexpected answer: \"perhaps\" is not yes; delete Pod %s to ask again",
            object_name(asked_pod())));
    ck_assert_str_eq(tasks.trouble, tasks.stuck.text);
    ck_assert_uint_eq(json_array_size(tasks.emitted), 1);
    ck_assert_uint_eq(json_array_size(tasks.remembered), 0);
}
END_TEST

#define FAILED_ONCE "'terminated':{'exitCode':1,'message':'no primary'}"

START_TEST(a_failure_is_told_and_tried_again)
{
    struct tasks tasks = begin("{}",
        children_with_pod("{'phase':'Running','containerStatuses':[{'name':'task',"
                          "'restartCount':3,'state':{'waiting':{'reason':'CrashLoopBackOff'}},"
                          "'lastState':{" FAILED_ONCE "}}]}"),
        SERVER);
    struct task_reply reply = ask(&tasks);

    ck_assert_int_eq(reply.state, TASK_FAILING);
    ck_assert_str_eq(reply.text, "no primary");
    ck_assert_str_eq(tasks.trouble, "task idle: no primary");
    ck_assert_str_eq(tasks.stuck.text, "task idle: no primary");
    ck_assert_str_eq(tasks.stuck.cause, "no primary");
    ck_assert_uint_eq(json_array_size(tasks.emitted), 1);
    ck_assert_uint_eq(json_array_size(tasks.remembered), 0);
}
END_TEST

/* Kubelet's word for it is the cause, whoever quotes it. */
START_TEST(a_message_says_that_an_image_is_missing)
{
    static const struct {
        const char *message;
        bool lacks;
    } rows[] = {
        {"task reparent: ErrImagePull", true},
        {"task reparent: ImagePullBackOff", true},
        {"task reparent: ErrImageNeverPull", true},
        {"task reparent: InvalidImageName", true},
        {"VitessShard demo: demo-1: cannot move the primary away: ErrImagePull", true},
        {"task reparent: CrashLoopBackOff", false},
        {"task reparent: Image of the disk is full", false},
        {"task reparent: ErrImagePull: and more", false},
        {"ErrImagePull", true},
        {"", false},
        {NULL, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (task_lacks_image(rows[i].message) != rows[i].lacks)
            ck_abort_msg("%s", rows[i].message);
    }
}
END_TEST

START_TEST(a_first_failure_is_no_state_yet)
{
    struct tasks tasks = begin("{}",
        children_with_pod(
            "{'phase':'Running','containerStatuses':[{'name':'task',"
            "'restartCount':1,'state':{'running':{}},'lastState':{" FAILED_ONCE "}}]}"),
        SERVER);

    ask(&tasks);
    ck_assert_str_eq(tasks.trouble, "task idle: no primary");
    ck_assert_ptr_null(tasks.stuck.text);
}
END_TEST

/* A condition that changed with each try would be a write each time. */
START_TEST(between_two_tries_it_still_fails)
{
    static const char *const states[] = {"'waiting':{'reason':'CrashLoopBackOff'}",
        "'running':{}",
        FAILED_ONCE};

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        struct tasks tasks = begin("{}",
            children_with_pod(fmt(arena,
                "{'phase':'Running','containerStatuses':[{'name':'task','restartCount':2,"
                "'state':{%s},'lastState':{" FAILED_ONCE "}}]}",
                states[i])),
            SERVER);

        ck_assert_int_eq(ask(&tasks).state, TASK_FAILING);
        ck_assert_str_eq(tasks.stuck.text, "task idle: no primary");
    }
}
END_TEST

/* A task that waits writes down all that it hears, so one that is killed in the meantime leaves
 * what looks like an answer. */
START_TEST(what_a_killed_container_leaves_is_not_told)
{
    static const struct {
        const char *end, *text;
    } rows[] = {{"'exitCode':137,'reason':'OOMKilled','message':'a good answer'",
                    "its container ended with exit code 137 (OOMKilled)"},
        {"'exitCode':143,'reason':'Error','message':'a good answer'",
            "its container ended with exit code 143 (Error)"},
        {"'exitCode':143", "its container ended with exit code 143"},
        {"'exitCode':1,'message':''", "its container ended with exit code 1"},
        {"'exitCode':127,'message':'sh: not found'", "sh: not found"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct tasks tasks = begin("{}",
            children_with_pod(in_state("Running", fmt(arena, "'terminated':{%s}", rows[i].end))),
            SERVER);

        ck_assert_str_eq(ask(&tasks).text, rows[i].text);
    }
}
END_TEST

#define INIT_THAT(status)                                                                          \
    "{'phase':'Pending','initContainerStatuses':[{'name':'istio-init'," status                     \
    "}],'containerStatuses':[" TASK_THAT("'waiting':{'reason':'PodInitializing'}") "]}"

START_TEST(what_keeps_it_from_starting_is_told)
{
    static const struct {
        const char *status, *text;
        bool stuck;
    } rows[] = {{"{'phase':'Pending','containerStatuses':[" TASK_THAT(
                     "'waiting':{'reason':'ImagePullBackOff'}") "]}",
                    "ImagePullBackOff",
                    true},
        {"{'phase':'Pending','conditions':[{'type':'PodScheduled','status':'False','reason':"
         "'Unschedulable'}]}",
            "Unschedulable",
            true},
        /* An init container of somebody else's keeps it waiting, and does so between its tries. */
        {INIT_THAT("'restartCount':0,'state':{'waiting':{'reason':'ErrImagePull'}}"),
            "ErrImagePull",
            true},
        {INIT_THAT("'restartCount':1,'state':{'waiting':{'reason':'CrashLoopBackOff'}},"
                   "'lastState':{'terminated':{'exitCode':1,'message':'no iptables'}}"),
            "no iptables",
            false},
        {INIT_THAT("'restartCount':2,'state':{'running':{}},"
                   "'lastState':{'terminated':{'exitCode':2,'reason':'Error'}}"),
            "its init container istio-init ended with exit code 2 (Error)",
            true},
        {INIT_THAT("'restartCount':0,'state':{'running':{}}"), NULL, false},
        /* Once it runs, a sidecar among the init containers is no matter of ours. */
        {"{'phase':'Running','initContainerStatuses':[{'name':'proxy','restartCount':9,"
         "'state':{'waiting':{'reason':'CrashLoopBackOff'}}}],'containerStatuses':[" TASK_THAT(
             "'running':{}") "]}",
            NULL,
            false},
        {"{'phase':'Running','containerStatuses':[" SIDE_CAR(
             "'waiting':{'reason':'ImagePullBackOff'}") "," TASK_THAT("'running':{}") "]}",
            NULL,
            false},
        {"{}", NULL, false}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct tasks tasks = begin("{}", children_with_pod(rows[i].status), SERVER);

        ck_assert_pstr_eq(ask(&tasks).text, rows[i].text);
        ck_assert_int_eq(tasks.stuck.text != NULL, rows[i].stuck);
        ck_assert_uint_eq(json_array_size(tasks.emitted), 1);
    }
}
END_TEST

START_TEST(an_evicted_task_is_made_anew)
{
    struct tasks tasks =
        begin("{}", children_with_pod("{'phase':'Failed','reason':'Evicted'}"), SERVER);

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

/* On nodes that are full nothing could be asked or moved any more, also not to make room. */
START_TEST(a_task_fits_where_nothing_else_does)
{
    struct tasks tasks = begin("{}", no_children(), SERVER);

    ask(&tasks);
    ck_json(
        json_at(json_array_get(json_at(json_array_get(tasks.emitted, 0), "spec", "containers"), 0),
            "resources",
            "requests"),
        "{'cpu':'0','memory':'0'}");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_task_fits_where_nothing_else_does);
    tcase_add_test(tcase, a_question_is_asked_once);
    tcase_add_test(tcase, no_mesh_puts_a_proxy_beside_it);
    tcase_add_test(tcase, it_runs_where_the_user_says);
    tcase_add_test(tcase, it_runs_as_whom_the_user_says);
    tcase_add_test(tcase, it_has_limits_and_asks_for_nothing);
    tcase_add_test(tcase, what_cannot_run_is_made_anew_as_the_user_says_now);
    tcase_add_test(tcase, what_runs_or_has_run_answers_wherever_it_is);
    tcase_add_test(tcase, without_vtctld_the_client_is_told_the_topology);
    tcase_add_test(tcase, a_task_can_wait_for_its_answer);
    tcase_add_test(tcase, what_is_gone_already_is_deleted);
    tcase_add_loop_test(tcase, only_what_was_to_go_is_gone, 0, sizeof(errors) / sizeof(*errors));
    tcase_add_loop_test(tcase,
        a_pod_may_do_what_it_was_asked_until_it_has_ended,
        0,
        sizeof(running) / sizeof(*running));
    tcase_add_test(tcase, what_it_was_made_for_counts_as_well);
    tcase_add_test(tcase, a_laxer_policy_is_that_of_each_primary_at_once);
    tcase_add_test(tcase, a_stricter_policy_is_that_of_a_primary_once_a_replica_acknowledges);
    tcase_add_test(tcase, a_shard_is_unlisted_once_no_cell_lists_it);
    tcase_add_test(tcase, nobody_is_unlisted_where_nobody_is_listed);
    tcase_add_test(tcase, a_shard_is_listed_once_a_cell_lists_it);
    tcase_add_test(tcase, only_the_word_that_was_waited_for_is_an_answer);
    tcase_add_test(tcase, an_answer_is_remembered_before_its_pod_goes);
    tcase_add_test(tcase, what_is_remembered_in_another_shape_is_asked_anew);
    tcase_add_test(tcase, what_a_pod_said_that_is_going_is_old);
    tcase_add_test(tcase, who_was_asked_instead_is_heard);
    tcase_add_test(tcase, an_answer_is_that_of_the_container_of_the_task);
    tcase_add_test(tcase, what_another_container_says_is_no_answer);
    tcase_add_test(tcase, an_end_without_its_container_is_no_answer);
    tcase_add_test(tcase, only_a_pod_of_the_parent_is_heard);
    tcase_add_test(tcase, only_a_pod_that_was_applied_for_this_question_is_heard);
    tcase_add_test(tcase, only_a_pod_that_runs_what_was_applied_is_heard);
    tcase_add_test(tcase, a_preflight_with_another_image_tries_nothing);
    tcase_add_test(tcase, a_command_that_admission_has_changed_is_told);
    tcase_add_test(tcase, a_name_that_only_starts_alike_is_nobody_of_ours);
    tcase_add_test(tcase, a_forged_pod_of_the_right_name_is_replaced);
    tcase_add_test(tcase, a_pod_is_ours_by_what_was_applied_or_by_its_name);
    tcase_add_test(tcase, cut_names_are_ours_too);
    tcase_add_test(tcase, what_is_remembered_is_digested);
    tcase_add_test(tcase, an_unexpected_answer_is_told_and_stays);
    tcase_add_test(tcase, a_failure_is_told_and_tried_again);
    tcase_add_test(tcase, a_message_says_that_an_image_is_missing);
    tcase_add_test(tcase, a_first_failure_is_no_state_yet);
    tcase_add_test(tcase, between_two_tries_it_still_fails);
    tcase_add_test(tcase, what_a_killed_container_leaves_is_not_told);
    tcase_add_test(tcase, what_keeps_it_from_starting_is_told);
    tcase_add_test(tcase, an_evicted_task_is_made_anew);
    tcase_add_test(tcase, names_hash_the_question);
    tcase_add_test(tcase, names_are_host_names);
}

TEST_MAIN(tests)
