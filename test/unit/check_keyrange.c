#include "testing.h"

#include "vitess.h"

/* The problems of the ranges "start-end, start-end"; their paths are r[0], r[1] ... */
static const char *problems_of(const char *text)
{
    struct problems problems = {.arena = arena};
    struct keyrange ranges[16];
    size_t count = 0;

    while (*text != '\0') {
        const char *dash = strchr(text, '-');
        size_t length = strcspn(text, ",");

        ranges[count].path = fmt(arena, "r[%zu]", count);
        ranges[count].start = text_copy(arena, text, (size_t)(dash - text));
        ranges[count].end = text_copy(arena, dash + 1, length - (size_t)(dash - text) - 1);
        count++;
        text += length;
        text += strspn(text, ", ");
    }
    keyranges_check(ranges, count, &problems);
    return problems_text(&problems);
}

START_TEST(names_are_lower_case)
{
    ck_assert_str_eq(keyrange_name(arena, "", "80"), "-80");
    ck_assert_str_eq(keyrange_name(arena, "C0", ""), "c0-");
    ck_assert_str_eq(keyrange_name(arena, "", ""), "-");
}
END_TEST

START_TEST(ranges_are_told_from_names)
{
    static const char *const ranges[] = {"-", "-80", "80-", "40-c0", "-4000"};
    static const char *const names[] =
        {"", "0", "main", "8-", "40-c0-", "x-80", "40", "-8G", "80-C0"};

    for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
        ck_assert(keyrange_is(ranges[i]));
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        ck_assert_msg(!keyrange_is(names[i]), "%s", names[i]);
}
END_TEST

START_TEST(full_covers_are_fine)
{
    ck_assert_str_eq(problems_of(""), "");
    ck_assert_str_eq(problems_of("-"), "");
    ck_assert_str_eq(problems_of("-80, 80-"), "");
    ck_assert_str_eq(problems_of("80-, -80"), "");
    ck_assert_str_eq(problems_of("-40, 40-80, 80-C0, c0-"), "");
}
END_TEST

START_TEST(trailing_zeros_do_not_move_a_bound)
{
    ck_assert_str_eq(problems_of("-8000, 80-"), "");
    ck_assert_str_eq(problems_of("-80, 8000-"), "");
    ck_assert_str_eq(problems_of("00-80, 80-"), "");
    ck_assert_str_eq(problems_of("-80, 8001-"),
        "r[0]: there is a gap after -80: no shard starts at 80\n"
        "r[1]: there is a gap before 8001-: no shard ends at 8001");
}
END_TEST

START_TEST(a_reshard_has_two_covers)
{
    ck_assert_str_eq(problems_of("-, -80, 80-"), "");
    ck_assert_str_eq(problems_of("-80, 80-, -40, 40-80"), "");
}
END_TEST

START_TEST(gaps_are_named)
{
    ck_assert_str_eq(problems_of("-40, 80-"),
        "r[0]: there is a gap after -40: no shard starts at 40\n"
        "r[1]: there is a gap before 80-: no shard ends at 80");
    ck_assert_str_eq(problems_of("-80"), "r[0]: there is a gap after -80: no shard starts at 80");
    ck_assert_str_eq(problems_of("80-"), "r[0]: there is a gap before 80-: no shard ends at 80");
}
END_TEST

START_TEST(overlaps_are_named)
{
    ck_assert_str_eq(problems_of("-80, 40-"),
        "r[0]: -80 overlaps 40-: no shard starts at 80\n"
        "r[1]: 40- overlaps -80: no shard ends at 40");
    ck_assert_str_eq(problems_of("-80, 80-, -80"), "r[2]: -80 is the same range as r[0]");
    ck_assert_str_eq(problems_of("-80, 80-, -8000"), "r[2]: -8000 is the same range as r[0]");
}
END_TEST

START_TEST(bad_bounds_are_named)
{
    ck_assert_str_eq(problems_of("-8g, 80-"),
        "r[0].end: must be hex of even length such as \"80\", got \"8g\"");
    ck_assert_str_eq(problems_of("8-, -80"),
        "r[0].start: must be hex of even length such as \"80\", got \"8\"");
    ck_assert_str_eq(problems_of("80-40"), "r[0]: start must be below end, got 80-40");
    ck_assert_str_eq(problems_of("80-80"), "r[0]: start must be below end, got 80-80");
    ck_assert_str_eq(problems_of("-00"), "r[0]: start must be below end, got -00");
}
END_TEST

/* "-80 after -, 80- after -": who waits for whom; a shard that is followed by "!" is known. */
static const char *turns_of(const char *text)
{
    struct planned_shard shards[16] = {{0}};
    struct texts said = {.arena = arena};
    size_t count = 0;
    const char **first;

    while (*text != '\0') {
        size_t length = strcspn(text, ", !");

        shards[count].name = text_copy(arena, text, length);
        shards[count++].known = text[length] == '!';
        text += length;
        text += strspn(text, ", !");
    }
    first = shards_wait_for(arena, shards, count);
    for (size_t i = 0; i < count; i++) {
        if (first[i] == NULL)
            continue;
        ck_assert(text_starts_with(first[i], "shard "));
        first[i] += strlen("shard ");
        texts_add(&said,
            fmt(arena,
                "%s after %s",
                shards[i].name,
                text_copy(arena, first[i], strcspn(first[i], ","))));
    }
    return texts_join(&said, ", ");
}

START_TEST(one_cover_of_the_keys_comes_first)
{
    static const struct {
        const char *shards, *turns;
    } rows[] = {
        {"", ""},
        {"-", ""},
        {"-80, 80-", ""},
        {"80-, -80", ""},
        {"-, -80, 80-", "-80 after -, 80- after -"},
        {"-80, -, 80-", "- after -80"},
        {"-80!, -, 80-", "- after 80-"},
        {"-80!, -, 80-!", ""},
        {"-!, -80, 80-", ""},
        {"-80, 80-, -", "- after -80"},
        /* 80- is not taken for the cover of -40 and 40-. */
        {"-40, 80-, 40-, -80", "80- after 40-, -80 after -40"},
        {"-40!, 80-, 40-, -80", "80- after 40-, -80 after 40-"},
        {"-80, 80-, 80-c0, c0-", "80-c0 after 80-, c0- after 80-"},
        {"-8000, 80-, -4000, 40-80", "-4000 after -8000, 40-80 after -8000"},
        /* Without key ranges Vitess takes each for all of the keyspace. */
        {"0, 1, 2", "1 after 0, 2 after 0"},
        {"0!, 1, 2", ""},
        /* What passes nowhere: nobody waits for ever for what comes never. */
        {"40-80, c0-", ""},
        {"-40, 80-", ""},
        {"-80, -80", ""},
        {"-80, 80-, -80, 80-c0, c0-", "80-c0 after 80-, c0- after 80-"},
        {"-80, 80-, -8000, 8000-", "-8000 after -80, 8000- after 80-"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ck_assert_str_eq(turns_of(rows[i].shards), rows[i].turns);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, names_are_lower_case);
    tcase_add_test(tcase, ranges_are_told_from_names);
    tcase_add_test(tcase, full_covers_are_fine);
    tcase_add_test(tcase, trailing_zeros_do_not_move_a_bound);
    tcase_add_test(tcase, a_reshard_has_two_covers);
    tcase_add_test(tcase, gaps_are_named);
    tcase_add_test(tcase, overlaps_are_named);
    tcase_add_test(tcase, one_cover_of_the_keys_comes_first);
    tcase_add_test(tcase, bad_bounds_are_named);
}

TEST_MAIN(tests)
