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

/* --- sixty-four at once, for texts that are long --- */

#ifdef __SSE2__
/* A bit for each of the bytes of a block. */
struct block {
    uint64_t backslashes, quotes, others; /* that are not plain */
};

static inline void add_vector(struct block *block, const char *at, int place)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + place));
    __m128i backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));

    block->backslashes |= (uint64_t)(unsigned)_mm_movemask_epi8(backslashes) << place;
    block->quotes |= (uint64_t)(unsigned)_mm_movemask_epi8(quotes) << place;
    block->others |= (uint64_t)not_plain_in_vector(at + place) << place;
}

static inline struct block block_at(const char *at)
{
    struct block block = {0, 0, 0};

    add_vector(&block, at, 0);
    add_vector(&block, at, 16);
    add_vector(&block, at, 32);
    add_vector(&block, at, 48);
    block.others &= ~(block.backslashes | block.quotes);
    return block;
}

#define ODD_BITS UINT64_C(0xaaaaaaaaaaaaaaaa)

/* Bytes that have a backslash before them which means that. `carry` is 1 where the first byte has,
 * and becomes 1 where the one behind the block has: of a run of backslashes each second one does
 * not mean anything but itself. (simdjson: Parsing Gigabytes of JSON per Second, 3.1.1) */
static inline uint64_t escaped_in(uint64_t backslashes, uint64_t *carry)
{
    uint64_t potential = backslashes & ~*carry;
    uint64_t ends = (((potential << 1) | ODD_BITS) - potential) ^ ODD_BITS;
    uint64_t escaped = ends ^ (backslashes | *carry);

    *carry = (ends & backslashes) >> 63;
    return escaped;
}

/* The first byte of a block of a string that is not passed over: the quote at its end, what is not
 * plain, what is escaped and neither quote nor backslash. 64 where there is none. */
static inline unsigned first_strange(struct block block, uint64_t escaped)
{
    uint64_t quoted = block.backslashes | block.quotes;
    uint64_t strange = block.others | (block.quotes & ~escaped) | (escaped & ~quoted);

    return strange == 0 ? 64 : (unsigned)__builtin_ctzll(strange);
}
#endif

/* The same as skip_plain(), and passes over escaped quotes and backslashes as well, of which a text
 * is full that is JSON itself; `escapes` becomes true where there are any. */
static inline const char *skip_quoted(const char *at, const char *end, bool *escapes)
{
    at = skip_plain(at, end);
#ifdef __SSE2__
    uint64_t carry = 0;

    if (at == end || *at != '\\')
        return at;
    for (; end - at >= 64; at += 64) {
        struct block block = block_at(at);
        uint64_t escaped = escaped_in(block.backslashes, &carry);
        unsigned first = first_strange(block, escaped);

        *escapes = *escapes || escaped != 0;
        /* What is strange about an escape is behind its backslash. */
        if (first < 64)
            return at + first - (escaped >> first & 1);
    }
    at -= carry;
#endif
    return skip_plain(at, end);
}

/* --- texts that begin alike --- */

#ifdef __SSE2__
static inline __m128i same_sixteen(const char *a, const char *b)
{
    return _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)a),
        _mm_loadu_si128((const __m128i *)(const void *)b));
}
#endif

/* Bytes from both places on that are the same, `most` at most. */
static inline size_t common_length(const char *a, const char *b, size_t most)
{
    size_t i = 0;

#ifdef __SSE2__
    while (
        most - i >= 64 && _mm_movemask_epi8(_mm_and_si128(_mm_and_si128(same_sixteen(a + i, b + i),
                                                              same_sixteen(a + i + 16, b + i + 16)),
                              _mm_and_si128(same_sixteen(a + i + 32, b + i + 32),
                                  same_sixteen(a + i + 48, b + i + 48)))) == 0xffff)
        i += 64;
    for (; most - i >= 16; i += 16) {
        unsigned same = (unsigned)_mm_movemask_epi8(same_sixteen(a + i, b + i));

        if (same != 0xffff)
            return i + (unsigned)__builtin_ctz(~same);
    }
#endif
    while (most - i >= 8 && memcmp(a + i, b + i, 8) == 0)
        i += 8;
    while (i < most && a[i] == b[i])
        i++;
    return i;
}

#endif
