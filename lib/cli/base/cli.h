#ifndef VITESS_OPERATOR_CLI_H
#define VITESS_OPERATOR_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "exit_codes.h"
#include "text.h"

/* One subcommand: lib/cli/<name>.c holds its options table and its run function; the logic is in
 * the libraries below. */
struct command {
    const char *name;
    const char *usage;   /* "FILE.. [--then FILE]" */
    const char *summary; /* one line for the list of commands */
    const char *text;    /* what it does, exit codes, and an example, as a man page would say it:
                            paragraphs are filled, indented lines stay as they are, and a line in
                            capitals ("EXIT STATUS") begins a section; the first is DESCRIPTION */
    const struct option_row *options; /* ends with a NULL name; NULL: none; --help is everyone's */
    int (*run)(const struct texts *arguments);
    int wrong_usage; /* exit code of wrong usage; 0: EXIT_USAGE */
};

enum option_kind {
    OPTION_FLAG,
    OPTION_TEXT,
    OPTION_CHOICE,
    OPTION_NUMBER,
    OPTION_LIST,
    OPTION_SIZE
};

struct option_row {
    const char *name; /* "then": --then */
    char letter;      /* 'o', or 0 */
    enum option_kind kind;
    const char *argument; /* "FILE"; NULL for a flag; of a choice "auto|always|never" */
    const char *help;
    void *value; /* bool *, const char **, long *, struct texts *, size_t * ("64Mi") */
};

/* Every command, NULL-terminated. */
extern const struct command *const commands[];
const struct command *command_by_name(const char *name);

/* Reads the `count` words behind the command's name: options go to their rows' values, the rest to
 * `arguments`. False, with a message on stderr, where a word is wrong. */
bool options_read(const struct command *command, int count, char *const *words,
    struct texts *arguments);
/* Gives one option its value ("true" or "false" for a flag). NULL, or the rule that `value`
 * breaks: "must be a whole number". */
const char *option_assign(const struct option_row *row, const char *value);
const struct option_row *option_by_name(const struct option_row *rows, const char *name);

/* "did you mean" for an unknown word: the nearest of `candidates`, or NULL where none is near. */
const char *nearest(const struct texts *candidates, const char *word);

/* A message for people on stderr, "vitess-operator: " in front and a newline behind. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);
/* The same for wrong usage, with a pointer to the command's --help behind it; gives its exit
 * code. */
__attribute__((format(printf, 2, 3))) int wrong_usage(const struct command *command,
    const char *format, ...);

/* The arena of the whole process run and its JSON scope; made by main(). */
struct arena *cli_arena(void);

/* A whole file, or standard input for "-". NULL, with a message on stderr, where it cannot be
 * read. */
const char *cli_read(const char *path, size_t *length);

/* Colours are used only when this says so: --color, else FORCE_COLOR, else NO_COLOR, else whether
 * it is a terminal whose TERM is not dumb. */
bool cli_colour(FILE *stream);
/* Whether the cursor can be moved: a terminal, whatever its colours. */
bool cli_terminal(FILE *stream);
/* The row of commands that colour; its value is what cli_colour() obeys. */
extern const char *cli_colour_mode;
#define COLOUR_OPTION                                                                              \
    {                                                                                              \
        "color", 0, OPTION_CHOICE, "auto|always|never",                                            \
            "auto, the default, colours on terminals; NO_COLOR and FORCE_COLOR are obeyed.",       \
            &cli_colour_mode                                                                       \
    }

extern const struct command command_adopt, command_serve, command_simulate, command_render,
    command_validate, command_tree, command_plan, command_sync, command_install, command_crds,
    command_controllers, command_docs, command_completion, command_man, command_version,
    command_help;

#endif
