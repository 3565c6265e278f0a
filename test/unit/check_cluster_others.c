#include "clusters.h"

/* What a VitessCluster says where another one of its namespace makes the same names. */

/* A VitessCell of cluster `cluster`, made by it. */
static const json_t *cell_of(const char *cluster, const char *cell, const char *keyspaces)
{
    return object(arena,
        F("apiVersion", "vitess.io/v1alpha1"),
        F("kind", "VitessCell"),
        MAP("metadata",
            F("name", fmt(arena, "%s-%s", cluster, cell)),
            F("namespace", "shop"),
            MAP("labels", F("vitess.io/cluster", cluster)),
            LIST("ownerReferences",
                V(object(arena, F("kind", "Something"), F("name", "else"), F("uid", "u-8"))),
                V(object(arena,
                    F("apiVersion", "vitess.io/v1alpha1"),
                    F("kind", "VitessCluster"),
                    F("name", cluster),
                    F("uid", "u-9"),
                    F("controller", BOOL(true)))))),
        MAP("spec",
            F("cluster", cluster),
            F("name", cell),
            F("vtgate", json_new_map()),
            F("selector", json_new_map()),
            F("keyspaces", json_of(keyspaces))));
}

static const json_t *related_cells(const json_t *first, const json_t *second)
{
    json_t *group = json_new_map();
    json_t *all = json_new_map();

    json_put(group, object_name(first), first);
    if (second != NULL)
        json_put(group, object_name(second), second);
    json_put(all, "VitessCell.vitess.io/v1alpha1", group);
    return all;
}

/* two_zones() with a cell "eu-1" instead of zone1. */
static struct world demo(const json_t *related)
{
    const json_t *cluster = changed(two_zones(), "spec.cells[1].name", "'eu-1'");

    cluster = changed(cluster, "spec.keyspaces[0].cells", "['eu-1','zone2']");
    cluster = changed(cluster, "spec.keyspaces[1].cells", "['eu-1']");
    return (struct world){.sync = v1_sync_cluster,
        .parent = json_clone(cluster),
        .children = json_new_list(),
        .related = related};
}

/* Drops a VitessCell, as where it could not be made. */
static void lose(struct world *world, const char *name)
{
    json_array_remove(world->children, world_index(world, name));
}

START_TEST(who_has_the_cell_is_said)
{
    struct world world = demo(related_cells(cell_of("demo-eu", "1", "[]"), NULL));

    ck_assert_int_eq(world_sync(&world), 200);
    lose(&world, "demo-eu-1");
    world_settle(&world, "demo-global", NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False CellsNotReady: VitessCell demo-eu-1 belongs to VitessCluster demo-eu: both make "
        "that name of their own and that of a cell; rename the cell here, or make this cluster in "
        "another namespace");
    ck_assert_ptr_nonnull(strstr(world_condition(&world, "Advice"),
        "spec.cells[1].name: makes VitessCell \"demo-eu-1\", as VitessCluster "
        "demo-eu in this namespace does; rename one of them"));
}
END_TEST

/* It may be on its way out, or a restore that comes without owners. */
START_TEST(one_of_nobody_is_still_being_created)
{
    const json_t *cell =
        changed(cell_of("demo-eu", "1", "[]"), "metadata.ownerReferences", "[{'uid':'u'}]");
    struct world world = demo(related_cells(cell, NULL));

    ck_assert_int_eq(world_sync(&world), 200);
    lose(&world, "demo-eu-1");
    world_settle(&world, "demo-global", NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(strstr(world_condition(&world, "Ready"),
        "VitessCell demo-eu-1 is being created; if that lasts"));
}
END_TEST

/* Both clusters have a VitessCell, and what is below it is shared. */
START_TEST(shared_names_further_down_are_said)
{
    static const struct {
        const char *cluster, *cell, *keyspace, *said;
    } rows[] = {
        {"demo-zone2", "x", "{'name':'ks','cells':['x']}", NULL},
        {"demo-eu",
            "2",
            "{'name':'main','cells':['2'],'shards':[{'keyRange':{'start':'','end':'80'}}]}",
            NULL},
        {"demo-eu-1",
            "main",
            "{'name':'x','cells':['main'],'shards':[{'name':'80'}],"
            "'tablets':{'masterEligible':{'replicas':1}}}",
            "spec.keyspaces[0].shards[0]: makes VitessShard \"demo-eu-1-main-x-80\", as "
            "VitessCluster demo-eu-1 in"},
        {"demo-eu",
            "1-main",
            "{'name':'s','cells':['1-main'],'tablets':{}}",
            "spec.keyspaces[1].name: makes VitessKeyspace \"demo-eu-1-main-s\", as VitessCluster "
            "demo-eu in"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const json_t *cell =
            cell_of(rows[i].cluster, rows[i].cell, fmt(arena, "[%s]", rows[i].keyspace));
        struct world world = demo(related_cells(cell, cell_of("far", "away", "[]")));
        const char *said;

        put_at(world.parent, "spec.keyspaces[1].name", json_string("main-s"));
        ck_assert_int_eq(world_sync(&world), 200);
        said = world_condition(&world, "Advice");
        if (rows[i].said == NULL)
            ck_assert_ptr_null(strstr(said, "makes"));
        else
            ck_assert_msg(strstr(said, rows[i].said) != NULL, "%s", said);
    }
}
END_TEST

/* Of a copy nothing is made. */
START_TEST(copies_and_odd_shapes_say_nothing)
{
    static const char *const paths[][2] = {{"metadata.name", "'copy'"},
        {"spec.cluster", "5"},
        {"spec.name", NULL},
        {"spec", "[]"}};

    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
        const json_t *cell = changed(cell_of("demo-eu", "1", "[]"), paths[i][0], paths[i][1]);
        struct world world = demo(related_cells(cell, NULL));

        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert_ptr_null(strstr(world_condition(&world, "Advice"), "makes"));
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, who_has_the_cell_is_said);
    tcase_add_test(tcase, one_of_nobody_is_still_being_created);
    tcase_add_test(tcase, shared_names_further_down_are_said);
    tcase_add_test(tcase, copies_and_odd_shapes_say_nothing);
}

TEST_MAIN(tests)
