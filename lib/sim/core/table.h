#ifndef VITESS_OPERATOR_SIM_TABLE_H
#define VITESS_OPERATOR_SIM_TABLE_H

#include <stdint.h>

#include "text.h"

/* A map from text to a pointer, walked in the order of insertion so that a run is repeatable. Keys
 * are not copied: they come from table_name() or live as long as the table. */
struct table_row {
    const char *key; /* NULL: a hole left by a removal */
    void *value;
};

struct table {
    struct arena *arena;
    struct table_row *rows;
    size_t used, capacity; /* of rows, holes included */
    size_t count;
    uint32_t *slots; /* row + 1; 0 is free */
    size_t slot_count;
};

void *table_get(const struct table *table, const char *key);
void table_put(struct table *table, const char *key, const void *value);
void table_remove(struct table *table, const char *key);

/* The row behind `row` (NULL: the first one). Rows may be removed on the way, not added. */
struct table_row *table_next(const struct table *table, const struct table_row *row);
#define table_each(table, row)                                                                     \
    for ((row) = table_next((table), NULL); (row) != NULL; (row) = table_next((table), (row)))

/* The one copy of `text` in this table of names, so that equal names are equal pointers. */
const char *table_name(struct table *names, const char *text);

#endif
