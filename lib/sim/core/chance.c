#include "chance.h"

#include <string.h>

struct chance chance_of(unsigned seed)
{
    return (struct chance){.state = seed, .seed = seed};
}

/* splitmix64 (public domain, Vigna). */
static uint64_t next(struct chance *chance)
{
    uint64_t mixed = chance->state += 0x9e3779b97f4a7c15u;

    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
}

size_t chance_below(struct chance *chance, size_t below)
{
    return chance->seed == 0 || below < 2 ? 0 : (size_t)(next(chance) % below);
}

void chance_shuffle(struct chance *chance, void *items, size_t count, size_t size)
{
    unsigned char *bytes = items;
    unsigned char kept[64];

    if (chance->seed == 0 || size > sizeof(kept))
        return;
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)(next(chance) % i);

        memcpy(kept, bytes + (i - 1) * size, size);
        memmove(bytes + (i - 1) * size, bytes + other * size, size);
        memcpy(bytes + other * size, kept, size);
    }
}
