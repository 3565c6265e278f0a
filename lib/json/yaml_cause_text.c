#include <string.h>

#include "yaml_cause.h"

/* --- bytes --- */

/* Every second byte of English in UTF-16 is zero. */
static bool is_utf16(const char *text, size_t length)
{
    if (length < 2)
        return false;
    return memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0 ||
           (text[0] == '\0') != (text[1] == '\0');
}

const char *yaml_bytes_rule(struct arena *arena, const char *text, size_t length, size_t offset,
    const char *problem)
{
    const unsigned byte = offset < length ? (unsigned char)text[offset] : 0;

    if (is_utf16(text, length))
        return "the file is UTF-16: save it as UTF-8 (iconv -f UTF-16 -t UTF-8 FILE)";
    if (byte == 0)
        return "has a NUL byte, which no text has: is this the right file?";
    if (byte < 0x20 || byte == 0x7f)
        return fmt(arena, "has the control character 0x%02x: take it out", byte);
    if (strstr(problem, "UTF-8") != NULL)
        return "is not UTF-8, perhaps Latin-1: save the file as UTF-8";
    return problem;
}

/* --- characters --- */

/* What git leaves where it could not merge. */
bool yaml_cause_conflict(const struct yaml_trouble *trouble)
{
    static const char *const marks[] = {"<<<<<<< ", "=======", ">>>>>>> "};
    const struct yaml_line at = yaml_line_of(trouble, trouble->at);
    struct yaml_line line = at;

    do {
        for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
            if (yaml_has(trouble, line.start, marks[i]))
                return yaml_blame(trouble,
                    line.start,
                    "this is a conflict that git could not merge: keep one of the two sides");
    } while (yaml_line_above(trouble, &line) && line.number >= at.number - 1);
    return false;
}

/* {{ .Values.x }} of Helm, {% if %} of Jinja, <%= x %> of ERB, ${X} of a shell. */
static bool template_on(const struct yaml_trouble *trouble, size_t offset)
{
    static const char *const openings[] = {"{{", "{%", "<%", "${"};
    static const char *const closings[] = {"}}", "%}", "%>", "}"};
    const struct yaml_line line = yaml_line_of(trouble, offset);

    for (size_t i = 0; i < sizeof(openings) / sizeof(openings[0]); i++) {
        const long found = yaml_find(trouble, line.start, line.end, openings[i]);
        size_t end = found < 0 ? line.end : (size_t)found;

        while (end < line.end && !yaml_has(trouble, end, closings[i]))
            end++;
        if (end < line.end)
            return yaml_blame(trouble,
                (size_t)found,
                fmt(trouble->arena,
                    "%s is a template that was not filled in: first run the file through what "
                    "fills "
                    "it in, such as helm template or envsubst",
                    yaml_shown(trouble, (size_t)found, end + strlen(closings[i]))));
    }
    return false;
}

bool yaml_cause_template(const struct yaml_trouble *trouble)
{
    /* The block that the problem is in may begin far above. */
    const bool near = strstr(trouble->context, "block") == NULL;

    return (near && template_on(trouble, trouble->from)) || template_on(trouble, trouble->at);
}

bool yaml_cause_tab(const struct yaml_trouble *trouble)
{
    const struct yaml_line line = yaml_line_of(trouble, trouble->at);
    size_t at = line.start;

    while (at < line.end && trouble->text[at] == ' ')
        at++;
    if (yaml_has(trouble, at, "\t"))
        return yaml_blame(trouble,
            at,
            "this line is indented with a tab, which YAML forbids: use spaces");
    if (yaml_has(trouble, trouble->at, "\t"))
        return yaml_blame(trouble, trouble->at, "there is a tab where YAML wants a space");
    return false;
}

bool yaml_cause_first_letter(const struct yaml_trouble *trouble)
{
    const size_t at = trouble->at;

    if (at >= trouble->length || strchr("@`%", trouble->text[at]) == NULL)
        return false;
    return yaml_blame(trouble,
        at,
        fmt(trouble->arena, "a value that begins with %c must stand in quotes", trouble->text[at]));
}

/* Such as "C:\users", where libyaml has gone on to look for the digits of \u. */
bool yaml_cause_escape(const struct yaml_trouble *trouble)
{
    const size_t at = trouble->at - (yaml_has(trouble, trouble->at, "\\") ? 0 : 2);

    return yaml_blame(trouble,
        at,
        fmt(trouble->arena,
            "\\%s is no escape of a text in double quotes: write \\\\ for a backslash, or use "
            "single quotes",
            at + 1 < trouble->length ? yaml_shown(trouble, at + 1, at + 2) : ""));
}

bool yaml_cause_anchor(const struct yaml_trouble *trouble)
{
    const size_t at = trouble->from;

    if (at >= trouble->length || strchr("&*!", trouble->text[at]) == NULL)
        return false;
    return yaml_blame(trouble,
        at,
        fmt(trouble->arena, "a value that begins with %c must stand in quotes", trouble->text[at]));
}

bool yaml_cause_directive(const struct yaml_trouble *trouble)
{
    if (!yaml_has(trouble, trouble->from, "%"))
        return false;
    return yaml_blame(trouble,
        trouble->from,
        "a line that begins with % is a directive to YAML: take it out, or put the text in quotes");
}
