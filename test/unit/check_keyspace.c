#include "clusters.h"
#include "shared.h"

/* A VitessKeyspace as its VitessCell writes it: two shards, in two cells. */
static const json_t *keyspace_of(const char *rollout)
{
    return json_of(fmt(arena,
        "{'apiVersion':'vitess.io/v1alpha1','kind':'VitessKeyspace',"
        "'metadata':{'name':'demo-zone1-main','namespace':'shop','uid':'u-2','generation':1},"
        "'spec':{'cluster':'demo','cell':'zone1','name':'main','cells':['zone2','zone1'],"
        "'cellOrder':['global','zone1','zone2'],'rolloutId':'r1','revision':1,"
        "'image':'vitess/lite:v24.0.4','rollout':%s,"
        "'selector':{'matchLabels':{'vitess.io/cluster':'demo','vitess.io/cell':'zone1',"
        "'vitess.io/keyspace':'main'}},"
        "'template':{'metadata':{'labels':{'team':'a','vitess.io/cell':'zone1',"
        "'vitess.io/keyspace':'main'}}},"
        "'topology':{'implementation':'etcd2','addresses':'e:2379','globalRoot':'/vitess/global',"
        "'cellRootPrefix':'/vitess'},"
        "'client':{'image':'vitess/lite:v24.0.4','server':'demo-global-vtctld:15999'},"
        "'turndownPolicy':'Immediate',"
        "'shards':[{'keyRange':{'start':'','end':'80'}},{'keyRange':{'start':'80','end':''}}],"
        "'tablets':{'defaults':{'volumeClaim':" CLAIM(
            "1Gi") "},"
                   "'masterEligible':{'replicas':2},'batch':{'replicas':1}}}}",
        rollout));
}

static struct world begin(const char *rollout)
{
    return (struct world){.sync = v1_sync_keyspace,
        .parent = json_clone(keyspace_of(rollout)),
        .children = json_new_list()};
}

#define TABLETS_UP                                                                                 \
    "{'tablets':['1','2','3'],'readyTablets':['1','2'],'updatedTablets':['1'],"                    \
    "'tabletsReady':'2/3'}"

static void settle_all(struct world *world)
{
    struct texts names = {.arena = arena};
    const json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), "VitessShard"))
            texts_add(&names, object_name(child));
    }
    for (size_t i = 0; i < names.count; i++)
        world_settle(world, names.at[i], TABLETS_UP);
}

static struct world settled(void)
{
    struct world world = begin("{'paused':false}");

    world_sync(&world);
    settle_all(&world);
    world_rest(&world);
    return world;
}

static void edit(struct world *world, const char *path, const char *value)
{
    world->parent = json_clone(changed(world->parent, path, value));
}

static const json_t *spec_of(const struct world *world, const char *name)
{
    return json_at(world_child(world, name), "spec");
}

#define LOW "demo-zone1-main-x-80"
#define HIGH "demo-zone1-main-80-x"

START_TEST(a_shard_is_told_everything_that_it_needs)
{
    struct world world = begin("{'paused':false}");

    world_sync(&world);
    ck_assert_str_eq(world_names(&world, "VitessShard"), LOW " " HIGH);
    ck_json(json_at(world_child(&world, LOW), "metadata", "labels"),
        "{'team':'a','vitess.io/cluster':'demo','vitess.io/cell':'zone1',"
        "'vitess.io/keyspace':'main','vitess.io/shard':'x-80'}");
    ck_json(spec_of(&world, LOW),
        "{'cluster':'demo','cell':'zone1','keyspace':'main','name':'-80',"
        "'keyRange':{'start':'','end':'80'},'cells':['zone1','zone2'],"
        "'cellOrder':['global','zone1','zone2'],'rolloutId':'r1','revision':1,"
        "'image':'vitess/lite:v24.0.4','rollout':{'paused':false},"
        "'selector':{'matchLabels':{'vitess.io/cluster':'demo','vitess.io/cell':'zone1',"
        "'vitess.io/keyspace':'main','vitess.io/shard':'x-80'}},"
        "'template':{'metadata':{'labels':{'team':'a','vitess.io/cell':'zone1',"
        "'vitess.io/keyspace':'main','vitess.io/shard':'x-80'}}},"
        "'topology':{'implementation':'etcd2','addresses':'e:2379','globalRoot':'/vitess/global',"
        "'cellRootPrefix':'/vitess'},"
        "'client':{'image':'vitess/lite:v24.0.4','server':'demo-global-vtctld:15999'},"
        "'turndownPolicy':'Immediate','replicaTablets':4,'allTablets':6,"
        "'tablets':{'defaults':{'volumeClaim':" CLAIM(
            "1Gi") "},"
                   "'masterEligible':{'replicas':2},'batch':{'replicas':1}}}");
}
END_TEST

START_TEST(without_shards_there_is_one)
{
    struct world world = begin("{}");

    edit(&world, "spec.shards", NULL);
    world_sync(&world);
    ck_assert_str_eq(world_names(&world, "VitessShard"), "demo-zone1-main-0");
    ck_assert_str_eq(json_text_at(spec_of(&world, "demo-zone1-main-0"), "name"), "0");
    ck_assert_ptr_eq(json_at(spec_of(&world, "demo-zone1-main-0"), "keyRange"), NULL);
    edit(&world, "spec.shards", "[]");
    edit(&world, "spec.tablets", "{}");
    world.children = json_new_list();
    world_sync(&world);
    ck_assert_str_eq(world_names(&world, "VitessShard"), "");
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
}
END_TEST

START_TEST(status_says_what_there_is)
{
    struct world world = settled();

    edit(&world, "status.conditions", NULL);
    ck_json(world_status(&world),
        "{'shards':['-80','80-'],'readyShards':['-80','80-'],'tablets':6,'readyTablets':4,"
        "'updatedTablets':2,'tabletsReady':'4/6'}");
    world_rest(&world);
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True RolloutComplete: all 2 are up to date");
    put_at(world_child(&world, HIGH),
        "status.conditions",
        json_of("[{'type':'Ready','status':'False','reason':'x','message':'no primary'}]"));
    world_rest(&world);
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False ShardsNotReady: VitessShard " HIGH ": no primary");
    ck_json(json_at(world_status(&world), "readyShards"), "['-80']");
}
END_TEST

START_TEST(shards_get_a_new_spec_one_at_a_time)
{
    struct world world = settled();

    edit(&world, "spec.rolloutId", "'r2'");
    world_rest(&world);
    ck_assert_str_eq(json_text_at(spec_of(&world, LOW), "rolloutId"), "r2");
    ck_assert_str_eq(json_text_at(spec_of(&world, HIGH), "rolloutId"), "r1");
    world_report(&world, LOW, true, false, "RolloutStalled", NULL);
    world_rest(&world);
    ck_assert_str_eq(json_text_at(spec_of(&world, HIGH), "rolloutId"), "r1");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutStalled: VitessShard " LOW ": what it said");
    world_settle(&world, LOW, NULL);
    world_rest(&world);
    ck_assert_str_eq(json_text_at(spec_of(&world, HIGH), "rolloutId"), "r2");
}
END_TEST

START_TEST(two_shards_roll_side_by_side_where_the_user_says_so)
{
    struct world world = settled();

    edit(&world, "spec.rollout", "{'paused':false,'maxUnavailableShards':2}");
    edit(&world, "spec.rolloutId", "'r2'");
    world_rest(&world);
    ck_assert_str_eq(json_text_at(spec_of(&world, LOW), "rolloutId"), "r2");
    ck_assert_str_eq(json_text_at(spec_of(&world, HIGH), "rolloutId"), "r2");
    ck_json(json_at(spec_of(&world, LOW), "rollout"), "{'paused':false,'maxUnavailableShards':2}");
    /* The next edit finds one of them still busy: the other may have it. */
    world_settle(&world, HIGH, NULL);
    world_report(&world, LOW, false, false, "RolloutProgressing", NULL);
    edit(&world, "spec.rolloutId", "'r3'");
    world_rest(&world);
    ck_assert_str_eq(json_text_at(spec_of(&world, HIGH), "rolloutId"), "r3");
}
END_TEST

START_TEST(the_end_of_a_pause_lets_one_shard_move)
{
    struct world world = settled();

    edit(&world, "spec.rollout", "{'paused':true}");
    edit(&world, "spec.rolloutId", "'r2'");
    world_sync(&world);
    settle_all(&world);
    world_rest(&world);
    ck_assert_str_eq(json_text_at(spec_of(&world, LOW), "rolloutId"), "r1");
    edit(&world, "spec.rollout", "{'paused':false}");
    world_rest(&world);
    ck_assert_str_eq(json_text_at(spec_of(&world, LOW), "rolloutId"), "r2");
    ck_assert_str_eq(json_text_at(spec_of(&world, HIGH), "rolloutId"), "r1");
}
END_TEST

/* --- leaving --- */

#define RESHARDED "[{'keyRange':{'start':'','end':'40'}},{'keyRange':{'start':'40','end':''}}]"

START_TEST(a_shard_that_left_stays_until_it_has_retired)
{
    struct world world = settled();

    edit(&world, "spec.shards", RESHARDED);
    edit(&world, "spec.turndownPolicy", "'RequireIdle'");
    world_sync(&world);
    ck_assert_str_eq(world_names(&world, "VitessShard"),
        "demo-zone1-main-x-40 demo-zone1-main-40-x " HIGH " " LOW);
    ck_json(json_at(spec_of(&world, LOW), "rollout"), "{'paused':false,'retire':true}");
    ck_assert_str_eq(json_text_at(spec_of(&world, LOW), "turndownPolicy"), "Immediate");
    ck_assert_str_eq(condition_status(world.parent, "Updated"), "False");
    world_settle(&world, "demo-zone1-main-x-40", TABLETS_UP);
    world_settle(&world, "demo-zone1-main-40-x", TABLETS_UP);
    world_rest(&world);
    ck_assert_str_eq(condition_status(world.parent, "Updated"), "False");
    /* Kept until it is idle it is no part of the rollout, nor of what is wanted. */
    world_report(&world, LOW, true, true, "KeptUntilIdle", NULL);
    world_report(&world, HIGH, true, true, "KeptUntilIdle", NULL);
    world_rest(&world);
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True KeptUntilIdle: VitessShard " HIGH ": what it said");
    ck_assert_str_eq(json_text_at(world_status(&world), "tabletsReady"), "4/6");
    ck_json(json_at(world_status(&world), "shards"), "['-40','-80','40-','80-']");
    world_report(&world, LOW, false, false, "RolloutProgressing", NULL);
    world_rest(&world);
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
    ck_assert_str_eq(condition_status(world.parent, "Updated"), "False");
    world_settle(&world, LOW, "{'retired':true,'tablets':[]}");
    world_settle(&world, HIGH, "{'retired':true,'tablets':[]}");
    world_rest(&world);
    ck_assert_str_eq(world_names(&world, "VitessShard"),
        "demo-zone1-main-x-40 demo-zone1-main-40-x");
}
END_TEST

START_TEST(it_counts_as_moving_before_it_has_heard)
{
    struct world world = settled();

    edit(&world, "spec.shards", "[{'keyRange':{'start':'','end':'80'}}]");
    world_sync(&world);
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: removing VitessShard " HIGH);
    world_rest(&world);
    ck_assert_str_eq(condition_status(world.parent, "Updated"), "False");
}
END_TEST

/* Somebody has taken the control block out of the spec. */
START_TEST(a_shard_that_left_stays_without_a_control_block)
{
    struct world world = settled();

    edit(&world, "spec.shards", RESHARDED);
    json_object_del(json_object_get(world.parent, "spec"), "rollout");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_json(json_at(spec_of(&world, LOW), "rollout"), "{'paused':false,'retire':true}");
}
END_TEST

START_TEST(a_keyspace_that_left_retires_with_all_its_shards)
{
    struct world world = settled();

    edit(&world, "spec.rollout", "{'paused':false,'retire':true,'remaining':['zone2']}");
    world_rest(&world);
    ck_json(json_at(spec_of(&world, LOW), "rollout"),
        "{'paused':false,'retire':true,'remaining':['zone2']}");
    ck_json(json_at(spec_of(&world, HIGH), "rollout"),
        "{'paused':false,'retire':true,'remaining':['zone2']}");
    ck_assert(!json_true_at(world_status(&world), "retired"));
    ck_assert_str_eq(world_tasks(&world), "");
    ck_assert_str_eq(json_text_at(world_status(&world), "tabletsReady"), "0/0");
    world_settle(&world, LOW, "{'retired':true,'tablets':[]}");
    world_settle(&world, HIGH, "{'retired':true,'tablets':[]}");
    world_rest(&world);
    ck_assert_str_eq(world_names(&world, "VitessShard"), "");
    ck_assert_str_eq(world_tasks(&world), "RemoveKeyspaceCell --force --recursive main zone1");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: removing the cell from the keyspace");
    ck_assert(!json_true_at(world_status(&world), "retired"));
    world_answer_tasks(&world);
    world_rest(&world);
    ck_assert(json_true_at(world_status(&world), "retired"));
    ck_assert_str_eq(condition_status(world.parent, "Updated"), "True");
    ck_assert_str_eq(world_tasks(&world), "");
}
END_TEST

/* A Pod goes on while it is being deleted, and takes the records of new tablets as well. */
START_TEST(a_keyspace_that_comes_back_waits_for_what_deletes_its_records)
{
    struct world world = settled();
    const json_t *pod;

    edit(&world, "spec.rollout", "{'paused':false,'retire':true,'remaining':['zone2']}");
    world_rest(&world);
    world_settle(&world, LOW, "{'retired':true,'tablets':[]}");
    world_settle(&world, HIGH, "{'retired':true,'tablets':[]}");
    world_rest(&world);
    pod = json_array_get(world.children, 0);
    ck_assert_str_eq(object_kind(pod), "Pod");
    edit(&world, "spec.rollout", "{'paused':false}");
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert_str_eq(world_names(&world, "VitessShard"), "");
        ck_assert_str_eq(world_condition(&world, "Updated"),
            fmt(arena,
                "False RolloutProgressing: VitessShard " LOW " is made once Pod %s, which deletes "
                "what Vitess knew of keyspace main in cell zone1, has ended",
                object_name(pod)));
        json_add(world.children, pod);
    }
    json_array_clear(world.children);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_names(&world, "VitessShard"), LOW " " HIGH);
}
END_TEST

START_TEST(a_shard_that_left_everywhere_lives_on_in_no_cell)
{
    struct world world = settled();

    edit(&world,
        "spec.rollout",
        "{'paused':false,'retire':true,'remaining':['zone2'],'remainingShards':['-80']}");
    world_rest(&world);
    ck_json(json_at(spec_of(&world, LOW), "rollout"),
        "{'paused':false,'retire':true,'remaining':['zone2']}");
    ck_json(json_at(spec_of(&world, HIGH), "rollout"), "{'paused':false,'retire':true}");
}
END_TEST

START_TEST(a_keyspace_that_lives_nowhere_else_needs_no_task)
{
    struct world world = settled();

    edit(&world, "spec.rollout", "{'paused':false,'retire':true}");
    world_rest(&world);
    world_settle(&world, LOW, "{'retired':true,'tablets':[]}");
    world_settle(&world, HIGH, "{'retired':true,'tablets':[]}");
    world_rest(&world);
    ck_assert_str_eq(world_tasks(&world), "");
    ck_assert(json_true_at(world_status(&world), "retired"));
}
END_TEST

START_TEST(a_keyspace_that_retires_makes_no_new_shards)
{
    struct world world = begin("{'retire':true}");

    world_sync(&world);
    ck_assert_str_eq(world_names(&world, "VitessShard"), "");
    ck_assert(json_true_at(world_status(&world), "retired"));
}
END_TEST

START_TEST(the_advice_of_shards_is_passed_on)
{
    struct world world = settled();

    put_at(world_child(&world, LOW),
        "status.conditions",
        json_of("[{'type':'Advice','status':'True','reason':'Immutable','message':'kept'}]"));
    world_rest(&world);
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True Immutable: VitessShard " LOW ": kept");
}
END_TEST

/* --- refusals --- */

START_TEST(a_spec_that_cannot_be_read_is_refused)
{
    struct world world = begin("{}");

    edit(&world, "spec.topology", NULL);
    edit(&world, "spec.tablets", "1");
    ck_assert_int_eq(world_sync(&world), 422);
    ck_assert_str_eq(world.answer.message,
        "spec.tablets: must be a mapping, got 1\nspec.topology: is required");
    world = begin("{}");
    edit(&world, "spec.shards", "[{}]");
    ck_assert_int_eq(world_sync(&world), 422);
    ck_assert_str_eq(world.answer.message, "spec.shards[0]: must have a keyRange or a name");
    world = begin("{}");
    edit(&world, "spec.revision", "2");
    ck_assert_int_eq(world_sync(&world), 503);
}
END_TEST

/* --- 2018 --- */

START_TEST(status_of_2018_holds)
{
    const json_t *vectors = shared_json("vectors/vitess.io-v1alpha1.json");
    const json_t *row;
    const json_t *shard;

    json_each_item (json_at(vectors, "status"), i, row) {
        struct world world = begin("{}");

        if (!text_equal(json_text_at(row, "level"), "keyspace"))
            continue;
        json_each_item (json_at(row, "observed"), j, shard) {
            bool low = text_ends_with(json_text_at(shard, "name"), "x-80");

            json_add(world.children,
                object(arena,
                    F("apiVersion", API_VERSION),
                    F("kind", "VitessShard"),
                    MAP("metadata", F("name", low ? LOW : HIGH), F("namespace", "shop")),
                    MAP("spec", F("name", low ? "-80" : "80-")),
                    MAP("status", LIST("conditions", V(json_at(shard, "condition"))))));
        }
        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert(
            json_same(json_at(world_status(&world), "shards"), json_at(row, "status", "shards")));
        ck_assert(json_same(json_at(world_status(&world), "readyShards"),
            json_at(row, "status", "readyShards")));
    }
}
END_TEST

#define WHOLE "demo-zone1-main-x-x"

/* The old shard and the new ones of a reshard, of which nothing is there: Vitess lets that one
 * serve which it knows first. */
START_TEST(shards_that_overlap_are_made_one_after_the_other)
{
    struct world world = begin("{'paused':false}");

    edit(&world, "spec.shards", "[{'name':'-'},{'name':'-80'},{'name':'80-'}]");
    world_rest(&world);
    ck_assert_str_eq(world_names(&world, "VitessShard"), WHOLE);
    world_report(&world, WHOLE, false, true, "x", "{'readyTablets':[]}");
    world_rest(&world);
    ck_assert_str_eq(world_names(&world, "VitessShard"), WHOLE);
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: VitessShard " LOW
        " is made once shard -, which overlaps it and serves first, has a Ready tablet");
    put_at(world_child(&world, WHOLE), "status.readyTablets", json_of("['1']"));
    world_rest(&world);
    ck_assert_str_eq(world_names(&world, "VitessShard"), WHOLE " " LOW " " HIGH);
}
END_TEST

/* What is there is there, whatever becomes of the one before it. */
START_TEST(a_shard_that_is_there_waits_for_none)
{
    struct world world = settled();

    edit(&world, "spec.shards", "[{'name':'-'},{'name':'-80'},{'name':'80-'}]");
    world_rest(&world);
    ck_assert_str_eq(world_names(&world, "VitessShard"), WHOLE " " LOW " " HIGH);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_shard_is_told_everything_that_it_needs);
    tcase_add_test(tcase, without_shards_there_is_one);
    tcase_add_test(tcase, status_says_what_there_is);
    tcase_add_test(tcase, shards_get_a_new_spec_one_at_a_time);
    tcase_add_test(tcase, two_shards_roll_side_by_side_where_the_user_says_so);
    tcase_add_test(tcase, the_end_of_a_pause_lets_one_shard_move);
    tcase_add_test(tcase, a_shard_that_left_stays_until_it_has_retired);
    tcase_add_test(tcase, a_shard_that_left_stays_without_a_control_block);
    tcase_add_test(tcase, it_counts_as_moving_before_it_has_heard);
    tcase_add_test(tcase, a_keyspace_that_left_retires_with_all_its_shards);
    tcase_add_test(tcase, a_keyspace_that_comes_back_waits_for_what_deletes_its_records);
    tcase_add_test(tcase, a_shard_that_left_everywhere_lives_on_in_no_cell);
    tcase_add_test(tcase, a_keyspace_that_lives_nowhere_else_needs_no_task);
    tcase_add_test(tcase, a_keyspace_that_retires_makes_no_new_shards);
    tcase_add_test(tcase, the_advice_of_shards_is_passed_on);
    tcase_add_test(tcase, a_spec_that_cannot_be_read_is_refused);
    tcase_add_test(tcase, shards_that_overlap_are_made_one_after_the_other);
    tcase_add_test(tcase, a_shard_that_is_there_waits_for_none);
    tcase_add_test(tcase, status_of_2018_holds);
}

TEST_MAIN(tests)
