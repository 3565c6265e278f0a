#include "world.h"

#include "shard_engine.h"
#include "control/shard/shard.h"

/* What a status remembers may have been edited by anybody. */

#define GOOD_REPARENT "{'pod':'u-1/0','question':'0123456789abcdef'}"
#define GOOD_AWAITED "{'state':'s','question':'0123456789abcdef','primary':'zone1-0000000100'}"
#define GOOD_SERVING                                                                               \
    "{'tablet':'zone1-0000000100','type':'primary','pod':'u-1/0/ready','since':'<null>'}"

/* `good` with one field replaced (or left out) is not taken. */
struct row {
    const char *path, *value;
};

static struct shard_memory memory_of(const json_t *status)
{
    return shard_memory_read(arena, status);
}

/* Of a field of its own. */
static const json_t *written(const json_t *status, const char *field)
{
    struct shard_memory memory = memory_of(status);

    return json_at(shard_memory_written(arena, &memory), field);
}

static const json_t *status_with(const char *key, const json_t *value)
{
    json_t *status = json_new_map();

    json_put(status, key, value);
    return status;
}

START_TEST(reparents)
{
    static const struct row rows[] = {{"pod", NULL},
        {"pod", "5"},
        {"question", NULL},
        {"question", "'0123456789abcde'"},
        {"question", "'0123456789abcdef0'"},
        {"question", "'0123456789abcdeF'"},
        {"question", "['0123456789abcdef']"}};
    const json_t *good = json_of(GOOD_REPARENT);

    ck_json(written(status_with("reparent", good), "reparent"), GOOD_REPARENT);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const json_t *bad = status_with("reparent", changed(good, rows[i].path, rows[i].value));

        ck_assert_ptr_null(memory_of(bad).reparent.pod);
        ck_assert_ptr_null(memory_of(bad).reparent.question);
    }
    ck_assert_ptr_null(memory_of(status_with("reparent", json_of("['x']"))).reparent.pod);
    ck_assert_ptr_null(memory_of(NULL).reparent.pod);
}
END_TEST

START_TEST(awaited_primaries)
{
    static const struct row rows[] = {{"state", NULL},
        {"state", "{}"},
        {"question", "'x'"},
        {"primary", NULL},
        {"primary", "''"},
        {"primary", "'zone1-100'"},
        {"primary", "'zone1-0000000100 '"},
        {"primary", "true"}};
    const json_t *good = json_of(GOOD_AWAITED);

    ck_json(written(status_with("awaited", good), "awaited"), GOOD_AWAITED);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const json_t *bad = status_with("awaited", changed(good, rows[i].path, rows[i].value));

        ck_assert_ptr_null(memory_of(bad).awaited.state);
        ck_assert_ptr_null(memory_of(bad).awaited.question);
        ck_assert_ptr_null(memory_of(bad).awaited.primary);
    }
    ck_assert_ptr_null(memory_of(json_of("{'awaited':'zone1-0000000100'}")).awaited.state);
}
END_TEST

START_TEST(primaries_of_other_cells)
{
    ck_assert_str_eq(memory_of(json_of("{'primary':'zone2-0000000100'}")).primary,
        "zone2-0000000100");
    ck_assert_ptr_null(memory_of(json_of("{'primary':'somewhere'}")).primary);
    ck_assert_ptr_null(memory_of(json_of("{'primary':5}")).primary);
    ck_assert_ptr_null(memory_of(json_of("{}")).primary);
}
END_TEST

static struct tablet one_tablet = {
    .id = {.alias = "zone1-0000000100"}, .incarnation = "u-1/0", .state = "u-1/0/ready"};

static const json_t *serving_of(const json_t *entry)
{
    json_t *list = json_new_list();

    json_add(list, entry);
    return status_with("serving", list);
}

static struct shard_input input_with(const json_t *serving)
{
    return (struct shard_input){.memory = memory_of(serving_of(serving))};
}

static struct shard shard_with(const struct shard_input *input)
{
    return (struct shard){.in = input, .arena = arena, .tablets = &one_tablet, .count = 1};
}

START_TEST(tablets_that_were_listed)
{
    static const struct row rows[] = {{"tablet", NULL},
        {"tablet", "'zone1-0000000101'"},
        {"tablet", "100"},
        {"type", NULL},
        {"type", "'king'"},
        {"type", "'PRIMARY'"},
        {"since", NULL},
        {"since", "'soon'"},
        {"since", "0"},
        {"pod", NULL},
        {"pod", "{}"}};
    const json_t *good = json_of(GOOD_SERVING);
    struct shard_input input = input_with(good);
    const struct shard shard = shard_with(&input);

    ck_assert(was_listed(&shard, &one_tablet));
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        input = input_with(changed(good, rows[i].path, rows[i].value));
        ck_assert(!was_listed(&shard, &one_tablet));
    }
    ck_assert_uint_eq(memory_of(serving_of(json_of("['x']"))).serving_count, 0);
}
END_TEST

/* Another process of the same tablet may not have said where it is yet. */
START_TEST(another_process_was_not_listed)
{
    struct shard_input input = input_with(changed(json_of(GOOD_SERVING), "pod", "'u-1/0/unready'"));
    const struct shard shard = shard_with(&input);

    ck_assert(was_listed(&shard, &one_tablet));
    input = input_with(changed(json_of(GOOD_SERVING), "pod", "'u-1/01/ready'"));
    ck_assert(!was_listed(&shard, &one_tablet));
}
END_TEST

/* A status that somebody has edited is written anew before anything moves by what it should say. */
START_TEST(serving_is_remembered_to_the_letter)
{
    const json_t *good = json_of(GOOD_SERVING);
    struct tablet tablet = one_tablet;
    const json_t *pod = json_of("{}");
    struct shard_input input = input_with(good);
    struct shard shard = shard_with(&input);

    tablet.type = "primary";
    tablet.since = "<null>";
    tablet.pod = pod;
    shard.tablets = &tablet;
    remember_serving(&shard);
    ck_assert(serving_is_remembered(&shard));
    input.memory = memory_of(serving_of(changed(good, "more", "1")));
    ck_assert(!serving_is_remembered(&shard));
    input.memory = memory_of(serving_of(changed(good, "type", "'replica'")));
    ck_assert(!serving_is_remembered(&shard));
    input.memory = memory_of(status_with("serving", json_of("[" GOOD_SERVING ",'x']")));
    ck_assert(!serving_is_remembered(&shard));
    input.memory = memory_of(json_of("{'serving':'all of it'}"));
    ck_assert(!serving_is_remembered(&shard));
    tablet.pod = NULL;
    remember_serving(&shard);
    ck_assert(serving_is_remembered(&shard));
}
END_TEST

#define GOOD                                                                                       \
    "{'tablets':['0000000100'],'readyTablets':['0000000100'],'updatedTablets':[],"                 \
    "'scaledDown':['0000000101'],'untried':['p'],'serving':[" GOOD_SERVING "],"                    \
    "'holdsData':[{'tablet':'zone1-0000000100','claim':'c'}],'reparent':" GOOD_REPARENT ","        \
    "'awaited':" GOOD_AWAITED ",'primary':'zone1-0000000100','follows':'zone2-0000000100',"        \
    "'moving':'m','beginning':true,'leaving':true,'retired':true}"

START_TEST(what_is_written_is_read_again)
{
    struct shard_memory memory = memory_of(json_of(GOOD));
    struct shard_memory none = memory_of(json_of("{'tablets':'all','holdsData':5,'leaving':1}"));

    ck_json(shard_memory_written(arena, &memory), GOOD);
    ck_json(shard_memory_written(arena, &none),
        "{'tablets':[],'readyTablets':[],'updatedTablets':[]}");
}
END_TEST

/* Nobody is to take the data of a shard for none because its list was edited. */
START_TEST(an_edited_list_of_data_still_says_that_there_is_some)
{
    struct shard_memory memory = memory_of(json_of("{'holdsData':['x',{'tablet':5}]}"));

    ck_assert_uint_eq(memory.data_count, 2);
    ck_assert_ptr_null(memory.data[0].alias);
    ck_assert_ptr_null(memory.data[1].alias);
}
END_TEST

/* What is no uid serves nowhere. */
START_TEST(an_edited_list_of_tablets_has_no_uid)
{
    struct shard_memory memory = memory_of(json_of("{'updatedTablets':[5],'readyTablets':[{}]}"));

    ck_assert_uint_eq(memory.updated.count, 1);
    ck_assert_str_eq(memory.updated.at[0], "");
    ck_assert_str_eq(memory.ready.at[0], "");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, reparents);
    tcase_add_test(tcase, awaited_primaries);
    tcase_add_test(tcase, primaries_of_other_cells);
    tcase_add_test(tcase, tablets_that_were_listed);
    tcase_add_test(tcase, another_process_was_not_listed);
    tcase_add_test(tcase, serving_is_remembered_to_the_letter);
    tcase_add_test(tcase, what_is_written_is_read_again);
    tcase_add_test(tcase, an_edited_list_of_data_still_says_that_there_is_some);
    tcase_add_test(tcase, an_edited_list_of_tablets_has_no_uid);
}

TEST_MAIN(tests)
