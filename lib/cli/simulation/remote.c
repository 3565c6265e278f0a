#include "remote.h"

#include "cli/base/cli.h"

int remote_call(void *context, const struct hook *hook, bool customize, const char *body,
    size_t length, struct arena *arena, const char **answer, size_t *answer_length)
{
    struct remote *remote = context;
    const struct http_answer got =
        http_post(&remote->client, arena, hook_url(arena, "", hook, customize), body, length);

    if (got.code == 0 && remote->fault == NULL)
        remote->fault = fmt(cli_arena(), "%s", got.body);
    *answer = got.body;
    *answer_length = got.length;
    /* To Metacontroller a server that does not answer is an error like any other. */
    return got.code == 0 ? 503 : got.code;
}
