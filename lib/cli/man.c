#include <ctype.h>
#include <string.h>

#include "cli/base/cli.h"
#include "help.h"
#include "hook.h"

/* Pages for man(1), from the same tables and texts as --help. */

/* A page that is being written. */
struct man {
    bool fresh;    /* nothing stands below the heading yet */
    bool gap;      /* an empty line is due */
    bool verbatim; /* lines are not filled */
};

/* What roff would take for something else. */
static const char *escape_of(char letter)
{
    switch (letter) {
    case '\\':
        return "\\e";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '`':
        return "\\(ga";
    case '~':
        return "\\(ti";
    case '^':
        return "\\(ha";
    default:
        return NULL;
    }
}

static const char *roff(const char *text)
{
    struct text out = {.arena = cli_arena()};

    if (*text == '.')
        text_add(&out, "\\&");
    for (; *text != '\0'; text++) {
        const char *escape = escape_of(*text);

        text_add_bytes(&out, escape == NULL ? text : escape, escape == NULL ? 1 : strlen(escape));
    }
    return text_string(&out);
}

static const char *capitals(const char *text)
{
    struct text out = {.arena = cli_arena()};

    for (; *text != '\0'; text++)
        text_add_bytes(&out, &(const char){(char)toupper((unsigned char)*text)}, 1);
    return text_string(&out);
}

static void head(const char *name, const char *summary)
{
    printf(".\\\" Made by `vitess-operator man`.\n"
           ".TH %s 1 \"\" \"vitess-operator %s\" \"vitess-operator\"\n"
           ".nh\n.ad l\n"
           ".SH NAME\n%s \\- %s\n",
        roff(capitals(name)),
        OPERATOR_VERSION,
        roff(name),
        roff(summary));
}

static void end_verbatim(struct man *man)
{
    if (man->verbatim)
        puts(".fi");
    man->verbatim = false;
}

static void paragraph(struct man *man, const char *text)
{
    end_verbatim(man);
    if (man->gap && !man->fresh)
        puts(".PP");
    puts(roff(text));
}

static void line(struct man *man, const char *text)
{
    if (man->gap && !man->fresh)
        puts(man->verbatim ? "" : ".PP");
    if (!man->verbatim)
        puts(".nf");
    man->verbatim = true;
    puts(roff(text));
}

static void heading(struct man *man, const char *text)
{
    end_verbatim(man);
    printf(".SH %s\n", roff(text));
}

static void piece(struct man *man, enum help_piece kind, const char *text)
{
    const bool empty = kind == HELP_LINE && text[0] == '\0';

    if (empty) {
        man->gap = true;
        return;
    }
    if (kind == HELP_HEADING)
        heading(man, text);
    else if (kind == HELP_PARAGRAPH)
        paragraph(man, text);
    else
        line(man, text);
    man->fresh = kind == HELP_HEADING;
    man->gap = false;
}

static void option(const struct option_row *row)
{
    puts(".TP");
    if (row->letter != 0)
        printf("\\fB\\-%c\\fR, ", row->letter);
    printf("\\fB\\-\\-%s\\fR", roff(row->name));
    if (row->argument != NULL)
        printf(" \\fI%s\\fR", roff(row->argument));
    printf("\n%s\n", roff(row->help));
}

static void options(const struct command *command)
{
    static const struct option_row help =
        {"help", 'h', OPTION_FLAG, NULL, "Print the same on standard output.", NULL};

    puts(".SH OPTIONS");
    for (const struct option_row *row = command->options; row != NULL && row->name != NULL; row++)
        option(row);
    option(&help);
}

static void command_page(const struct command *command)
{
    struct man man = {.fresh = true};
    const char *rest = command->text, *text;
    bool described = false;

    head(fmt(cli_arena(), "vitess-operator-%s", command->name), command->summary);
    printf(".SH SYNOPSIS\n.B vitess\\-operator %s\n", command->name);
    if (command->usage[0] != '\0')
        puts(roff(command->usage));
    puts(".SH DESCRIPTION");
    for (enum help_piece kind; (kind = help_next(&rest, &text)) != HELP_END;) {
        /* They stand where --help has them, behind the description. */
        if (kind == HELP_HEADING && !described) {
            end_verbatim(&man);
            options(command);
            described = true;
        }
        piece(&man, kind, text);
    }
    end_verbatim(&man);
    puts(".SH SEE ALSO\n.BR vitess\\-operator (1)");
}

static void program_page(void)
{
    head("vitess-operator", "run Vitess on Kubernetes behind Metacontroller");
    puts(".SH SYNOPSIS\n.B vitess\\-operator\n.I COMMAND\n[OPTION].. [ARGUMENT]..\n"
         ".SH DESCRIPTION\n"
         "The lambda hook of Metacontroller for Vitess, and what one needs around it: a\n"
         "simulator, a plan of what an edit does, a validator, and the manifests.\n"
         ".SH COMMANDS\nEach has a page of its own.");
    for (const struct command *const *command = commands; *command != NULL; command++)
        printf(".TP\n.BR vitess\\-operator\\-%s (1)\n%s\n",
            (*command)->name,
            roff((*command)->summary));
    puts(".SH SEE ALSO\n.BR kubectl\\-vitess (1)");
}

static int run(const struct texts *arguments)
{
    const struct command *command;

    if (arguments->count > 1)
        return wrong_usage(&command_man, "takes one COMMAND");
    if (arguments->count == 0) {
        program_page();
        return EXIT_YES;
    }
    command = command_by_name(arguments->at[0]);
    if (command == NULL)
        return wrong_usage(&command_man, "'%s' is no command", arguments->at[0]);
    command_page(command);
    return EXIT_YES;
}

const struct command command_man = {
    .name = "man",
    .usage = "[COMMAND]",
    .summary = "print a page for man(1)",
    .text = "Prints the page of a command, or of the whole program, as man(1) reads it.\n"
            "`make install` puts all of them where it looks.\n"
            "\n"
            "EXIT STATUS\n"
            "0 on success, 2 where there is no such command.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator man plan | man -l -\n",
    .run = run,
};
