#include "problem.h"

#include <stdint.h>
#include <string.h>

#include "text.h"

static uint64_t hash_text(uint64_t hash, const char *text)
{
    /* FNV-1a, with the terminator so that ("ab", "c") and ("a", "bc") differ. */
    do
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    while (*text++ != '\0');
    return hash;
}

/* Where the problem's index (plus one) is, or belongs, in the table of slots. */
static size_t *find_slot(const struct problems *problems, const char *path, const char *rule)
{
    size_t mask = problems->capacity * 2 - 1;
    size_t at = (size_t)hash_text(hash_text(14695981039346656037u, path), rule) & mask;

    for (;; at = (at + 1) & mask) {
        size_t *slot = &problems->slots[at];

        if (*slot == 0)
            return slot;
        if (strcmp(problems->at[*slot - 1].path, path) == 0 &&
            strcmp(problems->at[*slot - 1].rule, rule) == 0)
            return slot;
    }
}

/* A spec may be wrong in a hundred thousand places, so looking for an equal problem must not take
 * a walk over all of them. */
static void grow(struct problems *problems)
{
    struct problem *old = problems->at;

    problems->capacity = problems->capacity == 0 ? 8 : problems->capacity * 2;
    problems->at = arena_array(problems->arena, problems->capacity, sizeof(*problems->at));
    problems->slots = arena_array(problems->arena, problems->capacity * 2, sizeof(size_t));
    if (problems->count > 0)
        memcpy(problems->at, old, problems->count * sizeof(*old));
    for (size_t i = 0; i < problems->count; i++)
        *find_slot(problems, problems->at[i].path, problems->at[i].rule) = i + 1;
}

void problem_add(struct problems *problems, const char *path, const char *format, ...)
{
    va_list arguments;
    const char *rule;
    size_t *slot;

    if (problem_is_explained(problems, path))
        return;
    va_start(arguments, format);
    rule = vfmt(problems->arena, format, arguments);
    va_end(arguments);
    if (problems->count == problems->capacity)
        grow(problems);
    slot = find_slot(problems, path, rule);
    if (*slot != 0)
        return;
    problems->at[problems->count++] = (struct problem){.path = path, .rule = rule};
    *slot = problems->count;
}

void problem_explain(struct problems *problems, const char *path)
{
    if (problems->explained == NULL) {
        problems->explained = arena_make(problems->arena, struct problems);
        problems->explained->arena = problems->arena;
    }
    problem_add(problems->explained, path, "%s", "");
}

bool problem_is_explained(const struct problems *problems, const char *path)
{
    const struct problems *explained = problems->explained;

    return explained != NULL && *find_slot(explained, path, "") != 0;
}

const char *problems_text(const struct problems *problems)
{
    struct text text = {.arena = problems->arena};

    for (size_t i = 0; i < problems->count; i++) {
        text_add(&text, i > 0 ? "\n" : "");
        text_add(&text, problems->at[i].path);
        text_add(&text, ": ");
        text_add(&text, problems->at[i].rule);
    }
    return text_string(&text);
}

const char *problems_outline(const struct problems *problems)
{
    struct text text = {.arena = problems->arena};

    for (size_t i = 0; i < problems->count; i++) {
        const char *rule = problems->at[i].rule, *value = strstr(rule, ", got ");

        text_addf(&text, "%s%s: ", i > 0 ? "; " : "", problems->at[i].path);
        text_add_bytes(&text, rule, value == NULL ? strlen(rule) : (size_t)(value - rule));
    }
    return text_string(&text);
}
