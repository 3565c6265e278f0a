#include "sim_testing.h"

#include "hook.h"
#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/metacontroller/metacontroller.h"

/* The auditor judges planetscale.com/v2 by the same rules: the real hooks, with answers that leave
 * out what they must not. What it wants is read from specs of another shape (audit/wants_v2.c). */

static struct {
    const char *kind; /* whose answers */
    const char *drops,
        *without; /* kind of the child that is left out; its name has this, or NULL */
} wrong;

static bool is_dropped(const json_t *child)
{
    return text_equal(object_kind(child), wrong.drops) &&
           (wrong.without == NULL || strstr(object_name(child), wrong.without) != NULL);
}

static const char *tampered(struct arena *a, const struct sync_result *result, size_t *length)
{
    struct json_fault fault;
    const json_t *answer = json_read(a, result->body, result->length, 0, &fault);
    json_t *children = json_new_list();
    const json_t *child;

    json_each_item (json_at(answer, "children"), i, child) {
        if (!is_dropped(child))
            json_add(children, child);
    }
    return json_write(a, edited(answer, children, "children"), length);
}

static int tampering_call(void *context, const struct hook *hook, bool customize, const char *body,
    size_t length, struct arena *a, const char **answer, size_t *answer_length)
{
    struct sync_result result = sync_run(a, hook, customize, body, length, (struct sync_limits){0});
    struct json_scope scope = json_enter(a);

    (void)context;
    *answer = result.body;
    *answer_length = result.length;
    if (!customize && result.code == 200 && text_equal(hook->kind, wrong.kind))
        *answer = tampered(a, &result, answer_length);
    json_leave(scope);
    return result.code;
}

static const char *image, *shards, *turndown, *strategy;
static int replicas;

static void begin(void)
{
    image = "vitess/lite:v24.0.4";
    shards = "{'equal':{'parts':1,'shardTemplate':%s}}";
    turndown = "RequireIdle";
    strategy = "Immediate";
    replicas = 3;
    wrong.kind = wrong.drops = wrong.without = NULL;
    sim_begin((struct sim_options){.apis = apis, .call = tampering_call});
}

static const char *shard_of(int count)
{
    return fmt(arena,
        "{'databaseInitScriptSecret':{'name':'s','key':'k'},'tabletPools':[{'cell':'zone1','type':"
        "'replica','replicas':%d,'vttablet':{'resources':{}},'mysqld':{'resources':{}},"
        "'dataVolumeClaimTemplate':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{"
        "'storage':'1Gi'}}}}]}",
        count);
}

/* `partitionings` may have %s where the template of their shards is. */
static void apply_cluster(const char *partitionings)
{
    const char *start = strstr(partitionings, "%s");

    if (start != NULL)
        partitionings = fmt(arena,
            "%.*s%s%s",
            (int)(start - partitionings),
            partitionings,
            shard_of(replicas),
            start + 2);
    apply_text_of(fmt(arena,
        "{'apiVersion':'planetscale.com/v2','kind':'VitessCluster','metadata':{'name':'v'},'spec':{"
        "'images':{'vtctld':'%s','vtgate':'%s','vttablet':'%s','vtorc':'%s','mysqld':{"
        "'mysql80Compatible':'%s'}},'cells':[{'name':'zone1','gateway':{'replicas':1}}],"
        "'updateStrategy':{'type':'%s'},'keyspaces':[{'name':'main','durabilityPolicy':'none',"
        "'turndownPolicy':'%s','partitionings':[%s]}]}}",
        image,
        image,
        image,
        image,
        image,
        strategy,
        turndown,
        partitionings));
}

static void start(void)
{
    apply_cluster(shards);
    settle();
    ck_assert(sim_ready(sim));
    assert_no_violation();
    ck_assert_uint_eq(sim_rest(sim, 3), 0);
}

static void leave_out(const char *kind, const char *drops, const char *without)
{
    wrong.kind = kind;
    wrong.drops = drops;
    wrong.without = without;
    metacontroller_enqueue_all(sim);
    for (int i = 0; i < 60; i++)
        sim_step(sim);
}

/* --- what is clean --- */

START_TEST(an_image_goes_from_tablet_to_tablet)
{
    start();
    image = "vitess/lite:v24.0.5";
    apply_cluster(shards);
    settle();
    ck_assert(sim_ready(sim));
    assert_no_violation();
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 3);
    ck_assert_uint_eq(sim_summary(sim).reparents, 1);
    ck_assert_uint_eq(sim_summary(sim).min_serving, 2);
    ck_assert_uint_eq(sim_rest(sim, 3), 0);
}
END_TEST

START_TEST(tablets_come_and_go_with_their_claims)
{
    start();
    replicas = 4;
    apply_cluster(shards);
    settle();
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "-"), 4);
    replicas = 2;
    apply_cluster(shards);
    settle();
    ck_assert(sim_ready(sim));
    assert_no_violation();
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "-"), 2);
    ck_assert_uint_eq(sim_rest(sim, 3), 0);
}
END_TEST

/* --- what is not --- */

START_TEST(tablets_are_not_taken_down_together)
{
    start();
    leave_out("VitessShard", "Pod", "-vttablet-");
    ck_assert_uint_gt(violations_of("serving"), 0);
    ck_assert_uint_eq(violations_of("reparent"), 1);
}
END_TEST

START_TEST(claims_that_are_wanted_stay)
{
    start();
    leave_out("VitessShard", "PersistentVolumeClaim", NULL);
    ck_assert_uint_eq(violations_of("claim"), 3);
}
END_TEST

START_TEST(members_of_etcd_keep_their_claims)
{
    start();
    leave_out("EtcdLockserver", "PersistentVolumeClaim", "-2");
    ck_assert_uint_eq(violations_of("claim"), 1);
}
END_TEST

START_TEST(members_of_etcd_are_not_taken_down_together)
{
    start();
    leave_out("EtcdLockserver", "Pod", NULL);
    ck_assert_uint_gt(violations_of("etcd"), 0);
}
END_TEST

START_TEST(one_goes_while_two_go_on)
{
    start();
    leave_out("EtcdLockserver", "Pod", "-2");
    ck_assert_uint_eq(violations_of("etcd"), 0);
}
END_TEST

START_TEST(but_not_while_another_one_is_down_by_itself)
{
    start();
    break_by("pod=v-etcd-fd99accd-1");
    settle();
    leave_out("EtcdLockserver", "Pod", "-2");
    ck_assert_uint_eq(violations_of("etcd"), 1);
}
END_TEST

START_TEST(nothing_leaves_while_it_is_in_use)
{
    static const char *const levels[][2] = {{"VitessCluster", "VitessCell"},
        {"VitessCluster", "VitessKeyspace"},
        {"VitessCluster", "EtcdLockserver"},
        {"VitessKeyspace", "VitessShard"}};

    start();
    leave_out(levels[_i][0], levels[_i][1], NULL);
    ck_assert_uint_gt(violations_of("left-out"), 0);
}
END_TEST

/* Whoever says that it is Immediate has been told. */
START_TEST(a_keyspace_may_go_at_once)
{
    turndown = "Immediate";
    start();
    leave_out("VitessCluster", "VitessKeyspace", NULL);
    ck_assert_uint_eq(violations_of("left-out"), 0);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, begin, sim_end);
    tcase_add_test(tcase, an_image_goes_from_tablet_to_tablet);
    tcase_add_test(tcase, tablets_come_and_go_with_their_claims);
    tcase_add_test(tcase, tablets_are_not_taken_down_together);
    tcase_add_test(tcase, claims_that_are_wanted_stay);
    tcase_add_test(tcase, members_of_etcd_keep_their_claims);
    tcase_add_test(tcase, members_of_etcd_are_not_taken_down_together);
    tcase_add_test(tcase, one_goes_while_two_go_on);
    tcase_add_test(tcase, but_not_while_another_one_is_down_by_itself);
    tcase_add_loop_test(tcase, nothing_leaves_while_it_is_in_use, 0, 4);
    tcase_add_test(tcase, a_keyspace_may_go_at_once);
}

TEST_MAIN(tests)
