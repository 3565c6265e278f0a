#include <string.h>

#include "conditions.h"
#include "hook.h"
#include "manifest.h"
#include "metadata.h"
#include "template.h"

static size_t problem_count;

static void print_at(FILE *out, const struct manifest *manifest, const char *path, const char *text)
{
    int line = 1, column = 1;

    yaml_place(&manifest->document, path, &line, &column);
    fprintf(out, "%s:%d:%d: %s\n", manifest->path, line, column, text);
}

/* One problem, "path: rule", at the place of its path. */
static void print_problem(const struct manifest *manifest, const char *problem)
{
    const char *colon = strstr(problem, ": ");
    const size_t length = colon == NULL ? 0 : (size_t)(colon - problem);

    print_at(stdout, manifest, text_copy(cli_arena(), problem, length), problem);
    problem_count++;
}

static void print_problems(const struct manifest *manifest, const char *lines)
{
    while (*lines != '\0') {
        const size_t length = strcspn(lines, "\n");

        if (length > 0)
            print_problem(manifest, text_copy(cli_arena(), lines, length));
        lines += length + (lines[length] == '\n');
    }
}

/* The request of Metacontroller for a cluster that was created a moment ago. */
static const char *first_request(const struct hook *hook, const struct manifest *manifest,
    size_t *length)
{
    struct arena *arena = cli_arena();
    json_t *children = json_new_map();
    const json_t *parent = json_without(manifest->object, "status");
    const json_t *metadata = object(arena,
        F("namespace", "default"),
        F("uid", "00000000-0000-0000-0000-000000000000"),
        SPREAD(json_at(parent, "metadata")));

    for (const struct child_kind *child = hook->children; child->kind != NULL; child++)
        json_put(children, fmt(arena, "%s.%s", child->kind, child->api_version), json_new_map());
    return json_write(arena,
        object(arena,
            F("controller", json_new_map()),
            F("parent", json_overlay(parent, object(arena, F("metadata", metadata)))),
            F("children", children),
            F("related", json_new_map()),
            F("finalizing", BOOL(false))),
        length);
}

/* Advice comes as one text, "path: what; path: what", for a condition's single message. */
static void print_advice(const struct manifest *manifest, const char *advice)
{
    static const char separator[] = "; spec";

    while (advice != NULL) {
        const char *end = strstr(advice, separator);
        const size_t length = end == NULL ? strlen(advice) : (size_t)(end - advice);
        const char *one = text_copy(cli_arena(), advice, length);
        const char *path = text_copy(cli_arena(), one, strcspn(one, ":"));

        print_at(stderr, manifest, path, fmt(cli_arena(), "advice: %s", one));
        advice = end == NULL ? NULL : end + strlen("; ");
    }
}

static void print_verdict(const struct manifest *manifest, const struct sync_result *result)
{
    struct json_fault fault;
    const json_t *answer =
        result->json ? json_read(cli_arena(), result->body, result->length, 0, &fault) : NULL;
    const char *advice = condition_message(answer, "Advice");

    if (answer == NULL)
        print_problems(manifest, result->body);
    else if (text_equal(condition_reason(answer, "Ready"), "InvalidSpec"))
        print_problems(manifest, condition_message(answer, "Ready"));
    else if (condition_true(answer, "Advice"))
        print_advice(manifest, advice);
}

/* The hook itself judges, so nothing is accepted here that is refused there. */
static void judge(const struct manifest *manifest, const struct hook *hook)
{
    const size_t before = problem_count;
    size_t length;
    const char *request = first_request(hook, manifest, &length);
    const struct sync_result result =
        sync_run(cli_arena(), hook, false, request, length, (struct sync_limits){.depth = 0});

    print_verdict(manifest, &result);
    if (problem_count == before)
        printf("%s: VitessCluster %s is valid\n", manifest->path, object_name(manifest->object));
}

static const char *served_versions(void)
{
    struct texts versions = {.arena = cli_arena()};

    for (const struct hook *hook = hooks; hook->kind != NULL; hook++)
        if (!texts_contain(&versions, hook->api))
            texts_add(&versions, hook->api);
    return texts_join(&versions, " or ");
}

static void validate(const struct manifest *manifest)
{
    const char *api_version = json_text_at(manifest->object, "apiVersion");
    const char *kind = object_kind(manifest->object);

    if (manifest_is_cluster(manifest))
        judge(manifest, hook_by_kind(api_version, kind));
    else if (text_equal(kind, "VitessCluster"))
        print_problem(manifest,
            fmt(cli_arena(), "apiVersion: must be %s, got \"%s\"", served_versions(), api_version));
    else
        print_at(stderr,
            manifest,
            "kind",
            fmt(cli_arena(), "skipped: %s is not a VitessCluster", kind));
}

static int run(const struct texts *arguments)
{
    int worst = EXIT_YES;

    if (arguments->count == 0)
        return wrong_usage(&command_validate, "needs a FILE");
    for (size_t i = 0; i < arguments->count; i++) {
        struct manifests manifests = {.count = 0};
        const int code = manifests_read(&manifests, arguments->at[i], NULL, stdout);

        worst = code > worst ? code : worst;
        for (size_t at = 0; at < manifests.count; at++)
            validate(&manifests.at[at]);
    }
    return worst == EXIT_YES && problem_count > 0 ? EXIT_NO : worst;
}

const struct command command_validate = {
    .name = "validate",
    .usage = "FILE..",
    .summary = "tell everything that is wrong with a VitessCluster, and where",
    .text = "Reads every YAML document of each FILE (- is standard input) and judges each\n"
            "VitessCluster as the operator would, without a Kubernetes. Prints every\n"
            "problem at once as\n"
            "\n"
            "    FILE:LINE:COLUMN: PATH: RULE, got VALUE\n"
            "\n"
            "Other kinds of objects, such as Secrets, are skipped with a note on stderr;\n"
            "so is what works but should be better (advice).\n"
            "\n"
            "EXIT STATUS\n"
            "0 where all is well, 1 where there is a problem, 2 on wrong usage, 3 where a\n"
            "file cannot be read.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator validate examples/*.yaml\n"
            "    kubectl get vitesscluster vitess -o yaml | vitess-operator validate -\n",
    .run = run,
};
