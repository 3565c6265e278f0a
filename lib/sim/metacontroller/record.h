#ifndef VITESS_OPERATOR_SIM_RECORD_H
#define VITESS_OPERATOR_SIM_RECORD_H

#include <stddef.h>

#include "hook.h"

/* Option record: each request and answer as a file of its own, in order, so that `sync` can ask any
 * of them again: "00012-shard-sync.request.json" and "00012-shard-sync.answer.json". */
struct record {
    const char *folder; /* NULL: nothing is recorded */
    size_t count;
    const char *trouble; /* why the last file could not be written, or NULL */
};

struct sim;
void record_start(struct sim *sim);
void record_call(struct sim *sim, const struct hook *hook, bool customize, const char *body,
    size_t length, int code, const char *answer, size_t answer_length);

#endif
