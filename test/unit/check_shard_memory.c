#include "world.h"

#include "../../hooks/v1alpha1/shard.h"

/* What a status remembers may have been edited by anybody. */

#define GOOD_REPARENT "{'pod':'u-1/0','question':'0123456789abcdef'}"
#define GOOD_AWAITED "{'state':'s','question':'0123456789abcdef','primary':'zone1-0000000100'}"
#define GOOD_SERVING                                                                               \
    "{'tablet':'zone1-0000000100','type':'primary','pod':'u-1/0/ready','since':'<null>'}"

/* `good` with one field replaced (or left out) is not taken. */
struct row {
    const char *path, *value;
};

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

    ck_json(remembered_reparent(status_with("reparent", good)), GOOD_REPARENT);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ck_assert_ptr_null(remembered_reparent(
            status_with("reparent", changed(good, rows[i].path, rows[i].value))));
    ck_assert_ptr_null(remembered_reparent(status_with("reparent", json_of("['x']"))));
    ck_assert_ptr_null(remembered_reparent(NULL));
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

    ck_json(remembered_awaited(status_with("awaited", good)), GOOD_AWAITED);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ck_assert_ptr_null(
            remembered_awaited(status_with("awaited", changed(good, rows[i].path, rows[i].value))));
    ck_assert_ptr_null(remembered_awaited(json_of("{'awaited':'zone1-0000000100'}")));
}
END_TEST

START_TEST(primaries_of_other_cells)
{
    ck_assert_str_eq(remembered_primary(json_of("{'primary':'zone2-0000000100'}")),
        "zone2-0000000100");
    ck_assert_ptr_null(remembered_primary(json_of("{'primary':'somewhere'}")));
    ck_assert_ptr_null(remembered_primary(json_of("{'primary':5}")));
    ck_assert_ptr_null(remembered_primary(json_of("{}")));
}
END_TEST

static struct tablet one_tablet = {
    .id = {.alias = "zone1-0000000100"}, .incarnation = "u-1/0", .state = "u-1/0/ready"};

static struct shard shard_with(struct request *request, const json_t *serving)
{
    json_t *list = json_new_list();

    json_add(list, serving);
    *request = (struct request){.arena = arena,
        .parent = status_with("status", status_with("serving", list))};
    return (struct shard){.request = request, .arena = arena, .tablets = &one_tablet, .count = 1};
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
    struct request request;
    struct shard shard = shard_with(&request, good);

    ck_assert_ptr_eq(tablet_of_serving(&shard, good), &one_tablet);
    ck_assert(was_listed(&shard, &one_tablet));
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const json_t *bad = changed(good, rows[i].path, rows[i].value);

        shard = shard_with(&request, bad);
        ck_assert_ptr_null(tablet_of_serving(&shard, bad));
        ck_assert(!was_listed(&shard, &one_tablet));
    }
    ck_assert_ptr_null(tablet_of_serving(&shard, json_of("['x']")));
}
END_TEST

/* Another process of the same tablet may not have said where it is yet. */
START_TEST(another_process_was_not_listed)
{
    struct request request;
    struct shard shard =
        shard_with(&request, changed(json_of(GOOD_SERVING), "pod", "'u-1/0/unready'"));

    ck_assert(was_listed(&shard, &one_tablet));
    shard = shard_with(&request, changed(json_of(GOOD_SERVING), "pod", "'u-1/01/ready'"));
    ck_assert(!was_listed(&shard, &one_tablet));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, reparents);
    tcase_add_test(tcase, awaited_primaries);
    tcase_add_test(tcase, primaries_of_other_cells);
    tcase_add_test(tcase, tablets_that_were_listed);
    tcase_add_test(tcase, another_process_was_not_listed);
}

TEST_MAIN(tests)
