#include "v2_life.h"

/* What the hooks of planetscale.com/v2 write into the topology so that a cluster serves: the policy
 * of a keyspace, without which VTOrc elects nobody, and where keyspaces are that have no tablets in
 * the cell of a vtgate. */

hook_function v2_sync_cell, v2_sync_keyspace;

static const char *policy;    /* of the keyspace's record */
static struct texts commands; /* that changed something, in their order */

static const char *answer_of_records(const json_t *pod)
{
    static const char *const changes[] = {"SetKeyspaceDurabilityPolicy",
        "RebuildVSchemaGraph",
        "RebuildKeyspaceGraph"};

    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
        if (has_word(pod, changes[i]))
            texts_add(&commands,
                fmt(arena,
                    "%s %s%s%s",
                    changes[i],
                    word_of_task(pod, 4),
                    word_of_task(pod, 5) == NULL ? "" : " ",
                    word_of_task(pod, 5) == NULL ? "" : word_of_task(pod, 5)));
    }
    return has_word(pod, "GetKeyspace") ? policy : "";
}

static void run_tasks(struct world *world)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), "Deployment"))
            put_at(child,
                "status",
                json_of("{'conditions':[{'type':'Available','status':'True'}]}"));
        else if (text_equal(object_kind(child), "Pod") && json_at(child, "status") == NULL)
            put_at(child, "status", world_ended(child, answer_of_records(child)));
    }
}

static struct world level(hook_function *sync, const char *kind, const char *name)
{
    commands = (struct texts){.arena = arena};
    return world_of_stage("docs_302_ready.json", sync, kind, name);
}

static const char *commands_run(void)
{
    return texts_join(&commands, ", ");
}

/* --- the policy of a keyspace --- */

#define RECORD(of) "{\n  \"name\": \"customer\",\n  \"keyspace\": {\n" of "  }\n}\n"

static const char *policy_told(const char *wanted, const char *record)
{
    struct world world = level(v2_sync_keyspace, "VitessKeyspace", "example-customer-085639aa");

    policy = record;
    edit(&world, "spec.durabilityPolicy", wanted);
    world_live(&world, run_tasks, 6);
    return commands_run();
}

START_TEST(a_policy_of_the_spec_is_told)
{
    ck_assert_str_eq(policy_told("'semi_sync'", RECORD("    \"durability_policy\": \"none\"\n")),
        "SetKeyspaceDurabilityPolicy --durability-policy=semi_sync customer");
}
END_TEST

START_TEST(without_one_that_of_vitess_is_left_alone)
{
    ck_assert_str_eq(policy_told(NULL, RECORD("    \"durability_policy\": \"cross_cell\"\n")), "");
}
END_TEST

/* A tablet has made the record before we could: VTOrc would leave the keyspace alone for ever. */
START_TEST(a_keyspace_without_any_gets_none)
{
    static const char told[] = "SetKeyspaceDurabilityPolicy --durability-policy=none customer";

    ck_assert_str_eq(policy_told(NULL, RECORD("    \"durability_policy\": \"\"\n")), told);
    ck_assert_str_eq(policy_told("''", RECORD("")), told);
}
END_TEST

START_TEST(what_is_no_record_is_none_that_lacks_a_policy)
{
    ck_assert_str_eq(policy_told(NULL, "{}"), "");
    ck_assert_str_eq(policy_told(NULL, "rpc error"), "");
}
END_TEST

/* --- where keyspaces are --- */

#define ELSEWHERE "zone2"
#define KEYSPACE(cell)                                                                             \
    "{'metadata':{'name':'k','namespace':'example','labels':{'planetscale.com/keyspace':"          \
    "'commerce'}},'spec':{'partitionings':[{'equal':{'parts':1,'shardTemplate':{'tabletPools':["   \
    "{'cell':'" cell "'}]}}}]}}"
#define SHARD(name, has)                                                                           \
    "{'metadata':{'name':'" name "','namespace':'example','labels':{'planetscale.com/keyspace':"   \
    "'commerce'}},'spec':{},'status':{'hasMaster':'" has "'}}"

static struct world cell(const char *keyspace, const char *shards)
{
    struct world world = level(v2_sync_cell, "VitessCell", NULL);

    edit(&world, "spec.allCells", "['zone1','zone2']");
    world.related = json_of(fmt(arena,
        "{'VitessKeyspace.planetscale.com/v2':{'k':%s},'VitessShard.planetscale.com/v2':{%s}}",
        keyspace,
        shards));
    world_live(&world, run_tasks, 8);
    return world;
}

/* What the cell says of keyspaces, or "". */
static const char *untold(struct world *world)
{
    const char *said = strstr(world_condition(world, "Ready"), "vtgate is told");

    return said == NULL ? "" : said;
}

START_TEST(a_cell_with_tablets_has_them_tell)
{
    struct world world = cell(KEYSPACE("zone1"), "'s':" SHARD("s", "True"));

    ck_assert_str_eq(commands_run(), "");
    ck_assert_str_eq(untold(&world), "");
}
END_TEST

START_TEST(one_without_tablets_is_told_where_a_keyspace_is)
{
    struct world world = cell(KEYSPACE("zone2"), "'s':" SHARD("s", "True"));

    ck_assert_str_eq(commands_run(),
        "RebuildVSchemaGraph --cells=zone1, RebuildKeyspaceGraph --cells=zone1 commerce");
    ck_assert_str_eq(untold(&world), "");
    /* Once it knows, it is asked no more. */
    world.related = json_of("{'VitessKeyspace.planetscale.com/v2':{'k':" KEYSPACE(
        "zone2") "},'VitessShard.planetscale.com/v2':{'s':" SHARD("s", "False") "}}");
    world_live(&world, run_tasks, 4);
    ck_assert_str_eq(untold(&world), "");
    ck_assert_uint_eq(commands.count, 2);
}
END_TEST

/* A SrvKeyspace with a hole in it is refused by Vitess. */
START_TEST(not_before_all_shards_have_a_primary)
{
    struct world world =
        cell(KEYSPACE("zone2"), "'s':" SHARD("s", "True") ",'t':" SHARD("t", "Unknown"));

    ck_assert_str_eq(commands_run(), "RebuildVSchemaGraph --cells=zone1");
    ck_assert_str_eq(untold(&world),
        "vtgate is told where keyspace commerce is, which has no tablets in "
        "the cell, once all of its shards have a primary");
}
END_TEST

/* One that has no tablets anywhere is nobody's loss. */
START_TEST(one_without_tablets_anywhere_is_not_waited_for)
{
    struct world world = cell(KEYSPACE("zone3"), "");

    ck_assert_str_eq(commands_run(), "RebuildVSchemaGraph --cells=zone1");
    ck_assert_str_eq(untold(&world), "");
}
END_TEST

START_TEST(a_cell_that_leaves_is_told_nothing)
{
    struct world world = level(v2_sync_cell, "VitessCell", NULL);

    edit(&world, "spec.allCells", "['zone1','zone2']");
    edit(&world, "spec.leaving", "true");
    world.related = json_of("{'VitessKeyspace.planetscale.com/v2':{'k':" KEYSPACE(
        "zone2") "},'VitessShard.planetscale.com/v2':{'s':" SHARD("s", "True") "}}");
    world_live(&world, run_tasks, 8);
    ck_assert_str_eq(commands_run(), "");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_policy_of_the_spec_is_told);
    tcase_add_test(tcase, without_one_that_of_vitess_is_left_alone);
    tcase_add_test(tcase, a_keyspace_without_any_gets_none);
    tcase_add_test(tcase, what_is_no_record_is_none_that_lacks_a_policy);
    tcase_add_test(tcase, a_cell_with_tablets_has_them_tell);
    tcase_add_test(tcase, one_without_tablets_is_told_where_a_keyspace_is);
    tcase_add_test(tcase, not_before_all_shards_have_a_primary);
    tcase_add_test(tcase, one_without_tablets_anywhere_is_not_waited_for);
    tcase_add_test(tcase, a_cell_that_leaves_is_told_nothing);
}

TEST_MAIN(tests)
