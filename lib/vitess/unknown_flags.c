#include "known_flags.h"

#include <stdint.h>
#include <string.h>

/* Flags that a program of Vitess, or etcd, does not have, or values that it cannot read: it prints
 * its usage and ends, so nothing that is given one ever starts. */

/* Versions by which the flags of a program are told apart. */
struct release {
    unsigned number; /* as in flag_check_known(); 0 ends the list */
    unsigned bit;
    const char *name;
    bool all; /* its flags are known */
};

static const struct release vitess_releases[] = {{23, V23, "Vitess 23", true},
    {24, V24, "Vitess 24", true},
    {25, V25, "a newer Vitess", false},
    {0, 0, NULL, false}};
static const struct release etcd_releases[] = {{35, E35, "etcd 3.5", true},
    {36, E36, "etcd 3.6", true},
    {37, E37, "etcd 3.7", true},
    {0, 0, NULL, false}};

static const struct release *releases_of(const char *binary)
{
    return text_equal(binary, "etcd") ? etcd_releases : vitess_releases;
}

static unsigned versions_of(const struct known_flag *flag, const char *binary)
{
    const struct {
        const char *binary;
        unsigned versions;
    } of[] = {
        {"vtgate", flag->vtgate},
        {"vttablet", flag->vttablet},
        {"vtctld", flag->vtctld},
        {"vtorc", flag->vtorc},
        {"mysqlctld", flag->mysqlctld},
        {"vtadmin", flag->vtadmin},
        {"etcd", flag->etcd},
    };

    for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++) {
        if (text_equal(of[i].binary, binary))
            return of[i].versions;
    }
    return 0;
}

static const char *const binaries[] = {
    "vtgate", "vttablet", "vtctld", "vtorc", "mysqlctld", "vtadmin", "etcd", NULL};

/* NULL where the version is none of the table's, or not all of its flags are known. */
static const struct release *release_of(const char *binary, unsigned version)
{
    const struct release *release = releases_of(binary);

    while (release->number != 0 && release->number != version)
        release++;
    return release->all ? release : NULL;
}

/* Of an image that does not say its version, any. */
static unsigned versions_wanted(const struct release *release)
{
    return release == NULL ? ~0U : release->bit;
}

static const struct known_flag *find(const char *name)
{
    const struct known_flag *flag = known_flags;

    while (flag->name != NULL && !text_equal(flag->name, name))
        flag++;
    return flag->name == NULL ? NULL : flag;
}

/* --- names --- */

/* "vtgate, vttablet and vtctld" */
static const char *enumeration(struct arena *arena, const struct texts *names)
{
    struct text text = {.arena = arena};

    for (size_t i = 0; i < names->count; i++)
        text_addf(&text,
            "%s%s",
            i == 0                  ? ""
            : i + 1 == names->count ? " and "
                                    : ", ",
            names->at[i]);
    return text_string(&text);
}

static const char *owners(struct arena *arena, const struct known_flag *flag)
{
    struct texts names = {.arena = arena};

    for (const char *const *binary = binaries; *binary != NULL; binary++) {
        if (versions_of(flag, *binary) != 0)
            texts_add(&names, *binary);
    }
    return enumeration(arena, &names);
}

/* "etcd 3.6 and etcd 3.7" */
static const char *releases_with(struct arena *arena, const char *binary, unsigned versions)
{
    struct texts names = {.arena = arena};

    for (const struct release *release = releases_of(binary); release->number != 0; release++) {
        if ((release->bit & versions) != 0)
            texts_add(&names, release->name);
    }
    return enumeration(arena, &names);
}

/* A quarter of the letters wrong is still a slip. */
static const char *suggestion(const char *binary, unsigned wanted, const char *name)
{
    size_t nearest = SIZE_MAX;
    const char *found = NULL;

    for (const struct known_flag *flag = known_flags; flag->name != NULL; flag++) {
        size_t far;

        if ((versions_of(flag, binary) & wanted) == 0)
            continue;
        far = text_distance(flag->name, name);
        if (far < nearest) {
            nearest = far;
            found = flag->name;
        }
    }
    return nearest <= (strlen(name) + 1) / 4 && nearest <= 4 ? found : NULL;
}

/* " in Vitess 24"; etcd has the name of its program. */
static const char *release_text(struct arena *arena, const char *binary,
    const struct release *release)
{
    if (release == NULL)
        return "";
    return text_equal(binary, "etcd") ? release->name + strlen("etcd")
                                      : fmt(arena, " in %s", release->name);
}

static void refuse_unknown(const char *binary, const struct release *release, const char *name,
    const char *path, struct problems *problems)
{
    struct arena *arena = problems->arena;
    const struct known_flag *flag = find(name);
    const char *near = suggestion(binary, versions_wanted(release), name);
    const char *version = release_text(arena, binary, release);

    if (flag != NULL && versions_of(flag, binary) != 0)
        problem_add(problems,
            path,
            "is no flag of %s%s, only in %s; leave it out",
            binary,
            version,
            releases_with(arena, binary, versions_of(flag, binary)));
    else if (flag != NULL)
        problem_add(problems,
            path,
            "is a flag of %s, not of %s; leave it out",
            owners(arena, flag),
            binary);
    else if (near != NULL)
        problem_add(problems,
            path,
            "is no flag of %s%s (did you mean \"%s\"?)",
            binary,
            version,
            near);
    else
        problem_add(problems, path, "is no flag of %s%s; leave it out", binary, version);
}

/* --- values: as Go's strconv and time read them --- */

static bool is_bool(const char *text)
{
    static const char *const values[] =
        {"1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False", NULL};

    return text_is_one_of(text, values);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* With a base such as 0x before it, and '_' between digits. */
static bool is_integer(const char *text, bool sign)
{
    size_t length;

    if (sign && (*text == '-' || *text == '+'))
        text++;
    if (!is_digit(*text))
        return false;
    length = strspn(text + 1, "xXoObB") > 0 ? 2 : 1;
    return strspn(text + length, "0123456789abcdefABCDEF_") == strlen(text + length) &&
           (length == 2 || strspn(text, "0123456789_") == strlen(text));
}

/* Digits with a point among them; NULL where there are none. */
static const char *skip_decimal(const char *text)
{
    size_t whole = strspn(text, "0123456789");
    size_t fraction = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;

    if (whole + fraction == 0)
        return NULL;
    return text + whole + (text[whole] == '.' ? 1 + fraction : 0);
}

static bool is_number(const char *text)
{
    const char *end;

    text += *text == '-' || *text == '+';
    end = skip_decimal(text);
    if (end != NULL && (*end == 'e' || *end == 'E')) {
        end++;
        end += *end == '-' || *end == '+';
        end = is_digit(*end) ? end + strspn(end, "0123456789") : NULL;
    }
    return end != NULL && *end == '\0';
}

static bool is_duration(const char *text)
{
    static const char *const units[] =
        {"ns", "us", "\xc2\xb5s", "\xce\xbcs", "ms", "s", "m", "h", NULL};

    text += *text == '-' || *text == '+';
    if (text_equal(text, "0"))
        return true;
    do {
        const char *const *unit = units;

        text = skip_decimal(text);
        while (text != NULL && *unit != NULL && !text_starts_with(text, *unit))
            unit++;
        if (text == NULL || *unit == NULL)
            return false;
        text += strlen(*unit);
    } while (*text != '\0');
    return true;
}

static bool is_of(enum flag_type type, const char *text)
{
    switch (type) {
    case FLAG_BOOL:
        return is_bool(text);
    case FLAG_DURATION:
        return is_duration(text);
    case FLAG_SECONDS:
        return is_duration(text) || is_number(text);
    case FLAG_INT:
        return is_integer(text, true);
    case FLAG_UINT:
        return is_integer(text, false);
    case FLAG_FLOAT:
        return is_number(text);
    case FLAG_TEXT:
        break;
    }
    return true;
}

static const char *rule_of(enum flag_type type)
{
    switch (type) {
    case FLAG_BOOL:
        return "must be true or false";
    case FLAG_DURATION:
        return "must be a duration such as \"30s\" or \"5m\"";
    case FLAG_SECONDS:
        return "must be a duration such as \"30s\", or a number of seconds";
    case FLAG_INT:
        return "must be a whole number";
    case FLAG_UINT:
        return "must be a whole number that is not negative";
    case FLAG_FLOAT:
        return "must be a number";
    case FLAG_TEXT:
        break;
    }
    return "";
}

/* Where Vitess has a flag of that name too, the table knows what Vitess takes. */
static bool has_type(const struct known_flag *flag, const char *binary)
{
    return !text_equal(binary, "etcd") || (flag->vtgate | flag->vttablet | flag->vtctld |
                                              flag->vtorc | flag->mysqlctld | flag->vtadmin) == 0;
}

static void check_value(const struct known_flag *flag, const json_t *value, const char *path,
    struct problems *problems)
{
    const char *text =
        json_is_string(value) ? json_string_value(value) : json_write(problems->arena, value, NULL);

    if (!json_is_null(value) && !is_of(flag->type, text))
        problem_add(problems,
            path,
            "%s, got %s",
            rule_of(flag->type),
            json_brief(problems->arena, value));
}

/* --- all --- */

void flag_check_known(const char *binary, unsigned version, const char *name, const json_t *value,
    const char *path, struct problems *problems)
{
    const struct release *release = release_of(binary, version);
    const struct known_flag *flag = find(name);

    if (!text_is_one_of(binary, binaries) || (release == NULL && version != 0))
        return;
    if (flag == NULL || (versions_of(flag, binary) & versions_wanted(release)) == 0)
        refuse_unknown(binary, release, name, path, problems);
    else if (has_type(flag, binary))
        check_value(flag, value, path, problems);
}

const json_t *flags_known_to(struct arena *arena, const char *binary, const char *image,
    const json_t *flags)
{
    const unsigned wanted = versions_wanted(release_of(binary, image_major(image)));
    json_t *result = json_new_map();
    const json_t *value;
    const char *key;

    json_each_field (flags, key, value) {
        const struct known_flag *flag = find(flag_name(arena, key));

        if (flag == NULL || (versions_of(flag, binary) & wanted) != 0)
            json_put(result, key, value);
    }
    return result;
}
