#ifndef VITESS_OPERATOR_TEST_TWIN_H
#define VITESS_OPERATOR_TEST_TWIN_H

#include "cli/simulation/http_client.h"
#include "hook.h"
#include "request.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Another build that answers the same requests (make same): TWIN is where it serves, DIFFERENT a
 * folder for what it answers otherwise. The history goes on with our own answer. */

struct twin {
    struct http_client client;
    const char *folder;
    size_t asked, calls, differences;
};

enum { SHOWN = 20 }; /* differences of one history that are kept */

static void twin_keep(const struct twin *twin, struct arena *arena, const char *what,
    const char *text, size_t length)
{
    FILE *file =
        fopen(fmt(arena, "%s/%d-%zu.%s", twin->folder, (int)getpid(), twin->differences, what),
            "w");

    if (file == NULL || fwrite(text, 1, length, file) != length || fclose(file) != 0)
        abort();
}

static void twin_compare(struct twin *twin, struct arena *arena, const struct hook *hook,
    bool customize, const char *body, size_t length, const struct sync_result *own)
{
    const char *name = fmt(arena, "%s%s", hook->name, customize ? "-customize" : "");
    const struct http_answer other =
        http_post(&twin->client, arena, hook_url(arena, "", hook, customize), body, length);

    twin->calls++;
    if (other.code == own->code && other.length == own->length &&
        memcmp(other.body, own->body, own->length) == 0)
        return;
    if (++twin->differences > SHOWN)
        return;
    twin_keep(twin, arena, fmt(arena, "%s.request.json", name), body, length);
    twin_keep(twin, arena, fmt(arena, "%s.ours", name), own->body, own->length);
    twin_keep(twin, arena, fmt(arena, "%s.theirs", name), other.body, other.length);
}

/* The simulator asks everything twice, to see that a hook is a function. */
static int twin_call(void *context, const struct hook *hook, bool customize, const char *body,
    size_t length, struct arena *arena, const char **answer, size_t *answer_length)
{
    struct twin *twin = context;
    const struct sync_result own =
        sync_run(arena, hook, customize, body, length, (struct sync_limits){0});

    if (twin->asked++ % 2 == 0)
        twin_compare(twin, arena, hook, customize, body, length, &own);
    *answer = own.body;
    *answer_length = own.length;
    return own.code;
}

/* NULL where there is none. */
static struct twin *twin_begin(struct arena *arena)
{
    const char *url = getenv("TWIN");
    struct twin *twin;

    if (url == NULL)
        return NULL;
    twin = arena_make(arena, struct twin);
    twin->folder = getenv("DIFFERENT");
    if (twin->folder == NULL || http_client_open(&twin->client, arena, url) != NULL)
        abort();
    return twin;
}

/* One line for each history, in the folder's file "calls": calls and differences. */
static void twin_end(struct twin *twin, struct arena *arena)
{
    FILE *file;

    if (twin == NULL)
        return;
    http_client_close(&twin->client);
    file = fopen(fmt(arena, "%s/calls", twin->folder), "a");
    if (file == NULL || fprintf(file, "%zu %zu\n", twin->calls, twin->differences) < 0 ||
        fclose(file) != 0)
        abort();
}

#endif
