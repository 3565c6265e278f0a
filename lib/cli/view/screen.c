#include "screen.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>

#include "cli/base/room.h"

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

/* --- lines that are broken --- */

/* What a row begins with takes no more than half of it. */
enum { INDENT_MORE = 4, LEAST_WIDTH = 20 };

/* A line that is being printed in rows. */
struct rows {
    FILE *out;
    struct arena *arena;
    bool colour;
    size_t width, column;
    size_t blanks; /* before the next word, which drops them where it begins a row */
    const char *hang;
};

static void piece(struct rows *rows, enum style style, const char *text, size_t columns)
{
    const char *before = rows->colour ? escape(style) : "";

    fprintf(rows->out,
        "%s%.*s%s",
        before,
        (int)bytes_of(text, columns),
        text,
        before[0] == '\0' ? "" : "\033[0m");
    rows->column += columns;
}

static void next_row(struct rows *rows)
{
    const size_t columns = columns_of(rows->hang), most = rows->width / 2;

    fputc('\n', rows->out);
    rows->column = rows->blanks = 0;
    piece(rows, STYLE_DIM, rows->hang, columns < most ? columns : most);
}

/* A word without a blank; one that is longer than a row is broken, too. */
static void word(struct rows *rows, enum style style, const char *text, size_t columns)
{
    if (rows->column > 0 && rows->column + rows->blanks + columns > rows->width)
        next_row(rows);
    if (rows->blanks > 0)
        piece(rows, style, fmt(rows->arena, "%*s", (int)rows->blanks, ""), rows->blanks);
    rows->blanks = 0;
    while (columns > rows->width - rows->column) {
        const size_t fits = rows->width - rows->column;

        piece(rows, style, text, fits);
        text += bytes_of(text, fits);
        columns -= fits;
        next_row(rows);
    }
    piece(rows, style, text, columns);
}

static void span_in_rows(struct rows *rows, const struct span *span)
{
    for (const char *text = span->text; *text != '\0';) {
        const size_t blanks = strspn(text, " "), length = strcspn(text + blanks, " ");
        size_t columns = 0;

        rows->blanks += blanks;
        for (size_t i = 0; i < length; i++)
            columns += !continues(text[blanks + i]);
        if (length > 0)
            word(rows, span->style, text + blanks, columns);
        text += blanks + length;
    }
}

/* As deep as the line itself, and some more. */
static const char *indent_of(struct arena *arena, const struct line *line)
{
    const size_t blanks = line->count == 0 ? 0 : strspn(line->spans[0].text, " ");

    return fmt(arena, "%*s", (int)(blanks + INDENT_MORE), "");
}

static void line_in_rows(FILE *out, struct arena *arena, const struct line *line, size_t width,
    bool colour)
{
    struct rows rows = {.out = out,
        .arena = arena,
        .colour = colour,
        .width = width,
        .hang = line->hang != NULL ? line->hang : indent_of(arena, line)};

    for (size_t i = 0; i < line->count; i++)
        span_in_rows(&rows, &line->spans[i]);
}

size_t line_columns(const struct line *line)
{
    size_t columns = 0;

    for (size_t i = 0; i < line->count; i++)
        columns += columns_of(line->spans[i].text);
    return columns;
}

void screen_print(FILE *out, const struct screen *screen, bool colour)
{
    const size_t width = output_width(out);

    for (size_t i = 0; i < screen->count; i++) {
        const struct line *line = &screen->lines[i];

        if (width == 0 || line_columns(line) <= width)
            line_print(out, line, 0, colour);
        else
            line_in_rows(out, screen->arena, line, width, colour);
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

/* What COLUMNS says, or 0. Less than LEAST_WIDTH is taken for it. */
static size_t asked_columns(void)
{
    const char *text = getenv("COLUMNS");
    char *end = NULL;
    const unsigned long columns = text == NULL ? 0 : strtoul(text, &end, 10);

    if (text == NULL || text[0] < '0' || text[0] > '9' || *end != '\0' || columns == 0)
        return 0;
    return columns < LEAST_WIDTH ? LEAST_WIDTH : columns > INT16_MAX ? INT16_MAX : columns;
}

size_t output_width(FILE *out)
{
    struct winsize size = {.ws_col = 0};
    const size_t asked = asked_columns();

    if (asked > 0)
        return asked;
    if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 0;
    return size.ws_col < LEAST_WIDTH ? LEAST_WIDTH : size.ws_col;
}

void terminal_size(FILE *out, size_t *columns, size_t *rows)
{
    struct winsize size = {.ws_col = 0};
    const size_t asked = asked_columns();

    *columns = 80;
    *rows = 24;
    if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        *columns = size.ws_col;
        *rows = size.ws_row;
    }
    if (asked > 0)
        *columns = asked;
}
