#include "mysql.h"

#include <stdint.h>
#include <string.h>

#include "text.h"

/* NULL where there is none. */
static const char *tag_of(const char *image)
{
    const char *slash = image == NULL ? NULL : strrchr(image, '/');
    const char *name = slash == NULL ? image : slash + 1;
    const char *mark = name == NULL ? NULL : strpbrk(name, ":@");

    return mark != NULL && *mark == ':' ? mark + 1 : NULL;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* The number at `*text`, which then is what follows it. INT64_MAX where it is larger than that. */
static int64_t number_at(const char **text)
{
    int64_t number = 0;

    for (; is_digit(**text); (*text)++) {
        int digit = **text - '0';

        number = number > (INT64_MAX - digit) / 10 ? INT64_MAX : number * 10 + digit;
    }
    return number;
}

/* --- the flag --- */

/* As ConvertMySQLVersionToCommentVersion() of Vitess reads it, up to three numbers: each dot that
 * it looks at comes after a number, and there is one at all. */
static bool begins_as_version(const char *tag)
{
    for (int dots = 0; dots < 3; dots++) {
        const char *rest = tag;

        if (number_at(&rest) == INT64_MAX)
            return false;
        if (*rest != '.')
            return rest > tag || dots > 0;
        if (rest == tag)
            return false;
        tag = rest + 1;
    }
    return true;
}

const char *v2_mysql_server_version(struct arena *arena, const char *image)
{
    const char *tag = tag_of(image);

    return tag != NULL && begins_as_version(tag) ? fmt(arena, "%s-Vitess", tag) : NULL;
}

/* --- upgrades --- */

/* From this one on 8.0 changes no files. */
enum { FIRST_STEADY_PATCH = 34 };

struct version {
    int64_t major, minor, patch;
};

static bool read_part(const char **text, int64_t *part)
{
    if (!is_digit(**text))
        return false;
    *part = number_at(text);
    return true;
}

static bool read_dot(const char **text)
{
    return *(*text)++ == '.';
}

/* Three numbers, and whatever behind them. */
static bool read_version(const char *tag, struct version *version)
{
    return read_part(&tag, &version->major) && read_dot(&tag) && read_part(&tag, &version->minor) &&
           read_dot(&tag) && read_part(&tag, &version->patch);
}

static bool is_8_0(const struct version *version)
{
    return version->major == 8 && version->minor == 0;
}

/* Which of the three numbers is not to go down, or NULL. Theirs sees a lower minor number only
 * where the major one happens to be the old minor one: from 8.8 to 8.4, not from 8.4 to 8.0. So
 * does this, and there mysqld shuts down slowly and says of the files what it thinks of them. */
static const char *goes_down(const struct version *from, const struct version *to)
{
    if (to->major < from->major)
        return "major";
    if (to->major == from->minor && to->minor < from->minor)
        return "minor";
    if (is_8_0(from) && is_8_0(to) && to->patch < from->patch && to->patch < FIRST_STEADY_PATCH)
        return "patch";
    return NULL;
}

/* Whether the files of the one are not simply those of the other. */
static bool changes_files(const struct version *from, const struct version *to)
{
    if (!is_8_0(from) || !is_8_0(to))
        return to->major != from->major || to->minor != from->minor;
    return to->patch != from->patch &&
           (to->patch < FIRST_STEADY_PATCH || from->patch < FIRST_STEADY_PATCH);
}

static struct v2_mysql_upgrade between(struct arena *arena, const char *from, const char *to)
{
    struct version current, wanted;
    const char *part;

    /* Nobody knows: then it may well be one. */
    if (!read_version(from, &current) || !read_version(to, &wanted))
        return (struct v2_mysql_upgrade){.slow_shutdown = true};
    part = goes_down(&current, &wanted);
    if (part != NULL)
        return (struct v2_mysql_upgrade){
            .refused = fmt(arena, "cannot downgrade %s version from %s to %s", part, from, to)};
    return (struct v2_mysql_upgrade){.slow_shutdown = changes_files(&current, &wanted)};
}

struct v2_mysql_upgrade v2_mysql_upgrade(struct arena *arena, const char *from, const char *to)
{
    const char *current = tag_of(from);
    const char *wanted = tag_of(to);

    if (current == NULL || wanted == NULL || text_equal(from, to))
        return (struct v2_mysql_upgrade){0};
    return between(arena, current, wanted);
}
