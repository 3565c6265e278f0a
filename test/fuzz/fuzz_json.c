#include "fuzz.h"

#include "hook.h"
#include "metadata.h"

/* Any bytes as a JSON text: what is read agrees with jansson, is written and read back the same,
 * and is taken by everything that reads documents of strangers. */

static void compare_with_jansson(const json_t *value, const char *text, size_t size)
{
    json_error_t error;
    json_t *theirs = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);

    /* jansson refuses integers beyond 64 bits. */
    insist(theirs == NULL ? json_error_code(&error) == json_error_numeric_overflow
                          : json_same(value, theirs));
}

static void write_and_read(struct arena *arena, const json_t *value)
{
    struct json_fault fault;
    size_t length, again_length;
    const char *text = json_write(arena, value, &length), *pretty;
    const json_t *again = json_read(arena, text, length, 0, &fault);

    insist(again != NULL && strlen(text) == length);
    /* The real number minus zero comes back as the integer zero. */
    if (strstr(text, "-0") != NULL)
        return;
    insist(strcmp(text, json_write(arena, again, &again_length)) == 0);
    pretty = json_write_pretty(arena, value);
    again = json_read(arena, pretty, strlen(pretty), 0, &fault);
    insist(again != NULL && strcmp(text, json_write(arena, again, NULL)) == 0);
    insist(strlen(json_brief(arena, value)) <= 60);
    insist(strcmp(text, json_write(arena, json_clone(value), NULL)) == 0);
}

static void read_as_specs(struct arena *arena, const json_t *value)
{
    each_hook (hook) {
        /* Room for the largest of the structs behind the tables. */
        static const size_t room = 4096;
        struct problems strict = {.arena = arena}, derived = {.arena = arena};

        spec_read(arena, hook->spec, value, "spec", SPEC_STRICT, arena_alloc(arena, room), &strict);
        spec_read(arena,
            hook->spec,
            value,
            "spec",
            SPEC_DERIVED,
            arena_alloc(arena, room),
            &derived);
        problems_text(&strict);
        problems_text(&derived);
    }
}

/* Whether somebody looks into it at once or later makes no difference. */
static void fold(struct arena *arena, const json_t *value, const char *text, size_t size)
{
    struct json_fault fault = {0, 0, NULL};
    const json_t *folded = json_read_folded(arena, text, size, 0, &fault);

    insist((folded == NULL) == (value == NULL));
    if (value == NULL)
        return;
    insist(strcmp(json_write(arena, folded, NULL), json_write(arena, value, NULL)) == 0);
    insist(json_same(folded, value) && json_same(value, folded));
    insist(strcmp(json_write_pretty(arena, folded), json_write_pretty(arena, value)) == 0);
    insist(json_same(json_clone(folded), value));
}

/* In a place that is passed over. */
static void pass(struct arena *arena, const char *text, size_t size)
{
    struct json_fault fault = {0, 0, NULL};
    struct text around = {.arena = arena};
    const json_t *read;

    text_add(&around, "{\"managedFields\":");
    text_add_bytes(&around, text, size);
    text_add(&around, "}");
    read = json_read(arena, text_string(&around), around.length, 0, &fault);
    fold(arena, read, text_string(&around), around.length);
}

/* In objects of a kind, of which one is a little different. */
static void compare(struct arena *arena, const char *text, size_t size)
{
    struct json_fault all = {0, 0, NULL}, folded = {0, 0, NULL};
    struct text around = {.arena = arena};
    const json_t *read;

    for (int i = 0; i < 3; i++) {
        text_add(&around, i == 0 ? "[" : ",");
        text_add(&around, "{\"apiVersion\":\"v1\",\"kind\":\"K\",\"managedFields\":[],\"x\":");
        text_add_bytes(&around, text, size);
        if (i == 1 && size > 0)
            around.bytes[around.length - 1 - (unsigned char)text[0] % size] ^= 1;
        text_add(&around, "}");
    }
    text_add(&around, "]");
    read = json_read(arena, text_string(&around), around.length, 0, &all);
    insist(json_read_folded(arena, text_string(&around), around.length, 0, &folded) != NULL ||
           (read == NULL && all.line == folded.line && all.column == folded.column &&
               strcmp(all.text, folded.text) == 0));
    fold(arena, read, text_string(&around), around.length);
}

static void look(struct arena *arena, const char *text, size_t size)
{
    struct json_fault fault = {0, 0, NULL};
    const json_t *value = json_read(arena, text, size, 0, &fault);

    fold(arena, value, text, size);
    pass(arena, text, size);
    compare(arena, text, size);
    if (value == NULL) {
        insist(fault.line > 0 && fault.column > 0 && fault.text != NULL);
        return;
    }
    compare_with_jansson(value, text, size);
    write_and_read(arena, value);
    read_as_specs(arena, value);
    quantities_canonical(arena, value);
    newest_timestamp(value);
    selector_matches(value, value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_text(data, size, look);
}
