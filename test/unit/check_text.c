#include <limits.h>

#include "testing.h"

START_TEST(fmt_makes_short_and_long_texts)
{
    char letters[1001];

    ck_assert_str_eq(fmt(arena, "%s-%d", "a", 1), "a-1");
    ck_assert_str_eq(fmt(arena, "%s", ""), "");
    /* Around the size of what fmt() tries first. */
    for (int length = 250; length < 260; length++) {
        memset(letters, 'x', sizeof(letters));
        letters[length] = '\0';
        ck_assert_str_eq(fmt(arena, "%s", letters), letters);
    }
    memset(letters, 'y', 1000);
    letters[1000] = '\0';
    ck_assert_str_eq(fmt(arena, "%s", letters), letters);
}
END_TEST

#define SAME_AS_PRINTF(...)                                                                        \
    do {                                                                                           \
        char printed[1024];                                                                        \
                                                                                                   \
        snprintf(printed, sizeof(printed), __VA_ARGS__);                                           \
        ck_assert_str_eq(fmt(arena, __VA_ARGS__), printed);                                        \
    } while (0)

/* Those that are joined without printf, those that are not, and those that begin as if they were.
 */
START_TEST(fmt_says_what_printf_says)
{
    const char *volatile nothing = NULL;
    char letters[300];

    memset(letters, 'x', sizeof(letters) - 1);
    letters[sizeof(letters) - 1] = '\0';
    SAME_AS_PRINTF("%s", "");
    SAME_AS_PRINTF("%s%s.%s", "a", "", "b");
    SAME_AS_PRINTF("%u %u %u", 0U, 9U, UINT_MAX);
    SAME_AS_PRINTF("[%zu]", (size_t)0);
    SAME_AS_PRINTF("%s[%zu]%s", "spec.cells", SIZE_MAX, ".name");
    SAME_AS_PRINTF("%s: 100%% of %s", "a", "b");
    SAME_AS_PRINTF("%s %.*s %s", "a", 2, "bcd", "e");
    SAME_AS_PRINTF("%s %08x %5s|%-5s|", "a", 48879U, "b", "c");
    SAME_AS_PRINTF("%s %d %lld %c", "a", -7, LLONG_MIN, 'x');
    SAME_AS_PRINTF("%s and %s", letters, letters);
    SAME_AS_PRINTF("%.3f%s", 1.5, "s");
    ck_assert_str_eq(fmt(arena, "%s!", nothing), "(null)!");
}
END_TEST

START_TEST(copy_ends_where_told)
{
    ck_assert_str_eq(text_copy(arena, "abcdef", 3), "abc");
    ck_assert_str_eq(text_copy(arena, NULL, 0), "");
}
END_TEST

START_TEST(comparisons_take_null)
{
    ck_assert(text_equal(NULL, NULL));
    ck_assert(!text_equal(NULL, ""));
    ck_assert(!text_equal("", NULL));
    ck_assert(text_equal("a", "a"));
    ck_assert(!text_equal("a", "b"));
    ck_assert(text_starts_with("abc", "ab"));
    ck_assert(text_starts_with("abc", ""));
    ck_assert(!text_starts_with("ab", "abc"));
    ck_assert(!text_starts_with(NULL, "a"));
    ck_assert(!text_starts_with("a", NULL));
    ck_assert(text_ends_with("abc", "bc"));
    ck_assert(text_ends_with("abc", ""));
    ck_assert(text_ends_with("abc", "abc"));
    ck_assert(!text_ends_with("bc", "abc"));
    ck_assert(!text_ends_with("abc", "ab"));
    ck_assert(!text_ends_with(NULL, "a"));
    ck_assert(!text_ends_with("a", NULL));
}
END_TEST

START_TEST(text_grows)
{
    struct text text = {.arena = arena};

    ck_assert_str_eq(text_string(&text), "");
    text_add(&text, "");
    ck_assert_str_eq(text_string(&text), "");
    for (int i = 0; i < 10000; i++)
        text_addf(&text, "%04d", i);
    ck_assert_uint_eq(text.length, 40000);
    ck_assert_uint_eq(strlen(text_string(&text)), 40000);
    ck_assert_int_eq(strncmp(text_string(&text) + 39996, "9999", 4), 0);
    text_add_bytes(&text, "ab\0c", 4);
    ck_assert_uint_eq(text.length, 40004);
    ck_assert_int_eq(text.bytes[40003], 'c');
    ck_assert_int_eq(text.bytes[40004], '\0');
}
END_TEST

START_TEST(text_that_just_fits)
{
    /* The terminator needs a byte as well. */
    for (size_t length = 60; length < 70; length++) {
        struct text text = {.arena = arena};

        for (size_t i = 0; i < length; i++)
            text_add(&text, "x");
        ck_assert_uint_eq(strlen(text_string(&text)), length);
        ck_assert_uint_lt(text.length, text.capacity);
    }
}
END_TEST

START_TEST(commas_separate_a_list)
{
    static const struct {
        const char *list, *items;
    } rows[] = {
        {NULL, ""},
        {"", ""},
        {"a", "a|"},
        {"a,b", "a|b|"},
        {"a,b,", "a|b|"},
        {",a", "|a|"},
        {"a,,b", "a||b|"},
        {",", "|"},
        {"a, b", "a| b|"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct texts texts = texts_listed(arena, rows[i].list);
        struct text items = {.arena = arena};

        for (size_t j = 0; j < texts.count; j++)
            text_addf(&items, "%s|", texts.at[j]);
        ck_assert_str_eq(text_string(&items), rows[i].items);
    }
}
END_TEST

START_TEST(a_list_has_whole_items)
{
    ck_assert(text_lists("a", "a"));
    ck_assert(text_lists("a,bc,d", "bc"));
    ck_assert(text_lists("a,bc,d", "d"));
    ck_assert(!text_lists("a,bc,d", "b"));
    ck_assert(!text_lists("a,bc,d", "c"));
    ck_assert(!text_lists("a,bc,d", "bcd"));
    ck_assert(!text_lists("a,bc,d", "a,bc"));
    ck_assert(!text_lists("", "a"));
}
END_TEST

START_TEST(the_nearest_of_a_list)
{
    const struct texts names = texts_listed(arena, "zone1,zone2,main");

    ck_assert_str_eq(texts_nearest(&names, "zone1", 0), "zone1");
    ck_assert_str_eq(texts_nearest(&names, "zone2", 1), "zone2");
    ck_assert_str_eq(texts_nearest(&names, "zone3", 1), "zone1");
    ck_assert_ptr_null(texts_nearest(&names, "zone3", 0));
    ck_assert_str_eq(texts_nearest(&names, "mian", 1), "main");
    ck_assert_ptr_null(texts_nearest(&names, "replica", 2));
    ck_assert_ptr_null(texts_nearest(&(struct texts){.arena = arena}, "main", SIZE_MAX - 1));
}
END_TEST

START_TEST(list_grows_sorts_and_joins)
{
    struct texts texts = {.arena = arena};

    ck_assert_str_eq(texts_join(&texts, ","), "");
    texts_sort(&texts);
    ck_assert(!texts_contain(&texts, "a"));
    texts_add(&texts, "b");
    texts_add(&texts, "a");
    texts_add(&texts, "B");
    texts_add(&texts, "\xc3\xa4");
    ck_assert_str_eq(texts_join(&texts, ", "), "b, a, B, \xc3\xa4");
    texts_sort(&texts);
    ck_assert_str_eq(texts_join(&texts, ""), "Bab\xc3\xa4");
    ck_assert(texts_contain(&texts, "B"));
    ck_assert(!texts_contain(&texts, "c"));
    for (int i = 0; i < 100; i++)
        texts_add(&texts, fmt(arena, "%03d", i));
    ck_assert_uint_eq(texts.count, 104);
    ck_assert_str_eq(texts.at[103], "099");
}
END_TEST

START_TEST(quotes_and_backslashes_are_escaped)
{
    ck_assert_str_eq(text_quoted(arena, ""), "\"\"");
    ck_assert_str_eq(text_quoted(arena, "a \"b\" \\c"), "\"a \\\"b\\\" \\\\c\"");
}
END_TEST

START_TEST(one_of_a_list)
{
    static const char *const list[] = {"a", "", NULL};

    ck_assert(text_is_one_of("a", list));
    ck_assert(text_is_one_of("", list));
    ck_assert(!text_is_one_of("b", list));
    ck_assert(!text_is_one_of(NULL, list));
    ck_assert(!text_is_one_of("a", &list[2]));
}
END_TEST

/* --- numbers by text --- */

START_TEST(a_number_stays_with_its_text)
{
    struct text_index index = {.arena = arena};

    for (size_t i = 1; i <= 1000; i++) {
        size_t *number = text_number(&index, fmt(arena, "key %zu", i));

        ck_assert_uint_eq(*number, 0);
        *number = i;
    }
    for (size_t i = 1; i <= 1000; i++)
        ck_assert_uint_eq(*text_number(&index, fmt(arena, "key %zu", i)), i);
    ck_assert_uint_eq(*text_number(&index, ""), 0);
    ck_assert_uint_eq(index.count, 1001);
}
END_TEST

START_TEST(a_uid_has_ten_digits)
{
    ck_assert_str_eq(fmt(arena, "%010u", 0u), "0000000000");
    ck_assert_str_eq(fmt(arena, "a-%010u-b", 214747900u), "a-0214747900-b");
    ck_assert_str_eq(fmt(arena, "%010u", UINT32_MAX), "4294967295");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_number_stays_with_its_text);
    tcase_add_test(tcase, a_uid_has_ten_digits);
    tcase_add_test(tcase, one_of_a_list);
    tcase_add_test(tcase, quotes_and_backslashes_are_escaped);
    tcase_add_test(tcase, fmt_makes_short_and_long_texts);
    tcase_add_test(tcase, fmt_says_what_printf_says);
    tcase_add_test(tcase, copy_ends_where_told);
    tcase_add_test(tcase, comparisons_take_null);
    tcase_add_test(tcase, text_grows);
    tcase_add_test(tcase, text_that_just_fits);
    tcase_add_test(tcase, commas_separate_a_list);
    tcase_add_test(tcase, a_list_has_whole_items);
    tcase_add_test(tcase, the_nearest_of_a_list);
    tcase_add_test(tcase, list_grows_sorts_and_joins);
}

TEST_MAIN(tests)
