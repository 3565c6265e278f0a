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

const char *etcd_image_or_newer(struct arena *arena, const char *image, const char *version,
    bool *replaced)
{
    const char *tag = image != NULL ? tag_of(image) : version;
    unsigned minor;
    unsigned major;

    if (tag == NULL)
        return ETCD_IMAGE;
    major = major_of(tag, &minor);
    if (major != 0 &&
        (major < OLDEST_ETCD_MAJOR || (major == OLDEST_ETCD_MAJOR && minor < OLDEST_ETCD_MINOR))) {
        if (replaced != NULL)
            *replaced = true;
        return ETCD_IMAGE;
    }
    if (image != NULL)
        return image;
    return fmt(arena, ETCD_REPOSITORY ":%s%s", *version == 'v' ? "" : "v", version);
}

const char *image_mysql_version(struct arena *arena, const char *image)
{
    const char *tag = image == NULL ? "" : tag_of(image);
    size_t length = strspn(tag, "0123456789.");

    if (strchr("-@", tag[length]) == NULL || memchr(tag, '.', length) == NULL)
        return NULL;
    return fmt(arena, "%s-Vitess", text_copy(arena, tag, length));
}
