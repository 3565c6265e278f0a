#include "testing.h"

#include "cli/cluster/difference.h"

/* "path before -> after" of each difference, one a line. */
static const char *told(const char *before, const char *after)
{
    struct differences differences = {.arena = arena};
    struct texts lines = {.arena = arena};

    differences_add(&differences, json_of(before), json_of(after));
    for (size_t i = 0; i < differences.count; i++) {
        const struct difference *at = &differences.at[i];

        texts_add(&lines,
            fmt(arena,
                "%s %s -> %s",
                at->path,
                at->before == NULL ? "none" : json_write(arena, at->before, NULL),
                at->after == NULL ? "none" : json_write(arena, at->after, NULL)));
    }
    return texts_join(&lines, "\n");
}

START_TEST(fields)
{
    ck_assert_str_eq(told("{'a':1,'b':{'c':2}}", "{'b':{'c':2},'a':1}"), "");
    ck_assert_str_eq(told("{'a':{'b':1,'c':2}}", "{'a':{'b':3,'d':4}}"),
        "a.b 1 -> 3\na.c 2 -> none\na.d none -> 4");
    ck_assert_str_eq(told("{'a':{'b':1}}", "{'a':[1]}"), "a {\"b\":1} -> [1]");
    /* A key with a dot or a slash is no step of a path. */
    ck_assert_str_eq(told("{'m':{'vitess.io/cell':'a'}}", "{'m':{'vitess.io/cell':'b'}}"),
        "m[vitess.io/cell] \"a\" -> \"b\"");
}
END_TEST

START_TEST(named_items)
{
    ck_assert_str_eq(told("{'c':[{'name':'x','i':1},{'name':'y','i':2}]}",
                         "{'c':[{'name':'z'},{'name':'x','i':3}]}"),
        "c[x].i 1 -> 3\nc[y] {\"i\":2,\"name\":\"y\"} -> none\nc[z] none -> {\"name\":\"z\"}");
}
END_TEST

START_TEST(scalars)
{
    ck_assert_str_eq(told("{'a':['--x=1','--y','z']}", "{'a':['--y','--x=2','z','w']}"),
        "a \"--x=1\" -> \"--x=2\"\na none -> \"w\"");
    ck_assert_str_eq(told("{'a':['p']}", "{'a':[]}"), "a \"p\" -> none");
}
END_TEST

START_TEST(the_same_items_in_another_order)
{
    ck_assert_str_eq(told("{'a':[1,2]}", "{'a':[2,1]}"), "a [1,2] -> [2,1]");
    ck_assert_str_eq(told("{'a':[{'name':'x'},{'name':'y'}]}", "{'a':[{'name':'y'},{'name':'x'}]}"),
        "a [{\"name\":\"x\"},{\"name\":\"y\"}] -> [{\"name\":\"y\"},{\"name\":\"x\"}]");
}
END_TEST

START_TEST(places)
{
    ck_assert_str_eq(told("{'a':[{'start':''},{'start':'80'}]}", "{'a':[{'start':''}]}"),
        "a[1] {\"start\":\"80\"} -> none");
    ck_assert_str_eq(told("{'a':[{'s':1}]}", "{'a':[{'s':2}]}"), "a[0].s 1 -> 2");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, fields);
    tcase_add_test(tcase, named_items);
    tcase_add_test(tcase, scalars);
    tcase_add_test(tcase, the_same_items_in_another_order);
    tcase_add_test(tcase, places);
}

TEST_MAIN(tests)
