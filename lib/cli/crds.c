#include "cli/base/output.h"
#include "cli/install/install.h"

static const char *format, *api;

static const struct option_row options[] = {
    {"api", 0, OPTION_CHOICE, INSTALL_API_CHOICES, install_api_help, &api},
    {"output", 'o', OPTION_CHOICE, "yaml|json", OUTPUT_HELP, &format},
    {.name = NULL},
};

static int run(const struct texts *arguments)
{
    struct object_output output = {.json = text_equal(format, "json")};

    if (arguments->count > 0)
        return wrong_usage(&command_crds, "takes no argument");
    output_begin(&output);
    each_hook_of (install_apis(api), hook)
        output_object(&output, install_crd(cli_arena(), hook));
    output_end(&output);
    return EXIT_YES;
}

const struct command command_crds = {
    .name = "crds",
    .usage = "[--api v1alpha1|v2|both] [-o yaml|json]",
    .summary = "print the CustomResourceDefinitions of all kinds",
    .text = "Prints the CustomResourceDefinitions of every kind of an API as YAML for\n"
            "kubectl. Their schemas come from the tables that the hooks read\n"
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
