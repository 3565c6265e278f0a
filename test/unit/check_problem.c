#include "testing.h"

#include "problem.h"

START_TEST(one_a_line_in_order)
{
    struct problems problems = {.arena = arena};

    ck_assert_str_eq(problems_text(&problems), "");
    problem_add(&problems, "spec.b", "must be %d", 1);
    problem_add(&problems, "spec.a", "is required");
    ck_assert_str_eq(problems_text(&problems), "spec.b: must be 1\nspec.a: is required");
    ck_assert_str_eq(problems.at[1].path, "spec.a");
    ck_assert_str_eq(problems.at[1].rule, "is required");
}
END_TEST

START_TEST(equal_ones_are_kept_once)
{
    struct problems problems = {.arena = arena};

    for (int round = 0; round < 3; round++) {
        problem_add(&problems, "a", "b c");
        problem_add(&problems, "a", "d");
        problem_add(&problems, "e", "d");
        /* Together they read like the first one. */
        problem_add(&problems, "a: b", "c");
        problem_add(&problems, "ab", " c");
    }
    ck_assert_uint_eq(problems.count, 5);
}
END_TEST

START_TEST(many_take_linear_time)
{
    struct problems problems = {.arena = arena};

    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 20000; i++)
            problem_add(&problems, fmt(arena, "spec[%d]", i), "is required");
    ck_assert_uint_eq(problems.count, 20000);
    ck_assert_str_eq(problems.at[19999].path, "spec[19999]");
}
END_TEST

START_TEST(value_with_percent_is_no_format)
{
    struct problems problems = {.arena = arena};

    problem_add(&problems, "a", "got %s", "%s%n");
    ck_assert_str_eq(problems_text(&problems), "a: got %s%n");
}
END_TEST

START_TEST(what_is_explained_is_no_problem)
{
    struct problems problems = {.arena = arena};

    ck_assert(!problem_is_explained(&problems, "a"));
    problem_add(&problems, "b", "is not known");
    problem_explain(&problems, "a");
    problem_explain(&problems, "a");
    problem_add(&problems, "a", "is required");
    problem_add(&problems, "a.b", "is required");
    ck_assert(problem_is_explained(&problems, "a"));
    ck_assert(!problem_is_explained(&problems, "a.b"));
    ck_assert_str_eq(problems_text(&problems), "b: is not known\na.b: is required");
}
END_TEST

START_TEST(outline_has_no_values)
{
    struct problems problems = {.arena = arena};

    ck_assert_str_eq(problems_outline(&problems), "");
    problem_add(&problems,
        "a",
        "must be hex such as \"80\", got \"s3cr3t, got it\" (did you mean it?)");
    problem_add(&problems, "b", "is required");
    ck_assert_str_eq(problems_outline(&problems), "a: must be hex such as \"80\"; b: is required");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, outline_has_no_values);
    tcase_add_test(tcase, one_a_line_in_order);
    tcase_add_test(tcase, equal_ones_are_kept_once);
    tcase_add_test(tcase, many_take_linear_time);
    tcase_add_test(tcase, value_with_percent_is_no_format);
    tcase_add_test(tcase, what_is_explained_is_no_problem);
}

TEST_MAIN(tests)
