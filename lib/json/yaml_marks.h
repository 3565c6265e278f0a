#ifndef VITESS_OPERATOR_LIB_JSON_YAML_MARKS_H
#define VITESS_OPERATOR_LIB_JSON_YAML_MARKS_H

#include "json.h"

/* Where a node is, and the nodes in it in their order. A field is where its key is. */
struct yaml_marks {
    const char *key; /* NULL: an item of a list */
    int line, column;
    const json_t *value;
    const char *typed; /* of a plain scalar that is no text, as it stands in the file; or NULL */
    struct yaml_marks *first, *last, *next;
};

#endif
