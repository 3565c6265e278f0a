#include "testing.h"

#include "yaml.h"

/* What people do to a manifest, and what they are told. */

static struct yaml_documents documents;
static struct json_fault fault;

struct row {
    const char *text, *told; /* "LINE:COLUMN: RULE" */
};

static void check_row(const char *text, const char *told)
{
    const char *got;

    if (yaml_read(arena, text, strlen(text), &documents, &fault))
        ck_abort_msg("is read: %s", text);
    got = fmt(arena, "%d:%d: %s", fault.line, fault.column, fault.text);
    if (strcmp(got, told) != 0) {
        fprintf(stderr, "%s  got    %s\n  wanted %s\n", text, got, told);
        ck_abort_msg("see above");
    }
}

#define CHECK_ROWS(rows)                                                                           \
    for (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++)                                  \
    check_row((rows)[i].text, (rows)[i].told)

#define TAB ": this line is indented with a tab, which YAML forbids: use spaces"

START_TEST(tabs)
{
    static const struct row rows[] = {
        {"a:\n\tb: 2\n", "2:1" TAB},
        {"a: 1\n\tb: 2\n", "2:1" TAB},
        {"a:\n  \tb: 2\n", "2:3" TAB},
        {"a:\n\t  b: 2\n", "2:1" TAB},
        {"a:\n- b: 2\n\tc: 3\n", "3:1" TAB},
        {"\ta: 1\n", "1:1" TAB},
        {"a:\r\n\tb: 2\r\n", "2:1" TAB},
        {"a:\n-\tb: 2\n  c: 3\n", "2:2: there is a tab where YAML wants a space"},
    };

    CHECK_ROWS(rows);
}
END_TEST

START_TEST(spaces_that_are_missing_or_none)
{
#define NBSP "\xc2\xa0"
#define NO_SPACE                                                                                   \
    ": this is a non-breaking space, which YAML takes for a letter: write a plain space"
    static const struct row rows[] = {
        {"a:\n  b:3\n  c: 1\n", "2:5: a space is missing behind the colon of \"b:3\""},
        {"a:\n  k: v\n  b:3\n  c: 1\n", "3:5: a space is missing behind the colon of \"b:3\""},
        {"a:\n  k: v\n  b:3\n", "3:5: a space is missing behind the colon of \"b:3\""},
        {"a:\n- b:3\n  c: 1\n", "2:5: a space is missing behind the colon of \"b:3\""},
        {"a:\n- k: v\n  b:3\n  c: 1\n", "3:5: a space is missing behind the colon of \"b:3\""},
        {"a:\n  b:3 # c: d\n\n  # e\n  c: 1\n",
            "2:5: a space is missing behind the colon of \"b:3\""},
        {"a:\n  -b: 1\n    c: 2\n", "2:4: a space is missing behind the dash of \"-b: 1\""},
        {"a:\n  - b: 1\n  -c: 1\n    d: 2\n",
            "3:4: a space is missing behind the dash of \"-c: 1\""},
        {"a:\n  - b\n -c\n", "3:3: a space is missing behind the dash of \"-c\""},
        {"a:\n  -b: 1\n  - c: 2\n", "2:4: a space is missing behind the dash of \"-b: 1\""},
        {"a:\n  -b: 1\n  -c: 1\n  - d: 2\n",
            "3:4: a space is missing behind the dash of \"-c: 1\""},
        {"a:\n  b:" NBSP "1\n  c: 2\n", "2:5" NO_SPACE},
        {"a:\n  -" NBSP "b: 1\n    c: 2\n", "2:4" NO_SPACE},
        {"a: b\n" NBSP NBSP "c: 1\n  d: 2\n", "2:1" NO_SPACE},
        {"a:\n  b:\xe2\x80\xaf"
         "1\n  c: 2\n",
            "2:5" NO_SPACE},
        {"a:\n  b:\xe2\x80\x83"
         "1\n  c: 2\n",
            "2:5" NO_SPACE},
    };

    CHECK_ROWS(rows);
}
END_TEST

START_TEST(colons)
{
#define SECOND                                                                                     \
    ": a value with \": \" in it must stand in quotes, or a mapping begin on the next line"
    static const struct row rows[] = {
        {"a:\n  b\n    c: 1\n", "2:4: a colon is missing behind \"b\""},
        {"a:\n  b\n  c: d\n", "2:4: a colon is missing behind \"b\""},
        {"a: 1\nb\nc: 2\n", "2:2: a colon is missing behind \"b\""},
        {"a: 1\nb # c\n", "2:2: a colon is missing behind \"b\""},
        {"a: 1\nb 2\nc: 3\n", "2:4: a colon is missing behind \"b 2\""},
        {"a: b: c\n", "1:4" SECOND},
        {"a: see http://x: y\n", "1:4" SECOND},
        {"- a:   b: c\n", "1:8" SECOND},
    };

    CHECK_ROWS(rows);
}
END_TEST

START_TEST(indentation)
{
    static const struct row rows[] = {
        {"- name: main\n   cells: [a]\n",
            "2:4: \"cells\" is indented by 3 spaces, but \"name\" in line 1, which has a value "
            "already, by 2: line them up"},
        {"a: 1\n  # c\n b: 2\n",
            "3:2: \"b\" is indented by 1 space, but \"a\" in line 1, which has a value already, by "
            "0: line them up"},
        {"a:\n    b: 1\n  c: 2\n",
            "3:3: \"c\" is indented by 2 spaces: 0 would put it beside \"a\" of line 1, 4 beside "
            "\"b\" of line 2"},
        {"a:\n    b: 1\n    bb:\n      d: 1\n   c: 2\n",
            "5:4: \"c\" is indented by 3 spaces: 0 would put it beside \"a\" of line 1, 4 beside "
            "\"b\" of line 2"},
        {"k:\n  - a: 1\n   b: 2\n",
            "3:4: \"b\" stands where the list of line 2 goes on with \"- \": indent it further, or "
            "less if it is no part of the list"},
        {"a:\n  b: 1\n  - c\n",
            "3:3: a list item stands among the keys of a mapping, which begins in line 2"},
        {" a: 1\nb: 2\n",
            "2:1: \"b\" is indented by 0 spaces, but the first line of the document, line 1, by 1: "
            "line them up"},
        {"a: 1\n...\nb: 2\n", "3:1: a line with --- is missing above this"},
        {"%YAML 1.1\na: 1\n", "2:1: a line with --- is missing above this"},
        {"a: - b\n",
            "1:4: a list cannot begin on the line of its key: begin a new line in front of the "
            "dash, or put the value in quotes"},
        {"a: |\nx\n", "2:1: the text of the | in line 1 must be indented further than its key"},
        {"a: > x\n",
            "1:6: the text of > begins on the next line; a value that begins with > must stand in "
            "quotes"},
    };

    CHECK_ROWS(rows);
}
END_TEST

START_TEST(quotes)
{
#define ONLY ": the quote that opens here is closed in line 2 only: close it where the text ends"
#define NEVER ": the quote that opens here is never closed: close it where the text ends"
    static const struct row rows[] = {
        {"- {a: \"\", b: \"80}\n- {a: \"80\", b: \"\"}\n", "1:14" ONLY},
        {"a: \"b\nc: \"d\"\n", "1:4" ONLY},
        {"a: 'b\nc: 'd'\n", "1:4" ONLY},
        {"a: \"b\nc: d\n", "1:4" NEVER},
        {"a: 'b\n---\nc: d\n", "1:4" NEVER},
        {"a: \"b\\\"\nc: d\n", "1:4" NEVER},
        {"a: 'it's'\nc: 3\n",
            "1:8: nothing may follow the closing quote: a quote within is written ''"},
        {"a: \"b\" c\n",
            "1:8: nothing may follow the closing quote: a quote within is written \\\""},
        {"a: \"\\d\"\n",
            "1:5: \\d is no escape of a text in double quotes: write \\\\ for a backslash, or use "
            "single quotes"},
        {"a: \"C:\\users\"\n",
            "1:7: \\u is no escape of a text in double quotes: write \\\\ for a backslash, or use "
            "single quotes"},
        /* A text that goes on is right, and what follows it may be wrong. */
        {"a: |\n  don't\nb: \"c\n  d\"\ne: [1\nf: 2\n",
            "5:4: the [ that opens here is never closed: write ] where it ends"},
    };

    CHECK_ROWS(rows);
}
END_TEST

START_TEST(brackets)
{
    static const struct row rows[] = {
        {"a: {b: 1, c: 2\nd: 3\n",
            "1:4: the { that opens here is never closed: write } where it ends"},
        {"a: [b\nd: [c]\n", "1:4: the [ that opens here is never closed: write ] where it ends"},
        {"a: {b: 1]\n", "1:9: a } is missing in front of this, for the { in line 1"},
        {"a: {b: [1, 2}\n", "1:13: a ] is missing in front of this, for the [ in line 1"},
        {"a: ]\n", "1:4: no [ is open here: take it out"},
        {"a: 1\n}\n", "2:1: no { is open here: take it out"},
        {"a: {{b: c}\n", "1:5: a key must be text"},
        {"a: {b: c}}\n", "1:10: nothing may follow the closing }"},
        {"a: {b: c: d}\n",
            "1:9: a second colon: put a value with \": \" in it in quotes, or begin a mapping with "
            "{"},
        {"a: [\"x\" \"y\"]\n", "1:9: a comma is missing in front of this"},
        {"{\"a\" 1}\n", "1:6: a comma or a colon is missing in front of this"},
        {"{\n  \"a\": 1\n  \"b\": 2\n}\n", "2:9: a comma is missing at the end of this line"},
        {"[\n  a,\n  {b: 1}\n  {b: 2}\n]\n", "3:9: a comma is missing at the end of this line"},
        {"{\"a\": 1,, \"b\": 2}\n", "1:9: a value is missing in front of this comma"},
        {"{\"a\": 1, // why\n \"b\": 2}\n", "1:10: a comment begins with #, not with //"},
        {"{\"a\": [1,\n]}\n", "1:9: JSON has no comma in front of a closing bracket: take it out"},
        {"{\n  \"a\": {\n    \"b\": \"x,}\",\n  }\n}\n",
            "3:15: JSON has no comma in front of a closing bracket: take it out"},
    };

    CHECK_ROWS(rows);
    /* Flow style is YAML's own. */
    ck_assert(yaml_read(arena, "a: {b: 1,}\n", 11, &documents, &fault));
    ck_assert(yaml_read(arena, "{a: [1, ], }\n", 13, &documents, &fault));
}
END_TEST

START_TEST(templates)
{
#define UNFILLED                                                                                   \
    " is a template that was not filled in: first run the file through what fills it in, such as " \
    "helm template or envsubst"
    static const struct row rows[] = {
        {"a: {{ .Values.x }}\n", "1:4: {{ .Values.x }}" UNFILLED},
        {"a: {{ .x }}:{{ .y }}\n", "1:4: {{ .x }}" UNFILLED},
        {"{{- if .Values.x }}\na: 1\n{{- end }}\n", "1:1: {{- if .Values.x }}" UNFILLED},
        {"a: 1\n{{- if .Values.x }}\nb: 1\n", "2:1: {{- if .Values.x }}" UNFILLED},
        {"a:\n  {{- toYaml .Values.resources.vtgate | nindent 4 }}\n",
            "2:3: {{- toYaml .Values.resources.vtgate |..." UNFILLED},
        {"a: {b: ${X}}\n", "1:8: ${X}" UNFILLED},
        {"a: [{% if x %}]\n", "1:5: {% if x %}" UNFILLED},
        {"a: b\n<%= x %>\nc: d\n", "2:1: <%= x %>" UNFILLED},
    };

    CHECK_ROWS(rows);
    /* In quotes, in a comment and in a block it is text like any other. */
    check_row("a: \"{{ x }}\" b\n",
        "1:14: nothing may follow the closing quote: a quote within is written \\\"");
    check_row("a: |\n  {{ x }}\nb: [ # {{ y }}\nc: 1\n",
        "3:4: the [ that opens here is never closed: write ] where it ends");
}
END_TEST

START_TEST(first_letters)
{
#define IN_QUOTES(letter) "1:4: a value that begins with " letter " must stand in quotes"
    static const struct row rows[] = {
        {"a: @b\n", IN_QUOTES("@")},
        {"a: `b`\n", IN_QUOTES("`")},
        {"a: %s\n", IN_QUOTES("%")},
        {"a: *.example.com\n", IN_QUOTES("*")},
        {"a: & b\n", IN_QUOTES("&")},
        {"a: !x!y b\n", IN_QUOTES("!")},
        {"a: *x\n", "1:4: there is no anchor \"x\" above"},
        {"%foo\na: b\n",
            "1:1: a line that begins with % is a directive to YAML: take it out, or put the text "
            "in quotes"},
    };

    CHECK_ROWS(rows);
}
END_TEST

START_TEST(conflicts_of_git)
{
#define CONFLICT ": this is a conflict that git could not merge: keep one of the two sides"
    check_row("<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x\n", "1:1" CONFLICT);
    check_row("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n", "2:1" CONFLICT);
    check_row("a:\n  b: 1\n=======\n  b: 2\n>>>>>>> x\n", "3:1" CONFLICT);
}
END_TEST

static void check_bytes(const char *bytes, size_t length, const char *told)
{
    ck_assert(!yaml_read(arena, bytes, length, &documents, &fault));
    ck_assert_str_eq(fmt(arena, "%d:%d: %s", fault.line, fault.column, fault.text), told);
}

START_TEST(bytes_that_are_no_text)
{
#define UTF16 "the file is UTF-16: save it as UTF-8 (iconv -f UTF-16 -t UTF-8 FILE)"
    check_bytes("\xff\xfe"
                "a\0:\0",
        6,
        "1:1: " UTF16);
    check_bytes("\xfe\xff\0a\0:", 6, "1:1: " UTF16);
    check_bytes("a\0:\0", 4, "1:2: " UTF16);
    check_bytes("a: b\0\n", 6, "1:5: has a NUL byte, which no text has: is this the right file?");
    check_bytes("a: \xe9t\xe9\n", 7, "1:5: is not UTF-8, perhaps Latin-1: save the file as UTF-8");
    check_bytes("a: b\x07\n", 6, "1:5: has the control character 0x07: take it out");
}
END_TEST

/* Places are counted in the characters of the file, whatever ends its lines. */
START_TEST(places)
{
    check_row("# \xc3\xa4\na: \xc3\xa4\xc3\xa4 [\n  b: 1\n",
        "3:3: \"b\" is indented by 2 spaces, but \"a\" in line 2, which has a value already, by 0: "
        "line them up");
    check_row("\xc3\xa4\xc3\xa4: b: c\n", "1:5" SECOND);
    check_row("a: 1\r\nb\r\nc: 1\r\n", "2:2: a colon is missing behind \"b\"");
    check_row("a: 1\rb\rc: 1\r", "2:2: a colon is missing behind \"b\"");
    check_row("a: 1\xe2\x80\xa8"
              "b\xc2\x85"
              "c: 1\n",
        "2:2: a colon is missing behind \"b\"");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, tabs);
    tcase_add_test(tcase, spaces_that_are_missing_or_none);
    tcase_add_test(tcase, colons);
    tcase_add_test(tcase, indentation);
    tcase_add_test(tcase, quotes);
    tcase_add_test(tcase, brackets);
    tcase_add_test(tcase, templates);
    tcase_add_test(tcase, first_letters);
    tcase_add_test(tcase, conflicts_of_git);
    tcase_add_test(tcase, bytes_that_are_no_text);
    tcase_add_test(tcase, places);
}

TEST_MAIN(tests)
