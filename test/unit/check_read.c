#include "json_view.h"
#include "testing.h"

static struct json_fault fault;

static const json_t *read_deep(const char *text, int depth)
{
    fault = (struct json_fault){0, 0, NULL};
    return json_read(arena, text, strlen(text), depth, &fault);
}

static const json_t *read_text(const char *text)
{
    return read_deep(text, 0);
}

static const json_t *fold_text(const char *text)
{
    fault = (struct json_fault){0, 0, NULL};
    return json_read_folded(arena, text, strlen(text), 0, &fault);
}

START_TEST(says_where_and_what_is_wrong)
{
    static const struct {
        const char *text;
        int line, column;
        const char *why;
    } rows[] = {
        {"", 1, 1, "ends too early"},
        {"   ", 1, 4, "ends too early"},
        {"3", 1, 1, "expected '{' or '['"},
        {"\"a\"", 1, 1, "expected '{' or '['"},
        {"null", 1, 1, "expected '{' or '['"},
        {"}", 1, 1, "expected '{' or '['"},
        {"\xef\xbb\xbf{}", 1, 1, "expected '{' or '['"},
        {"{\"a\": 1}x", 1, 9, "expected nothing more"},
        {"{\"a\": 1} {}", 1, 10, "expected nothing more"},
        {"[] // comment", 1, 4, "expected nothing more"},
        {"[", 1, 2, "ends too early"},
        {"[1", 1, 3, "ends too early"},
        {"[1,", 1, 4, "ends too early"},
        {"[-", 1, 3, "ends too early"},
        {"[1.", 1, 4, "ends too early"},
        {"[1e", 1, 4, "ends too early"},
        {"[1e-", 1, 5, "ends too early"},
        {"[\"", 1, 3, "ends too early"},
        {"[\"\\", 1, 4, "ends too early"},
        {"[\"\\u12", 1, 7, "ends too early"},
        {"[tru", 1, 2, "expected a value"},
        {"{", 1, 2, "ends too early"},
        {"{\"a\"", 1, 5, "ends too early"},
        {"{\"a\":", 1, 6, "ends too early"},
        {"{\"a\": 1", 1, 8, "ends too early"},
        {"{\"a\": 1,", 1, 9, "ends too early"},
        {"[1,]", 1, 4, "expected a value"},
        {"[,1]", 1, 2, "expected a value"},
        {"[1 2]", 1, 4, "expected ',' or ']'"},
        {"[1}", 1, 3, "expected ',' or ']'"},
        {"{\"a\" 1}", 1, 6, "expected ':'"},
        {"{\"a\": 1]", 1, 8, "expected ',' or '}'"},
        {"{\"a\": 1,}", 1, 9, "expected a key in double quotes"},
        {"{a: 1}", 1, 2, "expected a key in double quotes"},
        {"{'a': 1}", 1, 2, "expected a key in double quotes"},
        {"{1: 1}", 1, 2, "expected a key in double quotes"},
        {"{\n  \"a\": 1,\n  \"a\": 2\n}", 3, 3, "duplicate key \"a\""},
        {"{\"a\": {\"b\": 1, \"b\": 1}}", 1, 16, "duplicate key \"b\""},
        {"{\"a\": 1, \"\\u0061\": 1}", 1, 10, "duplicate key \"a\""},
        {"[\"\\u0000\"]", 1, 3, "a string must not have a NUL character"},
        {"{\"x\\u0000\": 1}", 1, 4, "a string must not have a NUL character"},
        {"[\"\xff\"]", 1, 3, "is not UTF-8"},
        {"{\"\xc3\": 1}", 1, 3, "is not UTF-8"},
        {"[\"\xc0\x80\"]", 1, 3, "is not UTF-8"},
        {"[\"\xe0\x80\x80\"]", 1, 3, "is not UTF-8"},
        {"[\"\xed\xa0\x80\"]", 1, 3, "is not UTF-8"},
        {"[\"\xf0\x80\x80\x80\"]", 1, 3, "is not UTF-8"},
        {"[\"\xf4\x90\x80\x80\"]", 1, 3, "is not UTF-8"},
        {"[\"abcdefgh\x80\"]", 1, 11, "is not UTF-8"},
        {"[\"\\ud800\"]", 1, 3, "half of a surrogate pair"},
        {"[\"\\udc00\"]", 1, 3, "half of a surrogate pair"},
        {"[\"\\ud800\\u0041\"]", 1, 3, "half of a surrogate pair"},
        {"[\"\\ud800\\ud800\"]", 1, 3, "half of a surrogate pair"},
        {"[\"a\\q\"]", 1, 4, "invalid escape"},
        {"[\"\\u12g4\"]", 1, 3, "invalid escape"},
        {"[\"\\u12\"]", 1, 3, "invalid escape"},
        {"[\"\\U0041\"]", 1, 3, "invalid escape"},
        {"[\"a\nb\"]", 1, 4, "a control character in a string must be escaped"},
        {"[\"a\tb\"]", 1, 4, "a control character in a string must be escaped"},
        {"[\"\x1f\"]", 1, 3, "a control character in a string must be escaped"},
        {"[01]", 1, 2, "is not a number"},
        {"[-01]", 1, 3, "is not a number"},
        {"[-]", 1, 3, "is not a number"},
        {"[-a]", 1, 3, "is not a number"},
        {"[1.]", 1, 4, "is not a number"},
        {"[.5]", 1, 2, "expected a value"},
        {"[+1]", 1, 2, "expected a value"},
        {"[1e]", 1, 4, "is not a number"},
        {"[1e+]", 1, 5, "is not a number"},
        {"[0x10]", 1, 3, "expected ',' or ']'"},
        {"[NaN]", 1, 2, "expected a value"},
        {"[Infinity]", 1, 2, "expected a value"},
        {"[True]", 1, 2, "expected a value"},
        {"[nul]", 1, 2, "expected a value"},
        {"[nulll]", 1, 6, "expected ',' or ']'"},
        {"[1e999]", 1, 2, "is a number that is too large"},
        {"\n\n  [1 2]", 3, 6, "expected ',' or ']'"},
        {"[\r\n1\r\n2]", 3, 1, "expected ',' or ']'"},
        {"[\f1]", 1, 2, "expected a value"},
        {"[\xc2\xa0"
         "1]",
            1,
            2,
            "expected a value"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ck_assert_msg(read_text(rows[i].text) == NULL, "%s", rows[i].text);
        ck_assert_msg(fault.line == rows[i].line && fault.column == rows[i].column &&
                          strcmp(fault.text, rows[i].why) == 0,
            "%s: %d, %d, %s",
            rows[i].text,
            fault.line,
            fault.column,
            fault.text);
        /* Nobody has looked into it, and yet it is refused. */
        ck_assert_msg(fold_text(rows[i].text) == NULL, "%s", rows[i].text);
        ck_assert_str_eq(fault.text, rows[i].why);
        ck_assert_int_eq(fault.column, rows[i].column);
    }
}
END_TEST

START_TEST(what_is_read)
{
    static const struct {
        const char *text, *canonical;
    } rows[] = {
        {" [ ] ", "[]"},
        {"\t{\r\n}\n", "{}"},
        {"[true,false,null]", "[true,false,null]"},
        {"[0,-0,1,-1,9223372036854775807,-9223372036854775808]",
            "[0,0,1,-1,9223372036854775807,-9223372036854775808]"},
        {"[9223372036854775808,-9223372036854775809]",
            "[9223372036854776000,-9223372036854776000]"},
        {"[0.5,-0.0,1e2,1E+2,1e-2,0e0,1.5e300,1e-400]", "[0.5,-0,100,100,0.01,0,1.5e+300,0]"},
        {"[\"\",\"a\",\"abcdefgh\",\"abcdefghi\"]", "[\"\",\"a\",\"abcdefgh\",\"abcdefghi\"]"},
        {"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\\"\\\\/\\b\\f\\n\\r\\t\"]"},
        {"[\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"]",
            "[\"A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"]"},
        {"[\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\x7f\"]",
            "[\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\x7f\"]"},
        {"[\"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\"]",
            "[\"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\"]"},
        {"[\"\\uffff\\ud7ff\\udbff\\udfff\"]", "[\"\xef\xbf\xbf\xed\x9f\xbf\xf4\x8f\xbf\xbf\"]"},
        {"{\"b\":{\"c\":[{}]},\"a\":[[],[[]]],\"\":1}",
            "{\"\":1,\"a\":[[],[[]]],\"b\":{\"c\":[{}]}}"},
        /* A key with an escape, and a value with one behind it. */
        {"{\"k\\n\":\"v\\t\",\"\\\\\":{\"\\\"\":\"\\/\"}}",
            "{\"\\\\\":{\"\\\"\":\"/\"},\"k\\n\":\"v\\t\"}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const json_t *value = read_text(rows[i].text);

        ck_assert_msg(value != NULL, "%s: %s", rows[i].text, fault.text);
        ck_assert_str_eq(json_write(arena, value, NULL), rows[i].canonical);
        ck_assert_str_eq(json_write(arena, fold_text(rows[i].text), NULL), rows[i].canonical);
    }
}
END_TEST

START_TEST(order_of_keys_is_kept)
{
    const json_t *value = read_text("{\"z\":1,\"a\":2}");

    ck_assert_str_eq(json_object_iter_key(json_object_iter((json_t *)(uintptr_t)value)), "z");
}
END_TEST

START_TEST(nul_byte_in_the_text_is_refused)
{
    ck_assert_ptr_null(json_read(arena, "[1]\0", 4, 0, &fault));
    ck_assert_ptr_null(json_read(arena, "[\"a\0b\"]", 7, 0, &fault));
    ck_assert_ptr_null(json_read(arena, "\0", 1, 0, &fault));
    ck_assert_ptr_null(json_read(arena, "[\"\\u00\0000\"]", 11, 0, &fault));
}
END_TEST

static const char *nested(int depth)
{
    struct text text = {.arena = arena};

    for (int i = 0; i < depth; i++)
        text_add(&text, i % 2 == 0 ? "[" : "{\"k\":");
    text_add(&text, "1");
    for (int i = depth; i-- > 0;)
        text_add(&text, i % 2 == 0 ? "]" : "}");
    return text_string(&text);
}

START_TEST(depth_is_limited)
{
    ck_assert_ptr_nonnull(read_text(nested(256)));
    ck_assert_ptr_null(read_text(nested(257)));
    ck_assert_str_eq(fault.text, "nests deeper than 256");
    ck_assert_int_eq(fault.line, 1);
    ck_assert_int_eq(fault.column, 769);
    ck_assert_ptr_nonnull(read_deep("[[1]]", 2));
    ck_assert_ptr_nonnull(read_deep("[[1], [2], [3]]", 2));
    ck_assert_ptr_null(read_deep("[\n [[1]]]", 2));
    ck_assert_str_eq(fault.text, "nests deeper than 2");
    ck_assert_int_eq(fault.line, 2);
    ck_assert_int_eq(fault.column, 3);
    /* However much a caller allows, the stack is not unlimited. */
    ck_assert_ptr_nonnull(read_deep(nested(2048), 1000000));
    ck_assert_ptr_null(read_deep(nested(1000000), 1000000));
    ck_assert_str_eq(fault.text, "nests deeper than 2048");
}
END_TEST

START_TEST(brackets_in_strings_are_no_depth)
{
    ck_assert_ptr_nonnull(read_deep("[\"[[[[\\\"[[[[\\\\\", \"{{{{\"]", 1));
}
END_TEST

/* 64 MiB of these would be gigabytes of values. */
START_TEST(parsing_stops_soon_after_the_limit)
{
    struct arena *small = arena_new(100000);
    struct json_scope scope = json_enter(small);
    struct text text = {.arena = arena};

    text_add(&text, "[");
    for (int i = 0; i < 100000; i++)
        text_add(&text, "[],");
    text_add(&text, "[]]");
    ck_assert_ptr_null(json_read(small, text_string(&text), text.length, 0, &fault));
    ck_assert(arena_exhausted(small));
    ck_assert_uint_le(arena_used(small), 100100);
    ck_assert_str_eq(fault.text, "needs more memory than one request may use");
    json_leave(scope);
    arena_free(small);
}
END_TEST

START_TEST(what_is_folded_reads_as_what_is_not)
{
    const json_t *value =
        fold_text("{\"a\":{\"b\":[1,{\"c\":\"x\"},[]]},\"d\":{},\"e\":[],\"\\u0066\":{\"g\":2}}");
    const json_t *inner = json_at(value, "a");
    const char *key;
    const json_t *item;
    size_t fields = 0;

    ck_assert(json_is_folded(value));
    ck_assert(json_is_object(value) && !json_is_array(value) && json_is_array(json_at(inner, "b")));
    ck_assert_str_eq(json_text_at(json_array_get(json_at(value, "a", "b"), 1), "c"), "x");
    ck_assert_uint_eq(json_array_size(json_at(inner, "b")), 3);
    ck_assert_uint_eq(json_object_size(value), 4);
    ck_assert_ptr_null(json_at(value, "nope"));
    ck_assert_ptr_null(json_at(value, "e", "a"));
    ck_assert_ptr_null(json_at(value, "a", "b", "c"));
    /* A key that is written with an escape. */
    ck_assert_int_eq(json_int_at(value, 0, "f", "g"), 2);
    /* It is the same one each time. */
    ck_assert_ptr_eq(json_at(value, "a"), inner);
    json_each_field (value, key, item)
        fields += json_at(value, key) == item;
    ck_assert_uint_eq(fields, 4);
    ck_json(json_clone(value), "{'a':{'b':[1,{'c':'x'},[]]},'d':{},'e':[],'f':{'g':2}}");
    ck_json(json_without(value, "a"), "{'d':{},'e':[],'f':{'g':2}}");
}
END_TEST

START_TEST(what_is_json_in_a_text_is_read_once)
{
    const json_t *value =
        fold_text("{\"a\":\"{\\\"x\\\":[1]}\",\"b\":\"no\",\"c\":3,\"d\":\"[2]\"}");
    const json_t *inner = json_embedded(arena, value, "a");

    ck_json(inner, "{'x':[1]}");
    ck_assert_ptr_eq(json_embedded(arena, value, "a"), inner);
    ck_assert_ptr_null(json_embedded(arena, value, "b"));
    ck_assert_ptr_null(json_embedded(arena, value, "b"));
    ck_assert_ptr_null(json_embedded(arena, value, "c"));
    ck_assert_ptr_null(json_embedded(arena, value, "e"));
    ck_json(json_embedded(arena, value, "d"), "[2]");
    ck_json(json_embedded(arena, value, "a"), "{'x':[1]}");
    /* Once somebody has looked into it, and where it was never folded. */
    ck_assert_uint_eq(json_object_size(value), 4);
    ck_json(json_embedded(arena, value, "a"), "{'x':[1]}");
    ck_json(json_embedded(arena, json_clone(value), "a"), "{'x':[1]}");
    ck_assert_ptr_null(json_embedded(arena, NULL, "a"));
}
END_TEST

START_TEST(more_fields_than_are_looked_at_one_by_one)
{
    struct text text = {.arena = arena};
    const json_t *value;

    for (int i = 0; i < 100; i++)
        text_addf(&text, "%c\"key%d\":{\"n\":%d}", i == 0 ? '{' : ',', i, i);
    text_add(&text, "}");
    value = fold_text(text_string(&text));
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(json_int_at(value, -1, fmt(arena, "key%d", i), "n"), i);
    ck_assert_ptr_null(json_at(value, "key100"));
}
END_TEST

static const char *in_double_quotes(const char *single)
{
    char *text = arena_alloc(arena, strlen(single) + 1);

    for (size_t i = 0; single[i] != '\0'; i++)
        text[i] = single[i] == '\'' ? '"' : single[i];
    return text;
}

/* As it is there: where it would be written like that. */
START_TEST(a_part_goes_out_as_it_is_only_where_it_is_canonical)
{
    static const struct {
        const char *text, *canonical;
    } rows[] = {
        {"{'x':{'a':1,'b':['c',true,null,-1,'\\u003c\\n\\\"']}}", NULL},
        {"{'x':{'b':1,'a':2}}", "{'x':{'a':2,'b':1}}"},
        {"{'x':{'a': 1}}", "{'x':{'a':1}}"},
        {"{'x':['<']}", "{'x':['\\u003c']}"},
        {"{'x':['&',{}]}", "{'x':['\\u0026',{}]}"},
        {"{'x':['\\u003C']}", "{'x':['\\u003c']}"},
        {"{'x':['\\u0061']}", "{'x':['a']}"},
        {"{'x':['\\/']}", "{'x':['/']}"},
        {"{'x':['\xe2\x80\xa8']}", "{'x':['\\u2028']}"},
        {"{'x':[1.0]}", "{'x':[1]}"},
        {"{'x':[-0]}", "{'x':[0]}"},
        {"{'x':[12345678901234567890]}", "{'x':[12345678901234567000]}"},
        {"{'x':{'\\u0061':1}}", "{'x':{'a':1}}"},
        {"{'x':[{'b':{},'a':1}]}", "{'x':[{'a':1,'b':{}}]}"},
        {"{'x':[[ ]]}", "{'x':[[]]}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *text = in_double_quotes(rows[i].text);
        const char *canonical =
            rows[i].canonical == NULL ? text : in_double_quotes(rows[i].canonical);
        const json_t *value = fold_text(text);

        ck_assert_msg(value != NULL, "%s", text);
        ck_assert_str_eq(json_write(arena, value, NULL), canonical);
        ck_assert(json_same(value, read_text(text)));
        ck_assert(json_same(read_text(text), value));
        ck_assert(json_same(value, fold_text(text)));
    }
    ck_assert(!json_same(fold_text("{\"a\":[1]}"), fold_text("{\"a\":[1.0]}")));
    ck_assert(!json_same(fold_text("{\"a\":{}}"), fold_text("{\"a\":[]}")));
    ck_assert(!json_same(fold_text("{\"a\":{}}"), fold_text("{\"a\":{},\"b\":{}}")));
}
END_TEST

/* In the spirit of JSONTestSuite: what is JSON is so wherever it is, and jansson says the same. */
START_TEST(what_is_json_and_what_is_not)
{
    static const char *const taken[] = {
        "{}",
        "[]",
        "\"\"",
        "null",
        "true",
        "false",
        "-0",
        "0",
        "123",
        "-1.5e+10",
        "1E2",
        "0.1",
        "123456789012345678901234567890",
        "[ ]",
        "[1 , 2]",
        "\t[\n{\r}]  ",
        "{\"\":{}}",
        "{\"a\":[[],{}]}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\u0041\\uD834\\uDD1E\"",
        "\"\xc3\xa9\xe2\x82\xac\xf0\x9d\x84\x9e\x7f\"",
        "\"]}{[,:\"",
    };
    static const char *const refused[] = {
        "",
        ",",
        "]",
        "}",
        "[",
        "{",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{]",
        "[}",
        "{1:2}",
        "{a:1}",
        "{'a':1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\" 1}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1}}",
        "{,}",
        "[[[]]",
        "nul",
        "True",
        "NaN",
        "Infinity",
        "-",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "1e999",
        "0x10",
        "1 2",
        "\"",
        "\"\\",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12G4\"",
        "\"\\u0000\"",
        "\"\\uD834\"",
        "\"\\uDD1E\"",
        "\"\\uD834\\u0041\"",
        "\"\n\"",
        "\"\x1f\"",
        "\"\xff\"",
        "\"\xc0\x80\"",
        "\"\xed\xa0\x80\"",
        "\"\xf4\x90\x80\x80\"",
        "\"\xe2\x82\"",
        "/**/1",
        "\xef\xbb\xbf"
        "1",
    };
    const size_t yes = sizeof(taken) / sizeof(*taken), no = sizeof(refused) / sizeof(*refused);

    for (size_t i = 0; i < yes + no; i++) {
        const char *value = i < yes ? taken[i] : refused[i - yes];
        const char *text = fmt(arena, "{\"z\":{\"x\":%s}}", value);
        const json_t *read = read_text(text);

        ck_assert_msg((read != NULL) == (i < yes), "%s is read: %d", value, read != NULL);
        ck_assert((fold_text(text) != NULL) == (read != NULL));
        text = fmt(arena, "{\"z\":{\"managedFields\":[%s,{\"a\":%s}]}}", value, value);
        ck_assert((fold_text(text) != NULL) == (read != NULL));
        ck_assert(json_same(fold_text(text), read_text(text)));
    }
}
END_TEST

static bool is_passed(const char *value, int depth)
{
    const char *text = fmt(arena, "{\"managedFields\":%s}", in_double_quotes(value));
    const json_t *read = read_deep(text, depth);
    const json_t *folded = json_read_folded(arena, text, strlen(text), depth, &fault);
    struct json_view view;
    bool passed = json_view_of(json_at(folded, "managedFields"), &view) && json_view_passed(view);

    ck_assert_msg((read != NULL) == (folded != NULL), "%s", text);
    ck_assert_msg(json_same(folded, read), "%s", text);
    return passed;
}

/* And what is passed over is right, and there once it is looked for. */
START_TEST(what_hardly_anybody_reads_is_passed_over)
{
    static const char *const passed[] = {
        "[]",
        "{}",
        "[{'f:a':{},'f:b':{'.':{},'k:{\\'type\\':\\'Ready\\'}':{}}}]",
        "[{'manager':'kubelet','time':'2026-01-01T00:00:00Z'},true,false,null,'\\\\']",
        "{'a':[],'a-b':[[]],'ab':{}}",
    };
    static const char *const scanned[] = {
        "[1]",
        "[ ]",
        "{'b':{},'a':{}}",
        "{'a':{},'a b':{}}",
        "{'a':{},'a':{}}",
        "{'a':{},'b':{},'a':{}}",
        "['\\u0061']",
        "['\\n']",
        "['<']",
        "['\xc3\xa9']",
        "[tru]",
        "[true,]",
        "[,true]",
        "[true}",
        "{true}",
        "{'a'}",
        "{'a':}",
        "{'a':[}",
        "{'a':[]",
        "{'a':[],}",
        "['",
        "['\\",
        "null",
        "'text'",
    };

    for (size_t i = 0; i < sizeof(passed) / sizeof(*passed); i++)
        ck_assert_msg(is_passed(passed[i], 0), "%s", passed[i]);
    for (size_t i = 0; i < sizeof(scanned) / sizeof(*scanned); i++)
        ck_assert_msg(!is_passed(scanned[i], 0), "%s", scanned[i]);
    /* No deeper than the rest may be. */
    ck_assert(is_passed("[[[]]]", 8));
    ck_assert(!is_passed("[[[]]]", 3));
    ck_assert_ptr_null(read_deep("{\"managedFields\":[[[]]]}", 3));
    /* In a larger one, which goes out as it came. */
    ck_assert_str_eq(json_write(arena, fold_text("{\"managedFields\":[{\"a\":{}}],\"z\":1}"), NULL),
        "{\"managedFields\":[{\"a\":{}}],\"z\":1}");
    ck_assert_str_eq(
        json_write(arena, fold_text("{\"managedFields\":{\"a\\\"\":{},\"ab\":{}}}"), NULL),
        "{\"managedFields\":{\"a\\\"\":{},\"ab\":{}}}");
}
END_TEST

/* The text ends at a byte that must not be touched. */
START_TEST(nothing_behind_the_end_is_read)
{
    static const char text[] =
        "{\"a\":[1,-2.5e3,true,false,null,\"x\\u00e9\\ud83d\\ude00\\n\xe2\x82\xac\"],\"b\":{}}";

    for (size_t length = 0; length < sizeof(text); length++) {
        char *copy = malloc(length + 1);

        memcpy(copy + 1, text, length);
        ck_assert((json_read(arena, copy + 1, length, 0, &fault) != NULL) ==
                  (length == sizeof(text) - 1));
        free(copy);
    }
}
END_TEST

static uint32_t state;

static uint32_t next_random(uint32_t below)
{
    state = state * 1664525 + 1013904223;
    return (state >> 16) % below;
}

/* Whatever jansson says of a text, and of what is in it, is said here as well. */
START_TEST(agrees_with_jansson)
{
    static const char seed_text[] = "{\"a\":[1,-2.5e3,true,{\"k\":null}],\"b\":"
                                    "\"x\\u00e9\\ud83d\\ude00\\n\xe2\x82\xac\",\"c\":[]}";
    static const char bytes[] = "{}[]\",:\\u0123456789abcdefDdE+-. \n\tntrsl/\xc3\xa9\xf0\x9f\x01";
    /* What is passed over, while it is well: see pass.c. */
    static const char managed_text[] = "{\"managedFields\":[{\"f:a\":{\".\":{},\"k:{\\\"n\\\":"
                                       "\\\"x\\\"}\":{}}},true,\"v1\"],\"z\":[{}]}";
    size_t accepted = 0;

    for (uint32_t seed = 1; seed <= 30000; seed++) {
        char text[sizeof(seed_text) + sizeof(managed_text)];
        const char *before = seed % 2 == 0 ? seed_text : managed_text;
        size_t length = strlen(before);
        struct arena *own = arena_new(0);
        struct json_scope scope = json_enter(own);
        const json_t *ours, *folded;
        json_t *theirs;

        state = seed * 2654435761u;
        memcpy(text, before, length);
        for (uint32_t edits = 1 + next_random(3); edits > 0; edits--) {
            size_t at = next_random((uint32_t)length), span = next_random(4);
            char byte = bytes[next_random(sizeof(bytes) - 1)];

            if (next_random(2) == 0) {
                text[at] = byte;
            } else if (next_random(2) == 0) {
                memmove(text + at + 1, text + at, length - at);
                text[at] = byte;
                length++;
            } else if (at + span < length) {
                memmove(text + at, text + at + span, length - at - span);
                length -= span;
            }
        }
        ours = json_read(own, text, length, 0, &fault);
        folded = json_read_folded(own, text, length, 0, &fault);
        theirs = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
        ck_assert_msg(json_same(folded, ours), "%.*s", (int)length, text);
        ck_assert_msg((ours != NULL) == (theirs != NULL), "%.*s", (int)length, text);
        ck_assert_msg(json_same(ours, theirs), "%.*s", (int)length, text);
        accepted += ours != NULL;
        json_leave(scope);
        arena_free(own);
    }
    ck_assert_uint_gt(accepted, 3000);
}
END_TEST

/* Says the same of a text, and of what is wrong with it, as who makes all values at once. */
static bool reads_folded_as_well(struct arena *own, const char *text, size_t length)
{
    struct json_fault why = {0, 0, NULL};
    const json_t *ours, *folded;

    fault = why;
    ours = json_read(own, text, length, 0, &fault);
    folded = json_read_folded(own, text, length, 0, &why);
    ck_assert_msg((ours != NULL) == (folded != NULL), "%.*s", (int)length, text);
    ck_assert_msg(json_same(folded, ours), "%.*s", (int)length, text);
    if (ours == NULL) {
        ck_assert_msg(text_equal(fault.text, why.text), "%s: %s", fault.text, why.text);
        ck_assert_int_eq(fault.line, why.line);
        ck_assert_int_eq(fault.column, why.column);
    } else {
        ck_assert_str_eq(json_write(own, folded, NULL), json_write(own, ours, NULL));
    }
    return ours != NULL;
}

/* Those after the first are compared with it. */
START_TEST(objects_of_a_kind_are_compared)
{
    static const char object[] =
        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"labels\":{\"a\":\"b\"},"
        "\"managedFields\":[{\"f:a\":{\".\":{},\"k:{\\\"n\\\":\\\"x\\\"}\":{},\"v\":[]}},\"v1\"],"
        "\"name\":\"n\"},\"spec\":{\"list\":[1,23,\"\\u003cx\",{\"name\":\"c\",\"port\":80}],"
        "\"much\":\"{\\\"a long text of JSON\\\":\\\"\\\\u003e and \\\\\\\\ and then more of "
        "it\\\"}\"}}";
    static const char bytes[] = "{}[]\",:\\u0123abknE+-. \n\xc3\xa9\x01";
    size_t accepted = 0;

    for (uint32_t seed = 1; seed <= 20000; seed++) {
        char text[4 * sizeof(object)] = "[";
        size_t length = 1, first = 0;
        struct arena *own = arena_new(0);
        struct json_scope scope = json_enter(own);

        for (int i = 0; i < 3; i++) {
            first = i == 1 ? length : first;
            length += (size_t)sprintf(text + length, "%s,", object);
        }
        text[length - 1] = ']';
        state = seed * 2654435761u;
        /* Now and then in the first one as well. */
        first = seed % 8 == 0 ? 0 : first;
        for (uint32_t edits = next_random(5); edits > 0; edits--) {
            size_t at = first + next_random((uint32_t)(length - first)), span = next_random(12);
            size_t from = first + next_random((uint32_t)(length - first));

            switch (next_random(4)) {
            case 0:
                text[at] = bytes[next_random(sizeof(bytes) - 1)];
                break;
            case 1:
                memmove(text + at + 1, text + at, length - at);
                text[at] = bytes[next_random(sizeof(bytes) - 1)];
                length++;
                break;
            case 2:
                span = at + span < length ? span : 0;
                memmove(text + at, text + at + span, length - at - span);
                length -= span;
                break;
            default:
                /* As one field in the place of another. */
                if (at + span < length && from + span < length)
                    memmove(text + at, text + from, span);
            }
        }
        accepted += reads_folded_as_well(own, text, length);
        json_leave(scope);
        arena_free(own);
    }
    ck_assert_uint_gt(accepted, 4000);
}
END_TEST

/* What is missing, what is new, what is in another order, and where a number or word goes on. */
START_TEST(objects_that_are_not_alike)
{
    static const char *const specs[][2] = {
        {"{'a':1,'b':2,'c':3}", "{'b':2,'c':3}"},
        {"{'a':1,'b':2,'c':3}", "{'a':1,'aa':{'x':[]},'b':2,'c':3}"},
        {"{'a':1,'b':2,'c':3}", "{'a':1,'b':2,'c':3,'d':4}"},
        {"{'a':1,'b':2,'c':3}", "{'a':1,'c':3,'b':2}"},
        {"{'a':1,'b':2,'c':3}", "{'a':1,'b':2,'a':3}"},
        {"{'a':1,'b':2,'c':3}", "{'a':1,'b':2,'c':34}"},
        {"{'a':1,'b':2,'c':3}", "{'a':1,'b':2,'c':3"},
        {"{'a':1,'b':2,'c':3}", "{'a':1,'b':2,'c':3,}"},
        {"{'a':1,'b':2,'c':3}", "{'a':1.5,'b':true,'c':[3]}"},
        {"{'c':1,'b':2,'a':3}", "{'c':1,'b':2,'a':3}"},
        {"{'c':1,'b':2,'a':3}", "{'c':1,'b':2,'a':4,'b':0}"},
        {"{'a':1,'b':2}", "{'a':1,'b':2,'a':1,'b':2}"},
        {"{'c':1,'a':2,'z':3}", "{'c':1,'a':2,'c':3}"},
        {"{'a':1,'b':2}", "[1,2]"},
        {"{'a':1,'b':2}", "{}"},
        {"{}", "{'a':1,'b':2}"},
        {"[1,2,3]", "[1,2]"},
        {"[1,2,3]", "[1,2,34]"},
        {"[1,2,3]", "[1,2,3,4]"},
        {"[1,2,3]", "[1,2,3,]"},
        {"[1,2,3]", "[0,1,2,3]"},
        {"[{'a':1},{'b':2}]", "[{'b':2},{'a':1}]"},
        {"[true,'x']", "[tru,'x']"},
        {"{'a\\u0062':1,'c':2}", "{'a\\u0062':1,'ab':2}"},
        {"{'a ':1,'b':[]}", "{'a':1,'a ':1,'b':[]}"},
        {"{ 'a' : [ ] , 'b' : 1 }", "{ 'a' : [ ] , 'b' : 1 }"},
        {"{'k':{'a':1},'z':1}", "{'k':{'a':1,'a':1},'z':1}"},
        {"{'managedFields':[{'a':{}}]}", "{'managedFields':[{'a':{},'a':{}}]}"},
        {"{'managedFields':[{'a':{}}]}", "{'managedFields':[{'a':{}},{'b':[]}]}"},
        {"{'managedFields':[{'a':{}}]}", "{'managedFields':1}"},
        {"{'managedFields':1}", "{'managedFields':[{'a':{'managedFields':{}}}]}"},
        /* Other texts of the same length, which may differ where they are no keys. */
        {"{'a':'x','b':['y']}", "{'a':'z','b':['k']}"},
        {"{'a':'x','b':'y'}", "{'b':'x','b':'z'}"},
        {"{'a' :'x','b'\n:'y'}", "{'b' :'z','b'\n:'y'}"},
        {"{'a':12,'b':'1'}", "{'a':1,2'b':'1'}"},
        {"{'a':12,'b':'1'}", "{'a':-.,'b':'2'}"},
        {"['ab\\\\cd','x']", "['az\\\\zd','z']"},
        {"['\\\\n','x']", "['\\\\z','z']"},
        {"['\\n','x']", "['\\z','x']"},
        {"['\\u0041z','\\ud83d\\ude00']", "['\\u004gz','\\ud83d\\ude00']"},
        {"['\\u0041z','\\ud83d\\ude00']", "['\\u0041y','\\ud83d\\uae00']"},
        {"['\\\\u0041z']", "['\\\\z0z1y']"},
        {"['abc','d']", "['a\\bc','d']"},
        {"['a\xc3\xa9','d']", "['a\xc3z','d']"},
        {"['a,b','d']", "['a','b','d']"},
        {"['<&>']", "['xyz']"},
    };

    for (size_t i = 0; i < sizeof(specs) / sizeof(*specs); i++) {
        for (int order = 0; order < 2; order++) {
            const char *text = in_double_quotes(fmt(arena,
                "{'x':[{'apiVersion':'v1','kind':'K','spec':%s},"
                "{'apiVersion':'v1','kind':'K','spec':%s,'status':{}},"
                "{'apiVersion':'v1','kind':'L'},{'apiVersion':'v1'}]}",
                specs[i][order],
                specs[i][1 - order]));

            reads_folded_as_well(arena, text, strlen(text));
        }
    }
}
END_TEST

/* The next one is compared with the last one that had another size. */
START_TEST(objects_of_other_sizes)
{
    static const char longer[] = "a text that is so long that no more than sixty-four bytes of it "
                                 "can be those of \\u003canother\\u003e one";
    struct text text = {.arena = arena};

    text_add(&text, "[");
    for (int i = 0; i < 40; i++)
        text_addf(&text,
            "%s{\"apiVersion\":\"v1\",\"kind\":\"K\",\"managedFields\":[{\"f:a\":{\".\":{}}}],"
            "\"n\":\"%d\",\"o\":[\"%s\",{\"p\":\"%d\"}]}",
            i == 0 ? "" : ",",
            i,
            i % 10 < 4 || i % 10 == 6 ? "short" : longer,
            i % 7);
    text_add(&text, "]");
    ck_assert(reads_folded_as_well(arena, text_string(&text), text.length));
}
END_TEST

/* More kinds than are remembered, and objects inside of objects. */
START_TEST(many_kinds)
{
    struct text text = {.arena = arena};

    text_add(&text, "[");
    for (int i = 0; i < 60; i++)
        text_addf(&text,
            "%s{\"apiVersion\":\"v1\",\"kind\":\"K%d\",\"n\":%d,\"o\":{\"apiVersion\":\"v1\","
            "\"kind\":\"K%d\",\"managedFields\":[{\"a\":{}}],\"n\":\"%d\"}}",
            i == 0 ? "" : ",",
            i % 20,
            i,
            i % 7,
            i);
    text_add(&text, "]");
    ck_assert(reads_folded_as_well(arena, text_string(&text), text.length));
}
END_TEST

/* What is there again further inside may be too deep there. */
START_TEST(objects_that_are_deeper)
{
    static const char object[] = "{\"apiVersion\":\"v1\",\"kind\":\"K\",\"x\":[[[{\"a\":[]}]]]}";
    const char *text = fmt(arena, "[%s,[%s,[[%s]]],%s]", object, object, object, object);
    size_t taken = 0;

    for (int depth = 1; depth < 15; depth++) {
        struct json_fault why = {0, 0, NULL};
        bool folds = json_read_folded(arena, text, strlen(text), depth, &why) != NULL;

        ck_assert_int_eq(folds, read_deep(text, depth) != NULL);
        ck_assert(folds || (text_equal(why.text, fault.text) && why.column == fault.column));
        taken += folds;
    }
    ck_assert_uint_gt(taken, 2);
    ck_assert_uint_lt(taken, 12);
}
END_TEST

/* Sixty-four bytes are looked at together: whatever stands at their border, and however many
 * backslashes come before it. */
START_TEST(strings_of_every_length)
{
    static const char *const ends[] = {"",
        "\\\"",
        "\\\\",
        "\\n",
        "\\u003c",
        "\\u00e9",
        "\\/",
        "<",
        "\xc3\xa9",
        "\x01",
        "\\x",
        "\xc3",
        "\\u12"};

    for (size_t plain = 0; plain < 140; plain++) {
        for (size_t run = 0; run <= 70; run += run < 6 ? 1 : 31) {
            for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
                struct arena *own = arena_new(0);
                struct json_scope scope = json_enter(own);
                struct text text = {.arena = own};
                json_t *theirs;

                text_add(&text, "{\"\\\"\":[\"");
                for (size_t j = 0; j < plain; j++)
                    text_add(&text, j % 9 == 8 ? "\\\"" : "x");
                for (size_t j = 0; j < run; j++)
                    text_add(&text, "\\");
                text_addf(&text,
                    "%s\",\"behind it\"],\"managedFields\":[\"%s\"]}",
                    ends[i],
                    ends[i]);
                theirs = json_loadb(text_string(&text), text.length, JSON_REJECT_DUPLICATES, NULL);
                ck_assert_msg(reads_folded_as_well(own, text_string(&text), text.length) ==
                                  (theirs != NULL),
                    "%s",
                    text_string(&text));
                json_leave(scope);
                arena_free(own);
            }
        }
    }
}
END_TEST

START_TEST(notes_are_of_one_user)
{
    const json_t *value = fold_text("{\"a\":{}}");
    int *note = json_notes(value, sizeof(*note));

    ck_assert_ptr_nonnull(note);
    ck_assert_int_eq(*note, 0);
    *note = 7;
    ck_assert_int_eq(*(int *)json_notes(value, sizeof(*note)), 7);
    ck_assert_ptr_null(json_notes(value, sizeof(*note) + 1));
    ck_assert_ptr_nonnull(json_notes(json_at(value, "a"), 100));
    ck_assert_ptr_null(json_notes(json_of("{}"), 1));
    ck_assert_ptr_null(json_notes(NULL, 1));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, notes_are_of_one_user);
    tcase_add_test(tcase, says_where_and_what_is_wrong);
    tcase_add_test(tcase, what_is_read);
    tcase_add_test(tcase, order_of_keys_is_kept);
    tcase_add_test(tcase, nul_byte_in_the_text_is_refused);
    tcase_add_test(tcase, depth_is_limited);
    tcase_add_test(tcase, brackets_in_strings_are_no_depth);
    tcase_add_test(tcase, parsing_stops_soon_after_the_limit);
    tcase_add_test(tcase, what_is_folded_reads_as_what_is_not);
    tcase_add_test(tcase, what_is_json_in_a_text_is_read_once);
    tcase_add_test(tcase, more_fields_than_are_looked_at_one_by_one);
    tcase_add_test(tcase, a_part_goes_out_as_it_is_only_where_it_is_canonical);
    tcase_add_test(tcase, what_is_json_and_what_is_not);
    tcase_add_test(tcase, nothing_behind_the_end_is_read);
    tcase_add_test(tcase, what_hardly_anybody_reads_is_passed_over);
    tcase_add_test(tcase, agrees_with_jansson);
    tcase_add_test(tcase, objects_of_a_kind_are_compared);
    tcase_add_test(tcase, objects_that_are_not_alike);
    tcase_add_test(tcase, objects_of_other_sizes);
    tcase_add_test(tcase, many_kinds);
    tcase_add_test(tcase, objects_that_are_deeper);
    tcase_add_test(tcase, strings_of_every_length);
}

TEST_MAIN(tests)
