#include <string.h>
#include <unistd.h>

#include "cli/base/cli.h"
#include "cli/base/output.h"
#include "hook.h"
#include "yaml.h"

static const char *format;
static bool yaml;
static bool pretty;
static bool customize;

static const struct option_row options[] = {
    {"customize",
        0,
        OPTION_FLAG,
        NULL,
        "Run the customize hook instead of the sync hook.",
        &customize},
    {"output",
        'o',
        OPTION_CHOICE,
        "json|yaml",
        "json, the default, is what the server sends; yaml is for people.",
        &format},
    {"pretty", 0, OPTION_FLAG, NULL, "Indent JSON also where the output is no terminal.", &pretty},
    {.name = NULL},
};

/* "shard", "v1alpha1/shard" or a path of the server such as "/v1alpha1/shard/sync". */
static const struct hook *find_hook(const char *name)
{
    const struct hook *hook = hook_by_name(name);
    bool customize_path = false;

    if (hook == NULL) {
        hook = hook_by_path(name, &customize_path);
        customize = customize || customize_path;
    }
    return hook;
}

static int unknown_hook(const char *name)
{
    struct texts names = {.arena = cli_arena()};

    each_hook (hook)
        texts_add(&names, hook_shortest_name(cli_arena(), hook));
    return wrong_usage(&command_sync,
        "'%s' is no hook; there are %s",
        name,
        texts_join(&names, ", "));
}

/* JSON goes on as it is, so that the hook judges the very bytes; anything else is read as YAML. */
static const char *as_json(const char *path, const char *text, size_t *length)
{
    struct yaml_documents documents;
    struct json_fault fault;

    if (text[strspn(text, " \t\r\n")] == '{')
        return text;
    if (!yaml_read(cli_arena(), text, *length, &documents, &fault)) {
        complain("%s:%d:%d: %s", path, fault.line, fault.column, fault.text);
        return NULL;
    }
    if (documents.count != 1) {
        complain("%s: must hold one request, got %zu documents", path, documents.count);
        return NULL;
    }
    return json_write(cli_arena(), documents.at[0].value, length);
}

/* Length of the body without the newline that ends a plain text. */
static size_t trimmed(const struct sync_result *result)
{
    const bool newline = result->length > 0 && result->body[result->length - 1] == '\n';

    return result->length - newline;
}

static void print_body(const struct sync_result *result)
{
    struct json_fault fault;

    if (yaml || pretty || isatty(STDOUT_FILENO)) {
        const json_t *answer = json_read(cli_arena(), result->body, result->length, 0, &fault);
        fputs((yaml ? yaml_write : json_write_pretty)(cli_arena(), answer), stdout);
        return;
    }
    fwrite(result->body, 1, result->length, stdout);
    fputc('\n', stdout);
}

static int print_result(const struct sync_result *result)
{
    if (result->code == 200) {
        print_body(result);
        return EXIT_YES;
    }
    complain("%d: %s", result->code, text_copy(cli_arena(), result->body, trimmed(result)));
    return EXIT_NO;
}

static int run(const struct texts *arguments)
{
    size_t length;

    yaml = text_equal(format, "yaml");
    if (arguments->count < 1 || arguments->count > 2)
        return wrong_usage(&command_sync, "needs a HOOK and takes at most one FILE");

    const struct hook *hook = find_hook(arguments->at[0]);
    if (hook == NULL)
        return unknown_hook(arguments->at[0]);
    if (customize && hook->customize == NULL)
        return wrong_usage(&command_sync, "the %s hook has no customize hook", hook->name);

    const char *path = arguments->count == 2 ? arguments->at[1] : "-";
    const char *text = cli_read(path, &length);
    if (text != NULL)
        text = as_json(path, text, &length);
    if (text == NULL)
        return EXIT_TROUBLE;

    struct sync_result result =
        sync_run(cli_arena(), hook, customize, text, length, (struct sync_limits){.depth = 0});
    return print_result(&result);
}

const struct command command_sync = {
    .name = "sync",
    .usage = "HOOK [--customize] [-o json|yaml] [FILE]",
    .summary = "run one hook on one request, as the server would",
    .text = "Reads one request of Metacontroller from FILE or standard input, JSON or\n"
            "YAML, runs HOOK on it and prints the answer. It is how to replay what\n"
            "`simulate --record` or `serve --record` has kept, and a debugger's way in.\n"
            "\n"
            "HOOK is the name of a hook (cluster, cell, keyspace, shard), with its\n"
            "version in front where two APIs have one of that name (v2/shard), or a path\n"
            "of the server (/v1alpha1/shard/sync).\n"
            "\n"
            "EXIT STATUS\n"
            "0 on an answer of 200. 1 on any other, whose code and text are printed on\n"
            "stderr. 2 on wrong usage, 3 where the request cannot be read.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator sync shard < request.json | jq .status\n"
            "    vitess-operator sync cell -o yaml request.yaml\n"
            "    vitess-operator sync /v1alpha1/shard/customize request.yaml\n",
    .options = options,
    .run = run,
};
