#include "known_flags.h"

#include <stdint.h>
#include <string.h>

/* Flags that a program of Vitess does not have, or values that it cannot read: it prints its usage
 * and ends, so nothing that is given one ever starts. */

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
    };

    for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++) {
        if (text_equal(of[i].binary, binary))
            return of[i].versions;
    }
    return 0;
}

static const char *const binaries[] = {
    "vtgate", "vttablet", "vtctld", "vtorc", "mysqlctld", "vtadmin", NULL};

/* Of an image that does not say its version, any. */
static unsigned versions_wanted(unsigned major)
{
    return major == 23 ? V23 : major == 24 ? V24 : ~0U;
}

static const struct known_flag *find(const char *name)
{
    const struct known_flag *flag = known_flags;

    while (flag->name != NULL && !text_equal(flag->name, name))
        flag++;
    return flag->name == NULL ? NULL : flag;
}

/* --- names --- */

/* "vtgate and vttablet" */
static const char *owners(struct arena *arena, const struct known_flag *flag)
{
    struct text text = {.arena = arena};
    struct texts names = {.arena = arena};

    for (const char *const *binary = binaries; *binary != NULL; binary++) {
        if (versions_of(flag, *binary) != 0)
            texts_add(&names, *binary);
    }
    for (size_t i = 0; i < names.count; i++)
        text_addf(&text, "%s%s", i == 0 ? "" : i + 1 == names.count ? " and " : ", ", names.at[i]);
    return text_string(&text);
}

static const char *versions_text(unsigned versions)
{
    return versions == V23 ? "Vitess 23" : versions == V24 ? "Vitess 24" : "a newer Vitess";
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

static void refuse_unknown(const char *binary, unsigned wanted, const char *version,
    const char *name, const char *path, struct problems *problems)
{
    const struct known_flag *flag = find(name);
    const char *near = suggestion(binary, wanted, name);

    if (flag != NULL && versions_of(flag, binary) != 0)
        problem_add(problems,
            path,
            "is no flag of %s%s, only in %s; leave it out",
            binary,
            version,
            versions_text(versions_of(flag, binary)));
    else if (flag != NULL)
        problem_add(problems,
            path,
            "is a flag of %s, not of %s; leave it out",
            owners(problems->arena, flag),
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

void flag_check_known(const char *binary, unsigned major, const char *name, const json_t *value,
    const char *path, struct problems *problems)
{
    const bool judged = major >= OLDEST_KNOWN && major <= NEWEST_KNOWN;
    const unsigned wanted = versions_wanted(major);
    const char *version = judged ? fmt(problems->arena, " in Vitess %u", major) : "";
    const struct known_flag *flag = find(name);

    if (!text_is_one_of(binary, binaries) || !(judged || major == 0))
        return;
    if (flag != NULL && (versions_of(flag, binary) & wanted) != 0)
        check_value(flag, value, path, problems);
    else
        refuse_unknown(binary, wanted, version, name, path, problems);
}

const json_t *flags_known_to(struct arena *arena, const char *binary, const char *image,
    const json_t *flags)
{
    const unsigned major = image_major(image);
    const unsigned wanted = versions_wanted(major);
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
