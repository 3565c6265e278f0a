#include "testing.h"

#include "server/log.h"

static const struct timespec noon = {.tv_sec = 1700000000, .tv_nsec = 123456789};

static const char *line_of(enum log_format format, const struct log_field *fields)
{
    char line[LOG_LINE];
    const size_t length = log_line(line, format, noon, LOG_WARNING, "request", fields);

    return text_copy(arena, line, length);
}

START_TEST(json_line)
{
    ck_assert_str_eq(line_of(LOG_JSON,
                         log_fields(LOG_TEXT_FIELD("hook", "v1alpha1/shard/sync"),
                             LOG_NUMBER("code", 200),
                             LOG_NUMBER("bytesIn", -1))),
        "{\"time\":\"2023-11-14T22:13:20.123456Z\",\"level\":\"warning\",\"event\":\"request\","
        "\"hook\":\"v1alpha1/shard/sync\",\"code\":200,\"bytesIn\":-1}\n");
}
END_TEST

START_TEST(text_line)
{
    ck_assert_str_eq(line_of(LOG_TEXT,
                         log_fields(LOG_TEXT_FIELD("name", "x-80"),
                             LOG_TEXT_FIELD("message", "two words"),
                             LOG_TEXT_FIELD("empty", ""),
                             LOG_NUMBER("code", 200))),
        "2023-11-14T22:13:20.123456Z warning request name=x-80 message=\"two words\" empty=\"\" "
        "code=200\n");
}
END_TEST

START_TEST(absent_fields_are_left_out)
{
    const char *none = NULL;

    ck_assert_str_eq(line_of(LOG_TEXT,
                         log_fields(LOG_TEXT_FIELD("uid", none),
                             LOG_NUMBER_IF(false, "generation", 3),
                             LOG_NUMBER_IF(true, "children", 4))),
        "2023-11-14T22:13:20.123456Z warning request children=4\n");
}
END_TEST

/* What a client chose must not end the line, close the quote or make the JSON invalid. */
START_TEST(texts_are_escaped)
{
    static const struct {
        const char *text, *json;
    } rows[] = {
        {"a\"b\\c", "a\\\"b\\\\c"},
        {"a\nb\rc\td", "a\\nb\\rc\\td"},
        {"\x01\x1f\x7f", "\\u0001\\u001f\\u007f"},
        {"z\xc3\xbcrich \xf0\x9f\x90\xac", "z\xc3\xbcrich \xf0\x9f\x90\xac"},
        {"\xff|\xc3|\xc0\x80|\xed\xa0\x80|\xf4\x90\x80\x80",
            "\\ufffd|\\ufffd|\\ufffd\\ufffd|\\ufffd\\ufffd\\ufffd|\\ufffd\\ufffd\\ufffd\\ufffd"},
        {"\xe2\x82", "\\ufffd\\ufffd"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *line = line_of(LOG_JSON, log_fields(LOG_TEXT_FIELD("k", rows[i].text)));
        const char *expected = fmt(arena, "\"k\":\"%s\"}\n", rows[i].json);
        struct json_fault fault = {0};

        ck_assert_str_eq(strstr(line, "\"k\":"), expected);
        ck_assert_ptr_nonnull(json_read(arena, line, strlen(line), 0, &fault));
    }
}
END_TEST

/* A line is one write of at most PIPE_BUF, and stays JSON, whatever its length would be. */
START_TEST(long_texts_are_cut)
{
    char *text = arena_alloc(arena, 3 * LOG_LINE);

    for (size_t length = LOG_LINE - 200; length < LOG_LINE + 200; length++) {
        struct json_fault fault = {0};
        const char *line;

        memset(text, length % 2 == 0 ? 'x' : '\n', length);
        text[length] = '\0';
        line = line_of(LOG_JSON, log_fields(LOG_TEXT_FIELD("k", text), LOG_NUMBER("after", 1)));
        ck_assert_uint_le(strlen(line), LOG_LINE);
        ck_assert_int_eq(line[strlen(line) - 1], '\n');
        ck_assert_ptr_nonnull(json_read(arena, line, strlen(line), 0, &fault));
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, json_line);
    tcase_add_test(tcase, text_line);
    tcase_add_test(tcase, absent_fields_are_left_out);
    tcase_add_test(tcase, texts_are_escaped);
    tcase_add_test(tcase, long_texts_are_cut);
}

TEST_MAIN(tests)
