#include "cli/base/output.h"
#include "cli/manifest/findings.h"
#include "cli/manifest/judge.h"
#include "hook.h"
#include "metadata.h"
#include "template.h"

static const char *format;
static const struct option_row options[] = {
    {"output", 'o', OPTION_CHOICE, "text|json", "text is the default.", &format}, {.name = NULL}};

/* One FILE, and all that is to be said of it. */
struct input {
    const char *file;
    struct manifests manifests;
    struct findings findings;
    int code; /* of reading it */
};

struct inputs {
    struct input *at;
    size_t count;
};

/* --- objects --- */

static const char *served_versions(void)
{
    struct texts versions = {.arena = cli_arena()};

    for (const struct api *const *api = apis; *api != NULL; api++)
        texts_add(&versions, (*api)->name);
    return texts_join(&versions, " or ");
}

static bool is_valid(const struct input *input, const struct manifest *manifest)
{
    for (size_t i = 0; i < input->findings.count; i++) {
        const struct finding *finding = &input->findings.at[i];

        if (finding->sort == FINDING_PROBLEM && finding->object == manifest->document.value)
            return false;
    }
    return true;
}

static bool is_same(const json_t *a, const json_t *b)
{
    return text_equal(object_name(a), object_name(b)) &&
           text_equal(object_namespace(a), object_namespace(b)) &&
           text_equal(object_kind(a), object_kind(b)) &&
           text_equal(json_text_at(a, "apiVersion"), json_text_at(b, "apiVersion"));
}

/* Of two objects of one name the second would replace the first. Files may do that on purpose, such
 * as those of an example of several steps. */
static void check_twice(struct input *input, const struct manifest *manifest)
{
    int line, column;

    for (const struct manifest *other = input->manifests.at; other < manifest; other++) {
        if (!is_same(other->object, manifest->object))
            continue;
        yaml_place(&other->document, "metadata.name", &line, &column);
        findings_add_at(&input->findings,
            FINDING_PROBLEM,
            manifest,
            "metadata.name",
            fmt(cli_arena(),
                "must differ between objects, VitessCluster \"%s\" is in line %d already",
                object_name(manifest->object),
                line));
        return;
    }
}

/* `earlier`: the VitessClusters before it, in this file or another. */
static void check_cluster(struct input *input, const struct manifest *manifest, json_t *earlier)
{
    if (json_is_object(json_at(manifest->object, "spec"))) {
        judge_cluster(manifest, earlier, &input->findings);
        json_add(earlier, manifest->object);
    }
    check_twice(input, manifest);
}

static void check(struct input *input, const struct manifest *manifest, json_t *earlier)
{
    const char *kind = object_kind(manifest->object);

    if (manifest_is_cluster(manifest))
        check_cluster(input, manifest, earlier);
    else if (text_equal(kind, "VitessCluster"))
        findings_add_at(&input->findings,
            FINDING_PROBLEM,
            manifest,
            "apiVersion",
            fmt(cli_arena(),
                "must be %s, got \"%s\"",
                served_versions(),
                json_text_at(manifest->object, "apiVersion")));
    else if (is_valid(input, manifest))
        findings_add_at(&input->findings,
            FINDING_NOTE,
            manifest,
            "kind",
            fmt(cli_arena(), "skipped: %s is not a VitessCluster", kind));
}

/* --- files --- */

static bool has_cluster(const struct input *input)
{
    for (size_t i = 0; i < input->manifests.count; i++)
        if (manifest_is_cluster(&input->manifests.at[i]))
            return true;
    return false;
}

static const char *kinds_in(const struct input *input)
{
    struct texts kinds = {.arena = cli_arena()};

    for (size_t i = 0; i < input->manifests.count; i++)
        if (!texts_contain(&kinds, object_kind(input->manifests.at[i].object)))
            texts_add(&kinds, object_kind(input->manifests.at[i].object));
    return texts_join(&kinds, ", ");
}

/* `elsewhere`: another file has a VitessCluster, so one without is for something else. */
static void check_for_cluster(struct input *input, bool elsewhere)
{
    const bool empty = input->manifests.count == 0;
    struct finding finding = {.sort = FINDING_PROBLEM,
        .file = input->file,
        .line = 1,
        .column = 1,
        .path = "",
        .message = "holds no VitessCluster: it is empty"};

    if (input->code != EXIT_YES || has_cluster(input) || (elsewhere && !empty) ||
        findings_count(&input->findings, FINDING_PROBLEM) > 0)
        return;
    if (!empty)
        finding.message = fmt(cli_arena(), "holds no VitessCluster, only %s", kinds_in(input));
    findings_add(&input->findings, &finding);
}

static void check_all(struct inputs *inputs)
{
    json_t *earlier = json_new_list();
    bool elsewhere = false;

    for (size_t i = 0; i < inputs->count; i++) {
        struct input *input = &inputs->at[i];

        for (size_t at = 0; at < input->manifests.count; at++)
            check(input, &input->manifests.at[at], earlier);
        elsewhere = elsewhere || has_cluster(input);
    }
    for (size_t i = 0; i < inputs->count; i++) {
        check_for_cluster(&inputs->at[i], elsewhere);
        findings_sort(&inputs->at[i].findings);
    }
}

static struct inputs read_all(const struct texts *files)
{
    struct inputs inputs = {arena_array(cli_arena(), files->count, sizeof(*inputs.at)),
        files->count};

    for (size_t i = 0; i < files->count; i++) {
        struct input *input = &inputs.at[i];

        input->file = manifest_file(files->at[i]);
        input->code = manifests_read(&input->manifests, files->at[i], NULL, &input->findings);
    }
    return inputs;
}

/* --- what is printed --- */

static void print_text(const struct input *input)
{
    findings_print(&input->findings, FINDING_PROBLEM, stdout);
    findings_print(&input->findings, FINDING_ADVICE, stdout);
    findings_print(&input->findings, FINDING_NOTE, stderr);
    for (size_t i = 0; i < input->manifests.count; i++) {
        const struct manifest *manifest = &input->manifests.at[i];

        if (manifest_is_cluster(manifest) && is_valid(input, manifest))
            printf("%s: VitessCluster %s is valid\n", input->file, object_name(manifest->object));
    }
}

static void add_clusters(json_t *list, const struct input *input)
{
    struct arena *arena = cli_arena();

    for (size_t i = 0; i < input->manifests.count; i++) {
        const struct manifest *manifest = &input->manifests.at[i];
        int line, column;

        if (!manifest_is_cluster(manifest))
            continue;
        yaml_place(&manifest->document, "", &line, &column);
        json_add(list,
            object(arena,
                F("file", input->file),
                F("line", INT(line)),
                OPT("namespace", object_namespace(manifest->object)),
                F("name", object_name(manifest->object)),
                F("valid", BOOL(is_valid(input, manifest)))));
    }
}

static void print_json(const struct inputs *inputs, bool valid)
{
    json_t *lists[] = {[FINDING_PROBLEM] = json_new_list(),
        [FINDING_ADVICE] = json_new_list(),
        [FINDING_NOTE] = json_new_list()};
    json_t *clusters = json_new_list();
    json_t *report = json_new_map();

    for (size_t i = 0; i < inputs->count; i++) {
        add_clusters(clusters, &inputs->at[i]);
        findings_add_json(lists, &inputs->at[i].findings);
    }
    json_put(report, "format_version", json_integer(1));
    json_put(report, "valid", json_boolean(valid));
    json_put(report, "clusters", clusters);
    json_put(report, "problems", lists[FINDING_PROBLEM]);
    json_put(report, "advice", lists[FINDING_ADVICE]);
    json_put(report, "notes", lists[FINDING_NOTE]);
    fputs(json_write_pretty(cli_arena(), report), stdout);
}

static int worst_of(const struct inputs *inputs)
{
    int worst = EXIT_YES;

    for (size_t i = 0; i < inputs->count; i++) {
        const struct input *input = &inputs->at[i];

        if (input->code > worst)
            worst = input->code;
        if (worst == EXIT_YES && findings_count(&input->findings, FINDING_PROBLEM) > 0)
            worst = EXIT_NO;
    }
    return worst;
}

static int run(const struct texts *arguments)
{
    struct inputs inputs;

    if (arguments->count == 0)
        return wrong_usage(&command_validate, "needs a FILE");
    inputs = read_all(arguments);
    check_all(&inputs);
    if (text_equal(format, "json"))
        print_json(&inputs, worst_of(&inputs) == EXIT_YES);
    else
        for (size_t i = 0; i < inputs.count; i++)
            print_text(&inputs.at[i]);
    return worst_of(&inputs);
}

const struct command command_validate = {
    .name = "validate",
    .usage = "FILE..",
    .summary = "tell everything that is wrong with a VitessCluster, and where",
    .text = "Reads every YAML document of each FILE (- is standard input) and judges each\n"
            "VitessCluster as the operator would, without a Kubernetes. Prints every\n"
            "problem at once, in the order of the lines, as\n"
            "\n"
            "    FILE:LINE:COLUMN: PATH: RULE, got VALUE\n"
            "\n"
            "What works but should be better is said in the same way, as \"advice: PATH: ..\";\n"
            "it refuses nothing. Other kinds of objects, such as Secrets, are skipped with\n"
            "a note on stderr. Files that hold no VitessCluster at all are a problem.\n"
            "\n"
            "--output json prints one object: format_version (1; it is raised when\n"
            "something in here is removed or means something else), valid, clusters,\n"
            "problems, advice and notes. A problem has file, line, column and message;\n"
            "path, value, kind, namespace and name where there are such.\n"
            "\n"
            "EXIT STATUS\n"
            "0 where all is well, 1 where there is a problem, 2 on wrong usage, 3 where a\n"
            "file cannot be read.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator validate examples/*.yaml\n"
            "    vitess-operator validate -o json FILE | jq -r '.problems[].path'\n"
            "    kubectl get vitesscluster vitess -o yaml | vitess-operator validate -\n",
    .options = options,
    .run = run,
};
