#include "cli/base/output.h"
#include "cli/install/install.h"

static const char *format;

static const struct option_row options[] = {
    {"output", 'o', OPTION_TEXT, "yaml|json", OUTPUT_HELP, &format},
    {.name = NULL},
};

static int run(const struct texts *arguments)
{
    const int chosen =
        output_format(&command_crds, format, (const char *const[]){"yaml", "json", NULL});
    struct object_output output = {.json = chosen == 1};

    if (chosen < 0)
        return EXIT_USAGE;
    if (arguments->count > 0)
        return wrong_usage(&command_crds, "takes no argument");
    output_begin(&output);
    each_hook (hook)
        output_object(&output, install_crd(cli_arena(), hook));
    output_end(&output);
    return EXIT_YES;
}

const struct command command_crds = {
    .name = "crds",
    .usage = "[-o yaml|json]",
    .summary = "print the CustomResourceDefinitions of all kinds",
    .text = "Prints the CustomResourceDefinitions of every kind that this build serves as\n"
            "YAML for kubectl. Their schemas come from the tables that the hooks read\n"
            "with, so the API server refuses what the hooks would refuse.\n"
            "\n"
            "EXIT STATUS\n"
            "0 on success, 2 on wrong usage.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator crds | kubectl apply --server-side -f -\n",
    .options = options,
    .run = run,
};
