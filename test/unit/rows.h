#ifndef VITESS_OPERATOR_TEST_ROWS_H
#define VITESS_OPERATOR_TEST_ROWS_H

#include "testing.h"
#include "text.h"

/* The rows of test/conformance/fields.tsv, as test/conformance/table.py reads them. */

struct row {
    const char *path; /* "VitessCluster.spec.cells"; with "..." behind it, of all below, too */
    const char *test; /* names of tests, with a comma between */
};

enum { MOST_ROWS = 2000, ROW_COLUMNS = 4 };
static struct row rows[MOST_ROWS];
static size_t rows_count;

static inline void rows_add(const char *line)
{
    const char *columns[ROW_COLUMNS] = {0};
    size_t count = 0;

    for (const char *at = line; at != NULL && count < ROW_COLUMNS; count++) {
        const size_t length = strcspn(at, "\t\n");

        columns[count] = text_copy(arena, at, length);
        at = at[length] == '\t' ? at + length + 1 : NULL;
    }
    ck_assert_msg(count == ROW_COLUMNS, "not four columns: %s", line);
    ck_assert_uint_lt(rows_count, MOST_ROWS);
    rows[rows_count++] = (struct row){columns[0], columns[ROW_COLUMNS - 1]};
}

static inline void rows_read(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;

    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    rows_count = 0;
    while (getline(&line, &room, file) > 0) {
        if (line[0] != '#' && line[0] != '\n')
            rows_add(line);
    }
    free(line);
    fclose(file);
}

/* Length of "a.b" where the row's path is "a.b..." and the path is that or below it; else 0. */
static inline size_t row_covers(const struct row *row, const char *path)
{
    const size_t length = strlen(row->path), all = strlen("..."), start = length - all;

    if (!text_ends_with(row->path, "...") || strncmp(row->path, path, start) != 0)
        return 0;
    return path[start] == '\0' || strchr(".[{", path[start]) != NULL ? start : 0;
}

/* The row of the field itself, else the closest one of all that it is below; or NULL. */
static inline const struct row *row_of_path(const char *path)
{
    const struct row *closest = NULL;

    for (size_t i = 0; i < rows_count; i++) {
        const size_t covers = row_covers(&rows[i], path);

        if (text_equal(rows[i].path, path))
            return &rows[i];
        if (covers > 0 && (closest == NULL || covers > row_covers(closest, path)))
            closest = &rows[i];
    }
    return closest;
}

#endif
