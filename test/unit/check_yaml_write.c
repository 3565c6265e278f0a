#include "testing.h"

#include "yaml.h"

/* As kubectl get -o yaml prints each. */
START_TEST(strings_are_quoted_where_needed)
{
    static const struct {
        const char *text, *yaml;
    } rows[] = {
        {"plain", "plain"},
        {"two words", "two words"},
        {"a-b_c.d/e:f", "a-b_c.d/e:f"},
        {"--flag=x", "--flag=x"},
        {"http://x:1", "http://x:1"},
        {"\xc3\xa9\xf0\x9f\x98\x80", "\xc3\xa9\xf0\x9f\x98\x80"},
        {"a#b", "a#b"},
        {"it's", "it's"},
        {"$(X)", "$(X)"},
        {"10Gi", "10Gi"},
        {"", "\"\""},
        {"true", "\"true\""},
        {"yes", "\"yes\""},
        {"n", "\"n\""},
        {"on", "\"on\""},
        {"null", "\"null\""},
        {"~", "\"~\""},
        {"1", "\"1\""},
        {"0644", "\"0644\""},
        {"08", "\"08\""},
        {"1.5", "\"1.5\""},
        {"1e3", "\"1e3\""},
        {"0x1F", "\"0x1F\""},
        {"1_000", "\"1_000\""},
        {".inf", "\".inf\""},
        {"2001-01-01T00:00:00Z", "\"2001-01-01T00:00:00Z\""},
        {"12:30", "\"12:30\""},
        {"<<", "\"<<\""},
        {"=", "\"=\""},
        {"- a", "'- a'"},
        {"-", "'-'"},
        {"-a", "-a"},
        {"? a", "'? a'"},
        {"?a", "?a"},
        {": a", "': a'"},
        {":", "':'"},
        {":a", ":a"},
        {"a: b", "'a: b'"},
        {"a:", "'a:'"},
        {"a #b", "'a #b'"},
        {"#a", "'#a'"},
        {"&a", "'&a'"},
        {"*a", "'*a'"},
        {"!a", "'!a'"},
        {"|a", "'|a'"},
        {">a", "'>a'"},
        {"%a", "'%a'"},
        {"@a", "'@a'"},
        {"`a", "'`a'"},
        {"[a]", "'[a]'"},
        {"{a}", "'{a}'"},
        {"}", "'}'"},
        {",a", "',a'"},
        {"'a'", "'''a'''"},
        {"\"a\"", "'\"a\"'"},
        {" a", "' a'"},
        {"a ", "'a '"},
        {"---", "'---'"},
        {"...", "'...'"},
        {"a\tb", "\"a\\tb\""},
        {"\r", "\"\\r\""},
        {"a\\b", "a\\b"},
        {"\a\"\\", "\"\\u0007\\\"\\\\\""},
        {"\x7f", "\"\\u007f\""},
        {"\xc2\x85", "\"\\u0085\""},
        {"\xe2\x80\xa8", "\"\\u2028\""},
        {"\xef\xbb\xbf", "\"\\ufeff\""},
        {"\xf0\x9f\xbf\xbf", "\"\\U0001ffff\""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t *map = json_new_map();

        json_put_text(map, "k", rows[i].text);
        ck_assert_str_eq(yaml_write(arena, map), fmt(arena, "k: %s\n", rows[i].yaml));
    }
}
END_TEST

START_TEST(lines_are_literal_blocks)
{
    static const struct {
        const char *text, *yaml;
    } rows[] = {
        {"a\nb\n", "|\n  a\n  b"},
        {"a\nb", "|-\n  a\n  b"},
        {"a\n\n", "|+\n  a\n"},
        {"a\n\n  b\n\tc\n", "|\n  a\n\n    b\n  \tc"},
        {"[mysqld]\n# x: y\n", "|\n  [mysqld]\n  # x: y"},
        {"---\n", "|\n  ---"},
        {"1\n", "|\n  1"},
        {"\n", "\"\\n\""},
        {"\na", "\"\\na\""},
        {" a\nb", "\" a\\nb\""},
        {"\ta\nb", "\"\\ta\\nb\""},
        {"a\r\nb", "\"a\\r\\nb\""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t *map = json_new_map();

        json_put_text(map, "k", rows[i].text);
        ck_assert_str_eq(yaml_write(arena, map), fmt(arena, "k: %s\n", rows[i].yaml));
    }
}
END_TEST

START_TEST(keys_are_quoted_too)
{
    ck_assert_str_eq(
        yaml_write(arena, json_of("{'on':1,'a: b':2,'':3,'a\\nb':4,'vitess.io/x':5,'8':6}")),
        "\"on\": 1\n'a: b': 2\n\"\": 3\n\"a\\nb\": 4\nvitess.io/x: 5\n\"8\": 6\n");
}
END_TEST

/* Readers give up on a simple key of more than 1024 bytes. */
START_TEST(long_keys_are_explicit)
{
    struct text key = {.arena = arena};
    json_t *map = json_new_map(), *inner = json_new_map(), *list = json_new_list();
    struct yaml_documents documents;
    struct json_fault fault;
    const char *yaml;

    for (int i = 0; i < 1100; i++)
        text_add(&key, "k");
    json_put_text(inner, text_string(&key), "a\nb");
    json_add(list, inner);
    json_put(map, text_string(&key), list);
    yaml = yaml_write(arena, map);
    ck_assert_str_eq(yaml,
        fmt(arena,
            "? %s\n:\n- ? %s\n  : |-\n    a\n    b\n",
            text_string(&key),
            text_string(&key)));
    ck_assert(yaml_read(arena, yaml, strlen(yaml), &documents, &fault));
    ck_assert(json_same(documents.at[0].value, map));
}
END_TEST

START_TEST(collections)
{
    ck_assert_str_eq(yaml_write(arena,
                         json_of("{'a':{'b':[1,{'c':2,'d':[3]},[4,[5]],[],{}]},'e':{},'f':[],"
                                 "'g':[{'h':{'i':'x\\ny'}}],'j':[['x\\ny']]}")),
        "a:\n"
        "  b:\n"
        "  - 1\n"
        "  - c: 2\n"
        "    d:\n"
        "    - 3\n"
        "  - - 4\n"
        "    - - 5\n"
        "  - []\n"
        "  - {}\n"
        "e: {}\n"
        "f: []\n"
        "g:\n"
        "- h:\n"
        "    i: |-\n"
        "      x\n"
        "      y\n"
        "j:\n"
        "- - |-\n"
        "    x\n"
        "    y\n");
    ck_assert_str_eq(yaml_write(arena, json_of("[1,[2]]")), "- 1\n- - 2\n");
    ck_assert_str_eq(yaml_write(arena, json_of("{}")), "{}\n");
    ck_assert_str_eq(yaml_write(arena, json_of("[]")), "[]\n");
    ck_assert_str_eq(yaml_write(arena, json_string("x\ny")), "|-\n  x\n  y\n");
}
END_TEST

START_TEST(other_scalars)
{
    ck_assert_str_eq(yaml_write(arena, json_of("[1,-2,1.5,1e300,true,false,null]")),
        "- 1\n- -2\n- 1.5\n- 1e+300\n- true\n- false\n- null\n");
}
END_TEST

START_TEST(objects_start_with_what_they_are)
{
    ck_assert_str_eq(yaml_write(arena,
                         json_of("{'status':{},'data':1,'spec':{'kind':'K','apiVersion':'v','a':1},"
                                 "'metadata':{'name':'nn'},'kind':'K','apiVersion':'v1'}")),
        "apiVersion: v1\n"
        "kind: K\n"
        "metadata:\n"
        "  name: nn\n"
        "spec:\n"
        "  apiVersion: v\n"
        "  kind: K\n"
        "  a: 1\n"
        "status: {}\n"
        "data: 1\n");
    ck_assert_str_eq(yaml_write(arena, json_of("{'spec':1,'kind':2}")), "spec: 1\nkind: 2\n");
    ck_assert_str_eq(yaml_write(arena, json_of("[{'a':0,'kind':'K','apiVersion':'v1'}]")),
        "- apiVersion: v1\n  kind: K\n  a: 0\n");
}
END_TEST

static uint32_t state;

static uint32_t next_random(uint32_t below)
{
    state = state * 1664525 + 1013904223;
    return (state >> 16) % below;
}

static const char *random_text(void)
{
    static const char *const pieces[] = {"a",
        "b",
        " ",
        "\n",
        ":",
        "-",
        "#",
        "'",
        "\"",
        "\\",
        "\t",
        "0",
        "1",
        "e",
        ".",
        "[",
        "{",
        "&",
        "*",
        "!",
        "|",
        ">",
        "%",
        "?",
        ",",
        "~",
        "yes",
        "---",
        "\xc3\xa9",
        "\xc2\x85",
        "\r",
        "_",
        "x",
        "null",
        "+"};
    struct text text = {.arena = arena};

    for (uint32_t i = next_random(7); i > 0; i--)
        text_add(&text, pieces[next_random(sizeof(pieces) / sizeof(pieces[0]))]);
    return text_string(&text);
}

static const json_t *random_value(int depth)
{
    json_t *value = next_random(2) == 0 ? json_new_map() : json_new_list();

    switch (next_random(depth > 3 ? 6 : 10)) {
    case 0:
        return json_integer((json_int_t)next_random(1000) - 500);
    case 1:
        return json_boolean(next_random(2) == 0);
    case 2:
        return json_null();
    case 3:
    case 4:
    case 5:
        return json_string(random_text());
    default:
        for (uint32_t i = next_random(4); i > 0; i--) {
            if (json_is_array(value))
                json_add(value, random_value(depth + 1));
            else
                json_put(value, random_text(), random_value(depth + 1));
        }
        return value;
    }
}

START_TEST(what_is_written_is_read_back)
{
    for (uint32_t seed = 1; seed <= 5000; seed++) {
        json_t *map = json_new_map();
        struct yaml_documents documents;
        struct json_fault fault;
        const char *yaml;

        state = seed * 2654435761u;
        json_put(map, "k", random_value(0));
        yaml = yaml_write(arena, map);
        if (!yaml_read(arena, yaml, strlen(yaml), &documents, &fault))
            ck_abort_msg("%d:%d: %s in\n%s", fault.line, fault.column, fault.text, yaml);
        ck_assert_str_eq(json_write(arena, documents.at[0].value, NULL),
            json_write(arena, map, NULL));
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, strings_are_quoted_where_needed);
    tcase_add_test(tcase, lines_are_literal_blocks);
    tcase_add_test(tcase, keys_are_quoted_too);
    tcase_add_test(tcase, long_keys_are_explicit);
    tcase_add_test(tcase, collections);
    tcase_add_test(tcase, other_scalars);
    tcase_add_test(tcase, objects_start_with_what_they_are);
    tcase_add_test(tcase, what_is_written_is_read_back);
}

TEST_MAIN(tests)
