#include <string.h>

#include "completion.h"

/* The first sentence inside single quotes. */
static const char *quoted(const char *text)
{
    struct text out = {.arena = cli_arena()};

    text_add(&out, "'");
    for (; *text != '\0' && !(text[0] == '.' && (text[1] == ' ' || text[1] == '\0')); text++) {
        if (strchr("'\\", *text) != NULL)
            text_add(&out, "\\");
        text_add_bytes(&out, text, 1);
    }
    text_add(&out, "'");
    return text_string(&out);
}

/* What may follow: -r takes a word, -f no file, -F files all the same. */
static void words(struct place place, bool of_option)
{
    if (of_option)
        printf(" -r");
    if (place.words == WORDS_FILES)
        printf(" -F");
    else
        printf(" -f");
    if (place.words == WORDS_CHOICES)
        printf(" -a %s", quoted(place.choices));
}

static void begin(const struct command *command)
{
    printf("complete -c vitess-operator -n '__vitess_operator_is %s'", command->name);
}

static void option(const struct command *command, const struct option_row *row)
{
    begin(command);
    printf(" -l %s", row->name);
    if (row->letter != 0)
        printf(" -s %c", row->letter);
    if (row->kind != OPTION_FLAG)
        words(completion_value(row), true);
    printf(" -d %s\n", quoted(row->help));
}

static void one_command(const struct command *command)
{
    printf("complete -c vitess-operator -n '__vitess_operator_is' -f -a %s -d %s\n",
        command->name,
        quoted(command->summary));
    begin(command);
    words(completion_place(command->usage), false);
    printf("\n");
    begin(command);
    printf(" -s h -l help -d 'Print its page'\n");
    for (const struct option_row *row = command->options; row != NULL && row->name != NULL; row++)
        option(command, row);
}

void completion_fish(void)
{
    printf("# fish completion of vitess-operator; made by `vitess-operator completion fish`\n"
           "function __vitess_operator_is -d 'the command is that one, or not typed yet'\n"
           "    set -l words (commandline -opc)\n"
           "    test \"$words[2]\" = \"$argv[1]\"\n"
           "end\n"
           "complete -c vitess-operator -f\n");
    for (const struct command *const *command = commands; *command != NULL; command++)
        one_command(*command);
}
