#include "cli/base/cli.h"
#include "server.h"

static struct server_arguments given;
static bool print_config;

/* No file is what there is without the flag, and has no name. */
#define DEFAULT_ADDRESS(preset) " Default: " preset "."
#define DEFAULT_NUMBER(preset) " Default: " preset "."
#define DEFAULT_SIZE(preset) " Default: " preset "."
#define DEFAULT_SECONDS(preset) " Default: " preset "."
#define DEFAULT_CHOICE(preset) " Default: " preset "."
#define DEFAULT_PATH(preset) preset

/* Values are read by lib/server/settings.c, with the same rules as in the file. */
static const struct option_row options[] = {
#define SETTING_OPTION(id, title, kind, metavar, preset, least, most, when, help)                  \
    {title, 0, OPTION_TEXT, metavar, help DEFAULT_##kind(preset), &given.flags[SETTING_##id]},
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
    .summary = "answer Metacontroller's hooks over HTTP or HTTPS",
    .text =
        "Serves the hooks that Metacontroller calls for each custom resource, until SIGTERM.\n"
        "It makes no calls of its own: it needs no kubeconfig, no token and no RBAC.\n"
        "\n"
        "    POST /v1alpha1/{cluster,cell,keyspace,shard}/sync  the hooks\n"
        "    POST /v1alpha1/{cluster,cell,shard}/customize      what they look at\n"
        "    POST /sync-{cluster,cell,keyspace,shard}           their 2018 paths\n"
        "    GET  /healthz /readyz /metrics /version\n"
        "\n"
        "ACCESS\n"
        "With --tls-client-ca a hook is answered only where the client shows a certificate that\n"
        "one of these CAs has signed, that has not expired and is for clients; else the answer\n"
        "is 403. With --bearer-token-file the request has to have one of the tokens; else it is\n"
        "401. With both, both are asked for. Metacontroller shows them by clientTLS and\n"
        "authorization of the webhook, and verifies the server by caBundle.\n"
        "\n"
        "/healthz, /readyz, /metrics and /version are open to everybody: kubelet's probes can\n"
        "show neither. Of objects metrics name VitessClusters, and say no more of them than which\n"
        "are well. A NetworkPolicy can hide them.\n"
        "They are at --listen as everything is, and alone and over plain HTTP, whatever the TLS\n"
        "of --listen, at --probe-listen.\n"
        "\n"
        "When certificates, keys, CAs or tokens change they are read again, within seconds and at\n"
        "SIGHUP. No connection is dropped: those that are open go on, and their next request is\n"
        "judged by the new CAs and tokens. Files that cannot be used are an error in the log and\n"
        "the ones before stay in use. Metacontroller reads its own Secrets only when a controller\n"
        "starts: let the CAs or tokens of before and after overlap, all in one file.\n"
        "\n"
        "SIGNALS\n"
        "SIGTERM and SIGINT let the running requests end: /readyz fails, new requests are\n"
        "refused, and after --drain-timeout at the latest the program ends. A second one ends it\n"
        "at once.\n"
        "\n"
        "SIGHUP reads the --config file again, and what the files of ACCESS hold. A file with a\n"
        "problem changes nothing; a setting that needs a restart (--listen, --probe-listen,\n"
        "--threads, --max-connections, the paths of ACCESS) is named in the log.\n"
        "\n"
        "EXIT STATUS\n"
        "0 after a signal to end, 2 for wrong settings, 3 where it cannot start (the address is\n"
        "in use, a file cannot be read).\n"
        "\n"
        "EXAMPLES\n"
        "    vitess-operator serve\n"
        "    vitess-operator serve --listen 127.0.0.1:8080 --log-format text\n"
        "    curl http://127.0.0.1:8081/readyz\n"
        "    vitess-operator serve --tls-cert tls.crt --tls-key tls.key\n"
        "    vitess-operator serve --config serve.yaml --print-config\n",
    .options = options,
    .run = run,
};
