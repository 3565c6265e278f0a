#include "text.h"

#include <stdint.h>
#include <string.h>

/* Optimal string alignment: how many letters must be added, dropped, changed or swapped with their
 * neighbour. Three rows of the usual table are enough. */

enum { LONGEST = 63 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t text_distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1], columns = strlen(b);

    if (columns > LONGEST || strlen(a) > LONGEST)
        return SIZE_MAX;
    for (size_t j = 0; j <= columns; j++)
        rows[0][j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        const size_t *before = rows[(i + 1) % 3], *last = rows[(i + 2) % 3];
        size_t *row = rows[i % 3];

        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            row[j] = least(last[j - 1] + (a[i - 1] != b[j - 1]), least(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return rows[strlen(a) % 3][columns];
}

const char *texts_nearest(const struct texts *texts, const char *word, size_t furthest)
{
    size_t best = SIZE_MAX;
    const char *found = NULL;

    for (size_t i = 0; i < texts->count; i++) {
        size_t far = text_distance(texts->at[i], word);

        if (far < best) {
            best = far;
            found = texts->at[i];
        }
    }
    return best <= furthest ? found : NULL;
}
