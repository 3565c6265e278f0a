#include <string.h>
#include <yaml.h>

#include "yaml_cause.h"

/* --- quotes --- */

/* Tokens tell quotes from apostrophes and from the text of a block. */
static bool last_quote(const struct yaml_trouble *trouble, size_t line, yaml_mark_t *start)
{
    yaml_parser_t parser;
    yaml_token_t token;
    bool more = true, found = false;

    if (!yaml_parser_initialize(&parser))
        return false;
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)trouble->text, trouble->length);
    while (more && yaml_parser_scan(&parser, &token)) {
        more = token.type != YAML_STREAM_END_TOKEN && token.start_mark.line <= line;
        if (token.type == YAML_SCALAR_TOKEN && token.end_mark.line == line &&
            token.start_mark.line < line &&
            (token.data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                token.data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)) {
            *start = token.start_mark;
            found = true;
        }
        yaml_token_delete(&token);
    }
    yaml_parser_delete(&parser);
    return found;
}

/* A quote that is not closed goes on to the next one, whose text then makes no sense. */
bool yaml_cause_quote(const struct yaml_trouble *trouble)
{
    const bool open = strstr(trouble->context, "quoted scalar") != NULL &&
                      strstr(trouble->problem, "found unexpected") != NULL;
    const size_t where = open ? trouble->from : trouble->at;
    const struct yaml_line line = yaml_line_of(trouble, where);
    yaml_mark_t start;

    if (last_quote(trouble, (size_t)line.number - 1, &start))
        return yaml_blame(trouble,
            yaml_offset(trouble, start.line, start.column),
            fmt(trouble->arena,
                "the quote that opens here is closed in line %d only: close it where the text ends",
                line.number));
    if (open)
        return yaml_blame(trouble,
            where,
            "the quote that opens here is never closed: close it where the text ends");
    return false;
}

/* --- brackets --- */

/* Comments of JavaScript, which neither JSON nor YAML has. */
bool yaml_cause_json_comment(const struct yaml_trouble *trouble)
{
    const long at = yaml_find(trouble, trouble->from, trouble->at, "//");

    if (at < 1 || strchr(" \t\r\n,[{", trouble->text[at - 1]) == NULL)
        return false;
    return yaml_blame(trouble, (size_t)at, "a comment begins with #, not with //");
}

/* The bracket that closes the one at `from`, or the text's length. */
static size_t closing(const struct yaml_trouble *trouble, size_t from)
{
    size_t depth = 0, at = from;

    for (; at < trouble->length; at = yaml_step(trouble, at)) {
        const bool opens = strchr("[{", trouble->text[at]) != NULL && trouble->text[at] != '\0';

        if (yaml_has(trouble, at, "\n---"))
            return trouble->length;
        depth += opens;
        if (strchr("]}", trouble->text[at]) != NULL && trouble->text[at] != '\0' && --depth == 0)
            return at;
    }
    return trouble->length;
}

/* Where two entries stand side by side. */
static bool blame_comma(const struct yaml_trouble *trouble, size_t entry)
{
    struct yaml_line line = yaml_line_of(trouble, entry);

    if (yaml_content(trouble, line) < entry)
        return yaml_blame(trouble,
            entry,
            yaml_has(trouble, trouble->from, "{") ? "a comma or a colon is missing in front of this"
                                                  : "a comma is missing in front of this");
    if (!yaml_line_above(trouble, &line))
        return false;
    return yaml_blame(trouble,
        yaml_content_end(trouble, line),
        "a comma is missing at the end of this line");
}

/* Behind the key that begins a line the colon is right, and the line above ends too early. */
static bool blame_colon(const struct yaml_trouble *trouble)
{
    const size_t key = yaml_content(trouble, yaml_line_of(trouble, trouble->at));

    if (yaml_find(trouble, key, trouble->at, " ") < 0 &&
        yaml_line_of(trouble, trouble->from).end < key)
        return blame_comma(trouble, key);
    return yaml_blame(trouble,
        trouble->at,
        "a second colon: put a value with \": \" in it in quotes, or begin a mapping with {");
}

bool yaml_cause_bracket(const struct yaml_trouble *trouble)
{
    const char open = yaml_letter(trouble, trouble->from);
    const char wanted = open == '{' ? '}' : ']';
    const char found = yaml_letter(trouble, trouble->at);

    if (open != '{' && open != '[')
        return false;
    if (found == '}' || found == ']')
        return yaml_blame(trouble,
            trouble->at,
            fmt(trouble->arena,
                "a %c is missing in front of this, for the %c in line %d",
                wanted,
                open,
                yaml_line_of(trouble, trouble->from).number));
    if (closing(trouble, trouble->from) == trouble->length)
        return yaml_blame(trouble,
            trouble->from,
            fmt(trouble->arena,
                "the %c that opens here is never closed: write %c where it ends",
                open,
                wanted));
    return found == ':' ? blame_colon(trouble) : blame_comma(trouble, trouble->at);
}

/* Where a value should be there is a bracket or a comma. */
bool yaml_cause_nothing(const struct yaml_trouble *trouble)
{
    const char found = yaml_letter(trouble, trouble->at);

    if (found == '\0' || strchr("]},", found) == NULL)
        return false;
    if (found == ',')
        return yaml_blame(trouble, trouble->at, "a value is missing in front of this comma");
    return yaml_blame(trouble,
        trouble->at,
        fmt(trouble->arena, "no %c is open here: take it out", found == ']' ? '[' : '{'));
}

/* --- JSON --- */

static bool looks_like_json(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length && text[at] != '\0' && strchr(" \t\r\n", text[at]) != NULL)
        at++;
    if (at == length || text[at++] != '{')
        return false;
    while (at < length && text[at] != '\0' && strchr(" \t\r\n", text[at]) != NULL)
        at++;
    return at < length && text[at] == '"';
}

const char *yaml_trailing_comma(const char *text, size_t length)
{
    const struct yaml_trouble trouble = {.text = text, .length = length};

    if (!looks_like_json(text, length))
        return NULL;
    for (size_t at = 0, next; at < length; at = next) {
        size_t behind = at + 1;

        next = yaml_step(&trouble, at);
        if (text[at] != ',')
            continue;
        while (behind < length && text[behind] != '\0' && strchr(" \t\r\n", text[behind]) != NULL)
            behind++;
        if (behind < length && (text[behind] == '}' || text[behind] == ']'))
            return text + at;
    }
    return NULL;
}
