#include "sim_testing.h"

#include "hook.h"
#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/metacontroller/apply.h"
#include "sim/metacontroller/metacontroller.h"

/* Each rule of the auditor catches a hook that breaks it: the real hooks, with answers that a
 * wrapper tampers with. Without it the same histories are clean. */

typedef const json_t *tamper(const json_t *request, const json_t *answer);

static struct {
    const char *kind; /* whose answers */
    tamper *with;     /* NULL: none */
} wrong;

static const char *cells, *replicas, *image, *extra, *lock;

/* The replica-type tablets of main/0 in zone1, without the last digit; ...0 is primary. */
#define TABLET "v-vttablet-zone1-088515750"

static int tampering_call(void *context, const struct hook *hook, bool customize, const char *body,
    size_t length, struct arena *a, const char **answer, size_t *answer_length)
{
    struct sync_result result = sync_run(a, hook, customize, body, length, (struct sync_limits){0});
    struct json_scope scope = json_enter(a);
    struct json_fault fault;

    (void)context;
    *answer = result.body;
    *answer_length = result.length;
    if (!customize && result.code == 200 && wrong.with != NULL &&
        text_equal(hook->kind, wrong.kind))
        *answer = json_write(a,
            wrong.with(json_read(a, body, length, 0, &fault),
                json_read(a, result.body, result.length, 0, &fault)),
            answer_length);
    json_leave(scope);
    return result.code;
}

static void begin(void)
{
    cells = "'zone1'";
    replicas = "3";
    image = "vitess/lite:v24.0.4";
    extra = "";
    lock = "'lockserver':{'addresses':['etcd.example.com:2379']},'cells':[{'name':'global',";
    wrong.with = NULL;
    sim_begin((struct sim_options){.apis = apis, .call = tampering_call});
}

static void apply_cluster(void)
{
    apply_text_of(fmt(arena,
        "{'apiVersion':'vitess.io/v1alpha1','kind':'VitessCluster','metadata':{'name':'v'},'spec':{"
        "'image':'%s',%s'vtctld':{}},{'name':'zone1'},{'name':'zone2'}],'keyspaces':[{'name':'main'"
        ","
        "'cells':[%s],'tablets':{'masterEligible':{'replicas':%s,'volumeClaim':{'accessModes':["
        "'ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}]%s}}",
        image,
        lock,
        cells,
        replicas,
        extra));
}

/* Up, then the answers of `kind` are tampered with. */
static void start(void)
{
    apply_cluster();
    settle();
    ck_assert(sim_ready(sim));
    assert_no_violation();
}

static void tamper_with(const char *kind, tamper *with)
{
    wrong.kind = kind;
    wrong.with = with;
    metacontroller_enqueue_all(sim);
    for (int i = 0; i < 60; i++)
        sim_step(sim);
}

/* The answer without the children that `drops` names. */
static const json_t *without_children(const json_t *answer, bool (*drops)(const json_t *child))
{
    json_t *children = json_new_list();
    const json_t *child;

    json_each_item (json_at(answer, "children"), i, child) {
        if (!drops(child))
            json_add(children, child);
    }
    return edited(answer, children, "children");
}

static bool is_tablet(const json_t *child)
{
    return text_equal(object_kind(child), "Pod") &&
           text_equal(object_label(child, "vitess.io/component"), "vttablet");
}

static bool is_second_cell(const json_t *child)
{
    return text_ends_with(object_name(child), "zone2");
}

static const json_t *drop_second_cell(const json_t *request, const json_t *answer)
{
    (void)request;
    return without_children(answer, is_second_cell);
}

/* --- serving --- */

static const json_t *drop_tablets(const json_t *request, const json_t *answer)
{
    (void)request;
    return without_children(answer, is_tablet);
}

START_TEST(two_tablets_taken_down_at_once)
{
    start();
    tamper_with("VitessShard", drop_tablets);
    ck_assert_uint_gt(violations_of("serving"), 0);
}
END_TEST

static bool is_second_tablet(const json_t *child)
{
    return is_tablet(child) && text_ends_with(object_name(child), "01");
}

static const json_t *drop_second_tablet(const json_t *request, const json_t *answer)
{
    (void)request;
    return without_children(answer, is_second_tablet);
}

START_TEST(one_tablet_may_be_taken_down)
{
    start();
    tamper_with("VitessShard", drop_second_tablet);
    ck_assert_uint_eq(violations_of("serving"), 0);
    ck_assert_uint_eq(violations_of("reparent"), 0);
}
END_TEST

START_TEST(a_tablet_taken_down_while_another_one_is_broken)
{
    start();
    break_by("pod=" TABLET "2");
    settle();
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "0"), 2);
    tamper_with("VitessShard", drop_second_tablet);
    ck_assert_uint_gt(violations_of("serving"), 0);
}
END_TEST

START_TEST(tablets_taken_down_in_two_cells)
{
    cells = "'zone1','zone2'";
    start();
    tamper_with("VitessShard", drop_tablets);
    ck_assert_uint_gt(violations_of("two-cells"), 0);
}
END_TEST

/* --- reparent --- */

static bool is_primary(const json_t *child)
{
    const char *primary = sim_primary(sim, NULL, "main", "0");

    return is_tablet(child) && primary != NULL &&
           text_ends_with(object_name(child), strchr(primary, '-'));
}

static const json_t *drop_primary(const json_t *request, const json_t *answer)
{
    (void)request;
    return without_children(answer, is_primary);
}

START_TEST(a_primary_deleted_without_a_reparent)
{
    start();
    tamper_with("VitessShard", drop_primary);
    ck_assert_uint_gt(violations_of("reparent"), 0);
}
END_TEST

START_TEST(the_only_replica_type_tablet_needs_no_reparent)
{
    replicas = "1";
    start();
    tamper_with("VitessShard", drop_primary);
    ck_assert_uint_eq(violations_of("reparent"), 0);
}
END_TEST

/* --- claim --- */

static bool is_claim(const json_t *child)
{
    return text_equal(object_kind(child), "PersistentVolumeClaim");
}

static const json_t *drop_claims(const json_t *request, const json_t *answer)
{
    (void)request;
    return without_children(answer, is_claim);
}

START_TEST(a_claim_deleted_while_wanted)
{
    extra = ",'volumeClaimRetention':{'whenScaled':'Delete'}";
    start();
    tamper_with("VitessShard", drop_claims);
    ck_assert_uint_gt(violations_of("claim"), 0);
}
END_TEST

/* Until a spec is valid the one before says what is wanted. */
START_TEST(a_claim_deleted_while_wanted_by_the_last_valid_spec)
{
    extra = ",'volumeClaimRetention':{'whenScaled':'Delete'}";
    start();
    cells = "'nowhere'";
    apply_cluster();
    settle();
    assert_no_violation();
    tamper_with("VitessShard", drop_claims);
    ck_assert_uint_gt(violations_of("claim"), 0);
}
END_TEST

static bool is_last_claim(const json_t *child)
{
    return is_claim(child) && text_ends_with(object_name(child), "03");
}

static const json_t *drop_last_claim(const json_t *request, const json_t *answer)
{
    (void)request;
    return without_children(answer, is_last_claim);
}

/* The fourth claim as it is, whatever the hook wants. */
static const json_t *keep_last_claim(const json_t *request, const json_t *answer)
{
    json_t *children = json_new_list();
    const json_t *child;
    const char *key;

    json_each_item (json_at(without_children(answer, is_last_claim), "children"), i, child)
        json_add(children, child);
    json_each_field (json_at(request, "children", "PersistentVolumeClaim.v1"), key, child) {
        struct json_fault fault;
        const char *text = object_annotation(child, LAST_APPLIED);

        if (is_last_claim(child) && text != NULL)
            json_add(children, json_read(arena, text, strlen(text), 0, &fault));
    }
    return edited(answer, children, "children");
}

/* Scaled from four to three; the fourth one's claim is let go. */
static void scale_down(void)
{
    replicas = "4";
    start();
    replicas = "3";
    apply_cluster();
    settle();
    ck_assert(sim_ready(sim));
    assert_no_violation();
    tamper_with("VitessShard", drop_last_claim);
}

START_TEST(a_claim_deleted_under_retain)
{
    scale_down();
    ck_assert_uint_gt(violations_of("claim"), 0);
}
END_TEST

START_TEST(a_claim_deleted_as_its_policy_says)
{
    extra = ",'volumeClaimRetention':{'whenScaled':'Delete'}";
    scale_down();
    assert_no_violation();
    ck_assert_uint_eq(sim_objects(sim, arena, "PersistentVolumeClaim").count, 3);
}
END_TEST

/* A cluster of that name made anew has not scaled anything down. */
START_TEST(a_claim_that_an_earlier_cluster_had_is_deleted)
{
    extra = ",'volumeClaimRetention':{'whenScaled':'Delete'}";
    replicas = "4";
    start();
    sim_delete(sim, "VitessCluster", "default", "v");
    settle();
    wrong.kind = "VitessShard";
    wrong.with = keep_last_claim;
    replicas = "3";
    apply_cluster();
    settle();
    ck_assert_uint_eq(sim_objects(sim, arena, "PersistentVolumeClaim").count, 4);
    assert_no_violation();
    tamper_with("VitessShard", drop_last_claim);
    ck_assert_uint_gt(violations_of("claim"), 0);
}
END_TEST

/* --- left out --- */

/* What `kubectl get -o yaml | sed | kubectl apply` makes, less what Metacontroller applied. */
static void copy_of(const char *kind, const char *name)
{
    static const char *const fields[] = {"uid",
        "resourceVersion",
        "creationTimestamp",
        "generation",
        NULL};
    const json_t *object = json_without(get(kind, name), "status");

    for (const char *const *field = fields; *field != NULL; field++)
        object = edited(object, NULL, "metadata", *field);
    object = edited(object, NULL, "metadata", "annotations", LAST_APPLIED);
    object = edited(object, NULL, "spec", "volumeName");
    object = edited(object, NULL, "spec", "nodeName");
    object = edited(object, json_string("copy"), "metadata", "name");
    ck_assert(sim_apply(sim, object, NULL));
}

static bool is_copy(const json_t *child)
{
    return text_equal(object_name(child), "copy");
}

static const json_t *drop_copy(const json_t *request, const json_t *answer)
{
    (void)request;
    return without_children(answer, is_copy);
}

/* The answer with the copy told to retire. */
static const json_t *retire_copy(const json_t *request, const json_t *answer)
{
    const json_t *copy =
        json_at(request, "children", "VitessShard.vitess.io/v1alpha1", "default/copy");
    const json_t *children = json_at(without_children(answer, is_copy), "children");
    json_t *more = json_new_list();
    const json_t *child;

    if (copy == NULL)
        return answer;
    json_each_item (children, i, child)
        json_add(more, child);
    copy = edited(json_without(copy, "status"), json_true(), "spec", "rollout", "retire");
    json_add(more,
        edited(copy,
            edited(edited(json_new_map(), json_string("copy"), "name"),
                json_at(copy, "metadata", "labels"),
                "labels"),
            "metadata"));
    return edited(answer, more, "children");
}

static const struct {
    const char *kind, *name, *parent;
    tamper *with;
} copies[] = {
    {"PersistentVolumeClaim", TABLET "1", "VitessShard", drop_copy},
    {"Pod", TABLET "1", "VitessShard", drop_copy},
    {"VitessShard", "v-zone1-main-0", "VitessKeyspace", drop_copy},
    {"VitessShard", "v-zone1-main-0", "VitessKeyspace", retire_copy},
};

START_TEST(a_copy_that_was_none_of_ours)
{
    start();
    wrong.kind = copies[_i].parent;
    wrong.with = copies[_i].with;
    copy_of(copies[_i].kind, copies[_i].name);
    steps(60);
    ck_assert_uint_gt(violations_of("left-out"), 0);
}
END_TEST

START_TEST(a_cell_left_out_before_it_has_retired)
{
    start();
    tamper_with("VitessCluster", drop_second_cell);
    ck_assert_uint_gt(violations_of("left-out"), 0);
}
END_TEST

static bool is_shard(const json_t *child)
{
    return text_equal(object_kind(child), "VitessShard");
}

static const json_t *drop_shards(const json_t *request, const json_t *answer)
{
    (void)request;
    return without_children(answer, is_shard);
}

/* Somebody, or a fault of ours, has written that it has; its tablets are there all the same. */
START_TEST(a_shard_left_out_because_its_status_says_so)
{
    const json_t *shard;

    start();
    shard = edited(get("VitessShard", "v-zone1-main-0"), json_true(), "status", "retired");
    wrong.kind = "VitessKeyspace";
    wrong.with = drop_shards;
    ck_assert(sim_edit_status(sim, shard, NULL));
    steps(60);
    ck_assert_uint_gt(violations_of("left-out"), 0);
}
END_TEST

static bool is_set(const json_t *child)
{
    return text_equal(object_kind(child), "StatefulSet");
}

static const json_t *drop_sets(const json_t *request, const json_t *answer)
{
    (void)request;
    return without_children(answer, is_set);
}

START_TEST(a_lock_server_left_out)
{
    lock = "'cells':[{'name':'global','etcd':{'size':1},";
    start();
    tamper_with("VitessCell", drop_sets);
    ck_assert_uint_gt(violations_of("left-out"), 0);
}
END_TEST

/* --- data --- */

static void delete_claims(int count)
{
    for (int i = 0; i < count; i++)
        sim_delete(sim, "PersistentVolumeClaim", "default", fmt(arena, TABLET "%d", i));
    steps(20);
}

START_TEST(a_tablet_taken_down_whose_claim_is_being_deleted)
{
    start();
    delete_claims(3);
    assert_no_violation();
    tamper_with("VitessShard", drop_second_tablet);
    ck_assert_uint_gt(violations_of("data"), 0);
}
END_TEST

START_TEST(a_tablet_taken_down_whose_volume_is_lost)
{
    start();
    ck_assert(sim_edit_status(sim,
        edited(get("PersistentVolumeClaim", TABLET "1"), json_string("Lost"), "status", "phase"),
        NULL));
    steps(20);
    tamper_with("VitessShard", drop_second_tablet);
    ck_assert_uint_gt(violations_of("data"), 0);
}
END_TEST

/* By people, one Pod after the other: no fault of ours. */
START_TEST(claims_and_then_pods_deleted_by_hand)
{
    start();
    wrong.kind = "VitessShard";
    wrong.with = NULL;
    delete_claims(3);
    for (int i = 0; i < 3; i++) {
        sim_delete(sim, "Pod", "default", fmt(arena, TABLET "%d", i));
        settle();
    }
    ck_assert_uint_eq(violations_of("data"), 0);
}
END_TEST

START_TEST(the_last_copy_lost_to_our_own_doing)
{
    size_t violations;

    start();
    delete_claims(3);
    tamper_with("VitessShard", drop_tablets);
    violations = violations_of("data");
    /* Each of the three, and what came of it. */
    ck_assert_uint_eq(violations, 4);
}
END_TEST

START_TEST(a_tablet_taken_down_while_another_one_restores)
{
    extra = ",'backupFlags':{'backup_storage_implementation':'file','file_backup_storage_root':"
            "'/backups'}";
    start();
    sim_delete(sim, "PersistentVolumeClaim", "default", TABLET "2");
    sim_delete(sim, "Pod", "default", TABLET "2");
    for (int i = 0; i < 40 && sim_serving(sim, NULL, "main", "0") == 3; i++)
        steps(1);
    steps(10);
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "0"), 2);
    tamper_with("VitessShard", drop_second_tablet);
    ck_assert_uint_gt(violations_of("data"), 0);
}
END_TEST

/* --- churn, rest, refused --- */

/* Whoever takes what a policy has written for an edit by hand. */
static bool is_rewritten(const json_t *child)
{
    const json_t *pod = get("Pod", object_name(child));

    return is_tablet(child) && text_ends_with(object_name(child), "01") && pod != NULL &&
           !text_equal(object_label(pod, "team"), "db");
}

static const json_t *drop_rewritten(const json_t *request, const json_t *answer)
{
    (void)request;
    return without_children(answer, is_rewritten);
}

START_TEST(a_pod_replaced_again_and_again_under_admission)
{
    start();
    break_by("admit=label:team=infra@1");
    steps(1);
    wrong.kind = "VitessShard";
    wrong.with = drop_rewritten;
    metacontroller_enqueue_all(sim);
    steps(60);
    ck_assert_uint_gt(violations_of("churn"), 0);
}
END_TEST

static const json_t *flip_flop(const json_t *request, const json_t *answer)
{
    const json_t *pods = json_at(request, "children", "Service.v1");

    return json_object_size(pods) == 0 ? answer : edited(answer, json_new_list(), "children");
}

START_TEST(a_child_deleted_and_created_in_a_loop)
{
    start();
    tamper_with("VitessCell", flip_flop);
    ck_assert_uint_gt(violations_of("churn"), 0);
}
END_TEST

static const json_t *say_the_unsayable(const json_t *request, const json_t *answer)
{
    json_t *children = json_new_list();
    const json_t *child;

    (void)request;
    json_each_item (json_at(answer, "children"), i, child) {
        if (text_equal(object_kind(child), "Service"))
            child = edited(child, json_false(), "spec", "publishNotReadyAddresses");
        json_add(children, child);
    }
    return edited(answer, children, "children");
}

START_TEST(a_write_at_rest)
{
    start();
    ck_assert_uint_eq(sim_rest(sim, 3), 0);
    assert_no_violation();
    tamper_with("VitessCell", say_the_unsayable);
    ck_assert_uint_gt(sim_rest(sim, 5), 0);
    ck_assert_uint_gt(violations_of("rest"), 0);
    ck_assert_uint_gt(violations_of("churn"), 0);
    ck_assert_uint_gt(sim_summary(sim).writes_at_rest, 0);
}
END_TEST

static const json_t *ask_for_too_much(const json_t *request, const json_t *answer)
{
    json_t *children = json_new_list();
    const json_t *child;

    (void)request;
    json_each_item (json_at(answer, "children"), i, child) {
        if (text_equal(object_kind(child), "Deployment"))
            child = edited(child, json_string("other"), "spec", "selector", "matchLabels", "app");
        json_add(children, child);
    }
    return edited(answer, children, "children");
}

START_TEST(a_change_that_the_api_server_refuses)
{
    start();
    tamper_with("VitessCell", ask_for_too_much);
    ck_assert_uint_gt(violations_of("refused"), 0);
}
END_TEST

/* --- answer, determinism --- */

static const json_t *lose_children(const json_t *request, const json_t *answer)
{
    (void)request;
    return json_without(answer, "children");
}

START_TEST(an_answer_without_children)
{
    start();
    tamper_with("VitessKeyspace", lose_children);
    ck_assert_uint_gt(violations_of("answer"), 0);
}
END_TEST

static const json_t *count_calls(const json_t *request, const json_t *answer)
{
    static int calls;

    (void)request;
    return edited(answer, json_integer(calls++), "status", "tablets");
}

START_TEST(an_answer_that_differs)
{
    start();
    tamper_with("VitessKeyspace", count_calls);
    ck_assert_uint_gt(violations_of("determinism"), 0);
}
END_TEST

/* --- frozen --- */

START_TEST(a_child_touched_while_the_spec_is_invalid)
{
    start();
    cells = "'zone1','nowhere'";
    apply_cluster();
    settle();
    ck_assert_str_eq(condition_reason(get("VitessCluster", "v"), "Ready"), "InvalidSpec");
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "0"), 3);
    assert_no_violation();
    tamper_with("VitessCluster", drop_second_cell);
    ck_assert_uint_gt(violations_of("frozen"), 0);
}
END_TEST

/* --- lock --- */

static const json_t *hurry(const json_t *request, const json_t *answer)
{
    json_t *children = json_new_list();
    const json_t *child;
    const char *id = NULL;

    (void)request;
    if (sim_serving(sim, NULL, "main", "0") == 4)
        return answer;
    json_each_item (json_at(answer, "children"), i, child) {
        if (text_ends_with(object_name(child), "zone1"))
            id = json_text_at(child, "spec", "rolloutId");
    }
    json_each_item (json_at(answer, "children"), j, child)
        json_add(children,
            is_second_cell(child) ? edited(child, json_string(id), "spec", "rolloutId") : child);
    return edited(answer, children, "children");
}

/* The second cell is given the new spec while a tablet of the first one is down. */
static void roll_out_in_a_hurry(void)
{
    cells = "'zone1','zone2'";
    replicas = "2";
    start();
    wrong.kind = "VitessCluster";
    wrong.with = hurry;
    image = "vitess/lite:v24.0.5";
    apply_cluster();
}

START_TEST(a_cell_that_is_given_its_spec_too_early)
{
    roll_out_in_a_hurry();
    settle();
    ck_assert_uint_gt(violations_of("lock"), 0);
}
END_TEST

/* Then it may be what mends it. */
START_TEST(a_cell_that_may_be_hurt_is_given_its_spec_at_any_time)
{
    roll_out_in_a_hurry();
    break_by("hook=VitessKeyspace");
    settle();
    ck_assert_uint_eq(violations_of("lock"), 0);
}
END_TEST

/* --- histories of honest hooks --- */

START_TEST(a_rollout_is_clean_and_summed_up)
{
    struct sim_summary summary;

    start();
    image = "vitess/lite:v24.0.5";
    apply_cluster();
    settle();
    summary = sim_summary(sim);
    assert_no_violation();
    ck_assert(summary.ready);
    ck_assert_uint_eq(summary.pods_restarted, 3);
    ck_assert_uint_eq(summary.reparents, 1);
    ck_assert_uint_eq(summary.emergency_reparents, 0);
    ck_assert_uint_eq(summary.min_serving, 2);
    ck_assert_int_eq(summary.steps, sim_steps(sim));
    ck_assert_uint_eq(sim_rest(sim, 3), 0);
}
END_TEST

START_TEST(a_node_that_dies_is_nobodys_fault)
{
    start();
    break_by(fmt(arena,
        "node=%s@%d",
        json_text_at(get("Pod", TABLET "0"), "spec", "nodeName"),
        sim_steps(sim) + 3));
    settle();
    ck_assert(sim_ready(sim));
    assert_no_violation();
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "0"), 3);
    ck_assert_uint_eq(sim_summary(sim).emergency_reparents, 1);
}
END_TEST

/* No hook can know of it before the second is over. */
START_TEST(a_node_that_dies_in_the_second_in_which_another_tablet_goes)
{
    start();
    break_by(fmt(arena,
        "node=%s@%d",
        json_text_at(get("Pod", TABLET "0"), "spec", "nodeName"),
        sim_steps(sim) + 1));
    wrong.kind = "VitessShard";
    wrong.with = drop_second_tablet;
    metacontroller_enqueue_all(sim);
    sim_step(sim);
    ck_assert(object_terminating(get("Pod", TABLET "1")));
    ck_assert_uint_eq(violations_of("serving"), 0);
}
END_TEST

START_TEST(a_deleted_cluster_keeps_its_data)
{
    start();
    sim_delete(sim, "VitessCluster", "default", "v");
    settle();
    assert_no_violation();
    ck_assert_uint_eq(sim_objects(sim, arena, "VitessShard").count, 0);
    ck_assert_uint_eq(sim_objects(sim, arena, "PersistentVolumeClaim").count, 3);
    ck_assert(!sim_ready(sim));
    apply_cluster();
    settle();
    ck_assert(sim_ready(sim));
    ck_assert_uint_eq(sim_objects(sim, arena, "PersistentVolumeClaim").count, 3);
    assert_no_violation();
}
END_TEST

START_TEST(a_cluster_deleted_in_the_foreground_keeps_its_data)
{
    struct version *cluster;

    extra = _i == 0 ? "" : ",'volumeClaimRetention':{'whenDeleted':'Delete'}";
    start();
    cluster = store_named(sim, "VitessCluster", "default/v");
    store_delete_foreground(sim, "user", cluster->kind, cluster->key, cluster->uid);
    world_disturbed(sim);
    settle();
    assert_no_violation();
    ck_assert_ptr_null(get("VitessCluster", "v"));
    ck_assert_uint_eq(sim_objects(sim, arena, "VitessShard").count, 0);
    ck_assert_uint_eq(sim_objects(sim, arena, "Pod").count, 0);
    ck_assert_uint_eq(sim_objects(sim, arena, "PersistentVolumeClaim").count, _i == 0 ? 3 : 0);
}
END_TEST

static void add_left_out_tests(TCase *tcase)
{
    int count = sizeof(copies) / sizeof(copies[0]);

    tcase_add_loop_test(tcase, a_copy_that_was_none_of_ours, 0, count);
    tcase_add_test(tcase, a_cell_left_out_before_it_has_retired);
    tcase_add_test(tcase, a_shard_left_out_because_its_status_says_so);
    tcase_add_test(tcase, a_lock_server_left_out);
}

static void add_data_tests(TCase *tcase)
{
    tcase_add_test(tcase, a_tablet_taken_down_whose_claim_is_being_deleted);
    tcase_add_test(tcase, a_tablet_taken_down_whose_volume_is_lost);
    tcase_add_test(tcase, claims_and_then_pods_deleted_by_hand);
    tcase_add_test(tcase, the_last_copy_lost_to_our_own_doing);
    tcase_add_test(tcase, a_tablet_taken_down_while_another_one_restores);
}

static void add_clean_tests(TCase *tcase)
{
    tcase_add_test(tcase, a_rollout_is_clean_and_summed_up);
    tcase_add_test(tcase, a_node_that_dies_is_nobodys_fault);
    tcase_add_test(tcase, a_node_that_dies_in_the_second_in_which_another_tablet_goes);
    tcase_add_test(tcase, a_deleted_cluster_keeps_its_data);
    tcase_add_loop_test(tcase, a_cluster_deleted_in_the_foreground_keeps_its_data, 0, 2);
}

static void tests(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, begin, sim_end);
    tcase_add_test(tcase, two_tablets_taken_down_at_once);
    tcase_add_test(tcase, one_tablet_may_be_taken_down);
    tcase_add_test(tcase, a_tablet_taken_down_while_another_one_is_broken);
    tcase_add_test(tcase, tablets_taken_down_in_two_cells);
    tcase_add_test(tcase, a_primary_deleted_without_a_reparent);
    tcase_add_test(tcase, the_only_replica_type_tablet_needs_no_reparent);
    tcase_add_test(tcase, a_claim_deleted_while_wanted);
    tcase_add_test(tcase, a_claim_deleted_while_wanted_by_the_last_valid_spec);
    tcase_add_test(tcase, a_claim_deleted_under_retain);
    tcase_add_test(tcase, a_claim_deleted_as_its_policy_says);
    tcase_add_test(tcase, a_claim_that_an_earlier_cluster_had_is_deleted);
    add_left_out_tests(tcase);
    add_data_tests(tcase);
    tcase_add_test(tcase, a_pod_replaced_again_and_again_under_admission);
    tcase_add_test(tcase, a_child_deleted_and_created_in_a_loop);
    tcase_add_test(tcase, a_write_at_rest);
    tcase_add_test(tcase, a_change_that_the_api_server_refuses);
    tcase_add_test(tcase, an_answer_without_children);
    tcase_add_test(tcase, an_answer_that_differs);
    tcase_add_test(tcase, a_child_touched_while_the_spec_is_invalid);
    tcase_add_test(tcase, a_cell_that_is_given_its_spec_too_early);
    tcase_add_test(tcase, a_cell_that_may_be_hurt_is_given_its_spec_at_any_time);
    add_clean_tests(tcase);
}

TEST_MAIN(tests)
