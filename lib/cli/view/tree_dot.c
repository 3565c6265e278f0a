#include "metadata.h"
#include "tree_view.h"

static const char *colour_of(const struct node *node)
{
    if (node->state.primary)
        return "#dcc8f7";
    switch (node->state.mark) {
    case MARK_GOOD:
        return "#d5f0dd";
    case MARK_BUSY:
        return "#fdeec3";
    case MARK_BAD:
        return "#f8d0d0";
    case MARK_NONE:
        return "#eef1f5";
    }
    return "#ffffff";
}

static void draw(void *context, const struct node *node)
{
    struct text *out = context;
    struct arena *arena = out->arena;
    const char *identity = text_quoted(arena, object_identity(arena, node->object));
    const char *image = object_image(node->object);

    /* Kinds and names hold nothing that would have to be escaped. */
    text_addf(out,
        "  %s [label=\"%s\\n%s\\n%s\", fillcolor=\"%s\"",
        identity,
        object_kind(node->object),
        object_name(node->object),
        node->state.text,
        colour_of(node));
    if (image != NULL)
        text_addf(out, ", tooltip=%s", text_quoted(arena, image));
    text_add(out, "];\n");
    for (size_t i = 0; i < node->count; i++)
        text_addf(out,
            "  %s -> %s;\n",
            identity,
            text_quoted(arena, object_identity(arena, node->children[i]->object)));
}

void tree_dot(struct text *out, const struct forest *forest)
{
    text_add(out,
        "digraph vitess {\n"
        "  rankdir=LR;\n"
        "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=10];\n"
        "  edge [color=\"#8a94a6\", arrowsize=0.6];\n");
    forest_walk(forest, draw, out);
    text_add(out, "}\n");
}
