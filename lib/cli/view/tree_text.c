#include "tree_view.h"

#include "metadata.h"

/* The lines that join a node to its parent. */
struct lines {
    const char *between, *last, *through, *empty;
};

static const struct lines box = {"├─ ", "└─ ", "│  ", "   "};
static const struct lines ascii = {"|- ", "`- ", "|  ", "   "};

struct drawing {
    struct screen *screen;
    const struct lines *lines;
    struct tree_options options;
};

static enum style style_of(enum mark mark)
{
    switch (mark) {
    case MARK_GOOD:
        return STYLE_GOOD;
    case MARK_BUSY:
        return STYLE_BUSY;
    case MARK_BAD:
        return STYLE_BAD;
    case MARK_NONE:
        return STYLE_DIM;
    }
    return STYLE_PLAIN;
}

static const char *sign_of(const struct drawing *drawing, const struct state *state)
{
    if (state->primary && state->mark == MARK_GOOD)
        return drawing->options.unicode ? "★" : "*";
    switch (state->mark) {
    case MARK_GOOD:
        return drawing->options.unicode ? "●" : "+";
    case MARK_BUSY:
        return drawing->options.unicode ? "◌" : "~";
    case MARK_BAD:
        return drawing->options.unicode ? "✖" : "!";
    case MARK_NONE:
        return drawing->options.unicode ? "·" : "-";
    }
    return "";
}

/* A tablet or a task where nobody has room for a line of its own. */
static bool folded(const struct drawing *drawing, const struct node *node)
{
    return drawing->options.compact && text_equal(object_kind(node->object), "Pod");
}

static void draw_folded(const struct drawing *drawing, const struct node *node)
{
    bool first = true;

    for (size_t i = 0; i < node->count; i++) {
        const struct state *state = &node->children[i]->state;

        if (!folded(drawing, node->children[i]))
            continue;
        screen_add(drawing->screen,
            style_of(state->mark),
            "%s%s",
            first ? "  " : "",
            sign_of(drawing, state));
        first = false;
    }
}

static void draw_node(const struct drawing *drawing, const struct node *node)
{
    struct screen *screen = drawing->screen;
    const enum style style = style_of(node->state.mark);
    const char *image = drawing->options.images ? object_image(node->object) : NULL;

    screen_add(screen, style, "%s ", sign_of(drawing, &node->state));
    screen_add(screen, STYLE_DIM, "%s ", object_kind(node->object));
    screen_add(screen, node->own ? STYLE_BOLD : STYLE_PLAIN, "%s", object_name(node->object));
    if (node->state.text[0] != '\0')
        screen_add(screen, style, "  %s", node->state.text);
    if (image != NULL)
        screen_add(screen, STYLE_DIM, "  %s", image);
    draw_folded(drawing, node);
}

/* Index behind the last child that has a line of its own. */
static size_t end_of(const struct drawing *drawing, const struct node *node)
{
    size_t end = node->count;

    while (end > 0 && folded(drawing, node->children[end - 1]))
        end--;
    return end;
}

/* Where a line is broken the branches go on at its side. `indent` is that of its children. */
static void hang(const struct drawing *drawing, const struct node *node, const char *indent)
{
    const bool branches = end_of(drawing, node) > 0;
    struct screen *screen = drawing->screen;

    screen->lines[screen->count - 1].hang = fmt(screen->arena,
        "%s%s  ",
        indent,
        branches ? drawing->lines->through : drawing->lines->empty);
}

static void draw_children(const struct drawing *drawing, const struct node *node,
    const char *indent)
{
    struct arena *arena = drawing->screen->arena;
    const size_t end = end_of(drawing, node);

    for (size_t i = 0; i < end; i++) {
        const bool last = i + 1 == end;
        const char *below =
            fmt(arena, "%s%s", indent, last ? drawing->lines->empty : drawing->lines->through);

        if (folded(drawing, node->children[i]))
            continue;
        screen_line(drawing->screen);
        screen_add(drawing->screen,
            STYLE_DIM,
            "%s%s",
            indent,
            last ? drawing->lines->last : drawing->lines->between);
        draw_node(drawing, node->children[i]);
        hang(drawing, node->children[i], below);
        draw_children(drawing, node->children[i], below);
    }
}

void tree_text(struct screen *screen, const struct forest *forest, struct tree_options options)
{
    const struct drawing drawing = {.screen = screen,
        .lines = options.unicode ? &box : &ascii,
        .options = options};

    for (size_t i = 0; i < forest->count; i++) {
        screen_line(screen);
        draw_node(&drawing, forest->roots[i]);
        hang(&drawing, forest->roots[i], "");
        draw_children(&drawing, forest->roots[i], "");
    }
}
