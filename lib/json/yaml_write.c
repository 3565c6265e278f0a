#include "yaml.h"

#include <stdint.h>
#include <string.h>

#include "yaml_scalar.h"

/* --- how a string is written --- */

enum style {
    PLAIN,
    SINGLE_QUOTED, /* 'a: b' */
    DOUBLE_QUOTED, /* "true", "\x07" */
    LITERAL        /* | and the lines below */
};

/* What other readers than ours take for something else: a date, a number to base 60, and the
 * specials of YAML 1.1. */
static bool ambiguous(const char *text)
{
    const char *digits = text + (*text == '+' || *text == '-');
    size_t length = strspn(digits, "0123456789");

    if (yaml_resolve(text).kind != YAML_TEXT || strcmp(text, "=") == 0 || strcmp(text, "<<") == 0)
        return true;
    if (length == 0)
        return false;
    return digits[length] == ':' || (length == 4 && digits[length] == '-');
}

/* The code point at `text`, whose length goes to `size`. The text is valid UTF-8. */
static uint32_t code_point(const unsigned char *text, size_t *size)
{
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code;

    *size = text[0] < 0x80 ? 1 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
    code = text[0] & masks[*size];
    for (size_t i = 1; i < *size; i++)
        code = code << 6 | (text[i] & 0x3f);
    return code;
}

/* Anything but a line feed that does not go into YAML as it is, or that ends a line there. */
static bool special(uint32_t code)
{
    return (code < 0x20 && code != '\n') || (code >= 0x7f && code < 0xa0) || code == 0x2028 ||
           code == 0x2029 || code == 0xfeff || (code & 0xfffe) == 0xfffe;
}

static bool has_special(const char *text, bool tabs)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t size;

    for (; *at != '\0'; at += size)
        if (special(code_point(at, &size)) && !(tabs && *at == '\t'))
            return true;
    return false;
}

/* Whether the text would read as something of YAML's own without quotes. */
static bool indicates(const char *text)
{
    size_t length = strlen(text);

    if (strchr(",[]{}#&*!|>'\"%@`", text[0]) != NULL || text[0] == ' ' || text[length - 1] == ' ')
        return true;
    if (strchr("-?:", text[0]) != NULL && (text[1] == '\0' || text[1] == ' '))
        return true;
    if (text_starts_with(text, "---") || text_starts_with(text, "..."))
        return true;
    return strstr(text, ": ") != NULL || strstr(text, " #") != NULL || text[length - 1] == ':';
}

/* A literal block shows its text as it is. One that starts with white space would need an
 * indicator of its indentation. */
static bool fits_literal(const char *text)
{
    return strchr(text, '\n') != NULL && strspn(text, " \t\n") == 0 && !has_special(text, true);
}

static enum style style_of(const char *text, bool key)
{
    if (!key && fits_literal(text))
        return LITERAL;
    if (text[0] == '\0' || strchr(text, '\n') != NULL || ambiguous(text) ||
        has_special(text, false))
        return DOUBLE_QUOTED;
    return indicates(text) ? SINGLE_QUOTED : PLAIN;
}

/* --- writing --- */

static void write_block(struct text *out, const json_t *value, int level, bool on_line);

static void indent(struct text *out, int level)
{
    for (int i = 0; i < level; i++)
        text_add_bytes(out, "  ", 2);
}

static void write_single_quoted(struct text *out, const char *text)
{
    text_add_bytes(out, "'", 1);
    for (; *text != '\0'; text++)
        text_add_bytes(out, *text == '\'' ? "''" : text, *text == '\'' ? 2 : 1);
    text_add_bytes(out, "'", 1);
}

static void write_double_quoted(struct text *out, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t size;

    text_add_bytes(out, "\"", 1);
    for (; *at != '\0'; at += size) {
        uint32_t code = code_point(at, &size);

        if (code == '\n')
            text_add(out, "\\n");
        else if (code == '\t')
            text_add(out, "\\t");
        else if (code == '\r')
            text_add(out, "\\r");
        else if (code == '"' || code == '\\')
            text_addf(out, "\\%c", (char)code);
        else if (special(code))
            text_addf(out, code > 0xffff ? "\\U%08x" : "\\u%04x", code);
        else
            text_add_bytes(out, (const char *)at, size);
    }
    text_add_bytes(out, "\"", 1);
}

static void write_literal(struct text *out, const char *text, int level)
{
    size_t length = strlen(text);

    text_add(out, "|");
    if (text[length - 1] != '\n')
        text_add(out, "-");
    else if (text[length - 2] == '\n')
        text_add(out, "+");
    while (*text != '\0') {
        size_t line = strcspn(text, "\n");

        text_add_bytes(out, "\n", 1);
        if (line > 0)
            indent(out, level);
        text_add_bytes(out, text, line);
        text += line + (text[line] == '\n');
    }
}

static void write_string(struct text *out, const char *text, int level, bool key)
{
    switch (style_of(text, key)) {
    case PLAIN:
        text_add(out, text);
        break;
    case SINGLE_QUOTED:
        write_single_quoted(out, text);
        break;
    case DOUBLE_QUOTED:
        write_double_quoted(out, text);
        break;
    case LITERAL:
        write_literal(out, text, level);
        break;
    }
}

static bool is_block(const json_t *value)
{
    return json_object_size(value) > 0 || json_array_size(value) > 0;
}

/* A scalar or an empty collection, on the line where it belongs. */
static void write_inline(struct text *out, const json_t *value, int level)
{
    if (json_is_string(value))
        write_string(out, json_string_value(value), level, false);
    else
        text_add(out, json_write(out->arena, value, NULL));
    text_add_bytes(out, "\n", 1);
}

/* As go-yaml and libyaml have it; readers take at most 1024 bytes before the colon. */
enum { LONGEST_KEY = 128 };

static void write_field(struct text *out, const char *key, const json_t *value, int level)
{
    bool complex = strlen(key) > LONGEST_KEY;

    text_add(out, complex ? "? " : "");
    write_string(out, key, level, true);
    if (complex) {
        text_add_bytes(out, "\n", 1);
        indent(out, level);
    }
    text_add_bytes(out, ":", 1);
    if (!is_block(value)) {
        text_add_bytes(out, " ", 1);
        write_inline(out, value, level + 1);
        return;
    }
    text_add_bytes(out, "\n", 1);
    /* kubectl does not indent a list below its key. */
    write_block(out, value, json_is_array(value) ? level : level + 1, false);
}

static const char *const first_keys[] = {"apiVersion", "kind", "metadata", "spec"};
enum { FIRST_KEYS = sizeof(first_keys) / sizeof(first_keys[0]) };

static bool comes_first(const char *key)
{
    for (size_t i = 0; i < FIRST_KEYS; i++)
        if (strcmp(key, first_keys[i]) == 0)
            return true;
    return false;
}

/* The first line of what stands behind "- " is indented already. */
static void next_line(struct text *out, int level, bool *on_line)
{
    if (!*on_line)
        indent(out, level);
    *on_line = false;
}

static void write_mapping(struct text *out, const json_t *mapping, int level, bool on_line)
{
    bool object = json_at(mapping, "apiVersion") != NULL && json_at(mapping, "kind") != NULL;
    const char *key;
    const json_t *value;

    for (size_t i = 0; object && i < FIRST_KEYS; i++) {
        value = json_at(mapping, first_keys[i]);
        if (value == NULL)
            continue;
        next_line(out, level, &on_line);
        write_field(out, first_keys[i], value, level);
    }
    json_each_field (mapping, key, value) {
        if (object && comes_first(key))
            continue;
        next_line(out, level, &on_line);
        write_field(out, key, value, level);
    }
}

static void write_list(struct text *out, const json_t *list, int level, bool on_line)
{
    const json_t *item;

    json_each_item (list, i, item) {
        next_line(out, level, &on_line);
        text_add_bytes(out, "- ", 2);
        if (is_block(item))
            write_block(out, item, level + 1, true);
        else
            write_inline(out, item, level + 1);
    }
}

/* `on_line`: the writing position is where the block's first line goes. */
static void write_block(struct text *out, const json_t *value, int level, bool on_line)
{
    if (json_is_object(value))
        write_mapping(out, value, level, on_line);
    else
        write_list(out, value, level, on_line);
}

const char *yaml_write(struct arena *arena, const json_t *value)
{
    struct text out = {.arena = arena};

    if (is_block(value))
        write_block(&out, value, 0, false);
    else
        write_inline(&out, value, 1);
    return text_string(&out);
}
