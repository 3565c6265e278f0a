#include "cli/base/output.h"
#include "cli/cluster/live.h"
#include "cli/simulation/simulation.h"
#include "cli/view/tree_view.h"

static const char *format, *namespace;

static const struct option_row options[] = {
    {"output",
        'o',
        OPTION_CHOICE,
        "text|dot|svg",
        "text is the default; dot is for Graphviz; svg is a picture that needs nothing else.",
        &format},
    {"namespace", 'n', OPTION_TEXT, "NAME", NAMESPACE_HELP, &namespace},
    COLOUR_OPTION,
    {.name = NULL},
};

static void print_tree(const struct forest *forest)
{
    struct screen screen = {.arena = cli_arena()};
    struct text text = {.arena = cli_arena()};

    if (format == NULL || text_equal(format, "text")) {
        tree_text(&screen,
            forest,
            (struct tree_options){.unicode = terminal_unicode(), .images = true});
        screen_print(stdout, &screen, cli_colour(stdout));
        return;
    }
    if (text_equal(format, "dot"))
        tree_dot(&text, forest);
    else
        tree_svg(&text, forest);
    fputs(text_string(&text), stdout);
}

static int draw_live(const struct manifests *manifests)
{
    const struct forest forest = live_forest(cli_arena(), manifests);

    if (!live_explain(manifests, &forest))
        return EXIT_NO;
    print_tree(&forest);
    return EXIT_YES;
}

static int draw_simulated(const struct manifests *manifests)
{
    const struct sim_options none = {.seed = 1};
    int code;
    struct sim *sim = simulation_of(&none, manifests, &code);

    if (sim == NULL)
        return code;

    const struct forest forest = forest_of(cli_arena(), sim, FOREST_ALL);
    print_tree(&forest);
    sim_free(sim);
    return EXIT_YES;
}

static int run(const struct texts *arguments)
{
    struct manifests manifests = {.count = 0};

    if (arguments->count != 1)
        return wrong_usage(&command_tree, "needs one FILE");
    if (!simulation_read(&manifests, arguments->at[0], namespace))
        return EXIT_TROUBLE;
    return live_is(&manifests) ? draw_live(&manifests) : draw_simulated(&manifests);
}

const struct command command_tree = {
    .name = "tree",
    .usage = "FILE [-o text|dot|svg]",
    .summary = "draw the tree of objects that a cluster becomes, or is",
    .text = "Simulates the VitessCluster of FILE (- is standard input) until it is Ready\n"
            "and draws every object that it has become: kind, name, state, and the image\n"
            "of Pods and workloads. A star marks the primary of a shard. Box drawing is\n"
            "used where the locale is UTF-8, and colours only on a terminal (see --color).\n"
            "\n"
            "A List of objects of a real cluster, as kubectl prints it, is drawn as it is and\n"
            "nothing is simulated: who owns whom, how each object is, and as primary whom its\n"
            "VitessShard names. Objects that belong to no VitessCluster of the List are left\n"
            "out.\n"
            "\n"
            "EXIT STATUS\n"
            "0 on success, 1 where the cluster does not become Ready or the List has none, 2\n"
            "on wrong usage, 3 where the file cannot be read or is empty.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator tree examples/my-vitess.yaml\n"
            "    kubectl get vt,vtc,vtk,vts,pods,pvc -o json | vitess-operator tree -\n"
            "    vitess-operator tree vitess.yaml -o svg > vitess.svg\n"
            "    vitess-operator tree vitess.yaml -o dot | dot -Tpdf > vitess.pdf\n",
    .options = options,
    .run = run,
};
