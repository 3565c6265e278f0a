#include "simulation.h"

#include <string.h>

#include "cli/cluster/state.h"
#include "cli/manifest/findings.h"
#include "conditions.h"
#include "metadata.h"

bool simulation_read(struct manifests *manifests, const char *path, const char *namespace)
{
    const char *given = namespace == NULL ? "default" : namespace;
    const size_t before = manifests->count;
    struct findings findings = {.count = 0};
    const int code = manifests_read(manifests, path, given, &findings);

    findings_sort(&findings);
    findings_print(&findings, FINDING_PROBLEM, stderr);
    if (code != EXIT_YES)
        return false;
    if (manifests->count == before)
        complain("%s: holds %s",
            manifest_file(path),
            manifests->lists == 0 ? "no object"
                                  : "an empty List: kubectl has found nothing; was it asked for "
                                    "the right namespace?");
    return manifests->count > before;
}

/* Path of the field in `VitessCluster "x" is invalid: spec.cells: Required value`, else "kind". */
static const char *refused_path(const char *message)
{
    static const char lead[] = "is invalid: ";
    const char *path = strstr(message, lead);

    if (path == NULL)
        return "kind";
    path += strlen(lead);
    return text_copy(cli_arena(), path, strcspn(path, ":"));
}

bool simulation_apply(struct sim *sim, const struct manifests *manifests)
{
    for (size_t i = 0; i < manifests->count; i++) {
        const struct manifest *manifest = &manifests->at[i];
        const char *message = NULL;
        int line = 1, column = 1;

        /* What `kubectl get -o yaml` has printed may be applied again. */
        if (sim_apply(sim, object_wanted(cli_arena(), manifest->object), &message))
            continue;
        yaml_place(&manifest->document, refused_path(message), &line, &column);
        fflush(stdout);
        fprintf(stderr,
            "%s:%d:%d: the API server refuses this %s: %s\n",
            manifest->path,
            line,
            column,
            object_kind(manifest->object),
            message);
        return false;
    }
    return true;
}

void simulation_settle(struct sim *sim, long steps)
{
    while (steps-- > 0 && sim_step(sim))
        continue;
}

/* One line a problem, since that is how an InvalidSpec comes. */
static void print_indented(const char *text)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");

        fprintf(stderr, "  %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void explain(const json_t *object, const char *type)
{
    const char *reason = condition_reason(object, type);
    const char *message = condition_message(object, type);

    if (condition_true(object, type))
        return;
    complain("%s %s: %s is %s%s%s",
        object_kind(object),
        object_name(object),
        type,
        condition_status(object, type) == NULL ? "not known" : "False",
        reason == NULL ? "" : ", ",
        reason == NULL ? "" : reason);
    if (message != NULL)
        print_indented(message);
}

void simulation_explain(const struct sim *sim)
{
    const struct objects clusters = sim_objects(sim, cli_arena(), "VitessCluster");
    bool all_well = true;

    for (size_t i = 0; i < clusters.count; i++) {
        explain(clusters.at[i], "Ready");
        explain(clusters.at[i], "Updated");
        all_well = all_well && condition_true(clusters.at[i], "Ready") &&
                   condition_true(clusters.at[i], "Updated");
    }
    if (clusters.count == 0)
        complain("there is no VitessCluster");
    else if (all_well)
        complain("after %d steps something is still being done", sim_steps(sim));
}

struct sim *simulation_of(const struct sim_options *options, const struct manifests *manifests,
    int *code)
{
    struct sim *sim = sim_new(options);

    *code = EXIT_NO;
    if (simulation_apply(sim, manifests)) {
        simulation_settle(sim, SIMULATION_STEPS);
        if (sim_ready(sim))
            return sim;
        simulation_explain(sim);
    }
    sim_free(sim);
    return NULL;
}

struct sim *simulation_at_rest(const struct sim_options *options, const char *path,
    const char *namespace, int *code)
{
    struct manifests manifests = {.count = 0};

    *code = EXIT_TROUBLE;
    if (!simulation_read(&manifests, path, namespace))
        return NULL;
    return simulation_of(options, &manifests, code);
}
