#include "testing.h"

#include "template.h"

START_TEST(reads_like_yaml)
{
    json_t *labels = json_new_map();
    json_t *list = json_new_list();

    json_put_text(labels, "app", "vitess");
    json_add_text(list, "b");
    ck_json(object(arena,
                F("apiVersion", "v1"),
                F("kind", "Service"),
                OPT("none", (const char *)NULL),
                OPT("empty", json_new_map()),
                OPT("bare", json_new_list()),
                MAP("metadata",
                    F("name", fmt(arena, "%s-%d", "a", 1)),
                    MAP("labels", SPREAD(labels), F("app", "mine"), F("more", BOOL(1 == 1)))),
                MAP("spec", LIST("ports", ITEM(F("port", INT(80))), V("x"), EACH(list)))),
        "{'apiVersion':'v1','kind':'Service','metadata':{'name':'a-1','labels':{'app':'mine',"
        "'more':true}},'spec':{'ports':[{'port':80},'x','b']}}");
}
END_TEST

START_TEST(optional_fields)
{
    ck_json(object(arena,
                OPT("text", ""),
                OPT("list", json_of("[1]")),
                OPT("map", json_of("{'a':1}")),
                OPT("null", json_null()),
                OPT("flag", BOOL(false)),
                OPT("zero", INT(0)),
                OPT("no list", json_new_list()),
                OPT("no map", json_new_map()),
                OPT("no text", (const char *)NULL),
                OPT("no json", (const json_t *)NULL)),
        "{'text':'','list':[1],'map':{'a':1},'null':null,'flag':false,'zero':0}");
}
END_TEST

START_TEST(required_fields_may_be_empty)
{
    ck_json(object(arena, F("list", json_new_list()), F("map", json_new_map()), F("text", "")),
        "{'list':[],'map':{},'text':''}");
    ck_json(object(arena, MAP("a", SPREAD(NULL)), LIST("b", EACH(NULL))), "{'a':{},'b':[]}");
}
END_TEST

START_TEST(null_in_a_list_is_reported)
{
    ck_assert_str_eq(
        template_bug(object(arena, LIST("l", EACH(json_of("[1,2]")), V((const char *)NULL)))),
        "object.l[2] is null");
    ck_assert_str_eq(template_bug(object(arena, LIST("l", V((const json_t *)NULL)))),
        "object.l[0] is null");
}
END_TEST

/* Only the first of two bugs is told; the second may follow from it. */
START_TEST(first_bug_is_told)
{
    ck_assert_str_eq(template_bug(object(arena, F("a", (const char *)NULL), F("b", "\xff"))),
        "object.a is null");
}
END_TEST

START_TEST(parts_are_shared_and_stay_as_they_are)
{
    const json_t *labels = json_of("{'a':{'b':1}}");
    const json_t *first = object(arena, MAP("x", SPREAD(labels), F("c", "1")));
    const json_t *second = object(arena, F("x", labels), F("y", labels));

    ck_json(labels, "{'a':{'b':1}}");
    ck_json(first, "{'x':{'a':{'b':1},'c':'1'}}");
    ck_json(second, "{'x':{'a':{'b':1}},'y':{'a':{'b':1}}}");
}
END_TEST

START_TEST(null_is_reported_with_its_path)
{
    const json_t *service = object(arena,
        F("kind", "Service"),
        MAP("spec", LIST("ports", V("x"), ITEM(F("name", (const char *)NULL)))));

    ck_assert_str_eq(template_bug(service), "Service.spec.ports[1].name is null");
    ck_assert_str_eq(template_bug(object(arena, MAP("a", F("b", (const json_t *)NULL)))),
        "object.a.b is null");
    ck_assert_ptr_null(template_bug(object(arena, F("a", "b"))));
}
END_TEST

START_TEST(key_given_twice_is_reported)
{
    ck_assert_str_eq(
        template_bug(
            object(arena, F("kind", "Pod"), MAP("spec", F("a", "1"), MAP("a", F("b", "1"))))),
        "Pod.spec.a is given twice");
}
END_TEST

START_TEST(keys_may_be_known_at_run_time_only)
{
    const char *key = fmt(arena, "%s.example/bed", "garden");
    const char *none = NULL;

    ck_json(object(arena, KEY(key, "north"), OPT_KEY("size", none), OPT_KEY("rows", INT(2))),
        "{'garden.example/bed':'north','rows':2}");
    ck_assert_str_eq(template_bug(object(arena, KEY(key, "a"), KEY(key, "b"))),
        "object.garden.example/bed is given twice");
    ck_assert_str_eq(template_bug(object(arena, F("kind", "Bed"), MAP("labels", KEY(none, "a")))),
        "Bed.labels has a key that is null");
}
END_TEST

START_TEST(spread_overrules_and_is_overruled)
{
    ck_json(
        object(arena, F("a", "1"), F("b", "1"), SPREAD(json_of("{'a':'2','c':'2'}")), F("c", "3")),
        "{'a':'2','b':'1','c':'3'}");
}
END_TEST

START_TEST(bug_of_a_part_is_a_bug_of_the_whole)
{
    const json_t *part = object(arena, F("kind", "Part"), F("x", (const char *)NULL));
    json_t *list = json_new_list();

    json_add(list, part);
    ck_assert_str_eq(template_bug(object(arena, MAP("deep", F("part", part)))), "Part.x is null");
    ck_assert_str_eq(template_bug(object(arena, F("parts", list))), "Part.x is null");
    ck_assert_str_eq(template_bug(object(arena, LIST("parts", EACH(list)))), "Part.x is null");
    ck_assert_str_eq(template_bug(object(arena, MAP("deep", SPREAD(part)))), "Part.x is null");
}
END_TEST

START_TEST(text_that_is_no_utf8_is_reported)
{
    ck_assert_str_eq(template_bug(object(arena, F("name", "\xff"))), "object.name is not UTF-8");
}
END_TEST

/* Rendered with what is known, and once more without it. */
static void rendered_like(const char *known, bool like)
{
    const json_t *spread = json_of("{'app':'vitess'}");
    const json_t *there = json_of(known);
    const json_t *list = json_of("['b',{'c':1}]");
    const json_t *made = NULL;

    for (int i = 0; i < 2; i++) {
        const json_t *now = object_like(arena,
            i == 0 ? NULL : there,
            F("kind", "Pod"),
            OPT("none", (const char *)NULL),
            OPT("empty", json_new_list()),
            OPT("text", "t"),
            F("bare", json_new_map()),
            MAP("labels", SPREAD(spread), F("yes", BOOL(true)), F("n", INT(3))),
            LIST("items", V("a"), EACH(list), ITEM(F("d", "e"))));

        if (i == 0)
            made = now;
        else
            ck_assert_msg((now == there) == like && json_same(now, made), "%s", known);
    }
}

START_TEST(what_is_known_to_be_the_same_is_not_rendered)
{
    rendered_like("{'kind':'Pod','text':'t','bare':{},'labels':{'app':'vitess','yes':true,'n':3},"
                  "'items':['a','b',{'c':1},{'d':'e'}]}",
        true);
    rendered_like("{'labels':{'n':3,'yes':true,'app':'vitess'},'kind':'Pod','text':'t','bare':{},"
                  "'items':['a','b',{'c':1},{'d':'e'}]}",
        true);
    rendered_like("{}", false);
    rendered_like("{'kind':'Pod','text':'t','bare':{},'labels':{'app':'vitess','yes':true,'n':3},"
                  "'items':['a','b',{'c':1},{'d':'e'}],'more':1}",
        false);
    rendered_like("{'kind':'Pod','text':'t','bare':{},'labels':{'app':'other','yes':true,'n':3},"
                  "'items':['a','b',{'c':1},{'d':'e'}]}",
        false);
    rendered_like("{'kind':'Pod','text':'t','bare':{},'labels':{'app':'vitess','yes':false,'n':3},"
                  "'items':['a','b',{'c':1},{'d':'e'}]}",
        false);
    rendered_like("{'kind':'Pod','text':'t','bare':{},'labels':{'app':'vitess','yes':true,'n':3.0},"
                  "'items':['a','b',{'c':1},{'d':'e'}]}",
        false);
    rendered_like("{'kind':'Pod','text':'t','bare':{},'labels':{'app':'vitess','yes':true,'n':3},"
                  "'items':['a','b',{'c':1},{'d':'e'},1]}",
        false);
    rendered_like("{'kind':'Pod','text':'t','bare':{},'labels':{'app':'vitess','yes':true,'n':3},"
                  "'items':['a','b',{'c':1}]}",
        false);
    rendered_like("{'kind':'Pod','text':'t','bare':[],'labels':{'app':'vitess','yes':true,'n':3},"
                  "'items':['a','b',{'c':1},{'d':'e'}]}",
        false);
    rendered_like("{'kind':'Pod','text':'t','labels':{'app':'vitess','yes':true,'n':3},"
                  "'items':['a','b',{'c':1},{'d':'e'}]}",
        false);
    rendered_like("{'kind':['Pod'],'text':'t','bare':{},'labels':[],'items':{}}", false);
}
END_TEST

/* Told twice, one of them would be counted for what is there besides. */
START_TEST(what_is_given_twice_hides_nothing)
{
    const json_t *known = json_of("{'a':'x','old':'o'}"), *spread = json_of("{'a':'x'}");

    ck_json(object_like(arena, known, SPREAD(spread), SPREAD(spread)), "{'a':'x'}");
    ck_json(object_like(arena, known, SPREAD(spread), F("a", "x")), "{'a':'x'}");
    ck_json(object_like(arena, known, F("a", "x"), SPREAD(spread)), "{'a':'x'}");
    ck_json(object_like(arena, known, OPT("a", "x"), SPREAD(spread)), "{'a':'x'}");
    ck_json(object_like(arena,
                json_of("{'m':{'a':'x','old':'o'}}"),
                MAP("m", SPREAD(spread), SPREAD(spread))),
        "{'m':{'a':'x'}}");
    /* One that is left out gives nothing. */
    ck_assert_ptr_eq(object_like(arena, known, SPREAD(known), OPT("a", (const char *)NULL)), known);
}
END_TEST

/* What is wrong with the template is told, whatever is there. */
START_TEST(a_bug_is_never_like_anything)
{
    const json_t *known = json_of("{'a':'x','b':null}");

    ck_assert_str_eq(
        template_bug(object_like(arena, known, F("a", "x"), F("b", (const json_t *)NULL))),
        "object.b is null");
    ck_assert_str_eq(
        template_bug(object_like(arena, json_of("{'a':'x'}"), F("a", "x"), F("a", "x"))),
        "object.a is given twice");
    ck_assert_str_eq(
        template_bug(object_like(arena, json_of("{'a':'x','old':'o'}"), F("a", "x"), F("a", "x"))),
        "object.a is given twice");
    /* An overruled key is right, and rendered. */
    ck_json(object_like(arena, json_of("{'a':'y'}"), SPREAD(json_of("{'a':'x'}")), F("a", "y")),
        "{'a':'y'}");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, what_is_known_to_be_the_same_is_not_rendered);
    tcase_add_test(tcase, what_is_given_twice_hides_nothing);
    tcase_add_test(tcase, a_bug_is_never_like_anything);
    tcase_add_test(tcase, reads_like_yaml);
    tcase_add_test(tcase, optional_fields);
    tcase_add_test(tcase, required_fields_may_be_empty);
    tcase_add_test(tcase, null_in_a_list_is_reported);
    tcase_add_test(tcase, first_bug_is_told);
    tcase_add_test(tcase, parts_are_shared_and_stay_as_they_are);
    tcase_add_test(tcase, null_is_reported_with_its_path);
    tcase_add_test(tcase, key_given_twice_is_reported);
    tcase_add_test(tcase, keys_may_be_known_at_run_time_only);
    tcase_add_test(tcase, spread_overrules_and_is_overruled);
    tcase_add_test(tcase, bug_of_a_part_is_a_bug_of_the_whole);
    tcase_add_test(tcase, text_that_is_no_utf8_is_reported);
}

TEST_MAIN(tests)
