#ifndef VITESS_OPERATOR_SIM_CHANCE_H
#define VITESS_OPERATOR_SIM_CHANCE_H

#include <stddef.h>
#include <stdint.h>

/* Repeatable disorder: which of the orders that a real cluster may take is chosen by the seed. Seed
 * 0 leaves everything in its natural order. */
struct chance {
    uint64_t state;
    unsigned seed;
};

struct chance chance_of(unsigned seed);
/* 0 to `below` - 1; always 0 for seed 0. */
size_t chance_below(struct chance *chance, size_t below);
void chance_shuffle(struct chance *chance, void *items, size_t count, size_t size);

#endif
