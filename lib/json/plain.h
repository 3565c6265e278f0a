#ifndef VITESS_OPERATOR_LIB_JSON_PLAIN_H
#define VITESS_OPERATOR_LIB_JSON_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Bytes of a JSON string that mean themselves, in the text that json_write() makes as well: neither
 * quote, backslash nor control character, ASCII, and none that is escaped for HTML. Nearly all
 * bytes of a request are such, so they are passed over many at a time. */

static inline bool is_plain(char byte)
{
    unsigned char b = (unsigned char)byte;

    return b >= 0x20 && b < 0x80 && b != '"' && b != '\\' && b != '<' && b != '>' && b != '&';
}

/* --- eight bytes in a word --- */

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS (ONES * 0x80)

/* The high bit of the first byte that is not plain is set; bytes behind it may be wrong. */
static inline uint64_t not_plain_in_word(uint64_t word)
{
    uint64_t quote = word ^ (ONES * '"'), backslash = word ^ (ONES * '\\');
    uint64_t angle = (word & (ONES * 0xfd)) ^ (ONES * '<'), ampersand = word ^ (ONES * '&');

    return (word | (word - ONES * 0x20) | (quote - ONES) | (backslash - ONES) | (angle - ONES) |
               (ampersand - ONES)) &
           HIGHS;
}

static inline const char *skip_plain_words(const char *at, const char *end)
{
    for (; end - at >= 8; at += 8) {
        uint64_t word, marks;

        memcpy(&word, at, sizeof(word));
        marks = not_plain_in_word(word);
        if (marks != 0) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            return at + __builtin_ctzll(marks) / 8;
#else
            break;
#endif
        }
    }
    while (at < end && is_plain(*at))
        at++;
    return at;
}

/* --- sixteen at once --- */

#ifdef __SSE2__
static inline unsigned not_plain_in_vector(const char *at)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i angles = _mm_and_si128(bytes, _mm_set1_epi8((char)0xfd));
    __m128i marks = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);

    marks = _mm_or_si128(marks, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
    marks = _mm_or_si128(marks, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    marks = _mm_or_si128(marks, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('&')));
    marks = _mm_or_si128(marks, _mm_cmpeq_epi8(angles, _mm_set1_epi8('<')));
    /* A byte beyond ASCII has its own high bit. */
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(marks, bytes));
}
#endif

#ifdef __SSE2__
/* Clears the bits of escaped quotes and backslashes in `marks` of the sixteen bytes at `at`, and of
 * the quotes and backslashes that they escape, up to something else. `over` is 1 where the last of
 * them reaches into the next sixteen. */
static inline unsigned without_escapes(const char *at, unsigned marks, unsigned *over)
{
    *over = 0;
    while (marks != 0) {
        unsigned i = (unsigned)__builtin_ctz(marks);

        if (at[i] != '\\' || (at[i + 1] != '"' && at[i + 1] != '\\'))
            return marks;
        *over = i == 15;
        marks &= ~(3U << i);
    }
    return 0;
}
#endif

/* The first byte from `at` on that is not plain, or `end`. Reads nothing behind `end`. */
static inline const char *skip_plain(const char *at, const char *end)
{
#ifdef __SSE2__
    for (; end - at >= 16; at += 16) {
        unsigned marks = not_plain_in_vector(at);

        if (marks != 0)
            return at + __builtin_ctz(marks);
    }
#endif
    return skip_plain_words(at, end);
}

/* The same for what is most likely a short text: it may stop at a plain byte as well. */
static inline const char *skip_plain_start(const char *at, const char *end)
{
#ifdef __SSE2__
    /* A bit behind the sixteen, so that there is one. */
    return end - at > 16 ? at + __builtin_ctz(not_plain_in_vector(at) | 0x10000U) : at;
#else
    return skip_plain_words(at, end);
#endif
}

/* The same as skip_plain(), and passes over escaped quotes and backslashes as well, of which a text
 * is full that is JSON itself; `escapes` becomes true where there are any. */
static inline const char *skip_quoted(const char *at, const char *end, bool *escapes)
{
#ifdef __SSE2__
    /* An escape at the sixteenth byte has its second one behind it. */
    while (end - at >= 17) {
        unsigned marks = not_plain_in_vector(at), over, left;

        if (marks == 0) {
            at += 16;
            continue;
        }
        left = without_escapes(at, marks, &over);
        *escapes = *escapes || left != marks;
        if (left != 0)
            return at + __builtin_ctz(left);
        at += 16 + over;
    }
#endif
    return skip_plain(at, end);
}

#endif
