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
