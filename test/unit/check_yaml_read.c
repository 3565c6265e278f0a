#include "testing.h"

#include "yaml.h"

static struct yaml_documents documents;
static struct json_fault fault;

static bool read_yaml(const char *text)
{
    fault = (struct json_fault){0};
    return yaml_read(arena, text, strlen(text), &documents, &fault);
}

static const json_t *only(const char *text)
{
    if (!read_yaml(text))
        ck_abort_msg("%d:%d: %s in %s", fault.line, fault.column, fault.text, text);
    ck_assert_msg(documents.count == 1, "%zu documents in %s", documents.count, text);
    return documents.at[0].value;
}

/* Each as sigs.k8s.io/yaml 1.6 reads it, but for the last rows. */
START_TEST(plain_scalars_are_what_kubernetes_makes_of_them)
{
    static const struct {
        const char *scalar, *json;
    } rows[] = {
        {"text", "\"text\""},
        {"two words", "\"two words\""},
        {"true", "true"},
        {"True", "true"},
        {"TRUE", "true"},
        {"tRUE", "\"tRUE\""},
        {"yes", "true"},
        {"y", "true"},
        {"on", "true"},
        {"On", "true"},
        {"no", "false"},
        {"n", "false"},
        {"N", "false"},
        {"off", "false"},
        {"False", "false"},
        {"null", "null"},
        {"Null", "null"},
        {"~", "null"},
        {"", "null"},
        {"nULL", "\"nULL\""},
        {"0", "0"},
        {"-0", "0"},
        {"+1", "1"},
        {"0644", "420"},
        {"0o17", "15"},
        {"08", "8"},
        {"09.5", "9.5"},
        {"0x1F", "31"},
        {"-0x1f", "-31"},
        {"0b11", "3"},
        {"-0b11", "-3"},
        {"1_000", "1000"},
        {"_1", "\"_1\""},
        {"1.5", "1.5"},
        {"1.", "1"},
        {".5", "0.5"},
        {".5_0", "0.5"},
        {".5_", "\".5_\""},
        {"-.5", "-0.5"},
        {"1e3", "1000"},
        {"1E-3", "0.001"},
        {"1e400", "\"1e400\""},
        {"1d5", "\"1d5\""},
        {"0x", "\"0x\""},
        {"0xg", "\"0xg\""},
        {"0x0x1", "\"0x0x1\""},
        {"0b2", "\"0b2\""},
        {"0o8", "\"0o8\""},
        {"--1", "\"--1\""},
        {"+", "\"+\""},
        {".", "\".\""},
        {"1.2.3", "\"1.2.3\""},
        {"10Gi", "\"10Gi\""},
        {"12:30", "\"12:30\""},
        {"2001-01-01", "\"2001-01-01\""},
        {"2001-12-14T21:59:43Z", "\"2001-12-14T21:59:43Z\""},
        {"inf", "\"inf\""},
        {"<<", "\"\\u003c\\u003c\""},
        {"=", "\"=\""},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"100000000000000000000", "100000000000000000000"},
        {"0777777777777777777777777", "7.777777777777778e+23"},
        {"\"true\"", "\"true\""},
        {"'1'", "\"1\""},
        {"\"\"", "\"\""},
        {"!!str 1", "\"1\""},
        {"! 1", "\"1\""},
        {"!!int '1'", "1"},
        {"!!float 1", "1"},
        {"!!bool yes", "true"},
        {"!!null ~", "null"},
        /* Here it is exact: jansson has no integers past int64. */
        {"18446744073709551615", "18446744073709552000"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_str_eq(json_write(arena, only(fmt(arena, "a: %s\n", rows[i].scalar)), NULL),
            fmt(arena, "{\"a\":%s}", rows[i].json));
}
END_TEST

START_TEST(keys_become_text)
{
    ck_json(only("on: 1\n3: 2\n1.5: 3\n\"no\": 4\n0x10: 5\n"),
        "{'true':1,'3':2,'1.5':3,'no':4,'16':5}");
}
END_TEST

START_TEST(styles_and_collections)
{
    ck_json(only("# comment\n"
                 "a: {b: [c, 'd e', \"f\\n\\u00e9\"], g: {}}\n"
                 "h:\n- 1\n- - 2\n  - 3\n- i: 4\n  j: 5\n"
                 "k: |\n  l\n   m\n\n"
                 "nn: >-\n  o\n  p\n"
                 "q: r\n  s\n"
                 "? t\n: u\n"),
        "{'a':{'b':['c','d e','f\\n\\u00e9'],'g':{}},'h':[1,[2,3],{'i':4,'j':5}],"
        "'k':'l\\n m\\n','nn':'o p','q':'r s','t':'u'}");
    ck_json(only("!!map {a: !!seq [1]}\n"), "{'a':[1]}");
}
END_TEST

START_TEST(order_of_keys_is_kept)
{
    const json_t *value = only("z: 1\na: 2\n");

    ck_assert_str_eq(json_object_iter_key(json_object_iter((json_t *)(uintptr_t)value)), "z");
}
END_TEST

START_TEST(documents_are_many_and_empty_ones_skipped)
{
    ck_assert(read_yaml("---\n# nothing\n---\na: 1\n---\n---\nb: 2\n...\n---\nnull\n--- [c]\n"));
    ck_assert_uint_eq(documents.count, 3);
    ck_json(documents.at[0].value, "{'a':1}");
    ck_json(documents.at[1].value, "{'b':2}");
    ck_json(documents.at[2].value, "['c']");
    ck_assert(read_yaml(""));
    ck_assert_uint_eq(documents.count, 0);
    ck_assert(read_yaml("# only a comment\n"));
    ck_assert_uint_eq(documents.count, 0);
}
END_TEST

START_TEST(many_documents)
{
    struct text text = {.arena = arena};

    for (int i = 0; i < 100; i++)
        text_addf(&text, "---\na: %d\n", i);
    ck_assert(read_yaml(text_string(&text)));
    ck_assert_uint_eq(documents.count, 100);
    ck_assert_int_eq(json_int_at(documents.at[99].value, 0, "a"), 99);
}
END_TEST

START_TEST(byte_order_mark_and_line_ends)
{
    ck_json(only("\xef\xbb\xbf"
                 "a: 1\r\nb: 2\r\n"),
        "{'a':1,'b':2}");
}
END_TEST

START_TEST(aliases)
{
    ck_json(only("a: &x {b: [1]}\nc: *x\nd: &y text\ne: *y\n*y : f\n"),
        "{'a':{'b':[1]},'c':{'b':[1]},'d':'text','e':'text','text':'f'}");
    /* A name may be given again. */
    ck_json(only("- &x 1\n- *x\n- &x 2\n- *x\n"), "[1,1,2,2]");
}
END_TEST

/* As sigs.k8s.io/yaml 1.6 has it: what stands below << wins over it, and it over what stands
 * above. */
START_TEST(merge_keys)
{
    ck_json(only("a: &x {k: 1}\nb:\n  <<: *x\n  k: 2\n"), "{'a':{'k':1},'b':{'k':2}}");
    ck_json(only("a: &x {k: 1}\nb:\n  k: 2\n  <<: *x\n"), "{'a':{'k':1},'b':{'k':1}}");
    ck_json(only("a: &x {k: 1}\nc: &y {k: 3, l: 4}\nb: {<<: [*x, *y]}\n"),
        "{'a':{'k':1},'c':{'k':3,'l':4},'b':{'k':1,'l':4}}");
    ck_json(only("b:\n  <<: [{k: 1}, {k: 2, m: 3}]\n  z: 1\n"), "{'b':{'k':1,'m':3,'z':1}}");
    ck_json(only("b:\n  <<: {k: 1}\n  <<: {k: 2}\n"), "{'b':{'k':2}}");
    ck_json(only("a: &x {k: {m: 1, n: 2}}\nb:\n  <<: *x\n  k: {m: 3}\n"),
        "{'a':{'k':{'m':1,'false':2}},'b':{'k':{'m':3}}}");
    ck_json(only("a: &x {k: 1}\nb: &y\n  <<: *x\n  l: 2\nc: {<<: *y}\n"),
        "{'a':{'k':1},'b':{'k':1,'l':2},'c':{'k':1,'l':2}}");
    ck_json(only("a: {<<: []}\nb: {'<<': {k: 1}}\nc: {!!str <<: 1}\nd: {!!merge <<: {k: 1}}\n"),
        "{'a':{},'b':{'<<':{'k':1}},'c':{'<<':1},'d':{'k':1}}");
}
END_TEST

START_TEST(anchors_end_with_their_document)
{
    ck_assert(!read_yaml("a: &x 1\n---\nb: *x\n"));
    ck_assert_str_eq(fault.text, "there is no anchor \"x\" above");
    ck_assert_int_eq(fault.line, 3);
    ck_assert_int_eq(fault.column, 4);
}
END_TEST

START_TEST(expansion_is_bounded)
{
    struct text laughs = {.arena = arena};

    text_add(&laughs, "a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++)
        text_addf(&laughs,
            "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n",
            i,
            i,
            i - 1,
            i - 1,
            i - 1,
            i - 1,
            i - 1,
            i - 1,
            i - 1,
            i - 1,
            i - 1);
    ck_assert(!read_yaml(text_string(&laughs)));
    ck_assert_str_eq(fault.text, "aliases make the document too large");
}
END_TEST

START_TEST(bounds_are_for_aliases_only)
{
    struct text text = {.arena = arena};

    for (int i = 0; i < 120000; i++)
        text_add(&text, "- x\n");
    ck_assert_uint_eq(json_array_size(only(text_string(&text))), 120000);
}
END_TEST

START_TEST(says_where_and_what_is_wrong)
{
    static const struct {
        const char *text;
        int line, column;
        const char *part;
    } rows[] = {
        {"a: 1\nb: 2\na: 3\n", 3, 1, "duplicate key \"a\", which is in line 1 already"},
        {"a: {b: 1, b: 2}\n", 1, 11, "duplicate key \"b\""},
        {"true: 1\non: 2\n", 2, 1, "duplicate key \"true\""},
        {"a: *x\n", 1, 4, "there is no anchor \"x\" above"},
        {"&x [*x]\n", 1, 5, "there is no anchor \"x\" above"},
        {"a: !foo b\n", 1, 4, "cannot be read as !foo"},
        {"a: !!binary Zm9v\n", 1, 4, "cannot be read as binary"},
        {"a: !!int b\n", 1, 4, "cannot be read as int"},
        {"a: !!int yes\n", 1, 4, "cannot be read as int"},
        {"a: !!bool 3\n", 1, 4, "cannot be read as bool"},
        {"a: !!float yes\n", 1, 4, "cannot be read as float"},
        {"a: !!null 1\n", 1, 4, "cannot be read as null"},
        {"a: !!seq {}\n", 1, 4, "cannot be read as seq"},
        {"a: !foo {}\n", 1, 4, "cannot be read as !foo"},
        {"a: !!set {b}\n", 1, 4, "cannot be read as set"},
        {"a: !!map []\n", 1, 4, "cannot be read as map"},
        {"a: {<<: {b: 1}, c: 1, c: 2}\n", 1, 23, "duplicate key \"c\", which is in line 1 already"},
        {"<<: {a: 1}\na: 2\na: 3\n", 3, 1, "duplicate key \"a\""},
        {"a: 1\n<<: 1\n", 2, 1, "<< must have a mapping, or a list of mappings"},
        {"<<: [{a: 1}, 2]\n", 1, 1, "<< must have a mapping, or a list of mappings"},
        {"<<:\n", 1, 1, "<< must have a mapping, or a list of mappings"},
        {"<<: *x\n", 1, 5, "there is no anchor \"x\" above"},
        {"{a: 1}: 2\n", 1, 1, "a key must be text"},
        {"[1]: 2\n", 1, 1, "a key must be text"},
        {"~: 2\n", 1, 1, "a key must be text"},
        {"a: .nan\n", 1, 4, "is a number that JSON does not have"},
        {"a: -.inf\n", 1, 4, "is a number that JSON does not have"},
        {"a: \"x\\0y\"\n", 1, 4, "has a NUL character"},
        {"a: \xff\n", 1, 4, "is not UTF-8"},
        {"a: \x01\n", 1, 4, "has the control character 0x01"},
        {"%YAML 3.0\n---\na\n", 1, 1, "found incompatible YAML document"},
        {"a: 1\n--- {b\n]\n", 3, 1, "a } is missing"},
        {"a: !!int\n  - 1\n", 1, 4, "cannot be read as int"},
        {"a: \"\\ud800\"\n", 1, 7, "while parsing a quoted scalar, found invalid Unicode"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ck_assert_msg(!read_yaml(rows[i].text), "%s", rows[i].text);
        ck_assert_msg(fault.line == rows[i].line && fault.column == rows[i].column &&
                          strstr(fault.text, rows[i].part) != NULL,
            "%s => %d, %d, %s",
            rows[i].text,
            fault.line,
            fault.column,
            fault.text);
    }
}
END_TEST

static const char *nested(int depth)
{
    struct text text = {.arena = arena};

    for (int i = 0; i < depth; i++)
        text_add(&text, "[");
    for (int i = 0; i < depth; i++)
        text_add(&text, "]");
    return text_string(&text);
}

START_TEST(depth_is_limited)
{
    struct text dashes = {.arena = arena};

    only(nested(256));
    ck_assert(!read_yaml(nested(257)));
    ck_assert_str_eq(fault.text, "nests deeper than 256");
    ck_assert_int_eq(fault.column, 257);
    ck_assert(!read_yaml(nested(100000)));
    for (int i = 0; i < 100000; i++)
        text_add(&dashes, "- ");
    ck_assert(!read_yaml(text_string(&dashes)));
    ck_assert_str_eq(fault.text, "nests deeper than 256");
}
END_TEST

START_TEST(nul_in_the_text_is_refused)
{
    ck_assert(!yaml_read(arena, "a: 1\0b", 6, &documents, &fault));
}
END_TEST

/* What libyaml does not take of JSON. */
START_TEST(json_is_read_too)
{
    ck_json(only("{\n\t\"a\": [1, true, null, \"b\"]\n}\n"), "{'a':[1,true,null,'b']}");
    ck_json(only("{\"a\": \"\\ud83d\\ude00\"}"), "{'a':'\xf0\x9f\x98\x80'}");
    ck_json(only("{\"a\": \"x\\/y\"}"), "{'a':'x/y'}");
    ck_assert(!read_yaml("{\n\t\"a\": 1,\n\t\"a\": 2\n}\n"));
    ck_assert_ptr_nonnull(strstr(fault.text, "duplicate"));
}
END_TEST

START_TEST(memory_is_limited)
{
    struct arena *small = arena_new(100000);
    struct json_scope scope = json_enter(small);
    struct text text = {.arena = arena};

    for (int i = 0; i < 100000; i++)
        text_add(&text, "- []\n");
    ck_assert(!yaml_read(small, text_string(&text), text.length, &documents, &fault));
    ck_assert_str_eq(fault.text, "needs more memory than is allowed");
    ck_assert_uint_lt(arena_used(small), 200000);
    json_leave(scope);
    arena_free(small);
}
END_TEST

/* --- places --- */

static const char *place(const char *path)
{
    int line, column;

    yaml_place(&documents.at[0], path, &line, &column);
    return fmt(arena, "%d:%d", line, column);
}

START_TEST(place_of_each_node)
{
    only("# first\n"
         "spec:\n"
         "  cells:\n"
         "  - name: a\n"
         "    size: 1\n"
         "  - {name: b,\n"
         "     size: 2}\n"
         "  labels:\n"
         "    app.kubernetes.io/name: x\n"
         "    'say \"hi\"': y\n"
         "  alias: &z [1]\n"
         "  again: *z\n");
    ck_assert_str_eq(place(""), "2:1");
    ck_assert_str_eq(place("spec"), "2:1");
    ck_assert_str_eq(place("spec.cells"), "3:3");
    ck_assert_str_eq(place("spec.cells[0]"), "4:5");
    ck_assert_str_eq(place("spec.cells[0].size"), "5:5");
    ck_assert_str_eq(place("spec.cells[1].name"), "6:6");
    ck_assert_str_eq(place("spec.cells[1].size"), "7:6");
    ck_assert_str_eq(place("spec.labels[\"app.kubernetes.io/name\"]"), "9:5");
    ck_assert_str_eq(place("spec.labels[\"say \\\"hi\\\"\"]"), "10:5");
    ck_assert_str_eq(place("spec.again"), "12:3");
}
END_TEST

/* What is wrong in a block with an anchor is mended there. */
START_TEST(place_of_what_came_from_elsewhere)
{
    only("base: &base\n"
         "  image: x\n"
         "  deep:\n"
         "    size: 1\n"
         "one: *base\n"
         "two:\n"
         "  <<: *base\n"
         "  image: y\n"
         "three:\n"
         "  <<: [*base, {more: 1}]\n");
    ck_assert_str_eq(place("one"), "5:1");
    ck_assert_str_eq(place("one.deep.size"), "4:5");
    ck_assert_str_eq(place("two.deep.size"), "4:5");
    ck_assert_str_eq(place("two.image"), "8:3");
    ck_assert_str_eq(place("three.image"), "2:3");
    ck_assert_str_eq(place("three.more"), "10:16");
}
END_TEST

START_TEST(place_of_what_is_missing_is_that_of_its_parent)
{
    only("a:\n  b:\n  - c: 1\n");
    ck_assert_str_eq(place("x"), "1:1");
    ck_assert_str_eq(place("a.x.y[3].z"), "1:1");
    ck_assert_str_eq(place("a.b[0].x"), "3:5");
    ck_assert_str_eq(place("a.b[7]"), "2:3");
    ck_assert_str_eq(place("a.b.c"), "2:3");
    ck_assert_str_eq(place("a[\"b...]"), "1:1");
    ck_assert_str_eq(place("a["), "1:1");
    ck_assert_str_eq(place("a[\""), "1:1");
    ck_assert_str_eq(place("a[\"\\"), "1:1");
    ck_assert_str_eq(place("a..b"), "1:1");
    ck_assert_str_eq(place("a.b[99999999999999999999999]"), "2:3");
}
END_TEST

START_TEST(values_as_they_were_typed)
{
    const struct yaml_document *document;

    only("a: no\nb: [0x10, '0x10', text, 1e3]\nc: {d: ~}\ne:\nf: &x 010\ng: *x\nh: !!int '7'\n"
         "i: 1 # one\n");
    document = &documents.at[0];
    ck_assert_str_eq(yaml_typed(document, "a"), "no");
    ck_assert_str_eq(yaml_typed(document, "b[0]"), "0x10");
    ck_assert_ptr_null(yaml_typed(document, "b[1]"));
    ck_assert_ptr_null(yaml_typed(document, "b[2]"));
    ck_assert_str_eq(yaml_typed(document, "b[3]"), "1e3");
    ck_assert_ptr_null(yaml_typed(document, "b"));
    ck_assert_str_eq(yaml_typed(document, "c.d"), "~");
    ck_assert_str_eq(yaml_typed(document, "e"), "");
    ck_assert_str_eq(yaml_typed(document, "f"), "010");
    ck_assert_str_eq(yaml_typed(document, "g"), "010");
    ck_assert_str_eq(yaml_typed(document, "h"), "7");
    ck_assert_str_eq(yaml_typed(document, "i"), "1");
    ck_assert_ptr_null(yaml_typed(document, "b[4]"));
    ck_assert_ptr_null(yaml_typed(document, "x"));
    ck_json(yaml_value(document, "b"), "[16,'0x10','text',1000.0]");
    ck_assert_str_eq(json_string_value(yaml_value(document, "b[1]")), "0x10");
    ck_assert_ptr_null(yaml_value(document, "b[1].c"));
    ck_assert_ptr_null(yaml_value(document, ""));
}
END_TEST

START_TEST(place_in_another_document)
{
    ck_assert(read_yaml("a: 1\n---\n\nb: 2\n"));
    documents.at++;
    ck_assert_str_eq(place("b"), "4:1");
}
END_TEST

START_TEST(items_of_a_list_are_documents)
{
    struct yaml_document list;

    only("kind: List\nitems:\n- a: 1\n- b:\n    c: 2\n");
    list = documents.at[0];
    documents.at[0] = yaml_item(&list, 1);
    ck_json(documents.at[0].value, "{'b':{'c':2}}");
    ck_assert_str_eq(place("b.c"), "5:5");
    ck_assert_str_eq(place("a"), "4:3");
}
END_TEST

START_TEST(place_in_json_that_is_no_yaml_is_its_start)
{
    only("{\n\"a\": \"\\ud83d\\ude00\"\n}\n");
    ck_assert_str_eq(place("a"), "1:1");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, plain_scalars_are_what_kubernetes_makes_of_them);
    tcase_add_test(tcase, keys_become_text);
    tcase_add_test(tcase, styles_and_collections);
    tcase_add_test(tcase, order_of_keys_is_kept);
    tcase_add_test(tcase, documents_are_many_and_empty_ones_skipped);
    tcase_add_test(tcase, many_documents);
    tcase_add_test(tcase, byte_order_mark_and_line_ends);
    tcase_add_test(tcase, aliases);
    tcase_add_test(tcase, merge_keys);
    tcase_add_test(tcase, anchors_end_with_their_document);
    tcase_add_test(tcase, expansion_is_bounded);
    tcase_add_test(tcase, bounds_are_for_aliases_only);
    tcase_add_test(tcase, says_where_and_what_is_wrong);
    tcase_add_test(tcase, depth_is_limited);
    tcase_add_test(tcase, nul_in_the_text_is_refused);
    tcase_add_test(tcase, json_is_read_too);
    tcase_add_test(tcase, memory_is_limited);
    tcase_add_test(tcase, place_of_each_node);
    tcase_add_test(tcase, place_of_what_came_from_elsewhere);
    tcase_add_test(tcase, place_of_what_is_missing_is_that_of_its_parent);
    tcase_add_test(tcase, values_as_they_were_typed);
    tcase_add_test(tcase, place_in_another_document);
    tcase_add_test(tcase, items_of_a_list_are_documents);
    tcase_add_test(tcase, place_in_json_that_is_no_yaml_is_its_start);
}

TEST_MAIN(tests)
