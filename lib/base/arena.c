#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK ((size_t)16 * 1024)
#define LARGEST_BLOCK ((size_t)1024 * 1024)
#define ALIGNMENT (alignof(max_align_t))

struct block {
    struct block *next;
    size_t size, used;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *blocks; /* the first one is the one that is being filled */
    size_t block_size;    /* of the next block */
    size_t limit, used;
    bool exhausted;
};

/* No caller can go on without memory, and none of them holds anything that has to be saved. */
static _Noreturn void out_of_memory(size_t size)
{
    fprintf(stderr, "vitess-operator: out of memory (%zu bytes wanted)\n", size);
    abort();
}

struct arena *arena_new(size_t limit)
{
    struct arena *arena = calloc(1, sizeof(*arena));

    if (arena == NULL)
        out_of_memory(sizeof(*arena));
    arena->limit = limit;
    arena->block_size = FIRST_BLOCK;
    return arena;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    for (struct block *block = arena->blocks, *next; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
    free(arena);
}

static struct block *block_new(size_t size)
{
    struct block *block = NULL;

    if (size <= SIZE_MAX - sizeof(*block))
        block = malloc(sizeof(*block) + size);
    if (block == NULL)
        out_of_memory(size);
    *block = (struct block){.size = size};
    return block;
}

#ifdef ARENA_DEBUG

static void *take(struct arena *arena, size_t size)
{
    struct block *block = block_new(size);

    block->next = arena->blocks;
    arena->blocks = block;
    return block->bytes;
}

#else

static void *take(struct arena *arena, size_t size)
{
    struct block *block = arena->blocks;

    if (size > SIZE_MAX - ALIGNMENT)
        out_of_memory(size);
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (block == NULL || size > block->size - block->used) {
        bool large = size > arena->block_size / 4;

        block = block_new(large ? size : arena->block_size);
        if (large && arena->blocks != NULL) {
            /* Behind the block that is being filled, whose room would be lost otherwise. */
            block->next = arena->blocks->next;
            arena->blocks->next = block;
        } else {
            block->next = arena->blocks;
            arena->blocks = block;
        }
        if (!large && arena->block_size < LARGEST_BLOCK)
            arena->block_size *= 2;
    }
    block->used += size;
    return block->bytes + block->used - size;
}

#endif

void *arena_alloc(struct arena *arena, size_t size)
{
    void *bytes = take(arena, size);

    arena->used += size;
    if (arena->limit > 0 && arena->used > arena->limit)
        arena->exhausted = true;
    return memset(bytes, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size)
        out_of_memory(SIZE_MAX);
    return arena_alloc(arena, count * size);
}

bool arena_exhausted(const struct arena *arena)
{
    return arena->exhausted;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}
