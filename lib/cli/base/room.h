#ifndef VITESS_OPERATOR_CLI_ROOM_H
#define VITESS_OPERATOR_CLI_ROOM_H

#include "arena.h"

/* A list of `count` things of `size` bytes with room for one more: `list` itself while `*capacity`
 * allows, else a copy that is twice as large. */
void *with_room(struct arena *arena, void *list, size_t count, size_t *capacity, size_t size);

#endif
