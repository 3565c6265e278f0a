#include "sim_testing.h"

#include "metadata.h"

/* The model of Vitess: registration, elections, planned and emergency reparents, and what
 * vtctldclient says. Its topology is external, so always up, unless a test says otherwise. */

static const char *etcd; /* address of the lock server */

static void begin(void)
{
    etcd = "etcd.example.com:2379";
    sim_begin((struct sim_options){0});
}

static const char *topology(void)
{
    return fmt(arena,
        "'--topo-global-server-address=%s','--topo-global-root=/vitess/global'",
        etcd);
}

static void vitess_pod(const char *name, const char *binary, const char *flags)
{
    apply_text_of(fmt(arena,
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','labels':{'app':'%s'}},'spec':{"
        "'containers':[{'name':'c','image':'i:1','command':['/vt/bin/%s'],'args':[%s%s]}]}}",
        name,
        binary,
        binary,
        topology(),
        flags));
}

static void tablet(const char *cell, int uid, const char *type)
{
    vitess_pod(fmt(arena, "%s-%d", cell, uid),
        "vttablet",
        fmt(arena,
            ",'--tablet-path=%s-%d','--init-keyspace=main','--init-shard=-80',"
            "'--init-tablet-type=%s','--tablet-hostname=%s.host'",
            cell,
            uid,
            type,
            cell));
}

static bool ask(const char **answer, const char *const *words)
{
    return sim_vtctl(sim, words, answer);
}

#define VTCTL(answer, ...) ask((answer), (const char *const[]){__VA_ARGS__, NULL})

/* The topology is there once the first process has named it. */
static void start_vtorc(void)
{
    vitess_pod("vtorc", "vtorc", ",'--cell=zone1'");
    settle();
}

static void start_shard(const char *policy, int replicas)
{
    start_vtorc();
    ck_assert(VTCTL(NULL, "UpdateCellInfo", "--root", "/vitess/zone1", "zone1"));
    ck_assert(VTCTL(NULL, "UpdateCellInfo", "--root", "/vitess/zone2", "zone2"));
    ck_assert(VTCTL(NULL, "CreateKeyspace", "--durability-policy", policy, "main"));
    for (int i = 0; i < replicas; i++)
        tablet("zone1", 100 + i, "replica");
    settle();
}

static bool ready(const char *pod)
{
    return condition_true(get("Pod", pod), "Ready");
}

/* --- starting --- */

/* Whoever gives both spellings is heard by the last one. */
START_TEST(flags_are_spelled_with_dashes_or_underscores)
{
    start_vtorc();
    ck_assert(VTCTL(NULL, "UpdateCellInfo", "--root", "/vitess/zone1", "zone1"));
    ck_assert(VTCTL(NULL, "CreateKeyspace", "--durability_policy", "none", "main"));
    apply_text_of(fmt(arena,
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'t'},'spec':{'containers':[{'name':'c',"
        "'image':'i:1','command':['/vt/bin/vttablet'],'args':['--topo_global_server_address=%s',"
        "'--topo_global_root=/vitess/global','--tablet-path=zone1-100','--init_keyspace=main',"
        "'--init-shard=80-','--init_shard=-80','--init_tablet_type','replica']}]}}",
        etcd));
    settle();
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000100");
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "80-"), 0);
}
END_TEST

START_TEST(a_flag_that_nobody_knows_is_met_however_it_is_spelled)
{
    break_by("flag=init-keyspace");
    start_shard("none", 0);
    vitess_pod("t", "vttablet", ",'--tablet-path=zone1-100','--init_keyspace=main'");
    settle();
    ck_assert(!ready("t"));
    ck_assert_ptr_null(sim_unmet_fault(sim));
}
END_TEST

START_TEST(a_tablet_needs_its_cell_and_is_restarted_until_it_is_there)
{
    start_vtorc();
    tablet("zone1", 100, "replica");
    steps(8);
    ck_assert_ptr_nonnull(strstr(json_write(arena, get("Pod", "zone1-100"), NULL),
        "node doesn't exist: /cells/zone1/CellInfo"));
    ck_assert(VTCTL(NULL, "UpdateCellInfo", "--root", "/vitess/zone1", "zone1"));
    ck_assert(VTCTL(NULL, "CreateKeyspace", "--durability-policy", "none", "main"));
    settle();
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000100");
    ck_assert(ready("zone1-100"));
}
END_TEST

/* It is what registers them. */
START_TEST(vtctld_starts_before_its_cell_is_there)
{
    start_vtorc();
    vitess_pod("vtctld", "vtctld", ",'--cell=zone1'");
    vitess_pod("vtgate", "vtgate", ",'--cell=zone1'");
    steps(8);
    ck_assert(ready("vtctld"));
    ck_assert(!ready("vtgate"));
}
END_TEST

START_TEST(no_primary_without_policy_and_no_service_without_primary)
{
    start_vtorc();
    ck_assert(VTCTL(NULL, "UpdateCellInfo", "--root", "/vitess/zone1", "zone1"));
    for (int i = 0; i < 3; i++)
        tablet("zone1", 100 + i, "replica");
    settle();
    ck_assert_ptr_null(sim_primary(sim, NULL, "main", "-80"));
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "-80"), 0);
    ck_assert(!ready("zone1-100"));
    /* CreateKeyspace --force does not overwrite the record that the tablets made. */
    ck_assert(VTCTL(NULL, "CreateKeyspace", "--force", "--durability-policy", "semi_sync", "main"));
    settle();
    ck_assert_ptr_null(sim_primary(sim, NULL, "main", "-80"));
    ck_assert(VTCTL(NULL, "SetKeyspaceDurabilityPolicy", "--durability-policy=semi_sync", "main"));
    settle();
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000100");
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "-80"), 3);
    ck_assert(ready("zone1-100") && ready("zone1-102"));
}
END_TEST

START_TEST(a_vtorc_elects_where_it_watches)
{
    vitess_pod("vtorc", "vtorc", ",'--cell=zone1','--clusters_to_watch=main/80-,mai,main/-8'");
    settle();
    ck_assert(VTCTL(NULL, "UpdateCellInfo", "--root", "/vitess/zone1", "zone1"));
    ck_assert(VTCTL(NULL, "CreateKeyspace", "--durability-policy", "none", "main"));
    tablet("zone1", 100, "replica");
    settle();
    ck_assert_ptr_null(sim_primary(sim, NULL, "main", "-80"));
    vitess_pod("vtorc-2", "vtorc", ",'--cell=zone1','--clusters_to_watch=other,main/-80'");
    settle();
    ck_assert_ptr_nonnull(sim_primary(sim, NULL, "main", "-80"));
    ck_assert(sim_delete(sim, "Pod", "default", "vtorc-2"));
    ck_assert(sim_delete(sim, "Pod", "default", "zone1-100"));
    tablet("zone1", 101, "replica");
    settle();
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000100");
    vitess_pod("vtorc-3", "vtorc", ",'--cell=zone1','--clusters_to_watch=main'");
    settle();
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000101");
}
END_TEST

/* --- what is served --- */

START_TEST(cells_tell_which_shards_are_served)
{
    const char *answer;

    start_shard("none", 1);
    ck_assert(VTCTL(&answer, "GetSrvKeyspaceNames"));
    ck_assert_str_eq(answer,
        "{\n  \"zone1\": {\n    \"names\": [\n      \"main\"\n    ]\n  },\n  \"zone2\": {}\n}\n");
    ck_assert(VTCTL(&answer, "GetSrvKeyspaceNames", "zone2"));
    ck_assert_str_eq(answer, "{\n  \"zone2\": {}\n}\n");
    ck_assert(VTCTL(&answer, "GetSrvKeyspaces", "main", "zone1"));
    ck_assert_ptr_nonnull(strstr(answer, "\"shard_references\": [\n"));
    ck_assert_ptr_nonnull(strstr(answer, "\"name\": \"-80\"\n"));
    ck_assert(VTCTL(NULL, "SetShardIsPrimaryServing", "main/-80", "false"));
    ck_assert(VTCTL(&answer, "GetSrvKeyspaces", "main"));
    ck_assert_ptr_null(strstr(answer, "\"name\""));
    ck_assert(!VTCTL(NULL, "GetSrvKeyspaces"));
}
END_TEST

/* --- backups --- */

#define STORAGE "'--backup_storage_implementation=file','--file_backup_storage_root=/backups'"
#define SHARD "'--init_keyspace=main','--init_shard=-80'"

/* On a volume of its own, which is empty. */
static void fresh_tablet(const char *flags)
{
    apply_text_of("{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'data'},"
                  "'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':"
                  "'1Gi'}}}}");
    apply_text_of(fmt(arena,
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'zone1-100'},'spec':{'volumes':[{"
        "'name':'data','persistentVolumeClaim':{'claimName':'data'}}],'containers':[{'name':'c',"
        "'image':'i:1','command':['/vt/bin/vttablet'],'args':[%s,'--tablet-path=zone1-100'," SHARD
        ",'--init_tablet_type=replica'," STORAGE ",'--restore_from_backup=true'%s]}]}}",
        topology(),
        flags));
    settle();
}

static const char *vtbackup(const char *name, const char *flags)
{
    apply_text_of(fmt(arena,
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s'},'spec':{'restartPolicy':'Never',"
        "'containers':[{'name':'vtbackup','image':'i:1','command':['/vt/bin/"
        "vtbackup'],'args':[%s," SHARD "%s]}]}}",
        name,
        topology(),
        flags));
    settle();
    return json_text_at(get("Pod", name), "status", "phase");
}

static const char *end_of(const char *name)
{
    return json_text_at(json_array_get(json_at(get("Pod", name), "status", "containerStatuses"), 0),
        "state",
        "terminated",
        "message");
}

START_TEST(a_new_tablet_waits_for_the_first_backup)
{
    start_shard("none", 0);
    fresh_tablet(",'--wait_for_backup_interval=10s'");
    ck_assert(ready("zone1-100"));
    ck_assert_ptr_null(sim_primary(sim, NULL, "main", "-80"));
    ck_assert_str_eq(vtbackup("first", "," STORAGE ",'--initial_backup=true'"), "Succeeded");
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000100");
    /* There is one. */
    ck_assert_str_eq(vtbackup("again", "," STORAGE ",'--initial_backup=true'"), "Succeeded");
}
END_TEST

START_TEST(a_tablet_that_does_not_wait_starts_empty)
{
    start_shard("none", 0);
    fresh_tablet(",'--wait-for-backup-interval=0s'");
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000100");
    /* Now the shard has data that an empty backup does not have. */
    ck_assert_str_eq(vtbackup("second", "," STORAGE ",'--initial_backup=true'"), "Failed");
    ck_assert_ptr_nonnull(strstr(end_of("second"), "refusing to upload initial backup"));
}
END_TEST

START_TEST(later_backups_need_one_before_and_a_primary)
{
    start_shard("none", 0);
    ck_assert_str_eq(vtbackup("nowhere", ",'--initial_backup=true'"), "Failed");
    ck_assert_str_eq(vtbackup("early", "," STORAGE), "Failed");
    ck_assert_ptr_nonnull(strstr(end_of("early"), "no existing backups to restore from"));
    ck_assert_str_eq(vtbackup("first", "," STORAGE ",'--initial_backup=true'"), "Succeeded");
    ck_assert_str_eq(vtbackup("alone", "," STORAGE), "Failed");
    ck_assert_ptr_nonnull(strstr(end_of("alone"), "no primary"));
    tablet("zone1", 100, "replica");
    settle();
    ck_assert_str_eq(vtbackup("next", "," STORAGE), "Succeeded");
}
END_TEST

START_TEST(semi_sync_needs_two)
{
    start_shard("semi_sync", 1);
    ck_assert_ptr_null(sim_primary(sim, NULL, "main", "-80"));
    tablet("zone1", 200, "rdonly");
    settle();
    ck_assert_ptr_null(sim_primary(sim, NULL, "main", "-80"));
    tablet("zone1", 101, "replica");
    settle();
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000100");
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "-80"), 3);
}
END_TEST

START_TEST(no_vtorc_no_election)
{
    start_shard("none", 0);
    sim_delete(sim, "Pod", "default", "vtorc");
    settle();
    tablet("zone1", 100, "replica");
    settle();
    ck_assert_ptr_null(sim_primary(sim, NULL, "main", "-80"));
    start_vtorc();
    ck_assert_ptr_nonnull(sim_primary(sim, NULL, "main", "-80"));
}
END_TEST

START_TEST(a_restoring_tablet_is_ready_but_does_not_serve)
{
    const char *answer;
    bool seen = false;

    start_shard("none", 1);
    apply_text_of(
        "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'d'},'spec':"
        "{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}");
    apply_text_of(fmt(arena,
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'volumes':[{'name':'v',"
        "'persistentVolumeClaim':{'claimName':'d'}}],'containers':[{'name':'c','image':'i:1',"
        "'command':['/vt/bin/vttablet'],'args':[%s,'--tablet-path=zone1-300','--init-keyspace=main'"
        ",'--init-shard=-80','--init-tablet-type=replica','--restore-from-backup=true']}]}}",
        topology()));
    while (sim_step(sim)) {
        VTCTL(&answer, "GetTablets", "--tablet-alias", "zone1-300");
        seen = seen || (ready("p") && strstr(answer, " restore ") != NULL &&
                           sim_serving(sim, NULL, "main", "-80") == 1);
    }
    ck_assert(seen);
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "-80"), 2);
    /* The volume has data now. */
    sim_delete(sim, "Pod", "default", "p");
    settle();
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "-80"), 1);
}
END_TEST

/* --- reparents --- */

START_TEST(a_planned_reparent_avoids_one_tablet)
{
    start_shard("semi_sync", 3);
    ck_assert(VTCTL(NULL, "PlannedReparentShard", "--avoid-primary", "zone1-101", "main/-80"));
    /* It is not primary: nothing to do. */
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000100");
    ck_assert_uint_eq(sim_summary(sim).reparents, 0);
    ck_assert(VTCTL(NULL, "PlannedReparentShard", "--avoid-primary", "zone1-100", "main/-80"));
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000101");
    ck_assert_uint_eq(sim_summary(sim).reparents, 1);
    settle();
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "-80"), 3);
    ck_assert(ready("zone1-100"));
}
END_TEST

static void external_tablet(int uid, const char *type)
{
    vitess_pod(fmt(arena, "zone1-%d", uid),
        "vttablet",
        fmt(arena,
            ",'--tablet-path=zone1-%d','--init-keyspace=main','--init-shard=-80',"
            "'--init-tablet-type=%s','--unmanaged=true'",
            uid,
            type));
}

/* Nobody elects or promotes one whose MySQL is somebody else's. */
START_TEST(an_external_primary_is_told_to_vitess)
{
    const char *answer;

    start_shard("none", 0);
    external_tablet(100, "spare");
    external_tablet(101, "spare");
    external_tablet(200, "replica");
    settle();
    ck_assert_ptr_null(sim_primary(sim, NULL, "main", "-80"));
    ck_assert(ready("zone1-100") && ready("zone1-200"));
    ck_assert(VTCTL(&answer, "TabletExternallyReparented", "zone1-100"));
    ck_assert_ptr_nonnull(strstr(answer, "\"old_primary\": null"));
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000100");
    ck_assert_uint_eq(sim_summary(sim).reparents, 0);
    ck_assert(!VTCTL(&answer, "PlannedReparentShard", "--avoid-primary", "zone1-100", "main/-80"));
    ck_assert_ptr_nonnull(strstr(answer, "cannot find a tablet to reparent to"));
    ck_assert(VTCTL(NULL, "TabletExternallyReparented", "zone1-101"));
    ck_assert(VTCTL(NULL, "TabletExternallyReparented", "zone1-101"));
    ck_assert_uint_eq(sim_summary(sim).reparents, 1);
    ck_assert(VTCTL(&answer, "GetTablets", "--tablet-alias", "zone1-100"));
    ck_assert_ptr_nonnull(strstr(answer, " main -80 spare "));
    sim_delete(sim, "Pod", "default", "zone1-101");
    settle();
    /* It is waited for. */
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000101");
    ck_assert(!VTCTL(&answer, "TabletExternallyReparented", "zone1-101"));
    ck_assert_ptr_nonnull(strstr(answer, "cannot be reached"));
    ck_assert(!VTCTL(&answer, "TabletExternallyReparented", "zone1-7"));
    ck_assert_ptr_nonnull(strstr(answer, "node doesn't exist: tablets/zone1-7/Tablet"));
}
END_TEST

START_TEST(a_reparent_leaves_the_cell_only_when_told)
{
    const char *answer;

    start_shard("none", 1);
    tablet("zone2", 100, "replica");
    tablet("zone1", 200, "rdonly");
    settle();
    ck_assert(!VTCTL(&answer, "PlannedReparentShard", "--avoid-primary", "zone1-100", "main/-80"));
    ck_assert_ptr_nonnull(strstr(answer, "cannot find a tablet to reparent to"));
    ck_assert(VTCTL(NULL,
        "PlannedReparentShard",
        "--avoid-primary",
        "zone1-100",
        "main/-80",
        "--allow-cross-cell-promotion"));
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone2-0000000100");
}
END_TEST

START_TEST(a_dead_primary_is_replaced_and_comes_back_as_replica)
{
    start_shard("semi_sync", 3);
    sim_delete(sim, "Pod", "default", "zone1-100");
    settle();
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000101");
    ck_assert_uint_eq(sim_summary(sim).emergency_reparents, 1);
    ck_assert_uint_eq(sim_summary(sim).reparents, 0);
    tablet("zone1", 100, "replica");
    settle();
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000101");
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "-80"), 3);
}
END_TEST

START_TEST(a_primary_that_nobody_can_replace_comes_back_as_primary)
{
    start_shard("semi_sync", 2);
    sim_delete(sim, "Pod", "default", "zone1-100");
    settle();
    ck_assert_uint_eq(sim_summary(sim).emergency_reparents, 0);
    /* The other one goes on serving reads. */
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "-80"), 1);
    tablet("zone1", 100, "replica");
    settle();
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000100");
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "-80"), 2);
}
END_TEST

START_TEST(deleting_the_record_of_a_primary_is_an_emergency)
{
    const char *answer;

    start_shard("semi_sync", 3);
    ck_assert(!VTCTL(&answer, "DeleteTablets", "zone1-100"));
    ck_assert_ptr_nonnull(strstr(answer, "AllowPrimary"));
    ck_assert(VTCTL(&answer, "DeleteTablets", "--allow-primary", "zone1-100"));
    ck_assert_str_eq(answer, "Successfully deleted 1 tablets\n");
    settle();
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000101");
    ck_assert_uint_eq(sim_summary(sim).emergency_reparents, 1);
}
END_TEST

/* --- output --- */

START_TEST(tablets_are_listed_as_awk_wants_them)
{
    const char *answer;

    start_shard("none", 2);
    ck_assert(VTCTL(&answer, "GetTablets", "--tablet-alias", "zone1-100,zone1-0000000101,zone1-7"));
    ck_assert_ptr_eq(strstr(answer,
                         "zone1-0000000100 main -80 primary zone1.host:15000 zone1.host:3306 [] "
                         "2026-01-01T00:"),
        answer);
    ck_assert_ptr_nonnull(strstr(answer,
        "Z\nzone1-0000000101 main -80 replica zone1.host:15000 zone1.host:3306 [] <null>\n"));
    sim_delete(sim, "Pod", "default", "zone1-101");
    settle();
    /* A tablet that stops blanks its addresses and keeps its record. */
    ck_assert(VTCTL(&answer, "GetTablets", "-k", "main", "-s", "-80", "--tablet-type", "REPLICA"));
    ck_assert_str_eq(answer, "zone1-0000000101 main -80 replica :0 :0 [] <null>\n");
    ck_assert(VTCTL(&answer, "GetTablets", "-c", "zone9"));
    ck_assert_str_eq(answer, "");
}
END_TEST

START_TEST(a_shard_that_overlaps_a_serving_one_does_not_serve)
{
    const char *answer;

    start_shard("none", 1);
    vitess_pod("other",
        "vttablet",
        ",'--tablet-path=zone1-500','--init-keyspace=main','--init-shard=40-60',"
        "'--init-tablet-type=replica'");
    settle();
    ck_assert(VTCTL(&answer, "GetShard", "main/-80"));
    ck_assert_ptr_nonnull(strstr(answer, "\"is_primary_serving\": true"));
    ck_assert(VTCTL(&answer, "GetShard", "main/40-60"));
    ck_assert_ptr_nonnull(strstr(answer, "\"is_primary_serving\": false"));
    ck_assert(VTCTL(NULL, "SetShardIsPrimaryServing", "main/-80", "false"));
    ck_assert(VTCTL(&answer, "GetShard", "main/-80"));
    ck_assert_ptr_nonnull(strstr(answer, "\"is_primary_serving\": false"));
    ck_assert(!VTCTL(&answer, "GetShard", "main/80-"));
    ck_assert_ptr_nonnull(strstr(answer, "node doesn't exist: keyspaces/main/shards/80-/Shard"));
}
END_TEST

/* RemoveKeyspaceCell takes each shard out of the cell, so each has to serve there. */
START_TEST(a_keyspace_leaves_a_cell_only_as_a_whole)
{
    const char *answer;

    start_shard("none", 1);
    vitess_pod("other",
        "vttablet",
        ",'--tablet-path=zone2-500','--init-keyspace=main','--init-shard=40-60',"
        "'--init-tablet-type=replica'");
    settle();
    sim_delete(sim, "Pod", "default", "other");
    ck_assert(VTCTL(NULL, "DeleteTablets", "--allow-primary", "zone2-500"));
    ck_assert(!VTCTL(&answer, "RemoveKeyspaceCell", "main", "zone2"));
    ck_assert_ptr_nonnull(strstr(answer, "shard main/40-60 does not have serving cell zone2"));
    ck_assert(VTCTL(NULL, "DeleteShards", "--recursive", "main/40-60"));
    ck_assert(VTCTL(NULL, "RemoveKeyspaceCell", "main", "zone2"));
    ck_assert(!VTCTL(&answer, "RemoveKeyspaceCell", "--recursive", "main", "zone1"));
    ck_assert_ptr_nonnull(strstr(answer, "shard primary zone1-0000000100 is in cell"));
}
END_TEST

START_TEST(cells_come_and_go)
{
    const char *answer;

    start_shard("none", 2);
    tablet("zone2", 100, "replica");
    settle();
    ck_assert(!VTCTL(NULL, "RemoveKeyspaceCell", "main", "zone2"));
    ck_assert(VTCTL(NULL, "RemoveKeyspaceCell", "--force", "--recursive", "main", "zone2"));
    VTCTL(&answer, "GetTablets", "--cell", "zone2");
    ck_assert_str_eq(answer, "");
    ck_assert(VTCTL(NULL, "DeleteCellInfo", "--force", "zone2"));
    ck_assert(!VTCTL(NULL, "DeleteCellInfo", "--force", "zone2"));
    VTCTL(&answer, "GetCellInfoNames");
    ck_assert_str_eq(answer, "zone1\n");
    ck_assert(VTCTL(NULL, "UpdateCellsAlias", "--cells", "zone1,zone2", "a"));
    ck_assert(!VTCTL(NULL, "AddCellsAlias", "--cells", "zone3", "a"));
    ck_assert(!VTCTL(&answer, "UpdateCellsAlias", "--cells", "zone2", "b"));
    ck_assert_ptr_nonnull(strstr(answer, "overlaps with existing alias a"));
    ck_assert(VTCTL(&answer, "GetCellsAliases"));
    ck_assert_str_eq(answer, "{\"a\":{\"cells\":[\"zone1\",\"zone2\"]}}\n");
}
END_TEST

START_TEST(what_does_not_exist_fails)
{
    static const struct {
        const char *words[6];
        const char *part;
    } rows[] = {
        {{"InitShardMaster", "main/-80"}, "unknown command \"InitShardMaster\""},
        {{"GetShard", "--verbose", "main/-80"}, "unknown flag: --verbose"},
        {{"GetShard"}, "received 0"},
        {{"GetTablets", "main"}, "received 1"},
        {{"GetTablets", "--shard", "-80"}, "requires --keyspace"},
        {{"PlannedReparentShard", "--avoid-tablet", "a", "main/-80"}, "unknown flag"},
        {{"PlannedReparentShard", "main/-80", "--avoid-primary"}, "needs an argument"},
        {{"SetKeyspaceDurabilityPolicy", "--durability-policy=best", "main"}, "not a valid policy"},
        {{"SetKeyspaceDurabilityPolicy", "--durability-policy=none", "other"}, "doesn't exist"},
        {{"CreateKeyspace", "main"}, "already exists"},
        {{"DeleteTablets", "zone1-9"}, "doesn't exist"},
    };
    const char *answer;

    start_shard("none", 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ck_assert(!ask(&answer, rows[i].words));
        ck_assert_msg(strstr(answer, rows[i].part) != NULL, "%s", answer);
    }
}
END_TEST

/* --- tasks --- */

static void task(const char *name, const char *script, const char *server, const char *words)
{
    apply_text_of(fmt(arena,
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s'},'spec':{'restartPolicy':"
        "'OnFailure','containers':[{'name':'task','image':'i:1','terminationMessagePolicy':"
        "'FallbackToLogsOnError','command':['sh','-c',%s,'/vt/bin/vtctldclient','--server','%s',%s]"
        "}]}}",
        name,
        script,
        server,
        words));
}

#define ONCE "'exec \\'$@\\' >/dev/termination-log','task'"
#define UNTIL(pattern) "'pattern=$1; until grep -Eq; do sleep 5; done','task','" pattern "'"

static const json_t *task_status(const char *name)
{
    return json_array_get(json_at(get("Pod", name), "status", "containerStatuses"), 0);
}

static void start_vtctld(void)
{
    vitess_pod("vtctld", "vtctld", "");
    apply_text_of("{'apiVersion':'v1','kind':'Service','metadata':{'name':'vtctld'},'spec':{"
                  "'selector':{'app':'vtctld'},'ports':[{'port':15999}]}}");
}

START_TEST(a_task_leaves_its_answer_as_termination_message)
{
    start_shard("none", 1);
    start_vtctld();
    settle();
    task("t", ONCE, "vtctld:15999", "'GetCellInfoNames'");
    settle();
    ck_assert_str_eq(json_text_at(get("Pod", "t"), "status", "phase"), "Succeeded");
    ck_assert_str_eq(json_text_at(task_status("t"), "state", "terminated", "message"),
        "zone1\nzone2\n");
    ck_assert_int_eq(json_int_at(task_status("t"), 9, "state", "terminated", "exitCode"), 0);
    ck_assert_int_eq(json_int_at(task_status("t"), 9, "restartCount"), 0);
}
END_TEST

START_TEST(a_task_without_vtctld_is_tried_until_there_is_one)
{
    start_shard("none", 1);
    task("t", ONCE, "vtctld:15999", "'GetCellInfoNames'");
    steps(6);
    ck_assert_str_eq(json_text_at(task_status("t"), "state", "waiting", "reason"),
        "CrashLoopBackOff");
    ck_assert_ptr_nonnull(
        strstr(json_text_at(task_status("t"), "lastState", "terminated", "message"),
            "code = Unavailable"));
    start_vtctld();
    settle();
    ck_assert_str_eq(json_text_at(get("Pod", "t"), "status", "phase"), "Succeeded");
}
END_TEST

#define SERVES ",'--grpc-ca=/ca','--grpc-cert=/crt','--grpc-key=/key'"
#define DIALS(prefix) "'--" prefix "-ca=/ca','--" prefix "-cert=/crt','--" prefix "-key=/key'"
#define MANAGES DIALS("tablet-manager-grpc")

static void serve_vtctld(const char *flags)
{
    vitess_pod("vtctld", "vtctld", flags);
    apply_text_of("{'apiVersion':'v1','kind':'Service','metadata':{'name':'vtctld'},'spec':{"
                  "'selector':{'app':'vtctld'},'ports':[{'port':15999}]}}");
}

static const char *last_words(const char *name)
{
    const char *text = json_text_at(task_status(name), "lastState", "terminated", "message");

    return text == NULL ? "" : text;
}

START_TEST(a_vtctld_with_tls_takes_no_plain_text)
{
    start_shard("none", 1);
    serve_vtctld(SERVES);
    task("plain", ONCE, "vtctld:15999", "'GetCellInfoNames'");
    task("bare", ONCE, "vtctld:15999", "'--vtctld-grpc-ca=/ca','GetCellInfoNames'");
    task("whole", ONCE, "vtctld:15999", DIALS("vtctld-grpc") ",'GetCellInfoNames'");
    settle();
    ck_assert_ptr_nonnull(strstr(last_words("plain"), "error reading server preface: EOF"));
    ck_assert_ptr_nonnull(strstr(last_words("bare"), "tls: certificate required"));
    ck_assert_str_eq(json_text_at(get("Pod", "whole"), "status", "phase"), "Succeeded");
}
END_TEST

START_TEST(a_vtctld_without_tls_takes_nothing_else)
{
    start_shard("none", 1);
    start_vtctld();
    task("t", ONCE, "vtctld:15999", DIALS("vtctld-grpc") ",'GetCellInfoNames'");
    settle();
    ck_assert_ptr_nonnull(
        strstr(last_words("t"), "first record does not look like a TLS handshake"));
}
END_TEST

START_TEST(a_vtctld_with_optional_tls_takes_both)
{
    start_shard("none", 1);
    serve_vtctld(SERVES ",'--grpc-enable-optional-tls=true'");
    task("plain", ONCE, "vtctld:15999", "'GetCellInfoNames'");
    task("whole", ONCE, "vtctld:15999", DIALS("vtctld-grpc") ",'GetCellInfoNames'");
    settle();
    ck_assert_str_eq(json_text_at(get("Pod", "plain"), "status", "phase"), "Succeeded");
    ck_assert_str_eq(json_text_at(get("Pod", "whole"), "status", "phase"), "Succeeded");
}
END_TEST

static void secured_tablet(int uid)
{
    vitess_pod(fmt(arena, "zone1-%d", uid),
        "vttablet",
        fmt(arena,
            ",'--tablet-path=zone1-%d','--init-keyspace=main','--init-shard=-80',"
            "'--init-tablet-type=replica','--tablet-hostname=h'" SERVES,
            uid));
}

static void start_secured_shard(const char *vtorc)
{
    vitess_pod("vtorc", "vtorc", vtorc);
    settle();
    ck_assert(VTCTL(NULL, "UpdateCellInfo", "--root", "/vitess/zone1", "zone1"));
    ck_assert(VTCTL(NULL, "CreateKeyspace", "--durability-policy", "none", "main"));
    secured_tablet(100);
    secured_tablet(101);
    settle();
}

START_TEST(who_dials_tablets_in_plain_text_reaches_none_with_tls)
{
    start_secured_shard("");
    ck_assert_ptr_null(sim_primary(sim, NULL, "main", "-80"));
    vitess_pod("vtgate", "vtgate", ",'--cell=zone1','--cells-to-watch=zone1'");
    settle();
    ck_assert(!ready("vtgate"));
}
END_TEST

START_TEST(who_reparents_dials_the_tablets)
{
    start_secured_shard("," MANAGES);
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000100");
    task("plain",
        ONCE,
        "internal",
        fmt(arena,
            "%s,'PlannedReparentShard','--avoid-primary','zone1-100','main/-80'",
            topology()));
    settle();
    ck_assert_ptr_nonnull(strstr(last_words("plain"), "tablet zone1-0000000101"));
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000100");
    task("whole",
        ONCE,
        "internal",
        fmt(arena,
            "%s," MANAGES ",'PlannedReparentShard','--avoid-primary','zone1-100','main/-80'",
            topology()));
    settle();
    ck_assert_str_eq(sim_primary(sim, NULL, "main", "-80"), "zone1-0000000101");
}
END_TEST

START_TEST(a_hopeless_task_ends_the_run_and_wakes_when_vitess_changes)
{
    start_shard("none", 1);
    task("t", ONCE, "internal", fmt(arena, "%s,'GetKeyspace','later'", topology()));
    settle();
    ck_assert_int_ge(json_int_at(task_status("t"), 0, "restartCount"), 8);
    ck_assert(VTCTL(NULL, "CreateKeyspace", "--durability-policy=none", "later"));
    settle();
    ck_assert_str_eq(json_text_at(get("Pod", "t"), "status", "phase"), "Succeeded");
}
END_TEST

START_TEST(a_waiting_task_runs_until_its_pattern_matches)
{
    start_shard("none", 1);
    start_vtctld();
    settle();
    task("t", UNTIL("false|not there"), "vtctld:15999", "'GetShard','main/-80'");
    settle();
    ck_assert_str_eq(json_text_at(get("Pod", "t"), "status", "phase"), "Running");
    ck_assert(VTCTL(NULL, "SetShardIsPrimaryServing", "main/-80", "false"));
    settle();
    ck_assert_str_eq(json_text_at(get("Pod", "t"), "status", "phase"), "Succeeded");
}
END_TEST

START_TEST(a_task_fault_is_over_after_three_tries)
{
    start_shard("none", 1);
    start_vtctld();
    settle();
    break_by("task=look@1");
    task("x-look-0a1b2c3d", ONCE, "vtctld:15999", "'GetCellInfoNames'");
    settle();
    ck_assert_int_eq(json_int_at(task_status("x-look-0a1b2c3d"), 0, "restartCount"), 3);
    ck_assert_str_eq(json_text_at(get("Pod", "x-look-0a1b2c3d"), "status", "phase"), "Succeeded");
}
END_TEST

/* --- the lock server --- */

START_TEST(without_a_quorum_nothing_starts)
{
    etcd = "etcd-client.default.svc:2379";
    apply_text_of("{'apiVersion':'v1','kind':'Service','metadata':{'name':'etcd-client'},'spec':{"
                  "'selector':{'app':'etcd'},'ports':[{'port':2379}]}}");
    apply_text_of(
        "{'apiVersion':'apps/"
        "v1','kind':'StatefulSet','metadata':{'name':'etcd'},'spec':{'replicas':"
        "3,'podManagementPolicy':'OrderedReady','selector':{'matchLabels':{'app':'etcd'}},'"
        "template'"
        ":{'metadata':{'labels':{'app':'etcd'}},'spec':{'containers':[{'name':'etcd','image':'e:1',"
        "'command':['/usr/local/bin/etcd']}]}}}}");
    vitess_pod("vtorc", "vtorc", "");
    settle();
    /* One after the other, each waiting for a quorum: for ever. */
    ck_assert_int_eq(json_int_at(get("StatefulSet", "etcd"), 0, "status", "readyReplicas"), 0);
    ck_assert_ptr_nonnull(strstr(json_write(arena, get("Pod", "vtorc"), NULL),
        "cannot open the topology at etcd-client.default.svc:2379"));
    sim_delete(sim, "StatefulSet", "default", "etcd");
    settle();
    apply_text_of(
        "{'apiVersion':'apps/"
        "v1','kind':'StatefulSet','metadata':{'name':'etcd'},'spec':{'replicas':"
        "3,'podManagementPolicy':'Parallel','selector':{'matchLabels':{'app':'etcd'}},'template':{"
        "'metadata':{'labels':{'app':'etcd'}},'spec':{'containers':[{'name':'etcd','image':'e:1',"
        "'command':['/usr/local/bin/etcd']}]}}}}");
    settle();
    ck_assert_int_eq(json_int_at(get("StatefulSet", "etcd"), 0, "status", "readyReplicas"), 3);
    ck_assert(ready("vtorc"));
}
END_TEST

static void add_task_tests(TCase *tcase)
{
    tcase_add_test(tcase, a_task_leaves_its_answer_as_termination_message);
    tcase_add_test(tcase, a_task_without_vtctld_is_tried_until_there_is_one);
    tcase_add_test(tcase, a_vtctld_with_tls_takes_no_plain_text);
    tcase_add_test(tcase, a_vtctld_without_tls_takes_nothing_else);
    tcase_add_test(tcase, a_vtctld_with_optional_tls_takes_both);
    tcase_add_test(tcase, who_dials_tablets_in_plain_text_reaches_none_with_tls);
    tcase_add_test(tcase, who_reparents_dials_the_tablets);
    tcase_add_test(tcase, a_hopeless_task_ends_the_run_and_wakes_when_vitess_changes);
    tcase_add_test(tcase, a_waiting_task_runs_until_its_pattern_matches);
    tcase_add_test(tcase, a_task_fault_is_over_after_three_tries);
    tcase_add_test(tcase, without_a_quorum_nothing_starts);
}

static void tests(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, begin, sim_end);
    tcase_add_test(tcase, flags_are_spelled_with_dashes_or_underscores);
    tcase_add_test(tcase, a_flag_that_nobody_knows_is_met_however_it_is_spelled);
    tcase_add_test(tcase, a_tablet_needs_its_cell_and_is_restarted_until_it_is_there);
    tcase_add_test(tcase, vtctld_starts_before_its_cell_is_there);
    tcase_add_test(tcase, no_primary_without_policy_and_no_service_without_primary);
    tcase_add_test(tcase, a_vtorc_elects_where_it_watches);
    tcase_add_test(tcase, cells_tell_which_shards_are_served);
    tcase_add_test(tcase, a_new_tablet_waits_for_the_first_backup);
    tcase_add_test(tcase, a_tablet_that_does_not_wait_starts_empty);
    tcase_add_test(tcase, later_backups_need_one_before_and_a_primary);
    tcase_add_test(tcase, semi_sync_needs_two);
    tcase_add_test(tcase, no_vtorc_no_election);
    tcase_add_test(tcase, a_restoring_tablet_is_ready_but_does_not_serve);
    tcase_add_test(tcase, a_planned_reparent_avoids_one_tablet);
    tcase_add_test(tcase, an_external_primary_is_told_to_vitess);
    tcase_add_test(tcase, a_reparent_leaves_the_cell_only_when_told);
    tcase_add_test(tcase, a_dead_primary_is_replaced_and_comes_back_as_replica);
    tcase_add_test(tcase, a_primary_that_nobody_can_replace_comes_back_as_primary);
    tcase_add_test(tcase, deleting_the_record_of_a_primary_is_an_emergency);
    tcase_add_test(tcase, tablets_are_listed_as_awk_wants_them);
    tcase_add_test(tcase, a_shard_that_overlaps_a_serving_one_does_not_serve);
    tcase_add_test(tcase, a_keyspace_leaves_a_cell_only_as_a_whole);
    tcase_add_test(tcase, cells_come_and_go);
    tcase_add_test(tcase, what_does_not_exist_fails);
    add_task_tests(tcase);
}

TEST_MAIN(tests)
