#include "planetscale.h"
#include "template.h"
#include "world.h"

/* A cluster that the operator of PlanetScale has made goes over to ours: each of its objects is
 * kept, and what runs runs on.
 *
 * It stands as its own controllers left it (test/vectors), with the labels that `adopt` prints. */

extern const struct api_keys v2_keys;
hook_function v2_sync_cluster, v2_sync_cell, v2_sync_keyspace, v2_sync_shard,
    v2_sync_etcd_lockserver;

static const char *const stages[] = {
    "docs_101_ready",
    "docs_201_ready",
    "docs_302_ready",
    "e2e_101_ready",
    "e2e_autoscale_base_ready",
    "e2e_backup_ready",
    "e2e_unmanaged_ready",
    "e2e_vtorc_vtadmin_ready",
    "ext_ready",
    "roll_ready",
    "upg_ready",
};
enum { STAGES = sizeof(stages) / sizeof(*stages) };

/* --- what stands there --- */

/* Theirs gives these no owner; by the label Metacontroller takes them for the cluster's. */
static bool is_of_vtadmin(const json_t *object, const json_t *parent)
{
    return text_equal(object_kind(object), "Secret") &&
           text_equal(object_kind(parent), "VitessCluster") &&
           strstr(object_name(object), "-vtadmin-") != NULL;
}

static json_t *standing(const json_t *object, const json_t *parent)
{
    json_t *there = json_clone(object);

    put_at(there, "metadata.uid", json_string(fmt(arena, "uid-%s", object_name(object))));
    if (text_equal(object_kind(parent), "VitessCluster")) {
        if (json_at(there, "metadata", "labels") == NULL)
            put_at(there, "metadata.labels", json_object());
        put_at(there,
            "metadata.labels.controller-uid",
            json_string(fmt(arena, "uid-%s", object_name(parent))));
    }
    if (text_equal(object_kind(object), "Service") && json_at(object, "spec", "clusterIP") == NULL)
        put_at(there, "spec.clusterIP", json_string("10.96.0.1"));
    return there;
}

static const json_t *group_of(const json_t *stage, const char *kind)
{
    json_t *group = json_new_map();
    const json_t *object;

    json_each_item (json_at(stage, "objects"), i, object) {
        if (text_equal(object_kind(object), kind))
            json_put(group, object_name(object), standing(object, object));
    }
    return group;
}

static struct world world_of_level(const json_t *stage, hook_function *sync, const json_t *parent)
{
    static const char *const kinds[] = {"VitessKeyspace", "VitessShard", "VitessBackup"};
    json_t *related = json_new_map();
    struct world world = {.sync = sync,
        .keys = &v2_keys,
        .parent = json_clone(parent),
        .children = json_new_list()};
    const json_t *object;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        json_put(related, fmt(arena, "%s.planetscale.com/v2", kinds[i]), group_of(stage, kinds[i]));
    json_put(related, "Service.v1", group_of(stage, "Service"));
    put_at(world.parent, "metadata.uid", json_string(fmt(arena, "uid-%s", object_name(parent))));
    json_each_item (json_at(stage, "objects"), i, object) {
        if (vector_is_of(object, parent) || is_of_vtadmin(object, parent))
            json_add(world.children, standing(object, parent));
    }
    world.related = related;
    return world;
}

/* --- what is sent for it --- */

static const json_t *sent_for(const struct world *world, const json_t *object)
{
    const json_t *sent;

    json_each_item (world->answer.children, i, sent) {
        if (text_equal(object_kind(sent), object_kind(object)) &&
            text_equal(object_name(sent), object_name(object)))
            return sent;
    }
    return NULL;
}

static json_t *without(json_t *map, const char *const *keys)
{
    for (; *keys != NULL; keys++)
        json_object_del(map, *keys);
    return map;
}

/* Less what only ours notes, and the labels by which Metacontroller knows children. */
static json_t *comparable(const json_t *object)
{
    static const char *const labels[] = {"planetscale.com/serving-type", NULL};
    static const char *const notes[] = {"planetscale.com/spec-hash",
        "planetscale.com/observed-shard-generation",
        NULL};
    static const char *const ours[] = {"selector", "traffic", NULL};
    json_t *plain = json_clone(object);
    json_t *metadata = json_object_get(plain, "metadata");

    without(json_object_get(metadata, "labels"), labels);
    without(json_object_get(metadata, "annotations"), notes);
    if (json_object_size(json_object_get(metadata, "annotations")) == 0)
        json_object_del(metadata, "annotations");
    json_object_del(metadata, "ownerReferences");
    if (text_starts_with(json_text_at(object, "apiVersion"), "planetscale.com/"))
        without(json_object_get(plain, "spec"), ours);
    return plain;
}

/* Metacontroller merges what is sent into what is there, and nothing comes of it. */
static void ck_stays(const json_t *there, const json_t *sent)
{
    struct differences differences = {.arena = arena};
    const json_t *after = merge_applied(arena, there, NULL, sent);

    differences_add(&differences, comparable(there), comparable(after));
    for (size_t i = 0; i < differences.count; i++)
        fprintf(stderr,
            "%s %s: %s\n  was %s\n  is  %s\n",
            object_kind(there),
            object_name(there),
            differences.at[i].path,
            differences.at[i].before == NULL ? "-"
                                             : json_write(arena, differences.at[i].before, NULL),
            differences.at[i].after == NULL ? "-"
                                            : json_write(arena, differences.at[i].after, NULL));
    ck_assert_msg(differences.count == 0,
        "%s %s is changed, see above",
        object_kind(there),
        object_name(there));
}

static void ck_level(const json_t *stage, hook_function *sync, const json_t *parent)
{
    struct world world = world_of_level(stage, sync, parent);
    const json_t *standing_there = json_clone(world.children);
    const json_t *there;

    ck_assert_int_eq(world_sync(&world), 200);
    json_each_item (standing_there, i, there) {
        const json_t *sent = sent_for(&world, there);

        ck_assert_msg(sent != NULL, "%s %s is deleted", object_kind(there), object_name(there));
        ck_stays(there, sent);
    }
}

START_TEST(a_cluster_goes_over)
{
    vector_each(stages[_i], "VitessCluster", v2_sync_cluster, ck_level);
}
END_TEST

START_TEST(a_cell_goes_over)
{
    vector_each(stages[_i], "VitessCell", v2_sync_cell, ck_level);
}
END_TEST

START_TEST(a_keyspace_goes_over)
{
    vector_each(stages[_i], "VitessKeyspace", v2_sync_keyspace, ck_level);
}
END_TEST

START_TEST(a_shard_goes_over)
{
    vector_each(stages[_i], "VitessShard", v2_sync_shard, ck_level);
}
END_TEST

START_TEST(a_lock_server_goes_over)
{
    vector_each(stages[_i], "EtcdLockserver", v2_sync_etcd_lockserver, ck_level);
}
END_TEST

/* --- a shard, closer --- */

static struct world a_shard(void)
{
    const json_t *stage = vector_json("docs_101_ready.json");

    return world_of_level(stage, v2_sync_shard, vector_object(stage, "VitessShard", NULL));
}

static json_t *first_tablet(const struct world *world)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), "Pod"))
            return child;
    }
    ck_abort_msg("no Pod");
    return NULL;
}

static const char *pending(const struct world *world, const char *name)
{
    return object_annotation(sent_for(world, world_of(world, "Pod", name)),
        "rollout.planetscale.com/scheduled");
}

/* It is written once; from then on it is as if ours had made it. */
START_TEST(what_went_over_is_ours)
{
    struct world world = a_shard();
    const char *name = object_name(first_tablet(&world));
    const json_t *sent, *again;

    ck_assert_int_eq(world_sync(&world), 200);
    sent = world_of(&world, "Pod", name);
    ck_assert_ptr_nonnull(object_last_applied(arena, &v2_keys, sent));
    ck_assert_ptr_nonnull(json_at(sent, "spec"));
    ck_assert_ptr_nonnull(
        object_annotation(object_last_applied(arena, &v2_keys, sent), "planetscale.com/spec-hash"));
    ck_assert_int_eq(world_sync(&world), 200);
    again = world_of(&world, "Pod", name);
    ck_assert(json_same(object_last_applied(arena, &v2_keys, sent),
        object_last_applied(arena, &v2_keys, again)));
    ck_assert_ptr_null(pending(&world, name));
}
END_TEST

/* Else its next edit would go out before anybody has seen it. */
START_TEST(a_release_does_not_come_along)
{
    struct world world = a_shard();
    json_t *pod = first_tablet(&world);
    const char *name = object_name(pod);

    json_object_set(json_object_get(json_object_get(pod, "metadata"), "annotations"),
        "rollout.planetscale.com/released",
        json_string(""));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(pending(&world, name));
    ck_assert_str_eq(
        object_annotation(object_last_applied(arena, &v2_keys, world_of(&world, "Pod", name)),
            "rollout.planetscale.com/released"),
        "");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(
        object_annotation(object_last_applied(arena, &v2_keys, world_of(&world, "Pod", name)),
            "rollout.planetscale.com/released"));
}
END_TEST

/* Nobody has been heard yet, and no object tells of its backups. */
START_TEST(a_shard_with_data_gets_no_empty_backup)
{
    struct world world = a_shard();
    const json_t *child;

    world.related = json_new_map();
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(world_sync(&world), 200);
        json_each_item (world.children, j, child)
            ck_assert_ptr_null(strstr(object_name(child), "vtbackup-init"));
    }
}
END_TEST

/* 2.17 wrote it without zeros in front. A label changes in place. */
START_TEST(a_label_of_an_older_release_is_no_other_pod)
{
    struct world world = a_shard();
    json_t *pod = first_tablet(&world);
    const char *name = object_name(pod);
    const char *padded = object_label(pod, "planetscale.com/tablet-uid");

    put_at(pod, "metadata.labels", json_clone(json_at(pod, "metadata", "labels")));
    json_object_set(json_object_get(json_object_get(pod, "metadata"), "labels"),
        "planetscale.com/tablet-uid",
        json_string(fmt(arena, "%llu", strtoull(padded, NULL, 10) % 1000000)));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(pending(&world, name));
    ck_assert_str_eq(object_label(world_of(&world, "Pod", name), "planetscale.com/tablet-uid"),
        padded);
}
END_TEST

/* What differs waits to be released, and the Pod stays as it is until then. */
static void ck_waits(struct world *world, const char *name)
{
    const json_t *there = json_clone(world_of(world, "Pod", name));
    const json_t *sent;

    ck_assert_int_eq(world_sync(world), 200);
    sent = sent_for(world, there);
    ck_assert_ptr_nonnull(sent);
    ck_assert_ptr_nonnull(object_annotation(sent, "rollout.planetscale.com/scheduled"));
    ck_assert(json_same(json_at(merge_applied(arena, there, NULL, sent), "spec"),
        json_at(there, "spec")));
}

START_TEST(a_pod_with_another_image_waits)
{
    struct world world = a_shard();
    json_t *pod = first_tablet(&world);

    put_at(world.parent, "spec.updateStrategy.type", json_string("External"));
    put_at(pod, "spec.containers[0].image", json_string("vitess/lite:v23.0.0"));
    ck_waits(&world, object_name(pod));
}
END_TEST

/* The file is mounted from it: a mysqld that runs has not read another one. */
START_TEST(a_pod_with_other_settings_waits)
{
    struct world world = a_shard();
    json_t *pod = first_tablet(&world);

    put_at(world.parent, "spec.updateStrategy.type", json_string("External"));
    put_at(world.parent,
        "spec.tabletPools[0].mysqld.configOverrides",
        json_string("[mysqld]\nmax_connections = 77\n"));
    ck_waits(&world, object_name(pod));
}
END_TEST

/* It stays as it is, is not taken for ours, and its shard is not as its spec says. */
static void ck_stays_theirs(struct world *world, const char *name)
{
    const json_t *there = json_clone(world_of(world, "Pod", name));
    const json_t *sent;

    ck_assert_int_eq(world_sync(world), 200);
    sent = sent_for(world, there);
    ck_assert_ptr_nonnull(sent);
    ck_assert_str_eq(object_annotation(sent, "planetscale.com/not-made-here"), "");
    ck_assert_ptr_null(object_annotation(sent, "planetscale.com/spec-hash"));
    ck_assert(json_same(json_at(merge_applied(arena, there, NULL, sent), "spec"),
        json_at(there, "spec")));
    ck_assert(!condition_true(world->parent, "Updated"));
}

/* What the spec had once: nothing that is wanted says so. */
START_TEST(a_pod_with_more_than_is_wanted_waits)
{
    static const char *const more[][2] = {
        {"spec.containers[0].env", "[{'name':'EXTRA_MY_CNF','value':'/x.cnf'}]"},
        {"spec.containers[0].envFrom", "[{'secretRef':{'name':'x'}}]"},
        {"spec.containers[0].lifecycle", "{'preStop':{'exec':{'command':['x']}}}"},
        {"spec.containers[0].securityContext", "{'privileged':true}"},
        {"spec.containers[0].volumeMounts", "[{'name':'x','mountPath':'/vt/config/x'}]"},
        {"spec.containers", "[{'name':'sidecar','image':'x'}]"},
        {"spec.initContainers", "[{'name':'init-x','image':'x'}]"},
        {"spec.nodeSelector", "{'disk':'ssd'}"},
        {"spec.hostNetwork", "true"},
    };
    struct world world = a_shard();
    json_t *pod = first_tablet(&world);
    const char *path = more[_i][0];
    const json_t *value = json_array_get(json_of(fmt(arena, "[%s]", more[_i][1])), 0);
    const char *last = strrchr(path, '.') + 1;
    json_t *holder =
        strstr(path, "[0]") == NULL
            ? json_object_get(pod, "spec")
            : json_array_get(json_object_get(json_object_get(pod, "spec"), "containers"), 0);
    json_t *list = json_object_get(holder, last);
    const json_t *item;

    put_at(world.parent, "spec.updateStrategy.type", json_string("External"));
    if (json_is_array(list))
        json_each_item (value, i, item)
            json_add(list, item);
    else
        put_at(pod, path, value);
    ck_stays_theirs(&world, object_name(pod));
}
END_TEST

/* A copy says of itself what its original was made as. */
START_TEST(a_copy_is_not_taken_for_what_it_was_copied_from)
{
    struct world world = a_shard();
    json_t *pod = first_tablet(&world);
    const char *name = object_name(pod);

    put_at(pod,
        "metadata.annotations",
        object(arena,
            SPREAD(json_at(pod, "metadata", "annotations")),
            F("metacontroller.k8s.io/last-applied-configuration",
                json_write(arena,
                    json_of("{'apiVersion':'v1','kind':'Pod',"
                            "'metadata':{'name':'other','namespace':'other'}}"),
                    NULL))));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(
        object_annotation(world_of(&world, "Pod", name) == NULL
                              ? NULL
                              : object_applied_annotation(arena, world_of(&world, "Pod", name)),
            "planetscale.com/not-made-here"),
        "other/other");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, what_went_over_is_ours);
    tcase_add_test(tcase, a_release_does_not_come_along);
    tcase_add_test(tcase, a_shard_with_data_gets_no_empty_backup);
    tcase_add_test(tcase, a_label_of_an_older_release_is_no_other_pod);
    tcase_add_test(tcase, a_pod_with_another_image_waits);
    tcase_add_test(tcase, a_pod_with_other_settings_waits);
    tcase_add_loop_test(tcase, a_pod_with_more_than_is_wanted_waits, 0, 9);
    tcase_add_test(tcase, a_copy_is_not_taken_for_what_it_was_copied_from);
    tcase_add_loop_test(tcase, a_cluster_goes_over, 0, STAGES);
    tcase_add_loop_test(tcase, a_cell_goes_over, 0, STAGES);
    tcase_add_loop_test(tcase, a_keyspace_goes_over, 0, STAGES);
    tcase_add_loop_test(tcase, a_shard_goes_over, 0, STAGES);
    tcase_add_loop_test(tcase, a_lock_server_goes_over, 0, STAGES);
}

TEST_MAIN(tests)
