#include <ctype.h>
#include <string.h>

#include "completion.h"
#include "hook.h"

static const char *all_commands(void)
{
    struct texts names = {.arena = cli_arena()};

    for (const struct command *const *command = commands; *command != NULL; command++)
        texts_add(&names, (*command)->name);
    return texts_join(&names, " ");
}

static const char *all_hooks(void)
{
    struct texts names = {.arena = cli_arena()};

    each_hook (hook)
        texts_add(&names, hook_shortest_name(cli_arena(), hook));
    return texts_join(&names, " ");
}

/* "bash|zsh" -> "bash zsh", "ADDRESS|none" -> "none": capitals are for the user to fill in. */
static const char *choices(const char *alternatives, size_t length)
{
    struct texts list = {.arena = cli_arena()};
    const char *end = alternatives + length;

    for (const char *at = alternatives; at < end; at++) {
        const char *bar = memchr(at, '|', (size_t)(end - at));
        const size_t word = (size_t)((bar == NULL ? end : bar) - at);

        if (word > 0 && !isupper((unsigned char)*at))
            texts_add(&list, text_copy(list.arena, at, word));
        at += word;
    }
    return texts_join(&list, " ");
}

static bool names_file(const char *word, size_t length)
{
    static const char *const files[] = {"FILE", "DIR", "OLD", NULL};

    for (const char *const *file = files; *file != NULL; file++)
        if (strncmp(word, *file, strlen(*file)) == 0 && length >= strlen(*file))
            return true;
    return false;
}

struct place completion_place(const char *word)
{
    const char *begin = word + (word[0] == '[');
    const size_t length = strcspn(begin, " ].");

    if (memchr(begin, '|', length) != NULL && begin[0] != '-')
        return (struct place){WORDS_CHOICES, choices(begin, length)};
    if (strncmp(begin, "HOOK", length) == 0 && length == strlen("HOOK"))
        return (struct place){WORDS_CHOICES, all_hooks()};
    if (strncmp(begin, "COMMAND", length) == 0 && length == strlen("COMMAND"))
        return (struct place){WORDS_CHOICES, all_commands()};
    if (names_file(begin, length))
        return (struct place){WORDS_FILES, NULL};
    return (struct place){WORDS_NONE, NULL};
}

struct place completion_value(const struct option_row *row)
{
    return row->argument == NULL ? (struct place){WORDS_NONE, NULL}
                                 : completion_place(row->argument);
}

/* --- bash --- */

static void bash_words(struct place place)
{
    if (place.words == WORDS_FILES)
        printf("COMPREPLY=($(compgen -f -- \"$word\"))");
    else if (place.words == WORDS_CHOICES)
        printf("COMPREPLY=($(compgen -W \"%s\" -- \"$word\"))", place.choices);
    else
        printf(":");
}

static void bash_values(const struct command *command)
{
    for (const struct option_row *row = command->options; row != NULL && row->name != NULL; row++) {
        if (row->kind == OPTION_FLAG)
            continue;
        printf("    \"%s --%s\"", command->name, row->name);
        if (row->letter != 0)
            printf(" | \"%s -%c\"", command->name, row->letter);
        printf(")\n        ");
        bash_words(completion_value(row));
        printf("\n        return\n        ;;\n");
    }
}

static void bash_command(const struct command *command)
{
    printf("    %s)\n        case \"$word\" in\n        -*)\n", command->name);
    printf("            COMPREPLY=($(compgen -W \"--help");
    for (const struct option_row *row = command->options; row != NULL && row->name != NULL; row++)
        printf(" --%s", row->name);
    printf("\" -- \"$word\"))\n            ;;\n        *)\n            ");
    bash_words(completion_place(command->usage));
    printf("\n            ;;\n        esac\n        ;;\n");
}

static void bash(void)
{
    printf("# bash completion of vitess-operator; made by `vitess-operator completion bash`\n"
           "_vitess_operator() {\n"
           "    local word=\"${COMP_WORDS[COMP_CWORD]}\"\n"
           "    local before=\"${COMP_WORDS[COMP_CWORD - 1]}\"\n"
           "    COMPREPLY=()\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "        COMPREPLY=($(compgen -W \"%s\" -- \"$word\"))\n"
           "        return\n"
           "    fi\n"
           "    case \"${COMP_WORDS[1]} $before\" in\n",
        all_commands());
    for (const struct command *const *command = commands; *command != NULL; command++)
        bash_values(*command);
    printf("    esac\n    case \"${COMP_WORDS[1]}\" in\n");
    for (const struct command *const *command = commands; *command != NULL; command++)
        bash_command(*command);
    printf("    esac\n}\ncomplete -o filenames -F _vitess_operator vitess-operator\n");
}

/* --- zsh --- */

/* One sentence inside single quotes and square brackets. */
static const char *zsh_text(const char *text)
{
    struct text out = {.arena = cli_arena()};

    for (; *text != '\0' && !(text[0] == '.' && (text[1] == ' ' || text[1] == '\0')); text++) {
        if (*text == '\'')
            text_add(&out, "'\\'");
        else if (strchr("[]:\\", *text) != NULL)
            text_add(&out, "\\");
        text_add_bytes(&out, text, 1);
    }
    return text_string(&out);
}

static void zsh_words(struct place place)
{
    if (place.words == WORDS_FILES)
        printf("_files");
    else if (place.words == WORDS_CHOICES)
        printf("(%s)", place.choices);
}

static void zsh_option(const struct option_row *row)
{
    const char *repeated = row->kind == OPTION_LIST ? "*" : "";

    printf(" \\\n            ");
    if (row->letter == 0)
        printf("'%s--%s", repeated, row->name);
    else if (row->kind == OPTION_LIST)
        printf("'*'{-%c,--%s}'", row->letter, row->name);
    else
        printf("'(-%c --%s)'{-%c,--%s}'", row->letter, row->name, row->letter, row->name);
    printf("[%s]", zsh_text(row->help));
    if (row->argument != NULL) {
        printf(":%s:", zsh_text(row->argument));
        zsh_words(completion_value(row));
    }
    printf("'");
}

static void zsh_command(const struct command *command)
{
    const struct place place = completion_place(command->usage);

    printf("    %s)\n        _arguments \\\n            '(-h --help)'{-h,--help}'[print its page]'",
        command->name);
    for (const struct option_row *row = command->options; row != NULL && row->name != NULL; row++)
        zsh_option(row);
    if (place.words != WORDS_NONE) {
        printf(" \\\n            '*:argument:");
        zsh_words(place);
        printf("'");
    }
    printf("\n        ;;\n");
}

static void zsh(void)
{
    printf("#compdef vitess-operator\n"
           "# zsh completion of vitess-operator; made by `vitess-operator completion zsh`\n"
           "_vitess-operator() {\n"
           "    local -a commands\n"
           "    commands=(\n");
    for (const struct command *const *command = commands; *command != NULL; command++)
        printf("        '%s:%s'\n", (*command)->name, zsh_text((*command)->summary));
    printf("    )\n"
           "    if (( CURRENT == 2 )); then\n"
           "        _describe -t commands command commands\n"
           "        return\n"
           "    fi\n"
           "    shift words\n"
           "    (( CURRENT-- ))\n"
           "    case ${words[1]} in\n");
    for (const struct command *const *command = commands; *command != NULL; command++)
        zsh_command(*command);
    /* Loaded from $fpath the file runs as the function itself; sourced it registers it. */
    printf("    esac\n}\n"
           "if [[ $funcstack[1] == _vitess-operator ]]; then\n"
           "    _vitess-operator\n"
           "else\n"
           "    compdef _vitess-operator vitess-operator\n"
           "fi\n");
}

static int run(const struct texts *arguments)
{
    if (arguments->count != 1)
        return wrong_usage(&command_completion, "needs bash, zsh or fish");
    if (text_equal(arguments->at[0], "bash"))
        bash();
    else if (text_equal(arguments->at[0], "zsh"))
        zsh();
    else if (text_equal(arguments->at[0], "fish"))
        completion_fish();
    else
        return wrong_usage(&command_completion,
            "must be bash, zsh or fish, got '%s'",
            arguments->at[0]);
    return EXIT_YES;
}

const struct command command_completion = {
    .name = "completion",
    .usage = "bash|zsh|fish",
    .summary = "print a script that completes commands and options in a shell",
    .text = "Prints a script that lets the shell complete commands, options, their\n"
            "values and files. It is made from the tables that the options are read\n"
            "with.\n"
            "\n"
            "EXIT STATUS\n"
            "0 on success, 2 on wrong usage.\n"
            "\n"
            "EXAMPLES\n"
            "    source <(vitess-operator completion bash)\n"
            "    vitess-operator completion zsh > ~/.zfunc/_vitess-operator\n"
            "    vitess-operator completion fish | source\n",
    .run = run,
};
