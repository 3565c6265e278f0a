#ifndef VITESS_OPERATOR_CLI_DIFFERENCE_H
#define VITESS_OPERATOR_CLI_DIFFERENCE_H

#include "json.h"

/* One place where two documents differ. */
struct difference {
    const char *path;             /* "spec.containers[vttablet].image" */
    const json_t *before, *after; /* NULL: not there */
};

struct differences {
    struct arena *arena;
    struct difference *at;
    size_t count;
    size_t capacity;
};

/* Adds every place where `before` and `after` differ, in the order of the paths. Items of a list
 * are matched by their name where all have one, else by value where they are scalars (a flag
 * more), else by position. */
void differences_add(struct differences *differences, const json_t *before, const json_t *after);

#endif
