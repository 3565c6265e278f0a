#include "advice.h"

struct advice advice_begin(struct arena *arena)
{
    return (struct advice){.arena = arena, .messages = {.arena = arena}};
}

void advice_add(struct advice *advice, const char *reason, const char *message)
{
    bool other = advice->reason != NULL && !text_equal(advice->reason, reason);

    advice->reason = other ? "Several" : reason;
    texts_add(&advice->messages, message);
}
