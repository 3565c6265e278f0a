#include "testing.h"

#include "metadata.h"
#include "template.h"

/* Whatever an item, a list and a field may look like, each beside each. */
static const char *const values[] = {
    "null",
    "true",
    "0",
    "1",
    "1.0",
    "'1'",
    "'a'",
    "{}",
    "[]",
    "[null]",
    "[1,2]",
    "[2,1]",
    "['a']",
    "{'a':1}",
    "{'a':null}",
    "{'a':1,'b':2}",
    "{'b':2,'a':1}",
    "{'a':null,'b':2}",
    "{'a':{'b':1}}",
    "{'a':{'b':1,'c':[]}}",
    "[{}]",
    "[{'a':1}]",
    "[{'name':'a'}]",
    "[{'name':'a','b':1}]",
    "[{'name':'a'},{'name':'b'}]",
    "[{'name':'b'},{'name':'a','c':{'d':1}}]",
    "[{'name':'a'},{'name':'a'}]",
    "[{'name':'a','b':1},{'name':'a','b':2}]",
    "[{'name':80}]",
    "[{'name':'80'}]",
    "[{'name':80},{'name':'80'}]",
    "[{'name':80,'a':1},{'name':81}]",
    "[{'name':null}]",
    "[{'name':{'a':1}}]",
    "[{'name':1.5}]",
    "[{'name':'a'},1]",
    "[{'containerPort':80,'name':'x'}]",
    "[{'containerPort':80,'name':'x','protocol':'TCP'}]",
    "[{'containerPort':80,'protocol':'TCP'},{'containerPort':80,'protocol':'UDP'}]",
};

enum { VALUES = sizeof(values) / sizeof(*values) };

/* As they are, in a mapping beside another field, and in a list whose items have names. */
static const json_t *wrapped(const char *value, int how, bool more)
{
    static const char *const shapes[] = {"[%s]", "[{'x':%s}]", "[{'x':[{'name':'n','y':%s}]}]"};
    static const char *const larger[] = {"[%s]",
        "[{'w':[],'x':%s}]",
        "[{'x':[{'name':'m'},{'name':'n','y':%s,'z':0}]}]"};
    char text[256];

    snprintf(text, sizeof(text), (more ? larger : shapes)[how], value);
    return json_array_get(json_of(text), 0);
}

static void check_pair(const json_t *observed, const json_t *applied)
{
    if (!merge_surely_stands(observed, applied))
        return;
    ck_assert_msg(json_same(merge_applied(arena, observed, json_clone(applied), applied), observed),
        "%s is changed by %s",
        json_write(arena, observed, NULL),
        json_write(arena, applied, NULL));
    ck_assert_msg(merge_neutral(arena, observed, applied) == applied,
        "%s is not neutral to %s",
        json_write(arena, applied, NULL),
        json_write(arena, observed, NULL));
}

static const json_t *folded_of(const char *text)
{
    struct json_fault fault;

    return json_read_folded(arena, text, strlen(text), 0, &fault);
}

static const json_t *folded(const json_t *value)
{
    return folded_of(json_write(arena, value, NULL));
}

/* Whether it is told by the texts or by what they say makes no difference. */
static void check_text(const char *text)
{
    struct json_fault fault;
    const json_t *read = json_read(arena, text, strlen(text), 0, &fault);
    const json_t *folded = folded_of(text);

    ck_assert_msg(merge_surely_stands(json_at(folded, "now"), json_at(folded, "before")) ==
                      merge_surely_stands(json_at(read, "now"), json_at(read, "before")),
        "%s",
        text);
}

static void check_texts(const json_t *observed, const json_t *applied)
{
    check_text(json_write(arena, object(arena, F("now", observed), F("before", applied)), NULL));
}

static void check_both(const json_t *observed, const json_t *applied)
{
    if (observed == NULL)
        return;
    check_pair(observed, applied);
    check_texts(observed, applied);
}

START_TEST(what_surely_stands_is_left_as_it_is)
{
    for (int how = 0; how < 3; how++) {
        for (size_t i = 0; i < VALUES; i++) {
            for (int more = 0; more <= 1; more++)
                check_both(wrapped(values[i], how, more), wrapped(values[_i], how, false));
        }
    }
}
END_TEST

/* As nobody writes it. */
START_TEST(what_is_written_with_escapes)
{
    static const char *const items[] = {
        "{\"containerPort\":80,\"name\":\"x\"}",
        "{\"containerPor\\u0074\":80,\"name\":\"x\"}",
        "{\"containerPort\":80,\"name\":\"y\"}",
        "{\"containerPor\\u0074\":80,\"name\":\"y\"}",
        "{\"containerPor\\u0074\":81,\"name\":\"y\"}",
        "{\"name\":\"y\"}",
        "{\"n\\u0061me\":\"y\"}",
        "{\"name\":\"\\u0079\"}",
    };
    enum { ITEMS = sizeof(items) / sizeof(*items) };

    for (size_t i = 0; i < ITEMS; i++) {
        for (size_t j = 0; j < ITEMS; j++) {
            check_text(
                fmt(arena, "{\"now\":[%s,%s],\"before\":[%s]}", items[_i], items[i], items[j]));
            check_text(
                fmt(arena, "{\"now\":[%s],\"before\":[%s,%s]}", items[_i], items[i], items[j]));
        }
    }
}
END_TEST

/* What is shared is what would have been copied. */
START_TEST(an_outcome_is_the_merge)
{
    const json_t *observed = folded(wrapped(values[_i], 2, true));

    for (size_t i = 0; i < VALUES; i++) {
        const json_t *last = folded(wrapped(values[i], 2, false));

        for (size_t j = 0; observed != NULL && j < VALUES; j++) {
            const json_t *desired = wrapped(values[j], 2, false);

            ck_assert_msg(json_same(merge_outcome(arena, observed, last, desired),
                              merge_applied(arena, observed, last, desired)),
                "%s, %s applied, %s desired",
                json_write(arena, observed, NULL),
                json_write(arena, last, NULL),
                json_write(arena, desired, NULL));
        }
    }
}
END_TEST

START_TEST(what_nothing_changes_is_shared)
{
    const json_t *observed = folded(json_of("{'a':{'b':1,'c':[2]},'d':[{'name':'x','y':{}}]}"));
    const json_t *applied = folded(json_of("{'a':{'b':1},'d':[{'name':'x'}]}"));
    const json_t *desired = json_of("{'a':{'b':2},'d':[{'name':'x'}]}");
    const json_t *made;

    ck_assert_ptr_eq(merge_outcome(arena, observed, applied, json_clone(applied)), observed);
    made = merge_outcome(arena, observed, applied, desired);
    ck_json(json_at(made, "a"), "{'b':2,'c':[2]}");
    ck_assert_ptr_eq(json_at(made, "d"), json_at(observed, "d"));
}
END_TEST

/* Or everything is looked at twice. */
static const struct pair {
    const char *observed, *applied;
    bool stands;
} pairs[] = {
    {"{'a':1,'b':2}", "{'a':1}", true},
    {"{'a':1}", "{'a':1,'b':2}", false},
    {"{'a':1}", "{'a':2}", false},
    {"{'a':{'b':[1,2],'c':3}}", "{'a':{'b':[1,2]}}", true},
    {"{'a':{'b':[1,2],'c':3}}", "{'a':{'b':[1]}}", false},
    {"[{'name':'x'},{'name':'a','b':1}]", "[{'name':'a'}]", true},
    {"[{'name':'a'},{'name':'b'}]", "[{'name':'b'},{'name':'a'}]", true},
    {"[{'name':'x'}]", "[{'name':'a'}]", false},
    {"[{'containerPort':80,'protocol':'TCP'}]", "[{'containerPort':80}]", true},
    {"[{'containerPort':81,'protocol':'TCP'}]", "[{'containerPort':80}]", false},
    {"[{'name':'80','a':1}]", "[{'name':80,'a':1}]", false},
    {"{'a':null}", "{'a':null}", false},
    {"null", "null", false},
    {"[]", "[]", true},
    {"[]", "{}", false},
};

START_TEST(tells_what_stands)
{
    const struct pair *pair = &pairs[_i];
    const char *observed = fmt(arena, "[%s]", pair->observed);
    const char *applied = fmt(arena, "[%s]", pair->applied);

    ck_assert_int_eq(merge_surely_stands(json_array_get(json_of(observed), 0),
                         json_array_get(json_of(applied), 0)),
        pair->stands);
    ck_assert(!merge_surely_stands(NULL, json_array_get(json_of(applied), 0)));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, what_surely_stands_is_left_as_it_is, 0, VALUES);
    tcase_add_loop_test(tcase, what_is_written_with_escapes, 0, 8);
    tcase_add_loop_test(tcase, an_outcome_is_the_merge, 0, VALUES);
    tcase_add_test(tcase, what_nothing_changes_is_shared);
    tcase_add_loop_test(tcase, tells_what_stands, 0, (int)(sizeof(pairs) / sizeof(*pairs)));
}

TEST_MAIN(tests)
