#include "testing.h"

#include "cli/base/cli.h"

START_TEST(the_nearest_word_if_one_is_near)
{
    static const struct {
        const char *word, *near;
    } rows[] = {
        {"simulat", "simulate"},
        {"simulaet", "simulate"},
        {"simukate", "simulate"},
        {"sim", "simulate"},
        {"paln", "plan"},
        {"plans", "plan"},
        {"tre", "tree"},
        {"rnu", "run"},
        {"x", NULL},
        {"xyzzy", NULL},
        {"delete", NULL},
    };
    struct texts words = {.arena = arena};

    texts_add(&words, "simulate");
    texts_add(&words, "plan");
    texts_add(&words, "tree");
    texts_add(&words, "run");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_pstr_eq(nearest(&words, rows[i].word), rows[i].near);
}
END_TEST

START_TEST(nothing_to_choose_from)
{
    const struct texts none = {.arena = arena};

    ck_assert_ptr_null(nearest(&none, "word"));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, the_nearest_word_if_one_is_near);
    tcase_add_test(tcase, nothing_to_choose_from);
}

TEST_MAIN(tests)
