#include "hook_url.h"

#include <string.h>

const char *hook_url(struct arena *arena, const char *base, const struct hook *hook, bool customize)
{
    size_t length = strlen(base);

    while (length > 0 && base[length - 1] == '/')
        length--;
    return fmt(arena,
        "%.*s/%s/%s/%s",
        (int)length,
        base,
        version_of_api(hook->api),
        hook->name,
        customize ? "customize" : "sync");
}
