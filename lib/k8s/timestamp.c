#include "metadata.h"

#include <stdint.h>
#include <string.h>

struct moment {
    int64_t seconds; /* since 1970 */
    uint32_t nanoseconds;
};

/* A number of `digits` digits. */
static int64_t read_digits(const char *text, int digits)
{
    int64_t number = 0;

    for (int i = 0; i < digits; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

/* Days since 1970. Years are counted from March, so that the leap day is the last of its year. */
static int64_t days(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t day_of_year = (153 * (month <= 2 ? month + 9 : month - 3) + 2) / 5 + day - 1;

    return 365 * y + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

/* Whether `text` starts with the shape, in which 'd' stands for any digit. */
static bool has_shape(const char *text, const char *shape)
{
    for (; *shape != '\0'; shape++, text++)
        if (*shape == 'd' ? *text < '0' || *text > '9' : *text != *shape)
            return false;
    return true;
}

/* ".123456789", to nine digits; what follows it is returned. */
static const char *read_fraction(const char *text, uint32_t *nanoseconds)
{
    uint32_t unit = 100000000;

    *nanoseconds = 0;
    if (*text != '.')
        return text;
    for (text++; *text >= '0' && *text <= '9'; text++, unit /= 10)
        *nanoseconds += (uint32_t)(*text - '0') * unit;
    return text;
}

/* RFC 3339. */
static bool read_moment(const char *text, struct moment *moment)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd";
    const char *zone;
    int64_t offset = 0;

    if (text == NULL || !has_shape(text, shape))
        return false;
    zone = read_fraction(text + sizeof(shape) - 1, &moment->nanoseconds);
    if (has_shape(zone, "+dd:dd") || has_shape(zone, "-dd:dd")) {
        offset = (read_digits(zone + 1, 2) * 60 + read_digits(zone + 4, 2)) * 60;
        offset = *zone == '-' ? -offset : offset;
        zone += 5;
    } else if (*zone != 'Z') {
        return false;
    }
    moment->seconds =
        days(read_digits(text, 4), read_digits(text + 5, 2), read_digits(text + 8, 2)) * 86400 +
        read_digits(text + 11, 2) * 3600 + read_digits(text + 14, 2) * 60 +
        read_digits(text + 17, 2) - offset;
    return zone[1] == '\0';
}

bool timestamp_is(const char *text)
{
    struct moment moment;

    return read_moment(text, &moment);
}

struct newest {
    const char *text;
    struct moment moment;
};

static void consider(struct newest *newest, const json_t *time)
{
    struct moment moment;

    if (!read_moment(json_string_value(time), &moment))
        return;
    if (newest->text != NULL && (moment.seconds < newest->moment.seconds ||
                                    (moment.seconds == newest->moment.seconds &&
                                        moment.nanoseconds <= newest->moment.nanoseconds)))
        return;
    *newest = (struct newest){json_string_value(time), moment};
}

/* deletionTimestamp is none of them: it lies ahead by the grace period, half an hour for a tablet.
 */
static bool is_time(const char *key)
{
    static const char *const keys[] = {"creationTimestamp",
        "lastTransitionTime",
        "startedAt",
        "finishedAt",
        "startTime"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static void walk(struct newest *newest, const json_t *value)
{
    const char *key;
    const json_t *item;

    json_each_item (value, i, item)
        walk(newest, item);
    json_each_field (value, key, item) {
        if (is_time(key)) {
            consider(newest, item);
        } else if (strcmp(key, "managedFields") == 0) {
            const json_t *entry;

            json_each_item (item, i, entry)
                consider(newest, json_at(entry, "time"));
        } else if (strcmp(key, "spec") != 0) {
            /* A time in a spec is somebody's wish, not something that happened. */
            walk(newest, item);
        }
    }
}

const char *newest_timestamp(const json_t *value)
{
    struct newest newest = {NULL, {0, 0}};

    walk(&newest, value);
    return newest.text;
}
