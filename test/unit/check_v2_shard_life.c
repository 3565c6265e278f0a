#include "v2_life.h"

/* The life of a VitessShard of planetscale.com/v2: two replicas in one cell that come up, are made
 * anew and leave, with a Vitess that answers. */

hook_function v2_customize_shard;

#define GENERATION "planetscale.com/observed-shard-generation"
#define SCHEDULED "rollout.planetscale.com/scheduled"
#define RELEASED "rollout.planetscale.com/released"

/* --- the tests --- */

START_TEST(it_comes_up)
{
    struct world world = begin();
    const json_t *status;

    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(world_of(&world, "Deployment", VTORC));
    ck_assert_ptr_nonnull(pod_of(&world, VTBACKUP));
    ck_assert_str_eq(json_text_at(world_status(&world), "hasMaster"), "Unknown");
    sync_and_run(&world, 8);
    status = world_status(&world);
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
    ck_assert_str_eq(json_text_at(status, "hasMaster"), "True");
    ck_assert_str_eq(json_text_at(status, "masterAlias"), "zone1-2548885007");
    ck_assert_str_eq(json_text_at(status, "tablets", "zone1-2548885007", "type"), "primary");
    ck_assert_str_eq(json_text_at(status, "tablets", "zone1-2469782763", "type"), "replica");
    ck_assert_int_eq(json_integer_value(json_at(status, "lowestPodGeneration")), 1);
    ck_assert_str_eq(object_label(pod_of(&world, FIRST), "planetscale.com/serving-type"),
        "primary");
    /* Of the pool, for whoever selects by it. */
    ck_assert_str_eq(object_label(pod_of(&world, FIRST), "planetscale.com/tablet-type"), "replica");
    /* The first backup has done its work. */
    ck_assert_ptr_null(pod_of(&world, VTBACKUP));
    ck_assert_ptr_null(world_of(&world, "PersistentVolumeClaim", VTBACKUP));
}
END_TEST

START_TEST(a_primary_is_chosen_anyway)
{
    struct world world = begin();

    put_at(world.parent, "spec.replication", json_of("{'initializeMaster':false}"));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True FirstPrimary: spec.replication.initializeMaster: false keeps no shard without a "
        "primary: VTOrc chooses the first one; leave it out");
    put_at(world.parent, "spec.replication", NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_condition(&world, "Advice"), "none");
}
END_TEST

START_TEST(each_that_leaves_says_whose_turn_it_is)
{
    struct world world = grown();
    const json_t *orphans;

    edit(&world, "spec.tabletPools[0].replicas", "0");
    sync_and_run(&world, 1);
    orphans = json_at(world_status(&world), "orphanedTablets");
    ck_assert_str_eq(json_text_at(orphans, "zone1-2469782763", "reason"), "Draining");
    ck_assert_str_eq(json_text_at(orphans, "zone1-2469782763", "message"),
        "Pod " SECOND ": moves the primary away first");
    ck_assert_str_eq(json_text_at(orphans, "zone1-2548885007", "reason"), "Primary");
    ck_assert_str_eq(json_text_at(orphans, "zone1-2548885007", "message"),
        "waits for its turn: Pod " SECOND ": moves the primary away first");
}
END_TEST

START_TEST(nothing_is_written_at_rest)
{
    struct world world = grown();
    const char *before;

    world_rest(&world);
    before = json_write(arena, world.answer.children, NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(json_write(arena, world.answer.children, NULL), before);
    ck_assert_uint_eq(json_object_size(world.answer.released), 0);
}
END_TEST

/* Immediate: tried first, one at a time, the primary last and only once another one leads. */
START_TEST(an_image_goes_from_one_to_the_next)
{
    struct world world = grown();
    bool first_went = false, second_went = false;

    edit(&world, "spec.images.vttablet", "'vitess/lite:new'");
    for (int i = 0; i < 40; i++) {
        const char *led = primary;

        sync_and_run(&world, 1);
        ck_assert_msg(pod_of(&world, FIRST) != NULL || pod_of(&world, SECOND) != NULL,
            "both are gone");
        if (pod_of(&world, SECOND) == NULL) {
            ck_assert(!first_went);
            ck_assert_str_ne(led, "zone1-2469782763");
            second_went = true;
        }
        if (pod_of(&world, FIRST) == NULL) {
            ck_assert(second_went);
            ck_assert_str_eq(led, "zone1-2469782763");
            ck_assert_str_eq(image_of(&world, SECOND), "vitess/lite:new");
            first_went = true;
        }
    }
    ck_assert(first_went);
    ck_assert_str_eq(image_of(&world, FIRST), "vitess/lite:new");
    ck_assert_str_eq(annotation_sent(&world, FIRST, GENERATION), "2");
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
}
END_TEST

/* External: each Pod says what waits, and goes when it is released. */
START_TEST(an_edit_waits_to_be_released)
{
    struct world world = grown();

    edit(&world, "spec.updateStrategy", "{'type':'External'}");
    edit(&world, "spec.images.vttablet", "'vitess/lite:new'");
    sync_and_run(&world, 6);
    ck_assert_ptr_nonnull(
        strstr(annotation_sent(&world, SECOND, SCHEDULED), "image: vitess/lite:new"));
    ck_assert_ptr_null(strstr(annotation_sent(&world, SECOND, SCHEDULED), "spec-hash"));
    ck_assert_ptr_null(strstr(annotation_sent(&world, SECOND, SCHEDULED), GENERATION));
    ck_assert_str_eq(annotation_sent(&world, SECOND, GENERATION), "3");
    ck_assert_str_ne(image_of(&world, SECOND), "vitess/lite:new");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutPaused: updateStrategy External, until annotation " RELEASED
        " is set, holds Pod " SECOND);
    ck_assert_int_eq(json_integer_value(json_at(world_status(&world), "lowestPodGeneration")), 3);
    for (int i = 0; i < 9; i++) {
        if (pod_of(&world, SECOND) != NULL &&
            !text_equal(image_of(&world, SECOND), "vitess/lite:new"))
            annotate(world_of(&world, "Pod", SECOND), RELEASED, "");
        sync_and_run(&world, 1);
        ck_assert_ptr_nonnull(pod_of(&world, FIRST));
    }
    ck_assert_str_eq(image_of(&world, SECOND), "vitess/lite:new");
    ck_assert_str_ne(image_of(&world, FIRST), "vitess/lite:new");
    ck_assert_ptr_null(annotation_sent(&world, SECOND, SCHEDULED));
}
END_TEST

/* Else the next edit would go out before anybody has seen it. */
START_TEST(a_release_of_nothing_is_taken_off)
{
    struct world world = grown();

    edit(&world, "spec.updateStrategy", "{'type':'External'}");
    sync_and_run(&world, 2);
    annotate(world_of(&world, "Pod", SECOND), RELEASED, "");
    sync_and_run(&world, 1);
    /* Once it is Metacontroller's, Metacontroller takes it away. */
    ck_assert_str_eq(annotation_sent(&world, SECOND, RELEASED), "");
    sync_and_run(&world, 1);
    ck_assert_ptr_null(annotation_sent(&world, SECOND, RELEASED));
    edit(&world, "spec.images.vttablet", "'vitess/lite:new'");
    sync_and_run(&world, 9);
    ck_assert_ptr_nonnull(annotation_sent(&world, SECOND, SCHEDULED));
    ck_assert_str_ne(image_of(&world, SECOND), "vitess/lite:new");
}
END_TEST

/* Somebody else looks after what Vitess knows of tablets that have gone. */
START_TEST(records_stay_where_they_are_not_to_be_pruned)
{
    static const char *const prunes[] = {"true", "false"};

    for (size_t i = 0; i < 2; i++) {
        struct world world = grown();
        bool pruned = false;

        edit(&world, "spec.topologyReconciliation.pruneTablets", prunes[i]);
        edit(&world, "spec.tabletPools[0].replicas", "1");
        for (int j = 0; j < 20; j++) {
            sync_and_run(&world, 1);
            pruned = pruned || strstr(world_tasks(&world), "DeleteTablets") != NULL;
        }
        ck_assert_int_eq(pruned, i == 0);
        ck_assert_str_eq(world_condition(&world, "Updated"),
            "True RolloutComplete: all 1 are up to date");
        ck_assert_ptr_null(world_of(&world, "PersistentVolumeClaim", SECOND));
    }
}
END_TEST

/* --- another version of MySQL --- */

#define SLOWLY "ExecuteFetchAsDBA zone1-2469782763 SET GLOBAL innodb_fast_shutdown = 0"

/* With `from`, and then `to`: what is asked of Vitess before the first Pod goes. */
static const char *asked_for(struct world *world, const char *from, const char *to)
{
    struct texts tasks = {.arena = arena};

    *world = begin();
    edit(world, "spec.images.mysqld.mysql80Compatible", fmt(arena, "'%s'", from));
    sync_and_run(world, 8);
    edit(world, "spec.images.mysqld.mysql80Compatible", fmt(arena, "'%s'", to));
    for (int i = 0; i < 20 && pod_of(world, SECOND) != NULL; i++) {
        sync_and_run(world, 1);
        texts_add(&tasks, world_tasks(world));
    }
    return texts_join(&tasks, "\n");
}

START_TEST(mysqld_shuts_down_slowly_for_another_series)
{
    struct world world;

    ck_assert_ptr_nonnull(strstr(asked_for(&world, "mysql:8.0.40", "mysql:8.4.3"), SLOWLY));
    ck_assert_ptr_null(pod_of(&world, SECOND));
    ck_assert_ptr_null(strstr(asked_for(&world, "mysql:8.0.40", "mysql:8.0.41"), "ExecuteFetch"));
    ck_assert_ptr_null(pod_of(&world, SECOND));
}
END_TEST

START_TEST(mysql_never_goes_down)
{
    struct world world;

    asked_for(&world, "mysql:8.4.3", "mysql:5.7.44");
    ck_assert_ptr_nonnull(pod_of(&world, SECOND));
    ck_assert_str_eq(strstr(world_condition(&world, "Updated"), "it is not"),
        "it is not taken down for a MySQL that cannot downgrade major version from 8.4.3 to "
        "5.7.44");
}
END_TEST

/* Nobody could be asked, and its new Pod may be what mends it. */
START_TEST(a_mysqld_that_does_not_run_is_not_asked)
{
    struct world world = begin();

    edit(&world, "spec.images.mysqld.mysql80Compatible", "'mysql:8.0.40'");
    sync_and_run(&world, 8);
    edit(&world, "spec.images.mysqld.mysql80Compatible", "'mysql:8.4.3'");
    for (int i = 0; i < 20 && pod_of(&world, SECOND) != NULL; i++) {
        put_at(world_of(&world, "Pod", SECOND),
            "status",
            json_of("{'phase':'Running','containerStatuses':[{'name':'mysqld','restartCount':9,"
                    "'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]}"));
        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert_ptr_null(strstr(world_tasks(&world), "ExecuteFetch"));
        run(&world);
    }
    ck_assert_ptr_null(pod_of(&world, SECOND));
}
END_TEST

START_TEST(what_a_mysqld_answers_is_said)
{
    struct world world = begin();
    json_t *child;

    edit(&world, "spec.images.mysqld.mysql80Compatible", "'mysql:8.0.40'");
    sync_and_run(&world, 8);
    edit(&world, "spec.images.mysqld.mysql80Compatible", "'mysql:8.4.3'");
    for (int i = 0; i < 20; i++) {
        sync_and_run(&world, 1);
        json_each_item (world.children, j, child) {
            if (text_equal(object_kind(child), "Pod") && has_word(child, "ExecuteFetchAsDBA"))
                put_at(child,
                    "status",
                    json_of("{'phase':'Running','containerStatuses':[{'name':'task','state':"
                            "{'waiting':{'reason':'CrashLoopBackOff'}},'lastState':{'terminated':"
                            "{'exitCode':1,'message':'Access denied'}}}]}"));
        }
    }
    ck_assert_ptr_nonnull(pod_of(&world, SECOND));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(strstr(world_condition(&world, "Updated"),
        "its mysqld cannot be told to shut down slowly: Access denied"));
    /* Whoever has released it knows. */
    annotate(world_of(&world, "Pod", SECOND), RELEASED, "");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(pod_of(&world, SECOND));
}
END_TEST

/* What others need is not what a tablet is made from. */
START_TEST(images_of_others_move_no_tablet)
{
    struct world world = grown();
    const char *uid = object_uid(pod_of(&world, FIRST));

    edit(&world, "spec.images.vtorc", "'vitess/lite:new'");
    edit(&world, "spec.images.vtbackup", "'vitess/lite:new'");
    sync_and_run(&world, 6);
    ck_assert_str_eq(object_uid(pod_of(&world, FIRST)), uid);
    ck_assert_ptr_null(annotation_sent(&world, FIRST, SCHEDULED));
    ck_assert_str_eq(json_text_at(json_array_get(json_at(world_of(&world, "Deployment", VTORC),
                                                     "spec",
                                                     "template",
                                                     "spec",
                                                     "containers"),
                                      0),
                         "image"),
        "vitess/lite:new");
}
END_TEST

/* Theirs makes a Pod anew for another key, too, as nobody can take one off a running Pod. */
START_TEST(a_label_changes_in_place)
{
    struct world world = begin();

    edit(&world, "spec.tabletPools[0].extraLabels", "{'team':'a'}");
    sync_and_run(&world, 8);
    edit(&world, "spec.tabletPools[0].extraLabels", "{'team':'b'}");
    for (int i = 0; i < 6; i++) {
        sync_and_run(&world, 1);
        ck_assert_ptr_nonnull(pod_of(&world, FIRST));
        ck_assert_ptr_nonnull(pod_of(&world, SECOND));
    }
    ck_assert_str_eq(object_label(pod_of(&world, FIRST), "team"), "b");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True RolloutComplete: all 2 are up to date");
    edit(&world, "spec.tabletPools[0].extraLabels", "{'crew':'b'}");
    sync_and_run(&world, 2);
    ck_assert_ptr_nonnull(annotation_sent(&world, FIRST, SCHEDULED));
}
END_TEST

/* Nobody knows whose it is, so it stays. */
START_TEST(what_it_did_not_make_is_kept)
{
    struct world world = grown();
    json_t *copy = json_clone(world_of(&world, "Deployment", VTORC));
    json_t *claim = json_clone(world_of(&world, "PersistentVolumeClaim", FIRST));

    put_at(copy, "metadata.name", json_string("a-copy"));
    put_at(claim, "metadata.name", json_string("a-clone"));
    json_add(world.children, copy);
    json_add(world.children, claim);
    sync_and_run(&world, 3);
    ck_assert_ptr_nonnull(world_child(&world, "a-copy"));
    ck_assert_ptr_nonnull(world_child(&world, "a-clone"));
    ck_assert_str_ne(world_condition(&world, "Advice"), "none");
}
END_TEST

/* Whose backups count is told by the labels of all three. */
START_TEST(it_asks_for_its_backups)
{
    struct world world = begin();
    struct request request = {.arena = arena, .keys = &v2_keys, .parent = world.parent};
    struct answer answer = {.code = 200};

    v2_customize_shard(&request, &answer);
    ck_json(answer.related_resources,
        "[{'apiVersion':'planetscale.com/v2','resource':'vitessbackups','namespace':'example',"
        "'labelSelector':{'matchLabels':{'planetscale.com/cluster':'example',"
        "'planetscale.com/keyspace':'commerce','planetscale.com/shard':'x-x'}}}]");
    put_at(world.parent, "metadata.labels", json_of("{'planetscale.com/cluster':'example'}"));
    v2_customize_shard(&request, &answer);
    ck_json(answer.related_resources, "[]");
}
END_TEST

/* With a complete backup there is nothing that a first one would be for. */
START_TEST(a_complete_backup_is_enough)
{
    struct world world = begin();

    world.related = json_of(
        "{'VitessBackup.planetscale.com/v2':{'b':{'metadata':{'name':'b','namespace':'example',"
        "'labels':{'backup.planetscale.com/location':''}},"
        "'status':{'complete':true}}}}");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(pod_of(&world, VTBACKUP));
    ck_assert_str_eq(json_text_at(world_status(&world), "hasInitialBackup"), "True");
}
END_TEST

/* Another operator was about to take it down, and nobody knows whose it is now: it runs, so Vitess
 * is to know it. */
START_TEST(the_record_of_an_unknown_tablet_that_runs_stays)
{
    struct world world = grown();
    json_t *pod = world_of(&world, "Pod", SECOND);

    json_object_del(json_object_get(json_object_get(pod, "metadata"), "annotations"),
        "metacontroller.k8s.io/last-applied-configuration");
    edit(&world, "spec.tabletPools[0].replicas", "1");
    for (int i = 0; i < 12; i++) {
        sync_and_run(&world, 1);
        ck_assert_ptr_null(strstr(world_tasks(&world), "DeleteTablets"));
        ck_assert_ptr_nonnull(world_of(&world, "Pod", SECOND));
    }
    ck_assert(strstr(world_condition(&world, "Advice"), SECOND) != NULL);
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: the record of tablet zone1-2469782763 is kept while Pod " SECOND
        ", which this operator has not made, is there");
}
END_TEST

/* One without claims has lost its only Pod: an empty backup would be all that the next one starts
 * from. */
START_TEST(what_has_begun_is_not_begun_anew)
{
    struct world world = begin();

    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(pod_of(&world, VTBACKUP));
    world = begin();
    put_at(world.parent, "status", json_of("{'hasInitialBackup':'True'}"));
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert_ptr_null(pod_of(&world, VTBACKUP));
        ck_assert_str_eq(json_text_at(world_status(&world), "hasInitialBackup"), "True");
    }
}
END_TEST

/* A copy of the object would take over its tablets. */
START_TEST(another_name_is_refused)
{
    struct world world = begin();

    put_at(world.parent, "metadata.name", json_string("a-copy"));
    ck_assert_int_eq(world_sync(&world), 422);
    world = begin();
    edit(&world, "spec.globalLockserver", NULL);
    ck_assert_int_eq(world_sync(&world), 422);
    world = begin();
    put_at(world.parent, "metadata.labels", json_of("{'planetscale.com/cluster':'example'}"));
    ck_assert_int_eq(world_sync(&world), 422);
    ck_assert_str_eq(world.answer.message,
        "metadata.labels[planetscale.com/keyspace]: is required; it is the keyspace of the shard");
}
END_TEST

/* Taken out of them (RemoveShardCell), it would not be found by the vtgates there. */
START_TEST(a_shard_stays_in_cells_without_its_tablets)
{
    struct world world = begin();

    put_at(world.parent, "spec.allCells", json_of("['zone1','zone2']"));
    put_at(world.parent, "spec.topologyReconciliation.pruneShardCells", json_true());
    for (int i = 0; i < 12; i++) {
        ck_assert_int_eq(world_sync(&world), 200);
        ck_assert_ptr_null(strstr(world_tasks(&world), "RemoveShardCell"));
        run(&world);
    }
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
}
END_TEST

/* --- a Kubernetes whose Pods have no generation (before 1.33) --- */

/* As an admission webhook does with each new Pod: of a mirror. */
static void mirror(struct world *world, const char *name, json_int_t generation)
{
    json_t *pod = world_of(world, "Pod", name);
    json_t *containers = json_object_get(json_object_get(pod, "spec"), "containers");
    json_t *container;

    json_each_item (containers, i, container)
        json_object_set(container,
            "image",
            json_string(fmt(arena, "mirror/%s", json_text_at(container, "name"))));
    put_at(pod, "metadata.generation", generation == 0 ? NULL : json_integer(generation));
}

/* Nothing tells that from an edit there, and a new Pod would be given the same image. */
START_TEST(an_image_of_a_pod_without_a_generation_is_no_edit)
{
    struct world world = grown();

    edit(&world, "spec.updateStrategy", _i == 0 ? "{'type':'External'}" : "{'type':'Immediate'}");
    sync_and_run(&world, 4);
    for (int i = 0; i < 6; i++) {
        mirror(&world, FIRST, 0);
        mirror(&world, SECOND, 0);
        sync_and_run(&world, 1);
        ck_assert_str_eq(image_of(&world, FIRST), "mirror/vttablet");
        ck_assert_str_eq(image_of(&world, SECOND), "mirror/vttablet");
    }
    ck_assert_ptr_null(annotation_sent(&world, FIRST, SCHEDULED));
    ck_assert_ptr_null(annotation_sent(&world, SECOND, SCHEDULED));
    ck_assert(text_starts_with(world_condition(&world, "Updated"), "True"));
}
END_TEST

/* Later ones say that it was edited: a new Pod has the image of the spec. */
START_TEST(an_image_that_somebody_has_edited_waits_for_its_release)
{
    struct world world = grown();

    edit(&world, "spec.updateStrategy", "{'type':'External'}");
    sync_and_run(&world, 4);
    mirror(&world, SECOND, 2);
    sync_and_run(&world, 1);
    ck_assert_ptr_nonnull(annotation_sent(&world, SECOND, SCHEDULED));
    ck_assert_ptr_null(annotation_sent(&world, FIRST, SCHEDULED));
}
END_TEST

/* --- what a restore has brought from another namespace --- */

static void bring_along(json_t *pod)
{
    json_t *applied = json_clone(pod);

    put_at(pod,
        "spec.containers[0].args",
        json_of(
            "['--topo_global_server_address=example-etcd-faf13de3-client.elsewhere.svc:2379']"));
    put_at(applied, "status", NULL);
    put_at(applied, "metadata.annotations", NULL);
    put_at(applied, "metadata.namespace", json_string("elsewhere"));
    annotate(pod,
        "metacontroller.k8s.io/last-applied-configuration",
        json_write(arena, applied, NULL));
}

/* Until then it does to the original what it does. */
START_TEST(it_waits_for_nobody_to_release_it)
{
    struct world world = grown();

    edit(&world, "spec.updateStrategy", "{'type':'External'}");
    sync_and_run(&world, 4);
    bring_along(world_of(&world, "Pod", SECOND));
    ck_assert_int_eq(world_sync(&world), 200);
    sync_and_run(&world, 12);
    ck_assert_ptr_nonnull(pod_of(&world, SECOND));
    ck_assert_ptr_null(
        strstr(json_write(arena, json_at(pod_of(&world, SECOND), "spec"), NULL), "elsewhere.svc"));
}
END_TEST

/* Vitess would know it no more, while it runs. */
START_TEST(a_tablet_comes_back_once_nobody_deletes_its_record)
{
    struct world world = grown();
    const json_t *pod = NULL;

    edit(&world, "spec.tabletPools[0].replicas", "1");
    for (int i = 0; i < 20 && pod == NULL; i++) {
        ck_assert_int_eq(world_sync(&world), 200);
        pod = ending_task(&world, "DeleteTablets");
        run(&world);
    }
    ck_assert_ptr_nonnull(pod);
    edit(&world, "spec.tabletPools[0].replicas", "2");
    for (int i = 0; i < 3; i++) {
        sync_beside(&world, pod);
        run(&world);
        ck_assert_ptr_null(pod_of(&world, SECOND));
        ck_assert_ptr_nonnull(pod_of(&world, FIRST));
    }
    sync_and_run(&world, 2);
    ck_assert_ptr_nonnull(pod_of(&world, SECOND));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_shard_stays_in_cells_without_its_tablets);
    tcase_add_loop_test(tcase, an_image_of_a_pod_without_a_generation_is_no_edit, 0, 2);
    tcase_add_test(tcase, an_image_that_somebody_has_edited_waits_for_its_release);
    tcase_add_test(tcase, a_tablet_comes_back_once_nobody_deletes_its_record);
    tcase_add_test(tcase, it_waits_for_nobody_to_release_it);
    tcase_add_test(tcase, it_comes_up);
    tcase_add_test(tcase, a_primary_is_chosen_anyway);
    tcase_add_test(tcase, each_that_leaves_says_whose_turn_it_is);
    tcase_add_test(tcase, nothing_is_written_at_rest);
    tcase_add_test(tcase, an_image_goes_from_one_to_the_next);
    tcase_add_test(tcase, an_edit_waits_to_be_released);
    tcase_add_test(tcase, a_release_of_nothing_is_taken_off);
    tcase_add_test(tcase, records_stay_where_they_are_not_to_be_pruned);
    tcase_add_test(tcase, mysqld_shuts_down_slowly_for_another_series);
    tcase_add_test(tcase, mysql_never_goes_down);
    tcase_add_test(tcase, a_mysqld_that_does_not_run_is_not_asked);
    tcase_add_test(tcase, what_a_mysqld_answers_is_said);
    tcase_add_test(tcase, images_of_others_move_no_tablet);
    tcase_add_test(tcase, a_label_changes_in_place);
    tcase_add_test(tcase, what_it_did_not_make_is_kept);
    tcase_add_test(tcase, it_asks_for_its_backups);
    tcase_add_test(tcase, a_complete_backup_is_enough);
    tcase_add_test(tcase, what_has_begun_is_not_begun_anew);
    tcase_add_test(tcase, the_record_of_an_unknown_tablet_that_runs_stays);
    tcase_add_test(tcase, another_name_is_refused);
}

TEST_MAIN(tests)
