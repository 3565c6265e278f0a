#ifndef VITESS_OPERATOR_CLOCK_H
#define VITESS_OPERATOR_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Microseconds of a clock that only goes forward. */
static inline int64_t clock_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

#endif
