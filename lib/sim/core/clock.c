#include "clock.h"

#include <time.h>

#define START 1767225600 /* 2026-01-01T00:00:00Z */

const char *clock_text(struct arena *arena, long second)
{
    time_t time = START + second;
    struct tm parts;
    char text[sizeof("2026-01-01T00:00:00Z")];

    gmtime_r(&time, &parts);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return fmt(arena, "%s", text);
}
