#ifndef VITESS_OPERATOR_PROBLEM_H
#define VITESS_OPERATOR_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

/* What is wrong with an input: all of it at once, each with path, rule and value:
 *
 *     spec.keyspaces[0].shards[1].keyRange.end: must be hex such as "80", got "8g"
 */
struct problem {
    const char *path; /* "spec.cells[1].name" */
    const char *rule; /* "must be ..., got ..." */
};

struct problems {
    struct arena *arena;
    struct problem *at;
    size_t count;
    size_t capacity;
    size_t *slots;              /* hash table that finds an equal problem */
    struct problems *explained; /* paths alone; NULL: none */
};

/* Adds one problem. `format` makes the rule. A problem with equal path and rule is kept
 * once, one at a path that is explained not at all. */
__attribute__((format(printf, 3, 4))) void problem_add(struct problems *problems, const char *path,
    const char *format, ...);

/* What is wrong at `path` has been told at another one, such as that of a misspelt key: no problem
 * is added at `path` from now on. */
void problem_explain(struct problems *problems, const char *path);
bool problem_is_explained(const struct problems *problems, const char *path);

/* One problem a line, "path: rule", in the order they were added; no newline at the end. */
const char *problems_text(const struct problems *problems);
/* The same in one line and without the values, which may be nobody else's business: for logs. */
const char *problems_outline(const struct problems *problems);

#endif
