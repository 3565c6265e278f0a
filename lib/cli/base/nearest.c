#include <stdint.h>
#include <string.h>

#include "cli.h"

const char *nearest(const struct texts *candidates, const char *word)
{
    const char *found = NULL;
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < candidates->count; i++) {
        const char *candidate = candidates->at[i];
        /* "simul" for "simulate": somebody who stopped typing. */
        const bool begun = strlen(word) >= 2 && text_starts_with(candidate, word);
        const size_t away = begun ? 1 : text_distance(candidate, word);

        if (away < best) {
            best = away;
            found = candidate;
        }
    }
    /* A third of the word wrong is still a slip; more is another word. */
    return best <= (strlen(word) + 2) / 3 ? found : NULL;
}
