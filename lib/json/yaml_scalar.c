#include "yaml_scalar.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* No number that fits in 64 bits has more digits than base 2, a sign and a prefix make it. */
enum { LONGEST_NUMBER = 400 };

static const struct {
    const char *texts[7];
    struct yaml_scalar scalar;
} words[] = {
    {{"true", "True", "TRUE"}, {.kind = YAML_FLAG, .flag = true}},
    {{"y", "Y", "yes", "Yes", "YES"}, {.kind = YAML_FLAG, .flag = true}},
    {{"on", "On", "ON"}, {.kind = YAML_FLAG, .flag = true}},
    {{"false", "False", "FALSE"}, {.kind = YAML_FLAG}},
    {{"n", "N", "no", "No", "NO"}, {.kind = YAML_FLAG}},
    {{"off", "Off", "OFF"}, {.kind = YAML_FLAG}},
    {{"", "~", "null", "Null", "NULL"}, {.kind = YAML_NULL}},
    {{".nan", ".NaN", ".NAN"}, {.kind = YAML_REAL, .real = NAN}},
    {{".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"}, {.kind = YAML_REAL, .real = INFINITY}},
    {{"-.inf", "-.Inf", "-.INF"}, {.kind = YAML_REAL, .real = -INFINITY}},
};

static bool find_word(const char *text, struct yaml_scalar *scalar)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        for (size_t j = 0; words[i].texts[j] != NULL; j++) {
            if (strcmp(words[i].texts[j], text) == 0) {
                *scalar = words[i].scalar;
                return true;
            }
        }
    }
    return false;
}

/* strconv.ParseInt with base 0. Past int64 an unsigned number is a real one here: jansson has no
 * larger integers. */
static bool read_integer(const char *text, struct yaml_scalar *scalar)
{
    bool signed_ = *text == '+' || *text == '-', negative = *text == '-';
    const char *digits = text + signed_;
    int base = 10;
    uintmax_t number;
    char *end;

    if (digits[0] == '0' && digits[1] != '\0') {
        static const struct {
            char letter;
            int base;
        } prefixes[] = {{'x', 16}, {'o', 8}, {'b', 2}};

        base = 8;
        digits++;
        for (size_t i = 0; i < 3; i++) {
            if (tolower((unsigned char)*digits) == prefixes[i].letter) {
                base = prefixes[i].base;
                digits++;
                break;
            }
        }
    }
    if (!isalnum((unsigned char)*digits))
        return false;
    /* strtoumax() would take a prefix of its own: "0x0x1". */
    if (base == 16 && strncasecmp(digits, "0x", 2) == 0)
        return false;
    errno = 0;
    number = strtoumax(digits, &end, base);
    if (*end != '\0' || errno != 0)
        return false;
    if (number <= INT64_MAX + (uintmax_t)negative) {
        scalar->kind = YAML_INTEGER;
        scalar->integer = (json_int_t)(negative ? -number : number);
        return true;
    }
    scalar->kind = YAML_REAL;
    scalar->real = (double)number;
    return !signed_;
}

static size_t skip_digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool looks_real(const char *text)
{
    size_t before, after = 0;

    text += *text == '+' || *text == '-';
    before = skip_digits(text);
    text += before;
    if (*text == '.') {
        after = skip_digits(++text);
        text += after;
    }
    if (before + after == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '+' || *text == '-';
        if (skip_digits(text) == 0)
            return false;
        text += skip_digits(text);
    }
    return *text == '\0';
}

static bool read_real(const char *text, struct yaml_scalar *scalar)
{
    if (!looks_real(text))
        return false;
    scalar->kind = YAML_REAL;
    scalar->real = strtod(text, NULL);
    return isfinite(scalar->real);
}

/* strconv.ParseFloat wants each underscore between digits; elsewhere go-yaml drops them all. */
static bool well_placed_underscores(const char *text)
{
    for (size_t i = 1; text[i] != '\0'; i++)
        if (text[i] == '_' &&
            (!isdigit((unsigned char)text[i - 1]) || !isdigit((unsigned char)text[i + 1])))
            return false;
    return true;
}

struct yaml_scalar yaml_resolve(const char *text)
{
    struct yaml_scalar scalar = {.kind = YAML_TEXT}, number = {.kind = YAML_TEXT};
    char plain[LONGEST_NUMBER + 1];
    size_t length = 0;
    bool fraction = *text == '.';

    if (find_word(text, &scalar))
        return scalar;
    if (strlen(text) > LONGEST_NUMBER || strchr("+-.0123456789", *text) == NULL)
        return scalar;
    if (fraction && !well_placed_underscores(text))
        return scalar;
    for (; *text != '\0'; text++)
        if (*text != '_')
            plain[length++] = *text;
    plain[length] = '\0';
    if ((!fraction && read_integer(plain, &number)) || read_real(plain, &number))
        return number;
    return scalar;
}
