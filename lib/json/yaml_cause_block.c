#include <ctype.h>
#include <string.h>

#include "yaml_cause.h"

static bool is_word(char letter)
{
    return isalnum((unsigned char)letter) || strchr("_-./", letter) != NULL;
}

/* The non-breaking space and the wider ones, which look like a space and are none; else 0. */
static size_t wide_space(const struct yaml_trouble *trouble, size_t at)
{
    if (yaml_has(trouble, at, "\xc2\xa0"))
        return 2;
    if (yaml_has(trouble, at, "\xe3\x80\x80") || yaml_has(trouble, at, "\xe2\x80\xaf"))
        return 3;
    return yaml_has(trouble, at, "\xe2\x80") && at + 2 < trouble->length &&
                   (unsigned char)trouble->text[at + 2] <= 0x8b
               ? 3
               : 0;
}

static bool blame_wide_space(const struct yaml_trouble *trouble, size_t at)
{
    return yaml_blame(trouble,
        at,
        "this is a non-breaking space, which YAML takes for a letter: write a plain space");
}

/* --- what is wrong with a line that reads as text where a key should be --- */

/* "replicas:3". */
static bool blame_colon_in_word(const struct yaml_trouble *trouble, size_t start, size_t end)
{
    size_t at = start;

    while (at < end && is_word(trouble->text[at]))
        at++;
    if (at == start || at + 1 >= end || trouble->text[at] != ':')
        return false;
    if (wide_space(trouble, at + 1) > 0)
        return blame_wide_space(trouble, at + 1);
    if (strchr(" /", trouble->text[at + 1]) != NULL)
        return false;
    return yaml_blame(trouble,
        at + 1,
        fmt(trouble->arena,
            "a space is missing behind the colon of \"%s\"",
            yaml_shown(trouble, start, end)));
}

/* "-name: main". */
static bool blame_dash(const struct yaml_trouble *trouble, size_t start, size_t end)
{
    if (end - start < 2 || trouble->text[start] != '-')
        return false;
    if (wide_space(trouble, start + 1) > 0)
        return blame_wide_space(trouble, start + 1);
    if (!is_word(trouble->text[start + 1]) || trouble->text[start + 1] == '-')
        return false;
    return yaml_blame(trouble,
        start + 1,
        fmt(trouble->arena,
            "a space is missing behind the dash of \"%s\"",
            yaml_shown(trouble, start, end)));
}

static bool blame_no_colon(const struct yaml_trouble *trouble, size_t start, size_t end)
{
    if (yaml_find(trouble, start, end, ":") >= 0)
        return false;
    return yaml_blame(trouble,
        end,
        fmt(trouble->arena, "a colon is missing behind \"%s\"", yaml_shown(trouble, start, end)));
}

static bool has_key(const struct yaml_trouble *trouble, size_t start, size_t end)
{
    return yaml_find(trouble, start, end, ": ") >= 0 ||
           (end > start && trouble->text[end - 1] == ':');
}

static const char *spaces(const struct yaml_trouble *trouble, int count)
{
    return fmt(trouble->arena, "%d space%s", count, count == 1 ? "" : "s");
}

/* A line that is further in than the key above it, which has a value already. */
static bool blame_too_deep(const struct yaml_trouble *trouble, struct yaml_line above)
{
    const struct yaml_line line = yaml_line_of(trouble, trouble->at);
    const size_t key = yaml_key_start(trouble, line), other = yaml_key_start(trouble, above);

    if (yaml_column(trouble, key) <= yaml_column(trouble, other))
        return false;
    return yaml_blame(trouble,
        key,
        fmt(trouble->arena,
            "\"%s\" is indented by %s, but \"%s\" in line %d, which has a value already, by %d: "
            "line them up",
            yaml_key_shown(trouble, key),
            spaces(trouble, yaml_column(trouble, key)),
            yaml_key_shown(trouble, other),
            above.number,
            yaml_column(trouble, other)));
}

static bool blame_line(const struct yaml_trouble *trouble, struct yaml_line line)
{
    const size_t content = yaml_content(trouble, line), start = yaml_key_start(trouble, line);
    const size_t end = yaml_content_end(trouble, line);

    if (start >= end)
        return false;
    if (wide_space(trouble, start) > 0)
        return blame_wide_space(trouble, start);
    return blame_dash(trouble, content, end) ||
           (!has_key(trouble, start, end) &&
               (blame_colon_in_word(trouble, start, end) || blame_no_colon(trouble, start, end)));
}

bool yaml_cause_line_above(const struct yaml_trouble *trouble)
{
    struct yaml_line above = yaml_line_of(trouble, trouble->at);

    return yaml_line_above(trouble, &above) &&
           (blame_line(trouble, above) || blame_too_deep(trouble, above));
}

/* The text of | or > begins below it and further in. */
static bool blame_block_text(const struct yaml_trouble *trouble, struct yaml_line line)
{
    struct yaml_line above = line;
    size_t end;

    if (!yaml_line_above(trouble, &above))
        return false;
    end = yaml_content_end(trouble, above);
    while (end > above.start && strchr("+-0123456789", trouble->text[end - 1]) != NULL)
        end--;
    if (end < above.start + 2 || strchr("|>", trouble->text[end - 1]) == NULL ||
        trouble->text[end - 2] != ' ')
        return false;
    return yaml_blame(trouble,
        yaml_content(trouble, line),
        fmt(trouble->arena,
            "the text of the %c in line %d must be indented further than its key",
            trouble->text[end - 1],
            above.number));
}

bool yaml_cause_key(const struct yaml_trouble *trouble)
{
    const struct yaml_line line = yaml_line_of(trouble, trouble->from);

    return blame_block_text(trouble, line) || blame_line(trouble, line);
}

/* --- two things on one line --- */

bool yaml_cause_second_colon(const struct yaml_trouble *trouble)
{
    const struct yaml_line line = yaml_line_of(trouble, trouble->at);
    const long first = yaml_find(trouble, line.start, trouble->at, ": ");
    size_t value = (size_t)first + 2;

    if (first < 0)
        return false;
    while (value < trouble->at && trouble->text[value] == ' ')
        value++;
    return yaml_blame(trouble,
        value,
        "a value with \": \" in it must stand in quotes, or a mapping begin on the next line");
}

/* 'it's' and {a: 1} b. */
bool yaml_cause_after_value(const struct yaml_trouble *trouble)
{
    const struct yaml_line line = yaml_line_of(trouble, trouble->at);
    const size_t start = yaml_content(trouble, line);
    size_t before = trouble->at;

    while (before > start && trouble->text[before - 1] == ' ')
        before--;
    if (before <= start || strchr("'\"]}", trouble->text[before - 1]) == NULL)
        return false;
    if (strchr("]}", trouble->text[before - 1]) != NULL)
        return yaml_blame(trouble,
            trouble->at,
            fmt(trouble->arena, "nothing may follow the closing %c", trouble->text[before - 1]));
    return yaml_blame(trouble,
        trouble->at,
        fmt(trouble->arena,
            "nothing may follow the closing quote: a quote within is written %s",
            trouble->text[before - 1] == '"' ? "\\\"" : "''"));
}

bool yaml_cause_list_on_line(const struct yaml_trouble *trouble)
{
    return yaml_blame(trouble,
        trouble->at,
        "a list cannot begin on the line of its key: begin a new line in front of the dash, or put "
        "the value in quotes");
}

bool yaml_cause_block_text(const struct yaml_trouble *trouble)
{
    if (trouble->from >= trouble->length || strchr("|>", trouble->text[trouble->from]) == NULL)
        return false;
    return yaml_blame(trouble,
        trouble->at,
        fmt(trouble->arena,
            "the text of %c begins on the next line; a value that begins with %c must stand in "
            "quotes",
            trouble->text[trouble->from],
            trouble->text[trouble->from]));
}

/* --- how far a line is indented --- */

bool yaml_cause_missing_dash(const struct yaml_trouble *trouble)
{
    const struct yaml_line line = yaml_line_of(trouble, trouble->at);
    const size_t start = yaml_content(trouble, line);

    if (blame_dash(trouble, start, yaml_content_end(trouble, line)))
        return true;
    return yaml_blame(trouble,
        trouble->at,
        fmt(trouble->arena,
            "\"%s\" stands where the list of line %d goes on with \"- \": indent it further, or "
            "less if it is no part of the list",
            yaml_key_shown(trouble, start),
            yaml_line_of(trouble, trouble->from).number));
}

/* Further out than the very first key there is nothing. */
bool yaml_cause_outside(const struct yaml_trouble *trouble)
{
    const struct yaml_line line = yaml_line_of(trouble, trouble->at);
    const int column = yaml_column(trouble, trouble->at);
    struct yaml_line first = line, above = line;

    while (yaml_line_above(trouble, &above) && !yaml_has(trouble, above.start, "---"))
        first = above;
    if (yaml_content(trouble, line) != trouble->at ||
        yaml_column(trouble, yaml_content(trouble, first)) <= column)
        return false;
    return yaml_blame(trouble,
        trouble->at,
        fmt(trouble->arena,
            "\"%s\" is indented by %s, but the first line of the document, line %d, by %d: line "
            "them up",
            yaml_key_shown(trouble, trouble->at),
            spaces(trouble, column),
            first.number,
            yaml_column(trouble, yaml_content(trouble, first))));
}

/* Behind what ends a document (...) or comes before it (%YAML). */
bool yaml_cause_separator(const struct yaml_trouble *trouble)
{
    return yaml_blame(trouble, trouble->at, "a line with --- is missing above this");
}

/* The line above whose key is the least further in than `column`. */
static bool inner_line(const struct yaml_trouble *trouble, int column, struct yaml_line *found)
{
    struct yaml_line line = yaml_line_of(trouble, trouble->at);
    int least = 0;

    while (yaml_line_above(trouble, &line)) {
        const int there = yaml_column(trouble, yaml_key_start(trouble, line));

        if (there <= column)
            break;
        if (least == 0 || there <= least) {
            least = there;
            *found = line;
        }
    }
    return least > 0;
}

/* "-name: a" makes a key of the first item; the next one is right. */
static bool blame_dash_above(const struct yaml_trouble *trouble, struct yaml_line line)
{
    const int column = yaml_column(trouble, yaml_content(trouble, line));

    while (yaml_line_above(trouble, &line)) {
        const size_t start = yaml_content(trouble, line);

        if (yaml_column(trouble, start) < column)
            return false;
        if (yaml_column(trouble, start) == column &&
            blame_dash(trouble, start, yaml_content_end(trouble, line)))
            return true;
    }
    return false;
}

bool yaml_cause_indentation(const struct yaml_trouble *trouble)
{
    const struct yaml_line line = yaml_line_of(trouble, trouble->at);
    const size_t start = yaml_content(trouble, line);
    const int column = yaml_column(trouble, start);
    const int outer = yaml_column(trouble, trouble->from);
    struct yaml_line inner;

    if (start != trouble->at || column < outer)
        return false;
    if (blame_dash(trouble, start, yaml_content_end(trouble, line)))
        return true;
    if (column == outer && trouble->text[start] == '-')
        return blame_dash_above(trouble, line) ||
               yaml_blame(trouble,
                   start,
                   fmt(trouble->arena,
                       "a list item stands among the keys of a mapping, which begins in line %d",
                       yaml_line_of(trouble, trouble->from).number));
    if (column == outer)
        return false;
    if (!inner_line(trouble, column, &inner))
        return yaml_cause_line_above(trouble);
    return yaml_blame(trouble,
        start,
        fmt(trouble->arena,
            "\"%s\" is indented by %s: %d would put it beside \"%s\" of line %d, %d beside \"%s\" "
            "of line %d",
            yaml_key_shown(trouble, start),
            spaces(trouble, column),
            outer,
            yaml_key_shown(trouble, trouble->from),
            yaml_line_of(trouble, trouble->from).number,
            yaml_column(trouble, yaml_key_start(trouble, inner)),
            yaml_key_shown(trouble, yaml_key_start(trouble, inner)),
            inner.number));
}
