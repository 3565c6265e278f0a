#include "testing.h"

START_TEST(null_adds_nothing)
{
    json_t *map = json_new_map(), *list = json_new_list();

    json_put(map, "a", NULL);
    json_put_text(map, "b", NULL);
    json_add(list, NULL);
    json_add_text(list, NULL);
    ck_json(map, "{}");
    ck_json(list, "[]");
    json_put(map, "a", json_null());
    ck_json(map, "{'a':null}");
}
END_TEST

START_TEST(later_value_wins)
{
    json_t *map = json_new_map();

    json_put_text(map, "a", "1");
    json_put(map, "a", json_integer(2));
    ck_json(map, "{'a':2}");
}
END_TEST

START_TEST(shared_value_survives_what_it_was_in)
{
    json_t *map = json_new_map();
    const json_t *parsed = json_of("{'inner':{'deep':['x']}}"), *inner, *deep;

    json_put(map, "a", parsed);
    inner = json_at(map, "a", "inner");
    deep = json_at(inner, "deep");
    /* Replaced and removed wherever it is: what somebody borrows stays whole. */
    json_put(map, "a", json_integer(1));
    json_object_clear((json_t *)(uintptr_t)parsed);
    ck_json(inner, "{'deep':['x']}");
    ck_json(deep, "['x']");
}
END_TEST

START_TEST(value_of_ours_survives_too)
{
    json_t *map = json_new_map(), *list = json_new_list();
    const json_t *text;

    json_add_text(list, "kept");
    json_put(map, "list", list);
    text = json_array_get(list, 0);
    for (int i = 0; i < 10; i++)
        json_put(map, "list", json_new_list());
    ck_json(list, "['kept']");
    ck_assert_str_eq(json_string_value(text), "kept");
}
END_TEST

START_TEST(overlay_copies_one_level)
{
    const json_t *base = json_of("{'a':1,'b':{'c':1}}"), *over = json_of("{'b':{'d':2},'e':3}");

    ck_json(json_overlay(base, over), "{'a':1,'b':{'d':2},'e':3}");
    ck_json(json_overlay(base, NULL), "{'a':1,'b':{'c':1}}");
    ck_json(json_overlay(NULL, over), "{'b':{'d':2},'e':3}");
    ck_json(json_overlay(NULL, NULL), "{}");
    ck_json(base, "{'a':1,'b':{'c':1}}");
    ck_json(over, "{'b':{'d':2},'e':3}");
}
END_TEST

START_TEST(without_leaves_the_rest)
{
    const json_t *base = json_of("{'a':1,'b':2}");

    ck_json(json_without(base, "a"), "{'b':2}");
    ck_json(json_without(base, "c"), "{'a':1,'b':2}");
    ck_json(json_without(NULL, "a"), "{}");
    ck_json(base, "{'a':1,'b':2}");
}
END_TEST

START_TEST(list_of_texts)
{
    struct texts texts = {.arena = arena};

    ck_json(json_texts(&texts), "[]");
    texts_add(&texts, "b");
    texts_add(&texts, "a");
    ck_json(json_texts(&texts), "['b','a']");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, null_adds_nothing);
    tcase_add_test(tcase, later_value_wins);
    tcase_add_test(tcase, shared_value_survives_what_it_was_in);
    tcase_add_test(tcase, value_of_ours_survives_too);
    tcase_add_test(tcase, overlay_copies_one_level);
    tcase_add_test(tcase, without_leaves_the_rest);
    tcase_add_test(tcase, list_of_texts);
}

TEST_MAIN(tests)
