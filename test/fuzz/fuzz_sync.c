#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hook.h"
#include "yaml.h"

/* Bodies for every hook, as JSON or as the YAML that goldens are written in. Whatever comes in: an
 * answer or a refusal with a text, the same for the same bytes, and no crash. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Goldens are YAML; their JSON reaches deeper than what a mutated text is read as. */
static const char *as_json(struct arena *arena, const char *text, size_t *length)
{
    struct yaml_documents documents = {NULL, 0};
    struct json_fault fault = {0, 0, NULL};

    if (!yaml_read(arena, text, *length, &documents, &fault) || documents.count == 0)
        return text;
    return json_write(arena, documents.at[0].value, length);
}

static struct sync_result run(struct arena *arena, const struct hook *hook, const char *text,
    size_t length)
{
    return sync_run(arena, hook, false, text, length, (struct sync_limits){0});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)256 << 20);
    struct json_scope scope = json_enter(arena);
    const char *text = text_copy(arena, (const char *)data, size);
    size_t length = size;

    text = as_json(arena, text, &length);
    each_hook (hook) {
        struct sync_result first = run(arena, hook, text, length);
        struct sync_result second = run(arena, hook, text, length);

        if (first.code < 200 || first.length == 0 || first.code != second.code ||
            first.length != second.length || memcmp(first.body, second.body, first.length) != 0)
            abort();
    }
    json_leave(scope);
    arena_free(arena);
    return 0;
}
