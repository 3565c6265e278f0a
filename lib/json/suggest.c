#include "spec_reader.h"

#include <ctype.h>
#include <string.h>

enum { LONGEST = 64, FURTHEST = 2, SHORT = 5 };

/* The best candidate so far for a word. */
struct search {
    char word[LONGEST];
    const char *found;
    size_t far;
};

/* Capitals and separators are no letters of a word: key_range is keyRange. */
static bool fold(const char *text, char *out)
{
    if (strlen(text) >= LONGEST)
        return false;
    for (; *text != '\0'; text++)
        if (*text != '_' && *text != '-')
            *out++ = (char)tolower((unsigned char)*text);
    *out = '\0';
    return true;
}

static unsigned char least_of(int a, int b)
{
    return (unsigned char)(a < b ? a : b);
}

/* How many letters must be added, dropped, changed, or, in words of four letters or more, swapped
 * with their neighbour. Both texts are shorter than LONGEST. */
static size_t distance(const char *a, const char *b)
{
    unsigned char cost[LONGEST][LONGEST];
    const size_t rows = strlen(a), columns = strlen(b);
    const bool swaps = rows >= 4 && columns >= 4;

    for (size_t i = 0; i <= rows; i++)
        cost[i][0] = (unsigned char)i;
    for (size_t j = 0; j <= columns; j++)
        cost[0][j] = (unsigned char)j;
    for (size_t i = 1; i <= rows; i++) {
        for (size_t j = 1; j <= columns; j++) {
            cost[i][j] = least_of(cost[i - 1][j] + 1, cost[i][j - 1] + 1);
            cost[i][j] = least_of(cost[i][j], cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (swaps && i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost[i][j] = least_of(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[rows][columns];
}

static void consider(struct search *search, const char *candidate)
{
    char other[LONGEST];
    size_t far;

    if (!fold(candidate, other) || other[0] == '\0')
        return;
    far = distance(search->word, other);
    /* Two letters are most of a short word. */
    if (far < search->far &&
        (far < FURTHEST || (strlen(search->word) >= SHORT && strlen(other) >= SHORT))) {
        search->far = far;
        search->found = candidate;
    }
}

const char *spec_suggestion(const struct spec_field *fields, const char *key)
{
    struct search search = {.far = FURTHEST + 1};

    if (!fold(key, search.word) || search.word[0] == '\0')
        return NULL;
    for (; fields->key != NULL; fields++)
        if (!fields->internal)
            consider(&search, fields->key);
    return search.found;
}

const char *spec_nearest(const char *const *values, const char *text)
{
    struct search search = {.far = FURTHEST + 1};

    if (!fold(text, search.word) || search.word[0] == '\0')
        return NULL;
    for (; *values != NULL; values++)
        consider(&search, *values);
    return search.found;
}
