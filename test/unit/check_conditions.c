#include "testing.h"

#include "conditions.h"

static const char pod[] = "{'status':{'conditions':["
                          "{'type':'Ready','status':'False','reason':'R','message':'M'},"
                          "{'type':'Ready','status':'True'},"
                          "{'type':'Updated','status':'True'},"
                          "{'type':'Odd','status':true},3,null]}}";

START_TEST(reads_the_first_of_a_type)
{
    const json_t *object = json_of(pod);

    ck_assert_str_eq(condition_status(object, "Ready"), "False");
    ck_assert_str_eq(condition_reason(object, "Ready"), "R");
    ck_assert_str_eq(condition_message(object, "Ready"), "M");
    ck_assert(!condition_true(object, "Ready"));
    ck_assert(condition_true(object, "Updated"));
    ck_assert_ptr_null(condition_reason(object, "Updated"));
    ck_assert_ptr_null(condition_status(object, "Odd"));
    ck_assert(!condition_true(object, "Odd"));
    ck_assert_ptr_null(condition_status(object, "Missing"));
    ck_assert_ptr_null(condition_status(NULL, "Ready"));
    ck_assert_ptr_null(condition_status(json_of("{'status':{'conditions':{}}}"), "Ready"));
}
END_TEST

/* As planetscale.com/v2 keeps those of a VitessShard. */
START_TEST(reads_a_mapping_by_type)
{
    const json_t *object = json_of("{'status':{'conditions':{"
                                   "'Ready':{'status':'False','reason':'R','message':'M'},"
                                   "'Updated':{'status':'True'},'Odd':3}}}");

    ck_assert_str_eq(condition_status(object, "Ready"), "False");
    ck_assert_str_eq(condition_reason(object, "Ready"), "R");
    ck_assert_str_eq(condition_message(object, "Ready"), "M");
    ck_assert(condition_true(object, "Updated"));
    ck_assert_ptr_null(condition_status(object, "Odd"));
    ck_assert_ptr_null(condition_status(object, "Missing"));
}
END_TEST

static unsigned int asked;

static const char *time_that(const void *of)
{
    asked++;
    return of;
}

static struct condition_list list_beside(const char *old, const char *now)
{
    asked = 0;
    return (struct condition_list){.arena = arena,
        .old = old == NULL ? NULL : json_of(old),
        .time = time_that,
        .of = now};
}

static const json_t *added(const char *old, const char *now, bool status)
{
    struct condition_list conditions = list_beside(old, now);

    condition_add(&conditions, "Ready", status, "Because", "of this");
    return json_array_get(conditions.list, 0);
}

static const char old[] = "[{'type':'Other','status':'True','lastTransitionTime':'1'},"
                          "{'type':'Ready','status':'True','lastTransitionTime':'2',"
                          "'reason':'x','message':'y'}]";

START_TEST(time_stays_while_the_status_does)
{
    ck_json(added(old, "3", true),
        "{'type':'Ready','status':'True','lastTransitionTime':'2','reason':'Because',"
        "'message':'of this'}");
    ck_json(added(old, "3", false),
        "{'type':'Ready','status':'False','lastTransitionTime':'3','reason':'Because',"
        "'message':'of this'}");
}
END_TEST

START_TEST(time_of_what_was_not_there)
{
    ck_assert_str_eq(json_text_at(added(NULL, "3", true), "lastTransitionTime"), "3");
    ck_assert_str_eq(json_text_at(added("[]", "3", true), "lastTransitionTime"), "3");
    ck_assert_str_eq(
        json_text_at(added("[{'type':'Ready','status':'True'}]", "3", true), "lastTransitionTime"),
        "3");
    ck_assert_str_eq(json_text_at(added(NULL, NULL, true), "lastTransitionTime"),
        "1970-01-01T00:00:00Z");
}
END_TEST

/* It is the newest of the whole request. */
START_TEST(time_is_asked_only_for_a_change_and_once)
{
    struct condition_list conditions = list_beside(old, "3");

    condition_add(&conditions, "Ready", true, "R", NULL);
    condition_add(&conditions, "Other", true, "R", NULL);
    ck_assert_uint_eq(asked, 0);
    condition_add(&conditions, "A", true, "R", NULL);
    condition_add(&conditions, "B", true, "R", NULL);
    ck_assert_uint_eq(asked, 1);
    conditions = list_beside(old, NULL);
    condition_add(&conditions, "A", true, "R", NULL);
    condition_add(&conditions, "B", true, "R", NULL);
    ck_assert_uint_eq(asked, 1);
}
END_TEST

START_TEST(empty_message_is_left_out)
{
    struct condition_list conditions = list_beside(NULL, "1");

    condition_add(&conditions, "A", true, "R", "");
    condition_add(&conditions, "B", true, "R", NULL);
    ck_json(conditions.list,
        "[{'type':'A','status':'True','lastTransitionTime':'1','reason':'R'},"
        "{'type':'B','status':'True','lastTransitionTime':'1','reason':'R'}]");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, reads_a_mapping_by_type);
    tcase_add_test(tcase, reads_the_first_of_a_type);
    tcase_add_test(tcase, time_stays_while_the_status_does);
    tcase_add_test(tcase, time_of_what_was_not_there);
    tcase_add_test(tcase, time_is_asked_only_for_a_change_and_once);
    tcase_add_test(tcase, empty_message_is_left_out);
}

TEST_MAIN(tests)
