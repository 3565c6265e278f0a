#include "testing.h"

#include <pthread.h>

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

START_TEST(numbers_end_where_they_have_no_place)
{
    const json_t *value = json_of("{'least':-9223372036854775808,'most':9223372036854775807,"
                                  "'fits':4294967295,'over':4294967296,'real':1e300,'text':'1'}");

    ck_assert_int_eq(json_int_sum(2, -3), -1);
    ck_assert_int_eq(json_int_sum(INT64_MAX, 1), INT64_MAX);
    ck_assert_int_eq(json_int_sum(1, INT64_MAX), INT64_MAX);
    ck_assert_int_eq(json_int_sum(INT64_MIN, -1), INT64_MIN);
    ck_assert_int_eq(json_int_sum(INT64_MIN, INT64_MAX), -1);
    ck_assert_int_eq(json_int_product(-2, 3), -6);
    ck_assert_int_eq(json_int_product(INT64_MAX, 2), INT64_MAX);
    ck_assert_int_eq(json_int_product(INT64_MIN, -1), INT64_MAX);
    ck_assert_int_eq(json_int_product(INT64_MIN, 2), INT64_MIN);
    ck_assert_int_eq(json_int_product(2, INT64_MIN), INT64_MIN);
    ck_assert_uint_eq(json_count_at(value, "least"), 0);
    ck_assert_uint_eq(json_count_at(value, "most"), UINT32_MAX);
    ck_assert_uint_eq(json_count_at(value, "fits"), UINT32_MAX);
    ck_assert_uint_eq(json_count_at(value, "over"), UINT32_MAX);
    ck_assert_uint_eq(json_count_at(value, "real"), 0);
    ck_assert_uint_eq(json_count_at(value, "text"), 0);
    ck_assert_uint_eq(json_count_at(value, "missing"), 0);
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

START_TEST(list_has_a_text)
{
    const json_t *list = json_of("['a',1,null,'']");

    ck_assert(json_list_has(list, "a"));
    ck_assert(json_list_has(list, ""));
    ck_assert(!json_list_has(list, "b"));
    ck_assert(!json_list_has(json_of("{'a':'a'}"), "a"));
    ck_assert(!json_list_has(NULL, "a"));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, list_has_a_text);
    tcase_add_test(tcase, scopes_nest);
    tcase_add_test(tcase, no_scope_is_malloc);
    tcase_add_test(tcase, each_thread_has_its_own_scope);
    tcase_add_test(tcase, clone_outlives_its_source);
    tcase_add_test(tcase, clone_keeps_the_order_of_keys);
    tcase_add_test(tcase, same_is_deep_equal);
    tcase_add_test(tcase, paths_end_at_the_first_missing_step);
    tcase_add_test(tcase, numbers_end_where_they_have_no_place);
    tcase_add_test(tcase, loops_take_anything);
}

TEST_MAIN(tests)
