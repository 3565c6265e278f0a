#include "testing.h"

#include "hook.h"
#include "template.h"

/* A hook of which each test says what it answers. */
static hook_function *behaviour;

static void fake(const struct request *request, struct answer *answer)
{
    answer->status = json_of("{}");
    if (behaviour != NULL)
        behaviour(request, answer);
}

static const struct child_kind children[] = {{"v1", "Pod", "pods", "OnDelete", false},
    {NULL, NULL, NULL, NULL, false}};

static const struct api_keys keys = {.reserved = "vitess.io/",
    .cluster = "vitess.io/cluster",
    .not_made_here = "vitess.io/not-made-here"};

static const struct api fake_api = {.name = "vitess.io/v1alpha1", .keys = &keys};

static const struct hook fake_hook = {.api = &fake_api,
    .kind = "VitessShard",
    .name = "shard",
    .sync = fake,
    .customize = fake,
    .children = children};

#define PARENT                                                                                     \
    "'parent':{'apiVersion':'vitess.io/v1alpha1','kind':'VitessShard','metadata':{'name':'s',"     \
    "'namespace':'n','uid':'u','generation':3},'spec':{'selector':{'matchLabels':{'a':'b'}}}}"
#define POD(name)                                                                                  \
    "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" name                                    \
    "','namespace':'n','labels':{'a':'b'}}}"

static struct sync_result run_with(hook_function *hook, const char *body)
{
    const char *text = json_write(arena, json_of(body), NULL);

    behaviour = hook;
    return sync_run(arena, &fake_hook, false, text, strlen(text), (struct sync_limits){0});
}

static struct sync_result run_text(const char *text)
{
    behaviour = NULL;
    return sync_run(arena, &fake_hook, false, text, strlen(text), (struct sync_limits){0});
}

/* --- requests --- */

static const struct {
    const char *body;
    const char *refusal;
} wrong[] = {
    {"{}", "parent: must be a mapping, got null\n"},
    {"{'parent':{'kind':'Pod','apiVersion':'v1','metadata':{'name':'x'},'spec':{}}}",
        "parent: must be a VitessShard of vitess.io/v1alpha1, got Pod of v1\n"},
    {"{'parent':{}}",
        "parent: must be a VitessShard of vitess.io/v1alpha1, got no kind of no apiVersion\n"},
    {"{'parent':{'apiVersion':'vitess.io/v1alpha1','kind':'VitessShard'}}",
        "parent.metadata.name: is required\n"},
    {"{'parent':{'apiVersion':'vitess.io/v1alpha1','kind':'VitessShard','metadata':{'name':'x'}}}",
        "parent.spec: is required\n"},
    {"{'parent':{'apiVersion':'vitess.io/v1alpha1','kind':'VitessShard','metadata':{'name':'x'},"
     "'spec':{}}}",
        "parent.metadata.namespace: is required\n"},
    {"{" PARENT "}", "children: must be a mapping, got null\n"},
    {"{" PARENT ",'children':[]}", "children: must be a mapping, got []\n"},
    {"{" PARENT ",'children':{'Pod.v1':3}}", "children[Pod.v1]: must be a mapping, got 3\n"},
    {"{" PARENT ",'children':{'Pod.v1':{'n/a':null}}}",
        "children[Pod.v1][n/a]: must be a mapping, got null\n"},
    {"{" PARENT ",'children':{'Pod.v1':{'n/a':{'apiVersion':'v1','metadata':{'name':'a'}}}}}",
        "children[Pod.v1][n/a]: must be of the kind and apiVersion of its group\n"},
    {"{" PARENT ",'children':{'Pod.v1':{'n/a':{'apiVersion':'v1','kind':'Pod'}}}}",
        "children[Pod.v1][n/a].metadata.name: is required\n"},
    {"{" PARENT ",'children':{'Pod.v1':{'n/a':{'apiVersion':'v1','kind':'Pod','metadata':"
     "{'name':'a','namespace':'other'}}}}}",
        "children[Pod.v1][n/a]: must be in the namespace of its parent\n"},
    {"{" PARENT ",'children':{}}",
        "children: must have the group Pod.v1, which the controller declares\n"},
};

START_TEST(shapes_that_are_no_request)
{
    struct sync_result result = run_with(NULL, wrong[_i].body);

    ck_assert_int_eq(result.code, 400);
    ck_assert_str_eq(result.body, wrong[_i].refusal);
    ck_assert(!result.json);
}
END_TEST

START_TEST(texts_that_are_no_json_say_where)
{
    ck_assert_int_eq(run_text("{\n  \"a\": }").code, 400);
    ck_assert(text_starts_with(run_text("{\n  \"a\": }").body, "line 2, column "));
    ck_assert_int_eq(run_text("").code, 400);
    ck_assert_int_eq(run_text("{\"a\":1,\"a\":2}").code, 400);
    ck_assert_int_eq(run_text("{\"a\":\"\\u0000\"}").code, 400);
    ck_assert_int_eq(run_text("{} {}").code, 400);
    ck_assert_int_eq(run_text("{\"a\":\"\xff\"}").code, 400);
}
END_TEST

START_TEST(depth_is_limited)
{
    const char *deep = "{\"a\":{\"a\":{\"a\":{}}}}";

    behaviour = NULL;
    ck_assert_int_eq(
        sync_run(arena, &fake_hook, false, deep, strlen(deep), (struct sync_limits){.depth = 3})
            .code,
        400);
}
END_TEST

static void list_pods(const struct request *request, struct answer *answer)
{
    struct objects pods = observed(request, "Pod.v1");
    struct text names = {.arena = request->arena};

    for (size_t i = 0; i < pods.count; i++)
        text_addf(&names, "%s,", object_name(pods.at[i]));
    for (size_t i = 0; i < pods.count; i++)
        release_child(request->arena, answer, pods.at[i], "a test");
    answer->status = object(request->arena,
        F("pods", text_string(&names)),
        F("found", BOOL(objects_find(&pods, "b") != NULL)),
        F("missing", BOOL(objects_find(&pods, "c") == NULL)));
}

START_TEST(children_are_read_from_metadata_in_both_versions)
{
    const char *v1 = "{" PARENT ",'children':{'Pod.v1':{'b':" POD("b") ",'a':" POD("a") "}}}";
    const char *v2 = "{" PARENT ",'children':{'Pod.v1':{'n/b':" POD("b") ",'n/a':" POD(
        "a") "}},'finalizing':false}";
    static const char *const wanted =
        "{\"children\":[],\"status\":{\"found\":true,\"missing\":true,\"pods\":\"a,b,\"}}";

    ck_assert_str_eq(run_with(list_pods, v1).body, wanted);
    ck_assert_str_eq(run_with(list_pods, v2).body, wanted);
}
END_TEST

#define EMPTY "{" PARENT ",'children':{'Pod.v1':{}}}"

START_TEST(the_result_tells_whom_it_was_for)
{
    struct sync_result result = run_with(NULL, EMPTY);

    ck_assert_int_eq(result.code, 200);
    ck_assert(result.json);
    ck_assert_str_eq(result.namespace, "n");
    ck_assert_str_eq(result.name, "s");
    ck_assert_str_eq(result.uid, "u");
    ck_assert_int_eq(result.generation, 3);
    ck_assert_str_eq(result.outcome, "ok");
    ck_assert_uint_eq(result.length, strlen(result.body));
}
END_TEST

static const char *condition_status;

static void says_ready(const struct request *request, struct answer *answer)
{
    answer->status = object(request->arena,
        LIST("conditions",
            ITEM(F("type", "Ready"), F("status", condition_status), F("reason", "TabletsReady"))));
}

/* Metrics count what is not Ready by its reason; what is has one name. */
START_TEST(the_result_tells_what_is_ready)
{
    condition_status = "True";
    ck_assert_str_eq(run_with(says_ready, EMPTY).ready, "Ready");
    condition_status = "False";
    ck_assert_str_eq(run_with(says_ready, EMPTY).ready, "TabletsReady");
    ck_assert_ptr_null(run_with(NULL, EMPTY).ready);
}
END_TEST

/* --- answers that must never leave --- */

static void no_status(const struct request *request, struct answer *answer)
{
    (void)request;
    answer->status = NULL;
}

static void null_in_template(const struct request *request, struct answer *answer)
{
    want(answer,
        object(request->arena, F("kind", "Pod"), MAP("metadata", F("name", (char *)NULL))));
}

static void twice(const struct request *request, struct answer *answer)
{
    (void)request;
    want(answer, json_of(POD("x")));
    want(answer, json_of(POD("x")));
}

static void undeclared(const struct request *request, struct answer *answer)
{
    (void)request;
    want(answer, json_of("{'apiVersion':'v1','kind':'Secret','metadata':{'name':'x'}}"));
}

static void nameless(const struct request *request, struct answer *answer)
{
    (void)request;
    want(answer, json_of("{'apiVersion':'v1','kind':'Pod','metadata':{}}"));
}

static void elsewhere(const struct request *request, struct answer *answer)
{
    (void)request;
    want(answer,
        json_of("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'x','labels':{"
                "'a':'b'}}}"));
}

static void unselected(const struct request *request, struct answer *answer)
{
    (void)request;
    want(answer,
        json_of("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'x','namespace':'n',"
                "'labels':{'a':'c'}}}"));
}

static void refuses(const struct request *request, struct answer *answer)
{
    refuse(request, answer, 422, "spec.x: must be %d", 3);
}

static void later(const struct request *request, struct answer *answer)
{
    refuse(request, answer, 503, "not now");
}

static const struct {
    hook_function *hook;
    int code;
    const char *text;
    const char *outcome;
} refused[] = {
    {no_status, 500, "internal: the status is no mapping\n", "bug"},
    {null_in_template, 500, "internal: Pod.metadata.name is null\n", "bug"},
    {twice, 500, "internal: Pod.v1 x is there twice\n", "bug"},
    {undeclared, 500, "internal: Secret x is of a kind that VitessShard does not declare\n", "bug"},
    {nameless, 500, "internal: a child has no kind or no name\n", "bug"},
    {elsewhere, 500, "internal: Pod x is not in the namespace of its parent\n", "bug"},
    {unselected,
        500,
        "internal: Pod x has labels that the parent's selector does not match\n",
        "bug"},
    {refuses, 422, "spec.x: must be 3\n", "invalid"},
    {later, 503, "not now\n", "later"},
};

START_TEST(answers_that_never_leave)
{
    struct sync_result result = run_with(refused[_i].hook, EMPTY);

    ck_assert_int_eq(result.code, refused[_i].code);
    ck_assert_str_eq(result.body, refused[_i].text);
    ck_assert_str_eq(result.outcome, refused[_i].outcome);
    ck_assert(!result.json);
}
END_TEST

static void greedy(const struct request *request, struct answer *answer)
{
    (void)answer;
    arena_alloc(request->arena, 1 << 20);
}

START_TEST(memory_is_limited)
{
    const char *text = json_write(arena, json_of(EMPTY), NULL);
    struct arena *small = arena_new(64 << 10);
    struct sync_result result;

    behaviour = greedy;
    result = sync_run(small, &fake_hook, false, text, strlen(text), (struct sync_limits){0});
    ck_assert_int_eq(result.code, 503);
    ck_assert(text_starts_with(result.body, "this request needs more memory than one request may"));
    ck_assert_str_eq(result.outcome, "exhausted");
    arena_free(small);
}
END_TEST

/* --- freeze --- */

static void frozen(const struct request *request, struct answer *answer)
{
    struct problems problems = {.arena = request->arena};

    problem_add(&problems, "spec.x", "must be y");
    freeze(request, answer, &problems);
}

START_TEST(a_frozen_tree_is_what_was_applied_last)
{
    struct sync_result result = run_with(frozen,
        "{" PARENT ",'children':{'Pod.v1':{'a':{'apiVersion':'v1','kind':'Pod','metadata':{"
        "'name':'a','namespace':'n','annotations':{'metacontroller.k8s.io/"
        "last-applied-configuration':'{\\'apiVersion\\':\\'v1\\',\\'kind\\':\\'Pod\\',"
        "\\'metadata\\':{\\'name\\':\\'a\\',\\'namespace\\':\\'n\\',\\'labels\\':{\\'a\\':"
        "\\'b\\'}}}'}},'spec':{'live':true}}}}}");

    ck_assert_int_eq(result.code, 200);
    ck_assert_str_eq(result.outcome, "frozen");
    ck_assert_uint_eq(result.problems, 1);
    ck_assert_str_eq(result.body,
        "{\"children\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"labels\":{\"a\":"
        "\"b\"},\"name\":\"a\",\"namespace\":\"n\"}}],\"status\":{}}");
}
END_TEST

/* Nothing is known of what was applied to either: one has no annotation, the other one somebody
 * else's. What goes out takes nothing away from them. */
START_TEST(a_frozen_tree_is_as_it_is_where_nobody_knows_what_was_applied)
{
    struct sync_result result = run_with(frozen,
        "{" PARENT ",'children':{'Pod.v1':{'a':" POD(
            "a") ",'b':{'apiVersion':'v1','kind':'Pod',"
                 "'metadata':{'name':'b','namespace':'n','labels':{'a':'b'},'annotations':{'x':'"
                 "now',"
                 "'y':'1','metacontroller.k8s.io/"
                 "last-applied-configuration':'{\\'apiVersion\\':\\'v1\\',"
                 "\\'kind\\':\\'Pod\\',\\'metadata\\':{\\'name\\':\\'a\\',\\'namespace\\':\\'n\\',"
                 "\\'annotations\\':{\\'x\\':\\'then\\',\\'gone\\':\\'1\\'}},\\'spec\\':{\\'list\\'"
                 ":[1]}}'}},"
                 "'spec':{'list':[2,3],'other':true},'status':{}}}}}");

    ck_assert_int_eq(result.code, 200);
    ck_assert_str_eq(result.body,
        "{\"children\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"annotations\":{"
        "\"vitess.io/not-made-here\":\"\"},\"labels\":{\"a\":"
        "\"b\"},\"name\":\"a\",\"namespace\":\"n\"}},{\"apiVersion\":\"v1\",\"kind\":\"Pod\","
        "\"metadata\":{\"annotations\":{\"vitess.io/not-made-here\":\"n/"
        "a\",\"x\":\"now\"},\"labels\":{\"a\":\"b\"},\"name\":\"b\","
        "\"namespace\":\"n\"},\"spec\":{\"list\":[2,3]}}],\"status\":{}}");
}
END_TEST

/* --- the last line --- */

static void forgets_one(const struct request *request, struct answer *answer)
{
    struct objects pods = observed(request, "Pod.v1");

    answer->status = json_new_map();
    release_child(request->arena, answer, pods.at[0], "a test");
}

START_TEST(an_answer_that_leaves_out_what_nothing_released_is_refused)
{
    struct sync_result result = run_with(forgets_one,
        "{" PARENT ",'children':{'Pod.v1':{'b':" POD("b") ",'a':" POD("a") "}}}");

    ck_assert_int_eq(result.code, 500);
    ck_assert_str_eq(result.body,
        "internal: Pod.v1 b is left out, which would delete it, though nothing has released it\n");
    ck_assert_str_eq(result.outcome, "bug");
}
END_TEST

/* Of a kind that a controller of another build declares. */
START_TEST(what_the_hook_does_not_know_is_not_left_out_either)
{
    struct sync_result result = run_with(forgets_one,
        "{" PARENT ",'children':{'Pod.v1':{'a':" POD("a") "},'Secret.v1':{'s':{'apiVersion':'v1',"
                                                          "'kind':'Secret','metadata':{'name':'s',"
                                                          "'namespace':'n'}}}}}");

    ck_assert_int_eq(result.code, 500);
    ck_assert_str_eq(result.body,
        "internal: Secret.v1 s is left out, which would delete it, though nothing has released "
        "it\n");
}
END_TEST

static void sends_all_twice(const struct request *request, struct answer *answer)
{
    struct objects pods = observed(request, "Pod.v1");

    answer->status = json_new_map();
    for (size_t i = 0; i < 2 * pods.count; i++)
        want(answer, pods.at[i % pods.count]);
}

START_TEST(what_is_there_is_not_sent_twice)
{
    struct sync_result result = run_with(sends_all_twice,
        "{" PARENT ",'children':{'Pod.v1':{'b':" POD("b") ",'a':" POD("a") "}}}");

    ck_assert_int_eq(result.code, 500);
    ck_assert_str_eq(result.body, "internal: Pod.v1 a is there twice\n");
}
END_TEST

START_TEST(what_goes_already_may_be_left_out)
{
    struct sync_result result = run_with(forgets_one,
        "{" PARENT
        ",'children':{'Pod.v1':{'a':" POD("a") ",'b':{'apiVersion':'v1','kind':'Pod',"
                                               "'metadata':{'name':'b','namespace':'n','"
                                               "deletionTimestamp':'2026-01-01T00:00:00Z'}}}}}");

    ck_assert_int_eq(result.code, 200);
    ck_assert_str_eq(result.body, "{\"children\":[],\"status\":{}}");
}
END_TEST

/* --- Pods that are there --- */

/* A Pod whose spec is `now`, and to which `applied` was applied; NULL: nothing was. */
static const char *request_with_pod(const char *now, const char *applied)
{
    json_t *pod = json_overlay(json_of(POD("a")), NULL);
    json_t *last = json_overlay(pod, NULL);
    json_t *metadata = json_overlay(json_at(pod, "metadata"), NULL);

    if (applied != NULL && *applied != '\0')
        json_put(last, "spec", json_of(applied));
    if (applied != NULL)
        json_put(metadata,
            "annotations",
            object(arena,
                F("metacontroller.k8s.io/last-applied-configuration",
                    json_write(arena, last, NULL))));
    json_put(pod, "metadata", metadata);
    json_put(pod, "spec", json_of(now));
    return json_write(arena,
        object(arena,
            SPREAD(json_of("{" PARENT "}")),
            MAP("children", MAP("Pod.v1", F("a", (const json_t *)pod)))),
        NULL);
}

static const char *sent_spec;

static void sends(const struct request *request, struct answer *answer)
{
    json_t *pod = json_overlay(json_of(POD("a")), NULL);

    (void)request;
    answer->status = json_new_map();
    if (sent_spec != NULL)
        json_put(pod, "spec", json_of(sent_spec));
    want(answer, pod);
}

static struct sync_result send_over(const char *spec, const char *now, const char *applied)
{
    const char *text = request_with_pod(now, applied);

    sent_spec = spec;
    behaviour = sends;
    return sync_run(arena, &fake_hook, false, text, strlen(text), (struct sync_limits){0});
}

#define CONTAINER(image) "{'containers':[{'name':'c','image':'" image "','args':['a']}]}"
#define DEFAULTED "{'containers':[{'name':'c','image':'x','args':['a'],'more':1}],'node':'n'}"
#define TWICE                                                                                      \
    "{'containers':[{'name':'c','env':[{'name':'A','value':'1'},{'name':'A','value':'2'}]}]}"

static const struct {
    const char *what, *sent, *now, *applied;
    bool refused;
} moves[] = {
    {"as it was applied", CONTAINER("x"), DEFAULTED, CONTAINER("x"), false},
    {"another image", CONTAINER("y"), DEFAULTED, CONTAINER("x"), true},
    {"a field more",
        "{'containers':[{'name':'c','image':'x','args':['a'],'tty':true}]}",
        DEFAULTED,
        CONTAINER("x"),
        true},
    {"a field less", "{'containers':[{'name':'c','image':'x'}]}", DEFAULTED, CONTAINER("x"), true},
    {"a container less", "{'containers':[]}", DEFAULTED, CONTAINER("x"), true},
    {"no spec", NULL, DEFAULTED, CONTAINER("x"), true},
    {"a default that nobody has applied", DEFAULTED, DEFAULTED, CONTAINER("x"), true},
    {"the image that somebody has given it", CONTAINER("y"), CONTAINER("y"), CONTAINER("x"), false},
    {"the image from before that", CONTAINER("x"), CONTAINER("y"), CONTAINER("x"), true},
    {"what was applied, with tolerations added",
        "{'tolerations':[{'key':'a'}]}",
        "{'tolerations':[{'key':'a'},{'key':'b'}]}",
        "{'tolerations':[{'key':'a'}]}",
        true},
    {"all tolerations",
        "{'tolerations':[{'key':'a'},{'key':'b'}]}",
        "{'tolerations':[{'key':'a'},{'key':'b'}]}",
        "{'tolerations':[{'key':'a'}]}",
        false},
    {"what is there, where nothing was applied", DEFAULTED, DEFAULTED, NULL, false},
    {"no spec, where nothing was applied", NULL, DEFAULTED, NULL, false},
    {"no spec, where none was applied", NULL, DEFAULTED, "", false},
    {"another one, where nothing was applied", CONTAINER("y"), DEFAULTED, NULL, true},
    /* Nothing that could be sent would do. */
    {"a key that is there twice", TWICE, TWICE, TWICE, false},
};

START_TEST(a_pod_that_is_there_never_gets_another_spec)
{
    struct sync_result result = send_over(moves[_i].sent, moves[_i].now, moves[_i].applied);

    ck_assert_msg(result.code == (moves[_i].refused ? 500 : 200),
        "%s: %s",
        moves[_i].what,
        result.body);
    if (moves[_i].refused)
        ck_assert_str_eq(result.body,
            "internal: Pod.v1 a is there and would get another spec, though a Pod is only ever "
            "replaced\n");
}
END_TEST

/* --- what others have written --- */

/* A Pod to which `applied` was applied, metadata alone, and that has `now` by now. */
static const char *request_with_metadata(const char *now, const char *applied)
{
    const json_t *identity = json_at(json_of(POD("a")), "metadata");
    const json_t *last = object(arena,
        SPREAD(json_of(POD("a"))),
        F("metadata", json_overlay(identity, json_of(applied))));
    json_t *metadata = json_overlay(identity, json_of(now));

    json_put(metadata,
        "annotations",
        object(arena,
            SPREAD(json_at(metadata, "annotations")),
            F("metacontroller.k8s.io/last-applied-configuration", json_write(arena, last, NULL))));
    return json_write(arena,
        object(arena,
            SPREAD(json_of("{" PARENT "}")),
            MAP("children",
                MAP("Pod.v1",
                    F("a",
                        object(arena,
                            SPREAD(json_of(POD("a"))),
                            F("metadata", (const json_t *)metadata)))))),
        NULL);
}

static const struct {
    const char *what, *now, *applied, *sent;
} texts[] = {
    {"the last annotation of ours goes",
        "{'annotations':{'ours':'1','theirs':'2'}}",
        "{'annotations':{'ours':'1'}}",
        "{}"},
    {"and has gone", "{'annotations':{'theirs':'2'}}", "{'annotations':{}}", "{}"},
    {"it is there already", "{'annotations':{'theirs':'2'}}", "{}", NULL},
    {"none was applied", "{}", "{'annotations':null}", NULL},
    {"it was something else", "{}", "{'annotations':'x'}", NULL},
};

START_TEST(what_others_have_annotated_stays)
{
    const char *text = request_with_metadata(texts[_i].now, texts[_i].applied);
    struct sync_result result;
    struct json_fault fault;
    const json_t *sent;

    sent_spec = NULL;
    behaviour = sends;
    result = sync_run(arena, &fake_hook, false, text, strlen(text), (struct sync_limits){0});
    ck_assert_int_eq(result.code, 200);
    sent = json_at(
        json_array_get(json_at(json_read(arena, result.body, result.length, 0, &fault), "children"),
            0),
        "metadata",
        "annotations");
    if (texts[_i].sent == NULL)
        ck_assert_msg(sent == NULL, "%s", texts[_i].what);
    else
        ck_json(sent, texts[_i].sent);
}
END_TEST

/* What is wanted has no empty mapping, so what was applied seems to have none. */
START_TEST(what_stands_where_ours_were_is_not_seen)
{
    static const char *const kinds[][2] = {
        {"Deployment", "{'replicas':1,'template':{'metadata':{'labels':{'x':'y'}},'spec':{}}}"},
        {"Widget",
            "{'replicas':1,'template':{'metadata':{'annotations':{},'labels':{'x':'y'}},'spec':{}"
            "}}"},
    };

    for (size_t i = 0; i < 2; i++) {
        const char *applied = fmt(arena,
            "{\"apiVersion\":\"v\",\"kind\":\"%s\",\"metadata\":{\"name\":\"a\",\"labels\":{\"l\":"
            "\"1\"},\"annotations\":{}},\"spec\":{\"replicas\":1,\"template\":{\"metadata\":{"
            "\"annotations\":{},\"labels\":{\"x\":\"y\"}},\"spec\":{}}}}",
            kinds[i][0]);
        const json_t *child = object(arena,
            F("apiVersion", "v"),
            F("kind", kinds[i][0]),
            MAP("metadata",
                F("name", "a"),
                MAP("annotations",
                    F("metacontroller.k8s.io/last-applied-configuration", applied))));
        const json_t *seen = object_last_applied(arena, &keys, child);

        ck_json(json_at(seen, "metadata"), "{'name':'a','labels':{'l':'1'}}");
        ck_json(json_at(seen, "spec"), kinds[i][1]);
        ck_json(json_at(object_applied_annotation(arena, child), "metadata", "annotations"), "{}");
    }
}
END_TEST

/* as_applied() is what is to be sent, whatever has become of the Pod. */
static void keeps(const struct request *request, struct answer *answer)
{
    struct objects pods = observed(request, "Pod.v1");

    answer->status = json_new_map();
    want(answer, as_applied(request->arena, request->keys, pods.at[0]));
}

START_TEST(a_pod_that_is_kept_keeps_its_spec)
{
    const char *text = request_with_pod(moves[_i].now, moves[_i].applied);
    struct sync_result result;

    behaviour = keeps;
    result = sync_run(arena, &fake_hook, false, text, strlen(text), (struct sync_limits){0});
    ck_assert_msg(result.code == 200, "%s: %s", moves[_i].what, result.body);
}
END_TEST

/* --- what was written, and what was added by hand --- */

static void tell_spec(const struct request *request, struct answer *answer)
{
    const char *added = added_by_hand(request);

    answer->status = object(request->arena,
        F("spec", json_without(json_at(request->parent, "spec"), "selector")),
        OPT("added", added));
}

static struct sync_result run_edited(bool derived, const char *applied_name)
{
    struct hook hook = fake_hook;
    const char *body = fmt(arena,
        "{'parent':{'apiVersion':'vitess.io/v1alpha1','kind':'VitessShard','metadata':{'name':'s',"
        "'namespace':'n','annotations':{'metacontroller.k8s.io/last-applied-configuration':"
        "'{\\'apiVersion\\':\\'vitess.io/v1alpha1\\',\\'kind\\':\\'VitessShard\\',\\'metadata\\':{"
        "\\'name\\':\\'%s\\',\\'namespace\\':\\'n\\'},\\'spec\\':{\\'selector\\':{},\\'flags\\':{"
        "\\'a\\':1}}}'}},'spec':{'selector':{'matchLabels':{'a':'b'}},'flags':{'a':2,'b':3},"
        "'rollout':{'retire':true}}},'children':{'Pod.v1':{}}}",
        applied_name);
    const char *text = json_write(arena, json_of(body), NULL);

    hook.derived = derived;
    behaviour = tell_spec;
    return sync_run(arena, &hook, false, text, strlen(text), (struct sync_limits){0});
}

START_TEST(a_derived_kind_obeys_what_was_written_and_nothing_that_was_added)
{
    ck_assert_str_eq(run_edited(true, "s").body,
        "{\"children\":[],\"status\":{\"added\":\"spec.flags.b\",\"spec\":{\"flags\":{\"a\":1}}}}");
}
END_TEST

START_TEST(users_and_copies_are_read_as_they_are)
{
    static const char *const as_it_is = "{\"children\":[],\"status\":{\"spec\":{\"flags\":{\"a\":2,"
                                        "\"b\":3},\"rollout\":{\"retire\":true}"
                                        "}}}";

    ck_assert_str_eq(run_edited(false, "s").body, as_it_is);
    ck_assert_str_eq(run_edited(true, "original-of-a-copy").body, as_it_is);
}
END_TEST

/* --- the table --- */

START_TEST(routes_are_found)
{
    bool customize;

    ck_assert_str_eq(hook_by_path("/v1alpha1/shard/sync", &customize)->kind, "VitessShard");
    ck_assert(!customize);
    ck_assert_str_eq(hook_by_path("/v1alpha1/shard/customize", &customize)->kind, "VitessShard");
    ck_assert(customize);
    ck_assert_str_eq(hook_by_path("/sync-cluster", &customize)->kind, "VitessCluster");
    ck_assert(!customize);
    ck_assert_ptr_null(hook_by_path("/v1alpha1/keyspace/customize", &customize));
    ck_assert_str_eq(hook_by_path("/v1alpha1/cell/customize", &customize)->kind, "VitessCell");
    ck_assert(customize);
    ck_assert_ptr_null(hook_by_path("/v1alpha1/shard", &customize));
    ck_assert_ptr_null(hook_by_path("/v3/shard/sync", &customize));
    ck_assert_ptr_null(hook_by_path("/", &customize));
    ck_assert_str_eq(hook_by_name("cell")->kind, "VitessCell");
    ck_assert_str_eq(hook_by_name("v1alpha1/keyspace")->kind, "VitessKeyspace");
    ck_assert_str_eq(hook_by_name("v2/keyspace")->api->name, "planetscale.com/v2");
    ck_assert_str_eq(hook_shortest_name(arena, hook_by_name("cell")), "cell");
    ck_assert_str_eq(hook_shortest_name(arena, hook_by_name("v2/cell")), "v2/cell");
    ck_assert_str_eq(hook_shortest_name(arena, hook_by_name("etcdlockserver")), "etcdlockserver");
    ck_assert_ptr_null(hook_by_name("pod"));
    ck_assert_str_eq(hook_by_kind("vitess.io/v1alpha1", "VitessCell")->name, "cell");
    ck_assert_ptr_null(hook_by_kind("planetscale.com/v3", "VitessCell"));
}
END_TEST

/* --- the time --- */

START_TEST(the_newest_time_of_all_objects_counts)
{
    struct request request = {.arena = arena, .keys = &keys, .parent = json_of("{}")};

    ck_assert_ptr_eq(request_time(&request), NULL);
    request.parent = json_of("{'metadata':{'creationTimestamp':'2026-01-01T00:00:00Z'}}");
    request.related =
        json_of("{'g':{'k':{'metadata':{'creationTimestamp':'2026-03-01T00:00:00Z'}}}}");
    request.children =
        json_of("{'g':{'k':{'metadata':{'creationTimestamp':'2026-02-01T00:00:00Z'}}}}");
    ck_assert_str_eq(request_time(&request), "2026-03-01T00:00:00Z");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, shapes_that_are_no_request, 0, sizeof(wrong) / sizeof(wrong[0]));
    tcase_add_test(tcase, texts_that_are_no_json_say_where);
    tcase_add_test(tcase, depth_is_limited);
    tcase_add_test(tcase, children_are_read_from_metadata_in_both_versions);
    tcase_add_test(tcase, the_result_tells_whom_it_was_for);
    tcase_add_test(tcase, the_result_tells_what_is_ready);
    tcase_add_loop_test(tcase, answers_that_never_leave, 0, sizeof(refused) / sizeof(refused[0]));
    tcase_add_test(tcase, memory_is_limited);
    tcase_add_test(tcase, a_frozen_tree_is_what_was_applied_last);
    tcase_add_test(tcase, a_frozen_tree_is_as_it_is_where_nobody_knows_what_was_applied);
    tcase_add_test(tcase, an_answer_that_leaves_out_what_nothing_released_is_refused);
    tcase_add_test(tcase, what_the_hook_does_not_know_is_not_left_out_either);
    tcase_add_test(tcase, what_is_there_is_not_sent_twice);
    tcase_add_test(tcase, what_goes_already_may_be_left_out);
    tcase_add_loop_test(tcase,
        what_others_have_annotated_stays,
        0,
        (int)(sizeof(texts) / sizeof(*texts)));
    tcase_add_test(tcase, what_stands_where_ours_were_is_not_seen);
    tcase_add_loop_test(tcase,
        a_pod_that_is_there_never_gets_another_spec,
        0,
        sizeof(moves) / sizeof(moves[0]));
    tcase_add_loop_test(tcase,
        a_pod_that_is_kept_keeps_its_spec,
        0,
        sizeof(moves) / sizeof(moves[0]));
    tcase_add_test(tcase, a_derived_kind_obeys_what_was_written_and_nothing_that_was_added);
    tcase_add_test(tcase, users_and_copies_are_read_as_they_are);
    tcase_add_test(tcase, routes_are_found);
    tcase_add_test(tcase, the_newest_time_of_all_objects_counts);
}

TEST_MAIN(tests)
