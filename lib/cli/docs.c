#include "cli/base/output.h"
#include "hook.h"

static void children(struct text *out, const struct hook *hook)
{
    text_add(out, "Makes: ");
    for (const struct child_kind *child = hook->children; child->kind != NULL; child++)
        text_addf(out, "%s`%s`", child == hook->children ? "" : ", ", child->kind);
    text_add(out, ".\n\n");
}

static void kind(struct text *out, const struct hook *hook)
{
    text_addf(out, "## %s\n\n%s\n\n", hook->kind, hook->doc);
    text_addf(out,
        "`apiVersion: %s`, `kind: %s`; `kubectl get %s` or `kubectl get %s`.\n\n",
        hook->api->name,
        hook->kind,
        hook->plural,
        hook->short_name);
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
    each_hook (hook)
        kind(&out, hook);
    /* One newline ends the file. */
    fwrite(text_string(&out), 1, out.length - 1, stdout);
    return EXIT_YES;
}

const struct command command_docs = {
    .name = "docs",
    .usage = "",
    .summary = "print the API reference as Markdown",
    .text = "Prints a reference of every kind that this build serves, with each field of\n"
            "spec and status, its type, default, rule and meaning, as Markdown. It comes\n"
            "from the tables that the hooks read with.\n"
            "\n"
            "EXIT STATUS\n"
            "0 on success, 2 on wrong usage.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator docs > docs/reference.md\n",
    .run = run,
};
