#ifndef VITESS_OPERATOR_FUZZ_H
#define VITESS_OPERATOR_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

/* What the targets share. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void insist(bool holds)
{
    if (!holds)
        abort();
}

typedef void fuzz_function(struct arena *arena, const char *text, size_t size);

/* The bytes as a text without a NUL behind it: a copy, so that a byte too far is seen. */
static inline int fuzz_text(const uint8_t *data, size_t size, fuzz_function *look)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct json_scope scope = json_enter(arena);
    char *text = size == 0 ? NULL : memcpy(malloc(size), data, size);

    look(arena, text == NULL ? "" : text, size);
    free(text);
    json_leave(scope);
    arena_free(arena);
    return 0;
}

#endif
