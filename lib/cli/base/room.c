#include "room.h"

#include <string.h>

void *with_room(struct arena *arena, void *list, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return list;

    *capacity = *capacity == 0 ? 8 : 2 * *capacity;
    void *more = arena_array(arena, *capacity, size);
    if (count > 0)
        memcpy(more, list, count * size);
    return more;
}
