#include "testing.h"

#include "metadata.h"

static const char *newest(const char *json)
{
    return newest_timestamp(json_of(json));
}

START_TEST(of_every_known_field)
{
    static const char *const fields[] = {"creationTimestamp",
        "lastTransitionTime",
        "startedAt",
        "finishedAt",
        "startTime"};

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        ck_assert_str_eq(newest(fmt(arena,
                             "{'creationTimestamp':'2020-01-01T00:00:00Z','status':[{'%s':"
                             "'2026-07-01T12:00:00Z'}]}",
                             fields[i])),
            "2026-07-01T12:00:00Z");
    ck_assert_str_eq(newest("{'metadata':{'creationTimestamp':'2020-01-01T00:00:00Z',"
                            "'managedFields':[{'time':'2021-01-01T00:00:00Z'},{'time':"
                            "'2020-06-01T00:00:00Z'}]}}"),
        "2021-01-01T00:00:00Z");
}
END_TEST

START_TEST(of_nothing_else)
{
    ck_assert_ptr_null(newest("{'deletionTimestamp':'2026-01-01T00:30:00Z'}"));
    ck_assert_ptr_null(newest("{'time':'2026-01-01T00:00:00Z','x':'2026-01-01T00:00:00Z'}"));
    ck_assert_ptr_null(newest("{'spec':{'startTime':'2026-01-01T00:00:00Z'}}"));
    ck_assert_ptr_null(
        newest("{'managedFields':[{'fieldsV1':{'f:startTime':'2026-01-01T00:00:00Z'}}]}"));
    ck_assert_ptr_null(newest("{}"));
    ck_assert_ptr_null(newest_timestamp(NULL));
}
END_TEST

START_TEST(what_is_no_timestamp_is_passed_over)
{
    static const char *const bad[] = {"",
        "now",
        "2026",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00z",
        "2026-01-01T00:00:00Zx",
        "2026-01-01T00:00:00+0200",
        "2026-01-01T00:00:00+02:00x",
        "2026-01-01T00:00:0xZ",
        "x026-01-01T00:00:00Z"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_msg(newest(fmt(arena, "{'startTime':'%s'}", bad[i])) == NULL, "%s", bad[i]);
    ck_assert_ptr_null(newest("{'startTime':3,'startedAt':null,'finishedAt':{}}"));
}
END_TEST

/* Each one is later than all before it. */
START_TEST(order)
{
    static const char *const times[] = {"0000-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
        "1999-12-31T23:59:59Z",
        "2000-01-01T00:00:00Z",
        "2000-02-28T23:59:59Z",
        "2000-02-29T00:00:00Z",
        "2000-03-01T00:00:00Z",
        "2026-01-01T12:00:00+14:00",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.000000001Z",
        "2026-01-01T00:00:00.1Z",
        "2026-01-01T00:00:00.25Z",
        "2026-01-01T00:00:00.9Z",
        "2026-01-01T00:00:00.95Z",
        "2026-01-01T00:00:00.999999999Z",
        "2026-01-01T00:00:01Z",
        "2026-01-01T00:00:00-00:01",
        "2026-01-01T00:59:00Z",
        "2026-01-01T00:00:00-01:00",
        "2026-12-31T23:59:59Z",
        "9999-12-31T23:59:59Z"};

    for (size_t i = 1; i < sizeof(times) / sizeof(times[0]); i++) {
        ck_assert_str_eq(
            newest(fmt(arena, "{'startTime':'%s','startedAt':'%s'}", times[i - 1], times[i])),
            times[i]);
        ck_assert_str_eq(
            newest(fmt(arena, "{'startTime':'%s','startedAt':'%s'}", times[i], times[i - 1])),
            times[i]);
    }
}
END_TEST

START_TEST(first_of_equal_ones)
{
    ck_assert_str_eq(newest("[{'startTime':'2026-01-01T02:00:00+02:00'},"
                            "{'startTime':'2026-01-01T00:00:00.0Z'}]"),
        "2026-01-01T02:00:00+02:00");
}
END_TEST

START_TEST(what_a_timestamp_is)
{
    ck_assert(timestamp_is("2026-01-01T00:00:00Z"));
    ck_assert(timestamp_is("2026-01-01T02:00:00.5+02:00"));
    ck_assert(!timestamp_is("2026-01-01"));
    ck_assert(!timestamp_is("2026-01-01T00:00:00Z "));
    ck_assert(!timestamp_is("<null>"));
    ck_assert(!timestamp_is(""));
    ck_assert(!timestamp_is(NULL));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, what_a_timestamp_is);
    tcase_add_test(tcase, of_every_known_field);
    tcase_add_test(tcase, of_nothing_else);
    tcase_add_test(tcase, what_is_no_timestamp_is_passed_over);
    tcase_add_test(tcase, order);
    tcase_add_test(tcase, first_of_equal_ones);
}

TEST_MAIN(tests)
