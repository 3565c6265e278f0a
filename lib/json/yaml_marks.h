#ifndef VITESS_OPERATOR_LIB_JSON_YAML_MARKS_H
#define VITESS_OPERATOR_LIB_JSON_YAML_MARKS_H

/* Where a node is, and the nodes in it in their order. A field is where its key is. */
struct yaml_marks {
    const char *key; /* NULL: an item of a list */
    int line, column;
    struct yaml_marks *first, *last, *next;
};

#endif
