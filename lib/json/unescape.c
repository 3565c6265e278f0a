#include "scan.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

#ifdef __SSE2__
/* Copies sixteen bytes, and says how many of them come before a backslash. What was copied behind
 * it is overwritten by what follows, for the text is longer than what it stands for. */
static inline unsigned copy_sixteen(char *out, const char *at)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    int backslashes = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));

    _mm_storeu_si128((__m128i *)(void *)out, bytes);
    return backslashes == 0 ? 16 : (unsigned)__builtin_ctz((unsigned)backslashes);
}
#endif

/* Copies what comes before the next backslash, and escaped quotes and backslashes, of which JSON in
 * a string is full; `out` has room for all that is left. */
static inline char *copy_plain(char *out, const char **from, const char *end)
{
    const char *at = *from;

#ifdef __SSE2__
    while (end - at >= 18) {
        unsigned length = copy_sixteen(out, at);

        at += length;
        out += length;
        if (length == 16)
            continue;
        if (at[1] != '"' && at[1] != '\\') {
            *from = at;
            return out;
        }
        *out++ = at[1];
        at += 2;
    }
#endif
    while (at < end && *at != '\\')
        *out++ = *at++;
    *from = at;
    return out;
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
