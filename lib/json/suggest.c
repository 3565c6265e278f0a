#include "spec_reader.h"

#include <ctype.h>
#include <string.h>

enum { LONGEST = 64, FURTHEST = 2, SHORT = 5 };

/* The best candidate so far for a word. */
struct search {
    char word[LONGEST];
    const char *found;
    size_t far;
};

/* Capitals and separators are no letters of a word: key_range is keyRange. */
static bool fold(const char *text, char *out)
{
    if (strlen(text) >= LONGEST)
        return false;
    for (; *text != '\0'; text++)
        if (*text != '_' && *text != '-')
            *out++ = (char)tolower((unsigned char)*text);
    *out = '\0';
    return true;
}

static void consider(struct search *search, const char *candidate)
{
    char other[LONGEST];
    size_t far;

    if (!fold(candidate, other) || other[0] == '\0')
        return;
    far = text_distance(search->word, other);
    /* Two letters are most of a short word. */
    if (far < search->far &&
        (far < FURTHEST || (strlen(search->word) >= SHORT && strlen(other) >= SHORT))) {
        search->far = far;
        search->found = candidate;
    }
}

const char *spec_suggestion(const struct spec_field *fields, const char *key)
{
    struct search search = {.far = FURTHEST + 1};

    if (!fold(key, search.word) || search.word[0] == '\0')
        return NULL;
    for (; fields->key != NULL; fields++)
        if (!fields->internal)
            consider(&search, fields->key);
    return search.found;
}

/* RWO is ReadWriteOnce; the X of RWX stands for Many. */
static bool is_short_for(const char *text, const char *value)
{
    for (; *value != '\0'; value++) {
        if (!isupper((unsigned char)*value))
            continue;
        if (*text != *value && !(*text == 'X' && *value == 'M'))
            return false;
        text++;
    }
    return *text == '\0';
}

const char *spec_nearest(const char *const *values, const char *text)
{
    struct search search = {.far = FURTHEST + 1};

    if (!fold(text, search.word) || search.word[0] == '\0')
        return NULL;
    for (; *values != NULL; values++) {
        if (is_short_for(text, *values) && strlen(text) > 1)
            return *values;
        consider(&search, *values);
    }
    return search.found;
}
