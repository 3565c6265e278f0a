#include "help.h"

#include <string.h>

#include "cli/view/screen.h"
#include "hook.h"

enum { INDENT = 7, OPTION_INDENT = 14, LIST_INDENT = 15, WIDTH = 80 };

static void heading(FILE *out, const char *title, size_t length)
{
    const bool colour = cli_colour(out);

    fprintf(out,
        "%s%.*s%s\n",
        colour ? "\033[1m" : "",
        (int)length,
        title,
        colour ? "\033[0m" : "");
}

static void title(FILE *out, const char *text)
{
    heading(out, text, strlen(text));
}

/* People read no wider lines, whatever there is room for. */
static int width(FILE *out)
{
    const size_t room = output_width(out);

    return room == 0 || room > WIDTH ? WIDTH : (int)room;
}

/* `text` broken between words so that no line is longer than there is room. The first line has its
 * indent already where it is `begun`. */
static void fill(FILE *out, const char *text, int indent, bool begun)
{
    const int room = width(out) - indent;
    int column = 0;

    while (*text != '\0') {
        const int length = (int)strcspn(text, " ");

        if (column > 0 && column + 1 + length > room) {
            fputc('\n', out);
            column = 0;
        }
        if (column == 0)
            fprintf(out, "%*s", begun ? 0 : indent, "");
        column += fprintf(out, "%s%.*s", column == 0 ? "" : " ", length, text);
        begun = false;
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

static void wrap(FILE *out, const char *text, int indent)
{
    fill(out, text, indent, false);
}

static void synopsis(FILE *out, const struct command *command)
{
    title(out, "SYNOPSIS");
    wrap(out, fmt(cli_arena(), "vitess-operator %s %s", command->name, command->usage), INDENT);
    fputc('\n', out);
}

static void option(FILE *out, const struct option_row *row)
{
    fprintf(out, "%*s", INDENT, "");
    if (row->letter != 0)
        fprintf(out, "-%c, ", row->letter);
    fprintf(out,
        "--%s%s%s\n",
        row->name,
        row->argument == NULL ? "" : " ",
        row->argument == NULL ? "" : row->argument);
    wrap(out, row->help, OPTION_INDENT);
    fputc('\n', out);
}

static void options(FILE *out, const struct command *command)
{
    static const struct option_row help =
        {"help", 'h', OPTION_FLAG, NULL, "Print this page.", NULL};

    title(out, "OPTIONS");
    for (const struct option_row *row = command->options; row != NULL && row->name != NULL; row++)
        option(out, row);
    option(out, &help);
}

/* Prints the pieces up to the next heading, where it returns. */
static const char *section(FILE *out, const char *text)
{
    const char *rest = text, *piece;
    enum help_piece kind = help_next(&rest, &piece);

    while (kind == HELP_PARAGRAPH || kind == HELP_LINE) {
        if (kind == HELP_PARAGRAPH)
            wrap(out, piece, INDENT);
        else
            fprintf(out, "%*s%s\n", piece[0] == '\0' ? 0 : INDENT, "", piece);
        text = rest;
        kind = help_next(&rest, &piece);
    }
    return text;
}

static bool blank_ends(const char *begin, const char *end)
{
    return end - begin >= 2 && end[-1] == '\n' && end[-2] == '\n';
}

void help_page(FILE *out, const struct command *command)
{
    const char *begin = command->text;

    title(out, "NAME");
    wrap(out, fmt(cli_arena(), "vitess-operator %s - %s", command->name, command->summary), INDENT);
    fputc('\n', out);
    synopsis(out, command);

    title(out, "DESCRIPTION");
    const char *rest = section(out, begin);
    if (!blank_ends(begin, rest))
        fputc('\n', out);
    options(out, command);
    while (*rest != '\0') {
        const size_t length = strcspn(rest, "\n");

        heading(out, rest, length);
        rest = section(out, rest + length + (rest[length] == '\n'));
    }
}

void help_list(FILE *out)
{
    fill(out,
        "vitess-operator " OPERATOR_VERSION " runs Vitess on Kubernetes behind Metacontroller.",
        0,
        true);
    fputc('\n', out);
    fill(out, "usage: vitess-operator COMMAND [OPTION].. [ARGUMENT]..", 0, true);
    fputc('\n', out);
    for (const struct command *const *command = commands; *command != NULL; command++) {
        fprintf(out, "  %-12s ", (*command)->name);
        fill(out, (*command)->summary, LIST_INDENT, true);
    }
    fputc('\n', out);
    fill(out, "'vitess-operator help COMMAND' tells all about one of them.", 0, true);
}

static int run_help(const struct texts *arguments)
{
    if (arguments->count == 0) {
        help_list(stdout);
        return EXIT_YES;
    }
    if (arguments->count > 1)
        return wrong_usage(&command_help, "takes one COMMAND");

    const struct command *command = command_by_name(arguments->at[0]);
    if (command == NULL)
        return wrong_usage(&command_help, "'%s' is no command", arguments->at[0]);
    help_page(stdout, command);
    return EXIT_YES;
}

const struct command command_help = {
    .name = "help",
    .usage = "[COMMAND]",
    .summary = "list the commands, or tell all about one",
    .text = "Without an argument, lists the commands with one line each. With the name\n"
            "of a command, prints what `vitess-operator COMMAND --help` prints.\n"
            "\n"
            "EXIT STATUS\n"
            "0 on success, 2 where there is no such command.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator help simulate\n",
    .run = run_help,
};
