#include "clusters.h"

#include "../../hooks/v1alpha1/cluster.h"
#include "../../hooks/v1alpha1/pools.h"

/* --- pools --- */

static struct tablets_spec *tablets_of(const char *text)
{
    struct cluster_spec spec = {0};
    struct problems problems = {.arena = arena};

    spec_read(arena,
        v1_cluster_fields,
        json_of(
            fmt(arena, "{'cells':[],'keyspaces':[{'name':'k','cells':['z'],'tablets':%s}]}", text)),
        "spec",
        SPEC_STRICT,
        &spec,
        &problems);
    ck_assert_str_eq(problems_text(&problems), "");
    return spec.keyspaces.at[0].tablets;
}

/* A name of Kubernetes stays what it is, since everything below a keyspace is named after it. */
START_TEST(keyspaces_have_names_in_kubernetes)
{
    ck_assert_str_eq(v1_keyspace_name(arena, "demo", "zone1", "main"), "demo-zone1-main");
    ck_assert_str_eq(v1_keyspace_name(arena, "demo", "zone1", "nova-api"), "demo-zone1-nova-api");
    ck_assert_str_eq(v1_keyspace_name(arena, "demo", "zone1", "nova_api"),
        "demo-zone1-nova-api-ffc5f2ca");
    ck_assert_str_eq(v1_keyspace_name(arena, "demo", "zone1", "Nova_API"),
        "demo-zone1-nova-api-bee257ac");
}
END_TEST

START_TEST(a_pool_replaces_whole_keys_of_the_defaults)
{
    struct tablets_spec *tablets = tablets_of(
        "{'defaults':{'image':'a','replicas':1,'vttablet':{'flags':{'x':1}},'mysql':{'flags':"
        "{'y':2}},'volumeClaim':" CLAIM("1Gi") "},"
                                               "'masterEligible':{'replicas':2,'vttablet':{'"
                                               "resources':{'limits':{'cpu':'1'}}}}}");
    const struct pool_spec *pool = v1_merged_pool(arena, tablets, tablets->master_eligible);

    ck_assert_str_eq(pool->image, "a");
    ck_assert_uint_eq(pool->replicas, 2);
    ck_assert_ptr_eq(pool->vttablet->flags, NULL);
    ck_json(pool->vttablet->resources, "{'limits':{'cpu':'1'}}");
    ck_json(pool->mysql->flags, "{'y':2}");
    ck_assert_str_eq(pool->path, "spec.keyspaces[0].tablets.masterEligible");
    ck_assert_ptr_eq(v1_merged_pool(arena, tablets, tablets->batch), NULL);
    ck_assert_uint_eq(v1_replica_tablets(arena, tablets), 2);
}
END_TEST

START_TEST(defaults_may_be_missing)
{
    struct tablets_spec *tablets =
        tablets_of("{'masterEligible':{'replicas':2},'batch':{'replicas':3}}");

    ck_assert_uint_eq(v1_merged_pool(arena, tablets, tablets->batch)->replicas, 3);
    ck_assert_uint_eq(v1_replica_tablets(arena, tablets), 2);
    ck_assert_uint_eq(v1_replica_tablets(arena, NULL), 0);
}
END_TEST

/* --- labels, selectors and what goes down --- */

START_TEST(a_label_is_added_to_selector_and_template)
{
    ck_json(v1_selector_with(arena,
                json_of("{'matchLabels':{'a':'b'},'matchExpressions':[{'key':'a'}]}"),
                "c",
                "d"),
        "{'matchLabels':{'a':'b','c':'d'},'matchExpressions':[{'key':'a'}]}");
    ck_json(v1_selector_with(arena, NULL, "c", "d"), "{'matchLabels':{'c':'d'}}");
    ck_json(v1_template_with(arena,
                json_of("{'metadata':{'labels':{'a':'b'},'annotations':{'x':'y'}}}"),
                "c",
                "d"),
        "{'metadata':{'labels':{'a':'b','c':'d'},'annotations':{'x':'y'}}}");
    ck_json(v1_template_with(arena, NULL, "c", "d"), "{'metadata':{'labels':{'c':'d'}}}");
}
END_TEST

static struct derived_spec derived(void)
{
    static struct topology_spec topology =
        {"etcd2", "e:1", "/vitess/global", "/vitess", NULL, NULL};
    static struct client_spec client = {.image = "image", .server = "internal"};

    return (struct derived_spec){.cluster = "demo",
        .selector = json_of("{'matchLabels':{'app':'s'}}"),
        .template = json_of("{'metadata':{'labels':{'app':'t','team':'a'}}}"),
        .topology = &topology,
        .client = &client,
        .revision = 1};
}

#define WITHOUT(label) "{'key':'" label "','operator':'DoesNotExist'}"

/* After a restore without owners Metacontroller adopts what the selector matches. */
START_TEST(a_cell_takes_nothing_of_shards_and_workloads)
{
    const json_t *cell =
        v1_cell_selector(arena, "demo", json_of("{'matchLabels':{'a':'b'}}"), "zone1");
    static const char *const others[] = {"'vitess.io/shard':'x-x'",
        "'vitess.io/shard':'x-x','vitess.io/tablet-uid':'0000000100'",
        "'controller-revision-hash':'demo-etcd-1'",
        "'pod-template-hash':'abc'",
        NULL};

    ck_json(cell,
        "{'matchExpressions':[" WITHOUT("vitess.io/shard") "," WITHOUT(
            "controller-revision-hash") "," WITHOUT("pod-template-hash") "],"
                                                                         "'matchLabels':{'a':'b','"
                                                                         "vitess.io/"
                                                                         "cell':'zone1','vitess.io/"
                                                                         "cluster':'demo'}}");
#define CELL_LABELS "'a':'b','vitess.io/cell':'zone1','vitess.io/cluster':'demo'"
    ck_assert(selector_matches(cell, json_of("{" CELL_LABELS "}")));
    ck_assert(selector_matches(cell, json_of("{" CELL_LABELS ",'vitess.io/keyspace':'main'}")));
    for (const char *const *other = others; *other != NULL; other++)
        ck_assert_msg(!selector_matches(cell, json_of(fmt(arena, "{" CELL_LABELS ",%s}", *other))),
            "a cell takes %s",
            *other);
}
END_TEST

START_TEST(each_level_excludes_labels_of_its_own)
{
    static const char *const one[] = {"vitess.io/tablet-uid", NULL};
    static const char *const two[] = {"vitess.io/shard", "pod-template-hash", NULL};
    const json_t *selector = json_of("{'matchLabels':{'a':'b'}}");
    const json_t *with = v1_selector_excluding(arena, selector, two);

    ck_json(with,
        "{'matchExpressions':[" WITHOUT("vitess.io/shard") "," WITHOUT(
            "pod-template-hash") "],"
                                 "'matchLabels':{'a':'b'}}");
    ck_json(v1_selector_excluding(arena, with, one),
        "{'matchExpressions':[" WITHOUT("vitess.io/tablet-uid") "],'matchLabels':{'a':'b'}}");
    ck_json(v1_selector_excluding(arena, with, NULL), "{'matchLabels':{'a':'b'}}");
}
END_TEST

/* So does one that is about a label of ours, but says something else. */
START_TEST(expressions_of_users_stay)
{
    static const char *const user =
        "{'matchExpressions':[{'key':'tier','operator':'Exists'},"
        "{'key':'vitess.io/shard','operator':'Exists'}],'matchLabels':{'a':'b'}}";
    static const char *const one[] = {"vitess.io/shard", NULL};

    ck_json(v1_selector_excluding(arena, v1_selector_excluding(arena, json_of(user), one), NULL),
        user);
}
END_TEST

START_TEST(labels_satisfy_the_selector)
{
    struct derived_spec spec = derived();

    ck_json(v1_child_labels(arena, &spec), "{'app':'s','team':'a','vitess.io/cluster':'demo'}");
}
END_TEST

START_TEST(what_is_absent_is_not_handed_down)
{
    struct derived_spec spec = derived();

    ck_json(v1_derived_down(arena, &spec),
        "{'cluster':'demo','revision':1,'client':{'image':'image','server':'internal'},"
        "'topology':{'implementation':'etcd2','addresses':'e:1','globalRoot':'/vitess/global',"
        "'cellRootPrefix':'/vitess'}}");
}
END_TEST

START_TEST(a_place_knows_where_it_is)
{
    struct derived_spec spec = derived();
    struct request request = {.arena = arena, .keys = &v1_keys, .parent = two_zones()};
    struct place place = v1_place_of(&request, arena, &spec, "zone1");

    ck_assert_str_eq(place.namespace, "shop");
    ck_assert_str_eq(place.cluster, "demo");
    ck_assert_str_eq(place.cell, "zone1");
    ck_json(place.selector, "{'app':'s'}");
    ck_assert_str_eq(place.topology.addresses, "e:1");
    ck_assert_ptr_eq(place.hash, NULL);
}
END_TEST

START_TEST(a_pause_can_be_taken_back)
{
    struct rollout_spec rollout = {.paused = true, .force = json_of("['x']")};

    ck_json(v1_control_block(arena, NULL, false, NULL), "{'paused':false}");
    ck_json(v1_control_block(arena, &rollout, false, json_of("['z']")),
        "{'paused':true,'force':['x']}");
    ck_json(v1_control_block(arena, NULL, true, json_of("['z']")),
        "{'paused':false,'retire':true,'remaining':['z']}");
    ck_json(v1_control_block(arena, NULL, true, json_of("[]")), "{'paused':false,'retire':true}");
    ck_json(v1_retire_block(arena, NULL, json_of("['z']"), json_of("['-80']"), false),
        "{'paused':false,'remaining':['z'],'remainingShards':['-80'],'retire':true}");
    ck_json(v1_retire_block(arena, NULL, json_of("['z']"), json_of("['-80']"), true),
        "{'paused':false,'remaining':['z'],'remainingShards':['-80'],'retire':true,'served':true}");
    ck_json(v1_retire_block(arena, NULL, json_of("[]"), NULL, true),
        "{'paused':false,'retire':true}");
}
END_TEST

START_TEST(nulls_are_taken_out)
{
    const json_t *clean = json_of("{'a':[1,{'b':false}]}");

    ck_assert_ptr_eq(v1_without_nulls(clean), clean);
    ck_json(v1_without_nulls(json_of("{'a':[1,null,{'b':null,'c':{}}],'d':null}")),
        "{'a':[1,{'c':{}}]}");
}
END_TEST

/* --- status --- */

static struct objects objects_of(const char *list)
{
    const json_t *items = json_of(list);
    struct objects objects = {arena_array(arena, json_array_size(items) + 1, sizeof(*objects.at)),
        0};
    const json_t *item;

    json_each_item (items, i, item)
        objects.at[objects.count++] = item;
    return objects;
}

START_TEST(children_are_counted)
{
    struct objects objects =
        objects_of("[{'spec':{'name':'b'},'status':{'tablets':2,'tabletsReady':'2/3',"
                   "'conditions':[{'type':'Ready','status':'True'}]}},"
                   "{'spec':{'name':'a'},'status':{'tablets':'x'}},"
                   "{'spec':{'name':'c','rollout':{'retire':true}},'status':{'tablets':3,"
                   "'tabletsReady':'3/3'}},{}]");

    ck_json(v1_names_of(arena, &objects, false), "['a','b','c']");
    ck_json(v1_names_of(arena, &objects, true), "['b']");
    ck_assert_int_eq(status_sum(&objects, "tablets"), 5);
    ck_assert_int_eq(v1_serving_sum(&objects), 2);
}
END_TEST

START_TEST(counts_end_at_the_largest_number)
{
    struct objects objects =
        objects_of("[{'status':{'tablets':9223372036854775807,'tabletsReady':"
                   "'99999999999999999999/3'}},"
                   "{'status':{'tablets':1,'tabletsReady':'9223372036854775807/3'}}]");

    ck_assert_int_eq(status_sum(&objects, "tablets"), INT64_MAX);
    ck_assert_int_eq(v1_serving_sum(&objects), INT64_MAX);
}
END_TEST

START_TEST(a_spec_of_another_object_is_refused)
{
    struct request request = {.arena = arena,
        .keys = &v1_keys,
        .parent = json_of("{'kind':'VitessCell','metadata':{'name':'demo-zone1'}}")};
    struct answer answer = {.code = 200, .released = json_new_map()};

    ck_assert(v1_named_after(&request, &answer, "demo-zone1"));
    ck_assert(!v1_named_after(&request, &answer, "demo-zone2"));
    ck_assert_int_eq(answer.code, 422);
    ck_assert_str_eq(answer.message, "spec: is that of VitessCell demo-zone2, not of demo-zone1");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, keyspaces_have_names_in_kubernetes);
    tcase_add_test(tcase, a_pool_replaces_whole_keys_of_the_defaults);
    tcase_add_test(tcase, defaults_may_be_missing);
    tcase_add_test(tcase, a_label_is_added_to_selector_and_template);
    tcase_add_test(tcase, a_cell_takes_nothing_of_shards_and_workloads);
    tcase_add_test(tcase, each_level_excludes_labels_of_its_own);
    tcase_add_test(tcase, expressions_of_users_stay);
    tcase_add_test(tcase, labels_satisfy_the_selector);
    tcase_add_test(tcase, what_is_absent_is_not_handed_down);
    tcase_add_test(tcase, a_place_knows_where_it_is);
    tcase_add_test(tcase, a_pause_can_be_taken_back);
    tcase_add_test(tcase, nulls_are_taken_out);
    tcase_add_test(tcase, children_are_counted);
    tcase_add_test(tcase, counts_end_at_the_largest_number);
    tcase_add_test(tcase, a_spec_of_another_object_is_refused);
}

TEST_MAIN(tests)
