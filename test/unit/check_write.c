#include "testing.h"

#include <math.h>

static const char *written(const json_t *value)
{
    return json_write(arena, value, NULL);
}

/* What encoding/json of Go 1.26 makes of each. */
START_TEST(strings_are_escaped_as_go_does)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
        {"\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\""},
        {"<a>&</a>", "\"\\u003ca\\u003e\\u0026\\u003c/a\\u003e\""},
        {"/", "\"/\""},
        {"\xe2\x80\xa8|\xe2\x80\xa9", "\"\\u2028|\\u2029\""},
        /* Neighbours of the line separators, which start with the same bytes. */
        {"\xe2\x80\xa7\xe2\x80\xaa\xe2\x82\xac", "\"\xe2\x80\xa7\xe2\x80\xaa\xe2\x82\xac\""},
        {"\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_str_eq(written(json_string(rows[i].text)), rows[i].expected);
}
END_TEST

START_TEST(numbers_are_written_as_go_does)
{
    static const struct {
        double number;
        const char *expected;
    } rows[] = {
        {0, "0"},
        {-0.0, "-0"},
        {1, "1"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {100, "100"},
        {123456789, "123456789"},
        {0.000001, "0.000001"},
        {0.0000001, "1e-7"},
        {-0.00000012345, "-1.2345e-7"},
        {1e20, "100000000000000000000"},
        {1e21, "1e+21"},
        {1.5e300, "1.5e+300"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {0.30000000000000004, "0.30000000000000004"},
        /* Exact digits would go on: 9223372036854775808. */
        {9223372036854775808.0, "9223372036854776000"},
        {36893488147419103232.0, "36893488147419103000"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_str_eq(written(json_real(rows[i].number)), rows[i].expected);
}
END_TEST

START_TEST(integers_are_decimal)
{
    ck_assert_str_eq(written(json_integer(0)), "0");
    ck_assert_str_eq(written(json_integer(-10)), "-10");
    ck_assert_str_eq(written(json_integer(INT64_MAX)), "9223372036854775807");
    ck_assert_str_eq(written(json_integer(INT64_MIN)), "-9223372036854775808");
}
END_TEST

START_TEST(constants_and_nothing)
{
    ck_assert_str_eq(written(json_true()), "true");
    ck_assert_str_eq(written(json_false()), "false");
    ck_assert_str_eq(written(json_null()), "null");
    ck_assert_str_eq(written(NULL), "null");
    ck_assert_str_eq(written(json_new_map()), "{}");
    ck_assert_str_eq(written(json_new_list()), "[]");
}
END_TEST

START_TEST(keys_are_sorted_bytewise)
{
    ck_assert_str_eq(written(json_of("{'b':1,'a':{'z':[],'Z':{}},'B':2,'\\u00e9':3,'~':4,'':5}")),
        "{\"\":5,\"B\":2,\"a\":{\"Z\":{},\"z\":[]},\"b\":1,\"~\":4,\"\xc3\xa9\":3}");
}
END_TEST

/* Mappings of each size that is sorted in its own way. */
START_TEST(many_keys_are_sorted)
{
    static const int sizes[] = {31, 32, 33, 48, 49, 500};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        json_t *map = json_new_map();
        struct text expected = {.arena = arena};

        for (int k = 0; k < sizes[i]; k++)
            json_put(map, fmt(arena, "%04d", k * 7919 % sizes[i] * 10), json_integer(1));
        text_add(&expected, "{");
        for (int k = 0; k < sizes[i]; k++)
            text_addf(&expected, "%s\"%04d\":1", k > 0 ? "," : "", k * 10);
        text_add(&expected, "}");
        ck_assert_str_eq(written(map), text_string(&expected));
    }
}
END_TEST

START_TEST(order_of_keys_does_not_show)
{
    ck_assert_str_eq(written(json_of("{'a':1,'b':{'c':2,'d':3}}")),
        written(json_of("{'b':{'d':3,'c':2},'a':1}")));
}
END_TEST

START_TEST(length_is_that_of_the_text)
{
    size_t length = 0;
    const char *text = json_write(arena, json_of("['abc',1]"), &length);

    ck_assert_uint_eq(length, strlen(text));
}
END_TEST

START_TEST(reading_gives_the_same_back)
{
    const char *text =
        "{\"a\":[0,-1,1.5,true,false,null,\"\\u003c\\n\\u2028\xc3\xa9\"],\"b\":{\"\":{}}}";
    struct json_fault fault;

    ck_assert_str_eq(written(json_read(arena, text, strlen(text), 0, &fault)), text);
}
END_TEST

START_TEST(pretty_is_for_people)
{
    ck_assert_str_eq(json_write_pretty(arena, json_of("{'b':[1,{'c':'<&>'}],'a':{},'e':[]}")),
        "{\n  \"a\": {},\n  \"b\": [\n    1,\n    {\n      \"c\": \"<&>\"\n    }\n  ],\n  \"e\": "
        "[]\n}\n");
}
END_TEST

START_TEST(brief_is_at_most_60_bytes)
{
    struct text text = {.arena = arena};

    ck_assert_str_eq(json_brief(arena, json_string("<x>")), "\"<x>\"");
    ck_assert_str_eq(json_brief(arena, NULL), "null");
    for (int i = 0; i < 58; i++)
        text_add(&text, "y");
    ck_assert_uint_eq(strlen(json_brief(arena, json_string(text_string(&text)))), 60);
    ck_assert(text_ends_with(json_brief(arena, json_string(text_string(&text))), "y\""));
    text_add(&text, "y");
    ck_assert_uint_eq(strlen(json_brief(arena, json_string(text_string(&text)))), 60);
    ck_assert(text_ends_with(json_brief(arena, json_string(text_string(&text))), "yyy..."));
}
END_TEST

START_TEST(brief_cuts_no_character)
{
    for (int before = 0; before < 4; before++) {
        struct text text = {.arena = arena};

        for (int i = 0; i < before; i++)
            text_add(&text, "x");
        for (int i = 0; i < 40; i++)
            text_add(&text, "\xf0\x9f\x98\x80");
        /* json_string() takes nothing but UTF-8. */
        ck_assert_ptr_nonnull(json_string(json_brief(arena, json_string(text_string(&text)))));
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, strings_are_escaped_as_go_does);
    tcase_add_test(tcase, numbers_are_written_as_go_does);
    tcase_add_test(tcase, integers_are_decimal);
    tcase_add_test(tcase, constants_and_nothing);
    tcase_add_test(tcase, keys_are_sorted_bytewise);
    tcase_add_test(tcase, many_keys_are_sorted);
    tcase_add_test(tcase, order_of_keys_does_not_show);
    tcase_add_test(tcase, length_is_that_of_the_text);
    tcase_add_test(tcase, reading_gives_the_same_back);
    tcase_add_test(tcase, pretty_is_for_people);
    tcase_add_test(tcase, brief_is_at_most_60_bytes);
    tcase_add_test(tcase, brief_cuts_no_character);
}

TEST_MAIN(tests)
