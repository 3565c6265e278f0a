#ifndef VITESS_OPERATOR_CLI_FRAME_H
#define VITESS_OPERATOR_CLI_FRAME_H

#include "screen.h"
#include "sim.h"

/* What is seen of a simulation at one moment: a line of progress and the tree of what lives. */
struct frame {
    const char *title;
    size_t rows; /* room; 0: as many as it takes */
    bool unicode;
    bool still; /* leave out what moves at every step, so that screens can be alike */
};

void frame_draw(struct screen *screen, const struct sim *sim, const struct frame *frame);

#endif
