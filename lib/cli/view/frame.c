#include "frame.h"

#include "cli/cluster/forest.h"
#include "tree_view.h"

enum { BAR = 24 };

struct progress {
    size_t well, all;
};

static void count(void *context, const struct node *node)
{
    struct progress *progress = context;

    if (node->state.mark == MARK_NONE)
        return;
    progress->all++;
    progress->well += node->state.mark == MARK_GOOD;
}

static void draw_bar(struct screen *screen, const struct progress *progress, bool unicode)
{
    const size_t filled = progress->all == 0 ? 0 : progress->well * BAR / progress->all;
    struct text done = {.arena = screen->arena}, open = {.arena = screen->arena};

    for (size_t i = 0; i < BAR; i++)
        text_add(i < filled ? &done : &open,
            unicode      ? i < filled ? "█" : "░"
            : i < filled ? "#"
                         : ".");
    screen_add(screen,
        progress->well == progress->all ? STYLE_GOOD : STYLE_BUSY,
        "%s",
        text_string(&done));
    screen_add(screen, STYLE_DIM, "%s", text_string(&open));
}

static void draw_head(struct screen *screen, const struct sim *sim, const struct forest *forest,
    const struct frame *frame)
{
    const struct sim_summary summary = sim_summary(sim);
    struct progress progress = {0, 0};

    forest_walk(forest, count, &progress);
    screen_line(screen);
    screen_add(screen, STYLE_BOLD, "%s", frame->title);
    screen_line(screen);
    draw_bar(screen, &progress, frame->unicode);
    screen_add(screen, STYLE_PLAIN, " %zu/%zu well", progress.well, progress.all);
    if (!frame->still)
        screen_add(screen, STYLE_DIM, "  step %d", summary.steps);
    screen_add(screen,
        STYLE_DIM,
        "  restarted %zu  reparents %zu",
        summary.pods_restarted,
        summary.reparents);
    screen_add(screen,
        summary.violation_count == 0 ? STYLE_DIM : STYLE_BAD,
        "  violations %zu",
        summary.violation_count);
    screen_line(screen);
}

static void cut(struct screen *screen, size_t rows)
{
    if (screen->count <= rows)
        return;

    const size_t hidden = screen->count - rows + 1;
    screen->count = rows - 1;
    screen_line(screen);
    screen_add(screen, STYLE_DIM, "and %zu lines more", hidden);
}

void frame_draw(struct screen *screen, const struct sim *sim, const struct frame *frame)
{
    const struct forest forest = forest_of(screen->arena, sim, FOREST_LIVE);
    struct tree_options options = {.unicode = frame->unicode};

    draw_head(screen, sim, &forest, frame);
    const size_t head = screen->count;
    tree_text(screen, &forest, options);
    if (frame->rows > 0 && screen->count > frame->rows) {
        screen->count = head;
        options.compact = true;
        tree_text(screen, &forest, options);
    }
    if (frame->rows > head)
        cut(screen, frame->rows);
}
