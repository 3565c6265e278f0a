#include <stdint.h>
#include <string.h>

#include "cli.h"

/* Optimal string alignment: how many letters must be added, dropped, changed or swapped with their
 * neighbour. */
static size_t distance(const char *a, const char *b)
{
    const size_t rows = strlen(a), columns = strlen(b), width = columns + 1;
    size_t *cost = arena_array(cli_arena(), (rows + 1) * width, sizeof(*cost));

    for (size_t i = 0; i <= rows; i++)
        cost[i * width] = i;
    for (size_t j = 0; j <= columns; j++)
        cost[j] = j;
    for (size_t i = 1; i <= rows; i++) {
        for (size_t j = 1; j <= columns; j++) {
            const size_t *here = &cost[i * width + j];
            const size_t drop = here[-(ptrdiff_t)width] + 1, add = here[-1] + 1;
            const size_t change = here[-(ptrdiff_t)width - 1] + (a[i - 1] != b[j - 1]);
            size_t least = drop < add ? drop : add;

            if (change < least)
                least = change;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                cost[(i - 2) * width + j - 2] + 1 < least)
                least = cost[(i - 2) * width + j - 2] + 1;
            cost[i * width + j] = least;
        }
    }
    return cost[rows * width + columns];
}

const char *nearest(const struct texts *candidates, const char *word)
{
    const char *found = NULL;
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < candidates->count; i++) {
        const char *candidate = candidates->at[i];
        /* "simul" for "simulate": somebody who stopped typing. */
        const bool begun = strlen(word) >= 2 && text_starts_with(candidate, word);
        const size_t away = begun ? 1 : distance(candidate, word);

        if (away < best) {
            best = away;
            found = candidate;
        }
    }
    /* A third of the word wrong is still a slip; more is another word. */
    return best <= (strlen(word) + 2) / 3 ? found : NULL;
}
