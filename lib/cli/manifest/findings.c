#include "findings.h"

#include <stdlib.h>
#include <string.h>

#include "cli/base/room.h"
#include "metadata.h"
#include "spec.h"
#include "template.h"

void findings_add(struct findings *findings, const struct finding *finding)
{
    findings->at = with_room(cli_arena(),
        findings->at,
        findings->count,
        &findings->capacity,
        sizeof(*findings->at));
    findings->at[findings->count++] = *finding;
}

static const char *last_of(const char *text, const char *part)
{
    const char *found = NULL;

    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        found = at;
    return found;
}

/* "got false" of a file that has "no" is a riddle. */
static const char *as_typed(const struct manifest *manifest, const char *path, const char *message)
{
    struct arena *arena = cli_arena();
    const char *typed = yaml_typed(&manifest->document, path);
    const char *read, *at, *rest;

    if (typed == NULL || typed[0] == '\0')
        return message;
    read = json_brief(arena, yaml_value(&manifest->document, path));
    at = last_of(message, fmt(arena, ", got %s", read));
    if (at == NULL)
        return message;
    rest = at + strlen(", got ") + strlen(read);
    return fmt(arena,
        "%s, got %s%s%s",
        text_copy(arena, message, (size_t)(at - message)),
        typed,
        strcmp(typed, read) == 0 ? "" : fmt(arena, ", which YAML reads as %s", read),
        strcmp(rest, SPEC_UNQUOTED) == 0 ? fmt(arena, ": write \"%s\"", typed) : rest);
}

void findings_add_at(struct findings *findings, enum finding_sort sort,
    const struct manifest *manifest, const char *path, const char *message)
{
    struct finding finding = {.sort = sort,
        .file = manifest->path,
        .path = path,
        .message = as_typed(manifest, path, message),
        .object = manifest->document.value,
        .value = yaml_value(&manifest->document, path)};

    yaml_place(&manifest->document, path, &finding.line, &finding.column);
    findings_add(findings, &finding);
}

/* In which order the found ones were added, beside their place. */
struct placed {
    struct finding finding;
    size_t order;
};

static int by_place(const void *a, const void *b)
{
    const struct placed *left = a;
    const struct placed *right = b;

    if (left->finding.line != right->finding.line)
        return left->finding.line < right->finding.line ? -1 : 1;
    if (left->finding.column != right->finding.column)
        return left->finding.column < right->finding.column ? -1 : 1;
    return left->order < right->order ? -1 : 1;
}

void findings_sort(struct findings *findings)
{
    struct placed *placed = arena_array(cli_arena(), findings->count + 1, sizeof(*placed));

    for (size_t i = 0; i < findings->count; i++)
        placed[i] = (struct placed){findings->at[i], i};
    qsort(placed, findings->count, sizeof(*placed), by_place);
    for (size_t i = 0; i < findings->count; i++)
        findings->at[i] = placed[i].finding;
}

size_t findings_count(const struct findings *findings, enum finding_sort sort)
{
    size_t count = 0;

    for (size_t i = 0; i < findings->count; i++)
        count += findings->at[i].sort == sort;
    return count;
}

/* A note is about the object, whatever line shows it best. */
static const char *prefix(const struct finding *finding)
{
    if (finding->sort == FINDING_NOTE || finding->path[0] == '\0')
        return "";
    return fmt(cli_arena(), "%s: ", finding->path);
}

void findings_print(const struct findings *findings, enum finding_sort sort, FILE *out)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->at[i];

        if (finding->sort == sort)
            fprintf(out,
                "%s:%d:%d: %s%s%s\n",
                finding->file,
                finding->line,
                finding->column,
                sort == FINDING_ADVICE ? "advice: " : "",
                prefix(finding),
                finding->message);
    }
}

static const json_t *finding_json(struct arena *arena, const struct finding *finding)
{
    return object(arena,
        F("file", finding->file),
        F("line", INT(finding->line)),
        F("column", INT(finding->column)),
        OPT("kind", object_kind(finding->object)),
        OPT("namespace", object_namespace(finding->object)),
        OPT("name", object_name(finding->object)),
        OPT("path", finding->path[0] == '\0' ? NULL : finding->path),
        F("message", finding->message),
        OPT("value", finding->value));
}

void findings_add_json(json_t *const *lists, const struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        json_add(lists[findings->at[i].sort], finding_json(cli_arena(), &findings->at[i]));
}
