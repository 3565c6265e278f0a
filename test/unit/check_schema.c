#include "fragments.h"
#include "testing.h"

#include "spec.h"

struct thing {
    const char *text;
    uint32_t count;
    bool flag;
    const json_t *json, *self;
    struct thing *part;
    SPEC_ITEMS(struct thing) items;
};

static const char *const policies[] = {"Retain", "Delete", NULL};

static const json_t *schema_of(const struct spec_field *field)
{
    const struct spec_field fields[] = {*field, SPEC_END};

    return json_at(spec_schema(arena, fields, NULL, SPEC_STRICT), "properties", field->key);
}

#define FIELD(member, ...)                                                                         \
    &(const struct spec_field)SPEC(struct thing, member, "x", "X.", __VA_ARGS__)

START_TEST(scalars)
{
    ck_json(schema_of(FIELD(text, .min = 0)), "{'type':'string','description':'X.'}");
    ck_json(schema_of(FIELD(text, .values = policies, .fallback = "\"Retain\"")),
        "{'type':'string','enum':['Retain','Delete'],'description':'X. Default: \\u0022Retain"
        "\\u0022.'}");
    ck_json(schema_of(FIELD(text, .min = 1, .max = 8)),
        "{'type':'string','minLength':1,'maxLength':8,'description':'X.'}");
    ck_json(schema_of(FIELD(text, .format = &spec_dns_label)),
        "{'type':'string','pattern':'^[a-z0-9]([-a-z0-9]*[a-z0-9])?$','maxLength':63,"
        "'description':'X.'}");
    ck_json(schema_of(FIELD(count, .min = 1, .max = 5, .fallback = "3")),
        "{'type':'integer','minimum':1,'maximum':5,'description':'X. Default: 3.'}");
    ck_json(schema_of(FIELD(count, .min = 0)),
        "{'type':'integer','minimum':0,'maximum':4294967295,'description':'X.'}");
    ck_json(schema_of(FIELD(flag, .min = 0)), "{'type':'boolean','description':'X.'}");
}
END_TEST

static const struct spec_field named_fields[] = {SPEC(struct thing, text, "name", "N."), SPEC_END};

START_TEST(fragments)
{
    static const char object[] =
        "{'type':'object','x-kubernetes-preserve-unknown-fields':true,'description':'X.'}";
    const json_t *resources =
        schema_of(FIELD(json, .shape = SPEC_OBJECT, .fields = fragment_resources));
    const json_t *claim = schema_of(FIELD(json, .shape = SPEC_OBJECT, .fields = fragment_claim));
    const json_t *selector =
        schema_of(FIELD(json, .shape = SPEC_OBJECT, .fields = fragment_selector));
    const json_t *quantity = json_at(resources, "properties", "limits", "additionalProperties");

    ck_json(schema_of(FIELD(json, .min = 0)),
        "{'x-kubernetes-preserve-unknown-fields':true,'description':'X.'}");
    ck_json(schema_of(FIELD(json, .shape = SPEC_OBJECT)), object);
    ck_json(schema_of(FIELD(json, .shape = SPEC_TEXT_MAP)),
        "{'type':'object','additionalProperties':{'type':'string'},'description':'X.'}");
    ck_json(schema_of(FIELD(json, .shape = SPEC_FLAG_MAP)),
        "{'type':'object','additionalProperties':{'x-kubernetes-preserve-unknown-fields':true,"
        "'pattern':'^[^[:cntrl:]]*$'},'description':'X.'}");
    ck_json(schema_of(FIELD(json, .shape = SPEC_TEXT_LIST, .min = 1, .max = 3)),
        "{'type':'array','items':{'type':'string'},'minItems':1,'maxItems':3,'description':'X.'}");
    ck_json(schema_of(FIELD(json, .shape = SPEC_OBJECT_LIST)),
        "{'type':'array','items':{'type':'object','x-kubernetes-preserve-unknown-fields':true},"
        "'description':'X.'}");
    ck_assert(json_true_at(quantity, "x-kubernetes-int-or-string"));
    ck_json(json_at(quantity, "anyOf"), "[{'type':'integer'},{'type':'string'}]");
    ck_assert_ptr_null(json_at(quantity, "type"));
    ck_json(schema_of(FIELD(json, .shape = SPEC_OBJECT_MAP, .fields = named_fields)),
        "{'type':'object','additionalProperties':{'type':'object','properties':{'name':{'type':"
        "'string','description':'N.'}}},'description':'X.'}");
    ck_assert_str_eq(json_text_at(claim, "properties", "accessModes", "items", "type"), "string");
    ck_assert(json_true_at(claim,
        "properties",
        "resources",
        "properties",
        "requests",
        "additionalProperties",
        "x-kubernetes-int-or-string"));
    ck_json(json_at(selector, "properties", "matchExpressions", "items", "required"),
        "['key','operator']");
}
END_TEST

static const struct spec_field item_fields[] = {
    SPEC(struct thing, text, "name", "Name.", .required = true),
    SPEC(struct thing, count, "size", "Size."),
    SPEC_SELF(struct thing, self),
    SPEC_END};

static const struct spec_field thing_fields[] = {
    SPEC(struct thing, json, "items", "As JSON.", .internal = true),
    SPEC_EACH(struct thing, items, "items", "Items.", item_fields, .unique = "name", .min = 1),
    SPEC_STRUCT(struct thing, part, "part", "Part.", item_fields, .required = true),
    SPEC_EACH(struct thing, items, "sizes", "Sizes.", item_fields, .unique = "size"),
    SPEC(struct thing, json, "selector", "S.", .shape = SPEC_OBJECT, .immutable = "do not"),
    SPEC(struct thing, text, "internal", "Internal.", .internal = true),
    SPEC_SELF(struct thing, self),
    SPEC_PATH(struct thing, text),
    SPEC_END};

START_TEST(structs_and_lists)
{
    const json_t *schema = spec_schema(arena, thing_fields, "A thing.", SPEC_STRICT);

    ck_assert_str_eq(json_text_at(schema, "description"), "A thing.");
    ck_assert_str_eq(json_text_at(schema, "type"), "object");
    ck_json(json_at(schema, "required"), "['part']");
    ck_assert_uint_eq(json_object_size(json_at(schema, "properties")), 5);
    ck_json(json_at(schema, "properties", "items"),
        "{'type':'array','description':'Items.','minItems':1,"
        "'x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['name'],"
        "'items':{'type':'object','required':['name'],'properties':{"
        "'name':{'type':'string','description':'Name.'},"
        "'size':{'type':'integer','minimum':0,'maximum':4294967295,'description':'Size.'}}}}");
    ck_json(json_at(schema, "properties", "part", "required"), "['name']");
    /* What our own hooks write must not be pruned. */
    ck_assert_ptr_nonnull(json_at(schema, "properties", "internal"));
}
END_TEST

START_TEST(list_key_must_be_in_each_item)
{
    const json_t *schema = spec_schema(arena, thing_fields, NULL, SPEC_STRICT);

    ck_assert_ptr_null(json_at(schema, "properties", "sizes", "x-kubernetes-list-type"));
    ck_assert_ptr_null(json_at(schema, "description"));
}
END_TEST

static const struct spec_field fixed_fields[] = {
    SPEC(struct thing, json, "selector", "S.", .shape = SPEC_OBJECT, .immutable = "do not"),
    SPEC(struct thing, text, "root", "R.", .fallback = "\"/v\"", .immutable = "do not"),
    SPEC(struct thing, text, "name", "N.", .required = true, .immutable = "do not"),
    SPEC_STRUCT(struct thing, part, "part", "P.", item_fields, .immutable = "do not"),
    SPEC_RULE(".part", "has(self.part)", "part must be there"),
    SPEC_END};

#define CHANGED "cannot be changed; do not"

/* A rule of a field is not asked where the field comes or goes. */
START_TEST(immutable_is_a_rule)
{
    const json_t *schema = spec_schema(arena, fixed_fields, NULL, SPEC_STRICT);
    const json_t *fields = json_at(schema, "properties");

    ck_assert_str_eq(json_text_at(fields, "name", "description"), "N. Cannot be changed.");
    ck_assert_str_eq(json_text_at(fields, "root", "description"),
        "R. Default: \"/v\". Cannot be changed.");

    ck_json(json_at(fields, "selector", "x-kubernetes-validations"),
        "[{'rule':'self == oldSelf','message':'selector " CHANGED "'}]");
    ck_json(json_at(fields, "name", "x-kubernetes-validations"),
        "[{'rule':'self == oldSelf','message':'name " CHANGED "'}]");
    ck_assert_ptr_null(json_at(fields, "root", "x-kubernetes-validations"));
    ck_json(json_at(schema, "x-kubernetes-validations"),
        "[{'rule':'has(self.selector) == has(oldSelf.selector)','fieldPath':'.selector',"
        "'message':'selector " CHANGED "'},"
        "{'rule':'(has(self.root) ? self.root : \\u0022/v\\u0022) == "
        "(has(oldSelf.root) ? oldSelf.root : \\u0022/v\\u0022)','fieldPath':'.root',"
        "'message':'root " CHANGED "'},"
        "{'rule':'has(self.part) == has(oldSelf.part)','fieldPath':'.part',"
        "'message':'part " CHANGED "'},"
        "{'rule':'has(self.part)','fieldPath':'.part','message':'part must be there'}]");
}
END_TEST

static const struct spec_field ruled_fields[] = {
    SPEC(struct thing, count, "size", "S.", .min = 1, .max = 5),
    SPEC_RULE(NULL, "self.size % 2 == 1", "size must be odd"),
    SPEC_END};
static const struct spec_field ruling_fields[] = {
    SPEC_STRUCT(struct thing, part, "part", "P.", ruled_fields, .immutable = "do not"),
    SPEC_EACH(struct thing, items, "items", "I.", ruled_fields),
    SPEC_END};

START_TEST(rules_of_a_table_are_everywhere_it_is)
{
    const json_t *fields =
        json_at(spec_schema(arena, ruling_fields, NULL, SPEC_STRICT), "properties");

    ck_json(json_at(fields, "part", "x-kubernetes-validations"),
        "[{'rule':'self.size % 2 == 1','message':'size must be odd'},"
        "{'rule':'self == oldSelf','message':'part " CHANGED "'}]");
    ck_json(json_at(fields, "items", "items", "x-kubernetes-validations"),
        "[{'rule':'self.size % 2 == 1','message':'size must be odd'}]");
}
END_TEST

START_TEST(lists_of_text)
{
    ck_json(schema_of(FIELD(json,
                .shape = SPEC_TEXT_LIST,
                .max = 3,
                .unique = "",
                .format = &spec_dns_label)),
        "{'type':'array','description':'X.','maxItems':3,'x-kubernetes-list-type':'set','items':"
        "{'type':'string','pattern':'^[a-z0-9]([-a-z0-9]*[a-z0-9])?$','maxLength':63}}");
}
END_TEST

static const struct spec_field strict_fields[] = {
    SPEC(struct thing, text, "text", "T.", .format = &spec_dns_label, .min = 1, .max = 3),
    SPEC(struct thing, text, "policy", "P.", .values = policies),
    SPEC(struct thing, count, "size", "S.", .min = 1, .max = 5),
    SPEC(struct thing, json, "texts", "T.", .shape = SPEC_TEXT_LIST, .min = 1, .unique = "",
        .format = &spec_dns_label),
    SPEC(struct thing, json, "limits", "L.", .shape = SPEC_QUANTITY_MAP),
    SPEC_STRUCT(struct thing, part, "part", "P.", ruled_fields, .immutable = "do not"),
    SPEC_END};

/* The reader takes such values there, so the API server must. */
START_TEST(what_hooks_write_is_only_typed)
{
    const json_t *schema = spec_schema(arena, strict_fields, NULL, SPEC_DERIVED);

    ck_json(schema,
        "{'type':'object','properties':{"
        "'text':{'type':'string','description':'T.'},"
        "'policy':{'type':'string','description':'P.'},"
        "'size':{'type':'integer','minimum':0,'maximum':1000,'description':'S.'},"
        "'texts':{'type':'array','items':{'type':'string'},'description':'T.'},"
        "'limits':{'type':'object','description':'L.','additionalProperties':{"
        "'anyOf':[{'type':'integer'},{'type':'string'}],'x-kubernetes-int-or-string':true}},"
        "'part':{'type':'object','description':'P.','properties':{"
        "'size':{'type':'integer','minimum':0,'maximum':1000,'description':'S.'}}}}}");
}
END_TEST

static bool has_default(const json_t *value)
{
    const char *key;
    const json_t *item;

    json_each_field (value, key, item)
        if (strcmp(key, "default") == 0 || has_default(item))
            return true;
    json_each_item (value, i, item)
        if (has_default(item))
            return true;
    return false;
}

START_TEST(never_a_default)
{
    ck_assert(!has_default(spec_schema(arena, thing_fields, NULL, SPEC_STRICT)));
    ck_assert(!has_default(schema_of(FIELD(count, .fallback = "3"))));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, scalars);
    tcase_add_test(tcase, fragments);
    tcase_add_test(tcase, structs_and_lists);
    tcase_add_test(tcase, list_key_must_be_in_each_item);
    tcase_add_test(tcase, immutable_is_a_rule);
    tcase_add_test(tcase, rules_of_a_table_are_everywhere_it_is);
    tcase_add_test(tcase, lists_of_text);
    tcase_add_test(tcase, what_hooks_write_is_only_typed);
    tcase_add_test(tcase, never_a_default);
}

TEST_MAIN(tests)
