#include "fragment.h"

#include <string.h>

/* Texts with a syntax of Kubernetes' (apimachinery's validation package). */

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LETTERS_AND_DIGITS LETTERS "0123456789"

enum { LONGEST_NAME = 63, LONGEST_PREFIX = 253 };

static bool accepts_label_value(const char *text)
{
    size_t length = strlen(text);

    return length == 0 ||
           (length <= LONGEST_NAME && strspn(text, "-_." LETTERS_AND_DIGITS) == length &&
               strchr(LETTERS_AND_DIGITS, text[0]) != NULL &&
               strchr(LETTERS_AND_DIGITS, text[length - 1]) != NULL);
}

const struct spec_format fragment_label_value = {
    .rule = "must be a label value (at most 63 letters, digits, '-', '_' and '.')",
    .pattern = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$",
    .longest = LONGEST_NAME,
    .accepts = accepts_label_value,
};

/* IsQualifiedName(): "name" or "prefix/name". */
static bool accepts_label_key(const char *text)
{
    const char *slash = strchr(text, '/');
    const char *name = slash == NULL ? text : slash + 1;
    char prefix[LONGEST_PREFIX + 1] = "";

    if (*name == '\0' || !accepts_label_value(name))
        return false;
    if (slash == NULL)
        return true;
    if (slash - text > LONGEST_PREFIX)
        return false;
    memcpy(prefix, text, (size_t)(slash - text));
    return spec_object_name.accepts(prefix);
}

const struct spec_format fragment_label_key = {
    .rule = "must be a key such as \"team\" or \"example.com/team\"",
    .says = "\"team\" or \"example.com/team\"",
    .pattern = "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$",
    .longest = LONGEST_PREFIX + 1 + LONGEST_NAME,
    .accepts = accepts_label_key,
};

/* IsRelaxedEnvVarName(), Kubernetes 1.32: any printable ASCII but "=". */
static bool accepts_env_name(const char *text)
{
    for (const char *byte = text; *byte != '\0'; byte++)
        if (*byte < ' ' || *byte > '~' || *byte == '=')
            return false;
    return *text != '\0';
}

const struct spec_format fragment_env_name = {
    .rule = "must be a name such as \"TZ\"",
    .pattern = "^[ -<>-~]+$",
    .accepts = accepts_env_name,
};

const struct spec_format fragment_port_name = {
    .rule = "must be at most 15 small letters, digits and single '-', with a letter",
    .pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
    .longest = 15,
    .accepts = spec_is_port_name,
};

static bool is_up(const char *part)
{
    return strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0');
}

/* validateLocalDescendingPath() of Kubernetes. */
static bool accepts_inside(const char *text)
{
    if (text[0] == '/' || is_up(text))
        return false;
    for (const char *slash = strchr(text, '/'); slash != NULL; slash = strchr(slash + 1, '/'))
        if (is_up(slash + 1))
            return false;
    return true;
}

const struct spec_format fragment_inside = {
    .rule =
        "must be a path inside of the volume, without \"/\" at its beginning and without \"..\"",
    .accepts = accepts_inside,
};

/* --- addresses --- */

/* A number without zeros before it, as Go's net/netip has it. Moves behind it; -1: there is none.
 */
static int take_number(const char **text, int most)
{
    const char *start = *text;
    int number = 0;

    while (**text >= '0' && **text <= '9' && *text - start < 3)
        number = number * 10 + *(*text)++ - '0';
    return *text == start || (*start == '0' && *text - start > 1) || number > most ? -1 : number;
}

static bool take_v4(const char **text)
{
    for (int i = 0; i < 4; i++) {
        if (i > 0 && *(*text)++ != '.')
            return false;
        if (take_number(text, 255) < 0)
            return false;
    }
    return true;
}

enum { V6_GROUPS = 8, V6_DIGITS = 4 };

/* Groups of hex digits, one "::" at most, and the last two groups may be an address of IPv4. */
static bool take_v6(const char **text)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    bool gap = false;
    int groups = 0;

    while (groups < V6_GROUPS) {
        const size_t digits = strspn(*text, hex);
        const char *v4 = *text;

        if (!gap && strncmp(*text, "::", 2) == 0) {
            gap = true;
            *text += 2;
            continue;
        }
        if ((*text)[digits] == '.' && take_v4(&v4)) {
            *text = v4;
            groups += 2;
            break;
        }
        if (digits == 0 || digits > V6_DIGITS)
            break;
        *text += digits;
        groups++;
        if (groups < V6_GROUPS && **text == ':' && (*text)[1] != ':' && strspn(*text + 1, hex) > 0)
            (*text)++;
        else if (strncmp(*text, "::", 2) != 0)
            break;
    }
    return gap ? groups < V6_GROUPS : groups == V6_GROUPS;
}

/* Moves behind the address and tells its bits; 0: there is none. */
static int take_address(const char **text)
{
    const char *v6 = *text;

    if (take_v4(text))
        return 32;
    *text = v6;
    return take_v6(text) ? 128 : 0;
}

static bool accepts_ip(const char *text)
{
    return take_address(&text) > 0 && *text == '\0';
}

const struct spec_format fragment_ip = {
    .rule = "must be an IP address such as \"10.0.0.1\"",
    .pattern = "^[0-9a-fA-F.:]+$",
    .longest = 45,
    .accepts = accepts_ip,
};

static bool accepts_cidr(const char *text)
{
    const int bits = take_address(&text);

    return bits > 0 && *text++ == '/' && take_number(&text, bits) >= 0 && *text == '\0';
}

const struct spec_format fragment_cidr = {
    .rule = "must be a network such as \"10.0.0.0/8\"",
    .pattern = "^[0-9a-fA-F.:]+/[0-9]+$",
    .longest = 49,
    .accepts = accepts_cidr,
};
