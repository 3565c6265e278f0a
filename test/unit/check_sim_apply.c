#include "testing.h"

#include "metadata.h"
#include "sim/metacontroller/apply.h"

/* The merge of Metacontroller's dynamic apply: observed, applied last, desired, result. */

struct row {
    const char *what, *observed, *last, *desired, *result;
};

static const struct row rows[] = {
    {"foreign keys stay", "{'a':1,'b':2}", "{'a':1}", "{'a':1}", "{'a':1,'b':2}"},
    {"a key that was ours goes", "{'a':1,'b':2}", "{'a':1,'b':2}", "{'a':1}", "{'a':1}"},
    {"what somebody changed is put back", "{'a':7}", "{'a':1}", "{'a':1}", "{'a':1}"},
    {"nested", "{'s':{'x':1,'y':2}}", "{'s':{'x':1}}", "{'s':{'z':3}}", "{'s':{'y':2,'z':3}}"},
    {"containerPort",
        "[{'containerPort':1,'f':1}]",
        "[]",
        "[{'containerPort':1,'n':1}]",
        "[{'containerPort':1,'f':1,'n':1}]"},
    {"port", "[{'port':1,'f':1}]", "[]", "[{'port':1,'n':1}]", "[{'port':1,'f':1,'n':1}]"},
    {"port before name",
        "[{'port':1,'name':'a'}]",
        "[{'port':1,'name':'a'}]",
        "[{'port':1,'name':'b'}]",
        "[{'port':1,'name':'b'}]"},
    {"mountPath",
        "[{'mountPath':'/a','f':1}]",
        "[]",
        "[{'mountPath':'/a','n':1}]",
        "[{'mountPath':'/a','f':1,'n':1}]"},
    {"name", "[{'name':'a','f':1}]", "[]", "[{'name':'a','n':1}]", "[{'name':'a','f':1,'n':1}]"},
    {"uid", "[{'uid':'a','f':1}]", "[]", "[{'uid':'a','n':1}]", "[{'uid':'a','f':1,'n':1}]"},
    {"ip", "[{'ip':'a','f':1}]", "[]", "[{'ip':'a','n':1}]", "[{'ip':'a','f':1,'n':1}]"},
    {"path", "[{'path':'a','f':1}]", "[]", "[{'path':'a','n':1}]", "[{'path':'a','f':1,'n':1}]"},
    {"80 and '80' are one key",
        "[{'port':80,'f':1}]",
        "[]",
        "[{'port':'80'}]",
        "[{'port':'80','f':1}]"},
    {"injected items survive, new ones come last",
        "[{'name':'x'},{'name':'a'}]",
        "[{'name':'a'}]",
        "[{'name':'b'},{'name':'a'}]",
        "[{'name':'x'},{'name':'a'},{'name':'b'}]"},
    {"an item that was ours goes",
        "[{'name':'x'},{'name':'a'}]",
        "[{'name':'a'}]",
        "[]",
        "[{'name':'x'}]"},
    {"order is never applied",
        "[{'name':'a'},{'name':'b'}]",
        "[{'name':'a'},{'name':'b'}]",
        "[{'name':'b'},{'name':'a'}]",
        "[{'name':'a'},{'name':'b'}]"},
    {"without a common key a list is one value",
        "[{'name':'a'},{'key':'b'}]",
        "[]",
        "[{'name':'c'}]",
        "[{'name':'c'}]"},
    {"scalars are one value", "['a','b']", "['a']", "['c']", "['c']"},
    {"an empty list is one value", "[]", "[]", "[]", "[]"},
    {"a mapping over a list that is one value makes it null at first",
        "{'a':[1]}",
        "{'a':[1]}",
        "{'a':{'b':1}}",
        "{'a':null}"},
    {"the observed type decides: object",
        "{'a':{'x':1}}",
        "{'a':{'x':1}}",
        "{'a':'text'}",
        "{'a':{}}"},
    {"a scalar gives way to anything", "{'a':1}", "{'a':1}", "{'a':{'b':2}}", "{'a':{'b':2}}"},
    {"null over an object is {}",
        "{'a':{'x':1,'y':2}}",
        "{'a':{'x':1}}",
        "{'a':null}",
        "{'a':{'y':2}}"},
    {"null over a list map removes what was ours",
        "[{'name':'a'},{'name':'x'}]",
        "[{'name':'a'}]",
        "null",
        "[{'name':'x'}]"},
    {"null over an atomic list is null", "['a']", "['a']", "null", "null"},
    {"null over a scalar is null", "{'a':1}", "{'a':1}", "{'a':null}", "{'a':null}"},
    {"an integer is not a float", "{'a':1}", "{'a':1}", "{'a':1.0}", "{'a':1.0}"},
};

/* json_of() takes no scalar at the top. */
static const json_t *value_of(const char *text)
{
    return json_at(json_of(fmt(arena, "{'v':%s}", text)), "v");
}

START_TEST(merges_as_metacontroller_does)
{
    const struct row *row = &rows[_i];
    const json_t *merged =
        merge_applied(arena, value_of(row->observed), value_of(row->last), value_of(row->desired));

    ck_assert_msg(json_same(merged, value_of(row->result)),
        "%s: got %s",
        row->what,
        json_write(arena, merged, NULL));
}
END_TEST

START_TEST(the_annotation_is_go_json_without_itself)
{
    const json_t *desired =
        json_of("{'kind':'X','metadata':{'annotations':{'z':'<&>','metacontroller.k8s.io/"
                "last-applied-configuration':'old'},'name':'n'},'a':[1,1.5,true]}");

    ck_assert_str_eq(apply_text(arena, desired),
        "{\"a\":[1,1.5,true],\"kind\":\"X\",\"metadata\":{\"annotations\":{\"z\":\"\\u003c\\u0026"
        "\\u003e\"},\"name\":\"n\"}}");
}
END_TEST

START_TEST(a_stamped_object_merges_with_itself_to_itself)
{
    const json_t *desired = json_of("{'kind':'X','metadata':{'name':'n'},'spec':{'a':1}}");
    const char *text = apply_text(arena, desired);
    const json_t *created = apply_stamp(desired, text);

    ck_assert(json_same(apply_update(arena, created, desired, text), created));
}
END_TEST

START_TEST(system_fields_and_status_are_put_back)
{
    const json_t *observed =
        json_of("{'kind':'X','metadata':{'name':'n','uid':'u','resourceVersion':'5','generation':2,"
                "'finalizers':['f']},'spec':{'a':1},'status':{'s':1}}");
    const json_t *desired = json_of(
        "{'kind':'X','metadata':{'name':'n','uid':'other'},'spec':{'a':2},'status':{'s':2}}");
    const json_t *merged = apply_update(arena, observed, desired, apply_text(arena, desired));

    ck_assert_str_eq(object_uid(merged), "u");
    ck_assert_int_eq(object_generation(merged), 2);
    ck_json(json_at(merged, "spec"), "{'a':2}");
    ck_json(json_at(merged, "status"), "{'s':1}");
    ck_json(json_at(merged, "metadata", "finalizers"), "['f']");
}
END_TEST

START_TEST(owner_references_that_were_sent_once_are_ours_to_lose)
{
    const json_t *last =
        json_of("{'kind':'X','metadata':{'name':'n','ownerReferences':[{'name':'n','uid':'u'}]}}");
    const char *text = apply_text(arena, last);
    const json_t *observed = apply_stamp(
        json_of("{'kind':'X','metadata':{'name':'n','ownerReferences':[{'name':'p','uid':'p'},"
                "{'name':'n','uid':'u'}]}}"),
        text);
    const json_t *desired = json_of("{'kind':'X','metadata':{'name':'n'}}");
    const json_t *merged = apply_update(arena, observed, desired, apply_text(arena, desired));

    ck_assert_ptr_null(json_at(merged, "metadata", "ownerReferences"));
}
END_TEST

START_TEST(an_annotation_that_is_no_json_fails)
{
    const json_t *observed = apply_stamp(json_of("{'kind':'X','metadata':{'name':'n'}}"), "{");

    ck_assert_ptr_null(apply_update(arena, observed, json_of("{'kind':'X'}"), "{}"));
}
END_TEST

START_TEST(an_annotation_value_that_is_no_text_costs_all_annotations)
{
    const json_t *stamped =
        apply_stamp(json_of("{'metadata':{'annotations':{'a':1,'b':'c'}}}"), "{}");

    ck_json(json_at(stamped, "metadata", "annotations"),
        "{'metacontroller.k8s.io/last-applied-configuration':'{}'}");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_loop_test(tcase,
        merges_as_metacontroller_does,
        0,
        (int)(sizeof(rows) / sizeof(*rows)));
    tcase_add_test(tcase, the_annotation_is_go_json_without_itself);
    tcase_add_test(tcase, a_stamped_object_merges_with_itself_to_itself);
    tcase_add_test(tcase, system_fields_and_status_are_put_back);
    tcase_add_test(tcase, owner_references_that_were_sent_once_are_ours_to_lose);
    tcase_add_test(tcase, an_annotation_that_is_no_json_fails);
    tcase_add_test(tcase, an_annotation_value_that_is_no_text_costs_all_annotations);
}

TEST_MAIN(tests)
