#include "json.h"

#include <pthread.h>
#include <stdlib.h>

/* Where this thread's jansson gets its memory; NULL: malloc. */
static _Thread_local struct arena *current;

static void *scoped_malloc(size_t size)
{
    return current == NULL ? malloc(size) : arena_raw(current, size);
}

static void scoped_free(void *bytes)
{
    if (current == NULL)
        free(bytes);
}

static void set_functions(void)
{
    json_set_alloc_funcs(scoped_malloc, scoped_free);
}

struct json_scope json_enter(struct arena *arena)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct json_scope scope = {current};

    pthread_once(&once, set_functions);
    current = arena;
    return scope;
}

void json_leave(struct json_scope scope)
{
    current = scope.previous;
}
