#include "planetscale.h"
#include "world.h"

/* The hooks of planetscale.com/v2 make of a parent what their controllers made of it. */

extern const struct api_keys v2_keys;
hook_function v2_sync_cluster, v2_sync_cell, v2_sync_keyspace, v2_sync_shard,
    v2_sync_etcd_lockserver;

/* When everything has just been made, and nobody has edited anything. */
static const char *const stages[] = {
    "docs_101_created",
    "e2e_101_created",
    "e2e_autoscale_base_created",
    "e2e_backup_created",
    "e2e_unmanaged_created",
    "e2e_vtorc_vtadmin_created",
    "edge_created",
};
enum { STAGES = sizeof(stages) / sizeof(*stages) };

/* --- one level of a stage --- */

static json_t *as_parent(const json_t *object)
{
    json_t *parent = json_clone(object);

    put_at(parent, "metadata.uid", json_string(fmt(arena, "uid-%s", object_name(object))));
    put_at(parent, "status", NULL);
    return parent;
}

/* All objects of a kind, as Metacontroller shows related ones. */
static const json_t *group_of(const json_t *stage, const char *kind)
{
    json_t *group = json_new_map();
    const json_t *object;

    json_each_item (json_at(stage, "objects"), i, object) {
        if (text_equal(object_kind(object), kind))
            json_put(group, object_name(object), object);
    }
    return group;
}

/* The API server gives each Service an address: theirs got them in the order of their making. */
static const json_t *services_with_addresses(const json_t *stage)
{
    json_t *group = json_new_map();
    const json_t *service;
    const char *name;

    json_each_field (group_of(stage, "Service"), name, service) {
        json_t *copy = json_clone(service);

        if (json_at(service, "spec", "clusterIP") == NULL)
            put_at(copy, "spec.clusterIP", json_string("10.96.0.1"));
        json_put(group, name, copy);
    }
    return group;
}

static struct world world_of_level(const json_t *stage, hook_function *sync, const json_t *parent)
{
    json_t *related = json_new_map();

    json_put(related, "VitessKeyspace.planetscale.com/v2", group_of(stage, "VitessKeyspace"));
    json_put(related, "VitessShard.planetscale.com/v2", group_of(stage, "VitessShard"));
    json_put(related, "Service.v1", services_with_addresses(stage));
    return (struct world){.sync = sync,
        .keys = &v2_keys,
        .parent = as_parent(parent),
        .children = json_new_list(),
        .related = related};
}

/* Until nothing changes, with what the cluster does meanwhile. */
static void run(struct world *world, const json_t *stage)
{
    const json_t *services = services_with_addresses(stage);

    for (int i = 0; i < 4; i++) {
        json_t *child;

        world_rest(world);
        json_each_item (world->children, j, child) {
            const json_t *service = json_at(services, object_name(child));

            if (text_equal(object_kind(child), "Service") && service != NULL)
                put_at(child, "spec.clusterIP", json_at(service, "spec", "clusterIP"));
            if (text_equal(object_kind(child), "Pod") &&
                text_equal(json_text_at(child, "metadata", "labels", "planetscale.com/component"),
                    "task"))
                put_at(child,
                    "status",
                    json_of("{'phase':'Succeeded','containerStatuses':[{'name':'task','state':"
                            "{'terminated':{'exitCode':0,'message':''}}}]}"));
        }
    }
}

/* --- theirs and ours --- */

/* Theirs has no such notes. */
static json_t *without_notes(const json_t *object)
{
    json_t *plain = json_clone(object);

    json_object_del(json_object_get(json_object_get(plain, "metadata"), "labels"),
        "planetscale.com/serving-type");
    json_object_del(json_object_get(json_object_get(plain, "metadata"), "labels"),
        "controller-uid");
    json_object_del(json_object_get(json_object_get(plain, "metadata"), "annotations"),
        "planetscale.com/spec-hash");
    return plain;
}

/* An address that the API server has given it is no part of what was sent. */
static const json_t *as_sent(const json_t *object)
{
    json_t *sent = json_clone(object);

    if (!text_equal(json_text_at(object, "spec", "clusterIP"), "None"))
        put_at(sent, "spec.clusterIP", NULL);
    return sent;
}

static void ck_child(const struct world *world, const json_t *theirs)
{
    const json_t *ours = world_of(world, object_kind(theirs), object_name(theirs));
    json_t *made;

    ck_assert_msg(ours != NULL, "%s %s is not made", object_kind(theirs), object_name(theirs));
    made = without_notes(object_last_applied(arena, &v2_keys, ours));
    if (strchr(json_text_at(theirs, "apiVersion"), '.') != NULL &&
        text_starts_with(json_text_at(theirs, "apiVersion"), "planetscale.com/"))
        ck_as_theirs(vector_alike(made), vector_alike(theirs));
    else
        ck_as_theirs(as_sent(made), as_sent(theirs));
}

/* Their Secrets of VTAdmin have no owner: nobody but a VitessCluster makes them. */
static void ck_secrets(const struct world *world, const json_t *stage)
{
    const json_t *object, *ours;

    json_each_item (json_at(stage, "objects"), i, object) {
        if (!text_equal(object_kind(object), "Secret") ||
            strstr(object_name(object), "-vtadmin-") == NULL)
            continue;
        ours = world_of(world, "Secret", object_name(object));
        ck_assert_msg(ours != NULL, "Secret %s is not made", object_name(object));
        testing_same(__FILE__, __LINE__, json_at(ours, "data"), json_at(object, "data"));
    }
}

/* All of theirs are made alike, and nothing else but tasks. */
static void ck_level(const json_t *stage, hook_function *sync, const json_t *parent)
{
    struct world world = world_of_level(stage, sync, parent);
    const json_t *object;
    size_t theirs = 0, ours = 0;

    run(&world, stage);
    json_each_item (json_at(stage, "objects"), i, object) {
        if (!vector_is_of(object, parent))
            continue;
        ck_child(&world, object);
        theirs++;
    }
    if (text_equal(object_kind(parent), "VitessCluster"))
        ck_secrets(&world, stage);
    json_each_item (world.children, j, object) {
        if (text_equal(object_kind(object), "Secret"))
            continue; /* theirs has no owner */
        if (!text_equal(object_kind(object), "Pod") ||
            !text_equal(json_text_at(object, "metadata", "labels", "planetscale.com/component"),
                "task"))
            ours++;
    }
    ck_assert_uint_gt(theirs, 0);
    ck_assert_uint_eq(ours, theirs);
}

START_TEST(a_cluster_makes_what_theirs_makes)
{
    vector_each(stages[_i], "VitessCluster", v2_sync_cluster, ck_level);
}
END_TEST

START_TEST(a_cell_makes_what_theirs_makes)
{
    vector_each(stages[_i], "VitessCell", v2_sync_cell, ck_level);
}
END_TEST

START_TEST(a_keyspace_makes_what_theirs_makes)
{
    vector_each(stages[_i], "VitessKeyspace", v2_sync_keyspace, ck_level);
}
END_TEST

START_TEST(a_shard_makes_what_theirs_makes)
{
    vector_each(stages[_i], "VitessShard", v2_sync_shard, ck_level);
}
END_TEST

START_TEST(a_lock_server_makes_what_theirs_makes)
{
    vector_each(stages[_i], "EtcdLockserver", v2_sync_etcd_lockserver, ck_level);
}
END_TEST

static const char *names_of_shards(const struct world *world)
{
    struct texts names = {.arena = arena};
    const json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), "VitessShard"))
            texts_add(&names, json_text_at(child, "spec", "name"));
    }
    texts_sort(&names);
    return texts_join(&names, ",");
}

#define WHOLE_SHARD "example-customer-x-x-dc880356"

/* Theirs makes all at once, and which of them serve is luck; see lib/vitess/keyrange_turn.c. */
START_TEST(of_two_partitionings_the_first_is_known_to_vitess_first)
{
    const json_t *stage = vector_json("docs_302_ready.json");
    struct world world = world_of_level(stage,
        v2_sync_keyspace,
        vector_object(stage, "VitessKeyspace", "example-customer-085639aa"));

    run(&world, stage);
    ck_assert_str_eq(names_of_shards(&world), "-");
    world_report(&world,
        WHOLE_SHARD,
        false,
        true,
        "x",
        "{'tablets':{'zone1-1':{'ready':'False'}}}");
    run(&world, stage);
    ck_assert_str_eq(names_of_shards(&world), "-");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: shard -80 is made once shard -, which overlaps it and serves "
        "first, has a Ready tablet");
    put_at(world_child(&world, WHOLE_SHARD),
        "status",
        json_of("{'tablets':{'zone1-1':{'ready':'True'}}}"));
    run(&world, stage);
    ck_assert_str_eq(names_of_shards(&world), "-,-80,80-");
    /* What is there is never left out. */
    put_at(world_child(&world, WHOLE_SHARD),
        "status",
        json_of("{'tablets':{'zone1-1':{'ready':'Unknown'}}}"));
    run(&world, stage);
    ck_assert_str_eq(names_of_shards(&world), "-,-80,80-");
}
END_TEST

static json_t *shard_of(const struct world *world, const char *name)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(json_text_at(child, "spec", "name"), name))
            return child;
    }
    ck_abort_msg("no shard %s", name);
    return NULL;
}

/* One half is cut in two, and the other one is in both lists. */
START_TEST(a_shard_of_both_partitionings_waits_for_none)
{
    const json_t *stage = vector_json("docs_302_ready.json");
    struct world world = world_of_level(stage,
        v2_sync_keyspace,
        vector_object(stage, "VitessKeyspace", "example-customer-085639aa"));
    const json_t *shards =
        json_of("[[{'start':'','end':'80'},{'start':'80','end':''}],"
                "[{'start':'','end':'80'},{'start':'80','end':'c0'},{'start':'c0','end':''}]]");
    json_t *partitionings = json_new_list();
    const json_t *list, *range;

    json_each_item (shards, i, list) {
        json_t *custom = json_new_list();

        json_each_item (list, j, range)
            json_add(custom,
                json_overlay(
                    json_at(json_array_get(json_at(world.parent, "spec", "partitionings"), 0),
                        "equal",
                        "shardTemplate"),
                    object(arena, F("keyRange", range))));
        json_add(partitionings, object(arena, MAP("custom", F("shards", custom))));
    }
    put_at(world.parent, "spec.partitionings", partitionings);
    run(&world, stage);
    ck_assert_str_eq(names_of_shards(&world), "-80,80-");
    put_at(shard_of(&world, "80-"), "status", json_of("{'hasMaster':'True'}"));
    run(&world, stage);
    ck_assert_str_eq(names_of_shards(&world), "-80,80-,80-c0,c0-");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, a_cluster_makes_what_theirs_makes, 0, STAGES);
    tcase_add_loop_test(tcase, a_cell_makes_what_theirs_makes, 0, STAGES);
    tcase_add_test(tcase, of_two_partitionings_the_first_is_known_to_vitess_first);
    tcase_add_test(tcase, a_shard_of_both_partitionings_waits_for_none);
    tcase_add_loop_test(tcase, a_keyspace_makes_what_theirs_makes, 0, STAGES);
    tcase_add_loop_test(tcase, a_shard_makes_what_theirs_makes, 0, STAGES);
    tcase_add_loop_test(tcase, a_lock_server_makes_what_theirs_makes, 0, STAGES);
}

TEST_MAIN(tests)
