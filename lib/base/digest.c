#include "text.h"

#include <stdint.h>
#include <string.h>

/* MD5 (RFC 1321). The uids of tablets are made from it, as in 2018 and in the Go operator, so no
 * other hash can take its place. */

static const uint32_t sines[64] = {
    0xd76aa478,
    0xe8c7b756,
    0x242070db,
    0xc1bdceee,
    0xf57c0faf,
    0x4787c62a,
    0xa8304613,
    0xfd469501,
    0x698098d8,
    0x8b44f7af,
    0xffff5bb1,
    0x895cd7be,
    0x6b901122,
    0xfd987193,
    0xa679438e,
    0x49b40821,
    0xf61e2562,
    0xc040b340,
    0x265e5a51,
    0xe9b6c7aa,
    0xd62f105d,
    0x02441453,
    0xd8a1e681,
    0xe7d3fbc8,
    0x21e1cde6,
    0xc33707d6,
    0xf4d50d87,
    0x455a14ed,
    0xa9e3e905,
    0xfcefa3f8,
    0x676f02d9,
    0x8d2a4c8a,
    0xfffa3942,
    0x8771f681,
    0x6d9d6122,
    0xfde5380c,
    0xa4beea44,
    0x4bdecfa9,
    0xf6bb4b60,
    0xbebfbc70,
    0x289b7ec6,
    0xeaa127fa,
    0xd4ef3085,
    0x04881d05,
    0xd9d4d039,
    0xe6db99e5,
    0x1fa27cf8,
    0xc4ac5665,
    0xf4292244,
    0x432aff97,
    0xab9423a7,
    0xfc93a039,
    0x655b59c3,
    0x8f0ccc92,
    0xffeff47d,
    0x85845dd1,
    0x6fa87e4f,
    0xfe2ce6e0,
    0xa3014314,
    0x4e0811a1,
    0xf7537e82,
    0xbd3af235,
    0x2ad7d2bb,
    0xeb86d391,
};
static uint32_t rotate(uint32_t word, unsigned bits)
{
    return word << bits | word >> (32 - bits);
}

static uint32_t load(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

/* One step of the RFC: [abcd k s i], where `f` is that of the round for b, c and d. */
#define STEP(a, b, f, k, s, i)                                                                     \
    ((a) = (b) + rotate((a) + (f) + load(chunk + 4 * ((k) % 16)) + sines[i], s))
#define ROUND_1(x, y, z) (((x) & (y)) | (~(x) & (z)))
#define ROUND_2(x, y, z) (((z) & (x)) | (~(z) & (y)))
#define ROUND_3(x, y, z) ((x) ^ (y) ^ (z))
#define ROUND_4(x, y, z) ((y) ^ ((x) | ~(z)))

static void mix(uint32_t state[4], const unsigned char *chunk)
{
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];

    for (size_t i = 0; i < 16; i += 4) {
        STEP(a, b, ROUND_1(b, c, d), i, 7, i);
        STEP(d, a, ROUND_1(a, b, c), i + 1, 12, i + 1);
        STEP(c, d, ROUND_1(d, a, b), i + 2, 17, i + 2);
        STEP(b, c, ROUND_1(c, d, a), i + 3, 22, i + 3);
    }
    for (size_t i = 16; i < 32; i += 4) {
        STEP(a, b, ROUND_2(b, c, d), 5 * i + 1, 5, i);
        STEP(d, a, ROUND_2(a, b, c), 5 * i + 6, 9, i + 1);
        STEP(c, d, ROUND_2(d, a, b), 5 * i + 11, 14, i + 2);
        STEP(b, c, ROUND_2(c, d, a), 5 * i + 16, 20, i + 3);
    }
    for (size_t i = 32; i < 48; i += 4) {
        STEP(a, b, ROUND_3(b, c, d), 3 * i + 5, 4, i);
        STEP(d, a, ROUND_3(a, b, c), 3 * i + 8, 11, i + 1);
        STEP(c, d, ROUND_3(d, a, b), 3 * i + 11, 16, i + 2);
        STEP(b, c, ROUND_3(c, d, a), 3 * i + 14, 23, i + 3);
    }
    for (size_t i = 48; i < 64; i += 4) {
        STEP(a, b, ROUND_4(b, c, d), 7 * i, 6, i);
        STEP(d, a, ROUND_4(a, b, c), 7 * i + 7, 10, i + 1);
        STEP(c, d, ROUND_4(d, a, b), 7 * i + 14, 15, i + 2);
        STEP(b, c, ROUND_4(c, d, a), 7 * i + 21, 21, i + 3);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
}

/* The last bytes, a one bit, zeros, and the length in bits. */
static void mix_tail(uint32_t state[4], const unsigned char *bytes, size_t rest, size_t length)
{
    unsigned char tail[128] = {0};
    size_t size = rest < 56 ? 64 : 128;

    if (rest > 0)
        memcpy(tail, bytes, rest);
    tail[rest] = 0x80;
    for (unsigned i = 0; i < 8; i++)
        tail[size - 8 + i] = (unsigned char)((uint64_t)length * 8 >> (8 * i) & 0xff);
    for (size_t at = 0; at < size; at += 64)
        mix(state, tail + at);
}

const char *digest(struct arena *arena, const char *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    uint32_t state[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    size_t whole = length / 64 * 64;
    char *hex = arena_alloc(arena, 33);

    for (size_t at = 0; at < whole; at += 64)
        mix(state, (const unsigned char *)bytes + at);
    mix_tail(state, (const unsigned char *)bytes + whole, length - whole, length);
    for (unsigned i = 0; i < 16; i++) {
        uint32_t byte = state[i / 4] >> (8 * (i % 4)) & 0xff;

        hex[(size_t)2 * i] = digits[byte >> 4];
        hex[(size_t)2 * i + 1] = digits[byte & 15];
    }
    return hex;
}
