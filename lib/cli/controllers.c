#include "cli/base/output.h"
#include "cli/install/install.h"

static const char *url, *timeout, *format, *api;
static bool role, without_secrets;

static const struct option_row options[] = {
    {"url",
        0,
        OPTION_TEXT,
        "BASE",
        "Where Metacontroller finds `vitess-operator serve`. Default: the Service that "
        "`vitess-operator install` prints, http://vitess-operator.vitess-operator:8080.",
        &url},
    {"timeout",
        0,
        OPTION_TEXT,
        "DURATION",
        "How long Metacontroller waits for an answer; " CONTROLLER_TIMEOUT " is the default.",
        &timeout},
    {"api", 0, OPTION_CHOICE, INSTALL_API_CHOICES, install_api_help, &api},
    {"role",
        0,
        OPTION_FLAG,
        NULL,
        "Print, instead, the ClusterRole that is enough for Metacontroller to run them. Its own "
        "manifests allow it everything.",
        &role},
    {"without-secrets",
        0,
        OPTION_FLAG,
        NULL,
        "Leave reading Secrets out of --role. A VitessCluster that names Secrets with certificates "
        "then needs watchSecrets: false, and restarts nothing when they are renewed.",
        &without_secrets},
    {"output", 'o', OPTION_CHOICE, "yaml|json", OUTPUT_HELP, &format},
    {.name = NULL},
};

static void print_controllers(struct object_output *output)
{
    each_hook_of (install_apis(api), hook)
        output_object(output, install_controller(cli_arena(), hook, url, OPERATOR_NAME, timeout));
}

static int run(const struct texts *arguments)
{
    struct object_output output = {.json = text_equal(format, "json")};

    if (arguments->count > 0)
        return wrong_usage(&command_controllers, "takes no argument");
    if (role && (url != NULL || timeout != NULL))
        return wrong_usage(&command_controllers, "--role takes neither --url nor --timeout");
    if (without_secrets && !role)
        return wrong_usage(&command_controllers, "--without-secrets goes with --role");
    output_begin(&output);
    if (role)
        output_object(&output,
            install_metacontroller_role(cli_arena(), install_apis(api), !without_secrets));
    else
        print_controllers(&output);
    output_end(&output);
    return EXIT_YES;
}

const struct command command_controllers = {
    .name = "controllers",
    .usage = "[--api v1alpha1|v2|both] [--url BASE] [--timeout DURATION] [--role "
             "[--without-secrets]] [-o yaml|json]",
    .summary = "print the CompositeControllers for Metacontroller",
    .text = "Prints one CompositeController a kind as YAML for kubectl. They tell\n"
            "Metacontroller which objects to watch, how to update each kind of child,\n"
            "and where the hooks are. Only the hooks decide when a Pod goes: those of\n"
            "tasks are OnDelete; tablets are InPlace as everything else, for the label\n"
            "that tells the primary, and each answer keeps the spec of a running Pod.\n"
            "\n"
            "EXIT STATUS\n"
            "0 on success, 2 on wrong usage.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator controllers | kubectl apply -f -\n"
            "    vitess-operator controllers --url https://vitess-operator.prod:8443\n"
            "    vitess-operator controllers --role | kubectl apply -f -\n",
    .options = options,
    .run = run,
};
