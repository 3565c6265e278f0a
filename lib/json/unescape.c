#include "scan.h"

#include <string.h>

/* What the escapes of a string stand for. json_scan() has taken them, so nothing is wrong here. */

static uint32_t hex4(const char *at)
{
    uint32_t value = 0;

    for (int i = 0; i < 4; i++) {
        uint32_t digit = (unsigned char)at[i];

        value = value * 16 + (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
    }
    return value;
}

static char *put_utf8(char *out, uint32_t code)
{
    if (code < 0x80) {
        *out++ = (char)code;
        return out;
    }
    if (code < 0x800) {
        *out++ = (char)(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *out++ = (char)(0xe0 | code >> 12);
        } else {
            *out++ = (char)(0xf0 | code >> 18);
            *out++ = (char)(0x80 | (code >> 12 & 0x3f));
        }
        *out++ = (char)(0x80 | (code >> 6 & 0x3f));
    }
    *out++ = (char)(0x80 | (code & 0x3f));
    return out;
}

/* \uXXXX, or a pair of them for what is above U+FFFF. */
static char *unescape_unicode(const char **at, char *out)
{
    uint32_t code = hex4(*at + 2);

    *at += 6;
    if (code < 0xd800 || code > 0xdfff)
        return put_utf8(out, code);
    *at += 6;
    return put_utf8(out, 0x10000 + ((code - 0xd800) << 10) + (hex4(*at - 4) - 0xdc00));
}

static char *unescape_one(const char **at, char *out)
{
    static const char meanings[128] = {['"'] = '"',
        ['\\'] = '\\',
        ['/'] = '/',
        ['b'] = '\b',
        ['f'] = '\f',
        ['n'] = '\n',
        ['r'] = '\r',
        ['t'] = '\t'};
    char name = (*at)[1];

    if (name == 'u')
        return unescape_unicode(at, out);
    *out++ = meanings[(unsigned char)name & 0x7f];
    *at += 2;
    return out;
}

/* Copies what comes before the next backslash. */
static char *copy_plain(char *out, const char **at, const char *end)
{
    const char *backslash = memchr(*at, '\\', (size_t)(end - *at));
    size_t length = (size_t)((backslash == NULL ? end : backslash) - *at);

    memcpy(out, *at, length);
    *at += length;
    return out + length;
}

const char *json_node_text(struct arena *arena, const char *text, const struct json_node *node,
    size_t *length)
{
    const char *at = text + node->start + 1, *end = text + node->end - 1;
    char *copy, *out;

    *length = (size_t)(end - at);
    if ((node->marks & JSON_ESCAPES) == 0)
        return at;
    /* Escapes are never shorter than what they stand for. */
    copy = out = arena_raw(arena, *length);
    while (at < end)
        out = *at == '\\' ? unescape_one(&at, out) : copy_plain(out, &at, end);
    *length = (size_t)(out - copy);
    return copy;
}
