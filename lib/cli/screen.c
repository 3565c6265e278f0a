#include "screen.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>

#include "room.h"

void screen_line(struct screen *screen)
{
    screen->lines = with_room(screen->arena,
        screen->lines,
        screen->count,
        &screen->capacity,
        sizeof(*screen->lines));
    screen->lines[screen->count++] = (struct line){.count = 0};
}

void screen_add(struct screen *screen, enum style style, const char *format, ...)
{
    struct line *line = &screen->lines[screen->count - 1];
    va_list arguments;

    line->spans =
        with_room(screen->arena, line->spans, line->count, &line->capacity, sizeof(*line->spans));
    va_start(arguments, format);
    line->spans[line->count++] =
        (struct span){.style = style, .text = vfmt(screen->arena, format, arguments)};
    va_end(arguments);
}

/* A byte of a UTF-8 sequence other than its first. */
static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

size_t columns_of(const char *text)
{
    size_t columns = 0;

    for (; *text != '\0'; text++)
        columns += !continues(*text);
    return columns;
}

/* Length in bytes of at most `columns` characters. */
static size_t bytes_of(const char *text, size_t columns)
{
    size_t length = 0;

    while (text[length] != '\0' && columns > 0) {
        length++;
        if (!continues(text[length]))
            columns--;
    }
    return length;
}

static const char *escape(enum style style)
{
    switch (style) {
    case STYLE_PLAIN:
        return "";
    case STYLE_BOLD:
        return "\033[1m";
    case STYLE_DIM:
        return "\033[2m";
    case STYLE_GOOD:
        return "\033[32m";
    case STYLE_BUSY:
        return "\033[33m";
    case STYLE_BAD:
        return "\033[31m";
    case STYLE_ACCENT:
        return "\033[36m";
    }
    return "";
}

void line_print(FILE *out, const struct line *line, size_t width, bool colour)
{
    size_t left = width == 0 ? SIZE_MAX : width;

    for (size_t i = 0; i < line->count && left > 0; i++) {
        const struct span *span = &line->spans[i];
        const char *before = colour ? escape(span->style) : "";
        const size_t columns = columns_of(span->text);

        fprintf(out,
            "%s%.*s%s",
            before,
            (int)(columns <= left ? strlen(span->text) : bytes_of(span->text, left)),
            span->text,
            before[0] == '\0' ? "" : "\033[0m");
        left -= columns <= left ? columns : left;
    }
}

void screen_print(FILE *out, const struct screen *screen, bool colour)
{
    for (size_t i = 0; i < screen->count; i++) {
        line_print(out, &screen->lines[i], 0, colour);
        fputc('\n', out);
    }
}

bool terminal_unicode(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    /* Asked of the environment and not of setlocale(), since a small image has no locales although
     * the terminal in front of it takes UTF-8. */
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        const char *locale = getenv(variables[i]);

        if (locale == NULL || locale[0] == '\0')
            continue;
        const char *dot = strchr(locale, '.');
        return dot != NULL &&
               (strncasecmp(dot, ".UTF-8", 6) == 0 || strncasecmp(dot, ".UTF8", 5) == 0);
    }
    return false;
}

void terminal_size(FILE *out, size_t *columns, size_t *rows)
{
    struct winsize size = {.ws_col = 0};

    *columns = 80;
    *rows = 24;
    if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        *columns = size.ws_col;
        *rows = size.ws_row;
    }
}
