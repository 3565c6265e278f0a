#include "testing.h"

#include "metadata.h"
#include "template.h"

static const struct api_keys keys = {.reserved = "vitess.io/",
    .not_made_here = "vitess.io/not-made-here"};

START_TEST(reads_what_is_there)
{
    const json_t *pod =
        json_of("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'n',"
                "'namespace':'s','uid':'u','generation':3,'labels':{'a':'b'},"
                "'annotations':{'c':'d'},'deletionTimestamp':'2026-01-01T00:00:00Z'}}");

    ck_assert_str_eq(object_kind(pod), "Pod");
    ck_assert_str_eq(object_name(pod), "n");
    ck_assert_str_eq(object_namespace(pod), "s");
    ck_assert_str_eq(object_uid(pod), "u");
    ck_assert_str_eq(object_label(pod, "a"), "b");
    ck_assert_ptr_null(object_label(pod, "b"));
    ck_assert_str_eq(object_annotation(pod, "c"), "d");
    ck_assert_ptr_null(object_annotation(pod, "a"));
    ck_assert_int_eq(object_generation(pod), 3);
    ck_assert(object_terminating(pod));
    ck_assert_str_eq(object_group(arena, pod), "Pod.v1");
}
END_TEST

START_TEST(takes_anything_for_an_object)
{
    const json_t *const odd[] = {NULL,
        json_null(),
        json_of("[]"),
        json_of("{}"),
        json_of("{'apiVersion':'v1'}"),
        json_of("{'metadata':3,'kind':[],'apiVersion':{}}"),
        json_of("{'metadata':{'name':3,'labels':[],'annotations':'x','generation':'1',"
                "'deletionTimestamp':null}}")};

    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        ck_assert_ptr_null(object_kind(odd[i]));
        ck_assert_ptr_null(object_name(odd[i]));
        ck_assert_ptr_null(object_namespace(odd[i]));
        ck_assert_ptr_null(object_uid(odd[i]));
        ck_assert_ptr_null(object_label(odd[i], "a"));
        ck_assert_ptr_null(object_annotation(odd[i], "a"));
        ck_assert_int_eq(object_generation(odd[i]), 0);
        ck_assert(!object_terminating(odd[i]));
        ck_assert_ptr_null(object_last_applied(arena, &keys, odd[i]));
        ck_assert_ptr_null(object_group(arena, odd[i]));
    }
}
END_TEST

START_TEST(group_has_the_api_group)
{
    ck_assert_str_eq(object_group(arena, json_of("{'apiVersion':'apps/v1','kind':'Deployment'}")),
        "Deployment.apps/v1");
}
END_TEST

#define OWN                                                                                        \
    "\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"namespace\":\"n\"}"

static const json_t *annotated(const char *text)
{
    json_t *annotations = json_new_map();
    json_t *metadata = json_overlay(json_of("{'name':'a','namespace':'n'}"), NULL);
    json_t *object = json_overlay(json_of("{'apiVersion':'v1','kind':'Pod','x':2,'y':3}"), NULL);

    json_put_text(annotations, "metacontroller.k8s.io/last-applied-configuration", text);
    json_put(metadata, "annotations", annotations);
    json_put(object, "metadata", metadata);
    return object;
}

static const json_t *applied(const char *text)
{
    return object_last_applied(arena, &keys, annotated(text));
}

START_TEST(group_needs_kind_and_version)
{
    ck_assert_ptr_null(object_group(arena, json_of("{'kind':'Pod'}")));
    ck_assert_ptr_null(object_group(arena, json_of("{'apiVersion':'v1'}")));
}
END_TEST

/* Each is about another object, as a copy's is. */
static const char *const of_others[] = {
    "{\"apiVersion\":\"v2\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"namespace\":\"n\"},"
    "\"x\":1}",
    "{\"apiVersion\":\"v1\",\"kind\":\"Job\",\"metadata\":{\"name\":\"a\",\"namespace\":\"n\"},"
    "\"x\":1}",
    "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"b\",\"namespace\":\"n\"},"
    "\"x\":1}",
    "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"namespace\":\"m\"},"
    "\"x\":1}",
    "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"},\"x\":1}",
    "{\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\",\"namespace\":\"n\"},\"x\":1}",
    "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"namespace\":\"n\"},\"x\":1}",
    "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":[],\"x\":1}",
    "{\"x\":1}",
};

/* Who each of them was made as. */
static const char *const made_as[] = {"n/a", "n/a", "n/b", "m/a", "/a", "n/a", "n/a", "", ""};

START_TEST(what_was_applied_is_believed_of_the_object_itself_only)
{
    const json_t *kept = as_applied(arena, &keys, annotated(of_others[_i]));
    const json_t *noted = annotated(json_write(arena, kept, NULL));

    ck_assert_ptr_null(applied(of_others[_i]));
    /* Metacontroller would take x away from what does not send it. */
    ck_json(kept,
        fmt(arena,
            "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a','namespace':'n','annotations':{"
            "'vitess.io/not-made-here':'%s'}},'x':2}",
            made_as[_i]));
    /* It notes that as applied; but still we have not made it. */
    ck_assert_ptr_null(object_last_applied(arena, &keys, noted));
    ck_json(as_applied(arena, &keys, noted), json_write(arena, kept, NULL));
    ck_assert(text_equal(object_made_for(arena, &keys, noted),
        object_made_for(arena, &keys, annotated(of_others[_i]))));
    ck_json(as_applied(arena, &keys, annotated("{" OWN ",\"x\":1}")),
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a','namespace':'n'},'x':1}");
}
END_TEST

START_TEST(last_applied_is_parsed)
{
    ck_json(applied("{" OWN ",\"x\":1}"),
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a','namespace':'n'},'x':1}");
    ck_assert_ptr_null(applied("{\"kind\":"));
    ck_assert_ptr_null(applied(""));
    ck_assert_ptr_null(applied("3"));
}
END_TEST

START_TEST(api_version_has_a_group)
{
    ck_assert_str_eq(api_group(arena, "networking.k8s.io/v1"), "networking.k8s.io");
    ck_assert_str_eq(api_group(arena, "v1"), "");
}
END_TEST

/* A hash moves a tablet when it changes, so both ways to it give the same one. */
START_TEST(hashes_of_many_are_those_of_each)
{
    static const char *const commons[] = {"{}",
        "{'a':1}",
        "{'z':[1,{'name':'x'}]}",
        "{'a':{'name':'x'},'mz':'<','naMe':1,'name2':2,'nam':3,'z':'\\u00e4'}",
        "{'a':1,'name':'is replaced','z':2}"};
    static const char *const texts[] = {"", "a-1", "\xc3\xa4\"\\\n<"};

    for (size_t i = 0; i < sizeof(commons) / sizeof(*commons); i++) {
        const json_t *common = json_of(commons[i]);
        const struct spec_hashes hashes = spec_hashes_of(arena, common, "name");

        for (size_t k = 0; k < sizeof(texts) / sizeof(*texts); k++)
            ck_assert_str_eq(spec_hash_with(arena, &hashes, texts[k]),
                spec_hash_of(arena, object(arena, SPREAD(common), F("name", texts[k]))));
    }
}
END_TEST

static const json_t *folded_of(const char *text)
{
    struct json_fault fault;
    const char *written = json_write(arena, json_of(text), NULL);

    return json_read_folded(arena, written, strlen(written), 0, &fault);
}

/* What is kept of an object of a request is what reading it gives. */
START_TEST(an_object_of_a_request_reads_as_any_other)
{
    static const char *const rows[] = {"{}",
        "{'metadata':[]}",
        "{'metadata':{}}",
        "{'kind':1,'metadata':{'name':['a'],'deletionTimestamp':true,'labels':'l'}}",
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'n','namespace':'m','uid':'u',"
        "'deletionTimestamp':'t','labels':{'l':'1'},'annotations':{'a':'2'}}}"};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const json_t *plain = json_of(rows[i]);
        const json_t *folded = folded_of(rows[i]);

        for (int twice = 0; twice < 2; twice++) {
            ck_assert(text_equal(object_api_version(folded), object_api_version(plain)));
            ck_assert(text_equal(object_kind(folded), object_kind(plain)));
            ck_assert(text_equal(object_name(folded), object_name(plain)));
            ck_assert(text_equal(object_namespace(folded), object_namespace(plain)));
            ck_assert(text_equal(object_uid(folded), object_uid(plain)));
            ck_assert_int_eq(object_terminating(folded), object_terminating(plain));
            ck_assert(json_same(object_labels(folded), object_labels(plain)));
            ck_assert(json_same(object_annotations(folded), object_annotations(plain)));
            ck_assert(text_equal(object_label(folded, "l"), object_label(plain, "l")));
            ck_assert(text_equal(object_annotation(folded, "a"), object_annotation(plain, "a")));
        }
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, hashes_of_many_are_those_of_each);
    tcase_add_test(tcase, an_object_of_a_request_reads_as_any_other);
    tcase_add_test(tcase, api_version_has_a_group);
    tcase_add_test(tcase, reads_what_is_there);
    tcase_add_test(tcase, takes_anything_for_an_object);
    tcase_add_test(tcase, group_has_the_api_group);
    tcase_add_test(tcase, group_needs_kind_and_version);
    tcase_add_test(tcase, last_applied_is_parsed);
    tcase_add_loop_test(tcase,
        what_was_applied_is_believed_of_the_object_itself_only,
        0,
        sizeof(of_others) / sizeof(of_others[0]));
}

TEST_MAIN(tests)
