#include "metadata.h"

#include <stdint.h>
#include <string.h>

/* resource.Quantity of apimachinery: what ParseQuantity takes, and the text that it then has. Left
 * out on purpose: exponents beyond 100, texts beyond 64 bytes or 48 digits, and amounts for which
 * apimachinery has no suffix (it writes 1000E as "1"). */

enum {
    LONGEST = 64,
    MOST_DIGITS = 48, /* so that the canonical text is not too long itself */
    LARGEST_EXPONENT = 100,
    ROOM = 256, /* digits of the longest text, times 2^60, times 10^LARGEST_EXPONENT */
    NANO = -9,
    MILLI = -3
};

enum format { DECIMAL, BINARY, EXPONENT };

struct quantity {
    enum format format;
    bool negative;
    bool as_written; /* apimachinery keeps texts that look canonical at a glance: "+1", "1.500" */
    int count;       /* of digits; 0: the number is zero */
    int exponent;    /* of ten, of the last digit */
    unsigned char digits[ROOM];
};

static const struct suffix {
    const char *text;
    enum format format;
    int exponent; /* of ten, or of 1024 */
} suffixes[] = {
    {"n", DECIMAL, -9},
    {"u", DECIMAL, -6},
    {"m", DECIMAL, -3},
    {"", DECIMAL, 0},
    {"k", DECIMAL, 3},
    {"M", DECIMAL, 6},
    {"G", DECIMAL, 9},
    {"T", DECIMAL, 12},
    {"P", DECIMAL, 15},
    {"E", DECIMAL, 18},
    {"Ki", BINARY, 1},
    {"Mi", BINARY, 2},
    {"Gi", BINARY, 3},
    {"Ti", BINARY, 4},
    {"Pi", BINARY, 5},
    {"Ei", BINARY, 6},
};

/* --- numbers: digits are decimal, the most significant one first --- */

static void multiply_by_1024(struct quantity *number)
{
    int carry = 0;

    for (int i = number->count; i-- > 0;) {
        int product = number->digits[i] * 1024 + carry;

        number->digits[i] = (unsigned char)(product % 10);
        carry = product / 10;
    }
    for (; carry > 0; carry /= 10) {
        memmove(number->digits + 1, number->digits, (size_t)number->count);
        number->digits[0] = (unsigned char)(carry % 10);
        number->count++;
    }
}

/* False, with nothing changed, where there is a remainder. */
static bool divide_by_1024(struct quantity *number)
{
    struct quantity result = *number;
    int rest = 0;

    result.count = 0;
    for (int i = 0; i < number->count; i++) {
        rest = rest * 10 + number->digits[i];
        if (result.count > 0 || rest >= 1024)
            result.digits[result.count++] = (unsigned char)(rest / 1024);
        rest %= 1024;
    }
    if (rest != 0 || number->count == 0)
        return false;
    *number = result;
    return true;
}

static void strip_zeros(struct quantity *number)
{
    while (number->count > 0 && number->digits[number->count - 1] == 0) {
        number->count--;
        number->exponent++;
    }
}

/* Away from zero to a multiple of 10^exponent: who asks for a little gets at least that. */
static void round_up(struct quantity *number, int exponent)
{
    bool rest = false;
    int at;

    if (number->count == 0 || number->exponent >= exponent)
        return;
    for (; number->exponent < exponent && number->count > 0; number->exponent++)
        rest = number->digits[--number->count] != 0 || rest;
    number->exponent = exponent;
    if (!rest)
        return;
    for (at = number->count - 1; at >= 0 && number->digits[at] == 9; at--)
        number->digits[at] = 0;
    if (at >= 0) {
        number->digits[at]++;
        return;
    }
    memmove(number->digits + 1, number->digits, (size_t)number->count);
    number->digits[0] = 1;
    number->count++;
}

/* Of the magnitudes. */
static int compare(const struct quantity *a, const struct quantity *b)
{
    int shared = a->count < b->count ? a->count : b->count, order;

    if (a->count == 0 || b->count == 0)
        return (a->count > 0) - (b->count > 0);
    if (a->count + a->exponent != b->count + b->exponent)
        return a->count + a->exponent < b->count + b->exponent ? -1 : 1;
    order = memcmp(a->digits, b->digits, (size_t)shared);
    if (order != 0)
        return order < 0 ? -1 : 1;
    for (int i = shared; i < a->count; i++)
        if (a->digits[i] != 0)
            return 1;
    for (int i = shared; i < b->count; i++)
        if (b->digits[i] != 0)
            return -1;
    return 0;
}

static struct quantity whole(const char *digits)
{
    struct quantity number = {.count = (int)strlen(digits)};

    for (int i = 0; i < number.count; i++)
        number.digits[i] = (unsigned char)(digits[i] - '0');
    return number;
}

/* --- reading --- */

/* "e5", "E-3". */
static bool read_exponent(const char *text, int *exponent)
{
    bool negative = false;

    if (*text != 'e' && *text != 'E')
        return false;
    text++;
    if (*text == '+' || *text == '-')
        negative = *text++ == '-';
    if (*text == '\0')
        return false;
    for (*exponent = 0; *text >= '0' && *text <= '9'; text++) {
        *exponent = *exponent * 10 + (*text - '0');
        if (*exponent > LARGEST_EXPONENT)
            return false;
    }
    if (negative)
        *exponent = -*exponent;
    return *text == '\0';
}

static bool read_suffix(const char *text, struct suffix *suffix)
{
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        *suffix = suffixes[i];
        if (strcmp(suffix->text, text) == 0)
            return true;
    }
    suffix->format = EXPONENT;
    return read_exponent(text, &suffix->exponent);
}

/* Whether ParseQuantity takes its fast path and sees nothing there that would have to change. */
static bool looks_canonical(const char *number, int before, int after, const struct suffix *suffix)
{
    char all[LONGEST + 1];
    int count = 0, last;

    for (int i = 0; i < (int)strlen(number) && count < before + after; i++)
        if (number[i] != '.')
            all[count++] = number[i];
    all[count] = '\0';
    if (before == 0)
        return false;
    if (suffix->format == BINARY) {
        /* Divisible by eight is what the last three digits are. */
        last = 0;
        for (int i = count > 3 ? count - 3 : 0; i < count; i++)
            last = last * 10 + (all[i] - '0');
        return after == 0 && 14 - before - suffix->exponent * 3 >= 0 && last % 8 != 0;
    }
    if (count > 18 || suffix->exponent - after < NANO)
        return false;
    return (suffix->exponent - after) % 3 == 0 && !text_ends_with(all, "000");
}

enum { DIGITS_OF_INT64 = 19 };

/* Binary quantities end at the largest int64. */
static void cap(struct quantity *quantity)
{
    struct quantity most;

    if (quantity->format != BINARY || quantity->count + quantity->exponent < DIGITS_OF_INT64)
        return;
    most = whole("9223372036854775807");
    if (compare(quantity, &most) <= 0)
        return;
    most.format = BINARY;
    most.negative = quantity->negative;
    *quantity = most;
}

static bool read_quantity(const char *text, struct quantity *quantity)
{
    static const char digits[] = "0123456789";
    struct suffix suffix;
    size_t before, after = 0, zeros;
    const char *number, *end;

    *quantity = (struct quantity){0};
    if (text == NULL || strlen(text) > LONGEST)
        return false;
    quantity->negative = *text == '-';
    number = text + (*text == '-' || *text == '+');
    before = strspn(number, digits);
    end = number + before;
    if (*end == '.')
        after = strspn(++end, digits);
    if (before + after == 0 || !read_suffix(end + after, &suffix))
        return false;

    zeros = strspn(number, "0");
    quantity->as_written =
        looks_canonical(number + zeros, (int)(before - zeros), (int)after, &suffix);
    for (const char *at = number; at < end + after; at++)
        if (*at != '.' && (quantity->count > 0 || *at != '0'))
            quantity->digits[quantity->count++] = (unsigned char)(*at - '0');
    quantity->exponent = -(int)after;
    quantity->format = suffix.format;
    if (suffix.format != BINARY)
        quantity->exponent += suffix.exponent;
    for (int i = 0; suffix.format == BINARY && i < suffix.exponent; i++)
        multiply_by_1024(quantity);
    round_up(quantity, NANO);
    cap(quantity);
    strip_zeros(quantity);
    if (quantity->count > MOST_DIGITS)
        return false;
    return suffix.format != DECIMAL || quantity->count == 0 || quantity->exponent < 21;
}

/* --- writing --- */

static const char *suffix_text(struct arena *arena, enum format format, int exponent)
{
    if (format == EXPONENT)
        return exponent == 0 ? "" : fmt(arena, "e%d", exponent);
    if (exponent == 0)
        return "";
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        if (suffixes[i].format == format && suffixes[i].exponent == exponent)
            return suffixes[i].text;
    return NULL;
}

/* Whether a binary quantity can be written as one without losing anything. */
static bool stays_binary(const struct quantity *quantity)
{
    struct quantity kibi = whole("1024");

    return quantity->exponent >= 0 && compare(quantity, &kibi) >= 0;
}

static const char *write_quantity(struct arena *arena, struct quantity quantity)
{
    struct text out = {.arena = arena};
    const char *suffix;
    int power = 0;

    if (quantity.count == 0)
        return "0";
    strip_zeros(&quantity);
    if (quantity.format == BINARY && stays_binary(&quantity)) {
        for (; quantity.exponent > 0; quantity.exponent--)
            quantity.digits[quantity.count++] = 0;
        while (divide_by_1024(&quantity))
            power++;
        suffix = suffix_text(arena, BINARY, power);
    } else {
        for (; quantity.exponent % 3 != 0; quantity.exponent--)
            quantity.digits[quantity.count++] = 0;
        suffix =
            suffix_text(arena, quantity.format == EXPONENT ? EXPONENT : DECIMAL, quantity.exponent);
    }
    if (suffix == NULL)
        return NULL;
    text_add(&out, quantity.negative ? "-" : "");
    for (int i = 0; i < quantity.count; i++)
        text_add_bytes(&out, (const char[]){(char)('0' + quantity.digits[i])}, 1);
    text_add(&out, suffix);
    return text_string(&out);
}

/* What is left of `text` once the API server has rounded it up to 10^exponent. */
static const char *canonical(struct arena *arena, const char *text, int exponent)
{
    struct quantity quantity;

    if (!read_quantity(text, &quantity))
        return NULL;
    if (quantity.as_written && quantity.exponent >= exponent)
        return text;
    round_up(&quantity, exponent);
    return write_quantity(arena, quantity);
}

const char *quantity_canonical(struct arena *arena, const char *text)
{
    return canonical(arena, text, NANO);
}

bool quantity_is(const char *text)
{
    struct quantity quantity;

    return read_quantity(text, &quantity);
}

long long quantity_whole(const char *text)
{
    struct quantity quantity;
    long long whole = 0;
    int digits;

    if (text == NULL || !read_quantity(text, &quantity) || quantity.negative)
        return 0;
    digits = quantity.count == 0 ? 0 : quantity.count + quantity.exponent;
    for (int i = 0; i < digits; i++) {
        const int digit = i < quantity.count ? quantity.digits[i] : 0;

        if (whole > (INT64_MAX - digit) / 10)
            return INT64_MAX;
        whole = whole * 10 + digit;
    }
    return whole;
}

int quantity_compare(const char *a, const char *b)
{
    struct quantity left, right;
    int order;

    read_quantity(a, &left);
    read_quantity(b, &right);
    if (left.count == 0)
        left.negative = false;
    if (right.count == 0)
        right.negative = false;
    if (left.negative != right.negative)
        return left.negative ? -1 : 1;
    order = compare(&left, &right);
    return left.negative ? -order : order;
}

/* --- computing --- */

/* Both with the same exponent, and with as many digits: then a digit of the one stands where the
 * digit of the other does. */
static void align(struct quantity *a, struct quantity *b)
{
    struct quantity *const both[] = {a, b};
    int exponent = a->exponent < b->exponent ? a->exponent : b->exponent;
    int count = 0;

    for (size_t i = 0; i < 2; i++) {
        if (both[i]->count == 0)
            both[i]->exponent = exponent;
        for (; both[i]->exponent > exponent; both[i]->exponent--)
            both[i]->digits[both[i]->count++] = 0;
        count = both[i]->count > count ? both[i]->count : count;
    }
    for (size_t i = 0; i < 2; i++) {
        size_t missing = (size_t)(count - both[i]->count);

        memmove(both[i]->digits + missing, both[i]->digits, (size_t)both[i]->count);
        memset(both[i]->digits, 0, missing);
        both[i]->count = count;
    }
}

/* Digits in front that are zero are none. */
static const char *computed(struct arena *arena, struct quantity *number)
{
    const char *text;
    int zeros = 0;

    while (zeros < number->count && number->digits[zeros] == 0)
        zeros++;
    number->count -= zeros;
    memmove(number->digits, number->digits + zeros, (size_t)number->count);
    text = write_quantity(arena, *number);
    return text == NULL ? "0" : text;
}

const char *quantity_sum(struct arena *arena, const char *a, const char *b)
{
    struct quantity left, right;
    int carry = 0;

    read_quantity(a, &left);
    read_quantity(b, &right);
    if (left.count == 0)
        left.format = right.format;
    align(&left, &right);
    for (int i = left.count; i-- > 0;) {
        int digit = left.digits[i] + right.digits[i] + carry;

        left.digits[i] = (unsigned char)(digit % 10);
        carry = digit / 10;
    }
    if (carry > 0) {
        memmove(left.digits + 1, left.digits, (size_t)left.count);
        left.digits[0] = (unsigned char)carry;
        left.count++;
    }
    return computed(arena, &left);
}

const char *quantity_excess(struct arena *arena, const char *a, const char *b)
{
    struct quantity left, right;
    int borrowed = 0;

    if (quantity_compare(a, b) <= 0)
        return "0";
    read_quantity(a, &left);
    read_quantity(b, &right);
    align(&left, &right);
    for (int i = left.count; i-- > 0;) {
        int digit = left.digits[i] - right.digits[i] - borrowed;

        borrowed = digit < 0;
        left.digits[i] = (unsigned char)(digit + 10 * borrowed);
    }
    return computed(arena, &left);
}

/* --- lists of resources --- */

static bool is_resource_list(const char *key, const json_t *value)
{
    return json_is_object(value) && (text_equal(key, "limits") || text_equal(key, "requests") ||
                                        text_equal(key, "capacity") || text_equal(key, "hard"));
}

/* SetDefaults_ResourceList of Kubernetes rounds all of them up to milli. */
static const json_t *canonical_value(struct arena *arena, const json_t *value)
{
    const char *text =
        json_is_number(value) ? json_write(arena, value, NULL) : json_string_value(value);
    const char *result = canonical(arena, text, MILLI);

    return result == NULL ? value : json_string(result);
}

const json_t *quantities_canonical(struct arena *arena, const json_t *value)
{
    json_t *copy = json_is_array(value) ? json_new_list() : json_new_map();
    const char *key, *name;
    const json_t *item, *quantity;

    if (!json_is_object(value) && !json_is_array(value))
        return value;
    json_each_item (value, i, item)
        json_add(copy, quantities_canonical(arena, item));
    json_each_field (value, key, item) {
        json_t *list = json_new_map();

        if (!is_resource_list(key, item)) {
            json_put(copy, key, quantities_canonical(arena, item));
            continue;
        }
        json_each_field (item, name, quantity)
            json_put(list, name, canonical_value(arena, quantity));
        json_put(copy, key, list);
    }
    return copy;
}
