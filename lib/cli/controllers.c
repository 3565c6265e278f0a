#include <string.h>

#include "hook.h"
#include "hook_url.h"
#include "output.h"
#include "template.h"

#define DEFAULT_URL "http://vitess-operator.vitess-operator:8080"

static const char *url, *timeout, *format;

static const struct option_row options[] = {
    {"url",
        0,
        OPTION_TEXT,
        "BASE",
        "Where Metacontroller finds `vitess-operator serve`; " DEFAULT_URL " is the default.",
        &url},
    {"timeout",
        0,
        OPTION_TEXT,
        "DURATION",
        "How long Metacontroller waits for an answer, such as 30s, which is the default.",
        &timeout},
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

/* An answer with a key that Metacontroller does not know is a bug of ours, of which it must apply
 * nothing; v2 hooks are strict by default, and we say so in case the default moves. */
static const json_t *webhook(struct arena *a, const struct hook *hook, bool customize)
{
    return object(a,
        F("version", "v2"),
        MAP("webhook",
            F("url", hook_url(a, url == NULL ? DEFAULT_URL : url, hook, customize)),
            F("timeout", timeout == NULL ? "30s" : timeout),
            F("responseUnMarshallMode", "strict")));
}

static const json_t *controller(struct arena *a, const struct hook *hook)
{
    const json_t *generate_selector = hook->generate_selector ? json_true() : NULL;

    return object(a,
        F("apiVersion", "metacontroller.k8s.io/v1alpha1"),
        F("kind", "CompositeController"),
        MAP("metadata", F("name", fmt(a, "%s-controller", hook->singular))),
        MAP("spec",
            MAP("parentResource", F("apiVersion", hook->api), F("resource", hook->plural)),
            F("childResources", children(a, hook)),
            OPT("generateSelector", generate_selector),
            MAP("hooks",
                F("sync", webhook(a, hook, false)),
                OPT("customize", hook->customize == NULL ? NULL : webhook(a, hook, true)))));
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
    output_begin(&output);
    for (const struct hook *hook = hooks; hook->kind != NULL; hook++)
        output_object(&output, controller(cli_arena(), hook));
    output_end(&output);
    return EXIT_YES;
}

const struct command command_controllers = {
    .name = "controllers",
    .usage = "[--url BASE] [--timeout DURATION] [-o yaml|json]",
    .summary = "print the CompositeControllers for Metacontroller",
    .text = "Prints one CompositeController a kind as YAML for kubectl. They tell\n"
            "Metacontroller which objects to watch, how to update each kind of child,\n"
            "and where the hooks are. Pods are OnDelete, since only the hooks decide\n"
            "when one goes; everything else is InPlace.\n"
            "\n"
            "EXIT STATUS\n"
            "0 on success, 2 on wrong usage.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator controllers | kubectl apply -f -\n"
            "    vitess-operator controllers --url https://vitess-operator.prod:8443\n",
    .options = options,
    .run = run,
};
