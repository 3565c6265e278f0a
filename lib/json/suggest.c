#include "spec_reader.h"

#include <string.h>

enum { LONGEST = 64, FURTHEST = 2, SHORT = 5 };

/* Levenshtein distance; both texts are shorter than LONGEST. */
static size_t distance(const char *a, const char *b)
{
    size_t row[LONGEST + 1], length = strlen(b);

    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[length];
}

const char *spec_suggestion(const struct spec_field *fields, const char *key)
{
    size_t length = strlen(key), nearest = FURTHEST + 1;
    const char *found = NULL;

    if (length >= LONGEST)
        return NULL;
    for (; fields->key != NULL; fields++) {
        size_t far, other = strlen(fields->key);

        if (fields->internal || other == 0 || other >= LONGEST)
            continue;
        far = distance(key, fields->key);
        /* Two letters are most of a short word. */
        if (far < nearest && (far < FURTHEST || (length >= SHORT && other >= SHORT))) {
            nearest = far;
            found = fields->key;
        }
    }
    return found;
}
