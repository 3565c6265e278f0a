#ifndef VITESS_OPERATOR_CLI_SCREEN_H
#define VITESS_OPERATOR_CLI_SCREEN_H

#include <stdio.h>

#include "text.h"

/* Lines of styled text: what a terminal shows and what a picture draws. */

enum style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_GOOD, STYLE_BUSY, STYLE_BAD, STYLE_ACCENT };

struct span {
    enum style style;
    const char *text; /* UTF-8 */
};

struct line {
    struct span *spans;
    size_t count, capacity;
    const char *hang; /* what the rest of it begins with where it is broken; NULL: its indent */
};

/* Zero-initialise it but for the arena. */
struct screen {
    struct arena *arena;
    struct line *lines;
    size_t count, capacity;
};

/* Begins a line. */
void screen_line(struct screen *screen);
/* Adds to the last line. */
__attribute__((format(printf, 3, 4))) void screen_add(struct screen *screen, enum style style,
    const char *format, ...);

/* Columns that the text takes: every character of ours is one wide. */
size_t columns_of(const char *text);
size_t line_columns(const struct line *line);

/* Prints one line without its newline, cut at `width` columns (0: whole). */
void line_print(FILE *out, const struct line *line, size_t width, bool colour);
/* Prints all lines, each broken between words where it is longer than output_width(). */
void screen_print(FILE *out, const struct screen *screen, bool colour);

/* The terminal of this process takes UTF-8. */
bool terminal_unicode(void);
/* Columns that a line may have: what COLUMNS says, else the terminal; 0: any number. */
size_t output_width(FILE *out);
/* Columns and rows of the terminal behind `out`; 80 and 24 where it has none. */
void terminal_size(FILE *out, size_t *columns, size_t *rows);

#endif
