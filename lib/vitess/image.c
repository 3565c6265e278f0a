#include "vitess.h"

#include <string.h>

/* What an image says of itself by its tag. */

/* Flags are rendered with dashes, which Vitess takes from version 23 on. */
enum { OLDEST_VITESS = 23, OLDEST_ETCD_MAJOR = 3, OLDEST_ETCD_MINOR = 5 };

#define ETCD_REPOSITORY "quay.io/coreos/etcd"

/* The tag of "registry:5000/name:tag@sha256:...", or "" where it has none. */
static const char *tag_of(const char *image)
{
    const char *slash = strrchr(image, '/');
    const char *name = slash == NULL ? image : slash + 1;
    size_t length = strcspn(name, ":@");

    return name[length] == ':' ? name + length + 1 : "";
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads a number and what follows it; 0 and `*text` unchanged where there is none. */
static unsigned read_number(const char **text)
{
    unsigned number = 0;

    for (; is_digit(**text); (*text)++) {
        if (number < 100000)
            number = number * 10 + (unsigned)(**text - '0');
    }
    return number;
}

/* "v24.0.4-mysql84" -> 24. Names that only begin like a number, such as a commit's hash, are not
 * versions. */
static unsigned major_of(const char *version, unsigned *minor)
{
    unsigned major;

    *minor = 0;
    if (*version == 'v')
        version++;
    major = read_number(&version);
    if (*version == '.') {
        version++;
        *minor = read_number(&version);
    }
    return strchr(".-@", *version) != NULL ? major : 0;
}

bool image_floats(const char *image)
{
    const char *tag = tag_of(image);

    return strchr(image, '@') == NULL && (*tag == '\0' || text_equal(tag, "latest"));
}

unsigned image_major(const char *image)
{
    unsigned minor;

    return image == NULL ? 0 : major_of(tag_of(image), &minor);
}

const char *image_or_newer(const char *image, const char *fallback, bool *replaced)
{
    unsigned major = image_major(image);
    bool old = major != 0 && major < OLDEST_VITESS;

    if (replaced != NULL && old)
        *replaced = true;
    return image == NULL || old ? fallback : image;
}

unsigned etcd_release(const char *image)
{
    struct image_version version;

    return image_version(image, &version) ? version.major * 10 + version.minor : 0;
}

const char *image_mysql_version(struct arena *arena, const char *image)
{
    const char *tag = image == NULL ? "" : tag_of(image);
    size_t length = strspn(tag, "0123456789.");

    if (strchr("-@", tag[length]) == NULL || memchr(tag, '.', length) == NULL)
        return NULL;
    return fmt(arena, "%s-Vitess", text_copy(arena, tag, length));
}

/* --- versions --- */

static bool read_part(const char **text, unsigned *part)
{
    if (**text != '.' || !is_digit((*text)[1]))
        return false;
    (*text)++;
    *part = read_number(text);
    return true;
}

static bool version_of(const char *text, struct image_version *version)
{
    *version = (struct image_version){0};
    text += *text == 'v';
    if (!is_digit(*text))
        return false;
    version->major = read_number(&text);
    if (!read_part(&text, &version->minor))
        return false;
    version->whole = read_part(&text, &version->patch);
    return strchr(".-+_@", *text) != NULL;
}

bool image_version(const char *image, struct image_version *version)
{
    return image != NULL && version_of(tag_of(image), version);
}

/* "-mysql84" and "-percona80" are what the tags of Vitess' own images end with. */
static bool mysql_suffix(const char *tag, struct image_version *version)
{
    static const char *const makers[] = {"-mysql", "-percona"};

    for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++) {
        const char *at = strstr(tag, makers[i]);
        const char *digits = at == NULL ? "" : at + strlen(makers[i]);

        if (is_digit(digits[0]) && is_digit(digits[1]) && !is_digit(digits[2])) {
            *version = (struct image_version){(unsigned)(digits[0] - '0'),
                (unsigned)(digits[1] - '0'),
                0,
                false};
            return true;
        }
    }
    return false;
}

/* Without such an end vitess/lite 23 and 24 have MySQL 8.4 (docker/lite/Dockerfile of Vitess). */
static bool mysql_of_lite(const char *image, struct image_version *version)
{
    unsigned major = image_major(image);

    *version = (struct image_version){8, 4, 0, false};
    if (text_starts_with(image, "docker.io/"))
        image += strlen("docker.io/");
    return text_starts_with(image, "vitess/lite:") && (major == 23 || major == 24);
}

/* Above these are versions of Vitess, below of something else. */
enum { OLDEST_MYSQL = 5, NEWEST_MYSQL = 19 };

bool image_mysql(const char *image, struct image_version *version)
{
    if (image == NULL || strstr(image, "mariadb") != NULL)
        return false;
    return mysql_suffix(tag_of(image), version) || mysql_of_lite(image, version) ||
           (image_version(image, version) && version->major >= OLDEST_MYSQL &&
               version->major <= NEWEST_MYSQL);
}

/* --- etcd --- */

/* From which fix on a minor version goes to the next one, and the newest fix there is. */
static const struct {
    unsigned minor, needed, newest;
    const char *text;
} etcd_fixes[] = {
    {5, 32, 35, "3.5.32"}, /* etcd.io/docs/v3.6/upgrades/upgrade_3_6 */
    {6, 11, 16, "3.6.11"}, /* etcd.io/docs/v3.7/upgrades/upgrade_3_7 */
};

enum { ETCD_FIXES = sizeof(etcd_fixes) / sizeof(*etcd_fixes) };

static size_t fixes_of(const struct image_version *version)
{
    size_t i = 0;

    while (i < ETCD_FIXES &&
           (version->major != OLDEST_ETCD_MAJOR || version->minor != etcd_fixes[i].minor))
        i++;
    return i;
}

static bool is_old_etcd(const char *tag)
{
    unsigned minor;
    const unsigned major = major_of(tag, &minor);

    return major != 0 &&
           (major < OLDEST_ETCD_MAJOR || (major == OLDEST_ETCD_MAJOR && minor < OLDEST_ETCD_MINOR));
}

/* There is no tag "v3.6". */
const char *etcd_whole_version(struct arena *arena, const char *version)
{
    struct image_version read;
    size_t row;

    if (!version_of(version, &read) || read.whole || is_old_etcd(version))
        return version;
    row = fixes_of(&read);
    return row == ETCD_FIXES
               ? NULL
               : fmt(arena, "%u.%u.%u", read.major, read.minor, etcd_fixes[row].newest);
}

const char *etcd_image_or_newer(struct arena *arena, const char *image, const char *version,
    bool *replaced)
{
    const char *tag = image != NULL ? tag_of(image) : version;
    const char *whole;

    if (tag == NULL)
        return ETCD_IMAGE;
    if (is_old_etcd(tag)) {
        if (replaced != NULL)
            *replaced = true;
        return ETCD_IMAGE;
    }
    if (image != NULL)
        return image;
    whole = etcd_whole_version(arena, version);
    if (whole == NULL)
        whole = version;
    return fmt(arena, ETCD_REPOSITORY ":%s%s", *whole == 'v' ? "" : "v", whole);
}

static bool is_fixed(const struct image_version *version)
{
    const size_t row = fixes_of(version);

    return row == ETCD_FIXES || !version->whole || version->patch >= etcd_fixes[row].needed;
}

enum etcd_step etcd_step(const char *from, const char *to)
{
    struct image_version was, will;

    if (!image_version(from, &was) || !image_version(to, &will) || was.major != will.major ||
        was.minor == will.minor)
        return ETCD_AT_ONCE;
    if (will.minor < was.minor)
        return ETCD_DOWN;
    return will.minor == was.minor + 1 && is_fixed(&was) ? ETCD_AT_ONCE : ETCD_BY_WAY;
}

const char *etcd_way(struct arena *arena, const char *from, const char *to)
{
    struct image_version was;
    size_t row;

    if (etcd_step(from, to) != ETCD_BY_WAY || !image_version(from, &was))
        return to;
    if (is_fixed(&was))
        was.minor++;
    row = fixes_of(&was);
    return row == ETCD_FIXES ? to
                             : fmt(arena,
                                   ETCD_REPOSITORY ":v%u.%u.%u",
                                   was.major,
                                   was.minor,
                                   etcd_fixes[row].newest);
}

const char *etcd_fix_needed(const char *from)
{
    struct image_version version;

    if (!image_version(from, &version) || fixes_of(&version) == ETCD_FIXES)
        return NULL;
    return etcd_fixes[fixes_of(&version)].text;
}

/* --- MySQL --- */

/* Series that none may skip (MySQL's manual, "Upgrade Paths"). */
static const struct image_version long_term[] = {
    {5, 7, 0, false}, {8, 0, 0, false}, {8, 4, 0, false}, {9, 7, 0, false}};

int image_series_compare(const struct image_version *a, const struct image_version *b)
{
    if (a->major != b->major)
        return a->major < b->major ? -1 : 1;
    return a->minor == b->minor ? 0 : a->minor < b->minor ? -1 : 1;
}

const char *image_version_text(struct arena *arena, const struct image_version *version)
{
    return version->whole ? fmt(arena, "%u.%u.%u", version->major, version->minor, version->patch)
                          : fmt(arena, "%u.%u", version->major, version->minor);
}

/* Within a series MySQL goes back, but not below 8.0.35 ("Downgrade Paths"). */
static bool is_lowered(const struct image_version *old, const struct image_version *new)
{
    const int step = image_series_compare(new, old);

    if (step != 0 || !old->whole || !new->whole || new->patch >= old->patch)
        return step < 0;
    return new->major < 8 || (new->major == 8 && new->minor == 0 && new->patch < 35);
}

const char *mysql_step_refused(struct arena *arena, const struct image_version *old,
    const struct image_version *new)
{
    if (is_lowered(old, new))
        return fmt(arena,
            "must not go from MySQL %s down to %s, which cannot open the files of a newer one",
            image_version_text(arena, old),
            image_version_text(arena, new));
    for (size_t i = 0; i < sizeof(long_term) / sizeof(*long_term); i++) {
        if (image_series_compare(old, &long_term[i]) < 0 &&
            image_series_compare(&long_term[i], new) < 0)
            return fmt(arena,
                "must not go from MySQL %s to %s at once, go to %s first",
                image_version_text(arena, old),
                image_version_text(arena, new),
                image_version_text(arena, &long_term[i]));
    }
    return NULL;
}
