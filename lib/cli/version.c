#include "cli/base/output.h"
#include "hook.h"
#include "template.h"
#include "vitess.h"

static const char *format;

static const struct option_row options[] = {
    {"output", 'o', OPTION_CHOICE, "text|json", "How to print it; text is the default.", &format},
    {.name = NULL},
};

static const json_t *api_names(void)
{
    json_t *list = json_new_list();

    for (const struct api *const *api = apis; *api != NULL; api++)
        json_add_text(list, (*api)->name);
    return list;
}

static const json_t *version(void)
{
    return object(cli_arena(),
        F("version", OPERATOR_VERSION),
        F("revision", INT(OPERATOR_REVISION)),
        F("apis", api_names()),
        MAP("images",
            F("vitess", VITESS_IMAGE),
            F("vtadmin", VTADMIN_IMAGE),
            F("etcd", ETCD_IMAGE)));
}

static int run(const struct texts *arguments)
{
    if (arguments->count > 0)
        return wrong_usage(&command_version, "takes no argument");
    if (text_equal(format, "json"))
        fputs(json_write_pretty(cli_arena(), version()), stdout);
    else
        printf("vitess-operator %s (revision %d)\n", OPERATOR_VERSION, OPERATOR_REVISION);
    return EXIT_YES;
}

const struct command command_version = {
    .name = "version",
    .usage = "[-o text|json]",
    .summary = "print the version and the revision of what is rendered",
    .text = "Prints the version of the program and its revision. The revision is raised\n"
            "whenever the same VitessCluster would give other Pods or workloads, so two\n"
            "builds of one revision can replace each other without restarting anything.\n"
            "With -o json also the APIs that are served and the default images.\n"
            "\n"
            "EXIT STATUS\n"
            "0 on success, 2 on wrong usage.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator version\n"
            "    vitess-operator version -o json\n",
    .options = options,
    .run = run,
};
