#include "clusters.h"

#include "../../hooks/v1alpha1/cluster.h"
#include "../../hooks/v1alpha1/tls_steps.h"
#include "../../hooks/v1alpha1/pools.h"

/* --- shards of the same size --- */

static const struct {
    const char *equal;
    const char *names; /* as planetscale.com/v2 and vtctldclient GenerateShardRanges have them */
} equals[] = {
    {"{'parts':1}", "-"},
    {"{'parts':1,'hexWidth':4}", "-"},
    {"{'parts':2}", "-80 80-"},
    {"{'parts':2,'hexWidth':4}", "-8000 8000-"},
    {"{'parts':3}", "-55 55-aa aa-"},
    {"{'parts':4}", "-40 40-80 80-c0 c0-"},
    {"{'parts':6}", "-2a 2a-55 55-80 80-aa aa-d5 d5-"},
    {"{'parts':7,'hexWidth':4}", "-2492 2492-4924 4924-6db6 6db6-9249 9249-b6db b6db-db6d db6d-"},
    {"{'parts':3,'hexWidth':8}", "-55555555 55555555-aaaaaaaa aaaaaaaa-"},
};

static struct cluster_spec *spec_of(const char *keyspace)
{
    struct cluster_spec *spec = arena_make(arena, struct cluster_spec);
    struct problems problems = {.arena = arena};

    spec_read(arena,
        v1_cluster_fields,
        json_of(fmt(arena, "{'cells':[],'keyspaces':[{'name':'k',%s}]}", keyspace)),
        "spec",
        SPEC_STRICT,
        spec,
        &problems);
    ck_assert_str_eq(problems_text(&problems), "");
    v1_spread_equal_shards(arena, spec);
    return spec;
}

static const char *shards_of(const struct keyspace_item *keyspace)
{
    struct texts names = {.arena = arena};

    for (size_t i = 0; i < v1_keyspace_shards(keyspace); i++)
        texts_add(&names, v1_keyspace_shard(keyspace, i));
    return texts_join(&names, " ");
}

START_TEST(equal_parts_are_the_shards_that_others_make)
{
    const struct cluster_spec *spec =
        spec_of(fmt(arena, "'cells':['z'],'tablets':{},'equal':%s", equals[_i].equal));
    const struct keyspace_item *keyspace = &spec->keyspaces.at[0];

    ck_assert_str_eq(shards_of(keyspace), equals[_i].names);
    /* What goes down is the list alone. */
    ck_assert_ptr_null(json_at(keyspace->json, "equal"));
    ck_assert_uint_eq(json_array_size(json_at(keyspace->json, "shards")), keyspace->shards.count);
}
END_TEST

START_TEST(many_parts_have_wider_bounds)
{
    const struct cluster_spec *spec = spec_of("'cells':['z'],'tablets':{},'equal':{'parts':512}");
    const struct keyspace_item *keyspace = &spec->keyspaces.at[0];

    ck_assert_uint_eq(keyspace->shards.count, 512);
    ck_assert_str_eq(v1_keyspace_shard(keyspace, 0), "-0080");
    ck_assert_str_eq(v1_keyspace_shard(keyspace, 511), "ff80-");
    ck_assert_str_eq(shards_of(&spec_of("'cells':['z'],'tablets':{}")->keyspaces.at[0]), "0");
}
END_TEST

START_TEST(a_range_wins_over_a_name)
{
    const struct cluster_spec *spec =
        spec_of("'cells':['z'],'tablets':{},"
                "'shards':[{'name':'x','keyRange':{'start':'','end':'8A'}},{'name':'0'}]");

    ck_assert_str_eq(shards_of(&spec->keyspaces.at[0]), "-8a 0");
}
END_TEST

/* --- pools --- */

#define KEYSPACE                                                                                   \
    "'cells':['a','b'],'equal':{'parts':2},'tablets':{'defaults':{'image':'i:1','replicas':1},"    \
    "'masterEligible':{'replicas':3,'mysql':{'flags':{'x':'1'}}}},'overrides':["                   \
    "{'cells':['b'],'masterEligible':{'replicas':0},'batch':{}},"                                  \
    "{'shards':['80-'],'masterEligible':{'image':'i:2'}},"                                         \
    "{'cells':['a'],'shards':['80-'],'masterEligible':{'replicas':2,'mysql':{}}}]"

static const struct {
    const char *cell, *shard;
    uint32_t eligible, batch;
    const char *pools, *which;
} places[] = {
    {"a", "-80", 3, 0, "{'replicas':3,'mysql':{'flags':{'x':'1'}}}", ""},
    {"b", "-80", 0, 1, "{'replicas':0,'mysql':{'flags':{'x':'1'}}}", "0,"},
    {"a", "80-", 2, 0, "{'replicas':2,'mysql':{},'image':'i:2'}", "1,2,"},
    {"b", "80-", 0, 1, "{'replicas':0,'mysql':{'flags':{'x':'1'}},'image':'i:2'}", "0,1,"},
};

START_TEST(overrides_replace_whole_keys_in_order)
{
    const struct keyspace_item *keyspace = &spec_of(KEYSPACE)->keyspaces.at[0];
    const char *cell = places[_i].cell, *shard = places[_i].shard;
    const struct tablets_spec *tablets = v1_tablets_in(arena, keyspace, cell, shard);
    const struct pool_spec *batch = v1_merged_pool(arena, tablets, tablets->batch);

    ck_assert_uint_eq(v1_pool_replicas(keyspace, cell, shard, POOL_ELIGIBLE), places[_i].eligible);
    ck_assert_uint_eq(v1_pool_replicas(keyspace, cell, shard, POOL_BATCH), places[_i].batch);
    ck_assert_uint_eq(v1_replica_tablets(arena, tablets), places[_i].eligible);
    ck_assert_uint_eq(batch == NULL ? 0 : batch->replicas, places[_i].batch);
    ck_json(json_at(tablets->json, "masterEligible"), places[_i].pools);
    ck_assert_str_eq(v1_pool_combination(arena, keyspace, cell, shard), places[_i].which);
}
END_TEST

START_TEST(tablets_are_counted_in_each_place)
{
    const struct keyspace_item *keyspace = &spec_of(KEYSPACE)->keyspaces.at[0];

    ck_assert_int_eq(v1_tablets_in_cell(keyspace, "a"), 5);
    ck_assert_int_eq(v1_tablets_in_cell(keyspace, "b"), 2);
    ck_assert_int_eq(v1_pool_in_all_cells(keyspace, "-80", POOL_ELIGIBLE), 3);
    ck_assert_uint_eq(v1_fewest_replicas(keyspace), 2);
}
END_TEST

START_TEST(a_key_is_written_where_it_was_replaced_last)
{
    const struct keyspace_item *keyspace = &spec_of(KEYSPACE)->keyspaces.at[0];

    ck_assert_str_eq(v1_pool_written_in(keyspace, "a", "80-", POOL_ELIGIBLE, "image"),
        "spec.keyspaces[0].overrides[1].masterEligible");
    ck_assert_str_eq(v1_pool_written_in(keyspace, "a", "80-", POOL_ELIGIBLE, "mysql"),
        "spec.keyspaces[0].overrides[2].masterEligible");
    ck_assert_str_eq(v1_pool_written_in(keyspace, "a", "-80", POOL_ELIGIBLE, "mysql"),
        "spec.keyspaces[0].tablets.masterEligible");
    ck_assert_str_eq(v1_pool_written_in(keyspace, "a", "-80", POOL_ELIGIBLE, "image"),
        "spec.keyspaces[0].tablets.defaults");
    ck_assert_str_eq(v1_pool_written_in(keyspace, "b", "-80", POOL_BATCH, "replicas"),
        "spec.keyspaces[0].tablets.defaults");
}
END_TEST

/* --- what is judged of pools is judged of them with overrides laid over --- */

#define OVERRIDES "spec.keyspaces[0].overrides"
#define HERE OVERRIDES "[0].masterEligible"
#define SERVES "'grpc-ca':'/t/ca','grpc-cert':'/t/crt','grpc-key':'/t/key'"

static const struct {
    const char *path, *value; /* of the cluster, beside overrides; or NULL */
    const char *overrides;
    const char *problem; /* the first one; "": none */
} judged[] = {
    {NULL,
        NULL,
        "[{'masterEligible':{'vttablet':{'flags':{'grpc-cert':'/t/crt','grpc-ca':'/t/ca'}}}}]",
        HERE ".vttablet.flags.grpc-key: is required beside grpc-cert, which has no effect without "
             "it; spec.tls says all of it at once"},
    {"spec.tls",
        "{'secret':'s'}",
        "[{'cells':['zone2'],'masterEligible':{'vttablet':{'flags':{'grpc-cert':'/t/crt'}}}}]",
        HERE ".vttablet.flags.grpc-cert: must not be set beside spec.tls, which sets it; leave it "
             "out"},
    {NULL,
        NULL,
        "[{'masterEligible':{'vttablet':{'flags':{" SERVES "}}}}]",
        "spec.cells[0].vtctld.flags.tablet-manager-grpc-ca: is required, since " HERE
        ".vttablet.flags has grpc-cert, and takes nothing but TLS; spec.tls says all of it at "
        "once"},
    /* A pool of no tablets has no server. */
    {NULL,
        NULL,
        "[{'cells':['zone2'],'batch':{'replicas':0,'vttablet':{'flags':{" SERVES "}}}}]",
        ""},
    {NULL,
        NULL,
        "[{'shards':['80-'],'masterEligible':{'vttablet':{'flags':{'port':3306}}}}]",
        HERE ".vttablet.flags.port: must differ from mysql-port of mysqlctld in the same Pod, got "
             "3306"},
    {NULL,
        NULL,
        "[{'masterEligible':{'template':{'terminationGracePeriodSeconds':5}}}]",
        HERE ".template.terminationGracePeriodSeconds: must be at least "},
    {"spec.keyspaces[0].durabilityPolicy",
        "'semi_sync'",
        "[{'masterEligible':{'replicas':0}},{'cells':['zone1'],'masterEligible':{'replicas':1}}]",
        "spec.keyspaces[0].durabilityPolicy: needs a second tablet in each shard to acknowledge "
        "each write, got \"semi_sync\""},
};

START_TEST(overrides_are_judged_as_pools_are)
{
    const json_t *cluster = changed(two_zones(), OVERRIDES, judged[_i].overrides);
    const char *problems;

    if (judged[_i].path != NULL)
        cluster = changed(cluster, judged[_i].path, judged[_i].value);
    problems = problems_of(cluster, json_new_map());
    if (*judged[_i].problem == '\0')
        ck_assert_str_eq(problems, "");
    else
        ck_assert_msg(text_starts_with(problems, judged[_i].problem), "%s", problems);
}
END_TEST

START_TEST(flags_of_overrides_are_a_step_of_tls)
{
    static const char *const strict =
        "'overrides':[{'masterEligible':{'vttablet':{'flags':{" SERVES "}}}}]";
    const char *pools = "'cells':['a'],'tablets':{'masterEligible':{'replicas':2}}";

    ck_assert_str_eq(v1_tls_step_name(v1_tls_step(arena, spec_of(pools))), "none");
    ck_assert_str_eq(
        v1_tls_step_name(v1_tls_step(arena, spec_of(fmt(arena, "%s,%s", pools, strict)))),
        "Require");
}
END_TEST

START_TEST(vtgates_go_by_the_mysql_of_overrides)
{
    const struct cluster_spec *spec =
        spec_of("'cells':['a'],'tablets':{'masterEligible':{'replicas':2}},"
                "'overrides':[{'masterEligible':{'mysql':{'image':'mysql:8.0.40'}}}]");

    ck_assert_str_eq(v1_mysql_server_version(arena, spec), "8.0.40-Vitess");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_loop_test(tcase,
        equal_parts_are_the_shards_that_others_make,
        0,
        sizeof(equals) / sizeof(*equals));
    tcase_add_test(tcase, many_parts_have_wider_bounds);
    tcase_add_test(tcase, a_range_wins_over_a_name);
    tcase_add_loop_test(tcase,
        overrides_replace_whole_keys_in_order,
        0,
        sizeof(places) / sizeof(*places));
    tcase_add_test(tcase, tablets_are_counted_in_each_place);
    tcase_add_test(tcase, a_key_is_written_where_it_was_replaced_last);
    tcase_add_loop_test(tcase,
        overrides_are_judged_as_pools_are,
        0,
        sizeof(judged) / sizeof(*judged));
    tcase_add_test(tcase, flags_of_overrides_are_a_step_of_tls);
    tcase_add_test(tcase, vtgates_go_by_the_mysql_of_overrides);
}

TEST_MAIN(tests)
