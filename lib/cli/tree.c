#include "output.h"
#include "simulation.h"
#include "tree_view.h"

static const char *format, *namespace;

static const struct option_row options[] = {
    {"output",
        'o',
        OPTION_TEXT,
        "text|dot|svg",
        "text is the default; dot is for Graphviz; svg is a picture that needs nothing else.",
        &format},
    {"namespace", 'n', OPTION_TEXT, "NAME", NAMESPACE_HELP, &namespace},
    COLOUR_OPTION,
    {.name = NULL},
};

static void print_tree(const struct forest *forest, int chosen)
{
    struct screen screen = {.arena = cli_arena()};
    struct text text = {.arena = cli_arena()};

    if (chosen == 0) {
        tree_text(&screen,
            forest,
            (struct tree_options){.unicode = terminal_unicode(), .images = true});
        screen_print(stdout, &screen, cli_colour(stdout));
        return;
    }
    if (chosen == 1)
        tree_dot(&text, forest);
    else
        tree_svg(&text, forest);
    fputs(text_string(&text), stdout);
}

static int run(const struct texts *arguments)
{
    const struct sim_options none = {.seed = 1};
    const int chosen =
        output_format(&command_tree, format, (const char *const[]){"text", "dot", "svg", NULL});
    int code;

    if (chosen < 0)
        return EXIT_USAGE;
    if (arguments->count != 1)
        return wrong_usage(&command_tree, "needs one FILE");

    struct sim *sim = simulation_at_rest(&none, arguments->at[0], namespace, &code);
    if (sim == NULL)
        return code;

    const struct forest forest = forest_of(cli_arena(), sim, FOREST_ALL);
    print_tree(&forest, chosen);
    sim_free(sim);
    return EXIT_YES;
}

const struct command command_tree = {
    .name = "tree",
    .usage = "FILE [-o text|dot|svg]",
    .summary = "draw the tree of objects that a cluster becomes",
    .text = "Simulates the VitessCluster of FILE (- is standard input) until it is Ready\n"
            "and draws every object that it has become: kind, name, state, and the image\n"
            "of Pods and workloads. A star marks the primary of a shard. Box drawing is\n"
            "used where the locale is UTF-8, and colours only on a terminal (see --color).\n"
            "\n"
            "EXIT STATUS\n"
            "0 on success, 1 where the cluster does not become Ready, 2 on wrong usage, 3\n"
            "where the file cannot be read.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator tree examples/my-vitess.yaml\n"
            "    vitess-operator tree vitess.yaml -o svg > vitess.svg\n"
            "    vitess-operator tree vitess.yaml -o dot | dot -Tpdf > vitess.pdf\n",
    .options = options,
    .run = run,
};
