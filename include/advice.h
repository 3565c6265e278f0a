#ifndef VITESS_OPERATOR_ADVICE_H
#define VITESS_OPERATOR_ADVICE_H

#include "request.h"
#include "text.h"

/* What works but should be changed, for one condition. */
struct advice {
    struct arena *arena;
    const char *reason; /* of all messages; "MultipleReasons" where they differ */
    struct texts messages;
};
struct advice advice_begin(struct arena *arena);
void advice_add(struct advice *advice, const char *reason, const char *message);
/* That of the conditions Advice of `children`, each after its kind and name. */
void advice_of(struct advice *advice, const struct objects *children);
/* Says that the parent, which the hook of another kind writes, was edited by hand in vain. `root`
 * is the kind that people edit instead. */
void advise_edit(struct advice *advice, const struct request *request, const char *root);

#endif
