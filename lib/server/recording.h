#ifndef VITESS_OPERATOR_RECORDING_H
#define VITESS_OPERATOR_RECORDING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

/* Requests and answers as files, for who wants to replay with `sync` what has happened. Bodies may
 * hold what is nobody else's business, so the files can be read by their owner alone. */
struct recording {
    int folder;        /* -1: nothing is recorded */
    const char *start; /* of the process, the beginning of every name: 20261128T004510 */
    atomic_size_t count;
    atomic_bool ended; /* for want of room, or because there are enough */
};

/* The folder "" records nothing. NULL, or what is wrong with it. */
const char *recording_begin(struct recording *recording, struct arena *arena, const char *folder);
/* START-00001-shard-sync.request.json and .answer.json (.txt where it is not 200). */
void recording_add(struct recording *recording, const char *hook, bool customize, int code,
    const char *request, size_t request_length, const char *answer, size_t answer_length);

#endif
