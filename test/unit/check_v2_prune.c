#include "planetscale.h"
#include "world.h"

/* Keyspaces that have left the spec of a VitessCluster of planetscale.com/v2, and of which Vitess
 * is to forget all: what is deleted late would be what it knows of one that has come back. */

extern const struct api_keys v2_keys;
hook_function v2_sync_cluster;

#define CUSTOMER "example-customer-085639aa"
#define COMMERCE "example-commerce-fb9b866a"
#define DELETED "DeleteKeyspace --recursive customer"

static const json_t *keyspaces; /* of the spec, with customer */

static struct world grown(void)
{
    const json_t *stage = vector_json("docs_302_ready.json");
    json_t *parent = json_clone(vector_object(stage, "VitessCluster", NULL));
    struct world world = {.sync = v2_sync_cluster,
        .keys = &v2_keys,
        .parent = parent,
        .children = json_new_list(),
        .related = json_new_map()};

    keyspaces = json_at(parent, "spec", "keyspaces");
    put_at(parent, "metadata.uid", json_string("uid-of-parent"));
    put_at(parent, "status", NULL);
    world_rest(&world);
    world_answer_tasks(&world);
    world_rest(&world);
    return world;
}

static void edit(struct world *world, const char *path, const char *value)
{
    world->parent = json_clone(changed(world->parent, path, value));
}

static void bring_back(struct world *world)
{
    edit(world, "spec.keyspaces", json_write(arena, keyspaces, NULL));
}

static void prune(struct world *world, bool whether)
{
    edit(world,
        "spec.topologyReconciliation",
        whether ? "{'pruneKeyspaces':true}" : "{'pruneKeyspaces':false}");
}

static bool asks(const struct world *world)
{
    return strstr(world_tasks(world), DELETED) != NULL;
}

static json_t *pod_that_deletes(const struct world *world)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), "Pod") &&
            strstr(object_name(child), "delete-keyspace") != NULL)
            return child;
    }
    return NULL;
}

/* Its VitessKeyspace has gone, and a Pod deletes what Vitess knows of it. */
static struct world without_customer(void)
{
    struct world world = grown();

    edit(&world, "spec.keyspaces[1]", NULL);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(world_child(&world, CUSTOMER));
    ck_assert(asks(&world));
    return world;
}

/* As it is for as long as its container takes to end. */
static json_t *ending(const json_t *object, const char *status)
{
    json_t *copy = json_clone(object);

    put_at(copy, "metadata.deletionTimestamp", json_string("2026-11-29T00:00:00Z"));
    put_at(copy, "status", json_of(status));
    return copy;
}

#define RUNS                                                                                       \
    "{'phase':'Running','containerStatuses':[{'name':'task','started':true,"                       \
    "'state':{'running':{}}}]}"
#define HAS_FAILED                                                                                 \
    "{'phase':'Running','containerStatuses':[{'name':'task','restartCount':2,'state':"             \
    "{'terminated':{'exitCode':1,'message':'this shard is locked'}}}]}"
#define HAS_DELETED                                                                                \
    "{'phase':'Running','containerStatuses':[{'name':'task','state':"                              \
    "{'terminated':{'exitCode':0,'message':''}}}]}"

/* A sync that sees it beside all else. */
static void sync_beside(struct world *world, const json_t *object)
{
    json_add(world->children, object);
    ck_assert_int_eq(world_sync(world), 200);
}

static void settle(struct world *world)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        if (!text_equal(object_kind(child), "Pod"))
            world_settle(world, object_name(child), NULL);
    }
}

/* --- a Pod that is still there --- */

static const char *const statuses[] = {RUNS, HAS_FAILED, "{'phase':'Pending'}"};

/* Nobody wants it any more, but until it has ended it may delete the record of the new one. */
START_TEST(nothing_is_made_while_a_pod_may_still_delete_it)
{
    struct world world = without_customer();
    const json_t *pod = ending(pod_that_deletes(&world), statuses[_i]);

    prune(&world, false);
    bring_back(&world);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert(!asks(&world));
    ck_assert_ptr_null(world_child(&world, CUSTOMER));
    for (int i = 0; i < 2; i++) {
        sync_beside(&world, pod);
        ck_assert_ptr_null(world_child(&world, CUSTOMER));
        ck_assert_ptr_nonnull(world_child(&world, COMMERCE));
        ck_assert_ptr_null(json_at(world_status(&world), "pruning"));
    }
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(world_child(&world, CUSTOMER));
}
END_TEST

START_TEST(that_is_said)
{
    struct world world = without_customer();
    const json_t *pod = ending(pod_that_deletes(&world), RUNS);

    prune(&world, false);
    bring_back(&world);
    for (int i = 0; i < 2; i++) {
        settle(&world);
        sync_beside(&world, pod);
    }
    ck_assert_str_eq(world_condition(&world, "Updated"),
        fmt(arena,
            "False RolloutProgressing: keyspace customer is made once Pod %s, which deletes what "
            "Vitess knew of it, has ended",
            object_name(pod)));
}
END_TEST

START_TEST(one_that_has_ended_holds_up_nothing)
{
    struct world world = without_customer();
    const json_t *pod = ending(pod_that_deletes(&world), HAS_DELETED);

    prune(&world, false);
    bring_back(&world);
    sync_beside(&world, pod);
    ck_assert_ptr_nonnull(world_child(&world, CUSTOMER));
}
END_TEST

/* Whoever takes the name out of the status, as a CRD without that field does. */
START_TEST(the_pod_counts_whatever_the_status_says)
{
    struct world world = without_customer();
    const json_t *pod = ending(pod_that_deletes(&world), RUNS);

    put_at(world.parent, "status.pruning", NULL);
    bring_back(&world);
    sync_beside(&world, pod);
    sync_beside(&world, pod);
    ck_assert_ptr_null(world_child(&world, CUSTOMER));
}
END_TEST

/* It deletes another keyspace. */
START_TEST(others_are_made_meanwhile)
{
    struct world world = without_customer();
    const json_t *pod = ending(pod_that_deletes(&world), RUNS);

    bring_back(&world);
    edit(&world, "spec.keyspaces[1].name", "'customers'");
    sync_beside(&world, pod);
    ck_assert_ptr_nonnull(strstr(world_names(&world, "VitessKeyspace"), "example-customers-"));
}
END_TEST

/* --- one that comes back before it is forgotten --- */

#define MADE_ONCE                                                                                  \
    "keyspace customer is made anew once Vitess has forgotten the one before, which "              \
    "spec.topologyReconciliation.pruneKeyspaces: false would leave as it is"

START_TEST(it_is_said_what_a_keyspace_waits_for)
{
    struct world world = without_customer();

    bring_back(&world);
    settle(&world);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_condition(&world, "Updated"), "False RolloutProgressing: " MADE_ONCE);
    put_at(pod_that_deletes(&world), "status", json_of(HAS_FAILED));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False TaskFailing: " MADE_ONCE ": this shard is locked");
}
END_TEST

/* Somebody has to decide, as nobody knows what has been deleted already. */
START_TEST(what_cannot_be_forgotten_is_left_where_somebody_says_so)
{
    struct world world = without_customer();

    bring_back(&world);
    put_at(pod_that_deletes(&world), "status", json_of(HAS_FAILED));
    world_rest(&world);
    ck_assert_ptr_null(world_child(&world, CUSTOMER));
    prune(&world, false);
    world_rest(&world);
    ck_assert_ptr_nonnull(world_child(&world, CUSTOMER));
    ck_assert(!asks(&world));
}
END_TEST

/* It was deleted before it came back, and is still on its way: what comes is a new one. */
START_TEST(one_that_is_still_going_is_forgotten_first)
{
    struct world world = grown();
    const json_t *going;

    edit(&world, "spec.keyspaces[1]", NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    going = ending(world_child(&world, CUSTOMER), "{}");
    ck_assert_int_eq(world_sync(&world), 200);
    bring_back(&world);
    for (int i = 0; i < 2; i++) {
        sync_beside(&world, going);
        ck_json(json_at(world_status(&world), "pruning"), "['customer']");
        ck_assert(!asks(&world));
        json_array_remove(world.children, world_index(&world, CUSTOMER));
    }
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(world_child(&world, CUSTOMER));
    ck_assert(asks(&world));
    world_answer_tasks(&world);
    world_rest(&world);
    ck_assert_ptr_nonnull(world_child(&world, CUSTOMER));
}
END_TEST

/* --- a CRD that does not have the field --- */

START_TEST(an_old_crd_keeps_the_keyspace_and_that_is_said)
{
    struct world world = grown();

    edit(&world, "spec.keyspaces[1]", NULL);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert_ptr_nonnull(world_child(&world, CUSTOMER));
        ck_assert_str_eq(world_condition(&world, "Advice"),
            i == 0 ? "none"
                   : "True CRDsOutdated: keyspace customer cannot go: the CRD of VitessCluster is "
                     "of an older build and drops status.pruning, where it is noted that Vitess is "
                     "to forget the keyspace; apply the CRDs of this one, or set "
                     "spec.topologyReconciliation.pruneKeyspaces: false");
        put_at(world.parent, "status.pruning", NULL);
    }
    prune(&world, false);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(world_child(&world, CUSTOMER));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_condition(&world, "Advice"), "none");
}
END_TEST

START_TEST(once_the_crd_has_the_field_it_goes)
{
    struct world world = grown();

    edit(&world, "spec.keyspaces[1]", NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    put_at(world.parent, "status.pruning", NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(world_child(&world, CUSTOMER));
    ck_assert_str_eq(world_condition(&world, "Advice"), "none");
}
END_TEST

/* --- a status that somebody has edited --- */

static const char *const names[] = {
    "'--force'", "''", "'a b'", "'a/b'", "'a\\nb'", "7", "null", "{}"};

START_TEST(only_names_of_keyspaces_are_believed)
{
    struct world world = grown();

    put_at(world.parent, "status.pruning", json_of(fmt(arena, "[%s]", names[_i])));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(strstr(world_tasks(&world), "DeleteKeyspace"));
    ck_assert_ptr_null(json_at(world_status(&world), "pruning"));
}
END_TEST

/* Its object is there, though somebody has edited that as well. */
START_TEST(nothing_is_forgotten_that_an_object_is_for)
{
    static const char *const edits[][2] = {{"spec.name", "other"},
        {"metadata.name", "copy"},
        {"metadata.name", CUSTOMER}};
    struct world world = grown();
    json_t *child = world_child(&world, CUSTOMER);

    edit(&world, "spec.keyspaces[1]", NULL);
    put_at(child, edits[_i][0], json_string(edits[_i][1]));
    put_at(world.parent, "status.pruning", json_of("['customer']"));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert(!asks(&world));
}
END_TEST

START_TEST(only_some_are_forgotten_at_a_time)
{
    struct world world = grown();
    json_t *many = json_new_list();
    const char *tasks;
    int count = 0;

    for (int i = 0; i < 100; i++)
        json_add_text(many, fmt(arena, "gone%d", i));
    put_at(world.parent, "status.pruning", many);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_uint_eq(json_array_size(json_at(world_status(&world), "pruning")), 100);
    tasks = world_tasks(&world);
    for (tasks = strstr(tasks, "DeleteKeyspace"); tasks != NULL;
         tasks = strstr(tasks + 1, "DeleteKeyspace"))
        count++;
    ck_assert_int_eq(count, 8);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_loop_test(tcase,
        nothing_is_made_while_a_pod_may_still_delete_it,
        0,
        sizeof(statuses) / sizeof(*statuses));
    tcase_add_test(tcase, that_is_said);
    tcase_add_test(tcase, it_is_said_what_a_keyspace_waits_for);
    tcase_add_test(tcase, what_cannot_be_forgotten_is_left_where_somebody_says_so);
    tcase_add_test(tcase, one_that_is_still_going_is_forgotten_first);
    tcase_add_test(tcase, an_old_crd_keeps_the_keyspace_and_that_is_said);
    tcase_add_test(tcase, once_the_crd_has_the_field_it_goes);
    tcase_add_loop_test(tcase,
        only_names_of_keyspaces_are_believed,
        0,
        sizeof(names) / sizeof(*names));
    tcase_add_loop_test(tcase, nothing_is_forgotten_that_an_object_is_for, 0, 3);
    tcase_add_test(tcase, only_some_are_forgotten_at_a_time);
    tcase_add_test(tcase, one_that_has_ended_holds_up_nothing);
    tcase_add_test(tcase, the_pod_counts_whatever_the_status_says);
    tcase_add_test(tcase, others_are_made_meanwhile);
}

TEST_MAIN(tests)
