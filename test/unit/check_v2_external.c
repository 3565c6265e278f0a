#include "v2_life.h"

/* A VitessShard of planetscale.com/v2 whose MySQL is somebody else's: Vitess is told who is the
 * primary (TabletExternallyReparented), and nothing is promoted. */

#define DATASTORE                                                                                  \
    "'externalDatastore':{'user':'u','host':'h','port':3306,'database':'d',"                       \
    "'credentialsSecret':{'name':'c','key':'k'}},"                                                 \
    "'vttablet':{'resources':{'requests':{'cpu':'1'}}}"
#define POOLS                                                                                      \
    "[{'cell':'zone1','type':'externalmaster','replicas':2," DATASTORE "},"                        \
    "{'cell':'zone1','type':'externalreplica','replicas':1," DATASTORE "}]"

/* --- Vitess --- */

static const char *leader;     /* alias that the record of the shard has; NULL: none */
static const char *refusal;    /* why it appoints nobody, or NULL */
static struct texts appointed; /* in their order */
static bool none_stands_by;    /* those that could be appointed are taken out of service */
static const char *unreadable; /* what GetShard prints instead of a record, or NULL */

static bool is_tablet(const json_t *pod)
{
    return text_starts_with(object_name(pod), "example-vttablet-");
}

static const char *alias_of(const json_t *pod)
{
    return fmt(arena, "zone1-%s", object_label(pod, "planetscale.com/tablet-uid"));
}

static const char *tablet_line(const json_t *pod)
{
    const char *alias = alias_of(pod);
    const bool leads = text_equal(alias, leader);
    const bool may = text_equal(object_label(pod, "planetscale.com/tablet-type"), "externalmaster");

    return fmt(arena,
        "%s commerce - %s h:15999 h:3306 [] %s\n",
        alias,
        leads            ? "primary"
        : !may           ? "replica"
        : none_stands_by ? "drained"
                         : "spare",
        leads ? "2026-01-01T00:00:00Z" : "<null>");
}

static const char *lines_for(const struct world *world, const json_t *task)
{
    const bool by_alias = has_word(task, "--tablet-alias");
    const char *asked = json_write(arena, json_at(task, "spec"), NULL);
    struct texts lines = {.arena = arena};
    const json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), "Pod") && is_tablet(child) &&
            (!by_alias || strstr(asked, alias_of(child)) != NULL))
            texts_add(&lines, tablet_line(child));
    }
    return texts_join(&lines, "");
}

static const char *record(void)
{
    if (unreadable != NULL)
        return unreadable;
    return fmt(arena,
        "{\n  \"shard\":  {\n    \"primary_alias\":  %s,\n    \"is_primary_serving\":  true\n  "
        "}\n}\n",
        leader == NULL ? "null"
                       : fmt(arena,
                             "{\"cell\":  \"zone1\",\"uid\":  %lu}",
                             strtoul(strchr(leader, '-') + 1, NULL, 10)));
}

static const json_t *failed(const char *text)
{
    return json_of(fmt(arena,
        "{'phase':'Running','containerStatuses':[{'name':'task','state':{'waiting':{'reason':"
        "'CrashLoopBackOff'}},'lastState':{'terminated':{'exitCode':1,'message':'%s'}}}]}",
        text));
}

static const json_t *still_asking(void)
{
    return json_of("{'phase':'Running','containerStatuses':[{'name':'task','started':true,"
                   "'state':{'running':{}}}]}");
}

/* A task that waits for something goes on asking until it is printed. */
static const json_t *printed(const json_t *pod, const char *text)
{
    const char *pattern = word_of_task(pod, 0);

    return text_starts_with(pattern, "/") || matches(pattern, text) ? world_ended(pod, text)
                                                                    : still_asking();
}

static const json_t *answer_to(const struct world *world, const json_t *pod)
{
    if (has_word(pod, "GetTablets"))
        return printed(pod, lines_for(world, pod));
    if (has_word(pod, "GetShard"))
        return printed(pod, record());
    if (!has_word(pod, "TabletExternallyReparented"))
        return world_ended(pod, "");
    if (refusal != NULL)
        return failed(refusal);
    for (size_t i = 0; word_of_task(pod, i) != NULL; i++)
        leader = word_of_task(pod, i);
    texts_add(&appointed, leader);
    return world_ended(pod, "{}");
}

static void run_external(struct world *world)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        if (!text_equal(object_kind(child), "Pod"))
            continue;
        keep_annotations(child);
        if (is_tablet(child))
            put_at(child, "status", running());
        else if (!text_equal(json_text_at(child, "status", "phase"), "Succeeded"))
            put_at(child, "status", answer_to(world, child));
    }
}

static void live(struct world *world, int times)
{
    world_live(world, run_external, times);
}

static struct world external(void)
{
    struct world world = begin();

    leader = refusal = unreadable = NULL;
    none_stands_by = false;
    appointed = (struct texts){.arena = arena};
    edit(&world, "spec.tabletPools", POOLS);
    return world;
}

static const json_t *pod_with(const struct world *world, const char *alias)
{
    const json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), "Pod") && is_tablet(child) &&
            text_equal(alias_of(child), alias))
            return child;
    }
    return NULL;
}

static const char *updated(const struct world *world)
{
    return world_condition(world, "Updated");
}

/* --- the tests --- */

START_TEST(the_first_one_is_appointed)
{
    struct world world = external();

    live(&world, 12);
    ck_assert_uint_eq(appointed.count, 1);
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
    ck_assert_str_eq(json_text_at(world_status(&world), "masterAlias"), leader);
    ck_assert_str_eq(object_label(pod_with(&world, leader), "planetscale.com/tablet-index"), "1");
    ck_assert_str_eq(object_label(pod_with(&world, leader), "planetscale.com/tablet-type"),
        "externalmaster");
    /* At rest there is nothing to ask. */
    live(&world, 4);
    ck_assert_str_eq(strstr(world_tasks(&world), "GetTablets") == NULL ? "" : "asks", "");
    ck_assert_uint_eq(appointed.count, 1);
}
END_TEST

START_TEST(nobody_is_appointed_where_somebody_else_does_it)
{
    struct world world = external();

    edit(&world, "spec.replication", "{'initializeMaster':false}");
    live(&world, 12);
    ck_assert_uint_eq(appointed.count, 0);
    ck_assert_str_eq(world_condition(&world, "Ready"),
        "False NoPrimary: no tablet of this shard is primary in any cell");
}
END_TEST

/* It leads again as soon as it runs, and may be on the MySQL that takes writes. */
START_TEST(nobody_is_appointed_beside_the_one_of_the_record)
{
    struct world world = external();

    leader = "zone2-0000000001";
    live(&world, 12);
    ck_assert_uint_eq(appointed.count, 0);
    ck_assert_str_eq(json_text_at(world_status(&world), "hasMaster"), "False");
}
END_TEST

/* What kubelet keeps of it: the last of what was printed, or where a Pod has many containers the
 * first of that. */
enum { TERMINATION_MESSAGE = 4096 };

static const char *long_record(bool end)
{
    struct text text = {.arena = arena};

    text_add(&text,
        "{\n  \"shard\":  {\n    \"primary_alias\":  {\"cell\":  \"zone1\",\"uid\":  7},\n    "
        "\"tablet_controls\":  [{\"denied_tables\":  [\n");
    while (text.length < 2 * (size_t)TERMINATION_MESSAGE)
        text_addf(&text, "          \"table_%zu\",\n", text.length);
    text_add(&text, "          \"last\"\n]}],\n    \"is_primary_serving\":  true\n  }\n}\n");
    return end ? text_string(&text) + text.length - TERMINATION_MESSAGE
               : text_copy(arena, text_string(&text), TERMINATION_MESSAGE);
}

START_TEST(a_record_that_cannot_be_read_appoints_nobody)
{
    const char *const records[] = {"[]",
        "{}",
        "{\"shard\":1}",
        "{\"shard\":{\"primary",
        "{\"shard\":{}}",
        "{\"shard\":{\"is_primary_serving\":true}}",
        "{\"shard\":{\"primary_alias\":{}}}",
        "{\"shard\":{\"primary_alias\":{\"cell\":\"zone1\"}}}",
        "{\"shard\":{\"primary_alias\":{\"cell\":\"\",\"uid\":7}}}",
        "{\"shard\":{\"primary_alias\":{\"cell\":\"a b\",\"uid\":7}}}",
        "{\"shard\":{\"primary_alias\":\"zone1-7\"}}",
        long_record(false),
        long_record(true)};

    for (size_t i = 0; i < sizeof(records) / sizeof(*records); i++) {
        struct world world = external();

        unreadable = records[i];
        live(&world, 8);
        ck_assert_uint_eq(appointed.count, 0);
        ck_assert_ptr_nonnull(strstr(world_condition(&world, "Ready"), "is no record of a shard"));
    }
}
END_TEST

/* An alias that is set, and says nothing. */
START_TEST(an_empty_alias_is_nobody)
{
    struct world world = external();

    unreadable =
        "{\"shard\":{\"primary_alias\":{\"cell\":\"\",\"uid\":0},\"is_primary_serving\":true}}";
    live(&world, 8);
    ck_assert_uint_ge(appointed.count, 1);
}
END_TEST

/* The last to go, once another one has been appointed. */
START_TEST(another_one_is_appointed_before_the_primary_goes)
{
    struct world world = external();
    const char *first;
    bool went = false;

    live(&world, 12);
    first = leader;
    edit(&world, "spec.images.vttablet", "'vitess/lite:new'");
    for (int i = 0; i < 60; i++) {
        live(&world, 1);
        ck_assert_msg(pod_with(&world, leader) != NULL, "the primary goes");
        went = went || pod_with(&world, first) == NULL;
    }
    ck_assert(went);
    ck_assert_uint_eq(appointed.count, 2);
    ck_assert_str_ne(leader, first);
    ck_assert_str_eq(updated(&world), "True RolloutComplete: all 3 are up to date");
    ck_assert_str_eq(world_condition(&world, "Ready"), "True Ready");
}
END_TEST

START_TEST(what_holds_the_primary_is_said)
{
    struct world world = external();
    const char *said = NULL;

    live(&world, 12);
    refusal = "cannot be reached";
    edit(&world, "spec.images.vttablet", "'vitess/lite:new'");
    live(&world, 40);
    said = updated(&world);
    ck_assert_msg(strstr(said, "cannot move the primary away: cannot be reached") != NULL,
        "%s",
        said);
    ck_assert_ptr_nonnull(pod_with(&world, leader));
}
END_TEST

/* A drain by hand, too, is held up rather than that the shard has no primary. */
START_TEST(one_without_a_stand_in_stays)
{
    struct world world = external();
    const char *name;

    live(&world, 12);
    none_stands_by = true;
    restarts++;
    live(&world, 8);
    name = object_name(pod_with(&world, leader));
    for (int i = 0; i < 8; i++) {
        annotate(world_child(&world, name), "drain.planetscale.com/started", "");
        live(&world, 1);
    }
    ck_assert_uint_eq(appointed.count, 1);
    ck_assert_str_eq(updated(&world),
        fmt(arena,
            "False RolloutProgressing: Pod %s is drained: is the primary, and no other tablet of "
            "an external primary stands by",
            name));
    ck_assert_ptr_null(annotation_sent(&world, name, "drain.planetscale.com/finished"));
}
END_TEST

START_TEST(who_leads_has_to_be_known)
{
    struct world world = external();

    live(&world, 12);
    unreadable = "{}";
    edit(&world, "spec.images.vttablet", "'vitess/lite:new'");
    live(&world, 20);
    ck_assert_msg(strstr(updated(&world), "cannot learn who is the primary: ") != NULL,
        "%s",
        updated(&world));
    ck_assert_uint_eq(json_array_size(json_at(world.parent, "spec", "tabletPools")), 2);
    ck_assert_ptr_nonnull(pod_with(&world, leader));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, the_first_one_is_appointed);
    tcase_add_test(tcase, nobody_is_appointed_where_somebody_else_does_it);
    tcase_add_test(tcase, nobody_is_appointed_beside_the_one_of_the_record);
    tcase_add_test(tcase, a_record_that_cannot_be_read_appoints_nobody);
    tcase_add_test(tcase, an_empty_alias_is_nobody);
    tcase_add_test(tcase, another_one_is_appointed_before_the_primary_goes);
    tcase_add_test(tcase, what_holds_the_primary_is_said);
    tcase_add_test(tcase, one_without_a_stand_in_stays);
    tcase_add_test(tcase, who_leads_has_to_be_known);
}

TEST_MAIN(tests)
