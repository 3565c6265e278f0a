#include "testing.h"

#include "metadata.h"

START_TEST(selectors)
{
    static const struct {
        const char *selector, *labels;
        bool matches;
    } rows[] = {
        {"{}", "{}", true},
        {"{}", "{'a':'b'}", true},
        {"{'matchLabels':{}}", "{'a':'b'}", true},
        {"{'matchLabels':{'a':'b'}}", "{'a':'b','c':'d'}", true},
        {"{'matchLabels':{'a':'b'}}", "{'a':'c'}", false},
        {"{'matchLabels':{'a':'b'}}", "{}", false},
        {"{'matchLabels':{'a':'b','c':'d'}}", "{'a':'b'}", false},
        {"{'matchLabels':{'a':''}}", "{}", false},
        {"{'matchLabels':{'a':''}}", "{'a':''}", true},
        {"{'matchLabels':{'a':1}}", "{'a':'1'}", false},
        {"{'matchLabels':{'a':null}}", "{}", false},
        {"{'matchExpressions':[{'key':'a','operator':'In','values':['b','c']}]}",
            "{'a':'c'}",
            true},
        {"{'matchExpressions':[{'key':'a','operator':'In','values':['b']}]}", "{'a':'c'}", false},
        {"{'matchExpressions':[{'key':'a','operator':'In','values':['b']}]}", "{}", false},
        {"{'matchExpressions':[{'key':'a','operator':'NotIn','values':['b']}]}", "{'a':'c'}", true},
        {"{'matchExpressions':[{'key':'a','operator':'NotIn','values':['b']}]}",
            "{'a':'b'}",
            false},
        {"{'matchExpressions':[{'key':'a','operator':'NotIn','values':['b']}]}", "{}", true},
        {"{'matchExpressions':[{'key':'a','operator':'Exists'}]}", "{'a':''}", true},
        {"{'matchExpressions':[{'key':'a','operator':'Exists'}]}", "{'b':''}", false},
        {"{'matchExpressions':[{'key':'a','operator':'DoesNotExist'}]}", "{'b':''}", true},
        {"{'matchExpressions':[{'key':'a','operator':'DoesNotExist'}]}", "{'a':''}", false},
        {"{'matchExpressions':[{'key':'a','operator':'Gt','values':['1']}]}", "{'a':'2'}", false},
        {"{'matchExpressions':[{'key':'a'}]}", "{'a':'2'}", false},
        {"{'matchLabels':{'a':'b'},'matchExpressions':[{'key':'c','operator':'Exists'}]}",
            "{'a':'b'}",
            false},
        {"{'matchLabels':{'a':'b'},'matchExpressions':[{'key':'c','operator':'Exists'},"
         "{'key':'d','operator':'DoesNotExist'}]}",
            "{'a':'b','c':'x'}",
            true},
        {"{'matchLabels':{'a':'b'},'matchExpressions':[{'key':'c','operator':'Exists'},"
         "{'key':'d','operator':'DoesNotExist'}]}",
            "{'a':'b','c':'x','d':'y'}",
            false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_msg(selector_matches(json_of(rows[i].selector), json_of(rows[i].labels)) ==
                          rows[i].matches,
            "%s against %s",
            rows[i].selector,
            rows[i].labels);
}
END_TEST

START_TEST(nothing_to_select_by_matches_everything)
{
    ck_assert(selector_matches(NULL, NULL));
    ck_assert(selector_matches(json_null(), json_of("{'a':'b'}")));
    ck_assert(!selector_matches(json_of("{'matchLabels':{'a':'b'}}"), NULL));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, selectors);
    tcase_add_test(tcase, nothing_to_select_by_matches_everything);
}

TEST_MAIN(tests)
