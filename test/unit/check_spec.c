#include "fragments.h"
#include "testing.h"

#include "spec.h"

struct part {
    const char *name, *path;
    uint32_t size;
};

struct whole {
    const char *policy, *image, *note;
    uint32_t replicas, members, count, least;
    bool enabled, plain;
    const json_t *flags, *labels, *resources, *claim, *selector, *object, *objects, *by_name,
        *texts, *names, *any;
    const json_t *parts_json, *self;
    const char *path;
    struct part *part;
    SPEC_ITEMS(struct part) parts;
};

static const char *const policies[] = {"Retain", "Delete", NULL};

static const struct spec_name part_names[] = {{"title", "name", NULL}, {NULL, NULL, NULL}};
static const struct spec_name whole_names[] = {{"replicaCount", "replicas", NULL},
    {"backup", NULL, "belongs to another place here"},
    {NULL, NULL, NULL}};

static const struct spec_field part_fields[] = {
    SPEC(struct part, name, "name", "Name.", .required = true, .format = &spec_dns_label),
    SPEC(struct part, size, "size", "Size.", .min = 1, .max = 5, .fallback = "3"),
    SPEC_PATH(struct part, path),
    SPEC_NAMES(part_names),
    SPEC_END};

static const struct spec_field by_name_fields[] = {SPEC_PART("name", SPEC_TEXT, .doc = "N."),
    SPEC_END};

static const struct spec_field whole_fields[] = {
    SPEC(struct whole, policy, "policy", "P.", .values = policies, .fallback = "\"Retain\""),
    SPEC(struct whole, image, "image", "I.", .format = &spec_image),
    SPEC(struct whole, note, "note", "N.", .min = 1, .max = 8),
    SPEC(struct whole, replicas, "replicas", "R.", .max = 100, .fallback = "2"),
    SPEC(struct whole, members, "members", "M.", .min = 1),
    SPEC(struct whole, count, "count", "C."),
    SPEC(struct whole, least, "least", "L.", .min = 1, .max = 3,
        .because = "there is no half a thing"),
    SPEC(struct whole, enabled, "enabled", "E.", .fallback = "true"),
    SPEC(struct whole, plain, "plain", "P."),
    SPEC(struct whole, flags, "flags", "F.", .shape = SPEC_FLAG_MAP),
    SPEC(struct whole, labels, "labels", "L.", .shape = SPEC_TEXT_MAP),
    SPEC(struct whole, resources, "resources", "R.", .shape = SPEC_OBJECT,
        .fields = fragment_resources),
    SPEC(struct whole, claim, "claim", "C.", .shape = SPEC_OBJECT, .fields = fragment_claim),
    SPEC(struct whole, selector, "selector", "S.", .shape = SPEC_OBJECT,
        .fields = fragment_selector),
    SPEC(struct whole, object, "object", "O.", .shape = SPEC_OBJECT),
    SPEC(struct whole, objects, "objects", "O.", .shape = SPEC_OBJECT_LIST),
    SPEC(struct whole, by_name, "byName", "B.", .shape = SPEC_OBJECT_MAP, .fields = by_name_fields),
    SPEC(struct whole, texts, "texts", "T.", .shape = SPEC_TEXT_LIST, .min = 1, .max = 2),
    SPEC(struct whole, names, "names", "N.", .shape = SPEC_TEXT_LIST, .unique = "",
        .format = &spec_dns_label),
    SPEC_RULE(NULL, "has(self.name)", "the API server's"),
    SPEC(struct whole, any, "any", "A.", .fallback = "{\"a\":[1]}"),
    SPEC(struct whole, parts_json, "parts", "As JSON.", .internal = true),
    SPEC_STRUCT(struct whole, part, "part", "P.", part_fields),
    SPEC_EACH(struct whole, parts, "parts", "P.", part_fields, .unique = "name", .max = 4),
    SPEC_SELF(struct whole, self),
    SPEC_PATH(struct whole, path),
    SPEC_NAMES(whole_names),
    SPEC_END};

static struct whole whole;

static const char *read_in(enum spec_mode mode, const char *text)
{
    struct problems problems = {.arena = arena};

    memset(&whole, 0, sizeof(whole));
    spec_read(arena,
        whole_fields,
        text == NULL ? NULL : json_of(text),
        "spec",
        mode,
        &whole,
        &problems);
    return problems_text(&problems);
}

static const char *strict(const char *text)
{
    return read_in(SPEC_STRICT, text);
}

START_TEST(fills_the_struct)
{
    const char *text = "{'policy':'Delete','image':'vitess/lite:v24','note':'n','replicas':7,"
                       "'members':1,'count':4294967295,'enabled':false,'plain':true,"
                       "'flags':{'a':1},'part':{'name':'p','size':5},"
                       "'parts':[{'name':'a'},{'name':'b','size':1}]}";

    ck_assert_str_eq(strict(text), "");
    ck_assert_str_eq(whole.policy, "Delete");
    ck_assert_str_eq(whole.image, "vitess/lite:v24");
    ck_assert_str_eq(whole.note, "n");
    ck_assert_uint_eq(whole.replicas, 7);
    ck_assert_uint_eq(whole.members, 1);
    ck_assert_uint_eq(whole.count, UINT32_MAX);
    ck_assert(!whole.enabled);
    ck_assert(whole.plain);
    ck_json(whole.flags, "{'a':1}");
    ck_json(whole.self, text);
    ck_assert_str_eq(whole.path, "spec");
    ck_assert_str_eq(whole.part->name, "p");
    ck_assert_uint_eq(whole.part->size, 5);
    ck_assert_str_eq(whole.part->path, "spec.part");
    ck_assert_uint_eq(whole.parts.count, 2);
    ck_assert_str_eq(whole.parts.at[0].name, "a");
    ck_assert_uint_eq(whole.parts.at[0].size, 3);
    ck_assert_str_eq(whole.parts.at[1].name, "b");
    ck_assert_uint_eq(whole.parts.at[1].size, 1);
    ck_assert_str_eq(whole.parts.at[1].path, "spec.parts[1]");
    /* A key with two rows is read by both. */
    ck_json(whole.parts_json, "[{'name':'a'},{'name':'b','size':1}]");
}
END_TEST

static void check_absent(void)
{
    ck_assert_str_eq(whole.policy, "Retain");
    ck_assert_uint_eq(whole.replicas, 2);
    ck_assert(whole.enabled);
    ck_json(whole.any, "{'a':[1]}");
    ck_assert_ptr_null(whole.image);
    ck_assert_uint_eq(whole.members, 0);
    ck_assert(!whole.plain);
    ck_assert_ptr_null(whole.flags);
    ck_assert_ptr_null(whole.part);
    ck_assert_ptr_null(whole.parts.at);
    ck_assert_uint_eq(whole.parts.count, 0);
    ck_assert_str_eq(whole.path, "spec");
}

START_TEST(absent_and_null_give_the_fallback)
{
    static const char *const texts[] = {NULL,
        "{}",
        "{'policy':null,'image':null,'replicas':null,'members':null,'enabled':null,'plain':null,"
        "'flags':null,'any':null,'part':null,'parts':null}"};

    for (size_t i = 0; i < 3; i++) {
        ck_assert_str_eq(strict(texts[i]), "");
        check_absent();
        ck_assert_str_eq(read_in(SPEC_DERIVED, texts[i]), "");
        check_absent();
    }
}
END_TEST

START_TEST(empty_is_not_absent)
{
    ck_assert_str_eq(strict("{'parts':[],'flags':{},'part':{'name':'a'}}"), "");
    ck_assert_ptr_nonnull(whole.parts_json);
    ck_assert_ptr_nonnull(whole.flags);
    ck_assert_uint_eq(whole.parts.count, 0);
}
END_TEST

/* Every text that a user may meet. */
START_TEST(problems_word_for_word)
{
    static const struct {
        const char *spec, *problems;
    } rows[] = {
        {"{'policy':'Keep'}", "spec.policy: must be one of \"Retain\", \"Delete\", got \"Keep\""},
        {"{'policy':3}", "spec.policy: must be one of \"Retain\", \"Delete\", got 3"},
        {"{'byName':{'a':{'name':'one'},'b':{'nam':'one'},'c':3}}",
            "spec.byName.b.nam: is not a known field (did you mean \"name\"?)\n"
            "spec.byName.c: must be a mapping, got 3"},
        {"{'byName':[]}", "spec.byName: must be a mapping, got []"},
        {"{'policy':['Retain']}",
            "spec.policy: must be one of \"Retain\", \"Delete\", got [\"Retain\"]"},
        {"{'image':'a b'}",
            "spec.image: must be a container image such as \"vitess/lite:v24.0.4\", got \"a b\""},
        {"{'note':'12345678'}", ""},
        {"{'note':''}", "spec.note: must not be empty"},
        {"{'note':'123456789'}", "spec.note: must have at most 8 bytes, got 9"},
        {"{'replicas':250}", "spec.replicas: must be between 0 and 100, got 250"},
        {"{'replicas':-1}", "spec.replicas: must be between 0 and 100, got -1"},
        {"{'replicas':1.5}", "spec.replicas: must be a whole number, got 1.5"},
        {"{'replicas':'3'}",
            "spec.replicas: must be a whole number, got \"3\": take its quotes off"},
        {"{'replicas':'-3'}",
            "spec.replicas: must be a whole number, got \"-3\": take its quotes off"},
        {"{'replicas':'70%'}",
            "spec.replicas: must be a whole number, got \"70%\": write the number alone, without "
            "quotes and \"%\""},
        {"{'replicas':'3s'}", "spec.replicas: must be a whole number, got \"3s\""},
        {"{'replicas':true}", "spec.replicas: must be a whole number, got true"},
        {"{'replicas':1e300}", "spec.replicas: must be a whole number, got 1e+300"},
        {"{'replicas':-1.0}", "spec.replicas: must be between 0 and 100, got -1"},
        {"{'members':0}", "spec.members: must be at least 1, got 0"},
        {"{'members':-9223372036854775808}",
            "spec.members: must be at least 1, got -9223372036854775808"},
        {"{'count':-1}", "spec.count: must be at least 0, got -1"},
        {"{'count':4294967296}", "spec.count: must be between 0 and 4294967295, got 4294967296"},
        {"{'members':4294967296}",
            "spec.members: must be between 1 and 4294967295, got 4294967296"},
        {"{'enabled':'yes'}", "spec.enabled: must be true or false, got \"yes\": write true"},
        {"{'enabled':'off'}", "spec.enabled: must be true or false, got \"off\": write false"},
        {"{'enabled':'false'}",
            "spec.enabled: must be true or false, got \"false\": take its quotes off"},
        {"{'enabled':'maybe'}", "spec.enabled: must be true or false, got \"maybe\""},
        {"{'enabled':1}", "spec.enabled: must be true or false, got 1"},
        {"{'part':3}", "spec.part: must be a mapping, got 3"},
        {"{'part':[]}", "spec.part: must be a mapping, got []"},
        {"{'part':{}}", "spec.part.name: is required"},
        {"{'part':{'name':null}}", "spec.part.name: is required"},
        {"{'part':{'name':'A'}}",
            "spec.part.name: must be a DNS label such as \"zone1\", got \"A\""},
        {"{'parts':{}}", "spec.parts: must be a list, got {}"},
        {"{'parts':[3,null]}",
            "spec.parts[0]: must be a mapping, got 3\n"
            "spec.parts[1]: must be a mapping, got null"},
        {"{'parts':[{'name':'a'},{'name':'b'},{'name':'a'}]}",
            "spec.parts[2].name: must differ between items, \"a\" is also at spec.parts[0]"},
        {"{'parts':[{'name':'a'},{'name':'b'},{'name':'c'},{'name':'d'},{'name':'e'}]}",
            "spec.parts: must have at most 4 items, got 5"},
        {"{'replica':1}", "spec.replica: is not a known field (did you mean \"replicas\"?)"},
        {"{'Image':'a'}", "spec.Image: is not a known field (did you mean \"image\"?)"},
        {"{'foo':1}", "spec.foo: is not a known field"},
        {"{'an':1}", "spec.an: is not a known field (did you mean \"any\"?)"},
        {"{'ab':1}", "spec.ab: is not a known field"},
        /* What is one elsewhere. */
        {"{'size':1}", "spec.size: belongs in part or parts[] here"},
        {"{'part':{'name':'a','replicas':1}}",
            "spec.part.replicas: is not a known field here, only in spec"},
        {"{'parts':[{'name':'a','limits':{}}]}",
            "spec.parts[0].limits: is not a known field here, only in spec.resources and "
            "spec.claim.resources"},
        {"{'foo':null}", "spec.foo: is not a known field"},
        {"{'part':{'name':'a','sise':1}}",
            "spec.part.sise: is not a known field (did you mean \"size\"?)"},
        {"{'parts':[{'name':'a','x.y/z':1}]}", "spec.parts[0][\"x.y/z\"]: is not a known field"},
        {"{'':1}", "spec[\"\"]: is not a known field"},
        {"{'flags':[]}", "spec.flags: must be a mapping, got []"},
        {"{'flags':{'a':1,'b':'c','d':true,'e':0.5}}", ""},
        {"{'flags':{'a':{},'b':null,'c':[1]}}",
            "spec.flags.a: must be text, a number, true or false, got {}\n"
            "spec.flags.b: must be text, a number, true or false, got null\n"
            "spec.flags.c: must be text, a number, true or false, got [1]"},
        {"{'flags':{'a':'x\\ny','b':'\\u007f','c':'tab\\t','d':'caf\xc3\xa9'}}",
            "spec.flags.a: must have no newline or other control character, got \"x\\ny\"\n"
            "spec.flags.b: must have no newline or other control character, got \"\x7f\"\n"
            "spec.flags.c: must have no newline or other control character, got \"tab\\t\": it "
            "begins or ends with white space"},
        {"{'labels':{'vitess.io/x':1,'b':true}}",
            "spec.labels[\"vitess.io/x\"]: must be text, got 1: put it in quotes\n"
            "spec.labels.b: must be text, got true: put it in quotes"},
        {"{'labels':'a'}", "spec.labels: must be a mapping, got \"a\""},
        {"{'resources':{'limits':{'cpu':'500m','memory':1073741824},'claims':[{'name':'gpu'}]}}",
            ""},
        {"{'resources':{'limits':{'cpu':'x'},'requests':{'memory':'2GB','cpu':0.5,'a':null}}}",
            "spec.resources.limits.cpu: must be a quantity such as \"500m\" or \"2Gi\", got \"x\"\n"
            "spec.resources.requests.memory: must be a quantity such as \"500m\" or \"2Gi\", got "
            "\"2GB\"\n"
            "spec.resources.requests.cpu: must be a quantity such as \"500m\" or \"2Gi\", got "
            "0.5\n"
            "spec.resources.requests.a: must be a quantity such as \"500m\" or \"2Gi\", got null"},
        {"{'resources':{'limit':{}}}",
            "spec.resources.limit: is not a known field (did you mean \"limits\"?)"},
        {"{'resources':3}", "spec.resources: must be a mapping, got 3"},
        {"{'claim':{'storageClass':'fast','accessModes':'ReadWriteOnce',"
         "'resources':{'requests':{'storage':'ten'}}}}",
            "spec.claim.storageClass: is not a known field\n"
            "spec.claim.accessModes: must be a list, got \"ReadWriteOnce\": put it in brackets, [ "
            "and ]\n"
            "spec.claim.resources.requests.storage: must be a quantity such as \"500m\" or "
            "\"2Gi\", got \"ten\""},
        {"{'claim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}},"
         "'storageClassName':'','volumeMode':'Filesystem','selector':{'matchLabels':{'a':'b'}}}}",
            ""},
        {"{'selector':{'matchLabels':{'a':1},'matchExpressions':[{'key':'k','operator':'Is'},"
         "{'operator':'In','values':[1]}]}}",
            "spec.selector.matchLabels.a: must be text, got 1: put it in quotes\n"
            "spec.selector.matchExpressions[0].operator: must be one of \"In\", \"NotIn\", "
            "\"Exists\", \"DoesNotExist\", got \"Is\" (did you mean \"In\"?)\n"
            "spec.selector.matchExpressions[1].values[0]: must be text, got 1: put it in quotes\n"
            "spec.selector.matchExpressions[1].key: is required"},
        {"{'object':[]}", "spec.object: must be a mapping, got []"},
        {"{'objects':[{},3]}", "spec.objects[1]: must be a mapping, got 3"},
        {"{'objects':{}}", "spec.objects: must be a list, got {}"},
        {"{'texts':['a',1]}", "spec.texts[1]: must be text, got 1: put it in quotes"},
        {"{'texts':[]}", "spec.texts: must have at least 1 item, got 0"},
        {"{'texts':['a','b','c']}", "spec.texts: must have at most 2 items, got 3"},
        {"{'texts':'a'}", "spec.texts: must be a list, got \"a\": put it in brackets, [ and ]"},
        {"{'names':['a','B','a',1]}",
            "spec.names[3]: must be text, got 1: put it in quotes\n"
            "spec.names[1]: must be a DNS label such as \"zone1\", got \"B\"\n"
            "spec.names[2]: must differ between items, got \"a\""},
        {"[]", "spec: must be a mapping, got []"},
        /* What is nearly a value of an enum. */
        {"{'policy':'retain'}",
            "spec.policy: must be one of \"Retain\", \"Delete\", got \"retain\" (did you mean "
            "\"Retain\"?)"},
        {"{'policy':'Deleted'}",
            "spec.policy: must be one of \"Retain\", \"Delete\", got \"Deleted\" (did you mean "
            "\"Delete\"?)"},
        {"{'policy':''}", "spec.policy: must be one of \"Retain\", \"Delete\", got \"\""},
        /* Reasons for a range. */
        {"{'least':0}", "spec.least: must be between 1 and 3: there is no half a thing, got 0"},
        {"{'least':4}", "spec.least: must be between 1 and 3: there is no half a thing, got 4"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_str_eq(strict(rows[i].spec), rows[i].problems);
}
END_TEST

START_TEST(values_that_show_how_they_came_to_be_wrong)
{
#define IMAGE "must be a container image such as \"vitess/lite:v24.0.4\", got "
#define TEMPLATE ": it is a template that was not filled in"
    static const struct {
        const char *spec, *problems;
    } rows[] = {
        {"{'image':'${IMAGE}'}", "spec.image: " IMAGE "\"${IMAGE}\"" TEMPLATE},
        {"{'image':'$IMAGE'}", "spec.image: " IMAGE "\"$IMAGE\"" TEMPLATE},
        {"{'image':'{{ .Values.image }}'}",
            "spec.image: " IMAGE "\"{{ .Values.image }}\"" TEMPLATE},
        {"{'image':'<%= image %>'}", "spec.image: " IMAGE "\"<%= image %>\"" TEMPLATE},
        {"{'image':'<IMAGE>'}", "spec.image: " IMAGE "\"<IMAGE>\"" TEMPLATE},
        {"{'replicas':'<REPLICAS>'}",
            "spec.replicas: must be a whole number, got \"<REPLICAS>\"" TEMPLATE},
        {"{'enabled':'${ENABLED}'}",
            "spec.enabled: must be true or false, got \"${ENABLED}\"" TEMPLATE},
        {"{'names':['<NAME>']}",
            "spec.names[0]: must be a DNS label such as \"zone1\", got \"<NAME>\"" TEMPLATE},
        {"{'image':'\xe2\x80\x9cx\xe2\x80\x9d'}",
            "spec.image: " IMAGE "\"\xe2\x80\x9cx\xe2\x80\x9d\": its quotes are typographic ones, "
            "which are letters to YAML; write \""},
        {"{'image':'a\xc2\xa0'}",
            "spec.image: " IMAGE "\"a\xc2\xa0\": it has a non-breaking space, which is a letter to "
            "YAML"},
        {"{'image':'a '}", "spec.image: " IMAGE "\"a \": it begins or ends with white space"},
        {"{'part':'name:a'}",
            "spec.part: must be a mapping, got \"name:a\": a space is missing behind the colon"},
        {"{'labels':'a:b c:d'}",
            "spec.labels: must be a mapping, got \"a:b c:d\": a space is missing behind the colon"},
        {"{'part':'http://a'}", "spec.part: must be a mapping, got \"http://a\""},
        {"{'parts':{'-name':'a'}}",
            "spec.parts: must be a list, got {\"-name\":\"a\"}: a space is missing behind the "
            "dash"},
        {"{'texts':'-a -b'}",
            "spec.texts: must be a list, got \"-a -b\": a space is missing behind the dash"},
        {"{'enabled:false':null}",
            "spec[\"enabled:false\"]: is not a known field: a space is missing behind the colon"},
        {"{'-policy':'Retain'}", "spec.-policy: is not a known field (did you mean \"policy\"?)"},
        {"{'-x':1}", "spec.-x: is not a known field: a space is missing behind the dash"},
        {"{'\xc2\xa0 texts':[]}",
            "spec[\"\xc2\xa0 texts\"]: is not a known field: it has a non-breaking space, which is "
            "a "
            "letter to YAML"},
        {"{'\xef\xbb\xbfobjects':[]}",
            "spec[\"\xef\xbb\xbfobjects\"]: is not a known field: it begins with a byte order "
            "mark, "
            "which is invisible; take it out"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_str_eq(strict(rows[i].spec), rows[i].problems);
}
END_TEST

START_TEST(fields_by_another_name)
{
    ck_assert_str_eq(strict("{'replicaCount':1}"), "spec.replicaCount: is called replicas here");
    ck_assert_str_eq(strict("{'backup':{}}"), "spec.backup: belongs to another place here");
}
END_TEST

/* Who misspells a field has not left it out. */
START_TEST(one_problem_for_one_cause)
{
    ck_assert_str_eq(strict("{'part':{'nam':'a'}}"),
        "spec.part.nam: is not a known field (did you mean \"name\"?)");
    ck_assert_str_eq(strict("{'part':{'name:a':true}}"),
        "spec.part[\"name:a\"]: is not a known field: a space is missing behind the colon");
    ck_assert_str_eq(strict("{'part':{'title':'a'}}"), "spec.part.title: is called name here");
    ck_assert_str_eq(strict("{'part':{'nam':'a','name':'B'}}"),
        "spec.part.nam: is not a known field (did you mean \"name\"?)\n"
        "spec.part.name: must be a DNS label such as \"zone1\", got \"B\"");
    ck_assert_str_eq(strict("{'parts':[{'nam':'a'},{}]}"),
        "spec.parts[0].nam: is not a known field (did you mean \"name\"?)\n"
        "spec.parts[1].name: is required");
}
END_TEST

START_TEST(all_problems_in_document_order)
{
    ck_assert_str_eq(strict("{'zzz':1,'parts':[{'size':9}],'enabled':1,'policy':2,'part':{}}"),
        "spec.zzz: is not a known field\n"
        "spec.parts[0].size: must be between 1 and 5, got 9\n"
        "spec.parts[0].name: is required\n"
        "spec.enabled: must be true or false, got 1\n"
        "spec.policy: must be one of \"Retain\", \"Delete\", got 2\n"
        "spec.part.name: is required");
}
END_TEST

START_TEST(row_of_two_readers_complains_once)
{
    ck_assert_str_eq(strict("{'parts':3}"), "spec.parts: must be a list, got 3");
}
END_TEST

START_TEST(whole_number_may_be_written_as_real)
{
    ck_assert_str_eq(strict("{'replicas':3.0,'count':4294967295.0}"), "");
    ck_assert_uint_eq(whole.replicas, 3);
    ck_assert_uint_eq(whole.count, UINT32_MAX);
    ck_assert_str_eq(strict("{'replicas':0.0}"), "");
    ck_assert_uint_eq(whole.replicas, 0);
    ck_assert_str_eq(strict("{'members':0.0}"), "spec.members: must be at least 1, got 0");
    ck_assert_str_eq(strict("{'count':4294967296.0}"),
        "spec.count: must be a whole number, got 4294967296");
}
END_TEST

START_TEST(derived_takes_all_that_can_be_read)
{
    ck_assert_str_eq(
        read_in(SPEC_DERIVED,
            "{'policy':'New','image':'a b','note':'','newer':{'x':1},"
            "'parts':[{'name':'A b','new':1},{'name':'A b'}],'texts':[],'names':['B','B'],"
            "'resources':{'limits':{'cpu':'x'},'new':1},'claim':{'new':1},"
            "'byName':{'a':{'new':1}}}"),
        "");
    ck_assert_str_eq(whole.policy, "New");
    ck_assert_uint_eq(whole.parts.count, 2);
}
END_TEST

/* Hooks make arrays of that many things, and follow those pointers. */
START_TEST(derived_refuses_what_cannot_be_read)
{
    ck_assert_str_eq(
        read_in(SPEC_DERIVED, "{'replicas':1001,'policy':3,'parts':[null],'part':{},'count':-1}"),
        "spec.replicas: must be between 0 and 100, got 1001\n"
        "spec.policy: must be text, got 3: put it in quotes\n"
        "spec.parts[0]: must be a mapping, got null\n"
        "spec.part.name: is required\n"
        "spec.count: must be at least 0, got -1");
    ck_assert_str_eq(read_in(SPEC_DERIVED, "[]"), "spec: must be a mapping, got []");
}
END_TEST

struct inner {
    const char *mine, *theirs;
};

static const struct spec_field internal_fields[] = {SPEC(struct inner, mine, "mine", "M."),
    SPEC(struct inner, theirs, "theirs", "T.", .internal = true),
    SPEC_END};

START_TEST(internal_fields_are_not_for_users)
{
    struct problems problems = {.arena = arena};
    struct inner inner = {NULL, NULL};
    const json_t *spec = json_of("{'mine':'a','theirs':'b'}");

    spec_read(arena, internal_fields, spec, "spec", SPEC_STRICT, &inner, &problems);
    ck_assert_str_eq(problems_text(&problems), "spec.theirs: is not a known field");
    ck_assert_ptr_null(inner.theirs);
    problems = (struct problems){.arena = arena};
    spec_read(arena, internal_fields, spec, "spec", SPEC_DERIVED, &inner, &problems);
    ck_assert_str_eq(problems_text(&problems), "");
    ck_assert_str_eq(inner.theirs, "b");
}
END_TEST

START_TEST(path_of_the_root_may_be_empty)
{
    struct problems problems = {.arena = arena};

    memset(&whole, 0, sizeof(whole));
    spec_read(arena,
        whole_fields,
        json_of("{'part':{},'a b':1}"),
        "",
        SPEC_STRICT,
        &whole,
        &problems);
    ck_assert_str_eq(problems_text(&problems),
        "part.name: is required\n[\"a b\"]: is not a known field");
}
END_TEST

START_TEST(keys_and_values_are_cut)
{
    struct text text = {.arena = arena};

    text_add(&text, "{'");
    for (int i = 0; i < 5000; i++)
        text_add(&text, "k");
    text_add(&text, "':1,'replicas':'");
    for (int i = 0; i < 5000; i++)
        text_add(&text, "v");
    text_add(&text, "'}");
    ck_assert_uint_lt(strlen(strict(text_string(&text))), 200);
}
END_TEST

START_TEST(many_problems_take_linear_time)
{
    struct text text = {.arena = arena};

    text_add(&text, "{'parts':[");
    for (int i = 0; i < 20000; i++)
        text_addf(&text, "%s{'name':'a%d','x%d':1,'size':9}", i > 0 ? "," : "", i / 2, i);
    text_add(&text, "]}");
    ck_assert(text_starts_with(strict(text_string(&text)), "spec.parts: must have at most"));
    ck_assert_uint_eq(whole.parts.count, 20000);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, fills_the_struct);
    tcase_add_test(tcase, absent_and_null_give_the_fallback);
    tcase_add_test(tcase, empty_is_not_absent);
    tcase_add_test(tcase, problems_word_for_word);
    tcase_add_test(tcase, values_that_show_how_they_came_to_be_wrong);
    tcase_add_test(tcase, fields_by_another_name);
    tcase_add_test(tcase, one_problem_for_one_cause);
    tcase_add_test(tcase, all_problems_in_document_order);
    tcase_add_test(tcase, row_of_two_readers_complains_once);
    tcase_add_test(tcase, whole_number_may_be_written_as_real);
    tcase_add_test(tcase, derived_takes_all_that_can_be_read);
    tcase_add_test(tcase, derived_refuses_what_cannot_be_read);
    tcase_add_test(tcase, internal_fields_are_not_for_users);
    tcase_add_test(tcase, path_of_the_root_may_be_empty);
    tcase_add_test(tcase, keys_and_values_are_cut);
    tcase_add_test(tcase, many_problems_take_linear_time);
}

TEST_MAIN(tests)
