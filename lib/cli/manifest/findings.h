#ifndef VITESS_OPERATOR_CLI_FINDINGS_H
#define VITESS_OPERATOR_CLI_FINDINGS_H

#include <stdio.h>

#include "json.h"
#include "manifest.h"

/* What is to be said of manifests, each at its place. */

enum finding_sort {
    FINDING_PROBLEM,
    FINDING_ADVICE, /* it works, but should be better */
    FINDING_NOTE    /* it is not looked at */
};

struct finding {
    enum finding_sort sort;
    const char *file;
    int line, column; /* from 1 */
    const char *path; /* "spec.cells[1].name"; "": the document or the file as a whole */
    const char *message;
    const json_t *object, *value; /* that it is about and what is at `path`; or NULL */
};

struct findings {
    struct finding *at;
    size_t count;
    size_t capacity;
};

void findings_add(struct findings *findings, const struct finding *finding);

/* About the node of a manifest at `path`, or the nearest that exists. Where `message` ends with the
 * value as it was read, it ends with it as it stands in the file. */
void findings_add_at(struct findings *findings, enum finding_sort sort,
    const struct manifest *manifest, const char *path, const char *message);

/* Puts them, all of one file, in the order of its lines. */
void findings_sort(struct findings *findings);

size_t findings_count(const struct findings *findings, enum finding_sort sort);

/* One line each: "FILE:LINE:COLUMN: PATH: MESSAGE". */
void findings_print(const struct findings *findings, enum finding_sort sort, FILE *out);

/* Adds each to the list of its sort. */
void findings_add_json(json_t *const *lists, const struct findings *findings);

#endif
