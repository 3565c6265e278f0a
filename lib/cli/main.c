#include <stdlib.h>
#include <string.h>

#include "cli/base/cli.h"
#include "help.h"
#include "json.h"

static bool asks_for_help(int count, char *const *words)
{
    for (int i = 0; i < count && strcmp(words[i], "--") != 0; i++)
        if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0)
            return true;
    return false;
}

static int unknown_command(const char *word)
{
    struct texts names = {.arena = cli_arena()};

    for (const struct command *const *command = commands; *command != NULL; command++)
        texts_add(&names, (*command)->name);

    const char *near = nearest(&names, word);
    complain("'%s' is no command%s%s%s",
        word,
        near == NULL ? "" : "; did you mean '",
        near == NULL ? "" : near,
        near == NULL ? "" : "'?");
    fputs("See 'vitess-operator help'.\n", stderr);
    return EXIT_USAGE;
}

static int run(const struct command *command, int count, char *const *words)
{
    struct texts arguments = {.arena = cli_arena()};

    if (asks_for_help(count, words)) {
        help_page(stdout, command);
        return EXIT_YES;
    }
    if (!options_read(command, count, words, &arguments))
        return command->wrong_usage != 0 ? command->wrong_usage : EXIT_USAGE;
    return command->run(&arguments);
}

static int dispatch(int count, char *const *words)
{
    if (count == 0) {
        help_list(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0) {
        help_list(stdout);
        return EXIT_YES;
    }

    const bool version = strcmp(words[0], "--version") == 0 || strcmp(words[0], "-V") == 0;
    const struct command *command = version ? &command_version : command_by_name(words[0]);
    if (command == NULL)
        return unknown_command(words[0]);
    return run(command, count - 1, words + 1);
}

int main(int count, char **words)
{
    struct json_scope scope = json_enter(cli_arena());
    int code = dispatch(count - 1, words + 1);

    /* A full disk or a closed pipe must not look like a complete answer. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain("cannot write the output");
        code = EXIT_TROUBLE;
    }
    json_leave(scope);
    arena_free(cli_arena());
    return code;
}
