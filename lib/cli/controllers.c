#include "cli/base/output.h"
#include "cli/install/install.h"
#include "cli/simulation/hook_url.h"
#include "template.h"

/* More than any answer takes, so that a slow node is no error; Metacontroller's default is 10s. */
#define DEFAULT_TIMEOUT "30s"

static const char *url, *timeout, *format;
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
        "How long Metacontroller waits for an answer; " DEFAULT_TIMEOUT " is the default.",
        &timeout},
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
    {"output", 'o', OPTION_TEXT, "yaml|json", OUTPUT_HELP, &format},
    {.name = NULL},
};

static const json_t *children(struct arena *a, const struct hook *hook)
{
    json_t *list = json_new_list();

    for (const struct child_kind *child = hook->children; child->kind != NULL; child++)
        json_add(list,
            object(a,
                F("apiVersion", child->api_version),
                F("resource", child->resource),
                MAP("updateStrategy", F("method", child->update))));
    return list;
}

/* Where the hooks of one controller are. */
struct target {
    struct arena *arena;
    const struct hook *hook;
    const char *url, *namespace, *timeout;
};

static const json_t *address(const struct target *target, bool customize)
{
    struct arena *a = target->arena;

    if (target->url != NULL)
        return object(a, F("url", hook_url(a, target->url, target->hook, customize)));
    return object(a,
        F("path", hook_url(a, "", target->hook, customize)),
        MAP("service",
            F("name", OPERATOR_NAME),
            F("namespace", target->namespace),
            F("port", INT(OPERATOR_PORT)),
            F("protocol", "http")));
}

/* An answer with a key that Metacontroller does not know is a bug of ours, of which it must apply
 * nothing; v2 hooks are strict by default, and we say so in case the default moves. No ETag: at
 * rest nobody asks, and a 304 for what has run out of the cache is an error. */
static const json_t *webhook(const struct target *target, bool customize)
{
    return object(target->arena,
        F("version", "v2"),
        MAP("webhook",
            SPREAD(address(target, customize)),
            F("timeout", target->timeout == NULL ? DEFAULT_TIMEOUT : target->timeout),
            F("responseUnMarshallMode", "strict")));
}

const char *install_controller_name(struct arena *a, const struct hook *hook)
{
    return fmt(a, "%s-controller", hook->singular);
}

/* No resyncPeriodSeconds: hooks ask for nothing that an event would not tell. */
const json_t *install_controller(struct arena *a, const struct hook *hook, const char *base,
    const char *namespace, const char *patience)
{
    const struct target target = {a, hook, base, namespace, patience};
    const json_t *generate_selector = hook->generate_selector ? json_true() : NULL;

    return object(a,
        F("apiVersion", "metacontroller.k8s.io/v1alpha1"),
        F("kind", "CompositeController"),
        MAP("metadata",
            F("name", install_controller_name(a, hook)),
            F("labels", install_labels(a))),
        MAP("spec",
            MAP("parentResource", F("apiVersion", hook->api), F("resource", hook->plural)),
            F("childResources", children(a, hook)),
            OPT("generateSelector", generate_selector),
            MAP("hooks",
                F("sync", webhook(&target, false)),
                OPT("customize", hook->customize == NULL ? NULL : webhook(&target, true)))));
}

static void print_controllers(struct object_output *output)
{
    for (const struct hook *hook = hooks; hook->kind != NULL; hook++)
        output_object(output, install_controller(cli_arena(), hook, url, OPERATOR_NAME, timeout));
}

static int run(const struct texts *arguments)
{
    const int chosen =
        output_format(&command_controllers, format, (const char *const[]){"yaml", "json", NULL});
    struct object_output output = {.json = chosen == 1};

    if (chosen < 0)
        return EXIT_USAGE;
    if (arguments->count > 0)
        return wrong_usage(&command_controllers, "takes no argument");
    if (role && (url != NULL || timeout != NULL))
        return wrong_usage(&command_controllers, "--role takes neither --url nor --timeout");
    if (without_secrets && !role)
        return wrong_usage(&command_controllers, "--without-secrets goes with --role");
    output_begin(&output);
    if (role)
        output_object(&output, install_metacontroller_role(cli_arena(), !without_secrets));
    else
        print_controllers(&output);
    output_end(&output);
    return EXIT_YES;
}

const struct command command_controllers = {
    .name = "controllers",
    .usage = "[--url BASE] [--timeout DURATION] [--role [--without-secrets]] [-o yaml|json]",
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
