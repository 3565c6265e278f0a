#include "testing.h"

#include "rollout.h"

static const json_t *resource(const char *reason)
{
    return json_of(
        fmt(arena, "{'status':{'conditions':[{'type':'Updated','reason':'%s'}]}}", reason));
}

START_TEST(what_is_said_is_read_again)
{
    for (int reason = ROLLOUT_COMPLETE; reason <= ROLLOUT_KEPT_UNTIL_IDLE; reason++)
        ck_assert_int_eq(rollout_reason_of(resource(rollout_reason_text(reason))), reason);
}
END_TEST

START_TEST(what_others_say_is_unknown)
{
    ck_assert_int_eq(rollout_reason_of(resource("InvalidSpec")), ROLLOUT_UNKNOWN);
    ck_assert_int_eq(rollout_reason_of(json_of("{}")), ROLLOUT_UNKNOWN);
    ck_assert_int_eq(rollout_reason_of(NULL), ROLLOUT_UNKNOWN);
    ck_assert_ptr_null(rollout_reason_text(ROLLOUT_UNKNOWN));
}
END_TEST

START_TEST(what_goes_on_by_itself_is_not_blocked)
{
    ck_assert(rollout_is_blocked(ROLLOUT_STALLED) && rollout_is_blocked(ROLLOUT_PAUSED));
    ck_assert(!rollout_is_blocked(ROLLOUT_WAITING) && !rollout_is_blocked(ROLLOUT_UNKNOWN));
    ck_assert(!rollout_is_blocked(ROLLOUT_KEPT_UNTIL_IDLE));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, what_is_said_is_read_again);
    tcase_add_test(tcase, what_others_say_is_unknown);
    tcase_add_test(tcase, what_goes_on_by_itself_is_not_blocked);
}

TEST_MAIN(tests)
