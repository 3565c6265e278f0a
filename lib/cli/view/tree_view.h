#ifndef VITESS_OPERATOR_CLI_TREE_VIEW_H
#define VITESS_OPERATOR_CLI_TREE_VIEW_H

#include "cli/cluster/forest.h"
#include "screen.h"

struct tree_options {
    bool unicode; /* else ASCII */
    bool images;  /* of Pods and workloads */
    bool compact; /* tablets as one sign each behind their shard */
};

/* The trees as lines of text. */
void tree_text(struct screen *screen, const struct forest *forest, struct tree_options options);

/* As a graph in the language of Graphviz. */
void tree_dot(struct text *out, const struct forest *forest);

/* As an SVG picture that needs nothing else: boxes from left to right, one column a level. */
void tree_svg(struct text *out, const struct forest *forest);

/* `text` with &, <, > and " as XML wants them. */
const char *xml_text(struct arena *arena, const char *text);

#endif
