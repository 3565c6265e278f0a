#ifndef VITESS_OPERATOR_TEXT_H
#define VITESS_OPERATOR_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* printf into the arena. */
__attribute__((format(printf, 2, 3))) const char *fmt(struct arena *arena, const char *format, ...);
const char *vfmt(struct arena *arena, const char *format, va_list arguments);

/* A NUL-terminated copy of the first `length` bytes of `text`. */
const char *text_copy(struct arena *arena, const char *text, size_t length);

/* NULL-safe: two NULLs are equal, NULL and a text are not. */
bool text_equal(const char *a, const char *b);
/* `text` is one of `list`, which a NULL ends. */
bool text_is_one_of(const char *text, const char *const *list);
bool text_starts_with(const char *text, const char *prefix);
bool text_ends_with(const char *text, const char *suffix);
/* `item` is one of those in `list`, which commas separate: "zone1,zone2". */
bool text_lists(const char *list, const char *item);

/* How many letters must be added, dropped, changed or swapped with their neighbour to make `b` of
 * `a`; SIZE_MAX where one of them is longer than a name is. */
size_t text_distance(const char *a, const char *b);
struct texts;
/* The first of those that are nearest to `word`, no more than `furthest` away; NULL: none is. */
const char *texts_nearest(const struct texts *texts, const char *word, size_t furthest);

/* A text that grows in an arena. Zero-initialise it but for the arena: {.arena = a}. */
struct text {
    struct arena *arena;
    char *bytes; /* NUL-terminated once anything was added */
    size_t length;
    size_t capacity;
};

void text_add(struct text *text, const char *more);
void text_add_bytes(struct text *text, const char *bytes, size_t length);
__attribute__((format(printf, 2, 3))) void text_addf(struct text *text, const char *format, ...);

/* The text so far, "" when nothing was added. */
const char *text_string(const struct text *text);

/* `text` in double quotes, with a backslash before each quote and backslash in it, as DOT and YAML
 * read it. */
const char *text_quoted(struct arena *arena, const char *text);

/* A list of texts. Zero-initialise it but for the arena. */
struct texts {
    struct arena *arena;
    const char **at;
    size_t count;
    size_t capacity;
};

void texts_add(struct texts *texts, const char *text);
bool texts_contain(const struct texts *texts, const char *text);
/* Bytewise ascending, as the 2018 hooks sorted every list in status. */
void texts_sort(struct texts *texts);
/* All of them with `separator` between. */
const char *texts_join(const struct texts *texts, const char *separator);
/* What commas separate in `list`, as it is; a comma at the end adds nothing. None of "" or NULL. */
struct texts texts_listed(struct arena *arena, const char *list);

/* Numbers by text, for what is looked up by name. Zero-initialise it but for the arena. The texts
 * are not copied. */
struct text_index {
    struct arena *arena;
    struct text_entry {
        const char *text;
        uint64_t hash;
        size_t number;
    } * at;
    size_t count, capacity;
};

/* The number that `text` has, 0 where it is new. Valid until the next call. */
size_t *text_number(struct text_index *index, const char *text);

/* MD5 of `length` bytes as 32 lower-case hex digits. For identity (tablet uids, names and
 * questions of tasks), never for secrecy. */
const char *digest(struct arena *arena, const char *bytes, size_t length);

#endif
