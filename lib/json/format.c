#include "spec.h"

#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define HEX DIGITS "abcdefABCDEF"

/* --- names (RFC 1123) --- */

#define LABEL "[a-z0-9]([-a-z0-9]*[a-z0-9])?"

/* Length of the label at the start of `text`, 0 where there is none. */
static size_t label_length(const char *text)
{
    size_t length = strspn(text, LOWER DIGITS "-");

    return length > 0 && text[0] != '-' && text[length - 1] != '-' ? length : 0;
}

static bool accepts_label(const char *text)
{
    size_t length = label_length(text);

    return length > 0 && length <= 63 && text[length] == '\0';
}

static bool accepts_object_name(const char *text)
{
    size_t total = strlen(text), length = label_length(text);

    while (length > 0 && text[length] == '.') {
        text += length + 1;
        length = label_length(text);
    }
    return length > 0 && text[length] == '\0' && total <= 253;
}

const struct spec_format spec_dns_label = {
    .rule = "must be a DNS label such as \"zone1\"",
    .pattern = "^" LABEL "$",
    .longest = 63,
    .accepts = accepts_label,
};

const struct spec_format spec_object_name = {
    .rule = "must be a DNS name such as \"my-secret\"",
    .pattern = "^" LABEL "(\\." LABEL ")*$",
    .longest = 253,
    .accepts = accepts_object_name,
};

/* RFC 1035. */
static bool accepts_service_name(const char *text)
{
    return accepts_label(text) && strchr(DIGITS, text[0]) == NULL;
}

const struct spec_format spec_service_name = {
    .rule = "must be a DNS label that begins with a letter, since Services are named after it",
    .pattern = "^[a-z]([-a-z0-9]*[a-z0-9])?$",
    .longest = 63,
    .accepts = accepts_service_name,
};

/* --- keyspaces --- */

/* As Vitess has them (go/vt/topo/validator.go), and as a label, which the keyspace becomes, may be:
 * with a letter or digit at both ends. */
static bool accepts_keyspace(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && length <= 63 && strspn(text, LOWER UPPER DIGITS "-_") == length &&
           strchr("-_", text[0]) == NULL && strchr("-_", text[length - 1]) == NULL;
}

const struct spec_format spec_keyspace = {
    .rule =
        "must be letters, digits, \"-\" and \"_\", with a letter or digit at both ends, such as "
        "\"my_app\"",
    .pattern = "^[A-Za-z0-9]([-A-Za-z0-9_]*[A-Za-z0-9])?$",
    .longest = 63,
    .accepts = accepts_keyspace,
};

/* --- images (the grammar of distribution/reference, a little wider) --- */

/* Skips one or more of `bytes`; NULL where there is none or `text` is NULL. */
static const char *skip(const char *text, const char *bytes)
{
    size_t length = text == NULL ? 0 : strspn(text, bytes);

    return length > 0 ? text + length : NULL;
}

static bool ends(const char *text)
{
    return text != NULL && *text == '\0';
}

/* "@sha256:<hex>" or nothing. */
static bool accepts_digest(const char *text)
{
    const char *hex;

    if (*text == '\0')
        return true;
    if (*text != '@' || skip(text + 1, LOWER UPPER) == NULL)
        return false;
    hex = skip(text + 1, LOWER UPPER DIGITS "+._-");
    return *hex == ':' && ends(skip(hex + 1, HEX)) && strlen(hex + 1) >= 32;
}

/* ":tag" or nothing, then the digest. */
static bool accepts_tag(const char *text)
{
    const char *end;

    if (*text != ':')
        return accepts_digest(text);
    if (skip(text + 1, LOWER UPPER DIGITS "_") == NULL)
        return false;
    end = skip(text + 1, LOWER UPPER DIGITS "_.-");
    return end - text <= 129 && accepts_digest(end);
}

/* Lower-case words with separators between, then the tag. */
static bool accepts_repository(const char *text)
{
    const char *end = skip(text, LOWER DIGITS);

    while (end != NULL && *end != '\0' && strchr("._/-", *end) != NULL)
        end = skip(skip(end, "._/-"), LOWER DIGITS);
    return end != NULL && accepts_tag(end);
}

/* The rest behind "registry.example.com:5000/", or NULL where there is no such thing. */
static const char *behind_registry(const char *text)
{
    const char *end = skip(text, LOWER UPPER DIGITS ".-");

    if (*text == '[') {
        end = skip(text + 1, HEX ":");
        end = end != NULL && *end == ']' ? end + 1 : NULL;
    }
    if (end != NULL && *end == ':')
        end = skip(end + 1, DIGITS);
    return end != NULL && *end == '/' ? end + 1 : NULL;
}

static bool accepts_image(const char *text)
{
    const char *rest = behind_registry(text);

    return accepts_repository(text) || (rest != NULL && accepts_repository(rest));
}

const struct spec_format spec_image = {
    .rule = "must be a container image such as \"vitess/lite:v24.0.4\"",
    .pattern = "^(([A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+\\])(:[0-9]+)?/)?"
               "[a-z0-9]+([._/-]+[a-z0-9]+)*"
               "(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?"
               "(@[A-Za-z][A-Za-z0-9+._-]*:[0-9a-fA-F]{32,})?$",
    .accepts = accepts_image,
};

/* --- versions --- */

/* No tag has a number with a zero before it. */
static const char *behind_number(const char *text)
{
    const char *end = skip(text, DIGITS);

    return end != NULL && *text == '0' && end != text + 1 ? NULL : end;
}

/* "-rc.3" or "-arm64", or nothing. */
static bool accepts_suffix(const char *text)
{
    return *text == '\0' || (*text == '-' && text[1] != '\0' &&
                                text[1 + strspn(text + 1, LOWER UPPER DIGITS ".-")] == '\0');
}

static bool accepts_version(const char *text)
{
    const char *end = behind_number(*text == 'v' ? text + 1 : text);

    end = end != NULL && *end == '.' ? behind_number(end + 1) : NULL;
    if (end == NULL || *end == '\0')
        return end != NULL;
    end = *end == '.' ? behind_number(end + 1) : NULL;
    return end != NULL && accepts_suffix(end);
}

const struct spec_format spec_version = {
    .rule = "must be a version such as \"3.6.16\", or \"3.6\" for the newest fix of it",
    .pattern = "^v?(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(\\.(0|[1-9][0-9]*)(-[A-Za-z0-9.-]+)?)?$",
    .longest = 63,
    .accepts = accepts_version,
};

/* --- bounds of key ranges --- */

/* 32 bytes: more than any vindex makes. */
enum { BOUND_LIMIT = 64 };

static bool accepts_key_range(const char *text)
{
    size_t length = strspn(text, HEX);

    return text[length] == '\0' && length % 2 == 0 && length <= BOUND_LIMIT;
}

const struct spec_format spec_key_range = {
    .rule = "must be hex such as \"80\"",
    .pattern = "^([0-9a-fA-F]{2})*$",
    .longest = BOUND_LIMIT,
    .accepts = accepts_key_range,
};

/* --- what becomes part of a command line --- */

/* ASCII; both RE2 and POSIX know the class. */
#define CONTROL "[:cntrl:]"

bool spec_printable(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return false;
    return true;
}

const char spec_printable_pattern[] = "^[^" CONTROL "]*$";

/* IsConfigMapKey() of apimachinery; the two dots would lead out of the folder. */
static bool accepts_key(const char *text)
{
    return ends(skip(text, LOWER UPPER DIGITS "-._")) && strcmp(text, ".") != 0 &&
           !text_starts_with(text, "..") && strlen(text) <= 253;
}

const struct spec_format spec_key = {
    .rule = "must be a key of a Secret such as \"users.json\"",
    .pattern = "^([-_a-zA-Z0-9]|\\.[-_a-zA-Z0-9])[-._a-zA-Z0-9]*$",
    .longest = 253,
    .accepts = accepts_key,
};

/* --- where etcd is --- */

/* A DNS name or an IP address, and a port. */
enum { ADDRESS_LIMIT = 260, ROOT_LIMIT = 255 };

static bool accepts_address(const char *text)
{
    const char *colon = strrchr(text, ':');

    return colon != NULL && colon != text && strpbrk(text, " ,/") == NULL && spec_printable(text) &&
           ends(skip(colon + 1, DIGITS)) && strlen(text) <= ADDRESS_LIMIT;
}

const struct spec_format spec_address = {
    .rule = "must be host:port without a scheme, such as \"etcd:2379\"",
    .pattern = "^[^ ,/" CONTROL "]+:[0-9]+$",
    .longest = ADDRESS_LIMIT,
    .accepts = accepts_address,
};

static bool accepts_root(const char *text)
{
    size_t length = strlen(text);

    return length <= ROOT_LIMIT && text[0] == '/' && text[length - 1] != '/' &&
           spec_printable(text);
}

const struct spec_format spec_root = {
    .rule = "must begin with \"/\", not end with it, and have no control character",
    .pattern = "^/[^" CONTROL "]*[^/" CONTROL "]$",
    .longest = ROOT_LIMIT,
    .accepts = accepts_root,
};
