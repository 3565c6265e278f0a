#ifndef VITESS_OPERATOR_LEVEL_H
#define VITESS_OPERATOR_LEVEL_H

#include "advice.h"
#include "conditions.h"
#include "request.h"
#include "spec.h"
#include "staging.h"
#include "task.h"

/* What a level of the tree says of itself: the conditions of an object whose children are staged.
 * Every API has the same four, whatever its kinds are: Ready, Updated, Progressing and, where there
 * is any, Advice. Texts are borrowed; lists that are given back are new, of the request's arena. */

struct level_conditions {
    bool ready;
    const char *ready_reason, *ready_message; /* why not; NULL: nothing more is known */
    const char *well_reason, *well_message; /* what is said while it is; NULL: no more than that */
    const struct stage *stage; /* planned; NULL: each of `rolling` children rolls by itself */
    size_t rolling;
    const char *pending;       /* what is still to be done besides the stage, or NULL */
    struct task_failure stuck; /* a task without which nothing goes on, and that does not */
    /* What people should know although all is well: adds the condition Advice, True, when set. */
    const char *advice_reason, *advice_message;
};

/* status.conditions of the parent. */
const json_t *level_conditions(const struct request *request, const struct level_conditions *level);
/* Puts all of `advice` into `level`. */
void advice_give(const struct advice *advice, struct level_conditions *level);

/* The status of a parent whose children stay as they are. Of an earlier rollout nothing more is
 * seen, so Ready says `why` and the others `until`; the rest, advice among it, is as it was. */
const json_t *standstill(const struct request *request, const char *reason, const char *why,
    const char *until);

/* Reads the spec of a derived kind into the zeroed struct `out`; false, with the answer a 422,
 * where it cannot be parsed. */
bool read_derived(const struct request *request, struct answer *answer,
    const struct spec_field *fields, void *out);
/* Nothing changes and nothing is deleted until the user's spec, which has these problems, is right
 * again. */
void stay_as_it_is(const struct request *request, struct answer *answer,
    const struct problems *problems);

#endif
