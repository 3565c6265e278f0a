#ifndef VITESS_OPERATOR_ARENA_H
#define VITESS_OPERATOR_ARENA_H

#include <stdbool.h>
#include <stddef.h>

/* Memory for one request: allocated piece by piece, freed all at once.
 *
 * Nothing is freed by hand in hooks/ and lib/vitess. Whoever makes the arena frees it; everything
 * that comes out of it is borrowed until then. With ARENA_DEBUG defined each piece is a malloc of
 * its own, so that sanitizers see every overrun. */
struct arena;

/* A new arena that counts as exhausted once it holds more than `limit` bytes (0: no limit). */
struct arena *arena_new(size_t limit);

void arena_free(struct arena *arena);

/* `size` zeroed bytes, aligned for any type. Never NULL: over the limit the arena still gives
 * memory but is exhausted from then on (the caller's next boundary answers 503); where the machine
 * itself has none left the process ends with a message. */
void *arena_alloc(struct arena *arena, size_t size);

/* The same, not zeroed: for who writes all of it at once. */
void *arena_raw(struct arena *arena, size_t size);

/* The same, or NULL where that would pass the limit, which counts as passed then: for what is large
 * at once, so that the limit holds for it, too. */
void *arena_try(struct arena *arena, size_t size);

/* `count` zeroed things of `size` bytes; an overflowing product is memory that no machine has. */
void *arena_array(struct arena *arena, size_t count, size_t size);

bool arena_exhausted(const struct arena *arena);

/* Bytes handed out so far. */
size_t arena_used(const struct arena *arena);

#define arena_make(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

#endif
