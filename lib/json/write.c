#include "fold.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plain.h"

/* The text that Go's encoding/json makes (HTML escaping on, as json.Marshal has it), so that what
 * we write can be compared with what Metacontroller wrote byte by byte. */

struct writer {
    struct text out;
    int indent; /* spaces per level, 0: compact */
    int level;
    bool html; /* escape what HTML gives a meaning to; a nuisance where people read the text */
};

struct entry {
    const char *key;
    size_t length;
    const json_t *value;
};

static void write_value(struct writer *writer, const json_t *value);

/* How a byte of a string goes out: as it is, escaped where HTML matters, or always escaped or at
 * least looked at. 0xe2 starts U+2028 and U+2029. */
enum { AS_IT_IS, FOR_HTML, ALWAYS };
static const unsigned char escaping[256] = {ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ['"'] = ALWAYS,
    ['\\'] = ALWAYS,
    ['<'] = FOR_HTML,
    ['>'] = FOR_HTML,
    ['&'] = FOR_HTML,
    [0xe2] = ALWAYS};

/* text_add_bytes() for the many small pieces; the end of json_write() adds the terminator. */
static inline void add(struct text *out, const char *bytes, size_t length)
{
    if (out->capacity - out->length <= length) {
        text_add_bytes(out, bytes, length);
        return;
    }
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

/* Writes the escape at `bytes` and returns how many bytes it stands for. */
static size_t write_escape(struct text *out, const char *bytes, size_t length)
{
    static const char names[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    unsigned char byte = (unsigned char)bytes[0];

    if (byte == 0xe2) {
        if (length >= 3 && bytes[1] == '\x80' && (bytes[2] == '\xa8' || bytes[2] == '\xa9')) {
            text_add(out, bytes[2] == '\xa8' ? "\\u2028" : "\\u2029");
            return 3;
        }
        text_add_bytes(out, bytes, 1);
        return 1;
    }
    for (const char *name = names; *name != '\0'; name += 2) {
        if (*name == bytes[0]) {
            text_add_bytes(out, (const char[]){'\\', name[1]}, 2);
            return 1;
        }
    }
    text_addf(out, "\\u%04x", byte);
    return 1;
}

static void write_string(struct writer *writer, const char *bytes, size_t length)
{
    struct text *out = &writer->out;
    unsigned char as_it_is = writer->html ? AS_IT_IS : FOR_HTML;
    const char *start = bytes, *at = bytes, *end = bytes + length;

    add(out, "\"", 1);
    while ((at = skip_plain(at, end)) < end) {
        if (escaping[(unsigned char)*at] <= as_it_is) {
            at++;
            continue;
        }
        add(out, start, (size_t)(at - start));
        at += write_escape(out, at, (size_t)(end - at));
        start = at;
    }
    add(out, start, (size_t)(end - start));
    add(out, "\"", 1);
}

static void write_integer(struct text *out, json_int_t number)
{
    char digits[24];
    char *at = digits + sizeof(digits);
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (number < 0)
        *--at = '-';
    add(out, at, (size_t)(digits + sizeof(digits) - at));
}

/* The shortest digits that read back as the same number, and the power of ten of the first one. */
static size_t shortest_digits(double number, char digits[32], int *exponent)
{
    char text[40], *mark;
    size_t count = 0;
    int precision = 0;

    do
        snprintf(text, sizeof(text), "%.*e", precision, number);
    while (strtod(text, NULL) != number && ++precision <= 17);
    mark = strchr(text, 'e');
    *exponent = atoi(mark + 1);
    for (const char *at = text; at < mark; at++)
        if (*at >= '0' && *at <= '9')
            digits[count++] = *at;
    return count;
}

static void add_zeros(struct text *out, int count)
{
    while (count-- > 0)
        add(out, "0", 1);
}

/* Go writes exponents only outside 1e-6..1e21, and without padding. */
static void write_real(struct text *out, double number)
{
    char digits[32];
    int exponent, whole;
    size_t count = shortest_digits(number, digits, &exponent);

    text_add(out, signbit(number) ? "-" : "");
    if (number != 0 && (exponent < -6 || exponent >= 21)) {
        add(out, digits, 1);
        text_add(out, count > 1 ? "." : "");
        add(out, digits + 1, count - 1);
        text_addf(out, "e%+d", exponent);
        return;
    }
    if (exponent < 0) {
        text_add(out, "0.");
        add_zeros(out, -exponent - 1);
        add(out, digits, count);
        return;
    }
    whole = exponent + 1 < (int)count ? exponent + 1 : (int)count;
    add(out, digits, (size_t)whole);
    add_zeros(out, exponent + 1 - whole);
    text_add(out, (size_t)whole < count ? "." : "");
    add(out, digits + whole, count - (size_t)whole);
}

static void new_line(struct writer *writer)
{
    if (writer->indent == 0)
        return;
    add(&writer->out, "\n", 1);
    for (int i = 0; i < writer->level * writer->indent; i++)
        add(&writer->out, " ", 1);
}

static int compare_entries(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

/* Most mappings are small, and those that were written by Go are sorted already. */
static void sort_entries(struct entry *entries, size_t count)
{
    if (count > 48) {
        qsort(entries, count, sizeof(*entries), compare_entries);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct entry entry = entries[i];
        size_t at = i;

        for (; at > 0 && strcmp(entries[at - 1].key, entry.key) > 0; at--)
            entries[at] = entries[at - 1];
        entries[at] = entry;
    }
}

static void write_entries(struct writer *writer, const struct entry *entries, size_t count)
{
    writer->level++;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            add(&writer->out, ",", 1);
        new_line(writer);
        write_string(writer, entries[i].key, entries[i].length);
        add(&writer->out, ": ", writer->indent > 0 ? 2 : 1);
        write_value(writer, entries[i].value);
    }
    writer->level--;
    if (count > 0)
        new_line(writer);
}

static void write_mapping(struct writer *writer, const json_t *mapping)
{
    struct entry some[32], *entries = some;
    size_t size = json_object_size(mapping), count = 0;
    const char *key;
    const json_t *value;

    if (size > sizeof(some) / sizeof(some[0]))
        entries = arena_array(writer->out.arena, size, sizeof(*entries));
    json_each_field (mapping, key, value)
        entries[count++] = (struct entry){key, json_object_iter_key_len(key_iter), value};
    sort_entries(entries, count);
    add(&writer->out, "{", 1);
    write_entries(writer, entries, count);
    add(&writer->out, "}", 1);
}

static void write_list(struct writer *writer, const json_t *list)
{
    const json_t *item;

    add(&writer->out, "[", 1);
    writer->level++;
    json_each_item (list, i, item) {
        if (i > 0)
            add(&writer->out, ",", 1);
        new_line(writer);
        write_value(writer, item);
    }
    writer->level--;
    if (json_array_size(list) > 0)
        new_line(writer);
    add(&writer->out, "]", 1);
}

/* A value of a text that is written as it is there. */
static bool write_folded(struct writer *writer, const json_t *value)
{
    size_t length;
    const char *text = json_folded_text(value, &length);

    if (text == NULL || !writer->html || writer->indent > 0)
        return false;
    add(&writer->out, text, length);
    return true;
}

static void write_value(struct writer *writer, const json_t *value)
{
    if (write_folded(writer, value))
        return;
    value = json_unfolded(value);
    switch (value == NULL ? JSON_NULL : json_typeof(value)) {
    case JSON_OBJECT:
        write_mapping(writer, value);
        break;
    case JSON_ARRAY:
        write_list(writer, value);
        break;
    case JSON_STRING:
        write_string(writer, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        write_integer(&writer->out, json_integer_value(value));
        break;
    case JSON_REAL:
        write_real(&writer->out, json_real_value(value));
        break;
    case JSON_TRUE:
        text_add(&writer->out, "true");
        break;
    case JSON_FALSE:
        text_add(&writer->out, "false");
        break;
    case JSON_NULL:
        text_add(&writer->out, "null");
        break;
    }
}

const char *json_write(struct arena *arena, const json_t *value, size_t *length)
{
    struct writer writer = {.out = {.arena = arena}, .html = true};

    write_value(&writer, value);
    text_add(&writer.out, "");
    if (length != NULL)
        *length = writer.out.length;
    return text_string(&writer.out);
}

const char *json_write_pretty(struct arena *arena, const json_t *value)
{
    struct writer writer = {.out = {.arena = arena}, .indent = 2};

    write_value(&writer, value);
    text_add(&writer.out, "\n");
    return text_string(&writer.out);
}

const char *json_brief(struct arena *arena, const json_t *value)
{
    enum { LONGEST = 60 };
    struct writer writer = {.out = {.arena = arena}};
    size_t cut = LONGEST - 3;
    const char *text;

    write_value(&writer, value);
    text_add(&writer.out, "");
    text = text_string(&writer.out);
    if (writer.out.length <= LONGEST)
        return text;
    /* Not in the middle of a UTF-8 sequence. */
    while (cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80)
        cut--;
    return fmt(arena, "%.*s...", (int)cut, text);
}
