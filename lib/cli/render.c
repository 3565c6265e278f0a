#include "cli/base/output.h"
#include "cli/cluster/state.h"
#include "cli/simulation/simulation.h"
#include "metadata.h"

static const char *format, *namespace;

static const struct option_row options[] = {
    {"output", 'o', OPTION_CHOICE, "yaml|json", OUTPUT_HELP, &format},
    {"namespace", 'n', OPTION_TEXT, "NAME", NAMESPACE_HELP, &namespace},
    {.name = NULL},
};

/* Its controller makes these, and they are in its templates already. */
static bool is_of_a_statefulset(const struct objects *objects, const json_t *claim)
{
    for (size_t i = 0; i < objects->count; i++) {
        const json_t *templates = json_at(objects->at[i], "spec", "volumeClaimTemplates");
        const json_t *template;

        json_each_item (templates, j, template) {
            const char *start = fmt(cli_arena(),
                "%s-%s-",
                json_text_at(template, "metadata", "name"),
                object_name(objects->at[i]));

            if (text_starts_with(object_name(claim), start))
                return true;
        }
    }
    return false;
}

/* What the hooks want at rest: not what others made of it, and no tasks, whose names hash uids. */
static bool wanted(const struct objects *objects, const json_t *object)
{
    return object_last_applied(cli_arena(), object_keys(object), object) != NULL &&
           !object_is_task(object) && !object_terminating(object) &&
           !(text_equal(object_kind(object), "PersistentVolumeClaim") &&
               is_of_a_statefulset(objects, object));
}

static int run(const struct texts *arguments)
{
    const struct sim_options none = {.seed = 1};
    struct object_output output = {.json = text_equal(format, "json")};
    int code;

    if (arguments->count != 1)
        return wrong_usage(&command_render, "needs one FILE");

    struct sim *sim = simulation_at_rest(&none, arguments->at[0], namespace, &code);
    if (sim == NULL)
        return code;

    const struct objects objects = sim_objects(sim, cli_arena(), NULL);
    output_begin(&output);
    for (size_t i = 0; i < objects.count; i++)
        if (wanted(&objects, objects.at[i]))
            output_object(&output, object_wanted(cli_arena(), objects.at[i]));
    output_end(&output);
    sim_free(sim);
    return EXIT_YES;
}

const struct command command_render = {
    .name = "render",
    .usage = "FILE [-o yaml|json]",
    .summary = "print every object that a cluster becomes, as YAML",
    .text = "Simulates the VitessCluster of FILE (- is standard input) until it is Ready\n"
            "and prints every object that the operator then wants below it, sorted by\n"
            "kind and name. Status, uids and what the API server adds are left out, and\n"
            "so are the tasks that come and go on the way, so the same FILE always gives\n"
            "the same text.\n"
            "\n"
            "EXIT STATUS\n"
            "0 on success, 1 where the cluster does not become Ready, 2 on wrong usage, 3\n"
            "where the file cannot be read.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator render examples/my-vitess.yaml\n"
            "    vitess-operator render edited.yaml | diff rendered.yaml -\n",
    .options = options,
    .run = run,
};
