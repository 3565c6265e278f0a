#include "text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *fmt(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    const char *result;

    va_start(arguments, format);
    result = vfmt(arena, format, arguments);
    va_end(arguments);
    return result;
}

/* --- the formats that nearly all are --- */

#define UID "%010u"
enum { UID_LENGTH = sizeof(UID) - 1, UID_DIGITS = 10 };

/* A text that is being made in a room of fixed size. */
struct room {
    char *at;
    const char *end;
};

static bool put_bytes(struct room *room, const char *bytes, size_t length)
{
    if (length > (size_t)(room->end - room->at))
        return false;
    memcpy(room->at, bytes, length);
    room->at += length;
    return true;
}

static bool put_text(struct room *room, const char *text)
{
    return text != NULL && put_bytes(room, text, strlen(text));
}

/* With zeros in front where it has fewer than `least` digits. */
static bool put_number(struct room *room, size_t number, size_t least)
{
    char digits[24];
    size_t first = sizeof(digits);

    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0 || sizeof(digits) - first < least);
    return put_bytes(room, digits + first, sizeof(digits) - first);
}

/* Names, paths and labels are texts joined with %s, %u, %zu and, for uids, %010u, for which printf
 * takes several times as long. False where there is more in the format than that, or too little
 * room. */
static bool join(struct room *room, const char *format, va_list arguments)
{
    for (;;) {
        const char *plain = format;
        bool done;

        while (*format != '%' && *format != '\0')
            format++;
        if (!put_bytes(room, plain, (size_t)(format - plain)))
            return false;
        if (*format == '\0')
            return true;
        if (format[1] == 's')
            done = put_text(room, va_arg(arguments, const char *));
        else if (format[1] == 'u')
            done = put_number(room, va_arg(arguments, unsigned), 1);
        else if (format[1] == 'z' && format[2] == 'u')
            done = put_number(room, va_arg(arguments, size_t), 1);
        else if (strncmp(format, UID, UID_LENGTH) == 0)
            done = put_number(room, va_arg(arguments, unsigned), UID_DIGITS);
        else
            return false;
        if (!done)
            return false;
        format += format[1] == '0' ? UID_LENGTH : format[1] == 'z' ? 3 : 2;
    }
}

const char *vfmt(struct arena *arena, const char *format, va_list arguments)
{
    char small[256];
    struct room room = {small, small + sizeof(small)};
    va_list again;
    bool joined;
    int length;
    char *result;

    va_copy(again, arguments);
    joined = join(&room, format, again);
    va_end(again);
    if (joined)
        return text_copy(arena, small, (size_t)(room.at - small));
    va_copy(again, arguments);
    length = vsnprintf(small, sizeof(small), format, again);
    va_end(again);
    /* Only a format or a size that C cannot express fails, and both are bugs of ours. */
    if (length < 0)
        abort();
    result = arena_raw(arena, (size_t)length + 1);
    if ((size_t)length < sizeof(small))
        memcpy(result, small, (size_t)length + 1);
    else
        vsnprintf(result, (size_t)length + 1, format, arguments);
    return result;
}

const char *text_copy(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_raw(arena, length + 1);

    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

bool text_equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

bool text_is_one_of(const char *text, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (text_equal(*list, text))
            return true;
    }
    return false;
}

bool text_starts_with(const char *text, const char *prefix)
{
    return text != NULL && prefix != NULL && strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends_with(const char *text, const char *suffix)
{
    size_t length, tail;

    if (text == NULL || suffix == NULL)
        return false;
    length = strlen(text);
    tail = strlen(suffix);
    return tail <= length && memcmp(text + length - tail, suffix, tail) == 0;
}

bool text_lists(const char *list, const char *item)
{
    while (*list != '\0') {
        const size_t length = strcspn(list, ",");

        if (strlen(item) == length && strncmp(list, item, length) == 0)
            return true;
        list += length + (list[length] == ',');
    }
    return false;
}

static void text_reserve(struct text *text, size_t more)
{
    size_t capacity = text->capacity < 64 ? 64 : text->capacity;
    char *bytes;

    if (more < text->capacity - text->length)
        return;
    /* A length this large ends in arena_alloc(), where the process has no memory left. */
    while (capacity - text->length <= more && capacity <= SIZE_MAX / 2)
        capacity *= 2;
    bytes = arena_raw(text->arena, capacity);
    if (text->length > 0)
        memcpy(bytes, text->bytes, text->length);
    text->bytes = bytes;
    text->capacity = capacity;
}

void text_add_bytes(struct text *text, const char *bytes, size_t length)
{
    text_reserve(text, length);
    if (length > 0)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *more)
{
    text_add_bytes(text, more, strlen(more));
}

void text_addf(struct text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text_add(text, vfmt(text->arena, format, arguments));
    va_end(arguments);
}

const char *text_string(const struct text *text)
{
    return text->bytes == NULL ? "" : text->bytes;
}

const char *text_quoted(struct arena *arena, const char *text)
{
    struct text out = {.arena = arena};

    text_add(&out, "\"");
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            text_add(&out, "\\");
        text_add_bytes(&out, text, 1);
    }
    text_add(&out, "\"");
    return text_string(&out);
}

void texts_add(struct texts *texts, const char *text)
{
    if (texts->count == texts->capacity) {
        size_t capacity = texts->capacity == 0 ? 8 : texts->capacity * 2;
        const char **at = arena_array(texts->arena, capacity, sizeof(*at));

        if (texts->count > 0)
            memcpy(at, texts->at, texts->count * sizeof(*at));
        texts->at = at;
        texts->capacity = capacity;
    }
    texts->at[texts->count++] = text;
}

bool texts_contain(const struct texts *texts, const char *text)
{
    for (size_t i = 0; i < texts->count; i++)
        if (text_equal(texts->at[i], text))
            return true;
    return false;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void texts_sort(struct texts *texts)
{
    if (texts->count > 1)
        qsort(texts->at, texts->count, sizeof(*texts->at), compare_texts);
}

const char *texts_join(const struct texts *texts, const char *separator)
{
    struct text joined = {.arena = texts->arena};

    for (size_t i = 0; i < texts->count; i++) {
        if (i > 0)
            text_add(&joined, separator);
        text_add(&joined, texts->at[i]);
    }
    return text_string(&joined);
}

struct texts texts_listed(struct arena *arena, const char *list)
{
    struct texts texts = {.arena = arena};

    while (list != NULL && *list != '\0') {
        const size_t length = strcspn(list, ",");

        texts_add(&texts, text_copy(arena, list, length));
        list += length + (list[length] == ',');
    }
    return texts;
}
