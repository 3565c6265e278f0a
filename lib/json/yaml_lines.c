#include <string.h>

#include "yaml_cause.h"

/* Length of the line break at `offset`, 0 where there is none. The longer ones are NEL and the
 * separators of Unicode, which libyaml counts as well. */
static size_t break_at(const struct yaml_trouble *trouble, size_t offset)
{
    if (yaml_has(trouble, offset, "\r\n"))
        return 2;
    if (yaml_has(trouble, offset, "\n") || yaml_has(trouble, offset, "\r"))
        return 1;
    if (yaml_has(trouble, offset, "\xc2\x85"))
        return 2;
    if (yaml_has(trouble, offset, "\xe2\x80\xa8") || yaml_has(trouble, offset, "\xe2\x80\xa9"))
        return 3;
    return 0;
}

bool yaml_has(const struct yaml_trouble *trouble, size_t offset, const char *part)
{
    const size_t length = strlen(part);

    return offset <= trouble->length && length <= trouble->length - offset &&
           memcmp(trouble->text + offset, part, length) == 0;
}

/* Length of the line break that ends at `offset`. */
static size_t break_before(const struct yaml_trouble *trouble, size_t offset)
{
    for (size_t length = 3; length > 0; length--)
        if (offset >= length && break_at(trouble, offset - length) == length)
            return length;
    return 0;
}

static size_t line_start(const struct yaml_trouble *trouble, size_t offset)
{
    while (offset > 0 && break_before(trouble, offset) == 0)
        offset--;
    return offset;
}

char yaml_letter(const struct yaml_trouble *trouble, size_t offset)
{
    if (offset >= trouble->length)
        return '\0';
    return trouble->text[offset];
}

static struct yaml_line line_from(const struct yaml_trouble *trouble, size_t start, int number)
{
    struct yaml_line line = {start, start, number};

    while (line.end < trouble->length && break_at(trouble, line.end) == 0)
        line.end++;
    return line;
}

static struct yaml_line line_below(const struct yaml_trouble *trouble, struct yaml_line line)
{
    return line_from(trouble, line.end + break_at(trouble, line.end), line.number + 1);
}

size_t yaml_offset(const struct yaml_trouble *trouble, size_t line, size_t column)
{
    struct yaml_line at = line_from(trouble, 0, 1);
    size_t offset;

    while ((size_t)at.number <= line && at.end < trouble->length)
        at = line_below(trouble, at);
    /* Bytes that go on a character are not counted. */
    for (offset = at.start; offset < at.end; offset++)
        if ((trouble->text[offset] & 0xc0) != 0x80 && column-- == 0)
            break;
    return offset;
}

struct yaml_line yaml_line_of(const struct yaml_trouble *trouble, size_t offset)
{
    struct yaml_line line = line_from(trouble, 0, 1);

    while (line.end < offset && line.end < trouble->length)
        line = line_below(trouble, line);
    return line;
}

size_t yaml_content(const struct yaml_trouble *trouble, struct yaml_line line)
{
    size_t at = line.start;

    while (at < line.end && strchr(" \t", trouble->text[at]) != NULL)
        at++;
    return at < line.end && trouble->text[at] == '#' ? line.end : at;
}

size_t yaml_content_end(const struct yaml_trouble *trouble, struct yaml_line line)
{
    size_t end = line.start;
    size_t next;

    for (size_t at = line.start; at < line.end; at = next) {
        const bool blank = strchr(" \t", trouble->text[at]) != NULL;
        const bool comment = trouble->text[at] == '#' &&
                             (at == line.start || strchr(" \t", trouble->text[at - 1]) != NULL);

        next = yaml_step(trouble, at);
        if (comment)
            break;
        if (!blank)
            end = next < line.end ? next : line.end;
    }
    return end;
}

bool yaml_line_above(const struct yaml_trouble *trouble, struct yaml_line *line)
{
    struct yaml_line at = *line;

    while (at.start > 0) {
        at.end = at.start - break_before(trouble, at.start);
        at.start = line_start(trouble, at.end);
        at.number--;
        if (yaml_content(trouble, at) < at.end) {
            *line = at;
            return true;
        }
    }
    return false;
}

size_t yaml_key_start(const struct yaml_trouble *trouble, struct yaml_line line)
{
    size_t at = yaml_content(trouble, line);

    while (at + 1 < line.end && trouble->text[at] == '-' && trouble->text[at + 1] == ' ') {
        at++;
        while (at < line.end && trouble->text[at] == ' ')
            at++;
    }
    return at;
}

/* A quote in the middle of a word ("don't") opens nothing. */
static bool opens_quote(const struct yaml_trouble *trouble, size_t offset)
{
    if (trouble->text[offset] != '"' && trouble->text[offset] != '\'')
        return false;
    return offset == 0 || strchr(" \t\r\n[{,:", trouble->text[offset - 1]) != NULL;
}

static size_t behind_quote(const struct yaml_trouble *trouble, size_t offset)
{
    const char quote = trouble->text[offset++];

    for (; offset < trouble->length; offset++) {
        const bool escape = trouble->text[offset] == '\\';

        if (quote == '"' ? escape : yaml_has(trouble, offset, "''"))
            offset++;
        else if (trouble->text[offset] == quote)
            return offset + 1;
    }
    return trouble->length;
}

size_t yaml_step(const struct yaml_trouble *trouble, size_t offset)
{
    if (opens_quote(trouble, offset))
        return behind_quote(trouble, offset);
    if (trouble->text[offset] == '#' &&
        (offset == 0 || strchr(" \t\r\n", trouble->text[offset - 1]) != NULL))
        return line_from(trouble, offset, 1).end;
    return offset + 1;
}

long yaml_find(const struct yaml_trouble *trouble, size_t start, size_t end, const char *part)
{
    for (size_t at = start; at < end; at = yaml_step(trouble, at))
        if (yaml_has(trouble, at, part))
            return (long)at;
    return YAML_NOWHERE;
}

const char *yaml_shown(const struct yaml_trouble *trouble, size_t start, size_t end)
{
    enum { LONGEST = 40 };
    size_t length = end - start;

    if (length <= LONGEST)
        return text_copy(trouble->arena, trouble->text + start, length);
    /* Not in the middle of a character. */
    for (length = LONGEST - 3; length > 0 && (trouble->text[start + length] & 0xc0) == 0x80;)
        length--;
    return fmt(trouble->arena, "%.*s...", (int)length, trouble->text + start);
}

const char *yaml_key_shown(const struct yaml_trouble *trouble, size_t offset)
{
    const struct yaml_line line = yaml_line_of(trouble, offset);
    const size_t end = yaml_content_end(trouble, line);
    size_t at = offset;

    while (at < end && trouble->text[at] != ':')
        at = yaml_step(trouble, at);
    return yaml_shown(trouble, offset, at < end ? at : end > offset ? end : offset);
}

int yaml_column(const struct yaml_trouble *trouble, size_t offset)
{
    int column = 0;

    for (size_t at = line_start(trouble, offset); at < offset; at++)
        column += (trouble->text[at] & 0xc0) != 0x80;
    return column;
}

bool yaml_blame(const struct yaml_trouble *trouble, size_t offset, const char *rule)
{
    *trouble->fault = (struct json_fault){yaml_line_of(trouble, offset).number,
        yaml_column(trouble, offset) + 1,
        rule};
    return true;
}
