#include "spec_reader.h"

#include <string.h>

/* What a wrong value shows of how it came to be wrong. All of these texts are right in other
 * places, so nothing is refused for them. */

static bool starts_and_ends(const char *text, const char *start, const char *end)
{
    return strlen(text) >= strlen(start) + strlen(end) && text_starts_with(text, start) &&
           text_ends_with(text, end);
}

static bool is_template(const char *text)
{
    return strstr(text, "${") != NULL || strstr(text, "{{") != NULL || strstr(text, "<%") != NULL ||
           starts_and_ends(text, "<", ">") || (text[0] == '$' && text[1] != '\0');
}

static bool is_space(char letter)
{
    return letter == ' ' || letter == '\t' || letter == '\n';
}

static bool has_any(const char *text, const char *const *parts)
{
    for (; *parts != NULL; parts++)
        if (strstr(text, *parts) != NULL)
            return true;
    return false;
}

static const char *slip_of_text(const char *text)
{
    static const char *const wide_spaces[] = {"\xc2\xa0", "\xe2\x80\xaf", "\xe3\x80\x80", NULL};
    /* “ ” ‘ ’ „ */
    static const char *const curly[] =
        {"\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9e", NULL};
    const size_t length = strlen(text);

    if (is_template(text))
        return ": it is a template that was not filled in";
    if (has_any(text, curly))
        return ": its quotes are typographic ones, which are letters to YAML; write \"";
    if (has_any(text, wide_spaces))
        return ": it has a non-breaking space, which is a letter to YAML";
    if (length > 0 && (is_space(text[0]) || is_space(text[length - 1])))
        return ": it begins or ends with white space";
    return "";
}

/* "replicas:3" where a mapping should be. */
static bool lacks_space(const char *text)
{
    const char *colon = strchr(text, ':');

    return colon != NULL && colon != text && colon[1] != '\0' && colon[1] != '/' &&
           strcspn(text, " \n") > (size_t)(colon - text);
}

static bool lacks_space_behind_dash(const char *text)
{
    return text != NULL && text[0] == '-' && text[1] != '\0' && text[1] != '-';
}

static const char *first_key(const json_t *mapping)
{
    const json_t *value;
    const char *key;

    json_each_field (mapping, key, value)
        return key;
    return NULL;
}

#define BEHIND_COLON ": a space is missing behind the colon"
#define UNQUOTE ": take its quotes off"
#define BEHIND_DASH ": a space is missing behind the dash"

static const char *slip_of_number(const char *text)
{
    const size_t sign = text[0] == '-', digits = strspn(text + sign, "0123456789");

    if (digits == 0)
        return NULL;
    if (strcmp(text + sign + digits, "%") == 0)
        return ": write the number alone, without quotes and \"%\"";
    return text[sign + digits] == '\0' ? UNQUOTE : NULL;
}

static const char *slip_of_switch(const char *text)
{
    static const char *const on[] = {"yes", "on", "True", "TRUE", "enabled", NULL};
    static const char *const off[] = {"no", "off", "False", "FALSE", "disabled", NULL};

    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        return UNQUOTE;
    if (text_is_one_of(text, on))
        return ": write true";
    return text_is_one_of(text, off) ? ": write false" : NULL;
}

/* Of a text where a number or a switch belongs; NULL: none of that kind. */
static const char *slip_of_scalar(const char *text, json_type wanted)
{
    if (wanted == JSON_INTEGER)
        return slip_of_number(text);
    return wanted == JSON_TRUE ? slip_of_switch(text) : NULL;
}

const char *spec_slip(const json_t *value, json_type wanted)
{
    const char *text = json_string_value(value), *scalar;

    if (text == NULL && wanted == JSON_STRING && (json_is_number(value) || json_is_boolean(value)))
        return SPEC_UNQUOTED;
    if (wanted == JSON_ARRAY &&
        lacks_space_behind_dash(json_is_object(value) ? first_key(value) : text))
        return BEHIND_DASH;
    if (text == NULL)
        return "";
    if (wanted == JSON_OBJECT && lacks_space(text))
        return BEHIND_COLON;
    if (wanted == JSON_ARRAY && text[0] != '\0' && strpbrk(text, " \n,") == NULL)
        return ": put it in brackets, [ and ]";
    scalar = slip_of_scalar(text, wanted);
    return scalar != NULL ? scalar : slip_of_text(text);
}

const char *spec_slip_of_key(const char *key)
{
    if (lacks_space_behind_dash(key))
        return BEHIND_DASH;
    if (text_starts_with(key, "\xef\xbb\xbf"))
        return ": it begins with a byte order mark, which is invisible; take it out";
    return lacks_space(key) ? BEHIND_COLON : slip_of_text(key);
}

const char *spec_key_before_colon(struct arena *arena, const char *key)
{
    return lacks_space(key) ? text_copy(arena, key, strcspn(key, ":")) : NULL;
}
