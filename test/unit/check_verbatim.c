#include "components.h"
#include "etcd_members.h"

#include "task.h"

/* What a process gets of a text in its container's command or args: the kubelet's own algorithm
 * (Expand() and tryReadVariableName() of kubernetes/third_party/forked/golang/expansion), with the
 * variables X and POD_NAME. */

#define EXPANDED "(expanded)"

static const char *variable(const char *name, size_t length)
{
    const char *text = text_copy(arena, name, length);

    return text_equal(text, "X") || text_equal(text, "POD_NAME") ? EXPANDED
                                                                 : fmt(arena, "$(%s)", text);
}

static const char *expand(const char *text)
{
    struct text out = {.arena = arena};

    for (; *text != '\0'; text++) {
        const char *close = *text == '$' && text[1] == '(' ? strchr(text + 2, ')') : NULL;

        if (close != NULL) {
            text_add(&out, variable(text + 2, (size_t)(close - text) - 2));
            text = close;
            continue;
        }
        text_add_bytes(&out, text, 1);
        if (*text == '$' && text[1] == '$')
            text++;
    }
    return text_string(&out);
}

START_TEST(the_process_gets_what_was_written)
{
    static const struct {
        const char *written, *sent;
    } rows[] = {
        {"", ""},
        {"plain", "plain"},
        {"$", "$"},
        {"^a$", "^a$"},
        {"$HOME ${HOME} $@ $1", "$HOME ${HOME} $@ $1"},
        {"$(X)", "$$(X)"},
        {"a$(X)b$(Y)", "a$$(X)b$$(Y)"},
        {"$(", "$$("},
        {"$$", "$$$"},
        {"$$$", "$$$$$"},
        {"$$(X)", "$$$$(X)"},
        /* Older kubelets cut such a letter in two. */
        {"$\xc3\xa9", "$$\xc3\xa9"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ck_assert_str_eq(verbatim(arena, rows[i].written), rows[i].sent);
        ck_assert_str_eq(expand(rows[i].sent), rows[i].written);
    }
    ck_assert_str_eq(expand("$(X)$$(X)$(Y)"), EXPANDED "$(X)$(Y)");
}
END_TEST

/* Every text of up to eight of these letters. */
START_TEST(no_text_is_changed_on_the_way)
{
    static const char letters[] = {'$', '(', ')', 'X'};
    enum { LETTERS = sizeof(letters), LONGEST = 8 };

    for (size_t length = 1, count = LETTERS; length <= LONGEST; length++, count *= LETTERS) {
        for (size_t number = 0; number < count; number++) {
            struct arena *outer = arena;
            char text[LONGEST + 1] = {0};

            for (size_t i = 0, left = number; i < length; i++, left /= LETTERS)
                text[i] = letters[left % LETTERS];
            arena = arena_new(0);
            ck_assert_str_eq(expand(verbatim(arena, text)), text);
            arena_free(arena);
            arena = outer;
        }
    }
}
END_TEST

START_TEST(a_list_is_verbatim_item_by_item)
{
    ck_json(verbatim_list(arena, json_of("['a','$(X)','$$']")), "['a','$$(X)','$$$']");
    ck_json(verbatim_list(arena, NULL), "[]");
}
END_TEST

/* --- every component --- */

/* What a user may write anywhere. */
#define EVIL "$(POD_NAME)$$$(X)$"
#define EVIL_FLAGS "{'evil-flag':'" EVIL "','evil_number':1}"

static struct place evil_place(void)
{
    struct place place = zone1();

    place.topology.addresses = EVIL ":2379";
    place.topology.global_root = "/" EVIL;
    return place;
}

/* The texts that the process gets hold EVIL as it is, and nothing of it was replaced; `found`
 * counts them. */
static void expect_verbatim(const json_t *texts, size_t *found)
{
    const json_t *item;

    json_each_item (texts, i, item) {
        const char *got = expand(json_string_value(item));

        if (strstr(json_string_value(item), "POD_NAME") == NULL)
            continue;
        ck_assert_msg(strstr(got, EVIL) != NULL && strstr(got, EXPANDED) == NULL, "%s", got);
        ++*found;
    }
}

/* As many texts of its containers have to hold EVIL. */
static void expect_evil(const json_t *object, size_t wanted)
{
    const json_t *container;
    size_t found = 0;

    ck_assert_ptr_null(template_bug(object));
    json_each_item (json_at(pod_spec_of(object), "initContainers"), i, container) {
        expect_verbatim(json_at(container, "command"), &found);
        expect_verbatim(json_at(container, "args"), &found);
    }
    json_each_item (json_at(pod_spec_of(object), "containers"), i, container) {
        expect_verbatim(json_at(container, "command"), &found);
        expect_verbatim(json_at(container, "args"), &found);
    }
    ck_assert_uint_eq(found, wanted);
}

enum { TOPOLOGY = 2 }; /* addresses and root */

START_TEST(servers_get_what_the_user_wrote)
{
    const json_t *flags = json_of(EVIL_FLAGS);
    struct vtctld vtctld = {.place = evil_place(),
        .name = "d",
        .image = VITESS_IMAGE,
        .flags = flags,
        .backup_flags = json_of("{'other':'" EVIL "'}")};
    struct vtgate vtgate = {.place = evil_place(),
        .name = "g",
        .image = VITESS_IMAGE,
        .cells_to_watch = EVIL,
        .auth_secret = "users",
        .auth_key = EVIL,
        .flags = flags};
    struct vtorc vtorc = {.place = evil_place(), .name = "o", .image = VITESS_IMAGE};
    struct vtadmin vtadmin = {.place = evil_place(),
        .name = "a",
        .api_image = VITESS_IMAGE,
        .web_image = VTADMIN_IMAGE,
        .vtgates = json_of("[]"),
        .rbac_secret = "rules",
        .rbac_key = EVIL,
        .flags = flags};

    vtorc.flags = flags;
    vtorc.place.cell = EVIL;
    expect_evil(vtctld_deployment(arena, &vtctld), TOPOLOGY + 2);
    expect_evil(vtgate_deployment(arena, &vtgate), TOPOLOGY + 3 + TOPOLOGY + 1);
    expect_evil(vtorc_deployment(arena, &vtorc), TOPOLOGY + 2);
    expect_evil(vtadmin_deployment(arena, &vtadmin), 2);
}
END_TEST

/* The kubelet is to put in the Pod's name, and nothing that the user wrote. */
START_TEST(etcd_still_learns_its_name)
{
    struct etcd etcd = {.place = zone1(),
        .name = "demo-zone1-etcd",
        .image = ETCD_IMAGE,
        .size = 1,
        .flags = json_of("{'evil-flag':'" EVIL "'}")};
    const struct etcd_gate forming = {.state = ETCD_FORMING};
    const json_t *statefulset;

    etcd.place.namespace = "$(X)";
    statefulset = etcd_statefulset(arena, &etcd);
    ck_assert_str_eq(expand(argument(statefulset, "etcd", "name")), EXPANDED);
    ck_assert_str_eq(expand(argument(statefulset, "etcd", "advertise-client-urls")),
        "http://" EXPANDED ".demo-zone1-etcd-peer.$(X).svc:2379");
    ck_assert_str_eq(expand(argument(statefulset, "etcd", "initial-advertise-peer-urls")),
        "http://" EXPANDED ".demo-zone1-etcd-peer.$(X).svc:2380");
    /* What a variable is set to from a ConfigMap is not looked through again. */
    ck_assert_str_eq(argument(statefulset, "etcd", "initial-cluster"), "$(INITIAL_CLUSTER)");
    ck_assert_str_eq(
        json_text_at(etcd_members_config(arena, &etcd, &forming), "data", "initial-cluster"),
        "demo-zone1-etcd-0=http://demo-zone1-etcd-0.demo-zone1-etcd-peer.$(X).svc:2380");
    ck_assert_str_eq(expand(argument(statefulset, "etcd", "evil-flag")), EVIL);
    etcd.flags = json_of("{'name':'$(POD_NAME)'}");
    ck_assert_str_eq(expand(argument(etcd_statefulset(arena, &etcd), "etcd", "name")),
        "$(POD_NAME)");
}
END_TEST

static struct vttablet evil_tablet(void)
{
    struct vttablet tablet = {.place = evil_place(),
        .id = v1_tablet_identity(arena, "demo", EVIL, EVIL, EVIL, "replica", 0),
        .image = VITESS_IMAGE,
        .vttablet_flags = json_of(EVIL_FLAGS),
        .mysql_flags = json_of(EVIL_FLAGS),
        .backup_flags = json_of("{'other':'" EVIL "'}"),
        .mysql_config = "a=" EVIL "\n",
        .init_script_secret = "init",
        .init_script_key = EVIL};

    return tablet;
}

START_TEST(tablets_get_what_the_user_wrote)
{
    struct vttablet tablet = evil_tablet();

    /* init: hostname, my.cnf; vttablet: path, hostname, keyspace, shard, database, two flags;
     * mysqlctld: init_db.sql, a flag; and the one that waits for the cell. */
    expect_evil(vttablet_pod(arena, &tablet), TOPOLOGY + 2 + 7 + 2 + TOPOLOGY);
}
END_TEST

/* The kubelet replaces nothing in a hook: what was doubled would stay so. */
START_TEST(hooks_get_what_the_user_wrote)
{
    struct vttablet tablet = evil_tablet();
    const json_t *command = json_at(container_of(vttablet_pod(arena, &tablet), "vttablet"),
        "lifecycle",
        "preStop",
        "exec",
        "command");

    ck_assert(json_list_has(command, "--topo-global-server-address=" EVIL ":2379"));
    ck_assert(json_list_has(command, "--topo-global-root=/" EVIL));
    ck_assert(json_list_has(command, EVIL "/" EVIL));
}
END_TEST

START_TEST(tasks_get_what_the_user_wrote)
{
    struct request request = {.arena = arena,
        .keys = &v1_keys,
        .parent = json_of("{'metadata':{'name':'demo','namespace':'shop'}}")};
    struct place place = evil_place();
    struct tasks tasks =
        tasks_begin(&request, &place, (struct vtctl_client){.image = "i", .server = "internal"});
    const json_t *pod;

    task_ask(&tasks, "ask", (const char *const[]){"GetCellInfo", EVIL, NULL}, NULL, NULL);
    pod = json_array_get(tasks.emitted, 0);
    expect_evil(pod, TOPOLOGY + 1);
    /* The script's own dollars are the shell's. */
    ck_assert_str_eq(
        json_string_value(json_array_get(json_at(container_of(pod, "task"), "command"), 2)),
        "exec \"$@\" >/dev/termination-log");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, the_process_gets_what_was_written);
    tcase_add_test(tcase, no_text_is_changed_on_the_way);
    tcase_add_test(tcase, a_list_is_verbatim_item_by_item);
    tcase_add_test(tcase, servers_get_what_the_user_wrote);
    tcase_add_test(tcase, etcd_still_learns_its_name);
    tcase_add_test(tcase, tablets_get_what_the_user_wrote);
    tcase_add_test(tcase, hooks_get_what_the_user_wrote);
    tcase_add_test(tcase, tasks_get_what_the_user_wrote);
}

TEST_MAIN(tests)
