#include "testing.h"

#include <pthread.h>

static const json_t *read_text(const char *text, int depth, struct json_fault *fault)
{
    return json_read(arena, text, strlen(text), depth, fault);
}

START_TEST(says_where_and_what_is_wrong)
{
    static const struct {
        const char *text;
        int line, column;
        const char *part;
    } rows[] = {
        {"", 1, 1, "'[' or '{' expected"},
        {"   ", 1, 3, "'[' or '{' expected"},
        {"3", 1, 1, "'[' or '{' expected"},
        {"\"a\"", 1, 3, "'[' or '{' expected"},
        {"null", 1, 4, "'[' or '{' expected"},
        {"{\"a\": 1}x", 1, 9, "end of file expected"},
        {"{\"a\": 1} {}", 1, 10, "end of file expected"},
        {"{\"a\": 1", 1, 7, "'}' expected"},
        {"[1,]", 1, 4, "unexpected token"},
        {"{\"a\" 1}", 1, 6, "':' expected"},
        {"{\n  \"a\": 1,\n  \"a\": 2\n}", 3, 5, "duplicate object key"},
        {"{\"a\": {\"b\": 1, \"b\": 1}}", 1, 18, "duplicate object key"},
        {"[\"\\u0000\"]", 1, 9, "\\u0000 is not allowed"},
        {"{\"\\u0000\": 1}", 1, 9, "NUL byte in object key"},
        {"[\"\xff\"]", 1, 2, "unable to decode byte 0xff"},
        {"[\"\\ud800\"]", 1, 9, "invalid Unicode"},
        {"[01]", 1, 2, "invalid token"},
        {"[99999999999999999999]", 1, 21, "too big integer"},
        {"[1e999]", 1, 6, "real number overflow"},
        {"[NaN]", 1, 4, "invalid token"},
        {"[\"a\nb\"]", 1, 3, "unexpected newline"},
        {"\n\n  [1 2]", 3, 6, "']' expected"},
        {"{'a': 1}", 1, 2, "string or '}' expected"},
        {"[] // comment", 1, 4, "end of file expected"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct json_fault fault = {0};

        ck_assert_msg(read_text(rows[i].text, 0, &fault) == NULL, "%s", rows[i].text);
        ck_assert_msg(fault.line == rows[i].line && fault.column == rows[i].column &&
                          strstr(fault.text, rows[i].part) != NULL,
            "%s: %d:%d %s",
            rows[i].text,
            fault.line,
            fault.column,
            fault.text);
    }
}
END_TEST

START_TEST(nul_byte_in_the_text_is_refused)
{
    struct json_fault fault;

    ck_assert_ptr_null(json_read(arena, "[1]\0", 4, 0, &fault));
    ck_assert_ptr_null(json_read(arena, "[\"a\0b\"]", 7, 0, &fault));
    ck_assert_ptr_null(json_read(arena, "\0", 1, 0, &fault));
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
    struct json_fault fault;

    ck_assert_ptr_nonnull(read_text(nested(256), 0, &fault));
    ck_assert_ptr_null(read_text(nested(257), 0, &fault));
    ck_assert_str_eq(fault.text, "nests deeper than 256");
    ck_assert_int_eq(fault.line, 1);
    ck_assert_int_eq(fault.column, 769);
    ck_assert_ptr_nonnull(read_text("[[1]]", 2, &fault));
    ck_assert_ptr_null(read_text("[\n [[1]]]", 2, &fault));
    ck_assert_str_eq(fault.text, "nests deeper than 2");
    ck_assert_int_eq(fault.line, 2);
    ck_assert_int_eq(fault.column, 3);
}
END_TEST

START_TEST(brackets_in_strings_are_no_depth)
{
    struct json_fault fault;

    ck_assert_ptr_nonnull(read_text("[\"[[[[\\\"[[[[\\\\\", \"{{{{\"]", 1, &fault));
    ck_assert_ptr_nonnull(read_text("[[1], [2], [3]]", 2, &fault));
    /* What ends in the middle of a string is no reason to read on. */
    ck_assert_ptr_null(read_text("[\"abc\\", 1, &fault));
    ck_assert_ptr_null(read_text("[\"abc", 1, &fault));
}
END_TEST

/* 64 MiB of these would be gigabytes of values. */
START_TEST(parsing_stops_soon_after_the_limit)
{
    struct arena *small = arena_new(100000);
    struct json_scope scope = json_enter(small);
    struct json_fault fault = {0};
    struct text text = {.arena = arena};
    size_t i;

    text_add(&text, "[");
    for (i = 0; i < 100000; i++)
        text_add(&text, "[],");
    text_add(&text, "[]]");
    ck_assert_ptr_null(json_read(small, text_string(&text), text.length, 0, &fault));
    ck_assert(arena_exhausted(small));
    ck_assert_uint_lt(arena_used(small), 300000);
    ck_assert_str_eq(fault.text, "needs more memory than one request may use");
    /* Who builds an answer about it still gets memory. */
    ck_assert_ptr_nonnull(json_new_map());
    json_leave(scope);
    arena_free(small);
}
END_TEST

START_TEST(scopes_nest)
{
    struct arena *inner = arena_new(0);
    size_t outer_used = arena_used(arena), inner_used;
    struct json_scope scope = json_enter(inner);

    json_new_map();
    ck_assert_uint_gt(arena_used(inner), 0);
    ck_assert_uint_eq(arena_used(arena), outer_used);
    json_leave(scope);
    inner_used = arena_used(inner);
    json_new_map();
    ck_assert_uint_eq(arena_used(inner), inner_used);
    ck_assert_uint_gt(arena_used(arena), outer_used);
    arena_free(inner);
}
END_TEST

START_TEST(no_scope_is_malloc)
{
    struct json_scope scope = json_enter(NULL);
    size_t used = arena_used(arena);
    json_t *value = json_pack("{s:[i,i]}", "a", 1, 2);

    ck_assert_ptr_nonnull(value);
    json_decref(value);
    ck_assert_uint_eq(arena_used(arena), used);
    json_leave(scope);
}
END_TEST

static void *parse_a_lot(void *unused)
{
    (void)unused;
    for (int i = 0; i < 200; i++) {
        static const char text[] = "{\"a\":[1,2,{\"b\":\"c\"}]}";
        struct arena *own = arena_new(0);
        struct json_scope scope = json_enter(own);
        struct json_fault fault;
        const json_t *value = json_read(own, text, sizeof(text) - 1, 0, &fault);
        bool same = text_equal(json_write(own, value, NULL), text);

        json_leave(scope);
        arena_free(own);
        if (!same)
            return (void *)1;
    }
    return NULL;
}

START_TEST(each_thread_has_its_own_scope)
{
    pthread_t threads[4];
    void *result;

    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, parse_a_lot, NULL), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], &result);
        ck_assert_ptr_null(result);
    }
}
END_TEST

START_TEST(clone_outlives_its_source)
{
    static const char text[] =
        "{\"a\":[1,-2.5,true,false,null,\"x\\u00e9\"],\"b\":{\"c\":{}},\"d\":[]}";
    struct arena *source = arena_new(0);
    struct json_scope scope = json_enter(source);
    struct json_fault fault;
    const json_t *value = json_read(source, text, sizeof(text) - 1, 0, &fault);
    json_t *copy;

    json_leave(scope);
    copy = json_clone(value);
    ck_assert(json_same(copy, value));
    arena_free(source);
    ck_json(copy, "{'a':[1,-2.5,true,false,null,'x\\u00e9'],'b':{'c':{}},'d':[]}");
    ck_assert_ptr_null(json_clone(NULL));
}
END_TEST

START_TEST(clone_keeps_the_order_of_keys)
{
    const json_t *copy = json_clone(json_of("{'z':1,'a':2,'m':3}"));

    ck_assert_str_eq(json_object_iter_key(json_object_iter((json_t *)(uintptr_t)copy)), "z");
}
END_TEST

START_TEST(same_is_deep_equal)
{
    ck_assert(json_same(NULL, NULL));
    ck_assert(!json_same(NULL, json_null()));
    ck_assert(!json_same(json_null(), NULL));
    ck_assert(json_same(json_of("{'a':1,'b':[2]}"), json_of("{'b':[2],'a':1}")));
    ck_assert(!json_same(json_of("[1]"), json_of("[1.0]")));
    ck_assert(!json_same(json_of("{'a':{}}"), json_of("{}")));
    ck_assert(!json_same(json_of("{'a':null}"), json_of("{}")));
    ck_assert(!json_same(json_of("[1,2]"), json_of("[2,1]")));
    ck_assert(!json_same(json_of("['a']"), json_of("['b']")));
    ck_assert(!json_same(json_of("[true]"), json_of("[false]")));
}
END_TEST

START_TEST(paths_end_at_the_first_missing_step)
{
    const json_t *value = json_of("{'a':{'b':'c','n':3,'t':true,'l':[1]},'':{'x':1}}");

    ck_assert_ptr_eq(json_at(value, "a", "b"), json_object_get(json_object_get(value, "a"), "b"));
    ck_assert_ptr_null(json_at(value, "a", "x"));
    ck_assert_ptr_null(json_at(value, "a", "b", "c"));
    ck_assert_ptr_null(json_at(value, "a", "l", "0"));
    ck_assert_ptr_null(json_at(NULL, "a"));
    ck_assert_int_eq(json_int_at(value, 7, "", "x"), 1);
    ck_assert_str_eq(json_text_at(value, "a", "b"), "c");
    ck_assert_ptr_null(json_text_at(value, "a", "n"));
    ck_assert_int_eq(json_int_at(value, 7, "a", "n"), 3);
    ck_assert_int_eq(json_int_at(value, 7, "a", "b"), 7);
    ck_assert_int_eq(json_int_at(value, 7, "x"), 7);
    ck_assert(json_true_at(value, "a", "t"));
    ck_assert(!json_true_at(value, "a", "n"));
    ck_assert_int_eq(json_int_or(NULL, 5), 5);
}
END_TEST

START_TEST(loops_take_anything)
{
    const json_t *item;
    const char *key;
    struct text seen = {.arena = arena};

    json_each_item (json_of("[1,2]"), i, item)
        text_addf(&seen, "%zu=%d ", i, (int)json_int_or(item, 0));
    json_each_item (json_of("{'a':1}"), i, item)
        ck_abort_msg("a mapping has no items");
    json_each_item ((const json_t *)NULL, i, item)
        ck_abort_msg("NULL has no items");
    json_each_field (json_of("{'b':1,'a':2}"), key, item)
        text_addf(&seen, "%s=%d ", key, (int)json_int_or(item, 0));
    json_each_field (json_of("[1]"), key, item)
        ck_abort_msg("a list has no fields");
    json_each_field (NULL, key, item)
        ck_abort_msg("NULL has no fields");
    ck_assert_str_eq(text_string(&seen), "0=1 1=2 b=1 a=2 ");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, says_where_and_what_is_wrong);
    tcase_add_test(tcase, nul_byte_in_the_text_is_refused);
    tcase_add_test(tcase, depth_is_limited);
    tcase_add_test(tcase, brackets_in_strings_are_no_depth);
    tcase_add_test(tcase, parsing_stops_soon_after_the_limit);
    tcase_add_test(tcase, scopes_nest);
    tcase_add_test(tcase, no_scope_is_malloc);
    tcase_add_test(tcase, each_thread_has_its_own_scope);
    tcase_add_test(tcase, clone_outlives_its_source);
    tcase_add_test(tcase, clone_keeps_the_order_of_keys);
    tcase_add_test(tcase, same_is_deep_equal);
    tcase_add_test(tcase, paths_end_at_the_first_missing_step);
    tcase_add_test(tcase, loops_take_anything);
}

TEST_MAIN(tests)
