#include "../../hooks/v2/release.h"

#include "../../hooks/v2/at_once.h"
#include "../../hooks/v2/keys.h"
#include "../../hooks/v2/patch.h"
#include "metadata.h"
#include "planetscale.h"

/* What waits to be released, and how it is told. */

/* --- patches --- */

static void ck_patch(const char *from, const char *to, const char *yaml)
{
    const char *text = v2_patch_text(arena, json_of(from), json_of(to));

    if (yaml == NULL)
        ck_assert_ptr_null(text);
    else
        ck_assert_str_eq(text, yaml);
}

#define CONTAINER(image, more) "{'name':'vtctld','image':'" image "'" more "}"
#define DEPLOYMENT(containers) "{'spec':{'template':{'spec':{'containers':[" containers "]}}}}"

START_TEST(patch_names_what_changes_of_a_container)
{
    ck_patch(DEPLOYMENT(CONTAINER("a:1", "")),
        DEPLOYMENT(CONTAINER("a:2", "")),
        "spec:\n"
        "  template:\n"
        "    spec:\n"
        "      containers:\n"
        "      - image: a:2\n"
        "        name: vtctld\n");
}
END_TEST

START_TEST(patch_of_the_same_is_nothing)
{
    ck_patch(DEPLOYMENT(CONTAINER("a:1", "")), DEPLOYMENT(CONTAINER("a:1", "")), NULL);
    ck_patch("{'status':{'a':1}}", "{'status':{'a':2}}", NULL);
    ck_patch("{}", "{}", NULL);
}
END_TEST

START_TEST(patch_tells_what_goes)
{
    const json_t *patch = v2_patch(arena,
        json_of(DEPLOYMENT(CONTAINER("a:1", ",'tty':true") ",{'name':'side','image':'b'}")),
        json_of(DEPLOYMENT(CONTAINER("a:1", ""))));

    ck_json(json_at(patch, "spec", "template", "spec", "containers"),
        "[{'name':'vtctld','tty':null},{'name':'side','$patch':'delete'}]");
}
END_TEST

START_TEST(patch_merges_env_and_mounts_and_replaces_other_lists)
{
    const json_t *patch = v2_patch(arena,
        json_of(DEPLOYMENT(CONTAINER("a:1",
            ",'args':['--a'],'env':[{'name':'A','value':'1'},{'name':'B','value':'2'}],"
            "'volumeMounts':[{'mountPath':'/a','name':'a'}]"))),
        json_of(DEPLOYMENT(CONTAINER("a:1",
            ",'args':['--a','--b'],'env':[{'name':'A','value':'1'},{'name':'B','value':'3'}],"
            "'volumeMounts':[{'mountPath':'/a','name':'b'}]"))));

    ck_json(json_at(patch, "spec", "template", "spec", "containers"),
        "[{'name':'vtctld','args':['--a','--b'],'env':[{'name':'B','value':'3'}],"
        "'$setElementOrder/env':[{'name':'A'},{'name':'B'}],"
        "'volumeMounts':[{'mountPath':'/a','name':'b'}],"
        "'$setElementOrder/volumeMounts':[{'mountPath':'/a'}]}]");
}
END_TEST

#define VOLUMES(volumes) "{'spec':{'template':{'spec':{'volumes':[" volumes "]}}}}"

/* Of a volume only one source may be there. The order of the outermost list is not told. */
START_TEST(patch_says_which_fields_of_a_volume_stay)
{
    const json_t *patch = v2_patch(arena,
        json_of(VOLUMES("{'name':'a','emptyDir':{}},{'name':'b','emptyDir':{}}")),
        json_of(VOLUMES("{'name':'b','emptyDir':{}},{'name':'c','hostPath':{'path':'/c'}},"
                        "{'name':'a','hostPath':{'path':'/a'}}")));

    ck_json(json_at(patch, "spec", "template", "spec"),
        "{'volumes':[{'name':'c','hostPath':{'path':'/c'}},"
        "{'name':'a','$retainKeys':['hostPath','name'],'hostPath':{'path':'/a'},"
        "'emptyDir':null}]}");
}
END_TEST

#define SHARED(init, pull)                                                                         \
    "{'apiVersion':'planetscale.com/v2','spec':{'gateway':{'initContainers':[" init                \
    "]},'imagePullSecrets':[" pull "]}}"

/* No Go type of Kubernetes says how to merge them. */
START_TEST(patch_replaces_all_lists_of_kinds_of_its_own)
{
    const char *init = "{'name':'a','image':'a:2'}", *pull = "{'name':'y'}";

    ck_json(v2_patch(arena,
                json_of(SHARED("{'name':'a','image':'a:1'},{'name':'b'}", "{'name':'x'}")),
                json_of(SHARED("{'name':'a','image':'a:2'}", "{'name':'y'}"))),
        fmt(arena,
            "{'spec':{'gateway':{'initContainers':[%s]},'imagePullSecrets':[%s]}}",
            init,
            pull));
}
END_TEST

START_TEST(patch_has_labels_and_annotations)
{
    ck_json(v2_patch(arena,
                json_of("{'metadata':{'name':'a','labels':{'x':'1','y':'1'}},'spec':{}}"),
                json_of("{'metadata':{'name':'b','labels':{'x':'2'},'annotations':{'z':'3'}},"
                        "'spec':{}}")),
        "{'metadata':{'labels':{'x':'2','y':null},'annotations':{'z':'3'}}}");
}
END_TEST

/* `object` with another Vitess. */
static const json_t *upgraded(const json_t *object)
{
    const char *text = json_write(arena, object, NULL);
    struct text changed = {.arena = arena};
    struct json_fault fault = {0};
    const char *at;

    while ((at = strstr(text, ":v24.0.4")) != NULL) {
        text_add_bytes(&changed, text, (size_t)(at - text));
        text_addf(&changed, ":v24.0.5");
        text = at + strlen(":v24.0.4");
    }
    text_addf(&changed, "%s", text);
    return json_read(arena, text_string(&changed), changed.length, 0, &fault);
}

static void ck_patch_is_theirs(const char *stage, const char *kind, const char *name)
{
    const json_t *from = vector_object(vector_json("ext_ready.json"), kind, name);
    const json_t *scheduled = vector_object(vector_json(stage), kind, name);
    const char *theirs = object_annotation(scheduled, ROLLOUT_SCHEDULED_ANNOTATION);
    struct yaml_documents documents = {0};
    struct json_fault fault = {0};

    ck_assert(yaml_read(arena, theirs, strlen(theirs), &documents, &fault));
    ck_assert(json_same(v2_patch(arena, from, upgraded(from)), documents.at[0].value));
}

START_TEST(patches_are_theirs)
{
    ck_patch_is_theirs("ext_edited.json", "Deployment", "example-zone1-vtctld-1d4dcad0");
    ck_patch_is_theirs("ext_edited.json", "Deployment", "example-zone1-vtadmin-c03d7eae");
    ck_patch_is_theirs("ext_edited.json", "VitessCell", "example-zone1-5abb61ae");
    ck_patch_is_theirs("ext_shard_released.json",
        "Deployment",
        "example-commerce-x-x-zone1-vtorc-c13ef6ff");
}
END_TEST

/* --- releases --- */

static const char applied_key[] = "metacontroller.k8s.io/last-applied-configuration";

/* What is there after `sent` has been applied by Metacontroller to nothing. */
static const json_t *stored(const json_t *sent)
{
    json_t *object = json_clone(sent);
    json_t *metadata = json_object_get(object, "metadata");

    if (json_object_get(metadata, "annotations") == NULL)
        json_object_set_new(metadata, "annotations", json_object());
    json_put_text(json_object_get(metadata, "annotations"),
        applied_key,
        json_write(arena, sent, NULL));
    return object;
}

static const json_t *annotated(const json_t *object, const char *key, const char *value)
{
    json_t *copy = json_clone(object);

    json_put_text(json_object_get(json_object_get(copy, "metadata"), "annotations"), key, value);
    return copy;
}

#define CELL(image, replicas)                                                                      \
    "{'apiVersion':'planetscale.com/v2','kind':'VitessCell','metadata':{'name':'a','namespace':'"  \
    "n'},'spec':{'images':{'vtgate':'" image "'},'gateway':{'replicas':" replicas "}}}"

static const json_t *let_go(const json_t *observed, const char *desired, const char *at_once,
    bool immediate)
{
    const struct v2_edit edit = {json_of(desired), observed, json_of(at_once), immediate};

    return v2_let_go(arena, &edit);
}

START_TEST(what_is_not_there_is_made)
{
    ck_json(let_go(NULL, CELL("a:2", "2"), "{}", false), CELL("a:2", "2"));
}
END_TEST

START_TEST(an_edit_waits_and_says_what)
{
    const json_t *sent =
        let_go(stored(json_of(CELL("a:1", "1"))), CELL("a:2", "2"), CELL("a:1", "2"), false);

    ck_assert_str_eq(object_annotation(sent, ROLLOUT_SCHEDULED_ANNOTATION),
        "spec:\n  images:\n    vtgate: a:2\n");
    ck_assert_str_eq(json_text_at(sent, "spec", "images", "vtgate"), "a:1");
    ck_assert_int_eq(json_int_at(sent, 0, "spec", "gateway", "replicas"), 2);
}
END_TEST

START_TEST(at_rest_the_same_is_said_again)
{
    const json_t *sent =
        let_go(stored(json_of(CELL("a:1", "1"))), CELL("a:2", "2"), CELL("a:1", "2"), false);
    const json_t *again =
        v2_let_go(arena, &(struct v2_edit){json_of(CELL("a:2", "2")), stored(sent), sent, false});

    ck_assert(json_same(sent, again));
}
END_TEST

START_TEST(an_immediate_edit_waits_for_nobody)
{
    ck_json(let_go(stored(json_of(CELL("a:1", "1"))), CELL("a:2", "2"), CELL("a:1", "2"), true),
        CELL("a:2", "2"));
}
END_TEST

START_TEST(an_edit_that_is_put_back_waits_no_more)
{
    const json_t *sent =
        let_go(stored(json_of(CELL("a:1", "1"))), CELL("a:2", "1"), CELL("a:1", "1"), false);
    const json_t *again =
        v2_let_go(arena, &(struct v2_edit){json_of(CELL("a:1", "1")), stored(sent), sent, false});

    ck_json(again, CELL("a:1", "1"));
}
END_TEST

/* The annotation is somebody else's: it is taken over, then left out. */
START_TEST(a_released_edit_goes_out_and_takes_the_release_with_it)
{
    const json_t *waits =
        let_go(stored(json_of(CELL("a:1", "1"))), CELL("a:2", "1"), CELL("a:1", "1"), false);
    const json_t *observed = annotated(stored(waits), ROLLOUT_RELEASED_ANNOTATION, "");
    const json_t *sent =
        v2_let_go(arena, &(struct v2_edit){json_of(CELL("a:2", "1")), observed, waits, false});
    const json_t *next;

    ck_assert_str_eq(json_text_at(sent, "spec", "images", "vtgate"), "a:2");
    ck_assert_str_eq(object_annotation(sent, ROLLOUT_RELEASED_ANNOTATION), "");
    ck_assert_ptr_null(object_annotation(sent, ROLLOUT_SCHEDULED_ANNOTATION));
    next =
        v2_let_go(arena, &(struct v2_edit){json_of(CELL("a:2", "1")), stored(sent), sent, false});
    ck_json(next, CELL("a:2", "1"));
}
END_TEST

/* Theirs leaves {} where nothing is said, and has written no last-applied configuration. */
START_TEST(what_another_operator_has_left_is_no_edit)
{
    const json_t *theirs =
        json_of("{'apiVersion':'planetscale.com/v2','kind':'VitessCell','metadata':{'name':'a',"
                "'namespace':'n'},'spec':{'images':{'vtgate':'a:1'},'lockserver':{},'gateway':"
                "{'replicas':1,'lifecycle':{}}}}");

    ck_json(v2_let_go(arena, &(struct v2_edit){json_of(CELL("a:1", "1")), theirs, theirs, false}),
        CELL("a:1", "1"));
}
END_TEST

/* --- Pods and Deployments --- */

/* As Metacontroller merges it. */
static void ck_spec_stays(const json_t *pod, const json_t *sent)
{
    const json_t *merged = merge_applied(arena, pod, object_applied_annotation(arena, pod), sent);

    ck_assert(json_same(json_at(merged, "spec"), json_at(pod, "spec")));
}

/* A Pod keeps its spec, and says in their words what waits until it is made anew. */
START_TEST(a_pod_says_what_waits_for_it)
{
    const char *name = "example-vttablet-zone1-2469782763-bfadd780";
    const json_t *pod = vector_object(vector_json("ext_ready.json"), "Pod", name);
    const json_t *theirs = vector_object(vector_json("ext_shard_released.json"), "Pod", name);
    const json_t *desired =
        annotated(upgraded(pod), STATE_HASH_ANNOTATION, "2fd649786a400db85ec59091bd828439");
    const json_t *sent = v2_pod_let_go(arena, desired, object_labels(desired), pod);

    ck_assert_str_eq(object_annotation(sent, ROLLOUT_SCHEDULED_ANNOTATION),
        object_annotation(theirs, ROLLOUT_SCHEDULED_ANNOTATION));
    ck_spec_stays(pod, sent);
}
END_TEST

START_TEST(a_pod_that_nothing_waits_for_says_nothing)
{
    const json_t *pod = vector_object(vector_json("ext_ready.json"),
        "Pod",
        "example-vttablet-zone1-2469782763-bfadd780");
    const json_t *said = annotated(pod, ROLLOUT_SCHEDULED_ANNOTATION, "spec: {}\n");
    const json_t *sent = v2_pod_let_go(arena, pod, object_labels(pod), said);

    ck_assert_ptr_null(object_annotation(sent, ROLLOUT_SCHEDULED_ANNOTATION));
    ck_spec_stays(pod, sent);
}
END_TEST

START_TEST(a_pod_takes_new_labels_at_once)
{
    const json_t *pod = json_of("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a',"
                                "'namespace':'n','labels':{'x':'1','y':'1'}},'spec':{}}");
    const json_t *desired = json_of("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a',"
                                    "'namespace':'n','labels':{'x':'2'}},'spec':{}}");

    ck_json(
        json_at(v2_pod_let_go(arena, desired, object_labels(desired), pod), "metadata", "labels"),
        "{'x':'2','y':'1'}");
}
END_TEST

#define SCALED(image, replicas)                                                                    \
    "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d','namespace':'n','labels'"  \
    ":{'a':'b'}},'spec':{'replicas':" replicas ",'template':{'spec':{'containers':[{'name':'c',"   \
    "'image':'" image "'}]}}}}"

START_TEST(a_deployment_scales_at_once)
{
    const json_t *was = json_of(SCALED("a:1", "1")), *now = json_of(SCALED("a:2", "3"));

    ck_json(v2_deployment_at_once(arena, was, now), SCALED("a:1", "3"));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_pod_says_what_waits_for_it);
    tcase_add_test(tcase, a_pod_that_nothing_waits_for_says_nothing);
    tcase_add_test(tcase, a_pod_takes_new_labels_at_once);
    tcase_add_test(tcase, a_deployment_scales_at_once);
    tcase_add_test(tcase, patch_names_what_changes_of_a_container);
    tcase_add_test(tcase, patch_of_the_same_is_nothing);
    tcase_add_test(tcase, patch_tells_what_goes);
    tcase_add_test(tcase, patch_merges_env_and_mounts_and_replaces_other_lists);
    tcase_add_test(tcase, patch_says_which_fields_of_a_volume_stay);
    tcase_add_test(tcase, patch_replaces_all_lists_of_kinds_of_its_own);
    tcase_add_test(tcase, patch_has_labels_and_annotations);
    tcase_add_test(tcase, patches_are_theirs);
    tcase_add_test(tcase, what_is_not_there_is_made);
    tcase_add_test(tcase, an_edit_waits_and_says_what);
    tcase_add_test(tcase, at_rest_the_same_is_said_again);
    tcase_add_test(tcase, an_immediate_edit_waits_for_nobody);
    tcase_add_test(tcase, an_edit_that_is_put_back_waits_no_more);
    tcase_add_test(tcase, a_released_edit_goes_out_and_takes_the_release_with_it);
    tcase_add_test(tcase, what_another_operator_has_left_is_no_edit);
}

TEST_MAIN(tests)
