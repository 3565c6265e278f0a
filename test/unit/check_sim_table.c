#include "testing.h"

#include "sim/core/edit.h"
#include "sim/core/table.h"

START_TEST(keeps_the_order_of_insertion_over_removals)
{
    struct table table = {.arena = arena};
    struct text order = {.arena = arena};
    struct table_row *row;

    for (int i = 0; i < 100; i++)
        table_put(&table, fmt(arena, "%d", i), arena);
    for (int i = 0; i < 100; i++) {
        if (i % 10 != 7)
            table_remove(&table, fmt(arena, "%d", i));
    }
    table_put(&table, "new", arena);
    table_each (&table, row)
        text_addf(&order, "%s ", row->key);
    ck_assert_str_eq(text_string(&order), "7 17 27 37 47 57 67 77 87 97 new ");
    ck_assert_uint_eq(table.count, 11);
    ck_assert_ptr_eq(table_get(&table, "57"), arena);
    ck_assert_ptr_null(table_get(&table, "58"));
}
END_TEST

START_TEST(reuses_its_arrays_where_keys_come_and_go)
{
    struct table table = {.arena = arena};
    size_t used;

    for (int i = 0; i < 10; i++)
        table_put(&table, fmt(arena, "kept %d", i), arena);
    for (int i = 0; i < 1000; i++) {
        const char *key = fmt(arena, "%d", i);

        table_put(&table, key, arena);
        table_remove(&table, key);
    }
    used = table.capacity;
    ck_assert_uint_le(used, 64);
    ck_assert_uint_eq(table.count, 10);
    for (int i = 0; i < 10; i++)
        ck_assert_ptr_nonnull(table_get(&table, fmt(arena, "kept %d", i)));
}
END_TEST

START_TEST(a_name_is_one_pointer)
{
    struct table names = {.arena = arena};
    char text[] = "zone1";
    const char *name = table_name(&names, text);

    text[0] = 'X';
    ck_assert_str_eq(name, "zone1");
    ck_assert_ptr_eq(table_name(&names, "zone1"), name);
    ck_assert_ptr_null(table_name(&names, NULL));
}
END_TEST

START_TEST(an_edit_leaves_the_object_alone)
{
    const json_t *object = json_of("{'a':{'b':1,'c':2},'d':3}");

    ck_json(edited(object, json_integer(9), "a", "b"), "{'a':{'b':9,'c':2},'d':3}");
    ck_json(edited(object, NULL, "a", "b"), "{'a':{'c':2},'d':3}");
    ck_json(edited(object, json_integer(9), "x", "y"), "{'a':{'b':1,'c':2},'d':3,'x':{'y':9}}");
    ck_json(object, "{'a':{'b':1,'c':2},'d':3}");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, keeps_the_order_of_insertion_over_removals);
    tcase_add_test(tcase, reuses_its_arrays_where_keys_come_and_go);
    tcase_add_test(tcase, a_name_is_one_pointer);
    tcase_add_test(tcase, an_edit_leaves_the_object_alone);
}

TEST_MAIN(tests)
