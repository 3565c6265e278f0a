#include "cli/base/output.h"
#include "cli/install/install.h"

static const char *api;

static const struct option_row options[] = {
    {"api", 0, OPTION_CHOICE, INSTALL_API_CHOICES, install_api_help, &api},
    {.name = NULL},
};

static void children(struct text *out, const struct hook *hook)
{
    if (hook->children->kind == NULL)
        return;
    text_add(out, "Makes: ");
    for (const struct child_kind *child = hook->children; child->kind != NULL; child++)
        text_addf(out, "%s`%s`", child == hook->children ? "" : ", ", child->kind);
    text_add(out, ".\n\n");
}

static void kind(struct text *out, const struct hook *hook)
{
    text_addf(out, "## %s\n\n%s\n\n", hook->kind, hook->doc);
    text_addf(out,
        "`apiVersion: %s`, `kind: %s`; `kubectl get %s`",
        hook->api->name,
        hook->kind,
        hook->plural);
    if (hook->short_name != NULL)
        text_addf(out, " or `kubectl get %s`", hook->short_name);
    text_add(out, ".\n\n");
    children(out, hook);
    text_addf(out, "### %s: spec\n\n", hook->kind);
    spec_reference(out, hook->spec, "spec");
    text_addf(out, "\n### %s: status\n\n", hook->kind);
    spec_reference(out, hook->status, "status");
    text_add(out, "\n");
}

static int run(const struct texts *arguments)
{
    struct text out = {.arena = cli_arena()};

    if (arguments->count > 0)
        return wrong_usage(&command_docs, "takes no argument");
    text_add(&out, "# API reference\n\n");
    text_add(&out, "Made by `vitess-operator docs` from the tables that the hooks read with.\n");
    text_add(&out, "Users write `VitessCluster`; every other kind is written by the operator.\n\n");
    each_hook_of (install_apis(api), hook)
        kind(&out, hook);
    /* One newline ends the file. */
    fwrite(text_string(&out), 1, out.length - 1, stdout);
    return EXIT_YES;
}

const struct command command_docs = {
    .name = "docs",
    .usage = "[--api v1alpha1|v2|both]",
    .summary = "print the API reference as Markdown",
    .text = "Prints a reference of every kind of an API, with each field of spec and\n"
            "status, its type, default, rule and meaning, as Markdown. It comes\n"
            "from the tables that the hooks read with.\n"
            "\n"
            "EXIT STATUS\n"
            "0 on success, 2 on wrong usage.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator docs > docs/reference.md\n"
            "    vitess-operator docs --api v2\n",
    .options = options,
    .run = run,
};
