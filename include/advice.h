#ifndef VITESS_OPERATOR_ADVICE_H
#define VITESS_OPERATOR_ADVICE_H

#include "text.h"

/* What works but should be changed, for one condition. */
struct advice {
    struct arena *arena;
    const char *reason; /* of all messages; "Several" where they differ */
    struct texts messages;
};
struct advice advice_begin(struct arena *arena);
void advice_add(struct advice *advice, const char *reason, const char *message);

#endif
