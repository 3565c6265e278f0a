#include "clusters.h"
#include "shared.h"

/* The members of a cell's etcd and their volumes. */

#define ETCD "demo-global-etcd"

static struct world etcd_of(const char *block)
{
    struct world above = {.sync = v1_sync_cluster,
        .parent = json_clone(changed(two_zones(), "spec.cells[0].etcd", block)),
        .children = json_new_list()};
    struct world world = {.sync = v1_sync_cell, .children = json_new_list()};

    ck_assert_int_eq(world_sync(&above), 200);
    world.parent = world_of(&above, "VitessCell", "demo-global");
    ck_assert_int_eq(world_sync(&world), 200);
    return world;
}

static json_t *statefulset(const struct world *world)
{
    return world_of(world, "StatefulSet", ETCD);
}

static json_int_t replicas(const struct world *world)
{
    return json_int_at(statefulset(world), 0, "spec", "replicas");
}

static const char *claim_name(int ordinal)
{
    return fmt(arena, "data-" ETCD "-%d", ordinal);
}

static json_t *claim(const struct world *world, int ordinal)
{
    return world_of(world, "PersistentVolumeClaim", claim_name(ordinal));
}

/* As the controller of StatefulSets makes it, and Metacontroller adopts it. */
static void add_claim(struct world *world, int ordinal, const char *uid)
{
    json_t *labels = json_clone(json_at(statefulset(world), "spec", "selector", "matchLabels"));
    json_t *made = json_clone(json_of(fmt(arena,
        "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'%s',"
        "'namespace':'shop','uid':'%s','ownerReferences':[{'uid':'%s','controller':true}]},"
        "'spec':{'accessModes':['ReadWriteOnce'],'volumeMode':'Filesystem',"
        "'resources':{'requests':{'storage':'1Gi'}}},"
        "'status':{'phase':'Bound','capacity':{'storage':'1Gi'}}}",
        claim_name(ordinal),
        uid,
        object_uid(world->parent))));

    put_at(made, "metadata.labels", labels);
    json_add(world->children, made);
}

static void remove_claim(struct world *world, int ordinal)
{
    for (size_t i = 0; i < json_array_size(world->children); i++) {
        if (text_equal(object_name(json_array_get(world->children, i)), claim_name(ordinal)))
            json_array_remove(world->children, i);
    }
}

/* The controller of StatefulSets has done its work; so many members are Ready. */
static void run(struct world *world, json_int_t ready)
{
    put_at(statefulset(world),
        "status",
        json_of(fmt(arena,
            "{'observedGeneration':%lld,'replicas':%lld,'updatedReplicas':%lld,"
            "'readyReplicas':%lld}",
            (long long)object_generation(statefulset(world)),
            (long long)replicas(world),
            (long long)replicas(world),
            (long long)ready)));
    if (world_of(world, "Deployment", "demo-global-vtctld") != NULL)
        put_at(world_of(world, "Deployment", "demo-global-vtctld"),
            "status",
            json_of("{'observedGeneration':1,'replicas':1,'updatedReplicas':1,'readyReplicas':1,"
                    "'availableReplicas':1,'conditions':[{'type':'Available','status':'True'}]}"));
    for (int i = 0; i < replicas(world); i++) {
        if (claim(world, i) == NULL)
            add_claim(world, i, fmt(arena, "claim-%d", i));
    }
}

static void sync(struct world *world)
{
    ck_assert_int_eq(world_sync(world), 200);
}

static void run_and_rest(struct world *world, json_int_t ready)
{
    for (int i = 0; i < 3; i++) {
        run(world, ready);
        sync(world);
    }
}

static struct world etcd_up(int size)
{
    struct world world = etcd_of(fmt(arena, "{'size':%d}", size));

    run_and_rest(&world, size);
    return world;
}

static void edit(struct world *world, const char *path, const char *value)
{
    json_int_t generation = object_generation(world->parent) + 1;

    world->parent = (json_t *)(uintptr_t)changed(world->parent, path, value);
    put_at(world->parent, "metadata.generation", json_integer(generation));
    sync(world);
}

/* "initial-cluster initial-cluster-state", and what is being changed. */
static const char *gate(const struct world *world)
{
    const json_t *data = json_at(world_of(world, "ConfigMap", ETCD "-members"), "data");
    const char *joining = json_text_at(data, "joining");
    const char *leaving = json_text_at(data, "leaving");
    const char *replacing = json_text_at(data, "replacing");

    return fmt(arena,
        "%s %s%s%s%s%s%s%s",
        json_text_at(data, "initial-cluster"),
        json_text_at(data, "initial-cluster-state"),
        joining == NULL ? "" : " joining ",
        joining == NULL ? "" : joining,
        leaving == NULL ? "" : " leaving ",
        leaving == NULL ? "" : leaving,
        replacing == NULL ? "" : " replacing ",
        replacing == NULL ? "" : replacing);
}

#define CLOSED "closed-by-vitess-operator=http://closed.invalid:2380 existing"
#define AT(name, ordinal)                                                                          \
    name "-" ordinal "=http://" ETCD "-" ordinal "." ETCD "-peer.shop.svc:2380"

/* "list DATA" of what etcd is asked, or "". */
static const char *asked(const struct world *world)
{
    struct text text = {.arena = arena};
    const json_t *child;

    json_each_item (world->children, i, child) {
        const json_t *command =
            json_at(json_array_get(json_at(child, "spec", "containers"), 0), "command");
        size_t count = json_array_size(command);
        const char *url = json_string_value(json_array_get(command, count - 1));

        if (!text_equal(object_kind(child), "Pod") || strstr(url, "/v3/cluster/member/") == NULL)
            continue;
        text_addf(&text,
            "%s%s %s",
            text.length == 0 ? "" : "\n",
            strrchr(url, '/') + 1,
            json_string_value(json_array_get(command, count - 2)));
    }
    return text_string(&text);
}

static void answer_once(struct world *world, const char *method, int code, const char *message)
{
    const char *start = fmt(arena, "demo-global-etcd-%s-", method);
    bool found = false;
    json_t *child;

    json_each_item (world->children, i, child) {
        if (!text_equal(object_kind(child), "Pod") || !text_starts_with(object_name(child), start))
            continue;
        put_at(child,
            "status",
            object(arena,
                F("phase", code == 0 ? "Succeeded" : "Running"),
                LIST("containerStatuses",
                    ITEM(F("name", "task"),
                        F("restartCount", INT(code == 0 ? 0 : 2)),
                        MAP("state",
                            MAP("terminated", F("exitCode", INT(code)), F("message", message)))))));
        found = true;
    }
    ck_assert_msg(found, "etcd is not asked to %s, but %s", method, asked(world));
    sync(world);
}

/* And its Pod goes, since the answer is remembered. */
static void answer(struct world *world, const char *method, int code, const char *message)
{
    answer_once(world, method, code, message);
    sync(world);
}

/* The list of members as etcd prints it; of "0 1+ 2?" member 1 is a learner and member 2 has not
 * been there yet. */
static const char *members(const char *text)
{
    json_t *list = json_new_list();

    for (; *text != '\0'; text++) {
        int ordinal = *text - '0';
        bool added = text[1] == '?', learner = text[1] == '+';

        if (*text < '0' || *text > '9')
            continue;
        json_add(list,
            object(arena,
                F("ID", fmt(arena, "1844674407370955160%d", ordinal)),
                OPT("name", added ? NULL : fmt(arena, ETCD "-%d", ordinal)),
                LIST("peerURLs",
                    V(fmt(arena, "http://" ETCD "-%d." ETCD "-peer.shop.svc:2380", ordinal))),
                OPT("isLearner", added || learner ? json_true() : NULL)));
    }
    return json_write(arena, object(arena, F("members", list)), NULL);
}

#define ID(ordinal) "{\"ID\":\"1844674407370955160" ordinal "\"}"
#define LIST_IT "list {\"linearizable\":true}"
#define ADD(ordinal)                                                                               \
    "add {\"peerURLs\":[\"http://" ETCD "-" ordinal "." ETCD                                       \
    "-peer.shop.svc:2380\"],\"isLearner\":true}"

static const char *known(const struct world *world)
{
    struct text text = {.arena = arena};
    const json_t *member;

    json_each_item (json_at(world_status(world), "etcd", "members"), i, member)
        text_addf(&text,
            "%s%s=%s",
            i == 0 ? "" : " ",
            json_text_at(member, "member") + strlen(ETCD "-"),
            json_text_at(member, "claim"));
    return text_string(&text);
}

/* --- the first start, and rest --- */

START_TEST(all_of_them_form_it_and_then_none_gets_in)
{
    struct world world = etcd_of("{'size':3}");

    ck_assert_str_eq(gate(&world), AT(ETCD, "0") "," AT(ETCD, "1") "," AT(ETCD, "2") " new");
    run(&world, 2);
    sync(&world);
    ck_assert_str_eq(gate(&world), AT(ETCD, "0") "," AT(ETCD, "1") "," AT(ETCD, "2") " new");
    ck_assert_str_eq(known(&world), "");
    run_and_rest(&world, 3);
    ck_assert_str_eq(gate(&world), CLOSED);
    ck_assert_str_eq(known(&world), "0=claim-0 1=claim-1 2=claim-2");
    /* A member that is down does not open it again, nor does a status that was lost. */
    run(&world, 2);
    put_at(world.parent, "status", json_of("{}"));
    sync(&world);
    ck_assert_str_eq(gate(&world), CLOSED);
    ck_assert_str_eq(known(&world), "");
    ck_assert_str_eq(asked(&world), "");
    run_and_rest(&world, 3);
    ck_assert_str_eq(known(&world), "0=claim-0 1=claim-1 2=claim-2");
}
END_TEST

/* --- growing and shrinking --- */

/* From the wish to `size` on until member `size` - 1 is there. */
static void let_join(struct world *world, const char *before, const char *after, const char *done)
{
    answer(world, "list", 0, members(before));
    answer(world, "add", 0, members(after));
    answer(world, "list", 0, members(after));
    sync(world);
    run(world, replicas(world) - 1);
    sync(world);
    answer(world, "promote", 0, members(done));
    run_and_rest(world, replicas(world));
}

START_TEST(it_grows_by_one_learner_after_the_other)
{
    struct world world = etcd_up(1);

    edit(&world, "spec.etcd.size", "3");
    ck_assert_int_eq(replicas(&world), 1);
    run(&world, 1);
    sync(&world);
    /* First it is noted, and nobody is asked. */
    ck_assert_str_eq(gate(&world), CLOSED " joining 1");
    ck_assert_str_eq(asked(&world), "");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: etcd grows to 3 members: demo-global-etcd-1 joins");
    sync(&world);
    ck_assert_str_eq(asked(&world), LIST_IT);
    answer(&world, "list", 0, members("0"));
    ck_assert_str_eq(asked(&world), ADD("1"));
    ck_assert_str_eq(gate(&world), CLOSED " joining 1");
    answer(&world, "add", 0, members("0 1?"));
    answer_once(&world, "list", 0, members("0 1?"));
    ck_assert_str_eq(gate(&world), AT("other", "0") "," AT(ETCD, "1") " existing joining 1");
    ck_assert_int_eq(replicas(&world), 1);
    sync(&world);
    ck_assert_str_eq(asked(&world), "");
    ck_assert_int_eq(replicas(&world), 2);
    run(&world, 1);
    sync(&world);
    ck_assert_str_eq(asked(&world), "promote " ID("1"));
    answer(&world, "promote", 0, members("0 1"));
    ck_assert_str_eq(gate(&world), CLOSED);
    /* The next one waits until it is Ready. */
    run(&world, 2);
    sync(&world);
    sync(&world);
    ck_assert_str_eq(known(&world), "0=claim-0 1=claim-1");
    sync(&world);
    let_join(&world, "0 1", "0 1 2?", "0 1 2");
    ck_assert_int_eq(replicas(&world), 3);
    ck_assert_str_eq(gate(&world), CLOSED);
    ck_assert_str_eq(known(&world), "0=claim-0 1=claim-1 2=claim-2");
    ck_assert_str_eq(asked(&world), "");
    ck_assert_str_eq(world_condition(&world, "Advice"), "none");
}
END_TEST

START_TEST(what_etcd_refuses_is_said)
{
    struct world world = etcd_up(1);

    edit(&world, "spec.etcd.size", "3");
    run_and_rest(&world, 1);
    answer(&world, "list", 1, "{\"message\":\"etcdserver: request timed out\"}");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False TaskFailing: etcd grows to 3 members: demo-global-etcd-1 joins; etcd says: "
        "{\"message\":\"etcdserver: request timed out\"}");
    ck_assert_int_eq(replicas(&world), 1);
}
END_TEST

START_TEST(one_that_is_listed_already_is_not_added_again)
{
    struct world world = etcd_up(1);

    edit(&world, "spec.etcd.size", "3");
    run_and_rest(&world, 1);
    answer(&world, "list", 0, members("0 1?"));
    ck_assert_str_eq(gate(&world), AT("other", "0") "," AT(ETCD, "1") " existing joining 1");
    ck_assert_str_eq(asked(&world), "");
}
END_TEST

START_TEST(one_of_before_that_is_still_listed_goes_first)
{
    struct world world = etcd_up(1);

    edit(&world, "spec.etcd.size", "3");
    run_and_rest(&world, 1);
    answer(&world, "list", 0, members("0 1 2+"));
    ck_assert_str_eq(asked(&world), "remove " ID("1"));
    answer(&world, "remove", 0, members("0 2+"));
    ck_assert_str_eq(asked(&world), "remove " ID("2"));
    answer(&world, "remove", 0, members("0"));
    ck_assert_str_eq(asked(&world), ADD("1"));
}
END_TEST

START_TEST(it_does_not_grow_while)
{
    static const struct {
        const char *name, *updated;
    } rows[] = {
        {"a member is down",
            "False RolloutProgressing: etcd waits to grow to 5 members until all members are "
            "Ready"},
        {"a claim is kept",
            "False RolloutProgressing: etcd waits to grow to 5 members until "
            "PersistentVolumeClaim data-demo-global-etcd-3 has gone, which holds what a former "
            "member has left, and no new one can start with: kubectl delete pvc --namespace shop "
            "data-demo-global-etcd-3"},
        {"a claim goes",
            "False RolloutProgressing: etcd waits to grow to 5 members until "
            "PersistentVolumeClaim data-demo-global-etcd-3 of a former member has gone"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct world world = etcd_up(3);

        if (i > 0)
            add_claim(&world, 3, "old");
        if (i == 2)
            put_at(claim(&world, 3),
                "metadata.deletionTimestamp",
                json_string("2026-01-01T00:00:00Z"));
        edit(&world, "spec.etcd.size", "5");
        run(&world, i == 0 ? 2 : 3);
        sync(&world);
        run(&world, i == 0 ? 2 : 3);
        if (i == 2)
            put_at(claim(&world, 3),
                "metadata.deletionTimestamp",
                json_string("2026-01-01T00:00:00Z"));
        sync(&world);
        ck_assert_str_eq(gate(&world), CLOSED);
        ck_assert_msg(text_equal(world_condition(&world, "Updated"), rows[i].updated),
            "%s: %s",
            rows[i].name,
            world_condition(&world, "Updated"));
        if (i > 0)
            ck_assert(text_starts_with(world_condition(&world, "Advice"), "True EtcdClaimKept: "));
    }
}
END_TEST

START_TEST(it_does_not_grow_while_paused)
{
    struct world world = etcd_up(3);

    edit(&world, "spec.rollout", "{'paused':true}");
    edit(&world, "spec.etcd.size", "5");
    run_and_rest(&world, 3);
    ck_assert_str_eq(gate(&world), CLOSED);
    ck_assert_int_eq(replicas(&world), 3);
}
END_TEST

/* An older build had all members in the template: it is told anew first, and rolled at its size. */
static void forget_gate(struct world *world)
{
    json_t *etcd = statefulset(world);
    json_t *applied = json_clone(object_last_applied(arena, &v1_keys, etcd));

    put_at(applied, "spec.template.spec.containers[0].env", json_of("[{'name':'POD_NAME'}]"));
    put_at(etcd, "spec.template", json_at(applied, "spec", "template"));
    json_object_set(json_object_get(json_object_get(etcd, "metadata"), "annotations"),
        "metacontroller.k8s.io/last-applied-configuration",
        json_string(json_write(arena, applied, NULL)));
}

START_TEST(a_template_of_an_older_build_is_rolled_before_it_grows)
{
    struct world world = etcd_up(1);
    const char *before;

    forget_gate(&world);
    before = json_write(arena, json_at(statefulset(&world), "spec"), NULL);
    run_and_rest(&world, 1);
    ck_assert_str_eq(json_write(arena, json_at(statefulset(&world), "spec"), NULL), before);
    edit(&world, "spec.etcd.size", "3");
    ck_assert_int_eq(replicas(&world), 1);
    ck_assert_str_ne(json_write(arena, json_at(statefulset(&world), "spec"), NULL), before);
    sync(&world);
    ck_assert_str_eq(gate(&world), CLOSED);
    run(&world, 1);
    sync(&world);
    ck_assert_str_eq(gate(&world), CLOSED " joining 1");
}
END_TEST

START_TEST(it_shrinks_by_one_member_after_the_other)
{
    struct world world = etcd_up(3);

    edit(&world, "spec.etcd.size", "1");
    run(&world, 3);
    sync(&world);
    ck_assert_str_eq(gate(&world), CLOSED " leaving 2");
    ck_assert_str_eq(asked(&world), "");
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "False RolloutProgressing: etcd shrinks to 1 members: demo-global-etcd-2 leaves");
    sync(&world);
    answer(&world, "list", 0, members("0 1 2"));
    ck_assert_str_eq(asked(&world), "remove " ID("2"));
    ck_assert_int_eq(replicas(&world), 3);
    /* The one that was removed ends at once. */
    run(&world, 2);
    answer(&world, "remove", 0, members("0 1"));
    ck_assert_int_eq(replicas(&world), 2);
    ck_assert_str_eq(known(&world), "0=claim-0 1=claim-1");
    run_and_rest(&world, 2);
    ck_assert_str_eq(gate(&world), CLOSED " leaving 1");
    answer(&world, "list", 0, members("0 1"));
    answer(&world, "remove", 0, members("0"));
    run_and_rest(&world, 1);
    ck_assert_str_eq(gate(&world), CLOSED);
    ck_assert_int_eq(replicas(&world), 1);
    ck_assert_ptr_nonnull(claim(&world, 1));
    ck_assert_ptr_nonnull(claim(&world, 2));
    ck_assert_str_eq(known(&world), "0=claim-0");
}
END_TEST

START_TEST(a_claim_goes_with_its_member_where_it_is_to)
{
    struct world world = etcd_up(3);

    edit(&world, "spec.volumeClaimRetention", "{'whenScaled':'Delete'}");
    run_and_rest(&world, 3);
    edit(&world, "spec.etcd.size", "1");
    run_and_rest(&world, 3);
    answer(&world, "list", 0, members("0 1 2"));
    answer(&world, "remove", 0, members("0 1"));
    ck_assert_ptr_nonnull(claim(&world, 2));
    run(&world, 2);
    sync(&world);
    /* Its Pod has gone. */
    ck_assert_ptr_null(claim(&world, 2));
    ck_assert_ptr_nonnull(claim(&world, 1));
    ck_assert_ptr_nonnull(
        json_at(world.answer.released, "PersistentVolumeClaim.v1 data-demo-global-etcd-2"));
}
END_TEST

START_TEST(a_member_that_is_not_wanted_any_more_leaves_again)
{
    struct world world = etcd_up(1);

    edit(&world, "spec.etcd.size", "3");
    run_and_rest(&world, 1);
    answer(&world, "list", 0, members("0"));
    edit(&world, "spec.etcd.size", "1");
    ck_assert_str_eq(gate(&world), CLOSED " leaving 1");
    sync(&world);
    answer(&world, "list", 0, members("0 1?"));
    ck_assert_str_eq(asked(&world), "remove " ID("1"));
    answer(&world, "remove", 0, members("0"));
    run_and_rest(&world, 1);
    ck_assert_str_eq(gate(&world), CLOSED);
    ck_assert_int_eq(replicas(&world), 1);
}
END_TEST

/* --- a lost member --- */

static void lose(struct world *world, int ordinal)
{
    remove_claim(world, ordinal);
    add_claim(world, ordinal, fmt(arena, "new-%d", ordinal));
}

START_TEST(a_member_that_lost_its_volume_is_made_a_new_one)
{
    struct world world = etcd_up(3);

    lose(&world, 1);
    run(&world, 2);
    sync(&world);
    ck_assert_str_eq(gate(&world), CLOSED);
    sync(&world);
    ck_assert_str_eq(gate(&world), CLOSED " replacing 1");
    ck_assert_str_eq(asked(&world), "");
    sync(&world);
    answer(&world, "list", 0, members("0 1 2"));
    ck_assert_str_eq(asked(&world), "remove " ID("1"));
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True EtcdMemberDown: StatefulSet demo-global-etcd: 2 of 3 members of etcd are Ready; "
        "demo-global-etcd-1 has an empty volume in the place of its own, and is made a new "
        "member, since without a quorum no primary can be replaced");
    answer(&world, "remove", 0, members("0 2"));
    ck_assert_str_eq(asked(&world), ADD("1"));
    answer(&world, "add", 0, members("0 1? 2"));
    answer(&world, "list", 0, members("0 1? 2"));
    ck_assert_str_eq(gate(&world),
        AT("other", "0") "," AT(ETCD, "1") "," AT("other", "2") " existing replacing 1");
    sync(&world);
    ck_assert_str_eq(known(&world), "0=claim-0 1=claim-1 2=claim-2");
    answer(&world, "promote", 0, members("0 1 2"));
    ck_assert_str_eq(gate(&world), CLOSED);
    run_and_rest(&world, 3);
    ck_assert_str_eq(gate(&world), CLOSED);
    ck_assert_str_eq(known(&world), "0=claim-0 1=new-1 2=claim-2");
    ck_assert_int_eq(replicas(&world), 3);
    ck_assert_str_eq(world_condition(&world, "Advice"), "none");
}
END_TEST

/* A StatefulSet that rolls waits for the member that lost its volume. */
static void roll(struct world *world, json_int_t ready)
{
    run(world, ready);
    put_at(statefulset(world), "status.updatedReplicas", json_integer(1));
    sync(world);
}

/* Who sees the status of before, and another member down for its update, does not take the new
 * member for a lost one, and does not remove it with its data. */
START_TEST(a_member_is_made_anew_in_mid_rollout_and_only_once)
{
    const char *open =
        AT("other", "0") "," AT(ETCD, "1") "," AT("other", "2") " existing replacing 1";
    struct world world = etcd_up(3);
    const json_t *before;

    lose(&world, 1);
    for (int i = 0; i < 3; i++)
        roll(&world, 2);
    ck_assert_str_eq(gate(&world), CLOSED " replacing 1");
    answer(&world, "list", 0, members("0 1 2"));
    answer(&world, "remove", 0, members("0 2"));
    answer(&world, "add", 0, members("0 1? 2"));
    answer(&world, "list", 0, members("0 1? 2"));
    sync(&world);
    before = json_at(world.parent, "status");
    answer_once(&world, "promote", 0, members("0 1 2"));
    ck_assert_str_eq(known(&world), "0=claim-0 1=new-1 2=claim-2");
    ck_assert_str_eq(gate(&world), open);
    put_at(world.parent, "status", before);
    roll(&world, 2);
    ck_assert_str_eq(known(&world), "0=claim-0 1=new-1 2=claim-2");
    ck_assert_str_eq(gate(&world), open);
    ck_assert_ptr_null(strstr(asked(&world), "remove"));
    roll(&world, 2);
    ck_assert_str_eq(gate(&world), CLOSED);
    roll(&world, 2);
    ck_assert_str_eq(gate(&world), CLOSED);
    ck_assert_str_eq(known(&world), "0=claim-0 1=new-1 2=claim-2");
    ck_assert_str_eq(asked(&world), "");
}
END_TEST

START_TEST(nobody_is_made_anew_who)
{
    enum { RESTARTS, IS_READY, NO_QUORUM, TERMINATES, OLD_TEMPLATE, KINDS };

    for (int kind = 0; kind < KINDS; kind++) {
        struct world world = etcd_up(3);

        if (kind != RESTARTS)
            lose(&world, 1);
        for (int i = 0; i < 3; i++) {
            run(&world, kind == IS_READY ? 3 : kind == NO_QUORUM ? 1 : 2);
            if (kind == TERMINATES)
                put_at(claim(&world, 1), "metadata.deletionTimestamp", json_string("now"));
            if (kind == OLD_TEMPLATE)
                forget_gate(&world);
            sync(&world);
        }
        ck_assert_msg(text_equal(gate(&world), CLOSED), "%d: %s", kind, gate(&world));
        ck_assert_str_eq(asked(&world), "");
    }
}
END_TEST

/* Its status is that of before, so that the old identity goes, whatever is known of it. */
START_TEST(one_that_is_replaced_is_so_without_a_status)
{
    struct world world = etcd_up(3);

    lose(&world, 1);
    run_and_rest(&world, 2);
    ck_assert_str_eq(gate(&world), CLOSED " replacing 1");
    put_at(world.parent, "status", json_of("{}"));
    sync(&world);
    answer(&world, "list", 0, members("0 1 2"));
    ck_assert_str_eq(asked(&world), "remove " ID("1"));
    ck_assert_str_eq(gate(&world), CLOSED " replacing 1");
}
END_TEST

START_TEST(one_that_loses_its_volume_as_it_joins_is_replaced)
{
    struct world world = etcd_up(1);

    edit(&world, "spec.etcd.size", "3");
    run_and_rest(&world, 1);
    answer(&world, "list", 0, members("0 1?"));
    sync(&world);
    run(&world, 1);
    sync(&world);
    sync(&world);
    ck_assert_str_eq(known(&world), "0=claim-0 1=claim-1");
    lose(&world, 1);
    sync(&world);
    sync(&world);
    ck_assert_str_eq(gate(&world), CLOSED " replacing 1");
    sync(&world);
    answer(&world, "list", 0, members("0 1+"));
    ck_assert_str_eq(asked(&world), "remove " ID("1"));
}
END_TEST

/* Two at a time are one after the other, and the second finds nobody's name but the first's. */
START_TEST(two_of_five_are_made_anew_one_after_the_other)
{
    struct world world = etcd_up(5);

    lose(&world, 3);
    lose(&world, 1);
    run_and_rest(&world, 3);
    ck_assert_str_eq(gate(&world), CLOSED " replacing 1");
    answer(&world, "list", 0, members("0 1 2 3 4"));
    answer(&world, "remove", 0, members("0 2 3 4"));
    answer(&world, "add", 0, members("0 1? 2 3 4"));
    answer(&world, "list", 0, members("0 1? 2 3 4"));
    ck_assert_str_eq(gate(&world),
        AT("other", "0") "," AT(ETCD, "1") "," AT("other", "2") "," AT("other", "3") "," AT("other",
            "4") " existing replacing 1");
}
END_TEST

START_TEST(what_is_no_list_of_members_is_no_answer)
{
    static const char *const rows[][2] = {
        {"{\"members\":[]}", "it is no list of members of etcd"},
        {"{\"members\":[{\"ID\":\"12x\",\"peerURLs\":[\"http://" ETCD "-0." ETCD
         "-peer.shop.svc:2380\"]}]}",
            "it is no list of members of etcd"},
        {"{\"members\":[{\"ID\":7,\"peerURLs\":[\"http://" ETCD "-0." ETCD
         "-peer.shop.svc:2380\"]}]}",
            "it is no list of members of etcd"},
        {"{\"members\":", "it is no list of members of etcd"},
        {"{\"members\":[{\"ID\":\"7\",\"peerURLs\":[\"http://10.0.0.1:2380\"]}]}",
            "member 7 of etcd has the addresses [\"http://10.0.0.1:2380\"], which are of no Pod "
            "of StatefulSet " ETCD},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct world world = etcd_up(1);

        edit(&world, "spec.etcd.size", "3");
        run_and_rest(&world, 1);
        answer(&world, "list", 0, rows[i][0]);
        ck_assert_ptr_nonnull(strstr(world_condition(&world, "Updated"), rows[i][1]));
        ck_assert_str_eq(gate(&world), CLOSED " joining 1");
    }
}
END_TEST

/* --- its volumes --- */

#define SIZED(size)                                                                                \
    "{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'" size "'}}}"

static const char *size_of(const json_t *object)
{
    return json_text_at(object, "spec", "resources", "requests", "storage");
}

static const char *quota(const struct world *world)
{
    const json_t *container =
        json_array_get(json_at(statefulset(world), "spec", "template", "spec", "containers"), 0);

    return flag_argument(json_at(container, "args"), "quota-backend-bytes");
}

static void grow_volume(struct world *world, int ordinal, const char *size)
{
    put_at(claim(world, ordinal), "status.capacity.storage", json_string(size));
}

START_TEST(volumes_grow_and_then_the_quota)
{
    struct world world = etcd_of("{'size':3,'resources':{'limits':{'memory':'8Gi'}}}");
    const char *before;

    run_and_rest(&world, 3);
    before = json_write(arena, json_at(statefulset(&world), "spec"), NULL);
    ck_assert_str_eq(quota(&world), "429496729");
    edit(&world, "spec.etcd.volumeClaim", SIZED("5Gi"));
    for (int i = 0; i < 3; i++) {
        ck_assert_str_eq(size_of(claim(&world, i)), "5Gi");
        ck_assert_str_eq(json_text_at(claim(&world, i), "metadata", "uid"),
            fmt(arena, "claim-%d", i));
    }
    ck_assert_str_eq(json_write(arena, json_at(statefulset(&world), "spec"), NULL), before);
    grow_volume(&world, 0, "5Gi");
    grow_volume(&world, 1, "5Gi");
    run_and_rest(&world, 3);
    ck_assert_str_eq(json_write(arena, json_at(statefulset(&world), "spec"), NULL), before);
    grow_volume(&world, 2, "5Gi");
    sync(&world);
    ck_assert_str_eq(quota(&world), "2147483648");
    ck_assert_str_eq(world_condition(&world, "Advice"), "none");
    /* And a second time, though the template of the StatefulSet is still that of the beginning. */
    run_and_rest(&world, 3);
    edit(&world, "spec.etcd.volumeClaim", SIZED("10Gi"));
    ck_assert_str_eq(quota(&world), "2147483648");
    ck_assert_str_eq(size_of(claim(&world, 2)), "10Gi");
}
END_TEST

START_TEST(volumes_never_shrink)
{
    struct world world = etcd_of("{'size':3,'volumeClaim':" SIZED("1Gi") "}");

    run_and_rest(&world, 3);
    edit(&world, "spec.etcd.volumeClaim", SIZED("2Gi"));
    edit(&world, "spec.etcd.volumeClaim", SIZED("1Gi"));
    ck_assert_str_eq(size_of(claim(&world, 0)), "2Gi");
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True Immutable: PersistentVolumeClaim data-demo-global-etcd-0: "
        "spec.resources.requests.storage cannot be changed; what was applied is kept");
}
END_TEST

static bool is_marked(const struct world *world, int ordinal)
{
    return json_at(object_last_applied(arena, &v1_keys, claim(world, ordinal)),
               "metadata",
               "ownerReferences") != NULL &&
           json_array_size(json_at(claim(world, ordinal), "metadata", "ownerReferences")) > 0;
}

START_TEST(claims_outlive_the_cell_where_they_are_to)
{
    struct world world = etcd_up(3);
    const json_t *policy =
        json_at(statefulset(&world), "spec", "persistentVolumeClaimRetentionPolicy");

    ck_assert(is_marked(&world, 0) && is_marked(&world, 2));
    ck_assert_str_eq(json_text_at(policy, "whenDeleted"), "Retain");
    edit(&world, "spec.volumeClaimRetention", "{'whenScaled':'Delete','whenDeleted':'Delete'}");
    ck_assert(!is_marked(&world, 0) && !is_marked(&world, 2));
    policy = json_at(statefulset(&world), "spec", "persistentVolumeClaimRetentionPolicy");
    ck_assert_str_eq(json_text_at(policy, "whenDeleted"), "Retain");
    ck_assert_str_eq(json_text_at(policy, "whenScaled"), "Retain");
    edit(&world, "spec.rollout", "{'retire':true}");
    ck_assert(is_marked(&world, 0) && is_marked(&world, 2));
}
END_TEST

START_TEST(the_policy_of_an_older_build_goes_without_a_roll)
{
    struct world world = etcd_up(3);
    json_t *etcd = statefulset(&world);
    json_t *applied = json_clone(object_last_applied(arena, &v1_keys, etcd));
    const char *path = "spec.persistentVolumeClaimRetentionPolicy";
    const char *template = json_write(arena, json_at(etcd, "spec", "template"), NULL);

    put_at(applied, path, json_of("{'whenScaled':'Delete','whenDeleted':'Delete'}"));
    put_at(etcd, path, json_at(applied, "spec", "persistentVolumeClaimRetentionPolicy"));
    json_object_set(json_object_get(json_object_get(etcd, "metadata"), "annotations"),
        "metacontroller.k8s.io/last-applied-configuration",
        json_string(json_write(arena, applied, NULL)));
    sync(&world);
    ck_assert_str_eq(
        json_write(arena,
            json_at(statefulset(&world), "spec", "persistentVolumeClaimRetentionPolicy"),
            NULL),
        "{\"whenDeleted\":\"Retain\",\"whenScaled\":\"Retain\"}");
    ck_assert_str_eq(json_write(arena, json_at(statefulset(&world), "spec", "template"), NULL),
        template);
}
END_TEST

START_TEST(a_claim_that_goes_or_is_lost_is_named)
{
    struct world world = etcd_up(3);

    put_at(claim(&world, 1), "metadata.deletionTimestamp", json_string("2026-01-01T00:00:00Z"));
    sync(&world);
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True ClaimTerminating: PersistentVolumeClaim data-demo-global-etcd-1 is being deleted, "
        "and only its Pod still keeps the data of the member: once all other members are Ready, "
        "delete it, and a new member takes its place: kubectl delete --namespace shop "
        "pod/demo-global-etcd-1");
    world = etcd_up(1);
    put_at(claim(&world, 0), "status.phase", json_string("Lost"));
    sync(&world);
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True ClaimLost: PersistentVolumeClaim data-demo-global-etcd-0 is Lost, its volume does "
        "not exist any more: there is no other member, and what is on it is all that Vitess knows "
        "of the cluster; once it is saved, delete it: kubectl delete --namespace shop "
        "pvc/data-demo-global-etcd-0 pod/demo-global-etcd-0");
}
END_TEST

/* --- what is not as the cell left it --- */

static void remove_statefulset(struct world *world)
{
    for (size_t i = 0; i < json_array_size(world->children); i++) {
        if (text_equal(object_kind(json_array_get(world->children, i)), "StatefulSet"))
            json_array_remove(world->children, i);
    }
}

/* The ConfigMap as it was once, with its annotation. */
static void put_back(struct world *world, const char *change, const char *member)
{
    json_t *config = world_of(world, "ConfigMap", ETCD "-members");
    const json_t *applied = object_last_applied(arena, &v1_keys, config);

    applied = changed(applied, fmt(arena, "data.%s", change), fmt(arena, "'%s'", member));
    put_at(config, "data", json_clone(json_at(applied, "data")));
    json_object_set(json_object_get(json_object_get(config, "metadata"), "annotations"),
        "metacontroller.k8s.io/last-applied-configuration",
        json_string(json_write(arena, applied, NULL)));
}

/* All at once, the two without a volume would be an etcd of their own beside the one with data. */
START_TEST(made_again_it_begins_with_the_members_that_have_volumes)
{
    static const struct {
        int volumes[4]; /* ends with -1 */
        int size;
        int begins;
    } rows[] = {
        {{-1}, 3, 3},
        {{0, -1}, 3, 1},
        {{0, 1, -1}, 3, 2},
        {{0, 1, 2, -1}, 3, 3},
        {{0, 2, -1}, 3, 3},
        {{0, 1, 2, -1}, 5, 3},
        /* What members that left have left. */
        {{0, 1, 2, -1}, 1, 1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct world world = etcd_of(fmt(arena, "{'size':%d}", rows[i].size));

        for (int j = 0; rows[i].volumes[j] >= 0; j++)
            add_claim(&world, rows[i].volumes[j], fmt(arena, "kept-%d", j));
        remove_statefulset(&world);
        put_at(world.parent, "status", json_of("{}"));
        sync(&world);
        ck_assert_int_eq(replicas(&world), rows[i].begins);
    }
}
END_TEST

START_TEST(made_again_with_one_of_three_it_grows_from_there)
{
    struct world world = etcd_of("{'size':3}");

    add_claim(&world, 0, "kept");
    remove_statefulset(&world);
    put_at(world.parent, "status", json_of("{}"));
    sync(&world);
    ck_assert_str_eq(gate(&world), AT(ETCD, "0") " new");
    run_and_rest(&world, 1);
    ck_assert_str_eq(gate(&world), CLOSED " joining 1");
    let_join(&world, "0", "0 1?", "0 1");
    sync(&world);
    let_join(&world, "0 1", "0 1 2?", "0 1 2");
    ck_assert_int_eq(replicas(&world), 3);
}
END_TEST

/* Begun with fewer of its members than a quorum, it never forms: a larger size brings the others.
 */
START_TEST(made_again_with_too_few_it_takes_the_size_that_it_had)
{
    struct world world = etcd_of("{'size':1}");

    for (int i = 0; i < 3; i++)
        add_claim(&world, i, fmt(arena, "kept-%d", i));
    run(&world, 0);
    sync(&world);
    ck_assert_int_eq(replicas(&world), 1);
    edit(&world, "spec.etcd.size", "3");
    ck_assert_int_eq(replicas(&world), 3);
    ck_assert_str_eq(gate(&world), AT(ETCD, "0") "," AT(ETCD, "1") "," AT(ETCD, "2") " new");
}
END_TEST

/* kubectl delete statefulset --cascade=orphan, while another size waits to be carried out. */
START_TEST(without_its_statefulset_it_has_the_members_that_are_known)
{
    static const char *const sizes[] = {"1", "3", "5"};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        struct world world = etcd_up(3);

        remove_statefulset(&world);
        edit(&world, "spec.etcd.size", sizes[i]);
        ck_assert_int_eq(replicas(&world), 3);
        ck_assert_str_eq(known(&world), "0=claim-0 1=claim-1 2=claim-2");
        ck_assert_str_eq(gate(&world), CLOSED);
    }
}
END_TEST

START_TEST(a_note_of_before_that_somebody_puts_back_removes_nobody)
{
    static const struct {
        const char *change;
        const char *member;
    } rows[] = {{"replacing", "1"},
        {"replacing", "7"},
        {"leaving", "0"},
        {"leaving", "2"},
        {"joining", "1"},
        {"joining", "9"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct world world = etcd_up(5);

        put_back(&world, rows[i].change, rows[i].member);
        run_and_rest(&world, 5);
        ck_assert_str_eq(asked(&world), "");
        ck_assert_str_eq(gate(&world), CLOSED);
        ck_assert_int_eq(replicas(&world), 5);
    }
}
END_TEST

/* There is nothing that a new one could be in the way of. */
START_TEST(an_etcd_that_lost_all_its_volumes_forms_anew)
{
    struct world world = etcd_up(3);

    run(&world, 0);
    for (int i = 0; i < 3; i++) {
        ck_assert_str_eq(gate(&world), CLOSED);
        remove_claim(&world, i);
        add_claim(&world, i, fmt(arena, "empty-%d", i));
        sync(&world);
        sync(&world);
    }
    ck_assert_str_eq(gate(&world), AT(ETCD, "0") "," AT(ETCD, "1") "," AT(ETCD, "2") " new");
    ck_assert_str_eq(known(&world), "");
    run_and_rest(&world, 3);
    ck_assert_str_eq(known(&world), "0=empty-0 1=empty-1 2=empty-2");
    ck_assert_str_eq(gate(&world), CLOSED);
}
END_TEST

static void drop_etcd_from_spec(struct world *world)
{
    world->parent = (json_t *)(uintptr_t)changed(world->parent, "spec.etcd", NULL);
    put_at(world->parent, "metadata.generation", json_integer(99));
    sync(world);
}

START_TEST(a_lock_server_without_its_statefulset_keeps_its_volumes)
{
    struct world world = etcd_of("{'size':3}");

    edit(&world, "spec.volumeClaimRetention", "{'whenDeleted':'Delete'}");
    run_and_rest(&world, 3);
    remove_statefulset(&world);
    drop_etcd_from_spec(&world);
    for (int i = 0; i < 3; i++)
        ck_assert_ptr_nonnull(claim(&world, i));
    ck_assert_ptr_nonnull(world_of(&world, "Service", ETCD "-client"));
    ck_assert_str_eq(world_condition(&world, "Advice"),
        "True Immutable: StatefulSet demo-global-etcd: the lock server of the cluster cannot be "
        "removed; it is kept");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, all_of_them_form_it_and_then_none_gets_in);
    tcase_add_test(tcase, it_grows_by_one_learner_after_the_other);
    tcase_add_test(tcase, what_etcd_refuses_is_said);
    tcase_add_test(tcase, one_that_is_listed_already_is_not_added_again);
    tcase_add_test(tcase, one_of_before_that_is_still_listed_goes_first);
    tcase_add_test(tcase, it_does_not_grow_while);
    tcase_add_test(tcase, it_does_not_grow_while_paused);
    tcase_add_test(tcase, a_template_of_an_older_build_is_rolled_before_it_grows);
    tcase_add_test(tcase, it_shrinks_by_one_member_after_the_other);
    tcase_add_test(tcase, a_claim_goes_with_its_member_where_it_is_to);
    tcase_add_test(tcase, a_member_that_is_not_wanted_any_more_leaves_again);
    tcase_add_test(tcase, a_member_that_lost_its_volume_is_made_a_new_one);
    tcase_add_test(tcase, a_member_is_made_anew_in_mid_rollout_and_only_once);
    tcase_add_test(tcase, nobody_is_made_anew_who);
    tcase_add_test(tcase, one_that_is_replaced_is_so_without_a_status);
    tcase_add_test(tcase, one_that_loses_its_volume_as_it_joins_is_replaced);
    tcase_add_test(tcase, two_of_five_are_made_anew_one_after_the_other);
    tcase_add_test(tcase, what_is_no_list_of_members_is_no_answer);
    tcase_add_test(tcase, volumes_grow_and_then_the_quota);
    tcase_add_test(tcase, volumes_never_shrink);
    tcase_add_test(tcase, claims_outlive_the_cell_where_they_are_to);
    tcase_add_test(tcase, the_policy_of_an_older_build_goes_without_a_roll);
    tcase_add_test(tcase, a_claim_that_goes_or_is_lost_is_named);
    tcase_add_test(tcase, made_again_it_begins_with_the_members_that_have_volumes);
    tcase_add_test(tcase, made_again_with_one_of_three_it_grows_from_there);
    tcase_add_test(tcase, made_again_with_too_few_it_takes_the_size_that_it_had);
    tcase_add_test(tcase, without_its_statefulset_it_has_the_members_that_are_known);
    tcase_add_test(tcase, a_note_of_before_that_somebody_puts_back_removes_nobody);
    tcase_add_test(tcase, an_etcd_that_lost_all_its_volumes_forms_anew);
    tcase_add_test(tcase, a_lock_server_without_its_statefulset_keeps_its_volumes);
}

TEST_MAIN(tests)
