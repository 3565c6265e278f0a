#ifndef VITESS_OPERATOR_LISTEN_H
#define VITESS_OPERATOR_LISTEN_H

#include "arena.h"

/* A listening, non-blocking socket at `address` ("127.0.0.1:0", "[::]:8080", "localhost:80"), and
 * in `bound` what it got: "127.0.0.1:43210". -1 with `problem` set where that fails. */
int listen_at(struct arena *arena, const char *address, const char **bound, const char **problem);

/* The same address with the port after it; port 0 stays. NULL after the last one. */
const char *listen_next(struct arena *arena, const char *address);

#endif
