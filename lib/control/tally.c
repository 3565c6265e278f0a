#include "tally.h"

#include <stdlib.h>

const char *tally_text(struct arena *arena, json_int_t count, json_int_t of)
{
    return fmt(arena, "%lld/%lld", (long long)count, (long long)of);
}

json_int_t tally_count(const char *text)
{
    return text == NULL ? 0 : strtoll(text, NULL, 10);
}
