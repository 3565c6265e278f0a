#include "json.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"

/* RFC 8259 into jansson's values. jansson's own parser asks for its input byte by byte, which is
 * most of the time that a hook takes, and cannot leave out what nobody reads. */

enum { DEFAULT_DEPTH = 256, DEEPEST = 2048 };

struct parser {
    struct arena *arena;
    const char *at, *end;
    int depth, deepest;
    const char *const *without;
    char *scratch; /* for strings with escapes */
    size_t scratch_size;
    const char *why; /* what is wrong, at the byte before `at` is moved any further */
};

static json_t *parse_value(struct parser *parser);
static bool pass_value(struct parser *parser);

/* Always NULL, so that a parser can end with it. */
static void *wrong(struct parser *parser, const char *at, const char *why)
{
    if (parser->why == NULL) {
        parser->at = at;
        parser->why = at < parser->end ? why : "ends too early";
    }
    return NULL;
}

static void skip_space(struct parser *parser)
{
    while (parser->at < parser->end && (*parser->at == ' ' || *parser->at == '\n' ||
                                           *parser->at == '\r' || *parser->at == '\t'))
        parser->at++;
}

/* Takes the byte if it comes next, after any space. */
static bool take(struct parser *parser, char byte)
{
    skip_space(parser);
    if (parser->at == parser->end || *parser->at != byte)
        return false;
    parser->at++;
    return true;
}

/* --- strings --- */

/* Length of the UTF-8 sequence at `at`, 0 where it is none (RFC 3629: no overlong forms, no
 * surrogates, nothing above U+10FFFF). */
static size_t utf8_length(const char *text, const char *end)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t left = (size_t)(end - text), length;

    if (at[0] < 0xc2 || at[0] > 0xf4)
        return 0;
    length = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    if (left < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
        (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
        return 0;
    return length;
}

/* Bytes of a string that are neither its end, nor an escape, nor to be looked at. */
static bool plain(char byte)
{
    return (unsigned char)byte >= 0x20 && (unsigned char)byte < 0x80 && byte != '"' && byte != '\\';
}

#define ONES 0x0101010101010101u
#define HIGHS (ONES * 0x80)

/* Eight bytes at once: the high bits are set from the first byte on that is not plain. */
static uint64_t special_bytes(uint64_t word)
{
    uint64_t quote = word ^ (ONES * '"'), backslash = word ^ (ONES * '\\');

    return (word | (word - ONES * 0x20) | (quote - ONES) | (backslash - ONES)) & HIGHS;
}

/* How many bytes come before the first one that is marked; 0 where that takes a closer look. */
static size_t before_mark(uint64_t marks)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (size_t)__builtin_ctzll(marks) / 8;
#else
    (void)marks;
    return 0;
#endif
}

static const char *skip_plain(const char *at, const char *end)
{
    for (; end - at >= 8; at += 8) {
        uint64_t word, marks;

        memcpy(&word, at, sizeof(word));
        marks = special_bytes(word);
        if (marks != 0) {
            at += before_mark(marks);
            break;
        }
    }
    while (at < end && plain(*at))
        at++;
    return at;
}

/* The closing quote of the string at `at`; `escapes` is set where it has any. */
static const char *find_end(struct parser *parser, bool *escapes)
{
    const char *at = parser->at, *end = parser->end;

    *escapes = false;
    while ((at = skip_plain(at, end)) < end && *at != '"') {
        size_t length;

        if (*at == '\\') {
            *escapes = true;
            at += at + 1 < end ? 2 : 1;
            continue;
        }
        if ((unsigned char)*at < 0x20)
            return wrong(parser, at, "a control character in a string must be escaped");
        length = utf8_length(at, end);
        if (length == 0)
            return wrong(parser, at, "is not UTF-8");
        at += length;
    }
    return at < end ? at : wrong(parser, end, NULL);
}

/* Four hex digits, or -1. */
static int32_t hex4(const char *at, const char *end)
{
    int32_t value = 0;

    if (end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *digit = at[i] == '\0' ? NULL : strchr(digits, at[i]);

        if (digit == NULL)
            return -1;
        value = value * 16 + (int32_t)((digit - digits) % 16);
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

/* \uXXXX, or a pair of them for what is above U+FFFF. `*at` is behind the u. */
static char *unescape_unicode(struct parser *parser, const char **at, const char *end, char *out)
{
    int32_t code = hex4(*at, end), low;

    if (code < 0)
        return wrong(parser, *at - 2, "invalid escape");
    if (code == 0)
        return wrong(parser, *at - 2, "a string must not have a NUL character");
    *at += 4;
    if (code < 0xd800 || code > 0xdfff)
        return put_utf8(out, (uint32_t)code);
    low = end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u' ? hex4(*at + 2, end) : -1;
    if (code > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return wrong(parser, *at - 6, "half of a surrogate pair");
    *at += 6;
    return put_utf8(out, 0x10000 + ((uint32_t)(code - 0xd800) << 10) + (uint32_t)(low - 0xdc00));
}

/* Copies what comes before the next backslash. May write seven bytes more. */
static char *copy_plain(char *out, const char **at, const char *end)
{
    while (end - *at >= 8) {
        uint64_t word, backslash, marks;
        size_t count = 8;

        memcpy(&word, *at, sizeof(word));
        memcpy(out, &word, sizeof(word));
        backslash = word ^ (ONES * '\\');
        marks = (backslash - ONES) & ~backslash & HIGHS;
        if (marks != 0)
            count = before_mark(marks);
        out += count;
        *at += count;
        if (marks != 0)
            break;
    }
    while (*at < end && **at != '\\')
        *out++ = *(*at)++;
    return out;
}

/* The escape at `*at`, which is moved behind it. NULL where it is none. */
static char *unescape_one(struct parser *parser, const char **at, const char *end, char *out)
{
    static const char names[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    const char *name = names;

    *at += 2;
    if ((*at)[-1] == 'u')
        return unescape_unicode(parser, at, end, out);
    while (*name != '\0' && *name != (*at)[-1])
        name += 2;
    if (*name == '\0')
        return wrong(parser, *at - 2, "invalid escape");
    *out++ = name[1];
    return out;
}

/* Decodes the string between the quotes into the scratch memory. Escapes are never shorter than
 * what they stand for. */
static const char *unescape(struct parser *parser, const char *at, const char *end, size_t *length)
{
    char *out;

    if ((size_t)(end - at) + 8 > parser->scratch_size) {
        parser->scratch_size = (size_t)(end - at) * 2 + 8;
        parser->scratch = arena_raw(parser->arena, parser->scratch_size);
    }
    for (out = parser->scratch; out != NULL && at < end;)
        out = *at == '\\' ? unescape_one(parser, &at, end, out) : copy_plain(out, &at, end);
    if (out == NULL)
        return NULL;
    *length = (size_t)(out - parser->scratch);
    return parser->scratch;
}

/* The text of the string whose opening quote has been taken: in the input where nothing is
 * escaped, else in the scratch memory, until the next string. */
static const char *parse_text(struct parser *parser, size_t *length)
{
    const char *start = parser->at, *end;
    bool escapes;

    end = find_end(parser, &escapes);
    if (end == NULL)
        return NULL;
    parser->at = end + 1;
    *length = (size_t)(end - start);
    return escapes ? unescape(parser, start, end, length) : start;
}

static json_t *parse_string(struct parser *parser)
{
    size_t length;
    const char *text = parse_text(parser, &length);

    return text == NULL ? NULL : json_stringn_nocheck(text, length);
}

/* --- numbers --- */

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* The end of the number at parser->at, NULL where it is none. */
static const char *number_end(struct parser *parser, bool *real)
{
    const char *at = parser->at, *end = parser->end, *digits;

    *real = false;
    digits = at += *at == '-';
    at = skip_digits(at, end);
    if (at == digits || (*digits == '0' && at > digits + 1))
        return wrong(parser, digits, "is not a number");
    if (at < end && *at == '.') {
        *real = true;
        digits = ++at;
        at = skip_digits(at, end);
        if (at == digits)
            return wrong(parser, at, "is not a number");
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        *real = true;
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        digits = at;
        at = skip_digits(at, end);
        if (at == digits)
            return wrong(parser, at, "is not a number");
    }
    return at;
}

/* An integer beyond 64 bits is a real number, as in the API server. */
static json_t *parse_number(struct parser *parser)
{
    bool real;
    const char *start = parser->at, *end = number_end(parser, &real);
    long long integer = 0;
    double number;

    /* Something that is no part of it must follow, where strtod() and strtoll() stop. */
    if (end == NULL || end == parser->end)
        return wrong(parser, parser->end, NULL);
    parser->at = end;
    errno = 0;
    if (!real)
        integer = strtoll(start, NULL, 10);
    if (!real && errno == 0)
        return json_integer(integer);
    number = strtod(start, NULL);
    return isfinite(number) ? json_real(number)
                            : wrong(parser, start, "is a number that is too large");
}

/* --- mappings and lists --- */

static bool unwanted(const struct parser *parser, const char *key, size_t length)
{
    for (const char *const *name = parser->without; *name != NULL; name++)
        if (strlen(*name) == length && memcmp(*name, key, length) == 0)
            return true;
    return false;
}

static bool next_is(struct parser *parser, char byte)
{
    skip_space(parser);
    return parser->at < parser->end && *parser->at == byte;
}

/* One "key": value of a mapping. */
static bool parse_field(struct parser *parser, json_t *mapping)
{
    const char *place, *key;
    size_t length, before = json_object_size(mapping);
    json_t *value;

    if (!take(parser, '"'))
        return wrong(parser, parser->at, "expected a key in double quotes") != NULL;
    place = parser->at - 1;
    key = parse_text(parser, &length);
    if (key == NULL)
        return false;
    if (!take(parser, ':'))
        return wrong(parser, parser->at, "expected ':'") != NULL;
    if (unwanted(parser, key, length) && next_is(parser, '{'))
        return pass_value(parser);
    if (key == parser->scratch)
        key = text_copy(parser->arena, key, length);
    value = parse_value(parser);
    if (value == NULL)
        return false;
    json_object_setn_new_nocheck(mapping, key, length, value);
    return json_object_size(mapping) > before ||
           wrong(parser,
               place,
               fmt(parser->arena,
                   "duplicate key %s",
                   json_brief(parser->arena, json_stringn_nocheck(key, length)))) != NULL;
}

static json_t *parse_mapping(struct parser *parser)
{
    json_t *mapping = json_object();

    if (take(parser, '}'))
        return mapping;
    do
        if (!parse_field(parser, mapping))
            return NULL;
    while (take(parser, ','));
    return take(parser, '}') ? mapping : wrong(parser, parser->at, "expected ',' or '}'");
}

static json_t *parse_list(struct parser *parser)
{
    json_t *list = json_array(), *item;

    if (take(parser, ']'))
        return list;
    do {
        item = parse_value(parser);
        if (item == NULL)
            return NULL;
        json_array_append_new(list, item);
    } while (take(parser, ','));
    return take(parser, ']') ? list : wrong(parser, parser->at, "expected ',' or ']'");
}

static bool goes_deeper(struct parser *parser)
{
    if (parser->depth == parser->deepest)
        return wrong(parser,
                   parser->at,
                   fmt(parser->arena, "nests deeper than %d", parser->deepest)) != NULL;
    parser->depth++;
    return true;
}

static json_t *parse_collection(struct parser *parser)
{
    json_t *collection;

    if (!goes_deeper(parser))
        return NULL;
    collection = *parser->at++ == '{' ? parse_mapping(parser) : parse_list(parser);
    parser->depth--;
    return collection;
}

static json_t *parse_word(struct parser *parser, const char *word, json_t *value)
{
    size_t length = strlen(word);

    if ((size_t)(parser->end - parser->at) < length || memcmp(parser->at, word, length) != 0)
        return wrong(parser, parser->at, "expected a value");
    parser->at += length;
    return value;
}

static json_t *parse_value(struct parser *parser)
{
    skip_space(parser);
    /* 64 MiB of "[],[],..." would become gigabytes of values. */
    if (arena_exhausted(parser->arena))
        return wrong(parser, parser->at, "needs more memory than one request may use");
    if (parser->at == parser->end)
        return wrong(parser, parser->at, NULL);
    switch (*parser->at) {
    case '{':
    case '[':
        return parse_collection(parser);
    case '"':
        parser->at++;
        return parse_string(parser);
    case 't':
        return parse_word(parser, "true", json_true());
    case 'f':
        return parse_word(parser, "false", json_false());
    case 'n':
        return parse_word(parser, "null", json_null());
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return parse_number(parser);
    default:
        return wrong(parser, parser->at, "expected a value");
    }
}

/* --- what nobody reads --- */

/* Strings, brackets and what is between them have to be right here as well, or a body would be
 * taken or refused by where its fault is; only a key that is there twice is not seen. */

static bool pass_text(struct parser *parser)
{
    size_t length;

    return parse_text(parser, &length) != NULL;
}

static bool pass_fields(struct parser *parser)
{
    if (take(parser, '}'))
        return true;
    do {
        if (!take(parser, '"'))
            return wrong(parser, parser->at, "expected a key in double quotes") != NULL;
        if (!pass_text(parser))
            return false;
        if (!take(parser, ':'))
            return wrong(parser, parser->at, "expected ':'") != NULL;
        if (!pass_value(parser))
            return false;
    } while (take(parser, ','));
    return take(parser, '}') || wrong(parser, parser->at, "expected ',' or '}'") != NULL;
}

static bool pass_items(struct parser *parser)
{
    if (take(parser, ']'))
        return true;
    do {
        if (!pass_value(parser))
            return false;
    } while (take(parser, ','));
    return take(parser, ']') || wrong(parser, parser->at, "expected ',' or ']'") != NULL;
}

/* Moves behind a value without making anything of it. */
static bool pass_value(struct parser *parser)
{
    bool right;

    skip_space(parser);
    if (parser->at == parser->end || (*parser->at != '{' && *parser->at != '[')) {
        if (parser->at == parser->end || *parser->at != '"')
            return parse_value(parser) != NULL;
        parser->at++;
        return pass_text(parser);
    }
    if (!goes_deeper(parser))
        return false;
    right = *parser->at++ == '{' ? pass_fields(parser) : pass_items(parser);
    parser->depth--;
    return right;
}

static json_t *parse_document(struct parser *parser)
{
    json_t *value;

    skip_space(parser);
    if (parser->at == parser->end || (*parser->at != '{' && *parser->at != '['))
        return wrong(parser, parser->at, "expected '{' or '['");
    value = parse_value(parser);
    if (value == NULL)
        return NULL;
    skip_space(parser);
    if (parser->at < parser->end)
        return wrong(parser, parser->at, "expected nothing more");
    return value;
}

const json_t *json_read_without(struct arena *arena, const char *text, size_t length, int depth,
    const char *const *without, struct json_fault *fault)
{
    struct parser parser = {
        .arena = arena,
        .at = text,
        .end = text + length,
        .deepest = depth > 0 ? depth : DEFAULT_DEPTH,
        .without = without,
    };
    const json_t *value;

    if (parser.deepest > DEEPEST)
        parser.deepest = DEEPEST;
    value = parse_document(&parser);
    if (value == NULL)
        fault_at(fault, text, (size_t)(parser.at - text) + 1, parser.why);
    return value;
}

const json_t *json_read(struct arena *arena, const char *text, size_t length, int depth,
    struct json_fault *fault)
{
    static const char *const nothing[] = {NULL};

    return json_read_without(arena, text, length, depth, nothing, fault);
}
