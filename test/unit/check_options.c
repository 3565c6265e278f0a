#include "testing.h"

#include "cli/base/cli.h"

static bool flag, other;
static const char *text;
static long number;
static size_t size;
static struct texts list;

static const struct option_row rows[] = {
    {"flag", 'f', OPTION_FLAG, NULL, "A flag.", &flag},
    {"other", 'p', OPTION_FLAG, NULL, "Another flag.", &other},
    {"text", 't', OPTION_TEXT, "TEXT", "A text.", &text},
    {"number", 0, OPTION_NUMBER, "N", "A number.", &number},
    {"size", 0, OPTION_SIZE, "SIZE", "A size.", &size},
    {"list", 'l', OPTION_LIST, "ITEM", "A list.", &list},
    {.name = NULL},
};

static const struct command command = {.name = "test", .options = rows};

static bool read_words(struct texts *arguments, int count, char *const *words)
{
    flag = other = false;
    text = NULL;
    number = 0;
    size = 0;
    list = (struct texts){.count = 0};
    *arguments = (struct texts){.arena = arena};
    return options_read(&command, count, words, arguments);
}

#define WORDS(arguments, ...)                                                                      \
    read_words((arguments),                                                                        \
        (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *)),                       \
        (char *[]){__VA_ARGS__})

START_TEST(every_way_to_write_an_option)
{
    struct texts rest;

    ck_assert(WORDS(&rest, "a", "--text", "x", "-", "--number=7", "--flag", "b"));
    ck_assert_str_eq(texts_join(&rest, " "), "a - b");
    ck_assert_str_eq(text, "x");
    ck_assert_int_eq(number, 7);
    ck_assert(flag && !other);

    ck_assert(WORDS(&rest, "-fp", "-tx", "-l", "1", "-l2", "--list=3"));
    ck_assert(flag && other);
    ck_assert_str_eq(text, "x");
    ck_assert_str_eq(texts_join(&list, " "), "1 2 3");

    ck_assert(WORDS(&rest, "--flag=false", "-ft", "y", "--text="));
    ck_assert(flag);
    ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(two_dashes_end_the_options)
{
    struct texts rest;

    ck_assert(WORDS(&rest, "--", "--flag", "-t", "--"));
    ck_assert_str_eq(texts_join(&rest, " "), "--flag -t --");
    ck_assert(!flag);
}
END_TEST

START_TEST(wrong_words)
{
    struct texts rest;

    ck_assert(!WORDS(&rest, "--text"));
    ck_assert(!WORDS(&rest, "--tex", "x"));
    ck_assert(!WORDS(&rest, "-x"));
    ck_assert(!WORDS(&rest, "-fx"));
    ck_assert(!WORDS(&rest, "--number", "seven"));
    ck_assert(!WORDS(&rest, "--number", "7x"));
    ck_assert(!WORDS(&rest, "--number="));
    ck_assert(!WORDS(&rest, "--number", "99999999999999999999"));
    ck_assert(!WORDS(&rest, "--flag=yes"));
}
END_TEST

START_TEST(sizes_are_written_as_in_kubernetes)
{
    static const struct {
        const char *text;
        size_t size;
    } right[] = {{"0", 0},
        {"17", 17},
        {"2k", 2000},
        {"3M", 3000000},
        {"64Mi", 64ul << 20},
        {"1Gi", 1ul << 30},
        {"512Ki", 512ul << 10}};
    static const char *const wrong[] =
        {"", "Mi", "-1", " 1", "1.5Gi", "64mi", "64MiB", "99999999999Gi", "99999999999999999999"};
    const struct option_row *row = option_by_name(rows, "size");

    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        ck_assert_ptr_null(option_assign(row, right[i].text));
        ck_assert_uint_eq(size, right[i].size);
    }
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        ck_assert_ptr_nonnull(option_assign(row, wrong[i]));
}
END_TEST

START_TEST(every_command_can_be_found)
{
    for (const struct command *const *at = commands; *at != NULL; at++)
        ck_assert_ptr_eq(command_by_name((*at)->name), *at);
    ck_assert_ptr_null(command_by_name("nothing"));
}
END_TEST

/* Two options of one command with one name or letter would hide each other. */
START_TEST(options_differ)
{
    for (const struct command *const *at = commands; *at != NULL; at++)
        for (const struct option_row *a = (*at)->options; a != NULL && a->name != NULL; a++) {
            ck_assert_str_ne(a->name, "help");
            ck_assert((a->argument == NULL) == (a->kind == OPTION_FLAG));
            for (const struct option_row *b = a + 1; b->name != NULL; b++) {
                ck_assert_str_ne(a->name, b->name);
                ck_assert(a->letter == 0 || a->letter != b->letter);
            }
        }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, every_way_to_write_an_option);
    tcase_add_test(tcase, two_dashes_end_the_options);
    tcase_add_test(tcase, wrong_words);
    tcase_add_test(tcase, sizes_are_written_as_in_kubernetes);
    tcase_add_test(tcase, every_command_can_be_found);
    tcase_add_test(tcase, options_differ);
}

TEST_MAIN(tests)
