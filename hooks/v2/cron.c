#include "cron.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "vitess.h"

/* --- schedules --- */

struct field {
    unsigned min, max;
    const char *const *names; /* of the numbers from min on, or NULL */
};

static const char *const months[] = {
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", NULL};
static const char *const days[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};

static const struct field fields[] = {
    {0, 59, NULL},
    {0, 23, NULL},
    {1, 31, NULL},
    {1, 12, months},
    {0, 6, days},
};
enum { FIELDS = sizeof(fields) / sizeof(*fields) };

/* A number, or -1 for what is none. */
static long number(const char *text)
{
    const size_t digits = strspn(text, "0123456789");

    return digits == 0 || digits > 9 || text[digits] != '\0' ? -1 : strtol(text, NULL, 10);
}

enum { NAME = 3 };

/* All names have three letters, of any case. */
static const char *lower_name(struct arena *arena, const char *text)
{
    char *lower = arena_alloc(arena, NAME + 1);

    for (size_t i = 0; i < NAME && text[i] != '\0'; i++)
        lower[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]);
    return lower;
}

static long value_of(struct arena *arena, const struct field *field, const char *text)
{
    const char *name = strlen(text) == NAME ? lower_name(arena, text) : "";

    for (size_t i = 0; field->names != NULL && field->names[i] != NULL; i++)
        if (text_equal(field->names[i], name))
            return (long)(field->min + i);
    return number(text);
}

/* "5", "1-5" or "*": the bounds that a step walks between. */
static bool is_range(struct arena *arena, const struct field *field, const char *text)
{
    const char *dash = strchr(text, '-');
    const size_t length = dash == NULL ? strlen(text) : (size_t)(dash - text);
    const char *first = text_copy(arena, text, length);
    long start, end;

    if (text_equal(first, "*") || text_equal(first, "?"))
        return true;
    start = value_of(arena, field, first);
    end = dash == NULL ? start : value_of(arena, field, dash + 1);
    return start >= (long)field->min && end <= (long)field->max && start <= end;
}

/* "1-5/2" */
static bool is_part(struct arena *arena, const struct field *field, const char *text)
{
    const char *slash = strchr(text, '/');

    if (slash == NULL)
        return is_range(arena, field, text);
    return number(slash + 1) > 0 &&
           is_range(arena, field, text_copy(arena, text, (size_t)(slash - text)));
}

/* "0,30" */
static bool is_field(struct arena *arena, const struct field *field, const char *text)
{
    for (;;) {
        const size_t length = strcspn(text, ",");

        if (!is_part(arena, field, text_copy(arena, text, length)))
            return false;
        if (text[length] == '\0')
            return true;
        text += length + 1;
    }
}

static bool is_descriptor(const char *text)
{
    static const char *const descriptors[] =
        {"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", NULL};
    static const char every[] = "@every ";

    if (text_starts_with(text, every))
        return duration_seconds(text + strlen(every)) > 0;
    return text_is_one_of(text, descriptors);
}

#define BLANKS " \t"

bool v2_cron_is(struct arena *arena, const char *text)
{
    size_t count = 0;

    if (*text == '@')
        return is_descriptor(text);
    for (text += strspn(text, BLANKS); *text != '\0'; text += strspn(text, BLANKS)) {
        const size_t length = strcspn(text, BLANKS);

        if (count == FIELDS || !is_field(arena, &fields[count], text_copy(arena, text, length)))
            return false;
        count++;
        text += length;
    }
    return count == FIELDS;
}

/* --- frequencies --- */

enum { SECONDS = 60, HOUR = 60, DAY = 24 * HOUR };

unsigned v2_frequency_minutes(const char *text)
{
    const size_t length = strspn(text, "0123456789.hms");
    const unsigned seconds = duration_seconds(text), minutes = seconds / SECONDS;

    if (text[length] != '\0' || length == 0 || strchr("hms", text[length - 1]) == NULL ||
        minutes == 0 || seconds % SECONDS != 0)
        return 0;
    if (minutes < HOUR)
        return HOUR % minutes == 0 ? minutes : 0;
    return minutes <= DAY && minutes % HOUR == 0 && DAY % minutes == 0 ? minutes : 0;
}
