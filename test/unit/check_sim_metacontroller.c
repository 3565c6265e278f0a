#include "sim_testing.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/metacontroller/apply.h"
#include "sim/metacontroller/cache.h"
#include "sim/metacontroller/controller.h"

/* The loop of Metacontroller, with hooks that answer what their parent's spec says. */

static void begin(void)
{
    sim_begin((struct sim_options){0});
}

/* --- requests --- */

static const char *request_text; /* of the last call */

static int remember_call(void *context, const struct hook *hook, bool customize, const char *body,
    size_t length, struct arena *a, const char **answer, size_t *answer_length)
{
    if (!customize)
        request_text = text_copy(arena, body, length);
    return raw_call(context, hook, customize, body, length, a, answer, answer_length);
}

static const json_t *last_request(void)
{
    struct json_fault fault;

    return json_read(arena, request_text, strlen(request_text), 0, &fault);
}

START_TEST(a_request_is_what_metacontroller_sends)
{
    const json_t *request;

    sim_end();
    sim_begin((struct sim_options){.call = remember_call});
    apply_text_of(box(list_of_two(config("m", "<&>"), config("a", "1"))));
    settle();
    assert_no_violation();
    request = last_request();
    ck_assert_uint_eq(json_object_size(request), 5);
    ck_assert_str_eq(json_text_at(request, "controller", "spec", "hooks", "sync", "version"), "v2");
    ck_assert(json_is_false(json_at(request, "finalizing")));
    ck_json(json_at(request, "related"), "{}");
    ck_assert_str_eq(object_name(json_at(request, "parent")), "b");
    /* A group for each child kind, also an empty one; keys with the namespace. */
    ck_assert_uint_eq(json_object_size(json_at(request, "children")), 8);
    ck_json(json_at(request, "children", "Deployment.apps/v1"), "{}");
    ck_assert_ptr_nonnull(json_at(request, "children", "ConfigMap.v1", "default/a"));
    /* Go's encoder: sorted keys, escaped < > &. */
    ck_assert_ptr_nonnull(strstr(request_text, "\"k\":\"\\u003c\\u0026\\u003e\""));
    ck_assert_ptr_eq(strstr(request_text, "{\"children\":{\"ConfigMap.v1\":{\"default/a\":"),
        request_text);
    ck_assert_str_eq(request_text, json_write(arena, request, NULL));
}
END_TEST

/* --- children --- */

START_TEST(a_child_is_created_with_owner_and_last_applied)
{
    const json_t *child;

    apply_text_of(box("[{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m','namespace':"
                      "'default','labels':{'app':'b'}},'data':{'k':'\u00fc<'}}]"));
    settle();
    child = get("ConfigMap", "m");
    ck_assert_str_eq(object_annotation(child, LAST_APPLIED),
        "{\"apiVersion\":\"v1\",\"data\":{\"k\":\"\u00fc\\u003c\"},\"kind\":\"ConfigMap\","
        "\"metadata\":{\"labels\":{\"app\":\"b\"},\"name\":\"m\",\"namespace\":\"default\"}}");
    ck_json(json_without(json_array_get(json_at(child, "metadata", "ownerReferences"), 0), "uid"),
        "{'apiVersion':'test.io/v1','kind':'Box','name':'b','controller':true,"
        "'blockOwnerDeletion':true}");
    ck_json(json_at(get("Box", "b"), "status"), "{'observedGeneration':1}");
    ck_assert_uint_eq(sim_rest(sim, 3), 0);
    assert_no_violation();
}
END_TEST

START_TEST(in_place_children_follow_and_keep_what_is_not_ours)
{
    apply_text_of(box(list_of_two(config("m", "1"), config("n", "1"))));
    settle();
    apply_text_of(
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m','labels':{'app':'b'}"
        "},'data':{'k':'by hand','mine':'x'}}");
    settle();
    /* The user's kubectl apply took the annotation off; what is desired is put back all the same.
     */
    ck_json(json_at(get("ConfigMap", "m"), "data"), "{'k':'1','mine':'x'}");
    apply_text_of(box(fmt(arena, "[%s]", config("m", "2"))));
    settle();
    ck_json(json_at(get("ConfigMap", "m"), "data"), "{'k':'2','mine':'x'}");
    ck_assert_ptr_null(get("ConfigMap", "n"));
}
END_TEST

#define SECRET(value)                                                                              \
    "[{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s','namespace':'default','labels':{"  \
    "'app':'b'}},'data':{'k':'" value "'}}]"
#define PODS(image)                                                                                \
    "[{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'default','labels':{"     \
    "'app':'b'}},'spec':{'containers':[{'name':'c','image':'" image "'}]}}]"

START_TEST(recreate_deletes_and_makes_anew)
{
    const char *uid;

    apply_text_of(box(SECRET("1")));
    settle();
    uid = text_copy(arena, object_uid(get("Secret", "s")), 36);
    apply_text_of(box(SECRET("2")));
    settle();
    ck_assert_str_ne(object_uid(get("Secret", "s")), uid);
    ck_json(json_at(get("Secret", "s"), "data"), "{'k':'2'}");
}
END_TEST

START_TEST(on_delete_changes_nothing_until_the_child_goes)
{
    const char *uid;

    apply_text_of(box(PODS("i:1")));
    settle();
    uid = text_copy(arena, object_uid(get("Pod", "p")), 36);
    apply_text_of(box(PODS("i:2")));
    settle();
    ck_assert_str_eq(object_uid(get("Pod", "p")), uid);
    ck_assert_uint_eq(sim_rest(sim, 2), 0);
    sim_delete(sim, "Pod", "default", "p");
    settle();
    ck_assert_str_ne(object_uid(get("Pod", "p")), uid);
    ck_assert_ptr_nonnull(strstr(json_write(arena, get("Pod", "p"), NULL), "\"image\":\"i:2\""));
}
END_TEST

static struct texts order;

static void note_order(void *context, const struct sim *of, const struct sim_event *event)
{
    const json_t *object = event->after == NULL ? event->before : event->after;

    (void)context;
    (void)of;
    if (text_equal(event->actor, "metacontroller") && event->verb != SIM_STATUS)
        texts_add(&order,
            fmt(arena, "%s%s", event->after == NULL ? "-" : "+", object_name(object)));
}

START_TEST(all_deletions_come_before_creations_kind_by_kind)
{
    sim_end();
    order = (struct texts){.arena = arena};
    sim_begin((struct sim_options){.on_event = note_order});
    apply_text_of(box(list_of_two(config("m", "1"), config("n", "1"))));
    settle();
    order.count = 0;
    apply_text_of(
        box("[{'apiVersion':'v1','kind':'Service','metadata':{'name':'a','namespace':"
            "'default','labels':{'app':'b'}},'spec':{'ports':[{'port':1}]}},"
            "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'z','namespace':"
            "'default','labels':{'app':'b'}}},"
            "{'apiVersion':'test.io/v1','kind':'Lid','metadata':{'name':'l','namespace':"
            "'default','labels':{'app':'b'}},'spec':{'selector':{'matchLabels':{'x':'y'}},"
            "'related':[]}}]"));
    settle();
    /* Core kinds by name, then groups by name. */
    ck_assert_str_eq(texts_join(&order, " "), "-m -n +z +a +l");
}
END_TEST

START_TEST(a_terminating_child_is_left_alone_then_made_anew)
{
    apply_text_of(box("[{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m','namespace':"
                      "'default','labels':{'app':'b'},'finalizers':['f/x']},'data':{'k':'1'}}]"));
    settle();
    sim_delete(sim, "ConfigMap", "default", "m");
    apply_text_of(box(fmt(arena, "[%s]", config("m", "2"))));
    settle();
    ck_json(json_at(get("ConfigMap", "m"), "data"), "{'k':'1'}");
    store_patch(sim,
        "test",
        store_named(sim, "ConfigMap", "default/m"),
        edited(get("ConfigMap", "m"), NULL, "metadata", "finalizers"));
    settle();
    ck_json(json_at(get("ConfigMap", "m"), "data"), "{'k':'2'}");
}
END_TEST

START_TEST(one_refused_child_stops_neither_the_others_nor_the_status)
{
    apply_text_of(box(list_of_two("{'apiVersion':'v1','kind':'Service','metadata':{'name':'a',"
                                  "'namespace':'default','labels':{'app':'b'}},'spec':{}}",
        config("m", "1"))));
    settle();
    ck_assert_ptr_nonnull(get("ConfigMap", "m"));
    ck_assert_ptr_nonnull(json_at(get("Box", "b"), "status"));
    ck_assert_uint_eq(violations_of("refused"), 1);
}
END_TEST

START_TEST(a_child_without_a_name_is_a_refused_one)
{
    apply_text_of(box(fmt(arena, "[%s]", config("gone", "1"))));
    settle();
    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{"
                  "'selector':{'matchLabels':{'app':'b'}},'raw':'{\\'status\\':{},\\'children\\':["
                  "{\\'apiVersion\\':\\'v1\\',\\'kind\\':\\'ConfigMap\\',\\'metadata\\':{"
                  "\\'labels\\':{\\'app\\':\\'b\\'}}},"
                  "{\\'apiVersion\\':\\'v1\\',\\'kind\\':\\'ConfigMap\\',\\'metadata\\':{"
                  "\\'name\\':\\'m\\',\\'labels\\':{\\'app\\':\\'b\\'}}}]}'}}");
    settle();
    ck_assert_ptr_nonnull(get("ConfigMap", "m"));
    ck_assert_ptr_null(get("ConfigMap", "gone"));
    ck_assert_int_eq(json_int_at(get("Box", "b"), 0, "status", "observedGeneration"), 2);
    ck_assert_uint_gt(violations_of("answer"), 0);
    ck_assert_uint_gt(violations_of("refused"), 0);
}
END_TEST

/* --- claiming --- */

START_TEST(an_orphan_is_adopted_and_released)
{
    apply_text_of(config("m", "0"));
    apply_text_of(box(fmt(arena, "[%s]", config("m", "1"))));
    settle();
    ck_assert_uint_eq(
        json_array_size(json_at(get("ConfigMap", "m"), "metadata", "ownerReferences")),
        1);
    ck_json(json_at(get("ConfigMap", "m"), "data"), "{'k':'1'}");
    apply_text_of("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m','labels':{'app':"
                  "'other'}},'data':{'k':'mine'}}");
    settle();
    /* Released; it is still desired, and AlreadyExists is swallowed for ever. */
    ck_assert_ptr_null(json_at(get("ConfigMap", "m"), "metadata", "ownerReferences"));
    ck_json(json_at(get("ConfigMap", "m"), "data"), "{'k':'mine'}");
}
END_TEST

START_TEST(somebody_elses_child_is_not_touched)
{
    apply_text_of("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'x'}}");
    apply_text_of(fmt(arena,
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m','labels':{'app':'b'},"
        "'ownerReferences':[{'apiVersion':'v1','kind':'ConfigMap','name':'x','uid':'%s',"
        "'controller':true}]},'data':{}}",
        object_uid(get("ConfigMap", "x"))));
    apply_text_of(box("[]"));
    settle();
    ck_assert_ptr_nonnull(get("ConfigMap", "m"));
    assert_no_violation();
}
END_TEST

START_TEST(a_generated_selector_labels_children_by_uid)
{
    apply_text_of("{'apiVersion':'test.io/v1','kind':'Bin','metadata':{'name':'b'},'spec':{"
                  "'children':[{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m',"
                  "'namespace':'default','labels':{'controller-uid':'wrong'}}}]}}");
    settle();
    ck_assert_ptr_null(get("ConfigMap", "m"));
    ck_assert_ptr_null(json_at(get("Bin", "b"), "status"));
    apply_text_of(fmt(arena,
        "{'apiVersion':'test.io/v1','kind':'Bin','metadata':{'name':'b'},'spec':{'raw':'"
        "{\\'status\\':{},\\'children\\':[{\\'apiVersion\\':\\'v1\\',\\'kind\\':\\'ConfigMap\\',"
        "\\'metadata\\':{\\'name\\':\\'m\\'}}]}'}}"));
    settle();
    ck_assert_str_eq(object_label(get("ConfigMap", "m"), "controller-uid"),
        object_uid(get("Bin", "b")));
    ck_assert_str_eq(object_namespace(get("ConfigMap", "m")), "default");
}
END_TEST

START_TEST(a_parent_without_selector_fails)
{
    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{"
                  "'children':[]}}");
    settle();
    ck_assert_ptr_null(json_at(get("Box", "b"), "status"));
}
END_TEST

/* --- status --- */

START_TEST(the_status_is_replaced_whole)
{
    const char *with_status =
        "{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{'selector':{"
        "'matchLabels':{'app':'b'}},'children':[],'status':%s}}";

    apply_text_of(fmt(arena, with_status, "{'a':1,'observedGeneration':99}"));
    settle();
    ck_json(json_at(get("Box", "b"), "status"), "{'a':1,'observedGeneration':1}");
    apply_text_of(fmt(arena, with_status, "{'b':2.0}"));
    settle();
    ck_json(json_at(get("Box", "b"), "status"), "{'b':2,'observedGeneration':2}");
}
END_TEST

START_TEST(a_status_that_never_compares_equal_is_churn)
{
    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{"
                  "'selector':{'matchLabels':{'app':'b'}},'children':[],'raw':'{\\'children\\':[],"
                  "\\'status\\':{\\'a\\':2.0}}'}}");
    settle();
    ck_assert_uint_eq(violations_of("churn"), 0);
    ck_assert_uint_gt(sim_rest(sim, 5), 0);
    ck_assert_uint_eq(violations_of("churn"), 1);
    ck_assert_uint_eq(violations_of("rest"), 1);
}
END_TEST

/* The status is written at each sync, but nothing changes and so nothing comes of it. */
START_TEST(a_status_that_the_schema_prunes_is_written_at_each_sync)
{
    size_t writes;

    apply_text_of("{'apiVersion':'test.io/v1','kind':'Bin','metadata':{'name':'b'},'spec':{"
                  "'status':{'known':1,'unknown':1}}}");
    settle();
    ck_json(json_at(get("Bin", "b"), "status"), "{'observedGeneration':1,'known':1}");
    writes = sim->metacontroller->writes;
    apply_text_of(
        "{'apiVersion':'test.io/v1','kind':'Bin','metadata':{'name':'b','labels':{'l':'v'}"
        "},'spec':{'status':{'known':1,'unknown':1}}}");
    settle();
    ck_assert_uint_eq(sim->metacontroller->writes, writes + 1);
    ck_assert_uint_gt(sim_rest(sim, 5), 0);
    ck_assert_uint_eq(violations_of("churn"), 1);
}
END_TEST

/* --- defects of answers --- */

struct defect {
    const char *raw;
    int code;
    bool applied; /* Metacontroller takes it all the same */
};

static const struct defect defects[] = {
    {"boom", 500, false},
    {"", 204, false},
    {"", 200, false},
    /* A valid answer without children: all go. */
    {"null", 200, true},
    {"{\\'status\\':{},\\'children\\':{}}", 200, false},
    {"{\\'status\\':[],\\'children\\':[]}", 200, false},
    {"[]", 200, false},
    {"{}", 200, true},
    {"{\\'status\\':{},\\'children\\':null}", 200, true},
    {"{\\'status\\':null,\\'children\\':[]}", 200, true},
    {"{\\'status\\':{},\\'children\\':[],\\'debug\\':1}", 200, false},
    {"{\\'status\\':{},\\'children\\':[],\\'finalized\\':true}", 200, true},
    {"{\\'status\\':{\\'a\\':null},\\'children\\':[]}", 200, true},
    {"{\\'status\\':{},\\'children\\':[{\\'metadata\\':{\\'name\\':\\'m\\'}}]}", 200, false},
    {"{\\'status\\':{},\\'children\\':[{\\'apiVersion\\':\\'v1\\',\\'kind\\':\\'ConfigMap\\',"
     "\\'metadata\\':{\\'name\\':\\'m\\',\\'labels\\':{\\'app\\':\\'c\\'}}}]}",
        200,
        false},
    {"{\\'status\\':{},\\'children\\':[{\\'apiVersion\\':\\'v1\\',\\'kind\\':\\'ConfigMap\\',"
     "\\'metadata\\':{\\'name\\':\\'m\\',\\'labels\\':{\\'app\\':1}}}]}",
        200,
        false},
    {"{\\'status\\':{},\\'children\\':[{\\'apiVersion\\':\\'v1\\',\\'kind\\':\\'ConfigMap\\',"
     "\\'data\\':null,\\'metadata\\':{\\'name\\':\\'m\\',\\'labels\\':{\\'app\\':\\'b\\'}}}]}",
        200,
        true},
    {"{\\'status\\':{},\\'children\\':[{\\'apiVersion\\':\\'v1\\',\\'kind\\':\\'Node\\',"
     "\\'metadata\\':{\\'name\\':\\'m\\',\\'labels\\':{\\'app\\':\\'b\\'}}}]}",
        200,
        true},
    {"{\\'status\\':{},\\'children\\':[{\\'apiVersion\\':\\'v1\\',\\'kind\\':\\'ConfigMap\\',"
     "\\'metadata\\':{\\'name\\':\\'m\\',\\'namespace\\':\\'other\\',\\'labels\\':{\\'app\\':"
     "\\'b\\'}}}]}",
        200,
        true},
    {"{\\'status\\':{},\\'children\\':[{\\'apiVersion\\':\\'v1\\',\\'kind\\':\\'ConfigMap\\',"
     "\\'metadata\\':{\\'name\\':\\'m\\',\\'labels\\':{\\'app\\':\\'b\\'}}},{\\'apiVersion\\':"
     "\\'v1\\',\\'kind\\':\\'ConfigMap\\',\\'metadata\\':{\\'name\\':\\'m\\',\\'labels\\':{"
     "\\'app\\':\\'b\\'}}}]}",
        200,
        true},
};

START_TEST(a_wrong_answer_is_a_violation)
{
    const struct defect *defect = &defects[_i];

    apply_text_of(fmt(arena,
        "{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{'selector':{"
        "'matchLabels':{'app':'b'}},'code':%d,'raw':'%s'}}",
        defect->code,
        defect->raw));
    settle();
    ck_assert_msg(violations_of("answer") > 0, "%s", defect->raw);
    ck_assert_msg((json_at(get("Box", "b"), "status") != NULL) == defect->applied,
        "%s",
        defect->raw);
}
END_TEST

/* Answers that a hook may give, though they change nothing. */
START_TEST(a_refusal_keeps_everything)
{
    static const int codes[] = {422, 429, 503};

    apply_text_of(box(fmt(arena, "[%s]", config("m", "1"))));
    settle();
    apply_text_of(fmt(arena,
        "{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{'selector':{"
        "'matchLabels':{'app':'b'}},'code':%d,'raw':'not now'}}",
        codes[_i]));
    steps(20);
    ck_assert_ptr_nonnull(get("ConfigMap", "m"));
    ck_assert_int_eq(json_int_at(get("Box", "b"), 0, "status", "observedGeneration"), 1);
    assert_no_violation();
}
END_TEST

START_TEST(a_failing_sync_is_retried_ever_more_slowly)
{
    struct parent *parent;
    size_t calls;

    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{"
                  "'selector':{'matchLabels':{'app':'b'}},'code':422,'raw':'no'}}");
    settle();
    parent = table_get(&sim->metacontroller->controllers[0].parents, "default/b");
    ck_assert_int_ge(parent->failures, 8);
    calls = sim->metacontroller->calls;
    apply_text_of(box("[]"));
    settle();
    ck_assert_uint_gt(sim->metacontroller->calls, calls);
    ck_assert_int_eq(parent->failures, 0);
}
END_TEST

static int calls_so_far;

/* A hook with a memory. */
static int forgetful_call(void *context, const struct hook *hook, bool customize, const char *body,
    size_t length, struct arena *a, const char **answer, size_t *answer_length)
{
    (void)context;
    (void)hook;
    (void)customize;
    (void)body;
    (void)length;
    *answer = fmt(a, "{\"status\":{\"calls\":%d},\"children\":[]}", calls_so_far++ / 3);
    *answer_length = strlen(*answer);
    return 200;
}

START_TEST(two_answers_to_one_request_are_caught)
{
    sim_end();
    sim_begin((struct sim_options){.call = forgetful_call});
    apply_text_of(box("[]"));
    steps(3);
    ck_assert_uint_eq(violations_of("determinism"), 1);
}
END_TEST

START_TEST(resync_after_seconds_syncs_again)
{
    size_t calls;

    apply_text_of(
        "{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{"
        "'selector':{'matchLabels':{'app':'b'}},'raw':'{\\'status\\':{},\\'children\\':[],"
        "\\'resyncAfterSeconds\\':30}'}}");
    steps(3);
    calls = sim->metacontroller->calls;
    steps(1);
    ck_assert_int_ge(sim_steps(sim), 30);
    ck_assert_uint_eq(sim->metacontroller->calls, calls + 1);
    assert_no_violation();
}
END_TEST

/* --- customize --- */

#define LID(name, extra)                                                                           \
    "{'apiVersion':'test.io/v1','kind':'Lid','metadata':{'name':'" name "','labels':{'set':'x'}}," \
    "'spec':{'selector':{'matchLabels':{'app':'" name "'}},'related':[{'apiVersion':'test.io/v1'," \
    "'resource':'lids','labelSelector':{'matchLabels':{'set':'x'}}},{'apiVersion':'v1',"           \
    "'resource':'configmaps','names':['n'],'namespace':'default'}]" extra "}}"

START_TEST(related_objects_come_along_and_wake_their_parents)
{
    const json_t *request;
    size_t calls;

    sim_end();
    sim_begin((struct sim_options){.call = remember_call});
    apply_text_of(LID("a", ""));
    apply_text_of(LID("c", ""));
    settle();
    request = last_request();
    ck_assert_ptr_nonnull(json_at(request, "related", "Lid.test.io/v1", "default/a", "status"));
    ck_assert_ptr_nonnull(json_at(request, "related", "Lid.test.io/v1", "default/c"));
    ck_json(json_at(request, "related", "ConfigMap.v1"), "{}");
    assert_no_violation();
    ck_assert_uint_eq(sim_rest(sim, 3), 0);
    calls = sim->metacontroller->calls;
    apply_text_of("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'n'}}");
    settle();
    /* Both were synced, and the customize hook was not asked again. */
    ck_assert_uint_eq(sim->metacontroller->calls, calls + 2);
    ck_assert_ptr_nonnull(json_at(last_request(), "related", "ConfigMap.v1", "default/n"));
}
END_TEST

START_TEST(the_customize_hook_is_asked_once_a_generation)
{
    apply_text_of(LID("a", ""));
    settle();
    ck_assert_int_eq((int)sim->metacontroller->controllers[2].parents.count, 1);
    apply_text_of(LID("a", ",'status':{'s':1}"));
    settle();
    ck_assert_int_eq(
        ((struct parent *)table_get(&sim->metacontroller->controllers[2].parents, "default/a"))
            ->customized_generation,
        2);
}
END_TEST

START_TEST(rules_that_metacontroller_refuses_fail_the_sync)
{
    apply_text_of("{'apiVersion':'test.io/v1','kind':'Lid','metadata':{'name':'a'},'spec':{"
                  "'selector':{'matchLabels':{'app':'a'}},'related':[{'apiVersion':'v1','resource':"
                  "'pods','names':['x'],'labelSelector':{}}]}}");
    settle();
    ck_assert_ptr_null(json_at(get("Lid", "a"), "status"));
}
END_TEST

/* --- caches --- */

START_TEST(a_cache_that_lags_creates_what_exists_and_goes_on)
{
    sim_end();
    sim_begin((struct sim_options){.lag = 5});
    apply_text_of(box(list_of_two(config("m", "1"), config("n", "1"))));
    steps(1);
    /* Not even the parent has been seen. */
    ck_assert_ptr_null(get("ConfigMap", "m"));
    ck_assert_int_eq(steps_due(sim), sim_steps(sim) + 1);
    settle();
    apply_text_of(box(list_of_two(config("m", "2"), config("o", "1"))));
    settle();
    ck_json(json_at(get("ConfigMap", "m"), "data"), "{'k':'2'}");
    ck_assert_ptr_null(get("ConfigMap", "n"));
    ck_assert_ptr_nonnull(get("ConfigMap", "o"));
    ck_assert_uint_eq(sim_rest(sim, 3), 0);
    assert_no_violation();
}
END_TEST

START_TEST(one_seed_is_one_history)
{
    struct texts histories = {.arena = arena};

    for (unsigned i = 0; i < 3; i++) {
        struct text text = {.arena = arena};

        sim_end();
        order = (struct texts){.arena = arena};
        sim_begin((struct sim_options){.seed = i < 2 ? 7 : 8, .on_event = note_order});
        for (int j = 0; j < 8; j++)
            text_addf(&text, "%s%s", j == 0 ? "[" : ",", config(fmt(arena, "m%d", j), "1"));
        text_add(&text, "]");
        apply_text_of(box(text_string(&text)));
        settle();
        texts_add(&histories, texts_join(&order, " "));
    }
    ck_assert_str_eq(histories.at[0], histories.at[1]);
    ck_assert_str_ne(histories.at[0], histories.at[2]);
}
END_TEST

/* --- faults and records --- */

START_TEST(a_hook_that_fails_once_is_asked_again)
{
    const char *message;

    ck_assert(sim_fail(sim, "hook=Box@1", &message));
    apply_text_of(box(fmt(arena, "[%s]", config("m", "1"))));
    steps(1);
    ck_assert_ptr_null(get("ConfigMap", "m"));
    settle();
    ck_assert_ptr_nonnull(get("ConfigMap", "m"));
    assert_no_violation();
}
END_TEST

/* Seconds until the ConfigMap is there, when the first call goes as `fault` says. */
static int seconds_until_made(const char *fault)
{
    sim_end();
    sim_begin((struct sim_options){0});
    break_by(fault);
    apply_text_of(box(fmt(arena, "[%s]", config("m", "1"))));
    while (get("ConfigMap", "m") == NULL && sim_step(sim))
        ;
    assert_no_violation();
    return sim_steps(sim);
}

START_TEST(a_429_is_repeated_after_retry_after)
{
    ck_assert_int_eq(seconds_until_made("hook=Box/429@1"), 6);
    ck_assert_int_eq(seconds_until_made("hook=429@1"), 6);
    ck_assert_int_eq(seconds_until_made("hook=Lid/429@1"), 1);
}
END_TEST

START_TEST(a_hook_that_hangs_is_given_up_after_the_timeout)
{
    ck_assert_int_eq(seconds_until_made("hook=box/timeout@1"), 32);
}
END_TEST

/* Its parent is not synced beside it, whatever happens meanwhile. */
START_TEST(a_hook_that_hangs_holds_its_parent)
{
    break_by("hook=timeout@1");
    apply_text_of(box(fmt(arena, "[%s]", config("m", "1"))));
    steps(1);
    apply_text_of(box(fmt(arena, "[%s]", config("m", "2"))));
    for (int i = 0; i < 5 && sim_steps(sim) < 30; i++) {
        ck_assert_ptr_null(get("ConfigMap", "m"));
        steps(1);
    }
    settle();
    ck_json(json_at(get("ConfigMap", "m"), "data"), "{'k':'2'}");
}
END_TEST

START_TEST(a_restart_forgets_delays_and_syncs_every_parent)
{
    size_t calls;

    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{"
                  "'selector':{'matchLabels':{'app':'b'}},'raw':'{\\\"status\\\":{},"
                  "\\\"children\\\":[],\\\"resyncAfterSeconds\\\":500}'}}");
    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'c'},'spec':{"
                  "'selector':{'matchLabels':{'app':'c'}}}}");
    steps(5);
    calls = sim->metacontroller->calls;
    sim_restart_metacontroller(sim);
    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'d'},'spec':{"
                  "'selector':{'matchLabels':{'app':'d'}}}}");
    steps(1);
    ck_assert_uint_eq(sim->metacontroller->calls, calls + 3);
    ck_assert_ptr_nonnull(json_at(get("Box", "d"), "status"));
}
END_TEST

/* Another sync that changes nothing is still made, but nobody waits for it for ever. */
START_TEST(an_idle_resync_does_not_keep_the_cluster_going)
{
    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{"
                  "'selector':{'matchLabels':{'app':'b'}},'raw':'{\\\"status\\\":{},"
                  "\\\"children\\\":[],\\\"resyncAfterSeconds\\\":30}'}}");
    settle();
    ck_assert_uint_gt(sim->metacontroller->calls, 3);
    assert_no_violation();
}
END_TEST

/* What is there and belongs to somebody else is wanted in vain, at each sync. */
START_TEST(a_child_that_exists_and_is_not_ours_costs_no_write)
{
    apply_text_of(
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'},'data':{'k':'x'}}");
    apply_text_of(box(fmt(arena, "[%s]", config("m", "1"))));
    settle();
    ck_assert_uint_eq(sim_rest(sim, 3), 0);
    ck_json(json_at(get("ConfigMap", "m"), "data"), "{'k':'x'}");
}
END_TEST

/* Each kind has an informer of its own. */
START_TEST(kinds_lag_differently)
{
    bool differ = false;

    sim_end();
    sim_begin((struct sim_options){.seed = 3, .lag = 4});
    for (size_t i = 0; i < sim->cache->kinds; i++) {
        ck_assert_uint_le(sim->cache->streams[i].lag, 4);
        differ = differ || sim->cache->streams[i].lag != sim->cache->streams[0].lag;
    }
    ck_assert(differ);
}
END_TEST

START_TEST(every_call_is_recorded)
{
    char folder[] = "/tmp/check_sim_XXXXXX";
    int files = 0;
    DIR *listing;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    sim_end();
    sim_begin((struct sim_options){.record = folder});
    apply_text_of(box("[]"));
    settle();
    listing = opendir(folder);
    for (struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        if (entry->d_name[0] == '.')
            continue;
        files++;
        ck_assert(text_ends_with(entry->d_name, "-box-sync.request.json") ||
                  text_ends_with(entry->d_name, "-box-sync.answer.json"));
        unlink(fmt(arena, "%s/%s", folder, entry->d_name));
    }
    closedir(listing);
    rmdir(folder);
    ck_assert_int_eq(files, 2 * (int)sim->metacontroller->calls);
}
END_TEST

static void add_sync_tests(TCase *tcase)
{
    tcase_add_test(tcase, a_request_is_what_metacontroller_sends);
    tcase_add_test(tcase, a_child_is_created_with_owner_and_last_applied);
    tcase_add_test(tcase, in_place_children_follow_and_keep_what_is_not_ours);
    tcase_add_test(tcase, recreate_deletes_and_makes_anew);
    tcase_add_test(tcase, on_delete_changes_nothing_until_the_child_goes);
    tcase_add_test(tcase, all_deletions_come_before_creations_kind_by_kind);
    tcase_add_test(tcase, a_terminating_child_is_left_alone_then_made_anew);
    tcase_add_test(tcase, one_refused_child_stops_neither_the_others_nor_the_status);
    tcase_add_test(tcase, a_child_without_a_name_is_a_refused_one);
    tcase_add_test(tcase, an_orphan_is_adopted_and_released);
    tcase_add_test(tcase, somebody_elses_child_is_not_touched);
    tcase_add_test(tcase, a_generated_selector_labels_children_by_uid);
    tcase_add_test(tcase, a_parent_without_selector_fails);
    tcase_add_test(tcase, the_status_is_replaced_whole);
    tcase_add_test(tcase, a_status_that_never_compares_equal_is_churn);
    tcase_add_test(tcase, a_status_that_the_schema_prunes_is_written_at_each_sync);
}

static void add_fault_tests(TCase *tcase)
{
    tcase_add_test(tcase, a_429_is_repeated_after_retry_after);
    tcase_add_test(tcase, a_hook_that_hangs_is_given_up_after_the_timeout);
    tcase_add_test(tcase, a_hook_that_hangs_holds_its_parent);
    tcase_add_test(tcase, a_restart_forgets_delays_and_syncs_every_parent);
    tcase_add_test(tcase, an_idle_resync_does_not_keep_the_cluster_going);
    tcase_add_test(tcase, a_child_that_exists_and_is_not_ours_costs_no_write);
    tcase_add_test(tcase, kinds_lag_differently);
}

static void tests(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, begin, sim_end);
    add_sync_tests(tcase);
    tcase_add_loop_test(tcase,
        a_wrong_answer_is_a_violation,
        0,
        (int)(sizeof(defects) / sizeof(*defects)));
    tcase_add_loop_test(tcase, a_refusal_keeps_everything, 0, 3);
    tcase_add_test(tcase, a_failing_sync_is_retried_ever_more_slowly);
    tcase_add_test(tcase, two_answers_to_one_request_are_caught);
    tcase_add_test(tcase, resync_after_seconds_syncs_again);
    tcase_add_test(tcase, related_objects_come_along_and_wake_their_parents);
    tcase_add_test(tcase, the_customize_hook_is_asked_once_a_generation);
    tcase_add_test(tcase, rules_that_metacontroller_refuses_fail_the_sync);
    tcase_add_test(tcase, a_cache_that_lags_creates_what_exists_and_goes_on);
    tcase_add_test(tcase, one_seed_is_one_history);
    tcase_add_test(tcase, a_hook_that_fails_once_is_asked_again);
    add_fault_tests(tcase);
    tcase_add_test(tcase, every_call_is_recorded);
}

TEST_MAIN(tests)
