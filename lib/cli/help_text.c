#include <ctype.h>
#include <string.h>

#include "help.h"

/* A line of capitals at the margin: "EXIT STATUS". */
static bool is_heading(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isupper((unsigned char)line[i]) && line[i] != ' ')
            return false;
    return length > 0 && line[0] != ' ';
}

static enum help_piece kind_of(const char *line)
{
    const size_t length = strcspn(line, "\n");

    if (*line == '\0')
        return HELP_END;
    if (length == 0 || line[0] == ' ')
        return HELP_LINE;
    return is_heading(line, length) ? HELP_HEADING : HELP_PARAGRAPH;
}

enum help_piece help_next(const char **text, const char **piece)
{
    const enum help_piece kind = kind_of(*text);
    struct text out = {.arena = cli_arena()};

    while (kind != HELP_END) {
        const size_t length = strcspn(*text, "\n");

        text_add_bytes(&out, *text, length);
        *text += length + ((*text)[length] == '\n');
        if (kind != HELP_PARAGRAPH || kind_of(*text) != HELP_PARAGRAPH)
            break;
        text_add(&out, " ");
    }
    *piece = text_string(&out);
    return kind;
}
