#include "v2_cluster.h"

/* The lock server of a cell in a VitessCluster of planetscale.com/v2, in which the records of its
 * tablets are: elsewhere nothing would be known of them. */

#define EXTERNAL(address)                                                                          \
    "{'external':{'implementation':'etcd2','address':'" address "','rootPath':'/root'}}"
#define OWN "{'etcd':{}}"
#define NAMED "{'cellInfoAddress':'etcd.example.com:2379','etcd':{}}"
#define LARGER "{'etcd':{'resources':{'limits':{'memory':'1Gi'}}}}"
#define GLOBAL "example-etcd-faf13de3-client.example.svc:2379"
#define OF_CELL "example-zone1-etcd-43880480-client.example.svc:2379"

static const struct {
    const char *before, *after;
    const char *told; /* the address that it must not leave; NULL: it is the same place */
} rows[] = {
    {NULL, OWN, GLOBAL},
    {NULL, EXTERNAL("a:2379"), GLOBAL},
    {NULL, "{}", NULL},
    {OWN, NULL, OF_CELL},
    {OWN, "{}", OF_CELL},
    {OWN, EXTERNAL("a:2379"), OF_CELL},
    {OWN, NAMED, NULL},
    {OWN, LARGER, NULL},
    {EXTERNAL("a:2379"), NULL, "a:2379"},
    {EXTERNAL("a:2379"), OWN, "a:2379"},
    {EXTERNAL("a:2379"), EXTERNAL("b:2379"), "a:2379"},
    {EXTERNAL("a:2379,b:2379"), EXTERNAL("b:2379,c:2379"), NULL},
    {EXTERNAL("a:2379"),
        "{'external':{'implementation':'etcd2','address':'a:2379','rootPath':'/other'}}",
        "a:2379"},
    {EXTERNAL("a:2379"),
        "{'external':{'implementation':'zk2','address':'a:2379','rootPath':'/root'}}",
        "a:2379"},
};

static void edit(struct world *world, const char *path, const char *value)
{
    world->parent = json_clone(changed(world->parent, path, value));
}

static struct world begin(const char *lockserver)
{
    struct world world = cluster_of_302();

    edit(&world, "spec.cells[0].lockserver", lockserver);
    come_up(&world);
    return world;
}

static const char *refusal(const char *address)
{
    return fmt(arena,
        "False InvalidSpec: spec.cells[0].lockserver: must leave the topology of the cell at %s, "
        "where the records of its tablets are; put it back, or move all tablets to another cell "
        "first",
        address);
}

static bool is_refused(const struct world *world)
{
    return text_starts_with(world_condition(world, "Ready"), "False InvalidSpec");
}

START_TEST(records_of_tablets_stay_where_they_are)
{
    struct world world = begin(rows[_i].before);
    const char *before = json_write(arena, world.children, NULL);

    edit(&world, "spec.cells[0].lockserver", rows[_i].after);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_int_eq(is_refused(&world), rows[_i].told != NULL);
    if (rows[_i].told == NULL)
        return;
    ck_assert_str_eq(world_condition(&world, "Ready"), refusal(rows[_i].told));
    ck_assert_str_eq(json_write(arena, world.children, NULL), before);
    edit(&world, "spec.cells[0].lockserver", rows[_i].before);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert(!is_refused(&world));
}
END_TEST

static const json_t *nowhere(const json_t *keyspace)
{
    const json_t *spec = changed(json_at(keyspace, "spec"),
        "partitionings",
        "[{'equal':{'parts':1,'shardTemplate':{'tabletPools':[]}}}]");

    return object(arena, SPREAD(keyspace), F("spec", spec));
}

/* None are in it, nor are there any of an earlier spec. */
START_TEST(a_cell_without_tablets_may_have_another_one)
{
    struct world world = begin(NULL);
    json_t *child;

    json_each_item (world.children, i, child) {
        if (!text_equal(object_kind(child), "VitessKeyspace"))
            continue;
        json_array_set(world.children, i, json_clone(nowhere(child)));
        world_settle(&world, object_name(child), "{'shards':{'-':{'cells':['zone1']}}}");
    }
    edit(&world, "spec.cells[0].lockserver", OWN);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert(is_refused(&world));
    json_each_item (world.children, i, child) {
        if (!text_equal(object_kind(child), "VitessKeyspace"))
            continue;
        json_array_set(world.children, i, json_clone(nowhere(child)));
        put_at(world_child(&world, object_name(child)), "status", json_of("{'shards':{'-':{}}}"));
    }
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert(!is_refused(&world));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_loop_test(tcase,
        records_of_tablets_stay_where_they_are,
        0,
        sizeof(rows) / sizeof(*rows));
    tcase_add_test(tcase, a_cell_without_tablets_may_have_another_one);
}

TEST_MAIN(tests)
