#include <string.h>

#include "record.h"
#include "sim/core/faults.h"
#include "sim/core/world.h"
#include "sync.h"

/* One request, asked twice: a hook is a pure function, so its answers are the same to the byte. */

/* Retry-After of a 429 that was asked for, and the webhook's timeout (metacontroller.c). */
enum { RETRY_AFTER = 5, TIMEOUT = 30 };

struct reply {
    int code;
    const char *text;
    size_t length;
};

static struct reply ask(struct sync *sync, struct arena *arena, bool customize, const char *body,
    size_t length)
{
    const struct sim_options *options = &sync->sim->options;
    const struct hook *hook = sync->controller->hook;
    struct reply reply = {0};
    struct sync_result result;

    if (options->call != NULL) {
        reply.code = options->call(options->call_context,
            hook,
            customize,
            body,
            length,
            arena,
            &reply.text,
            &reply.length);
        return reply;
    }
    result = sync_run(arena, hook, customize, body, length, (struct sync_limits){0});
    return (struct reply){result.code, result.body, result.length};
}

static void compare(struct sync *sync, bool customize, const char *body, size_t length,
    const struct reply *first)
{
    struct arena *arena = arena_new(0);
    struct reply second = ask(sync, arena, customize, body, length);

    if (second.code != first->code || second.length != first->length ||
        (first->length > 0 && memcmp(second.text, first->text, first->length) != 0))
        world_violation(sync->sim,
            "determinism",
            "%s %s: one request got two answers",
            sync->parent->kind->name,
            sync->parent->key);
    arena_free(arena);
}

/* The first line: the text goes into an Event and must be short. */
static const char *first_line(struct arena *arena, const struct reply *reply)
{
    const char *text = reply->text == NULL ? "" : reply->text;
    size_t length = strcspn(text, "\n");

    return text_copy(arena, text, length > 300 ? 300 : length);
}

/* 422 (bad input), 429 and 503 (not now) are answers that a hook may give; others are bugs. */
static void note_refusal(struct sync *sync, const struct reply *reply)
{
    const char *text = first_line(sync->arena, reply);

    if (reply->code == 429) {
        sync->retry_after = 1;
        return;
    }
    sync->error = fmt(sync->arena, "the hook answered %d: %s", reply->code, text);
    if (reply->code != 422 && reply->code != 503)
        world_violation(sync->sim,
            "answer",
            "%s %s: %s",
            sync->parent->kind->name,
            sync->parent->key,
            sync->error);
}

/* A fault that was asked for. A hook that hangs is given up when the webhook's timeout is over. */
static bool fails_on_purpose(struct sync *sync)
{
    switch (faults_hook(sync->sim, sync->controller->hook)) {
    case HOOK_ANSWERS_500:
        sync->error = "the hook answered 500: this fault was asked for";
        return true;
    case HOOK_ANSWERS_429:
        sync->retry_after = RETRY_AFTER;
        return true;
    case HOOK_HANGS:
        sync->took = TIMEOUT;
        sync->error = "context deadline exceeded: this fault was asked for";
        return true;
    case HOOK_ANSWERS:
        break;
    }
    return false;
}

const json_t *sync_call(struct sync *sync, bool customize)
{
    struct json_fault fault = {0, 0, NULL};
    struct sim *sim = sync->sim;
    const json_t *answer;
    struct reply reply;
    const char *body;
    size_t length;

    if (fails_on_purpose(sync))
        return NULL;
    body = sync_body(sync, customize, &length);
    sim->metacontroller->calls++;
    reply = ask(sync, sync->arena, customize, body, length);
    record_call(sim,
        sync->controller->hook,
        customize,
        body,
        length,
        reply.code,
        reply.text,
        reply.length);
    compare(sync, customize, body, length, &reply);
    if (reply.code != 200) {
        note_refusal(sync, &reply);
        return NULL;
    }
    /* To Go's decoder null is an object without fields. */
    if (reply.length == strlen("null") && memcmp(reply.text, "null", reply.length) == 0)
        return json_new_map();
    answer = json_read(sync->arena, reply.text, reply.length, 0, &fault);
    if (!json_is_object(answer)) {
        sync->error = "the hook's answer is no JSON object";
        world_violation(sim,
            "answer",
            "%s %s: %s",
            sync->parent->kind->name,
            sync->parent->key,
            fault.text == NULL ? sync->error : fault.text);
        return NULL;
    }
    return answer;
}
