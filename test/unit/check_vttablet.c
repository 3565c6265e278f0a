#include "components.h"

#include <stdio.h>
#include <unistd.h>

#define CLAIM                                                                                      \
    "{'accessModes':['ReadWriteOnce'],'storageClassName':'fast',"                                  \
    "'resources':{'requests':{'storage':'10240Mi'}}}"

static struct vttablet tablet_of(const char *type)
{
    struct place place = zone1();

    place.labels = json_of("{'app':'shop','vitess.io/cluster':'demo','vitess.io/cell':'zone1',"
                           "'vitess.io/keyspace':'main','vitess.io/shard':'x-80'}");
    place.selector = place.labels;
    return (struct vttablet){
        .place = place,
        .id = v1_tablet_identity(arena, "demo", "zone1", "main", "-80", type, 0),
        .image = VITESS_IMAGE,
        .vttablet_resources = json_of("{'limits':{'cpu':'0.5','memory':'512Mi'}}"),
        .mysql_resources = json_of("{'limits':{'cpu':'500m','memory':'512Mi'}}"),
        .claim = json_of(CLAIM),
    };
}

/* With everything that a pool may ask for. */
static struct vttablet rich_tablet(void)
{
    struct vttablet tablet = tablet_of("replica");

    tablet.place.pull_secrets = json_of("[{'name':'registry'}]");
    tablet.place.pull_policy = "IfNotPresent";
    tablet.place.topology.vtctld = "demo-global-vtctld:15999";
    tablet.backup_flags = json_of("{'backup_storage_implementation':'gcs',"
                                  "'gcs_backup_storage_bucket':'bucket'}");
    tablet.vttablet_flags = json_of("{'queryserver-config-pool-size':96}");
    tablet.mysql_flags = json_of("{'wait_time':'3h'}");
    tablet.mysql_config = "max_connections=500\n";
    tablet.init_script_secret = "init";
    tablet.init_script_key = "init_db.sql";
    tablet.marks.keep = true;
    tablet.marks.uid = "uid-of-claim";
    tablet.overrides.node_selector = json_of("{'disk':'ssd'}");
    tablet.overrides.priority_class = "database";
    return tablet;
}

START_TEST(reads_like_yaml)
{
    struct vttablet tablet = tablet_of("rdonly");

    ck_objects("vttablet", vttablet_pod(arena, &tablet), vttablet_claim(arena, &tablet));
}
END_TEST

START_TEST(reads_like_yaml_with_everything)
{
    struct vttablet tablet = rich_tablet();

    ck_objects("vttablet-rich", vttablet_pod(arena, &tablet), vttablet_claim(arena, &tablet));
}
END_TEST

START_TEST(service_and_budget_read_like_yaml)
{
    struct place place = zone1();

    ck_objects("vttablet-service",
        vttablet_service(arena, &place, "demo-vttablet-zone1"),
        vttablet_disruption_budget(arena,
            &place,
            "demo-main-x-80-vttablet",
            json_of("{'vitess.io/cluster':'demo','vitess.io/keyspace':'main',"
                    "'vitess.io/shard':'x-80'}"),
            2));
    ck_assert_ptr_null(
        vttablet_disruption_budget(arena, &place, "demo-main-x-80", json_of("{'a':'b'}"), 0));
}
END_TEST

START_TEST(its_flags_exist)
{
    struct vttablet tablet = rich_tablet();

    tablet.place.topology.tls_secret = "certificates";
    tablet.mysql_image = "mysql:8.0.40";
    check_flags_exist(vttablet_pod(arena, &tablet), "vttablet", "vttablet");
    check_flags_exist(vttablet_pod(arena, &tablet), "mysql", "mysqlctld");
    check_restricted(vttablet_pod(arena, &tablet));
}
END_TEST

/* The vectors of 2018. */
START_TEST(names_are_those_of_2018)
{
    struct vttablet tablet = tablet_of("replica");
    const json_t *pod = vttablet_pod(arena, &tablet);

    ck_assert_str_eq(json_text_at(pod, "metadata", "name"), "demo-vttablet-zone1-0214747900");
    ck_assert_str_eq(json_text_at(pod, "spec", "hostname"), "zone1-0214747900");
    ck_assert_str_eq(json_text_at(pod, "spec", "subdomain"), "demo-vttablet-zone1");
    ck_assert_str_eq(json_text_at(pod, "metadata", "labels", "vitess.io/tablet-uid"), "0214747900");
    ck_assert_str_eq(argument(pod, "vttablet", "tablet-hostname"),
        "zone1-0214747900.demo-vttablet-zone1");
    ck_assert_str_eq(argument(pod, "mysql", "tablet-uid"), "214747900");
}
END_TEST

/* --- backups --- */

START_TEST(without_a_backup_storage_nothing_is_restored)
{
    struct vttablet tablet = tablet_of("replica");
    const json_t *pod;

    tablet.backup_flags = json_of("{'backup-engine-implementation':'xtrabackup'}");
    pod = vttablet_pod(arena, &tablet);
    ck_assert_str_eq(argument(pod, "vttablet", "restore-from-backup"), "false");
    ck_assert_ptr_null(argument(pod, "vttablet", "wait-for-backup-interval"));
}
END_TEST

START_TEST(a_restore_does_not_wait_for_a_first_backup)
{
    struct vttablet tablet = rich_tablet();
    const json_t *pod = vttablet_pod(arena, &tablet);

    ck_assert_str_eq(argument(pod, "vttablet", "restore-from-backup"), "true");
    ck_assert_str_eq(argument(pod, "vttablet", "wait-for-backup-interval"), "0");
}
END_TEST

/* --- MySQL of another image --- */

START_TEST(a_stock_mysql_gets_mysqlctld_copied)
{
    struct vttablet tablet = tablet_of("replica");
    const json_t *pod;

    tablet.mysql_image = "mysql:8.0.40";
    pod = vttablet_pod(arena, &tablet);
    ck_assert_str_eq(json_text_at(container_of(pod, "mysql"), "image"), "mysql:8.0.40");
    ck_json(json_at(container_of(pod, "mysql"), "command"), "['/vt/shared/mysqlctld']");
    ck_assert_str_eq(argument(pod, "mysql", "init-db-sql-file"), "/vt/shared/init_db.sql");
    ck_assert_str_eq(argument(pod, "vttablet", "mysql-server-version"), "8.0.40-Vitess");
    ck_assert_str_eq(
        json_string_value(json_array_get(
            json_at(json_array_get(json_at(pod, "spec", "initContainers"), 0), "command"),
            6)),
        "copy");
}
END_TEST

START_TEST(the_same_image_twice_is_not_foreign)
{
    struct vttablet tablet = tablet_of("replica");
    const json_t *before = vttablet_pod(arena, &tablet);

    tablet.mysql_image = tablet.image;
    ck_assert(json_same(before, vttablet_pod(arena, &tablet)));
}
END_TEST

/* --- shells --- */

START_TEST(no_value_becomes_part_of_a_script)
{
    struct vttablet tablet = rich_tablet();
    const json_t *pod;
    const json_t *command;

    tablet.mysql_config = "# '; $(rm -rf /) $HOME\n";
    pod = vttablet_pod(arena, &tablet);
    command = json_at(json_array_get(json_at(pod, "spec", "initContainers"), 0), "command");
    ck_assert_ptr_null(strstr(json_string_value(json_array_get(command, 2)), "rm -rf /)"));
    /* Kubernetes makes one dollar of two. */
    ck_assert_str_eq(json_string_value(json_array_get(command, 5)), "# '; $$(rm -rf /) $HOME\n");
}
END_TEST

/* What the script of the init container writes, with the shared folder elsewhere. */
static const char *written_by(const char *script, const char *name)
{
    const char *folder = fmt(arena, "/tmp/init-%d", (int)getpid());
    static char text[1024];
    FILE *file = fopen(fmt(arena, "%s.sh", folder), "w");
    size_t length;

    ck_assert_ptr_nonnull(file);
    fputs(script, file);
    fclose(file);
    file = popen(fmt(arena,
                     "mkdir -p %s && sed 's#/vt/shared#%s#g' %s.sh | sh -s host cnf '' %s/data && "
                     "cat %s/%s; rm -rf %s %s.sh",
                     folder,
                     folder,
                     folder,
                     folder,
                     folder,
                     name,
                     folder,
                     folder),
        "r");
    ck_assert_ptr_nonnull(file);
    length = fread(text, 1, sizeof(text) - 1, file);
    text[length] = '\0';
    pclose(file);
    return text;
}

/* mysqld_exporter 0.15 and newer reads it (config/config.go: user, socket, no password). */
START_TEST(a_sidecar_is_told_how_to_reach_mysql)
{
    struct vttablet tablet = rich_tablet();
    const json_t *init =
        json_array_get(json_at(vttablet_pod(arena, &tablet), "spec", "initContainers"), 0);
    const char *script = json_string_value(json_array_get(json_at(init, "command"), 2));

    ck_assert_str_eq(written_by(script, "client.cnf"),
        fmt(arena, "[client]\nuser=vt_dba\nsocket=/tmp/init-%d/mysql.sock\n", (int)getpid()));
    ck_assert_str_eq(written_by(script, "user.cnf"), "cnf\n");
}
END_TEST

/* --- the end --- */

static const json_t *pre_stop(const json_t *pod, const char *container)
{
    return json_at(container_of(pod, container), "lifecycle", "preStop", "exec", "command");
}

/* The script in a real shell, with a client that writes down what it is asked and knows one tablet
 * as `type` ("": nobody answers); `fails`: the first reparent does. */
static const char *asked_by(const char *script, const char *type, bool fails)
{
    const char *client = fmt(arena,
        "client() { echo \"$*\" >&3; case $* in *GetTablets*) %s;; *--allow*) ;; *) %s;; esac; }\n"
        "sleep() { echo \"sleep $1\" >&3; }\n%s",
        *type == '\0' ? "false" : fmt(arena, "echo \"$4 main -80 %s h:1 h:2 [] <null>\"", type),
        fails ? "false" : "true",
        script);
    const char *folder = fmt(arena, "/tmp/handover-%d", (int)getpid());
    static char text[1024];
    FILE *file = fopen(folder, "w");
    size_t length;

    ck_assert_ptr_nonnull(file);
    fputs(client, file);
    fclose(file);
    file = popen(fmt(arena, "sh %s a-1 ks/0 client 3>&1 >/dev/null", folder), "r");
    ck_assert_ptr_nonnull(file);
    length = fread(text, 1, sizeof(text) - 1, file);
    text[length] = '\0';
    pclose(file);
    remove(folder);
    return text;
}

static void run_handover(const char *script)
{
    static const char reparent[] =
        "--action-timeout=30s PlannedReparentShard --avoid-primary a-1 ks/0";

    ck_assert_str_eq(asked_by(script, "replica", false),
        "--action-timeout=10s GetTablets --tablet-alias a-1\n");
    ck_assert_str_eq(asked_by(script, "primary", false),
        fmt(arena, "--action-timeout=10s GetTablets --tablet-alias a-1\nsleep 3\n%s\n", reparent));
    ck_assert_str_eq(asked_by(script, "", false),
        fmt(arena, "--action-timeout=10s GetTablets --tablet-alias a-1\nsleep 3\n%s\n", reparent));
    ck_assert_str_eq(asked_by(script, "primary", true),
        fmt(arena,
            "--action-timeout=10s GetTablets --tablet-alias a-1\nsleep 3\n%s\n%s "
            "--allow-cross-cell-promotion\n",
            reparent,
            reparent));
}

START_TEST(a_replica_hands_over_before_it_stops)
{
    struct vttablet tablet = rich_tablet();

    const json_t *command = pre_stop(vttablet_pod(arena, &tablet), "vttablet");
    json_t *values = json_clone(command);

    json_array_remove(values, 2);
    ck_json(values,
        "['sh','-c','handover','zone1-0214747900','main/-80','/vt/bin/vtctldclient','--server',"
        "'demo-global-vtctld:15999']");
    run_handover(json_string_value(json_array_get(command, 2)));
}
END_TEST

START_TEST(who_cannot_be_primary_hands_nothing_over)
{
    struct vttablet rdonly = tablet_of("rdonly");
    struct vttablet replica = tablet_of("replica");

    ck_assert_ptr_null(pre_stop(vttablet_pod(arena, &rdonly), "vttablet"));
    ck_assert_ptr_nonnull(pre_stop(vttablet_pod(arena, &replica), "vttablet"));
    replica.place.topology.tls_secret = "certificates";
    ck_assert_ptr_null(pre_stop(vttablet_pod(arena, &replica), "vttablet"));
}
END_TEST

/* --- claims --- */

START_TEST(a_claim_owns_itself_only_when_it_is_known_and_kept)
{
    struct vttablet tablet = rich_tablet();

    ck_assert_uint_eq(
        json_array_size(json_at(vttablet_claim(arena, &tablet), "metadata", "ownerReferences")),
        1);
    tablet.marks.uid = NULL;
    ck_assert_ptr_null(json_at(vttablet_claim(arena, &tablet), "metadata", "ownerReferences"));
    tablet.marks.uid = "uid-of-claim";
    tablet.marks.keep = false;
    ck_assert_ptr_null(json_at(vttablet_claim(arena, &tablet), "metadata", "ownerReferences"));
}
END_TEST

/* Were the list left out, Metacontroller would take its own reference off as well. */
START_TEST(a_claim_has_labels_and_annotations_of_the_users)
{
    struct vttablet tablet = {.place = zone1(),
        .id = v1_tablet_identity(arena, "demo", "zone1", "main", "0", "replica", 0),
        .image = VITESS_IMAGE,
        .claim = json_of("{'accessModes':['ReadWriteOnce']}"),
        .claim_metadata = json_of("{'labels':{'team':'a','app':'other','vitess.io/component':'x'},"
                                  "'annotations':{'limit':'100Gi'}}")};
    const json_t *claim = vttablet_claim(arena, &tablet);

    ck_json(json_at(claim, "metadata", "labels"),
        fmt(arena,
            "{'team':'a','app':'shop','vitess.io/cluster':'demo','vitess.io/cell':'zone1',"
            "'vitess.io/component':'vttablet','vitess.io/tablet-uid':'%s'}",
            tablet.id.uid_text));
    ck_json(json_at(claim, "metadata", "annotations"), "{'limit':'100Gi'}");
    ck_json(json_at(claim, "spec"), "{'accessModes':['ReadWriteOnce']}");
}
END_TEST

START_TEST(a_mark_is_taken_back_by_an_empty_list)
{
    struct vttablet tablet = rich_tablet();

    tablet.marks.had = true;
    ck_assert_uint_eq(
        json_array_size(json_at(vttablet_claim(arena, &tablet), "metadata", "ownerReferences")),
        1);
    tablet.marks.keep = false;
    ck_json(json_at(vttablet_claim(arena, &tablet), "metadata", "ownerReferences"), "[]");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, reads_like_yaml);
    tcase_add_test(tcase, reads_like_yaml_with_everything);
    tcase_add_test(tcase, service_and_budget_read_like_yaml);
    tcase_add_test(tcase, its_flags_exist);
    tcase_add_test(tcase, names_are_those_of_2018);
    tcase_add_test(tcase, without_a_backup_storage_nothing_is_restored);
    tcase_add_test(tcase, a_restore_does_not_wait_for_a_first_backup);
    tcase_add_test(tcase, a_stock_mysql_gets_mysqlctld_copied);
    tcase_add_test(tcase, the_same_image_twice_is_not_foreign);
    tcase_add_test(tcase, no_value_becomes_part_of_a_script);
    tcase_add_test(tcase, a_sidecar_is_told_how_to_reach_mysql);
    tcase_add_test(tcase, a_replica_hands_over_before_it_stops);
    tcase_add_test(tcase, who_cannot_be_primary_hands_nothing_over);
    tcase_add_test(tcase, a_claim_owns_itself_only_when_it_is_known_and_kept);
    tcase_add_test(tcase, a_claim_has_labels_and_annotations_of_the_users);
    tcase_add_test(tcase, a_mark_is_taken_back_by_an_empty_list);
}

TEST_MAIN(tests)
