#include "cli.h"
#include "server.h"

static struct server_arguments given;
static bool print_config;

/* Values are read by lib/server/settings.c, with the same rules as in the file. */
static const struct option_row options[] = {
#define SETTING_OPTION(id, title, kind, metavar, preset, least, most, when, help)                  \
    {title, 0, OPTION_TEXT, metavar, help " Default: " preset ".", &given.flags[SETTING_##id]},
    SERVER_SETTINGS(SETTING_OPTION)
#undef SETTING_OPTION
        {"config",
            'c',
            OPTION_TEXT,
            "FILE",
            "A YAML file of settings, named as the flags are; flags go before it.",
            &given.config},
    {"print-config",
        0,
        OPTION_FLAG,
        NULL,
        "Print the effective settings and where each comes from, as such a file, and end.",
        &print_config},
    {.name = NULL},
};

static int run(const struct texts *arguments)
{
    if (arguments->count > 0)
        return wrong_usage(&command_serve, "takes no argument");
    return print_config ? server_print_config(&given, stdout) : server_run(&given);
}

const struct command command_serve = {
    .name = "serve",
    .usage = "[--listen ADDRESS:PORT] [--config FILE] [OPTION..]",
    .summary = "answer Metacontroller's hooks over HTTP",
    .text =
        "Serves the hooks that Metacontroller calls for each custom resource, until SIGTERM.\n"
        "It makes no calls of its own: it needs no kubeconfig, no token and no RBAC.\n"
        "\n"
        "    POST /v1alpha1/{cluster,cell,keyspace,shard}/sync  the hooks\n"
        "    POST /v1alpha1/shard/customize\n"
        "    POST /sync-{cluster,cell,keyspace,shard}           their 2018 paths\n"
        "    GET  /healthz /readyz /metrics /version\n"
        "\n"
        "SIGNALS\n"
        "SIGTERM and SIGINT let the running requests end: /readyz fails, new requests are\n"
        "refused, and after --drain-timeout at the latest the program ends. A second one ends it\n"
        "at once.\n"
        "\n"
        "SIGHUP reads the --config file again. A file with a problem changes nothing; a setting\n"
        "that needs a restart (--listen, --threads, --max-connections) is named in the log.\n"
        "\n"
        "EXIT STATUS\n"
        "0 after a signal to end, 2 for wrong settings, 3 where it cannot start (the address is\n"
        "in use, the file cannot be read).\n"
        "\n"
        "EXAMPLES\n"
        "    vitess-operator serve\n"
        "    vitess-operator serve --listen 127.0.0.1:8080 --log-format text\n"
        "    vitess-operator serve --config serve.yaml --print-config\n",
    .options = options,
    .run = run,
};
