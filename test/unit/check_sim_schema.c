#include "testing.h"

#include "sim/store/admit.h"

/* What a CRD makes of an object: pruning, defaults, validation. */

static const char *const schema_text =
    "{'type':'object','properties':{'spec':{'type':'object','required':['name'],'properties':{"
    "'name':{'type':'string','pattern':'^[a-z]+$','maxLength':5},"
    "'count':{'type':'integer','minimum':1,'maximum':3},"
    "'policy':{'type':'string','enum':['Retain','Delete'],'default':'Retain'},"
    "'fixed':{'type':'string','x-kubernetes-validations':[{'rule':'self == oldSelf','message':"
    "'cannot be changed'}]},"
    "'flags':{'type':'object','additionalProperties':{'x-kubernetes-preserve-unknown-fields':true}}"
    ",'size':{'x-kubernetes-int-or-string':true},"
    "'any':{'type':'object','x-kubernetes-preserve-unknown-fields':true},"
    "'items':{'type':'array','minItems':1,'x-kubernetes-list-map-keys':['id'],'items':{'type':"
    "'object','properties':{'id':{'type':'string'},'fixed':{'type':'integer',"
    "'x-kubernetes-validations':[{'rule':'self == oldSelf','message':'stays'}]}}}}}}}}";

/* The object after admission, or the message. */
static const char *admitted(const char *spec, const char *old)
{
    json_t *object = json_clone(json_of(fmt(arena, "{'kind':'K','spec':%s}", spec)));
    const json_t *before = old == NULL ? NULL : json_of(fmt(arena, "{'spec':%s}", old));
    const char *message = admit_schema(arena, json_of(schema_text), object, before, "");

    return message == NULL ? json_write(arena, json_at(object, "spec"), NULL) : message;
}

struct row {
    const char *spec, *old, *result;
};

static const struct row rows[] = {
    {"{'name':'a'}", NULL, "{\"name\":\"a\",\"policy\":\"Retain\"}"},
    {"{'name':'a','policy':'Delete','typo':1}", NULL, "{\"name\":\"a\",\"policy\":\"Delete\"}"},
    {"{'name':'a','policy':'Delete','any':{'x':[1]},'flags':{'f':true},'size':5}",
        NULL,
        "{\"any\":{\"x\":[1]},\"flags\":{\"f\":true},\"name\":\"a\",\"policy\":\"Delete\","
        "\"size\":5}"},
    {"{}", NULL, "spec.name: Required value"},
    {"{'name':null}", NULL, "spec.name: Required value"},
    {"{'name':'a','count':null,'policy':null,'typo':null}",
        NULL,
        "{\"name\":\"a\",\"policy\":\"Retain\"}"},
    {"{'name':1}", NULL, "spec.name: Invalid value: \"integer\": must be of type string"},
    {"{'name':'A'}", NULL, "spec.name: Invalid value: \"A\": should match '^[a-z]+$'"},
    {"{'name':'abcdef'}", NULL, "spec.name: Invalid value: \"abcdef\": has the wrong length"},
    {"{'name':'a','count':4}", NULL, "spec.count: Invalid value: 4: is out of range"},
    {"{'name':'a','policy':'Keep'}", NULL, "spec.policy: Unsupported value: \"Keep\""},
    {"{'name':'a','items':[]}", NULL, "spec.items: Invalid value: has 0 items"},
    {"{'name':'a','items':[{'id':'x'},{'id':'x'}]}", NULL, "spec.items[1]: Duplicate value: \"x\""},
    {"{'name':'a','fixed':'y'}",
        "{'name':'a','fixed':'x'}",
        "spec.fixed: Invalid value: \"y\": cannot be changed"},
    /* A field that was not there may be set; an item is compared with the one of its key. */
    {"{'name':'a','policy':'Delete','fixed':'y'}",
        "{'name':'a'}",
        "{\"fixed\":\"y\",\"name\":\"a\",\"policy\":\"Delete\"}"},
    {"{'name':'a','items':[{'id':'y','fixed':2},{'id':'x','fixed':3}]}",
        "{'name':'a','items':[{'id':'x','fixed':1},{'id':'y','fixed':2}]}",
        "spec.items[1].fixed: Invalid value: 3: stays"},
};

START_TEST(admits_as_a_crd_does)
{
    ck_assert_str_eq(admitted(rows[_i].spec, rows[_i].old), rows[_i].result);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, admits_as_a_crd_does, 0, (int)(sizeof(rows) / sizeof(*rows)));
}

TEST_MAIN(tests)
