#ifndef VITESS_OPERATOR_CLI_PICTURE_H
#define VITESS_OPERATOR_CLI_PICTURE_H

#include "screen.h"

/* A moving picture of a terminal: screens one after the other, as one SVG file without scripts. A
 * viewer that shows no animation shows the last screen. */
struct picture {
    struct arena *arena;
    const char *title;
    const char **lines; /* each different line once, as SVG */
    size_t line_count, line_capacity;
    struct picture_screen *screens;
    size_t count, capacity;
    size_t columns, rows; /* of the largest screen */
};

/* Adds a screen, unless it looks like the one before. */
void picture_add(struct picture *picture, const struct screen *screen);

/* Writes the file. False, with a message on stderr, where that fails. */
bool picture_save(const struct picture *picture, const char *path);

#endif
