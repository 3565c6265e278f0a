#include "arena.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK ((size_t)16 * 1024)
#define LARGEST_BLOCK ((size_t)1024 * 1024)
#define ALIGNMENT (alignof(max_align_t))
#define KEPT_BLOCKS 32
/* Of so many the kernel gives those alone that are touched, and they are zero. */
#define MANY_PAGES ((size_t)128 * 1024)

struct block {
    struct block *next;
    size_t size, used;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *blocks; /* the first one is the one that is being filled */
    size_t block_size;    /* of the next block */
    size_t limit, used;
    bool refused; /* more than the limit, at once */
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
    arena->limit = limit > 0 ? limit : SIZE_MAX;
    arena->block_size = FIRST_BLOCK;
    return arena;
}

static struct block *block_new(size_t size, bool zeroed)
{
    struct block *block = NULL;

    if (size <= SIZE_MAX - sizeof(*block))
        block = zeroed ? calloc(1, sizeof(*block) + size) : malloc(sizeof(*block) + size);
    if (block == NULL)
        out_of_memory(size);
    *block = (struct block){.size = size};
    return block;
}

/* Behind the block that is being filled, whose room would be lost otherwise. */
static void add_behind(struct arena *arena, struct block *block)
{
    struct block **place = arena->blocks == NULL ? &arena->blocks : &arena->blocks->next;

    block->next = *place;
    *place = block;
}

#ifdef ARENA_DEBUG

static void give_back(struct block *block)
{
    free(block);
}

static void *take(struct arena *arena, size_t size)
{
    struct block *block = block_new(size, false);

    add_behind(arena, block);
    return block->bytes;
}

#else

/* Blocks of the largest size that no arena uses. Memory that was touched before costs nothing,
 * while the pages of new memory cost about as much as all that a request does with them. */
static struct {
    pthread_mutex_t lock;
    struct block *first;
    size_t count;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void give_back(struct block *block)
{
    bool keep = false;

    if (block->size == LARGEST_BLOCK) {
        pthread_mutex_lock(&kept.lock);
        keep = kept.count < KEPT_BLOCKS;
        if (keep) {
            block->next = kept.first;
            kept.first = block;
            kept.count++;
        }
        pthread_mutex_unlock(&kept.lock);
    }
    if (!keep)
        free(block);
}

static struct block *kept_block(void)
{
    struct block *block;

    pthread_mutex_lock(&kept.lock);
    block = kept.first;
    if (block != NULL) {
        kept.first = block->next;
        kept.count--;
        block->used = 0;
    }
    pthread_mutex_unlock(&kept.lock);
    return block;
}

static struct block *next_block(struct arena *arena)
{
    struct block *block = kept_block();

    if (block == NULL)
        block = block_new(arena->block_size, false);
    /* Who needs more than a little soon needs a lot, and only the largest blocks are kept. */
    arena->block_size = LARGEST_BLOCK;
    return block;
}

/* Where the block that is being filled has no room. Apart from take(), which jansson calls for each
 * value and which would otherwise save and restore registers that only this needs. */
static __attribute__((noinline)) struct block *block_with_room(struct arena *arena, size_t size)
{
    bool large = size > arena->block_size / 4;
    struct block *block = large ? block_new(size, false) : next_block(arena);

    if (large) {
        add_behind(arena, block);
    } else {
        block->next = arena->blocks;
        arena->blocks = block;
    }
    return block;
}

static void *take(struct arena *arena, size_t size)
{
    struct block *block = arena->blocks;

    if (size > SIZE_MAX - ALIGNMENT)
        out_of_memory(size);
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (block == NULL || size > block->size - block->used)
        block = block_with_room(arena, size);
    block->used += size;
    return block->bytes + block->used - size;
}

#endif

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    for (struct block *block = arena->blocks, *next; block != NULL; block = next) {
        next = block->next;
        give_back(block);
    }
    free(arena);
}

void *arena_raw(struct arena *arena, size_t size)
{
    arena->used += size;
    return take(arena, size);
}

void *arena_try(struct arena *arena, size_t size)
{
    if (arena->used > arena->limit || size > arena->limit - arena->used) {
        arena->refused = true;
        return NULL;
    }
    return arena_raw(arena, size);
}

void *arena_alloc(struct arena *arena, size_t size)
{
    struct block *block;

    if (size < MANY_PAGES)
        return memset(arena_raw(arena, size), 0, size);
    block = block_new(size, true);
    add_behind(arena, block);
    block->used = size;
    arena->used += size;
    return block->bytes;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size)
        out_of_memory(SIZE_MAX);
    return arena_alloc(arena, count * size);
}

bool arena_exhausted(const struct arena *arena)
{
    return arena->refused || arena->used > arena->limit;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}
