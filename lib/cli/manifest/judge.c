#include "judge.h"

#include <string.h>

#include "conditions.h"
#include "hook.h"
#include "metadata.h"
#include "spec.h"
#include "template.h"

/* {replicas:3} is a key without a value, and what has no value the API server and the hook drop in
 * silence. */
static const json_t *with_slips(const json_t *value)
{
    json_t *copy = json_is_object(value) ? json_new_map() : json_new_list();
    const json_t *item;
    const char *key;

    if (!json_is_object(value) && !json_is_array(value))
        return value;
    json_each_item (value, i, item)
        json_add(copy, with_slips(item));
    json_each_field (value, key, item) {
        const bool slip = json_is_null(item) && spec_slip_of_key(key)[0] != '\0';

        json_put(copy, key, slip ? json_true() : with_slips(item));
    }
    return copy;
}

static const json_t *in_namespace(const json_t *cluster)
{
    struct arena *arena = cli_arena();
    const json_t *metadata =
        object(arena, F("namespace", "default"), SPREAD(json_at(cluster, "metadata")));

    return json_overlay(json_without(cluster, "status"), object(arena, F("metadata", metadata)));
}

/* The others as related objects, of which the hook looks at those of its namespace. */
static const json_t *others(const json_t *earlier)
{
    struct arena *arena = cli_arena();
    json_t *related = json_new_map();
    const json_t *other;

    json_each_item (earlier, i, other) {
        const char *group =
            fmt(arena, "%s.%s", object_kind(other), json_text_at(other, "apiVersion"));
        json_t *members = json_overlay(json_at(related, group), NULL);

        json_put(members, fmt(arena, "%zu", i), in_namespace(other));
        json_put(related, group, members);
    }
    return related;
}

/* The request of Metacontroller for a cluster that was created a moment ago. */
static const char *first_request(const struct hook *hook, const struct manifest *manifest,
    const json_t *earlier, size_t *length)
{
    struct arena *arena = cli_arena();
    json_t *children = json_new_map();
    const json_t *parent = json_without(manifest->object, "status");
    const json_t *spec = with_slips(json_at(parent, "spec"));
    const json_t *metadata = object(arena,
        F("namespace", "default"),
        F("uid", "00000000-0000-0000-0000-000000000000"),
        SPREAD(json_at(parent, "metadata")));

    for (const struct child_kind *child = hook->children; child->kind != NULL; child++)
        json_put(children, fmt(arena, "%s.%s", child->kind, child->api_version), json_new_map());
    return json_write(arena,
        object(arena,
            F("controller", json_new_map()),
            F("parent",
                json_overlay(parent, object(arena, F("metadata", metadata), F("spec", spec)))),
            F("children", children),
            F("related", others(earlier)),
            F("finalizing", BOOL(false))),
        length);
}

/* --- problems --- */

/* Length of the path that a line "path: rule" begins with, 0 where it has none. A key in it may
 * stand in quotes and have anything in it. */
static size_t path_length(const char *line)
{
    size_t at = 0;

    while (line[at] != '\0' && strchr(": ", line[at]) == NULL) {
        if (line[at] == '[' && line[at + 1] == '"')
            for (at += 2; line[at] != '\0' && line[at] != '"'; at++)
                at += line[at] == '\\' && line[at + 1] != '\0';
        at += line[at] != '\0';
    }
    return line[at] == ':' && line[at + 1] == ' ' ? at : 0;
}

static void add_line(struct findings *findings, enum finding_sort sort,
    const struct manifest *manifest, const char *line)
{
    const size_t length = path_length(line);
    const char *path = text_copy(cli_arena(), line, length);
    const char *rule = line + (length == 0 ? 0 : length + strlen(": "));

    findings_add_at(findings, sort, manifest, path, rule);
}

static void add_problems(struct findings *findings, const struct manifest *manifest,
    const char *lines)
{
    while (*lines != '\0') {
        const size_t length = strcspn(lines, "\n");

        if (length > 0)
            add_line(findings, FINDING_PROBLEM, manifest, text_copy(cli_arena(), lines, length));
        lines += length + (lines[length] == '\n');
    }
}

/* Advice comes as one text, "path: what; path: what", for a condition's single message. */
static void add_advice(struct findings *findings, const struct manifest *manifest,
    const char *advice)
{
    static const char separator[] = "; spec";

    while (advice != NULL) {
        const char *end = strstr(advice, separator);
        const size_t length = end == NULL ? strlen(advice) : (size_t)(end - advice);

        add_line(findings, FINDING_ADVICE, manifest, text_copy(cli_arena(), advice, length));
        advice = end == NULL ? NULL : end + strlen("; ");
    }
}

void judge_cluster(const struct manifest *manifest, const json_t *earlier,
    struct findings *findings)
{
    const struct hook *hook = hook_of(manifest->object);
    size_t length;
    const char *request = first_request(hook, manifest, earlier, &length);
    const struct sync_result result =
        sync_run(cli_arena(), hook, false, request, length, (struct sync_limits){.depth = 0});
    struct json_fault fault;
    const json_t *answer =
        result.json ? json_read(cli_arena(), result.body, result.length, 0, &fault) : NULL;

    if (answer == NULL)
        add_problems(findings, manifest, result.body);
    else if (text_equal(condition_reason(answer, "Ready"), "InvalidSpec"))
        add_problems(findings, manifest, condition_message(answer, "Ready"));
    else if (condition_true(answer, "Advice"))
        add_advice(findings, manifest, condition_message(answer, "Advice"));
}
