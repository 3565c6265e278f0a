#include "components.h"
#include "etcd_members.h"

#include "clusters.h"
#include "preflight.h"
#include "task.h"

/* TLS between the components: what they are started with, and what is refused of a spec. */

static const struct component_tls required = {"demo-tls", "demo", false, true};
static const struct component_tls preferred = {"demo-tls", "demo", true, true};
static const struct component_tls accepted = {"demo-tls", "demo", true, false};

static struct place zone1_with(const struct component_tls *tls)
{
    struct place place = zone1();

    place.tls = tls;
    place.topology.dial = tls_dial(arena, tls);
    place.secrets = "fedcba9876543210";
    return place;
}

#define FILES "/vt/secrets/tls"

/* All its arguments of TLS, one a line, with the folder cut out. */
static const char *tls_arguments(const json_t *object, const char *container)
{
    struct texts lines = {.arena = arena};
    const json_t *item;

    json_each_item (json_at(container_of(object, container), "args"), i, item) {
        const char *text = json_string_value(item);
        const char *folder = strstr(text, FILES "/");

        if (folder != NULL)
            texts_add(&lines,
                fmt(arena, "%.*s%s", (int)(folder - text), text, folder + strlen(FILES "/")));
        else if (strstr(text, "-server-name=") != NULL || strstr(text, "optional-tls") != NULL)
            texts_add(&lines, text);
    }
    return texts_join(&lines, " ");
}

#define SERVER "--grpc-ca=ca.crt --grpc-cert=tls.crt --grpc-key=tls.key"
#define DIALS(what)                                                                                \
    "--" what "-ca=ca.crt --" what "-cert=tls.crt --" what "-key=tls.key --" what                  \
    "-server-name=demo"

/* The Secret, mounted where the flags look for it. */
static void check_volume(const json_t *object, const char *container)
{
    ck_json(json_named(json_at(pod_spec_of(object), "volumes"), "vitess-tls"),
        "{'name':'vitess-tls','secret':{'secretName':'demo-tls'}}");
    ck_json(json_named(json_at(container_of(object, container), "volumeMounts"), "vitess-tls"),
        "{'name':'vitess-tls','mountPath':'" FILES "','readOnly':true}");
}

static const json_t *vtgate_with(const struct component_tls *tls)
{
    struct vtgate vtgate = {.place = zone1_with(tls),
        .name = "demo-zone1-vtgate",
        .image = VITESS_IMAGE,
        .cells_to_watch = "zone1"};

    return vtgate_deployment(arena, &vtgate);
}

static const json_t *vttablet_with(const struct component_tls *tls)
{
    struct vttablet tablet = {.place = zone1_with(tls),
        .id = v1_tablet_identity(arena, "demo", "zone1", "main", "-80", "replica", 0),
        .image = VITESS_IMAGE};

    return vttablet_pod(arena, &tablet);
}

START_TEST(each_component_has_the_flags_that_it_knows)
{
    struct vtctld vtctld = {.place = zone1_with(&required),
        .name = "demo-zone1-vtctld",
        .image = VITESS_IMAGE};
    struct vtorc vtorc = {.place = zone1_with(&required),
        .name = "demo-zone1-vtorc",
        .image = VITESS_IMAGE};
    struct vtadmin vtadmin = {.place = zone1_with(&required),
        .name = "demo-zone1-vtadmin",
        .api_image = VITESS_IMAGE,
        .web_image = VTADMIN_IMAGE,
        .vtgates = json_of("[]")};

    ck_assert_str_eq(tls_arguments(vttablet_with(&required), "vttablet"),
        DIALS("binlog-player-grpc") " " SERVER
                                    " " DIALS("tablet-grpc") " " DIALS("tablet-manager-grpc"));
    ck_assert_str_eq(tls_arguments(vttablet_with(&required), "mysql"), "");
    ck_assert_str_eq(tls_arguments(vtgate_with(&required), "vtgate"),
        SERVER " " DIALS("tablet-grpc"));
    ck_assert_str_eq(tls_arguments(vtctld_deployment(arena, &vtctld), "vtctld"),
        SERVER " " DIALS("tablet-grpc") " " DIALS("tablet-manager-grpc"));
    ck_assert_str_eq(tls_arguments(vtorc_deployment(arena, &vtorc), "vtorc"),
        DIALS("tablet-manager-grpc"));
    ck_assert_str_eq(tls_arguments(vtadmin_deployment(arena, &vtadmin), "vtadmin-api"),
        DIALS("vtctld-grpc"));
    check_volume(vttablet_with(&required), "vttablet");
    check_volume(vtgate_with(&required), "vtgate");
    check_volume(vtgate_with(&required), "wait-for-cells");
    check_volume(vtctld_deployment(arena, &vtctld), "vtctld");
    check_volume(vtorc_deployment(arena, &vtorc), "vtorc");
    check_volume(vtadmin_deployment(arena, &vtadmin), "vtadmin-api");
    check_flags_exist(vttablet_with(&required), "vttablet", "vttablet");
    check_flags_exist(vtgate_with(&required), "vtgate", "vtgate");
}
END_TEST

START_TEST(servers_come_first_and_clients_second)
{
    ck_assert_str_eq(tls_arguments(vtgate_with(&accepted), "vtgate"),
        "--grpc-ca=ca.crt --grpc-cert=tls.crt --grpc-enable-optional-tls=true --grpc-key=tls.key");
    ck_assert_str_eq(tls_arguments(vtgate_with(&preferred), "vtgate"),
        "--grpc-ca=ca.crt --grpc-cert=tls.crt --grpc-enable-optional-tls=true "
        "--grpc-key=tls.key " DIALS("tablet-grpc"));
    ck_assert_str_eq(tls_arguments(vtgate_with(NULL), "vtgate"), "");
}
END_TEST

/* Whoever asks the topology itself hands the primary over by itself. */
START_TEST(a_tablet_hands_over_with_its_certificate)
{
    const char *words = json_write(arena,
        json_at(container_of(vttablet_with(&required), "vttablet"), "lifecycle"),
        NULL);

    ck_assert_ptr_nonnull(strstr(words,
        "\"--tablet-manager-grpc-ca=" FILES "/ca.crt\",\"--tablet-manager-grpc-cert=" FILES
        "/tls.crt\",\"--tablet-manager-grpc-key=" FILES
        "/tls.key\",\"--tablet-manager-grpc-server-name=demo\""));
}
END_TEST

START_TEST(other_content_is_another_pod)
{
    ck_assert_str_eq(json_text_at(vtgate_with(&required),
                         "spec",
                         "template",
                         "metadata",
                         "annotations",
                         "vitess.io/secrets-hash"),
        "fedcba9876543210");
    ck_assert_str_eq(
        json_text_at(vttablet_with(&required), "metadata", "annotations", "vitess.io/secrets-hash"),
        "fedcba9876543210");
}
END_TEST

START_TEST(members_of_etcd_check_each_other)
{
    struct etcd etcd = {.place = zone1(),
        .name = "demo-global-etcd",
        .image = ETCD_IMAGE,
        .size = 1,
        .tls_secret = "etcd-tls"};
    const struct etcd_gate forming = {.state = ETCD_FORMING};
    const json_t *set = etcd_statefulset(arena, &etcd);
    static const char *const flags[][2] = {{"cert-file", "/etc/etcd/tls/tls.crt"},
        {"key-file", "/etc/etcd/tls/tls.key"},
        {"trusted-ca-file", "/etc/etcd/tls/ca.crt"},
        {"client-cert-auth", "true"},
        {"peer-cert-file", "/etc/etcd/tls/tls.crt"},
        {"peer-key-file", "/etc/etcd/tls/tls.key"},
        {"peer-trusted-ca-file", "/etc/etcd/tls/ca.crt"},
        {"peer-client-cert-auth", "true"},
        {"listen-client-urls", "https://0.0.0.0:2379"},
        {"listen-peer-urls", "https://0.0.0.0:2380"},
        {"listen-metrics-urls", "http://0.0.0.0:2381"},
        {"initial-cluster", "$(INITIAL_CLUSTER)"},
        {"advertise-client-urls", "https://$(POD_NAME).demo-global-etcd-peer.shop.svc:2379"}};

    for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
        ck_assert_str_eq(argument(set, "etcd", flags[i][0]), flags[i][1]);
    ck_assert_str_eq(
        json_text_at(etcd_members_config(arena, &etcd, &forming), "data", "initial-cluster"),
        "demo-global-etcd-0=https://demo-global-etcd-0.demo-global-etcd-peer.shop.svc:2380");
    ck_json(json_at(pod_spec_of(set), "volumes"),
        "[{'name':'etcd-tls','secret':{'secretName':'etcd-tls'}}]");
    ck_assert_str_eq(json_text_at(container_of(set, "etcd"), "readinessProbe", "httpGet", "port"),
        "metrics");
}
END_TEST

/* --- tasks --- */

static const json_t *task_of(const json_t *cluster)
{
    struct world world = {.sync = v1_sync_cluster,
        .parent = json_clone(cluster),
        .children = json_new_list()};
    const json_t *cell;
    const json_t *child;

    ck_assert_int_eq(world_sync(&world), 200);
    cell = world_of(&world, "VitessCell", "demo-zone1");
    ck_assert_ptr_nonnull(cell);
    world = (struct world){.sync = v1_sync_cell,
        .parent = json_clone(cell),
        .children = json_new_list()};
    ck_assert_int_eq(world_sync(&world), 200);
    json_each_item (world.answer.children, i, child) {
        if (text_equal(object_label(child, v1_keys.component), "task"))
            return child;
    }
    return NULL;
}

static const char *words_of(const json_t *task)
{
    return json_write(arena, json_at(container_of(task, "task"), "command"), NULL);
}

START_TEST(tasks_dial_as_the_spec_says)
{
    const json_t *task = task_of(changed(two_zones(), "spec.tls", "{'secret':'demo-tls'}"));

    ck_assert_ptr_nonnull(strstr(words_of(task),
        "\"--server\",\"demo-global-vtctld:15999\",\"--vtctld-grpc-ca=" FILES
        "/ca.crt\",\"--vtctld-grpc-cert=" FILES "/tls.crt\",\"--vtctld-grpc-key=" FILES
        "/tls.key\",\"--vtctld-grpc-server-name=demo\""));
    check_volume(task, "task");
    task = task_of(changed(two_zones(), "spec.tls", "{'secret':'demo-tls','mode':'Accept'}"));
    ck_assert_ptr_null(strstr(words_of(task), "grpc-ca"));
    ck_assert_ptr_null(json_at(task, "spec", "volumes"));
}
END_TEST

START_TEST(tasks_that_ask_nobody_dial_the_tablets)
{
    const json_t *cluster = changed(two_zones(), "spec.tls", "{'secret':'s','serverName':'v.x'}");
    const json_t *task = task_of(changed(cluster, "spec.cells[0].vtctld", NULL));

    ck_assert_ptr_nonnull(strstr(words_of(task), "\"--tablet-manager-grpc-ca=" FILES "/ca.crt\""));
    ck_assert_ptr_nonnull(strstr(words_of(task), "\"--tablet-manager-grpc-server-name=v.x\""));
}
END_TEST

/* --- flags given by hand --- */

#define HAND(prefix)                                                                               \
    "'" prefix "-ca':'/t/ca.crt','" prefix "-cert':'/t/tls.crt','" prefix "-key':'/t/tls.key'"
#define VOLUME                                                                                     \
    "'template':{'volumes':[{'name':'other','emptyDir':{}},{'name':'t','secret':{'secretName':"    \
    "'mine'}}],'volumeMounts':[{'name':'other','mountPath':'/ta'},{'name':'t','mountPath':'/t/"    \
    "'}]}"
#define ORC "{'flags':{" HAND("tablet-manager-grpc") "}," VOLUME "}"
#define GATE "{'flags':{" HAND("tablet-grpc") "}," VOLUME "}"

static const json_t *by_hand(void)
{
    const json_t *cluster = two_zones();
    const json_t *pool = json_of("{'flags':{" HAND("grpc") "," HAND("tablet-manager-grpc") "}}");

    cluster = changed(cluster,
        "spec.cells[0].vtctld",
        "{'flags':{" HAND("grpc") "," HAND("tablet-manager-grpc") "}," VOLUME "}");
    cluster = changed(cluster, "spec.cells[1].vtgate", GATE);
    cluster = changed(cluster, "spec.cells[2].vtgate", GATE);
    cluster = changed(cluster, "spec.cells[1].vtorc", ORC);
    cluster = changed(cluster, "spec.cells[2].vtorc", ORC);
    cluster = changed(cluster,
        "spec.keyspaces[0].tablets.defaults.vttablet",
        json_write(arena, pool, NULL));
    return changed(cluster,
        "spec.keyspaces[1].tablets.masterEligible.vttablet",
        json_write(arena, pool, NULL));
}

START_TEST(tasks_dial_as_flags_by_hand_say)
{
    const json_t *task = task_of(by_hand());

    ck_assert_str_eq(problems_of(by_hand(), NULL), "");
    ck_assert_ptr_nonnull(strstr(words_of(task),
        "\"--vtctld-grpc-ca=/t/ca.crt\",\"--vtctld-grpc-cert=/t/tls.crt\","
        "\"--vtctld-grpc-key=/t/tls.key\""));
    ck_json(json_at(task, "spec", "volumes"), "[{'name':'t','secret':{'secretName':'mine'}}]");
    ck_json(json_at(container_of(task, "task"), "volumeMounts"),
        "[{'name':'t','mountPath':'/t/'}]");
}
END_TEST

struct row {
    const char *path;
    const char *value; /* NULL: taken away */
    const char *problems;
};

static void expect(const json_t *cluster, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_str_eq(problems_of(changed(cluster, rows[i].path, rows[i].value), NULL),
            rows[i].problems);
}

#define EXPECT(cluster, rows) expect((cluster), (rows), sizeof(rows) / sizeof(*(rows)))
#define BY_HAND "; spec.tls says all of it at once"
#define TABLETS "spec.keyspaces[0].tablets.defaults.vttablet.flags"
#define PLAIN "without it whoever has no certificate is let in, too" BY_HAND

START_TEST(half_of_it_is_refused)
{
    static const struct row rows[] = {
        {"spec.cells[0].vtctld.flags.grpc-ca",
            NULL,
            "spec.cells[0].vtctld.flags.grpc-ca: is required beside grpc-cert: " PLAIN},
        {"spec.cells[0].vtctld.flags.grpc-key",
            NULL,
            "spec.cells[0].vtctld.flags.grpc-key: is required beside grpc-cert, which has no "
            "effect without it" BY_HAND},
        {TABLETS ".grpc-ca", NULL, TABLETS ".grpc-ca: is required beside grpc-cert: " PLAIN},
        {"spec.cells[1].vtgate.flags.tablet-grpc-ca",
            NULL,
            "spec.cells[1].vtgate.flags.tablet-grpc-ca: is required, since " TABLETS
            " has grpc-cert, and takes nothing but TLS" BY_HAND},
        {"spec.cells[2].vtorc",
            NULL,
            "spec.cells[2].vtorc.flags.tablet-manager-grpc-ca: is required, since " TABLETS
            " has grpc-cert, and takes nothing but TLS" BY_HAND
            "\nspec.cells[2].vtorc.flags.tablet-manager-grpc-cert: is required, since " TABLETS
            " has grpc-ca, and asks each client for a certificate" BY_HAND},
        {"spec.cells[2].vtorc", "{'enabled':false}", ""},
        {"spec.keyspaces[1].tablets.masterEligible.vttablet",
            "{'flags':{" HAND("tablet-manager-grpc") "}}",
            "spec.keyspaces[1].tablets.masterEligible.vttablet.flags.grpc-cert: is required, "
            "since " TABLETS " has it, and all tablets are dialed in the same way" BY_HAND},
        {"spec.cells[0].vtctld",
            NULL,
            TABLETS ".grpc-cert: needs a vtctld in some cell, since the operator's tasks would "
                    "dial the tablets themselves without one, in plain text" BY_HAND
                    "\nspec.keyspaces[1].tablets.masterEligible.vttablet.flags.grpc-cert: needs a "
                    "vtctld in some cell, since the operator's tasks would dial the tablets "
                    "themselves without one, in plain text" BY_HAND},
        {"spec.cells[0].vtadmin",
            "{}",
            "spec.cells[0].vtadmin.flags.vtctld-grpc-ca: is required, since "
            "spec.cells[0].vtctld.flags has grpc-cert, and takes nothing but TLS" BY_HAND
            "\nspec.cells[0].vtadmin.flags.vtctld-grpc-cert: is required, since "
            "spec.cells[0].vtctld.flags has grpc-ca, and asks each client for a "
            "certificate" BY_HAND},
    };
    static const struct row plain[] = {
        {"spec.cells[0].vtctld",
            "{'flags':{'grpc-ca':'/t/ca.crt'}}",
            "spec.cells[0].vtctld.flags.grpc-cert: is required beside grpc-ca: without it the "
            "server speaks plain text" BY_HAND},
        {"spec.cells[1].vtorc",
            "{'flags':{'tablet-manager-grpc-ca':'/t/ca.crt'}}",
            "spec.cells[1].vtorc.flags.tablet-manager-grpc-ca: must not be set, since " TABLETS
            " has no grpc-cert, and speaks plain text" BY_HAND},
        {"spec.cells[1].vtgate.flags", "{'grpc-cert':'/t/a','grpc-key':'/t/b'}", ""},
    };

    EXPECT(by_hand(), rows);
    EXPECT(changed(two_zones(), "spec.keyspaces[0].tablets.defaults.vttablet", "{'flags':{}}"),
        plain);
}
END_TEST

START_TEST(the_spec_says_it_once)
{
    const json_t *cluster = changed(two_zones(), "spec.tls", "{'secret':'s'}");
    static const struct row rows[] = {
        {"spec.tls", "{'secretName':'s'}", "spec.tls.secretName: is called secret here"},
        {"spec.tls.mode",
            "'Both'",
            "spec.tls.mode: must be one of \"Accept\", \"Prefer\", \"Require\", got \"Both\""},
        {"spec.cells[0].vtctld.flags",
            "{'grpc-cert':'/t/a'}",
            "spec.cells[0].vtctld.flags.grpc-cert: must not be set beside spec.tls, which sets it; "
            "leave it out"},
        {"spec.cells[0].vtctld.flags",
            "{'grpc-enable-optional-tls':true}",
            "spec.cells[0].vtctld.flags.grpc-enable-optional-tls: must not be set beside spec.tls, "
            "whose mode says it; leave it out"},
        {"spec.cells[1].vtgate.template",
            "{'volumes':[{'name':'vitess-tls','emptyDir':{}}]}",
            "spec.cells[1].vtgate.template.volumes[0].name: must not be the name of a volume that "
            "the operator makes in this Pod, got \"vitess-tls\"; give yours another name"},
        {"spec.cells[0].etcd.tls", "{'secret':'e'}", ""},
    };

    EXPECT(cluster, rows);
    ck_assert_str_eq(problems_of(changed(changed(two_zones(),
                                             "spec.cells[0].etcd.tls",
                                             "{'secret':"
                                             "'e'}"),
                                     "spec.cells[0].vtctld",
                                     NULL),
                         NULL),
        "spec.cells[0].etcd.tls: needs a vtctld in some cell, since tasks reach a topology with "
        "TLS only through one");
}
END_TEST

#define VTADMIN(cell)                                                                              \
    "spec.cells[0].vtadmin: cannot dial a vtgate over TLS, which this Vitess has no flag for: "    \
    "take it out, or let vtgate take plain text as well, from everybody, with "                    \
    "spec.cells[" cell "].vtgate.flags.grpc-enable-optional-tls: true"

START_TEST(vtadmin_cannot_dial_vtgate)
{
    const json_t *cluster = changed(two_zones(), "spec.tls", "{'secret':'s'}");
    const json_t *open =
        changed(cluster, "spec.cells[1].vtgate.flags", "{'grpc-enable-optional-tls':true}");

    cluster = changed(cluster, "spec.cells[0].vtadmin", "{}");
    ck_assert_str_eq(problems_of(cluster, NULL), VTADMIN("1") "\n" VTADMIN("2"));
    open = changed(open, "spec.cells[2].vtgate.flags", "{'grpc-enable-optional-tls':'true'}");
    ck_assert_str_eq(problems_of(changed(open, "spec.cells[0].vtadmin", "{}"), NULL), "");
}
END_TEST

/* --- on a cluster that runs --- */

/* What is said of a new spec.tls where all cells were told `before`. */
static const char *step(const char *before, const char *now, const char *updated)
{
    const json_t *cluster = before == NULL ? two_zones() : changed(two_zones(), "spec.tls", before);
    struct world world = {.sync = v1_sync_cluster,
        .parent = json_clone(cluster),
        .children = json_new_list()};
    json_t *cell;

    ck_assert_int_eq(world_sync(&world), 200);
    json_each_item (world.children, i, cell) {
        put_at(cell,
            "status",
            json_of(fmt(arena,
                "{'observedGeneration':%lld,'conditions':[{'type':'Updated','status':'%s'}]}",
                (long long)object_generation(cell),
                updated == NULL ? "True" : "False")));
        if (updated != NULL)
            put_at(cell, "spec.tlsFrom", json_string(updated));
        put_at(cell, "metadata.annotations", json_object());
    }
    return problems_of(changed(cluster, "spec.tls", now), world_groups(&world));
}

#define MODE(mode) "{'secret':'s','mode':'" mode "'}"
#define AT_ONCE(from, to, first, cell)                                                             \
    "spec.tls: must not go from " from " to " to                                                   \
    " at once, since old and new Pods could not talk to each other; " first                        \
    " first, and go on once Updated is True; to do it all the same name VitessCell " cell          \
    " in spec.rollout.force"
#define AT_ONCE_IN_ALL(from, to, first)                                                            \
    AT_ONCE(from, to, first, "demo-global")                                                        \
    "\n" AT_ONCE(from, to, first, "demo-zone1") "\n" AT_ONCE(from, to, first, "demo-zone2")
#define WAITS(to, have, until, cell)                                                               \
    "spec.tls: must not go to " to " before VitessCell " cell                                      \
    " is Updated, since Pods of it may still have " have "; " until                                \
    " until then; to do it all the same name VitessCell " cell " in spec.rollout.force"

START_TEST(a_running_cluster_goes_step_by_step)
{
    ck_assert_str_eq(step(NULL, MODE("Require"), NULL),
        AT_ONCE_IN_ALL("no TLS", "mode Require", "set spec.tls.mode: Accept"));
    ck_assert_str_eq(step(MODE("Require"), NULL, NULL),
        AT_ONCE_IN_ALL("mode Require", "no TLS", "set spec.tls.mode: Prefer"));
    ck_assert_str_eq(step(NULL, MODE("Accept"), NULL), "");
    ck_assert_str_eq(step(MODE("Accept"), MODE("Prefer"), NULL), "");
    ck_assert_str_eq(step(MODE("Prefer"), "{'secret':'other'}", NULL), "");
    ck_assert_str_eq(step(MODE("Accept"), NULL, NULL), "");
}
END_TEST

START_TEST(by_hand_too)
{
    struct world world = {.sync = v1_sync_cluster,
        .parent = json_clone(by_hand()),
        .children = json_new_list()};

    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(problems_of(by_hand(), world_groups(&world)), "");
    ck_assert_str_eq(problems_of(two_zones(), world_groups(&world)),
        AT_ONCE_IN_ALL("mode Require",
            "no TLS",
            "give servers grpc-enable-optional-tls: true beside grpc-cert"));
    ck_assert_str_eq(
        problems_of(changed(two_zones(), "spec.tls", "{'secret':'mine'}"), world_groups(&world)),
        "");
}
END_TEST

START_TEST(a_step_waits_for_the_one_before)
{
    ck_assert_str_eq(step(MODE("Accept"), MODE("Prefer"), "none"),
        WAITS("mode Prefer", "no TLS", "set spec.tls.mode: Accept", "demo-global") "\n" WAITS(
            "mode Prefer",
            "no TLS",
            "set spec.tls.mode: Accept",
            "demo-zone1") "\n" WAITS("mode Prefer",
            "no TLS",
            "set spec.tls.mode: Accept",
            "demo-zone2"));
    ck_assert_str_eq(step(MODE("Accept"), NULL, "none"), "");
    ck_assert_str_eq(step(MODE("Accept"), MODE("Accept"), "none"), "");
    ck_assert_str_eq(step(MODE("Accept"), MODE("Prefer"), "Prefer"), "");
}
END_TEST

START_TEST(etcd_stays_as_it_was_made)
{
    const json_t *with = changed(two_zones(), "spec.cells[0].etcd.tls", "{'secret':'e'}");
    struct world world = {.sync = v1_sync_cluster,
        .parent = json_clone(with),
        .children = json_new_list()};

    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(problems_of(two_zones(), world_groups(&world)),
        "spec.cells[0].etcd.tls: must not be taken out once etcd exists, whose members could not "
        "talk to each other; put it back, or make a new VitessCluster and move the data (backup "
        "and restore, or MoveTables)");
    ck_assert_str_eq(problems_of(changed(with, "spec.cells[0].etcd.tls.secret", "'other'"),
                         world_groups(&world)),
        "");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, each_component_has_the_flags_that_it_knows);
    tcase_add_test(tcase, servers_come_first_and_clients_second);
    tcase_add_test(tcase, a_tablet_hands_over_with_its_certificate);
    tcase_add_test(tcase, other_content_is_another_pod);
    tcase_add_test(tcase, members_of_etcd_check_each_other);
    tcase_add_test(tcase, tasks_dial_as_the_spec_says);
    tcase_add_test(tcase, tasks_that_ask_nobody_dial_the_tablets);
    tcase_add_test(tcase, tasks_dial_as_flags_by_hand_say);
    tcase_add_test(tcase, half_of_it_is_refused);
    tcase_add_test(tcase, the_spec_says_it_once);
    tcase_add_test(tcase, vtadmin_cannot_dial_vtgate);
    tcase_add_test(tcase, a_running_cluster_goes_step_by_step);
    tcase_add_test(tcase, by_hand_too);
    tcase_add_test(tcase, a_step_waits_for_the_one_before);
    tcase_add_test(tcase, etcd_stays_as_it_was_made);
}

TEST_MAIN(tests)
