#include "metadata.h"
#include "tree_view.h"

/* Pixels. A monospace letter at 12px is a little over 7 wide in every common font. */
enum {
    LETTER = 8,
    SMALL_LETTER = 7,
    BOX = 40,
    BOX_WITH_IMAGE = 55,
    GAP = 10,
    BETWEEN = 46,
    MARGIN = 24
};
enum { DEPTHS = 16 };

struct layout {
    struct text *out;
    int x[DEPTHS], width[DEPTHS]; /* of each column */
    size_t depth;                 /* of the deepest node */
    int next;                     /* where the next leaf goes */
};

static size_t column(const struct node *node)
{
    return node->depth < DEPTHS ? node->depth : DEPTHS - 1;
}

static int widest(int a, int b)
{
    return a > b ? a : b;
}

static int width_of(const struct node *node)
{
    const char *image = object_image(node->object);
    const int name = (int)columns_of(object_name(node->object)) * LETTER;
    const int top =
        (int)(columns_of(object_kind(node->object)) + columns_of(node->state.text) + 2) *
        SMALL_LETTER;
    const int below = image == NULL ? 0 : (int)columns_of(image) * SMALL_LETTER;

    return widest(widest(name, top), below) + 34;
}

static void measure(void *context, const struct node *node)
{
    struct layout *layout = context;
    const size_t depth = column(node);

    layout->width[depth] = widest(layout->width[depth], width_of(node));
    layout->depth = depth > layout->depth ? depth : layout->depth;
}

static const char *class_of(const struct node *node)
{
    if (node->state.primary)
        return "primary";
    switch (node->state.mark) {
    case MARK_GOOD:
        return "good";
    case MARK_BUSY:
        return "busy";
    case MARK_BAD:
        return "bad";
    case MARK_NONE:
        return "none";
    }
    return "none";
}

static int height_of(const struct node *node)
{
    return object_image(node->object) == NULL ? BOX : BOX_WITH_IMAGE;
}

static void draw_box(const struct layout *layout, const struct node *node, int top)
{
    struct arena *arena = layout->out->arena;
    const int x = layout->x[column(node)], width = layout->width[column(node)];
    const char *image = object_image(node->object);

    text_addf(layout->out,
        "<g class=\"%s\" transform=\"translate(%d %d)\">"
        "<rect class=\"box\" width=\"%d\" height=\"%d\" rx=\"7\"/>"
        "<rect class=\"stripe\" width=\"5\" height=\"%d\" rx=\"2.5\" x=\"6\" y=\"8\"/>",
        class_of(node),
        x,
        top,
        width,
        height_of(node),
        height_of(node) - 16);
    text_addf(layout->out,
        "<text class=\"kind\" x=\"18\" y=\"15\">%s</text>"
        "<text class=\"state\" x=\"%d\" y=\"15\">%s</text>"
        "<text class=\"name\" x=\"18\" y=\"31\">%s</text>",
        xml_text(arena, object_kind(node->object)),
        width - 10,
        xml_text(arena, node->state.text),
        xml_text(arena, object_name(node->object)));
    if (image != NULL)
        text_addf(layout->out,
            "<text class=\"kind\" x=\"18\" y=\"46\">%s</text>",
            xml_text(arena, image));
    text_add(layout->out, "</g>\n");
}

static void draw_edge(const struct layout *layout, const struct node *parent, int from, int to)
{
    const int left = layout->x[column(parent)] + layout->width[column(parent)];
    const int right = left + BETWEEN, bend = BETWEEN / 2;

    text_addf(layout->out,
        "<path d=\"M%d %dC%d %d %d %d %d %d\"/>\n",
        left,
        from,
        left + bend,
        from,
        right - bend,
        to,
        right,
        to);
}

/* Draws a node and all below it; gives the height of its middle. A parent stands in the middle of
 * its first and its last child. */
static int draw(struct layout *layout, const struct node *node)
{
    const int height = height_of(node);
    int *middles = arena_array(layout->out->arena, node->count + 1, sizeof(*middles));
    int middle = layout->next + height / 2;

    if (node->count == 0)
        layout->next += height + GAP;
    for (size_t i = 0; i < node->count; i++)
        middles[i] = draw(layout, node->children[i]);
    if (node->count > 0)
        middle = (middles[0] + middles[node->count - 1]) / 2;
    for (size_t i = 0; i < node->count; i++)
        draw_edge(layout, node, middle, middles[i]);
    draw_box(layout, node, middle - height / 2);
    return middle;
}

/* Plain values instead of variables, which not every viewer of SVG knows. */
static const char *const style =
    "<style>"
    ".back{fill:#fff}"
    "path{fill:none;stroke:#d0d7de;stroke-width:1.5}"
    "text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}"
    ".box{fill:#f6f8fa;stroke:#d0d7de}"
    ".name{font-size:12px;font-weight:600;fill:#1f2328}"
    ".kind,.state{font-size:10px;fill:#656d76}"
    ".state{text-anchor:end}"
    ".stripe{fill:#d0d7de}"
    "@media (prefers-color-scheme:dark){.back{fill:#0d1117}path,.box{stroke:#30363d}"
    ".box{fill:#161b22}.name{fill:#e6edf3}.kind,.state{fill:#8d96a0}.stripe{fill:#30363d}}"
    ".good .stripe,.good .state{fill:#2da44e}"
    ".primary .stripe,.primary .state{fill:#8250df}"
    ".busy .stripe,.busy .state{fill:#bf8700}"
    ".bad .stripe,.bad .state{fill:#cf222e}"
    "</style>\n";

void tree_svg(struct text *out, const struct forest *forest)
{
    struct text body = {.arena = out->arena};
    struct layout layout = {.out = &body, .next = MARGIN};
    int right = MARGIN;

    forest_walk(forest, measure, &layout);
    for (size_t depth = 0; depth <= layout.depth; depth++) {
        layout.x[depth] = right;
        right += layout.width[depth] + BETWEEN;
    }
    for (size_t i = 0; i < forest->count; i++)
        draw(&layout, forest->roots[i]);

    const int width = right - BETWEEN + MARGIN, height = layout.next - GAP + MARGIN;
    text_addf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
        "viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Tree of Kubernetes objects\">\n",
        width,
        height,
        width,
        height);
    text_add(out, style);
    text_add(out, "<rect class=\"back\" width=\"100%\" height=\"100%\" rx=\"10\"/>\n");
    text_add(out, text_string(&body));
    text_add(out, "</svg>\n");
}

const char *xml_text(struct arena *arena, const char *text)
{
    struct text out = {.arena = arena};

    for (; *text != '\0'; text++) {
        if (*text == '&')
            text_add(&out, "&amp;");
        else if (*text == '<')
            text_add(&out, "&lt;");
        else if (*text == '>')
            text_add(&out, "&gt;");
        else if (*text == '"')
            text_add(&out, "&quot;");
        else
            text_add_bytes(&out, text, 1);
    }
    return text_string(&out);
}
